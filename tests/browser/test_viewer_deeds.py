"""What is done with the photo that is open, in a real browser."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.lightbox import (
    Held,
    asked_for,
    name,
    position,
    wait_until_sharp,
)


@pytest.fixture(scope="module")
def months(library_of: LibraryOf) -> Library:
    """A day of a dozen photos."""
    return library_of(shots({"2024-05-31": 12}))


@pytest.fixture(scope="module")
def own(library_of: LibraryOf) -> Library:
    """A photo with bytes of its own."""
    library = library_of(shots({"2024-05-01": 1}))
    buffer = BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(buffer, "JPEG")
    library.site.put("own.jpg", buffer.getvalue())
    return library


def expect_favourite(page: Page, *, wanted: bool) -> None:
    expect(page.locator(".viewer-favorite")).to_have_attribute("aria-pressed", str(wanted).lower())


def once_settled(page: Page) -> None:
    """Wait until what was changed is no longer laid over what the server says."""
    with page.expect_response("**/api/gallery/stats*"):
        page.clock.fast_forward(4_000)
    # by now the page has taken the answer for sure, and begun to count
    page.clock.fast_forward(4_000)


def test_a_favourite_is_one_at_once_and_no_longer_when_the_server_refuses(
    page_of: PageOf, months: Library
):
    """Line 39: favourite (`f`) is immediate and rolls back on error.

    Guards: web/src/viewer/viewer.tsx: favorite; web/src/gallery.ts: setFavorite
    """
    photo = months.shown[3]
    page = page_of(months.photo(photo), expects=(r"^500 POST .*/bulk$",))
    wait_until_sharp(page)
    held = Held(page, "**/api/gallery/bulk")
    heart = page.locator(".viewer-favorite")
    assert heart.get_attribute("aria-pressed") == "false"

    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", "true", timeout=500)
    assert len(held.waiting) == 1
    held.waiting.pop().fulfill(
        status=500, json={"error": {"code": "internal_error", "message": ""}}
    )

    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".toast")).to_contain_text(photo.filename)
    assert months.site.asset(photo.id)["is_favorite"] is False


def test_a_favourite_is_kept_by_the_server(page_of: PageOf, months: Library):
    """Line 39: favourite (`f`), and back again.

    Guards: web/src/viewer/shortcuts.ts: favorite
    """
    photo = months.shown[4]
    page = page_of(months.photo(photo))
    wait_until_sharp(page)

    for wanted in (True, False):
        with page.expect_response("**/api/gallery/bulk"):
            page.keyboard.press("f")
        expect(page.locator(".viewer-favorite")).to_have_attribute(
            "aria-pressed", str(wanted).lower()
        )
        assert months.site.asset(photo.id)["is_favorite"] is wanted


def test_a_photo_that_is_no_favourite_any_more_stays_in_sight_until_one_leafs_on(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 39: in the list of favourites, too, the one that is shown can be changed and back.

    Guards: web/src/viewer/place.ts: follow
    """
    library = library_of(shots({"2024-05-01": 3}, is_favorite=True))
    first, second, third = library.shown
    page = page_of(library.photo(second, view="fav"))
    page.wait_for_selector(".viewer-position")
    wait_until_sharp(page)

    page.keyboard.press("f")
    expect(page.locator(".viewer-favorite")).to_have_attribute("aria-pressed", "false")

    assert name(page) == second.filename
    assert position(page) == "2 of 3"
    page.keyboard.press("ArrowRight")
    wait_until_sharp(page, third)
    assert position(page) == "2 of 2"
    page.keyboard.press("ArrowLeft")
    wait_until_sharp(page, first)


def test_deleting_shows_the_next_photo_and_undo_brings_it_back(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 47: delete goes to the bin with Undo, from the viewer, too.

    Guards: web/src/viewer/leafing.ts: letGo; web/src/viewer/place.ts: #giveUp
    """
    library = library_of(shots({"2024-05-01": 3}))
    first, second, third = library.shown
    page = page_of(library.photo(second))
    page.wait_for_selector(".viewer-position")
    wait_until_sharp(page)

    page.keyboard.press("Delete")
    wait_until_sharp(page, third)
    assert position(page) == "2 of 2"

    page.locator(".toast-undo").click()
    expect(page.locator(".viewer-position")).to_have_text("3 of 3")
    assert name(page) == third.filename
    page.keyboard.press("ArrowLeft")
    wait_until_sharp(page, second)

    for _ in range(3):
        page.keyboard.press("Delete")
    page.wait_for_selector(".viewer", state="detached")
    expect(page.locator(".message")).to_be_visible()
    assert first.id not in page.url


def test_a_download_is_the_original_bytes_under_its_name(page_of: PageOf, own: Library):
    """Line 40: download gives the original bytes and name.

    Guards: web/src/viewer/shortcuts.ts: download; web/src/download/zip.ts: download
    """
    page = page_of(own.address(f"/photo/{own.site.item('own.jpg')['id']}"))
    page.wait_for_selector(".viewer-title")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the original").click()

    assert download.value.suggested_filename == "own.jpg"
    stored = own.site.stored(f"{own.site.gallery}/own.jpg")
    assert Path(download.value.path()).read_bytes() == stored


def test_copying_the_path_is_confirmed(page_of: PageOf, own: Library):
    """Line 40: copy path confirms.

    Guards: web/src/viewer/viewer.tsx: copyPath
    """
    page = page_of(own.address(f"/photo/{own.site.item('own.jpg')['id']}"))
    page.wait_for_selector(".viewer-title")

    page.keyboard.press("c")

    expect(page.locator(".toast")).to_contain_text("Path copied")
    assert page.evaluate("navigator.clipboard.readText()") == "own.jpg"


def test_no_key_does_anything_while_somebody_types(page_of: PageOf, months: Library):
    """Line 45: no shortcut fires while typing.

    Guards: web/src/viewer/keys.ts: useKeys
    """
    photo = months.shown[5]
    page = page_of(months.photo(photo))
    wait_until_sharp(page)
    changes = asked_for(page, re.compile(r"/bulk$"))
    page.keyboard.press("e")
    field = page.locator("dialog textarea").first
    field.click()

    page.keyboard.type("fizz dc")
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowRight")

    expect(field).to_have_value("fizz dc")
    assert page.locator(".viewer-favorite").get_attribute("aria-pressed") == "false"
    assert page.locator(".panel").count() == 0
    assert photo.id in page.url
    assert changes == []


def test_a_favourite_stays_one_in_a_shuffle(page_of: PageOf, library_of: LibraryOf):
    """Line 39: favourite (`f`), where the list's order is not followed.

    Guards: web/src/viewer/sequence.ts: replace; web/src/gallery.ts: #tellAsset
    """
    library = library_of(shots({"2024-05-01": 4}))
    page = page_of(library.photo(library.shown[0]))
    page.wait_for_selector(".viewer-position")
    page.keyboard.press("r")
    expect(page.locator(".viewer-position")).to_have_text("1 of 4")
    page.wait_for_selector(".strip-thumbnail[data-index='1'] img")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".viewer-position")).to_have_text("2 of 4")
    wait_until_sharp(page)
    shown = name(page)
    page.clock.install()

    with page.expect_response("**/api/gallery/bulk"):
        page.keyboard.press("f")
    once_settled(page)
    for key, position_told in (("ArrowRight", "3 of 4"), ("ArrowLeft", "2 of 4")):
        page.keyboard.press(key)
        expect(page.locator(".viewer-position")).to_have_text(position_told)

    assert name(page) == shown
    expect_favourite(page, wanted=True)


def test_a_photo_that_the_bin_does_not_hold_is_not_treated_as_if_it_lay_there(
    page_of: PageOf, months: Library
):
    """Line 47: what is not in the bin can be deleted, whatever list lies below.

    Guards: web/src/viewer/viewer.tsx: isInBin
    """
    page = page_of(months.photo(months.shown[6], view="bin"))
    wait_until_sharp(page)

    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Restore", exact=True)).to_have_count(0)
    expect(page.locator(".viewer-favorite")).to_be_visible()
