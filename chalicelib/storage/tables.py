"""The gallery's tables, as use cases are handed them."""

from dataclasses import dataclass

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
