from typing import Any

import pytest

from chalicelib.api.cursors import encode_cursor
from chalicelib.api.queries import bucket_of, filter_of, media_query
from chalicelib.api.requests import Request, read_request
from chalicelib.api.routes import ROUTES
from chalicelib.domain.places import person_view
from chalicelib.domain.query import Cursor, Filter, MediaQuery
from chalicelib.domain.timeline import UNDATED
from chalicelib.errors import InvalidParameterError

ORDERED = Cursor(20, ("2024-05-17T09:30:00.000", "a1"))
SHUFFLED = Cursor(20, seed=7, sizes=(("2024-05", 60), ("2024-06", 40)), step=20)
PICKED = 1234


def pick_below(end: int) -> int:
    assert end == 2**53
    return PICKED


def asked(**query: str) -> MediaQuery:
    """The query of a request with these parameters."""
    values = {name: [value] for name, value in query.items()}
    route = ROUTES["GET", "/gallery/media"]
    given: dict[str, Any] = read_request(route, Request("GET", {}, {}, values, b""))
    del given["fields"]
    return media_query(pick_below, **given)


def test_without_parameters_the_newest_hundred_of_the_timeline_are_asked_for():
    assert asked() == MediaQuery(Filter("main", "all"), 100, 0, None, None)


def test_every_filter_is_read():
    query = asked(
        gallery="beach-2024",
        view="bin",
        content_type="video",
        date_from="2024-05-01",
        date_to="2024-05-01",
        search="Lake ä%_*",
        limit="500",
        offset="1000000000",
    )

    assert query == MediaQuery(
        Filter("beach-2024", "bin", "video", "2024-05-01", "2024-05-01", "Lake ä%_*"), 500, 10**9
    )


def test_a_person_is_a_list_of_its_own():
    assert asked(person_id="ann#1").filter.view == person_view("ann#1")
    assert asked(person_id="ann", view="all").filter.view == person_view("ann")
    assert filter_of(gallery="main", person_id="ann").view == person_view("ann")


def test_undated_is_a_month_of_its_own():
    assert (bucket_of("2024-05"), bucket_of("undated")) == ("2024-05", UNDATED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in ("0", "501", "-1", "x")),
        *(("offset", value) for value in ("-1", "1000000001")),
        *(("content_type", value) for value in ("", "Image", "image/jpeg")),
        *(("view", value) for value in ("", "ALL", "p:ann", "all#2024-05", "secret")),
        *(("gallery", value) for value in ("", "Main", "../main", "g" * 41, "a b", "main\n", "é")),
        *(("person_id", value) for value in ("", "x" * 129)),
        *(("date_from", value) for value in ("2024-02-30", "2024", "")),
        *(("date_to", value) for value in ("2024-02-30", "tomorrow", "")),
        *(("search", value) for value in ("", "x" * 201)),
        *(("shuffle", value) for value in ("1", "yes", "")),
        *(("fields", value) for value in ("", "id", "all,all")),
        *(("cursor", value) for value in ("", "x", "A" * 6000)),
    ],
)
def test_a_malformed_parameter_is_refused_by_its_name(name, value):
    with pytest.raises(InvalidParameterError) as refused:
        asked(**{name: value})

    assert refused.value.parameter == name


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"person_id": "ann", "view": "fav"}, "person_id"),
        ({"date_from": "2024-05-02", "date_to": "2024-05-01"}, "date_to"),
        ({"shuffle_seed": "1"}, "shuffle_seed"),
        ({"shuffle": "false", "shuffle_seed": "1"}, "shuffle_seed"),
        ({"shuffle": "true", "shuffle_seed": str(2**53)}, "shuffle_seed"),
        ({"shuffle": "true", "limit": "101"}, "limit"),
        ({"cursor": encode_cursor(Filter("main"), False, ORDERED), "offset": "0"}, "offset"),
    ],
)
def test_values_that_contradict_each_other_are_refused(query, parameter):
    with pytest.raises(InvalidParameterError) as refused:
        asked(**query)

    assert refused.value.parameter == parameter


def test_a_list_goes_on_by_its_cursor_with_another_limit():
    cursor = encode_cursor(Filter("main"), False, ORDERED)

    assert asked(cursor=cursor, limit="7") == MediaQuery(Filter("main"), 7, 0, ORDERED)


def test_a_shuffle_s_seed_is_the_one_given_or_one_that_is_picked():
    assert asked(shuffle="true", shuffle_seed="0").seed == 0
    assert asked(shuffle="true").seed == PICKED
    assert asked(shuffle="false").seed is None


@pytest.mark.parametrize("seed", [{}, {"shuffle_seed": "7"}])
def test_a_shuffle_goes_on_by_its_cursor_with_its_seed(seed):
    cursor = encode_cursor(Filter("main"), True, SHUFFLED)

    query = asked(shuffle="true", cursor=cursor, **seed)

    assert query == MediaQuery(Filter("main"), 100, 0, SHUFFLED, 7)


def test_a_shuffle_does_not_go_on_with_another_seed():
    cursor = encode_cursor(Filter("main"), True, SHUFFLED)

    with pytest.raises(InvalidParameterError) as refused:
        asked(shuffle="true", cursor=cursor, shuffle_seed="8")

    assert refused.value.parameter == "shuffle_seed"
