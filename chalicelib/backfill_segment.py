"""The backfill as a Lambda: a segment of the rows, call by call until it is done.

A state machine asks for a plan, goes on with each of its parts until that is done, and has
their reports added up. What a part answers is the event of its next call.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.backfill_parts import Part, Reached, merged_report, plan_parts
from chalicelib.backfill_report import Candidate
from chalicelib.backfill_thumbnails import candidates, make_one
from chalicelib.create_thumbnail import Studio
from chalicelib.parallel import in_parallel

# Rows that are put in order at a time: 80 MB.
MAX_WINDOW = 200_000
# Drawing waits for the network; more than these would not make one processor busier.
WORKERS = 4
# Four photos may wait for two processes, which are given 50 s for each of them and a second try.
_RESERVE_SECONDS = 250.0


def backfill(
    event: Mapping[str, Any], studio: Studio, seconds_left: Callable[[], float]
) -> dict[str, Any]:
    """Answer one call of the Lambda.

    Args:
        event: ``{"plan": options}`` asks for ``{"parts": [event]}``, one for each segment;
            ``{"merge": [answer]}`` for ``{"report": report}``; anything else is a `Part`, which
            is gone on with.
        studio: The rows and the bucket.
        seconds_left: Until the call is over.

    Raises:
        InvalidStateTokenError, ValueError: The event is malformed.
        SetupError, StorageUnavailableError: The table or the bucket is out of reach.
    """
    if "plan" in event:
        return {"parts": plan_parts(event["plan"])}
    if "merge" in event:
        return {"report": merged_report(event["merge"])}
    return go_on(Part.parse(event), studio, seconds_left)


def go_on(
    part: Part,
    studio: Studio,
    seconds_left: Callable[[], float],
    window_size: int = MAX_WINDOW,
    page_size: int | None = None,
) -> dict[str, Any]:
    """Make photos of a segment in order, until it is done or time is up; at least one.

    A photo that was begun is finished. What was tried is not tried again by later calls, however
    it ended.

    Args:
        part: The segment, and how far earlier calls came.
        studio: The rows and the bucket.
        seconds_left: Until the call is over.
        window_size: Rows that are put in order at a time.
        page_size: As for `candidates`.

    Returns:
        The event of the next call.
    """
    budget = seconds_left()
    # Reading is repeated by each call, so that it may not take most of it.
    may_read = _while(seconds_left, 2 * budget / 3)
    may_begin = _while(seconds_left, min(_RESERVE_SECONDS, budget / 3))
    has_tried = False
    while True:
        window = _Window.read(part, studio, may_read, window_size, page_size)
        part = part.at(window.reached)
        while window.waiting and not part.is_full and (may_begin() or not has_tried):
            tried = _make(part, window.waiting, studio, may_begin)
            has_tried = True
            part = part.at(dataclasses.replace(window.reached, position=tried))
            window.drop_up_to(tried)
        if part.is_full or (not window.waiting and window.reached.last is None):
            return part.answer(is_done=True)
        if window.waiting:
            return part.answer(is_done=False)
        part = part.at(Reached(after=window.reached.last))
        if not may_read():
            return part.answer(is_done=False)


@dataclass
class _Window:
    """Rows that lie side by side in the table.

    Attributes:
        reached: Where they lie.
        waiting: Those to be tried, in order.
    """

    reached: Reached
    waiting: list[Candidate]

    @classmethod
    def read(
        cls,
        part: Part,
        studio: Studio,
        may_read: Callable[[], bool],
        size: int,
        page_size: int | None,
    ) -> "_Window":
        """Read a window; where it is new, count its rows, and end it when time is up."""
        begun = part.reached
        waiting: list[Candidate] = []
        last = begun.last
        found = candidates(
            studio,
            part.selection,
            segment=part.segment,
            total_segments=part.segments,
            after=begun.after,
            until=begun.last,
            page_size=page_size,
        )
        for number, candidate in enumerate(found, 1):
            if not begun.is_read:
                part.report.count(candidate)
            is_wanted = part.migrate and candidate.verdict in ("needed", "unsure")
            if is_wanted and candidate.position > begun.position:
                waiting.append(candidate)
            if begun.is_read:
                if number == 2 * size:  # its last row was deleted: what is beyond comes later
                    break
            elif number == size or not may_read():
                last = candidate.id
                break
        waiting.sort(key=lambda candidate: candidate.position)
        return cls(dataclasses.replace(begun, last=last, is_read=True), waiting)

    def drop_up_to(self, position: tuple[str, str, str]) -> None:
        """Forget what was tried."""
        self.waiting = [later for later in self.waiting if later.position > position]


def _make(
    part: Part, waiting: list[Candidate], studio: Studio, may_begin: Callable[[], bool]
) -> tuple[str, str, str]:
    """Try photos in order, at least one, and record them; returns the last one's position."""
    room = len(waiting) if part.limit is None else part.limit - part.report.processed
    begun: list[Candidate] = []

    def beginning() -> Iterator[Candidate]:
        for candidate in waiting[:room]:
            begun.append(candidate)
            yield candidate

    results = in_parallel(
        lambda candidate: make_one(studio, candidate, part.selection),
        beginning(),
        WORKERS,
        lambda: bool(begun) and not may_begin(),
    )
    for candidate, result in results:
        part.report.record(candidate, result)
    return begun[-1].position


def _while(seconds_left: Callable[[], float], reserve: float) -> Callable[[], bool]:
    return lambda: seconds_left() > reserve
