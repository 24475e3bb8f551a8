"""Look at a gallery: a page of its timeline, its months, one asset, its totals."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.asset import Asset, FileType
from chalicelib.domain.object_key import split_key
from chalicelib.domain.places import ALL, BIN
from chalicelib.domain.timeline import (
    BucketCounts,
    Counts,
    DayCounts,
    Entry,
    LeafRef,
    Node,
    Position,
)
from chalicelib.errors import AssetNotFoundError, ForeignKeyRefusedError
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Pages


@dataclass(frozen=True)
class MediaQuery:
    """Which part of which list is asked for.

    Attributes:
        gallery: Whose list.
        view: Which list.
        content_type: Only images or only videos; None for both.
        limit: At most so many entries, >= 1.
        offset: So many newer ones are left out; with `before`, those left out so far.
        before: Only entries older than this position: a cursor.
    """

    gallery: str
    view: str = ALL
    content_type: FileType | None = None
    limit: int = 100
    offset: int = 0
    before: Position | None = None


@dataclass(frozen=True)
class MediaPage:
    """Part of a list, newest first.

    Attributes:
        entries: In order.
        total: How many entries the list holds, of the type asked for.
        has_more: Whether older ones follow.
    """

    entries: tuple[Entry, ...]
    total: int
    has_more: bool


@dataclass(frozen=True)
class GalleryStats:
    """Totals of a gallery: `timeline` of what is shown, `bin` of what is in the bin."""

    timeline: Counts
    bin: Counts


def media_page(pages: Pages, query: MediaQuery) -> MediaPage:
    """The entries of one page: one query for the counts, then only leaves it needs.

    Raises:
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    buckets = pages.counts(query.gallery, query.view)
    total = sum(bucket.counts.of_type(query.content_type) for bucket in buckets)
    before = query.before
    skip = 0 if before else query.offset
    found: list[Entry] = []
    # One more than asked for tells whether more follow.
    wanted = query.limit + 1
    for bucket in reversed(buckets):
        size = bucket.counts.of_type(query.content_type)
        if not size or (before and bucket.bucket > before[0][:7]):
            continue
        if skip >= size:
            skip -= size
            continue
        node = pages.node(query.gallery, query.view, bucket.bucket)
        node, entries = _newest(pages, node, query, skip, wanted - len(found))
        # The node is read later than the counts: the page tells what it saw.
        total += node.counts.of_type(query.content_type) - size
        skip = 0
        found += entries
        if len(found) >= wanted:
            break
    return MediaPage(tuple(found[: query.limit]), total, len(found) > query.limit)


def months(pages: Pages, gallery: str, view: str) -> list[BucketCounts]:
    """The months of a list with their counts, newest first, undated last."""
    return pages.counts(gallery, view)[::-1]


def days(pages: Pages, gallery: str, view: str) -> dict[str, dict[str, DayCounts]]:
    """By month, newest first, what each local day holds, newest first."""
    found = pages.days(gallery, view)
    return {month: dict(sorted(found[month].items())[::-1]) for month in reversed(found)}


def gallery_stats(pages: Pages, gallery: str) -> GalleryStats:
    """What a gallery holds in all."""

    def total(view: str) -> Counts:
        return sum((b.counts for b in pages.counts(gallery, view)), Counts())

    return GalleryStats(total(ALL), total(BIN))


def asset_of_path(assets: Assets, gallery: str, path: str) -> Asset:
    """The asset under a path of a gallery.

    Raises:
        AssetNotFoundError: There is none, or the path is none that could be.
    """
    try:
        split_key(f"{gallery}/{path}")
    except ForeignKeyRefusedError as error:
        raise AssetNotFoundError("no asset has this path") from error
    asset, _ = assets.find(f"{gallery}/{path}")
    if asset is None:
        raise AssetNotFoundError("no asset has this path")
    return asset


def _newest(
    pages: Pages, node: Node, query: MediaQuery, skip: int, wanted: int
) -> tuple[Node, list[Entry]]:
    """Up to `wanted` entries of one bucket, newest first, after leaving out `skip`."""
    node, leaves = pages.read(node, lambda latest: _window(latest, query, skip, wanted)[0])
    left_out = _window(node, query, skip, wanted)[1]
    entries = [
        entry
        for leaf in leaves
        for entry in reversed(leaf)
        if query.content_type in (None, "video" if entry.tile.is_video else "image")
        and (query.before is None or entry.position < query.before)
    ]
    return node, entries[skip - left_out :][:wanted]


def _window(node: Node, query: MediaQuery, skip: int, wanted: int) -> tuple[Sequence[LeafRef], int]:
    """The leaves, newest first, that hold the entries asked for, and how many are passed over.

    Whole leaves are passed over by their counts alone.
    """
    refs: list[LeafRef] = []
    passed = 0
    held = 0
    newest = len(node.leaves) - 1
    if query.before is not None and node.leaves:
        newest = node.leaf_at(query.before)
    for index in range(newest, -1, -1):
        ref = node.leaves[index]
        size = ref.counts.of_type(query.content_type)
        if not refs and passed + size <= skip:
            passed += size
            continue
        if not size:
            continue
        refs.append(ref)
        # Of the leaf that a cursor points into, any number may be too new.
        is_partial = query.before is not None and index == newest
        held += 0 if is_partial else size
        if held >= wanted + skip - passed:
            break
    return refs, passed
