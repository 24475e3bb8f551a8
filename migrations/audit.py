"""Compare every list with the rows, and repair what differs.

python -m migrations.audit               # compares
python -m migrations.audit --migrate     # compares and repairs
"""

import argparse
import sys
from collections.abc import Sequence

from chalicelib.audit_pages import Audit, audit_pages, repair_pages
from chalicelib.errors import GalleryError, PagesBusyError
from migrations.target import DONE, EPILOG, SOME_FAILED, add_target_flags, complain, find_target

_SHOWN = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, show, and with ``--migrate`` repair; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m migrations.audit",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--migrate", action="store_true", help="repair (default: only compare)")
    add_target_flags(parser)
    options = parser.parse_args(argv)
    try:
        target = find_target(options, needs_pages=True)
        print(f"working on {target.name}", flush=True)
        gallery = target.gallery
        audit = audit_pages(gallery.assets, gallery.pages)
        show(audit)
        if not audit.differences and not audit.stray_leaves:
            print("every list agrees with the rows")
            return DONE
        if not options.migrate:
            print("nothing was written; pass --migrate to repair")
            return SOME_FAILED
        repair_pages(audit, gallery.assets, gallery.pages)
        strays = sum(len(leaves) for leaves in audit.stray_leaves.values())
        print(f"repaired {audit.differences:,} entries, collected {strays:,} leaves")
        return DONE
    except PagesBusyError as error:
        print(f"{error}", file=sys.stderr)
        return SOME_FAILED
    except GalleryError as error:
        return complain(error)


def show(audit: Audit) -> None:
    """Print what was compared and what differs."""
    print(f"{audit.rows:,} rows have {audit.places:,} places in {audit.buckets:,} buckets of lists")
    differences = (
        ("missing", audit.missing),
        ("surplus", audit.surplus),
        ("differing", audit.differing),
    )
    for name, entries in differences:
        if not entries:
            continue
        print(f"{name}: {len(entries):,}")
        for entry in entries[:_SHOWN]:
            print(f"  {entry}")
        if len(entries) > _SHOWN:
            print(f"  and {len(entries) - _SHOWN:,} more")
    if audit.stray_leaves:
        print(f"leaves that a crash left: {sum(map(len, audit.stray_leaves.values())):,}")


if __name__ == "__main__":
    sys.exit(main())
