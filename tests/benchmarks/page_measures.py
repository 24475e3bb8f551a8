"""What is measured of the page, each in fresh contexts of one browser."""

import gzip
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page, Response

from tests.benchmarks.page_pictures import PICTURES
from tests.browser.endless import EndlessLibrary, even_days
from tests.browser.grid import OBSERVE, layout_shift, settle, tiles_in_sight
from tests.browser.working import longest_task_ms, scroll_for
from tests.builders import an_asset

REPEATS = 3
# One more than a start of the API's functions takes with it.
FIRST_LOADS = 5
JUMPS = 20
TWO_MILLION = 2_000_000
SCROLL_SECONDS = 10
DRAG_STEPS = 150
WINDOW = {"width": 1440, "height": 900}
# Once every thumbnail in the window is decoded: milliseconds since the page was asked for, of the
# first of them and of the last.
_WINDOW_IS_THERE = """
() => {
  const links = [...document.querySelectorAll(".tile-link")].filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  });
  const isThere = (tile) => tile.querySelector("img")?.naturalWidth > 0;
  if (links.some(isThere)) window.firstThere ??= performance.now();
  return links.length > 0 && links.every(isThere) && [window.firstThere, performance.now()];
}
"""
# From the press on the rail until the first row of the month has its pictures.
_TIME_JUMPS = """
window.jumped = { from: 0, took: 0 };
addEventListener("pointerup", () => {
  const from = performance.now();
  window.jumped = { from, took: 0 };
  const look = () => {
    const under = document.querySelector("header").getBoundingClientRect().bottom;
    const tiles = [...document.querySelectorAll(".tile-link")]
      .map((tile) => [tile, tile.getBoundingClientRect()])
      .filter(([, box]) => box.bottom > under && box.top < window.innerHeight);
    const top = Math.min(...tiles.map(([, box]) => box.top));
    const row = tiles.filter(([, box]) => box.top === top);
    const isThere = row.length > 0
      && document.querySelector(".tile-empty") === null
      && row.every(([tile]) => tile.querySelector("img")?.naturalWidth > 0);
    if (isThere) window.jumped.took = performance.now() - from;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, true);
"""


@dataclass(frozen=True)
class FirstLoad:
    """Opening the page with nothing cached.

    Attributes:
        script_kb: All scripts until the page rests, each gzipped.
        first_seconds: Until the first thumbnail is decoded, their median.
        window_seconds: Until every thumbnail in the window is decoded, their median.
        shift: Layout shift, the sum of all loads.
    """

    script_kb: float
    first_seconds: float
    window_seconds: float
    shift: float


@dataclass(frozen=True)
class Movement:
    """Moving through the timeline.

    Attributes:
        longest_ms: The longest task of each run, their median.
        longest_cpu_ms: The task of each run that took most of a processor, their median.
        shift: Layout shift, the sum of all runs.
    """

    longest_ms: float
    longest_cpu_ms: float
    shift: float


@dataclass(frozen=True)
class Jumps:
    """From letting go of the scrubber to the first row of thumbnails."""

    median_ms: float
    slowest_ms: float


@contextmanager
def opened(browser: Browser, address: str, script: str = "") -> Iterator[Page]:
    """The page in a context of its own, settled."""
    context = browser.new_context(viewport=WINDOW, service_workers="block")  # type: ignore[arg-type]
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    page = context.new_page()
    page.add_init_script(OBSERVE + script)
    page.goto(address)
    settle(page)
    yield page
    context.close()


def first_load(browser: Browser, address: str) -> FirstLoad:
    """Open the page some times."""
    first, whole, shifts, sizes = [], [], [], []
    for _ in range(FIRST_LOADS):
        context = browser.new_context(viewport=WINDOW, service_workers="block")  # type: ignore[arg-type]
        context.add_init_script("delete Navigator.prototype.serviceWorker")
        page = context.new_page()
        page.add_init_script(OBSERVE)
        scripts = _scripts_of(page)
        page.goto(address, wait_until="commit")
        there = page.wait_for_function(_WINDOW_IS_THERE, polling="raf").json_value()
        page.wait_for_load_state("networkidle")
        sizes.append(_gzipped_kb(scripts))
        first.append(there[0] / 1000)
        whole.append(there[1] / 1000)
        shifts.append(layout_shift(page))
        time.sleep(3)  # what is fetched for later, once nothing else is to be done
        later = _gzipped_kb(scripts)
        context.close()
        print(
            f"first load: the first thumbnail after {first[-1]:.2f} s, all in the window after "
            f"{whole[-1]:.2f} s, script {sizes[-1]:.1f} kB, "
            f"{later:.1f} kB with what is fetched for later, layout shift {shifts[-1]:.6f}",
            flush=True,
        )
    return FirstLoad(max(sizes), statistics.median(first), statistics.median(whole), sum(shifts))


def scrolling(browser: Browser, address: str) -> Movement:
    """Scroll for ten seconds, some times, each time on from where the last one ended."""
    return _moved(browser, address, "scroll", lambda page: _scroll(page, SCROLL_SECONDS))


def dragging(browser: Browser, address: str) -> Movement:
    """Drag the scrubber from its top to its bottom, some times."""
    return _moved(browser, address, "scrubber drag", _drag)


def _moved(browser: Browser, address: str, name: str, move: Callable[[Page], None]) -> Movement:
    longest, longest_cpu = [], []
    with opened(browser, address) as page:
        for _ in range(REPEATS):
            page.evaluate("() => { window.seen.tasks.length = 0; }")
            longest_cpu.append(longest_task_ms(page, lambda: move(page)))
            settle(page)
            longest.append(page.evaluate("() => Math.max(0, ...window.seen.tasks)"))
        shift = layout_shift(page)
    told = ", ".join(f"{ms:.0f}" for ms in longest_cpu)
    print(
        f"{name}: longest tasks {longest} ms, of processor time {told} ms, "
        f"layout shift {shift:.6f}",
        flush=True,
    )
    return Movement(statistics.median(longest), statistics.median(longest_cpu), shift)


def jumps(browser: Browser, address: str) -> Jumps:
    """Press on the scrubber at random places."""
    chance = random.Random(1)
    took = []
    with opened(browser, address, _TIME_JUMPS) as page:
        rail = _rail(page)
        for _ in range(JUMPS):
            page.mouse.click(rail["x"], rail["top"] + chance.random() * rail["height"])
            found = page.wait_for_function("() => window.jumped.took", polling="raf")
            took.append(float(found.json_value()))
            settle(page)
    told = ", ".join(f"{ms:.0f}" for ms in took)
    print(f"jumps: {told} ms", flush=True)
    return Jumps(statistics.median(took), max(took))


def memory_growth(browser: Browser, address: str, minutes: float) -> float:
    """MB of the page's heap after scrolling for so long, beyond those after a fifth of it."""
    with opened(browser, address) as page:
        session = page.context.new_cdp_session(page)
        used = []
        for part in (0.2, 0.8):
            _scroll(page, 60 * minutes * part)
            used.append(_heap_mb(session))
    print(f"memory: {used[0]:.1f} MB, then {used[1]:.1f} MB", flush=True)
    return used[1] - used[0]


def reaches_the_oldest(browser: Browser, address: str) -> float:
    """How many of two million photos are older than the last that End shows."""
    pictures = [an_asset(f"p{n}", width=400, height=300) for n in range(PICTURES)]
    library = EndlessLibrary(even_days(1985, 2024, TWO_MILLION), pictures)
    context = browser.new_context(viewport=WINDOW, service_workers="block")  # type: ignore[arg-type]
    page = context.new_page()
    library.serve(page)
    page.route("**/photos/**", lambda route: route.abort())
    page.goto(address)
    settle(page)
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector(`.tile-link[data-rank='0']`) === null")
    settle(page)
    last = tiles_in_sight(page)[-1].rank
    context.close()
    return library.total - 1 - last


def _scroll(page: Page, seconds: float) -> None:
    left = seconds
    while left > 0:
        scroll_for(page, min(left, SCROLL_SECONDS))
        left -= SCROLL_SECONDS


def _drag(page: Page) -> None:
    rail = _rail(page)
    page.mouse.move(rail["x"], rail["top"])
    page.mouse.down()
    for step in range(1, DRAG_STEPS + 1):
        page.mouse.move(rail["x"], rail["top"] + rail["height"] * step / DRAG_STEPS)
        page.evaluate("() => new Promise(requestAnimationFrame)")  # a hand takes its time
    page.mouse.up()
    settle(page)


def _rail(page: Page) -> dict[str, float]:
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    return {"x": box["x"] + box["width"] / 2, "top": box["y"], "height": box["height"]}


def _heap_mb(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    return used / 1e6


def _scripts_of(page: Page) -> list[Response]:
    """Every script that the page gets from now on."""
    found: list[Response] = []

    def note(response: Response) -> None:
        if response.request.resource_type == "script":
            found.append(response)

    page.on("response", note)
    return found


def _gzipped_kb(scripts: list[Response]) -> float:
    return sum(len(gzip.compress(response.body(), 9)) for response in scripts) / 1000
