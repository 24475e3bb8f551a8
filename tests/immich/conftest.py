"""What tests of Immich's databases share."""

from collections.abc import Callable
from functools import cache

import psycopg
import pytest

from tests.immich.eras import create_schema
from tests.postgres import Server, postgres

__all__ = ["postgres"]


@pytest.fixture(scope="session")
def database_of(postgres: Server) -> Callable[[str], str]:
    """Makes a new and empty database of an era; returns its URL."""

    @cache
    def template(era: str) -> str:
        url = postgres.create_database()
        with psycopg.connect(url) as connection:
            create_schema(connection, era)
        return url.rpartition("/")[2]

    return lambda era: postgres.create_database(template(era))
