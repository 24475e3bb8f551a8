"""The gallery page in headless Chromium, on 100,000 photos behind the deployed API.

    make bench-page
    PAGE_PHOTOS=10000 PAGE_MINUTES=1 PAGE_ZIP_GB=0.5 make bench-page

The lists are written by the product's own code and read through the API. Every photo has
addresses of its own; behind them lie some hundred pictures in turns, so that the browser fetches
and decodes as many as it shows. The embedded AWS shares the processors of this machine with the
browser: each number is taken several times, and the median counts.
"""

import os
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, sync_playwright

from chalicelib.curate import create_person
from infra.local import edge
from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Endpoints, start_gallery
from infra.local.ports import find_free_port
from tests.benchmarks import page_measures as measures
from tests.benchmarks.library import Library
from tests.benchmarks.page_pictures import provide_pictures, shared_key
from tests.benchmarks.report import Target, print_report
from tests.benchmarks.zip_download import take_zip
from tests.browser.chromium import launched
from tests.browser.doors import let_in_from_now_on
from tests.browser.library import parts_of, write_lists

PHOTOS = int(os.environ.get("PAGE_PHOTOS", "100000"))
MINUTES = float(os.environ.get("PAGE_MINUTES", "10"))
ZIP_GB = float(os.environ.get("PAGE_ZIP_GB", "5"))
GALLERY = "page-bench"


def main() -> int:
    """Start a gallery, fill it, measure; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="contactsheet-bench-") as folder:
        python = provide_emulator_python(print)
        own_key = edge.photo_key
        with patch.object(edge, "photo_key", lambda path: shared_key(own_key(path), GALLERY)):
            running = start_gallery(Path(folder), find_free_port(), print, python=python)
            try:
                fill(running.endpoints)
                with sync_playwright() as playwright:
                    browser = launched(playwright)
                    targets = measured(browser, running.endpoints)
                    browser.close()
            finally:
                running.stop()
    print_report("page", targets)
    return 0 if all(target.met for target in targets) else 1


def fill(endpoints: Endpoints) -> None:
    """Write the lists and the pictures."""
    provide_pictures(endpoints)
    parts = parts_of(endpoints)
    library = Library(GALLERY, PHOTOS, seed=1)
    for person in library.persons:
        create_person(person, parts.tables)
    for month in library.month_sizes:
        write_lists(parts, GALLERY, library.assets(month))
    print(f"{PHOTOS:,} photos in {len(library.month_sizes)} months", flush=True)


def measured(browser: Browser, endpoints: Endpoints) -> list[Target]:
    """Every number, in the order of the table."""
    address = f"{endpoints.page}/gallery?gallery={GALLERY}"
    let_in_from_now_on(browser, endpoints, address)
    first = measures.first_load(browser, address)
    scrolling = measures.scrolling(browser, address)
    dragging = measures.dragging(browser, address)
    jumps = measures.jumps(browser, address)
    growth = measures.memory_growth(browser, address, MINUTES)
    oldest = measures.reaches_the_oldest(browser, address)
    packed = take_zip(browser, endpoints, ZIP_GB)
    print(f"zip: {ZIP_GB:g} GB in {packed.seconds:.0f} s", flush=True)
    shifts = (first.shift, scrolling.shift, dragging.shift)
    return [
        Target("script of the first load, gzipped (kB)", first.script_kb, 60),
        Target("first thumbnail, median (s)", first.first_seconds, 1),
        Target("first window of thumbnails, median (s)", first.window_seconds, 1),
        Target("layout shift: first load, scroll and drag", sum(shifts), 0),
        Target("longest task of a 10 s scroll, median (ms)", scrolling.longest_ms, 50),
        Target("processor time of a scroll's longest task (ms)", scrolling.longest_cpu_ms, 50),
        Target("longest task of a scrubber drag, median (ms)", dragging.longest_ms, 50),
        Target("processor time of a drag's longest task (ms)", dragging.longest_cpu_ms, 50),
        Target("jump to a month, median (ms)", jumps.median_ms, 500),
        Target("jump to a month, slowest of 20 (ms)", jumps.slowest_ms, 500),
        Target(f"memory grown in {MINUTES:g} min of scrolling (MB)", growth, 5),
        Target("photos of 2,000,000 that End does not reach", oldest, 0),
        Target(f"memory for a zip of {ZIP_GB:g} GB (MB)", packed.growth_bytes / 1e6, 200),
    ]


if __name__ == "__main__":
    sys.exit(main())
