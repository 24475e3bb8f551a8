"""Compare every row with every page, and repair what differs.

One scan of the rows sums up what each bucket should hold; nodes carry the same sums,
so that buckets that agree cost no further reads. Only those that differ are looked at
entry by entry, and only the entries that differ are synced.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chalicelib.domain.places import places
from chalicelib.domain.timeline import BucketKey, Change, Entry, Node, digest
from chalicelib.refresh_pages import sync
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Pages, leaf_time_ms

# A younger leaf that no node names may belong to a sync that is just under way.
STRAY_AFTER_SECONDS = 3600


@dataclass(frozen=True)
class Audit:
    """What comparing every row with every page found; sync and collecting repair it.

    Attributes:
        rows: How many rows were read.
        places: How many places they have.
        buckets: How many buckets hold something by the rows or by the pages.
        missing: Places that a list lacks, as ``view/bucket/id``.
        surplus: Entries that no row has, in the same form.
        differing: Entries whose tile or position differs from their row's.
        changes: What to sync, by bucket.
        stray_leaves: Leaves that crashed writers left, by bucket.
    """

    rows: int
    places: int
    buckets: int
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    changes: dict[BucketKey, Change] = field(default_factory=dict)
    stray_leaves: dict[BucketKey, list[str]] = field(default_factory=dict)

    @property
    def differences(self) -> int:
        """How many entries are wrong."""
        return len(self.missing) + len(self.surplus) + len(self.differing)


@dataclass
class _Sum:
    count: int = 0
    digest: int = 0

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.digest = (self.digest + digest((entry,))) % 2**64


def audit_pages(assets: Assets, pages: Pages, now: float | None = None) -> Audit:
    """Compare; nothing is written.

    Args:
        assets: The rows: the truth.
        pages: What is compared with them.
        now: Seconds since 1970, to tell old leaves from those just being written.
    """
    rows = 0
    sums: dict[BucketKey, _Sum] = defaultdict(_Sum)
    for asset in assets.scan():
        rows += 1
        for place in places(asset):
            sums[place.key].add(place.entry)
    nodes, leaf_ids = _every_page(pages)
    buckets = sums.keys() | {key for key, node in nodes.items() if node.counts.total}
    suspects = {key for key in buckets if not _agrees(nodes.get(key), sums.get(key))}
    audit = Audit(rows, sum(known.count for known in sums.values()), len(buckets))
    if suspects:
        _compare(audit, suspects, nodes, assets, pages)
    before_ms = int(((now or time.time()) - STRAY_AFTER_SECONDS) * 1000)
    for key, found in leaf_ids.items():
        named = {leaf.leaf_id for leaf in nodes[key].leaves} if key in nodes else set()
        strays = [leaf for leaf in found - named if leaf_time_ms(leaf) < before_ms]
        if strays:
            audit.stray_leaves[key] = strays
    return audit


def repair_pages(audit: Audit, assets: Assets, pages: Pages) -> None:
    """Sync what an audit found different and delete the leaves that crashes left."""
    for bucket, change in sorted(audit.changes.items()):
        sync(bucket, change, assets, pages)
    for bucket, leaf_ids in sorted(audit.stray_leaves.items()):
        pages.delete_leaves(Node(*bucket), leaf_ids)


def _every_page(pages: Pages) -> tuple[dict[BucketKey, Node], dict[BucketKey, set[str]]]:
    lists: set[tuple[str, str]] = set()
    leaf_ids: dict[BucketKey, set[str]] = defaultdict(set)
    for key, leaf_id in pages.every_node_and_leaf():
        if leaf_id is None:
            lists.add(key[:2])
        else:
            leaf_ids[key].add(leaf_id)
    nodes = {node.key: node for found in sorted(lists) for node in pages.nodes(*found)}
    return nodes, leaf_ids


def _agrees(node: Node | None, known: _Sum | None) -> bool:
    by_page = (node.counts.total, node.digest) if node else (0, 0)
    by_rows = (known.count, known.digest) if known else (0, 0)
    return by_page == by_rows


def _compare(
    audit: Audit,
    suspects: set[BucketKey],
    nodes: dict[BucketKey, Node],
    assets: Assets,
    pages: Pages,
) -> None:
    by_rows: dict[BucketKey, dict[str, Entry]] = {key: {} for key in suspects}
    for asset in assets.scan():
        for place in places(asset):
            if place.key in suspects:
                by_rows[place.key][place.entry.id] = place.entry
    for key in sorted(suspects):
        _compare_bucket(audit, key, by_rows[key], _entries(nodes.get(key), pages))


def _compare_bucket(
    audit: Audit, key: BucketKey, rows: dict[str, Entry], listed: Iterable[Entry]
) -> None:
    def note(where: list[str], entry: Entry) -> None:
        where.append(f"{key[1]}/{key[2]}/{entry.id}")
        audit.changes.setdefault(key, Change()).add(entry.id, entry.position)

    left = dict(rows)
    for entry in listed:
        expected = left.pop(entry.id, None)
        if expected is None:
            note(audit.surplus, entry)
        elif expected != entry:
            note(audit.differing, entry)
            audit.changes[key].add(entry.id, expected.position)
    for entry in left.values():
        note(audit.missing, entry)


def _entries(node: Node | None, pages: Pages) -> Iterator[Entry]:
    if node is None:
        return
    _, leaves = pages.read(node, lambda latest: latest.leaves)
    for leaf in leaves:
        yield from leaf
