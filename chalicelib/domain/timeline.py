"""A list of tiles in order, cut into months, and the months into leaves.

The arithmetic of pages: what entries sum up to, and which leaves a change touches. See
docs/decisions.md for the protocol.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.domain.asset import FileType, ThumbnailState
from chalicelib.domain.directory import BucketKey, Directory, Position

UNDATED = "0000-00"
# A changed leaf with fewer entries is joined with its neighbour.
FEW_ENTRIES = 64
# Aspect ratios are summed up as whole numbers, in parts of one.
RATIO_UNIT = 100_000
# Width over height, in that unit, where an asset's size is not known.
DEFAULT_RATIO = 133_333


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
        kept_until: In the bin, UTC, where it stays for longer than is usual; empty for ever.
        persons: Ids of those whose faces it shows, each once, in order.
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
    kept_until: str | None = None
    persons: tuple[str, ...] = ()


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
        """Width over height in `RATIO_UNIT`, within 1:10 and 10:1."""
        tile = self.tile
        if not tile.width or not tile.height:
            return DEFAULT_RATIO
        ratio = round(RATIO_UNIT * tile.width / tile.height)
        return min(max(ratio, RATIO_UNIT // 10), RATIO_UNIT * 10)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What one local day holds.

    Attributes:
        images: Number of images.
        videos: Number of videos.
        image_ratios: Sum of the images' aspect ratios, in `RATIO_UNIT`.
        video_ratios: Sum of the videos' aspect ratios, in `RATIO_UNIT`.
    """

    images: int = 0
    videos: int = 0
    image_ratios: int = 0
    video_ratios: int = 0

    def of_type(self, content_type: FileType | None) -> int:
        """Number of entries of one type; of all for None."""
        return _of_type(self.images, self.videos, content_type)

    def ratios(self, content_type: FileType | None) -> int:
        """Sum of the aspect ratios of one type, in `RATIO_UNIT`; of all for None."""
        return _of_type(self.image_ratios, self.video_ratios, content_type)

    def __add__(self, other: "DayCounts") -> "DayCounts":
        return DayCounts(
            self.images + other.images,
            self.videos + other.videos,
            self.image_ratios + other.image_ratios,
            self.video_ratios + other.video_ratios,
        )

    def __neg__(self) -> "DayCounts":
        return DayCounts(-self.images, -self.videos, -self.image_ratios, -self.video_ratios)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a stretch of a list holds.

    Attributes:
        images: Number of images.
        videos: Number of videos.
        faces: Number of faces, in the list of a person.
        pending: Entries whose thumbnail is still to be made.
        failed: Entries of which no thumbnail can be made.
        bytes: Sum of the originals' sizes.
        missing: Entries whose original is still to arrive.
    """

    images: int = 0
    videos: int = 0
    faces: int = 0
    pending: int = 0
    failed: int = 0
    bytes: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """Number of entries."""
        return self.images + self.videos

    def of_type(self, content_type: FileType | None) -> int:
        """Number of entries of one type; of all for None."""
        return _of_type(self.images, self.videos, content_type)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.images + other.images,
            self.videos + other.videos,
            self.faces + other.faces,
            self.pending + other.pending,
            self.failed + other.failed,
            self.bytes + other.bytes,
            self.missing + other.missing,
        )

    def __neg__(self) -> "Counts":
        return Counts(
            -self.images,
            -self.videos,
            -self.faces,
            -self.pending,
            -self.failed,
            -self.bytes,
            -self.missing,
        )


@dataclass(frozen=True)
class Sums:
    """What can be summed up of entries, so that a part can be taken off again.

    Attributes:
        counts: Numbers.
        days: By local day of the month, two digits; none that is empty.
        digest: Sum of the entries' hashes, modulo 2**64.
    """

    counts: Counts = Counts()
    days: Mapping[str, DayCounts] = field(default_factory=dict)
    digest: int = 0

    @classmethod
    def of(cls, entries: Collection[Entry]) -> "Sums":
        """Sum up entries."""
        days: dict[str, list[int]] = {}
        videos = faces = pending = failed = missing = size = 0
        for entry in entries:
            tile = entry.tile
            day = days.setdefault(entry.day, [0, 0, 0, 0])
            day[tile.is_video] += 1
            day[2 + tile.is_video] += entry.ratio
            videos += tile.is_video
            faces += entry.faces
            pending += tile.state == "pending"
            failed += tile.state == "failed"
            missing += tile.state == "missing"
            size += tile.size or 0
        images = len(entries) - videos
        counts = Counts(images, videos, faces, pending, failed, size, missing)
        return cls(counts, {day: DayCounts(*known) for day, known in days.items()}, digest(entries))

    def __add__(self, other: "Sums") -> "Sums":
        days = dict(self.days)
        for day, counts in other.days.items():
            days[day] = days.get(day, DayCounts()) + counts
        return Sums(
            self.counts + other.counts,
            {day: counts for day, counts in sorted(days.items()) if counts != DayCounts()},
            (self.digest + other.digest) % 2**64,
        )

    def __neg__(self) -> "Sums":
        return Sums(-self.counts, {day: -c for day, c in self.days.items()}, -self.digest % 2**64)


@dataclass(frozen=True)
class Node:
    """One bucket of one list: the item that names its leaves.

    Attributes:
        gallery: Whose list.
        view: Which list.
        bucket: Which month.
        version: Counts its saves; 0 while there is none.
        revision: Counts its changes of content.
        sums: Of all its entries.
        directory: Its leaves or, where it is split, its sections; in order.
        is_split: Whether there are so many leaves that sections name them.
        sections: Of a split node that was read as a whole: the leaves that each names.
    """

    gallery: str
    view: str
    bucket: str
    version: int = 0
    revision: int = 0
    sums: Sums = field(default_factory=Sums)
    directory: Directory = field(default_factory=Directory)
    is_split: bool = False
    sections: tuple[Directory, ...] = ()

    @property
    def counts(self) -> Counts:
        """Of the whole bucket."""
        return self.sums.counts

    @property
    def days(self) -> Mapping[str, DayCounts]:
        """By local day of the month, in order."""
        return self.sums.days

    @property
    def key(self) -> BucketKey:
        """Which bucket of which list it is."""
        return (self.gallery, self.view, self.bucket)

    @cached_property
    def leaves(self) -> Directory:
        """Every leaf; a split node must have been read as a whole."""
        if not self.is_split:
            return self.directory
        if len(self.sections) != len(self.directory):
            raise ValueError("a split node's leaves are known only when it was read as a whole")
        return Directory.joined(self.sections)


@dataclass(frozen=True)
class BucketCounts:
    """What the scrubber needs of one bucket.

    Attributes:
        bucket: The month, or `UNDATED`.
        revision: Of its node.
        counts: Of its entries.
    """

    bucket: str
    revision: int
    counts: Counts


@dataclass
class Change:
    """Assets that may have moved in a bucket, with every position they may be at.

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
    """Neighbouring leaves that are replaced together: leaves[start:stop] become `entries`.

    Attributes:
        start: Index of the first that is replaced.
        stop: Index after the last.
        entries: What stands there from now on, in order.
        replaced: What stood there.
    """

    start: int
    stop: int
    entries: tuple[Entry, ...]
    replaced: tuple[Entry, ...] = ()


def plan_rewrite(
    leaves: Directory,
    change: Change,
    truth: Collection[Entry],
    read: Callable[[Sequence[str]], Sequence[Sequence[Entry]]],
) -> list[Run]:
    """Decide which leaves of a node to replace by what.

    Every changed asset is dropped wherever it may stand and put where truth says.

    Args:
        leaves: Of the node, as it was read before the truth was.
        change: The assets in question.
        truth: The entries that those assets have in this bucket by their rows.
        read: Fetches the entries of leaves by their ids.

    Returns:
        Runs in order, apart from each other; empty when nothing changes.
    """
    ids = change.positions.keys()
    if not leaves:
        return [Run(0, 0, _sorted(truth))] if truth else []
    positions = {p for known in change.positions.values() for p in known}
    positions |= {entry.position for entry in truth}
    touched = sorted({leaves.index_of(position) for position in positions})
    inserted: dict[int, list[Entry]] = {}
    for entry in truth:
        inserted.setdefault(leaves.index_of(entry.position), []).append(entry)
    runs: list[Run] = []
    found = read([leaves.ids[i] for i in touched])
    for index, before in zip(touched, map(tuple, found), strict=True):
        kept = [entry for entry in before if entry.id not in ids]
        rewritten = _sorted([*kept, *inserted.get(index, ())])
        if rewritten == before:
            continue
        if runs and runs[-1].stop == index:
            last = runs.pop()
            run = Run(last.start, index + 1, last.entries + rewritten, last.replaced + before)
        else:
            run = Run(index, index + 1, rewritten, before)
        runs.append(run)
    return _join_small(leaves, runs, read)


def _join_small(
    leaves: Directory,
    runs: list[Run],
    read: Callable[[Sequence[str]], Sequence[Sequence[Entry]]],
) -> list[Run]:
    """Let runs of few entries swallow the leaf before them, so that leaves stay filled."""
    joined: list[Run] = []
    for run in runs:
        previous_stop = joined[-1].stop if joined else 0
        if 0 < len(run.entries) < FEW_ENTRIES and run.start > previous_stop:
            (found,) = read([leaves.ids[run.start - 1]])
            before = tuple(found)
            run = Run(run.start - 1, run.stop, before + run.entries, before + run.replaced)
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
                # a tile without one has the hash that it always had
                *(() if tile.kept_until is None else (tile.kept_until,)),
                *((tile.persons,) if tile.persons else ()),
            )
        )
        total += int.from_bytes(hashlib.blake2b(line.encode(), digest_size=8).digest(), "big")
    return total % 2**64


def _of_type(images: int, videos: int, content_type: FileType | None) -> int:
    if content_type is None:
        return images + videos
    return images if content_type == "image" else videos


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.position))
