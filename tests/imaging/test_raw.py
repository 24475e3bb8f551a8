import struct
from io import BytesIO

import pytest
from PIL import Image

from chalicelib.errors import UndrawableError
from chalicelib.imaging.facts import read_facts
from tests.imaging.pictures import (
    a_dng,
    corners_of,
    distance,
    drawing_of,
    four_corners,
    middle_of,
    saved,
)

TURNED = {
    1: ["red", "green", "blue", "yellow"],
    3: ["yellow", "blue", "green", "red"],
    6: ["blue", "red", "yellow", "green"],
    8: ["green", "yellow", "red", "blue"],
}


@pytest.mark.parametrize(("orientation", "corners"), TURNED.items())
def test_a_raw_without_a_preview_is_drawn_from_its_sensor_upright(orientation, corners):
    drawing = drawing_of(a_dng(orientation))

    assert corners_of(drawing.thumb.data) == corners
    assert (drawing.width, drawing.height) == ((400, 300) if orientation < 5 else (300, 400))


@pytest.mark.parametrize(("orientation", "corners"), TURNED.items())
def test_a_raws_preview_is_turned_like_its_sensor(orientation, corners):
    drawing = drawing_of(a_dng(orientation, preview=four_corners()))

    assert corners_of(drawing.thumb.data) == corners
    assert (drawing.width, drawing.height) == ((400, 300) if orientation < 5 else (300, 400))


def test_a_raws_preview_is_preferred_to_its_sensor():
    drawing = drawing_of(a_dng(preview=Image.new("RGB", (400, 300), "teal")))

    assert distance(middle_of(drawing.thumb.data), (0, 128, 128)) <= 4


def test_a_preview_too_small_for_the_thumbnail_is_passed_over():
    drawing = drawing_of(a_dng(preview=Image.new("RGB", (160, 120), "teal")))

    assert corners_of(drawing.thumb.data) == TURNED[1]


def test_a_preview_that_is_upright_already_is_not_turned_again():
    drawing = drawing_of(a_dng(6, preview=four_corners(300, 400)))

    assert corners_of(drawing.thumb.data) == TURNED[1]
    assert (drawing.width, drawing.height) == (300, 400)


def test_a_raw_says_what_it_is_and_its_size_upright():
    data = a_dng(6)

    facts = read_facts(BytesIO(data), len(data))

    assert (facts.file_type, facts.mime_type) == ("image", "image/x-adobe-dng")
    assert (facts.width, facts.height, facts.orientation) == (300, 400, 6)


def test_a_raw_cut_before_its_directory_is_truncated():
    with pytest.raises(UndrawableError) as caught:
        drawing_of(a_dng()[:100_000])

    assert caught.value.reason == "truncated"


def test_a_raw_that_libraw_can_not_read_shows_its_largest_preview_turned_as_the_raw_is():
    small, large = (saved(four_corners(*size), quality=95) for size in ((160, 120), (800, 600)))
    # a CR2 of which nothing is there but its orientation
    head = b"II*\0\x10\0\0\0CR\2\0\0\0\0\0" + struct.pack("<HHHIII", 1, 0x0112, 3, 1, 6, 0)

    drawing = drawing_of(head + small + large + bytes(100))

    assert (drawing.thumb.width, drawing.thumb.height) == (450, 600)
    assert corners_of(drawing.thumb.data) == TURNED[6]
    assert not drawing.damaged


def test_a_sensor_without_colours_gives_a_gray_picture():
    data = a_dng()
    for entry, value in ((0x0106, 34892), (0x828D, None), (0x828E, None), (0xC621, None)):
        at = data.index(struct.pack("<H", entry), 8 + 400 * 300 * 2)
        tag = 0xFDE8 if value is None else entry  # a private tag: nobody reads it
        kept = data[at + 2 : at + 8] + (data[at + 8 : at + 12] if value is None else b"")
        changed = struct.pack("<H", tag) + kept
        if value is not None:
            changed += struct.pack("<HH", value, 0)
        data = data[:at] + changed + data[at + len(changed) :]

    drawing = drawing_of(data)

    red, green, blue = middle_of(drawing.thumb.data)
    assert max(red, green, blue) - min(red, green, blue) <= 2


def test_a_preview_of_another_shape_is_not_squeezed_into_that_of_the_sensor():
    drawing = drawing_of(a_dng(preview=four_corners(1200, 1200)))

    assert (drawing.thumb.width, drawing.thumb.height) == (600, 600)
    assert (drawing.width, drawing.height) == (1200, 1200)
