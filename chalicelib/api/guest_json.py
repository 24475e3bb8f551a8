"""What guests are told of photos: what a link shows, under addresses that are signed for it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

JsonObject = dict[str, Any]
# Makes an address of the site one that opens for whoever has it, for an hour or two.
Sign = Callable[[str], str]

_PICTURES = ("thumbnail_url", "small_url")
# What is not known of an asset, as far as guests know: whose faces there are, what its owners
# did to it and where it was taken. Tags and albums name people and places, too.
_UNTOLD: JsonObject = {
    "file_hash": None,
    "is_favorite": False,
    "live_video_id": None,
    "views": ["all"],
    "faces": [],
    "persons": [],
    "corrected": [],
}
_LEFT_OUT = (
    *("latitude", "longitude", "altitude", "city", "state", "country"),
    *("rating", "artist", "tags", "albums"),
)


def guest_item(item: JsonObject, may_download: bool, sign: Sign) -> JsonObject:
    """An item of a list, or an asset, for a guest.

    In place of an original that is not given out stands its largest picture.

    Args:
        item: As its owner is told.
        may_download: Whether the link gives originals out.
        sign: See there.
    """
    picture = f"/api/gallery/thumbnail/{quote(item['id'], safe='')}?size=large"
    signed = {name: item[name] and sign(item[name]) for name in _PICTURES}
    url = sign(item["url"]) if may_download else picture
    untold = {name: value for name, value in _UNTOLD.items() if name in item}
    return {**item, **untold, **signed, "url": url}


def guest_asset(asset: JsonObject, may_download: bool, sign: Sign) -> JsonObject:
    """One asset with what a guest is told of it."""
    told = {name: value for name, value in asset.items() if name not in _LEFT_OUT}
    return guest_item(told, may_download, sign)
