"""Look at a gallery: a page of a list, its months, one of its buckets, persons, totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.asset import Asset
from chalicelib.domain.directory import Position
from chalicelib.domain.object_key import split_key
from chalicelib.domain.person import Person, heirs
from chalicelib.domain.places import ALL, BIN
from chalicelib.domain.query import Cursor, Filter, MediaPage, MediaQuery
from chalicelib.domain.timeline import RATIO_UNIT, Counts, DayCounts, Entry, Node
from chalicelib.errors import (
    AssetNotFoundError,
    ForeignKeyRefusedError,
    InvalidParameterError,
)
from chalicelib.scope import (
    Part,
    Scope,
    choice,
    nodes_of,
    require_gallery,
    scope_of,
)
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Choose, Pages
from chalicelib.storage.tables import Tables

# A part of a bucket has at most so many entries: about 2 MB of JSON.
PART_ENTRIES = 4000


@dataclass(frozen=True)
class DayCount:
    """A local day of a list: its number in the month, None when undated; see `MonthCount`."""

    day: int | None
    count: int
    ratio_sum: float


@dataclass(frozen=True)
class MonthCount:
    """A month of a list.

    Attributes:
        bucket: Which one.
        revision: Moves when its content changes.
        count: How many entries.
        days: Newest first, each with the sum of width over height; where asked for.
    """

    bucket: str
    revision: int
    count: int
    days: tuple[DayCount, ...] = ()


@dataclass(frozen=True)
class BucketPart:
    """A part of one bucket of a list; the same for ever under the same revision.

    Attributes:
        bucket: Which one.
        revision: Of its content.
        part: Which part, from 0.
        parts: How many there are, >= 1.
        total: Entries of the whole bucket.
        entries: Of the part, newest first.
    """

    bucket: str
    revision: int
    part: int
    parts: int
    total: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class GalleryStats:
    """Totals of a gallery: `timeline` of what is shown, `bin` of what is in the bin."""

    timeline: Counts
    bin: Counts


def media_page(pages: Pages, query: MediaQuery) -> MediaPage:
    """A page of a list: counts, nodes, leaves, each for all the months it spans at once.

    Raises:
        NotFoundError: There is no such gallery.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    is_search = query.filter.search is not None
    if query.seed is None and not is_search:
        return _page(pages, query)
    from chalicelib.search import search_page, shuffled_search_page
    from chalicelib.shuffle import shuffled_page

    if query.seed is None:
        return search_page(pages, query)
    return (shuffled_search_page if is_search else shuffled_page)(pages, query)


def _page(pages: Pages, query: MediaQuery) -> MediaPage:
    asked, cursor = query.filter, query.cursor
    scope = scope_of(pages, asked)
    before = cursor.before if cursor else None
    offset = cursor.offset if cursor else query.offset
    # One more than asked for tells whether more follow.
    wanted = query.limit + 1
    parts, skip, rest = _spanned(scope, 0 if before else offset, before, wanted)
    chosen: list[tuple[Node, Choose]] = []
    limits: list[int] = []
    for part, node in zip(parts, nodes_of(pages, asked, parts), strict=True):
        if wanted <= 0:
            break
        is_cut = before is not None and part.bucket == before[0][:7]
        at = before if is_cut else None
        chosen.append((node, choice(asked, skip=skip, wanted=wanted, before=at)))
        limits.append(wanted)
        wanted -= 0 if is_cut else max(0, _size(asked, node) - skip)
        skip = 0
    read = pages.read(chosen)
    found = [entry for _, entries in read for entry in reversed(entries)]
    entries = tuple(found[: query.limit])
    # Nodes are read later than counts, and anew when they change: the page tells what it saw.
    seen = zip(parts, read, strict=False)
    total = scope.total + sum(_size(asked, node) - part.size for part, (node, _) in seen)
    follows = None
    # Where others deleted some of what was to be read, there may be more than was found.
    is_cut_off = any(len(some) == most for (_, some), most in zip(read, limits, strict=True))
    if len(found) > query.limit or is_cut_off or rest or len(read) < len(parts):
        last = entries[-1].position if entries else (read[-1][0].bucket, "")
        follows = Cursor(offset + len(entries), last)
    return MediaPage(entries, total, True, offset, follows)


def _size(asked: Filter, node: Node) -> int:
    lowest, highest = asked.ranks(node)
    return highest - lowest


def _spanned(
    scope: Scope, skip: int, before: Position | None, wanted: int
) -> tuple[list[Part], int, list[Part]]:
    """The parts that hold a page, newest first; how many of the first to leave out; the rest."""
    newest_first = list(reversed(scope.parts))
    start = 0
    held = 0
    if before is not None:
        while start < len(newest_first) and newest_first[start].bucket > before[0][:7]:
            start += 1
        if start < len(newest_first) and newest_first[start].bucket == before[0][:7]:
            held = -newest_first[start].size  # any number of them may be newer
    while start < len(newest_first) and skip >= newest_first[start].size:
        skip -= newest_first[start].size
        start += 1
    stop = start
    while stop < len(newest_first) and held < skip + wanted:
        held += newest_first[stop].size
        stop += 1
    return newest_first[start:stop], skip, newest_first[stop:]


def months(pages: Pages, asked: Filter) -> list[MonthCount]:
    """The months of a list with their counts, newest first, undated last; one request.

    Raises:
        NotFoundError: There is no such gallery.
    """
    if asked.is_dated:
        return [MonthCount(m.bucket, m.revision, m.count) for m in days(pages, asked)]
    found = [
        MonthCount(known.bucket, known.revision, count)
        for known in reversed(pages.counts(asked.gallery, asked.view))
        if (count := known.counts.of_type(asked.content_type))
    ]
    if not found:
        require_gallery(pages, asked.gallery)
    return found


def days(pages: Pages, asked: Filter) -> list[MonthCount]:
    """The same, each month with its days, newest first; one request."""
    found = []
    for bucket, (revision, known) in reversed(pages.days(asked.gallery, asked.view).items()):
        held = day_counts(asked, bucket, known)
        if held:
            count = sum(day.count for day in held)
            found.append(MonthCount(bucket, revision, count, tuple(held)))
    if not found:
        require_gallery(pages, asked.gallery)
    return found


def day_counts(asked: Filter, bucket: str, known: Mapping[str, DayCounts]) -> list[DayCount]:
    """The days of a month that a filter leaves, newest first."""
    return [
        DayCount(int(day) or None, count, counts.ratios(asked.content_type) / RATIO_UNIT)
        for day, counts in sorted(known.items(), reverse=True)
        if asked.has_day(bucket, day) and (count := counts.of_type(asked.content_type))
    ]


def bucket_part(
    pages: Pages, gallery: str, view: str, bucket: str, part: int, most: int | None = None
) -> BucketPart:
    """A part of a bucket: one request for its node, one for its leaves.

    Args:
        pages: The lists.
        gallery: Whose list.
        view: Which list.
        bucket: Which month of it.
        part: From 0.
        most: A part has at most so many entries; `PART_ENTRIES` for None.

    Raises:
        InvalidParameterError: It has fewer parts.
        NotFoundError: There is no such gallery.
        PagesBusyError: The bucket was rewritten at every attempt to read it.
    """
    asked, size = Filter(gallery, view), most or PART_ENTRIES
    (node,) = pages.nodes(gallery, view, [bucket])
    if not node.version:
        require_gallery(pages, gallery)
    choose = choice(asked, skip=part * size, wanted=size)
    ((node, entries),) = pages.read([(node, choose)])
    parts = max(1, -(-node.counts.total // size))
    if part >= parts:
        raise InvalidParameterError("part", f"must be below {parts}, the parts of {bucket}")
    return BucketPart(
        bucket, node.revision, part, parts, node.counts.total, tuple(reversed(entries))
    )


def gallery_stats(pages: Pages, gallery: str) -> GalleryStats:
    """What a gallery holds in all, in one request.

    Raises:
        NotFoundError: There is no such gallery.
    """
    totals = pages.totals(gallery)
    if not totals:
        require_gallery(pages, gallery)
    return GalleryStats(totals.get(ALL, Counts()), totals.get(BIN, Counts()))


def persons(tables: Tables, gallery: str) -> list[Person]:
    """The persons of a gallery that have a name, favourites first, in one request.

    Who was merged into another one is left out.

    Raises:
        NotFoundError: There is no such gallery.
    """
    found = list(tables.people.list(gallery))
    if not found:
        require_gallery(tables.pages, gallery)
    merged = heirs(found)
    named = [
        (not person.is_favorite, person.name.casefold(), person)
        for person in found
        if person.name and person.id not in merged
    ]
    return [person for _, _, person in sorted(named, key=lambda known: (*known[:2], known[2].id))]


def file_hashes(assets: Assets, entries: Sequence[Entry]) -> dict[str, str | None]:
    """The SHA-256 of each entry's original by id, where its row is there and knows it."""
    rows = assets.get_many({entry.id for entry in entries})
    return {asset_id: row.file_hash for asset_id, row in rows.items()}


def asset_of_path(assets: Assets, gallery: str, path: str) -> Asset:
    """The asset under a path of a gallery.

    Raises:
        AssetNotFoundError: There is none, or the path is none that could be.
    """
    try:
        split_key(f"{gallery}/{path}")
    except ForeignKeyRefusedError as error:
        raise AssetNotFoundError("no asset has this path") from error
    asset, _ = assets.find(f"{gallery}/{path}")
    if asset is None:
        raise AssetNotFoundError("no asset has this path")
    return asset
