"""Moments, wall clocks and durations, worked out by hand."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrations.immich.dates import offset_between, offset_of_zone, parse_moment
from migrations.immich.durations import parse_duration

MAY = datetime(2019, 5, 12, 10, 0, tzinfo=UTC)
JANUARY = datetime(2019, 1, 12, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-05-12 10:00:00+00", MAY),
        ("2019-05-12 12:00:00+02", MAY),
        ("2019-05-12 10:00:00.123456+00", MAY.replace(microsecond=123456)),
        ("2019-05-12 10:00:00", MAY),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59+00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01 00:00:00+02", None),
        ("infinity", None),
        ("-infinity", None),
        ("0044-03-15 00:00:00+00 BC", None),
        ("12000-01-01 00:00:00+00", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_are_read_as_postgresql_writes_them(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    ("local", "minutes"),
    [
        ("2019-05-12T12:00:00", 120),
        ("2019-05-12T10:00:00", 0),
        ("2019-05-12T15:45:00", 345),
        ("2019-05-11T22:00:00", -720),
        ("2019-05-13T00:00:00", 840),
        ("2019-05-12T12:00:00.400", 120),
        ("2019-05-12T10:37:00", None),
        ("2019-05-13T10:00:00", None),
    ],
)
def test_a_clock_s_offset_is_that_of_a_zone_or_none(local, minutes):
    assert offset_between(datetime.fromisoformat(local), MAY) == minutes


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("Europe/Berlin", 120),
        ("UTC+2", 120),
        ("UTC-03:30", -210),
        ("+0530", 330),
        ("GMT", 0),
        ("UTC", 0),
        ("UTC+99", None),
        ("(UTC+02:00) Amsterdam", None),
        ("/etc/passwd", None),
        ("", None),
        (None, None),
    ],
)
def test_a_zone_s_offset_is_the_one_at_the_moment(zone, minutes):
    assert offset_of_zone(zone, MAY) == minutes
    if zone == "Europe/Berlin":
        assert offset_of_zone(zone, JANUARY) == 60


@pytest.mark.parametrize(
    ("value", "seconds", "is_sound"),
    [
        ("0:00:14.080000", 14.08, True),
        ("00:00:05.123", 5.123, True),
        ("26:03:04.5", 93_784.5, True),
        ("0:00:00.00000", None, True),
        ("", None, True),
        (None, None, True),
        (14_080, 14.08, True),
        (0, None, True),
        ("-0:00:01", None, False),
        (-1, None, False),
        ("1:99:00", None, False),
        ("nan", None, False),
        ("Undef; 0x7fff", None, False),
    ],
)
def test_durations_of_every_release_are_seconds(value, seconds, is_sound):
    assert parse_duration(value) == (seconds, is_sound)


@given(st.text() | st.integers())
def test_no_duration_is_an_error(value):
    seconds, _ = parse_duration(value)

    assert seconds is None or seconds > 0


@given(st.text(), st.text())
def test_no_date_and_no_zone_is_an_error(text, zone):
    parse_moment(text)
    offset_of_zone(zone, MAY)
