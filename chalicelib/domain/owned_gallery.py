"""A gallery with its name and whose it is; what is kept of somebody who owns some."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# Cookies for each are told at sign-in, and an answer has room for so many.
MAX_GALLERIES = 6
MAX_OWNERS = 20
_MAX_SLUG = 30


@dataclass(frozen=True)
class OwnedGallery:
    """A gallery that somebody owns.

    Attributes:
        id: First segment of its keys.
        name: What its owners call it.
        owners: E-mail of each owner, by their id.
        version: Counts the changes of its row.
    """

    id: str
    name: str
    owners: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class Standing:
    """What is kept of a user.

    Attributes:
        galleries: Ids of those that they own.
        since: When they signed in by the password that they set last, UTC; None where they set
            none yet.
    """

    galleries: frozenset[str]
    since: datetime | None = None

    def lets_in(self, signed_in_at: datetime) -> bool:
        """Whether a sign-in of a moment, UTC, counts: not before another password was set."""
        return self.since is None or signed_in_at >= self.since


def gallery_id(name: str, ending: str) -> str:
    """The id of a new gallery: readable, and different from all others by its ending.

    Args:
        name: What its owner calls it.
        ending: Random; of a-z and 0-9, at most 9 characters. Always there, so that nobody
            learns by a name which galleries others have.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub("[^a-z0-9]+", "-", plain)[:_MAX_SLUG].strip("-")
    return f"{slug}-{ending}" if slug else ending
