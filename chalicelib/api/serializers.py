"""What the API answers, as JSON values."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.api.cursors import encode_cursor
from chalicelib.api.http_errors import error_json
from chalicelib.domain.asset import KEPT_IN_BIN, Asset, Face
from chalicelib.domain.person import Person
from chalicelib.domain.photo_address import photo_address
from chalicelib.domain.places import ALL, BIN, deleted_at, expires_at, persons_on, places
from chalicelib.domain.query import MediaPage, MediaQuery
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.domain.timeline import UNDATED, Entry, Tile

if TYPE_CHECKING:
    from chalicelib.browse import BucketPart, GalleryStats, MonthCount
    from chalicelib.domain.results import BulkResult
    from chalicelib.failures import Failures, RetryResult
    from chalicelib.identify import Faces, FoundFace
    from chalicelib.merge_persons import Merge
    from chalicelib.purge import EmptiedBin

JsonObject = dict[str, Any]
# Makes of an item what a visitor is told of it.
Show = Callable[[JsonObject], JsonObject]

_PHOTOS = photo_address("")
# What an item has, and a month in columns.
ITEM_NAMES = (
    *("id", "local_path", "name", "file_type", "width", "height", "duration", "file_size"),
    *("media_date", "is_favorite", "thumbnail_state", "thumbnail_url", "small_url", "url"),
    *("thumbhash", "persons"),
)
# What a result of many has beside them.
_BULK_NAMES = (
    *("taken_at", "utc_offset_minutes", "visibility", "deleted_at", "deleted_reason"),
    *("expires_at", "corrected"),
)
# What one of the bin has beside them.
_BIN_NAMES = ("deleted_at", "expires_at")


def as_it_is(item: JsonObject) -> JsonObject:
    """An item with all that its owners are told."""
    return item


def media_json(
    query: MediaQuery,
    page: MediaPage,
    hashes: Mapping[str, str | None] | None = None,
    show: Show = as_it_is,
) -> JsonObject:
    """A page of a list; with `hashes`, by id, its items have them."""
    asked = query.filter
    items = [item_json(entry, asked.gallery, asked.view) for entry in page.entries]
    if hashes is not None:
        for item in items:
            item["file_hash"] = hashes.get(item["id"])
    items = list(map(show, items))
    is_shuffled = query.seed is not None
    return {
        "items": items,
        "total": page.total,
        "total_is_exact": page.total_is_exact,
        "limit": query.limit,
        "offset": page.offset,
        "has_more": page.next is not None,
        "next_cursor": page.next and encode_cursor(asked, is_shuffled, page.next),
        "shuffle_seed": query.seed,
    }


def item_json(entry: Entry, gallery: str, view: str = ALL) -> JsonObject:
    """A tile of a list. ``media_date`` is the place's wall clock, without a zone."""
    binned = (_text(deleted_at(entry)), _text(expires_at(entry))) if view == BIN else ()
    tile = entry.tile
    original, thumbnail, small = _addresses(tile, gallery)
    is_ready = tile.state == "ready"
    return {
        "id": tile.id,
        "local_path": tile.path,
        "name": tile.name or tile.path.rpartition("/")[2],
        "file_type": "video" if tile.is_video else "image",
        "width": tile.width,
        "height": tile.height,
        "duration": tile.duration,
        "file_size": tile.size,
        "media_date": tile.taken,
        "is_favorite": tile.is_favorite,
        "thumbnail_state": tile.state,
        "thumbnail_url": thumbnail if is_ready else None,
        "small_url": small if is_ready else None,
        "url": original,
        "thumbhash": b64encode(tile.thumbhash).decode() if tile.thumbhash else None,
        "persons": list(tile.persons),
        **(dict(zip(_BIN_NAMES, binned, strict=True)) if binned else {}),
    }


def bucket_json(
    found: "BucketPart", gallery: str, view: str = ALL, show: Show = as_it_is
) -> JsonObject:
    """Part of a month: a column for each name that an item has; no persons where there are none."""
    items = [show(item_json(entry, gallery, view)) for entry in found.entries]
    names = [*ITEM_NAMES, *(_BIN_NAMES if view == BIN else ())]
    # what the visitor is told of none of them has no column
    names = [name for name in names if not items or name in items[0]]
    if not any(item["persons"] for item in items):
        names.remove("persons")
    return {
        "month": "undated" if found.bucket == UNDATED else found.bucket,
        "revision": found.revision,
        "part": found.part,
        "parts": found.parts,
        "total": found.total,
        "columns": {name: [item[name] for item in items] for name in names},
    }


def months_json(months: Iterable["MonthCount"], *, by_day: bool) -> list[JsonObject]:
    """Months with their counts, by day with their days; undated are neither."""

    def days(month: "MonthCount") -> list[JsonObject]:
        return [
            {"day": day.day, "count": day.count, "ratio_sum": day.ratio_sum} for day in month.days
        ]

    return [
        {
            **_month(month.bucket),
            "count": month.count,
            "revision": month.revision,
            **({"days": days(month)} if by_day else {}),
        }
        for month in months
    ]


def stats_json(stats: "GalleryStats") -> JsonObject:
    """Totals of a gallery; ``bytes`` is the size of the originals."""
    shown = stats.timeline
    return {
        "total": shown.total,
        "images": shown.images,
        "videos": shown.videos,
        "bytes": shown.bytes,
        "bin": stats.bin.total,
        "bin_days": KEPT_IN_BIN.days,
        "failed": shown.failed,
        "without_thumbnail": shown.pending + shown.failed,
        "without_original": shown.missing,
    }


def person_json(person: Person) -> JsonObject:
    """A person."""
    return {
        "id": person.id,
        "name": person.name,
        "faces": person.faces,
        "assets": person.assets,
        "is_favorite": person.is_favorite,
        "is_hidden": person.is_hidden,
        "thumbnail_url": photo_address(person.thumbnail_key) if person.thumbnail_key else None,
        "created_at": _text(person.created_at),
    }


def merge_json(merge: "Merge") -> JsonObject:
    """Who stays of two persons, and how many photos are still to follow."""
    return {"person": person_json(merge.person), "remaining": merge.remaining}


def faces_json(query: MediaQuery, found: "Faces", show: Show = as_it_is) -> JsonObject:
    """Faces of a person; `has_more` tells their end, not their number."""
    asked, follows = query.filter, found.page.next
    return {
        "items": [show(_found_face_json(face)) for face in found.faces],
        "total": found.page.total,
        "limit": query.limit,
        "has_more": follows is not None,
        "next_cursor": follows and encode_cursor(asked, False, follows),
    }


def asset_json(asset: Asset) -> JsonObject:
    """One asset with all that is known of it."""
    thumbnail, small = _pictures(asset)
    return {
        "id": asset.id,
        "gallery": asset.gallery,
        "local_path": asset.local_path,
        "name": asset.filename,
        "file_type": asset.file_type,
        "mime_type": asset.mime_type,
        "width": asset.width,
        "height": asset.height,
        "duration": asset.duration,
        "file_size": asset.file_size,
        "file_hash": asset.file_hash,
        "media_date": _wall_clock(asset.taken_local),
        "taken_at": _text(asset.taken_at),
        "utc_offset_minutes": asset.utc_offset_minutes,
        "is_favorite": asset.is_favorite,
        "visibility": asset.visibility,
        "deleted_at": _text(asset.deleted_at),
        "deleted_reason": asset.deleted_reason,
        "expires_at": _text(asset.expires_at),
        "thumbnail_state": asset.thumbnail_state,
        "is_damaged": asset.is_damaged,
        "thumbnail_error": asset.thumbnail_error,
        "thumbnail_error_detail": asset.thumbnail_error_detail,
        "thumbnail_url": thumbnail,
        "small_url": small,
        "url": photo_address(asset.key),
        "thumbhash": b64encode(asset.thumbhash).decode() if asset.thumbhash else None,
        "persons": list(persons_on(asset)),
        "live_video_id": asset.live_video_id,
        "views": [place.view for place in places(asset)],
        "faces": [_face_json(known, asset.faces[known]) for known in sorted(asset.faces)],
        "corrected": list(asset.corrected),
        **{name: _detail(value) for name, value in asset.details.items()},
    }


def bulk_json(results: Sequence["BulkResult"], show: Show = as_it_is) -> JsonObject:
    """A result for each asset: as it is now, null where it is purged, or why it failed.

    Without texts, faces and lists: five hundred of them might not fit into an answer.
    """
    return {
        "results": [
            {"id": result.id, "status": "error", "error": error_json(result.error)}
            if result.error is not None
            else {
                "id": result.id,
                "status": "ok",
                "asset": show(_bulk_asset_json(result.asset)) if result.asset else None,
                "newly_corrected": list(result.newly_corrected),
            }
            for result in results
        ]
    }


def emptied_json(emptied: "EmptiedBin") -> JsonObject:
    """How many are gone, which could not be destroyed and why, how many remain."""
    failed = [
        {"id": result.id, "error": error_json(result.error)}
        for result in emptied.results
        if result.error is not None
    ]
    return {
        "purged": len(emptied.results) - len(failed),
        "failed": failed,
        "remaining": emptied.remaining,
    }


def failures_json(query: MediaQuery, found: "Failures", show: Show = as_it_is) -> JsonObject:
    """A page of what failed, with the reasons; `has_more` tells its end, not its length."""
    asked, follows = query.filter, found.page.next
    return {
        "items": [show(_failure_json(asset)) for asset in found.assets],
        "total": found.page.total,
        "pending": found.pending,
        "limit": query.limit,
        "has_more": follows is not None,
        "next_cursor": follows and encode_cursor(asked, False, follows),
    }


def retry_json(result: "RetryResult") -> JsonObject:
    """What came of asking for another try at a photo."""
    if result.error is not None:
        return {"id": result.id, "status": "error", "error": error_json(result.error)}
    return {"id": result.id, "status": "queued" if result.is_queued else "unchanged"}


def _addresses(tile: Tile, gallery: str) -> tuple[str, str, str]:
    """Addresses of an original, its thumbnail and its small rendition."""
    key = tile.key or f"{gallery}/{tile.path}"
    original = photo_address(key)
    if tile.thumbnail:
        # One that another program made comes without a small one.
        thumbnail = photo_address(tile.thumbnail)
        return original, thumbnail, thumbnail
    if tile.key:
        return original, photo_address(thumbnail_key(key)), photo_address(small_key(key))
    # Quoted once: renditions are named by "/" and "." alone, which quoting leaves.
    quoted = original[len(_PHOTOS) :]
    return original, _PHOTOS + thumbnail_key(quoted), _PHOTOS + small_key(quoted)


def _bulk_asset_json(asset: Asset) -> JsonObject:
    known = asset_json(asset)
    return {name: known[name] for name in (*ITEM_NAMES, *_BULK_NAMES)}


def _failure_json(asset: Asset) -> JsonObject:
    return {
        "id": asset.id,
        "local_path": asset.local_path,
        "name": asset.filename,
        "file_type": asset.file_type,
        "file_size": asset.file_size,
        "media_date": _wall_clock(asset.taken_local),
        "url": photo_address(asset.key),
        "reason": asset.thumbnail_error,
        "detail": asset.thumbnail_error_detail or "",
        "attempts": asset.thumbnail_attempts,
        "is_final": asset.failed_for_good,
        "updated_at": _text(asset.updated_at or asset.created_at),
    }


def _pictures(asset: Asset) -> tuple[str | None, str | None]:
    """Addresses of an asset's thumbnail and of its small rendition."""
    thumbnail = asset.thumbnail_key
    if thumbnail is None:
        return None, None
    is_usual = thumbnail == thumbnail_key(asset.key)
    small = small_key(asset.key) if is_usual else thumbnail
    return photo_address(thumbnail), photo_address(small)


def _found_face_json(found: "FoundFace") -> JsonObject:
    asset = found.asset
    thumbnail, small = _pictures(asset)
    return {
        **_face_json(found.id, found.face),
        "asset_id": asset.id,
        "name": asset.filename,
        "media_date": _wall_clock(asset.taken_local),
        "thumbnail_url": thumbnail,
        "small_url": small,
    }


def _face_json(id: str, face: Face) -> JsonObject:
    return {
        "id": id,
        "person_id": face.person_id,
        "box": list(face.box),
        "image_size": list(face.image_size),
        "source": face.source,
        "confidence": face.confidence,
    }


def _month(bucket: str) -> JsonObject:
    if bucket == UNDATED:
        return {"year": None, "month": None}
    year, _, month = bucket.partition("-")
    return {"year": int(year), "month": int(month)}


def _wall_clock(moment: datetime | None) -> str | None:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") if moment else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _detail(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
