"""What the routes of `app.py` change, and what they log."""

import hashlib
import io
import json
import logging

import pytest

import app as app_module
from chalicelib.domain.person import Person
from tests.builders import NOW, an_asset
from tests.documented import problems
from tests.libraries import a_face
from tests.site import CONTEXT, Site, a_full_site, answered, from_file

HASH = "ab" * 32


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


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
    ("/gallery/assets/{id}/details", "PUT"),
    ("/gallery/bin", "DELETE"),
    ("/gallery/bulk", "POST"),
    ("/gallery/uploads", "POST"),
    ("/gallery/uploads/{id}/complete", "POST"),
    ("/gallery/persons/{id}", "PUT"),
    ("/gallery/persons/{id}/merge", "POST"),
]
OF_ONE = [*CHANGES[:5], CHANGES[6]]


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


def test_persons_are_named_hidden_and_merged(full):
    """And who looks at a photo of the bin is told who it is by now."""
    person, faces = "/gallery/persons/{id}", "/gallery/persons/{id}/faces"
    for known in ("ann", "anna"):
        full.people.create(Person(known, "main", known.title()))
    ann, anna = {"f1": a_face("ann")}, {"f2": a_face("anna")}
    full.gallery.add(
        an_asset("p1", faces=ann),
        an_asset("p2", faces=anna | ann),
        an_asset("p3", faces=ann, deleted_at=NOW),
    )

    renamed = full.change(person, "PUT", "anna", json.dumps({"name": "Grandma"})).body
    merged = full.change(f"{person}/merge", "POST", "ann", json.dumps({"into": "anna"})).body
    hidden = full.change(person, "PUT", "anna", json.dumps({"is_hidden": True})).body

    assert (renamed["name"], renamed["assets"], renamed["faces"]) == ("Grandma", 1, 1)
    assert merged == {"person": {**renamed, "assets": 2, "faces": 3}, "remaining": 0}
    assert hidden == {**merged["person"], "is_hidden": True}
    found = full.ask(faces, path={"id": "anna"}, query={"limit": ["1"]}).body
    assert [(face["asset_id"], face["id"]) for face in found["items"]] == [
        ("p2", "f1"),
        ("p2", "f2"),
    ]
    assert (found["total"], found["has_more"]) == (2, True)
    assert full.ask("/gallery/persons").body == []
    binned = full.ask("/gallery/assets/{id}", path={"id": "p3"}).body
    assert [face["person_id"] for face in binned["faces"]] == ["anna"]
    full.gallery.deliver()  # other lists name her once the stream was here
    assert full.gallery.audit().differences == 0


@pytest.mark.parametrize(
    ("id", "into", "status", "code"),
    [
        ("ann", "ann", 400, "invalid_parameter"),
        ("ann", "unknown", 400, "invalid_parameter"),
        ("unknown", "ann", 404, "not_found"),
        ("ann", "merged", 409, "conflict"),
        ("merged", "bob", 409, "conflict"),
    ],
)
def test_a_merge_that_can_t_be_is_refused(full, id, into, status, code):
    for known, merged_into in (("ann", None), ("bob", None), ("merged", "ann")):
        full.people.create(Person(known, "main", known, merged_into=merged_into))

    body = json.dumps({"into": into})
    answer = full.change("/gallery/persons/{id}/merge", "POST", id, body)

    assert (answer.status, answer.body["error"]["code"]) == (status, code)


def test_what_came_for_a_merged_person_is_moved_by_the_stream_s_function(full):
    for known, merged_into in (("ann", "anna"), ("anna", None)):
        full.people.create(Person(known, "main", known, merged_into=merged_into))
    full.assets.create(an_asset("late", faces={"f": a_face("ann")}))

    while records := list(full.assets_table.stream):
        full.assets_table.stream.clear()
        app_module.refresh_pages({"Records": records}, CONTEXT)

    (anna,) = full.ask("/gallery/persons").body
    assert (anna["id"], anna["assets"]) == ("anna", 1)
    assert full.gallery.listed("p:ann") == []
    assert full.gallery.audit().differences == 0


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
        ({"action": "shift_date", "ids": ["a1"]}, "seconds"),
        ({"action": "shift_date", "ids": ["a1"], "seconds": 1.5}, "seconds"),
        ({"action": "shift_date", "ids": ["a1"], "seconds": 10**15}, "seconds"),
        ({"action": "shift_date", "ids": ["a1"], "seconds": 1, "shift_id": ""}, "shift_id"),
        ({"action": "set_date", "ids": ["a1"]}, "media_date"),
        ({"action": "set_date", "ids": ["a1"], "media_date": "2024-05-17"}, "media_date"),
        ({"action": "set_description", "ids": ["a1"]}, "description"),
        ({"action": "set_date", "ids": ["a1"], "media_date": None, "seconds": 1}, "seconds"),
        ({"action": "set_dates", "ids": ["a1"]}, "media_dates"),
        ({"action": "set_dates", "ids": ["a1"], "media_dates": None}, "media_dates"),
        ({"action": "set_dates", "ids": ["a1"], "media_dates": [""]}, "media_dates"),
        ({"action": "set_dates", "ids": ["a1"], "media_dates": [None, None]}, "media_dates"),
        ({"action": "set_date", "ids": ["a1"], "media_dates": [None]}, "media_date"),
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
    assert ticket["form"]["fields"]["key"] == f"main/{ticket['id']}.jpg"
    full.gallery.add(an_asset(ticket["id"]))
    again = full.change("/gallery/uploads", "POST", body=body).body
    assert (again["duplicate"], again["asset"]["id"]) == (True, ticket["id"])


# --- corrections ---------------------------------------------------------------------

DETAILS = "/gallery/assets/{id}/details"


def test_a_date_and_a_description_are_corrected_and_taken_back(full):
    told = {"media_date": "2023-01-31T23:30", "utc_offset_minutes": -60, "description": "Snow"}
    none = {"media_date": None, "description": None}

    corrected = full.change(DETAILS, "PUT", "a1", json.dumps(told)).body
    listed = full.ask("/gallery/media", query={"date_to": ["2023-01-31"]}).body["items"]
    taken_back = full.change(DETAILS, "PUT", "a1", json.dumps(none)).body

    assert corrected["media_date"] == "2023-01-31T23:30:00.000"
    assert corrected["taken_at"] == "2023-02-01T00:30:00+00:00"
    assert (corrected["utc_offset_minutes"], corrected["description"]) == (-60, "Snow")
    assert corrected["corrected"] == ["date", "description"]
    assert [item["id"] for item in listed] == ["a1", "v1"]
    assert (taken_back["media_date"], taken_back["taken_at"]) == (None, None)
    assert "description" not in taken_back
    assert full.gallery.audit().differences == 0


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"media_date": "2024-05-17"}, "media_date"),
        ({"media_date": "2023-02-29T09:30"}, "media_date"),
        ({"media_date": "9999-12-31T23:30", "utc_offset_minutes": -60}, "media_date"),
        ({"utc_offset_minutes": 901}, "utc_offset_minutes"),
        ({"description": "x" * 10_001}, "description"),
        ({"title": "x" * 1001}, "title"),
        ({"title": 7}, "title"),
        ({"rating": 5}, "rating"),
    ],
)
def test_a_correction_that_is_wrong_is_refused_by_its_name_and_changes_nothing(
    full, body, parameter
):
    state = full.gallery.state()

    answer = full.change(DETAILS, "PUT", "a1", json.dumps(body))

    assert (answer.status, answer.body["error"]["parameter"]) == (400, parameter)
    assert full.gallery.state() == state


def test_a_correction_for_which_there_is_no_date_or_no_room_says_so(full):
    tags = tuple("é" * 1000 for _ in range(201))
    full.gallery.add(an_asset("u1", taken_local=None, details={"tags": tags}))

    undated = full.change(DETAILS, "PUT", "u1", json.dumps({"utc_offset_minutes": 60}))
    too_large = full.change(DETAILS, "PUT", "u1", json.dumps({"description": "x" * 10_000}))

    assert (undated.status, undated.body["error"]["code"]) == (409, "undated")
    assert (too_large.status, too_large.body["error"]["code"]) == (413, "row_too_large")


def test_dates_of_many_are_moved_once_however_often_it_is_asked_for(full):
    full.gallery.add(an_asset("u1", taken_local=None))
    asked = {"action": "shift_date", "ids": ["a1", "u1"], "seconds": -86400, "shift_id": "one"}

    first = full.change("/gallery/bulk", "POST", body=json.dumps(asked)).body["results"]
    again = full.change("/gallery/bulk", "POST", body=json.dumps(asked)).body["results"]
    del asked["shift_id"]
    anew = full.change("/gallery/bulk", "POST", body=json.dumps(asked)).body["results"]

    assert first[0]["asset"]["media_date"] == "2024-05-16T09:30:00.000"
    assert first[1]["error"]["code"] == "undated"
    assert [result.get("newly_corrected") for result in first] == [["date"], None]
    assert again == [{**first[0], "newly_corrected": []}, first[1]]
    assert anew[0]["asset"]["media_date"] == "2024-05-15T09:30:00.000"


# --- uploads in parts ----------------------------------------------------------------


def test_a_large_upload_is_told_its_parts_and_completed_once_they_are_there(full):
    length = 16 << 20
    body = {"filename": "Film.mov", "size_bytes": length + 5, "sha256": HASH}
    parts = json.dumps(body | {"part_sha256": [hash_of(bytes(length)), hash_of(b"abcde")]})

    ticket = full.change("/gallery/uploads", "POST", body=parts).body
    asked = {"filename": "Film.mov", "size_bytes": length + 5}
    asked["upload_id"] = ticket["parts"]["upload_id"]
    complete = "/gallery/uploads/{id}/complete"
    early = full.change(complete, "POST", ticket["id"], json.dumps(asked))
    upload = full.gallery.bucket.uploads[asked["upload_id"]]
    upload.parts.update({1: (bytes(length), True), 2: (b"abcde", True)})
    resumed = full.change("/gallery/uploads", "POST", body=parts).body["parts"]
    done = full.change(complete, "POST", ticket["id"], json.dumps(asked))

    assert (ticket["duplicate"], ticket["parts"]["count"]) == (False, 2)
    assert [part["number"] for part in ticket["parts"]["urls"]] == [1, 2]
    assert (early.status, early.body["error"]["code"]) == (409, "parts_missing")
    assert resumed["urls"] == []
    assert resumed["done"] == [
        {"number": 1, "size_bytes": length},
        {"number": 2, "size_bytes": 5},
    ]
    assert (done.status, done.body) == (200, {"id": ticket["id"], "status": "completed"})
    assert len(full.gallery.bucket.objects[f"main/{ticket['id']}.mov"].data) == length + 5
    assert problems("UploadTicket", ticket) == []


@pytest.mark.parametrize(
    ("id", "body", "parameter"),
    [
        ("../main", {}, "id"),
        ("ab" * 16, {"filename": "a.xmp"}, "filename"),
        ("ab" * 16, {"size_bytes": 0}, "size_bytes"),
        ("ab" * 16, {"upload_id": "a b"}, "upload_id"),
        ("ab" * 16, {"sha256": HASH}, "sha256"),
    ],
)
def test_a_completion_that_is_wrong_is_refused_by_its_name(full, id, body, parameter):
    asked = {"filename": "a.mov", "size_bytes": 10, "upload_id": "u1"} | body

    answer = full.change("/gallery/uploads/{id}/complete", "POST", id, json.dumps(asked))

    assert (answer.status, answer.body["error"]["parameter"]) == (400, parameter)


# --- the log -------------------------------------------------------------------------


def test_the_log_holds_routes_ids_and_keys_and_no_names(full, capsys, monkeypatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(app_module.log().registered_formatter)
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
