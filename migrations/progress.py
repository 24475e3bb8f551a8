"""Progress on stderr, results on stdout: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_BAR_WIDTH = 24
_REDRAW_SECONDS = 0.1
# Elsewhere: a line each tenth, or each so many where the total is not known.
_LINE_EVERY = 10_000


def _number(count: int) -> str:
    return f"{count:,}"


class Progress:
    """Shows how far a command is, and prints its results past the bar.

    Args:
        results: Where results go; stdout for None.
        stream: Where progress goes; stderr for None.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        results: TextIO | None = None,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._results = results or sys.stdout
        self._stream = stream or sys.stderr
        self._clock = clock
        self._is_terminal = self._stream.isatty()
        self._bar = ""
        self._what = ""
        self._step = -1
        self._begun = 0.0
        self._drawn = 0.0

    def result(self, line: str = "") -> None:
        """Print a line of the result."""
        if self._bar and self._results.isatty():
            self._erase()
        print(line, file=self._results)

    def note(self, line: str) -> None:
        """Tell a person something that is no result."""
        self._erase()
        print(line, file=self._stream, flush=True)

    def show(
        self, what: str, done: int, total: int | None = None, told: Callable[[int], str] = _number
    ) -> None:
        """Show how far it is.

        Args:
            what: What is going on: ``making thumbnails``.
            done: How many are done.
            total: Of how many; None where it is not known.
            told: Writes such a number for a person; `migrations.lines.size` for bytes.
        """
        now = self._clock()
        if what != self._what:
            self._what, self._step, self._begun, self._drawn = what, -1, now, 0.0
        rest = _rest(done, total, now - self._begun, told)
        if not self._is_terminal:
            self._show_line(what, done, total, told, rest)
        elif now - self._drawn >= _REDRAW_SECONDS or done == total:
            self._drawn = now
            self._draw(f"{what} {_bar(done, total, told)}{rest}")

    def close(self) -> None:
        """Leave a clean terminal behind."""
        self._erase()
        self._what = ""

    def _show_line(
        self, what: str, done: int, total: int | None, told: Callable[[int], str], rest: str
    ) -> None:
        step = done * 10 // max(total, 1) if total is not None else done // _LINE_EVERY
        if step > self._step:
            self._step = step
            of = "" if total is None else f"/{told(total)}"
            print(f"{what} {told(done)}{of}{rest}", file=self._stream, flush=True)

    def _draw(self, bar: str) -> None:
        self._bar = bar
        print(f"\r\x1b[K{bar}", end="", file=self._stream, flush=True)

    def _erase(self) -> None:
        if self._bar:
            self._bar = ""
            self._drawn = 0.0
            print("\r\x1b[K", end="", file=self._stream, flush=True)


def _bar(done: int, total: int | None, told: Callable[[int], str]) -> str:
    if total is None:
        return told(done)
    filled = _BAR_WIDTH * done // max(total, 1)
    return f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {told(done)}/{told(total)}"


def _rest(done: int, total: int | None, seconds: float, told: Callable[[int], str]) -> str:
    if total is None or done == 0 or seconds < 1:
        return ""
    left = round(seconds * (total - done) / done)
    rate = f"{done / seconds:.1f}" if told is _number else told(round(done / seconds))
    return f"  {rate}/s, {left // 60}:{left % 60:02} left"
