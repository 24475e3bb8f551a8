"""Browsers that are signed in: they show the cookies of a gallery's owner."""

from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response

from infra.local.gallery import Endpoints
from tests.aws.owners import owner_of


def let_in(context: BrowserContext, endpoints: Endpoints, address: str) -> None:
    """Give a context the cookies of the owner whose gallery an address shows."""
    context.add_cookies(_cookies(endpoints, address))


def let_in_on_the_way(page: Page, endpoints: Endpoints) -> None:
    """Open each address of a page as the owner of its gallery, who has just signed in."""
    goto = page.goto

    def let_in_and_go(url: str, **options: Any) -> Response | None:
        let_in(page.context, endpoints, url)
        return goto(url, **options)

    page.goto = let_in_and_go  # type: ignore[method-assign]


def let_in_from_now_on(browser: Browser, endpoints: Endpoints, address: str) -> None:
    """Let each new context of a browser have the cookies of the owner of what an address shows."""
    kept: Any = {"cookies": _cookies(endpoints, address), "origins": []}
    browser.new_context = partial(browser.new_context, storage_state=kept)  # type: ignore[method-assign]


def _cookies(endpoints: Endpoints, address: str) -> list[Any]:
    (gallery,) = parse_qs(urlsplit(address).query).get("gallery", ["main"])
    return [
        {
            "name": cookie.name,
            "value": cookie.value,
            "domain": "localhost",
            "path": cookie.path,
            "expires": -1,
            "secure": True,
            "httpOnly": True,
            "sameSite": "Lax",
        }
        for cookie in owner_of(endpoints, gallery).cookies
    ]
