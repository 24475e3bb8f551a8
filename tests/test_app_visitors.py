"""Every route, asked by those whom it is not for: nothing is told, nothing is changed."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.api import parameters as p
from chalicelib.api import session_parameters as session
from chalicelib.api.openapi import example_values
from chalicelib.api.route import Route
from chalicelib.api.routes import ROUTES
from chalicelib.domain.asset import Face
from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.person import Person
from chalicelib.domain.share import Share
from chalicelib.domain.visitor import Guest, Owner
from tests.builders import NOW, a_jpeg, an_asset
from tests.documented import problems_of_answer
from tests.site import Site, a_site, an_owner

# What nobody but an owner of the gallery is to read anywhere.
SECRET = "s3cr3t-marker"
OPEN = [route for route in ROUTES.values() if route.access == "open"]
CLOSED = [route for route in ROUTES.values() if route.access != "open"]
# Routes that are about whoever asks.
ABOUT_ONESELF = {"session", "galleries", "createGallery", "changePassword", "openapi"}
STRANGER = an_owner("other", id="u2", email="ben@example.org")


@pytest.fixture
def site(monkeypatch) -> Site:
    site = a_site(monkeypatch)
    owners = {"u1": f"{SECRET}@example.org", session.OWNER.example: "cid@example.org"}
    site.access.create_gallery(OwnedGallery("main", SECRET, owners))
    site.access.create_gallery(OwnedGallery("other", "Theirs", {"u2": "ben@example.org"}))
    site.access.create_share(
        Share(session.SHARE.example, SECRET, "main", "gallery", NOW, "u1", name=SECRET)
    )
    site.pool.add("ann@example.org", "tea-Spoon 7 harbour", "u1")
    site.pool.add("ben@example.org", "tea-Spoon 7 harbour", "u2")
    site.people.create(Person(p.PERSON_ID.example, "main", SECRET))
    site.people.create(Person(p.INTO.example, "main", SECRET))
    face = Face(p.PERSON_ID.example, (1, 2, 3, 4), (9, 9), SECRET)
    for asset in (p.ID.example, p.BINNED_ID.example):
        site.bucket.place(f"main/{asset}.jpg", a_jpeg())
    site.gallery.add(
        an_asset(p.ID.example, filename=SECRET, faces={"f": face}),
        an_asset(p.BINNED_ID.example, filename=SECRET, deleted_at=NOW, deleted_reason="trashed"),
        an_asset("other1", key="other/other1.jpg"),
    )
    return site


def every_request(routes: list[Route]) -> list[Any]:
    return [
        pytest.param(route, query, body, id=f"{route.name}-{of_query}-{of_body}")
        for route in routes
        for of_query, query in example_values(route.query).items()
        for of_body, body in example_values(route.fields).items()
    ]


def ask(site: Site, route: Route, query: Any, body: Any, **said: Any) -> SimpleNamespace:
    texts = {n: [str(v).lower() if isinstance(v, bool) else str(v)] for n, v in query.items()}
    headers = {"Content-Type": "application/json"} if route.is_change else {}
    return site.ask(
        route.path,
        route.method,
        path={known.name: known.example for known in route.segments},
        query=texts,
        headers=headers | said.pop("headers", {}),
        body=json.dumps(body) if route.is_change else None,
        **said,
    )


def everything(site: Site) -> tuple[object, ...]:
    """All that could be changed."""
    return (
        *site.gallery.state(),
        site.gallery.people_table.items,
        [item for item in site.access_table.items if not item["id"]["S"].startswith("tries#")],
        {name: list(bodies) for name, bodies in site.sqs.queues.items()},
    )


@pytest.mark.parametrize(("route", "query", "body"), every_request(CLOSED))
def test_no_route_answers_nobody(site, route, query, body):
    before = everything(site)
    event_without_anybody: dict[str, Any] = {}

    answer = ask(site, route, query, body, authorizer=event_without_anybody)

    assert (answer.status, answer.body["error"]["code"]) == (401, "sign_in_required")
    assert everything(site) == before


@pytest.mark.parametrize(("route", "query", "body"), every_request(CLOSED))
def test_no_route_answers_whose_session_is_over(site, route, query, body):
    over = Owner("u1", "ann@example.org", frozenset({"main"}), datetime.now(UTC))
    before = everything(site)

    answer = ask(site, route, query, body, visitor=over)

    assert (answer.status, answer.body["error"]["code"]) == (401, "sign_in_required")
    assert everything(site) == before


@pytest.mark.parametrize(("route", "query", "body"), every_request(CLOSED))
def test_a_gallery_of_others_is_one_that_does_not_exist_by_every_route(site, route, query, body):
    before = everything(site)

    answer = ask(site, route, query, body, visitor=STRANGER)

    assert SECRET not in json.dumps(answer.body)
    assert SECRET not in json.dumps(answer.headers)
    assert problems_of_answer(route, answer) == []
    if route.name in ABOUT_ONESELF:
        assert answer.status < 300
        return
    assert everything(site) == before
    if route.name in ("changeMany", "retryFailures"):
        codes = {result["error"]["code"] for result in answer.body["results"]}
        assert codes == {"not_found"}
    else:
        assert (answer.status, answer.body["error"]["code"]) == (404, "not_found")


def nowhere(site: Site, route: Route, query: Any, body: Any) -> SimpleNamespace:
    """The same of a gallery, an asset, a person and a link that were never there."""
    ids = {"gallery": "nowhere", "id": "0" * 32, "owner": "nobody"}
    swapped = [
        {n: ids.get(n, v) for n, v in values.items()} | (
            {"gallery": "nowhere"} if any(k.name == "gallery" for k in known) else {}
        )
        for values, known in ((query, route.query), (body, route.fields))
    ]  # fmt: skip
    path = {known.name: ids.get(known.name, known.example) for known in route.segments}
    texts = {n: [str(v).lower() if isinstance(v, bool) else str(v)] for n, v in swapped[0].items()}
    headers = {"Content-Type": "application/json"} if route.is_change else {}
    sent = json.dumps(swapped[1]) if route.is_change else None
    return site.ask(route.path, route.method, path=path, query=texts, headers=headers, body=sent,
                    visitor=STRANGER)  # fmt: skip


@pytest.mark.parametrize(
    ("route", "query", "body"),
    every_request(
        [r for r in CLOSED if r.name not in ABOUT_ONESELF | {"changeMany", "retryFailures"}]
    ),
)
def test_what_is_of_others_and_what_is_not_there_are_answered_alike(site, route, query, body):
    theirs = ask(site, route, query, body, visitor=STRANGER)
    nothing = nowhere(site, route, query, body)

    assert (theirs.status, theirs.body, theirs.headers) == (
        nothing.status, nothing.body, nothing.headers,
    )  # fmt: skip


def a_guest(site: Site) -> Guest:
    return Guest(site.access.share(session.SHARE.example))


@pytest.mark.parametrize(
    ("route", "query", "body"), every_request([r for r in CLOSED if r.access == "owner"])
)
def test_no_route_of_owners_answers_a_guest(site, route, query, body):
    before = everything(site)

    answer = ask(site, route, query, body, visitor=a_guest(site))

    assert (answer.status, answer.body["error"]["code"]) == (403, "forbidden")
    assert problems_of_answer(route, answer) == []
    assert everything(site) == before


@pytest.mark.parametrize(
    ("route", "query", "body"), every_request([r for r in CLOSED if r.access == "guest"])
)
def test_what_a_guest_is_told_is_described(site, route, query, body):
    before = everything(site)

    answer = ask(site, route, query, body, visitor=a_guest(site))

    assert answer.status < 500
    assert problems_of_answer(route, answer) == []
    if route.name != "thumbnail":  # one that is missing is made for a guest, too
        assert everything(site) == before


def test_the_matrix_is_of_every_route():
    assert len(OPEN) + len(CLOSED) == len(ROUTES)
    assert len(CLOSED) >= 37


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.name)
def test_a_guest_whose_link_is_revoked_is_nobody_at_once(site, route):
    who = a_guest(site)
    site.access.change_share(who.share, revoked_at=datetime.now(UTC) - timedelta(seconds=1))

    answer = ask(site, route, example_values(route.query)["required"],
                 example_values(route.fields)["required"], visitor=who)  # fmt: skip

    assert answer.status == 401
