"""Where originals are decoded: here, or in a process of its own that may die alone.

Decoders are C code that strangers' bytes are fed to. Those that read the plain formats
within little memory run here, unless they give up. All others (HEIF, AVIF, TIFF, RAW, video,
whatever needs much memory or many passes) run in a child process with a limit on its memory
and on its time; what ends the child becomes the photo's typed error.
"""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, TypeVar

from chalicelib.errors import DecoderMissingError
from chalicelib.imaging.appetite import appetite
from chalicelib.imaging.child import Child, ChildDiedError
from chalicelib.imaging.develop import Rendition
from chalicelib.imaging.examine import Examined, examine, examine_preview
from chalicelib.imaging.facts import Facts
from chalicelib.imaging.jpeg_header import read_beginning, read_jpeg_header
from chalicelib.imaging.sniff import Format, sniff_file

Answer = TypeVar("Answer")

_PLAIN = ("jpeg", "png", "webp", "gif", "bmp")
_LITTLE_BYTES = 64 << 20


class Darkroom:
    """Decodes originals; threads may share one.

    Args:
        isolate_all: Decode nothing in this process. Children are processes, so that as many
            processors are used as there are children.
        workers: How many children at most.
        seconds: Given to a child for one original.
        max_bytes: Memory that a child may have.
    """

    def __init__(
        self,
        *,
        isolate_all: bool = False,
        workers: int = 2,
        seconds: float = 50,
        max_bytes: int = 768 << 20,
    ) -> None:
        self._isolate_all = isolate_all
        self._seconds = seconds
        self._max_bytes = max_bytes
        # The one used last is used next: a second child starts only when it is needed.
        self._idle: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def draw(self, file: BinaryIO, size_bytes: int) -> Examined:
        """Read an original's facts and draw its renditions.

        Args:
            file: Seekable. What it raises itself comes through as it is.
            size_bytes: Of the file.

        Raises:
            DecoderMissingError: This deployment can't tell; one with every decoder can.
            StorageUnavailableError: No process can be started; passing.
        """
        found = _sniffed(file)
        if self._is_plain(found, file, size_bytes):
            with suppress(DecoderMissingError):
                return examine(file, size_bytes, ask_others=False)
        try:
            return self._in_child(lambda child: child.examine(file, size_bytes, self._seconds))
        except ChildDiedError as death:
            return Examined(death.facts or _bare_facts(found), death.verdict)

    def draw_preview(self, file: BinaryIO, size_bytes: int) -> Rendition:
        """Draw an original's large rendition.

        Raises:
            UndrawableError: There can be none.
            DecoderMissingError, StorageUnavailableError: As above.
        """
        if self._is_plain(_sniffed(file), file, size_bytes):
            with suppress(DecoderMissingError):
                return examine_preview(file, size_bytes, ask_others=False)
        try:
            return self._in_child(lambda child: child.preview(file, size_bytes, self._seconds))
        except ChildDiedError as death:
            raise death.verdict from death

    def close(self) -> None:
        """End the children that have nothing to do."""
        idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for child in idle:
            if child is not None:
                child.end()
            self._idle.put(None)

    def _is_plain(self, found: Format | None, file: BinaryIO, size_bytes: int) -> bool:
        if found is None:
            return True  # nothing will be decoded
        if self._isolate_all or found.name not in _PLAIN:
            return False
        if found.name == "jpeg" and read_jpeg_header(read_beginning(file)).is_held:
            return False  # a small file may go over all of its pixels a thousand times
        needed = appetite(file, size_bytes, found)
        file.seek(0)
        return needed is not None and needed <= _LITTLE_BYTES

    def _in_child(self, work: Callable[[Child], Answer]) -> Answer:
        with self._a_child() as child:
            is_fresh = child.is_fresh
            try:
                return work(child)
            except ChildDiedError as death:
                # One that has worked before may have died of that: a fresh one decides.
                if is_fresh or death.verdict.reason == "timeout":
                    raise
        with self._a_child() as child:
            return work(child)

    @contextmanager
    def _a_child(self) -> Iterator[Child]:
        child = self._idle.get()
        try:
            if child is None:
                child = Child(self._max_bytes)
            yield child
        finally:
            if child is not None and not child.is_usable:
                child.end()
                child = None
            self._idle.put(child)


def _sniffed(file: BinaryIO) -> Format | None:
    found = sniff_file(file)
    file.seek(0)
    return found


def _bare_facts(found: Format | None) -> Facts:
    """What is known of a file that no decoder survived."""
    if found is None:
        return Facts()
    return Facts(file_type="video" if found.kind == "video" else "image", mime_type=found.mime_type)
