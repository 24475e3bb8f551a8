"""The gallery's tables, as use cases are handed them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.asset import Asset
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Pages
from chalicelib.storage.people import People


@dataclass(frozen=True)
class Tables:
    """The gallery's tables.

    Attributes:
        assets: The rows: the truth.
        pages: The lists made of them.
        people: Persons, with the counts of their lists.
    """

    assets: Assets
    pages: Pages
    people: People

    def seen_by(self, may_open: Callable[[Asset], bool]) -> "Tables":
        """The same, without the rows that somebody may not know of.

        Lists and persons are a gallery's: who may see it is asked before they are read.
        """
        return replace(self, assets=self.assets.seen_by(may_open))
