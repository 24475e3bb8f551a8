"""Correcting dates and descriptions in a real browser, against what the server then knows."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.domain.asset import Asset
from tests.aws.site import eventually
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.grid import settle, tiles
from tests.browser.library import Library, shots
from tests.browser.test_selecting import body_of, choose, tile


@pytest.fixture
def library(library_of: LibraryOf) -> Library:
    """Three photos of a day in May, one of an April two years before, and an undated one."""
    return library_of(shots({"2024-05-18": 3, "2022-04-02": 1}), shots({None: 1}))


def open_for(page: Page, *assets: Asset) -> Locator:
    """The dialog that corrects some photos, opened from the bar of the selection."""
    choose(page, assets[0])
    for asset in assets[1:]:
        tile(page, asset).click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Correct date and description").click()
    return page.get_by_role("dialog", name=re.compile("^Correct "))


def known(library: Library, asset: Asset) -> dict[str, Any]:
    answer: dict[str, Any] = library.site.asset(asset.id)
    return answer


def day_of(page: Page, asset: Asset) -> str:
    """The heading that a photo stands under."""
    settle(page)
    return next(shown.day for shown in tiles(page) if shown.id == asset.id)


def test_one_photo_moves_to_another_day_at_once_and_back_by_undo(page_of: PageOf, library: Library):
    """Line 13: The day is the place's local day under any browser time zone.

    Guards: web/src/correct/one.tsx: save, undo; web/src/correct/wall-clock.ts
    """
    photo = library.shown[0]
    page = page_of(library.address(), zone="Pacific/Kiritimati")
    original = library.site.stored(photo.key)
    dialog = open_for(page, photo)
    expect(dialog.get_by_label("Date", exact=True)).to_have_value("2024-05-18")
    expect(dialog.get_by_label("Time", exact=True)).to_have_value("09:00:02")
    save = dialog.get_by_role("button", name="Save")
    expect(save).to_be_disabled()

    dialog.get_by_label("Date", exact=True).fill("2022-04-02")
    dialog.get_by_label("Time", exact=True).fill("23:30:00")
    dialog.get_by_label("Time zone").select_option(label="UTC-03:30")
    dialog.get_by_label("Title").fill("  The lake ")
    dialog.get_by_label("Description").fill("The first swim of the year.")
    expect(dialog.get_by_role("status")).to_have_text(
        "18 May 2024, 09:00 becomes 2 April 2022, 23:30"
    )
    save.click()

    expect(dialog).to_have_count(0, timeout=15_000)
    assert "2 April 2022" in day_of(page, photo)
    told = known(library, photo)
    assert told["media_date"] == "2022-04-02T23:30:00.000"
    assert told["taken_at"].startswith("2022-04-03T03:00:00")
    assert (told["title"], told["description"]) == ("The lake", "The first swim of the year.")
    assert library.site.stored(photo.key) == original

    page.locator(".toast-undo").click()
    expect(page.locator(".toast-words")).to_have_text("Everything is as it was", timeout=15_000)
    assert "18 May 2024" in day_of(page, photo)
    back = known(library, photo)
    assert (back["media_date"], back["utc_offset_minutes"]) == ("2024-05-18T09:00:02.000", 0)
    assert (back.get("title"), back.get("description")) == (None, None)
    assert back["corrected"] == []  # a library and the file have their say again


def test_a_photo_can_lose_its_date_and_an_undated_one_get_one(page_of: PageOf, library: Library):
    """Line 12: Undated photos have their own section.

    Guards: web/src/correct/one.tsx: changesOf
    """
    dated, undated = library.shown[0], library.shown[-1]
    page = page_of(library.address())
    dialog = open_for(page, dated)
    dialog.get_by_label("Without a date").check()
    expect(dialog.get_by_label("Date", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=15_000)
    assert day_of(page, dated) == "Undated"
    page.keyboard.press("Escape")

    dialog = open_for(page, undated)
    dialog.get_by_label("Without a date").uncheck()
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_label("Date", exact=True).fill("2024-05-18")
    dialog.get_by_label("Time", exact=True).fill("08:00")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=15_000)
    assert "18 May 2024" in day_of(page, undated)
    assert known(library, undated)["media_date"] == "2024-05-18T08:00:00.000"


def test_many_are_shifted_by_one_request_after_a_look_at_first_and_last(
    page_of: PageOf, library: Library
):
    """Guards: web/src/correct/many.tsx: touched, undated; web/src/correct/plan.ts: previewOf."""
    page = page_of(library.address())
    dated = library.shown[:-1]
    dialog = open_for(page, *library.shown)
    expect(dialog.get_by_text("Nothing changes yet.")).to_be_visible()

    dialog.get_by_label("Direction").select_option(label="Earlier")
    dialog.get_by_label("Days").fill("1")
    dialog.get_by_label("Hours").fill("9")
    preview = dialog.locator("dd")
    expect(preview.nth(0)).to_have_text("2 April 2022, 09:00 becomes 1 April 2022, 00:00")
    expect(preview.nth(1)).to_have_text("18 May 2024, 09:00 becomes 17 May 2024, 00:00")
    expect(dialog.get_by_text("1 item has no date to shift")).to_be_visible()
    with page.expect_request("**/bulk") as asked:
        dialog.get_by_role("button", name="Correct 4").click()

    expect(dialog).to_have_count(0, timeout=15_000)
    expect(page.locator(".toast-words")).to_have_text(
        "4 items are corrected, 1 has no date to shift"
    )
    body = body_of(asked.value)
    assert (body["action"], body["seconds"]) == ("shift_date", -33 * 3600)
    assert set(body["ids"]) == {asset.id for asset in dated}
    assert "17 May 2024" in day_of(page, dated[0])
    assert known(library, dated[0])["media_date"] == "2024-05-17T00:00:02.000"

    page.locator(".toast-undo").click()
    expect(page.locator(".toast-words")).to_have_text("Everything is as it was", timeout=15_000)
    assert "18 May 2024" in day_of(page, dated[0])
    for asset in dated:
        assert asset.taken_local is not None
        assert known(library, asset)["media_date"] == asset.taken_local.isoformat() + ".000"


def test_many_get_one_date_and_one_description_and_each_its_own_back(
    page_of: PageOf, library: Library
):
    """Guards: web/src/correct/plan.ts: stepsOf, set_dates; web/src/correct/many.tsx: readAll."""
    site = library.site
    described = library.shown[0]
    address = f"/api/gallery/assets/{described.id}/details"
    assert site.request("PUT", address, {"description": "Lunch"}).status == 200
    page = page_of(library.address())
    dialog = open_for(page, *library.shown)
    dialog.get_by_label("Set to one moment").check()
    dialog.get_by_label("Date", exact=True).fill("2023-01-01")
    dialog.get_by_label("Time", exact=True).fill("12:00")
    dialog.get_by_label("Give all of them one description").check()
    dialog.get_by_label("Description of all of them").fill("New Year")
    dialog.get_by_role("button", name="Correct 5").click()
    expect(dialog).to_have_count(0, timeout=15_000)

    assert {shown.day for shown in tiles(page)} == {"Sunday, 1 January 2023"}
    for asset in library.assets:
        told = known(library, asset)
        assert (told["media_date"], told["description"]) == ("2023-01-01T12:00:00.000", "New Year")

    calls: list[dict[str, Any]] = []
    page.on("request", lambda r: calls.append(body_of(r)) if r.url.endswith("/bulk") else None)
    page.locator(".toast-undo").click()
    expect(page.locator(".toast-words")).to_have_text("Everything is as it was", timeout=15_000)
    dated = [call for call in calls if "date" in call["action"]]
    assert [(call["action"], len(call["media_dates"])) for call in dated] == [("set_dates", 5)]
    assert known(library, described)["description"] == "Lunch"
    for asset in library.assets:
        told = known(library, asset)
        local = asset.taken_local
        assert told["media_date"] == (local.isoformat() + ".000" if local else None)
        if asset is not described:
            assert told.get("description") is None
        assert told["corrected"] == (["description"] if asset is described else [])


def test_what_the_server_refuses_is_named_and_can_be_tried_again(page_of: PageOf, library: Library):
    """Guards: web/src/correct/many.tsx: failed, shiftId."""
    refused, *others = library.shown[:3]
    calls: list[dict[str, Any]] = []

    def refuse_once(route: Route) -> None:
        calls.append(body_of(route.request))
        if len(calls) > 1:
            route.continue_()
            return
        told = {"status": "ok", "newly_corrected": []}
        ok = [{"id": asset.id, "asset": known(library, asset), **told} for asset in others]
        error = {"code": "conflict", "message": "It changed meanwhile."}
        route.fulfill(
            json={"results": [*ok, {"id": refused.id, "status": "error", "error": error}]}
        )

    page = page_of(library.address(), before=lambda page: page.route("**/bulk", refuse_once))
    dialog = open_for(page, refused, *others)
    dialog.get_by_label("Hours").fill("2")
    dialog.get_by_role("button", name="Correct 3").click()
    alert = dialog.get_by_role("alert").filter(has_text="could not be corrected")
    expect(alert).to_contain_text(f"{refused.filename}: It changed meanwhile.")

    dialog.get_by_role("button", name="Correct 1").click()
    expect(dialog).to_have_count(0, timeout=15_000)
    assert calls[1]["ids"] == [refused.id]
    assert calls[1]["shift_id"] == calls[0]["shift_id"]
    assert eventually(lambda: known(library, refused)["media_date"] == "2024-05-18T11:00:02.000")


def test_a_correction_whose_dialog_was_closed_is_told_with_what_failed(
    page_of: PageOf, library: Library
):
    """Guards: web/src/correct/many.tsx: isGone; web/src/correct/one.tsx: isGone."""
    refused, *others = library.shown[:3]
    held: list[Route] = []
    to_be_held = re.compile("/bulk$|/details$")
    page = page_of(
        library.address(),
        before=lambda page: page.route(to_be_held, lambda route: held.append(route)),
        expects=[r"^409 PUT .*/details"],
    )
    dialog = open_for(page, refused, *others)
    dialog.get_by_label("Hours").fill("2")
    dialog.get_by_role("button", name="Correct 3").click()
    expect(dialog.get_by_text("0 of 3 corrected")).to_be_visible()
    dialog.locator(".dialog-foot").get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    error = {"code": "conflict", "message": "It changed meanwhile."}
    told = {"status": "ok", "newly_corrected": []}
    ok = [{"id": asset.id, "asset": known(library, asset), **told} for asset in others]
    held[0].fulfill(json={"results": [*ok, {"id": refused.id, "status": "error", "error": error}]})
    toast = page.locator(".toast-words")
    expect(toast).to_have_text("2 items are corrected, 1 could not be corrected")
    page.keyboard.press("Escape")

    dialog = open_for(page, refused)
    dialog.get_by_label("Title").fill("The lake")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".dialog-foot").get_by_role("button", name="Close")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    held[1].fulfill(status=409, json={"error": error})
    expect(toast).to_contain_text(f"{refused.filename} could not be corrected. It changed")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_the_dialogs_fit_their_window_and_everybody_can_use_them(
    page_of: PageOf, library: Library, width: int, scheme: str
):
    """Line 49: axe finds nothing serious; focus is kept in the dialog and given back.

    Guards: web/src/style/correct.css; web/src/widgets/dialog.tsx
    """
    page = page_of(library.address(), width=width, scheme=scheme)
    dialog = open_for(page, library.shown[0])
    expect(dialog.get_by_label("Title")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=15_000)
    expect(page.get_by_role("button", name="More")).to_be_focused()
    page.keyboard.press("Escape")

    dialog = open_for(page, *library.shown[:2])
    expect(dialog.get_by_label("Shift")).to_be_focused()
    dialog.get_by_label("Hours").fill("1")
    assert_accessible(page)
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 900


def test_a_photo_is_corrected_over_the_viewer_which_stays_open_and_tells_it(
    page_of: PageOf, library: Library
):
    """Line 49: Focus is kept in the dialog and given back; line 45: no shortcut fires while typing.

    Guards: web/src/widgets/dialog.tsx: onKeyDown, keepFromPage
    """
    photo = library.shown[1]
    page = page_of(library.photo(photo), awaits=".viewer")
    expect(page.get_by_role("button", name="Info")).to_be_visible()  # it knows which photo it is
    page.keyboard.press("i")
    expect(page.get_by_text("18 May 2024, 09:00 (UTC")).to_be_visible()
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name=f"Correct {photo.filename}")
    title = dialog.get_by_label("Title")
    title.click()
    page.keyboard.type("fix zip did")
    expect(title).to_have_value("fix zip did")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".viewer")).to_be_visible()
    assert not known(library, photo)["is_favorite"]

    page.keyboard.press("e")
    dialog.get_by_label("Title").fill("The lake")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0, timeout=15_000)
    expect(page.get_by_role("heading", name="The lake")).to_be_visible()
