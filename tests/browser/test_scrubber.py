"""The rail at the right edge: where its marks are, what it says, and where it leads."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.asset import Asset
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import scroll_to, settle, tiles_in_sight
from tests.browser.library import Library, shots, spread

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# The month that holds the first heading in sight, which is where one has come to.
_MONTH_IN_SIGHT = """
() => {
  const top = document.querySelector("header").getBoundingClientRect().bottom;
  const titles = [...document.querySelectorAll(".day-title")].map((title) => ({
    box: title.getBoundingClientRect(), month: title.closest(".month").dataset.month,
  })).filter(({ box }) => box.bottom > top + 1);
  titles.sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left);
  return titles[0]?.month ?? null;
}
"""
# Those of all headings in sight.
_MONTHS_IN_SIGHT = """
() => [...document.querySelectorAll(".day-title")].filter((title) => {
  const { top, bottom } = title.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}).map((title) => title.closest(".month").dataset.month)
"""
# Whether the slider says the month that is in sight.
_SAYS_WHAT_IS_IN_SIGHT = f"""
(names) => {{
  const month = ({_MONTH_IN_SIGHT})();
  const title = month === "undated" ? "Undated"
    : `${{names[Number(month.slice(5)) - 1]}} ${{month.slice(0, 4)}}`;
  return document.querySelector(".scrubber-rail").ariaValueText === title;
}}
"""
_MARKS = """
(selector) => {
  const rail = document.querySelector(".scrubber-rail").getBoundingClientRect();
  return [...document.querySelectorAll(selector)].map((mark) => {
    const { top, bottom } = mark.getBoundingClientRect();
    return {
      name: mark.dataset.month ?? mark.textContent,
      top: top - rail.top, middle: (top + bottom) / 2 - rail.top, bottom: bottom - rail.top,
    };
  });
}
"""


@pytest.fixture(scope="module")
def years(library_of: LibraryOf) -> Library:
    """Five years of 30 to 63 photos a month; videos in two of them; forty undated."""
    months = [f"{year}-{month:02}" for year in range(2020, 2025) for month in range(1, 13)]
    return library_of(
        shots({f"{m}-{1 + n % 28:02}": 30 + n * 7 % 34 for n, m in enumerate(months)}),
        shots({"2022-07-29": 40, "2020-02-29": 60}, file_type="video", duration=12.0),
        shots({None: 40}),
        with_rows=False,
    )


@pytest.fixture(scope="module")
def snaps(library_of: LibraryOf) -> Library:
    """Few photos a month over many years, so that months share lines; one is large."""
    return library_of(
        shots(spread(110, "2012-01-01", "2024-12-31")),
        shots({"2018-06-15": 80}),
        with_rows=False,
    )


@dataclass(frozen=True)
class Rail:
    """A page's rail, and the months that it stands for.

    Attributes:
        counts: How many photos each month has, newest first.
    """

    page: Page
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def box(self) -> Any:
        box = self.page.locator(".scrubber-rail").bounding_box()
        assert box is not None
        return box

    @property
    def label(self) -> str:
        """What the label beside the pointer says."""
        label = self.page.locator(".scrubber-label")
        expect(label).to_be_visible()
        return label.inner_text()

    def y(self, fraction: float) -> float:
        """Of the window, at a place of the rail."""
        return float(self.box["y"] + fraction * self.box["height"])

    def hover(self, fraction: float) -> None:
        self.page.mouse.move(self.box["x"] + self.box["width"] / 2, self.y(fraction))

    def month_at(self, fraction: float) -> str:
        """The month whose photos lie at a place, counted from the newest."""
        rank = min(int(fraction * self.total), self.total - 1)
        for month, count in self.counts.items():
            if rank < count:
                return month
            rank -= count
        raise AssertionError

    def marks(self, selector: str) -> list[Any]:
        """Its ticks or years from the top; CSS pixels below its top."""
        marks: list[Any] = self.page.evaluate(_MARKS, selector)
        return sorted(marks, key=lambda mark: mark["middle"])

    def comes_to(self, month: str) -> None:
        """Wait until the first heading in sight is of the month."""
        self.page.wait_for_function(f"(month) => ({_MONTH_IN_SIGHT})() === month", arg=month)

    def says_what_is_in_sight(self) -> None:
        """Wait until the slider says the month that is in sight."""
        self.page.wait_for_function(_SAYS_WHAT_IS_IN_SIGHT, arg=MONTHS)


def rail_of(page: Page, assets: list[Asset]) -> Rail:
    page.wait_for_selector(".scrubber-year", state="attached")
    keys = [a.taken_local.strftime("%Y-%m") if a.taken_local else "undated" for a in assets]
    return Rail(page, dict(Counter(keys)))


def title_of(month: str) -> str:
    """What the rail calls a month."""
    if month == "undated":
        return "Undated"
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"


@pytest.fixture
def rail(page_of: PageOf, years: Library) -> Rail:
    page = page_of(years.address())
    settle(page)
    return rail_of(page, years.shown)


def test_dragging_shows_the_month_and_the_grid_follows(rail: Rail):
    """Line 17: dragging shows "Month Year" and the grid follows.

    Guards: web/src/widgets/scrubber.tsx: follow; web/src/widgets/timeline.tsx: seek
    """
    rail.hover(0.02)
    rail.page.mouse.down()

    for fraction in (0.1, 0.35, 0.6, 0.85, 0.4):
        rail.hover(fraction)
        rail.comes_to(rail.month_at(fraction))
        assert rail.label == title_of(rail.month_at(fraction))
        label = rail.page.locator(".scrubber-label").bounding_box()
        assert label is not None
        assert label["y"] + label["height"] / 2 == pytest.approx(rail.y(fraction), abs=2)
        assert label["x"] + label["width"] <= rail.page.viewport_size["width"]  # type: ignore[index]
    rail.page.mouse.up()


def test_letting_go_leads_to_the_month_of_the_label(rail: Rail):
    """Line 18: on release the first visible header is in that month.

    Guards: web/src/widgets/scrubber.tsx: end; web/src/widgets/timeline.tsx: seek
    """
    for fraction in (0.13, 0.5, 0.77, 0.995, 0, 0.31):
        rail.hover(0.6)
        rail.page.mouse.down()
        rail.hover(fraction)
        rail.page.mouse.up()

        rail.comes_to(rail.month_at(fraction))
        assert rail.label == title_of(rail.month_at(fraction))

    # what is fetched there moves nothing away
    settle(rail.page)
    assert rail.page.evaluate(_MONTH_IN_SIGHT) == rail.month_at(0.31)


def test_where_months_share_a_line_the_label_says_what_is_in_sight(page_of: PageOf, snaps: Library):
    """Line 18: it lands where its label says, also where several months are in one line.

    Guards: web/src/widgets/scrubber.tsx: follow (what onSeek returns)
    """
    rail = rail_of(page_of(snaps.address()), snaps.shown)

    for fraction in (0.04, 0.11, 0.2, 0.3, 0.66, 0.82, 1):
        rail.hover(0.5)
        rail.page.mouse.down()
        rail.hover(fraction)
        rail.page.mouse.up()
        rail.says_what_is_in_sight()
        assert rail.label == title_of(rail.page.evaluate(_MONTH_IN_SIGHT))
        assert rail.month_at(fraction) in rail.page.evaluate(_MONTHS_IN_SIGHT)


def test_every_arrow_leads_on_where_months_share_a_line(page_of: PageOf, snaps: Library):
    """Line 21: arrow keys reach the end and come back, where several months are in one line.

    Guards: web/src/widgets/scrubber.tsx: onKeyDown (leadsNowhere)
    """
    page = page_of(snaps.address())
    rail = rail_of(page, snaps.shown)
    slider = page.get_by_role("slider", name="Go to a month")
    slider.focus()

    for key, end in (("ArrowDown", "window.scrollY > 500"), ("ArrowUp", "window.scrollY === 0")):
        before = None
        while (now := slider.get_attribute("aria-valuetext")) != before:
            rail.says_what_is_in_sight()
            before = now
            page.keyboard.press(key)
        page.wait_for_function(f"() => {end}")


def test_a_drag_goes_on_beside_the_rail_and_ends_with_the_button(rail: Rail):
    """Line 17: a drag holds the pointer; afterwards a moving mouse moves nothing.

    Guards: web/src/widgets/scrubber.tsx: begin (setPointerCapture)
    """
    rail.hover(0.1)
    rail.page.mouse.down()

    rail.page.mouse.move(300, rail.y(0.7))
    rail.comes_to(rail.month_at(0.7))
    rail.page.mouse.up()
    settle(rail.page)
    rail.page.mouse.move(320, rail.y(0.2))
    rail.hover(0.3)

    rail.comes_to(rail.month_at(0.7))


@pytest.fixture(scope="module")
def decades(library_of: LibraryOf) -> Library:
    """Ten years of many photos, and before them thirty of three each."""
    return library_of(
        shots({f"{year}-03-09": 150 for year in range(2015, 2025)}),
        shots({f"{year}-03-09": 3 for year in range(1985, 2015)}),
        with_rows=False,
    )


@pytest.mark.parametrize("height", [420, 900, 1440])
def test_ticks_stand_by_number_of_photos_and_years_never_overlap(
    page_of: PageOf, decades: Library, height: int
):
    """Line 19: ticks are placed by number of photos; year labels never overlap.

    Guards: web/src/scrubber.ts: marksOf, isClear
    """
    rail = rail_of(page_of(decades.address(), height=height), decades.shown)
    assert rail.box["height"] > 0.7 * (height - 64)

    starts, before = {}, 0
    for month, count in rail.counts.items():
        starts[month] = before / rail.total * rail.box["height"]
        before += count
    ticks, years = rail.marks(".scrubber-tick"), rail.marks(".scrubber-year")
    assert {f"{year}-03" for year in range(2015, 2025)} <= _names(ticks)
    for tick in ticks:
        assert tick["middle"] == pytest.approx(starts[tick["name"]], abs=1)
    assert {str(year) for year in range(2015, 2025)} <= _names(years)
    for year in years:
        assert year["middle"] == pytest.approx(starts[f"{year['name']}-03"], abs=1)
    assert all(above["bottom"] <= below["top"] for above, below in pairwise(years))


def _names(marks: list[Any]) -> set[str]:
    return {mark["name"] for mark in marks}


def test_hovering_shows_the_label_and_goes_nowhere(rail: Rail):
    """Line 19: hovering shows the label.

    Guards: web/src/widgets/scrubber.tsx: showLabel
    """
    expect(rail.page.locator(".scrubber-label")).to_be_hidden()

    for fraction in (0.2, 0.55, 0.97):
        rail.hover(fraction)
        assert rail.label == title_of(rail.month_at(fraction))

    rail.page.mouse.move(400, 400)
    expect(rail.page.locator(".scrubber-label")).to_be_hidden()
    assert rail.page.evaluate("window.scrollY") == 0


def test_a_finger_gets_a_handle_that_drags_and_hides(page_of: PageOf, years: Library):
    """Line 20: touch: a handle appears, drags, hides; it is large enough for a finger.

    Guards: web/src/widgets/scrubber.tsx: useRecentScroll; web/src/style/scrubber.css: .is-awake
    """
    page = page_of(years.address(), width=390, height=844, touch=True)
    settle(page)
    rail = rail_of(page, years.shown)
    grip = page.locator(".scrubber-grip")
    expect(grip).to_be_hidden()
    # what lies under the sleeping handle is the photographs'
    assert not _is_of_scrubber(page, 380, rail.y(0))

    scroll_to(page, 600)

    expect(grip).to_be_visible()
    page.wait_for_function("() => document.getAnimations().every((a) => a.playState !== 'running')")
    box = grip.bounding_box()
    assert box is not None
    assert min(390 - box["x"], box["height"]) >= 44
    start = (box["x"] + 20, box["y"] + box["height"] / 2)
    with _finger(page, *start) as move:
        move(start[0], rail.y(0.5))
        rail.comes_to(rail.month_at(0.5))
        assert rail.label == title_of(rail.month_at(0.5))
        move(start[0] - 150, rail.y(0.8))
        rail.comes_to(rail.month_at(0.8))
    settle(page)
    rail.comes_to(rail.month_at(0.8))
    expect(page.locator(".scrubber-label")).to_be_hidden()
    expect(grip).to_be_hidden()


def _is_of_scrubber(page: Page, x: float, y: float) -> bool:
    found: bool = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.scrubber') !== null", [x, y]
    )
    return found


class _finger:  # noqa: N801 (used as a context)
    """One finger on the glass: put down, moved by the function it gives, lifted at the end."""

    def __init__(self, page: Page, x: float, y: float) -> None:
        self._session = page.context.new_cdp_session(page)
        self._start = (x, y)

    def __enter__(self) -> Any:
        self._send("touchStart", *self._start)
        return lambda x, y: self._send("touchMove", x, y)

    def __exit__(self, *error: object) -> None:
        self._send("touchEnd")
        self._session.detach()

    def _send(self, kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_keys_go_by_month_and_by_year(rail: Rail):
    """Line 21: arrow keys by month, PgUp/PgDn by year, Home and End; role and aria-valuetext.

    Guards: web/src/widgets/scrubber.tsx: onKeyDown, monthForKey
    """
    page = rail.page
    months = list(rail.counts)
    slider = page.get_by_role("slider", name="Go to a month")
    expect(slider).to_have_attribute("aria-orientation", "vertical")
    expect(slider).to_have_attribute("aria-valuemax", str(len(months) - 1))
    slider.focus()

    year_2023 = next(m for m in months if m.startswith("2023"))
    year_2022 = next(m for m in months if m.startswith("2022"))
    steps = [
        ("ArrowDown", months[1]),
        ("ArrowDown", months[2]),
        ("ArrowUp", months[1]),
        ("PageDown", year_2023),
        ("PageDown", year_2022),
        ("PageUp", year_2023),
        ("End", months[-1]),
        ("ArrowUp", months[-2]),
        ("Home", months[0]),
        ("ArrowUp", months[0]),
    ]
    for key, month in steps:
        page.keyboard.press(key)

        expect(slider).to_have_attribute("aria-valuetext", title_of(month))
        rail.comes_to(month)
        assert rail.label == title_of(month)
        value = slider.get_attribute("aria-valuenow")
        assert value == str(len(months) - 1 - months.index(month))
        expect(slider).to_be_focused()


def test_keys_pressed_quickly_count_each(rail: Rail):
    """Line 21: each press goes a month on, even before the grid has come to the last one.

    Guards: web/src/widgets/scrubber.tsx: landed
    """
    months = list(rail.counts)
    slider = rail.page.get_by_role("slider", name="Go to a month")
    slider.focus()

    slider.evaluate(
        """(rail) => {
          for (let n = 0; n < 5; n += 1) {
            rail.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
          }
        }"""
    )
    for _ in range(7):
        rail.page.keyboard.press("ArrowDown")

    expect(slider).to_have_attribute("aria-valuetext", title_of(months[12]))
    rail.comes_to(months[12])


def test_scrolling_moves_the_mark_to_the_month_in_sight(rail: Rail):
    """Line 21: aria-valuetext names the month in sight, however one came there.

    Guards: web/src/widgets/scrubber.tsx: monthOfRank
    """
    scroll_to(rail.page, rail.page.evaluate("document.documentElement.scrollHeight") * 0.6)
    settle(rail.page)

    slider = rail.page.get_by_role("slider", name="Go to a month")
    month = rail.page.evaluate(_MONTH_IN_SIGHT)
    expect(slider).to_have_attribute("aria-valuetext", title_of(month))
    mark = rail.marks(".scrubber-here")[0]["middle"] / rail.box["height"]
    first = tiles_in_sight(rail.page)[0].rank / rail.total
    assert mark == pytest.approx(first, abs=0.02)


def test_filters_rebuild_the_rail(rail: Rail, years: Library):
    """Line 22: filters rebuild it.

    Guards: web/src/widgets/scrubber.tsx: marks; web/src/photo-list.ts: load
    """
    page = rail.page
    assert len(rail.marks(".scrubber-tick")) > 20

    page.get_by_role("link", name="Videos").click()
    page.wait_for_function("() => document.querySelectorAll('.scrubber-tick').length === 2")

    videos = rail_of(page, [a for a in years.shown if a.file_type == "video"])
    assert list(videos.counts) == ["2022-07", "2020-02"]
    ticks = videos.marks(".scrubber-tick")
    assert [tick["middle"] for tick in ticks] == pytest.approx(
        [0, 0.4 * videos.box["height"]], abs=1
    )
    assert [year["name"] for year in videos.marks(".scrubber-year")] == ["2022", "2020"]
    videos.hover(0.9)
    page.mouse.down()
    page.mouse.up()
    settle(page)
    videos.comes_to("2020-02")

    page.get_by_role("link", name="Photos").click()
    page.wait_for_function("() => document.querySelectorAll('.scrubber-tick').length > 20")


@pytest.fixture(scope="module")
def party(library_of: LibraryOf) -> Library:
    """Ten photos a month for five years; Anna in two of the months, files of a name in two more."""
    every = {f"{year}-{month:02}-05": 10 for year in range(2020, 2025) for month in range(1, 13)}
    return library_of(
        shots(every),
        shots({"2023-03-06": 12, "2020-11-06": 18}, people=["Anna"]),
        shots({"2024-08-06": 1, "2021-02-06": 1}, filename="party.jpg"),
    )


@pytest.mark.parametrize(
    ("filters", "months"),
    [
        ({"person": "Anna"}, {"2023-03": 12, "2020-11": 18}),
        ({"from_": "2022-05-01", "to": "2022-06-30"}, {"2022-06": 10, "2022-05": 10}),
        ({"q": "party"}, {"2024-08": 1, "2021-02": 1}),
    ],
    ids=["person", "dates", "search"],
)
def test_every_filter_rebuilds_the_rail_and_taking_it_away_does_again(
    page_of: PageOf, party: Library, filters: dict[str, str], months: dict[str, int]
):
    """Line 22: filters rebuild it: a person, dates, a search.

    Guards: web/src/widgets/scrubber.tsx: marks; web/src/photo-list.ts: load
    """
    page = page_of(party.address())
    settle(page)
    whole = len(rail_of(page, party.shown).marks(".scrubber-tick"))
    asked = filters | ({"person": party.persons["Anna"].id} if "person" in filters else {})

    page.evaluate(
        """(address) => {
          history.pushState(null, "", address);
          dispatchEvent(new PopStateEvent("popstate"));
        }""",
        party.address(**asked),
    )
    page.wait_for_function("() => document.querySelectorAll('.scrubber-tick').length === 2")
    settle(page)

    rail = Rail(page, months)
    first, second = months
    height = rail.box["height"]
    assert [tick["middle"] for tick in rail.marks(".scrubber-tick")] == pytest.approx(
        [0, months[first] / rail.total * height], abs=1
    )
    assert [year["name"] for year in rail.marks(".scrubber-year")] == list(
        dict.fromkeys(month[:4] for month in months)
    )
    rail.hover(0.9)
    assert rail.label == title_of(second)
    page.get_by_role("slider").press("Home")
    rail.comes_to(first)
    page.go_back()
    page.wait_for_function(
        "(n) => document.querySelectorAll('.scrubber-tick').length === n", arg=whole
    )


@pytest.mark.parametrize(
    ("days", "title"), [({"2024-05-17": 1}, "May 2024"), ({None: 30}, "Undated")]
)
def test_the_smallest_list_has_a_rail_of_one_month(
    page_of: PageOf, library_of: LibraryOf, days: dict[str | None, int], title: str
):
    """Line 19: one photo, or undated ones alone, make a rail that works.

    Guards: web/src/scrubber.ts: marksOf, monthTitle
    """
    library = library_of(shots(days), with_rows=False)
    page = page_of(library.address())
    settle(page)
    rail = rail_of(page, library.shown)

    slider = page.get_by_role("slider", name="Go to a month")
    expect(slider).to_have_attribute("aria-valuetext", title)
    assert len(rail.marks(".scrubber-year")) == 1
    rail.hover(0.9)
    assert rail.label == title
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", title)
    assert page.evaluate(_MONTH_IN_SIGHT) == next(iter(rail.counts))
