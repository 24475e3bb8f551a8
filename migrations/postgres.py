"""PostgreSQL: a connection, a snapshot, rows a few at a time, errors that say what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Composable, Identifier, Literal

from chalicelib.errors import SetupError

__all__ = [
    "SQL",
    "Composable",
    "Connection",
    "Identifier",
    "Literal",
    "Row",
    "connect",
    "explained",
    "rows",
    "snapshot",
]

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]

_CONNECT_SECONDS = 10
_ROWS_AT_ONCE = 1000
_FORM = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
_MALFORMED = (
    f"the database's address can't be read; write {_FORM}, "
    "every sign of the password that is no letter or digit as %XX (@ as %40)"
)
# What libpq and the server say, and what a person does about it. A server that spoke comes first:
# its name may have another address, where nothing answers.
_REMEDIES = (
    (
        r"password authentication failed|no password supplied|empty password",
        (
            "{place} refuses the password of user {user}; it is DB_PASSWORD of Immich's .env "
            "(every sign that is no letter or digit as %XX), or leave it out and set PGPASSWORD"
        ),
    ),
    (r'role ".*" does not exist', "{place} has no user {user}; it is DB_USERNAME of Immich's .env"),
    (
        r'database ".*" does not exist',
        "{place} has no database {database}; it is DB_DATABASE_NAME of Immich's .env",
    ),
    (
        r"server does not support SSL",
        "{place} speaks no SSL; leave out sslmode, or say sslmode=disable",
    ),
    (
        r"pg_hba\.conf",
        (
            "{place} does not let user {user} in from here; "
            "add ?sslmode=require, or a line to its pg_hba.conf"
        ),
    ),
    (
        r"certificate|SSL error",
        "the certificate of {place} does not hold; pass sslrootcert= with its authority's file",
    ),
    (
        r"too many clients|remaining connection slots",
        "{place} has no connection left; stop other clients, or raise max_connections",
    ),
    (
        r"starting up|shutting down|recovery mode|not yet accepting",
        "{place} is starting or stopping; try again in a moment",
    ),
    (
        r"refused|No such file or directory|unreachable|No route to host",
        (
            "nothing answers at {place}; start PostgreSQL there, or publish its port: Immich's own "
            'is inside of Docker until its `database` service says `ports: ["127.0.0.1:5432:5432"]`'
        ),
    ),
    (
        r"resolve|translate host name|getaddrinfo|not known",
        (
            "no host {host} is known; `database` and `immich_postgres` are names inside of Docker: "
            "publish the port and write localhost, or run this in that network"
        ),
    ),
    (r"timeout|timed out", "{place} does not answer; check the host, the port and the firewall"),
)


@dataclass(frozen=True)
class _Place:
    host: str
    port: str
    user: str
    database: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def explain(self, problem: str) -> str:
        for pattern, remedy in _REMEDIES:
            if re.search(pattern, problem):
                return remedy.format(
                    place=self, host=self.host, user=self.user, database=self.database
                )
        return f"{self} can't be reached ({problem}); check the address, {_FORM}"


def connect(url: str, *, application: str = "contact-sheet") -> Connection:
    """A connection; each statement commits by itself, but for those inside ``transaction()``.

    Args:
        url: ``postgresql://USER:PASSWORD@HOST:5432/DATABASE``; what it leaves out is libpq's
            to know: PGPASSWORD, ``~/.pgpass``, sslmode.
        application: How pg_stat_activity shows it.

    Raises:
        SetupError: It can't be had; names the next step and never the password.
    """
    place = _place(url)
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=None,  # a pooler in between knows no prepared statement
            application_name=application,
            connect_timeout=conninfo_to_dict(url).get("connect_timeout", _CONNECT_SECONDS),
            client_encoding="UTF8",
        )
    except psycopg.Error as error:
        raise SetupError(place.explain(_one_line(error))) from error


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Reads inside all see one moment, moments are written in ISO and UTC; nothing is written.

    Raises:
        SetupError: The database went away, or refused something.
    """
    with explained(), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting in (
            "TimeZone = 'UTC'",
            "DateStyle = 'ISO'",
            "extra_float_digits = 1",  # every digit
            # Sorting may take its time, and so may whoever reads.
            "statement_timeout = 0",
            "idle_in_transaction_session_timeout = 0",
            # All of it is wanted, not the first rows soon. Tables without statistics look small:
            # a loop inside a loop would never end.
            "cursor_tuple_fraction = 1",
            "enable_nestloop = off",
        ):
            connection.execute(SQL("SET LOCAL " + setting))
        yield


def rows(connection: Connection, query: SQL | Composable) -> Iterator[Row]:
    """The rows of a query, a thousand in memory at a time; to be read inside a `snapshot`.

    Raises:
        SetupError: The database went away, or refused it.
    """
    with explained(), connection.cursor(f"rows_{uuid4().hex}") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(SQL("{}").format(query))
        yield from cursor


@contextmanager
def explained() -> Iterator[None]:
    """What the database refuses inside becomes a `SetupError` that says what to do."""
    try:
        yield
    except psycopg.Error as error:
        raise SetupError(_explanation(error)) from error


def _explanation(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.RaiseException):  # what a statement of ours has to say
        return str(error.diag.message_primary)
    problem = _one_line(error)
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return (
            f"the database refuses it ({problem}); "
            "connect as the owner, DB_USERNAME of Immich's .env"
        )
    if isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled):
        return f"the database let it wait too long ({problem}); stop others and run it again"
    # https://www.postgresql.org/docs/current/errcodes-appendix.html: 08 connection, 53 resources,
    # 57 an operator's will, 58 the system's; no state where there is no connection at all.
    kind = (error.sqlstate or "08")[:2] if isinstance(error, psycopg.OperationalError) else ""
    if kind in ("08", "57"):
        return f"the database went away ({problem}); run it again"
    if kind in ("53", "58"):
        return f"the database has no room ({problem}); make some and run it again"
    return f"the database refuses it: {problem}"


def _place(url: str) -> _Place:
    """Where an address leads to.

    Raises:
        SetupError: It is none. What can't be read is not told, and neither is its cause: signs
            of a password that were not written as %XX end up in its host, port and database.
    """
    try:
        named = conninfo_to_dict(url)
    except psycopg.Error:
        raise SetupError(_MALFORMED) from None
    host, database = str(named.get("host", "")), str(named.get("dbname", ""))
    port, user = str(named.get("port", "5432")), str(named.get("user", ""))
    if not re.match(r"postgres(ql)?://", url) or "@" in host + database:
        raise SetupError(_MALFORMED)
    if not re.fullmatch(r"[0-9]+(,[0-9]+)*", port):
        raise SetupError(_MALFORMED)
    return _Place(host or "localhost", port, user or "(yours)", database or user or "(yours)")


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
