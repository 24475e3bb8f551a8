"""What the schema ``public`` holds, by name; what extensions brought is left out."""

# ruff: noqa: S608 (names and values are quoted, or written in this package)

from collections.abc import Mapping
from dataclasses import dataclass

from migrations.postgres import Connection

Pair = tuple[str, str]

_BROUGHT = """
    EXISTS (
        SELECT FROM pg_depend WHERE classid = '{0}'::regclass AND objid = {0}.oid AND deptype = 'e'
    )
"""
_COLUMNS = f"""
    SELECT relname, attname, attgenerated = '' AND attidentity = ''
    FROM pg_class LEFT JOIN pg_attribute
        ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT {_BROUGHT.format("pg_class")}
    ORDER BY relname, attnum
"""
_TRIGGERS = """
    SELECT relname, tgname
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
"""
_INDEXES = """
    SELECT tables.relname, pg_class.relname
    FROM pg_index
    JOIN pg_class tables ON tables.oid = indrelid
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE tables.relnamespace = 'public'::regnamespace
"""
_FUNCTIONS = f"""
    SELECT proname || '(' || oidvectortypes(proargtypes) || ')'
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT {_BROUGHT.format("pg_proc")}
"""
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
_REFERENCES = """
    SELECT child.relname, attname, parent.relname, confdeltype = 'c'
    FROM pg_constraint
    JOIN pg_class child ON child.oid = conrelid
    JOIN pg_class parent ON parent.oid = confrelid
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND child.relnamespace = 'public'::regnamespace
        AND parent.relnamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Reference:
    """A foreign key.

    Attributes:
        table: That has it.
        column: Its first one.
        parent: Table that it refers to.
        cascades: Whether a row goes when the one that it refers to goes.
    """

    table: str
    column: str
    parent: str
    cascades: bool


@dataclass(frozen=True)
class Names:
    """What there is.

    Attributes:
        columns: Of each table, in their order, with whether a row is written with it: no
            identity, and not computed.
        triggers: (table, trigger)
        indexes: (table, index)
        functions: With the types of what they are given.
        others: (kind, name) of views, types, and sequences of no table.
        references: Foreign keys.
    """

    columns: Mapping[str, Mapping[str, bool]]
    triggers: frozenset[Pair]
    indexes: frozenset[Pair]
    functions: frozenset[str]
    others: frozenset[Pair]
    references: tuple[Reference, ...]

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table is there and has all these columns."""
        return table in self.columns and set(columns) <= self.columns[table].keys()


def read_names(connection: Connection) -> Names:
    """Read them; what the database refuses is the caller's to explain."""

    def pairs(query: str) -> frozenset[Pair]:
        return frozenset((first, second) for first, second in connection.execute(query.encode()))

    columns: dict[str, dict[str, bool]] = {}
    for table, column, is_written in connection.execute(_COLUMNS.encode()):
        of_table = columns.setdefault(table, {})
        if column is not None:  # a table may have none
            of_table[column] = is_written
    return Names(
        columns,
        pairs(_TRIGGERS),
        pairs(_INDEXES),
        frozenset(name for (name,) in connection.execute(_FUNCTIONS.encode())),
        pairs(_OTHERS),
        tuple(Reference(*row) for row in connection.execute(_REFERENCES.encode())),
    )
