"""A person whose faces were found in photos."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

# Any text up to so many characters.
MAX_PERSON_ID = 128


@dataclass(frozen=True)
class Person:
    """One row of the people table.

    Attributes:
        id: Opaque, 1 to `MAX_PERSON_ID` characters; what faces name.
        gallery: Whose photos.
        name: As it is shown; None while nobody gave one.
        is_favorite: Shown before others.
        is_hidden: Left out of lists of persons.
        thumbnail_key: S3 key of a picture of the face.
        immich_id: The person's id in the library it came from.
        imported: Digests of what that library last said of it.
        birth_date: Where somebody gave one.
        created_at: When the row was made, UTC.
        merged_into: Id of the person of the same gallery that this one was found to be. The row
            stays, so that faces which name it still lead there.
        faces: Number of faces in the person's list.
        assets: Number of photos and videos in the person's list.
    """

    id: str
    gallery: str
    name: str | None = None
    is_favorite: bool = False
    is_hidden: bool = False
    thumbnail_key: str | None = None
    immich_id: str | None = None
    imported: bytes | None = None
    birth_date: date | None = None
    created_at: datetime | None = None
    merged_into: str | None = None
    faces: int = 0
    assets: int = 0


def heirs(persons: Iterable[Person]) -> dict[str, str]:
    """Who each merged person is by now, by id; nobody who still is one of their own.

    Of persons that were merged into each other in a circle, which two merges at once and a
    crash may leave, the one with the first id is one of their own.

    Args:
        persons: Of one gallery.
    """
    steps = {person.id: person.merged_into for person in persons if person.merged_into}
    ends: dict[str, str] = {}
    for start in steps:
        path: dict[str, None] = {}  # in order, and told apart at once
        known = start
        while known in steps and known not in ends and known not in path:
            path[known] = None
            known = steps[known]
        end = min(_circle(path, known)) if known in path else ends.get(known, known)
        ends.update(dict.fromkeys(path, end))
    return {known: end for known, end in ends.items() if end != known}


def _circle(path: Mapping[str, None], first: str) -> list[str]:
    """The end of a path that led back to one of its steps."""
    steps = list(path)
    return steps[steps.index(first) :]
