"""Command lines run here, on a gallery in memory and without anybody's settings."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import pytest

from chalicelib.bootstrap import Gallery
from migrations.target import OpenGallery, Target
from tests.builders import MemoryGallery, a_gallery

FLAGS = ("--bucket", "photos", "--table", "assets", "--region", "eu-central-1")


@dataclass(frozen=True)
class Ran:
    """What a person saw of a command.

    Attributes:
        status: Its exit status.
        out: Lines of the result, on stdout.
        err: What came on stderr, progress included.
    """

    status: int
    out: list[str]
    err: str

    def starting(self, *beginnings: str) -> list[str]:
        """The lines of the result that begin so."""
        return [line for line in self.out if line.startswith(beginnings)]

    @property
    def ids(self) -> list[str]:
        """Ids of the photos that lines were about, in order."""
        lines = self.starting("would create: ", "[")
        return [line.partition("(")[2].partition(")")[0] for line in lines]


class Command(Protocol):
    """One of our command lines."""

    def __call__(self, argv: Sequence[str] | None = None, opened: OpenGallery = ...) -> int: ...


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No settings in the environment, in ``.env`` or in anybody's AWS configuration."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("AWS_", "CONTACTSHEET_")):
            del os.environ[name]
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[name] = str(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    yield
    # A command writes into the environment what the SDK reads there.
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def gallery() -> MemoryGallery:
    """An empty gallery in memory."""
    return a_gallery()


@pytest.fixture
def run(gallery: MemoryGallery, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the gallery in memory, with flags that name it."""

    def opened(_: Target) -> Gallery:
        return cast(Gallery, gallery)

    def run_command(main: Command, *argv: str, flags: Sequence[str] = FLAGS) -> Ran:
        capsys.readouterr()
        status: Any
        try:
            status = main([*flags, *argv], opened)
        except SystemExit as exit_:
            status = exit_.code
        printed = capsys.readouterr()
        return Ran(status, printed.out.splitlines(), printed.err)

    return run_command
