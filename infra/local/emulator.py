"""The embedded AWS: MiniStack in its own environment, on loopback, its data in one folder."""

import fcntl
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.local.saved_state import Say, prepare_saved_state, settle_port

REGION = "us-east-1"
ACCOUNT = "000000000000"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
CHILD = Path(__file__).with_name("ministack_child.py")
START_SECONDS = 60.0
SAVE_SECONDS = 60.0
"""How long a stopping emulator may take to write its state (13 s at 118,000 items)."""
PRIVATE_UMASK = 0o077
"""What it writes is for nobody else of this machine: the keys that sessions are signed with."""


class EmulatorError(Exception):
    """The embedded AWS can't run; the message says why and what to do."""


class FolderInUseError(EmulatorError):
    """Another gallery runs on the same data folder."""


@dataclass(frozen=True)
class Emulator:
    """A running embedded AWS.

    Attributes:
        process: Its process; closing its standard input stops it.
        url: Such as ``http://127.0.0.1:49152``.
        data: Its folder.
    """

    process: "subprocess.Popen[bytes]"
    url: str
    data: Path

    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process.poll() is None

    def stop(self) -> bool:
        """Stop it and wait until its state is written.

        Returns:
            Whether the state was written.
        """
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(SAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return not (self.data / "unclean").exists()


def start_emulator(python: Path, data: Path, say: Say) -> Emulator:
    """Start the embedded AWS on a data folder and wait until it answers.

    Args:
        python: The interpreter of the emulator's own environment.
        data: Folder of its state and objects; made when missing.
        say: Told what a person should know.

    Raises:
        FolderInUseError: Another gallery runs on this folder.
        EmulatorError: It does not start.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("a+") as lock:
        _take_lock(lock.fileno(), data / "lock", say)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        keep_private(data / "state")
        prepare_saved_state(data, say)
        (data / "unclean").touch()
        scratch = data / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        port = settle_port(data)
        log = data / "emulator.log"
        if log.exists():
            log.replace(data / "emulator.previous.log")
        with open(log, "wb", opener=_open_private) as output:
            process = subprocess.Popen(
                [str(python), "-u", str(CHILD), str(data)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=emulator_environment(data, port),
                cwd=data,
                # its own session: Ctrl-C is ours to pass on, once nothing needs it any more
                start_new_session=True,
                # the lock is held until the emulator itself has ended, not only its parent
                pass_fds=[lock.fileno()],
                umask=PRIVATE_UMASK,
            )
    emulator = Emulator(process, f"http://127.0.0.1:{port}", data)
    try:
        _wait_until_ready(emulator, log)
    except BaseException:  # Ctrl-C, too: nothing is left behind
        emulator.stop()
        raise
    return emulator


def emulator_environment(data: Path, port: int) -> dict[str, str]:
    """What MiniStack and the Lambdas below it see: nothing of the person's own AWS or Docker."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH", "TZ") if name in os.environ}
    return {
        **kept,
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_HOST": "127.0.0.1",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(data / "tmp"),
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{data / 'no-docker'}",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LOG_LEVEL": "INFO",
    }


def keep_private(state: Path) -> None:
    """Shut others of this machine out of a folder of state that an earlier version left open."""
    if state.exists():
        state.chmod(0o777 & ~PRIVATE_UMASK)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o666 & ~PRIVATE_UMASK)


def _take_lock(descriptor: int, path: Path, say: Say) -> None:
    deadline = time.monotonic() + SAVE_SECONDS
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = path.read_text(encoding="utf-8").strip()
            if owner.isdigit() and _is_alive(int(owner)):
                raise FolderInUseError(
                    f"a gallery already runs on {path.parent} (process {owner}); "
                    "stop it, or choose another folder with CONTACTSHEET_DATA=…"
                ) from None
            if time.monotonic() > deadline:
                raise FolderInUseError(
                    f"the last gallery on {path.parent} is still writing its state after "
                    f"{SAVE_SECONDS:.0f} s; wait, then try again"
                ) from None
            if not told:
                say("waiting for the last gallery, which is still writing its state …")
                told = True
            time.sleep(0.1)
        else:
            return


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _wait_until_ready(emulator: Emulator, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not emulator.is_running():
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            raise EmulatorError(
                "the embedded AWS ended at once; its last lines:\n" + "\n".join(lines)
            )
        try:
            with urllib.request.urlopen(f"{emulator.url}/_ministack/ready", timeout=5):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise EmulatorError(f"the embedded AWS did not answer within {START_SECONDS:.0f} s; see {log}")
