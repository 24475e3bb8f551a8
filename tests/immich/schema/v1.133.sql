-- v1.133: an enum in the place of isVisible and isArchived.
CREATE TYPE asset_visibility_enum AS ENUM ('archive', 'timeline', 'hidden', 'locked');
ALTER TABLE assets
    ADD visibility asset_visibility_enum NOT NULL DEFAULT 'timeline',
    DROP "isVisible",
    DROP "isArchived";
CREATE INDEX ON assets (visibility);
ALTER TABLE users ADD "pinCode" varchar, ADD "avatarColor" varchar;
ALTER TABLE sessions ADD "pinExpiresAt" timestamptz, ADD "parentId" uuid REFERENCES sessions;

CREATE TABLE notifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "deletedAt" timestamptz,
    "updateId" uuid NOT NULL DEFAULT immich_uuid_v7(),
    "userId" uuid REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    level varchar NOT NULL DEFAULT 'info',
    type varchar NOT NULL DEFAULT 'Custom',
    data jsonb,
    title varchar NOT NULL,
    description text,
    "readAt" timestamptz
);
CREATE TABLE assets_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "assetId" uuid NOT NULL,
    "ownerId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE albums_audit (
    id uuid PRIMARY KEY DEFAULT immich_uuid_v7(),
    "albumId" uuid NOT NULL,
    "userId" uuid NOT NULL,
    "deletedAt" timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO kysely_migrations VALUES
    ('1745902563899-AddAssetVisibilityColumn', '2025-05-22T08:00:00.000Z'),
    ('1746768490606-AddUserPincode', '2025-05-22T08:00:00.100Z'),
    ('1747664684909-AddLockedVisibility.ts', '2025-05-22T08:00:00.200Z');
INSERT INTO version_history (version) VALUES ('1.133.1');
