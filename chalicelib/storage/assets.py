"""The rows: one item per asset, changed one conditional update at a time."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import candidate_ids
from chalicelib.errors import (
    AssetNotFoundError,
    ForeignKeyRefusedError,
    SetupError,
)
from chalicelib.storage.rows import parse_item, to_item
from chalicelib.storage.table import Item, Table

# What a scan for missing thumbnails needs, and all that a foreign table must have.
PLAN_ATTRIBUTES = (
    "id",
    "url",
    "thumbnail_url",
    "filename",
    "thumbnail_error",
    "thumbnail_error_detail",
    "source_etag",
    "deleted_reason",
    "version",
    "gallery_id",
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
        is_possible = 0 < len(id.encode()) <= _MAX_ID_BYTES
        item = self.table.get(id, consistent=consistent) if is_possible else None
        for asset in self._parse_ours([item] if item else []):
            return asset
        raise AssetNotFoundError(f"no asset has the id {id!r}")

    def get_many(self, ids: Collection[str]) -> dict[str, Asset]:
        """Those that exist, by id, as every finished write left them."""
        items = self.table.get_many([(asset_id,) for asset_id in ids], consistent=True)
        return {asset.id: asset for asset in self._parse_ours(items)}

    def find(self, key: str) -> tuple[Asset | None, frozenset[str]]:
        """The row of an object, and which of its possible ids are taken by other objects."""
        ids = {candidate for candidate in candidate_ids(key) if candidate}
        rows = self.get_many(ids)
        own = next((row for row in rows.values() if row.key == key), None)
        return own, frozenset(row.id for row in rows.values() if row.key != key)

    def find_many(self, keys: Collection[str]) -> dict[str, Asset]:
        """The rows of those objects that have one, by key; 50 keys a request."""
        ids = {candidate for key in keys for candidate in candidate_ids(key) if candidate}
        rows = self.get_many(ids).values()
        wanted = frozenset(keys)
        return {row.key: row for row in rows if row.key in wanted}

    def create(self, asset: Asset) -> Asset:
        """Write a new row.

        Raises:
            ConditionFailedError: The id is taken.
        """
        now = self._now()
        created = dataclasses.replace(asset, version=1, created_at=now, updated_at=now)
        self.table.put(to_item(created), Path("id").does_not_exist())
        return created

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
        attributes: Sequence[str] | None = PLAN_ATTRIBUTES,
        page_size: int | None = None,
    ) -> Iterator[Item]:
        """Every item of a segment, a page in memory at a time.

        Args:
            segment: Which one, from 0.
            total_segments: How many there are.
            after: Id of the row after which to go on.
            attributes: Those to read; None for all.
            page_size: Rows read at a time; None for as much as a request gives (1 MB).
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
            yield from items
            if start is None:
                return

    def parse(self, item: Item) -> Asset:
        """An item as an asset.

        Raises:
            ForeignKeyRefusedError: Its url names no object of this bucket.
        """
        return parse_item(item, self.bucket)

    def _parse_ours(self, items: Iterable[Item]) -> Iterator[Asset]:
        for item in items:
            try:
                yield self.parse(item)
            except ForeignKeyRefusedError:
                continue


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
