from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.asset import FileType
from chalicelib.domain.directory import Directory, Position, Stretch, fence_of, separator

MONTH = "2024-05"
orders = st.builds(
    lambda day, milli: f"{MONTH}-{day:02}T00:00:00.{milli:03}", st.integers(1, 3), st.integers(0, 2)
)
ids = st.text("ab\x00\U0001f600", max_size=3)
positions = st.tuples(orders, ids)
content_types = st.sampled_from([None, "image", "video"])
# A leaf as plain Python: positions, and whether a video stands there, in order.
Leaf = list[tuple[Position, bool]]
Leaves = list[Leaf]


@st.composite
def buckets(draw) -> Leaves:
    entries = draw(st.lists(st.tuples(positions, st.booleans()), unique_by=lambda e: e[0]))
    entries.sort()
    cuts = draw(st.sets(st.integers(1, max(1, len(entries) - 1))))
    edges = [0, *sorted(cut for cut in cuts if cut < len(entries)), len(entries)]
    return [entries[start:stop] for start, stop in pairwise(edges) if start < stop]


def directory_of(leaves: Leaves) -> Directory:
    fences = [separator(a[-1][0], b[0][0]) for a, b in pairwise(leaves)]
    return Directory(
        tuple(f"l{number}" for number in range(len(leaves))),
        ("", *fences)[: len(leaves)],
        tuple(map(len, leaves)),
        tuple(sum(is_video for _, is_video in leaf) for leaf in leaves),
    )


def of_type(leaf: Leaf, content_type: FileType | None) -> list[Position]:
    return [
        position
        for position, is_video in leaf
        if content_type is None or is_video == (content_type == "video")
    ]


@given(positions, positions)
def test_fences_stand_in_the_order_of_their_positions(one, other):
    assert (fence_of(one) < fence_of(other)) == (one < other)


@given(st.tuples(ids), st.tuples(ids))
def test_fences_of_undated_positions_are_their_ids(one, other):
    assert fence_of(("0000-00", *one)) == one[0]
    assert (fence_of(("0000-00", *one)) < fence_of(("0000-00", *other))) == (one < other)


@given(st.lists(positions, min_size=2, max_size=2, unique=True).map(sorted))
def test_a_separator_parts_two_neighbours_and_could_not_be_shorter(neighbours):
    last, first = neighbours

    fence = separator(last, first)

    assert fence_of(last) < fence <= fence_of(first)
    assert not any(fence_of(last) < fence[:end] for end in range(len(fence)))


def test_nothing_parts_a_position_from_itself():
    with pytest.raises(ValueError, match="does not stand after"):
        separator((f"{MONTH}-01", "a"), (f"{MONTH}-01", "a"))


@given(buckets())
def test_every_position_is_looked_for_in_the_leaf_that_holds_it(leaves):
    directory = directory_of(leaves)

    for index, leaf in enumerate(leaves):
        assert {directory.index_of(position) for position, _ in leaf} == {index}


def test_a_position_older_than_all_is_looked_for_in_the_first_leaf():
    directory = Directory(("l0", "l1"), ("-05", "-09"), (1, 1), (0, 0))

    assert directory.index_of((f"{MONTH}-01", "a")) == 0
    assert directory.index_of((f"{MONTH}-31", "a")) == 1


@given(buckets(), content_types)
def test_leaves_start_at_the_ranks_of_their_type(leaves, content_type):
    directory = directory_of(leaves)

    held = [len(of_type(leaf, content_type)) for leaf in leaves]
    assert list(directory.starts(content_type)) == [sum(held[:i]) for i in range(len(held) + 1)]


@given(buckets(), st.integers(0, 5))
def test_parts_of_a_directory_join_to_the_whole(leaves, cut):
    directory = directory_of(leaves)

    assert Directory.joined([directory[:cut], Directory(), directory[cut:]]) == directory
    assert len(directory[:cut]) + len(directory[cut:]) == len(directory)


@given(
    buckets(),
    content_types,
    st.integers(0, 12),
    st.integers(0, 12),
    st.none() | positions,
    st.none() | st.integers(1, 6),
    st.integers(0, 4),
)
def test_what_a_stretch_wants_lies_in_the_leaves_it_overlaps(
    leaves, content_type, lowest, highest, before, wanted, skipped
):
    """Of a whole bucket, or of what follows some leaves whose ranks are the base."""
    directory = directory_of(leaves)[skipped:]
    base = directory_of(leaves).starts(content_type)[min(skipped, len(leaves))]
    placed = [
        (index, position)
        for index, leaf in enumerate(leaves[skipped:])
        for position in of_type(leaf, content_type)
    ]
    in_ranks = [known for rank, known in enumerate(placed, base) if lowest <= rank < highest]
    older = [known for known in in_ranks if before is None or known[1] < before]
    expected = {index for index, _ in (older if wanted is None else older[-wanted:])}

    start, stop = directory.overlap(Stretch(content_type, lowest, highest, before, wanted), base)

    assert expected <= set(range(start, stop))
    if before is None and expected:
        assert (start, stop) == (min(expected), max(expected) + 1)
    if before is None and not expected and lowest < highest:
        assert stop - start <= 1


@given(st.integers(1, 40), st.integers(0, 200), st.integers(1, 30))
def test_a_stretch_before_a_position_takes_one_leaf_more_than_it_must(count, at, wanted):
    """Where in its leaf the position stands is not known before the leaf is read."""
    leaves = [
        [((f"{MONTH}-01", f"{leaf:03}{number}"), False) for number in range(5)]
        for leaf in range(count)
    ]
    before = (f"{MONTH}-01", f"{at // 5:03}{at % 5}")

    start, stop = directory_of(leaves).overlap(Stretch(None, 0, 5 * count, before, wanted), 0)

    assert stop - start <= -(-wanted // 5) + 1
