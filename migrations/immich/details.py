"""What Immich knows of an asset beyond the picture: camera, place, words, tags, albums."""

import re
from collections.abc import Sequence
from typing import Any

from migrations.immich.oddities import Odd
from migrations.immich.source import SourceAsset, SourceExif

# All of it, at its longest, has room in a row: 400 kB.
_LONGEST_TEXT = 1000
_LONGEST_DESCRIPTION = 10_000
_LONGEST_NAME = 200
_MOST_NAMES = 200
# Beyond these no camera measures; they are what a row can hold by far.
_SMALLEST, _LARGEST = 1e-6, 1e9
_FRACTION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(\d+(?:\.\d+)?))?\s*")
_BEST_RATING = 5
_ORIENTATIONS = frozenset("12345678")


def details(source: SourceAsset, odd: Odd) -> dict[str, Any]:
    """Those of a row's details that Immich knows, without what it leaves empty.

    Args:
        source: As Immich's database has it.
        odd: Told what is odd.
    """
    exif = source.exif
    named = [name for album in source.albums if (name := album.strip())]
    if len(named) < len(source.albums):
        odd("unnamed-album")
    if len(set(named)) < len(named):
        odd("repeated-album")
    found = {
        "camera_make": _text(exif.make, odd),
        "camera_model": _text(exif.model, odd),
        "lens_model": _text(exif.lens_model, odd),
        "orientation": _orientation(exif.orientation),
        "iso": _number(exif.iso, odd),
        "f_number": _number(exif.f_number, odd),
        "exposure_seconds": _exposure(exif.exposure_time, odd),
        "focal_length_mm": _number(exif.focal_length, odd),
        **_place(exif, odd),
        "city": _text(exif.city, odd),
        "state": _text(exif.state, odd),
        "country": _text(exif.country, odd),
        "description": _text(exif.description, odd, _LONGEST_DESCRIPTION),
        "rating": _rating(exif.rating, odd),
        "tags": _names(source.tags, odd),
        "albums": _names(source.albums, odd),
    }
    return {name: value for name, value in found.items() if value not in (None, "", ())}


def _text(text: str | None, odd: Odd, longest: int = _LONGEST_TEXT) -> str:
    kept = (text or "").replace("\0", "").strip()
    if len(kept) > longest:
        odd("long-text")
    return kept[:longest].strip()


def _names(names: Sequence[str], odd: Odd) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(filter(None, (_text(name, odd, _LONGEST_NAME) for name in names))))
    if len(kept) > _MOST_NAMES:
        odd("long-text")
    return kept[:_MOST_NAMES]


def _place(exif: SourceExif, odd: Odd) -> dict[str, float]:
    latitude, longitude = exif.latitude, exif.longitude
    if latitude is None and longitude is None:
        return {}
    if latitude is None or longitude is None or not _is_on_earth(latitude, longitude):
        odd("odd-place")
        return {}
    if latitude == longitude == 0:
        odd("zero-place")
    return {"latitude": round(latitude, 7), "longitude": round(longitude, 7)}


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180  # no number is neither


def _orientation(text: str | None) -> int | None:
    """EXIF's 1 to 8; of videos Immich keeps degrees, which say nothing of stored pixels."""
    stripped = (text or "").strip()
    return int(stripped) if stripped in _ORIENTATIONS else None


def _rating(rating: int | None, odd: Odd) -> int | None:
    if not rating:
        return None
    if not 0 < rating <= _BEST_RATING:
        odd("odd-rating")
        return None
    return rating


def _exposure(text: str | None, odd: Odd) -> float | None:
    """Seconds of ``1/250``, ``0.004`` or ``2``."""
    if not text:
        return None
    found = _FRACTION.fullmatch(text)
    above, below = found.groups(default="1") if found else ("", "")
    if not found or float(below) == 0:
        odd("odd-number")
        return None
    return _number(float(above) / float(below), odd)


def _number(number: float | None, odd: Odd) -> float | None:
    """A positive number; cameras write 0 where they don't know."""
    if not number:
        return None
    if not _SMALLEST <= number <= _LARGEST:  # no number is neither
        odd("odd-number")
        return None
    # as many digits as any camera means
    rounded = float(f"{number:.7g}")
    return int(rounded) if rounded.is_integer() else rounded
