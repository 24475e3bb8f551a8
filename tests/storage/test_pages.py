import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import timeline
from chalicelib.domain.directory import Stretch
from chalicelib.domain.timeline import Counts, DayCounts, Entry, Node, Run
from chalicelib.errors import ConditionFailedError, PagesBusyError
from chalicelib.storage import leaves
from chalicelib.storage.nodes import ID_DIGITS
from chalicelib.storage.pages import Pages, fresh_leaf_id
from tests.builders import NOW, an_entry
from tests.memory import MemoryTable

MAY = ("main", "all", "2024-05")


@pytest.fixture(autouse=True, scope="module")
def _small_leaves():
    """Three entries a leaf."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaves, "MOST_ENTRIES", 3)
        patch.setattr(timeline, "FEW_ENTRIES", 2)
        yield


def pages() -> Pages:
    numbers = itertools.count()
    table = MemoryTable("pages", ("pk", "sk"), {"counts": "c", "days": "d"}, page_size=7)
    return Pages(table, lambda: f"{next(numbers):0{ID_DIGITS}x}", NOW.timestamp)


def table_of(shelf: Pages) -> MemoryTable:
    assert isinstance(shelf.table, MemoryTable)
    return shelf.table


def a_node(bucket: str = "2024-05", view: str = "all", gallery: str = "main") -> Node:
    return Node(gallery, view, bucket)


def some(count: int) -> tuple[Entry, ...]:
    """Entries of May in order, every third a video."""
    return tuple(
        an_entry(f"a{n:03}", f"2024-05-{n % 31 + 1:02}T{n // 31:02}:00", is_video=n % 3 == 0)
        for n in sorted(range(count), key=lambda n: (n % 31, n // 31))
    )


def filled(shelf: Pages, entries: Sequence[Entry], bucket: str = "2024-05") -> Node:
    return shelf.save(a_node(bucket), [Run(0, 0, tuple(entries))])


def everything(node: Node) -> Stretch:
    return Stretch(None, 0, node.counts.total)


def leaf_ids(shelf: Pages) -> list[str]:
    return sorted(leaf for _, leaf, _ in shelf.every_key() if leaf)


# --- saving --------------------------------------------------------------------------


def test_a_saved_node_is_read_with_its_counts_days_and_leaves():
    shelf = pages()
    written = [an_entry("a"), an_entry("b", is_video=True, faces=2, state="failed", size=None)]

    saved = filled(shelf, written)

    assert shelf.node(*MAY) == saved
    assert (saved.version, saved.revision) == (1, 1)
    found = shelf.leaves(saved, saved.leaves.ids)
    assert found is not None
    assert [list(leaf) for leaf in found] == [written]
    (counted,) = shelf.counts("main", "all")
    assert (counted.bucket, counted.revision) == ("2024-05", 1)
    assert counted.counts == saved.counts == Counts(1, 1, 2, 0, 1, 1000)
    assert shelf.days("main", "all") == {"2024-05": (1, {"17": DayCounts(1, 1, 133_333, 133_333)})}


def test_a_save_without_changes_moves_the_version_and_not_the_revision():
    shelf = pages()
    saved = filled(shelf, some(5))

    again = shelf.save(saved, [])

    assert (again.version, again.revision, again.leaves) == (2, 1, saved.leaves)


def test_a_save_over_another_one_fails_and_takes_its_leaves_back():
    shelf = pages()
    before = filled(shelf, [an_entry("a")])
    winner = shelf.save(before, [Run(0, 1, (an_entry("b"),), (an_entry("a"),))])

    with pytest.raises(ConditionFailedError):
        shelf.save(before, [Run(0, 1, (an_entry("c"),), (an_entry("a"),))])

    assert shelf.node(*MAY) == winner
    assert shelf.read([(winner, everything)]) == [(winner, [an_entry("b")])]
    assert leaf_ids(shelf) == list(winner.leaves.ids)


def test_two_first_saves_of_a_node_are_one():
    shelf = pages()
    shelf.save(a_node(), [])

    with pytest.raises(ConditionFailedError):
        filled(shelf, [an_entry()])

    assert [key for key, _, _ in shelf.every_key()] == [MAY]


def test_an_emptied_node_stays_and_lists_leave_it_out():
    shelf = pages()
    full = filled(shelf, [an_entry()])

    empty = shelf.save(full, [Run(0, 1, (), (an_entry(),))])

    assert (empty.version, empty.counts.total) == (2, 0)
    assert shelf.counts("main", "all") == []
    assert shelf.days("main", "all") == {}
    assert shelf.node(*MAY) == empty
    (counted,) = shelf.counts("main", "all", with_empty=True)
    assert (counted.revision, counted.counts) == (2, Counts())


def test_the_first_leaf_of_a_bucket_also_takes_what_is_older_than_all():
    shelf = pages()
    full = filled(shelf, some(9))

    shorter = shelf.save(full, [Run(0, 1, (), some(9)[:3])])

    assert full.leaves.fences[0] == shorter.leaves.fences[0] == ""
    assert len(shorter.leaves) == len(full.leaves) - 1


# --- whole lists ---------------------------------------------------------------------


def test_every_page_of_a_long_list_is_read():
    """F58. Thirty months of seven to a page, and items of other lists beside them."""
    shelf = pages()
    months = [f"{2000 + n // 12}-{n % 12 + 1:02}" for n in range(30)]
    for month in months:
        filled(shelf, [an_entry(order=f"{month}-01T00:00:00.000")], month)
        shelf.save(a_node(month, view="fav"), [])
        shelf.save(a_node(month, gallery="main-2"), [])
    shelf.set_total("main", "all", Counts(30), 30)

    assert [b.bucket for b in shelf.counts("main", "all")] == months
    assert list(shelf.days("main", "all")) == months
    assert sorted(node.bucket for node in shelf.every_node("main", "all")) == months
    keys = list(shelf.every_key())
    assert len(keys) == len(set(keys)) == 120
    assert {key for key, leaf, _ in keys if leaf} == {("main", "all", month) for month in months}


def test_nodes_come_in_the_order_asked_for_and_absent_ones_are_empty():
    shelf = pages()
    june, may = filled(shelf, [an_entry()], "2024-06"), filled(shelf, [an_entry()])

    found = shelf.nodes("main", "all", ["2024-06", "1999-01", "2024-05"])

    assert found == [june, a_node("1999-01"), may]


def test_the_scrubber_reads_keys_alone():
    shelf = pages()
    filled(shelf, some(60))

    (item,) = shelf.table.query("main#all", index="days")

    assert item.keys() == {"pk", "sk", "d"}


@given(st.lists(st.tuples(st.integers(1, 31), st.booleans(), st.integers(1, 9)), max_size=40))
def test_days_are_those_of_the_entries_with_ratios_within_1_in_100_000_each(shots):
    written = [
        an_entry(f"{n:02}", f"2024-05-{day:02}T00:00", is_video=is_video, width=width, height=7)
        for n, (day, is_video, width) in enumerate(sorted(shots))
    ]
    shelf = pages()

    saved = filled(shelf, written)

    known = shelf.days("main", "all").get("2024-05", (1, {}))[1]
    assert list(known) == list(saved.days)
    for day, counts in saved.days.items():
        for content_type in ("image", "video", None):
            number = counts.of_type(content_type)
            assert known[day].of_type(content_type) == number
            assert abs(known[day].ratios(content_type) - counts.ratios(content_type)) <= number


def test_leaves_and_sections_carry_the_time_at_which_they_were_written():
    shelf = pages()
    filled(shelf, some(2))

    assert [(leaf is None, at) for _, leaf, at in sorted(shelf.every_key(), key=str)] == [
        (False, NOW.timestamp()),
        (True, 0),
    ]


def test_a_leaf_id_is_never_the_same():
    found = {fresh_leaf_id() for _ in range(1000)}

    assert len(found) == 1000
    assert {len(leaf_id) for leaf_id in found} == {ID_DIGITS}


# --- totals --------------------------------------------------------------------------


def test_totals_are_those_of_all_lists_of_one_gallery():
    shelf = pages()
    shelf.set_total("main", "all", Counts(1, 2, 3, 4, 5, 6), 1)
    shelf.set_total("main", "bin", Counts(7), 1)
    shelf.set_total("main-2", "all", Counts(8), 1)
    filled(shelf, some(3))

    assert shelf.totals("main") == {"all": Counts(1, 2, 3, 4, 5, 6), "bin": Counts(7)}
    assert shelf.totals("nowhere") == {}


@given(st.permutations(range(1, 6)))
def test_of_a_list_s_totals_the_one_of_the_latest_revision_stays(revisions):
    shelf = pages()

    for revision in (*revisions, *revisions):
        shelf.set_total("main", "all", Counts(images=revision), revision)

    assert shelf.totals("main") == {"all": Counts(images=5)}


# --- reading -------------------------------------------------------------------------


@given(
    st.sampled_from([None, "image", "video"]),
    st.integers(0, 40),
    st.integers(0, 45),
    st.none() | st.integers(0, 39),
    st.none() | st.integers(1, 12),
    st.none() | st.sampled_from(["1", "a02"]),
)
def test_a_stretch_is_that_part_of_the_sorted_bucket(kind, lowest, highest, at, wanted, name):
    shelf, written = pages(), some(40)
    node = filled(shelf, written)
    before = None if at is None else written[at].position
    named = None if name is None else lambda text: name in text
    of_type = [e for e in written if kind is None or e.tile.is_video == (kind == "video")]
    expected = [e for e in of_type[lowest:highest] if before is None or e.position < before]
    expected = [e for e in expected if name is None or name in e.tile.path]

    stretch = Stretch(kind, lowest, highest, before, wanted, named)
    ((read_by, found),) = shelf.read([(node, lambda _: stretch)])

    assert read_by == node
    if name is None:
        assert list(found) == expected[-(wanted or len(expected)) :]
    else:  # of those looked at; a search asks without a number
        assert [e for e in found if e in expected] == list(found)
        assert wanted is not None or list(found) == expected


@given(
    st.sampled_from([None, "image", "video"]),
    st.integers(0, 39),
    st.sampled_from(["", "x"]),
)
def test_a_position_s_rank_is_how_many_of_the_type_are_older(kind, at, suffix):
    shelf, written = pages(), some(40)
    node = filled(shelf, written)
    position = (written[at].order, written[at].id + suffix)

    found, rank = shelf.rank_of(node, position, kind)

    of_type = [e for e in written if kind is None or e.tile.is_video == (kind == "video")]
    assert (found, rank) == (node, sum(e.position < position for e in of_type))


def test_in_an_empty_bucket_every_rank_is_0():
    assert pages().rank_of(a_node(), ("2024-05-01", "a"), None) == (a_node(), 0)


def test_stretches_of_many_buckets_are_one_request():
    shelf = pages()
    months = [f"2024-{n:02}" for n in range(1, 13)]
    nodes = [filled(shelf, [an_entry(order=f"{month}-01")], month) for month in months]
    table_of(shelf).wire.requests.clear()

    found = shelf.read([(node, everything) for node in nodes])

    assert [[e.order for e in entries] for _, entries in found] == [[f"{m}-01"] for m in months]
    assert [request.operation for request in table_of(shelf).wire.requests] == ["get_many"]


def test_where_nothing_is_wanted_nothing_is_asked_for():
    shelf = pages()
    node = filled(shelf, some(3))
    table_of(shelf).wire.requests.clear()

    assert shelf.read([(node, lambda _: None), (a_node("1999-01"), everything)]) == [
        (node, ()),
        (a_node("1999-01"), []),
    ]
    assert table_of(shelf).wire.requests == []


def rewritten(shelf: Pages, _: object = None) -> None:
    """Another one replaces every leaf of May by one with a photo less."""
    node = shelf.node(*MAY, consistent=True)
    ((_, held),) = shelf.read([(node, everything)])
    shelf.save(node, [Run(0, len(node.leaves), tuple(held[1:]), tuple(held))])


def test_a_node_whose_leaves_were_replaced_is_read_anew_and_given_with_its_entries():
    shelf, written = pages(), some(9)
    node = filled(shelf, written)
    rewritten(shelf)

    ((now, found),) = shelf.read([(node, everything)])

    assert now == shelf.node(*MAY)
    assert (now.counts.total, list(found)) == (8, list(written[1:]))


def test_stretches_of_one_bucket_are_read_by_one_node():
    """Else a photo that stays might stand at two ranks, or at none."""

    def rank(number: int):
        return node, lambda _: Stretch(None, number, number + 1)

    came: list[bool] = []

    def intrude() -> None:
        came.append(True)
        now = shelf.node(*MAY, consistent=True)
        held = written[1 : 1 + now.leaves.totals[0]]
        shelf.save(now, [Run(0, 1, held[1:], held)])

    for number in itertools.count():
        shelf, written = pages(), some(12)
        node = filled(shelf, written)
        rewritten(shelf)
        came.clear()

        table_of(shelf).wire.at(number, intrude)
        found = shelf.read([rank(number) for number in range(4, 8)])

        if not came:
            break
        assert len({now.version for now, _ in found}) == 1
        ids = [entry.id for _, entries in found for entry in entries]
        assert ids in ([e.id for e in written[5:9]], [e.id for e in written[6:10]])
    assert number > 2


def test_nodes_are_read_anew_in_one_request_however_many_were_replaced():
    shelf = pages()
    months = [f"2024-{n:02}" for n in range(1, 13)]
    old = {month: an_entry("a", f"{month}-01") for month in months}
    new = {month: an_entry("b", f"{month}-02") for month in months}
    nodes = [filled(shelf, [entry], month) for month, entry in old.items()]
    for node in nodes:
        shelf.save(node, [Run(0, 1, (new[node.bucket],), (old[node.bucket],))])
    table_of(shelf).wire.requests.clear()

    found = shelf.read([(node, everything) for node in nodes for _ in range(2)])

    assert [list(entries) for _, entries in found] == [[new[m]] for m in months for _ in range(2)]
    assert len(table_of(shelf).wire.requests) == 3


def test_a_bucket_that_is_replaced_at_every_attempt_is_busy():
    shelf = pages()
    node = filled(shelf, some(30))

    def replaced_again(_):
        table_of(shelf).wire.clear()
        rewritten(shelf)
        table_of(shelf).before("get_many", replaced_again)

    for read in (
        lambda: shelf.read([(node, everything)]),
        lambda: shelf.rank_of(node, ("2024-05-09", ""), None),
    ):
        table_of(shelf).before("get_many", replaced_again)
        with pytest.raises(PagesBusyError, match="all 2024-05"):
            read()
        table_of(shelf).wire.clear()


def test_a_leaf_that_a_lagging_replica_lacks_is_asked_for_again_consistently():
    shelf = pages()
    table_of(shelf).let_reads_lag()
    node = filled(shelf, some(9))

    assert shelf.read([(node, everything)]) == [(node, list(some(9)))]
    assert shelf.rank_of(node, ("2024-05-99", ""), None) == (node, 9)
