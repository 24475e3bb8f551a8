"""What every decoder hands over: the pixels, and how to turn and colour them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.thumbnail import fit

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[int, int]


@dataclass(frozen=True)
class Negative:
    """A decoded picture, not yet upright, in its own colours, perhaps already scaled down.

    Attributes:
        image: The pixels, loaded.
        width: Of the original, pixels as stored; `image` may be smaller.
        height: Of the original, pixels as stored.
        orientation: EXIF's way to turn it, 1 to 8.
        profile: ICC profile of its colours; empty means sRGB.
        crop: The part of `image` that is picture (left, top, right, bottom); None for all.
        is_damaged: The end of the file is missing, and of the picture.
    """

    image: "Image.Image"
    width: int
    height: int
    orientation: int = 1
    profile: bytes = b""
    crop: tuple[float, float, float, float] | None = None
    is_damaged: bool = False

    @property
    def upright_size(self) -> tuple[int, int]:
        """Pixels of the original as a person sees it: (width, height)."""
        return upright(self.width, self.height, self.orientation)

    @property
    def is_blank(self) -> bool:
        """Whether all pixels are alike: what decoders leave of a file without any."""
        extremes = (band.getextrema() for band in self.image.split())
        return all(lowest == highest for lowest, highest in extremes)


def upright(width: int, height: int, orientation: int) -> tuple[int, int]:
    """A size after turning: orientations 5 to 8 swap width and height."""
    return (height, width) if orientation > 4 else (width, height)


def fit_as_stored(width: int, height: int, orientation: int, box: Box) -> tuple[int, int]:
    """The size to scale the stored pixels to, so that they fit the box once they are upright."""
    return upright(*fit(*upright(width, height, orientation), box), orientation)
