"""What a file says of itself, as a row says it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.asset import Asset
from chalicelib.domain.wall_clock import moment_of
from chalicelib.imaging.facts import Facts
from chalicelib.storage.media import StoredObject
from chalicelib.storage.rows import DETAIL_NAMES

# What people write and clear in a library.
_CURATED_IN_LIBRARIES = frozenset(
    ("description", "rating", "tags", "latitude", "longitude", "city", "state", "country")
)


def facts_of_row(
    asset: Asset, facts: Facts, original: StoredObject, time_zone: ZoneInfo
) -> dict[str, Any]:
    """What the file says, as values of the row.

    What the row says already stays (a person, or the library it came from, knew
    better), unless the original has been replaced since; what a person corrected stays even
    then.
    """
    offset = facts.utc_offset_minutes
    taken_local, taken_at = _moments(facts, time_zone)
    said: dict[str, Any] = {
        "mime_type": facts.mime_type,
        "width": facts.width,
        "height": facts.height,
        "duration": facts.duration_seconds,
        "taken_local": taken_local,
        "taken_at": taken_at,
        "utc_offset_minutes": offset,
    }
    replaced = asset.source_etag not in (None, original.etag)
    if "date" in asset.corrected or (asset.taken_local is not None and not replaced):
        for name in ("taken_local", "taken_at", "utc_offset_minutes"):  # only together
            del said[name]
    values = {
        name: value
        for name, value in said.items()
        if replaced or (value is not None and getattr(asset, name) is None)
    }
    if replaced:
        values["file_hash"] = None  # of the file that was there before
    details = {
        name: value
        for name in DETAIL_NAMES
        if name not in asset.corrected and (value := getattr(facts, name, None)) not in (None, ())
    }
    if replaced:
        details |= {name: said for name, said in asset.details.items() if name in asset.corrected}
    else:
        details = _unless_a_library_said(asset, details) | dict(asset.details)
    values["details"] = details
    if facts.file_type is not None:
        values["file_type"] = facts.file_type
    values["file_size"] = original.size_bytes
    values["source_etag"] = original.etag
    return values


def _unless_a_library_said(asset: Asset, details: dict[str, Any]) -> dict[str, Any]:
    """What a file says beyond what a library that had read it, too, left out on purpose."""
    if asset.immich_id is None or not _has_words_of_a_library(asset):
        return details
    return {name: value for name, value in details.items() if name not in _CURATED_IN_LIBRARIES}


def _has_words_of_a_library(asset: Asset) -> bool:
    """Whether a library said anything about it; what a person set here doesn't count.

    What a person cleared here, somebody had said before.
    """
    kept = asset.details.keys() - set(asset.corrected)
    cleared = _CURATED_IN_LIBRARIES & (set(asset.corrected) - asset.details.keys())
    return bool(kept or cleared)


def _moments(facts: Facts, time_zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The camera's wall clock and the moment, from whichever of them the file tells."""
    local = facts.taken_local
    if local is None:
        moment = facts.taken_at_utc
        return (moment and moment.astimezone(time_zone).replace(tzinfo=None)), moment
    return local, moment_of(local, facts.utc_offset_minutes, time_zone)
