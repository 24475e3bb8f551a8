"""A page of what a search finds: names are looked at, newest first, a bounded number a call.

A list of up to `LOOKED_AT` entries is looked at as a whole, so that the total is exact.
Of a longer one a call looks at so many, says that there may be more, and gives a cursor.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.directory import Position
from chalicelib.domain.query import Cursor, MediaPage, MediaQuery
from chalicelib.domain.timeline import Entry
from chalicelib.scope import Scope, between_ranks, nodes_of, scope_of
from chalicelib.shuffle import begun, entries_at, sizes_of
from chalicelib.storage.pages import Pages

# About 300 leaves: four requests and a second of CPU.
LOOKED_AT = 120_000
# Of a shuffled longer list, each name looked at may lie in a leaf of its own.
SHUFFLED_LOOKED_AT = 200
_AT_A_TIME = 20_000


def search_page(pages: Pages, query: MediaQuery) -> MediaPage:
    """What is found, newest first.

    Raises:
        NotFoundError: There is no such gallery.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    scope = scope_of(pages, query.filter)
    if scope.total > LOOKED_AT:
        return _part_of_search(pages, query, scope)
    cursor = query.cursor or Cursor(0, skip=query.offset)
    found = _all_found(pages, scope, scope.total)
    newer = 0 if cursor.before is None else sum(e.position >= cursor.before for e in found)
    start = newer + cursor.skip
    entries = tuple(found[start : start + query.limit])
    offset = cursor.offset + cursor.skip
    follows = None
    if start + query.limit < len(found):
        follows = Cursor(offset + len(entries), entries[-1].position)
    return MediaPage(entries, len(found), True, offset, follows)


def _part_of_search(pages: Pages, query: MediaQuery, scope: Scope) -> MediaPage:
    cursor = query.cursor or Cursor(0, skip=query.offset)
    stop = scope.total if cursor.before is None else _rank_of(pages, scope, cursor.before)
    lowest = max(0, stop - LOOKED_AT)
    matches: list[Entry] = []
    before = cursor.before
    for entries, end in _looked_at(pages, scope, lowest, stop, before):
        matches += entries
        before = end
        if len(matches) > cursor.skip + query.limit:
            break
    given = tuple(matches[cursor.skip : cursor.skip + query.limit])
    offset = cursor.offset + min(cursor.skip, len(matches))
    follows = None
    if len(matches) > cursor.skip + query.limit:
        follows = Cursor(offset + len(given), given[-1].position)
    elif lowest:
        left = max(0, cursor.skip - len(matches))
        follows = Cursor(offset + len(given), before, left)
    return MediaPage(given, cursor.offset + len(matches), follows is None, offset, follows)


def shuffled_search_page(pages: Pages, query: MediaQuery) -> MediaPage:
    """What is found, in the order that a seed decides.

    Raises:
        NotFoundError: There is no such gallery.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    scope = scope_of(pages, query.filter)
    # A list that has grown or shrunk across the limit is gone on with as it was begun.
    is_long = query.cursor.step is not None if query.cursor else scope.total > LOOKED_AT
    if is_long:
        return _part_of_shuffle(pages, query, scope)
    size = min(scope.total, LOOKED_AT)
    by_bucket: dict[str, list[Entry]] = {}
    for entry in reversed(_all_found(pages, scope, size)):
        by_bucket.setdefault(entry.bucket, []).append(entry)
    show = begun(query, tuple((bucket, len(held)) for bucket, held in by_bucket.items()))
    stop = min(show.step + query.limit, show.length)
    places = [show.where(show.order[place]) for place in range(show.step, stop)]
    entries = tuple(e for bucket, rank in places for e in by_bucket.get(bucket, [])[rank:][:1])
    follows = None
    if stop < show.length:
        follows = Cursor(stop, seed=show.seed, sizes=show.sizes)
    total = sum(map(len, by_bucket.values()))
    return MediaPage(entries, total, size == scope.total, show.step, follows)


def _part_of_shuffle(pages: Pages, query: MediaQuery, scope: Scope) -> MediaPage:
    """The whole list in its shuffled order, of which few names are looked at in a call."""
    cursor = query.cursor or Cursor(0, skip=query.offset)
    show = begun(replace(query, offset=0), sizes_of(scope))
    stop = min(show.step + SHUFFLED_LOOKED_AT, show.length)
    places = [show.where(show.order[place]) for place in range(show.step, stop)]
    matches = entries_at(pages, scope, places)
    given = matches[cursor.skip : cursor.skip + query.limit]
    if len(matches) > cursor.skip + query.limit:
        stop = show.step + given[-1][0] + 1
    offset = cursor.offset + min(cursor.skip, len(matches))
    follows = None
    if stop < show.length:
        left = max(0, cursor.skip - len(matches))
        next_offset = offset + len(given)
        follows = Cursor(next_offset, None, left, show.seed, show.sizes, stop)
    total = cursor.offset + len(matches)
    return MediaPage(tuple(entry for _, entry in given), total, follows is None, offset, follows)


def _all_found(pages: Pages, scope: Scope, stop: int) -> list[Entry]:
    return [entry for entries, _ in _looked_at(pages, scope, 0, stop) for entry in entries]


def _looked_at(
    pages: Pages, scope: Scope, lowest: int, stop: int, before: Position | None = None
) -> Iterator[tuple[list[Entry], Position]]:
    """The entries found among ranks of a list, newest first, some thousand names at a time.

    Each time with the position that was looked at last. Ranks tell how much is looked at;
    they move while others work, so that where it goes on is told by that position.
    """
    starts = scope.starts
    unnamed = replace(scope.filter, search=None)
    while stop > lowest:
        start = max(lowest, stop - _AT_A_TIME)
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, stop) - 1
        parts = scope.parts[first : last + 1]
        nodes = nodes_of(pages, scope.filter, parts)
        skipped = start - starts[first]
        chosen = []
        for index, node in enumerate(nodes, first):
            at = before if before and before[0][:7] == node.bucket else None
            until = stop - starts[index] if at is None and stop < starts[index + 1] else None
            choose = between_ranks(scope.filter, skipped if index == first else 0, until, at)
            chosen.append((node, choose))
        oldest = (nodes[0], between_ranks(unnamed, skipped, skipped + 1))
        *found, (_, ends) = pages.read([*chosen, oldest])
        before = ends[0].position if ends else (nodes[0].bucket, "")
        yield [entry for _, entries in reversed(found) for entry in reversed(entries)], before
        stop = start


def _rank_of(pages: Pages, scope: Scope, position: Position) -> int:
    """How many entries of a list are older than a position."""
    buckets = [part.bucket for part in scope.parts]
    index = bisect_left(buckets, bucket := position[0][:7])
    if index == len(buckets) or buckets[index] != bucket:
        return scope.starts[index]
    (node,) = nodes_of(pages, scope.filter, scope.parts[index : index + 1])
    node, rank = pages.rank_of(node, position, scope.filter.content_type)
    lowest, highest = scope.filter.ranks(node)
    return scope.starts[index] + min(max(rank, lowest), highest) - lowest
