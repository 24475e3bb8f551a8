import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.curate import delete
from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import upload_id
from chalicelib.errors import ConflictError, InvalidParameterError, PartsMissingError
from chalicelib.storage import originals
from chalicelib.upload import (
    MAX_UPLOAD_BYTES,
    PartsTicket,
    Upload,
    complete_upload,
    start_upload,
)
from tests.builders import BUCKET, NOW, MemoryGallery, a_gallery, a_jpeg, an_asset

JPEG = a_jpeg()
HASH = hashlib.sha256(JPEG).hexdigest()
# A film in three parts, where parts have ten bytes.
FILM = bytes(range(25))
PARTS = (FILM[:10], FILM[10:20], FILM[20:])
FILM_ID = upload_id("main", hashlib.sha256(FILM).hexdigest())


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
    ticket = start_upload(an_upload(), gallery.tables, gallery.media)

    assert ticket.id == upload_id("main", HASH)
    assert ticket.existing is None
    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == f"main/{ticket.id}.jpg"
    assert gallery.wire.writes == 0


def test_the_bucket_itself_checks_length_hash_type_and_key(gallery):
    ticket = start_upload(an_upload(), gallery.tables, gallery.media)

    assert ticket.form is not None
    conditions = conditions_of(ticket.form)
    checksum = base64.b64encode(hashlib.sha256(JPEG).digest()).decode()
    assert ["content-length-range", len(JPEG), len(JPEG)] in conditions
    assert {"x-amz-checksum-sha256": checksum} in conditions
    assert {"x-amz-checksum-algorithm": "SHA256"} in conditions
    assert {"Content-Type": "image/jpeg"} in conditions
    assert {"key": f"main/{ticket.id}.jpg"} in conditions
    assert not any(c[0] == "starts-with" for c in conditions if isinstance(c, list))


def test_an_uploaded_file_is_taken_in_under_the_id_of_its_ticket(gallery):
    ticket = start_upload(an_upload(), gallery.tables, gallery.media)
    assert ticket.form is not None
    fields = ticket.form["fields"]
    gallery.bucket.place(fields["key"], JPEG, filename=fields["x-amz-meta-filename"])

    outcome, row = gallery.take_in(fields["key"])

    assert (outcome, row.id, row.filename) == ("drawn", ticket.id, "Beach ä.JPG")
    assert row.file_hash == HASH
    again = start_upload(an_upload(filename="other.png"), gallery.tables, gallery.media)
    assert (again.existing, again.form) == (row, None)


def test_the_same_file_in_another_gallery_is_another_photo(gallery):
    first = start_upload(an_upload(), gallery.tables, gallery.media)
    second = start_upload(an_upload(gallery="beach"), gallery.tables, gallery.media)

    assert first.id != second.id


@pytest.mark.parametrize(
    ("filename", "ending"),
    [
        ("a.jpg", ".jpg"),
        ("a.tar.GZ", ".gz"),
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
    ticket = start_upload(an_upload(filename=filename), gallery.tables, gallery.media)

    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == f"main/{ticket.id}{ending}"


def test_f12_a_file_called_like_a_thumbnail_is_uploaded_under_a_name_of_ours(gallery):
    ticket = start_upload(an_upload(filename="holiday_thumb.jpg"), gallery.tables, gallery.media)
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
        ("size_bytes", MAX_UPLOAD_BYTES + 1),
        ("filename", ""),
        ("filename", " \n"),
        ("filename", "x" * 256),
    ],
)
def test_a_file_without_name_or_bytes_or_with_too_many_is_refused(gallery, parameter, value):
    with pytest.raises(InvalidParameterError) as refused:
        start_upload(an_upload(**{parameter: value}), gallery.tables, gallery.media)

    assert refused.value.parameter == parameter


def test_a_file_that_is_there_is_answered_with_its_asset(gallery):
    there = an_asset(upload_id("main", HASH))
    gallery.add(there)

    ticket = start_upload(an_upload(), gallery.tables, gallery.media)

    assert ticket.existing == gallery.assets.get(there.id)
    assert ticket.form is None


def test_a_photo_whose_original_went_missing_may_be_uploaded_again(gallery):
    key = f"main/{upload_id('main', HASH)}.jpeg"
    gallery.bucket.place(key, JPEG)
    gallery.take_in(key)
    gallery.bucket.remove(key)
    gallery.take_in(key)

    ticket = start_upload(an_upload(), gallery.tables, gallery.media)

    assert ticket.existing is None
    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == key  # the one that its row names
    gallery.bucket.place(key, JPEG)
    _, row = gallery.take_in(key)
    assert (row.id, row.deleted_at) == (ticket.id, None)


# --- what lies in the bin, or aside --------------------------------------------------------


def in_the_bin(gallery: MemoryGallery, **fields: Any) -> Asset:
    """The photo that was uploaded and deleted."""
    key = f"main/{upload_id('main', HASH)}.jpg"
    gallery.bucket.place(key, JPEG)
    _, row = gallery.take_in(key)
    if fields:
        gallery.assets.change(row, **fields)
    return delete(row.id, gallery.tables)


def test_a_file_that_lies_in_the_bin_comes_back_when_it_is_uploaded_again(gallery):
    row = in_the_bin(gallery)

    ticket = start_upload(an_upload(), gallery.tables, gallery.media)

    assert (ticket.is_restored, ticket.form) == (True, None)
    assert ticket.existing is not None
    assert ticket.existing == gallery.assets.get(row.id)
    assert (ticket.existing.deleted_at, ticket.existing.deleted_reason) == (None, None)
    assert gallery.listed() == [row.id]
    again = start_upload(an_upload(), gallery.tables, gallery.media)
    assert (again.existing, again.is_restored) == (ticket.existing, False)


def test_the_video_half_of_a_motion_photo_comes_back_from_the_bin_with_it(gallery):
    gallery.bucket.place("main/half.jpg", b"film")
    gallery.add(an_asset("half", is_live_video=True, deleted_at=NOW, deleted_reason="trashed"))
    in_the_bin(gallery, live_video_id="half")

    start_upload(an_upload(), gallery.tables, gallery.media)

    assert gallery.assets.get("half").deleted_at is None


@pytest.mark.parametrize("visibility", ["hidden", "archive", "locked"])
def test_what_was_put_aside_stays_there_and_is_answered_with_where_it_is(gallery, visibility):
    row = in_the_bin(gallery, visibility=visibility)

    restored = start_upload(an_upload(), gallery.tables, gallery.media)
    there = start_upload(an_upload(), gallery.tables, gallery.media)

    assert (restored.is_restored, there.is_restored) == (True, False)
    assert there.existing is not None
    assert restored.existing == there.existing == gallery.assets.get(row.id)
    assert (there.existing.visibility, there.existing.deleted_at) == (visibility, None)


def test_a_photo_of_the_bin_whose_original_is_lost_comes_back_with_its_file(gallery):
    row = in_the_bin(gallery)
    gallery.bucket.remove(row.key)

    ticket = start_upload(an_upload(), gallery.tables, gallery.media)

    assert (ticket.existing, ticket.is_restored) == (None, False)
    assert ticket.form is not None
    assert ticket.form["fields"]["key"] == row.key
    assert gallery.listed() == []
    gallery.bucket.place(row.key, JPEG)
    gallery.take_in(row.key)
    gallery.deliver()
    assert gallery.assets.get(row.id).deleted_at is None
    assert gallery.listed() == [row.id]
    assert gallery.audit().differences == 0


def test_an_upload_does_not_bring_back_what_a_purge_takes_just_then(gallery):
    row = in_the_bin(gallery)

    def mark(_: object) -> None:
        gallery.assets.change(gallery.assets.get(row.id), purging="v1")

    gallery.bucket.before("head_object", mark)

    with pytest.raises(ConflictError, match="purged"):
        start_upload(an_upload(), gallery.tables, gallery.media)

    assert gallery.assets.get(row.id).deleted_at is not None


@pytest.mark.parametrize("filename", ["写" * 255, "🏔" * 255])
def test_a_name_that_the_bucket_could_not_keep_is_refused(gallery, filename):
    """S3 keeps 2 KB of metadata, and a name is percent-encoded in it."""
    with pytest.raises(InvalidParameterError, match="filename"):
        start_upload(an_upload(filename=filename), gallery.tables, gallery.media)


def test_half_a_character_in_a_name_does_not_crash(gallery):
    ticket = start_upload(an_upload(filename="\ud800.jpg"), gallery.tables, gallery.media)

    assert ticket.form is not None
    assert ticket.form["fields"]["x-amz-meta-filename"] == "%3F.jpg"


# --- in parts ----------------------------------------------------------------------------


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "PART_BYTES", 10)


in_parts = pytest.mark.usefixtures("_small_parts")


def hex_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def a_film(body: bytes = FILM, **fields: Any) -> Upload:
    parts = [hex_of(body[start : start + 10]) for start in range(0, len(body), 10)]
    defaults = {
        "filename": "Höhle.mov",
        "size_bytes": len(body),
        "sha256": hex_of(body),
        "content_type": "video/quicktime",
        "part_sha256": parts,
    }
    return an_upload(**(defaults | fields))


def started(gallery: MemoryGallery, upload: Upload | None = None) -> PartsTicket:
    ticket = start_upload(upload or a_film(), gallery.tables, gallery.media)
    assert (ticket.existing, ticket.form) == (None, None)
    assert ticket.parts is not None
    return ticket.parts


def put(gallery: MemoryGallery, parts: PartsTicket, *numbers: int) -> None:
    """What a browser does with the addresses of these parts."""
    by_number = {address.number: address for address in parts.addresses}
    for number in numbers:
        body = PARTS[number - 1]
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        assert by_number[number].headers == {"x-amz-checksum-sha256": checksum}
        gallery.bucket.uploads[parts.upload_id].parts[number] = (body, True)


def completed(gallery: MemoryGallery, parts: PartsTicket, id: str = FILM_ID, **fields: Any) -> str:
    asked: dict[str, Any] = {
        "gallery": "main",
        "filename": "Höhle.mov",
        "size_bytes": len(FILM),
        "upload_id": parts.upload_id,
    }
    return complete_upload(id, **(asked | fields), assets=gallery.assets, media=gallery.media)


@in_parts
def test_a_large_file_goes_in_parts_and_is_there_once_they_are_put_together(gallery):
    parts = started(gallery)

    assert (parts.part_bytes, parts.count, parts.done) == (10, 3, {})
    assert [address.number for address in parts.addresses] == [1, 2, 3]
    put(gallery, parts, 1, 2, 3)
    assert gallery.bucket.objects == {}
    assert completed(gallery, parts) == "completed"
    stored = gallery.bucket.objects[f"main/{FILM_ID}.mov"]
    assert (stored.data, stored.content_type) == (FILM, "video/quicktime")
    assert stored.metadata == {"filename": "H%C3%B6hle.mov"}


@in_parts
def test_the_address_of_a_part_takes_these_bytes_under_this_number_and_no_others(gallery):
    address = started(gallery).addresses[1]
    asked = parse_qs(urlsplit(address.url).query)

    assert urlsplit(address.url).path.endswith(f"main/{FILM_ID}.mov")
    assert asked["partNumber"] == ["2"]
    assert asked["X-Amz-SignedHeaders"] == ["host;x-amz-checksum-sha256"]
    assert asked["X-Amz-Expires"] == ["3600"]
    assert asked.keys() >= {"uploadId", "X-Amz-Signature"}


@in_parts
def test_an_interrupted_file_goes_on_with_the_parts_that_are_missing(gallery):
    put(gallery, started(gallery), 1, 3)

    again = started(gallery)

    assert again.done == {1: 10, 3: 5}
    assert [address.number for address in again.addresses] == [2]
    put(gallery, again, 2)
    assert completed(gallery, again) == "completed"
    assert len(gallery.bucket.uploads) == 0


@in_parts
def test_a_part_with_other_bytes_is_asked_for_again(gallery):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)
    gallery.bucket.uploads[parts.upload_id].parts[2] = (b"y" * 10, True)

    again = started(gallery)

    assert again.upload_id == parts.upload_id
    assert [address.number for address in again.addresses] == [2]


@in_parts
def test_at_most_a_hundred_addresses_are_given_at_once(gallery):
    body = bytes(1005)

    parts = started(gallery, a_film(body))
    gallery.bucket.uploads[parts.upload_id].parts[1] = (bytes(10), True)
    again = started(gallery, a_film(body))

    assert parts.count == 101
    assert [address.number for address in parts.addresses] == list(range(1, 101))
    assert [address.number for address in again.addresses] == list(range(2, 102))


@in_parts
@pytest.mark.parametrize("hashes", [None, [], [HASH] * 2, [HASH] * 4])
def test_a_large_file_is_refused_without_the_hash_of_each_part(gallery, hashes):
    with pytest.raises(InvalidParameterError, match="must be 3") as refused:
        started(gallery, a_film(part_sha256=hashes))

    assert refused.value.parameter == "part_sha256"
    assert gallery.bucket.uploads == {}


def test_a_file_of_16_mebibytes_goes_by_a_form_and_a_longer_one_in_parts(gallery):
    by_form = start_upload(an_upload(size_bytes=16 << 20), gallery.tables, gallery.media)
    in_two = an_upload(size_bytes=(16 << 20) + 1, part_sha256=[HASH, HASH])
    parts = start_upload(in_two, gallery.tables, gallery.media).parts

    assert by_form.form is not None
    assert parts is not None
    assert (parts.part_bytes, parts.count) == (16 << 20, 2)


@in_parts
def test_parts_that_are_missing_are_named_and_nothing_is_made(gallery):
    parts = started(gallery)
    put(gallery, parts, 2)

    with pytest.raises(PartsMissingError, match="1, 3;"):
        completed(gallery, parts)
    with pytest.raises(PartsMissingError, match="1, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 90 more"):
        completed(gallery, parts, size_bytes=1005)

    assert gallery.bucket.objects == {}


@in_parts
@pytest.mark.parametrize("upload_id", ["", "over"])
def test_of_an_upload_that_is_over_every_part_is_missing(gallery, upload_id):
    with pytest.raises(PartsMissingError, match="1, 2, 3;"):
        completed(gallery, started(gallery), upload_id=upload_id)


@in_parts
@pytest.mark.parametrize("size_bytes", [10, 20, 21, 24, 26])
def test_parts_that_come_to_another_length_make_no_file(gallery, size_bytes):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)

    with pytest.raises(InvalidParameterError, match="25") as refused:
        completed(gallery, parts, size_bytes=size_bytes)

    assert refused.value.parameter == "size_bytes"
    assert gallery.bucket.objects == {}


@in_parts
def test_completing_twice_is_the_same_as_once(gallery):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)

    answers = [completed(gallery, parts), completed(gallery, parts)]
    gallery.add(an_asset(FILM_ID, key=f"main/{FILM_ID}.mov"))
    answers.append(completed(gallery, parts))

    assert answers == ["completed", "there", "there"]


@in_parts
def test_a_file_that_another_tab_completes_meanwhile_is_there(gallery):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)
    key = f"main/{FILM_ID}.mov"
    gallery.bucket.before("complete_multipart_upload", lambda _: gallery.bucket.place(key, FILM))

    assert completed(gallery, parts) == "there"


@in_parts
def test_a_file_that_another_call_completes_before_its_parts_are_counted_is_there(gallery):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)
    gallery.bucket.before("list_parts", lambda _: completed(gallery, parts))

    assert completed(gallery, parts) == "there"


@in_parts
def test_a_film_goes_on_where_it_was_however_its_name_is_written_now(gallery):
    put(gallery, started(gallery, a_film(filename="HOEHLE.MOV")), 1, 3)

    again = started(gallery, a_film(filename="renamed.mov"))

    assert again.done == {1: 10, 3: 5}
    put(gallery, again, 2)
    assert completed(gallery, again, filename="renamed.mov") == "completed"
    assert list(gallery.bucket.objects) == [f"main/{FILM_ID}.mov"]


@in_parts
@pytest.mark.parametrize("ending", [".MOV", ".mp4", ""])
def test_a_film_that_was_begun_or_sent_under_another_extension_is_not_sent_twice(gallery, ending):
    key = f"main/{FILM_ID}{ending}"
    for other in ("_thumb.jpg", ".mov.xmp", ".xmp"):  # of the film, and not the film
        gallery.bucket.place(f"main/{FILM_ID}{other}", b"x")
    begun = gallery.bucket.create_multipart_upload(
        Bucket=BUCKET, Key=key, ContentType="", Metadata={}, ChecksumAlgorithm="SHA256"
    )
    gallery.bucket.uploads[begun["UploadId"]].parts[2] = (PARTS[1], True)

    parts = started(gallery)

    assert (parts.upload_id, parts.done) == (begun["UploadId"], {2: 10})
    put(gallery, parts, 1, 3)
    assert completed(gallery, parts) == "completed"
    assert gallery.bucket.objects[key].data == FILM
    assert completed(gallery, parts) == "there"
    assert started(gallery).upload_id == ""
    assert len(gallery.bucket.objects) == 4


@in_parts
def test_an_upload_that_ends_while_it_is_completed_is_a_conflict(gallery):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)
    gallery.bucket.before("complete_multipart_upload", lambda _: gallery.bucket.uploads.clear())

    with pytest.raises(ConflictError, match="try again"):
        completed(gallery, parts)


@in_parts
@pytest.mark.parametrize("moment", ["before", "during"])
def test_another_object_in_its_place_is_never_written_over(gallery, moment):
    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)
    key = f"main/{FILM_ID}.mov"
    if moment == "before":
        gallery.bucket.place(key, b"somebody's")
        with pytest.raises(ConflictError, match="another file"):
            started(gallery)
    else:
        gallery.bucket.before(
            "complete_multipart_upload", lambda _: gallery.bucket.place(key, b"somebody's")
        )

    with pytest.raises(ConflictError, match="another file"):
        completed(gallery, parts)

    assert gallery.bucket.objects[key].data == b"somebody's"


@in_parts
def test_a_file_whose_row_is_still_to_be_made_is_not_sent_twice(gallery):
    gallery.bucket.place(f"main/{FILM_ID}.mov", FILM)

    parts = started(gallery)

    assert (parts.upload_id, parts.done, parts.addresses) == ("", {1: 10, 2: 10, 3: 5}, ())
    assert gallery.bucket.uploads == {}
    assert completed(gallery, parts) == "there"


@in_parts
def test_a_film_that_is_there_is_answered_with_its_asset(gallery):
    there = an_asset(FILM_ID)
    gallery.add(there)

    ticket = start_upload(a_film(), gallery.tables, gallery.media)

    assert (ticket.existing, ticket.parts) == (gallery.assets.get(there.id), None)


@in_parts
def test_a_film_that_is_being_destroyed_is_neither_begun_nor_completed(gallery):
    gallery.add(
        an_asset(FILM_ID, deleted_at=NOW, deleted_reason="trashed", purging="v1"),
    )

    with pytest.raises(ConflictError, match="destroyed"):
        start_upload(a_film(), gallery.tables, gallery.media)
    with pytest.raises(ConflictError, match="destroyed"):
        complete_upload(
            FILM_ID,
            gallery="main",
            filename="a.mov",
            size_bytes=25,
            upload_id="",
            assets=gallery.assets,
            media=gallery.media,
        )


@in_parts
def test_a_film_whose_original_went_missing_is_put_together_under_the_key_of_its_row(gallery):
    gallery.add(
        an_asset(FILM_ID, key="main/trip/film.mov", deleted_at=NOW,
                 deleted_reason="original-missing"),
    )  # fmt: skip

    parts = started(gallery)
    put(gallery, parts, 1, 2, 3)

    assert completed(gallery, parts) == "completed"
    assert list(gallery.bucket.objects) == ["main/trip/film.mov"]


@in_parts
def test_an_id_of_another_gallery_leads_to_nothing_of_that_one(gallery):
    gallery.add(an_asset(FILM_ID))

    with pytest.raises(PartsMissingError):
        complete_upload(
            FILM_ID,
            gallery="beach",
            filename="a.mov",
            size_bytes=25,
            upload_id="",
            assets=gallery.assets,
            media=gallery.media,
        )


@in_parts
def test_what_another_program_began_under_the_key_is_not_taken_for_ours(gallery):
    begun = gallery.bucket.create_multipart_upload(
        Bucket=BUCKET, Key=f"main/{FILM_ID}.mov", ContentType="", ChecksumAlgorithm="SHA256"
    )
    gallery.bucket.uploads[begun["UploadId"]].parts[1] = (b"x" * 8, True)

    parts = started(gallery)

    assert parts.upload_id != begun["UploadId"]
    assert parts.done == {}
