"""Give a photo that failed at every attempt a row that says so, so that it stays visible."""

import dataclasses
from typing import Any

from chalicelib.domain.asset import ORIGINAL_MISSING, RETURNED
from chalicelib.domain.object_key import split_key
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
    row, ids = assets.find(key)
    if stored is None or (row is not None and row.source_etag == stored.etag):
        return "nothing"
    if row is None and ids.is_purged(key, stored.version):
        return "nothing"
    failure: dict[str, Any] = {
        "thumbnail_error": _KILLED.reason,
        "thumbnail_error_detail": _KILLED.detail,
        "source_etag": stored.etag,
        "file_size": stored.size_bytes,
    }
    if row is not None:
        if row.deleted_reason == ORIGINAL_MISSING:  # its original is back, drawn or not
            failure |= RETURNED
        assets.change(row, **failure, thumbnail_key=None, thumbnail_url=row.url, thumbhash=None)
        return "recorded"
    new = ids.new_row(key, gallery, filename_of(stored))
    assets.create(dataclasses.replace(new, **failure))
    return "recorded"
