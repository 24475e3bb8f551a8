"""What the API's description says of an answer, asked of the description itself."""

from functools import cache
from types import SimpleNamespace
from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.api.openapi import document
from chalicelib.api.route import Route


def problems(name: str, value: Any) -> list[str]:
    """What is wrong with a value by the schema of this name; empty when it is right."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(value)]


def problems_of_answer(route: Route, answer: SimpleNamespace) -> list[str]:
    """What is wrong with an answer by the description of its route; empty when it is right."""
    known = document()["paths"][route.path][route.method.lower()]["responses"]
    described = known.get(str(answer.status))
    if described is None:
        return [f"{route.name} never answers {answer.status}: {answer.body}"]
    if "content" not in described:
        return [] if answer.body is None else [f"{answer.status} has a body: {answer.body}"]
    reference = described["content"]["application/json"]["schema"]["$ref"]
    return problems(reference.rpartition("/")[2], answer.body)


@cache
def _validator(name: str) -> Draft202012Validator:
    components = document()["components"]
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": components},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
