"""The table of routes against what it is about: the Lambdas, the domain, the documents."""

import inspect
import re
from pathlib import Path
from typing import Any, get_args

import pytest

import app as app_module
from chalicelib.api import parameters as p
from chalicelib.api.route import ABSENT, GIVEN, Access, Route
from chalicelib.api.routes import ROUTES
from chalicelib.api.values import Choice, Kind, Pattern, Whole, from_json
from chalicelib.bulk import MAX_IDS, BulkAction
from chalicelib.domain import visitor
from chalicelib.domain.asset import FileType, Visibility
from chalicelib.domain.object_key import GALLERY
from chalicelib.domain.places import VIEWS
from chalicelib.domain.thumbnail import Size
from chalicelib.upload import MAX_UPLOAD_BYTES

README = (Path(__file__).parent.parent.parent / "README.md").read_text()
EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.name)


def test_every_route_is_served_and_nothing_else_is():
    served = {
        (method, path)
        for path, methods in app_module.app.routes.items()
        for method in methods
        if method != "HEAD"
    }

    assert served == ROUTES.keys()


def test_head_is_served_where_get_is_and_nowhere_else():
    for methods in app_module.app.routes.values():
        assert ("HEAD" in methods) == ("GET" in methods)


def test_a_route_that_the_table_does_not_know_is_not_made():
    with pytest.raises(KeyError):
        app_module.route("GET", "/gallery/secrets")


def test_every_operation_has_a_name_of_its_own():
    assert len({route.name for route in ROUTES.values()}) == len(ROUTES)


@EVERY_ROUTE
def test_every_brace_of_a_path_is_a_parameter(route: Route):
    assert re.findall(r"{(\w+)}", route.path) == [known.name for known in route.segments]


@EVERY_ROUTE
def test_every_example_is_a_value(route: Route):
    for known in (*route.parameters, *route.fields):
        assert from_json(known.kind, known.example) is not None, known.name


@EVERY_ROUTE
def test_every_default_is_a_value_that_was_not_given(route: Route):
    for known in (*route.parameters, *route.fields):
        if known.default is not None:
            assert not known.is_required
            assert from_json(known.kind, known.default) == known.default, known.name


@EVERY_ROUTE
def test_every_parameter_stands_only_with_ones_that_there_are(route: Route):
    for group in (route.parameters, route.fields):
        by_name = {known.name: known for known in group}
        for known in group:
            if known.only_with is not None:
                other, wanted = known.only_with
                is_any = wanted in (GIVEN, ABSENT)
                assert is_any or from_json(by_name[other].kind, wanted) == wanted
            assert known.not_with is None or known.not_with in by_name


@EVERY_ROUTE
def test_every_view_takes_what_the_table_hands_it(route: Route):
    view = inspect.unwrap(app_module.app.routes[route.path][route.method].view_function)
    signature = inspect.signature(view)

    signature.bind(**{known.name: None for known in (*route.parameters, *route.fields)})


@EVERY_ROUTE
def test_every_route_and_what_it_takes_is_in_the_readme(route: Route):
    start = f"| {route.method} `/api{route.path}` |"
    (line,) = [line for line in README.splitlines() if line.startswith(start)]

    for known in (*route.query, *route.fields):
        assert f"`{known.name}`" in line


def choices(kind: Kind) -> tuple[str, ...]:
    assert isinstance(kind, Choice)
    return kind.choices


def test_the_table_knows_the_words_of_the_domain():
    assert choices(p.VIEW.kind) == VIEWS
    assert choices(p.CONTENT_TYPE.kind) == get_args(FileType)
    assert choices(p.SIZE.kind) == get_args(Size)
    assert choices(p.VISIBILITY.kind) == get_args(Visibility)
    assert choices(p.BULK_VISIBILITY.kind) == get_args(Visibility)
    assert choices(p.ACTION.kind) == get_args(BulkAction)
    assert isinstance(p.GALLERY.kind, Pattern)
    assert p.GALLERY.kind.pattern == GALLERY.pattern


def test_the_table_knows_the_limits_of_the_domain():
    limits: Any = p.IDS.kind

    assert limits.high == MAX_IDS
    assert p.SIZE_BYTES.kind == Whole(1, MAX_UPLOAD_BYTES)


# Who may ask for what: a route that is not named here is for owners.
GUESTS = {"media", "dateRange", "bucket", "thumbnail", "serve", "asset", "original", "session"}
OPEN = {
    *("signIn", "signOut", "refreshSession", "forgotPassword", "resetPassword", "openShare"),
}


def test_routes_are_for_owners_but_for_those_that_guests_and_everybody_need():
    of_guests = {route.name for route in ROUTES.values() if route.access == "guest"}
    open_ones = {route.name for route in ROUTES.values() if route.access == "open"}

    assert (of_guests, open_ones) == (GUESTS, OPEN)
    assert get_args(Access) == get_args(visitor.Access)


@EVERY_ROUTE
def test_every_route_that_is_not_open_stands_behind_the_authorizer(route: Route):
    served = app_module.app.routes[route.path]
    methods = ("GET", "HEAD") if route.method == "GET" else (route.method,)

    for method in methods:
        behind = served[method].authorizer
        assert (behind is None) == (route.access == "open")
        assert behind is None or behind is app_module.authorizer


@EVERY_ROUTE
def test_whose_photos_a_route_is_about_can_always_be_told(route: Route):
    """By the gallery, which is asked for at the door, or by ids, whose rows are looked at."""
    names = {known.name for known in (*route.parameters, *route.fields)}

    about_nobody = {"session", "changePassword", "galleries", "createGallery", "openapi"}
    assert names & {"gallery", "id", "ids"} or route.access == "open" or route.name in about_nobody
