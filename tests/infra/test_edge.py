"""The edge: page, API and photos on one origin."""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from chalicelib.storage.signing import Signer
from infra.build import ROOT
from infra.local.edge import (
    Origins,
    PageFile,
    RunningEdge,
    is_shown_inline,
    make_application,
    photo_headers,
    photo_key,
)
from infra.local.edge_headers import headers_of
from infra.local.gallery import Endpoints, local_client
from infra.local.ports import LOOPBACK, find_free_port
from infra.local.signatures import TrustedKeys
from tests.aws.owners import owner_of
from tests.memory_ssm import KEY_PAIR_ID, photos_key, photos_public_key


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> Answer:
    """Send a path as it is written, byte for byte, and follow nothing."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


class TestPhotoKey:
    @pytest.mark.parametrize(
        ("path", "key"),
        [
            ("/photos/main/a.jpg", "main/a.jpg"),
            ("/photos/main/a%20b+c.jpg", "main/a b+c.jpg"),
            ("/photos/main/100%25.jpg", "main/100%.jpg"),
            ("/photos/main/a%2520b", "main/a%20b"),
            ("/photos/main/%F0%9F%98%80", "main/😀"),
            ("/photos/main/.small/a.jpg.jpg", "main/.small/a.jpg.jpg"),
            ("/photos/main/..a/b..", "main/..a/b.."),
            ("/photos/main//a.jpg", "main//a.jpg"),
            ("/photos/main/a%0Ab.jpg", "main/a\nb.jpg"),
        ],
    )
    def test_is_decoded_once(self, path: str, key: str):
        assert photo_key(path) == key

    @pytest.mark.parametrize(
        "path",
        [
            "/photos/",
            "/photos/main/../other/a.jpg",
            "/photos/main/%2e%2e/other/a.jpg",
            "/photos/..%2fetc",
            "/photos/main/./a.jpg",
            "/photos/main/a%00.jpg",
            "/photos/main/%ff.jpg",
        ],
    )
    def test_refuses_what_cannot_be_one(self, path: str):
        assert photo_key(path) is None


@pytest.mark.parametrize(
    ("content_type", "inline"),
    [
        ("image/jpeg", True),
        ("video/mp4", True),
        ("IMAGE/PNG; q=1", True),
        ("image/svg+xml", False),
        ("Image/SVG+XML; charset=utf-8", False),
        ("text/html", False),
        ("application/pdf", False),
        ("", False),
    ],
)
def test_only_pictures_and_videos_are_shown_inline(content_type: str, inline: bool):
    headers = photo_headers(200, {"Content-Type": content_type})

    assert is_shown_inline(content_type) is inline
    assert ("Content-Disposition" not in headers) is inline
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


SITE = "https://photos.example"


def signed(path: str, seconds: float = 60) -> str:
    """An address that opens for so long, as the gallery signs it."""
    signer = Signer(SITE, KEY_PAIR_ID, photos_key())
    return signer.signed_address(path, datetime.now(UTC) + timedelta(seconds=seconds))


def trio(gallery: str, seconds: float = 60) -> str:
    """Cookies that open a gallery for so long."""
    signer = Signer(SITE, KEY_PAIR_ID, photos_key())
    values = signer.cookies(gallery, datetime.now(UTC) + timedelta(seconds=seconds))
    return "; ".join(f"{name}={value}" for name, value in values.items())


async def echo(request: web.Request) -> web.Response:
    """Tells what arrived, and sends an odd answer."""
    if request.path.endswith("/redirect"):
        return web.Response(status=302, headers={"Location": "/photos/main/a%20b.jpg"})
    if request.path.endswith("/refused"):
        return web.json_response({"error": {"code": "own", "message": "words"}}, status=403)
    if request.path.endswith("/gateway"):
        return web.json_response(
            {"message": "in its own words"},
            status=int(request.query["s"]),
            headers={"x-amzn-ErrorType": request.query.get("type", "")},
        )
    told = {
        "method": request.method,
        "raw_path": request.raw_path,
        "headers": dict(request.headers),
        "body": (await request.read()).decode(),
    }
    return web.json_response(told, status=418, headers={"ETag": '"e"', "X-Own": "yes"})


def template_of(response: str) -> str:
    """What infra/app.yaml makes API Gateway say, from its name on."""
    return (ROOT / "infra" / "app.yaml").read_text().partition(f"{response}:\n")[2]


@pytest.fixture(scope="module")
def echoing() -> Iterator[int]:
    """The port of an edge whose API echoes and whose bucket is nowhere."""
    upstream, port = find_free_port(), find_free_port()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", echo)
    origins = Origins(f"http://{LOOPBACK}:{upstream}/stage", "none", "http://uploads", SITE)
    page = {
        "index.html": PageFile(b"<!doctype html>", "text/html"),
        "assets/a-1.js": PageFile(b"1", "text/javascript"),
        "sw.js": PageFile(b"2", "text/javascript"),
    }
    nowhere = local_client("s3", f"http://{LOOPBACK}:{find_free_port()}")
    api = RunningEdge(application, upstream)
    keys = TrustedKeys({KEY_PAIR_ID: photos_public_key()})
    edge = RunningEdge(make_application(nowhere, origins, page, keys), port)
    yield port
    edge.stop()
    api.stop()


class TestPage:
    @pytest.mark.parametrize("path", ["/gallery", "/gallery/", "/gallery/2024/05", "/gallery/x.y"])
    def test_answers_each_of_its_addresses(self, echoing: int, path: str):
        answer = ask(echoing, path)

        assert (answer.status, answer.body) == (200, b"<!doctype html>")
        assert answer.headers["cache-control"] == "no-cache"

    def test_may_load_only_its_own_files_and_upload(self, echoing: int):
        policy = ask(echoing, "/gallery").headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "connect-src 'self' http://uploads;" in policy
        assert "worker-src 'self';" in policy
        assert "frame-src 'self';" in policy
        assert "unsafe" not in policy

    def test_its_worker_looks_after_every_address_of_the_page(self, echoing: int):
        answer = ask(echoing, "/gallery/sw.js")

        assert answer.headers["service-worker-allowed"] == "/gallery"
        assert answer.headers["cache-control"] == "no-cache"

    def test_is_sent_with_every_header_of_the_template(self, echoing: int):
        answer = ask(echoing, "/gallery")

        for name, value in headers_of("PageHeaders", "http://uploads").items():
            assert answer.headers[name.lower()] == value

    def test_hashed_files_are_kept_for_ever(self, echoing: int):
        answer = ask(echoing, "/gallery/assets/a-1.js")

        assert answer.body == b"1"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize(
        "path", ["/gallery/assets/none.js", "/nothing", "/gallery/assets/../../app.py"]
    )
    def test_what_is_not_there_is_404(self, echoing: int, path: str):
        answer = ask(echoing, path)

        assert answer.status == 404 or answer.body == b"<!doctype html>"
        assert b"Chalice" not in answer.body

    @pytest.mark.parametrize("path", ["/", "/media"])
    def test_people_are_led_to_it(self, echoing: int, path: str):
        answer = ask(echoing, path)

        assert (answer.status, answer.headers["location"]) == (302, "/gallery")


class TestApi:
    @pytest.mark.parametrize(
        "rest",
        [
            "/gallery/media?search=a%20b+c&limit=1&limit=2",
            "/gallery/serve?path=%2e%2e%2fx%2520y",
            "/gallery/assets/a%2Fb%20c/original",
            "/gallery/empty?",
        ],
    )
    def test_path_and_query_arrive_byte_for_byte(self, echoing: int, rest: str):
        answer = ask(echoing, f"/api{rest}")

        # a bare question mark says nothing
        assert json.loads(answer.body)["raw_path"] == f"/stage{rest}".removesuffix("?")

    def test_method_body_and_headers_pass(self, echoing: int):
        answer = ask(echoing, "/api/x", "PUT", b'{"a": 1}', Content_Type="application/json")

        told = json.loads(answer.body)
        assert (told["method"], told["body"]) == ("PUT", '{"a": 1}')
        assert told["headers"]["Content-Type"] == "application/json"
        assert (answer.status, answer.headers["etag"], answer.headers["x-own"]) == (
            418,
            '"e"',
            "yes",
        )

    def test_the_host_a_browser_sees_cannot_be_forged(self, echoing: int):
        answer = ask(echoing, "/api/x", X_Forwarded_Host="evil.example")

        told = json.loads(answer.body)["headers"]
        assert told["X-Forwarded-Host"] == f"{LOOPBACK}:{echoing}"

    def test_redirects_are_the_browsers_to_follow(self, echoing: int):
        answer = ask(echoing, "/api/redirect")

        assert (answer.status, answer.headers["location"]) == (302, "/photos/main/a%20b.jpg")

    @pytest.mark.parametrize(
        ("said", "shown", "response"),
        [
            ("s=401", 401, "UNAUTHORIZED"),
            ("s=403&type=MissingAuthenticationTokenException", 404, "MISSING_AUTHENTICATION_TOKEN"),
            ("s=403&type=AccessDeniedException", 401, "ACCESS_DENIED"),
            ("s=429", 429, "THROTTLED"),
            ("s=500", 500, "DEFAULT_5XX"),
            ("s=504", 504, "INTEGRATION_TIMEOUT"),
        ],
    )
    def test_the_gateways_own_errors_are_said_as_on_aws(
        self, echoing: int, said: str, shown: int, response: str
    ):
        answer = ask(echoing, f"/api/gateway?{said}")

        assert answer.status == shown
        assert answer.body.decode() in template_of(response)

    def test_the_applications_errors_pass_as_they_are(self, echoing: int):
        answer = ask(echoing, "/api/refused")

        assert answer.status == 403
        assert json.loads(answer.body) == {"error": {"code": "own", "message": "words"}}

    def test_a_body_beyond_the_gateways_limit_is_refused(self, echoing: int):
        answer = ask(echoing, "/api/x", "POST", bytes(10 * 1024 * 1024 + 1))

        assert answer.status == 413
        assert answer.body.decode() in template_of("REQUEST_TOO_LARGE")

    def test_head_has_no_body(self, echoing: int):
        answer = ask(echoing, "/api/x", "HEAD")

        assert (answer.status, answer.body) == (418, b"")
        assert int(answer.headers["content-length"]) > 0


def test_another_name_for_this_machine_is_refused(echoing: int):
    assert ask(echoing, "/gallery", Host="evil.example").status == 403
    assert ask(echoing, "/api/x", Host=f"localhost:{echoing}").status == 418


class TestWhoMaySee:
    """Before the bucket is asked, which in these tests answers nobody: 502 is let in."""

    def test_a_signed_address_opens_one_photo(self, echoing: int):
        assert ask(echoing, signed("/photos/main/a.jpg")).status == 502
        stolen = signed("/photos/main/a.jpg").replace("a.jpg", "b.jpg")
        assert ask(echoing, stolen).status == 403

    def test_cookies_open_one_gallery(self, echoing: int):
        assert ask(echoing, "/photos/main/a.jpg", Cookie=trio("main")).status == 502
        assert ask(echoing, "/photos/other/a.jpg", Cookie=trio("main")).status == 403

    def test_nobody_is_let_in_without(self, echoing: int):
        answer = ask(echoing, "/photos/main/a.jpg")

        assert (answer.status, answer.headers["cache-control"]) == (403, "no-store")
        assert json.loads(answer.body)["error"]["code"] == "not_signed"
        assert ask(echoing, "/photos/main/a.jpg", "HEAD").status == 403

    def test_nothing_opens_after_its_time(self, echoing: int):
        assert ask(echoing, signed("/photos/main/a.jpg", -1)).status == 403
        assert ask(echoing, "/photos/main/a.jpg", Cookie=trio("main", -1)).status == 403

    def test_two_cookies_of_one_name_are_none(self, echoing: int):
        forged = f"CloudFront-Policy=x; {trio('main')}"

        assert ask(echoing, "/photos/main/a.jpg", Cookie=forged).status == 403

    @pytest.mark.parametrize("path", ["../other/a.jpg", "%2e%2e/other/a.jpg", "..%2Fother/a.jpg"])
    def test_no_path_leads_out_of_what_was_signed_for(self, echoing: int, path: str):
        assert ask(echoing, f"/photos/main/{path}", Cookie=trio("main")).status == 404

    @pytest.mark.parametrize("path", ["/gallery", "/gallery/assets/a-1.js", "/api/x"])
    def test_page_and_api_are_open_to_the_edge(self, echoing: int, path: str):
        assert ask(echoing, path).status in (200, 418)


def test_says_when_the_bucket_does_not_answer(echoing: int):
    answer = ask(echoing, signed("/photos/main/a.jpg"))

    assert answer.status == 502
    assert json.loads(answer.body)["error"]["code"] == "unavailable"


BODY = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def s3(endpoints: Endpoints) -> Any:
    client = local_client("s3", endpoints.aws_endpoint)
    client.put_object(
        Bucket=endpoints.bucket, Key="edge/a.jpg", Body=BODY, ContentType="image/jpeg"
    )
    return client


Look = Callable[..., Answer]


@pytest.fixture(scope="module")
def look(s3: Any, endpoints: Endpoints) -> Look:  # noqa: ARG001 - there is a photo to look at
    """Asks for a path with the cookies of the gallery's owner."""
    owner, port = owner_of(endpoints, "edge"), int(endpoints.page.rpartition(":")[2])
    return lambda path, *arguments, **headers: ask(
        port, path, *arguments, Cookie=owner.header("/photos/edge/"), **headers
    )


@pytest.mark.aws
class TestPhotos:
    def test_whole(self, look: Look):
        answer = look("/photos/edge/a.jpg")

        assert (answer.status, answer.body) == (200, BODY)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not any(name.startswith("x-amz") for name in answer.headers)

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [("bytes=5-9", 5, 9), ("bytes=-3", 10237, 10239), ("bytes=10000-", 10000, 10239)],
    )
    def test_range(self, look: Look, asked: str, start: int, end: int):
        answer = look("/photos/edge/a.jpg", Range=asked)

        assert (answer.status, answer.body) == (206, BODY[start : end + 1])
        assert answer.headers["content-range"] == f"bytes {start}-{end}/10240"

    def test_range_beyond_the_end_is_416(self, look: Look):
        assert look("/photos/edge/a.jpg", Range="bytes=99999-").status == 416

    def test_unchanged_is_304(self, look: Look):
        etag = look("/photos/edge/a.jpg").headers["etag"]

        answer = look("/photos/edge/a.jpg", If_None_Match=etag)

        assert (answer.status, answer.body) == (304, b"")

    def test_head(self, look: Look):
        answer = look("/photos/edge/a.jpg", "HEAD")

        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["content-length"] == "10240"

    @pytest.mark.parametrize("name", ["a b", "a+b", "100%", "a%20b", "☃ 😀", "no-extension"])
    def test_any_name(self, s3: Any, endpoints: Endpoints, look: Look, name: str):
        s3.put_object(Bucket=endpoints.bucket, Key=f"edge/{name}", Body=name.encode())

        answer = look(f"/photos/{quote(f'edge/{name}')}")

        assert (answer.status, answer.body) == (200, name.encode())

    def test_missing_and_impossible_keys_answer_alike(self, look: Look):
        answers = [
            look(path)
            for path in (
                "/photos/edge/missing.jpg",
                "/photos/edge/../edge/a.jpg",
                "/photos/edge/%2e%2e/edge/a.jpg",
                "/photos/edge/" + "x" * 2000,
            )
        ]

        assert {answer.status for answer in answers} == {404}
        assert len({answer.body for answer in answers}) == 1

    def test_a_strangers_page_is_a_download(self, s3: Any, endpoints: Endpoints, look: Look):
        s3.put_object(
            Bucket=endpoints.bucket, Key="edge/x.html", Body=b"<script>", ContentType="text/html"
        )

        answer = look("/photos/edge/x.html")

        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["content-security-policy"].startswith("sandbox")

    def test_nothing_is_written_through_it(self, look: Look):
        assert look("/photos/edge/a.jpg", "PUT", b"x").status == 405
        assert look("/photos/edge/a.jpg", "DELETE").status == 405
        assert look("/photos/edge/a.jpg").body == BODY
