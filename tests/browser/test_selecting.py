"""Choosing photos and doing one thing with all of them, in a real browser."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from chalicelib.domain.asset import Asset
from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import scroll_to, settle, tiles
from tests.browser.library import Library, shots, spread
from tests.builders import a_jpeg

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def trip(library_of: LibraryOf) -> Library:
    """Five photos of a day, four of the one before, and some years before that; only looked at."""
    return library_of(
        shots({"2024-05-18": 5, "2024-05-17": 4}),
        shots(spread(400, "2023-01-01", "2024-05-01")),
        with_rows=False,
    )


def few(library_of: LibraryOf) -> Library:
    """Two days of three photos each, to be changed."""
    return library_of(shots({"2024-05-18": 3, "2024-05-17": 3}))


def tile(page: Page, asset: Asset | str) -> Locator:
    asset_id = asset if isinstance(asset, str) else asset.id
    return page.locator(f".tile-link[data-id='{asset_id}']")


def choose(page: Page, asset: Asset | str) -> None:
    """Click on a tile's check mark, which a mouse brings out."""
    there = page.locator(".tile", has=tile(page, asset))
    there.hover()
    there.locator(".tile-check").click()


def bar(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Selected photos")


def count(page: Page) -> Locator:
    return page.locator(".selection-count")


def chosen(page: Page) -> set[str]:
    """Ids of the tiles that look chosen."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.tile.is-selected .tile-link')].map((t) => t.dataset.id)"
    )
    return set(found)


def body_of(request: Request) -> Any:
    """What a change asked for."""
    return json.loads(request.post_data or "null")


def ids_of(library: Library, **query: Any) -> set[str]:
    return {item["id"] for item in library.site.media(**query)["items"]}


def test_a_check_mark_chooses_a_photo_and_moves_none(page_of: PageOf, trip: Library):
    """Line 46: Select by click.

    Guards: web/src/selection.ts: toggle; web/src/style/selection.css: .selection-bar
    """
    page = page_of(trip.address())
    settle(page)
    before = tiles(page)

    choose(page, trip.shown[1])

    expect(count(page)).to_have_text("1 selected")
    assert chosen(page) == {trip.shown[1].id}
    # the chosen one is drawn smaller in its place
    assert [shown for shown in tiles(page) if shown.rank != 1] == before[:1] + before[2:]
    box = bar(page).bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["height"]) == (0, 0, 64)


def test_with_a_selection_a_click_chooses_and_escape_lets_all_go(page_of: PageOf, trip: Library):
    """Line 46: Select by click.

    Guards: web/src/selection.ts: clear; web/src/widgets/tile.tsx: onClick
    """
    page = page_of(trip.address())
    choose(page, trip.shown[0])

    tile(page, trip.shown[2]).click()
    tile(page, trip.shown[3]).click()
    tile(page, trip.shown[2]).click()
    expect(count(page)).to_have_text("2 selected")
    assert chosen(page) == {trip.shown[0].id, trip.shown[3].id}
    assert "/photo/" not in page.url

    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)
    assert chosen(page) == set()


def test_shift_chooses_everything_between_and_again_shrinks_it(page_of: PageOf, trip: Library):
    """Line 46: Shift range.

    Guards: web/src/selection.ts: extendTo
    """
    page = page_of(trip.address())
    choose(page, trip.shown[1])

    tile(page, trip.shown[7]).click(modifiers=["Shift"])
    expect(count(page)).to_have_text("7 selected")
    assert chosen(page) == {asset.id for asset in trip.shown[1:8]}

    tile(page, trip.shown[3]).click(modifiers=["Shift"])
    expect(count(page)).to_have_text("3 selected")
    assert chosen(page) == {asset.id for asset in trip.shown[1:4]}


def test_shift_chooses_photos_that_were_never_loaded(page_of: PageOf, trip: Library):
    """Line 46: Shift range, over months that nobody scrolled through.

    Guards: web/src/photo-list.ts: ensureRange; web/src/selection.ts: extendTo
    """
    page = page_of(trip.address())
    choose(page, trip.shown[0])
    scroll_to(page, 10**9)
    settle(page)
    last = tiles(page)[-1]

    page.locator(f".tile-link[data-id='{last.id}']").click(modifiers=["Shift"])

    expect(count(page)).to_have_text(f"{len(trip.shown):,} selected", timeout=15_000)
    assert last.rank == len(trip.shown) - 1


def test_a_long_press_chooses_on_a_touch_screen_and_opens_nothing(page_of: PageOf, trip: Library):
    """Line 46: Long press.

    Guards: web/src/widgets/tile.tsx: useLongPress
    """
    page = page_of(trip.address(), width=390, height=844, touch=True)
    settle(page)
    box = tile(page, trip.shown[0]).bounding_box()
    assert box is not None
    finger = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    touches = page.context.new_cdp_session(page)

    touches.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": finger})
    expect(count(page)).to_have_text("1 selected")
    touches.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    tile(page, trip.shown[1]).tap()
    expect(count(page)).to_have_text("2 selected")
    assert chosen(page) == {trip.shown[0].id, trip.shown[1].id}
    assert "/photo/" not in page.url
    sizes = [button.bounding_box() for button in bar(page).get_by_role("button").all()]
    assert all(size and size["width"] >= 44 and size["height"] >= 44 for size in sizes)
    right = max(size["x"] + size["width"] for size in sizes if size)
    assert right <= 390


def test_the_mark_of_a_day_chooses_the_whole_day_and_lets_it_go(page_of: PageOf, trip: Library):
    """Line 46: Whole day.

    Guards: web/src/selection.ts: toggleDay; web/src/widgets/day.tsx: day-check
    """
    page = page_of(trip.address())
    choose(page, trip.shown[0])
    mark = page.get_by_role("button", name=re.compile("18 May 2024"))

    mark.click()
    expect(count(page)).to_have_text("5 selected")
    assert chosen(page) == {asset.id for asset in trip.shown[:5]}
    expect(mark).to_have_attribute("aria-pressed", "true")

    mark.click()
    expect(bar(page)).to_have_count(0)


def test_everything_is_chosen_by_one_key_and_said(page_of: PageOf, trip: Library):
    """Line 49: Everything by keyboard: choosing, the bar's buttons, and letting go.

    Guards: web/src/page-keys.ts: usePageKeys;
        web/src/widgets/selection-bar.tsx: moveAlong, announce
    """
    page = page_of(trip.address())
    settle(page)
    page.keyboard.press("Control+a")
    total = f"{len(trip.shown):,}"
    expect(count(page)).to_have_text(f"{total} selected", timeout=15_000)
    expect(page.locator("[data-live]")).to_have_text(f"{total} selected")

    page.get_by_role("button", name="Clear the selection").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="More")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Lock away")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="More")).to_be_focused()
    expect(count(page)).to_have_text(f"{total} selected")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(bar(page)).to_have_count(0)
    expect(page.locator(".tile-link").first).to_be_focused()


def test_many_favourites_are_made_at_once(page_of: PageOf, library_of: LibraryOf):
    """Line 46: What is selected is changed by one request.

    Guards: web/src/widgets/selection-bar.tsx: act; web/src/gallery.ts: setFavorite
    """
    library = few(library_of)
    page = page_of(library.address())
    page.get_by_role("button", name=re.compile("18 May 2024")).click()

    with page.expect_request("**/api/gallery/bulk") as asked:
        page.get_by_role("button", name="Add to favourites").click()

    expect(page.locator(".tile-favorite")).to_have_count(3)
    expect(bar(page)).to_have_count(0)
    wanted = {asset.id for asset in library.shown[:3]}
    assert set(body_of(asked.value)["ids"]) == wanted
    assert eventually(lambda: ids_of(library, view="fav") == wanted)


def test_those_that_the_server_refuses_come_back_and_are_named(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 47: Gone at once, and taken back where the server refuses.

    Guards: web/src/gallery.ts: #move; web/src/deeds.ts: complain
    """
    library = few(library_of)
    refused, done = library.shown[0], library.shown[1]

    def refuse_one(route: Route) -> None:
        route.fulfill(
            json={
                "results": [
                    {"id": done.id, "status": "ok", "asset": None},
                    {
                        "id": refused.id,
                        "status": "error",
                        "error": {"code": "conflict", "message": "changed meanwhile"},
                    },
                ]
            }
        )

    page = page_of(library.address(), before=lambda page: page.route("**/bulk", refuse_one))
    choose(page, refused)
    tile(page, done).click()
    page.get_by_role("button", name="Move to the bin").click()

    expect(page.locator(".toast-words")).to_contain_text(refused.filename)
    expect(tile(page, refused)).to_have_count(1)
    expect(tile(page, done)).to_have_count(0)


def test_deleting_many_is_seen_everywhere_at_once_and_undone(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 47: Delete goes to the bin with Undo, gone everywhere at once.

    Guards: web/src/deeds.ts: remove; web/src/gallery.ts: delete
    """
    library = few(library_of)
    deleted = {asset.id for asset in library.shown[:3]}
    page = page_of(library.address())
    settle(page)
    page.get_by_role("button", name=re.compile("18 May 2024")).click()

    page.get_by_role("button", name="Move to the bin").click()

    expect(page.locator(".tile-link")).to_have_count(3)
    assert {shown.id for shown in tiles(page)} == {asset.id for asset in library.shown[3:]}
    expect(page.get_by_text("18 May 2024")).to_have_count(0)
    assert eventually(lambda: ids_of(library, view="bin") == deleted)
    assert ids_of(library) == {asset.id for asset in library.shown[3:]}
    assert library.site.stats()["bin"] == 3

    page.locator(".toast-undo").click()
    expect(page.locator(".tile-link")).to_have_count(6)
    assert eventually(lambda: ids_of(library, view="bin") == set())
    assert [shown.id for shown in tiles(page)] == [asset.id for asset in library.shown]


def test_the_bin_says_how_many_days_are_left_and_restoring_returns_to_the_day(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 47: The bin shows days left; restore returns to its day.

    Guards: web/src/widgets/day.tsx: daysLeft; web/src/gallery.ts: restore
    """
    library = library_of(
        shots({"2024-05-17": 2}),
        shots({"2024-05-17": 1}, deleted_at=NOW - timedelta(days=10), deleted_reason="trashed"),
    )
    (binned,) = [asset for asset in library.assets if asset.deleted_at is not None]
    page = page_of(library.address(view="bin"))
    expect(page.locator(".day-title")).to_contain_text("20 days left")

    choose(page, binned)
    page.get_by_role("button", name="Restore").click()

    expect(tile(page, binned)).to_have_count(0)
    assert eventually(lambda: binned.id in ids_of(library))
    page.goto(library.address())
    settle(page)
    (there,) = [shown for shown in tiles(page) if shown.id == binned.id]
    assert "17 May 2024" in there.day


def test_destroying_for_good_asks_first_and_gives_the_focus_back(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 49: Focus is kept in the dialog and given back.

    Guards: web/src/widgets/dialog.tsx: showModal, close; web/src/widgets/confirm.tsx
    """
    library = library_of(
        shots({"2024-05-17": 2}, deleted_at=NOW - timedelta(days=1), deleted_reason="trashed")
    )
    page = page_of(library.address(view="bin"))
    asked: list[Any] = []

    def note(route: Route) -> None:
        asked.append(body_of(route.request))
        route.abort()

    page.route("**/bulk", note)
    choose(page, library.assets[0])
    purge = page.get_by_role("button", name="Delete for good")
    purge.focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Delete 1 item for good?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = "document.activeElement.closest('dialog') !== null"
        assert page.evaluate(f"{inside} || document.activeElement === document.body")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(purge).to_be_focused()
    expect(count(page)).to_have_text("1 selected")
    assert asked == []


def test_a_photo_of_the_bin_is_destroyed_for_good(page_of: PageOf, library_of: LibraryOf):
    """Line 47: What is in the bin can be destroyed, and then nothing of it is left.

    Guards: web/src/widgets/selection-bar.tsx: Confirm, purge
    """
    library = few(library_of)
    site = library.site
    for name in ("gone.jpg", "stays.jpg"):
        site.put(name, a_jpeg())
        site.request("DELETE", f"/api/gallery/assets/{site.item(name)['id']}")
    gone, stays = (site.item(name, view="bin")["id"] for name in ("gone.jpg", "stays.jpg"))
    page = page_of(library.address(view="bin"))
    choose(page, gone)

    with page.expect_request("**/bulk") as asked:
        page.get_by_role("button", name="Delete for good").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()

    assert body_of(asked.value) == {"action": "purge", "ids": [gone]}
    expect(tile(page, gone)).to_have_count(0)
    assert eventually(lambda: site.get(f"/api/gallery/assets/{gone}").status == 404)
    assert ids_of(library, view="bin") == {stays}


def refuse(route: Route) -> None:
    route.abort()


SCRIPTS = re.compile(r"/assets/[^/]+\.js$")


def test_what_cannot_be_opened_says_so_and_can_be_tried_again(page_of: PageOf, trip: Library):
    """Line 11: what can't be loaded says so, where one looks, with a way out.

    Guards: web/src/widgets/lazy-dialog.tsx: LazyDialog; web/src/app.tsx: correcting, isHelpOpen
    """
    page = page_of(trip.address(), height=700)
    settle(page)
    page.route(SCRIPTS, refuse)
    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("This part of the page could not be loaded")
    expect(dialog.get_by_role("button", name="Retry")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    choose(page, trip.shown[0])
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Correct date and description").click()
    dialog = page.get_by_role("dialog", name="Correct date and description")
    expect(dialog).to_contain_text("This part of the page could not be loaded")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)

    page.unroute(SCRIPTS)
    page.keyboard.press("?")
    expect(page.locator(".shortcut").first).to_be_visible()


def test_letting_persons_go_gives_the_focus_back_to_what_was_chosen(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 49: by keyboard: the cross and Escape let go, and the focus stays there.

    Guards: web/src/widgets/chosen-bar.tsx: keepFocus
    """
    library = library_of(shots({"2024-05-17": 1}, people=["Anna", "Ben"]))
    page = page_of(library.address("/people"), awaits=".person")
    mark = page.get_by_role("checkbox", name="Choose Ben")
    cross = page.get_by_role("button", name="Choose nobody")

    for key in ("Enter", "Escape"):
        mark.press("Enter")
        cross.focus()
        page.keyboard.press(key)
        expect(cross).to_have_count(0)
        expect(mark).to_be_focused()


def go(page: Page, address: str) -> None:
    """To another list without loading the page anew."""
    page.evaluate(
        """(address) => {
          history.pushState(null, "", address);
          dispatchEvent(new PopStateEvent("popstate"));
        }""",
        address,
    )


def test_what_is_deleted_is_gone_from_every_list_before_the_server_answers(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 47: gone everywhere at once: the counts, favourites, a person's photos, a search.

    Guards: web/src/gallery.ts: show (the kept lists), count; web/src/changes.ts: belongs
    """
    library = library_of(
        shots({"2024-05-18": 3}, people=["Anna"], is_favorite=True), shots({"2024-05-17": 2})
    )
    gone = library.shown[0]
    addresses = {
        library.address(): 5,
        library.address(view="fav"): 3,
        library.address(person=library.persons["Anna"].id): 3,
        library.address(q="IMG_"): 5,
    }
    page = page_of(library.address())
    held: list[Route] = []
    page.route("**/bulk", lambda route: held.append(route))
    for address, shown in addresses.items():
        go(page, address)
        expect(page.locator(".tile-link")).to_have_count(shown)
    expect(page.locator(".counts")).to_have_text("5 found")

    choose(page, gone)
    page.get_by_role("button", name="Move to the bin").click()

    for address, shown in reversed(addresses.items()):
        go(page, address)
        expect(page.locator(".tile-link")).to_have_count(shown - 1)
        expect(tile(page, gone)).to_have_count(0)
        expect(page.locator(".counts")).to_contain_text(f"{shown - 1} ")
    assert page.title() == "Contact Sheet (4)"
    assert len(held) == 1
    assert gone.id in ids_of(library)
    held[0].continue_()
    assert eventually(lambda: ids_of(library, view="bin") == {gone.id})
