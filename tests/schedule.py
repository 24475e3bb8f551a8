"""Run several things at once, one request of one of them at a time, in an order given."""

import threading
from collections.abc import Callable, Iterator, Sequence

from tests.memory import Killed, Wire

# Instead of a turn: whoever's turn it would be dies before its request.
KILL = -1


def run_interleaved(wire: Wire, tasks: Sequence[Callable[[], object]], turns: Iterator[int]) -> int:
    """Run tasks, each in a thread that waits for its turn before every request.

    Args:
        wire: What their requests go through.
        tasks: What to run; what they raise comes out, but for `Killed`.
        turns: Whose turn it is next, modulo the number of those still running; `KILL`
            lets the first of them die.

    Returns:
        How many were killed.
    """
    workers = [_Worker(task) for task in tasks]
    by_thread = {worker.thread.ident: worker for worker in workers if worker.start()}
    wire.before("*", lambda _: by_thread[threading.get_ident()].pause(), None)
    for worker in workers:
        worker.begin()
    killed = 0
    try:
        while running := [worker for worker in workers if not worker.is_done()]:
            turn = next(turns, 0)
            if turn == KILL:
                killed += 1
            running[turn % len(running) if turn >= 0 else 0].go_on(die=turn == KILL)
    finally:
        wire.clear()
    for worker in workers:
        if worker.error is not None:
            raise worker.error
    return killed


class _Worker:
    def __init__(self, task: Callable[[], object]) -> None:
        self.error: BaseException | None = None
        self._task = task
        self._may_go = _shut()
        self._waits = _shut()
        self._dies = False
        self._done = False
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> bool:
        self.thread.start()
        return True

    def begin(self) -> None:
        """Run up to the first request."""
        self._may_go.release()
        self._waits.acquire()

    def go_on(self, *, die: bool) -> None:
        """Serve the request that is waited with, and run up to the next one."""
        self._dies = die
        self.begin()

    def is_done(self) -> bool:
        return self._done

    def pause(self) -> None:
        self._waits.release()
        self._may_go.acquire()
        if self._dies:
            raise Killed

    def _run(self) -> None:
        self._may_go.acquire()
        try:
            self._task()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 (told to the test by run_interleaved)
            self.error = error
        finally:
            self._done = True
            self._waits.release()


def _shut() -> threading.Lock:
    """A gate that the next to come waits at; not a Semaphore, which costs several times as much."""
    gate = threading.Lock()
    gate.acquire()
    return gate
