"""A few rows in an Immich database, where `tests.immich.library` would be too much."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

Row = tuple[str, dict[str, Any]]


def uid(number: int) -> str:
    """The UUID that is a number."""
    return str(UUID(int=number))


OWNER = uid(0xF)


def a_row(table: str, **values: Any) -> Row:
    """A row of any table; values are Python's, or what PostgreSQL reads."""
    return table, values


def a_user(id: str = OWNER, table: str = "user") -> Row:
    """Somebody."""
    return a_row(table, id=id, email=f"{id}@example.org")


def an_asset(number: int = 1, table: str = "asset", **values: Any) -> Row:
    """A photo of `OWNER`, its id the number; None leaves a column out that the era has not."""
    known = {
        "id": uid(number),
        "ownerId": OWNER,
        "deviceAssetId": "",
        "deviceId": "",
        "type": "IMAGE",
        "originalPath": f"/data/{number}.jpg",
        "originalFileName": f"{number}.jpg",
        "fileCreatedAt": "2024-05-06 07:08:09Z",
        "fileModifiedAt": "2024-05-06 07:08:09Z",
        "localDateTime": "2024-05-06 09:08:09Z",
        "checksum": number.to_bytes(20, "big"),
    }
    return a_row(table, **{name: v for name, v in (known | values).items() if v is not None})


def fill(url: str, *rows: Row) -> None:
    """Add rows to a database, one after another."""
    with psycopg.connect(url) as connection:
        for table, values in rows:
            statement = SQL("INSERT INTO {} ({}) VALUES ({})").format(
                Identifier(table),
                SQL(", ").join(map(Identifier, values)),
                SQL(", ").join(SQL("%s") for _ in values),
            )
            connection.execute(statement, list(values.values()))
