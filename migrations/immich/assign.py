"""Which row is whose: the one that an asset was given, the one of its key, or a new one."""

import uuid
from collections.abc import Iterator, Mapping
from itertools import islice

from chalicelib.domain.object_key import NAMESPACE, candidate_ids, dropped_in_id, new_id, stem
from migrations.spool import Spool

KEY_TAKEN = "key-taken"
# An asset keeps the row that it was given, or its tombstone.
_OWN = """
    INSERT INTO assigned SELECT immich_id, id, key FROM (
        SELECT immich_id, found.id, found.key, row_number() OVER (
            PARTITION BY immich_id ORDER BY is_purged, found.key <> wanted.key, found.id
        ) AS place
        FROM wanted JOIN found USING (immich_id)
    ) WHERE place = 1
"""
# The photo that had its path before has its key: that is another picture.
_LEAVE_OUT_KEYS_OF_OTHERS = f"""
    INSERT OR IGNORE INTO left_out
    SELECT immich_id, path, '{KEY_TAKEN}', 'another photo has its key ' || key, is_deleted, faces
    FROM wanted AS w
    WHERE NOT EXISTS (SELECT 1 FROM assigned WHERE assigned.immich_id = w.immich_id)
    AND EXISTS (
        SELECT 1 FROM assigned JOIN wanted AS moved USING (immich_id)
        WHERE assigned.key = w.key AND moved.key <> assigned.key
    )
"""  # noqa: S608 (a constant of ours)
_DROP_LEFT_OUT = "DELETE FROM wanted WHERE immich_id IN (SELECT immich_id FROM left_out)"
# The rest: of those under a key the preferred one first, active before deleted.
_WITHOUT_ROW = """
    SELECT immich_id, key FROM wanted AS w
    WHERE NOT EXISTS (SELECT 1 FROM assigned WHERE assigned.immich_id = w.immich_id)
    ORDER BY key, is_deleted, is_offline, immich_id
"""
# Whose asset is gone from Immich is free for another.
_FREE_ROWS = """
    SELECT id FROM found WHERE key = ? AND NOT is_purged
    AND (immich_id IS NULL
         OR NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.immich_id = found.immich_id))
    ORDER BY id
"""


def assign(spool: Spool) -> None:
    """Give each asset its row: the one it has, the one of its key, or a new one."""
    spool.change("DELETE FROM assigned")
    spool.change(_OWN)
    spool.change(_LEAVE_OUT_KEYS_OF_OTHERS)
    spool.change(_DROP_LEFT_OUT)
    spool.write("INSERT INTO assigned VALUES (?, ?, ?)", _new_assignments(spool))


def _new_assignments(spool: Spool) -> Iterator[tuple[str, str, str]]:
    last: str | None = None
    free: list[str] = []
    stems: dict[str, str] = {}  # handed out, with their keys; not all of them are written yet
    for immich_id, key in spool.read(_WITHOUT_ROW):
        if key != last:
            last, free = key, _free_ids(spool, key, stems)
        # A row of its own, however often it is asked for.
        own = str(uuid.uuid5(NAMESPACE, f"{key}{immich_id}"))
        given = free.pop(0) if free else own
        if given == stem(key):
            stems[given] = key
        yield immich_id, given, key


def _free_ids(spool: Spool, key: str, stems: Mapping[str, str]) -> list[str]:
    """Ids that an object's rows may have, the one that its events look for first.

    It is there if nobody has it; the others are of rows that no asset owns.
    """
    rows = [known for (known,) in spool.read(_FREE_ROWS, key)]
    own = [known for known in candidate_ids(key) if known in rows]
    if not own:
        unused = (known for known in _own_ids(key) if _is_unused(spool, known, key, stems))
        own = list(islice(unused, 1))
    return own + [known for known in rows if known not in own]


def _own_ids(key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((new_id(key), dropped_in_id(key))))


def _is_unused(spool: Spool, known: str, key: str, stems: Mapping[str, str]) -> bool:
    """Whether nothing stands under an id but, perhaps, a tombstone of this very key."""
    if stems.get(known, key) != key or spool.number(_IS_ASSIGNED, known):
        return False
    return not spool.number(_IS_ANOTHERS, known, key)


_IS_ASSIGNED = "SELECT EXISTS (SELECT 1 FROM assigned WHERE id = ?)"
_IS_ANOTHERS = "SELECT EXISTS (SELECT 1 FROM found WHERE id = ?1 AND (key <> ?2 OR NOT is_purged))"
