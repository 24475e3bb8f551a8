"""One photo over the whole window, in a real browser."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, Route, expect

from chalicelib.domain.asset import Asset
from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, colour_of, shots, spread
from tests.browser.lightbox import (
    Fingers,
    Frame,
    frame,
    is_near,
    name,
    pixel,
    position,
    wait_for_frame,
    wait_until_sharp,
)

MIDDLE = (720, 450)
# Addresses of everything under `/photos/` but thumbnails, small ones and previews.
ORIGINALS = re.compile(r"/photos/(?!.*(_thumb|/\.small/|/\.preview/))")
# In every frame: how much of the best picture there is can be seen.
WATCH_FRAMES = """
window.frames = [];
const look = () => {
  const layers = [...document.querySelectorAll("[aria-hidden='false'] .photo-layer")];
  if (layers.length > 0) {
    const seen = layers.filter((l) => l.tagName === "CANVAS" || (l.complete && l.naturalWidth > 0))
      .map((layer) => Number(getComputedStyle(layer).opacity));
    window.frames.push(Math.max(0, ...seen));
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.fixture(scope="module")
def months(library_of: LibraryOf) -> Library:
    """Three hundred photos of six years: most months are not loaded while one looks at others."""
    return library_of(
        shots({"2024-05-31": 12}),
        shots(spread(288, "2018-06-01", "2024-05-20")),
    )


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


class Held:
    """Requests that wait until they are told to go on."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self.waiting: list[Route] = []
        self._is_open = False
        page.route(pattern, self._hold)

    def let_go(self) -> None:
        """Let all go that wait, and those to come."""
        self._is_open = True
        while self.waiting:
            self.waiting.pop(0).continue_()

    def _hold(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self.waiting.append(route)


def colour(photo: Asset) -> tuple[int, int, int]:
    """What the whole picture of a photo is painted with."""
    number = int(photo.key.rpartition("/")[2].partition(".")[0])
    return colour_of(number // 4)


def tile(page: Page, photo: Asset) -> Any:
    return page.locator(f".tile-link[data-id='{photo.id}']")


def asked_for(page: Page, pattern: re.Pattern[str]) -> list[str]:
    """Addresses of a pattern that the page asks for from now on."""
    urls: list[str] = []

    def note(request: Request) -> None:
        if pattern.search(request.url):
            urls.append(request.url)

    page.on("request", note)
    return urls


def test_a_photo_opens_with_its_thumbnail_at_once_and_sharpens_without_a_flash(
    page_of: PageOf, months: Library
):
    """Line 26: opens with the thumbnail at once, then sharpens; no black flash.

    Guards: web/src/viewer/tile-picture.ts: copyOfTile; web/src/viewer/photo-slide.ts: #put
    """
    photo = months.shown[3]
    page = page_of(months.address())
    page.wait_for_function(
        "(id) => document.querySelector(`[data-id='${id}'] img`)?.naturalWidth > 0", arg=photo.id
    )
    page.evaluate(WATCH_FRAMES)
    held = Held(page, "**/photos/**")  # from here on nothing comes but what is there already

    tile(page, photo).click()
    page.wait_for_selector(".stage[data-state='thumbnail']")
    frame(page)

    assert is_near(pixel(page, *MIDDLE), colour(photo))

    page.wait_for_timeout(200)  # longer than one rests before it sharpens
    held.let_go()
    wait_until_sharp(page, photo)
    page.wait_for_function(
        "() => document.querySelectorAll(\"[aria-hidden='false'] img\").length === 1"
    )

    layer = page.locator("[aria-hidden='false'] .photo-layer")
    assert layer.evaluate("(image) => image.naturalWidth") == photo.width
    assert is_near(pixel(page, *MIDDLE), colour(photo))
    assert min(page.evaluate("window.frames")) == 1


@pytest.mark.parametrize("way", ["Escape", "the cross", "Back", "pulling it down"])
def test_closing_returns_to_the_same_place_and_focus(page_of: PageOf, months: Library, way: str):
    """Line 27: Esc, X, Back and swipe-down close it to the same scroll position and focus.

    Guards: web/src/viewer/leafing.ts: close; web/src/viewer/lightbox.ts: close
    """
    page = page_of(months.address(), touch=way == "pulling it down", width=1000)
    page.evaluate("window.scrollTo({ top: 700, behavior: 'instant' })")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile-link img')].some((i) => i.naturalWidth > 0)"
    )
    opened = page.locator(".tile-link").filter(visible=True)
    chosen = next(
        link
        for link in (opened.nth(n) for n in range(opened.count()))
        if 200 < (link.bounding_box() or {"y": 0})["y"] < 600
    )
    chosen_id = chosen.get_attribute("data-id")
    before = page.evaluate("scrollY")

    chosen.click()
    wait_until_sharp(page)
    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "the cross":
        page.get_by_role("button", name="Close", exact=True).click()
    elif way == "Back":
        page.go_back()
    else:
        frame(page)
        Fingers(page).drag((500, 300), (505, 760))
    page.wait_for_selector(".viewer", state="detached")

    page.wait_for_function("(id) => document.activeElement.dataset.id === id", arg=chosen_id)
    assert page.evaluate("scrollY") == before
    assert not page.locator(".page").evaluate("(page) => page.inert")


def test_the_focus_stays_in_the_viewer(page_of: PageOf, months: Library):
    """Line 27: the focus is kept inside while it is open.

    Guards: web/src/viewer/keys.ts: keepInside
    """
    page = page_of(months.photo(months.shown[1]))
    wait_until_sharp(page)

    assert page.evaluate("document.activeElement.className.startsWith('viewer')")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.closest('.viewer') !== null"))
    page.keyboard.press("Shift+Tab")

    assert seen == {True}
    assert page.evaluate("document.activeElement.closest('.viewer') !== null")


def test_every_photo_has_an_address_that_survives_a_reload(page_of: PageOf, months: Library):
    """Line 28: a URL per photo; reload works.

    Guards: web/src/viewer/leafing.ts: tellAddress; web/src/viewer/place.ts: settle
    """
    first, second = months.shown[70], months.shown[71]
    page = page_of(months.photo(first))
    wait_until_sharp(page, first)
    page.wait_for_selector(".viewer-step.next")
    page.keyboard.press("ArrowRight")
    wait_until_sharp(page, second)

    page.reload()
    wait_until_sharp(page, second)
    page.wait_for_selector(".viewer-position")

    assert name(page) == second.filename
    assert position(page) == f"72 of {len(months.shown)}"
    assert is_near(pixel(page, *MIDDLE), colour(second))


def test_an_unknown_address_says_so_and_leads_to_the_timeline(page_of: PageOf, months: Library):
    """Line 28: an unknown id shows a message.

    Guards: web/src/viewer/missing.tsx: Missing
    """
    page = page_of(months.address("/photo/0000"), expects=(r"^404 GET .*/assets/0000$",))

    expect(page.locator(".viewer .message")).to_contain_text("This photo is not here")
    page.get_by_role("button", name="Back to the timeline").click()

    page.wait_for_selector(".viewer", state="detached")
    page.wait_for_selector(".tile-link")


def test_one_back_closes_however_many_photos_were_seen(page_of: PageOf, months: Library):
    """Line 29: one Back closes, however many were seen.

    Guards: web/src/use-route.ts: replace
    """
    page = page_of(months.address())
    entries = page.evaluate("history.length")
    tile(page, months.shown[0]).click()
    wait_until_sharp(page, months.shown[0])
    for photo in months.shown[1:6]:
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/photo/{photo.id}?**")

    assert page.evaluate("history.length") == entries + 1
    page.go_back()
    page.wait_for_selector(".viewer", state="detached")

    assert "/photo/" not in page.url
    page.wait_for_function(
        "(id) => document.activeElement.dataset.id === id", arg=months.shown[5].id
    )


def test_leafing_crosses_months_that_were_never_loaded(page_of: PageOf, months: Library):
    """Line 30: the arrows cross unloaded months; "n of total" is right.

    Guards: web/src/viewer/leafing.ts: fetchAt; web/src/viewer/place.ts: goTo
    """
    start, steps = 120, 24
    page = page_of(months.photo(months.shown[start]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-position")
    fetched = asked_for(page, re.compile(r"/buckets/"))

    for step in range(1, steps + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            """
            ([position, name]) =>
              document.querySelector(".viewer-position").textContent === position &&
              document.querySelector(".viewer-name")?.textContent === name
            """,
            arg=[
                f"{start + step + 1} of {len(months.shown)}",
                months.shown[start + step].filename,
            ],
        )

    crossed = {f"{photo.taken_local:%Y-%m}" for photo in months.shown[start : start + steps]}
    assert len(crossed) > 3
    assert len(fetched) > 1
    for _ in range(steps + 3):
        page.keyboard.press("ArrowLeft")
    wait_until_sharp(page, months.shown[start - 3])
    assert position(page) == f"{start - 2} of {len(months.shown)}"


def test_holding_an_arrow_shows_every_photo_and_fetches_no_originals(
    page_of: PageOf, months: Library
):
    """Line 31: holding the arrow is smooth.

    Guards: web/src/viewer/stage.ts: REST_MS
    """
    page = page_of(months.photo(months.shown[0]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-step.next")
    page.evaluate(
        """
        window.names = new Set();
        new MutationObserver(() => {
          window.names.add(document.querySelector(".viewer").getAttribute("aria-label"));
        }).observe(document.querySelector(".viewer"), {
          attributes: true, attributeFilter: ["aria-label"],
        });
        """
    )
    asked = asked_for(page, ORIGINALS)
    # keyboards repeat thirty times a second, however busy this machine is
    page.clock.install(time=0)
    page.clock.pause_at(1000)

    for _ in range(40):
        page.keyboard.down("ArrowRight")  # the second time and later it repeats
        page.clock.run_for(33)
    passed = list(asked)
    page.keyboard.up("ArrowRight")
    page.clock.resume()
    wait_until_sharp(page, months.shown[40])

    assert passed == []
    assert page.evaluate("window.names.size") == 40
    assert position(page) == f"41 of {len(months.shown)}"


def test_a_late_picture_never_replaces_the_one_that_is_shown(page_of: PageOf, months: Library):
    """Line 31: a late image never replaces the current one.

    Guards: web/src/viewer/photo-slide.ts: leave
    """
    late, shown = months.shown[20], months.shown[21]
    assert colour(late) != colour(shown) or late.width != shown.width
    page = page_of(months.photo(months.shown[19]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-step.next")
    held = Held(page, ORIGINALS)

    with page.expect_request(ORIGINALS):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/photo/{late.id}?**")
    with page.expect_event("requestfailed", lambda request: bool(ORIGINALS.search(request.url))):
        page.keyboard.press("ArrowRight")  # nobody waits for what was left
    page.wait_for_url(f"**/photo/{shown.id}?**")
    held.let_go()
    wait_until_sharp(page, shown)

    files = page.evaluate(
        "[...document.querySelectorAll(\"[aria-hidden='false'] .photo-layer\")].map((i) => i.src)"
    )
    number = shown.key.rpartition("/")[2].partition(".")[0]
    assert all(f"/{number}" in file for file in files)
    assert is_near(pixel(page, *MIDDLE), colour(shown))


def test_a_wheel_zooms_at_the_cursor_and_a_drag_pans(page_of: PageOf, months: Library):
    """Line 32: zoom by wheel at the cursor; a drag pans.

    Guards: web/src/viewer/lightbox.ts: wheelToZoom; web/src/viewer/zoom.ts: levelsOf
    """
    page = page_of(months.photo(months.shown[4]))
    wait_until_sharp(page)
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


def test_a_double_click_and_keys_zoom(page_of: PageOf, months: Library):
    """Line 32: zoom by double click and `z`, and by + - 0.

    Guards: web/src/viewer/stage.ts: toggleZoom, zoom; web/src/viewer/zoom.ts: stepped
    """
    page = page_of(months.photo(months.shown[4]))
    wait_until_sharp(page)
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


def test_two_fingers_zoom_where_they_are(page_of: PageOf, months: Library):
    """Line 32: zoom by pinch.

    Guards: web/src/viewer/stage.ts: canZoom
    """
    page = page_of(months.photo(months.shown[4]), width=390, height=844, touch=True)
    wait_until_sharp(page)
    whole = frame(page)
    middle = (195, 422)

    Fingers(page).move([(165, 422), (225, 422)], [(75, 422), (315, 422)])
    closer = frame(page, unlike=whole)

    assert closer.width > 2 * whole.width
    assert closer.share_at(*middle) == pytest.approx(whole.share_at(*middle), abs=0.05)


def test_a_swipe_leafs_but_pans_while_zoomed(page_of: PageOf, months: Library):
    """Line 33: swipe navigates, not while zoomed.

    Guards: web/src/viewer/lightbox.ts: allowPanToNext; web/src/viewer/stage.ts: #moved
    """
    page = page_of(months.photo(months.shown[0]), width=390, height=844, touch=True)
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-step.next", state="attached")
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


def test_a_favourite_is_one_at_once_and_no_longer_when_the_server_refuses(
    page_of: PageOf, months: Library
):
    """Line 39: favourite (`f`) is immediate and rolls back on error.

    Guards: web/src/viewer/viewer.tsx: favorite; web/src/gallery.ts: setFavorite
    """
    photo = months.shown[30]
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
    photo = months.shown[31]
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


def test_a_download_is_the_original_bytes_under_its_name(
    page_of: PageOf, large: Library, large_photo: Any
):
    """Line 40: download gives the original bytes and name.

    Guards: web/src/viewer/shortcuts.ts: download; web/src/download/zip.ts: download
    """
    page = page_of(large.address(f"/photo/{large_photo['id']}"))
    page.wait_for_selector(".viewer-title")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the original").click()

    assert download.value.suggested_filename == "large.jpg"
    stored = large.site.stored(f"{large.site.gallery}/large.jpg")
    assert Path(download.value.path()).read_bytes() == stored


def test_copying_the_path_is_confirmed(page_of: PageOf, large: Library, large_photo: Any):
    """Line 40: copy path confirms.

    Guards: web/src/viewer/viewer.tsx: copyPath
    """
    page = page_of(large.address(f"/photo/{large_photo['id']}"))
    page.wait_for_selector(".viewer-title")

    page.keyboard.press("c")

    expect(page.locator(".toast")).to_contain_text("Path copied")
    assert page.evaluate("navigator.clipboard.readText()") == "large.jpg"


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


def test_no_key_does_anything_while_somebody_types(page_of: PageOf, months: Library):
    """Line 45: no shortcut fires while typing.

    Guards: web/src/viewer/keys.ts: useKeys
    """
    photo = months.shown[40]
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
