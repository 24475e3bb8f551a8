"""The API with a gallery in memory behind it, called with the payloads that AWS sends."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

import app as app_module
from chalicelib.authorize import told_of
from chalicelib.domain.visitor import Guest, Owner, Visitor
from chalicelib.sign_in import Door
from tests.builders import BUCKET, MemoryGallery, a_gallery, a_jpeg, an_asset, wall_clock
from tests.memory_cognito import MemoryPool
from tests.memory_sqs import MemorySqs
from tests.memory_ssm import MemorySsm

EVENTS = Path(__file__).parent / "events"
# Made now: later it would write to the output of the one test in which it is first used.
app_module.log()
CONTEXT = SimpleNamespace(
    function_name="contactsheet",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:contactsheet",
    aws_request_id="77375676-xmpl-4b79-853a-f982474efe18",
    get_remaining_time_in_millis=lambda: 60_000,
)


def an_owner(*galleries: str, id: str = "u1", email: str = "ann@example.org") -> Owner:
    """Somebody who is signed in for another hour, and owns galleries."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    return Owner(id, email, frozenset(galleries), until)


class Site:
    """The API with a gallery in memory behind it.

    Args:
        gallery: Whose attributes are the site's as well.

    Attributes:
        drawn: What the drawing function was called with.
        sqs: Whose queues are ``uploads`` and ``heavy-uploads``.
        pool: Those who may sign in; nobody at first.
        ssm: Where the site is, and what photos' addresses are signed with.
    """

    def __init__(self, gallery: MemoryGallery) -> None:
        self.gallery = gallery
        self.settings = SimpleNamespace(
            bucket=BUCKET, time_zone=ZoneInfo("UTC"), environment="test"
        )
        self.drawn: list[dict[str, Any]] = []
        self.sqs = MemorySqs("uploads", "heavy-uploads")
        self.uploads = self.sqs.queue("uploads")
        self.heavy_uploads = self.sqs.queue("heavy-uploads")
        self.pool = MemoryPool()
        self.accounts = self.pool.accounts
        self.token_keys = self.pool.token_keys()
        self.door = Door(self.accounts, self.token_keys, self.gallery.access)
        self.ssm = MemorySsm()
        self.signing = self.ssm.signing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gallery, name)

    def draw(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.drawn.append(payload)
        answer: dict[str, Any] = app_module.create_thumbnail(payload, CONTEXT)
        return answer

    def ask(
        self,
        resource: str,
        method: str = "GET",
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        visitor: Visitor | None = None,
        authorizer: Mapping[str, str] | None = None,
    ) -> SimpleNamespace:
        """Call a route.

        Args:
            resource: As the gateway knows it, with its parameters in braces.
            method: Of HTTP.
            path: Its parameters, as the caller encoded them.
            query: Every value of every parameter.
            headers: Beside those of every request.
            body: As it was sent.
            visitor: Who asks, let in by the authorizer; the owner of ``main`` for None.
            authorizer: What it tells instead.
        """
        event = from_file("http_media.json")
        event["requestContext"] |= {"resourcePath": resource, "httpMethod": method}
        event |= {"resource": resource, "httpMethod": method, "body": body}
        event["multiValueQueryStringParameters"] = query
        event["pathParameters"] = path
        event["headers"] |= headers or {}
        if isinstance(visitor, Guest):
            event["headers"]["Cookie"] = f"__Host-share={visitor.share.id}.{visitor.share.key}"
        if visitor is not None:
            event["requestContext"]["authorizer"] = {"visitor": told_of(visitor)}
        if authorizer is not None:
            event["requestContext"]["authorizer"] = authorizer
        return answered(event)

    def change(
        self,
        resource: str,
        method: str,
        id: str | None = None,
        body: str = "{}",
        visitor: Visitor | None = None,
        **query: str,
    ) -> SimpleNamespace:
        """Call a route as the gallery's own page changes something."""
        return self.ask(
            resource,
            method,
            path={"id": id} if id is not None else None,
            query={name: [value] for name, value in query.items()},
            headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
            body=body,
            visitor=visitor,
        )


def a_site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty one; ends with its test."""
    site = Site(a_gallery())
    monkeypatch.setattr(app_module, "gallery", lambda: site)
    return site


def a_full_site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """One with three photos and a video: a1 of May 2024, a2 of June, v1 of 2023, one undated.

    The undated one is ``main/drawn.jpg``, taken in and drawn.
    """
    site = a_site(monkeypatch)
    site.bucket.place("main/drawn.jpg", a_jpeg())
    app_module.thumbnail_uploads(an_upload_event("main/drawn.jpg"), CONTEXT)
    site.gallery.add(
        an_asset("a1", filename="Grandma Mary.jpg"),
        an_asset("a2", taken_local=wall_clock("2024-06-01"), key="main/trip/a2.jpg"),
        an_asset("v1", file_type="video", taken_local=wall_clock("2023-01-01")),
    )
    site.bucket.place("main/a1.jpg", a_jpeg())
    return site


def from_file(name: str) -> dict[str, Any]:
    """An event as AWS sends it."""
    event: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return event


def answered(event: dict[str, Any]) -> SimpleNamespace:
    """The answer to an event of the gateway: status, JSON body, headers in lower case, cookies.

    Where the event says nothing else, the owner of ``main`` asks.
    """
    let_in = {"visitor": told_of(an_owner("main"))}
    event["requestContext"].setdefault("authorizer", let_in)
    answer = app_module.app(event, CONTEXT)
    body = json.loads(answer["body"]) if answer["body"] else None
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    cookies = answer.get("multiValueHeaders", {}).get("Set-Cookie", [])
    return SimpleNamespace(status=answer["statusCode"], body=body, headers=headers, cookies=cookies)


def an_upload_event(key: str) -> dict[str, Any]:
    """S3's word by SQS that an object was put."""
    event = from_file("sqs_object_created.json")
    body = json.loads(event["Records"][0]["body"])
    body["Records"][0]["s3"]["object"]["key"] = quote(key)
    event["Records"][0]["body"] = json.dumps(body)
    return event
