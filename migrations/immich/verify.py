"""Compare an Immich library with what is here: stage by stage, and what differs by its id."""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chalicelib.audit_pages import audit_pages
from chalicelib.storage.tables import Tables
from migrations.immich.apply import PersonWish, changes_of
from migrations.immich.gather import OUTSIDE
from migrations.immich.plan import Wish, decide
from migrations.immich.queries import SourceCounts
from migrations.spool import Spool

# Lists follow rows by the stream: within seconds, after many writes a little longer.
_PATIENCE_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 2.0


@dataclass
class Stage:
    """One kind of what a library holds, counted on every side.

    Attributes:
        name: What people call it.
        in_source: As Immich's database counts it.
        left_out: Of these, those that have no place here: the report names each.
        purged: Of these, those that were destroyed here since.
        in_rows: Those that have their row.
        in_lists: Of these, those whose lists agree with their row.
    """

    name: str
    in_source: int
    left_out: int = 0
    purged: int = 0
    in_rows: int = 0
    in_lists: int = 0

    @property
    def agrees(self) -> bool:
        """Whether nothing is lost."""
        expected = self.in_source - self.left_out - self.purged
        return expected == self.in_rows == self.in_lists


@dataclass
class Verification:
    """What a comparison found.

    Attributes:
        stages: Counts.
        differences: What differs, one line each, by id.
        missing: Rows whose original is still to arrive in the bucket.
    """

    stages: list[Stage]
    differences: list[str] = field(default_factory=list)
    missing: int = 0

    @property
    def agrees(self) -> bool:
        """Whether all that Immich has is here."""
        return not self.differences and all(stage.agrees for stage in self.stages)


def verify(
    spool: Spool,
    counts: SourceCounts,
    wishes: Iterable[Wish],
    persons: Sequence[PersonWish],
    lists: "ListDifferences",
) -> Verification:
    """Compare; rows as they were just read again.

    Args:
        spool: With what was left out.
        counts: Of the source, counted by its database.
        wishes: Every asset with its row as it is now.
        persons: Every person with its row as it is now.
        lists: In what rows and lists differ.
    """
    active, deleted = Stage("active assets", counts.active), Stage("recycle bin", counts.deleted)
    chosen = {wish.person.id for wish in persons}
    named = Stage("persons", counts.persons_named, counts.persons_named - len(chosen))
    faces = Stage("face detections", counts.faces)
    for is_deleted, assets, known_faces in spool.read(_LEFT_OUT):
        (deleted if is_deleted else active).left_out += assets
        faces.left_out += known_faces
    found = Verification([active, deleted, named, faces])
    for wish in wishes:
        _compare(wish, deleted if _in_bin(wish) else active, faces, lists.ids, found)
    found.differences += (
        f"asset {known} ({path}): {reason}" for known, path, reason in spool.read(_REFUSED)
    )
    missing = {wish.person.id for wish in persons if wish.here is None}
    named.in_rows = named.in_lists = len(chosen) - len(missing)
    found.differences += (f"person {known} has no row" for known in sorted(missing))
    found.differences += (
        f"person {wish.person.id}: Immich says otherwise" for wish in persons if changes_of(wish)
    )
    found.differences += lists.lines
    return found


# What lies outside of every --map stays behind because somebody chose so; these nobody chose.
_REFUSED = f"""
    SELECT immich_id, path, reason FROM left_out WHERE why <> '{OUTSIDE}'
    ORDER BY path, immich_id
"""  # noqa: S608 (a constant of ours)
_LEFT_OUT = "SELECT is_deleted, count(*), sum(faces) FROM left_out GROUP BY is_deleted"


def _in_bin(wish: Wish) -> bool:
    return wish.asset.deleted_at is not None


def _compare(
    wish: Wish, stage: Stage, faces: Stage, unlisted: Collection[str], found: Verification
) -> None:
    decision, row = decide(wish, datetime.now(UTC)), wish.row
    count = len(wish.asset.faces)
    if decision.kind == "purged":
        stage.purged += 1
        faces.purged += count
        return
    if row is None:
        found.differences.append(f"asset {wish.asset.immich_id} ({wish.asset.key}) has no row")
        return
    # An original that arrived since heals its row by itself.
    changes = set(decision.changes) - {"original_missing"}
    if changes:
        names = ", ".join(sorted(changes - {"imported"})) or "what Immich says"
        found.differences.append(f"asset {row.id} ({row.key}): {names}")
    is_listed = row.id not in unlisted
    # Those that were changed here are its own business.
    here = len(row.faces) if "faces" not in decision.kept else count
    found.missing += not wish.has_object
    stage.in_rows += 1
    stage.in_lists += is_listed
    faces.in_rows += here
    faces.in_lists += here if is_listed else 0


@dataclass(frozen=True)
class ListDifferences:
    """In what rows and lists of some galleries differ.

    Attributes:
        ids: Assets whose place in a list is not the one of their row.
        lines: One for each place and each wrong total.
    """

    ids: frozenset[str]
    lines: tuple[str, ...]


def list_differences(tables: Tables, galleries: Collection[str]) -> ListDifferences:
    """Compare all rows with all lists, and tell what concerns some galleries."""
    audit = audit_pages(tables)
    ids: set[str] = set()
    lines: list[str] = []
    for (gallery, view, bucket), change in sorted(audit.changes.items()):
        if gallery in galleries:
            ids.update(change.positions)
            lines += (f"list {gallery}/{view}/{bucket}: {known}" for known in change.positions)
    lines += (
        f"total of list {gallery}/{view}"
        for gallery, view in audit.wrong_totals
        if gallery in galleries
    )
    return ListDifferences(frozenset(ids), tuple(lines))


def settled_lists(
    tables: Tables,
    galleries: Collection[str],
    tell: Callable[[int], None],
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> ListDifferences:
    """Compare rows with lists until they agree, or until nothing changes any more.

    Args:
        tables: The rows and the lists.
        galleries: Whose lists.
        tell: Told how many differences there are still.
        wait: Lets seconds pass.
        clock: Seconds.
    """
    fewest, since = None, clock()
    while True:
        found = list_differences(tables, galleries)
        left = len(found.lines)
        if not left:
            return found
        if fewest is None or left < fewest:
            fewest, since = left, clock()
        elif clock() - since > _PATIENCE_SECONDS:
            return found
        tell(left)
        wait(_LOOK_EVERY_SECONDS)
