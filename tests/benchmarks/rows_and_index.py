"""What the gallery is compared with: rows with an index by month, and counters.

One row per photo; a global index by month, in order of time, projecting what a tile needs; a
counter per month, brought up in one transaction with each row. Written as well as such a
design allows: what is skipped is counted (``Select=COUNT``), not fetched, and from the end of
the month that is nearer.
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pynamodb.connection import Connection

from chalicelib.api.serializers import item_json
from chalicelib.domain.asset import Asset
from chalicelib.domain.places import ALL, places
from chalicelib.domain.timeline import Entry, Tile
from tests.benchmarks.capacity import item_size
from tests.benchmarks.library import Library
from tests.benchmarks.paged_library import row_of
from tests.benchmarks.shelves import Index, Key, Shelf, Stored, StoredTable

ROWS, COUNTERS, BY_MONTH = "rows", "counters", "by_month"
LIMIT = 100
_INDEX_KEYS = ("month", "position")
_PROJECTED = (
    *("local_path", "filename", "file_type", "width", "height", "duration", "file_size"),
    *("is_favorite", "thumbhash", "thumbnail_url", "taken_local"),
)
_COUNTS = ("images", "videos", "favorites", "bytes")


class RowsAndIndex:
    """The design, with as much of an API as is compared.

    Args:
        connection: Where the two tables are.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def month_page(self, gallery: str, month: str) -> str:
        """The newest of a month: one request."""
        query = {"ScanIndexForward": False, "Limit": LIMIT}
        found = self._query_month(gallery, month, **query)["Items"]
        return _page_text(gallery, found, None)

    def offset_page(self, gallery: str, offset: int) -> str:
        """A page after leaving out so many: the counters, what is skipped, the page."""
        counts = self._counters(gallery)
        totals = [(known["month"]["S"], _total(known)) for known in reversed(counts)]
        found: list[Any] = []
        skip = offset
        for month, size in totals:
            if skip >= size:
                skip -= size
                continue
            start = self._key_before(gallery, month, size, skip) if skip else {}
            query = {"ScanIndexForward": False, "Limit": LIMIT - len(found), **start}
            found += self._query_month(gallery, month, **query)["Items"]
            skip = 0
            if len(found) == LIMIT:
                break
        return _page_text(gallery, found, sum(size for _, size in totals))

    def date_range(self, gallery: str) -> str:
        """Months with their counts, newest first: one request."""
        months = [
            {"month": known["month"]["S"], "count": _total(known)}
            for known in reversed(self._counters(gallery))
        ]
        return json.dumps(months, separators=(",", ":"))

    def stats(self, gallery: str) -> str:
        """Totals: the sums of all counters, so that a change has one to bring up, not two."""
        counts = self._counters(gallery)
        sums = {name: sum(int(known[name]["N"]) for known in counts) for name in _COUNTS}
        return json.dumps(sums, separators=(",", ":"))

    def add_favorite(self, asset: Asset) -> None:
        """Change a row and its month's counter, both or neither."""
        row = indexed_row(asset)
        month = row["month"]["S"].partition("#")[2]
        change = {
            "TableName": ROWS,
            "Key": {"id": row["id"]},
            "UpdateExpression": "SET is_favorite = :yes, version = :next",
            "ConditionExpression": "version = :known",
            "ExpressionAttributeValues": {
                ":yes": {"BOOL": True},
                ":known": {"N": str(asset.version)},
                ":next": {"N": str(asset.version + 1)},
            },
        }
        count = {
            "TableName": COUNTERS,
            "Key": {"gallery": {"S": asset.gallery}, "month": {"S": month}},
            "UpdateExpression": "ADD favorites :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        both = [{"Update": change}, {"Update": count}]
        self._connection.dispatch("TransactWriteItems", {"TransactItems": both})

    def _counters(self, gallery: str) -> list[Any]:
        items: list[Any] = self._query(COUNTERS, "gallery", gallery)["Items"]
        return items

    def _key_before(self, gallery: str, month: str, size: int, skip: int) -> dict[str, Any]:
        """From where to read on, after `skip` from the newest."""
        # Counted forward, the last one counted is the newest that is left out.
        is_newer_half = skip <= size // 2
        left = skip if is_newer_half else size - skip + 1
        start: dict[str, Any] = {}
        while left:
            counted = self._query_month(
                gallery,
                month,
                **start,
                ScanIndexForward=not is_newer_half,
                Limit=left,
                Select="COUNT",
            )
            left -= counted["Count"]
            start = {"ExclusiveStartKey": counted["LastEvaluatedKey"]}
        return start

    def _query_month(self, gallery: str, month: str, **query: Any) -> dict[str, Any]:
        return self._query(ROWS, "month", f"{gallery}#{month}", IndexName=BY_MONTH, **query)

    def _query(self, table: str, name: str, value: str, **query: Any) -> dict[str, Any]:
        asked = {
            "TableName": table,
            "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": name},
            "ExpressionAttributeValues": {":k": {"S": value}},
            **query,
        }
        return self._connection.dispatch("Query", asked)


def tables(libraries: Mapping[str, Library]) -> dict[str, StoredTable]:
    """The two tables; the index has every photo, the table of rows only those that are put.

    Args:
        libraries: By gallery.
    """
    rows = StoredTable(("id",), {BY_MONTH: (_INDEX_KEYS, _PROJECTED)})
    index = rows.indexes[BY_MONTH]
    index.shelf = ComputedShelf(index, libraries)
    counters = StoredTable(("gallery", "month"), {})
    for library in libraries.values():
        for month, size in library.month_sizes.items():
            key = {"gallery": {"S": library.gallery}, "month": {"S": month}}
            counters.write((library.gallery, month), {**key, **_counts(size)})
    return {ROWS: rows, COUNTERS: counters}


def indexed_row(asset: Asset) -> dict[str, Any]:
    """A row as this design keeps it."""
    (entry,) = (place.entry for place in places(asset) if place.view == ALL)
    return {
        **row_of(asset),
        "month": {"S": f"{asset.gallery}#{entry.bucket}"},
        "position": {"S": f"{entry.order}#{asset.id}"},
    }


class ComputedShelf(Shelf):
    """The entries of the index: every photo of libraries, worked out when it is asked for."""

    def __init__(self, index: Index, libraries: Mapping[str, Library]) -> None:
        """Stand in for the entries that an index has.

        Args:
            index: What entries have of rows.
            libraries: By gallery.
        """
        super().__init__(index.shelf.names)
        self._index = index
        self._libraries = libraries
        self._sizes: dict[str, array[int]] = {}

    def set(self, key: Key, stored: Stored | None) -> None:
        """A change costs its units and is forgotten: the library stays as it is."""

    def walk(self, hash_key: str, after: Key | None, forward: bool) -> Iterator[Stored]:
        """Entries of a month, in order."""
        gallery, _, month = hash_key.partition("#")
        library = self._libraries[gallery]
        count = library.month_sizes[month]
        sizes = self._sizes.setdefault(hash_key, array("H", bytes(2 * count)))
        first = 0 if forward else count - 1
        if after is not None:
            first = self._rank(library, month, after) + (1 if forward else -1)
        for rank in range(first, count) if forward else range(first, -1, -1):
            entry = partial(self._entry, library, month, rank)
            if not sizes[rank]:
                sizes[rank] = item_size(entry())
            yield Stored(sizes[rank], partial(_entry_text, entry))

    def _entry(self, library: Library, month: str, rank: int) -> Mapping[str, Any]:
        entry = self._index.entry(indexed_row(library.asset(month, rank)))
        if entry is None:
            raise ValueError("every photo of a library has a month")
        return entry

    def _rank(self, library: Library, month: str, key: Key) -> int:
        """Of the entry with a key: ranks are in order of time."""

        def position(rank: int) -> str:
            text: str = self._entry(library, month, rank)["position"]["S"]
            return text

        return bisect_left(range(library.month_sizes[month]), key[1], key=position)


def _entry_text(entry: partial[Mapping[str, Any]]) -> str:
    return json.dumps(entry(), separators=(",", ":"))


def _counts(size: int) -> dict[str, Any]:
    """About what a month of so many photos has of each kind."""
    videos = size // 10
    numbers = (size - videos, videos, size // 50, size * 3_900_000)
    return {name: {"N": str(number)} for name, number in zip(_COUNTS, numbers, strict=True)}


def _total(counter: Any) -> int:
    return int(counter["images"]["N"]) + int(counter["videos"]["N"])


def _page_text(gallery: str, found: list[Any], total: int | None) -> str:
    items = [item_json(_entry_of(item), gallery) for item in found]
    return json.dumps({"items": items, "total": total}, separators=(",", ":"))


def _entry_of(item: Any) -> Entry:
    """An entry of the index, as the gallery's own lists have them."""

    def number(name: str) -> float | None:
        return float(item[name]["N"]) if name in item else None

    width, height, size = number("width"), number("height"), number("file_size")
    path, name = item["local_path"]["S"], item["filename"]["S"]
    taken = item["taken_local"]["S"]
    tile = Tile(
        id=item["id"]["S"],
        path=path,
        name=None if name == path.rpartition("/")[2] else name,
        taken=taken,
        is_video=item["file_type"]["S"] == "video",
        width=int(width) if width else None,
        height=int(height) if height else None,
        duration=number("duration"),
        size=int(size) if size else None,
        is_favorite="is_favorite" in item,
        thumbhash=item["thumbhash"]["B"],
        state="ready",
    )
    return Entry(taken, tile)
