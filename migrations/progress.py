"""Progress on stderr: one line that rewrites itself on a terminal, now and then one elsewhere."""

import sys
import time

_TERMINAL_SECONDS = 0.1
_LOG_SECONDS = 5.0


class Progress:
    """Shows a count as it grows.

    Args:
        what: What is counted, such as ``rows read``.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._is_terminal = sys.stderr.isatty()
        self._interval = _TERMINAL_SECONDS if self._is_terminal else _LOG_SECONDS
        self._shown = time.monotonic()

    def __call__(self, count: int) -> None:
        """Show the count, if it is time to."""
        now = time.monotonic()
        if now - self._shown < self._interval:
            return
        self._shown = now
        line = f"{count:,} {self._what}"
        end = "" if self._is_terminal else "\n"
        print(
            f"\r\x1b[K{line}" if self._is_terminal else line, end=end, file=sys.stderr, flush=True
        )

    def clear(self) -> None:
        """Take the line away."""
        if self._is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def size_text(size_bytes: int) -> str:
    """Bytes for a person: ``3.4 MB``, by powers of 1000."""
    amount = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def saving_percent(before: int, after: int) -> float:
    """How much smaller something became, in percent; 0 for nothing."""
    return 100 * (1 - after / before) if before else 0.0
