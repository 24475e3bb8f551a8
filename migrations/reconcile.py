"""Compare the bucket's objects with the rows, and make the rows agree.

Compare; nothing is written:

    python -m migrations.reconcile

Take in what has no row, and put into the bin what has no original:

    python -m migrations.reconcile --migrate

An object without a row is taken in as if it had just arrived; one that was replaced, or whose
thumbnail was lost, is drawn again. A row whose original is gone goes to the bin as
original-missing, and comes back with its object. Originals are only read. Files that the gallery
does not take in, and those named like thumbnails that belong to no photo, are named and left
alone; sidecars (.xmp) are counted. Safe to interrupt and to run again.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing

from chalicelib.backfill_thumbnails import check_reachable
from chalicelib.create_thumbnail import Studio
from chalicelib.errors import ConflictError, ForeignKeyRefusedError, StorageUnavailableError
from chalicelib.parallel import in_parallel
from chalicelib.reconcile import Finding, Tally, find_differences
from chalicelib.take_in import take_in
from migrations.command import DONE, SOME_FAILED, Stop, command_parser, run
from migrations.lines import plural, shown
from migrations.progress import Progress
from migrations.spool import Spool
from migrations.target import OpenGallery, add_target_options, find_target, open_gallery

_FINDINGS = """
    CREATE TABLE findings (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL
    )
"""
_KINDS = {
    "no-row": "has no row",
    "no-object": "has a row, but is not in the bucket",
    "replaced": "was replaced",
    "returned": "is back",
    "no-thumbnail": "has lost its thumbnail",
    "stray": "left alone",
    "refused": "left alone",
}
_OUTCOMES = {
    "drawn": "taken in",
    "undrawable": "taken in, but can't be drawn",
    "missing": "put into the bin",
    "unchanged": "right already",
    "gone": "gone meanwhile",
}
_SHOW_EVERY = 500
MAX_WORKERS = 64


def main(argv: Sequence[str] | None = None, opened: OpenGallery = open_gallery) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("reconcile", __doc__)
    parser.add_argument("--migrate", action="store_true", help="mend (else: only compare)")
    add_target_options(parser)
    flags = parser.parse_args(argv)
    return run(lambda stop: _reconcile(flags, opened, stop))


def _reconcile(flags: argparse.Namespace, opened: OpenGallery, stop: Stop) -> int:
    progress = Progress()
    target = find_target(flags)
    for line in target.lines():
        progress.result(line)
    studio = opened(target).studio
    check_reachable(studio)
    tally = Tally()

    def tell() -> None:
        if (tally.rows + tally.objects) % _SHOW_EVERY == 0:
            stop.check()
            progress.show("comparing", tally.rows + tally.objects)

    tally.tell = tell
    with closing(progress), Spool(_FINDINGS) as spool:
        # All of them first: what is mended would show up in a listing that goes on.
        found = find_differences(studio.assets, studio.media, tally)
        rows = ((finding.kind, finding.key, finding.reason) for finding in found)
        spool.write("INSERT INTO findings (kind, key, reason) VALUES (?, ?, ?)", rows)
        progress.close()
        compared = f"compared {plural(tally.rows, 'row')} with {plural(tally.objects, 'object')}"
        for finding in _findings(spool, left_alone=True):
            progress.result(f"{_told(finding)}: {shown(finding.reason)}")
        left_alone = spool.number("SELECT count(*) FROM findings WHERE reason <> ''")
        total = spool.number("SELECT count(*) FROM findings WHERE reason = ''")
        beside = f", {plural(left_alone, 'object')} left alone" if left_alone else ""
        beside += f", {plural(tally.sidecars, 'sidecar')}" if tally.sidecars else ""
        if not total:
            progress.result(f"{compared}: they agree{beside}")
            return DONE
        if not flags.migrate:
            for finding in _findings(spool, left_alone=False):
                progress.result(_told(finding))
            progress.result(
                f"{compared}: {plural(total, 'difference')}{beside}; "
                "nothing was written: pass --migrate to mend them"
            )
            return SOME_FAILED
        done = _mend(spool, studio, total, progress, stop)
        parts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(done.items()))
        progress.result(f"{compared}: {parts or 'nothing done'}{beside}")
        return SOME_FAILED if done["failed; the next run tries again"] else DONE


def _mend(spool: Spool, studio: Studio, total: int, progress: Progress, stop: Stop) -> Counter[str]:
    """Take in what differs; one that can't be never stops the rest.

    Raises:
        SetupError: Nothing can be mended any more.
    """
    done: Counter[str] = Counter()

    def work(finding: Finding) -> tuple[str, str]:
        try:
            outcome, _ = take_in(finding.key, studio)
        except (ConflictError, StorageUnavailableError, ForeignKeyRefusedError) as error:
            return "failed; the next run tries again", str(error)
        return _OUTCOMES[outcome], ""

    workers = min(MAX_WORKERS, 4 * (os.cpu_count() or 1))
    results = in_parallel(work, _findings(spool, left_alone=False), workers, stop)
    for number, (finding, (outcome, reason)) in enumerate(results, 1):
        done[outcome] += 1
        why = f": {shown(reason)}" if reason else ""
        progress.result(f"[{number}/{total}] {_told(finding)}: {outcome}{why}")
        progress.show("mending", number, total)
    progress.close()
    return done


def _findings(spool: Spool, *, left_alone: bool) -> Iterator[Finding]:
    query = "SELECT kind, key, reason FROM findings WHERE (reason <> '') = ? ORDER BY number"
    return (Finding(*row) for row in spool.read(query, left_alone))


def _told(finding: Finding) -> str:
    return f"{shown(finding.key)} {_KINDS[finding.kind]}"


if __name__ == "__main__":
    sys.exit(main())
