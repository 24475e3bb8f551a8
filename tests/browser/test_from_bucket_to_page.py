"""Real files, dropped into the bucket and drawn by the deployed functions, in a real browser."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from infra.local.gallery import Endpoints, local_client
from tests.aws.site import Site, eventually
from tests.aws.test_from_bucket_to_timeline import quarters
from tests.browser.conftest import PageOf
from tests.browser.grid import pictures_with_pixels, settle
from tests.builders import a_jpeg


@pytest.fixture(scope="module")
def trip(endpoints: Endpoints) -> Site:
    """Ten photos and a file that is none."""
    gallery = f"t-{uuid.uuid4().hex[:12]}"
    site = Site(endpoints, local_client("s3", endpoints.aws_endpoint), gallery)
    for number in range(9):
        site.put(f"Trip/{number}.jpg", a_jpeg(400 + 40 * number, 300))
    site.put("Trip/tall.jpg", quarters(400, 300, orientation=6))
    site.put("Trip/letter.jpg", b"no photo")
    for item in ("tall.jpg", "letter.jpg", *(f"{n}.jpg" for n in range(9))):
        site.item(f"Trip/{item}")
    return site


@pytest.fixture
def page(page_of: PageOf, trip: Site) -> Page:
    opened = page_of(f"{trip.endpoints.page}/gallery?gallery={trip.gallery}")
    settle(opened)
    return opened


def test_the_page_shows_as_many_pictures_as_the_api_says(page: Page, trip: Site):
    ready = [i for i in trip.media()["items"] if i["thumbnail_state"] == "ready"]

    page.wait_for_function(
        """() => [...document.querySelectorAll("img.picture")].every((i) => i.naturalWidth > 0)"""
    )

    assert len(ready) == 10
    assert pictures_with_pixels(page) == len(ready)
    assert page.locator(".tile-link").count() == trip.stats()["total"]
    assert page.locator(".filter-count").first.inner_text() == "11"


def test_tiles_have_the_shape_of_their_photos(page: Page, trip: Site):
    tall = trip.item("Trip/tall.jpg")

    box = page.locator(f".tile-link[data-id='{tall['id']}']").bounding_box()

    assert box is not None
    # 300 x 400 upright; a row's height may be rounded to a pixel.
    assert box["width"] / box["height"] == pytest.approx(0.75, rel=0.02)


def test_a_photo_that_arrives_appears_without_a_reload(page: Page, trip: Site):
    trip.put("Trip/late.jpg", a_jpeg(444, 300))
    late = trip.item("Trip/late.jpg")

    tile = page.locator(f".tile-link[data-id='{late['id']}']")

    expect(tile.locator("img.picture")).to_be_visible(timeout=25_000)
    trip.request("DELETE", f"/api/gallery/assets/{late['id']}")


def test_a_deleted_photo_leaves_at_once_and_undo_brings_it_back(page: Page, trip: Site):
    item = trip.item("Trip/0.jpg")
    tile = page.locator(f".tile-link[data-id='{item['id']}']")
    tile.click()
    page.locator(".viewer").wait_for()
    page.keyboard.press("Delete")

    page.locator(".toast").wait_for()
    eventually(lambda: item["id"] in {i["id"] for i in trip.media(view="bin")["items"]})
    page.get_by_role("button", name="Undo").click()

    eventually(lambda: trip.asset(item["id"])["deleted_at"] is None)
    page.keyboard.press("Escape")
    expect(tile).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1440, 2560])
def test_nothing_is_wider_than_the_window(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 844})

    page.wait_for_function(
        "(width) => window.innerWidth === width && document.documentElement.scrollWidth <= width",
        arg=width,
    )
