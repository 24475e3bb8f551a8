"""100,000 photos in the local gallery, asked for through the deployed API.

    make bench-large-library
    LARGE_LIBRARY_SIZE=10000 make bench-large-library

The rows are written as a program writes them that moves a library in: in batches, in order of
time. The stream's function makes the lists of them, as of every change. Each answer is compared
with a full scan of the rows. The embedded AWS shares the processors of this machine, so that
times say whether the gallery is pleasant here, not what AWS takes.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from chalicelib.audit_pages import audit_pages
from chalicelib.bootstrap import Gallery as Parts
from chalicelib.curate import create_person
from chalicelib.domain.places import ALL, BIN, person_view, places
from chalicelib.domain.timeline import Entry
from chalicelib.settings import Settings
from chalicelib.storage.rows import to_item
from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Endpoints, local_client, start_gallery
from infra.local.ports import find_free_port
from tests.aws.site import Site
from tests.benchmarks.library import Library
from tests.benchmarks.report import Target, print_report

SIZE = int(os.environ.get("LARGE_LIBRARY_SIZE", "100000"))
LIMIT = 100
SEARCH = "img_00"
ASKED = 5
GOAL_MS = 1000
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
BATCH_WRITE = 25
WRITERS = 2
# Given up when the lists did not grow for so long.
STANDSTILL_SECONDS = 120

# By view, oldest first
Lists = dict[str, list[Entry]]


@dataclass(frozen=True)
class Question:
    """Something that a page of the gallery asks for.

    Attributes:
        name: What it is.
        ask: Asks for it.
        agrees: Whether an answer is what the rows say.
    """

    name: str
    ask: Callable[[], Any]
    agrees: Callable[[Any], bool]


def main() -> int:
    """Start a gallery, fill it, ask; 1 when an answer is not what the rows say."""
    library = Library("large", SIZE, seed=1)
    with tempfile.TemporaryDirectory(prefix="contactsheet-bench-") as folder:
        python = provide_emulator_python(print)
        running = start_gallery(Path(folder), find_free_port(), print, python=python)
        try:
            os.environ.update(running.endpoints.environment())
            # a scan takes the embedded AWS seconds a page
            parts = Parts(Settings.from_environment(os.environ), read_seconds=120)
            s3 = local_client("s3", running.endpoints.aws_endpoint)
            site = Site(running.endpoints, s3, library.gallery)
            for person in library.persons:
                create_person(person, parts.tables)
            fill(library, site, running.endpoints)
            lists = scanned(parts)
            audit = audit_pages(parts.tables)
            print(f"audit of {audit.rows:,} rows: {audit.differences} differences", flush=True)
            results = [answered(question) for question in questions(site, library, lists)]
        finally:
            running.stop()
    wrong = sum(not is_right for *_, is_right in results)
    targets = [
        Target("differences that the audit finds", audit.differences, 0),
        Target("answers that differ from a full scan", wrong, 0),
        *(Target(f"{name}, median (ms)", ms, GOAL_MS) for name, ms, _ in results),
    ]
    print_report("large-library", targets)
    return 0 if all(target.met for target in targets[:2]) else 1


def fill(library: Library, site: Site, endpoints: Endpoints) -> None:
    """Write the rows and wait until the lists have all of them."""
    began = time.perf_counter()
    dynamodb = local_client("dynamodb", endpoints.aws_endpoint)
    table = endpoints.tables["assets"]
    every_month = chain.from_iterable(map(library.assets, library.month_sizes))
    assets = chain(every_month, library.binned())

    def write(batch: Sequence[Any]) -> None:
        requests = {table: [{"PutRequest": {"Item": to_item(asset)}} for asset in batch]}
        while requests:
            requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]

    with ThreadPoolExecutor(WRITERS) as pool:
        # as many at a time as there are writers, so that rows come in order
        while some := list(islice(assets, BATCH_WRITE * WRITERS)):
            list(pool.map(write, [some[i::WRITERS] for i in range(WRITERS)]))
    written = time.perf_counter()
    print(f"{library.size:,} rows and the bin written in {written - began:.0f} s", flush=True)
    wait_for_lists(library, site)
    print(f"lists {time.perf_counter() - written:.0f} s behind the rows", flush=True)


def wait_for_lists(library: Library, site: Site) -> None:
    """Wait for the stream's function, as long as lists grow."""
    binned = sum(1 for _ in library.binned())
    faces = Counter(
        face.person_id
        for month in library.month_sizes
        for asset in library.assets(month)
        for face in asset.faces.values()
    )
    seen: object = None
    grew = time.monotonic()
    while True:
        stats = site.stats()
        known = {person["id"]: person["faces"] for person in persons(site)}
        now = (stats.get("total"), stats.get("bin"), known)
        if now == (library.size, binned, {p.id: faces[p.id] for p in library.persons}):
            return
        if now != seen:
            seen, grew = now, time.monotonic()
        if time.monotonic() - grew > STANDSTILL_SECONDS:
            raise SystemExit(f"lists stand still at {now}")
        time.sleep(2)


def persons(site: Site) -> Any:
    """Those of the gallery, with their faces."""
    return site.get(f"/api/gallery/persons?gallery={site.gallery}").json


def scanned(parts: Parts) -> Lists:
    """Every list of the gallery, by a full scan of the rows."""
    began = time.perf_counter()
    lists: Lists = defaultdict(list)
    for asset in parts.assets.scan():
        for place in places(asset):
            lists[place.view].append(place.entry)
    for entries in lists.values():
        entries.sort(key=lambda entry: entry.position)
    print(f"full scan in {time.perf_counter() - began:.0f} s", flush=True)
    return lists


def questions(site: Site, library: Library, lists: Lists) -> list[Question]:
    """What is asked, with what the scan says to it."""
    timeline = list(reversed(lists[ALL]))
    month = library.largest_month
    days = {"date_from": f"{month}-01", "date_to": f"{month}-31"}
    person = max(library.persons, key=lambda person: len(lists[person_view(person.id)]))

    def page(name: str, entries: Sequence[Entry], **query: str | int) -> Question:
        offset = int(query.get("offset", 0))
        ids = [entry.id for entry in entries[offset : offset + LIMIT]]

        def agrees(answer: Any) -> bool:
            found = [item["id"] for item in answer["items"]]
            is_exact: bool = answer["total_is_exact"]
            return (found, answer["total"]) == (ids, len(entries)) and is_exact

        return Question(name, lambda: site.media(limit=LIMIT, **query), agrees)

    deepest = SIZE - LIMIT
    return [
        page("media at offset 0", timeline),
        page(f"media at offset {SIZE // 2}", timeline, offset=SIZE // 2),
        page(f"media at offset {deepest}", timeline, offset=deepest),
        page("jump to a month", [e for e in timeline if e.bucket == month], **days),
        page(
            "a person",
            list(reversed(lists[person_view(person.id)])),
            person_id=person.id,
        ),
        page("videos", [e for e in timeline if e.tile.is_video], content_type="video"),
        page("a search", [e for e in timeline if SEARCH in name_of(e).lower()], search=SEARCH),
        page("the bin", list(reversed(lists[BIN])), view="bin"),
        shuffle(site, {entry.id for entry in timeline}),
        months(site, "month", timeline),
        months(site, "day", timeline),
        Question(
            "stats",
            site.stats,
            lambda answer: (answer["total"], answer["bin"]) == (len(timeline), len(lists[BIN])),
        ),
        Question(
            "persons",
            lambda: persons(site),
            lambda answer: (
                {person["id"]: person["assets"] for person in answer}
                == {person.id: len(lists[person_view(person.id)]) for person in library.persons}
            ),
        ),
    ]


def shuffle(site: Site, ids: set[str]) -> Question:
    """Three pages of a slideshow: nothing twice."""

    def ask() -> list[Any]:
        pages = [site.media(limit=LIMIT, shuffle="true", shuffle_seed=7)]
        for _ in range(2):
            cursor = pages[-1]["next_cursor"]
            pages.append(site.media(limit=LIMIT, shuffle="true", shuffle_seed=7, cursor=cursor))
        return pages

    def agrees(pages: list[Any]) -> bool:
        found = [item["id"] for page in pages for item in page["items"]]
        totals = {page["total"] for page in pages}
        return totals == {len(ids)} and len(set(found) & ids) == len(found) == 3 * LIMIT

    return Question("three shuffled pages", ask, agrees)


def months(site: Site, by: str, timeline: Sequence[Entry]) -> Question:
    """The scrubber."""
    held = Counter(entry.bucket for entry in timeline)
    days = Counter((entry.bucket, int(entry.day)) for entry in timeline)
    address = f"/api/gallery/date-range?gallery={site.gallery}&by={by}"

    def agrees(answer: Any) -> bool:
        found = {f"{m['year']}-{m['month']:02}": m for m in answer}
        counts = {bucket: known["count"] for bucket, known in found.items()}
        if by == "month":
            return counts == held
        by_day = {(b, d["day"]): d["count"] for b, known in found.items() for d in known["days"]}
        return (counts, by_day) == (held, days)

    return Question(f"date-range by {by}", lambda: site.get(address).json, agrees)


def name_of(entry: Entry) -> str:
    """What a person calls a photo."""
    return entry.tile.name or entry.tile.path.rpartition("/")[2]


def answered(question: Question) -> tuple[str, float, bool]:
    """Ask some times: the name, the median of the times in ms, whether all answers were right."""
    right, times = True, []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = question.ask()
        times.append(1000 * (time.perf_counter() - began))
        right = right and question.agrees(answer)
    return question.name, statistics.median(times), right


if __name__ == "__main__":
    sys.exit(main())
