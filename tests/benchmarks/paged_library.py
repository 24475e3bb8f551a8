"""The gallery's own tables in memory, filled with libraries by the product's own code."""

import gc
import json
import multiprocessing
import os
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.bootstrap import Gallery
from chalicelib.curate import create_person
from chalicelib.domain.asset import Asset
from chalicelib.domain.places import ALL, BIN, FAVORITES, places
from chalicelib.domain.timeline import Entry, Node, Run
from chalicelib.refresh_pages import RowChange, changes_by_bucket, summarise, sync_all
from chalicelib.settings import Settings
from chalicelib.storage.rows import to_item
from tests.benchmarks.capacity import units_of_write
from tests.benchmarks.library import MONTHS, Library
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.shelves import Key, Stored, StoredTable

ASSETS, PAGES, PEOPLE = "assets", "pages", "people"
SETTINGS = Settings("photos", ASSETS, PAGES, PEOPLE, "", ZoneInfo("UTC"))
# Records that the stream gives the function at once.
BATCH = 1000
_PROCESSES = 2
# What the application and botocore look for; nothing is sent to AWS, but it is signed.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "CONTACTSHEET_BUCKET": SETTINGS.bucket,
    "CONTACTSHEET_ASSETS_TABLE": ASSETS,
    "CONTACTSHEET_PAGES_TABLE": PAGES,
    "CONTACTSHEET_PEOPLE_TABLE": PEOPLE,
}


def tables() -> dict[str, StoredTable]:
    """The gallery's tables, empty, as infra/data.yaml describes them."""
    return {
        ASSETS: StoredTable(("id",), {}),
        PAGES: StoredTable(("pk", "sk"), {"counts": (("pk", "c"), ()), "days": (("pk", "d"), ())}),
        PEOPLE: StoredTable(("gallery_id", "id"), {}),
    }


def use_environment() -> None:
    """Let this process have `ENVIRONMENT`."""
    os.environ.update(ENVIRONMENT)


def row_of(asset: Asset) -> dict[str, Any]:
    """An asset as an item of its table, as it goes over the wire."""
    text = json.dumps(to_item(asset), default=lambda value: b64encode(value).decode())
    row: dict[str, Any] = json.loads(text)
    return row


@dataclass
class Streamed:
    """What a library cost that was written like an import, in order, a batch at a time.

    Attributes:
        rows: Write units of the rows.
        pages: Write units of the pages and the persons of each batch.
        requests: Requests of each batch.
    """

    rows: float = 0
    pages: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)


@dataclass
class Written:
    """What a part of a library is.

    Attributes:
        items: By table and key.
        streamed: What it cost, where it was written like an import.
    """

    items: Mapping[str, Mapping[Key, Stored]]
    streamed: Streamed | None = None


@dataclass(frozen=True)
class Job:
    """A part of a library to write: a month, the bin, or None for all through the stream."""

    library: Library
    part: str | None

    @property
    def size(self) -> int:
        """How long it takes, more or less."""
        if self.part is None:
            return 3 * self.library.size
        return self.library.month_sizes.get(self.part, self.library.size // 100)


def jobs(library: Library, *, streamed: bool) -> list[Job]:
    """What is to be done for a library."""
    if streamed:
        return [Job(library, None)]
    return [Job(library, part) for part in (*MONTHS, BIN)]


def write(work: Iterable[Job]) -> Iterator[tuple[Job, Written]]:
    """Do it all in several processes, the longest first."""
    ordered = sorted(work, key=lambda job: -job.size)
    with multiprocessing.Pool(_PROCESSES, use_environment) as pool:
        yield from zip(ordered, pool.imap(_carry_out, ordered), strict=True)


def add_persons(library: Library, gallery: Gallery) -> None:
    """Write the persons, then the totals of every list that holds something."""
    for person in library.persons:
        create_person(person, gallery.tables)
    for view in (ALL, FAVORITES, BIN):
        summarise(library.gallery, view, gallery.tables)


def _carry_out(job: Job) -> Written:
    dynamodb, gallery = _own_tables()
    dynamodb.tables.update(tables())
    gc.disable()  # so many objects that are all needed
    try:
        if job.part is None:
            streamed = _stream(job.library, dynamodb, gallery)
        else:
            streamed = None
            _write_pages(job, gallery)
    finally:
        gc.enable()
    items = {name: dict(table.shelf.everything()) for name, table in dynamodb.tables.items()}
    return Written(items, streamed)


@cache
def _own_tables() -> tuple[MemoryDynamoDB, Gallery]:
    dynamodb, gallery = MemoryDynamoDB(tables()), Gallery(SETTINGS)
    dynamodb.serve(gallery.connection)
    return dynamodb, gallery


def _write_pages(job: Job, gallery: Gallery) -> None:
    library = job.library
    assets = library.binned() if job.part == BIN else library.assets(job.part or "")
    buckets: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for asset in assets:
        for place in places(asset):
            buckets[place.view, place.bucket].append(place.entry)
    for (view, bucket), entries in buckets.items():
        entries.sort(key=lambda entry: entry.position)
        gallery.pages.save(Node(library.gallery, view, bucket), [Run(0, 0, tuple(entries))])


def _stream(library: Library, dynamodb: MemoryDynamoDB, gallery: Gallery) -> Streamed:
    """Write rows and let the stream's function bring the pages up to them, batch by batch."""
    streamed = Streamed()
    for person in library.persons:
        create_person(person, gallery.tables)
    assets = chain(library.binned(), *map(library.assets, library.month_sizes))
    while batch := list(islice(assets, BATCH)):
        for asset in batch:
            stored = Stored.of(row_of(asset))
            dynamodb.tables[ASSETS].shelf.set((asset.id,), stored)
            streamed.rows += units_of_write(0, stored.size)
        dynamodb.reset()
        sync_all(changes_by_bucket(RowChange(None, asset) for asset in batch), gallery.tables)
        usage = dynamodb.reset()
        if len(batch) == BATCH:
            streamed.pages.append(sum(usage.write_units.values()))
            streamed.requests.append(usage.requests.total())
    return streamed
