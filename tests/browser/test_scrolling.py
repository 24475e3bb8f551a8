"""Scrolling through libraries of any size, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, Request, Route

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.endless import EndlessLibrary, even_days
from tests.browser.grid import (
    count_tiles,
    first_heading_in_sight,
    scroll_to,
    settle,
    tiles,
    tiles_in_sight,
)
from tests.browser.library import Library, Shelf, shots, spread
from tests.browser.working import longest_task_ms, scroll_for

# Chrome at two device pixels per CSS pixel lets no element be higher, CSS pixels.
CAP = 16_777_214


@pytest.fixture(scope="module")
def years(library_of: LibraryOf) -> Library:
    """Some thousand photos over nine years."""
    return library_of(shots(spread(3000, "2016-01-01", "2024-05-31")))


@pytest.fixture(scope="module")
def two_million(shelf: Shelf) -> EndlessLibrary:
    """Forty years with two million photos; their lists are worked out, not stored."""
    return EndlessLibrary(even_days(1985, 2024, 2_000_000), shelf.pictures)


@pytest.fixture
def endless_page(page_of: PageOf, years: Library, two_million: EndlessLibrary) -> Page:
    """The page on two million photos."""
    page = page_of(years.address(), before=two_million.serve, scale=2)
    settle(page)
    return page


def test_end_shows_the_oldest_photo_and_home_the_newest(page_of: PageOf, years: Library):
    """Line 14: the oldest photo is reachable; Home and End work.

    Guards: web/src/scroll-map.ts: lastPosition
    """
    page = page_of(years.address())
    settle(page)

    page.keyboard.press("End")
    _wait_for_rank(page, len(years.shown) - 1)
    settle(page)
    last = tiles_in_sight(page)[-1]
    room = page.evaluate("window.innerHeight") - last.bottom

    page.keyboard.press("Home")
    _wait_for_rank(page, 0)
    settle(page)
    first = tiles_in_sight(page)[0]

    assert last.id == years.shown[-1].id
    assert 0 <= room < 200
    assert first.id == years.shown[0].id
    assert page.evaluate("window.scrollY") == 0


def test_the_oldest_of_two_million_is_reached_by_end_and_home_returns(
    endless_page: Page, two_million: EndlessLibrary
):
    """Line 14: heights are capped and mapped, so that the oldest photo is reachable at any size.

    Guards: web/src/scroll-map.ts: stateFor
    """
    page = endless_page
    photos_high = two_million.total / 6 * 200  # more than that: six a row at the most

    page.keyboard.press("End")
    _wait_for_rank(page, two_million.total - 1)
    settle(page)

    assert photos_high > CAP
    assert page.evaluate("document.documentElement.scrollHeight") < CAP
    oldest = tiles_in_sight(page)[-1]
    assert oldest.rank == two_million.total - 1
    assert oldest.bottom <= page.evaluate("window.innerHeight")
    assert first_heading_in_sight(page).endswith("January 1985")
    assert count_tiles(page) < 300
    page.keyboard.press("Home")
    _wait_for_rank(page, 0)
    settle(page)
    assert tiles_in_sight(page)[0].rank == 0


def test_the_oldest_of_two_million_is_reached_by_the_scroll_bar_and_the_wheel(
    endless_page: Page, two_million: EndlessLibrary
):
    """Line 14: the scroll bar reaches every part, and the wheel goes on to the very last photo.

    Guards: web/src/scroll-map.ts: positionAfter
    """
    page = endless_page
    reached = []
    for part in (0.25, 0.5, 0.75):
        scroll_to(page, part * page.evaluate("document.documentElement.scrollHeight"))
        settle(page)
        reached.append(tiles_in_sight(page)[0].rank / two_million.total)
    scroll_to(page, page.evaluate("document.documentElement.scrollHeight"))
    settle(page)
    by_bar = tiles_in_sight(page)[-1].rank
    page.mouse.move(600, 500)
    page.mouse.wheel(0, -6000)
    page.wait_for_function(
        "(rank) => document.querySelector(`.tile-link[data-rank='${rank}']`) === null", arg=by_bar
    )
    settle(page)
    above = tiles_in_sight(page)[-1].rank
    page.mouse.wheel(0, 6500)
    _wait_for_rank(page, two_million.total - 1)
    settle(page)

    assert reached == pytest.approx([0.25, 0.5, 0.75], abs=0.02)
    assert by_bar == two_million.total - 1
    assert above < two_million.total - 100
    assert tiles_in_sight(page)[-1].rank == two_million.total - 1


def test_the_oldest_of_two_million_is_reached_by_the_scrubber(
    endless_page: Page, two_million: EndlessLibrary
):
    """Line 14: dragging the scrubber to its end shows the oldest photo.

    Guards: web/src/widgets/timeline.tsx: seek
    """
    page = endless_page
    rail = page.get_by_role("slider").bounding_box()
    assert rail is not None
    x = rail["x"] + rail["width"] / 2

    page.mouse.move(x, rail["y"] + 2)
    page.mouse.down()
    page.mouse.move(x, rail["y"] + rail["height"] / 2, steps=5)
    page.mouse.move(x, rail["y"] + rail["height"] + 20, steps=5)
    page.mouse.up()
    _wait_for_rank(page, two_million.total - 1)
    settle(page)

    assert tiles_in_sight(page)[-1].rank == two_million.total - 1
    assert first_heading_in_sight(page).endswith("January 1985")


def test_wheeling_in_the_middle_of_two_million_moves_by_as_much_as_the_wheel(
    endless_page: Page,
):
    """Line 14: capping does not change how far a turn of the wheel goes.

    Guards: web/src/scroll-map.ts: positionAfter
    """
    page = endless_page
    scroll_to(page, page.evaluate("document.documentElement.scrollHeight") * 0.37)
    settle(page)
    for way in (300, 300, -300, 500):
        kept = {tile.id: tile.top for tile in tiles(page)}
        page.mouse.move(600, 500)
        page.mouse.wheel(0, way)
        some = next(id_ for id_, top in kept.items() if 400 < top < 900)
        page.wait_for_function(
            """([id, top]) => {
              const tile = document.querySelector(`[data-id="${id}"]`);
              return tile && Math.abs(tile.getBoundingClientRect().top - top) <= 1;
            }""",
            arg=[some, kept[some] - way],
        )
        settle(page)


def test_ten_seconds_of_scrolling_a_hundred_thousand_photos_hold_nothing_up(
    page_of: PageOf, years: Library, shelf: Shelf
):
    """Line 15: no task over 50 ms in ten seconds of scrolling through 100,000 photos.

    Guards: web/src/near-rows.ts: rowsNear; web/src/widgets/timeline.tsx: REACH
    """
    many = EndlessLibrary(even_days(1985, 2024, 100_000), shelf.pictures)
    page = page_of(years.address(), before=many.serve)
    settle(page)

    longest = longest_task_ms(page, lambda: scroll_for(page, 10))

    settle(page)
    assert tiles_in_sight(page)[0].rank > 300
    assert longest < 50


def test_a_day_of_fifty_thousand_photos_opens_without_freezing(
    page_of: PageOf, years: Library, shelf: Shelf
):
    """Line 15: a 50,000-photo day opens without freezing.

    Guards: web/src/rows.ts: fillRows; web/src/photo-list.ts: STRETCH
    """
    days = {"2024-05": [0] * 16 + [50_000] + [0] * 14, "2024-04": [10] * 30}
    wedding = EndlessLibrary(days, shelf.pictures)
    asked: list[int] = []

    def note(request: Request) -> None:
        found = re.search(r"limit=(\d+)", request.url)
        if "/media" in request.url and found:
            asked.append(int(found[1]))

    page = page_of("")
    wedding.serve(page)
    page.on("request", note)

    def open_and_scroll() -> None:
        page.goto(years.address())
        settle(page)
        scroll_to(page, page.evaluate("document.documentElement.scrollHeight") * 0.6)
        settle(page)
        scroll_for(page, 2)
        settle(page)

    longest = longest_task_ms(page, open_and_scroll)

    assert 25_000 < tiles_in_sight(page)[0].rank < 35_000
    assert first_heading_in_sight(page).startswith("Friday, 17 May 2024")
    assert max(asked) <= 500
    assert sum(asked) < 3000
    # a layout whose time grows with the square of their number takes 5 s
    assert longest < 100
    assert count_tiles(page) < 300


def test_scrolling_up_into_unloaded_months_does_not_move_what_one_looks_at(
    page_of: PageOf, years: Library
):
    """Line 16: scrolling up into unloaded months moves what one looks at by at most 1 px.

    Guards: web/src/widgets/timeline.tsx: anchor; web/src/scroller.ts: shift
    """
    waiting: list[Route] = []
    page = page_of(years.address())
    settle(page)
    page.keyboard.press("End")
    _wait_for_rank(page, len(years.shown) - 1)
    settle(page)
    page.route("**/api/gallery/buckets/**", lambda route: waiting.append(route))

    arrivals = 0
    for _ in range(24):
        before = {tile.id: tile.top for tile in tiles(page)}
        page.mouse.move(600, 500)
        page.mouse.wheel(0, -450)
        _wait_until_moved(page, before, 450)
        _wait_until_still(page)
        seen = {tile.id: tile.top for tile in tiles_in_sight(page)}
        if not seen:
            break
        if waiting:
            arrivals += 1
            for route in waiting:
                route.continue_()
            waiting.clear()
            page.wait_for_function("() => document.querySelector('.tile-empty') === null")
        settle(page)
        after = {tile.id: tile.top for tile in tiles(page)}
        assert max(abs(after[id_] - top) for id_, top in seen.items() if id_ in after) <= 1
        assert len(seen.keys() & after.keys()) > 0

    assert arrivals >= 3


def _wait_for_rank(page: Page, rank: int) -> None:
    page.wait_for_function(
        "(rank) => document.querySelector(`.tile-link[data-rank='${rank}']`) !== null", arg=rank
    )


def _wait_until_moved(page: Page, before: dict[str, float], by: float) -> None:
    """Until a tile that was there stands lower by as much."""
    page.wait_for_function(
        """([before, by]) => [...document.querySelectorAll(".tile-link")].some((tile) => {
          const top = before[tile.dataset.id];
          return top !== undefined
            && Math.abs(tile.getBoundingClientRect().top - top - by) <= 1;
        })""",
        arg=[before, by],
    )


def _wait_until_still(page: Page) -> None:
    """Until every tile that is loaded stands where it stood a moment ago."""
    page.wait_for_function(
        """() => {
          const now = [...document.querySelectorAll(".tile")]
            .map((tile) => tile.getBoundingClientRect().top.toFixed(1)).join();
          const isStill = now === window.toppedBefore;
          window.toppedBefore = now;
          return isStill;
        }""",
        polling=200,
    )
