"""Reading requests: by the table of routes, strictly; and whether a change may be asked for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from chalicelib.api.route import ABSENT, GIVEN, Parameter, Route
from chalicelib.api.values import Kind, from_json, from_text, in_words
from chalicelib.errors import (
    ForeignOriginError,
    InvalidParameterError,
    InvalidRequestError,
    UnsupportedMediaTypeError,
)

# A wrong name is told back; one of megabytes would not fit into the answer.
_SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class Request:
    """What was sent.

    Attributes:
        method: In capitals.
        headers: Names in any case.
        segments: Parameters of the path, percent-encoded.
        query: Every value of every parameter.
        body: Its bytes.
    """

    method: str
    headers: Mapping[str, str]
    segments: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes


def read_request(route: Route, request: Request) -> dict[str, Any]:
    """The value of every parameter and field of a route, by name.

    Raises:
        InvalidParameterError: One is unknown, repeated, missing or not what it must be.
        ForeignOriginError, UnsupportedMediaTypeError, InvalidRequestError: See `change_body`.
    """
    body = change_body(request) if route.is_change else {}
    for name, values in request.query.items():
        if len(values) != 1:
            raise InvalidParameterError(name[:_SHOWN_CHARACTERS], "must be given once")
    segments = {name: unquote(segment) for name, segment in request.segments.items()}
    query = {name: value for name, (value,) in request.query.items()}
    return {
        **_values(route.segments, segments, from_text),
        **_values(route.query, query, from_text),
        **_values(route.fields, body, from_json),
    }


def change_body(request: Request) -> dict[str, Any]:
    """The JSON object of a change, sent by this site's own page or by a program.

    A form of another site can send neither this content type nor these headers. An
    empty body is an empty object; a DELETE without one needs no content type.

    Raises:
        ForeignOriginError: A page of another site asked for it.
        UnsupportedMediaTypeError: It is not ``application/json``.
        InvalidRequestError: It is not one JSON object.
    """
    headers = request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    host = headers.get("x-forwarded-host")
    # Browsers from before 2023 send no more than their origin; the edge says which host they
    # asked. Where it does not, nobody can tell one origin from another.
    is_foreign = origin is not None and _host(origin) != host
    if site not in ("same-origin", "none", None) or (is_foreign and (host or site is None)):
        raise ForeignOriginError("changes are taken from the gallery's own page only")
    if request.method == "DELETE" and not request.body:
        return {}
    media_type, *options = headers.get("content-type", "").lower().replace(" ", "").split(";")
    charsets = {o.partition("=")[2].strip('"') for o in options if o.startswith("charset=")}
    if media_type != "application/json" or not charsets <= {"utf-8"}:
        raise UnsupportedMediaTypeError("send changes as Content-Type: application/json")
    return json_object(request.body) if request.body else {}


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


def _values(
    known: Sequence[Parameter], given: Mapping[str, Any], read: Callable[[Kind, Any], Any]
) -> dict[str, Any]:
    names = [parameter.name for parameter in known]
    for name in given:
        if name not in names:
            raise InvalidParameterError(
                name[:_SHOWN_CHARACTERS], f"unknown; known are {', '.join(names) or 'none'}"
            )
    values = {parameter.name: parameter.default for parameter in known}
    for parameter in known:
        if parameter.name in given:
            value = read(parameter.kind, given[parameter.name])
            if value is None:
                raise InvalidParameterError(parameter.name, f"must be {in_words(parameter.kind)}")
            values[parameter.name] = value
    for parameter in known:
        _check_company(parameter, given, values)
    return values


def _check_company(
    parameter: Parameter, given: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Refuse a parameter that is missing, or beside others than it may stand with."""
    other, wanted = parameter.only_with or (None, None)
    if wanted in (GIVEN, ABSENT):
        is_in_place = (other in given) == (wanted is GIVEN)
    else:
        is_in_place = other is None or values[other] == wanted
    if parameter.name not in given:
        if parameter.is_required and is_in_place:
            raise InvalidParameterError(
                parameter.name, f"missing; must be {in_words(parameter.kind)}"
            )
    elif not is_in_place and wanted is ABSENT:
        raise InvalidParameterError(parameter.name, f"can't be combined with {other}")
    elif not is_in_place and wanted is GIVEN:
        raise InvalidParameterError(parameter.name, f"is taken only with {other}")
    elif not is_in_place:
        value = str(wanted).lower() if isinstance(wanted, bool) else wanted
        raise InvalidParameterError(parameter.name, f"is taken only with {other}={value}")
    elif parameter.not_with in given:
        raise InvalidParameterError(parameter.name, f"can't be combined with {parameter.not_with}")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
