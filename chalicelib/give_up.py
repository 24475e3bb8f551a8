"""Give a photo that failed at every attempt a row that says so, so that it stays visible."""

from typing import Any

from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import new_id, split_key
from chalicelib.errors import UndrawableError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, filename_of

_KILLED = UndrawableError(
    "timeout", "every attempt to draw it was killed or ran out of time; see the function's log"
)


def give_up(key: str, assets: Assets, media: Media) -> str:
    """Record that no thumbnail could be made of an object, whose drawing died each time.

    Returns:
        What was done: ``recorded``, or ``nothing`` when there was nothing to record.

    Raises:
        ConditionFailedError: The row changed meanwhile; to be delivered again.
        ForeignKeyRefusedError: The key is none that the gallery takes in.
    """
    gallery, _ = split_key(key)
    stored = media.head(key)
    row, taken = assets.find(key)
    if stored is None or (row is not None and row.source_etag == stored.etag):
        return "nothing"
    failure: dict[str, Any] = {
        "thumbnail_error": _KILLED.reason,
        "thumbnail_error_detail": _KILLED.detail,
        "source_etag": stored.etag,
        "file_size": stored.size_bytes,
    }
    if row is not None:
        if row.deleted_reason == ORIGINAL_MISSING:  # its original is back, drawn or not
            failure |= {"deleted_at": None, "deleted_reason": None}
        assets.change(row, **failure, thumbnail_key=None, thumbnail_url=row.url, thumbhash=None)
        return "recorded"
    assets.create(
        Asset(
            id=new_id(key, taken),
            key=key,
            url=key,
            thumbnail_url=key,
            filename=filename_of(stored),
            gallery_id=gallery,
            thumbnail_error=_KILLED.reason,
            thumbnail_error_detail=_KILLED.detail,
            source_etag=stored.etag,
            file_size=stored.size_bytes,
        )
    )
    return "recorded"
