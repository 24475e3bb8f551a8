"""Purging: that nothing is left, that nothing else is touched, and every fault on the way."""

import hashlib
import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from chalicelib import curate
from chalicelib import purge as purge_module
from chalicelib.backfill_thumbnails import Selection, candidates
from chalicelib.curate import delete, restore, restored, set_favorite
from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import dropped_in_id, upload_id
from chalicelib.domain.thumbnail import preview_key, small_key, thumbnail_key
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    ConflictError,
    NotFoundError,
    StorageUnavailableError,
)
from chalicelib.give_up import give_up
from chalicelib.purge import MAX_PURGED, empty_bin, purge
from chalicelib.storage import versions
from chalicelib.storage.assets import Assets
from chalicelib.take_in import take_in
from chalicelib.upload import Upload, UploadTicket, start_upload
from tests.builders import NOW, MemoryGallery, a_change, a_gallery, a_jpeg, an_asset
from tests.memory import Killed
from tests.mutation import without_guard

KEY = "main/a.jpg"
ID = dropped_in_id(KEY)
TEAL, RED = a_jpeg(colour="teal"), a_jpeg(colour="red")


def a_gallery_with(key: str = KEY, times: int = 1) -> MemoryGallery:
    """One photo, put there so many times and taken in."""
    gallery = a_gallery()
    for _ in range(times):
        gallery.bucket.place(key, TEAL)
    gallery.take_in(key)
    gallery.deliver()
    return gallery


def in_the_bin(times: int = 1) -> MemoryGallery:
    gallery = a_gallery_with(times=times)
    delete(ID, gallery.tables)
    return gallery


def row_of(gallery: MemoryGallery, key: str = KEY) -> Asset | None:
    return gallery.assets.find(key)[0]


def purge_it(gallery: MemoryGallery, id: str = ID) -> None:
    purge(id, gallery.tables, gallery.media)


def is_gone(gallery: MemoryGallery) -> bool:
    """Whether neither the bucket nor the rows nor any list knows of a photo."""
    gallery.deliver()
    is_listed = any(gallery.listed(view) for view in ("all", "bin", "fav"))
    return not (gallery.bucket.versions or list(gallery.assets.scan()) or is_listed)


def at_every_moment(
    prepare: Callable[[], MemoryGallery],
    act: Callable[[MemoryGallery], object],
    happens: Callable[[MemoryGallery], object],
) -> list[MemoryGallery]:
    """Act on as many galleries as acting has requests; something happens before each."""
    found: list[MemoryGallery] = []
    for number in itertools.count():
        gallery = prepare()
        happened: list[bool] = []

        def happen(gallery: MemoryGallery = gallery, happened: list[bool] = happened) -> None:
            happened.append(True)
            happens(gallery)

        gallery.wire.at(number, happen)
        act(gallery)
        gallery.wire.clear()
        if not happened:
            return found
        found.append(gallery)
    raise AssertionError("unreachable")


# --- what usually happens ------------------------------------------------------------


def test_a_purged_photo_leaves_nothing_but_a_tombstone():
    gallery = in_the_bin(times=3)
    gallery.studio.create_preview(ID)
    pictures = {thumbnail_key(KEY), small_key(KEY), preview_key(KEY)}
    assert gallery.bucket.versions.keys() == {KEY} | pictures

    purge_it(gallery)

    assert (gallery.bucket.versions, gallery.bucket.objects) == ({}, {})
    (stone,) = gallery.assets_table.items
    assert stone.keys() == {"id", "key", "version", "purged_at", "expires_at"}
    # 30 days after 2026-03-01 12:00, by hand
    assert stone["expires_at"] == {"N": "1774958400"}
    with pytest.raises(AssetNotFoundError):
        gallery.assets.get(ID)
    assert gallery.listed("bin") == []
    assert gallery.audit().differences == 0
    assert is_gone(gallery)


def test_only_what_is_in_the_bin_is_purged():
    gallery = a_gallery_with()
    state = gallery.state()

    with pytest.raises(ConflictError, match="is not in the bin; delete it first"):
        purge_it(gallery)
    with pytest.raises(AssetNotFoundError):
        purge_it(gallery, "unknown")

    assert gallery.state() == state


def test_what_is_purged_already_is_not_found():
    gallery = in_the_bin()
    purge_it(gallery)

    with pytest.raises(AssetNotFoundError):
        purge_it(gallery)


def test_a_photo_deleted_from_the_bucket_before_is_purged_with_its_older_versions():
    gallery = a_gallery_with(times=2)
    gallery.bucket.remove(KEY)
    gallery.take_in(KEY)

    purge_it(gallery)

    assert is_gone(gallery)


def test_a_row_whose_original_was_never_there_is_purged():
    gallery = a_gallery()
    gallery.add(an_asset("a1"))
    delete("a1", gallery.tables)

    purge_it(gallery, "a1")

    assert is_gone(gallery)


def test_a_person_s_own_file_named_like_a_picture_stays():
    gallery = in_the_bin()
    gallery.bucket.place(preview_key(KEY), b"mine")

    purge_it(gallery)

    assert gallery.bucket.objects.keys() == {preview_key(KEY)}


def test_objects_whose_keys_begin_alike_stay(monkeypatch):
    gallery = in_the_bin()
    gallery.bucket.place(f"{KEY}.txt", b"mine")
    for page_size in (1, 1000):
        monkeypatch.setattr(gallery.bucket, "page_size", page_size)
        gallery.bucket.place(KEY, RED)
        gallery.bucket.place(KEY, RED)

        versions.purge_object(gallery.media, KEY, versions.newest_version(gallery.media, KEY) or "")

        assert KEY not in gallery.bucket.versions
    assert f"{KEY}.txt" in gallery.bucket.objects


# --- events and uploads after it -----------------------------------------------------


def test_late_and_duplicate_events_do_not_bring_a_purged_photo_back():
    gallery = in_the_bin()
    purge_it(gallery)

    for key in (KEY, KEY):
        assert take_in(key, gallery.studio) == ("gone", None)
        assert give_up(a_change(key), gallery.assets, gallery.media) == "nothing"

    assert is_gone(gallery)


def test_a_photo_put_under_the_key_again_is_a_new_one():
    gallery = in_the_bin()
    set_favorite(ID, True, gallery.tables)
    stale = gallery.assets.get(ID)
    purge_it(gallery)
    gallery.bucket.place(KEY, TEAL)

    outcome, row = gallery.take_in(KEY)
    gallery.deliver()

    assert (outcome, row.id, row.is_favorite, row.deleted_at) == ("drawn", ID, False, None)
    assert gallery.listed() == [ID]
    assert gallery.audit().differences == 0
    assert "expires_at" not in gallery.assets_table.items[0]
    # whoever still holds the purged row can't take the new one for it
    assert row.version > stale.version
    with pytest.raises(ConditionFailedError):
        gallery.assets.change(stale, is_favorite=True)


def test_a_photo_that_can_t_be_drawn_takes_the_place_of_a_tombstone():
    gallery = in_the_bin()
    purge_it(gallery)
    gallery.bucket.place(KEY, RED)

    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "recorded"

    row = row_of(gallery)
    assert row is not None
    assert (row.id, row.thumbnail_error) == (ID, "timeout")


def test_the_same_bytes_are_uploaded_again_after_a_purge():
    gallery = a_gallery()
    asset_id = upload_id("main", "ab" * 32)

    def start(filename: str) -> UploadTicket:
        file = Upload("main", filename, len(TEAL), "ab" * 32, "image/jpeg")
        return start_upload(file, gallery.tables, gallery.media)

    def put(ticket: UploadTicket) -> tuple[str, Asset]:
        assert ticket.form is not None
        gallery.bucket.place(ticket.form["fields"]["key"], TEAL)
        return gallery.take_in(ticket.form["fields"]["key"])

    put(start("Beach.jpg"))
    assert start("Beach.jpg").existing is not None
    delete(asset_id, gallery.tables)
    purge_it(gallery, asset_id)

    again = start("Beach.JPEG")
    outcome, row = put(again)

    assert again.existing is None
    assert (outcome, row.id, row.key) == ("drawn", asset_id, f"main/{asset_id}.jpeg")


def test_the_backfill_leaves_tombstones_out():
    gallery = in_the_bin()
    purge_it(gallery)

    assert list(candidates(gallery.studio, Selection())) == []


# --- an original of two rows ---------------------------------------------------------

OTHER = "shared-with-a"


def two_of_one_object() -> MemoryGallery:
    """Two rows, both in the bin, that name each other and the same object."""
    gallery = a_gallery_with()
    gallery.assets.change(gallery.assets.get(ID), same_object_as=(OTHER,))
    other = an_asset(OTHER, key=KEY, same_object_as=(ID,))
    gallery.assets.create(other)
    for asset_id in (ID, OTHER):
        delete(asset_id, gallery.tables)
    gallery.deliver()
    return gallery


@pytest.mark.parametrize("order", [(ID, OTHER), (OTHER, ID)])
def test_an_object_of_two_rows_stays_until_the_last_of_them_goes(order):
    gallery = two_of_one_object()
    objects = dict(gallery.bucket.objects)

    purge_it(gallery, order[0])

    assert gallery.bucket.objects == objects
    assert [row.id for row in gallery.assets.scan()] == [order[1]]
    assert gallery.listed("bin") == [order[1]]
    purge_it(gallery, order[1])
    assert is_gone(gallery)


def test_an_object_stays_for_a_row_of_a_gallery_that_the_owner_can_t_see():
    gallery = two_of_one_object()
    gallery.assets.change(gallery.assets.get(OTHER), gallery_id="theirs")
    objects = dict(gallery.bucket.objects)
    seen = gallery.tables.seen_by(lambda asset: asset.gallery == "main")

    with pytest.raises(AssetNotFoundError):
        purge(OTHER, seen, gallery.media)
    purge(ID, seen, gallery.media)

    assert gallery.bucket.objects == objects
    assert [row.id for row in gallery.assets.scan()] == [OTHER]


def test_an_object_that_stays_for_another_row_does_not_bring_back_the_one_that_was_purged():
    gallery = two_of_one_object()
    restore(OTHER, gallery.tables, gallery.media)
    purge_it(gallery)

    assert take_in(KEY, gallery.studio) == ("purged", None)
    assert give_up(a_change(KEY), gallery.assets, gallery.media) == "nothing"

    gallery.deliver()
    assert gallery.listed() == [OTHER]
    gallery.bucket.place(KEY, TEAL)  # the same bytes, put there anew
    outcome, row = gallery.take_in(KEY)
    assert (outcome, row.id) == ("drawn", ID)


def test_of_two_rows_purged_at_once_the_object_goes():
    """Guards that a row that is marked is no reason for an object to stay."""

    def moments() -> list[MemoryGallery]:
        return at_every_moment(two_of_one_object, purge_it, lambda g: purge_it(g, OTHER))

    assert all(map(is_gone, moments()))
    with without_guard(
        purge_module, "_is_shared", ("other.key == row.key and other.purging is None", "True")
    ):
        assert not all(map(is_gone, moments()))


# --- the video half ------------------------------------------------------------------

HALF_KEY = "main/a.mov"
HALF = dropped_in_id(HALF_KEY)


def a_motion_photo(is_live_video: bool = True) -> MemoryGallery:
    gallery = a_gallery_with()
    gallery.bucket.place(HALF_KEY, b"video")
    gallery.assets.change(gallery.assets.get(ID), live_video_id=HALF)
    gallery.add(an_asset(HALF, key=HALF_KEY, file_type="video", is_live_video=is_live_video))
    return gallery


def test_a_motion_photo_s_video_half_is_purged_with_it():
    gallery = a_motion_photo()
    delete(ID, gallery.tables)
    gallery.assets.change(gallery.assets.get(HALF), deleted_at=None, deleted_reason=None)

    purge_it(gallery)

    assert is_gone(gallery)


def test_a_video_that_a_photo_names_but_that_is_no_half_stays():
    gallery = a_motion_photo(is_live_video=False)
    delete(ID, gallery.tables)

    purge_it(gallery)

    assert gallery.listed() == [HALF]
    assert gallery.bucket.objects.keys() == {HALF_KEY}


def test_a_half_that_is_missing_does_not_keep_its_photo():
    gallery = a_motion_photo()
    delete(ID, gallery.tables)
    gallery.assets_table.delete_many([(HALF,)])
    gallery.bucket.remove(HALF_KEY)
    gallery.bucket.versions.pop(HALF_KEY)

    purge_it(gallery)

    assert is_gone(gallery)


# --- faults --------------------------------------------------------------------------


def two_versions_in_the_bin() -> MemoryGallery:
    return in_the_bin(times=3)


def a_motion_photo_in_the_bin() -> MemoryGallery:
    gallery = a_motion_photo()
    delete(ID, gallery.tables)
    return gallery


def killed_everywhere(prepare: Callable[[], MemoryGallery]) -> list[MemoryGallery]:
    """Galleries in which a purge died, one before each of its requests."""
    found = []
    for number in itertools.count():
        gallery = prepare()
        gallery.wire.kill_at(number)
        try:
            purge_it(gallery)
        except Killed:
            found.append(gallery)
        else:
            return found
    raise AssertionError("unreachable")


def mended(gallery: MemoryGallery) -> MemoryGallery:
    """What events, a second call and the stream make of it."""
    for key in (KEY, HALF_KEY):
        take_in(key, gallery.studio)
    with suppress(AssetNotFoundError):  # it died in the lists: the stream brings them up
        purge_it(gallery)
    gallery.deliver()
    return gallery


@pytest.mark.parametrize("prepare", [two_versions_in_the_bin, a_motion_photo_in_the_bin])
def test_a_purge_killed_at_any_request_and_called_again_leaves_nothing(prepare):
    killed = killed_everywhere(prepare)

    assert len(killed) > 15
    for gallery in killed:
        mended(gallery)
        assert gallery.audit().differences == 0
        assert is_gone(gallery)


def test_the_newest_version_goes_last():
    """Guards the order of `_purge`: a repetition would take an older one for a new photo."""
    with without_guard(versions, "_purge", ("reversed(versions[first:])", "versions[first:]")):
        assert not all(is_gone(mended(g)) for g in killed_everywhere(two_versions_in_the_bin))


def test_a_photo_is_restored_or_purged_and_never_restored_without_its_original():
    """Guards the mark: restoring looks at the bucket before it changes the row."""

    def bring_back(gallery: MemoryGallery) -> None:
        with suppress(ConflictError, AssetNotFoundError):
            restore(ID, gallery.tables, gallery.media)

    def purge_or_not(gallery: MemoryGallery) -> None:
        with suppress(ConflictError):
            purge_it(gallery)

    def lost(gallery: MemoryGallery) -> bool:
        row = row_of(gallery)
        return row is not None and row.deleted_at is None and KEY not in gallery.bucket.objects

    def moments() -> list[MemoryGallery]:
        while_purged = at_every_moment(in_the_bin, purge_or_not, bring_back)
        return while_purged + at_every_moment(in_the_bin, bring_back, purge_or_not)

    assert not any(map(lost, moments()))
    assert any(row_of(gallery) is not None for gallery in moments())
    with without_guard(curate, "restored", ("if asset.purging is not None:", "if False:")):
        assert any(map(lost, moments()))


def test_what_is_being_purged_is_not_restored():
    gallery = in_the_bin()
    gallery.assets.change(gallery.assets.get(ID), purging="version-1")

    with pytest.raises(ConflictError, match="is being purged"):
        restore(ID, gallery.tables, gallery.media)
    with pytest.raises(ConflictError):
        restored(gallery.media).changes(gallery.assets.get(ID))


def test_a_photo_put_under_the_key_while_it_is_purged_is_never_lost():
    """Guards the look after the tombstone, and that only older versions go."""
    marked: list[bool] = []

    def put(gallery: MemoryGallery) -> None:
        row = row_of(gallery)
        marked.append(row is None or row.purging is not None)
        gallery.bucket.place(KEY, TEAL)

    def put_and_tell(gallery: MemoryGallery) -> None:
        put(gallery)
        take_in(KEY, gallery.studio)

    def moments(happens: Callable[[MemoryGallery], object]) -> list[tuple[MemoryGallery, bool]]:
        marked.clear()
        found = at_every_moment(in_the_bin, purge_it, happens)
        for gallery in found:
            if happens is put:  # told only now
                take_in(KEY, gallery.studio)
            gallery.deliver()
        return list(zip(found, marked, strict=True))

    def lost(gallery: MemoryGallery) -> bool:
        return KEY not in gallery.bucket.objects or gallery.listed() != [ID]

    for gallery, was_marked in moments(put) + moments(put_and_tell):
        # what was there before it began may go along
        assert not lost(gallery) or (is_gone(gallery) and not was_marked)
        assert gallery.audit().differences == 0
    newer = "versions.index(newest) if newest in known.objects else len(versions)"
    with without_guard(versions, "_purge", (newer, "0")):
        assert any(was_marked and lost(g) for g, was_marked in moments(put_and_tell))
    with without_guard(purge_module, "_put_meanwhile", ("if stored is None:", "if True:")):
        assert any(was_marked and lost(g) for g, was_marked in moments(put_and_tell))


def test_a_photo_that_returns_while_its_row_is_purged_keeps_what_people_said_of_it():
    """Guards the condition of the tombstone: the row is not in the bin any more."""

    def missing() -> MemoryGallery:
        gallery = a_gallery_with()
        set_favorite(ID, True, gallery.tables)
        gallery.bucket.remove(KEY)
        gallery.take_in(KEY)
        return gallery

    buried: list[bool] = []

    def come_back(gallery: MemoryGallery) -> None:
        buried.append(row_of(gallery) is None)
        gallery.bucket.place(KEY, TEAL)
        take_in(KEY, gallery.studio)

    def purge_or_not(gallery: MemoryGallery) -> None:
        with suppress(ConflictError):
            purge_it(gallery)

    def moments() -> list[tuple[Asset | None, bool]]:
        buried.clear()
        rows = [row_of(g) for g in at_every_moment(missing, purge_or_not, come_back)]
        return list(zip(rows, buried, strict=True))

    def kept(row: Asset | None, was_buried: bool) -> bool:
        return row is not None and row.deleted_at is None and row.is_favorite != was_buried

    assert all(kept(*moment) for moment in moments())
    with without_guard(Assets, "bury", (", _unchanged(asset)", "")):
        assert not all(kept(*moment) for moment in moments())


def test_a_picture_drawn_while_its_photo_is_purged_does_not_stay():
    def draw(gallery: MemoryGallery) -> None:
        with suppress(NotFoundError):
            gallery.studio.create_thumbnail_of(ID)

    def look(gallery: MemoryGallery) -> None:
        with suppress(NotFoundError):
            gallery.studio.create_preview(ID)

    def pending() -> MemoryGallery:
        gallery = in_the_bin()
        row = gallery.assets.get(ID)
        gallery.assets.change(row, thumbnail_key=None, thumbnail_url=KEY, source_etag=None)
        return gallery

    for task in (draw, look):
        found = at_every_moment(pending, task, purge_it)
        found += at_every_moment(pending, purge_it, task)
        assert all(gallery.bucket.objects == {} for gallery in found)


def test_a_tombstone_whose_answer_was_lost_is_no_failure():
    gallery = in_the_bin()

    def lose(_):
        gallery.wire.clear()
        raise ConditionFailedError("the first attempt of this request came through")

    gallery.wire.after("assets.put", lose)

    purge_it(gallery)

    assert is_gone(gallery)


def test_a_photo_that_changes_at_every_attempt_is_a_conflict():
    gallery = in_the_bin()
    widths = itertools.count(1000)

    def overtake(_):
        gallery.wire.clear()
        gallery.assets.change(gallery.assets.get(ID), width=next(widths))
        gallery.assets_table.before("put", overtake)

    gallery.assets_table.before("put", overtake)

    with pytest.raises(ConflictError, match="changed at each of 10 attempts"):
        purge_it(gallery)


# --- the bin as a whole --------------------------------------------------------------


def a_full_bin(size: int) -> MemoryGallery:
    gallery = a_gallery()
    assets = [an_asset(f"a{number:03}") for number in range(size)]
    gallery.add(*assets)
    for asset in assets:
        gallery.bucket.place(asset.key, b"photo")
        delete(asset.id, gallery.tables)
    return gallery


def test_a_bin_is_emptied_a_hundred_at_a_call_the_oldest_first():
    gallery = a_full_bin(MAX_PURGED + 3)
    ids = gallery.listed("bin")

    first = empty_bin("main", gallery.tables, gallery.media)

    assert [result.id for result in first.results] == ids[:MAX_PURGED]
    assert {result.error for result in first.results} == {None}
    assert (first.remaining, gallery.listed("bin")) == (3, ids[MAX_PURGED:])
    last = empty_bin("main", gallery.tables, gallery.media)
    assert ([result.id for result in last.results], last.remaining) == (ids[MAX_PURGED:], 0)
    assert is_gone(gallery)
    assert empty_bin("main", gallery.tables, gallery.media).results == []


def test_one_that_can_t_be_purged_fails_itself_and_remains():
    gallery = a_full_bin(3)

    def fail(request):
        if request.key == ("main/a001.jpg",):
            raise StorageUnavailableError("out of reach")

    gallery.bucket.before("delete_object", fail, None)

    emptied = empty_bin("main", gallery.tables, gallery.media)

    failed = [result.id for result in emptied.results if result.error is not None]
    assert (failed, emptied.remaining) == (["a001"], 1)
    gallery.wire.clear()
    assert empty_bin("main", gallery.tables, gallery.media).remaining == 0
    assert is_gone(gallery)


def test_what_the_list_still_shows_but_was_restored_is_left_alone():
    gallery = a_full_bin(2)
    row = gallery.assets.get("a000")
    gallery.assets.change(row, deleted_at=None, deleted_reason=None)  # the stream is late

    emptied = empty_bin("main", gallery.tables, gallery.media)

    assert [result.id for result in emptied.results] == ["a001"]
    assert emptied.remaining == 0
    gallery.deliver()
    assert gallery.listed() == ["a000"]


def test_the_bin_of_an_unknown_gallery_is_not_found():
    gallery = a_gallery()

    with pytest.raises(NotFoundError):
        empty_bin("unknown", gallery.tables, gallery.media)
    assert empty_bin("main", gallery.tables, gallery.media).remaining == 0


def test_a_photo_that_was_replaced_since_it_was_deleted_is_not_purged_unseen():
    """Nobody has told yet that another one lies there: its event is on its way."""
    gallery = in_the_bin()
    gallery.bucket.place(KEY, RED)

    with pytest.raises(ConflictError, match="was replaced since"):
        purge_it(gallery)

    assert gallery.bucket.objects[KEY].data == RED


def test_a_replacement_has_its_own_thirty_days_in_the_bin():
    gallery = in_the_bin()
    before = row_of(gallery)
    assert before is not None
    gallery.assets.change(before, deleted_at=NOW - timedelta(days=29))
    gallery.bucket.place(KEY, RED)

    _, row = gallery.take_in(KEY)

    assert row.deleted_at is not None
    assert row.deleted_at > NOW - timedelta(days=1)


def test_a_row_of_another_program_stays_for_others_may_have_the_same_original():
    gallery = a_gallery()
    gallery.bucket.place(KEY, TEAL)
    for asset_id in ("foreign-1", "foreign-2"):
        gallery.add(an_asset(asset_id, key=KEY))
    delete("foreign-1", gallery.tables)

    with pytest.raises(ConflictError, match="made by another program"):
        purge("foreign-1", gallery.tables, gallery.media)

    assert KEY in gallery.bucket.objects


def test_a_file_that_is_being_purged_is_no_duplicate_to_rely_on():
    gallery = a_gallery()
    sha256 = hashlib.sha256(TEAL).hexdigest()
    upload = Upload("main", "a.jpg", len(TEAL), sha256, "image/jpeg")
    row = an_asset(upload_id("main", sha256), deleted_at=NOW, deleted_reason="trashed")
    gallery.add(row)
    gallery.assets.change(gallery.assets.get(row.id), purging="v1")

    with pytest.raises(ConflictError, match="being destroyed"):
        start_upload(upload, gallery.tables, gallery.media)
