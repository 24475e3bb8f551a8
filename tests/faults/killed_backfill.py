"""A backfill in a process of its own, killed at any request; what is left of it.

python -m tests.faults.killed_backfill POINTS [SEED]
"""

import itertools
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from chalicelib.bootstrap import Gallery
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.storage.table import Item
from migrations import generate_thumbnails
from migrations.target import Target
from tests.builders import MemoryGallery, a_jpeg
from tests.faults.served import a_studio, served
from tests.memory import Killed, Request
from tests.migrations.foreign import a_row, put_rows

FLAGS = ("--bucket", "photos", "--table", "assets", "--region", "eu-central-1", "--migrate")
# Between two runs nothing but these may differ.
_OF_EACH_RUN = ("version", "created_at", "updated_at")
_SECONDS = 60


def a_library() -> MemoryGallery:
    """Eight photos; one more that is none, one without an original, one of another bucket."""
    gallery = MemoryGallery()
    colours = ("teal", "navy", "olive", "maroon", "orchid", "salmon", "khaki", "plum")
    rows = [a_row("letter", "Older/letter.jpg"), a_row("gone", "Older/gone.jpg")]
    for number, colour in enumerate(colours):
        gallery.bucket.place(f"Older/{colour}.jpg", a_jpeg(200 + number, 150, colour))
        row = a_row(colour, f"Older/{colour}.jpg")
        if number % 2:
            row["taken_local"] = {"S": f"20{10 + number % 3}-05-17T09:30:00"}
        rows.append(row)
    gallery.bucket.place("Older/letter.jpg", b"Dear Anna,")
    put_rows(gallery, *rows, a_row("lent", "s3://other/lent.jpg"))
    return gallery


def state(gallery: MemoryGallery) -> tuple[object, ...]:
    """Objects and rows, without what is each run's own."""
    return dict(gallery.bucket.objects), list(map(without_history, gallery.assets_table.items))


def without_history(row: Item) -> Item:
    """What a row says, but not when it was written and how often."""
    return {name: value for name, value in row.items() if name not in _OF_EACH_RUN}


def run_here(gallery: MemoryGallery) -> int:
    """A whole run in this process; its exit status."""
    opened = cast(Gallery, gallery)
    return generate_thumbnails.main([*FLAGS], lambda _: opened)


@contextmanager
def a_process(address: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A run in another process, on a gallery that is served."""
    command = [sys.executable, "-m", "tests.faults.killed_backfill", address]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Point:
    """A moment of a run.

    Attributes:
        share: Of its requests, or of its writes: 0 before the first, below 1.
        of_writes: Whether it is one at a write.
        is_served: Whether the request is served before the process is killed.
    """

    share: float
    of_writes: bool
    is_served: bool


@dataclass(frozen=True)
class Undisturbed:
    """A run that nobody killed.

    Attributes:
        requests: How many it had.
        writes: Those that wrote something.
        state: What it left behind.
    """

    requests: int
    writes: int
    state: tuple[object, ...]


def undisturbed_run() -> Undisturbed:
    """A whole run over `a_library`."""
    gallery = a_library()
    run_here(gallery)
    return Undisturbed(len(gallery.wire.requests), gallery.wire.writes, state(gallery))


def points(count: int, seed: int) -> list[Point]:
    """So many random points, every second one at a write."""
    chance = random.Random(seed)
    return [
        Point(chance.random(), of_writes=number % 2 == 1, is_served=chance.random() < 0.5)
        for number in range(count)
    ]


def killed_at(point: Point, gallery: MemoryGallery, run: Undisturbed) -> bool:
    """Run it in a process that is killed; whether it came so far.

    Args:
        point: When.
        gallery: What it works on.
        run: What a whole run is.
    """
    left = itertools.count(-int(point.share * (run.writes if point.of_writes else run.requests)))

    def at_request(request: Request) -> None:
        if point.of_writes and not request.is_write:
            return
        if next(left) == 0:
            process.send_signal(signal.SIGKILL)
            process.wait(_SECONDS)
            if not point.is_served:
                raise Killed

    with served(gallery) as address, a_process(address) as process:
        gallery.wire.before("*", at_request, times=None)
        process.communicate(timeout=_SECONDS)
        gallery.wire.clear()
        return process.returncode == -signal.SIGKILL


def main(count: int, seed: int) -> int:
    """Kill at so many points; 1 as soon as one leaves something else behind."""
    os.environ.update(ENVIRONMENT)
    run = undisturbed_run()
    for number, point in enumerate(points(count, seed), 1):
        gallery = a_library()
        was_killed = killed_at(point, gallery, run)
        run_here(gallery)
        is_same = state(gallery) == run.state
        told = "as it should be" if is_same else "NOT AS IT SHOULD BE"
        print(f"{number}/{count} killed={was_killed} at {point}: {told}", file=sys.stderr)
        if not is_same:
            return 1
    return 0


# Nobody's; nothing is sent to AWS.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_REGION": "eu-central-1",
}


def _in_its_own_process(address: str) -> int:
    def opened(_: Target) -> Any:
        darkroom = Darkroom(isolate_all=True, workers=1)
        return SimpleNamespace(studio=a_studio(address, darkroom))

    return generate_thumbnails.main([*FLAGS, "--workers", "4"], opened)


if __name__ == "__main__":
    if sys.argv[1].isdecimal():
        sys.exit(main(int(sys.argv[1]), int((sys.argv[2:] or ["1"])[0])))
    sys.exit(_in_its_own_process(sys.argv[1]))
