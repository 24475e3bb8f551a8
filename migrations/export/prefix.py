"""An export under a prefix of an S3 bucket; an object is there whole or not at all."""

import hashlib
import io
import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.domain.content_type import content_type
from chalicelib.errors import ObjectNotFoundError
from chalicelib.storage.media import Media, StoredObject
from migrations.export.folder import JOURNAL

_BLOCK_BYTES = 1 << 20
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
_MAX_PARTS = 10_000
_PART_BYTES = 16 << 20
_JOURNAL_LINES = 200


class S3Prefix:
    """A prefix of another bucket than the gallery's, which would take its own photos in again.

    Args:
        media: The bucket.
        prefix: Without a slash at its end; may be empty.
    """

    def __init__(self, media: Media, prefix: str) -> None:
        self.name = f"s3://{media.bucket}/{prefix}".rstrip("/")
        self._media = media
        self._prefix = f"{prefix}/" if prefix else ""
        self._lines: list[str] = []
        self._written = 0

    def write(self, path: str, pieces: Iterable[bytes], size_bytes: int) -> None:
        """Put an object, in parts if it is long; S3 compares the SHA-256 of each."""
        key = self._prefix + path
        length = part_bytes(size_bytes)
        with self._media.translated(key):
            if size_bytes <= length:
                body = _body(b"".join(pieces))
                self._client.put_object(**self._names(key), ContentType=content_type(key), **body)
            else:
                self._write_parts(key, _parts(pieces, length))

    def read(self, path: str) -> Iterator[bytes]:
        """An object's bytes, piece by piece."""
        key = self._prefix + path
        with self._media.translated(key):
            body = self._client.get_object(**self._names(key))["Body"]
            try:
                while piece := body.read(_BLOCK_BYTES):
                    yield piece
            finally:
                body.close()

    def size(self, path: str) -> int | None:
        """An object's length; None where there is none."""
        stored = self._media.head(self._prefix + path)
        return stored.size_bytes if stored else None

    def sizes(self, paths: Iterable[str]) -> Iterator[tuple[str, int | None]]:
        """Each path with its object's length; None where there is none.

        Args:
            paths: In the order of their bytes, as S3 lists them.
        """
        listed = self._media.list_objects(self._prefix)
        stored = next(listed, None)
        for path in paths:
            key = self._prefix + path
            while stored is not None and stored.key.encode() < key.encode():
                stored = next(listed, None)
            yield path, stored.size_bytes if stored is not None and stored.key == key else None

    def move(self, path: str, to: str) -> None:
        """Copy an object by way of this computer, then delete it."""
        stored = self._media.head(self._prefix + path)
        if stored is None:
            raise ObjectNotFoundError(f"{path} is not in {self.name}")
        self.write(to, self.read(path), stored.size_bytes)
        self.remove(path)

    def remove(self, path: str) -> None:
        """Delete an object."""
        key = self._prefix + path
        with self._media.translated(key):
            self._client.delete_object(**self._names(key))

    def note(self, line: str) -> None:
        """Add a line to the journal: the first one at once, the others by the hundred."""
        self._lines.append(line)
        if not self._written or len(self._lines) >= _JOURNAL_LINES:
            self._flush()

    def journal(self) -> Iterator[str]:
        """The lines of every part of the journal."""
        for stored in self._journal_parts():
            data = b"".join(self.read(stored.key.removeprefix(self._prefix)))
            text = data.decode(errors="replace")
            yield from text.rstrip("\n").split("\n")

    def is_empty(self) -> bool:
        """Whether no object lies there."""
        return next(self._media.list_objects(self._prefix), None) is None

    def free_bytes(self) -> int | None:
        """There is no end to a bucket."""
        return None

    def open(self) -> None:
        """Count the parts of the journal that there are."""
        self._written = sum(1 for _ in self._journal_parts())

    def close(self) -> None:
        """Write the rest of the journal."""
        self._flush()

    @property
    def _client(self) -> Any:
        return self._media.client

    def _names(self, key: str) -> dict[str, str]:
        return {"Bucket": self._media.bucket, "Key": key}

    def _journal_parts(self) -> Iterator[StoredObject]:
        return self._media.list_objects(f"{self._prefix}{JOURNAL}.")

    def _flush(self) -> None:
        if self._lines:
            text = "".join(f"{line}\n" for line in self._lines).encode()
            self._lines.clear()
            # Two runs at once keep a journal each.
            part = f"{self._written:08}-{secrets.token_hex(4)}"
            self.write(f"{JOURNAL}.{part}", [text], len(text))
            self._written += 1

    def _write_parts(self, key: str, parts: Iterable[bytes]) -> None:
        names = self._names(key)
        begun = self._client.create_multipart_upload(
            **names, ContentType=content_type(key), ChecksumAlgorithm="SHA256"
        )
        upload = {**names, "UploadId": begun["UploadId"]}
        done: list[dict[str, Any]] = []
        try:
            for number, part in enumerate(parts, 1):
                body = _body(part)
                answer = self._client.upload_part(**upload, PartNumber=number, **body)
                done.append(
                    {
                        "PartNumber": number,
                        "ETag": answer["ETag"],
                        "ChecksumSHA256": body["ChecksumSHA256"],
                    }
                )
        except BaseException:
            self._client.abort_multipart_upload(**upload)
            raise
        self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": done})


def part_bytes(size_bytes: int) -> int:
    """How long the parts of an object are, so that S3 takes as many."""
    return max(_PART_BYTES, -(-size_bytes // _MAX_PARTS))


def _body(data: bytes) -> dict[str, Any]:
    return {
        # Sent block by block, each with a timeout of its own: a slow line takes minutes for a part.
        "Body": io.BytesIO(data),
        "ChecksumSHA256": b64encode(hashlib.sha256(data).digest()).decode(),
    }


def _parts(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The same bytes in parts of a length."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= length:
            yield bytes(waiting[:length])
            del waiting[:length]
    if waiting:
        yield bytes(waiting)
