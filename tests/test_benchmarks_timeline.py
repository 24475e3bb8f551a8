"""The libraries that the timeline is measured with, and what it is compared with."""

import json
from collections.abc import Iterator
from functools import partial
from random import Random

import pytest

import app as app_module
from chalicelib.domain.places import places
from chalicelib.storage.table import connect
from tests.benchmarks import rows_and_index
from tests.benchmarks.library import LARGEST_MONTH, Library
from tests.benchmarks.measuring import Task, cost_of, measure
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.paged_library import ENVIRONMENT, tables
from tests.benchmarks.rows_and_index import ROWS, RowsAndIndex
from tests.benchmarks.timeline import build
from tests.benchmarks.timeline_operations import OPERATIONS, Served, media

STREAMED = Library("small", 300, 7, largest=200)
WRITTEN = Library("large", 900, 7, largest=300)
# Of this one a month is read in several pages of a megabyte.
LONG = Library("long-month", 9_000, 7, largest=8_000)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        app_module.gallery.cache_clear()
        dynamodb = MemoryDynamoDB(tables())
        dynamodb.serve(app_module.gallery().connection)
        build((STREAMED, WRITTEN), dynamodb, app_module.gallery(), lambda _: None)
        yield Served(app_module.app, dynamodb)
        app_module.gallery.cache_clear()


@pytest.fixture
def baseline(monkeypatch) -> tuple[RowsAndIndex, MemoryDynamoDB]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    connection = connect()
    dynamodb = MemoryDynamoDB(rows_and_index.tables({"long-month": LONG}))
    dynamodb.serve(connection)
    return RowsAndIndex(connection), dynamodb


def newest_first(library: Library) -> list[str]:
    ids = [asset.id for month in library.month_sizes for asset in library.assets(month)]
    return ids[::-1]


def ids_of(answer: str) -> list[str]:
    return [item["id"] for item in json.loads(answer)["items"]]


@pytest.mark.parametrize("library", [STREAMED, WRITTEN])
def test_a_library_has_as_many_assets_as_it_says_in_order_and_each_once(library):
    assets = [asset for month in library.month_sizes for asset in library.assets(month)]
    positions = [places(asset)[0].entry.position for asset in assets]

    assert len({asset.id for asset in assets}) == len(assets) == library.size
    assert positions == sorted(positions)
    assert [places(asset)[0].bucket for asset in assets] == [
        month for month, size in library.month_sizes.items() for _ in range(size)
    ]


def test_a_library_has_its_largest_month_and_few_videos_and_favourites():
    assets = [asset for month in LONG.month_sizes for asset in LONG.assets(month)]

    assert LONG.largest_month == LARGEST_MONTH
    assert LONG.month_sizes[LARGEST_MONTH] == 8_000
    assert sum(asset.file_type == "video" for asset in assets) == pytest.approx(900, rel=0.15)
    assert sum(asset.is_favorite for asset in assets) == pytest.approx(180, rel=0.3)
    assert {face.person_id for a in assets for face in a.faces.values()} <= {
        person.id for person in LONG.persons
    }


def test_the_same_seed_makes_the_same_library_and_another_one_another():
    again, other = (Library("small", 300, seed, largest=200) for seed in (7, 8))

    assert newest_first(again) == newest_first(STREAMED)
    assert not set(newest_first(other)) & set(newest_first(STREAMED))


@pytest.mark.parametrize("library", [STREAMED, WRITTEN])
def test_what_is_served_is_the_library_however_it_was_written(served, library):
    found = [
        asset_id
        for offset in range(0, library.size, 100)
        for asset_id in ids_of(served.answer(media(library, offset=offset)))
    ]
    favorites = ids_of(served.answer(media(library, view="fav")))
    binned = ids_of(served.answer(media(library, view="bin")))

    assert found == newest_first(library)
    assert sorted(favorites) == sorted(
        a.id for m in library.month_sizes for a in library.assets(m) if a.is_favorite
    )
    assert binned == [asset.id for asset in library.binned()][::-1]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_answered_and_costs_something(served, operation):
    for library in (STREAMED, WRITTEN):
        event = operation.event(library, Random(1), served)

        cost = cost_of(served.dynamodb, partial(served.answer, event))

        assert cost.requests > 0
        assert cost.read_units > 0
        assert cost.cpu_ms > 0
        assert cost.write_units == {}


def test_tasks_are_measured_as_often_as_they_say_in_every_library(served):
    tasks = [
        Task("often", lambda library, _: lambda: served.answer(media(library)), 20),
        Task("seldom", lambda library, _: lambda: served.answer(media(library, offset=1)), 10),
    ]

    (results,) = measure([tasks], (STREAMED, WRITTEN), served.dynamodb, lambda _: None)

    assert {key: len(series.costs) for key, series in results.items()} == {
        ("often", "small"): 20,
        ("often", "large"): 20,
        ("seldom", "small"): 10,
        ("seldom", "large"): 10,
    }


@pytest.mark.parametrize("offset", [0, 1, 99, 700, 3_000, 4_400, 4_600, 8_350, 8_901])
def test_pages_by_rows_and_an_index_are_the_library_s(baseline, offset):
    rows, _ = baseline
    expected = newest_first(LONG)[offset : offset + 100]

    assert ids_of(rows.offset_page("long-month", offset)) == expected


def test_a_month_by_rows_and_an_index_begins_with_its_newest(baseline):
    rows, _ = baseline
    month = [asset.id for asset in LONG.assets(LARGEST_MONTH)]

    assert ids_of(rows.month_page("long-month", LARGEST_MONTH)) == month[::-1][:100]


def test_skipping_in_a_month_costs_what_is_skipped(baseline):
    rows, dynamodb = baseline
    newer = sum(size for month, size in LONG.month_sizes.items() if month > LARGEST_MONTH)

    start, middle, end = (
        cost_of(dynamodb, partial(rows.offset_page, "long-month", newer + skip))
        for skip in (1, 4_000, 7_900)
    )

    # 4,000 entries of more than 250 bytes, half a unit for 4 kB: more than 120 units
    assert start.read_units < 10 < 120 < middle.read_units
    assert end.read_units < 20
    assert start.requests < middle.requests


def test_a_change_by_rows_and_an_index_is_one_transaction(baseline):
    rows, dynamodb = baseline
    asset = LONG.asset(LARGEST_MONTH, 5)
    dynamodb.tables[ROWS].write((asset.id,), rows_and_index.indexed_row(asset))

    cost = cost_of(dynamodb, lambda: rows.add_favorite(asset))

    # twice for each of row and counter, of a kilobyte or two; once for the index's entry
    assert cost.requests == 1
    assert cost.write_units["counters"] == 2
    assert cost.write_units["rows"] in (2 + 1, 4 + 1)
    assert dynamodb.tables[ROWS].item((asset.id,))["is_favorite"] == {"BOOL": True}
