from collections.abc import Callable

import pytest

from chalicelib.errors import SetupError
from migrations.immich.queries import Source
from migrations.immich.schema import detect
from migrations.immich.source import SourceExif
from migrations.postgres import connect
from tests.immich.rows import OWNER, a_row, a_user, an_asset, fill, uid

READ = (
    *("asset", "assets", "asset_exif", "exif", "asset_face", "asset_faces"),
    *("asset_file", "asset_files", "person", "album", "albums", "tag", "tags"),
    *("album_asset", "albums_assets_assets", "tag_asset", "system_metadata"),
)
DatabaseOf = Callable[[str], str]


def test_an_asset_is_read_with_its_own_columns_as_they_are(database_of: DatabaseOf):
    url = database_of("v2.7")
    still = an_asset(
        1,
        originalFileName="Üb\"er 'uns' 🎉.jpg",
        isFavorite=True,
        visibility="archive",
        livePhotoVideoId=uid(2),
        fileCreatedAt="0044-03-15 12:00:00+01 BC",
        localDateTime="infinity",
        deletedAt="2024-06-01 00:00:00.123+02",
        status="trashed",
        checksumAlgorithm="sha1-path",
        thumbhash=b"\x01\x02",
        width=3000,
        height=4000,
    )
    moving = an_asset(2, type="VIDEO", visibility="hidden", duration="0:00:02.500000")
    fill(url, a_user(), moving, still)

    with Source.open(url) as source:
        first, second = source.assets()

    assert (first.id, first.owner_id, first.type, first.status) == (
        *(uid(1), OWNER),
        *("IMAGE", "trashed"),
    )
    assert (first.original_path, first.sidecar_path) == ("/data/1.jpg", None)
    assert first.original_filename == "Üb\"er 'uns' 🎉.jpg"
    assert first.deleted_at == "2024-05-31 22:00:00.123+00"
    assert (first.is_offline, first.is_external, first.is_favorite) == (False, False, True)
    assert (first.visibility, first.live_video_id) == ("archive", uid(2))
    assert first.file_created_at == "0044-03-15 11:00:00+00 BC"
    assert first.local_date_time == "infinity"
    assert (first.checksum, first.checksum_algorithm) == (bytes([*[0] * 19, 1]), "sha1-path")
    assert (first.thumbhash, first.width, first.height) == (b"\x01\x02", 3000, 4000)
    assert first.exif == SourceExif()
    assert (first.faces, first.tags, first.albums) == ((), (), ())
    assert (second.id, second.type, second.visibility) == (uid(2), "VIDEO", "hidden")
    assert (second.duration, second.deleted_at, second.thumbhash) == ("0:00:02.500000", None, None)


def test_exif_is_read_as_it_is_with_moments_in_utc(database_of: DatabaseOf):
    url = database_of("v2.7")
    exif = {
        "assetId": uid(1),
        "fileSizeInByte": 6_000_000_000,
        "exifImageWidth": 4000,
        "exifImageHeight": 3000,
        "orientation": "6",
        "timeZone": "UTC+2",
        "iso": 200,
        "dateTimeOriginal": "2019-05-12 12:11:12.123+02",
        "latitude": 52.123456789,
        "longitude": -0.1,
        "city": "Berlin",
        "state": "BE",
        "country": "Germany",
        "make": "Canon",
        "model": "EOS R5",
        "lensModel": "RF 50",
        "fNumber": 1.8,
        "focalLength": 50,
        "exposureTime": "1/250",
        "description": "Two\nlines",
        "rating": -1,
    }
    fill(url, a_user(), an_asset(1), a_row("asset_exif", **exif))

    with Source.open(url) as source:
        (found,) = source.assets()

    assert found.exif == SourceExif(
        file_size=6_000_000_000,
        width=4000,
        height=3000,
        orientation="6",
        date_time_original="2019-05-12 10:11:12.123+00",
        time_zone="UTC+2",
        latitude=52.123456789,
        longitude=-0.1,
        city="Berlin",
        state="BE",
        country="Germany",
        make="Canon",
        model="EOS R5",
        lens_model="RF 50",
        iso=200,
        f_number=1.8,
        focal_length=50.0,
        exposure_time="1/250",
        description="Two\nlines",
        rating=-1,
    )


def test_albums_and_tags_come_sorted_without_deleted_albums(database_of: DatabaseOf):
    url = database_of("v2.7")
    albums = {41: "ä", 42: "Z", 43: "Z", 44: "Gone"}
    tags = {51: "people/friends", 52: "Beach"}
    asset = uid(1)
    fill(
        url,
        a_user(),
        an_asset(1),
        *(
            a_row("album", id=uid(n), ownerId=OWNER, albumName=name, deletedAt=at)
            for (n, name), at in zip(albums.items(), (None, None, None, "now"), strict=True)
        ),
        *(a_row("album_asset", albumId=uid(n), assetId=asset) for n in albums),
        *(a_row("tag", id=uid(n), userId=OWNER, value=value) for n, value in tags.items()),
        *(a_row("tag_asset", tagId=uid(n), assetId=asset) for n in tags),
    )

    with Source.open(url) as source:
        (found,) = source.assets()
        counts = source.counts()

    assert found.albums == ("Z", "Z", "ä")
    assert found.tags == ("Beach", "people/friends")
    assert (counts.albums, counts.tags) == (3, 2)


def test_booleans_of_old_releases_tell_the_visibility(database_of: DatabaseOf):
    url = database_of("v1.126")
    fill(
        url,
        a_user(table="users"),
        an_asset(1, "assets"),
        an_asset(2, "assets", isArchived=True),
        an_asset(3, "assets", isVisible=False),
        an_asset(4, "assets", isVisible=False, isArchived=True),
    )

    with Source.open(url) as source:
        assets = list(source.assets())
        counts = source.counts()

    assert [asset.visibility for asset in assets] == ["timeline", "archive", "hidden", "hidden"]
    assert (counts.archived, counts.hidden, counts.locked) == (1, 2, 0)


def test_what_a_release_does_not_know_is_none(database_of: DatabaseOf):
    url = database_of("v1.126")
    asset = an_asset(1, "assets", fileCreatedAt=None, localDateTime=None)
    fill(url, a_user(table="users"), asset)

    with Source.open(url) as source:
        (found,) = source.assets()

    assert (found.file_created_at, found.local_date_time) == (None, None)
    assert (found.checksum_algorithm, found.width, found.height) == (None, None, None)


def test_milliseconds_stay_a_number(database_of: DatabaseOf):
    url = database_of("v3.0")
    fill(url, a_user(), an_asset(1, duration=14080, deviceAssetId=None, deviceId=None))

    with Source.open(url) as source:
        assert [asset.duration for asset in source.assets()] == [14080]


def test_a_sidecar_is_found_in_its_column_and_later_among_the_files(database_of: DatabaseOf):
    old, new = database_of("v2.3"), database_of("v2.5")
    fill(old, a_user(), an_asset(1, sidecarPath="/data/1.xmp"))
    fill(
        new,
        a_user(),
        an_asset(1),
        a_row("asset_file", assetId=uid(1), type="preview", path="/data/0.jpg"),
        a_row("asset_file", assetId=uid(1), type="sidecar", path="/data/1.xmp"),
    )

    for url in (old, new):
        with Source.open(url) as source:
            assert [asset.sidecar_path for asset in source.assets()] == ["/data/1.xmp"]


def test_assets_are_counted_by_the_database(database_of: DatabaseOf):
    url = database_of("v2.7")
    fill(
        url,
        a_user(),
        an_asset(1, type="VIDEO", visibility="hidden"),
        an_asset(2, livePhotoVideoId=uid(1), isFavorite=True),
        an_asset(3, livePhotoVideoId=uid(1), deletedAt="now", isOffline=True),
        an_asset(4, visibility="locked", deletedAt="now"),
        an_asset(5, visibility="archive"),
    )

    with Source.open(url) as source:
        counts, total = source.counts(), source.count_assets()

    assert (counts.active, counts.deleted, total) == (3, 2, 5)
    assert (counts.favorites, counts.offline, counts.motion_pairs) == (1, 1, 2)
    assert (counts.archived, counts.hidden, counts.locked) == (1, 1, 1)


def test_everything_is_of_one_moment(database_of: DatabaseOf):
    url = database_of("v2.7")
    fill(url, a_user(), an_asset(1))

    with Source.open(url) as source:
        before = source.count_assets()
        fill(url, an_asset(2))
        assets = list(source.assets())
        counts = source.counts()

    assert (before, len(assets), counts.active) == (1, 1, 1)


@pytest.mark.parametrize(("noted", "location"), [('{"location": "/data"}', "/data"), ("{}", None)])
def test_the_folder_of_uploads_is_the_one_that_immich_noted(
    noted: str, location: str | None, database_of: DatabaseOf
):
    url = database_of("v2.7")
    with connect(url) as connection:
        connection.execute("DELETE FROM system_metadata WHERE key = 'MediaLocation'")
    fill(url, a_row("system_metadata", key="MediaLocation", value=noted))

    with Source.open(url) as source:
        assert source.media_location() == location


@pytest.mark.parametrize("era", ["v1.126", "v2.5", "v3.2"])
def test_without_any_one_column_a_database_is_refused_by_its_name_or_read(
    era: str, database_of: DatabaseOf
):
    with connect(database_of(era)) as connection:
        found = detect(connection).found
        for table, column in ((t, c) for t in READ for c in found.get(t, ())):
            with connection.transaction(force_rollback=True):
                connection.execute(f'ALTER TABLE "{table}" DROP "{column}" CASCADE'.encode())

                try:
                    source = Source(connection, detect(connection))
                except SetupError as error:
                    problem = str(error)
                else:
                    problem = ""
                    assert [*source.assets(), *source.persons()] == []
                    assert source.counts().active == 0
                assert not problem or f"{table}.{column}" in problem
