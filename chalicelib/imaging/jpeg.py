"""JPEG, in and out: decoded at the scale that is needed, saved progressive."""

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.exif import read_exif
from chalicelib.imaging.jpeg_header import JpegHeader, read_jpeg_header, without_metadata
from chalicelib.imaging.limits import refuse_large_jpeg
from chalicelib.imaging.negative import Box, Negative, fit_as_stored
from chalicelib.imaging.sniff import HEAD_BYTES, jpeg_start

if TYPE_CHECKING:
    from PIL import Image

QUALITIES = (85, 75, 65, 55, 45)
_END_MARKER = b"\xff\xd9"
_NOTHING_LEFT = "The JPEG ends before its picture begins."
_BYTES_PER_COEFFICIENT = 2


def open_jpeg(data: bytes, box: Box) -> Negative:
    """Decode a JPEG at the smallest scale that still fills the box.

    A file whose end is missing is drawn as far as it goes, and marked as damaged.

    Args:
        data: The whole file.
        box: Pixels, (width, height), upright.

    Raises:
        UndrawableError: too-large, truncated, corrupt, out-of-memory.
    """
    header = read_jpeg_header(data)
    if header.is_cut:
        raise UndrawableError("truncated", _NOTHING_LEFT)
    if not header.width:
        raise UndrawableError("corrupt", "The JPEG has a beginning but no picture.")
    refuse_large_jpeg(
        header.width,
        header.height,
        header.coefficients * _BYTES_PER_COEFFICIENT if header.is_progressive else 0,
    )
    start = jpeg_start(data[:HEAD_BYTES])
    stream = data[start:] if start else data
    try:
        return _decode(stream, header, box)
    except UndrawableError as error:
        if error.reason == "out-of-memory":
            raise
        return _rescue(stream, header, box, error)


def encode_jpeg(image: "Image.Image", max_bytes: int | None = None) -> bytes:
    """Save as progressive JPEG, 4:2:0, with nothing beside the pixels.

    Args:
        image: RGB.
        max_bytes: What to stay under, at the price of quality down to `QUALITIES`' last.
    """
    image.info = {}  # Pillow would carry a comment over
    data = b""
    for quality in QUALITIES:
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=quality, progressive=True, subsampling="4:2:0")
        data = buffer.getvalue()
        if max_bytes is None or len(data) <= max_bytes:
            break
    return data


def _decode(data: bytes, header: JpegHeader, box: Box) -> Negative:
    from PIL.JpegImagePlugin import JpegImageFile

    orientation = read_exif(header.exif).orientation
    with decoding("The JPEG"):
        # The class itself, not Image.open: that would look for an MPO and trip over broken ones.
        image = JpegImageFile(BytesIO(data))
        width, height = image.size
        drafted = image.draft(image.mode, fit_as_stored(width, height, orientation, box))
        image.load()
    crop = drafted[1] if drafted else None
    return Negative(image, width, height, orientation, header.profile, crop)


def _rescue(data: bytes, header: JpegHeader, box: Box, error: UndrawableError) -> Negative:
    """Draw what other decoders draw: without the metadata, or with an end put to it."""
    bare = without_metadata(data)
    try:
        return _decode(bare, header, box)
    except UndrawableError:
        pass
    try:
        found = _decode(bare + _END_MARKER, header, box)
    except UndrawableError:
        raise error from None
    if found.is_blank:
        raise UndrawableError("truncated", _NOTHING_LEFT) from error
    return replace(found, is_damaged=True)
