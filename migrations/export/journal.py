"""What exports into one place have done so far, line by line: nothing is fetched twice."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chalicelib.errors import SetupError
from migrations.export.destination import Destination
from migrations.export.tree import folded
from migrations.spool import Spool, Statement

Kind = Literal["original", "sidecar", "kept", "own"]
SCHEMA = """
    CREATE TABLE files (
        path TEXT PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
        etag TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
        is_checked INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX files_by_id ON files (id);
    CREATE INDEX files_by_key ON files (key);
    CREATE TABLE gone (path TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE names (folded TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID
"""
_COLUMNS = "path, id, kind, key, etag, size_bytes, sha256"
_WRITTEN = f"INSERT OR REPLACE INTO files ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (constants)
_FOR = f"""
    SELECT {_COLUMNS} FROM files WHERE id IN (SELECT id FROM rows WHERE owner = ?1)
    UNION SELECT {_COLUMNS} FROM files JOIN (
        SELECT objects.key AS of, objects.etag AS version FROM rows JOIN objects USING (key)
        WHERE rows.id = ?1
    ) ON key = of AND etag = version
    WHERE kind = 'original' AND id NOT IN (SELECT id FROM rows)
    ORDER BY path
"""  # noqa: S608 (constants)


@dataclass(frozen=True)
class File:
    """A file that was written.

    Attributes:
        path: Where it lies.
        id: Of the asset that it is of; empty for what tells of the whole export.
        kind: The photo or video itself, our sidecar, one that was kept in the bucket, or a
            file of the export itself.
        key: S3 key that it was copied from; empty for what we write.
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
        self._whose: dict[str, Any] | None = None
        self._lost: list[str] = []

    def load(self) -> None:
        """Read what earlier runs did."""
        lines = map(_parsed, self._place.journal())
        began = next((line for line in lines if line.get("did") == "began"), None)
        self._whose = began and {name: began.get(name) for name in ("bucket", "gallery")}
        self._spool.write_groups(map(_statements, lines))

    def require(self, bucket: str, gallery: str | None) -> None:
        """Make sure that the place is empty, or holds an export of the same.

        Args:
            bucket: That is exported now.
            gallery: The only one that is; None for all.

        Raises:
            SetupError: Something else lies there.
        """
        whose = {"bucket": bucket, "gallery": gallery}
        if self._whose is None:
            if not self._place.is_empty():
                raise SetupError(
                    f"{self._place.name} is not empty, and what is there is no export; "
                    "choose an empty folder"
                )
        elif self._whose != whose:
            raise SetupError(
                f"{self._place.name} holds an export of {_named(self._whose)}, not of "
                f"{_named(whose)}; choose another folder"
            )

    def look(self) -> None:
        """Forget each file that is not there any more, or not as long as it was."""
        size_of = "SELECT size_bytes FROM files WHERE path = ?"
        paths = (path for (path,) in self._spool.read("SELECT path FROM files ORDER BY path"))
        self._lost = [
            path
            for path, size_bytes in self._place.sizes(paths)
            if size_bytes != self._spool.number(size_of, path)
        ]
        self._spool.write_groups(_statements(_lost(path)) for path in self._lost)

    def begin(self, bucket: str, gallery: str | None) -> None:
        """Say whose export this is, where nobody did, and what a look at it found lost."""
        if self._whose is None:
            began = {"did": "began", "bucket": bucket, "gallery": gallery}
            self._place.note(json.dumps(began))
        for path in self._lost:
            self._place.note(json.dumps(_lost(path)))

    def add(self, notes: Iterable[Note]) -> None:
        """Write down what was done."""
        for note in notes:
            line = {"did": note.did, **asdict(note.file), **({"was": note.was} if note.was else {})}
            self._place.note(json.dumps(line))
            self._spool.write_groups([_statements(line)])

    def checked(self, path: str, *, is_right: bool) -> None:
        """Write down what a look at a file said; one that is wrong is to be fetched again."""
        line = {"did": "checked", "path": path} if is_right else _lost(path)
        self._place.note(json.dumps(line))
        self._spool.write_groups([_statements(line)])

    def files_of(self, id: str) -> tuple[File, ...]:
        """What was written of an asset."""
        query = f"SELECT {_COLUMNS} FROM files WHERE id = ? ORDER BY path"  # noqa: S608 (constants)
        return tuple(File(*row) for row in self._spool.read(query, id))

    def files_for(self, id: str) -> tuple[File, ...]:
        """What a row may take over: its own files, and those of rows that share its original.

        Also copies of the original itself, as it is now, that nobody has any more.
        """
        return tuple(File(*row) for row in self._spool.read(_FOR, id))


def _statements(line: dict[str, Any]) -> list[Statement]:
    """What a line of the journal changes in the spool; nothing, where it was cut off."""
    match line:
        case {"did": "wrote" | "moved", **values} if values.keys() >= set(_COLUMNS.split(", ")):
            row = tuple(values[name] for name in _COLUMNS.split(", "))
            path, whose = row[:2]
            return [
                *_forgotten(values.get("was", "")),
                ("DELETE FROM gone WHERE path = ?", (path,)),
                (_WRITTEN, row),
                # Whose a path was once, it remains: nobody's file is written over another's.
                ("INSERT OR IGNORE INTO names VALUES (?, ?)", (folded(path), whose)),
            ]
        case {"did": "removed", "path": str(path)}:
            return _forgotten(path)
        case {"did": "lost", "path": str(path)}:
            return [("DELETE FROM files WHERE path = ?", (path,))]
        case {"did": "checked", "path": str(path)}:
            return [("UPDATE files SET is_checked = 1 WHERE path = ?", (path,))]
    return []


def _lost(path: str) -> dict[str, Any]:
    return {"did": "lost", "path": path}


def _forgotten(path: str) -> list[Statement]:
    return [
        ("DELETE FROM files WHERE path = ?", (path,)),
        ("INSERT OR IGNORE INTO gone VALUES (?)", (path,)),
    ]


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:  # written by a run that was killed
        return {}
    return found if isinstance(found, dict) else {}


def _named(whose: dict[str, Any]) -> str:
    gallery = whose["gallery"]
    return f"bucket {whose['bucket']}" + (f", gallery {gallery}" if gallery else "")
