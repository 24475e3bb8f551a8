"""A backfill in words: what was found, what is planned and what it takes, what became of it."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from chalicelib.backfill_report import BackfillReport, Candidate, Failure
from chalicelib.create_thumbnail import Made
from migrations.estimate import Estimate
from migrations.lines import plural, saving, shown, size
from migrations.prices import AS_OF, US_EAST_1
from migrations.thumbnail_plan import Plan

# In a summary; each of them has a line of its own further up, or in a dry run.
_NAMED = 20
RECONCILE = "python -m migrations.reconcile"


def found_lines(plan: Plan) -> Iterator[str]:
    """What a look at every row found."""
    report = plan.report
    yield (
        f"found {plural(report.found, 'photo')}: {report.have:,} have a thumbnail, "
        f"{report.need:,} need one"
    )
    notes = {
        "can't be drawn: --retry-failed, or a changed original, tries again": report.waiting,
        f"have no original in the bucket: {RECONCILE}": report.missing,
        "are left alone": report.refused,
        f"lie in the bucket without a row: {RECONCILE}": plan.without_row,
    }
    for note, count in notes.items():
        if count:
            yield f"{count:,} more {note}"


def plan_lines(plan: Plan, total: int) -> Iterator[str]:
    """A dry run's list: what would be created, and what would not and why."""
    for candidate in plan.photos("needed", total):
        yield f"would create: {_named(candidate)} -> {shown(candidate.thumbnail_key)}"
    for candidate in plan.photos("waiting"):
        yield f"can't be drawn: {_named(candidate)}: {shown(candidate.reason)}"
    for candidate in plan.photos("missing"):
        yield f"no original: {_named(candidate)}"
    for candidate in plan.photos("refused"):
        yield f"left alone: {_named(candidate)}: {shown(candidate.reason)}"


def end_of_plan(plan: Plan, total: int) -> str:
    """How many there are to create, and how."""
    need = plan.report.need
    if not need:
        return "nothing to do"
    of = f" of {need:,}" if total < need else ""
    return f"{total:,}{of} to create; nothing was written: pass --migrate to create them"


def estimate_lines(estimate: Estimate) -> Iterator[str]:
    """What creating them will take."""
    yield (
        f"requests to S3: {estimate.get_requests:,} GET and HEAD, {estimate.put_requests:,} PUT, "
        f"{estimate.list_requests:,} LIST; {size(estimate.read_bytes)} read, "
        f"{size(estimate.written_bytes)} written"
    )
    yield (
        f"units of DynamoDB: {estimate.read_units:,} read; "
        f"{estimate.row_write_units:,} written of rows, {estimate.page_write_units:,} of lists"
    )
    yield (
        f"about ${estimate.s3_dollars + estimate.dynamodb_dollars:,.2f} "
        f"(S3 ${estimate.s3_dollars:,.2f}, DynamoDB ${estimate.dynamodb_dollars:,.2f})"
    )
    yield (
        f"  drawn here: ${estimate.transfer_dollars:,.2f} more for "
        f"{size(estimate.read_bytes)} sent out, unless it is in the bucket's region"
    )
    yield (
        f"  drawn by Lambda (--remote): ${estimate.lambda_dollars:,.2f} more for "
        f"{estimate.lambda_gb_seconds:,} GB-seconds in {plural(estimate.lambda_calls, 'call')}"
    )
    yield f"by the list prices of {AS_OF:%B %Y} in {US_EAST_1.region}, without any free tier"


def result_line(
    number: int, total: int, candidate: Candidate, result: Made | Failure | None
) -> str:
    """What became of one photo."""
    return f"[{number}/{total}] {_named(candidate)} {_told(candidate, result)}"


def summary_lines(plan: Plan, shown_before: int) -> Iterator[str]:
    """The end of a run: what became of every photo, and of the gallery's size."""
    report = plan.report
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
    yield from _group("failed before", report.waiting, waits, plan.photos("waiting", _NAMED))
    missing: Iterable[Candidate | Failure] = chain(plan.photos("missing", _NAMED), gone)
    not_there = f"not in the bucket: {RECONCILE} puts it into the bin"
    yield from _group("no original", report.missing, not_there, missing)
    refused = plan.photos("refused", _NAMED)
    yield from _group("left alone", report.refused, "for the reasons named", refused)
    if plan.without_row:
        yield f"{_count('no row', plan.without_row)}   in the bucket: {RECONCILE} takes it in"
    if report.elsewhere:
        yield _count("done elsewhere", report.elsewhere)
    yield _count("total processed", report.processed)
    after = shown_before - report.bytes_before + report.bytes_after
    yield (
        f"bytes to show the gallery: {shown_before:,} ({size(shown_before)}) before, "
        f"{after:,} ({size(after)}) after, {saving(shown_before, after)} less"
    )


def report_json(plan: Plan) -> dict[str, object]:
    """What was found and done, as numbers by name, and what failed, one by one."""
    report: BackfillReport = plan.report
    failures = [
        {
            "id": failure.id,
            "key": failure.key,
            "reason": failure.reason,
            "detail": failure.detail,
            "is_for_good": failure.is_for_good,
        }
        for failure in report.failures
    ]
    return {**report.counts(), "without_row": plan.without_row, "failures": failures}


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
