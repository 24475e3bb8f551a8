from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.person import Person, heirs


def a_family(**merged_into: str | None) -> list[Person]:
    return [Person(known, "main", merged_into=into) for known, into in merged_into.items()]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ({}, {}),
        ({"ann": None, "bob": None}, {}),
        ({"ann": "bob", "bob": None}, {"ann": "bob"}),
        ({"ann": "bob", "bob": "cleo", "cleo": None}, {"ann": "cleo", "bob": "cleo"}),
        # two merges at once, and a crash
        ({"ann": "bob", "bob": "ann"}, {"bob": "ann"}),
        ({"ann": "bob", "bob": "cleo", "cleo": "ann"}, {"bob": "ann", "cleo": "ann"}),
        ({"zoe": "bob", "bob": "cleo", "cleo": "bob"}, {"zoe": "bob", "cleo": "bob"}),
        ({"ann": "ann"}, {}),
    ],
)
def test_who_was_merged_leads_to_whom_that_one_is_by_now(family, expected):
    assert heirs(a_family(**family)) == expected


def test_a_chain_of_thousands_is_followed_to_its_end_in_no_time():
    links = {f"{number:04}": f"{number + 1:04}" for number in range(3000)}

    began = process_time()
    heir_of = heirs(a_family(**links, **{"3000": None}))

    assert heir_of == dict.fromkeys(links, "3000")
    assert process_time() - began < 1  # a minute where each is followed anew


@given(st.dictionaries(st.sampled_from("abcdefg"), st.none() | st.sampled_from("abcdefg")))
def test_nobody_s_heir_was_merged_whatever_the_rows_say(family):
    heir_of = heirs(a_family(**family))

    assert not heir_of.keys() & set(heir_of.values())
    for person, into in family.items():
        if into is None:
            assert person not in heir_of
        else:  # both lead to one
            assert heir_of.get(person, person) == heir_of.get(into, into)
