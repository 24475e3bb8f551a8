"""What assets are to be changed to, from the values of a request."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.api.values import NULL
from chalicelib.bulk import BulkAction, BulkChange
from chalicelib.correct import Part, Said, Shift
from chalicelib.domain.asset import Visibility
from chalicelib.share import Said as SaidOfShare


def said_of(
    *,
    media_date: Any = None,
    utc_offset_minutes: Any = None,
    title: Any = None,
    description: Any = None,
    uncorrect: tuple[Part, ...] | None = None,
) -> Said:
    """What a person says of an asset: None where a value was left out, `NULL` for null."""
    said = Said()
    if media_date is not None:
        said["taken_local"] = _local(media_date)
    if utc_offset_minutes is not None:
        said["utc_offset_minutes"] = _or_none(utc_offset_minutes)
    if title is not None:
        said["title"] = _or_none(title)
    if description is not None:
        said["description"] = _or_none(description)
    if uncorrect is not None:
        said["uncorrect"] = uncorrect
    return said


def said_of_share(
    *,
    name: str | None,
    may_download: bool | None,
    days: Any,
    password: Any,
) -> SaidOfShare:
    """What an owner says of a link: None where a value was left out, `NULL` for null."""
    said = SaidOfShare()
    if name is not None:
        said["name"] = name
    if may_download is not None:
        said["may_download"] = may_download
    if days is not None:
        said["days"] = _or_none(days)
    if password is not None:
        said["password"] = _or_none(password)
    return said


def bulk_change(
    new_id: Callable[[], str],
    *,
    action: BulkAction,
    visibility: Visibility | None,
    seconds: int | None,
    shift_id: str | None,
    media_dates: Sequence[Any] | None,
    **said: Any,
) -> BulkChange:
    """What to do with each of many assets.

    Args:
        new_id: Names a shift of dates that its caller gave no name.
        action: As it was asked for.
        visibility: As it was asked for.
        seconds: As it was asked for.
        shift_id: As it was asked for.
        media_dates: One for each asset, `NULL` for null.
        said: Arguments of `said_of`.
    """
    shift = None if seconds is None else Shift(seconds, shift_id or new_id())
    dates = tuple(_local(date) for date in media_dates or ())
    return BulkChange(action, visibility, shift, said_of(**said), dates)


def _local(media_date: Any) -> datetime | None:
    return None if media_date is NULL else datetime.fromisoformat(media_date)


def _or_none(value: Any) -> Any:
    return None if value is NULL else value
