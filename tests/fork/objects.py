"""What the fork adds to the schema of Immich v2.7, one statement each, in an order that works.

Names are the fork's; columns and bodies were written for these tests, with the dependencies
that the real ones have: foreign keys into Immich's tables, triggers that call functions that
write fork tables, and defaults and triggers that use Immich's own functions.
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


def _auditing(function: str, table: str, columns: str, values: str) -> str:
    """A trigger function that writes one row of an audit table for each row that went."""
    return f"""
    CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO {table} ({columns}) SELECT {values} FROM gone_rows;
        RETURN NULL;
    END
    $$
    """  # noqa: S608 (all four are written below)


FUNCTIONS = {
    "asset_library_delete_audit": """
    CREATE FUNCTION asset_library_delete_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_asset_audit ("assetId", "libraryId")
            SELECT id, "libraryId" FROM gone_rows WHERE "libraryId" IS NOT NULL;
        RETURN NULL;
    END
    $$
    """,
    "library_after_insert": """
    CREATE FUNCTION library_after_insert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_user ("userId", "libraryId", "createId")
            SELECT "ownerId", id, "createId" FROM new_rows
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    "library_user_delete_after_audit": _auditing(
        "library_user_delete_after_audit",
        "library_audit",
        '"libraryId", "userId"',
        '"libraryId", "userId"',
    ),
    "shared_space_asset_delete_audit": _auditing(
        "shared_space_asset_delete_audit",
        "shared_space_asset_audit",
        '"spaceId", "assetId"',
        '"spaceId", "assetId"',
    ),
    "shared_space_delete_audit": _auditing(
        "shared_space_delete_audit",
        "shared_space_audit",
        '"spaceId", "userId"',
        'id, "createdById"',
    ),
    "shared_space_delete_library_audit": """
    CREATE FUNCTION shared_space_delete_library_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO shared_space_library_audit ("spaceId", "libraryId")
            SELECT gone_rows.id, spaced."libraryId"
            FROM gone_rows
            JOIN shared_space_library spaced ON spaced."spaceId" = gone_rows.id;
        RETURN NULL;
    END
    $$
    """,
    "shared_space_library_after_insert_user": """
    CREATE FUNCTION shared_space_library_after_insert_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_user ("userId", "libraryId")
            SELECT member."userId", new_rows."libraryId"
            FROM new_rows JOIN shared_space_member member USING ("spaceId")
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    "shared_space_library_delete_audit": _auditing(
        "shared_space_library_delete_audit",
        "shared_space_library_audit",
        '"spaceId", "libraryId"',
        '"spaceId", "libraryId"',
    ),
    "shared_space_member_after_insert": """
    CREATE FUNCTION shared_space_member_after_insert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE shared_space SET "updatedAt" = clock_timestamp()
            WHERE id IN (SELECT "spaceId" FROM new_rows);
        RETURN NULL;
    END
    $$
    """,
    "shared_space_member_after_insert_library": """
    CREATE FUNCTION shared_space_member_after_insert_library()
    RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_user ("userId", "libraryId")
            SELECT new_rows."userId", spaced."libraryId"
            FROM new_rows JOIN shared_space_library spaced USING ("spaceId")
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    "shared_space_member_delete_audit": _auditing(
        "shared_space_member_delete_audit",
        "shared_space_member_audit",
        '"spaceId", "userId"',
        '"spaceId", "userId"',
    ),
    "shared_space_member_delete_library_audit": """
    CREATE FUNCTION shared_space_member_delete_library_audit()
    RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM library_user gone USING gone_rows, shared_space_library spaced
            WHERE spaced."spaceId" = gone_rows."spaceId"
            AND gone."libraryId" = spaced."libraryId" AND gone."userId" = gone_rows."userId"
            AND NOT user_has_library_path(gone."userId", gone."libraryId", gone_rows."spaceId");
        RETURN NULL;
    END
    $$
    """,
    "user_has_library_path": """
    CREATE FUNCTION user_has_library_path(of_user uuid, to_library uuid, not_by_space uuid)
    RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM library WHERE id = to_library AND "ownerId" = of_user)
            OR EXISTS (
                SELECT FROM shared_space_library spaced JOIN shared_space_member USING ("spaceId")
                WHERE spaced."libraryId" = to_library AND "userId" = of_user
                AND "spaceId" <> not_by_space
            )
    $$
    """,
}


def _updating(table: str) -> tuple[str, str]:
    """The trigger that Immich's own function keeps ``updatedAt`` with: its name and statement."""
    name = f"{table}_updatedAt"
    return name, (
        f'CREATE TRIGGER "{name}" BEFORE UPDATE ON {table} '
        "FOR EACH ROW EXECUTE FUNCTION updated_at()"
    )


def _following(function: str, event: str, table: str, rows: str) -> tuple[str, str]:
    """A trigger that is named for its function: its name and statement."""
    transition = f"NEW TABLE AS {rows}" if event == "INSERT" else f"OLD TABLE AS {rows}"
    return function, (
        f"CREATE TRIGGER {function} AFTER {event} ON {table} REFERENCING {transition} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


TRIGGERS_ON_IMMICHS_TABLES = dict(
    (
        _following("library_after_insert", "INSERT", "library", "new_rows"),
        _following("asset_library_delete_audit", "DELETE", "asset", "gone_rows"),
    )
)

TRIGGERS_ON_FORK_TABLES = dict(
    (
        _following("library_user_delete_after_audit", "DELETE", "library_user", "gone_rows"),
        _following("shared_space_asset_delete_audit", "DELETE", "shared_space_asset", "gone_rows"),
        _following("shared_space_delete_audit", "DELETE", "shared_space", "gone_rows"),
        _following("shared_space_delete_library_audit", "DELETE", "shared_space", "gone_rows"),
        _following(
            "shared_space_library_delete_audit", "DELETE", "shared_space_library", "gone_rows"
        ),
        _following(
            "shared_space_library_after_insert_user",
            "INSERT",
            "shared_space_library",
            "new_rows",
        ),
        _following("shared_space_member_after_insert", "INSERT", "shared_space_member", "new_rows"),
        _following(
            "shared_space_member_after_insert_library",
            "INSERT",
            "shared_space_member",
            "new_rows",
        ),
        _following(
            "shared_space_member_delete_audit", "DELETE", "shared_space_member", "gone_rows"
        ),
        _following(
            "shared_space_member_delete_library_audit",
            "DELETE",
            "shared_space_member",
            "gone_rows",
        ),
        _updating("user_group"),
        _updating("library_user"),
        _updating("shared_space"),
        _updating("shared_space_member"),
        _updating("shared_space_asset"),
        _updating("shared_space_library"),
    )
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
