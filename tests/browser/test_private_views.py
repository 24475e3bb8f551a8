"""What is archived, hidden, locked or deleted shows up nowhere else."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import settle, tiles
from tests.browser.library import Library, shots

DAY = "2024-05-17"
# What is done to a photo, by the view that it is moved to.
FATES: Mapping[str, Mapping[str, Any]] = {
    "archive": {"visibility": "archive"},
    "hidden": {"visibility": "hidden"},
    "locked": {"visibility": "locked"},
    "bin": {"deleted_at": datetime(2026, 3, 1, tzinfo=UTC), "deleted_reason": "trashed"},
}
SHOWN = ("lake-1.jpg", "lake-2.jpg")
NOT_HERE = re.compile("^(This photo is not here|There is no such gallery here)$")


@pytest.fixture(scope="module")
def lake(library_of: LibraryOf) -> Library:
    """One day at the lake: of each fate a favourite with Anna's face, and two that are shown."""
    gone = [
        shots({DAY: 1}, ["Anna"], filename=f"lake-{view}.jpg", is_favorite=True, **FATES[view])
        for view in FATES
    ]
    failed = [
        shots(
            {DAY: 1},
            filename=f"lake-failed-{view}.jpg",
            thumbnail_error="corrupt",
            **FATES[view],
        )
        for view in FATES
    ]
    return library_of(
        shots({DAY: 1}, ["Anna"], filename=SHOWN[0], is_favorite=True),
        shots({DAY: 1}, filename=SHOWN[1]),
        *gone,
        *failed,
    )


def names(page: Page, library: Library) -> set[str]:
    """Names of the photos that a page shows; none where it says that there are none."""
    if page.locator(".message").count() > 0 and page.locator(".tile").count() == 0:
        return set()
    settle(page)
    known = {asset.id: asset.filename for asset in library.assets}
    return {known[tile.id] for tile in tiles(page)}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"type": "image"},
        {"from_": DAY, "to": DAY},
        {"q": "lake"},
        {"q": "lake", "type": "image"},
    ],
    ids=["timeline", "photos", "dates", "search", "searched photos"],
)
def test_what_is_put_away_is_in_no_other_list(
    page_of: PageOf, lake: Library, asked: dict[str, str]
):
    """Line 48: archived, hidden, locked and deleted items appear in no other view or search.

    Guards: chalicelib/domain/places.py: places
    """
    page = page_of(lake.address(**asked))

    assert names(page, lake) == set(SHOWN)


def test_a_favourite_that_is_put_away_leaves_favourites_and_its_persons(
    page_of: PageOf, lake: Library
):
    """Line 48: they appear in no person and no favourites.

    Guards: chalicelib/domain/places.py: places
    """
    page = page_of(lake.address(view="fav"))
    favorites = names(page, lake)
    page.goto(lake.address(person=lake.persons["Anna"].id))
    of_anna = names(page, lake)

    assert favorites == {SHOWN[0]}
    assert of_anna == {SHOWN[0]}


@pytest.mark.parametrize("view", FATES)
def test_each_view_holds_its_own_and_no_others(page_of: PageOf, lake: Library, view: str):
    """Line 48: what is put away is in its own view, whole, and so findable again.

    Guards: web/src/route.ts: parseRoute; chalicelib/domain/places.py: places
    """
    page = page_of(lake.address(view=view))

    assert names(page, lake) == {f"lake-{view}.jpg", f"lake-failed-{view}.jpg"}
    assert "2 items" in page.locator(".counts").inner_text()


def test_counts_leave_out_what_is_put_away(page_of: PageOf, lake: Library):
    """Line 48: they are in no count: of the header, of the types, of persons and failures.

    Guards: chalicelib/domain/places.py: places; web/src/widgets/header.tsx: countsOf
    """
    page = page_of(lake.address())
    expect(page.locator(".counts")).to_contain_text("2 photos")
    expect(page.locator(".filter-count").first).to_have_text("2")
    assert page.title() == "Contact Sheet (2)"

    page.goto(lake.address("/people"))
    expect(page.get_by_role("link", name="Anna, 1 photo")).to_be_visible()

    page.goto(lake.address("/failures"))
    expect(page.locator(".message")).to_contain_text("Every photo has its preview")


def test_leafing_from_a_photo_never_leads_to_one_that_is_put_away(page_of: PageOf, lake: Library):
    """Line 48: the viewer leafs through the list that is shown, and through nothing else.

    Guards: web/src/viewer/sequence.ts: listSequence
    """
    page = page_of(lake.photo(lake.shown[0]))
    expect(page.get_by_text("1 of 2")).to_be_visible()

    seen = [page.url]
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        seen.append(page.url)
    expect(page.get_by_text("2 of 2")).to_be_visible()

    assert _photos_in(page, seen) <= {asset.id for asset in lake.shown}


def _photos_in(page: Page, addresses: Sequence[str]) -> set[str]:
    return {address.partition("/photo/")[2].partition("?")[0] for address in (*addresses, page.url)}


@pytest.mark.parametrize("view", FATES)
def test_nobody_else_finds_what_is_put_away_by_its_address(
    page_of: PageOf, lake: Library, library_of: LibraryOf, view: str
):
    """Line 48: to visitors by a link, and to other owners, there is no such photo.

    Guards: chalicelib/domain/share.py: shows; chalicelib/domain/visitor.py: may_open;
        web/src/viewer/missing.tsx
    """
    away = next(asset for asset in lake.assets if asset.filename == f"lake-{view}.jpg")
    direct = f"{lake.site.endpoints.page}/api/gallery/assets/{away.id}"
    link = lake.link(asset_ids=[away.id, lake.shown[0].id], may_download=True)
    others = library_of(shots({DAY: 1}), with_rows=False)

    guest = page_of(link, signed_in=False, expects=[r"^404 GET .*/api/"])
    owner = page_of(others.address(), expects=[r"^404 GET .*/api/"])
    for page, address in (
        (guest, f"{link}/photo/{away.id}"),
        (owner, f"{lake.photo(away)}"),
        (owner, others.photo(away)),
    ):
        page.evaluate("(to) => location.assign(to)", address)
        page.wait_for_url(address)
        expect(page.get_by_text(NOT_HERE).first).to_be_visible()
        for part in ("", "/original"):
            assert page.request.get(f"{direct}{part}").status == 404
