"""Make the thumbnails that existing photos lack: decide row by row, then make one by one.

One engine for the Lambda and the command line. Rows stream through it: memory does
not depend on how many there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from chalicelib.backfill_report import Candidate, Failure, Verdict
from chalicelib.create_thumbnail import Made, Studio
from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import MAX_KEY_BYTES
from chalicelib.domain.thumbnail import rendition_keys
from chalicelib.errors import (
    AssetNotFoundError,
    ConflictError,
    DecoderMissingError,
    ForeignKeyRefusedError,
    ObjectNotFoundError,
    SetupError,
    StorageUnavailableError,
)
from chalicelib.storage.media import StoredObject
from chalicelib.storage.table import Item

Listing = Callable[[str], StoredObject | None]


# Undated photos come last: one that gets its date by being tried does not come again.
_UNDATED = "~"


@dataclass(frozen=True)
class Selection:
    """Which photos are wanted.

    Attributes:
        gallery: Those of this gallery alone; None for all.
        retry_failed: Also those that failed for good.
        remake: Also those whose thumbnail was drawn by an earlier recipe, or is gone.
    """

    gallery: str | None = None
    retry_failed: bool = False
    remake: bool = False


def check_reachable(studio: Studio) -> None:
    """Make sure of the bucket and the table, before work begins on them.

    Raises:
        SetupError: One of them is not there, or is not to be used.
        StorageUnavailableError: One of them does not answer.
    """
    next(studio.media.list_objects(), None)
    studio.assets.check()


def decide(
    asset: Asset, selection: Selection, listing: Listing | None = None
) -> tuple[Verdict, str]:
    """What to do about one row, and why nothing.

    Args:
        asset: The row.
        selection: Which photos are wanted.
        listing: Tells what lay under a key when the bucket was listed; None where it was not:
            then nobody knows of originals that changed and thumbnails that are gone.
    """
    if asset.has_thumbnail:
        return ("needed" if selection.remake and _is_to_be_remade(asset, listing) else "has"), ""
    if max(len(key.encode()) for key in rendition_keys(asset.key).values()) > MAX_KEY_BYTES:
        return "refused", "its key leaves no room for its thumbnail's name"
    if asset.deleted_reason == ORIGINAL_MISSING:
        if listing is None:
            return "unsure", ORIGINAL_MISSING
        if listing(asset.key) is None:
            return "waiting", ORIGINAL_MISSING
    if not asset.failed_for_good or selection.retry_failed:
        return "needed", ""
    reason = asset.thumbnail_error or ""
    if listing is None:
        return "unsure", reason
    stored = listing(asset.key)
    has_changed = stored is not None and stored.etag != asset.source_etag
    return ("needed", "") if has_changed else ("waiting", reason)


def _is_to_be_remade(asset: Asset, listing: Listing | None) -> bool:
    # What another program drew is not ours to draw again; an address of its own may lie anywhere.
    is_own = asset.source_etag is not None
    if listing is not None and (is_own or "://" not in asset.thumbnail_url):
        is_gone = listing(asset.thumbnail_key or "") is None
        return is_gone or (is_own and asset.is_outdated)
    return is_own and asset.is_outdated


def candidates(
    studio: Studio,
    selection: Selection,
    *,
    segment: int = 0,
    total_segments: int = 1,
    after: str | None = None,
    until: str | None = None,
    page_size: int | None = None,
    listing: Listing | None = None,
) -> Iterator[Candidate]:
    """Every row of a segment with what is to be done about it.

    Args:
        studio: The rows.
        selection: Which are wanted.
        segment: Which one, from 0.
        total_segments: How many there are.
        after: Id of the row after which to go on.
        until: Id of the row to end with, also where it was purged since.
        page_size: Rows read at a time; None for as much as a request gives (1 MB).
        listing: As for `decide`.

    Raises:
        SetupError, StorageUnavailableError: Not all rows could be read.
    """
    for item in studio.assets.scan_items(
        segment=segment,
        total_segments=total_segments,
        after=after,
        until=until,
        page_size=page_size,
    ):
        yield _looked_at(item, studio, selection, listing)


def _looked_at(
    item: Item, studio: Studio, selection: Selection, listing: Listing | None
) -> Candidate:
    try:
        asset = studio.assets.parse(item)
    except ForeignKeyRefusedError as error:
        filename, url, gallery = (
            item.get(name, {}).get("S", "") for name in ("filename", "url", "gallery_id")
        )
        is_wanted = selection.gallery in (None, gallery)
        verdict: Verdict = "refused" if is_wanted else "unwanted"
        return Candidate(item["id"]["S"], filename, url, verdict, str(error))
    reason = ""
    if selection.gallery in (None, asset.gallery):
        verdict, reason = decide(asset, selection, listing)
    else:
        verdict = "unwanted"
    return Candidate(
        id=asset.id,
        filename=asset.filename,
        key=asset.key,
        verdict=verdict,
        reason=reason,
        shown_key=asset.thumbnail_key or asset.key,
        taken=(
            asset.taken_local.isoformat(timespec="milliseconds") if asset.taken_local else _UNDATED
        ),
        is_video=asset.file_type == "video",
    )


def make_one(studio: Studio, candidate: Candidate, selection: Selection) -> Made | Failure | None:
    """Make one thumbnail; one bad photo never stops the rest.

    Returns:
        What was made, why not, or None when there was nothing left to do.

    Raises:
        SetupError, StorageUnavailableError: Nothing can be made at all: the bucket or the
            table is out of reach.
    """
    failed = partial(Failure, candidate.id, candidate.key)
    try:
        made = studio.create_thumbnail_of(
            candidate.id, retry_failed=selection.retry_failed, remake=selection.remake
        )
    except AssetNotFoundError:
        return None
    except ObjectNotFoundError:
        return failed(ORIGINAL_MISSING, is_for_good=False)
    except (SetupError, StorageUnavailableError) as error:
        check_reachable(studio)  # one photo's own trouble, such as its key's, or everybody's
        return failed(str(error), is_for_good=False)
    except (ConflictError, DecoderMissingError) as error:
        return failed(str(error), is_for_good=False)
    if made.outcome == "undrawable":
        reason, detail = made.asset.thumbnail_error, made.asset.thumbnail_error_detail
        return failed(reason or "corrupt", is_for_good=True, detail=detail or "")
    return made if made.outcome == "drawn" else None
