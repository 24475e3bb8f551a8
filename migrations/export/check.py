"""Every file of an export read again, and compared with what was written."""

import hashlib
import re
from collections.abc import Generator, Iterable, Iterator

from chalicelib.errors import ObjectNotFoundError, SetupError, StorageUnavailableError
from chalicelib.parallel import in_parallel
from migrations.command import Stop
from migrations.export.destination import Destination
from migrations.export.folder import UnwritableError
from migrations.export.manifest import CHECKSUMS

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
Checksum = tuple[str, str]


def checksums(place: Destination) -> Iterator[Checksum]:
    """Paths and SHA-256 of the files that an export has, as it was left.

    Raises:
        SetupError: There is no export that came to its end.
    """
    rest = b""
    try:
        for piece in place.read(CHECKSUMS):
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(_parsed, lines)
    except ObjectNotFoundError as error:
        raise SetupError(f"no export came to its end in {place.name}: {error}") from error
    if rest:
        raise SetupError(f"{CHECKSUMS} in {place.name} was cut off; run the export again")


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
