"""The removal, decided: a step for each thing that goes, in an order that works."""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

from collections.abc import Iterator
from dataclasses import dataclass

from migrations.fork.known import CONFIG_KEY, PET
from migrations.fork.sql import identifier, literal
from migrations.fork.survey import Survey


@dataclass(frozen=True)
class Step:
    """One statement.

    Attributes:
        what: In words.
        statement: Without its semicolon.
    """

    what: str
    statement: str


def plan(survey: Survey) -> tuple[Step, ...]:
    """The steps for a database; none where nothing of the fork is there.

    Nothing is dropped with CASCADE: what hangs on it and isn't known ends the removal.
    """
    return tuple(_steps(survey))


def _steps(survey: Survey) -> Iterator[Step]:
    found = survey.found
    for table, trigger in found.triggers:
        yield Step(
            f"trigger {trigger} of {table}",
            f"DROP TRIGGER {identifier(trigger)} ON {identifier('public', table)}",
        )
    for table in found.tables:
        yield Step(f"table {table}", f"DROP TABLE {identifier('public', table)}")
    for function in found.functions:
        name, _, given = function.partition("(")
        yield Step(f"function {function}", f"DROP FUNCTION {identifier('public', name)}({given}")
    if ("person", "type") in found.columns:
        yield Step(
            "faces of pets",
            "DELETE FROM public.asset_face\n"
            'WHERE "personId" IN (SELECT id FROM public.person '
            f"WHERE type = '{PET}')",
        )
        yield Step("pets", f"DELETE FROM public.person WHERE type = '{PET}'")
    for table, index in found.indexes:
        yield Step(f"index {index} of {table}", f"DROP INDEX {identifier('public', index)}")
    for table, column in found.columns:
        yield Step(
            f"column {column} of {table}",
            f"ALTER TABLE {identifier('public', table)} DROP COLUMN {identifier(column)}",
        )
    if found.has_config:
        yield Step(
            f"key {CONFIG_KEY} of the system's configuration",
            f"UPDATE public.system_metadata SET value = value - '{CONFIG_KEY}'\n"
            "WHERE key = 'system-config'",
        )
    for override in found.overrides:
        yield Step(
            f"row {override} of migration_overrides",
            f"DELETE FROM public.migration_overrides WHERE name = {literal(override)}",
        )
    for migration in found.migrations:
        yield Step(
            f"row {migration} of kysely_migrations",
            f"DELETE FROM public.kysely_migrations WHERE name = {literal(migration)}",
        )
