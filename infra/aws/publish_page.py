"""The built page in its bucket: new files first, the page that names them last, old ones later.

A page that somebody has open goes on loading the files that it was built with; so those of
earlier builds stay for two weeks after they were replaced.
"""

import json
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "gallery/"
"""Where the files lie in the bucket: as their addresses, so that the edge only passes them on."""
BUILDS = "builds.json"
"""Which files belong to which build; outside of what the edge asks for."""
KEPT_AFTERWARDS = timedelta(days=14)
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
ENTRANCES = ("sw.js", "index.html")
"""What leads to all other files; uploaded after them, in this order."""


@dataclass(frozen=True)
class PageBuild:
    """A build that is or was published.

    Attributes:
        files: Its files, by their path below ``/gallery/``.
        replaced_at: When another took its place; None while it is the current one.
    """

    files: frozenset[str]
    replaced_at: datetime | None = None


@dataclass(frozen=True)
class Publication:
    """What publishing a build means.

    Attributes:
        upload: Files in their order.
        delete: Files of builds that were replaced long ago.
        builds: What is published afterwards.
    """

    upload: tuple[str, ...]
    delete: tuple[str, ...]
    builds: tuple[PageBuild, ...]


def plan_publication(
    builds: Iterable[PageBuild], files: Iterable[str], now: datetime
) -> Publication:
    """Decide what to upload and what to delete.

    Args:
        builds: What is published.
        files: Those of the new build.
        now: The time.
    """
    new = PageBuild(frozenset(files))
    former = [
        build if build.replaced_at else PageBuild(build.files, now)
        for build in builds
        if build.files != new.files
    ]
    kept = [build for build in former if build.replaced_at and _is_fresh(build.replaced_at, now)]
    wanted = new.files.union(*(build.files for build in kept))
    known = new.files.union(*(build.files for build in former))
    entrances = [name for name in ENTRANCES if name in new.files]
    return Publication(
        upload=(*sorted(new.files.difference(entrances)), *entrances),
        delete=tuple(sorted(known - wanted)),
        builds=(new, *kept),
    )


def publish_page(s3: "S3Client", bucket: str, folder: Path, now: datetime) -> Publication:
    """Put the built page into its bucket.

    Args:
        s3: Where to.
        bucket: The page bucket.
        folder: What ``infra.build_page`` made.
        now: The time.

    Returns:
        What was done.
    """
    files = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    plan = plan_publication(read_builds(s3, bucket), files, now)
    for name in plan.upload:
        s3.put_object(
            Bucket=bucket,
            Key=PREFIX + name,
            Body=files[name].read_bytes(),
            ContentType=content_type(name),
            CacheControl=caching(name),
        )
    for name in plan.delete:
        s3.delete_object(Bucket=bucket, Key=PREFIX + name)
    # last: a publication that was interrupted is planned again as it was
    write_builds(s3, bucket, plan.builds)
    return plan


def caching(name: str) -> str:
    """How long browsers and the edge may keep a file; names in assets/ change with the content."""
    return FOR_EVER if name.startswith("assets/") else ASK_EACH_TIME


def content_type(name: str) -> str:
    """The media type of a file, with the character set of text."""
    if name.endswith(".webmanifest"):
        return "application/manifest+json"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def read_builds(s3: "S3Client", bucket: str) -> list[PageBuild]:
    """What is published; nothing in a new bucket."""
    try:
        stored = s3.get_object(Bucket=bucket, Key=BUILDS)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return []
        raise
    return [_read_build(build) for build in json.loads(stored)]


def write_builds(s3: "S3Client", bucket: str, builds: Iterable[PageBuild]) -> None:
    """Note what is published."""
    told = [
        {
            "files": sorted(build.files),
            "replaced_at": build.replaced_at.isoformat() if build.replaced_at else None,
        }
        for build in builds
    ]
    s3.put_object(
        Bucket=bucket,
        Key=BUILDS,
        Body=json.dumps(told, indent=1).encode(),
        ContentType="application/json",
    )


def _read_build(told: Mapping[str, Any]) -> PageBuild:
    replaced_at = told["replaced_at"]
    return PageBuild(
        frozenset(told["files"]), datetime.fromisoformat(replaced_at) if replaced_at else None
    )


def _is_fresh(replaced_at: datetime, now: datetime) -> bool:
    return now - replaced_at < KEPT_AFTERWARDS
