"""The API described for programs: OpenAPI 3.1, made from the table of routes."""

from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.api.examples import ERROR_EXAMPLES, EXAMPLES
from chalicelib.api.http_errors import ANSWERS
from chalicelib.api.route import ABSENT, GIVEN, Parameter, Route
from chalicelib.api.routes import ROUTES
from chalicelib.api.schemas import SCHEMAS, JsonSchema, ref
from chalicelib.api.values import (
    WALL_CLOCK,
    Choice,
    Day,
    Flag,
    Kind,
    OrNull,
    Pattern,
    Text,
    Texts,
    WallClock,
    Whole,
)

JsonObject = dict[str, Any]

_ABOUT = (
    "A photo gallery in its owner's own AWS account. Pictures are never sent through the API: "
    "`/photos/{key}` serves them, where answers lead to. Parameters that are unknown, repeated or "
    "malformed are refused by their name. Changes are JSON, from the gallery's own page or a "
    "program."
)
_STATUSES = {code: status for _, status, code in ANSWERS}


def document() -> JsonObject:
    """The whole description."""
    paths: dict[str, JsonObject] = {}
    for route in ROUTES.values():
        operations = paths.setdefault(route.path, {})
        operations[route.method.lower()] = _operation(route)
        if route.method == "GET":
            operations["head"] = _head(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Contact Sheet", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def schema_of(kind: Kind) -> JsonSchema:
    """A kind of values as a JSON Schema."""
    match kind:
        case Text(low, high):
            limits = {"minLength": low, "maxLength": high}
            return {"type": "string", **{name: n for name, n in limits.items() if n}}
        case Pattern(pattern):
            return {"type": "string", "pattern": f"^({pattern})$"}
        case Choice(choices):
            return {"type": "string", "enum": list(choices)}
        case Whole(low, high):
            return {"type": "integer", "minimum": low, "maximum": high}
        case Flag():
            return {"type": "boolean"}
        case Day():
            return {"type": "string", "format": "date"}
        case WallClock():
            return {"type": "string", "pattern": f"^({WALL_CLOCK})$"}
        case Texts(each, high, has_twins):
            return {
                "type": "array",
                "items": schema_of(each),
                "minItems": 1,
                "maxItems": high,
                **({} if has_twins else {"uniqueItems": True}),
            }
        case OrNull(known):
            schema = schema_of(known)
            return {**schema, "type": [schema["type"], "null"]}


def example_values(known: Sequence[Parameter]) -> dict[str, dict[str, Any]]:
    """Values that go together: those that must be given, and each other one beside them.

    Returns:
        By the name of the one that stands beside; ``required`` for those alone.
    """
    by_name = {parameter.name: parameter for parameter in known}
    required = {
        p.name: p.example
        for p in known
        if p.is_required and (p.only_with is None or p.only_with[1] is ABSENT)
    }
    found = {"required": required}
    for parameter in known:
        if parameter.name in required:
            continue
        values = {**required, parameter.name: parameter.example}
        if parameter.only_with is not None:
            other, wanted = parameter.only_with
            if wanted is GIVEN:
                values[other] = by_name[other].example
            elif by_name[other].default != wanted:
                values[other] = wanted
        company = (parameter.only_with, (parameter.name, GIVEN))
        values |= {p.name: p.example for p in known if p.is_required and p.only_with in company}
        apart = {p.name for p in known if p.only_with and p.only_with[1] is ABSENT
                 and p.only_with[0] in values}  # fmt: skip
        found[parameter.name] = {n: value for n, value in values.items() if n not in apart}
    return found


def _operation(route: Route) -> JsonObject:
    operation = _head(route)
    operation["operationId"] = route.name
    operation["responses"] = {
        **operation["responses"],
        str(route.answer.status): _answer(route),
        **_errors(route.error_codes),
    }
    if route.fields:
        operation["requestBody"] = _body(route.fields)
    return operation


def _head(route: Route) -> JsonObject:
    """An operation as HEAD has it: without bodies."""
    parameters = [_parameter(known, "path") for known in route.segments]
    parameters += [_parameter(known, "query") for known in route.query]
    answers = {str(route.answer.status): {"description": route.answer.says}}
    if route.is_revalidated:
        parameters.append(_if_none_match())
        answers["304"] = {"description": "The caller has it already."}
    for code in route.error_codes:
        answers[str(_STATUSES[code])] = {"description": "See GET."}
    return {
        "operationId": f"{route.name}Head",
        "summary": route.summary,
        "parameters": parameters,
        "responses": answers,
    }


def _parameter(parameter: Parameter, place: str) -> JsonObject:
    return {
        "name": parameter.name,
        "in": place,
        "required": place == "path" or parameter.is_required,
        "description": _description(parameter),
        "schema": _schema(parameter),
        "example": parameter.example,
    }


def _if_none_match() -> JsonObject:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags of answers that the caller has.",
        "schema": {"type": "string"},
        "example": "*",
    }


def _body(fields: Sequence[Parameter]) -> JsonObject:
    schema = {
        "type": "object",
        "properties": {
            known.name: {**_schema(known), "description": _description(known)} for known in fields
        },
        "required": [known.name for known in fields if known.is_required and not known.only_with],
        "additionalProperties": False,
    }
    examples = {name: {"value": values} for name, values in example_values(fields).items()}
    return {
        "required": True,
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }


def _schema(parameter: Parameter) -> JsonSchema:
    schema = schema_of(parameter.kind)
    return schema if parameter.default is None else {**schema, "default": parameter.default}


def _description(parameter: Parameter) -> str:
    said = parameter.says
    if parameter.only_with is not None:
        other, wanted = parameter.only_with
        value = str(wanted).lower() if isinstance(wanted, bool) else wanted
        place = {GIVEN: f"with `{other}`", ABSENT: f"without `{other}`"}.get(
            wanted, f"with `{other}={value}`"
        )
        said += f" Only {place}" + (", and needed there." if parameter.is_required else ".")
    if parameter.not_with is not None:
        said += f" Not beside `{parameter.not_with}`."
    return said


def _answer(route: Route) -> JsonObject:
    answer = route.answer
    described: JsonObject = {"description": answer.says}
    headers = []
    if answer.status == 302:
        headers.append("Location")
    if route.is_revalidated:
        headers.append("ETag")
    if headers:
        described["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    if answer.schema is not None:
        media: JsonObject = {"schema": ref(answer.schema)}
        if answer.schema in EXAMPLES:
            media["example"] = EXAMPLES[answer.schema]
        described["content"] = {"application/json": media}
    return described


def _errors(codes: Iterable[str]) -> JsonObject:
    """Answers by status, with an example of each code."""
    examples: dict[str, JsonObject] = {}
    for code in codes:
        value = {"error": {"code": code, **ERROR_EXAMPLES[code]}}
        examples.setdefault(str(_STATUSES[code]), {})[code] = {"value": value}
    return {
        status: {
            "description": ", ".join(shown),
            "content": {"application/json": {"schema": ref("Error"), "examples": shown}},
        }
        for status, shown in examples.items()
    }
