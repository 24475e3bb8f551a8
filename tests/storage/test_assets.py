import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.domain.tombstone import PossibleIds, Tombstone
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    ForeignKeyRefusedError,
    SetupError,
    UndrawableReason,
)
from chalicelib.storage.assets import Assets
from chalicelib.storage.rows import parse_item, to_item
from tests.builders import BUCKET, NOW, an_asset, wall_clock
from tests.memory import MemoryTable

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
wholes = st.none() | st.integers(0, 2**53)
fractions = st.none() | st.floats(0, 1e6).map(lambda value: round(value, 6))
moments = st.none() | st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
clocks = st.none() | st.datetimes().map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
shares = st.none() | st.floats(0, 1).map(lambda value: round(value, 6))
faces = st.builds(
    Face,
    person_id=st.none() | texts,
    box=st.tuples(*[st.integers(0, 9999)] * 4),
    image_size=st.tuples(*[st.integers(1, 9999)] * 2),
    source=texts,
    confidence=shares,
)
assets = st.builds(
    an_asset,
    id=texts,
    key=texts.map(lambda text: f"main/{text}.jpg"),
    filename=texts,
    file_type=st.sampled_from(["image", "video"]),
    mime_type=st.none() | texts,
    width=wholes,
    height=wholes,
    duration=fractions,
    file_size=wholes,
    file_hash=st.none() | texts,
    taken_at=moments,
    taken_local=clocks,
    utc_offset_minutes=st.none() | st.integers(-840, 840),
    is_favorite=st.booleans(),
    visibility=st.sampled_from(["timeline", "archive", "hidden", "locked"]),
    deleted_at=moments,
    deleted_reason=st.none() | texts,
    purging=st.none() | texts,
    thumbhash=st.none() | st.binary(min_size=1, max_size=30),
    is_damaged=st.booleans(),
    thumbnail_error=st.none() | st.sampled_from(get_args(UndrawableReason)),
    thumbnail_error_detail=st.none() | texts,
    thumbnail_attempts=st.none() | st.integers(1, 9),
    source_etag=st.none() | texts,
    sequencer=st.none() | texts,
    live_video_id=st.none() | texts,
    is_live_video=st.booleans(),
    same_object_as=st.lists(texts, max_size=3).map(tuple),
    faces=st.dictionaries(texts, faces, max_size=2),
    details=st.fixed_dictionaries(
        {},
        optional={
            "title": texts,
            "iso": st.integers(0, 10**6),
            "latitude": st.floats(-90, 90).map(lambda value: round(value, 6)),
            "tags": st.lists(texts, min_size=1, max_size=3).map(tuple),
        },
    ),
    gallery_id=st.none() | st.from_regex("[a-z0-9-]{1,40}", fullmatch=True),
    version=st.integers(0, 2**53),
    created_at=moments,
    updated_at=moments,
)


def rows(page_size: int = 1000) -> Assets:
    return Assets(MemoryTable("assets", ("id",), page_size=page_size), BUCKET, lambda: NOW)


@given(assets)
def test_a_row_is_read_as_it_was_written(asset):
    table = MemoryTable("assets", ("id",))
    table.put(to_item(asset))

    (item,) = table.items

    assert parse_item(item, BUCKET) == asset


@given(assets)
def test_a_row_of_the_stream_is_read_like_one_of_the_table(asset):
    table = MemoryTable("assets", ("id",))
    table.put(to_item(asset))

    (record,) = table.stream

    assert parse_item(record["dynamodb"]["NewImage"], BUCKET) == asset


@given(assets, assets)
def test_a_change_makes_the_row_what_it_says_and_leaves_the_rest(before, after):
    store = rows()
    created = store.create(dataclasses.replace(before, version=0))
    wanted = {
        field.name: getattr(after, field.name)
        for field in dataclasses.fields(Asset)
        if field.name
        not in ("id", "key", "url", "filename", "version", "created_at", "updated_at", "gallery_id")
    }

    changed = store.change(created, **wanted)

    assert store.get(before.id) == changed
    assert changed.version == 2


def test_a_table_made_by_another_program_is_read_as_it_is():
    """Only the four attributes that a foreign table has."""
    asset = parse_item(
        {
            "id": {"S": "a1"},
            "url": {"S": f"https://{BUCKET}.s3.amazonaws.com/album/clip%201.MOV"},
            "thumbnail_url": {"S": f"https://{BUCKET}.s3.amazonaws.com/album/clip%201.MOV"},
            "filename": {"S": "clip 1.MOV"},
        },
        BUCKET,
    )

    assert (asset.key, asset.gallery, asset.local_path) == (
        "album/clip 1.MOV",
        "album",
        "clip 1.MOV",
    )
    assert (asset.file_type, asset.visibility, asset.version) == ("video", "timeline", 0)
    assert (asset.has_thumbnail, asset.thumbnail_state) == (False, "pending")


@pytest.mark.parametrize(
    ("thumbnail_url", "thumbnail_key"),
    [
        (None, None),
        ("", None),
        ("main/a.jpg", None),
        (f"s3://{BUCKET}/main/a.jpg", None),
        (f"https://{BUCKET}.s3.amazonaws.com/main/a.jpg?v=1", None),
        (f"https://cdn.example.org/{BUCKET}/main/a.jpg", None),
        ("main/a_thumb.jpg", "main/a_thumb.jpg"),
        (f"s3://{BUCKET}/thumbs/1.jpg", "thumbs/1.jpg"),
        ("s3://elsewhere/thumbs/1.jpg", "s3://elsewhere/thumbs/1.jpg"),
    ],
)
def test_a_thumbnail_s_url_that_names_the_original_means_there_is_none(
    thumbnail_url, thumbnail_key
):
    item = {"id": {"S": "a1"}, "url": {"S": "main/a.jpg"}}
    if thumbnail_url is not None:
        item["thumbnail_url"] = {"S": thumbnail_url}

    assert parse_item(item, BUCKET).thumbnail_key == thumbnail_key


@pytest.mark.parametrize(
    "odd",
    [
        {"width": {"S": "wide"}, "height": {"NULL": True}, "file_size": {"BOOL": True}},
        {"taken_local": {"S": "last summer"}, "taken_at": {"N": "1700000000"}},
        {"taken_at": {"S": "2024-05-17T09:30:00"}},  # a moment without an offset is none
        {"thumbnail_error": {"S": "could not open it"}},
        {"is_favorite": {"S": "yes"}, "visibility": {"S": "public"}, "file_type": {"S": "photo"}},
        {"faces": {"L": []}, "tags": {"S": "beach"}, "iso": {"SS": ["a"]}},
        {"faces": {"M": {"f": {"M": {"box": {"L": [{"N": "1"}]}}}, "g": {"S": "?"}}}},
        {"thumbhash": {"S": "abc"}, "deleted_at": {"BOOL": False}, "title": {"M": {}}},
        {"anything": {"M": {"at": {"L": [{"NULL": True}]}}}},
    ],
)
def test_what_another_program_wrote_in_another_type_is_left_out(odd):
    item = {"id": {"S": "a1"}, "url": {"S": "main/a.jpg"}}

    read = parse_item(item | odd, BUCKET)

    assert dataclasses.replace(read, details={}) == parse_item(item, BUCKET)


@pytest.mark.parametrize("url", [None, {"S": ""}, {"N": "1"}, {"S": "s3://elsewhere/a.jpg"}])
def test_a_row_that_names_no_object_of_the_bucket_is_refused_alone(url):
    store = rows()
    store.table.put({"id": {"S": "odd"}, **({"url": url} if url else {})})
    store.create(an_asset("a1"))

    assert [asset.id for asset in store.scan()] == ["a1"]
    assert store.get_many(["odd", "a1"]).keys() == {"a1"}
    with pytest.raises(AssetNotFoundError):
        store.get("odd")
    with pytest.raises(ForeignKeyRefusedError):
        store.parse(store.table.get("odd") or {})


@pytest.mark.parametrize("id", ["", "unknown", "x" * 2049, "é" * 1025])
def test_an_id_that_no_row_has_or_could_have_is_not_found(id):
    with pytest.raises(AssetNotFoundError):
        rows().get(id)


def test_a_row_is_created_once():
    store = rows()
    store.create(an_asset("a1", width=1))

    with pytest.raises(ConditionFailedError):
        store.create(an_asset("a1", width=2))

    assert store.get("a1").width == 1
    assert (store.get("a1").version, store.get("a1").created_at) == (1, NOW)


def test_a_row_that_was_changed_meanwhile_is_not_changed():
    store = rows()
    read = store.create(an_asset("a1"))
    store.change(read, width=1)

    with pytest.raises(ConditionFailedError):
        store.change(read, height=1)

    changed = dataclasses.replace(read, width=1, version=2, updated_at=NOW)
    assert store.get("a1") == changed


def test_a_row_that_was_removed_meanwhile_does_not_come_back():
    store = rows()
    read = store.create(an_asset("a1"))
    store.table.delete_many([("a1",)])

    with pytest.raises(ConditionFailedError):
        store.change(read, width=1)

    assert list(store.scan()) == []


@pytest.mark.parametrize(
    "thumbnail_url",
    [{}, {"thumbnail_url": {"S": ""}}, {"thumbnail_url": {"NULL": True}},
     {"thumbnail_url": {"S": "main/a.jpg"}}],
)  # fmt: skip
@pytest.mark.parametrize("version", [{}, {"version": {"S": "v1"}}, {"version": {"N": "0"}}])
def test_a_foreign_row_is_changed_as_long_as_its_urls_are_as_read(thumbnail_url, version):
    store = rows()
    item = {"id": {"S": "a1"}, "url": {"S": "main/a.jpg"}, "shelf": {"S": "ours"}}
    store.table.put(item | thumbnail_url | version)
    read = store.get("a1")

    store.change(read, thumbnail_url="main/a_thumb.jpg", thumbnail_key="main/a_thumb.jpg")
    with pytest.raises(ConditionFailedError):
        store.change(read, width=1)

    changed = store.table.get("a1") or {}
    assert (changed["thumbnail_url"], changed["version"]) == ({"S": "main/a_thumb.jpg"}, {"N": "1"})
    assert changed["shelf"] == {"S": "ours"}


def test_a_foreign_row_whose_thumbnail_another_program_recorded_is_not_changed():
    store = rows()
    item = {"id": {"S": "a1"}, "url": {"S": "main/a.jpg"}, "thumbnail_url": {"S": "main/a.jpg"}}
    store.table.put(item)
    read = store.get("a1")
    store.table.put(item | {"thumbnail_url": {"S": "main/theirs.jpg"}})

    with pytest.raises(ConditionFailedError):
        store.change(read, thumbnail_url="main/a_thumb.jpg")


def test_moments_are_kept_in_utc_and_wall_clocks_as_they_are():
    berlin = timezone(timedelta(hours=2))
    asset = an_asset(
        taken_at=datetime(2024, 6, 1, 0, 30, tzinfo=berlin),
        taken_local=wall_clock("2024-06-01T00:30"),
    )

    item = to_item(asset)

    assert item["taken_at"] == {"S": "2024-05-31T22:30:00.000+00:00"}
    assert item["taken_local"] == {"S": "2024-06-01T00:30:00.000"}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_a_number_that_a_row_can_t_hold_is_refused(number):
    with pytest.raises((SetupError, TypeError, ValueError)):
        rows().create(an_asset(duration=number))


def test_the_row_of_an_object_is_found_by_its_stem_or_its_key():
    store = rows()
    uploaded = store.create(an_asset("a1", key="main/a1.jpg"))
    key = "main/trip/IMG 1.jpg"
    dropped_in = store.create(an_asset(dropped_in_id(key), key=key))

    assert store.find("main/a1.jpg") == (uploaded, PossibleIds())
    assert store.find(key) == (dropped_in, PossibleIds())
    assert store.find("main/sub/a1.png") == (None, PossibleIds(frozenset({"a1"})))
    assert store.find("main/unknown.jpg") == (None, PossibleIds())


def test_a_row_that_was_just_written_is_found_whatever_replicas_say():
    """F59."""
    store = rows()
    assert isinstance(store.table, MemoryTable)
    store.table.let_reads_lag()
    written = store.create(an_asset("a1"))

    assert store.get("a1") == written
    assert store.find(written.key)[0] == written


@pytest.mark.parametrize("total_segments", [1, 3, 8])
def test_a_scan_gives_every_row_once_whatever_the_pages_and_segments(total_segments):
    """F58. Pages of three, the last one of a segment empty where it comes out even."""
    store = rows(page_size=3)
    for number in range(50):
        store.create(an_asset(f"a{number:02}"))

    found = [
        item["id"]["S"]
        for segment in range(total_segments)
        for item in store.scan_items(segment=segment, total_segments=total_segments)
    ]

    assert sorted(found) == [f"a{number:02}" for number in range(50)]


def test_a_scan_goes_on_after_a_row_even_one_that_is_gone():
    store = rows(page_size=3)
    for number in range(20):
        store.create(an_asset(f"a{number:02}"))
    every = [item["id"]["S"] for item in store.scan_items()]
    store.table.delete_many([(every[9],)])

    rest = [item["id"]["S"] for item in store.scan_items(after=every[9])]

    assert rest == every[10:]


def test_a_scan_for_the_backfill_reads_only_what_it_needs():
    store = rows()
    store.create(an_asset("a1", details={"title": "Beach"}))

    (item,) = store.scan_items()

    assert "title" not in item
    assert "width" not in item


@pytest.mark.parametrize("number", ["-0.1", "1.01", "100", "-1", "9.9E+125"])
def test_a_confidence_that_is_none_is_left_out(number):
    face: dict[str, Any] = {
        "box": {"L": [{"N": "1"}] * 4},
        "image_size": {"L": [{"N": "9"}] * 2},
        "confidence": {"N": number},
    }
    item: dict[str, Any] = {
        "id": {"S": "a1"},
        "url": {"S": "main/a1.jpg"},
        "faces": {"M": {"f1": {"M": face}}},
    }

    assert parse_item(item, BUCKET).faces["f1"].confidence is None


@pytest.mark.parametrize("confidence", [float("nan"), float("inf"), -0.5, 1.5])
def test_a_confidence_that_is_none_is_not_written(confidence):
    face = Face("p1", (0, 0, 1, 1), (9, 9), "machine-learning", confidence)

    item = to_item(an_asset(faces={"f1": face}))

    assert "confidence" not in item["faces"]["M"]["f1"]["M"]


@pytest.mark.parametrize(("id", "read"), [("", None), ("x" * 128, "x" * 128), ("x" * 129, None)])
def test_a_face_is_of_a_person_whose_id_can_name_a_list(id, read):
    face = Face(id, (0, 0, 1, 1), (9, 9), "machine-learning")

    item = to_item(an_asset(faces={"f1": face}))

    assert parse_item(item, BUCKET).faces["f1"].person_id == read


# --- tombstones ----------------------------------------------------------------------


def test_a_tombstone_is_no_asset_and_tells_what_was_there():
    store = rows()
    created = store.create(an_asset("a1"))

    stone = store.bury(created, kept_object="v7")

    assert stone == Tombstone("a1", "main/a1.jpg", 2, NOW, "v7")
    assert store.find("main/a1.jpg") == (None, PossibleIds(frozenset(), {"a1": stone}))
    assert store.get_many(["a1"]) == store.find_many(["main/a1.jpg"]) == {}
    assert (list(store.scan()), list(store.scan_items())) == ([], [])
    with pytest.raises(AssetNotFoundError):
        store.get("a1")


def test_a_row_that_changed_is_not_buried():
    store = rows()
    created = store.create(an_asset("a1"))
    changed = store.change(created, is_favorite=True)

    with pytest.raises(ConditionFailedError):
        store.bury(created)

    assert store.get("a1") == changed


def test_a_row_takes_the_place_of_the_tombstone_it_knows_and_of_no_other():
    store = rows()
    stone = store.bury(store.create(an_asset("a1")))

    for version in (0, 1, 3):
        with pytest.raises(ConditionFailedError):
            store.create(an_asset("a1", version=version))
    created = store.create(an_asset("a1", version=stone.version))

    assert (created.version, store.get("a1")) == (3, created)
    with pytest.raises(ConditionFailedError):
        store.create(an_asset("a1", version=3))


def test_a_tombstone_expires_thirty_days_after_the_purge():
    store = rows()

    store.bury(store.create(an_asset("a1")))

    item = store.table.get("a1")
    assert item is not None
    # 2026-03-31 12:00 UTC, by `date -d @1774958400`
    assert item["expires_at"] == {"N": "1774958400"}


def test_many_ids_are_read_whatever_they_look_like():
    store = rows()
    created = store.create(an_asset("a1"))

    assert store.get_many(["a1", "", "é" * 2048]) == {"a1": created}


@pytest.mark.parametrize(
    "odd",
    [
        {"taken_at": {"S": "0001-01-01T00:00:00+05:00"}},
        {"deleted_at": {"S": "9999-12-31T23:59:59-05:00"}},
        {"file_size": {"N": "-5"}},
        {"width": {"N": "-1"}, "height": {"N": "-1"}},
        {"thumbhash": {"B": "no base64 at all!"}},
        {"gallery_id": {"S": "x#y"}},
    ],
)
def test_a_row_with_an_impossible_value_is_read_without_it(odd):
    plain = {"id": {"S": "a1"}, "url": {"S": "main/a1.jpg"}}

    assert parse_item({**plain, **odd}, BUCKET) == parse_item(plain, BUCKET)


def test_rows_that_somebody_may_not_open_are_not_there_however_they_are_asked_for():
    table = MemoryTable("assets", ("id",))
    assets = Assets(table, BUCKET)
    mine, theirs = an_asset("a1"), an_asset("b1", key="other/b1.jpg")
    for asset in (mine, theirs):
        assets.create(asset)

    seen = assets.seen_by(lambda asset: asset.gallery == "main")

    with pytest.raises(AssetNotFoundError) as hidden:
        seen.get("b1")
    with pytest.raises(AssetNotFoundError) as absent:
        seen.get("b2")
    assert str(hidden.value).replace("b1", "b2") == str(absent.value)
    assert list(seen.get_many(["a1", "b1", "b2"])) == ["a1"]
    assert seen.find(theirs.key) == seen.find("other/b2.jpg")
    assert list(seen.find_many([mine.key, theirs.key])) == [mine.key]
    assert [row.id for row in seen.scan()] == ["a1"]
    assert set(seen.whole.get_many(["a1", "b1"])) == {"a1", "b1"}
    assert set(assets.get_many(["a1", "b1"])) == {"a1", "b1"}
