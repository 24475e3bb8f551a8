"""The pages table: where nodes and leaves are read, and saved in the one safe order."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from pynamodb.expressions.operand import Path

from chalicelib.domain.timeline import (
    BucketCounts,
    BucketKey,
    DayCounts,
    Entry,
    LeafRef,
    Node,
    Run,
)
from chalicelib.errors import ConditionFailedError, PagesBusyError
from chalicelib.storage.leaves import (
    cut,
    decode_leaf,
    node_item,
    parse_counts,
    parse_days,
    parse_node,
)
from chalicelib.storage.table import Item, Table

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
        return parse_node(gallery, view, bucket, item) if item else Node(gallery, view, bucket)

    def nodes(self, gallery: str, view: str) -> Iterator[Node]:
        """Every node of a list, those without entries included."""
        for item in self.table.query(f"{gallery}#{view}", consistent=True):
            yield parse_node(gallery, view, item["sk"]["S"], item)

    def counts(self, gallery: str, view: str, *, consistent: bool = False) -> list[BucketCounts]:
        """Every bucket of a list that holds something, oldest first, in one request."""
        items = self.table.query(f"{gallery}#{view}", index="counts", consistent=consistent)
        buckets = [parse_counts(item) for item in items]
        return sorted((b for b in buckets if b.counts.total), key=lambda b: b.bucket)

    def days(self, gallery: str, view: str) -> dict[str, dict[str, DayCounts]]:
        """By bucket, oldest first, what each local day holds, in one request."""
        found = {
            item["sk"]["S"]: parse_days(item["d"]["S"])
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
            self.table.put(node_item(saved), unchanged)
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
