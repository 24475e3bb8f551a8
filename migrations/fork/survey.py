"""What a database holds of the fork, and around it; only reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import cast

from chalicelib.errors import SetupError
from migrations.fork.catalog import DIGEST, OBJECTS, SETTINGS
from migrations.fork.dependents import Doomed, count_doomed, find_dependents
from migrations.fork.known import (
    COLUMNS,
    CONFIG_KEY,
    FUNCTIONS,
    INDEXES,
    RELEASE,
    TABLES,
    TABLES_OF_THE_MIDDLE,
    TRIGGERS,
    fork_migrations,
    is_about_fork,
    unknown_migrations,
)
from migrations.postgres import SQL, Connection, explained, snapshot

Pair = tuple[str, str]
# Where Immich keeps the path of a file.
_PATHS = (
    ("asset", "originalPath"),
    ("asset", "encodedVideoPath"),
    ("asset", "sidecarPath"),
    ("asset_file", "path"),
    ("person", "thumbnailPath"),
    ("user", "profileImagePath"),
)
# What the removal can't do without, whatever the fork has left.
_NEEDED = {
    "kysely_migrations": ("name", "timestamp"),
    "migration_overrides": ("name", "value"),
    "system_metadata": ("key", "value"),
    "asset": ("id", "checksumAlgorithm"),
    "asset_face": ("id", "personId"),
    "library": ("id",),
    "person": ("id",),
}
_BROUGHT = """
    EXISTS (
        SELECT FROM pg_depend WHERE classid = '{0}'::regclass AND objid = {0}.oid AND deptype = 'e'
    )
"""
_COLUMNS = f"""
    SELECT relname, attname, attgenerated <> '' OR attidentity <> ''
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND attnum > 0 AND NOT attisdropped AND NOT {_BROUGHT.format("pg_class")}
    ORDER BY relname, attnum
"""
_TRIGGERS = """
    SELECT relname, tgname
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
    ORDER BY 1, 2
"""
_FUNCTIONS = f"""
    SELECT proname || '(' || oidvectortypes(proargtypes) || ')'
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT {_BROUGHT.format("pg_proc")}
    ORDER BY 1
"""
_INDEXES = """
    SELECT tables.relname, pg_class.relname
    FROM pg_index
    JOIN pg_class tables ON tables.oid = indrelid
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE tables.relnamespace = 'public'::regnamespace
"""
# (table, table that it refers to, column, what becomes of the row when the other goes)
_REFERENCES = """
    SELECT DISTINCT child.relname, parent.relname, attname, confdeltype::text
    FROM pg_constraint
    JOIN pg_class child ON child.oid = conrelid
    JOIN pg_class parent ON parent.oid = confrelid
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND child.relnamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3
"""
# Views, sequences and types of no table, as (what, name).
_OTHERS = f"""
    SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'view' END, relname
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f', 'S')
        AND NOT {_BROUGHT.format("pg_class")}
        AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')
                AND refclassid = 'pg_class'::regclass
        )
    UNION ALL
    SELECT 'type', typname FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e', 'r')
        AND NOT {_BROUGHT.format("pg_type")}
"""
_OVERRIDES = "SELECT name, value->>'sql' FROM public.migration_overrides"
_HAS_CONFIG = """
    SELECT EXISTS (
        SELECT FROM public.system_metadata
        WHERE key = 'system-config' AND jsonb_typeof(value) = 'object' AND value ? '{}'
    )
""".replace("{}", CONFIG_KEY)
_DURATION = """
    SELECT format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = 'public.asset'::regclass AND attname = 'duration'
"""
_ROOM_FOR_LOCKS = """
    SELECT current_setting('max_locks_per_transaction')::integer * (
        current_setting('max_connections')::integer
        + current_setting('max_prepared_transactions')::integer
    )
"""
_RELATIONS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


@dataclass(frozen=True)
class Survey:
    """What a database holds of the fork. Tables are those of the schema ``public``.

    Attributes:
        database: Its name.
        digest: Of the whole schema: equal where nothing in it changed.
        tables: The fork's, those that refer to others first.
        triggers_of_tables: (table, trigger) that go with the fork's tables.
        triggers: (table, trigger) of the fork's on Immich's own tables.
        functions: The fork's, with the types of what they are given.
        indexes: (table, index) of the fork's on Immich's own tables.
        columns: (table, column) of the fork's in Immich's own tables.
        has_config: Whether the system's configuration has the fork's key.
        overrides: Names of the fork's rows in ``migration_overrides``.
        migrations: Names of the fork's rows in ``kysely_migrations``.
        last_of_immich: The latest of Immich's own rows there; empty for none.
        unknown: What looks like the fork's and is not known, each in words.
        dependents: What is not the fork's and hangs on what is, each in words.
        kept: Each of the other tables with those of its columns that aren't the fork's.
        writable: Of those the columns that a row is written with.
        cascades: (table, column, ``person`` or ``asset_face``): rows that go when one of those
            goes.
        bordering: Immich's own tables that change, or that the fork's refer to.
        paths: (table, column) that hold paths of files.
        has_plugins: Whether there is a table of plugins.
        locks: About how many the removal takes.
        room_for_locks: How many the server has room for, of all its connections.
        release: Immich's, to go back to: ``2.7.5``.
    """

    database: str
    digest: str
    tables: tuple[str, ...]
    triggers_of_tables: tuple[Pair, ...]
    triggers: tuple[Pair, ...]
    functions: tuple[str, ...]
    indexes: tuple[Pair, ...]
    columns: tuple[Pair, ...]
    has_config: bool
    overrides: tuple[str, ...]
    migrations: tuple[str, ...]
    last_of_immich: str
    unknown: tuple[str, ...]
    dependents: tuple[str, ...]
    kept: Mapping[str, tuple[str, ...]]
    writable: Mapping[str, tuple[str, ...]]
    cascades: tuple[tuple[str, str, str], ...]
    bordering: tuple[str, ...]
    paths: tuple[Pair, ...]
    has_plugins: bool
    locks: int
    room_for_locks: int
    release: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the fork is there, known or not."""
        return not (
            self.tables
            or self.triggers
            or self.functions
            or self.indexes
            or self.columns
            or self.has_config
            or self.overrides
            or self.migrations
            or self.unknown
        )


def take_survey(connection: Connection) -> Survey:
    """Look at a database as it is at one moment.

    Raises:
        SetupError: It is none of Immich's, or refuses to tell.
    """
    with snapshot(connection):
        return survey(connection)


def survey(connection: Connection) -> Survey:
    """The same inside a transaction that is under way; it is left with `SETTINGS`.

    Raises:
        SetupError: It is none of Immich's, or refuses to tell.
    """
    with explained():
        for setting in SETTINGS:
            connection.execute(setting.encode())
        return _survey(connection)


def _survey(connection: Connection) -> Survey:
    def pairs(query: str) -> list[Pair]:
        return cast(list[Pair], connection.execute(query.encode()).fetchall())

    def value[T](query: str, kind: type[T]) -> T:
        ((found,),) = connection.execute(query.encode())
        return cast(T, found)
