"""Draw many mutants, and say as JSON what came of them.

python -m tests.faults.draw_mutants --count 2000 --seed 1
python -m tests.faults.draw_mutants --count 1 --seed 1 --first 17      mutant 17 alone
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

from chalicelib.errors import UndrawableError
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.imaging.examine import Examined
from tests.faults.mutants import mutant

MAX_SECONDS = 10
MAX_BYTES = 512 << 20
MAX_BYTES_OF_DATA = 448 << 20  # of a child, whose programs take the rest
REASONS = {"empty", "unsupported", "truncated", "corrupt", "too-large", "timeout", "out-of-memory"}

Report = dict[str, Any]


def draw_mutants(seed: int, count: int, processes: int = os.cpu_count() or 1) -> list[Report]:
    """Draw in so many processes, each of which may die; what each of them says.

    Raises:
        CalledProcessError: One died.
    """
    share = -(-count // processes)
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.faults.draw_mutants", "--seed", str(seed)),
                *("--first", str(first), "--count", str(min(share, count - first))),
            ],
            stdout=subprocess.PIPE,
        )
        for first in range(0, count, share)
    ]
    answers = [process.communicate()[0] for process in running]
    for process in running:
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
    return [json.loads(answer) for answer in answers]


def broken_promises(report: Report) -> list[str]:
    """What should not have happened, for a person."""
    outcomes = report["outcomes"]
    peak_bytes = max(report["peak_bytes"], report["peak_bytes_of_children"])
    checks = {
        f"reasons that are none: {outcomes}": set(outcomes) <= {"drawn"} | REASONS,
        f"few reach a decoder: {report}": 2 * report["reached_a_decoder"] >= sum(outcomes.values()),
        f"mutant {report['slowest']} hangs": report["slowest_seconds"] < MAX_SECONDS,
        f"{peak_bytes:,} bytes of memory": peak_bytes < MAX_BYTES,
    }
    return [said for said, holds in checks.items() if not holds]


def has_reached_a_decoder(examined: Examined) -> bool:
    """Whether a decoder took the header for sound, and went on to the pixels."""
    if not isinstance(examined.picture, UndrawableError):
        return True
    return examined.facts.width is not None and examined.picture.reason != "too-large"


def main(arguments: list[str]) -> int:
    """Draw them one after the other, as the Lambda does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=2000)
    chosen = parser.parse_args(arguments)
    outcomes: Counter[str] = Counter()
    reached, slowest = 0, (0.0, -1)
    darkroom = Darkroom(seconds=MAX_SECONDS, max_bytes=MAX_BYTES_OF_DATA)
    for number in range(chosen.first, chosen.first + chosen.count):
        made = mutant(chosen.seed, number)
        started = time.monotonic()
        examined = darkroom.draw(BytesIO(made.data), len(made.data))
        slowest = max(slowest, (time.monotonic() - started, number))
        reached += has_reached_a_decoder(examined)
        if isinstance(examined.picture, UndrawableError):
            outcomes[examined.picture.reason] += 1
            if "crashed" in examined.picture.detail or chosen.count == 1:
                print(f"mutant {number}, {made.name}: {examined.picture}", file=sys.stderr)
        else:
            outcomes["drawn"] += 1
    darkroom.close()
    report = {
        "outcomes": outcomes,
        "reached_a_decoder": reached,
        "slowest_seconds": round(slowest[0], 2),
        "slowest": slowest[1],
        "peak_bytes": _peak_bytes(),
        "peak_bytes_of_children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10,
    }
    print(json.dumps(report))
    return 0


def _peak_bytes() -> int:
    """The most memory this process had; what it is said to have used begins with its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
