import psycopg
import pytest

from tests.immich.eras import ERAS, create_schema
from tests.immich.library import fill
from tests.immich.photo import ALICE
from tests.immich.photos import PHOTOS
from tests.postgres import Server


@pytest.mark.parametrize("era", ERAS)
def test_the_same_library_fits_into_every_era(postgres: Server, era: str):
    with psycopg.connect(postgres.create_database()) as connection:
        create_schema(connection, era)
        fill(connection, era)

        rows = connection.execute('SELECT "assetId"::text FROM asset_job_status').fetchall()

    assert {asset for (asset,) in rows} == {photo.id for photo in PHOTOS.values()}


def test_deletions_and_changes_are_noted_by_immichs_own_triggers(postgres: Server):
    with psycopg.connect(postgres.create_database()) as connection:
        create_schema(connection, "v2.7")
        fill(connection, "v2.7")
        plain = PHOTOS["plain"].id
        before = _update_id(connection, plain)

        connection.execute('UPDATE asset SET "isFavorite" = true WHERE id = %s', (plain,))
        connection.execute("DELETE FROM stack")
        connection.execute("DELETE FROM person WHERE name = 'Grandma'")
        connection.execute("DELETE FROM asset WHERE id = %s", (PHOTOS["trashed"].id,))

        assert _update_id(connection, plain) > before
        audits = ('asset_audit WHERE "ownerId"', 'person_audit WHERE "ownerId"')
        for audit in (*audits, 'stack_audit WHERE "userId"'):
            query = f"SELECT count(*) FROM {audit} = %s"  # noqa: S608 (constants of this test)
            assert connection.execute(query.encode(), (ALICE,)).fetchone() == (1,)


def _update_id(connection: psycopg.Connection, asset: str) -> str:
    row = connection.execute('SELECT "updateId"::text FROM asset WHERE id = %s', (asset,))
    return str((row.fetchone() or ("",))[0])
