"""Every route and Lambda of `app.py`, called with the payloads that AWS sends."""

import io
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

import app as app_module
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.errors import StorageUnavailableError
from tests.builders import BUCKET, MemoryGallery, a_gallery, a_jpeg, an_asset, wall_clock

EVENTS = Path(__file__).parent / "events"
CONTEXT = SimpleNamespace(
    function_name="contactsheet",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:contactsheet",
    aws_request_id="77375676-xmpl-4b79-853a-f982474efe18",
    get_remaining_time_in_millis=lambda: 60_000,
)
HASH = "ab" * 32


def from_file(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return event


class Site:
    """The API with a gallery in memory behind it."""

    def __init__(self, gallery: MemoryGallery) -> None:
        self.gallery = gallery
        self.settings = SimpleNamespace(bucket=BUCKET)
        self.drawn: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gallery, name)

    def draw(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.drawn.append(payload)
        answer: dict[str, Any] = app_module.create_thumbnail(payload, CONTEXT)
        return answer

    def ask(self, resource: str, method: str = "GET", **given: Any) -> SimpleNamespace:
        """Call a route.

        Args:
            resource: As the gateway knows it, with its parameters in braces.
            method: Of HTTP.
            given: ``query`` (each value a list), ``path`` (parameters, as the caller
                encoded them), ``headers``, ``body``.
        """
        event = from_file("http_media.json")
        event["requestContext"] |= {"resourcePath": resource, "httpMethod": method}
        event |= {"resource": resource, "httpMethod": method, "body": given.get("body")}
        event["multiValueQueryStringParameters"] = given.get("query")
        event["pathParameters"] = given.get("path")
        event["headers"] |= given.get("headers", {})
        return answered(event)

    def change(self, resource: str, method: str, id: str | None = None, **given: Any):
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        given = {"headers": headers, "body": "{}", **given}
        return self.ask(resource, method, path=id and {"id": id}, **given)


def answered(event: dict[str, Any]) -> SimpleNamespace:
    answer = app_module.app(event, CONTEXT)
    body = json.loads(answer["body"]) if answer["body"] else None
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    return SimpleNamespace(status=answer["statusCode"], body=body, headers=headers)


@pytest.fixture
def site(monkeypatch) -> Site:
    found = Site(a_gallery())
    monkeypatch.setattr(app_module, "gallery", lambda: found)
    return found


@pytest.fixture
def full(site: Site) -> Site:
    """Three photos and a video, one of them in the bin, and a photo that is drawn."""
    site.bucket.place("main/drawn.jpg", a_jpeg())
    app_module.thumbnail_uploads(an_upload_event("main/drawn.jpg"), CONTEXT)
    site.gallery.add(
        an_asset("a1", filename="Grandma Mary.jpg"),
        an_asset("a2", taken_local=wall_clock("2024-06-01"), key="main/trip/a2.jpg"),
        an_asset("v1", file_type="video", taken_local=wall_clock("2023-01-01")),
    )
    site.bucket.place("main/a1.jpg", a_jpeg())
    return site


def an_upload_event(key: str) -> dict[str, Any]:
    event = from_file("sqs_object_created.json")
    body = json.loads(event["Records"][0]["body"])
    body["Records"][0]["s3"]["object"]["key"] = quote(key)
    event["Records"][0]["body"] = json.dumps(body)
    return event


# --- looking -------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
def test_a_request_as_the_gateway_sends_it_is_answered():
    answer = answered(from_file("http_media.json"))

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert [item["id"] for item in answer.body["items"]] == ["a2", "a1"]
    assert (answer.body["total"], answer.body["has_more"]) == (4, True)


def test_the_timeline_is_read_to_its_end_by_cursor(full):
    found, query = [], {"limit": ["1"]}
    while True:
        answer = full.ask("/gallery/media", query=query).body
        found += [item["id"] for item in answer["items"]]
        if not answer["has_more"]:
            break
        query["cursor"] = [answer["next_cursor"]]

    assert found == ["a2", "a1", "v1", dropped_in_id("main/drawn.jpg")]


def test_months_days_and_totals_are_answered(full):
    months = full.ask("/gallery/date-range").body
    days = full.ask("/gallery/date-range", query={"by": ["day"]}).body
    stats = full.ask("/gallery/stats").body

    assert [month["count"] for month in months] == [1, 1, 1, 1]
    assert days[0]["days"] == [{"day": 1, "count": 1, "ratio_sum": 1.333}]
    assert (stats["total"], stats["images"], stats["videos"], stats["bin"]) == (4, 3, 1, 0)


def test_one_asset_is_answered_and_its_original_is_a_redirect(full):
    assert full.ask("/gallery/assets/{id}", path={"id": "a2"}).body["local_path"] == "trip/a2.jpg"
    original = full.ask("/gallery/assets/{id}/original", path={"id": "a2"})
    served = full.ask("/gallery/serve", query={"path": ["trip/a2.jpg"]})

    assert original.status == served.status == 302
    assert original.headers["location"] == served.headers["location"] == "/photos/main/trip/a2.jpg"


def test_a_thumbnail_that_is_there_is_a_redirect_without_drawing(full):
    drawn = dropped_in_id("main/drawn.jpg")

    medium = full.ask("/gallery/thumbnail/{id}", path={"id": drawn})
    small = full.ask("/gallery/thumbnail/{id}", path={"id": drawn}, query={"size": ["small"]})

    assert (medium.status, small.status) == (302, 302)
    assert medium.headers["location"] == "/photos/main/drawn_thumb.jpg"
    assert small.headers["location"] == "/photos/main/.small/drawn.jpg.jpg"
    assert full.drawn == []


def test_a_rendition_that_is_missing_is_drawn_first(full):
    drawn = dropped_in_id("main/drawn.jpg")

    answer = full.ask("/gallery/thumbnail/{id}", path={"id": drawn}, query={"size": ["large"]})

    assert (answer.status, full.drawn) == (302, [{"id": drawn, "size": "large"}])
    assert answer.headers["location"] == "/photos/main/.preview/drawn.jpg.jpg"


def test_a_photo_that_can_t_be_drawn_says_why(full):
    full.bucket.place("main/bad.jpg", b"no photo")
    app_module.thumbnail_uploads(an_upload_event("main/bad.jpg"), CONTEXT)

    answer = full.ask("/gallery/thumbnail/{id}", path={"id": dropped_in_id("main/bad.jpg")})

    assert (answer.status, answer.body["error"]["code"]) == (422, "undrawable")
    assert answer.body["error"]["reason"] == "unsupported"


def test_a_drawing_function_that_is_away_is_503_with_a_time_to_come_back(full, monkeypatch):
    def be_away(_):
        raise StorageUnavailableError("the drawing function did not answer")

    monkeypatch.setattr(full, "draw", be_away)
    full.gallery.add(an_asset("p1", thumbnail_key=None, thumbnail_url="main/p1.jpg"))

    answer = full.ask("/gallery/thumbnail/{id}", path={"id": "p1"})

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


# --- what is not there ---------------------------------------------------------------

UNKNOWN_IDS = ["unknown", "..", "%2e%2e", "a%2F1", "%00", "main%2Fa1.jpg", "x" * 3000, "a1%20"]
UNKNOWN_PATHS = [
    "unknown.jpg",
    "",
    "..",
    "../main/a1.jpg",
    "trip/../a1.jpg",
    "%2e%2e/a1.jpg",
    "/etc/passwd",
    "trip%2Fa2.jpg",
    "main/a1.jpg",
    "a1_thumb.jpg",
    "A1.jpg",
    "a1.jpg/",
    "https://example.org/a1.jpg",
    "x" * 3000,
]


def test_whatever_is_not_there_is_answered_in_the_same_words(full):
    by_id = [
        full.ask(resource, path={"id": unknown})
        for resource in (
            "/gallery/assets/{id}",
            "/gallery/assets/{id}/original",
            "/gallery/thumbnail/{id}",
        )
        for unknown in UNKNOWN_IDS
    ]
    by_path = [full.ask("/gallery/serve", query={"path": [path]}) for path in UNKNOWN_PATHS]
    foreign = full.ask("/gallery/serve", query={"path": ["a1.jpg"], "gallery": ["beach"]})

    answers = [*by_id, *by_path, foreign]
    assert {answer.status for answer in answers} == {404}
    assert {answer.body["error"]["code"] for answer in answers} == {"not_found"}
    assert all(answer.body.keys() == {"error"} for answer in answers)
    assert all(answer.body["error"].keys() == {"code", "message"} for answer in answers)
    assert len({answer.body["error"]["message"] for answer in [*by_path, foreign]}) == 1


@pytest.mark.parametrize(
    ("resource", "query", "parameter"),
    [
        ("/gallery/media", {"limit": ["1", "2"]}, "limit"),
        ("/gallery/media", {"colour": ["red"]}, "colour"),
        ("/gallery/media", {"limit": ["many"]}, "limit"),
        ("/gallery/media", {"cursor": ["forged"]}, "cursor"),
        ("/gallery/date-range", {"by": ["week"]}, "by"),
        ("/gallery/stats", {"limit": ["1"]}, "limit"),
        ("/gallery/serve", None, "path"),
        ("/gallery/assets/{id}", {"size": ["small"]}, "size"),
        ("/gallery/thumbnail/{id}", {"size": ["huge"]}, "size"),
    ],
)
def test_a_parameter_that_is_wrong_is_400_with_its_name(full, resource, query, parameter):
    answer = full.ask(resource, query=query, path={"id": "a1"})

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_parameter")
    assert answer.body["error"]["parameter"] == parameter


# --- changing ------------------------------------------------------------------------


def test_a_change_as_the_gateway_sends_it_is_made(full):
    answer = answered(from_file("http_favorite.json"))

    assert (answer.status, answer.body["is_favorite"]) == (200, True)
    assert full.gallery.listed("fav") == ["a1"]


def test_a_photo_is_liked_deleted_and_restored(full):
    favorite = "/gallery/assets/{id}/favorite"

    assert full.change(favorite, "PUT", "a1").body["is_favorite"] is True
    assert full.change(favorite, "DELETE", "a1").body["is_favorite"] is False
    deleted = full.change("/gallery/assets/{id}", "DELETE", "a1")
    assert (deleted.status, deleted.body["views"]) == (200, ["bin"])
    binned = full.ask("/gallery/media", query={"view": ["bin"]}).body
    assert [item["id"] for item in binned["items"]] == ["a1"]
    assert full.change("/gallery/assets/{id}/restore", "POST", "a1").body["views"] == ["all"]
    assert full.gallery.audit().differences == 0


CHANGES = [
    ("/gallery/assets/{id}/favorite", "PUT"),
    ("/gallery/assets/{id}/favorite", "DELETE"),
    ("/gallery/assets/{id}", "DELETE"),
    ("/gallery/assets/{id}/restore", "POST"),
    ("/gallery/uploads", "POST"),
]


@pytest.mark.parametrize(("resource", "method"), CHANGES)
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403, "foreign_origin"),
        ({"sec-fetch-site": "same-site"}, 403, "foreign_origin"),
        ({"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
    ],
)
def test_a_change_from_elsewhere_or_as_a_form_is_refused(
    full, resource, method, headers, status, code
):
    state = full.gallery.state()
    sent = {"Content-Type": "application/json"} | headers
    if "content-type" in headers:
        del sent["Content-Type"]

    answer = full.ask(resource, method, path={"id": "a1"}, headers=sent, body="{}")

    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert full.gallery.state() == state


@pytest.mark.parametrize(("resource", "method"), CHANGES[:-1])
def test_a_change_of_an_unknown_photo_is_404(full, resource, method):
    assert full.change(resource, method, "unknown").status == 404


@pytest.mark.parametrize("body", ["[]", "{", '{"a": NaN}', "[" * 100_000, '{"a": 1, "a": 2}'])
def test_a_body_that_is_no_json_object_is_400(full, body):
    answer = full.change("/gallery/uploads", "POST", body=body)

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_request")


def test_an_upload_gets_a_form_once(full):
    body = json.dumps({"filename": "Beach ä.JPG", "size_bytes": 10, "sha256": HASH})

    ticket = full.change("/gallery/uploads", "POST", body=body).body

    assert ticket["duplicate"] is False
    assert ticket["form"]["fields"]["key"] == f"main/{ticket['id']}.JPG"
    full.gallery.add(an_asset(ticket["id"]))
    again = full.change("/gallery/uploads", "POST", body=body).body
    assert (again["duplicate"], again["asset"]["id"]) == (True, ticket["id"])


# --- Lambdas -------------------------------------------------------------------------


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
    assert months == [(6, 1), (1, 1), (None, 1)]
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

    report = app_module.backfill_thumbnails({"migrate": False}, CONTEXT)

    assert (report["found"], report["migrated"], report["token"]) == (4, 0, None)
    assert full.gallery.state() == state


# --- the log -------------------------------------------------------------------------


def test_the_log_holds_routes_ids_and_keys_and_no_names(full, capsys, monkeypatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(app_module.logger.registered_formatter)
    monkeypatch.setattr(logging.getLogger("contactsheet"), "handlers", [handler])

    full.ask("/gallery/media", query={"cursor": ["Grandma Mary"]})
    full.ask("/gallery/assets/{id}", path={"id": "a1"})
    full.ask("/gallery/serve", query={"path": ["Grandma Mary.jpg"]})
    body = json.dumps({"filename": "Grandma Mary.jpg", "size_bytes": 10, "sha256": HASH})
    full.change("/gallery/uploads", "POST", body=body)

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["request answered"] * 4
    assert [line["status"] for line in lines] == [400, 200, 404, 200]
    assert lines[1]["route"] == "/gallery/assets/{id}"
    assert "Mary" not in stream.getvalue() + capsys.readouterr().out
