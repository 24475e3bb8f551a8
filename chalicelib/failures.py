"""Photos of which no thumbnail could be made: which and why, and another try at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.browse import gallery_stats, media_page
from chalicelib.domain.asset import Asset
from chalicelib.domain.errand import RetryAsked
from chalicelib.domain.places import FAILED, places
from chalicelib.domain.query import MediaPage, MediaQuery
from chalicelib.errors import AssetNotFoundError, GalleryError
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Pages
from chalicelib.storage.queues import Queue


@dataclass(frozen=True)
class Failures:
    """A page of what failed.

    Attributes:
        assets: As their rows are now, newest first; one that was drawn since is left out.
        page: Of the list that they were found in.
        pending: Photos of the timeline that have neither a thumbnail nor a reason, by now.
    """

    assets: tuple[Asset, ...]
    page: MediaPage
    pending: int


@dataclass(frozen=True)
class RetryResult:
    """What came of asking for another try at one photo.

    Attributes:
        id: Of the asset, as it was asked for.
        is_queued: Whether it will be tried; not where it has its thumbnail.
        error: Why it could not be asked for.
    """

    id: str
    is_queued: bool = False
    error: GalleryError | None = None


def failures_page(pages: Pages, assets: Assets, query: MediaQuery) -> Failures:
    """What failed of a gallery: a page of its list, and one batch read of their rows.

    Args:
        pages: The lists.
        assets: The rows.
        query: Of the list `FAILED`.

    Raises:
        NotFoundError: There is no such gallery.
        PagesBusyError: The list was rewritten at every attempt to read it.
    """
    page = media_page(pages, query)
    rows = assets.get_many({entry.id for entry in page.entries})
    found = (rows[entry.id] for entry in page.entries if entry.id in rows)
    # Lists follow rows within a second or two: the rows have the last word.
    failed = tuple(row for row in found if any(place.view == FAILED for place in places(row)))
    return Failures(failed, page, gallery_stats(pages, query.filter.gallery).timeline.pending)


def retry(id: str, assets: Assets, queue: Queue) -> RetryResult:
    """Ask for another try at a photo.

    Raises:
        AssetNotFoundError: There is no such asset.
        StorageUnavailableError: The queue did not take it.
    """
    (result,) = retry_many([id], assets, queue)
    if result.error is not None:
        raise result.error
    return result


def retry_many(ids: Sequence[str], assets: Assets, queue: Queue) -> list[RetryResult]:
    """Ask for another try at many photos, each for itself.

    A photo that is still waiting for its first one is asked for, too: asking twice draws once.

    Args:
        ids: No two alike.
        assets: The rows.
        queue: From which uploads are drawn.

    Returns:
        A result for each id, in order.
    """
    rows = assets.get_many(ids)
    wanted = [known for known in ids if known in rows and not rows[known].has_thumbnail]
    sent = queue.send_many([RetryAsked(known).message for known in wanted])
    errors = dict(zip(wanted, sent, strict=True))

    def result(id: str) -> RetryResult:
        if id not in rows:
            return RetryResult(id, error=AssetNotFoundError(f"no asset has the id {id!r}"))
        error = errors.get(id)
        return RetryResult(id, is_queued=id in errors and error is None, error=error)

    return list(map(result, ids))
