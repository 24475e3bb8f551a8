"""How long the page's main thread works at a time, whatever else the machine has to do."""

import json
from collections.abc import Callable

from playwright.sync_api import Page

# Scrolls by time, not by frames, and turns round at both ends.
_SCROLL = """
async ([seconds, speed]) => {
  const end = performance.now() + seconds * 1000;
  let last = performance.now();
  window.way ??= 1;
  while (performance.now() < end) {
    const now = await new Promise(requestAnimationFrame);
    const before = window.scrollY;
    window.scrollBy({ top: window.way * speed * (now - last) / 1000, behavior: "instant" });
    if (now > last && window.scrollY === before) window.way = -window.way;
    last = now;
  }
}
"""
# A hand that turns the wheel quickly.
_PX_A_SECOND = 3000


def scroll_for(page: Page, seconds: float) -> None:
    """Scroll on and on, quickly."""
    page.evaluate(_SCROLL, [seconds, _PX_A_SECOND])


def longest_task_ms(page: Page, do: Callable[[], object]) -> float:
    """Processor time of the task that took most of it, on the main thread, while something is done.

    While other programs have the processor, a task lasts longer than it works.
    """
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["toplevel"])
    try:
        do()
    finally:
        trace = browser.stop_tracing()
    return _longest_of(trace)


def _longest_of(trace: bytes) -> float:
    events = json.loads(trace)["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks: list[float] = [
        event["tdur"] / 1000
        for event in events
        if event["name"].endswith("RunTask")
        and "tdur" in event
        and (event["pid"], event["tid"]) in main
    ]
    assert tasks, "the trace holds no task of the page"
    return max(tasks)
