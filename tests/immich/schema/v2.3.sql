-- v2.3: the columns of tables that join two others follow the tables' names.
ALTER TABLE album_asset RENAME "albumsId" TO "albumId";
ALTER TABLE album_asset RENAME "assetsId" TO "assetId";
ALTER TABLE album_user RENAME "albumsId" TO "albumId";
ALTER TABLE album_user RENAME "usersId" TO "userId";
ALTER TABLE memory_asset RENAME "assetsId" TO "assetId";
ALTER TABLE shared_link_asset RENAME "assetsId" TO "assetId";
ALTER TABLE shared_link_asset RENAME "sharedLinksId" TO "sharedLinkId";
ALTER TABLE tag_asset RENAME "assetsId" TO "assetId";
ALTER TABLE tag_asset RENAME "tagsId" TO "tagId";

CREATE OR REPLACE FUNCTION album_asset_delete_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO album_asset_audit ("albumId", "assetId") SELECT "albumId", "assetId" FROM old
    WHERE "albumId" IN (SELECT id FROM album);
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION album_user_delete_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO album_user_audit ("albumId", "userId") SELECT "albumId", "userId" FROM old;
    RETURN NULL;
END
$$;

DROP TABLE audit;
ALTER TABLE session ADD "expiresAt" timestamptz, ADD "appVersion" varchar,
    ADD "isPendingSyncReset" boolean NOT NULL DEFAULT false;
ALTER TABLE shared_link ADD slug varchar UNIQUE;
ALTER TABLE asset_job_status ADD "ocrAt" timestamptz;

CREATE TABLE asset_metadata (
    "assetId" uuid NOT NULL REFERENCES asset ON UPDATE CASCADE ON DELETE CASCADE,
    key varchar NOT NULL,
    value jsonb NOT NULL,
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "updateId" uuid NOT NULL DEFAULT immich_uuid_v7(),
    PRIMARY KEY ("assetId", key)
);
CREATE TABLE asset_metadata_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "assetId" uuid NOT NULL,
    key varchar NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE asset_ocr (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "assetId" uuid NOT NULL REFERENCES asset ON UPDATE CASCADE ON DELETE CASCADE,
    x1 real NOT NULL, y1 real NOT NULL, x2 real NOT NULL, y2 real NOT NULL,
    x3 real NOT NULL, y3 real NOT NULL, x4 real NOT NULL, y4 real NOT NULL,
    "boxScore" real NOT NULL,
    "textScore" real NOT NULL,
    text text NOT NULL
);
CREATE TABLE ocr_search (
    "assetId" uuid PRIMARY KEY REFERENCES asset ON UPDATE CASCADE ON DELETE CASCADE,
    text text NOT NULL
);
CREATE TABLE plugin (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar NOT NULL UNIQUE,
    title varchar NOT NULL,
    description varchar NOT NULL,
    author varchar NOT NULL,
    version varchar NOT NULL,
    "wasmPath" varchar NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE plugin_filter (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "pluginId" uuid NOT NULL REFERENCES plugin ON UPDATE CASCADE ON DELETE CASCADE,
    "methodName" varchar NOT NULL UNIQUE,
    title varchar NOT NULL,
    description varchar NOT NULL,
    "supportedContexts" varchar[] NOT NULL,
    schema jsonb
);
CREATE TABLE plugin_action (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "pluginId" uuid NOT NULL REFERENCES plugin ON UPDATE CASCADE ON DELETE CASCADE,
    "methodName" varchar NOT NULL UNIQUE,
    title varchar NOT NULL,
    description varchar NOT NULL,
    "supportedContexts" varchar[] NOT NULL,
    schema jsonb
);
CREATE TABLE workflow (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "ownerId" uuid NOT NULL REFERENCES "user" ON UPDATE CASCADE ON DELETE CASCADE,
    "triggerType" varchar NOT NULL,
    name varchar,
    description varchar NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    enabled boolean NOT NULL DEFAULT true
);
CREATE TABLE workflow_filter (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "workflowId" uuid NOT NULL REFERENCES workflow ON UPDATE CASCADE ON DELETE CASCADE,
    "pluginFilterId" uuid NOT NULL REFERENCES plugin_filter ON UPDATE CASCADE ON DELETE CASCADE,
    "filterConfig" jsonb,
    "order" integer NOT NULL
);
CREATE TABLE workflow_action (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "workflowId" uuid NOT NULL REFERENCES workflow ON UPDATE CASCADE ON DELETE CASCADE,
    "pluginActionId" uuid NOT NULL REFERENCES plugin_action ON UPDATE CASCADE ON DELETE CASCADE,
    "actionConfig" jsonb,
    "order" integer NOT NULL
);
-- What functions and triggers were when they were last made.
CREATE TABLE migration_overrides (name varchar PRIMARY KEY, value jsonb NOT NULL);
INSERT INTO kysely_migrations VALUES
    ('1756318797207-AddAssetMetadata', '2025-11-20T08:00:00.000Z'),
    ('1758705789125-CreateAssetOcrTable', '2025-11-20T08:00:00.100Z'),
    ('1760000000000-RenameJoinColumns', '2025-11-20T08:00:00.200Z'),
    ('1762297277677-AddPluginAndWorkflowTables', '2025-11-20T08:00:00.300Z');
INSERT INTO version_history (version) VALUES ('2.3.1');
