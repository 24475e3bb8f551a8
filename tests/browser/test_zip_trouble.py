"""Zips when something goes wrong: the worker dies, a new release comes, a window refuses."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from infra.local.gallery import Endpoints
from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.hosts import TAKEN_OVER, Host, running_host
from tests.browser.library import Library, Shelf, shots
from tests.browser.zips import CARD, WORKER_IS_THERE, films, select_all, take_home

FILM_BYTES = 16 * 1024 * 1024
# 3 GB: on its way for as long as a test looks at something else.
FILMS = 200
PACKING = re.compile(r"[1-9][\d.]* MB of")
PING_SECONDS = 10

NOTE_TAKE_OVERS = """
window.takeOvers = 0;
const send = ServiceWorker.prototype.postMessage;
ServiceWorker.prototype.postMessage = function (order, ...rest) {
  if (order.kind === "take-over") window.takeOvers += 1;
  return send.call(this, order, ...rest);
};
"""
IS_WAITING = """
async () => (await navigator.serviceWorker.getRegistration("/gallery")).waiting !== null
"""


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    return library_of(shots({"2024-05-17": 5}))


@pytest.fixture(scope="module")
def endless(shelf: Shelf) -> Library:
    return films(shelf, FILMS, FILM_BYTES)


@pytest.fixture
def host(endpoints: Endpoints) -> Iterator[Host]:
    with running_host(endpoints) as host:
        yield host


def begin_endless(page: Page) -> None:
    eventually(lambda: page.evaluate(WORKER_IS_THERE))
    select_all(page, FILMS)
    take_home(page)
    expect(page.locator(CARD)).to_contain_text(PACKING)


def test_a_zip_whose_worker_died_is_said_to_have_broken_off(page_of: PageOf, endless: Library):
    """Item 6: nobody waits for what does not come any more.

    Guards: web/src/download/zip-watch.ts: isKnown
    """
    page = page_of(endless.address(), service_worker=True, before=lambda page: page.clock.install())
    begin_endless(page)
    tools = page.context.new_cdp_session(page)
    tools.send("ServiceWorker.enable")

    tools.send("ServiceWorker.stopAllWorkers")
    page.clock.run_for(1_000 * PING_SECONDS)

    expect(page.locator(CARD)).to_contain_text("The download broke off")
    expect(page.locator("iframe")).to_have_count(0)


def test_a_zip_goes_on_when_another_tab_finds_a_new_release(
    page_of: PageOf, endless: Library, host: Host
):
    """Item 6: the new worker waits until no tab is downloading, and then comes.

    Guards: web/src/worker/hold.ts: whenFree; web/src/download/zip.ts: byWorker (holdWorker)
    """
    page = page_of(host.of(endless), service_worker=True)
    begin_endless(page)
    version = host.deploy(2)
    other = page.context.new_page()
    other.add_init_script(NOTE_TAKE_OVERS)

    other.goto(host.of(endless))
    eventually(lambda: other.evaluate(IS_WAITING))

    expect(page.locator(CARD)).to_have_attribute("data-state", "running")
    assert other.evaluate("window.takeOvers") == 0
    page.get_by_role("button", name="Cancel the download").click()
    expect(page.locator(CARD)).to_contain_text("The download was cancelled")
    other.reload()
    eventually(lambda: other.evaluate(TAKEN_OVER, version))
    assert other.evaluate("window.takeOvers") == 1


def test_a_download_whose_script_can_not_be_loaded_is_told_and_the_selection_stays(
    page_of: PageOf, album: Library
):
    """Line 40: nothing is let go before the download has begun.

    Guards: web/src/app.tsx: download; web/src/widgets/selection-bar.tsx: takeHome
    """
    page = page_of(album.address())
    page.route(re.compile(r"/assets/zip-.*\.js"), lambda route: route.abort())
    select_all(page, 5)

    page.get_by_role("button", name="Download", exact=True).click()

    expect(page.locator(".toast")).to_contain_text("The download could not begin")
    expect(page.locator(".selection-count")).to_have_text("5 selected")


def picking_fails(page: Page, name: str) -> None:
    page.add_init_script(
        f"""window.showSaveFilePicker = async () => {{
          window.wasAsked = true;
          throw new DOMException("no", "{name}");
        }};"""
    )


def test_a_window_that_may_not_ask_for_a_place_gets_files_one_by_one(
    page_of: PageOf, album: Library
):
    """Item 6: as in a frame of another site, or long after the click.

    Guards: web/src/download/zip.ts: byPicker
    """
    page = page_of(album.address(), before=lambda page: picking_fails(page, "SecurityError"))
    found: list[str] = []
    page.on("download", lambda download: found.append(download.suggested_filename))
    select_all(page, 5)

    page.get_by_role("button", name="Download", exact=True).click()

    expect(page.locator(".toast")).to_contain_text("5 files come one by one")
    page.wait_for_event("download", lambda _: len(found) == len(album.assets))


def test_who_does_not_want_a_zip_after_all_keeps_the_selection(page_of: PageOf, album: Library):
    """Item 6: the dialog is left, and that is all.

    Guards: web/src/download/zip.ts: byPicker (isUnwanted)
    """
    page = page_of(album.address(), before=lambda page: picking_fails(page, "AbortError"))
    select_all(page, 5)

    page.get_by_role("button", name="Download", exact=True).click()

    page.wait_for_function("() => window.wasAsked")
    expect(page.locator(".selection-count")).to_have_text("5 selected")
    expect(page.locator(".toast, " + CARD)).to_have_count(0)
