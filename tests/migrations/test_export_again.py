"""What a further run takes over, and what the numbers and the check say of it."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.correct import Said, correct
from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.person import Person
from chalicelib.errors import StorageUnavailableError
from migrations import export_library
from migrations.export_library import main
from tests.builders import NOW, MemoryGallery, an_asset, wall_clock
from tests.memory import Killed
from tests.migrations.conftest import Ran, Run
from tests.migrations.test_export_library import (
    WITH_PAGES,
    add,
    export,
    fetched,
    files,
    manifest,
)

MONTH = "main/2024/2024-05"


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Where an export goes."""
    return tmp_path / "export"


def check(run: Run, to: Path) -> Ran:
    return run(main, "--to", str(to), "--check", flags=())


def change(gallery: MemoryGallery, id: str, **values: Any) -> Asset:
    return gallery.assets.change(gallery.assets.get(id), **values)


def test_an_original_goes_over_to_the_row_that_is_shown_now(
    gallery: MemoryGallery, run: Run, to: Path
):
    gallery.bucket.place("main/IMG.jpg", b"shared")
    gallery.add(an_asset("s1", key="main/IMG.jpg", same_object_as=("s2",)))
    shared = {"same_object_as": ("s1",), "visibility": "archive"}
    gallery.add(an_asset("s2", key="main/IMG.jpg", **shared))
    export(run, to)
    fetched(gallery)
    change(gallery, "s1", deleted_at=NOW, deleted_reason="trashed")

    ran = export(run, to)

    assert ran.status == 0
    assert fetched(gallery) == {}
    assert "1 file moved to where they belong now" in ran.out
    assert sorted(path for path in files(to) if "IMG" in path) == [
        *(f"archive/{MONTH}/IMG.jpg", f"archive/{MONTH}/IMG.jpg.xmp")
    ]
    assert ran.starting("2 files of photos", "1 file of photos") == []
    assert manifest(to)["s1"]["shares_with"] == "s2"
    assert check(run, to).status == 0


def test_a_file_without_a_row_moves_once_it_has_one(gallery: MemoryGallery, run: Run, to: Path):
    gallery.bucket.place("main/a1.jpg", b"dropped in")
    export(run, to)
    fetched(gallery)
    gallery.add(an_asset("a1"))

    ran = export(run, to)

    assert ran.status == 0
    assert fetched(gallery) == {}
    assert (to / MONTH / "a1.jpg").read_bytes() == b"dropped in"
    assert not (to / "without-row").exists()


def test_a_corrected_photo_goes_to_its_month_with_a_sidecar_and_a_line_that_say_so(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    export(run, to)
    fetched(gallery)
    said = Said(taken_local=wall_clock("1999-12-31T23:30"), utc_offset_minutes=60)
    correct("a1", said | {"description": "The last day"}, ZoneInfo("UTC"), gallery.tables)

    ran = export(run, to)

    folder = to / "main/1999/1999-12"
    assert ran.status == 0
    assert fetched(gallery) == {}
    assert (folder / "a1.jpg").read_bytes() == gallery.bucket.objects["main/a1.jpg"].data
    sidecar = (folder / "a1.jpg.xmp").read_text()
    assert "<exif:DateTimeOriginal>1999-12-31T23:30:00+01:00<" in sidecar
    assert sidecar.count(">The last day<") == 2
    line = manifest(to)["a1"]["asset"]
    assert (line["media_date"], line["description"]) == ("1999-12-31T23:30:00.000", "The last day")
    assert check(run, to).status == 0


def test_a_check_after_an_interrupted_run_raises_no_false_alarm(
    gallery: MemoryGallery, run: Run, to: Path, monkeypatch: pytest.MonkeyPatch
):
    for number in range(4):
        add(gallery, f"a{number}")
    export(run, to)
    change(gallery, "a0", is_favorite=True)
    change(gallery, "a1", taken_local=None)
    add(gallery, "a4")

    def die(*_: Any) -> int:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(export_library, "_check_written", die)
        with pytest.raises(Killed):
            export(run, to)

    ran = check(run, to)

    assert ran.out == ["checked 13 files: each is what was written"]
    assert ran.status == 0


def test_what_an_interrupted_run_wrote_is_checked_too(
    gallery: MemoryGallery, run: Run, to: Path, monkeypatch: pytest.MonkeyPatch
):
    add(gallery, "a1")
    export(run, to)
    add(gallery, "a2")

    def die(*_: Any) -> int:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(export_library, "_check_written", die)
        with pytest.raises(Killed):
            export(run, to)
    (to / MONTH / "a2.jpg").write_bytes(b"\0")

    ran = check(run, to)

    assert ran.status == 1
    assert ran.out[0] == f"{MONTH}/a2.jpg is not what was written"


def test_files_of_a_purged_photo_may_be_deleted_by_hand(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    add(gallery, "a2")
    export(run, to)
    gallery.assets_table.delete_many([("a1",)])
    gallery.bucket.remove("main/a1.jpg")
    for path in to.rglob("a1.jpg*"):
        path.unlink()

    ran = export(run, to)

    assert ran.status == 0
    assert ran.starting("2 files of photos") == []
    assert check(run, to).status == 0


def test_the_dry_run_counts_what_was_deleted_by_hand_as_to_be_copied(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    add(gallery, "a2")
    export(run, to)
    (to / MONTH / "a1.jpg").unlink()

    dry = run(main, "--to", str(to), flags=WITH_PAGES)
    ran = export(run, to)

    assert dry.starting("to copy: ") == ["to copy: 1 original, 33 B; 1 of 2 are there already"]
    assert ran.out[-1] == (
        "exported 1 original (33 B) and 0 sidecars; 1 original was there already"
    )
    assert (to / MONTH / "a1.jpg").exists()


def test_what_failed_is_not_said_to_be_there(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")

    def fail(_: Any) -> None:
        raise StorageUnavailableError("SlowDown")

    gallery.wire.before("get_object", fail, times=None)

    ran = export(run, to)

    assert ran.status == 1
    assert ran.out[-2] == (
        "exported 0 originals (0 B) and 1 sidecar; 0 originals were there already"
    )


def test_what_came_after_the_listing_is_counted_once(gallery: MemoryGallery, run: Run, to: Path):
    gallery.add(an_asset("a1"))
    gallery.wire.before("scan_page", lambda _: gallery.bucket.place("main/a1.jpg", b"late"))

    ran = export(run, to)

    assert ran.out[-1] == (
        "exported 1 original (4 B) and 1 sidecar; 0 originals were there already"
    )


def test_bytes_in_the_journal_that_are_no_text_cost_nothing_else(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    export(run, to)
    fetched(gallery)
    with (to / ".export/journal.jsonl").open("ab") as journal:
        journal.write(b"\xff\xfe\x80garbage")

    ran = export(run, to)

    assert ran.status == 0
    assert fetched(gallery) == {}


def test_a_sidecar_goes_with_its_photo_to_the_gallery_that_the_row_names(
    gallery: MemoryGallery, run: Run, tmp_path: Path
):
    add(gallery, "a1", key="main/a.jpg", gallery_id="work")
    gallery.bucket.place("main/a.jpg.xmp", b"of another program")
    work, own = tmp_path / "work", tmp_path / "main"

    export(run, work, "--gallery", "work")
    export(run, own, "--gallery", "main")

    assert sorted(path for path in files(work) if "/" in path) == [
        *(f"work/2024/2024-05/a.jpg{suffix}" for suffix in ("", ".xmp", ".xmp.original"))
    ]
    assert [path for path in files(own) if "/" in path] == []


def test_a_file_of_somebodys_own_in_the_export_stays(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    export(run, to)
    own = to / MONTH / "a2.jpg"
    own.write_bytes(b"mine")
    add(gallery, "a2")

    ran = export(run, to)

    assert ran.status == 0
    assert own.read_bytes() == b"mine"
    assert (to / MONTH / "a2 (a2).jpg").read_bytes() == b"main/a2.jpg" * 3


@pytest.mark.parametrize(
    ("flags", "names"), [((), ["Ann", "Bob"]), (("--gallery", "main"), ["Ann"])]
)
def test_persons_are_told_of_also_where_no_photo_is_left(
    flags: tuple[str, ...], names: list[str], gallery: MemoryGallery, run: Run, to: Path
):
    gallery.people.create(Person("p1", "main", "Ann"))
    gallery.people.create(Person("p2", "family", "Bob"))

    export(run, to, *flags)

    lines = (to / "persons.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["name"] for line in lines) == names


def test_whom_a_person_was_merged_into_is_told_and_named_in_sidecars(
    gallery: MemoryGallery, run: Run, to: Path
):
    """Also in a photo that no merge moved, as it was in the bin; and by that gallery's rows."""
    for person in (
        Person("p1", "main", "Annie", merged_into="p2"),
        Person("p2", "main", "Ann"),
        Person("p1", "family", "Bob"),
    ):
        gallery.people.create(person)
    faces = {"f": Face("p1", (40, 30, 120, 90), (400, 300), "machine-learning")}
    add(gallery, "a1", key="main/a.jpg", faces=faces, deleted_at=NOW, deleted_reason="trashed")
    add(gallery, "b1", key="family/b.jpg", faces=faces)

    export(run, to)

    lines = map(json.loads, (to / "persons.jsonl").read_text().splitlines())
    assert [(line["name"], line.get("merged_into")) for line in lines] == [
        ("Bob", None),
        ("Annie", "p2"),
        ("Ann", None),
    ]
    binned, shown = (to / "bin" / MONTH / "a.jpg.xmp"), (to / "family/2024/2024-05/b.jpg.xmp")
    assert b">Ann<" in binned.read_bytes()
    assert b">Bob<" in shown.read_bytes()
