"""A backfill's result for programs: one JSON object on stdout, and nothing else."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from migrations.generate_thumbnails import main
from tests.builders import MemoryGallery
from tests.migrations.conftest import Run
from tests.migrations.foreign import a_row, put_photos, put_rows


@pytest.fixture
def gallery(gallery: MemoryGallery) -> MemoryGallery:
    """Five photos, of which one is a letter and one is missing; and an object without a row."""
    put_photos(gallery, 4)
    gallery.bucket.place("Older/p003.jpg", b"Dear Anna,")
    gallery.bucket.place("main/new.jpg", b"new")
    put_rows(gallery, a_row("gone", "gone.jpg"))
    return gallery


def the_json(out: list[str]) -> Any:
    (line,) = out
    return json.loads(line)


def test_a_dry_run_is_a_plan(gallery: MemoryGallery, run: Run):
    ran = run(main, "--json", "--limit", "3")

    plan = the_json(ran.out)["plan"]
    assert {name: plan[name] for name in ("found", "need", "missing", "without_row")} == {
        "found": 5,
        "need": 4,
        "missing": 1,
        "without_row": 1,
    }
    assert (plan["to_create"], plan["estimate"]["get_requests"]) == (3, 6)
    assert plan["estimate"]["prices_of"] == "2026-09"
    assert "would create: p000.jpg" in ran.err
    assert (ran.status, gallery.wire.writes) == (0, 0)


def test_a_real_run_is_a_report(run: Run):
    ran = run(main, "--json", "--migrate")

    report = the_json(ran.out)["report"]
    assert (report["migrated"], report["failed"], report["missing"]) == (3, 1, 1)
    assert report["failures"] == [
        {
            "id": "p003",
            "key": "Older/p003.jpg",
            "reason": "unsupported",
            "detail": "The file is no picture or video the gallery knows.",
            "is_for_good": True,
        }
    ]
    assert ran.status == 1


def test_a_run_that_has_to_stop_reports_what_it_did(gallery: MemoryGallery, run: Run):
    """As when credentials expire: exit 2, and the next run goes on."""
    made = iter(range(1000))

    def expire(_: Any) -> None:
        if next(made) >= 8:
            raise ClientError({"Error": {"Code": "ExpiredToken"}}, "PutObject")

    gallery.wire.before("s3.*", expire, times=None)

    ran = run(main, "--json", "--migrate", "--workers", "1")

    report = the_json(ran.out)["report"]
    assert ran.status == 2
    assert "error: bucket photos" in ran.err
    assert 0 < report["migrated"] < 3
    gallery.wire.clear()
    again = the_json(run(main, "--json", "--migrate").out)["report"]
    assert again["migrated"] == 3 - report["migrated"]
