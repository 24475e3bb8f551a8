"""Which leaves a bucket of a list consists of, and which of them a stretch of it lies in.

Columns, not objects: a month of 300,000 photos has 700 leaves, and a page needs one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

from chalicelib.domain.asset import FileType

# An entry's place in a list: (order, id)
Position = tuple[str, str]
# A list's bucket: (gallery, view, bucket)
BucketKey = tuple[str, str, str]

# Every order begins with its bucket, so fences leave that out.
_BUCKET_LENGTH = len("2024-05")


@dataclass(frozen=True)
class Stretch:
    """Some entries of a bucket; ranks count those of the type asked for, from the oldest.

    Attributes:
        content_type: Only entries of this type; None for all.
        lowest: Rank of the first that may be in it.
        highest: Rank after the last that may be in it.
        before: Only entries older than this position.
        wanted: At most so many: the newest of them.
        named: Of these only the ones whose name it is true of.
    """

    content_type: FileType | None
    lowest: int
    highest: int
    before: Position | None = None
    wanted: int | None = None
    named: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Directory:
    """Leaves, or sections of leaves, in order.

    Attributes:
        ids: Where each lies.
        fences: Each is at most its first position, and greater than all positions before,
            as `fence_of` writes them.
        totals: Number of entries in each.
        videos: Number of videos in each.
    """

    ids: tuple[str, ...] = ()
    fences: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    videos: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> "Directory":
        return Directory(self.ids[part], self.fences[part], self.totals[part], self.videos[part])

    @classmethod
    def joined(cls, parts: Iterable["Directory"]) -> "Directory":
        """One after the other."""
        known = tuple(parts)
        return cls(
            tuple(name for part in known for name in part.ids),
            tuple(fence for part in known for fence in part.fences),
            tuple(number for part in known for number in part.totals),
            tuple(number for part in known for number in part.videos),
        )

    def index_of(self, position: Position) -> int:
        """Index of the one that holds a position, or would hold it."""
        return max(0, bisect_right(self.fences, fence_of(position)) - 1)

    def starts(self, content_type: FileType | None) -> Sequence[int]:
        """The rank at which each begins, and after them their total number."""
        sizes: Iterable[int] = self.totals if content_type is None else self.videos
        if content_type == "image":
            sizes = map(sub, self.totals, self.videos)
        return tuple(accumulate(sizes, initial=0))

    def overlap(self, stretch: Stretch, base: int) -> tuple[int, int]:
        """Those that a stretch may lie in.

        Args:
            stretch: Its ranks are those of the whole bucket.
            base: Rank at which this directory begins.

        Returns:
            Index of the first and index after the last; equal when there is none.
        """
        starts = self.starts(stretch.content_type)
        low, high = stretch.lowest - base, min(stretch.highest - base, starts[-1])
        stop = bisect_left(starts, high) if high > 0 else 0
        if stretch.before is not None:
            stop = min(stop, self.index_of(stretch.before) + 1)
            # the one that holds the position may have nothing older than it
            high = min(high, starts[max(stop - 1, 0)])
        if stretch.wanted is not None:
            low = max(low, high - stretch.wanted)
        start = bisect_right(starts, max(low, 0)) - 1
        return (start, stop) if start < stop else (0, 0)


def fence_of(position: Position) -> str:
    """A position of a bucket as one text of the same order.

    Orders within a bucket are equally long, so that the id decides between equal ones.
    """
    order, asset_id = position
    return order[_BUCKET_LENGTH:] + asset_id


def separator(last: Position, first: Position) -> str:
    """The shortest fence between two neighbouring positions."""
    low, high = fence_of(last), fence_of(first)
    for index, character in enumerate(high):
        if index >= len(low) or low[index] != character:
            return high[: index + 1]
    raise ValueError(f"{first} does not stand after {last}")
