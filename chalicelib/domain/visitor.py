"""Who asks, and what they may see: an owner their galleries, a guest what a link shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.asset import Asset
from chalicelib.domain.share import Share

# Who may ask for a route: owners; guests as well; everybody.
Access = Literal["owner", "guest", "open"]


@dataclass(frozen=True)
class Owner:
    """Somebody who signed in.

    Attributes:
        id: The user pool's; never given to another one.
        email: Theirs.
        galleries: Those that they own.
        expires_at: Until when they are signed in, UTC.
    """

    id: str
    email: str
    galleries: frozenset[str]
    expires_at: datetime

    def may_see(self, gallery: str) -> bool:
        """Whether there is such a gallery, as far as they know."""
        return gallery in self.galleries

    def may_open(self, asset: Asset) -> bool:
        """Whether there is such an asset, as far as they know."""
        return asset.gallery in self.galleries

    def may_download(self, asset: Asset) -> bool:
        """Whether they are given its original."""
        return self.may_open(asset)

    def may_ask(self, access: Access) -> bool:
        """Whether a route is for them."""
        return access in ("owner", "guest")

    def is_known(self, now: datetime) -> bool:
        """Whether they are still signed in at a moment, UTC."""
        return now < self.expires_at


@dataclass(frozen=True)
class Guest:
    """Somebody who opened a link.

    Attributes:
        share: What it shows.
    """

    share: Share

    def may_see(self, gallery: str) -> bool:
        """Whether there is such a gallery, as far as they know."""
        return gallery == self.share.gallery

    def may_open(self, asset: Asset) -> bool:
        """Whether there is such an asset, as far as they know."""
        return self.share.shows(asset)

    def may_download(self, asset: Asset) -> bool:
        """Whether they are given its original."""
        return self.share.may_download and self.may_open(asset)

    def may_ask(self, access: Access) -> bool:
        """Whether a route is for them."""
        return access == "guest"

    def is_known(self, now: datetime) -> bool:
        """Whether their link shows anything at a moment, UTC."""
        return self.share.is_open(now)


Visitor = Owner | Guest
