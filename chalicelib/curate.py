"""Change what a person decides about an asset: favourite, bin, restore, visibility.

The row's one conditional update is the commit. A motion photo takes its video half along,
which is a row of its own that no list shows: a crash between the two leaves a half that
the same change, made again, carries along.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.commit import commit, show
from chalicelib.domain.asset import RETURNED, TRASHED, Asset, Visibility
from chalicelib.domain.person import Person
from chalicelib.domain.places import person_view
from chalicelib.errors import AssetNotFoundError, ConflictError, InvalidParameterError
from chalicelib.refresh_pages import RowChange, summarise
from chalicelib.storage.media import Media
from chalicelib.storage.tables import Tables


@dataclass(frozen=True)
class Decision:
    """What a person decided about an asset.

    Attributes:
        changes: Attributes of the row and what they are to be.
        carries_half: Whether it is meant for the video half of a motion photo as well.
    """

    changes: Callable[[Asset], dict[str, Any]]
    carries_half: bool = True


def liked(is_favorite: bool) -> Decision:
    """It is a favourite, or not any more."""
    return Decision(lambda _: {"is_favorite": is_favorite}, carries_half=False)


def shown(visibility: Visibility) -> Decision:
    """It is shown in the timeline or put aside."""
    return Decision(lambda _: {"visibility": visibility})


def binned() -> Decision:
    """It is in the bin; one that is there already stays as it is."""

    def changes(asset: Asset) -> dict[str, Any]:
        if asset.deleted_at is not None:
            return {}
        return {"deleted_at": datetime.now(UTC), "deleted_reason": TRASHED}

    return Decision(changes)


def restored(media: Media) -> Decision:
    """It is back from the bin, unless its original is gone or going: a `ConflictError`."""

    def changes(asset: Asset) -> dict[str, Any]:
        if asset.deleted_at is None:
            return {}
        if asset.purging is not None:
            raise ConflictError(f"asset {asset.id} is being purged, and can't come back any more")
        if not asset.original_missing and media.head(asset.key) is None:
            raise ConflictError(
                f"the original of asset {asset.id} is missing; it returns by itself once "
                f"{asset.key} is in the bucket again"
            )
        return dict(RETURNED)

    return Decision(changes)


def set_favorite(id: str, is_favorite: bool, tables: Tables) -> Asset:
    """Mark an asset as a favourite, or not any more.

    Raises:
        AssetNotFoundError: There is no such asset.
        ConflictError: Others changed it at every attempt.
    """
    return decide(id, liked(is_favorite), tables)


def set_visibility(id: str, visibility: Visibility, tables: Tables) -> Asset:
    """Show an asset in the timeline, or put it aside.

    Raises:
        AssetNotFoundError, ConflictError: As above.
    """
    return decide(id, shown(visibility), tables)


def delete(id: str, tables: Tables) -> Asset:
    """Move an asset to the bin; one that is there already stays as it is.

    Raises:
        AssetNotFoundError, ConflictError: As above.
    """
    return decide(id, binned(), tables)


def restore(id: str, tables: Tables, media: Media) -> Asset:
    """Bring an asset back from the bin to its day.

    Raises:
        ConflictError: Its original is missing or being purged, so there is nothing to bring
            back; or others changed it at every attempt.
        AssetNotFoundError: There is no such asset.
    """
    return decide(id, restored(media), tables)


def carry_out(
    decision: Decision, asset: Asset, halves: Mapping[str, Asset], tables: Tables
) -> tuple[Asset, Asset]:
    """Change an asset's row, and that of its video half; lists are left to the caller.

    Args:
        decision: What to change.
        asset: As it was read.
        halves: By id, as they were read; one that is missing is no error.
        tables: Where the rows are.

    Returns:
        The asset as it was when it was changed, and as it is now.

    Raises:
        AssetNotFoundError: It is gone.
        ConflictError: Others changed it at every attempt, or the decision can't be.
    """
    before, after = commit(asset, decision.changes, tables.assets)
    half = halves.get(after.live_video_id or "")
    # Whatever else it names is a video of its own.
    if decision.carries_half and half is not None and half.is_live_video:
        # Nobody sees it by itself.
        with suppress(AssetNotFoundError, ConflictError, InvalidParameterError):
            commit(half, decision.changes, tables.assets)
    return before, after


def decide(id: str, decision: Decision, tables: Tables) -> Asset:
    """Carry a decision out, and show it at once.

    Raises:
        AssetNotFoundError: There is no such asset.
        ConflictError: Others changed it at every attempt, or the decision can't be.
    """
    asset = tables.assets.get(id)
    halves = tables.assets.get_many([asset.live_video_id]) if asset.live_video_id else {}
    before, after = carry_out(decision, asset, halves, tables)
    show([RowChange(before, after)], tables)
    return after


def create_person(person: Person, tables: Tables) -> None:
    """Make a person, whose faces may be named in rows already.

    Raises:
        ConditionFailedError: The id is taken.
    """
    tables.people.create(person)
    # The row first: from here on every sync of the list tells it its sum.
    summarise(person.gallery, person_view(person.id), tables)
