"""A backfill while photos come and go, one kills its decoder, or credentials expire."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from chalicelib.bootstrap import Gallery
from chalicelib.domain.asset import ORIGINAL_MISSING
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.take_in import take_in
from migrations import generate_thumbnails
from migrations.target import Target
from tests.builders import MemoryGallery, a_gallery, a_jpeg
from tests.faults.killed_backfill import ENVIRONMENT, state
from tests.imaging.pictures import saved
from tests.memory import Request
from tests.migrations.foreign import put_photos, thumbnail_urls

FLAGS = ("--bucket", "photos", "--table", "assets", "--region", "eu-central-1")
NEW = "main/new.jpg"
OLD = "main/p001.jpg"


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def a_library(count: int = 3) -> MemoryGallery:
    """Some photos that have no thumbnails."""
    gallery = a_gallery()
    put_photos(gallery, count, "main")
    return gallery


def backfill(gallery: MemoryGallery, *flags: str) -> int:
    """A run by other flags than those that make one photo at a time; its exit status."""

    def opened(_: Target) -> Gallery:
        return cast(Gallery, gallery)

    return generate_thumbnails.main([*FLAGS, *(flags or ("--migrate", "--workers", "1"))], opened)


def every_moment(meanwhile: Callable[[MemoryGallery], object]) -> Iterator[MemoryGallery]:
    """Libraries after a run in which something happened before its request 0, 1, 2 ..."""
    for number in itertools.count():
        gallery = a_library()
        came: list[bool] = []

        def happen(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            meanwhile(gallery)

        gallery.wire.at(number, happen)
        backfill(gallery)
        if not came:
            assert number > 10
            return
        yield gallery


def test_f72_a_photo_that_is_uploaded_at_any_moment_has_one_row_and_one_thumbnail():
    def upload(gallery: MemoryGallery) -> None:
        gallery.bucket.place(NEW, a_jpeg())
        take_in(NEW, gallery.studio)

    clean = a_library()
    backfill(clean)
    upload(clean)

    for gallery in every_moment(upload):
        assert state(gallery) == state(clean)


def test_f72_a_photo_that_is_replaced_at_any_moment_has_the_thumbnail_of_what_is_there():
    def replace(gallery: MemoryGallery) -> None:
        gallery.bucket.place(OLD, a_jpeg(colour="red"))
        take_in(OLD, gallery.studio)

    clean = a_library()
    replace(clean)
    backfill(clean)

    for gallery in every_moment(replace):
        row = gallery.assets.get("p001")
        assert gallery.media.shows("main/p001_thumb.jpg", row.source_etag or "")
        assert state(gallery) == state(clean)


def test_f73_a_photo_whose_row_is_removed_at_any_moment_does_not_come_back():
    def remove(gallery: MemoryGallery) -> None:
        gallery.bucket.remove(OLD)
        gallery.assets_table.delete_many([("p001",)])

    for gallery in every_moment(remove):
        assert thumbnail_urls(gallery).keys() == {"p000", "p002"}


def test_f73_a_photo_whose_original_is_removed_at_any_moment_is_in_the_bin_and_no_other():
    def remove(gallery: MemoryGallery) -> None:
        gallery.bucket.remove(OLD)
        take_in(OLD, gallery.studio)

    for gallery in every_moment(remove):
        rows = gallery.assets.get_many(["p000", "p001", "p002"])
        assert [row.deleted_reason for row in rows.values()] == [None, ORIGINAL_MISSING, None]
        assert dropped_in_id(OLD) not in thumbnail_urls(gallery)


@pytest.mark.parametrize(
    "flags", ["--segments 2", "--retry-failed --remake", "--limit 2 --json", "--gallery main"]
)
def test_f75_a_dry_run_sends_no_request_that_could_change_anything(flags: str):
    gallery = a_library()
    gallery.bucket.place("main/p001.jpg", b"Dear Anna")
    before = gallery.state()

    assert backfill(gallery, *flags.split()) == 0

    assert gallery.wire.requests
    assert gallery.wire.writes == 0
    assert gallery.state() == before


def test_f78_a_photo_whose_decoding_kills_its_process_fails_alone():
    """It needs more memory than the process that decodes it may have."""
    gallery = a_library(12)
    gallery.bucket.place(OLD, saved(Image.new("RGB", (6000, 6000)), "TIFF"))
    with closing(Darkroom(isolate_all=True, workers=2, max_bytes=60 << 20)) as darkroom:
        gallery.studio = dataclasses.replace(gallery.studio, darkroom=darkroom)

        assert backfill(gallery, "--migrate", "--workers", "4") == 1

    failed = [row for row in gallery.assets.scan() if not row.has_thumbnail]
    assert [(row.id, row.thumbnail_error) for row in failed] == [("p001", "out-of-memory")]


def test_f61_credentials_that_expire_end_a_run_with_an_error_and_the_next_goes_on(
    capsys: pytest.CaptureFixture[str],
):
    clean, gallery = a_library(12), a_library(12)
    assert backfill(clean) == 0
    sent = iter(range(1000))

    def expire(request: Request) -> None:
        if request.service != "s3" or next(sent) < 20:
            return
        raise ClientError(
            {
                "Error": {"Code": "ExpiredToken", "Message": "The provided token has expired."},
                "ResponseMetadata": {"HTTPStatusCode": 400},  # type: ignore[typeddict-item]
            },
            "PutObject",
        )

    gallery.wire.before("*", expire, None)
    assert backfill(gallery) == 2
    assert "ExpiredToken" in capsys.readouterr().err
    assert 0 < sum("_thumb" in key for key in gallery.bucket.objects) < 12
    gallery.wire.clear()

    assert backfill(gallery) == 0
    assert state(gallery) == state(clean)
