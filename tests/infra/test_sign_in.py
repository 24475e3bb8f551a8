"""Somebody who signs in over HTTP, as commands and tests do."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from infra.local.edge import RunningEdge
from infra.local.ports import find_free_port
from infra.local.sign_in import STAYS_SECONDS, Cookie, SignedIn, SignInError, read_cookies

GIVEN = (
    "__Host-session=id; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
    "__Secure-refresh=again; Path=/api/session; HttpOnly; Secure; SameSite=Strict",
    "CloudFront-Policy=eyJ_; Path=/photos/main/; HttpOnly; Secure; SameSite=Lax",
    "CloudFront-Policy=~eyJ; Path=/photos/other/; HttpOnly; Secure; SameSite=Lax",
    "__Host-share=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
)


@dataclass
class Door:
    """A gallery's session, and what was asked of it."""

    port: int = field(default_factory=find_free_port)
    said: list[object] = field(default_factory=list)
    shown: list[str | None] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"http://localhost:{self.port}"

    async def session(self, request: web.Request) -> web.Response:
        self.said.append(await request.json())
        if self.said[-1] != {"email": "ann@example.org", "password": "right"}:
            return web.json_response({"error": {"code": "sign_in_refused"}}, status=401)
        answer = web.json_response({})
        for cookie in GIVEN:
            answer.headers.add("Set-Cookie", cookie)
        return answer

    async def any(self, request: web.Request) -> web.Response:
        self.shown.append(request.headers.get("Cookie"))
        return web.json_response({}, status=302, headers={"Location": "/elsewhere"})


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    application = web.Application()
    application.router.add_post("/api/session", door.session)
    application.router.add_get("/{path:.*}", door.any)
    running = RunningEdge(application, door.port)
    yield door
    running.stop()


def test_cookies_are_shown_where_they_belong_and_nowhere_else(door: Door):
    ann = SignedIn(door.page, "ann@example.org", "right")

    for address in ("/api/gallery/stats", "/api/session", "/photos/main/a.jpg?x=1", "/photos/m"):
        assert ann.get(address).status == 302

    assert door.shown == [
        "__Host-session=id",
        "__Host-session=id; __Secure-refresh=again",
        "__Host-session=id; CloudFront-Policy=eyJ_",
        "__Host-session=id",
    ]
    assert len(door.said) == 1


def test_who_stays_long_signs_in_anew(door: Door):
    now = 0.0
    ann = SignedIn(door.page, "ann@example.org", "right", lambda: now)
    assert ann.header("/") == "__Host-session=id"

    now = STAYS_SECONDS + 1
    ann.header("/")

    assert len(door.said) == 2


def test_who_is_not_let_in_is_told_the_answer(door: Door):
    with pytest.raises(SignInError, match=r"401 .*sign_in_refused"):
        SignedIn(door.page, "ann@example.org", "wrong").header("/")


def test_a_cookie_that_is_taken_back_is_none():
    assert list(read_cookies([GIVEN[0], GIVEN[4]])) == [Cookie("__Host-session", "id", "/")]
