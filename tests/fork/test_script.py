import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.fork.database import add_plugin, add_view_of_owner, move_to_s3
from tests.fork.reverting import TOKEN, dump, revert
from tests.postgres import Server

Capture = pytest.CaptureFixture[str]
Psql = Callable[..., subprocess.CompletedProcess[str]]
SAY = ("-c", "SET gallery.revert_token = 'i_accept_data_loss'")
AUDITS = ("--exclude-table-data=person_audit", "--exclude-table-data=asset_face_audit")


@pytest.fixture
def script(fork_url: str, tmp_path: Path, capsys: Capture) -> Path:
    """The script for a database of the fork."""
    path = tmp_path / "revert.sql"
    assert revert(capsys, fork_url, "--export-only", str(path)).status == 0
    return path


@pytest.fixture
def psql(postgres: Server, fork_url: str) -> Psql:
    def run(*options: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [postgres.bin / "psql", "--no-psqlrc", fork_url, *map(str, options)],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | environment,
        )

    return run


def test_writing_the_script_changes_nothing(
    postgres: Server, fork_url: str, tmp_path: Path, capsys: Capture
):
    before = dump(postgres, fork_url)

    revert(capsys, fork_url, "--export-only", str(tmp_path / "revert.sql"))

    assert dump(postgres, fork_url) == before


def test_the_script_leaves_the_database_of_immich_to_the_letter(
    postgres: Server, fork_url: str, vanilla_url: str, script: Path, psql: Psql
):
    done = psql(*SAY, "-f", script)

    assert done.returncode == 0, done.stderr
    last = done.stdout.split("\n")[-3].strip()
    assert last == "Cleanup finished. Switch to ghcr.io/immich-app/immich-server:v2.7.5"
    assert dump(postgres, fork_url, *AUDITS) == dump(postgres, vanilla_url, *AUDITS)


def test_the_token_may_come_with_the_connection(
    postgres: Server, fork_url: str, vanilla_url: str, script: Path, psql: Psql
):
    done = psql("-f", script, PGOPTIONS="-c gallery.revert_token=i_accept_data_loss")

    assert done.returncode == 0, done.stderr
    assert dump(postgres, fork_url, *AUDITS) == dump(postgres, vanilla_url, *AUDITS)


def test_the_header_lists_every_step(script: Path):
    header = script.read_text().split("\n\n")[0].splitlines()

    assert all(line.startswith("--") for line in header)
    listed = "\n".join(header)
    for what in (
        "table shared_space_person_face",
        "column type of person",
        "trigger library_after_insert of library",
        "function user_has_library_path(uuid, uuid, uuid)",
        "key classification of the system's configuration",
        "row 1776000000000-CreateAssetDuplicateChecksumTable of kysely_migrations",
        "row trigger_library_after_insert of migration_overrides",
    ):
        assert what in listed


def test_the_guard_is_the_first_statement_of_the_transaction(script: Path):
    code = [line for line in script.read_text().splitlines() if line and line[:2] != "--"]

    assert code[:2] == [r"\set ON_ERROR_STOP on", "BEGIN;"]
    guard = "\n".join(code[2:]).split("$revert$;")[0]
    assert "current_setting('gallery.revert_token', true)" in guard
    assert "RAISE EXCEPTION" in guard
    assert not {"DROP ", "DELETE ", "LOCK ", "UPDATE "} & set(guard.split())


@pytest.mark.parametrize("stops", [True, False])
@pytest.mark.parametrize(
    "say",
    [
        (),
        ("-c", "SET gallery.revert_token = 'yes'"),
        ("-c", "BEGIN; SET LOCAL gallery.revert_token = 'i_accept_data_loss'; COMMIT"),
    ],
)
def test_without_the_token_nothing_goes_even_where_psql_goes_on_after_errors(
    postgres: Server,
    fork_url: str,
    script: Path,
    psql: Psql,
    say: tuple[str, ...],
    stops: bool,
):
    before = dump(postgres, fork_url)
    if not stops:
        script.write_text(script.read_text().replace(r"\set ON_ERROR_STOP on", ""))

    done = psql(*say, "-f", script)

    assert "nothing is removed before i_accept_data_loss is said" in done.stderr
    assert "finished" not in done.stdout
    assert dump(postgres, fork_url) == before
    assert done.returncode == (3 if stops else 0)


def test_a_token_kept_in_the_database_does_not_count(
    postgres: Server, fork_url: str, script: Path, psql: Psql
):
    database = urlsplit(fork_url).path[1:]
    psql("-c", f"ALTER DATABASE {database} SET gallery.revert_token = 'i_accept_data_loss'")
    before = dump(postgres, fork_url)

    done = psql("-f", script)

    assert f"ALTER DATABASE {database} RESET gallery.revert_token" in done.stderr
    assert dump(postgres, fork_url) == before


def test_the_script_refuses_while_others_are_connected(
    postgres: Server, fork_url: str, script: Path, psql: Psql
):
    before = dump(postgres, fork_url)

    with psycopg.connect(fork_url, application_name="immich-server"):
        done = psql(*SAY, "-f", script)

    assert "immich-server (user postgres" in done.stderr
    assert dump(postgres, fork_url) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (add_view_of_owner, "planned for another schema"),
        (move_to_s3, "s3://family/forest.jpg"),
        (add_plugin, "gallery-core"),
    ],
)
def test_the_script_refuses_what_came_after_it_was_written(
    postgres: Server,
    fork_url: str,
    script: Path,
    psql: Psql,
    change: Callable[[psycopg.Connection], None],
    told: str,
):
    with psycopg.connect(fork_url) as connection:
        change(connection)
    before = dump(postgres, fork_url)

    done = psql(*SAY, "-f", script)

    assert told in done.stderr
    assert dump(postgres, fork_url) == before


def test_the_script_refuses_migrations_that_came_after_it_was_written(
    postgres: Server, fork_url: str, script: Path, psql: Psql
):
    psql("-c", "INSERT INTO kysely_migrations VALUES ('1799000000000-Later', '2026-12-01')")
    before = dump(postgres, fork_url)

    done = psql(*SAY, "-f", script)

    assert "1799000000000-Later" in done.stderr
    assert dump(postgres, fork_url) == before


def test_rows_that_would_change_on_the_way_end_it(
    postgres: Server, fork_url: str, script: Path, psql: Psql
):
    before = dump(postgres, fork_url)
    slip = "UPDATE public.person SET name = 'Granny' WHERE name = 'Grandma';\n"
    script.write_text(script.read_text().replace("DROP TABLE", f"{slip}DROP TABLE", 1))

    done = psql(*SAY, "-f", script)

    assert "rows of Immich's own would have changed, in: person" in done.stderr
    assert dump(postgres, fork_url) == before


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ("DROP TABLE public.activity;", "activity"),
        ("ALTER TABLE public.album ADD extra text;", "column extra public.album"),
        ("CREATE TABLE public.extra (id uuid);", "extra"),
        ("ALTER TABLE public.album DISABLE TRIGGER ALL;", "public.album"),
    ],
)
def test_a_schema_that_is_not_immichs_in_the_end_ends_it(
    postgres: Server, fork_url: str, script: Path, psql: Psql, slip: str, told: str
):
    before = dump(postgres, fork_url)
    script.write_text(script.read_text().replace("DROP TABLE", f"{slip}\nDROP TABLE", 1))

    done = psql(*SAY, "-f", script)

    assert done.returncode == 3
    assert told in done.stderr
    assert dump(postgres, fork_url) == before


@pytest.mark.parametrize("kind", ["table", "trigger", "function", "column", "row", "key"])
def test_a_step_that_is_left_out_ends_it(
    postgres: Server, fork_url: str, script: Path, psql: Psql, kind: str
):
    before = dump(postgres, fork_url)
    parts = script.read_text().split("\n\n")
    step = next(part for part in reversed(parts) if part.startswith(f"-- {kind} "))
    script.write_text("\n\n".join(part for part in parts if part != step))

    done = psql(*SAY, "-f", script)

    assert done.returncode == 3
    assert dump(postgres, fork_url) == before


def test_a_lock_that_nobody_gives_up_ends_it(
    postgres: Server, fork_url: str, script: Path, psql: Psql
):
    before = dump(postgres, fork_url)
    impatient = script.read_text().replace("lock_timeout = '5s'", "lock_timeout = '100ms'")
    blind = impatient.replace("pid <> pg_backend_pid()", "false")
    script.write_text(blind)

    with psycopg.connect(fork_url) as connection:
        connection.execute("SELECT FROM asset LIMIT 1")
        done = psql(*SAY, "-f", script)

    assert "canceling statement due to lock timeout" in done.stderr
    assert dump(postgres, fork_url) == before


def test_a_second_run_of_the_script_changes_nothing(
    postgres: Server, fork_url: str, script: Path, psql: Psql
):
    psql(*SAY, "-f", script)
    before = dump(postgres, fork_url)

    done = psql(*SAY, "-f", script)

    assert done.returncode == 3
    assert "it is done already" in done.stderr
    assert dump(postgres, fork_url) == before


def test_no_script_is_written_for_what_can_not_be_reverted(
    fork_url: str, tmp_path: Path, capsys: Capture
):
    with psycopg.connect(fork_url) as connection:
        add_view_of_owner(connection)

    said = revert(capsys, fork_url, "--export-only", str(tmp_path / "revert.sql"))

    assert said.status == 2
    assert "my_holidays" in said.errors
    assert not (tmp_path / "revert.sql").exists()


def test_the_script_is_not_asked_for_together_with_the_token(
    fork_url: str, tmp_path: Path, capsys: Capture
):
    with pytest.raises(SystemExit) as ended:
        revert(capsys, fork_url, "--export-only", str(tmp_path / "revert.sql"), *TOKEN)

    assert ended.value.code == 2


def test_a_script_is_never_written_over_another_file(
    capsys: pytest.CaptureFixture[str], fork_url: str, tmp_path: Path
):
    backup = tmp_path / "immich.sql"
    backup.write_text("-- PostgreSQL database dump")

    ran = revert(capsys, fork_url, "--export-only", str(backup))

    assert ran.status == 2
    assert "is there already; name another file" in ran.errors
    assert backup.read_text() == "-- PostgreSQL database dump"
