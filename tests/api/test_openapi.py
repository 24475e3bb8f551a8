"""The description is valid, describes what there is, and every example in it holds."""

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import app as app_module
from chalicelib.api import parameters as p
from chalicelib.api import session_parameters as session
from chalicelib.api.http_errors import ANSWERS
from chalicelib.api.openapi import document, example_values
from chalicelib.api.route import Route
from chalicelib.api.routes import ROUTES
from chalicelib.domain.asset import Face
from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.person import Person
from chalicelib.domain.share import Share
from tests.builders import NOW, a_jpeg, an_asset
from tests.documented import problems, problems_of_answer
from tests.site import Site, a_site

DOCUMENT = json.loads(json.dumps(document()))
EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.name)


@pytest.fixture
def site(monkeypatch) -> Site:
    """A gallery in which what the examples name is there."""
    site = a_site(monkeypatch)
    face = Face(p.PERSON_ID.example, (1, 2, 3, 4), (400, 300), "machine-learning")
    shown, binned = p.ID.example, p.BINNED_ID.example
    site.people.create(Person(p.PERSON_ID.example, "main", "Ann", created_at=NOW))
    site.people.create(Person("h1", "main", "Zoe", is_hidden=True))
    site.people.create(Person(p.INTO.example, "main", "Grandma Ann"))
    for asset_id in (shown, binned):
        site.bucket.place(f"main/{asset_id}.jpg", a_jpeg().ljust(p.SIZE_BYTES.example, b"\0"))
    site.gallery.add(
        an_asset(shown, faces={"f1": face}, details={"title": "Lake"}),
        an_asset(binned, deleted_at=NOW - timedelta(days=1), deleted_reason="trashed"),
        an_asset("v1", key="main/lake.mp4", file_type="video", taken_local=None),
        an_asset("e1", thumbnail_key=None, thumbnail_url="main/e1.jpg", thumbnail_error="empty"),
    )
    email, password = session.EMAIL.example, session.SIGN_IN[1].example
    owners = {"u1": email, session.OWNER.example: "ben@example.org"}
    site.access.create_gallery(OwnedGallery("main", "Our photos", owners))
    site.access.create_share(
        Share(session.SHARE.example, "key", "main", "gallery", NOW, created_by="u1")
    )
    site.pool.add(email, password, "u1").code = session.CODE.example
    site.pool.sessions[session.SIGN_IN[2].example] = email
    site.pool.refresh_tokens["refresh"] = email
    return site


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_it_is_valid_openapi_3_1():
    OpenAPIV31SpecValidator(DOCUMENT).validate()

    assert DOCUMENT["openapi"].startswith("3.1.")


def test_it_describes_every_route_that_is_served_and_no_other():
    served = {
        (method, path) for path, methods in app_module.app.routes.items() for method in methods
    }

    assert {(method, path) for method, path, _ in operations()} == served


def test_it_is_answered_as_it_is(site):
    assert site.ask("/openapi.json").body == DOCUMENT


def test_every_operation_has_an_id_of_its_own():
    ids = [operation["operationId"] for _, _, operation in operations()]

    assert len(set(ids)) == len(ids)


def test_every_schema_is_used():
    text = json.dumps(DOCUMENT)

    for name in DOCUMENT["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


def test_every_object_of_ours_is_described_to_its_last_property():
    def open_objects(schema: Any) -> Iterator[Any]:
        if isinstance(schema, dict):
            if "properties" in schema and schema.get("additionalProperties") is not False:
                yield schema
            for part in schema.values():
                yield from open_objects(part)
        elif isinstance(schema, list):
            for part in schema:
                yield from open_objects(part)

    assert list(open_objects(DOCUMENT["components"]["schemas"])) == []


def test_every_code_of_an_error_is_described_somewhere():
    text = json.dumps(DOCUMENT["paths"])

    for _, _, code in ANSWERS:
        assert f'"code": "{code}"' in text, code


# --- requests ------------------------------------------------------------------------


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def ask(site: Site, route: Route, query: Any, body: Any, **headers: str) -> SimpleNamespace:
    headers["Cookie"] = "__Secure-refresh=refresh"
    if route.is_change:
        headers["Content-Type"] = "application/json"
    return site.ask(
        route.path,
        route.method,
        path={known.name: known.example for known in route.segments},
        query={name: [as_text(value)] for name, value in query.items()},
        headers=headers,
        body=json.dumps(body) if route.is_change else None,
    )


REQUESTS = [
    pytest.param(route, query, body, id=f"{route.name}-{of_query}-{of_body}")
    for route in ROUTES.values()
    for of_query, query in example_values(route.query).items()
    for of_body, body in example_values(route.fields).items()
]


@pytest.mark.parametrize(("route", "query", "body"), REQUESTS)
def test_every_example_of_a_request_is_answered_as_it_is_described(site, route, query, body):
    answer = ask(site, route, query, body)

    assert answer.status == route.answer.status, answer.body
    assert problems_of_answer(route, answer) == []
    assert answer.body != []
    assert not isinstance(answer.body, dict) or answer.body.get("items") != []


@EVERY_ROUTE
def test_the_examples_are_those_that_are_described(route):
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    described = {
        known["name"]: known["example"]
        for known in operation["parameters"]
        if known["in"] != "header"
    }

    asked = {name: value for values in example_values(route.query).values()
             for name, value in values.items()}  # fmt: skip
    assert described == asked | {known.name: known.example for known in route.segments}
    if route.fields:
        shown = operation["requestBody"]["content"]["application/json"]["examples"]
        sent = {name: example["value"] for name, example in shown.items()}
        assert sent == json.loads(json.dumps(example_values(route.fields)))


@pytest.mark.parametrize("route", [r for r in ROUTES.values() if r.is_revalidated])
def test_the_example_of_an_etag_is_answered_by_304(site, route):
    (header,) = [
        known
        for known in DOCUMENT["paths"][route.path]["get"]["parameters"]
        if known["in"] == "header"
    ]

    answer = ask(site, route, {}, {}, **{header["name"]: header["example"]})

    assert answer.status == 304
    assert problems_of_answer(route, answer) == []


# --- answers -------------------------------------------------------------------------

EXAMPLES = [
    pytest.param(content["schema"], value, id=f"{operation['operationId']}-{status}-{name}")
    for _, _, operation in operations()
    for status, response in operation["responses"].items()
    for content in response.get("content", {}).values()
    for name, value in {
        **({"example": content["example"]} if "example" in content else {}),
        **{name: shown["value"] for name, shown in content.get("examples", {}).items()},
    }.items()
]


@pytest.mark.parametrize(("schema", "example"), EXAMPLES)
def test_every_example_of_an_answer_is_what_its_schema_says(schema, example):
    assert problems(schema["$ref"].rpartition("/")[2], example) == []


@EVERY_ROUTE
def test_every_answer_with_a_body_has_an_example(route):
    for status, response in DOCUMENT["paths"][route.path][route.method.lower()][
        "responses"
    ].items():
        for content in response.get("content", {}).values():
            is_itself = route.name == "openapi" and status == "200"
            assert is_itself or "example" in content or "examples" in content
