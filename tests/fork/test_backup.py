import gzip
import os
import subprocess
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from migrations.fork.backup import BackupRefusedError, DatabaseIdentity, check_backup, identify
from migrations.postgres import connect
from tests.fork.rows import ANNA, BEACH, BEN, FOREST, SCAN, VIDEO
from tests.postgres import Server

Dump = Callable[..., bytes]


def now() -> datetime:
    """The moment of the test: its dump was made just before."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _(postgres: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(postgres.bin), prepend=os.pathsep)


@pytest.fixture(scope="module")
def url(postgres: Server, fork_template: str) -> str:
    """A database of the fork that these tests leave as it is."""
    return postgres.create_database(fork_template)


@pytest.fixture(scope="module")
def identity(url: str) -> DatabaseIdentity:
    with connect(url) as connection:
        return identify(connection)


@pytest.fixture(scope="module")
def dump(postgres: Server) -> Dump:
    def run(program: str, *arguments: object) -> bytes:
        done = subprocess.run(
            [postgres.bin / program, *map(str, arguments)], check=True, capture_output=True
        )
        return done.stdout

    return run


@pytest.fixture(scope="module")
def plain(dump: Dump, url: str) -> bytes:
    return dump("pg_dump", url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def refusal(path: Path, database: DatabaseIdentity, moment: datetime | None = None) -> str:
    with pytest.raises(BackupRefusedError) as refused:
        check_backup(path, moment or now(), database)
    assert str(refused.value).startswith(str(path))
    return str(refused.value)


def test_a_database_is_known_by_its_name_its_users_its_photos_and_its_tables_with_rows(
    url: str, identity: DatabaseIdentity
):
    assert identity.name == url.rpartition("/")[2]
    assert identity.users == {ANNA, BEN}
    assert identity.assets == {BEACH, FOREST, VIDEO, SCAN}
    assert {"user", "asset", "shared_space", "kysely_migrations"} <= identity.tables
    assert "stack" not in identity.tables  # which is there, and empty


def test_a_photo_of_today_is_not_asked_for_as_last_night_s_backup_has_none(fork_url: str):
    with connect(fork_url) as connection:
        connection.execute(
            "UPDATE asset SET \"createdAt\" = now() - interval '23 hours' WHERE id = %s", [SCAN]
        )

        assert identify(connection).assets == {BEACH, FOREST, VIDEO}


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--clean", "--if-exists"),
        ("--create", "--verbose"),
        ("--quote-all-identifiers",),
        ("--format=custom",),
        ("--format=custom", "--compress=0"),
    ],
    ids=" ".join,
)
def test_what_pg_dump_makes_of_the_whole_database_is_a_backup(
    options: tuple[str, ...], dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", url, *options))

    assert check_backup(file, now(), identity).path == file


def test_what_pg_dumpall_makes_of_the_whole_server_is_a_backup(
    dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    everything = dump("pg_dumpall", "-d", url, "--clean", "--if-exists")
    file.write_bytes(gzip.compress(everything))

    check_backup(file, now(), identity)

    file.write_bytes(everything.removesuffix(b"\n\n").removesuffix(b"cluster dump complete\n--"))
    assert "cut off" in refusal(file, identity)


def test_of_a_whole_server_s_dump_only_the_rows_of_this_database_count(
    dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dumpall", "-d", url))

    # it is there, and empty; its users are in the same file, in another database
    assert "no rows" in refusal(file, replace(identity, name="template1"))


def test_lines_that_end_as_a_terminal_ends_them_do_no_harm(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(plain.replace(b"\n", b"\r\n"))

    check_backup(file, now(), identity)


def test_what_is_not_there_is_refused(identity: DatabaseIdentity, tmp_path: Path):
    assert "is not there" in refusal(tmp_path / "backup.sql", identity)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"\xff\xd8\xff\xe0 a photo", "is no dump"),
        (gzip.compress(b"a text\n" * 1000), "is no dump"),
        ("-- PostgreSQL database dump\n".encode("utf-16"), "PowerShell"),
        (b"PGDMP", "damaged or cut off"),
        (gzip.compress(b"PGDMP\x01"), "packed twice"),
    ],
)
def test_what_is_no_dump_is_refused(
    content: bytes, said: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(content)

    assert said in refusal(file, identity)


@pytest.mark.parametrize(("form", "said"), [("tar", "is a tar"), ("directory", "is a directory")])
def test_a_format_that_may_miss_its_end_unnoticed_is_refused(
    form: str, said: str, dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    dump("pg_dump", url, f"--format={form}", f"--file={file}")

    assert said in refusal(file, identity).lower()


def test_what_may_not_be_read_is_refused(
    identity: DatabaseIdentity, file: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    assert "can't be read: Permission denied" in refusal(file, identity)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_plain_dump_that_is_cut_off_is_refused(
    part: float, plain: bytes, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(plain[: int(len(plain) * part)])

    assert "cut off" in refusal(file, identity)


def test_a_plain_dump_without_its_last_words_is_refused(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(plain[: plain.index(b"-- PostgreSQL database dump complete")])

    assert "cut off" in refusal(file, identity)


def test_last_words_inside_of_a_row_are_not_a_dump_s(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    cut = plain.index(b"COPY public.album_asset ")
    rows = b"-- PostgreSQL database dump complete\n"
    file.write_bytes(plain[: plain.index(b"\n", cut) + 1] + rows)

    assert "cut off" in refusal(file, identity)


@pytest.mark.parametrize("part", [0.001, 0.3, 0.9])
def test_a_gzipped_dump_that_is_cut_off_is_refused(
    part: float, plain: bytes, identity: DatabaseIdentity, file: Path
):
    packed = gzip.compress(plain)
    file.write_bytes(packed[: int(len(packed) * part)])

    assert "cut off" in refusal(file, identity)


def test_a_gzipped_dump_with_a_wrong_byte_is_refused(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    packed = bytearray(gzip.compress(plain, compresslevel=0))
    packed[packed.index(b"Anna")] ^= 1  # it still unpacks, but its checksum is another
    file.write_bytes(packed)

    assert "damaged" in refusal(file, identity)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_dump_in_the_custom_format_that_is_cut_off_is_refused(
    part: float, dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    whole = dump("pg_dump", url, "--format=custom")
    file.write_bytes(whole[: int(len(whole) * part)])

    assert "damaged or cut off" in refusal(file, identity)


def test_the_custom_format_asks_for_pg_restore_where_there_is_none(
    dump: Dump, url: str, identity: DatabaseIdentity, file: Path, monkeypatch: pytest.MonkeyPatch
):
    file.write_bytes(dump("pg_dump", url, "--format=custom"))
    monkeypatch.setenv("PATH", str(file.parent))

    assert "install PostgreSQL's client programs" in refusal(file, identity)


@pytest.mark.parametrize("form", ["plain", "custom"])
def test_a_dump_of_another_family_s_immich_is_refused(
    form: str, dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", url, f"--format={form}"))
    others = replace(identity, users=frozenset({"00000000-0000-4000-8000-000000000009"}))

    assert "of another database: no user" in refusal(file, others)


def test_a_dump_of_something_else_is_refused(
    postgres: Server, dump: Dump, identity: DatabaseIdentity, file: Path
):
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE recipe AS SELECT 'soup' AS name")
    file.write_bytes(dump("pg_dump", url))

    assert "of another database: no user" in refusal(file, identity)


@pytest.mark.parametrize("options", [("--create",), ("--format=custom",)])
def test_a_dump_that_names_another_database_is_refused(
    options: tuple[str, ...], dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", url, *options))

    said = refusal(file, replace(identity, name="immich"))

    assert f"of database {identity.name}, not of immich" in said


def test_a_database_s_name_may_have_a_space(
    postgres: Server, fork_template: str, dump: Dump, identity: DatabaseIdentity, file: Path
):
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "our photos" TEMPLATE {fork_template}'.encode())
    file.write_bytes(dump("pg_dump", postgres.url("our%20photos"), "--create"))

    check_backup(file, now(), replace(identity, name="our photos"))

    assert "of database our photos, not of" in refusal(file, identity)


def test_a_library_without_photos_has_a_backup_too(fork_url: str, dump: Dump, file: Path):
    with connect(fork_url) as connection:
        connection.execute("DELETE FROM shared_space_person_face")
        connection.execute("DELETE FROM asset")
        identity = identify(connection)
    file.write_bytes(dump("pg_dump", fork_url))

    check_backup(file, now(), identity)


@pytest.mark.parametrize("option", ["--schema-only", "--inserts"])
def test_a_dump_without_rows_that_can_be_checked_is_refused(
    option: str, dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", url, option))

    assert option in refusal(file, identity)


@pytest.mark.parametrize(
    ("option", "lacking"),
    [
        ("--exclude-table-data=asset_exif", "1 table (asset_exif)"),
        ("--exclude-table=shared_space*", "tables (shared_space, shared_space_activity, "),
    ],
)
def test_a_dump_that_leaves_out_a_table_is_refused(
    option: str, lacking: str, dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", url, option))

    assert lacking in refusal(file, identity)


def test_a_dump_from_before_the_fork_is_no_backup_of_what_the_fork_added(
    vanilla_url: str, dump: Dump, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", vanilla_url))

    assert "lacks the rows of 19 tables" in refusal(file, identity)


def test_a_dump_of_more_than_a_day_ago_is_refused(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(plain)
    made_at = now() - timedelta(hours=24, minutes=1)
    os.utime(file, (made_at.timestamp(), made_at.timestamp()))

    assert f"made on {made_at:%Y-%m-%d %H:%M} UTC or before" in refusal(file, identity)


def test_a_dump_of_last_night_is_a_backup(plain: bytes, identity: DatabaseIdentity, file: Path):
    file.write_bytes(plain)
    made_at = now() - timedelta(hours=23, minutes=59)
    os.utime(file, (made_at.timestamp(), made_at.timestamp()))

    assert check_backup(file, now(), identity).made_at == made_at


@pytest.mark.parametrize("options", [("--verbose",), ("--format=custom",)])
def test_a_copy_of_an_old_dump_is_as_old_as_it_says_itself(
    options: tuple[str, ...], dump: Dump, url: str, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(dump("pg_dump", url, *options))
    later = now() + timedelta(hours=36, minutes=1)  # a day, and the zone that is the last
    os.utime(file, (later.timestamp(), later.timestamp()))

    assert "more than a day ago" in refusal(file, identity, later)


def test_a_copy_of_an_old_dump_that_says_nothing_lacks_what_came_since(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    file.write_bytes(plain)
    since = replace(identity, assets=identity.assets | {"c0000000-0000-4000-8000-000000000009"})

    assert "older than its date: of 5 photos" in refusal(file, since)


def test_a_dump_from_the_future_is_refused(plain: bytes, identity: DatabaseIdentity, file: Path):
    file.write_bytes(plain)
    later = now() + timedelta(hours=1)
    os.utime(file, (later.timestamp(), later.timestamp()))

    assert "is to come" in refusal(file, identity)


def test_memory_does_not_grow_with_a_dump_or_with_its_longest_line(
    plain: bytes, identity: DatabaseIdentity, file: Path
):
    start, head = plain.index(b"COPY public.asset_exif "), b"0\t"
    end = plain.index(b"\n\\.\n", start) + 1
    with file.open("wb") as large:
        large.write(plain[:end])
        large.write(head + b"x" * 40_000_000 + b"\n")
        large.writelines([head + b"y" * 998 + b"\n"] * 20_000)
        large.write(plain[end:])

    tracemalloc.start()
    check_backup(file, now(), identity)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 8_000_000


def test_ids_are_found_wherever_their_column_stands(fork_url: str, dump: Dump, file: Path):
    with psycopg.connect(fork_url) as connection:
        connection.execute('CREATE TABLE moved AS SELECT email, id FROM "user"')
        connection.execute('ALTER TABLE "user" RENAME TO former')
        connection.execute('ALTER TABLE moved RENAME TO "user"')
    with connect(fork_url) as connection:
        identity = identify(connection)
    file.write_bytes(dump("pg_dump", fork_url))

    check_backup(file, now(), identity)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--data-only"], "holds rows without their tables"),
        (["--section=data"], "holds rows without their tables"),
        (["--schema=public"], "does not make the extension vector"),
    ],
)
def test_rows_that_no_new_database_could_take_are_no_backup(
    flags: list[str], told: str, file: Path, dump: Dump, url: str, identity: DatabaseIdentity
):
    for form in ("plain", "custom"):
        file.write_bytes(dump("pg_dump", *flags, f"--format={form}", url))

        assert told in refusal(file, identity)
