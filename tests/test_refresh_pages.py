"""From changed rows to lists: which buckets, where in them, and in whatever order."""

import itertools

import pytest

from chalicelib import refresh_pages
from chalicelib.domain import timeline
from chalicelib.domain.asset import Face
from chalicelib.domain.timeline import Change
from chalicelib.refresh_pages import RowChange, changed_rows, changes_by_bucket
from chalicelib.storage import leaves
from tests.builders import BUCKET, MemoryGallery, a_gallery, an_asset, wall_clock
from tests.faults.month import DELETED, MAY, a_month, change, day, purge, take_records
from tests.libraries import a_face
from tests.mutation import without_guard


@pytest.fixture(autouse=True)
def _small_leaves(monkeypatch):
    """Four entries a leaf, so that a month of a few photos has several."""
    monkeypatch.setattr(leaves, "MOST_ENTRIES", 4)
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 2)


# --- where an asset may stand --------------------------------------------------------


def test_a_photo_dated_anew_inside_its_month_stands_in_one_place():
    """Guards the old position, of `changes_by_bucket`."""

    def dated_anew() -> MemoryGallery:
        gallery = a_month()
        gallery.deliver(*change(gallery, "m01", taken_local=day(30)))
        return gallery

    assert dated_anew().listed() == [f"m{number:02}" for number in (*range(2, 13), 1)]
    with without_guard(refresh_pages, "changes_by_bucket", ("in (*before, *after)", "in after")):
        assert dated_anew().listed().count("m01") == 2


def test_a_photo_dated_anew_leaves_one_month_and_enters_the_other():
    """Guards the new position, of `changes_by_bucket`."""

    def moved() -> MemoryGallery:
        gallery = a_month()
        gallery.deliver(*change(gallery, "m01", taken_local=wall_clock("2024-07-01")))
        return gallery

    assert moved().audit().differences == 0
    with without_guard(
        refresh_pages, "changes_by_bucket", ("in (*before, *after)", "in before or after")
    ):
        assert moved().audit().missing == ["all/2024-07/m01"]


def test_a_photo_dated_anew_again_is_put_where_its_row_says_by_now():
    """Guards the true position, of `plan_rewrite`: the record tells of two others."""

    def after_the_first_of_two_records() -> MemoryGallery:
        gallery = a_month()
        first = change(gallery, "m01", taken_local=day(6))
        second = change(gallery, "m01", taken_local=day(30))
        gallery.deliver(*first)
        assert gallery.listed()[-1:] == ["m01"]
        gallery.deliver(*second)
        return gallery

    assert after_the_first_of_two_records().audit().differences == 0
    with (
        without_guard(
            timeline,
            "plan_rewrite",
            ("positions |= {entry.position for entry in truth}", "pass"),
        ),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(refresh_pages, "plan_rewrite", timeline.plan_rewrite)
        with pytest.raises(AssertionError):
            after_the_first_of_two_records()


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_records_in_any_order_and_twice_end_the_same(order):
    gallery = a_month()
    records = [
        *change(gallery, "m01", taken_local=day(6)),
        *change(gallery, "m01", taken_local=wall_clock("2024-07-01"), is_favorite=True),
        *change(gallery, "m01", deleted_at=DELETED),
        *change(gallery, "m01", deleted_at=None, taken_local=day(30)),
    ]

    for number in order:
        gallery.deliver(records[number])
    for number in order:
        gallery.deliver(records[number])

    assert gallery.audit().differences == 0
    assert gallery.listed()[-1] == "m01"
    assert gallery.listed("fav") == ["m01"]


def test_one_batch_with_the_same_photo_many_times_is_one_save_of_each_list():
    gallery = a_month()
    records = [record for n in range(20) for record in change(gallery, "m01", width=500 + n)]
    saves = gallery.wire.count("pages.put")

    gallery.deliver(*records)

    assert gallery.wire.count("pages.put") - saves == 2  # a leaf and the node
    assert gallery.audit().differences == 0


# --- from records to changes ---------------------------------------------------------


def test_rows_whose_places_are_equal_before_and_after_are_left_out():
    asset = an_asset()
    described = an_asset(details={"title": "Beach"}, version=2)

    assert changes_by_bucket([RowChange(asset, described)]) == {}
    assert changes_by_bucket([RowChange(None, None)]) == {}
    assert changes_by_bucket([RowChange(None, an_asset(is_live_video=True))]) == {}


def test_a_changed_tile_is_a_change_though_the_place_is_the_same():
    found = changes_by_bucket([RowChange(an_asset(), an_asset(width=500))])

    assert found == {MAY: Change({"a1": {("2024-05-17T09:30:00.000", "a1")}})}


def test_a_photo_whose_faces_changed_is_brought_up_in_every_list():
    gallery = a_gallery()
    gallery.add(an_asset("a", is_favorite=True), an_asset("b"))

    gallery.deliver(*change(gallery, "a", faces={"f": a_face("ann")}))

    shown = {view: gallery.entries(view)[0].tile.persons for view in ("all", "fav", "p:ann")}
    assert shown == dict.fromkeys(("all", "fav", "p:ann"), ("ann",))
    assert gallery.audit().differences == 0


def test_a_face_that_is_found_elsewhere_on_a_photo_touches_no_list():
    moved = Face("ann", (5, 5, 9, 9), (100, 80), "test")
    row = an_asset(faces={"f": a_face("ann")})

    assert changes_by_bucket([RowChange(row, an_asset(faces={"f": moved}))]) == {}


def test_records_are_read_as_the_stream_gives_them():
    """Binary values come as base64 text, and rows of other buckets are left out."""
    gallery = a_gallery()
    gallery.assets.create(an_asset("a", thumbhash=b"\x00\xff"))
    gallery.assets_table.put({"id": {"S": "foreign"}, "url": {"S": "s3://elsewhere/a.jpg"}})
    purge_records = [*take_records(gallery), *purge(gallery, "a")]

    created, foreign, purged = changed_rows(purge_records, BUCKET)

    assert created.before is None
    assert created.after is not None
    assert created.after.thumbhash == b"\x00\xff"
    assert foreign == RowChange(None, None)
    assert (purged.before and purged.before.id, purged.after) == ("a", None)
