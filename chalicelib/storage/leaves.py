"""How nodes and leaves look as items of the pages table.

* Node: pk ``{gallery}#{view}``, sk the bucket. ``v`` version, ``r`` revision, ``c``
  counts, ``d`` days, ``l`` the directory of leaves. The local indexes ``counts`` and
  ``days`` project nothing but keys, ``c`` and ``d`` being two: a scrubber is one query.
* Leaf: pk ``{gallery}#{view}#{bucket}``, sk its own id, ``b`` its entries: columns as
  JSON, deflated.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.asset import ThumbnailState
from chalicelib.domain.timeline import (
    BucketCounts,
    Counts,
    DayCounts,
    Entry,
    LeafRef,
    Node,
    Tile,
)
from chalicelib.storage.table import Item

# Leaves are cut at this many bytes: six read units, about 400 tiles.
MAX_LEAF_BYTES = 24_000
_FIRST_CUT = 512
_STATES: tuple[ThumbnailState, ...] = ("ready", "pending", "failed")


def cut(entries: Sequence[Entry]) -> Iterator[tuple[Sequence[Entry], bytes]]:
    """Cut entries into leaves of at most `MAX_LEAF_BYTES`, of about equal numbers."""
    if not entries:
        return
    pieces = -(-len(entries) // _FIRST_CUT)
    for index in range(pieces):
        start, stop = (len(entries) * i // pieces for i in (index, index + 1))
        yield from _halved(entries[start:stop])


def _halved(entries: Sequence[Entry]) -> Iterator[tuple[Sequence[Entry], bytes]]:
    packed = encode_leaf(entries)
    if len(packed) <= MAX_LEAF_BYTES or len(entries) == 1:
        yield entries, packed
        return
    middle = len(entries) // 2
    yield from _halved(entries[:middle])
    yield from _halved(entries[middle:])


def encode_leaf(entries: Sequence[Entry]) -> bytes:
    """Entries as columns, so that like stands beside like and deflates well."""
    tiles = [entry.tile for entry in entries]
    columns: dict[str, list[Any]] = {
        "order": [entry.order for entry in entries],
        "id": [tile.id for tile in tiles],
        "path": [tile.path for tile in tiles],
        "name": [tile.name for tile in tiles],
        # 0 stands for the entry's order itself, which it is in most lists
        "taken": [0 if e.tile.taken == e.order else e.tile.taken for e in entries],
        "video": [int(tile.is_video) for tile in tiles],
        "width": [tile.width for tile in tiles],
        "height": [tile.height for tile in tiles],
        "duration": [tile.duration for tile in tiles],
        "size": [tile.size for tile in tiles],
        "favorite": [int(tile.is_favorite) for tile in tiles],
        "hash": [_base64(tile.thumbhash) for tile in tiles],
        "state": [_STATES.index(tile.state) for tile in tiles],
        "faces": [entry.faces for entry in entries],
        "key": [tile.key for tile in tiles],
        "thumbnail": [tile.thumbnail for tile in tiles],
    }
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 6)


def _base64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def decode_leaf(packed: bytes) -> tuple[Entry, ...]:
    """The entries of a leaf, in order."""
    c: Mapping[str, list[Any]] = json.loads(zlib.decompress(packed))
    rows = zip(
        c["order"],
        c["id"],
        c["path"],
        c["name"],
        c["taken"],
        c["video"],
        c["width"],
        c["height"],
        c["duration"],
        c["size"],
        c["favorite"],
        c["hash"],
        c["state"],
        c["faces"],
        c["key"],
        c["thumbnail"],
        strict=True,
    )
    return tuple(
        Entry(
            order,
            Tile(
                asset_id,
                path,
                name,
                order if taken == 0 else taken,
                video == 1,
                width,
                height,
                duration,
                size,
                favorite == 1,
                None if thumbhash is None else b64decode(thumbhash),
                _STATES[state],
                key,
                thumbnail,
            ),
            faces,
        )
        for (
            order,
            asset_id,
            path,
            name,
            taken,
            video,
            width,
            height,
            duration,
            size,
            favorite,
            thumbhash,
            state,
            faces,
            key,
            thumbnail,
        ) in rows
    )


def node_item(node: Node) -> Item:
    """A node as an item."""
    counts = node.counts
    numbers = (node.version, node.revision, *_numbers(counts))
    directory = [
        [
            leaf.leaf_id,
            *leaf.first,
            _numbers(leaf.counts),
            {day: (d.images, d.videos, d.ratios) for day, d in leaf.days.items()},
            leaf.digest,
        ]
        for leaf in node.leaves
    ]
    packed = zlib.compress(json.dumps(directory, separators=(",", ":")).encode(), 6)
    return {
        "pk": {"S": f"{node.gallery}#{node.view}"},
        "sk": {"S": node.bucket},
        "v": {"N": str(node.version)},
        "r": {"N": str(node.revision)},
        "c": {"S": ".".join(map(str, numbers))},
        "d": {"S": _days_text(node.days) or "-"},
        "l": {"B": packed},
    }


def parse_node(gallery: str, view: str, bucket: str, item: Item) -> Node:
    """An item as a node."""
    leaves = tuple(
        LeafRef(
            leaf_id,
            (order, asset_id),
            Counts(*counts),
            {day: DayCounts(*numbers) for day, numbers in days.items()},
            digest,
        )
        for leaf_id, order, asset_id, counts, days, digest in json.loads(
            zlib.decompress(item["l"]["B"])
        )
    )
    return Node(gallery, view, bucket, int(item["v"]["N"]), int(item["r"]["N"]), leaves)


def parse_counts(item: Item) -> BucketCounts:
    """What the index ``counts`` says of a bucket."""
    version, revision, *numbers = map(int, item["c"]["S"].split("."))
    return BucketCounts(item["sk"]["S"], version, revision, Counts(*numbers))


def _numbers(counts: Counts) -> tuple[int, ...]:
    return (
        counts.images,
        counts.videos,
        counts.faces,
        counts.pending,
        counts.failed,
        counts.bytes,
    )


def _days_text(days: Mapping[str, DayCounts]) -> str:
    """``05.3.1.5333,17.1.0.1500``: at most 31 days, well below a key's 1,024 bytes."""
    return ",".join(f"{day}.{c.images}.{c.videos}.{c.ratios}" for day, c in days.items())


def parse_days(text: str) -> dict[str, DayCounts]:
    """What the index ``days`` says of a bucket, by day of the month."""
    if text == "-":
        return {}
    parts = (day.split(".") for day in text.split(","))
    return {day: DayCounts(*map(int, numbers)) for day, *numbers in parts}
