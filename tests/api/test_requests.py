import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.requests import Request, change_body, json_object, read_request
from chalicelib.api.route import ABSENT, GIVEN, Answer, Parameter, Route
from chalicelib.api.values import Choice, Flag, Text, Whole
from chalicelib.errors import (
    ForeignOriginError,
    InvalidParameterError,
    InvalidRequestError,
    UnsupportedMediaTypeError,
)

NUMBER = Parameter("number", Whole(0, 9), "?", 1, 5)
WORD = Parameter("word", Text(1, 3), "?", "ab", not_with="number")
ROLL = Parameter("roll", Flag(), "?", True, False)
SEED = Parameter("seed", Whole(0, 9), "?", 1, only_with=("roll", True))
ID = Parameter("id", Text(), "?", "a1")
READ = Route("GET", "/{id}/read", "read", "?", Answer(200, "?"), (ID, NUMBER, WORD, ROLL, SEED))

ACTION = Parameter("action", Choice(("move", "drop")), "?", "drop", is_required=True)
PLACE = Parameter("place", Text(1, 3), "?", "up", is_required=True, only_with=("action", "move"))
WRITE = Route("POST", "/write", "write", "?", Answer(200, "?"), (), (ACTION, PLACE))


def read(segment: str = "a1", /, **query: Any) -> dict[str, Any]:
    values = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    return read_request(READ, Request("GET", {}, {"id": segment}, values, b""))


def write(**body: Any) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    return read_request(WRITE, Request("POST", headers, {}, {}, json.dumps(body).encode()))


def test_what_is_not_given_has_its_default():
    assert read() == {"id": "a1", "number": 5, "word": None, "roll": False, "seed": None}


def test_every_value_is_read_as_its_kind():
    assert read(number="7", roll="true", seed="3") == {
        "id": "a1", "number": 7, "word": None, "roll": True, "seed": 3,
    }  # fmt: skip
    assert read(word="ab")["word"] == "ab"
    assert write(action="move", place="up") == {"action": "move", "place": "up"}
    assert write(action="drop") == {"action": "drop", "place": None}


def test_a_segment_of_the_path_is_decoded_once():
    assert read("a%2F1%2520 ")["id"] == "a/1%20 "
    assert read("%ff")["id"] == "\ufffd"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"number": "10"}, "number"),
        ({"number": ["1", "1"]}, "number"),
        ({"number": []}, "number"),
        ({"colour": "red"}, "colour"),
        ({"Number": "1"}, "Number"),
        ({"": ""}, ""),
        ({"id": "a1"}, "id"),
        ({"word": "ab", "number": "1"}, "word"),
        ({"seed": "1"}, "seed"),
        ({"seed": "1", "roll": "false"}, "seed"),
    ],
)
def test_a_parameter_that_is_wrong_is_refused_by_its_name(query, parameter):
    with pytest.raises(InvalidParameterError) as refused:
        read(**query)

    assert refused.value.parameter == parameter
    assert str(refused.value).startswith(f"{parameter}: ")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "fly"}, "action"),
        ({"action": ["drop"]}, "action"),
        ({"action": "drop", "colour": "red"}, "colour"),
        ({"action": "move"}, "place"),
        ({"action": "move", "place": None}, "place"),
        ({"action": "drop", "place": "up"}, "place"),
    ],
)
def test_a_field_that_is_wrong_is_refused_by_its_name(body, field):
    with pytest.raises(InvalidParameterError) as refused:
        write(**body)

    assert refused.value.parameter == field


def test_a_wrong_name_of_megabytes_is_told_in_short():
    with pytest.raises(InvalidParameterError) as refused:
        write(**{"x" * 1_000_000: 1})

    assert len(str(refused.value)) < 500


def test_a_route_without_parameters_takes_none():
    plain = Route("GET", "/plain", "plain", "?", Answer(200, "?"))

    with pytest.raises(InvalidParameterError, match="limit: unknown; known are none"):
        read_request(plain, Request("GET", {}, {}, {"limit": ["1"]}, b""))


# --- changes -------------------------------------------------------------------------


def change(body: bytes = b"{}", method: str = "POST", **headers: str) -> dict[str, Any]:
    sent = {"content-type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return change_body(Request(method, sent, {}, {}, body))


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_change_from_the_gallery_s_own_page_or_a_program_is_taken(site):
    assert change(b'{"a": 1}', sec_fetch_site=site) == {"a": 1}
    assert change(b'{"a": 1}') == {"a": 1}
    assert change(origin="https://g.example", x_forwarded_host="g.example") == {}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin"])
def test_a_change_from_a_page_of_another_site_is_refused(site):
    with pytest.raises(ForeignOriginError):
        change(sec_fetch_site=site)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "g.example"])
def test_a_change_from_another_origin_is_refused(origin):
    with pytest.raises(ForeignOriginError):
        change(origin=origin, x_forwarded_host="g.example")


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON ;x=y"],
)
def test_json_is_taken_however_its_type_is_written(media_type):
    assert change(content_type=media_type) == {}


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json",
     "text/plain; application/json"],
)  # fmt: skip
def test_a_change_of_another_media_type_is_refused(media_type):
    with pytest.raises(UnsupportedMediaTypeError):
        change(content_type=media_type)
    with pytest.raises(UnsupportedMediaTypeError):
        change(b"", content_type=media_type)


def test_a_change_without_a_body_is_one_where_none_is_needed():
    assert change(b"", "DELETE", content_type="") == {}
    assert change(b"") == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"{",
        b"{'a': 1}",
        b'{"a": 1}{}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "line\nbreak"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000,
        b'{"a": ' + b"1" * 10_000 + b"}",
    ],
)
def test_a_body_that_is_no_single_json_object_is_refused(body):
    with pytest.raises(InvalidRequestError):
        json_object(body)


scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


@given(st.dictionaries(st.text(), st.recursive(scalars, objects, max_leaves=5)))
def test_every_json_object_is_read(value: Any):
    if "Infinity" not in (written := json.dumps(value)):
        assert json_object(written.encode()) == value


def test_json_of_another_encoding_is_refused():
    with pytest.raises(UnsupportedMediaTypeError):
        change(content_type="application/json; charset=utf-16")


EITHER = Route(
    "POST",
    "/either",
    "either",
    "?",
    Answer(200, "?"),
    fields=(
        Parameter("a", Text(), "?", "x", is_required=True, only_with=("b", ABSENT)),
        Parameter("b", Text(), "?", "x"),
        Parameter("c", Text(), "?", "x", is_required=True, only_with=("b", GIVEN)),
    ),
)


def either(**fields: str) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    return read_request(EITHER, Request("POST", headers, {}, {}, json.dumps(fields).encode()))


def test_one_field_or_two_others_are_taken():
    assert either(a="1") == {"a": "1", "b": None, "c": None}
    assert either(b="1", c="2") == {"a": None, "b": "1", "c": "2"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "a: missing"),
        ({"b": "1"}, "c: missing"),
        ({"a": "1", "c": "2"}, "c: is taken only with b"),
        ({"a": "1", "b": "2", "c": "3"}, "a: can't be combined with b"),
    ],
)
def test_a_mixture_of_both_is_refused_by_its_name(fields, problem):
    with pytest.raises(InvalidParameterError, match=problem):
        either(**fields)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://g.example"}, {"origin": "https://g.example", "x_forwarded_host": ""}],
)
def test_a_change_whose_origin_nobody_can_tell_from_another_is_refused(headers):
    with pytest.raises(ForeignOriginError):
        change(**headers)


def test_a_browser_that_says_where_a_change_comes_from_needs_no_host():
    assert change(sec_fetch_site="same-origin", origin="https://g.example") == {}
