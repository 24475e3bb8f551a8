"""What each kind of values takes, and that its JSON Schema takes the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chalicelib.api import parameters
from chalicelib.api.openapi import schema_of
from chalicelib.api.route import Parameter
from chalicelib.api.values import (
    NULL,
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
    from_json,
    from_text,
    in_words,
)

KINDS = sorted(
    {known.kind for known in vars(parameters).values() if isinstance(known, Parameter)}, key=repr
)


def each(kind: Kind, *values: Any) -> list[tuple[Kind, Any]]:
    return [(kind, value) for value in values]


EVERY_KIND = [
    (Text(), "a text"),
    (Text(1, 3), "a text of 1 to 3 characters"),
    (Pattern("[a-c]{2}", "two of a, b and c"), "two of a, b and c"),
    (Choice(("small", "medium", "large")), "small, medium or large"),
    (Choice(("all",)), "all"),
    (Whole(0, 500), "a whole number from 0 to 500"),
    (Flag(), "true or false"),
    (Day(), "a day of the calendar, such as 2024-05-17"),
    (WallClock(), "a day and a time without a zone, such as 2024-05-17T09:30:00"),
    (Texts(Text(), 2), "a list of 1 to 2, none of them twice, each a text"),
    (Texts(Text(), 2, has_twins=True), "a list of 1 to 2, each a text"),
    (OrNull(Whole(-1, 1)), "a whole number from -1 to 1, or null"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), EVERY_KIND)
def test_a_kind_says_what_it_takes(kind, words):
    assert in_words(kind) == words


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Text(), "", ""),
        (Text(1, 3), "äöü", "äöü"),
        (Text(1, 1), "🏔", "🏔"),
        (Text(1, 1), "\ud83c\udfd4", "🏔"),
        (Text(), "a\ud800b", "a\ufffdb"),
        (Text(), "\x00", "\x00"),
        (Pattern("[a-c]{2}", "?"), "ab", "ab"),
        (Choice(("a", "b")), "b", "b"),
        (Whole(0, 500), "500", 500),
        (Whole(0, 500), "007", 7),
        (Flag(), "true", True),
        (Flag(), "false", False),
        (Day(), "2024-02-29", "2024-02-29"),
    ],
)
def test_a_text_of_the_address_becomes_a_value(kind, text, value):
    assert from_text(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Text(1, 3), ""),
        (Text(1, 3), "abcd"),
        *each(Pattern("[a-c]{2}", "?"), "", "abc", "ad", "ab\n", " ab"),
        *each(Choice(("a", "b")), "", "A", "a,b", "a ", "c"),
        *each(Whole(1, 500), "0", "501", "-1", "+1", "1.0", "1e2", "", " 1"),
        *each(Whole(1, 500), "٣", "1\n", "1_0", "0x1", "9" * 400, "\x00", "NaN"),
        *each(Flag(), "", "1", "True", "yes", "true "),
        *each(Day(), "", "2023-02-29", "2024-13-01", "0000-05-01", "20240517"),
        *each(Day(), "2024-W20-5", "2024-5-17", "2024-05-17T09:30", "202٣-05-17"),
        *each(Day(), "2024-05-17\n", "12024-05-17", "-024-05-17"),
        (Texts(Text(1, 3), 2), "a"),
    ],
)  # fmt: skip
def test_another_text_is_no_value(kind, text):
    assert from_text(kind, text) is None


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (Whole(0, 500), 500, 500),
        (Flag(), True, True),
        (Text(), "a", "a"),
        (Texts(Text(1, 3), 2), ["b", "a"], ("b", "a")),
        (Texts(Pattern("[ab]", "?"), 3, has_twins=True), ["b", "a", "b"], ("b", "a", "b")),
        (WallClock(), "2024-02-29T23:59", "2024-02-29T23:59"),
        (WallClock(), "0001-01-01T00:00:00", "0001-01-01T00:00:00"),
        (WallClock(), "9999-12-31T23:59:59.999", "9999-12-31T23:59:59.999"),
        (OrNull(Whole(-9, 9)), -9, -9),
        (OrNull(Text(0, 3)), "", ""),
        (OrNull(WallClock()), None, NULL),
        (Texts(OrNull(WallClock()), 2, has_twins=True), [None, None], (NULL, NULL)),
    ],
)
def test_a_json_value_becomes_a_value(kind, given, value):
    assert from_json(kind, given) == value


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        *each(Whole(0, 500), "5", 5.0, 5.5, True, None, [5], {}, -1, 501),
        *each(Flag(), "true", 0, 1, None, []),
        *each(Text(), 1, None, [], {}, True),
        *each(Day(), 20240517, None),
        *each(Choice(("a",)), ["a"], None, 0),
        *each(Pattern("[a-c]", "?"), ["a"], None, 0),
        *each(Texts(Text(1, 3), 2), [], ["a"] * 2, ["a", "b", "c"], "ab"),
        *each(Texts(Text(1, 3), 2), [1], [""], ["abcd"], [["a"]], {"a": 1}),
        (Texts(Text(1, 3), 2), ["\ud800", "\udfff"]),
        *each(Texts(Pattern("[ab]", "?"), 3, has_twins=True), ["a", "c"], ["a"] * 4, []),
        *each(WallClock(), "2023-02-29T09:30", "2024-13-01T09:30", "2024-05-17T24:00"),
        *each(WallClock(), "2024-05-17", "2024-05-17 09:30", "2024-05-17T09:30Z", None),
        *each(WallClock(), "2024-05-17T09:30:00.5", "2024-05-17T09:30+02:00", "0000-05-17T09:30"),
        *each(WallClock(), "2024-05-17T09:30\n", "202٣-05-17T09:30", 20240517),
        *each(OrNull(Whole(0, 9)), "5", 5.0, True, 10, []),
    ],
)  # fmt: skip
def test_another_json_value_is_no_value(kind, given):
    assert from_json(kind, given) is None


near = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.from_regex(r"[0-9a-z/]{1,5}", fullmatch=True),
    st.sampled_from(["main", "all", "image", "archive", "purge", "image/png", "day", "small"]),
    st.sampled_from(["2024-05-17", "2023-02-29", "2024-05", "0000-05", "undated", "ab" * 32]),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds")),
    st.sampled_from(["2024-05-17T09:30", "2024-05-17T24:00", "2024-05-17T09:30Z"]),
    st.dates().map(str),
    st.integers(),
    st.integers(-1, 600),
    st.booleans(),
    st.none(),
)


@given(st.sampled_from(KINDS), near | st.lists(near, max_size=4))
def test_a_value_is_taken_exactly_when_its_schema_says_so(kind: Kind, value: object):
    documented = Draft202012Validator(
        schema_of(kind), format_checker=Draft202012Validator.FORMAT_CHECKER
    )

    assert (from_json(kind, value) is not None) == documented.is_valid(value)
