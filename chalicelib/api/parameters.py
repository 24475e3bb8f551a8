"""What requests may say: query parameters, bodies, and the headers of changes."""

import hashlib
import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlsplit

from chalicelib.browse import MediaQuery
from chalicelib.domain.asset import FileType
from chalicelib.domain.object_key import DEFAULT_GALLERY, GALLERY
from chalicelib.domain.places import ALL, BIN
from chalicelib.domain.thumbnail import Size
from chalicelib.errors import (
    ForeignOriginError,
    InvalidParameterError,
    InvalidRequestError,
    UnsupportedMediaTypeError,
)
from chalicelib.upload import Upload

MAX_LIMIT = 500
_DEFAULT_LIMIT = 100
_MAX_OFFSET = 10**9
# Views that show what the API serves so far.
VIEWS = (ALL, BIN)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")

Query = Mapping[str, Sequence[str]]


class Parameters:
    """The query parameters of one request; each may stand once.

    Args:
        query: Every value of every parameter.
        known: The names that this route takes.

    Raises:
        InvalidParameterError: One is unknown or repeated.
    """

    def __init__(self, query: Query, known: Sequence[str]) -> None:
        for name, values in query.items():
            if name not in known:
                raise InvalidParameterError(
                    name, f"unknown; known are {', '.join(known) or 'none'}"
                )
            if len(values) > 1:
                raise InvalidParameterError(name, "given more than once")
        self._values = {name: values[0] for name, values in query.items()}

    def text(self, name: str, default: str = "") -> str:
        """Any text."""
        return self._values.get(name, default)

    def one_of(self, name: str, choices: Sequence[str], default: str | None) -> str | None:
        """One of some words."""
        value = self._values.get(name)
        if value is None:
            return default
        if value not in choices:
            raise InvalidParameterError(name, f"must be one of {', '.join(choices)}")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number in a range, in plain digits."""
        value = self._values.get(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,12}", value, re.ASCII) or not low <= int(value) <= high:
            raise InvalidParameterError(name, f"must be a whole number from {low} to {high}")
        return int(value)

    def gallery(self) -> str:
        """The id of a gallery."""
        value = self._values.get("gallery", DEFAULT_GALLERY)
        if not GALLERY.fullmatch(value):
            raise InvalidParameterError("gallery", "must have 1 to 40 of a-z, 0-9 and -")
        return value


def media_query(query: Query) -> MediaQuery:
    """The parameters of ``/gallery/media``."""
    given = Parameters(query, ("content_type", "cursor", "gallery", "limit", "offset", "view"))
    asked = MediaQuery(
        gallery=given.gallery(),
        view=given.one_of("view", VIEWS, ALL) or ALL,
        content_type=cast(FileType | None, given.one_of("content_type", ("image", "video"), None)),
        limit=given.whole("limit", _DEFAULT_LIMIT, 1, MAX_LIMIT),
        offset=given.whole("offset", 0, 0, _MAX_OFFSET),
    )
    cursor = given.text("cursor")
    if not cursor:
        return asked
    if "offset" in query:
        raise InvalidParameterError("offset", "can't be combined with cursor")
    return _decode_cursor(cursor, asked)


def list_query(query: Query) -> tuple[str, str, FileType | None, bool]:
    """The parameters of ``/gallery/date-range``: gallery, view, content type, by day."""
    given = Parameters(query, ("by", "content_type", "gallery", "view"))
    content_type = given.one_of("content_type", ("image", "video"), None)
    return (
        given.gallery(),
        given.one_of("view", VIEWS, ALL) or ALL,
        cast(FileType | None, content_type),
        given.one_of("by", ("month", "day"), "month") == "day",
    )


def rendition_size(query: Query) -> Size:
    """The parameter of ``/gallery/thumbnail/{id}``."""
    given = Parameters(query, ("size",))
    return cast(Size, given.one_of("size", ("small", "medium", "large"), "medium"))


def gallery_only(query: Query) -> str:
    """The one parameter of routes about a whole gallery."""
    return Parameters(query, ("gallery",)).gallery()


def served_path(query: Query) -> tuple[str, str]:
    """The parameters of ``/gallery/serve``: gallery and path."""
    given = Parameters(query, ("gallery", "path"))
    if "path" not in query:
        raise InvalidParameterError("path", "missing; give an item's local_path")
    return given.gallery(), given.text("path")


def encode_cursor(query: MediaQuery, order: str, id: str, offset: int) -> str:
    """A cursor that goes on after a position; good for the same query only."""
    state = json.dumps([order, id, offset], separators=(",", ":"))
    return urlsafe_b64encode(f"{_seal(query, state)}{state}".encode()).decode().rstrip("=")


def _decode_cursor(cursor: str, query: MediaQuery) -> MediaQuery:
    refused = InvalidParameterError("cursor", "not one that this query gave; start without one")
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = b64decode(padded, altchars=b"-_", validate=True).decode()
        seal, state = text[:16], text[16:]
        position = json.loads(state) if seal == _seal(query, state) else None
    except (ValueError, RecursionError) as error:
        raise refused from error
    match position:
        case [str(order), str(asset_id), int(offset)] if type(offset) is int and offset >= 0:
            return replace(query, offset=offset, before=(order, asset_id))
    raise refused


def _seal(query: MediaQuery, state: str) -> str:
    """Binds a cursor to its query: a checksum against mistakes, not a secret."""
    bound = json.dumps([query.gallery, query.view, query.content_type, state])
    return hashlib.blake2b(bound.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class ChangeRequest:
    """The headers and body of a request that changes something.

    Attributes:
        method: In capitals.
        headers: Names in any case.
        body: As it was sent.
    """

    method: str
    headers: Mapping[str, str]
    body: bytes


def checked_change(request: ChangeRequest) -> dict[str, Any]:
    """The JSON object of a change, sent by this site's own page or by a program.

    A form of another site can send neither this content type nor these headers. An
    empty body is an empty object; a DELETE without one needs no content type.

    Raises:
        ForeignOriginError: A page of another site asked for it.
        UnsupportedMediaTypeError: It is not ``application/json``.
        InvalidRequestError: It is not one JSON object.
    """
    headers = request.headers
    site = headers.get("sec-fetch-site", "none")
    # Older browsers send no more than their origin; the edge says which host they asked.
    origin, host = headers.get("origin"), headers.get("x-forwarded-host")
    is_foreign = bool(origin and host) and urlsplit(origin or "").netloc != host
    if site not in ("same-origin", "none") or is_foreign:
        raise ForeignOriginError("changes are taken from the gallery's own page only")
    if request.method == "DELETE" and not request.body:
        return {}
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaTypeError("send changes as Content-Type: application/json")
    return json_object(request.body) if request.body else {}


def refuse_fields(body: Mapping[str, Any]) -> None:
    """Refuse a body with anything in it.

    Raises:
        InvalidParameterError: It has a field.
    """
    for name in body:
        raise InvalidParameterError(name, "unknown; this change takes no parameters")


def json_object(body: bytes) -> dict[str, Any]:
    """Parse one JSON object, strictly.

    Raises:
        InvalidRequestError: Not UTF-8, not JSON, not an object, nested too deep, with
            NaN or an infinity, or with a name twice.
    """

    def refuse(constant: str) -> Any:
        raise InvalidRequestError(f"the body has {constant}, which JSON does not know")

    def number(text: str) -> float:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise InvalidRequestError(f"the body has the number {text[:20]}, which is too large")
        return value

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise InvalidRequestError("the body has a name twice in one object")
        return found

    try:
        parsed = json.loads(
            body.decode("utf-8"),
            parse_constant=refuse,
            parse_float=number,
            object_pairs_hook=unique,
        )
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("the body is not valid JSON") from error
    if not isinstance(parsed, dict):
        raise InvalidRequestError("the body must be a JSON object")
    return parsed


def upload_of(body: dict[str, Any]) -> Upload:
    """The body of ``POST /gallery/uploads``.

    Raises:
        InvalidParameterError: A field is unknown, missing or malformed.
    """
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "gallery": (
            lambda v: isinstance(v, str) and GALLERY.fullmatch(v) is not None,
            "must have 1 to 40 of a-z, 0-9 and -",
        ),
        "filename": (lambda v: isinstance(v, str), "must be a text"),
        "size_bytes": (lambda v: type(v) is int, "must be a whole number of bytes"),
        "sha256": (
            lambda v: isinstance(v, str) and _SHA256.fullmatch(v) is not None,
            "must be 64 lowercase hex digits",
        ),
        "content_type": (
            lambda v: isinstance(v, str) and _CONTENT_TYPE.fullmatch(v) is not None,
            "must look like image/jpeg",
        ),
    }
    given = {
        "gallery": DEFAULT_GALLERY,
        "content_type": "application/octet-stream",
        **body,
    }
    for name in given:
        if name not in checks:
            raise InvalidParameterError(name, f"unknown; known are {', '.join(checks)}")
    for name, (is_right, problem) in checks.items():
        if name not in given:
            raise InvalidParameterError(name, f"missing; {problem}")
        if not is_right(given[name]):
            raise InvalidParameterError(name, problem)
    return Upload(**given)
