"""100,000 requests that are made up, at the doors of a gallery: none is told what is not for it.

    make soak-doors
    DOORS=1000000 make soak-doors
    SOAK_SEED=7 make soak-doors        the same requests again
    CONNECTIONS=8 make soak-doors      so many at once, not 4

Who asks, and for what, is in tests/aws/generated_requests.py, and who judges it in judge.py.
"""

import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Gallery, start_gallery
from infra.local.ports import find_free_port
from tests.aws.generated_run import changed, everything, run_generated
from tests.aws.judge import Tally
from tests.aws.open_doors import open_doors

# Each with owners and links of its own: those of the last are an hour's at most.
PART = 20_000
SHOWN = 20
# Of all requests; more of them would hide what their answers would have been.
MAY_BE_UNANSWERED = 0.001


def main() -> int:
    """Ask until all is asked; 1 if anybody was told, given or could change what is not theirs."""
    count = int(os.environ.get("DOORS", "100000"))
    seed = int(os.environ.get("SOAK_SEED", str(random.randrange(10**6))))
    connections = int(os.environ.get("CONNECTIONS", "4"))
    print(f"{count} requests, SOAK_SEED={seed} CONNECTIONS={connections}", flush=True)
    # each request that is none, of which there are many here
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="contactsheet-doors-") as folder:
        python = provide_emulator_python(print)
        gallery = start_gallery(Path(folder), find_free_port(), print, python=python)
        try:
            return ask_all(gallery, seed, count, connections)
        finally:
            gallery.stop()


def ask_all(gallery: Gallery, seed: int, count: int, connections: int) -> int:
    """Part by part; what went wrong is shown, and ends it."""
    whole, began = Tally(), time.monotonic()
    while whole.asked.total() < count:
        doors = open_doors(gallery)
        before = everything(doors)
        part = min(PART, count - whole.asked.total())
        tally = run_generated(doors, seed + whole.asked.total(), part, connections)
        wrong = tally.admitted + changed(before, everything(doors)) + tally.failed
        whole.add(tally)
        seconds = time.monotonic() - began
        asked, unanswered = whole.asked.total(), len(whole.unanswered)
        found = wrong[:SHOWN] or "none admitted"
        print(f"{asked} asked, {unanswered} unanswered, {seconds:.0f} s: {found}", flush=True)
        if wrong or unanswered > MAY_BE_UNANSWERED * asked:
            return 1
    for who, asked in sorted(whole.asked.items()):
        print(f"{asked:>8} {who}, {whole.answered[who]} of them told or given what is theirs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
