"""The protocol of pages: every order of requests, every crash, each guard taken out once."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import refresh_pages
from chalicelib.audit_pages import STRAY_AFTER_SECONDS, repair_pages
from chalicelib.domain import timeline
from chalicelib.domain.asset import Asset
from chalicelib.domain.timeline import Change, LeafRef
from chalicelib.errors import ConditionFailedError, PagesBusyError
from chalicelib.refresh_pages import RowChange, changed_rows, changes_by_bucket
from chalicelib.storage import leaves
from chalicelib.storage.pages import Pages
from tests.builders import BUCKET, MemoryGallery, a_gallery, an_asset, wall_clock
from tests.memory import Killed
from tests.mutation import without_guard
from tests.schedule import KILL, run_interleaved

Record = dict[str, Any]
MAY = ("main", "all", "2024-05")
DELETED = datetime(2024, 6, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return wall_clock(f"2024-05-{number:02}T12:00")


@pytest.fixture(autouse=True)
def _small_leaves(monkeypatch):
    """Four entries a leaf, so that a month of a few photos has several."""
    monkeypatch.setattr(leaves, "_FIRST_CUT", 4)
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 2)


def a_month(gallery: MemoryGallery | None = None) -> MemoryGallery:
    """Twelve photos of May, one a day, in three leaves."""
    gallery = gallery or a_gallery()
    gallery.add(*(an_asset(f"m{number:02}", taken_local=day(number)) for number in range(1, 13)))
    assert len(gallery.pages.node(*MAY).leaves) == 3
    return gallery


def change(gallery: MemoryGallery, id: str, **changes) -> list[Record]:
    """Change a row; returns what the stream says of it, not yet delivered."""
    gallery.assets.change(gallery.assets.get(id), **changes)
    return take_records(gallery)


def create(gallery: MemoryGallery, asset: Asset) -> list[Record]:
    gallery.assets.create(asset)
    return take_records(gallery)


def purge(gallery: MemoryGallery, id: str) -> list[Record]:
    gallery.assets_table.delete_many([(id,)])
    return take_records(gallery)


def take_records(gallery: MemoryGallery) -> list[Record]:
    records = list(gallery.assets_table.stream)
    gallery.assets_table.stream.clear()
    return records


def differences(gallery: MemoryGallery) -> int:
    gallery.wire.clear()
    return gallery.audit().differences


# --- interleavings -------------------------------------------------------------------

Step = Callable[[MemoryGallery], object]
Move = Callable[[MemoryGallery], list[Record]]


def every_interruption(
    prepare: Callable[[], tuple[MemoryGallery, list[Record]]], intruder: Step
) -> Iterator[int]:
    """Deliver records, with an intruder before request 0, 1, 2 … of the delivery.

    Yields:
        How many entries were wrong in the end, for each of these points.
    """
    for number in itertools.count():
        gallery, records = prepare()
        came: list[bool] = []

        def intrude(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            intruder(gallery)

        gallery.wire.at(number, intrude)
        gallery.deliver(*records)
        if not came:
            return
        yield differences(gallery)


def a_new_photo() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    return gallery, create(gallery, an_asset("new", taken_local=day(13)))


def the_first_photo() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_gallery()
    return gallery, create(gallery, an_asset("new", taken_local=day(13)))


def a_liked_photo() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    return gallery, change(gallery, "m05", is_favorite=True)


def trash(id: str) -> Step:
    """Somebody moves a photo to the bin, and its record is delivered at once."""
    return lambda gallery: gallery.deliver(*change(gallery, id, deleted_at=DELETED))


SAVE = "return pages.save(node, runs)"
READ_NODE = "node = pages.node(*bucket, consistent=True)"
READ_ROWS = "rows = assets.get_many(list(change.positions))"


def test_a_sync_with_nothing_to_change_stops_one_that_holds_an_older_row():
    """The no-op race: the list does not show the photo yet when its deletion is synced.

    Guards the save of `sync` that is made even when nothing changes.
    """
    assert set(every_interruption(a_new_photo, trash("new"))) == {0}
    with without_guard(refresh_pages, "sync", (SAVE, f"{SAVE} if runs else node")):
        assert any(every_interruption(a_new_photo, trash("new")))


def test_a_sync_that_finds_no_node_stops_one_that_holds_an_older_row():
    """The absent node counts as version 0, and is saved over, too.

    Guards the save of `sync` where there is no node, and its condition in `Pages.save`.
    """
    assert set(every_interruption(the_first_photo, trash("new"))) == {0}
    with without_guard(refresh_pages, "sync", (SAVE, f"{SAVE} if runs or node.version else node")):
        assert any(every_interruption(the_first_photo, trash("new")))
    with without_guard(Pages, "save", ('else Path("pk").does_not_exist()', "else None")):
        assert any(every_interruption(the_first_photo, trash("new")))


def test_the_rows_are_read_after_the_node():
    """Guards the order of the two reads of `sync`."""
    swapped = ((READ_ROWS, "pass"), (READ_NODE, f"{READ_ROWS}; {READ_NODE}"))

    assert set(every_interruption(a_new_photo, trash("new"))) == {0}
    with without_guard(refresh_pages, "sync", *swapped):
        assert any(every_interruption(a_new_photo, trash("new")))


def test_a_node_that_was_saved_meanwhile_is_not_saved_over():
    """Guards the condition of the node's save in `Pages.save`."""
    condition = (
        "self.table.put(node_item(saved), unchanged)",
        "self.table.put(node_item(saved))",
    )

    assert set(every_interruption(a_liked_photo, trash("m05"))) == {0}
    assert set(every_interruption(a_liked_photo, trash("m06"))) == {0}
    with without_guard(Pages, "save", condition):
        assert any(every_interruption(a_liked_photo, trash("m05")))


def test_a_leaf_that_is_read_while_it_is_replaced_makes_a_sync_start_again():
    """Guards the answer of `_read` to a missing leaf."""
    assert set(every_interruption(a_liked_photo, trash("m06"))) == {0}
    guard = ("if leaves is None:", "if False:")
    with without_guard(refresh_pages, "_read", guard), pytest.raises(TypeError):
        list(every_interruption(a_liked_photo, trash("m06")))


def test_a_photo_that_never_left_is_not_lost_by_one_that_comes_beside_it():
    def arrive(gallery):
        gallery.deliver(*create(gallery, an_asset("late", taken_local=day(5))))

    assert set(every_interruption(a_liked_photo, arrive)) == {0}
    assert set(every_interruption(a_new_photo, arrive)) == {0}


def test_both_reads_of_a_sync_are_consistent():
    """Guards `consistent=True` of both: a replica may be behind for a while."""

    def delivered_beside_a_lagging_replica() -> int:
        gallery, records = a_liked_photo()
        for table in (gallery.assets_table, gallery.pages_table):
            table.let_reads_lag()
        gallery.deliver(*records, *change(gallery, "m05", deleted_at=DELETED))
        return differences_by_consistent_reads(gallery)

    assert delivered_beside_a_lagging_replica() == 0
    with without_guard(
        type(a_gallery().assets), "get_many", ("consistent=True", "consistent=False")
    ):
        assert delivered_beside_a_lagging_replica()
    with (
        without_guard(refresh_pages, "sync", ("consistent=True", "consistent=False")),
        pytest.raises(PagesBusyError),
    ):
        delivered_by_a_second_writer()


def differences_by_consistent_reads(gallery: MemoryGallery) -> int:
    for table in (gallery.assets_table, gallery.pages_table):
        table.let_reads_lag()  # that is: up to here
    return differences(gallery)


def delivered_by_a_second_writer() -> None:
    gallery, records = a_liked_photo()
    gallery.pages_table.let_reads_lag()
    gallery.deliver(*records)
    gallery.deliver(*change(gallery, "m06", is_favorite=True))


# --- where an asset may stand --------------------------------------------------------


def test_a_photo_dated_anew_inside_its_month_stands_in_one_place():
    """Guards the old position, of `changes_by_bucket`."""

    def dated_anew() -> MemoryGallery:
        gallery = a_month()
        gallery.deliver(*change(gallery, "m01", taken_local=day(30)))
        return gallery

    assert dated_anew().listed() == [f"m{number:02}" for number in (*range(2, 13), 1)]
    with without_guard(refresh_pages, "changes_by_bucket", ("in (*before, *after)", "in after")):
        assert dated_anew().listed().count("m01") == 2


def test_a_photo_dated_anew_leaves_one_month_and_enters_the_other():
    """Guards the new position, of `changes_by_bucket`."""

    def moved() -> MemoryGallery:
        gallery = a_month()
        gallery.deliver(*change(gallery, "m01", taken_local=wall_clock("2024-07-01")))
        return gallery

    assert moved().audit().differences == 0
    with without_guard(
        refresh_pages, "changes_by_bucket", ("in (*before, *after)", "in before or after")
    ):
        assert moved().audit().missing == ["all/2024-07/m01"]


def test_a_photo_dated_anew_again_is_put_where_its_row_says_by_now():
    """Guards the true position, of `plan_rewrite`: the record tells of two others."""

    def after_the_first_of_two_records() -> MemoryGallery:
        gallery = a_month()
        first = change(gallery, "m01", taken_local=day(6))
        second = change(gallery, "m01", taken_local=day(30))
        gallery.deliver(*first)
        assert gallery.listed()[-1:] == ["m01"]
        gallery.deliver(*second)
        return gallery

    assert after_the_first_of_two_records().audit().differences == 0
    with (
        without_guard(
            timeline,
            "plan_rewrite",
            ("positions |= {entry.position for entry in truth}", "pass"),
        ),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(refresh_pages, "plan_rewrite", timeline.plan_rewrite)
        with pytest.raises(AssertionError):
            after_the_first_of_two_records()


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_records_in_any_order_and_twice_end_the_same(order):
    gallery = a_month()
    records = [
        *change(gallery, "m01", taken_local=day(6)),
        *change(gallery, "m01", taken_local=wall_clock("2024-07-01"), is_favorite=True),
        *change(gallery, "m01", deleted_at=DELETED),
        *change(gallery, "m01", deleted_at=None, taken_local=day(30)),
    ]

    for number in order:
        gallery.deliver(records[number])
    for number in order:
        gallery.deliver(records[number])

    assert gallery.audit().differences == 0
    assert gallery.listed()[-1] == "m01"
    assert gallery.listed("fav") == ["m01"]


def test_one_batch_with_the_same_photo_many_times_is_one_save_of_each_list():
    gallery = a_month()
    records = [record for n in range(20) for record in change(gallery, "m01", width=500 + n)]
    saves = gallery.wire.count("pages.put")

    gallery.deliver(*records)

    assert gallery.wire.count("pages.put") - saves == 2  # a leaf and the node
    assert gallery.audit().differences == 0


# --- crashes -------------------------------------------------------------------------


def every_crash(
    prepare: Callable[[], tuple[MemoryGallery, list[Record]]],
) -> Iterator[MemoryGallery]:
    """Deliver records, killed before request 0, 1, 2 … and then delivered again."""
    for number in itertools.count():
        gallery, records = prepare()
        gallery.wire.kill_at(number)
        try:
            gallery.deliver(*records)
        except Killed:
            gallery.wire.clear()
        else:
            return
        assert sorted(gallery.listed()), "a reader finds a list"  # names no missing leaf
        gallery.deliver(*records)
        yield gallery


def a_busy_day() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    return gallery, [
        *change(gallery, "m01", taken_local=day(30)),
        *change(gallery, "m05", deleted_at=DELETED),
        *create(gallery, an_asset("new", taken_local=day(7), is_favorite=True)),
        *purge(gallery, "m09"),
    ]


def test_a_crash_at_any_request_and_a_second_delivery_end_equal_to_the_rows():
    """Guards that leaves are deleted after the node is saved, not before it."""
    galleries = list(every_crash(a_busy_day))

    assert len(galleries) > 12
    for gallery in galleries:
        assert gallery.audit().differences == 0
    delete = "self.delete_leaves(node, [leaf.leaf_id for leaf in replaced])"
    with (
        without_guard(
            Pages,
            "save",
            (f"    {delete}\n    return saved", "    return saved"),
            ("try:", f"{delete}\n    try:"),
        ),
        pytest.raises(AssertionError, match="names a leaf that is not there"),
    ):
        list(every_crash(a_busy_day))


def test_what_a_crash_leaves_behind_is_collected_once_it_is_old():
    found = 0
    for gallery in every_crash(a_busy_day):
        assert not gallery.audit().stray_leaves
        later = gallery.now_seconds + STRAY_AFTER_SECONDS + 1
        audit = gallery.audit(later)
        found += sum(map(len, audit.stray_leaves.values()))

        repair_pages(audit, gallery.assets, gallery.pages)

        assert not gallery.audit(later).stray_leaves
        assert gallery.audit(later).differences == 0
        leaves = {(i["pk"]["S"], i["sk"]["S"]) for i in gallery.pages_table.items if "b" in i}
        named = {
            (f"main#{view}#{node.bucket}", leaf.leaf_id)
            for view in ("all", "fav", "bin")
            for node in gallery.pages.nodes("main", view)
            for leaf in node.leaves
        }
        assert leaves == named
    assert found > 5


def test_a_save_whose_answer_was_lost_keeps_its_leaves():
    """F54. The SDK repeats the request, which then loses to its own first attempt.

    Guards the second look of `Pages.save` before it takes its leaves back.
    """

    def saved_twice() -> MemoryGallery:
        gallery, records = a_new_photo()
        real_put = gallery.pages_table.put

        def put(item: Any, condition: Any = None) -> None:
            real_put(item, condition)
            if "v" in item and not sent:  # the node: its answer is lost, and it is sent again
                sent.append(item)
                real_put(item, condition)

        sent: list[Any] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gallery.pages_table, "put", put)
            gallery.deliver(*records)
        return gallery

    gallery = saved_twice()

    assert gallery.audit().differences == 0
    assert "new" in gallery.listed()
    with (
        without_guard(Pages, "save", ("if leaf.leaf_id not in named", "if True")),
        pytest.raises(PagesBusyError),
    ):
        saved_twice()


def test_a_leaf_s_id_is_never_used_again():
    """Guards fresh ids: with ids made of the content, a slow collector takes a live leaf."""

    def same_content_again() -> MemoryGallery:
        gallery = a_month()
        records = change(gallery, "m05", width=500)

        def back_and_forth(_):
            gallery.deliver(*change(gallery, "m05", width=400))

        gallery.wire.before("pages.delete_many", back_and_forth)
        gallery.deliver(*records)
        return gallery

    assert same_content_again().audit().differences == 0
    with (
        without_guard(
            Pages,
            "_write_leaves",
            (
                "leaf_id = self._new_leaf_id()",
                "leaf_id = __import__('hashlib').md5(packed).hexdigest()",
            ),
        ),
        pytest.raises((AssertionError, PagesBusyError)),
    ):
        same_content_again().listed()


# --- chaos ---------------------------------------------------------------------------

MOVES: list[Move] = [
    lambda g: change(g, "m01", taken_local=day(30)),
    lambda g: change(g, "m01", deleted_at=DELETED),
    lambda g: change(g, "m01", deleted_at=None),
    lambda g: change(g, "m12", taken_local=wall_clock("2024-07-01")),
    lambda g: change(g, "m05", width=1234),
    lambda g: purge(g, "m06"),
]


@given(
    moves=st.lists(st.sampled_from(range(len(MOVES))), min_size=2, max_size=4, unique=True),
    turns=st.lists(st.sampled_from([*range(4), *range(4), KILL]), max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_writers_at_once_in_any_order_with_any_crashes_end_equal_to_the_rows(moves, turns):
    gallery = a_month()
    undelivered: list[list[Record]] = []

    def writer(move: Move) -> Callable[[], None]:
        def work() -> None:
            records = repeated(lambda: move(gallery))
            undelivered.append(records)
            gallery.deliver(*records)
            undelivered.remove(records)

        return work

    run_interleaved(gallery.wire, [writer(MOVES[number]) for number in moves], iter(turns))
    # Only what was killed is delivered again.
    gallery.deliver(*itertools.chain(take_records(gallery), *undelivered))

    assert gallery.audit().differences == 0


def repeated(move: Callable[[], list[Record]]) -> list[Record]:
    while True:
        try:
            return move()
        except ConditionFailedError:
            continue


# --- readers -------------------------------------------------------------------------


def test_a_reader_that_misses_a_leaf_takes_the_node_anew():
    gallery = a_month()
    stale = gallery.pages.node(*MAY)
    gallery.deliver(*change(gallery, "m05", width=500))

    node, leaves = gallery.pages.read(stale, lambda node: node.leaves)

    assert node.version == stale.version + 1
    assert [entry.tile.width for leaf in leaves for entry in leaf if entry.id == "m05"] == [500]


def test_a_reader_gives_up_after_four_attempts():
    gallery = a_month()
    stale = gallery.pages.node(*MAY)
    attempts = []

    def rewrite(request):
        attempts.append(request)
        gallery.wire.clear()
        gallery.deliver(*change(gallery, "m05", width=len(attempts)))
        gallery.pages_table.before("get_many", rewrite)

    gallery.pages_table.before("get_many", rewrite)

    with pytest.raises(PagesBusyError, match="try again"):
        gallery.pages.read(stale, lambda node: node.leaves)
    assert len(attempts) == 4


def test_a_sync_that_always_loses_says_so(monkeypatch):
    monkeypatch.setattr(refresh_pages, "_SAVE_ATTEMPTS", 3)
    gallery, records = a_new_photo()
    widths = itertools.count(1)
    real_save = gallery.pages.save

    def save(node, runs):
        other = gallery.pages.node(*node.key, consistent=True)
        real_save(other, [])
        next(widths)
        return real_save(node, runs)

    monkeypatch.setattr(gallery.pages, "save", save)

    with pytest.raises(PagesBusyError, match="main/all/2024-05 was saved by others 3 times"):
        gallery.deliver(*records)
    assert next(widths) == 4


# --- from records to changes ---------------------------------------------------------


def test_rows_whose_places_are_equal_before_and_after_are_left_out():
    asset = an_asset()
    described = an_asset(details={"title": "Beach"}, version=2)

    assert changes_by_bucket([RowChange(asset, described)]) == {}
    assert changes_by_bucket([RowChange(None, None)]) == {}
    assert changes_by_bucket([RowChange(None, an_asset(is_live_video=True))]) == {}


def test_a_changed_tile_is_a_change_though_the_place_is_the_same():
    found = changes_by_bucket([RowChange(an_asset(), an_asset(width=500))])

    assert found == {MAY: Change({"a1": {("2024-05-17T09:30:00.000", "a1")}})}


def test_records_are_read_as_the_stream_gives_them():
    """Binary values come as base64 text, and rows of other buckets are left out."""
    gallery = a_gallery()
    gallery.assets.create(an_asset("a", thumbhash=b"\x00\xff"))
    gallery.assets_table.put({"id": {"S": "foreign"}, "url": {"S": "s3://elsewhere/a.jpg"}})
    purge_records = [*take_records(gallery), *purge(gallery, "a")]

    created, foreign, purged = changed_rows(purge_records, BUCKET)

    assert created.before is None
    assert created.after is not None
    assert created.after.thumbhash == b"\x00\xff"
    assert foreign == RowChange(None, None)
    assert (purged.before and purged.before.id, purged.after) == ("a", None)


def test_a_leaf_that_is_summed_up_is_the_one_that_is_stored():
    gallery = a_month()

    for node in gallery.pages.nodes("main", "all"):
        leaves = gallery.pages.leaves(node, node.leaves)
        assert leaves is not None
        assert [LeafRef.of(r.leaf_id, e) for r, e in zip(node.leaves, leaves, strict=True)] == list(
            node.leaves
        )
