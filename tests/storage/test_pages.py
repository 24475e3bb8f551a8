import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.timeline import Counts, DayCounts, Entry, LeafRef, Node, Run, Tile
from chalicelib.errors import ConditionFailedError
from chalicelib.storage.leaves import MAX_LEAF_BYTES, cut, decode_leaf, encode_leaf
from chalicelib.storage.pages import Pages, fresh_leaf_id, leaf_time_ms
from tests.builders import an_entry
from tests.memory import MemoryTable

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
orders = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds"))
numbers = st.none() | st.integers(0, 2**53)
tiles = st.builds(
    Tile,
    id=texts,
    path=texts,
    name=st.none() | texts,
    taken=st.none() | orders,
    is_video=st.booleans(),
    width=numbers,
    height=numbers,
    duration=st.none() | st.floats(0, 1e6),
    size=numbers,
    is_favorite=st.booleans(),
    thumbhash=st.none() | st.binary(max_size=30),
    state=st.sampled_from(["ready", "pending", "failed"]),
    key=st.none() | texts,
    thumbnail=st.none() | texts,
)
entries = st.builds(Entry, order=orders, tile=tiles, faces=st.integers(0, 9))


def pages() -> Pages:
    return Pages(MemoryTable("pages", ("pk", "sk"), {"counts": "c", "days": "d"}, page_size=7))


def a_node(bucket: str = "2024-05") -> Node:
    return Node("main", "all", bucket)


def real_looking(count: int) -> list[Entry]:
    """Entries with as little in common as those of real photos, in order."""
    chance = random.Random(7)
    found = [
        an_entry(
            f"{chance.getrandbits(128):032x}",
            f"2024-05-{chance.randrange(1, 32):02}T{chance.randrange(24):02}:"
            f"{chance.randrange(60):02}:{chance.randrange(60):02}.{chance.randrange(1000):03}",
            path=f"{chance.getrandbits(128):032x}.jpg",
            name=f"IMG_{chance.randrange(10_000):04}.JPG",
            size=chance.randrange(10**7),
            thumbhash=chance.randbytes(25),
        )
        for _ in range(count)
    ]
    return sorted(found, key=lambda entry: entry.position)


@given(st.lists(entries, min_size=1, max_size=8))
def test_a_leaf_is_read_as_it_was_written(written):
    assert decode_leaf(encode_leaf(written)) == tuple(written)


@pytest.mark.parametrize("count", [1, 400, 513, 2000])
def test_leaves_are_cut_in_order_at_24_kb_and_no_finer_than_needed(count):
    written = real_looking(count)

    leaves = list(cut(written))

    assert [entry for piece, _ in leaves for entry in piece] == written
    assert max(len(packed) for _, packed in leaves) <= MAX_LEAF_BYTES
    assert len(leaves) <= max(1, count // 120)


def test_one_entry_is_a_leaf_however_long_it_is():
    long = an_entry(name="".join(random.Random(1).choices("abcdefghijklmnop0123456789", k=60_000)))

    ((piece, packed),) = cut([long])

    assert (list(piece), len(packed) > MAX_LEAF_BYTES) == ([long], True)


def test_a_saved_node_is_read_with_its_counts_days_and_leaves():
    shelf = pages()
    written = [an_entry("a"), an_entry("b", is_video=True, faces=2, state="failed", size=None)]

    saved = shelf.save(a_node(), [Run(0, 0, tuple(written))])

    assert shelf.node("main", "all", "2024-05") == saved
    assert (saved.version, saved.revision) == (1, 1)
    assert shelf.leaves(saved, saved.leaves) == [tuple(written)]
    (counted,) = shelf.counts("main", "all")
    assert (counted.bucket, counted.version, counted.revision) == ("2024-05", 1, 1)
    assert counted.counts == saved.counts == Counts(1, 1, 2, 0, 1, 1000)
    assert shelf.days("main", "all") == {"2024-05": {"17": DayCounts(1, 1, 2666)}}


def test_a_save_without_changes_moves_the_version_and_not_the_revision():
    shelf = pages()
    saved = shelf.save(a_node(), [Run(0, 0, (an_entry(),))])

    again = shelf.save(saved, [])

    assert (again.version, again.revision, again.leaves) == (2, 1, saved.leaves)


def test_a_save_over_another_one_fails_and_takes_its_leaves_back():
    shelf = pages()
    before = shelf.save(a_node(), [Run(0, 0, (an_entry("a"),))])
    winner = shelf.save(before, [Run(0, 1, (an_entry("b"),))])

    with pytest.raises(ConditionFailedError):
        shelf.save(before, [Run(0, 1, (an_entry("c"),))])

    assert shelf.node("main", "all", "2024-05") == winner
    assert shelf.leaves(winner, winner.leaves) == [(an_entry("b"),)]
    assert [leaf for _, leaf in shelf.every_node_and_leaf() if leaf] == [winner.leaves[0].leaf_id]


def test_two_first_saves_of_a_node_are_one():
    shelf = pages()
    shelf.save(a_node(), [])

    with pytest.raises(ConditionFailedError):
        shelf.save(a_node(), [Run(0, 0, (an_entry(),))])

    assert len(list(shelf.every_node_and_leaf())) == 1


def test_an_emptied_node_stays_and_lists_leave_it_out():
    shelf = pages()
    full = shelf.save(a_node(), [Run(0, 0, (an_entry(),))])

    empty = shelf.save(full, [Run(0, 1, ())])

    assert (empty.version, empty.counts.total) == (2, 0)
    assert shelf.counts("main", "all") == []
    assert shelf.days("main", "all") == {}
    assert shelf.node("main", "all", "2024-05") == empty


def test_every_page_of_a_long_list_is_read():
    """F58. Thirty months of seven to a page, and items of other lists beside them."""
    shelf = pages()
    months = [f"{2000 + n // 12}-{n % 12 + 1:02}" for n in range(30)]
    for month in months:
        shelf.save(a_node(month), [Run(0, 0, (an_entry(order=f"{month}-01T00:00:00.000"),))])
        shelf.save(Node("main", "fav", month), [])
        shelf.save(Node("main-2", "all", month), [])

    assert [b.bucket for b in shelf.counts("main", "all")] == months
    assert list(shelf.days("main", "all")) == months
    assert [node.bucket for node in shelf.nodes("main", "all")] == months
    assert len(list(shelf.every_node_and_leaf())) == 120


def test_the_scrubber_reads_keys_alone():
    shelf = pages()
    shelf.save(a_node(), [Run(0, 0, tuple(real_looking(600)))])

    (item,) = shelf.table.query("main#all", index="days")

    assert item.keys() == {"pk", "sk", "d"}


@given(st.lists(st.tuples(orders, st.booleans()), min_size=1, max_size=40))
def test_the_texts_of_the_indexes_stay_far_below_a_key_s_limit(shots):
    written = [
        an_entry(str(number), f"2024-05{order[7:]}", is_video=is_video, width=10**6, height=1)
        for number, (order, is_video) in enumerate(shots)
    ]
    shelf = pages()

    saved = shelf.save(a_node(), [Run(0, 0, tuple(sorted(written, key=lambda e: e.position)))])

    assert shelf.days("main", "all")["2024-05"] == saved.days


def test_a_million_photos_in_a_month_still_fit_the_days_index():
    shelf = pages()
    days = {f"{day:02}": DayCounts(10**6, 10**6, 10**10) for day in range(1, 32)}
    node = Node("main", "all", "2024-05")
    leaf = LeafRef("leaf", ("2024-05-01T00:00:00.000", "a"), Counts(31), days, 1)

    shelf.save(Node(*node.key, leaves=(leaf,)), [])

    assert shelf.days("main", "all") == {"2024-05": days}


def test_a_leaf_id_is_never_the_same_and_tells_its_time():
    first, second = fresh_leaf_id(), fresh_leaf_id()

    assert first != second
    assert 0 <= leaf_time_ms(second) - leaf_time_ms(first) < 60_000
