import itertools
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import timeline
from chalicelib.domain.asset import FileType
from chalicelib.domain.directory import Directory, fence_of
from chalicelib.domain.timeline import (
    Change,
    Counts,
    DayCounts,
    Entry,
    Node,
    Run,
    Sums,
    digest,
    plan_rewrite,
)
from tests.builders import an_entry

ORDERS = [f"2024-05-{day:02}T00:00:00.000" for day in range(1, 29)]


class Shelf:
    """Leaves, rewritten by plans, and the plain sorted list they stand for."""

    def __init__(self, piece: int = 3) -> None:
        self.directory = Directory()
        self.sums = Sums()
        self.leaves: dict[str, tuple[Entry, ...]] = {}
        self.model: dict[str, Entry] = {}
        self.leaves_read = 0
        self._piece = piece
        self._ids = itertools.count()

    def read(self, leaf_ids):
        self.leaves_read += len(leaf_ids)
        return [self.leaves[leaf_id] for leaf_id in leaf_ids]

    def set(self, **orders: str | None) -> list[Run]:
        """Let assets stand at an order, or nowhere; returns the plan that was carried out."""
        change, truth = Change(), []
        for asset_id, order in orders.items():
            known = self.model.pop(asset_id, None)
            change.add(asset_id, known.position if known else None)
            if order is not None:
                self.model[asset_id] = an_entry(asset_id, order)
                truth.append(self.model[asset_id])
        return self.carry_out(plan_rewrite(self.directory, change, truth, self.read))

    def carry_out(self, runs: list[Run]) -> list[Run]:
        parts: list[Directory] = []
        position = 0
        for run in runs:
            assert position <= run.start <= run.stop
            assert list(run.replaced) == self.held(self.directory[run.start : run.stop])
            parts += [self.directory[position : run.start], self.shelved(run.entries)]
            self.sums = self.sums + Sums.of(run.entries) + -Sums.of(run.replaced)
            position = run.stop
        self.directory = Directory.joined([*parts, self.directory[position:]])
        return runs

    def shelved(self, entries: tuple[Entry, ...]) -> Directory:
        """Entries as leaves; each fence is its first position."""
        ids, pieces = [], []
        for start in range(0, len(entries), self._piece):
            pieces.append(entries[start : start + self._piece])
            ids.append(str(next(self._ids)))
            self.leaves[ids[-1]] = pieces[-1]
        return Directory(
            tuple(ids),
            tuple(fence_of(piece[0].position) for piece in pieces),
            tuple(map(len, pieces)),
            (0,) * len(pieces),
        )

    def held(self, directory: Directory) -> list[Entry]:
        return [entry for leaf_id in directory.ids for entry in self.leaves[leaf_id]]

    @property
    def listed(self) -> list[Entry]:
        return self.held(self.directory)


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
            assert list(shelf.directory.fences) == sorted(set(shelf.directory.fences))
            assert shelf.sums == Sums.of(expected)
            assert shelf.sums.counts.bytes == sum(entry.tile.size or 0 for entry in expected)
            assert sum(d.images + d.videos for d in shelf.sums.days.values()) == len(expected)
            assert shelf.sums.digest == digest(expected)


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
        leaf_id = shelf.directory.ids[shelf.directory.index_of(stray.position)]
        held = [*shelf.leaves[leaf_id], stray]
        shelf.leaves[leaf_id] = tuple(sorted(held, key=lambda entry: entry.position))
    change = Change({"a": {an_entry("a", ORDERS[1]).position, strays[0].position}})
    truth = [an_entry("a", ORDERS[5])]

    shelf.carry_out(plan_rewrite(shelf.directory, change, truth, shelf.read))

    assert [entry.id for entry in shelf.listed] == ["b", "a", "c", "d"]


def test_a_change_reads_only_the_leaves_it_touches(monkeypatch):
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 1)
    shelf = Shelf(piece=1)
    shelf.set(**{f"a{number:02}": order for number, order in enumerate(ORDERS)})
    shelf.leaves_read = 0

    shelf.set(a10=ORDERS[20])

    assert shelf.leaves_read == 2


def test_a_leaf_with_few_entries_joins_the_one_before_it():
    shelf = Shelf(piece=14)
    shelf.set(**{f"a{number:02}": order for number, order in enumerate(ORDERS)})
    assert len(shelf.directory) == 2

    (run,) = shelf.set(a27=None)

    assert (run.start, run.stop, len(run.entries)) == (0, 2, 27)


def test_a_leaf_with_few_entries_joins_a_run_before_it_only_once(monkeypatch):
    """The leaf before it is already being replaced: it is not read and replaced again."""
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 3)
    shelf = Shelf(piece=2)
    shelf.set(**{f"a{number:02}": order for number, order in enumerate(ORDERS[:8])})

    runs = shelf.set(a01=None, a05=None)

    assert [(run.start, run.stop) for run in runs] == [(0, 1), (1, 3)]
    assert [entry.id for entry in shelf.listed] == ["a00", "a02", "a03", "a04", "a06", "a07"]


def test_an_emptied_bucket_has_no_leaves_and_nothing_to_count():
    shelf = Shelf()
    shelf.set(a=ORDERS[0], b=ORDERS[1])

    shelf.set(a=None, b=None)

    assert shelf.directory == Directory()
    assert shelf.sums == Sums()


def test_sums_tell_images_from_videos_and_one_day_from_another():
    entries = [
        an_entry("a", "2024-05-01T00:00:00.000", width=300, height=200, faces=2),
        an_entry("b", "2024-05-01T10:00:00.000", is_video=True, state="pending", size=None),
        an_entry("c", "2024-05-31T23:59:59.999", state="failed", width=None, faces=1),
    ]

    sums = Sums.of(entries)

    assert sums.counts == Counts(images=2, videos=1, faces=3, pending=1, failed=1, bytes=2000)
    assert sums.days == {"01": DayCounts(1, 1, 150_000, 133_333), "31": DayCounts(1, 0, 133_333)}


shots = st.lists(
    st.builds(
        an_entry,
        ids,
        st.sampled_from(ORDERS),
        is_video=st.booleans(),
        width=st.integers(0, 9),
        state=st.sampled_from(["ready", "pending", "failed"]),
        faces=st.integers(0, 3),
    ),
    max_size=12,
)


@given(shots, shots)
def test_what_is_added_to_sums_can_be_taken_off_again(some, others):
    both = Sums.of(some) + Sums.of(others)

    assert both == Sums.of([*some, *others])
    assert both + -Sums.of(others) == Sums.of(some)
    assert Sums.of(some) + -Sums.of(some) == Sums()


@pytest.mark.parametrize("content_type", get_args(FileType))
@given(entries=shots)
def test_what_is_counted_of_a_type_is_what_there_is_of_it(content_type, entries):
    of_type = [entry for entry in entries if entry.tile.is_video == (content_type == "video")]
    sums, wanted = Sums.of(entries), Sums.of(of_type)

    assert sums.counts.of_type(content_type) == len(of_type)
    for day, counts in sums.days.items():
        expected = wanted.days.get(day, DayCounts())
        assert counts.of_type(content_type) == expected.of_type(None)
        assert counts.ratios(content_type) == expected.ratios(None)


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (300, 200, 150_000),
        (1, 1000, 10_000),
        (1000, 1, 1_000_000),
        (None, 5, 133_333),
        (0, 5, 133_333),
    ],
)
def test_a_ratio_is_in_parts_of_100_000_between_one_to_ten_and_ten_to_one(width, height, ratio):
    assert an_entry(width=width, height=height).ratio == ratio


def test_leaves_of_a_split_node_that_was_not_read_as_a_whole_are_nobody_s_guess():
    leaves = Directory(("l1", "l2"), ("", "x"), (1, 1), (0, 0))
    node = Node("main", "all", "2024-05", directory=leaves, is_split=True)

    with pytest.raises(ValueError, match="read as a whole"):
        _ = node.leaves
    assert replace(node, is_split=False).leaves == leaves
    assert replace(node, sections=(leaves[:1], leaves[1:])).leaves == leaves


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
        {"persons": ("ann",)},
        {"kept_until": ""},
        {"order": "2024-05-18T00:00:00.000", "taken": "2024-05-17T09:30:00.000"},
    ],
)
def test_a_digest_tells_every_detail_of_a_tile(change):
    assert digest([an_entry(**change)]) != digest([an_entry()])


def test_a_tile_that_shows_nobody_has_the_digest_that_it_always_had():
    """Of the first release: an audit after this one looks at no list for nothing."""
    assert digest([an_entry()]) == 9095927697509889041
