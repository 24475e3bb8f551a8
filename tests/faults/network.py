"""A bucket behind a real socket, on a network that cuts, stalls, resets, loses and alters."""

import email.utils
import os
import socket
import struct
import threading
import zlib
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from tests.memory import MemoryBucket

STALLED_SECONDS = 3


@dataclass(frozen=True)
class Response:
    """An answer of the bucket before it goes out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# Does with a request what the network does, in place of answering it.
Fault = Callable[["_Handler"], None]


class Network:
    """A network, and a bucket on its other side.

    Attributes:
        address: Of the bucket.
        bucket: What answers there.
        faults: What becomes of the next requests, in order; None for nothing. Behind the
            last of them all goes well.
        requests: What arrived: method and path.
        is_over: Set when nobody waits any longer.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.is_over = threading.Event()
        self.connect(MemoryBucket())

    def connect(self, bucket: MemoryBucket) -> None:
        """Put another bucket there, and forget what was before."""
        self.bucket = bucket
        self.faults: deque[Fault | None] = deque()
        self.requests: list[str] = []


@contextmanager
def a_network() -> Iterator[Network]:
    """Inside, what is connected can be reached through a socket."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        network = server.network = Network(server.server_port)  # type: ignore[attr-defined]
        serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        yield network
        network.is_over.set()
        server.shutdown()
        serving.join()


def cut_after(length: int) -> Fault:
    """The connection closes after so many bytes of the body."""

    def fault(handler: "_Handler") -> None:
        response = handler.serve()
        handler.send(response, response.body[:length])

    return fault


def stall(handler: "_Handler") -> None:
    """Nothing comes, for longer than anybody waits."""
    handler.network.is_over.wait(STALLED_SECONDS)


def reset(handler: "_Handler") -> None:
    """The connection is reset before the request is served."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    os.close(handler.connection.detach())


def lose_the_answer(handler: "_Handler") -> None:
    """The request is served, and nobody hears of it."""
    handler.serve()


def flip_a_bit(handler: "_Handler") -> None:
    """One bit in the middle of the body is another; the checksum is that of the object."""
    response = handler.serve()
    body = bytearray(response.body)
    body[len(body) // 2] ^= 1
    handler.send(response, bytes(body))


def refuse(status: int, code: str) -> Fault:
    """S3 answers with an error."""

    def fault(handler: "_Handler") -> None:
        response = _error(status, code)
        handler.send(response, response.body)

    return fault


class _Handler(BaseHTTPRequestHandler):
    """Answers one request for one object; every request has a connection of its own."""

    server: Any

    @property
    def network(self) -> Network:
        network: Network = self.server.network
        return network

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 (names of http.server)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def serve(self) -> Response:
        """What the bucket answers."""
        bucket, _, key = unquote(urlsplit(self.path).path).removeprefix("/").partition("/")
        asked: dict[str, Any] = {"Bucket": bucket, "Key": key}
        for header, name in _CONDITIONS.items():
            if header in self.headers:
                asked[name] = self.headers[header]
        operation = f"{self.command.lower()}_object"
        if self.command == "PUT":
            asked |= {
                "Body": self._sent,
                "ContentType": self.headers["Content-Type"],
                "Metadata": {
                    name.removeprefix(_METADATA): value
                    for name, value in self.headers.items()
                    if name.startswith(_METADATA)
                },
            }
        try:
            return _response(getattr(self._bucket, operation)(**asked), "Range" in asked)
        except ClientError as error:
            said = error.response
            return _error(said["ResponseMetadata"]["HTTPStatusCode"], said["Error"]["Code"])

    def send(self, response: Response, body: bytes) -> None:
        """Send an answer with the headers that it should have, and with some body."""
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _answer(self) -> None:
        network = self.network
        self._bucket = network.bucket  # whatever is connected while this one is answered
        network.requests.append(f"{self.command} {urlsplit(self.path).path}")
        if "Expect" in self.headers:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._sent = _unchunked(self.rfile, self.headers) if self.command == "PUT" else b""
        fault = network.faults.popleft() if network.faults else None
        with suppress(ConnectionError):  # whoever asked waits no longer
            if fault is not None:
                fault(self)
                return
            response = self.serve()
            self.send(response, response.body)


_METADATA = "x-amz-meta-"
_CONDITIONS = {"If-Match": "IfMatch", "If-None-Match": "IfNoneMatch", "Range": "Range"}


def _response(answer: Mapping[str, Any], is_part: bool) -> Response:
    body: bytes = answer["Body"].read() if "Body" in answer else b""
    headers = {
        "Content-Length": str(answer.get("ContentLength", len(body))),
        "Last-Modified": email.utils.formatdate(0, usegmt=True),
        "Content-Type": answer.get("ContentType", ""),
        "ETag": answer.get("ETag", ""),
    }
    if body and not is_part:
        headers["x-amz-checksum-crc32"] = b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    headers |= {_METADATA + name: value for name, value in answer.get("Metadata", {}).items()}
    return Response(206 if is_part else 200, headers, body)


def _error(status: int, code: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
    return Response(status, {"Content-Length": str(len(body))}, body)


def _unchunked(file: Any, headers: Any) -> bytes:
    """A body as it was before botocore put it into pieces with a checksum behind them."""
    if "aws-chunked" not in headers.get("Content-Encoding", ""):
        sent: bytes = file.read(int(headers.get("Content-Length") or 0))
        return sent
    pieces = []
    while size := int(file.readline().partition(b";")[0], 16):
        pieces.append(file.read(size))
        file.readline()
    while file.readline().strip():  # the checksum
        pass
    return b"".join(pieces)
