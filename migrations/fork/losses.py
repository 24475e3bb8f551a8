"""What nobody can have again once it is removed, by feature, in numbers of rows."""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

from collections.abc import Mapping

from migrations.fork.known import (
    CLASSIFICATION,
    COLUMNS,
    CONFIG_KEY,
    PET,
    PETS,
    SYNC,
    TABLES,
)
from migrations.fork.sql import identifier, literal
from migrations.fork.survey import Survey
from migrations.postgres import Connection, explained

Losses = Mapping[str, Mapping[str, int]]


def count_losses(connection: Connection, survey: Survey) -> Losses:
    """Feature -> what, in words -> rows; what has none is told, too.

    Raises:
        SetupError: The database refuses to tell.
    """
    losses: dict[str, dict[str, int]] = {}
    with explained():
        for feature, what, query in _queries(survey):
            ((count,),) = connection.execute(query.encode())
            losses.setdefault(feature, {})[what] = count
    return losses


def _queries(survey: Survey) -> list[tuple[str, str, str]]:
    """(feature, what, a query of one number)."""
    found = survey.found
    queries = []
    for table, feature in TABLES.items():
        if table in found.tables:
            queries.append((feature, table, _count(table)))
    if ("person", "type") in found.columns:
        is_pet = f"type = '{PET}'"
        of_pets = f'"personId" IN (SELECT id FROM public.person WHERE {is_pet})'
        queries.append((PETS, "pets, who are persons to Immich", _count("person", is_pet)))
        queries.append((PETS, "faces of pets", _count("asset_face", of_pets)))
    for (table, column), feature in COLUMNS.items():
        if (table, column) in found.columns and table == "asset_job_status":
            is_set = f"{identifier(column)} IS NOT NULL"
            queries.append((feature, f"{table}.{column}", _count(table, is_set)))
    if ("library", "createId") in found.columns:
        queries.append((SYNC, "library.createId", _count("library")))
    if found.has_config:
        has_key = f"key = 'system-config' AND value ? {literal(CONFIG_KEY)}"
        queries.append((CLASSIFICATION, "settings", _count("system_metadata", has_key)))
    return queries


def _count(table: str, condition: str = "true") -> str:
    return f"SELECT count(*) FROM {identifier('public', table)} WHERE {condition}"
