"""The page of the photos that could not be drawn, in a real browser."""

from typing import Any, get_args

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.errors import UndrawableReason
from tests.aws.site import eventually
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.test_selecting import body_of
from tests.builders import a_jpeg

REASONS = get_args(UndrawableReason)


@pytest.fixture(scope="module")
def failed(library_of: LibraryOf) -> Library:
    """A photo for each reason there is, two that are still to be drawn, and one that is."""
    return library_of(
        *(
            shots(
                {f"2024-05-{10 + n}": 1},
                thumbnail_key=None,
                thumbnail_error=reason,
                thumbnail_error_detail=f"What the decoder said of {reason}.",
            )
            for n, reason in enumerate(REASONS)
        ),
        shots({"2024-05-30": 2}, thumbnail_key=None),
        shots({"2024-05-31": 1}),
    )


def failure_ids(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.failure')].map((row) => row.dataset.failure)"
    )
    return found


def test_each_reason_is_told_in_words_of_its_own(page_of: PageOf, failed: Library):
    """Guards: web/src/text.ts: failures.reasons; web/src/failures/row.tsx."""
    page = page_of(failed.address("/failures"), awaits=".failure")

    newest_first = [a.id for a in failed.assets if a.thumbnail_error]
    assert failure_ids(page) == newest_first
    told = page.locator(".failure-reason").all_inner_texts()
    assert len(set(told)) == len(REASONS)
    assert "No preview could be made." not in told
    expect(page.get_by_text("2 photos are still being prepared.")).to_be_visible()

    row = page.locator(f"[data-failure='{newest_first[0]}']")
    detail = row.get_by_text("What the decoder said")
    expect(detail).to_be_hidden()
    row.get_by_text("Technical details").click()
    expect(detail).to_be_visible()


def test_a_failure_opens_as_a_photo_and_its_original_can_be_fetched(
    page_of: PageOf, failed: Library
):
    """Line 9: A failed thumbnail still opens.

    Guards: web/src/failures/page.tsx: onOpen
    """
    page = page_of(failed.address("/failures"), awaits=".failure")
    name = page.locator(".failure-name").first
    original = page.get_by_role("link", name="Download").first
    assert original.get_attribute("download") == name.inner_text()
    assert failed.site.get(original.get_attribute("href") or "").status == 200
    (first, *_) = failure_ids(page)

    name.click()

    page.wait_for_url(f"**/gallery/photo/{first}*")
    page.go_back()
    expect(page.locator(".failure")).to_have_count(len(REASONS))


def test_a_photo_that_is_drawn_at_last_says_so(page_of: PageOf, library_of: LibraryOf):
    """Guards: web/src/failures/failure-list.ts: retry, refresh."""
    library = library_of(shots({"2024-05-30": 1}))
    site = library.site
    in_the_way = site.put("lake_thumb.jpg", b"a file of somebody's")
    site.put("lake.jpg", a_jpeg())
    site.item("lake.jpg", view="failed")
    page = page_of(library.address("/failures"), awaits=".failure")
    expect(page.locator(".failure-reason")).to_contain_text("Another file has the name")

    page.get_by_role("button", name="Try lake.jpg again").click()
    expect(page.locator(".failure-state")).to_have_text("Being tried again")
    expect(page.locator(".failure-state")).to_have_text("Failed again", timeout=25_000)

    site.s3.delete_object(Bucket=site.endpoints.bucket, Key=in_the_way)
    page.get_by_role("button", name="Try lake.jpg again").click()
    expect(page.locator(".failure-state")).to_have_text("Has its preview now", timeout=25_000)
    expect(page.get_by_role("button", name="Try lake.jpg again")).to_be_disabled()
    assert site.item("lake.jpg")["thumbnail_state"] == "ready"


def test_chosen_ones_and_all_are_tried_by_one_request_each(page_of: PageOf, failed: Library):
    """Line 49: The focus stays on the page when what had it goes away.

    Guards: web/src/failures/page.tsx: retry, retryAll, focusOn
    """
    asked: list[list[str]] = []

    def take(route: Route) -> None:
        ids = body_of(route.request)["ids"]
        asked.append(ids)
        results: list[Any] = [{"id": failure, "status": "queued"} for failure in ids]
        results[-1] |= {"status": "error", "error": {"code": "conflict", "message": "busy"}}
        route.fulfill(status=202, json={"results": results})

    page = page_of(
        failed.address("/failures"),
        awaits=".failure",
        before=lambda page: page.route("**/failures/retry", take),
    )
    ids = failure_ids(page)
    marks = page.get_by_role("checkbox")
    marks.nth(0).click()
    marks.nth(2).click()
    page.get_by_role("button", name="Try 2 again").click()
    expect(marks.nth(0)).to_be_focused()
    expect(page.locator(".failure-state.asked")).to_have_count(1)
    expect(page.locator(".toast-words")).to_have_text("1 photo could not be tried again")
    assert asked == [[ids[0], ids[2]]]

    page.get_by_role("button", name=f"Try all {len(ids)} again").click()
    expect(page.locator(".failure-state.asked")).to_have_count(len(ids) - 1)
    expect(page.locator(".failures")).to_be_focused()
    assert asked[1:] == [ids[1:]]


def test_a_photo_deleted_in_the_viewer_leaves_the_list_at_once_and_undo_brings_it_back(
    page_of: PageOf, library_of: LibraryOf
):
    """Guards: web/src/failures/failure-list.ts: follow; web/src/failures/page.tsx: isAway."""
    days = {"2024-05-17": 1, "2024-05-18": 1}
    library = library_of(shots(days, thumbnail_key=None, thumbnail_error="corrupt"))
    page = page_of(library.address("/failures"), awaits=".failure")
    first, second = failure_ids(page)
    page.locator(".failure-name").first.click()
    page.wait_for_url(f"**/gallery/photo/{first}*")
    expect(page.get_by_role("button", name="Delete")).to_be_visible()

    page.keyboard.press("Delete")
    expect(page.locator(".toast-words")).to_contain_text("bin")
    assert failure_ids(page) == [second]
    page.locator(".toast-undo").click()
    expect(page.locator(f"[data-failure='{first}']")).to_have_count(1, timeout=15_000)
    assert eventually(lambda: library.site.asset(first)["deleted_at"] is None)


def test_a_photo_deleted_elsewhere_leaves_the_list_at_the_next_look(
    page_of: PageOf, library_of: LibraryOf
):
    """Guards: web/src/failures/failure-list.ts: lose."""
    days = {"2024-05-17": 1, "2024-05-18": 1}
    library = library_of(shots(days, thumbnail_key=None, thumbnail_error="corrupt"))
    page = page_of(
        library.address("/failures"), awaits=".failure", before=lambda page: page.clock.install()
    )
    first, second = failure_ids(page)
    assert library.site.request("DELETE", f"/api/gallery/assets/{first}").status == 200

    page.clock.run_for(31_000)

    expect(page.locator(".failure")).to_have_count(1)
    assert failure_ids(page) == [second]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_the_failures_fit_their_window_and_everybody_can_use_them(
    page_of: PageOf, failed: Library, width: int, scheme: str
):
    """Line 49: axe finds nothing serious; light and dark reach AA.

    Guards: web/src/style/failures.css; web/src/failures/row.tsx: aria-label
    """
    page = page_of(failed.address("/failures"), width=width, scheme=scheme, awaits=".failure")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """[...document.querySelectorAll(".failures button, .failure-deeds a, summary")]
        .map((e) => e.getBoundingClientRect())
        .filter(({ width, height }) => width < 44 || height < 44).length"""
    )
    assert small == 0
    assert_accessible(page)


def test_where_nothing_failed_the_page_says_so(page_of: PageOf, library_of: LibraryOf):
    """Line 11: Empty states.

    Guards: web/src/failures/page.tsx: noneTitle
    """
    library = library_of(shots({"2024-05-17": 1}))

    page = page_of(library.address("/failures"))

    expect(page.get_by_text("Every photo has its preview")).to_be_visible()


def test_without_an_answer_the_page_offers_another_try(page_of: PageOf, failed: Library):
    """Line 11: Error states, with a way out.

    Guards: web/src/failures/page.tsx: list.error
    """
    page = page_of(
        failed.address("/failures"),
        before=lambda page: page.route("**/api/gallery/failures?*", lambda route: route.abort()),
    )
    expect(page.get_by_text("The failures could not be loaded")).to_be_visible()

    page.unroute("**/api/gallery/failures?*")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".failure")).to_have_count(len(REASONS))
