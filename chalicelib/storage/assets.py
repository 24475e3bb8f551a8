"""The rows: one item per asset, changed one conditional update at a time."""

import copy
import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import candidate_ids
from chalicelib.domain.tombstone import PossibleIds, Tombstone
from chalicelib.errors import (
    AssetNotFoundError,
    ForeignKeyRefusedError,
    SetupError,
)
from chalicelib.storage.rows import (
    is_tombstone,
    parse_item,
    parse_tombstone,
    to_item,
    tombstone_item,
)
from chalicelib.storage.table import Item, Table

# What a scan for missing thumbnails needs, and all that a foreign table must have.
PLAN_ATTRIBUTES = (
    "id",
    "url",
    "thumbnail_url",
    "filename",
    "thumbnail_error",
    "thumbnail_error_detail",
    "thumbnail_attempts",
    "thumbnail_recipe",
    "taken_local",
    "source_etag",
    "deleted_reason",
    "version",
    "gallery_id",
    "purged_at",
)
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_MAX_ID_BYTES = 2048


class Assets:
    """The assets table.

    Args:
        table: With the single key ``id``.
        bucket: Whose objects the rows name.
        now: Says the time, UTC.
    """

    def __init__(
        self,
        table: Table,
        bucket: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.table = table
        self.bucket = bucket
        self._now = now
        self._may_open: Callable[[Asset], bool] | None = None

    def seen_by(self, may_open: Callable[[Asset], bool]) -> "Assets":
        """The same rows as somebody sees them: what they may not open is not there.

        Args:
            may_open: Asked of each row that is read.
        """
        seen = copy.copy(self)
        seen._may_open = may_open
        return seen

    @property
    def whole(self) -> "Assets":
        """The same rows, all of them: for what is nobody's to see but must be known."""
        seen = copy.copy(self)
        seen._may_open = None
        return seen

    def check(self) -> None:
        """Make sure that rows can be found by their id, before work begins on them.

        Raises:
            SetupError: The table is not there, is keyed otherwise, or access is denied.
        """
        try:
            self.table.get("is-anybody-there")
        except SetupError as error:
            if "key element" not in str(error):
                raise
            raise SetupError(
                f"table {self.table.name} is keyed otherwise; its only key must be `id`, a string"
            ) from error

    def get(self, id: str, *, consistent: bool = True) -> Asset:
        """The asset with this id.

        Raises:
            AssetNotFoundError: There is none.
        """
        item = self.table.get(id, consistent=consistent) if _is_possible(id) else None
        for asset in self._parse_ours([item] if item else []):
            return asset
        raise AssetNotFoundError(f"no asset has the id {id!r}")

    def get_many(self, ids: Collection[str]) -> dict[str, Asset]:
        """Those that exist, by id, as every finished write left them."""
        return {asset.id: asset for asset in self._parse_ours(self._items(ids))}

    def find(self, key: str) -> tuple[Asset | None, PossibleIds]:
        """The row of an object, and what stands under its possible ids otherwise."""
        items = self._items({candidate for candidate in candidate_ids(key) if candidate})
        rows = list(self._parse_ours(items))
        own = next((row for row in rows if row.key == key), None)
        stones = map(parse_tombstone, filter(is_tombstone, items))
        return own, PossibleIds(
            frozenset(row.id for row in rows if row.key != key),
            {stone.id: stone for stone in stones},
        )

    def is_buried(self, id: str) -> bool:
        """Whether a tombstone stands under an id."""
        return any(map(is_tombstone, self._items([id])))

    def find_many(self, keys: Collection[str]) -> dict[str, Asset]:
        """The rows of those objects that have one, by key; 50 keys a request."""
        ids = {candidate for key in keys for candidate in candidate_ids(key) if candidate}
        rows = self.get_many(ids).values()
        wanted = frozenset(keys)
        return {row.key: row for row in rows if row.key in wanted}

    def create(self, asset: Asset) -> Asset:
        """Write a new row.

        Args:
            asset: Its version is that of the tombstone whose place it takes, 0 for none.

        Raises:
            ConditionFailedError: The id is taken, or the tombstone is not there any more.
        """
        created = dataclasses.replace(
            asset, version=asset.version + 1, created_at=self._now(), updated_at=None
        )
        is_free: Condition = Path("id").does_not_exist()
        if asset.version:
            is_free = Path("purged_at").exists() & (Path("version") == asset.version)
        self.table.put(to_item(created), is_free)
        return created

    def bury(self, asset: Asset, kept_object: str | None = None) -> Tombstone:
        """Put a tombstone in the place of a row that is still as it was read.

        Args:
            asset: As it was read.
            kept_object: Version of its original that stays for another row.

        Raises:
            ConditionFailedError: It was changed or removed since.
        """
        stone = Tombstone(
            asset.id,
            asset.key,
            asset.version + 1,
            self._now(),
            kept_object,
            asset.same_object_as,
            asset.immich_id,
        )
        self.table.put(tombstone_item(stone), _unchanged(asset))
        return stone

    def change(self, asset: Asset, **changes: Any) -> Asset:
        """Change a row that is still as it was read: the one commit there is.

        Args:
            asset: As it was read.
            changes: Attributes of `Asset` and their new values.

        Returns:
            The row as it is now.

        Raises:
            ConditionFailedError: It was changed or removed since.
        """
        changed = dataclasses.replace(
            asset, **changes, version=asset.version + 1, updated_at=self._now()
        )
        before, after = to_item(asset), to_item(changed)
        actions: list[Action] = [
            Path([name]).set(value) for name, value in after.items() if before.get(name) != value
        ]
        actions += [Path([name]).remove() for name in before if name not in after]
        self.table.update(asset.id, actions=actions, condition=_unchanged(asset))
        return changed

    def scan(self) -> Iterator[Asset]:
        """Every row with all its attributes; one that names no object of ours is left out."""
        return self._parse_ours(self.scan_items(attributes=None))

    def scan_items(
        self,
        *,
        segment: int = 0,
        total_segments: int = 1,
        after: str | None = None,
        until: str | None = None,
        attributes: Sequence[str] | None = PLAN_ATTRIBUTES,
        page_size: int | None = None,
        with_tombstones: bool = False,
    ) -> Iterator[Item]:
        """Every item of a segment but tombstones, a page in memory at a time.

        Args:
            segment: Which one, from 0.
            total_segments: How many there are.
            after: Id of the row after which to go on.
            until: Id of the row to end with, also where a tombstone stands in its place.
            attributes: Those to read; None for all.
            page_size: Rows read at a time; None for as much as a request gives (1 MB).
            with_tombstones: Those as well.
        """
        start: Item | None = {"id": {"S": after}} if after else None
        while True:
            items, start = self.table.scan_page(
                segment=segment,
                total_segments=total_segments,
                start=start,
                attributes=attributes,
                limit=page_size,
            )
            for item in items:
                if with_tombstones or not is_tombstone(item):
                    yield item
                if until is not None and item["id"] == {"S": until}:
                    return
            if start is None:
                return

    def parse(self, item: Item) -> Asset:
        """An item as an asset.

        Raises:
            ForeignKeyRefusedError: Its url names no object of this bucket.
        """
        return parse_item(item, self.bucket)

    def _items(self, ids: Collection[str]) -> list[Item]:
        keys = [(asset_id,) for asset_id in ids if _is_possible(asset_id)]
        return list(self.table.get_many(keys, consistent=True))

    def _parse_ours(self, items: Iterable[Item]) -> Iterator[Asset]:
        for item in items:
            try:
                asset = self.parse(item)
            except ForeignKeyRefusedError:
                continue
            if self._may_open is None or self._may_open(asset):
                yield asset


def _is_possible(id: str) -> bool:
    """Whether DynamoDB takes an id at all."""
    return 0 < len(id.encode()) <= _MAX_ID_BYTES


def _unchanged(asset: Asset) -> Condition:
    """The row is still as it was read; one made elsewhere has no version to compare."""
    version, url, thumbnail_url = Path("version"), Path("url"), Path("thumbnail_url")
    if asset.version:
        same_version: Condition = version == asset.version
        return same_version
    same: Condition = url == asset.url
    if asset.thumbnail_url:
        same &= thumbnail_url == asset.thumbnail_url
    else:  # absent, empty, or of another type
        same &= ~(thumbnail_url > {"S": ""})
    same &= ~(version > 0)
    return same
