"""The slideshow and the shuffle, with a clock that the test winds."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.aws.site import Site, eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, Shelf, shots
from tests.imaging.pictures import a_video

# More than a page of a shuffle has.
PHOTOS = 108
STEP_MS = 100
# A tick of the clock, and what a photo takes to be shown, of the clock that the test winds.
SLACK_MS = 400


@pytest.fixture(scope="module")
def walk(library_of: LibraryOf) -> Library:
    return library_of(shots({"2024-05-12": PHOTOS}))


@pytest.fixture(scope="module")
def film(shelf: Shelf, library_of: LibraryOf) -> Library:
    """A photo, a film of four and a half seconds before it, and a photo before that."""
    key = Site(shelf.endpoints, shelf.s3, "films").put("clip.mp4", a_video(4.5))
    return library_of(
        shots({"2024-05-12": 1}),
        shots(
            {"2024-05-11": 1},
            file_type="video",
            duration=4.5,
            filename="clip.mp4",
            key=key,
            url=key,
        ),
        shots({"2024-05-10": 1}),
    )


class Show:
    """A slideshow before a clock that stands still until it is wound."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def start(self, seconds: int) -> None:
        now = self.page.evaluate("Date.now()") / 1000
        self.page.clock.install(time=now)
        self.page.clock.pause_at(now + 3600)
        self.page.keyboard.press("s")
        self.page.wait_for_selector(".slideshow-controls")
        self.choose(seconds)

    def choose(self, seconds: int) -> None:
        """Move, so that the controls appear, and press an interval."""
        self.page.mouse.move(200 + seconds, 300)
        self.page.clock.run_for(1)
        self.page.get_by_role("button", name=f"{seconds} s", exact=True).click()

    @property
    def name(self) -> str:
        return self.page.locator(".viewer-name").inner_text()

    @property
    def is_sharp(self) -> bool:
        return self.page.locator(".stage").get_attribute("data-state") == "sharp"

    def run(self, ms: int) -> None:
        """Wind the clock while the browser draws what comes."""
        for _ in range(ms // STEP_MS):
            self.page.clock.run_for(STEP_MS)

    def until(self, is_so: Callable[[], bool], at_most_ms: int = 20_000) -> int:
        """Wind the clock until something is so; milliseconds that it took."""
        for passed in range(0, at_most_ms, STEP_MS):
            if is_so():
                return passed
            self.page.clock.run_for(STEP_MS)
        raise AssertionError(f"not so after {at_most_ms} ms")

    def until_next(self, at_most_ms: int = 20_000) -> int:
        """Milliseconds until another photo is shown."""
        before = self.name
        return self.until(lambda: self.name != before, at_most_ms)

    def settle(self) -> None:
        self.until(lambda: self.is_sharp)


@pytest.fixture
def show_of(page_of: PageOf) -> Callable[..., Show]:
    """Opens a photo of a library, its picture there."""

    def open_photo(library: Library, index: int = 0, **options: Any) -> Show:
        page = page_of(
            library.photo(library.shown[index]),
            awaits=".stage[data-state=sharp]",
            motion="reduce",
            **options,
        )
        page.wait_for_selector(".strip-thumbnail")
        return Show(page)

    return open_photo


def test_the_slideshow_goes_on_after_the_seconds_that_were_chosen(
    show_of: Callable[..., Show], walk: Library
):
    """Line 37: slideshow 3/5/8/10 s.

    Guards: web/src/viewer/slide-clock.ts: SlideClock.dueIn
    """
    show = show_of(walk)
    show.start(3)
    show.until_next()
    for seconds in (3, 5, 8, 10):
        show.choose(seconds)
        show.settle()
        shown = show.name

        took = show.until_next()

        assert seconds * 1000 - SLACK_MS <= took <= seconds * 1000 + SLACK_MS
        names = [asset.filename for asset in walk.shown]
        assert names.index(show.name) == names.index(shown) + 1


def test_space_pauses_the_slideshow_and_goes_on_with_it(
    show_of: Callable[..., Show], walk: Library
):
    """Line 37: Space pauses.

    Guards: web/src/viewer/slideshow.ts: togglePause
    """
    show = show_of(walk)
    show.start(3)
    show.until_next()
    show.settle()
    shown = show.name
    show.run(1000)

    show.page.keyboard.press("Space")
    show.run(20_000)
    assert show.name == shown

    show.page.keyboard.press("Space")
    assert show.until_next() <= 2000 + SLACK_MS


def test_the_slideshow_remembers_its_seconds(show_of: Callable[..., Show], walk: Library):
    """Line 37: remembers.

    Guards: web/src/viewer/slideshow.ts: store, stored
    """
    show = show_of(walk)
    show.start(8)

    later = show.page.context.new_page()
    later.goto(walk.photo(walk.shown[3]))
    Show(later).until(lambda: later.locator(".strip-thumbnail").count() > 0)
    later.keyboard.press("s")

    expect(later.locator(".slideshow-interval[aria-pressed=true]")).to_have_text("8 s")


def test_the_slideshow_waits_until_a_photo_is_shown(show_of: Callable[..., Show], walk: Library):
    """Line 37: slideshow; a photo that comes late is not skipped.

    Guards: web/src/viewer/slideshow.ts: isShown
    """
    held: list[Route] = []
    show = show_of(walk, 20)
    show.page.route("**/photos/colours/*.jpg", lambda route: held.append(route))
    show.start(3)
    # what was fetched before may be shown; nothing else is
    for _ in range(10):
        if held and not show.is_sharp:
            break
        show.until_next()
        show.run(STEP_MS)
    waiting = show.name
    assert held

    show.run(30_000)
    assert show.name == waiting

    let_come(show.page, held)
    show.settle()
    assert show.until_next() == pytest.approx(3000, abs=SLACK_MS)


def let_come(page: Page, held: list[Route]) -> None:
    """Let go what was held, and hold nothing more."""
    waiting = [*held]
    page.route("**/photos/colours/*.jpg", lambda route: route.continue_())
    for route in waiting:
        route.continue_()


def test_the_slideshow_waits_for_the_end_of_a_video(show_of: Callable[..., Show], film: Library):
    """Line 37: waits for videos.

    Guards: web/src/viewer/slideshow.ts: onEnd
    """
    show = show_of(film, expects=["^404 HEAD "])
    show.start(3)
    show.until(lambda: show.name == "clip.mp4")
    video = show.page.locator(".stage video")
    show.until(lambda: video.count() == 1)
    # a film plays by its own clock
    eventually(lambda: video.evaluate("(film) => film.currentTime > 0.3"))

    show.run(6000)
    assert show.name == "clip.mp4"
    assert video.evaluate("(film) => !film.paused && !film.ended")

    eventually(lambda: video.evaluate("(film) => film.ended"))
    assert show.until_next() <= SLACK_MS
    assert show.name == film.shown[2].filename


def test_the_slideshow_holds_in_a_tab_that_nobody_sees(show_of: Callable[..., Show], walk: Library):
    """Line 37: pauses in a hidden tab.

    Guards: web/src/viewer/slideshow.ts: useIsUnseen
    """
    show = show_of(walk)
    show.start(3)
    show.until_next()
    show.settle()
    shown = show.name
    show.run(1000)

    hide(show.page, is_hidden=True)
    show.run(20_000)
    assert show.name == shown

    hide(show.page, is_hidden=False)
    assert show.until_next() <= 2000 + SLACK_MS


def hide(page: Page, *, is_hidden: bool) -> None:
    """As if the tab went to the background, or came back."""
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_escape_ends_the_slideshow_before_it_closes_the_photo(
    show_of: Callable[..., Show], walk: Library
):
    """Line 37: slideshow; Esc ends it.

    Guards: web/src/viewer/viewer.tsx: slideshow.stop
    """
    show = show_of(walk)
    show.start(3)
    shown = show.name

    show.page.keyboard.press("Escape")

    assert show.page.locator(".slideshow-controls").count() == 0
    show.run(10_000)
    assert show.name == shown
    show.page.keyboard.press("Escape")
    show.run(1000)
    assert show.page.locator(".viewer").count() == 0


def test_the_controls_of_the_slideshow_are_there_when_somebody_moves(
    show_of: Callable[..., Show], walk: Library
):
    """Line 37: slideshow; only the photo is there while nobody moves.

    Guards: web/src/viewer/idle.ts: useIdle
    """
    show = show_of(walk)
    show.start(10)
    controls = show.page.locator(".slideshow-controls")
    assert opacity(show.page) == "1"
    box = controls.bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - 720) < 2

    show.run(3000)
    assert opacity(show.page) == "0"

    show.page.mouse.move(300, 300)
    show.run(STEP_MS)
    assert opacity(show.page) == "1"


def opacity(page: Page) -> str:
    found: str = page.evaluate(
        "getComputedStyle(document.querySelector('.slideshow-controls')).opacity"
    )
    return found


def leaf_through(page: Page, count: int) -> list[str]:
    """Names of so many photos, one after the other, the one shown first."""
    names = [page.locator(".viewer-name").inner_text()]
    for n in range(2, count + 1):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".viewer-position")).to_have_text(f"{n} of {count}")
        names.append(page.locator(".viewer-name").inner_text())
    return names


def test_a_shuffle_shows_each_photo_once_in_the_order_of_its_seed(
    show_of: Callable[..., Show], walk: Library
):
    """Line 38: shuffle shows each once, Prev goes back, same seed same order.

    Guards: web/src/viewer/sequence.ts: Shuffle
    """
    show = show_of(walk, 30)
    page, first = show.page, show.name
    with page.expect_request("**/media?*shuffle_seed=*") as asked:
        page.keyboard.press("r")
    seed = asked.value.url.partition("shuffle_seed=")[2].partition("&")[0]
    expect(page.locator(".viewer-position")).to_have_text(f"1 of {PHOTOS}")

    shown = leaf_through(page, PHOTOS)

    assert shown[0] == first
    assert sorted(shown) == sorted(asset.filename for asset in walk.assets)
    assert shown != [asset.filename for asset in walk.assets]
    page.keyboard.press("ArrowRight")
    expect(page.locator(".viewer-position")).to_have_text(f"{PHOTOS} of {PHOTOS}")
    for name in shown[-2:-6:-1]:
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".viewer-name")).to_have_text(name)
    # the order is the seed's, whoever asks for it
    by_seed = [item["name"] for item in shuffled(walk, seed)]
    assert shown[1:] == [name for name in by_seed if name != first]


def shuffled(library: Library, seed: str) -> list[Any]:
    """The whole library as the API shuffles it."""
    first = library.site.media(shuffle="true", shuffle_seed=seed, limit=100)
    rest = library.site.media(
        shuffle="true", shuffle_seed=seed, limit=100, cursor=first["next_cursor"]
    )
    return [*first["items"], *rest["items"]]


def test_a_reload_goes_on_with_the_same_shuffle(show_of: Callable[..., Show], walk: Library):
    """Line 38: Prev goes back, same seed same order.

    Guards: web/src/viewer/shuffle.ts: kept
    """
    show = show_of(walk, 30)
    page = show.page
    page.keyboard.press("r")
    expect(page.locator(".viewer-position")).to_have_text(f"1 of {PHOTOS}")
    for n in range(2, 6):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".viewer-position")).to_have_text(f"{n} of {PHOTOS}")
    around = names_in_strip(page)
    page.wait_for_url(lambda url: walk.shown[30].id not in url)

    page.reload()

    expect(page.locator(".viewer-position")).to_have_text(f"5 of {PHOTOS}")
    expect(page.locator(".strip-thumbnail")).to_have_count(len(around))
    expect(page.locator(".strip [aria-label^=Loading]")).to_have_count(0)
    assert names_in_strip(page) == around


def names_in_strip(page: Page) -> list[str | None]:
    return [one.get_attribute("aria-label") for one in page.locator(".strip-thumbnail").all()]


def test_the_old_photo_fades_over_the_new_one_unless_motion_is_unwanted(
    page_of: PageOf, walk: Library
):
    """Line 37: slideshow; a cross-fade, none with reduced motion.

    Guards: web/src/viewer/cross-fade.ts: coverWith
    """
    fades = []
    for motion in ("no-preference", "reduce"):
        page = page_of(walk.photo(walk.shown[0]), awaits=".stage[data-state=sharp]", motion=motion)
        page.wait_for_selector(".strip-thumbnail")
        page.evaluate(
            """() => {
              window.veils = [];
              new MutationObserver((changes) => {
                const added = changes.flatMap((change) => [...change.addedNodes]);
                const veils = added.filter((one) => one.className === "fade-veil");
                window.veils.push(...veils.map((veil) => veil.querySelector("img").src));
              }).observe(document.querySelector(".stage"), { childList: true });
            }"""
        )
        show = Show(page)
        old = page.locator("[aria-hidden=false] .photo-layer").last.get_attribute("src")
        show.start(3)
        show.until_next()
        fades.append([url.endswith(old or "?") for url in page.evaluate("window.veils")])
        show.run(2000)
        assert page.locator(".fade-veil").count() == 0
    assert fades == [[True], []]
