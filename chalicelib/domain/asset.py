"""An asset: one photo or video of a gallery, as its row tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.object_key import gallery_of
from chalicelib.domain.thumbnail import FIRST_RECIPE, RECIPE, thumbnail_key

FileType = Literal["image", "video"]
Visibility = Literal["timeline", "archive", "hidden", "locked"]
ThumbnailState = Literal["ready", "pending", "failed", "missing"]

ORIGINAL_MISSING = "original-missing"
TRASHED = "trashed"
KEPT_IN_BIN = timedelta(days=30)
# Errors that another attempt may not meet; given up after so many.
PASSING_ERRORS = ("timeout", "out-of-memory")
MAX_ATTEMPTS = 3
# What a row that comes back from the bin says no more.
RETURNED: Mapping[str, None] = {
    "deleted_at": None,
    "deleted_reason": None,
    "kept_until": None,
    "purging": None,
}


@dataclass(frozen=True)
class Face:
    """A face found in an asset.

    Attributes:
        person_id: Whose it is; None while nobody was named.
        box: Pixels (left, top, right, bottom) in an image of `image_size`.
        image_size: Pixels (width, height) that the box refers to.
        source: Who found it, such as ``machine-learning``.
        confidence: 0 to 1; None where the source gives none.
    """

    person_id: str | None
    box: tuple[int, int, int, int]
    image_size: tuple[int, int]
    source: str
    confidence: float | None = None


@dataclass(frozen=True)
class Asset:
    """One row of the assets table: the truth about one photo or video.

    Attributes:
        id: Hash key of the row.
        key: S3 key of the original.
        url: How the row names the original: its key, or a URL.
        thumbnail_url: In the same form; names the original while there is no thumbnail.
        thumbnail_key: S3 key of the thumbnail, None while there is none.
        filename: What a person calls it.
        width: Pixels, upright.
        height: Pixels, upright.
        duration: Seconds, of a video.
        file_size: Bytes.
        file_hash: SHA-256 of the bytes, hex, where it is known.
        taken_at: The moment, UTC; None when undated.
        taken_local: The camera's wall clock, naive.
        utc_offset_minutes: Offset of the wall clock, where it is known.
        deleted_at: When it went to the bin, UTC.
        deleted_reason: `TRASHED` by a person or `ORIGINAL_MISSING`.
        kept_until: Before when the bin does not destroy it, UTC; of what came with the bin of
            another library.
        purging: Set once it is being purged, from where there is no way back: which version
            of its original was the newest then, and goes with it.
        thumbhash: 20 to 30 bytes that paint a blurred placeholder.
        is_damaged: Whether part of the file is missing and the picture is incomplete.
        thumbnail_error: Why no picture can be made of this original, for good.
        thumbnail_attempts: How often drawing this original failed by what may pass; None for
            never.
        thumbnail_recipe: By which recipe its renditions were drawn; None for the first.
        source_etag: ETag of the original that the row and its renditions describe.
        sequencer: Place of the last event that the row took in, see `sequencer_of`.
        live_video_id: The video half of a motion photo.
        is_live_video: Whether this is such a half, carried along by its still.
        same_object_as: Ids of other rows that have the same original; each names all others.
        original_missing: Whether a library was moved in whose originals are still to follow:
            the row is shown all the same, and heals when its original arrives.
        immich_id: The asset's id in the Immich library that it came from.
        imported: Digests of what that library last said of it, see `migrations.immich.merge`.
        corrected: Which of its date, title and description a person said here: nobody else
            says otherwise any more.
        shift_ids: Of the last shifts of dates that it took in, the latest last.
        details: What else the file says: camera, place, title, description and so on.
        created_at: When the row was made, UTC.
        updated_at: When it last changed, UTC; None while it is as it was made.
        version: Counts the changes of the row; 0 for a row that is not ours yet.
    """

    id: str
    key: str
    url: str
    thumbnail_url: str
    filename: str
    thumbnail_key: str | None = None
    file_type: FileType = "image"
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    file_size: int | None = None
    file_hash: str | None = None
    taken_at: datetime | None = None
    taken_local: datetime | None = None
    utc_offset_minutes: int | None = None
    is_favorite: bool = False
    visibility: Visibility = "timeline"
    deleted_at: datetime | None = None
    deleted_reason: str | None = None
    kept_until: datetime | None = None
    purging: str | None = None
    thumbhash: bytes | None = None
    is_damaged: bool = False
    thumbnail_error: str | None = None
    thumbnail_error_detail: str | None = None
    thumbnail_attempts: int | None = None
    thumbnail_recipe: int | None = None
    source_etag: str | None = None
    sequencer: str | None = None
    live_video_id: str | None = None
    is_live_video: bool = False
    same_object_as: tuple[str, ...] = ()
    original_missing: bool = False
    immich_id: str | None = None
    imported: bytes | None = None
    corrected: tuple[str, ...] = ()
    shift_ids: tuple[str, ...] = ()
    faces: Mapping[str, Face] = field(default_factory=dict)
    details: Mapping[str, str | int | float | tuple[str, ...]] = field(default_factory=dict)
    gallery_id: str | None = None
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def gallery(self) -> str:
        """The gallery it belongs to; a row without one belongs where its key lies."""
        return self.gallery_id or gallery_of(self.key)

    @property
    def local_path(self) -> str:
        """Its path inside the gallery."""
        return self.key.removeprefix(f"{self.gallery}/")

    @property
    def expires_at(self) -> datetime | None:
        """From when on the bin destroys it, UTC.

        None for what is not in the bin, or in it because its original is missing: that may
        return, and what is known of the photo could not be found again.
        """
        if self.deleted_at is None or self.deleted_reason == ORIGINAL_MISSING:
            return None
        try:
            usual = self.deleted_at + KEPT_IN_BIN
        except OverflowError:  # after the year 9999
            return None
        return max(usual, self.kept_until or usual)

    @property
    def on_arrival(self) -> dict[str, Any]:
        """What it is told once its original is there: it waits no more, and leaves the bin."""
        waited = {"original_missing": False} if self.original_missing else {}
        came_back = RETURNED if self.deleted_reason == ORIGINAL_MISSING else {}
        return {**waited, **came_back}

    @property
    def has_thumbnail(self) -> bool:
        """Whether its thumbnail was made and recorded."""
        return self.thumbnail_key is not None

    @property
    def is_outdated(self) -> bool:
        """Whether its thumbnail is the gallery's own, drawn by an earlier recipe."""
        is_own = self.thumbnail_key == thumbnail_key(self.key)
        return is_own and (self.thumbnail_recipe or FIRST_RECIPE) < RECIPE

    @property
    def failed_for_good(self) -> bool:
        """Whether nobody tries again by themselves to draw this original.

        What may have been the moment's fault is tried again, but not for ever.
        """
        if self.thumbnail_error in PASSING_ERRORS:
            return (self.thumbnail_attempts or 0) >= MAX_ATTEMPTS
        return self.thumbnail_error is not None

    def attempts_with(self, error: str, etag: str) -> int | None:
        """`thumbnail_attempts` once the original of this ETag failed by an error, too."""
        if error not in PASSING_ERRORS:
            return None
        is_same = self.source_etag == etag
        return 1 + (self.thumbnail_attempts or 0 if is_same else 0)

    @property
    def thumbnail_state(self) -> ThumbnailState:
        """Ready, pending, failed for good, or missing its original."""
        if self.has_thumbnail:
            return "ready"
        if self.original_missing:
            return "missing"
        return "failed" if self.thumbnail_error else "pending"
