"""Make an asset's thumbnail: read, render, write, record. The only path to one.

The upload Lambda, the backfill and, through the drawing function, the thumbnail route
all come through here. Whatever happens on the way, the row is changed once, at the
end, and only if it is still as it was read and its original still the one drawn.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.describe import facts_of_row
from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_url import ObjectUrl
from chalicelib.domain.thumbnail import (
    FIRST_RECIPE,
    RECIPE,
    preview_key,
    small_key,
    thumbnail_key,
)
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    ConflictError,
    DecoderMissingError,
    ObjectNotFoundError,
    UndrawableError,
)
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.imaging.develop import Drawing
from chalicelib.imaging.examine import has_decoder
from chalicelib.imaging.sniff import sniff
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, StoredObject

T = TypeVar("T")

# An image is fetched whole; nothing that people call a photo is larger.
MAX_IMAGE_BYTES = 400_000_000
_ATTEMPTS = 10


@dataclass(frozen=True)
class Made:
    """What came of making one thumbnail.

    Attributes:
        asset: The row as it is now.
        outcome: ``drawn``; ``unchanged`` when it was there already; ``undrawable`` when
            the row now says why there can be none.
        thumbnail_bytes: Size of the thumbnail; 0 unless drawn.
    """

    asset: Asset
    outcome: Literal["drawn", "unchanged", "undrawable"]
    thumbnail_bytes: int = 0


@dataclass(frozen=True)
class Studio:
    """What drawing needs.

    Attributes:
        media: The bucket.
        assets: The rows.
        time_zone: Of photos that carry none.
        darkroom: Where originals are decoded.
    """

    media: Media
    assets: Assets
    time_zone: ZoneInfo
    darkroom: Darkroom = field(default_factory=Darkroom)

    def create_thumbnail(
        self,
        asset: Asset,
        *,
        is_new: bool = False,
        retry_failed: bool = False,
        remake: bool = False,
        sequencer: str | None = None,
    ) -> Made:
        """Bring an asset's renditions and row up to its original, in one attempt.

        Safe to repeat: the same original always lands on the same keys and bytes.

        Args:
            asset: As it was read; or, not yet written, with its key alone.
            is_new: Whether the row is to be made.
            retry_failed: Draw even where the row says that this original can't be.
            remake: Draw even what was drawn, if by an earlier recipe.
            sequencer: Of the event that asks for it; noted where the row is written anyway.

        Raises:
            ObjectNotFoundError: The original is not there, or not any more.
            ConditionFailedError: The row changed meanwhile: read it again and repeat.
            DecoderMissingError: This deployment can't tell; nothing was written.
        """
        original = self.media.head(asset.key)
        if original is None:
            raise ObjectNotFoundError(f"{asset.key} is not in bucket {self.media.bucket}")
        returned = _returned(asset, original)
        noted = {"sequencer": sequencer} if sequencer else {}
        if not is_new and self._is_current(asset, original, retry_failed, remake):
            current = self.assets.change(asset, **returned, **noted) if returned else asset
            made = Made(current, "unchanged")
        else:
            made = self._make(asset, original, returned | noted, is_new=is_new)
            if remake:
                self.media.delete_rendition(preview_key(asset.key))  # drawn again when asked for
        if (is_new or returned) and self.media.head(asset.key) is None:
            # Its removal may have been told before there was a row to put into the bin.
            raise ConditionFailedError(f"{asset.key} was removed")
        return made

    def _make(
        self, asset: Asset, original: StoredObject, noted: dict[str, Any], *, is_new: bool
    ) -> Made:
        changes, drawing = self._draw(asset, original)
        if drawing is None and asset.has_thumbnail:  # of the photo that was there before
            self.media.delete_renditions(asset.key)
        record = self._create if is_new else self.assets.change
        recorded = record(asset, **changes, **noted)
        if drawing is None:
            return Made(recorded, "undrawable")
        return Made(recorded, "drawn", len(drawing.thumb.data))

    def create_thumbnail_of(
        self, id: str, *, retry_failed: bool = False, remake: bool = False
    ) -> Made:
        """Bring the renditions of the asset with this id up to its original.

        Raises:
            AssetNotFoundError: There is no such row, or not any more.
            ObjectNotFoundError: Its original is not in the bucket.
            ConflictError: The row or the original changed at every attempt.
            DecoderMissingError: This deployment can't tell; nothing was written.
        """
        seen: list[Asset] = []

        def attempt() -> Made:
            try:
                asset = self.assets.get(id)
            except AssetNotFoundError:
                self._clear_away(seen)
                raise
            seen.append(asset)
            try:
                return self.create_thumbnail(asset, retry_failed=retry_failed, remake=remake)
            except ObjectNotFoundError:
                if self.media.head(asset.key) is None:
                    if asset.purging is not None:
                        self._clear_away(seen)
                    raise
                raise ConditionFailedError(f"{asset.key} was replaced") from None

        return repeated(attempt, f"asset {id}")

    def create_preview(self, id: str) -> str:
        """Make an asset's 2048x1536 rendition where it is not there yet.

        Returns:
            Its S3 key.

        Raises:
            UndrawableError: There can be none.
            AssetNotFoundError, ObjectNotFoundError, ConflictError: As above.
            DecoderMissingError: This deployment can't tell; nothing was written.
        """

        def attempt() -> str:
            asset = self.assets.get(id)
            original = self.media.head(asset.key)
            if original is None:
                raise AssetNotFoundError(f"the original of asset {id} is missing")
            key = preview_key(asset.key)
            if not self.media.shows(key, original.etag, RECIPE):
                with self.media.fetch(original, _keep_whole(original)) as fetched:
                    preview = self.darkroom.draw_preview(fetched.file, original.size_bytes)
                self.media.write_rendition(key, preview.data, original)
                if self.media.head(asset.key) is None:
                    # Whoever purged it may have looked for its pictures before.
                    self.media.delete_rendition(key)
                    raise AssetNotFoundError(f"the original of asset {id} is gone")
            return key

        return repeated(attempt, f"asset {id}")

    def _clear_away(self, seen: list[Asset]) -> None:
        """Delete what was drawn of an asset that was purged meanwhile: nobody else finds it."""
        for asset in seen[-1:]:
            if self.media.head(asset.key) is None:
                self.media.delete_renditions(asset.key)

    def _is_current(
        self, asset: Asset, original: StoredObject, retry_failed: bool, remake: bool
    ) -> bool:
        if asset.source_etag != original.etag:
            return False
        if asset.failed_for_good:
            return not retry_failed
        if asset.thumbnail_key is None or (remake and asset.is_outdated):
            return False
        recipe = RECIPE if remake else FIRST_RECIPE
        # A writer that lost its race may have left the picture of an older original.
        return all(
            self.media.shows(key, original.etag, recipe)
            for key in (asset.thumbnail_key, small_key(asset.key))
        )

    def _draw(self, asset: Asset, original: StoredObject) -> tuple[dict[str, Any], Drawing | None]:
        """Read, render and write; returns the row's new values, and the pictures."""
        key = thumbnail_key(asset.key)
        with self.media.fetch(original, _keep_whole(original)) as fetched:
            examined = self.darkroom.draw(fetched.file, original.size_bytes)
        changes = facts_of_row(asset, examined.facts, original, self.time_zone)
        if fetched.sha256 is not None:
            changes["file_hash"] = fetched.sha256
        drawing = examined.picture
        try:
            if isinstance(drawing, UndrawableError):
                raise drawing
            self.media.write_rendition(key, drawing.thumb.data, original)
            self.media.write_rendition(small_key(asset.key), drawing.small.data, original)
        except UndrawableError as error:
            return changes | _failure(asset, error, original), None
        form = ObjectUrl.parse(asset.url, self.media.bucket)
        return changes | {
            "thumbnail_key": key,
            "thumbnail_url": form.with_key(key),
            "thumbnail_recipe": RECIPE,
            "thumbhash": drawing.thumbhash,
            "width": drawing.width,
            "height": drawing.height,
            "is_damaged": drawing.damaged,
            "thumbnail_error": None,
            "thumbnail_error_detail": None,
            "thumbnail_attempts": None,
        }, drawing

    def _create(self, asset: Asset, **changes: Any) -> Asset:
        return self.assets.create(dataclasses.replace(asset, **changes))


def repeated(attempt: Callable[[], T], what: str) -> T:
    """Repeat what lost a race until it wins.

    Raises:
        ConflictError: It lost every time.
    """
    for _ in range(_ATTEMPTS):
        try:
            return attempt()
        except ConditionFailedError:
            continue
    raise ConflictError(f"{what} changed at each of {_ATTEMPTS} attempts; try again")


def _failure(asset: Asset, error: UndrawableError, original: StoredObject) -> dict[str, Any]:
    return {
        "thumbnail_key": None,
        "thumbnail_url": asset.url,
        "thumbnail_recipe": None,
        "thumbhash": None,
        "thumbnail_error": error.reason,
        "thumbnail_error_detail": error.detail,
        "thumbnail_attempts": asset.attempts_with(error.reason, original.etag),
    }


def _returned(asset: Asset, original: StoredObject) -> dict[str, Any]:
    """What a row is told whose original is there.

    If the row went there for want of it, it comes back. If another one was put in its place
    since, nobody has deleted that one: it stays in the bin for as long as if it were deleted now.
    """
    is_another = asset.source_etag not in (None, original.etag)
    is_trashed = asset.deleted_at is not None and asset.deleted_reason != ORIGINAL_MISSING
    replaced = {"deleted_at": datetime.now(UTC)} if is_trashed and is_another else {}
    return asset.on_arrival | replaced


def _keep_whole(original: StoredObject) -> Callable[[bytes], bool]:
    def decide(head: bytes) -> bool:
        found = sniff(head)
        if found is None:
            return False
        if not has_decoder(found):
            raise DecoderMissingError(f"no decoder of {found.name} here")
        return found.kind != "video" and original.size_bytes <= MAX_IMAGE_BYTES

    return decide
