"""What else lies in the database of the small library, and no import reads."""

import psycopg
from psycopg.types.json import Jsonb

from tests.immich.eras import insert, reaches
from tests.immich.people import ALBUMS
from tests.immich.photo import ALICE, BOB, MODIFIED, UPLOADS, id_of
from tests.immich.photos import PHOTOS


def fill_around(connection: psycopg.Connection, era: str) -> None:
    """Put it there: who is signed in, what is shared, remembered, said, set."""
    plain, album = PHOTOS["plain"].id, ALBUMS[0].id
    memory = id_of("memory")
    asset = "assetId" if reaches(era, "v2.3") else "assetsId"
    config = {
        "ffmpeg": {"crf": 23},
        "machineLearning": {"facialRecognition": {"minFaces": 3}},
        "newVersionCheck": {"enabled": False},
    }
    metadata = [{"key": "system-config", "value": Jsonb(config)}]
    if reaches(era, "v1.136"):
        metadata.append({"key": "MediaLocation", "value": Jsonb({"location": UPLOADS})})
    key = b"\x01" * 32
    for table, row in (
        ("session", {"userId": ALICE, "token": "a hash", "deviceType": "iOS"}),
        ("api_key", {"userId": ALICE, "name": "backup", "key": "a hash", "permissions": ["all"]}),
        ("partner", {"sharedById": ALICE, "sharedWithId": BOB}),
        ("stack", {"id": id_of("stack"), "primaryAssetId": plain, "ownerId": ALICE}),
        ("shared_link", {"userId": ALICE, "key": key, "type": "ALBUM", "albumId": album}),
        ("activity", {"albumId": album, "userId": BOB, "assetId": plain, "comment": "Lovely!"}),
        (
            "memory",
            {
                "id": memory,
                "ownerId": ALICE,
                "type": "on_this_day",
                "data": Jsonb({"year": 2019}),
                "memoryAt": MODIFIED,
            },
        ),
        ("memory_asset", {"memoriesId": memory, asset: plain}),
        ("user_metadata", {"userId": ALICE, "key": "preferences", "value": Jsonb({})}),
    ):
        insert(connection, era, table, [row])
    insert(connection, era, "system_metadata", metadata)
