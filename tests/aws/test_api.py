"""The HTTP API as it is deployed: curation, originals, uploads and its errors."""

import hashlib
import json
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.aws.site import HTTP, Site
from tests.builders import a_jpeg


def change(site: Site, method: str, address: str, **arguments: Any) -> Any:
    answer = site.request(method, address, **arguments)
    assert answer.status == 200, answer.body
    return answer.json


def test_a_favourite_is_seen_at_once_and_taken_back(site: Site):
    site.put("a.jpg", a_jpeg())
    asset_id = site.item("a.jpg")["id"]

    change(site, "PUT", f"/api/gallery/assets/{asset_id}/favorite", body={})
    assert site.media()["items"][0]["is_favorite"]

    change(site, "DELETE", f"/api/gallery/assets/{asset_id}/favorite")
    assert not site.media()["items"][0]["is_favorite"]


def test_a_deleted_photo_is_in_the_bin_at_once_and_restored_to_its_day(site: Site):
    site.put("a.jpg", a_jpeg())
    site.put("b.jpg", a_jpeg())
    item = site.item("a.jpg")
    site.item("b.jpg")

    change(site, "DELETE", f"/api/gallery/assets/{item['id']}")

    assert [i["local_path"] for i in site.media()["items"]] == ["b.jpg"]
    assert [i["local_path"] for i in site.media(view="bin")["items"]] == ["a.jpg"]
    assert (site.stats()["total"], site.stats()["bin"]) == (1, 1)

    change(site, "POST", f"/api/gallery/assets/{item['id']}/restore", body={})

    assert site.item("a.jpg") == item
    assert site.media(view="bin")["total"] == 0


def test_pages_by_offset_and_by_cursor_agree(site: Site):
    for number in range(5):
        site.put(f"{number}.jpg", a_jpeg())
    for number in range(5):
        site.item(f"{number}.jpg")

    whole = site.media(limit=5)["items"]
    first = site.media(limit=2)
    second = site.media(limit=2, cursor=first["next_cursor"])
    last = site.media(limit=2, offset=4)

    assert first["items"] + second["items"] + last["items"] == whole
    assert (first["total"], first["has_more"], last["has_more"]) == (5, True, False)


def test_photos_are_found_by_day_and_name_and_shuffled_in_the_same_order(site: Site):
    for name in ("Lac Léman.jpg", "lake.jpg", "hill.jpg"):
        site.put(name, a_jpeg())
    for name in ("Lac Léman.jpg", "lake.jpg", "hill.jpg"):
        site.item(name)

    found = site.media(search="LEMAN")
    shuffled = site.media(shuffle="true", limit=2)
    seed = shuffled["shuffle_seed"]
    rest = site.media(shuffle="true", limit=2, cursor=shuffled["next_cursor"])
    again = site.media(shuffle="true", shuffle_seed=seed)

    assert [item["local_path"] for item in found["items"]] == ["Lac Léman.jpg"]
    assert (found["total"], found["total_is_exact"]) == (1, True)
    assert again["items"] == shuffled["items"] + rest["items"]
    assert site.media(date_to="2020-12-31")["total"] == 0
    hashes = [item["file_hash"] for item in site.media(fields="all")["items"]]
    assert len(hashes) == 3
    assert all(len(known) == 64 for known in hashes)


def test_months_are_sent_again_only_when_they_changed(site: Site):
    site.put("a.jpg", a_jpeg())
    item = site.item("a.jpg")
    address = f"/api/gallery/date-range?gallery={site.gallery}"
    months = site.get(address)
    known = {"If-None-Match": months.headers["ETag"]}

    same = site.get(address, headers=known)
    change(site, "PUT", f"/api/gallery/assets/{item['id']}/favorite", body={})
    changed = site.get(address, headers=known)

    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", months.headers["ETag"])
    assert months.headers["Cache-Control"] == "private, no-cache"
    assert changed.status == 200


def test_a_month_is_sent_in_columns_and_kept_under_its_revision(site: Site):
    site.put("a.jpg", a_jpeg())
    item = site.item("a.jpg")
    (month,) = site.get(f"/api/gallery/date-range?gallery={site.gallery}").json
    address = f"/api/gallery/buckets/undated?gallery={site.gallery}"

    kept = site.get(f"{address}&revision={month['revision']}")
    fresh = site.get(address)

    assert (month["year"], month["count"]) == (None, 1)
    assert kept.json == fresh.json
    columns = {"persons": [[]], **kept.json["columns"]}  # left out where nobody is shown
    assert {name: column[0] for name, column in columns.items()} == item
    assert "immutable" in kept.headers["Cache-Control"]
    assert fresh.headers["Cache-Control"] == "no-store"


def test_head_is_answered_as_get_without_a_body(site: Site):
    site.put("a.jpg", a_jpeg())
    item = site.item("a.jpg")
    for address in (
        f"/api/gallery/media?gallery={site.gallery}",
        "/api/gallery/media?limit=0",
        f"/api/gallery/assets/{item['id']}",
        "/api/gallery/assets/unknown",
        f"/api/gallery/assets/{item['id']}/original",
    ):
        got, headed = site.get(address), site.request("HEAD", address)

        assert (headed.status, headed.body) == (got.status, b"")
        for name in ("Cache-Control", "Content-Type", "Location"):
            assert headed.headers.get(name) == got.headers.get(name)


def test_the_api_describes_itself(site: Site):
    answer = site.get("/api/openapi.json")

    assert answer.json["openapi"] == "3.1.0"
    assert "/gallery/media" in answer.json["paths"]


def test_an_original_is_served_by_its_path_and_by_range(site: Site):
    body = a_jpeg(300, 200)
    site.put("Ferien im Süden/1 & 2.jpg", body)
    path = site.item("Ferien im Süden/1 & 2.jpg")["local_path"]
    query = urlencode({"gallery": site.gallery, "path": path})

    whole = site.request("GET", f"/api/gallery/serve?{query}", follow=True)
    part = site.request(
        "GET", f"/api/gallery/serve?{query}", headers={"Range": "bytes=10-19"}, follow=True
    )

    assert whole.body == body
    assert (part.status, part.body) == (206, body[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(body)}"


@pytest.mark.parametrize(
    "path",
    [
        "unknown.jpg",
        "../a.jpg",
        "x/../a.jpg",
        "%2e%2e/a.jpg",
        "a%2ejpg",
        "/a.jpg",
        "a.jpg/",
        "a_thumb.jpg",
        ".small/a.jpg.jpg",
        "s3://elsewhere/a.jpg",
        "//a.jpg",
        "a.jpg\x00",
        "",
    ],
)
def test_every_path_that_is_none_answers_the_same(site: Site, path: str):
    site.put("a.jpg", a_jpeg())
    site.item("a.jpg")
    query = urlencode({"gallery": site.gallery, "path": path})

    answer = site.get(f"/api/gallery/serve?{query}")

    assert answer.status == 404
    assert answer.json == {"error": {"code": "not_found", "message": "nothing is here"}}


@pytest.mark.parametrize("id", ["unknown", "unknown/original", "a%2F..%2Fb", "%00", "🏔"])
def test_an_unknown_id_is_a_404_in_the_one_error_shape(site: Site, id: str):
    answer = site.get(f"/api/gallery/assets/{id}")

    assert answer.status in (403, 404)
    assert set(answer.json) == {"error"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=ten", "limit"),
        ("offset=-1", "offset"),
        ("limit=5&limit=6", "limit"),
        ("colour=red", "colour"),
        ("content_type=song", "content_type"),
        ("view=secret", "view"),
        ("view=fav&person_id=ann", "person_id"),
        ("date_from=2024-02-30", "date_from"),
        ("date_from=2024-05-02&date_to=2024-05-01", "date_to"),
        ("search=", "search"),
        ("shuffle=yes", "shuffle"),
        ("shuffle_seed=1", "shuffle_seed"),
        ("shuffle=true&limit=101", "limit"),
        ("fields=id", "fields"),
        ("gallery=No", "gallery"),
        ("cursor=bogus", "cursor"),
    ],
)
def test_a_bad_parameter_is_named(site: Site, query: str, parameter: str):
    whose = "" if "gallery=" in query else f"&gallery={site.gallery}"
    answer = site.get(f"/api/gallery/media?{query}{whose}")

    assert answer.status == 400
    assert answer.json["error"]["code"] == "invalid_parameter"
    assert answer.json["error"]["parameter"] == parameter


def test_the_gateways_own_errors_have_the_same_shape(site: Site):
    answer = site.get("/api/nothing/here")

    assert answer.status in (403, 404)
    assert set(answer.json["error"]) >= {"code", "message"}


def test_a_change_from_another_site_or_as_a_form_is_refused(site: Site):
    site.put("a.jpg", a_jpeg())
    asset_id = site.item("a.jpg")["id"]
    address = f"/api/gallery/assets/{asset_id}/favorite"

    foreign = site.request("PUT", address, {}, {"Sec-Fetch-Site": "cross-site"})
    old_browser = site.request("PUT", address, {}, {"Origin": "http://evil.example"})
    form = HTTP.request(
        "PUT",
        site.endpoints.page + address,
        body="x=1",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": site.cookie(address),
        },
    )

    assert foreign.status == 403
    assert old_browser.status == 403
    assert form.status == 415
    assert not site.media()["items"][0]["is_favorite"]


@pytest.mark.parametrize(("query", "body"), [("?x=1", {}), ("", {"x": 1})])
def test_a_change_takes_no_unknown_parameter(site: Site, query: str, body: Any):
    site.put("a.jpg", a_jpeg())
    asset_id = site.item("a.jpg")["id"]

    answer = site.request("PUT", f"/api/gallery/assets/{asset_id}/favorite{query}", body)

    assert (answer.status, answer.json["error"]["parameter"]) == (400, "x")
    assert not site.media()["items"][0]["is_favorite"]


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\xff"}', b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_refused(site: Site, body: bytes):
    address = "/api/gallery/uploads"
    answer = HTTP.request(
        "POST",
        site.endpoints.page + address,
        body=body,
        headers={"Content-Type": "application/json", "Cookie": site.cookie(address)},
    )

    assert answer.status == 400
    assert json.loads(answer.data)["error"]["code"].startswith("invalid_")


def test_of_many_photos_each_is_changed_or_fails_by_itself(site: Site):
    ids = []
    for name in ("a.jpg", "b.jpg"):
        site.put(name, a_jpeg())
        ids.append(site.item(name)["id"])

    def bulk(action: str, **more: Any) -> list[Any]:
        body = {"action": action, "ids": [ids[0], "unknown", ids[1]], **more}
        results: list[Any] = change(site, "POST", "/api/gallery/bulk", body=body)["results"]
        return [result["status"] for result in results]

    assert bulk("favorite") == ["ok", "error", "ok"]
    assert site.media(view="fav")["total"] == 2
    assert bulk("set_visibility", visibility="archive") == ["ok", "error", "ok"]
    assert (site.media()["total"], site.media(view="archive")["total"]) == (0, 2)
    assert bulk("delete") == ["ok", "error", "ok"]
    assert change(site, "DELETE", f"/api/gallery/bin?gallery={site.gallery}") == {
        "purged": 2, "failed": [], "remaining": 0,
    }  # fmt: skip
    assert site.stats()["bin"] == 0


def ticket(site: Site, body: bytes, **fields: Any) -> Any:
    return change(
        site,
        "POST",
        "/api/gallery/uploads",
        body={
            "gallery": site.gallery,
            "filename": "Grüße vom See.JPG",
            "size_bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "content_type": "image/jpeg",
            **fields,
        },
    )


def post_form(form: Any, body: bytes) -> int:
    fields = {**form["fields"], "file": ("photo.jpg", body)}
    return HTTP.request("POST", form["url"], fields=fields).status


def test_an_upload_arrives_once_under_its_own_name(site: Site):
    body = a_jpeg(333, 222)
    first = ticket(site, body)
    assert post_form(first["form"], body) in (200, 201, 204)

    item = eventually_named(site, "Grüße vom See.JPG")
    again = ticket(site, body)

    assert item["id"] == first["id"]
    assert site.asset(item["id"])["file_hash"] == hashlib.sha256(body).hexdigest()
    assert (again["duplicate"], again["asset"]["id"]) == (True, item["id"])
    change(site, "DELETE", f"/api/gallery/assets/{item['id']}")
    back = ticket(site, body)
    assert (again["restored"], back["restored"], back["duplicate"]) == (False, True, True)
    assert [found["id"] for found in site.media()["items"]] == [item["id"]]


def eventually_named(site: Site, name: str) -> Any:
    from tests.aws.site import eventually

    return eventually(lambda: next((i for i in site.media()["items"] if i["name"] == name), None))


def test_an_upload_of_another_length_is_refused_and_its_form_demands_the_hash(site: Site):
    announced = a_jpeg(333, 222)
    form = ticket(site, announced)["form"]
    policy = json.loads(b64decode(form["fields"]["policy"]))

    assert post_form(form, announced + b"more") == 400

    # S3 refuses other bytes by this field; the embedded AWS does not look at it.
    checksum = b64encode(hashlib.sha256(announced).digest()).decode()
    assert {"x-amz-checksum-sha256": checksum} in policy["conditions"]
    assert site.media()["total"] == 0
