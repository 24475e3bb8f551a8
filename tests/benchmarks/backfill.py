"""How much of the processors the backfill uses, the memory it takes, and what lists cost with it.

    make bench-backfill
    PHOTOS=folder make bench-backfill

Photos of 12 megapixels made of those in a folder (`PHOTOS`, else the sample album), with noise as
of a sensor, lie in an S3 in memory that answers at once or, as S3 does, after 60 ms (GET and HEAD)
and 40 ms (PUT). The rest is the command line's own: as many threads and drawing processes as it
uses. Both take turns. What counts is the time from the first photos to the last ones: a run of
thousands neither begins nor ends.
"""

import itertools
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageChops
from psutil import Process  # type: ignore[import-untyped]

from chalicelib.backfill_report import Candidate
from chalicelib.backfill_thumbnails import Selection, candidates, make_one
from chalicelib.create_thumbnail import Made, Studio
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.parallel import in_parallel
from chalicelib.storage.media import Media
from migrations.generate_thumbnails import DEFAULT_WORKERS
from tests.benchmarks.backfill_pages import measure_pages, pages_table
from tests.benchmarks.large_photos import folder_of_photos
from tests.benchmarks.report import Target, print_report
from tests.builders import BUCKET, MemoryGallery, a_jpeg
from tests.migrations.foreign import a_row, put_rows

GET_SECONDS, PUT_SECONDS = 0.060, 0.040
TWELVE, FORTY_EIGHT = (4032, 3024), (8064, 6048)
_DIFFERENT = 6
_PHOTOS = 160
_ROUNDS = 3
_NOISE, _QUALITY = 5, 92
_SAMPLE_SECONDS = 0.01
_MB = 1_000_000


@dataclass(frozen=True)
class SlowBucket:
    """An S3 in memory that takes its time.

    Attributes:
        bucket: What answers.
        get_seconds: Until a GET or HEAD is answered.
        put_seconds: Until a PUT is.
    """

    bucket: Any
    get_seconds: float = GET_SECONDS
    put_seconds: float = PUT_SECONDS

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bucket, name)

    def get_object(self, **asked: Any) -> Any:
        """As `MemoryBucket.get_object`, later."""
        time.sleep(self.get_seconds)
        return self.bucket.get_object(**asked)

    def head_object(self, **asked: Any) -> Any:
        """As `MemoryBucket.head_object`, later."""
        time.sleep(self.get_seconds)
        return self.bucket.head_object(**asked)

    def put_object(self, **asked: Any) -> Any:
        """As `MemoryBucket.put_object`, later."""
        time.sleep(self.put_seconds)
        return self.bucket.put_object(**asked)


@dataclass(frozen=True)
class Run:
    """One run over all photos.

    Attributes:
        seconds_per_photo: In the middle of it.
        cpu_seconds_per_photo: Of this process and of those that draw.
    """

    seconds_per_photo: float
    cpu_seconds_per_photo: float


def main() -> int:
    """Measure and report; 1 if a goal is missed."""
    cores = os.cpu_count() or 1
    pictures = [_noisy(source, TWELVE) for source in itertools.islice(_sources(), _DIFFERENT)]
    megabytes = statistics.fmean(map(len, pictures)) / _MB
    _say(f"{_PHOTOS} photos of 12 megapixels, {megabytes:.1f} MB in the mean, {cores} processors")
    at_once, slowly = _rates(pictures, cores)
    bound = statistics.median(run.cpu_seconds_per_photo for run in at_once) / cores
    here = statistics.median(run.seconds_per_photo for run in at_once)
    there = statistics.median(run.seconds_per_photo for run in slowly)
    pairs = (
        b.seconds_per_photo / a.seconds_per_photo for a, b in zip(at_once, slowly, strict=True)
    )
    ratio = statistics.median(pairs)
    print(f"CPU of a photo {bound * cores * 1000:.0f} ms: at most {1 / bound:.1f} photos/s")
    print(f"without latency {1 / here:.1f} photos/s, with it {1 / there:.1f} photos/s")
    grown = _memory(cores)
    pages = measure_pages(_say)
    print(pages_table(pages))
    print_report(
        "backfill",
        [
            Target("time per photo with S3's latency / without", ratio, 1 / 0.95),
            Target("memory of four 48-megapixel JPEGs under way, MB", grown, 128),
            Target(
                "write units of lists per photo, in order / in random order",
                pages["in order", 100] / pages["in random order", 100],
                0.1,
            ),
        ],
    )
    return 0


def _rates(pictures: Sequence[bytes], cores: int) -> tuple[list[Run], list[Run]]:
    darkroom = Darkroom(isolate_all=True, workers=cores)
    try:
        _run(_library(pictures[:1], cores), darkroom, 0, 0)  # starts the processes
        at_once, slowly = [], []
        for number in range(_ROUNDS):
            at_once.append(_run(_library(pictures, _PHOTOS), darkroom, 0, 0))
            slowly.append(_run(_library(pictures, _PHOTOS), darkroom, GET_SECONDS, PUT_SECONDS))
            _say(f"round {number + 1} of {_ROUNDS}: {_told(at_once[-1])}, then {_told(slowly[-1])}")
        return at_once, slowly
    finally:
        darkroom.close()


def _run(gallery: MemoryGallery, darkroom: Darkroom, get_seconds: float, put_seconds: float) -> Run:
    client = SlowBucket(gallery.bucket, get_seconds, put_seconds)
    studio = Studio(Media(client, BUCKET), gallery.assets, ZoneInfo("UTC"), darkroom)
    cpu = _cpu_seconds()
    ends = [time.monotonic() for _ in _made(studio, DEFAULT_WORKERS)]
    cpu = _cpu_seconds() - cpu
    middle = ends[DEFAULT_WORKERS:-DEFAULT_WORKERS] or ends
    return Run((middle[-1] - middle[0]) / max(1, len(middle) - 1), cpu / len(ends))


def _made(studio: Studio, workers: int) -> Iterator[Candidate]:
    selection = Selection()
    work: Callable[[Candidate], Any] = lambda one: make_one(studio, one, selection)  # noqa: E731
    wanted = sorted(candidates(studio, selection), key=lambda one: one.position)
    for candidate, made in in_parallel(work, wanted, workers, lambda: False):
        assert isinstance(made, Made), made
        yield candidate


def _memory(cores: int) -> float:
    """Megabytes that this process and those that draw grow by, at most."""
    source = next(_sources())
    large = [_noisy(source, FORTY_EIGHT)] * 4
    _say(f"four photos of 48 megapixels, {len(large[0]) / _MB:.1f} MB each")
    darkroom = Darkroom(isolate_all=True, workers=cores)
    try:
        _run(_library([a_jpeg(640, 480)], 4 * cores), darkroom, 0, 0)
        gallery = _library(large, 4)
        studio = Studio(
            Media(SlowBucket(gallery.bucket), BUCKET), gallery.assets, ZoneInfo("UTC"), darkroom
        )
        before = _memory_bytes()
        with _peak() as peak:
            assert len(list(_made(studio, 4))) == 4
        return (max(peak) - before) / _MB
    finally:
        darkroom.close()


@contextmanager
def _peak() -> Iterator[list[int]]:
    """Inside, notes how much memory is taken, again and again."""
    noted = [0]
    is_over = threading.Event()

    def note() -> None:
        while not is_over.wait(_SAMPLE_SECONDS):
            noted.append(_memory_bytes())

    thread = threading.Thread(target=note)
    thread.start()
    try:
        yield noted
    finally:
        is_over.set()
        thread.join()


def _memory_bytes() -> int:
    """Of its own, that this process and its children have."""
    own = Process()
    return sum(process.memory_full_info().uss for process in (own, *own.children()))


def _cpu_seconds() -> float:
    own = Process()
    times = [process.cpu_times() for process in (own, *own.children())]
    return float(sum(one.user + one.system for one in times))


def _library(pictures: Sequence[bytes], photos: int) -> MemoryGallery:
    gallery = MemoryGallery()
    for number in range(photos):
        gallery.bucket.place(f"Older/{number:04}.jpg", pictures[number % len(pictures)])
    put_rows(gallery, *(a_row(f"p{n:04}", f"Older/{n:04}.jpg") for n in range(photos)))
    return gallery


def _sources() -> Iterator[Image.Image]:
    """The folder's photos that are large enough to tell something."""
    for path in sorted(folder_of_photos().rglob("*.[jJ][pP]*[gG]")):
        with Image.open(path) as picture:
            if min(picture.size) >= 600:
                yield picture.convert("RGB")


def _noisy(source: Image.Image, size: tuple[int, int]) -> bytes:
    """A photo enlarged to a size, with noise as of a sensor, as a camera saves it."""
    if source.width < source.height:
        size = size[::-1]
    light, *colours = source.resize(size, Image.Resampling.BICUBIC).convert("YCbCr").split()
    noisy = ImageChops.add(light, Image.effect_noise(size, _NOISE), 1, -128)
    buffer = BytesIO()
    Image.merge("YCbCr", [noisy, *colours]).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _told(run: Run) -> str:
    return f"{1 / run.seconds_per_photo:.1f} photos/s ({run.cpu_seconds_per_photo * 1000:.0f} ms)"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
