import base64
import hashlib
from typing import Any

import pytest

from chalicelib.domain.object_key import upload_id
from chalicelib.errors import InvalidParameterError
from chalicelib.upload import MAX_POST_BYTES, Upload, start_upload
from tests.builders import MemoryGallery, a_gallery, a_jpeg, an_asset

JPEG = a_jpeg()
HASH = hashlib.sha256(JPEG).hexdigest()


def an_upload(**fields: Any) -> Upload:
    defaults: dict[str, Any] = {
        "gallery": "main",
        "filename": "Beach ä.JPG",
        "size_bytes": len(JPEG),
        "sha256": HASH,
        "content_type": "image/jpeg",
    }
    return Upload(**(defaults | fields))


@pytest.fixture
def gallery() -> MemoryGallery:
    return a_gallery()


def conditions_of(form: dict[str, Any]) -> list[Any]:
    import json

    policy: dict[str, Any] = json.loads(base64.b64decode(form["fields"]["policy"]))
    conditions: list[Any] = policy["conditions"]
    return conditions


def test_a_new_file_gets_a_form_for_a_key_made_of_its_content(gallery):
    ticket = start_upload(an_upload(), gallery.assets, gallery.media)

    assert ticket.id == upload_id("main", HASH)
    assert ticket.existing is None
    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == f"main/{ticket.id}.JPG"
    assert gallery.wire.writes == 0


def test_the_bucket_itself_checks_length_hash_type_and_key(gallery):
    ticket = start_upload(an_upload(), gallery.assets, gallery.media)

    assert ticket.form is not None
    conditions = conditions_of(ticket.form)
    checksum = base64.b64encode(hashlib.sha256(JPEG).digest()).decode()
    assert ["content-length-range", len(JPEG), len(JPEG)] in conditions
    assert {"x-amz-checksum-sha256": checksum} in conditions
    assert {"x-amz-checksum-algorithm": "SHA256"} in conditions
    assert {"Content-Type": "image/jpeg"} in conditions
    assert {"key": f"main/{ticket.id}.JPG"} in conditions
    assert not any(c[0] == "starts-with" for c in conditions if isinstance(c, list))


def test_an_uploaded_file_is_taken_in_under_the_id_of_its_ticket(gallery):
    ticket = start_upload(an_upload(), gallery.assets, gallery.media)
    assert ticket.form is not None
    fields = ticket.form["fields"]
    gallery.bucket.place(fields["key"], JPEG, filename=fields["x-amz-meta-filename"])

    outcome, row = gallery.take_in(fields["key"])

    assert (outcome, row.id, row.filename) == ("drawn", ticket.id, "Beach ä.JPG")
    assert row.file_hash == HASH
    again = start_upload(an_upload(filename="other.png"), gallery.assets, gallery.media)
    assert (again.existing, again.form) == (row, None)


def test_the_same_file_in_another_gallery_is_another_photo(gallery):
    first = start_upload(an_upload(), gallery.assets, gallery.media)
    second = start_upload(an_upload(gallery="beach"), gallery.assets, gallery.media)

    assert first.id != second.id


@pytest.mark.parametrize(
    ("filename", "ending"),
    [
        ("a.jpg", ".jpg"),
        ("a.tar.GZ", ".GZ"),
        ("a", ""),
        ("a.", ""),
        (".hidden", ".hidden"),
        ("a.j/../pg", ""),
        ("a.jp g", ""),
        ("a." + "x" * 11, ""),
        ("../../etc/passwd", ""),
        ("a.ü", ""),
    ],
)
def test_a_key_never_holds_more_of_a_name_than_a_plain_extension(gallery, filename, ending):
    ticket = start_upload(an_upload(filename=filename), gallery.assets, gallery.media)

    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == f"main/{ticket.id}{ending}"


def test_f12_a_file_called_like_a_thumbnail_is_uploaded_under_a_name_of_ours(gallery):
    ticket = start_upload(an_upload(filename="holiday_thumb.jpg"), gallery.assets, gallery.media)
    assert ticket.form is not None
    fields = ticket.form["fields"]
    gallery.bucket.place(fields["key"], JPEG, filename=fields["x-amz-meta-filename"])

    outcome, row = gallery.take_in(fields["key"])

    assert (outcome, row.filename) == ("drawn", "holiday_thumb.jpg")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("size_bytes", 0),
        ("size_bytes", -1),
        ("size_bytes", MAX_POST_BYTES + 1),
        ("filename", ""),
        ("filename", " \n"),
        ("filename", "x" * 256),
    ],
)
def test_a_file_without_name_or_bytes_or_with_too_many_is_refused(gallery, parameter, value):
    with pytest.raises(InvalidParameterError) as refused:
        start_upload(an_upload(**{parameter: value}), gallery.assets, gallery.media)

    assert refused.value.parameter == parameter


def test_a_file_that_is_there_is_answered_with_its_asset(gallery):
    there = an_asset(upload_id("main", HASH))
    gallery.add(there)

    ticket = start_upload(an_upload(), gallery.assets, gallery.media)

    assert ticket.existing == gallery.assets.get(there.id)
    assert ticket.form is None


def test_a_photo_whose_original_went_missing_may_be_uploaded_again(gallery):
    key = f"main/{upload_id('main', HASH)}.jpeg"
    gallery.bucket.place(key, JPEG)
    gallery.take_in(key)
    gallery.bucket.remove(key)
    gallery.take_in(key)

    ticket = start_upload(an_upload(), gallery.assets, gallery.media)

    assert ticket.existing is None
    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == key  # the one that its row names
    gallery.bucket.place(key, JPEG)
    _, row = gallery.take_in(key)
    assert (row.id, row.deleted_at) == (ticket.id, None)


@pytest.mark.parametrize("filename", ["写" * 255, "🏔" * 255])
def test_a_name_that_the_bucket_could_not_keep_is_refused(gallery, filename):
    """S3 keeps 2 KB of metadata, and a name is percent-encoded in it."""
    with pytest.raises(InvalidParameterError, match="filename"):
        start_upload(an_upload(filename=filename), gallery.assets, gallery.media)


def test_half_a_character_in_a_name_does_not_crash(gallery):
    ticket = start_upload(an_upload(filename="\ud800.jpg"), gallery.assets, gallery.media)

    assert ticket.form is not None
    assert ticket.form["fields"]["x-amz-meta-filename"] == "%3F.jpg"
