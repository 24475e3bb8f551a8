"""Reading in several threads, little of it ahead."""

import queue
import threading
from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from typing import TypeAlias, TypeVar

T = TypeVar("T")
# What a reading thread hands over: items, or its end, well or badly.
Pieces: TypeAlias = "queue.Queue[list[T] | BaseException | None]"

_PIECE = 100
_PIECES_WAITING = 8
_STOP_SECONDS = 0.1


def merged(sources: Sequence[Iterable[T]]) -> Generator[T, None, None]:
    """Read several sources at once, each in a thread of its own; little is read ahead.

    Raises:
        Exception: What reading one of them raised.
    """
    pieces: Pieces[T] = queue.Queue(_PIECES_WAITING)
    is_over = threading.Event()
    threads = [
        threading.Thread(target=_read, args=(source, pieces, is_over), daemon=True)
        for source in sources
    ]
    for thread in threads:
        thread.start()
    left = len(threads)
    try:
        while left:
            piece = pieces.get()
            if isinstance(piece, BaseException):
                raise piece
            if piece is None:
                left -= 1
            else:
                yield from piece
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _read(source: Iterable[T], pieces: "Pieces[T]", is_over: threading.Event) -> None:
    waiting = iter(source)
    last: BaseException | None = None
    try:
        while piece := list(islice(waiting, _PIECE)):
            if not _put(piece, pieces, is_over):
                return
    except BaseException as error:  # noqa: BLE001 (raised again by who reads the pieces)
        last = error
    _put(last, pieces, is_over)


def _put(
    piece: list[T] | BaseException | None, pieces: "Pieces[T]", is_over: threading.Event
) -> bool:
    """Hand a piece over; whether anybody still takes it."""
    while not is_over.is_set():
        try:
            pieces.put(piece, timeout=_STOP_SECONDS)
        except queue.Full:
            continue
        return True
    return False
