"""F74: the disk is full where a plan is written."""

import pytest

from chalicelib.errors import SetupError
from migrations.generate_thumbnails import main
from migrations.spool import Spool
from migrations.thumbnail_plan import SCHEMA
from tests.builders import MemoryGallery
from tests.migrations.conftest import Run
from tests.migrations.foreign import put_photos

# As SQLite sees a disk with room for so many of its pages of 4 kB.
FULL = "PRAGMA max_page_count = 12"


def test_a_spool_without_room_says_where_to_make_some():
    with Spool(f"CREATE TABLE things (name TEXT); {FULL}") as spool:
        things = ((f"{number:0500}",) for number in range(1000))

        with pytest.raises(SetupError, match=r"full.*TMPDIR"):
            spool.write("INSERT INTO things VALUES (?)", things)


def test_f74_a_full_disk_ends_a_run_before_anything_is_written(
    gallery: MemoryGallery, run: Run, monkeypatch: pytest.MonkeyPatch
):
    put_photos(gallery, 300)
    before = gallery.state()
    with monkeypatch.context() as patched:
        patched.setattr("migrations.generate_thumbnails.SCHEMA", f"{SCHEMA}; {FULL}")

        ran = run(main, "--migrate")

    assert ran.status == 2
    assert "error: the temporary file can't be written" in ran.err
    assert "Traceback" not in ran.err
    assert gallery.state() == before
    assert run(main, "--migrate", "--limit", "3").status == 0
