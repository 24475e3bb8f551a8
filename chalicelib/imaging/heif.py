"""HEIC and HEIF, which libheif decodes and turns upright."""

from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Negative

_BYTES_PER_PIXEL = 4


def open_heif(data: bytes) -> Negative:
    """Decode the primary picture, upright: libheif obeys the container, which rules over EXIF.

    Raises:
        UndrawableError: too-large, truncated, corrupt, out-of-memory.
    """
    import pillow_heif

    with decoding("The HEIC"):
        heif = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        width, height = heif.size
    refuse_large_picture(width, height, _BYTES_PER_PIXEL)
    with decoding("The HEIC"):
        image = heif.to_pillow()
    profile = heif.info.get("icc_profile")
    return Negative(image, width, height, profile=profile if isinstance(profile, bytes) else b"")
