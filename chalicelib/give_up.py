"""Give a photo that failed at every attempt a row that says so, so that it stays visible."""

import dataclasses
from typing import Any

from chalicelib.domain.asset import Asset
from chalicelib.domain.errand import Errand, ObjectChanged, RetryAsked
from chalicelib.domain.object_key import split_key
from chalicelib.domain.tombstone import PossibleIds
from chalicelib.errors import ConditionFailedError, UndrawableError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, StoredObject, filename_of
from chalicelib.vanish import vanish

# What runs out of memory in a process of its own has said so itself; this took the function down.
_KILLED = UndrawableError(
    "timeout", "every attempt failed, was killed or ran out of time; see the function's log"
)


def give_up(errand: Errand, assets: Assets, media: Media) -> str:
    """Record that no thumbnail could be made of an object, whose drawing died each time.

    What nobody could even look at is looked at once more: one that vanished goes to the bin.

    Returns:
        What was done: ``recorded``, ``missing`` when the row went to the bin, or ``nothing``.

    Raises:
        ConditionFailedError: The row or the object changed meanwhile; to be delivered again.
        ForeignKeyRefusedError: The key is none that the gallery takes in.
    """
    match errand:
        case ObjectChanged(key):
            gallery, _ = split_key(key)
            row, ids = assets.find(key)
            if row is None:
                return _record_new(key, gallery, ids, assets, media)
        case RetryAsked(id):
            row = assets.get_many([id]).get(id)
            if row is None:
                return "nothing"
    return _record(row, assets, media)


def _record(row: Asset, assets: Assets, media: Media) -> str:
    stored = media.head(row.key)
    if stored is None:
        settled, _ = vanish(row.key, row, assets, media)
        return "missing" if settled == "missing" else "nothing"
    # Where its original is back, the row is too, drawn or not.
    returned = row.on_arrival
    is_known = row.source_etag == stored.etag and row.thumbnail_state in ("ready", "failed")
    if is_known and not returned:
        return "nothing"  # drawn after all, or known why it can't be
    assets.change(row, **returned, **({} if is_known else _without_picture(row, stored)))
    if returned:
        _look_after(row.key, media)
    return "recorded"


def _without_picture(row: Asset, stored: StoredObject) -> dict[str, Any]:
    return {
        **_failure(row, stored),
        "thumbnail_key": None,
        "thumbnail_url": row.url,
        "thumbnail_recipe": None,
        "thumbhash": None,
    }


def _record_new(key: str, gallery: str, ids: PossibleIds, assets: Assets, media: Media) -> str:
    stored = media.head(key)
    if stored is None or ids.is_purged(key, stored.version):
        return "nothing"
    new = ids.new_row(key, gallery, filename_of(stored))
    assets.create(dataclasses.replace(new, **_failure(new, stored)))
    _look_after(key, media)
    return "recorded"


def _failure(row: Asset, stored: StoredObject) -> dict[str, Any]:
    return {
        "thumbnail_error": _KILLED.reason,
        "thumbnail_error_detail": _KILLED.detail,
        "thumbnail_attempts": row.attempts_with(_KILLED.reason, stored.etag),
        "source_etag": stored.etag,
        "file_size": stored.size_bytes,
    }


def _look_after(key: str, media: Media) -> None:
    """Its removal may have been told before there was a row to put into the bin."""
    if media.head(key) is None:
        raise ConditionFailedError(f"{key} was removed")
