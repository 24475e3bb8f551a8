"""The bucket in memory, taking objects in parts, too."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote_plus

from botocore.exceptions import ClientError

from tests.memory import MemoryBucket, MemoryObject, MemoryPaginator, Request, sha256_of

T = TypeVar("T")


@dataclass
class MemoryUpload:
    """An upload that is not completed yet.

    Attributes:
        key: Where to.
        content_type: Of the object that it will be.
        metadata: Likewise.
        parts: Bytes and whether their SHA-256 was told, by number.
    """

    key: str
    content_type: str
    metadata: Mapping[str, str]
    parts: dict[int, tuple[bytes, bool]] = field(default_factory=dict)


class UploadsBucket(MemoryBucket):
    """A bucket that knows S3's uploads in parts.

    Attributes:
        uploads: Those that are not over, by id.
        listing_size: Parts, or uploads, in a page of a listing.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.uploads: dict[str, MemoryUpload] = {}
        self.listing_size = 2
        self._upload_numbers = itertools.count(1)

    def create_multipart_upload(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ContentType: str,  # noqa: N803
        Metadata: Mapping[str, str] | None = None,  # noqa: N803
        ChecksumAlgorithm: str,  # noqa: N803
    ) -> dict[str, Any]:
        assert (Bucket, ChecksumAlgorithm) == (self.name, "SHA256")

        def create() -> dict[str, Any]:
            upload_id = f"upload-{next(self._upload_numbers)}"
            self.uploads[upload_id] = MemoryUpload(Key, ContentType, dict(Metadata or {}))
            return {"UploadId": upload_id}

        return self._write("create_multipart_upload", Key, create)

    def upload_part(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
        PartNumber: int,  # noqa: N803
        Body: BinaryIO,  # noqa: N803
        ChecksumSHA256: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        body = Body.read()

        def store() -> dict[str, Any]:
            if ChecksumSHA256 not in (None, sha256_of(body)):
                raise _error("UploadPart", "BadDigest", 400)
            upload = self._upload(Key, UploadId, "UploadPart")
            upload.parts[PartNumber] = (body, ChecksumSHA256 is not None)
            return {"ETag": _etag(body)}

        return self._write("upload_part", Key, store)

    def complete_multipart_upload(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
        MultipartUpload: Mapping[str, Any],  # noqa: N803
        IfNoneMatch: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        def complete() -> dict[str, Any]:
            upload = self._upload(Key, UploadId, "CompleteMultipartUpload")
            if IfNoneMatch == "*" and Key in self.objects:
                raise _error("CompleteMultipartUpload", "PreconditionFailed", 412)
            pieces = []
            for part in MultipartUpload["Parts"]:
                body, _ = upload.parts.get(part["PartNumber"], (b"", False))
                if (part["ETag"], part["ChecksumSHA256"]) != (_etag(body), sha256_of(body)):
                    raise _error("CompleteMultipartUpload", "InvalidPart", 400)
                pieces.append(body)
            del self.uploads[UploadId]
            etag = f"{sha256_of(b''.join(pieces))[:8]}-{len(pieces)}"
            whole = MemoryObject(b"".join(pieces), etag, upload.content_type, upload.metadata)
            self._store(Key, whole)
            return {"ETag": f'"{etag}"'}

        return self._write("complete_multipart_upload", Key, complete)

    def abort_multipart_upload(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
    ) -> dict[str, Any]:
        def abort() -> dict[str, Any]:
            self._upload(Key, UploadId, "AbortMultipartUpload")
            del self.uploads[UploadId]
            return {}

        return self._write("abort_multipart_upload", Key, abort)

    def get_paginator(self, operation: str) -> MemoryPaginator:
        pages = {
            "list_multipart_uploads": self._upload_pages,
            "list_parts": self._part_pages,
        }
        known = pages.get(operation)
        return MemoryPaginator(known) if known else super().get_paginator(operation)

    def _upload_pages(
        self,
        Bucket: str,  # noqa: ARG002, N803
        Prefix: str,  # noqa: N803
        EncodingType: str,  # noqa: N803
    ) -> Iterator[dict[str, Any]]:
        assert EncodingType == "url"

        def read() -> list[tuple[str, str]]:
            uploads = self.uploads.items()
            return sorted((up.key, name) for name, up in uploads if up.key.startswith(Prefix))

        for page in self._pages("list_multipart_uploads", Prefix, read):
            yield {"Uploads": [{"Key": quote_plus(key), "UploadId": name} for key, name in page]}

    def _part_pages(
        self,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
    ) -> Iterator[dict[str, Any]]:
        def read() -> list[tuple[int, tuple[bytes, bool]]]:
            return sorted(self._upload(Key, UploadId, "ListParts").parts.items())

        for page in self._pages("list_parts", Key, read):
            yield {
                "Parts": [
                    {
                        "PartNumber": number,
                        "ETag": _etag(body),
                        "Size": len(body),
                        **({"ChecksumSHA256": sha256_of(body)} if is_told else {}),
                    }
                    for number, (body, is_told) in page
                ]
            }

    def _pages(self, operation: str, key: str, read: Callable[[], list[T]]) -> Iterator[list[T]]:
        for start in itertools.count(0, self.listing_size):
            found = self._send(operation, key, read)
            yield found[start : start + self.listing_size]
            if start + self.listing_size >= len(found):
                return

    def _write(
        self, operation: str, key: str, action: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        return self.wire.send(Request("s3", operation, (key,), is_write=True), action)

    def _upload(self, key: str, upload_id: str, operation: str) -> MemoryUpload:
        upload = self.uploads.get(upload_id)
        if upload is None or upload.key != key:
            raise _error(operation, "NoSuchUpload", 404)
        return upload


def _etag(body: bytes) -> str:
    return f'"{sha256_of(body)[:16]}"'


def _error(operation: str, code: str, status: int) -> ClientError:
    known: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(known, operation)
