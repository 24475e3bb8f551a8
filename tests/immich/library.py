"""Fills a database of any era with the same small library, and with what else lies around one."""

from typing import Any

import psycopg

from tests.immich.around import fill_around
from tests.immich.eras import Row, insert, reaches
from tests.immich.people import ALBUMS, FACES, PERSONS, TAGS, Face, Person
from tests.immich.photo import (
    ALICE,
    BOB,
    BOBS,
    FIRST,
    MODIFIED,
    SECOND,
    UPLOADS,
    Exif,
    Photo,
    id_of,
)
from tests.immich.photos import PHOTOS


def fill(connection: psycopg.Connection, era: str) -> None:
    """Put the library into a database that `create_schema` made for the same era."""
    # an asset may name a video half that is none: triggers that would mind are off
    connection.execute("SET session_replication_role = replica")
    for table, rows in (
        ("user", [_user(ALICE, "Alice"), _user(BOB, "Bob")]),
        ("library", [_library(FIRST, ALICE), _library(SECOND, ALICE), _library(BOBS, BOB)]),
        ("asset", [_asset(photo, era) for photo in PHOTOS.values()]),
        ("asset_exif", [_exif(p, p.exif) for p in PHOTOS.values() if p.exif]),
        ("asset_file", _files(era)),
        ("asset_job_status", [{"assetId": p.id, "previewAt": MODIFIED} for p in PHOTOS.values()]),
    ):
        insert(connection, era, table, rows)
    _fill_people(connection, era)
    _fill_albums_and_tags(connection, era)
    fill_around(connection, era)
    connection.execute("SET session_replication_role = origin")
    connection.commit()


def path_in(photo: Photo, era: str) -> str:
    """Where an era says that a file lies: of uploads, the whole path only from v1.136 on."""
    if photo.is_external or not reaches(era, "v1.136"):
        return photo.path
    return f"/usr/src/app/{photo.path}"


def _user(id: str, name: str) -> Row:
    return {"id": id, "name": name, "email": f"{name.lower()}@example.org"}


def _library(id: str, owner: str) -> Row:
    return {
        "id": id,
        "ownerId": owner,
        "name": "Photos",
        "importPaths": ["/mnt/media"],
        "exclusionPatterns": ["**/@eaDir/**"],
    }


def _asset(photo: Photo, era: str) -> Row:
    row = {
        "id": photo.id,
        "ownerId": photo.owner,
        "libraryId": photo.library,
        "type": photo.type,
        "status": photo.status,
        "originalPath": path_in(photo, era),
        "originalFileName": photo.name,
        "fileCreatedAt": photo.taken,
        "fileModifiedAt": MODIFIED,
        "localDateTime": photo.local,
        "deletedAt": photo.deleted_at,
        "isOffline": photo.is_offline,
        "isExternal": photo.is_external,
        "isFavorite": photo.is_favorite,
        "livePhotoVideoId": id_of(photo.live_video) if photo.live_video else None,
        "duration": photo.milliseconds if reaches(era, "v3.0") else photo.duration,
        "checksum": photo.stored_checksum,
        "thumbhash": photo.thumbhash,
    }
    if photo.is_undated and not reaches(era, "v1.132"):
        row |= dict.fromkeys(("fileCreatedAt", "fileModifiedAt", "localDateTime"))
    if reaches(era, "v1.133"):
        row["visibility"] = photo.visibility
    else:
        row["isVisible"] = photo.visibility != "hidden"
        row["isArchived"] = photo.visibility in ("archive", "locked")
    if reaches(era, "v2.5"):
        row |= {"width": photo.width, "height": photo.height}
    else:
        row["sidecarPath"] = photo.sidecar
    if reaches(era, "v2.7"):
        row["checksumAlgorithm"] = "sha1-path" if photo.is_external else "sha1"
    if not reaches(era, "v3.0"):
        row |= {"deviceAssetId": photo.word, "deviceId": "telephone"}
    return row


def _exif(photo: Photo, exif: Exif) -> Row:
    return {
        "assetId": photo.id,
        "fileSizeInByte": exif.size,
        "exifImageWidth": exif.width,
        "exifImageHeight": exif.height,
        "orientation": exif.orientation,
        "dateTimeOriginal": photo.taken,
        "modifyDate": MODIFIED,
        "timeZone": exif.zone,
        "latitude": exif.latitude,
        "longitude": exif.longitude,
        "city": exif.city,
        "state": exif.state,
        "country": exif.country,
        "make": exif.make,
        "model": exif.model,
        "lensModel": exif.lens,
        "iso": exif.iso,
        "fNumber": exif.f_number,
        "focalLength": exif.focal_length,
        "exposureTime": exif.exposure,
        "description": exif.description,
        "rating": exif.rating,
    }


def _files(era: str) -> list[Row]:
    """Renditions of every photo, and from v2.5 on the sidecars."""
    rows: list[Row] = [
        {"assetId": photo.id, "type": kind, "path": f"{UPLOADS}/thumbs/{photo.id}-{kind}.webp"}
        for photo in PHOTOS.values()
        for kind in ("preview", "thumbnail")
    ]
    if reaches(era, "v2.5"):
        rows += [
            {"assetId": photo.id, "type": "sidecar", "path": photo.sidecar}
            for photo in PHOTOS.values()
            if photo.sidecar
        ]
    return rows


def _fill_people(connection: psycopg.Connection, era: str) -> None:
    persons = [_person(person, era) for person in PERSONS.values()]
    if reaches(era, "v3.2"):
        insert(connection, era, "person_group", [{"id": p.id} for p in PERSONS.values()])
        # the same person, whom Bob did not name
        persons.append(_person(PERSONS["Grandma"], era) | {"ownerId": BOB, "name": ""})
    insert(connection, era, "person", persons)
    insert(connection, era, "asset_face", [_face(face, era) for face in FACES.values()])
    nothing = str([0.0] * 512)
    insert(
        connection,
        era,
        "face_search",
        [{"faceId": face.id, "embedding": nothing} for face in FACES.values()],
    )
    insert(
        connection,
        era,
        "smart_search",
        [{"assetId": PHOTOS["plain"].id, "embedding": nothing}],
    )


def _person(person: Person, era: str) -> dict[str, Any]:
    return {
        "personGroupId" if reaches(era, "v3.2") else "id": person.id,
        "ownerId": person.owner,
        "name": person.name,
        "isHidden": person.is_hidden,
        "isFavorite": person.is_favorite,
        "birthDate": person.birth_date,
        "thumbnailPath": f"{UPLOADS}/thumbs/{person.id}.jpeg",
    }


def _face(face: Face, era: str) -> Row:
    x1, y1, x2, y2 = face.box
    row = {
        "id": face.id,
        "assetId": PHOTOS[face.photo].id,
        "personGroupId" if reaches(era, "v3.2") else "personId": (
            PERSONS[face.person].id if face.person else None
        ),
        "boundingBoxX1": x1,
        "boundingBoxY1": y1,
        "boundingBoxX2": x2,
        "boundingBoxY2": y2,
        "imageWidth": face.size[0],
        "imageHeight": face.size[1],
        "sourceType": face.source,
        "deletedAt": MODIFIED if face.is_deleted else None,
    }
    if reaches(era, "v2.5"):
        row["isVisible"] = face.is_visible
    elif not face.is_visible:
        row["deletedAt"] = MODIFIED
    return row


def _fill_albums_and_tags(connection: psycopg.Connection, era: str) -> None:
    many = "" if reaches(era, "v2.3") else "s"
    has_owner = not reaches(era, "v3.0")
    insert(
        connection,
        era,
        "album",
        [
            {
                "id": album.id,
                "albumName": album.name,
                "deletedAt": MODIFIED if album.is_deleted else None,
                **({"ownerId": album.owner} if has_owner else {}),
            }
            for album in ALBUMS
        ],
    )
    users = [(ALBUMS[0].id, BOB, "viewer")]
    if not has_owner:
        users += [(album.id, album.owner, "owner") for album in ALBUMS]
    insert(
        connection,
        era,
        "album_user",
        [{f"album{many}Id": a, f"user{many}Id": user, "role": role} for a, user, role in users],
    )
    insert(
        connection,
        era,
        "album_asset",
        [
            {f"album{many}Id": album.id, f"asset{many}Id": PHOTOS[word].id}
            for album in ALBUMS
            for word in album.photos
        ],
    )
    ids = {tag.value: tag.id for tag in TAGS}
    insert(
        connection,
        era,
        "tag",
        [
            {"id": t.id, "userId": ALICE, "value": t.value, "parentId": ids.get(t.parent or "")}
            for t in TAGS
        ],
    )
    closure = [(tag.id, tag.id) for tag in TAGS]
    closure += [(ids[tag.parent], tag.id) for tag in TAGS if tag.parent]
    insert(
        connection,
        era,
        "tag_closure",
        [{"id_ancestor": above, "id_descendant": below} for above, below in closure],
    )
    insert(
        connection,
        era,
        "tag_asset",
        [
            {f"tag{many}Id": tag.id, f"asset{many}Id": PHOTOS[word].id}
            for tag in TAGS
            for word in tag.photos
        ],
    )
