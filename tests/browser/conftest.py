"""A real browser before the deployed gallery, and galleries of any shape to show in it."""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    sync_playwright,
)

from infra.local.gallery import Endpoints
from tests.browser.chromium import launched
from tests.browser.doors import let_in_on_the_way
from tests.browser.library import Library, Shelf, Shot

HERE = Path(__file__).parent
# Told with a module's last test, which alone would be run again, without what the page was told.
SHARED = "the page of several tests had to complain"
PAGE_IS_THERE = ".tile-link, .message, .viewer, main h2, dialog[open]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that `make check` leaves them out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # a busy machine may hold a browser up for seconds; the report names what was run twice
            if item.path.name != "test_dropped_files.py":  # a script that ran once has run
                item.add_marker(pytest.mark.flaky(reruns=1, rerun_except=SHARED))


# Not for the whole session: Playwright's event loop would stand in the way of later tests.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = launched(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def shelf(endpoints: Endpoints) -> Shelf:
    return Shelf(endpoints)


LibraryOf = Callable[..., Library]


@pytest.fixture(scope="session")
def library_of(shelf: Shelf) -> LibraryOf:
    """Fills a new gallery with what is shot; `with_rows=False` where nobody opens a photo."""

    def fill(*taken: Sequence[Shot], with_rows: bool = True) -> Library:
        gallery = f"t-{uuid.uuid4().hex[:12]}"
        return shelf.library(
            gallery, [shot for some in taken for shot in some], with_rows=with_rows
        )

    return fill


@dataclass
class Complaints:
    """What went wrong in a page: errors of scripts, of the console, and requests that failed.

    Attributes:
        expected: Patterns of what is to go wrong in this test.
    """

    expected: Sequence[str]
    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"error of a script: {error}"))
        page.on("console", self._hear)
        page.on("response", self._see)

    @property
    def unexpected(self) -> list[str]:
        return [c for c in self.found if not any(re.search(p, c) for p in self.expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        # a request that failed is told by its response, with its status
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status} {response.request.method} {response.url}")


PageOf = Callable[..., Page]


@pytest.fixture
def page_of(browser: Browser, endpoints: Endpoints) -> Iterator[PageOf]:
    """Opens pages, each in a context of its own; fails a test whose page had to complain.

    See `opening`.
    """
    with opening(browser, endpoints) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def shared_page_of(browser: Browser, endpoints: Endpoints) -> Iterator[PageOf]:
    """Opens pages that several tests of a module use, one after the other; see `opening`."""
    with opening(browser, endpoints, SHARED) as open_page:
        yield open_page


@contextmanager
def opening(
    browser: Browser, endpoints: Endpoints, words: str = "the page had to complain"
) -> Iterator[PageOf]:
    """Opens pages, each in a context of its own; at the end none may have had to complain.

    Of the function it gives:
        address: What to open; "" for a page that nothing is opened in yet.
        width, height: Pixels of the viewport.
        scheme: light or dark.
        motion: no-preference or reduce.
        zone: IANA time zone of the browser.
        touch: Whether it has a touch screen and no mouse.
        scale: Device pixels per CSS pixel.
        today: What the clock says, and goes on from; None for the time of now.
        before: Called with the page before it opens, for routes and init scripts.
        expects: Patterns of complaints that the test provokes, such as ``^404 GET .*/assets/``.
        service_worker: Whether one may run; without it every request can be routed.
        awaits: Selector that is visible once the page is there.
        signed_in: Whether it shows the cookies of the owner of what it opens.
    """
    opened: list[tuple[BrowserContext, Complaints]] = []

    def open_page(
        address: str = "",
        *,
        width: int = 1440,
        height: int = 900,
        scheme: Any = "light",
        motion: Any = "no-preference",
        zone: str = "UTC",
        touch: bool = False,
        scale: float = 1,
        today: datetime | None = None,
        before: Callable[[Page], object] | None = None,
        expects: Sequence[str] = (),
        service_worker: bool = False,
        awaits: str = PAGE_IS_THERE,
        signed_in: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion=motion,
            timezone_id=zone,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=scale,
            locale="en-GB",
            accept_downloads=True,
            permissions=["clipboard-read", "clipboard-write"],
            service_workers="allow" if service_worker else "block",
        )
        context.set_default_timeout(15_000)
        if not service_worker:
            context.add_init_script("delete Navigator.prototype.serviceWorker")
        page = context.new_page()
        if signed_in:
            let_in_on_the_way(page, endpoints)
        complaints = Complaints(expects)
        complaints.listen(page)
        opened.append((context, complaints))
        if today is not None:
            page.clock.install(time=today)
        if before is not None:
            before(page)
        if address:
            page.goto(address)
            page.locator(awaits).locator("visible=true").first.wait_for()
        return page

    try:
        yield open_page
    finally:
        for context, _ in opened:
            context.close()
    assert [c for _, complaints in opened for c in complaints.unexpected] == [], words
