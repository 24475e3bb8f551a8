"""The moment at which a clock on the wall showed what it showed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def moment_of(local: datetime, utc_offset_minutes: int | None, time_zone: ZoneInfo) -> datetime:
    """When a clock on the wall showed this, UTC.

    Args:
        local: What it showed, naive.
        utc_offset_minutes: By how much it was ahead of UTC; None where nobody knows.
        time_zone: Where it hung then.

    Raises:
        OverflowError: Before the year 1 or after 9999.
    """
    if utc_offset_minutes is None:
        return local.replace(tzinfo=time_zone).astimezone(UTC)
    return local.replace(tzinfo=UTC) - timedelta(minutes=utc_offset_minutes)
