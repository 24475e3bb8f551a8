"""Do one thing with many assets; each succeeds or fails by itself."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from chalicelib.commit import show
from chalicelib.curate import Decision, binned, carry_out, liked, restored, shown
from chalicelib.domain.asset import Visibility
from chalicelib.domain.results import BulkResult
from chalicelib.errors import AssetNotFoundError, GalleryError, InvalidParameterError
from chalicelib.purge import MAX_PURGED, purge_many
from chalicelib.refresh_pages import RowChange
from chalicelib.storage.media import Media
from chalicelib.storage.tables import Tables

BulkAction = Literal["favorite", "unfavorite", "delete", "restore", "set_visibility", "purge"]
# In a call; `MAX_PURGED` where they are purged.
MAX_IDS = 500
_AT_ONCE = 8


def change_many(
    action: BulkAction,
    ids: Sequence[str],
    visibility: Visibility | None,
    tables: Tables,
    media: Media,
) -> list[BulkResult]:
    """Change assets, each by its own conditional update, and show all of it at once.

    What a crash leaves undone is done by the same call again.

    Args:
        action: What to do with them.
        ids: No two alike.
        visibility: Of ``set_visibility``.
        tables: The rows and the lists.
        media: The originals.

    Returns:
        A result for each id, in order.

    Raises:
        InvalidParameterError: There are too many ids, or the visibility is missing.
    """
    limit = MAX_PURGED if action == "purge" else MAX_IDS
    if len(ids) > limit:
        raise InvalidParameterError("ids", f"must be at most {limit} for {action}")
    if action == "purge":
        return purge_many(ids, tables, media)
    decision = _decision(action, visibility, media)
    rows = tables.assets.get_many(ids)
    halves = tables.assets.get_many(
        {row.live_video_id for row in rows.values() if row.live_video_id is not None}
    )

    def attempt(id: str) -> tuple[BulkResult, list[RowChange]]:
        try:
            if id not in rows:
                raise AssetNotFoundError(f"no asset has the id {id!r}")
            before, after = carry_out(decision, rows[id], halves, tables)
        except GalleryError as error:
            return BulkResult(id, error=error), []
        return BulkResult(id, after), [RowChange(before, after)]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(attempt, ids))
    show([row for _, changed in outcomes for row in changed], tables)
    return [result for result, _ in outcomes]


def _decision(action: BulkAction, visibility: Visibility | None, media: Media) -> Decision:
    match action:
        case "favorite" | "unfavorite":
            return liked(action == "favorite")
        case "delete":
            return binned()
        case "restore":
            return restored(media)
        case "set_visibility" if visibility is not None:
            return shown(visibility)
    raise InvalidParameterError("visibility", f"is missing for {action}")
