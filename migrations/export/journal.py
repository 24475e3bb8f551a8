"""What exports into one place have done so far, line by line: nothing is fetched twice."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chalicelib.errors import SetupError
from migrations.export.destination import Destination
from migrations.export.tree import folded
from migrations.spool import Spool, Statement

Kind = Literal["original", "sidecar", "kept"]
SCHEMA = """
    CREATE TABLE files (
        path TEXT PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
        etag TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
        is_checked INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX files_by_id ON files (id);
    CREATE TABLE names (folded TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID
"""
_COLUMNS = "path, id, kind, key, etag, size_bytes, sha256"
_WRITTEN = f"INSERT OR REPLACE INTO files ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (constants)


@dataclass(frozen=True)
class File:
    """A file that was written.

    Attributes:
        path: Where it lies.
        id: Of the asset that it is of.
        kind: The photo or video itself, our sidecar, or one that was kept in the bucket.
        key: S3 key that it was copied from; empty for our sidecars.
        etag: Of that object.
        size_bytes: Its length.
        sha256: Of its bytes, hexadecimal.
    """

    path: str
    id: str
    kind: Kind
    key: str
    etag: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Note:
    """Something that was done.

    Attributes:
        did: ``wrote``, ``moved`` or ``removed`` a file.
        file: As it is now; as it was, for one that was removed.
        was: Path of a file that was moved.
    """

    did: Literal["wrote", "moved", "removed"]
    file: File
    was: str = ""


class Journal:
    """The journal of one place, and what it says so far, in a spool.

    Args:
        place: Where the files are.
        spool: Made with `SCHEMA`.
    """

    def __init__(self, place: Destination, spool: Spool) -> None:
        self._place = place
        self._spool = spool
        self._is_begun = False

    def load(self, bucket: str, gallery: str | None) -> None:
        """Read what earlier runs did.

        Args:
            bucket: That is exported now.
            gallery: The only one that is; None for all.

        Raises:
            SetupError: Something else lies there.
        """
        lines = map(_parsed, self._place.journal())
        whose = {"bucket": bucket, "gallery": gallery}
        for line in lines:
            if line.get("did") == "began":
                was = {name: line.get(name) for name in whose}
                if was != whose:
                    raise SetupError(
                        f"{self._place.name} holds an export of {_named(was)}, not of "
                        f"{_named(whose)}; choose another folder"
                    )
                self._is_begun = True
                break
        else:
            if not self._place.is_empty():
                raise SetupError(
                    f"{self._place.name} is not empty, and what is there is no export; "
                    "choose an empty folder"
                )
        self._spool.write_groups(map(_statements, lines))

    def begin(self, bucket: str, gallery: str | None) -> None:
        """Say whose export this is, where nobody did."""
        if not self._is_begun:
            began = {"did": "began", "bucket": bucket, "gallery": gallery}
            self._place.note(json.dumps(began))

    def add(self, notes: Iterable[Note]) -> None:
        """Write down what was done."""
        for note in notes:
            line = {"did": note.did, **asdict(note.file), **({"was": note.was} if note.was else {})}
            self._place.note(json.dumps(line))
            self._spool.write_groups([_statements(line)])

    def checked(self, path: str, *, is_right: bool) -> None:
        """Write down what a look at a file said; one that is wrong is to be fetched again."""
        line = {"did": "checked" if is_right else "lost", "path": path}
        self._place.note(json.dumps(line))
        self._spool.write_groups([_statements(line)])

    def files_of(self, id: str) -> tuple[File, ...]:
        """What was written of an asset."""
        query = f"SELECT {_COLUMNS} FROM files WHERE id = ? ORDER BY path"  # noqa: S608 (constants)
        return tuple(File(*row) for row in self._spool.read(query, id))


def _statements(line: dict[str, Any]) -> list[Statement]:
    """What a line of the journal changes in the spool; nothing, where it was cut off."""
    match line:
        case {"did": "wrote" | "moved", **values} if values.keys() >= set(_COLUMNS.split(", ")):
            row = tuple(values[name] for name in _COLUMNS.split(", "))
            path, whose = row[:2]
            return [
                ("DELETE FROM files WHERE path = ?", (values.get("was", ""),)),
                (_WRITTEN, row),
                # Whose a path was once, it remains: nobody's file is written over another's.
                ("INSERT OR IGNORE INTO names VALUES (?, ?)", (folded(path), whose)),
            ]
        case {"did": "removed" | "lost", "path": str(path)}:
            return [("DELETE FROM files WHERE path = ?", (path,))]
        case {"did": "checked", "path": str(path)}:
            return [("UPDATE files SET is_checked = 1 WHERE path = ?", (path,))]
    return []


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:  # written by a run that was killed
        return {}
    return found if isinstance(found, dict) else {}


def _named(whose: dict[str, Any]) -> str:
    gallery = whose["gallery"]
    return f"bucket {whose['bucket']}" + (f", gallery {gallery}" if gallery else "")
