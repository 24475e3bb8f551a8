"""The child's side: decode one original after the other, until the parent is gone.

python -m chalicelib.imaging.worker PIPE MAX_BYTES
"""

import io
import math
import os
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any, BinaryIO, cast

from chalicelib.errors import DecoderMissingError, UndrawableError
from chalicelib.imaging.develop import Drawing
from chalicelib.imaging.examine import examine_facts, examine_picture, examine_preview
from chalicelib.imaging.wire import PIECE_BYTES, pack, pack_facts, unpack

_BUFFER_BYTES = 1 << 18
# Some decoders use several at once.
_PROCESSORS = 4
_NO_MEMORY = "It needs more memory than there is."


class _PipedFile(io.RawIOBase):
    """A file whose bytes the parent hands out."""

    def __init__(self, pipe: Connection, size_bytes: int) -> None:
        super().__init__()
        self._pipe = pipe
        self._size_bytes = size_bytes
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        self._position = max(0, base[whence] + offset)
        return self._position

    def readall(self) -> bytes:
        whole = bytearray()
        while piece := self._piece(PIECE_BYTES):
            whole += piece
        return bytes(whole)

    def readinto(self, buffer: Any) -> int:
        piece = self._piece(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def _piece(self, length: int) -> bytes:
        self._pipe.send_bytes(pack({"read": [self._position, length]}))
        piece = self._pipe.recv_bytes()
        self._position += len(piece)
        return piece


def main(pipe: Connection, max_bytes: int) -> None:
    """Serve the parent until it closes the pipe."""
    resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the parent decides when it ends
    _silence()
    pipe.send_bytes(pack({"ready": True}))
    while True:
        try:
            head, _ = unpack(pipe.recv_bytes())
            _limit_processor(head["seconds"])
            pipe.send_bytes(_answer(head, pipe))
        except (EOFError, ConnectionError):
            return


def _answer(head: dict[str, Any], pipe: Connection) -> bytes:
    size_bytes = head["size_bytes"]
    raw = _PipedFile(pipe, size_bytes)
    file = cast(BinaryIO, io.BufferedReader(raw, _BUFFER_BYTES))
    try:
        if head["do"] == "preview":
            preview = examine_preview(file, size_bytes)
            return pack({"preview": [preview.width, preview.height]}, preview.data)
        pipe.send_bytes(pack({"facts": pack_facts(examine_facts(file, size_bytes))}))
        return _packed(examine_picture(file, size_bytes))
    except UndrawableError as error:
        return pack({"undrawable": {"reason": error.reason, "detail": error.detail}})
    except DecoderMissingError as error:
        return pack({"missing": str(error)})
    except MemoryError:
        return pack({"undrawable": {"reason": "out-of-memory", "detail": _NO_MEMORY}})
    except (EOFError, ConnectionError):
        raise
    except Exception:  # noqa: BLE001 (a bug of ours: told to the parent, not the photo's fault)
        return pack({"bug": traceback.format_exc()})


def _packed(drawing: Drawing) -> bytes:
    values = {
        "thumb": [drawing.thumb.width, drawing.thumb.height],
        "small": [drawing.small.width, drawing.small.height],
        "width": drawing.width,
        "height": drawing.height,
        "damaged": drawing.damaged,
    }
    return pack({"drawing": values}, drawing.thumb.data, drawing.small.data, drawing.thumbhash)


def _limit_processor(seconds: float) -> None:
    """Die of a job that goes on for ever, even where the parent is not there any more to say so."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    soft = math.ceil(used + _PROCESSORS * seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _silence() -> None:
    """Decoders write remarks about odd files to the terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])), int(sys.argv[2]))
