import pytest

from chalicelib.curate import delete
from chalicelib.domain.asset import MAX_ATTEMPTS, ORIGINAL_MISSING, TRASHED
from chalicelib.domain.errand import RetryAsked
from chalicelib.errors import ConditionFailedError, ForeignKeyRefusedError
from chalicelib.give_up import give_up
from chalicelib.take_in import take_in
from tests.builders import MemoryGallery, a_change, a_gallery, a_jpeg, an_asset

KEY = "main/a.jpg"


@pytest.fixture
def gallery() -> MemoryGallery:
    found = a_gallery()
    found.bucket.place(KEY, a_jpeg())
    return found


def test_f24_a_photo_that_killed_every_attempt_has_a_row_that_says_so(gallery):
    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "recorded"
    gallery.deliver()

    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert (row.thumbnail_state, row.thumbnail_error) == ("failed", "timeout")
    assert row.thumbnail_url == row.url == KEY
    assert gallery.listed() == gallery.listed("failed") == [row.id]


def test_f23_given_up_twice_is_recorded_once(gallery):
    give_up(a_change(KEY), gallery.assets, gallery.media)
    writes = gallery.wire.writes

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "nothing"
    assert gallery.wire.writes == writes


def test_one_that_was_drawn_after_all_is_left_alone(gallery):
    take_in(KEY, gallery.studio)
    state = gallery.state()

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "nothing"
    assert gallery.state() == state


def test_one_that_is_gone_by_now_is_left_alone(gallery):
    gallery.bucket.remove(KEY)

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "nothing"
    assert gallery.state() == ({}, [])


def test_a_row_shows_no_picture_of_the_photo_that_was_there_before(gallery):
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "recorded"
    row, _ = gallery.assets.find(KEY)

    assert row is not None
    assert (row.thumbnail_state, row.thumbnail_url, row.thumbhash) == ("failed", KEY, None)
    assert row.source_etag == gallery.bucket.objects[KEY].etag


def test_a_missing_original_that_returned_is_shown_though_it_can_t_be_drawn(gallery):
    take_in(KEY, gallery.studio)
    gallery.bucket.remove(KEY)
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))

    give_up(a_change(KEY), gallery.assets, gallery.media)
    row, _ = gallery.assets.find(KEY)

    assert row is not None
    assert (row.deleted_at, row.deleted_reason) == (None, None)


def test_an_original_that_returned_as_it_was_is_shown_as_it_was(gallery):
    take_in(KEY, gallery.studio)
    gallery.bucket.remove(KEY)
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_jpeg())

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "recorded"
    row, _ = gallery.assets.find(KEY)

    assert row is not None
    assert (row.deleted_reason, row.thumbnail_state) == (None, "ready")


def test_what_a_person_put_into_the_bin_stays_there(gallery):
    take_in(KEY, gallery.studio)
    row, _ = gallery.assets.find(KEY)
    assert row is not None
    delete(row.id, gallery.tables)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))

    give_up(a_change(KEY), gallery.assets, gallery.media)

    assert gallery.assets.get(row.id).deleted_reason == TRASHED


def test_one_that_was_given_up_is_drawn_when_it_is_tried_again(gallery):
    give_up(a_change(KEY), gallery.assets, gallery.media)

    outcome, row = gallery.take_in(KEY)

    assert outcome == "drawn"
    assert row is not None
    assert (row.thumbnail_state, row.thumbnail_error) == ("ready", None)


def test_giving_up_is_one_attempt_of_those_that_there_are(gallery):
    for attempts in range(1, MAX_ATTEMPTS + 1):
        give_up(a_change(KEY), gallery.assets, gallery.media)
        row, _ = gallery.assets.find(KEY)
        assert row is not None
        assert (row.thumbnail_attempts, row.failed_for_good) == (1, False)
        gallery.bucket.place(KEY, a_jpeg(width=100 + attempts))  # another original, a new count


def test_a_removal_that_nobody_could_take_in_ends_in_the_bin(gallery):
    """Its bucket or its table was out of reach at each of five attempts."""
    take_in(KEY, gallery.studio)
    gallery.bucket.remove(KEY)

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "missing"
    row, _ = gallery.assets.find(KEY)

    assert row is not None
    assert row.deleted_reason == ORIGINAL_MISSING
    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "nothing"


def test_a_wish_for_another_try_that_died_each_time_leaves_the_reason_as_it_was(gallery):
    gallery.bucket.place(KEY, b"no photo")
    _, row = gallery.take_in(KEY)

    assert give_up(RetryAsked(row.id), gallery.assets, gallery.media) == "nothing"
    assert gallery.assets.get(row.id).thumbnail_error == "unsupported"


def test_a_wish_for_a_photo_that_was_still_waiting_ends_as_a_row_that_says_so(gallery):
    waiting = an_asset("a1", key=KEY, thumbnail_key=None, thumbnail_url=KEY)
    gallery.assets.create(waiting)

    assert give_up(RetryAsked("a1"), gallery.assets, gallery.media) == "recorded"
    assert gallery.assets.get("a1").thumbnail_error == "timeout"


def test_a_wish_for_a_photo_that_is_gone_is_left_alone(gallery):
    assert give_up(RetryAsked("unknown"), gallery.assets, gallery.media) == "nothing"
    assert gallery.wire.writes == 0


@pytest.mark.parametrize("is_known", [True, False])
def test_a_row_that_changes_meanwhile_is_given_up_at_the_next_delivery(gallery, is_known):
    """What was written meanwhile stays."""
    if is_known:
        take_in(KEY, gallery.studio)
        gallery.bucket.place(KEY, a_jpeg(colour="red"))
    meanwhile = a_jpeg(colour="blue")

    def be_drawn(_):
        gallery.bucket.place(KEY, meanwhile)
        take_in(KEY, gallery.studio)

    gallery.assets_table.before("update" if is_known else "put", be_drawn)

    with pytest.raises(ConditionFailedError):
        give_up(a_change(KEY), gallery.assets, gallery.media)
    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "nothing"
    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert row.thumbnail_state == "ready"


def test_an_original_that_vanishes_meanwhile_ends_in_the_bin_at_the_next_delivery(gallery):
    """Its removal was told before there was a row to put there."""

    def vanish(_):
        gallery.bucket.remove(KEY)
        take_in(KEY, gallery.studio)

    gallery.assets_table.before("put", vanish)

    with pytest.raises(ConditionFailedError, match="was removed"):
        give_up(a_change(KEY), gallery.assets, gallery.media)
    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "missing"


def test_own_output_is_refused_before_any_request(gallery):
    with pytest.raises(ForeignKeyRefusedError):
        give_up(a_change("main/a_thumb.jpg"), gallery.assets, gallery.media)
    assert gallery.wire.requests == []
