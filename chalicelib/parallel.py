"""Work in several threads, with a bounded number of things under way."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], workers: int, is_stopped: Callable[[], bool]
) -> Generator[tuple[T, R], None, None]:
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
