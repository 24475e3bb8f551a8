"""Where an export could leave a file behind, write one over another, or never come to an end."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from migrations.export import folder as folders
from migrations.export.folder import Folder
from migrations.export_library import main
from tests.builders import MemoryGallery
from tests.migrations.conftest import Run
from tests.migrations.test_export_library import (
    WITH_PAGES,
    add,
    export,
    fetched,
    files,
    manifest,
)
from tests.migrations.test_generate_thumbnails import s3_error

MONTH = "main/2024/2024-05"


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Where an export goes."""
    return tmp_path / "export"


def a_pair(gallery: MemoryGallery, still: str, half: str, half_name: str) -> None:
    """A motion photo: a still and its video, whose bytes are their keys."""
    add(gallery, "still", key=still, live_video_id="half")
    half_row = {"is_live_video": True, "visibility": "hidden", "file_type": "video"}
    add(gallery, "half", key=half, filename=half_name, **half_row)


def check(run: Run, to: Path) -> Any:
    return run(main, "--to", str(to), "--check", flags=())


@pytest.mark.parametrize(
    ("still", "half", "half_name", "paths"),
    [
        # as Immich names the half of an Android phone's photo
        ("PXL.jpg", "encoded/uuid-MP.mp4", "PXL.jpg", ("PXL.jpg", "PXL.mp4")),
        ("PXL.JPG", "encoded/uuid-MP.mp4", "PXL.jpg", ("PXL.JPG", "PXL.mp4")),
        ("PXL.JPG", "encoded/pxl.jpg", "PXL.jpg", ("PXL.JPG", "hidden/PXL.jpg")),
        ("IMG", "mov/IMG", "IMG", ("IMG", "hidden/IMG")),
        # without an extension its sidecar would be the raw photo's
        ("IMG.dng", "mov/IMG", "IMG", ("IMG.dng", "hidden/IMG")),
    ],
)
def test_both_halves_of_a_motion_photo_are_there_whatever_they_are_called(
    still: str,
    half: str,
    half_name: str,
    paths: tuple[str, str],
    gallery: MemoryGallery,
    run: Run,
    to: Path,
):
    a_pair(gallery, f"main/{still}", f"main/{half}", half_name)

    first = export(run, to)
    found = files(to)
    second = export(run, to)

    assert (first.status, second.status) == (0, 0)
    assert found[f"{MONTH}/{paths[0]}"] == f"main/{still}".encode() * 3
    apart, slash, name = paths[1].rpartition("/")
    assert found[f"{apart}{slash}{MONTH}/{name}"] == f"main/{half}".encode() * 3
    assert fetched(gallery).total() == 2
    assert files(to) == found


def test_an_original_that_nobody_wrote_is_named_and_the_run_did_not_do_all(
    gallery: MemoryGallery, run: Run, to: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever goes wrong between the copy and the journal: no exit status 0."""
    add(gallery, "a1")
    add(gallery, "a2")
    wrote = folders.Folder.note

    def forget(place: Folder, line: str) -> None:
        if '"main/a1.jpg"' not in line:
            wrote(place, line)

    with monkeypatch.context() as patched:
        patched.setattr("migrations.export.journal._statements", without("main/a1.jpg"))
        patched.setattr(folders.Folder, "note", forget)
        ran = export(run, to)

    assert ran.status == 1
    assert ran.starting("failed: ") == [f"failed: {MONTH}/a1.jpg: it was not written"]
    assert export(run, to).status == 0


def without(key: str) -> Callable[[dict[str, Any]], Any]:
    """What the journal says, but for one object."""
    from migrations.export import journal

    known = journal._statements
    return lambda line: [] if line.get("key") == key else known(line)


@pytest.mark.parametrize("thumbnail_error", [None, "corrupt", "name-taken"])
def test_a_file_of_a_persons_own_that_is_named_like_a_thumbnail_is_not_left_behind(
    thumbnail_error: str | None, gallery: MemoryGallery, run: Run, to: Path
):
    waiting = {"thumbnail_key": None, "thumbnail_error": thumbnail_error}
    add(gallery, "a1", thumbnail_url="main/a1.jpg", **waiting)
    own = ("main/a1_thumb.jpg", "main/.small/a1.jpg.jpg", "main/.preview/a1.jpg.jpg")
    for key in own:
        gallery.bucket.place(key, key.encode())

    ran = export(run, to)

    assert ran.status == 0
    assert "3 more files without a row: to without-row/" in ran.out
    assert {data for path, data in files(to).items() if path.startswith("without-row/")} == {
        key.encode() for key in own
    }


def test_what_the_gallery_drew_is_left_behind(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    gallery.bucket.place("main/a1_thumb.jpg", b"of an earlier program")
    for key in ("main/.small/a1.jpg.jpg", "main/.preview/a1.jpg.jpg"):
        gallery.bucket.place(key, b"drawn", **{"source-etag": "x"})

    export(run, to)

    assert not (to / "without-row").exists()


@pytest.mark.parametrize("name", ["a1.jpg", "a1.jpg.xmp", "a1.jpg.xmp.original"])
def test_what_the_check_found_damaged_the_next_run_repairs(
    name: str, gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    gallery.bucket.place("main/a1.jpg.xmp", b"of another program")
    export(run, to)
    before = files(to)
    path = to / MONTH / name
    path.write_bytes(b"\0" * path.stat().st_size)

    found = check(run, to)
    still = check(run, to)
    repaired = export(run, to)
    after = check(run, to)

    assert (found.status, still.status, repaired.status, after.status) == (1, 1, 0, 0)
    assert found.out[0] == f"{MONTH}/{name} is not what was written"
    assert found.out[-1] == "the next run with --migrate brings them again"
    assert files(to) == before


def test_a_sidecar_that_was_edited_to_the_same_length_is_written_again(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1", details={"rating": 3})
    export(run, to)
    path = to / MONTH / "a1.jpg.xmp"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Rating>3", b"Rating>5"))

    ran = export(run, to)

    assert ran.status == 0
    assert path.read_bytes() == before


def test_an_export_that_nobody_may_write_to_can_be_checked(
    gallery: MemoryGallery, run: Run, to: Path, monkeypatch: pytest.MonkeyPatch
):
    add(gallery, "a1")
    export(run, to)
    journal = (to / ".export/journal.jsonl").read_bytes()
    (to / MONTH / "a1.jpg").write_bytes(b"\0")

    def refuse(place: Folder) -> None:
        raise folders.ReadOnlyError(f"{place.name} can't be written to: Read-only file system")

    monkeypatch.setattr(Folder, "open", refuse)

    ran = check(run, to)

    assert ran.status == 1
    assert ran.out[0] == f"{MONTH}/a1.jpg is not what was written"
    assert ran.out[-1].endswith("can't be written to, so the next run will not know of them")
    assert (to / ".export/journal.jsonl").read_bytes() == journal


def test_a_check_waits_for_the_export_under_way(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    export(run, to)
    place = Folder(to)
    place.open()

    ran = check(run, to)

    place.close()
    assert ran.status == 2
    assert "another export is writing" in ran.err


@pytest.mark.parametrize("taken", ["export", "export/.export/parts"])
def test_a_disk_that_goes_away_ends_the_run(taken: str, gallery: MemoryGallery, run: Run, to: Path):
    for number in range(20):
        gallery.bucket.place(f"loose{number}.txt", b"x")
    gone = to.parent / "gone"
    gallery.wire.before("get_object", lambda _: (to.parent / taken).rename(gone))

    ran = export(run, to, "--workers", "2")

    assert ran.status == 2
    assert "does not answer" in ran.err
    assert gallery.wire.count("head_object") == 0
    assert gallery.wire.count("get_object") <= 4


def test_an_original_that_is_replaced_all_the_time_fails_itself(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    add(gallery, "a2")

    def replace(request: Any) -> None:
        if request.key == ("main/a1.jpg",):
            gallery.bucket.place("main/a1.jpg", b"x" * len(gallery.wire.requests))

    gallery.wire.before("get_object", replace, times=None)

    ran = export(run, to)

    assert ran.status == 1
    assert ran.starting("failed: ") == [
        f"failed: {MONTH}/a1.jpg: main/a1.jpg is replaced again and again"
    ]
    assert (to / MONTH / "a2.jpg").exists()


def test_folders_that_empty_while_others_fill_lose_nothing(tmp_path: Path):
    place = Folder(tmp_path / "export")
    place.open()

    def there_and_back(worker: int) -> None:
        for _ in range(200):
            place.write(f"a/{worker}", [b"x"], 1)
            place.move(f"a/{worker}", f"b/{worker}")
            place.remove(f"b/{worker}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(there_and_back, range(8)))
    place.close()

    assert [path.name for path in (tmp_path / "export").iterdir()] == [".export"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("InvalidObjectState", "it is archived; restore it first"),
        ("AccessDenied", "access denied"),
        ("KMS.DisabledException", "its encryption key is refused"),
    ],
)
def test_one_object_that_s3_refuses_fails_itself_and_not_the_others(
    code: str, said: str, gallery: MemoryGallery, run: Run, to: Path
):
    for number in range(6):
        add(gallery, f"a{number}")
    refuse(gallery, code, "main/a1.jpg")

    ran = export(run, to, "--workers", "2")

    assert ran.status == 1
    (failed,) = ran.starting("failed: ")
    assert failed.startswith(f"failed: {MONTH}/a1.jpg: ")
    assert said in failed
    assert {path.name for path in (to / MONTH).glob("*.jpg")} == {
        *("a0.jpg", "a2.jpg", "a3.jpg", "a4.jpg", "a5.jpg")
    }
    assert (to / MONTH / "a1.jpg.xmp").exists()
    assert manifest(to)["a1"]["path"] is None


def test_a_sidecar_that_s3_refuses_does_not_keep_its_photo_back(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    gallery.bucket.place("main/a1.jpg.xmp", b"of another program")
    refuse(gallery, "InvalidObjectState", "main/a1.jpg.xmp")

    ran = export(run, to)

    assert ran.status == 1
    assert (to / MONTH / "a1.jpg").exists()


@pytest.mark.parametrize("code", ["NoSuchBucket", "InvalidAccessKeyId", "RequestTimeTooSkewed"])
def test_what_refuses_every_object_ends_the_run(
    code: str, gallery: MemoryGallery, run: Run, to: Path
):
    for number in range(20):
        add(gallery, f"a{number:02}")
    refuse(gallery, code, "main/a00.jpg")

    ran = export(run, to, "--workers", "1")

    assert ran.status == 2
    assert gallery.wire.count("get_object") == 1


def refuse(gallery: MemoryGallery, code: str, key: str) -> None:
    """From now on S3 does not give an object out."""

    def answer(request: Any) -> None:
        if request.key == (key,):
            raise s3_error(code, 403)

    gallery.wire.before("get_object", answer, times=None)


@pytest.mark.parametrize(
    ("storage_class", "is_archived"),
    [("STANDARD_IA", False), ("GLACIER_IR", False), ("GLACIER", True), ("DEEP_ARCHIVE", True)],
)
def test_a_dry_run_says_how_much_is_archived(
    storage_class: str, is_archived: bool, gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    add(gallery, "a2")
    objects = gallery.bucket.objects
    objects["main/a1.jpg"] = dataclasses.replace(
        objects["main/a1.jpg"], storage_class=storage_class
    )

    ran = run(main, "--to", str(to), flags=WITH_PAGES)

    said = "1 of them are archived (Glacier): restore them first"
    assert (said in ran.out) == is_archived
