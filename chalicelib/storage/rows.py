"""An asset as an item of the table, and back."""

import dataclasses
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast, get_args

from chalicelib.domain.asset import Asset, Face, FileType, Visibility
from chalicelib.domain.object_key import GALLERY
from chalicelib.domain.object_url import ObjectUrl
from chalicelib.domain.person import MAX_PERSON_ID
from chalicelib.domain.tombstone import Tombstone
from chalicelib.errors import ForeignKeyRefusedError, UndrawableReason
from chalicelib.storage.table import Item, Value

# What a file says of itself beyond what lists need, as attributes of the row.
DETAIL_NAMES = (
    "camera_make",
    "camera_model",
    "lens_model",
    "iso",
    "f_number",
    "exposure_seconds",
    "focal_length_mm",
    "orientation",
    "latitude",
    "longitude",
    "altitude",
    "city",
    "state",
    "country",
    "title",
    "artist",
    "description",
    "rating",
    "tags",
    "albums",
)
_VIDEO_EXTENSIONS = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".3gp", ".mts", ".m2ts")
_PLAIN_TEXT = (
    "url",
    "thumbnail_url",
    "filename",
    "file_type",
    "mime_type",
    "file_hash",
    "visibility",
    "deleted_reason",
    "purging",
    "thumbnail_error",
    "thumbnail_error_detail",
    "source_etag",
    "sequencer",
    "live_video_id",
    "gallery_id",
    "immich_id",
)


def parse_item(item: Item, bucket: str) -> Asset:
    """Read a row leniently: what another program wrote in another type is left out.

    Args:
        item: In DynamoDB's JSON; at least ``id`` and ``url``.
        bucket: Where its object lies.

    Raises:
        ForeignKeyRefusedError: Its url names no object of this bucket.
    """
    texts = {name: text for name in _PLAIN_TEXT if (text := _text(item.get(name)))}
    if not GALLERY.fullmatch(texts.get("gallery_id", "")):
        texts.pop("gallery_id", None)  # it belongs where its key lies
    url = texts.pop("url", "")
    place = ObjectUrl.parse(url, bucket)
    name = place.key.rpartition("/")[2]
    thumbnail_url = texts.pop("thumbnail_url", "")
    file_type = texts.pop("file_type", None)
    if file_type not in get_args(FileType):
        file_type = "video" if name.lower().endswith(_VIDEO_EXTENSIONS) else "image"
    visibility = texts.pop("visibility", None)
    if texts.get("thumbnail_error") not in get_args(UndrawableReason):
        texts.pop("thumbnail_error", None)  # another program's words: it is to be tried
    return Asset(
        id=item["id"]["S"],
        key=place.key,
        url=url,
        thumbnail_url=thumbnail_url,
        thumbnail_key=_thumbnail_key(thumbnail_url, place.key, bucket),
        filename=texts.pop("filename", name),
        file_type=cast(FileType, file_type),
        visibility=cast(
            Visibility, visibility if visibility in get_args(Visibility) else "timeline"
        ),
        **texts,
        width=_size(item.get("width")),
        height=_size(item.get("height")),
        duration=_number(item.get("duration")),
        file_size=_size(item.get("file_size")),
        taken_at=_moment(item.get("taken_at")),
        taken_local=_wall_clock(item.get("taken_local")),
        utc_offset_minutes=_whole(item.get("utc_offset_minutes")),
        is_favorite=_flag(item.get("is_favorite")),
        deleted_at=_moment(item.get("deleted_at")),
        kept_until=_moment(item.get("kept_until")),
        thumbhash=parse_bytes(item.get("thumbhash")),
        is_damaged=_flag(item.get("is_damaged")),
        thumbnail_attempts=_whole(item.get("thumbnail_attempts")),
        thumbnail_recipe=_whole(item.get("thumbnail_recipe")),
        is_live_video=_flag(item.get("is_live_video")),
        same_object_as=_texts(item.get("same_object_as")),
        original_missing=_flag(item.get("original_missing")),
        imported=parse_bytes(item.get("imported")),
        corrected=_texts(item.get("corrected")),
        shift_ids=_texts(item.get("shift_ids")),
        faces=_faces(item.get("faces")),
        details={
            name: value for name in DETAIL_NAMES if (value := _detail(item.get(name))) is not None
        },
        version=_whole(item.get("version")) or 0,
        created_at=_moment(item.get("created_at")),
        updated_at=_moment(item.get("updated_at")),
    )


def to_item(asset: Asset) -> dict[str, Value]:
    """Write an asset as an item, without what is None or False or empty."""
    values: dict[str, Any] = {
        field.name: getattr(asset, field.name)
        for field in dataclasses.fields(asset)
        if field.name not in ("key", "thumbnail_key", "details", "faces")
    }
    values["local_path"] = asset.local_path
    values |= asset.details
    item = {
        name: _value(value)
        for name, value in values.items()
        if value is not False and value not in (None, "", ())
    }
    if asset.faces:
        item["faces"] = {"M": {name: _face_value(face) for name, face in asset.faces.items()}}
    return item


def is_tombstone(item: Item) -> bool:
    """Whether an item stands in the place of a purged row; it is none."""
    return "purged_at" in item and "url" not in item


def parse_tombstone(item: Item) -> Tombstone:
    """Read a tombstone."""
    return Tombstone(
        id=item["id"]["S"],
        key=_text(item.get("key")) or "",
        version=_whole(item.get("version")) or 0,
        purged_at=_moment(item.get("purged_at")) or datetime.fromtimestamp(0, UTC),
        kept_object=_text(item.get("kept_object")),
        heirs=_texts(item.get("heirs")),
        immich_id=_text(item.get("immich_id")),
    )


def tombstone_item(stone: Tombstone) -> dict[str, Value]:
    """Write a tombstone; without a ``url`` it names no object, so that nothing reads a row."""
    values = {
        "id": stone.id,
        "key": stone.key,
        "version": stone.version,
        "purged_at": stone.purged_at,
        "kept_object": stone.kept_object,
        "heirs": stone.heirs or None,
        "immich_id": stone.immich_id,
        "expires_at": int(stone.expires_at.timestamp()),  # the table's time to live
    }
    return {name: _value(value) for name, value in values.items() if value is not None}


def _value(value: Any) -> Value:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case datetime():
            if value.tzinfo is None:
                return {"S": value.isoformat(timespec="milliseconds")}
            return {"S": value.astimezone(UTC).isoformat(timespec="milliseconds")}
        case tuple():
            return {"L": [_value(part) for part in value]}
    raise TypeError(f"{type(value).__name__} has no place in a row")


def _face_value(face: Face) -> Value:
    fields = {
        "person_id": face.person_id,
        "box": face.box,
        "image_size": face.image_size,
        "source": face.source,
        "confidence": _share(face.confidence),
    }
    return {"M": {name: _value(value) for name, value in fields.items() if value is not None}}


def _faces(value: Value | None) -> dict[str, Face]:
    found: dict[str, Face] = {}
    for name, face in ((value or {}).get("M") or {}).items():
        fields: Mapping[str, Value] = face.get("M") or {}
        box = tuple(_whole(part) or 0 for part in fields.get("box", {}).get("L", ()))
        size = tuple(_whole(part) or 0 for part in fields.get("image_size", {}).get("L", ()))
        if len(box) == 4 and len(size) == 2:
            found[name] = Face(
                person_id=_person_id(fields.get("person_id")),
                box=box,
                image_size=size,
                source=_text(fields.get("source")) or "unknown",
                confidence=_share(_number(fields.get("confidence"))),
            )
    return found


def _person_id(value: Value | None) -> str | None:
    text = _text(value) or None
    return text if text is None or len(text) <= MAX_PERSON_ID else None


def _share(number: float | None) -> float | None:
    """A number from 0 to 1; anything else says nothing."""
    return number if number is not None and 0 <= number <= 1 else None


def _thumbnail_key(thumbnail_url: str, key: str, bucket: str) -> str | None:
    """The thumbnail's key; None where its url names the original, in whatever form."""
    if not thumbnail_url:
        return None
    try:
        found = ObjectUrl.parse(thumbnail_url, bucket).key
    except ForeignKeyRefusedError:
        return thumbnail_url  # somebody else's thumbnail, elsewhere: it is one all the same
    return None if found == key else found


def _text(value: Value | None) -> str | None:
    text = (value or {}).get("S")
    return text if isinstance(text, str) else None


def _number(value: Value | None) -> float | None:
    text = (value or {}).get("N")
    return float(text) if text is not None else None


def _whole(value: Value | None) -> int | None:
    number = _number(value)
    return int(number) if number is not None else None


def _size(value: Value | None) -> int | None:
    """A whole number of things: never less than none of them."""
    number = _whole(value)
    return number if number is not None and number >= 0 else None


def _flag(value: Value | None) -> bool:
    return (value or {}).get("BOOL") is True


def parse_bytes(value: Value | None) -> bytes | None:
    """A binary value; None for anything else."""
    binary = (value or {}).get("B")
    if not isinstance(binary, str):
        return binary
    try:
        return b64decode(binary)  # a stream's event is JSON: binary values are base64 text
    except ValueError:
        return None


def _detail(value: Value | None) -> str | int | float | tuple[str, ...] | None:
    if value is None:
        return None
    if "L" in value:
        return _texts(value)
    if "N" in value:
        number = float(value["N"])
        return int(number) if number.is_integer() and "." not in value["N"] else number
    return _text(value)


def _texts(value: Value | None) -> tuple[str, ...]:
    return tuple(text for part in (value or {}).get("L", ()) if (text := _text(part)))


def _moment(value: Value | None) -> datetime | None:
    """A moment as ISO text with an offset; anything else is left out."""
    parsed = _wall_clock(value)
    if parsed is None or parsed.tzinfo is None:
        return None
    try:
        return parsed.astimezone(UTC)
    except OverflowError:  # before the year 1 or after 9999
        return None


def _wall_clock(value: Value | None) -> datetime | None:
    text = _text(value)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
