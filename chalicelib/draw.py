"""Draw one rendition for somebody who waits for it: what the drawing function does."""

from typing import Any

from chalicelib.create_thumbnail import Studio
from chalicelib.errors import DecoderMissingError, NotFoundError, UndrawableError


def draw_rendition(event: dict[str, Any], studio: Studio) -> dict[str, Any]:
    """Make the rendition of ``event["id"]`` in ``event["size"]``.

    Returns:
        ``{"state": "ready"}``, ``{"state": "gone"}`` when there is no such photo (any
        more), ``{"state": "heavy"}`` when the function with every decoder is to be asked,
        or ``{"error": {"reason": …, "detail": …}}``.

    Raises:
        ConflictError, StorageUnavailableError: Passing; the caller may try again.
    """
    try:
        made = studio.create_thumbnail_of(event["id"])
        if made.outcome != "undrawable" and event["size"] == "large":
            studio.create_preview(event["id"])
    except NotFoundError:
        return {"state": "gone"}
    except DecoderMissingError:
        return {"state": "heavy"}
    except UndrawableError as error:
        return {"error": {"reason": error.reason, "detail": error.detail}}
    asset = made.asset
    if asset.thumbnail_error is not None:
        detail = asset.thumbnail_error_detail or ""
        return {"error": {"reason": asset.thumbnail_error, "detail": detail}}
    return {"state": "ready"}
