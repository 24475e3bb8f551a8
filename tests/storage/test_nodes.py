from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.directory import Directory
from chalicelib.domain.timeline import UNDATED, Counts, DayCounts, Node, Sums
from chalicelib.storage.nodes import (
    ID_DIGITS,
    counts_text,
    directory_values,
    node_item,
    parse_counts,
    parse_days,
    parse_directory,
    parse_node,
)
from chalicelib.storage.pages import fresh_leaf_id
from tests.builders import an_entry

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MAX_SORT_KEY_BYTES = 1024
numbers = st.integers(0, 10**12)
all_counts = st.builds(Counts, numbers, numbers, numbers, numbers, numbers, numbers)
# Of a day: images, videos, and the mean aspect ratio of each.
a_day = st.tuples(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.floats(10_000, 1_000_000),
    st.floats(10_000, 1_000_000),
).filter(lambda known: known[0] + known[1] > 0)
months = st.dictionaries(st.integers(1, 31).map("{:02}".format), a_day)
leaf_ids = st.integers(0, 16**ID_DIGITS - 1).map(f"{{:0{ID_DIGITS}x}}".format)
directories = st.lists(
    st.tuples(leaf_ids, st.text(max_size=9), st.integers(0, 999), st.integers(0, 999)), max_size=5
).map(lambda rows: Directory(*zip(*rows, strict=True)) if rows else Directory())


def days_of(month: dict[str, tuple[int, int, float, float]]) -> dict[str, DayCounts]:
    return {
        day: DayCounts(images, videos, round(images * one), round(videos * other))
        for day, (images, videos, one, other) in sorted(month.items())
    }


@given(months, all_counts, directories, st.booleans(), numbers, numbers)
def test_a_node_is_read_as_it_was_written(month, counts, directory, is_split, version, revision):
    sums = Sums(counts, days_of(month), revision)
    node = Node("main", "all", "2024-05", version, revision, sums, directory, is_split)

    assert parse_node("main", "all", "2024-05", node_item(node)) == node


@given(directories)
def test_a_directory_is_read_as_it_was_written(directory):
    assert parse_directory(directory_values(directory)) == (directory, None)


@given(all_counts, numbers)
def test_the_scrubber_s_counts_are_the_node_s(counts, revision):
    node = Node("main", "all", "2024-05", 7, revision, Sums(counts))

    known = parse_counts(node_item(node))

    assert (known.bucket, known.revision, known.counts) == ("2024-05", revision, counts)


@given(all_counts)
def test_a_total_s_counts_are_read_as_they_were_written(counts):
    item = {"sk": {"S": "all"}, "c": {"S": counts_text(counts)}}

    assert parse_counts(item).counts == counts


@given(months, numbers)
def test_the_scrubber_s_days_are_the_node_s_with_ratios_within_the_promise(month, revision):
    """1/100,000 for each photo, which is one in the unit that ratios are summed up in."""
    days = days_of(month)
    node = Node("main", "all", "2024-05", 7, revision, Sums(days=days))

    known_revision, known = parse_days(node_item(node))

    assert known_revision == revision
    assert list(known) == list(days)
    for day, counts in days.items():
        assert (known[day].images, known[day].videos) == (counts.images, counts.videos)
        assert abs(known[day].image_ratios - counts.image_ratios) <= counts.images
        assert abs(known[day].video_ratios - counts.video_ratios) <= counts.videos


def test_the_days_of_what_has_no_date_are_one():
    sums = Sums.of([an_entry("a", UNDATED), an_entry("b", UNDATED, is_video=True)])
    node = Node("main", "all", UNDATED, 1, 1, sums)

    assert parse_days(node_item(node)) == (1, {"00": DayCounts(1, 1, 133_333, 133_333)})


@given(st.integers(0, 10**4))
def test_an_emptied_node_has_no_days_and_keeps_its_revision(revision):
    item = node_item(Node("main", "all", "2024-05", 3, revision))

    assert parse_days(item) == (revision, {})
    assert item["d"]["S"]  # a key is never empty


def test_a_month_of_62_million_photos_fits_the_sort_keys_of_the_indexes():
    days = {f"{day:02}": DayCounts(10**6, 10**6, 10**12, 10**12) for day in range(1, 32)}
    counts = Counts(31 * 10**6, 31 * 10**6, 10**9, 10**9, 10**9, 10**15)
    item = node_item(Node("main", "all", "2024-05", 10**9, 10**9, Sums(counts, days)))

    assert len(item["c"]["S"]) < 70
    assert len(item["d"]["S"]) < MAX_SORT_KEY_BYTES // 2
    assert parse_days(item)[1] == days


def test_a_usual_month_s_counts_take_some_forty_bytes_of_the_index():
    """Key, month and counts: fifteen years of them are one read unit (4 kB)."""
    counts = Counts(2400, 160, 0, 0, 3, 9 * 10**9)
    item = node_item(Node("main", "all", "2024-05", 4000, 3900, Sums(counts)))

    size = sum(len(item[name]["S"]) for name in ("sk", "c"))
    assert size <= 34


def test_a_directory_of_a_thousand_leaves_is_a_few_kilobytes():
    """A month of 350,000 photos: what every page of it reads, and every change writes."""
    fences = [f"-{day:02}T{n:02}:{n}" for day in range(1, 32) for n in range(33)]
    directory = Directory(
        tuple(fresh_leaf_id() for _ in fences),
        tuple(fences),
        (355,) * len(fences),
        (17,) * len(fences),
    )

    values = directory_values(directory)

    assert sum(len(value["B"]) for value in values.values()) < 16_000


OLD_ITEM: dict[str, dict[str, Any]] = {
    "pk": {"S": "main#all"},
    "sk": {"S": "2024-05"},
    "v": {"N": "9"},
    "r": {"N": "4"},
    "c": {"S": "9.4.3.0.0.0.0.3000"},
    "d": {"S": "17.3.0.4000"},
    "l": {"B": b"deflated"},
}


@pytest.mark.parametrize("days", ["17.1.1.2666", "05.3.1.5333,17.1.0.1500", "-"])
def test_a_node_of_the_format_before_counts_as_empty_and_keeps_its_version(days):
    item = {**OLD_ITEM, "d": {"S": days}}

    node = parse_node("main", "all", "2024-05", item)

    assert node == Node("main", "all", "2024-05", version=9, revision=4)
    assert parse_counts(item).counts == Counts()
    assert parse_days(item) == (0, {})
