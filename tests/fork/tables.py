"""What the fork adds to Immich's tables, one statement each, in an order that works.

Names are the fork's; columns were written for these tests, with the dependencies that the real
ones have: foreign keys into Immich's tables, and defaults that use Immich's own functions.
"""

TABLES = (
    """
    CREATE TABLE user_group (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        name character varying NOT NULL,
        color character varying,
        origin character varying NOT NULL DEFAULT 'manual',
        "createdById" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "createdAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updateId" uuid NOT NULL DEFAULT immich_uuid_v7()
    )
    """,
    """
    CREATE TABLE user_group_member (
        "groupId" uuid NOT NULL REFERENCES user_group (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "userId" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "addedAt" timestamp with time zone NOT NULL DEFAULT now(),
        PRIMARY KEY ("groupId", "userId")
    )
    """,
    """
    CREATE TABLE library_user (
        "userId" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "libraryId" uuid NOT NULL REFERENCES library (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "createId" uuid NOT NULL DEFAULT immich_uuid_v7(),
        "createdAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updateId" uuid NOT NULL DEFAULT immich_uuid_v7(),
        PRIMARY KEY ("userId", "libraryId")
    )
    """,
    """
    CREATE TABLE library_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "libraryId" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "deletedAt" timestamp with time zone NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE library_asset_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "assetId" uuid NOT NULL,
        "libraryId" uuid NOT NULL,
        "deletedAt" timestamp with time zone NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE shared_space (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        name character varying NOT NULL,
        description text,
        color character varying,
        "petsEnabled" boolean NOT NULL DEFAULT true,
        "thumbnailAssetId" uuid REFERENCES asset (id) ON UPDATE CASCADE ON DELETE SET NULL,
        "createdById" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "createdAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "createId" uuid NOT NULL DEFAULT immich_uuid_v7(),
        "updateId" uuid NOT NULL DEFAULT immich_uuid_v7()
    )
    """,
    """
    CREATE TABLE shared_space_member (
        "spaceId" uuid NOT NULL REFERENCES shared_space (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "userId" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        role character varying NOT NULL DEFAULT 'viewer',
        "showInTimeline" boolean NOT NULL DEFAULT true,
        "joinedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updateId" uuid NOT NULL DEFAULT immich_uuid_v7(),
        PRIMARY KEY ("spaceId", "userId")
    )
    """,
    """
    CREATE TABLE shared_space_asset (
        "spaceId" uuid NOT NULL REFERENCES shared_space (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "assetId" uuid NOT NULL REFERENCES asset (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "addedById" uuid REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE SET NULL,
        "addedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updateId" uuid NOT NULL DEFAULT immich_uuid_v7(),
        PRIMARY KEY ("spaceId", "assetId")
    )
    """,
    """
    CREATE TABLE shared_space_library (
        "spaceId" uuid NOT NULL REFERENCES shared_space (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "libraryId" uuid NOT NULL REFERENCES library (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "addedById" uuid REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE SET NULL,
        "createdAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updateId" uuid NOT NULL DEFAULT immich_uuid_v7(),
        PRIMARY KEY ("spaceId", "libraryId")
    )
    """,
    """
    CREATE TABLE shared_space_activity (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "spaceId" uuid NOT NULL REFERENCES shared_space (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "userId" uuid REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE SET NULL,
        type character varying NOT NULL,
        data jsonb NOT NULL DEFAULT '{}',
        "createdAt" timestamp with time zone NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE shared_space_person (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "spaceId" uuid NOT NULL REFERENCES shared_space (id) ON UPDATE CASCADE ON DELETE CASCADE,
        name character varying NOT NULL DEFAULT '',
        type character varying NOT NULL DEFAULT 'person',
        "birthDate" date,
        "representativeFaceId" uuid REFERENCES asset_face (id) ON UPDATE CASCADE ON DELETE SET NULL,
        "createdAt" timestamp with time zone NOT NULL DEFAULT now(),
        "updatedAt" timestamp with time zone NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE shared_space_person_face (
        "personId" uuid NOT NULL
            REFERENCES shared_space_person (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "assetFaceId" uuid NOT NULL REFERENCES asset_face (id) ON UPDATE CASCADE ON DELETE CASCADE,
        PRIMARY KEY ("personId", "assetFaceId")
    )
    """,
    """
    CREATE TABLE shared_space_person_alias (
        "personId" uuid NOT NULL
            REFERENCES shared_space_person (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "userId" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        alias character varying NOT NULL,
        PRIMARY KEY ("personId", "userId")
    )
    """,
    """
    CREATE TABLE shared_space_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "spaceId" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "deletedAt" timestamp with time zone NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE shared_space_member_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "spaceId" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "deletedAt" timestamp with time zone NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE shared_space_asset_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "spaceId" uuid NOT NULL,
        "assetId" uuid NOT NULL,
        "deletedAt" timestamp with time zone NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE shared_space_library_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "spaceId" uuid NOT NULL,
        "libraryId" uuid NOT NULL,
        "deletedAt" timestamp with time zone NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE asset_duplicate_checksum (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "assetId" uuid NOT NULL REFERENCES asset (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "ownerId" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        checksum bytea NOT NULL,
        "createdAt" timestamp with time zone NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE storage_migration_log (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "batchId" uuid NOT NULL,
        "entityType" character varying NOT NULL,
        "entityId" uuid NOT NULL,
        "oldPath" character varying NOT NULL,
        "newPath" character varying NOT NULL,
        direction character varying NOT NULL,
        "migratedAt" timestamp with time zone NOT NULL DEFAULT now()
    )
    """,
)

INDEXES_OF_TABLES = (
    'CREATE INDEX "user_group_createdById_idx" ON user_group ("createdById")',
    'CREATE INDEX "library_user_libraryId_idx" ON library_user ("libraryId")',
    'CREATE INDEX "shared_space_createdById_idx" ON shared_space ("createdById")',
    'CREATE INDEX "shared_space_asset_assetId_idx" ON shared_space_asset ("assetId")',
    """CREATE INDEX "shared_space_person_spaceId_idx" ON shared_space_person ("spaceId")""",
    """
    CREATE UNIQUE INDEX "asset_duplicate_checksum_ownerId_checksum_uq"
        ON asset_duplicate_checksum ("ownerId", checksum)
    """,
    'CREATE INDEX "storage_migration_log_batchId_idx" ON storage_migration_log ("batchId")',
)

COLUMNS = (
    "ALTER TABLE person ADD type character varying NOT NULL DEFAULT 'person'",
    "ALTER TABLE person ADD species character varying",
    'ALTER TABLE asset_job_status ADD "petsDetectedAt" timestamp with time zone',
    'ALTER TABLE asset_job_status ADD "classifiedAt" timestamp with time zone',
    'ALTER TABLE library ADD "createId" uuid NOT NULL DEFAULT immich_uuid_v7()',
    'CREATE INDEX "library_createId_idx" ON library ("createId")',
)

HALF_MIGRATED = (
    """
    CREATE TABLE classification_category (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "userId" uuid NOT NULL REFERENCES "user" (id) ON UPDATE CASCADE ON DELETE CASCADE,
        name character varying NOT NULL,
        similarity real NOT NULL DEFAULT 0.28,
        "tagId" uuid REFERENCES tag (id) ON UPDATE CASCADE ON DELETE SET NULL,
        "createdAt" timestamp with time zone NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE classification_prompt_embedding (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "categoryId" uuid NOT NULL
            REFERENCES classification_category (id) ON UPDATE CASCADE ON DELETE CASCADE,
        prompt character varying NOT NULL,
        embedding vector(512)
    )
    """,
)

NEWER = (
    """
    CREATE TABLE album_space_asset (
        "albumId" uuid NOT NULL REFERENCES album (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "assetId" uuid NOT NULL REFERENCES asset (id) ON UPDATE CASCADE ON DELETE CASCADE,
        "spaceId" uuid NOT NULL REFERENCES shared_space (id) ON UPDATE CASCADE ON DELETE CASCADE,
        PRIMARY KEY ("albumId", "assetId")
    )
    """,
    """
    CREATE TABLE album_space_asset_audit (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        "albumId" uuid NOT NULL,
        "assetId" uuid NOT NULL
    )
    """,
    """
    CREATE TABLE face_identity (
        id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
        name character varying NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE face_identity_face (
        "identityId" uuid NOT NULL REFERENCES face_identity (id) ON DELETE CASCADE,
        "assetFaceId" uuid NOT NULL REFERENCES asset_face (id) ON DELETE CASCADE,
        PRIMARY KEY ("identityId", "assetFaceId")
    )
    """,
    """
    CREATE TABLE gallery_migrations (
        name character varying(255) PRIMARY KEY,
        "timestamp" character varying(255) NOT NULL
    )
    """,
)
