"""The files that belong to the assets of an import: originals, video halves, sidecars."""

from collections.abc import Callable, Iterator
from pathlib import Path

from chalicelib.domain.object_key import sidecar_key
from migrations.originals import Original
from migrations.spool import Spool

# Of several assets with one file an active one speaks for it.
_ORIGINALS = """
    SELECT assigned.key, path, size_bytes, sha1, min(is_deleted)
    FROM wanted JOIN assigned USING (immich_id) LEFT JOIN found ON found.id = assigned.id
    WHERE NOT coalesce(found.is_purged, 0)
    GROUP BY assigned.key ORDER BY position
"""
_SIDECARS = """
    SELECT min(sidecar), assigned.key
    FROM wanted JOIN assigned USING (immich_id) LEFT JOIN found ON found.id = assigned.id
    WHERE sidecar IS NOT NULL AND NOT coalesce(found.is_purged, 0)
    GROUP BY assigned.key ORDER BY assigned.key
"""


def files(spool: Spool, place: Callable[[str], Path | None]) -> Iterator[Original]:
    """Every file of the assets that have a row or get one, where it lies and what it should be.

    Args:
        spool: As it was gathered, with its rows assigned.
        place: From Immich's paths to this machine.
    """
    for key, path, size_bytes, sha1, _ in spool.read(_ORIGINALS):
        here = place(path)
        if here is not None:
            yield Original(key, here, size_bytes, sha1)
    for path, key in spool.read(_SIDECARS):
        here = place(path)
        if here is not None:  # named after its photo, which takes it along when it is destroyed
            yield Original(sidecar_key(key), here)
