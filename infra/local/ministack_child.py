"""Run by the embedded AWS's own Python, which has none of our packages: MiniStack on a leash.

Standard input is a pipe from the parent. When it closes, in whatever way the parent died, the
emulator stops gracefully, and so writes its state. Once it has, the folder's ``unclean`` marker
goes; whoever finds one knows that the last stop lost something.

    python ministack_child.py DATA_FOLDER
"""

import hashlib
import os
import signal
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

READ_SIZE = 4096


def stop_with_parent() -> None:
    """Ask this process to end once the parent closed the pipe."""
    while os.read(sys.stdin.fileno(), READ_SIZE):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def unpack_once(folder: Path) -> None:
    """Let all processes of functions with the same code read it in one place.

    MiniStack unpacks it for each of them anew: a second or two of work, up to 230 MB.

    Args:
        folder: Where the code is kept, by what is in it.
    """
    unpack = zipfile.ZipFile.extractall
    one_at_a_time = threading.Lock()

    def share(archive: zipfile.ZipFile, path=None, members=None, pwd=None) -> None:  # type: ignore[no-untyped-def]
        wanted = Path(path or "")
        if wanted.name != "code" or archive.filename is None:
            unpack(archive, path, members, pwd)
            return
        with Path(archive.filename).open("rb") as packed:
            kept = folder / f"code-{hashlib.file_digest(packed, 'sha256').hexdigest()}"
        with one_at_a_time:
            if not kept.exists():
                half = kept.with_suffix(".half")
                unpack(archive, half)
                half.rename(kept)
        wanted.rmdir()
        wanted.symlink_to(kept)

    zipfile.ZipFile.extractall = share  # type: ignore[method-assign, assignment]


def main() -> int:
    """Serve until SIGTERM or until the parent is gone; 0 when the state was written."""
    data = Path(sys.argv[1])
    started = time.time()
    leash = threading.Thread(target=stop_with_parent, name="leash", daemon=True)

    from ministack.app import main as serve  # type: ignore[import-not-found]  # in its own venv

    leash.start()
    unpack_once(Path(tempfile.gettempdir()))
    sys.argv = sys.argv[:1]
    try:
        serve()
    except SystemExit as stopped:
        if stopped.code not in (0, None):
            return 1
    state = data / "state" / "dynamodb.json"
    if state.exists() and state.stat().st_mtime >= started:
        (data / "unclean").unlink(missing_ok=True)
        return 0
    return 1


if __name__ == "__main__":
    # no exit handlers: worker threads of a stopped emulator have nothing left to say
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
