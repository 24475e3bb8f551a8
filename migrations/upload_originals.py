"""Upload originals from folders of this machine: hashed, checked, and never over another object."""

import hashlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.errors import ConditionFailedError, GalleryError, StorageUnavailableError
from chalicelib.parallel import in_parallel
from chalicelib.storage.media import Media
from chalicelib.storage.originals import (
    PART_BYTES,
    Destination,
    begin_or_resume,
    put_original,
)
from migrations.command import Stop
from migrations.lines import size
from migrations.originals import Original, Stored, Tally, Verdict, decide, differs, unreadable
from migrations.progress import Progress
from migrations.source_folders import SourceFolders

# Each holds a part in memory. More would not be faster: they share one line.
WORKERS = 8


def upload_originals(
    originals: Iterable[Original],
    folders: SourceFolders,
    stored: Stored,
    media: Media,
    stop: Stop,
    sent: Callable[[int], None] = lambda _: None,
) -> Generator[tuple[Original, Verdict], None, None]:
    """Send what is not in the bucket; each with what became of it, as they are done.

    A file is visible in the bucket only once its length and hash were found right. One that
    can't be sent never stops the rest. A large one that was interrupted, which is ``to-send``
    still, goes on where it was.

    Args:
        originals: No two with one key.
        folders: Where they lie.
        stored: Tells what lay under a key when the bucket was listed.
        media: The bucket.
        stop: Asked between files, and between parts of a large one.
        sent: Told of bytes that S3 has by now, from any thread.

    Raises:
        SetupError, StorageUnavailableError: Nothing can be sent any more.
    """

    def work(original: Original) -> Verdict:
        verdict = decide(original, folders, stored)
        if verdict.outcome != "to-send":
            return verdict
        return _Sending(original, media, stop, sent).send(folders)

    return in_parallel(work, originals, WORKERS, stop)


def send_originals(
    originals: Iterable[Original],
    folders: SourceFolders,
    stored: Stored,
    media: Media,
    planned: Tally,
    progress: Progress,
    stop: Stop,
) -> Tally:
    """Upload, and show how far it is: bytes, their rate, the time left.

    Args:
        originals: As they were planned.
        folders: Where they lie.
        stored: Tells what lay under a key when the bucket was listed.
        media: The bucket.
        planned: What the plan came to.
        progress: Where to show it.
        stop: Whether to end.
    """
    total = planned.size_bytes["to-send"]
    done = 0
    lock = threading.Lock()
    tally = Tally()

    def sent(more: int) -> None:
        nonlocal done
        with lock:
            done += more
            progress.show("uploading originals", done, max(total, done), size)

    uploads = upload_originals(originals, folders, stored, media, stop, sent)
    for original, verdict in uploads:
        tally.add(original, verdict)
    progress.close()
    return tally


class _ChangedError(Exception):
    """A file is not the one any more that was begun to be read."""


class _WrongHashError(Exception):
    """A file is not the one that Immich took in."""


class _StoppedError(Exception):
    """An end was asked for in the middle of a file."""


@dataclass(frozen=True)
class _Sending:
    """One original on its way."""

    original: Original
    media: Media
    stop: Stop
    sent: Callable[[int], None]

    def send(self, folders: SourceFolders) -> Verdict:
        """Read, check and store it.

        Raises:
            SetupError, StorageUnavailableError: The bucket is not to be used, or out of reach.
        """
        key, size_bytes = self.original.key, self.original.size_bytes or 0
        try:
            path, known = folders.find(self.original.path)
            size_bytes = known.st_size
            with path.open("rb") as file:
                self._store(file)
        except OSError as error:
            return unreadable(error, self.original)
        except _ChangedError:
            return Verdict("failed", size_bytes, "it changed while it was read; run it again")
        except _WrongHashError:
            return Verdict("wrong-hash", size_bytes, "its SHA-1 is not the one in Immich")
        except _StoppedError:
            return Verdict("to-send", size_bytes)
        except ConditionFailedError:
            return self._lost_to_another(size_bytes)
        except StorageUnavailableError as error:
            self.media.head(key)  # out of reach, it says so: then nothing goes on
            return Verdict("failed", size_bytes, str(error))
        return Verdict("sent", size_bytes)

    def _store(self, file: BinaryIO) -> None:
        before = os.fstat(file.fileno())
        destination = Destination(self.original.key, self.original.filename)
        if before.st_size > PART_BYTES:
            self._store_parts(file, before, destination)
            return
        body = b"".join(_pieces(file, PART_BYTES, before.st_size))
        self._check(file, before, hashlib.sha1(body, usedforsecurity=False).digest())
        put_original(self.media, destination, body)
        self.sent(len(body))

    def _store_parts(
        self, file: BinaryIO, before: os.stat_result, destination: Destination
    ) -> None:
        upload = begin_or_resume(self.media, destination, before.st_size)
        sha1 = hashlib.sha1(usedforsecurity=False)
        try:
            for number, body in enumerate(_pieces(file, upload.part_bytes, before.st_size), 1):
                if self.stop():
                    raise _StoppedError
                sha1.update(body)
                upload.send(number, body)
                self.sent(len(body))
            self._check(file, before, sha1.digest())
        except (_ChangedError, _WrongHashError):
            with suppress(GalleryError):  # the bucket forgets it by itself, some days later
                upload.abort()
            raise
        upload.complete()

    def _check(self, file: BinaryIO, before: os.stat_result, sha1: bytes) -> None:
        after = os.fstat(file.fileno())
        is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if not is_same:
            raise _ChangedError
        if self.original.sha1 not in (None, sha1):
            raise _WrongHashError

    def _lost_to_another(self, size_bytes: int) -> Verdict:
        there = self.media.head(self.original.key)
        if there is None:
            return Verdict("failed", size_bytes, "another run is uploading it")
        if there.size_bytes != size_bytes:
            return differs("in the bucket", there.size_bytes, self.original)
        return Verdict("there", size_bytes)


def _pieces(file: BinaryIO, part_bytes: int, size_bytes: int) -> Iterator[bytes]:
    """A file part by part.

    Raises:
        _ChangedError: It is shorter than it was.
    """
    for start in range(0, size_bytes, part_bytes):
        expected = min(part_bytes, size_bytes - start)
        body = file.read(expected)
        if len(body) < expected:
            raise _ChangedError
        yield body
