"""The pictures Pillow reads by itself: PNG, WebP, GIF, TIFF, BMP and AVIF."""

from io import BytesIO
from typing import TYPE_CHECKING

from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.exif import read_exif
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Negative
from chalicelib.imaging.png import without_ancillary_chunks

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

STILLS = ("png", "webp", "gif", "tiff", "bmp", "avif")

# What a pixel takes at the worst moment: a palette is resolved, alpha is premultiplied in a copy.
_BYTES_PER_PIXEL = {"1": 2, "L": 1, "P": 9, "RGBA": 8, "LA": 8, "PA": 13}
_TIFF_ORIENTATION = 274
_TIFF_PHOTOMETRIC = 262
_WHITE_IS_ZERO = 0
# Decoded row by row into memory that stays readable when the file ends too early.
_SALVAGEABLE = ("png", "gif", "bmp", "tiff")


def open_still(data: bytes, name: str) -> Negative:
    """Decode the first frame.

    Args:
        data: The whole file.
        name: The format, one of `STILLS`.

    Raises:
        UndrawableError: too-large, truncated, corrupt, out-of-memory.
    """
    image = open_header(data, name)
    refuse_large_picture(*image.size, _bytes_per_pixel(image.mode))
    size = image.size
    # Pillow turns a TIFF upright by itself while it loads.
    orientation = 1 if name == "tiff" else orientation_of_still(image)
    is_inverted = name == "tiff" and _is_inverted_deep_gray(image)
    is_damaged = _load(image, name)
    profile = image.info.get("icc_profile") or b""
    return Negative(
        _invert(image) if is_inverted else image,
        *size,
        orientation,
        profile if isinstance(profile, bytes) else b"",
        None,
        is_damaged,
    )


def open_header(data: bytes, name: str) -> "ImageFile":
    """Open without decoding; metadata that break Pillow are left out.

    Raises:
        UndrawableError: truncated, corrupt.
    """
    try:
        with decoding(f"The {name.upper()}"):
            return _plugin(name, data)
    except UndrawableError:
        if name != "png":
            raise
        with decoding("The PNG"):
            return _plugin(name, without_ancillary_chunks(data))


def orientation_of_still(image: "ImageFile") -> int:
    """The orientation its EXIF asks for, 1 to 8."""
    block = image.info.get("exif")
    return read_exif(block).orientation if isinstance(block, bytes) else 1


def _plugin(name: str, data: bytes) -> "ImageFile":
    """The one decoder of a format, by its class: nothing else gets to see the bytes."""
    file = BytesIO(data)
    match name:
        case "png":
            from PIL.PngImagePlugin import PngImageFile

            return PngImageFile(file)
        case "webp":
            from PIL.WebPImagePlugin import WebPImageFile

            return WebPImageFile(file)
        case "gif":
            from PIL.GifImagePlugin import GifImageFile

            return GifImageFile(file)
        case "tiff":
            from PIL.TiffImagePlugin import TiffImageFile

            return TiffImageFile(file)
        case "bmp":
            from PIL.BmpImagePlugin import BmpImageFile

            return BmpImageFile(file)
        case "avif":
            from PIL.AvifImagePlugin import AvifImageFile

            return AvifImageFile(file)
    raise ValueError(f"no decoder for {name}")


def _load(image: "ImageFile", name: str) -> bool:
    """Decode in place; tell whether the end of the picture is missing."""
    try:
        with decoding(f"The {name.upper()}"):
            image.load()
    except UndrawableError as error:
        if error.reason == "out-of-memory" or not _can_salvage(image, name):
            raise
        image.tile = []  # what is decoded so far counts as all there is
        try:
            with decoding(f"The {name.upper()}"):
                image.load()
                is_blank = image.getbbox() is None
        except UndrawableError:
            raise error from None
        if is_blank:
            raise
        return True
    return False


def _can_salvage(image: "ImageFile", name: str) -> bool:
    if name == "tiff":
        return _tiff_tag(image, _TIFF_ORIENTATION) in (None, 1)
    return name in _SALVAGEABLE


def _bytes_per_pixel(mode: str) -> int:
    return 6 if mode.startswith("I;16") else _BYTES_PER_PIXEL.get(mode, 4)


def _is_inverted_deep_gray(image: "ImageFile") -> bool:
    is_deep = image.mode.startswith("I;16")
    return is_deep and _tiff_tag(image, _TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO


def _tiff_tag(image: "ImageFile", tag: int) -> object:
    return getattr(image, "tag_v2", {}).get(tag)


def _invert(image: "Image.Image") -> "Image.Image":
    return image.convert("I").point(lambda value: value * -1 + 65535)
