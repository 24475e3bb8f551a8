"""Every Lambda of `app.py` but the API, called with the payloads that AWS sends."""

from typing import Any

import pytest

import app as app_module
from chalicelib.errors import StorageUnavailableError
from tests.builders import a_jpeg, an_asset, wall_clock
from tests.site import CONTEXT, Site, a_site, an_upload_event, from_file


@pytest.fixture
def site(monkeypatch) -> Site:
    return a_site(monkeypatch)


@pytest.fixture
def full(site: Site) -> Site:
    """Three photos."""
    site.bucket.place("main/a1.jpg", a_jpeg())
    site.gallery.add(
        an_asset("a1"),
        an_asset("a2", taken_local=wall_clock("2024-06-01")),
        an_asset("v1", file_type="video", taken_local=wall_clock("2023-01-01")),
    )
    return site


def test_an_object_event_by_way_of_the_queue_and_the_stream_ends_in_the_timeline(site):
    key = "main/Beach (day 1)+2.jpg"
    site.bucket.place(key, a_jpeg())

    answer = app_module.thumbnail_uploads(from_file("sqs_object_created.json"), CONTEXT)
    app_module.refresh_pages({"Records": site.assets_table.stream}, CONTEXT)

    assert answer == {"batchItemFailures": []}
    (item,) = site.ask("/gallery/media").body["items"]
    assert (item["local_path"], item["thumbnail_state"]) == ("Beach (day 1)+2.jpg", "ready")
    site.bucket.remove(key)
    app_module.thumbnail_uploads(from_file("sqs_object_removed.json"), CONTEXT)
    site.gallery.deliver()
    assert site.ask("/gallery/stats").body["bin"] == 1


def test_a_batch_of_the_stream_as_aws_sends_it_brings_the_lists_up(full):
    """One photo dated anew and liked, one removed when its time was up."""
    row = full.assets.get("a1")
    full.assets.change(row, taken_local=wall_clock("2024-06-02T09:30"), is_favorite=True)
    full.assets_table.delete_many([("a2",)])

    app_module.refresh_pages(from_file("dynamodb_stream.json"), CONTEXT)

    assert full.gallery.audit().differences == 0
    months = [(month["month"], month["count"]) for month in full.ask("/gallery/date-range").body]
    assert months == [(6, 1), (1, 1)]
    assert full.gallery.listed("fav") == ["a1"]


def test_own_output_is_ignored_before_any_request(site):
    answer = app_module.thumbnail_uploads(an_upload_event("main/drawn_thumb.jpg"), CONTEXT)

    assert answer == {"batchItemFailures": []}
    assert site.wire.requests == []


def test_a_message_that_fails_is_delivered_again_and_the_others_are_not(site):
    def break_down(_):
        raise StorageUnavailableError("out of reach")

    site.bucket.place("main/Beach (day 1)+2.jpg", a_jpeg())
    event = from_file("sqs_object_created.json")
    site.bucket.before("head_object", break_down)

    answer = app_module.thumbnail_uploads(event, CONTEXT)

    identifier = event["Records"][0]["messageId"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": identifier}]}


def test_a_dead_letter_ends_as_a_row_that_says_so(site):
    site.bucket.place("main/Beach (day 1)+2.jpg", a_jpeg())

    answer = app_module.failed_uploads(from_file("sqs_object_created.json"), CONTEXT)
    site.gallery.deliver()

    assert answer == {"batchItemFailures": []}
    (item,) = site.ask("/gallery/media").body["items"]
    assert item["thumbnail_state"] == "failed"


def test_the_test_event_of_a_new_notification_is_ignored(site):
    answer = app_module.thumbnail_uploads(from_file("sqs_test_event.json"), CONTEXT)

    assert answer == {"batchItemFailures": []}
    assert site.wire.requests == []


def test_the_drawing_function_answers_what_came_of_it(full):
    full.bucket.place("main/bad.jpg", b"no photo")
    full.gallery.add(
        an_asset("bad", key="main/bad.jpg", thumbnail_key=None),
        an_asset("lost", key="main/lost.jpg", thumbnail_key=None),
    )

    def drawn(id: str) -> Any:
        return app_module.create_thumbnail({"id": id, "size": "medium"}, CONTEXT)

    assert drawn("a1") == {"state": "ready"}
    assert drawn("unknown") == drawn("lost") == {"state": "gone"}
    assert drawn("bad")["error"]["reason"] == "unsupported"


def test_the_backfill_reports_and_changes_nothing_unless_it_is_told_to(full):
    state = full.gallery.state()

    answer = app_module.backfill_thumbnails({"migrate": False}, CONTEXT)

    report = answer["report"]
    assert (report["found"], report["migrated"], answer["is_done"]) == (3, 0, True)
    assert full.gallery.state() == state
