"""Put originals into the bucket: whole, checked by S3, and never over another object."""

import hashlib
import io
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_plus

from chalicelib.domain.content_type import content_type
from chalicelib.errors import (
    ConditionFailedError,
    InvalidParameterError,
    ObjectNotFoundError,
    PartsMissingError,
)
from chalicelib.storage.media import FILENAME_METADATA, MAX_QUOTED_FILENAME, Media

# Larger originals go in parts of this size; as much is in memory at a time.
PART_BYTES = 16 << 20
# S3's own limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
_MAX_PARTS = 10_000
_NAMED_PARTS = 10
_NOTHING_THERE = {"IfNoneMatch": "*"}


@dataclass(frozen=True)
class Destination:
    """Where an original goes.

    Attributes:
        key: S3 key.
        filename: What people call it; None where that is the end of its key.
        media_type: As whoever sends it says; None for what its key says.
    """

    key: str
    filename: str | None = None
    media_type: str | None = None

    def headers(self) -> dict[str, Any]:
        """What is told about it when it is created."""
        quoted = quote(self.filename or "", errors="replace")
        is_kept = 0 < len(quoted) <= MAX_QUOTED_FILENAME
        metadata = {FILENAME_METADATA: quoted} if is_kept else {}
        return {"ContentType": self.media_type or content_type(self.key), "Metadata": metadata}


def put_original(media: Media, destination: Destination, body: bytes) -> None:
    """Store an original of at most `PART_BYTES`; S3 checks its SHA-256.

    Raises:
        ConditionFailedError: Something lies there already, or is being put there.
    """
    with _creating(media, destination.key):
        media.client.put_object(
            Bucket=media.bucket,
            Key=destination.key,
            Body=_streamed(body),
            ChecksumSHA256=_sha256(body),
            **destination.headers(),
            **_NOTHING_THERE,
        )


@dataclass(frozen=True)
class _Part:
    """A part that S3 has.

    Attributes:
        etag: As S3 gave it.
        sha256: Of its bytes, base64.
        size_bytes: Its length.
    """

    etag: str
    sha256: str | None
    size_bytes: int


@dataclass
class LargeUpload:
    """An original on its way in parts: nothing is visible until it is completed.

    Attributes:
        media: The bucket.
        key: Where it will lie.
        id: Of the upload, S3's own.
        part_bytes: Length of each part but the last.
        known: Parts that S3 has: those that an earlier attempt left.
    """

    media: Media
    key: str
    id: str
    part_bytes: int
    known: Mapping[int, _Part] = field(default_factory=dict)
    _sent: dict[int, _Part] = field(default_factory=dict)

    def send(self, number: int, body: bytes) -> None:
        """Send a part, unless S3 has it already; S3 checks its SHA-256.

        Args:
            number: From 1.
            body: Its bytes.

        Raises:
            ConditionFailedError: Another has completed or given up this upload.
        """
        sha256 = _sha256(body)
        there = self.known.get(number)
        if there is not None and there.sha256 == sha256:
            self._sent[number] = there
            return
        with _creating(self.media, self.key):
            answer = self.media.client.upload_part(
                **self._named(), PartNumber=number, Body=_streamed(body), ChecksumSHA256=sha256
            )
        self._sent[number] = _Part(answer["ETag"], sha256, len(body))

    def has(self, number: int, sha256: str) -> bool:
        """Whether S3 has the part of this number with these bytes.

        Args:
            number: From 1.
            sha256: Of its bytes, hex.
        """
        there = self.known.get(number)
        return there is not None and there.sha256 == _base64(sha256)

    def presigned_part(self, number: int, sha256: str, seconds: int) -> tuple[str, dict[str, str]]:
        """Where somebody else may PUT one part; S3 refuses any other bytes.

        Args:
            number: From 1.
            sha256: Of its bytes, hex.
            seconds: How long it is good for.

        Returns:
            The address, and the headers to be sent with the bytes.
        """
        checksum = _base64(sha256)
        address: str = self.media.client.generate_presigned_url(
            "upload_part",
            Params={**self._named(), "PartNumber": number, "ChecksumSHA256": checksum},
            ExpiresIn=seconds,
        )
        return address, {"x-amz-checksum-sha256": checksum}

    def complete(self) -> None:
        """Make the original out of its parts.

        Raises:
            ConditionFailedError: Something lies there already, or a part was replaced.
        """
        parts = [
            {"PartNumber": number, "ETag": part.etag, "ChecksumSHA256": part.sha256}
            for number, part in sorted(self._sent.items())
        ]
        with _creating(self.media, self.key):
            self.media.client.complete_multipart_upload(
                **self._named(), MultipartUpload={"Parts": parts}, **_NOTHING_THERE
            )

    def abort(self) -> None:
        """Give it up and forget its parts."""
        with _creating(self.media, self.key):
            self.media.client.abort_multipart_upload(**self._named())

    def _named(self) -> dict[str, str]:
        return {"Bucket": self.media.bucket, "Key": self.key, "UploadId": self.id}


def begin_or_resume(media: Media, destination: Destination, size_bytes: int) -> LargeUpload:
    """An upload in parts: one that was left unfinished, where its parts fit, or a new one.

    Another program's unfinished upload has other parts, and is left alone.

    Args:
        media: The bucket.
        destination: Where to.
        size_bytes: Of all of it, > 0.
    """
    part_bytes = _part_bytes(size_bytes)
    key = destination.key
    for begun, upload_id in unfinished(media, key):
        if begun != key:
            break  # the exact key stands before all that it is a prefix of
        parts = _parts(media, key, upload_id)
        if parts and all(_fits(n, part, size_bytes) for n, part in parts.items()):
            return LargeUpload(media, key, upload_id, part_bytes, parts)
    with _creating(media, key):
        answer = media.client.create_multipart_upload(
            Bucket=media.bucket, Key=key, ChecksumAlgorithm="SHA256", **destination.headers()
        )
    return LargeUpload(media, key, answer["UploadId"], part_bytes)


def sent_parts(media: Media, key: str, id: str, size_bytes: int) -> LargeUpload:
    """An upload whose parts were sent by somebody else, to be completed.

    Raises:
        PartsMissingError: Not all of them are there, or the upload is over.
        InvalidParameterError: The parts come to another size.
    """
    parts = _parts(media, key, id) if id else {}
    missing = [str(number) for number in part_lengths(size_bytes) if number not in parts]
    if missing:
        more = f" and {len(missing) - _NAMED_PARTS} more" if len(missing) > _NAMED_PARTS else ""
        named = ", ".join(missing[:_NAMED_PARTS]) + more
        raise PartsMissingError(f"parts are missing: {named}; start again, and send them")
    if not all(_fits(number, part, size_bytes) for number, part in parts.items()):
        total = sum(part.size_bytes for part in parts.values())
        raise InvalidParameterError("size_bytes", f"the parts that were sent have {total}")
    return LargeUpload(media, key, id, _part_bytes(size_bytes), parts, dict(parts))


def is_large(size_bytes: int) -> bool:
    """Whether an original goes in parts."""
    return size_bytes > PART_BYTES


def part_lengths(size_bytes: int) -> dict[int, int]:
    """Of which parts a large original is made: number, from 1, and length."""
    part_bytes = _part_bytes(size_bytes)
    starts = range(0, size_bytes, part_bytes)
    return {n: min(part_bytes, size_bytes - start) for n, start in enumerate(starts, 1)}


def _part_bytes(size_bytes: int) -> int:
    # By whole parts, so that the next run comes to the same.
    return PART_BYTES * -(-size_bytes // (PART_BYTES * _MAX_PARTS))


def unfinished(media: Media, prefix: str) -> Iterator[tuple[str, str]]:
    """Key and id of each upload under a prefix that is not over, in the order of the keys."""
    with media.translated(prefix):
        pages = media.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=media.bucket, Prefix=prefix, EncodingType="url"
        )
        for page in pages:
            for known in page.get("Uploads", ()):
                yield unquote_plus(known["Key"]), known["UploadId"]


def _parts(media: Media, key: str, id: str) -> dict[int, _Part]:
    """The parts of an unfinished upload, by number; none where it is over by now."""
    found: dict[int, _Part] = {}
    try:
        with _creating(media, key):
            pages = media.client.get_paginator("list_parts").paginate(
                Bucket=media.bucket, Key=key, UploadId=id
            )
            for page in pages:
                for part in page.get("Parts", ()):
                    sha256 = part.get("ChecksumSHA256")
                    found[part["PartNumber"]] = _Part(part["ETag"], sha256, part["Size"])
    except ConditionFailedError:
        return {}
    return found


def _fits(number: int, part: _Part, size_bytes: int) -> bool:
    """Whether a part has the place and length that it would be given here."""
    part_bytes = _part_bytes(size_bytes)
    expected = min(part_bytes, size_bytes - (number - 1) * part_bytes)
    return part.sha256 is not None and part.size_bytes == expected


@contextmanager
def _creating(media: Media, key: str) -> Iterator[None]:
    try:
        with media.translated(key):
            yield
    except ObjectNotFoundError as error:  # S3's word for a condition that does not hold
        raise ConditionFailedError(f"{key} is there already") from error


def _streamed(body: bytes) -> io.BytesIO:
    # Sent block by block, each with a timeout of its own: a slow line takes minutes for a part.
    return io.BytesIO(body)


def _sha256(body: bytes) -> str:
    return _base64(hashlib.sha256(body).hexdigest())


def _base64(sha256: str) -> str:
    return b64encode(bytes.fromhex(sha256)).decode()
