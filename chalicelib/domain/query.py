"""What is asked for of a list, and what is answered."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from chalicelib.domain.asset import FileType
from chalicelib.domain.directory import Position
from chalicelib.domain.places import ALL
from chalicelib.domain.timeline import UNDATED, Entry, Node


@dataclass(frozen=True)
class Filter:
    """Which entries of which list are asked for.

    Attributes:
        gallery: Whose list.
        view: Which list, such as ``all``, or a person's.
        content_type: Only images or only videos; None for both.
        date_from: First local day, ``2024-05-17``; None for no bound. Undated entries are
            on no day. Days are those that the list is ordered by: in the bin, of deletion.
        date_to: Last local day, inclusive.
        search: Only entries whose name has this in it, in any case and with any accents.
    """

    gallery: str
    view: str = ALL
    content_type: FileType | None = None
    date_from: str | None = None
    date_to: str | None = None
    search: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether only some days are asked for."""
        return self.date_from is not None or self.date_to is not None

    def has_day(self, bucket: str, day: str) -> bool:
        """Whether a local day is asked for."""
        if not self.is_dated:
            return True
        date = f"{bucket}-{day}"
        return (
            bucket != UNDATED
            and (self.date_from is None or date >= self.date_from)
            and (self.date_to is None or date <= self.date_to)
        )

    def has_month(self, bucket: str) -> bool:
        """Whether any day of a bucket is asked for."""
        if not self.is_dated:
            return True
        return (
            bucket != UNDATED
            and (self.date_from is None or bucket >= self.date_from[:7])
            and (self.date_to is None or bucket <= self.date_to[:7])
        )

    @cached_property
    def name_test(self) -> Callable[[str], bool] | None:
        """Tells whether a name is searched for; None when names don't matter."""
        if self.search is None:
            return None
        wanted = folded(self.search)
        return lambda name: wanted in folded(name)

    def ranks(self, node: Node) -> tuple[int, int]:
        """The first and the last rank, exclusive, of what is asked for of a bucket.

        Ranks count the entries of the type asked for from the bucket's oldest.
        """
        counts = node.counts.of_type(self.content_type)
        if not self.is_dated:
            return 0, counts
        older = inside = 0
        for day, known in node.days.items():
            if self.has_day(node.bucket, day):
                inside += known.of_type(self.content_type)
            elif self.date_from is not None and f"{node.bucket}-{day}" < self.date_from:
                older += known.of_type(self.content_type)
        return older, older + inside


# Buckets with the number of their entries, oldest first.
Sizes = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Cursor:
    """Where to go on with a list.

    Attributes:
        offset: Entries given so far.
        before: Only entries older than this: the last one given, or looked at.
        skip: Of a search: matches still to be left out.
        seed: Of a shuffle.
        sizes: Of a shuffle: the buckets that there were when it began, oldest first, each with
            the number of its entries.
        step: Of a shuffled search: places of its order that are used up; None where each
            gave an entry.
    """

    offset: int
    before: Position | None = None
    skip: int = 0
    seed: int | None = None
    sizes: Sizes | None = None
    step: int | None = None


@dataclass(frozen=True)
class MediaQuery:
    """Which part of which list is asked for.

    Attributes:
        filter: Which entries.
        limit: At most so many, >= 1.
        offset: So many are left out; 0 with a cursor.
        cursor: Where to go on.
        seed: Of the order they are shuffled into; None for newest first.
    """

    filter: Filter
    limit: int = 100
    offset: int = 0
    cursor: Cursor | None = None
    seed: int | None = None


@dataclass(frozen=True)
class MediaPage:
    """Part of a list.

    Attributes:
        entries: In order.
        total: How many entries the whole list holds.
        total_is_exact: False when not all of it could be looked at: there may be more.
        offset: How many entries were given before these.
        next: Where to go on; None at the end.
    """

    entries: tuple[Entry, ...]
    total: int
    total_is_exact: bool
    offset: int
    next: Cursor | None


def folded(text: str) -> str:
    """A text without what a search doesn't look at: case, accents, compatibility forms."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
