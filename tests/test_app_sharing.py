"""Links: made, opened, changed and ended; and what their guests see by every route."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

from chalicelib.domain.asset import Face
from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.person import Person
from chalicelib.domain.share import Share
from chalicelib.domain.visitor import Guest
from chalicelib.share import MAX_TRIES
from tests.builders import NOW, a_jpeg, an_asset, wall_clock
from tests.memory_ssm import ADDRESS, KEY_PAIR_ID, photos_key
from tests.site import Site, a_site, an_owner

PASSWORD = "lake at dawn"
ASIDE = ("binned", "hidden", "locked", "archived", "foreign")


@pytest.fixture
def site(monkeypatch) -> Site:
    """A gallery with three photos and a video, four that are put aside, and another gallery."""
    site = a_site(monkeypatch)
    site.access.create_gallery(OwnedGallery("main", "Our photos", {"u1": "ann@example.org"}))
    site.access.create_gallery(OwnedGallery("other", "Theirs", {"u2": "ben@example.org"}))
    site.people.create(Person("p1", "main", "Zoe"))
    face = {"f1": Face("p1", (1, 2, 3, 4), (9, 9), "immich")}
    details = {"title": "Lake", "latitude": 47.5, "city": "Here", "tags": ("x",), "albums": ("y",)}
    site.gallery.add(
        an_asset("a1", is_favorite=True, faces=face, details=details, file_hash="5" * 64),
        an_asset("a2", taken_local=wall_clock("2024-06-01"), filename="Grandma.jpg"),
        an_asset("a3", taken_local=None),
        an_asset("v1", key="main/v1.mp4", file_type="video", taken_local=wall_clock("2023-01-01")),
        an_asset("binned", deleted_at=NOW, deleted_reason="trashed"),
        an_asset("hidden", visibility="hidden"),
        an_asset("locked", visibility="locked"),
        an_asset("archived", visibility="archive"),
        an_asset("foreign", key="other/foreign.jpg"),
    )
    for asset in ("a1", "a2", "a3", *ASIDE):
        site.bucket.place(f"main/{asset}.jpg", a_jpeg())
    return site


def change(site: Site, method: str, path: str, id: str | None = None, **body: Any) -> Any:
    return site.change(path, method, id, json.dumps(body))


def make(site: Site, **said: Any) -> Any:
    answer = change(site, "POST", "/shares", **said)
    assert answer.status == 201, answer.body
    return answer.body


def open_link(site: Site, share: Any, password: str | None = None) -> Any:
    body = {"token": share["id"]} | ({"password": password} if password else {})
    return site.ask(
        "/session/share",
        "POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(body),
    )


def guest(site: Site, **said: Any) -> Guest:
    return Guest(site.access.share(make(site, **said)["id"]))


def media(site: Site, who: Guest, **query: str) -> SimpleNamespace:
    asked = {name: [value] for name, value in query.items()}
    return site.ask("/gallery/media", query=asked, visitor=who)


def ids(answer: SimpleNamespace) -> list[str]:
    return [item["id"] for item in answer.body["items"]]


def is_signed(address: str) -> bool:
    """Whether CloudFront would open an address: by its key, until a full hour in the future."""
    parts = urlsplit(address)
    said = {name: value for name, (value,) in parse_qs(parts.query).items()}
    end = int(said["Expires"])
    policy = {
        "Statement": [
            {
                "Resource": ADDRESS + parts.path,
                "Condition": {"DateLessThan": {"AWS:EpochTime": end}},
            }
        ]
    }
    signature = b64decode(said["Signature"].translate(str.maketrans("-_~", "+=/")))
    text = json.dumps(policy, separators=(",", ":")).encode()
    photos_key().public_key().verify(signature, text, PKCS1v15(), SHA1())  # noqa: S303
    ahead = end - datetime.now(UTC).timestamp()
    return said["Key-Pair-Id"] == KEY_PAIR_ID and end % 3600 == 0 and 3500 < ahead <= 7200


# --- links ---------------------------------------------------------------------------------------


def test_a_link_is_made_with_all_that_is_said_and_listed(site):
    made = make(site, asset_ids=["a1", "a2"], name="For Grandma", days=3, password=PASSWORD,
                may_download=True)  # fmt: skip

    assert (made["kind"], made["count"], made["gallery"]) == ("selection", 2, "main")
    assert (made["name"], made["may_download"]) == ("For Grandma", True)
    assert (made["has_password"], made["is_open"], made["views"]) == (True, True, 0)
    assert made["created_by"] == "u1"
    ahead = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < ahead <= timedelta(days=3)
    assert site.ask("/shares").body == [made]


def test_a_link_s_password_is_kept_as_a_slow_hash_and_told_to_nobody(site):
    make(site, password=PASSWORD)

    assert PASSWORD not in str(site.access_table.items)
    assert "scrypt$32768$8$1$" in str(site.access_table.items)
    assert "scrypt" not in json.dumps(site.ask("/shares").body)


def test_links_can_t_be_guessed(site):
    links = {make(site)["id"] for _ in range(20)}

    assert len(links) == 20
    assert {len(link) for link in links} == {32}


@pytest.mark.parametrize("asset", ["foreign", "unknown"])
def test_a_link_to_what_is_not_of_the_gallery_is_not_made(site, asset):
    answer = change(site, "POST", "/shares", asset_ids=["a1", asset])

    assert (answer.status, answer.body["error"]["parameter"]) == (400, "asset_ids")
    assert site.ask("/shares").body == []


def test_a_link_is_opened_by_whoever_has_it_and_counted(site):
    share = make(site, name="For Grandma")

    opened = open_link(site, share)

    assert (opened.status, opened.body["gallery"], opened.body["name"]) == (
        200, "main", "For Grandma",
    )  # fmt: skip
    (cookie,) = opened.cookies
    assert cookie.startswith(f"__Host-share={share['id']}.")
    assert "Max-Age" not in cookie
    (listed,) = site.ask("/shares").body
    assert listed["views"] == 1
    assert listed["seen_at"] is not None


def test_a_guest_s_cookie_ends_with_the_link(site):
    (cookie,) = open_link(site, make(site, days=1)).cookies

    (age,) = (part for part in cookie.split("; ") if part.startswith("Max-Age="))
    assert 86300 < int(age.removeprefix("Max-Age=")) <= 86400


def test_a_link_with_a_password_opens_by_it_alone(site):
    share = make(site, password=PASSWORD)

    answers = [open_link(site, share, password) for password in (None, "wrong one", PASSWORD)]

    assert [answer.status for answer in answers] == [401, 401, 200]
    assert [answer.body["error"]["code"] for answer in answers[:2]] == ["password_required"] * 2
    assert [answer.cookies for answer in answers[:2]] == [[], []]
    assert site.ask("/shares").body[0]["views"] == 1


def test_passwords_of_a_link_are_tried_a_few_times_only(site):
    share = make(site, password=PASSWORD)

    tried = [open_link(site, share, "wrong one").status for _ in range(MAX_TRIES)]

    assert tried == [401] * MAX_TRIES
    assert open_link(site, share, PASSWORD).status == 429


def test_a_link_that_nobody_made_opens_nothing(site):
    answer = open_link(site, {"id": "x" * 32})

    assert (answer.status, answer.body["error"]["code"]) == (404, "not_found")


def test_a_link_that_is_revoked_shows_nothing_from_then_on(site):
    share = make(site)
    who = Guest(site.access.share(share["id"]))
    assert media(site, who).status == 200

    assert change(site, "DELETE", "/shares/{id}", share["id"]).status == 204

    refused = media(site, who)
    assert (refused.status, refused.body["error"]["code"]) == (401, "sign_in_required")
    assert open_link(site, share).status == 404
    (listed,) = site.ask("/shares").body
    assert (listed["is_open"], listed["revoked_at"] is not None) == (False, True)
    assert change(site, "DELETE", "/shares/{id}", share["id"]).status == 204
    assert change(site, "PUT", "/shares/{id}", share["id"], days=1).status == 409


def test_a_link_that_is_over_shows_nothing(site):
    ended = Share("e" * 32, "k", "main", "gallery", NOW, "u1",
                  expires_at=datetime.now(UTC) - timedelta(seconds=1))  # fmt: skip
    site.access.create_share(ended)

    assert media(site, Guest(ended)).status == 401
    assert open_link(site, {"id": ended.id}).status == 404


def test_another_password_shuts_out_who_has_the_link_open(site):
    share = make(site, password=PASSWORD)
    who = Guest(site.access.share(share["id"]))

    changed = change(site, "PUT", "/shares/{id}", share["id"], password="another one")

    assert changed.body["has_password"] is True
    assert media(site, who).status == 401
    assert open_link(site, share, "another one").status == 200


def test_a_link_is_changed_and_what_is_left_out_stays(site):
    share = make(site, name="a", days=3, may_download=True)

    renamed = change(site, "PUT", "/shares/{id}", share["id"], name="b").body
    endless = change(site, "PUT", "/shares/{id}", share["id"], days=None).body

    assert renamed == share | {"name": "b"}
    assert endless == renamed | {"expires_at": None}


def test_links_of_others_are_as_if_there_were_none(site):
    share = make(site)
    stranger = an_owner("other", id="u2")

    answers = [
        site.change("/shares/{id}", "PUT", share["id"], '{"days": 1}', visitor=stranger),
        site.change("/shares/{id}", "DELETE", share["id"], visitor=stranger),
        site.ask("/shares", query={"gallery": ["main"]}, visitor=stranger),
        site.change("/shares", "POST", body='{"gallery": "main"}', visitor=stranger),
        site.change("/shares", "POST", body='{"gallery": "other", "asset_ids": ["a1"]}',
                    visitor=stranger),
    ]  # fmt: skip

    assert [answer.status for answer in answers] == [404, 404, 404, 404, 400]
    assert site.ask("/shares").body == [share]


# --- guests --------------------------------------------------------------------------------------


def test_a_guest_is_told_what_the_link_shows(site):
    who = guest(site, name="For Grandma", days=2)

    told = site.ask("/session", visitor=who).body

    assert (told["kind"], told["email"], told["id"]) == ("guest", None, None)
    assert told["galleries"] == [{"id": "main", "name": "Our photos", "role": "guest"}]
    assert told["share"]["name"] == "For Grandma"
    assert who.share.id not in json.dumps(told)


@pytest.mark.parametrize("asset_ids", [None, ["a1", "a2", "a3", "v1"]])
def test_a_guest_sees_the_timeline_by_every_list_under_signed_addresses(site, asset_ids):
    said = {} if asset_ids is None else {"asset_ids": asset_ids}
    who = guest(site, **said)

    page = media(site, who)
    months = site.ask("/gallery/date-range", query={"by": ["day"]}, visitor=who).body
    may = site.ask("/gallery/buckets/{month}", path={"month": "2024-05"}, visitor=who)

    assert ids(page) == ["a2", "a1", "v1", "a3"]
    assert [month["count"] for month in months] == [1, 1, 1, 1]
    assert months[1]["days"] == [{"day": 17, "count": 1, "ratio_sum": 1.33333}]
    assert may.body["columns"]["id"] == ["a1"]
    assert may.headers["cache-control"] == "no-store"
    columns = may.body["columns"]
    pictures = [
        item[name] for item in page.body["items"] for name in ("thumbnail_url", "small_url")
    ]
    pictures += [*columns["thumbnail_url"], *columns["small_url"]]
    assert all(map(is_signed, pictures))


def test_a_guest_s_lists_are_the_same_whether_they_are_made_of_pages_or_of_rows(site):
    whole, chosen = guest(site), guest(site, asset_ids=["a1", "a2", "a3", "v1"])

    def told(who: Guest, path: str, **query: str) -> Any:
        values = {name: [value] for name, value in query.items()}
        answer = site.ask(path, query=values, visitor=who)
        assert answer.status == 200
        return json.loads(json.dumps(answer.body), object_hook=_without_revision)

    for query in (
        {},
        {"limit": "1"},
        {"offset": "1", "limit": "2"},
        {"offset": "9"},
        {"content_type": "video"},
        {"content_type": "image"},
        {"date_from": "2024-05-17", "date_to": "2024-05-31"},
        {"date_from": "2024-05-18"},
        {"date_to": "2023-12-31"},
        {"search": "GRAND"},
        {"shuffle": "true", "shuffle_seed": "7"},
        {"shuffle": "true", "shuffle_seed": "7", "limit": "3"},
    ):
        assert told(whole, "/gallery/media", **query) == told(chosen, "/gallery/media", **query)
    for query in ({}, {"by": "day"}, {"by": "day", "content_type": "video"}):
        path = "/gallery/date-range"
        assert told(whole, path, **query) == told(chosen, path, **query)


def _without_revision(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name != "revision"}


@pytest.mark.parametrize("query", [{}, {"shuffle": "true"}, {"search": "."}])
def test_a_selection_is_read_to_its_end_by_cursor(site, query):
    who = guest(site, asset_ids=["a1", "a2", "v1", "a3"])
    found: list[str] = []
    asked = {"limit": "1", **query}

    while True:
        page = media(site, who, **asked)
        found += ids(page)
        assert page.body["total"] == 4
        if not page.body["has_more"]:
            break
        asked["cursor"] = page.body["next_cursor"]

    assert sorted(found) == ["a1", "a2", "a3", "v1"]


def test_a_selection_shows_what_its_photos_are_now(site):
    who = guest(site, asset_ids=["a1", "a2"])
    before = site.ask("/gallery/date-range", visitor=who).body

    site.change("/gallery/assets/{id}", "DELETE", "a2")

    assert ids(media(site, who)) == ["a1"]
    after = site.ask("/gallery/date-range", visitor=who).body
    assert [month["month"] for month in after] == [5]
    assert after[0] in before


def test_a_guest_is_not_told_what_is_no_guest_s_business(site):
    who = guest(site)

    item = next(item for item in media(site, who, fields="all").body["items"] if item["id"] == "a1")
    asset = site.ask("/gallery/assets/{id}", path={"id": "a1"}, visitor=who).body

    for told in (item, asset):
        assert (told["is_favorite"], told["file_hash"], told["persons"]) == (False, None, [])
    assert (asset["faces"], asset["views"], asset["title"]) == ([], ["all"], "Lake")
    assert not {"latitude", "city", "tags", "albums"} & set(asset)


def test_originals_are_given_out_where_the_link_says_so(site):
    giving, keeping = guest(site, may_download=True), guest(site)

    def asked(who: Guest) -> list[SimpleNamespace]:
        return [
            site.ask("/gallery/assets/{id}/original", path={"id": "a1"}, visitor=who),
            site.ask("/gallery/serve", query={"path": ["a1.jpg"]}, visitor=who),
        ]

    for given in asked(giving):
        assert given.status == 302
        assert given.headers["location"].startswith("/photos/main/a1.jpg?")
        assert is_signed(given.headers["location"])
    for kept in asked(keeping):
        assert (kept.status, kept.body["error"]["code"]) == (403, "forbidden")
        assert "location" not in kept.headers
    assert is_signed(media(site, giving).body["items"][0]["url"])
    assert [item["url"] for item in media(site, keeping).body["items"]] == [
        f"/api/gallery/thumbnail/{asset}?size=large" for asset in ("a2", "a1", "v1", "a3")
    ]


def test_no_answer_to_a_guest_who_may_not_download_names_an_original(site):
    who = guest(site)

    answers = [
        media(site, who),
        site.ask("/gallery/buckets/{month}", path={"month": "2024-05"}, visitor=who),
        site.ask("/gallery/assets/{id}", path={"id": "a1"}, visitor=who),
    ]

    for answer in answers:
        assert answer.status == 200
        assert "/photos/main/a1.jpg" not in json.dumps(answer.body)


def test_a_guest_s_thumbnail_is_a_redirect_to_a_signed_address(site):
    answer = site.ask("/gallery/thumbnail/{id}", path={"id": "a1"}, visitor=guest(site))

    assert answer.status == 302
    assert is_signed(answer.headers["location"])
    assert answer.headers["cache-control"] == "no-store"


def test_no_address_of_a_guest_outlives_the_link(site):
    ending = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    share = Share("e" * 32, "k", "main", "gallery", NOW, "u1", expires_at=ending)
    site.access.create_share(share)

    answer = site.ask("/gallery/thumbnail/{id}", path={"id": "a1"}, visitor=Guest(share))

    told = parse_qs(urlsplit(answer.headers["location"]).query)
    assert told["Expires"] == [str(int(ending.timestamp()))]


@pytest.mark.parametrize("route", ["/gallery/thumbnail/{id}", "/gallery/assets/{id}/original"])
def test_owners_are_led_to_what_their_cookies_open_and_by_a_signature_to_what_lies_elsewhere(
    site, route
):
    site.gallery.add(an_asset("old", key="Older/old.jpg", gallery_id="main"))
    site.bucket.place("Older/old.jpg", a_jpeg())

    inside, outside = (
        site.ask(route, path={"id": asset}).headers["location"] for asset in ("a1", "old")
    )
    items = {item["id"]: item for item in site.ask("/gallery/media").body["items"]}
    whole = site.ask("/gallery/assets/{id}", path={"id": "old"}).body

    assert inside.startswith("/photos/main/")
    assert "?" not in inside
    assert outside.startswith("/photos/Older/")
    assert is_signed(outside)
    assert items["a1"]["url"] == "/photos/main/a1.jpg"
    assert items["old"]["url"] == whole["url"] == "/api/gallery/assets/old/original"
    assert items["old"]["thumbnail_url"] == "/api/gallery/thumbnail/old?size=medium"
    changed = change(site, "POST", "/gallery/bulk", ids=["old"], action="favorite")
    assert changed.body["results"][0]["asset"]["url"] == whole["url"]


@pytest.mark.parametrize("key", ["Older/old.jpg", "old.jpg"])
def test_faces_and_failures_of_what_lies_elsewhere_open_for_its_owners(site, key):
    face = {"f1": Face("p1", (1, 2, 3, 4), (9, 9), "immich")}
    bad = {"thumbnail_key": None, "thumbnail_url": f"{key}.x", "thumbnail_error": "unsupported"}
    site.gallery.add(
        an_asset("old", key=key, gallery_id="main", faces=face),
        an_asset("bad", key=f"{key}.x", gallery_id="main", **bad),
    )
    for place in (key, f"{key}.x"):
        site.bucket.place(place, a_jpeg())

    faces = site.ask("/gallery/persons/{id}/faces", path={"id": "p1"}).body["items"]
    (failure,) = site.ask("/gallery/failures").body["items"]
    led = site.ask("/gallery/assets/{id}/original", path={"id": "bad"})

    told = {found["asset_id"]: found["thumbnail_url"] for found in faces}
    assert told["old"] == "/api/gallery/thumbnail/old?size=medium"
    assert told["a1"].startswith("/photos/main/")
    assert failure["url"] == "/api/gallery/assets/bad/original"
    assert is_signed(led.headers["location"])


@pytest.mark.parametrize("asset", ASIDE)
@pytest.mark.parametrize("may_download", [False, True])
def test_what_is_put_aside_is_as_if_it_were_not_there(site, asset, may_download):
    whole = guest(site, may_download=may_download)
    rows = [asset] if asset != "foreign" else ["a1"]
    chosen = guest(site, asset_ids=[*rows, "a1"][:2] if rows != ["a1"] else rows,
                   may_download=may_download)  # fmt: skip

    for who in (whole, chosen):
        answers = [
            site.ask("/gallery/assets/{id}", path={"id": asset}, visitor=who),
            site.ask("/gallery/assets/{id}/original", path={"id": asset}, visitor=who),
            site.ask("/gallery/thumbnail/{id}", path={"id": asset}, visitor=who),
            site.ask("/gallery/serve", query={"path": [f"{asset}.jpg"]}, visitor=who),
        ]
        unknown = site.ask("/gallery/assets/{id}", path={"id": "unknown"}, visitor=who)

        assert [answer.status for answer in answers] == [404] * 4
        assert {json.dumps(answer.body) for answer in answers} == {json.dumps(unknown.body)}
        assert asset not in ids(media(site, who))
    assert site.drawn == []


def _put_aside(asset: str, site: Site, **changes: Any) -> None:
    """Change a row, and let the lists know nothing of it."""
    site.assets.change(site.assets.get(asset), **changes)


LATE = {
    "locked": lambda site: _put_aside("a2", site, visibility="locked"),
    "hidden": lambda site: _put_aside("a2", site, visibility="hidden"),
    "archived": lambda site: _put_aside("a2", site, visibility="archive"),
    "binned": lambda site: _put_aside("a2", site, deleted_at=NOW, deleted_reason="trashed"),
    "another gallery's": lambda site: _put_aside("a2", site, gallery_id="other"),
    "purged": lambda site: site.assets.bury(site.assets.get("a2")),
}


@pytest.mark.parametrize("put_aside", LATE.values(), ids=LATE)
def test_what_is_put_aside_is_given_to_no_guest_while_the_lists_are_late(site, put_aside):
    who = guest(site, may_download=True)
    assert ids(media(site, who)) == ["a2", "a1", "v1", "a3"]

    put_aside(site)

    assert ids(site.ask("/gallery/media")) == ["a2", "a1", "v1", "a3"]  # the lists are late
    given = [
        media(site, who, **query)
        for query in (
            {},
            {"limit": "1"},
            {"fields": "all"},
            {"content_type": "image"},
            {"date_from": "2024-06-01"},
            {"search": "GRAND"},
            {"shuffle": "true"},
            {"shuffle": "true", "search": "a"},
        )
    ]
    given.append(site.ask("/gallery/buckets/{month}", path={"month": "2024-06"}, visitor=who))
    assert [answer.status for answer in given] == [200] * len(given)
    assert not [answer.body for answer in given if "main/a2" in json.dumps(answer.body)]
    assert ids(given[0]) == ["a1", "v1", "a3"]
    assert given[-1].body["columns"]["id"] == []


def test_a_guest_goes_on_past_what_a_late_list_still_holds(site):
    who = guest(site)
    _put_aside("a2", site, visibility="hidden")

    first = media(site, who, limit="1")
    second = media(site, who, limit="1", cursor=first.body["next_cursor"])

    assert (ids(first), first.body["has_more"], ids(second)) == ([], True, ["a1"])


def test_photos_beyond_a_selection_are_as_if_they_were_not_there(site):
    who = guest(site, asset_ids=["a1"], may_download=True)

    answers = [
        site.ask("/gallery/assets/{id}", path={"id": "a2"}, visitor=who),
        site.ask("/gallery/assets/{id}/original", path={"id": "a2"}, visitor=who),
        site.ask("/gallery/thumbnail/{id}", path={"id": "a2"}, visitor=who),
        site.ask("/gallery/serve", query={"path": ["a2.jpg"]}, visitor=who),
    ]

    assert [answer.status for answer in answers] == [404] * 4
    assert ids(media(site, who)) == ["a1"]


@pytest.mark.parametrize("view", ["bin", "fav", "archive", "hidden", "locked", "failed"])
@pytest.mark.parametrize("resource", ["/gallery/media", "/gallery/date-range"])
def test_a_guest_has_no_list_but_the_timeline(site, view, resource):
    answer = site.ask(resource, query={"view": [view]}, visitor=guest(site))

    assert (answer.status, answer.body["error"]["code"]) == (404, "not_found")


def test_a_guest_asks_for_nobody_and_for_no_other_gallery(site):
    who = guest(site)

    assert media(site, who, person_id="p1").status == 404
    assert media(site, who, gallery="other").status == 404
    assert media(site, who, gallery="nowhere").status == 404
    month = site.ask("/gallery/buckets/{month}", path={"month": "2024-05"},
                     query={"person_id": ["p1"]}, visitor=who)  # fmt: skip
    assert month.status == 404


def test_an_owner_sees_by_a_header_what_their_guests_see(site):
    share = site.access.share(make(site, asset_ids=["a1"])["id"])
    cookie = {"Cookie": f"__Host-share={share.id}.{share.key}"}

    own = site.ask("/gallery/media", headers=cookie)
    as_guest = site.ask("/gallery/media", headers=cookie | {"X-Contact-Sheet-As": "guest"})
    without = site.ask("/gallery/media", headers={"X-Contact-Sheet-As": "guest"})

    assert (len(own.body["items"]), len(as_guest.body["items"])) == (4, 1)
    assert without.status == 401


def test_whoever_only_has_a_link_open_is_not_taken_for_an_owner(site):
    who = guest(site)

    answer = site.ask("/gallery/media", visitor=who, headers={"X-Contact-Sheet-As": "owner"})

    # an owner's page has to renew a session that ended, not to show what a link shows
    assert (answer.status, answer.body["error"]["code"]) == (401, "sign_in_required")
    assert media(site, who).status == 200
