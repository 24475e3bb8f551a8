"""What the API answers, as JSON values."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from chalicelib.api.parameters import encode_cursor
from chalicelib.browse import GalleryStats, MediaPage, MediaQuery
from chalicelib.domain.asset import Asset, FileType
from chalicelib.domain.places import places
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.domain.timeline import UNDATED, BucketCounts, DayCounts, Entry, Tile
from chalicelib.storage.media import photo_address
from chalicelib.upload import UploadTicket

JsonObject = dict[str, Any]


def media_json(query: MediaQuery, page: MediaPage) -> JsonObject:
    """A page of a list."""
    offset = query.offset + len(page.entries)
    cursor = None
    if page.has_more:
        last = page.entries[-1]
        cursor = encode_cursor(query, *last.position, offset)
    return {
        "items": [item_json(entry, query.gallery) for entry in page.entries],
        "total": page.total,
        "total_is_exact": True,
        "limit": query.limit,
        "offset": query.offset,
        "has_more": page.has_more,
        "next_cursor": cursor,
    }


def item_json(entry: Entry, gallery: str) -> JsonObject:
    """A tile of a list. ``media_date`` is the place's wall clock, without a zone."""
    tile = entry.tile
    key = tile.key or f"{gallery}/{tile.path}"
    thumbnail = tile.thumbnail or thumbnail_key(key)
    # A thumbnail that another program made comes without a small one.
    small = tile.thumbnail or small_key(key)
    is_ready = tile.state == "ready"
    return {
        "id": tile.id,
        "local_path": tile.path,
        "name": _name(tile),
        "file_type": "video" if tile.is_video else "image",
        "width": tile.width,
        "height": tile.height,
        "duration": tile.duration,
        "file_size": tile.size,
        "media_date": tile.taken,
        "is_favorite": tile.is_favorite,
        "thumbnail_state": tile.state,
        "thumbnail_url": photo_address(thumbnail) if is_ready else None,
        "small_url": photo_address(small) if is_ready else None,
        "url": photo_address(key),
        "thumbhash": b64encode(tile.thumbhash).decode() if tile.thumbhash else None,
    }


def asset_json(asset: Asset) -> JsonObject:
    """One asset with all that is known of it."""
    thumbnail = asset.thumbnail_key
    is_usual = thumbnail == thumbnail_key(asset.key)
    small = small_key(asset.key) if is_usual else thumbnail
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
        "media_date": _text(asset.taken_local),
        "taken_at": _text(asset.taken_at),
        "utc_offset_minutes": asset.utc_offset_minutes,
        "is_favorite": asset.is_favorite,
        "visibility": asset.visibility,
        "deleted_at": _text(asset.deleted_at),
        "deleted_reason": asset.deleted_reason,
        "thumbnail_state": asset.thumbnail_state,
        "is_damaged": asset.is_damaged,
        "thumbnail_error": asset.thumbnail_error,
        "thumbnail_error_detail": asset.thumbnail_error_detail,
        "thumbnail_url": photo_address(thumbnail) if thumbnail else None,
        "small_url": photo_address(small) if small else None,
        "url": photo_address(asset.key),
        "thumbhash": b64encode(asset.thumbhash).decode() if asset.thumbhash else None,
        "views": [place.view for place in places(asset)],
        **{name: _detail(value) for name, value in asset.details.items()},
    }


def months_json(buckets: list[BucketCounts], content_type: FileType | None) -> list[JsonObject]:
    """``[{"year": 2024, "month": 5, "count": 12}]``; undated has neither year nor month."""
    return [
        {**_month(bucket.bucket), "count": count}
        for bucket in buckets
        if (count := bucket.counts.of_type(content_type))
    ]


def days_json(
    buckets: list[BucketCounts],
    days: dict[str, dict[str, DayCounts]],
    content_type: FileType | None,
) -> list[JsonObject]:
    """Months as above, each with its days: number and sum of width over height."""

    def day_count(counts: DayCounts) -> int:
        if content_type is None:
            return counts.images + counts.videos
        return counts.images if content_type == "image" else counts.videos

    answer = months_json(buckets, content_type)
    shown = [bucket for bucket in buckets if bucket.counts.of_type(content_type)]
    for month, bucket in zip(answer, shown, strict=True):
        month["days"] = [
            {"day": int(day) or None, "count": count, "ratio_sum": counts.ratios / 1000}
            for day, counts in days.get(bucket.bucket, {}).items()
            if (count := day_count(counts))
        ]
    return answer


def stats_json(stats: GalleryStats) -> JsonObject:
    """Totals of a gallery; ``bytes`` is the size of the originals."""
    shown = stats.timeline
    return {
        "total": shown.total,
        "images": shown.images,
        "videos": shown.videos,
        "bytes": shown.bytes,
        "bin": stats.bin.total,
        "without_thumbnail": shown.pending + shown.failed,
    }


def ticket_json(ticket: UploadTicket) -> JsonObject:
    """What to do with a file: post the form, or nothing."""
    if ticket.existing is not None:
        return {"id": ticket.id, "duplicate": True, "asset": asset_json(ticket.existing)}
    return {"id": ticket.id, "duplicate": False, "form": ticket.form}


def _name(tile: Tile) -> str:
    return tile.name or tile.path.rpartition("/")[2]


def _month(bucket: str) -> JsonObject:
    if bucket == UNDATED:
        return {"year": None, "month": None}
    year, _, month = bucket.partition("-")
    return {"year": int(year), "month": int(month)}


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _detail(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
