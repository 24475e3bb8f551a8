"""Bring the pages up to the rows: after every change, and by the audit.

`sync` is the only writer of lists. Why each of its steps is where it is stands in
docs/decisions.md, with the test that fails without it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.domain.asset import Asset
from chalicelib.domain.directory import BucketKey
from chalicelib.domain.places import person_of, places
from chalicelib.domain.timeline import Change, Counts, Node, plan_rewrite
from chalicelib.errors import ConditionFailedError, ForeignKeyRefusedError, PagesBusyError
from chalicelib.storage.leaves import Leaf
from chalicelib.storage.pages import Pages
from chalicelib.storage.rows import parse_item
from chalicelib.storage.table import Item
from chalicelib.storage.tables import Tables

# Each lost attempt means that another one was saved, so this many others came first.
_SAVE_ATTEMPTS = 50


@dataclass(frozen=True)
class RowChange:
    """A row before and after a change; None where there was or is none."""

    before: Asset | None
    after: Asset | None


@dataclass(frozen=True)
class Synced:
    """What it took to bring lists up.

    Attributes:
        buckets: How many were saved.
        conflicts: How often one was saved by another first.
    """

    buckets: int
    conflicts: int


def changed_rows(records: Iterable[Mapping[str, Any]], bucket: str) -> Iterator[RowChange]:
    """The rows of a batch of stream records.

    Args:
        records: Of the rows' stream, with old and new images.
        bucket: Whose objects the rows name; rows of other objects are left out.
    """
    for record in records:
        images = (record["dynamodb"].get(name) for name in ("OldImage", "NewImage"))
        before, after = (image and _parsed(image, bucket) for image in images)
        yield RowChange(before or None, after or None)


def _parsed(image: Item, bucket: str) -> Asset | None:
    try:
        return parse_item(image, bucket)
    except ForeignKeyRefusedError:
        return None


def changes_by_bucket(rows: Iterable[RowChange]) -> dict[BucketKey, Change]:
    """Which buckets a batch of changed rows touches, and where in them to look.

    A row whose places are equal before and after, tiles included, is left out.
    """
    found: dict[BucketKey, Change] = defaultdict(Change)
    for row in rows:
        before = places(row.before) if row.before else ()
        after = places(row.after) if row.after else ()
        if before == after:
            continue
        for place in (*before, *after):
            found[place.key].add(place.entry.id, place.entry.position)
    return dict(found)


def sync_all(changes: Mapping[BucketKey, Change], tables: Tables) -> Synced:
    """Sync every bucket, then sum up the lists they belong to."""
    conflicts = 0
    for bucket, change in sorted(changes.items()):
        conflicts += sync(bucket, change, tables)
    for gallery, view in sorted({bucket[:2] for bucket in changes}):
        summarise(gallery, view, tables)
    return Synced(len(changes), conflicts)


def sync(bucket: BucketKey, change: Change, tables: Tables) -> int:
    """Make a bucket agree with the rows of the changed assets.

    Args:
        bucket: Which one.
        change: The assets, each with its positions before and after.
        tables: The rows, which are the truth, and the pages.

    Returns:
        How often it was saved by another first.

    Raises:
        PagesBusyError: Others saved it at every attempt.
    """
    pages = tables.pages
    for conflicts in range(_SAVE_ATTEMPTS):
        # The node first, the rows after it: whoever saves over the version read here
        # has read the rows later than the one whose save this attempt would undo.
        node = pages.whole(pages.node(*bucket, consistent=True))
        if node is None:
            continue
        rows = tables.assets.get_many(list(change.positions))
        truth = [p.entry for row in rows.values() for p in places(row) if p.key == bucket]
        try:
            runs = plan_rewrite(node.leaves, change, truth, partial(_read, pages, node))
            # Saved even when nothing changes: an earlier sync that still holds an older
            # row must not find the version it read.
            pages.save(node, runs)
            return conflicts
        except ConditionFailedError:
            continue
    raise PagesBusyError(f"{'/'.join(bucket)} was saved by others {_SAVE_ATTEMPTS} times")


def summarise(gallery: str, view: str, tables: Tables) -> Counts:
    """Note what a list holds in all: among the gallery's totals, or with its person.

    Nothing is added up over time, so nothing can drift: the sum is taken of the list as it
    is, after it was saved, and kept unless a later one is there. The sum of the revisions
    tells which is later; whoever saves last has seen every other save.
    """
    buckets = tables.pages.counts(gallery, view, consistent=True, with_empty=True)
    total = sum((bucket.counts for bucket in buckets), Counts())
    revision = sum(bucket.revision for bucket in buckets)
    person = person_of(view)
    if person is None:
        tables.pages.set_total(gallery, view, total, revision)
    else:
        tables.people.set_counts(gallery, person, total.faces, total.total, revision)
    return total


def _read(pages: Pages, node: Node, leaf_ids: Sequence[str]) -> list[Leaf]:
    leaves = pages.leaves(node, leaf_ids)
    if leaves is None:
        raise ConditionFailedError("a leaf was replaced: the node was saved by another")
    return leaves
