"""Moving in: a library of every era, with everything odd that real ones have."""

import dataclasses
import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import psycopg
import pytest

from chalicelib.browse import persons
from chalicelib.correct import Said, correct
from chalicelib.curate import create_person, delete, set_favorite
from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.domain.person import Person
from chalicelib.domain.places import person_view
from chalicelib.merge_persons import merge_persons
from chalicelib.purge import purge
from migrations.immich import moving
from migrations.immich.oddities import ODDITIES
from migrations.immich.verify import settled_lists
from migrations.import_immich import main
from tests.builders import MemoryGallery, a_jpeg, wall_clock
from tests.immich.eras import ERAS, reaches
from tests.immich.library import fill
from tests.immich.people import FACES, PERSONS
from tests.immich.photo import MAPS, Photo, id_of
from tests.immich.photos import PHOTOS
from tests.migrations.conftest import FLAGS, Ran, Run

WITH_PAGES = (*FLAGS, "--pages-table", "pages", "--people-table", "people")
MOVING = {
    photo.word: photo for photo in PHOTOS.values() if photo.key and "_thumb" not in photo.path
}
LATEST = ERAS[-1]
Move = Callable[..., Ran]


def a_library(url: str, era: str) -> str:
    with psycopg.connect(url) as connection:
        fill(connection, era)
    return url


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return cast(str, request.param)


@pytest.fixture
def immich(request: pytest.FixtureRequest, database_of: Callable[[str], str]) -> str:
    """A database with the library: of each era where a test asks for them, else of one."""
    names = request.fixturenames
    era = request.getfixturevalue("era") if "era" in names else "v2.7"
    return a_library(database_of(era), era)


@pytest.fixture(autouse=True)
def _stream(gallery: MemoryGallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists follow the rows, as the stream's function sees to it."""

    def settled(*arguments: Any) -> Any:
        gallery.deliver()
        return settled_lists(*arguments)

    monkeypatch.setattr(moving, "settled_lists", settled)


@pytest.fixture
def move_in(run: Run, immich: str) -> Move:
    """Runs the command on the library."""

    def command(*flags: str, maps: tuple[str, ...] = MAPS) -> Ran:
        named = [f"--map={known}" for known in maps]
        return run(main, "--url", immich, *named, *flags, flags=WITH_PAGES)

    return command


def change(immich: str, statement: str, *values: Any) -> None:
    """Somebody changes something in Immich."""
    with psycopg.connect(immich) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement, values)


def row_of(gallery: MemoryGallery, word: str) -> Asset:
    """The row of a photo of the library."""
    (found,) = [row for row in gallery.assets.scan() if row.immich_id == id_of(word)]
    return found


def expected(photo: Photo, era: str) -> dict[str, Any]:
    """What the library says by hand of a photo's row in an era."""
    found = {"key": photo.key, **photo.row}
    for since, attributes in photo.until.items():
        if not reaches(era, since):
            found |= attributes
    return found


# --- every era -------------------------------------------------------------------------


def test_every_photo_has_the_row_that_was_worked_out_by_hand(gallery, move_in, era):
    move_in("--migrate")

    for photo in MOVING.values():
        row = row_of(gallery, photo.word)
        wanted = expected(photo, era)
        assert {name: getattr(row, name) for name in wanted} == wanted, photo.word
        details = {name: row.details.get(name) for name in photo.details}
        assert details == dict(photo.details), photo.word
    assert len(list(gallery.assets.scan())) == len(MOVING)


def test_faces_are_in_pixels_of_the_original_and_name_who_has_a_name(gallery, move_in, era):
    move_in("--migrate")

    for face in FACES.values():
        if face.photo not in MOVING:
            continue
        row = row_of(gallery, face.photo)
        if face.is_deleted or not face.is_visible:
            assert face.id not in row.faces
            continue
        found = row.faces[face.id]
        named = face.person if face.person and PERSONS[face.person].name else None
        assert found.person_id == (PERSONS[named].id if named else None), face.word
        assert found.source == face.source
        if face.scaled and row.width and reaches(era, "v2.5"):
            assert (found.box, found.image_size) == (face.scaled, (4000, 3000)), face.word


def test_verified_then_again_without_a_write_then_only_what_changed(gallery, move_in, immich, era):
    first = move_in("--migrate")
    assert any(line.startswith("active assets") for line in first.out)
    assert gallery.audit().differences == 0
    gallery.wire.requests.clear()

    again = move_in("--migrate")

    assert gallery.wire.writes == 0
    assert "wrote 0 rows: 0 new, 0 changed" in again.out
    before = {row.id: row for row in gallery.assets.scan()}

    table = "asset" if reaches(era, "v1.136") else "assets"
    for word, said in (("plain", '"isFavorite" = true'), ("uploaded", '"deletedAt" = now()')):
        change(immich, f"UPDATE {table} SET {said} WHERE id = %s", id_of(word))  # noqa: S608

    changed = move_in("--migrate")

    assert "wrote 2 rows: 0 new, 2 changed" in changed.out
    after = {row.id: row for row in gallery.assets.scan()}
    differing = {row.immich_id for row in after.values() if row != before[row.id]}
    assert differing == {id_of("plain"), id_of("uploaded")}
    assert row_of(gallery, "plain").is_favorite
    assert row_of(gallery, "uploaded").id in gallery.listed("bin")


def test_counts_of_source_rows_and_lists_stand_side_by_side(gallery, move_in):
    ran = move_in("--migrate")

    (line,) = ran.starting(
        "recycle bin",
    )[-1:]
    in_bin = sum(photo.deleted_at is not None for photo in PHOTOS.values())
    assert line.split() == ["recycle", "bin", *map(str, (in_bin, 0, 0, in_bin, in_bin))]
    assert sorted(gallery.listed("bin")) == sorted(
        row.id
        for row in gallery.assets.scan()
        if row.deleted_at and row.visibility != "locked" and not row.is_live_video
    )
    # one is named like a thumbnail: nobody chose to leave it behind
    assert ran.status == 1
    assert "not the same: 1 difference" in ran.out


# --- plan, map, report -----------------------------------------------------------------


def test_a_dry_run_writes_nothing_and_says_what_a_real_one_does(gallery, move_in):
    planned = move_in()

    assert planned.status == 0
    assert gallery.wire.writes == 0
    assert "nothing was written: pass --migrate to write it" in planned.out
    done = move_in("--migrate")
    told = planned.out.index("nothing was written: pass --migrate to write it")
    assert done.out[:told] == planned.out[:told]


def test_without_a_map_it_says_which_to_pass(run, immich, gallery):
    ran = run(main, "--url", immich, "--migrate", flags=WITH_PAGES)

    assert ran.status == 2
    assert "--map is missing; Immich's files lie in /mnt/media (" in ran.err
    assert "pass --map /mnt/media=main/" in ran.err
    assert gallery.wire.writes == 0


def test_what_lies_outside_of_every_map_is_listed_and_makes_no_difference(gallery, move_in):
    ran = move_in("--migrate", maps=("/mnt/media/clips=main/clips/",))

    outside = sum(not photo.path.startswith("/mnt/media/clips/") for photo in PHOTOS.values())
    listed = ran.out.index(f"outside-map: {outside} assets: no --map begins its path: left out")
    assert "/usr/src/app/upload" in "\n".join(ran.out[listed : listed + 6])
    assert {row.key.split("/")[1] for row in gallery.assets.scan()} == {"clips"}


def test_a_report_names_everything_odd_and_all_that_was_left_out(move_in, tmp_path):
    report = tmp_path / "report.jsonl"

    move_in("--report", str(report))

    lines = [json.loads(line) for line in report.read_text().splitlines()]
    kinds = {line["kind"] for line in lines}
    assert kinds <= ODDITIES.keys()
    outside = {line["immich_id"] for line in lines if line["kind"] == "outside-map"}
    assert outside == {p.id for p in PHOTOS.values() if p.key is None and "_thumb" not in p.path}


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--url", ""], "--url is missing"),
        (["--url", "postgresql://nobody@127.0.0.1:1/immich"], "127.0.0.1"),
        (["--map", "/mnt/media"], "expected FOLDER=PREFIX"),
        (["--map", "/mnt/media=Main/"], "is no place in a gallery"),
        (["--map", "/a=main/", "--map", "/a/=main/b"], "mapped twice"),
        (["--map", "/a=main/", "--map", "/b=b/", "--originals", "/x"], "say of which --map"),
    ],
)
def test_what_can_t_be_is_refused_before_anything_is_read(run, gallery, flags, told):
    urls = [] if "--url" in flags else ["--url", "postgresql://x@127.0.0.1:1/y"]

    ran = run(main, *urls, *flags, "--migrate", flags=WITH_PAGES)

    assert ran.status == 2
    assert told in ran.err
    assert gallery.wire.writes == 0


def test_an_unknown_shape_is_refused_before_the_first_write(gallery, move_in, immich):
    change(immich, 'ALTER TABLE asset RENAME COLUMN "originalPath" TO "path"')

    ran = move_in("--migrate")

    assert ran.status == 2
    assert "originalPath" in ran.err
    assert gallery.wire.writes == 0


# --- persons ---------------------------------------------------------------------------


def test_persons_of_one_name_are_each_one_of_their_own(gallery, move_in):
    move_in("--migrate")

    people = {person.id: person for person in gallery.people.list("main")}
    named = {person.id: person for person in PERSONS.values() if person.name}
    assert people.keys() == named.keys()
    for known, person in people.items():
        wanted = named[known]
        assert (person.name, person.is_hidden, person.is_favorite) == (
            wanted.name,
            wanted.is_hidden,
            wanted.is_favorite,
        )
    grandma = people[PERSONS["Grandma"].id]
    assert str(grandma.birth_date) == "1939-05-12"
    # of her five faces that are there one is in the bin, one locked, one outside
    assert (grandma.faces, grandma.assets) == (2, 2)


def test_some_persons_by_name_and_the_rest_later(gallery, move_in):
    move_in("--migrate", "--person", "Grandma")

    assert [person.name for person in gallery.people.list("main")] == ["Grandma"]
    faces = row_of(gallery, "plain").faces
    assert {face.person_id for face in faces.values()} == {PERSONS["Grandma"].id, None}

    move_in("--migrate", "--person", "Anna")
    faces = row_of(gallery, "plain").faces
    assert {face.person_id for face in faces.values()} == {
        PERSONS["Grandma"].id,
        PERSONS["Anna"].id,
        None,
    }
    move_in("--migrate")
    gallery.wire.requests.clear()
    move_in("--migrate", "--person", "Grandma")
    assert gallery.wire.writes == 0


def test_a_name_that_nobody_has_is_refused_with_those_like_it(gallery, move_in):
    ran = move_in("--migrate", "--person", "Gradma")

    assert ran.status == 2
    assert "--person Gradma: nobody in Immich has this name; did you mean Grandma?" in ran.err
    assert gallery.wire.writes == 0


def test_a_person_renamed_here_stays_so(gallery, move_in, immich):
    move_in("--migrate")
    grandma = gallery.people.get("main", PERSONS["Grandma"].id)
    gallery.people.change(grandma, name="Oma")
    change(immich, "UPDATE person SET name = 'Granny' WHERE name = 'Grandma'")

    move_in("--migrate")

    assert gallery.people.get("main", grandma.id).name == "Oma"


def test_persons_merged_here_stay_one_whatever_immich_says(gallery, move_in, immich):
    """Anna is found to be Grandma: no later run brings her back, or gives her a face."""
    first = move_in("--migrate")
    grandma, anna = PERSONS["Grandma"].id, PERSONS["Anna"].id
    merge = merge_persons("main", anna, grandma, gallery.tables)
    gallery.deliver()
    of_both = {FACES[word].id for word in ("grandma's", "anna's")}

    seen = move_in()
    again = move_in("--migrate")
    gallery.wire.requests.clear()
    unchanged = move_in("--migrate")

    assert merge.remaining == 0
    assert gallery.wire.writes == 0
    for ran in (again, unchanged):
        assert ran.starting("not the same", "persons", "face") == first.starting(
            "not the same", "persons", "face"
        )
    assert seen.starting("6 persons") == again.starting("6 persons")
    faces = row_of(gallery, "plain").faces
    assert {faces[known].person_id for known in of_both} == {grandma}
    change(immich, "UPDATE person SET name = 'Annie' WHERE name = 'Anna'")
    change(
        immich,
        'UPDATE asset_face SET "personId" = %s WHERE id = %s',
        anna,
        FACES["neighbour's"].id,
    )
    last = move_in("--migrate")
    gallery.deliver()
    assert last.starting("not the same") == first.starting("not the same")
    found = row_of(gallery, "uploaded").faces[FACES["neighbour's"].id]
    assert found.person_id == grandma
    assert anna not in {person.id for person in persons(gallery.tables, "main")}
    assert gallery.listed(person_view(anna)) == []
    assert gallery.audit().differences == 0


def test_a_person_merged_in_one_gallery_is_made_anew_in_no_other(gallery, move_in):
    maps = ("/mnt/media=main/", "/usr/src/app/upload=uploads/")
    move_in("--migrate", maps=maps)
    before = {(known.gallery, known.id) for known in gallery.people.scan()}
    quoted, neighbour = PERSONS["quoted"].id, PERSONS["hidden person"].id
    assert ("uploads", quoted) in before
    assert ("main", quoted) not in before

    merge_persons("uploads", quoted, neighbour, gallery.tables)
    move_in("--migrate", maps=maps)

    assert {(known.gallery, known.id) for known in gallery.people.scan()} == before


# --- what was changed here -------------------------------------------------------------


def test_what_a_person_changed_here_wins(gallery, move_in, immich):
    move_in("--migrate")
    plain, archived = row_of(gallery, "plain"), row_of(gallery, "archived")
    set_favorite(plain.id, True, gallery.tables)
    delete(archived.id, gallery.tables)
    change(immich, 'UPDATE asset SET "isFavorite" = NOT "isFavorite"')
    change(immich, """UPDATE asset SET "deletedAt" = '2020-01-01' WHERE "deletedAt" IS NULL""")

    move_in("--migrate")
    gallery.deliver()

    # favourite here and by now in Immich, too; then deleted there
    assert row_of(gallery, "plain").is_favorite
    assert row_of(gallery, "archived").deleted_at == gallery.assets.get(archived.id).deleted_at
    change(immich, 'UPDATE asset SET "isFavorite" = false')
    ran = move_in("--migrate")
    assert row_of(gallery, "plain").is_favorite is False
    kept = ran.starting("changed in Immich and here, and kept as here:")
    assert kept == ["changed in Immich and here, and kept as here: bin 1"]
    assert row_of(gallery, "archived").deleted_at != row_of(gallery, "plain").deleted_at


def test_what_a_person_corrected_here_stays_whatever_immich_says(gallery, move_in, immich):
    move_in("--migrate")
    plain, uploaded = row_of(gallery, "plain"), row_of(gallery, "uploaded")
    told = Said(taken_local=wall_clock("1987-06-05"), description="The old house")
    correct(plain.id, told, ZoneInfo("UTC"), gallery.tables)
    correct(uploaded.id, Said(taken_local=None, description=None), ZoneInfo("UTC"), gallery.tables)
    for date in ("localDateTime", "fileCreatedAt"):
        change(immich, f"UPDATE asset SET \"{date}\" = '2001-02-03'")  # noqa: S608
    change(immich, "UPDATE asset_exif SET description = 'As Immich says'")

    ran = move_in("--migrate")
    gallery.deliver()

    kept = row_of(gallery, "plain")
    assert (kept.taken_local, kept.details["description"]) == (
        wall_clock("1987-06-05"),
        "The old house",
    )
    cleared = row_of(gallery, "uploaded")
    assert (cleared.taken_local, cleared.taken_at) == (None, None)
    assert "description" not in cleared.details
    assert row_of(gallery, "archived").details["description"] == "As Immich says"
    assert ran.starting("changed in Immich and here, and kept as here:") == [
        "changed in Immich and here, and kept as here: date 2, description 2"
    ]
    assert gallery.audit().differences == 0


def test_what_was_destroyed_here_does_not_come_back(gallery, move_in):
    move_in("--migrate")
    row = row_of(gallery, "trashed")
    purge(row.id, gallery.tables, gallery.media)
    gallery.deliver()
    gallery.wire.requests.clear()

    ran = move_in("--migrate")

    assert gallery.wire.writes == 0
    (line,) = ran.starting("recycle bin")[:1]
    assert line.split()[-1] == "1"
    assert "not the same: 1 difference" in ran.out  # the one that was refused before, too


# --- originals -------------------------------------------------------------------------


def place_originals(gallery: MemoryGallery, words: list[str]) -> None:
    for word in words:
        key = MOVING[word].key
        assert key is not None
        gallery.bucket.place(key, a_jpeg())


def rows_by_key(gallery: MemoryGallery) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in gallery.assets.scan():
        found.setdefault(row.key, []).append(row.id)
    return found


def test_without_its_original_a_photo_is_shown_counted_apart_and_healed_by_it(gallery, move_in):
    ran = move_in("--migrate")

    plain = row_of(gallery, "plain")
    assert plain.thumbnail_state == "missing"
    assert plain.id in gallery.listed()
    missing = gallery.pages.totals("main")["all"].missing
    assert missing == len(gallery.listed())
    assert ran.out[-1].startswith("67 originals still to arrive in the bucket; upload with")
    assert "aws s3 sync FOLDER-OF/mnt/media s3://photos/main/ --size-only" in ran.out[-1]
    assert "s3://photos/main/upload/ --size-only --exclude 'thumbs/*'" in ran.out[-1]

    place_originals(gallery, ["plain"])
    gallery.take_in(plain.key)
    gallery.deliver()

    healed = row_of(gallery, "plain")
    assert (healed.id, healed.thumbnail_state) == (plain.id, "ready")
    assert healed.details["description"] == plain.details["description"]
    assert gallery.pages.totals("main")["all"].missing == missing - 1
    gallery.wire.requests.clear()
    assert move_in("--migrate").out[-1].startswith("66 originals still to arrive")
    assert gallery.wire.writes == 0


def test_originals_that_were_there_first_keep_their_rows(gallery, move_in):
    words = ["plain", "uploaded", "trashed", "shared"]
    place_originals(gallery, words)
    before = [gallery.take_in(str(MOVING[word].key))[1] for word in words]

    move_in("--migrate")

    by_key = rows_by_key(gallery)
    for row in before:
        after = gallery.assets.get(row.id)
        assert after.immich_id is not None
        assert after.thumbnail_key == row.thumbnail_key
        assert by_key[row.key][: 1 if len(by_key[row.key]) == 1 else 2].count(row.id) == 1
    assert row_of(gallery, "trashed").id in gallery.listed("bin")
    assert row_of(gallery, "plain").thumbnail_state == "ready"
    gallery.wire.requests.clear()
    move_in("--migrate")
    assert gallery.wire.writes == 0


def test_originals_that_arrive_while_it_writes_never_make_a_second_row(gallery, move_in):
    """Before each of the first writes the next photo's original arrives and is taken in."""
    words = [word for word, photo in MOVING.items() if photo.row.get("deleted_at") is None][:20]
    arriving = iter(words)

    def arrive(_: Any) -> None:
        for word in arriving:
            place_originals(gallery, [word])
            gallery.take_in(str(MOVING[word].key))
            return

    for _ in range(len(words)):
        gallery.assets_table.before("put", arrive)

    move_in("--migrate")
    gallery.deliver()

    keys = [photo.key for photo in MOVING.values()]
    for key, ids in rows_by_key(gallery).items():
        assert len(ids) == keys.count(key), key
    assert gallery.audit().differences == 0
    gallery.wire.requests.clear()
    move_in("--migrate")
    assert gallery.wire.writes == 0


def test_assets_with_one_file_name_each_other_on_both_sides(gallery, move_in):
    move_in("--migrate")

    for one, other in (("again", "again, trashed"), ("shared", "shared, Bob's")):
        first, second = row_of(gallery, one), row_of(gallery, other)
        assert first.same_object_as == (second.id,)
        assert second.same_object_as == (first.id,)
        assert first.key == second.key
    assert row_of(gallery, "again").id == dropped_in_id("main/2018/again.jpg")


def test_an_original_that_several_assets_share_heals_and_leaves_all_of_them(gallery, move_in):
    move_in("--migrate")
    words, key = ("again", "again, trashed"), "main/2018/again.jpg"
    place_originals(gallery, ["again"])

    gallery.take_in(key)

    assert {row_of(gallery, word).thumbnail_state for word in words} == {"ready"}
    assert row_of(gallery, "again, trashed").deleted_reason == "trashed"
    gallery.bucket.remove(key)
    gallery.take_in(key)
    assert row_of(gallery, "again").deleted_reason == "original-missing"
    assert row_of(gallery, "again, trashed").deleted_reason == "trashed"


def test_a_motion_photo_has_its_video_half_and_is_one_tile(gallery, move_in):
    move_in("--migrate")

    motion, half = row_of(gallery, "motion"), row_of(gallery, "motion, video")
    assert (motion.live_video_id, half.is_live_video) == (half.id, True)
    for view in ("all", "hidden", "bin"):
        assert half.id not in gallery.listed(view)
    assert row_of(gallery, "motion, dangling").live_video_id is None
    assert row_of(gallery, "motion outside").live_video_id is None


def test_originals_are_uploaded_and_only_those_that_are_what_immich_says(
    gallery, move_in, immich, tmp_path: Path
):
    words = ["uploaded", "favorite", "motion", "motion, video"]
    for word in words:
        file = tmp_path / MOVING[word].path.removeprefix("upload/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(MOVING[word].content)
        change(
            immich,
            'UPDATE asset_exif SET "fileSizeInByte" = %s WHERE "assetId" = %s',
            len(MOVING[word].content),
            id_of(word),
        )
    wrong = tmp_path / MOVING["favorite"].path.removeprefix("upload/")
    wrong.write_bytes(bytes(len(MOVING["favorite"].content)))
    sidecar = tmp_path / str(MOVING["uploaded"].sidecar).removeprefix("upload/")
    sidecar.write_bytes(b"<x/>")
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    ran = move_in("--migrate", "--originals", f"/usr/src/app/upload={tmp_path}")

    sent = [
        *(str(MOVING[w].key) for w in words if w != "favorite"),
        "main/" + str(MOVING["uploaded"].sidecar),
    ]
    assert sorted(gallery.bucket.objects) == sorted(sent)
    for word in ("uploaded", "motion"):
        stored = gallery.bucket.objects[str(MOVING[word].key)].data
        assert hashlib.sha1(stored, usedforsecurity=False).digest() == MOVING[word].content_sha1
    assert any("wrong hash" in line for line in ran.out)
    assert ran.status == 1
    assert files == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_dry_run_with_originals_reads_none_and_sends_none(gallery, move_in, tmp_path):
    ran = move_in("--originals", f"/usr/src/app/upload={tmp_path}")

    assert gallery.wire.writes == 0
    assert any(line.startswith("originals: ") for line in ran.out)


# --- interrupted, at once --------------------------------------------------------------


def test_interrupted_anywhere_it_goes_on_to_the_same_end(gallery, move_in):
    class Cut(BaseException):
        pass

    for number in (1, 7, 30):
        writes = [0]

        def count(_: Any, writes: list[int] = writes, number: int = number) -> None:
            writes[0] += 1
            if writes[0] == number:
                raise Cut

        gallery.wire.clear()
        for _ in range(number):
            gallery.assets_table.before("put", count)
        with pytest.raises(Cut):
            move_in("--migrate")
    gallery.wire.clear()
    move_in("--migrate")

    assert len(list(gallery.assets.scan())) == len(MOVING)
    assert gallery.audit().differences == 0
    assert {row.version for row in gallery.assets.scan()} == {1}


def test_two_at_once_are_harmless(gallery, immich):
    argv = [
        *WITH_PAGES,
        "--url",
        immich,
        *(f"--map={known}" for known in MAPS),
        "--migrate",
    ]
    threads = [
        threading.Thread(target=main, args=(argv, lambda _: cast(Any, gallery))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gallery.deliver()

    assert len(list(gallery.assets.scan())) == len(MOVING)
    assert {row.version for row in gallery.assets.scan()} == {1}
    assert gallery.audit().differences == 0


def test_a_person_made_by_another_run_meanwhile_is_no_second_one(gallery, move_in):
    grandma = Person(PERSONS["Grandma"].id, "main", "Grandma", immich_id=PERSONS["Grandma"].id)

    gallery.people_table.before("put", lambda _: create_person(grandma, gallery.tables))
    move_in("--migrate")

    found = gallery.people.get("main", grandma.id)
    assert dataclasses.replace(found, faces=0, assets=0).is_favorite
