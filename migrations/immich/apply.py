"""Write what an import decided: persons first, then rows in the order of the lists."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from chalicelib.curate import create_person
from chalicelib.domain.person import Person
from chalicelib.errors import ConditionFailedError, StorageUnavailableError
from chalicelib.parallel import in_parallel
from chalicelib.storage.assets import Assets
from chalicelib.storage.tables import Tables
from migrations.immich.merge import PERSON_GROUPS, digests, merge
from migrations.immich.plan import Decision, Wish, decide, row_to_make

_ATTEMPTS = 10
# A row is written while others wait for the network; more would only take memory.
WORKERS = 32


def apply_wishes(
    wishes: Iterable[Wish], assets: Assets, is_stopped: Callable[[], bool]
) -> Iterator[tuple[Wish, Decision | str]]:
    """Write the rows of a plan; each with what was written, or why it could not be.

    Whoever else writes a row meanwhile (an event, another import, a person) is no conflict:
    it is read again and decided anew.

    Args:
        wishes: In the order of the lists; those with nothing to write are passed on.
        assets: The rows.
        is_stopped: Whether to begin nothing new.

    Raises:
        SetupError: Nothing can be written any more.
    """

    def work(wish: Wish) -> Decision | str:
        try:
            return _apply(wish, assets)
        except StorageUnavailableError as error:
            return str(error)

    return in_parallel(work, wishes, WORKERS, is_stopped)


def _apply(wish: Wish, assets: Assets) -> Decision | str:
    for _ in range(_ATTEMPTS):
        decision = decide(wish, datetime.now(UTC))
        try:
            match decision.kind:
                case "create":
                    assets.create(row_to_make(wish, decision))
                case "change" if wish.row is not None:
                    assets.change(wish.row, **decision.changes)
        except ConditionFailedError:
            wish = _as_it_is(wish, assets)
            continue
        return decision
    return f"changed at each of {_ATTEMPTS} attempts; run it again"


def _as_it_is(wish: Wish, assets: Assets) -> Wish:
    row = assets.get_many([wish.asset.id]).get(wish.asset.id)
    if row is None:  # whatever stands there is none any more
        return dataclasses.replace(wish, row=None, is_purged=assets.is_buried(wish.asset.id))
    # Only what came into the bucket has a row by events: its original is there.
    return dataclasses.replace(wish, row=row, has_object=wish.has_object or bool(row.source_etag))


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
