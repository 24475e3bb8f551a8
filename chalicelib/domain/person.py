"""A person whose faces were found in photos."""

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
    faces: int = 0
    assets: int = 0
