"""What appears in the bucket and vanishes from it, with every fault on the way (F01 to F24)."""

import io
import itertools
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from PIL import Image

from chalicelib import take_in as take_in_module
from chalicelib.create_thumbnail import Studio
from chalicelib.curate import delete, restore
from chalicelib.domain.asset import ORIGINAL_MISSING, TRASHED, Asset
from chalicelib.domain.thumbnail import preview_key, small_key, thumbnail_key
from chalicelib.errors import ConflictError, ForeignKeyRefusedError
from chalicelib.storage.assets import Assets
from chalicelib.take_in import take_in
from tests.builders import MemoryGallery, a_gallery, a_jpeg, an_asset
from tests.imaging.pictures import png_header
from tests.memory import Killed
from tests.mutation import without_guard

KEY = "main/a.jpg"
TEAL, RED = a_jpeg(colour="teal"), a_jpeg(colour="red")


@pytest.fixture
def gallery() -> MemoryGallery:
    return a_gallery()


def a_gallery_with(key: str = KEY, data: bytes = TEAL) -> MemoryGallery:
    """One photo, taken in."""
    gallery = a_gallery()
    gallery.bucket.place(key, data)
    take_in(key, gallery.studio)
    gallery.deliver()
    return gallery


def colour_of(gallery: MemoryGallery, key: str = KEY) -> str:
    """What the thumbnail of a photo of one colour shows."""
    picture = Image.open(io.BytesIO(gallery.bucket.objects[thumbnail_key(key)].data))
    red, green, _ = picture.convert("RGB").resize((1, 1)).tobytes()
    return "red" if red > green else "teal"


def the_row(gallery: MemoryGallery, key: str = KEY) -> Asset:
    row, _ = gallery.assets.find(key)
    assert row is not None
    return row


# --- what usually happens ------------------------------------------------------------


def test_a_new_object_has_its_row_its_thumbnail_and_its_place(gallery):
    gallery.bucket.place(KEY, TEAL)

    outcome, row = gallery.take_in(KEY)
    gallery.deliver()

    assert outcome == "drawn"
    assert row == the_row(gallery)
    assert (row.key, row.gallery, row.filename, row.width, row.height) == (
        KEY,
        "main",
        "a.jpg",
        160,
        120,
    )
    assert row.thumbnail_url == row.thumbnail_key == "main/a_thumb.jpg"
    assert row.source_etag == gallery.bucket.objects[KEY].etag
    assert gallery.bucket.objects.keys() == {KEY, thumbnail_key(KEY), small_key(KEY)}
    assert gallery.listed() == [row.id]


def test_an_uploaded_file_is_called_as_it_was_on_its_owner_s_disk(gallery):
    key = f"main/{'0a' * 16}.jpg"
    gallery.bucket.place(key, TEAL, filename="Beach%20%C3%A4.jpg")

    _, row = gallery.take_in(key)

    assert (row.id, row.filename) == ("0a" * 16, "Beach ä.jpg")


def test_a_row_that_is_there_keeps_its_id_and_what_people_wrote(gallery):
    gallery.assets.create(
        an_asset("a", key=KEY, thumbnail_url=KEY, thumbnail_key=None, filename="Beach",
                 details={"title": "Ours"})
    )  # fmt: skip
    gallery.bucket.place(KEY, TEAL)

    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.id, row.filename, row.details["title"]) == ("drawn", "a", "Beach", "Ours")
    assert row.has_thumbnail


def test_an_original_that_vanishes_goes_to_the_bin_and_comes_back_with_it():
    gallery = a_gallery_with()
    gallery.bucket.remove(KEY)

    outcome, row = gallery.take_in(KEY)
    gallery.deliver()

    assert (outcome, row.deleted_reason) == ("missing", ORIGINAL_MISSING)
    assert (gallery.listed(), gallery.listed("bin")) == ([], [row.id])
    gallery.bucket.place(KEY, TEAL)
    assert take_in(KEY, gallery.studio)[0] == "unchanged"
    gallery.deliver()
    assert (gallery.listed(), gallery.listed("bin")) == ([row.id], [])
    assert (the_row(gallery).deleted_at, the_row(gallery).deleted_reason) == (None, None)


def test_another_original_under_the_key_of_a_missing_one_is_drawn_and_comes_back():
    gallery = a_gallery_with()
    gallery.bucket.remove(KEY)
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, RED)

    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.deleted_at, colour_of(gallery)) == ("drawn", None, "red")


def test_what_a_person_put_into_the_bin_stays_there_whatever_becomes_of_its_original():
    gallery = a_gallery_with()
    row = the_row(gallery)
    delete(row.id, gallery.tables)
    gallery.bucket.remove(KEY)

    assert take_in(KEY, gallery.studio)[0] == "unchanged"
    gallery.bucket.place(KEY, RED)
    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.deleted_reason, colour_of(gallery)) == ("drawn", TRASHED, "red")
    assert restore(row.id, gallery.tables, gallery.media).deleted_at is None


# --- events, more than once and in any order -----------------------------------------


@pytest.mark.parametrize("times", [2, 10])
def test_f01_the_same_event_many_times_is_one_thumbnail_and_one_version(gallery, times):
    gallery.bucket.place(KEY, TEAL)
    take_in(KEY, gallery.studio)
    state, writes = gallery.state(), gallery.wire.writes

    outcomes = {take_in(KEY, gallery.studio)[0] for _ in range(times)}

    assert outcomes == {"unchanged"}
    assert (gallery.state(), gallery.wire.writes) == (state, writes)
    assert the_row(gallery).version == 1


def test_f02_the_same_event_at_once_ends_as_once(gallery):
    """Both have read the original when the first of them writes."""
    gallery.bucket.place(KEY, TEAL)
    barrier = threading.Barrier(2, timeout=20)
    gallery.bucket.before("get_object", lambda _: barrier.wait(), 2)
    outcomes = []

    def deliver():
        outcomes.append(take_in(KEY, gallery.studio)[0])

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["drawn", "unchanged"]
    assert gallery.state() == a_gallery_with().state()


def test_f03_a_removal_before_the_creation_leaves_nothing(gallery):
    """Both events speak of an object that is gone by now."""
    for _ in range(2):
        assert take_in(KEY, gallery.studio) == ("gone", None)

    assert gallery.state() == ({}, [])


def test_f04_two_overwrites_end_with_the_newest_in_any_order():
    gallery = a_gallery_with()
    gallery.bucket.place(KEY, RED)

    outcomes = [take_in(KEY, gallery.studio)[0] for _ in range(2)]

    assert outcomes == ["drawn", "unchanged"]
    assert colour_of(gallery) == "red"
    assert the_row(gallery).source_etag == gallery.bucket.objects[KEY].etag


def test_f06_an_object_removed_before_it_is_looked_at_is_dropped_quietly(gallery):
    gallery.bucket.place(KEY, TEAL)
    gallery.bucket.before("head_object", lambda _: gallery.bucket.remove(KEY))

    assert take_in(KEY, gallery.studio) == ("gone", None)
    assert gallery.wire.count("get_object") == 0


# --- what happens while a thumbnail is made ------------------------------------------


def every_moment(
    prepare: Callable[[], MemoryGallery], meanwhile: Callable[[MemoryGallery], object]
) -> list[MemoryGallery]:
    """Take a key in, with something else happening before request 0, 1, 2 … of it.

    What happens has an event of its own, which is handled at once: it will not come again.
    """
    found: list[MemoryGallery] = []
    for number in itertools.count():
        gallery = prepare()
        came: list[bool] = []

        def happen(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            meanwhile(gallery)
            take_in(KEY, gallery.studio)

        gallery.wire.at(number, happen)
        take_in(KEY, gallery.studio)
        if not came:
            return found
        gallery.deliver()
        found.append(gallery)
    raise AssertionError("unreachable")


def a_new_object() -> MemoryGallery:
    gallery = a_gallery()
    gallery.bucket.place(KEY, TEAL)
    return gallery


def a_replaced_object() -> MemoryGallery:
    gallery = a_gallery_with()
    gallery.bucket.place(KEY, a_jpeg(colour="blue"))
    return gallery


def a_returned_object() -> MemoryGallery:
    gallery = a_gallery_with()
    gallery.bucket.remove(KEY)
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_jpeg(colour="blue"))
    return gallery


def an_undrawable_object_in_the_place_of_a_photo() -> MemoryGallery:
    gallery = a_gallery_with()
    gallery.bucket.place(KEY, b"no photo at all")
    return gallery


STATES = [
    a_new_object,
    a_gallery_with,
    a_replaced_object,
    a_returned_object,
    an_undrawable_object_in_the_place_of_a_photo,
]


@pytest.mark.parametrize("prepare", STATES)
def test_f05_an_original_replaced_at_any_moment_ends_with_the_newest(prepare):
    galleries = every_moment(prepare, lambda gallery: gallery.bucket.place(KEY, RED))

    assert len(galleries) >= 3
    for gallery in galleries:
        row = the_row(gallery)
        assert colour_of(gallery) == "red"
        assert row.source_etag == gallery.bucket.objects[KEY].etag
        assert (row.has_thumbnail, row.thumbnail_error, row.deleted_at) == (True, None, None)
        for key in (thumbnail_key(KEY), small_key(KEY)):
            assert gallery.media.shows(key, row.source_etag)
        assert gallery.audit().differences == 0


@pytest.mark.parametrize("prepare", STATES)
def test_f07_an_original_removed_at_any_moment_leaves_no_photo_in_the_timeline(prepare):
    galleries = every_moment(prepare, lambda gallery: gallery.bucket.remove(KEY))

    assert len(galleries) >= 3
    for gallery in galleries:
        row, _ = gallery.assets.find(KEY)
        assert gallery.listed() == []
        if row is None:
            assert gallery.bucket.objects == {}
        else:
            assert row.deleted_reason == ORIGINAL_MISSING


@pytest.mark.parametrize("prepare", STATES)
def test_an_original_that_becomes_undrawable_at_any_moment_says_so(prepare):
    for gallery in every_moment(prepare, lambda g: g.bucket.place(KEY, b"no photo")):
        row = the_row(gallery)
        assert (row.thumbnail_state, row.thumbnail_url) == ("failed", KEY)
        assert row.source_etag == gallery.bucket.objects[KEY].etag
        assert row.thumbhash is None


def test_an_original_that_returns_while_it_is_found_gone_has_its_thumbnail():
    """Its thumbnails are made between the look for it and the removal of its old ones."""
    gallery = a_gallery_with()
    gallery.assets_table.delete_many([(the_row(gallery).id,)])
    gallery.bucket.remove(KEY)
    meant_for_removal = a_copy_of(gallery)

    for number in range(1, 12):
        gallery = meant_for_removal()

        def come_back(gallery: MemoryGallery = gallery) -> None:
            gallery.bucket.place(KEY, RED)
            take_in(KEY, gallery.studio)

        gallery.wire.at(number, come_back)
        take_in(KEY, gallery.studio)
        gallery.wire.clear()
        if KEY in gallery.bucket.objects:
            assert colour_of(gallery) == "red"
            assert small_key(KEY) in gallery.bucket.objects
            assert gallery.media.shows(thumbnail_key(KEY), the_row(gallery).source_etag or "")


def a_copy_of(gallery: MemoryGallery) -> Callable[[], MemoryGallery]:
    objects = dict(gallery.bucket.objects)

    def copy() -> MemoryGallery:
        other = a_gallery()
        other.bucket.objects = dict(objects)
        return other

    return copy


def test_a_photo_deleted_by_a_person_while_it_is_drawn_stays_in_the_bin():
    def trash(gallery: MemoryGallery) -> None:
        row, _ = gallery.assets.find(KEY)
        if row is not None:
            delete(row.id, gallery.tables)

    for gallery in every_moment(a_replaced_object, trash):
        assert the_row(gallery).deleted_reason == TRASHED
        assert gallery.listed() == []


def test_a_row_purged_while_its_photo_is_drawn_is_made_anew_from_what_is_there():
    def purge(gallery: MemoryGallery) -> None:
        row, _ = gallery.assets.find(KEY)
        if row is not None:
            gallery.assets_table.delete_many([(row.id,)])

    for gallery in every_moment(a_replaced_object, purge):
        assert len(gallery.assets_table.items) == 1
        assert gallery.audit().differences == 0


def test_a_row_that_changes_at_every_attempt_is_a_conflict(gallery):
    gallery.bucket.place(KEY, TEAL)
    gallery.assets.create(an_asset("a", key=KEY, thumbnail_key=None))

    def overtaken(_):
        gallery.assets.change(
            gallery.assets.get("a"), width=1 + (gallery.assets.get("a").width or 0)
        )

    busy = without_reentry(gallery, overtaken)

    with pytest.raises(ConflictError, match=r"main/a\.jpg changed at each of 10 attempts"):
        take_in(KEY, gallery.studio)
    assert busy() == 10


def without_reentry(gallery: MemoryGallery, callback: Callable[..., object]) -> Callable[[], int]:
    """Call back before every update, but for those the callback makes itself."""
    gallery.wire.clear()
    calls = []

    def guarded(request):
        gallery.wire.clear()
        calls.append(request)
        callback(request)
        gallery.assets_table.before("update", guarded)

    gallery.assets_table.before("update", guarded)
    return lambda: len(calls)


# --- crashes -------------------------------------------------------------------------


@pytest.mark.parametrize("prepare", STATES)
def test_f21_f22_killed_at_any_request_and_delivered_again_ends_as_a_clean_run(prepare):
    clean = prepare()
    take_in(KEY, clean.studio)
    for number in itertools.count():
        gallery = prepare()
        gallery.wire.kill_at(number)
        try:
            take_in(KEY, gallery.studio)
            break
        except Killed:
            gallery.wire.clear()

        take_in(KEY, gallery.studio)

        assert gallery.state() == clean.state()
    assert number >= 3


def test_f22_a_thumbnail_without_its_row_is_found_and_recorded():
    gallery = a_new_object()

    def time_out(_):
        raise Killed

    gallery.assets_table.before("put", time_out)
    with pytest.raises(Killed):
        take_in(KEY, gallery.studio)
    assert thumbnail_key(KEY) in gallery.bucket.objects

    assert take_in(KEY, gallery.studio)[0] == "drawn"
    assert gallery.state() == a_gallery_with().state()


# --- keys ----------------------------------------------------------------------------

FORTY_KEYS = [
    *(
        f"main/{name}.jpg"
        for name in (
            "with space", " lead", "trail ", "a+b", "a%b", "a%2Bb", "a%25b", "a%20b", "a&b=c",
            "a#b", "a?b", "a;b", "a:b", "a,b", "a@b", "a=b", "a'b", 'a"b', "a\\b", "a|b", "a<b>",
            "a[b]", "a{b}", "a^b", "a`b", "a~b", "a*b", "a..b", "...", "a\tb", "a\nb", "a\x00b",
            "🏔️", "\u202eabc", unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é"),
            "日本/写真", "/double", "-", "see https://example.org/a",
        )
    ),
    "main/no extension",
    "main/IMG.",
    "main/.hidden",
    "main/UPPER.JPG",
    "main/a.jpg",
    "main/a.jpeg",
    "main/" + "é" * 490 + ".jpg",
]  # fmt: skip


@pytest.mark.parametrize("key", FORTY_KEYS)
def test_f08_f09_f10_a_key_is_opaque_text_and_comes_back_as_it_is(key):
    gallery = a_gallery_with(key)

    row = the_row(gallery, key)

    assert (row.key, row.url, row.local_path) == (key, key, key.removeprefix("main/"))
    assert {key, thumbnail_key(key), small_key(key)} == gallery.bucket.objects.keys()
    assert take_in(key, gallery.studio)[0] == "unchanged"
    assert gallery.listed() == [row.id]


def test_f09_all_these_keys_beside_each_other_are_as_many_photos(gallery):
    for key in FORTY_KEYS:
        gallery.bucket.place(key, TEAL)
    for key in FORTY_KEYS:
        assert take_in(key, gallery.studio)[0] == "drawn"
    gallery.deliver()

    assert len(set(gallery.listed())) == len(FORTY_KEYS)
    assert len(gallery.bucket.objects) == 3 * len(FORTY_KEYS)


@pytest.mark.parametrize(
    "key",
    [
        "main/a_thumb.jpg",
        "main/a_thumb.png.jpg",
        "main/.small/a.jpg.jpg",
        "main/.preview/a.jpg.jpg",
        "main/a.jpg.xmp",
        "main/a.XMP",
        "main/../secret.jpg",
        "main/folder/",
        "a.jpg",
        "Main/a.jpg",
        "/main/a.jpg",
        "main/" + "x" * 1010 + ".jpg",
    ],
)
def test_f11_f12_own_output_and_foreign_keys_are_refused_before_any_request(gallery, key):
    gallery.bucket.place(key, TEAL)

    with pytest.raises(ForeignKeyRefusedError):
        take_in(key, gallery.studio)

    assert gallery.wire.requests == []


def test_f13_two_files_that_differ_in_their_extension_have_two_thumbnails(gallery):
    names = ["a.jpg", "a.png", "a.JPG", "a.jpeg", "a"]
    for name, colour in zip(names, ["red", "teal", "red", "teal", "red"], strict=True):
        gallery.bucket.place(f"main/{name}", a_jpeg(colour=colour))
    for name in names:
        take_in(f"main/{name}", gallery.studio)

    assert [colour_of(gallery, f"main/{name}") for name in names] == [
        "red", "teal", "red", "teal", "red",
    ]  # fmt: skip


def test_f14_own_output_that_is_delivered_again_never_feeds_itself(gallery):
    """As if the filter of the notification were gone: every PUT comes back as an event."""
    handled = []

    def deliver(event, key):
        handled.append((event, key))
        assert len(handled) < 16
        with suppress(ForeignKeyRefusedError):
            take_in(key, gallery.studio)

    gallery.bucket.on_event = deliver

    gallery.bucket.place(KEY, TEAL)

    assert [key for _, key in handled] == [KEY, thumbnail_key(KEY), small_key(KEY)]
    assert not any("_thumb_thumb" in key for key in gallery.bucket.objects)
    gallery.bucket.remove(KEY)
    assert the_row(gallery).deleted_reason == ORIGINAL_MISSING


def test_f19_a_delete_marker_is_an_object_that_is_gone():
    """A HEAD of one answers 404; the versions under it are not looked at."""
    gallery = a_gallery_with()
    gallery.bucket.remove(KEY)

    assert take_in(KEY, gallery.studio)[0] == "missing"


def test_f20_an_etag_of_a_multipart_upload_is_as_good_as_any(gallery):
    gallery.bucket.place(KEY, TEAL, etag="9b2cf535f27731c974343645a3985328-17")

    assert take_in(KEY, gallery.studio)[0] == "drawn"
    assert take_in(KEY, gallery.studio)[0] == "unchanged"
    assert the_row(gallery).source_etag == "9b2cf535f27731c974343645a3985328-17"


# --- files that are none -------------------------------------------------------------


def test_an_empty_file_is_a_row_that_says_so(gallery):
    gallery.bucket.place(KEY, b"")

    outcome, row = gallery.take_in(KEY)
    gallery.deliver()

    assert (outcome, row.thumbnail_error, row.file_size) == ("undrawable", "empty", 0)
    assert gallery.listed() == gallery.listed("failed") == [row.id]
    assert take_in(KEY, gallery.studio)[0] == "unchanged"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Dear diary, " * 100, "unsupported"),
        (TEAL[:200], "truncated"),
        (TEAL[:2], "unsupported"),
        (png_header(64_000, 64_000), "too-large"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 500, None),
    ],
)
def test_a_file_that_can_t_be_drawn_is_a_row_that_says_why(gallery, data, reason):
    gallery.bucket.place(KEY, data)

    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.thumbnail_state) == ("undrawable", "failed")
    assert row.thumbnail_error == reason or reason is None
    assert row.thumbnail_error_detail
    assert row.thumbnail_url == row.url
    assert gallery.bucket.objects.keys() == {KEY}


def test_a_file_that_is_put_right_is_drawn(gallery):
    gallery.bucket.place(KEY, b"no photo")
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, TEAL)

    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.thumbnail_state, row.thumbnail_error) == ("drawn", "ready", None)


def test_a_photo_replaced_by_one_that_can_t_be_drawn_loses_its_old_pictures():
    gallery = an_undrawable_object_in_the_place_of_a_photo()
    gallery.bucket.place(preview_key(KEY), TEAL, **{"source-etag": "older"})

    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.thumbhash) == ("undrawable", None)
    assert gallery.bucket.objects.keys() == {KEY}


def test_f12_a_person_s_own_file_is_not_lost_to_the_thumbnail_of_another(gallery):
    gallery.bucket.place("main/holiday_thumb.jpg", RED)
    gallery.bucket.place("main/holiday.jpg", TEAL)

    outcome, row = gallery.take_in("main/holiday.jpg")

    assert (outcome, row.thumbnail_error) == ("undrawable", "name-taken")
    assert "holiday_thumb.jpg" in row.thumbnail_error_detail
    assert gallery.bucket.objects["main/holiday_thumb.jpg"].data == RED


def test_a_binned_row_names_no_pictures_that_are_gone(gallery):
    gallery.bucket.place("main/a.jpg", TEAL)
    gallery.take_in("main/a.jpg")
    gallery.bucket.remove("main/.small/a.jpg.jpg")
    gallery.bucket.remove("main/a.jpg")

    outcome, row = gallery.take_in("main/a.jpg")

    assert (outcome, row.thumbnail_state, row.thumbnail_url) == ("missing", "pending", row.url)
    gallery.bucket.place("main/a.jpg", TEAL)
    assert gallery.take_in("main/a.jpg")[1].thumbnail_state == "ready"


def test_one_that_fails_stays_visible_while_another_is_drawn(gallery):
    gallery.bucket.place("main/bad.jpg", b"no photo")
    gallery.bucket.place("main/good.jpg", TEAL)
    for key in ("main/bad.jpg", "main/good.jpg"):
        take_in(key, gallery.studio)
    gallery.deliver()

    assert len(gallery.listed()) == 2


# --- the guards, each taken out once -------------------------------------------------


def lost(gallery: MemoryGallery) -> bool:
    """Whether what the row says is not what lies in the bucket."""
    row, _ = gallery.assets.find(KEY)
    if row is None:
        return KEY in gallery.bucket.objects
    is_there = KEY in gallery.bucket.objects
    if not is_there:
        return row.deleted_reason != ORIGINAL_MISSING
    pictures = (thumbnail_key(KEY), small_key(KEY)) if row.has_thumbnail else ()
    is_shown = row.deleted_at is None
    return not is_shown or not all(
        gallery.media.shows(key, row.source_etag or "") for key in pictures
    )


def a_vanished_object() -> MemoryGallery:
    gallery = a_gallery_with()
    gallery.bucket.remove(KEY)
    return gallery


def remains_of_a_purged_photo() -> MemoryGallery:
    gallery = a_vanished_object()
    gallery.assets_table.delete_many([(the_row(gallery).id,)])
    return gallery


def test_a_row_is_looked_after_once_it_is_committed():
    """Guards the last look of `create_thumbnail`: the removal was told before."""
    look = "if (is_new or returned) and self.media.head(asset.key) is None:"

    def remove(gallery):
        gallery.bucket.remove(KEY)

    for prepare in (a_new_object, a_returned_object):
        assert not any(map(lost, every_moment(prepare, remove)))
        with without_guard(Studio, "create_thumbnail", (look, "if False:")):
            assert any(map(lost, every_moment(prepare, remove)))


def test_an_original_that_returns_at_any_moment_is_shown():
    """Guards the last look of `vanish`: the return was told before."""
    look = "if media.head(key) is not None:\n        # Its return"

    def come_back(gallery):
        gallery.bucket.place(KEY, TEAL)

    for prepare in (a_vanished_object, remains_of_a_purged_photo):
        assert not any(map(lost, every_moment(prepare, come_back)))
        with without_guard(take_in_module, "vanish", (look, "if False:\n        # Its return")):
            assert any(map(lost, every_moment(prepare, come_back)))


def test_old_pictures_go_before_the_row_says_that_there_are_none():
    """Guards the order of `_make`: after the row, a newer photo's pictures would go."""
    delete_them = "self.media.delete_renditions(asset.key)"
    record = "recorded = record(asset, **changes, **noted)"
    after = f"{record}\n    if drawing is None and asset.has_thumbnail: {delete_them}"

    def replace(gallery):
        gallery.bucket.place(KEY, RED)

    def moments() -> list[MemoryGallery]:
        return every_moment(an_undrawable_object_in_the_place_of_a_photo, replace)

    assert not any(map(lost, moments()))
    with without_guard(Studio, "_make", (delete_them, "pass"), (record, after)):
        assert any(map(lost, moments()))


def test_a_row_that_changed_meanwhile_is_not_recorded():
    """Guards the condition of `Assets.change`."""

    def replace(gallery):
        gallery.bucket.place(KEY, RED)

    assert not any(map(lost, every_moment(a_replaced_object, replace)))
    with without_guard(Assets, "change", ("condition=_unchanged(asset)", "condition=None")):
        assert any(map(lost, every_moment(a_replaced_object, replace)))
