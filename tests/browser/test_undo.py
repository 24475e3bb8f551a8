"""What was asked for: taken back by a key, and not lost with the page."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import settle
from tests.browser.library import Library, shots
from tests.browser.test_selecting import ids_of, tile

NOW = datetime.now(UTC)


@pytest.fixture
def library(library_of: LibraryOf) -> Library:
    """Two days of three photos each, to be deleted."""
    return library_of(shots({"2024-05-18": 3, "2024-05-17": 3}))


def delete_newest(page: Page) -> None:
    """By the keyboard alone, so that the focus is on a photo afterwards."""
    page.locator(".tile-link").first.focus()
    page.keyboard.press("x")
    page.get_by_role("button", name="Move to the bin").press("Enter")
    expect(page.locator(".toast-undo")).to_be_visible()
    expect(page.locator(".tile-link")).to_have_count(5)


def test_a_key_takes_back_what_was_done_last(page_of: PageOf, library: Library):
    """Line 47: Undo is reached by the keyboard.

    Guards: web/src/page-keys.ts: usePageKeys; web/src/app.tsx: undo
    """
    page = page_of(library.address())
    settle(page)
    delete_newest(page)

    page.keyboard.press("Control+z")

    expect(page.locator(".tile-link")).to_have_count(6)
    expect(page.locator(".toast-words")).to_contain_text("is back")
    assert eventually(lambda: ids_of(library, view="bin") == set())
    page.keyboard.press("Control+z")  # there is nothing more to take back
    expect(page.locator(".tile-link")).to_have_count(6)

    page.keyboard.press("?")
    page_keys, viewer_keys = page.locator(".shortcut-group").all()
    for keys in (page_keys, viewer_keys):
        listed = keys.locator(".shortcut", has_text="Undo what was done last").locator("kbd")
        expect(listed).to_have_text(["Ctrl", "Z"])


def test_the_same_key_takes_back_over_an_open_photo_but_not_while_typing(
    page_of: PageOf, library: Library
):
    """Line 47: Undo is reached by the keyboard from the lightbox, too.

    Guards: web/src/page-keys.ts: isUndo
    """
    page = page_of(library.photo(library.shown[0]))
    expect(page.get_by_text("1 of 6")).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("1 of 5")).to_be_visible()

    page.keyboard.press("Control+z")
    expect(page.get_by_text("of 6")).to_be_visible()
    assert eventually(lambda: ids_of(library, view="bin") == set())

    page.keyboard.press("Escape")
    expect(page.locator(".viewer")).to_have_count(0)
    delete_newest(page)
    search = page.get_by_role("searchbox", name="Search")
    search.focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".toast-undo")).to_be_visible()
    expect(page.locator(".tile-link")).to_have_count(5)


def test_a_notice_stays_while_somebody_is_at_it(page_of: PageOf, library: Library):
    """Line 49: whoever goes to Undo by keyboard or mouse has the time to press it.

    Guards: web/src/widgets/toast.tsx: isHeld, keepFocus
    """
    page = page_of(library.address(), today=NOW)
    settle(page)
    with page.expect_response("**/api/gallery/bulk"):  # before the clock is put forward
        delete_newest(page)
    undo = page.locator(".toast-undo")

    undo.focus()
    settle(page)
    page.clock.fast_forward(60_000)
    expect(undo).to_be_focused()
    page.locator(".tile-link").first.focus()
    undo.hover()
    settle(page)
    page.clock.fast_forward(60_000)
    expect(undo).to_be_visible()

    undo.focus()
    with page.expect_response("**/api/gallery/bulk"):
        page.keyboard.press("Enter")
    expect(page.locator(".toast-words")).to_contain_text("is back")
    expect(page.locator(".tile-link:focus")).to_have_count(1)
    page.mouse.move(400, 400)
    settle(page)
    page.clock.fast_forward(10_000)
    expect(page.locator(".toast")).to_have_count(0)


def test_leaving_asks_while_a_change_is_on_its_way(page_of: PageOf, library: Library):
    """Line 47: a change is not lost with the page unless somebody says so.

    Guards: web/src/gallery.ts: isChanging; web/src/use-leave-question.ts: useLeaveQuestion
    """
    page = page_of(library.address())
    settle(page)
    held: list[Route] = []
    page.route("**/api/gallery/bulk", lambda route: held.append(route))
    delete_newest(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    assert eventually(lambda: page.evaluate("1") == 1 and asked == ["beforeunload"])

    with page.expect_response("**/api/gallery/bulk"):
        for route in held:
            route.continue_()
    assert eventually(lambda: ids_of(library, view="bin") == {library.shown[0].id})
    expect(tile(page, library.shown[0])).to_have_count(0)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
