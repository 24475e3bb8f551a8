"""Originals uploaded from a folder, by botocore's own client and through every function."""

import hashlib
import os
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib.settings import Settings
from chalicelib.storage.media import Media
from chalicelib.storage.originals import PART_BYTES
from migrations.command import Stop
from migrations.originals import Original
from migrations.source_folders import SourceFolders
from migrations.target import Target, open_gallery_for_uploads
from migrations.upload_originals import upload_originals
from tests.aws.site import Site
from tests.builders import a_jpeg


@pytest.fixture
def media(gallery_environment: dict[str, str]) -> Media:
    """The bucket, as a command that uploads asks for it."""
    settings = Settings.from_environment(gallery_environment)
    return open_gallery_for_uploads(Target(settings, gallery_environment["AWS_REGION"])).media


def an_original(site: Site, path: Path, body: bytes) -> Original:
    path.write_bytes(body)
    sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
    return Original(f"{site.gallery}/{path.name}", path, len(body), sha1)


def a_noisy_picture(path: Path) -> bytes:
    """A PNG that takes three parts."""
    side = int((2.5 * PART_BYTES / 3) ** 0.5)
    noise = random.Random(7).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), noise).save(path, compress_level=0)
    return path.read_bytes()


def upload(folder: Path, media: Media, stop: Stop, *originals: Original) -> dict[str, str]:
    folders = SourceFolders([folder])
    done = upload_originals(originals, folders, media.head, media, stop)
    return {original.path.name: verdict.outcome for original, verdict in done}


def test_uploaded_originals_are_in_the_timeline_and_what_is_there_stays(
    site: Site, media: Media, tmp_path: Path
):
    small = an_original(site, tmp_path / "höhle +1%.jpg", a_jpeg(colour="teal"))
    sidecar = an_original(site, tmp_path / "höhle +1%.jpg.xmp", b"<x:xmpmeta/>")
    large = an_original(site, tmp_path / "large.png", a_noisy_picture(tmp_path / "large.png"))
    other = an_original(site, tmp_path / "other.jpg", a_jpeg(colour="navy"))
    somebody_s = a_jpeg(200, 100)
    site.put("other.jpg", somebody_s)
    stop = Stop()
    media.client.meta.events.register("after-call.s3.UploadPart", lambda **_: stop.ask())

    interrupted = upload(tmp_path, media, stop, large)
    sent = upload(tmp_path, media, Stop(), small, sidecar, large, other)

    assert interrupted == {"large.png": "to-send"}
    assert sent == {
        small.path.name: "sent",
        sidecar.path.name: "sent",
        "large.png": "sent",
        "other.jpg": "differs",
    }
    for original in (small, sidecar, large):
        assert site.stored(original.key) == original.path.read_bytes()
    assert site.stored(other.key) == somebody_s
    assert upload(tmp_path, media, Stop(), small, large) == {
        small.path.name: "there",
        "large.png": "there",
    }
    for original in (small, large, other):
        assert site.item(original.path.name)["file_size"] > 0
    assert site.media()["total"] == 3
    unfinished: Any = media.client.list_multipart_uploads(Bucket=media.bucket)
    assert not [up for up in unfinished.get("Uploads", ()) if up["Key"].startswith(site.gallery)]


def test_a_large_upload_goes_on_with_the_parts_that_are_missing(
    site: Site, media: Media, tmp_path: Path
):
    body = os.urandom(2 * PART_BYTES + 1)
    film = an_original(site, tmp_path / "film.bin", body)
    sent: list[int] = []
    stop = Stop()

    def count(params: dict[str, Any], **_: Any) -> None:
        sent.append(params["PartNumber"])
        stop.ask()

    media.client.meta.events.register("provide-client-params.s3.UploadPart", count)
    upload(tmp_path, media, stop, film)
    upload(tmp_path, media, Stop(), film)

    assert sent == [1, 2, 3]
    assert site.stored(film.key) == body


def test_an_object_that_appears_while_a_large_one_is_sent_is_not_written_over(
    site: Site, media: Media, tmp_path: Path
):
    film = an_original(site, tmp_path / "film.bin", os.urandom(PART_BYTES + 1))
    media.client.meta.events.register(
        "after-call.s3.CreateMultipartUpload", lambda **_: site.put("film.bin", b"another")
    )

    assert upload(tmp_path, media, Stop(), film) == {"film.bin": "differs"}

    assert site.stored(film.key) == b"another"
