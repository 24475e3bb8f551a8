"""What an asset's renditions are called and how large they are."""

from typing import Literal

Size = Literal["small", "medium", "large"]

THUMB_BOX = (800, 600)
SMALL_BOX = (320, 240)
PREVIEW_BOX = (2048, 1536)

RECIPE = 2
"""How renditions are drawn; raise it when they come out visibly better than before."""
FIRST_RECIPE = 1

SUFFIX = "_thumb"
SMALL_FOLDER = ".small"
PREVIEW_FOLDER = ".preview"


def thumbnail_key(original_key: str) -> str:
    """Name the thumbnail that lies beside an original.

    ``a.jpg`` -> ``a_thumb.jpg``; any other extension is kept before ``.jpg``, so
    that no two originals share one: ``a.png`` -> ``a_thumb.png.jpg``, ``a`` ->
    ``a_thumb..jpg``.
    """
    folder, slash, name = original_key.rpartition("/")
    stem, _, extension = name.rpartition(".")
    if not extension or not stem:  # `IMG`, `IMG.` and `.IMG` have none
        stem, extension = name, ""
    ending = ".jpg" if extension == "jpg" else f".{extension}.jpg"
    return f"{folder}{slash}{stem}{SUFFIX}{ending}"


def small_key(original_key: str) -> str:
    """Name the 320x240 rendition: ``g/a/b.png`` -> ``g/.small/a/b.png.jpg``."""
    return _in_folder(original_key, SMALL_FOLDER)


def preview_key(original_key: str) -> str:
    """Name the 2048x1536 rendition: ``g/a/b.png`` -> ``g/.preview/a/b.png.jpg``."""
    return _in_folder(original_key, PREVIEW_FOLDER)


def rendition_keys(original_key: str) -> dict[Size, str]:
    """Every key that renditions of an original may lie under, by size."""
    return {
        "small": small_key(original_key),
        "medium": thumbnail_key(original_key),
        "large": preview_key(original_key),
    }


def is_rendition(key: str) -> bool:
    """Tell our own output from originals by its key alone, so that it never feeds itself.

    A user's own ``holiday_thumb.jpg`` looks like it too: it is refused on upload and
    reported by the reconciliation.
    """
    segments = key.split("/")
    if len(segments) > 2 and segments[1] in (SMALL_FOLDER, PREVIEW_FOLDER):
        return True
    # Exactly the image of thumbnail_key: `{stem}_thumb.jpg` or `{stem}_thumb.{ext}.jpg`.
    stem, dot, extension = segments[-1].rpartition(".")
    if not dot or extension != "jpg":
        return False
    if stem.endswith(SUFFIX):
        return True
    inner, dot, extension = stem.rpartition(".")
    return bool(dot) and extension != "jpg" and inner.endswith(SUFFIX)


def fit(width: int, height: int, box: tuple[int, int] = THUMB_BOX) -> tuple[int, int]:
    """Largest size inside a box with the same aspect ratio.

    Args:
        width: Pixels, > 0.
        height: Pixels, > 0.
        box: Pixels, (width, height).

    Returns:
        (width, height) in pixels, each >= 1; never larger than the input.
    """
    scale = min(box[0] / width, box[1] / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _in_folder(original_key: str, folder: str) -> str:
    gallery, slash, rest = original_key.partition("/")
    return f"{gallery}/{folder}/{rest}.jpg" if slash else f"{folder}/{original_key}.jpg"
