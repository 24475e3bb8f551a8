"""The files of one asset, brought to where they belong: fetched, written, moved or left."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

from chalicelib.domain.asset import Asset
from chalicelib.errors import (
    GalleryError,
    ObjectNotFoundError,
    ObjectRefusedError,
    StorageUnavailableError,
)
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, StoredObject
from migrations.export.destination import Destination
from migrations.export.folder import UnwritableError
from migrations.export.journal import File, Kind, Note
from migrations.export.plan import item_of
from migrations.export.sidecar import sidecar
from migrations.export.tree import ORIGINAL_SIDECAR, sidecar_names

_BLOCK_BYTES = 1 << 20
_ATTEMPTS = 3


class UnreadableError(GalleryError):
    """S3 refuses one object; others may be read."""


@dataclass(frozen=True)
class Task:
    """One row, or one object without a row, with a place of its own.

    Attributes:
        id: Of the row.
        path: Where the original belongs.
        key: Of the original.
        item: The row as it was spooled; None for an object without one.
        stored: The original as it was listed; None where it was not.
        kept: A sidecar that lies in the bucket.
        files: What earlier runs wrote, of rows that share the original too.
    """

    id: str
    path: str
    key: str
    item: str | None
    stored: StoredObject | None
    kept: StoredObject | None
    files: tuple[File, ...]


@dataclass
class Result:
    """What became of a task.

    Attributes:
        notes: What was done.
        fetched_bytes: Of originals.
        is_missing: Whether the original is not in the bucket.
        problems: What went wrong, in words.
    """

    notes: list[Note] = field(default_factory=list)
    fetched_bytes: int = 0
    is_missing: bool = False
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Exporter:
    """Brings assets to a place.

    Attributes:
        assets: Reads rows.
        media: The bucket.
        place: Where files go.
        names: Of persons, by gallery and id.
    """

    assets: Assets
    media: Media
    place: Destination
    names: Mapping[str, Mapping[str, str]]

    def bring(self, task: Task) -> Result:
        """Bring the files of an asset to where they belong; what is right already stays.

        Raises:
            SetupError: Nothing can be written or read any more.
        """
        result = Result()
        asset = self.assets.parse(item_of(task.item)) if task.item is not None else None
        wanted = {task.path}
        original = None
        with _told(result):
            if asset is not None:
                wanted |= self._bring_sidecars(task, asset, result)
        with _told(result):
            if task.kept is not None:
                wanted.add(self._bring_kept(task, task.kept, result))
        with _told(result):
            original = self._bring_original(task, result)
            if original is None:  # one that an earlier run fetched may be the last that there is
                wanted |= {file.path for file in task.files if file.kind == "original"}
        if not result.problems:
            with _told(result):
                self._remove_all_but(wanted, task, result)
        if asset is not None and original is not None:
            self._compare(asset, original, result)
        return result

    def _bring_sidecars(self, task: Task, asset: Asset, result: Result) -> set[str]:
        data = sidecar(asset, self.names.get(asset.gallery, {}))
        sha256 = hashlib.sha256(data).hexdigest()
        folder, _, name = task.path.rpartition("/")
        paths = {f"{folder}/{beside}" for beside in sidecar_names(name)}
        for path in sorted(paths):
            file = File(path, task.id, "sidecar", "", "", len(data), sha256)
            if file not in task.files or not self._holds(path, data):
                self.place.write(path, [data], len(data))
                result.notes.append(Note("wrote", file))
        return paths

    def _holds(self, path: str, data: bytes) -> bool:
        """Whether a file still has these bytes; nobody sees its length change by an edit."""
        try:
            return b"".join(self.place.read(path)) == data
        except (ObjectNotFoundError, UnwritableError):
            return False
        except ObjectRefusedError:  # put into an archive since
            return self.place.size(path) == len(data)

    def _bring_kept(self, task: Task, stored: StoredObject, result: Result) -> str:
        path = task.path + ORIGINAL_SIDECAR
        self._bring_object(task, path, "kept", stored, result)
        return path

    def _bring_original(self, task: Task, result: Result) -> File | None:
        """The original as it is now; None where there is none."""
        stored = task.stored
        for _ in range(_ATTEMPTS):
            stored = stored or self._head(task.key)
            if stored is None:
                result.is_missing = True
                return None
            try:
                return self._bring_object(task, task.path, "original", stored, result)
            except ObjectNotFoundError:  # replaced or removed since it was looked at
                stored = None
        raise StorageUnavailableError(f"{task.key} is replaced again and again")

    def _head(self, key: str) -> StoredObject | None:
        try:
            return self.media.head(key)
        except ObjectRefusedError as error:
            raise UnreadableError(str(error)) from error

    def _bring_object(
        self, task: Task, path: str, kind: Kind, stored: StoredObject, result: Result
    ) -> File:
        """A copy of an object, fetched unless an earlier run did."""
        for file in task.files:
            is_same = (file.kind, file.key, file.etag) == (kind, stored.key, stored.etag)
            if is_same and self.place.size(file.path) == file.size_bytes:
                moved = replace(file, path=path, id=task.id)
                if file.path != path:
                    self.place.move(file.path, path)
                    result.notes.append(Note("moved", moved, file.path))
                return moved
        sha256 = self._copy(stored, path)
        file = File(path, task.id, kind, stored.key, stored.etag, stored.size_bytes, sha256)
        result.notes.append(Note("wrote", file))
        if kind == "original":
            result.fetched_bytes += stored.size_bytes
        return file

    def _copy(self, stored: StoredObject, path: str) -> str:
        """Copy an object to a path; returns its SHA-256."""
        for attempt in range(_ATTEMPTS):
            pieces = _Pieces(self.media, stored)
            try:
                self.place.write(path, pieces, stored.size_bytes)
            except StorageUnavailableError:  # a body that broke off is not botocore's to retry
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return pieces.digest.hexdigest()
        raise AssertionError("unreachable")

    def _compare(self, asset: Asset, file: File, result: Result) -> None:
        """What the row says of this very version must be so."""
        if asset.source_etag in (None, file.etag) and asset.file_hash not in (None, file.sha256):
            result.problems.append("is not what its row says: its SHA-256 differs")

    def _remove_all_but(self, wanted: set[str], task: Task, result: Result) -> None:
        """Remove what earlier runs wrote of this asset elsewhere."""
        moved = {note.was for note in result.notes}
        for file in task.files:
            if file.path not in wanted | moved:
                self.place.remove(file.path)
                result.notes.append(Note("removed", file))


@contextmanager
def _told(result: Result) -> Iterator[None]:
    """Inside, what goes wrong of this asset alone is its problem."""
    try:
        yield
    except (
        StorageUnavailableError,
        ObjectNotFoundError,
        UnreadableError,
        UnwritableError,
    ) as error:
        result.problems.append(str(error))


class _Pieces:
    """An object's bytes of this very version, and their digest once they were all read."""

    def __init__(self, media: Media, stored: StoredObject) -> None:
        self._media = media
        self._stored = stored
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._read()
        except ObjectRefusedError as error:
            raise UnreadableError(str(error)) from error

    def _read(self) -> Iterator[bytes]:
        media, stored = self._media, self._stored
        left = stored.size_bytes
        with media.translated(stored.key):
            answer = media.client.get_object(
                Bucket=media.bucket, Key=stored.key, IfMatch=f'"{stored.etag}"'
            )
            with closing(answer["Body"]) as body:
                while piece := body.read(_BLOCK_BYTES):
                    self.digest.update(piece)
                    left -= len(piece)
                    yield piece
        if left:
            raise StorageUnavailableError(f"{stored.key} broke off")
