"""Which buckets of a list a filter leaves, and how many entries of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from chalicelib.domain.directory import Position, Stretch
from chalicelib.domain.object_key import DEFAULT_GALLERY
from chalicelib.domain.query import Filter
from chalicelib.domain.timeline import Node
from chalicelib.errors import NotFoundError
from chalicelib.storage.pages import Choose, Pages


@dataclass(frozen=True)
class Part:
    """What a filter leaves of one bucket.

    Attributes:
        bucket: Which one.
        size: Number of entries, as it was counted.
        node: Where it had to be read to count them.
    """

    bucket: str
    size: int
    node: Node | None = None


@dataclass(frozen=True)
class Scope:
    """What a filter leaves of a list.

    Attributes:
        filter: What is asked for.
        parts: The buckets that hold any of it, oldest first; those without a date first.
    """

    filter: Filter
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Number of entries."""
        return sum(part.size for part in self.parts)

    @property
    def starts(self) -> Sequence[int]:
        """The rank at which each part begins, from the oldest, and their total after them."""
        return tuple(accumulate((part.size for part in self.parts), initial=0))


def scope_of(pages: Pages, asked: Filter) -> Scope:
    """Count what a filter leaves: one request, one more where days cut a month in two.

    Raises:
        NotFoundError: There is no such gallery.
    """
    if asked.date_from and asked.date_to and asked.date_from[:7] == asked.date_to[:7]:
        # Within one month its node says it all.
        parts = [_counted(node, asked) for node in _nodes(pages, asked, [asked.date_from[:7]])]
    else:
        counted = pages.counts(asked.gallery, asked.view)
        parts = [
            Part(known.bucket, known.counts.of_type(asked.content_type))
            for known in counted
            if asked.has_month(known.bucket)
        ]
        parts = _with_edges(pages, asked, parts)
    parts = [part for part in parts if part.size]
    if not parts:
        require_gallery(pages, asked.gallery)
    return Scope(asked, tuple(parts))


def require_gallery(pages: Pages, gallery: str) -> None:
    """Make sure that a gallery without anything in it is one; the default one always is.

    Raises:
        NotFoundError: Nothing was ever in it.
    """
    if gallery != DEFAULT_GALLERY and not pages.totals(gallery):
        raise NotFoundError(f"there is no gallery {gallery}")


def nodes_of(pages: Pages, asked: Filter, parts: Sequence[Part]) -> list[Node]:
    """The node of each part, in one request for up to 100 that were not read yet."""
    missing = [part.bucket for part in parts if part.node is None]
    found = iter(_nodes(pages, asked, missing) if missing else ())
    return [part.node or next(found) for part in parts]


def choice(
    asked: Filter,
    *,
    skip: int = 0,
    wanted: int | None = None,
    before: Position | None = None,
) -> Choose:
    """The newest entries of a bucket that a filter leaves, after leaving out `skip`."""

    def choose(node: Node) -> Stretch | None:
        lowest, highest = asked.ranks(node)
        return _stretch(asked, lowest, highest - skip, before, wanted)

    return choose


def between_ranks(
    asked: Filter, start: int, stop: int | None = None, before: Position | None = None
) -> Choose:
    """The entries of some ranks, counted from the oldest that a filter leaves of a bucket.

    All from `start` on where `stop` is None, or all of these older than a position. Of them
    only those whose name the filter searches for.
    """

    def choose(node: Node) -> Stretch | None:
        lowest, highest = asked.ranks(node)
        end = highest if stop is None else min(lowest + stop, highest)
        stretch = _stretch(asked, lowest + start, end, before)
        return stretch and replace(stretch, named=asked.name_test)

    return choose


def _stretch(
    asked: Filter,
    lowest: int,
    highest: int,
    before: Position | None = None,
    wanted: int | None = None,
) -> Stretch | None:
    if lowest >= highest:
        return None
    return Stretch(asked.content_type, lowest, highest, before, wanted)


def _with_edges(pages: Pages, asked: Filter, parts: Sequence[Part]) -> list[Part]:
    """Count anew the months of which not every day may be asked for."""
    dates = [date for date in (asked.date_from, asked.date_to) if date is not None]
    months = {date[:7] for date in dates}
    edges = [part.bucket for part in parts if part.bucket in months]
    if not edges:
        return list(parts)
    known = {node.bucket: node for node in _nodes(pages, asked, edges)}
    return [_counted(known[part.bucket], asked) if part.bucket in known else part for part in parts]


def _counted(node: Node, asked: Filter) -> Part:
    lowest, highest = asked.ranks(node)
    return Part(node.bucket, highest - lowest, node)


def _nodes(pages: Pages, asked: Filter, buckets: Sequence[str]) -> list[Node]:
    return pages.nodes(asked.gallery, asked.view, buckets)
