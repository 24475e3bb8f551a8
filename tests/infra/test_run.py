"""``make run`` as a person uses it: started, stopped, killed, started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from PIL import Image

from infra.build import ROOT
from infra.local.gallery import Endpoints
from infra.local.ports import LOOPBACK, find_free_port
from infra.local.run import ProgressLine, UsageError, chore_line, read_wishes, welcome
from infra.local.sign_in import SignedIn

START_SECONDS = 180.0
READY = "Ctrl-C ends it"


@dataclass
class Run:
    """A gallery started as ``make run`` starts it, its words in a file."""

    process: "subprocess.Popen[bytes]"
    words: Path
    data: Path

    def said(self) -> str:
        return self.words.read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def end(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(90)

    def endpoints(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.data / "endpoints.json").read_text())
        return told

    def emulator(self) -> psutil.Process:
        """The embedded AWS below it."""
        return next(
            child
            for child in psutil.Process(self.process.pid).children()
            if "ministack_child.py" in " ".join(child.cmdline())
        )

    def stats(self) -> dict[str, int]:
        there = self.endpoints()
        owner = SignedIn(there["page"], there["email"], there["password"])
        told: dict[str, int] = owner.get("/api/gallery/stats").json()
        return told

    def wait_for_total(self, total: int) -> None:
        deadline = time.monotonic() + 60
        while self.stats()["total"] != total:
            assert time.monotonic() < deadline, (self.stats(), self.said())
            time.sleep(0.2)


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path, emulator_python: Path) -> Iterator[Start]:  # noqa: ARG001 - made before
    """Start galleries on one data folder; none outlives the test."""
    runs: list[Run] = []

    def start_run(**environment: str) -> Run:
        words = tmp_path / f"words-{len(runs)}"
        settings = {
            **{name: value for name, value in os.environ.items() if name != "ALBUM"},
            "CONTACTSHEET_DATA": str(tmp_path / "data"),
            "PORT": str(find_free_port()),
            **environment,
        }
        with words.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.run"],
                cwd=ROOT,
                env=settings,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        runs.append(Run(process, words, tmp_path / "data"))
        return runs[-1]

    yield start_run
    for run in runs:
        if run.process.poll() is None:
            run.end()
        run.process.wait()


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Two photos, one below a subfolder."""
    folder = tmp_path / "album"
    (folder / "2024").mkdir(parents=True)
    Image.new("RGB", (1200, 900), "navy").save(folder / "a.jpg")
    Image.new("RGB", (900, 1200), "olive").save(folder / "2024" / "b.jpg")
    return folder


def open_to_others(folder: Path) -> list[Path]:
    """What others of this machine may read or enter of a folder: keys and passwords lie in it."""
    assert list(folder.glob("*.json"))
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


@pytest.mark.aws
class TestRun:
    def test_takes_a_folder_in_and_the_next_start_keeps_it(self, start: Start, album: Path):
        first = start(ALBUM=str(album))
        first.wait_for(READY)
        first.wait_for_total(2)
        assert "2 copied, 0 already there, 0 failed" in first.said()
        assert first.stats()["without_thumbnail"] == 0
        names = first.endpoints()

        private = ("endpoints.json", "owner-password")
        assert [(first.data / name).stat().st_mode & 0o777 for name in private] == [0o600] * 2
        assert f"e-mail    {names['email']}\n    password  {names['password']}\n" in first.said()
        assert first.end() == 0
        assert "stopped; nothing is lost" in first.said()
        assert open_to_others(first.data / "state") == []
        second = start(ALBUM=str(album))
        second.wait_for(READY)

        assert "0 copied, 2 already there, 0 failed" in second.said()
        assert second.stats()["total"] == 2
        again = second.endpoints()
        for name in ("aws_endpoint", "bucket", "tables", "functions", "queues", "password"):
            assert again[name] == names[name]
        assert second.end(signal.SIGINT) == 0

    def test_killed_alone_the_embedded_aws_saves_by_itself(self, start: Start, album: Path):
        first = start(ALBUM=str(album))
        first.wait_for(READY)
        first.wait_for_total(2)

        first.end(signal.SIGKILL)
        second = start(ALBUM=str(album))
        second.wait_for(READY)

        assert "the last stop was not clean" not in second.said()
        assert second.stats()["total"] == 2

    def test_killed_as_a_whole_the_next_start_finds_what_is_in_the_bucket(
        self, start: Start, album: Path
    ):
        """Nothing of the first run's state was ever written: only the objects are there."""
        first = start(ALBUM=str(album))
        first.wait_for(READY)
        first.wait_for_total(2)

        emulator = first.emulator()
        emulator.kill()
        first.end(signal.SIGKILL)
        psutil.wait_procs([emulator], timeout=30)
        second = start(ALBUM=str(album))
        second.wait_for("reconcile")

        assert "reconcile failed" not in second.said()
        assert "the last stop was not clean" in second.said()
        second.wait_for_total(2)
        second.wait_for("0 copied, 2 already there")

    def test_damaged_state_is_named_kept_and_made_again(self, start: Start, album: Path):
        first = start(ALBUM=str(album))
        first.wait_for(READY)
        first.wait_for_total(2)
        first.end()
        rows = first.data / "state" / "dynamodb.json"
        rows.write_bytes(rows.read_bytes()[:-100])

        second = start(ALBUM=str(album))
        second.wait_for("reconcile")

        assert "reconcile failed" not in second.said()
        assert "dynamodb.json can't be read" in second.said()
        assert list(first.data.glob("state-damaged-*/dynamodb.json"))
        second.wait_for_total(2)

    def test_two_on_one_folder_is_refused(self, start: Start, album: Path):
        first = start(ALBUM=str(album))
        first.wait_for(READY)

        second = start(ALBUM=str(album))

        assert second.process.wait(60) == 2
        assert f"a gallery already runs on {first.data}" in second.said()
        assert first.end() == 0

    def test_listens_on_this_machine_only(self, start: Start, album: Path):
        run = start(ALBUM=str(album))
        run.wait_for(READY)

        tree = [psutil.Process(run.process.pid), *psutil.Process(run.process.pid).children(True)]

        listening = {
            connection.laddr.ip
            for process in tree
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {LOOPBACK}


class TestRefusals:
    """Before anything slow begins."""

    def test_a_port_in_use_names_the_setting(self, start: Start):
        with socket.socket() as taken:
            taken.bind((LOOPBACK, 0))
            taken.listen()
            port = taken.getsockname()[1]
            run = start(PORT=str(port))
            status = run.process.wait(60)

        assert status == 2
        assert run.said() == f"port {port} is in use; choose another: PORT={port + 1} make run\n"

    @pytest.mark.parametrize("port", ["0", "70000", "http", "-1"])
    def test_no_port(self, port: str):
        with pytest.raises(UsageError, match=f"PORT={port} is no port"):
            read_wishes({"PORT": port})

    def test_a_missing_album_is_named(self, start: Start, tmp_path: Path):
        run = start(ALBUM=str(tmp_path / "nowhere"))

        assert run.process.wait(60) == 2
        assert f"{tmp_path / 'nowhere'} does not exist" in run.said()


def test_wishes_have_defaults():
    wishes = read_wishes({})

    assert (wishes.port, wishes.data, wishes.album) == (8000, ROOT / ".local", None)


def test_a_mac_is_told_of_the_browser_that_keeps_no_sign_in_here():
    told: dict[str, Any] = {field.name: f"their {field.name}" for field in fields(Endpoints)}
    endpoints = Endpoints(**told)

    words = welcome(endpoints, "linux")

    assert "their page/gallery\n" in words
    assert "e-mail    their email\n    password  their password\n" in words
    assert "Safari" not in words
    assert welcome(endpoints, "darwin").startswith(words)
    assert "Safari keeps no sign-in at localhost" in welcome(endpoints, "darwin")


@pytest.mark.parametrize(
    ("status", "output", "line"),
    [
        (0, "scanning\n3 rows, nothing to repair\n", "audit: 3 rows, nothing to repair"),
        (0, "", "audit: nothing said"),
        (1, "Traceback\nKeyError: 'x'\n", "audit failed with status 1: KeyError: 'x'"),
    ],
)
def test_a_chore_is_told_by_its_last_line(status: int, output: str, line: str):
    assert chore_line("audit", status, output) == line


def test_progress_off_a_terminal_is_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]):
    show = ProgressLine("copying")

    for done in range(201):
        show(done, 200)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "copying 200/200"
