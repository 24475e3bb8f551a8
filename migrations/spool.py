"""A temporary file that SQL reads: what tables and buckets hold, without holding it in memory."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from types import TracebackType
from typing import Any

from chalicelib.errors import SetupError
from chalicelib.storage.media import StoredObject

_CACHE_KB = 8192
_BATCH = 1000
_OBJECTS = """
    CREATE TABLE objects (
        key TEXT PRIMARY KEY, etag TEXT NOT NULL, size_bytes INTEGER NOT NULL
    ) WITHOUT ROWID
"""
# SQL and its values
Statement = tuple[str, tuple[Any, ...]]


class Spool:
    """Objects of a bucket beside what else a command gathers; gone when it is closed.

    It lies where temporary files lie (TMPDIR), about 200 bytes a photo.

    Args:
        schema: Further tables.
    """

    def __init__(self, schema: str = "") -> None:
        self._lock = threading.Lock()
        with _full_disk_told():
            # No name: SQLite keeps it in a file that has none, gone with the process.
            self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._database.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.executescript(f"{_OBJECTS}; {schema}")

    def __enter__(self) -> "Spool":
        """The spool itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Forget everything."""
        self._database.close()

    def write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        """Run a statement for each row; returns how many there were."""
        count = 0
        waiting = iter(rows)
        while batch := list(islice(waiting, _BATCH)):
            count += len(batch)
            with self._lock, _full_disk_told():
                self._database.execute("BEGIN")
                self._database.executemany(statement, batch)
                self._database.execute("COMMIT")
        return count

    def write_groups(self, groups: Iterable[Sequence[Statement]]) -> None:
        """Run statements, those of a group all or none."""
        waiting = iter(groups)
        while batch := list(islice(waiting, _BATCH)):
            with self._lock, _full_disk_told():
                self._database.execute("BEGIN")
                for statement, values in chain.from_iterable(batch):
                    self._database.execute(statement, values)
                self._database.execute("COMMIT")

    def change(self, statement: str) -> int:
        """Run one statement; returns how many rows it changed."""
        with self._lock, _full_disk_told():
            return self._database.execute(statement).rowcount

    def read(self, query: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few in memory at a time."""
        with _full_disk_told():
            rows = self._database.execute(query, parameters)
            # not `yield from`: it would close the cursor, maybe after the database
            while (row := rows.fetchone()) is not None:
                yield row

    def number(self, query: str, *parameters: Any) -> int:
        """The one number that a query gives; 0 for none."""
        return next(self.read(query, *parameters))[0] or 0

    def add_objects(self, objects: Iterable[StoredObject]) -> int:
        """Note the objects of a bucket; returns how many."""
        rows = ((stored.key, stored.etag, stored.size_bytes) for stored in objects)
        return self.write("INSERT OR REPLACE INTO objects VALUES (?, ?, ?)", rows)

    def stored(self, key: str) -> StoredObject | None:
        """What lay under a key when the bucket was listed; asked from any thread."""
        with self._lock, _full_disk_told():
            query = "SELECT etag, size_bytes FROM objects WHERE key = ?"
            found = self._database.execute(query, (key,)).fetchone()
        return StoredObject(key, *found) if found else None


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise SetupError(
            f"the temporary file can't be written ({error}); set TMPDIR to a folder with room"
        ) from error
