"""Rows whose original is still to arrive: shown, counted apart, healed by it."""

import pytest

from chalicelib.curate import delete, restore
from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.give_up import give_up
from chalicelib.reconcile import Tally, find_differences
from chalicelib.take_in import take_in
from tests.builders import MemoryGallery, a_change, a_gallery, a_jpeg, an_asset

KEY = "main/2024/lake.jpg"
ID = dropped_in_id(KEY)


@pytest.fixture
def gallery() -> MemoryGallery:
    """One photo that was moved in without its original."""
    found = a_gallery()
    waiting = an_asset(
        ID,
        key=KEY,
        thumbnail_key=None,
        thumbnail_url=KEY,
        thumbhash=b"placeholder",
        original_missing=True,
    )
    found.add(waiting)
    return found


def the_row(gallery: MemoryGallery) -> Asset:
    return gallery.assets.get(ID)


def missing(gallery: MemoryGallery) -> tuple[int, int, int]:
    """Of the timeline: missing, pending, failed."""
    counts = gallery.pages.totals("main")["all"]
    return counts.missing, counts.pending, counts.failed


def test_it_is_shown_and_counted_apart(gallery):
    assert gallery.listed() == [ID]
    assert the_row(gallery).thumbnail_state == "missing"
    assert missing(gallery) == (1, 0, 0)


def test_it_heals_when_its_original_arrives(gallery):
    gallery.bucket.place(KEY, a_jpeg())

    outcome, row = gallery.take_in(KEY)
    gallery.deliver()

    assert (outcome, row.id, row.original_missing) == ("drawn", ID, False)
    assert missing(gallery) == (0, 0, 0)
    assert [asset.id for asset in gallery.assets.scan()] == [ID]


def test_one_that_can_t_be_drawn_has_arrived_all_the_same(gallery):
    gallery.bucket.place(KEY, b"no picture")

    outcome, row = gallery.take_in(KEY)
    gallery.deliver()

    assert (outcome, row.original_missing) == ("undrawable", False)
    assert missing(gallery) == (0, 0, 1)


def test_one_that_killed_every_attempt_has_arrived_all_the_same(gallery):
    gallery.bucket.place(KEY, a_jpeg())

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "recorded"
    assert the_row(gallery).thumbnail_state == "failed"


def test_a_word_about_its_absence_puts_it_into_no_bin(gallery):
    before = the_row(gallery)

    assert take_in(KEY, gallery.studio)[0] == "unchanged"
    assert the_row(gallery) == before


def test_reconciling_lets_it_wait_and_finds_it_once_it_is_there(gallery):
    def findings() -> list[tuple[str, str]]:
        found = find_differences(gallery.assets, gallery.media, Tally())
        return [(finding.kind, finding.key) for finding in found]

    assert findings() == []

    gallery.bucket.place(KEY, a_jpeg())
    assert findings() == [("returned", KEY)]


def test_a_person_may_delete_and_restore_it(gallery):
    delete(ID, gallery.tables)
    assert gallery.listed("bin") == [ID]

    restore(ID, gallery.tables, gallery.media)
    assert gallery.listed() == [ID]
