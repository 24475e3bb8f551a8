from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import ObjectNotFoundError, StorageUnavailableError
from chalicelib.storage.media import Media
from migrations.export import prefix
from migrations.export.prefix import S3Prefix
from migrations.export_library import main
from tests.builders import MemoryGallery
from tests.memory import MemoryBucket
from tests.memory_uploads import UploadsBucket
from tests.migrations.conftest import Run
from tests.migrations.test_export_library import WITH_PAGES, add, files


@pytest.fixture
def elsewhere() -> UploadsBucket:
    """Another bucket."""
    return UploadsBucket("elsewhere")


@pytest.fixture
def place(elsewhere: UploadsBucket, monkeypatch: pytest.MonkeyPatch) -> S3Prefix:
    """A prefix of it, with parts of ten bytes."""
    monkeypatch.setattr(prefix, "_PART_BYTES", 10)
    return S3Prefix(Media(elsewhere, elsewhere.name), "photos/mine")


def test_a_short_file_is_one_object_that_s3_compared(place: S3Prefix, elsewhere: UploadsBucket):
    place.write("a/b.jpg", [b"one ", b"two"], 7)

    assert elsewhere.objects["photos/mine/a/b.jpg"].data == b"one two"
    assert b"".join(place.read("a/b.jpg")) == b"one two"
    assert place.size("a/b.jpg") == 7
    assert place.size("a/c.jpg") is None


@pytest.mark.parametrize("length", [11, 20, 25, 40])
def test_a_long_file_goes_in_parts_each_of_which_s3_compared(
    length: int, place: S3Prefix, elsewhere: UploadsBucket
):
    data = bytes(range(length))

    place.write("film.mov", [data[:3], data[3:4], data[4:]], length)

    assert elsewhere.objects["photos/mine/film.mov"].data == data
    assert elsewhere.wire.count("put_object") == 0
    assert elsewhere.wire.count("upload_part") == -(-length // 10)
    assert elsewhere.uploads == {}


def test_a_file_that_breaks_off_is_not_there_at_all(place: S3Prefix, elsewhere: UploadsBucket):
    def pieces() -> Iterator[bytes]:
        yield b"0123456789abc"
        raise StorageUnavailableError("broke off")

    with pytest.raises(StorageUnavailableError):
        place.write("film.mov", pieces(), 25)

    assert elsewhere.objects == {}
    assert elsewhere.uploads == {}


def test_the_largest_object_has_no_more_parts_than_s3_takes():
    largest = 50 * 10**12  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html

    assert -(-largest // prefix.part_bytes(largest)) <= 10_000


def test_moving_leaves_nothing_behind(place: S3Prefix, elsewhere: UploadsBucket):
    place.write("a.jpg", [b"x"], 1)

    place.move("a.jpg", "b.jpg")

    assert set(elsewhere.objects) == {"photos/mine/b.jpg"}
    with pytest.raises(ObjectNotFoundError):
        list(place.read("a.jpg"))


def test_lengths_of_many_files_take_one_listing(place: S3Prefix, elsewhere: UploadsBucket):
    for name in ("b/1", "a", "é", "b"):
        place.write(name, [b"x" * len(name)], len(name))
    paths = sorted(["a", "b", "b/1", "b/2", "z", "é", "\U0001f600"], key=str.encode)
    elsewhere.wire.requests.clear()

    found = dict(place.sizes(paths))

    assert found == {"a": 1, "b": 1, "b/1": 3, "b/2": None, "z": None, "é": 1, "\U0001f600": None}
    assert len(elsewhere.wire.requests) == 1


def test_what_the_check_found_damaged_in_a_bucket_the_next_run_repairs(
    gallery: MemoryGallery, elsewhere: UploadsBucket, run: Run
):
    add(gallery, "a1")
    gallery.media.client = Both(gallery.bucket, elsewhere)
    to = ("--to", "s3://elsewhere/mine")
    run(main, *to, "--migrate", flags=WITH_PAGES)
    path = "mine/main/2024/2024-05/a1.jpg"
    whole = elsewhere.objects[path].data
    elsewhere.place(path, b"\0" * len(whole))

    found = run(main, *to, "--check", flags=WITH_PAGES)
    repaired = run(main, *to, "--migrate", flags=WITH_PAGES)

    assert (found.status, repaired.status) == (1, 0)
    assert elsewhere.objects[path].data == whole


def test_a_journal_is_there_from_its_first_line_on(place: S3Prefix):
    assert list(place.journal()) == []
    place.open()

    place.note("began")

    assert list(place.journal()) == ["began"]
    assert not place.is_empty()


def test_the_journal_of_several_runs_is_read_in_order(elsewhere: UploadsBucket):
    lines = [f"line {number}" for number in range(1000)]
    for start in range(0, 1000, 250):
        place = S3Prefix(Media(elsewhere, elsewhere.name), "")
        place.open()
        for line in lines[start : start + 250]:
            place.note(line)
        place.close()

    assert list(S3Prefix(Media(elsewhere, elsewhere.name), "").journal()) == lines


class Both:
    """One S3 client for two buckets, as there is one for all."""

    def __init__(self, *buckets: MemoryBucket) -> None:
        self._buckets = {bucket.name: bucket for bucket in buckets}

    def __getattr__(self, operation: str) -> Any:
        def ask(**request: Any) -> Any:
            return getattr(self._buckets[request["Bucket"]], operation)(**request)

        return ask

    def get_paginator(self, operation: str) -> Any:
        class Paginator:
            def paginate(_, **request: Any) -> Any:  # noqa: N805
                bucket = self._buckets[request["Bucket"]]
                return bucket.get_paginator(operation).paginate(**request)

        return Paginator()


def test_an_export_to_a_bucket_is_the_same_as_to_a_folder(
    gallery: MemoryGallery, elsewhere: UploadsBucket, run: Run, tmp_path: Path
):
    for name in ("a1", "a2"):
        add(gallery, name)
    gallery.media.client = Both(gallery.bucket, elsewhere)
    to_folder = run(main, "--to", str(tmp_path / "x"), "--migrate", flags=WITH_PAGES)
    to_bucket = ("--to", "s3://elsewhere/mine/", "--migrate")

    first = run(main, *to_bucket, flags=WITH_PAGES)
    gallery.wire.requests.clear()
    again = run(main, *to_bucket, flags=WITH_PAGES)
    checked = run(main, *to_bucket[:2], "--check", flags=WITH_PAGES)

    assert (to_folder.status, first.status, again.status, checked.status) == (0, 0, 0, 0)
    found = {key.removeprefix("mine/"): stored.data for key, stored in elsewhere.objects.items()}
    expected = files(tmp_path / "x")
    assert {key: found[key] for key in found if not key.startswith(".export/")} == expected
    assert gallery.wire.count("get_object") == 0
    assert checked.out == ["checked 7 files: each is what was written"]


def test_a_dry_run_to_a_bucket_counts_what_is_sent_there_and_read_again(
    gallery: MemoryGallery, elsewhere: UploadsBucket, run: Run
):
    add(gallery, "a1")
    gallery.media.client = Both(gallery.bucket, elsewhere)

    ran = run(main, "--to", "s3://elsewhere", flags=WITH_PAGES)

    assert ran.status == 0
    # one fetched and put beside its sidecar, both read again
    assert "about $0.00 for 3 GET, 0 HEAD, 2 PUT, 1 LIST and 1 read unit" in ran.out
    assert elsewhere.objects == {}
