"""Purging by the calendar what has been in the bin for long enough."""

from datetime import timedelta

import pytest

from chalicelib import purge as purge_module
from chalicelib.curate import restore
from chalicelib.domain.asset import ORIGINAL_MISSING, TRASHED
from chalicelib.errors import StorageUnavailableError
from chalicelib.expire_bin import Expiry, expire_bin
from tests.builders import NOW, MemoryGallery, a_gallery, an_asset


def binned(gallery: MemoryGallery, id: str, days: float, **fields) -> None:
    """A photo that was deleted so many days ago."""
    fields = {"deleted_reason": TRASHED, "key": f"main/{id}.jpg"} | fields
    gallery.bucket.place(fields["key"], b"photo")
    gallery.add(an_asset(id, deleted_at=NOW - timedelta(days=days), **fields))


def expire(gallery: MemoryGallery, has_time=lambda: True) -> Expiry:
    return expire_bin(gallery.tables, gallery.media, NOW, has_time)


def ids(gallery: MemoryGallery) -> list[str]:
    return sorted(row.id for row in gallery.assets.scan())


@pytest.fixture
def gallery() -> MemoryGallery:
    return a_gallery()


def test_what_was_deleted_more_than_thirty_days_ago_is_purged_in_every_gallery(gallery):
    binned(gallery, "a1", 30)
    binned(gallery, "a2", 29.99)
    binned(gallery, "a3", 400)
    binned(gallery, "b1", 31, key="family/b1.jpg")
    gallery.add(an_asset("a4"))

    expiry = expire(gallery)

    assert (expiry.purged, expiry.failed, expiry.is_done) == (3, [], True)
    assert ids(gallery) == ["a2", "a4"]
    assert gallery.bucket.versions.keys() == {"main/a2.jpg"}
    assert gallery.audit().differences == 0
    assert expire(gallery).purged == 0


def test_what_is_there_no_longer_stays_in_the_bin(gallery):
    """The photo may return; what is known of it could not be found again."""
    binned(gallery, "a1", 100, deleted_reason=ORIGINAL_MISSING)
    binned(gallery, "a2", 99)

    expire(gallery)

    assert ids(gallery) == gallery.listed("bin") == ["a1"]


def test_what_was_deleted_and_locked_away_is_in_no_bin_and_stays(gallery):
    binned(gallery, "a1", 100, visibility="locked")

    assert expire(gallery).purged == 0
    assert gallery.listed("locked") == ["a1"]


def test_what_was_restored_since_the_list_was_read_stays(gallery):
    """The row decides, not the list."""
    binned(gallery, "a1", 100)
    binned(gallery, "a2", 100)
    gallery.pages_table.before("get", lambda _: restore("a1", gallery.tables, gallery.media))
    row = gallery.assets.get("a2")
    gallery.assets.change(row, deleted_at=None, deleted_reason=None)  # the stream is late

    assert expire(gallery).purged == 0
    gallery.deliver()
    assert gallery.listed() == ["a1", "a2"]


def test_it_goes_on_past_what_stays_and_what_fails_and_ends(gallery, monkeypatch):
    monkeypatch.setattr(purge_module, "MAX_PURGED", 3)
    monkeypatch.setattr("chalicelib.expire_bin.MAX_PURGED", 3)
    for number in range(12):
        reason = ORIGINAL_MISSING if number % 4 == 0 else TRASHED
        binned(gallery, f"a{number:02}", 40 - number / 100, deleted_reason=reason)

    def fail(request):
        if request.key[0] in ("main/a01.jpg", "main/a06.jpg"):
            raise StorageUnavailableError("out of reach")

    gallery.bucket.before("delete_object", fail, None)

    expiry = expire(gallery)

    assert (expiry.purged, expiry.is_done) == (7, True)
    assert [result.id for result in expiry.failed] == ["a01", "a06"]
    assert ids(gallery) == ["a00", "a01", "a04", "a06", "a08"]
    gallery.wire.clear()
    assert expire(gallery).purged == 2


def test_without_time_it_stops_and_the_next_run_goes_on(gallery, monkeypatch):
    monkeypatch.setattr(purge_module, "MAX_PURGED", 2)
    monkeypatch.setattr("chalicelib.expire_bin.MAX_PURGED", 2)
    for number in range(5):
        binned(gallery, f"a{number}", 40)
    answers = iter([True, False])

    expiry = expire(gallery, lambda: next(answers))

    assert (expiry.purged, expiry.is_done, len(ids(gallery))) == (2, False, 3)
    assert expire(gallery) == Expiry(purged=3)


def test_what_came_with_another_library_s_bin_stays_here_for_the_bin_s_whole_time(gallery):
    binned(gallery, "a1", 400, kept_until=NOW + timedelta(seconds=1))
    binned(gallery, "a2", 399, kept_until=NOW)

    assert expire(gallery).purged == 1
    assert ids(gallery) == ["a1"]
