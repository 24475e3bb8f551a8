import pytest

from chalicelib.take_in import take_in
from migrations import generate_thumbnails, reconcile
from tests.builders import MemoryGallery
from tests.migrations.conftest import Run
from tests.migrations.foreign import a_photo


@pytest.fixture
def with_sidecars(gallery: MemoryGallery) -> MemoryGallery:
    """A photo with a sidecar in both spellings."""
    gallery.bucket.place("main/a.jpg", a_photo())
    take_in("main/a.jpg", gallery.studio)
    for key in ("main/a.jpg.xmp", "main/a.XMP"):
        gallery.bucket.place(key, b"<x:xmpmeta/>")
    return gallery


def test_reconciling_counts_sidecars_and_names_none(with_sidecars: MemoryGallery, run: Run):
    with_sidecars.wire.requests.clear()

    ran = run(reconcile.main)

    assert ran.out[-1] == "compared 1 row with 5 objects: they agree, 2 sidecars"
    assert not any("xmp" in line.lower() for line in ran.out)
    assert ran.status == 0
    assert with_sidecars.wire.count("head_object") == 0


def test_the_backfill_sees_no_photo_in_a_sidecar(with_sidecars: MemoryGallery, run: Run):
    ran = run(generate_thumbnails.main, "--migrate")

    assert not any("xmp" in line.lower() for line in ran.out)
    assert ran.status == 0
    assert len(list(with_sidecars.assets.scan())) == 1
