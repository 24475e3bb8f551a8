"""A photo as Immich stores it, with what is to become of it."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The flags under which the expected keys hold.
MAPS = ("/mnt/media=main/", "/usr/src/app/upload=main/upload/")
ALICE, BOB = (str(uuid.UUID(int=number)) for number in (1, 2))
UPLOADS = "/usr/src/app/upload"
MODIFIED = "2019-05-13 08:00:00+00"
# External libraries: Alice's first was made anew as the second, so that files are known twice.
FIRST, SECOND, BOBS = (str(uuid.UUID(int=number)) for number in (11, 12, 13))


def id_of(word: str) -> str:
    """The id of whatever is called by a word here."""
    return str(uuid.uuid5(uuid.UUID(int=0), word))


@dataclass(frozen=True, kw_only=True)
class Exif:
    """A row of the table of exif, by our names."""

    size: int | None = 3_145_728
    width: int | None = 4000
    height: int | None = 3000
    orientation: str | None = "1"
    zone: str | None = "Europe/Berlin"
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    iso: int | None = None
    f_number: float | None = None
    focal_length: float | None = None
    exposure: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    description: str = ""
    rating: int | None = None


@dataclass(frozen=True, kw_only=True)
class Photo:
    """An asset as Immich stores it, and what becomes of it.

    Attributes:
        word: What it is called here; see `id_of`.
        path: Of uploads relative to /usr/src/app, as releases up to v1.135 have it.
        taken, local: Text of PostgreSQL.
        is_undated: Whether the moments are null where a release allows it.
        milliseconds: The duration from v3.0 on.
        sidecar: Path of it.
        key: Its key by `MAPS`; None where it is left out.
        row: Attributes of its row that the oddity is about.
        details: Of the row's details, likewise; None for those that it must not have.
        until: Attributes that differ before a release.
    """

    word: str
    path: str
    name: str = "photo.jpg"
    owner: str = ALICE
    library: str | None = FIRST
    type: str = "IMAGE"
    status: str = "active"
    deleted_at: str | None = None
    is_offline: bool = False
    is_favorite: bool = False
    visibility: str = "timeline"
    live_video: str | None = None
    taken: str = "2019-05-12 10:11:12.123+00"
    local: str = "2019-05-12 12:11:12.123+00"
    is_undated: bool = False
    duration: str | None = None
    milliseconds: int | None = None
    checksum: bytes | None = None
    thumbhash: bytes | None = bytes.fromhex("d7f7090d847778778077778880880878807777") + bytes(3)
    width: int | None = 4000
    height: int | None = 3000
    sidecar: str | None = None
    exif: Exif | None = field(default_factory=Exif)
    key: str | None
    row: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    until: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """UUID."""
        return id_of(self.word)

    @property
    def is_external(self) -> bool:
        """Whether it lies in an external library: its checksum is then one of its path."""
        return self.library is not None

    @property
    def content(self) -> bytes:
        """The bytes of its file."""
        return f"the bytes of {self.word}".encode()

    @property
    def stored_checksum(self) -> bytes:
        """What Immich has for a checksum."""
        of = f"path:{self.path}".encode() if self.is_external else self.content
        return self.checksum or hashlib.sha1(of, usedforsecurity=False).digest()

    @property
    def content_sha1(self) -> bytes | None:
        """What is known of its content."""
        if self.is_external or self.checksum is not None:
            return None
        return hashlib.sha1(self.content, usedforsecurity=False).digest()


def external(word: str, /, **more: Any) -> Photo:
    """A photo of the external library, at a path of its own unless one is given."""
    path = more.pop("path", f"/mnt/media/2019/{word}.jpg")
    key = more.pop("key", path.replace("/mnt/media/", "main/", 1))
    return Photo(word=word, path=path, key=key, **more)


def uploaded(word: str, /, extension: str = "jpg", **more: Any) -> Photo:
    """A photo that was uploaded to Immich."""
    path = f"upload/library/alice/2019/{word}.{extension}"
    return Photo(word=word, path=path, library=None, key=f"main/{path}", **more)


def video(word: str, /, **more: Any) -> Photo:
    """A video of the external library."""
    path = f"/mnt/media/clips/{word}.mp4"
    row = {"file_type": "video", **more.pop("row", {})}
    return external(word, path=path, name=f"{word}.mp4", type="VIDEO", row=row, **more)


def dated(word: str, taken: str, local: str | None = None, /, **row: Any) -> Photo:
    """A photo of an odd date, whose camera told no zone."""
    return external(word, taken=taken, local=local or taken, exif=Exif(zone=None), row=row)
