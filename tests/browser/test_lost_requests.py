"""A connection that breaks while somebody looks at photos, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots

FILES = re.compile(r"/(photos|thumbnail)/")


@pytest.fixture(scope="module")
def months(library_of: LibraryOf) -> Library:
    """A photo."""
    return library_of(shots({"2024-05-31": 1}))


def lose(page: Page, pattern: re.Pattern[str]) -> None:
    page.route(pattern, lambda route: route.abort())


def be_back(page: Page, pattern: re.Pattern[str]) -> None:
    page.unroute(pattern)


@pytest.mark.parametrize("when", ["online again", "a little later"])
def test_a_picture_that_was_lost_on_its_way_is_fetched_again(
    page_of: PageOf, months: Library, when: str
):
    """Line 31: what fails while one leafs is not lost for as long as one looks.

    Guards: web/src/viewer/photo-slide.ts: #tryAgain, #takeBack
    """
    page = page_of("")
    lose(page, FILES)
    page.goto(months.photo(months.shown[0]))
    page.wait_for_selector(".stage[data-state='failed']")
    expect(page.locator(".no-picture")).to_be_visible()

    be_back(page, FILES)
    if when == "online again":
        page.evaluate("window.dispatchEvent(new Event('online'))")
    patience = 3_000 if when == "online again" else 15_000
    page.wait_for_selector(".stage[data-state='sharp']", timeout=patience)

    expect(page.locator(".no-picture")).to_have_count(0)
    assert page.locator("[aria-hidden='false'] .photo").get_attribute("role") == "img"
