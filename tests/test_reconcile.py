from typing import Any

import pytest

from chalicelib.domain.asset import ORIGINAL_MISSING
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.purge import purge
from chalicelib.reconcile import Finding, Tally, find_differences
from chalicelib.take_in import take_in
from tests.builders import NOW, MemoryGallery, a_gallery
from tests.migrations.foreign import a_photo, a_row, put_rows


@pytest.fixture
def gallery() -> MemoryGallery:
    """Three photos that were taken in, and all their renditions."""
    found = a_gallery()
    for number, key in enumerate(("main/a.jpg", "main/b.png", "trip/day 1/c.jpg")):
        found.bucket.place(key, a_photo(number))
        take_in(key, found.studio)
    found.wire.requests.clear()
    return found


def findings(gallery: MemoryGallery, tally: Tally | None = None) -> list[Finding]:
    return list(find_differences(gallery.assets, gallery.media, tally or Tally()))


def kinds(gallery: MemoryGallery) -> list[tuple[str, str]]:
    return sorted((finding.kind, finding.key) for finding in findings(gallery))


def mend(gallery: MemoryGallery) -> None:
    """What the command does with its findings."""
    for finding in findings(gallery):
        if finding.is_mended_by_taking_in:
            take_in(finding.key, gallery.studio)


def test_a_gallery_that_agrees_has_no_findings_and_nothing_is_written(gallery: MemoryGallery):
    tally = Tally()

    assert findings(gallery, tally) == []

    assert (tally.rows, tally.objects) == (3, 9)
    assert gallery.wire.writes == 0


def test_an_object_without_a_row_is_found_and_taken_in(gallery: MemoryGallery):
    gallery.bucket.place("main/new ü+%.jpg", a_photo())

    assert kinds(gallery) == [("no-row", "main/new ü+%.jpg")]

    mend(gallery)
    assert gallery.assets.get(dropped_in_id("main/new ü+%.jpg")).has_thumbnail
    assert findings(gallery) == []


def test_a_row_without_an_object_goes_to_the_bin_and_comes_back_with_it(gallery: MemoryGallery):
    photo = gallery.bucket.objects["main/b.png"]
    gallery.bucket.remove("main/b.png")

    assert kinds(gallery) == [("no-object", "main/b.png")]

    mend(gallery)
    row = gallery.assets.get(dropped_in_id("main/b.png"))
    assert row.deleted_at is not None
    assert row.deleted_reason == ORIGINAL_MISSING
    assert findings(gallery) == []
    gallery.bucket.place("main/b.png", photo.data)
    assert kinds(gallery) == [("returned", "main/b.png")]
    mend(gallery)
    assert gallery.assets.get(row.id).deleted_at is None
    assert findings(gallery) == []


def test_a_row_that_a_person_deleted_stays_as_it_is_when_its_original_goes(
    gallery: MemoryGallery,
):
    row = gallery.assets.get(dropped_in_id("main/a.jpg"))
    gallery.assets.change(row, deleted_at=NOW, deleted_reason="trashed")
    gallery.bucket.remove("main/a.jpg")

    assert findings(gallery) == []


def test_a_purged_photo_is_no_finding_and_one_put_there_since_is(gallery: MemoryGallery):
    row = gallery.assets.get(dropped_in_id("main/a.jpg"))
    gallery.assets.change(row, deleted_at=NOW, deleted_reason="trashed")
    purge(row.id, gallery.tables, gallery.media)

    assert findings(gallery) == []
    gallery.bucket.place("main/a.jpg", a_photo())
    assert kinds(gallery) == [("no-row", "main/a.jpg")]
    mend(gallery)
    assert gallery.assets.get(row.id).deleted_at is None
    assert findings(gallery) == []


def test_a_photo_that_was_replaced_while_nobody_listened_is_drawn_again(gallery: MemoryGallery):
    gallery.bucket.place("main/a.jpg", a_photo(5))
    before = gallery.bucket.objects["main/a_thumb.jpg"].data

    assert kinds(gallery) == [("replaced", "main/a.jpg")]

    mend(gallery)
    assert gallery.bucket.objects["main/a_thumb.jpg"].data != before
    assert findings(gallery) == []


def test_a_thumbnail_deleted_by_hand_is_found_and_made_again(gallery: MemoryGallery):
    thumbnail = gallery.bucket.objects["main/b_thumb.png.jpg"]
    gallery.bucket.remove("main/b_thumb.png.jpg")

    assert kinds(gallery) == [("no-thumbnail", "main/b.png")]

    mend(gallery)
    assert gallery.bucket.objects["main/b_thumb.png.jpg"] == thumbnail
    assert findings(gallery) == []


def test_a_users_own_file_named_like_a_thumbnail_is_reported_and_left_alone(
    gallery: MemoryGallery,
):
    gallery.bucket.place("main/holiday_thumb.jpg", a_photo())
    before = gallery.state()

    (finding,) = findings(gallery)

    assert (finding.kind, finding.key) == ("stray", "main/holiday_thumb.jpg")
    assert "a file of yours" in finding.reason
    mend(gallery)
    assert gallery.state() == before


def test_a_thumbnail_whose_photo_is_gone_is_reported_as_such(gallery: MemoryGallery):
    gallery.bucket.remove("main/a.jpg")
    gallery.assets_table.delete_many([(dropped_in_id("main/a.jpg"),)])

    reasons = {finding.key: finding.reason for finding in findings(gallery)}

    assert reasons.keys() == {"main/a_thumb.jpg", "main/.small/a.jpg.jpg"}
    assert all("of a photo that is gone" in reason for reason in reasons.values())


def test_the_thumbnail_of_a_photo_that_has_no_row_is_no_stray(gallery: MemoryGallery):
    gallery.assets_table.delete_many([(dropped_in_id("main/a.jpg"),)])

    assert kinds(gallery) == [("no-row", "main/a.jpg")]


@pytest.mark.parametrize(
    "key", ["loose.jpg", "UPPER/a.jpg", "main/", "main/../a.jpg", "main/./a.jpg", "main//"]
)
def test_a_key_that_the_gallery_does_not_take_in_is_reported_with_the_reason(
    key: str, gallery: MemoryGallery
):
    gallery.bucket.place(key, a_photo())

    (finding,) = findings(gallery)

    assert (finding.kind, finding.key, finding.is_mended_by_taking_in) == ("refused", key, False)
    assert finding.reason
    mend(gallery)


def test_rows_with_ids_of_their_own_are_found_by_their_keys_and_not_doubled(
    gallery: MemoryGallery,
):
    """Another program's table: its ids can't be derived from the keys."""
    gallery.bucket.place("main/x.jpg", a_photo())
    gallery.bucket.place("main/y.jpg", a_photo(1))
    put_rows(
        gallery,
        a_row("4711", "main/x.jpg"),
        a_row("4712", "https://cdn.example.org/main/y.jpg"),
    )

    assert findings(gallery) == []

    mend(gallery)
    assert len(gallery.assets_table.items) == 5


def test_what_differs_at_a_row_with_an_id_of_its_own_is_told_and_not_doubled(
    gallery: MemoryGallery,
):
    gallery.bucket.place("main/x.jpg", a_photo())
    put_rows(gallery, a_row("4711", "main/x.jpg"), a_row("4712", "main/gone.jpg"))
    gallery.studio.create_thumbnail_of("4711")
    gallery.bucket.place("main/x.jpg", a_photo(4))

    found = findings(gallery)

    assert {(f.kind, f.key) for f in found} == {
        ("replaced", "main/x.jpg"),
        ("no-object", "main/gone.jpg"),
    }
    assert not any(f.is_mended_by_taking_in for f in found)
    mend(gallery)
    assert len(gallery.assets_table.items) == 5


def test_a_thumbnail_that_lies_elsewhere_is_not_missed(gallery: MemoryGallery):
    gallery.bucket.place("main/x.jpg", a_photo())
    put_rows(gallery, a_row("4711", "main/x.jpg", "https://other.s3.amazonaws.com/small.jpg"))

    assert findings(gallery) == []


def test_a_row_that_names_no_object_of_this_bucket_is_left_out(gallery: MemoryGallery):
    put_rows(gallery, a_row("4711", "s3://other/x.jpg"))

    assert findings(gallery) == []


def test_an_object_that_is_uploaded_while_it_compares_is_no_finding(gallery: MemoryGallery):
    """Listed, but its row came after the rows were read."""

    def upload(_: Any) -> None:
        gallery.bucket.place("main/new.jpg", a_photo())
        take_in("main/new.jpg", gallery.studio)

    gallery.wire.before("s3.list_objects_v2", upload)

    assert findings(gallery) == []


def test_an_object_that_is_removed_while_it_compares_is_no_finding(gallery: MemoryGallery):
    """Its row was read, but the object was gone before it was listed, and its row in the bin."""

    def remove(_: Any) -> None:
        gallery.bucket.remove("main/a.jpg")
        take_in("main/a.jpg", gallery.studio)

    gallery.wire.before("s3.list_objects_v2", remove)

    assert findings(gallery) == []


def test_everything_is_found_whatever_the_pages(gallery: MemoryGallery):
    gallery.assets_table.page_size = 2
    gallery.bucket.page_size = 4
    for number in range(120):
        gallery.bucket.place(f"main/new-{number:03}.jpg", b"x")
    put_rows(
        gallery, *(a_row(f"gone-{number:03}", f"main/gone-{number:03}.jpg") for number in range(60))
    )

    found = kinds(gallery)

    assert found == [
        *(("no-object", f"main/gone-{number:03}.jpg") for number in range(60)),
        *(("no-row", f"main/new-{number:03}.jpg") for number in range(120)),
    ]


@pytest.mark.parametrize("operation", ["assets.scan_page", "s3.list_objects_v2"])
@pytest.mark.parametrize("error", [SetupError("closed"), StorageUnavailableError("throttled")])
@pytest.mark.parametrize("page", [0, 1])
def test_what_cannot_be_read_to_the_end_is_an_error_and_nothing_is_said_to_be_missing(
    operation: str, error: Exception, page: int, gallery: MemoryGallery
):
    gallery.assets_table.page_size = 2
    gallery.bucket.page_size = 4
    pages = iter(range(100))

    def fail(_: Any) -> None:
        if next(pages) == page:
            raise error

    gallery.wire.before(operation, fail, times=None)
    found: list[Finding] = []

    with pytest.raises(type(error)):
        found.extend(find_differences(gallery.assets, gallery.media, Tally()))

    assert found == []


def test_a_comparison_of_many_that_agree_asks_for_nothing_but_pages(gallery: MemoryGallery):
    findings(gallery)

    assert gallery.wire.count() == gallery.wire.count("scan_page") + gallery.wire.count(
        "list_objects_v2"
    )
