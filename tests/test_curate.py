import itertools
from datetime import UTC, datetime

import pytest

from chalicelib import curate, refresh_pages
from chalicelib.curate import create_person, delete, restore, set_favorite, set_visibility
from chalicelib.domain.asset import ORIGINAL_MISSING, TRASHED, Face
from chalicelib.domain.person import Person
from chalicelib.errors import AssetNotFoundError, ConflictError
from chalicelib.purge import purge
from tests.builders import MemoryGallery, a_gallery, an_asset
from tests.memory import Killed
from tests.mutation import without_guard

DELETED = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def gallery() -> MemoryGallery:
    found = a_gallery()
    found.bucket.place("main/a1.jpg", b"photo")
    found.add(an_asset("a1"), an_asset("a2"))
    return found


def test_a_favourite_is_listed_at_once_and_not_any_more_when_it_is_none(gallery):
    liked = set_favorite("a1", True, gallery.tables)

    assert (liked.is_favorite, gallery.listed("fav")) == (True, ["a1"])
    set_favorite("a1", False, gallery.tables)
    assert gallery.listed("fav") == []
    assert gallery.audit().differences == 0


def test_what_is_so_already_is_not_written_again(gallery):
    set_favorite("a1", True, gallery.tables)
    writes = gallery.wire.writes

    again = set_favorite("a1", True, gallery.tables)
    restore("a1", gallery.tables, gallery.media)

    assert (again.version, gallery.wire.writes) == (2, writes)


def test_a_deleted_photo_is_in_the_bin_at_once_and_restored_on_its_day(gallery):
    deleted = delete("a1", gallery.tables)

    assert deleted.deleted_reason == TRASHED
    assert (gallery.listed(), gallery.listed("bin")) == (["a2"], ["a1"])
    restored = restore("a1", gallery.tables, gallery.media)
    assert (restored.deleted_at, restored.deleted_reason) == (None, None)
    assert (gallery.listed(), gallery.listed("bin")) == (["a1", "a2"], [])
    assert gallery.audit().differences == 0


def test_a_photo_deleted_twice_keeps_the_time_of_the_first(gallery):
    delete("a1", gallery.tables)
    first = gallery.assets.get("a1")

    assert delete("a1", gallery.tables) == first


def test_a_photo_whose_original_is_missing_is_not_restored(gallery):
    gallery.assets.change(
        gallery.assets.get("a2"), deleted_at=DELETED, deleted_reason=ORIGINAL_MISSING
    )

    with pytest.raises(
        ConflictError, match=r"returns by itself once main/a2\.jpg is in the bucket"
    ):
        restore("a2", gallery.tables, gallery.media)


def test_a_photo_that_a_person_deleted_before_its_original_went_missing_is_not_restored(gallery):
    delete("a2", gallery.tables)

    with pytest.raises(ConflictError, match="original of asset a2 is missing"):
        restore("a2", gallery.tables, gallery.media)


@pytest.mark.parametrize("id", ["unknown", ""])
def test_an_unknown_photo_is_not_found(gallery, id):
    with pytest.raises(AssetNotFoundError):
        set_favorite(id, True, gallery.tables)
    with pytest.raises(AssetNotFoundError):
        delete(id, gallery.tables)
    with pytest.raises(AssetNotFoundError):
        restore(id, gallery.tables, gallery.media)


def test_a_photo_put_aside_is_in_its_list_and_no_other(gallery):
    set_favorite("a1", True, gallery.tables)

    for visibility in ("archive", "hidden", "locked"):
        assert set_visibility("a1", visibility, gallery.tables).visibility == visibility
        assert gallery.listed(visibility) == ["a1"]
        assert (gallery.listed(), gallery.listed("fav")) == (["a2"], [])

    set_visibility("a1", "timeline", gallery.tables)
    assert (gallery.listed(), gallery.listed("fav")) == (["a1", "a2"], ["a1"])
    assert gallery.audit().differences == 0


# --- motion photos -------------------------------------------------------------------


@pytest.fixture
def motion(gallery: MemoryGallery) -> MemoryGallery:
    """The photo a1 has a video half, v1."""
    gallery.bucket.place("main/v1.mov", b"video")
    gallery.add(an_asset("v1", key="main/v1.mov", file_type="video", is_live_video=True))
    gallery.assets.change(gallery.assets.get("a1"), live_video_id="v1")
    return gallery


def test_a_motion_photo_takes_its_video_half_along_and_back(motion):
    delete("a1", motion.tables)
    assert motion.assets.get("v1").deleted_reason == TRASHED

    restore("a1", motion.tables, motion.media)
    assert motion.assets.get("v1").deleted_at is None

    set_visibility("a1", "locked", motion.tables)
    assert motion.assets.get("v1").visibility == "locked"
    set_favorite("a1", True, motion.tables)
    assert not motion.assets.get("v1").is_favorite
    assert motion.audit().differences == 0


def test_a_crash_between_a_photo_and_its_half_is_mended_by_the_same_change_again(motion):
    def die(request):
        if request.key == ("v1",):
            raise Killed

    motion.assets_table.before("update", die, None)
    with pytest.raises(Killed):
        delete("a1", motion.tables)
    motion.wire.clear()

    delete("a1", motion.tables)

    assert motion.assets.get("v1").deleted_reason == TRASHED
    motion.deliver()
    assert motion.audit().differences == 0


def test_a_half_that_is_missing_or_can_t_come_back_keeps_nobody_from_its_photo(motion):
    delete("a1", motion.tables)
    motion.bucket.remove("main/v1.mov")
    assert restore("a1", motion.tables, motion.media).deleted_at is None
    assert motion.assets.get("v1").deleted_at is not None

    motion.assets_table.delete_many([("v1",)])

    assert delete("a1", motion.tables).deleted_reason == TRASHED


def test_a_video_that_a_photo_names_but_that_is_no_half_is_left_alone(motion):
    motion.assets.change(motion.assets.get("v1"), is_live_video=False)

    delete("a1", motion.tables)

    assert motion.assets.get("v1").deleted_at is None


def test_a_change_of_a_half_by_its_own_id_is_its_own(motion):
    delete("v1", motion.tables)

    assert motion.assets.get("a1").deleted_at is None
    purge("v1", motion.tables, motion.media)
    assert delete("a1", motion.tables).deleted_reason == TRASHED


# --- persons -------------------------------------------------------------------------


def test_a_person_made_after_its_faces_knows_them_at_once(gallery):
    face = Face("p1", (0, 0, 10, 10), (100, 100), "machine-learning")
    gallery.add(an_asset("a3", faces={"f1": face, "f2": face}), an_asset("a4", faces={"f3": face}))
    assert list(gallery.people.list("main")) == []

    create_person(Person("p1", "main", "Ada"), gallery.tables)

    assert gallery.people.get("main", "p1") == Person("p1", "main", "Ada", faces=3, assets=2)
    assert gallery.audit().differences == 0
    delete("a3", gallery.tables)
    person = gallery.people.get("main", "p1")
    assert (person.faces, person.assets) == (1, 1)


def test_faces_that_come_while_a_person_is_made_are_counted():
    """Guards the order of `create_person`: the sum is taken once the row is there."""

    def totals() -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        for number in itertools.count():
            gallery = a_gallery()
            face = Face("p1", (0, 0, 10, 10), (100, 100), "machine-learning")
            came: list[bool] = []

            def come(gallery=gallery, came=came, face=face) -> None:
                came.append(True)
                gallery.add(an_asset("a1", faces={"f1": face}))

            gallery.wire.at(number, come)
            curate.create_person(Person("p1", "main"), gallery.tables)
            gallery.wire.clear()
            if not came:
                return found
            person = gallery.people.get("main", "p1")
            found.add((person.faces, person.assets))
        raise AssertionError("unreachable")

    assert totals() == {(1, 1)}
    create, sum_up = (
        "tables.people.create(person)",
        "summarise(person.gallery, person_view(person.id), tables)",
    )
    with without_guard(curate, "create_person", (create, "pass"), (sum_up, f"{sum_up}; {create}")):
        assert (0, 0) in totals()


# --- several at once -----------------------------------------------------------------


def test_two_changes_at_once_are_both_made(gallery):
    gallery.assets_table.before("update", lambda _: set_favorite("a1", True, gallery.tables))

    delete("a1", gallery.tables)

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
        delete("a1", gallery.tables)
    assert next(widths) == 1010


def test_a_change_is_made_even_when_the_lists_are_busy(gallery, monkeypatch):
    """It is committed; the stream brings the lists up."""
    monkeypatch.setattr(refresh_pages, "_SAVE_ATTEMPTS", 0)

    deleted = delete("a1", gallery.tables)

    assert deleted.deleted_at is not None
    monkeypatch.undo()
    gallery.deliver()
    assert gallery.listed("bin") == ["a1"]


def test_the_stream_s_own_delivery_after_a_change_changes_nothing(gallery):
    delete("a1", gallery.tables)
    before = gallery.pages.node("main", "bin", f"{datetime.now(UTC):%Y-%m}").revision

    gallery.deliver()

    assert before == 1
    assert gallery.pages.node("main", "bin", f"{datetime.now(UTC):%Y-%m}").revision == before
