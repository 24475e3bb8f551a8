"""Guests are told what is named for them, and nothing that is new by itself."""

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.api import guest_json
from chalicelib.api.openapi import document
from chalicelib.api.routes import ROUTES
from chalicelib.domain.asset import Face
from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.person import Person
from chalicelib.domain.share import Share
from chalicelib.domain.visitor import Guest
from chalicelib.storage.rows import DETAIL_NAMES
from tests.builders import NOW, an_asset
from tests.site import Site, a_site

DOCUMENT = json.loads(json.dumps(document()))
OPEN_TO_GUESTS = [route for route in ROUTES.values() if route.access != "owner"]

ITEM = {
    *("id", "local_path", "name", "file_type", "width", "height", "duration", "file_size"),
    *("media_date", "is_favorite", "thumbnail_state", "thumbnail_url", "small_url", "url"),
    *("thumbhash", "persons"),
}
SHARE = {"gallery", "kind", "name", "may_download", "count", "expires_at"}


def below(name: str, names: set[str]) -> set[str]:
    return {name, *(f"{name}.{known}" for known in names)}


# All that stands in an answer to a guest, by its schema; lists are looked into.
TOLD: dict[str, set[str]] = {
    "MediaPage": {
        *below("items", ITEM | {"file_hash"}),
        *("total", "total_is_exact", "limit", "offset", "has_more", "next_cursor"),
        "shuffle_seed",
    },
    "Months": {"year", "month", "count", "revision", *below("days", {"day", "count", "ratio_sum"})},
    "Bucket": {
        *("month", "revision", "part", "parts", "total"),
        *below("columns", ITEM - {"persons"}),
    },
    "Asset": {
        *ITEM,
        *("gallery", "mime_type", "file_hash", "taken_at", "utc_offset_minutes", "visibility"),
        *("deleted_at", "deleted_reason", "expires_at", "is_damaged", "live_video_id", "views"),
        *("thumbnail_error", "thumbnail_error_detail", "faces", "corrected"),
        *("camera_make", "camera_model", "lens_model", "iso", "orientation", "f_number"),
        *("exposure_seconds", "focal_length_mm", "title", "description"),
    },
    "Session": {
        *("kind", "id", "email", "expires_at"),
        *below("galleries", {"id", "name", "role"}),
        *below("share", SHARE),
    },
    "OpenedShare": SHARE,
}
# What is described, too, and told to owners alone.
OF_OWNERS: dict[str, set[str]] = {
    "MediaPage": {"items.deleted_at", "items.expires_at"},
    "Months": set(),
    "Bucket": {"columns.persons", "columns.deleted_at", "columns.expires_at"},
    "Asset": {
        *("latitude", "longitude", "altitude", "city", "state", "country"),
        *("rating", "artist", "tags", "albums"),
        *(f"faces.{name}" for name in ("id", "person_id", "box", "image_size", "source")),
        "faces.confidence",
    },
    "Session": set(),
    "OpenedShare": set(),
}
# Of the same name for everybody, and never what is true of the photo.
BLANK: dict[str, Any] = {
    "file_hash": None,
    "live_video_id": None,
    "is_favorite": False,
    "views": ["all"],
    "faces": [],
    "persons": [],
    "corrected": [],
}
# About somebody who is no guest, and about what went wrong.
OF_NOBODY = {"SignIn", "Error"}


def names_of(value: Any, before: str = "") -> set[str]:
    """The names in an answer, as paths."""
    if isinstance(value, list):
        return {name for part in value for name in names_of(part, before)}
    if not isinstance(value, dict):
        return set()
    return {
        path
        for name, part in value.items()
        for path in (f"{before}{name}", *names_of(part, f"{before}{name}."))
    }


def described(schema: Any, before: str = "") -> Iterator[str]:
    """The names that an answer of a schema may have, as paths."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in (*schema.get("oneOf", ()), *filter(None, [schema.get("items")])):
        yield from described(part, before)
    for name, part in schema.get("properties", {}).items():
        yield f"{before}{name}"
        yield from described(part, f"{before}{name}.")


def filled(schema: Any) -> Any:
    """An answer with all that a schema has a name for, and at each place with one name more."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "items" in schema:
        return [filled(schema["items"])]
    if "properties" not in schema:
        return "secret"
    told = {name: filled(part) for name, part in schema["properties"].items()}
    return told | {"unheard_of": "secret"}


@pytest.fixture
def site(monkeypatch) -> Site:
    """A gallery with a photo of which everything is known."""
    site = a_site(monkeypatch)
    site.access.create_gallery(OwnedGallery("main", "Our photos", {"u1": "ann@example.org"}))
    site.people.create(Person("p1", "main", "Zoe"))
    details = dict.fromkeys(DETAIL_NAMES, "x") | {"tags": ("x",), "albums": ("y",)}
    face = {"f1": Face("p1", (1, 2, 3, 4), (9, 9), "immich")}
    site.gallery.add(
        an_asset(
            "a1", is_favorite=True, faces=face, details=details, file_hash="5" * 64,
            live_video_id="v1", corrected=("title",),
        ),
    )  # fmt: skip
    return site


@pytest.fixture
def guest(site: Site) -> Guest:
    share = Share("s" * 32, "k", "main", "gallery", NOW, "u1", name="For Grandma")
    site.access.create_share(share)
    return Guest(site.access.share(share.id))


def answers(site: Site, guest: Guest) -> dict[str, SimpleNamespace]:
    """What a guest is answered, by the schema."""
    body = json.dumps({"token": guest.share.id})
    headers = {"Content-Type": "application/json"}
    return {
        "MediaPage": site.ask("/gallery/media", query={"fields": ["all"]}, visitor=guest),
        "Months": site.ask("/gallery/date-range", query={"by": ["day"]}, visitor=guest),
        "Bucket": site.ask("/gallery/buckets/{month}", path={"month": "2024-05"}, visitor=guest),
        "Asset": site.ask("/gallery/assets/{id}", path={"id": "a1"}, visitor=guest),
        "Session": site.ask("/session", visitor=guest),
        "OpenedShare": site.ask("/session/share", "POST", headers=headers, body=body),
    }


def test_a_guest_is_told_just_these_names(site, guest):
    told = {name: names_of(answer.body) for name, answer in answers(site, guest).items()}

    assert told == TOLD


def test_a_guest_of_a_selection_is_told_the_same_names(site, guest):
    chosen = replace(guest.share, id="t" * 32, kind="selection", asset_ids=("a1",))
    site.access.create_share(chosen)

    told = answers(site, Guest(site.access.share(chosen.id)))

    assert {name: names_of(answer.body) for name, answer in told.items()} == TOLD


def test_what_has_a_place_and_is_no_guest_s_business_is_blank(site, guest):
    told = answers(site, guest)
    (item,) = told["MediaPage"].body["items"]
    columns = {name: values[0] for name, values in told["Bucket"].body["columns"].items()}

    for photo in (item, columns, told["Asset"].body):
        blank = {name: value for name, value in BLANK.items() if name in photo}
        assert {name: photo[name] for name in blank} == blank


def test_of_every_name_that_is_described_it_is_decided_whether_guests_are_told():
    """Whoever adds one to an answer says here for whom it is."""
    schemas = {
        reference["$ref"].rpartition("/")[2]
        for route in OPEN_TO_GUESTS
        for answer in DOCUMENT["paths"][route.path][route.method.lower()]["responses"].values()
        if (reference := answer.get("content", {}).get("application/json", {}).get("schema"))
    }

    assert schemas == {*TOLD, *OF_NOBODY}
    for name in TOLD:
        names = set(described({"$ref": f"#/components/schemas/{name}"}))
        assert names == TOLD[name] | OF_OWNERS[name], name


def signed(address: str) -> str:
    return f"{address}?signed"


@pytest.mark.parametrize("may_download", [True, False])
def test_what_is_new_is_left_out_of_each_answer(may_download):
    def given(name: str) -> Any:
        return filled({"$ref": f"#/components/schemas/{name}"})

    page = given("MediaPage")
    items = [guest_json.guest_item(item, may_download, signed) for item in page["items"]]
    told = {
        "MediaPage": guest_json.guest_page({**page, "items": items}),
        "Months": guest_json.guest_months(given("Months")),
        "Bucket": guest_json.guest_bucket(given("Bucket")),
        "Asset": guest_json.guest_asset(given("Asset"), may_download, signed),
    }

    for name, answer in told.items():
        # a column of persons is that of nobody: a month has it where there are any
        assert names_of(answer) - {"columns.persons"} == TOLD[name], name
        assert "unheard_of" not in json.dumps(answer)
