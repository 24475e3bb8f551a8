"""What each format has of its own: named colours, odd layouts, bursts, sequences, limits."""

import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import av
import numpy as np
import pillow_heif
import pytest
import tifffile
from PIL import Image

from chalicelib.errors import UndrawableError
from chalicelib.imaging.facts import read_facts
from tests.imaging.pictures import (
    a_dng,
    a_jpeg,
    an_exif,
    corners_of,
    distance,
    drawing_of,
    four_corners,
    middle_of,
    png_header,
    saved,
)

# Of Display P3 and of Adobe RGB, and what they are in sRGB; by the published primaries.
P3_RED, P3_RED_IN_SRGB = (220, 60, 60), (239, 35, 50)
ADOBE_RED, ADOBE_RED_IN_SRGB = (200, 60, 60), (231, 57, 57)


def a_heic(*pictures: Image.Image, **options: Any) -> bytes:
    heif = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    for picture in pictures:
        heif.add_from_pillow(picture)
    buffer = BytesIO()
    heif.save(buffer, quality=95, **options)
    return buffer.getvalue()


def plain(colour: tuple[int, ...], size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.new("RGB", size, colour)


def with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    check = struct.pack(">I", zlib.crc32(name + body))
    return png[:33] + struct.pack(">I", len(body)) + name + body + check + png[33:]


def a_tiff(pixels: Any, **options: Any) -> bytes:
    """Written by tifffile, which shares nothing with the TIFF reader under test."""
    buffer = BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def named_p3_heic() -> bytes:
    return a_heic(plain(P3_RED), color_primaries=12, transfer_characteristics=13)


def named_p3_avif() -> bytes:
    srgb = b"colrnclx" + struct.pack(">2H", 1, 13)
    written = saved(plain(P3_RED), "AVIF", quality=95)
    assert srgb in written
    return written.replace(srgb, b"colrnclx" + struct.pack(">2H", 12, 13))


def named_p3_png() -> bytes:
    return with_chunk(saved(plain(P3_RED), "PNG"), b"cICP", bytes([12, 13, 0, 1]))


@pytest.mark.parametrize("make", [named_p3_heic, named_p3_avif, named_p3_png])
def test_display_p3_without_a_profile_is_known_by_its_name(make: Callable[[], bytes]):
    drawing = drawing_of(make())

    assert distance(middle_of(drawing.thumb.data), P3_RED_IN_SRGB) <= 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_adobe_rgb_without_a_profile_is_known_by_exif(kind):
    data = saved(plain(ADOBE_RED), kind, exif=an_exif(photo={0xA001: 2}), quality=95)

    drawing = drawing_of(data)

    assert distance(middle_of(drawing.thumb.data), ADOBE_RED_IN_SRGB) <= 4


def test_adobe_rgb_by_the_interoperability_index_is_known_as_cameras_write_it():
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0xA001: 65535})
    exif.get_ifd(0x8769)[0xA005] = {1: "R03", 2: b"0100"}
    data = saved(plain(ADOBE_RED), "JPEG", exif=exif.tobytes(), quality=95)

    drawing = drawing_of(data)

    assert distance(middle_of(drawing.thumb.data), ADOBE_RED_IN_SRGB) <= 4


def test_paper_white_of_an_hdr_heic_is_bright_and_not_gray():
    data = a_heic(plain((148, 148, 148)), color_primaries=9, transfer_characteristics=16)

    drawing = drawing_of(data)

    assert distance(middle_of(drawing.thumb.data), (225, 225, 225)) <= 3


RGB = np.broadcast_to(np.array((200, 100, 50), "u1"), (60, 80, 3))
DEEP_RGB = RGB.astype("u2") * 257
GRAY = np.full((60, 80), 128, "u1")
DEEP_GRAY = GRAY.astype("u2") * 257
ORANGE, MIDDLE_GRAY, WHITE = (200, 100, 50), (128, 128, 128), (255, 255, 255)


def with_alpha(pixels: Any, alpha: int) -> Any:
    return np.dstack([pixels, np.full(pixels.shape[:2], alpha, pixels.dtype)])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (a_tiff(RGB, photometric="rgb", tile=(16, 16)), ORANGE),
        (a_tiff(np.moveaxis(RGB, 2, 0), photometric="rgb", planarconfig="separate"), ORANGE),
        (a_tiff(RGB, photometric="rgb", bigtiff=True), ORANGE),
        (a_tiff(np.stack([RGB, 255 - RGB]), photometric="rgb"), ORANGE),
        (a_tiff(DEEP_RGB, photometric="rgb", byteorder=">"), ORANGE),
        (a_tiff(DEEP_RGB, photometric="rgb", tile=(16, 16)), ORANGE),
        (a_tiff(np.moveaxis(DEEP_RGB, 2, 0), photometric="rgb", planarconfig="separate"), ORANGE),
        (
            a_tiff(with_alpha(DEEP_RGB, 65535), photometric="rgb", extrasamples=["unassalpha"]),
            ORANGE,
        ),
        (a_tiff(with_alpha(DEEP_RGB, 0), photometric="rgb", extrasamples=["unassalpha"]), WHITE),
        (a_tiff(with_alpha(RGB, 0), photometric="rgb", extrasamples=["unassalpha"]), WHITE),
        (a_tiff(DEEP_GRAY, photometric="minisblack", tile=(16, 16)), MIDDLE_GRAY),
        (a_tiff(65535 - DEEP_GRAY, photometric="miniswhite"), MIDDLE_GRAY),
        (a_tiff(with_alpha(with_alpha(with_alpha(GRAY, 0), 0), 0), photometric="separated"), None),
        # L* = 50 without colour is 119 in sRGB
        (a_tiff(with_alpha(with_alpha(GRAY, 0), 0), photometric="cielab"), (119, 119, 119)),
    ],
    ids=[
        *("tiles", "planes", "BigTIFF", "two pages", "16 bits, big-endian", "16 bits in tiles"),
        *("16 bits in planes", "16 bits, opaque", "16 bits, clear", "clear", "deep gray in tiles"),
        *("white is zero", "CMYK", "LAB"),
    ],
)
def test_odd_tiffs_of_another_program_are_drawn_in_their_colours(data, expected):
    drawing = drawing_of(data)

    middle = middle_of(drawing.thumb.data)
    if expected is None:  # half of cyan and nothing else: less red than green and blue
        assert middle[0] < 140
        assert min(middle[1:]) > 180
    else:
        assert distance(middle, expected) <= 2


@pytest.mark.parametrize(
    "data",
    [
        a_tiff((RGB / 255).astype("f4"), photometric="rgb"),
        a_tiff(GRAY.astype("f8"), photometric="minisblack"),
    ],
    ids=["floats in colour", "long floats"],
)
def test_kinds_of_tiff_that_nothing_here_reads_are_unsupported_and_not_corrupt(data):
    with pytest.raises(UndrawableError) as caught:
        drawing_of(data)

    assert caught.value.reason == "unsupported"


def a_deep_png(pixels: Any, colour_type: int) -> bytes:
    """Written by hand: PNG, 16 bits a sample, no filter."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


@pytest.mark.parametrize(
    ("pixels", "colour_type", "expected"),
    [
        (DEEP_RGB, 2, ORANGE),
        (with_alpha(DEEP_RGB, 65535), 6, ORANGE),
        (with_alpha(DEEP_RGB, 0), 6, WHITE),
        (with_alpha(DEEP_GRAY * 0, 32896), 4, (127, 127, 127)),
        (DEEP_GRAY, 0, MIDDLE_GRAY),
    ],
    ids=["colour", "opaque", "clear", "half of black on white", "gray"],
)
def test_a_png_of_sixteen_bits_is_scaled_and_not_cut_off(pixels, colour_type, expected):
    drawing = drawing_of(a_deep_png(pixels, colour_type))

    assert distance(middle_of(drawing.thumb.data), expected) <= 2


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000)])
@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_a_strip_of_any_format_keeps_a_pixel(size, kind):
    drawing = drawing_of(saved(plain(ORANGE, size), kind))

    assert (drawing.thumb.width, drawing.thumb.height) in ((800, 1), (1, 600))


@pytest.mark.parametrize("kind", ["AVIF"])
def test_a_sequence_shows_its_first_frame(kind):
    frames = {"save_all": True, "append_images": [plain((0, 0, 255))], "duration": 100}

    drawing = drawing_of(saved(plain((255, 0, 0)), kind, **frames))

    assert distance(middle_of(drawing.thumb.data), (254, 0, 0)) <= 6


def test_a_burst_shows_its_primary_picture():
    data = a_heic(plain((255, 0, 0)), plain((0, 0, 255)), plain((0, 255, 0)), primary_index=1)

    drawing = drawing_of(data)

    assert distance(middle_of(drawing.thumb.data), (0, 0, 255)) <= 6


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "PNG"])
def test_broken_exif_does_not_keep_other_formats_from_being_drawn(kind):
    sound = saved(four_corners(), kind, exif=an_exif({0x0112: 1, 0x010F: "Hand"}))
    broken = sound.replace(b"II*\0", b"XX*\0").replace(b"MM\0*", b"XX\0*")
    assert broken != sound

    drawing = drawing_of(broken)

    assert corners_of(drawing.thumb.data) == ["red", "green", "blue", "yellow"]


def patched(data: bytes, *changes: tuple[int, bytes]) -> bytes:
    changed = bytearray(data)
    for at, value in changes:
        changed[at : at + len(value)] = value
    return bytes(changed)


def huge_gif() -> bytes:
    data, side = saved(plain(ORANGE), "GIF"), b"\xff\xff"
    frame = data.index(b"\x2c\0\0\0\0")
    return patched(data, (6, side * 2), (frame + 5, side * 2))


def huge_boxes(data: bytes) -> bytes:
    """A HEIF or an AVIF whose pictures all say that they are 16,000 pixels wide and high."""
    side = struct.pack(">2I", 16_000, 16_000)
    return re.sub(rb"(ispe\0{4}).{8}", lambda box: box[1] + side, data, flags=re.S)


def huge_tiff() -> bytes:
    data = saved(plain(ORANGE), "TIFF")
    for tag in (256, 257):
        entry = data.index(struct.pack("<H", tag), 8)
        data = patched(data, (entry, struct.pack("<HHII", tag, 4, 1, 100_000)))
    return data


def huge_dng() -> bytes:
    data = a_dng()
    for tag, side in ((0x0100, 400), (0x0101, 300)):
        entry = struct.pack("<HHI", tag, 4, 1)
        data = data.replace(entry + struct.pack("<I", side), entry + struct.pack("<I", 60_000))
    return data


HUGE = {
    "PNG": png_header(20_000, 20_000),
    "GIF": huge_gif(),
    "BMP": patched(saved(plain(ORANGE), "BMP"), (18, struct.pack("<2i", 30_000, 30_000))),
    "WebP": patched(
        saved(plain(ORANGE).convert("RGBA"), "WEBP", exif=an_exif({0x010F: "Hand"})),
        (24, (16_000 - 1).to_bytes(3, "little") * 2),
    ),
    "TIFF": huge_tiff(),
    "AVIF": huge_boxes(saved(plain(ORANGE), "AVIF")),
    "HEIC": huge_boxes(a_heic(plain(ORANGE, (64, 64)))),
    "DNG": huge_dng(),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_picture_that_promises_too_much_is_refused_before_it_is_decoded(name, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("was decoded"))

    with pytest.raises(UndrawableError) as caught:
        drawing_of(HUGE[name])

    assert caught.value.reason == "too-large"


def test_a_photo_with_a_picture_behind_it_shows_the_photo():
    # a Motion Photo, an MPO: a video or another JPEG follows the first
    data = a_jpeg(1600, 1200) + a_jpeg(320, 240, 6)

    drawing = drawing_of(data)

    assert (drawing.thumb.width, drawing.thumb.height) == (800, 600)
    assert read_facts(BytesIO(data), len(data)).width == 1600


def half_by_ffmpeg(data: bytes) -> Any:
    """The picture as FFmpeg decodes it, which shares no decoder, each four pixels made one."""
    with av.open(BytesIO(data), mode="r") as container:
        frame = next(container.decode(video=0))
    pixels = frame.to_ndarray(format="rgb24").astype(float)
    height, width = pixels.shape[:2]
    return pixels.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))


def a_scene(kind: str) -> bytes:
    """1600x1200 of soft colours with some edges."""
    clouds = [Image.effect_noise((40, 30), 90).resize((1600, 1200), 3) for _ in range(3)]
    scene = Image.merge("RGB", clouds)
    scene.paste(four_corners(500, 500), (550, 350))
    if kind == "HEIC":
        return a_heic(scene)
    if kind == "progressive":
        return saved(scene, quality=92, progressive=True)
    return saved(scene, kind, quality=92)


@pytest.mark.parametrize(
    "kind", ["JPEG", "progressive", "PNG", "WEBP", "BMP", "TIFF", "AVIF", "HEIC"]
)
def test_a_thumbnail_agrees_with_what_ffmpeg_decodes(kind):
    data = a_scene(kind)

    drawing = drawing_of(data)

    thumb = np.asarray(Image.open(BytesIO(drawing.thumb.data)).convert("RGB"), dtype=float)
    error = ((thumb - half_by_ffmpeg(data)) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 34  # dB; the thumbnail is a JPEG at 4:2:0 itself
