"""Camera RAW: the preview the camera made, else the sensor's own pixels."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from chalicelib.domain.thumbnail import fit
from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.exif import Exif, read_exif
from chalicelib.imaging.jpeg import open_jpeg
from chalicelib.imaging.jpeg_header import read_jpeg_header
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Box, Negative, upright

if TYPE_CHECKING:
    import rawpy

# LibRaw's way to say how to turn the sensor's pixels, as an EXIF orientation.
_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}
_SENSOR_BYTES_PER_PIXEL = 4
_CR3_BOX = re.compile(rb"CMT([1-4])((?:II\*\x00|MM\x00\*).{0,65536})", re.S)
_JPEG_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")
_JPEG_HEADER_BYTES = 1 << 16
_MAX_JPEGS = 64
_MAX_TRIES = 3
_SAME_SHAPE = 0.1


def open_raw(data: bytes, box: Box) -> Negative:
    """Decode a RAW: its embedded JPEG if that fills the box, else half of the sensor's pixels.

    Of a RAW that LibRaw can't read (a camera newer than it) the largest JPEG inside is taken.

    Raises:
        UndrawableError: too-large, truncated, corrupt, unsupported, out-of-memory.
    """
    try:
        return _open_by_libraw(data, box)
    except UndrawableError as error:
        found = _largest_jpeg(data, box)
        if found is None:
            raise
        return replace(found, is_damaged=error.reason == "truncated")


def read_raw_exif(data: bytes) -> Exif:
    """What the camera wrote into a RAW that is a TIFF or a CR3."""
    return _exif_of_cr3(data) if data[4:12] == b"ftypcrx " else read_exif(data)


def read_raw_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, upright, without decoding.

    Raises:
        UndrawableError: LibRaw does not know it.
    """
    import rawpy

    with decoding("The RAW"), rawpy.imread(BytesIO(data)) as raw:
        return upright(*_size(raw))


def _open_by_libraw(data: bytes, box: Box) -> Negative:
    import rawpy

    with decoding("The RAW"):
        raw = rawpy.imread(BytesIO(data))
    with raw:
        width, height, orientation = _size(raw)
        preview = _preview(raw, width, height, orientation, box)
        if preview and _fills(preview, *upright(width, height, orientation), box):
            return preview
        try:
            return _demosaic(raw, width, height, orientation)
        except UndrawableError:
            if preview is None:
                raise
            return preview


def _largest_jpeg(data: bytes, box: Box) -> Negative | None:
    """The largest JPEG that lies in the file and decodes, turned as the RAW is."""
    found = []
    for match in islice(_JPEG_START.finditer(data), _MAX_JPEGS):
        header = read_jpeg_header(data[match.start() : match.start() + _JPEG_HEADER_BYTES])
        found.append((header.width * header.height, match.start()))
    orientation = read_raw_exif(data).orientation
    for _, start in sorted(found, reverse=True)[:_MAX_TRIES]:
        try:
            preview = open_jpeg(BytesIO(data[start:]), box)
        except UndrawableError:  # the sensor's own pixels may be in a JPEG too, a lossless one
            continue
        if not preview.is_damaged:
            return replace(preview, orientation=max(preview.orientation, orientation))
    return None


def _exif_of_cr3(data: bytes) -> Exif:
    """Canon's CR3 keeps each directory in a box of its own, as if it were a TIFF."""
    boxes = {match[1]: read_exif(match[2]).main for match in _CR3_BOX.finditer(data[: 1 << 20])}
    return Exif(boxes.get(b"1", {}), boxes.get(b"2", {}), boxes.get(b"4", {}))


def _size(raw: "rawpy.RawPy") -> tuple[int, int, int]:
    """Width and height in pixels as stored, and the EXIF orientation."""
    sizes = raw.sizes
    return int(sizes.width), int(sizes.height), _ORIENTATIONS.get(int(sizes.flip), 1)


def _preview(
    raw: "rawpy.RawPy", width: int, height: int, orientation: int, box: Box
) -> Negative | None:
    from PIL import Image

    try:
        with decoding("The RAW's preview"):
            thumb = raw.extract_thumb()
            if isinstance(thumb.data, bytes):
                found = open_jpeg(BytesIO(thumb.data), box)
            else:
                pixels: Any = thumb.data
                image = Image.fromarray(pixels)
                found = Negative(image, *image.size)
    except UndrawableError:
        return None
    turn = _orientation_of_preview(found, width > height, orientation)
    shown = upright(*upright(width, height, orientation), turn)
    return Negative(
        found.image,
        *(shown if _have_one_shape(shown, found) else (found.width, found.height)),
        turn,
        found.profile,
        found.crop,
    )


def _orientation_of_preview(preview: Negative, is_landscape: bool, orientation: int) -> int:
    """A camera writes the preview as it writes the sensor, unless it is turned already."""
    is_turned = orientation > 4 and (preview.width > preview.height) != is_landscape
    if is_turned:
        return 1
    return preview.orientation if preview.orientation != 1 else orientation


def _have_one_shape(size: tuple[int, int], preview: Negative) -> bool:
    """Whether a preview shows the sensor's picture as it lies there; some sensors are diamonds."""
    return abs(size[0] * preview.height / (size[1] * preview.width) - 1) < _SAME_SHAPE


def _fills(preview: Negative, width: int, height: int, box: Box) -> bool:
    target = upright(*fit(width, height, box), preview.orientation)
    return all(have >= need for have, need in zip(preview.image.size, target, strict=True))


def _demosaic(raw: "rawpy.RawPy", width: int, height: int, orientation: int) -> Negative:
    from PIL import Image

    refuse_large_picture(width, height, width * height * _SENSOR_BYTES_PER_PIXEL)
    with decoding("The RAW"):
        # user_flip=0: turned later, when it is small, like every other picture.
        pixels: Any = raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8, user_flip=0)
        # a sensor without colours gives one number for each pixel
        image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return Negative(image, width, height, orientation)
