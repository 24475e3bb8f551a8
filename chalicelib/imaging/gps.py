"""Where a picture was taken, and what the satellites' clock said."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.imaging.exif import Directory, Value
from chalicelib.imaging.text import Moment, clean, number, parse_moment
from chalicelib.imaging.xmp import Xmp

_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_ALTITUDE_REF, _ALTITUDE, _TIME, _DATE = 5, 6, 7, 29
_MAX_ALTITUDE = 100_000
_XMP_COORDINATE = re.compile(r"\s*(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?\s*([NSEW])")
_ISO_6709 = re.compile(r"([+-])(\d{2,6})(\.\d+)?([+-])(\d{3,7})(\.\d+)?(?:([+-]\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class Position:
    """A place on Earth.

    Attributes:
        latitude: Degrees, north positive, -90 to 90.
        longitude: Degrees, east positive, -180 to 180.
        altitude: Metres above the sea; None when unknown.
    """

    latitude: float
    longitude: float
    altitude: float | None = None


def position_of_exif(gps: Directory) -> Position | None:
    """The place in EXIF's GPS directory; None when missing, impossible or without a fix."""
    latitude = _degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), b"S")
    longitude = _degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), b"W")
    altitude = number(gps.get(_ALTITUDE))
    if altitude is not None and gps.get(_ALTITUDE_REF) in ((1,), b"\x01"):
        altitude = -altitude  # below the sea
    return _position(latitude, longitude, altitude)


def position_of_xmp(xmp: Xmp) -> Position | None:
    """The place in XMP, such as ``48,8.2N``."""

    def degrees(name: str) -> float | None:
        match = _XMP_COORDINATE.match(next(iter(xmp.get(name, ())), ""))
        if match is None:
            return None
        value = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
        return -value if match[4] in "SW" else value

    altitude = number(next(iter(xmp.get("exif:GPSAltitude", ())), None))
    if altitude is not None and xmp.get("exif:GPSAltitudeRef") == ("1",):
        altitude = -altitude
    return _position(degrees("exif:GPSLatitude"), degrees("exif:GPSLongitude"), altitude)


def position_of_iso_6709(text: str | None) -> Position | None:
    """The place as videos write it: ``+48.1371+011.5754+519/`` (ISO 6709, annex H)."""
    match = _ISO_6709.match(text or "")
    if match is None:
        return None
    latitude = _sexagesimal(match[1], match[2], match[3], 2)
    longitude = _sexagesimal(match[4], match[5], match[6], 3)
    return _position(latitude, longitude, number(match[7]))


def satellite_time(gps: Directory, last_year: int) -> datetime | None:
    """The moment of the fix, UTC, naive; None without its date."""
    moment = parse_moment(gps.get(_DATE), last_year)
    time = gps.get(_TIME)
    if moment is None or not isinstance(time, tuple) or len(time) != 3:
        return None
    if not all(math.isfinite(part) for part in time) or not 0 <= time[0] < 24:
        return None
    day = moment.local.replace(hour=0, minute=0, second=0, microsecond=0)
    hours, minutes, seconds = time
    if not (0 <= minutes < 60 and 0 <= seconds < 62):
        return None
    return day + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))


def offset_by_satellite(moment: Moment, utc: datetime | None) -> int | None:
    """The wall clock's offset from UTC in minutes, to the quarter of an hour.

    A fix may be older than the picture: what is more than five minutes off a
    quarter, or beyond any zone, says nothing.
    """
    if utc is None:
        return None
    minutes = (moment.local - utc).total_seconds() / 60
    offset = round(minutes / 15) * 15
    is_sure = abs(minutes - offset) <= 5 and -12 * 60 <= offset <= 14 * 60
    return offset if is_sure else None


def tagged_position(tags: Mapping[str, str]) -> Position | None:
    """The place among a video's tags."""
    names = ("com.apple.quicktime.location.iso6709", "location", "location-eng")
    return next(filter(None, (position_of_iso_6709(tags.get(name)) for name in names)), None)


def _degrees(value: Value | None, reference: Value | None, negative: bytes) -> float | None:
    if not isinstance(value, tuple) or not value:
        return None
    # A camera may leave minutes or seconds out, or write 0/0 for them.
    parts = [part if math.isfinite(part) else 0.0 for part in (*value, 0.0, 0.0)[:3]]
    if not math.isfinite(value[0]):
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    is_negative = isinstance(reference, bytes) and (clean(reference) or "").upper().startswith(
        negative.decode()
    )
    return -degrees if is_negative else degrees


def _sexagesimal(sign: str, digits: str, fraction: str | None, width: int) -> float:
    """Degrees of DD, DDMM or DDMMSS with a fraction of the last."""
    degrees, rest = digits[:width], digits[width:]
    parts = [degrees, rest[:2], rest[2:4]]
    last = 0 if not rest else 1 if len(rest) <= 2 else 2
    parts[last] += fraction or ""
    value = sum(float(part or 0) / size for part, size in zip(parts, (1, 60, 3600), strict=True))
    return -value if sign == "-" else value


def _position(
    latitude: float | None, longitude: float | None, altitude: float | None
) -> Position | None:
    if latitude is None or longitude is None:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    if latitude == 0 and longitude == 0:  # what a receiver without a fix writes
        return None
    is_sane = altitude is not None and abs(altitude) <= _MAX_ALTITUDE
    return Position(round(latitude, 7), round(longitude, 7), altitude if is_sane else None)
