"""From one photo to the next, in a real browser."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots, spread
from tests.browser.lightbox import (
    ORIGINALS,
    Fingers,
    Held,
    asked_for,
    colour,
    is_near,
    pixel,
    position,
    tile,
    wait_until_sharp,
)
from tests.browser.working import longest_task_ms

MIDDLE = (720, 450)


@pytest.fixture(scope="module")
def months(library_of: LibraryOf) -> Library:
    """Three hundred photos of six years: most months are not loaded while one looks at others."""
    return library_of(
        shots({"2024-05-31": 12}),
        shots(spread(288, "2018-06-01", "2024-05-20")),
    )


def test_leafing_crosses_months_that_were_never_loaded(page_of: PageOf, months: Library):
    """Line 30: the arrows cross unloaded months; "n of total" is right.

    Guards: web/src/viewer/leafing.ts: fetchAt; web/src/viewer/place.ts: goTo
    """
    start, steps = 120, 24
    page = page_of(months.photo(months.shown[start]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-position")
    fetched = asked_for(page, re.compile(r"/buckets/"))

    for step in range(1, steps + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            """
            ([position, name]) =>
              document.querySelector(".viewer-position").textContent === position &&
              document.querySelector(".viewer-name")?.textContent === name
            """,
            arg=[
                f"{start + step + 1} of {len(months.shown)}",
                months.shown[start + step].filename,
            ],
        )

    crossed = {f"{photo.taken_local:%Y-%m}" for photo in months.shown[start : start + steps]}
    assert len(crossed) > 3
    assert len(fetched) > 1
    for _ in range(steps + 3):
        page.keyboard.press("ArrowLeft")
    wait_until_sharp(page, months.shown[start - 3])
    assert position(page) == f"{start - 2} of {len(months.shown)}"


def test_holding_an_arrow_shows_every_photo_and_fetches_no_originals(
    page_of: PageOf, months: Library
):
    """Line 31: holding the arrow is smooth.

    Guards: web/src/viewer/stage.ts: REST_MS
    """
    page = page_of(months.photo(months.shown[0]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-step.next")
    page.evaluate(
        """
        window.names = new Set();
        new MutationObserver(() => {
          window.names.add(document.querySelector(".viewer").getAttribute("aria-label"));
        }).observe(document.querySelector(".viewer"), {
          attributes: true, attributeFilter: ["aria-label"],
        });
        """
    )
    asked = asked_for(page, ORIGINALS)
    # keyboards repeat thirty times a second, however busy this machine is
    page.clock.install(time=0)
    page.clock.pause_at(1000)

    for _ in range(40):
        page.keyboard.down("ArrowRight")  # the second time and later it repeats
        page.clock.run_for(33)
    passed = list(asked)
    page.keyboard.up("ArrowRight")
    page.clock.resume()
    wait_until_sharp(page, months.shown[40])

    assert passed == []
    assert page.evaluate("window.names.size") == 40
    assert position(page) == f"41 of {len(months.shown)}"


def test_frames_go_on_while_an_arrow_is_held(page_of: PageOf, months: Library):
    """Line 31: holding the arrow is smooth: nothing holds a frame up over sixty photos.

    Guards: web/src/viewer/strip-window.ts: stripWindow
    """
    page = page_of(months.photo(months.shown[0]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-step.next")

    def hold() -> None:
        for _ in range(60):
            page.keyboard.down("ArrowRight")
            page.evaluate("() => new Promise(requestAnimationFrame)")
        page.keyboard.up("ArrowRight")
        wait_until_sharp(page, months.shown[60])

    longest = longest_task_ms(page, hold)

    assert position(page) == f"61 of {len(months.shown)}"
    assert longest < 50


def test_a_late_picture_never_replaces_the_one_that_is_shown(page_of: PageOf, months: Library):
    """Line 31: a late image never replaces the current one.

    Guards: web/src/viewer/photo-slide.ts: leave
    """
    late, shown = months.shown[20], months.shown[21]
    assert colour(late) != colour(shown) or late.width != shown.width
    page = page_of(months.photo(months.shown[19]))
    wait_until_sharp(page)
    page.wait_for_selector(".viewer-step.next")
    held = Held(page, ORIGINALS)

    with page.expect_request(ORIGINALS):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/photo/{late.id}?**")
    with page.expect_event("requestfailed", lambda request: bool(ORIGINALS.search(request.url))):
        page.keyboard.press("ArrowRight")  # nobody waits for what was left
    page.wait_for_url(f"**/photo/{shown.id}?**")
    held.let_go()
    wait_until_sharp(page, shown)

    files = page.evaluate(
        "[...document.querySelectorAll(\"[aria-hidden='false'] .photo-layer\")].map((i) => i.src)"
    )
    number = shown.key.rpartition("/")[2].partition(".")[0]
    assert all(f"/{number}" in file for file in files)
    assert is_near(pixel(page, *MIDDLE), colour(shown))


def test_leafing_goes_on_where_a_search_has_not_looked_yet(page_of: PageOf, library_of: LibraryOf):
    """Line 30: the arrows lead on beyond what the list has loaded, in a search, too.

    Guards: web/src/viewer/leafing.ts: totalIsExact
    """
    library = library_of(shots({"2024-05-01": 90}))

    def few_at_once(route: Route) -> None:
        route.continue_(url=re.sub(r"limit=\d+", "limit=20", route.request.url))

    page = page_of(
        library.address(q="IMG"),
        before=lambda page: page.route(re.compile(r"/media\?.*search="), few_at_once),
        height=500,
    )
    tile(page, library.shown[0]).click()
    wait_until_sharp(page, library.shown[0])

    expect(page.locator(".viewer-position")).to_have_text(re.compile("^1 of [4-6]0 or more$"))
    for step in range(2, 62):
        page.wait_for_selector(".viewer-step.next")
        page.keyboard.press("ArrowRight")
        expect(page.locator(".viewer-position")).to_have_text(re.compile(f"^{step} of "))
    expect(page.locator(".viewer-position")).to_have_text("61 of 90")


def test_what_is_deleted_right_after_a_swipe_is_what_the_swipe_brought(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 33: swipe navigates; the photo that comes is the one that deeds are done to.

    Guards: web/src/viewer/stage.ts: settle; web/src/viewer/viewer.tsx: inSight
    """
    library = library_of(shots({"2024-05-01": 3}))
    first, second, third = library.shown
    page = page_of(library.photo(first), width=390, height=844, touch=True)
    wait_until_sharp(page, first)
    page.wait_for_selector(".viewer-step.next", state="attached")

    Fingers(page).drag((320, 422), (60, 430))
    page.keyboard.press("Delete")
    wait_until_sharp(page, third)

    assert position(page) == "2 of 2"
    expect(page.locator(".toast")).to_contain_text(second.filename)
    page.keyboard.press("ArrowLeft")
    wait_until_sharp(page, first)


def test_back_right_after_leafing_does_not_open_the_photo_again(page_of: PageOf, months: Library):
    """Line 29: one Back closes, and that is it.

    Guards: web/src/viewer/leafing.ts: tellSoon
    """
    page = page_of(months.address())
    tile(page, months.shown[0]).click()
    wait_until_sharp(page, months.shown[0])
    page.clock.install(time=0)
    page.clock.pause_at(1_000)

    page.keyboard.press("ArrowRight")
    page.clock.run_for(20)
    page.keyboard.press("f")  # the order tells of a change before the address follows
    page.clock.run_for(20)
    page.go_back()
    page.clock.run_for(20)
    page.wait_for_selector(".viewer", state="detached")
    page.clock.run_for(1_000)

    assert page.evaluate("location.pathname") == "/gallery"
    assert page.locator(".viewer").count() == 0


def test_the_focus_is_kept_when_what_had_it_goes(page_of: PageOf, months: Library):
    """Line 27: the focus is kept inside: by the step beyond the last photo, which is gone there.

    Guards: web/src/viewer/keys.ts: useKeys
    """
    last = len(months.shown) - 1
    page = page_of(months.photo(months.shown[last - 1]))
    wait_until_sharp(page)
    step = page.locator(".viewer-step.next")
    step.focus()

    page.keyboard.press("Enter")
    wait_until_sharp(page, months.shown[last])

    expect(step).to_have_count(0)
    assert page.evaluate("document.activeElement.className.startsWith('viewer')")
