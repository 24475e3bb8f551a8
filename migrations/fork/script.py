"""The removal as one file for psql."""

from collections.abc import Iterator

from migrations.fork.known import IMAGE
from migrations.fork.obstacles import TOKEN_SETTING
from migrations.fork.plan import plan
from migrations.fork.sql import literal
from migrations.fork.survey import Survey
from migrations.fork.transaction import TOKEN, transaction
from migrations.lines import plural, shown

_END = "Cleanup finished. Switch to {image}:v{release}"


def last_line(survey: Survey) -> str:
    """What to do next, once it is done."""
    return _END.format(image=IMAGE, release=survey.release)


def script(survey: Survey) -> str:
    """The same statements as the command runs, with a header that lists every step."""
    return "\n".join(_lines(survey)) + "\n"


def _lines(survey: Survey) -> Iterator[str]:
    steps = plan(survey)
    yield f"-- Removes the Gallery fork from database {shown(survey.database)}, for Immich"
    yield f"-- v{survey.release}. In one transaction: all of it happens, or nothing."
    yield "--"
    yield "-- Make a backup, stop Immich's servers but not the database, then:"
    yield f"""--     psql "$URL" -c "SET {TOKEN_SETTING} = '{TOKEN}'" -f THIS_FILE"""
    yield "-- It is done when the last line says so; an exit status of 0 alone does not."
    yield "--"
    yield f"-- {plural(len(steps), 'step')}, each removes:"
    yield from (f"--   {number:3}. {shown(step.what)}" for number, step in enumerate(steps, 1))
    yield ""
    yield r"\set ON_ERROR_STOP on"
    yield "BEGIN;"
    for step in transaction(survey):
        yield ""
        if step.what:
            yield f"-- {shown(step.what)}"
        yield f"{step.statement};"
    yield ""
    yield "COMMIT;"
    yield r"\pset tuples_only on"
    # Without ON_ERROR_STOP psql would come here, too.
    yield f"SELECT '{last_line(survey)}' WHERE NOT EXISTS ("
    yield "    SELECT FROM public.kysely_migrations"
    yield f"    WHERE name = ANY({literal(survey.found.migrations)})"
    yield ");"
