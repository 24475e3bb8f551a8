import itertools
from datetime import UTC, datetime

import pytest

from chalicelib import refresh_pages
from chalicelib.curate import delete, restore, set_favorite
from chalicelib.domain.asset import ORIGINAL_MISSING, TRASHED
from chalicelib.errors import AssetNotFoundError, ConflictError
from tests.builders import MemoryGallery, a_gallery, an_asset

DELETED = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def gallery() -> MemoryGallery:
    found = a_gallery()
    found.bucket.place("main/a1.jpg", b"photo")
    found.add(an_asset("a1"), an_asset("a2"))
    return found


def test_a_favourite_is_listed_at_once_and_not_any_more_when_it_is_none(gallery):
    liked = set_favorite("a1", True, gallery.assets, gallery.pages)

    assert (liked.is_favorite, gallery.listed("fav")) == (True, ["a1"])
    set_favorite("a1", False, gallery.assets, gallery.pages)
    assert gallery.listed("fav") == []
    assert gallery.audit().differences == 0


def test_what_is_so_already_is_not_written_again(gallery):
    set_favorite("a1", True, gallery.assets, gallery.pages)
    writes = gallery.wire.writes

    again = set_favorite("a1", True, gallery.assets, gallery.pages)
    restore("a1", gallery.assets, gallery.pages, gallery.media)

    assert (again.version, gallery.wire.writes) == (2, writes)


def test_a_deleted_photo_is_in_the_bin_at_once_and_restored_on_its_day(gallery):
    deleted = delete("a1", gallery.assets, gallery.pages)

    assert deleted.deleted_reason == TRASHED
    assert (gallery.listed(), gallery.listed("bin")) == (["a2"], ["a1"])
    restored = restore("a1", gallery.assets, gallery.pages, gallery.media)
    assert (restored.deleted_at, restored.deleted_reason) == (None, None)
    assert (gallery.listed(), gallery.listed("bin")) == (["a1", "a2"], [])
    assert gallery.audit().differences == 0


def test_a_photo_deleted_twice_keeps_the_time_of_the_first(gallery):
    delete("a1", gallery.assets, gallery.pages)
    first = gallery.assets.get("a1")

    assert delete("a1", gallery.assets, gallery.pages) == first


def test_a_photo_whose_original_is_missing_is_not_restored(gallery):
    gallery.assets.change(
        gallery.assets.get("a2"), deleted_at=DELETED, deleted_reason=ORIGINAL_MISSING
    )

    with pytest.raises(
        ConflictError, match=r"returns by itself once main/a2\.jpg is in the bucket"
    ):
        restore("a2", gallery.assets, gallery.pages, gallery.media)


def test_a_photo_that_a_person_deleted_before_its_original_went_missing_is_not_restored(gallery):
    delete("a2", gallery.assets, gallery.pages)

    with pytest.raises(ConflictError, match="original of asset a2 is missing"):
        restore("a2", gallery.assets, gallery.pages, gallery.media)


@pytest.mark.parametrize("id", ["unknown", ""])
def test_an_unknown_photo_is_not_found(gallery, id):
    with pytest.raises(AssetNotFoundError):
        set_favorite(id, True, gallery.assets, gallery.pages)
    with pytest.raises(AssetNotFoundError):
        delete(id, gallery.assets, gallery.pages)
    with pytest.raises(AssetNotFoundError):
        restore(id, gallery.assets, gallery.pages, gallery.media)


def test_two_changes_at_once_are_both_made(gallery):
    gallery.assets_table.before(
        "update", lambda _: set_favorite("a1", True, gallery.assets, gallery.pages)
    )

    delete("a1", gallery.assets, gallery.pages)

    assert gallery.assets.get("a1").is_favorite
    assert gallery.listed("bin") == ["a1"]
    assert gallery.audit().differences == 0


def test_a_photo_that_changes_at_every_attempt_is_a_conflict(gallery):
    widths = itertools.count(1000)

    def overtake(_):
        gallery.wire.clear()
        gallery.assets.change(gallery.assets.get("a1"), width=next(widths))
        gallery.assets_table.before("update", overtake)

    gallery.assets_table.before("update", overtake)

    with pytest.raises(ConflictError, match="asset a1 changed at each of 10 attempts"):
        delete("a1", gallery.assets, gallery.pages)
    assert next(widths) == 1010


def test_a_change_is_made_even_when_the_lists_are_busy(gallery, monkeypatch):
    """It is committed; the stream brings the lists up."""
    monkeypatch.setattr(refresh_pages, "_SAVE_ATTEMPTS", 0)

    deleted = delete("a1", gallery.assets, gallery.pages)

    assert deleted.deleted_at is not None
    monkeypatch.undo()
    gallery.deliver()
    assert gallery.listed("bin") == ["a1"]


def test_the_stream_s_own_delivery_after_a_change_changes_nothing(gallery):
    delete("a1", gallery.assets, gallery.pages)
    before = gallery.pages.node("main", "bin", f"{datetime.now(UTC):%Y-%m}").revision

    gallery.deliver()

    assert before == 1
    assert gallery.pages.node("main", "bin", f"{datetime.now(UTC):%Y-%m}").revision == before
