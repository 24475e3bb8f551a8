"""The transaction that the removal is: what has to hold first, the steps, what has to hold then.

One list of statements, which the command runs and the script consists of. Each that checks
something ends the transaction with an exception, and so everything.
"""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

from collections.abc import Iterator

from migrations.fork.catalog import DIGEST, OBJECTS, SETTINGS
from migrations.fork.known import CONFIG_KEY, PET
from migrations.fork.obstacles import (
    AROUND,
    TOKEN_SETTING,
    Obstacle,
    ledger_order,
    obstacles_within,
)
from migrations.fork.plan import Step, plan
from migrations.fork.sql import identifier, literal
from migrations.fork.survey import Survey

TOKEN = "i_accept_data_loss"  # noqa: S105 (what a person says)
LOCK_TIMEOUT = "5s"
# Any number: one removal at a time.
_ADVISORY_LOCK = 7_273_647_001
_LIMITS = (
    f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    # whoever is killed holds no lock for longer
    "SET LOCAL client_connection_check_interval = '500ms'",
)
# Tables where Immich itself writes that a person or a face is gone: (table, column, of what).
_AUDITS = (
    ("person_audit", "personId", "person"),
    ("asset_face_audit", "assetFaceId", "asset_face"),
)
_IDS_OF_PETS = {"person": "pg_temp.revert_pets", "asset_face": "pg_temp.revert_faces"}
_NAMED = 5


def transaction(survey: Survey) -> Iterator[Step]:
    """What stands between BEGIN and COMMIT."""
    yield from _guards(survey)
    yield from _before(survey)
    yield from plan(survey)
    yield from _after(survey)


def _guards(survey: Survey) -> Iterator[Step]:
    yield Step(
        "the token",
        _refusal(
            f"SELECT '{TOKEN_SETTING}'\n"
            f"WHERE current_setting('{TOKEN_SETTING}', true) IS DISTINCT FROM '{TOKEN}'",
            f"nothing is removed before {TOKEN} is said in this session: ",
            "",
        ),
    )
    for setting in (*_LIMITS, *SETTINGS):
        yield Step("", setting)
    for obstacle in AROUND:
        yield Step("nothing stands in the way", _refuse_for(obstacle))
    yield Step("everything in the schema", f"CREATE TEMP VIEW revert_objects AS\n{OBJECTS.strip()}")
    is_planned_for = Step("the schema is the one that was planned for", _same_schema(survey))
    yield is_planned_for
    yield Step("one at a time", f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
    exclusive = sorted({*survey.found.tables, *survey.bordering})
    for tables, mode in (
        (exclusive, "ACCESS EXCLUSIVE"),
        (sorted(set(survey.kept) - set(exclusive)), "SHARE ROW EXCLUSIVE"),
    ):
        if tables:
            named = ", ".join(identifier("public", table) for table in tables)
            yield Step(f"locks: {mode}", f"LOCK TABLE {named}\nIN {mode} MODE")
    yield is_planned_for  # from now on nobody can change it
    yield Step(
        "and so is the ledger",
        _refusal(
            "SELECT name FROM public.kysely_migrations\n"
            f"WHERE name <> ALL({literal(sorted(survey.ledger))})",
            "migrations ran since this was planned: ",
            "; plan again",
        ),
    )
    for obstacle in obstacles_within(survey):
        yield Step("nothing in its rows does, either", _refuse_for(obstacle))


def _before(survey: Survey) -> Iterator[Step]:
    has_pets = ("person", "type") in survey.found.columns
    yield Step(
        "pets, who go with their faces",
        "CREATE TEMP TABLE revert_pets ON COMMIT DROP AS SELECT id FROM public.person\n"
        + (f"WHERE type = '{PET}'" if has_pets else "WHERE false"),
    )
    yield Step(
        "",
        "CREATE TEMP TABLE revert_faces ON COMMIT DROP AS SELECT id FROM public.asset_face\n"
        'WHERE "personId" IN (SELECT id FROM pg_temp.revert_pets)',
    )
    yield Step(
        "the schema as it has to be: as it is, without what goes",
        "CREATE TEMP TABLE revert_expected ON COMMIT DROP AS\n"
        f"SELECT * FROM pg_temp.revert_objects\nWHERE NOT ({_goes(survey)})",
    )
    counts = "\nUNION ALL\n".join(_count(survey, table) for table in survey.kept)
    yield Step(
        "number and checksum of the rows that stay", f"CREATE TEMP VIEW revert_rows AS\n{counts}"
    )
    yield Step(
        "",
        "CREATE TEMP TABLE revert_rows_before ON COMMIT DROP AS\nSELECT * FROM pg_temp.revert_rows",
    )


def _after(survey: Survey) -> Iterator[Step]:
    yield Step(
        "the schema is Immich's own",
        _refusal(
            "SELECT concat_ws(' ', kind, nullif(name, relation), relation) FROM (\n"
            "(TABLE pg_temp.revert_expected EXCEPT TABLE pg_temp.revert_objects)\nUNION\n"
            "(TABLE pg_temp.revert_objects EXCEPT TABLE pg_temp.revert_expected)) differing",
            "the schema would not be as it has to be; not as planned are: ",
            "; nothing was changed",
        ),
    )
    yield Step(
        "its rows are what they were",
        _refusal(
            "SELECT relation FROM pg_temp.revert_rows_before AS was\n"
            "FULL JOIN pg_temp.revert_rows AS stays USING (relation)\n"
            "WHERE (was.number, was.checksum) IS DISTINCT FROM (stays.number, stays.checksum)",
            "rows of Immich's own would have changed, in: ",
            "; nothing was changed",
        ),
    )
    found = survey.found
    has_key = f"key = 'system-config' AND value ? '{CONFIG_KEY}'"
    left = (
        f"SELECT name FROM public.kysely_migrations WHERE name = ANY({literal(found.migrations)})",
        f"SELECT name FROM public.migration_overrides WHERE name = ANY({literal(found.overrides)})",
        f"SELECT key FROM public.system_metadata WHERE {has_key}",
        "SELECT id::text FROM public.person WHERE id IN (SELECT id FROM pg_temp.revert_pets)",
    )
    yield Step(
        "nothing of the fork is left",
        _refusal("\nUNION ALL ".join(left), "of the fork would be left: ", "; nothing was changed"),
    )
    yield Step("Immich finds its ledger in order", _refuse_for(ledger_order(survey)))
    yield Step("Immich's own writes work", _probe(survey))
    yield Step("", "DROP VIEW pg_temp.revert_rows, pg_temp.revert_objects")


def _same_schema(survey: Survey) -> str:
    return _refusal(
        "SELECT 'its digest differs'\n"
        f"FROM (SELECT {DIGEST} AS digest FROM pg_temp.revert_objects AS objects) now\n"
        f"WHERE digest <> '{survey.digest}'",
        "this was planned for another schema, or it is done already: ",
        "; plan again",
    )


def _goes(survey: Survey) -> str:
    """A condition on what the schema holds: that it is the fork's."""
    found = survey.found
    named = [
        *(("column", f"public.{table}", name) for table, name in found.columns),
        *(("index", f"public.{table}", name) for table, name in found.indexes),
        *(("trigger", f"public.{table}", name) for table, name in found.triggers),
        *(("function", "", f"public.{name}") for name in found.functions),
    ]
    keys = [" ".join(key) for key in named]
    tables = [f"public.{table}" for table in found.tables]
    return (
        f"relation = ANY({literal(tables)})\n"
        f"OR concat_ws(' ', kind, relation, name) = ANY({literal(keys)})"
    )


def _count(survey: Survey, table: str) -> str:
    """How many rows of a table stay, and a sum over them that no order changes."""
    columns = [f"t.{identifier(column)}" for column in survey.kept[table]]
    if table == "system_metadata":
        value = columns.index('t."value"')
        columns[value] = (
            f"CASE t.key WHEN 'system-config' THEN t.value - '{CONFIG_KEY}' ELSE t.value END"
        )
    conditions = [*_stays(survey, table)]
    return (
        f"SELECT {literal(table)}::text AS relation, count(*) AS number,\n"
        f"coalesce(sum(hashtextextended(ROW({', '.join(columns)})::text, 0)), 0) AS checksum\n"
        f"FROM {identifier('public', table)} AS t" + _where(conditions)
    )


def _stays(survey: Survey, table: str) -> Iterator[str]:
    found = survey.found
    if table in _IDS_OF_PETS:
        yield _is_none_of("id", _IDS_OF_PETS[table])
    if table == "kysely_migrations":
        yield f"t.name <> ALL({literal(found.migrations)})"
    if table == "migration_overrides":
        yield f"t.name <> ALL({literal(found.overrides)})"
    references = [
        (reference.table, reference.column, reference.parent)
        for reference in survey.names.references
        if reference.cascades
    ]
    for child, column, parent in (*references, *_AUDITS):
        if child == table and parent in _IDS_OF_PETS and survey.names.has(child, column):
            yield _is_none_of(column, _IDS_OF_PETS[parent])


def _is_none_of(column: str, ids: str) -> str:
    # not NOT IN: above the memory for hashing that would look through all of them for each row
    return f"NOT EXISTS (SELECT 1 FROM {ids} AS gone WHERE gone.id = t.{identifier(column)})"


def _where(conditions: list[str]) -> str:
    return "\nWHERE " + "\nAND ".join(conditions) if conditions else ""


def _probe(survey: Survey) -> str:
    """Writes that a trigger left behind would fail, undone at once."""
    writes = []
    for table in survey.bordering:
        name, columns = identifier("public", table), _written(survey, table)
        named = ", ".join(columns)
        writes += [
            f"INSERT INTO {name} ({named}) SELECT {named} FROM {name} WHERE false;",
            f"UPDATE {name} SET {columns[0]} = {columns[0]} WHERE false;",
            f"DELETE FROM {name} WHERE false;",
        ]
    library = ", ".join(_written(survey, "library"))
    copy = "jsonb_populate_record(library, jsonb_build_object('id', gen_random_uuid()))"
    writes += [
        (
            f"INSERT INTO public.library ({library})\n    SELECT {library}\n"
            f"    FROM (SELECT ({copy}).* FROM public.library LIMIT 1) copied;"
        ),
        "DELETE FROM public.asset WHERE id = (SELECT id FROM public.asset LIMIT 1);",
        "RAISE EXCEPTION USING ERRCODE = 'RV000';",
    ]
    body = "\n    ".join(writes)
    return (
        f"DO $revert$\nBEGIN\n    {body}\n"
        "-- all of it is undone; the picture of a stack can't be deleted by itself\n"
        "EXCEPTION WHEN SQLSTATE 'RV000' OR foreign_key_violation THEN\n    NULL;\nEND\n$revert$"
    )


def _written(survey: Survey, table: str) -> list[str]:
    """The columns that stay and that a row is written with."""
    is_written = survey.names.columns[table]
    return [identifier(column) for column in survey.kept[table] if is_written[column]]


def _refuse_for(obstacle: Obstacle) -> str:
    return _refusal(obstacle.query.strip(), obstacle.problem, obstacle.remedy)


def _refusal(query: str, problem: str, remedy: str) -> str:
    """A statement that raises what a query finds, if anything."""
    return f"""DO $revert$
DECLARE
    found text;
BEGIN
    SELECT string_agg(thing, ', ') INTO found FROM ({query}
    LIMIT {_NAMED}) AS things (thing);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = {literal(problem)} || found || {literal(remedy)};
    END IF;
END
$revert$"""
