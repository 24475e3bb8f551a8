-- v2.7: checksums say what they are of.
CREATE TYPE asset_checksum_algorithm_enum AS ENUM ('sha1', 'sha1-path');
ALTER TABLE asset
    ADD "checksumAlgorithm" asset_checksum_algorithm_enum NOT NULL DEFAULT 'sha1',
    DROP "encodedVideoPath";
ALTER TABLE asset_file ADD "isTransparent" boolean NOT NULL DEFAULT false;
ALTER TABLE asset_exif ADD tags varchar[];
ALTER TABLE session ADD "oauthSid" varchar;

CREATE TABLE asset_edit_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "editId" uuid NOT NULL,
    "assetId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE memory_asset_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "memoryId" uuid NOT NULL REFERENCES memory ON UPDATE CASCADE ON DELETE CASCADE,
    "assetId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- An asset is edited as long as it has an edit.
CREATE FUNCTION asset_edit_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE asset SET "isEdited" = true WHERE id IN (SELECT "assetId" FROM new) AND NOT "isEdited";
    RETURN NULL;
END
$$;
CREATE FUNCTION asset_edit_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO asset_edit_audit ("editId", "assetId") SELECT id, "assetId" FROM old;
    UPDATE asset SET "isEdited" = false
    WHERE id IN (SELECT "assetId" FROM old)
        AND NOT EXISTS (SELECT FROM asset_edit WHERE asset_edit."assetId" = asset.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER asset_edit_insert AFTER INSERT ON asset_edit REFERENCING NEW TABLE AS new
    FOR EACH STATEMENT EXECUTE FUNCTION asset_edit_insert();
CREATE TRIGGER asset_edit_delete AFTER DELETE ON asset_edit REFERENCING OLD TABLE AS old
    FOR EACH STATEMENT EXECUTE FUNCTION asset_edit_delete();

INSERT INTO kysely_migrations VALUES
    ('1771000000000-EncodedVideoInAssetFile', '2026-04-02T08:00:00.000Z'),
    ('1772609167000-AddOauthSidToSession', '2026-04-02T08:00:00.100Z'),
    ('1773242919341-AddAssetEditAudit', '2026-04-02T08:00:00.200Z'),
    ('1774548649115-AddChecksumAlgorithm', '2026-04-02T08:00:00.300Z');
INSERT INTO version_history (version) VALUES ('2.7.5');
