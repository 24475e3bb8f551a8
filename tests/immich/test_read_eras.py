from collections import Counter
from collections.abc import Callable

import psycopg
import pytest

from migrations.immich.queries import Source
from migrations.immich.source import SourceAsset, SourceExif, SourceFace, SourcePerson
from tests.immich.eras import ERAS, reaches
from tests.immich.library import fill, path_in
from tests.immich.people import ALBUMS, FACES, PERSONS, TAGS
from tests.immich.photo import UPLOADS, Exif, Photo, id_of
from tests.immich.photos import PHOTOS


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(era: str, database_of: Callable[[str], str]) -> str:
    """A database of the era with the library."""
    url = database_of(era)
    with psycopg.connect(url) as connection:
        fill(connection, era)
    return url


def test_every_era_gives_the_same_assets_but_for_what_it_does_not_know(era: str, url: str):
    wanted = sorted(PHOTOS.values(), key=lambda photo: photo.id)

    with Source.open(url) as source:
        found = list(source.assets())

    assert found == [an_asset_of(photo, era) for photo in wanted]


def test_every_era_gives_the_same_persons(url: str):
    wanted = sorted(PERSONS.values(), key=lambda person: person.id)

    with Source.open(url) as source:
        found = source.persons()

    assert found == [
        SourcePerson(
            person.id,
            person.owner,
            person.name,
            person.is_hidden,
            person.is_favorite,
            person.birth_date,
        )
        for person in wanted
    ]


def test_every_era_counts_what_is_there(era: str, url: str):
    photos = PHOTOS.values()
    there = [face for face in FACES.values() if face.is_visible and not face.is_deleted]
    shown = Counter(visibility_of(photo, era) for photo in photos)
    halves = [photo.live_video for photo in photos if photo.live_video]

    with Source.open(url) as source:
        counts = source.counts()

        assert source.count_assets() == len(photos)
    assert counts.active == sum(photo.deleted_at is None for photo in photos)
    assert counts.deleted == sum(photo.deleted_at is not None for photo in photos)
    assert counts.favorites == sum(photo.is_favorite for photo in photos)
    assert counts.offline == sum(photo.is_offline for photo in photos)
    assert counts.archived == shown["archive"]
    assert counts.hidden == shown["hidden"]
    assert counts.locked == shown["locked"]
    assert counts.motion_pairs == sum(video in PHOTOS for video in halves)
    assert counts.motion_dangling == sum(video not in PHOTOS for video in halves)
    assert counts.persons == len(PERSONS)
    assert counts.persons_named == sum(person.name != "" for person in PERSONS.values())
    assert counts.faces == len(there)
    assert counts.faces_without_person == sum(face.person is None for face in there)
    assert counts.faces_deleted + counts.faces_invisible == len(FACES) - len(there)
    assert (counts.faces_invisible > 0) == reaches(era, "v2.5")
    assert counts.albums == sum(not album.is_deleted for album in ALBUMS)
    assert counts.tags == len(TAGS)


def test_the_folder_of_uploads_is_known_from_v1_136_on(era: str, url: str):
    with Source.open(url) as source:
        location = source.media_location()

    assert location == (UPLOADS if reaches(era, "v1.136") else None)


def an_asset_of(photo: Photo, era: str) -> SourceAsset:
    """What an era knows of a photo."""
    has_moments = reaches(era, "v1.132") or not photo.is_undated
    has_size = reaches(era, "v2.5")
    algorithm = "sha1-path" if photo.is_external else "sha1"
    return SourceAsset(
        id=photo.id,
        owner_id=photo.owner,
        type=photo.type,
        status=photo.status,
        original_path=path_in(photo, era),
        original_filename=photo.name,
        sidecar_path=photo.sidecar,
        deleted_at=photo.deleted_at,
        is_offline=photo.is_offline,
        is_external=photo.is_external,
        is_favorite=photo.is_favorite,
        visibility=visibility_of(photo, era),
        live_video_id=id_of(photo.live_video) if photo.live_video else None,
        file_created_at=photo.taken if has_moments else None,
        local_date_time=photo.local if has_moments else None,
        duration=photo.milliseconds if reaches(era, "v3.0") else photo.duration,
        checksum=photo.stored_checksum,
        checksum_algorithm=algorithm if reaches(era, "v2.7") else None,
        thumbhash=photo.thumbhash,
        width=photo.width if has_size else None,
        height=photo.height if has_size else None,
        exif=an_exif_of(photo.exif, photo.taken) if photo.exif else SourceExif(),
        faces=tuple(sorted(faces_in(photo), key=lambda face: face.id)),
        tags=tuple(sorted(tag.value for tag in TAGS if photo.word in tag.photos)),
        albums=tuple(sorted(a.name for a in ALBUMS if photo.word in a.photos and not a.is_deleted)),
    )


def visibility_of(photo: Photo, era: str) -> str:
    """What an era knows of who may see it: at first nothing was locked."""
    is_archived = photo.visibility == "locked" and not reaches(era, "v1.133")
    return "archive" if is_archived else photo.visibility


def an_exif_of(exif: Exif, taken: str) -> SourceExif:
    return SourceExif(
        file_size=exif.size,
        width=exif.width,
        height=exif.height,
        orientation=exif.orientation,
        date_time_original=taken,
        time_zone=exif.zone,
        latitude=exif.latitude,
        longitude=exif.longitude,
        city=exif.city,
        state=exif.state,
        country=exif.country,
        make=exif.make,
        model=exif.model,
        lens_model=exif.lens,
        iso=exif.iso,
        f_number=exif.f_number,
        focal_length=exif.focal_length,
        exposure_time=exif.exposure,
        description=exif.description,
        rating=exif.rating,
    )


def faces_in(photo: Photo) -> list[SourceFace]:
    return [
        SourceFace(
            face.id,
            PERSONS[face.person].id if face.person else None,
            face.box,
            face.size,
            face.source,
        )
        for face in FACES.values()
        if face.photo == photo.word and face.is_visible and not face.is_deleted
    ]
