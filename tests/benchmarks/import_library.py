"""What moving an Immich library in costs: write units, time, memory; and doing it again.

    make bench-import
    PART=10 make bench-import

A family's library of fifteen years lies in a real PostgreSQL, in the shape of v2.7 (of a tenth of
it with PART=10). The command runs in a process of its own and asks a DynamoDB in memory that counts
write units as AWS does. The rows' stream is worked on as in
`tests.benchmarks.stream`, at RATE rows a second (what 32 requests under way at 40 ms each make):
whenever a batch's window is over when the command brings lists up itself, and when it looks at the
rows again, to verify.
A tenth of the library tells whether memory grows with it.
"""

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import psycopg

from chalicelib.bootstrap import Gallery
from chalicelib.storage.media import Media
from migrations.import_immich import main as import_immich
from migrations.target import Target as Place
from migrations.target import open_gallery
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB, serve
from tests.benchmarks.paged_library import ASSETS, PAGES, PEOPLE, SETTINGS, tables, use_environment
from tests.benchmarks.report import Target, print_report
from tests.benchmarks.stream import WINDOW_SECONDS, Followed, StreamedTable, follow
from tests.immich.eras import create_schema
from tests.immich.generated import FOLDER, Size, generate
from tests.memory import MemoryBucket
from tests.postgres import Server, start

RATE = 800.0
# So many rows come within a batch's window.
_IN_WINDOW = round(RATE * WINDOW_SECONDS)
_SMALLER = 10
_MB = 1024


@dataclass(frozen=True)
class Ended:
    """What the command's process says at its end.

    Attributes:
        status: Its exit status.
        told: What it printed.
        began_kb: Memory when it began, all modules loaded.
        peak_kb: Most memory that it had.
    """

    status: int
    told: str
    began_kb: int
    peak_kb: int


@dataclass(frozen=True)
class Run:
    """One run of the command.

    Attributes:
        own: Write units by table, of what it wrote itself.
        streamed: Write units by table, of what followed by the stream.
        followed: What the stream's function did.
        seconds: How long it took, the stream's time left out.
        rows_per_second: While it wrote rows; 0 for none.
        ended: What it said at its end.
    """

    own: Mapping[str, float]
    streamed: Mapping[str, float]
    followed: Followed
    seconds: float
    rows_per_second: float
    ended: Ended

    @property
    def units(self) -> float:
        """All write units."""
        return sum(self.own.values()) + sum(self.streamed.values())


def main() -> int:
    """Measure and report; 1 if a goal is missed."""
    use_environment()
    part = int(os.environ.get("PART", "1"))
    size, smaller = Size().part(part), Size().part(part * _SMALLER)
    with _server() as server:
        small, _ = _measure(server, smaller)
        first, second = _measure(server, size)
    for run in (first, second):
        _tell(size, run)
    print(first.ended.told)
    grown = _grown_mb(first) - _grown_mb(small)
    print(
        f"memory: {_grown_mb(first):.0f} MB more than it began with; "
        f"with {smaller.assets:,} assets {_grown_mb(small):.0f} MB"
    )
    targets = [
        Target("write units, the stream's included", first.units, 220_000 / part),
        Target("write units of a second run", second.units, 0),
    ]
    if part == 1:  # of less, a tenth does not even fill the pages that are read ahead
        targets.append(Target("memory, MB more than for a tenth of the library", grown, 16))
    print_report("import", targets)
    return 0 if all(target.met for target in targets) else 1


def _measure(server: Server, size: Size) -> tuple[Run, Run]:
    """The command's first and second run."""
    url = server.create_database()
    with psycopg.connect(url) as connection:
        create_schema(connection, "v2.7")
        generate(connection, size)
    _say(f"{size.assets:,} assets generated")
    rows = StreamedTable(("id",))
    dynamodb, gallery = MemoryDynamoDB({**tables(), ASSETS: rows}), Gallery(SETTINGS)
    dynamodb.serve(gallery.connection)
    runs = []
    for name in ("first", "second"):
        run = _run(url, rows, dynamodb, gallery)
        _say(f"{name} run: {run.seconds:.0f} s, {run.units:,.0f} write units")
        if run.ended.status:
            raise SystemExit(f"the command ended with {run.ended.status}:\n{run.ended.told}")
        runs.append(run)
    return runs[0], runs[1]


def _run(url: str, rows: StreamedTable, dynamodb: MemoryDynamoDB, gallery: Gallery) -> Run:
    """Run the command in a process of its own, and answer what it asks."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_import, args=(there, url), daemon=True)
    began = time.monotonic()
    process.start()
    there.close()
    own: Counter[str] = Counter()
    streamed: Counter[str] = Counter()
    followed = Followed()
    waited = 0.0
    first_row = last_row = 0.0
    written = 0
    dynamodb.reset()

    def follow_stream() -> None:
        nonlocal waited
        own.update(dynamodb.reset().write_units)
        paused = time.monotonic()
        some = follow(rows.records, RATE, dynamodb, gallery)
        waited += time.monotonic() - paused
        followed.batches += some.batches
        followed.seconds += some.seconds
        streamed.update(dynamodb.reset().write_units)
        rows.records.clear()

    while not isinstance(message := here.recv(), Ended):
        operation, asked = message
        # Who looks at the rows again waits for the lists; a batch that is due by the time when the
        # command brings lists up itself comes before that.
        is_due = PAGES.encode() in asked and len(rows.records) >= _IN_WINDOW
        if rows.records and (operation == "Scan" or is_due):
            follow_stream()
        before = len(rows.records)
        answer = dynamodb.answer(operation, asked)
        if len(rows.records) > before:
            written += 1
            last_row = time.monotonic()
            first_row = first_row or last_row
        here.send(answer)
    process.join()
    seconds = time.monotonic() - began - waited
    rate = written / (last_row - first_row - waited) if written else 0
    own.update(dynamodb.reset().write_units)
    return Run(own, streamed, followed, seconds, rate, message)


def _import(pipe: Pipe, url: str) -> None:
    """The command, in a process of its own."""
    use_environment()
    alone = threading.Lock()

    def ask(operation: str, asked: bytes) -> tuple[int, bytes]:
        with alone:
            pipe.send((operation, asked))
            answer: tuple[int, bytes] = pipe.recv()
            return answer

    def opened(place: Place) -> Gallery:
        gallery = open_gallery(place)
        serve(gallery.connection, ask)
        bucket = place.settings.bucket
        gallery.media = Media(MemoryBucket(bucket), bucket)
        return gallery

    flags = ["--url", url, "--map", f"{FOLDER}=main/", "--migrate"]
    began, told = _memory_kb("VmRSS"), StringIO()
    with redirect_stdout(told), redirect_stderr(told):
        status = import_immich(flags, opened)
    pipe.send(Ended(status, told.getvalue(), began, _memory_kb("VmHWM")))


@contextmanager
def _server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, start(Path(folder)) as server:
        yield server


def _memory_kb(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def _grown_mb(run: Run) -> float:
    return (run.ended.peak_kb - run.ended.began_kb) / _MB


def _tell(size: Size, run: Run) -> None:
    told: dict[str, Any] = {
        "assets": size.assets,
        "seconds": run.seconds,
        "rows a second": run.rows_per_second,
        "units of rows": run.own.get(ASSETS, 0),
        "units of persons": run.own.get(PEOPLE, 0),
        "units of pages by the command": run.own.get(PAGES, 0),
        "units of pages by the stream": run.streamed.get(PAGES, 0),
        "units of persons by the stream": run.streamed.get(PEOPLE, 0),
        "batches of the stream": len(run.followed.batches),
        "seconds of the stream": run.followed.seconds,
    }
    for name, value in told.items():
        print(f"{name:<32}{value:>12,.0f}")
    print()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
