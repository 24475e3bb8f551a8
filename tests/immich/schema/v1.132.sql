-- v1.132: the moments are never null; every row carries the id of its last change.
CREATE FUNCTION immich_uuid_v7(p_timestamp timestamptz DEFAULT clock_timestamp()) RETURNS uuid
LANGUAGE sql VOLATILE AS $$
    SELECT (
        lpad(to_hex((extract(epoch FROM p_timestamp) * 1000)::bigint), 12, '0')
        || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
    )::uuid
$$;
CREATE FUNCTION updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."updatedAt" := clock_timestamp();
    NEW."updateId" := immich_uuid_v7(NEW."updatedAt");
    RETURN NEW;
END
$$;

ALTER TABLE assets
    ALTER "fileCreatedAt" SET NOT NULL,
    ALTER "fileModifiedAt" SET NOT NULL,
    ALTER "localDateTime" SET NOT NULL;
ALTER TABLE exif ADD "updatedAt" timestamptz NOT NULL DEFAULT clock_timestamp();

DO $$
DECLARE changed text;
BEGIN
    FOREACH changed IN ARRAY ARRAY[
        'activity', 'albums', 'api_keys', 'asset_files', 'assets', 'exif', 'libraries', 'memories',
        'partners', 'person', 'sessions', 'tags', 'users'
    ] LOOP
        EXECUTE format(
            'ALTER TABLE %I ADD "updateId" uuid NOT NULL DEFAULT immich_uuid_v7()', changed
        );
        EXECUTE format('CREATE INDEX ON %I ("updateId")', changed);
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION updated_at()',
            changed || '_updated_at', changed
        );
    END LOOP;
END
$$;

CREATE TABLE users_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "userId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE partners_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "sharedById" uuid NOT NULL,
    "sharedWithId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE session_sync_checkpoints (
    "sessionId" uuid NOT NULL REFERENCES sessions ON UPDATE CASCADE ON DELETE CASCADE,
    type varchar NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    ack varchar NOT NULL,
    PRIMARY KEY ("sessionId", type)
);
CREATE TABLE kysely_migrations (
    name varchar(255) PRIMARY KEY,
    timestamp varchar(255) NOT NULL
);
CREATE TABLE kysely_migrations_lock (
    id varchar(255) PRIMARY KEY,
    is_locked integer NOT NULL DEFAULT 0
);
INSERT INTO kysely_migrations_lock VALUES ('migration_lock', 0);
INSERT INTO kysely_migrations VALUES
    ('1744910873969-InitialMigration', '2025-04-25T08:00:00.000Z'),
    ('1744991379464-AddNotificationsTable', '2025-04-25T08:00:00.100Z');
INSERT INTO version_history (version) VALUES ('1.132.3');
