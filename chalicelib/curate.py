"""Change what a person decides about an asset: favourite, bin, restore.

The row's one conditional update is the commit. The lists are synced after it, so that
whoever made the change reads what they wrote; the stream would do the same.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.asset import TRASHED, Asset
from chalicelib.errors import ConditionFailedError, ConflictError, PagesBusyError
from chalicelib.refresh_pages import RowChange, changes_by_bucket, sync_all
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media
from chalicelib.storage.pages import Pages

_ATTEMPTS = 10


def set_favorite(id: str, is_favorite: bool, assets: Assets, pages: Pages) -> Asset:
    """Mark an asset as a favourite, or not any more.

    Raises:
        AssetNotFoundError: There is no such asset.
        ConflictError: Others changed it at every attempt.
    """
    return _change(id, lambda _: {"is_favorite": is_favorite}, assets, pages)


def delete(id: str, assets: Assets, pages: Pages) -> Asset:
    """Move an asset to the bin; one that is there already stays as it is.

    Raises:
        AssetNotFoundError, ConflictError: As above.
    """

    def changes(asset: Asset) -> dict[str, Any]:
        if asset.deleted_at is not None:
            return {}
        return {"deleted_at": datetime.now(UTC), "deleted_reason": TRASHED}

    return _change(id, changes, assets, pages)


def restore(id: str, assets: Assets, pages: Pages, media: Media) -> Asset:
    """Bring an asset back from the bin to its day.

    Raises:
        ConflictError: Its original is missing, so there is nothing to bring back yet.
        AssetNotFoundError: There is no such asset.
    """

    def changes(asset: Asset) -> dict[str, Any]:
        if asset.deleted_at is None:
            return {}
        if media.head(asset.key) is None:
            raise ConflictError(
                f"the original of asset {id} is missing; it returns by itself once "
                f"{asset.key} is in the bucket again"
            )
        return {"deleted_at": None, "deleted_reason": None}

    return _change(id, changes, assets, pages)


def _change(
    id: str, changes: Callable[[Asset], dict[str, Any]], assets: Assets, pages: Pages
) -> Asset:
    for _ in range(_ATTEMPTS):
        before = assets.get(id)
        wanted = {
            name: value for name, value in changes(before).items() if getattr(before, name) != value
        }
        if not wanted:
            return before
        try:
            after = assets.change(before, **wanted)
        except ConditionFailedError:
            continue
        with suppress(PagesBusyError):  # committed all the same: the stream syncs the lists
            sync_all(changes_by_bucket([RowChange(before, after)]), assets, pages)
        return after
    raise ConflictError(f"asset {id} changed at each of {_ATTEMPTS} attempts; try again")
