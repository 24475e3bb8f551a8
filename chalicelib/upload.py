"""Let a browser put a file straight into the bucket: checked, and never twice."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from chalicelib.curate import Decision, decide, restore
from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import is_sidecar, upload_id
from chalicelib.errors import (
    ConditionFailedError,
    ConflictError,
    InvalidParameterError,
    PartsMissingError,
)
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import FILENAME_METADATA, MAX_QUOTED_FILENAME, Media, StoredObject
from chalicelib.storage.originals import (
    Destination,
    begin_or_resume,
    is_large,
    part_lengths,
    sent_parts,
    unfinished,
)
from chalicelib.storage.tables import Tables

# Longer than any film that people keep beside their photos; S3 would take a hundred times that.
MAX_UPLOAD_BYTES = 50_000_000_000
FORM_SECONDS = 3600
# Addresses in an answer; more are given when these parts were sent.
MAX_ADDRESSES = 100
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")
_MAX_FILENAME = 255

UploadStatus = Literal["completed", "there"]


@dataclass(frozen=True)
class Upload:
    """A file that somebody wants to add.

    Attributes:
        gallery: Where to.
        filename: What they call it.
        size_bytes: Its exact length.
        sha256: Of its bytes, 64 lowercase hex digits.
        content_type: What the browser says it is.
        part_sha256: Likewise of each of its parts in order, if it goes in parts.
    """

    gallery: str
    filename: str
    size_bytes: int
    sha256: str
    content_type: str
    part_sha256: Sequence[str] | None = None


@dataclass(frozen=True)
class PartAddress:
    """Where to PUT one part of a file.

    Attributes:
        number: From 1.
        url: Good for an hour.
        headers: To be sent with it, no others of S3's.
    """

    number: int
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class PartsTicket:
    """How to send a file in parts.

    Attributes:
        part_bytes: Length of each part but the last.
        count: Of how many it is made.
        upload_id: S3's own; empty where the whole file is in the bucket by now.
        done: Parts that S3 has: number and length.
        addresses: Of the first parts that it has not.
    """

    part_bytes: int
    count: int
    upload_id: str
    done: Mapping[int, int]
    addresses: Sequence[PartAddress] = ()


@dataclass(frozen=True)
class UploadTicket:
    """What to do with the file: nothing, or post the form, or send the parts.

    Attributes:
        id: The asset's id, before and after.
        existing: The asset that is there already with the same bytes.
        is_restored: Whether it was in the bin until now.
        form: ``url`` and ``fields`` of the POST request to S3.
        parts: Those of a large file.
    """

    id: str
    existing: Asset | None = None
    is_restored: bool = False
    form: dict[str, Any] | None = None
    parts: PartsTicket | None = None


@dataclass(frozen=True)
class _Place:
    """Where a file belongs.

    Attributes:
        key: Its key, in small letters behind the dot.
        stem: The same without its extension, under which it may lie with another one; None
            where a row names its key.
        asset: What the row says, where there is one.
    """

    key: str
    stem: str | None = None
    asset: Asset | None = None

    @property
    def existing(self) -> Asset | None:
        """The asset whose original is there, as far as its row knows."""
        is_gone = self.asset is None or self.asset.deleted_reason == ORIGINAL_MISSING
        return None if is_gone else self.asset  # it returns with its original

    def lying(self, media: Media) -> StoredObject | None:
        """The file that is there, under whatever extension; None for nothing."""
        if self.stem is None:
            return media.head(self.key)
        found = {stored.key: stored for stored in media.list_objects(self.stem)}
        keys = self._own(found)
        return found[keys[0]] if keys else None

    def begun(self, media: Media, id: str | None = None) -> str:
        """The key under which it was begun to be sent in parts; else the one that it is to have.

        Args:
            media: The bucket.
            id: Of that upload, S3's own; None for any.
        """
        if self.stem is None:
            return self.key
        uploads = unfinished(media, self.stem)
        keys = self._own(key for key, known in uploads if id in (None, known))
        return keys[0] if keys else self.key

    def _own(self, keys: Iterable[str]) -> list[str]:
        """Those that are this file's, the one that it would be given today first."""
        stem = self.stem or self.key
        own = (key for key in keys if key == stem or _is_extension(key.removeprefix(stem)))
        own = (key for key in own if not is_sidecar(key))
        return sorted(own, key=lambda key: (key != self.key, key))


def start_upload(upload: Upload, tables: Tables, media: Media) -> UploadTicket:
    """Say whether a file is there already, or how to send it, or what is missing of it.

    S3 itself refuses bytes of another length or with another SHA-256. The key is
    derived from the content, so that a file that is sent twice lands on itself, and one that
    was sent in part goes on where it was. One that is in the bin comes back: whoever adds it
    again wants to keep it.

    Raises:
        InvalidParameterError: The file has no name, is empty, a sidecar or too large.
        ConflictError: A purge of the same file has begun and not ended, or another file
            lies in its place.
    """
    if not 1 <= upload.size_bytes <= MAX_UPLOAD_BYTES:
        raise InvalidParameterError("size_bytes", f"must be from 1 to {MAX_UPLOAD_BYTES}")
    name = _name(upload.filename)
    asset_id = upload_id(upload.gallery, upload.sha256)
    place = _place(asset_id, upload.gallery, name, tables.assets)
    existing = place.existing
    if existing is not None and existing.deleted_at is None:
        return UploadTicket(asset_id, existing)
    if existing is not None and media.head(existing.key) is not None:
        return UploadTicket(asset_id, restore(asset_id, tables, media), is_restored=True)
    if existing is not None:
        decide(asset_id, _awaited(), tables)
    if is_large(upload.size_bytes):
        return UploadTicket(asset_id, parts=_parts(upload, name, place, media))
    fields = {
        "Content-Type": upload.content_type,
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": b64encode(bytes.fromhex(upload.sha256)).decode(),
        f"x-amz-meta-{FILENAME_METADATA}": quote(name, errors="replace"),
    }
    form = media.presigned_post(place.key, fields, upload.size_bytes, FORM_SECONDS)
    return UploadTicket(asset_id, form=form)


def complete_upload(
    id: str,
    *,
    gallery: str,
    filename: str,
    size_bytes: int,
    upload_id: str,
    assets: Assets,
    media: Media,
) -> UploadStatus:
    """Make the original out of the parts that were sent; never over another object.

    Args:
        id: The asset's id.
        gallery: As at the start.
        filename: As at the start.
        size_bytes: As at the start.
        upload_id: S3's own.
        assets: The rows.
        media: The bucket.

    Returns:
        ``there`` where the file is in the bucket already: the same call may come twice.

    Raises:
        PartsMissingError: S3 does not have all of it.
        InvalidParameterError: The parts come to another length.
        ConflictError: Another file lies in its place, or somebody else completes it just now.
    """
    place = _place(id, gallery, _name(filename), assets)
    if _is_there(size_bytes, place.lying(media)) or place.existing is not None:
        return "there"
    key = place.begun(media, upload_id)
    try:
        sent_parts(media, key, upload_id, size_bytes).complete()
    except (PartsMissingError, ConditionFailedError) as error:
        if _is_there(size_bytes, place.lying(media)):  # by another call, just now
            return "there"
        if isinstance(error, PartsMissingError):
            raise
        raise ConflictError(f"{key} is being completed by another; try again") from error
    return "completed"


def _awaited() -> Decision:
    """An asset of the bin leaves it once its original, which is lost, is there again."""

    def changes(asset: Asset) -> dict[str, Any]:
        is_trashed = asset.deleted_at is not None and asset.purging is None
        return {"deleted_reason": ORIGINAL_MISSING} if is_trashed else {}

    return Decision(changes, carries_half=False)


def _name(filename: str) -> str:
    """What a file is called.

    Raises:
        InvalidParameterError: It is nothing that the bucket could keep, or a sidecar's.
    """
    name = filename.strip()
    if not name or len(name) > _MAX_FILENAME:
        raise InvalidParameterError("filename", f"must have 1 to {_MAX_FILENAME} characters")
    if is_sidecar(name):
        raise InvalidParameterError("filename", "is a sidecar's, not a photo's")
    if len(quote(name, errors="replace")) > MAX_QUOTED_FILENAME:
        raise InvalidParameterError("filename", f"is longer than {MAX_QUOTED_FILENAME} encoded")
    return name


def _place(asset_id: str, gallery: str, name: str, assets: Assets) -> _Place:
    """Where a file belongs.

    Raises:
        ConflictError: A purge of the same file has begun and not ended.
    """
    existing = assets.get_many([asset_id]).get(asset_id)
    if existing is not None and existing.gallery == gallery:
        if existing.purging is not None:
            raise ConflictError("the same file is being destroyed; try again in a moment")
        return _Place(existing.key, asset=existing)
    stem = f"{gallery}/{asset_id}"
    extension = "".join(name.rpartition(".")[1:]).lower()
    return _Place(stem + extension if _is_extension(extension) else stem, stem)


def _is_extension(text: str) -> bool:
    """Whether it is one that is kept in a key: ``.jpg``."""
    return _EXTENSION.fullmatch(text) is not None


def _parts(upload: Upload, name: str, place: _Place, media: Media) -> PartsTicket:
    """What S3 has of a file, and where to send the rest.

    Raises:
        InvalidParameterError: It is not told of each part what is in it.
        ConflictError: Another file lies there.
    """
    size_bytes, hashes = upload.size_bytes, upload.part_sha256 or ()
    lengths = part_lengths(size_bytes)
    count, part_bytes = len(lengths), lengths[1]
    if len(hashes) != count:
        raise InvalidParameterError(
            "part_sha256", f"must be {count}, one of each {part_bytes} bytes"
        )
    if _is_there(size_bytes, place.lying(media)):
        return PartsTicket(part_bytes, count, "", lengths)
    destination = Destination(place.begun(media), name, upload.content_type)
    begun = begin_or_resume(media, destination, size_bytes)
    done = {n: length for n, length in lengths.items() if begun.has(n, hashes[n - 1])}
    missing = [number for number in lengths if number not in done]
    return PartsTicket(
        part_bytes,
        count,
        begun.id,
        done,
        [
            PartAddress(number, *begun.presigned_part(number, hashes[number - 1], FORM_SECONDS))
            for number in missing[:MAX_ADDRESSES]
        ],
    )


def _is_there(size_bytes: int, there: StoredObject | None) -> bool:
    """Whether a file lies in its place by now.

    Raises:
        ConflictError: It is another.
    """
    if there is not None and there.size_bytes != size_bytes:
        raise ConflictError(f"another file lies under {there.key}: {there.size_bytes} bytes")
    return there is not None
