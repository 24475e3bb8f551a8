"""The upload function in processes of its own, which may be killed at any moment.

python -m tests.faults.mortal_function ADDRESS [MEMORY_BYTES]

For each key on stdin it forks a process that takes the key in, tells the process's id, and then
how it ended.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.imaging.darkroom import Darkroom
from chalicelib.take_in import take_in
from tests.faults.served import a_studio

ROOT = Path(__file__).parents[2]


class MortalFunction:
    """Starts one process after the other, each for one key."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def begin(self, key: str) -> int:
        """Begin to take a key in; gives the id of the process that does it."""
        assert self._process.stdin is not None
        print(key, file=self._process.stdin, flush=True)
        return int(self._line())

    def end(self) -> int:
        """How that process ended: its exit status, or less than 0 for a signal."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def a_mortal_function(address: str, memory_bytes: int | None = None) -> Iterator[MortalFunction]:
    """Inside, processes take in what a served gallery has.

    Args:
        address: Of the gallery.
        memory_bytes: Address space of each process and of those it starts; None for all.
    """
    command = [sys.executable, "-m", "tests.faults.mortal_function", address]
    if memory_bytes is not None:
        command.append(str(memory_bytes))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield MortalFunction(process)
        assert process.stdin is not None
        process.stdin.close()


def main(address: str, memory_bytes: int | None) -> None:
    """Answer until stdin ends."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            if memory_bytes is not None:
                resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
            darkroom = Darkroom()
            take_in(line.rstrip("\n"), a_studio(address, darkroom))
            darkroom.close()
            os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
