"""The files that belong to the assets of an import: originals, video halves, sidecars."""

from collections.abc import Callable, Iterator
from pathlib import Path

from migrations.immich.paths import PathMap
from migrations.originals import Original
from migrations.spool import Spool

# Of several assets with one file an active one speaks for it.
_ORIGINALS = """
    SELECT assigned.key, path, size_bytes, sha1, min(is_deleted)
    FROM wanted JOIN assigned USING (immich_id) GROUP BY assigned.key ORDER BY position
"""
_SIDECARS = "SELECT DISTINCT sidecar FROM wanted WHERE sidecar IS NOT NULL ORDER BY sidecar"


def files(spool: Spool, paths: PathMap, place: Callable[[str], Path | None]) -> Iterator[Original]:
    """Every file of the assets that have a row or get one, where it lies and what it should be.

    Args:
        spool: As it was gathered, with its rows assigned.
        paths: From Immich's paths to keys.
        place: From Immich's paths to this machine.
    """
    for key, path, size_bytes, sha1, _ in spool.read(_ORIGINALS):
        here = place(path)
        if here is not None:
            yield Original(key, here, size_bytes, sha1)
    for (path,) in spool.read(_SIDECARS):
        side_key, here = paths.key(path), place(path)
        if side_key is not None and here is not None:
            yield Original(side_key, here)
