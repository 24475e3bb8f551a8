"""The stream that benchmarks count with: what it says, and what becomes a batch when."""

import pytest

from chalicelib.audit_pages import audit_pages
from chalicelib.bootstrap import Gallery
from chalicelib.domain.asset import Asset
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.paged_library import ASSETS, ENVIRONMENT, PAGES, SETTINGS, tables
from tests.benchmarks.stream import BATCH, SharedTime, StreamedTable, follow
from tests.builders import an_asset


class Streamed:
    """A gallery whose rows have a stream."""

    def __init__(self) -> None:
        self.rows = StreamedTable(("id",))
        self.dynamodb = MemoryDynamoDB({**tables(), ASSETS: self.rows})
        self.gallery = Gallery(SETTINGS)
        self.dynamodb.serve(self.gallery.connection)

    def create(self, number: int) -> Asset:
        return self.gallery.assets.create(an_asset(f"a{number:04}"))


@pytest.fixture
def streamed(monkeypatch) -> Streamed:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return Streamed()


def test_the_stream_says_how_an_item_was_and_is(streamed):
    asset = streamed.create(1)
    streamed.gallery.assets.change(asset, is_favorite=True)

    first, second = (record.as_event()["dynamodb"] for record in streamed.rows.records)

    assert set(first) == {"NewImage"}
    assert second["OldImage"] == first["NewImage"]
    assert second["NewImage"]["is_favorite"] == {"BOOL": True}


def test_an_item_that_stays_what_it_is_says_nothing(streamed):
    item = {"id": {"S": "a1"}}
    for _ in range(2):
        streamed.rows.write(("a1",), item)
    streamed.rows.write(("a1",), None)

    assert [bool(record.after) for record in streamed.rows.records] == [True, False]


def test_lists_agree_with_the_rows_once_the_stream_was_followed(streamed):
    for number in range(60):
        streamed.create(number)

    followed = follow(streamed.rows.records, 1000, streamed.dynamodb, streamed.gallery)

    assert sum(followed.batches) == 60
    assert audit_pages(streamed.gallery.tables).differences == 0
    assert streamed.dynamodb.usage.write_units[PAGES] > 0


def test_what_comes_within_a_second_is_one_batch_of_its_shard(streamed):
    for number in range(40):
        streamed.create(number)

    slowly = follow(streamed.rows.records, 0.5, streamed.dynamodb, streamed.gallery)
    at_once = follow(streamed.rows.records, 1000, streamed.dynamodb, streamed.gallery)

    assert slowly.batches == [1] * 40
    assert slowly.seconds >= 78  # the last one comes after 39 times 2 seconds
    assert len(at_once.batches) == 4


def test_a_batch_has_at_most_a_thousand_records(streamed):
    for _ in range(BATCH + 1):
        asset = streamed.rows.item(("a1",)) or {"id": {"S": "a1"}, "n": {"N": "0"}}
        streamed.rows.write(("a1",), {**asset, "n": {"N": str(int(asset["n"]["N"]) + 1)}})

    followed = follow(streamed.rows.records, 1e6, streamed.dynamodb, streamed.gallery)

    assert followed.batches == [BATCH, 1]


def test_threads_take_turns_by_whose_moment_comes_first():
    clock = SharedTime(lambda: 0)
    told: list[tuple[str, float]] = []

    def waits(name: str, *moments: float) -> None:
        for moment in moments:
            clock.wait_until(moment)
            told.append((name, moment))

    clock.run([lambda: waits("a", 10, 40), lambda: waits("b", 20, 30)])

    assert told == [("a", 10), ("b", 20), ("b", 30), ("a", 40)]
    assert clock.now == pytest.approx(40, abs=1)


def test_what_a_thread_raises_comes_out():
    clock = SharedTime(lambda: 0)

    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        clock.run([fails, lambda: clock.wait_until(1)])
