"""Changes that a page of another site makes an owner's browser ask for."""

from dataclasses import replace
from typing import Any

from tests.aws.doors import Asked
from tests.aws.forgery import SAME_ORIGIN, Forgery, Make, asset, listing, lists_as_ann, session


def change_as_ann(
    *headers: tuple[str, str], method: str = "PUT", rest: str = "/details", body: Any = None
) -> Make:
    """A change that changes nothing, with the headers of whoever makes Ann's browser ask for it."""
    return lambda d: Asked(
        method, asset(d.photos["three"], rest), (session(d.ann.token), *headers), body or {}
    )


def from_elsewhere(*headers: tuple[str, str], status: int = 403) -> Forgery:
    return Forgery(change_as_ann(*headers), change_as_ann(SAME_ORIGIN), (status,))


ORIGINS = {
    "origin: another": from_elsewhere(("Origin", "https://evil.example")),
    "origin: null": from_elsewhere(("Origin", "null")),
    "origin: empty": from_elsewhere(("Origin", "")),
    "origin: ours with another port": from_elsewhere(("Origin", "http://localhost:1")),
    "origin: one that begins as ours": Forgery(
        lambda d: change_as_ann(("Origin", f"{d.endpoints.page}.evil.example"))(d),
        lambda d: change_as_ann(("Origin", d.endpoints.page))(d),
        (403,),
    ),
    "origin: ours as a name before the host": Forgery(
        lambda d: change_as_ann(
            ("Origin", f"http://{d.endpoints.page.partition('//')[2]}@evil.example")
        )(d),
        lambda d: change_as_ann(("Origin", d.endpoints.page))(d),
        (403,),
    ),
    "origin: another, and the browser says so": from_elsewhere(("Sec-Fetch-Site", "cross-site")),
    "origin: another name of the domain": from_elsewhere(("Sec-Fetch-Site", "same-site")),
    "origin: none that browsers know": from_elsewhere(("Sec-Fetch-Site", "trusted")),
    "origin: another, called the same": from_elsewhere(
        ("Origin", "https://evil.example"), SAME_ORIGIN
    ),
    "origin: another, as the forwarded host": from_elsewhere(
        ("Origin", "https://evil.example"), ("X-Forwarded-Host", "evil.example")
    ),
    "origin: another, as two forwarded hosts": from_elsewhere(
        ("Origin", "https://evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
    ),
    "origin: another, as Forwarded": from_elsewhere(
        ("Origin", "https://evil.example"), ("Forwarded", "host=evil.example")
    ),
    "origin: another as the host": from_elsewhere(
        ("Host", "evil.example"), ("Origin", "http://evil.example"), SAME_ORIGIN
    ),
    "origin: a form's text": from_elsewhere(("Content-Type", "text/plain"), status=415),
    "origin: a form": from_elsewhere(
        ("Content-Type", "application/x-www-form-urlencoded"), status=415
    ),
    "origin: a form with a file": from_elsewhere(
        ("Content-Type", "multipart/form-data; boundary=x"), status=415
    ),
    "origin: text that names JSON": from_elsewhere(
        ("Content-Type", "text/plain; application/json"), status=415
    ),
    "origin: a method in a header": Forgery(
        lambda d: replace(
            change_as_ann(SAME_ORIGIN, ("X-HTTP-Method-Override", "DELETE"), rest="")(d),
            method="POST",
        ),
        change_as_ann(SAME_ORIGIN),
        (404, 405),
    ),
    "origin: a page of another name asks for a list": Forgery(
        lambda d: Asked(
            "GET", listing(d.ann.gallery), (session(d.ann.token), ("Host", "evil.example"))
        ),
        lists_as_ann,
        (403,),
    ),
}
