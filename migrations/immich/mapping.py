"""An asset of Immich as attributes of a row: pure, and never at a loss for what is odd."""

import hashlib
import math
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from chalicelib.domain.asset import ORIGINAL_MISSING, TRASHED, Face, Visibility
from migrations.immich.dates import offset_between, offset_of_zone, parse_moment
from migrations.immich.durations import parse_duration
from migrations.immich.source import SourceAsset, SourceExif, SourceFace

_MAX_FILENAME = 1000
_MAX_TEXT = 10_000
_SHA1_BYTES = 20
# A ThumbHash is 5 bytes at least, and 25 with all that the format has room for.
_THUMBHASH_BYTES = range(5, 65)
_FIRST_PHOTO = datetime(1826, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Orientations that lie on their side: EXIF's numbers, and the degrees that videos have.
_SIDEWAYS = frozenset({"5", "6", "7", "8", "90", "-90", "270", "-270"})
_FRACTION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(\d+(?:\.\d+)?))?\s*")
_BEST_RATING = 5


@dataclass(frozen=True)
class Wanted:
    """What Immich says of an asset, in our words.

    Attributes:
        immich_id: UUID.
        values: Attributes of `Asset`.
        live_video_immich_id: UUID of its video half.
        oddities: What was odd about it; names of `ODDITIES`.
    """

    immich_id: str
    values: Mapping[str, Any]
    live_video_immich_id: str | None
    oddities: tuple[str, ...]


def wanted(source: SourceAsset, persons: Container[str], now: datetime) -> Wanted:
    """What an asset's row is to say.

    Args:
        source: As Immich's database has it.
        persons: Ids of those whose faces are named.
        now: UTC; tells what lies in the future.
    """
    reading = _Reading(source, persons, now)
    return Wanted(
        source.id,
        reading.values(),
        source.live_video_id,
        tuple(sorted(reading.oddities)),
    )


def content_sha1(source: SourceAsset) -> bytes | None:
    """SHA-1 of the file's bytes; None where Immich's checksum is of its path, or no SHA-1."""
    checksum = source.checksum
    if checksum is None or len(checksum) != _SHA1_BYTES:
        return None
    if source.checksum_algorithm is not None:
        is_of_content = source.checksum_algorithm == "sha1"
    else:
        is_of_content = not source.is_external
    of_path = hashlib.sha1(f"path:{source.original_path}".encode(), usedforsecurity=False)
    return checksum if is_of_content and checksum != of_path.digest() else None


@dataclass
class _Reading:
    source: SourceAsset
    persons: Container[str]
    now: datetime
    oddities: set[str] = field(default_factory=set)

    def values(self) -> dict[str, Any]:
        source = self.source
        width, height = self._size()
        if source.exif == SourceExif():
            self.oddities.add("no-exif")
        self._note_checksum()
        return {
            "filename": self._filename(),
            "file_type": self._file_type(),
            "width": width,
            "height": height,
            "duration": self._duration(),
            "file_size": _natural(source.exif.file_size),
            **self._dates(),
            "is_favorite": source.is_favorite,
            "visibility": self._visibility(),
            **self._bin(),
            "thumbhash": self._thumbhash(),
            "faces": {face.id: self._face(face, width, height) for face in source.faces},
            "details": self._details(),
        }

    def _filename(self) -> str:
        name = _clean(self.source.original_filename)
        if not name:
            self.oddities.add("no-filename")
            name = self.source.original_path.rpartition("/")[2]
        if len(name) > _MAX_FILENAME:
            self.oddities.add("long-filename")
        return name[:_MAX_FILENAME]

    def _file_type(self) -> str:
        if self.source.type not in ("IMAGE", "VIDEO"):
            self.oddities.add("other-type")
        return "video" if self.source.type in ("VIDEO", "AUDIO") else "image"

    def _size(self) -> tuple[int | None, int | None]:
        source, exif = self.source, self.source.exif
        if source.width and source.height:
            size = source.width, source.height
        else:
            size = exif.width or 0, exif.height or 0
            if (exif.orientation or "").strip() in _SIDEWAYS:
                size = size[1], size[0]
        if min(size) <= 0:
            self.oddities.add("no-size")
            return None, None
        return size

    def _duration(self) -> float | None:
        seconds, is_sound = parse_duration(self.source.duration)
        if not is_sound:
            self.oddities.add("odd-duration")
        return seconds

    def _dates(self) -> dict[str, Any]:
        source, exif = self.source, self.source.exif
        moment = parse_moment(source.file_created_at) or parse_moment(exif.date_time_original)
        clock = parse_moment(source.local_date_time)
        local = clock.replace(tzinfo=None) if clock else None
        offset = None
        if moment is not None and local is not None:
            offset = offset_between(local, moment)
            if offset is None:
                self.oddities.add("no-offset")
        elif moment is not None:
            self.oddities.add("no-local-date")
            offset = offset_of_zone(exif.time_zone, moment)
            local = _shifted(moment, offset or 0)
        elif local is None:
            self.oddities.add("no-date")
        else:
            self.oddities.add("no-offset")
        if moment is not None and self._is_odd(moment):
            self.oddities.add("odd-date")
        return {"taken_at": moment, "taken_local": local, "utc_offset_minutes": offset}

    def _is_odd(self, moment: datetime) -> bool:
        is_future = moment > self.now + timedelta(days=1)
        return moment < _FIRST_PHOTO or moment == _EPOCH or is_future

    def _visibility(self) -> Visibility:
        for known in get_args(Visibility):
            if self.source.visibility == known:
                return known  # type: ignore[no-any-return]
        self.oddities.add("unknown-visibility")
        return "hidden"

    def _bin(self) -> dict[str, Any]:
        source = self.source
        is_deleted = source.deleted_at is not None
        if is_deleted != (source.status != "active"):
            self.oddities.add("status-differs")
        if not is_deleted:
            return {"deleted_at": None, "deleted_reason": None}
        if source.is_offline:
            self.oddities.add("offline")
        # one that no calendar holds is in the bin all the same
        moment = parse_moment(source.deleted_at) or _EPOCH
        reason = ORIGINAL_MISSING if source.is_offline else TRASHED
        return {"deleted_at": moment, "deleted_reason": reason}

    def _thumbhash(self) -> bytes | None:
        thumbhash = self.source.thumbhash
        if thumbhash is not None and len(thumbhash) not in _THUMBHASH_BYTES:
            self.oddities.add("odd-thumbhash")
            return None
        return thumbhash

    def _note_checksum(self) -> None:
        checksum = self.source.checksum
        if checksum is not None and len(checksum) != _SHA1_BYTES:
            self.oddities.add("odd-checksum")
        elif content_sha1(self.source) is None:
            self.oddities.add("path-checksum")

    def _face(self, face: SourceFace, width: int | None, height: int | None) -> Face:
        person = face.person_id if face.person_id in self.persons else None
        if face.person_id is not None and person is None:
            self.oddities.add("unnamed-face")
        box, size = face.box, face.image_size
        if min(size) <= 0:
            self.oddities.add("face-without-size")
            box, size = (0, 0, 0, 0), (width or 0, height or 0)
        elif width is None or height is None:
            self.oddities.add("face-unscaled")
        else:
            box, size = self._scaled(face, width, height), (width, height)
        return Face(person, box, size, face.source)

    def _scaled(self, face: SourceFace, width: int, height: int) -> tuple[int, int, int, int]:
        """The box in pixels of the upright original, within it."""
        left, right = sorted((face.box[0], face.box[2]))
        top, bottom = sorted((face.box[1], face.box[3]))
        in_preview = face.image_size
        if min(left, top) < 0 or right > in_preview[0] or bottom > in_preview[1]:
            self.oddities.add("face-outside")
        x, y = width / in_preview[0], height / in_preview[1]
        return (
            min(max(round(left * x), 0), width),
            min(max(round(top * y), 0), height),
            min(max(round(right * x), 0), width),
            min(max(round(bottom * y), 0), height),
        )

    def _details(self) -> dict[str, Any]:
        source, exif = self.source, self.source.exif
        albums = tuple(dict.fromkeys(filter(None, map(_clean, source.albums))))
        if len(albums) < len(source.albums):
            self.oddities.add("repeated-album")
        found = {
            "camera_make": _clean(exif.make),
            "camera_model": _clean(exif.model),
            "lens_model": _clean(exif.lens_model),
            "iso": self._number(exif.iso),
            "f_number": self._number(exif.f_number),
            "exposure_seconds": self._exposure(),
            "focal_length_mm": self._number(exif.focal_length),
            **self._place(),
            "city": _clean(exif.city),
            "state": _clean(exif.state),
            "country": _clean(exif.country),
            "description": _clean(exif.description, _MAX_TEXT),
            "rating": self._rating(),
            "tags": tuple(dict.fromkeys(filter(None, map(_clean, source.tags)))),
            "albums": albums,
        }
        return {name: value for name, value in found.items() if value not in (None, "", ())}

    def _place(self) -> dict[str, float]:
        latitude, longitude = self.source.exif.latitude, self.source.exif.longitude
        if latitude is None and longitude is None:
            return {}
        if latitude is None or longitude is None or not _is_on_earth(latitude, longitude):
            self.oddities.add("odd-place")
            return {}
        if latitude == longitude == 0:
            self.oddities.add("zero-place")
        return {"latitude": round(latitude, 7), "longitude": round(longitude, 7)}

    def _rating(self) -> int | None:
        rating = self.source.exif.rating
        if rating is None or rating == 0:
            return None
        if not 0 < rating <= _BEST_RATING:
            self.oddities.add("odd-rating")
            return None
        return rating

    def _exposure(self) -> float | None:
        text = self.source.exif.exposure_time
        if not text:
            return None
        found = _FRACTION.fullmatch(text)
        above, below = found.groups() if found else ("", None)
        if not above or (below is not None and float(below) == 0):
            self.oddities.add("odd-number")
            return None
        return self._number(float(above) / float(below or 1))

    def _number(self, number: float | None) -> float | None:
        if number is None:
            return None
        if not math.isfinite(number) or number < 0:
            self.oddities.add("odd-number")
            return None
        # as many digits as any camera means
        rounded = float(f"{number:.7g}")
        return int(rounded) if rounded.is_integer() else rounded


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180  # no number is neither


def _shifted(moment: datetime, minutes: int) -> datetime | None:
    try:
        return (moment + timedelta(minutes=minutes)).replace(tzinfo=None)
    except OverflowError:
        return None


def _natural(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None


def _clean(text: str | None, longest: int = _MAX_FILENAME + 1) -> str:
    """Text without what no row can hold, and without what stands around it."""
    return (text or "").replace("\0", "").strip()[:longest]
