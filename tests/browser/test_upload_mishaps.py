"""What becomes of uploads when files, tabs or parts of the page let them down."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.test_upload import (
    a_photo,
    drag,
    expect_state,
    panel,
    pick,
    remembered,
    row,
    sent_to_bucket,
)

STARTS = re.compile(r"/api/gallery/uploads$")


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    return library_of(shots({"2020-02-02": 1}))


def a_file(folder: Path, name: str, seed: int) -> Path:
    path = folder / name
    path.write_bytes(a_photo(seed))
    return path


def drop(page: Page, *paths: Path) -> None:
    for kind in ("dragEnter", "dragOver", "drop"):
        drag(page, kind, *paths)


def names(page: Page) -> list[str]:
    return sorted(left["name"] for left in remembered(page))


# The tests may run as a user whom no file is locked for.
LOCK = """(() => {
    const error = new DOMException("locked", "NotReadableError");
    const guarded = (entry) => {
        if (entry.name === "locked.jpg") entry.file = (_, fail) => fail(error);
        if (!entry.isDirectory) return entry;
        const reader = entry.createReader();
        const read = (found, fail) => {
            if (entry.name === "DCIM") fail(error);
            else reader.readEntries((some) => found(some.map(guarded)), fail);
        };
        entry.createReader = () => ({ readEntries: read });
        return entry;
    };
    const entryOf = DataTransferItem.prototype.webkitGetAsEntry;
    DataTransferItem.prototype.webkitGetAsEntry = function () {
        return guarded(entryOf.call(this));
    };
})()"""


def test_what_can_not_be_opened_in_a_dropped_folder_is_named(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: nobody empties a card because what is missing was left out without a word.

    Guards: web/src/upload/collect.ts: unopened; web/src/upload/queue.ts: isUnopened
    """
    card = tmp_path / "Card"
    (card / "DCIM").mkdir(parents=True)
    a_file(card, "fine.jpg", 1000)
    a_file(card, "locked.jpg", 1001)
    page = page_of(album.address(), before=lambda page: page.add_init_script(LOCK))

    drop(page, card)

    expect_state(page, "fine.jpg", "done")
    for name in ("locked.jpg", "DCIM"):
        expect_state(page, name, "refused")
        expect(row(page, name)).to_contain_text("Could not be opened")
        expect(page.locator(f".upload-name[title='Card/{name}']")).to_be_visible()
    shown = page.get_by_role("region", name="Uploads")
    expect(shown.get_by_role("heading")).to_have_text("1 uploaded, 2 could not be opened")


def test_two_drops_are_taken_before_the_panel_is_there(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: over a slow line the panel comes after the files; none of them is lost.

    Guards: web/src/widgets/dock.tsx: setGiven; web/src/upload/corner.tsx: taken
    """
    page = page_of(album.address())
    held: list[Route] = []
    page.route(re.compile(r"/assets/corner-"), lambda route: held.append(route))

    drop(page, a_file(tmp_path, "first.jpg", 1100))
    drop(page, a_file(tmp_path, "second.jpg", 1101))
    eventually(lambda: page.evaluate("1") and held)
    expect(page.locator(".drop-target")).to_have_count(0)
    for route in held:
        route.continue_()

    expect_state(page, "first.jpg", "done")
    expect_state(page, "second.jpg", "done")
    drop(page, a_file(tmp_path, "third.jpg", 1102))
    expect_state(page, "third.jpg", "done")
    expect(page.locator(".upload-row")).to_have_count(3)


def test_what_was_interrupted_or_had_failed_is_asked_for_until_it_is_dropped_again(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: a file that is dropped is taken up as one that is picked.

    Guards: web/src/upload/memory.ts: takeOver, without
    """
    files = [a_file(tmp_path, "slow.jpg", 1200), a_file(tmp_path, "refused.jpg", 1201)]
    page = page_of(album.address(), expects=[r"^400 POST ", r"^console: .*"])

    def answer(route: Route) -> None:
        if "refused.jpg" in (route.request.post_data or ""):
            route.fulfill(
                status=400, json={"error": {"code": "invalid_parameter", "message": "No."}}
            )

    page.route(STARTS, answer)  # the slow one gets no answer
    panel(page)
    pick(page, *files)
    expect_state(page, "slow.jpg", "hashing")
    expect_state(page, "refused.jpg", "failed")
    eventually(lambda: names(page) == ["refused.jpg", "slow.jpg"])

    again = page.context.new_page()
    page.close()
    again.goto(album.address())
    left = again.locator(".upload-interrupted")
    expect(left).to_contain_text("2 uploads were interrupted")
    drop(again, files[0])

    expect_state(again, "slow.jpg", "done")
    expect(left).to_contain_text("1 upload was interrupted")
    expect(left).not_to_contain_text("slow.jpg")
    drop(again, files[1])
    expect_state(again, "refused.jpg", "done")
    expect(left).to_have_count(0)
    eventually(lambda: remembered(again) == [])


def test_a_second_tab_leaves_the_uploads_of_the_first_alone(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: only what a closed tab left is called interrupted, and tabs forget nothing.

    Guards: web/src/upload/memory.ts: whenFree, hold
    """
    first = page_of(album.address())
    first.route(STARTS, lambda _: None)
    panel(first)
    pick(first, a_file(tmp_path, "of the first.jpg", 1300))
    eventually(lambda: names(first) == ["of the first.jpg"])

    second = first.context.new_page()
    second.route(STARTS, lambda _: None)
    second.goto(album.address())
    waiting = "async () => (await navigator.locks.query()).pending.length"
    eventually(lambda: second.evaluate(waiting) == 1)
    eventually(lambda: second.evaluate(waiting) == 0)
    expect(second.get_by_role("region", name="Uploads")).to_have_count(0)
    panel(second)
    pick(second, a_file(tmp_path, "of the second.jpg", 1301))
    eventually(lambda: names(second) == ["of the first.jpg", "of the second.jpg"])

    first.close()
    third = second.context.new_page()
    third.goto(album.address())
    left = third.locator(".upload-interrupted")
    expect(left).to_contain_text("of the first.jpg")
    expect(left).to_contain_text("1 upload was interrupted")
    assert names(third) == ["of the first.jpg", "of the second.jpg"]


def test_a_file_that_was_changed_while_it_was_sent_says_so_at_once(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: the reason is the file, and not the network.

    Guards: web/src/upload/send.ts: checkReadable
    """
    path = a_file(tmp_path, "edited.jpg", 1400)
    page = page_of(album.address(), expects=[r"^console: .*"])
    held: list[Route] = []
    page.route(STARTS, lambda route: held.append(route))
    panel(page)
    pick(page, path)
    eventually(lambda: page.evaluate("1") and held)
    path.write_bytes(a_photo(1401) + b"more")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    sent = sent_to_bucket(page, album.site)
    held[0].continue_()

    expect_state(page, "edited.jpg", "failed")
    expect(row(page, "edited.jpg")).to_contain_text("Moved or changed since it was chosen")
    assert len(sent) == 1
