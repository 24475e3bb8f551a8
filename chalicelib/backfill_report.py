"""The rows that the backfill looks at, and what comes of them, counted."""

from dataclasses import dataclass, field
from typing import Literal

from chalicelib.create_thumbnail import Made
from chalicelib.domain.asset import ORIGINAL_MISSING
from chalicelib.domain.thumbnail import thumbnail_key

# has: a thumbnail is there; needed: one is to be made; waiting: none can be made of
# this original, and nobody asked to try again; unsure: waiting, unless its original changed,
# which only a look into the bucket tells; missing: there is no original, which only such a
# look tells; refused: its url is not ours to read; unwanted: it is of another gallery
Verdict = Literal["has", "needed", "waiting", "unsure", "missing", "refused", "unwanted"]
# One by one; the counts go on.
MAX_FAILURES_NAMED = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that the backfill has looked at.

    Attributes:
        id: Of the row.
        filename: What a person calls it.
        key: S3 key of its original; its url where that names none of this bucket.
        verdict: What is to be done.
        reason: Why it waits or is refused.
        shown_key: S3 key of what the gallery shows of it: its thumbnail, else its original.
        taken: By the camera's wall clock, ISO, as lists are ordered; empty while it is undated.
        is_video: Whether it is a video, as far as the row tells.
    """

    id: str
    filename: str
    key: str
    verdict: Verdict
    reason: str = ""
    shown_key: str = ""
    taken: str = ""
    is_video: bool = False

    @property
    def thumbnail_key(self) -> str:
        """Where its thumbnail will lie."""
        return thumbnail_key(self.key)

    @property
    def position(self) -> tuple[str, str, str]:
        """What the work is sorted by: what lies side by side in lists is made one after the other.

        A photo without a date gets it from its file; those of one folder mostly share a month.
        """
        return (self.taken, self.key, self.id)


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

    def counts(self) -> dict[str, int]:
        """The numbers, by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}

    def count(self, candidate: Candidate) -> None:
        """Add a row that was looked at; not one of another gallery."""
        self.found += candidate.verdict != "unwanted"
        match candidate.verdict:
            case "has":
                self.have += 1
            case "needed":
                self.need += 1
            case "waiting" | "unsure":
                self.waiting += 1
            case "missing":
                self.missing += 1
            case "refused":
                self.refused += 1

    def record(self, candidate: Candidate, result: Made | Failure | None) -> None:
        """Add what came of a photo; None when there was nothing left to do."""
        is_missing = isinstance(result, Failure) and result.is_missing
        if candidate.verdict == "unsure":
            if result is None or is_missing:
                return  # it waits, as was counted
            self.waiting -= 1
            self.need += 1
        self.processed += 1
        match result:
            case Made():
                self.migrated += 1
                self.bytes_before += result.asset.file_size or 0
                self.bytes_after += result.thumbnail_bytes
            case Failure() if is_missing:
                self.missing += 1
            case Failure():
                self.failed += 1
                self.failed_for_good += result.is_for_good
            case None:
                self.elsewhere += 1
        if isinstance(result, Failure) and len(self.failures) < MAX_FAILURES_NAMED:
            self.failures.append(result)
