import itertools
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import browse
from chalicelib.browse import asset_of_path, bucket_part, gallery_stats, media_page, persons
from chalicelib.domain.asset import Asset
from chalicelib.domain.person import Person
from chalicelib.domain.places import VIEWS, person_view
from chalicelib.domain.query import Cursor, Filter, MediaPage, MediaQuery
from chalicelib.domain.timeline import RATIO_UNIT, UNDATED, Counts, Entry
from chalicelib.errors import (
    AssetNotFoundError,
    InvalidParameterError,
    NotFoundError,
    PagesBusyError,
)
from chalicelib.refresh_pages import summarise
from chalicelib.storage import rewrite
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.libraries import (
    MOMENTS,
    MONTHS,
    PERSONS,
    a_face,
    a_gallery_of,
    filters,
    libraries,
    listed,
    lists,
    meanwhiles,
    small_pages,
)

ALL = Filter("main")
BINNED = datetime.fromisoformat("2025-01-01T00:00Z")
limits = st.integers(1, 12)


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with small_pages():
        yield


def ids(page: MediaPage) -> list[str]:
    return [entry.id for entry in page.entries]


# --- pages ---------------------------------------------------------------------------


@given(libraries, st.lists(st.tuples(filters, limits, st.integers(0, 40)), max_size=8))
@settings(max_examples=40)
def test_a_page_by_offset_is_that_part_of_the_sorted_list(library, asked_for):
    gallery = a_gallery_of(library)

    for asked, limit, offset in asked_for:
        expected = listed(library, asked)
        page = media_page(gallery.pages, MediaQuery(asked, limit, offset))

        assert list(page.entries) == expected[offset : offset + limit]
        assert (page.total, page.total_is_exact, page.offset) == (len(expected), True, offset)
        assert (page.next is not None) == (len(expected) > offset + limit)


@given(libraries, st.lists(st.tuples(filters, limits, st.integers(0, 9)), max_size=6))
@settings(max_examples=40)
def test_pages_by_cursor_are_the_rest_of_the_list_once(library, asked_for):
    gallery = a_gallery_of(library)

    for asked, limit, offset in asked_for:
        expected = listed(library, asked)
        query = MediaQuery(asked, limit, offset)
        found: list[Entry] = []
        for _ in range(50):
            page = media_page(gallery.pages, query)
            assert (page.total, page.offset) == (len(expected), offset + len(found))
            found += page.entries
            if page.next is None:
                break
            assert len(page.entries) == limit
            query = MediaQuery(asked, limit, cursor=page.next)
        assert found == expected[offset:]


@given(libraries, st.lists(meanwhiles, max_size=8), filters, st.integers(1, 5))
@settings(max_examples=40)
def test_pages_by_cursor_repeat_nothing_and_leave_out_nothing_that_stays(
    library, happenings, asked, limit
):
    library = list(library)
    gallery = a_gallery_of(library)
    staying = {entry.id for entry in listed(library, asked)}
    found: list[Entry] = []
    query = MediaQuery(asked, limit)

    for happening in itertools.chain(happenings, itertools.repeat(None, 60)):
        page = media_page(gallery.pages, query)
        assert page.total == len(listed(library, asked))
        assert page.offset == len(found)
        found += page.entries
        if page.next is None:
            break
        query = MediaQuery(asked, limit, cursor=page.next)
        if happening:
            happening.happen(gallery, library)
            staying &= {entry.id for entry in listed(library, asked)}

    positions = [entry.position for entry in found]
    assert positions == sorted(set(positions), reverse=True)
    assert staying <= {entry.id for entry in found}


@given(libraries, st.sampled_from(MOMENTS[1:]), st.integers(1, 5))
@settings(max_examples=40)
def test_a_cursor_goes_on_at_its_position_even_when_its_photo_is_gone(library, moment, limit):
    gallery = a_gallery_of(library)
    position = (moment.isoformat(timespec="milliseconds"), "a3")
    expected = [entry for entry in listed(library, ALL) if entry.position < position]

    page = media_page(gallery.pages, MediaQuery(ALL, limit, cursor=Cursor(7, position)))

    assert list(page.entries) == expected[:limit]
    assert (page.next is not None) == (len(expected) > limit)
    assert page.offset == 7


def test_an_empty_gallery_has_an_empty_page():
    gallery = a_gallery()

    for view in VIEWS:
        asked = Filter("main", view)
        assert media_page(gallery.pages, MediaQuery(asked)) == MediaPage((), 0, True, 0, None)
        assert browse.months(gallery.pages, asked) == []
        assert browse.days(gallery.pages, asked) == []


def test_a_gallery_is_there_once_anything_was_ever_in_it():
    gallery = a_gallery()
    gallery.add(an_asset("b1", key="beach/b1.jpg"))
    gallery.assets_table.delete_many([("b1",)])
    gallery.deliver()
    empty = Filter("beach", "fav", date_from="2024-05-01")

    assert media_page(gallery.pages, MediaQuery(empty)).total == 0
    assert browse.months(gallery.pages, empty) == browse.days(gallery.pages, empty) == []
    assert bucket_part(gallery.pages, "beach", "fav", "2024-05", 0).entries == ()
    assert gallery_stats(gallery.pages, "beach").timeline == Counts()
    assert persons(gallery.tables, "beach") == []


@pytest.mark.parametrize("asked", [Filter("nowhere"), Filter("nowhere", search="a")])
def test_a_gallery_that_never_held_anything_is_not_found(asked):
    gallery = a_gallery()
    gallery.add(an_asset())

    for look in (
        lambda: media_page(gallery.pages, MediaQuery(asked)),
        lambda: media_page(gallery.pages, MediaQuery(asked, seed=1)),
        lambda: browse.months(gallery.pages, asked),
        lambda: browse.months(gallery.pages, Filter("nowhere", date_to="2024-01-01")),
        lambda: browse.days(gallery.pages, asked),
        lambda: bucket_part(gallery.pages, "nowhere", "all", "2024-05", 0),
        lambda: gallery_stats(gallery.pages, "nowhere"),
        lambda: persons(gallery.tables, "nowhere"),
    ):
        with pytest.raises(NotFoundError, match="nowhere"):
            look()


# --- months and days -----------------------------------------------------------------


@given(libraries, st.lists(filters, max_size=8))
@settings(max_examples=40)
def test_months_and_days_count_what_the_list_holds(library, asked_for):
    gallery = a_gallery_of(library)

    for asked in asked_for:
        entries = listed(library, asked)
        by_month = {
            month: list(held) for month, held in itertools.groupby(entries, lambda e: e.bucket)
        }
        months = browse.months(gallery.pages, asked)
        days = browse.days(gallery.pages, asked)

        assert [(m.bucket, m.count, m.days) for m in months] == [
            (month, len(held), ()) for month, held in by_month.items()
        ]
        assert [(m.bucket, m.revision, m.count) for m in days] == [
            (m.bucket, m.revision, m.count) for m in months
        ]
        for month in days:
            by_day = itertools.groupby(by_month[month.bucket], lambda e: e.day)
            expected = [(int(day) or None, list(held)) for day, held in by_day]
            assert [(d.day, d.count) for d in month.days] == [(d, len(h)) for d, h in expected]
            for day, (_, held) in zip(month.days, expected, strict=True):
                ratios = sum(entry.ratio for entry in held) / RATIO_UNIT
                assert day.ratio_sum == pytest.approx(ratios, abs=1e-5 * len(held), rel=0)


def test_a_month_s_revision_moves_when_its_content_changes_and_not_before():
    gallery = a_gallery_of([an_asset("a1"), an_asset("b1", taken_local=None)])

    def revisions() -> dict[str, int]:
        return {month.bucket: month.revision for month in browse.months(gallery.pages, ALL)}

    before = revisions()
    gallery.assets.change(gallery.assets.get("a1"), details={"title": "not in a list"})
    gallery.deliver()
    assert revisions() == before
    gallery.assets.change(gallery.assets.get("a1"), width=7)
    gallery.deliver()
    assert revisions() == {**before, "2024-05": before["2024-05"] + 1}


# --- buckets -------------------------------------------------------------------------


@given(libraries, lists, st.integers(1, 9))
@settings(max_examples=40)
def test_the_parts_of_a_bucket_are_the_whole_of_it_newest_first(library, view, size):
    gallery = a_gallery_of(library)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browse, "PART_ENTRIES", size)
        for bucket in (*MONTHS, "2024-02", UNDATED):
            expected = [e for e in listed(library, Filter("main", view)) if e.bucket == bucket]
            first = bucket_part(gallery.pages, "main", view, bucket, 0)
            parts = [
                bucket_part(gallery.pages, "main", view, bucket, number)
                for number in range(first.parts)
            ]
            node = gallery.pages.node("main", view, bucket)

            assert [entry for part in parts for entry in part.entries] == expected
            assert first.parts == max(1, -(-len(expected) // size))
            assert {(part.bucket, part.revision, part.parts, part.total) for part in parts} == {
                (bucket, node.revision, first.parts, len(expected))
            }
            assert [part.part for part in parts] == list(range(first.parts))
            with pytest.raises(InvalidParameterError) as error:
                bucket_part(gallery.pages, "main", view, bucket, first.parts)
            assert error.value.parameter == "part"


def test_the_parts_of_one_revision_never_change():
    gallery = a_dense_library()
    before = bucket_part(gallery.pages, "main", "all", "2024-05", 0)

    gallery.assets.change(gallery.assets.get("2024-05-027"), deleted_at=BINNED)
    gallery.deliver()
    after = bucket_part(gallery.pages, "main", "all", "2024-05", 0)

    assert (before.total, after.total) == (60, 59)
    assert after.revision == before.revision + 1


# --- totals and persons --------------------------------------------------------------


@given(libraries)
@settings(max_examples=40)
def test_totals_are_those_of_the_lists(library):
    stats = gallery_stats(a_gallery_of(library).pages, "main")

    for counts, view in ((stats.timeline, "all"), (stats.bin, "bin")):
        entries = listed(library, Filter("main", view))
        assert counts == Counts(
            images=sum(not entry.tile.is_video for entry in entries),
            videos=sum(entry.tile.is_video for entry in entries),
            failed=sum(entry.tile.state == "failed" for entry in entries),
            bytes=sum(entry.tile.size or 0 for entry in entries),
        )


def a_person(id: str, name: str | None = "Anna", **fields) -> Person:
    return Person(id=id, gallery="main", name=name, **fields)


@given(libraries)
@settings(max_examples=40)
def test_persons_have_the_counts_of_their_lists(library):
    gallery = a_gallery()
    for person in PERSONS:
        gallery.people.create(a_person(person, name=person))
    for start in range(0, len(library), 10):
        gallery.add(*library[start : start + 10])

    found = {person.id: (person.assets, person.faces) for person in persons(gallery.tables, "main")}

    assert found == {
        person: (len(entries), sum(entry.faces for entry in entries))
        for person in PERSONS
        for entries in [listed(library, Filter("main", person_view(person)))]
    }


def test_persons_are_the_named_ones_favourites_first_and_then_by_name():
    gallery = a_gallery()
    for person in (
        a_person("1", "bob"),
        a_person("2", None),
        a_person("3", "Ann"),
        a_person("4", ""),
        a_person("5", "Zoe", is_favorite=True),
        a_person("6", "Ann"),
        a_person("7", "Émile"),
    ):
        gallery.people.create(person)
    gallery.people.create(Person("8", "beach", "Carl"))

    assert [person.id for person in persons(gallery.tables, "main")] == ["5", "3", "6", "1", "7"]


def test_who_was_merged_into_another_is_no_person_any_more():
    gallery = a_gallery()
    for person in (a_person("1", "Ann", merged_into="2"), a_person("2", "Anna")):
        gallery.people.create(person)

    assert [person.id for person in persons(gallery.tables, "main")] == ["2"]


def test_a_person_s_list_is_hers_alone_whatever_her_id():
    names = ["ann", "ann#2024-05", "ann/", "ann%23", "ann%2523", "a b", "\N{GRINNING FACE}", "all"]
    gallery = a_gallery()
    for name in names:
        gallery.people.create(a_person(name))
    gallery.add(
        *(an_asset(f"a{n}", faces={"f": a_face(name)}) for n, name in enumerate(names)),
        an_asset("nobody", faces={"f": a_face(None)}),
    )

    for number, name in enumerate(names):
        asked = Filter("main", person_view(name))
        assert ids(media_page(gallery.pages, MediaQuery(asked))) == [f"a{number}"]
    assert {(p.id, p.assets, p.faces) for p in persons(gallery.tables, "main")} == {
        (name, 1, 1) for name in names
    }
    assert media_page(gallery.pages, MediaQuery(ALL)).total == len(names) + 1
    assert gallery.audit().differences == 0


def test_faces_of_somebody_without_a_row_make_none():
    gallery = a_gallery()

    gallery.add(an_asset("a1", faces={"f": a_face("unknown")}))

    assert gallery.people_table.items == []
    assert media_page(gallery.pages, MediaQuery(Filter("main", person_view("unknown")))).total == 1


def test_a_person_who_is_created_after_her_photos_has_counts_once_they_are_summed_up():
    gallery = a_gallery()
    gallery.add(an_asset("a1", faces={"f": a_face("ann"), "g": a_face("ann")}))

    gallery.people.create(a_person("ann"))
    summarise("main", person_view("ann"), gallery.tables)

    (ann,) = persons(gallery.tables, "main")
    assert (ann.assets, ann.faces) == (1, 2)


# --- cost ----------------------------------------------------------------------------


def a_dense_library() -> MemoryGallery:
    """Three months of sixty photos each; with small pages all three are split."""
    return a_gallery_of(
        [
            an_asset(
                f"{month}-{number:03}", taken_local=wall_clock(f"{month}-{number % 28 + 1:02}")
            )
            for month in ("2024-03", "2024-04", "2024-05")
            for number in range(60)
        ],
        batch=50,
    )


@pytest.fixture
def unsplit(monkeypatch):
    """Buckets of this module's libraries that are not split, as nearly all of a real one."""
    monkeypatch.setattr(rewrite, "SPLIT_ABOVE_LEAVES", 1024)


def spent(gallery: MemoryGallery, look) -> list[str]:
    gallery.wire.requests.clear()
    look()
    return [request.operation for request in gallery.wire.requests]


@pytest.mark.usefixtures("unsplit")
@pytest.mark.parametrize("offset", [0, 50, 59, 100, 170])
def test_a_page_costs_counts_nodes_and_leaves(offset):
    gallery = a_dense_library()

    for cursor in (None, Cursor(5, ("2024-04-15T", ""))):
        query = MediaQuery(ALL, 20, 0 if cursor else offset, cursor)
        cost = spent(gallery, lambda query=query: media_page(gallery.pages, query))
        assert cost == ["query", "get_many", "get_many"]


@pytest.mark.usefixtures("unsplit")
def test_a_page_within_one_month_costs_its_node_and_leaves():
    gallery = a_dense_library()
    may = Filter("main", date_from="2024-05-03", date_to="2024-05-20")

    assert spent(gallery, lambda: media_page(gallery.pages, MediaQuery(may, 20))) == [
        "get_many",
        "get_many",
    ]


@pytest.mark.usefixtures("unsplit")
def test_days_that_cut_a_month_in_two_cost_one_request_more():
    gallery = a_dense_library()
    spring = Filter("main", date_from="2024-03-20", date_to="2024-05-03")

    for query in (MediaQuery(spring, 30), MediaQuery(spring, 30, 30)):
        cost = spent(gallery, lambda query=query: media_page(gallery.pages, query))
        assert cost.count("query") == 1
        assert len(cost) <= 4


@pytest.mark.usefixtures("unsplit")
def test_scrubber_stats_persons_and_buckets_cost_what_they_promise():
    gallery = a_dense_library()

    assert len(spent(gallery, lambda: browse.months(gallery.pages, ALL))) == 1
    assert len(spent(gallery, lambda: browse.days(gallery.pages, ALL))) == 1
    dated = Filter("main", date_from="2024-04-02", date_to="2024-05-03")
    assert len(spent(gallery, lambda: browse.months(gallery.pages, dated))) == 1
    assert len(spent(gallery, lambda: gallery_stats(gallery.pages, "main"))) == 1
    gallery.people.create(a_person("ann"))
    assert len(spent(gallery, lambda: persons(gallery.tables, "main"))) == 1
    part = spent(gallery, lambda: bucket_part(gallery.pages, "main", "all", "2024-05", 0))
    assert len(part) == 2


def test_a_page_reads_no_leaf_that_it_does_not_need(monkeypatch):
    gallery = a_dense_library()
    read: list[int] = []
    real = gallery.pages_table.get_many

    def get_many(keys, consistent=False):
        read.append(len(keys))
        return real(keys, consistent)

    monkeypatch.setattr(gallery.pages_table, "get_many", get_many)

    media_page(gallery.pages, MediaQuery(ALL, 5, 90))

    _, leaves_read = read[0], read[-1]
    assert leaves_read <= 4  # five entries and one more, in leaves of two


def test_a_page_over_hundreds_of_months_costs_a_bounded_number_of_requests():
    """Six hundred photos, each in a month of its own: 501 nodes and leaves, 100 a request."""
    months = [f"{year}-{month:02}" for year in range(1970, 2020) for month in range(1, 13)]
    library = [an_asset(month, taken_local=wall_clock(f"{month}-15")) for month in months]
    gallery = a_gallery_of(library, batch=600)

    def look(query: MediaQuery) -> MediaPage:
        return media_page(gallery.pages, query)

    assert len(spent(gallery, lambda: look(MediaQuery(ALL, 500)))) <= 1 + 6 + 6
    assert ids(look(MediaQuery(ALL, 500))) == list(reversed(months))[:500]
    assert len(spent(gallery, lambda: look(MediaQuery(ALL, 100, seed=1)))) <= 3
    assert len(spent(gallery, lambda: look(MediaQuery(Filter("main", search="9"))))) <= 1 + 6 + 6


def test_a_shuffled_page_of_split_months_costs_one_request_more():
    gallery = a_dense_library()

    assert len(spent(gallery, lambda: media_page(gallery.pages, MediaQuery(ALL, 99, seed=3)))) <= 4


# --- what happens meanwhile ----------------------------------------------------------


def bin_one(gallery: MemoryGallery, id: str) -> None:
    gallery.assets.change(gallery.assets.get(id), deleted_at=BINNED)
    gallery.deliver()


@pytest.mark.parametrize("gone", ["2024-03-000", "2024-04-030", "2024-05-027", "2024-05-055"])
def test_a_page_read_while_its_leaves_are_replaced_is_one_or_the_other(gone):
    """The reader takes the node anew, and counts what it saw there."""
    for number in itertools.count(1):
        gallery = a_dense_library()
        came: list[bool] = []

        def trash(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            bin_one(gallery, gone)

        gallery.wire.at(number, trash)
        page = media_page(gallery.pages, MediaQuery(ALL, limit=200))
        if not came:
            break
        assert page.total == len(page.entries) == (180 if gone in ids(page) else 179)
        assert page.next is None
    assert number > 2


@pytest.mark.parametrize("limit", [1, 61, 100, 119, 120, 179])
def test_a_photo_lost_while_a_page_is_read_never_ends_a_list_early(limit):
    for number in itertools.count(1):
        gallery = a_dense_library()
        came: list[bool] = []

        def trash(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            bin_one(gallery, "2024-05-027")

        gallery.wire.at(number, trash)
        first = media_page(gallery.pages, MediaQuery(ALL, limit))
        found = ids(first)
        page = first
        while page.next is not None:
            page = media_page(gallery.pages, MediaQuery(ALL, 200, cursor=page.next))
            found += ids(page)
        assert len(found) == len(set(found))
        assert len({*found, "2024-05-027"}) == 180
        if not came:
            break
    assert number > 2


def test_a_list_that_is_rewritten_at_every_attempt_is_busy():
    gallery = a_dense_library()

    def rewritten(_):
        gallery.wire.clear()
        for id_ in ("2024-05-000", "2024-05-027", "2024-05-055"):
            asset = gallery.assets.get(id_)
            gallery.assets.change(asset, width=(asset.width or 0) + 1)
        gallery.deliver()
        gallery.pages_table.before("get_many", rewritten)

    gallery.pages_table.before("get_many", rewritten)

    with pytest.raises(PagesBusyError):
        media_page(gallery.pages, MediaQuery(ALL, limit=100))


@given(libraries, st.lists(meanwhiles, min_size=1, max_size=3), st.lists(filters, max_size=6))
@settings(max_examples=40)
def test_a_lagging_replica_gives_the_list_of_then_or_of_now(library, happenings, asked_for):
    """F59. Counts and nodes may be old, and the leaves that they name gone."""
    now: list[Asset] = list(library)
    gallery = a_gallery_of(library)
    gallery.pages_table.let_reads_lag()
    for happening in happenings:
        happening.happen(gallery, now)

    for asked in asked_for:
        page = media_page(gallery.pages, MediaQuery(asked, 100))
        assert list(page.entries) in (listed(library, asked), listed(now, asked))
        assert page.total == len(page.entries)


def test_counts_of_a_lagging_replica_beside_leaves_of_now_make_a_whole_page(monkeypatch):
    gallery = a_dense_library()
    gallery.pages_table.let_reads_lag()
    bin_one(gallery, "2024-05-027")
    real = gallery.pages_table.get_many
    monkeypatch.setattr(gallery.pages_table, "get_many", lambda keys, _=False: real(keys, True))

    page = media_page(gallery.pages, MediaQuery(ALL, limit=500))

    assert page.total == len(page.entries) == 179


# --- single assets -------------------------------------------------------------------


def test_hashes_are_those_of_the_rows_that_are_there():
    gallery = a_gallery_of([an_asset("a1", file_hash="ab"), an_asset("a2"), an_asset("a3")])
    entries = media_page(gallery.pages, MediaQuery(ALL)).entries
    gallery.assets_table.delete_many([("a3",)])

    assert browse.file_hashes(gallery.assets, entries) == {"a1": "ab", "a2": None}


def test_an_asset_is_found_by_its_path():
    gallery = a_gallery()
    gallery.add(an_asset("a1", key="main/trip/a 1.jpg"), an_asset("b1", key="beach/b1.jpg"))
    gallery.add(an_asset("c1", key="main/c1.jpg"))

    assert asset_of_path(gallery.assets, "main", "c1.jpg").id == "c1"
    assert asset_of_path(gallery.assets, "beach", "b1.jpg").id == "b1"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "unknown.jpg",
        "../beach/b1.jpg",
        "./c1.jpg",
        "trip/../c1.jpg",
        "..",
        "/",
        "/c1.jpg",
        "c1.jpg/",
        "c1%2Ejpg",
        "C1.JPG",
        "main/c1.jpg",
        "c1_thumb.jpg",
        ".small/c1.jpg.jpg",
        "x" * 2000,
        "c1.jpg\x00",
    ],
)
def test_every_other_path_is_not_found_in_the_same_words(path):
    gallery = a_gallery()
    gallery.add(an_asset("c1", key="main/c1.jpg"), an_asset("b1", key="beach/b1.jpg"))

    with pytest.raises(AssetNotFoundError, match=r"^no asset has this path$"):
        asset_of_path(gallery.assets, "main", path)
