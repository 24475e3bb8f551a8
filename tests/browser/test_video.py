"""Videos in the viewer of a real browser."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.imaging.pictures import a_video

NO_STREAM = (r"^404 HEAD .*\.m3u8$",)
PLAYS = """
() => {
  const video = document.querySelector("video");
  return video !== null && video.currentTime > 0.2 && video.videoWidth > 0;
}
"""


def a_stream(folder: Path, seconds: int = 4) -> dict[str, bytes]:
    """A clip as a playlist and its parts of a second each, by name."""
    with av.open(
        folder / "clip.m3u8",
        "w",
        format="hls",
        options={
            "hls_time": "1",
            "hls_playlist_type": "vod",
            "hls_segment_filename": str(folder / "clip%d.ts"),
        },
    ) as container:
        stream = container.add_stream("libx264", rate=10, options={"g": "10"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(seconds * 10):
            frame = av.VideoFrame.from_ndarray(
                np.full((240, 320, 3), number * 5 % 256, np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def a_heavy_video(path: Path, seconds: int = 30) -> bytes:
    """A clip of noise, of so many bytes that no browser fetches it to its end at once."""
    noise = np.random.default_rng(1).integers(0, 256, (4, 240, 320, 3), np.uint8)
    with av.open(path, "w", options={"movflags": "faststart"}) as container:
        options = {"preset": "ultrafast", "crf": "30", "g": "5"}
        stream = container.add_stream("libx264", rate=10, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(seconds * 10):
            frame = av.VideoFrame.from_ndarray(noise[number % len(noise)], format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture(scope="module")
def films(library_of: LibraryOf, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A photo and videos: light and heavy, with a stream, with a broken one, not to be played."""
    library = library_of(shots({"2024-05-01": 2}))
    folder = tmp_path_factory.mktemp("films")
    (folder / "stream").mkdir()
    stream = a_stream(folder / "stream")
    playlist = stream.pop("clip.m3u8")
    put = library.site.put

    put("plain.mp4", a_video(seconds=6))
    put("heavy.mp4", a_heavy_video(folder / "heavy.mp4"))
    put("unknown.mp4", a_video(seconds=2, codec="mpeg4"))
    for name in ("streamed", "broken"):
        put(f"{name}.mp4", a_video(seconds=4))
    for part, data in stream.items():
        put(part, data)
    put("streamed.m3u8", playlist)
    put("broken.m3u8", playlist.replace(b"clip", b"gone"))
    for name in ("plain", "heavy", "unknown", "streamed", "broken"):
        film(library, name)
    return library


def film(library: Library, name: str) -> Any:
    """The video of a name, once it has its poster."""

    def drawn() -> Any:
        item = library.site.item(f"{name}.mp4")
        return item if item["thumbnail_state"] == "ready" else None

    return eventually(drawn)


def opened(page_of: PageOf, library: Library, name: str, expects: Sequence[str] = ()) -> Page:
    """A page with the video open, not playing yet."""
    page = page_of(expects=expects)
    page.goto(library.address(f"/photo/{film(library, name)['id']}"))
    return page


def test_a_video_plays_inline_and_seeks_by_range(page_of: PageOf, films: Library):
    """Line 35: video plays inline, seeks by Range.

    Guards: web/src/viewer/video-slide.ts: #playFile
    """
    page = page_of(expects=NO_STREAM)
    heavy = film(films, "heavy")
    parts: list[tuple[int, str]] = []
    page.on(
        "response",
        lambda r: (
            parts.append((r.status, r.headers.get("content-range", "")))
            if r.url.endswith("/heavy.mp4")
            else None
        ),
    )
    page.goto(films.address(f"/photo/{heavy['id']}"))
    page.wait_for_function(PLAYS)
    video = page.locator("video")

    assert video.evaluate("(v) => v.playsInline && v.controls && !document.fullscreenElement")
    video.evaluate("(v) => { v.currentTime = v.duration * 0.9 }")
    page.wait_for_function(
        """
        () => {
          const video = document.querySelector("video");
          return !video.seeking && video.currentTime > video.duration * 0.89;
        }
        """
    )

    starts = [int(found[1]) for _, told in parts if (found := re.match(r"bytes (\d+)-", told))]
    assert {status for status, _ in parts} == {206}
    assert max(starts) > heavy["file_size"] / 2


def test_a_video_with_a_playlist_beside_it_is_streamed(page_of: PageOf, films: Library):
    """Line 35: HLS by hls.js.

    Guards: web/src/viewer/video-slide.ts: #playParts; web/src/viewer/hls-stream.ts: openStream
    """
    page = page_of()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(films.address(f"/photo/{film(films, 'streamed')['id']}"))
    page.wait_for_function(PLAYS)

    assert any(re.search(r"/assets/hls-stream-.*\.js$", url) for url in asked)
    assert any(url.endswith("/clip0.ts") for url in asked)
    assert not any(url.endswith("/streamed.mp4") for url in asked)
    assert page.locator("video").evaluate("(v) => v.src").startswith("blob:")


def test_a_stream_that_breaks_gives_way_to_the_file(page_of: PageOf, films: Library):
    """Line 35: HLS with a fall-back to the direct file.

    Guards: web/src/viewer/hls-stream.ts: openStream
    """
    page = opened(page_of, films, "broken", expects=(r"^404 GET .*/gone\d+\.ts$",))

    page.wait_for_function(PLAYS)

    assert page.locator("video").evaluate("(v) => v.src").endswith("/broken.mp4")


def test_the_player_of_streams_is_fetched_for_streams_only(page_of: PageOf, films: Library):
    """Line 35: HLS only where a playlist lies beside the video.

    Guards: web/src/viewer/video-slide.ts: #begin
    """
    page = page_of(expects=NO_STREAM)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(films.address(f"/photo/{film(films, 'plain')['id']}"))
    page.wait_for_function(PLAYS)

    assert [url for url in asked if "hls" in url] == []
    assert any(url.endswith("/plain.mp4") for url in asked)


def test_leaving_a_video_stops_its_sound_and_its_transfer(page_of: PageOf, films: Library):
    """Line 35: leaving stops sound.

    Guards: web/src/viewer/video-slide.ts: leave
    """
    page = opened(page_of, films, "heavy", expects=NO_STREAM)
    page.wait_for_function(PLAYS)
    page.wait_for_selector(".viewer-position")
    video = page.locator("video").element_handle()
    assert not video.evaluate("(v) => v.paused")

    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('video')?.src.includes('heavy') !== true")

    assert video.evaluate("(v) => v.paused && v.networkState === HTMLMediaElement.NETWORK_EMPTY")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(PLAYS)
    page.keyboard.press("Escape")
    page.wait_for_selector(".viewer", state="detached")
    assert page.locator("video").count() == 0


def test_a_video_that_the_browser_can_not_play_says_so_and_is_offered(
    page_of: PageOf, films: Library
):
    """Line 35: a video that the browser can't decode says so and offers the download.

    Guards: web/src/viewer/video-slide.ts: #failed; web/src/viewer/no-picture.tsx: NoPicture
    """
    page = opened(page_of, films, "unknown", expects=NO_STREAM)
    words = page.locator("[aria-hidden='false'] .no-picture")

    expect(words).to_contain_text("unknown.mp4")
    expect(words).to_contain_text("play this video")
    with page.expect_download() as download:
        words.get_by_role("link", name="Download the original").click()

    assert Path(download.value.path()).read_bytes() == films.site.stored(
        f"{films.site.gallery}/unknown.mp4"
    )


def test_a_video_moves_into_a_window_of_its_own_and_leaves_it_with_the_viewer(
    page_of: PageOf, films: Library
):
    """Line 36: Picture-in-Picture where supported.

    Guards: web/src/viewer/full-screen.ts: togglePictureInPicture
    """
    page = opened(page_of, films, "heavy", expects=NO_STREAM)
    page.wait_for_function(PLAYS)
    assert page.evaluate("document.pictureInPictureEnabled")

    page.get_by_role("button", name="Picture in picture").click()
    page.wait_for_function("() => document.pictureInPictureElement !== null")
    assert page.evaluate("document.pictureInPictureElement.matches('.viewer video')")

    page.keyboard.press("Escape")
    page.wait_for_selector(".viewer", state="detached")
    page.wait_for_function("() => document.pictureInPictureElement === null")


def test_there_is_no_button_for_what_the_browser_can_not_do(page_of: PageOf, films: Library):
    """Line 36: Picture-in-Picture only where supported, and only for videos.

    Guards: web/src/viewer/full-screen.ts: canLeavePage
    """
    without = "Object.defineProperty(document, 'pictureInPictureEnabled', { value: false })"
    page = page_of(expects=NO_STREAM)
    page.add_init_script(without)
    page.goto(films.address(f"/photo/{film(films, 'plain')['id']}"))
    page.wait_for_function(PLAYS)

    expect(page.get_by_role("button", name="Full screen")).to_be_visible()
    expect(page.get_by_role("button", name="Picture in picture")).to_have_count(0)


def test_a_video_whose_connection_broke_says_so_and_goes_on_when_it_is_back(
    page_of: PageOf, films: Library
):
    """Line 35: what a lost connection has broken is not the video's fault.

    Guards: web/src/viewer/video-slide.ts: #tryAgain, isLost
    """
    page = page_of(expects=NO_STREAM)
    page.add_init_script(
        "Object.defineProperty(navigator, 'onLine', { get: () => window.isBack === true })"
    )
    page.route("**/plain.mp4", lambda route: route.abort())
    page.goto(films.address(f"/photo/{film(films, 'plain')['id']}"))
    expect(page.locator("[aria-hidden='false'] .no-picture")).to_contain_text("connection")

    page.unroute("**/plain.mp4")
    page.evaluate("window.isBack = true; window.dispatchEvent(new Event('online'))")

    page.wait_for_function(PLAYS)
    expect(page.locator("[aria-hidden='false'] .no-picture")).to_have_count(0)


def test_a_video_plays_on_when_its_thumbnail_is_drawn_anew(page_of: PageOf, films: Library):
    """Line 35: video plays inline, and does not begin again by itself.

    Guards: web/src/viewer/slide-facts.ts: isDrawnFrom
    """
    plain = film(films, "plain")

    def draw_anew(route: Route) -> None:
        asset = route.fetch().json()
        drawn = {name: f"{asset[name]}?anew" for name in ("thumbnail_url", "small_url")}
        route.fulfill(json={**asset, **drawn})

    page = opened(page_of, films, "plain", expects=NO_STREAM)
    page.wait_for_function(PLAYS)
    page.wait_for_selector(".strip-thumbnail")
    video = page.locator("video").element_handle()
    page.route(f"**/api/gallery/assets/{plain['id']}", draw_anew)

    page.keyboard.press("f")  # the page asks what has become of it
    page.wait_for_selector(".strip-thumbnail.is-current img[src$='?anew']")

    assert video.evaluate("(v) => v.isConnected && v.currentTime > 0.2")
