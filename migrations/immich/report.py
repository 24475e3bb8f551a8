"""What an import tells: what it found, what it would write or wrote, what it left out and why."""

import json
import shlex
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from migrations.immich.gather import OUTSIDE
from migrations.immich.oddities import ODDITIES
from migrations.immich.paths import top_folder
from migrations.immich.plan import Tally
from migrations.immich.verify import Verification
from migrations.lines import plural, shown
from migrations.spool import Spool
from migrations.target import Target

# Of each kind so many are named here; --report names all.
NAMED = 10


def plan_lines(tally: Tally, *, is_done: bool) -> Iterator[str]:
    """How many rows are to be written, or were."""
    make, change = ("created", "changed") if is_done else ("to create", "to change")
    yield f"{'':<16}{make:>12}{change:>12}{'unchanged':>12}{'purged here':>13}"
    for name, is_deleted in (("active assets", False), ("recycle bin", True)):
        yield (
            f"{name:<16}"
            f"{tally.of('create', is_deleted=is_deleted):>12,}"
            f"{tally.of('change', is_deleted=is_deleted):>12,}"
            f"{tally.of('same', is_deleted=is_deleted):>12,}"
            f"{tally.of('purged', is_deleted=is_deleted):>13,}"
        )
    if tally.kept:
        kept = ", ".join(f"{name} {count:,}" for name, count in sorted(tally.kept.items()))
        yield f"changed in Immich and here, and kept as here: {kept}"


def oddity_lines(spool: Spool) -> Iterator[str]:
    """What was odd, how often, and by which rule it was taken."""
    found = list(spool.read("SELECT name, count(*) FROM oddities GROUP BY name ORDER BY name"))
    if found:
        yield "what was odd, and the rule for it:"
    for name, count in found:
        yield f"{count:>9,}  {name}: {ODDITIES[name]}"


def left_out_lines(spool: Spool) -> Iterator[str]:
    """What has no place here: how many, and the first of them."""
    query = "SELECT why, count(*) FROM left_out GROUP BY why ORDER BY why"
    for why, count in list(spool.read(query)):
        yield f"{why}: {plural(count, 'asset')}: {ODDITIES[why]}"
        if why == OUTSIDE:
            yield from _folder_lines(spool)
        some = spool.read(_SOME_LEFT_OUT, why, NAMED)
        yield from (f"      {known} {shown(path)}: {shown(reason)}" for known, path, reason in some)
        if count > NAMED:
            yield f"      and {count - NAMED:,} more; --report FILE names all"


def _folder_lines(spool: Spool) -> Iterator[str]:
    paths = spool.read("SELECT path FROM left_out WHERE why = ?", OUTSIDE)
    folders = Counter(top_folder(path) for (path,) in paths)
    yield from (f"{count:>9,}  {shown(folder)}" for folder, count in sorted(folders.items()))


_SOME_LEFT_OUT = """
    SELECT immich_id, path, reason FROM left_out WHERE why = ? ORDER BY path, immich_id LIMIT ?
"""


def write_report(path: Path, spool: Spool, verification: Verification | None) -> int:
    """Write one JSON object a line for everything that was odd, left out or differs.

    Returns:
        How many lines.
    """
    count = 0
    with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for line in _report(spool, verification):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _report(spool: Spool, verification: Verification | None) -> Iterator[dict[str, str]]:
    for immich_id, path, why, reason in spool.read(
        "SELECT immich_id, path, why, reason FROM left_out ORDER BY path, immich_id"
    ):
        yield {"kind": why, "immich_id": immich_id, "path": path, "reason": reason}
    query = "SELECT name, immich_id, path FROM oddities ORDER BY name, path, immich_id"
    for name, immich_id, path in spool.read(query):
        yield {"kind": name, "immich_id": immich_id, "path": path, "reason": ODDITIES[name]}
    for difference in verification.differences if verification else ():
        yield {"kind": "difference", "reason": difference}


def verification_lines(found: Verification) -> Iterator[str]:
    """What Immich, the rows and the lists hold, side by side, and what differs."""
    yield f"{'':<16}{'in Immich':>12}{'left out':>11}{'purged here':>13}{'rows':>10}{'lists':>10}"
    for stage in found.stages:
        yield (
            f"{stage.name:<16}{stage.in_source:>12,}{stage.left_out:>11,}{stage.purged:>13,}"
            f"{stage.in_rows:>10,}{stage.in_lists:>10,}{'' if stage.agrees else '  DIFFERS'}"
        )
    yield from (f"      {shown(line)}" for line in found.differences[:NAMED])
    if len(found.differences) > NAMED:
        yield f"      and {len(found.differences) - NAMED:,} more; --report FILE names all"
    if found.agrees:
        yield "verified: rows and lists agree with Immich"
    else:
        yield f"not the same: {plural(max(len(found.differences), 1), 'difference')}"


@dataclass(frozen=True)
class StillToArrive:
    """Originals that are not in the bucket, and how they get there.

    Attributes:
        count: How many.
        moved: Of these, those whose path changed in Immich since their row was made.
        pairs: From folders, as Immich sees them, to prefixes of keys.
        places: Where these folders lie on this machine, as far as it was told.
        own_folders: Where Immich keeps its uploads, and beside them what it made of them.
    """

    count: int
    moved: int
    pairs: Sequence[tuple[str, str]]
    places: Mapping[str, Path]
    own_folders: Collection[str]

    def line(self, target: Target) -> str:
        """What a person is told last, with the command that uploads them.

        Args:
            target: Whose bucket.
        """
        if not self.count:
            return "every original is in the bucket"
        told = f"{plural(self.count, 'original')} still to arrive in the bucket; upload with"
        if self.moved:  # by their new paths they would come under other keys
            return f"{told} --originals FOLDER: {self.moved:,} have another path in Immich by now"
        commands = (self._command(folder, prefix, target) for folder, prefix in self.pairs)
        return f"{told} --originals FOLDER, or: {' && '.join(commands)}"

    def _command(self, folder: str, prefix: str, target: Target) -> str:
        here = str(self.places.get(folder, f"FOLDER-OF{folder}"))
        flags = [
            *(("--endpoint-url", target.endpoint) if target.endpoint else ()),
            *(("--profile", target.profile) if target.profile else ()),
        ]
        if folder in self.own_folders:
            flags += chain.from_iterable(("--exclude", f"{made}/*") for made in _MADE_BY_IMMICH)
        place = f"s3://{target.settings.bucket}/{prefix}"
        return shlex.join(["aws", "s3", "sync", here, place, "--size-only", *flags])


# Beside the originals, in Immich's own folder.
_MADE_BY_IMMICH = ("thumbs", "encoded-video", "profile", "backups")
