import hashlib
from base64 import b64encode
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import ConditionFailedError, SetupError, StorageUnavailableError
from chalicelib.storage import originals
from chalicelib.storage.media import FILENAME_METADATA, Media, filename_of
from chalicelib.storage.originals import Destination, LargeUpload, begin_or_resume, put_original
from tests.builders import BUCKET
from tests.memory_uploads import UploadsBucket

KEY = "main/2019/film 1+2%.mov"
WHERE = Destination(KEY)
PART = 10
BODY = bytes(range(25))
PARTS = (BODY[:10], BODY[10:20], BODY[20:])


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of ten bytes, and at most four of them."""
    monkeypatch.setattr(originals, "PART_BYTES", PART)
    monkeypatch.setattr(originals, "_MAX_PARTS", 4)


@pytest.fixture
def bucket() -> UploadsBucket:
    return UploadsBucket(BUCKET)


@pytest.fixture
def media(bucket: UploadsBucket) -> Media:
    return Media(bucket, BUCKET)


def begun(media: Media, *numbers: int, body: bytes = BODY) -> LargeUpload:
    """An upload of which some parts were sent."""
    upload = begin_or_resume(media, WHERE, len(body))
    for number in numbers:
        upload.send(number, body[(number - 1) * PART : number * PART])
    return upload


def finish(upload: LargeUpload) -> None:
    for number, part in enumerate(PARTS, 1):
        upload.send(number, part)
    upload.complete()


def sha256(body: bytes) -> str:
    return b64encode(hashlib.sha256(body).digest()).decode()


def test_a_small_original_is_stored_as_what_it_is(bucket: UploadsBucket, media: Media):
    put_original(media, Destination("main/a.HEIC", "Höhle.heic"), b"pixels")

    stored = media.head("main/a.HEIC")
    assert stored is not None
    assert bucket.objects["main/a.HEIC"].data == b"pixels"
    assert stored.content_type == "image/heic"
    assert filename_of(stored) == "Höhle.heic"


@pytest.mark.parametrize("filename", [None, "x" * 2000])
def test_an_original_without_a_name_that_s3_can_keep_is_called_by_its_key(
    media: Media, filename: str | None
):
    put_original(media, Destination("main/a.jpg.xmp", filename), b"<x/>")

    stored = media.head("main/a.jpg.xmp")
    assert stored is not None
    assert FILENAME_METADATA not in stored.metadata
    assert stored.content_type == "application/rdf+xml"


def test_an_original_is_never_put_over_another(bucket: UploadsBucket, media: Media):
    bucket.place(KEY, b"here")

    with pytest.raises(ConditionFailedError, match="is there already"):
        put_original(media, WHERE, b"mine")
    with pytest.raises(ConditionFailedError, match="is there already"):
        finish(begun(media))

    assert bucket.objects[KEY].data == b"here"


def test_bytes_that_changed_on_their_way_are_refused_by_s3_and_may_be_sent_again(
    bucket: UploadsBucket, media: Media, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(originals, "_sha256", lambda _: sha256(b"what was meant"))

    with pytest.raises(StorageUnavailableError, match="BadDigest"):
        put_original(media, WHERE, b"what came")
    with pytest.raises(StorageUnavailableError, match="BadDigest"):
        begun(media, 1)

    assert bucket.objects == {}


def test_a_large_original_is_there_once_it_is_complete_and_not_before(
    bucket: UploadsBucket, media: Media
):
    upload = begin_or_resume(media, Destination(KEY, "film.mov"), len(BODY))
    for number, part in enumerate(PARTS, 1):
        upload.send(number, part)

    assert bucket.objects == {}
    upload.complete()
    stored = bucket.objects[KEY]
    assert (stored.data, stored.content_type) == (BODY, "video/quicktime")
    assert stored.metadata == {FILENAME_METADATA: "film.mov"}
    assert bucket.uploads == {}


@pytest.mark.parametrize(("size_bytes", "part_bytes"), [(1, 10), (40, 10), (41, 20), (81, 30)])
def test_a_very_large_original_has_larger_parts(media: Media, size_bytes: int, part_bytes: int):
    assert begin_or_resume(media, WHERE, size_bytes).part_bytes == part_bytes


def test_an_unfinished_upload_goes_on_with_the_parts_that_are_missing(
    bucket: UploadsBucket, media: Media
):
    begun(media, 1, 3)
    bucket.wire.requests.clear()

    finish(begin_or_resume(media, WHERE, len(BODY)))

    assert bucket.objects[KEY].data == BODY
    assert bucket.wire.count("upload_part") == 1
    assert bucket.wire.count("create_multipart_upload") == 0
    assert bucket.uploads == {}


def test_parts_of_a_file_that_changed_since_are_sent_anew(bucket: UploadsBucket, media: Media):
    begun(media, 1, 2, body=b"x" * 10 + BODY[10:])

    finish(begin_or_resume(media, WHERE, len(BODY)))

    assert bucket.objects[KEY].data == BODY


def another_s_upload(bucket: UploadsBucket, key: str, *bodies: bytes, is_told: bool = True) -> None:
    """What another program has begun."""
    answer = bucket.create_multipart_upload(
        Bucket=BUCKET, Key=key, ContentType="", Metadata={}, ChecksumAlgorithm="SHA256"
    )
    for number, body in enumerate(bodies, 1):
        bucket.uploads[answer["UploadId"]].parts[number] = (body, is_told)


def test_an_upload_with_other_parts_is_left_alone(bucket: UploadsBucket, media: Media):
    another_s_upload(bucket, KEY, b"x" * 8, b"x" * 8, b"x" * 8, b"x")
    another_s_upload(bucket, KEY, *PARTS, is_told=False)
    another_s_upload(bucket, KEY)
    another_s_upload(bucket, f"{KEY}.xmp", *PARTS)
    before = dict(bucket.uploads)

    finish(begin_or_resume(media, WHERE, len(BODY)))

    assert bucket.objects[KEY].data == BODY
    assert bucket.uploads == before


def test_an_upload_that_fits_is_found_behind_others(bucket: UploadsBucket, media: Media):
    for _ in range(3):
        another_s_upload(bucket, KEY)
    another_s_upload(bucket, KEY, *PARTS)
    bucket.wire.requests.clear()

    finish(begin_or_resume(media, WHERE, len(BODY)))

    assert bucket.wire.count("upload_part") == 0
    assert bucket.objects[KEY].data == BODY


def test_an_upload_that_another_ends_meanwhile_is_begun_anew(bucket: UploadsBucket, media: Media):
    left = begun(media, 1)
    bucket.before("list_parts", lambda _: bucket.uploads.pop(left.id))

    finish(begin_or_resume(media, WHERE, len(BODY)))

    assert bucket.objects[KEY].data == BODY


def test_a_part_that_another_run_replaced_makes_no_object(bucket: UploadsBucket, media: Media):
    upload = begun(media, 1, 2, 3)
    bucket.uploads[upload.id].parts[2] = (b"y" * 10, True)

    with pytest.raises(ConditionFailedError):
        upload.complete()

    assert bucket.objects == {}


def test_an_upload_that_is_given_up_leaves_nothing(bucket: UploadsBucket, media: Media):
    upload = begun(media, 1)

    upload.abort()

    assert (bucket.uploads, bucket.objects) == ({}, {})
    with pytest.raises(ConditionFailedError):
        upload.send(2, PARTS[1])


def test_a_bucket_that_is_not_to_be_written_says_so(bucket: UploadsBucket, media: Media):
    def refuse(_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "CreateMultipartUpload")

    bucket.before("create_multipart_upload", refuse)

    with pytest.raises(SetupError, match="access denied; check the credentials"):
        begun(media)
