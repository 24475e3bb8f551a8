"""Taking originals home: one as it is, many as a zip that is made while it arrives."""

import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.asset import Asset
from tests.aws.site import Site, eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, Shelf, shots
from tests.browser.zips import (
    CARD,
    WORKER_IS_THERE,
    films,
    select_all,
    take_home,
    take_watched,
)

BIG_BYTES = 16 * 1024 * 1024
BIG_COUNT = 38
LOST = "nowhere/lost.jpg"
MEMORY_BYTES = 200_000_000


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    """Photos with names that meet each other, from a year a zip can't say, and without a date."""
    return library_of(
        shots({"2024-05-17": 1}, filename="lake.jpg"),
        shots({"2024-05-18": 1}, filename="Lake.JPG"),
        shots({"2024-05-19": 1}, filename="lake.jpg"),
        shots({"1969-07-20": 1}, filename="moon/landing: one?.jpg"),
        shots({None: 1}, filename="Zürich 湖.jpg"),
    )


def with_worker(page_of: PageOf, address: str, expects: Sequence[str] = ()) -> Page:
    page = page_of(address, service_worker=True, expects=expects)
    eventually(lambda: page.evaluate(WORKER_IS_THERE))
    return page


def original(site: Site, asset: Asset) -> bytes:
    return site.get(site.asset(asset.id)["url"]).body


def test_many_photos_come_as_one_zip_with_their_bytes_names_and_dates(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 6: a streamed zip; names are unique on every system, dates are the camera's.

    Guards: web/src/download/zip-names.ts: zipFiles, zipDate; web/src/worker/zip-orders.ts: answer
    """
    page = with_worker(page_of, album.address())
    select_all(page, 5)

    download = take_home(page)

    assert re.fullmatch(r"Photos \d{4}-\d\d-\d\d\.zip", download.suggested_filename)
    path = tmp_path / "photos.zip"
    download.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = {info.filename: info for info in archive.infolist()}
        assert sorted(found, key=str.lower) == sorted(
            {
                "lake.jpg",
                "Lake (2).JPG",
                "lake (3).jpg",
                "moon_landing_ one_.jpg",
                "Zürich 湖.jpg",
            },
            key=str.lower,
        )
        assert found["lake.jpg"].date_time == (2024, 5, 19, 9, 0, 0)
        assert found["lake (3).jpg"].date_time == (2024, 5, 17, 9, 0, 0)
        assert found["moon_landing_ one_.jpg"].date_time == (1980, 1, 1, 0, 0, 0)
        assert datetime(*found["Zürich 湖.jpg"].date_time).year >= 2024  # noqa: DTZ001
        newest = next(a for a in album.assets if a.taken_local and a.taken_local.day == 19)
        assert archive.read("lake.jpg") == original(album.site, newest)
    expect(page.locator(CARD)).to_have_attribute("data-state", "done")
    expect(page.locator(CARD)).to_contain_text("5 files downloaded")


def test_one_photo_comes_as_it_is(page_of: PageOf, album: Library, tmp_path: Path):
    """Line 40: the original's own bytes and name, no zip around it.

    Guards: web/src/download/zip.ts: save
    """
    page = page_of(album.address())
    asset = album.assets[0]
    page.locator(f".tile:has([data-id='{asset.id}'])").hover()
    page.locator(f".tile:has([data-id='{asset.id}']) .tile-check").click()

    download = take_home(page)

    assert download.suggested_filename == asset.filename
    download.save_as(tmp_path / "one.jpg")
    assert (tmp_path / "one.jpg").read_bytes() == original(album.site, asset)


def test_a_file_that_is_not_there_is_listed_in_the_zip_and_does_not_break_it(
    page_of: PageOf, library_of: LibraryOf, tmp_path: Path
):
    """Item 6: `errors.txt` says which and why; the others are whole.

    Guards: web/src/download/zip-stream.ts: entries (errorsName)
    """
    gone = library_of(
        shots({"2024-05-17": 2}),
        shots(
            {"2024-05-18": 1}, filename="lost.jpg", key="nowhere/lost.jpg", url="nowhere/lost.jpg"
        ),
    )
    page = with_worker(page_of, gone.address(), [r"^404 GET .*/nowhere/lost.jpg"])
    select_all(page, 3)

    download = take_home(page)

    path = tmp_path / "photos.zip"
    download.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["IMG_00000.jpg", "IMG_00001.jpg", "errors.txt"]
        assert "lost.jpg: the server does not have it" in archive.read("errors.txt").decode()
    expect(page.locator(CARD)).to_contain_text("2 files downloaded")
    expect(page.locator(CARD)).to_contain_text("1 file is missing")


@pytest.fixture(scope="module")
def large(shelf: Shelf) -> Library:
    """600 MB."""
    return films(shelf, BIG_COUNT, BIG_BYTES)


def test_a_large_zip_is_made_without_being_held_in_memory(
    page_of: PageOf, large: Library, tmp_path: Path
):
    """Item 6: 600 MB while the browser's processes grow by less than 200 MB.

    Guards: web/src/worker/zip-orders.ts: watched; web/src/download/pieces.ts: giveBack
    """
    page = with_worker(page_of, large.address())
    select_all(page, BIG_COUNT)

    packed = take_watched(page)

    path = tmp_path / "films.zip"
    packed.download.save_as(path)
    assert path.stat().st_size > BIG_COUNT * BIG_BYTES
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == BIG_COUNT
        assert {info.file_size for info in archive.infolist()} == {BIG_BYTES}
        assert len({info.CRC for info in archive.infolist()}) == 1
        assert archive.testzip() is None  # memory that is used again mixes nothing up
    assert packed.growth_bytes < MEMORY_BYTES


def test_a_zip_can_be_stopped_from_the_page(page_of: PageOf, large: Library):
    """Item 6: progress, and a way out.

    Guards: web/src/worker/zip-orders.ts: cancel; web/src/download/download-cards.tsx
    """
    page = with_worker(page_of, large.address())
    select_all(page, BIG_COUNT)

    download = take_home(page)
    card = page.locator(CARD)
    expect(card).to_contain_text(re.compile(r"[1-9][\d.]* MB of 638 MB"))
    page.get_by_role("button", name="Cancel the download").click()

    expect(card).to_contain_text("The download was cancelled")
    assert download.failure() is not None


def test_without_a_worker_the_page_itself_writes_the_zip_where_it_is_told(
    page_of: PageOf, album: Library
):
    """Item 6: in a private window the zip is streamed into a file that somebody picks.

    Guards: web/src/download/zip.ts: byPicker
    """
    page = page_of(
        album.address(),
        before=lambda page: page.add_init_script(
            """window.showSaveFilePicker = async ({suggestedName}) => {
              window.suggested = suggestedName;
              const folder = await navigator.storage.getDirectory();
              return folder.getFileHandle("taken.zip", {create: true});
            };"""
        ),
    )
    select_all(page, 5)
    page.get_by_role("button", name="Download", exact=True).click()

    expect(page.locator(CARD)).to_contain_text("5 files downloaded")
    assert page.evaluate("window.suggested").endswith(".zip")
    head = page.evaluate(
        """async () => {
          const folder = await navigator.storage.getDirectory();
          const file = await (await folder.getFileHandle("taken.zip")).getFile();
          return [await file.slice(0, 2).text(), file.size];
        }"""
    )
    assert head[0] == "PK"
    assert head[1] > sum(len(original(album.site, asset)) for asset in album.assets)


def test_where_no_zip_can_be_made_files_come_one_by_one_and_the_page_says_so(
    page_of: PageOf, album: Library
):
    """Item 6: neither a worker nor a way to write files.

    Guards: web/src/download/zip.ts: download (oneByOne)
    """
    page = page_of(
        album.address(),
        before=lambda page: page.add_init_script("delete window.showSaveFilePicker"),
    )
    found: list[str] = []
    page.on("download", lambda download: found.append(download.suggested_filename))
    select_all(page, 5)
    page.get_by_role("button", name="Download", exact=True).click()

    expect(page.locator(".toast")).to_contain_text("5 files come one by one")
    page.wait_for_event("download", lambda _: len(found) == len(album.assets))
    assert "Zürich 湖.jpg" in found
