"""Texts, numbers and moments as cameras and programs write them into files."""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_CHARACTERS = 4000
FIRST_YEAR = 1826  # the oldest photograph there is
_MOMENT = re.compile(
    r"\s*(\d{4})[-:/. ](\d{1,2})[-:/. ](\d{1,2})"
    r"(?:[T\s]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d{1,2}:?\d{2})?"
)
_OFFSET = re.compile(r"\s*(?:(Z|UTC)|([+-])(\d{1,2}):?(\d{2}))")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Moment:
    """A date as it was written.

    Attributes:
        local: The wall clock, naive.
        utc_offset_minutes: Its offset, when it was written beside it.
    """

    local: datetime
    utc_offset_minutes: int | None = None

    @property
    def utc(self) -> datetime | None:
        """The same in UTC, naive; None without an offset."""
        if self.utc_offset_minutes is None:
            return None
        return self.local - timedelta(minutes=self.utc_offset_minutes)


def clean(value: object) -> str | None:
    """A text without NULs, control characters and outer blanks; None if nothing is left.

    Bytes are UTF-8, else Latin-1; they end at their first NUL.
    """
    if isinstance(value, bytes):
        value = _decode(value.split(b"\0")[0])
    if not isinstance(value, str):
        return None
    text = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()[:MAX_CHARACTERS].strip() or None


def clean_utf16(value: object) -> str | None:
    """The text of Windows' own tags: a list of bytes in UTF-16, little endian."""
    if isinstance(value, tuple):
        value = bytes(int(number) & 0xFF for number in value)
    if not isinstance(value, bytes):
        return None
    return clean(value.decode("utf-16-le", "ignore").split("\0")[0])


def number(value: object) -> float | None:
    """The first of some numbers, or a text such as ``28/10``; None unless it is finite."""
    if isinstance(value, tuple):
        value = value[0] if value else None
    if isinstance(value, bytes | str):
        value = _parse_number(clean(value) or "")
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    return None


def parse_moment(value: object, last_year: int) -> Moment | None:
    """A date and time as EXIF, XMP or a video's tag writes it; a date alone is midnight.

    Args:
        value: Text or bytes, such as ``2024:05:03 14:02:11`` or ``2024-05-03T14:02:11.5+02:00``.
        last_year: Later years are nonsense, like those before photography.
    """
    match = _MOMENT.match(clean(value) or "")
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if not FIRST_YEAR <= year <= last_year:
        return None
    microsecond = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59), microsecond)  # noqa: DTZ001 a wall clock
    except ValueError:
        return None
    return Moment(local, parse_offset(match[8]))


def parse_offset(value: object) -> int | None:
    """Minutes east of UTC of ``+05:30``, ``-0700`` or ``Z``; None for anything else."""
    match = _OFFSET.match(clean(value) or "")
    if match is None:
        return None
    if match[1]:
        return 0
    minutes = int(match[3]) * 60 + int(match[4])
    offset = -minutes if match[2] == "-" else minutes
    return offset if -12 * 60 <= offset <= 14 * 60 and int(match[4]) < 60 else None


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _parse_number(text: str) -> float | None:
    top, _, bottom = text.partition("/")
    try:
        return float(top) / float(bottom or 1)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
