"""Doing one thing with many assets."""

import itertools
import threading
from zoneinfo import ZoneInfo

import pytest

from chalicelib import commit as commit_module
from chalicelib.bulk import MAX_IDS, BulkChange, change_many
from chalicelib.correct import Said, Shift
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import (
    AssetNotFoundError,
    ConflictError,
    InvalidParameterError,
    StorageUnavailableError,
)
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.memory import Killed, Request

BERLIN = ZoneInfo("Europe/Berlin")
IDS = [f"a{number}" for number in range(6)]
HALF = dropped_in_id("main/half.mov")


@pytest.fixture
def gallery() -> MemoryGallery:
    return six_photos()


def six_photos() -> MemoryGallery:
    """In two months; the last of them has a video half."""
    gallery = a_gallery()
    for number, asset_id in enumerate(IDS):
        gallery.bucket.place(f"main/{asset_id}.jpg", b"photo")
        taken = wall_clock(f"2024-0{5 + number % 2}-17")
        half = HALF if asset_id == IDS[-1] else None
        gallery.add(an_asset(asset_id, taken_local=taken, live_video_id=half))
    gallery.bucket.place("main/half.mov", b"video")
    gallery.add(an_asset(HALF, key="main/half.mov", file_type="video", is_live_video=True))
    return gallery


def change(gallery: MemoryGallery, action, ids=IDS, visibility=None, **more):
    what = BulkChange(action, visibility, **more)
    return change_many(what, ids, gallery.tables, gallery.media, BERLIN)


def test_each_action_does_to_many_what_it_does_to_one(gallery):
    assert {r.asset.is_favorite for r in change(gallery, "favorite")} == {True}
    assert gallery.listed("fav") == [*IDS[::2], *IDS[1::2]]
    change(gallery, "unfavorite", IDS[:5])
    assert gallery.listed("fav") == IDS[5:]
    change(gallery, "set_visibility", IDS[:2], "archive")
    assert gallery.listed("archive") == IDS[:2]
    change(gallery, "set_visibility", IDS[:2], "timeline")
    change(gallery, "delete")
    assert (gallery.listed(), len(gallery.listed("bin"))) == ([], 6)
    change(gallery, "restore", IDS[:3])
    assert sorted(gallery.listed()) == IDS[:3]
    purged = change(gallery, "purge", IDS[3:])
    assert [(r.id, r.asset, r.error) for r in purged] == [(known, None, None) for known in IDS[3:]]
    assert sorted(row.id for row in gallery.assets.scan()) == IDS[:3]
    assert sorted(gallery.bucket.objects) == [f"main/{known}.jpg" for known in IDS[:3]]
    assert gallery.audit().differences == 0


def test_a_result_stands_where_its_id_stood_and_unknown_ids_do_not_stop_the_rest(gallery):
    ids = ["a3", "unknown", "", "é" * 2048, "a1"]

    results = change(gallery, "delete", ids)

    assert [result.id for result in results] == ids
    assert [type(result.error) for result in results] == [
        type(None), AssetNotFoundError, AssetNotFoundError, AssetNotFoundError, type(None)
    ]  # fmt: skip
    assert sorted(gallery.listed("bin")) == ["a1", "a3"]


def test_one_that_fails_fails_itself_and_not_the_others(gallery):
    def fail(request: Request) -> None:
        if request.key == ("a2",):
            raise StorageUnavailableError("out of reach")

    gallery.assets_table.before("update", fail, None)

    results = change(gallery, "favorite")

    failed = {result.id: type(result.error) for result in results if result.error}
    assert failed == {"a2": StorageUnavailableError}
    assert sorted(gallery.listed("fav")) == ["a0", "a1", "a3", "a4", "a5"]


def test_each_gets_a_date_of_its_own_and_one_that_is_unknown_moves_none_of_them(gallery):
    dates = [wall_clock("2001-02-03"), wall_clock("2002-03-04"), None]

    first, unknown, last = change(gallery, "set_dates", ["a2", "unknown", "a0"], dates=dates)

    assert first.asset.taken_local == wall_clock("2001-02-03")
    assert isinstance(unknown.error, AssetNotFoundError)
    assert last.asset.taken_local is None
    assert first.newly_corrected == last.newly_corrected == ("date",)
    assert gallery.audit().differences == 0


@pytest.mark.parametrize("count", [0, 1, 3])
def test_dates_that_are_not_as_many_as_the_ids_change_nothing(gallery, count):
    state = gallery.state()

    with pytest.raises(InvalidParameterError) as refused:
        change(gallery, "set_dates", IDS[:2], dates=[wall_clock("2001-02-03")] * count)

    assert refused.value.parameter == "media_dates"
    assert gallery.state() == state


def test_what_can_t_be_restored_says_so(gallery):
    change(gallery, "delete", ["a1", "a2"])
    gallery.bucket.remove("main/a1.jpg")

    missing, back = change(gallery, "restore", ["a1", "a2"])

    assert isinstance(missing.error, ConflictError)
    assert back.asset is not None
    assert back.asset.deleted_at is None


def test_rows_are_read_together_and_lists_are_written_once(gallery):
    many = [f"b{number:03}" for number in range(250)]
    gallery.add(*(an_asset(asset_id) for asset_id in many))
    gallery.wire.requests.clear()

    change(gallery, "favorite", many)

    # 3 for the rows at first; a month of two lists is then read and written in one go
    assert gallery.wire.count("assets.update") == 250
    assert gallery.wire.count("assets.get_many") <= 3 + 2 * 3
    assert gallery.wire.count("assets.get") == 0
    assert gallery.wire.count("pages.*") < 30
    assert gallery.audit().differences == 0


def test_photos_of_very_many_months_are_left_to_the_stream_and_cost_no_more(gallery):
    many = [f"b{number:03}" for number in range(200)]
    gallery.add(*(
        an_asset(each, taken_local=wall_clock(f"{1900 + number // 2}-0{1 + number % 2}-01"))
        for number, each in enumerate(many)
    ))  # fmt: skip
    gallery.wire.requests.clear()

    change(gallery, "delete", many)

    assert gallery.wire.count("pages.*") < 8 * commit_module._MAX_SHOWN_BUCKETS
    gallery.deliver()
    assert gallery.audit().differences == 0


def test_rows_are_changed_side_by_side(gallery):
    """Two wait for each other before either is changed."""
    together = threading.Barrier(2, timeout=20)
    gallery.assets_table.before("update", lambda _: together.wait(), 2)

    results = change(gallery, "favorite", IDS[:2])

    assert [result.error for result in results] == [None, None]


@pytest.mark.parametrize(
    ("action", "ids", "visibility", "parameter"),
    [
        ("favorite", [str(number) for number in range(MAX_IDS + 1)], None, "ids"),
        ("purge", [str(number) for number in range(101)], None, "ids"),
        ("set_visibility", ["a1"], None, "visibility"),
    ],
)
def test_what_is_wrong_as_a_whole_changes_nothing(gallery, action, ids, visibility, parameter):
    state = gallery.state()

    with pytest.raises(InvalidParameterError) as refused:
        change(gallery, action, ids, visibility)

    assert refused.value.parameter == parameter
    assert gallery.state() == state


def dies_at(gallery: MemoryGallery, number: int) -> None:
    """From the request with this number on nothing of the process lives."""
    countdown = itertools.count()

    def die(_: Request) -> None:
        if next(countdown) >= number:
            raise Killed

    gallery.wire.before("*", die, None)


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("favorite", {}),
        ("delete", {}),
        ("set_visibility", {"visibility": "archive"}),
        ("purge", {}),
        ("shift_date", {"shift": Shift(20 * 86_400, "s1")}),
        ("set_date", {"said": Said(taken_local=wall_clock("2001-02-03"))}),
        ("set_dates", {"dates": [wall_clock(f"200{n}-02-03") for n in range(5)] + [None]}),
    ],
)
def test_a_call_killed_at_any_request_and_made_again_ends_as_one_that_was_not(action, more):
    def prepared() -> MemoryGallery:
        gallery = six_photos()
        if action == "purge":
            change(gallery, "delete")
        return gallery

    def outcome(gallery: MemoryGallery) -> object:
        gallery.deliver()
        rows = [
            (r.id, r.is_favorite, r.visibility, r.deleted_reason, r.taken_local)
            for r in gallery.assets.scan()
        ]
        lists = [sorted(gallery.listed(view)) for view in ("all", "fav", "archive", "bin")]
        return sorted(rows), lists, sorted(gallery.bucket.versions)

    undisturbed = prepared()
    change(undisturbed, action, **more)
    expected = outcome(undisturbed)

    for number in itertools.count():
        gallery = prepared()
        dies_at(gallery, number)
        try:
            change(gallery, action, **more)
        except Killed:
            gallery.wire.clear()
        else:
            assert number > 10
            return
        change(gallery, action, **more)
        assert outcome(gallery) == expected
        assert gallery.audit().differences == 0
