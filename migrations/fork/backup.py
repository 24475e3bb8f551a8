"""Whether a file is a whole and fresh dump of this very database: what is lost can be had again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from migrations.fork.dump import MAKE_ONE, BackupRefusedError, Contents, read_dump
from migrations.lines import plural
from migrations.postgres import SQL, Connection, Identifier, Literal, explained

__all__ = ["Backup", "BackupRefusedError", "DatabaseIdentity", "check_backup", "identify"]

FRESH_FOR = timedelta(days=1)
# Clocks of two machines differ.
_AHEAD = timedelta(minutes=5)
# A dump tells its hour, but not of which zone; nowhere is it later than in this one.
_LAST_ZONE = timedelta(hours=12)
_NAMED = 3
# What was here a day ago is in a dump that was made since: the latest, which an older dump lacks,
# and as many from all over the library, which a partial one lacks.
_IDENTITY = """
    WITH settled AS (
        SELECT id, "createdAt" FROM asset WHERE "createdAt" < now() - interval '1 day'
    )
    SELECT
        current_database(),
        ARRAY(SELECT id::text FROM "user"),
        ARRAY(
            (SELECT id::text FROM settled ORDER BY "createdAt" DESC LIMIT 500)
            UNION (SELECT id::text FROM settled ORDER BY md5(id::text) LIMIT 500)
        )
"""
# In place of an extension's tables a dump has the extension.
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
    )
"""
_EXTENSIONS = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'"
_WITH_ROWS = SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})")


@dataclass(frozen=True)
class DatabaseIdentity:
    """What a dump of a database is known by.

    Attributes:
        name: The database's.
        tables: Those of the schema ``public`` that have rows.
        users: Ids of all users.
        assets: Ids of some photos, each here for more than a day.
        extensions: Those that it has, but for what every database has.
    """

    name: str
    tables: frozenset[str]
    users: frozenset[str]
    assets: frozenset[str]
    extensions: frozenset[str]


@dataclass(frozen=True)
class Backup:
    """A dump to rely on.

    Attributes:
        path: The file.
        made_at: When it was made, or before that: by its date, and by its own word.
    """

    path: Path
    made_at: datetime


def identify(connection: Connection) -> DatabaseIdentity:
    """What a dump of this database is known by.

    Raises:
        SetupError: The database refuses to tell.
    """
    with explained():
        ((name, users, assets),) = connection.execute(_IDENTITY)
        names = [table for (table,) in connection.execute(_TABLES)]
        queries = [_WITH_ROWS.format(Literal(table), Identifier(table)) for table in names]
        tables = connection.execute(SQL(" UNION ALL ").join(queries)).fetchall()
        extensions = connection.execute(_EXTENSIONS).fetchall()
    return DatabaseIdentity(
        name,
        frozenset(table for (table,) in tables),
        frozenset(users),
        frozenset(assets),
        frozenset(extension for (extension,) in extensions),
    )


def check_backup(path: Path, now: datetime, database: DatabaseIdentity) -> Backup:
    """The backup at a path, read from beginning to end.

    Args:
        path: What pg_dump or pg_dumpall wrote: plain, gzipped, or in the custom format.
        now: The moment, to tell its age by.
        database: What it has to be a backup of.

    Raises:
        BackupRefusedError: It is none to rely on: missing, empty, damaged, cut off, partial,
            of another database, or older than a day.
    """
    contents = read_dump(path, database.name, {"user": database.users, "asset": database.assets})
    if not contents.whole:
        raise BackupRefusedError(f"{path} is cut off: its last lines are missing; {MAKE_ONE}")
    _check_database(path, contents, database)
    made_at = _age_checked(path, contents, now)
    lacking = database.assets - contents.found.get("asset", set())
    if lacking:
        raise BackupRefusedError(
            f"{path} is older than its date: of {plural(len(database.assets), 'photo')} that were "
            f"here a day ago it lacks {len(lacking):,}; {MAKE_ONE}"
        )
    return Backup(path, made_at)


def _check_database(path: Path, contents: Contents, database: DatabaseIdentity) -> None:
    """Raise `BackupRefusedError` where it is of another database, or of a part of this one."""
    if contents.databases and database.name not in contents.databases:
        names = ", ".join(sorted(contents.databases))
        raise BackupRefusedError(f"{path} is of database {names}, not of {database.name}")
    lacking = sorted(database.tables - contents.found.keys())
    if not contents.found:
        raise BackupRefusedError(
            f"{path} has no rows as pg_dump writes them by itself; "
            "make one without --schema-only and --inserts"
        )
    users = contents.found.get("user")
    if (users is None and "asset" in lacking) or (database.users and users == set()):
        raise BackupRefusedError(
            f"{path} is of another database: no user of {database.name} is in it; {MAKE_ONE}"
        )
    if lacking:
        named = ", ".join(lacking[:_NAMED]) + (" …" if len(lacking) > _NAMED else "")
        raise BackupRefusedError(
            f"{path} lacks the rows of {plural(len(lacking), 'table')} ({named}); {MAKE_ONE}"
        )
    if database.tables - contents.made:
        raise BackupRefusedError(
            f"{path} holds rows without their tables, and can't be restored; make one without "
            "--data-only and --section"
        )
    if without := sorted(database.extensions - contents.made):
        raise BackupRefusedError(
            f"{path} does not make the extension {', '.join(without)}, and can't be restored into "
            "a new database; make one without --schema and --extension"
        )


def _age_checked(path: Path, contents: Contents, now: datetime) -> datetime:
    """When it was made.

    Raises:
        BackupRefusedError: More than a day ago, or not yet.
    """
    made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if contents.started:  # a copy has the date of its copying
        made_at = min(made_at, contents.started.replace(tzinfo=UTC) + _LAST_ZONE)
    if made_at > now + _AHEAD:
        raise BackupRefusedError(f"{path} is dated {made_at:%Y-%m-%d %H:%M} UTC, which is to come")
    if now - made_at > FRESH_FOR:
        raise BackupRefusedError(
            f"{path} was made on {made_at:%Y-%m-%d %H:%M} UTC or before, more than a day ago; "
            f"{MAKE_ONE}"
        )
    return made_at
