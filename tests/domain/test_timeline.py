import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import timeline
from chalicelib.domain.timeline import (
    Change,
    Counts,
    DayCounts,
    Entry,
    LeafRef,
    Node,
    Run,
    digest,
    plan_rewrite,
)
from tests.builders import an_entry

ORDERS = [f"2024-05-{day:02}T00:00:00.000" for day in range(1, 29)]


class Shelf:
    """A node with its leaves, rewritten by plans, and the plain sorted list it stands for."""

    def __init__(self, piece: int = 3) -> None:
        self.node = Node("main", "all", "2024-05")
        self.leaves: dict[str, tuple[Entry, ...]] = {}
        self.model: dict[str, Entry] = {}
        self.leaves_read = 0
        self._piece = piece
        self._ids = itertools.count()

    def read(self, refs):
        self.leaves_read += len(refs)
        return [self.leaves[ref.leaf_id] for ref in refs]

    def set(self, **orders: str | None) -> list[Run]:
        """Let assets stand at an order, or nowhere; returns the plan that was carried out."""
        change, truth = Change(), []
        for asset_id, order in orders.items():
            known = self.model.pop(asset_id, None)
            change.add(asset_id, known.position if known else None)
            if order is not None:
                self.model[asset_id] = an_entry(asset_id, order)
                truth.append(self.model[asset_id])
        return self.carry_out(plan_rewrite(self.node, change, truth, self.read))

    def carry_out(self, runs: list[Run]) -> list[Run]:
        leaves: list[LeafRef] = []
        position = 0
        for run in runs:
            assert position <= run.start <= run.stop
            leaves += self.node.leaves[position : run.start]
            for start in range(0, len(run.entries), self._piece):
                piece = run.entries[start : start + self._piece]
                leaf_id = str(next(self._ids))
                self.leaves[leaf_id] = piece
                leaves.append(LeafRef.of(leaf_id, piece))
            position = run.stop
        leaves += self.node.leaves[position:]
        self.node = replace(self.node, leaves=tuple(leaves))
        return runs

    @property
    def listed(self) -> list[Entry]:
        return [entry for ref in self.node.leaves for entry in self.leaves[ref.leaf_id]]


ids = st.integers(0, 40).map(lambda number: f"a{number:02}")
edits = st.lists(
    st.dictionaries(ids, st.none() | st.sampled_from(ORDERS), min_size=1, max_size=8), max_size=25
)


@pytest.mark.parametrize("few", [1, 3, timeline.FEW_ENTRIES])
@given(edits=edits, piece=st.integers(1, 5))
def test_a_node_s_leaves_always_hold_the_sorted_list(few, edits, piece):
    shelf = Shelf(piece)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "FEW_ENTRIES", few)
        for edit in edits:
            shelf.set(**edit)

            expected = sorted(shelf.model.values(), key=lambda entry: entry.position)
            assert shelf.listed == expected
            fences = [leaf.first for leaf in shelf.node.leaves]
            assert fences == sorted(set(fences))
            assert shelf.node.counts.total == len(expected)
            assert shelf.node.counts.bytes == sum(entry.tile.size or 0 for entry in expected)
            assert sum(d.images + d.videos for d in shelf.node.days.values()) == len(expected)
            assert shelf.node.digest == digest(expected)


@given(edits=edits)
def test_the_same_change_twice_changes_nothing_the_second_time(edits):
    shelf = Shelf()
    for edit in edits:
        shelf.set(**edit)

    for asset_id, entry in list(shelf.model.items()):
        assert shelf.set(**{asset_id: entry.order}) == []


def test_an_entry_is_dropped_where_it_was_where_it_was_going_and_where_it_is():
    shelf = Shelf(piece=1)
    shelf.set(a=ORDERS[1], b=ORDERS[3], c=ORDERS[5], d=ORDERS[7])
    strays = [an_entry("a", ORDERS[3]), an_entry("a", ORDERS[5])]
    for stray in strays:  # as an earlier, interrupted history may have left them
        shelf.node = replace(shelf.node, leaves=_with_entry(shelf, stray))
    change = Change({"a": {an_entry("a", ORDERS[1]).position, strays[0].position}})
    truth = [an_entry("a", ORDERS[5])]

    shelf.carry_out(plan_rewrite(shelf.node, change, truth, shelf.read))

    assert [entry.id for entry in shelf.listed] == ["b", "a", "c", "d"]


def _with_entry(shelf: Shelf, entry: Entry) -> tuple[LeafRef, ...]:
    index = shelf.node.leaf_at(entry.position)
    leaf_id = shelf.node.leaves[index].leaf_id
    held = sorted([*shelf.leaves[leaf_id], entry], key=lambda one: one.position)
    shelf.leaves[leaf_id] = tuple(held)
    fresh = LeafRef.of(leaf_id, held)
    return tuple(fresh if leaf.leaf_id == leaf_id else leaf for leaf in shelf.node.leaves)


def test_a_change_reads_only_the_leaves_it_touches(monkeypatch):
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 1)
    shelf = Shelf(piece=1)
    shelf.set(**{f"a{number:02}": order for number, order in enumerate(ORDERS)})
    shelf.leaves_read = 0

    shelf.set(a10=ORDERS[20])

    assert shelf.leaves_read == 2


def test_a_leaf_with_few_entries_joins_the_one_before_it():
    shelf = Shelf(piece=100)
    shelf.set(**{f"a{number:02}": order for number, order in enumerate(ORDERS)})
    shelf.node = replace(shelf.node, leaves=_halved(shelf))

    shelf.set(a27=None)

    assert len(shelf.node.leaves) == 1
    assert len(shelf.listed) == 27


def _halved(shelf: Shelf) -> tuple[LeafRef, ...]:
    entries = shelf.listed
    halves = {"first": tuple(entries[:14]), "second": tuple(entries[14:])}
    shelf.leaves |= halves
    return tuple(LeafRef.of(leaf_id, half) for leaf_id, half in halves.items())


def test_an_emptied_bucket_has_no_leaves_and_nothing_to_count():
    shelf = Shelf()
    shelf.set(a=ORDERS[0], b=ORDERS[1])

    shelf.set(a=None, b=None)

    assert shelf.node.leaves == ()
    assert shelf.node.counts == Counts()
    assert shelf.node.days == {}


def test_a_leaf_sums_up_what_it_holds():
    entries = [
        an_entry("a", "2024-05-01T00:00:00.000", width=300, height=200, faces=2),
        an_entry("b", "2024-05-01T10:00:00.000", is_video=True, state="pending", size=None),
        an_entry("c", "2024-05-31T23:59:59.999", state="failed", width=None, faces=1),
    ]

    leaf = LeafRef.of("leaf", entries)

    assert leaf.first == ("2024-05-01T00:00:00.000", "a")
    assert leaf.counts == Counts(images=2, videos=1, faces=3, pending=1, failed=1, bytes=2000)
    assert leaf.days == {"01": DayCounts(1, 1, 1500 + 1333), "31": DayCounts(1, 0, 1333)}


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [(300, 200, 1500), (1, 1000, 100), (1000, 1, 10_000), (None, 5, 1333), (0, 5, 1333)],
)
def test_a_ratio_is_thousandths_between_one_to_ten_and_ten_to_one(width, height, ratio):
    assert an_entry(width=width, height=height).ratio == ratio


@given(st.lists(ids, unique=True, max_size=10).flatmap(st.permutations))
def test_a_digest_does_not_depend_on_the_order_or_the_cut(shuffled):
    entries = [an_entry(asset_id) for asset_id in shuffled]

    assert digest(entries) == digest(sorted(entries, key=lambda entry: entry.id))
    assert digest(entries) == (digest(entries[:3]) + digest(entries[3:])) % 2**64


@pytest.mark.parametrize(
    "change",
    [
        {"path": "other.jpg"},
        {"name": "Other"},
        {"taken": None},
        {"is_video": True},
        {"width": 1},
        {"height": 1},
        {"duration": 1.5},
        {"size": 1},
        {"is_favorite": True},
        {"thumbhash": None},
        {"state": "failed"},
        {"key": "elsewhere.jpg"},
        {"thumbnail": "elsewhere_thumb.jpg"},
        {"faces": 1},
        {"order": "2024-05-18T00:00:00.000", "taken": "2024-05-17T09:30:00.000"},
    ],
)
def test_a_digest_tells_every_detail_of_a_tile(change):
    assert digest([an_entry(**change)]) != digest([an_entry()])
