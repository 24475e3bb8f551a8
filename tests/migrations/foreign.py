"""Rows and photos as another program left them: four attributes and no more."""

from collections.abc import Iterable
from typing import Any

from chalicelib.storage.table import Item
from tests.builders import MemoryGallery, a_jpeg

COLOURS = ("teal", "navy", "olive", "maroon", "orchid", "salmon", "khaki")


def a_row(
    id: str,
    url: str,
    thumbnail_url: str | None = None,
    filename: str | None = None,
    **attributes: Any,
) -> dict[str, Any]:
    """A row that lacks its thumbnail, unless said otherwise, in DynamoDB's JSON."""
    return {
        "id": {"S": id},
        "url": {"S": url},
        "thumbnail_url": {"S": url if thumbnail_url is None else thumbnail_url},
        "filename": {"S": f"{id}.jpg" if filename is None else filename},
        **attributes,
    }


def a_photo(number: int = 0) -> bytes:
    """One of several small photos."""
    return a_jpeg(64, 48, COLOURS[number % len(COLOURS)])


def put_rows(gallery: MemoryGallery, *rows: Item) -> None:
    """Write rows past the gallery, and forget the requests that this took."""
    for row in rows:
        gallery.assets_table.put(row)
    gallery.wire.requests.clear()


def put_photos(gallery: MemoryGallery, count: int, folder: str = "Older") -> list[str]:
    """Photos with a row each, none with a thumbnail; their ids."""
    ids = [f"p{number:03}" for number in range(count)]
    for number, name in enumerate(ids):
        gallery.bucket.place(f"{folder}/{name}.jpg", a_photo(number))
    put_rows(gallery, *(a_row(name, f"{folder}/{name}.jpg") for name in ids))
    return ids


def thumbnail_urls(gallery: MemoryGallery) -> dict[str, str]:
    """What each row says of its thumbnail, by id."""
    return {row["id"]["S"]: row["thumbnail_url"]["S"] for row in gallery.assets_table.items}


def originals(gallery: MemoryGallery, keys: Iterable[str]) -> dict[str, Any]:
    """The objects under some keys: bytes, type and metadata."""
    return {key: gallery.bucket.objects.get(key) for key in keys}
