"""What guests are told: what a link shows, under addresses that are signed for it.

Each field that a guest is answered is named here; what stands nowhere here is left out, so that
what owners are told of more is no guest's by itself. Who a guest is: `session_json.guest_json`.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import quote

JsonObject = dict[str, Any]
# Makes an address of the site one that opens for whoever has it, for an hour or two.
Sign = Callable[[str], str]

_PICTURES = frozenset({"thumbnail_url", "small_url"})
# Always the same, as far as guests know, where an answer has a place for it: whose faces there
# are, and what its owners did to it.
_BLANK: JsonObject = {
    "file_hash": None,
    "is_favorite": False,
    "live_video_id": None,
    "views": ["all"],
    "faces": [],
    "persons": [],
    "corrected": [],
}
_ITEM = frozenset(
    {
        *("id", "local_path", "name", "file_type", "width", "height", "duration", "file_size"),
        *("media_date", "thumbnail_state", "thumbhash"),
    }
)
# Not where it was taken and how well it is liked; tags and albums name people and places, too.
_ASSET = _ITEM | {
    *("gallery", "mime_type", "taken_at", "utc_offset_minutes"),
    *("visibility", "deleted_at", "deleted_reason", "expires_at"),
    *("is_damaged", "thumbnail_error", "thumbnail_error_detail"),
    *("camera_make", "camera_model", "lens_model", "iso", "orientation"),
    *("f_number", "exposure_seconds", "focal_length_mm", "title", "description"),
}
_COLUMNS = _ITEM | _PICTURES | _BLANK.keys() | {"url"}
_PAGE = frozenset(
    {
        *("items", "total", "total_is_exact", "limit", "offset", "has_more", "next_cursor"),
        "shuffle_seed",
    }
)
_BUCKET = frozenset({"month", "revision", "part", "parts", "total", "columns"})
_MONTH = frozenset({"year", "month", "count", "revision", "days"})
_DAY = frozenset({"day", "count", "ratio_sum"})


def guest_item(item: JsonObject, may_download: bool, sign: Sign) -> JsonObject:
    """An item of a list, for a guest.

    In place of an original that is not given out stands its largest picture.

    Args:
        item: As its owner is told.
        may_download: Whether the link gives originals out.
        sign: See there.
    """
    return _photo(item, _ITEM, may_download, sign)


def guest_asset(asset: JsonObject, may_download: bool, sign: Sign) -> JsonObject:
    """One asset with what a guest is told of it; the rest as above."""
    return _photo(asset, _ASSET, may_download, sign)


def guest_page(page: JsonObject) -> JsonObject:
    """A page of a list, whose items are a guest's by now."""
    return _only(_PAGE, page)


def guest_bucket(bucket: JsonObject) -> JsonObject:
    """Part of a month, made of items that are a guest's by now."""
    return {**_only(_BUCKET, bucket), "columns": _only(_COLUMNS, bucket["columns"])}


def guest_months(months: Iterable[JsonObject]) -> list[JsonObject]:
    """Months, by day with their days."""

    def told(month: JsonObject) -> JsonObject:
        days = {"days": [_only(_DAY, day) for day in month["days"]]} if "days" in month else {}
        return {**_only(_MONTH, month), **days}

    return [told(month) for month in months]


def _photo(photo: JsonObject, names: Collection[str], may_download: bool, sign: Sign) -> JsonObject:
    told: JsonObject = {}
    for name, value in photo.items():
        if name in names:
            told[name] = value
        elif name in _PICTURES:
            told[name] = value and sign(value)
        elif name == "url":
            told[name] = sign(value) if may_download else _largest_picture(photo["id"])
        elif name in _BLANK:
            told[name] = _BLANK[name]
    return told


def _largest_picture(id: str) -> str:
    return f"/api/gallery/thumbnail/{quote(id, safe='')}?size=large"


def _only(names: Collection[str], value: JsonObject) -> JsonObject:
    return {name: part for name, part in value.items() if name in names}
