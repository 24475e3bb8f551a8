-- v3.2: persons of several owners that are one make a group, which faces refer to.
CREATE TABLE person_group (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "createdAt" timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE asset_face DROP "personId";
ALTER TABLE asset_face
    ADD "personGroupId" uuid REFERENCES person_group ON UPDATE CASCADE ON DELETE SET NULL;
CREATE INDEX ON asset_face ("assetId", "personGroupId");

DROP TRIGGER person_delete_audit ON person;
ALTER TABLE person DROP id;
ALTER TABLE person
    ADD "personGroupId" uuid NOT NULL REFERENCES person_group ON UPDATE CASCADE ON DELETE CASCADE,
    ADD PRIMARY KEY ("personGroupId", "ownerId");
ALTER TABLE person_audit RENAME "personId" TO "personGroupId";
CREATE OR REPLACE FUNCTION person_delete_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_audit ("personGroupId", "ownerId") SELECT "personGroupId", "ownerId" FROM old;
    RETURN NULL;
END
$$;
CREATE TRIGGER person_delete_audit AFTER DELETE ON person REFERENCING OLD TABLE AS old
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION person_delete_audit();
INSERT INTO kysely_migrations VALUES
    ('1789000000000-PersonGroups', '2026-09-30T08:00:00.000Z');
INSERT INTO version_history (version) VALUES ('3.2.0');
