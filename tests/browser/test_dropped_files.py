"""Whatever lies in the bucket, opened at its own address: nothing of it runs script here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots

SCRIPT = "document.title = 'ran'; new Image().src = '/api/session?ran';"
HTML = f"<!doctype html><title>a page</title><h1>Hello</h1><script>{SCRIPT}</script>"
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>a page</title></head>'
    f"<body><h1>Hello</h1><script>{SCRIPT}</script></body></html>"
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>a drawing</title>'
    f'<circle cx="4" cy="4" r="3"/><script>{SCRIPT}</script></svg>'
)
# name, what it holds, and what type whoever dropped it said it has
DROPPED = [
    ("page.html", HTML, "text/html"),
    ("photo.jpg", HTML, "text/html"),
    ("page.xhtml", XHTML, "application/xhtml+xml"),
    ("drawing.svg", SVG, "image/svg+xml"),
]


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    return library_of(shots({"2024-05-17": 1}), with_rows=False)


@pytest.fixture
def tab(page_of: PageOf, album: Library) -> Iterator[Page]:
    """Another tab of the gallery's owner, who is signed in; nothing may have asked the API in it.

    To the API and to the page itself whatever runs here would be the owner.
    """
    tab = page_of(album.address()).context.new_page()
    asked: list[str] = []
    tab.on("request", lambda r: asked.append(r.url) if "/api/" in r.url else None)
    yield tab
    assert asked == []


def dropped(album: Library, name: str, body: str, kind: str) -> str:
    """Address of a file that is put into the gallery's folder of the bucket."""
    key = album.site.put(name, body.encode(), ContentType=kind)
    return f"{album.site.endpoints.page}/photos/{key}"


def without(*headers: str):
    """Answers a request with what the gallery says, some headers left out."""

    def answer(route: Route) -> None:
        told = route.fetch()
        kept = {name: value for name, value in told.headers.items() if name not in headers}
        route.fulfill(response=told, headers=kept)

    return answer


@pytest.mark.parametrize(("name", "body", "kind"), DROPPED)
def test_a_page_or_drawing_in_the_bucket_is_a_download(tab, album, name, body, kind):
    """Guards: infra/local/edge.py: is_shown_inline; infra/edge.yaml: content-disposition"""
    address = dropped(album, name, body, kind)

    with tab.expect_download() as begun, pytest.raises(Error):  # nothing is opened
        tab.goto(address)

    assert begun.value.path().read_text() == body
    assert tab.url == "about:blank"
    assert tab.title() == ""


@pytest.mark.parametrize(("name", "body", "kind"), DROPPED)
def test_a_page_or_drawing_that_is_shown_all_the_same_runs_nothing(tab, album, name, body, kind):
    """Guards: infra/edge.yaml: ContentSecurityPolicy"""
    tab.route("**/photos/**", without("content-disposition"))

    tab.goto(dropped(album, name, body, kind))

    expect(tab.locator("h1, circle")).to_be_visible()
    assert tab.title().startswith("a ")
    assert tab.evaluate("() => window.origin") == "null"  # not this gallery's: no cookies, no API


@pytest.mark.parametrize(("name", "body", "kind"), DROPPED)
def test_without_its_headers_each_of_them_would_run(page_of, album, name, body, kind):
    """What the two above would see if these headers were not sent."""
    tab = page_of(album.address()).context.new_page()
    tab.route("**/photos/**", without("content-disposition", "content-security-policy"))

    with tab.expect_request("**/api/session?ran"):
        tab.goto(dropped(album, name, body, kind))

    expect(tab).to_have_title("ran")


def test_a_page_that_says_it_is_a_picture_is_a_broken_picture(tab, album):
    """Guards: infra/edge.yaml: ContentTypeOptions"""
    tab.goto(dropped(album, "picture.html", HTML, "image/png"))

    expect(tab.locator("h1")).to_have_count(0)
    assert tab.evaluate("() => document.contentType") == "image/png"
