"""What stays of a purged asset for a while, so that nothing late brings it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import new_id

# As long as an event may be on its way, and longer: queues keep messages for 14 days.
KEPT_FOR = timedelta(days=30)
# What a mark says in place of a version, where there was none.
NO_VERSION = "none"


@dataclass(frozen=True)
class Tombstone:
    """Stands in the place of a purged row, and is none.

    Attributes:
        id: Of the row that was there.
        key: S3 key of its original.
        version: Goes on counting where the row's ended, so that nobody who still holds
            that row can take a later one for it.
        purged_at: When, UTC.
        kept_object: Version of its original, where that stays because another row has
            the same one; None where every version is gone.
        heirs: Ids of other rows that had the same original then.
        immich_id: Of the row, where it came from an Immich library: that it was destroyed here
            is remembered there.
    """

    id: str
    key: str
    version: int
    purged_at: datetime
    kept_object: str | None = None
    heirs: tuple[str, ...] = ()
    immich_id: str | None = None

    @property
    def expires_at(self) -> datetime:
        """When it may go."""
        return self.purged_at + KEPT_FOR


@dataclass(frozen=True)
class PossibleIds:
    """What stands under the ids that the row of a key may have, but for that row itself.

    Attributes:
        taken: Ids that belong to rows of other objects.
        tombstones: By id.
    """

    taken: frozenset[str] = frozenset()
    tombstones: Mapping[str, Tombstone] = field(default_factory=dict)

    def heirs(self, key: str) -> frozenset[str]:
        """Ids of rows that an object belongs to which arrives after its own row was purged.

        Only one that was still to arrive then: what is put there anew is another photo.
        """
        stones = (
            s for s in self.tombstones.values() if (s.key, s.kept_object) == (key, NO_VERSION)
        )
        return frozenset(heir for stone in stones for heir in stone.heirs)

    def is_purged(self, key: str, version: str) -> bool:
        """Whether an object is one that stayed when its row was purged.

        Args:
            key: Its key.
            version: Its `StoredObject.version`; one put there since is another.
        """
        return any(
            (stone.key, stone.kept_object) == (key, version) for stone in self.tombstones.values()
        )

    def new_row(self, key: str, gallery: str, filename: str) -> Asset:
        """The row of an object that has none yet, before anything is known of it.

        Its version goes on from a tombstone that it takes the place of.
        """
        asset_id = new_id(key, self.taken)
        stone = self.tombstones.get(asset_id)
        return Asset(
            id=asset_id,
            key=key,
            url=key,
            thumbnail_url=key,
            filename=filename,
            gallery_id=gallery,
            version=stone.version if stone else 0,
        )
