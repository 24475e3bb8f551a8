"""An export in a folder of a disk; a file is there whole or not at all."""

import errno
import fcntl
import itertools
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from chalicelib.errors import GalleryError, ObjectNotFoundError, SetupError

# What an export keeps for itself; a gallery's name has no dot.
OWN_FOLDER = ".export"
JOURNAL = f"{OWN_FOLDER}/journal.jsonl"
_PARTS = f"{OWN_FOLDER}/parts"
_LOCK = f"{OWN_FOLDER}/lock"
_BLOCK_BYTES = 1 << 20
# What disks and systems put into a folder by themselves.
_NOBODYS = ("lost+found", "System Volume Information")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_DISK = (errno.EROFS, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE)


class UnwritableError(GalleryError):
    """One file can't be written or read where the export goes; others may be."""


class ReadOnlyError(SetupError):
    """Nothing can be written where the export goes."""


class Folder:
    """A folder of a disk.

    Args:
        root: May not be there yet.
    """

    def __init__(self, root: Path) -> None:
        self.name = str(root)
        self._root = root
        self._journal: TextIO | None = None
        self._lock: TextIO | None = None
        self._numbers = itertools.count()
        # No folder goes between its making and its first file.
        self._tree = threading.Lock()

    def write(self, path: str, pieces: Iterable[bytes], size_bytes: int) -> None:  # noqa: ARG002
        """Write a file beside, then put it in its place."""
        part = self._at(f"{_PARTS}/{next(self._numbers)}")
        with self._told(path):
            try:
                with part.open("wb") as file:
                    for piece in pieces:
                        file.write(piece)
                self._put(part, path)
            except FileNotFoundError as error:
                raise SetupError(f"{self.name} does not answer: {_PARTS} is gone") from error
            finally:
                part.unlink(missing_ok=True)

    def read(self, path: str) -> Iterator[bytes]:
        """A file's bytes, piece by piece."""
        with self._told(path), self._at(path).open("rb") as file:
            while piece := file.read(_BLOCK_BYTES):
                yield piece

    def size(self, path: str) -> int | None:
        """A file's length; None where there is none."""
        found = self._at(path)
        return found.stat().st_size if found.is_file() else None

    def sizes(self, paths: Iterable[str]) -> Iterator[tuple[str, int | None]]:
        """Each path with its file's length; None where there is none."""
        for path in paths:
            try:
                yield path, self.size(path)
            except UnwritableError:  # it leads elsewhere
                yield path, None

    def move(self, path: str, to: str) -> None:
        """Give a file another path."""
        with self._told(to):
            self._put(self._at(path), to)
        self._prune(path)

    def remove(self, path: str) -> None:
        """Remove a file, and folders that are empty by then."""
        with self._told(path):
            self._at(path).unlink(missing_ok=True)
        self._prune(path)

    def note(self, line: str) -> None:
        """Add a line to the journal."""
        if self._journal is None:
            raise AssertionError("not open")
        with self._told(JOURNAL):
            self._journal.write(line + "\n")
            self._journal.flush()

    def journal(self) -> Iterator[str]:
        """The journal's lines."""
        if self.size(JOURNAL) is None:
            return
        with (
            self._told(JOURNAL),
            self._at(JOURNAL).open(encoding="utf-8", errors="replace") as file,
        ):
            yield from file

    def is_empty(self) -> bool:
        """Whether nothing lies there but what disks and systems put there."""
        if not self._root.exists():
            return True
        with self._told("."):
            names = [entry.name for entry in self._root.iterdir()]
        return all(name.startswith((".", "$")) or name in _NOBODYS for name in names)

    def free_bytes(self) -> int | None:
        """What the disk has left."""
        nearest = next(folder for folder in (self._root, *self._root.parents) if folder.exists())
        return shutil.disk_usage(nearest).free

    def open(self) -> None:
        """Make the folder, and keep others from writing to it.

        Raises:
            ReadOnlyError: It can't be written to.
            SetupError: Another export is under way.
        """
        try:
            parts = self._at(_PARTS)
            parts.mkdir(parents=True, exist_ok=True)
            self._lock = self._at(_LOCK).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in parts.iterdir():
                left.unlink()
            self._journal = self._at(JOURNAL).open("a", encoding="utf-8")
            if self._journal.tell():
                self._journal.write("\n")  # after a line that was cut off
        except BlockingIOError as error:
            self.close()
            raise SetupError(f"another export is writing to {self.name}; wait for it") from error
        except OSError as error:
            self.close()
            raise ReadOnlyError(f"{self.name} can't be written to: {error.strerror}") from error

    def close(self) -> None:
        """Have everything on the disk."""
        if self._journal is not None:
            self._journal.close()
            os.sync()
        if self._lock is not None:
            self._lock.close()

    def _at(self, path: str) -> Path:
        """Where a path leads: never out of the folder, whatever a journal says."""
        parts = path.split("/")
        if not {"", ".", ".."}.isdisjoint(parts):
            raise UnwritableError(f"{path!r} leads out of {self.name}")
        return self._root.joinpath(*parts)

    def _put(self, source: Path, path: str) -> None:
        target = self._at(path)
        with self._tree:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)

    def _prune(self, path: str) -> None:
        with self._tree, suppress(OSError):  # something else lies in it
            for folder in self._at(path).parents:
                if folder == self._root:
                    return
                folder.rmdir()

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise ObjectNotFoundError(f"{path} is not in {self.name}") from error
        except OSError as error:
            if error.errno in _FULL:
                raise SetupError(
                    f"{self.name} is full; make room and run it again to go on"
                ) from error
            if error.errno in _NO_DISK:
                raise SetupError(f"{self.name} does not answer: {error.strerror}") from error
            raise UnwritableError(f"{path}: {error.strerror}") from error
