from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.wall_clock import moment_of
from tests.builders import wall_clock

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "offset", "hour"),
    [
        ("2024-07-01T12:00", 120, 10),
        ("2024-07-01T12:00", -210, 15),
        ("2024-07-01T12:00", 0, 12),
        ("2024-07-01T12:00", None, 10),  # summer time
        ("2024-01-01T12:00", None, 11),
    ],
)
def test_a_wall_clock_tells_the_moment_by_its_offset_or_else_by_its_zone(local, offset, hour):
    moment = moment_of(wall_clock(local), offset, BERLIN)

    assert (moment.tzinfo, moment.hour) == (UTC, hour)


@pytest.mark.parametrize(
    ("local", "offset"),
    [("0001-01-01", 1), ("9999-12-31T23:59", -1), ("0001-01-01", None)],
)
def test_a_moment_outside_of_the_calendar_is_said_to_be_one(local, offset):
    with pytest.raises(OverflowError):
        moment_of(wall_clock(local), offset, BERLIN)
