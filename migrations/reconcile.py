"""Compare the bucket's objects with the rows, and make the rows agree.

    python -m migrations.reconcile               # compares
    python -m migrations.reconcile --migrate     # takes in what has no row, bins what has no object

An object without a row is taken in, as if it had just arrived. A row whose original is gone goes
to the bin as `original-missing`, and comes back with its object. Objects are never changed.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from chalicelib.create_thumbnail import Studio
from chalicelib.errors import (
    ConflictError,
    ForeignKeyRefusedError,
    SetupError,
    StorageUnavailableError,
)
from chalicelib.reconcile import Finding, Tally, find_differences
from chalicelib.take_in import take_in
from migrations.progress import Progress
from migrations.target import DONE, EPILOG, SOME_FAILED, add_target_flags, complain, find_target

_WORDS = {
    "no-row": "object without a row",
    "no-object": "row without its original",
    "no-thumbnail": "row without its thumbnail",
    "stray": "left alone",
    "refused": "left alone",
}
_OUTCOMES = {
    "drawn": "taken in",
    "undrawable": "taken in, can't be drawn",
    "missing": "to the bin as original-missing",
    "unchanged": "nothing to do",
    "gone": "gone meanwhile",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, show, and with ``--migrate`` mend; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m migrations.reconcile",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--migrate", action="store_true", help="mend (default: only compare)")
    add_target_flags(parser)
    options = parser.parse_args(argv)
    try:
        target = find_target(options)
        print(f"working on {target.name}", flush=True)
        target.gallery.media.check()
        return run(target.gallery.studio, migrate=options.migrate)
    except (SetupError, StorageUnavailableError) as error:
        return complain(error)


def run(studio: Studio, *, migrate: bool) -> int:
    """What `main` does once the gallery is found.

    Raises:
        SetupError, StorageUnavailableError: The table or the bucket can't be read.
    """
    tally = Tally()
    done: Counter[str] = Counter()
    # All of them first: what is mended would show up in a listing that goes on.
    findings = list(_counted(find_differences(studio.assets, studio.media, tally), tally))
    left, failed = _go_through(findings, studio, done, migrate=migrate)
    parts = [f"{count:,} {what}" for what, count in done.items()]
    print(f"compared {tally.rows:,} rows with {tally.objects:,} objects")
    if left and not migrate:
        print(f"{left:,} differ; nothing was written; pass --migrate to mend them")
        return SOME_FAILED
    if failed:
        print(f"{failed:,} could not be mended: run this again to try them")
        return SOME_FAILED
    print(", ".join(parts) if parts else "rows and objects agree")
    return DONE


def _go_through(
    findings: Iterable[Finding], studio: Studio, done: Counter[str], *, migrate: bool
) -> tuple[int, int]:
    """Show each finding and mend it if asked to; (to be mended, failed)."""
    left = failed = 0
    for finding in findings:
        line = f"{_WORDS[finding.kind]}: {finding.key}"
        if not finding.is_mended_by_taking_in:
            print(f"{line}: {finding.reason}", flush=True)
            continue
        left += 1
        if not migrate:
            print(line, flush=True)
            continue
        try:
            outcome, _ = take_in(finding.key, studio)
        except (ConflictError, StorageUnavailableError, ForeignKeyRefusedError) as error:
            failed += 1
            print(f"{line}: FAILED: {error}", flush=True)
            continue
        done[_OUTCOMES[outcome]] += 1
        print(f"{line}: {_OUTCOMES[outcome]}", flush=True)
    return left, failed


def _counted(findings: Iterable[Finding], tally: Tally) -> Iterable[Finding]:
    progress = Progress("rows and objects compared")
    for finding in findings:
        progress(tally.rows + tally.objects)
        yield finding
    progress.clear()


if __name__ == "__main__":
    sys.exit(main())
