"""Databases to switch back from: vanilla Immich v2.7, the fork on top of it, and odder ones."""

import json
from collections.abc import Iterable
from typing import Any

import psycopg

from tests.fork.ledger import FORK_MIGRATIONS, overrides
from tests.fork.rows import BATCH, CONFIG_OF_FORK, FOREST, OF_FORK, OF_IMMICH
from tests.fork.tables import COLUMNS, HALF_MIGRATED, INDEXES_OF_TABLES, NEWER, TABLES
from tests.fork.triggers import FUNCTIONS, TRIGGERS_ON_FORK_TABLES, TRIGGERS_ON_IMMICHS_TABLES
from tests.immich.eras import create_schema

Connection = psycopg.Connection[Any]
# Kysely's ledger has the moment as text. Immich v2.7 came between the two, so that the fork's
# rows stand among Immich's own.
_FIRST_OF_FORK, _SINCE = "2026-03-01T10:00:00", "2026-04-20T10:00:00"
_MIGRATIONS_AT_FIRST = 20
_AFTER_CLASSIFICATION_TABLES = (
    "1774200000000-MoveClassificationToSystemConfig",
    "1774210000000-DropClassificationTables",
)


def create_vanilla(connection: Connection) -> None:
    """Fill an empty database with Immich v2.7 and the rows of a family."""
    create_schema(connection, "v2.7")
    _execute(connection, OF_IMMICH)
    connection.commit()


def create_fork(connection: Connection) -> None:
    """Fill an empty database with what `create_vanilla` makes and what `add_fork` adds."""
    create_vanilla(connection)
    add_fork(connection)


def add_fork(connection: Connection) -> None:
    """Make the vanilla database what the fork makes of it, with rows in each of its tables."""
    statements = (
        *TABLES,
        *INDEXES_OF_TABLES,
        *COLUMNS,
        *FUNCTIONS.values(),
        *TRIGGERS_ON_FORK_TABLES.values(),
        *TRIGGERS_ON_IMMICHS_TABLES.values(),
        *OF_FORK,
    )
    _execute(connection, statements)
    connection.execute(
        "UPDATE system_metadata SET value = %s WHERE key = 'system-config'",
        [json.dumps(CONFIG_OF_FORK)],
    )
    _record(connection, FORK_MIGRATIONS[:_MIGRATIONS_AT_FIRST], _FIRST_OF_FORK)
    _record(connection, FORK_MIGRATIONS[_MIGRATIONS_AT_FIRST:], _SINCE)
    for name, kind, sql in overrides():
        connection.execute(
            "INSERT INTO migration_overrides (name, value) VALUES (%s, %s)",
            [name, json.dumps({"type": kind, "name": name.partition("_")[2], "sql": sql})],
        )
    connection.commit()


def leave_half_migrated(connection: Connection) -> None:
    """Stop a fork's database where classification had its own tables, and rows in them."""
    _execute(connection, HALF_MIGRATED)
    connection.execute(
        "DELETE FROM kysely_migrations WHERE name = ANY(%s)", [list(_AFTER_CLASSIFICATION_TABLES)]
    )
    connection.execute(
        'INSERT INTO classification_category ("userId", name) SELECT id, \'Receipts\' FROM "user"'
    )
    connection.execute(
        'INSERT INTO classification_prompt_embedding ("categoryId", prompt) '
        "SELECT id, 'a photo of a receipt' FROM classification_category"
    )
    connection.commit()


def make_newer(connection: Connection) -> None:
    """Let a fork be in the database that came after all that is known."""
    _execute(connection, NEWER)
    connection.execute(
        "INSERT INTO gallery_migrations VALUES "
        "('1777000000000-CreateFaceIdentityTables', '2026-05-01T10:00:00.000Z')"
    )
    connection.commit()


def add_unknown_migration(connection: Connection) -> None:
    """Let a migration of the fork be in the ledger that nobody has heard of."""
    _record(connection, ["1776500000000-AddSharedSpaceWeather"], _SINCE)
    connection.commit()


def add_view_of_owner(connection: Connection) -> None:
    """Let the owner have a view of a fork's table."""
    connection.execute(
        "CREATE VIEW my_holidays AS SELECT space.name, count(*) FROM shared_space space "
        'JOIN shared_space_asset spaced ON spaced."spaceId" = space.id GROUP BY 1'
    )
    connection.commit()


def move_to_s3(connection: Connection) -> None:
    """Let an original lie where Immich itself can't read it, as the fork's log says, too."""
    connection.execute(
        "UPDATE asset SET \"originalPath\" = 's3://family/forest.jpg' WHERE id = %s",
        [FOREST],
    )
    connection.execute(
        "INSERT INTO storage_migration_log "
        '("batchId", "entityType", "entityId", "oldPath", "newPath", direction) '
        "VALUES (%s, 'asset', %s, '/mnt/media/forest.jpg', 's3://family/forest.jpg', 'toS3')",
        [BATCH, FOREST],
    )
    connection.commit()


def add_plugin(connection: Connection) -> None:
    """Let the fork's plugin be registered, on which Immich itself doesn't start."""
    connection.execute(
        'INSERT INTO plugin (name, title, description, author, version, "wasmPath") VALUES '
        "('gallery-core', 'Gallery', 'The fork''s own', 'fork', '1.0.0', '/plugins/gallery.wasm')"
    )
    connection.commit()


def _execute(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _record(connection: Connection, migrations: Iterable[str], day: str) -> None:
    """Add to Kysely's ledger, one migration a hundredth of a second after the other."""
    for number, name in enumerate(migrations):
        connection.execute(
            'INSERT INTO kysely_migrations (name, "timestamp") VALUES (%s, %s)',
            [name, f"{day}.{number:02}0Z"],
        )
