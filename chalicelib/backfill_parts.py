"""What the backfill's state machine hands round: a plan's parts, how far each is, their reports."""

import base64
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from chalicelib.backfill_report import BackfillReport
from chalicelib.backfill_thumbnails import Selection
from chalicelib.domain.object_key import GALLERY
from chalicelib.errors import InvalidStateTokenError

# All answers lie in the 256 kB that a state may hold, the report in the 32 kB of a cause.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_SEGMENTS = 200
_NAMED_BYTES = 16_000
MAX_IDS_NAMED = 100
_OPTIONS: Mapping[str, type] = {
    "migrate": bool,
    "segments": int,
    "gallery": str,
    "limit": int,
    "retry_failed": bool,
    "remake": bool,
}
# `is_done` is what it answers; it comes back with the rest.
_FIELDS: Mapping[str, type] = {
    **_OPTIONS,
    "segment": int,
    "token": str,
    "report": dict,
    "is_done": bool,
}
_FAILED_IDS = "failed_ids"


@dataclass(frozen=True)
class Reached:
    """How far a part is.

    Rows come from the table in no order. They are read a window at a time, and the photos of
    a window are made in order of their positions.

    Attributes:
        after: Id of the row before the window; None at the segment's beginning.
        last: Id of the window's last row; None up to the segment's end.
        is_read: Whether the window was read, and its rows were counted.
        position: Of the last photo of it that was tried.
    """

    after: str | None = None
    last: str | None = None
    is_read: bool = False
    position: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class Part:
    """One call for one segment.

    Attributes:
        migrate: Make thumbnails; else only count.
        segment: Which one, from 0.
        segments: How many there are.
        selection: Which photos are wanted.
        limit: At most so many are tried in all calls; None for no limit.
        reached: How far earlier calls came.
        report: What they did.
        failed_ids: Some of the photos that they could not make.
    """

    migrate: bool = False
    segment: int = 0
    segments: int = 1
    selection: Selection = field(default_factory=Selection)
    limit: int | None = None
    reached: Reached = field(default_factory=Reached)
    report: BackfillReport = field(default_factory=BackfillReport)
    failed_ids: tuple[str, ...] = ()

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> "Part":
        """Read the event of a call.

        Raises:
            InvalidStateTokenError: Its token is not one of ours, or of another run.
            ValueError: A field is unknown, of another type or out of range; the message names it.
        """
        _check(event, _FIELDS)
        segments = _number(event, "segments", 1, MAX_SEGMENTS, 1)
        report, failed_ids = _parse_report(event.get("report") or {})
        part = cls(
            migrate=event.get("migrate") or False,
            segment=_number(event, "segment", 0, segments - 1, 0),
            segments=segments,
            selection=Selection(
                event.get("gallery"),
                event.get("retry_failed") or False,
                event.get("remake") or False,
            ),
            limit=event.get("limit"),
            report=report,
            failed_ids=failed_ids,
        )
        token = event.get("token")
        return part if token is None else part._gone_on_with(token)

    @property
    def is_full(self) -> bool:
        """Whether so many were tried as are allowed."""
        return self.migrate and self.limit is not None and self.report.processed >= self.limit

    def answer(self, *, is_done: bool) -> dict[str, Any]:
        """The event of the next call, which says whether there is one."""
        return {
            "migrate": self.migrate,
            "segment": self.segment,
            "segments": self.segments,
            "gallery": self.selection.gallery,
            "limit": self.limit,
            "retry_failed": self.selection.retry_failed,
            "remake": self.selection.remake,
            "is_done": is_done,
            "token": None if is_done else self._token(),
            "report": {**self.report.counts(), _FAILED_IDS: list(self.failed_ids)},
        }

    def at(self, reached: Reached) -> "Part":
        """The same, gone on to there; failures are noted by their ids."""
        failures = self.report.failures
        failed = [*self.failed_ids, *(one.id for one in failures if not one.is_missing)]
        failures.clear()
        named = tuple(_first(failed, _NAMED_BYTES // self.segments))
        return dataclasses.replace(self, reached=reached, failed_ids=named)

    def _gone_on_with(self, token: str) -> "Part":
        try:
            state = json.loads(base64.urlsafe_b64decode(token.encode("ascii"))[16:])
        except (ValueError, RecursionError):
            state = None
        match state:
            case [
                (str() | None) as after,
                (str() | None) as last,
                bool() as is_read,
                [str() as month, str() as key, str() as id],
            ]:
                part = self.at(Reached(after, last, is_read, (month, key, id)))
                if part._token() == token:
                    return part
        raise InvalidStateTokenError("token: not one that this function gave in such a run")

    def _token(self) -> str:
        state = json.dumps(dataclasses.astuple(self.reached))
        run = json.dumps(
            [self.migrate, self.segment, self.segments, dataclasses.astuple(self.selection)]
        )
        seal = hashlib.sha256(f"backfill:{run}:{state}".encode()).hexdigest()[:16]
        return base64.urlsafe_b64encode(f"{seal}{state}".encode()).decode()


def plan_parts(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events that parts begin with, one for each segment; a limit is shared out.

    Raises:
        ValueError: An option is unknown, of another type or out of range.
    """
    _check(options, _OPTIONS)
    segments = _number(options, "segments", 1, MAX_SEGMENTS, 1)
    limit = options.get("limit")
    shares: list[int | None] = [None] * segments
    if limit is not None:
        shares = [limit // segments + (number < limit % segments) for number in range(segments)]
    return [
        {
            **{name: options.get(name) for name in _OPTIONS},
            "segment": segment,
            "segments": segments,
            "limit": share,
            "token": None,
            "report": {},
        }
        for segment, share in enumerate(shares)
    ]


def merged_report(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One report of all parts: counts, ids of failed photos, and how many more there are.

    The answer of a part that was given up is its last report, its `segment` and its `error`.
    """
    reports = [_parse_report(answer["report"]) for answer in answers]
    counts = [report.counts() for report, _ in reports]
    total = {name: sum(count[name] for count in counts) for name in BackfillReport().counts()}
    named = _first(chain.from_iterable(ids for _, ids in reports), _NAMED_BYTES)
    given_up = [
        {"segment": answer["segment"], "error": answer["error"]}
        for answer in answers
        if "error" in answer
    ]
    return {
        **total,
        _FAILED_IDS: named,
        "more_failed": total["failed"] - len(named),
        "given_up": given_up,
    }


def _first(ids: Iterable[str], room_bytes: int) -> list[str]:
    """The first of some ids, as far as they fit."""
    named: list[str] = []
    for one in ids:
        room_bytes -= len(json.dumps(one)) + 1
        if room_bytes < 0 or len(named) == MAX_IDS_NAMED:
            break
        named.append(one)
    return named


def _check(given: Mapping[str, Any], known: Mapping[str, type]) -> None:
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{name}: unknown; known are {', '.join(known)}")
        if value is not None and type(value) is not known[name]:
            raise ValueError(f"{name}: must be {known[name].__name__}, not {value!r}")
    if (given.get("limit") or 0) < 0:
        raise ValueError(f"limit: must be 0 or more, not {given['limit']}")
    gallery = given.get("gallery")
    if gallery is not None and not GALLERY.fullmatch(gallery):
        raise ValueError(f"gallery: {gallery!r} is no gallery; they match {GALLERY.pattern}")


def _number(given: Mapping[str, Any], name: str, least: int, most: int, usual: int) -> int:
    value: int | None = given.get(name)
    if value is None:
        return usual
    if not least <= value <= most:
        raise ValueError(f"{name}: must be from {least} to {most}, not {value}")
    return value


def _parse_report(given: Mapping[str, Any]) -> tuple[BackfillReport, tuple[str, ...]]:
    counts = {name: value for name, value in given.items() if name != _FAILED_IDS}
    ids = given.get(_FAILED_IDS, [])
    known = BackfillReport().counts()
    if not counts.keys() <= known.keys() or any(type(v) is not int for v in counts.values()):
        raise ValueError(f"report: not one that this function gave: {given!r:.200}")
    return BackfillReport(**counts), tuple(ids)
