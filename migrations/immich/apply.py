"""Write what an import decided: persons first, then rows in the order of the lists."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

from chalicelib.curate import create_person
from chalicelib.domain.asset import Asset
from chalicelib.domain.directory import BucketKey
from chalicelib.domain.person import Person
from chalicelib.domain.places import places
from chalicelib.domain.timeline import Change
from chalicelib.errors import (
    ConditionFailedError,
    PagesBusyError,
    RowTooLargeError,
    StorageUnavailableError,
)
from chalicelib.parallel import in_parallel
from chalicelib.refresh_pages import RowChange, changes_by_bucket, sync
from chalicelib.storage.assets import Assets
from chalicelib.storage.tables import Tables
from migrations.immich.merge import PERSON_GROUPS, digests, merge
from migrations.immich.plan import Decision, Wish, decide, row_to_make

_ATTEMPTS = 10
# A row is written while others wait for the network; more would only take memory.
WORKERS = 32
# Rows that are written before their lists are: whole months, unless one is as large as this.
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 150, 1000


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of writing an asset's row.

    Attributes:
        decision: What was written; None where that could not be done.
        reason: Why not.
        change: The row before and after; None where it was not written.
    """

    decision: Decision | None = None
    reason: str = ""
    change: RowChange | None = None


def apply_wishes(
    wishes: Iterable[Wish], tables: Tables, is_stopped: Callable[[], bool]
) -> Iterator[tuple[Wish, Outcome]]:
    """Write the rows of a plan, and their lists month by month; each with what came of it.

    Whoever else writes a row meanwhile (an event, another import, a person) is no conflict:
    it is read again and decided anew. Lists would follow by the stream alone, but its batches
    come upon a month many times; after this they find it as it should be.

    Args:
        wishes: In the order of the lists.
        tables: The rows and the lists.
        is_stopped: Whether to begin nothing new.

    Raises:
        SetupError: Nothing can be written any more.
    """

    def work(wish: Wish) -> Outcome:
        try:
            return _apply(wish, tables.assets)
        except (StorageUnavailableError, RowTooLargeError) as error:
            return Outcome(reason=str(error))

    with ThreadPoolExecutor(1) as beside:
        shown: Future[None] | None = None
        for months in _whole_months(wishes):
            changes: list[RowChange] = []
            for wish, outcome in in_parallel(work, months, WORKERS, is_stopped):
                if outcome.change is not None:
                    changes.append(outcome.change)
                yield wish, outcome
            if shown is not None:
                shown.result()
            shown = beside.submit(_show, changes, tables)
            if is_stopped():
                break
        if shown is not None:
            shown.result()


def _whole_months(wishes: Iterable[Wish]) -> Iterator[list[Wish]]:
    """Some at a time, so that a month of a list is mostly in one of them."""
    some: list[Wish] = []
    last: BucketKey | None = None
    for wish in wishes:
        month = next((place.key for place in places(wish.asset)), None)
        if len(some) >= _MOST_AT_ONCE or (len(some) >= _FEWEST_AT_ONCE and month != last):
            yield some
            some = []
        last = month
        some.append(wish)
    if some:
        yield some


def _show(changes: Sequence[RowChange], tables: Tables) -> None:
    """Bring lists up to rows; what is busy is left to the stream."""

    def work(item: tuple[BucketKey, Change]) -> None:
        with suppress(PagesBusyError, StorageUnavailableError):
            sync(*item, tables)

    buckets = sorted(changes_by_bucket(changes).items())
    for _ in in_parallel(work, buckets, WORKERS, lambda: False):
        pass


def _apply(wish: Wish, assets: Assets) -> Outcome:
    for _ in range(_ATTEMPTS):
        decision = decide(wish, datetime.now(UTC))
        try:
            return Outcome(decision, change=_write(wish, decision, assets))
        except ConditionFailedError:
            wish = _as_it_is(wish, assets)
            if wish.row is not None and not _is_of(wish.row, wish):
                return Outcome(reason=f"another object's row has its id {wish.row.id}")
    return Outcome(reason=f"it changed at each of {_ATTEMPTS} attempts")


def _write(wish: Wish, decision: Decision, assets: Assets) -> RowChange | None:
    match decision.kind:
        case "create":
            return RowChange(None, assets.create(row_to_make(wish, decision)))
        case "change" if wish.row is not None:
            return RowChange(wish.row, assets.change(wish.row, **decision.changes))
    return None


def _as_it_is(wish: Wish, assets: Assets) -> Wish:
    row = assets.get_many([wish.asset.id]).get(wish.asset.id)
    if row is None:  # whatever stands there is none any more
        return dataclasses.replace(wish, row=None, is_purged=assets.is_buried(wish.asset.id))
    # Only what came into the bucket has a row by events: its original is there.
    return dataclasses.replace(wish, row=row, has_object=wish.has_object or bool(row.source_etag))


def _is_of(row: Asset, wish: Wish) -> bool:
    return row.key == wish.asset.key or row.immich_id == wish.asset.immich_id


@dataclasses.dataclass(frozen=True)
class PersonWish:
    """What a person is to be.

    Attributes:
        person: As Immich says it.
        here: As it is here; None where there is none.
    """

    person: Person
    here: Person | None


def apply_person(wish: PersonWish, tables: Tables) -> bool:
    """Write a person; whether there was anything to write."""
    noted = digests(PERSON_GROUPS, wish.person)
    if wish.here is None:
        try:
            create_person(dataclasses.replace(wish.person, imported=noted), tables)
        except ConditionFailedError:  # another import was faster
            here = tables.people.get(wish.person.gallery, wish.person.id)
            return apply_person(PersonWish(wish.person, here), tables)
        return True
    changes = changes_of(wish)
    if changes:
        tables.people.change(wish.here, **changes)
    return bool(changes)


def changes_of(wish: PersonWish) -> dict[str, object]:
    """What changes about a person that is here."""
    if wish.here is None:
        return {}
    return dict(merge(PERSON_GROUPS, wish.here, wish.person, is_measured=False).changes)
