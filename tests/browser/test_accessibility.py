"""The page for everybody: by keyboard alone, read aloud, in light and dark."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache

import pytest
from playwright.sync_api import Page, Route, expect

from tests.aws.site import Site
from tests.browser.axe import violations
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import settle, tiles_in_sight
from tests.browser.library import Library, Shelf, shots
from tests.imaging.pictures import a_video


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


@pytest.fixture(scope="module")
def window(shared_page_of: PageOf) -> Callable[[int], Page]:
    """A page of each width, in which every view is opened anew."""

    @cache
    def of_width(width: int) -> Page:
        return shared_page_of(width=width, height=844 if width < 600 else 900)

    return of_width


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use(window: Callable[[int], Page], family: Library, view: str, width: int):
    """Line 49: axe finds nothing serious in any view; light and dark reach AA.

    Guards: web/src/style/tokens.css: the colours; each widget: its names and roles
    """
    page = window(width)
    page.emulate_media(color_scheme="light")
    page.mouse.move(0, 0)  # nothing is pointed at any more
    VIEWS[view](page, family)

    in_light = violations(page)
    page.emulate_media(color_scheme="dark")
    in_dark = violations(page)

    assert in_light == []
    assert in_dark == []


def test_photos_are_read_aloud_by_their_name_date_and_persons(page_of: PageOf, family: Library):
    """Line 49: every picture has a name: that of a photo, its date, and whom it shows.

    On the timeline, on the stage and in the strip. Names come last: nothing waits for them, and
    no picture is drawn anew for them.

    Guards: web/src/widgets/tile.tsx: altOf, useNames; web/src/viewer/label.ts: label;
        web/src/gallery.ts: preparePersons
    """
    held: list[Route] = []
    persons = "**/api/gallery/persons?*"
    page = page_of("")
    page.route(persons, lambda route: held.extend([route]))
    shown = next(asset for asset in family.shown if asset.faces)
    picture = page.locator(f".tile-link[data-id='{shown.id}'] img")
    plain, named = (
        f"{shown.filename}, 16 May 2024, 09:00{who}" for who in ("", ", with Anna and Ben")
    )

    with page.expect_request(persons):
        page.goto(family.address())
    settle(page)
    first = page.locator(f".tile-link[data-id='{family.shown[0].id}'] img")
    expect(first).to_have_attribute("alt", f"{family.shown[0].filename}, 17 May 2024, 09:00")
    expect(picture).to_have_attribute("alt", plain)
    picture.evaluate("picture => picture.dataset.was = 'here'")
    held[0].continue_()
    page.unroute(persons)

    expect(picture).to_have_attribute("alt", named)
    expect(picture).to_have_attribute("data-was", "here")
    picture.click()
    expect(page.locator("[aria-hidden='false'] .photo")).to_have_attribute("aria-label", named)
    expect(page.locator(".strip-thumbnail.is-current")).to_have_attribute("aria-label", named)


def test_a_person_s_new_name_is_read_aloud_and_one_who_is_hidden_is_not(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 49: pictures are called by the names that persons have now.

    Guards: web/src/who.ts: knowPersons; web/src/gallery.ts: loadPersons
    """
    library = library_of(shots({"2024-05-16": 1}, ["Anna", "Ben"]))
    page = page_of(library.address())
    picture = page.locator(".tile-link img")
    expect(picture).to_have_attribute("alt", re.compile("with Anna and Ben$"))

    open_people_by_menu(page)
    choose_for(page, "Ben", "Rename")
    page.get_by_role("textbox", name="Name").fill("Zoë")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Zoë, 1 photo")).to_be_visible()
    page.go_back()
    expect(picture).to_have_attribute("alt", re.compile("with Anna and Zoë$"))

    open_people_by_menu(page)
    choose_for(page, "Anna", "Hide")
    expect(page.locator(".person")).to_have_count(1)
    page.go_back()
    expect(picture).to_have_attribute("alt", re.compile("with Zoë$"))


def open_people_by_menu(page: Page) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="People").click()
    expect(page.locator(".person").first).to_be_visible()


def choose_for(page: Page, name: str, action: str) -> None:
    page.locator(".person", has_text=name).hover()
    page.get_by_role("button", name=f"What to do with {name}").click()
    page.get_by_role("menuitem", name=action).click()


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


# What has the focus, unless it looks the same without: told by its rings, the frames around it
# or drawn inside it. Nobody hears that the focus went away for this moment.
_FOCUS_IS_NOT_SEEN = """
() => {
  const element = document.activeElement;
  const rings = () => [element, ...element.querySelectorAll("*"), element.parentElement].flatMap(
    (one) => [null, "::before", "::after"].map((part) => {
      const style = getComputedStyle(one, part);
      const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return [outline ? style.outlineColor : "", style.boxShadow].join();
    })).join("|");
  const events = ["blur", "focusout", "focus", "focusin"];
  const silence = (event) => event.stopImmediatePropagation();
  for (const name of events) window.addEventListener(name, silence, true);
  const focused = rings();
  element.blur();
  const plain = rings();
  element.focus({ preventScroll: true, focusVisible: true });
  for (const name of events) window.removeEventListener(name, silence, true);
  return [element.outerHTML.slice(0, 120), focused !== plain];
}
"""


@pytest.mark.parametrize(
    ("view", "controls"),
    [("the timeline", 16), ("a photo", 8), ("a correction", 5), ("the people", 5)],
)
def test_every_control_that_has_the_focus_shows_it(
    page_of: PageOf, family: Library, view: str, controls: int
):
    """Line 49: visible focus on every control that Tab reaches: it looks other than without it.

    Guards: web/src/style/page.css: :focus-visible
    """
    page = page_of(motion="reduce")
    VIEWS[view](page, family)

    seen: dict[str, bool] = {}
    for _ in range(24):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement !== document.body"):
            control, is_seen = page.evaluate(_FOCUS_IS_NOT_SEEN)
            seen[control] = is_seen

    assert [control for control, is_seen in seen.items() if not is_seen] == []
    assert len(seen) >= controls


@pytest.fixture(scope="module")
def corners(library_of: LibraryOf, shelf: Shelf) -> Library:
    """A film that can be played, persons, and photos in every list that is not the timeline."""
    film = Site(shelf.endpoints, shelf.s3, "films").put("clip.mp4", a_video(4.5))
    return library_of(
        shots({"2024-05-17": 4}, ["Anna", "Ben"], is_favorite=True),
        shots(
            {"2024-05-16": 1},
            file_type="video",
            duration=4.5,
            filename="clip.mp4",
            key=film,
            url=film,
        ),
        shots({"2024-05-15": 2}, visibility="archive"),
        shots({"2024-05-14": 2}, visibility="hidden"),
        shots({"2024-05-13": 2}, visibility="locked"),
        shots({"2024-05-12": 2}, deleted_at=datetime.now(UTC), deleted_reason="trashed"),
    )


class Corners:
    """States of the page beside its views, one after the other in one page."""

    def __init__(self, page: Page, library: Library) -> None:
        self.page = page
        self.library = library

    def views(self) -> Iterator[str]:
        for view in ("fav", "archive", "hidden", "locked"):
            self.page.goto(self.library.address(view=view))
            settle(self.page)
            yield view

    def photo(self) -> Iterator[str]:
        page = self.page
        page.set_viewport_size({"width": 390, "height": 844})  # only phones have the menu
        page.goto(self.library.photo(self.library.shown[1]))
        expect(page.get_by_text("2 of 5")).to_be_visible()
        page.keyboard.press("b")
        expect(page.locator(".face-box").first).to_be_visible()
        yield "faces on the picture"
        page.get_by_role("button", name="More", exact=True).click()
        expect(page.locator(".viewer-menu-item").first).to_be_visible()
        yield "the menu of a photo"
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        expect(page.locator(".slideshow-controls")).to_be_visible()
        yield "a slideshow"
        page.goto(self.library.photo(self.library.shown[4]))
        expect(page.locator("video")).to_be_visible()
        yield "the player"
        page.goto(self.library.address("/photo/nobody-knows"))
        expect(page.get_by_text("This photo is not here")).to_be_visible()
        yield "an unknown photo"

    def deeds(self) -> Iterator[str]:
        page = self.page
        page.goto(self.library.address("/people"))
        page.locator(".person", has_text="Ben").hover()
        page.get_by_role("button", name="What to do with Ben").click()
        expect(page.get_by_role("menuitem", name="Rename")).to_be_visible()
        yield "the menu of a person"
        page.get_by_role("menuitem", name="Rename").click()
        page.get_by_role("textbox", name="Name").fill("")
        page.keyboard.press("Enter")
        expect(page.get_by_text("A person needs a name.")).to_be_visible()
        yield "a name that is missing"
        select_first(page, self.library.address(view="bin"))
        page.get_by_role("button", name="Delete for good").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield "the question before deleting for good"
        page.keyboard.press("Escape")
        select_first(page, self.library.address())
        page.get_by_role("button", name="More", exact=True).click()
        expect(page.get_by_role("menuitem").first).to_be_visible()
        yield "the menu of a selection"
        page.keyboard.press("Escape")
        page.route("**/bulk", lambda _: None)  # nothing comes of what is done here
        page.get_by_role("button", name="Move to the bin").click()
        expect(page.locator(".toast-undo")).to_be_visible()
        yield "a notice with a way back"

    def troubles(self) -> Iterator[str]:
        page = self.page
        page.goto(self.library.address(q="nothing-like-it"))
        expect(page.get_by_text("Nothing is called")).to_be_visible()
        yield "a search without result"
        page.goto(self.library.address())
        settle(page)
        page.context.set_offline(True)
        expect(page.get_by_text("You are offline")).to_be_visible()
        yield "a page without a network"
        page.context.set_offline(False)
        page.route("**/api/gallery/**", lambda route: route.abort())
        page.goto(self.library.address())
        expect(page.get_by_role("button", name="Retry")).to_be_visible()
        yield "a list that failed"


def select_first(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    page.locator(".tile-link").first.focus()
    page.keyboard.press("x")
    expect(page.get_by_text("1 selected").first).to_be_visible()


@pytest.mark.parametrize("part", ["views", "photo", "deeds", "troubles"])
def test_everybody_can_use_what_comes_and_goes(page_of: PageOf, corners: Library, part: str):
    """Line 49: axe finds nothing serious in menus, questions, errors and notices, in any light.

    Guards: web/src/style/tokens.css: the colours; each widget: its names and roles
    """
    page = page_of(expects=[r"^404 (GET|HEAD) ", "^console: .*ERR_"], motion="reduce")

    found: dict[str, list[str]] = {}
    for state in getattr(Corners(page, corners), part)():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[f"{state}, {scheme}"] = violations(page)

    assert {state: told for state, told in found.items() if told} == {}


class Doors:
    """What stands before the gallery, and what lets others in, one after the other in one page."""

    def __init__(self, page: Page, library: Library) -> None:
        self.page = page
        self.library = library

    def signing_in(self) -> Iterator[str]:
        page = self.page
        page.goto(self.library.address())
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        yield "signing in"
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        yield "an e-mail that is missing"
        page.get_by_role("button", name="Forgot your password?").click()
        yield "a forgotten password"
        # so many codes only are sent to one
        page.get_by_label("E-mail").fill(f"ann-{secrets.token_hex(4)}@page.test")
        page.get_by_role("button", name="Send the code").click()
        expect(page.get_by_label("Code", exact=True)).to_be_visible()
        yield "a new password"

    def account(self) -> Iterator[str]:
        page = self.page
        page.goto(self.library.address())
        settle(page)
        for name in ("Change the password", "Owners of this gallery", "New gallery"):
            page.get_by_role("button", name="Account").click()
            menu = page.get_by_role("dialog", name="Account")
            expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
            if name == "New gallery":
                yield "the account"
            menu.get_by_role("button", name=name).click()
            dialog = page.get_by_role("dialog", name=name)
            expect(dialog.locator("input:not([readonly])").first).to_be_visible()
            yield name
            dialog.get_by_role("button", name="Close").click()
            expect(dialog).to_have_count(0)

    def sharing(self) -> Iterator[str]:
        page = self.page
        self.library.link(name="A name so long that it has to be broken into several lines", days=7)
        page.goto(self.library.address("/shares"))
        expect(page.locator(".share").first).to_be_visible()
        yield "the links"
        page.get_by_role("button", name=re.compile("^Change A name")).first.click()
        expect(page.get_by_role("dialog").get_by_label("Name")).to_be_visible()
        yield "a link that is changed"
        page.keyboard.press("Escape")
        page.locator("main").get_by_role("button", name="Share this gallery").click()
        dialog = page.get_by_role("dialog", name="Share this gallery")
        expect(dialog.get_by_label("Name")).to_be_visible()
        yield "a link that is made"
        dialog.get_by_role("button", name="Create the link").click()
        expect(page.get_by_label("Link", exact=True)).to_be_visible()
        yield "a link that is ready"

    def guests(self) -> Iterator[str]:
        page, link = self.page, self.library.link(password="lake at dawn", name="For Grandma")
        page.goto(link)
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("alert")).to_be_visible()
        yield "a link's password"
        page.get_by_label("Password", exact=True).fill("lake at dawn")
        page.get_by_role("button", name="Open").click()
        settle(page)
        yield "a guest's timeline"
        page.locator(".tile-link").first.click()
        expect(page.locator(".viewer-position")).to_be_visible()
        yield "a guest's photo"
        page.goto(f"{self.library.site.endpoints.page}/gallery/s/{secrets.token_urlsafe(24)}")
        expect(page.get_by_role("heading", name="This link shows nothing")).to_be_visible()
        yield "a link that ended"


TOO_SMALL = """
() => [...document.querySelectorAll("dialog[open] button, .share-deeds button")]
  .filter((button) => button.checkVisibility())
  .map((button) => [button.textContent || button.ariaLabel, button.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < 43.5)
  .map(([name]) => `${name} is small`)
"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("part", ["signing_in", "account", "sharing", "guests"])
def test_everybody_can_come_in(page_of: PageOf, corners: Library, part: str, width: int):
    """Line 49: axe finds nothing serious on the way in; on phones nothing is too small or wide.

    Guards: web/src/style/session.css; web/src/style/account.css; web/src/style/sharing.css
    """
    page = page_of(
        width=width,
        touch=width == 390,
        motion="reduce",
        signed_in=part in ("account", "sharing"),
        expects=[r"^401 ", r"^404 POST .*/api/session/share"],
    )

    found: dict[str, list[str]] = {}
    for state in getattr(Doors(page, corners), part)():
        if width == 390:
            is_wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
            found[state] = [*page.evaluate(TOO_SMALL), *(["it is too wide"] if is_wide else [])]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[f"{state}, {scheme}"] = violations(page)

    assert {state: told for state, told in found.items() if told} == {}
