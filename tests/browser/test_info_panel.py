"""What the viewer tells of a photo beside it, and which photos are around it."""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.aws.site import eventually
from tests.browser.colours import colours_of, contrast
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.lightbox import Fingers

TIMES = "\N{MULTIPLICATION SIGN}"
LONG = "We walked down to the harbour after dinner and stayed until the lamps were lit. " * 8
DETAILS = {
    "title": "Evening at the harbour",
    "artist": "Mara Lindqvist",
    "description": LONG.strip(),
    "camera_make": "FUJIFILM",
    "camera_model": "X-T3",
    "lens_model": "XF35mmF1.4 R",
    "iso": 400,
    "f_number": 2.8,
    "exposure_seconds": 0.004,
    "focal_length_mm": 35,
    "latitude": 46.51966,
    "longitude": 6.6323,
    "city": "Lausanne",
    "country": "Switzerland",
    "tags": ("harbour", "summer"),
    "albums": ("Lake",),
}


@pytest.fixture(scope="module")
def harbour(library_of: LibraryOf) -> Library:
    """A day of 30 photos, a film of the day before, and a photo with all that can be known."""
    return library_of(
        shots(
            {"2024-05-12": 1},
            details=DETAILS,
            utc_offset_minutes=120,
            width=3840,
            height=2160,
            file_size=8_123_456,
        ),
        shots({"2024-05-11": 30}),
        shots(
            {"2024-05-10": 1}, file_type="video", duration=65.0, width=1080, height=1920, details={}
        ),
    )


def open_photo(page_of: PageOf, library: Library, index: int = 0, **options: Any) -> Page:
    """A photo of the timeline in its viewer, its picture there."""
    return page_of(
        library.photo(library.shown[index]), awaits=".viewer .strip-thumbnail", **options
    )


def facts(page: Page) -> dict[str, str]:
    """What the panel says, by its labels."""
    rows = page.locator(".panel .fact")
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows.all()}


def box_of(found: Locator) -> dict[str, float]:
    box = found.bounding_box()
    assert box is not None
    left, top = box["x"], box["y"]
    right, bottom = left + box["width"], top + box["height"]
    return {
        "left": left,
        "top": top,
        "right": right,
        "bottom": bottom,
        "width": box["width"],
        "height": box["height"],
    }


def test_the_info_panel_tells_what_is_known_of_a_photo(page_of: PageOf, harbour: Library):
    """Line 41: name, resolution with its label, size, date with zone, path, camera, words.

    Guards: web/src/viewer/info-panel.tsx: InfoPanel; web/src/viewer/facts.ts
    """
    page = open_photo(page_of, harbour)
    page.keyboard.press("i")
    page.wait_for_selector(".panel .description")

    told = facts(page)
    assert page.locator(".panel h3").inner_text() == "Evening at the harbour"
    assert page.locator(".panel-title p").all_inner_texts() == ["IMG_00000.jpg", "Mara Lindqvist"]
    assert told["Date"] == "12 May 2024, 09:00 (UTC+02:00)"
    assert told["Resolution"].split() == ["3840", TIMES, "2160", "·", "8.3", "MP", "·", "4K"]
    assert told["Size"] == "8.1 MB"
    assert told["Camera"] == "FUJIFILM X-T3"
    assert told["Lens"] == "XF35mmF1.4 R"
    assert told["Exposure"] == "1/250 s · f/2.8 · 35 mm · ISO 400"
    assert told["Place"].split("\n") == ["Lausanne, Switzerland", "46.5197° N, 6.6323° E"]
    assert told["Tags"].split() == ["harbour", "summer"]
    assert told["Albums"] == "Lake"
    assert told["Path"] == harbour.shown[0].local_path
    assert "Duration" not in told


def test_the_info_panel_tells_the_length_of_a_film_and_what_it_is_called(
    page_of: PageOf, harbour: Library
):
    """Line 41: resolution with its label, also upright, and duration.

    Guards: web/src/viewer/resolution.ts: resolutionName
    """
    page = open_photo(page_of, harbour, 31, expects=["^404 HEAD "])
    page.keyboard.press("i")

    told = facts(page)
    assert told["Resolution"].split() == ["1080", TIMES, "1920", "·", "1080p"]
    assert told["Duration"] == "1:05"


def test_the_info_panel_stays_open_while_one_leafs(page_of: PageOf, harbour: Library):
    """Line 41: stays open while navigating, and tells of the photo that is shown.

    Guards: web/src/viewer/viewer.tsx: isInfoOpen
    """
    page = open_photo(page_of, harbour, 1)
    page.keyboard.press("i")
    expect(page.locator(".fact-path")).to_have_text(harbour.shown[1].local_path)

    for asset in harbour.shown[2:5]:
        page.keyboard.press("ArrowRight")
        expect(page.locator(".fact-path")).to_have_text(asset.local_path)
        assert page.locator(".panel").count() == 1

    page.keyboard.press("i")
    assert page.locator(".panel").count() == 0


def test_the_photo_makes_room_for_the_info_panel(page_of: PageOf, harbour: Library):
    """Line 41: beside the photo where there is room, a sheet from below on a phone.

    Guards: web/src/style/panel.css: .panel
    """
    page = open_photo(page_of, harbour, 1, motion="reduce")
    page.keyboard.press("i")
    beside, stage = box_of(page.locator(".panel")), box_of(page.locator(".stage"))
    assert stage["right"] == pytest.approx(beside["left"], abs=1)
    assert (beside["right"], beside["bottom"]) == (1440, 900)

    phone = open_photo(page_of, harbour, 1, width=390, height=844, motion="reduce")
    phone.keyboard.press("i")
    below, stage = box_of(phone.locator(".panel")), box_of(phone.locator(".stage"))
    assert (below["left"], below["right"], below["bottom"]) == (0, 390, 844)
    assert stage["bottom"] <= below["top"] + 1
    assert stage["height"] > 250


def test_a_finger_pulls_the_sheet_of_a_phone_down(page_of: PageOf, harbour: Library):
    """Line 41: info panel; line 44: phones.

    Guards: web/src/viewer/sheet.ts: usePull
    """
    page = open_photo(page_of, harbour, 1, width=390, height=844, touch=True, motion="reduce")
    page.locator(".viewer-button[aria-label='Info']").tap()
    sheet = page.locator(".panel")
    top = box_of(sheet)["top"]
    finger = Fingers(page)

    finger.drag((150, top + 25), (150, top + 60))
    assert box_of(sheet)["top"] == top

    finger.drag((150, top + 25), (150, top + 160))
    expect(sheet).to_have_count(0)
    assert page.locator(".viewer").count() == 1


def test_what_closes_gives_the_focus_to_the_photo(page_of: PageOf, harbour: Library):
    """Line 49: everything by keyboard; the focus stays in the viewer.

    Guards: web/src/viewer/give-back.ts: useGiveBack
    """
    page = open_photo(page_of, harbour, 1)
    viewer = page.locator(".viewer")
    page.keyboard.press("i")
    page.locator(".panel").get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_have_count(0)
    expect(viewer).to_be_focused()

    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(viewer).to_be_focused()


def test_a_long_description_is_folded_until_somebody_reads_it(page_of: PageOf, harbour: Library):
    """Line 41: description.

    Guards: web/src/viewer/info-panel.tsx: Description
    """
    page = open_photo(page_of, harbour)
    page.keyboard.press("i")
    words = page.locator(".description p")
    folded = box_of(words)["height"]

    page.get_by_role("button", name="Show more").click()

    assert words.inner_text() == LONG.strip()
    assert box_of(words)["height"] > folded * 1.5
    expect(page.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")


def test_the_path_is_copied_and_that_is_said(page_of: PageOf, harbour: Library):
    """Line 41: path.

    Guards: web/src/viewer/info-panel.tsx: onCopyPath
    """
    page = open_photo(page_of, harbour, 2)
    page.keyboard.press("i")

    page.locator(".fact").get_by_role("button", name="Copy the path").click()

    page.wait_for_selector(".toast")
    assert page.evaluate("navigator.clipboard.readText()") == harbour.shown[2].local_path


def current(page: Page) -> dict[str, float]:
    return box_of(page.locator(".strip-thumbnail.is-current"))


def middle_of(page: Page) -> float:
    strip = box_of(page.locator(".strip"))
    return (strip["left"] + strip["right"]) / 2


@pytest.mark.parametrize("width", [390, 1440])
def test_the_strip_has_the_current_photo_in_its_middle(
    page_of: PageOf, harbour: Library, width: int
):
    """Line 43: thumbnail strip, current one centred.

    Guards: web/src/viewer/strip-window.ts: stripLeft
    """
    page = open_photo(page_of, harbour, 12, width=width, motion="reduce")
    for _ in range(3):
        box = current(page)
        assert (box["left"] + box["right"]) / 2 == pytest.approx(middle_of(page), abs=1)
        assert box["width"] == box["height"] >= 44
        page.keyboard.press("ArrowRight")
    index = page.locator(".strip-thumbnail.is-current").get_attribute("data-index")
    assert index == "15"
    pictures = page.locator(".strip-thumbnail img")
    eventually(lambda: all(pictures.evaluate_all("all => all.map((one) => one.naturalWidth > 0)")))
    assert pictures.count() >= 7


def test_the_strip_shows_neighbours_and_leads_to_them(page_of: PageOf, harbour: Library):
    """Line 43: thumbnail strip.

    Guards: web/src/viewer/strip.tsx: Strip, Thumbnail
    """
    page = open_photo(page_of, harbour, 10, motion="reduce")
    thumbnails = page.locator(".strip-thumbnail")
    indexes = [int(found.get_attribute("data-index") or -1) for found in thumbnails.all()]
    assert indexes == list(range(indexes[0], indexes[-1] + 1))
    assert len(indexes) <= 39
    lefts = [box_of(found)["left"] for found in thumbnails.all()]
    assert {round(b - a) for a, b in pairwise(lefts)} == {60}

    page.locator(".strip-thumbnail[data-index='13']").click()

    name = harbour.shown[13].filename
    expect(page.locator(".viewer-name")).to_have_text(name)
    expect(page).to_have_url(re.compile(re.escape(harbour.shown[13].id)))
    box = current(page)
    assert (box["left"] + box["right"]) / 2 == pytest.approx(middle_of(page), abs=1)


def test_the_focus_of_the_strip_goes_along_with_the_current_photo(
    page_of: PageOf, harbour: Library
):
    """Line 43: thumbnail strip; line 49: everything by keyboard.

    Guards: web/src/viewer/strip.tsx: the effect that focuses what is current
    """
    page = open_photo(page_of, harbour, 5, motion="reduce")
    page.locator(".strip-thumbnail.is-current").focus()

    for index in ("6", "7"):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f".strip-thumbnail[data-index='{index}']")).to_be_focused()


def test_dragging_the_strip_looks_around_without_leafing(page_of: PageOf, harbour: Library):
    """Line 43: thumbnail strip, for fingers too.

    Guards: web/src/viewer/strip.tsx: onPointerMove
    """
    page = open_photo(page_of, harbour, 15, motion="reduce")
    name = page.locator(".viewer-name").inner_text()
    before = box_of(page.locator(".strip-thumbnail[data-index='15']"))
    y = before["top"] + 20

    page.mouse.move(720, y)
    page.mouse.down()
    page.mouse.move(600, y, steps=4)
    page.mouse.up()

    after = box_of(page.locator(".strip-thumbnail[data-index='15']"))
    assert after["left"] == pytest.approx(before["left"] - 120, abs=1)
    assert page.locator(".viewer-name").inner_text() == name


def writes(page: Page) -> list[str]:
    """Changes that the page asks for from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method not in ("GET", "HEAD"):
            asked.append(request.url)

    page.on("request", note)
    return asked


def test_a_question_mark_lists_every_shortcut(page_of: PageOf, harbour: Library):
    """Line 45: `?` lists the shortcuts; none fire below the list.

    Guards: web/src/viewer/help-dialog.tsx: HelpDialog; web/src/widgets/dialog.tsx: onKeyDown
    """
    page = open_photo(page_of, harbour, 3)
    asked = writes(page)
    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    listed = set(dialog.locator("kbd").all_inner_texts())
    assert {"←", "→", "Esc", "F", "Del", "I", "Z", "S", "Space", "?", "/", "Home", "End"} <= listed
    name = page.locator(".viewer-name").inner_text()
    for key in ("f", "Delete", "ArrowRight", "i", "s"):
        page.keyboard.press(key)
    assert page.locator(".viewer-name").inner_text() == name
    assert page.locator(".panel, .slideshow-controls").count() == 0
    assert asked == []

    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.locator(".viewer").count() == 1
    page.keyboard.press("i")
    expect(page.locator(".panel")).to_be_visible()


def test_no_shortcut_fires_while_somebody_types(page_of: PageOf, harbour: Library):
    """Line 45: none fire while typing.

    Guards: web/src/app.tsx: usePageKeys
    """
    page = page_of(harbour.address(), awaits=".tile-link")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()

    page.keyboard.type("?/fi")

    assert field.input_value() == "?/fi"
    assert page.locator("dialog[open], .viewer").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_shortcuts_can_be_read_over_page_and_photo(
    page_of: PageOf, harbour: Library, scheme: str
):
    """Line 45: `?` lists the shortcuts; line 49: light and dark reach AA.

    Guards: web/src/style/panel.css: --dialog
    """
    for address, awaits in (
        (harbour.address(), ".tile-link"),
        (harbour.photo(harbour.shown[4]), ".strip-thumbnail"),
    ):
        page = page_of(address, scheme=scheme, awaits=awaits)
        page.keyboard.press("?")
        words = page.locator(".shortcut dt").first
        words.wait_for()
        assert contrast(*colours_of(words, page.locator("dialog"))) >= 4.5
        assert contrast(*colours_of(page.locator("kbd").first, page.locator("dialog"))) >= 4.5


@pytest.mark.parametrize(
    ("width", "height", "called"),
    [(3840, 2160, "4K"), (1920, 1080, "1080p"), (1280, 720, "720p"), (640, 360, None)],
)
def test_the_info_panel_calls_a_resolution_as_people_do(
    page_of: PageOf, library_of: LibraryOf, width: int, height: int, called: str | None
):
    """Line 41: resolution with 4K/1080p/720p label; none for less than any of them.

    Guards: web/src/viewer/resolution.ts: resolutionName; web/src/viewer/info-panel.tsx: InfoPanel
    """
    library = library_of(shots({"2024-05-12": 1}, width=width, height=height))
    page = open_photo(page_of, library)
    page.keyboard.press("i")
    page.wait_for_selector(".panel .fact")

    words = facts(page)["Resolution"].split()
    assert words[:3] == [str(width), TIMES, str(height)]
    assert (words[-1] if words[-1].endswith(("K", "p")) else None) == called
