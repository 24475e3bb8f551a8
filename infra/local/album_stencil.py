"""Masks drawn with shapes, for everything in the sample album that has an outline."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from infra.local.album_brush import (
    Plane,
)

Point = tuple[float, float]


class Stencil:
    """A mask drawn with shapes at twice the size, so that its edges come out smooth.

    Coordinates are pixels of the canvas, y downwards.
    """

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("L", (width * 2, height * 2))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[Point], tone: int = 255) -> None:
        """Fill the polygon."""
        self._draw.polygon([(x * 2, y * 2) for x, y in points], fill=tone)

    def line(self, points: Sequence[Point], thick: float, tone: int = 255) -> None:
        """Draw a line `thick` pixels wide with round corners."""
        doubled = [(x * 2, y * 2) for x, y in points]
        self._draw.line(doubled, fill=tone, width=max(1, round(thick * 2)), joint="curve")

    def disc(self, x: float, y: float, rx: float, ry: float | None = None, tone: int = 255) -> None:
        """Fill an ellipse about (x, y)."""
        tall = rx if ry is None else ry
        box = ((x - rx) * 2, (y - tall) * 2, (x + rx) * 2, (y + tall) * 2)
        self._draw.ellipse(box, fill=tone)

    def alpha(self) -> Plane:
        """The mask, 0..1 at the canvas's size."""
        return np.asarray(self._image.reduce(2)).astype(np.float32) / 255
