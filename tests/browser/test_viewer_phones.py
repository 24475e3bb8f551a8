"""The viewer on phones: edges, bars, and what some of their browsers lack."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.lightbox import (
    frame,
    wait_until_sharp,
)


@pytest.fixture(scope="module")
def months(library_of: LibraryOf) -> Library:
    """A day of a dozen photos."""
    return library_of(shots({"2024-05-31": 12}))


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390)])
def test_buttons_keep_clear_of_the_edges_of_phones_and_are_large_enough(
    page_of: PageOf, months: Library, width: int, height: int
):
    """Line 44: safe areas, 44 px targets, landscape phones.

    Guards: web/src/style/viewer.css: .viewer-bar
    """
    top, side, bottom = (47, 0, 34) if height > width else (0, 50, 21)
    page = page_of("", width=width, height=height, touch=True)
    page.context.new_cdp_session(page).send(
        "Emulation.setSafeAreaInsetsOverride",
        {"insets": {"top": top, "bottom": bottom, "left": side, "right": side}},
    )
    page.goto(months.photo(months.shown[2]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-position")

    boxes = [
        box
        for button in page.locator(".viewer-bar button, .strip button.is-current").all()
        if button.is_visible() and (box := button.bounding_box())
    ]

    assert len(boxes) >= 5
    for box in boxes:
        assert box["width"] >= 44
        assert box["height"] >= 44
        assert box["x"] >= side
        assert box["x"] + box["width"] <= width - side
        assert box["y"] >= top
        assert box["y"] + box["height"] <= height - bottom
    title = page.locator(".viewer-title").bounding_box()
    assert title is not None
    assert title["x"] >= side
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_landscape_phone_gives_all_its_height_to_the_photo_and_a_tap_hides_the_bars(
    page_of: PageOf, months: Library
):
    """Line 44: landscape phones.

    Guards: web/src/viewer/zoom.ts: roomFor; web/src/viewer/viewer.tsx: isBare
    """
    page = page_of(months.photo(months.shown[2]), width=844, height=390, touch=True)
    wait_until_sharp(page)
    shown = frame(page)

    assert shown.height == pytest.approx(390, abs=1) or shown.width == pytest.approx(844, abs=1)
    expect(page.locator(".viewer-bar")).to_be_visible()
    page.touchscreen.tap(422, 200)
    expect(page.locator(".viewer-bar")).to_be_hidden()
    page.touchscreen.tap(422, 200)
    expect(page.locator(".viewer-bar")).to_be_visible()
    assert frame(page) == shown


def test_a_key_brings_back_the_bars_that_a_tap_has_hidden(page_of: PageOf, months: Library):
    """Line 44: bars that are hidden can be reached by keyboard.

    Guards: web/src/viewer/keys.ts: keepInside, stir
    """
    page = page_of(months.photo(months.shown[2]), width=844, height=390, touch=True)
    wait_until_sharp(page)
    frame(page)
    page.touchscreen.tap(422, 200)
    expect(page.locator(".viewer-bar")).to_be_hidden()

    page.keyboard.press("Tab")

    expect(page.locator(".viewer-bar")).to_be_visible()
    expect(page.locator(".viewer-bar button:visible").first).to_be_focused()


def test_a_browser_without_full_screen_shows_photos_all_the_same(page_of: PageOf, months: Library):
    """Line 44: phones, some of which know no full screen.

    Guards: web/src/viewer/full-screen.ts: isPossible
    """
    page = page_of(
        months.photo(months.shown[2]),
        width=390,
        height=844,
        touch=True,
        before=lambda page: page.add_init_script(
            """
            delete Document.prototype.fullscreenEnabled;
            delete Document.prototype.fullscreenElement;
            """
        ),
    )
    wait_until_sharp(page)

    page.get_by_role("button", name="More", exact=True).click()

    expect(page.locator(".viewer-menu-item")).not_to_have_count(0)
    expect(page.locator(".viewer-menu-item", has_text="Full screen")).to_have_count(0)
