"""Notice that an object vanished from the bucket: its row goes to the bin."""

from datetime import UTC, datetime
from typing import Any, Literal

from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.errors import ConditionFailedError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media


def vanish(
    key: str, row: Asset | None, assets: Assets, media: Media, sequencer: str | None = None
) -> tuple[Literal["missing", "gone", "unchanged"], Asset | None]:
    """Bring a row up to the absence of its original, in one attempt.

    Args:
        key: Under which nothing was found.
        row: As it was read before that; None where there is none.
        assets: The rows.
        media: The bucket.
        sequencer: Of the event that told it; noted with the row.

    Returns:
        ``missing`` when the row went to the bin, ``unchanged`` when it was there
        or its original never arrived, ``gone``
        when there was none and its pictures are removed; and the row.

    Raises:
        ConditionFailedError: The object is there, or the row changed: begin again.
    """
    if media.head(key) is not None:  # replaced while it was read
        raise ConditionFailedError(f"{key} was replaced")
    if row is not None and (row.deleted_at is not None or row.original_missing):
        return "unchanged", row
    settled: tuple[Literal["missing", "gone"], Asset | None] = "gone", None
    if row is None:
        media.delete_renditions(key)
    else:
        noted = {"sequencer": sequencer} if sequencer else {}
        binned = assets.change(
            row,
            deleted_at=datetime.now(UTC),
            deleted_reason=ORIGINAL_MISSING,
            **_without_lost_pictures(row, media),
            **noted,
        )
        settled = "missing", binned
    if media.head(key) is not None:
        # Its return may have been told while all was as if it had never been away.
        raise ConditionFailedError(f"{key} returned")
    return settled


def _without_lost_pictures(row: Asset, media: Media) -> dict[str, Any]:
    """What the row must no longer say: whoever found no row may have removed its pictures."""
    ours = thumbnail_key(row.key)
    if row.thumbnail_key != ours:
        return {}
    if media.head(ours) and media.head(small_key(row.key)):
        return {}
    return {"thumbnail_key": None, "thumbnail_url": row.url, "source_etag": None}
