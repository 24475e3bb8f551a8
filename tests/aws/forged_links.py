"""Links that are none, guests who want more than their link shows, and owners of something else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tests.aws.doors import LINK_PASSWORD, Asked, Doors
from tests.aws.forgery import SAME_ORIGIN, Forgery, Make, asset, cookies, guest, listing, session


def opening(token: str, **said: Any) -> Asked:
    return Asked("POST", "/api/session/share", (SAME_ORIGIN,), {"token": token, **said})


def shown_as(value: Callable[[Doors], str]) -> Forgery:
    """What a guest shows, made up."""
    return Forgery(
        lambda d: Asked("GET", listing(d.ann.gallery), (cookies(("__Host-share", value(d))),)),
        lambda d: Asked("GET", listing(d.ann.gallery), (guest(d.links["all"]),)),
    )


def beyond(
    link: str,
    make: Callable[[Doors], str],
    honest: Callable[[Doors], str],
    *statuses: int,
) -> Forgery:
    """A true guest who asks for more than the link shows."""

    def asked(address: Callable[[Doors], str]) -> Make:
        return lambda d: Asked("GET", address(d), (guest(d.links[link]),))

    return Forgery(asked(make), asked(honest), statuses or (404,))


def changing(method: str, make: Callable[[Doors], str], **body: Any) -> Forgery:
    """A true guest who changes something, as its owner may."""
    return Forgery(
        lambda d: Asked(method, make(d), (guest(d.links["loan"]), SAME_ORIGIN), body),
        lambda d: Asked(
            "PUT", asset(d.photos["one"], "/details"), (session(d.ann.token), SAME_ORIGIN), {}
        ),
        (403,),
    )


def view(name: str) -> Forgery:
    return beyond(
        "loan",
        lambda d: f"{listing(d.ann.gallery)}&view={name}",
        lambda d: f"{listing(d.ann.gallery)}&view=all",
    )


def put_aside(state: str, rest: str = "") -> Forgery:
    """A photo that the link names, and that was put aside."""
    return beyond(
        "few", lambda d: asset(d.photos[state], rest), lambda d: asset(d.photos["one"], rest)
    )


LINKS = {
    "link: nobody's": Forgery(
        lambda _: opening("A" * 32), lambda d: opening(d.links["all"].id), (404,)
    ),
    "link: over": Forgery(
        lambda d: opening(d.links["over"].id), lambda d: opening(d.links["all"].id), (404,)
    ),
    "link: ended by its owner": Forgery(
        lambda d: opening(d.links["gone"].id), lambda d: opening(d.links["all"].id), (404,)
    ),
    "link: over, opened before": shown_as(lambda d: d.links["over"].shown),
    "link: ended, opened before": shown_as(lambda d: d.links["gone"].shown),
    "link: opened before its password was another": shown_as(lambda d: d.links["changed"].shown),
    "link: no password": Forgery(
        lambda d: opening(d.links["word"].id),
        lambda d: opening(d.links["word"].id, password=LINK_PASSWORD),
    ),
    "link: a wrong password": Forgery(
        lambda d: opening(d.links["word"].id, password="lake at dusk"),
        lambda d: opening(d.links["word"].id, password=LINK_PASSWORD),
    ),
    "link: the password of another link": Forgery(
        lambda d: opening(d.links["changed"].id, password=LINK_PASSWORD),
        lambda d: opening(d.links["word"].id, password=LINK_PASSWORD),
    ),
    "link: in small letters": Forgery(
        lambda d: opening(d.links["all"].id.swapcase()),
        lambda d: opening(d.links["all"].id),
        (404,),
    ),
    "link: the name of another row": Forgery(
        lambda d: opening(f"gallery#{d.ann.gallery}"),
        lambda d: opening(d.links["all"].id),
        (400,),
    ),
    "link: its id without its key": shown_as(lambda d: d.links["all"].id),
    "link: its id and a dot": shown_as(lambda d: f"{d.links['all'].id}."),
    "link: its id twice": shown_as(lambda d: f"{d.links['all'].id}.{d.links['all'].id}"),
    "link: another link's key": shown_as(
        lambda d: f"{d.links['all'].id}.{d.links['ben'].shown.partition('.')[2]}"
    ),
    "link: half a key": shown_as(lambda d: d.links["all"].shown[:-16]),
    "link: a key and more": shown_as(lambda d: f"{d.links['all'].shown}A"),
    "link: two that differ": Forgery(
        lambda d: Asked(
            "GET", listing(d.ann.gallery), (guest(d.links["all"]), guest(d.links["ben"]))
        ),
        lambda d: Asked("GET", listing(d.ann.gallery), (guest(d.links["all"]),)),
    ),
    "link: for a gallery of others": beyond(
        "all", lambda d: listing(d.ben.gallery), lambda d: listing(d.ann.gallery)
    ),
    "link: for a photo of others": beyond(
        "all", lambda d: asset(d.photos["four"]), lambda d: asset(d.photos["one"])
    ),
    "link: for the gallery that is there unless said": beyond(
        "all", lambda _: "/api/gallery/media", lambda d: listing(d.ann.gallery)
    ),
    "link: beyond its selection": beyond(
        "few", lambda d: asset(d.photos["two"]), lambda d: asset(d.photos["one"])
    ),
    "link: an original beyond its selection": beyond(
        "few",
        lambda d: asset(d.photos["two"], "/original"),
        lambda d: asset(d.photos["one"], "/original"),
    ),
    "link: a picture beyond its selection": beyond(
        "few",
        lambda d: f"/api/gallery/thumbnail/{quote(d.photos['two'].id)}",
        lambda d: f"/api/gallery/thumbnail/{quote(d.photos['one'].id)}",
    ),
    "link: a path beyond its selection": beyond(
        "few",
        lambda d: f"/api/gallery/serve?gallery={d.ann.gallery}&path={d.photos['two'].path}",
        lambda d: f"/api/gallery/serve?gallery={d.ann.gallery}&path={d.photos['one'].path}",
    ),
    "link: an original where none are given out": Forgery(
        lambda d: Asked("GET", asset(d.photos["one"], "/original"), (guest(d.links["all"]),)),
        lambda d: Asked("GET", asset(d.photos["one"], "/original"), (guest(d.links["loan"]),)),
        (403,),
    ),
    "link: a path where no originals are given out": Forgery(
        lambda d: Asked(
            "GET",
            f"/api/gallery/serve?gallery={d.ann.gallery}&path={d.photos['one'].path}",
            (guest(d.links["all"]),),
        ),
        lambda d: Asked(
            "GET",
            f"/api/gallery/serve?gallery={d.ann.gallery}&path={d.photos['one'].path}",
            (guest(d.links["loan"]),),
        ),
        (403,),
    ),
    **{f"link: the list {name}": view(name) for name in ("archive", "hidden", "locked", "bin")},
    **{f"link: the list {name}": view(name) for name in ("fav", "failed")},
    **{
        f"link: {what}": put_aside(state)
        for state, what in (
            ("archive", "an archived photo"),
            ("hidden", "a hidden photo"),
            ("locked", "a locked photo"),
            ("bin", "a deleted photo"),
        )
    },
    **{
        f"link: {what}": put_aside(state, "/original")
        for state, what in (
            ("archive", "an archived original"),
            ("hidden", "a hidden original"),
            ("locked", "a locked original"),
            ("bin", "a deleted original"),
        )
    },
    "link: photos of a person": beyond(
        "all",
        lambda d: f"{listing(d.ann.gallery)}&person_id=anybody",
        lambda d: listing(d.ann.gallery),
    ),
    **{
        f"link: {what}, which is for owners": beyond(
            "loan", make, lambda d: listing(d.ann.gallery), 403
        )
        for what, make in (
            ("the gallery's numbers", lambda d: f"/api/gallery/stats?gallery={d.ann.gallery}"),
            ("its people", lambda d: f"/api/gallery/persons?gallery={d.ann.gallery}"),
            ("what can't be drawn", lambda d: f"/api/gallery/failures?gallery={d.ann.gallery}"),
            ("its links", lambda d: f"/api/shares?gallery={d.ann.gallery}"),
            ("its owners", lambda _: "/api/galleries"),
        )
    },
    "link: as an owner": Forgery(
        lambda d: Asked(
            "GET",
            listing(d.ann.gallery),
            (guest(d.links["all"]), ("X-Contact-Sheet-As", "owner")),
        ),
        lambda d: Asked("GET", listing(d.ann.gallery), (guest(d.links["all"]),)),
    ),
    "link: to make a favourite": changing("PUT", lambda d: asset(d.photos["one"], "/favorite")),
    "link: to delete": changing("DELETE", lambda d: asset(d.photos["one"])),
    "link: to describe": changing("PUT", lambda d: asset(d.photos["one"], "/details"), title="x"),
    "link: to hide": changing(
        "PUT", lambda d: asset(d.photos["one"], "/visibility"), visibility="hidden"
    ),
    "link: to bring back": changing("POST", lambda d: asset(d.photos["bin"], "/restore")),
    "link: to destroy": changing("POST", lambda d: asset(d.photos["bin"], "/purge")),
    "link: to empty the bin": changing(
        "DELETE", lambda d: f"/api/gallery/bin?gallery={d.ann.gallery}"
    ),
    "link: to upload": changing(
        "POST", lambda _: "/api/gallery/uploads", filename="a.jpg", size_bytes=1, sha256="0" * 64
    ),
    "link: to make a link": changing("POST", lambda _: "/api/shares"),
    "link: to end a link": changing("DELETE", lambda d: f"/api/shares/{d.links['all'].id}"),
    "link: to change itself": changing(
        "PUT", lambda d: f"/api/shares/{d.links['loan'].id}", days=None
    ),
    "link: to invite": changing(
        "POST", lambda d: f"/api/galleries/{d.ann.gallery}/owners", email="eve@doors.test"
    ),
    "link: to make a gallery": changing("POST", lambda _: "/api/galleries", name="Eve's"),
}

# --- other owners --------------------------------------------------------------------------------


def as_ben(method: str, make: Callable[[Doors], str], **body: Any) -> Forgery:
    """What Ann may, asked for by Ben."""
    sent = body or ({} if method in ("PUT", "POST") else None)
    return Forgery(
        lambda d: Asked(method, make(d), (session(d.ben.token), SAME_ORIGIN), sent),
        lambda d: Asked(
            "PUT", asset(d.photos["four"], "/details"), (session(d.ben.token), SAME_ORIGIN), {}
        ),
        (404,),
    )


OWNERS = {
    "owner: a list of others": as_ben("GET", lambda d: listing(d.ann.gallery)),
    "owner: a photo of others": as_ben("GET", lambda d: asset(d.photos["one"])),
    "owner: an original of others": as_ben("GET", lambda d: asset(d.photos["one"], "/original")),
    "owner: a picture of others": as_ben(
        "GET", lambda d: f"/api/gallery/thumbnail/{quote(d.photos['one'].id)}"
    ),
    "owner: a path of others": as_ben(
        "GET", lambda d: f"/api/gallery/serve?gallery={d.ann.gallery}&path={d.photos['one'].path}"
    ),
    "owner: a path out of the gallery": as_ben(
        "GET",
        lambda d: (
            f"/api/gallery/serve?gallery={d.ben.gallery}"
            f"&path=..%2F{d.ann.gallery}%2F{d.photos['one'].path}"
        ),
    ),
    "owner: numbers of others": as_ben(
        "GET", lambda d: f"/api/gallery/stats?gallery={d.ann.gallery}"
    ),
    "owner: links of others": as_ben("GET", lambda d: f"/api/shares?gallery={d.ann.gallery}"),
    "owner: delete what is of others": as_ben("DELETE", lambda d: asset(d.photos["one"])),
    "owner: destroy what is of others": as_ben("POST", lambda d: asset(d.photos["bin"], "/purge")),
    "owner: empty the bin of others": as_ben(
        "DELETE", lambda d: f"/api/gallery/bin?gallery={d.ann.gallery}"
    ),
    "owner: end a link of others": as_ben("DELETE", lambda d: f"/api/shares/{d.links['all'].id}"),
    "owner: invite oneself": as_ben(
        "POST", lambda d: f"/api/galleries/{d.ann.gallery}/owners", email="eve@doors.test"
    ),
    "owner: throw the owner out": as_ben(
        "DELETE", lambda d: f"/api/galleries/{d.ann.gallery}/owners/{d.ann.id}"
    ),
}
