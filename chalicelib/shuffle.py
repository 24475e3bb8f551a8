"""A page of a shuffled list: every entry once, in an order that a seed decides.

The order permutes ranks counted from the oldest entry, of the months and their numbers of
entries as they were when the shuffle began. What is uploaded while it runs has later ranks
and moves nobody, unless it is dated into a month: then it may move others of this month.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from chalicelib.domain.permutation import Permutation
from chalicelib.domain.query import Cursor, MediaPage, MediaQuery, Sizes
from chalicelib.domain.timeline import Entry
from chalicelib.scope import Scope, between_ranks, nodes_of, scope_of
from chalicelib.storage.pages import Pages


@dataclass(frozen=True)
class Show:
    """A shuffle under way.

    Attributes:
        seed: Decides the order.
        sizes: What there was when it began.
        step: Places of the order that are used up.
    """

    seed: int
    sizes: Sizes
    step: int

    @cached_property
    def length(self) -> int:
        """Entries that there were when it began."""
        return self._starts[-1]

    @cached_property
    def order(self) -> Permutation:
        """Their ranks, shuffled."""
        return Permutation(self.length, self.seed)

    def where(self, rank: int) -> tuple[str, int]:
        """The bucket of a rank, and the rank inside it."""
        index = bisect_right(self._starts, rank) - 1
        return self.sizes[index][0], rank - self._starts[index]

    @cached_property
    def _starts(self) -> Sequence[int]:
        return tuple(accumulate((size for _, size in self.sizes), initial=0))


def shuffled_page(pages: Pages, query: MediaQuery) -> MediaPage:
    """A page of a shuffled list: counts, nodes, leaves.

    Raises:
        NotFoundError: There is no such gallery.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    scope = scope_of(pages, query.filter)
    show = begun(query, sizes_of(scope))
    stop = min(show.step + query.limit, show.length)
    ranks = [show.order[place] for place in range(show.step, stop)]
    found = entries_at(pages, scope, [show.where(rank) for rank in ranks])
    follows = None
    if stop < show.length:
        follows = Cursor(stop, seed=show.seed, sizes=show.sizes)
    return MediaPage(tuple(e for _, e in found), scope.total, True, show.step, follows)


def sizes_of(scope: Scope) -> Sizes:
    """The buckets of a list as a shuffle begins with them."""
    return tuple((part.bucket, part.size) for part in scope.parts)


def begun(query: MediaQuery, sizes: Sizes) -> Show:
    """A shuffle where it stands, with what there was when it began: by now, for a new one."""
    cursor = query.cursor
    step, seed = query.offset, query.seed or 0
    if cursor is not None and cursor.sizes is not None:
        sizes = cursor.sizes
        step = cursor.offset if cursor.step is None else cursor.step
        seed = seed if cursor.seed is None else cursor.seed
    return Show(seed, sizes, min(step, sum(size for _, size in sizes)))


def entries_at(
    pages: Pages, scope: Scope, places: Sequence[tuple[str, int]]
) -> list[tuple[int, Entry]]:
    """The entries of some ranks of buckets; each with its index in `places`.

    Those that are there and, of a search, whose name is searched for.
    """
    parts = {part.bucket: part for part in scope.parts}
    buckets = sorted({bucket for bucket, _ in places if bucket in parts})
    nodes = nodes_of(pages, scope.filter, [parts[bucket] for bucket in buckets])
    by_bucket = dict(zip(buckets, nodes, strict=True))
    known = [index for index, (bucket, _) in enumerate(places) if bucket in parts]
    chosen = [
        (by_bucket[bucket], between_ranks(scope.filter, rank, rank + 1))
        for bucket, rank in (places[index] for index in known)
    ]
    found = zip(known, pages.read(chosen), strict=True)
    return [(index, entry) for index, (_, entries) in found for entry in entries]
