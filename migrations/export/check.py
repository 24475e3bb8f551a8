"""Every file of an export read again, and compared with what was written."""

import hashlib
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager

from chalicelib.errors import ObjectNotFoundError, SetupError, StorageUnavailableError
from chalicelib.parallel import in_parallel
from migrations.command import Stop
from migrations.export.destination import Destination
from migrations.export.folder import ReadOnlyError, UnwritableError
from migrations.export.manifest import CHECKSUMS
from migrations.spool import Spool

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
Checksum = tuple[str, str]
# A run that was interrupted wrote, moved and removed files since.
_EXPECTED = """
    SELECT path, sha256 FROM files
    UNION ALL SELECT path, sha256 FROM sums
    WHERE path NOT IN (SELECT path FROM files) AND path NOT IN (SELECT path FROM gone)
    ORDER BY path
"""


def checksums(place: Destination) -> Iterator[Checksum]:
    """Paths and SHA-256 of the files that an export has, as it was left.

    Raises:
        SetupError: It has been cut off, or is something else.
    """
    rest = b""
    for piece in place.read(CHECKSUMS):
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(_parsed, lines)
    if rest:
        raise SetupError(f"{CHECKSUMS} in {place.name} was cut off; run the export again")


def expected(place: Destination, spool: Spool) -> Iterator[Checksum]:
    """What each file of an export should be: as its journal says, else as it was left.

    Args:
        place: Where it is.
        spool: With its journal.
    """
    spool.write_groups([[("CREATE TABLE sums (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL)", ())]])
    spool.write("INSERT OR REPLACE INTO sums VALUES (?, ?)", checksums(place))
    return spool.read(_EXPECTED)


@contextmanager
def opened_to_note(place: Destination) -> Iterator[bool]:
    """A place that nobody else writes to meanwhile; whether anything can be noted there.

    Raises:
        SetupError: There is no export that came to its end, or one is under way.
    """
    if place.size(CHECKSUMS) is None:
        raise SetupError(f"no export came to its end in {place.name}")
    try:
        place.open()
    except ReadOnlyError:
        yield False
        return
    try:
        yield True
    finally:
        place.close()


def compared(
    place: Destination, files: Iterable[Checksum], workers: int, stop: Stop
) -> Generator[tuple[Checksum, str], None, None]:
    """Each file with what is wrong with it, or nothing."""

    def look(file: Checksum) -> str:
        path, sha256 = file
        digest = hashlib.sha256()
        try:
            for piece in place.read(path):
                digest.update(piece)
        except ObjectNotFoundError:
            return "is gone"
        except (StorageUnavailableError, UnwritableError) as error:
            return f"can't be read: {error}"
        return "" if digest.hexdigest() == sha256 else "is not what was written"

    return in_parallel(look, files, workers, stop)


def _parsed(line: bytes) -> Checksum:
    found = _LINE.fullmatch(line.decode(errors="replace"))
    if found is None:
        raise SetupError(f"{CHECKSUMS} has a line that is none: {line[:100]!r}")
    return found[2], found[1]
