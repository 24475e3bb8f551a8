"""An export in words: what there is to copy, what it takes, what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from migrations.export.destination import Destination
from migrations.export.plan import Plan
from migrations.export.prefix import S3Prefix
from migrations.lines import plural, shown, size
from migrations.prices import AS_OF, US_EAST_1

_RECONCILE = "python -m migrations.reconcile"
_NAMED = 20
_LISTED_AT_ONCE = 1_000
# Half a unit for each 4 kB.
_BYTES_A_READ_UNIT = 8_192
# A sidecar takes at least a block of the disk.
_SIDECAR_BYTES = 4_096


@dataclass
class Tally:
    """What became of an export.

    Attributes:
        fetched: Originals that were copied.
        fetched_bytes: Of them.
        moved: Files that got another path.
        sidecars: Sidecars that were written.
        missing: Originals that are not in the bucket.
        named: Where assets belong of which something went wrong, or has no original.
        problems: Assets of which something went wrong.
        there: Originals that earlier runs brought.
    """

    fetched: int = 0
    fetched_bytes: int = 0
    moved: int = 0
    sidecars: int = 0
    missing: int = 0
    named: set[str] = field(default_factory=set)
    problems: int = 0
    there: int = 0


def found_lines(plan: Plan) -> Iterator[str]:
    """What a look at every row and object found."""
    places = ", ".join(f"{count:,} {shown(name)}" for name, count in sorted(plan.places.items()))
    yield f"found {plural(plan.places.total(), 'photo')}{f': {places}' if places else ''}"
    if plan.halves:
        yield f"{plural(plan.halves, 'video')} of motion photos besides"
    notes = {
        "share an original with another: it is copied once": plan.sharing,
        f"have no original in the bucket: {_RECONCILE}": plan.missing,
        "have a sidecar in the bucket: it is kept beside ours": plan.kept,
    }
    for note, count in notes.items():
        if count:
            yield f"{count:,} of them {note}"
    if plan.without_row:
        yield f"{plural(plan.without_row, 'more file')} without a row: to without-row/"
    for row, reason in plan.refused[:_NAMED]:
        yield f"left out: {shown(row)}: {shown(reason)}"
    if len(plan.refused) > _NAMED:
        yield f"left out: {len(plan.refused) - _NAMED:,} more rows"


def plan_lines(plan: Plan, place: Destination) -> Iterator[str]:
    """What an export takes: bytes, room, dollars."""
    files, to_fetch = plan.files, plan.to_fetch
    yield (
        f"to copy: {plural(to_fetch, 'original')}, {size(plan.bytes_to_fetch)}; "
        f"{files - to_fetch:,} of {files:,} are there already"
    )
    if archived := plan.archived:
        yield f"{archived:,} of them are archived (Glacier): restore them first"
    free = place.free_bytes()
    if free is not None:
        yield f"room: {size(bytes_needed(plan))} needed, {size(free)} free"
    yield from _price_lines(plan, place)
    yield "nothing was written: pass --migrate to export"


def _price_lines(plan: Plan, place: Destination) -> Iterator[str]:
    gets, lists = plan.to_fetch + plan.kept, -(-plan.objects // _LISTED_AT_ONCE)
    units = -(-plan.row_bytes // _BYTES_A_READ_UNIT)
    out_bytes, puts = plan.bytes_to_fetch, 0
    if isinstance(place, S3Prefix):  # the check reads it all once more
        puts = gets + plan.new_sidecars
        gets, out_bytes = gets + puts, 2 * out_bytes
    s3 = US_EAST_1.s3_get.of(gets + plan.heads) + US_EAST_1.s3_put.of(puts + lists)
    dynamodb = US_EAST_1.read_unit.of(units)
    yield (
        f"about ${s3 + dynamodb:,.2f} for {gets:,} GET, {plan.heads:,} HEAD, {puts:,} PUT, "
        f"{lists:,} LIST and {plural(units, 'read unit')}"
    )
    yield (
        f"  ${US_EAST_1.internet_gb.of(out_bytes / 1e9):,.2f} more for {size(out_bytes)} sent out, "
        "unless it runs in the bucket's region"
    )
    yield f"by the list prices of {AS_OF:%B %Y} in {US_EAST_1.region}, without any free tier"


def bytes_needed(plan: Plan) -> int:
    """How much room an export takes that is not taken yet, about."""
    return plan.bytes_to_fetch + _SIDECAR_BYTES * plan.new_sidecars


def summary_lines(tally: Tally, left_over: int) -> Iterator[str]:
    """What became of it."""
    yield (
        f"exported {plural(tally.fetched, 'original')} ({size(tally.fetched_bytes)}) "
        f"and {plural(tally.sidecars, 'sidecar')}; "
        f"{plural(tally.there, 'original')} {'was' if tally.there == 1 else 'were'} there already"
    )
    if tally.moved:
        yield f"{plural(tally.moved, 'file')} moved to where they belong now"
    if tally.missing:
        yield f"{plural(tally.missing, 'photo')} without an original: {_RECONCILE}"
    if tally.problems:
        yield f"{plural(tally.problems, 'photo')} not whole; the next run tries again"
    if left_over:
        yield (
            f"{plural(left_over, 'file')} of photos that are no longer in the gallery: "
            "left where they are"
        )
