"""Owners and guests at the running site: through the edge, the gateway and its authorizer."""

import secrets
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from chalicelib.api.routes import ROUTES
from infra.local.gallery import Endpoints, let_in, local_client
from tests.aws.browser import CookieJar
from tests.aws.site import Site, eventually

PASSWORD = "tea-Spoon 7 harbour"
OTHER = "correct Horse 9 battery"
CLOSED = [route for route in ROUTES.values() if route.access != "open"]


def a_photo(colour: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def cognito(endpoints: Endpoints) -> Any:
    return local_client("cognito-idp", endpoints.aws_endpoint)


@pytest.fixture(scope="module")
def full(endpoints: Endpoints, s3: Any) -> Site:
    """A gallery with three photos, the third of which is hidden; nobody changes it."""
    site = Site(endpoints, s3, f"v-{secrets.token_hex(6)}")
    for name, colour in (("a.jpg", "teal"), ("b.jpg", "navy"), ("c.jpg", "olive")):
        site.put(name, a_photo(colour))
    items = {name: site.item(name) for name in ("a.jpg", "b.jpg", "c.jpg")}
    eventually(lambda: all(item_is_ready(site, name) for name in items))
    hidden = site.request(
        "PUT",
        f"/api/gallery/assets/{items['c.jpg']['id']}/visibility",
        {"visibility": "hidden"},
    )
    assert hidden.status == 200
    return site


def item_is_ready(site: Site, name: str) -> bool:
    return bool(site.item(name)["thumbnail_state"] == "ready")


@pytest.fixture
def ann(endpoints: Endpoints, full: Site) -> Iterator[CookieJar]:
    """The browser of an owner of it."""
    email = f"ann-{secrets.token_hex(4)}@visitors.test"
    let_in(endpoints, email, PASSWORD, [full.gallery])
    browser = CookieJar(endpoints.page)
    assert browser.sign_in(email, PASSWORD).status == 200
    yield browser
    browser.ask("DELETE", "/api/session")


@pytest.fixture
def nobody(endpoints: Endpoints) -> CookieJar:
    return CookieJar(endpoints.page)


def code(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def media(browser: CookieJar, site: Site, **headers: str) -> Any:
    return browser.ask("GET", f"/api/gallery/media?gallery={site.gallery}", headers=headers)


# --- owners --------------------------------------------------------------------------------------


def test_an_owner_sees_their_gallery_and_its_photos(ann, full):
    listed = media(ann, full)

    assert {item["local_path"] for item in listed.json["items"]} == {"a.jpg", "b.jpg"}
    for item in listed.json["items"]:
        for name in ("url", "thumbnail_url", "small_url"):
            assert ann.ask("GET", item[name]).status == 200
    told = ann.ask("GET", "/api/session").json
    assert [gallery["id"] for gallery in told["galleries"]] == [full.gallery]


def test_another_owner_sees_neither_the_gallery_nor_a_photo_of_it(endpoints, ann, full, nobody):
    email = f"eve-{secrets.token_hex(4)}@visitors.test"
    let_in(endpoints, email, PASSWORD, [f"eve-{secrets.token_hex(4)}"])
    assert nobody.sign_in(email, PASSWORD).status == 200
    item = media(ann, full).json["items"][0]

    listed = media(nobody, full)
    by_id = nobody.ask("GET", f"/api/gallery/assets/{quote(item['id'])}")
    deleted = nobody.ask("DELETE", f"/api/gallery/assets/{quote(item['id'])}")
    photo = nobody.ask("GET", item["url"])

    assert [(answer.status, code(answer)) for answer in (listed, by_id, deleted)] == [
        (404, "not_found")
    ] * 3
    assert photo.status == 403
    assert media(ann, full).json["total"] == 2


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.name)
def test_no_route_answers_without_cookies(nobody, route):
    path = route.path
    for known in route.segments:
        path = path.replace(f"{{{known.name}}}", quote(str(known.example), safe=""))

    answer = nobody.ask(route.method, f"/api{path}", {} if route.is_change else None)

    assert (answer.status, code(answer)) == (401, "sign_in_required")


def test_no_photo_opens_without_cookies(ann, full, nobody):
    for item in media(ann, full).json["items"]:
        for name in ("url", "thumbnail_url", "small_url"):
            assert nobody.ask("GET", item[name]).status == 403


def another_pool(cognito: Any) -> str:
    """An ID token of a pool that is not the gallery's."""
    pool = cognito.create_user_pool(PoolName="evil")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="evil", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="eve")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="eve", Password="tea-Spoon 7 harbour!", Permanent=True
    )
    return str(
        cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "eve", "PASSWORD": "tea-Spoon 7 harbour!"},
        )["AuthenticationResult"]["IdToken"]
    )


def test_tokens_of_another_pool_client_or_use_are_refused(endpoints, cognito, full, nobody):
    email = f"ben-{secrets.token_hex(4)}@visitors.test"
    let_in(endpoints, email, PASSWORD, [full.gallery])
    other_client = cognito.create_user_pool_client(
        UserPoolId=endpoints.user_pool,
        ClientName="other",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]

    def tokens(client: str) -> Any:
        return cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]

    own = tokens(endpoints.user_pool_client)
    head, body, signature = own["IdToken"].split(".")
    forged = [
        another_pool(cognito),
        tokens(other_client)["IdToken"],
        own["AccessToken"],
        own["RefreshToken"],
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body[:-4]}AAAA.{signature}",
    ]

    for token in forged:
        answer = media(nobody, full, Cookie=f"__Host-session={token}")
        assert (answer.status, code(answer)) == (401, "sign_in_required")
    assert media(nobody, full, Cookie=f"__Host-session={own['IdToken']}").status == 200


def test_somebody_new_chooses_a_password_of_their_own(endpoints, cognito, nobody):
    email = f"cid-{secrets.token_hex(4)}@visitors.test"
    cognito.admin_create_user(
        UserPoolId=endpoints.user_pool,
        Username=email,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ],
    )

    first = nobody.sign_in(email, PASSWORD)
    assert (first.status, first.json["state"]) == (200, "new_password")
    assert not nobody.cookies
    body = {"email": email, "session": first.json["session"]}
    chosen = nobody.ask("POST", "/api/session", body | {"new_password": OTHER})

    assert (chosen.status, chosen.json["state"]) == (200, "signed_in")
    assert nobody.ask("GET", "/api/session").json["email"] == email


def test_nobody_and_a_wrong_password_are_answered_alike_and_ten_times_at_most(endpoints, nobody):
    email = f"dot-{secrets.token_hex(4)}@visitors.test"
    let_in(endpoints, email, PASSWORD, [f"dot-{secrets.token_hex(4)}"])
    ghost = f"ghost-{secrets.token_hex(4)}@visitors.test"

    answers = {who: [nobody.sign_in(who, OTHER) for _ in range(11)] for who in (email, ghost)}

    assert [a.status for a in answers[email]] == [a.status for a in answers[ghost]]
    assert [a.status for a in answers[email]] == [*[401] * 10, 429]
    assert [a.body for a in answers[email]] == [a.body for a in answers[ghost]]
    assert nobody.sign_in(email, PASSWORD).status == 429


def test_a_session_is_kept_up_and_ended(ann, full):
    kept = ann.ask("POST", "/api/session/refresh", {})
    refresh = next(c for c in ann.cookies.values() if c.name == "__Secure-refresh")
    out = ann.ask("DELETE", "/api/session")
    stolen = ann.ask(
        "POST", "/api/session/refresh", {}, {"Cookie": f"__Secure-refresh={refresh.value}"}
    )

    assert (kept.status, out.status) == (204, 204)
    assert not ann.cookies
    assert (stolen.status, code(stolen)) == (401, "sign_in_required")
    assert media(ann, full).status == 401


def test_a_password_is_changed(ann):
    wrong = ann.ask("PUT", "/api/session/password", {"old": OTHER, "new": OTHER})
    right = ann.ask("PUT", "/api/session/password", {"old": PASSWORD, "new": OTHER})
    email = ann.ask("GET", "/api/session").json["email"]

    assert (wrong.status, code(wrong)) == (401, "sign_in_refused")
    assert right.status == 204
    assert ann.sign_in(email, PASSWORD).status == 401
    assert ann.sign_in(email, OTHER).status == 200


def refreshed(browser: CookieJar) -> int:
    return int(browser.ask("POST", "/api/session/refresh", {}).status)


def who_is(browser: CookieJar) -> tuple[int, str | None]:
    """Who a browser's session is, asked past the minute that the gateway keeps the answer."""
    token = browser.cookies["__Host-session", "/"].value
    sent = {"Cookie": f"__Host-session={token}; n={secrets.token_hex(4)}"}
    answer = CookieJar(browser.page).ask("GET", "/api/session", None, sent)
    return answer.status, answer.json.get("email")


def a_second_passes() -> None:
    # The embedded pool leaves sessions that began within the second of a sign-out from everywhere.
    time.sleep(1.1)


def test_a_password_that_is_changed_here_ends_the_session_elsewhere(endpoints, ann, full, nobody):
    email = ann.ask("GET", "/api/session").json["email"]
    assert nobody.sign_in(email, PASSWORD).status == 200
    photo = media(ann, full).json["items"][0]["url"]
    before = ann.cookies["__Secure-refresh", "/api/session"].value
    assert who_is(ann) == who_is(nobody) == (200, email)
    a_second_passes()

    changed = ann.ask("PUT", "/api/session/password", {"old": PASSWORD, "new": OTHER})

    assert changed.status == 204
    assert (refreshed(nobody), refreshed(ann)) == (401, 204)
    former = CookieJar(endpoints.page)
    sent = {"Cookie": f"__Secure-refresh={before}"}
    assert former.ask("POST", "/api/session/refresh", {}, sent).status == 401
    assert (media(ann, full).status, ann.ask("GET", photo).status) == (200, 200)
    assert (who_is(nobody), who_is(ann)) == ((401, None), (200, email))


def test_a_password_that_was_forgotten_ends_every_session(ann, nobody):
    email = ann.ask("GET", "/api/session").json["email"]
    nobody.ask("POST", "/api/session/password/forgot", {"email": email})
    a_second_passes()

    # the embedded pool sends no code, and takes any
    body = {"email": email, "code": "493817", "password": OTHER}
    reset = nobody.ask("POST", "/api/session/password/reset", body)

    assert (reset.status, nobody.cookies) == (204, {})
    assert (refreshed(ann), who_is(ann)) == (401, (401, None))
    assert nobody.sign_in(email, OTHER).status == 200
    assert refreshed(nobody) == 204


def test_a_gallery_is_made_and_is_there_at_once(ann):
    made = ann.ask("POST", "/api/galleries", {"name": "Holidays"})
    assert made.status == 201

    stats = ann.ask("GET", f"/api/gallery/media?gallery={made.json['id']}")
    ticket = ann.ask(
        "POST",
        "/api/gallery/uploads",
        {"gallery": made.json["id"], "filename": "x.jpg", "size_bytes": 9, "sha256": "0" * 64},
    )

    # empty still: a gallery is one once something is in it
    assert (stats.status, ticket.status) == (404, 200)
    assert ticket.json["form"]["fields"]["key"].startswith(f"{made.json['id']}/")


def test_a_second_owner_is_invited_sees_all_and_is_removed(endpoints, ann, full, nobody):
    email = f"fay-{secrets.token_hex(4)}@visitors.test"
    invited = ann.ask("POST", f"/api/galleries/{full.gallery}/owners", {"email": email})
    assert invited.status == 200
    user = next(o["id"] for o in invited.json["owners"] if o["email"] == email)
    let_in(endpoints, email, PASSWORD, [])
    nobody.sign_in(email, PASSWORD)

    before = media(nobody, full)
    removed = ann.ask("DELETE", f"/api/galleries/{full.gallery}/owners/{user}")
    nobody.sign_in(email, PASSWORD)  # other cookies, of which the gateway keeps nothing
    after = media(nobody, full)

    assert (before.status, removed.status, after.status) == (200, 200, 404)


# --- guests --------------------------------------------------------------------------------------


def share(ann: CookieJar, site: Site, **said: Any) -> Any:
    answer = ann.ask("POST", "/api/shares", {"gallery": site.gallery, **said})
    assert answer.status == 201, answer.body
    return answer.json


def links(ann: CookieJar, site: Site) -> Any:
    return ann.ask("GET", f"/api/shares?gallery={site.gallery}").json


def opened(browser: CookieJar, link: Any, **said: Any) -> Any:
    return browser.ask("POST", "/api/session/share", {"token": link["id"], **said})


def test_a_guest_sees_what_the_link_shows_and_nothing_else(ann, full, nobody):
    hidden = full.item("c.jpg", "hidden")
    link = share(ann, full)

    assert opened(nobody, link).status == 200
    items = media(nobody, full).json["items"]

    assert {item["local_path"] for item in items} == {"a.jpg", "b.jpg"}
    for item in items:
        for name in ("thumbnail_url", "small_url"):
            assert nobody.ask("GET", item[name]).status == 200
        large = nobody.ask("GET", item["url"])
        assert large.status == 302
        assert nobody.ask("GET", large.headers["Location"]).status == 200
        unsigned = item["thumbnail_url"].partition("?")
        assert nobody.ask("GET", unsigned[0]).status == 403
        original = nobody.ask("GET", f"/api/gallery/assets/{quote(item['id'])}/original")
        assert (original.status, code(original)) == (403, "forbidden")
        # the signature of one picture opens no other
        for other in (hidden["thumbnail_url"], f"/photos/{full.gallery}/a.jpg"):
            assert nobody.ask("GET", f"{other}?{unsigned[2]}").status == 403
    for address in ("", "/original"):
        answer = nobody.ask("GET", f"/api/gallery/assets/{quote(hidden['id'])}{address}")
        assert (answer.status, code(answer)) == (404, "not_found")
    changed = nobody.ask("DELETE", f"/api/gallery/assets/{quote(items[0]['id'])}")
    assert (changed.status, code(changed)) == (403, "forbidden")


def test_a_guest_of_a_selection_sees_and_downloads_these_alone(ann, full, nobody):
    chosen, other = full.item("a.jpg"), full.item("b.jpg")
    link = share(ann, full, asset_ids=[chosen["id"]], may_download=True)
    opened(nobody, link)

    (item,) = media(nobody, full).json["items"]
    original = nobody.ask("GET", f"/api/gallery/assets/{quote(chosen['id'])}/original")
    refused = nobody.ask("GET", f"/api/gallery/assets/{quote(other['id'])}/original")

    assert nobody.ask("GET", item["url"]).body == full.stored(f"{full.gallery}/a.jpg")
    assert nobody.ask("GET", original.headers["Location"]).status == 200
    assert refused.status == 404


def test_a_link_with_a_password_is_opened_by_it_and_shut_at_once_when_it_ends(ann, full, nobody):
    link = share(ann, full, password="lake at dawn", days=1)

    refused = [opened(nobody, link), opened(nobody, link, password="another one")]
    let_in_by_it = opened(nobody, link, password="lake at dawn")
    seen = media(nobody, full)
    ended = ann.ask("DELETE", f"/api/shares/{link['id']}")
    shut = media(nobody, full)

    assert [(answer.status, code(answer)) for answer in refused] == [(401, "password_required")] * 2
    assert (let_in_by_it.status, seen.status, ended.status) == (200, 200, 204)
    assert (shut.status, code(shut)) == (401, "sign_in_required")
    assert opened(nobody, link, password="lake at dawn").status == 404
    (listed,) = (known for known in links(ann, full) if known["id"] == link["id"])
    assert (listed["views"], listed["is_open"]) == (1, False)


def test_an_owner_looks_at_their_link_as_a_guest(ann, full):
    link = share(ann, full, asset_ids=[full.item("a.jpg")["id"]])
    opened(ann, link)

    own = media(ann, full)
    as_guest = media(ann, full, **{"X-Contact-Sheet-As": "guest"})

    assert (own.json["total"], as_guest.json["total"]) == (2, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_no_other_site_changes_anything_in_an_owner_s_name(ann, full, headers):
    item = media(ann, full).json["items"][0]
    before = links(ann, full)
    for method, address, body in (
        ("DELETE", f"/api/gallery/assets/{quote(item['id'])}", None),
        ("POST", "/api/shares", {"gallery": full.gallery}),
        ("DELETE", "/api/session", None),
    ):
        answer = ann.ask(method, address, body, headers)
        assert (answer.status, code(answer)) == (403, "foreign_origin")

    assert media(ann, full).json["total"] == 2
    assert links(ann, full) == before
