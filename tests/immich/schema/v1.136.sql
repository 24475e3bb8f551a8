-- v1.136: one of a thing, not many; deletions are noted by triggers.
ALTER TABLE albums RENAME TO album;
ALTER TABLE albums_assets_assets RENAME TO album_asset;
ALTER TABLE albums_audit RENAME TO album_audit;
ALTER TABLE albums_shared_users_users RENAME TO album_user;
ALTER TABLE api_keys RENAME TO api_key;
ALTER TABLE asset_faces RENAME TO asset_face;
ALTER TABLE asset_files RENAME TO asset_file;
ALTER TABLE asset_stack RENAME TO stack;
ALTER TABLE assets RENAME TO asset;
ALTER TABLE assets_audit RENAME TO asset_audit;
ALTER TABLE exif RENAME TO asset_exif;
ALTER TABLE libraries RENAME TO library;
ALTER TABLE memories RENAME TO memory;
ALTER TABLE memories_assets_assets RENAME TO memory_asset;
ALTER TABLE notifications RENAME TO notification;
ALTER TABLE partners RENAME TO partner;
ALTER TABLE partners_audit RENAME TO partner_audit;
ALTER TABLE session_sync_checkpoints RENAME TO session_sync_checkpoint;
ALTER TABLE sessions RENAME TO session;
ALTER TABLE shared_link__asset RENAME TO shared_link_asset;
ALTER TABLE shared_links RENAME TO shared_link;
ALTER TABLE tags RENAME TO tag;
ALTER TABLE tags_closure RENAME TO tag_closure;
ALTER TABLE users RENAME TO "user";
ALTER TABLE users_audit RENAME TO user_audit;

ALTER TABLE album_asset
    ADD "updatedAt" timestamptz NOT NULL DEFAULT now(),
    ADD "updateId" uuid NOT NULL DEFAULT immich_uuid_v7();
ALTER TABLE album_user
    ADD "createdAt" timestamptz NOT NULL DEFAULT now(),
    ADD "updatedAt" timestamptz NOT NULL DEFAULT now(),
    ADD "createId" uuid NOT NULL DEFAULT immich_uuid_v7(),
    ADD "updateId" uuid NOT NULL DEFAULT immich_uuid_v7();
ALTER TABLE asset_face
    ADD "updatedAt" timestamptz NOT NULL DEFAULT now(),
    ADD "updateId" uuid NOT NULL DEFAULT immich_uuid_v7();
ALTER TABLE stack
    ADD "createdAt" timestamptz NOT NULL DEFAULT now(),
    ADD "updatedAt" timestamptz NOT NULL DEFAULT now(),
    ADD "updateId" uuid NOT NULL DEFAULT immich_uuid_v7();

CREATE TABLE album_asset_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "albumId" uuid NOT NULL REFERENCES album ON UPDATE CASCADE ON DELETE CASCADE,
    "assetId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE album_user_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "albumId" uuid NOT NULL,
    "userId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE memory_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "memoryId" uuid NOT NULL,
    "userId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE stack_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "stackId" uuid NOT NULL,
    "userId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE person_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "personId" uuid NOT NULL,
    "ownerId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE asset_face_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "assetFaceId" uuid NOT NULL,
    "assetId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE user_metadata_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "userId" uuid NOT NULL,
    key varchar NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE user_metadata
    ADD "updatedAt" timestamptz NOT NULL DEFAULT now(),
    ADD "updateId" uuid NOT NULL DEFAULT immich_uuid_v7();

-- For each: what is deleted, where that is noted, and the columns here and there.
DO $$
DECLARE noted record;
BEGIN
    FOR noted IN SELECT * FROM (VALUES
        ('album', '"albumId", "userId"', 'id, "ownerId"'),
        ('album_asset', '"albumId", "assetId"', '"albumsId", "assetsId"'),
        ('album_user', '"albumId", "userId"', '"albumsId", "usersId"'),
        ('asset', '"assetId", "ownerId"', 'id, "ownerId"'),
        ('asset_face', '"assetFaceId", "assetId"', 'id, "assetId"'),
        ('memory', '"memoryId", "userId"', 'id, "ownerId"'),
        ('partner', '"sharedById", "sharedWithId"', '"sharedById", "sharedWithId"'),
        ('person', '"personId", "ownerId"', 'id, "ownerId"'),
        ('stack', '"stackId", "userId"', 'id, "ownerId"'),
        ('user', '"userId"', 'id'),
        ('user_metadata', '"userId", key', '"userId", key')
    ) AS listed (name, there, here) LOOP
        EXECUTE format(
            'CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS $body$'
            ' BEGIN INSERT INTO %I (%s) SELECT %s FROM old; RETURN NULL; END $body$',
            noted.name || '_delete_audit', noted.name || '_audit', noted.there, noted.here
        );
        EXECUTE format(
            'CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS old'
            ' FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION %I()',
            noted.name || '_delete_audit', noted.name, noted.name || '_delete_audit'
        );
    END LOOP;
END
$$;
DO $$
DECLARE changed text;
BEGIN
    FOREACH changed IN ARRAY ARRAY[
        'album_asset', 'album_user', 'asset_face', 'notification', 'stack', 'user_metadata'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION updated_at()',
            changed || '_updated_at', changed
        );
    END LOOP;
END
$$;

DROP TABLE migrations;
INSERT INTO kysely_migrations VALUES
    ('1750323941566-AddAlbumUserCreateFields', '2025-07-24T08:00:00.000Z'),
    ('1752267649968-StandardizeTableNames', '2025-07-24T08:00:00.100Z');
INSERT INTO version_history (version) VALUES ('1.136.0');
