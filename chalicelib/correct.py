"""Correct what a file says of itself: its date, its title, its description.

The file stays as it is. The row remembers what a person said, so that neither the same file
read again, nor another one in its place, nor the library it came from says otherwise later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo

from chalicelib.curate import Decision, decide
from chalicelib.domain.asset import Asset
from chalicelib.domain.wall_clock import moment_of
from chalicelib.errors import InvalidParameterError, UndatedError
from chalicelib.storage.tables import Tables

# What a person may correct, as `Asset.corrected` names it.
Part = Literal["date", "title", "description"]
# So many shifts of a photo's date are told from new ones.
KEPT_SHIFTS = 8


class Said(TypedDict, total=False):
    """What a person says; what is left out stays as it is.

    Attributes:
        taken_local: What a clock on the wall showed, naive; None for undated.
        utc_offset_minutes: By how much it was ahead of UTC; None where nobody knows.
        title: None for none.
        description: None for none.
        uncorrect: What is not a person's word any more: a correction that is taken back.
    """

    taken_local: datetime | None
    utc_offset_minutes: int | None
    title: str | None
    description: str | None
    uncorrect: Sequence[Part]


@dataclass(frozen=True)
class Shift:
    """A clock was wrong by so much.

    Attributes:
        seconds: Added to the date; negative for earlier.
        id: Tells it from every other one: a photo that took it in is not moved by it again.
    """

    seconds: int
    id: str


def correct(id: str, said: Said, time_zone: ZoneInfo, tables: Tables) -> Asset:
    """Correct what is said of an asset.

    Args:
        id: The asset's.
        said: What a person says of it.
        time_zone: Of dates whose offset nobody knows.
        tables: The rows and the lists.

    Raises:
        AssetNotFoundError: There is no such asset.
        UndatedError: It has no date that an offset could be of.
        InvalidParameterError: The moment would lie before the year 1 or after 9999.
        RowTooLargeError: The row has no room for it.
        ConflictError: Others changed it at every attempt.
    """
    return decide(id, corrected(said, time_zone), tables)


def corrected(said: Said, time_zone: ZoneInfo) -> Decision:
    """It is as a person says. The video half of a motion photo takes part in its date alone."""
    is_dated = "taken_local" in said or "utc_offset_minutes" in said
    taken_back = said.get("uncorrect", ())
    texts: dict[str, str | None] = {}
    if "title" in said:
        texts["title"] = said["title"]
    if "description" in said:
        texts["description"] = said["description"]

    def changes(asset: Asset) -> dict[str, Any]:
        found = _dated(asset, said, time_zone) if is_dated else {}
        groups = ["date"] if is_dated else []
        if not asset.is_live_video:
            found["details"] = _with_texts(asset, texts)
            groups += texts
        noted = _noted(asset, groups)
        return found | {"corrected": tuple(part for part in noted if part not in taken_back)}

    return Decision(changes, carries_half=is_dated or "date" in taken_back)


def shifted(shift: Shift, time_zone: ZoneInfo) -> Decision:
    """It was taken later than it said, or earlier; its half, too.

    Whoever takes it in notes so: a request whose answer was lost may be sent again.
    """

    def changes(asset: Asset) -> dict[str, Any]:
        if shift.id in asset.shift_ids:
            return {}
        if asset.taken_local is None:
            raise UndatedError(f"asset {asset.id} has no date to move; set one")
        by = timedelta(seconds=shift.seconds)
        try:
            local = asset.taken_local.replace(tzinfo=None) + by
            moment = _moment_after(asset, local, by, time_zone)
        except OverflowError as error:
            raise InvalidParameterError(
                "seconds", f"asset {asset.id} would be of a year before 1 or after 9999"
            ) from error
        return {
            "taken_local": local,
            "taken_at": moment,
            "shift_ids": (*asset.shift_ids, shift.id)[-KEPT_SHIFTS:],
            "corrected": _noted(asset, ["date"]),
        }

    return Decision(changes)


def _moment_after(
    asset: Asset, local: datetime, by: timedelta, time_zone: ZoneInfo
) -> datetime | None:
    """The moment of a shifted date: of the new wall clock, where the old one told it."""
    if asset.taken_at is None or asset.taken_local is None:
        return None
    if asset.utc_offset_minutes is None:
        former = moment_of(asset.taken_local.replace(tzinfo=None), None, time_zone)
        if former == asset.taken_at:
            return moment_of(local, None, time_zone)
    return asset.taken_at + by


def _dated(asset: Asset, said: Said, time_zone: ZoneInfo) -> dict[str, Any]:
    local = said.get("taken_local", asset.taken_local)
    offset = said.get("utc_offset_minutes", asset.utc_offset_minutes)
    if local is None:
        if said.get("utc_offset_minutes") is not None:
            raise UndatedError(f"asset {asset.id} has no date that an offset could be of; set one")
        return {"taken_local": None, "taken_at": None, "utc_offset_minutes": None}
    local = local.replace(tzinfo=None)
    try:
        moment = moment_of(local, offset, time_zone)
    except OverflowError as error:
        raise InvalidParameterError(
            "media_date", f"{local.isoformat()} is before the year 1 or after 9999 in UTC"
        ) from error
    return {"taken_local": local, "taken_at": moment, "utc_offset_minutes": offset}


def _with_texts(asset: Asset, texts: dict[str, str | None]) -> dict[str, Any]:
    details = {name: value for name, value in asset.details.items() if name not in texts}
    return details | {name: text for name, text in texts.items() if text and not text.isspace()}


def _noted(asset: Asset, groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*asset.corrected, *groups}))
