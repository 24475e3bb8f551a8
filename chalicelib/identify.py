"""Who is to be seen: the faces of a person, and what people say of a person."""

from dataclasses import dataclass
from unicodedata import category

from chalicelib.browse import media_page
from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.person import Person, heirs
from chalicelib.domain.places import person_of, places
from chalicelib.domain.query import MediaPage, MediaQuery
from chalicelib.errors import ConditionFailedError, InvalidParameterError, NotFoundError
from chalicelib.storage.people import People
from chalicelib.storage.tables import Tables


@dataclass(frozen=True)
class FoundFace:
    """A face of a person.

    Attributes:
        id: In its asset, as the row names it.
        face: Where it is.
        asset: What shows it.
    """

    id: str
    face: Face
    asset: Asset


@dataclass(frozen=True)
class Faces:
    """Some faces of a person.

    Attributes:
        faces: As the rows have them now, of the newest photo first.
        page: Of the person's list, where they were looked for.
    """

    faces: tuple[FoundFace, ...]
    page: MediaPage


def faces_page(tables: Tables, query: MediaQuery) -> Faces:
    """Faces of a person: a page of the person's list, and one batch read of its rows.

    Args:
        tables: The persons, the rows and the lists.
        query: Of a person's list.

    Raises:
        NotFoundError: There is no such person, or no such gallery.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    asked = query.filter
    person = person_of(asked.view)
    page = media_page(tables.pages, query)
    if not page.entries:
        tables.people.get(asked.gallery, person or "")
    rows = tables.assets.get_many({entry.id for entry in page.entries})
    found = [rows[entry.id] for entry in page.entries if entry.id in rows]
    # Lists follow rows within a second or two: the rows have the last word.
    shown = [row for row in found if any(place.view == asked.view for place in places(row))]
    faces = [
        FoundFace(known, row.faces[known], row)
        for row in shown
        for known in sorted(row.faces)
        if row.faces[known].person_id == person
    ]
    return Faces(tuple(faces), page)


def change_person(
    gallery: str,
    id: str,
    name: str | None,
    is_favorite: bool | None,
    is_hidden: bool | None,
    people: People,
) -> Person:
    """Name a person, make one a favourite, hide one; None leaves it as it is.

    Raises:
        NotFoundError: There is no such person, or it was merged into another one.
        InvalidParameterError: The name shows nothing or has control characters, or it is missing
            for somebody who has none.
    """
    person = people.get(gallery, id)
    if person.merged_into is not None and id in heirs(people.list(gallery)):
        raise NotFoundError(f"person {id} was merged into another one")
    told = name if name is None else _checked(name.strip())
    said = {"name": told, "is_favorite": is_favorite, "is_hidden": is_hidden}
    if name is None and person.name is None:
        raise InvalidParameterError("name", "missing; this person has none yet")
    changes = {attribute: value for attribute, value in said.items() if value is not None}
    try:
        return people.change(person, **changes)
    except ConditionFailedError as error:
        raise NotFoundError(f"no person has the id {id!r}") from error


def _checked(name: str) -> str:
    """A name that somebody can read.

    What joins characters or turns their direction has its place in names, beside others.
    """
    kinds = [category(character) for character in name]
    if "Cc" in kinds:
        raise InvalidParameterError("name", "must not have control characters in it")
    if all(kind[0] in "CZ" for kind in kinds):
        raise InvalidParameterError("name", "must have more in it than blanks")
    return name
