import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import search
from chalicelib.browse import media_page
from chalicelib.domain.query import Filter, MediaPage, MediaQuery
from chalicelib.domain.timeline import Entry
from tests.builders import MemoryGallery, an_asset, wall_clock
from tests.libraries import (
    SEARCHES,
    a_gallery_of,
    libraries,
    listed,
    meanwhiles,
    searches,
    small_pages,
)

limits = st.integers(1, 9)
offsets = st.integers(0, 20)
seeds = st.integers(0, 2**53)


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with small_pages():
        yield


@contextmanager
def looking_at(few: int, at_a_time: int = 3) -> Iterator[None]:
    """Lists of more than so many are looked at in parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LOOKED_AT", few)
        patch.setattr(search, "SHUFFLED_LOOKED_AT", few)
        patch.setattr(search, "_AT_A_TIME", at_a_time)
        yield


few = st.sampled_from([1, 2, 7])


def size_of(library, asked: Filter) -> int:
    """How many names there are to look at."""
    without = Filter(asked.gallery, asked.view, asked.content_type, asked.date_from, asked.date_to)
    return len(listed(library, without))


def all_pages(gallery: MemoryGallery, query: MediaQuery) -> list[MediaPage]:
    """Page after page, to the end."""
    pages = [media_page(gallery.pages, query)]
    while (cursor := pages[-1].next) is not None:
        assert len(pages) < 500
        following = MediaQuery(query.filter, query.limit, 0, cursor, query.seed)
        pages.append(media_page(gallery.pages, following))
    return pages


def entries_of(pages: list[MediaPage]) -> list[Entry]:
    return [entry for page in pages for entry in page.entries]


# --- a list that is looked at as a whole ---------------------------------------------


@pytest.mark.parametrize("at_a_time", [1, 3, 20_000])
@given(asked_for=st.lists(st.tuples(searches, limits, offsets), max_size=6), library=libraries)
@settings(max_examples=30)
def test_a_search_finds_that_part_of_the_sorted_list_whose_names_have_it(
    at_a_time, library, asked_for
):
    gallery = a_gallery_of(library)

    for asked, limit, offset in asked_for:
        expected = listed(library, asked)
        with looking_at(120_000, at_a_time):
            page = media_page(gallery.pages, MediaQuery(asked, limit, offset))

        assert list(page.entries) == expected[offset : offset + limit]
        assert (page.total, page.total_is_exact, page.offset) == (len(expected), True, offset)
        assert (page.next is not None) == (len(expected) > offset + limit)


@given(libraries, st.lists(st.tuples(searches, limits, offsets), max_size=4))
@settings(max_examples=30)
def test_pages_of_a_search_by_cursor_are_the_rest_of_it_once(library, asked_for):
    gallery = a_gallery_of(library)

    for asked, limit, offset in asked_for:
        expected = listed(library, asked)
        pages = all_pages(gallery, MediaQuery(asked, limit, offset))

        assert entries_of(pages) == expected[offset:]
        assert {(page.total, page.total_is_exact) for page in pages} == {(len(expected), True)}
        assert all(len(page.entries) == limit for page in pages[:-1])


@given(libraries, st.lists(meanwhiles, max_size=8), searches, st.integers(1, 3))
@settings(max_examples=30)
def test_pages_of_a_search_repeat_nothing_and_leave_out_nothing_that_stays(
    library, happenings, asked, limit
):
    library = list(library)
    gallery = a_gallery_of(library)

    check_while_others_work(gallery, library, happenings, MediaQuery(asked, limit))


def check_while_others_work(gallery, library, happenings, query: MediaQuery) -> None:
    asked = query.filter
    staying = {entry.id for entry in listed(library, asked)}
    found: list[Entry] = []
    for happening in itertools.chain(happenings, itertools.repeat(None, 300)):
        page = media_page(gallery.pages, query)
        assert page.offset == len(found)
        assert not page.total_is_exact or page.total >= len(page.entries)
        found += page.entries
        if page.next is None:
            break
        query = MediaQuery(asked, query.limit, cursor=page.next)
        if happening:
            happening.happen(gallery, library)
            staying &= {entry.id for entry in listed(library, asked)}
    positions = [entry.position for entry in found]
    assert positions == sorted(set(positions), reverse=True)
    assert staying <= {entry.id for entry in found}


# --- a list of which a call looks at a part ------------------------------------------


@given(libraries, few, st.lists(st.tuples(searches, limits, offsets), max_size=4))
@settings(max_examples=40)
def test_pages_of_a_long_search_find_each_match_once(library, few, asked_for):
    gallery = a_gallery_of(library)

    for asked, limit, offset in asked_for:
        expected = listed(library, asked)
        with looking_at(few):
            pages = all_pages(gallery, MediaQuery(asked, limit, offset))

        assert entries_of(pages) == expected[offset:]
        assert (pages[-1].total, pages[-1].total_is_exact) == (len(expected), True)
        if size_of(library, asked) > few:
            assert {page.total_is_exact for page in pages[:-1]} <= {False}
            assert all(page.total <= len(expected) for page in pages)


@given(libraries, few, searches, limits, offsets)
@settings(max_examples=30)
def test_a_page_of_a_long_search_begins_where_the_last_one_ended(
    library, few, asked, limit, offset
):
    """Pages that still leave out what the offset asks for say how much they have left out."""
    gallery = a_gallery_of(library)
    with looking_at(few):
        pages = all_pages(gallery, MediaQuery(asked, limit, offset))

    given = offset
    for page in pages:
        assert page.offset == given if page.entries else page.offset <= given
        given += len(page.entries)


@given(libraries, few, st.lists(meanwhiles, max_size=8), searches, st.integers(1, 3))
@settings(max_examples=30)
def test_pages_of_a_long_search_repeat_nothing_and_leave_out_nothing_that_stays(
    library, few, happenings, asked, limit
):
    library = list(library)
    gallery = a_gallery_of(library)

    with looking_at(few):
        check_while_others_work(gallery, library, happenings, MediaQuery(asked, limit))


def months_of_photos(months: int) -> MemoryGallery:
    """Ten photos a month, none of which is searched for."""
    return a_gallery_of(
        [
            an_asset(
                f"{2000 + month // 12}-{month % 12 + 1:02}-{number}",
                taken_local=wall_clock(f"{2000 + month // 12}-{month % 12 + 1:02}-1{number}"),
            )
            for month in range(months)
            for number in range(10)
        ],
        batch=100,
    )


@pytest.mark.parametrize("seed", [None, 7])
def test_a_call_of_a_long_search_costs_no_more_in_a_longer_list(seed):
    costs = []

    for months in (5, 50):
        gallery = months_of_photos(months)
        gallery.wire.requests.clear()
        query = MediaQuery(Filter("main", search="no such"), 100, seed=seed)
        with looking_at(15, 15):
            page = media_page(gallery.pages, query)
        assert (page.entries, page.total, page.total_is_exact) == ((), 0, False)
        costs.append(len(gallery.wire.requests))

    assert costs[0] == costs[1] <= 8


def test_an_offset_beyond_what_is_found_costs_no_more_either():
    gallery = months_of_photos(5)
    query = MediaQuery(Filter("main", search="200"), 5, offset=10**9)

    with looking_at(15, 15):
        gallery.wire.requests.clear()
        page = media_page(gallery.pages, query)
        assert (page.entries, page.total, page.total_is_exact) == ((), 15, False)
        assert len(gallery.wire.requests) <= 8
        last = all_pages(gallery, query)[-1]

    assert (last.entries, last.total, last.total_is_exact) == ((), 50, True)


# --- a list that grows or shrinks beyond what is looked at as a whole ------------------


def photos(*numbers: int):
    return [
        an_asset(f"a{n:02}", taken_local=wall_clock(f"2024-05-{n + 1:02}"), filename="cat.jpg")
        for n in numbers
    ]


@pytest.mark.parametrize("seed", [None, 7])
def test_a_search_goes_on_in_a_list_that_has_become_long(seed):
    gallery = a_gallery_of([*photos(*range(10)), an_asset("dog", taken_local=None)])
    asked = Filter("main", search="cat")

    with looking_at(12):
        first = media_page(gallery.pages, MediaQuery(asked, 3, seed=seed))
        gallery.add(*photos(*range(20, 26)))
        following = all_pages(gallery, MediaQuery(asked, 3, cursor=first.next, seed=seed))

    found = [entry.id for page in (first, *following) for entry in page.entries]
    assert sorted(found) == [f"a{n:02}" for n in range(10)]


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("offset", [0, 3, 6])
def test_a_search_goes_on_in_a_list_that_is_no_longer_long(seed, offset):
    dogs = [an_asset(f"dog{n}", taken_local=wall_clock("2024-06-01")) for n in range(20)]
    gallery = a_gallery_of([*photos(*range(10)), *dogs])
    asked = Filter("main", search="cat")

    with looking_at(12):
        first = media_page(gallery.pages, MediaQuery(asked, 2, offset, seed=seed))
        gallery.assets_table.delete_many([(dog.id,) for dog in dogs])
        gallery.deliver()
        following = all_pages(gallery, MediaQuery(asked, 2, cursor=first.next, seed=seed))

    found = [entry.id for page in (first, *following) for entry in page.entries]
    assert len(found) == len(set(found)) == 10 - offset
    if seed is None:
        assert found == [f"a{n:02}" for n in reversed(range(10 - offset))]


# --- shuffled ------------------------------------------------------------------------


@given(libraries, st.lists(st.tuples(searches, limits, seeds), max_size=4))
@settings(max_examples=30)
def test_a_shuffled_search_gives_each_match_once_and_the_same_order_for_a_seed(library, asked_for):
    gallery = a_gallery_of(library)

    for asked, limit, seed in asked_for:
        expected = listed(library, asked)
        pages = all_pages(gallery, MediaQuery(asked, limit, seed=seed))

        found = entries_of(pages)
        assert sorted(found, key=lambda e: e.position, reverse=True) == expected
        assert {(page.total, page.total_is_exact) for page in pages} == {(len(expected), True)}
        again = entries_of(all_pages(gallery, MediaQuery(asked, 500, seed=seed)))
        assert again == found
        skipped = entries_of(all_pages(gallery, MediaQuery(asked, limit, 3, seed=seed)))
        assert skipped == found[3:]


@given(libraries, few, searches, limits, offsets, seeds)
@settings(max_examples=30)
def test_a_long_shuffled_search_gives_each_match_once_and_the_same_order_for_a_seed(
    library, few, asked, limit, offset, seed
):
    gallery = a_gallery_of(library)
    expected = listed(library, asked)

    with looking_at(few):
        pages = all_pages(gallery, MediaQuery(asked, limit, seed=seed))
        again = all_pages(gallery, MediaQuery(asked, 500, seed=seed))
        skipped = all_pages(gallery, MediaQuery(asked, limit, offset, seed=seed))

    found = entries_of(pages)
    assert sorted(found, key=lambda e: e.position, reverse=True) == expected
    assert (pages[-1].total, pages[-1].total_is_exact) == (len(expected), True)
    assert entries_of(again) == found
    assert entries_of(skipped) == found[offset:]


def test_every_search_of_these_tests_finds_something_or_is_meant_to_find_nothing():
    found = {
        wanted: any(plain in name for name in ("img_0001.jpg", "cafe.jpg", "strasse.png"))
        for wanted, plain in SEARCHES.items()
    }

    assert [wanted for wanted, is_found in found.items() if not is_found] == ["no such"]


# --- what happens meanwhile ----------------------------------------------------------


@pytest.mark.parametrize("coming", ["2024-05-01", "2024-05-15T12:00", "2024-05-31"])
@pytest.mark.parametrize(
    ("few", "at_a_time", "seed"),
    [(120_000, 20_000, None), (120_000, 5, None), (9, 4, None), (120_000, 5, 7)],
)
def test_photos_that_come_and_go_while_names_are_looked_at_hide_none_that_stays(
    coming, few, at_a_time, seed
):
    asked = Filter("main", search="cat")
    march = an_asset("b1", taken_local=wall_clock("2024-03-01"), filename="cat.jpg")
    for number in itertools.count(1):
        gallery = a_gallery_of([*photos(*range(28)), march])
        came: list[bool] = []

        def happen(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            gallery.assets_table.delete_many([("a09",)])
            gallery.add(*(an_asset(f"n{n}", taken_local=wall_clock(coming)) for n in range(4)))

        gallery.wire.at(number, happen)
        with looking_at(few, at_a_time):
            pages = all_pages(gallery, MediaQuery(asked, 100, seed=seed))

        found = [entry.id for entry in entries_of(pages)]
        assert len(found) == len(set(found))
        assert {f"a{n:02}" for n in range(28) if n != 9} | {"b1"} <= set(found)
        if not came:
            break
    assert number > 2
