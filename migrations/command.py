"""What every command line does alike: exit statuses, and an end that can be asked for."""

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

from botocore.exceptions import BotoCoreError

from chalicelib.errors import GalleryError, SetupError
from migrations.lines import redacted

DONE, SOME_FAILED, UNUSABLE = 0, 1, 2
STATUSES = """Exit status: 0 done, 1 some failed or are left, 2 bad usage or nothing reachable.
Ctrl-C and SIGTERM finish what is under way and exit with 1: run it again to go on."""
NAMED_BY = (
    "the bucket is named by --bucket or CONTACTSHEET_BUCKET, "
    "the table by --table or CONTACTSHEET_ASSETS_TABLE"
)
MAX_LIMIT = 999_999_999


class Stop:
    """Whether an end was asked for; to be asked between two pieces of work."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> bool:
        """Whether to begin nothing new."""
        return self._event.is_set()

    def check(self) -> None:
        """Go no further where there is nothing to finish.

        Raises:
            KeyboardInterrupt: An end was asked for.
        """
        if self():
            raise KeyboardInterrupt

    def ask(self) -> None:
        """Ask for an end."""
        self._event.set()


def command_parser(name: str, doc: str | None) -> argparse.ArgumentParser:
    """The parser of one of the migrations."""
    return described_parser(f"migrations.{name}", f"{(doc or '').rstrip()}\n\n{STATUSES}")


def described_parser(module: str, doc: str | None) -> argparse.ArgumentParser:
    """A parser whose help is the module's docstring, with commands to paste."""
    summary, _, rest = (doc or "").partition("\n")
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=summary,
        epilog=rest.strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def whole_number(text: str, at_least: int = 0, at_most: int = MAX_LIMIT) -> int:
    """A flag's number."""
    if not re.fullmatch(r"[0-9]{1,9}", text) or not at_least <= int(text) <= at_most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {at_least} to {at_most:,}")
    return int(text)


def run(body: Callable[[Stop], int], *, finishes: bool = True) -> int:
    """Run a command; errors that were raised on purpose become one line and a status.

    Args:
        body: Returns the exit status; told when to stop.
        finishes: Whether it looks at that, and finishes what is under way; else Ctrl-C
            ends it where it is.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old terminal knows no emoji; a pipe waits for 8 kB
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    stop = Stop()
    try:
        with _ends_when_asked(stop) if finishes else nullcontext():
            status = body(stop)
            sys.stdout.flush()
    except (GalleryError, BotoCoreError) as error:
        sys.stdout.flush()
        print(f"error: {' '.join(redacted(str(error)).split())}", file=sys.stderr)
        if isinstance(error, SetupError) and "not found" in str(error):
            print(NAMED_BY, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return SOME_FAILED
    except BrokenPipeError:  # whoever read the results has gone: `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED
    return max(status, SOME_FAILED) if stop() else status


@contextmanager
def _ends_when_asked(stop: Stop) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, _: FrameType | None) -> None:
        stop.ask()
        # not print: the signal may have come in the middle of one
        os.write(sys.stderr.fileno(), "\nfinishing what is under way …\n".encode())
        signal.signal(number, signal.SIG_DFL)  # the second time it means it

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, ask) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
