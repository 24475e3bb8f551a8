"""The embedded AWS's own virtual environment: made once, finished or not there."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.local.emulator import EmulatorError
from infra.local.saved_state import Say

ROOT = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = ROOT / "requirements-emulator.txt"
DEFAULT_FOLDER = ROOT / ".tools" / "emulator"


def provide_emulator_python(say: Say, folder: Path = DEFAULT_FOLDER) -> Path:
    """The interpreter that runs the embedded AWS; the same minor version as this one.

    Its Lambdas run on it too, so the wheels in our zips must fit it, and it must hold none of the
    application's packages.

    Args:
        say: Told when the environment is made, which takes half a minute.
        folder: Where it lies.

    Raises:
        EmulatorError: It can't be made.
    """
    wanted = hashlib.sha256(f"{sys.version}\n{REQUIREMENTS.read_text()}".encode()).hexdigest()
    stamp, python = folder / "made-from", folder / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == wanted and python.exists():
        return python
    say("making the embedded AWS's environment …")
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    _run(
        [
            *(str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
            *("--only-binary=:all:", "--requirement", str(REQUIREMENTS)),
        ]
    )
    stamp.write_text(wanted)  # last: a half-made environment has none
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        hint = ""
        if "ensurepip" in done.stdout:
            hint = "\ninstall the venv module first, on Debian: apt-get install python3-venv"
        raise EmulatorError(
            f"`{' '.join(command[:4])} …` failed with status {done.returncode}:\n"
            f"{done.stdout.strip()[-2000:]}{hint}"
        )
