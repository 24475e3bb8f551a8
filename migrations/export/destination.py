"""Where an export goes: a folder, or a prefix of a bucket."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from chalicelib.errors import SetupError
from chalicelib.storage.media import Media
from migrations.export.folder import Folder
from migrations.export.prefix import S3Prefix

Destination: TypeAlias = Folder | S3Prefix
_S3 = "s3://"


def destination(to: str, media: Callable[[], Media]) -> Destination:
    """The folder or the prefix that somebody named.

    Args:
        to: A path, or ``s3://bucket/prefix``.
        media: The gallery's bucket, asked for only where the export goes to S3.

    Raises:
        SetupError: It is no place for an export.
    """
    if not to.startswith(_S3):
        if "://" in to:
            raise SetupError(f"{to} is no place for an export; name a folder or s3://bucket/prefix")
        root = Path(to).expanduser()
        if root.exists() and not root.is_dir():
            raise SetupError(f"{to} is no folder")
        return Folder(root)
    bucket, _, prefix = to.removeprefix(_S3).partition("/")
    own = media()
    if not bucket:
        raise SetupError(f"{to} names no bucket; they look like s3://bucket/prefix")
    if bucket == own.bucket:
        raise SetupError(
            f"{to} is the gallery's own bucket, which would take its photos in again; name another"
        )
    return S3Prefix(Media(own.client, bucket), prefix.strip("/"))
