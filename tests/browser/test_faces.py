"""Faces: on the picture, where they are, and beside it, whose they are and how sure that is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.asset import Face
from chalicelib.storage.rows import to_item
from infra.local.gallery import local_client
from tests.aws.site import eventually
from tests.browser.colours import colours_of, contrast
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.builders import an_asset

Colour = tuple[int, int, int]
GROUND: Colour = (120, 120, 120)
# Colours of what stands for the faces, by their ids.
ADA: Colour = (220, 30, 200)
BEN: Colour = (30, 200, 60)
CY: Colour = (30, 60, 220)
# Where they are in the upright picture of 1200 x 1600, pixels.
PLACES: Mapping[Colour, tuple[int, int, int, int]] = {
    ADA: (300, 400, 600, 800),
    BEN: (700, 1000, 1000, 1300),
    CY: (100, 1100, 300, 1350),
}
UPRIGHT = (1200, 1600)
EXIF_ORIENTATION = 0x0112
A_QUARTER_CLOCKWISE = 6


@dataclass(frozen=True)
class Portraits:
    """A library with a photo of three faces, whose file lies on its side.

    Attributes:
        photo: Address of the photo in its viewer.
    """

    library: Library
    photo: str


def lying_on_its_side() -> bytes:
    """The picture as a camera held upright stores it: to be turned clockwise when shown."""
    upright = Image.new("RGB", UPRIGHT, GROUND)
    for colour, place in PLACES.items():
        ImageDraw.Draw(upright).rectangle(place, fill=colour)
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = A_QUARTER_CLOCKWISE
    buffer = BytesIO()
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    stored.save(buffer, "JPEG", quality=92, subsampling=0, exif=exif)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def portraits(library_of: LibraryOf) -> Portraits:
    library = library_of(
        shots({"2024-05-12": 2}, people=("Ada",)), shots({"2024-05-11": 2}, people=("Ben",))
    )
    site = library.site
    site.put("turned.jpg", lying_on_its_side())
    photo = site.item("turned.jpg")["id"]
    ada, ben = (library.persons[name].id for name in ("Ada", "Ben"))
    left, top, right, bottom = PLACES[BEN]
    faces = {
        # as most have it: in pixels of the upright picture
        "ada": Face(ada, PLACES[ADA], UPRIGHT, "machine-learning", 0.93),
        # of the file as it is stored: its left is the upright picture's top
        "ben": Face(
            ben, (top, 1200 - right, bottom, 1200 - left), (1600, 1200), "machine-learning", 0.41
        ),
        # of a smaller picture
        "cy": Face(None, halved(PLACES[CY]), (600, 800), "machine-learning", None),
    }
    dynamodb = local_client("dynamodb", site.endpoints.aws_endpoint)
    dynamodb.update_item(
        TableName=site.endpoints.tables["assets"],
        Key={"id": {"S": photo}},
        UpdateExpression="SET faces = :faces ADD version :one",
        ExpressionAttributeValues={
            ":faces": to_item(replace(an_asset(), faces=faces))["faces"],
            ":one": {"N": "1"},
        },
    )
    return Portraits(library, library.address(f"/photo/{photo}"))


def halved(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (side // 2 for side in box)
    return left, top, right, bottom


@pytest.fixture
def viewer(page_of: PageOf, portraits: Portraits) -> Callable[..., Page]:
    """Opens the photo; waits until its own pixels are there."""

    def open_it(**options: Any) -> Page:
        page = page_of(portraits.photo, awaits=".stage[data-state=sharp]", **options)
        page.wait_for_selector(".viewer-button[aria-label='Faces']", state="attached")
        return page

    return open_it


def face_box(page: Page, face: str) -> Locator:
    return page.locator(f".face-box[data-face={face}]")


def colour_near(pixels: Image.Image, x: float, y: float) -> Colour | None:
    """Which of the picture's colours a pixel has; None outside what the bars leave free."""
    if not (4 <= x < pixels.width - 4 and 80 <= y < pixels.height - 90):
        return None
    at = pixels.getpixel((round(x), round(y)))
    assert isinstance(at, tuple)
    near = [
        c for c in (GROUND, *PLACES) if max(abs(a - b) for a, b in zip(c, at, strict=False)) < 40
    ]
    return near[0] if near else (-1, -1, -1)


def assert_around(page: Page, face: str, colour: Colour) -> int:
    """Check that a box holds its face and nothing else; how many of its corners are in sight."""
    box = face_box(page, face).bounding_box()
    assert box is not None
    pixels = Image.open(BytesIO(page.screenshot())).convert("RGB")
    left, top = box["x"], box["y"]
    right, bottom = left + box["width"], top + box["height"]
    inside = [(x, y) for x in (left + 7, right - 7) for y in (top + 7, bottom - 7)]
    outside = [(x, y) for x in (left - 7, right + 7) for y in (top + 7, bottom - 7)]
    seen = [colour_near(pixels, *at) for at in inside]
    around = [colour_near(pixels, *at) for at in outside]
    assert {c for c in seen if c} <= {colour}
    assert {c for c in around if c} <= {GROUND}
    return sum(c is not None for c in seen)


def test_face_boxes_fit_a_photo_whose_file_lies_on_its_side(viewer: Callable[..., Page]):
    """Line 42: face boxes fit on rotated photos, whatever picture their pixels are of.

    Guards: web/src/viewer/face-geometry.ts: faceArea
    """
    page = viewer()

    page.keyboard.press("b")

    for face, colour in (("ada", ADA), ("ben", BEN), ("cy", CY)):
        assert assert_around(page, face, colour) == 4


@pytest.mark.parametrize(("width", "height", "touch"), [(390, 844, True), (844, 390, False)])
def test_face_boxes_fit_in_any_window(
    viewer: Callable[..., Page], width: int, height: int, touch: bool
):
    """Line 42: face boxes fit; the label says who it is.

    Guards: web/src/viewer/face-boxes.tsx: FaceBoxes
    """
    page = viewer(width=width, height=height, touch=touch)

    page.keyboard.press("b")

    assert assert_around(page, "ada", ADA) >= 1
    assert face_box(page, "ada").inner_text() == "Ada"
    assert face_box(page, "cy").inner_text() == "Not named"


def test_face_boxes_fit_at_any_zoom_and_move_with_the_picture(viewer: Callable[..., Page]):
    """Line 42: face boxes fit at any zoom.

    Guards: web/src/viewer/stage.ts: framed
    """
    page = viewer(motion="reduce")
    page.keyboard.press("b")
    fit = width_of(page, "ada")

    place = face_box(page, "ada").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    for _ in range(3):
        before = width_of(page, "ada")
        page.mouse.wheel(0, -240)
        page.wait_for_function(
            "([face, before]) => document.querySelector(face).offsetWidth > before + 4",
            arg=[".face-box[data-face=ada]", before],
        )
        settle(page)
        assert assert_around(page, "ada", ADA) >= 1
    assert width_of(page, "ada") > fit * 1.5

    before_drag = face_box(page, "ada").bounding_box()
    page.mouse.down()
    page.mouse.move(720, 300, steps=5)
    page.mouse.up()
    settle(page)
    after_drag = face_box(page, "ada").bounding_box()
    assert before_drag != after_drag
    assert assert_around(page, "ada", ADA) >= 1


def width_of(page: Page, face: str) -> float:
    box = face_box(page, face).bounding_box()
    assert box is not None
    return box["width"]


def settle(page: Page) -> None:
    """Wait until the boxes stay where they are for three frames."""
    page.evaluate("window.boxesBefore = ''; window.framesAlike = 0")
    page.wait_for_function(
        """() => {
          const now = [...document.querySelectorAll(".face-box")]
            .map((box) => JSON.stringify(box.getBoundingClientRect())).join();
          window.framesAlike = now === window.boxesBefore ? window.framesAlike + 1 : 0;
          window.boxesBefore = now;
          return window.framesAlike >= 3;
        }"""
    )


def test_face_boxes_come_and_go(viewer: Callable[..., Page]):
    """Line 42: face boxes are there when they are asked for only.

    Guards: web/src/viewer/viewer.tsx: areFacesShown
    """
    page = viewer()
    assert page.locator(".face-box").count() == 0

    page.keyboard.press("b")
    expect(page.locator(".face-box")).to_have_count(3)
    page.keyboard.press("b")
    expect(page.locator(".face-box")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_info_panel_tells_who_it_is_and_how_sure_that_is(
    viewer: Callable[..., Page], scheme: str
):
    """Line 41: faces with name and confidence, green from 0.8 and red below, each readable.

    Guards: web/src/viewer/facts.ts: confidenceOf; web/src/style/panel.css: .confidence
    """
    page = viewer(scheme=scheme)
    page.keyboard.press("i")
    faces = page.locator(".panel-faces li")

    expect(faces).to_have_count(3)
    told = [face.inner_text().split("\n") for face in faces.all()]
    assert told == [
        ["Ada", "93 % sure"],
        ["Ben", "41 % sure"],
        ["Not named", "from Immich"],
    ]
    sure, unsure, unmeasured = page.locator(".confidence").all()
    panel = page.locator(".panel")
    green, red, plain = (colours_of(words, panel) for words in (sure, unsure, unmeasured))
    assert green[0][1] > green[0][0] + 50
    assert red[0][0] > red[0][1] + 50
    assert max(plain[0]) - min(plain[0]) < 20
    assert min(contrast(*pair) for pair in (green, red, plain)) >= 4.5


def test_the_info_panel_shows_each_face_cut_out_of_its_photo(viewer: Callable[..., Page]):
    """Line 41: faces.

    Guards: web/src/viewer/face-crop.tsx: FaceCrop; face-geometry.ts: portraitArea
    """
    page = viewer()
    page.keyboard.press("i")
    crops = page.locator(".face-crop img")
    expect(crops).to_have_count(3)
    eventually(lambda: all(crops.evaluate_all("all => all.map((one) => one.naturalWidth > 0)")))

    for crop, colour in zip(page.locator(".face-crop").all(), (ADA, BEN, CY), strict=True):
        pixels = Image.open(BytesIO(crop.screenshot())).convert("RGB")
        middle = pixels.getpixel((pixels.width // 2, pixels.height // 2))
        assert isinstance(middle, tuple)
        assert max(abs(a - b) for a, b in zip(middle, colour, strict=True)) < 40


def test_a_name_leads_to_the_photos_of_that_person(
    viewer: Callable[..., Page], portraits: Portraits
):
    """Line 41: faces with name; line 24: a person in the address.

    Guards: web/src/viewer/panel-faces.tsx: PanelFaces
    """
    page = viewer()
    page.keyboard.press("i")

    page.locator(".panel-face", has_text="Ben").click()

    page.wait_for_selector(".tile-link")
    ben = portraits.library.persons["Ben"].id
    assert f"person={ben}" in page.url
    expect(page.locator(".tile-link")).to_have_count(3)


def test_faces_of_a_person_who_is_hidden_are_shown_nowhere(page_of: PageOf, library_of: LibraryOf):
    """Line 41: faces with name, but for those who are hidden.

    Guards: web/src/gallery.ts: allPersons; web/src/viewer/known-faces.ts: knownFaces
    """
    library = library_of(shots({"2024-05-12": 1}, people=("Ada", "Ben")))
    ben = f"/api/gallery/persons/{library.persons['Ben'].id}"
    hidden = {"gallery": library.site.gallery, "is_hidden": True}
    assert library.site.request("PUT", ben, hidden).status == 200
    page = page_of(library.photo(library.shown[0]))
    page.wait_for_selector(".stage[data-state='sharp']")

    page.keyboard.press("i")
    page.keyboard.press("b")

    expect(page.locator(".panel-faces li")).to_have_count(1)
    expect(page.locator(".panel-faces li")).to_contain_text("Ada")
    expect(page.locator(".face-box")).to_have_count(1)
