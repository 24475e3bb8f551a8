"""Sidecars: they are no photos, and they go with theirs."""

from typing import Any

import pytest

from chalicelib import purge
from chalicelib.curate import delete
from chalicelib.errors import InvalidParameterError
from chalicelib.give_up import give_up
from chalicelib.object_events import handle_messages
from chalicelib.take_in import carry_out
from chalicelib.upload import Upload, start_upload
from tests.builders import BUCKET, MemoryGallery, a_gallery, an_s3_record, an_sqs_event
from tests.mutation import without_guard
from tests.test_object_events import Ear
from tests.test_purge import (
    ID,
    KEY,
    TEAL,
    a_gallery_with,
    in_the_bin,
    is_gone,
    killed_everywhere,
    mended,
    purge_it,
    two_of_one_object,
)

SIDECAR = f"{KEY}.xmp"


def with_sidecar(gallery: MemoryGallery, times: int = 2) -> MemoryGallery:
    for number in range(times):
        gallery.bucket.place(SIDECAR, b"<x:xmpmeta/>" * (number + 1))
    return gallery


def test_the_event_of_a_sidecar_makes_no_row_and_asks_nothing_of_the_bucket():
    gallery = with_sidecar(a_gallery_with())
    gallery.wire.requests.clear()
    ear = Ear()

    for handle in (
        lambda errand: carry_out(errand, gallery.studio),
        lambda errand: give_up(errand, gallery.assets, gallery.media),
    ):
        event = an_sqs_event({"Records": [an_s3_record(SIDECAR), an_s3_record("main/b.XMP")]})
        assert handle_messages(event, BUCKET, handle, ear) == {"batchItemFailures": []}

    assert {told["outcome"] for _, _, told in ear.said} == {"ignored"}
    assert gallery.wire.requests == []


def test_a_sidecar_is_no_upload():
    gallery = a_gallery()
    upload = Upload("main", "IMG_1.JPG.xmp", 3, "ab" * 32, "application/rdf+xml")

    with pytest.raises(InvalidParameterError, match="filename: is a sidecar's"):
        start_upload(upload, gallery.tables, gallery.media)


def test_a_purged_photo_takes_every_version_of_its_sidecar_along():
    gallery = with_sidecar(in_the_bin())
    gallery.bucket.place(f"{SIDECAR}.txt", b"a letter")
    gallery.bucket.place("main/a.xmp", b"<x:xmpmeta/>")

    purge_it(gallery)

    # of main/a.xmp nobody knows whether it says something of another photo, too
    assert gallery.bucket.versions.keys() == {f"{SIDECAR}.txt", "main/a.xmp"}


def test_a_photo_in_the_bin_keeps_its_sidecar():
    gallery = with_sidecar(a_gallery_with())

    delete(ID, gallery.tables)

    assert SIDECAR in gallery.bucket.objects


def test_a_sidecar_stays_until_the_last_row_of_its_photo_goes():
    gallery = with_sidecar(two_of_one_object())

    purge_it(gallery)

    assert len(gallery.bucket.versions[SIDECAR]) == 2
    purge_it(gallery, "shared-with-a")
    assert is_gone(gallery)


def test_the_sidecar_of_a_photo_that_was_put_there_meanwhile_stays():
    """Guards the look at the original in `purge_sidecar`."""

    def purged_while_both_are_put_anew() -> MemoryGallery:
        gallery = with_sidecar(in_the_bin())

        def put(_: Any) -> None:
            gallery.bucket.place(KEY, TEAL)
            gallery.bucket.place(SIDECAR, b"<x:xmpmeta>new</x:xmpmeta>")

        gallery.bucket.before("delete_object", put)
        purge_it(gallery)
        return gallery

    assert SIDECAR in purged_while_both_are_put_anew().bucket.objects
    with without_guard(purge, "purge_sidecar", ("media.head(original_key) is None", "True")):
        assert SIDECAR not in purged_while_both_are_put_anew().bucket.objects


def test_a_purge_killed_at_any_request_and_called_again_leaves_no_sidecar():
    killed = killed_everywhere(lambda: with_sidecar(in_the_bin()))

    assert len(killed) > 15
    for gallery in killed:
        assert is_gone(mended(gallery))
