import dataclasses
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from chalicelib import create_thumbnail
from chalicelib.create_thumbnail import repeated
from chalicelib.describe import facts_of_row
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.domain.thumbnail import RECIPE, preview_key, small_key, thumbnail_key
from chalicelib.draw import draw_rendition
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    ConflictError,
    DecoderMissingError,
    ObjectNotFoundError,
    StorageUnavailableError,
    UndrawableError,
)
from chalicelib.imaging import examine
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.imaging.facts import Facts
from chalicelib.storage import media
from chalicelib.storage.media import StoredObject
from chalicelib.take_in import take_in
from tests.builders import BUCKET, MemoryGallery, a_gallery, a_jpeg, an_asset, wall_clock
from tests.imaging.pictures import a_video, an_exif, an_xmp, drawing_of, four_corners, saved

KEY = "main/a.jpg"
ORIGINAL = StoredObject(KEY, "etag", 1234)
UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")


def a_dated_jpeg(
    date: str = "2024:06:01 00:30:00", offset: str = "+02:00", title: str = ""
) -> bytes:
    photo = {0x9003: date, 0x9011: offset}
    return saved(four_corners(), exif=an_exif({0x010E: title or "A title"}, photo))


@pytest.fixture
def gallery() -> MemoryGallery:
    return a_gallery()


def a_waiting_row(gallery: MemoryGallery, url: str = KEY, **fields):
    return gallery.assets.create(
        an_asset("a1", key=KEY, url=url, thumbnail_url=url, thumbnail_key=None,
                 taken_local=None, width=None, height=None, file_size=None, **fields)
    )  # fmt: skip


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        f"s3://{BUCKET}/",
        f"https://{BUCKET}.s3.eu-central-1.amazonaws.com/",
        f"https://s3.eu-central-1.amazonaws.com/{BUCKET}/",
        "https://d111111abcdef8.cloudfront.net/",
    ],
)
def test_a_thumbnail_s_url_is_written_in_the_form_of_the_original_s(gallery, prefix):
    a_waiting_row(gallery, url=prefix + KEY)
    gallery.bucket.place(KEY, a_jpeg())

    made = gallery.studio.create_thumbnail_of("a1")

    assert (made.outcome, made.asset.thumbnail_url) == ("drawn", f"{prefix}main/a_thumb.jpg")
    assert gallery.assets.get("a1") == made.asset
    assert made.thumbnail_bytes == len(gallery.bucket.objects["main/a_thumb.jpg"].data)
    assert gallery.studio.create_thumbnail_of("a1").outcome == "unchanged"


def test_a_row_of_another_program_keeps_all_it_had(gallery):
    gallery.assets_table.put(
        {"id": {"S": "a1"}, "url": {"S": KEY}, "thumbnail_url": {"S": KEY},
         "filename": {"S": "x.jpg"}, "shelf": {"L": [{"S": "theirs"}]}}
    )  # fmt: skip
    gallery.bucket.place(KEY, a_jpeg())

    gallery.studio.create_thumbnail_of("a1")

    item = gallery.assets_table.get("a1") or {}
    assert (item["shelf"], item["filename"]) == ({"L": [{"S": "theirs"}]}, {"S": "x.jpg"})
    assert item["thumbnail_url"] == {"S": "main/a_thumb.jpg"}


def test_originals_are_never_written(gallery):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_dated_jpeg())
    original = gallery.bucket.objects[KEY]

    gallery.studio.create_thumbnail_of("a1")

    assert gallery.bucket.objects[KEY] is original


def test_an_unknown_asset_and_a_missing_original_are_not_found(gallery):
    a_waiting_row(gallery)

    with pytest.raises(AssetNotFoundError):
        gallery.studio.create_thumbnail_of("unknown")
    with pytest.raises(ObjectNotFoundError):
        gallery.studio.create_thumbnail_of("a1")
    assert gallery.wire.count("update") == 0


def test_what_failed_for_good_is_not_tried_again_unless_asked(gallery, monkeypatch):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, b"no photo")
    gallery.studio.create_thumbnail_of("a1")
    reads = gallery.wire.count("get_object")

    assert gallery.studio.create_thumbnail_of("a1").outcome == "unchanged"
    assert gallery.wire.count("get_object") == reads
    again = gallery.studio.create_thumbnail_of("a1", retry_failed=True)
    assert again.outcome == "undrawable"
    drawing = drawing_of(a_jpeg())
    monkeypatch.setattr(examine, "develop", lambda *_, **__: drawing)  # a decoder was added
    assert gallery.studio.create_thumbnail_of("a1", retry_failed=True).outcome == "drawn"


def test_what_failed_is_tried_again_when_its_original_changed(gallery):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, b"no photo")
    gallery.studio.create_thumbnail_of("a1")
    gallery.bucket.place(KEY, a_jpeg())

    assert gallery.studio.create_thumbnail_of("a1").outcome == "drawn"


def test_a_thumbnail_that_was_deleted_from_the_bucket_is_made_again(gallery):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_jpeg())
    gallery.studio.create_thumbnail_of("a1")
    for key in (thumbnail_key(KEY), small_key(KEY)):
        gallery.bucket.remove(key)
        assert gallery.studio.create_thumbnail_of("a1").outcome == "drawn"
        assert key in gallery.bucket.objects


@pytest.fixture
def an_older_one(gallery, monkeypatch):
    """A photo whose pictures were drawn by the recipe before, with a preview."""
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_jpeg(3000, 2000))
    with monkeypatch.context() as before:
        for module in (create_thumbnail, media):
            before.setattr(module, "RECIPE", RECIPE - 1)
        gallery.studio.create_thumbnail_of("a1")
        gallery.studio.create_preview("a1")
    return gallery.assets.get("a1")


def test_what_an_earlier_recipe_drew_is_drawn_again_where_that_is_asked_for(gallery, an_older_one):
    assert (an_older_one.thumbnail_recipe, an_older_one.is_outdated) == (RECIPE - 1, True)
    assert gallery.studio.create_thumbnail_of("a1").outcome == "unchanged"

    made = gallery.studio.create_thumbnail_of("a1", remake=True)

    assert (made.outcome, made.asset.thumbnail_recipe) == ("drawn", RECIPE)
    for key in (thumbnail_key(KEY), small_key(KEY)):
        assert gallery.bucket.objects[key].metadata["recipe"] == str(RECIPE)
    assert preview_key(KEY) not in gallery.bucket.objects  # drawn again when asked for
    assert gallery.studio.create_thumbnail_of("a1", remake=True).outcome == "unchanged"


@pytest.mark.usefixtures("an_older_one")
def test_a_remake_that_was_interrupted_before_its_row_is_finished_by_the_next(gallery, monkeypatch):
    def die(*_, **__):
        raise StorageUnavailableError("the table does not answer")

    with monkeypatch.context() as dying:
        dying.setattr(type(gallery.assets), "change", die)
        with pytest.raises(StorageUnavailableError):
            gallery.studio.create_thumbnail_of("a1", remake=True)
    assert gallery.assets.get("a1").is_outdated

    gallery.studio.create_thumbnail_of("a1", remake=True)

    assert not gallery.assets.get("a1").is_outdated


def test_a_thumbnail_of_another_program_is_not_outdated():
    theirs = an_asset("a1", key=KEY, thumbnail_key="thumbs/a.jpg", thumbnail_recipe=None)

    assert not theirs.is_outdated


def test_an_event_s_place_is_noted_where_the_row_is_written_anyway(gallery):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_jpeg())
    row = gallery.assets.get("a1")

    noted = gallery.studio.create_thumbnail(row, sequencer="0055AED6DCD90281E5")
    again = gallery.studio.create_thumbnail(noted.asset, sequencer="0055AED6DCD90281E6")

    assert gallery.assets.get("a1").sequencer == "0055AED6DCD90281E5"
    assert (again.outcome, gallery.assets.get("a1").version) == ("unchanged", noted.asset.version)


def test_where_a_decoder_is_missing_nothing_is_written(gallery, monkeypatch):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_video())
    monkeypatch.setattr(examine, "find_spec", lambda name: None if name == "av" else True)

    with pytest.raises(DecoderMissingError):
        gallery.studio.create_thumbnail_of("a1")

    assert draw_rendition({"id": "a1", "size": "medium"}, gallery.studio) == {"state": "heavy"}
    assert gallery.wire.count("update") == gallery.wire.count("put_object") == 0
    assert gallery.wire.count("get_object") == 2


def test_a_photo_whose_decoding_takes_the_process_down_has_a_row_that_says_so(gallery):
    studio = dataclasses.replace(
        gallery.studio, darkroom=Darkroom(isolate_all=True, max_bytes=60 << 20)
    )
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, saved(Image.new("RGB", (6000, 6000)), "TIFF"))

    made = studio.create_thumbnail_of("a1")

    assert made.outcome == "undrawable"
    assert gallery.assets.get("a1").thumbnail_error == "out-of-memory"
    studio.darkroom.close()


def test_a_fault_of_ours_is_no_fault_of_the_photo(gallery, monkeypatch):
    """A bug in the drawing comes out, to be tried again: the row says nothing bad."""
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_jpeg())

    def crash(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(examine, "develop", crash)

    with pytest.raises(ZeroDivisionError):
        gallery.studio.create_thumbnail_of("a1")
    assert gallery.assets.get("a1").thumbnail_error is None
    assert gallery.bucket.objects.keys() == {KEY}


def test_a_large_video_is_read_by_range_and_not_whole(gallery):
    video = a_video(seconds=1) + b"\0" * 5_000_000
    key = "main/clip.mp4"
    gallery.bucket.place(key, video)

    outcome, row = gallery.take_in(key)

    assert (outcome, row.file_type, row.file_hash) == ("drawn", "video", None)
    assert row.duration == pytest.approx(1, abs=0.2)


def test_the_same_original_draws_the_same_bytes():
    pictures = []
    for _ in range(2):
        other = a_gallery()
        other.bucket.place(KEY, a_dated_jpeg())
        take_in(KEY, other.studio)
        pictures.append({k: o.data for k, o in other.bucket.objects.items()})

    assert pictures[0] == pictures[1]


def test_a_replaced_photo_is_described_as_if_the_old_one_had_never_been():
    """F04. What the row says does not depend on how many of the overwrites were seen."""
    seen_both, seen_one = a_gallery(), a_gallery()
    seen_both.bucket.place(KEY, a_dated_jpeg())
    take_in(KEY, seen_both.studio)
    for gallery in (seen_both, seen_one):
        gallery.bucket.place(KEY, a_jpeg())
        take_in(KEY, gallery.studio)

    rows = [gallery.assets.get(dropped_in_id(KEY)) for gallery in (seen_both, seen_one)]

    assert rows[0] == dataclasses.replace(rows[1], version=2, updated_at=rows[0].updated_at)
    assert (rows[0].taken_local, rows[0].details.get("description")) == (None, None)


def test_a_photo_replaced_by_a_video_does_not_keep_its_hash(gallery):
    gallery.bucket.place(KEY, a_jpeg())
    take_in(KEY, gallery.studio)
    gallery.bucket.place(KEY, a_video(seconds=1) + b"\0" * 200_000)

    _, row = gallery.take_in(KEY)

    assert (row.file_type, row.file_hash) == ("video", None)


def test_f60_a_photo_that_says_more_than_a_row_can_hold_is_taken_in_all_the_same(gallery):
    """400 KB an item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
    tags = "".join(f"<rdf:li>{n}{'é' * 3990}</rdf:li>" for n in range(200))
    packet = an_xmp(elements=f"<dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>")
    gallery.bucket.place("main/a.webp", saved(four_corners(), "WEBP", xmp=packet))

    outcome, row = gallery.take_in("main/a.webp")

    assert (outcome, len(row.details["tags"])) == ("drawn", 200)


# --- what the file says, and what the row says already -------------------------------


def test_a_file_fills_what_its_row_lacks():
    facts = Facts(taken_local=wall_clock("2024-06-01T00:30"), utc_offset_minutes=120, width=10)

    said = facts_of_row(an_asset(taken_local=None, width=None), facts, ORIGINAL, UTC_ZONE)

    assert said["taken_local"] == wall_clock("2024-06-01T00:30")
    assert said["taken_at"] == datetime(2024, 5, 31, 22, 30, tzinfo=UTC)
    assert (said["utc_offset_minutes"], said["width"]) == (120, 10)
    assert (said["file_size"], said["source_etag"]) == (1234, "etag")


@pytest.mark.parametrize("known_etag", [None, "etag"])
def test_what_a_person_or_another_library_knew_stays(known_etag):
    asset = an_asset(
        taken_local=wall_clock("1999-12-31"),
        source_etag=known_etag,
        details={"description": "Grandma's"},
    )
    facts = Facts(taken_local=wall_clock("2024-06-01"), utc_offset_minutes=60, description="Scan")

    said = facts_of_row(asset, facts, ORIGINAL, UTC_ZONE)

    assert {"taken_local", "taken_at", "utc_offset_minutes"}.isdisjoint(said)
    assert said["details"]["description"] == "Grandma's"


CITY_OF_FILE = Facts(city="Rome", rating=4, camera_make="Leica", description="Scan")


@pytest.mark.parametrize(
    ("details", "corrected", "city"),
    [
        ({}, (), "Rome"),
        ({"camera_make": "Leica"}, (), None),
        # a person's word says nothing about whether the library had read the file
        ({"description": "hi"}, ("description",), "Rome"),
        ({"title": "hi"}, ("title",), "Rome"),
        ({}, ("title",), "Rome"),
        ({}, ("date",), "Rome"),
        ({"description": "hi", "iso": 100}, ("description",), None),
        # what was cleared had been the library's
        ({}, ("description",), None),
    ],
)
def test_what_a_library_left_out_is_told_by_what_it_said_and_not_by_corrections(
    details, corrected, city
):
    asset = an_asset(immich_id="i1", details=details, corrected=corrected)

    said = facts_of_row(asset, CITY_OF_FILE, ORIGINAL, UTC_ZONE)

    assert said["details"].get("city") == city
    assert said["details"].get("rating") == (city and 4)
    assert said["details"]["camera_make"] == "Leica"


def test_a_photo_without_an_offset_is_at_home_in_the_gallery_s_zone():
    facts = Facts(taken_local=wall_clock("2024-06-01T00:30"))

    said = facts_of_row(an_asset(taken_local=None), facts, ORIGINAL, BERLIN)

    assert said["taken_local"] == wall_clock("2024-06-01T00:30")
    assert said["taken_at"] == datetime(2024, 5, 31, 22, 30, tzinfo=UTC)


def test_a_video_that_knows_its_moment_alone_has_the_wall_clock_of_the_gallery_s_zone():
    facts = Facts(taken_at_utc=datetime(2024, 5, 31, 22, 30, tzinfo=UTC))

    said = facts_of_row(an_asset(taken_local=None), facts, ORIGINAL, BERLIN)

    assert said["taken_local"] == wall_clock("2024-06-01T00:30")


# --- previews ------------------------------------------------------------------------


def test_a_preview_is_made_once_for_one_original(gallery):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_jpeg(3000, 2000))

    key = gallery.studio.create_preview("a1")
    writes = gallery.wire.writes
    assert gallery.studio.create_preview("a1") == key == preview_key(KEY)

    assert gallery.wire.writes == writes
    picture = Image.open(io.BytesIO(gallery.bucket.objects[key].data))
    assert picture.size == (2048, 1365)


def test_a_preview_of_a_replaced_original_is_made_anew(gallery):
    a_waiting_row(gallery)
    gallery.bucket.place(KEY, a_jpeg(colour="red"))
    key = gallery.studio.create_preview("a1")
    old = gallery.bucket.objects[key].data
    gallery.bucket.place(KEY, a_jpeg(colour="teal"))

    gallery.studio.create_preview("a1")

    assert gallery.bucket.objects[key].data != old


def test_a_preview_of_what_can_t_be_drawn_says_why(gallery):
    a_waiting_row(gallery)
    with pytest.raises(AssetNotFoundError, match="original of asset a1 is missing"):
        gallery.studio.create_preview("a1")
    gallery.bucket.place(KEY, b"no photo")

    with pytest.raises(UndrawableError, match="unsupported"):
        gallery.studio.create_preview("a1")


def test_what_loses_every_race_is_a_conflict():
    attempts = []

    def lose():
        attempts.append(1)
        raise ConditionFailedError

    with pytest.raises(ConflictError, match="asset a1 changed at each of 10 attempts"):
        repeated(lose, "asset a1")
    assert len(attempts) == 10
