import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.browse import media_page
from chalicelib.domain.asset import Asset
from chalicelib.domain.query import Filter, MediaPage, MediaQuery
from chalicelib.domain.timeline import Entry
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.libraries import a_gallery_of, filters, libraries, listed, small_pages

ALL = Filter("main")
limits = st.integers(1, 12)
seeds = st.integers(0, 2**53 - 1)


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with small_pages():
        yield


def following(gallery: MemoryGallery, page: MediaPage, query: MediaQuery) -> MediaPage:
    return media_page(
        gallery.pages, MediaQuery(query.filter, query.limit, 0, page.next, query.seed)
    )


def all_pages(gallery: MemoryGallery, query: MediaQuery) -> list[MediaPage]:
    """Page after page, to the end."""
    pages = [media_page(gallery.pages, query)]
    while pages[-1].next is not None:
        assert len(pages) < 500
        pages.append(following(gallery, pages[-1], query))
    return pages


def entries_of(pages: list[MediaPage]) -> list[Entry]:
    return [entry for page in pages for entry in page.entries]


@given(libraries, st.lists(st.tuples(filters, limits, seeds), max_size=6))
@settings(max_examples=50)
def test_every_entry_is_given_once_over_all_pages(library, asked_for):
    gallery = a_gallery_of(library)

    for asked, limit, seed in asked_for:
        expected = listed(library, asked)
        pages = all_pages(gallery, MediaQuery(asked, limit, seed=seed))

        found = entries_of(pages)
        assert sorted(found, key=lambda e: e.position, reverse=True) == expected
        assert {(page.total, page.total_is_exact) for page in pages} == {(len(expected), True)}
        assert [page.offset for page in pages] == [n * limit for n in range(len(pages))]
        assert all(len(page.entries) == limit for page in pages[:-1])


@given(libraries, filters, limits, limits, st.integers(0, 40), seeds)
@settings(max_examples=50)
def test_a_seed_is_an_order_whatever_the_pages(library, asked, limit, other, offset, seed):
    gallery = a_gallery_of(library)

    found = entries_of(all_pages(gallery, MediaQuery(asked, limit, seed=seed)))

    assert entries_of(all_pages(gallery, MediaQuery(asked, other, seed=seed))) == found
    skipped = all_pages(gallery, MediaQuery(asked, limit, offset, seed=seed))
    assert entries_of(skipped) == found[offset:]
    assert skipped[0].offset == min(offset, len(found))


def test_another_seed_is_another_order_and_none_is_that_of_time():
    library = [
        an_asset(f"a{n:02}", taken_local=wall_clock(f"2024-05-{n + 1:02}")) for n in range(30)
    ]
    gallery = a_gallery_of(library)

    orders = [
        tuple(entry.id for entry in media_page(gallery.pages, MediaQuery(ALL, seed=seed)).entries)
        for seed in range(50)
    ]

    assert len(set(orders)) == 50
    in_time = tuple(asset.id for asset in library)
    assert not {in_time, in_time[::-1]} & set(orders)


def test_neighbours_in_time_are_shown_a_third_of_the_library_apart():
    """Of two places of a random order the mean distance is a third of their number."""
    library = [
        an_asset(f"a{n:04}", taken_local=wall_clock(f"20{n // 240:02}-{n // 20 % 12 + 1:02}-01"))
        for n in range(2400)
    ]
    gallery = a_gallery_of(library, batch=2400)

    for seed in (1, 2**40):
        shown = entries_of(all_pages(gallery, MediaQuery(ALL, 100, seed=seed)))
        place = {entry.id: number for number, entry in enumerate(shown)}
        distances = [abs(place[f"a{n:04}"] - place[f"a{n + 1:04}"]) for n in range(2399)]
        assert sum(distances) / len(distances) == pytest.approx(2400 / 3, rel=0.05)


def later_photo(number: int) -> Asset:
    return an_asset(f"z{number:03}", taken_local=wall_clock(f"2030-01-{number % 28 + 1:02}"))


@given(libraries, filters, st.integers(1, 5), seeds, st.lists(st.integers(0, 3), max_size=10))
@settings(max_examples=60)
def test_newer_photos_that_come_while_a_show_runs_repeat_nothing_and_hide_nothing(
    library, asked, limit, seed, uploads
):
    """What comes is in the next show."""
    gallery = a_gallery_of(library)
    expected = listed(library, asked)
    query = MediaQuery(asked, limit, seed=seed)
    pages = [media_page(gallery.pages, query)]

    while pages[-1].next is not None:
        if uploads:
            number = len(pages) * 10
            gallery.add(*(later_photo(number + n) for n in range(uploads.pop())))
        pages.append(following(gallery, pages[-1], query))

    found = entries_of(pages)
    assert sorted(found, key=lambda e: e.position, reverse=True) == expected


def test_a_page_counts_what_there_is_by_now():
    gallery = a_gallery_of([later_photo(n) for n in range(5)])
    query = MediaQuery(ALL, 2, seed=1)
    first = media_page(gallery.pages, query)

    gallery.add(*(later_photo(n) for n in range(40, 47)))

    assert (first.total, following(gallery, first, query).total) == (5, 12)


@given(libraries, filters, st.integers(1, 5), seeds, st.data())
@settings(max_examples=50)
def test_a_show_ends_as_long_as_it_began_however_many_photos_are_lost(
    library, asked, limit, seed, data
):
    gallery = a_gallery_of(library)
    query = MediaQuery(asked, limit, seed=seed)
    first = media_page(gallery.pages, query)
    length = len(listed(library, asked))
    gone = data.draw(st.lists(st.sampled_from(library))) if library else []

    gallery.assets_table.delete_many({(asset.id,) for asset in gone})
    gallery.deliver()
    pages = [first]
    while pages[-1].next is not None:
        pages.append(following(gallery, pages[-1], query))

    assert len(pages) == max(1, -(-length // limit))
    left = [asset for asset in library if asset not in gone]
    later = {entry.id for page in pages[1:] for entry in page.entries}
    assert later <= {entry.id for entry in listed(left, asked)}


def test_a_cursor_s_seed_and_length_are_those_of_the_show_that_it_goes_on_with():
    gallery = a_gallery_of([later_photo(n) for n in range(20)])
    first = media_page(gallery.pages, MediaQuery(ALL, 7, seed=5))

    assert first.next is not None
    assert (first.next.offset, first.next.seed, first.next.step) == (7, 5, None)
    assert sum(size for _, size in first.next.sizes or ()) == 20


def test_uploads_dated_into_other_months_repeat_and_hide_nothing():
    """Every month has its own ranks, counted when the show began."""
    days = [f"2024-{month:02}-{day:02}" for month in range(2, 12, 2) for day in range(1, 21)]
    gallery = a_gallery_of([an_asset(f"x{day}", taken_local=wall_clock(day)) for day in days])
    page = media_page(gallery.pages, MediaQuery(ALL, 30, seed=5))
    found = [entry.id for entry in page.entries]

    for number, day in enumerate(["1999-01-01", "2024-03-05", "2024-07-01", "2025-01-01"]):
        gallery.add(an_asset(f"late{number}", taken_local=wall_clock(day)))
        page = media_page(gallery.pages, MediaQuery(ALL, 30, 0, page.next, seed=5))
        found += [entry.id for entry in page.entries]
        if page.next is None:
            break

    assert sorted(found) == sorted(f"x{day}" for day in days)


def test_an_empty_list_is_shuffled_into_an_empty_page():
    page = media_page(a_gallery().pages, MediaQuery(ALL, 10, seed=3))

    assert page == MediaPage((), 0, True, 0, None)


@given(libraries, filters, seeds)
@settings(max_examples=30)
def test_a_show_read_from_a_lagging_replica_is_that_of_then(library, asked, seed):
    gallery = a_gallery_of(library)
    query = MediaQuery(asked, 100, seed=seed)
    then = media_page(gallery.pages, query)
    gallery.pages_table.let_reads_lag()

    gallery.add(later_photo(1), an_asset("old", taken_local=wall_clock("1990-01-01")))

    assert media_page(gallery.pages, query) == then


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_whose_leaves_are_replaced_while_it_is_read_shows_each_photo_once(number):
    """Before its node, its sections and its leaves."""
    library = [
        an_asset(f"a{n:02}", taken_local=wall_clock(f"2024-05-{n + 1:02}")) for n in range(28)
    ]
    gallery = a_gallery_of(library)
    came: list[bool] = []

    def change() -> None:
        came.append(True)
        for n in (3, 9, 20):
            gallery.assets.change(gallery.assets.get(f"a{n:02}"), width=1)
            gallery.deliver()

    gallery.wire.at(number, change)
    page = media_page(gallery.pages, MediaQuery(ALL, 100, seed=2))

    assert came
    assert sorted(entry.id for entry in page.entries) == [asset.id for asset in library]
