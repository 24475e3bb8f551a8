"""What owners are told of photos: addresses that their cookies open."""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote

JsonObject = dict[str, Any]

_PHOTOS = "/photos/"
# Which answer with a redirect to an address that is signed.
_DOORS = {
    "thumbnail_url": "/api/gallery/thumbnail/{}?size=medium",
    "small_url": "/api/gallery/thumbnail/{}?size=small",
    "url": "/api/gallery/assets/{}/original",
}


def opens(address: str, galleries: Collection[str]) -> bool:
    """Whether the cookies of these galleries open an address; one of another site needs none."""
    return not address.startswith(_PHOTOS) or address.startswith(_folders(galleries))


def owner_items(galleries: Collection[str]) -> Callable[[JsonObject], JsonObject]:
    """Makes an item of a list, an asset, a face or a failure what an owner of these is told.

    Cookies open the folder of a gallery. A photo that belongs to it and lies elsewhere, as another
    program's may, has addresses of the API in place of its own.
    """
    folders = _folders(galleries)

    def told(item: JsonObject) -> JsonObject:
        # nearly always; a month has thousands
        url, thumbnail = item.get("url"), item.get("thumbnail_url")
        is_inside = not url or url.startswith(folders)
        if is_inside and (not thumbnail or thumbnail.startswith(folders)):
            return item
        asset_id = quote(item["asset_id"] if "asset_id" in item else item["id"], safe="")
        elsewhere = {
            name: door.format(asset_id)
            for name, door in _DOORS.items()
            if item.get(name) and not opens(item[name], galleries)
        }
        return {**item, **elsewhere}

    return told


def _folders(galleries: Collection[str]) -> tuple[str, ...]:
    return tuple(f"{_PHOTOS}{gallery}/" for gallery in galleries)
