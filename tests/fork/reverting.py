"""The command as a test runs it, and a whole database as text."""

import subprocess
import time
from dataclasses import dataclass

import psycopg
import pytest

from migrations.revert_to_immich import main
from tests.postgres import Server

TOKEN = ("--token", "i_accept_data_loss")
REMOVE = (*TOKEN, "--without-backup")


@dataclass
class Said:
    """What the command said: its exit status, its results, its errors."""

    status: int
    results: list[str]
    errors: str


def revert(capsys: pytest.CaptureFixture[str], url: str, *flags: str) -> Said:
    capsys.readouterr()
    status = main(["--url", url, *flags])
    captured = capsys.readouterr()
    return Said(status, captured.out.splitlines(), captured.err)


def dump(server: Server, url: str, *options: str) -> str:
    """All that is in a database, in an order of PostgreSQL's own."""
    done = subprocess.run(
        [server.bin / "pg_dump", "--restrict-key=same", *options, url],
        check=True,
        capture_output=True,
        text=True,
    )
    _wait_until_left(server, url)
    return done.stdout


def _wait_until_left(server: Server, url: str) -> None:
    """Wait until the server, too, knows that a program has gone; some seconds at most.

    Whom a test connects so that he is there calls himself ``immich-server``.
    """
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = %s AND application_name <> 'immich-server'"
    )
    database = url.rpartition("/")[2]
    end = time.monotonic() + 10
    with psycopg.connect(server.url(), autocommit=True) as connection:
        while connection.execute(others, [database]).fetchone() != (0,):
            if time.monotonic() > end:
                break
            time.sleep(0.05)
