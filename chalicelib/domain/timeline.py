"""A list of tiles in order, cut into months, and the months into leaves.

The arithmetic of pages: what a leaf sums up to, which leaves a change touches, and
which leaves a range of ranks lies in. See docs/decisions.md for the protocol.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.domain.asset import ThumbnailState

UNDATED = "0000-00"
# A changed leaf with fewer entries is joined with its neighbour.
FEW_ENTRIES = 64
# Width over height, in thousandths, where an asset's size is not known.
DEFAULT_RATIO = 1333

# An entry's place in a list: (order, id)
Position = tuple[str, str]
# A list's bucket: (gallery, view, bucket)
BucketKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tile:
    """What the grid needs of an asset.

    Attributes:
        id: The asset's id.
        path: Its path inside the gallery.
        name: Its name, where it differs from the end of the path.
        taken: Wall clock, ISO with milliseconds; None when undated.
        is_video: Whether it is a video.
        width: Pixels, upright.
        height: Pixels, upright.
        duration: Seconds.
        size: Bytes of the original.
        is_favorite: Whether it is a favourite.
        thumbhash: Bytes of the placeholder.
        state: Of its thumbnail.
        key: S3 key of the original, where it is not the gallery's and the path.
        thumbnail: S3 key or address of the thumbnail, where it is not the usual one.
    """

    id: str
    path: str
    name: str | None
    taken: str | None
    is_video: bool
    width: int | None
    height: int | None
    duration: float | None
    size: int | None
    is_favorite: bool
    thumbhash: bytes | None
    state: ThumbnailState
    key: str | None = None
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A tile at its position in a list.

    Attributes:
        order: Wall-clock text that the list is ordered by, before the id.
        tile: What is shown.
        faces: How many faces it counts for in this list.
    """

    order: str
    tile: Tile
    faces: int = 0

    @property
    def id(self) -> str:
        """The asset's id."""
        return self.tile.id

    @property
    def position(self) -> Position:
        """What the list is sorted by; unique in it."""
        return (self.order, self.tile.id)

    @property
    def bucket(self) -> str:
        """The month it lies in, or `UNDATED`."""
        return self.order[:7]

    @property
    def day(self) -> str:
        """The local day of the month, two digits; 00 for undated."""
        return self.order[8:10] or "00"

    @property
    def ratio(self) -> int:
        """Width over height in thousandths, within 1:10 and 10:1."""
        tile = self.tile
        if not tile.width or not tile.height:
            return DEFAULT_RATIO
        return min(max(round(1000 * tile.width / tile.height), 100), 10_000)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What one local day holds.

    Attributes:
        images: Number of images.
        videos: Number of videos.
        ratios: Sum of aspect ratios, in thousandths.
    """

    images: int = 0
    videos: int = 0
    ratios: int = 0

    def __add__(self, other: "DayCounts") -> "DayCounts":
        return DayCounts(
            self.images + other.images, self.videos + other.videos, self.ratios + other.ratios
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """What a stretch of a list holds.

    Attributes:
        images: Number of images.
        videos: Number of videos.
        faces: Number of faces.
        pending: Entries whose thumbnail is still to be made.
        failed: Entries of which no thumbnail can be made.
        bytes: Sum of the originals' sizes.
    """

    images: int = 0
    videos: int = 0
    faces: int = 0
    pending: int = 0
    failed: int = 0
    bytes: int = 0

    @property
    def total(self) -> int:
        """Number of entries."""
        return self.images + self.videos

    def of_type(self, content_type: str | None) -> int:
        """Number of entries of one type, ``image`` or ``video``; of all for None."""
        if content_type is None:
            return self.total
        return self.images if content_type == "image" else self.videos

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.images + other.images,
            self.videos + other.videos,
            self.faces + other.faces,
            self.pending + other.pending,
            self.failed + other.failed,
            self.bytes + other.bytes,
        )


@dataclass(frozen=True)
class LeafRef:
    """What a node says of one of its leaves.

    Attributes:
        leaf_id: Where the leaf lies; never used twice.
        first: Position of its first entry.
        counts: Of its entries.
        days: Of its entries by local day.
        digest: Sum of its entries' hashes, modulo 2**64.
    """

    leaf_id: str
    first: Position
    counts: Counts
    days: Mapping[str, DayCounts]
    digest: int

    @classmethod
    def of(cls, leaf_id: str, entries: Sequence[Entry]) -> "LeafRef":
        """Sum up a leaf of at least one entry."""
        days: dict[str, DayCounts] = {}
        for entry in entries:
            is_video = entry.tile.is_video
            days[entry.day] = days.get(entry.day, DayCounts()) + DayCounts(
                0 if is_video else 1, 1 if is_video else 0, entry.ratio
            )
        videos = sum(entry.tile.is_video for entry in entries)
        counts = Counts(
            images=len(entries) - videos,
            videos=videos,
            faces=sum(entry.faces for entry in entries),
            pending=sum(entry.tile.state == "pending" for entry in entries),
            failed=sum(entry.tile.state == "failed" for entry in entries),
            bytes=sum(entry.tile.size or 0 for entry in entries),
        )
        return cls(leaf_id, entries[0].position, counts, days, digest(entries))


@dataclass(frozen=True)
class Node:
    """One bucket of one list: the item that names its leaves.

    Attributes:
        gallery: Whose list.
        view: Which list.
        bucket: Which month.
        version: Counts its saves; 0 while there is none.
        revision: Counts its changes of content.
        leaves: In order; together they hold every entry of the bucket.
    """

    gallery: str
    view: str
    bucket: str
    version: int = 0
    revision: int = 0
    leaves: tuple[LeafRef, ...] = ()

    @cached_property
    def counts(self) -> Counts:
        """Of the whole bucket."""
        return sum((leaf.counts for leaf in self.leaves), Counts())

    @cached_property
    def days(self) -> dict[str, DayCounts]:
        """By local day of the month, in order."""
        days: dict[str, DayCounts] = {}
        for leaf in self.leaves:
            for day, counts in leaf.days.items():
                days[day] = days.get(day, DayCounts()) + counts
        return dict(sorted(days.items()))

    @cached_property
    def digest(self) -> int:
        """Of the whole bucket: equal for equal content, however it is cut."""
        return sum(leaf.digest for leaf in self.leaves) % 2**64

    @property
    def key(self) -> BucketKey:
        """Which bucket of which list it is."""
        return (self.gallery, self.view, self.bucket)

    def leaf_at(self, position: Position) -> int:
        """Index of the leaf that holds a position, or would hold it."""
        return max(0, bisect_right(self._fences, position) - 1)

    @cached_property
    def _fences(self) -> list[Position]:
        return [leaf.first for leaf in self.leaves]


@dataclass(frozen=True)
class BucketCounts:
    """What the scrubber needs of one bucket.

    Attributes:
        bucket: The month, or `UNDATED`.
        version: Of its node.
        revision: Of its node.
        counts: Of its entries.
    """

    bucket: str
    version: int
    revision: int
    counts: Counts


@dataclass
class Change:
    """An asset that may have moved in a bucket, with every position it may be at.

    Attributes:
        positions: By asset id: its positions in the old and the new image of its row.
    """

    positions: dict[str, set[Position]] = field(default_factory=dict)

    def add(self, id: str, position: Position | None = None) -> None:
        """Note an asset, and a position where it may stand."""
        known = self.positions.setdefault(id, set())
        if position is not None:
            known.add(position)


@dataclass(frozen=True)
class Run:
    """Neighbouring leaves that are replaced together: leaves[start:stop] become `entries`."""

    start: int
    stop: int
    entries: tuple[Entry, ...]


def plan_rewrite(
    node: Node,
    change: Change,
    truth: Collection[Entry],
    read: Callable[[Sequence[LeafRef]], Sequence[Sequence[Entry]]],
) -> list[Run]:
    """Decide which leaves of a node to replace by what.

    Every changed asset is dropped wherever it may stand and put where truth says.

    Args:
        node: As it was read before the truth was.
        change: The assets in question.
        truth: The entries that those assets have in this bucket by their rows.
        read: Fetches the entries of leaves.

    Returns:
        Runs in order, apart from each other; empty when nothing changes.
    """
    ids = change.positions.keys()
    if not node.leaves:
        return [Run(0, 0, _sorted(truth))] if truth else []
    positions = {p for known in change.positions.values() for p in known}
    positions |= {entry.position for entry in truth}
    touched = sorted({node.leaf_at(position) for position in positions})
    inserted: dict[int, list[Entry]] = {}
    for entry in truth:
        inserted.setdefault(node.leaf_at(entry.position), []).append(entry)
    runs: list[Run] = []
    for index, entries in zip(touched, read([node.leaves[i] for i in touched]), strict=True):
        kept = [entry for entry in entries if entry.id not in ids]
        rewritten = _sorted([*kept, *inserted.get(index, ())])
        if rewritten == tuple(entries):
            continue
        if runs and runs[-1].stop == index:
            runs[-1] = Run(runs[-1].start, index + 1, runs[-1].entries + rewritten)
        else:
            runs.append(Run(index, index + 1, rewritten))
    return _join_small(node, runs, read)


def _join_small(
    node: Node,
    runs: list[Run],
    read: Callable[[Sequence[LeafRef]], Sequence[Sequence[Entry]]],
) -> list[Run]:
    """Let runs of few entries swallow the leaf before them, so that leaves stay filled."""
    joined: list[Run] = []
    for run in runs:
        previous_stop = joined[-1].stop if joined else 0
        if 0 < len(run.entries) < FEW_ENTRIES and run.start > previous_stop:
            (before,) = read([node.leaves[run.start - 1]])
            run = Run(run.start - 1, run.stop, tuple(before) + run.entries)
        joined.append(run)
    return joined


def digest(entries: Iterable[Entry]) -> int:
    """Sum of the hashes of entries, modulo 2**64: a set's fingerprint, in any order."""
    total = 0
    for entry in entries:
        tile = entry.tile
        line = repr(
            (
                *entry.position,
                entry.faces,
                tile.path,
                tile.name,
                tile.taken,
                tile.is_video,
                tile.width,
                tile.height,
                tile.duration,
                tile.size,
                tile.is_favorite,
                tile.thumbhash,
                tile.state,
                tile.key,
                tile.thumbnail,
            )
        )
        total += int.from_bytes(hashlib.blake2b(line.encode(), digest_size=8).digest(), "big")
    return total % 2**64


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.position))
