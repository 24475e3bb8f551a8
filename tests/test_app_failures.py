"""What failed, over HTTP and through the queues, called with the payloads that AWS sends."""

from typing import Any, get_args

import pytest

import app as app_module
from chalicelib.api.openapi import document
from chalicelib.create_thumbnail import Studio
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import DecoderMissingError, UndrawableReason
from tests.builders import a_jpeg, an_asset, an_sqs_event
from tests.site import CONTEXT, Site, a_site, an_upload_event

KEY = "main/bad.jpg"
ID = dropped_in_id(KEY)


@pytest.fixture
def site(monkeypatch) -> Site:
    """One photo that is drawn, one that can't be, one that still waits."""
    site = a_site(monkeypatch)
    site.bucket.place(KEY, b"no photo")
    app_module.thumbnail_uploads(an_upload_event(KEY), CONTEXT)
    site.gallery.add(
        an_asset("drawn"), an_asset("waits", thumbnail_key=None, thumbnail_url="main/waits.jpg")
    )
    return site


def failures(site: Site, **query: str) -> Any:
    answer = site.ask("/gallery/failures", query={name: [value] for name, value in query.items()})
    assert answer.status == 200, answer.body
    return answer.body


def deliver_wishes(site: Site) -> None:
    """Hand what waits in the queue to the function that draws."""
    wishes = list(site.sqs.queues["uploads"])
    site.sqs.queues["uploads"].clear()
    app_module.thumbnail_uploads(an_sqs_event(*wishes), CONTEXT)
    site.gallery.deliver()


def test_what_failed_is_answered_with_its_reason_and_what_waits_with_its_number(site):
    found = failures(site)

    (item,) = found["items"]
    assert (item["id"], item["local_path"], item["reason"]) == (ID, "bad.jpg", "unsupported")
    assert item["detail"]
    assert (item["attempts"], item["is_final"], item["url"]) == (None, True, f"/photos/{KEY}")
    assert (found["total"], found["pending"], found["has_more"]) == (1, 1, False)


def test_failures_are_read_to_their_end_by_cursor(site):
    for number in range(4):
        site.bucket.place(f"main/bad{number}.jpg", b"no photo")
        app_module.thumbnail_uploads(an_upload_event(f"main/bad{number}.jpg"), CONTEXT)
    site.gallery.deliver()

    page = failures(site, limit="2")
    found = [item["id"] for item in page["items"]]
    while page["has_more"]:
        page = failures(site, limit="2", cursor=page["next_cursor"])
        found += [item["id"] for item in page["items"]]

    assert len(found) == len(set(found)) == 5


def test_a_cursor_of_another_list_is_refused_by_its_name(site):
    other = site.ask("/gallery/media", query={"limit": ["1"]}).body["next_cursor"]

    answer = site.ask("/gallery/failures", query={"cursor": [other]})

    assert (answer.status, answer.body["error"]["parameter"]) == (400, "cursor")


def test_a_photo_is_shown_once_its_cause_is_gone_and_it_was_asked_for(site):
    """Somebody's own file lay where its thumbnail belongs."""
    site.bucket.place("main/lake_thumb.jpg", b"a file of somebody's")
    site.bucket.place("main/lake.jpg", a_jpeg())
    app_module.thumbnail_uploads(an_upload_event("main/lake.jpg"), CONTEXT)
    site.gallery.deliver()
    lake = dropped_in_id("main/lake.jpg")
    assert {item["id"]: item["reason"] for item in failures(site)["items"]}[lake] == "name-taken"
    site.bucket.remove("main/lake_thumb.jpg")

    asked = site.change("/gallery/failures/{id}/retry", "POST", lake)
    assert (asked.status, asked.body) == (202, {"id": lake, "status": "queued"})
    deliver_wishes(site)

    assert [item["id"] for item in failures(site)["items"]] == [ID]
    assert site.ask("/gallery/assets/{id}", path={"id": lake}).body["thumbnail_state"] == "ready"
    again = site.change("/gallery/failures/{id}/retry", "POST", lake)
    assert (again.status, again.body["status"]) == (202, "unchanged")
    assert site.sqs.queues["uploads"] == []


def test_a_photo_that_is_not_there_can_t_be_asked_for(site):
    answer = site.change("/gallery/failures/{id}/retry", "POST", "unknown")

    assert (answer.status, answer.body["error"]["code"]) == (404, "not_found")


def test_a_queue_that_does_not_take_it_is_503_with_a_time_to_come_back(site):
    site.sqs.refused = {ID}

    answer = site.change("/gallery/failures/{id}/retry", "POST", ID)

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


def test_many_are_asked_for_at_once_each_for_itself(site):
    body = f'{{"ids": ["unknown", "{ID}", "drawn", "waits"]}}'

    answer = site.change("/gallery/failures/retry", "POST", body=body)

    results = answer.body["results"]
    assert answer.status == 202
    assert [result["status"] for result in results] == ["error", "queued", "unchanged", "queued"]
    assert results[0]["error"]["code"] == "not_found"
    assert len(site.sqs.queues["uploads"]) == 2


def test_the_words_of_every_reason_are_in_the_description():
    known = document()["components"]["schemas"]["Failure"]["properties"]["reason"]["enum"]

    assert known == list(get_args(UndrawableReason))


# --- the function without every decoder, and the one that has them --------------------


@pytest.fixture
def without_decoders(site, monkeypatch) -> None:  # noqa: ARG001 (drawn before)
    def be_without(*_: Any) -> Any:
        raise DecoderMissingError("no decoder here")

    monkeypatch.setattr(Studio, "_draw", be_without)


@pytest.mark.usefixtures("without_decoders")
def test_what_needs_another_decoder_is_sent_on_record_by_record(site):
    for key in ("main/a.cr2", "main/b.mp4"):
        site.bucket.place(key, b"something")
    event = an_upload_event("main/a.cr2")
    event["Records"] += an_upload_event("main/b.mp4")["Records"]

    answer = app_module.thumbnail_uploads(event, CONTEXT)

    assert answer == {"batchItemFailures": []}
    sent = site.sqs.queues["heavy-uploads"]
    keys = [record["s3"]["object"]["key"] for body in sent for record in body["Records"]]
    assert keys == ["main/a.cr2", "main/b.mp4"]


def test_the_one_with_every_decoder_draws_what_was_sent_on(site):
    site.bucket.place("main/a.jpg", a_jpeg())
    sent = an_upload_event("main/a.jpg")

    answer = app_module.heavy_uploads(sent, CONTEXT)
    site.gallery.deliver()

    assert answer == {"batchItemFailures": []}
    state = site.ask("/gallery/assets/{id}", path={"id": dropped_in_id("main/a.jpg")}).body
    assert state["thumbnail_state"] == "ready"


@pytest.mark.usefixtures("without_decoders")
def test_the_one_with_every_decoder_sends_nothing_on(site):
    site.bucket.place("main/a.cr2", b"something")

    answer = app_module.heavy_uploads(an_upload_event("main/a.cr2"), CONTEXT)

    assert len(answer["batchItemFailures"]) == 1
    assert site.sqs.queues["heavy-uploads"] == []


def test_a_dead_letter_of_either_kind_ends_as_a_row_that_says_so(site):
    site.bucket.place("main/killer.jpg", a_jpeg())
    site.bucket.place("main/waits.jpg", a_jpeg())
    event = an_upload_event("main/killer.jpg")
    event["Records"] += an_sqs_event({"retry": {"id": "waits"}})["Records"]

    answer = app_module.failed_uploads(event, CONTEXT)
    site.gallery.deliver()

    assert answer == {"batchItemFailures": []}
    reasons = {item["id"]: item["reason"] for item in failures(site)["items"]}
    assert reasons == {
        ID: "unsupported",
        "waits": "timeout",
        dropped_in_id("main/killer.jpg"): "timeout",
    }
    assert failures(site)["pending"] == 0
