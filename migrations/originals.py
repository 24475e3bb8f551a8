"""Which originals are to be uploaded from folders of this machine, and which can't be."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from chalicelib.domain.object_key import MAX_KEY_BYTES
from chalicelib.storage.media import StoredObject
from migrations.lines import plural, shown, size
from migrations.source_folders import SourceFolders

# Of these that were not sent so many are named.
NAMED = 20

# there: in the bucket already; missing: neither there nor on this machine; differs: of another
# length than Immich says, here or there; wrong-hash: its SHA-1 is not the one that Immich says
Outcome = Literal["to-send", "sent", "there", "missing", "differs", "wrong-hash", "failed"]
Stored = Callable[[str], StoredObject | None]
_TOLD: dict[Outcome, str] = {
    "to-send": "to send",
    "sent": "sent",
    "there": "in the bucket already",
    "missing": "missing",
    "differs": "of another size",
    "wrong-hash": "with a wrong hash",
    "failed": "failed",
}
_FINE: frozenset[Outcome] = frozenset({"to-send", "sent", "there"})


@dataclass(frozen=True)
class Original:
    """A file that belongs into the bucket.

    Attributes:
        key: Where to.
        path: Where it should lie on this machine, under one of the `SourceFolders`.
        size_bytes: As Immich says; None for not known.
        sha1: Of its content, 20 bytes, as Immich says; None for not known.
        filename: What people call it; None where that is the end of its key.
    """

    key: str
    path: Path
    size_bytes: int | None = None
    sha1: bytes | None = None
    filename: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What became, or is to become, of an original.

    Attributes:
        outcome: In a word.
        size_bytes: Of the file, or of the object where there is no file; 0 for not known.
        reason: For a person; empty where nothing is wrong.
    """

    outcome: Outcome
    size_bytes: int = 0
    reason: str = ""


@dataclass
class Tally:
    """How many originals there are of each outcome.

    Attributes:
        counts: How many.
        size_bytes: How much.
        named: Lines on those that were not or can't be sent, the first few.
    """

    counts: Counter[Outcome] = field(default_factory=Counter)
    size_bytes: Counter[Outcome] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)

    def add(self, original: Original, verdict: Verdict) -> None:
        """Count one."""
        self.counts[verdict.outcome] += 1
        self.size_bytes[verdict.outcome] += verdict.size_bytes
        if verdict.outcome not in _FINE and len(self.named) < NAMED:
            self.named.append(problem_line(original, verdict))

    @property
    def problems(self) -> int:
        """How many can't be sent, or could not."""
        return sum(count for outcome, count in self.counts.items() if outcome not in _FINE)

    def lines(self) -> Iterator[str]:
        """All of it for a person."""
        parts = [
            f"{self.counts[outcome]:,} {told} ({size(self.size_bytes[outcome])})"
            for outcome, told in _TOLD.items()
            if self.counts[outcome]
        ]
        yield f"originals: {', '.join(parts) or 'none'}"
        yield from (f"      {line}" for line in self.named)
        if self.problems > len(self.named):
            yield f"      and {self.problems - len(self.named):,} more"


def plan_originals(
    originals: Iterable[Original], folders: SourceFolders, stored: Stored
) -> Iterator[tuple[Original, Verdict]]:
    """What is to become of each original; no file is opened, and nothing asked of the bucket.

    Args:
        originals: No two with one key.
        folders: Where they lie.
        stored: Tells what lay under a key when the bucket was listed.
    """
    for original in originals:
        yield original, decide(original, folders, stored)


def problem_line(original: Original, verdict: Verdict) -> str:
    """Why an original was not sent, or can't be."""
    return f"{shown(original.key)} {_TOLD[verdict.outcome]}: {shown(verdict.reason)}"


def decide(original: Original, folders: SourceFolders, stored: Stored) -> Verdict:
    """What is to become of an original, by its length alone; for the rest see `plan_originals`."""
    if len(original.key.encode()) > MAX_KEY_BYTES:
        return Verdict("failed", original.size_bytes or 0, "its key is too long for S3")
    there = stored(original.key)
    if there is not None and original.size_bytes in (None, there.size_bytes):
        return Verdict("there", there.size_bytes)
    try:
        _, known = folders.find(original.path)
    except (FileNotFoundError, NotADirectoryError):
        if there is not None:
            return differs("in the bucket", there.size_bytes, original)
        return Verdict("missing", original.size_bytes or 0, f"not at {original.path}")
    except OSError as error:
        return unreadable(error, original)
    if there is not None:
        # Without a hash of Immich's the file itself says what is right.
        if original.sha1 is None and there.size_bytes == known.st_size:
            return Verdict("there", there.size_bytes)
        return differs("in the bucket", there.size_bytes, original)
    if original.size_bytes not in (None, known.st_size):
        return differs("on this machine", known.st_size, original)
    return Verdict("to-send", known.st_size)


def differs(where: str, size_bytes: int, original: Original) -> Verdict:
    """Something of another length than Immich says lies where the original should."""
    expected = "" if original.size_bytes is None else f", {original.size_bytes:,} in Immich"
    return Verdict("differs", size_bytes, f"it has {plural(size_bytes, 'byte')} {where}{expected}")


def unreadable(error: OSError, original: Original) -> Verdict:
    """The file can't be read, or must not be."""
    return Verdict("failed", original.size_bytes or 0, error.strerror or str(error))
