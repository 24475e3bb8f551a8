"""The protocol of pages: an intruder between any two requests, each guard taken out once."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import refresh_pages
from chalicelib.domain.directory import Stretch
from chalicelib.domain.timeline import Counts, Node
from chalicelib.errors import PagesBusyError
from chalicelib.storage import people as people_module
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Pages
from tests.builders import MemoryGallery, an_asset, wall_clock
from tests.faults.month import (
    DELETED,
    MAY,
    Record,
    a_liked_photo,
    a_month,
    a_new_photo,
    change,
    create,
    day,
    differences,
    every_interruption,
    faces_of,
    purge,
    repeated,
    take_records,
    the_first_photo,
)
from tests.mutation import without_guard
from tests.schedule import KILL, run_interleaved

pytestmark = pytest.mark.usefixtures("small_leaves", "has_sections")

Move = Callable[[MemoryGallery], list[Record]]


def trash(id: str) -> Callable[[MemoryGallery], object]:
    """Somebody moves a photo to the bin, and its record is delivered at once."""
    return lambda gallery: gallery.deliver(*change(gallery, id, deleted_at=DELETED))


# --- saves ---------------------------------------------------------------------------

SAVE = "pages.save(node, runs)"
READ_NODE = "node = pages.whole(pages.node(*bucket, consistent=True))"
READ_ROWS = "rows = tables.assets.get_many(list(change.positions))"


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


def test_a_section_that_is_read_while_it_is_replaced_makes_a_sync_start_again(has_sections):
    """Guards the answer of `sync` to a node that can't be read as a whole."""
    guard = ("if node is None:", "if False:")

    assert set(every_interruption(a_liked_photo, trash("m05"))) == {0}
    if has_sections:
        with without_guard(refresh_pages, "sync", guard), pytest.raises(AttributeError):
            list(every_interruption(a_liked_photo, trash("m05")))


def test_a_photo_that_never_left_is_not_lost_by_one_that_comes_beside_it():
    def arrive(gallery):
        gallery.deliver(*create(gallery, an_asset("late", taken_local=day(5))))

    assert set(every_interruption(a_liked_photo, arrive)) == {0}
    assert set(every_interruption(a_new_photo, arrive)) == {0}


def test_a_photo_dated_anew_inside_its_month_while_it_is_synced_stands_in_one_place():
    def date_anew(gallery):
        gallery.deliver(*change(gallery, "m05", taken_local=day(30)))

    def date_anew_twice(gallery):
        records = [*change(gallery, "m05", taken_local=day(1)), *change(gallery, "m05", width=9)]
        gallery.deliver(*records[1:])
        gallery.deliver(*change(gallery, "m05", taken_local=day(9)))
        gallery.deliver(*records[:1])

    assert set(every_interruption(a_liked_photo, date_anew)) == {0}
    assert set(every_interruption(a_liked_photo, date_anew_twice)) == {0}


# --- replicas that are behind --------------------------------------------------------


def test_both_reads_of_a_sync_are_consistent():
    """Guards `consistent=True` of both: a replica may be behind for a while."""

    def delivered_beside_a_lagging_replica() -> int:
        gallery, records = a_liked_photo()
        for table in (gallery.assets_table, gallery.pages_table):
            table.let_reads_lag()
        gallery.deliver(*records, *change(gallery, "m05", deleted_at=DELETED))
        return differences_by_now(gallery)

    assert delivered_beside_a_lagging_replica() == 0
    with without_guard(Assets, "_items", ("consistent=True", "consistent=False")):
        assert delivered_beside_a_lagging_replica()
    with (
        without_guard(refresh_pages, "sync", ("consistent=True", "consistent=False")),
        pytest.raises(PagesBusyError),
    ):
        delivered_by_a_second_writer()


def differences_by_now(gallery: MemoryGallery) -> int:
    for table in (gallery.assets_table, gallery.pages_table):
        table.let_reads_lag()  # that is: up to here
    return differences(gallery)


def delivered_by_a_second_writer() -> None:
    gallery, records = a_liked_photo()
    gallery.pages_table.let_reads_lag()
    gallery.deliver(*records)
    gallery.deliver(*change(gallery, "m06", is_favorite=True))


def everything(node: Node) -> Stretch:
    return Stretch(None, 0, node.counts.total)


def test_a_leaf_that_a_replica_does_not_know_yet_is_read_consistently():
    """Guards `consistent` of the second attempt of `Pages.read` and `Pages.rank_of`."""
    position = (day(30).isoformat(), "")

    def read_beside_a_lagging_replica() -> list[str]:
        gallery = a_month()
        gallery.pages_table.let_reads_lag()
        gallery.deliver(*change(gallery, "m12", width=500))
        node = gallery.pages.node(*MAY, consistent=True)
        assert gallery.pages.rank_of(node, position, None) == (node, 12)
        ((_, entries),) = gallery.pages.read([(node, everything)])
        return [entry.id for entry in entries if entry.tile.width == 500]

    guard = ("consistent=attempt > 0", "consistent=False")
    assert read_beside_a_lagging_replica() == ["m12"]
    for name in ("read", "rank_of"):
        with without_guard(Pages, name, guard), pytest.raises(PagesBusyError):
            read_beside_a_lagging_replica()


def test_a_reader_whose_node_is_of_yesterday_takes_it_consistently():
    """Guards `consistent=True` of the node that `Pages.read` and `Pages.rank_of` take anew."""
    position = (day(30).isoformat(), "")

    def read_by_an_old_node() -> None:
        gallery = a_month()
        node = gallery.pages.node(*MAY)
        gallery.deliver(*change(gallery, "m12", width=500))
        gallery.pages_table.let_reads_lag()
        gallery.deliver(*change(gallery, "m12", deleted_at=DELETED))
        ((_, entries),) = gallery.pages.read([(node, everything)])
        assert [entry.id for entry in entries] == [f"m{number:02}" for number in range(1, 12)]
        assert gallery.pages.rank_of(node, position, None)[1] == 11

    guard = ("consistent=True", "consistent=False")
    read_by_an_old_node()
    for name in ("read", "rank_of"):
        with without_guard(Pages, name, guard), pytest.raises(PagesBusyError):
            read_by_an_old_node()


# --- totals --------------------------------------------------------------------------


def like_two(gallery: MemoryGallery) -> None:
    """Both on the list of favourites and on Anna's, at once."""
    for id_ in ("m05", "m06"):
        gallery.deliver(*change(gallery, id_, is_favorite=True, faces=faces_of("anna", "anna")))


def a_photo_of_anna() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    asset = an_asset("new", taken_local=day(13), is_favorite=True, faces=faces_of("anna"))
    return gallery, create(gallery, asset)


def test_of_two_sums_of_a_list_the_later_one_stays():
    """Guards the conditions of `Pages.set_total` and `People.set_counts`."""
    total = ("condition=is_later", "condition=None")
    person = ('(Path("rev") < revision)', 'Path("rev").exists()')

    assert set(every_interruption(a_photo_of_anna, like_two)) == {0}
    with without_guard(Pages, "set_total", total):
        assert any(every_interruption(a_photo_of_anna, like_two))
    with without_guard(people_module.People, "set_counts", person):
        assert any(every_interruption(a_photo_of_anna, like_two))


def test_a_list_is_summed_up_after_its_buckets_are_saved():
    """Guards the order of `sync_all`."""
    summed_up = (
        "    for gallery, view in sorted({bucket[:2] for bucket in changes}):\n"
        "        summarise(gallery, view, tables)\n"
    )
    synced = (
        "    for bucket, change in sorted(changes.items()):\n"
        "        conflicts += sync(bucket, change, tables)\n"
    )

    def delivered() -> int:
        gallery, records = a_photo_of_anna()
        gallery.deliver(*records)
        return differences(gallery)

    assert delivered() == 0
    with without_guard(refresh_pages, "sync_all", (synced + summed_up, summed_up + synced)):
        assert delivered() == 3  # all, favourites, Anna


def test_a_list_is_summed_up_by_a_consistent_read():
    """Guards `consistent=True` of `summarise`: the replica has not heard of the save yet."""

    def delivered_beside_a_lagging_replica() -> int:
        gallery, records = a_photo_of_anna()
        gallery.pages_table.let_reads_lag()
        gallery.deliver(*records)
        return differences_by_now(gallery)

    assert delivered_beside_a_lagging_replica() == 0
    with without_guard(refresh_pages, "summarise", ("consistent=True", "consistent=False")):
        assert delivered_beside_a_lagging_replica()


def test_emptied_months_count_for_the_age_of_a_sum():
    """Guards `with_empty=True` of `summarise`: else a sum taken later looks older."""

    def a_month_emptied() -> MemoryGallery:
        gallery, records = the_first_photo()
        gallery.deliver(*records)
        gallery.add(an_asset("june", taken_local=wall_clock("2024-06-01")))
        gallery.deliver(*change(gallery, "new", deleted_at=DELETED))
        return gallery

    assert a_month_emptied().pages.totals("main")["all"].total == 1
    with without_guard(refresh_pages, "summarise", ("with_empty=True", "with_empty=False")):
        assert a_month_emptied().pages.totals("main")["all"].total == 2


def test_faces_of_somebody_without_a_row_make_none():
    """Guards the existence of the row in `People.set_counts`: Anna was just removed."""

    def delivered() -> list[str]:
        gallery, records = a_photo_of_anna()
        gallery.people_table.delete_many([("main", "anna")])
        gallery.deliver(*records)
        return [person.id for person in gallery.people.list("main")]

    guard = ('Path("id").exists() & (', "(")
    assert delivered() == []
    with without_guard(people_module.People, "set_counts", guard):
        assert delivered() == ["anna"]


def test_a_person_s_counts_are_those_of_her_list():
    gallery, records = a_photo_of_anna()

    gallery.deliver(*records, *change(gallery, "m01", faces=faces_of("anna", "anna", "ben")))

    (anna,) = gallery.people.list("main")
    assert (anna.faces, anna.assets) == (4, 3)
    assert gallery.pages.totals("main").keys() == {"all", "fav"}
    assert gallery.pages.totals("main")["all"] == Counts(images=13, bytes=13_000)


# --- many at once --------------------------------------------------------------------

MOVES: list[Move] = [
    lambda g: change(g, "m01", taken_local=day(30)),
    lambda g: change(g, "m01", deleted_at=DELETED),
    lambda g: change(g, "m01", deleted_at=None),
    lambda g: change(g, "m12", taken_local=wall_clock("2024-07-01")),
    lambda g: change(g, "m05", width=1234, faces=faces_of("anna", "anna")),
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
    rest = [*take_records(gallery), *itertools.chain.from_iterable(undelivered)]
    if rest:
        gallery.deliver(*rest)

    assert gallery.audit().differences == 0


def test_a_sync_that_always_loses_says_so(monkeypatch):
    monkeypatch.setattr(refresh_pages, "_SAVE_ATTEMPTS", 3)
    gallery, records = a_new_photo()
    losses = itertools.count(1)
    real_save = gallery.pages.save

    def save(node, runs):
        other = gallery.pages.whole(gallery.pages.node(*node.key, consistent=True))
        assert other is not None
        real_save(other, [])
        next(losses)
        return real_save(node, runs)

    monkeypatch.setattr(gallery.pages, "save", save)

    with pytest.raises(PagesBusyError, match="main/all/2024-05 was saved by others 3 times"):
        gallery.deliver(*records)
    assert next(losses) == 4
