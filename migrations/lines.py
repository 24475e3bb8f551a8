"""How results are written: sizes for people, and strangers' names that can do no harm."""

import re

_UNITS = ("kB", "MB", "GB", "TB", "PB")
_USER_OF_URL = re.compile(r"(?<=://)[^/\s@]+@")
_QUERY_OF_URL = re.compile(r"(://[^\s?#]*)[?#]\S*")


def size(size_bytes: int) -> str:
    """``999 B``, ``4.1 MB``: three digits at most, by thousands.

    Args:
        size_bytes: 0 or more.
    """
    if size_bytes < 1000:
        return f"{size_bytes} B"
    amount = float(size_bytes)
    for unit in _UNITS:
        amount /= 1000
        if amount < 999.5 or unit == _UNITS[-1]:
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"


def saving(before_bytes: int, after_bytes: int) -> str:
    """How much less it is than before: ``97.6 %``; below zero where it is more."""
    if before_bytes == 0:
        return "0.0 %"
    return f"{100 * (before_bytes - after_bytes) / before_bytes:.1f} %"


def shown(text: str) -> str:
    """A name from outside on one line: control characters escaped, tokens of URLs left out."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
        for c in redacted(text)
    )


def redacted(text: str) -> str:
    """A text without what URLs in it carry of passwords, signatures and tokens."""
    if "://" not in text:
        return text
    return _QUERY_OF_URL.sub(r"\1", _USER_OF_URL.sub("", text))


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 photo``, ``1,234 photos``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
