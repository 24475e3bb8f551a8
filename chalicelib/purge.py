"""Destroy what is in the bin: every version of the original, its pictures, sidecar and row.

The order is the protocol. Each step may be repeated, and until the last but one the row
stands in the bin, where whoever goes on finds it:

1. mark the row, noting the newest version of its original: from here nobody restores it
2. *then* see whether another row has the same original and is not marked: then it stays
3. delete that version and the older ones, then the pictures and the sidecar
4. put a tombstone in the place of the row
5. see whether something was put under the key meanwhile: it gets a row of its own
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.commit import show
from chalicelib.domain.asset import TRASHED, Asset
from chalicelib.domain.directory import Stretch
from chalicelib.domain.object_key import candidate_ids, split_key
from chalicelib.domain.places import BIN, places
from chalicelib.domain.results import BulkResult
from chalicelib.domain.timeline import Entry
from chalicelib.domain.tombstone import NO_VERSION
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    ConflictError,
    ForeignKeyRefusedError,
    GalleryError,
)
from chalicelib.refresh_pages import RowChange
from chalicelib.scope import require_gallery
from chalicelib.storage.media import Media, filename_of
from chalicelib.storage.pages import Choose
from chalicelib.storage.tables import Tables
from chalicelib.storage.versions import (
    newest_version,
    purge_object,
    purge_renditions,
    purge_sidecar,
)

# At a call: each costs about fifteen requests.
MAX_PURGED = 100
_AT_ONCE = 8
_ATTEMPTS = 10


@dataclass(frozen=True)
class EmptiedBin:
    """What came of emptying a bin.

    Attributes:
        results: One per asset, longest in the bin first.
        remaining: How many are in the bin still: left for another call, or failed.
    """

    results: Sequence[BulkResult]
    remaining: int


def purge(id: str, tables: Tables, media: Media) -> None:
    """Destroy an asset of the bin for good, and the video half of a motion photo with it.

    Raises:
        AssetNotFoundError: There is no such asset.
        ConflictError: It is not in the bin, or was changed by others at every attempt.
    """
    show(_purged(id, tables, media), tables)


def purge_many(ids: Sequence[str], tables: Tables, media: Media) -> list[BulkResult]:
    """Destroy assets of the bin, each by itself; a result for each, in order.

    Args:
        ids: No two alike.
        tables: The rows and the lists.
        media: The originals.
    """

    def attempt(id: str) -> tuple[BulkResult, list[RowChange]]:
        try:
            return BulkResult(id), _purged(id, tables, media)
        except GalleryError as error:
            return BulkResult(id, error=error), []

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(attempt, ids))
    show([row for _, rows in outcomes for row in rows], tables)
    return [result for result, _ in outcomes]


def empty_bin(gallery: str, tables: Tables, media: Media) -> EmptiedBin:
    """Destroy what has been in a gallery's bin for longest, at most `MAX_PURGED` at a call.

    Raises:
        NotFoundError: There is no such gallery.
        PagesBusyError: The bin was rewritten at every attempt to read it.
    """
    held = tables.pages.counts(gallery, BIN, consistent=True)
    if not held:
        require_gallery(tables.pages, gallery)
    buckets = [known.bucket for known in held[:MAX_PURGED]]
    nodes = tables.pages.nodes(gallery, BIN, buckets)
    found = tables.pages.read([(node, longest_but(0)) for node in nodes])
    longest = [entry for _, entries in found for entry in entries][:MAX_PURGED]
    results = purge_many([row.id for row in binned_rows(longest, tables)], tables, media)
    failed = sum(result.error is not None for result in results)
    total = sum(known.counts.total for known in held)
    return EmptiedBin(results, max(0, total - len(longest)) + failed)


def longest_but(skip: int) -> Choose:
    """Of a month of a bin the `MAX_PURGED` that are in it for longest, after `skip` others."""
    stretch = Stretch(None, skip, skip + MAX_PURGED)
    return lambda _: stretch


def binned_rows(entries: Sequence[Entry], tables: Tables) -> list[Asset]:
    """The rows of entries of a bin's list, in order, without those that are in it no more."""
    rows = tables.assets.get_many([entry.tile.id for entry in entries])
    found = (rows.get(entry.tile.id) for entry in entries)
    return [row for row in found if row and any(place.view == BIN for place in places(row))]


def _purged(id: str, tables: Tables, media: Media) -> list[RowChange]:
    """Destroy one asset; returns what is different by now, for the lists."""
    known: Asset | None = None
    for _ in range(_ATTEMPTS):
        try:
            row = tables.assets.get(id)
        except AssetNotFoundError:
            if known is None:
                raise
            return [RowChange(known, None)]  # by others who purge it, or with a lost answer
        if row.deleted_at is None:
            raise ConflictError(f"asset {id} is not in the bin; delete it first")
        known = row
        try:
            marked = _marked(row, tables, media)
            half = _half_of(marked, tables)
            if half is not None:
                _remove(_marked(half, tables, media), tables, media)
            return [RowChange(row, None), *_remove(marked, tables, media)]
        except ConditionFailedError:
            continue
    raise ConflictError(f"asset {id} changed at each of {_ATTEMPTS} attempts; try again")


def _marked(row: Asset, tables: Tables, media: Media) -> Asset:
    if row.purging is not None:
        return row
    stored = media.head(row.key)
    if stored is not None and row.source_etag not in (None, stored.etag):
        raise ConflictError(f"{row.key} was replaced since asset {row.id} was deleted")
    return tables.assets.change(
        row,
        purging=newest_version(media, row.key) or NO_VERSION,
        deleted_at=row.deleted_at or datetime.now(UTC),
        deleted_reason=row.deleted_reason or TRASHED,
    )


def _half_of(row: Asset, tables: Tables) -> Asset | None:
    """The video half of a motion photo, in the bin or not; None where it has none."""
    if row.live_video_id is None:
        return None
    half = tables.assets.get_many([row.live_video_id]).get(row.live_video_id)
    return half if half is not None and half.is_live_video else None


def _remove(row: Asset, tables: Tables, media: Media) -> list[RowChange]:
    """Put a tombstone in the place of a marked row, once its files are gone."""
    newest = row.purging or NO_VERSION
    if _is_shared(row, tables):
        tables.assets.bury(row, kept_object=newest)
        return []
    purge_object(media, row.key, newest)
    purge_renditions(media, row.key)
    purge_sidecar(media, row.key)
    tables.assets.bury(row)
    return _put_meanwhile(row.key, tables, media)


def _is_shared(row: Asset, tables: Tables) -> bool:
    """Whether another row that stays has the same original.

    Raises:
        ConflictError: It can't be told.
    """
    derivable = candidate_ids(row.key)
    if row.id not in derivable and not row.same_object_as:
        raise ConflictError(
            f"asset {row.id} was made by another program: other rows may have the same original, "
            "so it stays in the bin"
        )
    ids = {*derivable, *row.same_object_as} - {row.id}
    others = tables.assets.whole.get_many(ids).values()  # of other galleries, too
    return any(other.key == row.key and other.purging is None for other in others)


def _put_meanwhile(key: str, tables: Tables, media: Media) -> list[RowChange]:
    """Give a row to what was put under a key while it was purged.

    Its event may have found the row that was there until now. It has no picture yet:
    that is drawn when it is first looked at, or by the backfill.
    """
    stored = media.head(key)
    if stored is None:
        return []
    row, ids = tables.assets.whole.find(key)
    if row is not None:
        return []
    try:
        gallery, _ = split_key(key)
        created = tables.assets.create(ids.new_row(key, gallery, filename_of(stored)))
    except (ForeignKeyRefusedError, ConditionFailedError):
        return []  # none that the gallery takes in, or its event was faster
    return [RowChange(None, created)]
