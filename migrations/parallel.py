"""Work and reading in several threads, with a bounded number of things under way."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_PIECE = 100
_PIECES_WAITING = 8
_STOP_SECONDS = 0.1


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], workers: int, is_stopped: Callable[[], bool]
) -> Iterator[tuple[T, R]]:
    """Work on items in threads; each with its result, as they are done.

    Args:
        work: Done in a thread.
        items: Taken one by one, as a worker is free.
        workers: How many threads.
        is_stopped: When it says so nothing new is begun; what is under way is finished.

    Raises:
        Exception: What `work` raised first; after the rest under way was finished.
    """
    waiting = iter(items)
    failure: BaseException | None = None
    under_way: dict[Future[R], T] = {}
    with ThreadPoolExecutor(workers) as pool:
        while True:
            while len(under_way) < workers and failure is None and not is_stopped():
                item = next(waiting, None)
                if item is None:
                    break
                under_way[pool.submit(work, item)] = item
            if not under_way:
                break
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                item = under_way.pop(future)
                error = future.exception()
                if error is None:
                    yield item, future.result()
                else:
                    failure = failure or error
    if failure is not None:
        raise failure


def merged(sources: Sequence[Iterable[T]]) -> Iterator[T]:
    """Read several sources at once, each in a thread of its own; little is read ahead.

    Raises:
        Exception: What reading one of them raised.
    """
    pieces: queue.Queue[list[T] | BaseException | None] = queue.Queue(_PIECES_WAITING)
    is_over = threading.Event()

    def put(piece: list[T] | BaseException | None) -> None:
        while not is_over.is_set():
            try:
                return pieces.put(piece, timeout=_STOP_SECONDS)
            except queue.Full:
                continue
        raise _NobodyReadsError

    def read(source: Iterable[T]) -> None:
        try:
            piece: list[T] = []
            for item in source:
                piece.append(item)
                if len(piece) == _PIECE:
                    put(piece)
                    piece = []
            put(piece)
            put(None)
        except _NobodyReadsError:
            return
        except BaseException as error:  # noqa: BLE001 (raised again by who reads the pieces)
            _put_last(put, error)

    threads = [threading.Thread(target=read, args=(source,), daemon=True) for source in sources]
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


class _NobodyReadsError(Exception):
    """The reader of the pieces has gone."""


def _put_last(put: Callable[[BaseException], None], error: BaseException) -> None:
    try:
        put(error)
    except _NobodyReadsError:
        return
