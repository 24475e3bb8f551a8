"""Moments and wall clocks, as PostgreSQL writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from migrations.immich.oddities import Odd
from migrations.immich.source import SourceAsset

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_PHOTO = datetime(1826, 1, 1, tzinfo=UTC)
# Zones are whole quarters of an hour: https://www.iana.org/time-zones
_QUARTER = 15
_MOST_MINUTES = 15 * 60
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?")


def taken(source: SourceAsset, now: datetime, odd: Odd) -> dict[str, Any]:
    """When an asset was taken: ``taken_at``, ``taken_local`` and ``utc_offset_minutes``.

    Args:
        source: As Immich's database has it.
        now: UTC; tells what lies in the future.
        odd: Told what is odd.
    """
    moment, clock = parse_moment(source.file_created_at), parse_moment(source.local_date_time)
    if (moment is None and source.file_created_at) or (clock is None and source.local_date_time):
        odd("unreadable-date")
    moment = moment or parse_moment(source.exif.date_time_original)
    if any(_is_odd(known, now) for known in (moment, clock) if known):
        odd("odd-date")
    local = clock.replace(tzinfo=None) if clock else None
    if moment is None:
        odd("no-date" if local is None else "no-offset")
        return {"taken_at": None, "taken_local": local, "utc_offset_minutes": None}
    offset = offset_between(local, moment) if local else None
    if local is not None and offset is None:
        odd("no-offset")
    if offset is None:
        offset = offset_of_zone(source.exif.time_zone, moment)
    if local is None:
        odd("no-local-date")
        local = _shifted(moment, offset or 0)
    return {"taken_at": moment, "taken_local": local, "utc_offset_minutes": offset}


def _is_odd(moment: datetime, now: datetime) -> bool:
    return moment < _FIRST_PHOTO or moment == EPOCH or moment > now + timedelta(days=1)


def _shifted(moment: datetime, minutes: int) -> datetime | None:
    try:
        return (moment + timedelta(minutes=minutes)).replace(tzinfo=None)
    except OverflowError:
        return None


def parse_moment(text: str | None) -> datetime | None:
    """A moment of PostgreSQL's in UTC; None for one that no calendar of ours holds.

    Args:
        text: ``2019-05-12 10:11:12.123+00``, ``infinity``, ``0044-03-15 00:00:00 BC`` and so on.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def offset_between(local: datetime, moment: datetime) -> int | None:
    """Minutes by which a wall clock is ahead of UTC; None where no zone is so far off.

    Args:
        local: The wall clock, naive.
        moment: The same moment, UTC.
    """
    ahead = local.replace(tzinfo=UTC) - moment
    minutes = round(ahead / timedelta(minutes=1))
    is_exact = abs(ahead - timedelta(minutes=minutes)) < timedelta(seconds=1)
    is_zone = minutes % _QUARTER == 0 and abs(minutes) <= _MOST_MINUTES
    return minutes if is_exact and is_zone else None


def offset_of_zone(zone: str | None, moment: datetime) -> int | None:
    """Minutes of a zone ahead of UTC at a moment; None for text that names none.

    Args:
        zone: ``Europe/Berlin``, ``UTC+2``, ``+02:00``; any text.
        moment: UTC.
    """
    if not zone:
        return None
    text = zone.strip()
    if text in ("UTC", "GMT", "Z"):
        return 0
    found = _OFFSET.fullmatch(text)
    if found is not None:
        sign, hours, minutes = found.groups()
        offset = (60 * int(hours) + int(minutes or 0)) * (-1 if sign == "-" else 1)
        return offset if abs(offset) <= _MOST_MINUTES else None
    try:
        ahead = moment.astimezone(ZoneInfo(text)).utcoffset()
    except (ValueError, OSError, OverflowError, KeyError):  # no name of a zone
        return None
    return None if ahead is None else round(ahead / timedelta(minutes=1))
