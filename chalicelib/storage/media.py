"""Originals and renditions in the bucket: the only S3."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from chalicelib.domain.thumbnail import FIRST_RECIPE, RECIPE, rendition_keys
from chalicelib.errors import (
    ConditionFailedError,
    GalleryError,
    ObjectNotFoundError,
    ObjectRefusedError,
    SetupError,
    StorageUnavailableError,
    UndrawableError,
)
from chalicelib.storage.fetched import Fetched, by_range, kept

# Browsers may show a rendition for an hour without asking, and then ask by its ETag.
_RENDITION_CACHE = "private, max-age=3600"
# Metadata of an upload: what the person's file was called, percent-encoded.
FILENAME_METADATA = "filename"
# S3 keeps 2 KB of metadata: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
MAX_QUOTED_FILENAME = 1900
_SOURCE_ETAG = "source-etag"
_RECIPE = "recipe"
_DENIED = {"403", "AccessDenied", "Forbidden"}
_CREDENTIALS = {"InvalidAccessKeyId", "SignatureDoesNotMatch"}
_GONE = {"404", "NoSuchKey", "NotFound", "412", "PreconditionFailed"}
_TAKEN = {"ConditionalRequestConflict", "NoSuchUpload", "InvalidPart"}
_DAMAGED = {"BadDigest", "IncompleteBody", "XAmzContentChecksumMismatch"}  # on its way to S3
_PASSING = {"SlowDown", "RequestTimeout"} | _DAMAGED
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
_ARCHIVES = {"GLACIER", "DEEP_ARCHIVE"}
# Enough to tell any format by its content.
_HEAD_BYTES = 1 << 16
_FETCH_ATTEMPTS = 3


@dataclass(frozen=True)
class StoredObject:
    """What a HEAD request says of an object.

    Attributes:
        key: Its key.
        etag: Opaque; changes with the content.
        size_bytes: Its length.
        content_type: As it was uploaded.
        metadata: As it was uploaded, names in lower case.
        version_id: Of the bucket's; None where it keeps no versions.
        storage_class: As the bucket's listing says; empty where nothing was said.
    """

    key: str
    etag: str
    size_bytes: int
    content_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    version_id: str | None = None
    storage_class: str = ""

    @property
    def is_archived(self) -> bool:
        """Whether it has to be restored before it can be read; S3 tells of a restored one too."""
        return self.storage_class in _ARCHIVES

    @property
    def version(self) -> str:
        """Tells it from what lay there before and may lie there later."""
        return version_of(self.version_id, self.etag)

    @property
    def is_rendition(self) -> bool:
        """Whether the gallery made it; a user's own file may be named like it."""
        return _SOURCE_ETAG in self.metadata

    def shows(self, source_etag: str, recipe: int = FIRST_RECIPE) -> bool:
        """Whether it is a rendition of this original, drawn by this recipe or a later one."""
        if self.metadata.get(_SOURCE_ETAG) != source_etag:
            return False
        drawn_by = self.metadata.get(_RECIPE, "")
        return (int(drawn_by) if drawn_by.isdecimal() else FIRST_RECIPE) >= recipe


class Media:
    """The bucket's objects.

    Args:
        client: botocore's S3 client.
        bucket: The bucket's name.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def head(self, key: str) -> StoredObject | None:
        """What is there under a key now; None for nothing."""
        try:
            with self.translated(key):
                answer = self.client.head_object(Bucket=self.bucket, Key=key)
        except ObjectNotFoundError:
            return None
        return StoredObject(
            key=key,
            etag=answer["ETag"].strip('"'),
            size_bytes=answer["ContentLength"],
            content_type=answer.get("ContentType", ""),
            metadata={name.lower(): value for name, value in answer.get("Metadata", {}).items()},
            version_id=answer.get("VersionId"),
        )

    def fetch(self, stored: StoredObject, keep_whole: Callable[[bytes], bool]) -> Fetched:
        """An object as a seekable file, of this very version or not at all.

        Args:
            stored: The version.
            keep_whole: Told the first bytes, says whether to fetch all of them in the
                same request; else the file is read by range, 1 MiB at a time. Whole
                files wait in memory or, larger ones, in a nameless temporary file.

        Raises:
            ObjectNotFoundError: It was replaced or removed; reading may raise it too.
        """
        for attempt in range(_FETCH_ATTEMPTS):
            try:
                return self._fetch(stored, keep_whole)
            except StorageUnavailableError:  # a body that broke off is not botocore's to retry
                if attempt == _FETCH_ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def _fetch(self, stored: StoredObject, keep_whole: Callable[[bytes], bool]) -> Fetched:
        with self.translated(stored.key):
            answer = self.client.get_object(
                Bucket=self.bucket, Key=stored.key, IfMatch=f'"{stored.etag}"'
            )
            with closing(answer["Body"]) as body:
                head = body.read(_HEAD_BYTES)
                if keep_whole(head) or len(head) == stored.size_bytes:
                    return kept(head, body, stored.size_bytes)
        return by_range(partial(self.read_range, stored), stored.size_bytes)

    def read_range(self, stored: StoredObject, start: int, length: int) -> bytes:
        """Bytes [start, start + length) of this very version of an object."""
        end = min(start + length, stored.size_bytes) - 1
        if end < start:
            return b""
        with self.translated(stored.key):
            answer = self.client.get_object(
                Bucket=self.bucket,
                Key=stored.key,
                IfMatch=f'"{stored.etag}"',
                Range=f"bytes={start}-{end}",
            )
            body: bytes = answer["Body"].read()
        return body

    def write_rendition(self, key: str, jpeg: bytes, original: StoredObject) -> None:
        """Store a rendition of an original, unless the original was replaced meanwhile.

        A rendition is only ever replaced by one of a later original, or by a later recipe:
        of two writers the one with the older bytes finds that its original is gone.

        Raises:
            ObjectNotFoundError: The original is not this version any more.
            ConditionFailedError: Another writer was faster.
            UndrawableError: name-taken: a file that the gallery did not make lies there.
        """
        if self._put_rendition(key, jpeg, original.etag, IfNoneMatch="*"):
            return
        existing = self.head(key)
        if existing and existing.shows(original.etag, RECIPE):
            return
        if existing and not existing.is_rendition:
            raise UndrawableError("name-taken", f"{key} is another file; rename it and try again")
        latest = self.head(original.key)
        if latest is None or latest.etag != original.etag:
            raise ObjectNotFoundError(f"{original.key} was replaced or removed")
        if existing and self._put_rendition(key, jpeg, original.etag, IfMatch=existing.etag):
            return
        raise ConditionFailedError(f"{key} was written by another")

    def _put_rendition(self, key: str, jpeg: bytes, source_etag: str, **condition: str) -> bool:
        try:
            with self.translated(key):
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=jpeg,
                    ContentType="image/jpeg",
                    CacheControl=_RENDITION_CACHE,
                    Metadata={_SOURCE_ETAG: source_etag, _RECIPE: str(RECIPE)},
                    **condition,
                )
        except (ObjectNotFoundError, ConditionFailedError):
            return False
        return True

    def shows(self, key: str, source_etag: str, recipe: int = FIRST_RECIPE) -> bool:
        """Whether a rendition is there and shows this version of its original."""
        stored = self.head(key)
        return stored is not None and stored.shows(source_etag, recipe)

    def delete_renditions(self, original_key: str) -> None:
        """Delete what the gallery made of an original; a person's file of that name stays."""
        for key in rendition_keys(original_key).values():
            self.delete_rendition(key)

    def delete_rendition(self, key: str) -> None:
        """Delete a rendition, unless it is none."""
        stored = self.head(key)
        if stored is not None and stored.is_rendition:
            with self.translated(key):
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object under a prefix, a page of 1,000 in memory at a time."""
        with self.translated(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=prefix
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    yield StoredObject(
                        found["Key"],
                        found["ETag"].strip('"'),
                        found["Size"],
                        storage_class=found.get("StorageClass", ""),
                    )

    def presigned_post(
        self, key: str, fields: Mapping[str, str], size_bytes: int, seconds: int
    ) -> dict[str, Any]:
        """A form that uploads one object of an exact size, with exactly these fields.

        Args:
            key: Where it will lie.
            fields: Form fields, each of them a condition too.
            size_bytes: The exact length.
            seconds: How long the form is good for.

        Returns:
            ``url`` and ``fields`` for a multipart/form-data POST.
        """
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        conditions.append(["content-length-range", size_bytes, size_bytes])
        form: dict[str, Any] = self.client.generate_presigned_post(
            self.bucket, key, Fields=dict(fields), Conditions=conditions, ExpiresIn=seconds
        )
        return form

    @contextmanager
    def translated(self, key: str) -> Iterator[None]:
        """Inside, what botocore raises of an object becomes the gallery's errors."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise _translate(self.bucket, key, error) from error


def version_of(version_id: str | None, etag: str) -> str:
    """What tells one object under a key from the next: its version, or else its ETag."""
    return version_id if version_id not in (None, "", "null") else etag


def filename_of(stored: StoredObject) -> str:
    """What a person calls an object: as it was uploaded, or the end of its key."""
    uploaded_as = unquote(stored.metadata.get(FILENAME_METADATA, "")).strip()
    return uploaded_as or stored.key.rpartition("/")[2]


def _translate(bucket: str, key: str, error: BaseException) -> GalleryError:
    if isinstance(error, NoCredentialsError):
        return SetupError("no AWS credentials found; set AWS_PROFILE or pass --profile")
    if not isinstance(error, ClientError):
        return StorageUnavailableError(f"bucket {bucket} did not answer: {error}")
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NoSuchBucket":
        return SetupError(f"bucket {bucket} not found; deploy the data stack or pass --bucket")
    if code in _TAKEN:
        return ConditionFailedError(f"{key} is being written by another")
    if code in _GONE:
        return ObjectNotFoundError(f"{key} is not in bucket {bucket}")
    if status >= 500 or status == 429 or code in _PASSING:
        return StorageUnavailableError(f"bucket {bucket}, {key}: {code}")
    return _refusal(f"bucket {bucket}, {key}", code)


def _refusal(named: str, code: str) -> SetupError:
    """What S3 says no to: a request of ours altogether, or this object alone."""
    if code == "RequestTimeTooSkewed":
        return SetupError(f"{named}: this computer's clock is wrong; set it")
    if code in _CREDENTIALS:
        return SetupError(f"{named}: access denied; check the credentials")
    if code in _DENIED:
        return ObjectRefusedError(f"{named}: access denied; check the credentials")
    if code == "InvalidObjectState":
        return ObjectRefusedError(f"{named}: it is archived; restore it first")
    if code.startswith("KMS."):
        return ObjectRefusedError(f"{named}: its encryption key is refused: {code}")
    return SetupError(f"{named}: {code}")
