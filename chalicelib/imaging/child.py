"""The parent's side of a process that decodes: asks, hands out the file's bytes, and waits."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any, BinaryIO

from chalicelib.errors import DecoderMissingError, StorageUnavailableError, UndrawableError
from chalicelib.imaging.develop import Drawing, Rendition
from chalicelib.imaging.examine import Examined
from chalicelib.imaging.facts import Facts
from chalicelib.imaging.wire import PIECE_BYTES, pack, unpack, unpack_facts

# What libraries leak adds up; a new process begins anew.
_JOBS_OF_A_LIFE = 1000
_START_SECONDS = 60
_DYING_SECONDS = 1
_TICK_SECONDS = 0.05
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")


class ChildDiedError(Exception):
    """A child ended before it answered.

    Args:
        verdict: What that says of the photo.
        facts: What the child had read of it by then.
    """

    def __init__(self, verdict: UndrawableError, facts: Facts | None) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict
        self.facts = facts


class Child:
    """A process that decodes one original after the other.

    Args:
        max_bytes: Memory it may have.

    Raises:
        StorageUnavailableError: It can't be started; passing.
    """

    def __init__(self, max_bytes: int) -> None:
        self._jobs = 0
        self._facts: Facts | None = None
        self._is_late = False
        self._due = math.inf
        self._pipe, theirs = Pipe()
        try:
            self._process = _start(theirs, max_bytes)
        except OSError as error:
            self._pipe.close()
            raise StorageUnavailableError(f"no process to draw in: {error}") from error
        self._end = weakref.finalize(self, _end, self._process, self._pipe)
        try:
            with self._deadline(_START_SECONDS):
                self._pipe.recv_bytes()  # it is ready
        except (OSError, EOFError) as error:
            self._end()
            raise StorageUnavailableError("the process to draw in did not start") from error

    @property
    def is_fresh(self) -> bool:
        """Whether it has done nothing yet."""
        return self._jobs == 0

    @property
    def is_usable(self) -> bool:
        """Whether it can be asked again."""
        return not self._pipe.closed and self._jobs < _JOBS_OF_A_LIFE

    def examine(self, file: BinaryIO, size_bytes: int, seconds: float) -> Examined:
        """As `examine.examine`, within so many seconds.

        Raises:
            ChildDiedError: It ended, or was ended.
            DecoderMissingError: As there.
        """
        self._facts = None
        head, pieces = self._ask("examine", file, size_bytes, seconds)
        if "drawing" not in head:
            return Examined(self._facts or Facts(), UndrawableError(**head["undrawable"]))
        values = head["drawing"]
        thumb, small, thumbhash = pieces
        return Examined(
            self._facts or Facts(),
            Drawing(
                thumb=Rendition(thumb, *values["thumb"]),
                small=Rendition(small, *values["small"]),
                thumbhash=thumbhash,
                width=values["width"],
                height=values["height"],
                damaged=values["damaged"],
            ),
        )

    def preview(self, file: BinaryIO, size_bytes: int, seconds: float) -> Rendition:
        """As `examine.examine_preview`, within so many seconds.

        Raises:
            UndrawableError, DecoderMissingError: As there.
            ChildDiedError: It ended, or was ended.
        """
        head, pieces = self._ask("preview", file, size_bytes, seconds)
        if "preview" not in head:
            raise UndrawableError(**head["undrawable"])
        return Rendition(pieces[0], *head["preview"])

    def end(self) -> None:
        """End it, whatever it does."""
        self._end()

    def _ask(
        self, what: str, file: BinaryIO, size_bytes: int, seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        self._jobs += 1
        try:
            with self._deadline(seconds):
                with _piping():
                    self._pipe.send_bytes(
                        pack({"do": what, "size_bytes": size_bytes, "seconds": seconds})
                    )
                head, pieces = self._answer(file)
        except _PipeBrokenError as error:
            raise ChildDiedError(self._verdict(seconds), self._facts) from error
        except BaseException:  # the file's own failure: half a job is no state to go on from
            self.end()
            raise
        if "bug" in head:
            raise RuntimeError(f"the process that decodes failed:\n{head['bug']}")
        if "missing" in head:
            raise DecoderMissingError(head["missing"])
        return head, pieces

    def _answer(self, file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
        """Hand out what the child asks for, until it says what came of it."""
        while True:
            with _piping():
                head, pieces = unpack(self._pipe.recv_bytes())
            if "facts" in head:
                self._facts = unpack_facts(head["facts"])
            elif "read" in head:
                offset, length = head["read"]
                with self._clock_stopped():
                    file.seek(offset)
                    piece = file.read(min(length, PIECE_BYTES))
                with _piping():
                    self._pipe.send_bytes(piece)
            else:
                return head, pieces

    def _verdict(self, seconds: float) -> UndrawableError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_DYING_SECONDS)
        self._end()
        status = self._process.returncode
        if self._is_late or status == -signal.SIGXCPU:
            return UndrawableError("timeout", f"It was not drawn within {seconds:g} seconds.")
        if status == -signal.SIGKILL:
            return UndrawableError("out-of-memory", "The process that decoded it was killed.")
        ended = signal.Signals(-status).name if status < 0 else f"status {status}"
        return UndrawableError("corrupt", f"The decoder crashed on it ({ended}).")

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """Kill it when time is up: whatever waits for it then finds the pipe's end."""
        self._due = time.monotonic() + seconds
        over = threading.Event()

        def watch() -> None:
            while not over.wait(min(max(_TICK_SECONDS, self._due - time.monotonic()), 1)):
                if time.monotonic() >= self._due:
                    self._is_late = True
                    self._process.kill()
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()

    @contextmanager
    def _clock_stopped(self) -> Iterator[None]:
        """What the network takes is not the decoder's time."""
        began, left = time.monotonic(), self._due - time.monotonic()
        self._due = math.inf
        try:
            yield
        finally:
            self._due = began + left + (time.monotonic() - began)


def _end(process: "subprocess.Popen[bytes]", pipe: Connection) -> None:
    process.kill()
    process.wait()
    pipe.close()


class _PipeBrokenError(Exception):
    """The other end of the pipe is gone."""


@contextmanager
def _piping() -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError) as error:
        raise _PipeBrokenError from error


def _start(theirs: Connection, max_bytes: int) -> "subprocess.Popen[bytes]":
    with theirs:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "chalicelib.imaging.worker"),
                *(str(theirs.fileno()), str(max_bytes)),
            ],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for the parent
        )


def _environment() -> dict[str, str]:
    """What a decoder may know: where its libraries are, and nobody's credentials."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
