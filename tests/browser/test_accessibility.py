"""The page for everybody: by keyboard alone, read aloud, in light and dark."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import settle, tiles_in_sight
from tests.browser.library import Library, shots


@pytest.fixture(scope="module")
def family(library_of: LibraryOf) -> Library:
    """Photos, videos, favourites, faces, failures, and something in the bin."""
    told = {"title": "By the lake", "description": "The first warm day", "camera_make": "Apple"}
    return library_of(
        shots({"2024-05-17": 14}),
        shots({"2024-05-16": 1}, ["Anna", "Ben"], details=told, is_favorite=True),
        shots({"2024-05-15": 1}, file_type="video", duration=65.0, filename="clip.mp4"),
        shots({"2024-05-14": 2}, thumbnail_error="corrupt"),
        shots({"2024-05-13": 1}, thumbnail_key=None),
        shots({"2023-01-01": 6}),
        shots({None: 2}),
        shots({"2024-05-12": 3}, deleted_at=datetime.now(UTC), deleted_reason="trashed"),
    )


def of_named(library: Library, name: str) -> str:
    """Address of the photo that shows somebody."""
    person = library.persons[name].id
    shown = (a for a in library.shown if any(f.person_id == person for f in a.faces.values()))
    return library.photo(next(shown))


def select_two(page: Page, family: Library) -> None:
    page.goto(family.address())
    settle(page)
    for tile in page.locator(".tile").all()[:2]:
        tile.hover()
        tile.locator(".tile-check").click()
    expect(page.get_by_text("2 selected").first).to_be_visible()


def open_menu(page: Page, family: Library) -> None:
    page.goto(family.address())
    settle(page)
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Archive")).to_be_visible()


def open_filters(page: Page, family: Library) -> None:
    page.goto(family.address(from_="2023-01-01"))
    settle(page)
    page.get_by_role("button", name=re.compile("^Filters")).click()
    expect(page.get_by_label("From", exact=True)).to_be_visible()


def open_help(page: Page, family: Library) -> None:
    page.goto(family.address())
    settle(page)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()


def open_correction(page: Page, family: Library) -> None:
    select_two(page, family)
    button = page.get_by_role("button", name="Correct date and description")
    if not button.is_visible():
        page.get_by_role("button", name="More").click()
        button = page.get_by_text("Correct date and description")
    button.click()
    expect(page.get_by_role("heading", name="Correct 2 items")).to_be_visible()


def open_uploads(page: Page, family: Library) -> None:
    page.goto(family.address())
    settle(page)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Upload").last.click()
    expect(page.get_by_text("Choose files")).to_be_visible()


def open_viewer(page: Page, family: Library) -> None:
    page.goto(family.photo(family.shown[0]))
    expect(page.get_by_text("1 of 27")).to_be_visible()


def open_panel(page: Page, family: Library) -> None:
    page.goto(of_named(family, "Anna"))
    expect(page.get_by_text("15 of 27")).to_be_visible()
    page.keyboard.press("i")
    expect(page.get_by_text("The first warm day").first).to_be_visible()


def open_list(page: Page, family: Library) -> None:
    page.goto(family.address())
    settle(page)


def open_bin(page: Page, family: Library) -> None:
    page.goto(family.address(view="bin"))
    settle(page)


def open_nothing(page: Page, family: Library) -> None:
    page.goto(family.address(view="archive"))
    expect(page.locator(".message")).to_be_visible()


def open_people(page: Page, family: Library) -> None:
    page.goto(family.address("/people"))
    expect(page.get_by_role("link", name=re.compile("Anna"))).to_be_visible()


def open_failures(page: Page, family: Library) -> None:
    page.goto(family.address("/failures"))
    expect(page.get_by_text("The file is damaged").first).to_be_visible()


VIEWS: Mapping[str, Callable[[Page, Library], None]] = {
    "the timeline": open_list,
    "a selection": select_two,
    "the menu": open_menu,
    "the filters": open_filters,
    "the shortcuts": open_help,
    "a correction": open_correction,
    "the uploads": open_uploads,
    "a photo": open_viewer,
    "the info panel": open_panel,
    "the bin": open_bin,
    "an empty view": open_nothing,
    "the people": open_people,
    "the failures": open_failures,
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use(page_of: PageOf, family: Library, view: str, width: int):
    """Line 49: axe finds nothing serious in any view; light and dark reach AA.

    Guards: web/src/style/tokens.css: the colours; each widget: its names and roles
    """
    page = page_of(width=width, height=844 if width < 600 else 900)
    VIEWS[view](page, family)

    in_light = violations(page)
    page.emulate_media(color_scheme="dark")
    in_dark = violations(page)

    assert in_light == []
    assert in_dark == []


def test_photos_are_read_aloud_by_their_name_and_date(page_of: PageOf, family: Library):
    """Line 49: every picture has a name, that of a photo with its date.

    Guards: web/src/widgets/tile.tsx: altOf
    """
    page = page_of(family.address())
    settle(page)

    shown = family.shown[0]
    tile = page.locator(f".tile-link[data-id='{shown.id}']")

    expect(tile.locator("img")).to_have_attribute(
        "alt", re.compile(rf"{re.escape(shown.filename)}.*17 May 2024")
    )


def test_the_timeline_is_used_by_keyboard_alone(page_of: PageOf, family: Library):
    """Line 49: everything by keyboard: to a photo by Tab, to others by arrows, open and back.

    Guards: web/src/widgets/grid-keys.ts: moveFocus
    """
    page = page_of(family.address())
    settle(page)

    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.tile-link')"):
            break
    focused = page.evaluate("document.activeElement.dataset.id")
    outline = page.evaluate(
        """() => {
          const style = getComputedStyle(document.activeElement);
          return [style.outlineStyle, parseFloat(style.outlineWidth)];
        }"""
    )
    first = tiles_in_sight(page)[0]
    page.keyboard.press("ArrowRight")
    right = page.evaluate("document.activeElement.dataset.id")
    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.getBoundingClientRect().top")
    last = page.evaluate("document.activeElement.dataset.id")
    page.keyboard.press("Enter")
    expect(page.locator(".viewer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".viewer")).to_have_count(0)

    assert focused == family.shown[0].id
    assert outline[0] != "none"
    assert outline[1] >= 2
    assert right == family.shown[1].id
    assert below > first.top + first.height / 2
    page.wait_for_function("(id) => document.activeElement.dataset.id === id", arg=last)


def test_every_control_that_has_the_focus_shows_it(page_of: PageOf, family: Library):
    """Line 49: visible focus on every control that Tab reaches.

    Guards: web/src/style/page.css: :focus-visible
    """
    page = page_of(family.address())
    settle(page)

    invisible = []
    for _ in range(24):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
              const element = document.activeElement;
              const styles = [element, ...element.querySelectorAll("*"), element.parentElement]
                .flatMap((e) => [getComputedStyle(e), getComputedStyle(e, "::after")]);
              const isSeen = styles.some((style) =>
                (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
                || style.boxShadow !== "none");
              return isSeen ? null : element.outerHTML.slice(0, 120);
            }"""
        )
        if told is not None:
            invisible.append(told)

    assert invisible == []
