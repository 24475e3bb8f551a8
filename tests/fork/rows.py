"""What a family has in a database of the fork: rows of Immich's own tables, then the fork's."""

# ruff: noqa: S608 (every value is a constant of this file)

import json
from hashlib import sha1

ANNA, BEN = "a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-000000000002"
LIBRARY = "b0000000-0000-4000-8000-000000000001"
BEACH, FOREST, VIDEO, SCAN = (f"c0000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))
GRANDMA, NOBODY = "d0000000-0000-4000-8000-000000000001", "d0000000-0000-4000-8000-000000000002"
REX, TOM = "d0000000-0000-4000-8000-000000000003", "d0000000-0000-4000-8000-000000000004"
FACES = tuple(f"e0000000-0000-4000-8000-00000000000{n}" for n in range(1, 6))
HUMAN_FACES, PET_FACES = FACES[:3], FACES[3:]
ALBUM = "f0000000-0000-4000-8000-000000000001"
SPACE = "10000000-0000-4000-8000-000000000001"
SPACE_PERSON = "20000000-0000-4000-8000-000000000001"
GROUP = "30000000-0000-4000-8000-000000000001"
BATCH = "40000000-0000-4000-8000-000000000001"

# `classification` inside another key is Immich's own, however the fork names its own key.
CONFIG = {
    "ffmpeg": {"crf": 21},
    "machineLearning": {"clip": {"modelName": "ViT-B-32__openai"}, "classification": {"kept": 1}},
}
CONFIG_OF_FORK = CONFIG | {
    "classification": {"enabled": True, "categories": [{"name": "Receipts"}]}
}


def _checksum(of: str) -> str:
    """Twenty bytes as PostgreSQL reads them."""
    return rf"\x{sha1(of.encode(), usedforsecurity=False).hexdigest()}"


OF_IMMICH = (
    f"""
    INSERT INTO "user" (id, email, name, "isAdmin", "createdAt") VALUES
        ('{ANNA}', 'anna@example.com', 'Anna', true, '2011-01-01 10:00:00+00'),
        ('{BEN}', 'ben@example.com', 'Ben', false, '2012-01-01 10:00:00+00')
    """,
    f"""
    INSERT INTO library (id, name, "ownerId", "importPaths", "exclusionPatterns")
        VALUES ('{LIBRARY}', 'Attic', '{ANNA}', ARRAY['/mnt/media'], ARRAY[]::text[])
    """,
    *(
        f"""
        INSERT INTO asset (
            id, "deviceAssetId", "deviceId", "ownerId", type, "originalPath",
            "originalFileName", checksum, "libraryId", "isExternal",
            "fileCreatedAt", "fileModifiedAt", "localDateTime", "createdAt"
        ) VALUES (
            '{asset}', '{path}', 'Phone', '{owner}', '{kind}', '{path}',
            '{path.rpartition("/")[2]}', '{_checksum(path)}', {library}, {library != "NULL"},
            '2015-07-01 10:00:00+00', '2015-07-01 10:00:00+00', '2015-07-01 12:00:00+00',
            '2015-07-02 10:00:00+00'
        )
        """
        for asset, owner, kind, path, library in (
            (BEACH, ANNA, "IMAGE", "/data/upload/anna/beach.jpg", "NULL"),
            (FOREST, ANNA, "IMAGE", "/mnt/media/2015/forest 🌲.jpg", f"'{LIBRARY}'"),
            (VIDEO, BEN, "VIDEO", "/data/upload/ben/video.mp4", "NULL"),
            (SCAN, BEN, "IMAGE", "/data/upload/ben/scan.tif", "NULL"),
        )
    ),
    f"""
    INSERT INTO asset_exif ("assetId", description, city)
        VALUES ('{BEACH}', E'two\\nlines\\tand a \\\\.', 'Brest'), ('{FOREST}', '', NULL)
    """,
    f"""
    INSERT INTO asset_job_status ("assetId", "facesRecognizedAt")
        VALUES ('{BEACH}', '2015-07-03 10:00:00+00'), ('{FOREST}', NULL)
    """,
    f"""
    INSERT INTO person (id, "ownerId", name)
        VALUES ('{GRANDMA}', '{ANNA}', 'Grandma'), ('{NOBODY}', '{ANNA}', '')
    """,
    *(
        f"""
        INSERT INTO asset_face (
            id, "assetId", "personId", "imageWidth", "imageHeight",
            "boundingBoxX1", "boundingBoxY1", "boundingBoxX2", "boundingBoxY2"
        ) VALUES ('{face}', '{asset}', {person}, 1440, 1080, 10, 20, 110, 140)
        """
        for face, asset, person in zip(
            HUMAN_FACES,
            (BEACH, FOREST, FOREST),
            (f"'{GRANDMA}'", f"'{NOBODY}'", "NULL"),
            strict=True,
        )
    ),
    f"INSERT INTO album (id, \"ownerId\", \"albumName\") VALUES ('{ALBUM}', '{ANNA}', 'Summer')",
    f"INSERT INTO album_asset (\"albumId\", \"assetId\") VALUES ('{ALBUM}', '{BEACH}')",
    f"INSERT INTO system_metadata (key, value) VALUES ('system-config', '{json.dumps(CONFIG)}')",
    "INSERT INTO version_history (version) VALUES ('2.7.5')",
)

OF_FORK = (
    f"""
    INSERT INTO person (id, "ownerId", name, type, species) VALUES
        ('{REX}', '{ANNA}', 'Rex', 'pet', 'dog'), ('{TOM}', '{BEN}', '', 'pet', 'cat')
    """,
    *(
        f"""
        INSERT INTO asset_face (
            id, "assetId", "personId", "imageWidth", "imageHeight",
            "boundingBoxX1", "boundingBoxY1", "boundingBoxX2", "boundingBoxY2"
        ) VALUES ('{face}', '{asset}', '{pet}', 1440, 1080, 300, 400, 500, 700)
        """
        for face, asset, pet in zip(PET_FACES, (FOREST, SCAN), (REX, TOM), strict=True)
    ),
    f"""
    UPDATE asset_job_status
        SET "petsDetectedAt" = '2026-04-01 10:00:00+00', "classifiedAt" = '2026-04-02 10:00:00+00'
        WHERE "assetId" = '{FOREST}'
    """,
    f"""
    INSERT INTO library_user ("userId", "libraryId")
        VALUES ('{ANNA}', '{LIBRARY}')
    """,
    f"""
    INSERT INTO user_group (id, name, "createdById") VALUES ('{GROUP}', 'Family', '{ANNA}')
    """,
    f"""
    INSERT INTO user_group_member ("groupId", "userId")
        VALUES ('{GROUP}', '{ANNA}'), ('{GROUP}', '{BEN}')
    """,
    f"""
    INSERT INTO shared_space (id, name, "createdById", "thumbnailAssetId")
        VALUES ('{SPACE}', 'Holidays', '{ANNA}', '{BEACH}')
    """,
    f"""
    INSERT INTO shared_space_library ("spaceId", "libraryId", "addedById")
        VALUES ('{SPACE}', '{LIBRARY}', '{ANNA}')
    """,
    f"""
    INSERT INTO shared_space_member ("spaceId", "userId", role)
        VALUES ('{SPACE}', '{ANNA}', 'owner'), ('{SPACE}', '{BEN}', 'viewer')
    """,
    f"""
    INSERT INTO shared_space_asset ("spaceId", "assetId", "addedById")
        VALUES ('{SPACE}', '{BEACH}', '{ANNA}'), ('{SPACE}', '{VIDEO}', '{BEN}')
    """,
    f"""
    INSERT INTO shared_space_activity ("spaceId", "userId", type)
        VALUES ('{SPACE}', '{ANNA}', 'asset-add')
    """,
    f"""
    INSERT INTO shared_space_person (id, "spaceId", name, "representativeFaceId")
        VALUES ('{SPACE_PERSON}', '{SPACE}', 'Granny', '{HUMAN_FACES[0]}')
    """,
    f"""
    INSERT INTO shared_space_person_face ("personId", "assetFaceId")
        VALUES ('{SPACE_PERSON}', '{HUMAN_FACES[0]}')
    """,
    f"""
    INSERT INTO shared_space_person_alias ("personId", "userId", alias)
        VALUES ('{SPACE_PERSON}', '{BEN}', 'Nana')
    """,
    # members, photos and spaces that are gone fill the audit tables by their triggers
    f"""
    INSERT INTO shared_space (name, "createdById") VALUES ('Short-lived', '{BEN}')
    """,
    f"""
    INSERT INTO shared_space_library ("spaceId", "libraryId")
        SELECT id, '{LIBRARY}' FROM shared_space WHERE name = 'Short-lived'
    """,
    f"""
    INSERT INTO shared_space_member ("spaceId", "userId")
        SELECT id, '{BEN}' FROM shared_space WHERE name = 'Short-lived'
    """,
    f"""
    INSERT INTO shared_space_asset ("spaceId", "assetId")
        SELECT id, '{SCAN}' FROM shared_space WHERE name = 'Short-lived'
    """,
    "DELETE FROM shared_space WHERE name = 'Short-lived'",
    f"DELETE FROM library_user WHERE \"userId\" = '{BEN}'",
    f"""
    INSERT INTO library_asset_audit ("assetId", "libraryId")
        VALUES (gen_random_uuid(), '{LIBRARY}')
    """,
    f"""
    INSERT INTO asset_duplicate_checksum ("assetId", "ownerId", checksum)
        VALUES ('{BEACH}', '{ANNA}', '{_checksum("copy on the phone")}')
    """,
    # there and back again: the paths are what they were
    f"""
    INSERT INTO storage_migration_log
        ("batchId", "entityType", "entityId", "oldPath", "newPath", direction, "migratedAt")
    VALUES
        ('{BATCH}', 'asset', '{SCAN}', '/data/upload/ben/scan.tif', 'upload/ben/scan.tif',
            'toS3', '2026-04-01 10:00:00+00'),
        ('{BATCH}', 'asset', '{SCAN}', 'upload/ben/scan.tif', '/data/upload/ben/scan.tif',
            'toDisk', '2026-04-02 10:00:00+00')
    """,
)
