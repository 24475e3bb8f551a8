"""What hangs on the fork's tables, columns and functions, and isn't the fork's."""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

from migrations.fork.known import COLUMNS, FUNCTIONS, INDEXES, TABLES, TRIGGERS
from migrations.postgres import Connection

# What goes by itself once the fork's own things go is `gone`: indexes, constraints, defaults,
# sequences, triggers of tables. https://www.postgresql.org/docs/current/catalog-pg-depend.html
_GONE = """
    WITH RECURSIVE
    tables AS (
        SELECT oid FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname = ANY(%(tables)s)
    ),
    functions AS (
        SELECT oid, proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
            AND proname || '(' || oidvectortypes(proargtypes) || ')' = ANY(%(functions)s)
    ),
    named AS (
        SELECT 'pg_class'::regclass::oid AS classid, oid AS objid, 0 AS objsubid FROM tables
        UNION ALL
        SELECT 'pg_proc'::regclass, oid, 0 FROM functions
        UNION ALL
        SELECT 'pg_class'::regclass, attrelid, attnum
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace
            AND relname || '.' || attname = ANY(%(columns)s)
        UNION ALL
        SELECT 'pg_trigger'::regclass, pg_trigger.oid, 0
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = 'public'::regnamespace
            AND relname || '.' || tgname = ANY(%(triggers)s)
    ),
    gone AS (
        SELECT * FROM named
        UNION
        SELECT on_it.classid, on_it.objid, on_it.objsubid
        FROM gone JOIN pg_depend on_it
            ON refclassid = gone.classid AND refobjid = gone.objid
            AND (gone.objsubid = 0 OR refobjsubid = gone.objsubid)
        WHERE deptype IN ('a', 'i', 'P', 'S')
    )
"""
_FIND = (
    _GONE
    + r"""
    , of_owner AS (
        SELECT on_it.classid, on_it.objid, on_it.objsubid
        FROM gone JOIN pg_depend on_it
            ON refclassid = gone.classid AND refobjid = gone.objid
            AND (gone.objsubid = 0 OR refobjsubid = gone.objsubid)
        WHERE deptype = 'n' AND NOT EXISTS (
            SELECT FROM gone other
            WHERE other.classid = on_it.classid AND other.objid = on_it.objid
                AND other.objsubid IN (0, on_it.objsubid)
        )
        UNION
        -- the fork has none of these
        SELECT * FROM gone
        WHERE classid IN (
            'pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_publication_rel'::regclass,
            'pg_statistic_ext'::regclass
        )
        UNION
        -- what PostgreSQL would take along with a column of one of Immich's own tables
        SELECT gone.* FROM gone JOIN pg_index ON indexrelid = objid
        WHERE classid = 'pg_class'::regclass
            AND indrelid NOT IN (SELECT oid FROM tables)
            AND (SELECT relname FROM pg_class WHERE oid = objid) <> ALL(%(indexes)s)
            AND indrelid NOT IN (
                SELECT reltoastrelid FROM pg_class JOIN tables ON tables.oid = pg_class.oid
            )
        UNION
        SELECT gone.* FROM gone JOIN pg_constraint ON pg_constraint.oid = objid
        WHERE classid = 'pg_constraint'::regclass AND contype <> 'n'
            AND conrelid <> 0 AND conrelid NOT IN (SELECT oid FROM tables)
        UNION
        -- a fork's trigger calls the fork's functions, or one of Immich's that others call, too
        SELECT gone.* FROM gone JOIN pg_trigger ON pg_trigger.oid = objid
        WHERE classid = 'pg_trigger'::regclass AND NOT tgisinternal
            AND tgfoid NOT IN (SELECT oid FROM functions)
            AND tgfoid NOT IN (
                SELECT tgfoid FROM pg_trigger WHERE tgrelid NOT IN (SELECT oid FROM tables)
            )
        UNION
        -- what the bodies of functions speak of, PostgreSQL doesn't keep
        SELECT 'pg_proc'::regclass, oid, 0 FROM pg_proc
        WHERE prosrc ~ %(words)s AND prolang IN (
            SELECT oid FROM pg_language WHERE lanname NOT IN ('c', 'internal')
        )
        AND oid NOT IN (SELECT oid FROM functions)
        AND pronamespace <> 'pg_catalog'::regnamespace
    )
    SELECT DISTINCT pg_describe_object(classid, objid, objsubid) FROM of_owner ORDER BY 1
    """
)


_FUNCTIONS = [function.partition("(")[0] for function in FUNCTIONS]
# of the columns' names those that mean nothing else
_WORDS = [*TABLES, *_FUNCTIONS, "petsDetectedAt", "classifiedAt"]
_NAMED = {
    "tables": [*TABLES],
    "functions": [*FUNCTIONS],
    "columns": [".".join(column) for column in COLUMNS],
    "triggers": [".".join(trigger) for trigger in TRIGGERS],
    "indexes": [index for _, index in INDEXES],
    "words": rf"\m({'|'.join(_WORDS)})\M",
}


def find_dependents(connection: Connection) -> tuple[str, ...]:
    """Describe each, inside a transaction: ``rule _RETURN on view my_holidays``."""
    found = connection.execute(_FIND.encode(), _NAMED)
    return tuple(description for (description,) in found)


def count_gone(connection: Connection) -> int:
    """How many objects go: those that are named, and what goes with them."""
    ((count,),) = connection.execute(f"{_GONE} SELECT count(*) FROM gone".encode(), _NAMED)
    return int(count)
