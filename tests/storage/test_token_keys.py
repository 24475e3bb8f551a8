import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chalicelib.errors import SignInRequiredError, StorageUnavailableError
from chalicelib.storage.token_keys import TokenKeys, fetch_json
from tests.memory_cognito import ISSUER, a_token, claims_of, public_key, signed


class Pool:
    """Publishes keys, and counts who asks."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.asked = 0
        self.seconds = 0.0
        self.keys = TokenKeys(ISSUER, "https://pool", self.fetch, lambda: self.seconds)

    def fetch(self, address: str) -> dict[str, object]:
        assert address == "https://pool"
        self.asked += 1
        return {"keys": [public_key(name) for name in self.names]}


def token_by(key: str) -> str:
    return signed(claims_of("u1", "ann@example.org"), key)


def test_the_keys_are_fetched_once():
    pool = Pool("k1")

    assert pool.keys.claims(a_token("u1")).id == "u1"
    assert pool.keys.claims(a_token("u2")).id == "u2"

    assert pool.asked == 1


def test_a_key_that_came_since_is_fetched():
    pool = Pool("k1")
    pool.keys.claims(token_by("k1"))
    pool.names = ("k1", "k2")
    pool.seconds = 30

    assert pool.keys.claims(token_by("k2")).id == "u1"


def test_keys_that_nobody_knows_make_nobody_fetch_again_and_again():
    pool = Pool("k1")

    for _ in range(100):
        with pytest.raises(SignInRequiredError):
            pool.keys.claims(token_by("made-up"))

    assert pool.asked == 1


def test_a_key_that_the_pool_gave_up_is_believed_for_an_hour_at_most():
    pool = Pool("k1")
    pool.keys.claims(token_by("k1"))
    pool.names = ("k2",)
    pool.seconds = 3600

    with pytest.raises(SignInRequiredError):
        pool.keys.claims(token_by("k1"))


def test_what_is_no_token_makes_nobody_fetch():
    pool = Pool("k1")

    for wrong in ("", "a.b.c", "x" * 10_000):
        with pytest.raises(SignInRequiredError):
            pool.keys.claims(wrong)

    assert pool.asked == 0


# --- over HTTP ---------------------------------------------------------------------------------


class Answers(BaseHTTPRequestHandler):
    status, body = 200, b"{}"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/keys"
        server.shutdown()


def test_a_key_set_is_read(address, monkeypatch):
    monkeypatch.setattr(Answers, "body", b'{"keys": []}')

    assert fetch_json(address) == {"keys": []}


@pytest.mark.parametrize(
    ("status", "body"), [(404, b"{}"), (500, b"{}"), (302, b"{}"), (200, b"[]"), (200, b"<html>")]
)
def test_whatever_else_is_answered_is_a_passing_fault(address, monkeypatch, status, body):
    monkeypatch.setattr(Answers, "status", status)
    monkeypatch.setattr(Answers, "body", body)

    with pytest.raises(StorageUnavailableError):
        fetch_json(address)


def test_nobody_there_is_a_passing_fault():
    with pytest.raises(StorageUnavailableError):
        fetch_json("http://127.0.0.1:9/keys")
