from typing import Any

import pytest

from chalicelib.domain.asset import ORIGINAL_MISSING
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.take_in import take_in
from migrations.reconcile import main
from tests.builders import MemoryGallery
from tests.migrations.conftest import Run
from tests.migrations.foreign import a_photo, a_row, put_rows

TARGET = ["bucket   photos", "table    assets", "region   eu-central-1"]


@pytest.fixture
def differing(gallery: MemoryGallery) -> MemoryGallery:
    """One difference of each kind beside a photo that is all right."""
    for number, key in enumerate(("main/fine.jpg", "main/gone.jpg", "main/bare.jpg")):
        gallery.bucket.place(key, a_photo(number))
        take_in(key, gallery.studio)
    gallery.bucket.remove("main/gone.jpg")
    gallery.bucket.remove("main/bare_thumb.jpg")
    gallery.bucket.place("main/new.jpg", a_photo(4))
    gallery.bucket.place("main/letter.jpg", b"Dear Anna,")
    gallery.bucket.place("main/holiday_thumb.jpg", a_photo(5))
    gallery.bucket.place("loose.jpg", a_photo(6))
    gallery.wire.requests.clear()
    return gallery


def test_a_dry_run_says_what_differs_and_writes_nothing(differing: MemoryGallery, run: Run):
    before = differing.state()

    ran = run(main)

    *lines, summary = ran.out
    assert lines == [
        *TARGET,
        "loose.jpg left alone: 'loose.jpg' is not in a gallery; keys look like main/photo.jpg",
        "main/holiday_thumb.jpg left alone: a file of yours, named like a thumbnail; rename it",
        "main/letter.jpg has no row",
        "main/new.jpg has no row",
        *lines[7:],
    ]
    # of rows that lack something, in the order of the table
    assert sorted(lines[7:]) == [
        "main/bare.jpg has lost its thumbnail",
        "main/gone.jpg has a row, but is not in the bucket",
    ]
    assert summary == (
        "compared 3 rows with 11 objects: 4 differences, 2 objects left alone; "
        "nothing was written: pass --migrate to mend them"
    )
    assert ran.status == 1
    assert differing.wire.writes == 0
    assert differing.state() == before


def test_a_real_run_mends_what_the_dry_run_named_and_then_all_agree(
    differing: MemoryGallery, run: Run
):
    named = {line.partition(" ")[0] for line in run(main).out[5:9]}

    ran = run(main, "--migrate")

    lines = ran.starting("[")
    assert {line.split(" ")[1] for line in lines} == named
    assert [line.partition("]")[0] for line in lines] == [f"[{n}/4" for n in range(1, 5)]
    assert ran.status == 0
    assert differing.assets.get(dropped_in_id("main/new.jpg")).has_thumbnail
    assert differing.assets.get(dropped_in_id("main/letter.jpg")).thumbnail_error == "unsupported"
    assert differing.assets.get(dropped_in_id("main/gone.jpg")).deleted_reason == ORIGINAL_MISSING
    assert "main/bare_thumb.jpg" in differing.bucket.objects
    again = run(main)
    assert again.status == 0
    assert again.out[-1].endswith("they agree, 2 objects left alone")


def test_files_that_are_left_alone_are_untouched(differing: MemoryGallery, run: Run):
    alone = ("main/holiday_thumb.jpg", "loose.jpg")
    before = {key: differing.bucket.objects[key] for key in alone}

    run(main, "--migrate")

    assert {key: differing.bucket.objects[key] for key in alone} == before


def test_originals_are_only_read(differing: MemoryGallery, run: Run):
    keys = ("main/fine.jpg", "main/bare.jpg", "main/new.jpg", "main/letter.jpg")
    before = {key: differing.bucket.objects[key] for key in keys}

    run(main, "--migrate")

    assert {key: differing.bucket.objects[key] for key in keys} == before


def test_rows_with_ids_of_their_own_are_not_doubled(gallery: MemoryGallery, run: Run):
    gallery.bucket.place("main/x.jpg", a_photo())
    put_rows(gallery, a_row("4711", "main/x.jpg"), a_row("4712", "main/gone.jpg"))

    ran = run(main, "--migrate")

    assert [row["id"]["S"] for row in gallery.assets_table.items] == ["4711", "4712"]
    assert ran.out[3] == (
        "main/gone.jpg has a row, but is not in the bucket: its row has an id of another program"
    )


def test_what_cannot_be_mended_now_is_tried_again_by_the_next_run(
    differing: MemoryGallery, run: Run
):
    def throttle(request: Any) -> None:
        if request.key == (dropped_in_id("main/new.jpg"),):
            raise StorageUnavailableError("table assets: ThrottlingException")

    differing.wire.before("assets.put", throttle, times=None)

    first = run(main, "--migrate")
    differing.wire.clear()
    second = run(main, "--migrate")

    assert (first.status, second.status) == (1, 0)
    assert any("failed; the next run tries again" in line for line in first.out)
    assert [line.split(" ")[1] for line in second.starting("[")] == ["main/new.jpg"]


@pytest.mark.parametrize("operation", ["assets.scan_page", "s3.list_objects_v2"])
def test_what_cannot_be_read_is_an_error_and_not_a_difference(
    operation: str, differing: MemoryGallery, run: Run
):
    def fail(_: Any) -> None:
        raise StorageUnavailableError("did not answer")

    differing.wire.before(operation, fail, times=None)

    ran = run(main, "--migrate")

    assert (ran.status, ran.out) == (2, TARGET)
    assert "error: did not answer" in ran.err
    assert differing.wire.writes == 0


def test_a_missing_table_is_an_error_that_says_how_to_name_another(
    gallery: MemoryGallery, run: Run
):
    def fail(_: Any) -> None:
        raise SetupError("table assets not found; deploy the data stack first")

    gallery.wire.before("assets.*", fail, times=None)

    ran = run(main)

    assert ran.status == 2
    assert "--table" in ran.err


def test_settings_that_are_missing_are_asked_for_by_name(run: Run):
    ran = run(main, flags=())

    assert ran.status == 2
    assert "--bucket" in ran.err
    assert "CONTACTSHEET_BUCKET" in ran.err


def test_an_empty_gallery_agrees(run: Run):
    ran = run(main)

    assert ran.out[3:] == ["compared 0 rows with 0 objects: they agree"]
    assert ran.status == 0
