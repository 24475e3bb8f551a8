"""From an original to its renditions: the only way a picture is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.domain.thumbnail import PREVIEW_BOX, SMALL_BOX, THUMB_BOX, fit
from chalicelib.errors import UndrawableError
from chalicelib.imaging.allocator import keep_freed_memory
from chalicelib.imaging.colour import resizable, to_srgb
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.ending import is_cut_short
from chalicelib.imaging.heif import open_heif
from chalicelib.imaging.jpeg import encode_jpeg, open_jpeg
from chalicelib.imaging.limits import refuse_large_file
from chalicelib.imaging.negative import Box, Negative, fit_as_stored
from chalicelib.imaging.placeholder import MAX_SIDE, thumbhash
from chalicelib.imaging.raw import open_raw
from chalicelib.imaging.scaling import scaled
from chalicelib.imaging.sniff import Format, sniff_file
from chalicelib.imaging.stills import open_still
from chalicelib.imaging.video import open_poster

if TYPE_CHECKING:
    from PIL import Image

MAX_THUMB_BYTES = 100_000
_SMALL_GAP = 1.25
_IN_TILES = ("heic", "heif", "avif")


@dataclass(frozen=True)
class Rendition:
    """A JPEG ready to be stored: sRGB, upright.

    Attributes:
        data: The file.
        width: Pixels.
        height: Pixels.
    """

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Drawing:
    """What one decode of an original gives.

    Attributes:
        thumb: Inside 800x600, about 100 kB at most.
        small: Inside 320x240.
        thumbhash: 20 to 30 bytes that paint a blurred placeholder.
        width: Of the original, pixels, upright.
        height: Of the original, pixels, upright.
        damaged: The end of the file is missing; the picture shows what there was.
    """

    thumb: Rendition
    small: Rendition
    thumbhash: bytes
    width: int
    height: int
    damaged: bool = False


def develop(
    file: BinaryIO,
    size_bytes: int,
    boxes: tuple[Box, Box] = (THUMB_BOX, SMALL_BOX),
    *,
    ask_others: bool = True,
) -> Drawing:
    """Draw the thumbnail, the small one and the placeholder out of one decode.

    Args:
        file: Seekable; a picture is read whole, a video only where needed. What
            `file` itself raises comes through as it is.
        size_bytes: Of the file.
        boxes: Pixels, (width, height), of `thumb` and of `small`.
        ask_others: Whether other decoders are tried where the format's own gives up.

    Raises:
        UndrawableError: No picture can be made of it; never for a passing reason.
        ImportError: The decoder of this format is not part of this deployment.
    """
    thumb_box, small_box = boxes
    negative = _open(file, size_bytes, thumb_box, ask_others=ask_others)
    with decoding("The picture"):
        thumb = _print(negative, thumb_box)
        width, height = negative.upright_size
        small = scaled(thumb, fit(width, height, small_box), gap=_SMALL_GAP)
        return Drawing(
            thumb=_rendition(thumb, MAX_THUMB_BYTES),
            small=_rendition(small),
            thumbhash=thumbhash(scaled(small, fit(*small.size, (MAX_SIDE, MAX_SIDE)), gap=1.0)),
            width=width,
            height=height,
            damaged=negative.is_damaged,
        )


def draw_thumb(
    file: BinaryIO, size_bytes: int, max_bytes: int | None = MAX_THUMB_BYTES
) -> Rendition:
    """Draw nothing but the thumbnail.

    Args:
        file: As for `develop`.
        size_bytes: Of the file.
        max_bytes: Of the thumbnail; None for whatever the best quality takes.

    Raises:
        UndrawableError: No picture can be made of it; never for a passing reason.
        ImportError: The decoder of this format is not part of this deployment.
    """
    negative = _open(file, size_bytes, THUMB_BOX, ask_others=False)
    with decoding("The picture"):
        return _rendition(_print(negative, THUMB_BOX), max_bytes)


def draw_preview(file: BinaryIO, size_bytes: int, *, ask_others: bool = True) -> Rendition:
    """Draw the large rendition, for originals that a browser can't show.

    Args:
        file: As for `develop`.
        size_bytes: Of the file.
        ask_others: As for `develop`.

    Raises:
        UndrawableError: No picture can be made of it; never for a passing reason.
        ImportError: The decoder of this format is not part of this deployment.
    """
    negative = _open(file, size_bytes, PREVIEW_BOX, ask_others=ask_others)
    with decoding("The picture"):
        return _rendition(_print(negative, PREVIEW_BOX), is_progressive=True)


def _open(file: BinaryIO, size_bytes: int, box: Box, *, ask_others: bool) -> Negative:
    keep_freed_memory()
    if size_bytes <= 0:
        raise UndrawableError("empty", "The file has no bytes.")
    found = sniff_file(file)
    if found is None:
        raise UndrawableError("unsupported", "The file is no picture or video the gallery knows.")
    file.seek(0)
    try:
        if found.kind == "video":
            return open_poster(file, found.name)
        refuse_large_file(size_bytes)
        return (_open_by_any if ask_others else _open_picture)(file, found, box)
    except UndrawableError as error:
        if error.reason == "corrupt" and is_cut_short(file, size_bytes, found):
            raise UndrawableError("truncated", f"The end is missing. {error.detail}") from error
        raise


def _open_by_any(file: BinaryIO, found: Format, box: Box) -> Negative:
    try:
        return _open_picture(file, found, box)
    except UndrawableError as error:
        if error.reason not in ("corrupt", "truncated", "unsupported"):
            raise
        file.seek(0)
        return _ask_another_decoder(file.read(), found, error)


def _open_picture(file: BinaryIO, found: Format, box: Box) -> Negative:
    if found.name == "jpeg":
        return open_jpeg(file, box)
    data = file.read()
    if found.kind == "raw":
        return open_raw(data, box)
    if found.name in ("heic", "heif"):
        return open_heif(data)
    return open_still(data, found.name)


def _ask_another_decoder(data: bytes, found: Format, error: UndrawableError) -> Negative:
    """Some pictures are drawn by others where their own decoder gives up.

    Pillow knows the preview that a RAW in a TIFF begins with, FFmpeg has readers of
    its own, where there is one; but of a picture in tiles it draws a single one.
    """
    if found.name in _IN_TILES:
        raise error
    others: tuple[Callable[[], Negative], ...] = (lambda: open_poster(BytesIO(data), found.name),)
    if found.kind == "raw":
        others = (lambda: open_still(data, "tiff"), *others)
    for other in others:
        try:
            negative = other()
        except (UndrawableError, ImportError):
            continue
        if not negative.is_blank:
            return replace(negative, is_damaged=error.reason == "truncated")
    raise error


def _print(negative: Negative, box: Box) -> "Image.Image":
    """Scale, then colour, then turn: each step on as few pixels as can be."""
    size = fit_as_stored(negative.width, negative.height, negative.orientation, box)
    image = scaled(resizable(negative.image), size, negative.crop)
    return _turn(to_srgb(image, negative.profile), negative.orientation)


def _turn(image: "Image.Image", orientation: int) -> "Image.Image":
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _rendition(
    image: "Image.Image", max_bytes: int | None = None, *, is_progressive: bool = False
) -> Rendition:
    return Rendition(encode_jpeg(image, max_bytes, is_progressive=is_progressive), *image.size)
