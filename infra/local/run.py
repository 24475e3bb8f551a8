"""``make run``: the gallery on this machine, until Ctrl-C.

    make run
    PORT=9000 make run
    ALBUM=~/Pictures make run
    CONTACTSHEET_DATA=/srv/gallery make run

Everything that stays between runs lies in one folder, ``.local`` unless CONTACTSHEET_DATA says
otherwise; ``endpoints.json`` in it says where the parts answer.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import GalleryError
from infra.build import ROOT, BuildError
from infra.build_page import BuildPageError
from infra.layers import LayerError
from infra.local.emulator import EmulatorError, FolderInUseError
from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import BUILD_FOLDER, Endpoints, Gallery, local_client, start_gallery
from infra.local.ports import is_port_free
from infra.local.sample_album import AlbumError, write_album
from infra.local.saved_state import RECONCILE_DUE
from infra.local.sign_in import SignedIn, SignInError
from infra.local.take_folder import FolderError, FolderPlan, plan_folder, take_folder
from infra.stack_state import DeployError

DEFAULT_PORT = 8000
DONE, FAILED, BAD_USAGE = 0, 1, 2
THUMBNAIL_PATIENCE_SECONDS = 120.0
"""How long no thumbnail may come before waiting for them is given up."""
SETTLED_SECONDS = 2.0
"""An empty queue counts once the totals have stood still for so long."""
WAITING_ATTRIBUTES = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
BEGUN = "begun\n"
AUDIT = ("-m", "migrations.audit", "--migrate")
RECONCILE = ("-m", "migrations.reconcile", "--migrate")
FAILURES = (
    BuildError,
    BuildPageError,
    LayerError,
    DeployError,
    EmulatorError,
    AlbumError,
    OSError,
    BotoCoreError,
    ClientError,
    GalleryError,
)


class UsageError(Exception):
    """What was asked for can't be; the message names the setting."""


@dataclass(frozen=True)
class Wishes:
    """What the environment asks for.

    Attributes:
        port: Where the page answers.
        data: Folder of what stays between runs.
        album: A folder to take in; None for the sample album at the first start.
    """

    port: int
    data: Path
    album: Path | None


def read_wishes(environment: Mapping[str, str]) -> Wishes:
    """Read PORT, ALBUM and CONTACTSHEET_DATA.

    Raises:
        UsageError: PORT is no port.
    """
    port = environment.get("PORT") or str(DEFAULT_PORT)
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"PORT={port} is no port; try PORT=8080 make run")
    album = environment.get("ALBUM")
    data = environment.get("CONTACTSHEET_DATA")
    return Wishes(
        port=int(port),
        data=Path(data).expanduser() if data else ROOT / ".local",
        album=Path(album).expanduser() if album else None,
    )


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)


class ProgressLine:
    """Progress: a line that rewrites itself on a terminal, every tenth elsewhere."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._shown = -1

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """Show that ``done`` of ``total`` are done."""
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(
                f"\r\x1b[K{self._title} {done}/{total} {what[-50:]}",
                end=end,
                file=sys.stderr,
                flush=True,
            )
            return
        tenth = done * 10 // max(total, 1)
        if tenth != self._shown:
            self._shown = tenth
            print(f"{self._title} {done}/{total}", file=sys.stderr, flush=True)


def start(wishes: Wishes) -> Gallery:
    """Make what is missing, then start everything."""
    python = provide_emulator_python(say)
    say("starting …")
    return start_gallery(wishes.data, wishes.port, say, python=python)


def take_in_album(endpoints: Endpoints, plan: FolderPlan) -> None:
    """Copy a person's own folder into the bucket, and say what came of each file."""
    for what, count in sorted(plan.left_out.items()):
        if count:
            say(f"left out: {count} {what}")
    s3 = local_client("s3", endpoints.aws_endpoint)
    taken = take_folder(s3, endpoints.bucket, plan.photos, ProgressLine("copying"))
    for path, reason in (*plan.unusable, *taken.failed):
        say(f"not taken in: {path}: {reason}")
    failed = len(plan.unusable) + len(taken.failed)
    say(f"{len(taken.copied)} copied, {taken.present} already there, {failed} failed")
    await_thumbnails(endpoints, len(taken.copied))


def take_in_sample_album(data: Path, endpoints: Endpoints) -> None:
    """Paint the sample album and copy it, once in the life of a data folder that began empty."""
    marker = data / "sample-album"
    s3 = local_client("s3", endpoints.aws_endpoint)
    if not marker.exists() and s3.list_objects_v2(Bucket=endpoints.bucket, MaxKeys=1)["KeyCount"]:
        marker.write_text("not wanted: the bucket held photos already\n")
    if marker.exists() and marker.read_text() != BEGUN:
        return
    marker.write_text(BEGUN)
    folder = BUILD_FOLDER / "sample-album"
    paint_sample_album(folder)
    plan = plan_folder(folder)
    take_folder(s3, endpoints.bucket, plan.photos, ProgressLine("copying the sample album"))
    marker.write_text("taken in\n")
    await_thumbnails(endpoints, len(plan.photos))


def paint_sample_album(folder: Path) -> None:
    """Paint what is missing of the sample album; kept with the builds, since it takes a while."""
    write_album(folder, ProgressLine("painting the sample album"))


def await_thumbnails(endpoints: Endpoints, expected: int) -> None:
    """Show how the thumbnails come along until the queue of uploads is empty."""
    if not expected:
        return
    sqs = local_client("sqs", endpoints.aws_endpoint)
    owner = SignedIn(endpoints.page, endpoints.email, endpoints.password)
    show = ProgressLine("making thumbnails")
    before: dict[str, int] | None = None
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < THUMBNAIL_PATIENCE_SECONDS:
        attributes = sqs.get_queue_attributes(
            QueueUrl=endpoints.queues["uploads"], AttributeNames=list(WAITING_ATTRIBUTES)
        )["Attributes"]
        waiting = sum(int(attributes[name]) for name in WAITING_ATTRIBUTES)
        stats = read_stats(owner)
        if stats != before:
            before, idle_since = stats, time.monotonic()
        done = stats.get("total", 0) - stats.get("without_thumbnail", 0)
        if waiting == 0 and time.monotonic() - idle_since > SETTLED_SECONDS:
            break
        show(min(done, expected), expected)
        time.sleep(0.5)
    stats = read_stats(owner)
    missing = stats.get("without_thumbnail", 0)
    say(f"{stats.get('total', 0)} photos and videos in the gallery, {missing} without a thumbnail")


def read_stats(owner: SignedIn) -> dict[str, int]:
    """The gallery's totals; nothing when it can't say right now."""
    try:
        answer = owner.get("/api/gallery/stats")
        stats: dict[str, int] = answer.json() if answer.status == 200 else {}
    except (urllib3.exceptions.HTTPError, SignInError, ValueError):
        return {}
    return stats


class Chores:
    """What a start does besides, in the background: reconcile after an unclean stop, then audit."""

    def __init__(self, gallery: Gallery) -> None:
        self._environment = {**os.environ, **gallery.endpoints.environment()}
        self._commands = [("audit", AUDIT)]
        self._due = gallery.emulator.data / RECONCILE_DUE
        if self._due.exists():
            say("the last stop was not clean: looking for photos whose rows were lost")
            self._commands.insert(0, ("reconcile", RECONCILE))
        self._process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run_all, name="chores", daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End what runs; each command may be interrupted and run again."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._thread.join(10)

    def _run_all(self) -> None:
        for name, arguments in self._commands:
            if self._stopping.is_set():
                return
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,  # Ctrl-C is ours to pass on
            )
            output, _ = self._process.communicate()
            if self._stopping.is_set():
                return
            say(chore_line(name, self._process.returncode, output))
            if name == "reconcile" and self._process.returncode == 0:
                self._due.unlink(missing_ok=True)


def chore_line(name: str, status: int, output: str) -> str:
    """What to tell of a command that ran in the background: its error, or its own last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")] if status else []
    last = (errors or lines or ["nothing said"])[-1]
    return f"{name}: {last}" if status == 0 else f"{name} failed with status {status}: {last}"


def welcome(endpoints: Endpoints, platform: str) -> str:
    """Where the gallery is, and how its owner signs in.

    Args:
        endpoints: Of a running gallery.
        platform: As in `sys.platform`.
    """
    # its cookies are secure ones: https://bugs.webkit.org/show_bug.cgi?id=281149
    safari = "\n    Safari keeps no sign-in at localhost: use another browser.\n"
    return (
        f"\n    {endpoints.page}/gallery\n\n"
        f"    e-mail    {endpoints.email}\n"
        f"    password  {endpoints.password}\n" + (safari if platform == "darwin" else "")
    )


def wait_for_the_end(gallery: Gallery) -> int:
    """Wait for Ctrl-C; FAILED when the embedded AWS ended by itself."""
    while gallery.emulator.is_running():
        time.sleep(0.5)
    say(
        "the embedded AWS ended unexpectedly; its last words are in "
        f"{gallery.emulator.data / 'emulator.log'}. Run again: what is in the bucket is found."
    )
    return FAILED


def end(gallery: Gallery, status: int) -> int:
    """Stop everything; FAILED when the state could not be written."""
    say("\nwriting the gallery's state …")
    if gallery.stop():
        say("stopped; nothing is lost")
        return status
    say(f"the state was not written; see {gallery.emulator.data / 'emulator.log'}")
    return FAILED


def main() -> int:
    """Run the gallery; 0 after a clean stop, 1 when something failed, 2 for bad usage."""
    # Both end it; SIGINT also where a shell started it in the background, ignoring Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gallery: Gallery | None = None
    chores: Chores | None = None
    status = DONE
    try:
        wishes = read_wishes(os.environ)
        plan = check(wishes)
        started = time.monotonic()
        gallery = start(wishes)
        seconds = time.monotonic() - started
        say(f"the gallery answers at {gallery.endpoints.page}/gallery after {seconds:.1f} s")
        chores = Chores(gallery)
        chores.start()
        if plan is None:
            take_in_sample_album(wishes.data, gallery.endpoints)
        else:
            take_in_album(gallery.endpoints, plan)
        say(welcome(gallery.endpoints, sys.platform))
        say(f"Ctrl-C ends it; every photo stays in {wishes.data}")
        status = wait_for_the_end(gallery)
    except KeyboardInterrupt:
        pass
    except (UsageError, FolderError, FolderInUseError) as error:
        print(error, file=sys.stderr)
        status = BAD_USAGE
    except FAILURES as error:
        print(f"the gallery can't run: {error}", file=sys.stderr)
        status = FAILED
    finally:
        # a second Ctrl-C must not cut the state short
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if chores is not None:
            chores.stop()
        if gallery is not None:
            status = end(gallery, status)
    return status


def check(wishes: Wishes) -> FolderPlan | None:
    """What to take in; refuses what can't work before anything slow begins.

    Raises:
        UsageError: The port is in use, or the data folder can't be written.
        FolderError: The album can't be taken in.
    """
    if not is_port_free(wishes.port):
        raise UsageError(
            f"port {wishes.port} is in use; choose another: PORT={wishes.port + 1} make run"
        )
    try:
        wishes.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"data folder {wishes.data}: {error.strerror}") from error
    return plan_folder(wishes.album.resolve()) if wishes.album else None


if __name__ == "__main__":
    sys.exit(main())
