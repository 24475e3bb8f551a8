"""ThumbHash: a photo's colours in about 25 bytes, to paint before it arrives.

The format is Evan Wallace's, https://evanw.github.io/thumbhash/.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_SIDE = 32  # 7 cosines need no more pixels, and pure Python is quick on these
_MAX_LUMINANCE_TERMS = 7
_COLOUR_TERMS = 3
_NOISE = 1e-9  # what floats leave of nothing

_Row = list[float]


@dataclass(frozen=True)
class _Channel:
    """Cosine terms of one channel.

    Attributes:
        constant: Its mean.
        terms: The others, scaled to 0..1 with 0.5 for none.
        scale: The largest of them.
    """

    constant: float
    terms: list[float]
    scale: float


def thumbhash(image: "Image.Image") -> bytes:
    """The hash of an opaque picture.

    Args:
        image: RGB, upright, of any size; more than `MAX_SIDE` pixels a side add nothing.
    """
    width, height = image.size
    pixels = list(image.convert("RGB").tobytes())
    red, green, blue = ([value / 255 for value in pixels[band::3]] for band in range(3))
    luminance = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow_blue = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    red_green = [r - g for r, g in zip(red, green, strict=True)]

    longest = max(width, height)
    across = max(1, _round(_MAX_LUMINANCE_TERMS * width / longest))
    down = max(1, _round(_MAX_LUMINANCE_TERMS * height / longest))
    light = _encode(luminance, width, height, max(3, across), max(3, down))
    p = _encode(yellow_blue, width, height, _COLOUR_TERMS, _COLOUR_TERMS)
    q = _encode(red_green, width, height, _COLOUR_TERMS, _COLOUR_TERMS)

    is_landscape = width > height
    first = (
        _round(63 * light.constant)
        | _round(31.5 + 31.5 * p.constant) << 6
        | _round(31.5 + 31.5 * q.constant) << 12
        | _round(31 * light.scale) << 18
    )
    second = (
        (down if is_landscape else across)
        | _round(63 * p.scale) << 3
        | _round(63 * q.scale) << 9
        | is_landscape << 15
    )
    nibbles = [_round(15 * term) for channel in (light, p, q) for term in channel.terms]
    nibbles += [0] * (len(nibbles) % 2)
    packed = bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return first.to_bytes(3, "little") + second.to_bytes(2, "little") + packed


def _encode(values: _Row, width: int, height: int, across: int, down: int) -> _Channel:
    """The lowest cosine terms of a channel, rows first, then columns."""
    rows = [values[start : start + width] for start in range(0, width * height, width)]
    by_row = [[sum(map(mul, row, cosines)) for row in rows] for cosines in _cosines(width, across)]
    found = [
        sum(map(mul, by_row[x], _cosines(height, down)[y])) / (width * height)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    scale = max(map(abs, found[1:]), default=0.0)
    is_flat = scale < _NOISE
    terms = [0.0 if is_flat else 0.5 + 0.5 / scale * term for term in found[1:]]
    return _Channel(found[0], terms, scale)


@lru_cache(maxsize=256)
def _cosines(length: int, count: int) -> list[_Row]:
    return [
        [math.cos(math.pi / length * wave * (at + 0.5)) for at in range(length)]
        for wave in range(count)
    ]


def _round(value: float) -> int:
    """Halves go up, as in the format's own implementation."""
    return math.floor(value + 0.5)
