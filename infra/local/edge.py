"""Plays CloudFront: page, API and photos on one origin of this machine.

``/gallery`` is the built page, ``/api/*`` goes to API Gateway, ``/photos/*`` to the private bucket
for whoever shows a signed address or signed cookies.
"""

import asyncio
import json
import mimetypes
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp import web
from yarl import URL

from chalicelib.api.cookies import read_cookies
from infra.local.edge_headers import headers_of
from infra.local.ports import LOOPBACK
from infra.local.signatures import Asked, TrustedKeys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWN_HOSTS = frozenset({"localhost", LOOPBACK, "::1"})
# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
HOP_BY_HOP = frozenset(
    {
        *(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
        ),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    }
)
NOT_FORWARDED = HOP_BY_HOP | {"host", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-for"}
ASKED_OF_S3 = ("Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match")
TOLD_BY_S3 = (
    *("Accept-Ranges", "Cache-Control", "Content-Length", "Content-Range", "Content-Type"),
    *("ETag", "Last-Modified"),
)
# What API Gateway is told to say instead of its own words, by status (infra/app.yaml): the
# embedded one does not know gateway responses.
GATEWAY_WORDS: Mapping[int, tuple[int, str, str]] = {
    401: (401, "sign_in_required", "sign in first"),
    403: (404, "not_found", "no such address"),
    429: (429, "too_many_requests", "too many requests; try again in a second"),
    500: (500, "internal_error", "the gallery failed; try again"),
    502: (502, "internal_error", "the gallery failed; try again"),
    504: (504, "timeout", "the answer took too long; try again"),
}
# Whom an authorizer lets in nowhere; any other 403 of the gateway is an address that is none.
DENIED = "AccessDeniedException"
DENIED_WORDS = (401, "sign_in_required", "sign in first")
SIGNED_SECONDS = 60
MAX_BODY_BYTES = 10 * 1024 * 1024  # API Gateway's own limit
CHUNK_BYTES = 256 * 1024
SESSION = web.AppKey("session", aiohttp.ClientSession)


@dataclass(frozen=True)
class Origins:
    """What lies behind the edge, and where it stands itself.

    Attributes:
        api: Address of the API's stage, without a slash at the end.
        bucket: Name of the photo bucket.
        uploads: Origin that a browser uploads to.
        site: The gallery's address, which signatures speak of; without a slash at the end.
    """

    api: str
    bucket: str
    uploads: str
    site: str


@dataclass(frozen=True)
class PageFile:
    """A file of the built page, kept in memory."""

    body: bytes
    content_type: str


def read_page(folder: Path) -> dict[str, PageFile]:
    """The built page's files by their path below ``/gallery/``."""
    return {
        path.relative_to(folder).as_posix(): PageFile(
            path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def photo_key(raw_path: str) -> str | None:
    """The S3 key that a path below ``/photos/`` names, decoded once; None when it can't be one."""
    try:
        key = unquote(raw_path.removeprefix("/photos/"), errors="strict")
    except UnicodeDecodeError:
        return None
    segments = key.split("/")
    if not key or "\0" in key or not {".", ".."}.isdisjoint(segments):
        return None
    return key


def is_shown_inline(content_type: str) -> bool:
    """Whether a browser shows this type without running anything of it."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith(("image/", "video/")) and kind != "image/svg+xml"


def is_gateways_own(body: bytes) -> bool:
    """Whether API Gateway itself says this: its errors hold a message and nothing else.

    An answer to HEAD holds nothing at all, and the application never answers so with an error.
    """
    try:
        return not body or set(json.loads(body)) in ({"message"}, {"Message"})
    except (ValueError, TypeError):
        return False


def error_response(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An error in the gallery's one shape."""
    return web.json_response(
        {"error": {"code": code, "message": message}},
        status=status,
        headers={
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        },
    )


def not_found() -> web.Response:
    """The one answer for whatever is not there."""
    return error_response(404, "not_found", "nothing is here")


def not_signed(reason: str) -> web.Response:
    """The answer to whoever may not see photos, or not these, or not any more."""
    return error_response(403, "not_signed", f"this photo does not open: {reason}; sign in again")


class Edge:
    """The handlers, and what they share."""

    def __init__(
        self,
        s3: "S3Client",
        origins: Origins,
        page: Mapping[str, PageFile],
        keys: TrustedKeys,
    ) -> None:
        self._s3 = s3
        self._origins = origins
        self._page = page
        self._keys = keys
        self._page_headers = headers_of("PageHeaders", origins.uploads)
        self._api_headers = headers_of("ApiHeaders")

    async def to_gallery(self, _: web.Request) -> web.Response:
        """Where people arrive."""
        return web.Response(status=302, headers={"Location": "/gallery"})

    async def page(self, request: web.Request) -> web.Response:
        """A file of the page; the page itself for each of its own addresses."""
        path = request.path.removeprefix("/gallery").strip("/")
        found = self._page.get(path) if path else None
        if found is not None and path != "index.html":
            hashed = path.startswith("assets/")
            caching = "public, max-age=31536000, immutable" if hashed else "no-cache"
        elif path.startswith("assets/") or "index.html" not in self._page:
            return not_found()
        else:
            found, caching = self._page["index.html"], "no-cache"
        headers = {**self._page_headers, "Cache-Control": caching}
        return web.Response(
            body=found.body,
            content_type=found.content_type,
            charset="utf-8" if found.content_type.startswith("text/") else None,
            headers=headers,
        )

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Passed to API Gateway byte for byte, and its answer back."""
        address = URL(self._origins.api + request.raw_path.removeprefix("/api"), encoded=True)
        headers = [(n, v) for n, v in request.headers.items() if n.lower() not in NOT_FORWARDED]
        headers += [("X-Forwarded-Host", request.host), ("X-Forwarded-Proto", "http")]
        body = await request.read() if request.can_read_body else None
        async with request.app[SESSION].request(
            request.method, address, headers=headers, data=body, allow_redirects=False
        ) as answer:
            if answer.status in GATEWAY_WORDS and is_gateways_own(await answer.read()):
                is_denied = answer.headers.get("x-amzn-ErrorType") == DENIED
                words = DENIED_WORDS if is_denied else GATEWAY_WORDS[answer.status]
                return error_response(*words)
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    response.headers.add(name, value)
            response.headers.update(self._api_headers)
            return await _pass_on(request, answer, response)

    async def photo(self, request: web.Request) -> web.StreamResponse:
        """An object of the private bucket, or the range of it that was asked for."""
        if request.method not in ("GET", "HEAD"):
            return error_response(
                405, "method_not_allowed", "photos are only read here", {"Allow": "GET, HEAD"}
            )
        if (refusal := self._keys.refusal(self._asked(request), datetime.now(UTC))) is not None:
            return not_signed(refusal)
        key = photo_key(request.raw_path.partition("?")[0])
        if key is None:
            return not_found()
        signed = self._s3.generate_presigned_url(
            "get_object" if request.method == "GET" else "head_object",
            Params={"Bucket": self._origins.bucket, "Key": key},
            ExpiresIn=SIGNED_SECONDS,
        )
        asked = {name: request.headers[name] for name in ASKED_OF_S3 if name in request.headers}
        async with request.app[SESSION].request(
            request.method,
            URL(signed, encoded=True),
            headers={**asked, "Accept-Encoding": "identity"},
            allow_redirects=False,
        ) as answer:
            if answer.status in (400, 403, 404):
                return not_found()
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            response.headers.update(photo_headers(answer.status, answer.headers))
            return await _pass_on(request, answer, response)

    def _asked(self, request: web.Request) -> Asked:
        # each path that a cookie has is a cookie of its own; one name, two values: none of them
        cookies = read_cookies("; ".join(request.headers.getall("Cookie", [])))
        return Asked(self._origins.site, request.raw_path, cookies, request.remote or "")


def photo_headers(status: int, told: Mapping[str, str]) -> dict[str, str]:
    """What a browser gets to know of an object, and how it must treat it."""
    headers = {name: told[name] for name in TOLD_BY_S3 if name in told}
    # replaced originals keep their address: ask each time unless the object says otherwise
    headers.setdefault("Cache-Control", "private, no-cache")
    headers.update(headers_of("PhotoHeaders"))
    if status in (200, 206) and not is_shown_inline(told.get("Content-Type", "")):
        headers["Content-Disposition"] = "attachment"
    return headers


async def _pass_on(
    request: web.Request, answer: aiohttp.ClientResponse, response: web.StreamResponse
) -> web.StreamResponse:
    await response.prepare(request)
    if request.method != "HEAD":
        if answer.content.at_eof():  # read already, to see whose words they are
            await response.write(await answer.read())
        else:
            async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
                await response.write(chunk)
    await response.write_eof()
    return response


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a page of another name that resolves to this machine (DNS rebinding)."""
    if urlsplit(f"//{request.host}").hostname not in OWN_HOSTS:
        return error_response(403, "forbidden", "open the gallery as localhost")
    return await handler(request)


@web.middleware
async def speak_one_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the server's own errors the gallery's shape; say when the embedded AWS is away."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return not_found()
    except web.HTTPRequestEntityTooLarge:
        return error_response(413, "request_too_large", "the body is larger than 10 MB")
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
        return error_response(502, "unavailable", "the embedded AWS does not answer")


def make_application(
    s3: "S3Client", origins: Origins, page: Mapping[str, PageFile], keys: TrustedKeys
) -> web.Application:
    """The edge as an aiohttp application.

    Args:
        s3: Reads the bucket.
        origins: What lies behind it.
        page: The built page's files by their path below ``/gallery/``.
        keys: Whose signatures open photos.
    """
    application = web.Application(
        middlewares=[only_from_here, speak_one_language], client_max_size=MAX_BODY_BYTES
    )

    edge = Edge(s3, origins, page, keys)
    application.cleanup_ctx.append(_session)
    application.router.add_get("/", edge.to_gallery)
    application.router.add_get("/media", edge.to_gallery)
    application.router.add_get("/gallery", edge.page)
    application.router.add_get("/gallery/{path:.*}", edge.page)
    application.router.add_route("*", "/api/{path:.*}", edge.api)
    application.router.add_route("*", r"/photos/{key:[\s\S]*}", edge.photo)
    return application


async def _session(application: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=200),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        application[SESSION] = session
        yield


class RunningEdge:
    """The edge on a thread of its own, so that starting and stopping the rest may block.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, application: web.Application, port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="edge", daemon=True)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        self._thread.start()
        try:
            self._call(self._runner.setup())
            self._call(web.TCPSite(self._runner, LOOPBACK, port).start())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close every connection and the port."""
        self._call(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()
