"""A zip of gigabytes through the page: how much memory it costs, and how long it takes.

python -m tests.benchmarks.zip_download
ZIP_GB=1 python -m tests.benchmarks.zip_download
"""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Endpoints, start_gallery
from infra.local.ports import find_free_port
from tests.aws.site import eventually
from tests.benchmarks.report import Target, print_report
from tests.browser.chromium import launched
from tests.browser.doors import let_in
from tests.browser.library import Shelf
from tests.browser.zips import WORKER_IS_THERE, Packed, films, select_all, take_watched

GIGABYTES = float(os.environ.get("ZIP_GB", "5"))
FILM_BYTES = 50_000_000
GOAL_MB = 200


def take_zip(browser: Browser, endpoints: Endpoints, gigabytes: float = GIGABYTES) -> Packed:
    """Take so much home in one zip, out of a gallery of its own; the zip is thrown away."""
    count = round(gigabytes * 1e9 / FILM_BYTES)
    library = films(Shelf(endpoints), count, FILM_BYTES)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    let_in(context, endpoints, library.address())
    page = context.new_page()
    page.goto(library.address())
    eventually(lambda: page.evaluate(WORKER_IS_THERE))
    select_all(page, count)
    packed = take_watched(page, _say)
    size = packed.download.path().stat().st_size
    assert size >= count * FILM_BYTES, f"the zip has {size} bytes"
    context.close()
    return packed


def _say(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def main() -> int:
    """Start a gallery and measure; 1 when the goal is missed."""
    with tempfile.TemporaryDirectory(prefix="contactsheet-zip-") as folder:
        python = provide_emulator_python(print)
        running = start_gallery(Path(folder), find_free_port(), print, python=python)
        try:
            with sync_playwright() as playwright:
                browser = launched(playwright)
                packed = take_zip(browser, running.endpoints)
                browser.close()
        finally:
            running.stop()
    print(f"{GIGABYTES:g} GB in {packed.seconds:.0f} s")
    name = f"memory for a zip of {GIGABYTES:g} GB (MB)"
    target = Target(name, packed.growth_bytes / 1e6, GOAL_MB)
    print_report("zip", [target])
    return 0 if target.met else 1


if __name__ == "__main__":
    sys.exit(main())
