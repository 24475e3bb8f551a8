"""Which persons an import takes along, and into which galleries."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from chalicelib.domain.person import Person, heirs
from chalicelib.errors import SetupError
from chalicelib.storage.people import People
from migrations.immich.apply import PersonWish
from migrations.immich.source import SourcePerson
from migrations.spool import Spool


@dataclass(frozen=True)
class Chosen:
    """Persons of an Immich library.

    Attributes:
        persons: Those to take along.
        named: How many have a name in Immich.
        known: Ids of those whose faces are named: the chosen, and who came with an earlier import.
        repeated: Names that several of them have.
        merged: By gallery, who each person that was merged here is by now.
    """

    persons: tuple[SourcePerson, ...]
    named: int
    known: frozenset[str]
    repeated: tuple[str, ...]
    merged: Mapping[str, Mapping[str, str]]


def choose(
    persons: Sequence[SourcePerson],
    names: Sequence[str],
    people: People,
    galleries: Collection[str],
) -> Chosen:
    """All persons with a name, or those of some names.

    Args:
        persons: Of the library.
        names: Asked for; none for all.
        people: Who is here already.
        galleries: Where photos go.

    Raises:
        SetupError: Nobody has one of the names.
    """
    named = [person for person in persons if person.name.strip()]
    known_names = {person.name.strip() for person in named}
    for name in names:
        if name.strip() not in known_names:
            near = get_close_matches(name, sorted(known_names), 3, 0.5)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise SetupError(f"--person {name}: nobody in Immich has this name{hint}")
    wanted = {name.strip() for name in names} or known_names
    chosen = tuple(person for person in named if person.name.strip() in wanted)
    here = {gallery: list(people.list(gallery)) for gallery in galleries}
    came = {person.id for known in here.values() for person in known if person.immich_id}
    counts = Counter(person.name.strip() for person in chosen)
    repeated = tuple(sorted(name for name, count in counts.items() if count > 1))
    return Chosen(
        chosen,
        len(named),
        frozenset(came | {p.id for p in chosen}),
        repeated,
        {gallery: heirs(known) for gallery, known in here.items()},
    )


def person_wishes(
    spool: Spool, chosen: Chosen, people: People, galleries: Sequence[str]
) -> Iterator[PersonWish]:
    """What the chosen persons are to be: in each gallery that shows them, or in the first."""
    here = {
        (person.gallery, person.id): person
        for gallery in galleries
        for person in people.list(gallery)
    }
    for source in chosen.persons:
        shown = [gallery for (gallery,) in spool.read(_SHOWN, source.id)]
        for gallery in shown or galleries[:1]:
            person = Person(
                id=source.id,
                gallery=gallery,
                name=source.name.strip(),
                is_favorite=source.is_favorite,
                is_hidden=source.is_hidden,
                immich_id=source.id,
                birth_date=_date(source.birth_date),
            )
            yield PersonWish(person, here.get((gallery, source.id)))


_SHOWN = "SELECT gallery FROM persons WHERE id = ? ORDER BY gallery"


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # a year that nobody was born in
        return None
