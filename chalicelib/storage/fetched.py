"""Originals at hand: kept whole, or read by range."""

import hashlib
import io
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

# Read in pieces of 1 MiB: a video's index and one key frame are two or three of them.
BLOCK_BYTES = 1 << 20
# Larger originals wait on disk, so that many may be under way at once.
_IN_MEMORY_BYTES = 8 << 20


@dataclass(frozen=True)
class Fetched:
    """An original at hand.

    Attributes:
        file: Seekable.
        sha256: Of its bytes, hexadecimal; None where not all of them were fetched.
    """

    file: BinaryIO
    sha256: str | None

    def __enter__(self) -> "Fetched":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        self.file.close()


def by_range(read: Callable[[int, int], bytes], size_bytes: int) -> Fetched:
    """A file of which only what is asked for is fetched.

    Args:
        read: Fetches so many bytes from a position; what it raises comes through as it is.
        size_bytes: Of the file.
    """
    reader = io.BufferedReader(_RangeReader(read, size_bytes), BLOCK_BYTES)
    return Fetched(cast(BinaryIO, reader), None)


def kept(head: bytes, body: Any, size_bytes: int) -> Fetched:
    """A body, and what was read of it already, as a file: in memory, or on disk if it is large.

    Args:
        head: What was read of it.
        body: With the rest; what it raises comes through as it is.
        size_bytes: Of both.
    """
    keeping = _Kept(size_bytes)
    try:
        piece = head
        while piece:
            keeping.add(piece)
            piece = body.read(BLOCK_BYTES)
    except BaseException:
        keeping.file.close()
        raise
    keeping.file.seek(0)
    return Fetched(keeping.file, keeping.digest.hexdigest())


class _Kept:
    """Bytes as they come: on disk if they are many and it has room, else in memory."""

    def __init__(self, size_bytes: int) -> None:
        self.digest = hashlib.sha256()
        self.file: BinaryIO = io.BytesIO()
        self._written = 0
        if size_bytes > _IN_MEMORY_BYTES:
            with suppress(OSError):  # nowhere to write to
                self.file = cast(BinaryIO, tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 (closed by who fetched)

    def add(self, piece: bytes) -> None:
        self.digest.update(piece)
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[self.file.write(rest) :]
        except OSError:  # the disk is full
            self._move_to_memory()
            self.file.write(piece)
        self._written += len(piece)

    def _move_to_memory(self) -> None:
        with closing(self.file) as disk:
            disk.seek(0)
            self.file = io.BytesIO(disk.read(self._written))
        self.file.seek(0, io.SEEK_END)


class _RangeReader(io.RawIOBase):
    """An object's bytes as a raw file; each read is one range request."""

    def __init__(self, read: Callable[[int, int], bytes], size_bytes: int) -> None:
        super().__init__()
        self._read = read
        self._size_bytes = size_bytes
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        self._position = max(0, base[whence] + offset)
        return self._position

    def readall(self) -> bytes:
        rest = self._read(self._position, self._size_bytes)
        self._position += len(rest)
        return rest

    def readinto(self, buffer: Any) -> int:
        piece = self._read(self._position, len(buffer))
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
