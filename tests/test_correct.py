"""What a person says of a photo that its file does not say, or says wrongly."""

from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.bulk import BulkChange, change_many
from chalicelib.correct import KEPT_SHIFTS, Said, Shift, correct, shifted
from chalicelib.curate import decide
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    InvalidParameterError,
    RowTooLargeError,
    UndatedError,
)
from chalicelib.storage.media import StoredObject
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.imaging.pictures import an_exif, four_corners, saved
from tests.memory import Request

BERLIN = ZoneInfo("Europe/Berlin")
MAY = wall_clock("2024-05-17T09:30")


@pytest.fixture
def gallery() -> MemoryGallery:
    gallery = a_gallery()
    gallery.add(an_asset("a1"), an_asset("a2"), an_asset("u1", taken_local=None))
    return gallery


def said(gallery: MemoryGallery, id: str = "a1", **more: Any):
    return correct(id, cast(Said, more), BERLIN, gallery.tables)


def many(gallery: MemoryGallery, action: str, ids: list[str], **more: Any):
    change = BulkChange(action, **more)  # type: ignore[arg-type]
    return change_many(change, ids, gallery.tables, gallery.media, BERLIN)


def buckets(gallery: MemoryGallery) -> dict[str, list[str]]:
    """Ids of the timeline, by month."""
    found = {}
    for node in gallery.pages.every_node("main", "all"):
        leaves = gallery.pages.leaves(node, node.leaves.ids)
        assert leaves is not None
        if ids := [entry.id for leaf in leaves for entry in leaf]:
            found[node.bucket] = ids
    return found


# --- one photo ---------------------------------------------------------------------------


def test_a_corrected_date_moves_a_photo_to_its_month_at_once(gallery):
    row = said(gallery, taken_local=wall_clock("1999-12-31T23:30"), utc_offset_minutes=60)

    assert row.taken_local == wall_clock("1999-12-31T23:30")
    assert row.taken_at == datetime(1999, 12, 31, 22, 30, tzinfo=UTC)
    assert row.corrected == ("date",)
    assert buckets(gallery) == {"2024-05": ["a2"], "1999-12": ["a1"], "0000-00": ["u1"]}
    assert gallery.assets.get("a1") == row
    gallery.deliver()
    assert gallery.audit().differences == 0


def test_a_date_without_an_offset_keeps_that_of_the_photo_or_is_of_the_gallery_s_zone(gallery):
    gallery.add(an_asset("o1", utc_offset_minutes=-120))
    noon = wall_clock("2024-07-01T12:00")

    kept = said(gallery, "o1", taken_local=noon)
    at_home = said(gallery, "u1", taken_local=noon)
    forgotten = said(gallery, "o1", utc_offset_minutes=None)

    assert (kept.utc_offset_minutes, kept.taken_at.hour) == (-120, 14)
    assert (at_home.utc_offset_minutes, at_home.taken_at.hour) == (None, 10)
    assert (forgotten.taken_local, forgotten.utc_offset_minutes) == (noon, None)
    assert forgotten.taken_at.hour == 10


def test_an_offset_alone_moves_the_moment_and_not_the_wall_clock(gallery):
    row = said(gallery, utc_offset_minutes=570)

    assert row.taken_local == MAY
    assert row.taken_at == datetime(2024, 5, 17, 0, 0, tzinfo=UTC)


def test_a_photo_may_be_made_undated_and_takes_its_offset_along(gallery):
    said(gallery, utc_offset_minutes=60)

    row = said(gallery, taken_local=None)

    assert (row.taken_local, row.taken_at, row.utc_offset_minutes) == (None, None, None)
    assert buckets(gallery)["0000-00"] == ["a1", "u1"]
    assert said(gallery, "u1", utc_offset_minutes=None).taken_local is None


@pytest.mark.parametrize("asked", [{"utc_offset_minutes": 60}, {"taken_local": None}])
def test_an_offset_of_no_date_is_refused(gallery, asked):
    state = gallery.state()

    with pytest.raises(UndatedError, match="u1"):
        said(gallery, "u1", **(asked | {"utc_offset_minutes": 60}))

    assert gallery.state() == state


@pytest.mark.parametrize(("local", "offset"), [("0001-01-01T00:30", 60), ("9999-12-31T23:30", -60)])
def test_a_date_whose_moment_no_calendar_holds_is_refused_by_its_name(gallery, local, offset):
    state = gallery.state()

    with pytest.raises(InvalidParameterError) as refused:
        said(gallery, taken_local=wall_clock(local), utc_offset_minutes=offset)

    assert refused.value.parameter == "media_date"
    assert gallery.state() == state


def to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@settings(max_examples=60, deadline=None)
@given(
    local=st.none() | st.datetimes().map(to_the_millisecond),
    offset=st.none() | st.integers(-900, 900),
    seconds=st.integers(-320_000_000_000, 320_000_000_000),
)
def test_whatever_date_is_said_is_kept_or_refused_and_never_crashes(local, offset, seconds):
    gallery = a_gallery()
    gallery.add(an_asset("a1"))

    try:
        row = said(gallery, taken_local=local, utc_offset_minutes=offset)
    except (InvalidParameterError, UndatedError):
        row = gallery.assets.get("a1")
    (moved,) = many(gallery, "shift_date", ["a1"], shift=Shift(seconds, "s"))

    assert gallery.audit().differences == 0
    assert moved.asset is not None or isinstance(moved.error, InvalidParameterError | UndatedError)
    if moved.asset is not None:
        assert (moved.asset.taken_local - row.taken_local).total_seconds() == seconds


def test_what_is_said_about_a_photo_is_kept_and_cleared_beside_what_else_is_known(gallery):
    gallery.add(an_asset("d1", details={"iso": 100, "title": "DSC_0001", "description": "old"}))

    told = said(gallery, "d1", title="The lake", description="The first swim.\nCold!")
    cleared = said(gallery, "d1", title=None, description=" \n")

    assert told.details == {
        "iso": 100, "title": "The lake", "description": "The first swim.\nCold!"
    }  # fmt: skip
    assert told.corrected == ("description", "title")
    assert cleared.details == {"iso": 100}
    assert gallery.assets.get("d1") == cleared
    assert (told.taken_local, told.taken_at) == (MAY, None)


def test_saying_nothing_or_the_same_again_writes_nothing(gallery):
    said(gallery, description="the lake", taken_local=MAY)
    version = gallery.assets.get("a1").version

    said(gallery)
    said(gallery, description="the lake", taken_local=MAY)

    assert gallery.assets.get("a1").version == version


def test_a_description_for_which_a_row_has_no_room_is_refused_and_changes_nothing(gallery):
    gallery.add(an_asset("full", details={"tags": tuple("é" * 1000 for _ in range(201))}))
    before = gallery.assets.get("full")

    with pytest.raises(RowTooLargeError):
        said(gallery, "full", description="x" * 10_000)

    assert gallery.assets.get("full") == before


def test_a_photo_that_is_not_there_is_not_corrected(gallery):
    with pytest.raises(AssetNotFoundError):
        said(gallery, "nobody", title="x")


# --- what the file and others say later --------------------------------------------------


def a_photo(taken: str, description: str) -> bytes:
    texts = {0x010E: description}
    return saved(four_corners(), "JPEG", exif=an_exif(texts, {0x9003: taken}))


def test_what_was_corrected_stays_when_the_same_file_is_drawn_again_or_another_one_is_put():
    gallery = a_gallery()
    key = "main/a.jpg"
    gallery.bucket.place(key, a_photo("2020:01:01 10:00:00", "as scanned"))
    _, row = gallery.take_in(key)
    assert row.taken_local == wall_clock("2020-01-01T10:00")
    assert row.details["description"] == "as scanned"
    said(gallery, row.id, taken_local=MAY, description=None)

    again = gallery.studio.create_thumbnail_of(row.id, retry_failed=True, remake=True).asset
    gallery.bucket.place(key, a_photo("2021:01:01 10:00:00", "scanned anew"))
    outcome, replaced = gallery.take_in(key)

    assert (again.taken_local, "description" in again.details) == (MAY, False)
    assert outcome == "drawn"
    assert (replaced.taken_local, "description" in replaced.details) == (MAY, False)
    assert replaced.corrected == ("date", "description")


def test_what_was_not_corrected_follows_the_file():
    gallery = a_gallery()
    key = "main/a.jpg"
    gallery.bucket.place(key, a_photo("2020:01:01 10:00:00", "as scanned"))
    _, row = gallery.take_in(key)
    said(gallery, row.id, title="Lake")

    gallery.bucket.place(key, a_photo("2021:01:01 10:00:00", "scanned anew"))
    _, replaced = gallery.take_in(key)

    assert replaced.taken_local == wall_clock("2021-01-01T10:00")
    assert replaced.details["description"] == "scanned anew"
    assert replaced.details["title"] == "Lake"


def test_a_photo_that_was_made_undated_is_not_dated_by_its_file_again():
    gallery = a_gallery()
    key = "main/a.jpg"
    gallery.bucket.place(key, a_photo("2020:01:01 10:00:00", "x"))
    _, row = gallery.take_in(key)
    said(gallery, row.id, taken_local=None)

    gallery.bucket.place(key, a_photo("2021:01:01 10:00:00", "x"))
    _, replaced = gallery.take_in(key)

    assert (replaced.taken_local, replaced.taken_at) == (None, None)


def test_a_correction_that_was_taken_back_follows_the_file_again():
    gallery = a_gallery()
    key = "main/a.jpg"
    gallery.bucket.place(key, a_photo("2020:01:01 10:00:00", "as scanned"))
    _, row = gallery.take_in(key)
    said(gallery, row.id, taken_local=MAY, description="mine", title="Lake")

    former = {"taken_local": row.taken_local, "description": "as scanned"}
    back = said(gallery, row.id, **former, uncorrect=["date", "description"])
    gallery.bucket.place(key, a_photo("2021:01:01 10:00:00", "scanned anew"))
    _, replaced = gallery.take_in(key)

    assert (back.taken_local, back.corrected) == (row.taken_local, ("title",))
    assert replaced.taken_local == wall_clock("2021-01-01T10:00")
    assert (replaced.details["description"], replaced.details["title"]) == ("scanned anew", "Lake")


def test_what_was_never_corrected_may_be_taken_back_and_nothing_is_written(gallery):
    before = gallery.assets.get("a1")

    assert said(gallery, uncorrect=["date", "title", "description"]) == before
    assert gallery.assets.get("a1") == before


# --- many --------------------------------------------------------------------------------


def test_a_wrong_clock_is_put_right_for_many_and_each_keeps_its_place_among_them(gallery):
    gallery.add(
        an_asset("z1", taken_local=wall_clock("2024-05-31T23:30"),
                 taken_at=datetime(2024, 5, 31, 21, 30, tzinfo=UTC), utc_offset_minutes=120),
    )  # fmt: skip

    moved, undated = many(gallery, "shift_date", ["z1", "u1"], shift=Shift(3600, "s1"))

    assert moved.asset.taken_local == wall_clock("2024-06-01T00:30")
    assert moved.asset.taken_at == datetime(2024, 5, 31, 22, 30, tzinfo=UTC)
    assert moved.asset.utc_offset_minutes == 120
    assert isinstance(undated.error, UndatedError)
    assert buckets(gallery)["2024-06"] == ["z1"]


def test_a_shift_that_is_sent_again_moves_nothing_twice(gallery):
    first = many(gallery, "shift_date", ["a1", "a2"], shift=Shift(86400, "s1"))
    again = many(gallery, "shift_date", ["a1", "a2"], shift=Shift(86400, "s1"))
    another = many(gallery, "shift_date", ["a1"], shift=Shift(86400, "s2"))

    assert [r.asset for r in again] == [r.asset for r in first]
    assert first[0].asset.taken_local == wall_clock("2024-05-18T09:30")
    assert another[0].asset.taken_local == wall_clock("2024-05-19T09:30")


def test_a_shift_whose_answer_was_lost_is_not_made_twice(gallery):
    """The client asks again by itself, and is told that the row is another by now."""
    row = gallery.assets.get("a1")

    def written_already(_: Request) -> None:
        gallery.assets.change(row, **shifted(Shift(60, "s1"), BERLIN).changes(row))
        raise ConditionFailedError("the item changed meanwhile")

    gallery.assets_table.before("update", written_already)

    moved = decide("a1", shifted(Shift(60, "s1"), BERLIN), gallery.tables)

    assert moved.taken_local == wall_clock("2024-05-17T09:31")


def test_a_shift_that_is_sent_again_after_others_moves_nothing_twice(gallery):
    for number in range(KEPT_SHIFTS):
        many(gallery, "shift_date", ["a1"], shift=Shift(3600, f"s{number}"))
    expected = gallery.assets.get("a1")
    assert expected.taken_local == wall_clock("2024-05-17T17:30")

    for number in range(KEPT_SHIFTS):
        many(gallery, "shift_date", ["a1"], shift=Shift(3600, f"s{number}"))

    assert gallery.assets.get("a1") == expected
    assert len(expected.shift_ids) == KEPT_SHIFTS


def test_a_row_keeps_the_names_of_its_last_shifts_alone(gallery):
    for number in range(KEPT_SHIFTS + 1):
        (moved,) = many(gallery, "shift_date", ["a1"], shift=Shift(1, f"s{number}"))

    assert moved.asset.shift_ids == tuple(f"s{number}" for number in range(1, KEPT_SHIFTS + 1))


@pytest.mark.parametrize(
    ("known", "offset", "expected"),
    [
        # of the gallery's zone: 12:00 in January is 11:00 UTC, in July 10:00
        (datetime(2024, 1, 10, 11, tzinfo=UTC), None, datetime(2024, 7, 10, 10, tzinfo=UTC)),
        (datetime(2024, 1, 10, 11, tzinfo=UTC), 60, datetime(2024, 7, 10, 11, tzinfo=UTC)),
        # a moment that another source knew
        (datetime(2024, 1, 10, 3, tzinfo=UTC), None, datetime(2024, 7, 10, 3, tzinfo=UTC)),
        (None, None, None),
    ],
)
def test_a_shift_across_a_change_of_the_clocks_keeps_the_moment_of_the_wall_clock(
    gallery, known, offset, expected
):
    fields = {"taken_at": known, "utc_offset_minutes": offset}
    gallery.add(an_asset("w1", taken_local=wall_clock("2024-01-10T12:00"), **fields))

    (moved,) = many(gallery, "shift_date", ["w1"], shift=Shift(182 * 86_400, "s"))

    assert moved.asset.taken_local == wall_clock("2024-07-10T12:00")
    assert moved.asset.taken_at == expected


@pytest.mark.parametrize("seconds", [-320_000_000_000, 320_000_000_000])
def test_a_shift_out_of_the_calendar_is_refused_for_each_by_the_name_of_the_parameter(
    gallery, seconds
):
    state = gallery.state()

    results = many(gallery, "shift_date", ["a1", "a2"], shift=Shift(seconds, "s"))

    assert [result.error.parameter for result in results] == ["seconds", "seconds"]
    assert gallery.state() == state


def test_one_date_or_description_is_said_of_many_and_the_undated_get_one(gallery):
    ids = ["a1", "u1", "nobody"]

    dated = many(gallery, "set_date", ids, said=Said(taken_local=wall_clock("2001-02-03")))
    told = many(gallery, "set_description", ids, said=Said(description="the wedding"))

    assert [type(r.error) for r in dated] == [type(None), type(None), AssetNotFoundError]
    assert buckets(gallery) == {"2001-02": ["a1", "u1"], "2024-05": ["a2"]}
    assert {r.asset.details["description"] for r in told[:2]} == {"the wedding"}
    assert told[0].asset.corrected == ("date", "description")


def test_each_result_tells_what_it_corrected_that_nobody_had_before(gallery):
    said(gallery, description="the lake", taken_local=MAY)

    dated = many(gallery, "set_date", ["a1", "a2", "nobody"], said=Said(taken_local=MAY))
    moved = many(gallery, "shift_date", ["a2"], shift=Shift(60, "s"))

    assert [result.newly_corrected for result in [*dated, *moved]] == [(), ("date",), (), ()]


def test_corrections_of_many_are_taken_back_those_of_others_stay(gallery):
    said(gallery, "a1", description="the lake", taken_local=MAY)
    said(gallery, "a2", taken_local=MAY)

    results = many(gallery, "uncorrect", ["a1", "a2", "u1"], said=Said(uncorrect=("date",)))

    assert [result.asset.corrected for result in results] == [("description",), (), ()]
    assert gallery.assets.get("a2").taken_local == MAY


def test_a_shift_without_seconds_is_refused(gallery):
    with pytest.raises(InvalidParameterError) as refused:
        many(gallery, "shift_date", ["a1"])

    assert refused.value.parameter == "seconds"


# --- motion photos -----------------------------------------------------------------------


def a_motion_photo(**half: Any) -> MemoryGallery:
    gallery = a_gallery()
    known = dropped_in_id("main/half.mov")
    fields: dict[str, Any] = {"file_type": "video", "is_live_video": True, **half}
    gallery.add(an_asset("m1", live_video_id=known))
    gallery.add(an_asset(known, key="main/half.mov", **fields))
    return gallery


def half_of(gallery: MemoryGallery):
    return gallery.assets.get(dropped_in_id("main/half.mov"))


def test_the_half_of_a_motion_photo_takes_part_in_its_date_alone():
    gallery = a_motion_photo()

    said(gallery, "m1", taken_local=wall_clock("2001-02-03"), description="the wave")
    many(gallery, "shift_date", ["m1"], shift=Shift(60, "s"))

    half = half_of(gallery)
    assert half.taken_local == wall_clock("2001-02-03T00:01")
    assert (dict(half.details), half.corrected) == ({}, ("date",))
    assert gallery.audit().differences == 0


@pytest.mark.parametrize("taken", [None, wall_clock("9999-12-31T23:59:30")])
def test_a_half_that_can_t_be_moved_does_not_hold_up_its_photo(taken):
    gallery = a_motion_photo(taken_local=taken)

    (result,) = many(gallery, "shift_date", ["m1"], shift=Shift(60, "s"))

    assert result.error is None
    assert half_of(gallery).taken_local == taken


def test_a_date_that_is_taken_back_is_so_for_the_half_of_a_motion_photo():
    gallery = a_motion_photo()
    said(gallery, "m1", taken_local=wall_clock("2001-02-03"))

    said(gallery, "m1", taken_local=MAY, uncorrect=["date"])
    assert (half_of(gallery).taken_local, half_of(gallery).corrected) == (MAY, ())

    said(gallery, "m1", taken_local=MAY)
    many(gallery, "uncorrect", ["m1"], said=Said(uncorrect=("date",)))
    assert half_of(gallery).corrected == ()


def test_a_description_leaves_the_half_of_a_motion_photo_as_it_is():
    gallery = a_motion_photo()
    before = half_of(gallery)

    said(gallery, "m1", description="the wave")

    assert half_of(gallery) == before


def test_the_original_is_never_asked_for_nor_touched(gallery):
    gallery.bucket.place("main/a1.jpg", b"photo")
    gallery.wire.requests.clear()

    said(gallery, taken_local=wall_clock("2001-02-03"), description="x")
    many(gallery, "shift_date", ["a1"], shift=Shift(60, "s"))

    assert gallery.wire.count("s3.*") == 0
    assert isinstance(gallery.media.head("main/a1.jpg"), StoredObject)
