"""How much memory a decode will take, by the header alone."""

from typing import BinaryIO

from chalicelib.domain.thumbnail import THUMB_BOX
from chalicelib.errors import UndrawableError
from chalicelib.imaging.exif import read_exif
from chalicelib.imaging.jpeg_header import read_jpeg_header
from chalicelib.imaging.negative import Box, fit_as_stored
from chalicelib.imaging.png import is_short
from chalicelib.imaging.sniff import Format
from chalicelib.imaging.stills import bytes_to_decode, bytes_to_decode_webp, open_header
from chalicelib.imaging.webp import HEADER_BYTES, read_webp_size

_JPEG_HEADER_BYTES = 1 << 20
_JPEG_SCALES = (8, 4, 2)
_BYTES_PER_COEFFICIENT = 2
_BYTES_PER_PIXEL = 4
_HEADERS_PILLOW_READS = ("png", "gif", "bmp", "tiff")


def appetite(file: BinaryIO, size_bytes: int, found: Format, box: Box = THUMB_BOX) -> int | None:
    """Bytes that a decode will hold at most, the file itself included.

    Args:
        file: Seekable; left somewhere.
        size_bytes: Of the file.
        found: Its format.
        box: Pixels, (width, height), of the largest rendition to be drawn.

    Returns:
        None where the header does not tell, or tells it to nobody but the decoder.
    """
    file.seek(0)
    if found.name == "jpeg":
        held = _of_jpeg(file.read(_JPEG_HEADER_BYTES), box)
    elif found.name == "webp":
        size = read_webp_size(file.read(HEADER_BYTES))
        held = size and bytes_to_decode_webp(*size)
    elif found.name in _HEADERS_PILLOW_READS:
        held = _of_still(file, found.name)
    else:
        return None
    return held and held + size_bytes


def _of_jpeg(head: bytes, box: Box) -> int | None:
    header = read_jpeg_header(head)
    if not header.width or not header.height:
        return None
    orientation = read_exif(header.exif).orientation
    width, height = fit_as_stored(header.width, header.height, orientation, box)
    shrink = min(header.width // width, header.height // height)
    scale = next((scale for scale in _JPEG_SCALES if scale <= shrink), 1)
    pixels = -(-header.width // scale) * -(-header.height // scale)
    coefficients = header.coefficients if header.is_held else 0
    return pixels * _BYTES_PER_PIXEL + coefficients * _BYTES_PER_COEFFICIENT


def _of_still(file: BinaryIO, name: str) -> int | None:
    if name == "png" and not is_short(file):
        return None
    file.seek(0)
    try:
        return bytes_to_decode(open_header(file, name))
    except UndrawableError:
        return None
