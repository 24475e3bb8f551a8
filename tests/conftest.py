"""Shared fixtures, started once when asked for: the embedded AWS, deployed, and PostgreSQL."""

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import botocore.session
import psycopg
import pytest
from hypothesis import settings

from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Endpoints, Gallery, start_gallery
from infra.local.ports import find_free_port
from tests.immich.eras import create_schema
from tests.postgres import Server, postgres

__all__ = ["postgres"]

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("gallery", deadline=None)
settings.load_profile("gallery")

# A full collection walks all that is alive: tests by the thousand, and the descriptions of AWS.
_COLLECT_AFTER = (20_000, 10, 10)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what stays to the end, and come seldom.

    It still comes, at the latest as pytest ends: what was never closed is told of.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


@pytest.fixture(scope="session", autouse=True)
def _one_loader() -> Iterator[None]:
    """What botocore knows of AWS is read once, and not again for each new client's session."""
    loader = botocore.session.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", lambda *_: loader)
        yield


@pytest.fixture(scope="session")
def emulator_python() -> Path:
    """The interpreter of the embedded AWS's own environment."""
    return provide_emulator_python(print)


@pytest.fixture(scope="session")
def gallery(emulator_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """A whole gallery on free ports, empty at first, shared by every test that asks for it."""
    data = tmp_path_factory.mktemp("gallery")
    running = start_gallery(data, find_free_port(), print, python=emulator_python)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def endpoints(gallery: Gallery) -> Endpoints:
    """Where the shared gallery's parts answer."""
    return gallery.endpoints


@pytest.fixture
def gallery_environment(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment in which our own commands, here or in a subprocess, work on the gallery."""
    for name, value in endpoints.environment().items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


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
