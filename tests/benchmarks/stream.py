"""The rows' stream in a time of its own: what comes when, in which batch, and what follows of it.

Modelled as infra/app.yaml has it: records of a shard come in order, a batch holds up to 1,000 of
them, or what fits into a call, or what came within a second; while a shard's batch is worked on,
its next one gathers. The four shards of a new table are worked on at once, so that batches of
different shards meet in the same lists and lose to each other as they do there. Time passes by
what requests and CPU take, whatever the machine that this runs on.

Shards: "On-demand mode … 4,000 write request units", four partitions of 1,000, in
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html;
batches: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
"""

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.bootstrap import Gallery
from chalicelib.refresh_pages import changed_rows, changes_by_bucket, sync_all
from tests.benchmarks.capacity import Item
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.shelves import Key, Stored, StoredTable

SHARDS = 4
BATCH, WINDOW_SECONDS, BATCH_BYTES = 1000, 2.0, 6 * 1024 * 1024
# What stands around the images of a record in the function's event.
_ENVELOPE_BYTES = 500
REQUEST_SECONDS = 0.006
# A function of 1,024 MB has this share of a processor: one whole at 1,769 MB.
_CPU_SHARE = 1024 / 1769


@dataclass(frozen=True)
class Record:
    """A change of an item: as it was and as it is, None for none."""

    key: Key
    before: Stored | None
    after: Stored | None

    @property
    def size(self) -> int:
        """Bytes in a function's event, more or less."""
        return _ENVELOPE_BYTES + sum(len(stored.text) for stored in self._images.values())

    @property
    def _images(self) -> Mapping[str, Stored]:
        images = {"OldImage": self.before, "NewImage": self.after}
        return {name: stored for name, stored in images.items() if stored is not None}

    def as_event(self) -> dict[str, Any]:
        """As a function gets it, as far as ours looks at it."""
        images = {name: json.loads(stored.text) for name, stored in self._images.items()}
        return {"dynamodb": images}


class StreamedTable(StoredTable):
    """A table with a stream.

    Attributes:
        records: What the stream says that nobody has worked on yet, in order.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """An empty table without indexes."""
        super().__init__(keys, {})
        self.records: list[Record] = []

    def write(self, key: Key, item: Item | None, *, transactional: bool = False) -> float:
        """Write an item and note it; one that stays what it is says nothing."""
        before = self.shelf.get(key)
        units = super().write(key, item, transactional=transactional)
        after = self.shelf.get(key)
        if (before and before.text) != (after and after.text):
            self.records.append(Record(key, before, after))
        return units


@dataclass
class Followed:
    """What the stream's function did.

    Attributes:
        batches: Records of each batch.
        seconds: From the first record to the end, in the stream's own time.
    """

    batches: list[int] = field(default_factory=list)
    seconds: float = 0


def follow(
    records: Sequence[Record], rate: float, dynamodb: MemoryDynamoDB, gallery: Gallery
) -> Followed:
    """Let the stream's function work on records, in the stream's own time.

    Args:
        records: In the order in which they were written.
        rate: How many were written a second.
        dynamodb: What the gallery asks.
        gallery: Of the function.
    """
    shards: list[list[tuple[float, Record]]] = [[] for _ in range(SHARDS)]
    for number, record in enumerate(records):
        shard = zlib.crc32(record.key[0].encode()) % SHARDS
        shards[shard].append((number / rate, record))
    clock = SharedTime(lambda: dynamodb.usage.own_seconds)
    followed = Followed()

    def work(shard: Sequence[tuple[float, Record]]) -> None:
        for batch in _batches(shard, clock):
            events = (record.as_event() for record in batch)
            changes = changes_by_bucket(changed_rows(events, gallery.settings.bucket))
            sync_all(changes, gallery.tables)
            followed.batches.append(len(batch))

    events: Any = gallery.connection.client.meta.events  # its types know no answers
    events.register_first("before-send.dynamodb", clock.pass_request)
    try:
        clock.run([lambda shard=shard: work(shard) for shard in shards])  # type: ignore[misc]
    finally:
        events.unregister("before-send.dynamodb", clock.pass_request)
    followed.seconds = clock.now
    return followed


def _batches(
    shard: Sequence[tuple[float, Record]], clock: "SharedTime"
) -> Iterator[Sequence[Record]]:
    """Batches of a shard, each at the time when the function is called with it."""
    start = 0
    while start < len(shard):
        full = start
        size = 0
        while full < len(shard) and full - start < BATCH:
            size += shard[full][1].size
            if size > BATCH_BYTES and full > start:
                break
            full += 1
        is_whole = full < len(shard) or full - start == BATCH
        window = shard[start][0] + WINDOW_SECONDS
        clock.wait_until(min(window, shard[full - 1][0]) if is_whole else window)
        end = start + 1
        while end < full and shard[end][0] <= clock.now:
            end += 1
        yield [record for _, record in shard[start:end]]
        start = end


class SharedTime:
    """A time that several threads share: one runs at a time, the one whose moment comes first.

    Attributes:
        now: Seconds since the beginning.
    """

    def __init__(self, foreign_seconds: Callable[[], float]) -> None:
        """Begin at 0.

        Args:
            foreign_seconds: CPU time of these threads so far that is not theirs.
        """
        self.now = 0.0
        self._foreign_seconds = foreign_seconds
        self._changed = threading.Condition()
        # Whose moment is when; whoever is in it waits.
        self._due: dict[int, float] = {}
        self._turn: int | None = None
        self._began = 0.0
        self._errors: list[BaseException] = []

    def run(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Run each in a thread.

        Raises:
            Exception: What one of them raised.
        """
        threads = [
            threading.Thread(target=self._run, args=(number, task), name=str(number), daemon=True)
            for number, task in enumerate(tasks)
        ]
        self._due = dict.fromkeys(range(len(tasks)), 0.0)
        self._pass_on()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def wait_until(self, moment: float) -> None:
        """Let others run until a moment; not at all where it is over."""
        self._spend(max(0.0, moment - self.now - self._cpu_seconds()))

    def pass_request(self, **_: Any) -> None:
        """A request is on its way: as long as it takes, and the CPU time since the last one."""
        self._spend(REQUEST_SECONDS)

    def _spend(self, seconds: float) -> None:
        me = int(threading.current_thread().name)
        with self._changed:
            self._due[me] = self.now + self._cpu_seconds() + seconds
            self._pass_on()
            self._await(me)

    def _cpu_seconds(self) -> float:
        """CPU time that the running thread took since its turn began, as the function's."""
        return (self._clock() - self._began) / _CPU_SHARE

    def _clock(self) -> float:
        return time.thread_time() - self._foreign_seconds()

    def _await(self, me: int) -> None:
        self._changed.wait_for(lambda: self._turn == me)
        self.now = self._due.pop(me)
        self._began = self._clock()

    def _pass_on(self) -> None:
        with self._changed:
            self._turn = min(self._due, key=self._due.__getitem__, default=None)
            self._changed.notify_all()

    def _run(self, me: int, task: Callable[[], None]) -> None:
        try:
            with self._changed:
                self._await(me)
            task()
        except BaseException as error:  # noqa: BLE001 (raised again by run)
            self._errors.append(error)
        self._pass_on()
