"""The bar at the top: counts, the choice of a type, search, filters and the menu."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.aws.site import HTTP
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import OBSERVE, layout_shift, scroll_to, settle, tiles
from tests.browser.library import Library, shots, spread

PERIOD = "18 May 2024 \u2013 19 May 2024"
LISTS = re.compile(r"/api/gallery/(date-range|media|buckets)")


@pytest.fixture(scope="module")
def life(library_of: LibraryOf) -> Library:
    """Photos with and without Anna and Björn, videos, and some in every other view."""
    return library_of(
        shots({"2024-05-17": 8, "2024-05-18": 3}, people=["Anna Berg"]),
        shots({"2024-05-18": 2, "2023-08-01": 4}, people=["Anna Berg", "Björn"]),
        shots({"2023-08-02": 5}, people=["Annette Lake"]),
        shots({"2024-05-19": 2}, file_type="video", duration=65.0, people=["Anna Berg"]),
        shots({"2024-05-20": 3}, file_type="video", duration=65.0, is_favorite=True),
        shots({"2024-05-21": 4}, is_favorite=True),
        shots(spread(300, "2015-01-01", "2022-12-31")),
        shots({"2021-01-01": 6}, visibility="archive"),
        shots({"2021-01-02": 2}, visibility="hidden"),
        shots({"2021-01-03": 1}, visibility="locked"),
        shots({"2021-01-04": 7}, deleted_at=datetime.now(UTC), deleted_reason="trashed"),
        shots({"2021-01-05": 2}, thumbnail_error="corrupt"),
    )


@pytest.fixture(scope="module")
def window(shared_page_of: PageOf) -> Page:
    """A page that tests open the timeline in, one after the other: none scrolls."""
    # a video that is pointed at on the way is asked for its parts, which it has not
    return shared_page_of(expects=(r"^404 HEAD .*\.m3u8",))


@pytest.fixture
def page(window: Page, life: Library) -> Iterator[Page]:
    window.mouse.move(0, 0)  # nothing is pointed at any more
    window.goto(life.address())
    settle(window)
    yield window
    window.unroute_all(behavior="ignoreErrors")


def ids(page: Page) -> list[str]:
    """Of the tiles in the page, once they stand still."""
    settle(page)
    return [tile.id for tile in tiles(page)]


class HeldRequests:
    """Requests that wait until they are told to go on."""

    def __init__(self, page: Page, address: str | re.Pattern[str]) -> None:
        self._waiting: list[Route] = []
        self._is_open = False
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._waiting.append(route)

    def let_go(self) -> None:
        """Answers them; those to come do not wait."""
        self._is_open = True
        for route in self._waiting:
            route.continue_()


def choice(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Show").get_by_role("link", name=name)


def count_of(page: Page, name: str) -> Locator:
    """The number on All, Photos or Videos."""
    return choice(page, name).locator(".filter-count")


def chips(page: Page) -> list[str]:
    return page.locator(".chip-name:visible").all_inner_texts()


def open_filters(page: Page) -> Locator:
    page.get_by_role("button", name="Filters").click()
    dialog = page.get_by_role("dialog", name="Filters")
    expect(dialog.get_by_label("From")).to_be_visible()
    return dialog


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_title_stays_and_nothing_moves_when_counts_come(
    page_of: PageOf, life: Library, width: int
):
    """Line 1: the title's counts come late, and move nothing; it stays while one scrolls.

    Guards: web/src/style/header.css: .counts, .filter-choice; web/src/widgets/header.tsx: Header
    """
    held: list[HeldRequests] = []

    def prepare(page: Page) -> None:
        page.add_init_script(OBSERVE)
        held.append(HeldRequests(page, "**/api/gallery/stats**"))

    page = page_of(life.address(), width=width, before=prepare)
    settle(page)
    before = tiles(page), layout_shift(page)
    expect(page.locator(".counts")).to_have_text("\u00a0")

    held[0].let_go()

    stats = life.site.stats()
    expect(page.locator(".counts")).to_contain_text(f"{stats['images']:,} photos")
    expect(page.locator(".counts")).to_contain_text(f"{stats['videos']} videos")
    expect(count_of(page, "All")).to_have_text(f"{stats['total']:,}")
    assert (tiles(page), layout_shift(page)) == before
    scroll_to(page, 700)
    settle(page)
    box = page.locator("header.header").bounding_box()
    assert box == {"x": 0, "y": 0, "width": width, "height": 56 if width < 600 else 64}


@pytest.mark.parametrize(
    ("view", "title"),
    [("fav", "Favourites"), ("archive", "Archive"), ("hidden", "Hidden"), ("locked", "Locked")],
)
def test_each_view_has_its_title_and_its_own_counts(
    page_of: PageOf, life: Library, view: str, title: str
):
    """Line 1: title with counts that equal the API's, in every view.

    Guards: web/src/widgets/header.tsx: countsOf; web/src/widgets/type-filter.tsx: useCounts
    """
    total = life.site.media(view=view)["total"]
    videos = life.site.media(view=view, content_type="video")["total"]

    page = page_of(life.address(view=view))

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".counts")).to_have_text(f"{total} item{'' if total == 1 else 's'}")
    expect(count_of(page, "All")).to_have_text(str(total))
    expect(count_of(page, "Photos")).to_have_text(str(total - videos))
    expect(count_of(page, "Videos")).to_have_text(str(videos))
    page.get_by_role("link", name="Back to the timeline").click()
    expect(page).to_have_url(life.address())


def test_photos_and_videos_are_chosen_at_once_and_in_the_address(page: Page, life: Library):
    """Line 23: All / Photos / Videos is instant and in the URL, with counts.

    Guards: web/src/widgets/type-filter.tsx: TypeFilter; web/src/route.ts: formatRoute
    """
    stats = life.site.stats()
    for name, field in (("All", "total"), ("Photos", "images"), ("Videos", "videos")):
        expect(count_of(page, name)).to_have_text(f"{stats[field]:,}")
    held = HeldRequests(page, LISTS)
    page.evaluate("window.isSamePage = true")

    choice(page, "Videos").click()

    # said before anything has been answered
    expect(choice(page, "Videos")).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(life.address(type="video"))
    expect(count_of(page, "Videos")).to_have_text(str(stats["videos"]))
    held.let_go()
    assert ids(page) == [a.id for a in life.shown if a.file_type == "video"]

    page.reload()
    assert ids(page) == [a.id for a in life.shown if a.file_type == "video"]
    page.evaluate("window.isSamePage = true")
    choice(page, "Photos").click()
    expect(page).to_have_url(life.address(type="image"))
    assert set(ids(page)) <= {a.id for a in life.shown if a.file_type == "image"}
    page.go_back()
    expect(choice(page, "Videos")).to_have_attribute("aria-current", "page")
    assert page.evaluate("window.isSamePage")


def test_a_person_is_found_by_name_with_the_keyboard_alone(page: Page, life: Library):
    """Line 24: person in the URL, surviving reload; chosen by keyboard.

    Guards: web/src/widgets/person-choice.tsx: PersonChoice; web/src/persons.ts: personsNamed
    """
    anna = life.persons["Anna Berg"]
    page.get_by_role("button", name="Filters").press("Enter")
    field = page.get_by_role("combobox", name="Person")
    expect(field).to_be_focused()
    field.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.type("ann")
    expect(page.get_by_role("option")).to_have_count(2)
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(chosen).to_contain_text("Anna Berg")

    page.keyboard.press("Enter")
    page.keyboard.press("Escape")

    expect(page).to_have_url(life.address(person=anna.id))
    expect(page.get_by_role("button", name="Filters, 1")).to_be_focused()
    expected = [a.id for a in life.shown if any(f.person_id == anna.id for f in a.faces.values())]
    assert ids(page) == expected
    assert chips(page) == ["Anna Berg"]
    expect(page.locator(".counts")).to_have_text(f"{len(expected)} items")
    page.reload()
    assert ids(page) == expected
    assert chips(page) == ["Anna Berg"]


def test_person_dates_and_type_combine_and_survive_a_reload(page: Page, life: Library):
    """Line 24: person and dates in the URL, combinable, surviving reload.

    Guards: web/src/widgets/filters.tsx: Filters; web/src/widgets/chips.tsx: Chips
    """
    anna = life.persons["Anna Berg"]
    dialog = open_filters(page)
    dialog.get_by_label("From").fill("2024-05-18")
    dialog.get_by_label("To").fill("2024-05-19")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="Anna Berg").click()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()
    choice(page, "Photos").click()

    asked = {"from_": "2024-05-18", "to": "2024-05-19", "person": anna.id, "type": "image"}
    expected = life.site.media(
        person_id=anna.id, date_from="2024-05-18", date_to="2024-05-19", content_type="image"
    )
    assert len(expected["items"]) == 5
    for _ in range(2):
        assert ids(page) == [item["id"] for item in expected["items"]]
        assert chips(page) == [PERIOD, "Anna Berg"]
        assert _parameters(page.url) == _parameters(life.address(**asked))
        expect(count_of(page, "All")).to_have_text("7")
        expect(count_of(page, "Videos")).to_have_text("2")
        page.reload()

    page.get_by_role("button", name=f"Remove the filter {PERIOD}").click()
    expect(page.locator(".chip-name:visible")).to_have_text(["Anna Berg"])
    assert _parameters(page.url) == _parameters(life.address(person=anna.id, type="image"))
    page.get_by_role("button", name="Remove the filter Anna Berg").click()
    choice(page, "All").click()
    expect(page).to_have_url(life.address())


def _parameters(address: str) -> set[str]:
    return set(address.partition("?")[2].split("&"))


def test_a_wrong_period_is_marked_and_changes_nothing(page: Page, life: Library):
    """Line 24: dates that end before they begin are marked, and the list stays.

    Guards: web/src/widgets/filters.tsx: DayField
    """
    dialog = open_filters(page)
    dialog.get_by_label("From").fill("2024-05-18")
    expect(page).to_have_url(life.address(from_="2024-05-18"))

    dialog.get_by_label("To").fill("2024-05-01")

    expect(dialog.get_by_label("To")).to_have_attribute("aria-invalid", "true")
    expect(page).to_have_url(life.address(from_="2024-05-18"))


def test_the_address_of_old_leads_to_the_gallery(page_of: PageOf, life: Library):
    """Line 25: `/media` redirects to `/gallery`.

    Guards: infra/local/edge.py: to_gallery
    """
    answer = HTTP.request("GET", f"{life.site.endpoints.page}/media", redirect=False)

    assert 300 <= answer.status < 400
    page = page_of(f"{life.site.endpoints.page}/media")
    expect(page).to_have_url(f"{life.site.endpoints.page}/gallery")
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact Sheet")


def test_a_search_waits_for_a_pause_and_makes_one_step_of_history(page: Page, life: Library):
    """Line 24: a search is in the URL and survives a reload; Escape clears it.

    Guards: web/src/widgets/search.tsx: type; web/src/widgets/header.tsx: onSearch
    """
    searches: list[str] = []
    page.on("request", lambda r: searches.append(r.url) if "search=" in r.url else None)
    name = life.shown[10].filename

    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.type(name, delay=20)

    expect(page).to_have_url(life.address(q=name))
    expect(page.locator(".counts")).to_have_text("1 found")
    assert ids(page) == [life.shown[10].id]
    assert len(searches) == 1
    field.press("Backspace")
    page.wait_for_function("(name) => !location.search.includes(name)", arg=name)
    page.reload()
    expect(field).to_have_value(name[:-1])
    assert ids(page) == [life.shown[10].id]

    page.go_back()
    expect(page).to_have_url(life.address())
    expect(field).to_have_value("")

    field.fill("nothing is called so")
    expect(page.locator(".message")).to_be_visible()
    field.press("Escape")
    expect(field).to_have_value("")
    expect(page).to_have_url(life.address())
    assert ids(page)[0] == life.shown[0].id


def test_a_search_that_still_looks_says_how_many_so_far(page_of: PageOf, life: Library):
    """Line 1: a total that is not exact yet is not given as one.

    Guards: web/src/widgets/header.tsx: countsOf
    """
    answer: Any = life.site.media(search="IMG", limit=7)
    answer |= {"total": 7, "total_is_exact": False, "has_more": True}
    answers = iter([answer])

    def search(route: Route) -> None:
        told = next(answers, None)
        if told is not None:  # the next page is still on its way
            route.fulfill(json=told)

    page = page_of(
        life.address(q="IMG"), before=lambda page: page.route("**/media?*search=*", search)
    )

    expect(page.locator(".counts")).to_have_text("so far 7 found")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_menu_leads_everywhere_and_gives_the_focus_back(
    page_of: PageOf, life: Library, width: int
):
    """Line 49: the menu by keyboard: arrows, Enter, Escape; counts of the bin and of failures.

    Guards: web/src/widgets/menu.tsx: moveFocus; web/src/widgets/popover.tsx: close
    """
    page = page_of(life.address(), width=width, height=844)
    settle(page)
    button = page.get_by_role("button", name="Menu")
    button.press("Enter")
    menu = page.get_by_role("dialog", name="Menu")
    here = menu.get_by_role("link", name="Timeline")
    expect(here).to_be_focused()
    expect(here).to_have_attribute("aria-current", "page")
    expect(menu.get_by_role("link", name="Bin")).to_have_text("Bin7")
    expect(menu.get_by_role("link", name="Failures")).to_have_text("Failures2")
    for entry in menu.locator(".menu-item").all():
        box = entry.bounding_box()
        assert box is not None
        assert box["height"] >= 44

    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()

    for name, part in (
        ("Favourites", "view=fav"),
        ("Archive", "view=archive"),
        ("Bin", "view=bin"),
        ("People", "/gallery/people?"),
        ("Failures", "/gallery/failures?"),
        ("Timeline", "/gallery?gallery="),
    ):
        button.press("Enter")
        expect(menu.locator(".menu-item:focus")).to_be_visible()
        page.keyboard.press("Home")
        for _ in menu.locator(".menu-item").all():
            if menu.get_by_role("link", name=name).evaluate("(a) => a.matches(':focus')"):
                break
            page.keyboard.press("ArrowDown")
        expect(menu.get_by_role("link", name=name)).to_be_focused()
        page.keyboard.press("Enter")
        expect(menu).to_be_hidden()
        assert part in page.url
        assert life.site.gallery in page.url


def test_a_press_beside_it_closes_what_was_opened(page: Page):
    """Line 49: filters and menu close by a press beside them.

    Guards: web/src/widgets/popover.tsx: Popover (popover="auto")
    """
    dialog = open_filters(page)

    page.mouse.click(300, 700)

    expect(dialog).to_be_hidden()


def test_everything_in_the_bar_is_large_enough_for_a_finger(page_of: PageOf, life: Library):
    """Line 44: 44 px targets in the bar, its filters and its chips.

    Guards: web/src/style/header.css: .round; web/src/style/filters.css: .chip-remove
    """
    page = page_of(life.address(from_="2024-05-01", q="IMG"), width=390, height=844, touch=True)
    settle(page)
    page.get_by_role("button", name="Filters").tap()
    expect(page.get_by_label("From")).to_be_visible()
    page.wait_for_function("() => document.getAnimations().length === 0")  # it grows as it opens

    selector = "header button, header a:not(.title-link), .filter a, .chip button, .popover input"
    small = page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].filter((target) => {
          const { width, height } = target.getBoundingClientRect();
          return width > 0 && Math.min(width, height) < 44;
        }).map((target) => target.outerHTML.slice(0, 80))""",
        selector,
    )

    assert page.locator(selector).count() > 10
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_and_what_it_opens_is_accessible(
    page_of: PageOf, life: Library, width: int, scheme: str
):
    """Line 49: axe finds nothing serious in the bar, its filters, chips and menu.

    Guards: web/src/style/tokens.css; web/src/widgets/person-choice.tsx: PersonChoice
    """
    anna = life.persons["Anna Berg"]
    page = page_of(
        life.address(person=anna.id, from_="2023-01-01"), width=width, height=844, scheme=scheme
    )
    settle(page)
    assert_accessible(page)

    dialog = open_filters(page)
    dialog.get_by_role("combobox").click()
    dialog.get_by_role("combobox").press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(3)
    assert_accessible(page)

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("dialog", name="Menu")).to_be_visible()
    assert_accessible(page)


def test_a_slash_that_is_typed_is_a_slash(page: Page, life: Library):
    """Line 45: no shortcut fires while typing: a slash in a search is a slash.

    Guards: web/src/widgets/search.tsx: isTyping
    """
    field = page.get_by_role("searchbox", name="Search")
    field.focus()

    page.keyboard.type("a/b")

    expect(field).to_have_value("a/b")
    expect(page).to_have_url(life.address(q="a/b"))


def test_counts_of_a_view_are_right_again_after_a_change(page_of: PageOf, library_of: LibraryOf):
    """Line 23: counts follow a change, and are never asked for while it is on its way.

    Guards: web/src/widgets/type-filter.tsx: isSettled; web/src/counts.ts: withTotal
    """
    liked = library_of(
        shots({"2024-05-21": 1, "2024-05-20": 2}, is_favorite=True),
        shots({"2024-05-19": 2}, file_type="video", duration=65.0, is_favorite=True),
    )
    page = page_of(liked.address(view="fav"))
    expect(count_of(page, "All")).to_have_text("5")
    expect(count_of(page, "Photos")).to_have_text("3")
    expect(count_of(page, "Videos")).to_have_text("2")
    held = HeldRequests(page, "**/api/gallery/bulk")
    counted: list[str] = []
    page.on("request", lambda r: counted.append(r.url) if "limit=1&" in r.url else None)

    page.locator(".tile-link").first.focus()
    page.keyboard.press("x")
    page.get_by_role("button", name="Remove from favourites").click()
    expect(count_of(page, "All")).to_have_text("4")
    expect(count_of(page, "Photos")).to_have_text("")
    choice(page, "Videos").click()
    expect(count_of(page, "Videos")).to_have_text("2")
    choice(page, "All").click()
    assert counted == []
    held.let_go()

    # the lists are believed after three seconds
    expect(count_of(page, "Photos")).to_have_text("2", timeout=15_000)
    expect(count_of(page, "Videos")).to_have_text("2")
    expect(count_of(page, "All")).to_have_text("4")


def test_where_one_has_come_to_is_said_and_stands_in_the_title(page: Page, life: Library):
    """Line 49: views, types, searches and pages say their name and how much they hold.

    Guards: web/src/use-arrival.ts: useArrival; web/src/place-name.ts: arrivalWords
    """
    said = page.locator("[data-live]")
    total = life.site.stats()["total"]
    expect(page).to_have_title(f"Contact Sheet ({total:,})")
    expect(said).to_have_text("")

    def go_to(name: str) -> None:
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("dialog", name="Menu").get_by_role("link", name=name).click()

    go_to("Favourites")
    expect(said).to_have_text("Favourites, 7 items")
    expect(page).to_have_title("Favourites \u2013 Contact Sheet (7)")
    choice(page, "Videos").click()
    expect(said).to_have_text("Favourites, Videos, 3 videos")
    go_to("People")
    expect(said).to_have_text(re.compile("^People"))
    expect(page).to_have_title("People \u2013 Contact Sheet")
    go_to("Failures")
    expect(said).to_have_text("Failures, 2 photos without preview")
    go_to("Timeline")
    expect(said).to_have_text(f"Timeline, {total:,} items")
    expect(page).to_have_title(f"Contact Sheet ({total:,})")

    page.get_by_role("searchbox", name="Search").fill(life.shown[10].filename)
    expect(said).to_have_text(f"“{life.shown[10].filename}”, 1 found")
    page.go_back()
    expect(said).to_have_text(f"Timeline, {total:,} items")


def test_a_filter_that_is_removed_leaves_the_focus_beside_it(page_of: PageOf, life: Library):
    """Line 49: by keyboard: the focus goes to the next filter, and then to where they are made.

    Guards: web/src/widgets/chips.tsx: remove; web/src/widgets/keep-focus.ts: keepFocus
    """
    anna = life.persons["Anna Berg"]
    page = page_of(life.address(person=anna.id, from_="2024-05-18", to="2024-05-19"))
    expect(page.locator(".chip-name:visible")).to_have_text([PERIOD, "Anna Berg"])

    page.get_by_role("button", name=f"Remove the filter {PERIOD}").press("Enter")
    expect(page.get_by_role("button", name="Remove the filter Anna Berg")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".chip-name:visible")).to_have_count(0)
    expect(page.get_by_role("button", name="Filters")).to_be_focused()


def test_the_search_of_a_phone_gives_the_focus_back_to_its_button(page_of: PageOf, life: Library):
    """Line 49: by keyboard: Escape and the arrow back close the search, the focus stays there.

    Guards: web/src/widgets/search.tsx: close
    """
    page = page_of(life.address(), width=390, height=844)
    settle(page)
    opener = page.get_by_role("button", name="Search", exact=True)
    field = page.get_by_role("searchbox", name="Search")

    opener.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    back = page.get_by_role("button", name="Close the search")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(opener).to_be_focused()

    opener.click()
    back.click()
    expect(opener).to_be_focused()
