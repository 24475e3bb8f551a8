"""Destroy what has been in the bin for long enough."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.asset import KEPT_IN_BIN, Asset
from chalicelib.domain.directory import BucketKey
from chalicelib.domain.places import BIN
from chalicelib.domain.results import BulkResult
from chalicelib.purge import MAX_PURGED, binned_rows, longest_but, purge_many
from chalicelib.storage.media import Media
from chalicelib.storage.tables import Tables


@dataclass
class Expiry:
    """What came of it.

    Attributes:
        purged: How many are gone.
        failed: Those that could not be purged.
        is_done: Whether all that was due was looked at; the next run goes on.
    """

    purged: int = 0
    failed: list[BulkResult] = field(default_factory=list)
    is_done: bool = True


def expire_bin(tables: Tables, media: Media, now: datetime, has_time: Callable[[], bool]) -> Expiry:
    """Purge what was deleted more than 30 days ago, in every gallery, oldest first.

    What came here in another library's bin stays for 30 days, too, whenever it was deleted.

    What is in the bin because its original is missing stays: it may return, and what is
    known of the photo could not be found again.

    Args:
        tables: The rows and the lists.
        media: The originals.
        now: UTC.
        has_time: Asked before every `MAX_PURGED` of them.

    Raises:
        PagesBusyError: A bin was rewritten at every attempt to read it.
    """
    expiry = Expiry()
    before = now - KEPT_IN_BIN
    for gallery in tables.pages.galleries():
        for known in tables.pages.counts(gallery, BIN):
            if known.bucket > f"{before:%Y-%m}":
                break
            bucket = (gallery, BIN, known.bucket)
            if not _expire_bucket(bucket, now, tables, media, has_time, expiry):
                expiry.is_done = False
                return expiry
    return expiry


def _expire_bucket(
    bucket: BucketKey,
    now: datetime,
    tables: Tables,
    media: Media,
    has_time: Callable[[], bool],
    expiry: Expiry,
) -> bool:
    """Go through a month of the bin from its oldest; says whether it came to the end."""
    before = now - KEPT_IN_BIN
    staying = 0
    while has_time():
        node = tables.pages.node(*bucket, consistent=True)
        ((_, entries),) = tables.pages.read([(node, longest_but(staying))])
        rows = binned_rows(entries, tables)
        old = [row for row in rows if row.deleted_at is not None and row.deleted_at <= before]
        due = [row.id for row in old if _is_due(row, now)]
        results = purge_many(due, tables, media)
        failed = [result for result in results if result.error is not None]
        expiry.purged += len(due) - len(failed)
        expiry.failed += failed
        staying += len(entries) - len(due) + len(failed)
        if len(entries) < MAX_PURGED or len(old) < len(rows):
            return True
    return False


def _is_due(row: Asset, now: datetime) -> bool:
    """Whether nothing keeps a row of the bin beyond its time."""
    return row.expires_at is not None and row.expires_at <= now
