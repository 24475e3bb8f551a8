"""Look at the photos that a link shows one by one: the same lists, made of their rows.

At most 500, read in one go: there is no page of them to keep.
"""

from collections.abc import Sequence

from chalicelib.browse import BucketPart, MonthCount, day_counts
from chalicelib.domain.places import ALL, places
from chalicelib.domain.query import Cursor, Filter, MediaPage, MediaQuery
from chalicelib.domain.share import Share
from chalicelib.domain.timeline import Entry, Sums
from chalicelib.errors import InvalidParameterError
from chalicelib.shuffle import begun
from chalicelib.storage.assets import Assets

# Revisions are numbers that JavaScript holds exactly.
_REVISIONS = 2**53


def shared_entries(share: Share, assets: Assets) -> list[Entry]:
    """What a link to a selection shows now, oldest first."""
    rows = assets.get_many(share.asset_ids).values()
    found = (place for row in rows if share.shows(row) for place in places(row))
    return sorted((place.entry for place in found if place.view == ALL), key=_position)


def selection_page(entries: Sequence[Entry], query: MediaQuery) -> MediaPage:
    """A page of a selection.

    Args:
        entries: All of it, oldest first.
        query: Of its gallery's timeline.
    """
    found = [entry for entry in entries if _is_asked(entry, query.filter)]
    if query.seed is not None:
        return _shuffled(found, query)
    newest_first = found[::-1]
    cursor = query.cursor
    start, offset = query.offset, query.offset
    if cursor is not None:
        before = cursor.before or ("~", "")
        start = sum(entry.position >= before for entry in newest_first)
        offset = cursor.offset
    given = tuple(newest_first[start : start + query.limit])
    follows = None
    if start + query.limit < len(found):
        follows = Cursor(offset + len(given), given[-1].position)
    return MediaPage(given, len(found), True, offset, follows)


def selection_months(entries: Sequence[Entry], asked: Filter) -> list[MonthCount]:
    """The months of a selection with their days, newest first, undated last."""
    found = _by_bucket([entry for entry in entries if _is_asked(entry, asked)])
    return [
        MonthCount(
            bucket,
            _revision(held),
            len(held),
            tuple(day_counts(Filter(asked.gallery), bucket, Sums.of(held).days)),
        )
        for bucket, held in sorted(found.items(), reverse=True)
    ]


def selection_part(entries: Sequence[Entry], bucket: str, part: int, size: int) -> BucketPart:
    """A part of a month of a selection.

    Raises:
        InvalidParameterError: It has fewer parts.
    """
    held = _by_bucket(entries).get(bucket, [])
    parts = max(1, -(-len(held) // size))
    if part >= parts:
        raise InvalidParameterError("part", f"must be below {parts}, the parts of {bucket}")
    given = tuple(held[::-1][part * size : (part + 1) * size])
    return BucketPart(bucket, _revision(held), part, parts, len(held), given)


def _shuffled(found: Sequence[Entry], query: MediaQuery) -> MediaPage:
    by_bucket = _by_bucket(found)
    show = begun(query, tuple((bucket, len(held)) for bucket, held in sorted(by_bucket.items())))
    stop = min(show.step + query.limit, show.length)
    wanted = [show.where(show.order[place]) for place in range(show.step, stop)]
    given = tuple(
        by_bucket[bucket][rank] for bucket, rank in wanted if rank < len(by_bucket.get(bucket, ()))
    )
    follows = None
    if stop < show.length:
        follows = Cursor(stop, seed=show.seed, sizes=show.sizes)
    return MediaPage(given, len(found), True, show.step, follows)


def _is_asked(entry: Entry, asked: Filter) -> bool:
    tile = entry.tile
    if asked.content_type is not None and tile.is_video != (asked.content_type == "video"):
        return False
    if not asked.has_day(entry.bucket, entry.day):
        return False
    name = tile.name or tile.path.rpartition("/")[2]
    return asked.name_test is None or asked.name_test(name)


def _by_bucket(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.bucket, []).append(entry)
    return found


def _revision(entries: Sequence[Entry]) -> int:
    """Another number for other content, as far as chance allows."""
    return Sums.of(entries).digest % _REVISIONS


def _position(entry: Entry) -> tuple[str, str]:
    return entry.position
