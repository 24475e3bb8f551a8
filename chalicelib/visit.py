"""What a visitor sees of a gallery's lists: an owner all of them, a guest what the link shows.

Lists follow the rows, a second later or, where something fails, much later. Addresses that guests
are given open for whoever has them: so each photo's row is asked before one is made.
"""

import dataclasses
from collections.abc import Sequence

from chalicelib.browse import (
    BucketPart,
    MonthCount,
    bucket_part,
    days,
    media_page,
    months,
)
from chalicelib.domain.places import ALL
from chalicelib.domain.query import Filter, MediaPage, MediaQuery
from chalicelib.domain.share import Share
from chalicelib.domain.timeline import Entry
from chalicelib.domain.visitor import Guest, Visitor
from chalicelib.errors import NotFoundError
from chalicelib.storage.assets import Assets
from chalicelib.storage.tables import Tables

# A part of a month for a guest: each entry comes with addresses that are signed one by one.
GUEST_PART_ENTRIES = 500


def visible_page(visitor: Visitor, tables: Tables, query: MediaQuery) -> MediaPage:
    """A page of a list; of a guest's with fewer entries than asked for where the list is late.

    Raises:
        NotFoundError: There is no such gallery or list, as far as the visitor knows.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    _require_visible(visitor, query.filter)
    if not isinstance(visitor, Guest):
        return media_page(tables.pages, query)
    share = visitor.share
    if share.kind == "selection":
        from chalicelib.selection import selection_page, shared_entries

        return selection_page(shared_entries(share, tables.assets), query)
    page = media_page(tables.pages, query)
    return dataclasses.replace(page, entries=_still_shown(page.entries, share, tables.assets))


def visible_months(
    visitor: Visitor, tables: Tables, asked: Filter, *, by_day: bool
) -> list[MonthCount]:
    """The months of a list, newest first, undated last; by day with their days.

    Raises:
        NotFoundError, PagesBusyError: As above.
    """
    _require_visible(visitor, asked)
    if isinstance(visitor, Guest) and visitor.share.kind == "selection":
        from chalicelib.selection import selection_months, shared_entries

        return selection_months(shared_entries(visitor.share, tables.assets), asked)
    return (days if by_day else months)(tables.pages, asked)


def visible_part(
    visitor: Visitor, tables: Tables, asked: Filter, bucket: str, part: int
) -> BucketPart:
    """A part of a month of a list; of a guest's with gaps where the list is late.

    Raises:
        InvalidParameterError: It has fewer parts.
        NotFoundError, PagesBusyError: As above.
    """
    _require_visible(visitor, asked)
    if not isinstance(visitor, Guest):
        return bucket_part(tables.pages, asked.gallery, asked.view, bucket, part)
    share, most = visitor.share, GUEST_PART_ENTRIES
    if share.kind == "selection":
        from chalicelib.selection import selection_part, shared_entries

        return selection_part(shared_entries(share, tables.assets), bucket, part, most)
    found = bucket_part(tables.pages, asked.gallery, asked.view, bucket, part, most)
    return dataclasses.replace(found, entries=_still_shown(found.entries, share, tables.assets))


def _still_shown(entries: Sequence[Entry], share: Share, assets: Assets) -> tuple[Entry, ...]:
    """The entries of a list whose rows say that a link shows them; 100 rows a request."""
    rows = assets.get_many({entry.id for entry in entries})
    return tuple(entry for entry in entries if entry.id in rows and share.shows(rows[entry.id]))


def _require_visible(visitor: Visitor, asked: Filter) -> None:
    """Make sure that a visitor may know of a list.

    Raises:
        NotFoundError: They may not: it is as if there were none.
    """
    is_shown = asked.view == ALL or not isinstance(visitor, Guest)
    if not (visitor.may_see(asked.gallery) and is_shown):
        raise NotFoundError(f"there is no gallery {asked.gallery} with a list {asked.view}")
