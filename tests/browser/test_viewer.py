"""One photo over the whole window, opened and closed, in a real browser."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots, spread
from tests.browser.lightbox import (
    Fingers,
    Held,
    colour,
    frame,
    is_near,
    name,
    pixel,
    position,
    tile,
    wait_until_sharp,
)

MIDDLE = (720, 450)
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
def timeline(shared_page_of: PageOf, months: Library) -> Page:
    """The timeline in a page that several tests use."""
    return shared_page_of(months.address(), width=1000)


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
def test_closing_returns_to_the_same_place_and_focus(
    page_of: PageOf, timeline: Page, months: Library, way: str
):
    """Line 27: Esc, X, Back and swipe-down close it to the same scroll position and focus.

    Guards: web/src/viewer/leafing.ts: close; web/src/viewer/lightbox.ts: close
    """
    is_pulled = way == "pulling it down"
    page = page_of(months.address(), touch=True, width=1000) if is_pulled else timeline
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


def test_a_photo_opened_over_another_one_closes_by_one_back(page_of: PageOf, months: Library):
    """Line 29: one Back closes, also when the upload corner has shown a photo of its own.

    Guards: web/src/use-route.ts: openPhoto
    """
    page = page_of(months.address())
    page.get_by_role("button", name="Upload", exact=True).click()
    buffer = BytesIO()
    Image.effect_noise((640, 480), 90).save(buffer, "JPEG")
    page.locator("input[data-choose=files]").set_input_files(
        {"name": "new.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
    )
    expect(page.locator(".upload-row")).to_have_attribute("data-state", "done", timeout=20_000)
    eventually(
        lambda: "new.jpg" in {item["name"] for item in months.site.media(limit=500)["items"]}
    )
    tile(page, months.shown[0]).click()
    wait_until_sharp(page, months.shown[0])

    page.get_by_role("button", name="new.jpg", exact=True).click()
    expect(page.locator(".viewer-name")).to_have_text("new.jpg")
    page.wait_for_function("(id) => !location.pathname.includes(id)", arg=months.shown[0].id)
    page.go_back()

    page.wait_for_selector(".viewer", state="detached")
    assert "/photo/" not in page.url
