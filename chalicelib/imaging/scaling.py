"""Fewer pixels: sharp, and for little work."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

Crop = tuple[float, float, float, float]

# Averaged down first, to so many times the size: nobody sees it, and it is much less work.
# https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.resize
_GAP = 2.0
_COLOUR_GAP = 1.5


def scaled(
    image: "Image.Image", size: tuple[int, int], crop: Crop | None = None, gap: float = _GAP
) -> "Image.Image":
    """A picture in another size, by Lanczos' filter.

    Args:
        image: In a mode that may be interpolated.
        size: Pixels, (width, height).
        crop: The part of it that is picture (left, top, right, bottom); None for all.
        gap: How many times as large as `size` at least the filter for light gets it.
    """
    from PIL import Image

    if image.size == size and crop in (None, (0, 0, *size)):
        return image
    if image.mode != "YCbCr":
        return _filtered(image, size, crop, gap)
    light, *colours = image.split()
    halves = (_halved_colour(colour, size, crop) for colour in colours)
    return Image.merge(image.mode, (_filtered(light, size, crop, gap), *halves))


def _filtered(
    image: "Image.Image", size: tuple[int, int], crop: Crop | None, gap: float
) -> "Image.Image":
    from PIL import Image

    return image.resize(size, Image.Resampling.LANCZOS, box=crop, reducing_gap=gap)


def _halved_colour(
    colour: "Image.Image", size: tuple[int, int], crop: Crop | None
) -> "Image.Image":
    """A channel of colour in as much detail as a JPEG keeps of it: half of the light's."""
    from PIL import Image

    width, height = ((side + 1) // 2 for side in size)
    half = colour.resize((width, height), Image.Resampling.BOX, box=crop, reducing_gap=_COLOUR_GAP)
    twice = half.resize((2 * width, 2 * height), Image.Resampling.NEAREST)
    return twice if twice.size == size else twice.crop((0, 0, *size))
