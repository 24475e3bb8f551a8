"""A folder of photos into the bucket: see what is there, decide, copy."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.content_type import MEDIA_TYPES
from chalicelib.domain.object_key import DEFAULT_GALLERY, split_key
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.storage.media import FILENAME_METADATA

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DIGEST_METADATA = "sha256"
COPIES_AT_A_TIME = 4

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and what was just done."""


class FolderError(Exception):
    """The folder can't be taken in; the message says why."""


@dataclass(frozen=True)
class Photo:
    """A file to take in.

    Attributes:
        path: Where it lies.
        key: Where it goes in the bucket.
        content_type: By its extension.
        size_bytes: When it was listed.
    """

    path: Path
    key: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True)
class FolderPlan:
    """What a folder holds.

    Attributes:
        photos: To be copied unless the bucket has them already, in order of their keys.
        left_out: Number of files that are no photos, by what they are.
        unusable: Path and reason of files that should have come but can't.
    """

    photos: tuple[Photo, ...]
    left_out: Mapping[str, int]
    unusable: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TakenFolder:
    """What came of it.

    Attributes:
        copied: Keys of the files copied now.
        present: Number of files that were in the bucket already.
        failed: Path and reason of files that could not be copied.
    """

    copied: tuple[str, ...]
    present: int
    failed: tuple[tuple[str, str], ...]


def plan_folder(folder: Path, gallery: str = DEFAULT_GALLERY) -> FolderPlan:
    """Decide what of a folder and its subfolders is taken in.

    Raises:
        FolderError: It is missing, no folder, unreadable, or holds no photo.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise FolderError(f"{folder} {what}; give a folder of photos: ALBUM=folder make run")
    photos: list[Photo] = []
    left_out: Counter[str] = Counter()
    unusable: list[tuple[str, str]] = []

    def unreadable_folder(error: OSError) -> None:
        unusable.append((str(error.filename), error.strerror or str(error)))

    for parent, folders, names in os.walk(folder, onerror=unreadable_folder):
        left_out["in hidden folders"] += sum(name.startswith(".") for name in folders)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            extension = path.suffix.removeprefix(".").lower()
            if name.startswith("."):
                left_out["hidden"] += 1
            elif extension not in MEDIA_TYPES:
                left_out[f".{extension}" if extension else "no extension"] += 1
            else:
                try:
                    photos.append(_photo(path, folder, gallery))
                except (OSError, UnicodeError, ForeignKeyRefusedError) as error:
                    unusable.append((_printable(path), _reason(error)))
    if not photos and not unusable:
        raise FolderError(f"{folder} holds no photo or video that the gallery knows")
    photos.sort(key=lambda photo: photo.key)
    return FolderPlan(tuple(photos), +left_out, tuple(unusable))


def take_folder(
    s3: "S3Client", bucket: str, photos: Iterable[Photo], progress: Progress
) -> TakenFolder:
    """Copy photos into the bucket, a few at a time; those already there stay as they are.

    Args:
        s3: Where to.
        bucket: Its name.
        photos: What to copy.
        progress: Told after each.
    """
    wanted = list(photos)
    copied: list[str] = []
    failed: list[tuple[str, str]] = []
    present = 0
    with ThreadPoolExecutor(COPIES_AT_A_TIME) as pool:
        running: dict[Future[bool], Photo] = {
            pool.submit(copy_photo, s3, bucket, photo): photo for photo in wanted
        }
        try:
            for done, future in enumerate(as_completed(running), start=1):
                photo = running[future]
                try:
                    is_new = future.result()
                except (OSError, BotoCoreError, ClientError, S3UploadFailedError) as error:
                    failed.append((_printable(photo.path), _reason(error)))
                else:
                    copied += [photo.key] if is_new else []
                    present += not is_new
                progress(done, len(wanted), _printable(photo.path))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return TakenFolder(tuple(sorted(copied)), present, tuple(sorted(failed)))


def copy_photo(s3: "S3Client", bucket: str, photo: Photo) -> bool:
    """Copy one photo unless the bucket has just these bytes under its key.

    Returns:
        Whether it was copied.

    Raises:
        OSError: The file can't be read.
        botocore.exceptions.ClientError, boto3.exceptions.S3UploadFailedError: S3 refused.
    """
    with photo.path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if _is_present(s3, bucket, photo, digest):
        return False
    s3.upload_file(
        str(photo.path),
        bucket,
        photo.key,
        ExtraArgs={
            "ContentType": photo.content_type,
            "Metadata": {FILENAME_METADATA: quote(photo.path.name), DIGEST_METADATA: digest},
        },
        Config=TransferConfig(use_threads=False),
    )
    return True


def _is_present(s3: "S3Client", bucket: str, photo: Photo, digest: str) -> bool:
    try:
        head = s3.head_object(Bucket=bucket, Key=photo.key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return False
        raise
    same_size = head["ContentLength"] == photo.size_bytes
    return same_size and head["Metadata"].get(DIGEST_METADATA) == digest


def _photo(path: Path, folder: Path, gallery: str) -> Photo:
    local_path = path.relative_to(folder).as_posix()
    local_path.encode()  # a name in no known encoding is no S3 key
    key = f"{gallery}/{local_path}"
    split_key(key)
    extension = path.suffix.removeprefix(".").lower()
    return Photo(path, key, MEDIA_TYPES[extension], path.stat().st_size)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "its name is not UTF-8; rename it"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)


def _printable(path: Path) -> str:
    return str(path).encode(errors="replace").decode()
