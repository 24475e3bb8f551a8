"""The shape of an Immich database, told by the tables and columns that are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.errors import SetupError
from migrations.postgres import SQL, Connection, Identifier, explained

KNOWN = "v1.126 to v3.2"

# Our word for a table: its names, newest first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "asset": ("asset", "assets"),
    "exif": ("asset_exif", "exif"),
    "face": ("asset_face", "asset_faces"),
    "file": ("asset_file", "asset_files"),
    "person": ("person",),
    "album": ("album", "albums"),
    "album_asset": ("album_asset", "albums_assets_assets"),
    "tag": ("tag", "tags"),
    "tag_asset": ("tag_asset",),
    "metadata": ("system_metadata",),
}

_UUID = frozenset({"uuid"})
_FLAG = frozenset({"boolean"})
_BYTES = frozenset({"bytea"})
_MOMENT = frozenset({"timestamp with time zone"})
_NUMBER = frozenset({"smallint", "integer", "bigint", "real", "double precision"})
_WORDS = frozenset({"character varying", "text"})
_ANY = frozenset[str]()

Columns = Mapping[str, Mapping[str, frozenset[str]]]


def _each(names: str, types: frozenset[str]) -> dict[str, frozenset[str]]:
    return dict.fromkeys(names.split(), types)


_ALWAYS: Columns = {
    "asset": {
        **_each("id ownerId livePhotoVideoId", _UUID),
        **_each("type status", _ANY),
        **_each("originalPath originalFileName", _WORDS),
        **_each("deletedAt fileCreatedAt localDateTime", _MOMENT),
        **_each("isOffline isExternal isFavorite", _FLAG),
        **_each("checksum thumbhash", _BYTES),
        "duration": _WORDS | _NUMBER,
    },
    "exif": {
        "assetId": _UUID,
        "dateTimeOriginal": _MOMENT,
        **_each("orientation timeZone city state country make model lensModel", _WORDS),
        **_each("exposureTime description", _WORDS),
        **_each("fileSizeInByte exifImageWidth exifImageHeight", _NUMBER),
        **_each("latitude longitude iso fNumber focalLength rating", _NUMBER),
    },
    "face": {
        **_each("id assetId", _UUID),
        **_each("boundingBoxX1 boundingBoxY1 boundingBoxX2 boundingBoxY2", _NUMBER),
        **_each("imageWidth imageHeight", _NUMBER),
        "sourceType": _ANY,
    },
    "person": {
        "ownerId": _UUID,
        "name": _WORDS,
        **_each("isHidden isFavorite", _FLAG),
        "birthDate": frozenset({"date"}),
    },
    "album": {"id": _UUID, "albumName": _WORDS},
    "tag": {"id": _UUID, "value": _WORDS},
}
# What releases tell in different ways: one of each has to be there whole.
_EITHER: tuple[tuple[Columns, ...], ...] = (
    (
        {"asset": {"visibility": _ANY}},
        {"asset": _each("isArchived isVisible", _FLAG)},
    ),
    (
        {"person": {"personGroupId": _UUID}, "face": {"personGroupId": _UUID}},
        {"person": {"id": _UUID}, "face": {"personId": _UUID}},
    ),
    (
        {"album_asset": _each("albumId assetId", _UUID)},
        {"album_asset": _each("albumsId assetsId", _UUID)},
    ),
    (
        {"tag_asset": _each("tagId assetId", _UUID)},
        {"tag_asset": _each("tagsId assetsId", _UUID)},
    ),
    (
        {"file": {"assetId": _UUID, "type": _ANY, "path": _WORDS}},
        {"asset": {"sidecarPath": _WORDS}},
    ),
    # At first no face could be deleted; a release after v1.132 that can't tell is not known.
    (
        {"face": {"deletedAt": _MOMENT}},
        {"asset": {"isVisible": _FLAG}},
    ),
)


@dataclass(frozen=True)
class Shape:
    """How an Immich database names what we read.

    Attributes:
        found: Tables and columns of the schema ``public``: table -> column -> type.
        tables: Our word for a table -> the name it has.
    """

    found: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, str]

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table, by our word, has all these columns."""
        return all(column in self._columns(table) for column in columns)

    def either(self, table: str, *ways: tuple[str, str]) -> tuple[str, str]:
        """The first two columns that a table, by our word, has both of."""
        return next(way for way in ways if self.has(table, *way))

    def table(self, table: str) -> Identifier:
        """A table to be read, by our word."""
        return Identifier("public", self.tables[table])

    @property
    def person_key(self) -> tuple[str, str]:
        """Which column says whose: (on person, on face)."""
        grouped = self.has("person", "personGroupId") and self.has("face", "personGroupId")
        return ("personGroupId", "personGroupId") if grouped else ("id", "personId")

    @property
    def era(self) -> str:
        """The releases that it may be of, for people: ``v2.5 or v2.6``."""
        steps = (
            (self.person_key[0] == "personGroupId", "v3.2 or later"),
            (self._columns("asset")["duration"] in _NUMBER, "v3.0 or v3.1"),
            (self.has("asset", "checksumAlgorithm"), "v2.7 or a later v2"),
            (self.has("asset", "width", "height"), "v2.5 or v2.6"),
            (self.has("album_asset", "albumId"), "v2.3 or v2.4"),
            (self.tables["asset"] == "asset", "v1.136 to v2.2"),
            (self.has("asset", "visibility"), "v1.133 to v1.135"),
        )
        return next((era for is_so, era in steps if is_so), "v1.126 to v1.132")

    def _columns(self, table: str) -> Mapping[str, str]:
        return self.found.get(self.tables.get(table, ""), {})


def detect(connection: Connection) -> Shape:
    """The shape of an Immich database.

    Raises:
        SetupError: It is empty, no Immich, of a shape that is not known, or may not be read;
            names every table and column that is missing.
    """
    with explained():
        database, role = connection.execute(
            "SELECT current_database(), current_user"
        ).fetchone() or ("", "")
        rows = connection.execute(_COLUMNS).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind, _ in rows:
        found.setdefault(table, {})[column] = kind
    shape = recognise(found, database)
    read = set(shape.tables.values())
    closed = sorted({table for table, _, _, may_read in rows if table in read and not may_read})
    if closed:
        raise SetupError(
            f"user {role} may not read {', '.join(closed)}; connect as the owner, "
            f"or: GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
        )
    return shape


# information_schema hides what one may not read, and a right that lacks is no missing table.
_COLUMNS = SQL("""
    SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, NULL),
           pg_catalog.has_schema_privilege(n.oid, 'USAGE')
           AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
""")


def recognise(found: Mapping[str, Mapping[str, str]], database: str) -> Shape:
    """The shape that tables and columns make.

    Args:
        found: table -> column -> type, of the schema ``public``.
        database: Its name, for people.

    Raises:
        SetupError: See `detect`.
    """
    if not found:
        raise SetupError(
            f"database {database} is empty; name the one that Immich uses, "
            "DB_DATABASE_NAME of its .env"
        )
    tables = {
        word: name for word, names in _NAMES.items() if (name := _first(names, found)) is not None
    }
    if "asset" not in tables:
        raise SetupError(
            f"database {database} is no Immich's: of its {len(found):,} tables none is `asset` "
            "or `assets`; name the one that Immich uses, DB_DATABASE_NAME of its .env"
        )
    shape = Shape(found, tables)
    missing = list(_missing(shape, _ALWAYS))
    for ways in _EITHER:
        lacks = [" and ".join(_missing(shape, way)) for way in ways]
        if all(lacks):
            missing.append(" or ".join(dict.fromkeys(lacks)))
    if missing:
        raise SetupError(
            f"database {database} is of no shape of Immich that is known, those of {KNOWN} are; "
            f"missing: {'; '.join(dict.fromkeys(missing))}. Nothing was read. Bring Immich to one "
            "of these releases, or this program to its own newest"
        )
    return shape


def _first(names: Iterable[str], found: Mapping[str, object]) -> str | None:
    return next((name for name in names if name in found), None)


def _missing(shape: Shape, wanted: Columns) -> list[str]:
    missing = []
    for word, columns in wanted.items():
        name = shape.tables.get(word)
        if name is None:
            missing.append(f"table {' or '.join(_NAMES[word])}")
            continue
        for column, types in columns.items():
            kind = shape.found[name].get(column)
            if kind is None:
                missing.append(f"{name}.{column}")
            elif types and kind not in types:
                missing.append(f"{name}.{column} as {' or '.join(sorted(types))}, it is {kind}")
    return missing
