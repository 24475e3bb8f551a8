"""Somebody's browser, as far as cookies go: what it was given, and what it shows where."""

import json
from typing import Any

import urllib3

from infra.local.sign_in import Cookie, read_cookies
from tests.aws.site import HTTP, Answer


class CookieJar:
    """A browser of its own, at one site.

    Args:
        page: Address of the site.

    Attributes:
        cookies: By name and path.
    """

    def __init__(self, page: str) -> None:
        self.page = page
        self.cookies: dict[tuple[str, str], Cookie] = {}

    def ask(
        self,
        method: str,
        address: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """What the site answers; redirects are not followed, cookies are kept."""
        path = address.partition("?")[0]
        shown = "; ".join(f"{c.name}={c.value}" for c in self.cookies.values() if c.fits(path))
        sent = {"Sec-Fetch-Site": "same-origin"}
        if shown:
            sent["Cookie"] = shown
        if body is not None:
            sent["Content-Type"] = "application/json"
        answer: urllib3.BaseHTTPResponse = HTTP.request(
            method,
            self.page + address,
            body=None if body is None else json.dumps(body),
            headers=sent | (headers or {}),
            redirect=False,
        )
        told = answer.headers.getlist("Set-Cookie")
        kept = list(read_cookies(told))
        for cookie in kept:
            self.cookies[cookie.name, cookie.path] = cookie
        for header in told:
            if "Max-Age=0" in header:
                name = header.partition("=")[0]
                path = header.partition("Path=")[2].partition(";")[0]
                self.cookies.pop((name, path), None)
        return Answer(answer.status, answer.headers, answer.data)

    def sign_in(self, email: str, password: str) -> Answer:
        """As the page does it."""
        return self.ask("POST", "/api/session", {"email": email, "password": password})

    def has(self, name: str) -> bool:
        """Whether it keeps a cookie of this name, for whatever path."""
        return any(known == name for known, _ in self.cookies)
