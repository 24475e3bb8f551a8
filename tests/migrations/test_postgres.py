import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from chalicelib.errors import SetupError
from migrations.postgres import SQL, connect, explained, rows, snapshot
from tests.postgres import WITH_PASSWORD, Server

SECRET = "s3cr3t"
ROLE = "reader_with_password"


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    """A database with a table that the role `without_rights` may not read."""
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE private (n integer)")
        connection.execute("CREATE ROLE without_rights")
    return url


def problem_of(url: str) -> str:
    with pytest.raises(SetupError) as raised:
        connect(url)
    return str(raised.value)


@pytest.fixture(scope="module")
def address(postgres: Server) -> str:
    """HOST:PORT of a server that asks `ROLE` for its password."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(
            f"CREATE ROLE {ROLE} LOGIN PASSWORD '{SECRET}' IN ROLE {WITH_PASSWORD}".encode()
        )
    return postgres.url().partition("@")[2].partition("/")[0]


def test_a_connection_tells_who_it_is_and_commits_each_statement(postgres: Server):
    url = postgres.create_database()

    with connect(url, application="a test") as connection:
        connection.execute("CREATE TABLE one (n integer)")
        named = connection.execute("SHOW application_name").fetchone()

        with connect(url) as another:
            assert another.execute("SELECT count(*) FROM one").fetchone() == (0,)
    assert named == ("a test",)


def test_the_right_password_opens_and_the_wrong_one_is_told_and_not_shown(address: str):
    with connect(f"postgresql://{ROLE}:{SECRET}@{address}/postgres") as connection:
        assert connection.execute("SELECT current_user").fetchone() == (ROLE,)

    problem = problem_of(f"postgresql://{ROLE}:not-{SECRET}@{address}/postgres")

    assert f"{address} refuses the password of user {ROLE}" in problem
    assert "DB_PASSWORD" in problem
    assert SECRET not in problem


@pytest.mark.parametrize(
    ("path", "told", "next_step"),
    [
        ("nobody-here@{}/postgres", "has no user nobody-here", "DB_USERNAME"),
        ("postgres@{}/nothing-here", "has no database nothing-here", "DB_DATABASE_NAME"),
        ("postgres@{}/postgres?sslmode=require", "speaks no SSL", "sslmode=disable"),
        ("postgres@{}/postgres?replication=yes", "not let user postgres in", "pg_hba.conf"),
        ("postgres@{}/postgres?sslmode=perhaps", "can't be reached", "check the address"),
        ("postgres@no-such-host.invalid/x", "no host no-such-host.invalid", "localhost"),
    ],
)
def test_each_refusal_names_the_thing_and_the_next_step(
    address: str, path: str, told: str, next_step: str
):
    problem = problem_of(f"postgresql://{path.format(address)}")

    assert told in problem
    assert next_step in problem


def test_a_port_where_nothing_listens_is_named():
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{unused.getsockname()[1]}"

        problem = problem_of(f"postgresql://postgres:{SECRET}@{place}/immich")

    assert f"nothing answers at {place}" in problem
    assert SECRET not in problem


def test_a_server_that_says_nothing_is_not_waited_for_forever():
    with silent_server() as place:
        problem = problem_of(f"postgresql://postgres@{place}/immich?connect_timeout=2")

    assert f"{place} does not answer" in problem


@contextmanager
def silent_server() -> Iterator[str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://immich:hunter@twenty@localhost/immich",
        "postgresql://immich:hunter/twenty@localhost/immich",
        "postgresql://immich:hunter%zztwenty@localhost/immich",
        "postgresql://immich:hunter[twenty@localhost:port/immich",
        "postgresql://immich@localhost/immich?pasword=hunter-twenty",
        "host=localhost password=hunter-twenty",
        "hunter-twenty",
        "",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_any_of_it(url: str):
    problem = problem_of(url)

    assert "postgresql://USER:PASSWORD@HOST:5432/DATABASE" in problem
    assert "hunter" not in problem
    assert "twenty" not in problem


def test_a_snapshot_sees_one_moment_and_writes_moments_in_utc(postgres: Server):
    url = postgres.create_database()
    name = url.rpartition("/")[2]
    with connect(url) as connection, connect(url) as writer:
        writer.execute("CREATE TABLE seen (at timestamptz)")
        writer.execute("INSERT INTO seen VALUES ('2024-05-06 07:08:09+02')")
        writer.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'".encode())
        writer.execute(f"ALTER DATABASE {name} SET datestyle = 'German'".encode())

    with connect(url) as connection, connect(url) as writer, snapshot(connection):
        before = list(rows(connection, SQL("SELECT at::text FROM seen")))
        writer.execute("INSERT INTO seen VALUES ('infinity')")
        after = list(rows(connection, SQL("SELECT at::text FROM seen")))

    assert before == [("2024-05-06 05:08:09+00",)]
    assert after == before


def test_nothing_can_be_written_inside_a_snapshot(postgres: Server):
    url = postgres.create_database()

    with (
        connect(url) as connection,
        pytest.raises(SetupError, match="cannot execute CREATE TABLE in a read-only transaction"),
        snapshot(connection),
    ):
        connection.execute("CREATE TABLE one (n integer)")


def test_after_a_snapshot_the_connection_writes_again(postgres: Server):
    with connect(postgres.create_database()) as connection:
        with snapshot(connection):
            connection.execute("SELECT 1")

        connection.execute("CREATE TABLE one (n integer)")

        assert connection.execute("SHOW enable_nestloop").fetchone() == ("on",)


def test_two_lists_can_be_read_at_the_same_time(postgres: Server):
    query = SQL("SELECT generate_series(1, 2500)")

    with connect(postgres.create_database()) as connection, snapshot(connection):
        pairs = list(zip(rows(connection, query), rows(connection, query), strict=True))

    assert pairs == [((n,), (n,)) for n in range(1, 2501)]


def test_a_server_that_goes_away_is_told_with_the_next_step(postgres: Server):
    url = postgres.create_database()

    def read_to_the_end() -> None:
        with connect(url) as connection, connect(url) as other, snapshot(connection):
            for _ in rows(connection, SQL("SELECT generate_series(1, 100000)")):
                other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])

    with pytest.raises(SetupError, match=r"went away.*run it again"):
        read_to_the_end()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT * FROM private", r"permission denied for table private.*connect as the owner"),
        ("SELECT pg_sleep(60)", r"let it wait too long .*statement timeout.*run it again"),
        ("SELECT 1 / 0", "the database refuses it: division by zero"),
    ],
)
def test_what_a_database_refuses_is_told(statement: str, told: str, database: str):
    with connect(database) as connection:
        connection.execute("SET statement_timeout = 50")
        connection.execute("SET ROLE without_rights")

        with pytest.raises(SetupError, match=told), explained():
            connection.execute(statement.encode())
