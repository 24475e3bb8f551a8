"""Compare every list with the rows, and repair what differs.

Compare; nothing is written:

    python -m migrations.audit

Compare and repair:

    python -m migrations.audit --migrate

The rows are the truth; lists are made from them. A merge of persons that was left half way is
finished. Safe at any time, safe to interrupt and to run again.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

from chalicelib.audit_pages import Audit, audit_pages, repair_pages
from chalicelib.errors import PagesBusyError
from migrations.command import DONE, SOME_FAILED, command_parser, run
from migrations.lines import plural, shown
from migrations.progress import Progress
from migrations.target import OpenGallery, add_target_options, find_target, open_gallery

_NAMED = 20


def main(argv: Sequence[str] | None = None, opened: OpenGallery = open_gallery) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("audit", __doc__)
    parser.add_argument("--migrate", action="store_true", help="repair (else: only compare)")
    add_target_options(parser, with_pages=True)
    flags = parser.parse_args(argv)
    return run(lambda _: _audit(flags, opened), finishes=False)


def _audit(flags: argparse.Namespace, opened: OpenGallery) -> int:
    progress = Progress()
    target = find_target(flags, with_pages=True)
    for line in target.lines(with_pages=True):
        progress.result(line)
    gallery = opened(target)
    audit = audit_pages(gallery.tables)
    for line in finding_lines(audit):
        progress.result(line)
    compared = f"compared {plural(audit.rows, 'row')} in {plural(audit.buckets, 'bucket')} of lists"
    strays = sum(map(len, audit.stray_leaves.values()))
    if not audit.differences and not strays and not audit.unfinished_merges:
        progress.result(f"{compared}: every list agrees with the rows")
        return DONE
    found = f"{plural(audit.differences, 'difference')}, {strays:,} leaves of crashed writers"
    if not flags.migrate:
        progress.result(f"{compared}: {found}; nothing was written: pass --migrate to repair them")
        return SOME_FAILED
    try:
        repair_pages(audit, gallery.tables)
    except PagesBusyError as error:
        progress.result(f"{compared}: {found}; not all could be repaired: {error}; run it again")
        return SOME_FAILED
    progress.result(f"{compared}: {found}, repaired")
    return DONE


def finding_lines(audit: Audit) -> Iterator[str]:
    """What differs: how many, and the first of them."""
    kinds = {
        "a list lacks": audit.missing,
        "a list has too much": audit.surplus,
        "a list shows otherwise": audit.differing,
        "a list's total is wrong": [view for _, view in audit.wrong_totals],
        "a merge was left half way": [person for _, person in audit.unfinished_merges],
    }
    for kind, places in kinds.items():
        if places:
            yield f"{kind} {len(places):,}"
            yield from (f"      {shown(place)}" for place in places[:_NAMED])
        if len(places) > _NAMED:
            yield f"      and {len(places) - _NAMED:,} more"


if __name__ == "__main__":
    sys.exit(main())
