"""Make the thumbnails that existing photos lack: decide row by row, then apply.

One engine for the Lambda and the command line. Rows stream through it: memory does
not depend on how many there are.
"""

import base64
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from chalicelib.create_thumbnail import Made, Studio
from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import MAX_KEY_BYTES
from chalicelib.domain.thumbnail import rendition_keys, thumbnail_key
from chalicelib.errors import (
    AssetNotFoundError,
    ConflictError,
    ForeignKeyRefusedError,
    InvalidStateTokenError,
    ObjectNotFoundError,
    SetupError,
    StorageUnavailableError,
)
from chalicelib.storage.media import StoredObject

# has: a thumbnail is there; needed: one is to be made; waiting: none can be made of
# this original, and nobody asked to try again; missing: there is no original, which
# only a look into the bucket tells; refused: its url is not ours to read
Verdict = Literal["has", "needed", "waiting", "missing", "refused"]
# A Lambda's answer has room for 6 MB; the counts go on.
MAX_FAILURES_NAMED = 1000


@dataclass(frozen=True)
class Candidate:
    """A row that the backfill has looked at.

    Attributes:
        id: Of the row.
        filename: What a person calls it.
        key: S3 key of its original; its url where that names none of this bucket.
        verdict: What is to be done.
        reason: Why it waits or is refused.
        shown_key: S3 key of what the gallery shows of it: its thumbnail, else its original.
    """

    id: str
    filename: str
    key: str
    verdict: Verdict
    reason: str = ""
    shown_key: str = ""

    @property
    def thumbnail_key(self) -> str:
        """Where its thumbnail will lie."""
        return thumbnail_key(self.key)


@dataclass(frozen=True)
class Failure:
    """A photo whose thumbnail could not be made.

    Attributes:
        id: Of the row.
        key: Of the original.
        reason: One word, or a sentence for a passing fault.
        is_for_good: Whether it is the original's fault: not tried again by itself.
        detail: A sentence more, where there is one.
    """

    id: str
    key: str
    reason: str
    is_for_good: bool
    detail: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether there is no original to draw."""
        return self.reason == ORIGINAL_MISSING


@dataclass
class BackfillReport:
    """What a backfill found and did; reports of parts add up.

    Attributes:
        found: Rows looked at.
        have: Rows that had their thumbnail.
        need: Rows that lacked one.
        waiting: Rows left alone because their original can't be drawn.
        missing: Rows whose original is not in the bucket.
        refused: Rows whose url names no object of this bucket.
        migrated: Thumbnails made.
        elsewhere: Thumbnails that another run made first, or rows removed meanwhile.
        failed: Thumbnails that could not be made.
        failed_for_good: Those of them that are not tried again by themselves.
        processed: Photos that were tried.
        bytes_before: Size of the originals of the migrated.
        bytes_after: Size of their thumbnails.
        failures: One by one, the first `MAX_FAILURES_NAMED`, and the missing.
    """

    found: int = 0
    have: int = 0
    need: int = 0
    waiting: int = 0
    missing: int = 0
    refused: int = 0
    migrated: int = 0
    elsewhere: int = 0
    failed: int = 0
    failed_for_good: int = 0
    processed: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    failures: list[Failure] = field(default_factory=list)

    def count(self, candidate: Candidate) -> None:
        """Add a row that was looked at."""
        self.found += 1
        match candidate.verdict:
            case "has":
                self.have += 1
            case "needed":
                self.need += 1
            case "waiting":
                self.waiting += 1
            case "missing":
                self.missing += 1
            case "refused":
                self.refused += 1

    def record(self, result: Made | Failure | None) -> None:
        """Add what came of a photo; None when there was nothing left to do."""
        self.processed += 1
        match result:
            case Made():
                self.migrated += 1
                self.bytes_before += result.asset.file_size or 0
                self.bytes_after += result.thumbnail_bytes
            case Failure(is_missing=True):
                self.missing += 1
            case Failure():
                self.failed += 1
                self.failed_for_good += result.is_for_good
            case None:
                self.elsewhere += 1
        if isinstance(result, Failure) and len(self.failures) < MAX_FAILURES_NAMED:
            self.failures.append(result)


def check_reachable(studio: Studio) -> None:
    """Make sure of the bucket and the table, before work begins on them.

    Raises:
        SetupError: One of them is not there, or is not to be used.
        StorageUnavailableError: One of them does not answer.
    """
    next(studio.media.list_objects(), None)
    studio.assets.check()


def decide(
    asset: Asset, current: Callable[[], StoredObject | None], retry_failed: bool
) -> tuple[Verdict, str]:
    """What to do about one row, and why nothing.

    Args:
        asset: The row.
        current: Tells what the bucket holds of its original; asked only about rows
            that failed for good, or whose original was missing.
        retry_failed: Try those again, too.
    """
    if asset.has_thumbnail:
        return "has", ""
    if max(len(key.encode()) for key in rendition_keys(asset.key).values()) > MAX_KEY_BYTES:
        return "refused", "its key leaves no room for its thumbnail's name"
    if asset.deleted_reason == ORIGINAL_MISSING and current() is None:
        return "waiting", ORIGINAL_MISSING
    if not asset.failed_for_good or retry_failed:
        return "needed", ""
    stored = current()
    if stored is None or stored.etag == asset.source_etag:
        return "waiting", asset.thumbnail_error or ""
    return "needed", ""


def candidates(
    studio: Studio,
    *,
    segment: int = 0,
    total_segments: int = 1,
    after: str | None = None,
    retry_failed: bool = False,
    page_size: int | None = None,
    look: Callable[[str], StoredObject | None] | None = None,
) -> Iterator[Candidate]:
    """Every row of a segment with what is to be done about it.

    Args:
        studio: The rows and the bucket.
        segment: Which one, from 0.
        total_segments: How many there are.
        after: Id of the row after which to go on.
        retry_failed: Try again what failed for good.
        page_size: Rows read at a time; None for as much as a request gives (1 MB).
        look: Tells what lies under a key; the bucket itself is asked for None.

    Raises:
        SetupError, StorageUnavailableError: Not all rows could be read.
    """
    for item in studio.assets.scan_items(
        segment=segment, total_segments=total_segments, after=after, page_size=page_size
    ):
        try:
            asset = studio.assets.parse(item)
        except ForeignKeyRefusedError as error:
            filename, url = (item.get(name, {}).get("S", "") for name in ("filename", "url"))
            yield Candidate(item["id"]["S"], filename, url, "refused", str(error))
            continue
        verdict, reason = decide(asset, partial(look or studio.media.head, asset.key), retry_failed)
        yield Candidate(
            id=asset.id,
            filename=asset.filename,
            key=asset.key,
            verdict=verdict,
            reason=reason,
            shown_key=asset.thumbnail_key or asset.key,
        )


def make_one(studio: Studio, candidate: Candidate, retry_failed: bool) -> Made | Failure | None:
    """Make one thumbnail; one bad photo never stops the rest.

    Returns:
        What was made, why not, or None when there was nothing left to do.

    Raises:
        SetupError: Nothing can be made at all: the bucket or the table is out of reach.
    """
    try:
        made = studio.create_thumbnail_of(candidate.id, retry_failed=retry_failed)
    except AssetNotFoundError:
        return None
    except ObjectNotFoundError:
        return Failure(candidate.id, candidate.key, ORIGINAL_MISSING, is_for_good=False)
    except SetupError as error:
        check_reachable(studio)  # one photo's own lock, such as its encryption key, or everybody's
        return Failure(candidate.id, candidate.key, str(error), is_for_good=False)
    except (StorageUnavailableError, ConflictError) as error:
        return Failure(candidate.id, candidate.key, str(error), is_for_good=False)
    except ImportError as error:
        return Failure(candidate.id, candidate.key, f"no decoder here: {error}", is_for_good=False)
    if made.outcome == "undrawable":
        reason, detail = made.asset.thumbnail_error, made.asset.thumbnail_error_detail
        return Failure(candidate.id, candidate.key, reason or "corrupt", True, detail or "")
    return made if made.outcome == "drawn" else None


@dataclass(frozen=True)
class Request:
    """One call of the Lambda.

    Attributes:
        migrate: Make thumbnails; else only count.
        limit: At most so many of them in this call; None for no limit.
        retry_failed: Try again what failed for good.
        after: Id of the last row that earlier calls dealt with.
    """

    migrate: bool = False
    limit: int | None = None
    retry_failed: bool = False
    after: str | None = None

    @classmethod
    def parse(cls, event: dict[str, Any]) -> "Request":
        """Read the Lambda's event.

        Raises:
            InvalidStateTokenError: Its token is not one of ours.
            ValueError: A field is unknown or of another type; the message names it.
        """
        known = {"migrate": bool, "retry_failed": bool, "limit": int, "token": str}
        for name, value in event.items():
            if name not in known:
                raise ValueError(f"{name}: unknown; known are {', '.join(known)}")
            if value is not None and type(value) is not known[name]:
                raise ValueError(f"{name}: must be {known[name].__name__}, not {value!r}")
        limit = event.get("limit")
        if limit is not None and limit < 0:
            raise ValueError(f"limit: must be 0 or more, not {limit}")
        request = cls(
            migrate=event.get("migrate") or False,
            limit=limit,
            retry_failed=event.get("retry_failed") or False,
        )
        token = event.get("token")
        if token is None:
            return request
        return dataclasses.replace(request, after=_after(token, request))


def backfill_part(
    studio: Studio, request: Request, has_time: Callable[[], bool], page_size: int = 100
) -> dict[str, Any]:
    """Go through rows until time or the limit is up, at least through one.

    Returns:
        The report of the rows dealt with in this call, and ``token`` to go on with,
        None when there are no more.
    """
    report = BackfillReport()
    last = request.after
    is_done = True
    for candidate in candidates(
        studio, after=request.after, retry_failed=request.retry_failed, page_size=page_size
    ):
        tried = report.processed if request.migrate else report.need
        is_full = request.limit is not None and tried >= request.limit
        is_needed = candidate.verdict == "needed"
        if (is_needed and is_full) or (report.found and not has_time()):
            is_done = False
            break
        report.count(candidate)
        if is_needed and request.migrate:
            report.record(make_one(studio, candidate, request.retry_failed))
        last = candidate.id
    answer = dataclasses.asdict(report)
    answer["token"] = None if is_done else _token(last, request)
    return answer


def _token(after: str | None, request: Request) -> str:
    state = json.dumps([request.migrate, after])
    seal = hashlib.sha256(f"backfill:{state}".encode()).hexdigest()[:16]
    return base64.urlsafe_b64encode(f"{seal}{state}".encode()).decode()


def _after(token: str, request: Request) -> str | None:
    """Where an earlier call of the same run ended; None when that was before any row."""
    try:
        state = json.loads(base64.urlsafe_b64decode(token.encode("ascii"))[16:])
    except (ValueError, RecursionError):
        state = None
    match state:
        case [bool(), (str() | None) as after] if _token(after, request) == token:
            return after
    raise InvalidStateTokenError("token: not one that this function gave in such a run")
