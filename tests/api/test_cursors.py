import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import cursors
from chalicelib.api.cursors import decode_cursor, encode_cursor
from chalicelib.domain.query import Cursor, Filter
from chalicelib.errors import InvalidParameterError

ASKED = Filter("main")
ORDERED = Cursor(20, ("2024-05-17T09:30:00.000", "a1"))
SHUFFLED = Cursor(20, seed=7, sizes=(("2024-05", 60), ("2024-06", 40)), step=20)

wholes = st.integers(0, 2**53 - 1)
ids = st.text(st.characters(exclude_categories=["Cs"]))
orders = st.sampled_from(["2024-05-17T09:30:00.000", "0000-00", "2024-05", "2024-05~"])


@given(wholes, orders, ids, wholes)
def test_a_cursor_comes_back_as_it_was_given(offset, order, asset_id, skip):
    cursor = Cursor(offset, (order, asset_id), skip)

    assert decode_cursor(encode_cursor(ASKED, False, cursor), ASKED, False) == cursor


months = st.dates().map(lambda day: f"{day:%Y-%m}".zfill(7))


@given(wholes, wholes, wholes, st.lists(st.tuples(months, wholes), min_size=1), st.floats(0, 1))
def test_a_shuffle_s_cursor_comes_back_as_it_was_given(offset, skip, seed, sizes, part):
    step = int(part * sizes[0][1])
    cursor = Cursor(offset, None, skip, seed, tuple(sizes), step)

    assert decode_cursor(encode_cursor(ASKED, True, cursor), ASKED, True) == cursor


@pytest.mark.parametrize(
    "other",
    [
        {"gallery": "beach"},
        {"view": "bin"},
        {"view": "p:ann"},
        {"content_type": "video"},
        {"date_from": "2024-05-01"},
        {"date_to": "2024-05-01"},
        {"search": "lake"},
    ],
)
def test_a_cursor_of_another_query_is_refused(other):
    cursor = encode_cursor(ASKED, False, ORDERED)

    with pytest.raises(InvalidParameterError, match="cursor: not one that this query gave"):
        decode_cursor(cursor, replace(ASKED, **other), False)


@pytest.mark.parametrize(("cursor", "is_shuffled"), [(ORDERED, False), (SHUFFLED, True)])
def test_a_shuffle_and_a_list_don_t_take_each_other_s_cursors(cursor, is_shuffled):
    text = encode_cursor(ASKED, is_shuffled, cursor)

    with pytest.raises(InvalidParameterError):
        decode_cursor(text, ASKED, not is_shuffled)


@pytest.mark.parametrize(("cursor", "is_shuffled"), [(ORDERED, False), (SHUFFLED, True)])
def test_a_cursor_with_any_bit_altered_or_cut_short_is_refused(cursor, is_shuffled):
    text = encode_cursor(ASKED, is_shuffled, cursor)
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    altered = [text[:length] for length in range(len(text))]
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        altered.append(urlsafe_b64encode(bytes(changed)).decode().rstrip("="))

    for wrong in altered:
        with pytest.raises(InvalidParameterError):
            decode_cursor(wrong, ASKED, is_shuffled)


@pytest.mark.parametrize("junk", ["!", "\n", " ", "=", "é", "+/", "A"])
def test_a_cursor_with_something_added_is_refused(junk):
    cursor = encode_cursor(ASKED, False, ORDERED)

    for altered in (cursor + junk, junk + cursor, cursor[:8] + junk + cursor[8:]):
        with pytest.raises(InvalidParameterError):
            decode_cursor(altered, ASKED, False)


@pytest.mark.parametrize(
    "text", ["", "x", "ü", "=", "AAAA", "A" * 5000, "\x00", "////", "a b", "\ud800", "_-_-"]
)
def test_what_never_was_a_cursor_is_refused(text):
    with pytest.raises(InvalidParameterError) as refused:
        decode_cursor(text, ASKED, False)

    assert refused.value.parameter == "cursor"


def forged(state: str, is_shuffled: bool) -> str:
    """Sealed all the same: the checksum is no secret."""
    sealed = f"{cursors._seal(ASKED, is_shuffled, state)}{state}"
    return urlsafe_b64encode(sealed.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "state",
    [
        *("1", "null", "{}", "[]", "[1,2,3]", "[" * 5000, "", '"x"'),
        *('[0,["2024-05","a"],0,null,null]', '[0,["2024-05","a"],0,null,null,null,null]'),
        '[-1,["2024-05","a"],0,null,null,null]',
        '[true,["2024-05","a"],0,null,null,null]',
        '[0.0,["2024-05","a"],0,null,null,null]',
        '[NaN,["2024-05","a"],0,null,null,null]',
        f'[{2**53},["2024-05","a"],0,null,null,null]',
        '[0,["2024-05","a"],-1,null,null,null]',
        '[0,["2024-05","a"],0,1,null,null]',
        '[0,["2024-05"],0,null,null,null]',
        '[0,["May","a"],0,null,null,null]',
        '[0,["2024-05-17T09:30:00.000 and more","a"],0,null,null,null]',
        '[0,["2024-05",null],0,null,null,null]',
        '[0,["2024-05","\\ud800"],0,null,null,null]',
        '[0,["2024-05","\\u0061"],0,null,null,null]',
        '[0, ["2024-05","a"],0,null,null,null]',
        *("[0,null,0,1,null,null]", "[0,null,0,1,5,6]", "[0,null,0,1,5,-1]", "[0,null,-1,1,5,5]"),
        *("[0,null,0,null,null,null]", "[0,null,0,1,5,true]", f"[0,null,0,1,{2**53},5]"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_a_forged_cursor_that_is_none_is_refused(state, is_shuffled):
    with pytest.raises(InvalidParameterError, match="cursor"):
        decode_cursor(forged(state, is_shuffled), ASKED, is_shuffled)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists
)


@given(st.lists(values, max_size=7), st.booleans())
def test_whatever_is_sealed_is_a_cursor_or_refused(state, is_shuffled):
    text = forged(json.dumps(state, separators=(",", ":")), is_shuffled)

    with suppress(InvalidParameterError):
        assert encode_cursor(ASKED, is_shuffled, decode_cursor(text, ASKED, is_shuffled)) == text
