"""Decoding in a process that may die alone: real processes, really killed."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec

import pillow_heif
import psutil  # type: ignore[import-untyped]  # only here
import pytest
from PIL import Image

from chalicelib.errors import DecoderMissingError, StorageUnavailableError, UndrawableError
from chalicelib.imaging import child, develop, examine
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.imaging.examine import examine as examine_here
from chalicelib.imaging.examine import examine_preview
from tests.imaging.pictures import a_dng, a_video, an_exif, four_corners, saved


def a_heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(four_corners()).save(buffer)
    return buffer.getvalue()


HEIC = a_heic()
DATED = saved(four_corners(), exif=an_exif({0x010E: "A title"}, {0x9003: "2024:06:01 00:30:00"}))


class Watched(io.BytesIO):
    """A file that does something the first time that it is read beyond its head."""

    def __init__(self, data: bytes, act: Callable[[], None], after: int = 0) -> None:
        super().__init__(data)
        self._act: Callable[[], None] | None = act
        self._after = after

    def read(self, size: int | None = -1) -> bytes:
        if self._act is not None and _children() and self._after == 0:
            act, self._act = self._act, None
            act()
        elif _children():
            self._after -= 1
        return super().read(size)


def _children() -> list[psutil.Process]:
    """The processes that decode, without those that other tests have left to the collector."""
    found = (p for p in psutil.Process().children() if p not in _of_others)
    return [process for process in found if "chalicelib.imaging.worker" in process.cmdline()]


def _kill(how: signal.Signals) -> Callable[[], None]:
    def kill() -> None:
        os.kill(_children()[-1].pid, how)

    return kill


_of_others: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def _alone() -> None:
    _of_others.update(psutil.Process().children())


@pytest.fixture
def darkroom():
    opened = Darkroom(isolate_all=True)
    yield opened
    opened.close()
    assert not _children()


def draw(darkroom: Darkroom, data: bytes):
    return darkroom.draw(io.BytesIO(data), len(data))


@pytest.mark.parametrize(
    "data",
    [DATED, HEIC, a_dng(), a_video(), saved(four_corners(), "PNG"), b"a letter", b"", HEIC[:900]],
    ids=["jpeg", "heic", "dng", "video", "png", "letter", "empty", "cut"],
)
def test_a_child_gives_what_is_drawn_here(darkroom, data):
    there, here = draw(darkroom, data), examine_here(io.BytesIO(data), len(data))

    assert there.facts == here.facts
    if isinstance(here.picture, UndrawableError):
        assert isinstance(there.picture, UndrawableError)
        assert (there.picture.reason, there.picture.detail) == (
            here.picture.reason,
            here.picture.detail,
        )
    else:
        assert there.picture == here.picture


def test_a_preview_is_the_same_in_a_child(darkroom):
    preview = darkroom.draw_preview(io.BytesIO(HEIC), len(HEIC))

    assert preview == examine_preview(io.BytesIO(HEIC), len(HEIC))
    with pytest.raises(UndrawableError, match="unsupported"):
        darkroom.draw_preview(io.BytesIO(b"a letter"), 8)


def test_plain_formats_need_no_child_and_others_have_one():
    darkroom = Darkroom()
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
        draw(darkroom, saved(four_corners(), kind))
    draw(darkroom, b"a letter")
    assert not _children()

    many_scans = saved(four_corners(), progressive=True)
    for data in (HEIC, a_dng(), a_video(), saved(four_corners(), "TIFF"), many_scans):
        draw(darkroom, data)
        assert len(_children()) == 1
    darkroom.close()


def test_what_a_plain_decoder_gives_up_on_is_shown_to_others_in_a_child(monkeypatch):
    darkroom = Darkroom()
    monkeypatch.setattr(develop, "open_poster", lambda *_: pytest.fail("FFmpeg in this process"))

    for kind in ("PNG", "WEBP", "JPEG"):
        broken = bytearray(saved(four_corners(), kind))
        broken[60:90] = bytes(30)
        draw(darkroom, bytes(broken))

    assert len(_children()) == 1
    darkroom.close()


def test_a_plain_format_that_takes_much_memory_is_drawn_in_a_child():
    darkroom = Darkroom()
    large = saved(Image.new("L", (9000, 9000)), "PNG")

    draw(darkroom, large)

    assert len(_children()) == 1
    darkroom.close()


def test_a_decode_that_takes_too_long_is_ended_and_the_next_photo_drawn():
    slow = Darkroom(isolate_all=True, seconds=0.2)
    examined = draw(slow, saved(Image.effect_noise((9000, 9000), 60), "TIFF", compression="raw"))

    assert isinstance(examined.picture, UndrawableError)
    assert examined.picture.reason == "timeout"
    assert not isinstance(draw(slow, DATED).picture, UndrawableError)
    slow.close()


def test_what_the_network_takes_is_not_the_photo_s_time():
    darkroom = Darkroom(isolate_all=True, seconds=0.5)
    examined = darkroom.draw(Watched(DATED, lambda: time.sleep(0.8)), len(DATED))

    assert not isinstance(examined.picture, UndrawableError)
    darkroom.close()


def test_a_child_that_lost_its_parent_does_not_decode_for_ever():
    darkroom = Darkroom(isolate_all=True, seconds=3)
    draw(darkroom, DATED)
    (process,) = _children()

    soft, _ = process.rlimit(psutil.RLIMIT_CPU)

    assert soft <= 4 * 3 + 3
    darkroom.close()


def test_a_decode_that_needs_more_memory_than_it_may_have_says_so():
    """Real memory: 150 million bytes of pixels in a process that may have 120."""
    large = saved(Image.new("RGB", (7000, 7000)), "TIFF", compression="tiff_deflate")
    darkroom = Darkroom(max_bytes=120 << 20)

    examined = draw(darkroom, large)

    assert isinstance(examined.picture, UndrawableError)
    assert examined.picture.reason == "out-of-memory"
    assert not isinstance(draw(darkroom, HEIC).picture, UndrawableError)
    darkroom.close()


@pytest.mark.parametrize(
    ("how", "reason"),
    [(signal.SIGSEGV, "corrupt"), (signal.SIGABRT, "corrupt"), (signal.SIGKILL, "out-of-memory")],
)
def test_a_decode_that_takes_its_process_down_condemns_its_photo_alone(darkroom, how, reason):
    examined = darkroom.draw(Watched(DATED, _kill(how), after=1), len(DATED))

    assert isinstance(examined.picture, UndrawableError)
    assert examined.picture.reason == reason
    assert examined.facts.file_type == "image"
    assert examined.facts.mime_type == "image/jpeg"
    assert not isinstance(draw(darkroom, DATED).picture, UndrawableError)


def test_a_child_that_has_worked_before_condemns_nobody_by_its_death(darkroom):
    draw(darkroom, DATED)
    (before,) = _children()

    examined = darkroom.draw(Watched(DATED, _kill(signal.SIGKILL)), len(DATED))

    assert examined == draw(darkroom, DATED)
    assert _children() != [before]


def test_what_the_file_raises_comes_through_as_it_is(darkroom):
    def fail() -> None:
        raise StorageUnavailableError("the bucket does not answer")

    with pytest.raises(StorageUnavailableError, match="does not answer"):
        darkroom.draw(Watched(DATED, fail), len(DATED))
    assert not isinstance(draw(darkroom, DATED).picture, UndrawableError)


def test_a_bug_of_ours_in_a_child_is_no_fault_of_the_photo(darkroom):
    """A file that is shorter than promised and gives text: nothing a decoder is to blame for."""

    class Odd(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size) + b"\0" * 3_000_000  # more than was asked for

    with pytest.raises(RuntimeError, match="the process that decodes failed"):
        darkroom.draw(Odd(DATED), len(DATED))


def test_a_child_knows_nobody_s_credentials(darkroom, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    draw(darkroom, DATED)
    (process,) = _children()

    assert not [name for name in process.environ() if name.startswith("AWS")]


def test_ctrl_c_is_for_the_parent(darkroom):
    draw(darkroom, DATED)
    (process,) = _children()

    assert os.getsid(process.pid) != os.getsid(0)
    os.kill(process.pid, signal.SIGTERM)  # as whoever stops a whole group of processes does
    time.sleep(0.1)
    assert not isinstance(draw(darkroom, DATED).picture, UndrawableError)
    assert _children() == [process]


def test_children_end_with_their_parent():
    script = (
        "import io, sys, time\n"
        "from chalicelib.imaging.darkroom import Darkroom\n"
        "room = Darkroom(isolate_all=True)\n"
        "room.draw(io.BytesIO(b'\\xff\\xd8\\xff\\xd9'), 4)\n"
        "print('drawn', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"drawn\n"
        (orphan,) = psutil.Process(parent.pid).children()
        parent.kill()
    assert orphan.wait(5) is not None or not orphan.is_running()


def test_threads_share_children():
    darkroom = Darkroom(isolate_all=True, workers=2)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(draw(darkroom, DATED).picture))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert all(picture == found[0] for picture in found)
    assert len(_children()) <= 2
    darkroom.close()


def test_a_child_is_replaced_after_so_many_photos(darkroom, monkeypatch):
    monkeypatch.setattr(child, "_JOBS_OF_A_LIFE", 2)
    seen: set[int] = set()
    for _ in range(4):
        draw(darkroom, DATED)
        seen.update(process.pid for process in _children())

    assert len(seen) <= 2


def test_where_no_process_can_be_started_it_is_a_passing_fault(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(StorageUnavailableError, match="no process to draw in"):
        draw(Darkroom(isolate_all=True), DATED)


def _without(monkeypatch: pytest.MonkeyPatch, *absent: str) -> None:
    monkeypatch.setattr(
        examine, "find_spec", lambda name: None if name in absent else find_spec(name)
    )


def test_where_decoders_are_missing_the_last_word_is_left_to_others(monkeypatch):
    def examined(data: bytes):
        return examine_here(io.BytesIO(data), len(data)).picture

    broken = DATED[:300]
    assert isinstance(examined(broken), UndrawableError)
    _without(monkeypatch, "av", "rawpy")

    with pytest.raises(DecoderMissingError):
        examined(broken)
    with pytest.raises(DecoderMissingError):
        examine_preview(io.BytesIO(broken), len(broken))
    assert isinstance(examined(b"a letter"), UndrawableError)
    assert not isinstance(examined(DATED), UndrawableError)
