import itertools
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import browse
from chalicelib.browse import MediaQuery, asset_of_path, gallery_stats, media_page
from chalicelib.domain import timeline
from chalicelib.domain.asset import Asset
from chalicelib.domain.places import places
from chalicelib.domain.timeline import Counts, DayCounts, Entry
from chalicelib.errors import AssetNotFoundError, PagesBusyError
from chalicelib.storage import leaves
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock

MOMENTS = [
    None,
    *(
        wall_clock(f"{month}-{day}T{hour}")
        for month in ("2023-12", "2024-01", "2024-05")
        for day in ("01", "02", "31")
        for hour in ("00:00", "12:00:00.001")
    ),
]


@pytest.fixture(scope="module", autouse=True)
def _small_leaves():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaves, "_FIRST_CUT", 3)
        patch.setattr(timeline, "FEW_ENTRIES", 2)
        yield


@st.composite
def libraries(draw) -> list[Asset]:
    shots = draw(
        st.lists(
            st.tuples(
                st.sampled_from(MOMENTS),
                st.sampled_from(["image", "video"]),
                st.sampled_from(["main", "main", "main", "beach"]),
                st.sampled_from([None, None, None, datetime.fromisoformat("2025-02-03T04:05Z")]),
                st.sampled_from(["timeline", "timeline", "timeline", "archive"]),
            ),
            max_size=30,
        )
    )
    return [
        an_asset(
            f"a{number:02}",
            key=f"{gallery}/a{number:02}.jpg",
            taken_local=moment,
            file_type=kind,
            deleted_at=deleted_at,
            visibility=visibility,
            file_size=number,
        )
        for number, (moment, kind, gallery, deleted_at, visibility) in enumerate(shots)
    ]


def a_gallery_of(library: list[Asset]) -> MemoryGallery:
    gallery = a_gallery()
    for start in range(0, len(library), 7):  # in several batches: leaves of many cuts
        gallery.add(*library[start : start + 7])
    return gallery


def model(library: list[Asset], view: str, kind: str | None = None) -> list[Entry]:
    """The list as plain Python makes it: newest first."""
    found = [
        place.entry
        for asset in library
        for place in places(asset)
        if place.view == view and place.gallery == "main"
    ]
    of_kind = [e for e in found if kind in (None, "video" if e.tile.is_video else "image")]
    return sorted(of_kind, key=lambda entry: entry.position, reverse=True)


kinds = st.sampled_from([None, "image", "video"])
views = st.sampled_from(["all", "bin"])


@given(libraries(), views, kinds, st.integers(1, 12), st.integers(0, 35))
@settings(deadline=None)
def test_a_page_by_offset_is_that_part_of_the_sorted_list(library, view, kind, limit, offset):
    gallery = a_gallery_of(library)
    expected = model(library, view, kind)

    page = media_page(gallery.pages, MediaQuery("main", view, kind, limit, offset))

    assert list(page.entries) == expected[offset : offset + limit]
    assert page.total == len(expected)
    assert page.has_more == (len(expected) > offset + limit)


@given(libraries(), views, kinds, st.integers(1, 7))
@settings(deadline=None)
def test_pages_by_cursor_are_the_whole_list_once(library, view, kind, limit):
    gallery = a_gallery_of(library)
    expected = model(library, view, kind)
    found: list[Entry] = []
    before = None

    while True:
        query = MediaQuery("main", view, kind, limit, len(found), before)
        page = media_page(gallery.pages, query)
        assert page.total == len(expected)
        found += page.entries
        if not page.has_more:
            break
        assert len(page.entries) == limit
        before = page.entries[-1].position

    assert found == expected


@given(libraries(), st.sampled_from(MOMENTS[1:]), st.integers(1, 5))
@settings(deadline=None)
def test_a_cursor_goes_on_at_its_position_even_when_its_photo_is_gone(library, moment, limit):
    gallery = a_gallery_of(library)
    position = (moment.isoformat(timespec="milliseconds"), "a10x")
    expected = [entry for entry in model(library, "all") if entry.position < position]

    page = media_page(gallery.pages, MediaQuery("main", limit=limit, before=position))

    assert list(page.entries) == expected[:limit]
    assert page.has_more == (len(expected) > limit)


@given(libraries(), views)
@settings(deadline=None)
def test_months_and_days_count_what_the_list_holds(library, view):
    gallery = a_gallery_of(library)
    listed = model(library, view)

    months = browse.months(gallery.pages, "main", view)
    days = browse.days(gallery.pages, "main", view)

    grouped = [
        (month, list(entries)) for month, entries in itertools.groupby(listed, lambda e: e.bucket)
    ]
    assert [(month.bucket, month.counts.total) for month in months] == [
        (month, len(entries)) for month, entries in grouped
    ]
    expected = {
        month: {
            day: DayCounts(
                sum(not e.tile.is_video for e in of_day),
                sum(e.tile.is_video for e in of_day),
                sum(e.ratio for e in of_day),
            )
            for day, of_day in (
                (day, list(es)) for day, es in itertools.groupby(entries, lambda e: e.day)
            )
        }
        for month, entries in grouped
    }
    assert [(m, list(d.items())) for m, d in days.items()] == [
        (m, list(d.items())) for m, d in expected.items()
    ]


@given(libraries())
@settings(deadline=None)
def test_totals_are_those_of_the_lists(library):
    stats = gallery_stats(a_gallery_of(library).pages, "main")

    for counts, view in ((stats.timeline, "all"), (stats.bin, "bin")):
        listed = model(library, view)
        assert counts == Counts(
            images=sum(not entry.tile.is_video for entry in listed),
            videos=sum(entry.tile.is_video for entry in listed),
            bytes=sum(entry.tile.size or 0 for entry in listed),
        )


def test_an_empty_gallery_has_an_empty_page():
    gallery = a_gallery()

    page = media_page(gallery.pages, MediaQuery("main"))

    assert (page.entries, page.total, page.has_more) == ((), 0, False)
    assert browse.months(gallery.pages, "main", "all") == []
    assert browse.days(gallery.pages, "main", "all") == {}


def a_dense_library() -> MemoryGallery:
    gallery = a_gallery()
    gallery.add(
        *(
            an_asset(
                f"{month}-{number:03}", taken_local=wall_clock(f"{month}-{number % 28 + 1:02}")
            )
            for month in ("2024-03", "2024-04", "2024-05")
            for number in range(60)
        )
    )
    return gallery


@pytest.mark.parametrize("offset", [0, 50, 100, 170])
def test_a_page_costs_one_query_and_at_most_two_nodes_with_their_leaves(offset):
    gallery = a_dense_library()
    before = len(gallery.wire.requests)

    media_page(gallery.pages, MediaQuery("main", limit=20, offset=offset))

    spent = [request.operation for request in gallery.wire.requests[before:]]
    assert spent[0] == "query"
    assert spent.count("get") <= 2
    assert spent.count("get_many") <= 2


def test_a_page_passes_over_leaves_by_their_counts_alone(monkeypatch):
    gallery = a_dense_library()
    read = []
    real = gallery.pages.leaves

    def leaves(node, refs):
        read.append(len(refs))
        return real(node, refs)

    monkeypatch.setattr(gallery.pages, "leaves", leaves)

    media_page(gallery.pages, MediaQuery("main", limit=5, offset=90))

    assert sum(read) <= 4  # five entries and one more, in leaves of up to three


def test_a_page_read_while_its_leaves_are_replaced_is_one_or_the_other():
    """The reader takes the node anew, and counts what it saw there."""
    for number in itertools.count(1):
        gallery = a_dense_library()
        came: list[bool] = []

        def trash(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            asset = gallery.assets.get("2024-05-027")
            gallery.assets.change(asset, deleted_at=datetime.fromisoformat("2025-01-01T00:00Z"))
            gallery.deliver()

        expected = media_page(gallery.pages, MediaQuery("main", limit=3)).entries
        assert expected[0].id == "2024-05-055"
        gallery.wire.at(number, trash)
        page = media_page(gallery.pages, MediaQuery("main", limit=200))
        if not came:
            break
        held = ["2024-05-027" in [entry.id for entry in page.entries]]
        assert page.total == len(page.entries) == (180 if held[0] else 179)
    assert number > 4


def test_a_list_that_is_rewritten_at_every_attempt_is_busy():
    gallery = a_dense_library()

    def rewrite(_):
        gallery.wire.clear()
        asset = gallery.assets.get("2024-05-027")
        gallery.assets.change(asset, width=(asset.width or 0) + 1)
        gallery.deliver()
        gallery.pages_table.before("get_many", rewrite)

    gallery.pages_table.before("get_many", rewrite)

    with pytest.raises(PagesBusyError):
        media_page(gallery.pages, MediaQuery("main", limit=100))


def test_a_page_read_from_a_lagging_replica_is_whole():
    """F59. Counts and node are old, the leaf they name is gone."""
    gallery = a_dense_library()
    gallery.pages_table.let_reads_lag()
    asset = gallery.assets.get("2024-05-027")
    gallery.assets.change(asset, deleted_at=datetime.fromisoformat("2025-01-01T00:00Z"))
    gallery.deliver()

    page = media_page(gallery.pages, MediaQuery("main", limit=500))

    assert page.total == len(page.entries) == 179


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
