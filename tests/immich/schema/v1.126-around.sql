-- What else a library of v1.126 holds, and no import reads.
CREATE TABLE sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token varchar NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "userId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    "deviceType" varchar NOT NULL DEFAULT '',
    "deviceOS" varchar NOT NULL DEFAULT ''
);
CREATE TABLE api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar NOT NULL,
    key varchar NOT NULL,
    "userId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    permissions varchar[] NOT NULL
);
CREATE TABLE partners (
    "sharedById" uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    "sharedWithId" uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "inTimeline" boolean NOT NULL DEFAULT false,
    PRIMARY KEY ("sharedById", "sharedWithId")
);
CREATE TABLE memories (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "deletedAt" timestamptz,
    "ownerId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    type varchar NOT NULL,
    data jsonb NOT NULL,
    "isSaved" boolean NOT NULL DEFAULT false,
    "memoryAt" timestamptz NOT NULL,
    "seenAt" timestamptz,
    "showAt" timestamptz,
    "hideAt" timestamptz
);
CREATE TABLE memories_assets_assets (
    "memoriesId" uuid NOT NULL REFERENCES memories ON UPDATE CASCADE ON DELETE CASCADE,
    "assetsId" uuid NOT NULL REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY ("memoriesId", "assetsId")
);
CREATE TABLE shared_links (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    description varchar,
    "userId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    key bytea NOT NULL UNIQUE,
    type varchar NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "expiresAt" timestamptz,
    "allowUpload" boolean NOT NULL DEFAULT false,
    "albumId" uuid REFERENCES albums ON UPDATE CASCADE ON DELETE CASCADE,
    "allowDownload" boolean NOT NULL DEFAULT true,
    "showExif" boolean NOT NULL DEFAULT true,
    password varchar
);
CREATE TABLE shared_link__asset (
    "assetsId" uuid NOT NULL REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    "sharedLinksId" uuid NOT NULL REFERENCES shared_links ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY ("assetsId", "sharedLinksId")
);
CREATE TABLE activity (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "updatedAt" timestamptz NOT NULL DEFAULT now(),
    "albumId" uuid NOT NULL REFERENCES albums ON UPDATE CASCADE ON DELETE CASCADE,
    "userId" uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    "assetId" uuid REFERENCES assets ON UPDATE CASCADE ON DELETE CASCADE,
    comment text,
    "isLiked" boolean NOT NULL DEFAULT false,
    CHECK ((comment IS NULL AND "isLiked") OR (comment IS NOT NULL AND NOT "isLiked"))
);
CREATE TABLE audit (
    id serial PRIMARY KEY,
    "entityType" varchar NOT NULL,
    "entityId" uuid NOT NULL,
    action varchar NOT NULL,
    "ownerId" uuid NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE move_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "entityId" varchar NOT NULL,
    "pathType" varchar NOT NULL,
    "oldPath" varchar NOT NULL,
    "newPath" varchar NOT NULL UNIQUE,
    UNIQUE ("entityId", "pathType")
);
CREATE TABLE geodata_places (
    id integer PRIMARY KEY,
    name varchar(200) NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    "countryCode" char(2) NOT NULL,
    "admin1Code" varchar(20),
    "modificationDate" date NOT NULL
);
CREATE TABLE naturalearth_countries (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    admin varchar(50) NOT NULL,
    admin_a3 varchar(3) NOT NULL,
    type varchar(50) NOT NULL,
    coordinates polygon NOT NULL
);
