"""Let a browser put a file straight into the bucket: checked, and never twice."""

import re
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import is_sidecar, upload_id
from chalicelib.errors import AssetNotFoundError, ConflictError, InvalidParameterError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import FILENAME_METADATA, MAX_QUOTED_FILENAME, Media

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
MAX_POST_BYTES = 5_000_000_000
FORM_SECONDS = 3600
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")
_MAX_FILENAME = 255


@dataclass(frozen=True)
class Upload:
    """A file that somebody wants to add.

    Attributes:
        gallery: Where to.
        filename: What they call it.
        size_bytes: Its exact length.
        sha256: Of its bytes, 64 lowercase hex digits.
        content_type: What the browser says it is.
    """

    gallery: str
    filename: str
    size_bytes: int
    sha256: str
    content_type: str


@dataclass(frozen=True)
class UploadTicket:
    """What to do with the file: nothing when `existing` has the same bytes; else post it.

    Attributes:
        id: The asset's id, before and after.
        existing: The asset that is there already.
        form: ``url`` and ``fields`` of the POST request to S3.
    """

    id: str
    existing: Asset | None
    form: dict[str, Any] | None


def start_upload(upload: Upload, assets: Assets, media: Media) -> UploadTicket:
    """Say whether a file is there already, or how to send it.

    S3 itself refuses bytes of another length or with another SHA-256. The key is
    derived from the content, so that a file that is sent twice lands on itself.

    Raises:
        InvalidParameterError: The file has no name, is empty, a sidecar or too large for one POST.
        ConflictError: A purge of the same file has begun and not ended.
    """
    if not 1 <= upload.size_bytes <= MAX_POST_BYTES:
        raise InvalidParameterError("size_bytes", f"must be from 1 to {MAX_POST_BYTES}")
    name = upload.filename.strip()
    if not name or len(name) > _MAX_FILENAME:
        raise InvalidParameterError("filename", f"must have 1 to {_MAX_FILENAME} characters")
    if is_sidecar(name):
        raise InvalidParameterError("filename", "is a sidecar's, not a photo's")
    quoted = quote(name, errors="replace")
    if len(quoted) > MAX_QUOTED_FILENAME:
        raise InvalidParameterError("filename", f"is longer than {MAX_QUOTED_FILENAME} encoded")
    asset_id = upload_id(upload.gallery, upload.sha256)
    extension = name.rpartition(".")[2] if "." in name else ""
    suffix = f".{extension}" if _EXTENSION.fullmatch(extension) else ""
    key = f"{upload.gallery}/{asset_id}{suffix}"
    with suppress(AssetNotFoundError):
        existing = assets.get(asset_id)
        if existing.purging is not None:
            raise ConflictError("the same file is being destroyed; try again in a moment")
        if existing.deleted_reason != ORIGINAL_MISSING:
            return UploadTicket(asset_id, existing, None)
        key = existing.key  # it returns with its original
    fields = {
        "Content-Type": upload.content_type,
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": b64encode(bytes.fromhex(upload.sha256)).decode(),
        f"x-amz-meta-{FILENAME_METADATA}": quoted,
    }
    form = media.presigned_post(key, fields, upload.size_bytes, FORM_SECONDS)
    return UploadTicket(asset_id, None, form)
