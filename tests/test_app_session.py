"""Signing in, staying, signing out, and passwords, as the gateway sends it."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.authorize import owner_of
from chalicelib.domain.owned_gallery import MAX_GALLERIES, OwnedGallery
from chalicelib.domain.visitor import Owner
from chalicelib.errors import SignInRequiredError, StorageUnavailableError
from chalicelib.sign_in import MAX_CODES, MAX_TRIES
from tests.memory_cognito import a_token
from tests.memory_ssm import SITE
from tests.site import Site, a_site, an_owner

EMAIL, PASSWORD, OTHER = "ann@example.org", "tea-Spoon 7 harbour", "correct Horse 9 battery"


@pytest.fixture
def site(monkeypatch) -> Site:
    site = a_site(monkeypatch)
    site.access.create_gallery(OwnedGallery("main", "Our photos", {"u1": EMAIL}))
    site.pool.add(EMAIL, PASSWORD, "u1")
    return site


def post(site: Site, path: str, method: str = "POST", cookie: str = "", **body: Any) -> Any:
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    return site.ask(path, method, headers=headers | {"Cookie": cookie}, body=json.dumps(body))


def cookies(answer: SimpleNamespace) -> dict[str, str]:
    return dict(cookie.split(";")[0].split("=", 1) for cookie in answer.cookies)


def test_a_password_is_traded_for_cookies_of_the_site_and_of_its_photos(site):
    answer = post(site, "/session", email=EMAIL.upper(), password=PASSWORD)

    assert (answer.status, answer.body) == (200, {"state": "signed_in", "session": None})
    assert answer.headers["cache-control"] == "no-store"
    told = cookies(answer)
    assert site.token_keys.claims(told["__Host-session"]).id == "u1"
    assert told["__Secure-refresh"] in site.pool.refresh_tokens
    assert set(told) == {
        *("__Host-session", "__Secure-refresh"),
        *("CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"),
    }
    paths = [cookie.split("; ")[1] for cookie in answer.cookies]
    assert paths == ["Path=/", "Path=/api/session", *["Path=/photos/main/"] * 3]


def test_no_answer_holds_a_token_in_its_body(site):
    answer = post(site, "/session", email=EMAIL, password=PASSWORD)

    for value in cookies(answer).values():
        assert value not in json.dumps(answer.body)


def test_nobody_and_a_wrong_password_are_answered_alike_by_the_same_work(site):
    answers, work = [], []
    for email in (EMAIL, "eve@example.org"):
        site.pool.asked.clear()
        site.wire.requests.clear()
        answers.append(post(site, "/session", email=email, password=OTHER))
        requests = [(request.service, request.operation) for request in site.wire.requests]
        work.append((list(site.pool.asked), requests))

    assert answers[0] == answers[1]
    assert (answers[0].status, answers[0].body["error"]["code"]) == (401, "sign_in_refused")
    assert answers[0].cookies == []
    assert work[0] == work[1]


@pytest.mark.parametrize("email", [EMAIL, "eve@example.org"])
def test_after_ten_tries_nobody_gets_in_by_any_password(site, email):
    for _ in range(MAX_TRIES):
        assert post(site, "/session", email=email, password=OTHER).status == 401
    asked = len(site.pool.asked)

    answer = post(site, "/session", email=email.upper(), password=PASSWORD)

    assert (answer.status, answer.body["error"]["code"]) == (429, "too_many_tries")
    assert int(answer.headers["retry-after"]) == 900
    assert len(site.pool.asked) == asked


def test_whoever_gets_in_is_counted_from_nothing_again(site):
    for _ in range(3):
        for _ in range(MAX_TRIES - 1):
            post(site, "/session", email=EMAIL, password=OTHER)
        assert post(site, "/session", email=EMAIL, password=PASSWORD).status == 200


def test_a_password_for_once_is_followed_by_one_of_their_own(site):
    site.pool.add("ben@example.org", PASSWORD, "u2", is_for_once=True)

    asked = post(site, "/session", email="ben@example.org", password=PASSWORD)
    chosen = post(
        site,
        "/session",
        email="ben@example.org",
        session=asked.body["session"],
        new_password=OTHER,
    )

    assert (asked.body["state"], asked.cookies) == ("new_password", [])
    assert chosen.body["state"] == "signed_in"
    assert post(site, "/session", email="ben@example.org", password=OTHER).status == 200


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"password": "x"}, "email"),
        ({"email": "nobody", "password": "x"}, "email"),
        ({"email": EMAIL}, "password"),
        ({"email": EMAIL, "password": ""}, "password"),
        ({"email": EMAIL, "session": "s"}, "new_password"),
        ({"email": EMAIL, "new_password": OTHER}, "password"),
        ({"email": EMAIL, "password": "x", "new_password": OTHER}, "new_password"),
        ({"email": EMAIL, "password": "x", "session": "s", "new_password": OTHER}, "password"),
        ({"email": EMAIL, "password": "x", "admin": True}, "admin"),
    ],
)
def test_what_is_no_sign_in_is_refused_by_its_name(site, body, parameter):
    answer = post(site, "/session", **body)

    assert (answer.status, answer.body["error"]["parameter"]) == (400, parameter)


def test_a_weak_password_is_refused_by_its_name(site):
    session = {"s": EMAIL}
    site.pool.sessions.update(session)

    answer = post(site, "/session", email=EMAIL, session="s", new_password="short")

    assert (answer.status, answer.body["error"]["parameter"]) == (400, "new_password")


def test_who_asks_is_told_who_they_are(site):
    answer = site.ask("/session")

    assert answer.body["kind"] == "owner"
    assert answer.body["email"] == EMAIL
    assert answer.body["galleries"] == [{"id": "main", "name": "Our photos", "role": "owner"}]


def test_a_session_is_kept_up_by_its_refresh_token_alone(site):
    refresh = cookies(post(site, "/session", email=EMAIL, password=PASSWORD))["__Secure-refresh"]

    kept = post(site, "/session/refresh", cookie=f"__Secure-refresh={refresh}")

    assert (kept.status, kept.body) == (204, None)
    assert "__Host-session" in cookies(kept)
    assert "__Secure-refresh" not in cookies(kept)
    for cookie in ("", "__Secure-refresh=", "__Secure-refresh=made-up"):
        refused = post(site, "/session/refresh", cookie=cookie)
        assert (refused.status, refused.body["error"]["code"]) == (401, "sign_in_required")
        assert refused.cookies == []


def test_signing_out_ends_the_session_there_and_here(site):
    told = cookies(post(site, "/session", email=EMAIL, password=PASSWORD))
    shown = "; ".join(f"{name}={value}" for name, value in told.items())

    out = post(site, "/session", "DELETE", cookie=shown)

    assert out.status == 204
    assert out.headers["clear-site-data"] == '"cache"'
    assert cookies(out) == dict.fromkeys([*told, "__Host-share"], "")
    refresh = f"__Secure-refresh={told['__Secure-refresh']}"
    assert post(site, "/session/refresh", cookie=refresh).status == 401


def test_signing_out_takes_the_photos_too_where_a_new_password_has_ended_the_session(site):
    told = cookies(post(site, "/session", email=EMAIL, password=PASSWORD))
    site.pool.waited.append(5)  # seconds
    change(site)

    out = post(site, "/session", "DELETE", cookie=f"__Host-session={told['__Host-session']}")

    assert dict.fromkeys(("CloudFront-Policy", "CloudFront-Signature"), "").items() <= (
        cookies(out).items()
    )


@pytest.mark.parametrize("cookie", ["", "__Host-session=forged", "__Host-share=x.y"])
def test_whoever_is_not_signed_in_is_signed_out_as_well(site, cookie):
    out = post(site, "/session", "DELETE", cookie=cookie)

    assert out.status == 204
    assert set(cookies(out)) == {"__Host-session", "__Secure-refresh", "__Host-share"}


def test_a_forged_session_does_not_say_which_galleries_somebody_has(site):
    forged = a_token("u1", iss="https://evil.example")

    out = post(site, "/session", "DELETE", cookie=f"__Host-session={forged}")

    assert not any("main" in cookie for cookie in out.cookies)


def test_a_forgotten_password_is_set_anew_and_nobody_learns_who_there_is(site):
    known = post(site, "/session/password/forgot", email=EMAIL)
    unknown = post(site, "/session/password/forgot", email="eve@example.org")
    reset = post(site, "/session/password/reset", email=EMAIL, code="493817", password=OTHER)

    assert known == unknown
    assert (known.status, reset.status) == (204, 204)
    assert site.pool.sent == [(EMAIL, "code")]
    assert post(site, "/session", email=EMAIL, password=OTHER).status == 200


def test_codes_are_sent_and_tried_a_few_times_only(site):
    sent = [
        post(site, "/session/password/forgot", email=EMAIL).status for _ in range(MAX_CODES + 1)
    ]
    tried = [
        post(site, "/session/password/reset", email=EMAIL, code="000000", password=OTHER).status
        for _ in range(MAX_TRIES + 1)
    ]

    assert sent == [*[204] * MAX_CODES, 429]
    assert tried == [*[401] * MAX_TRIES, 429]


def test_a_password_is_changed_by_the_one_until_now(site):
    wrong = post(site, "/session/password", "PUT", old=OTHER, new=OTHER)
    weak = post(site, "/session/password", "PUT", old=PASSWORD, new="short")
    right = post(site, "/session/password", "PUT", old=PASSWORD, new=OTHER)

    assert (wrong.status, wrong.body["error"]["code"]) == (401, "sign_in_refused")
    assert (weak.status, weak.body["error"]["parameter"]) == (400, "new")
    assert right.status == 204
    assert site.pool.users[EMAIL].password == OTHER


def refreshed(site: Site, told: dict[str, str]) -> int:
    cookie = f"__Secure-refresh={told['__Secure-refresh']}"
    return int(post(site, "/session/refresh", cookie=cookie).status)


def test_who_changes_their_password_stays_and_whoever_else_is_signed_in_does_not(site):
    here, elsewhere = (cookies(post(site, "/session", email=EMAIL, password=PASSWORD))
                       for _ in range(2))  # fmt: skip

    changed = post(site, "/session/password", "PUT", old=PASSWORD, new=OTHER)

    told = cookies(changed)
    assert (changed.status, changed.body) == (204, None)
    assert set(told) == set(here)
    assert site.token_keys.claims(told["__Host-session"]).id == "u1"
    assert [refreshed(site, old) for old in (here, elsewhere)] == [401, 401]
    assert refreshed(site, told) == 204


def test_no_password_that_is_refused_ends_a_session_or_begins_one(site):
    told = cookies(post(site, "/session", email=EMAIL, password=PASSWORD))

    answers = [
        post(site, "/session/password", "PUT", old=OTHER, new=OTHER),
        post(site, "/session/password", "PUT", old=PASSWORD, new="short"),
        post(site, "/session/password/reset", email=EMAIL, code="000000", password=OTHER),
    ]

    assert [answer.status for answer in answers] == [401, 400, 401]
    assert [answer.cookies for answer in answers] == [[], [], []]
    assert refreshed(site, told) == 204


def test_a_password_that_is_reset_ends_every_session_and_signs_nobody_in(site):
    told = cookies(post(site, "/session", email=EMAIL, password=PASSWORD))
    post(site, "/session/password/forgot", email=EMAIL)

    reset = post(site, "/session/password/reset", email=EMAIL, code="493817", password=OTHER)

    assert (reset.status, reset.cookies) == (204, [])
    assert refreshed(site, told) == 401
    assert refreshed(site, cookies(post(site, "/session", email=EMAIL, password=OTHER))) == 204


def signed_in(site: Site, password: str = PASSWORD) -> dict[str, str]:
    return cookies(post(site, "/session", email=EMAIL, password=password))


def owner_by(site: Site, told: dict[str, str]) -> Owner:
    return owner_of(told["__Host-session"], site.token_keys, site.access)


def change(site: Site) -> Any:
    return post(site, "/session/password", "PUT", old=PASSWORD, new=OTHER)


def reset(site: Site) -> Any:
    site.pool.users[EMAIL].code = "493817"
    return post(site, "/session/password/reset", email=EMAIL, code="493817", password=OTHER)


def choose(site: Site) -> Any:
    """As an operator asks for it who has set a password for once."""
    site.pool.sessions["s"] = EMAIL
    return post(site, "/session", email=EMAIL, session="s", new_password=OTHER)


SET_ANEW = [change, reset, choose]


@pytest.mark.parametrize("set_anew", SET_ANEW)
@pytest.mark.parametrize("hasty", [0, 2])
def test_a_token_from_before_a_new_password_is_over_though_its_hour_is_not(site, set_anew, hasty):
    before = signed_in(site)
    cookie = f"__Secure-refresh={before['__Secure-refresh']}"
    renewed = cookies(post(site, "/session/refresh", cookie=cookie))
    assert owner_by(site, before).galleries == owner_by(site, renewed).galleries == {"main"}
    site.pool.hasty = hasty

    answer = set_anew(site)

    for told in (before, renewed):
        with pytest.raises(SignInRequiredError):
            owner_by(site, told)
    for told in [signed_in(site, OTHER), *([cookies(answer)] if answer.cookies else [])]:
        assert owner_by(site, told).galleries == {"main"}
        assert refreshed(site, told) == 204


@pytest.mark.parametrize("set_anew", SET_ANEW)
def test_a_session_that_the_pool_leaves_is_renewed_no_more_after_a_new_password(site, set_anew):
    before = signed_in(site)

    set_anew(site)
    site.pool.revoked.clear()

    cookie = f"__Secure-refresh={before['__Secure-refresh']}"
    answer = post(site, "/session/refresh", cookie=cookie)
    assert (answer.status, answer.body["error"]["code"]) == (401, "sign_in_required")
    assert answer.cookies == []


@pytest.mark.parametrize("set_anew", SET_ANEW)
def test_whatever_fails_after_a_password_is_set_is_said_to_have_come_after_it(site, set_anew):
    def away() -> None:
        raise StorageUnavailableError("DynamoDB did not answer")

    told = []
    for number in range(9):
        site.pool.users[EMAIL].password = PASSWORD
        site.wire.at(number, away)
        answer = set_anew(site)
        if answer.status < 400:
            break
        code = answer.body["error"]["code"]
        told.append((site.pool.users[EMAIL].password == OTHER, answer.status, code, answer.cookies))

    assert answer.status in (200, 204)
    assert told[0] == (False, 503, "storage_unavailable", [])
    assert told[1:] == [(True, 500, "password_set", [])] * (1 if set_anew is reset else 3)


def test_a_reset_that_can_t_give_its_own_session_up_is_said_to_have_set_the_password(site):
    def away(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://cognito-idp.example")

    site.pool.revoke_token = away

    answer = reset(site)

    assert (answer.status, answer.body["error"]["code"]) == (500, "password_set")
    assert site.pool.users[EMAIL].password == OTHER


@pytest.mark.parametrize("set_anew", [change, choose])
def test_no_password_is_set_while_photos_could_not_be_shown_after_it(site, set_anew):
    site.ssm.failing = "InternalServerError"

    answer = set_anew(site)

    assert (answer.status, answer.body["error"]["code"]) == (503, "storage_unavailable")
    assert site.pool.users[EMAIL].password == PASSWORD


def test_a_stolen_session_can_t_try_passwords_for_ever(site):
    tried = [
        post(site, "/session/password", "PUT", old=OTHER, new=OTHER).status
        for _ in range(MAX_TRIES + 1)
    ]

    assert tried == [*[401] * MAX_TRIES, 429]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/session", "POST"),
        ("/session", "DELETE"),
        ("/session/refresh", "POST"),
        ("/session/password/forgot", "POST"),
        ("/session/password/reset", "POST"),
        ("/session/password", "PUT"),
        ("/session/share", "POST"),
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "X-Forwarded-Host": "photos.example"},
        {"Origin": "https://evil.example", "X-Forwarded-Host": "photos.example",
         "Sec-Fetch-Site": "same-origin"},
    ],
)  # fmt: skip
def test_no_other_site_signs_anybody_in_or_out(site, path, method, headers):
    answer = site.ask(
        path, method, headers={"Content-Type": "application/json", **headers}, body="{}"
    )

    assert (answer.status, answer.body["error"]["code"]) == (403, "foreign_origin")
    assert answer.cookies == []
    assert site.pool.asked == []


def test_the_cookies_of_as_many_galleries_as_somebody_may_have_fit_into_an_answer(site):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html."""
    site.ssm.values[SITE] = json.dumps(
        {"address": f"https://{'photos.' * 8}example", "key_pair_id": "K2JCJMDEHXQW5F"}
    )
    for number in range(MAX_GALLERIES - 1):
        gallery = OwnedGallery(f"{number}{'x' * 39}", "?", {"u1": EMAIL})
        site.access.create_gallery(gallery)

    told = post(site, "/session", email=EMAIL, password=PASSWORD).cookies

    photos = [cookie for cookie in told if "/photos/" in cookie]
    assert len(photos) == 3 * MAX_GALLERIES
    # Cognito's two tokens have about 1,100 and 1,900 bytes.
    assert sum(len(f"Set-Cookie: {cookie}\r\n") for cookie in photos) < 10_240 - 3_500


# --- galleries ---------------------------------------------------------------------------------


def galleries(site: Site, *owned: str) -> Any:
    return site.ask("/galleries", visitor=an_owner(*owned)).body


def test_a_gallery_is_made_and_its_photos_open_at_once(site):
    made = post(site, "/galleries", name="Holidays 2024")

    assert made.status == 201
    assert made.body["id"].startswith("holidays-2024-")
    assert made.body["owners"] == [{"id": "u1", "email": EMAIL}]
    anew, *photos = made.cookies
    assert anew.startswith(f"__Host-anew={made.body['id']}; Path=/; Max-Age=120; ")
    assert {cookie.split("; ")[1] for cookie in photos} == {f"Path=/photos/{made.body['id']}/"}
    assert site.access.galleries_of("u1") == {"main", made.body["id"]}
    assert galleries(site, "main", made.body["id"])[0] == made.body


def test_somebody_has_a_few_galleries_at_most(site):
    for number in range(MAX_GALLERIES - 1):
        assert post(site, "/galleries", name=f"n{number}").status == 201

    answer = post(site, "/galleries", name="one more")

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")


def invite(site: Site, email: str, gallery: str = "main") -> Any:
    return site.ask(
        "/galleries/{gallery}/owners",
        "POST",
        path={"gallery": gallery},
        headers={"Content-Type": "application/json"},
        body=json.dumps({"email": email}),
    )


def dismiss(site: Site, owner: str) -> Any:
    path = {"gallery": "main", "owner": owner}
    return site.ask("/galleries/{gallery}/owners/{owner}", "DELETE", path=path)


def test_a_second_owner_is_invited_and_owns_it_until_they_are_removed(site):
    invited = invite(site, "Ben@Example.org")

    user = site.pool.users["ben@example.org"].id
    assert [owner["email"] for owner in invited.body["owners"]] == [EMAIL, "ben@example.org"]
    assert site.pool.sent == [("ben@example.org", "invitation")]
    assert site.access.galleries_of(user) == {"main"}

    assert [owner["id"] for owner in dismiss(site, user).body["owners"]] == ["u1"]
    assert site.access.galleries_of(user) == frozenset()
    assert dismiss(site, user).status == 404


def test_a_removed_owner_whom_the_gateway_still_knows_takes_nothing_back(site):
    site.access.create_gallery(OwnedGallery("lake", "Lake", {"u1": EMAIL, "u2": "ben@example.org"}))
    removed = an_owner("lake")
    link = site.change("/shares", "POST", None, json.dumps({"gallery": "lake"}), visitor=removed)
    site.access.remove_owner("lake", removed.id)
    body = {"headers": {"Content-Type": "application/json"}, "visitor": removed}
    owner = {"gallery": "lake", "owner": "u2"}
    share = {"id": link.body["id"]}

    answers = [
        site.ask("/galleries/{gallery}/owners", "POST", path={"gallery": "lake"},
                 body=json.dumps({"email": EMAIL}), **body),
        site.ask("/galleries/{gallery}/owners/{owner}", "DELETE", path=owner, visitor=removed),
        site.ask("/shares", "POST", body=json.dumps({"gallery": "lake"}), **body),
        site.ask("/shares/{id}", "PUT", path=share, body=json.dumps({"days": None}), **body),
        site.ask("/shares/{id}", "DELETE", path=share, visitor=removed),
    ]  # fmt: skip

    assert [answer.status for answer in answers] == [404] * 5
    assert site.access.gallery("lake").owners == {"u2": "ben@example.org"}


def test_the_last_owner_of_a_gallery_stays(site):
    answer = dismiss(site, "u1")

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")


def test_nobody_invites_to_a_gallery_that_is_not_theirs(site):
    site.access.create_gallery(OwnedGallery("other", "Other", {"u2": "ben@example.org"}))

    answer = invite(site, EMAIL, "other")

    assert (answer.status, answer.body["error"]["code"]) == (404, "not_found")
    assert site.pool.asked == []
