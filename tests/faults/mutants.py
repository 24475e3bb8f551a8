"""Pictures and videos that were sound until something bit them; the same every time."""

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image

from tests.faults.fields import chunks_of_png, fields_of
from tests.imaging.pictures import a_dng, a_jpeg, a_video, an_exif, display_p3, four_corners, saved

_ODD_NUMBERS = (0, 1, 2, 7, 255, 256, 4096, 32767, 65535, 1 << 24, (1 << 31) - 1, (1 << 32) - 1)
_ODD_BYTES = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)
_BEGINNING_BYTES = 512

Change = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Mutant:
    """A damaged file.

    Attributes:
        name: Of the sound file it was made of.
        data: The file.
    """

    name: str
    data: bytes


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of this number, whichever others are made."""
    rng = random.Random(f"{seed}/{number}")
    files = sound_files()
    name = rng.choice(sorted(files))
    data = files[name]
    changes = (*_CHANGES, _half_of_another(name), *[_numbers(name)] * 3)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(changes)(rng, data)
    return Mutant(name, _with_sums(data) if _format(name) == "png" else data)


@cache
def sound_files() -> dict[str, bytes]:
    """A small file of every format, each with metadata where it has any."""
    picture = four_corners(96, 64)
    exif = an_exif({0x010F: "Hand", 0x0112: 6}, {0x9003: "2024:05:06 07:08:09"}, {0: b"\2\3\0\0"})
    about: dict[str, Any] = {"exif": exif, "icc_profile": display_p3()}
    clear = picture.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    frames: dict[str, Any] = {
        "save_all": True,
        "append_images": [picture.rotate(90)],
        "duration": 50,
    }
    heif = BytesIO()
    pillow_heif.from_pillow(clear).save(heif, quality=70, exif=exif)
    deep = Image.new("I;16", (64, 48), 30_000)
    return {
        "jpeg": a_jpeg(96, 64, **about),
        "jpeg-progressive": a_jpeg(96, 64, progressive=True, **about),
        "jpeg-cmyk": saved(picture.convert("CMYK")),
        "jpeg-restarts": a_jpeg(96, 64, restart_marker_blocks=2),
        "png": saved(picture, "PNG", **about),
        "png-palette": saved(picture.quantize(16), "PNG", transparency=3),
        "png-deep": saved(deep, "PNG"),
        "png-alpha": saved(clear, "PNG"),
        "png-animated": saved(picture, "PNG", **frames),
        "webp": saved(clear, "WEBP", **about),
        "webp-lossless": saved(clear, "WEBP", lossless=True),
        "webp-animated": saved(picture, "WEBP", **frames),
        "gif": saved(picture.quantize(16), "GIF", **frames),
        "bmp": saved(picture, "BMP"),
        "bmp-palette": saved(picture.quantize(16), "BMP"),
        "tiff": saved(clear, "TIFF", **about),
        "tiff-lzw": saved(picture, "TIFF", compression="tiff_lzw"),
        "tiff-jpeg": saved(picture, "TIFF", compression="jpeg"),
        "tiff-fax": saved(picture.convert("1"), "TIFF", compression="group4"),
        "tiff-deep": saved(deep, "TIFF", compression="tiff_adobe_deflate"),
        "avif": saved(clear, "AVIF", speed=10, **about),
        "avif-animated": saved(picture, "AVIF", speed=10, **frames),
        "heic": heif.getvalue(),
        "dng": a_dng(6),
        "dng-preview": a_dng(1, four_corners(96, 64)),
        "mp4": a_video(0.4, rotation=90),
        "mov": a_video(0.4, suffix=".mov"),
        "mkv": a_video(0.4, suffix=".mkv"),
        "webm": a_video(0.4, suffix=".webm", codec="libvpx-vp9"),
    }


def _bits(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _bytes_at_the_beginning(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if len(changed) > 16:
            at = rng.randrange(12, min(len(changed), _BEGINNING_BYTES))
            changed[at] = rng.choice(_ODD_BYTES)
    return bytes(changed)


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randint(len(data) // 4, len(data))]


def _piece_lost(rng: random.Random, data: bytes) -> bytes:
    start, end = _piece(rng, data)
    return data[:start] + data[end:]


def _piece_twice(rng: random.Random, data: bytes) -> bytes:
    start, end = _piece(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 1, 20)) + data[end:]


def _pieces_swapped(rng: random.Random, data: bytes) -> bytes:
    (a, b), (c, d) = sorted((_piece(rng, data), _piece(rng, data)))
    return data if c < b else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _noise_inserted(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.randint(1, 64)) + data[at:]


def _blank_piece(rng: random.Random, data: bytes) -> bytes:
    start, end = _piece(rng, data)
    return data[:start] + bytes([rng.choice(_ODD_BYTES)]) * (end - start) + data[end:]


def _half_of_another(name: str) -> Change:
    family = sorted(n for n in sound_files() if _format(n) == _format(name))

    def change(rng: random.Random, data: bytes) -> bytes:
        other = sound_files()[rng.choice(family)]
        at = rng.randrange(min(len(data), len(other)) + 1)
        return data[:at] + other[at:]

    return change


def _numbers(name: str) -> Change:
    fields = fields_of(_format(name), sound_files()[name])

    def change(rng: random.Random, data: bytes) -> bytes:
        changed = bytearray(data)
        here = [field for field in fields if field.at + field.length <= len(data)]
        for field in rng.sample(here, min(len(here), rng.choice((1, 1, 2)))):
            place = slice(field.at, field.at + field.length)
            old = int.from_bytes(changed[place], field.order)
            new = rng.choice((old - 1, old + 1, old * 2, old // 2, rng.choice(_ODD_NUMBERS)))
            new &= (1 << 8 * field.length) - 1
            changed[place] = new.to_bytes(field.length, field.order)
        return bytes(changed)

    return change


def _format(name: str) -> str:
    return name.split("-")[0]


def _piece(rng: random.Random, data: bytes) -> tuple[int, int]:
    """Somewhere behind the first bytes, by which the format is told."""
    start = rng.randrange(min(16, len(data)), len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 2, 4, 16, 64, 512)))


def _with_sums(data: bytes) -> bytes:
    """The check sums of a PNG made right, or no change would be seen behind them."""
    changed = bytearray(data)
    for at in chunks_of_png(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 <= len(data):
            struct.pack_into(">I", changed, end, zlib.crc32(data[at + 4 : end]))
    return bytes(changed)


_CHANGES: tuple[Change, ...] = (
    _bits,
    _bytes_at_the_beginning,
    _cut,
    _piece_lost,
    _piece_twice,
    _pieces_swapped,
    _noise_inserted,
    _blank_piece,
)
