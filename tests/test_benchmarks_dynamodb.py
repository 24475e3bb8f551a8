"""The DynamoDB that benchmarks count with, asked by the gallery's own tables."""

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.errors import ConditionFailedError
from chalicelib.storage.table import Item, Table, connect
from tests.benchmarks.capacity import item_size
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.paged_library import ENVIRONMENT
from tests.benchmarks.shelves import StoredTable


@pytest.fixture
def dynamodb(monkeypatch) -> MemoryDynamoDB:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return MemoryDynamoDB({"pages": StoredTable(("pk", "sk"), {"counts": (("pk", "c"), ())})})


@pytest.fixture
def pages(dynamodb) -> Table:
    connection = connect()
    dynamodb.serve(connection)
    return Table(connection, "pages", ("pk", "sk"), {"counts": "c"})


def a_node(sort_key: str, counts: str = "1", size: int = 10) -> dict[str, dict[str, object]]:
    texts = {"pk": "all", "sk": sort_key, "c": counts}
    return {**{name: {"S": text} for name, text in texts.items()}, "b": {"B": bytes(size)}}


def test_what_was_written_is_read_as_it_was(pages):
    pages.put(a_node("2024-05"))

    assert pages.get("all", "2024-05") == a_node("2024-05")
    assert pages.get("all", "2024-06") is None
    assert list(pages.get_many([("all", "2024-06"), ("all", "2024-05")])) == [a_node("2024-05")]
    assert list(pages.query("all")) == [a_node("2024-05")]


def test_an_index_gives_its_entries_in_its_own_order(pages):
    pages.put(a_node("2024-05", "2"))
    pages.put(a_node("2024-06", "1"))
    pages.put(a_node("2024-05", "0"))

    found = list(pages.query("all", index="counts", attributes=("sk", "c")))

    assert [(entry["sk"]["S"], entry["c"]["S"]) for entry in found] == [
        ("2024-05", "0"),
        ("2024-06", "1"),
    ]


def test_segments_of_a_scan_have_every_item_once(pages):
    nodes = [a_node(f"2024-{number:02}", size=300_000) for number in range(1, 13)]
    nodes = [node | {"pk": {"S": f"view {number}"}} for number, node in enumerate(nodes)]
    for node in nodes:
        pages.put(node)

    found = [item for segment in range(3) for item in scanned(pages, segment, 3)]

    assert sorted(found, key=str) == sorted(nodes, key=str)


def scanned(pages: Table, segment: int, segments: int) -> list[Item]:
    found, start, is_first = [], None, True
    while is_first or start is not None:
        items, start = pages.scan_page(segment=segment, total_segments=segments, start=start)
        assert len(items) <= 4  # of 300,000 bytes in a page of 1 MB
        found += items
        is_first = False
    return found


def test_reads_are_counted_with_the_units_of_their_sizes(dynamodb, pages):
    for month, size in (("2024-05", 5000), ("2024-06", 100)):
        pages.put(a_node(month, size=size))
    dynamodb.reset()

    pages.get("all", "2024-05", consistent=True)
    assert dynamodb.reset().read_units == 2
    list(pages.get_many([("all", "2024-05"), ("all", "2024-06")]))
    assert dynamodb.reset().read_units == 1 + 0.5
    list(pages.query("all"))  # 5,100 bytes and some: two of 4 kB together
    assert dynamodb.reset().read_units == 1
    list(pages.query("all", index="counts"))
    usage = dynamodb.reset()
    assert (usage.read_units, usage.requests) == (0.5, {"Query": 1})


def test_a_query_of_more_than_a_megabyte_is_several_requests(dynamodb, pages):
    for month in range(1, 8):
        pages.put(a_node(f"2024-{month:02}", size=300_000))
    dynamodb.reset()

    found = list(pages.query("all"))

    usage = dynamodb.reset()
    assert [item["sk"]["S"] for item in found] == [f"2024-{month:02}" for month in range(1, 8)]
    assert usage.requests == {"Query": 3}
    # 3 x 300,017 bytes are 220 of 4 kB, 300,017 bytes are 74
    assert usage.read_units == (220 + 220 + 74) / 2


def test_writes_are_counted_with_those_of_the_index(dynamodb, pages):
    pages.put(a_node("2024-05", "1", size=3000))
    assert dynamodb.reset().write_units == {"pages": 3 + 1}
    pages.put(a_node("2024-05", "2", size=10))  # as large as what it replaces; a delete, a put
    assert dynamodb.reset().write_units == {"pages": 3 + 2}
    pages.update("all", "2024-05", actions=[Path("v").set(7)])
    assert dynamodb.reset().write_units == {"pages": 1}
    pages.delete_many([("all", "2024-05"), ("all", "2024-06")])
    assert dynamodb.reset().write_units == {"pages": 1 + 1 + 1}


def test_a_write_whose_condition_fails_costs_and_changes_nothing(dynamodb, pages):
    pages.put(a_node("2024-05", size=3000))
    dynamodb.reset()

    with pytest.raises(ConditionFailedError):
        pages.put(a_node("2024-05", "2"), Path("pk").does_not_exist())

    assert dynamodb.reset().write_units == {"pages": 3}
    assert pages.get("all", "2024-05") == a_node("2024-05", size=3000)


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [
        (Path("v") == 3, True),
        (Path("v") < 3, False),
        (Path("v").does_not_exist() | (Path("v") < 10), True),
        (Path("v").exists() & (Path("v") > 10), False),
        (~(Path("name") > {"S": "a"}), True),
        (Path("v") == "3", False),
    ],
)
def test_conditions_are_those_that_pynamodb_writes(pages, condition, is_true):
    pages.put({**a_node("2024-05"), "v": {"N": "3"}})

    def write() -> None:
        pages.update("all", "2024-05", actions=[Path("v").set(4)], condition=condition)

    if is_true:
        write()
    else:
        with pytest.raises(ConditionFailedError):
            write()
    found = pages.get("all", "2024-05")
    assert found is not None
    assert found["v"] == {"N": "4" if is_true else "3"}


def test_an_update_sets_and_removes(pages):
    pages.put({**a_node("2024-05"), "v": {"N": "3"}})

    pages.update("all", "2024-05", actions=[Path("w").set("new"), Path("v").remove()])

    assert pages.get("all", "2024-05") == {**a_node("2024-05"), "w": {"S": "new"}}


def test_the_time_that_answers_take_is_counted_apart(dynamodb, pages):
    pages.put(a_node("2024-05", size=300_000))

    assert 0 < dynamodb.reset().own_seconds < 60


def test_a_request_that_is_not_known_fails(dynamodb, pages):
    dynamodb.tables.clear()

    with pytest.raises(KeyError):
        pages.get("all", "2024-05")


def test_the_size_of_an_item_is_that_of_what_went_over_the_wire(dynamodb, pages):
    pages.put(a_node("2024-05", size=22))

    stored = dynamodb.tables["pages"].shelf.get(("all", "2024-05"))

    assert stored is not None
    assert stored.size == (2 + 3) + (2 + 7) + (1 + 1) + (1 + 22)
    assert stored.size == item_size(dynamodb.tables["pages"].item(("all", "2024-05")))
