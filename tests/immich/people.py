"""The same library's persons, faces, tags and albums."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.immich.photo import ALICE, BOB, id_of

Box = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as Immich stores it."""

    word: str
    name: str = ""
    owner: str = ALICE
    is_hidden: bool = False
    is_favorite: bool = False
    birth_date: str | None = None

    @property
    def id(self) -> str:
        """UUID; of the person's group from v3.2 on."""
        return id_of(self.word)


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face as Immich stores it, and its box in the original.

    Attributes:
        photo, person: Words.
        is_visible: From v2.5 on; a face that isn't is not there.
        scaled: The box in pixels of the original, which is 4000 x 3000 throughout; None where
            nothing says how large it is.
    """

    word: str
    photo: str
    person: str | None
    box: Box = (144, 108, 288, 216)
    size: tuple[int, int] = (1440, 1080)
    source: str = "machine-learning"
    is_deleted: bool = False
    is_visible: bool = True
    # a 1440 x 1080 preview of 4000 x 3000: times 25 / 9
    scaled: Box | None = (400, 300, 800, 600)

    @property
    def id(self) -> str:
        """UUID."""
        return id_of(self.word)


PERSONS: Mapping[str, Person] = {
    person.word: person
    for person in (
        Person(word="Grandma", name="Grandma", is_favorite=True, birth_date="1939-05-12"),
        Person(word="Anna", name="Anna"),
        Person(word="Bob's Anna", name="Anna", owner=BOB),
        Person(word="quoted", name='O\'Brien "Bo" 🎈'),
        Person(word="hidden person", name="Neighbour", is_hidden=True),
        Person(word="unnamed"),
        Person(word="in no photo", name="Nobody yet"),
    )
}
FACES: Mapping[str, Face] = {
    face.word: face
    for face in (
        Face(word="grandma's", photo="plain", person="Grandma"),
        Face(
            word="anna's",
            photo="plain",
            person="Anna",
            box=(720, 540, 1440, 1080),
            scaled=(2000, 1500, 4000, 3000),
        ),
        Face(word="nobody's", photo="plain", person=None, source="exif"),
        Face(word="unnamed one's", photo="uploaded", person="unnamed"),
        Face(word="by hand", photo="uploaded", person="quoted", source="manual"),
        Face(word="neighbour's", photo="uploaded", person="hidden person"),
        Face(word="deleted face", photo="plain", person="Grandma", is_deleted=True),
        Face(word="invisible", photo="plain", person="Grandma", is_visible=False),
        Face(
            word="beyond the edge",
            photo="favorite",
            person="Grandma",
            box=(-36, -9, 1500, 540),
            scaled=(0, 0, 4000, 1500),
        ),
        Face(
            word="of no size",
            photo="favorite",
            person="Anna",
            box=(0, 0, 0, 0),
            size=(0, 0),
            scaled=None,
        ),
        Face(word="grandma's, in the bin", photo="trashed", person="Grandma"),
        Face(word="grandma's, locked", photo="locked", person="Grandma"),
        Face(word="bob's anna's", photo="shared, Bob's", person="Bob's Anna"),
        Face(word="of a stranger's folder", photo="similar folder", person="Grandma"),
    )
}


@dataclass(frozen=True, kw_only=True)
class Album:
    """An album: its photos by word."""

    word: str
    name: str
    photos: tuple[str, ...] = ()
    owner: str = ALICE
    is_deleted: bool = False

    @property
    def id(self) -> str:
        """UUID."""
        return id_of(self.word)


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A tag: the text of its whole branch, and its photos by word."""

    value: str
    parent: str | None = None
    photos: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """UUID."""
        return id_of(f"tag {self.value}")


ALBUMS = (
    Album(word="album", name="Summer", photos=("plain", "uploaded", "trashed")),
    Album(word="album of the same name", name="Summer", photos=("plain",)),
    Album(word="album with a sun", name="Summer 🌞", photos=("plain", "shared, Bob's"), owner=BOB),
    Album(word="deleted album", name="Gone", photos=("plain",), is_deleted=True),
    Album(word="empty album", name="Empty"),
)
TAGS = (
    Tag(value="Family", photos=("plain",)),
    Tag(value="Family/Grandma", parent="Family", photos=("plain",)),
    Tag(value="unused 'tag'"),
)
