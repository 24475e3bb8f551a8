"""Shared fixtures: the embedded AWS with the deployed package, started once when asked for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Endpoints, Gallery, start_gallery
from infra.local.ports import find_free_port

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("gallery", deadline=None)
settings.load_profile("gallery")


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
