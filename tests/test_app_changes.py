"""What the routes of `app.py` change, and what they log."""

import io
import json
import logging

import pytest

import app as app_module
from tests.builders import an_asset
from tests.site import Site, a_full_site, answered, from_file

HASH = "ab" * 32


@pytest.fixture
def full(monkeypatch) -> Site:
    return a_full_site(monkeypatch)


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
    ("/gallery/assets/{id}/purge", "POST"),
    ("/gallery/assets/{id}/visibility", "PUT"),
    ("/gallery/bin", "DELETE"),
    ("/gallery/bulk", "POST"),
    ("/gallery/uploads", "POST"),
]
OF_ONE = CHANGES[:5]


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


@pytest.mark.parametrize(("resource", "method"), OF_ONE)
def test_a_change_of_an_unknown_photo_is_404(full, resource, method):
    assert full.change(resource, method, "unknown").status == 404


@pytest.mark.parametrize("body", ["[]", "{", '{"a": NaN}', "[" * 100_000, '{"a": 1, "a": 2}'])
def test_a_body_that_is_no_json_object_is_400(full, body):
    answer = full.change("/gallery/uploads", "POST", body=body)

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_request")


def test_a_photo_is_put_aside_and_shown_again(full):
    visibility = "/gallery/assets/{id}/visibility"

    locked = full.change(visibility, "PUT", "a1", json.dumps({"visibility": "locked"}))

    assert (locked.status, locked.body["views"]) == (200, ["locked"])
    listed = full.ask("/gallery/media", query={"view": ["locked"]}).body["items"]
    assert [item["id"] for item in listed] == ["a1"]
    shown = full.change(visibility, "PUT", "a1", json.dumps({"visibility": "timeline"}))
    assert shown.body["views"] == ["all"]
    assert full.gallery.audit().differences == 0


def test_a_photo_is_purged_from_the_bin_only(full):
    purge = "/gallery/assets/{id}/purge"

    early = full.change(purge, "POST", "a1")
    full.change("/gallery/assets/{id}", "DELETE", "a1")
    answer = full.change(purge, "POST", "a1")

    assert (early.status, early.body["error"]["code"]) == (409, "conflict")
    assert (answer.status, answer.body) == (204, None)
    assert full.ask("/gallery/assets/{id}", path={"id": "a1"}).status == 404
    assert "main/a1.jpg" not in full.bucket.objects


def test_the_bin_is_emptied(full):
    for asset_id in ("a1", "v1"):
        full.change("/gallery/assets/{id}", "DELETE", asset_id)

    answer = full.change("/gallery/bin", "DELETE")

    assert answer.body == {"purged": 2, "failed": [], "remaining": 0}
    stats = full.ask("/gallery/stats").body
    assert (stats["total"], stats["bin"]) == (2, 0)


def test_of_many_each_succeeds_or_fails_by_itself_in_the_order_of_the_ids(full):
    ids = ["a2", "unknown", "\ud800", "a1", "é" * 2048]

    answer = full.change(
        "/gallery/bulk", "POST", body=json.dumps({"action": "favorite", "ids": ids})
    )

    missing = {"code": "not_found", "message": "nothing is here"}
    results = answer.body["results"]
    assert answer.status == 200
    assert [result["id"] for result in results] == ["a2", "unknown", "\ufffd", "a1", "é" * 2048]
    assert [result.get("error") for result in results] == [None, missing, missing, None, missing]
    assert results[3]["asset"]["is_favorite"] is True
    assert full.gallery.listed("fav") == ["a1", "a2"]


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"ids": ["a1"]}, "action"),
        ({"action": "paint", "ids": ["a1"]}, "action"),
        ({"action": "favorite"}, "ids"),
        ({"action": "favorite", "ids": []}, "ids"),
        ({"action": "favorite", "ids": ["a1", "a1"]}, "ids"),
        ({"action": "favorite", "ids": [str(n) for n in range(501)]}, "ids"),
        ({"action": "purge", "ids": [str(n) for n in range(101)]}, "ids"),
        ({"action": "favorite", "ids": ["a1"], "visibility": "hidden"}, "visibility"),
        ({"action": "set_visibility", "ids": ["a1"]}, "visibility"),
        ({"action": "favorite", "ids": ["a1"], "gallery": "main"}, "gallery"),
    ],
)
def test_a_bulk_change_that_is_wrong_changes_nothing(full, body, parameter):
    state = full.gallery.state()

    answer = full.change("/gallery/bulk", "POST", body=json.dumps(body))

    assert (answer.status, answer.body["error"]["parameter"]) == (400, parameter)
    assert full.gallery.state() == state


def test_an_upload_gets_a_form_once(full):
    body = json.dumps({"filename": "Beach ä.JPG", "size_bytes": 10, "sha256": HASH})

    ticket = full.change("/gallery/uploads", "POST", body=body).body

    assert ticket["duplicate"] is False
    assert ticket["form"]["fields"]["key"] == f"main/{ticket['id']}.JPG"
    full.gallery.add(an_asset(ticket["id"]))
    again = full.change("/gallery/uploads", "POST", body=body).body
    assert (again["duplicate"], again["asset"]["id"]) == (True, ticket["id"])


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
