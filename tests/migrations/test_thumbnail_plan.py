"""Which photos a backfill takes, in what order, and what else it finds."""

from typing import Any

import pytest

from chalicelib.domain.thumbnail import RECIPE
from migrations.generate_thumbnails import main
from tests.builders import MemoryGallery, an_asset, wall_clock
from tests.migrations.conftest import Run
from tests.migrations.foreign import a_photo, a_row, put_photos, put_rows, thumbnail_urls

RECONCILE = "python -m migrations.reconcile"


def place(gallery: MemoryGallery, *keys: str) -> None:
    for key in keys:
        gallery.bucket.place(key, a_photo())


# --- the order


def test_photos_are_made_as_lists_have_them_and_those_without_a_date_by_their_keys(
    gallery: MemoryGallery, run: Run
):
    months = {"d": "2024-07-01", "a": "2024-06-30", "c": "2024-06-01", "b": None, "e": None}
    for name, day in months.items():
        taken = wall_clock(day) if day else None
        gallery.add(an_asset(name, thumbnail_key=None, thumbnail_url="", taken_local=taken))
        place(gallery, f"main/{name}.jpg")

    assert run(main).ids == ["c", "a", "d", "b", "e"]
    assert run(main, "--migrate", "--workers", "1").ids == ["c", "a", "d", "b", "e"]


# --- --gallery


def test_one_gallerys_photos_are_found_and_made_alone(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 3)
    place(gallery, "kids/k1.jpg", "Older/k2.jpg")
    put_rows(
        gallery,
        a_row("k1", "kids/k1.jpg"),
        a_row("k2", "Older/k2.jpg", gallery_id={"S": "kids"}),
        a_row("k3", "s3://other/k3.jpg"),
    )

    dry, ran = run(main, "--gallery", "kids"), run(main, "--gallery", "kids", "--migrate")

    assert "found 2 photos: 0 have a thumbnail, 2 need one" in dry.out
    assert (sorted(dry.ids), sorted(ran.ids), ran.status) == (["k1", "k2"], ["k1", "k2"], 0)
    assert thumbnail_urls(gallery)["p001"] == "Older/p001.jpg"


@pytest.mark.parametrize("name", ["", "Main", "a/b", "x" * 41, "ä"])
def test_a_name_that_is_no_gallerys_is_refused(name: str, gallery: MemoryGallery, run: Run):
    ran = run(main, "--gallery", name)

    assert (ran.status, gallery.wire.requests) == (2, [])
    assert "--gallery" in ran.err


# --- --remake


@pytest.fixture
def drawn(gallery: MemoryGallery, run: Run) -> MemoryGallery:
    """Three photos: one drawn by an earlier recipe, one without its picture, one in order."""
    put_photos(gallery, 3)
    assert run(main, "--migrate").status == 0
    gallery.assets.change(gallery.assets.get("p000"), thumbnail_recipe=None)
    old = gallery.assets.get("p000").source_etag or ""
    for key in ("Older/p000_thumb.jpg", "Older/.small/p000.jpg.jpg"):
        gallery.bucket.place(key, b"as it was drawn before", **{"source-etag": old})
    gallery.bucket.remove("Older/p001_thumb.jpg")
    return gallery


def test_what_an_earlier_version_drew_or_what_is_gone_is_drawn_again_when_asked_for(
    drawn: MemoryGallery, run: Run
):
    assert run(main).ids == run(main, "--migrate").ids == []

    assert run(main, "--remake").ids == ["p000", "p001"]
    ran = run(main, "--remake", "--migrate")

    assert (sorted(ran.ids), ran.status) == (["p000", "p001"], 0)
    assert "migrated               2" in ran.out
    assert drawn.assets.get("p000").thumbnail_recipe == RECIPE
    assert "Older/p001_thumb.jpg" in drawn.bucket.objects
    assert drawn.bucket.objects["Older/p000_thumb.jpg"].data.startswith(b"\xff\xd8")
    assert run(main, "--remake").ids == []


def test_another_programs_thumbnail_is_not_drawn_again(gallery: MemoryGallery, run: Run):
    place(gallery, "Older/a.jpg", "Older/a_thumb.jpg", "Older/b.jpg")
    put_rows(
        gallery,
        a_row("a", "Older/a.jpg", "Older/a_thumb.jpg"),
        a_row("b", "Older/b.jpg", "https://elsewhere.example/b.jpg"),
    )

    assert run(main, "--remake").ids == []


# --- rows and objects that don't belong together


def test_an_object_without_a_row_and_a_row_without_an_object_are_counted_apart(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 2)
    place(gallery, "main/new.jpg", "main/new_thumb.jpg", "Elsewhere/not ours.jpg", "top.txt")
    put_rows(gallery, a_row("gone", "Older/gone.jpg"))

    dry, ran = run(main), run(main, "--migrate")

    assert f"1 more have no original in the bucket: {RECONCILE}" in dry.out
    assert f"1 more lie in the bucket without a row: {RECONCILE}" in dry.out
    assert (dry.status, ran.status, sorted(ran.ids)) == (0, 1, ["p000", "p001"])
    (line,) = ran.starting("no row ")
    assert line == f"no row                 1   in the bucket: {RECONCILE} takes it in"


def test_what_the_gallery_made_itself_is_no_object_without_a_row(gallery: MemoryGallery, run: Run):
    place(gallery, "main/a.jpg", "main/b.jpg", "main/theirs.jpg")
    put_rows(gallery, a_row("a", "main/a.jpg"), a_row("b", "main/b.jpg", "main/theirs.jpg"))

    assert run(main, "--migrate").status == 0
    assert run(main, "--migrate").status == 0


def test_objects_of_other_galleries_are_not_missed_in_one(gallery: MemoryGallery, run: Run):
    place(gallery, "main/a.jpg", "kids/b.jpg")

    assert run(main, "--gallery", "kids", "--migrate").starting("no row ")
    assert not run(main, "--gallery", "pets", "--migrate").starting("no row ")


# --- --segments


@pytest.mark.parametrize("segments", ["1", "3", "200"])
def test_every_photo_is_found_whatever_the_number_of_segments(
    segments: str, gallery: MemoryGallery, run: Run
):
    ids = put_photos(gallery, 20)

    assert run(main, "--segments", segments).ids == ids


@pytest.mark.parametrize("value", ["0", "201", "-1", "few"])
def test_a_number_of_segments_that_makes_no_sense_is_refused(value: str, run: Run):
    ran = run(main, f"--segments={value}")

    assert ran.status == 2
    assert "from 1 to 200" in ran.err


# --- two at once


def test_two_runs_at_once_end_as_one(gallery: MemoryGallery, run: Run):
    """The second run begins, and ends, while the first one is about to record its first photo."""
    put_photos(gallery, 6)
    gallery.bucket.place("Older/p003.jpg", b"Dear Anna,")
    alone = MemoryGallery()
    alone.bucket.objects.update(gallery.bucket.objects)
    put_rows(alone, *gallery.assets_table.items)
    second: list[Any] = []
    gallery.wire.before("assets.update", lambda _: second.append(run(main, "--migrate")))

    run(main, "--migrate")

    assert second[0].ids
    for name in sorted(thumbnail_urls(alone)):
        alone.studio.create_thumbnail_of(name)
    assert gallery.state() == alone.state()
