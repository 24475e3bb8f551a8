"""What lists are asked for, from the values of a request; and the rules between them."""

from collections.abc import Callable
from typing import Any

from chalicelib.api.cursors import decode_cursor
from chalicelib.api.parameters import MAX_SAFE, MAX_SHUFFLED_LIMIT
from chalicelib.domain.asset import FileType
from chalicelib.domain.places import ALL, FAILED, person_view
from chalicelib.domain.query import Cursor, Filter, MediaQuery, folded
from chalicelib.domain.timeline import UNDATED
from chalicelib.errors import InvalidParameterError


def filter_of(
    *,
    gallery: str,
    view: str = ALL,
    person_id: str | None = None,
    content_type: FileType | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    search: str | None = None,
) -> Filter:
    """Which entries of which list.

    Raises:
        InvalidParameterError: The days are in the wrong order.
    """
    if date_from is not None and date_to is not None and date_to < date_from:
        raise InvalidParameterError("date_to", f"must not be before date_from, {date_from}")
    if search is not None and not folded(search):
        raise InvalidParameterError("search", "must have more in it than accents")
    return Filter(
        gallery=gallery,
        view=view if person_id is None else person_view(person_id),
        content_type=content_type,
        date_from=date_from,
        date_to=date_to,
        search=search,
    )


def bucket_of(month: str) -> str:
    """The bucket of a list that a request names."""
    return UNDATED if month == "undated" else month


def media_query(
    pick_below: Callable[[int], int],
    *,
    limit: int,
    offset: int,
    cursor: str | None,
    shuffle: bool,
    shuffle_seed: int | None,
    **filtered: Any,
) -> MediaQuery:
    """Which part of which list.

    Args:
        pick_below: Picks a random whole number from 0 and below its argument.
        limit: As it was asked for.
        offset: As it was asked for.
        cursor: As it was asked for.
        shuffle: Whether in a random order.
        shuffle_seed: Which one; None for a new one, or the cursor's.
        filtered: Arguments of `filter_of`.

    Raises:
        InvalidParameterError: The cursor is not one of this query, or values that are
            right by themselves contradict each other.
    """
    asked = filter_of(**filtered)
    if shuffle and limit > MAX_SHUFFLED_LIMIT:
        raise InvalidParameterError("limit", f"must be at most {MAX_SHUFFLED_LIMIT} of a shuffle")
    begun: Cursor | None = None
    if cursor is not None:
        begun = decode_cursor(cursor, asked, is_shuffled=shuffle)
        if shuffle_seed not in (None, begun.seed):
            raise InvalidParameterError("shuffle_seed", f"must be the cursor's, {begun.seed}")
        shuffle_seed = begun.seed
    elif shuffle and shuffle_seed is None:
        shuffle_seed = pick_below(MAX_SAFE + 1)
    return MediaQuery(asked, limit, offset, begun, shuffle_seed)


def faces_query(*, id: str, gallery: str, limit: int, cursor: str | None) -> MediaQuery:
    """Which part of a person's list.

    Raises:
        InvalidParameterError: The cursor is not one of this query.
    """
    asked = Filter(gallery, person_view(id))
    begun = decode_cursor(cursor, asked, is_shuffled=False) if cursor is not None else None
    return MediaQuery(asked, limit, cursor=begun)


def failures_query(*, gallery: str, limit: int, cursor: str | None) -> MediaQuery:
    """Which part of what can't be drawn.

    Raises:
        InvalidParameterError: The cursor is not one of this query.
    """
    asked = Filter(gallery, FAILED)
    begun = decode_cursor(cursor, asked, is_shuffled=False) if cursor is not None else None
    return MediaQuery(asked, limit, cursor=begun)
