"""What is used, worked out by hand from the numbers of docs/cost.md."""

import inspect

import pytest

from chalicelib.metrics import tell
from infra.cost.gallery import Gallery, Stacks
from infra.cost.usage import (
    METRICS,
    Usage,
    idle_month,
    kept_gb,
    month_of,
    putting_in,
    seen_gb,
    taking_out,
)

STACKS = Stacks(alarms=5, polled_queues=3)
FAMILY = Gallery(photos=100_000, gb=500, views=1_000, uploads=300)


def test_nobody_s_month_is_storage_a_look_each_night_and_the_asking_of_queues():
    idle = idle_month(FAMILY, STACKS)

    # 500 GB, 7 of thumbnails, 12 of previews, 0.5 of code
    assert idle.s3_gb_month == pytest.approx(519.5)
    assert idle.table_gb_month == pytest.approx(0.14)
    assert idle.backup_gb_month == pytest.approx(0.11)
    # three queues, five at once, three times a minute
    assert idle.queue_request == pytest.approx(3 * 5 * 3 * 60 * 730)
    # 30 nights of 20, and 4.35 scans of 110 MB
    assert idle.read_unit == pytest.approx(600 + 58_411, abs=1)
    assert idle.lambda_gb_second == pytest.approx(150 + 174)
    assert idle.lambda_request == pytest.approx(34.35)
    assert (idle.alarm, idle.s3_get, idle.api_request, idle.edge_gb, idle.person) == (5, 0, 0, 0, 0)


def test_a_thousand_visits_and_three_hundred_uploads():
    month = month_of(FAMILY, STACKS)

    # 60 looks of two, 12 months, 20 photos, 8 at first; and one for each upload
    assert month.api_request == 160 * 1_000 + 300
    # 300 tiles, 20 photos, 15 files of the page, two previews made; two for each upload
    assert month.s3_get == 337 * 1_000 + 2 * 300
    assert month.s3_put == 2 * 1_000 + 3 * 300
    assert month.write_unit == (2 + 100) * 300
    assert month.read_unit == pytest.approx(226_860 + 21 * 300 + 59_011, abs=1)
    assert month.edge_gb == pytest.approx(29.4)
    assert month.edge_request == (160 + 335) * 1_000 + 300
    assert month.edge_function == (15 + 2 * 320) * 1_000
    assert month.queue_request == pytest.approx(1_971_000 + 6 * 1_000 + 9 * 300)
    # a visit: 170 calls of 0.05 s, two cold starts, two previews; an upload: 0.15 s on 2 GB, and
    # 1.05 around it
    assert month.lambda_gb_second == pytest.approx(20.5 * 1_000 + 1.35 * 300 + 324)
    assert month.lambda_request == pytest.approx(174 * 1_000 + 5 * 300 + 34.35)
    assert month.log_gb == pytest.approx(month.lambda_request / 1e6)
    assert month.person == 2


def test_putting_in_writes_each_file_three_times_and_its_row_and_lists_once():
    once = putting_in(FAMILY)

    assert once.s3_put == 300_000
    assert once.write_unit == (2 + 9) * 100_000
    assert once.queue_request == pytest.approx(3 * 1.4 * 100_000)
    # 5 MB each: 0.05 s and 0.1 s, on 2 GB
    assert once.lambda_gb_second == pytest.approx((0.3 + 0.03 + 0.05) * 100_000)
    assert once.s3_gb_month == 0


def test_large_files_go_in_parts_with_a_request_before_and_one_after():
    videos = Gallery(photos=0, gb=0, videos_gb=1, uploads=0)

    # ten of 100 MB: six parts, two around them, two thumbnails
    assert putting_in(videos).s3_put == 10 * (6 + 2 + 2)


def test_where_there_are_videos_a_visit_watches_one():
    still, moving = Gallery(views=10), Gallery(views=10, videos_gb=5)

    assert seen_gb(moving) - seen_gb(still) == pytest.approx(10 * 0.1)
    assert kept_gb(moving) - kept_gb(still) == pytest.approx(5 + 50 * 0.07 / 1_000)


def test_uploads_are_photos_and_videos_as_the_gallery_s_own():
    half = Gallery(photos=100, gb=0.4, videos_gb=10, views=0, uploads=10)

    used = month_of(half, STACKS)

    # five of one PUT, five of eight; two thumbnails each
    assert used.s3_put == 5 * 1 + 5 * 8 + 10 * 2


def test_an_empty_gallery_that_nobody_visits_uses_what_is_always_there():
    empty = Gallery(photos=0, gb=0, views=0, uploads=0)

    assert month_of(empty, STACKS) == idle_month(empty, STACKS)
    assert taking_out(empty) == Usage()


def test_taking_out_sends_every_original_once():
    assert taking_out(FAMILY).internet_gb == 500
    assert taking_out(FAMILY).s3_get == 100_000


def test_every_metric_that_we_tell_is_paid_for():
    counts = [p for p in inspect.signature(tell).parameters.values() if p.default == 0]

    assert len(counts) == METRICS
