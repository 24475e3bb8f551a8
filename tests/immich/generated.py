"""An Immich library as large as a family's of fifteen years, made up and always the same."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.sql import SQL, Identifier

FOLDER = "/mnt/media"
OWNER, LIBRARY = (str(uuid.UUID(int=number)) for number in (1, 2))
FIRST_YEAR = 2010
NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
# The one whose photos these mostly are, and others who have a name.
MOST_SEEN = str(uuid.UUID(int=100))
NAMED = (MOST_SEEN, *(str(uuid.UUID(int=number)) for number in range(101, 112)))
UNNAMED = tuple(str(uuid.UUID(int=number)) for number in range(1000, 1300))
_ZONE = ZoneInfo("Europe/Berlin")
_FULL_ASSETS = 99_108
# First year, make, model, lens, extension, width, height.
_CAMERAS: Sequence[tuple[int, str, str, str | None, str, int, int]] = (
    (2010, "Canon", "Canon PowerShot SX230 HS", None, "jpg", 4000, 3000),
    (2010, "NIKON CORPORATION", "NIKON D5100", "18.0-105.0 mm f/3.5-5.6", "jpg", 4928, 3264),
    (2013, "Apple", "iPhone 5", "iPhone 5 back camera 4.12mm f/2.4", "jpg", 3264, 2448),
    (2017, "Apple", "iPhone 8", "iPhone 8 back camera 3.99mm f/1.8", "heic", 4032, 3024),
    (2019, "Google", "Pixel 3a", None, "jpg", 4032, 3024),
    (2021, "Apple", "iPhone 13", "iPhone 13 back dual wide camera 5.1mm f/1.6", "heic", 4032, 3024),
)
_PLACES: Sequence[tuple[float, float, str, str, str]] = (
    (52.5200, 13.4050, "Berlin", "Land Berlin", "Germany"),
    (48.1374, 11.5755, "Munich", "Bavaria", "Germany"),
    (54.3213, 10.1349, "Kiel", "Schleswig-Holstein", "Germany"),
    (45.4408, 12.3155, "Venice", "Veneto", "Italy"),
    (59.9139, 10.7522, "Oslo", "Oslo", "Norway"),
)
_VIDEOS, _FAVORITES, _ARCHIVED, _PLACED = 0.07, 0.04, 0.01, 0.55
_MOTION = 0.03
_ALBUMS, _TAGS = 40, 20


@dataclass(frozen=True)
class Size:
    """How much there is.

    Attributes:
        active: Assets that are not in the bin.
        deleted: Assets in the bin.
        most_seen: Faces of `MOST_SEEN`.
        others: Faces of others who have a name.
        unnamed: Faces of persons without one.
        nobodys: Faces without a person.
        years: From the first asset to the last.
    """

    active: int = 86_647
    deleted: int = 12_461
    most_seen: int = 80_764
    others: int = 21_000
    unnamed: int = 9_000
    nobodys: int = 4_000
    years: float = 15

    @property
    def assets(self) -> int:
        """All of them."""
        return self.active + self.deleted

    def part(self, divisor: int) -> "Size":
        """A library of a part of everything, with as much in each month."""
        return Size(
            self.active // divisor,
            self.deleted // divisor,
            self.most_seen // divisor,
            self.others // divisor,
            self.unnamed // divisor,
            self.nobodys // divisor,
            self.years / divisor,
        )


@dataclass(frozen=True)
class _Made:
    """An asset with its exif, as rows to copy."""

    id: str
    asset: Sequence[Any]
    exif: Sequence[Any]
    is_still: bool
    size: tuple[int, int]


def generate(connection: psycopg.Connection, size: Size, seed: int = 5) -> None:
    """Fill an empty database of the schema of v2.7.

    Args:
        connection: To it; what is done is committed.
        size: How much to make.
        seed: Decides everything.
    """
    chance = Random(seed)
    connection.execute("SET session_replication_role = replica")
    _copy(connection, "user", ("id", "name", "email"), [(OWNER, "Owner", "owner@example.org")])
    columns = ("id", "ownerId", "name", "importPaths", "exclusionPatterns")
    _copy(connection, "library", columns, [(LIBRARY, OWNER, "Photos", [FOLDER], [])])
    assets = list(_assets(size, chance))
    _copy(connection, "asset", _ASSET, (made.asset for made in assets))
    _copy(connection, "asset_exif", _EXIF, (made.exif for made in assets))
    persons = [(person, OWNER, f"Person {number}") for number, person in enumerate(NAMED)]
    persons += [(person, OWNER, "") for person in UNNAMED]
    _copy(connection, "person", ("id", "ownerId", "name"), persons)
    stills = [made for made in assets if made.is_still]
    _copy(connection, "asset_face", _FACE, _faces(stills, size, chance))
    _albums_and_tags(connection, [made.id for made in assets], chance)
    connection.execute("SET session_replication_role = origin")
    connection.commit()
    connection.execute("ANALYZE")
    connection.commit()


_ASSET = (
    *("id", "ownerId", "libraryId", "type", "status", "originalPath", "originalFileName"),
    *("fileCreatedAt", "fileModifiedAt", "localDateTime", "deletedAt", "isExternal", "isFavorite"),
    *("visibility", "livePhotoVideoId", "duration", "checksum", "checksumAlgorithm", "thumbhash"),
    *("width", "height", "deviceAssetId", "deviceId"),
)
_EXIF = (
    *("assetId", "make", "model", "lensModel", "exifImageWidth", "exifImageHeight"),
    *("fileSizeInByte", "orientation", "dateTimeOriginal", "timeZone", "fNumber", "focalLength"),
    *("iso", "exposureTime", "latitude", "longitude", "city", "state", "country", "description"),
)
_FACE = (
    *("id", "assetId", "personId", "imageWidth", "imageHeight"),
    *("boundingBoxX1", "boundingBoxY1", "boundingBoxX2", "boundingBoxY2"),
)


def _copy(
    connection: psycopg.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    statement = SQL("COPY {} ({}) FROM STDIN").format(
        Identifier(table), SQL(", ").join(map(Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _assets(size: Size, chance: Random) -> Iterator[_Made]:
    """As many as there are to be, of any year, those in the bin among them."""
    left = {False: size.active, True: size.deleted}
    while any(left.values()):
        is_deleted = chance.random() * sum(left.values()) < left[True]
        taken = _moment(size.years, chance)
        camera = chance.choice([camera for camera in _CAMERAS if camera[0] <= taken.year])
        is_motion = camera[4] == "heic" and chance.random() < _MOTION and left[is_deleted] > 1
        video = None
        if is_motion:
            video = _asset(taken, camera, chance, is_deleted=is_deleted, is_half=True)
            yield video
        yield _asset(taken, camera, chance, is_deleted=is_deleted, half=video)
        left[is_deleted] -= 1 + is_motion


def _moment(years: float, chance: Random) -> datetime:
    """More in later years, by day, many at once."""
    day = int(years * 365 * chance.random() ** 0.7)
    # photos come by the occasion: one in two days has any
    morning = datetime(FIRST_YEAR, 1, 1, 7, tzinfo=_ZONE) + timedelta(days=day // 2 * 2)
    return morning + timedelta(milliseconds=chance.randrange(14 * 3_600_000))


def _asset(
    taken: datetime,
    camera: tuple[int, str, str, str | None, str, int, int],
    chance: Random,
    *,
    is_deleted: bool,
    half: _Made | None = None,
    is_half: bool = False,
) -> _Made:
    _, make, model, lens, extension, width, height = camera
    is_video = is_half or (half is None and chance.random() < _VIDEOS)
    if is_video:
        extension, width, height = ("mov" if is_half else "mp4"), 1920, 1080
    elif chance.random() < 0.3:
        width, height = height, width
    own_id = _new_id(chance)
    name = f"{taken:IMG_%Y%m%d_%H%M%S}{chance.randrange(1000):03}.{extension}"
    path = f"{FOLDER}/{taken:%Y/%Y-%m-%d}/{name}"
    place = chance.choice(_PLACES) if chance.random() < _PLACED else None
    deleted_at = NOW - timedelta(minutes=chance.randrange(43_200)) if is_deleted else None
    asset = (
        *(own_id, OWNER, LIBRARY, "VIDEO" if is_video else "IMAGE"),
        *("trashed" if is_deleted else "active", path, name),
        *(taken, taken, taken.replace(tzinfo=UTC), deleted_at, True),
        not is_half and chance.random() < _FAVORITES,
        "hidden" if is_half else "archive" if chance.random() < _ARCHIVED else "timeline",
        half.id if half else None,
        f"0:00:{chance.randrange(1, 60):02}.{chance.randrange(1000):03}000" if is_video else None,
        hashlib.sha1(f"path:{path}".encode(), usedforsecurity=False).digest(),
        *("sha1-path", chance.randbytes(24), width, height, name, "Library Import"),
    )
    spread = chance.gauss(0, 0.05)
    exif = (
        *(own_id, make, model, lens, width, height, chance.randrange(1_500_000, 6_000_000), "1"),
        *(taken, "Europe/Berlin", 1.8, 4.25, chance.choice((25, 50, 100, 400, 1600))),
        f"1/{chance.choice((30, 60, 120, 250, 1000))}",
        *((place[0] + spread, place[1] + spread, *place[2:]) if place else (None,) * 5),
        "A day that we like to remember" if chance.random() < 0.02 else "",
    )
    return _Made(own_id, asset, exif, not is_video, (width, height))


def _faces(stills: Sequence[_Made], size: Size, chance: Random) -> Iterator[Sequence[Any]]:
    """Faces on stills: the most seen person once on each of as many as possible."""
    seen = [stills[number % len(stills)] for number in range(size.most_seen)]
    chance.shuffle(seen)
    for made in seen:
        yield _face(made, MOST_SEEN, chance)
    for _ in range(size.others):
        yield _face(chance.choice(stills), chance.choice(NAMED[1:]), chance)
    for _ in range(size.unnamed):
        yield _face(chance.choice(stills), chance.choice(UNNAMED), chance)
    for _ in range(size.nobodys):
        yield _face(chance.choice(stills), None, chance)


def _face(made: _Made, person: str | None, chance: Random) -> Sequence[Any]:
    # boxes are of the preview, 1440 pixels wide or high
    scale = 1440 / max(made.size)
    width, height = (round(side * scale) for side in made.size)
    side = chance.randrange(60, 300)
    x, y = chance.randrange(width - side), chance.randrange(height - side)
    return (_new_id(chance), made.id, person, width, height, x, y, x + side, y + side)


def _new_id(chance: Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _albums_and_tags(connection: psycopg.Connection, assets: Sequence[str], chance: Random) -> None:
    """A few albums and tags, of sixty assets each in a full library."""
    each = max(1, 60 * len(assets) // _FULL_ASSETS)
    albums = [str(uuid.UUID(int=5000 + number)) for number in range(_ALBUMS)]
    tags = [str(uuid.UUID(int=6000 + number)) for number in range(_TAGS)]
    named = [(album, OWNER, f"Album {number}") for number, album in enumerate(albums)]
    _copy(connection, "album", ("id", "ownerId", "albumName"), named)
    valued = [(tag, OWNER, f"Tag/{number}") for number, tag in enumerate(tags)]
    _copy(connection, "tag", ("id", "userId", "value"), valued)
    for table, column, groups in (("album_asset", "albumId", albums), ("tag_asset", "tagId", tags)):
        rows = [(group, asset) for group in groups for asset in chance.sample(assets, each)]
        _copy(connection, table, (column, "assetId"), rows)
