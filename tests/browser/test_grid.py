"""The grid of the timeline, measured in a real browser."""

import re
from datetime import UTC, datetime
from io import BytesIO
from itertools import count, pairwise
from statistics import median
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import (
    OBSERVE,
    Tile,
    count_tiles,
    headings,
    layout_shift,
    rows,
    scroll_to,
    settle,
    tiles,
    tiles_in_sight,
    wheel,
)
from tests.browser.library import Library, Shelf, colour_of, shots, spread

# A Wednesday.
TODAY = datetime(2024, 6, 5, 12, tzinfo=UTC)
# Notes for how long each picture fades in, milliseconds.
WATCH_FADES = """
window.fades = [];
document.addEventListener("animationstart", (event) => {
  if (!event.target.matches("img")) return;
  for (const animation of event.target.getAnimations()) {
    window.fades.push(animation.effect.getComputedTiming().endTime);
  }
}, true);
"""


@pytest.fixture(scope="module")
def years(library_of: LibraryOf) -> Library:
    """Some thousand photos over nine years; sixty of the newest day, two videos, five undated."""
    return library_of(
        shots({"2024-05-31": 60}),
        shots({"2024-05-30": 2}, file_type="video", duration=65.0),
        shots(spread(2500, "2016-01-01", "2024-05-29")),
        shots({None: 5}),
    )


class HeldPictures:
    """Pictures that wait until they are told to come."""

    def __init__(self) -> None:
        self.waiting: list[Route] = []
        self.came = 0

    def hold(self, page: Page) -> None:
        page.route("**/photos/**", lambda route: self.waiting.append(route))

    def wait_for(self, page: Page, count: int) -> None:
        """Until so many wait."""
        while len(self.waiting) < count:
            page.wait_for_event("request")

    def let_come(self) -> None:
        self.came += len(self.waiting)
        for route in self.waiting:
            route.continue_()
        self.waiting.clear()


def test_the_page_opens_on_the_newest_day_with_the_counts_of_the_api(
    page_of: PageOf, years: Library
):
    """Line 1: opens straight on the timeline, newest first; counts that equal the API's.

    Guards: web/src/months.ts: compareKeys; web/src/widgets/header.tsx: countsOf
    """
    stats = years.site.stats()

    page = page_of(years.address())
    settle(page)

    shown = [tile.id for tile in tiles(page)]
    assert shown == [asset.id for asset in years.shown[: len(shown)]]
    assert page.evaluate("window.scrollY") == 0
    counts = page.locator(".counts").inner_text()
    assert f"{stats['images']:,} photos" in counts
    assert f"{stats['videos']} videos" in counts
    assert page.title() == f"Contact Sheet ({stats['total']:,})"


def test_days_are_called_as_people_call_them(page_of: PageOf, library_of: LibraryOf):
    """Line 2: Today, Yesterday, weekday and date; the year when it is not this year.

    Guards: web/src/days.ts: dayTitle
    """
    days = library_of(
        shots({"2024-06-05": 8, "2024-06-04": 8, "2024-06-03": 8, "2023-06-05": 8}),
        shots({None: 8}),
    )

    page = page_of(
        days.address(), height=2400, before=lambda page: page.clock.set_fixed_time(TODAY)
    )
    settle(page)

    assert headings(page) == [
        "Today",
        "Yesterday",
        "Monday, 3 June",
        "Monday, 5 June 2023",
        "Undated",
    ]


@pytest.mark.parametrize("width", [390, 768, 1440, 2560])
def test_rows_fill_the_width_and_nothing_is_cropped(page_of: PageOf, years: Library, width: int):
    """Line 3: justified rows, equal gaps, the last row of a day not stretched, nothing cropped.

    Guards: web/src/rows.ts: fillRows; web/src/layout.ts: layoutMonth
    """
    ratios = {asset.id: (asset.width or 1) / (asset.height or 1) for asset in years.assets}

    page = page_of(years.address(), width=width)
    settle(page)

    found = rows(tiles(page))
    box = page.locator(".timeline").bounding_box()
    assert box is not None
    left, right = box["x"], box["x"] + box["width"]
    day = [row for row in found if row[0].day == found[0][0].day]
    full, last = day[:-1], day[-1]
    assert len(full) >= 3
    for row in full:
        assert row[0].left == pytest.approx(left, abs=0.6)
        assert row[-1].right == pytest.approx(right, abs=0.6)
    assert last[-1].right <= right + 0.6
    assert last[0].height <= 1.3 * max(row[0].height for row in full)
    beside = [b.left - a.right for row in found for a, b in pairwise(row)]
    below = [b[0].top - a[0].bottom for a, b in pairwise(day)]
    assert max(beside + below) - min(beside + below) <= 1.1
    for row in found:
        for tile in row:
            assert tile.width / tile.height == pytest.approx(ratios[tile.id], rel=0.02)


def give_each_its_own_address(page: Page) -> None:
    """Let no picture be in the browser's cache because another photo has the same."""
    numbers = count()

    def rename(route: Route) -> None:
        told = route.fetch()
        body = re.sub(r'(/photos/[^"]*)', lambda m: f"{m[1]}?{next(numbers)}", told.text())
        route.fulfill(response=told, body=body)

    page.route("**/api/gallery/buckets/**", rename)


def test_nothing_moves_while_slow_pictures_arrive(page_of: PageOf, years: Library):
    """Line 4: boxes have their final size before any image arrives: no shift over 20 screens.

    Guards: web/src/widgets/tile.tsx: PlainTile (its place); web/src/layout.ts: layoutMonth
    """
    held = HeldPictures()

    def prepare(page: Page) -> None:
        page.add_init_script(OBSERVE)
        give_each_its_own_address(page)
        held.hold(page)

    page = page_of(years.address(), before=prepare)
    for _ in range(20):
        settle(page)
        before = tiles(page)
        held.let_come()
        page.wait_for_function(EVERY_PICTURE_IN_SIGHT_IS_THERE)
        assert tiles(page) == before
        wheel(page, 800)

    assert held.came > 150
    assert layout_shift(page) == 0


EVERY_PICTURE_IN_SIGHT_IS_THERE = """
() => [...document.querySelectorAll(".tile-link")].every((tile) => {
  const { top, bottom } = tile.getBoundingClientRect();
  if (bottom < 0 || top > window.innerHeight) return true;
  return tile.querySelector("img")?.naturalWidth > 0;
})
"""


@pytest.mark.parametrize(("motion", "fades"), [("no-preference", True), ("reduce", False)])
def test_a_placeholder_waits_and_the_picture_fades_in_quickly(
    page_of: PageOf, years: Library, motion: str, fades: bool
):
    """Line 5: placeholder first, then a fade of at most 150 ms; none with reduced motion.

    Guards: web/src/widgets/placeholder.tsx: Placeholder; web/src/style/timeline.css: .faded
    """
    held = HeldPictures()

    def prepare(page: Page) -> None:
        page.add_init_script(WATCH_FADES)
        held.hold(page)

    page = page_of(years.address(), before=prepare, motion=motion)
    settle(page)
    page.wait_for_function("() => document.querySelector('canvas.placeholder').width > 1")

    shown = tiles_in_sight(page)[0]
    number = int(next(a for a in years.assets if a.id == shown.id).url.split("/")[1].split(".")[0])
    # a placeholder is a blur of some bytes: near the colour, not the colour
    assert _far(_colour(page, shown), colour_of(number // 4)) < 60
    held.let_come()
    page.wait_for_function(EVERY_PICTURE_IN_SIGHT_IS_THERE)
    expect(page.locator("img.picture.coming")).to_have_count(0)
    page.wait_for_function("() => document.getAnimations().every((a) => a.playState !== 'running')")

    assert _far(_colour(page, shown), colour_of(number // 4)) < 6
    durations: list[float] = page.evaluate("window.fades")
    assert (len(durations) > 0) == fades
    assert max(durations, default=0) <= 150


def _colour(page: Page, tile: Tile) -> tuple[int, int, int]:
    """The colour in the middle of a tile, as it is on the screen."""
    clip = {
        "x": tile.left + tile.width / 2,
        "y": tile.top + tile.height / 2,
        "width": 1,
        "height": 1,
    }
    pixel: Any = Image.open(BytesIO(page.screenshot(clip=clip))).convert("RGB").getpixel((0, 0))  # type: ignore[arg-type]
    return pixel  # type: ignore[no-any-return]


def _far(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def test_only_tiles_near_the_window_are_in_the_page(page_of: PageOf, library_of: LibraryOf):
    """Line 6: fewer than 300 tiles in the page, wherever one is.

    Guards: web/src/near-rows.ts: cut
    """
    crowded = library_of(
        shots({"2024-05-17": 900, "2024-05-16": 3}), shots({"2024-04-01": 500}), with_rows=False
    )
    page = page_of(crowded.address(), width=2560, height=2600)
    settle(page)
    height = page.evaluate("document.documentElement.scrollHeight")

    counts = []
    for part in (0, 0.35, 0.7, 1):
        scroll_to(page, part * height)
        settle(page)
        counts.append(count_tiles(page))

    assert max(counts) < 300
    assert min(counts) > 80


def test_pictures_in_sight_come_first(page_of: PageOf, years: Library):
    """Line 7: images in sight come before those above and below.

    Guards: web/src/widgets/tile.tsx: Picture
    """
    came: list[str] = []
    page = page_of(years.address(), before=give_each_its_own_address)
    settle(page)
    page.wait_for_function(EVERY_PICTURE_IN_SIGHT_IS_THERE)
    page.on("requestfinished", lambda r: came.append(r.url) if "/photos/" in r.url else None)
    # as over a slow line: few at a time, so that it matters which go first
    session = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 250, "downloadThroughput": 4e5, "uploadThroughput": 4e5}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)

    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    scroll_to(page, page.evaluate("document.documentElement.scrollHeight") * 0.5)
    settle(page)
    page.wait_for_function(EVERY_PICTURE_IN_SIGHT_IS_THERE)
    settle(page)

    page.unroute_all(behavior="ignoreErrors")  # what lies ahead is still being fetched
    in_sight = {tile.id for tile in tiles_in_sight(page)}
    addresses = page.evaluate(
        """() => [...document.querySelectorAll(".tile-link")].map((tile) => [
          tile.dataset.id, tile.querySelector("img")?.src ?? null
        ])"""
    )
    seen = {url for id_, url in addresses if id_ in in_sight}
    first = [place for place, url in enumerate(came) if url in seen]
    rest = [place for place, url in enumerate(came) if url in asked - seen]
    assert len(first) >= 8
    assert not rest or median(first) < median(rest)


@pytest.mark.parametrize("way", [1, -1])
def test_pictures_ahead_come_before_those_behind(page_of: PageOf, years: Library, way: int):
    """Line 7: images ahead of the window, where one scrolls to, come before those behind.

    Guards: web/src/widgets/tile.tsx: sideOf
    """
    page = page_of(years.address(), before=give_each_its_own_address)
    settle(page)
    scroll_to(page, page.evaluate("document.documentElement.scrollHeight") * 0.4)
    settle(page)
    page.evaluate("(way) => window.scrollBy({ top: way * 100, behavior: 'instant' })", way)
    page.wait_for_load_state("networkidle")  # months that way are there before their photos are
    settle(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # farther than what is in the page reaches, and in one go: nothing is in sight on the way
    page.evaluate("(way) => window.scrollBy({ top: way * 4000, behavior: 'instant' })", way)
    settle(page)
    page.wait_for_function(EVERY_PICTURE_IN_SIGHT_IS_THERE)
    page.wait_for_function(
        "() => document.querySelectorAll('.tile-link:not(:has(img))').length === 0"
    )
    page.unroute_all(behavior="ignoreErrors")

    sides = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("img.picture")].map((image) => {
          const { top, bottom } = image.getBoundingClientRect();
          return [image.src, bottom <= 0 ? -1 : top >= window.innerHeight ? 1 : 0];
        }))"""
    )
    ahead = [place for place, url in enumerate(asked) if sides.get(url) == way]
    behind = [place for place, url in enumerate(asked) if sides.get(url) == -way]
    assert len(ahead) >= 4
    assert len(behind) >= 4
    assert max(ahead) < min(behind)


def test_pictures_scrolled_past_are_cancelled(page_of: PageOf, years: Library):
    """Line 7: images scrolled past are cancelled, so that those in sight need not wait.

    Guards: web/src/widgets/tile.tsx: Picture
    """
    held = HeldPictures()
    cancelled: list[str] = []

    def prepare(page: Page) -> None:
        held.hold(page)
        page.on("requestfailed", lambda request: cancelled.append(request.url))

    page = page_of(years.address(), before=prepare)
    settle(page)
    held.wait_for(page, 12)
    passed = {route.request.url for route in held.waiting}

    scroll_to(page, 40_000)
    settle(page)
    page.wait_for_function("() => document.querySelectorAll('img.picture').length > 0")

    assert passed
    assert set(cancelled) >= passed


def test_nothing_is_kept_of_pictures_scrolled_past_before_they_came(
    page_of: PageOf, years: Library
):
    """Line 6: what is in the page is bounded, and what has left it is gone.

    Guards: web/src/cancel-picture.ts: cancelPicture
    """
    held = HeldPictures()
    page = page_of(years.address(), before=held.hold)
    session = page.context.new_cdp_session(page)
    nodes: list[int] = []

    for place in range(12):
        scroll_to(page, 3_000 * place)
        settle(page)
        page.wait_for_timeout(300)  # some pictures are asked for
        session.send("HeapProfiler.collectGarbage")
        nodes.append(session.send("Memory.getDOMCounters")["nodes"])

    assert len(held.waiting) > 40
    assert max(nodes[6:]) < 1.5 * max(nodes[:3])


@pytest.mark.parametrize("width", [700, 390, 2200])
def test_resizing_keeps_the_photo_at_the_top(page_of: PageOf, years: Library, width: int):
    """Line 8: resizing keeps the photo that was at the top.

    Guards: web/src/month-stack.ts: positionOf
    """
    page = page_of(years.address())
    settle(page)
    scroll_to(page, page.evaluate("document.documentElement.scrollHeight") * 0.4)
    settle(page)
    top = tiles_in_sight(page)[0]

    page.set_viewport_size({"width": width, "height": 900})
    settle(page)

    row = [tile for tile in tiles_in_sight(page) if tile.top == tiles_in_sight(page)[0].top]
    assert top.id in {tile.id for tile in row}


@pytest.fixture(scope="module")
def troubled(library_of: LibraryOf) -> Library:
    """Photos that failed, are pending, or whose original is missing, beside one that is ready."""
    day = {"2024-05-17": 1}
    return library_of(
        shots(day, thumbnail_error="corrupt", filename="broken.jpg"),
        shots({"2024-05-16": 1}, thumbnail_key=None, filename="pending.jpg"),
        shots({"2024-05-15": 1}, thumbnail_key=None, original_missing=True, filename="gone.jpg"),
        shots({"2024-05-14": 1}, filename="lost.jpg"),
        shots({"2024-05-13": 1}, filename="fine.jpg"),
    )


def _named(library: Library, name: str) -> str:
    """Selector of the tile of a photo."""
    asset = next(asset for asset in library.assets if asset.filename == name)
    return f".tile-link[data-id='{asset.id}']"


def test_a_failed_picture_is_a_neutral_tile_that_still_opens(page_of: PageOf, troubled: Library):
    """Line 9: a failed thumbnail is a neutral tile with its name and still opens.

    Guards: web/src/widgets/tile.tsx: PlainTile
    """
    lost = next(asset for asset in troubled.assets if asset.filename == "lost.jpg")

    def prepare(page: Page) -> None:
        number = lost.key.rpartition("/")[2].split(".")[0]
        for address in (f"**/photos/colours/{number}_thumb.jpg", f"**/.small/{number}.jpg.jpg"):
            page.route(address, lambda route: route.fulfill(status=404))

    page = page_of(troubled.address(), before=prepare, expects=["^404 GET .*(_thumb|small)"])

    for name, words in (("broken.jpg", "No preview"), ("lost.jpg", "No preview")):
        tile = page.locator(_named(troubled, name))
        expect(tile).to_contain_text(name)
        expect(tile).to_contain_text(words)
        expect(tile.locator("img")).to_have_count(0)
    expect(page.locator(_named(troubled, "gone.jpg"))).to_contain_text("Still to arrive")
    page.locator(_named(troubled, "broken.jpg")).click()
    expect(page).to_have_url(re.compile("/gallery/photo/"))
    expect(page.locator(".viewer")).to_be_visible()


def test_a_pending_picture_says_so_and_replaces_itself(
    page_of: PageOf, troubled: Library, shelf: Shelf
):
    """Line 9: a pending one says so and replaces itself.

    Guards: web/src/gallery.ts: watch
    """
    pending = next(asset for asset in troubled.assets if asset.filename == "pending.jpg")
    page = page_of(troubled.address())
    tile = page.locator(_named(troubled, "pending.jpg"))
    expect(tile).to_contain_text("Being prepared")
    # it is asked after by itself, sooner than the next look at the whole list
    page.route("**/api/gallery/date-range**", lambda route: route.abort())
    before = tile.bounding_box()

    shelf.draw_now(pending)

    expect(tile.locator("img.picture")).to_be_visible(timeout=20_000)
    expect(tile).not_to_contain_text("Being prepared")
    assert tile.bounding_box() == before


def test_videos_show_their_length_and_a_play_mark(page_of: PageOf, years: Library):
    """Line 10: videos show duration and a play mark.

    Guards: web/src/widgets/tile.tsx: PlainTile
    """
    page = page_of(years.address(type="video"))
    settle(page)

    assert len(tiles(page)) == 2
    for tile in page.locator(".tile-link").all():
        mark, box = tile.locator(".tile-video"), tile.bounding_box()
        expect(mark).to_contain_text("1:05")
        inside = mark.locator("svg").bounding_box()
        assert box is not None
        assert inside is not None
        assert inside["width"] >= 12
        assert box["x"] < inside["x"] < box["x"] + box["width"] - inside["width"]
    page.goto(years.address(type="image"))
    settle(page)
    expect(page.locator(".tile-video")).to_have_count(0)


def test_an_empty_gallery_says_how_to_begin(page_of: PageOf, years: Library):
    """Line 11: an empty gallery has a state of its own, with a way out.

    Guards: web/src/widgets/nothing.tsx: Nothing
    """
    page = page_of(
        f"{years.site.endpoints.page}/gallery?gallery=t-nothing-in-here",
        expects=["^404 GET .*gallery=t-nothing-in-here"],
    )

    message = page.locator(".message")
    expect(message).to_contain_text("No photos yet")
    message.get_by_role("button", name="Add photos").click()
    expect(page.get_by_role("region", name=re.compile("upload", re.I)).first).to_be_visible()


def test_a_list_without_results_leads_back_to_everything(page_of: PageOf, years: Library):
    """Line 11: a list without results says so, with a way out.

    Guards: web/src/widgets/nothing.tsx: Nothing
    """
    page = page_of(years.address(from_="2003-01-01", to="2003-12-31", type="video"))
    expect(page.locator(".message")).to_contain_text("Nothing here passes these filters")

    page.get_by_role("button", name="Show everything").click()

    settle(page)
    assert tiles(page)[0].id == years.shown[0].id
    assert "2003" not in page.url
    assert years.site.gallery in page.url


def test_a_server_that_does_not_answer_is_said_and_asked_again(page_of: PageOf, years: Library):
    """Line 11: an error state with Retry.

    Guards: web/src/photo-list.ts: load
    """
    away = "**/api/gallery/**"
    page = page_of(years.address(), before=lambda page: page.route(away, lambda r: r.abort()))
    expect(page.locator(".message")).to_contain_text("could not be loaded")
    expect(page.locator(".message")).to_contain_text("The server does not answer")

    page.unroute(away)
    page.get_by_role("button", name="Retry").click()

    settle(page)
    assert tiles(page)[0].id == years.shown[0].id


def test_retry_in_the_middle_keeps_the_position(page_of: PageOf, years: Library):
    """Line 11: Retry keeps the position.

    Guards: web/src/widgets/timeline.tsx: fill
    """
    page = page_of(years.address())
    settle(page)
    for parts in ("**/api/gallery/buckets/**", "**/api/gallery/media**"):
        page.route(parts, lambda route: route.abort())
    scroll_to(page, page.evaluate("document.documentElement.scrollHeight") * 0.6)
    retry = page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    where = page.evaluate("window.scrollY")
    day = page.evaluate(DAY_AT_THE_TOP)

    page.unroute_all()
    retry.click()
    settle(page)

    expect(retry).to_have_count(0)
    assert page.evaluate("window.scrollY") == pytest.approx(where, abs=20)
    assert page.evaluate(DAY_AT_THE_TOP) == day


DAY_AT_THE_TOP = """
() => {
  const top = document.querySelector("header").getBoundingClientRect().bottom;
  const days = [...document.querySelectorAll(".day")].map((day) => [
    day.getBoundingClientRect().bottom, day.getAttribute("aria-label"),
  ]);
  return days.filter(([bottom]) => bottom > top).sort(([a], [b]) => a - b)[0][1];
}
"""


def test_undated_photos_have_their_own_section_at_the_end(page_of: PageOf, years: Library):
    """Line 12: undated photos have their own section.

    Guards: web/src/months.ts: keyOfMonth
    """
    page = page_of(years.address())
    settle(page)

    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('.month[data-month=undated]') !== null")
    settle(page)

    shown = [tile for tile in tiles_in_sight(page) if tile.day == "Undated"]
    assert {tile.id for tile in shown} == {a.id for a in years.shown[-5:]}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata"])
def test_days_are_the_places_own_under_any_time_zone(
    page_of: PageOf, library_of: LibraryOf, zone: str
):
    """Line 13: days are the place's local days under any browser time zone.

    Guards: web/src/days.ts: dayTitle (UTC)
    """
    late = [
        datetime(2023, 3, 26, 0, 0, 1),  # noqa: DTZ001 (a wall clock)
        datetime(2023, 3, 25, 23, 59, 59),  # noqa: DTZ001
        datetime(2023, 1, 1),  # noqa: DTZ001
        datetime(2022, 12, 31, 23, 59),  # noqa: DTZ001
    ]
    library = library_of(
        [shot for taken in late for shot in shots({taken.isoformat()[:10]: 1}, taken_local=taken)]
    )

    page = page_of(library.address(), zone=zone)
    settle(page)

    assert headings(page) == [
        "Sunday, 26 March 2023",
        "Saturday, 25 March 2023",
        "Sunday, 1 January 2023",
        "Saturday, 31 December 2022",
    ]
    assert [tile.id for tile in tiles(page)] == [asset.id for asset in library.shown]
