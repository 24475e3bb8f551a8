"""Dumps of PostgreSQL, read once from beginning to end: what is in them, and whether all is.

Plain ones are read here; one in pg_dump's custom format pg_restore writes as a plain one. That
notices wherever one was cut off, which it does not with its other formats: of those it hangs, or
writes what is left.
https://www.postgresql.org/docs/current/app-pgdump.html
"""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from chalicelib.errors import SetupError

MAKE_ONE = "make one as docs/switching-back.md shows"

_SNIFFED_BYTES = 4096
_LINE_BYTES = 1 << 20
_GZIP, _CUSTOM, _UTF_16 = b"\x1f\x8b", b"PGDMP", b"\xff\xfe"
_TAR, _TAR_AT = b"ustar", 257
_DUMP, _CLUSTER = b"-- PostgreSQL database dump", b"-- PostgreSQL database cluster dump"
_COMPLETE = b" complete"
_END_OF_ROWS = b"\\."
_COPY = re.compile(rb'COPY "?public"?\."?([^" ]+)"? \((.*)\) FROM stdin;')
_CREATE = re.compile(
    rb'CREATE (?:UNLOGGED )?(?:TABLE "?public"?\.|EXTENSION (?:IF NOT EXISTS )?)"?([^" ;]+)'
)
_CONNECT = re.compile(rb"""\\connect (?:-reuse-previous=on "dbname=')?"?([^"']+)""")
_DATABASE = re.compile(rb";\s+dbname: (.+)")
_STARTED = re.compile(rb"(?:-- Started on|; Archive created at) (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\b")


class BackupRefusedError(SetupError):
    """A file is no backup to rely on; the message says why, and the next step."""


@dataclass
class Contents:
    """What is in a dump.

    Attributes:
        whole: Whether it goes on to its last line.
        started: When it was begun, by the clock of whoever made it, whose zone is not known;
            None where it doesn't say.
        databases: Names of those it is of; empty where it doesn't say.
        made: Names of the tables of the schema ``public`` and of the extensions that it makes.
        found: Of each table whose rows are in it the ids that were looked for, and are there.
    """

    whole: bool = False
    started: datetime | None = None
    databases: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    found: dict[str, set[str]] = field(default_factory=dict)


def read_dump(path: Path, database: str, ids: Mapping[str, frozenset[str]]) -> Contents:
    """What a dump holds of one database, in memory that doesn't grow with it.

    Args:
        path: A plain dump, a gzipped one, or one in pg_dump's custom format.
        database: The database's name; rows of others in a dump of a whole server don't count.
        ids: What to look for in the column ``id``, by table of the schema ``public``.

    Raises:
        BackupRefusedError: It can't be read, is damaged or cut off, or is no dump at all.
    """
    try:
        return _read(_lines_of_dump(path), database, ids)
    except FileNotFoundError as error:
        raise BackupRefusedError(f"{path} is not there; {MAKE_ONE}") from error
    except EOFError as error:
        raise BackupRefusedError(f"{path} is cut off: its end is missing; {MAKE_ONE}") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BackupRefusedError(f"{path} is damaged ({error}); {MAKE_ONE}") from error
    except OSError as error:
        raise BackupRefusedError(f"{path} can't be read: {error.strerror}; {MAKE_ONE}") from error


def _lines_of_dump(path: Path) -> Iterator[bytes]:
    start = _beginning(path)
    if start.startswith(_CUSTOM):
        # the first tells of when and what it is, the second is what is in it
        yield from _lines_of_custom(path, "--list")
        yield from _lines_of_custom(path, "--file=-")
        return
    with gzip.open(path) if start.startswith(_GZIP) else path.open("rb") as stream:
        _check_beginning(path, stream.read(_SNIFFED_BYTES))
        stream.seek(0)
        yield from _lines(stream.readline)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SNIFFED_BYTES)


def _check_beginning(path: Path, start: bytes) -> None:
    """Raise `BackupRefusedError` where no plain dump begins so."""
    if not start:
        raise BackupRefusedError(f"{path} is empty; {MAKE_ONE}")
    if start.startswith(_TAR, _TAR_AT):
        raise BackupRefusedError(
            f"{path} is a tar, of which pg_restore doesn't notice a missing end; {MAKE_ONE}"
        )
    if start.startswith(_CUSTOM):
        raise BackupRefusedError(f"{path} is packed twice; unpack it with gunzip, and name that")
    if start.startswith(_UTF_16):
        raise BackupRefusedError(
            f"{path} went through PowerShell's >, and psql can't read it any more; "
            "let pg_dump write it itself, with --file"
        )
    if _DUMP not in start and _CLUSTER not in start:
        raise BackupRefusedError(f"{path} is no dump of PostgreSQL; {MAKE_ONE}")


def _lines_of_custom(path: Path, way: str) -> Iterator[bytes]:
    """What pg_restore writes of a dump in the custom format.

    Raises:
        BackupRefusedError: pg_restore is not installed, or refuses the dump.
    """
    program = shutil.which("pg_restore")
    if program is None:
        raise BackupRefusedError(
            f"{path} can be read by pg_restore alone, which is not installed here; install "
            "PostgreSQL's client programs, or make a plain dump: pg_dump without --format"
        )
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [program, way, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=os.environ | {"TZ": "UTC", "LC_ALL": "C"},  # no hour of its moment is skipped
        )
        with process:
            yield from _lines(cast(IO[bytes], process.stdout).readline)
        if process.returncode:
            complaints.seek(0)
            said = " ".join(complaints.read(_SNIFFED_BYTES).decode(errors="replace").split())
            raise BackupRefusedError(f"{path} is damaged or cut off ({said}); {MAKE_ONE}")


def _lines(readline: Callable[[int], bytes]) -> Iterator[bytes]:
    """Lines without their end, and of very long ones the beginning."""
    while line := readline(_LINE_BYTES):
        last = line
        while not last.endswith(b"\n") and (more := readline(_LINE_BYTES)):
            last = more
        yield line.rstrip(b"\r\n")  # `docker exec -t` ends lines as terminals do


def _read(lines: Iterator[bytes], database: str, ids: Mapping[str, frozenset[str]]) -> Contents:
    contents = Contents()
    current, end = database, _DUMP + _COMPLETE
    for line in lines:
        if copy := _COPY.match(line):
            table = copy[1].decode(errors="replace")
            wanted = ids.get(table, frozenset()) if current == database else frozenset()
            found = _find(wanted, copy[2].replace(b'"', b"").split(b", "), lines)
            if current == database:
                contents.found[table] = found
        elif made := _CREATE.match(line):
            if current == database:
                contents.made.add(made[1].decode(errors="replace"))
        elif line in (_DUMP, _CLUSTER):
            contents.whole = False
            end = line + _COMPLETE if line == _CLUSTER else end
        elif line == end:
            contents.whole = True
        elif connect := _CONNECT.match(line):
            current = connect[1].decode(errors="replace")
            contents.databases.add(current)
        else:
            _note_origin(line, contents)
    return contents


def _note_origin(line: bytes, contents: Contents) -> None:
    if named := _DATABASE.match(line):
        contents.databases.add(named[1].decode(errors="replace"))
    elif moment := _STARTED.match(line):
        contents.started = datetime.fromisoformat(moment[1].decode())


def _find(wanted: frozenset[str], columns: list[bytes], lines: Iterator[bytes]) -> set[str]:
    """Which of these ids the rows of a table have, whose last line is taken, too."""
    looked_for = {each.encode(): each for each in wanted} if b"id" in columns else {}
    place = columns.index(b"id") if looked_for else 0
    found = set()
    for line in lines:
        if line == _END_OF_ROWS:
            break
        if looked_for and (value := line.split(b"\t", place + 1)[place]) in looked_for:
            found.add(looked_for[value])
    return found
