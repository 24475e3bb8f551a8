"""Zips as a person takes them: everything selected, Download pressed; and what memory they cost."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from playwright.sync_api import CDPSession, Download, Page, expect

from tests.browser.library import Library, Shelf, shots

WORKER_IS_THERE = """
(async () => {
  const found = await navigator.serviceWorker.getRegistration("/gallery");
  return found?.active?.state === "activated";
})()
"""
CARD = ".download-card"


@dataclass(frozen=True)
class Packed:
    """A zip that was taken to its end.

    Attributes:
        download: What the browser got.
        seconds: How long it took.
        growth_bytes: By how much the browser's processes grew at most, all together.
    """

    download: Download
    seconds: float
    growth_bytes: int


def films(shelf: Shelf, count: int, size_bytes: int) -> Library:
    """So many rows of one object whose bytes no zip could make smaller."""
    key = f"films/{size_bytes}.bin"
    block = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(size_bytes // 32))
    shelf.s3.put_object(Bucket=shelf.endpoints.bucket, Key=key, Body=block)
    taken = shots(
        {"2024-05-17": count}, key=key, url=key, file_size=len(block), filename="film.mp4"
    )
    return shelf.library(f"t-{uuid.uuid4().hex[:12]}", taken)


def select_all(page: Page, count: int) -> None:
    """Choose one photo, then all."""
    page.locator(".tile").first.hover()
    page.locator(".tile-check").first.click()
    page.keyboard.press("Control+a")
    expect(page.locator(".selection-count")).to_have_text(f"{count} selected")


def take_home(page: Page) -> Download:
    """Press the selection's Download; what the browser begins to get for it."""
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download", exact=True).click()
    return begun.value


def take_watched(page: Page, say: Callable[[str], None] = lambda _: None) -> Packed:
    """Take a zip home to its end, with an eye on the memory of every process of the browser.

    Args:
        page: With a selection.
        say: Told how far it is.
    """
    assert page.context.browser is not None
    browser = page.context.browser.new_browser_cdp_session()
    before = memory_of(browser)
    most, began = before, monotonic()
    download = take_home(page)
    card = page.locator(CARD)
    while card.get_attribute("data-state") == "running":
        most = max(most, memory_of(browser))
        say(f"{card.get_by_role('heading').inner_text()}, {(most - before) / 1e6:.0f} MB more")
        page.evaluate("new Promise((seen) => setTimeout(seen, 50))")
    expect(card).to_have_attribute("data-state", "done")
    return Packed(download, monotonic() - began, most - before)


def memory_of(browser: CDPSession) -> int:
    """Bytes in memory of all processes of a browser."""
    found = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    return sum(_bytes_of(int(process["id"])) for process in found)


def _bytes_of(process: int) -> int:
    """Of one process, its part of what it shares; 0 once it has ended."""
    # https://docs.kernel.org/filesystems/proc.html
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * int(re.findall(r"^Pss:\s+(\d+) kB", said, re.MULTILINE)[0])
