import json
from datetime import UTC, datetime

import pytest
from hypothesis import given

from chalicelib.api.parameters import media_query
from chalicelib.api.serializers import (
    asset_json,
    days_json,
    item_json,
    media_json,
    months_json,
    stats_json,
    ticket_json,
)
from chalicelib.browse import GalleryStats, MediaPage, MediaQuery
from chalicelib.domain.places import places
from chalicelib.domain.timeline import BucketCounts, Counts, DayCounts
from chalicelib.upload import UploadTicket
from tests.builders import an_asset, an_entry
from tests.storage.test_assets import assets

ITEM_NAMES = {
    *("id", "local_path", "name", "file_type", "width", "height", "duration", "file_size"),
    *("media_date", "is_favorite", "thumbnail_state", "thumbnail_url", "small_url", "url"),
    "thumbhash",
}


def test_an_item_has_the_names_and_addresses_that_the_page_needs():
    item = item_json(an_entry("a1", path="trip/a 1.png", thumbhash=b"\x00\xff"), "main")

    assert item.keys() == ITEM_NAMES
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
def test_an_item_and_its_asset_say_the_same(asset):
    whole = asset_json(asset)

    json.dumps(whole, allow_nan=False)
    for place in places(asset):
        item = item_json(place.entry, place.gallery)
        json.dumps(item, allow_nan=False)
        shared = item.keys() & whole.keys() - {"media_date", "name"}
        assert {name: item[name] for name in shared} == {name: whole[name] for name in shared}


def test_a_page_with_more_to_come_has_a_cursor_that_goes_on_there():
    query = MediaQuery("main", limit=2, offset=10)
    entries = (an_entry("b"), an_entry("a"))

    answer = media_json(query, MediaPage(entries, 50, has_more=True))

    assert [item["id"] for item in answer["items"]] == ["b", "a"]
    assert (answer["total"], answer["total_is_exact"], answer["has_more"]) == (50, True, True)
    assert (answer["limit"], answer["offset"]) == (2, 10)
    following = media_query({"limit": ["2"], "cursor": [answer["next_cursor"]]})
    assert (following.before, following.offset) == (entries[1].position, 12)


def test_the_last_page_has_no_cursor():
    answer = media_json(MediaQuery("main"), MediaPage((), 0, has_more=False))

    assert (answer["items"], answer["next_cursor"], answer["has_more"]) == ([], None, False)


def a_bucket(bucket: str, images: int, videos: int = 0) -> BucketCounts:
    return BucketCounts(bucket, 1, 1, Counts(images, videos))


def test_months_are_numbers_and_undated_photos_have_none():
    buckets = [a_bucket("2024-05", 3, 1), a_bucket("2023-12", 0, 2), a_bucket("0000-00", 1)]

    assert months_json(buckets, None) == [
        {"year": 2024, "month": 5, "count": 4},
        {"year": 2023, "month": 12, "count": 2},
        {"year": None, "month": None, "count": 1},
    ]
    assert [month["count"] for month in months_json(buckets, "image")] == [3, 1]


def test_days_stand_under_their_months():
    buckets = [a_bucket("2024-05", 3, 1), a_bucket("0000-00", 1)]
    days = {
        "2024-05": {"17": DayCounts(3, 0, 4000), "02": DayCounts(0, 1, 1778)},
        "0000-00": {"00": DayCounts(1, 0, 1333)},
    }

    may, undated = days_json(buckets, days, None)

    assert may["days"] == [
        {"day": 17, "count": 3, "ratio_sum": 4.0},
        {"day": 2, "count": 1, "ratio_sum": 1.778},
    ]
    assert undated["days"] == [{"day": None, "count": 1, "ratio_sum": 1.333}]


def test_totals_tell_those_without_thumbnail():
    stats = GalleryStats(Counts(10, 2, 0, pending=3, failed=1, bytes=99), Counts(4, 1))

    assert stats_json(stats) == {
        "total": 12, "images": 10, "videos": 2, "bytes": 99, "bin": 5, "without_thumbnail": 4,
    }  # fmt: skip


def test_an_asset_tells_all_that_is_known_of_it():
    asset = an_asset(
        taken_at=datetime(2024, 5, 17, 7, 30, tzinfo=UTC),
        utc_offset_minutes=120,
        details={"title": "Beach", "iso": 100, "tags": ("sea", "sun")},
        thumbhash=b"\x00",
        deleted_at=datetime(2025, 1, 1, tzinfo=UTC),
    )

    answer = asset_json(asset)

    assert (answer["title"], answer["iso"], answer["tags"]) == ("Beach", 100, ["sea", "sun"])
    assert answer["taken_at"] == "2024-05-17T07:30:00+00:00"
    assert (answer["views"], answer["deleted_at"]) == (["bin"], "2025-01-01T00:00:00+00:00")


def test_a_ticket_names_what_is_there_or_says_how_to_send_it():
    assert ticket_json(UploadTicket("a1", an_asset("a1"), None))["duplicate"] is True
    assert ticket_json(UploadTicket("a1", None, {"url": "u"})) == {
        "id": "a1", "duplicate": False, "form": {"url": "u"},
    }  # fmt: skip
