"""Fresh databases of the fork, and of Immich without it: copies, as building one takes longer."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.fork.database import add_fork, create_vanilla
from tests.postgres import Server


@pytest.fixture(scope="session")
def vanilla_template(postgres: Server) -> str:
    """Name of a database of Immich v2.7, to copy."""
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        create_vanilla(connection)
    return _name(url)


@pytest.fixture(scope="session")
def fork_template(postgres: Server, vanilla_template: str) -> str:
    """Name of a database of the fork, to copy: that same database, and what the fork adds."""
    url = postgres.create_database(vanilla_template)
    with psycopg.connect(url) as connection:
        add_fork(connection)
    return _name(url)


@pytest.fixture
def vanilla_url(postgres: Server, vanilla_template: str) -> Iterator[str]:
    """A fresh database of Immich v2.7."""
    yield from _fresh(postgres, vanilla_template)


@pytest.fixture
def fork_url(postgres: Server, fork_template: str) -> Iterator[str]:
    """A fresh database of the fork: without what the fork adds it would be `vanilla_url`'s."""
    yield from _fresh(postgres, fork_template)


def _fresh(server: Server, template: str) -> Iterator[str]:
    url = server.create_database(template)
    yield url
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{_name(url)}" WITH (FORCE)'.encode())


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
