import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.directory import Directory
from chalicelib.domain.query import Filter, folded
from chalicelib.domain.timeline import UNDATED, Node, Sums
from tests.builders import an_entry

DAYS = ["2023-12-31", "2024-01-01", "2024-01-15", "2024-01-31", "2024-02-01"]
dates = st.none() | st.sampled_from(DAYS)


def a_filter(date_from: str | None, date_to: str | None) -> Filter:
    return Filter("main", date_from=date_from, date_to=date_to)


@pytest.mark.parametrize(("date_from", "date_to"), list(product([None, *DAYS], [None, *DAYS])))
@pytest.mark.parametrize("date", DAYS)
def test_a_day_is_asked_for_from_the_first_to_the_last_both_included(date, date_from, date_to):
    asked = a_filter(date_from, date_to)

    is_inside = (date_from or date) <= date <= (date_to or date)
    assert asked.has_day(date[:7], date[8:]) == is_inside
    assert asked.has_month(date[:7]) or not is_inside


@given(dates, dates)
def test_an_undated_entry_is_asked_for_only_where_no_day_is(date_from, date_to):
    asked = a_filter(date_from, date_to)

    is_undated = date_from is None and date_to is None
    assert asked.has_month(UNDATED) == asked.has_day(UNDATED, "00") == is_undated
    assert asked.is_dated != is_undated


@given(
    st.lists(st.tuples(st.integers(1, 31), st.booleans()), max_size=20),
    st.sampled_from([None, "image", "video"]),
    st.none() | st.integers(1, 31),
    st.none() | st.integers(1, 31),
)
def test_ranks_are_those_of_the_days_asked_for_in_the_sorted_bucket(shots, kind, first, last):
    entries = [
        an_entry(f"a{n:02}", f"2024-05-{day:02}T00:00:00.000", is_video=is_video)
        for n, (day, is_video) in enumerate(sorted(shots))
    ]
    node = Node("main", "all", "2024-05", sums=Sums.of(entries), directory=Directory())
    bounds = [None if day is None else f"2024-05-{day:02}" for day in (first, last)]
    asked = Filter("main", content_type=kind, date_from=bounds[0], date_to=bounds[1])
    of_type = [e for e in entries if kind is None or e.tile.is_video == (kind == "video")]

    lowest, highest = asked.ranks(node)

    expected = [entry for entry in of_type if asked.has_day("2024-05", entry.day)]
    assert of_type[lowest:highest] == expected


@pytest.mark.parametrize(
    ("search", "name"),
    [
        ("img_0", "IMG_0042.JPG"),
        ("IMG", "img_0042.jpg"),
        ("cafe", "Café.jpg"),
        ("CAFÉ", "cafe.jpg"),
        ("café", "cafe\u0301.jpg"),  # a combining accent
        ("cafe\u0301", "CAFÉ.jpg"),
        ("strasse", "Straße.jpg"),
        ("STRAßE", "strasse.jpg"),
        ("ß", "STRASSE.jpg"),
        ("ﬁ", "final.jpg"),  # a ligature
        ("ist", "İstanbul.jpg"),  # a dotted capital I
        ("\u03c3", "ΟΔΟΣ.jpg"),  # a final sigma
        ("한", "한국.jpg"),
        ("Å", "\u212bngstro\u0308m.jpg"),
        (".", "a.b"),
        ("a b", "A B"),
        ("", "anything"),
    ],
)
def test_a_name_is_found_in_any_case_and_with_any_accents(search, name):
    name_test = Filter("main", search=search).name_test

    assert name_test is not None
    assert name_test(name)


@pytest.mark.parametrize(
    ("search", "name"), [("xyz", "IMG_0042.JPG"), ("*", "abc"), ("a.c", "abc"), ("ab", "a b")]
)
def test_a_name_that_does_not_have_it_is_not_found(search, name):
    name_test = Filter("main", search=search).name_test

    assert name_test is not None
    assert not name_test(name)


def test_without_a_search_no_name_is_looked_at():
    assert Filter("main").name_test is None


@given(st.text(), st.sampled_from(["NFC", "NFD"]))
def test_a_text_is_folded_alike_composed_and_decomposed_in_any_case(text, form):
    assert folded(unicodedata.normalize(form, text)) == folded(text)
    assert folded(folded(text)) == folded(text)
    assert folded(text.casefold()) == folded(text)
