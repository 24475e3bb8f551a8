import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Server

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/switching-back.md").read_text()
BLOCKS = [
    re.sub("^    ", "", block, flags=re.MULTILINE)
    for block in re.findall(r"(?<=\n\n)(?:    .+\n)+", GUIDE)
]
INSTEAD, UNDO = "# instead of the command above\n", "# only to undo\n"
(LAST_LINE,) = re.findall(r"`(Cleanup finished.+?)`", GUIDE)
IN_ORDER = [block for block in BLOCKS if not block.startswith("#")]
# What a container has inside: the server's own programs.
DOCKER = """#!/bin/sh
echo "$@" >> "$DOCKER_CALLS"
[ "$1 $2" = "compose exec" ] || exit 0
shift 2
while true; do
    case "$1" in
        -T) shift ;;
        -e) export "$2"; shift 2 ;;
        *) break ;;
    esac
done
shift
exec "$@"
"""


class Home:
    """A home with the two folders of the guide, and what its commands need."""

    def __init__(self, path: Path, server: Server) -> None:
        self.path = path
        self._server = server
        (path / "contact-sheet").symlink_to(ROOT)
        (path / "immich-app").mkdir()
        self.dotenv = path / "immich-app/.env"
        self.dotenv.write_text("# Immich\nUPLOAD_LOCATION=./library\nIMMICH_VERSION=release\n")
        self.calls = path / "calls"
        programs = path / "bin"
        programs.mkdir()
        (programs / "docker").write_text(DOCKER)
        (programs / "docker").chmod(0o755)
        (programs / "python").symlink_to(sys.executable)
        self._environment = {
            **os.environ,
            "HOME": str(path),
            "PATH": os.pathsep.join((str(programs), str(server.bin), os.environ["PATH"])),
            "VIRTUAL_ENV": sys.prefix,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DOCKER_CALLS": str(self.calls),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
        }

    def run(self, *blocks: str) -> str:
        """What the commands say, on both streams."""
        script = "".join(blocks).replace("localhost:5432", f"127.0.0.1:{self._server.port}")
        done = subprocess.run(
            ["sh", "-e"],
            input=script,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def dump(self, database: str, *options: str) -> str:
        done = subprocess.run(
            [self._server.bin / "pg_dump", *options, self._server.url(database)],
            check=True,
            capture_output=True,
            text=True,
        )
        # two dumps of one database differ in a password against what is in its rows
        return re.sub(r"(?m)^\\(un)?restrict .*$", "", done.stdout)


@pytest.fixture
def home(postgres: Server, fork_template: str, tmp_path: Path) -> Iterator[Home]:
    """With a database of the fork that is called as in the guide."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE immich TEMPLATE {fork_template}".encode())
        yield Home(tmp_path, postgres)
        connection.execute("DROP DATABASE immich WITH (FORCE)")


def block(start: str) -> str:
    (found,) = (block for block in BLOCKS if block.startswith(start))
    return found


def test_the_guide_s_commands_in_their_order_make_it_immich_s_database(
    home: Home, vanilla_template: str
):
    said = home.run(*IN_ORDER)

    assert home.dump("immich", "--schema-only") == home.dump(vanilla_template, "--schema-only")
    assert LAST_LINE in said.splitlines()
    assert "IMMICH_VERSION=v2.7.5\n" in home.dotenv.read_text()
    calls = home.calls.read_text().splitlines()
    assert calls[0] == "compose stop immich-server immich-machine-learning"
    assert calls[-2:] == ["compose up -d", "compose logs immich-server"]


def test_the_guide_s_sql_file_makes_it_immich_s_database(home: Home, vanilla_template: str):
    before = IN_ORDER[: next(n for n, text in enumerate(IN_ORDER) if "--token" in text)]

    said = home.run(*before, block(INSTEAD))

    assert said.strip().splitlines()[-1].strip() == LAST_LINE
    assert home.dump("immich", "--schema-only") == home.dump(vanilla_template, "--schema-only")


def test_the_guide_s_way_back_brings_the_fork_s_database(home: Home):
    fork = home.dump("immich")
    home.run(*IN_ORDER)

    home.run(block(UNDO))

    assert home.dump("immich") == fork


def test_the_guide_shows_what_in_the_env_is_not_immich_s(home: Home):
    with home.dotenv.open("a") as dotenv:
        dotenv.write("S3_BUCKET=family\n")

    assert home.run("cd ~/immich-app\n", block("grep")) == "S3_BUCKET=family\n"


def test_what_the_guide_explains_is_what_the_command_says():
    sources = [*ROOT.glob("migrations/fork/*.py"), ROOT / "migrations/revert_to_immich.py"]
    said = "".join(source.read_text() for source in sources)
    table = GUIDE.partition("## When it says no")[2]

    quoted = re.findall(r"`(…[^`]+|[^`]+…)`", table)
    pieces = [piece.strip() for each in quoted for piece in each.split("…") if piece.strip()]

    assert len(pieces) >= 16
    for piece in pieces:
        assert piece in said, piece
