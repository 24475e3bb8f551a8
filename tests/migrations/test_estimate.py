"""What a backfill is said to take, against what it takes, and against bills worked out by hand."""

import pytest

from migrations.estimate import Workload, estimated
from migrations.generate_thumbnails import main
from tests.builders import MemoryGallery, an_asset
from tests.migrations.conftest import Run
from tests.migrations.foreign import put_photos

A_MILLION = Workload(
    rows=1_000_000,
    objects=1_000_000,
    images=1_000_000,
    videos=0,
    again=0,
    image_bytes=4_000_000 * 1_000_000,
    video_bytes=0,
)


def test_a_million_photos_of_4_megabytes_cost_what_the_price_list_says():
    """By hand: 2 GET at $0.40, 2 PUT at $5, 1,000 LIST; units at $0.625 and $0.125 a million."""
    estimate = estimated(A_MILLION)

    assert (estimate.get_requests, estimate.put_requests) == (2_000_000, 2_000_000)
    assert estimate.list_requests == 1_000
    assert estimate.s3_dollars == pytest.approx(0.80 + 10.00 + 0.005)
    assert (estimate.row_write_units, estimate.read_units) == (2_000_000, 1_122_070)
    pages = estimate.page_write_units / 1e6 * 0.625
    assert estimate.dynamodb_dollars == pytest.approx(1.25 + pages + 0.14, abs=0.01)
    assert estimate.transfer_dollars == pytest.approx(360)
    assert estimate.read_bytes == 4_000_000_000_000
    # 0.13 s each on 2 GB
    assert estimate.lambda_gb_seconds == 260_000
    assert estimate.lambda_dollars == pytest.approx(260_000 * 0.0000133334, abs=0.02)


def test_nothing_to_do_costs_only_the_look():
    estimate = estimated(Workload(1_000_000, 2_000_000, 0, 0, 0, 0, 0))

    assert estimate.get_requests == estimate.put_requests == estimate.row_write_units == 0
    assert estimate.list_requests == 2_000
    assert estimate.transfer_dollars == 0


def test_of_a_video_only_a_few_pieces_are_read():
    few = estimated(Workload(1, 1, 0, 1, 0, 0, 4_000_000))

    assert few.get_requests == 5
    assert few.read_bytes == 4_000_000


def test_requests_are_as_many_as_estimated(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 10)
    estimate = estimated(Workload(10, 10, 10, 0, 0, 10_000, 0))

    run(main, "--migrate")

    wire = gallery.wire
    gets = wire.count("s3.head_object") + wire.count("s3.get_object")
    assert (gets, wire.count("s3.put_object")) == (estimate.get_requests, estimate.put_requests)
    assert (wire.count("assets.update"), wire.count("assets.get")) == (10, 11)


def test_what_is_drawn_again_takes_as_many_requests_as_estimated(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 10)
    run(main, "--migrate")
    for number in range(10):
        row = gallery.assets.get(f"p{number:03}")
        gallery.assets.change(row, thumbnail_recipe=None)
        for key in (f"Older/p{number:03}_thumb.jpg", f"Older/.small/p{number:03}.jpg.jpg"):
            gallery.bucket.place(key, b"older", **{"source-etag": row.source_etag or ""})
    gallery.wire.requests.clear()
    estimate = estimated(Workload(10, 30, 10, 0, 10, 10_000, 0))

    run(main, "--migrate", "--remake")

    wire = gallery.wire
    gets = wire.count("s3.head_object") + wire.count("s3.get_object")
    assert (gets, wire.count("s3.put_object")) == (estimate.get_requests, estimate.put_requests)


def test_a_dry_run_estimates_what_its_limit_leaves(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 10)
    gallery.add(an_asset("v1", file_type="video"))

    assert any("20 GET and HEAD, 20 PUT" in line for line in run(main).out)
    assert any("6 GET and HEAD, 6 PUT" in line for line in run(main, "--limit", "3").out)
