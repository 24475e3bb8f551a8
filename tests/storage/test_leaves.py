import json
import random
import uuid
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.timeline import Entry, Tile
from chalicelib.storage import leaves
from chalicelib.storage.leaves import MAX_LEAF_BYTES, cut, decode_leaf, encode_leaf
from tests.builders import an_entry

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
    kept_until=st.none() | st.just("") | orders,
    persons=st.lists(st.uuids().map(str) | texts, max_size=3, unique=True).map(tuple),
)
entries = st.builds(Entry, order=orders, tile=tiles, faces=st.integers(0, 9))


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


@given(st.lists(entries, max_size=8))
def test_a_leaf_is_read_as_it_was_written(written):
    leaf = decode_leaf(encode_leaf(written))

    assert list(leaf) == written
    assert leaf[1:] == tuple(written[1:])
    assert len(leaf) == len(written)


@pytest.mark.parametrize(
    "person",
    [
        "3f2b8c1e-0000-4000-8000-00000000000a",
        "3F2B8C1E-0000-4000-8000-00000000000A",  # another one
        "3f2b8c1e00004000800000000000000a",
        "P_sHjjs2SGCAAAAAAAAACg",
        " ann",
        "ann",
    ],
)
def test_an_id_of_a_person_comes_back_letter_by_letter(person):
    written = an_entry(persons=(person,))

    assert decode_leaf(encode_leaf([written]))[0] == written


def test_a_leaf_of_an_earlier_release_shows_nobody():
    written = [an_entry("a"), an_entry("b", persons=("ann",)), an_entry("c")]
    columns = json.loads(zlib.decompress(encode_leaf(written)))
    del columns["persons"], columns["who"]

    found = decode_leaf(zlib.compress(json.dumps(columns).encode()))

    assert [entry.tile.persons for entry in found] == [(), (), ()]
    assert [entry.id for entry in found] == ["a", "b", "c"]


def test_a_leaf_that_shows_nobody_is_written_as_ever():
    """Nothing is rewritten for the sake of what it does not have."""
    columns = json.loads(zlib.decompress(encode_leaf([an_entry()])))

    assert not {"persons", "who"} & columns.keys()


def test_those_whom_a_leaf_shows_are_written_once():
    """A family of sixteen in 500 photos: no more than a byte and a half for each face."""
    chance = random.Random(3)
    family = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(16)]
    plain = real_looking(500)
    shown = [
        replace(entry, tile=replace(entry.tile, persons=tuple(sorted(chance.sample(family, k=2)))))
        for entry in plain
    ]

    more = len(encode_leaf(shown)) - len(encode_leaf(plain))

    assert more < 1.5 * 2 * len(shown)


@given(st.lists(entries, max_size=8))
def test_a_leaf_tells_types_names_and_ages_without_making_entries(written):
    in_order = sorted(written, key=lambda entry: entry.position)
    leaf = decode_leaf(encode_leaf(in_order))

    assert list(leaf.of_type(None)) == list(range(len(written)))
    assert [leaf[i] for i in leaf.of_type("video")] == [e for e in in_order if e.tile.is_video]
    assert [leaf[i] for i in leaf.of_type("image")] == [e for e in in_order if not e.tile.is_video]
    for index, entry in enumerate(in_order):
        assert leaf.name(index) == (entry.tile.name or entry.tile.path.rpartition("/")[2])
        older = [other for other in in_order if other.position < entry.position]
        assert leaf.older_than(entry.position) == len(older)
    assert leaf.older_than(("9999", "")) == len(written)
    assert leaf.older_than(("", "")) == 0


@pytest.mark.parametrize("count", [1, 400, 513, 2000])
def test_leaves_are_cut_in_order_at_24_kb_and_no_finer_than_needed(count):
    written = real_looking(count)

    found = list(cut(written))

    assert [entry for piece, _ in found for entry in piece] == written
    assert all(list(decode_leaf(packed)) == list(piece) for piece, packed in found)
    assert max(len(packed) for _, packed in found) <= MAX_LEAF_BYTES
    assert len(found) <= -(-count // 200)


@given(st.integers(0, 60), st.integers(1, 9))
def test_leaves_are_filled_and_the_last_two_share_what_is_left(count, most):
    written = [an_entry(f"a{number:02}") for number in range(count)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaves, "MOST_ENTRIES", most)
        sizes = [len(piece) for piece, _ in cut(written)]

    assert sum(sizes) == count
    assert len(sizes) == -(-count // most)
    assert set(sizes[:-2]) <= {most}
    assert not sizes[1:] or 0 <= sizes[-2] - sizes[-1] <= 1


def test_nothing_is_no_leaf():
    assert list(cut([])) == []


def test_a_leaf_of_unevenly_long_entries_is_halved_until_it_fits():
    chance = random.Random(1)
    long = ["".join(chance.choices("abcdefghijklmnop0123456789", k=3000)) for _ in range(60)]
    written = [
        *(an_entry(f"a{number:03}") for number in range(600)),
        *(an_entry(f"b{number:03}", name=name) for number, name in enumerate(long)),
    ]

    found = list(cut(written))

    assert [entry for piece, _ in found for entry in piece] == written
    assert max(len(packed) for _, packed in found) <= MAX_LEAF_BYTES


def test_one_entry_is_a_leaf_however_long_it_is():
    long = an_entry(name="".join(random.Random(1).choices("abcdefghijklmnop0123456789", k=60_000)))

    ((piece, packed),) = cut([long])

    assert (list(piece), len(packed) > MAX_LEAF_BYTES) == ([long], True)
