"""The arithmetic of DynamoDB's units, by figures from AWS's own pages.

* https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
* https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
* https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
"""

from base64 import b64encode

import pytest

from tests.benchmarks.capacity import (
    Item,
    item_size,
    units_of_gets,
    units_of_index_write,
    units_of_query,
    units_of_write,
    value_size,
)

KB = 1024


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "abc"}, 3),
        ({"S": "Grüße"}, 7),  # ü and ß are two bytes each in UTF-8
        ({"N": "0"}, 1),
        ({"N": "27"}, 2),  # a byte for two digits, and one
        ({"N": "-123"}, 3),
        ({"N": "1000000"}, 2),  # zeroes at the end are trimmed
        ({"N": "0.004"}, 2),  # and those at the start
        ({"N": "12.50"}, 3),
        ({"N": "1E+3"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"N": "5"}]}, 3 + (1 + 2) + (1 + 2)),
        ({"M": {"box": {"S": "ab"}}}, 3 + (1 + 3 + 2)),
        *(({"B": b64encode(bytes(n)).decode()}, n) for n in range(5)),
    ],
)
def test_a_value_has_the_size_that_the_rules_give_it(value, size):
    assert value_size(value) == size


def test_an_item_is_as_large_as_its_names_and_values():
    item: Item = {"id": {"S": "a1"}, "größe": {"N": "4032"}, "is_favorite": {"BOOL": True}}

    assert item_size(item) == (2 + 2) + (7 + 3) + (11 + 1)


def test_a_value_of_another_type_is_refused():
    with pytest.raises(ValueError, match="SS"):
        value_size({"SS": ["a"]})


@pytest.mark.parametrize(
    ("sizes", "units"),
    [
        ([3.5 * KB], 1),  # "rounds the item size to 4 KB"
        ([10 * KB], 3),  # "rounds the item size to 12 KB"
        ([1.5 * KB, 6.5 * KB], 3),  # "calculates the size as 12 KB", not 8
        ([4 * KB], 1),
        ([4 * KB + 1], 2),
        ([0], 1),  # one that does not exist
        ([0, 0], 2),
    ],
)
def test_each_item_got_is_rounded_up_by_itself(sizes, units):
    whole = [int(size) for size in sizes]

    assert units_of_gets(whole, consistent=True) == units
    assert units_of_gets(whole, consistent=False) == units / 2


@pytest.mark.parametrize(
    ("sizes", "units"),
    [
        ([int(4.08 * KB)] * 10, 11),  # "10 items whose combined size is 40.8 KB": 44 KB
        ([64] * 1500, 24),  # "1500 items of 64 bytes each, the cumulative size is 96 KB"
        ([], 1),
    ],
)
def test_a_page_of_a_query_is_rounded_up_as_a_whole(sizes, units):
    assert units_of_query(sizes, consistent=True) == units
    assert units_of_query(sizes, consistent=False) == units / 2


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (0, 512, 1),
        (0, int(1.5 * KB), 2),
        (int(3.5 * KB), 500, 4),  # the larger of what was there and what is to be
        (500, int(3.5 * KB), 4),
        (int(2.5 * KB), 0, 3),  # a deletion: of what is deleted
        (0, 0, 1),  # of nothing
    ],
)
def test_a_write_costs_the_larger_of_before_and_after(before, after, units):
    assert units_of_write(before, after) == units
    assert units_of_write(before, after, transactional=True) == 2 * units


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, None, 0),
        (None, {"c": "1"}, 1),  # a new item that has the attribute: one put
        ({"c": "1"}, None, 1),  # one that has it no more: one delete
        ({"c": "1"}, {"c": "1"}, 0),
        ({"c": "1"}, {"c": "2"}, 2),  # from A to B: a delete and a put
        ({"c": "1", "more": "x"}, {"c": "1", "more": "y"}, 1),  # the key stays
        (None, {"c": "x" * (KB - 6)}, 1),  # with pk, its value and the name c: 1 kB
        (None, {"c": "x" * (KB - 5)}, 2),
    ],
)
def test_an_index_costs_what_its_entries_go_through(before, after, units):
    def entry(values: dict[str, str] | None) -> Item | None:
        if values is None:
            return None
        return {"pk": {"S": "all"}, **{name: {"S": text} for name, text in values.items()}}

    assert units_of_index_write(entry(before), entry(after), ("pk", "c")) == units
