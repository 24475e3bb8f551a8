"""Find a rendition for somebody who waits for it, having it made where it is missing."""

import time
from collections.abc import Callable
from typing import Any

from chalicelib.domain.asset import Asset
from chalicelib.domain.thumbnail import Size, preview_key, small_key
from chalicelib.errors import AssetNotFoundError, ThumbnailPendingError, UndrawableError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media

WAIT_SECONDS = 20.0

# Calls the drawing function with a payload and waits for its answer.
Draw = Callable[[dict[str, Any]], dict[str, Any]]


def rendition_key(id: str, size: Size, assets: Assets, media: Media, draw: Draw) -> str:
    """S3 key of an asset's rendition, made now where it is missing.

    Args:
        id: The asset's.
        size: Which rendition.
        assets: The rows.
        media: The bucket.
        draw: The drawing function; it may take up to `WAIT_SECONDS`.

    Raises:
        AssetNotFoundError: There is no such asset.
        UndrawableError: There can be no picture of it.
        ThumbnailPendingError: It was not ready in time.
    """
    asset = assets.get(id)
    found = _existing(asset, size, media)
    if found:
        return found
    if asset.thumbnail_state == "failed":
        raise undrawable(asset)
    started = time.monotonic()
    answer = draw({"id": id, "size": size})
    if error := answer.get("error"):
        raise UndrawableError(error["reason"], error["detail"])
    if answer.get("state") == "gone":
        raise AssetNotFoundError(f"the original of asset {id} is missing")
    found = _existing(assets.get(id), size, media)
    if found is None:
        waited = time.monotonic() - started
        raise ThumbnailPendingError(f"the {size} rendition of {id} is not ready ({waited:.0f} s)")
    return found


def undrawable(asset: Asset) -> UndrawableError:
    """The typed error that the row of an asset records."""
    reason: Any = asset.thumbnail_error or "corrupt"
    return UndrawableError(reason, asset.thumbnail_error_detail or "no picture can be made of it")


def _existing(asset: Asset, size: Size, media: Media) -> str | None:
    if asset.thumbnail_key is None:
        return None
    match size:
        case "medium":
            return asset.thumbnail_key
        case "small":
            key = small_key(asset.key)
        case "large":
            key = preview_key(asset.key)
    return key if media.shows(key, asset.source_etag or "") else None
