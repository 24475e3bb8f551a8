"""A bucket of very many leaves: its node names sections, and these the leaves."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import timeline
from chalicelib.domain.directory import Stretch, fence_of
from chalicelib.domain.timeline import Change, Entry, Node, Sums, plan_rewrite
from chalicelib.errors import ConditionFailedError
from chalicelib.storage import leaves, rewrite
from chalicelib.storage.leaves import Leaf
from chalicelib.storage.nodes import ID_DIGITS, parse_directory
from chalicelib.storage.pages import Pages, named_ids
from tests.builders import NOW, an_entry
from tests.memory import Killed, MemoryTable

SPLIT_ABOVE, JOIN_BELOW, SECTION = 6, 3, 2
MAY = ("main", "all", "2024-05")
Edit = tuple[Change, list[Entry]]
DAYS = [f"2024-05-{day:02}T00:00" for day in range(1, 32)]


@pytest.fixture(autouse=True, scope="module")
def _small_sections():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewrite, "SPLIT_ABOVE_LEAVES", SPLIT_ABOVE)
        patch.setattr(rewrite, "_JOIN_BELOW_LEAVES", JOIN_BELOW)
        patch.setattr(rewrite, "_SECTION_LEAVES", SECTION)
        patch.setattr(leaves, "MOST_ENTRIES", 3)
        patch.setattr(timeline, "FEW_ENTRIES", 2)
        yield


class Month:
    """A bucket in memory, rewritten by plans, and the plain sorted list it stands for."""

    def __init__(self) -> None:
        numbers = itertools.count()
        self.table = MemoryTable("pages", ("pk", "sk"), {"counts": "c", "days": "d"})
        self.pages = Pages(self.table, lambda: f"{next(numbers):0{ID_DIGITS}x}", NOW.timestamp)
        self.model: dict[str, Entry] = {}

    def prepared(self, entries: dict[str, Entry | None]) -> Edit:
        """What lets assets stand somewhere, or nowhere, once it is saved."""
        change = Change()
        for asset_id, entry in entries.items():
            known = self.model.pop(asset_id, None)
            change.add(asset_id, known.position if known else None)
            if entry is not None:
                self.model[asset_id] = entry
        return change, [entry for entry in entries.values() if entry is not None]

    def save(self, edit: Edit) -> Node:
        """Returns the saved node."""
        node = self.node

        def read(leaf_ids: Sequence[str]) -> Sequence[Leaf]:
            found = self.pages.leaves(node, leaf_ids)
            assert found is not None
            return found

        return self.pages.save(node, plan_rewrite(node.leaves, *edit, read))

    def place(self, entries: dict[str, Entry | None]) -> Node:
        return self.save(self.prepared(entries))

    @property
    def node(self) -> Node:
        """As a whole."""
        node = self.pages.whole(self.pages.node(*MAY, consistent=True))
        assert node is not None
        return node

    @property
    def expected(self) -> list[Entry]:
        return sorted(self.model.values(), key=lambda entry: entry.position)

    @property
    def stored_ids(self) -> set[str]:
        """Ids of all leaves and sections that lie in the table."""
        return {name for _, name, _ in self.pages.every_key() if name}

    def listed(self) -> list[Entry]:
        found = self.pages.leaves(self.node, self.node.leaves.ids)
        assert found is not None
        return [entry for leaf in found for entry in leaf]


def a_month(count: int) -> Month:
    """Photos of May in the order of their numbers, every third a video."""
    month = Month()
    month.place({entry.id: entry for entry in map(numbered, range(count))})
    return month


def numbered(number: int) -> Entry:
    return an_entry(
        f"a{number:03}", f"2024-05-{number // 4 + 1:02}T00:00", is_video=number % 3 == 0
    )


def check(month: Month) -> None:
    """Everything that must be true of a bucket after a save."""
    node, expected = month.node, month.expected
    assert month.listed() == expected
    assert node.sums == Sums.of(expected)
    assert month.stored_ids == named_ids(node)
    known = month.pages.leaves(node, node.leaves.ids)
    assert known is not None
    assert node.leaves.totals == tuple(map(len, known))
    assert node.leaves.videos == tuple(len(leaf.of_type("video")) for leaf in known)
    fences = node.leaves.fences
    assert list(fences) == sorted(set(fences))
    assert fences[:1] in ((), ("",))
    for fence, following, leaf in zip(fences, [*fences, "~"][1:], known, strict=True):
        assert fence <= fence_of(leaf[0].position)
        assert fence_of(leaf[-1].position) < following
    if not node.is_split:
        assert len(node.leaves) <= SPLIT_ABOVE
        return
    assert len(node.leaves) > JOIN_BELOW
    assert all(1 <= len(section) <= 2 * SECTION for section in node.sections)
    assert node.directory.fences == tuple(section.fences[0] for section in node.sections)
    assert node.directory.totals == tuple(sum(section.totals) for section in node.sections)
    assert node.directory.videos == tuple(sum(section.videos) for section in node.sections)


ids = st.integers(0, 40).map("a{:02}".format)
entries = st.builds(
    lambda asset_id, order, is_video: an_entry(asset_id, order, is_video=is_video),
    ids,
    st.sampled_from(DAYS),
    st.booleans(),
)


@st.composite
def edits(draw) -> dict[str, Entry | None]:
    """Some come, some move, some go; now and then nearly all go."""
    found: dict[str, Entry | None] = {e.id: e for e in draw(st.lists(entries, max_size=12))}
    gone = draw(st.lists(ids, max_size=4) | st.lists(ids, min_size=30, max_size=40, unique=True))
    return {**dict.fromkeys(gone), **found}


@given(st.lists(edits(), max_size=15))
def test_a_bucket_holds_the_sorted_list_while_it_splits_grows_shrinks_and_joins(history):
    month = Month()
    for edit in history:
        month.place(edit)

        check(month)


def test_a_bucket_is_split_above_so_many_leaves_and_joined_below_far_fewer():
    month = a_month(3 * SPLIT_ABOVE)
    assert not month.node.is_split

    for number in (18, 19, 20):
        month.place({numbered(number).id: numbered(number)})
        check(month)
    assert month.node.is_split
    for number in reversed(range(21)):
        month.place({numbered(number).id: None})
        check(month)
        assert month.node.is_split == (len(month.node.leaves) > JOIN_BELOW)
    assert month.node.counts.total == 0


def test_a_change_writes_one_leaf_and_its_section_and_leaves_the_others():
    month = a_month(60)
    before = month.node
    section = before.sections[4]
    month.table.wire.requests.clear()

    after = month.place({"a027": an_entry("a027", numbered(27).order, size=7)})

    assert month.table.wire.count("put") == 3
    assert len(set(before.directory.ids) - set(after.directory.ids)) == 1
    assert len(set(before.leaves.ids) - set(after.leaves.ids)) == 1
    assert len(section) > 1
    check(month)


def test_a_change_of_nothing_writes_the_node_alone():
    month = a_month(60)
    before = month.node
    month.table.wire.requests.clear()

    after = month.place({"a027": numbered(27)})

    assert month.table.wire.writes == 1
    assert (after.directory, after.revision) == (before.directory, before.revision)
    assert after.version == before.version + 1


def test_a_run_over_several_sections_is_written_into_the_first_of_them():
    month = a_month(60)
    sections = len(month.node.sections)

    month.place({numbered(number).id: None for number in range(10, 50)})

    check(month)
    assert len(month.node.sections) < sections


def test_an_emptied_first_section_leaves_its_place_to_the_next():
    month = a_month(60)
    held = sum(month.node.sections[0].totals)

    month.place({numbered(number).id: None for number in range(held)})
    check(month)
    month.place({"first": an_entry("first", "2024-05-01T00:00")})

    check(month)
    assert month.node.is_split


def test_a_section_is_an_item_of_its_own_and_names_leaves():
    month = a_month(60)
    node = month.node

    found = month.table.get("main#all#2024-05", node.directory.ids[1])

    assert found is not None
    assert parse_directory(found) == (node.sections[1], None)
    assert node.sections[1].fences[0] != ""


def test_a_save_of_a_split_node_that_loses_takes_leaves_and_sections_back():
    month = a_month(60)
    before = month.node
    month.place({"a003": None})

    with pytest.raises(ConditionFailedError):
        month.pages.save(
            before, [timeline.Run(19, 20, (numbered(59),), (numbered(57), numbered(58)))]
        )

    check(month)


@pytest.mark.parametrize("count", [18, 60], ids=["that splits", "of a split node"])
def test_a_crash_at_any_request_of_a_save_leaves_one_list_or_the_other(count):
    """Whatever lies in the table besides is named by no node; a second try ends right."""
    came = {entry.id: entry for entry in map(numbered, range(count, count + 9))}
    for number in itertools.count():
        month = a_month(count)
        before = month.expected
        edit = month.prepared({"a001": None, "a015": None, **came})
        month.table.wire.kill_at(number)
        try:
            month.save(edit)
        except Killed:
            pass
        else:
            break

        assert month.listed() in (before, month.expected)
        assert month.node.sums == Sums.of(month.listed())
        assert named_ids(month.node) <= month.stored_ids
        month.save(edit)
        assert month.node.is_split
        assert month.listed() == month.expected
        assert month.node.sums == Sums.of(month.expected)
    assert number > 8


def test_a_node_whose_section_was_replaced_is_no_whole():
    month = a_month(60)
    before = month.pages.node(*MAY)
    month.place({"a001": None})

    assert month.pages.whole(before) is None
    assert month.pages.whole(month.pages.node(*MAY)) == month.node


@given(
    st.sampled_from([None, "image", "video"]),
    st.integers(0, 62),
    st.integers(0, 62),
    st.none() | st.integers(0, 59),
    st.none() | st.integers(1, 30),
)
def test_a_stretch_of_a_split_bucket_is_that_part_of_the_sorted_list(
    kind, lowest, highest, at, wanted
):
    month = a_month(60)
    node = month.pages.node(*MAY)
    before = None if at is None else numbered(at).position
    stretch = Stretch(kind, lowest, highest, before, wanted)
    of_type = [e for e in month.expected if kind is None or e.tile.is_video == (kind == "video")]
    expected = [e for e in of_type[lowest:highest] if before is None or e.position < before]

    ((_, found),) = month.pages.read([(node, lambda _: stretch)])

    assert node.is_split
    assert list(found) == expected[-(wanted or len(expected)) :]


@given(st.sampled_from([None, "image", "video"]), st.integers(0, 59), st.sampled_from(["", "x"]))
def test_a_rank_in_a_split_bucket_counts_all_that_is_older(kind, at, suffix):
    month = a_month(60)
    position = (numbered(at).order, numbered(at).id + suffix)
    of_type = [e for e in month.expected if kind is None or e.tile.is_video == (kind == "video")]

    _, rank = month.pages.rank_of(month.pages.node(*MAY), position, kind)

    assert rank == sum(entry.position < position for entry in of_type)


def test_a_page_of_a_split_bucket_costs_one_request_more():
    month = a_month(60)
    node = month.pages.node(*MAY)
    month.table.wire.requests.clear()

    month.pages.read([(node, lambda _: Stretch(None, 10, 20)), (node, lambda _: None)])

    assert [request.operation for request in month.table.wire.requests] == ["get_many"] * 2


def test_a_section_that_is_replaced_under_a_reader_sends_it_to_the_new_node():
    for number in itertools.count():
        month = a_month(60)
        node = month.pages.node(*MAY)
        came: list[Node] = []

        def rewrite(month: Month = month, came: list[Node] = came) -> None:
            came.append(month.place({"a025": None}))

        month.table.wire.at(number, rewrite)
        ((by, found),) = month.pages.read([(node, lambda n: Stretch(None, 20, n.counts.total))])

        assert by.counts.total == (60 if by == node else 59)
        assert [e.id for e in found] == [
            numbered(n).id for n in range(20, 60) if by == node or n != 25
        ]
        if not came:
            break
    assert number == 2
