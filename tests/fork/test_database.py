import psycopg
import pytest

CATALOG = {
    "tables": "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = {public}",
    "columns": """
        SELECT relname || '.' || attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relkind = 'r' AND relnamespace = {public} AND attnum > 0 AND NOT attisdropped
            AND relname IN ('person', 'asset_job_status', 'library')
    """,
    "triggers": """
        SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal
    """,
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = {public}",
    "migrations": "SELECT name FROM kysely_migrations",
    "overrides": "SELECT name FROM migration_overrides",
}


def added(vanilla_url: str, fork_url: str, kind: str) -> set[str]:
    query = CATALOG[kind].format(public="'public'::regnamespace").encode()
    with psycopg.connect(vanilla_url) as vanilla, psycopg.connect(fork_url) as fork:
        before, after = vanilla.execute(query).fetchall(), fork.execute(query).fetchall()
    assert set(before) < set(after)
    return {name for (name,) in set(after) - set(before)}


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("tables", 19),
        ("columns", 5),
        ("triggers", 18),
        ("functions", 13),
        ("migrations", 27),
        ("overrides", 30),
    ],
)
def test_the_fork_adds_as_much_as_is_known_of_it(
    kind: str, count: int, vanilla_url: str, fork_url: str
):
    assert len(added(vanilla_url, fork_url, kind)) == count


def test_every_table_of_the_fork_has_rows(vanilla_url: str, fork_url: str):
    tables = added(vanilla_url, fork_url, "tables")

    with psycopg.connect(fork_url) as connection:
        for table in tables:
            assert connection.execute(f'SELECT FROM "{table}"'.encode()).fetchone() is not None, (
                table
            )


def test_a_trigger_that_is_left_over_breaks_immich_s_own_writes(fork_url: str):
    with psycopg.connect(fork_url, autocommit=True) as connection:
        connection.execute("DROP TABLE library_asset_audit")

        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("DELETE FROM asset")
