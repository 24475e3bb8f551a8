"""What an import would write about each asset, once its row is known."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.domain.asset import KEPT_IN_BIN, ORIGINAL_MISSING, RETURNED, Asset
from chalicelib.domain.object_key import candidate_ids
from migrations.immich.gather import Heirs, unpacked
from migrations.immich.merge import ASSET_GROUPS, CURATED, digests, merge
from migrations.spool import Spool

# create: it has no row yet; change: Immich says something anew; same: nothing to write;
# purged: it was destroyed here, or is just being, and does not come back
Kind = Literal["create", "change", "same", "purged"]
MOVED = "moved-in-immich"
DUPLICATE, DANGLING, SHARED = "duplicate-path", "dangling-video-half", "shared-video-half"


@dataclass(frozen=True)
class Wish:
    """What an asset's row is to be, with all that decides about it.

    Attributes:
        asset: As Immich says it, under the id and the key of its row.
        row: As it is here; None where there is none.
        has_object: Whether its original was in the bucket when that was listed.
        is_purged: Whether a tombstone stands in the row's place.
        heir_of: By id, who the persons of its gallery that were merged here are by now.
    """

    asset: Asset
    row: Asset | None
    has_object: bool
    is_purged: bool = False
    heir_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def missed_its_event(self) -> bool:
        """Whether its original came before it: no event leads to a row that shares another's."""
        row = self.row
        is_waiting = row is not None and row.original_missing and self.has_object
        return is_waiting and self.asset.id not in candidate_ids(self.asset.key)


@dataclass(frozen=True)
class Decision:
    """What to write about an asset.

    Attributes:
        kind: What it comes to.
        changes: Of the row that is there, or of the row to be made beyond what Immich says.
        kept: What changed in Immich and here, and stays as it is here.
    """

    kind: Kind
    changes: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def decide(wish: Wish, now: datetime) -> Decision:
    """What an import writes about an asset; the same for the plan and for whoever applies it.

    Args:
        wish: What Immich says, and what is here.
        now: UTC; what comes into the bin is kept there for its whole time from then on.
    """
    wanted, row = wish.asset, wish.row
    if wish.is_purged or (row is not None and row.purging is not None):
        return Decision("purged")
    if row is None:
        noted = digests(ASSET_GROUPS, wanted)
        changes = {"imported": noted, "original_missing": not wish.has_object}
        if _came_back(wish):
            return Decision("create", {**changes, **RETURNED})
        return Decision("create", changes | _kept(wanted.deleted_at, now))
    is_measured = row.source_etag is not None
    found = merge(ASSET_GROUPS, row, wanted, is_measured=is_measured, heir_of=wish.heir_of)
    changes = dict(found.changes)
    if changes.keys() & _BIN:
        changes |= _kept(wanted.deleted_at, now)
        if _came_back(wish):
            changes |= dict.fromkeys(_BIN)
    if row.immich_id != wanted.immich_id:
        changes["immich_id"] = wanted.immich_id
    shared = tuple(sorted({*row.same_object_as, *wanted.same_object_as}))
    if shared != row.same_object_as:
        changes["same_object_as"] = shared
    if row.original_missing and wish.has_object:
        changes["original_missing"] = False
    kept = tuple(name for name in found.kept if name in CURATED)
    return Decision("change" if changes else "same", changes, kept)


_BIN = frozenset({"deleted_at", "deleted_reason"})


def _came_back(wish: Wish) -> bool:
    """Whether Immich missed a file that is in the bucket."""
    return wish.asset.deleted_reason == ORIGINAL_MISSING and wish.has_object


def _kept(deleted_at: datetime | None, now: datetime) -> dict[str, Any]:
    return {"kept_until": now + KEPT_IN_BIN} if deleted_at is not None else {}


_WISHES = """
    SELECT wanted.item, assigned.id, assigned.key, found.item, found.is_purged,
        objects.key IS NOT NULL, video.id,
        EXISTS (SELECT 1 FROM wanted AS still WHERE still.live_video = wanted.immich_id)
    FROM wanted
    JOIN assigned USING (immich_id)
    LEFT JOIN found ON found.id = assigned.id
    LEFT JOIN objects ON objects.key = assigned.key
    LEFT JOIN assigned AS video ON video.immich_id = wanted.live_video
        AND wanted.immich_id = (
            SELECT first.immich_id FROM wanted AS first WHERE first.live_video = wanted.live_video
            ORDER BY first.is_deleted, first.immich_id LIMIT 1
        )
    ORDER BY wanted.position, wanted.immich_id
"""
_SHARED_KEYS = "SELECT key FROM assigned GROUP BY key HAVING count(*) > 1"
_IDS_OF_KEY = """
    SELECT id FROM assigned WHERE key = ?1
    UNION SELECT id FROM found WHERE key = ?1 AND NOT is_purged ORDER BY id
"""
_ODDITIES = {
    MOVED: """
        SELECT immich_id, path FROM wanted JOIN assigned USING (immich_id)
        WHERE assigned.key <> wanted.key
    """,
    DUPLICATE: """
        SELECT immich_id, path FROM wanted
        WHERE key IN (SELECT key FROM wanted GROUP BY key HAVING count(*) > 1)
    """,
    DANGLING: """
        SELECT immich_id, path FROM wanted AS w WHERE live_video IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM wanted AS video WHERE video.immich_id = w.live_video)
    """,
    SHARED: """
        SELECT immich_id, path FROM wanted WHERE live_video IN (
            SELECT live_video FROM wanted GROUP BY live_video HAVING count(*) > 1
        )
    """,
}


def note_oddities(spool: Spool) -> None:
    """Count what only all assets together tell."""
    for name, query in _ODDITIES.items():
        spool.change(f"INSERT INTO oddities SELECT '{name}', * FROM ({query})")  # noqa: S608


def wishes(spool: Spool, bucket: str, heirs: Heirs) -> Iterator[Wish]:
    """Every asset that has a key, in the order of the lists.

    Args:
        spool: With the rows assigned.
        bucket: Where their objects lie.
        heirs: Who the persons that were merged here are by now.
    """
    shared = {key: _ids(spool, key) for (key,) in list(spool.read(_SHARED_KEYS))}
    for item, row_id, key, row, is_purged, has_object, video, is_half in spool.read(_WISHES):
        others = tuple(other for other in shared.get(key, ()) if other != row_id)
        asset = unpacked(
            item,
            bucket,
            id=row_id,
            key=key,
            url=key,
            thumbnail_url=key,
            live_video_id=video,
            is_live_video=bool(is_half),
            same_object_as=others,
        )
        found = unpacked(row, bucket) if row else None
        heir_of = heirs.get(asset.gallery, {})
        yield Wish(asset, found, bool(has_object), bool(is_purged), heir_of)


def missing_and_moved(spool: Spool) -> int:
    """How many wait for an original whose path changed in Immich since."""
    return spool.number(_MISSING_AND_MOVED)


_MISSING_AND_MOVED = """
    SELECT count(*) FROM wanted JOIN assigned USING (immich_id)
    LEFT JOIN objects ON objects.key = assigned.key
    WHERE assigned.key <> wanted.key AND objects.key IS NULL
"""


def missed_events(spool: Spool) -> bool:
    """Whether rows may wait for an original that is there: then each is worth a look."""
    return spool.number(_MAY_HAVE_MISSED) > 0


# Only several rows of one key: the first of them is the one that events lead to.
_MAY_HAVE_MISSED = """
    SELECT EXISTS (
        SELECT 1 FROM assigned JOIN objects USING (key) GROUP BY key HAVING count(*) > 1
    )
"""


def _ids(spool: Spool, key: str) -> tuple[str, ...]:
    return tuple(known for (known,) in spool.read(_IDS_OF_KEY, key))


@dataclass
class Tally:
    """What a plan comes to, or what was done of it.

    Attributes:
        kinds: How many assets of each kind, by whether they are in the bin.
        kept: How many keep what was changed here, by what that is.
        missing: Whose original is not in the bucket.
        faces: Of those that have a row or get one.
        failed: Ids that could not be written, with the reason.
    """

    kinds: Counter[tuple[Kind, bool]] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    faces: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def add(self, wish: Wish, decision: Decision) -> None:
        """Count one."""
        is_deleted = wish.asset.deleted_at is not None
        self.kinds[decision.kind, is_deleted] += 1
        self.kept.update(decision.kept)
        if decision.kind != "purged":
            self.missing += not wish.has_object
            self.faces += len(wish.asset.faces)

    @property
    def writes(self) -> int:
        """How many rows are to be written."""
        return self.of("create") + self.of("change")

    def of(self, kind: Kind, *, is_deleted: bool | None = None) -> int:
        """How many of a kind; of the bin, of the rest, or of both for None."""
        if is_deleted is None:
            return self.kinds[kind, False] + self.kinds[kind, True]
        return self.kinds[kind, is_deleted]


def row_to_make(wish: Wish, decision: Decision) -> Asset:
    """The row that a decision to create one means."""
    return dataclasses.replace(wish.asset, **decision.changes)
