from io import BytesIO

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
