"""What a database holds of the fork, and of Immich around it; only reads."""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from chalicelib.errors import SetupError
from migrations.fork.catalog import DIGEST, OBJECTS, SETTINGS
from migrations.fork.dependents import count_gone, find_dependents
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
from migrations.fork.names import Names, Pair, read_names
from migrations.postgres import SQL, Connection, Identifier, Row, explained, snapshot

# What tells v2.7, the release that the fork is known on, from those before and after it.
_OF_RELEASE = {
    "asset": ("id", "checksumAlgorithm", "deviceId"),
    "asset_face": ("id", "personId"),
    "kysely_migrations": ("name", "timestamp"),
    "library": ("id",),
    "migration_overrides": ("name", "value"),
    "person": ("id",),
    "system_metadata": ("key", "value"),
}
_RELATIONS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
_ROOM_FOR_LOCKS = """
    SELECT current_setting('max_locks_per_transaction')::integer * (
        current_setting('max_connections')::integer
        + current_setting('max_prepared_transactions')::integer
    )
"""
_TABLE_OF_TRIGGER = re.compile(r'\sON\s+(?:"?public"?\.)?"?(\w+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """What is there of what the fork is known to add, by name.

    Attributes:
        tables: Those that refer to others first.
        triggers_of_tables: (table, trigger) on these tables; they go with them.
        triggers: (table, trigger) on Immich's own tables.
        functions: With the types of what they are given.
        indexes: (table, index) on Immich's own tables.
        columns: (table, column) in Immich's own tables.
        has_config: Whether the system's configuration has the fork's key.
        overrides: Rows of ``migration_overrides``.
        migrations: Rows of ``kysely_migrations``.
    """

    tables: tuple[str, ...]
    triggers_of_tables: tuple[Pair, ...]
    triggers: tuple[Pair, ...]
    functions: tuple[str, ...]
    indexes: tuple[Pair, ...]
    columns: tuple[Pair, ...]
    has_config: bool
    overrides: tuple[str, ...]
    migrations: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Survey:
    """A database, as it is.

    Attributes:
        database: Its name.
        digest: Of its whole schema: equal where nothing in it changed.
        names: What the schema ``public`` holds.
        found: What is there of the fork.
        unknown: What looks like the fork's and is not known, each in words.
        dependents: What isn't the fork's and hangs on what is, each in words.
        release: Immich's, to go back to: ``2.7.5``.
        ledger: Names of all migrations that ran.
        last_of_immich: The latest of Immich's own.
        locks: About how many the removal takes.
        room_for_locks: How many the server has room for, of all connections.
    """

    database: str
    digest: str
    names: Names
    found: Found
    unknown: tuple[str, ...]
    dependents: tuple[str, ...]
    release: str
    ledger: frozenset[str]
    last_of_immich: str
    locks: int
    room_for_locks: int

    @property
    def kept(self) -> Mapping[str, tuple[str, ...]]:
        """Each table that stays, with the columns that stay."""
        return {
            table: tuple(name for name in columns if (table, name) not in self.found.columns)
            for table, columns in self.names.columns.items()
            if table not in self.found.tables
        }

    @property
    def bordering(self) -> tuple[str, ...]:
        """Tables that stay, and change or are referred to by those that go."""
        changed = {table for table, _ in (*self.found.columns, *self.found.triggers)}
        referred = {
            reference.parent
            for reference in self.names.references
            if reference.table in self.found.tables
        }
        return tuple(sorted((changed | referred) - set(self.found.tables)))


def take_survey(connection: Connection) -> Survey:
    """Look at a database as it is at one moment.

    Raises:
        SetupError: It is none of Immich's, or refuses to tell.
    """
    with snapshot(connection):
        return survey(connection)


def survey(connection: Connection) -> Survey:
    """The same inside of a transaction, which is left with `SETTINGS`."""
    with explained():
        for setting in SETTINGS:
            connection.execute(setting.encode())
        names = read_names(connection)
        if not names.columns.keys() & {"asset", "assets"}:
            raise SetupError(
                f"database {connection.info.dbname} is none of Immich's: it has no table asset; "
                "check the address, its end is DB_DATABASE_NAME of Immich's .env"
            )
        ledger = frozenset(
            name for (name,) in _rows(connection, names, "kysely_migrations", "name")
        )
        found = _find(connection, names, ledger)
        is_whole = TABLES.keys() - TABLES_OF_THE_MIDDLE == set(found.tables)
        strange = [
            *(f"migration {name}" for name in unknown_migrations(ledger, is_whole=is_whole)),
            *_unknown_objects(names),
        ]
        if found or strange:
            strange += _signs_of_other_releases(names)
        of_immich = sorted(ledger - set(found.migrations))
        return Survey(
            database=connection.info.dbname,
            digest=_text(connection, f"WITH objects AS ({OBJECTS}) SELECT {DIGEST} FROM objects"),
            names=names,
            found=found,
            unknown=tuple(strange),
            dependents=find_dependents(connection),
            release=RELEASE,
            ledger=ledger,
            last_of_immich=of_immich[-1] if of_immich else "none",
            locks=count_gone(connection) + int(_text(connection, _RELATIONS)),
            room_for_locks=int(_text(connection, _ROOM_FOR_LOCKS)),
        )


def _signs_of_other_releases(names: Names) -> Iterable[str]:
    """What is missing for Immich v2.7, in words."""
    for table, columns in _OF_RELEASE.items():
        for column in columns:
            if not names.has(table, column):
                yield f"a release that has no {table}.{column}"


def _find(connection: Connection, names: Names, ledger: frozenset[str]) -> Found:
    tables = TABLES.keys() & names.columns.keys()
    own_columns = (
        (table, column) for table, columns in names.columns.items() for column in columns
    )
    overrides = _rows(connection, names, "migration_overrides", "name", "value")
    settings: dict[str, Any] = dict(_rows(connection, names, "system_metadata", "key", "value"))
    return Found(
        tables=_children_first(tables, names),
        triggers_of_tables=tuple(sorted(pair for pair in names.triggers if pair[0] in tables)),
        triggers=tuple(sorted(TRIGGERS & names.triggers)),
        functions=tuple(sorted(FUNCTIONS & names.functions)),
        indexes=tuple(sorted(INDEXES & names.indexes)),
        columns=tuple(sorted(COLUMNS.keys() & set(own_columns))),
        has_config=_has_key(settings.get("system-config")),
        overrides=tuple(sorted(name for name, value in overrides if _is_of_fork(name, value))),
        migrations=fork_migrations(ledger),
    )


def _has_key(setting: object) -> bool:
    return isinstance(setting, dict) and CONFIG_KEY in setting


def _is_of_fork(override: str, value: Mapping[str, str]) -> bool:
    """Whether a note of a function or trigger is of one of the fork's."""
    if not isinstance(value, dict):
        return False
    kind, _, name = override.partition("_")
    functions = {function.partition("(")[0] for function in FUNCTIONS}
    if kind == "function":
        return name in functions
    on = _TABLE_OF_TRIGGER.search(value.get("sql", ""))
    table = on[1] if on else ""
    return kind == "trigger" and ((table, name) in TRIGGERS or table in TABLES)


def _children_first(tables: Iterable[str], names: Names) -> tuple[str, ...]:
    """Tables, each before those that it refers to."""
    parents: dict[str, set[str]] = {table: set() for table in sorted(tables)}
    for reference in names.references:
        if {reference.table, reference.parent} <= parents.keys():
            parents[reference.table].add(reference.parent)
            parents[reference.table].discard(reference.table)
    return tuple(reversed([*TopologicalSorter(parents).static_order()]))


def _unknown_objects(names: Names) -> Iterable[str]:
    """What has a name as the fork's have, and isn't listed as known; in words."""
    for table, columns in names.columns.items():
        if table not in TABLES:
            if is_about_fork(table):
                yield f"table {table}"
            for column in columns:
                if is_about_fork(column) and (table, column) not in COLUMNS:
                    yield f"column {column} of {table}"
    for function in sorted(names.functions - FUNCTIONS):
        if is_about_fork(function.partition("(")[0]):
            yield f"function {function}"
    for table, trigger in sorted(names.triggers - TRIGGERS):
        if is_about_fork(trigger) and table not in TABLES:
            yield f"trigger {trigger} of {table}"
    yield from (f"{kind} {name}" for kind, name in sorted(names.others) if is_about_fork(name))


def _text(connection: Connection, query: str) -> str:
    ((value,),) = connection.execute(query.encode())
    return str(value)


def _rows(connection: Connection, names: Names, table: str, *columns: str) -> list[Row]:
    """These columns of a table of few rows; no rows where it hasn't them."""
    if not names.has(table, *columns):
        return []
    query = SQL("SELECT {} FROM {}").format(
        SQL(", ").join(map(Identifier, columns)), Identifier("public", table)
    )
    return connection.execute(query).fetchall()
