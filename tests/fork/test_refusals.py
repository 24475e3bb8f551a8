from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from migrations.revert_to_immich import main
from tests.fork.database import (
    add_plugin,
    add_unknown_migration,
    add_view_of_owner,
    make_newer,
    move_to_s3,
)
from tests.fork.reverting import REMOVE, TOKEN, dump, revert
from tests.fork.rows import GRANDMA
from tests.postgres import Server

Capture = pytest.CaptureFixture[str]
# What an owner may have added, and what is said of it.
OF_OWNER = {
    "a view of a column": ("CREATE VIEW kinds AS SELECT type FROM person", "view kinds"),
    "a foreign key": (
        "CREATE TABLE notes (space uuid REFERENCES shared_space (id))",
        "constraint notes_space_fkey on table notes",
    ),
    "an index on a column": ("CREATE INDEX kinds ON person (type)", "index kinds"),
    "a check of a column": (
        "ALTER TABLE person ADD CONSTRAINT kinds CHECK (type <> 'ghost')",
        "constraint kinds on table person",
    ),
    "a rule on a table": (
        "CREATE RULE kept AS ON DELETE TO user_group DO INSTEAD NOTHING",
        "rule kept on table user_group",
    ),
    "a function that speaks of a table": (
        (
            "CREATE FUNCTION spaces() RETURNS bigint LANGUAGE plpgsql AS "
            "'BEGIN RETURN (SELECT count(*) FROM shared_space); END'"
        ),
        "function spaces()",
    ),
    "a trigger that calls the fork's function": (
        (
            "CREATE TRIGGER mine AFTER INSERT ON album REFERENCING NEW TABLE AS new_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION library_after_insert()"
        ),
        "trigger mine on table album",
    ),
    "a trigger on a fork's table": (
        (
            "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
            "CREATE TRIGGER mine BEFORE INSERT ON user_group FOR EACH ROW EXECUTE FUNCTION mine()"
        ),
        "trigger mine on table user_group",
    ),
    "a publication": (
        "CREATE PUBLICATION mine FOR TABLE user_group",
        "publication of table user_group in publication mine",
    ),
    "a table that inherits": ("CREATE TABLE mine () INHERITS (user_group)", "table mine"),
}


@pytest.fixture
def refused(postgres: Server, fork_url: str, capsys: Capture) -> Callable[..., str]:
    """Runs the command, which refuses and changes nothing; what it says."""

    def run(*flags: str, url: str = fork_url) -> str:
        before = dump(postgres, fork_url)

        said = revert(capsys, url, *flags)

        assert said.status == 2, said.results
        assert not any("finished" in line for line in said.results)
        assert dump(postgres, fork_url) == before
        return said.errors

    return run


def change(url: str, statement: str, *values: object) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode(), values or None)


@pytest.mark.parametrize(
    "flags",
    [
        ("--without-backup",),
        ("--backup", "immich.sql"),
        ("--token", "yes", "--without-backup"),
        ("--token", "I_ACCEPT_DATA_LOSS", "--without-backup"),
        ("--token", "", "--without-backup"),
    ],
)
def test_nothing_goes_without_the_token(refused: Callable[..., str], flags: tuple[str, ...]):
    assert "pass --token i_accept_data_loss" in refused(*flags)


def test_the_token_counts_on_the_command_line_alone(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PGOPTIONS", "-c gallery.revert_token=i_accept_data_loss")

    assert "pass --token i_accept_data_loss" in refused("--without-backup")


def test_nothing_goes_without_a_backup(refused: Callable[..., str]):
    assert "pass --backup FILE" in refused(*TOKEN)


@pytest.mark.parametrize("flag", ["--without", "--without-b", "--tok", "--back"])
def test_no_flag_may_be_cut_short(fork_url: str, flag: str):
    with pytest.raises(SystemExit) as ended:
        main(["--url", fork_url, *TOKEN, flag])

    assert ended.value.code == 2


def test_a_backup_that_is_none_is_refused(refused: Callable[..., str], tmp_path: Path):
    backup = tmp_path / "immich.sql"
    backup.write_text("")

    assert f"{backup} is empty" in refused(*TOKEN, "--backup", str(backup))


@pytest.mark.parametrize("where", ["DATABASE {database}", "ROLE postgres", "ROLE ALL"])
def test_a_token_kept_in_the_database_is_refused(
    refused: Callable[..., str], fork_url: str, where: str
):
    where = where.format(database=urlsplit(fork_url).path[1:])
    change(fork_url, f"ALTER {where} SET gallery.revert_token = 'i_accept_data_loss'")
    try:
        told = refused(*REMOVE)
    finally:
        change(fork_url, f"ALTER {where} RESET gallery.revert_token")

    assert f"ALTER {where} RESET gallery.revert_token" in told


def test_whoever_is_connected_is_named(refused: Callable[..., str], fork_url: str):
    with psycopg.connect(fork_url, application_name="immich-server"):
        told = refused(*REMOVE)

    assert "immich-server (user postgres, from 127.0.0.1)" in told
    assert "stop Immich's servers" in told


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (add_unknown_migration, "migration 1776500000000-AddSharedSpaceWeather"),
        (make_newer, "table face_identity"),
        (make_newer, "table album_space_asset"),
        (make_newer, "table gallery_migrations"),
        (add_view_of_owner, "view my_holidays"),
        (move_to_s3, "asset.originalPath of 1 (s3://family/forest.jpg)"),
        (add_plugin, "gallery-core"),
    ],
)
def test_what_can_not_be_reverted_is_named(
    refused: Callable[..., str],
    fork_url: str,
    spoil: Callable[[psycopg.Connection], None],
    named: str,
):
    with psycopg.connect(fork_url) as connection:
        spoil(connection)

    assert named in refused(*REMOVE)


@pytest.mark.parametrize("what", OF_OWNER)
def test_what_the_owner_hung_on_it_is_named(refused: Callable[..., str], fork_url: str, what: str):
    statement, named = OF_OWNER[what]
    change(fork_url, statement)

    told = refused(*REMOVE)

    assert named in told
    assert "drop these first" in told


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE asset ADD "petsSeenAt" timestamptz',
        "CREATE TABLE shared_space_weather (id uuid)",
        "CREATE FUNCTION shared_space_weather() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        "CREATE TYPE shared_space_role_enum AS ENUM ('owner')",
        "CREATE VIEW classified AS SELECT 1 AS one",
        "CREATE SEQUENCE shared_space_number",
    ],
)
def test_what_only_looks_like_the_forks_is_for_a_person_to_decide(
    refused: Callable[..., str], fork_url: str, statement: str
):
    change(fork_url, statement)

    assert "not all known" in refused(*REMOVE)


def test_a_migration_under_another_name_is_not_left_in_the_ledger(
    refused: Callable[..., str], fork_url: str
):
    change(
        fork_url,
        "UPDATE kysely_migrations SET name = '1775000000000-AddViewers' "
        "WHERE name = '1775000000000-CreateLibraryUserTable'",
    )

    assert "migration 1775000000000-AddViewers" in refused(*REMOVE)


def test_a_ledger_that_immich_would_refuse_is_refused(refused: Callable[..., str], fork_url: str):
    change(
        fork_url,
        "UPDATE kysely_migrations SET \"timestamp\" = '2020-01-01T00:00:00.000Z' "
        "WHERE name = '1774548649115-AddChecksumAlgorithm'",
    )

    assert "1774548649115-AddChecksumAlgorithm" in refused(*REMOVE)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE person SET \"thumbnailPath\" = 'thumbs/anna/1.jpeg' WHERE name = 'Grandma'",
            "person.thumbnailPath of 1 (thumbs/anna/1.jpeg)",
        ),
        (
            (
                'INSERT INTO asset_file ("assetId", type, path) '
                "SELECT id, 'preview', 'S3://family/forest.webp' FROM asset LIMIT 1"
            ),
            "asset_file.path of 1 (S3://family/forest.webp)",
        ),
        ("UPDATE person SET type = 'robot' WHERE name = 'Grandma'", "not known: robot"),
        (
            (
                'UPDATE person SET "faceAssetId" = (SELECT min(id::text)::uuid FROM asset_face '
                "WHERE \"personId\" IN (SELECT id FROM person WHERE type = 'pet')) "
                "WHERE name = 'Grandma'"
            ),
            GRANDMA,
        ),
    ],
)
def test_rows_that_immich_could_not_keep_are_refused(
    refused: Callable[..., str], fork_url: str, statement: str, named: str
):
    change(fork_url, statement)

    assert named in refused(*REMOVE)


@pytest.fixture
def stranger(fork_url: str) -> Iterator[str]:
    """Address of the database for a user who may read and write it, and owns nothing."""
    change(fork_url, "CREATE ROLE stranger LOGIN")
    change(
        fork_url, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO stranger"
    )
    yield fork_url.replace("postgres@", "stranger@")
    change(fork_url, "DROP OWNED BY stranger")
    change(fork_url, "DROP ROLE stranger")


def test_who_does_not_own_the_tables_is_refused_before_the_first_statement(
    refused: Callable[..., str], stranger: str
):
    told = refused(*REMOVE, url=stranger)

    assert "no rights on" in told
    assert "connect as the owner" in told


def test_all_that_stands_in_the_way_is_told_at_once(refused: Callable[..., str], fork_url: str):
    with psycopg.connect(fork_url) as connection:
        add_view_of_owner(connection)
        move_to_s3(connection)
        add_plugin(connection)

    told = refused(*REMOVE)

    assert all(named in told for named in ("my_holidays", "s3://family", "gallery-core"))


def test_the_plan_tells_what_stands_in_the_way_too(fork_url: str, capsys: Capture):
    with psycopg.connect(fork_url) as connection:
        add_view_of_owner(connection)

    said = revert(capsys, fork_url)

    assert said.status == 0
    assert "my_holidays" in "\n".join(said.results)


def test_a_database_of_something_else_is_refused(postgres: Server, capsys: Capture):
    said = revert(capsys, postgres.create_database())

    assert said.status == 2
    assert "none of Immich's" in said.errors


def test_a_release_that_the_fork_is_not_known_on_is_refused(
    refused: Callable[..., str], fork_url: str
):
    change(fork_url, 'ALTER TABLE asset DROP COLUMN "deviceId"')

    assert "a release that has no asset.deviceId" in refused(*REMOVE)


def test_an_address_has_to_be_given(monkeypatch: pytest.MonkeyPatch, capsys: Capture):
    monkeypatch.delenv("IMMICH_DATABASE_URL", raising=False)

    status = main([])

    assert status == 2
    assert "--url is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        (
            "UPDATE person SET name = 'Granny' WHERE name = 'Grandma'",
            "rows of Immich's own would have changed, in: person",
        ),
        ("ALTER TABLE album ADD extra text", "not as planned are: column extra public.album"),
    ],
)
def test_what_goes_wrong_on_the_way_is_found_before_the_commit(
    refused: Callable[..., str], fork_url: str, slip: str, told: str
):
    change(
        fork_url,
        f"CREATE FUNCTION slip() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN {slip}; END $$",
    )
    # an index goes once
    change(
        fork_url,
        "CREATE EVENT TRIGGER slip ON sql_drop WHEN TAG IN ('DROP INDEX') EXECUTE FUNCTION slip()",
    )

    errors = refused(*REMOVE)

    assert told in errors
    assert "nothing was changed" in errors
    assert "PL/pgSQL" not in errors
