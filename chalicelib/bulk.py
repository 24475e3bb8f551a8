"""Do one thing with many assets; each succeeds or fails by itself."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.commit import show
from chalicelib.correct import Said, Shift, corrected, shifted
from chalicelib.curate import Decision, binned, carry_out, liked, restored, shown
from chalicelib.domain.asset import Visibility
from chalicelib.domain.results import BulkResult
from chalicelib.errors import AssetNotFoundError, GalleryError, InvalidParameterError
from chalicelib.purge import MAX_PURGED, purge_many
from chalicelib.refresh_pages import RowChange
from chalicelib.storage.media import Media
from chalicelib.storage.tables import Tables

BulkAction = Literal[
    "favorite",
    "unfavorite",
    "delete",
    "restore",
    "set_visibility",
    "purge",
    "shift_date",
    "set_date",
    "set_dates",
    "set_description",
    "uncorrect",
]
# In a call; `MAX_PURGED` where they are purged.
MAX_IDS = 500
_AT_ONCE = 8


@dataclass(frozen=True)
class BulkChange:
    """What to do with each of many assets.

    Attributes:
        action: In one word.
        visibility: Of ``set_visibility``.
        shift: Of ``shift_date``.
        said: Of ``set_date``, ``set_description`` and ``uncorrect``.
        dates: Of ``set_dates``: what a clock on the wall showed, for each id in order.
    """

    action: BulkAction
    visibility: Visibility | None = None
    shift: Shift | None = None
    said: Said = field(default_factory=Said)
    dates: Sequence[datetime | None] = ()


def change_many(
    change: BulkChange, ids: Sequence[str], tables: Tables, media: Media, time_zone: ZoneInfo
) -> list[BulkResult]:
    """Change assets, each by its own conditional update, and show all of it at once.

    What a crash leaves undone is done by the same call again.

    Args:
        change: What to do with them.
        ids: No two alike.
        tables: The rows and the lists.
        media: The originals.
        time_zone: Of dates whose offset nobody knows.

    Returns:
        A result for each id, in order.

    Raises:
        InvalidParameterError: There are too many ids, or it is not said to what they are changed.
    """
    limit = MAX_PURGED if change.action == "purge" else MAX_IDS
    if len(ids) > limit:
        raise InvalidParameterError("ids", f"must be at most {limit} for {change.action}")
    if change.action == "purge":
        return purge_many(ids, tables, media)
    decisions = _decisions(change, ids, media, time_zone)
    rows = tables.assets.get_many(ids)
    halves = tables.assets.get_many(
        {row.live_video_id for row in rows.values() if row.live_video_id is not None}
    )

    def attempt(id: str) -> tuple[BulkResult, list[RowChange]]:
        try:
            if id not in rows:
                raise AssetNotFoundError(f"no asset has the id {id!r}")
            before, after = carry_out(decisions[id], rows[id], halves, tables)
        except GalleryError as error:
            return BulkResult(id, error=error), []
        newly = tuple(part for part in after.corrected if part not in before.corrected)
        return BulkResult(id, after, newly_corrected=newly), [RowChange(before, after)]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(attempt, ids))
    show([row for _, changed in outcomes for row in changed], tables)
    return [result for result, _ in outcomes]


def _decisions(
    change: BulkChange, ids: Sequence[str], media: Media, time_zone: ZoneInfo
) -> Mapping[str, Decision]:
    """By id; one for all of them where the action has no value for each."""
    if change.action != "set_dates":
        return dict.fromkeys(ids, _decision(change, media, time_zone))
    if len(change.dates) != len(ids):
        raise InvalidParameterError("media_dates", "must be as many as ids")
    said = (Said(taken_local=date) for date in change.dates)
    return dict(zip(ids, (corrected(each, time_zone) for each in said), strict=True))


def _decision(change: BulkChange, media: Media, time_zone: ZoneInfo) -> Decision:
    match change.action:
        case "favorite" | "unfavorite":
            return liked(change.action == "favorite")
        case "delete":
            return binned()
        case "restore":
            return restored(media)
        case "set_visibility" if change.visibility is not None:
            return shown(change.visibility)
        case "shift_date" if change.shift is not None:
            return shifted(change.shift, time_zone)
        case "set_date" | "set_description" | "uncorrect":
            return corrected(change.said, time_zone)
    parameter = "visibility" if change.action == "set_visibility" else "seconds"
    raise InvalidParameterError(parameter, f"is missing for {change.action}")
