import io
import struct
from io import BytesIO
from typing import Any

import av
import numpy as np
import pytest

from chalicelib.errors import UndrawableError
from chalicelib.imaging.develop import develop
from tests.imaging.pictures import (
    a_video,
    corners_of,
    distance,
    drawing_of,
    middle_of,
)


# The display matrix turns counterclockwise.
@pytest.mark.parametrize(
    ("rotation", "corners", "size"),
    [
        (0, ["red", "green", "blue", "yellow"], (320, 240)),
        (90, ["green", "yellow", "red", "blue"], (240, 320)),
        (180, ["yellow", "blue", "green", "red"], (320, 240)),
        (-90, ["blue", "red", "yellow", "green"], (240, 320)),
    ],
)
def test_a_poster_is_upright(rotation, corners, size):
    drawing = drawing_of(a_video(rotation=rotation))

    assert corners_of(drawing.thumb.data) == corners
    assert (drawing.width, drawing.height) == size


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        (".mp4", "libx264"),
        (".mov", "libx265"),
        (".mkv", "libx264"),
        (".webm", "libvpx-vp9"),
        (".avi", "mpeg4"),
        (".ts", "libx264"),
        (".3gp", "mpeg4"),
    ],
)
def test_every_kind_of_video_has_a_poster(suffix, codec):
    drawing = drawing_of(a_video(seconds=1, suffix=suffix, codec=codec))

    assert corners_of(drawing.thumb.data) == ["red", "green", "blue", "yellow"]
    assert len(drawing.thumbhash) > 15


def test_a_poster_is_taken_a_second_in_and_not_from_the_first_frame():
    def colour(second):
        return (200, 40, 40) if second < 0.5 else (40, 160, 60)

    drawing = drawing_of(a_video(seconds=12, colour=colour))

    assert distance(middle_of(drawing.thumb.data), (40, 160, 60)) <= 12


def test_a_video_that_fades_in_from_black_shows_a_later_frame():
    def colour(second):
        return (0, 0, 0) if second < 3 else (200, 200, 60)

    drawing = drawing_of(a_video(seconds=10, colour=colour))

    assert distance(middle_of(drawing.thumb.data), (200, 200, 60)) <= 12


def test_a_video_that_is_black_throughout_has_a_black_poster():
    drawing = drawing_of(a_video(colour=lambda _: (0, 0, 0)))

    assert distance(middle_of(drawing.thumb.data), (0, 0, 0)) <= 4


def test_sound_without_a_picture_is_unsupported():
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), dtype=np.float32), format="fltp")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())

    with pytest.raises(UndrawableError) as caught:
        drawing_of(buffer.getvalue())

    assert caught.value.reason == "unsupported"


def test_a_video_without_its_index_is_truncated():
    data = a_video()

    with pytest.raises(UndrawableError) as caught:
        drawing_of(data[: len(data) // 2])

    assert caught.value.reason == "truncated"


def test_a_poster_does_not_read_the_whole_video():
    class Counting(BytesIO):
        total = 0

        def read(self, size=-1):
            found = super().read(size)
            self.total += len(found)
            return found

    data = a_video(seconds=2)
    padded = data + (20_000_000).to_bytes(4, "big") + b"free" + b"\x00" * (20_000_000 - 8)
    file = Counting(padded)

    develop(file, len(padded))

    assert file.total < 2_000_000


class SparseFile:
    """A large file of which only some ranges are not zero; it counts what is asked of it."""

    def __init__(self, size_bytes: int, *pieces: tuple[int, bytes]):
        self.size_bytes, self.pieces = size_bytes, pieces
        self.position = self.total = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + (0, self.position, self.size_bytes)[whence]
        return self.position

    def tell(self) -> int:
        return self.position

    def read(self, length: int = -1) -> bytes:
        end = self.size_bytes if length < 0 else min(self.size_bytes, self.position + length)
        found = bytearray(end - self.position)
        for at, piece in self.pieces:
            start, stop = max(at, self.position), min(at + len(piece), end)
            if start < stop:
                found[start - self.position : stop - self.position] = piece[start - at : stop - at]
        self.position = end
        self.total += len(found)
        return bytes(found)


class Ranges(io.RawIOBase):
    """What a client of S3 does: one request for each megabyte that is not at hand."""

    def __init__(self, file: SparseFile):
        self.file, self.requests = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        self.requests += 1
        piece = self.file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def boxes_of(data: bytes) -> dict[bytes, bytes]:
    found, at = {}, 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found[data[at + 4 : at + 8]] = data[at : at + size]
        at += size
    return found


def moved(index: bytes, by: int) -> bytes:
    """An index of frames that lie so many bytes further on."""
    at = index.index(b"stco") + 12
    places = struct.unpack_from(f">{int.from_bytes(index[at - 4 : at], 'big')}I", index, at)
    changed = struct.pack(f">{len(places)}I", *(place + by for place in places))
    return index[:at] + changed + index[at + len(changed) :]


@pytest.mark.parametrize("is_index_first", [True, False], ids=["index first", "index last"])
def test_a_poster_of_200_megabytes_takes_a_handful_of_requests(is_index_first):
    size_bytes = 200 << 20
    clip = a_video(seconds=2)
    boxes = boxes_of(clip)
    start, media, index = boxes[b"ftyp"], boxes[b"mdat"][8:], boxes[b"moov"]
    media_at = len(start) + (len(index) if is_index_first else 0)
    index = moved(index, media_at + 8 - clip.index(media))
    media_bytes = size_bytes - len(start) - len(index)
    head = struct.pack(">I", media_bytes) + b"mdat" + media
    index_at = len(start) if is_index_first else media_at + media_bytes
    file = SparseFile(size_bytes, (0, start), (media_at, head), (index_at, index))
    ranges = Ranges(file)

    drawing = develop(io.BufferedReader(ranges, 1 << 20), size_bytes)

    assert corners_of(drawing.thumb.data) == ["red", "green", "blue", "yellow"]
    assert ranges.requests <= 5
    assert file.total <= 5 << 20


def test_of_a_very_large_video_a_single_key_frame_is_decoded_and_made_smaller():
    data = a_video(0.3, size=(4608, 2592))

    drawing = drawing_of(data)

    assert (drawing.width, drawing.height) == (4608, 2592)
    assert corners_of(drawing.thumb.data) == ["red", "green", "blue", "yellow"]


def test_paper_white_of_an_hdr_video_is_bright_and_not_gray():
    # 58 % of PQ is paper white; 75 % of light remain for it, 225 in sRGB
    options = {"x264-params": "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"}
    data = a_video(0.5, colour=lambda _: (148, 148, 148), codec_options=options)

    drawing = drawing_of(data)

    assert distance(middle_of(drawing.thumb.data), (225, 225, 225)) <= 6


def test_a_file_that_lists_others_is_not_followed(tmp_path, monkeypatch):
    """FFmpeg would draw a file of the machine that it runs on."""
    (tmp_path / "secret.ts").write_bytes(a_video(suffix=".ts"))
    monkeypatch.chdir(tmp_path)
    listing = b"ffconcat version 1.0\nfile secret.ts\n"
    for data in (listing, listing + b"#\xff\xd8\xff\xe1\x7f\x7f" + b"junk " * 50):
        with pytest.raises(UndrawableError):
            develop(BytesIO(data), len(data))
