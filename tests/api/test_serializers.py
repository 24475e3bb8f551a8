import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given

from chalicelib.api.cursors import decode_cursor
from chalicelib.api.serializers import (
    ITEM_NAMES,
    asset_json,
    bucket_json,
    bulk_json,
    emptied_json,
    item_json,
    media_json,
    months_json,
    person_json,
    stats_json,
)
from chalicelib.browse import BucketPart, DayCount, GalleryStats, MonthCount
from chalicelib.domain.asset import Face
from chalicelib.domain.person import Person
from chalicelib.domain.places import places
from chalicelib.domain.query import Cursor, Filter, MediaPage, MediaQuery
from chalicelib.domain.results import BulkResult
from chalicelib.domain.timeline import UNDATED, Counts
from chalicelib.errors import AssetNotFoundError, ConflictError, StorageUnavailableError
from chalicelib.purge import EmptiedBin
from tests.builders import an_asset, an_entry, wall_clock
from tests.documented import problems
from tests.libraries import a_face
from tests.storage.test_assets import assets


def test_an_item_has_the_names_and_addresses_that_the_page_needs():
    item = item_json(an_entry("a1", path="trip/a 1.png", thumbhash=b"\x00\xff"), "main")

    assert tuple(item) == ITEM_NAMES
    assert item["name"] == "a 1.png"
    assert item["media_date"] == "2024-05-17T09:30:00.000"
    assert item["url"] == "/photos/main/trip/a%201.png"
    assert item["thumbnail_url"] == "/photos/main/trip/a%201_thumb.png.jpg"
    assert item["small_url"] == "/photos/main/.small/trip/a%201.png.jpg"
    assert item["thumbhash"] == "AP8="


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_an_item_without_a_thumbnail_names_none(state):
    item = item_json(an_entry(state=state), "main")

    assert (item["thumbnail_url"], item["small_url"]) == (None, None)
    assert item["url"] == "/photos/main/a1.jpg"


def test_an_item_of_another_program_s_table_keeps_its_own_addresses():
    asset = an_asset(key="loose.jpg", thumbnail_key="thumbs/7.jpg", thumbnail_url="thumbs/7.jpg")
    (place,) = places(asset)

    item = item_json(place.entry, place.gallery)

    assert (item["url"], item["thumbnail_url"]) == ("/photos/loose.jpg", "/photos/thumbs/7.jpg")
    whole = asset_json(asset)
    assert (whole["url"], whole["thumbnail_url"], whole["small_url"]) == (
        item["url"],
        item["thumbnail_url"],
        item["small_url"],
    )


@given(assets)
def test_an_item_and_its_asset_say_the_same_as_it_is_documented(asset):
    whole = asset_json(asset)

    json.dumps(whole, allow_nan=False)
    assert problems("Asset", whole) == []
    for place in places(asset):
        item = item_json(place.entry, place.gallery, place.view)
        assert ("expires_at" in item) == (place.view == "bin")
        json.dumps(item, allow_nan=False)
        assert problems("Item", item) == []
        shared = item.keys() & whole.keys() - {"name"}
        assert {name: item[name] for name in shared} == {name: whole[name] for name in shared}


def test_a_page_with_more_to_come_has_a_cursor_that_goes_on_there():
    query = MediaQuery(Filter("main"), limit=2, offset=10)
    entries = (an_entry("b"), an_entry("a"))
    following = Cursor(12, entries[1].position)

    answer = media_json(query, MediaPage(entries, 50, True, 10, following))

    assert problems("MediaPage", answer) == []
    assert [item["id"] for item in answer["items"]] == ["b", "a"]
    assert (answer["total"], answer["total_is_exact"], answer["has_more"]) == (50, True, True)
    assert (answer["limit"], answer["offset"], answer["shuffle_seed"]) == (2, 10, None)
    assert decode_cursor(answer["next_cursor"], query.filter, is_shuffled=False) == following


def test_a_shuffle_s_page_tells_its_seed():
    query = MediaQuery(Filter("main"), seed=0)
    following = Cursor(1, seed=0, sizes=(("2024-05", 5),), step=1)

    answer = media_json(query, MediaPage((an_entry(),), 5, False, 0, following))

    assert problems("MediaPage", answer) == []
    assert (answer["shuffle_seed"], answer["total_is_exact"]) == (0, False)
    assert decode_cursor(answer["next_cursor"], query.filter, is_shuffled=True) == following


def test_the_last_page_has_no_cursor():
    answer = media_json(MediaQuery(Filter("main")), MediaPage((), 0, True, 0, None))

    assert (answer["items"], answer["next_cursor"], answer["has_more"]) == ([], None, False)


def test_items_have_hashes_where_they_are_asked_for():
    page = MediaPage((an_entry("a"), an_entry("b"), an_entry("gone")), 3, True, 0, None)
    hashes = {"a": "ab" * 32, "b": None}

    answer = media_json(MediaQuery(Filter("main")), page, hashes)

    assert problems("MediaPage", answer) == []
    assert [item["file_hash"] for item in answer["items"]] == ["ab" * 32, None, None]
    plain = media_json(MediaQuery(Filter("main")), page)
    assert all("file_hash" not in item for item in plain["items"])


def test_a_month_s_columns_hold_what_its_items_would():
    entries = (an_entry("b", path="trip/b.jpg"), an_entry("a", is_video=True, duration=1.5))

    answer = bucket_json(BucketPart("2024-05", 3, 0, 1, 2, entries), "main")

    assert problems("Bucket", answer) == []
    columns = answer.pop("columns")
    assert answer == {"month": "2024-05", "revision": 3, "part": 0, "parts": 1, "total": 2}
    columns["persons"] = [[], []]  # left out where nobody is shown
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    assert rows == [item_json(entry, "main") for entry in entries]


def test_a_month_tells_whom_its_photos_show_where_there_is_anybody():
    entries = (an_entry("b", persons=("ann", "bob")), an_entry("a"))

    answer = bucket_json(BucketPart("2024-05", 3, 0, 1, 2, entries), "main")

    assert problems("Bucket", answer) == []
    assert answer["columns"]["persons"] == [["ann", "bob"], []]


def test_an_asset_names_each_person_once():
    faces = {"f1": a_face("bob"), "f2": a_face(None), "f3": a_face("bob")}

    assert asset_json(an_asset(faces=faces))["persons"] == ["bob"]


def test_a_month_of_the_bin_tells_when_its_photos_came_and_when_they_go():
    deleted_at = datetime(2024, 5, 3, 4, 5, tzinfo=UTC)
    usual = an_asset("usual", deleted_at=deleted_at)
    moved_in = an_asset("moved", deleted_at=deleted_at, kept_until=deleted_at + timedelta(days=99))
    lost = an_asset("lost", deleted_at=deleted_at, deleted_reason="original-missing")
    entries = tuple(place.entry for asset in (usual, moved_in, lost) for place in places(asset))

    answer = bucket_json(BucketPart("2024-05", 3, 0, 1, 3, entries), "main", "bin")

    assert problems("Bucket", answer) == []
    assert answer["columns"]["deleted_at"] == ["2024-05-03T04:05:00+00:00"] * 3
    assert answer["columns"]["expires_at"] == [
        "2024-06-02T04:05:00+00:00",
        "2024-08-10T04:05:00+00:00",
        None,
    ]


def test_an_empty_month_has_every_column_but_that_of_persons():
    answer = bucket_json(BucketPart(UNDATED, 0, 0, 1, 0, ()), "main")

    assert problems("Bucket", answer) == []
    assert answer["month"] == "undated"
    assert answer["columns"] == {name: [] for name in ITEM_NAMES if name != "persons"}


def test_months_are_numbers_and_undated_photos_have_none():
    months = [MonthCount("2024-05", 3, 4), MonthCount("2023-12", 1, 2), MonthCount(UNDATED, 9, 1)]

    answer = months_json(months, by_day=False)

    assert problems("Months", answer) == []
    assert answer == [
        {"year": 2024, "month": 5, "count": 4, "revision": 3},
        {"year": 2023, "month": 12, "count": 2, "revision": 1},
        {"year": None, "month": None, "count": 1, "revision": 9},
    ]


def test_days_stand_under_their_months():
    may = MonthCount("2024-05", 3, 4, (DayCount(17, 3, 4.0), DayCount(2, 1, 1.778)))
    undated = MonthCount(UNDATED, 1, 1, (DayCount(None, 1, 1.333),))

    answer = months_json([may, undated], by_day=True)

    assert problems("Months", answer) == []
    assert answer[0]["days"] == [
        {"day": 17, "count": 3, "ratio_sum": 4.0},
        {"day": 2, "count": 1, "ratio_sum": 1.778},
    ]
    assert answer[1]["days"] == [{"day": None, "count": 1, "ratio_sum": 1.333}]


def test_totals_tell_those_without_thumbnail():
    stats = GalleryStats(Counts(10, 2, 0, pending=3, failed=1, bytes=99, missing=2), Counts(4, 1))

    answer = stats_json(stats)

    assert problems("Stats", answer) == []
    assert answer == {
        "total": 12, "images": 10, "videos": 2, "bytes": 99, "bin": 5, "bin_days": 30,
        "failed": 1, "without_thumbnail": 4, "without_original": 2,
    }  # fmt: skip


def test_a_person_is_told_with_counts_and_a_picture():
    created = datetime(2024, 6, 1, tzinfo=UTC)
    person = Person(
        "p1", "main", "Ann", True, False, "main/faces/p1.jpg", created_at=created, faces=3, assets=2
    )

    answer = person_json(person)

    assert problems("Person", answer) == []
    assert answer == {
        "id": "p1",
        "name": "Ann",
        "faces": 3,
        "assets": 2,
        "is_favorite": True,
        "is_hidden": False,
        "thumbnail_url": "/photos/main/faces/p1.jpg",
        "created_at": "2024-06-01T00:00:00+00:00",
    }
    assert person_json(Person("p2", "main", "Bob"))["thumbnail_url"] is None


def test_an_asset_tells_all_that_is_known_of_it():
    asset = an_asset(
        taken_at=datetime(2024, 5, 17, 7, 30, tzinfo=UTC),
        taken_local=wall_clock("2024-05-17T09:30"),
        utc_offset_minutes=120,
        details={"title": "Beach", "iso": 100, "tags": ("sea", "sun")},
        thumbhash=b"\x00",
        deleted_at=datetime(2025, 1, 1, tzinfo=UTC),
        live_video_id="v1",
    )

    answer = asset_json(asset)

    assert problems("Asset", answer) == []
    assert (answer["title"], answer["iso"], answer["tags"]) == ("Beach", 100, ["sea", "sun"])
    assert answer["taken_at"] == "2024-05-17T07:30:00+00:00"
    assert answer["media_date"] == "2024-05-17T09:30:00.000"
    assert (answer["views"], answer["deleted_at"]) == (["bin"], "2025-01-01T00:00:00+00:00")
    assert answer["live_video_id"] == "v1"


def test_a_face_without_a_confidence_gets_none_made_up():
    asset = an_asset(
        faces={
            "f2": Face(None, (0, 0, 10, 20), (100, 80), "immich"),
            "f1": Face("ann", (1, 2, 3, 4), (100, 80), "machine-learning", 0.75),
        }
    )

    answer = asset_json(asset)

    assert problems("Asset", answer) == []
    assert answer["faces"] == [
        {
            "id": "f1",
            "person_id": "ann",
            "box": [1, 2, 3, 4],
            "image_size": [100, 80],
            "source": "machine-learning",
            "confidence": 0.75,
        },
        {
            "id": "f2",
            "person_id": None,
            "box": [0, 0, 10, 20],
            "image_size": [100, 80],
            "source": "immich",
            "confidence": None,
        },
    ]


def test_a_result_is_the_asset_nothing_or_why_it_failed():
    results = [
        BulkResult("a1", an_asset("a1"), None, ("date",)),
        BulkResult("a2", None, None),
        BulkResult("a3", None, AssetNotFoundError("no asset has the id 'a3'")),
        BulkResult("a4", None, ConflictError("asset a4 is not in the bin")),
    ]

    answer = bulk_json(results)

    assert problems("BulkResults", answer) == []
    done, purged, missing, refused = answer["results"]
    assert (done["id"], done["status"], done["asset"]["id"]) == ("a1", "ok", "a1")
    assert (done["newly_corrected"], purged["newly_corrected"]) == (["date"], [])
    assert (purged["id"], purged["status"], purged["asset"]) == ("a2", "ok", None)
    assert missing["error"] == {"code": "not_found", "message": "nothing is here"}
    assert refused["error"] == {"code": "conflict", "message": "asset a4 is not in the bin"}


def test_five_hundred_results_with_all_that_a_person_wrote_fit_into_one_answer():
    """Lambda answers 6 MiB; its own envelope writes each answer once more as text."""
    description = "\u00e4\N{MOUNTAIN}" * 5_000
    tags = tuple(f"tag {number}" for number in range(200))
    crowd = {f"f{number}": a_face(str(UUID(int=number))) for number in range(200)}
    rows = [
        an_asset(
            f"{number:032x}",
            filename="\N{MOUNTAIN}" * 100,
            key=f"main/{'a' * 500}/{number}.jpg",
            details={"description": description, "tags": tags},
            corrected=("date", "description"),
            faces=crowd,
        )
        for number in range(500)
    ]

    answer = bulk_json([BulkResult(row.id, row) for row in rows])

    assert len(json.dumps(json.dumps(answer))) < 6 << 20
    assert problems("BulkResults", answer) == []
    found = answer["results"][0]["asset"]
    assert (found["visibility"], found["corrected"]) == ("timeline", ["date", "description"])


def test_an_emptied_bin_tells_what_is_gone_and_what_is_not():
    kept = BulkResult("a2", None, StorageUnavailableError("S3 did not answer"))

    answer = emptied_json(EmptiedBin([BulkResult("a1", None, None), kept], remaining=7))

    assert problems("EmptiedBin", answer) == []
    error = {"code": "storage_unavailable", "message": "S3 did not answer"}
    assert answer == {"purged": 1, "failed": [{"id": "a2", "error": error}], "remaining": 7}
