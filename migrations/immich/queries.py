"""What an Immich database holds, read as it was at one moment."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from migrations.immich.schema import Shape, detect
from migrations.immich.source import SourceAsset, SourceExif, SourceFace, SourcePerson
from migrations.postgres import (
    SQL,
    Composable,
    Connection,
    Identifier,
    Row,
    connect,
    rows,
    snapshot,
)

# SourceExif's fields, in its order.
_EXIF = SQL("""
    e."fileSizeInByte", e."exifImageWidth", e."exifImageHeight", e.orientation,
    e."dateTimeOriginal"::text, e."timeZone", e.latitude, e.longitude, e.city, e.state, e.country,
    e.make, e.model, e."lensModel", e.iso, e."fNumber", e."focalLength", e."exposureTime",
    e.description, e.rating
""")
# Releases before v1.133.
_BOOLEANS = """
    CASE WHEN NOT a."isVisible" THEN 'hidden' WHEN a."isArchived" THEN 'archive'
         ELSE 'timeline' END
"""
# Faces, tags and albums are gathered by asset before they are joined: that takes no index, and
# each of them is read once. SourceAsset's fields, in its order.
_ASSETS = SQL("""
    SELECT a.id::text, a."ownerId"::text, a.type::text, a.status::text,
           a."originalPath", a."originalFileName", {sidecar}, a."deletedAt"::text,
           a."isOffline", a."isExternal", a."isFavorite", {visibility}, a."livePhotoVideoId"::text,
           a."fileCreatedAt"::text, a."localDateTime"::text, a.duration,
           a.checksum, {checksum_algorithm}, a.thumbhash, {width}, {height},
           f.faces, t.tags, b.albums, {exif_columns}
    FROM {asset} a
    LEFT JOIN {exif} e ON e."assetId" = a.id
    LEFT JOIN (
        SELECT f."assetId" AS asset_id, json_agg(json_build_array(
                   f.id, f.{face_person}, f."boundingBoxX1", f."boundingBoxY1",
                   f."boundingBoxX2", f."boundingBoxY2", f."imageWidth", f."imageHeight",
                   f."sourceType"
               )) AS faces
        FROM {face} f WHERE {is_face} GROUP BY f."assetId"
    ) f ON f.asset_id = a.id
    LEFT JOIN (
        SELECT x.{tagged} AS asset_id, array_agg(t.value::text) AS tags
        FROM {tag_asset} x JOIN {tag} t ON t.id = x.{tag_id} GROUP BY x.{tagged}
    ) t ON t.asset_id = a.id
    LEFT JOIN (
        SELECT x.{in_album} AS asset_id, array_agg(b."albumName"::text) AS albums
        FROM {album_asset} x JOIN {album} b ON b.id = x.{album_id} WHERE {is_album}
        GROUP BY x.{in_album}
    ) b ON b.asset_id = a.id
    {sidecars}
    ORDER BY a.id
""")
_EXIF_FROM = 24  # the columns before
_SIDECARS = SQL("""
    LEFT JOIN (
        SELECT "assetId" AS asset_id, min(path) AS path
        FROM {file} WHERE type::text = 'sidecar' GROUP BY "assetId"
    ) s ON s.asset_id = a.id
""")
_PERSONS = SQL("""
    SELECT {key}::text, "ownerId"::text, name, "isHidden", "isFavorite", "birthDate"::text
    FROM {person} ORDER BY {key}, (name = ''), "ownerId"
""")
_COUNTS = SQL("""
    SELECT count(*) FILTER (WHERE a."deletedAt" IS NULL),
           count(*) FILTER (WHERE a."deletedAt" IS NOT NULL),
           count(*) FILTER (WHERE a."isFavorite"),
           count(*) FILTER (WHERE {visibility} = 'archive'),
           count(*) FILTER (WHERE {visibility} = 'hidden'),
           count(*) FILTER (WHERE {visibility} = 'locked'),
           count(*) FILTER (WHERE a."isOffline"),
           count(v.id),
           count(*) FILTER (WHERE a."livePhotoVideoId" IS NOT NULL AND v.id IS NULL)
    FROM {asset} a LEFT JOIN {asset} v ON v.id = a."livePhotoVideoId"
""")
_PERSON_COUNTS = SQL("""
    SELECT count(DISTINCT {key}), count(DISTINCT {key}) FILTER (WHERE name <> '') FROM {person}
""")
_FACE_COUNTS = SQL("""
    SELECT count(*) FILTER (WHERE {is_face}),
           count(*) FILTER (WHERE {is_face} AND f.{face_person} IS NULL),
           count(*) FILTER (WHERE {is_deleted}),
           count(*) FILTER (WHERE NOT {is_deleted} AND NOT {is_visible})
    FROM {face} f
""")


@dataclass(frozen=True)
class SourceCounts:
    """How much there is, counted by the database itself.

    Attributes:
        active: Assets that are not in the bin.
        deleted: Assets in the bin.
        favorites: Assets, those in the bin with them; so are the following.
        archived: By visibility.
        hidden: By visibility; video halves mostly.
        locked: By visibility.
        offline: Whose file was missing.
        motion_pairs: Stills with a video half.
        motion_dangling: Stills whose video half is no asset.
        persons: A group is one.
        persons_named: Of these, with a name.
        faces: Neither deleted nor hidden.
        faces_without_person: Of these, nobody's.
        faces_deleted: Left out.
        faces_invisible: Not deleted but hidden (from v2.5), left out.
        albums: Not deleted, empty ones with them.
        tags: Used or not.
    """

    active: int
    deleted: int
    favorites: int
    archived: int
    hidden: int
    locked: int
    offline: int
    motion_pairs: int
    motion_dangling: int
    persons: int
    persons_named: int
    faces: int
    faces_without_person: int
    faces_deleted: int
    faces_invisible: int
    albums: int
    tags: int


class Source:
    """An Immich library as it is at the moment when it is opened.

    Attributes:
        era: The releases that the database may be of, for people.
    """

    def __init__(self, connection: Connection, shape: Shape) -> None:
        self._connection = connection
        self._shape = shape
        self.era = shape.era

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator["Source"]:
        """The library of a database; nothing is written there.

        Args:
            url: See `migrations.postgres.connect`.

        Raises:
            SetupError: It can't be reached, or is of no known shape.
        """
        with connect(url) as connection, snapshot(connection):
            yield cls(connection, detect(connection))

    def assets(self) -> Iterator[SourceAsset]:
        """Every asset with its exif, faces, tags and albums, by id; a thousand in memory."""
        for row in self._rows(_ASSETS):
            yield _asset(row)

    def count_assets(self) -> int:
        """How many `assets` gives."""
        return self._counts(SQL("SELECT count(*) FROM {asset}"))[0]

    def persons(self) -> list[SourcePerson]:
        """Every person, by id.

        Where persons come in groups (from v3.2), with a row for each user, a group is one person:
        of the first row with a name, by owner; hidden where all of its rows are, a favourite where
        one is, and its birth date is the first that is known.
        """
        groups: dict[str, list[SourcePerson]] = {}
        for row in self._rows(_PERSONS):
            person = SourcePerson(*row)
            groups.setdefault(person.id, []).append(person)
        return [_one_person(group) for group in groups.values()]

    def counts(self) -> SourceCounts:
        """How much there is, by queries that share nothing with `assets` but the moment."""
        return SourceCounts(
            *self._counts(_COUNTS),
            *self._counts(_PERSON_COUNTS),
            *self._counts(_FACE_COUNTS),
            *self._counts(SQL("SELECT count(*) FROM {album} b WHERE {is_album}")),
            *self._counts(SQL("SELECT count(*) FROM {tag}")),
        )

    def media_location(self) -> str | None:
        """The folder of uploads as Immich's container sees it; None where it doesn't say."""
        if not self._shape.has("metadata", "key", "value"):
            return None
        query = SQL(
            "SELECT value::jsonb ->> 'location' FROM {metadata} WHERE key = 'MediaLocation'"
        )
        return next((location for (location,) in self._rows(query)), None)

    def _counts(self, query: SQL) -> Sequence[int]:
        return next(self._rows(query))

    def _rows(self, query: SQL) -> Iterator[Row]:
        return rows(self._connection, query.format(**_names(self._shape)))


def _names(shape: Shape) -> Mapping[str, Composable]:
    """What the queries leave open, as this database has it."""
    tables = {word: shape.table(word) for word in shape.tables}
    person_key, face_person = shape.person_key
    album, in_album = shape.either("album_asset", ("albumId", "assetId"), ("albumsId", "assetsId"))
    tag, tagged = shape.either("tag_asset", ("tagId", "assetId"), ("tagsId", "assetsId"))
    is_deleted = _if(shape.has("face", "deletedAt"), 'f."deletedAt" IS NOT NULL', "false")
    is_visible = _if(shape.has("face", "isVisible"), 'f."isVisible"', "true")
    has_sidecar_path = shape.has("asset", "sidecarPath")
    return {
        **tables,
        "exif_columns": _EXIF,
        "visibility": _if(shape.has("asset", "visibility"), "a.visibility::text", _BOOLEANS),
        "checksum_algorithm": _if(
            shape.has("asset", "checksumAlgorithm"), 'a."checksumAlgorithm"::text', "NULL"
        ),
        "width": _if(shape.has("asset", "width"), "a.width", "NULL"),
        "height": _if(shape.has("asset", "height"), "a.height", "NULL"),
        "sidecar": _if(has_sidecar_path, 'a."sidecarPath"', "s.path"),
        "sidecars": SQL("") if has_sidecar_path else _SIDECARS.format(file=tables["file"]),
        "key": Identifier(person_key),
        "face_person": Identifier(face_person),
        "is_deleted": is_deleted,
        "is_visible": is_visible,
        "is_face": SQL("NOT {} AND {}").format(is_deleted, is_visible),
        "is_album": _if(shape.has("album", "deletedAt"), 'b."deletedAt" IS NULL', "true"),
        "album_id": Identifier(album),
        "in_album": Identifier(in_album),
        "tag_id": Identifier(tag),
        "tagged": Identifier(tagged),
    }


def _if(there_is: bool, expression: str, otherwise: str) -> SQL:
    return SQL(expression if there_is else otherwise)


def _asset(row: Row) -> SourceAsset:
    *own, faces, tags, albums = row[:_EXIF_FROM]
    fields = (
        *own,
        SourceExif(*row[_EXIF_FROM:]),
        tuple(sorted((_face(*face) for face in faces or ()), key=lambda face: face.id)),
        # sorted here: each database sorts words in its own way
        tuple(sorted(tags or ())),
        tuple(sorted(albums or ())),
    )
    return SourceAsset(*fields)


def _face(
    id: str, person: str | None, x1: int, y1: int, x2: int, y2: int, w: int, h: int, source: str
) -> SourceFace:
    return SourceFace(id, person, (x1, y1, x2, y2), (w, h), source)


def _one_person(group: Sequence[SourcePerson]) -> SourcePerson:
    return replace(
        group[0],
        is_hidden=all(person.is_hidden for person in group),
        is_favorite=any(person.is_favorite for person in group),
        birth_date=next((person.birth_date for person in group if person.birth_date), None),
    )
