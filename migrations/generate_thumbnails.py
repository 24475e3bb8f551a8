r"""Make the thumbnails that existing photos lack, in your own or somebody else's table and bucket.

Look at what would be made and what it would take; nothing is written:

    python -m migrations.generate_thumbnails

Make five, then the rest:

    python -m migrations.generate_thumbnails --migrate --limit 5
    python -m migrations.generate_thumbnails --migrate

Try again what could not be drawn, after an update; draw again what an earlier version drew, or
what has lost its thumbnail:

    python -m migrations.generate_thumbnails --migrate --retry-failed
    python -m migrations.generate_thumbnails --migrate --remake

Have it done on AWS, by Lambda functions under a state machine, and watch:

    python -m migrations.generate_thumbnails --remote --migrate --segments 50

On a table and a bucket made by another program (rows with id, url, thumbnail_url, filename;
their only key is id, a string):

    python -m migrations.generate_thumbnails --table photos --bucket my-photos \
        --region eu-central-1 --profile default

A photo needs a thumbnail while its thumbnail_url names its original. Originals are only read.
What failed for a passing reason is tried again by the next run; what can't be drawn waits for
--retry-failed or until its original changes. Safe to interrupt and to run again, also while
another run is going on.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from chalicelib.backfill_parts import MAX_SEGMENTS
from chalicelib.backfill_report import Candidate, Failure
from chalicelib.backfill_thumbnails import Selection, check_reachable, make_one
from chalicelib.create_thumbnail import Made, Studio
from chalicelib.domain.object_key import GALLERY
from chalicelib.parallel import in_parallel
from migrations.command import DONE, SOME_FAILED, Stop, command_parser, run, whole_number
from migrations.estimate import estimated
from migrations.progress import Progress
from migrations.remote import add_remote_options, run_remotely
from migrations.spool import Spool
from migrations.target import OpenGallery, add_target_options, find_target, open_gallery
from migrations.thumbnail_lines import (
    end_of_plan,
    estimate_lines,
    found_lines,
    plan_lines,
    report_json,
    result_line,
    summary_lines,
)
from migrations.thumbnail_plan import SCHEMA, Plan, gather

SEGMENTS = 4
# A photo waits for the network longer than it is drawn; more would only take memory.
_WORKERS_PER_CORE = 6
MAX_WORKERS = 64
DEFAULT_WORKERS = min(MAX_WORKERS, _WORKERS_PER_CORE * (os.cpu_count() or 1))
_SHOW_EVERY = 500


def main(argv: Sequence[str] | None = None, opened: OpenGallery = open_gallery) -> int:
    """Run the command; returns its exit status."""
    flags = _parser().parse_args(argv)
    if flags.remote or flags.follow:
        return run(lambda _: run_remotely(flags, opened), finishes=False)
    return run(lambda stop: _generate(flags, opened, stop))


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("generate_thumbnails", __doc__)
    parser.add_argument("--migrate", action="store_true", help="make them (else: only show)")
    parser.add_argument("--limit", type=whole_number, metavar="N", help="at most N photos; 0: none")
    parser.add_argument("--gallery", type=_gallery, metavar="NAME", help="photos of one gallery")
    parser.add_argument(
        "--retry-failed", action="store_true", help="also those that could not be drawn before"
    )
    parser.add_argument(
        "--remake",
        action="store_true",
        help="also those drawn by an earlier version, or whose thumbnail is gone",
    )
    parser.add_argument(
        "--segments",
        type=partial(whole_number, at_least=1, at_most=MAX_SEGMENTS),
        metavar="N",
        default=SEGMENTS,
        help="parts of the table that are read, or with --remote worked on, at once (%(default)s)",
    )
    parser.add_argument(
        "--workers",
        type=partial(whole_number, at_least=1, at_most=64),
        metavar="N",
        default=DEFAULT_WORKERS,
        help="photos under way at once (%(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object on stdout; what else is told on stderr"
    )
    add_remote_options(parser)
    add_target_options(parser)
    return parser


def _gallery(text: str) -> str:
    if not GALLERY.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no gallery; they match {GALLERY.pattern}")
    return text


def _generate(flags: argparse.Namespace, opened: OpenGallery, stop: Stop) -> int:
    progress = Progress(results=sys.stderr if flags.json else None)
    target = find_target(flags)
    for line in target.lines():
        progress.result(line)
    studio = opened(target).studio
    check_reachable(studio)
    selection = Selection(flags.gallery, flags.retry_failed, flags.remake)

    def tell(what: str, done: int) -> None:
        if done % _SHOW_EVERY == 0:
            stop.check()
            progress.show(what, done)

    with closing(progress), Spool(SCHEMA) as spool:
        plan = gather(spool, studio, selection, flags.segments, tell)
        total = plan.report.need if flags.limit is None else min(flags.limit, plan.report.need)
        progress.close()
        for line in found_lines(plan):
            progress.result(line)
        if not flags.migrate:
            _show(plan, total, flags, progress)
            return DONE
        if not plan.report.need:
            progress.result("nothing to do")
        shown_before = plan.bytes_shown()
        try:
            _make(plan, total, studio, selection, flags.workers, progress, stop)
        finally:
            progress.close()
            for line in summary_lines(plan, shown_before):
                progress.result(line)
            if flags.json:
                print(json.dumps({"report": report_json(plan)}))
    report = plan.report
    is_whole = not (report.failed or report.missing or report.refused or plan.without_row)
    return DONE if is_whole else SOME_FAILED


def _show(plan: Plan, total: int, flags: argparse.Namespace, progress: Progress) -> None:
    """A dry run: the list, what it takes, and nothing else."""
    estimate = estimated(plan.workload(total))
    for line in plan_lines(plan, total):
        progress.result(line)
    if total:
        for line in estimate_lines(estimate):
            progress.result(line)
    progress.result(end_of_plan(plan, total))
    if flags.json:
        told = {**report_json(plan), "to_create": total, "estimate": estimate.as_json()}
        print(json.dumps({"plan": told}))


def _make(
    plan: Plan,
    total: int,
    studio: Studio,
    selection: Selection,
    workers: int,
    progress: Progress,
    stop: Stop,
) -> None:
    """Make the thumbnails that the plan names, and tell of each.

    Raises:
        SetupError, StorageUnavailableError: Nothing can be made any more.
    """

    def work(candidate: Candidate) -> Made | Failure | None:
        return make_one(studio, candidate, selection)

    results = in_parallel(work, plan.photos("needed", total), workers, stop)
    for number, (candidate, result) in enumerate(results, 1):
        plan.report.record(candidate, result)
        progress.result(result_line(number, total, candidate, result))
        progress.show("making thumbnails", number, total)


if __name__ == "__main__":
    sys.exit(main())
