r"""Make the thumbnails that existing photos lack, in your own or somebody else's table and bucket.

Look at what would be made; nothing is written:

    python -m migrations.generate_thumbnails

Make five, then the rest:

    python -m migrations.generate_thumbnails --migrate --limit 5
    python -m migrations.generate_thumbnails --migrate

Try again what could not be drawn, after an update:

    python -m migrations.generate_thumbnails --migrate --retry-failed

On a table and a bucket made by another program (rows with id, url, thumbnail_url, filename;
their only key is id, a string):

    python -m migrations.generate_thumbnails --table photos --bucket my-photos \
        --region eu-central-1 --profile default

A photo needs a thumbnail while its thumbnail_url names its original. Originals are only read.
What failed for a passing reason is tried again by the next run; what can't be drawn waits for
--retry-failed or until its original changes. Safe to interrupt and to run again.
"""

import argparse
import dataclasses
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from chalicelib.backfill_thumbnails import (
    BackfillReport,
    Candidate,
    Failure,
    candidates,
    check_reachable,
    make_one,
)
from chalicelib.create_thumbnail import Made, Studio
from migrations.command import DONE, SOME_FAILED, Stop, command_parser, run, whole_number
from migrations.lines import plural, saving, shown, size
from migrations.parallel import in_parallel, merged
from migrations.progress import Progress
from migrations.spool import Spool
from migrations.target import OpenGallery, add_target_options, find_target, open_gallery

Thing = TypeVar("Thing")

SEGMENTS = 4
# A photo waits for the network longer than it is drawn; more would only take memory.
_WORKERS_PER_CORE = 4
MAX_WORKERS = 16
_SHOW_EVERY = 500
# In a summary; each of them has a line of its own further up, or in a dry run.
_NAMED = 20
_PLAN = """
    CREATE TABLE plan (
        key TEXT NOT NULL, id TEXT NOT NULL, filename TEXT NOT NULL, verdict TEXT NOT NULL,
        reason TEXT NOT NULL, shown_key TEXT NOT NULL, thumbnail_key TEXT NOT NULL,
        PRIMARY KEY (verdict, key, id)
    ) WITHOUT ROWID
"""
# A photo called lake_thumb.jpg is one all the same where somebody else's table says so.
_PROTECT = """
    UPDATE plan SET verdict = 'refused', reason = 'its thumbnail would replace the photo '
    || thumbnail_key WHERE verdict = 'needed' AND thumbnail_key IN (SELECT key FROM plan)
"""


def main(argv: Sequence[str] | None = None, opened: OpenGallery = open_gallery) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("generate_thumbnails", __doc__)
    parser.add_argument("--migrate", action="store_true", help="make them (else: only show)")
    parser.add_argument("--limit", type=whole_number, metavar="N", help="at most N photos; 0: none")
    parser.add_argument(
        "--retry-failed", action="store_true", help="also those that could not be drawn before"
    )
    parser.add_argument(
        "--workers",
        type=partial(whole_number, at_least=1, at_most=64),
        metavar="N",
        default=min(MAX_WORKERS, _WORKERS_PER_CORE * (os.cpu_count() or 1)),
        help="photos under way at once (%(default)s)",
    )
    add_target_options(parser)
    flags = parser.parse_args(argv)
    return run(lambda stop: _generate(flags, opened, stop))


def _generate(flags: argparse.Namespace, opened: OpenGallery, stop: Stop) -> int:
    progress = Progress()
    target = find_target(flags)
    for line in target.lines():
        progress.result(line)
    studio = opened(target).studio
    check_reachable(studio)
    with closing(progress), Spool(_PLAN) as spool:
        report = gather(spool, studio, flags.retry_failed, progress, stop)
        total = report.need if flags.limit is None else min(flags.limit, report.need)
        progress.close()
        for line in found_lines(report):
            progress.result(line)
        if not flags.migrate:
            for line in plan_lines(spool, report.need, total):
                progress.result(line)
            return DONE
        if not report.need:
            progress.result("nothing to do")
        shown_before = _bytes_shown(spool)
        try:
            _make(spool, studio, flags, total, report, progress, stop)
        finally:
            progress.close()
            for line in summary_lines(report, spool, shown_before):
                progress.result(line)
    return SOME_FAILED if report.failed or report.missing or report.refused else DONE


def gather(
    spool: Spool, studio: Studio, retry_failed: bool, progress: Progress, stop: Stop
) -> BackfillReport:
    """Look at every object and every row; what is found lies in the spool, not in memory.

    Raises:
        SetupError, StorageUnavailableError: Not everything could be read.
    """
    objects = _counted(studio.media.list_objects(), "listing the bucket", progress, stop)
    spool.add_objects(objects)
    segments = [
        candidates(
            studio,
            segment=segment,
            total_segments=SEGMENTS,
            retry_failed=retry_failed,
            look=spool.stored,
        )
        for segment in range(SEGMENTS)
    ]
    report = BackfillReport()

    def rows() -> Iterator[tuple[str, ...]]:
        with closing(merged(segments)) as found:
            for candidate in _counted(found, "reading the table", progress, stop):
                settled = _with_original(candidate, spool, studio)
                report.count(settled)
                yield (
                    settled.key,
                    settled.id,
                    settled.filename,
                    settled.verdict,
                    settled.reason,
                    settled.shown_key,
                    "" if settled.verdict == "refused" else settled.thumbnail_key,
                )

    spool.write("INSERT OR REPLACE INTO plan VALUES (?, ?, ?, ?, ?, ?, ?)", rows())
    protected = spool.change(_PROTECT)
    report.need -= protected
    report.refused += protected
    return report


def _with_original(candidate: Candidate, spool: Spool, studio: Studio) -> Candidate:
    """A photo that needs a thumbnail also needs an original; one that seems gone is looked for."""
    if candidate.verdict != "needed" or spool.stored(candidate.key) is not None:
        return candidate
    if studio.media.head(candidate.key) is not None:  # it came after the listing
        return candidate
    return dataclasses.replace(candidate, verdict="missing")


def _planned(spool: Spool, verdict: str, limit: int = -1) -> Iterator[Candidate]:
    """Candidates in the order of their keys: photos of one month mostly lie side by side."""
    query = (
        "SELECT id, filename, key, verdict, reason, shown_key FROM plan"
        " WHERE verdict = ? ORDER BY key, id LIMIT ?"
    )
    return (Candidate(*row) for row in spool.read(query, verdict, limit))


def _bytes_shown(spool: Spool) -> int:
    """What a browser loads to show every photo once: thumbnails, and originals without one."""
    return spool.number(
        "SELECT sum(size_bytes) FROM plan JOIN objects ON objects.key = plan.shown_key"
    )


def found_lines(report: BackfillReport) -> Iterator[str]:
    """What a look at every row found."""
    yield (
        f"found {plural(report.found, 'photo')}: {report.have:,} have a thumbnail, "
        f"{report.need:,} need one"
    )
    notes = {
        "can't be drawn: --retry-failed, or a changed original, tries again": report.waiting,
        "have no original in the bucket": report.missing,
        "are left alone": report.refused,
    }
    for note, count in notes.items():
        if count:
            yield f"{count:,} more {note}"


def plan_lines(spool: Spool, need: int, total: int) -> Iterator[str]:
    """A dry run's list: what would be created, and what would not and why."""
    for candidate in _planned(spool, "needed", total):
        yield f"would create: {_named(candidate)} -> {shown(candidate.thumbnail_key)}"
    for candidate in _planned(spool, "waiting"):
        yield f"can't be drawn: {_named(candidate)}: {shown(candidate.reason)}"
    for candidate in _planned(spool, "missing"):
        yield f"no original: {_named(candidate)}"
    for candidate in _planned(spool, "refused"):
        yield f"left alone: {_named(candidate)}: {shown(candidate.reason)}"
    if not need:
        yield "nothing to do"
    else:
        of = f" of {need:,}" if total < need else ""
        yield f"{total:,}{of} to create; nothing was written: pass --migrate to create them"


def _make(
    spool: Spool,
    studio: Studio,
    flags: argparse.Namespace,
    total: int,
    report: BackfillReport,
    progress: Progress,
    stop: Stop,
) -> None:
    """Make the thumbnails that the plan names, and tell of each.

    Raises:
        SetupError, StorageUnavailableError: Nothing can be made any more.
    """

    def work(candidate: Candidate) -> Made | Failure | None:
        return make_one(studio, candidate, flags.retry_failed)

    results = in_parallel(work, _planned(spool, "needed", total), flags.workers, stop)
    for number, (candidate, result) in enumerate(results, 1):
        report.record(result)
        progress.result(f"[{number}/{total}] {_named(candidate)} {_told(candidate, result)}")
        progress.show("making thumbnails", number, total)


def _named(candidate: Candidate) -> str:
    return f"{shown(candidate.filename)} ({shown(candidate.id)}) {shown(candidate.key)}"


def _told(candidate: Candidate, result: Made | Failure | None) -> str:
    match result:
        case Made():
            before, after = result.asset.file_size or 0, result.thumbnail_bytes
            sizes = f"{size(before)} -> {size(after)}, saves {saving(before, after)}"
            return f"-> {shown(candidate.thumbnail_key)}, {sizes}"
        case Failure(is_missing=True):
            return "has no original any more"
        case Failure():
            kind = "failed for good" if result.is_for_good else "failed for now"
            detail = f" ({shown(result.detail)})" if result.detail else ""
            return f"{kind}: {shown(result.reason)}{detail}"
        case None:
            return "was done by another run, or is gone"


def summary_lines(report: BackfillReport, spool: Spool, shown_before: int) -> Iterator[str]:
    """The end of a run: what became of every photo, and of the gallery's size."""
    waits = "waits for --retry-failed or a changed original"
    for_good = [failure for failure in report.failures if failure.is_for_good]
    gone = [failure for failure in report.failures if failure.is_missing]
    passing = [f for f in report.failures if not f.is_for_good and not f.is_missing]
    yield ""
    yield _count("migrated", report.migrated)
    yield _count("failed", report.failed)
    yield from _group("  for good", report.failed_for_good, waits, for_good)
    for_now = report.failed - report.failed_for_good
    yield from _group("  for now", for_now, "the next run tries again", passing)
    yield from _group("failed before", report.waiting, waits, _planned(spool, "waiting", _NAMED))
    missing: Iterable[Candidate | Failure] = chain(_planned(spool, "missing", _NAMED), gone)
    yield from _group("no original", report.missing, "not in the bucket", missing)
    refused = _planned(spool, "refused", _NAMED)
    yield from _group("left alone", report.refused, "for the reasons named", refused)
    if report.elsewhere:
        yield _count("done elsewhere", report.elsewhere)
    yield _count("total processed", report.processed)
    after = shown_before - report.bytes_before + report.bytes_after
    yield (
        f"bytes to show the gallery: {shown_before:,} ({size(shown_before)}) before, "
        f"{after:,} ({size(after)}) after, {saving(shown_before, after)} less"
    )


def _count(what: str, count: int) -> str:
    return f"{what:<15}{count:>9,}"


def _group(what: str, count: int, note: str, named: Iterable[Candidate | Failure]) -> Iterator[str]:
    """A count that is not zero, what it means, and the first of what it counts."""
    if not count:
        return
    yield f"{_count(what, count)}   {note}"
    lines = [f"      {shown(one.key)}: {shown(one.reason)}" for one in islice(named, _NAMED)]
    yield from (line.removesuffix(": ") for line in lines)
    if count > len(lines):
        yield f"      and {count - len(lines):,} more"


def _counted(things: Iterable[Thing], what: str, progress: Progress, stop: Stop) -> Iterator[Thing]:
    for count, thing in enumerate(things, 1):
        if count % _SHOW_EVERY == 0:
            stop.check()
            progress.show(what, count)
        yield thing


if __name__ == "__main__":
    sys.exit(main())
