import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.fork.reverting import REMOVE, dump, revert
from tests.postgres import Server

Capture = pytest.CaptureFixture[str]
_PATIENCE_SECONDS = 120
# The owner's own, so that they are there before and after.
_SLOW = """
    CREATE FUNCTION dawdle() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(600); END $$;
    CREATE FUNCTION dawdle_at_rows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
"""
_AT = {
    "the first step": "CREATE EVENT TRIGGER slow ON sql_drop WHEN TAG IN ('DROP TRIGGER') "
    "EXECUTE FUNCTION dawdle()",
    "a table": "CREATE EVENT TRIGGER slow ON sql_drop WHEN TAG IN ('DROP TABLE') "
    "EXECUTE FUNCTION dawdle()",
    "a function": "CREATE EVENT TRIGGER slow ON sql_drop WHEN TAG IN ('DROP FUNCTION') "
    "EXECUTE FUNCTION dawdle()",
    "a column": "CREATE EVENT TRIGGER slow ON sql_drop WHEN TAG IN ('ALTER TABLE') "
    "EXECUTE FUNCTION dawdle()",
    "the last step": "CREATE TRIGGER slow AFTER DELETE ON kysely_migrations FOR EACH ROW "
    "WHEN (old.name LIKE '1776%') EXECUTE FUNCTION dawdle_at_rows()",
    "its end": "CREATE EVENT TRIGGER slow ON sql_drop WHEN TAG IN ('DROP VIEW') "
    "EXECUTE FUNCTION dawdle()",
    "the commit": "CREATE CONSTRAINT TRIGGER slow AFTER DELETE ON kysely_migrations "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle_at_rows()",
}


def slow_down(url: str, where: str) -> None:
    """Let the removal stand still somewhere."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SLOW.encode())
        connection.execute(_AT[where].encode())


@contextmanager
def standing_still(server: Server, url: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, once it stands still."""
    command = [sys.executable, "-m", "migrations.revert_to_immich", "--url", url, *REMOVE]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            await_that(lambda: "PgSleep" in waits(server, url))
            yield process
        finally:
            process.kill()


def waits(server: Server, url: str) -> list[str | None]:
    """What each of a database's connections waits for, asked from another database."""
    with psycopg.connect(server.url()) as connection:
        found = connection.execute(
            "SELECT wait_event FROM pg_stat_activity "
            "WHERE datname = %s AND backend_type = 'client backend'",
            [urlsplit(url).path[1:]],
        )
        return [event for (event,) in found]


def await_that(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("where", "how"),
    [
        *((where, signal.SIGKILL) for where in _AT),
        ("a column", signal.SIGTERM),
        ("a column", signal.SIGINT),
    ],
)
def test_killed_anywhere_it_leaves_the_database_as_it_was(
    postgres: Server, fork_url: str, where: str, how: signal.Signals
):
    slow_down(fork_url, where)
    before = dump(postgres, fork_url)

    with standing_still(postgres, fork_url) as process:
        process.send_signal(how)
        process.wait(_PATIENCE_SECONDS)
    await_that(lambda: not waits(postgres, fork_url))

    assert dump(postgres, fork_url) == before


def test_killed_it_can_be_run_again(
    postgres: Server, fork_url: str, vanilla_url: str, capsys: Capture
):
    slow_down(fork_url, "a column")
    with standing_still(postgres, fork_url) as process:
        process.kill()
    await_that(lambda: not waits(postgres, fork_url))
    with psycopg.connect(fork_url, autocommit=True) as connection:
        connection.execute("DROP EVENT TRIGGER slow")
        connection.execute("DROP FUNCTION dawdle, dawdle_at_rows")

    said = revert(capsys, fork_url, *REMOVE)

    assert said.status == 0
    assert dump(postgres, fork_url, "--schema-only") == dump(postgres, vanilla_url, "--schema-only")


def test_a_lost_connection_leaves_the_database_as_it_was_and_is_told(
    postgres: Server, fork_url: str
):
    slow_down(fork_url, "the last step")
    before = dump(postgres, fork_url)

    with standing_still(postgres, fork_url) as process:
        with psycopg.connect(postgres.url()) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [urlsplit(fork_url).path[1:]],
            )
        told, _ = process.communicate(timeout=_PATIENCE_SECONDS)

    assert process.returncode == 2
    assert "the database went away" in told
    assert dump(postgres, fork_url) == before


def test_of_two_at_once_the_second_gives_up_in_seconds(
    postgres: Server, fork_url: str, capsys: Capture
):
    slow_down(fork_url, "a column")

    with standing_still(postgres, fork_url):
        begun = time.monotonic()
        said = revert(capsys, fork_url, *REMOVE)

    assert said.status == 2
    assert "stop others and run it again" in said.errors
    assert time.monotonic() - begun < 20
