"""What the timeline shows: its tiles, rows and days, read off the page as a person sees them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Notes every shift of what was already drawn, and every long task; from before the page's scripts.
OBSERVE = """
window.seen = { shifts: [], tasks: [] };
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    if (!shift.hadRecentInput) window.seen.shifts.push(shift.value);
  }
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.seen.tasks.push(Math.round(task.duration));
}).observe({ type: "longtask", buffered: true });
"""
# Once no request for a list is on its way and two frames found the same tiles at the same places.
_SETTLED = """
() => {
  const of = (tile) => {
    const { left, top, width } = tile.getBoundingClientRect();
    return `${tile.dataset.id} ${left.toFixed(1)} ${top.toFixed(1)} ${width.toFixed(1)}`;
  };
  const now = [...document.querySelectorAll(".tile-link")].map(of).join("|");
  const isSame = now === window.tilesBefore && now !== "";
  window.tilesBefore = now;
  return isSame && document.querySelector(".tile-empty") === null;
}
"""
_TILES = """
() => [...document.querySelectorAll(".tile-link")].map((tile) => {
  const { left, top, width, height } = tile.getBoundingClientRect();
  const day = tile.closest(".day");
  return {
    id: tile.dataset.id, rank: Number(tile.dataset.rank), day: day.getAttribute("aria-label"),
    left, top, width, height,
  };
})
"""


@dataclass(frozen=True)
class Tile:
    """A tile in the page; CSS pixels from the top left of the window.

    Attributes:
        day: Heading of the day that it stands under.
    """

    id: str
    rank: int
    day: str
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


def tiles(page: Page) -> list[Tile]:
    """Every tile in the page, in the order of the list."""
    found = [Tile(**told) for told in page.evaluate(_TILES)]
    return sorted(found, key=lambda tile: tile.rank)


def tiles_in_sight(page: Page) -> list[Tile]:
    """Those of which a part can be seen below the header."""
    top, bottom = header_height(page), page.viewport_size["height"]  # type: ignore[index]
    return [tile for tile in tiles(page) if tile.bottom > top and tile.top < bottom]


def count_tiles(page: Page) -> int:
    """How many tiles are in the page, empty ones included."""
    count: int = page.evaluate("document.querySelectorAll('.tile').length")
    return count


def rows(found: Sequence[Tile]) -> list[list[Tile]]:
    """Tiles of one day beside each other, from the left, rows from the top."""
    by_row: dict[tuple[str, float], list[Tile]] = defaultdict(list)
    for tile in found:
        by_row[tile.day, round(tile.top, 1)].append(tile)
    return [sorted(row, key=lambda tile: tile.left) for _, row in sorted(by_row.items(), key=_top)]


def header_height(page: Page) -> float:
    """CSS pixels that the bar at the top covers."""
    height: float = page.evaluate("document.querySelector('header').getBoundingClientRect().bottom")
    return height


def settle(page: Page) -> None:
    """Wait until every tile around the window is known and stands still."""
    page.wait_for_function(_SETTLED, polling=60)


def scroll_to(page: Page, y: float) -> None:
    """Scroll the window, as its scroll bar does."""
    page.evaluate("(y) => window.scrollTo({ top: y, behavior: 'instant' })", y)


def wheel(page: Page, by: float) -> None:
    """Turn the mouse wheel over the timeline, and wait until the window has followed."""
    wanted = page.evaluate("(by) => window.scrollY + by", by)
    page.mouse.move(600, 500)
    page.mouse.wheel(0, by)
    page.wait_for_function("(y) => Math.abs(window.scrollY - y) < 1", arg=wanted)


def headings(page: Page) -> list[str]:
    """The days' headings in the page, from the top."""
    found: list[Any] = page.evaluate(
        """[...document.querySelectorAll(".day-title")].map((title) => {
          const { top, left } = title.closest(".day").getBoundingClientRect();
          return [top, left, title.firstElementChild.textContent];
        })"""
    )
    return [title for _, _, title in sorted(found)]


def first_heading_in_sight(page: Page) -> str:
    """The heading of the day that the first photo in sight belongs to."""
    return tiles_in_sight(page)[0].day


def layout_shift(page: Page) -> float:
    """Sum of all layout shifts so far; the page was opened with `OBSERVE`."""
    total: float = page.evaluate("window.seen.shifts.reduce((sum, shift) => sum + shift, 0)")
    return total


def pictures_with_pixels(page: Page) -> int:
    """How many pictures in the page have been decoded."""
    count: int = page.evaluate(
        "[...document.querySelectorAll('img.picture')].filter((i) => i.naturalWidth > 0).length"
    )
    return count


def _top(found: tuple[tuple[str, float], list[Tile]]) -> tuple[float, float]:
    row = found[1]
    return row[0].top, min(tile.left for tile in row)
