import pytest

from chalicelib.curate import delete
from chalicelib.domain.asset import TRASHED
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.give_up import give_up
from chalicelib.take_in import take_in
from tests.builders import MemoryGallery, a_gallery, a_jpeg

KEY = "main/a.jpg"


@pytest.fixture
def gallery() -> MemoryGallery:
    found = a_gallery()
    found.bucket.place(KEY, a_jpeg())
    return found


def test_f24_a_photo_that_killed_every_attempt_has_a_row_that_says_so(gallery):
    assert give_up(KEY, gallery.assets, gallery.media) == "recorded"
    gallery.deliver()

    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert (row.thumbnail_state, row.thumbnail_error) == ("failed", "timeout")
    assert row.thumbnail_url == row.url == KEY
    assert gallery.listed() == gallery.listed("failed") == [row.id]


def test_f23_given_up_twice_is_recorded_once(gallery):
    give_up(KEY, gallery.assets, gallery.media)
    writes = gallery.wire.writes

    assert give_up(KEY, gallery.assets, gallery.media) == "nothing"
    assert gallery.wire.writes == writes


def test_one_that_was_drawn_after_all_is_left_alone(gallery):
    take_in(KEY, gallery.studio)
    state = gallery.state()

    assert give_up(KEY, gallery.assets, gallery.media) == "nothing"
    assert gallery.state() == state


def test_one_that_is_gone_by_now_is_left_alone(gallery):
    gallery.bucket.remove(KEY)

    assert give_up(KEY, gallery.assets, gallery.media) == "nothing"
    assert gallery.state() == ({}, [])


def test_a_row_shows_no_picture_of_the_photo_that_was_there_before(gallery):
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))

    assert give_up(KEY, gallery.assets, gallery.media) == "recorded"
    row, _ = gallery.assets.find(KEY)

    assert row is not None
    assert (row.thumbnail_state, row.thumbnail_url, row.thumbhash) == ("failed", KEY, None)
    assert row.source_etag == gallery.bucket.objects[KEY].etag


def test_a_missing_original_that_returned_is_shown_though_it_can_t_be_drawn(gallery):
    take_in(KEY, gallery.studio)
    gallery.bucket.remove(KEY)
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))

    give_up(KEY, gallery.assets, gallery.media)
    row, _ = gallery.assets.find(KEY)

    assert row is not None
    assert (row.deleted_at, row.deleted_reason) == (None, None)


def test_what_a_person_put_into_the_bin_stays_there(gallery):
    take_in(KEY, gallery.studio)
    row, _ = gallery.assets.find(KEY)
    assert row is not None
    delete(row.id, gallery.tables)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))

    give_up(KEY, gallery.assets, gallery.media)

    assert gallery.assets.get(row.id).deleted_reason == TRASHED


def test_one_that_was_given_up_is_drawn_when_it_is_tried_again(gallery):
    give_up(KEY, gallery.assets, gallery.media)

    outcome, row = gallery.take_in(KEY)

    assert outcome == "drawn"
    assert row is not None
    assert (row.thumbnail_state, row.thumbnail_error) == ("ready", None)


def test_own_output_is_refused_before_any_request(gallery):
    with pytest.raises(ForeignKeyRefusedError):
        give_up("main/a_thumb.jpg", gallery.assets, gallery.media)
    assert gallery.wire.requests == []
