"""What the viewer shows, read off the page as a person sees it, and what fingers do to it."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Request, Route

from chalicelib.domain.asset import Asset
from tests.browser.library import Library, colour_of

# Addresses of everything under `/photos/` but thumbnails, small ones and previews.
ORIGINALS = re.compile(r"/photos/(?!.*(_thumb|/\.small/|/\.preview/))")
SHARP = ".stage[data-state='sharp']"
_PICTURE = "[aria-hidden='false'] .photo"
_FRAME = f"""
() => {{
  const {{ left, top, width, height }} = document.querySelector("{_PICTURE}")
    .getBoundingClientRect();
  return {{ left, top, width, height }};
}}
"""
# Once two frames found the picture at the same place, and that not the one it is to leave.
_STILL = f"""
(left) => {{
  const picture = document.querySelector("{_PICTURE}");
  if (!picture) return false;
  const box = picture.getBoundingClientRect();
  const now = [box.left, box.top, box.width];
  const isSame = (other) => other && now.every((n, i) => Math.abs(n - other[i]) < 0.1);
  const isStill = isSame(window.frameBefore) && !isSame(left);
  window.frameBefore = isStill ? null : now;
  return isStill;
}}
"""


@dataclass(frozen=True)
class Frame:
    """Where the picture is; CSS pixels from the top left of the window."""

    left: float
    top: float
    width: float
    height: float

    def share_at(self, x: float, y: float) -> tuple[float, float]:
        """Which part of the picture lies at a point, in shares of its width and height."""
        return (x - self.left) / self.width, (y - self.top) / self.height


def frame(page: Page, unlike: Frame | None = None) -> Frame:
    """The place of the picture once it stands still.

    Args:
        unlike: Where it was; what was done to it takes a moment to begin.
    """
    left = unlike and [unlike.left, unlike.top, unlike.width]
    page.wait_for_function(_STILL, arg=left, polling="raf")
    return Frame(**page.evaluate(_FRAME))


def wait_for_frame(page: Page, wanted: Frame) -> None:
    """Wait until the picture is at a place, to the pixel."""
    page.wait_for_function(
        """
        ([selector, left, top, width]) => {
          const box = document.querySelector(selector).getBoundingClientRect();
          const isAt = (n, other) => Math.abs(n - other) <= 1;
          return isAt(box.left, left) && isAt(box.top, top) && isAt(box.width, width);
        }
        """,
        arg=[_PICTURE, wanted.left, wanted.top, wanted.width],
        polling="raf",
    )


def wait_until_sharp(page: Page, photo: Any = None) -> None:
    """Wait for the sharp picture: of a photo, or of whatever is open."""
    if photo is not None:
        page.wait_for_url(f"**/photo/{photo.id}?**")
    page.wait_for_selector(SHARP)


def open_over(page: Page, library: Library, photo: Asset) -> Page:
    """Open a photo in a page that is there already, as if nothing had been open before."""
    for address in (library.address(), library.photo(photo)):
        page.evaluate(
            """(address) => {
              history.pushState(null, "", address);
              dispatchEvent(new PopStateEvent("popstate"));
            }""",
            address,
        )
        if address == library.address():
            page.wait_for_selector(".viewer", state="detached")
    wait_until_sharp(page, photo)
    page.wait_for_selector(".viewer-position", state="attached")
    return page


def position(page: Page) -> str:
    return page.locator(".viewer-position").inner_text()


def name(page: Page) -> str:
    return page.locator(".viewer-name").inner_text()


def pixel(page: Page, x: float, y: float) -> tuple[int, int, int]:
    """The colour that is on the screen at a point, CSS pixels."""
    clip: Any = {"x": x, "y": y, "width": 1, "height": 1}
    found = Image.open(BytesIO(page.screenshot(clip=clip))).convert("RGB").getpixel((0, 0))
    assert isinstance(found, tuple)
    red, green, blue = found
    return int(red), int(green), int(blue)


def is_near(colour: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether two colours are the same but for what JPEG makes of them."""
    return max(abs(a - b) for a, b in zip(colour, other, strict=True)) <= 12


class Fingers:
    """Fingers on a touch screen; points are CSS pixels of the window."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """One finger, from here to there."""
        self.move([start], [end], steps)

    def move(
        self, start: list[tuple[float, float]], end: list[tuple[float, float]], steps: int = 8
    ) -> None:
        """Some fingers at once, each from its start to its end."""
        self._send("touchStart", start)
        for step in range(1, steps + 1):
            part = step / steps
            self._send(
                "touchMove",
                [
                    (x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)
                    for (x0, y0), (x1, y1) in zip(start, end, strict=True)
                ],
            )
            self._page.evaluate("() => new Promise(requestAnimationFrame)")
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def colour(photo: Asset) -> tuple[int, int, int]:
    """What the whole picture of a photo is painted with."""
    number = int(photo.key.rpartition("/")[2].partition(".")[0])
    return colour_of(number // 4)


def tile(page: Page, photo: Asset) -> Any:
    return page.locator(f".tile-link[data-id='{photo.id}']")


def asked_for(page: Page, pattern: re.Pattern[str]) -> list[str]:
    """Addresses of a pattern that the page asks for from now on."""
    urls: list[str] = []

    def note(request: Request) -> None:
        if pattern.search(request.url):
            urls.append(request.url)

    page.on("request", note)
    return urls


class Held:
    """Requests that wait until they are told to go on."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self.waiting: list[Route] = []
        self._is_open = False
        page.route(pattern, self._hold)

    def let_go(self) -> None:
        """Let all go that wait, and those to come."""
        self._is_open = True
        while self.waiting:
            self.waiting.pop(0).continue_()

    def _hold(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self.waiting.append(route)
