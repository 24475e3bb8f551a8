"""HEIC and HEIF, which libheif decodes and turns upright."""

from typing import TYPE_CHECKING

from chalicelib.imaging.decoding import decoding
from chalicelib.imaging.exif import as_bytes, read_exif
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Negative
from chalicelib.imaging.profiles import profile_by_exif, profile_of_code_points

if TYPE_CHECKING:
    from pillow_heif import HeifFile

# Measured: libheif converts from plane to plane, and 4:2:2 of 10 bits by the longest way.
_BYTES_PER_PIXEL = 10
_BYTES_PER_DEEP_PIXEL = 16


def open_heif(data: bytes) -> Negative:
    """Decode the primary picture, upright: libheif obeys the container, which rules over EXIF.

    Raises:
        UndrawableError: too-large, truncated, corrupt, out-of-memory.
    """
    import pillow_heif

    with decoding("The HEIC"):
        heif = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        width, height = heif.size
    refuse_large_picture(width, height, width * height * _bytes_per_pixel(heif))
    with decoding("The HEIC"):
        return Negative(heif.to_pillow(), width, height, profile=_profile(heif))


def _bytes_per_pixel(heif: "HeifFile") -> int:
    is_deep = heif.info.get("bit_depth", 8) > 8 and heif.info.get("chroma") != 420
    return _BYTES_PER_DEEP_PIXEL if is_deep else _BYTES_PER_PIXEL


def _profile(heif: "HeifFile") -> bytes:
    """Its ICC profile, or one for the colours that it names; Adobe RGB where EXIF does."""
    if profile := as_bytes(heif.info.get("icc_profile")):
        return profile
    if named := heif.info.get("nclx_profile"):
        profile = profile_of_code_points(
            named["color_primaries"], named["transfer_characteristics"]
        )
    return profile or profile_by_exif(read_exif(as_bytes(heif.info.get("exif"))))
