"""Camera RAW: the preview the camera made, else the sensor's own pixels."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from chalicelib.domain.thumbnail import fit
from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.jpeg import open_jpeg
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Box, Negative, upright

if TYPE_CHECKING:
    import rawpy

# LibRaw's way to say how to turn the sensor's pixels, as an EXIF orientation.
_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}
_SENSOR_BYTES_PER_PIXEL = 4


def open_raw(data: bytes, box: Box) -> Negative:
    """Decode a RAW: its embedded JPEG if that fills the box, else half of the sensor's pixels.

    Raises:
        UndrawableError: too-large, truncated, corrupt, unsupported, out-of-memory.
    """
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


def read_raw_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, upright, without decoding.

    Raises:
        UndrawableError: LibRaw does not know it.
    """
    import rawpy

    with decoding("The RAW"), rawpy.imread(BytesIO(data)) as raw:
        return upright(*_size(raw))


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
                found = open_jpeg(thumb.data, box)
            else:
                pixels: Any = thumb.data
                image = Image.fromarray(pixels)
                found = Negative(image, *image.size)
    except UndrawableError:
        return None
    turn = _orientation_of_preview(found, width > height, orientation)
    upright_width, upright_height = upright(width, height, orientation)
    return Negative(
        found.image,
        *upright(upright_width, upright_height, turn),
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


def _fills(preview: Negative, width: int, height: int, box: Box) -> bool:
    target = upright(*fit(width, height, box), preview.orientation)
    return all(have >= need for have, need in zip(preview.image.size, target, strict=True))


def _demosaic(raw: "rawpy.RawPy", width: int, height: int, orientation: int) -> Negative:
    from PIL import Image

    refuse_large_picture(width, height, _SENSOR_BYTES_PER_PIXEL)
    with decoding("The RAW"):
        # user_flip=0: turned later, when it is small, like every other picture.
        pixels: Any = raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8, user_flip=0)
        image = Image.fromarray(pixels)
    return Negative(image, width, height, orientation)
