"""Where each format keeps its size and its EXIF, XMP and IPTC."""

from dataclasses import dataclass
from io import BytesIO

from chalicelib.errors import UndrawableError
from chalicelib.imaging import exif
from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.exif import Exif, as_bytes, read_exif
from chalicelib.imaging.iptc import Iptc, iptc_of_photoshop, read_iptc
from chalicelib.imaging.jpeg_header import read_jpeg_header
from chalicelib.imaging.negative import upright
from chalicelib.imaging.raw import read_raw_exif, read_raw_size
from chalicelib.imaging.sniff import Format
from chalicelib.imaging.stills import open_header, orientation_of_still
from chalicelib.imaging.text import number
from chalicelib.imaging.xmp import Xmp, read_xmp

_EXIF_WIDTH, _EXIF_HEIGHT = 0xA002, 0xA003
_RAF_PREVIEW_POINTER = 84


@dataclass(frozen=True)
class Blocks:
    """The metadata of one picture, parsed but not yet weighed against each other.

    Attributes:
        width: Pixels, upright; None when unknown.
        height: Pixels, upright; None when unknown.
        exif: EXIF's directories.
        xmp: XMP's properties.
        iptc: IPTC's datasets.
    """

    width: int | None
    height: int | None
    exif: Exif
    xmp: Xmp
    iptc: Iptc


def read_blocks(data: bytes, found: Format) -> Blocks:
    """Read what a picture or a RAW says; what can't be read is left empty.

    Args:
        data: The file, or as much of its beginning as is at hand.
        found: Its format.

    Raises:
        ImportError: The decoder of this format is not part of this deployment.
    """
    if found.kind == "raw":
        return _of_raw(data, found.name)
    if found.name == "jpeg":
        return _of_jpeg(data)
    if found.name in ("heic", "heif"):
        return _of_heif(data)
    return _of_still(data, found.name)


def _of_jpeg(data: bytes) -> Blocks:
    header = read_jpeg_header(data)
    tags = read_exif(header.exif)
    width, height = upright(header.width, header.height, tags.orientation)
    iptc = read_iptc(iptc_of_photoshop(header.photoshop))
    return Blocks(width or None, height or None, tags, read_xmp(header.xmp), iptc)


def _of_heif(data: bytes) -> Blocks:
    import pillow_heif

    try:
        with decoding("The HEIC"):
            heif = pillow_heif.open_heif(data)
            (width, height), info = heif.size, dict(heif.info)
    except UndrawableError:
        return Blocks(None, None, Exif(), {}, {})
    return Blocks(
        width,
        height,
        read_exif(as_bytes(info.get("exif"))),
        read_xmp(as_bytes(info.get("xmp"))),
        {},
    )


def _of_still(data: bytes, name: str) -> Blocks:
    width = height = None
    block, packet = b"", b""
    try:
        image = open_header(BytesIO(data), name)
        # Pillow gives the size of a TIFF as it is after turning.
        orientation = 1 if name == "tiff" else orientation_of_still(image)
        width, height = upright(*image.size, orientation)
        block, packet = as_bytes(image.info.get("exif")), as_bytes(image.info.get("xmp"))
    except UndrawableError:
        pass
    if name == "tiff":
        return _of_directories(read_exif(data), width, height)
    return Blocks(width, height, read_exif(block), read_xmp(packet), {})


def _of_raw(data: bytes, name: str) -> Blocks:
    width, height = _size_of_raw(data)
    if name == "raf":
        start, size = (
            int.from_bytes(data[at : at + 4], "big")
            for at in (_RAF_PREVIEW_POINTER, _RAF_PREVIEW_POINTER + 4)
        )
        inner = _of_jpeg(data[start : start + size])
        return Blocks(width or inner.width, height or inner.height, inner.exif, inner.xmp, {})
    tags = read_raw_exif(data)
    if width is None:
        stored = (number(tags.photo.get(_EXIF_WIDTH)), number(tags.photo.get(_EXIF_HEIGHT)))
        if stored[0] and stored[1]:
            width, height = upright(int(stored[0]), int(stored[1]), tags.orientation)
    return _of_directories(tags, width, height)


def _of_directories(tags: Exif, width: int | None, height: int | None) -> Blocks:
    iptc = as_bytes(tags.main.get(exif.IPTC)) or iptc_of_photoshop(
        as_bytes(tags.main.get(exif.PHOTOSHOP))
    )
    return Blocks(width, height, tags, read_xmp(as_bytes(tags.main.get(exif.XMP))), read_iptc(iptc))


def _size_of_raw(data: bytes) -> tuple[int | None, int | None]:
    """Where there is LibRaw it knows; elsewhere the tags must do."""
    try:
        return read_raw_size(data)
    except (ImportError, UndrawableError):
        return None, None
