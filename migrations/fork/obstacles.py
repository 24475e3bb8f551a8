"""What stands in the way of the removal, beyond what the schema says: asked of the database."""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

from collections.abc import Iterator
from dataclasses import dataclass

from migrations.fork.known import PERSON_TYPES, PET, PLUGIN
from migrations.fork.sql import identifier, literal
from migrations.fork.survey import Survey
from migrations.postgres import Connection, explained

TOKEN_SETTING = "gallery.revert_token"  # noqa: S105 (a setting's name)
_NAMED = 5

# Where Immich keeps paths of files. It writes absolute ones.
_PATHS = (
    ("asset", "originalPath"),
    ("asset", "encodedVideoPath"),
    ("asset", "sidecarPath"),
    ("asset_file", "path"),
    ("person", "thumbnailPath"),
    ("user", "profileImagePath"),
)


@dataclass(frozen=True)
class Obstacle:
    """A reason to refuse.

    Attributes:
        query: One column of text, a row for each thing in the way.
        problem: What is wrong, before the things are named.
        remedy: The next step.
    """

    query: str
    problem: str
    remedy: str


STICKY = Obstacle(
    f"""
    SELECT 'ALTER ' || CASE
        WHEN rolname IS NULL AND datname IS NOT NULL THEN 'DATABASE ' || quote_ident(datname)
        ELSE 'ROLE ' || coalesce(quote_ident(rolname), 'ALL')
            || coalesce(' IN DATABASE ' || quote_ident(datname), '')
    END || ' RESET {TOKEN_SETTING}'
    FROM pg_db_role_setting
    LEFT JOIN pg_roles ON pg_roles.oid = setrole
    LEFT JOIN pg_database ON pg_database.oid = setdatabase
    WHERE EXISTS (
        SELECT FROM unnest(setconfig) AS setting
        WHERE starts_with(lower(setting), '{TOKEN_SETTING}=')
    ) AND (setdatabase = 0 OR datname = current_database())
    """,
    f"{TOKEN_SETTING} is kept in the database, where it asks nobody any more; take it out: ",
    "",
)
# Those of other users show no more than that they are there.
CONNECTED = Obstacle(
    """
    SELECT CASE count(*) WHEN 1 THEN '' ELSE count(*) || ' x ' END || who
    FROM (
        SELECT format(
            '%s (user %s, from %s)', coalesce(nullif(application_name, ''), 'a client'), usename,
            coalesce(host(client_addr), 'a local socket')
        ) AS who
        FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
            AND coalesce(backend_type, 'client backend') = 'client backend'
    ) others
    GROUP BY who ORDER BY who
    """,
    "others are connected to the database: ",
    "; stop Immich's servers (docker compose stop immich-server immich-machine-learning), "
    "not the database, and close what else is open",
)
STANDBY = Obstacle(
    "SELECT 'pg_is_in_recovery' WHERE pg_is_in_recovery()",
    "this server follows another one and can't be written to: ",
    "; connect to the other one",
)
RIGHTS = Obstacle(
    """
    SELECT format('%s (owned by %s)', relname, relowner::regrole) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT pg_has_role(relowner, 'USAGE')
    UNION ALL
    SELECT format('%s (owned by %s)', proname, proowner::regrole) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND NOT pg_has_role(proowner, 'USAGE')
        AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e'
        )
    UNION ALL
    SELECT 'temporary tables' WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')
    """,
    "this user has no rights on ",
    "; connect as the owner, DB_USERNAME of Immich's .env",
)


# What there may be around the database.
AROUND = (RIGHTS, STANDBY, STICKY, CONNECTED)


def obstacles_within(survey: Survey) -> Iterator[Obstacle]:
    """What there may be in its rows."""
    yield ledger_order(survey)
    names = survey.names
    paths = [pair for pair in _PATHS if names.has(pair[0], pair[1])]
    yield Obstacle(
        " UNION ALL ".join(_unreadable(table, column) for table, column in paths),
        "files lie where Immich itself can't read them: ",
        "; move them back to the disk in the fork first (its storage migration, to disk)",
    )
    if names.has("plugin", "name"):
        yield Obstacle(
            f"SELECT name FROM public.plugin WHERE name = {literal(PLUGIN)}",
            "Immich doesn't start with the fork's plugin registered: ",
            f"; take it out, and the workflows that use it: DELETE FROM plugin WHERE name = "
            f"'{PLUGIN}'",
        )
    if ("person", "type") in survey.found.columns:
        yield from _of_pets(survey)


def ledger_order(survey: Survey) -> Obstacle:
    """Rows of the ledger that don't stand where Immich looks for them.

    Kysely sorts what was executed by moment and name, and wants it in the order of the names.
    """
    return Obstacle(
        f"""
        SELECT name FROM (
            SELECT name,
                row_number() OVER (ORDER BY "timestamp" COLLATE "C", name COLLATE "C") AS stands,
                row_number() OVER (ORDER BY name COLLATE "C") AS belongs
            FROM public.kysely_migrations
            WHERE name <> ALL({literal(survey.found.migrations)})
        ) ledger
        WHERE stands <> belongs ORDER BY stands
        """,
        "Immich would refuse to start: out of order among its own migrations are ",
        "; restore your dump instead",
    )


def find_obstacles(connection: Connection, survey: Survey) -> tuple[str, ...]:
    """What stands in the way now, each in words, with the next step.

    Raises:
        SetupError: The database refuses to tell.
    """
    found = []
    with explained():
        for obstacle in (*AROUND, *obstacles_within(survey)):
            things = [str(thing) for (thing,) in connection.execute(obstacle.query.encode())]
            if things:
                more = ", …" if len(things) > _NAMED else ""
                named = ", ".join(things[:_NAMED]) + more
                found.append(f"{obstacle.problem}{named}{obstacle.remedy}")
    return tuple(found)


def _unreadable(table: str, column: str) -> str:
    """Paths of a column that aren't absolute: ``s3://…``, and keys in a bucket."""
    return f"""
        SELECT {literal(f"{table}.{column}")} || format(' of %s (%s)', count(*), min(path))
        FROM (SELECT {identifier(column)} AS path FROM {identifier("public", table)}) paths
        WHERE path <> '' AND path NOT LIKE '/%' HAVING count(*) > 0
    """


def _of_pets(survey: Survey) -> Iterator[Obstacle]:
    known = literal(tuple(sorted(PERSON_TYPES)))
    yield Obstacle(
        f"SELECT DISTINCT type::text FROM public.person WHERE type::text <> ALL({known})",
        "persons are of types that are not known: ",
        "; restore your dump instead",
    )
    if survey.names.has("person", "faceAssetId"):
        yield Obstacle(
            f"""
            SELECT person.id::text FROM public.person
            JOIN public.asset_face ON asset_face.id = "faceAssetId"
            JOIN public.person pet ON pet.id = "personId"
            WHERE pet.type = '{PET}' AND person.type <> '{PET}'
            """,
            "persons have a pet's face as their picture: ",
            "; choose another picture for them first",
        )
