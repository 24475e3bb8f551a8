"""The gallery page in a real browser, through the deployed API."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from infra.local.gallery import Endpoints, local_client
from tests.aws.site import Site, eventually
from tests.aws.test_from_bucket_to_timeline import quarters
from tests.builders import a_jpeg


@pytest.fixture(scope="module")
def main_gallery(endpoints: Endpoints) -> Site:
    """The gallery that the page shows: ten photos and a file that is none."""
    site = Site(endpoints, local_client("s3", endpoints.aws_endpoint), "main")
    for number in range(9):
        site.put(f"Trip/{number}.jpg", a_jpeg(400 + 40 * number, 300))
    site.put("Trip/tall.jpg", quarters(400, 300, orientation=6))
    site.put("Trip/letter.jpg", b"no photo")
    for item in ("tall.jpg", "letter.jpg", *(f"{n}.jpg" for n in range(9))):
        site.item(f"Trip/{item}")
    return site


@pytest.fixture
def page(browser: Browser, main_gallery: Site) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    tab.goto(f"{main_gallery.endpoints.page}/gallery")
    tab.wait_for_selector("img.picture")
    yield tab
    context.close()
    assert complaints == []


def pictures_with_pixels(page: Page) -> int:
    """How many pictures of the page have been decoded, after scrolling through it."""
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function(
        "[...document.querySelectorAll('img.picture')].every((i) => i.naturalWidth > 0)"
    )
    count: int = page.evaluate(
        "[...document.querySelectorAll('img.picture')].filter((i) => i.naturalWidth > 0).length"
    )
    return count


def test_the_page_shows_as_many_pictures_as_the_api_says(page: Page, main_gallery: Site):
    ready = [i for i in main_gallery.media()["items"] if i["thumbnail_state"] == "ready"]

    assert len(ready) == 10
    assert pictures_with_pixels(page) == len(ready)
    assert page.locator(".tile-link").count() == main_gallery.stats()["total"]
    assert "11" in page.locator(".filter-count").first.inner_text()


def test_tiles_have_the_shape_of_their_photos(page: Page, main_gallery: Site):
    tall = main_gallery.item("Trip/tall.jpg")

    box = page.locator(f".tile-link[data-id='{tall['id']}']").bounding_box()

    assert box is not None
    # 300 x 400 upright; a row's height may be rounded to a pixel.
    assert box["width"] / box["height"] == pytest.approx(0.75, rel=0.02)


def test_a_click_shows_the_original_and_escape_returns(page: Page, main_gallery: Site):
    item = main_gallery.item("Trip/8.jpg")
    tile = page.locator(f".tile-link[data-id='{item['id']}']")
    tile.click()

    page.wait_for_selector(".photo-layer.sharp.here")
    width = page.evaluate("document.querySelector('.photo-layer.sharp.here').naturalWidth")
    assert width == 720
    assert page.url.endswith(f"/gallery/photo/{item['id']}")

    page.keyboard.press("Escape")
    page.wait_for_selector(".viewer", state="detached")
    page.wait_for_function(
        "([id]) => document.activeElement.dataset.id === id", arg=[item["id"]], timeout=5000
    )


def test_a_photo_that_arrives_appears_without_a_reload(page: Page, main_gallery: Site):
    main_gallery.put("Trip/late.jpg", a_jpeg(444, 300))
    late = main_gallery.item("Trip/late.jpg")

    page.wait_for_selector(f".tile-link[data-id='{late['id']}'] img.picture", timeout=20_000)

    main_gallery.request("DELETE", f"/api/gallery/assets/{late['id']}")


def test_a_deleted_photo_leaves_at_once_and_undo_brings_it_back(page: Page, main_gallery: Site):
    item = main_gallery.item("Trip/0.jpg")
    page.locator(f".tile-link[data-id='{item['id']}']").click()
    page.get_by_role("button", name="Delete").click()

    page.wait_for_selector(".toast")
    eventually(lambda: item["id"] in {i["id"] for i in main_gallery.media(view="bin")["items"]})

    page.locator(".toast-undo").click()
    page.wait_for_function(
        "async ([id]) => (await (await fetch('/api/gallery/assets/' + id)).json())"
        ".deleted_at === null",
        arg=[item["id"]],
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_window(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 844})

    page.wait_for_timeout(300)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
