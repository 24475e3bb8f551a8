"""JPEG, in and out: decoded at the scale that is needed, saved small enough."""

import math
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, cast

from chalicelib.errors import UndrawableError
from chalicelib.imaging.colour import is_srgb
from chalicelib.imaging.decoding import WatchedFile
from chalicelib.imaging.exif import read_exif
from chalicelib.imaging.jpeg_header import (
    JpegHeader,
    read_beginning,
    read_jpeg_header,
    without_metadata,
)
from chalicelib.imaging.limits import refuse_large_jpeg
from chalicelib.imaging.negative import Box, Negative, fit_as_stored
from chalicelib.imaging.profiles import profile_by_exif
from chalicelib.imaging.progressive import for_an_eighth
from chalicelib.imaging.sniff import HEAD_BYTES, jpeg_start

if TYPE_CHECKING:
    from PIL import Image
    from PIL.JpegImagePlugin import JpegImageFile

BEST_QUALITY = 85
WORST_QUALITY = 20
_END_MARKER = b"\xff\xd9"
_NOTHING_LEFT = "The JPEG ends before its picture begins."
_BYTES_PER_COEFFICIENT = 2
_COARSEST = 8
_ENCODINGS = 3
# A photo loses about so many per cent of its bytes with each step of quality.
_LOSS_PER_STEP = 0.025


def open_jpeg(file: BinaryIO, box: Box) -> Negative:
    """Decode a JPEG at the smallest scale that still fills the box.

    A file whose end is missing is drawn as far as it goes, and marked as damaged.

    Args:
        file: Seekable; read piece by piece. What it raises itself comes through as it is.
        box: Pixels, (width, height), upright.

    Raises:
        UndrawableError: too-large, truncated, corrupt, out-of-memory.
    """
    beginning = read_beginning(file)
    header = read_jpeg_header(beginning)
    if header.is_cut:
        raise UndrawableError("truncated", _NOTHING_LEFT)
    if not header.width:
        raise UndrawableError("corrupt", "The JPEG has a beginning but no picture.")
    refuse_large_jpeg(
        header.width,
        header.height,
        header.coefficients * _BYTES_PER_COEFFICIENT if header.is_held else 0,
    )
    start = jpeg_start(beginning[:HEAD_BYTES])
    file.seek(start)
    stream = BytesIO(file.read()) if start else file
    try:
        return _decode(stream, header, box)
    except UndrawableError as error:
        if error.reason == "out-of-memory":
            raise
        stream.seek(0)
        return _rescue(stream.read(), header, box, error)


def encode_jpeg(
    image: "Image.Image", max_bytes: int | None = None, *, is_progressive: bool = False
) -> bytes:
    """Save as JPEG, 4:2:0, with nothing beside the pixels.

    Args:
        image: RGB or YCbCr.
        max_bytes: What to stay under, at the price of quality down to `WORST_QUALITY`.
        is_progressive: Whether it appears coarse first; worth its time for large ones.
    """
    image.info = {}  # Pillow would carry a comment over
    quality = BEST_QUALITY
    for _ in range(_ENCODINGS):
        buffer = BytesIO()
        image.save(
            buffer,
            "JPEG",
            quality=quality,
            progressive=is_progressive,
            subsampling="4:2:0",
        )
        data = buffer.getvalue()
        if max_bytes is None or len(data) <= max_bytes or quality == WORST_QUALITY:
            break
        steps = math.ceil(math.log(len(data) / max_bytes) / _LOSS_PER_STEP)
        quality = max(WORST_QUALITY, quality - steps - 1)
    return data


def _decode(stream: BinaryIO, header: JpegHeader, box: Box) -> Negative:
    from PIL.JpegImagePlugin import JpegImageFile

    exif = read_exif(header.exif)
    orientation, profile = exif.orientation, header.profile or profile_by_exif(exif)
    watched = WatchedFile(stream)
    file = cast(BinaryIO, watched)
    file.seek(0)
    with watched.decoding("The JPEG"):
        # The class itself, not Image.open: that would look for an MPO and trip over broken ones.
        image = JpegImageFile(file)
        width, height = image.size
        size = fit_as_stored(width, height, orientation, box)
        mode = "YCbCr" if _is_ycc(image) and is_srgb(profile) else image.mode
        crop = _draft(image, mode, size)
        if header.is_progressive and image.decoderconfig[:1] == (_COARSEST,):
            shorter = for_an_eighth(file)
            if shorter is not None:
                image = JpegImageFile(BytesIO(shorter))
                crop = _draft(image, mode, size)
        image.load()
    return Negative(image, width, height, orientation, b"" if mode == "YCbCr" else profile, crop)


def _draft(
    image: "JpegImageFile", mode: str, size: tuple[int, int]
) -> tuple[float, float, float, float] | None:
    """Have it decoded at the smallest scale that is no smaller than a size; its crop then.

    Pillow scales by 1, 1/2, 1/4 and 1/8; libjpeg can do 3/8 as well, which is a third as many
    pixels less to filter for pictures between 1/2 and 1/4.
    """
    from PIL.ImageFile import _Tile

    width, height = image.size
    drafted = image.draft(mode, size)
    if drafted is None:
        return None
    across, down = width * 3 / 8, height * 3 / 8
    if image.decoderconfig[:1] == (2,) and across >= size[0] and down >= size[1]:
        image.decoderconfig = (3, 0)  # libjpeg takes the next eighth above 1/3
        image._size = math.ceil(across), math.ceil(down)
        image.tile = [_Tile(part[0], (0, 0, *image.size), *part[2:]) for part in image.tile]
        return 0, 0, across, down
    return drafted[1]


def _is_ycc(image: "JpegImageFile") -> bool:
    """Whether the components are those of YCbCr, beyond doubt: then they can stay so."""
    names = [layer[0] for layer in image.layer]
    return names == [1, 2, 3] and image.info.get("adobe_transform", 1) == 1


def _rescue(data: bytes, header: JpegHeader, box: Box, error: UndrawableError) -> Negative:
    """Draw what other decoders draw: without the metadata, or with an end put to it."""
    bare = without_metadata(data)
    try:
        return _decode(BytesIO(bare), header, box)
    except UndrawableError:
        pass
    try:
        found = _decode(BytesIO(bare + _END_MARKER), header, box)
    except UndrawableError:
        raise error from None
    if found.is_blank:
        raise UndrawableError("truncated", _NOTHING_LEFT) from error
    return replace(found, is_damaged=True)
