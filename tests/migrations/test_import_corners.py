"""Moving in: where a row could be lost, doubled, or come back from the dead."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chalicelib.curate import delete
from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import StorageUnavailableError
from chalicelib.expire_bin import expire_bin
from chalicelib.purge import purge
from migrations.immich import moving
from migrations.immich.verify import settled_lists
from migrations.import_immich import main
from tests.builders import NOW, MemoryGallery, a_jpeg
from tests.immich.rows import a_row, a_user, an_asset, fill, uid
from tests.migrations.conftest import FLAGS, Ran, Run

WITH_PAGES = (*FLAGS, "--pages-table", "pages", "--people-table", "people")
STEM = "0123456789abcdef" * 2
TRASHED: dict[str, Any] = {"deletedAt": "2024-01-01Z", "status": "trashed"}


@dataclass(frozen=True)
class Library:
    """A library under ``/data``, and the gallery that it moves into."""

    url: str
    gallery: MemoryGallery
    run: Run

    def add(self, *assets: Any) -> None:
        fill(self.url, *assets)

    def change(self, statement: str, *values: Any) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement, values)

    def move_in(self, *flags: str, maps: tuple[str, ...] = ("/data=main/",)) -> Ran:
        named = [f"--map={known}" for known in maps]
        return self.run(main, "--url", self.url, *named, "--migrate", *flags, flags=WITH_PAGES)

    def row(self, number: int) -> Asset:
        """The one row of an asset."""
        (found,) = [row for row in self.rows if row.immich_id == uid(number)]
        return found

    @property
    def rows(self) -> list[Asset]:
        return sorted(self.gallery.assets.scan(), key=lambda row: (row.key, row.id))

    def arrive(self, key: str) -> None:
        self.gallery.bucket.place(key, a_jpeg())
        self.gallery.take_in(key)
        self.gallery.deliver()

    def destroy(self, row: Asset) -> None:
        if row.deleted_at is None:
            delete(row.id, self.gallery.tables)
        purge(row.id, self.gallery.tables, self.gallery.media)
        self.gallery.deliver()


@pytest.fixture
def library(
    gallery: MemoryGallery,
    database_of: Callable[[str], str],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    def settled(*arguments: Any) -> Any:
        gallery.deliver()
        return settled_lists(*arguments)

    monkeypatch.setattr(moving, "settled_lists", settled)
    found = Library(database_of("v2.7"), gallery, run)
    found.add(a_user())
    return found


def nothing_is_written_again(library: Library, *flags: str, **more: Any) -> None:
    library.gallery.wire.requests.clear()
    library.move_in(*flags, **more)
    assert library.gallery.wire.writes == 0


# --- ids -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "maps"),
    [
        ((f"/data/{STEM}.jpg", f"/data/{STEM}.mp4"), ("/data=main/",)),
        ((f"/data/mum/{STEM}.jpg", f"/data/dad/{STEM}.jpg"), ("/data/mum=mum/", "/data/dad=dad/")),
    ],
)
def test_files_of_one_stem_have_a_row_each(library, paths, maps):
    library.add(*(an_asset(n, originalPath=path) for n, path in enumerate(paths, 1)))

    assert library.move_in(maps=maps).status == 0

    assert len({row.id for row in library.rows}) == len({row.key for row in library.rows}) == 2
    nothing_is_written_again(library, maps=maps)


def test_an_upload_of_the_same_stem_is_left_alone(library):
    library.arrive(f"main/{STEM}.jpg")
    before = library.gallery.assets.get(STEM)
    library.add(an_asset(1, originalPath=f"/data/{STEM}.mp4"))

    assert library.move_in().status == 0

    assert library.gallery.assets.get(STEM) == before
    assert library.row(1).key == f"main/{STEM}.mp4"
    nothing_is_written_again(library)


def test_an_upload_of_the_same_stem_that_comes_meanwhile_is_left_alone(library):
    library.add(an_asset(1, originalPath=f"/data/{STEM}.mp4"))
    library.gallery.assets_table.before("put", lambda _: library.arrive(f"main/{STEM}.jpg"))

    ran = library.move_in()

    assert ran.status == 1
    assert any("another object's row has its id" in line for line in ran.out)
    assert library.gallery.assets.get(STEM).immich_id is None
    assert library.move_in().status == 0
    assert library.row(1).key == f"main/{STEM}.mp4"


@pytest.mark.parametrize("failing", [1, 2])
def test_of_two_with_one_file_somebody_has_the_row_that_events_look_for(library, failing):
    """Also where one of them could not be written at first."""
    library.add(
        an_asset(1, originalPath="/data/a.jpg"),
        an_asset(2, originalPath="/data/a.jpg", **TRASHED),
    )
    attempts: list[int] = []

    def fail(_: Any) -> None:
        attempts.append(1)
        if len(attempts) == failing:
            raise StorageUnavailableError("throttled")

    library.gallery.assets_table.before("put", fail)
    library.gallery.assets_table.before("put", fail)
    library.move_in()
    library.gallery.wire.clear()
    library.move_in()
    library.arrive("main/a.jpg")

    assert len(library.rows) == 2
    assert dropped_in_id("main/a.jpg") in {row.id for row in library.rows}
    assert {row.thumbnail_state for row in library.rows} == {"ready"}


# --- what was destroyed here ------------------------------------------------------------


def test_what_was_destroyed_here_is_not_uploaded_again(library, tmp_path: Path):
    body = a_jpeg()
    sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
    library.add(an_asset(1, checksum=sha1, **TRASHED))
    (tmp_path / "1.jpg").write_bytes(body)
    library.move_in()
    library.destroy(library.row(1))

    ran = library.move_in("--originals", str(tmp_path))

    assert "originals: none" in ran.out
    assert library.gallery.bucket.objects == {}
    assert library.rows == []


def test_one_of_two_with_one_file_that_was_destroyed_here_does_not_come_back(library):
    library.add(
        an_asset(1, originalPath="/data/a.jpg"),
        an_asset(2, originalPath="/data/a.jpg", **TRASHED),
    )
    library.move_in()
    library.destroy(library.row(1))

    nothing_is_written_again(library)
    assert [row.immich_id for row in library.rows] == [uid(2)]

    library.arrive("main/a.jpg")
    assert [row.immich_id for row in library.rows] == [uid(2)]
    assert library.row(2).thumbnail_state == "ready"


# --- paths that changed -------------------------------------------------------------------


def test_a_photo_that_took_another_s_path_is_named_and_shows_no_wrong_picture(library):
    library.add(an_asset(1, originalPath="/data/a.jpg"))
    library.move_in()
    library.arrive("main/a.jpg")
    library.change("""UPDATE asset SET "originalPath" = '/data/2020/a.jpg'""")
    library.add(an_asset(2, originalPath="/data/a.jpg"))

    ran = library.move_in()

    assert ran.status == 1
    assert any(line.startswith("key-taken: 1 asset") for line in ran.out)
    assert library.row(1).key == "main/a.jpg"
    assert library.row(1).same_object_as == ()
    assert len(library.rows) == 1


def test_moved_files_are_uploaded_to_their_rows_and_no_sync_is_advised(library, tmp_path: Path):
    body = a_jpeg()
    sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
    library.add(an_asset(1, originalPath="/data/a.jpg", checksum=sha1))
    library.move_in()
    library.change("""UPDATE asset SET "originalPath" = '/data/2020/a.jpg'""")
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020/a.jpg").write_bytes(body)

    told = library.move_in().out[-1]
    library.move_in("--originals", str(tmp_path))

    assert told.endswith("--originals FOLDER: 1 have another path in Immich by now")
    assert library.gallery.bucket.objects["main/a.jpg"].data == body


def test_one_file_by_two_spellings_is_one_file(library):
    library.add(
        an_asset(1, originalPath="/data//a.jpg", **TRASHED),
        an_asset(2, originalPath="/data/./a.jpg"),
    )

    assert library.move_in().status == 0
    assert library.row(2).id == dropped_in_id("main/a.jpg")
    assert library.row(1).same_object_as == (library.row(2).id,)


def test_of_two_files_with_one_key_the_active_one_has_it(library):
    library.add(
        an_asset(1, originalPath="/data/a/x.jpg", **TRASHED),
        an_asset(2, originalPath="/data/b/x.jpg"),
    )

    ran = library.move_in(maps=("/data/a=main/", "/data/b=main/"))

    assert ran.status == 1
    assert [row.immich_id for row in library.rows] == [uid(2)]
    assert any(line.startswith("key-collision: 1 asset") for line in ran.out)


def test_a_map_that_no_file_lies_in_is_refused(library):
    library.add(an_asset(1))

    ran = library.move_in(maps=("/dta=main/",))

    assert ran.status == 2
    assert "no file of Immich's lies in /dta" in ran.err


def test_originals_of_an_earlier_import_by_another_map_are_known_to_be_there(library):
    library.add(an_asset(1))
    library.move_in(maps=("/data=main/old/",))
    library.arrive("main/old/1.jpg")

    ran = library.move_in(maps=("/data=main/new/",))

    assert ran.out[-1] == "every original is in the bucket"
    assert len(library.rows) == 1


# --- the bin, sidecars, video halves --------------------------------------------------------


@pytest.mark.parametrize("is_first", [True, False])
def test_what_immich_missed_but_the_bucket_has_is_in_no_bin(library, is_first):
    library.add(an_asset(1, isOffline=True, **TRASHED))
    if is_first:
        library.gallery.bucket.place("main/1.jpg", a_jpeg())
    else:
        library.arrive("main/1.jpg")

    assert library.move_in().status == 0

    assert library.row(1).deleted_at is None
    nothing_is_written_again(library)


def test_what_came_into_the_bin_with_the_library_outlives_the_next_night(library):
    library.arrive("main/2.jpg")
    library.add(an_asset(1, **TRASHED), an_asset(2, **TRASHED))
    library.move_in()

    expiry = expire_bin(library.gallery.tables, library.gallery.media, NOW, lambda: True)

    assert expiry.purged == 0
    assert len(library.gallery.listed("bin")) == 2
    assert {str(row.deleted_at)[:10] for row in library.rows} == {"2024-01-01"}


def test_a_sidecar_is_named_after_its_photo_and_goes_with_it(library, tmp_path: Path):
    sha1 = hashlib.sha1(a_jpeg(), usedforsecurity=False).digest()
    library.add(
        an_asset(1, originalPath="/data/a.jpg", checksum=sha1),
        a_row("asset_file", assetId=uid(1), type="sidecar", path="/data/a.xmp"),
    )
    (tmp_path / "a.jpg").write_bytes(a_jpeg())
    (tmp_path / "a.xmp").write_bytes(b"<x/>")

    library.move_in("--originals", str(tmp_path))

    assert sorted(library.gallery.bucket.objects) == ["main/a.jpg", "main/a.jpg.xmp"]
    library.gallery.take_in("main/a.jpg")
    library.destroy(library.row(1))
    assert library.gallery.bucket.objects == {}


def test_a_video_half_of_two_photos_belongs_to_one_of_them(library):
    library.add(
        an_asset(3, type="VIDEO", visibility="hidden", originalPath="/data/3.mov"),
        an_asset(1, livePhotoVideoId=uid(3)),
        an_asset(2, livePhotoVideoId=uid(3)),
    )

    library.move_in()

    assert library.row(1).live_video_id == library.row(3).id
    assert library.row(2).live_video_id is None


def test_what_a_library_left_empty_is_not_filled_by_the_file_so_that_a_later_word_counts(library):
    library.add(an_asset(1), a_row("asset_exif", assetId=uid(1), make="Canon", description=""))
    library.move_in()
    library.gallery.bucket.place("main/1.jpg", a_jpeg_with_a_description())
    library.gallery.take_in("main/1.jpg")
    assert "description" not in library.row(1).details

    library.change("""UPDATE asset_exif SET description = 'the lake'""")
    library.move_in()

    assert library.row(1).details["description"] == "the lake"


def a_jpeg_with_a_description() -> bytes:
    from io import BytesIO

    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "what the camera says"  # ImageDescription
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


# --- flags, faces ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (
            ["--report", "/nowhere/all.jsonl"],
            "--report /nowhere/all.jsonl: there is no folder",
        ),
        (["--originals", "/nowhere"], "folder /nowhere is not there"),
    ],
)
def test_places_that_are_not_there_are_told_before_anything_is_done(library, flags, told):
    library.add(an_asset(1))

    ran = library.move_in(*flags)

    assert ran.status == 2
    assert told in ran.err
    assert library.gallery.wire.writes == 0


def test_what_is_gone_from_immich_is_counted_and_stays(library):
    library.add(an_asset(1), an_asset(2))
    library.move_in()
    library.change("DELETE FROM asset WHERE id = %s", uid(2))

    ran = library.move_in()

    assert ran.status == 0
    assert "1 photo here that Immich has no more: left as they are" in ran.out
    assert len(library.rows) == 2
