from collections.abc import Callable

from migrations.immich.queries import Source
from migrations.immich.source import SourceFace, SourcePerson
from tests.immich.rows import OWNER, a_row, a_user, an_asset, fill, uid

ANNA, BEN = uid(0xA), uid(0xB)
DatabaseOf = Callable[[str], str]


def test_faces_come_by_id_without_those_that_were_deleted_or_hidden(database_of: DatabaseOf):
    url = database_of("v2.7")
    box = {"boundingBoxX1": 1, "boundingBoxY1": 2, "boundingBoxX2": 3, "boundingBoxY2": 4}
    face = {"assetId": uid(1), "personId": ANNA}
    fill(
        url,
        a_user(),
        an_asset(1),
        a_row("person", id=ANNA, ownerId=OWNER),
        a_row("asset_face", id=uid(32), imageWidth=1440, imageHeight=1920, **face, **box),
        a_row("asset_face", id=uid(31), assetId=uid(1), sourceType="exif"),
        a_row("asset_face", deletedAt="now", **face),
        a_row("asset_face", deletedAt="now", isVisible=False, **face),
        a_row("asset_face", isVisible=False, **face),
    )

    with Source.open(url) as source:
        (found,) = source.assets()
        counts = source.counts()

    assert found.faces == (
        SourceFace(uid(31), None, (0, 0, 0, 0), (0, 0), "exif"),
        SourceFace(uid(32), ANNA, (1, 2, 3, 4), (1440, 1920), "machine-learning"),
    )
    assert (counts.faces, counts.faces_without_person) == (2, 1)
    assert (counts.faces_deleted, counts.faces_invisible) == (2, 1)


def test_persons_are_read_as_they_are(database_of: DatabaseOf):
    url = database_of("v2.7")
    ben = {"id": BEN, "name": "Ben", "isHidden": True, "birthDate": "1999-02-28"}
    fill(
        url,
        a_user(),
        a_row("person", ownerId=OWNER, **ben),
        a_row("person", ownerId=OWNER, id=ANNA, isFavorite=True),
    )

    with Source.open(url) as source:
        persons, counts = source.persons(), source.counts()

    assert persons == [
        SourcePerson(ANNA, OWNER, "", is_hidden=False, is_favorite=True, birth_date=None),
        SourcePerson(BEN, OWNER, "Ben", is_hidden=True, is_favorite=False, birth_date="1999-02-28"),
    ]
    assert (counts.persons, counts.persons_named) == (2, 1)


def test_a_group_is_one_person_and_named_where_one_of_its_rows_is(database_of: DatabaseOf):
    url = database_of("v3.2")
    group, stranger = uid(0xC), uid(0xD)
    anna = {"name": "Anna", "birthDate": "1990-01-02"}
    fill(
        url,
        *(a_user(OWNER), a_user(BEN)),
        *(a_row("person_group", id=one) for one in (group, stranger)),
        a_row("person", personGroupId=group, ownerId=BEN, isHidden=True, isFavorite=True),
        a_row("person", personGroupId=group, ownerId=OWNER, **anna),
        a_row("person", personGroupId=stranger, ownerId=BEN, isHidden=True),
        an_asset(1, deviceAssetId=None, deviceId=None),
        a_row("asset_face", assetId=uid(1), personGroupId=group),
    )

    with Source.open(url) as source:
        persons, counts = source.persons(), source.counts()
        (asset,) = source.assets()

    shared = SourcePerson(
        group, OWNER, "Anna", is_hidden=False, is_favorite=True, birth_date="1990-01-02"
    )
    unknown = SourcePerson(stranger, BEN, "", is_hidden=True, is_favorite=False, birth_date=None)
    assert persons == [shared, unknown]
    assert (counts.persons, counts.persons_named) == (2, 1)
    assert [face.person_id for face in asset.faces] == [group]
