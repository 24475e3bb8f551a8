"""The pictures Pillow reads by itself: PNG, WebP, GIF, TIFF, BMP and AVIF."""

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.exif import as_bytes, read_exif
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Negative
from chalicelib.imaging.png import read_cicp, without_ancillary_chunks
from chalicelib.imaging.profiles import profile_by_exif, profile_of_code_points, read_nclx
from chalicelib.imaging.webp import HEADER_BYTES, read_webp_size

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

STILLS = ("png", "webp", "gif", "tiff", "bmp", "avif")

# What a pixel takes at the worst moment, measured: a palette is resolved, alpha is premultiplied
# in a copy.
_BYTES_PER_PIXEL = {"1": 2, "L": 1, "P": 6, "RGBA": 8, "LA": 8, "PA": 13, "I;16": 3, "I;16B": 6}
_BYTES_PER_CLEAR_PIXEL = {"1": 10, "L": 10, "P": 10, "RGB": 13}
# The decoder's two canvases, its answer as bytes, and the picture.
_BYTES_PER_WEBP_PIXEL = 17
_BYTES_PER_AVIF_PIXEL = {"RGB": 10, "RGBA": 13}
_META_BYTES = 1 << 16
_TIFF_ORIENTATION = 274
_TIFF_PHOTOMETRIC = 262
_TIFF_BITS = 258
_TIFF_COMPRESSION = 259
_UNCOMPRESSED = 1
_TIFF_ROWS_PER_STRIP = 278
_TIFF_TILE_WIDTH, _TIFF_TILE_HEIGHT = 322, 323
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
    if name == "webp":
        _refuse_large_webp(data)
    image = open_header(BytesIO(data), name)
    refuse_large_picture(*image.size, bytes_to_decode(image))
    size = image.size
    # Pillow turns a TIFF upright by itself while it loads.
    orientation = 1 if name == "tiff" else orientation_of_still(image)
    is_inverted = name == "tiff" and _is_inverted_deep_gray(image)
    is_damaged = _load(image, name)
    return Negative(
        _invert(image) if is_inverted else image,
        *size,
        orientation,
        _profile(image, data, name),
        None,
        is_damaged,
    )


def open_header(file: BinaryIO, name: str) -> "ImageFile":
    """Open without decoding; metadata that break Pillow are left out.

    Args:
        file: Seekable; kept by the picture.
        name: The format, one of `STILLS`.

    Raises:
        UndrawableError: truncated, corrupt.
    """
    try:
        with decoding(f"The {name.upper()}"):
            return _plugin(name, file)
    except UndrawableError:
        if name not in _WITHOUT_METADATA:
            raise
        with decoding(f"The {name.upper()}"):
            file.seek(0)
            return _plugin(name, BytesIO(_WITHOUT_METADATA[name](file.read())))


def orientation_of_still(image: "ImageFile") -> int:
    """The orientation its EXIF asks for, 1 to 8."""
    return read_exif(as_bytes(image.info.get("exif"))).orientation


def _profile(image: "ImageFile", data: bytes, name: str) -> bytes:
    """The ICC profile that is in the file, or that the file names in another way."""
    named = None
    if name == "avif":
        named = read_nclx(data)
    elif name == "png":
        named = read_cicp(data)
        if named is not None:  # rules over a profile (PNG 3, 4.3)
            return profile_of_code_points(*named)
    if profile := as_bytes(image.info.get("icc_profile")):
        return profile
    if named is not None:
        return profile_of_code_points(*named)
    return profile_by_exif(read_exif(data if name == "tiff" else as_bytes(image.info.get("exif"))))


def bytes_to_decode(image: "ImageFile") -> int:
    """What decoding and scaling a picture holds in memory at most, by its header."""
    pixels = image.width * image.height
    mode = image.mode
    if image.format == "WEBP":
        return bytes_to_decode_webp(*image.size)
    if image.format == "AVIF":
        return pixels * _BYTES_PER_AVIF_PIXEL.get(mode, 13)
    if "transparency" in image.info and mode in _BYTES_PER_CLEAR_PIXEL:
        return pixels * _BYTES_PER_CLEAR_PIXEL[mode]
    return pixels * _BYTES_PER_PIXEL.get(mode, 4) + _piece_of_tiff(image)


def bytes_to_decode_webp(width: int, height: int) -> int:
    """As `bytes_to_decode`, without creating a decoder, which takes half of it at once."""
    return width * height * _BYTES_PER_WEBP_PIXEL


def _without_exif(data: bytes) -> bytes:
    """The same AVIF with its EXIF under a name that no decoder looks for."""
    return data[:_META_BYTES].replace(b"Exif", b"free") + data[_META_BYTES:]


_WITHOUT_METADATA = {"png": without_ancillary_chunks, "avif": _without_exif}


def _refuse_large_webp(data: bytes) -> None:
    size = read_webp_size(data[:HEADER_BYTES])
    if size is not None:
        refuse_large_picture(*size, bytes_to_decode_webp(*size))


def _plugin(name: str, file: BinaryIO) -> "ImageFile":
    """The one decoder of a format, by its class: nothing else gets to see the bytes."""
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


def _piece_of_tiff(image: "ImageFile") -> int:
    """Bytes of one strip or tile, which libtiff unpacks as a whole."""
    if _tiff_tag(image, _TIFF_COMPRESSION) == _UNCOMPRESSED:
        return 0
    rows = _tiff_tag(image, _TIFF_TILE_HEIGHT) or _tiff_tag(image, _TIFF_ROWS_PER_STRIP)
    width = _tiff_tag(image, _TIFF_TILE_WIDTH) or image.width
    depths = _tiff_tag(image, _TIFF_BITS)
    if not isinstance(rows, int) or not isinstance(width, int) or not isinstance(depths, tuple):
        return 0
    return width * min(rows, image.height) * sum(depths) // 8


def _is_inverted_deep_gray(image: "ImageFile") -> bool:
    is_deep = image.mode.startswith("I;16")
    return is_deep and _tiff_tag(image, _TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO


def _tiff_tag(image: "ImageFile", tag: int) -> object:
    return getattr(image, "tag_v2", {}).get(tag)


def _invert(image: "Image.Image") -> "Image.Image":
    return image.convert("I").point(lambda value: value * -1 + 65535)
