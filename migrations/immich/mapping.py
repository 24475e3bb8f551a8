"""An asset of Immich as attributes of a row: pure, and never at a loss for what is odd."""

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from chalicelib.domain.asset import ORIGINAL_MISSING, TRASHED, FileType, Visibility
from migrations.immich.dates import EPOCH, parse_moment, taken
from migrations.immich.details import details
from migrations.immich.durations import parse_duration
from migrations.immich.faces import Size, face_of
from migrations.immich.oddities import Odd
from migrations.immich.source import SourceAsset, SourceExif

_LONGEST_FILENAME = 1000
_SHA1_BYTES = 20
# A ThumbHash is 5 bytes at least, and 25 with all that the format has room for.
_THUMBHASH_BYTES = range(5, 65)
# Orientations that lie on their side: EXIF's numbers, and the degrees that videos have.
_SIDEWAYS = frozenset({"5", "6", "7", "8", "90", "-90", "270", "-270"})


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
    oddities: set[str] = set()
    values = _values(source, persons, now, oddities.add)
    return Wanted(source.id, values, source.live_video_id, tuple(sorted(oddities)))


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


def _values(
    source: SourceAsset, persons: Container[str], now: datetime, odd: Odd
) -> dict[str, Any]:
    if source.exif == SourceExif():
        odd("no-exif")
    _note_checksum(source, odd)
    size = _size(source, odd)
    return {
        "filename": _filename(source, odd),
        "file_type": _file_type(source.type, odd),
        "width": size and size[0],
        "height": size and size[1],
        "duration": _duration(source.duration, odd),
        "file_size": _file_size(source.exif.file_size, odd),
        **taken(source, now, odd),
        "is_favorite": source.is_favorite,
        "visibility": _visibility(source.visibility, odd),
        **_bin(source, odd),
        "thumbhash": _thumbhash(source.thumbhash, odd),
        "faces": {face.id: face_of(face, size, persons, odd) for face in source.faces},
        "details": details(source, odd),
    }


def _note_checksum(source: SourceAsset, odd: Odd) -> None:
    if source.checksum is None or len(source.checksum) != _SHA1_BYTES:
        odd("odd-checksum")
    elif content_sha1(source) is None:
        odd("path-checksum")


def _filename(source: SourceAsset, odd: Odd) -> str:
    name = source.original_filename.replace("\0", "")
    if not name.strip():
        odd("no-filename")
        name = source.original_path.rpartition("/")[2]
    if len(name) > _LONGEST_FILENAME:
        odd("long-filename")
    return name[:_LONGEST_FILENAME]


def _file_type(type: str, odd: Odd) -> FileType:
    if type not in ("IMAGE", "VIDEO"):
        odd("other-type")
    return "video" if type in ("VIDEO", "AUDIO") else "image"


def _size(source: SourceAsset, odd: Odd) -> Size | None:
    """Pixels of the upright original."""
    exif = source.exif
    if source.width and source.height:
        size = source.width, source.height
    else:
        size = exif.width or 0, exif.height or 0
        if (exif.orientation or "").strip() in _SIDEWAYS:
            size = size[1], size[0]
    if min(size) <= 0:
        odd("no-size")
        return None
    return size


def _duration(value: str | int | None, odd: Odd) -> float | None:
    seconds, is_sound = parse_duration(value)
    if not is_sound:
        odd("odd-duration")
    return seconds


def _file_size(size_bytes: int | None, odd: Odd) -> int | None:
    if size_bytes is not None and size_bytes < 0:
        odd("odd-number")
        return None
    return size_bytes


def _visibility(text: str, odd: Odd) -> Visibility:
    if text not in get_args(Visibility):
        odd("unknown-visibility")
        return "hidden"  # never seen by more people than before
    return cast(Visibility, text)


def _bin(source: SourceAsset, odd: Odd) -> dict[str, Any]:
    is_deleted = source.deleted_at is not None
    if is_deleted != (source.status != "active"):
        odd("status-differs")
    if not is_deleted:
        return {"deleted_at": None, "deleted_reason": None}
    if source.is_offline:
        odd("offline")
    moment = parse_moment(source.deleted_at)
    if moment is None:
        odd("unreadable-deletion")
    reason = ORIGINAL_MISSING if source.is_offline else TRASHED
    return {"deleted_at": moment or EPOCH, "deleted_reason": reason}


def _thumbhash(thumbhash: bytes | None, odd: Odd) -> bytes | None:
    if thumbhash is not None and len(thumbhash) not in _THUMBHASH_BYTES:
        odd("odd-thumbhash")
        return None
    return thumbhash
