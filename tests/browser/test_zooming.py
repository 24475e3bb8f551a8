"""Coming closer to a photo, and what is fetched for it, in a real browser."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, Shelf, shots
from tests.browser.lightbox import (
    ORIGINALS,
    Fingers,
    Frame,
    asked_for,
    frame,
    name,
    open_over,
    wait_for_frame,
    wait_until_sharp,
)


@pytest.fixture(scope="module")
def months(library_of: LibraryOf) -> Library:
    """A day of a dozen photos."""
    return library_of(shots({"2024-05-31": 12}))


@pytest.fixture(scope="module")
def large(library_of: LibraryOf) -> Library:
    """A photo of twenty megapixels, too large to be fetched for a small screen."""
    library = library_of(shots({"2024-05-01": 1}))
    rough = Image.effect_noise((1000, 750), 90).resize((5200, 3900)).convert("RGB")
    buffer = BytesIO()
    rough.save(buffer, "JPEG", quality=97)
    assert len(buffer.getvalue()) > 1_500_000
    library.site.put("large.jpg", buffer.getvalue())
    return library


@pytest.fixture(scope="module")
def large_photo(large: Library) -> Any:
    def drawn() -> Any:
        item = large.site.item("large.jpg")
        return item if item["thumbnail_state"] == "ready" else None

    item = eventually(drawn)
    preview = f"/api/gallery/thumbnail/{item['id']}?size=large"
    # the first who asks may be told to come again: it is still being drawn
    eventually(lambda: large.site.get(preview).status == 302, 120)
    return item


@pytest.fixture(scope="module")
def desk(shared_page_of: PageOf, months: Library) -> Callable[[int], Page]:
    """Opens a photo by its rank, in a page that several tests use."""
    page = shared_page_of(months.address())
    return lambda rank: open_over(page, months, months.shown[rank])


@pytest.fixture(scope="module")
def phone(shared_page_of: PageOf, months: Library) -> Callable[[int], Page]:
    """Opens a photo by its rank, on a phone that several tests use."""
    page = shared_page_of(months.address(), width=390, height=844, touch=True)
    return lambda rank: open_over(page, months, months.shown[rank])


def test_a_wheel_zooms_at_the_cursor_and_a_drag_pans(desk: Callable[[int], Page]):
    """Line 32: zoom by wheel at the cursor; a drag pans.

    Guards: web/src/viewer/lightbox.ts: wheelToZoom; web/src/viewer/zoom.ts: levelsOf
    """
    page = desk(4)
    whole = frame(page)
    point = (whole.left + whole.width * 0.3, whole.top + whole.height * 0.6)
    page.mouse.move(*point)

    page.mouse.wheel(0, -500)
    closer = frame(page, unlike=whole)

    assert closer.width > 1.5 * whole.width
    assert closer.width / closer.height == pytest.approx(whole.width / whole.height, rel=0.01)
    under, before = closer.share_at(*point), whole.share_at(*point)
    assert under == pytest.approx(before, abs=3 / closer.width)

    page.mouse.down()
    page.mouse.move(point[0] + 20, point[1] + 12, steps=2)  # so far it could be a click
    begun = frame(page)
    page.mouse.move(point[0] + 110, point[1] + 72, steps=6)
    moved = Frame(begun.left + 90, begun.top + 60, closer.width, closer.height)
    wait_for_frame(page, moved)
    page.mouse.up()

    page.mouse.wheel(0, 3000)
    assert frame(page, unlike=moved) == whole


def test_a_double_click_and_keys_zoom(desk: Callable[[int], Page]):
    """Line 32: zoom by double click and `z`, and by + - 0.

    Guards: web/src/viewer/stage.ts: toggleZoom, zoom; web/src/viewer/zoom.ts: stepped
    """
    page = desk(4)
    whole = frame(page)
    point = (whole.left + whole.width * 0.7, whole.top + whole.height * 0.4)

    page.mouse.dblclick(*point)
    closer = frame(page, unlike=whole)

    assert closer.width == pytest.approx(2 * whole.width, abs=2)
    assert closer.share_at(*point) == pytest.approx(whole.share_at(*point), abs=0.01)
    page.mouse.dblclick(*point)
    assert frame(page, unlike=closer) == whole

    page.keyboard.press("z")
    middle = frame(page, unlike=whole)
    assert middle.width == pytest.approx(closer.width, abs=1)
    page.keyboard.press("z")
    assert frame(page, unlike=middle) == whole

    page.keyboard.press("+")
    one = frame(page, unlike=whole)
    page.keyboard.press("+")
    two = frame(page, unlike=one)
    page.keyboard.press("-")
    back = frame(page, unlike=two)
    page.keyboard.press("0")

    assert one.width == pytest.approx(1.5 * whole.width, rel=0.01)
    assert two.width > one.width
    assert back.width == pytest.approx(one.width, abs=1)
    assert frame(page, unlike=back) == whole


def test_two_fingers_zoom_where_they_are(phone: Callable[[int], Page]):
    """Line 32: zoom by pinch.

    Guards: web/src/viewer/stage.ts: canZoom
    """
    page = phone(4)
    whole = frame(page)
    middle = (195, 422)

    Fingers(page).move([(165, 422), (225, 422)], [(75, 422), (315, 422)])
    closer = frame(page, unlike=whole)

    assert closer.width > 2 * whole.width
    assert closer.share_at(*middle) == pytest.approx(whole.share_at(*middle), abs=0.05)


def test_a_swipe_leafs_but_pans_while_zoomed(phone: Callable[[int], Page], months: Library):
    """Line 33: swipe navigates, not while zoomed.

    Guards: web/src/viewer/lightbox.ts: allowPanToNext; web/src/viewer/stage.ts: #moved
    """
    page = phone(0)
    fingers = Fingers(page)

    fingers.drag((320, 422), (60, 430))
    wait_until_sharp(page, months.shown[1])
    fingers.drag((60, 422), (320, 430))
    wait_until_sharp(page, months.shown[0])
    whole = frame(page)

    page.keyboard.press("z")
    closer = frame(page, unlike=whole)
    fingers.drag((320, 422), (40, 425))
    panned = frame(page, unlike=closer)
    for _ in range(6):  # beyond its edge there is nothing more to see
        fingers.drag((320, 422), (40, 425))

    assert closer.width > whole.width
    assert panned.left < closer.left - 100
    wait_for_frame(page, Frame(390 - closer.width, closer.top, closer.width, closer.height))
    assert name(page) == months.shown[0].filename
    assert months.shown[0].id in page.url


def test_a_small_stage_needs_the_thumbnail_only(page_of: PageOf, months: Library):
    """Line 34: full resolution only when needed: a thumbnail is enough for a small stage.

    Guards: web/src/viewer/sharpness.ts: renditionFor
    """
    page = page_of("", width=390, height=844, touch=True)
    asked = asked_for(page, ORIGINALS)
    page.goto(months.photo(months.shown[0]))
    wait_until_sharp(page)

    assert asked == []
    page.keyboard.press("z")
    page.wait_for_selector("[aria-hidden='false'] [data-rendition='original']")
    assert len(asked) == 1


def test_the_original_is_fetched_only_when_zoomed_beyond_its_preview(
    page_of: PageOf, large: Library, large_photo: Any
):
    """Line 34: full resolution only when needed: a preview fills the stage, zooming needs more.

    Guards: web/src/viewer/sharpness.ts: renditionFor; web/src/viewer/stage.ts: show
    """
    page = page_of("")
    asked = asked_for(page, re.compile(re.escape(large_photo["url"]) + "$"))
    page.goto(large.address(f"/photo/{large_photo['id']}"))
    page.wait_for_selector("[data-rendition='preview']", timeout=30_000)
    layer = page.locator("[data-rendition='preview']")

    assert layer.evaluate("(image) => image.naturalWidth") == 2048
    assert asked == []

    page.keyboard.press("z")
    page.wait_for_selector("[data-rendition='original']", timeout=30_000)

    assert len(asked) == 1
    assert page.locator("[data-rendition='original']").evaluate("(i) => i.naturalWidth") == 5200


def test_a_double_tap_zooms_once(page_of: PageOf, months: Library):
    """Line 32: zoom by double tap, which browsers tell as a double click, too.

    Guards: web/src/viewer/stage.ts: isMouse
    """
    page = page_of(
        months.photo(months.shown[4]), width=390, height=844, touch=True, motion="reduce"
    )
    wait_until_sharp(page)
    whole = frame(page)
    page.evaluate("window.addEventListener('dblclick', () => { window.isTold = true })")
    # quick enough for a double tap, however busy this machine is
    page.clock.install(time=0)
    page.clock.pause_at(1_000)

    page.touchscreen.tap(195, 422)
    page.touchscreen.tap(195, 422)
    page.wait_for_function("() => window.isTold === true")
    page.clock.resume()

    assert frame(page).width == pytest.approx(4 * whole.width, abs=2)


def test_a_photo_stays_zoomed_when_its_thumbnail_is_ready(
    page_of: PageOf, library_of: LibraryOf, shelf: Shelf
):
    """Line 32: zoomed, it stays so while the gallery goes on working.

    Guards: web/src/viewer/slide-facts.ts: isDrawnFrom
    """
    library = library_of(shots({"2024-05-02": 1}, thumbnail_key=None), shots({"2024-05-01": 1}))
    pending = library.shown[0]
    page = page_of(library.photo(pending))
    wait_until_sharp(page, pending)
    page.wait_for_selector(".viewer-position")
    whole = frame(page)
    page.keyboard.press("z")
    closer = frame(page, unlike=whole)

    shelf.draw_now(pending)
    page.wait_for_selector(".strip-thumbnail.is-current img", timeout=30_000)

    assert frame(page) == closer
