"""Make the thumbnails that photos lack which were there before.

    python -m migrations.generate_thumbnails                       # dry run: shows the plan
    python -m migrations.generate_thumbnails --migrate --limit 5   # tries five
    python -m migrations.generate_thumbnails --migrate             # makes them all
    python -m migrations.generate_thumbnails --migrate --retry-failed

Works on our own tables, and as they are on a table and a bucket that another program made:
rows need `id`, `url`, `thumbnail_url` and `filename`. Originals are never changed.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from chalicelib.backfill_thumbnails import (
    BackfillReport,
    Candidate,
    Failure,
    candidates,
    make_one,
)
from chalicelib.create_thumbnail import Made, Studio
from chalicelib.errors import SetupError, StorageUnavailableError
from migrations.progress import Progress, saving_percent, size_text
from migrations.target import (
    DONE,
    EPILOG,
    INTERRUPTED,
    SOME_FAILED,
    add_target_flags,
    complain,
    find_target,
)

SEGMENTS = 4
WORKERS = 4
_MAX_LIMIT = 10**9


def main(argv: Sequence[str] | None = None) -> int:
    """Plan, show, and with ``--migrate`` do; returns the exit status."""
    options = _parser().parse_args(argv)
    try:
        target = find_target(options)
        print(f"working on {target.name}", flush=True)
        target.gallery.media.check()
        return run(target.gallery.studio, options)
    except (SetupError, StorageUnavailableError) as error:
        return complain(error)


def run(studio: Studio, options: argparse.Namespace) -> int:
    """What `main` does once the gallery is found.

    Raises:
        SetupError, StorageUnavailableError: The table can't be read, or nothing be written.
    """
    with ExitStack() as stack:
        plan = Plan(studio, options.retry_failed, stack)
        plan.show_found()
        if not plan.number(options.limit):
            print("nothing to do")
            return SOME_FAILED if plan.report.refused else DONE
        if options.migrate:
            return migrate(plan, studio, options)
        plan.show_needed(options.limit)
        print("nothing was written; pass --migrate to make them")
        return DONE


class Plan:
    """What is to be done, row by row; kept on disk, so that memory does not grow with it.

    Args:
        studio: Rows and bucket.
        retry_failed: Try again what failed for good.
        stack: Closes the files.

    Raises:
        SetupError, StorageUnavailableError: The scan failed.
    """

    def __init__(self, studio: Studio, retry_failed: bool, stack: ExitStack) -> None:
        self.report = BackfillReport()
        self._progress = Progress("rows read")
        spools = [stack.enter_context(_spool()) for _ in range(SEGMENTS)]
        with ThreadPoolExecutor(SEGMENTS) as pool:
            scans = [
                pool.submit(self._scan, studio, segment, spool, retry_failed)
                for segment, spool in enumerate(spools)
            ]
            for scan in scans:
                _add(self.report, scan.result())
        self._progress.clear()
        self._spools = spools

    def needed(self, limit: int | None) -> Iterator[Candidate]:
        """The rows that need a thumbnail, at most so many of them."""
        return islice((c for c in self._read() if c.verdict == "needed"), limit)

    def number(self, limit: int | None) -> int:
        """How many `needed` gives."""
        return self.report.need if limit is None else min(limit, self.report.need)

    def show_found(self) -> None:
        """Print what was found, and why some of it is left alone."""
        report = self.report
        print(f"found {report.found:,}: {report.have:,} have a thumbnail, {report.need:,} need one")
        if report.waiting:
            print(
                f"{report.waiting:,} failed for good before: "
                "they wait for --retry-failed or a changed original"
            )
        if report.refused:
            print(f"{report.refused:,} name no object of this bucket")
        for candidate in self._read():
            if candidate.verdict == "waiting":
                print(f"waiting: {_name(candidate)} {candidate.key}: {candidate.reason}")
            elif candidate.verdict == "refused":
                print(f"refused: {_name(candidate)}: {candidate.reason}")

    def show_needed(self, limit: int | None) -> None:
        """Print what would be made."""
        for candidate in self.needed(limit):
            print(f"would make: {_name(candidate)} {candidate.key} -> {candidate.thumbnail_key}")

    def _scan(
        self, studio: Studio, segment: int, spool: IO[str], retry_failed: bool
    ) -> BackfillReport:
        report = BackfillReport()
        for candidate in candidates(
            studio, segment=segment, total_segments=SEGMENTS, retry_failed=retry_failed
        ):
            report.count(candidate)
            if candidate.verdict != "has":
                spool.write(json.dumps(asdict(candidate)) + "\n")
            if segment == 0:
                self._progress(report.found * SEGMENTS)
        return report

    def _read(self) -> Iterator[Candidate]:
        for spool in self._spools:
            spool.seek(0)
            for line in spool:
                yield Candidate(**json.loads(line))


def migrate(plan: Plan, studio: Studio, options: argparse.Namespace) -> int:
    """Make the thumbnails; one bad photo never stops the rest."""
    total = plan.number(options.limit)
    done = BackfillReport()
    interrupted = False
    results = Work(studio, plan.needed(options.limit), options.retry_failed)
    try:
        for number, (candidate, result) in enumerate(results, start=1):
            done.record(result)
            print(f"[{number}/{total}] {_line(candidate, result)}", flush=True)
    except KeyboardInterrupt:
        interrupted = True
        for candidate, result in results.finish():
            done.record(result)
            print(f"[{done.processed}/{total}] {_line(candidate, result)}", flush=True)
    _summarise(done, plan.report)
    if interrupted:
        print("interrupted; run it again to go on", file=sys.stderr)
        return INTERRUPTED
    return SOME_FAILED if done.failed or plan.report.refused else DONE


class Work(Iterator[tuple[Candidate, Made | Failure | None]]):
    """Make thumbnails by several threads, giving each result as it is there."""

    def __init__(self, studio: Studio, needed: Iterable[Candidate], retry_failed: bool) -> None:
        self._studio = studio
        self._needed = iter(needed)
        self._retry_failed = retry_failed
        self._pool = ThreadPoolExecutor(WORKERS)
        self._running: dict[Future[Made | Failure | None], Candidate] = {}

    def __next__(self) -> tuple[Candidate, Made | Failure | None]:
        """The next result.

        Raises:
            SetupError: Nothing can be made at all.
        """
        for candidate in islice(self._needed, 2 * WORKERS - len(self._running)):
            future = self._pool.submit(make_one, self._studio, candidate, self._retry_failed)
            self._running[future] = candidate
        return self._finished()

    def finish(self) -> Iterator[tuple[Candidate, Made | Failure | None]]:
        """Begin nothing more; give what was begun."""
        for future in [future for future in self._running if future.cancel()]:
            del self._running[future]
        while self._running:
            yield self._finished()

    def _finished(self) -> tuple[Candidate, Made | Failure | None]:
        if not self._running:
            self._pool.shutdown()
            raise StopIteration
        ready, _ = wait(self._running, return_when=FIRST_COMPLETED)
        future = ready.pop()
        candidate = self._running.pop(future)
        try:
            return candidate, future.result()
        except BaseException:
            self._pool.shutdown(cancel_futures=True)
            raise


def _line(candidate: Candidate, result: Made | Failure | None) -> str:
    match result:
        case Made(asset=asset, thumbnail_bytes=after):
            before = asset.file_size or 0
            return (
                f"{_name(candidate)} {candidate.key} -> {candidate.thumbnail_key} "
                f"{size_text(before)} -> {size_text(after)}, "
                f"{saving_percent(before, after):.1f} % saved"
            )
        case Failure():
            kind = "for good" if result.is_for_good else "for now"
            return f"{_name(candidate)} {candidate.key} FAILED {kind}: {result.reason}"
    return f"{_name(candidate)} {candidate.key}: made by another run, or gone"


def _summarise(done: BackfillReport, found: BackfillReport) -> None:
    for_good = sum(failure.is_for_good for failure in done.failures)
    for_now = done.failed - for_good
    print()
    print(f"migrated         {done.migrated:,}")
    print(f"failed           {done.failed:,} ({for_good:,} for good, {for_now:,} for now)")
    if done.elsewhere:
        print(f"done elsewhere   {done.elsewhere:,}")
    print(f"total processed  {done.processed:,}")
    print(
        f"bytes            {done.bytes_before:,} before, {done.bytes_after:,} after "
        f"({saving_percent(done.bytes_before, done.bytes_after):.1f} % less to load)"
    )
    if for_now:
        print(f"{for_now:,} failed for a passing reason: run this again to try them")
    waiting = for_good + found.waiting
    if waiting:
        print(f"{waiting:,} can't be drawn: they wait for --retry-failed or a changed original")
    if found.refused:
        print(f"{found.refused:,} name no object of this bucket: correct their url")


def _name(candidate: Candidate) -> str:
    return f"{candidate.filename or '?'} ({candidate.id})"


def _add(total: BackfillReport, part: BackfillReport) -> None:
    for name in ("found", "have", "need", "waiting", "refused"):
        setattr(total, name, getattr(total, name) + getattr(part, name))


def _spool() -> IO[str]:
    return TemporaryFile("w+", encoding="utf-8", prefix="contactsheet-plan-")


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > _MAX_LIMIT:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {_MAX_LIMIT}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m migrations.generate_thumbnails",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--migrate", action="store_true", help="make them (default: a dry run)")
    parser.add_argument("--limit", type=_limit, metavar="N", help="at most N thumbnails")
    parser.add_argument(
        "--retry-failed", action="store_true", help="try again what failed for good before"
    )
    add_target_flags(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
