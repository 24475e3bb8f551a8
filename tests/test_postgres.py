import subprocess

import psycopg
import pytest

from tests.postgres import WITH_PASSWORD, Server


def test_each_database_is_new_or_a_copy(postgres: Server):
    first = postgres.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE kept (number integer)")

    empty, copy = postgres.create_database(), postgres.create_database(first.rpartition("/")[2])

    assert len({first, empty, copy}) == 3
    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT * FROM kept").fetchall() == []
    with psycopg.connect(empty) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM kept")


def test_its_own_programs_can_dump_and_read_a_database(postgres: Server):
    url = postgres.create_database()

    dump = subprocess.run([postgres.bin / "pg_dump", url], capture_output=True, check=True)
    subprocess.run([postgres.bin / "psql", "-q", url], input=dump.stdout, check=True)

    assert b"PostgreSQL database dump complete" in dump.stdout


def test_who_has_to_give_a_password_needs_the_right_one(postgres: Server):
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(
            f"CREATE ROLE carol LOGIN PASSWORD 'open' IN ROLE {WITH_PASSWORD}".encode()
        )

    psycopg.connect(postgres.url(user="carol:open")).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(user="carol:shut"))
