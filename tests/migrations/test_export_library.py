import dataclasses
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyexiv2
import pytest

from chalicelib.api.serializers import asset_json
from chalicelib.domain.asset import Face
from chalicelib.domain.person import Person
from chalicelib.errors import StorageUnavailableError
from migrations import command
from migrations.command import Stop
from migrations.export_library import main
from tests.builders import NOW, MemoryGallery, an_asset, wall_clock
from tests.memory import Killed
from tests.migrations.conftest import FLAGS, Ran, Run
from tests.migrations.foreign import a_photo, a_row, put_rows

WITH_PAGES = (*FLAGS, "--pages-table", "pages", "--people-table", "people")
Files = dict[str, bytes]


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Where an export goes."""
    return tmp_path / "export"


@pytest.fixture
def library(gallery: MemoryGallery) -> MemoryGallery:
    """Something of everything that a gallery may hold."""
    gallery.people.create(Person("p1", "main", "Ann", birth_date=date(1985, 4, 1)))
    face = Face("p1", (40, 30, 120, 90), (400, 300), "machine-learning", 0.9)
    add(gallery, "plain", key="main/IMG_1.jpg", is_favorite=True, faces={"f": face})
    add(gallery, "twin-1", key="main/x/IMG_2.JPG")
    add(gallery, "twin-2", key="main/y/img_2.jpg")
    add(gallery, "raw", key="main/IMG_3.CR2")
    add(gallery, "undated", key="work/scan.tif", taken_local=None)
    add(gallery, "deleted", key="main/IMG_4.jpg", deleted_at=NOW, deleted_reason="trashed")
    add(gallery, "archived", key="main/IMG_5.jpg", visibility="archive")
    add(gallery, "secret", key="main/IMG_6.jpg", visibility="locked")
    add(gallery, "still", key="main/IMG_7.HEIC", live_video_id="half")
    half = {"is_live_video": True, "visibility": "hidden", "file_type": "video"}
    add(gallery, "half", key="main/IMG_7_motion.MOV", **half)
    shared = {"key": "main/IMG_8.jpg", "same_object_as": ("shared-2",)}
    add(gallery, "shared-1", **shared)
    gallery.add(an_asset("shared-2", key="main/IMG_8.jpg", deleted_at=NOW))
    for key in ("main/IMG_1_thumb.jpg", "main/.small/IMG_1.jpg.jpg"):
        gallery.bucket.place(key, a_photo(9), **{"source-etag": "x"})
    gallery.bucket.place("main/IMG_5.jpg.xmp", b"<x:xmpmeta/>")
    gallery.bucket.place("main/IMG_3.xmp", b"of lightroom")
    gallery.bucket.place("main/holiday_thumb.jpg", b"a person's own")
    gallery.bucket.place("notes.txt", b"loose")
    gallery.wire.requests.clear()
    return gallery


def add(gallery: MemoryGallery, id: str, **fields: Any) -> None:
    """A row and its original, whose bytes are its key."""
    asset = an_asset(id, **fields)
    gallery.bucket.place(asset.key, asset.key.encode() * 3)
    gallery.add(asset)


def files(to: Path) -> Files:
    """What lies in an export, but for its journal."""
    return {
        path.relative_to(to).as_posix(): path.read_bytes()
        for path in to.rglob("*")
        if path.is_file() and ".export" not in path.parts
    }


def manifest(to: Path) -> dict[str, dict[str, Any]]:
    """The manifest's lines, by id or else by key."""
    lines = map(json.loads, (to / "manifest.jsonl").read_text().splitlines())
    return {line["id"] or line["key"]: line for line in lines}


def export(run: Run, to: Path, *flags: str) -> Ran:
    return run(main, "--to", str(to), "--migrate", *flags, flags=WITH_PAGES)


def fetched(gallery: MemoryGallery) -> Counter[str]:
    """How often each object was fetched; forgotten by then."""
    requests, gallery.wire.requests = gallery.wire.requests, []
    return Counter(request.key[0] for request in requests if request.operation == "get_object")


def test_everything_has_its_place(library: MemoryGallery, run: Run, to: Path):
    ran = export(run, to)

    assert ran.status == 0
    originals = {
        "main/2024/2024-05/IMG_1.jpg": "main/IMG_1.jpg",
        "main/2024/2024-05/IMG_2.JPG": "main/x/IMG_2.JPG",
        "main/2024/2024-05/img_2 (twin-2).jpg": "main/y/img_2.jpg",
        "main/2024/2024-05/IMG_3.CR2": "main/IMG_3.CR2",
        "main/2024/2024-05/IMG_7.HEIC": "main/IMG_7.HEIC",
        "main/2024/2024-05/IMG_7.MOV": "main/IMG_7_motion.MOV",
        "main/2024/2024-05/IMG_8.jpg": "main/IMG_8.jpg",
        "work/undated/scan.tif": "work/scan.tif",
        "bin/main/2024/2024-05/IMG_4.jpg": "main/IMG_4.jpg",
        "archive/main/2024/2024-05/IMG_5.jpg": "main/IMG_5.jpg",
        "locked/main/2024/2024-05/IMG_6.jpg": "main/IMG_6.jpg",
    }
    beside = {
        "main/2024/2024-05/IMG_3.CR2.xmp.original": "main/IMG_3.xmp",
        "archive/main/2024/2024-05/IMG_5.jpg.xmp.original": "main/IMG_5.jpg.xmp",
        "without-row/main_holiday_thumb.jpg": "main/holiday_thumb.jpg",
        "without-row/notes.txt": "notes.txt",
    }
    own = ["manifest.jsonl", "persons.jsonl", "README.txt", "SHA256SUMS"]
    sidecars = [*(f"{path}.xmp" for path in originals), "main/2024/2024-05/IMG_3.xmp"]
    found = files(to)
    assert sorted(found) == sorted([*originals, *beside, *own, *sidecars])
    for path, key in (originals | beside).items():
        assert found[path] == library.bucket.objects[key].data
    assert ran.out[6:] == [
        "found 11 photos: 1 archive, 2 bin, 1 locked, 6 main, 1 work",
        "1 video of motion photos besides",
        "1 of them share an original with another: it is copied once",
        "2 of them have a sidecar in the bucket: it is kept beside ours",
        "2 more files without a row: to without-row/",
        "checked 27 files: each is what was written",
        ran.out[-1],
    ]
    assert ran.out[-1].startswith("exported 13 originals (")
    assert ran.out[-1].endswith(") and 12 sidecars; 0 originals were there already")


def test_the_manifest_has_every_row_with_what_the_api_says_of_it(
    library: MemoryGallery, run: Run, to: Path
):
    export(run, to)

    lines = manifest(to)
    found = files(to)
    for asset in library.assets.scan():
        line = lines.pop(asset.id)
        assert line["asset"] == json.loads(json.dumps(asset_json(asset)))
        assert line["key"] == asset.key
        assert line["sha256"] == hashlib.sha256(found[line["path"]]).hexdigest()
        assert line["bytes"] == len(found[line["path"]])
        for beside in line["sidecars"] + line["kept_sidecars"]:
            assert beside["sha256"] == hashlib.sha256(found[beside["path"]]).hexdigest()
        assert line["shares_with"] == ("shared-1" if asset.id == "shared-2" else None)
    assert lines.keys() == {"main/holiday_thumb.jpg", "notes.txt"}
    (ann,) = map(json.loads, found["persons.jsonl"].splitlines())
    assert (ann["name"], ann["gallery"], ann["birth_date"]) == ("Ann", "main", "1985-04-01")


@pytest.mark.usefixtures("library")
def test_the_checksums_are_what_sha256sum_makes_of_the_files(run: Run, to: Path):
    export(run, to)

    found = files(to)
    lines = found.pop("SHA256SUMS").decode().splitlines()
    assert sorted(lines) == sorted(
        f"{hashlib.sha256(data).hexdigest()}  {path}" for path, data in found.items()
    )


@pytest.mark.usefixtures("library")
def test_sidecars_name_the_persons(run: Run, to: Path):
    export(run, to)

    with pyexiv2.Image(str(to / "main/2024/2024-05/IMG_1.jpg.xmp")) as image:
        found = image.read_xmp()
    assert found["Xmp.iptcExt.PersonInImage"] == ["Ann"]
    assert found["Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]/mwg-rs:Name"] == "Ann"


def test_a_dry_run_says_what_it_takes_and_writes_nothing(
    library: MemoryGallery, run: Run, to: Path
):
    ran = run(main, "--to", str(to), flags=WITH_PAGES)

    assert ran.status == 0
    assert not to.exists()
    assert fetched(library) == {}
    assert library.wire.writes == 0
    assert ran.out[-6].startswith("to copy: 13 originals, ")
    assert ran.out[-6].endswith("; 0 of 13 are there already")
    assert ran.out[-5].startswith("room: 46 kB needed, ")
    assert ran.out[-4:] == [
        "about $0.00 for 15 GET, 2 HEAD, 0 PUT, 1 LIST and 1 read unit",
        ran.out[-3],
        "by the list prices of September 2026 in us-east-1, without any free tier",
        "nothing was written: pass --migrate to export",
    ]


def test_a_large_library_costs_what_its_bytes_cost(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "film", key="main/film.mov")
    stored = gallery.media.list_objects

    def of_a_terabyte(prefix: str = "") -> Any:
        return (dataclasses.replace(found, size_bytes=10**12) for found in stored(prefix))

    gallery.media.list_objects = of_a_terabyte  # type: ignore[method-assign]

    ran = run(main, "--to", str(to), flags=WITH_PAGES)
    refused = export(run, to)

    # 1,000 GB at $0.09
    assert ran.starting("  $")[0].startswith("  $90.00 more for 1.0 TB sent out")
    assert refused.status == 2
    assert "make room or choose another disk" in refused.err
    assert not to.exists()


def test_nothing_is_changed_in_the_gallery(library: MemoryGallery, run: Run, to: Path):
    before = library.state()

    export(run, to)

    assert library.wire.writes == 0
    assert library.state() == before


def test_a_second_run_fetches_and_writes_nothing(library: MemoryGallery, run: Run, to: Path):
    export(run, to)
    before = {path: path.stat().st_mtime_ns for path in to.rglob("*.*") if path.is_file()}
    fetched(library)

    again = export(run, to)

    assert again.status == 0
    assert fetched(library) == {}
    ours = ("manifest.jsonl", "persons.jsonl", "README.txt", "SHA256SUMS", "journal.jsonl")
    after = {path: path.stat().st_mtime_ns for path in to.rglob("*.*") if path.is_file()}
    assert {path for path in after if before[path] != after[path]} <= {
        path for path in after if path.name in ours
    }
    assert again.out[-1] == (
        "exported 0 originals (0 B) and 0 sidecars; 13 originals were there already"
    )


def test_a_changed_row_rewrites_only_its_sidecar(library: MemoryGallery, run: Run, to: Path):
    export(run, to)
    before = files(to)
    fetched(library)
    library.assets.change(library.assets.get("plain"), is_favorite=False)

    export(run, to)

    after = files(to)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"main/2024/2024-05/IMG_1.jpg.xmp", "manifest.jsonl", "SHA256SUMS"}
    assert after.keys() == before.keys()
    assert fetched(library) == {}


def test_a_photo_that_was_dated_anew_moves_and_is_not_fetched_again(
    library: MemoryGallery, run: Run, to: Path
):
    export(run, to)
    before = files(to)
    fetched(library)
    plain = library.assets.get("plain")
    library.assets.change(plain, taken_local=wall_clock("2019-12-31"))

    ran = export(run, to)

    after = files(to)
    old, new = "main/2024/2024-05/IMG_1.jpg", "main/2019/2019-12/IMG_1.jpg"
    assert before.keys() - after.keys() == {old, f"{old}.xmp"}
    assert after.keys() - before.keys() == {new, f"{new}.xmp"}
    assert after[new] == before[old]
    assert fetched(library) == {}
    assert "1 file moved to where they belong now" in ran.out


def test_a_folder_that_nothing_is_left_in_goes(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    export(run, to)
    gallery.assets.change(gallery.assets.get("a1"), taken_local=None)

    export(run, to)

    assert not (to / "main/2024").exists()
    assert (to / "main/undated/a1.jpg").exists()


def test_photos_that_change_places_are_never_written_over_each_other(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a", key="main/x/IMG.jpg", taken_local=wall_clock("2020-01-01"))
    add(gallery, "b", key="main/y/IMG.jpg", taken_local=wall_clock("2021-01-01"))
    export(run, to)
    fetched(gallery)
    for name, day in (("a", "2021-01-01"), ("b", "2020-01-01")):
        gallery.assets.change(gallery.assets.get(name), taken_local=wall_clock(day))

    export(run, to)

    lines = manifest(to)
    assert {name: (to / line["path"]).read_bytes() for name, line in lines.items()} == {
        "a": b"main/x/IMG.jpg" * 3,
        "b": b"main/y/IMG.jpg" * 3,
    }
    assert lines["a"]["path"].startswith("main/2021/")
    assert lines["b"]["path"].startswith("main/2020/")
    assert fetched(gallery) == {}


def test_a_new_photo_of_the_same_name_leaves_the_first_where_it_was(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "b", key="main/x/IMG.jpg")
    export(run, to)
    add(gallery, "a", key="main/y/IMG.jpg")

    export(run, to)

    lines = manifest(to)
    assert lines["b"]["path"] == "main/2024/2024-05/IMG.jpg"
    assert lines["a"]["path"] == "main/2024/2024-05/IMG (a).jpg"


def test_a_replaced_original_is_fetched_anew(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    export(run, to)
    gallery.bucket.place("main/a1.jpg", b"a better scan")

    export(run, to)

    assert (to / "main/2024/2024-05/a1.jpg").read_bytes() == b"a better scan"


def test_files_of_a_purged_photo_are_left_and_counted(gallery: MemoryGallery, run: Run, to: Path):
    add(gallery, "a1")
    add(gallery, "a2")
    export(run, to)
    gallery.assets_table.delete_many([("a1",)])
    gallery.bucket.remove("main/a1.jpg")

    ran = export(run, to)

    assert ran.status == 0
    assert ran.out[-1] == (
        "2 files of photos that are no longer in the gallery: left where they are"
    )
    assert (to / "main/2024/2024-05/a1.jpg").exists()
    assert manifest(to).keys() == {"a2"}
    assert run(main, "--to", str(to), "--check", flags=()).status == 0


def test_a_missing_original_has_its_sidecar_and_is_named(
    gallery: MemoryGallery, run: Run, to: Path
):
    gallery.add(an_asset("a1", original_missing=True))

    ran = export(run, to)

    assert ran.status == 1
    assert "no original: main/a1.jpg" in ran.out
    assert "1 of them have no original in the bucket: python -m migrations.reconcile" in ran.out
    assert (to / "main/2024/2024-05/a1.jpg.xmp").exists()
    line = manifest(to)["a1"]
    assert (line["path"], line["sha256"]) == (None, None)
    assert line["asset"]["id"] == "a1"


def test_an_original_that_came_after_the_listing_is_there(
    gallery: MemoryGallery, run: Run, to: Path
):
    gallery.add(an_asset("a1"))
    gallery.wire.before("scan_page", lambda _: gallery.bucket.place("main/a1.jpg", b"late"))

    ran = export(run, to)

    assert ran.status == 0
    assert (to / "main/2024/2024-05/a1.jpg").read_bytes() == b"late"


def test_an_original_that_is_replaced_while_it_is_exported_is_the_later_one(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1")
    gallery.wire.before("get_object", lambda _: gallery.bucket.place("main/a1.jpg", b"later"))

    ran = export(run, to)

    assert ran.status == 0
    assert (to / "main/2024/2024-05/a1.jpg").read_bytes() == b"later"


def test_bytes_that_are_not_what_their_row_says_are_kept_and_named(
    gallery: MemoryGallery, run: Run, to: Path
):
    add(gallery, "a1", file_hash="0" * 64)
    add(gallery, "a2", file_hash=hashlib.sha256(b"main/a2.jpg" * 3).hexdigest())
    # of another version than the one that is there
    add(gallery, "a3", file_hash="0" * 64, source_etag="older")

    ran = export(run, to)

    assert ran.status == 1
    assert ran.starting("failed: ") == [
        "failed: main/2024/2024-05/a1.jpg: is not what its row says: its SHA-256 differs"
    ]
    assert (to / "main/2024/2024-05/a1.jpg").read_bytes() == b"main/a1.jpg" * 3


def test_one_photo_that_cannot_be_fetched_fails_itself_and_not_the_others(
    library: MemoryGallery, run: Run, to: Path
):
    def fail(request: Any) -> None:
        if request.key == ("main/IMG_1.jpg",):
            raise StorageUnavailableError("bucket photos, main/IMG_1.jpg: SlowDown")

    library.wire.before("get_object", fail, times=None)

    ran = export(run, to)
    library.wire.clear()
    fetched(library)
    again = export(run, to)

    assert (ran.status, again.status) == (1, 0)
    assert len(ran.starting("failed: main/2024/2024-05/IMG_1.jpg")) == 1
    assert "1 photo not whole; the next run tries again" in ran.out
    assert fetched(library) == {"main/IMG_1.jpg": 1}
    assert (to / "main/2024/2024-05/IMG_1.jpg").exists()


def test_killed_anywhere_it_goes_on_and_ends_as_if_nothing_had_been(
    library: MemoryGallery, run: Run, tmp_path: Path
):
    export(run, tmp_path / "whole")
    expected = files(tmp_path / "whole")
    requests = len(library.wire.requests)

    for number in range(0, requests, 3):
        to = tmp_path / str(number)
        library.wire.kill_at(number)
        with pytest.raises(Killed):
            export(run, to, "--workers", "2")
        library.wire.clear()
        assert export(run, to).status == 0
        assert files(to) == expected
        shutil.rmtree(to)


def test_asked_to_end_it_finishes_what_is_under_way_and_goes_on_the_next_time(
    library: MemoryGallery, run: Run, tmp_path: Path, to: Path, monkeypatch: pytest.MonkeyPatch
):
    export(run, tmp_path / "whole")
    fetched(library)
    stops: list[Stop] = []

    def remember(body: Callable[[Stop], int]) -> int:
        def told(stop: Stop) -> int:
            stops.append(stop)
            return body(stop)

        return command.run(told)

    with monkeypatch.context() as patched:
        patched.setattr("migrations.export_library.run", remember)
        library.wire.before("get_object", lambda _: stops[0].ask())

        ran = export(run, to, "--workers", "1")
    half = fetched(library)
    again = export(run, to)
    rest = fetched(library)

    assert (ran.status, again.status) == (1, 0)
    assert half == {"main/IMG_5.jpg.xmp": 1, "main/IMG_5.jpg": 1}
    assert rest.total() == 13
    assert files(to) == files(tmp_path / "whole")


def test_a_line_of_the_journal_that_was_cut_off_costs_one_file(
    library: MemoryGallery, run: Run, to: Path
):
    export(run, to)
    expected = files(to)
    journal = to / ".export/journal.jsonl"
    lines = [line for line in journal.read_text().splitlines() if '"wrote"' in line]
    began = '{"did": "began", "bucket": "photos", "gallery": null}'
    last = next(line for line in reversed(lines) if '"original"' in line)
    rest = [line for line in lines if line != last]
    journal.write_text("\n".join([began, *rest, last[: len(last) // 2]]))
    fetched(library)

    ran = export(run, to)

    assert ran.status == 0
    assert sum(fetched(library).values()) == 1
    assert files(to) == expected


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("damage", ["gone", "shorter", "other"])
def test_the_check_names_each_file_that_is_not_what_was_written(damage: str, run: Run, to: Path):
    export(run, to)
    path = to / "main/2024/2024-05/IMG_1.jpg"
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] + (b"" if damage == "shorter" else b"\0"))

    ran = run(main, "--to", str(to), "--check", flags=())

    said = "is gone" if damage == "gone" else "is not what was written"
    assert ran.status == 1
    assert ran.out == [
        f"main/2024/2024-05/IMG_1.jpg {said}",
        "checked 30 files: 1 are not what was written",
        "the next run with --migrate brings them again",
    ]


def test_a_check_of_what_is_whole_needs_no_aws(library: MemoryGallery, run: Run, to: Path):
    export(run, to)
    library.wire.requests.clear()

    ran = run(main, "--to", str(to), "--check", flags=())

    assert ran.status == 0
    assert ran.out == ["checked 30 files: each is what was written"]
    assert library.wire.requests == []


def test_what_was_written_wrongly_is_found_and_fetched_again_by_the_next_run(
    gallery: MemoryGallery, run: Run, to: Path, monkeypatch: pytest.MonkeyPatch
):
    """A disk that says yes and writes something else."""
    add(gallery, "a1")
    replace = Path.replace

    def spoil(part: Path, target: Path) -> Path:
        found = replace(part, target)
        if target.name == "a1.jpg":
            found.write_bytes(b"\0" * found.stat().st_size)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", spoil)
        first = export(run, to)
    second = export(run, to)

    assert (first.status, second.status) == (1, 0)
    assert "main/2024/2024-05/a1.jpg is not what was written" in first.out
    assert (to / "main/2024/2024-05/a1.jpg").read_bytes() == b"main/a1.jpg" * 3


def test_an_export_that_did_not_end_is_not_taken_for_whole(
    library: MemoryGallery, run: Run, to: Path
):
    library.wire.kill_at(20)
    with pytest.raises(Killed):
        export(run, to)

    ran = run(main, "--to", str(to), "--check", flags=())

    assert ran.status == 2
    assert "no export came to its end" in ran.err


@pytest.mark.usefixtures("library")
def test_one_gallery_alone(run: Run, to: Path):
    ran = export(run, to, "--gallery", "work")

    assert ran.status == 0
    assert [path for path in files(to) if "/" in path] == [
        *("work/undated/scan.tif", "work/undated/scan.tif.xmp")
    ]
    assert manifest(to).keys() == {"undated"}


@pytest.mark.parametrize(
    ("first", "second"), [((), ("--gallery", "main")), (("--gallery", "work"), ())]
)
def test_one_folder_holds_one_export(
    first: tuple[str, ...], second: tuple[str, ...], run: Run, to: Path
):
    export(run, to, *first)
    before = files(to)

    ran = export(run, to, *second)

    assert ran.status == 2
    assert "choose another folder" in ran.err
    assert files(to) == before


@pytest.mark.usefixtures("library")
def test_a_folder_with_something_else_in_it_is_refused(run: Run, to: Path):
    to.mkdir()
    (to / "main").mkdir()
    (to / ".DS_Store").touch()

    ran = export(run, to)

    assert ran.status == 2
    assert "choose an empty folder" in ran.err
    assert files(to) == {".DS_Store": b""}


def test_a_row_of_another_bucket_is_named(gallery: MemoryGallery, run: Run, to: Path):
    put_rows(gallery, a_row("4711", "s3://others/x.jpg"))

    ran = export(run, to)

    assert ran.status == 1
    assert ran.starting("left out: ") == [
        "left out: 4711: s3://others/x.jpg lies in bucket others, not in photos"
    ]


@pytest.mark.parametrize("operation", ["assets.scan_page", "s3.list_objects_v2"])
def test_what_cannot_be_read_is_an_error_and_no_empty_export(
    operation: str, library: MemoryGallery, run: Run, to: Path
):
    def fail(_: Any) -> None:
        raise StorageUnavailableError("did not answer")

    library.wire.before(operation, fail, times=None)

    ran = export(run, to)

    assert ran.status == 2
    assert "error: did not answer" in ran.err
    assert not to.exists()


@pytest.mark.parametrize("place", ["ftp://host/x", "s3://", "s3://photos/export"])
def test_a_place_that_is_none_is_refused(place: str, run: Run):
    ran = run(main, "--to", place, "--migrate", flags=WITH_PAGES)

    assert ran.status == 2
    assert ran.err.startswith("error: ")


def test_an_empty_gallery_has_an_empty_export(run: Run, to: Path):
    ran = export(run, to)

    assert ran.status == 0
    assert "found 0 photos" in ran.out
    assert sorted(files(to)) == ["README.txt", "SHA256SUMS", "manifest.jsonl", "persons.jsonl"]
