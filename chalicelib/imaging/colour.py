"""From any mode and any colour profile to sRGB on white."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageCms

_WITH_ALPHA = {"RGBA": "RGB", "RGBa": "RGB", "LA": "L", "La": "L", "PA": "RGB"}
_SPACES = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK", "LAB": b"Lab "}
_SIXTEEN_BITS = 65535
_THIRTY_TWO_BITS = (1 << 32) - 1


def resizable(image: "Image.Image") -> "Image.Image":
    """The picture in a mode that may be interpolated: no palette, no single bits."""
    if image.mode == "P":
        of_palette = image.palette.mode if image.palette else "RGB"
        has_alpha = "transparency" in image.info or "A" in of_palette
        return image.convert("RGBA" if has_alpha else "RGB")
    if "transparency" in image.info and image.mode in ("L", "RGB", "1"):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "PA":
        return image.convert("RGBA")
    if image.mode == "I;16B":  # Pillow 13 interpolates its bytes in the wrong order
        return image.convert("I")
    return image


def is_srgb(profile: bytes) -> bool:
    """Whether colours of this profile are shown as they are: sRGB, or nothing usable."""
    return profile[16:20] != _SPACES["RGB"] or _transform(profile, "RGB") is None


def to_srgb(image: "Image.Image", profile: bytes) -> "Image.Image":
    """The picture as sRGB without alpha, white where nothing was.

    Args:
        image: Small already: conversion is paid for by the pixel. YCbCr is that of sRGB,
            and stays as it is.
        profile: ICC profile; one that is broken or of another colour space is ignored.
    """
    if image.mode == "YCbCr":
        return image
    if image.mode in _WITH_ALPHA:
        return _on_white(image, profile)
    if image.mode[0] in "IF":
        image = _to_eight_bits(image)
    if image.mode not in _SPACES:
        image = image.convert("RGB")
    converted = _convert(image, profile)
    return converted if converted.mode == "RGB" else converted.convert("RGB")


def _on_white(image: "Image.Image", profile: bytes) -> "Image.Image":
    from PIL import Image

    straight = image.convert({"RGBa": "RGBA", "La": "LA", "PA": "RGBA"}.get(image.mode, image.mode))
    colours = to_srgb(straight.convert(_WITH_ALPHA[image.mode]), profile)
    white = Image.new("RGB", image.size, "white")
    white.paste(colours, mask=straight.getchannel("A"))
    return white


def _to_eight_bits(image: "Image.Image") -> "Image.Image":
    """Scale deep grays; Pillow's own conversion cuts everything above 255 off."""
    depth = image.convert("F")
    darkest, brightest = depth.getextrema()
    if not isinstance(darkest, int | float) or not isinstance(brightest, int | float):
        return image.convert("L")
    if image.mode == "F":  # floats have no agreed white: stretch what is there
        span = (brightest - darkest) or 1.0
        scale, offset = 255 / span, -darkest * 255 / span
    else:
        scale = 255 / (_SIXTEEN_BITS if brightest <= _SIXTEEN_BITS else _THIRTY_TWO_BITS)
        offset = 0.0
    return depth.point(lambda value: value * scale + (offset + 0.5)).convert("L")


def _convert(image: "Image.Image", profile: bytes) -> "Image.Image":
    from PIL import ImageCms

    if profile[16:20] != _SPACES[image.mode]:
        return image
    transform = _transform(profile, image.mode)
    if transform is None:
        return image
    try:
        return ImageCms.applyTransform(image, transform) or image
    except (ImageCms.PyCMSError, ValueError, OSError):
        return image


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> "ImageCms.ImageCmsTransform | None":
    """The way from a profile to sRGB; None if it is sRGB already or nothing usable."""
    from io import BytesIO

    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode == "RGB" and "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, ValueError, OSError, TypeError):
        return None
