import hashlib
import io
import os
import random
import resource
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.session import Session

from chalicelib.errors import (
    ConditionFailedError,
    ObjectNotFoundError,
    SetupError,
    StorageUnavailableError,
    UndrawableError,
)
from chalicelib.storage import media as module
from chalicelib.storage.media import Media, StoredObject, filename_of
from tests.memory import MemoryBucket
from tests.mutation import without_guard
from tests.scripted_http import Answer, ScriptedHttp, s3_error

PHOTO = StoredObject("main/a.jpg", "etag", 10)
FOUND = {"ETag": '"etag"', "Content-Length": "10", "Content-Type": "image/jpeg"}


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = Session()
    session.set_credentials("AKIAEXAMPLE", "not-a-secret")
    retries: Any = {"mode": "standard", "total_max_attempts": 4}
    client = session.create_client("s3", "eu-central-1", config=Config(retries=retries))
    yield client
    client.close()


@pytest.fixture
def bucket():
    return MemoryBucket("photos")


@pytest.fixture
def media(bucket):
    return Media(bucket, "photos")


def whole(_head):
    return True


def by_range(_head):
    return False


# --- real client, answers written here -----------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        s3_error(503, "SlowDown"),
        s3_error(500, "InternalError"),
        ConnectionClosedError(endpoint_url="https://s3"),
        ReadTimeoutError(endpoint_url="https://s3"),
    ],
)
def test_a_passing_fault_is_retried(client, fault):
    """F50, F52, F62."""
    http = ScriptedHttp(client, fault, fault, Answer(headers=FOUND))

    assert Media(client, "photos").head("main/a.jpg") == StoredObject(
        "main/a.jpg", "etag", 10, "image/jpeg"
    )
    assert len(http.requests) == 3


def test_a_fault_that_does_not_pass_is_an_error_after_four_attempts(client):
    http = ScriptedHttp(client, *[s3_error(503, "SlowDown")] * 4)

    with pytest.raises(StorageUnavailableError, match=r"main/a\.jpg"):
        Media(client, "photos").head("main/a.jpg")
    assert len(http.requests) == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AccessDenied"),
        (403, "KMS.DisabledException"),
        (400, "ExpiredToken"),
        (404, "NoSuchBucket"),
        (403, "SignatureDoesNotMatch"),
    ],
)
def test_a_fault_of_the_setup_is_not_retried_and_no_missing_object(client, status, code):
    """F53."""
    http = ScriptedHttp(client, s3_error(status, code))

    with pytest.raises(SetupError, match="photos"):
        Media(client, "photos").fetch(PHOTO, whole)
    assert len(http.requests) == 1


def test_a_head_that_is_denied_is_no_missing_object(client):
    """F53. A HEAD has no body, so that only its status is known."""
    ScriptedHttp(client, Answer(403))

    with pytest.raises(SetupError, match="access denied"):
        Media(client, "photos").head("main/a.jpg")


def test_a_body_that_breaks_off_is_fetched_again(client):
    """F51."""
    http = ScriptedHttp(
        client,
        Answer(body=b"0123456789", headers=FOUND, cut_after=4),
        Answer(body=b"0123456789", headers=FOUND),
    )

    with Media(client, "photos").fetch(PHOTO, whole) as fetched:
        assert fetched.file.read() == b"0123456789"
    assert len(http.requests) == 2


def test_a_body_that_breaks_off_every_time_is_an_error_and_no_short_file(client):
    """F51."""
    large = StoredObject("main/a.jpg", "etag", 200_000)
    headers = {**FOUND, "Content-Length": "200000"}
    cut = Answer(body=b"x" * 200_000, headers=headers, cut_after=150_000)
    ScriptedHttp(client, cut, cut, cut)

    with pytest.raises(StorageUnavailableError):
        Media(client, "photos").fetch(large, whole)


def test_a_range_that_breaks_off_is_an_error_and_no_short_read(client):
    """F51."""
    headers = {**FOUND, "Content-Length": "10"}
    cut = Answer(206, b"0123456789", headers, cut_after=4)
    ScriptedHttp(client, cut)

    with pytest.raises(StorageUnavailableError):
        Media(client, "photos").read_range(PHOTO, 0, 10)


def test_a_key_goes_over_the_wire_as_it_is(client):
    http = ScriptedHttp(client, Answer(headers=FOUND))

    Media(client, "photos").head("main/a b+c%20d/🏔️?#.jpg")

    assert http.requests[0].url.endswith("/main/a%20b%2Bc%2520d/%F0%9F%8F%94%EF%B8%8F%3F%23.jpg")


def test_a_form_takes_one_object_of_one_size_with_these_fields_alone(client):
    form = Media(client, "photos").presigned_post("main/a.jpg", {"x-amz-meta-a": "b"}, 10, 60)

    assert form["fields"]["key"] == "main/a.jpg"
    assert form["fields"]["x-amz-meta-a"] == "b"
    assert "photos" in form["url"]


# --- in memory -----------------------------------------------------------------------


def test_an_object_is_fetched_whole_or_read_by_range(media, bucket):
    data = bytes(range(256)) * 20_000
    bucket.place("main/a.mp4", data)
    stored = media.head("main/a.mp4")

    with media.fetch(stored, whole) as fetched:
        assert fetched.file.read() == data
        assert fetched.sha256 == hashlib.sha256(data).hexdigest()
    requests = bucket.wire.count("get_object")
    with media.fetch(stored, by_range) as fetched:
        assert fetched.sha256 is None
        file = fetched.file
        file.seek(-1000, io.SEEK_END)
        assert file.read(10) == data[-1000:-990]
        file.seek(5)
        assert file.read(7) == data[5:12]
        file.seek(0)
        assert file.read() == data
        assert file.read(1) == b""
    assert bucket.wire.count("get_object") - requests <= 5


def test_a_large_original_waits_on_disk_and_not_in_memory(media, bucket):
    data = random.Random(1).randbytes(9 << 20)
    bucket.place("main/a.jpg", data)

    with media.fetch(media.head("main/a.jpg"), whole) as fetched:
        assert isinstance(fetched.file, io.FileIO)
        assert os.fstat(fetched.file.fileno()).st_nlink == 0  # nothing is left of it after a crash
        assert fetched.sha256 == hashlib.sha256(data).hexdigest()
        assert fetched.file.readall() == data
    assert fetched.file.closed


def test_where_nothing_can_be_written_a_large_original_waits_in_memory(
    media, bucket, monkeypatch, tmp_path
):
    """F25. The folder for temporary files is not there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    data = random.Random(1).randbytes(9 << 20)
    bucket.place("main/a.jpg", data)

    with media.fetch(media.head("main/a.jpg"), whole) as fetched:
        assert fetched.file.read() == data


def test_where_the_disk_fills_up_a_large_original_goes_on_in_memory(media, bucket):
    """F25. As a full disk does it: a part is written, then nothing."""
    data = random.Random(1).randbytes(9 << 20)
    bucket.place("main/a.jpg", data)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, limits[1]))
    try:
        with media.fetch(media.head("main/a.jpg"), whole) as fetched:
            assert isinstance(fetched.file, io.BytesIO)
            assert fetched.file.read() == data
            assert fetched.sha256 == hashlib.sha256(data).hexdigest()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("keep_whole", [whole, by_range])
def test_an_empty_object_is_an_empty_file(media, bucket, keep_whole):
    bucket.place("main/empty.jpg", b"")

    with media.fetch(media.head("main/empty.jpg"), keep_whole) as fetched:
        assert fetched.file.read() == b""


@pytest.mark.parametrize("keep_whole", [whole, by_range])
def test_a_replaced_or_removed_object_is_not_fetched(media, bucket, keep_whole):
    """F05, F06."""
    bucket.place("main/a.jpg", b"old" * 50_000)
    stored = media.head("main/a.jpg")
    bucket.place("main/a.jpg", b"new" * 50_000)

    with pytest.raises(ObjectNotFoundError):
        media.fetch(stored, keep_whole).file.read()
    bucket.remove("main/a.jpg")
    with pytest.raises(ObjectNotFoundError):
        media.fetch(stored, keep_whole).file.read()


def test_an_object_replaced_while_it_is_read_by_range_is_not_mixed(media, bucket):
    bucket.place("main/a.mp4", b"old" * 1_000_000)
    file = media.fetch(media.head("main/a.mp4"), by_range).file
    assert file.read(3) == b"old"
    bucket.place("main/a.mp4", b"new" * 1_000_000)

    with pytest.raises(ObjectNotFoundError):
        file.read()


def test_an_etag_is_opaque(media, bucket):
    """F20. That of a multipart upload is no MD5."""
    bucket.place("main/a.jpg", b"data", etag="d41d8cd98f00b204e9800998ecf8427e-17")
    stored = media.head("main/a.jpg")

    media.write_rendition("main/a_thumb.jpg", b"jpeg", stored)

    assert media.fetch(stored, whole).file.read() == b"data"
    assert media.shows("main/a_thumb.jpg", "d41d8cd98f00b204e9800998ecf8427e-17")
    assert not media.shows("main/a_thumb.jpg", "d41d8cd98f00b204e9800998ecf8427e")


@pytest.fixture
def original(media, bucket):
    bucket.place("main/a.jpg", b"original")
    return media.head("main/a.jpg")


def test_a_rendition_is_replaced_by_one_of_a_later_recipe_and_never_by_an_earlier_one(
    media, bucket, original, monkeypatch
):
    def write(recipe: int, jpeg: bytes) -> None:
        monkeypatch.setattr(module, "RECIPE", recipe)
        media.write_rendition("main/a_thumb.jpg", jpeg, original)

    write(5, b"first")
    write(6, b"later")
    write(5, b"a function of the last release")

    assert bucket.objects["main/a_thumb.jpg"].data == b"later"
    assert media.shows("main/a_thumb.jpg", original.etag, 6)
    assert not media.shows("main/a_thumb.jpg", original.etag, 7)


def test_a_rendition_of_unknown_recipe_counts_as_one_of_the_first(media, bucket, original):
    bucket.place("main/a_thumb.jpg", b"old", **{"source-etag": original.etag})

    assert media.shows("main/a_thumb.jpg", original.etag)
    assert not media.shows("main/a_thumb.jpg", original.etag, 2)
    media.write_rendition("main/a_thumb.jpg", b"new", original)

    assert bucket.objects["main/a_thumb.jpg"].data == b"new"


def test_a_rendition_is_written_once(media, bucket, original):
    """F54. The second one finds the first and writes nothing."""
    media.write_rendition("main/a_thumb.jpg", b"jpeg", original)
    first = bucket.objects["main/a_thumb.jpg"]

    media.write_rendition("main/a_thumb.jpg", b"jpeg", original)

    assert bucket.objects["main/a_thumb.jpg"] is first


def test_a_rendition_of_a_later_original_replaces_one_of_an_earlier(media, bucket, original):
    media.write_rendition("main/a_thumb.jpg", b"old", original)
    bucket.place("main/a.jpg", b"another")
    later = media.head("main/a.jpg")

    media.write_rendition("main/a_thumb.jpg", b"new", later)
    with pytest.raises(ObjectNotFoundError):
        media.write_rendition("main/a_thumb.jpg", b"old", original)

    assert bucket.objects["main/a_thumb.jpg"].data == b"new"


def test_two_writers_of_one_rendition_do_not_mix(media, bucket):
    """The one with the older original is overtaken before each of its requests.

    Guards the conditions of `write_rendition`'s requests.
    """

    def overtaken() -> Iterator[bytes]:
        for number in range(1, 4):
            bucket.place("main/a.jpg", b"original")
            original = media.head("main/a.jpg")
            bucket.place("main/a_thumb.jpg", b"oldest", **{"source-etag": "older"})
            bucket.wire.at(number, overtake)
            with suppress(ObjectNotFoundError, ConditionFailedError):
                media.write_rendition("main/a_thumb.jpg", b"old", original)
            bucket.wire.clear()
            yield bucket.objects["main/a_thumb.jpg"].data

    def overtake():
        bucket.place("main/a.jpg", b"another")
        media.write_rendition("main/a_thumb.jpg", b"new", media.head("main/a.jpg"))

    assert set(overtaken()) == {b"new"}
    with without_guard(Media, "_put_rendition", ("**condition,", "")):
        del bucket.objects["main/a_thumb.jpg"]
        assert b"old" in set(overtaken())


def test_a_person_s_file_is_neither_replaced_nor_deleted_for_its_name(media, bucket):
    bucket.place("main/a.jpg", b"a")
    bucket.place("main/a_thumb.jpg", b"mine")
    media.write_rendition("main/.small/a.jpg.jpg", b"small", media.head("main/a.jpg"))

    with pytest.raises(UndrawableError, match=r"name-taken: main/a_thumb\.jpg"):
        media.write_rendition("main/a_thumb.jpg", b"thumb", media.head("main/a.jpg"))
    media.delete_renditions("main/a.jpg")

    assert bucket.objects["main/a_thumb.jpg"].data == b"mine"
    assert media.head("main/.small/a.jpg.jpg") is None


def test_every_page_of_a_listing_is_read():
    """F58."""
    bucket = MemoryBucket("photos", page_size=3)
    for number in range(10):
        bucket.place(f"main/{number}.jpg", b"x" * number)
        bucket.place(f"other/{number}.jpg", b"")

    found = list(Media(bucket, "photos").list_objects("main/"))

    assert [(o.key, o.size_bytes) for o in found] == [(f"main/{n}.jpg", n) for n in range(10)]


def test_a_bucket_that_is_not_there_says_what_to_do(bucket):
    with pytest.raises(SetupError, match="bucket other not found; deploy"):
        list(Media(bucket, "other").list_objects())


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"filename": "Beach%20%C3%A4.jpg"}, "Beach ä.jpg"),
        ({"filename": "a+b%2B.jpg"}, "a+b+.jpg"),
        ({"filename": "  "}, "a.jpg"),
        ({}, "a.jpg"),
    ],
)
def test_a_file_is_called_as_it_was_uploaded_or_as_its_key_ends(metadata, name):
    assert filename_of(StoredObject("main/a.jpg", "e", 1, metadata=metadata)) == name
