"""Databases as releases of Immich make them, each by the changes that releases made before it."""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Placeholder

ERAS = ("v1.126", "v1.132", "v1.133", "v1.136", "v2.3", "v2.5", "v2.7", "v3.0", "v3.2")
Row = Mapping[str, Any]
_SCHEMA = Path(__file__).parent / "schema"
# Old and new names of tables.
_RENAMED = {
    "album": "albums",
    "album_asset": "albums_assets_assets",
    "album_user": "albums_shared_users_users",
    "api_key": "api_keys",
    "asset": "assets",
    "asset_exif": "exif",
    "asset_face": "asset_faces",
    "asset_file": "asset_files",
    "library": "libraries",
    "memory": "memories",
    "memory_asset": "memories_assets_assets",
    "partner": "partners",
    "session": "sessions",
    "shared_link": "shared_links",
    "stack": "asset_stack",
    "tag": "tags",
    "tag_closure": "tags_closure",
    "user": "users",
}
# Functions and triggers of Immich's own, as its releases note them down.
_NOTE_OVERRIDES = """
    INSERT INTO migration_overrides
    SELECT 'function_' || proname, jsonb_build_object(
        'type', 'function', 'name', proname, 'sql', pg_get_functiondef(pg_proc.oid)
    )
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = 'public'::regnamespace AND lanname IN ('sql', 'plpgsql')
    UNION ALL
    SELECT 'trigger_' || tgname, jsonb_build_object(
        'type', 'trigger', 'name', tgname, 'sql', pg_get_triggerdef(oid)
    )
    FROM pg_trigger WHERE NOT tgisinternal
"""


def reaches(era: str, since: str) -> bool:
    """Whether an era has what came with another."""
    return ERAS.index(era) >= ERAS.index(since)


def create_schema(connection: psycopg.Connection, era: str) -> None:
    """Make the tables of an era, all empty, with those around that no import reads.

    Args:
        connection: To an empty database; what is done is committed.
        era: One of `ERAS`.
    """
    for name in takewhile(lambda other: reaches(era, other), ERAS):
        for file in sorted(_SCHEMA.glob(f"{name}*.sql"), key=lambda file: len(file.name)):
            connection.execute(file.read_bytes())
    if reaches(era, "v2.3"):
        connection.execute(_NOTE_OVERRIDES)
    connection.commit()


def insert(connection: psycopg.Connection, era: str, table: str, rows: Iterable[Row]) -> None:
    """Insert rows, all of the same columns, into a table by the name it has from v1.136 on."""
    rows = list(rows)
    name = table if reaches(era, "v1.136") else _RENAMED.get(table, table)
    statement = SQL("INSERT INTO {} ({}) VALUES ({})").format(
        Identifier(name),
        SQL(", ").join(map(Identifier, rows[0])),
        SQL(", ").join(map(Placeholder, rows[0])),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
