"""The pages table: where nodes and leaves are read, and saved in the one safe order."""

import dataclasses
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from pynamodb.expressions.operand import Path

from chalicelib.domain.asset import FileType
from chalicelib.domain.directory import (
    BucketKey,
    Directory,
    Position,
    Stretch,
)
from chalicelib.domain.timeline import BucketCounts, Counts, DayCounts, Entry, Node, Run
from chalicelib.errors import ConditionFailedError, PagesBusyError
from chalicelib.storage.leaves import Leaf, decode_leaf
from chalicelib.storage.nodes import (
    ID_DIGITS,
    counts_text,
    node_item,
    parse_counts,
    parse_days,
    parse_directory,
    parse_node,
)
from chalicelib.storage.rewrite import Rewrite
from chalicelib.storage.table import Item, Table, Value

# How often a reader tries again when a leaf was replaced under its eyes.
_READ_ATTEMPTS = 4
# Picks the stretch that is wanted, once the node is known; None for nothing of it.
Choose = Callable[[Node], Stretch | None]


class Pages:
    """The pages table.

    Args:
        table: With keys ``pk`` and ``sk`` and the indexes ``counts`` and ``days``.
        new_leaf_id: Makes an id that was never used before.
        now: Seconds since 1970, noted in leaves.
    """

    def __init__(
        self,
        table: Table,
        new_leaf_id: Callable[[], str] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.table = table
        self._new_leaf_id = new_leaf_id or fresh_leaf_id
        self._now = now

    def node(self, gallery: str, view: str, bucket: str, *, consistent: bool = False) -> Node:
        """One bucket of a list, without its sections; version 0 where there is none."""
        item = self.table.get(f"{gallery}#{view}", bucket, consistent=consistent)
        return parse_node(gallery, view, bucket, item) if item else Node(gallery, view, bucket)

    def nodes(self, gallery: str, view: str, buckets: Sequence[str]) -> list[Node]:
        """Some buckets of a list, in the order given, in one request for up to 100."""
        return self._nodes([(gallery, view, bucket) for bucket in buckets])

    def every_node(self, gallery: str, view: str) -> Iterator[Node]:
        """Every node of a list as a whole, those without entries included."""
        for item in self.table.query(f"{gallery}#{view}", consistent=True):
            yield self._whole(parse_node(gallery, view, item["sk"]["S"], item))

    def _whole(self, node: Node) -> Node:
        for _ in range(_READ_ATTEMPTS):
            whole = self.whole(node)
            if whole is not None:
                return whole
            node = self.node(*node.key, consistent=True)
        raise _busy(node)

    def whole(self, node: Node) -> Node | None:
        """A node with its sections; None when one of them was replaced meanwhile."""
        if not node.is_split or node.sections:
            return node
        found = self._sections([(node, section) for section in node.directory.ids], consistent=True)
        if found is None:
            return None
        return dataclasses.replace(node, sections=tuple(found))

    def counts(
        self, gallery: str, view: str, *, consistent: bool = False, with_empty: bool = False
    ) -> list[BucketCounts]:
        """Every bucket of a list that holds something, oldest first, in one request."""
        items = self.table.query(
            f"{gallery}#{view}", index="counts", consistent=consistent, attributes=("sk", "c")
        )
        buckets = map(parse_counts, items)
        return sorted((b for b in buckets if with_empty or b.counts.total), key=lambda b: b.bucket)

    def days(self, gallery: str, view: str) -> dict[str, tuple[int, dict[str, DayCounts]]]:
        """By bucket, oldest first, its revision and what each local day holds; one request.

        Sums of aspect ratios are those of the means, within 1/100,000 for each photo.
        """
        items = self.table.query(f"{gallery}#{view}", index="days", attributes=("sk", "d"))
        found = {item["sk"]["S"]: parse_days(item) for item in items}
        return {bucket: known for bucket, known in sorted(found.items()) if known[1]}

    def totals(self, gallery: str) -> dict[str, Counts]:
        """What each list of a gallery holds in all, in one request; no persons' lists."""
        items = self.table.query(gallery)
        return {item["sk"]["S"]: parse_counts(item).counts for item in items}

    def galleries(self) -> list[str]:
        """Every gallery that ever had something in it, by name."""
        found: set[str] = set()
        start: Item | None = None
        while True:
            # an index of keys: it holds nodes and totals, and no leaves
            items, start = self.table.scan_page(start=start, attributes=("pk",), index="counts")
            found.update(item["pk"]["S"].partition("#")[0] for item in items)
            if start is None:
                return sorted(found)

    def set_total(self, gallery: str, view: str, counts: Counts, revision: int) -> None:
        """Say how much a list holds, unless a later sum is there.

        Args:
            gallery: Whose list.
            view: Which list.
            counts: Of the whole list.
            revision: Sum of its buckets' revisions: of two sums the higher one is later.
        """
        noted = Path("rev")
        is_later = noted.does_not_exist() | (noted < revision)
        actions = [Path("c").set(counts_text(counts)), noted.set(revision)]
        try:
            self.table.update(gallery, view, actions=actions, condition=is_later)
        except ConditionFailedError:
            return  # a later sum is there

    def forget_revision(self, gallery: str, view: str) -> None:
        """Let the next sum of a list be noted, whatever its revision."""
        noted = Path("rev")
        try:
            self.table.update(gallery, view, actions=[noted.remove()], condition=noted.exists())
        except ConditionFailedError:
            return  # none is there

    def leaves(self, node: Node, leaf_ids: Sequence[str]) -> list[Leaf] | None:
        """Some of a node's leaves; None when one was replaced meanwhile."""
        return self._leaves([(node, leaf_id) for leaf_id in leaf_ids], consistent=True)

    def read(self, chosen: Sequence[tuple[Node, Choose]]) -> list[tuple[Node, Sequence[Entry]]]:
        """Read a stretch of each of some buckets, together.

        One request for the leaves of all of them (up to 100), and one more where a bucket
        is split. Leaves never change, so that a read that may be stale finds them right or
        not at all; a node that names one that is gone is taken anew.

        Args:
            chosen: Nodes as they were read, each with what is wanted of it.

        Returns:
            For each, the node that its entries belong to, and these, oldest first.

        Raises:
            PagesBusyError: A bucket was rewritten at every attempt.
        """
        nodes = [node for node, _ in chosen]
        for attempt in range(_READ_ATTEMPTS):
            stretches = [choose(node) for node, (_, choose) in zip(nodes, chosen, strict=True)]
            found = self._read(nodes, stretches, consistent=attempt > 0)
            if found is not None:
                return list(zip(nodes, found, strict=True))
            # each bucket once: its stretches must be of one node
            nodes = self._nodes([node.key for node in nodes], consistent=True)
        raise _busy(nodes[0])

    def rank_of(
        self, node: Node, position: Position, content_type: FileType | None
    ) -> tuple[Node, int]:
        """How many entries of a type in a bucket are older than a position, and by which node.

        Raises:
            PagesBusyError: The bucket was rewritten at every attempt.
        """
        for attempt in range(_READ_ATTEMPTS):
            rank = self._rank(node, position, content_type, consistent=attempt > 0)
            if rank is not None:
                return node, rank
            node = self.node(*node.key, consistent=True)
        raise _busy(node)

    def save(self, node: Node, runs: Sequence[Run]) -> Node:
        """Save a node, with some of its leaves replaced, unless it was saved meanwhile.

        The node is saved even when nothing changes: its new version tells every sync
        that read it earlier to read again.

        Args:
            node: As it was read, as a whole.
            runs: In order, apart from each other.

        Raises:
            ConditionFailedError: It was saved meanwhile; the new leaves are taken back.
        """
        rewrite = Rewrite(node, partial(self._write, node))
        saved = rewrite.carry_out(runs)
        unchanged = Path("v") == node.version if node.version else Path("pk").does_not_exist()
        try:
            self.table.put(node_item(saved), unchanged)
        except ConditionFailedError:
            # A retried request may have lost to its own first attempt, whose answer was
            # lost on the way: only what the node does not name may go.
            now = self.node(*node.key, consistent=True)
            whole = self.whole(now)
            if whole is not None:  # else it is being saved again: left to the audit
                named = named_ids(whole)
                self.delete_leaves(node, [id_ for id_ in rewrite.written if id_ not in named])
            raise
        self.delete_leaves(node, rewrite.replaced)
        return saved

    def delete_leaves(self, node: Node, leaf_ids: Iterable[str]) -> None:
        """Delete leaves and sections that no node names."""
        pk = _leaves_key(node)
        self.table.delete_many([(pk, leaf_id) for leaf_id in leaf_ids])

    def every_key(self) -> Iterator[tuple[BucketKey, str | None, float]]:
        """Every node, with None, and every leaf and section, with its id and its time.

        Times are seconds since 1970; 0 for a leaf of an earlier format.
        """
        start: Item | None = None
        names = ("pk", "sk", "v", "t")
        while True:
            items, start = self.table.scan_page(start=start, attributes=names)
            for item in items:
                gallery, is_list, rest = item["pk"]["S"].partition("#")
                sort_key = item["sk"]["S"]
                if "v" in item:
                    yield (gallery, rest, sort_key), None, 0
                elif is_list:  # else the total of a list
                    view, _, bucket = rest.rpartition("#")
                    yield (gallery, view, bucket), sort_key, float(item.get("t", {}).get("N", 0))
            if start is None:
                return

    def _nodes(self, keys: Sequence[BucketKey], *, consistent: bool = False) -> list[Node]:
        wanted = {key: (f"{key[0]}#{key[1]}", key[2]) for key in keys}
        items = self.table.get_many(list(wanted.values()), consistent)
        found = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
        nodes = {
            key: parse_node(*key, found[at]) if at in found else Node(*key)
            for key, at in wanted.items()
        }
        return [nodes[key] for key in keys]

    def _read(
        self, nodes: Sequence[Node], stretches: Sequence[Stretch | None], consistent: bool
    ) -> list[Sequence[Entry]] | None:
        parts = self._parts(nodes, stretches, consistent)
        if parts is None:
            return None
        windows = [
            _window(directory, stretch, base) if stretch else (0, 0, 0)
            for (directory, base), stretch in zip(parts, stretches, strict=True)
        ]
        wanted = [
            (node, leaf_id)
            for node, (directory, _), (start, stop, _) in zip(nodes, parts, windows, strict=True)
            for leaf_id in directory.ids[start:stop]
        ]
        found = self._leaves(wanted, consistent)
        if found is None:
            return None
        leaves = iter(found)
        return [
            _entries([next(leaves) for _ in range(start, stop)], stretch, base) if stretch else ()
            for stretch, (start, stop, base) in zip(stretches, windows, strict=True)
        ]

    def _rank(
        self, node: Node, position: Position, content_type: FileType | None, consistent: bool
    ) -> int | None:
        directory, base = node.directory, 0
        if not directory:
            return 0
        index = directory.index_of(position)
        if node.is_split:
            sections = self._sections([(node, directory.ids[index])], consistent)
            if sections is None:
                return None
            base = directory.starts(content_type)[index]
            (directory,) = sections
            index = directory.index_of(position)
        leaves = self._leaves([(node, directory.ids[index])], consistent)
        if leaves is None:
            return None
        older = leaves[0].older_than(position)
        inside = sum(i < older for i in leaves[0].of_type(content_type))
        return base + directory.starts(content_type)[index] + inside

    def _parts(
        self, nodes: Sequence[Node], stretches: Sequence[Stretch | None], consistent: bool
    ) -> list[tuple[Directory, int]] | None:
        """The part of each node's leaves that its stretch lies in, and the rank it begins at."""
        parts = [(node.directory, 0) for node in nodes]
        wanted: list[tuple[int, tuple[int, int, int]]] = []
        for index, (node, stretch) in enumerate(zip(nodes, stretches, strict=True)):
            if node.is_split and stretch is not None:
                wanted.append((index, _window(node.directory, stretch, 0)))
        if not wanted:
            return parts
        keys = [
            (nodes[index], section)
            for index, (start, stop, _) in wanted
            for section in nodes[index].directory.ids[start:stop]
        ]
        found = self._sections(keys, consistent)
        if found is None:
            return None
        sections = iter(found)
        for index, (start, stop, base) in wanted:
            known = Directory.joined(next(sections) for _ in range(start, stop))
            parts[index] = (known, base)
        return parts

    def _leaves(self, wanted: Sequence[tuple[Node, str]], consistent: bool) -> list[Leaf] | None:
        found = self._items(wanted, consistent)
        if found is None:
            return None
        by_id = {item["sk"]["S"]: item for item in found}
        leaves = {leaf: decode_leaf(item["b"]["B"]) for leaf, item in by_id.items()}
        return [leaves[item["sk"]["S"]] for item in found]

    def _sections(
        self, wanted: Sequence[tuple[Node, str]], consistent: bool
    ) -> list[Directory] | None:
        found = self._items(wanted, consistent)
        return None if found is None else [parse_directory(item)[0] for item in found]

    def _items(self, wanted: Sequence[tuple[Node, str]], consistent: bool) -> list[Item] | None:
        keys = [(_leaves_key(node), name) for node, name in wanted]
        items = self.table.get_many(list(dict.fromkeys(keys)), consistent) if keys else ()
        found = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
        return [found[key] for key in keys] if all(key in found for key in keys) else None

    def _write(self, node: Node, values: Mapping[str, Value]) -> str:
        fresh = self._new_leaf_id()
        key = {"pk": {"S": _leaves_key(node)}, "sk": {"S": fresh}}
        self.table.put({**key, **values, "t": {"N": str(int(self._now()))}})
        return fresh


def named_ids(node: Node) -> set[str]:
    """Ids of every leaf and section that a node, read as a whole, names."""
    return {*node.leaves.ids, *node.directory.ids}


def fresh_leaf_id() -> str:
    """An id that was never used."""
    return secrets.token_hex(ID_DIGITS // 2)


def _busy(node: Node) -> PagesBusyError:
    return PagesBusyError(f"{node.view} {node.bucket} is being rewritten; try again")


def _leaves_key(node: Node) -> str:
    return f"{node.gallery}#{node.view}#{node.bucket}"


def _window(directory: Directory, stretch: Stretch, base: int) -> tuple[int, int, int]:
    """First and last of what a stretch lies in, and the rank at which the first begins."""
    start, stop = directory.overlap(stretch, base)
    return start, stop, base + directory.starts(stretch.content_type)[start]


def _entries(leaves: Collection[Leaf], stretch: Stretch, base: int) -> Sequence[Entry]:
    """The entries of a stretch out of the leaves it lies in.

    Args:
        leaves: In order.
        stretch: What is wanted.
        base: Rank of the first entry of the type in the first leaf.
    """
    found: list[tuple[Leaf, int]] = []
    for leaf in leaves:
        stop = len(leaf) if stretch.before is None else leaf.older_than(stretch.before)
        found += [(leaf, i) for i in leaf.of_type(stretch.content_type) if i < stop]
    found = found[max(stretch.lowest - base, 0) : max(stretch.highest - base, 0)]
    if stretch.named is not None:
        found = [(leaf, index) for leaf, index in found if stretch.named(leaf.name(index))]
    if stretch.wanted is not None:
        found = found[max(len(found) - stretch.wanted, 0) :]
    return [leaf[index] for leaf, index in found]
