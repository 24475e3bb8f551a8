"""How long a video is, as releases of Immich wrote it."""

import math
import re

_CLOCK = re.compile(r"(\d{1,4}):([0-5]?\d):([0-5]?\d(?:\.\d+)?)")
_MILLISECONDS = 1000


def parse_duration(value: str | int | None) -> tuple[float | None, bool]:
    """Seconds of a duration, and whether what was there could be read.

    Args:
        value: Text up to v2 (``0:00:14.080000``, hours without a limit), milliseconds from v3.

    Returns:
        Seconds, > 0, or None where there is none or it can't be read; and whether it was sound.
    """
    if value is None or value == "":
        return None, True
    seconds = value / _MILLISECONDS if isinstance(value, int) else _seconds(value)
    if seconds is None or seconds < 0 or not math.isfinite(seconds):
        return None, False
    return (round(seconds, 3) or None), True


def _seconds(text: str) -> float | None:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
