-- v3.0: durations in milliseconds; owners of albums are users of them; no devices.
ALTER TABLE asset
    ALTER duration TYPE integer USING NULL,
    DROP "deviceAssetId",
    DROP "deviceId";
DROP TRIGGER album_delete_audit ON album;
CREATE OR REPLACE FUNCTION album_delete_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO album_audit ("albumId", "userId")
    SELECT old.id, album_user."userId" FROM old
    JOIN album_user ON album_user."albumId" = old.id AND album_user.role = 'owner';
    RETURN NULL;
END
$$;
CREATE TRIGGER album_delete_audit AFTER DELETE ON album REFERENCING OLD TABLE AS old
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION album_delete_audit();
ALTER TABLE album DROP "ownerId";
CREATE UNIQUE INDEX album_user_one_owner ON album_user ("albumId") WHERE role = 'owner';
INSERT INTO kysely_migrations VALUES
    ('1776500000000-DurationInMilliseconds', '2026-06-30T08:00:00.000Z'),
    ('1776600000000-DropDeviceIds', '2026-06-30T08:00:00.100Z'),
    ('1776700000000-AlbumOwnerInAlbumUser', '2026-06-30T08:00:00.200Z');
INSERT INTO version_history (version) VALUES ('3.0.2');
