"""A share: what a link shows to whoever has it, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.asset import Asset
from chalicelib.domain.places import ALL, places

ShareKind = Literal["gallery", "selection"]
# Of a selection.
MAX_SHARED = 500


@dataclass(frozen=True)
class Share:
    """What one link shows.

    Attributes:
        id: The link's secret: whoever knows it has the link.
        key: What whoever opened the link shows from then on; another one once the password is.
        gallery: Whose photos.
        kind: The gallery's whole timeline, or a selection of it.
        created_at: UTC.
        created_by: Id of the owner who made it.
        name: What its owners call it; guests read it, too.
        asset_ids: Of a selection.
        may_download: Whether originals are given out.
        password_hash: See `password.hash_password`; None for no password.
        expires_at: From when on it shows nothing, UTC; None for never.
        revoked_at: Since when it shows nothing, UTC; None while it is not revoked.
        views: How often it was opened.
        seen_at: When it was last opened, UTC.
    """

    id: str
    key: str
    gallery: str
    kind: ShareKind
    created_at: datetime
    created_by: str
    name: str = ""
    asset_ids: tuple[str, ...] = ()
    may_download: bool = False
    password_hash: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    views: int = 0
    seen_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it shows anything at a moment, UTC."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def shows(self, asset: Asset) -> bool:
        """Whether an asset is one of those that it shows, as long as it is open.

        Those of the timeline only: nothing of the bin, hidden, locked or put aside.
        """
        if asset.gallery != self.gallery:
            return False
        if self.kind == "selection" and asset.id not in self.asset_ids:
            return False
        return any(place.view == ALL for place in places(asset))
