"""The pages: nodes and immutable leaves, as items of one table.

* Node: pk ``{gallery}#{view}``, sk the bucket. ``v`` version, ``r`` revision, ``c``
  counts, ``d`` days, ``l`` the directory of leaves. The local indexes ``counts`` and
  ``days`` project nothing but keys, ``c`` and ``d`` being two: a scrubber is one query.
* Leaf: pk ``{gallery}#{view}#{bucket}``, sk its own id, ``b`` its entries: columns as
  JSON, deflated.
"""

import json
import secrets
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.domain.asset import ThumbnailState
from chalicelib.domain.timeline import (
    BucketCounts,
    BucketKey,
    Counts,
    DayCounts,
    Entry,
    LeafRef,
    Node,
    Run,
    Tile,
)
from chalicelib.errors import ConditionFailedError, PagesBusyError
from chalicelib.storage.table import Item, Table

# Leaves are cut at this many bytes: six read units, about 400 tiles.
MAX_LEAF_BYTES = 24_000
_FIRST_CUT = 512
_STATES: tuple[ThumbnailState, ...] = ("ready", "pending", "failed")
# How often a reader tries again when a leaf was replaced under its eyes.
_READ_ATTEMPTS = 4


class Pages:
    """The pages table.

    Args:
        table: With keys ``pk`` and ``sk`` and the indexes ``counts`` and ``days``.
        new_leaf_id: Makes an id that was never used before.
    """

    def __init__(self, table: Table, new_leaf_id: Callable[[], str] | None = None) -> None:
        self.table = table
        self._new_leaf_id = new_leaf_id or fresh_leaf_id

    def node(self, gallery: str, view: str, bucket: str, *, consistent: bool = False) -> Node:
        """One bucket of a list; version 0 where there is none."""
        item = self.table.get(f"{gallery}#{view}", bucket, consistent=consistent)
        return _parse_node(gallery, view, bucket, item) if item else Node(gallery, view, bucket)

    def nodes(self, gallery: str, view: str) -> Iterator[Node]:
        """Every node of a list, those without entries included."""
        for item in self.table.query(f"{gallery}#{view}", consistent=True):
            yield _parse_node(gallery, view, item["sk"]["S"], item)

    def counts(self, gallery: str, view: str, *, consistent: bool = False) -> list[BucketCounts]:
        """Every bucket of a list that holds something, oldest first, in one request."""
        items = self.table.query(f"{gallery}#{view}", index="counts", consistent=consistent)
        buckets = [_parse_counts(item) for item in items]
        return sorted((b for b in buckets if b.counts.total), key=lambda b: b.bucket)

    def days(self, gallery: str, view: str) -> dict[str, dict[str, DayCounts]]:
        """By bucket, oldest first, what each local day holds, in one request."""
        found = {
            item["sk"]["S"]: _parse_days(item["d"]["S"])
            for item in self.table.query(f"{gallery}#{view}", index="days")
        }
        return {bucket: days for bucket, days in sorted(found.items()) if days}

    def leaves(self, node: Node, refs: Sequence[LeafRef]) -> list[tuple[Entry, ...]] | None:
        """The entries of some of a node's leaves; None when one was replaced meanwhile."""
        if not refs:
            return []
        pk = f"{node.gallery}#{node.view}#{node.bucket}"
        items = self.table.get_many([(pk, ref.leaf_id) for ref in refs], consistent=True)
        found = {item["sk"]["S"]: decode_leaf(item["b"]["B"]) for item in items}
        if len(found) < len(refs):
            return None
        return [found[ref.leaf_id] for ref in refs]

    def read(
        self, node: Node, choose: Callable[[Node], Sequence[LeafRef]]
    ) -> tuple[Node, list[tuple[Entry, ...]]]:
        """Read leaves of a node, taking the node anew when they were replaced meanwhile.

        Args:
            node: As it was read.
            choose: Picks the leaves to read from a node.

        Returns:
            The node that the leaves belong to, and their entries.

        Raises:
            PagesBusyError: They were replaced at every attempt.
        """
        for _ in range(_READ_ATTEMPTS):
            leaves = self.leaves(node, choose(node))
            if leaves is not None:
                return node, leaves
            node = self.node(node.gallery, node.view, node.bucket, consistent=True)
        raise PagesBusyError(f"{node.view} {node.bucket} is being rewritten; try again")

    def save(self, node: Node, runs: Sequence[Run]) -> Node:
        """Save a node, with some of its leaves replaced, unless it was saved meanwhile.

        The node is saved even when nothing changes: its new version tells every sync
        that read it earlier to read again.

        Raises:
            ConditionFailedError: It was saved meanwhile; the new leaves are taken back.
        """
        leaves: list[LeafRef] = []
        written: list[LeafRef] = []
        replaced: list[LeafRef] = []
        position = 0
        for run in runs:
            fresh = self._write_leaves(node, run.entries)
            leaves += [*node.leaves[position : run.start], *fresh]
            written += fresh
            replaced += node.leaves[run.start : run.stop]
            position = run.stop
        leaves += node.leaves[position:]
        saved = Node(
            node.gallery,
            node.view,
            node.bucket,
            node.version + 1,
            node.revision + (1 if runs else 0),
            tuple(leaves),
        )
        unchanged = Path("v") == node.version if node.version else Path("pk").does_not_exist()
        try:
            self.table.put(_node_item(saved), unchanged)
        except ConditionFailedError:
            # A retried request may have lost to its own first attempt, whose answer was
            # lost on the way: only what the node does not name may go.
            now = self.node(node.gallery, node.view, node.bucket, consistent=True)
            named = {leaf.leaf_id for leaf in now.leaves}
            self.delete_leaves(
                node, [leaf.leaf_id for leaf in written if leaf.leaf_id not in named]
            )
            raise
        self.delete_leaves(node, [leaf.leaf_id for leaf in replaced])
        return saved

    def delete_leaves(self, node: Node, leaf_ids: Iterable[str]) -> None:
        """Delete leaves that no node names."""
        pk = f"{node.gallery}#{node.view}#{node.bucket}"
        self.table.delete_many([(pk, leaf_id) for leaf_id in leaf_ids])

    def every_node_and_leaf(self) -> Iterator[tuple[BucketKey, str | None]]:
        """Every item of the table: a leaf with its id, a node with None."""
        start: Item | None = None
        while True:
            items, start = self.table.scan_page(start=start, attributes=("pk", "sk", "v"))
            for item in items:
                pk, sk = item["pk"]["S"], item["sk"]["S"]
                gallery, _, rest = pk.partition("#")
                if "v" in item:
                    yield (gallery, rest, sk), None
                else:
                    view, _, bucket = rest.rpartition("#")
                    yield (gallery, view, bucket), sk
            if start is None:
                return

    def _write_leaves(self, node: Node, entries: Sequence[Entry]) -> list[LeafRef]:
        pk = f"{node.gallery}#{node.view}#{node.bucket}"
        refs: list[LeafRef] = []
        for piece, packed in cut(entries):
            leaf_id = self._new_leaf_id()
            self.table.put({"pk": {"S": pk}, "sk": {"S": leaf_id}, "b": {"B": packed}})
            refs.append(LeafRef.of(leaf_id, piece))
        return refs


def fresh_leaf_id() -> str:
    """An id that was never used: the time in milliseconds and 80 random bits."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def leaf_time_ms(leaf_id: str) -> int:
    """When a leaf was written, milliseconds since 1970."""
    return int(leaf_id[:12], 16)


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


def _node_item(node: Node) -> Item:
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


def _parse_node(gallery: str, view: str, bucket: str, item: Item) -> Node:
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


def _parse_counts(item: Item) -> BucketCounts:
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


def _parse_days(text: str) -> dict[str, DayCounts]:
    if text == "-":
        return {}
    parts = (day.split(".") for day in text.split(","))
    return {day: DayCounts(*map(int, numbers)) for day, *numbers in parts}
