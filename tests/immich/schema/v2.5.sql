-- v2.5: an asset knows its size; sidecars are files among others; edits that destroy nothing.
ALTER TABLE asset
    ADD width integer,
    ADD height integer,
    ADD "isEdited" boolean NOT NULL DEFAULT false,
    DROP "sidecarPath";
ALTER TABLE asset_face ADD "isVisible" boolean NOT NULL DEFAULT true;
ALTER TABLE asset_file
    ADD "isEdited" boolean NOT NULL DEFAULT false,
    ADD "isProgressive" boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT "UQ_assetId_type",
    ADD CONSTRAINT "asset_file_assetId_type_isEdited_uq" UNIQUE ("assetId", type, "isEdited");
ALTER TABLE asset_exif ADD "lockedProperties" varchar[];
ALTER TABLE asset_ocr ADD "isVisible" boolean NOT NULL DEFAULT true;

CREATE TABLE asset_edit (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "assetId" uuid NOT NULL REFERENCES asset ON UPDATE CASCADE ON DELETE CASCADE,
    action varchar NOT NULL,
    parameters jsonb NOT NULL,
    sequence integer NOT NULL,
    UNIQUE ("assetId", sequence)
);
INSERT INTO kysely_migrations VALUES
    ('1764698859174-SidecarInAssetFile', '2026-01-27T08:00:00.000Z'),
    ('1767000000000-AddWidthAndHeightToAsset', '2026-01-27T08:00:00.100Z'),
    ('1768336661963-AddAssetEditTable', '2026-01-27T08:00:00.200Z');
INSERT INTO version_history (version) VALUES ('2.5.6');
