-- Immich v1.126: plural names, booleans for the visibility, moments that may be null.
CREATE EXTENSION vector;

CREATE TYPE assets_status_enum AS ENUM ('active', 'trashed', 'deleted');
CREATE TYPE sourcetype AS ENUM ('machine-learning', 'exif', 'manual');

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email varchar NOT NULL UNIQUE,
    password varchar NOT NULL DEFAULT '',
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "profileImagePath" varchar NOT NULL DEFAULT '',
    "isAdmin" boolean NOT NULL DEFAULT false,
    "shouldChangePassword" boolean NOT NULL DEFAULT true,
    "deletedAt" timestamptz,
    "oauthId" varchar NOT NULL DEFAULT '',
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "storageLabel" varchar UNIQUE,
    name varchar NOT NULL DEFAULT '',
    "quotaSizeInBytes" bigint,
    "quotaUsageInBytes" bigint NOT NULL DEFAULT 0,
    status varchar NOT NULL DEFAULT 'active',
    "profileChangedAt" timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE libraries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar NOT NULL,
    "ownerId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    "importPaths" text[] NOT NULL,
    "exclusionPatterns" text[] NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "deletedAt" timestamptz,
    "refreshedAt" timestamptz
);

CREATE TABLE asset_stack (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "primaryAssetId" uuid NOT NULL UNIQUE,
    "ownerId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE TABLE assets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "deviceAssetId" varchar NOT NULL,
    "ownerId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    "deviceId" varchar NOT NULL,
    type varchar NOT NULL,
    "originalPath" varchar NOT NULL,
    "fileCreatedAt" timestamptz,
    "fileModifiedAt" timestamptz,
    "isFavorite" boolean NOT NULL DEFAULT false,
    duration varchar,
    "encodedVideoPath" varchar DEFAULT '',
    checksum bytea NOT NULL,
    "isVisible" boolean NOT NULL DEFAULT true,
    "livePhotoVideoId" uuid REFERENCES assets ON UPDATE CASCADE ON DELETE SET NULL,
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "isArchived" boolean NOT NULL DEFAULT false,
    "originalFileName" varchar NOT NULL,
    "sidecarPath" varchar,
    thumbhash bytea,
    "isOffline" boolean NOT NULL DEFAULT false,
    "libraryId" uuid REFERENCES libraries ON UPDATE CASCADE ON DELETE CASCADE,
    "isExternal" boolean NOT NULL DEFAULT false,
    "deletedAt" timestamptz,
    "localDateTime" timestamptz,
    "stackId" uuid REFERENCES asset_stack ON UPDATE CASCADE ON DELETE SET NULL,
    "duplicateId" uuid,
    status assets_status_enum NOT NULL DEFAULT 'active'
);
CREATE UNIQUE INDEX "UQ_assets_owner_checksum" ON assets ("ownerId", checksum)
    WHERE "libraryId" IS NULL;
CREATE UNIQUE INDEX "UQ_assets_owner_library_checksum"
    ON assets ("ownerId", "libraryId", checksum) WHERE "libraryId" IS NOT NULL;
CREATE INDEX ON assets ("originalFileName");
CREATE INDEX ON assets ("originalPath");
CREATE INDEX ON assets ("fileCreatedAt");
ALTER TABLE asset_stack ADD FOREIGN KEY ("primaryAssetId") REFERENCES assets;

CREATE TABLE asset_files (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "assetId" uuid NOT NULL REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    type varchar NOT NULL,
    path varchar NOT NULL,
    CONSTRAINT "UQ_assetId_type" UNIQUE ("assetId", type)
);

CREATE TABLE asset_job_status (
    "assetId" uuid PRIMARY KEY REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    "facesRecognizedAt" timestamptz,
    "metadataExtractedAt" timestamptz,
    "duplicatesDetectedAt" timestamptz,
    "previewAt" timestamptz,
    "thumbnailAt" timestamptz
);

CREATE TABLE exif (
    "assetId" uuid PRIMARY KEY REFERENCES assets ON DELETE CASCADE,
    make varchar,
    model varchar,
    "exifImageWidth" integer,
    "exifImageHeight" integer,
    "fileSizeInByte" bigint,
    orientation varchar,
    "dateTimeOriginal" timestamptz,
    "modifyDate" timestamptz,
    "lensModel" varchar,
    "fNumber" double precision,
    "focalLength" double precision,
    iso integer,
    latitude double precision,
    longitude double precision,
    city varchar,
    state varchar,
    country varchar,
    description text NOT NULL DEFAULT '',
    fps double precision,
    "exposureTime" varchar,
    "livePhotoCID" varchar,
    "timeZone" varchar,
    "projectionType" varchar,
    "profileDescription" varchar,
    colorspace varchar,
    "bitsPerSample" integer,
    "autoStackId" varchar,
    rating integer
);
CREATE INDEX exif_city ON exif (city);

CREATE TABLE person (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "ownerId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    name varchar NOT NULL DEFAULT '',
    "thumbnailPath" varchar NOT NULL DEFAULT '',
    "isHidden" boolean NOT NULL DEFAULT false,
    "birthDate" date,
    "faceAssetId" uuid,
    "isFavorite" boolean NOT NULL DEFAULT false,
    color varchar,
    CONSTRAINT "CHK_birth_date" CHECK ("birthDate" <= CURRENT_DATE)
);

CREATE TABLE asset_faces (
    "assetId" uuid NOT NULL REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    "personId" uuid REFERENCES person ON UPDATE CASCADE ON DELETE SET NULL,
    "imageWidth" integer NOT NULL DEFAULT 0,
    "imageHeight" integer NOT NULL DEFAULT 0,
    "boundingBoxX1" integer NOT NULL DEFAULT 0,
    "boundingBoxY1" integer NOT NULL DEFAULT 0,
    "boundingBoxX2" integer NOT NULL DEFAULT 0,
    "boundingBoxY2" integer NOT NULL DEFAULT 0,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "sourceType" sourcetype NOT NULL DEFAULT 'machine-learning',
    "deletedAt" timestamptz
);
CREATE INDEX ON asset_faces ("assetId", "personId");
ALTER TABLE person ADD FOREIGN KEY ("faceAssetId") REFERENCES asset_faces ON DELETE SET NULL;

CREATE TABLE face_search (
    "faceId" uuid PRIMARY KEY REFERENCES asset_faces ON DELETE CASCADE,
    embedding vector(512) NOT NULL
);
CREATE TABLE smart_search (
    "assetId" uuid PRIMARY KEY REFERENCES assets ON DELETE CASCADE,
    embedding vector(512) NOT NULL
);

CREATE TABLE albums (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "ownerId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    "albumName" varchar NOT NULL DEFAULT 'Untitled Album',
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "albumThumbnailAssetId" uuid REFERENCES assets ON UPDATE CASCADE ON DELETE SET NULL,
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    description text NOT NULL DEFAULT '',
    "deletedAt" timestamptz,
    "isActivityEnabled" boolean NOT NULL DEFAULT true,
    "order" varchar NOT NULL DEFAULT 'desc'
);
CREATE TABLE albums_assets_assets (
    "albumsId" uuid NOT NULL REFERENCES albums ON UPDATE CASCADE ON DELETE CASCADE,
    "assetsId" uuid NOT NULL REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY ("albumsId", "assetsId")
);
CREATE TABLE albums_shared_users_users (
    "albumsId" uuid NOT NULL REFERENCES albums ON UPDATE CASCADE ON DELETE CASCADE,
    "usersId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    role varchar NOT NULL DEFAULT 'editor',
    PRIMARY KEY ("albumsId", "usersId")
);

CREATE TABLE tags (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "userId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    value varchar NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    color varchar,
    "parentId" uuid REFERENCES tags ON DELETE CASCADE,
    UNIQUE ("userId", value)
);
CREATE TABLE tags_closure (
    id_ancestor uuid NOT NULL REFERENCES tags ON DELETE CASCADE,
    id_descendant uuid NOT NULL REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (id_ancestor, id_descendant)
);
CREATE TABLE tag_asset (
    "assetsId" uuid NOT NULL REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    "tagsId" uuid NOT NULL REFERENCES tags ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY ("assetsId", "tagsId")
);

CREATE TABLE system_metadata (key varchar PRIMARY KEY, value jsonb NOT NULL);
CREATE TABLE user_metadata (
    "userId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    key varchar NOT NULL,
    value jsonb NOT NULL,
    PRIMARY KEY ("userId", key)
);
CREATE TABLE version_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    version varchar NOT NULL
);
CREATE TABLE migrations (
    id serial PRIMARY KEY,
    timestamp bigint NOT NULL,
    name varchar NOT NULL
);
INSERT INTO migrations (timestamp, name) VALUES
    (1645130759468, 'CreateUserTable1645130759468'),
    (1739466714036, 'AddDeletedAtColumnToAssetFacesTable1739466714036');
INSERT INTO version_history (version) VALUES ('1.126.1');
