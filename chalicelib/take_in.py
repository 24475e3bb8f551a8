"""Take in what appeared in the bucket, and notice what vanished from it.

An event is only a hint that a key changed: what is there now is asked of the bucket,
so that duplicates, any order and long delays all end in the same state.
"""

from datetime import UTC, datetime
from typing import Any, Literal

from chalicelib.create_thumbnail import Studio, repeated
from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import split_key
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.errors import ConditionFailedError, ObjectNotFoundError
from chalicelib.storage.media import filename_of

Outcome = Literal["drawn", "unchanged", "undrawable", "missing", "gone", "purged"]


def take_in(key: str, studio: Studio) -> tuple[Outcome, Asset | None]:
    """Make the row of a key agree with what lies under it.

    Args:
        key: As S3 knows it: decoded, never normalised.
        studio: What drawing needs.

    Returns:
        What happened, and the row: ``missing`` when its original is gone and it went
        to the bin, ``gone`` when there is neither object nor row, ``purged`` when there is
        only an object, which stayed for another row that has it, too.

    Raises:
        ForeignKeyRefusedError: The key is none that the gallery takes in; nothing was read.
        ConflictError: It changed at every attempt.
    """
    gallery, _ = split_key(key)
    return repeated(lambda: _attempt(key, gallery, studio), key)


def _attempt(key: str, gallery: str, studio: Studio) -> tuple[Outcome, Asset | None]:
    row, ids = studio.assets.find(key)
    try:
        if row is not None:
            made = studio.create_thumbnail(row)
        else:
            stored = studio.media.head(key)
            if stored is None:
                raise ObjectNotFoundError(f"{key} is not in bucket {studio.media.bucket}")
            if ids.is_purged(key, stored.version):
                return "purged", None
            new = ids.new_row(key, gallery, filename_of(stored))
            made = studio.create_thumbnail(new, is_new=True)
    except ObjectNotFoundError:
        return _vanished(key, row, studio)
    return made.outcome, made.asset


def _vanished(key: str, row: Asset | None, studio: Studio) -> tuple[Outcome, Asset | None]:
    if studio.media.head(key) is not None:  # replaced while it was read
        raise ConditionFailedError(f"{key} was replaced")
    if row is not None and row.deleted_at is not None:
        return "unchanged", row
    settled: tuple[Outcome, Asset | None] = "gone", None
    if row is None:
        studio.media.delete_renditions(key)
    else:
        binned = studio.assets.change(
            row,
            deleted_at=datetime.now(UTC),
            deleted_reason=ORIGINAL_MISSING,
            **_without_lost_pictures(row, studio),
        )
        settled = "missing", binned
    if studio.media.head(key) is not None:
        # Its return may have been told while all was as if it had never been away.
        raise ConditionFailedError(f"{key} returned")
    return settled


def _without_lost_pictures(row: Asset, studio: Studio) -> dict[str, Any]:
    """What the row must no longer say: whoever found no row may have removed its pictures."""
    ours = thumbnail_key(row.key)
    if row.thumbnail_key != ours:
        return {}
    if studio.media.head(ours) and studio.media.head(small_key(row.key)):
        return {}
    return {"thumbnail_key": None, "thumbnail_url": row.url, "source_etag": None}
