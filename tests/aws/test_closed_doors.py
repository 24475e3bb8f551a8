"""Somebody without cookies: no route answers but those that are to, and no object opens."""

from itertools import product
from urllib.parse import quote

import pytest

from chalicelib.api.route import Route
from chalicelib.api.routes import ROUTES
from tests.aws.doors import Asked
from tests.aws.forgery import SAME_ORIGIN

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# All there is for those whom nobody knows yet; another one is a decision, and is written here, too.
OPEN = {
    ("POST", "/session"),
    ("DELETE", "/session"),
    ("POST", "/session/refresh"),
    ("POST", "/session/share"),
    ("POST", "/session/password/forgot"),
    ("POST", "/session/password/reset"),
}
PATHS = sorted({route.path for route in ROUTES.values()})


def address(path: str) -> str:
    """A path with the examples of its parameters."""
    route: Route = next(known for known in ROUTES.values() if known.path == path)
    for known in route.segments:
        path = path.replace(f"{{{known.name}}}", quote(str(known.example), safe=""))
    return f"/api{path}"


def test_these_routes_alone_are_open():
    assert {key for key, route in ROUTES.items() if route.access == "open"} == OPEN


@pytest.mark.parametrize("path", PATHS)
def test_without_cookies_no_method_of_any_path_answers_but_the_open_ones(doors, path):
    for method in METHODS:
        if (method, path) in OPEN:
            continue
        answer = doors.send(Asked(method, address(path), (SAME_ORIGIN,)))
        is_known = (method if method != "HEAD" else "GET", path) in ROUTES
        assert answer.status == (401 if is_known else 404), method
        if method != "HEAD":
            code = "sign_in_required" if is_known else "not_found"
            assert answer.json["error"]["code"] == code
        assert "Set-Cookie" not in answer.headers


def test_without_cookies_no_object_opens_by_any_method(doors):
    keys = [key for photo in doors.photos.values() for key in photo.keys]
    assert len(keys) >= 3 * len(doors.photos)

    for key, method in product(keys, ("GET", "HEAD")):
        answer = doors.send(Asked(method, f"/photos/{quote(key)}"))
        assert answer.status == 403
        assert "ETag" not in answer.headers
