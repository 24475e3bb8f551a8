"""A gallery in bad luck: many write and read at once, die anywhere, are told things twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from chalicelib.browse import media_page
from chalicelib.curate import create_person
from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.directory import BucketKey, Stretch
from chalicelib.domain.person import Person
from chalicelib.domain.query import Cursor, Filter, MediaQuery
from chalicelib.domain.timeline import Counts, Node, Sums
from chalicelib.errors import ConditionFailedError, PagesBusyError
from tests.builders import a_gallery, an_asset, wall_clock
from tests.faults.month import DELETED, Record, take_records
from tests.memory import Killed, Request
from tests.schedule import run_interleaved

EVERYBODY = tuple(f"a{number:02}" for number in range(48))
WRITERS = 4
SHARDS = 4
VIEWS = ("all", "bin", "fav", "archive", "hidden", "locked", "failed", "p:ann", "p:cleo")
MONTHS = ("2024-05", "2024-06", "0000-00")
# What stands between two requests of a writer: kinds of the one before and the one after.
Boundary = tuple[str, str]
# Whoever comes to a boundary dies there the first times it is ever come to, then seldom.
_CERTAIN_DEATHS = 3
_CHANCE_OF_DEATH = 0.01
_CHANCE_OF_REPEAT = 0.5
_BATCHES_A_ROUND = 3


@dataclass
class Shard:
    """A part of the stream: all that it says of some photos, in order.

    Attributes:
        batches: What is still to be delivered.
        is_taken: Whether a writer is at the first of them.
    """

    batches: list[list[Record]] = field(default_factory=list)
    is_taken: bool = False


class Chaos:
    """A gallery whose rows change at random, and whose records are delivered as by bad luck.

    Args:
        seed: Decides everything.

    Attributes:
        gallery: The gallery.
        records: Everything that the stream ever said.
        crashes: How often a writer died, by where it did.
        boundaries: Wherever a writer could have died.
        conflicts: How many saves were lost to another writer's.
        snapshots: How many buckets were read whole by readers.
        has_split: Whether one of them was in sections.
    """

    def __init__(self, seed: int) -> None:
        self.gallery = a_gallery()
        self.records: list[Record] = []
        self.crashes: Counter[Boundary] = Counter()
        self.boundaries: set[Boundary] = set()
        self.conflicts = 0
        self.snapshots = 0
        self.has_split = False
        self._chance = Random(seed)
        self._shards = [Shard() for _ in range(SHARDS)]
        self._late: set[str] = set()
        # What a bucket holds under a revision: the same for ever.
        self._held: dict[tuple[BucketKey, int], object] = {}
        self._latest_request: dict[int, str] = {}
        self._count_conflicts()
        create_person(Person("ann", "main", "Ann"), self.gallery.tables)

    def live(self, rounds: int) -> None:
        """Rounds of four writers, two readers and somebody who changes rows, all at once."""
        for number in range(rounds):
            self._cut_into_batches(take_records(self.gallery))
            waiting = (batch for shard in self._shards for batch in shard.batches)
            self._late = {_id_of(record) for batch in waiting for record in batch}
            self.gallery.pages_table.let_reads_lag()
            self._latest_request.clear()
            self.gallery.wire.before("*", self._maybe_die, None)
            tasks = [*[self._write] * WRITERS, self._read_buckets, self._turn_pages]
            tasks += [self._make_cleo if number == rounds // 2 else self._change_rows]
            run_interleaved(self.gallery.wire, tasks, self._turns(len(tasks)))

    def come_to_rest(self) -> None:
        """Deliver what no writer has delivered to its end; nobody dies any more."""
        self._cut_into_batches(take_records(self.gallery))
        for batch in (batch for shard in self._shards for batch in shard.batches):
            self.gallery.deliver(*batch)
        self.gallery.pages_table.let_reads_lag()  # that is: up to here

    def _turns(self, tasks: int) -> Iterator[int]:
        while True:
            yield self._chance.randrange(tasks)

    # --- the stream ------------------------------------------------------------------

    def _cut_into_batches(self, records: list[Record]) -> None:
        self.records += records
        for number, shard in enumerate(self._shards):
            mine = [record for record in records if _number_of(record) % SHARDS == number]
            while mine:
                size = self._chance.choice([1, 2, 5, 10])
                shard.batches.append(mine[:size])
                mine = mine[size:]

    def _write(self) -> None:
        """Some batches, each the next of a shard that nobody is at."""
        self._latest_request[threading.get_ident()] = "begin"
        for _ in range(_BATCHES_A_ROUND):
            free = [shard for shard in self._shards if shard.batches and not shard.is_taken]
            if free:
                self._deliver_next(self._chance.choice(free))

    def _deliver_next(self, shard: Shard) -> None:
        """As a stream does it: in order, and what failed or seems to have comes again."""
        shard.is_taken = True
        batch = shard.batches[0]
        seems_delivered = False
        try:
            self.gallery.deliver(*batch)
            seems_delivered = self._chance.random() > _CHANCE_OF_REPEAT
        finally:
            middle = self._chance.choice([0, len(batch) // 2])
            again = [] if seems_delivered else [batch[:middle], batch[middle:]]
            shard.batches[:1] = [half for half in again if half]
            shard.is_taken = False

    def _maybe_die(self, request: Request) -> None:
        latest = self._latest_request.get(threading.get_ident())
        if latest is None:
            return  # no writer
        kind = f"{request.service}.{request.operation}"
        kind += " of a node" * (request.service == "pages" and "-" in request.key[-1])
        boundary = (latest, kind)
        self._latest_request[threading.get_ident()] = kind
        self.boundaries.add(boundary)
        is_certain = self.crashes[boundary] < _CERTAIN_DEATHS
        if is_certain or self._chance.random() < _CHANCE_OF_DEATH:
            self.crashes[boundary] += 1
            raise Killed

    def _count_conflicts(self) -> None:
        table = self.gallery.pages_table
        put = table.put

        def counted(item: Any, condition: Any = None) -> None:
            try:
                put(item, condition)
            except ConditionFailedError:
                self.conflicts += 1
                raise

        table.put = counted  # type: ignore[method-assign]

    # --- readers ---------------------------------------------------------------------

    def _read_buckets(self) -> None:
        """Every bucket is a list that once was, and counts and days tell of the same one."""
        pages = self.gallery.pages
        for view in self._chance.sample(VIEWS, 4):
            for month in MONTHS:
                with suppress(PagesBusyError):  # 503: the reader tries again
                    ((node, entries),) = pages.read([(pages.node("main", view, month), _all_of)])
                    positions = [entry.position for entry in entries]
                    assert positions == sorted(set(positions))
                    # A photo that left the month and came back may stand twice, but only until
                    # the record that tells so is delivered.
                    twice = Counter(entry.id for entry in entries) - Counter(EVERYBODY)
                    assert set(twice) <= self._on_their_way()
                    assert Sums.of(entries) == node.sums
                    self._remember(node.key, node.revision, node.counts)
                    self.snapshots += 1
                    self.has_split |= node.is_split
            for known in pages.counts("main", view):
                self._remember(("main", view, known.bucket), known.revision, known.counts)
            for bucket, (revision, days) in pages.days("main", view).items():
                images = sum(day.images for day in days.values())
                videos = sum(day.videos for day in days.values())
                if isinstance(held := self._held.get((("main", view, bucket), revision)), Counts):
                    assert (held.images, held.videos) == (images, videos)
            assert all(min(astuple(total)) >= 0 for total in pages.totals("main").values())

    def _on_their_way(self) -> set[str]:
        """Ids of photos of which the stream had something to tell when the round began."""
        return self._late | {_id_of(record) for record in self.gallery.assets_table.stream}

    def _remember(self, bucket: BucketKey, revision: int, counts: Counts) -> None:
        if revision:
            assert self._held.setdefault((bucket, revision), counts) == counts

    def _turn_pages(self) -> None:
        """From page to page nothing comes twice, whatever others do."""
        asked = Filter("main", self._chance.choice(VIEWS))
        cursor: Cursor | None = None
        positions: list[tuple[str, str]] = []
        while cursor or not positions:
            try:
                page = media_page(self.gallery.pages, MediaQuery(asked, limit=3, cursor=cursor))
            except PagesBusyError:
                return
            positions += [entry.position for entry in page.entries]
            cursor = page.next
            if cursor is None:
                break
        assert positions == sorted(set(positions), reverse=True)

    # --- whoever changes rows --------------------------------------------------------

    def _make_cleo(self) -> None:
        create_person(Person("cleo", "main", "Cleo"), self.gallery.tables)

    def _change_rows(self) -> None:
        for _ in range(self._chance.randrange(4, 10)):
            self._change_row()

    def _change_row(self) -> None:
        asset_id = self._chance.choice(EVERYBODY)
        known = self.gallery.assets.get_many([asset_id]).get(asset_id)
        if known is None:
            self._create(asset_id)
        elif self._chance.random() < 0.1:
            self.gallery.assets.bury(known)
        else:
            self.gallery.assets.change(known, **self._chance.choice(self._changes)(known))

    @property
    def _changes(self) -> list[Callable[[Asset], dict[str, Any]]]:
        return [
            lambda _: {"taken_local": self._moment()},
            lambda _: {"taken_local": self._moment()},
            lambda known: {"is_favorite": not known.is_favorite},
            lambda known: {"deleted_at": None if known.deleted_at else DELETED},
            lambda _: {"visibility": self._chance.choice(["timeline", "timeline", "archive"])},
            lambda _: {"visibility": self._chance.choice(["hidden", "locked", "timeline"])},
            lambda _: {"faces": self._faces()},
            lambda known: {"thumbnail_url": known.url, "thumbnail_error": "corrupt"},
            lambda known: {"is_live_video": not known.is_live_video},
            lambda _: {"width": self._chance.randrange(1, 5000)},
        ]

    def _create(self, asset_id: str) -> None:
        stone = self.gallery.assets.find(f"main/{asset_id}.jpg")[1].tombstones.get(asset_id)
        asset = an_asset(
            asset_id,
            taken_local=self._moment(),
            faces=self._faces(),
            file_type=self._chance.choice(["image", "image", "video"]),
            version=stone.version if stone else 0,
        )
        self.gallery.assets.create(asset)

    def _moment(self) -> datetime | None:
        if self._chance.random() < 0.1:
            return None
        day, hour = self._chance.randrange(1, 29), self._chance.randrange(24)
        return wall_clock(f"{self._chance.choice(MONTHS[:2])}-{day:02}T{hour:02}:00")

    def _faces(self) -> dict[str, Face]:
        people = self._chance.choices(["ann", "ben", "cleo", None], k=self._chance.randrange(3))
        return {
            f"f{n}": Face(name, (0, 9, 0, 9), (90, 90), "test") for n, name in enumerate(people)
        }


def _all_of(node: Node) -> Stretch:
    return Stretch(None, 0, node.counts.total)


def _id_of(record: Record) -> str:
    asset_id: str = record["dynamodb"]["Keys"]["id"]["S"]
    return asset_id


def _number_of(record: Record) -> int:
    return int(_id_of(record)[1:])
