"""What the timeline costs with 100,000, a million and ten million photos, and what rows would.

    make bench-timeline

Every request is a real one up to the network, where a DynamoDB in memory answers it and counts
units by AWS's rules. CPU is that of the API's Lambda handler, from the gateway's event to the
text of the answer, without what that DynamoDB takes; sockets and TLS are missing. Sizes take
turns, so that whatever else the machine does meets them all.
"""

import dataclasses
import gc
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import app
from chalicelib.bootstrap import Gallery
from chalicelib.refresh_pages import RowChange, changes_by_bucket, sync_all
from tests.benchmarks.library import Library
from tests.benchmarks.measuring import Results, Task, cost_of, measure
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.paged_library import Streamed, add_persons, jobs, tables, use_environment
from tests.benchmarks.paged_library import write as written
from tests.benchmarks.report import print_report
from tests.benchmarks.rows_and_index import ROWS, RowsAndIndex, indexed_row
from tests.benchmarks.rows_and_index import tables as rows_tables
from tests.benchmarks.shelves import Stored
from tests.benchmarks.timeline_operations import (
    ALONGSIDE,
    OPERATIONS,
    Operation,
    Served,
    an_asset_at,
    an_event,
)
from tests.benchmarks.timeline_report import (
    CHANGE,
    CHANGE_STREAMED,
    print_changes,
    print_operations,
    print_streamed,
    targets,
)

SEED = 2
LIBRARIES = (
    Library("100k", 100_000, SEED),
    Library("001m", 1_000_000, SEED, largest=300_000),
    Library("010m", 10_000_000, SEED, largest=300_000),
)
CHANGES = 40
Say = Callable[[str], None]


def main() -> None:
    """Build, measure, print."""
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {text}", file=sys.stderr, flush=True)

    use_environment()
    with Path(os.devnull).open("w") as nothing:
        log: Any = app.log().registered_handler
        log.setStream(nothing)  # written, and seen by nobody
        by_gallery = {library.gallery: library for library in LIBRARIES}
        dynamodb = MemoryDynamoDB({**tables(), **rows_tables(by_gallery)})
        here = app.gallery()
        dynamodb.serve(here.connection)
        streamed = build(LIBRARIES, dynamodb, here, say)
        gc.collect()
        gc.freeze()  # a Lambda holds no libraries for its collector to look through
        served = Served(app.app, dynamodb)
        baseline = RowsAndIndex(here.connection)
        ours, theirs = measure_reads(LIBRARIES, served, baseline, say)
        measure_changes(LIBRARIES, served, here, baseline, ours, theirs)
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    here_gib, builder_gib = (usage.ru_maxrss / 1024**2 for usage in usages)
    say(f"measured; {here_gib:.1f} GiB of memory at most, {builder_gib:.1f} in a builder")
    print_operations("Pages", ours, LIBRARIES)
    print_operations("Rows, an index by month, and counters", theirs, LIBRARIES)
    print_changes(ours, theirs, LIBRARIES)
    print_streamed(streamed)
    print_report("timeline", targets(ours, LIBRARIES))


def build(
    libraries: Sequence[Library], dynamodb: MemoryDynamoDB, gallery: Gallery, say: Say
) -> Streamed:
    """Fill the tables; the smallest library through the stream's function, with its rows."""
    smallest = min(libraries, key=lambda library: library.size)
    work = [job for library in libraries for job in jobs(library, streamed=library is smallest)]
    streamed = Streamed()
    done, whole, told = 0, sum(job.size for job in work), 0
    for job, part in written(work):
        for name, items in part.items.items():
            dynamodb.tables[name].load(items)
        streamed = part.streamed or streamed
        done += job.size
        if 10 * done // whole > told:
            told = 10 * done // whole
            say(f"built {100 * done // whole} %")
    for library in libraries:
        if library is not smallest:
            add_persons(library, gallery)
    return streamed


def measure_reads(
    libraries: Sequence[Library], served: Served, baseline: RowsAndIndex, say: Say
) -> tuple[Results, Results]:
    """Everything that reads: with pages, and with rows."""

    def asked(operation: Operation, library: Library, chance: Random) -> Callable[[], object]:
        return partial(served.answer, operation.event(library, chance, served))

    ours = [Task(known.name, partial(asked, known), known.times) for known in OPERATIONS]
    theirs = [
        Task(name, partial(call, baseline), times) for name, (call, times) in ALONGSIDE.items()
    ]
    found_ours, found_theirs = measure([ours, theirs], libraries, served.dynamodb, say)
    return found_ours, found_theirs


def measure_changes(
    libraries: Sequence[Library],
    served: Served,
    gallery: Gallery,
    baseline: RowsAndIndex,
    ours: Results,
    theirs: Results,
) -> None:
    """One favourite: by the API, again by the stream that follows, and with rows."""
    dynamodb = served.dynamodb
    for number in range(CHANGES):
        for library in libraries:
            asset = an_asset_at(library, Random(f"{number}{library.gallery}"))
            served.keep_row(asset)
            path = {"id": asset.id}
            event = an_event(
                "/gallery/assets/{id}/favorite",
                {},
                method="PUT",
                path=path,
                gallery=library.gallery,
            )
            event["body"] = "{}"
            cost = cost_of(dynamodb, partial(served.answer, event))
            ours[CHANGE, library.gallery].costs.append(cost)
            changed = RowChange(asset, dataclasses.replace(asset, is_favorite=True))
            sync = partial(sync_all, changes_by_bucket([changed]), gallery.tables)
            ours[CHANGE_STREAMED, library.gallery].costs.append(cost_of(dynamodb, sync))
            row = Stored.of(indexed_row(asset))
            dynamodb.tables[ROWS].shelf.set((asset.id,), row)
            cost = cost_of(dynamodb, partial(baseline.add_favorite, asset))
            theirs[CHANGE, library.gallery].costs.append(cost)


if __name__ == "__main__":
    main()
