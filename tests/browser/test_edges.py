"""The edges that a phone covers: nothing that one presses or reads lies under them."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import settle
from tests.browser.library import Library, shots
from tests.browser.lightbox import wait_until_sharp

# Width and height, and what is covered at the left and right, and at the bottom.
PHONES = {"upright": (390, 844, 0, 34), "on its side": (844, 390, 50, 21)}


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    """Enough to scroll."""
    return library_of(shots({"2024-05-17": 60}))


def phone(page_of: PageOf, name: str) -> Page:
    """A page on a phone whose edges are covered."""
    width, height, side, bottom = PHONES[name]
    page = page_of("", width=width, height=height, touch=True)
    page.context.new_cdp_session(page).send(
        "Emulation.setSafeAreaInsetsOverride",
        {"insets": {"top": 0, "bottom": bottom, "left": side, "right": side}},
    )
    return page


def keep_clear(name: str, controls: Locator, least: int) -> None:
    """Of all that can be seen of some controls, none is under an edge."""
    width, height, side, bottom = PHONES[name]
    boxes = [box for one in controls.all() if one.is_visible() and (box := one.bounding_box())]
    assert len(boxes) >= least
    for box in boxes:
        assert box["x"] >= side
        assert box["x"] + box["width"] <= width - side
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height - bottom


@pytest.mark.parametrize("name", PHONES)
def test_the_bars_and_notices_of_the_timeline_keep_clear_of_the_edges(
    page_of: PageOf, album: Library, name: str
):
    """Line 44: safe areas of the header, the bar of a selection, and notices.

    Guards: web/src/style/header.css: safe-area-inset-right; web/src/style/tokens.css: edge-left;
        web/src/style/selection.css: safe-area-inset-left; web/src/style/page.css: .toast-place
    """
    page = phone(page_of, name)
    page.goto(album.address())
    settle(page)

    keep_clear(name, page.locator(".header a, .header button"), least=3)
    page.route("**/bulk", lambda _: None)  # nothing comes of what is done here
    page.locator(".tile-link").first.focus()
    page.keyboard.press("x")
    bar = page.get_by_role("toolbar", name="Selected photos")
    expect(bar).to_be_visible()
    keep_clear(name, bar.locator("button, .selection-count"), least=3)
    bar.get_by_role("button", name="Move to the bin").click()
    expect(page.locator(".toast")).to_be_visible()
    keep_clear(name, page.locator(".toast, .toast button"), least=2)


@pytest.mark.parametrize("name", PHONES)
def test_the_controls_of_a_slideshow_keep_clear_of_the_edges(
    page_of: PageOf, album: Library, name: str
):
    """Line 44: safe areas of the slideshow.

    Guards: web/src/style/panel.css: .slideshow-controls (safe-area-inset-bottom)
    """
    page = phone(page_of, name)
    page.goto(album.photo(album.shown[3]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-position", state="attached")

    page.keyboard.press("s")
    page.wait_for_selector(".slideshow-controls")

    keep_clear(name, page.locator(".slideshow-controls, .slideshow-controls button"), least=6)
