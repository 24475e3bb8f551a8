"""Moments and wall clocks, as PostgreSQL writes them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Zones are whole quarters of an hour: https://www.iana.org/time-zones
_QUARTER = 15
_MOST_MINUTES = 15 * 60
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?")


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
