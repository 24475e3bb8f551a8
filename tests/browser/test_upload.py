"""Uploading through the page: into the real bucket of the deployed gallery."""

import hashlib
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Dialog, Locator, Page, Request, Route, expect

from tests.aws.site import Site, eventually
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots

PART_BYTES = 16 * 1024 * 1024


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    """A gallery that has two photos before anything is uploaded."""
    return library_of(shots({"2020-02-02": 2}))


def a_photo(seed: int, width: int = 640) -> bytes:
    """A JPEG that no other test uploads."""
    buffer = BytesIO()
    colour = tuple(Random(f"upload {seed}").randbytes(3))
    Image.new("RGB", (width, 480), (colour[0], colour[1], colour[2])).save(buffer, "JPEG")
    return buffer.getvalue()


def file(name: str, body: bytes, media_type: str = "image/jpeg") -> dict[str, object]:
    """A file as a person picks it."""
    return {"name": name, "mimeType": media_type, "buffer": body}


def panel(page: Page) -> Locator:
    """The panel of uploads, opened as a person does."""
    page.get_by_role("button", name="Upload", exact=True).click()
    found = page.get_by_role("region", name="Uploads")
    expect(found).to_be_visible()
    return found


def pick(page: Page, *files: object) -> None:
    page.locator("input[data-choose=files]").set_input_files(list(files))  # type: ignore[arg-type]


def row(page: Page, name: str) -> Locator:
    return page.locator(".upload-row", has_text=name)


def expect_state(page: Page, name: str, state: str, seconds: float = 20) -> None:
    expect(row(page, name)).to_have_attribute("data-state", state, timeout=seconds * 1000)


def listed(site: Site, name: str) -> Any:
    """The item of an uploaded file, as soon as the list has it."""
    return eventually(
        lambda: next((i for i in site.media(limit=500)["items"] if i["name"] == name), None)
    )


def remembered(page: Page) -> list[dict[str, Any]]:
    """What the browser would tell a page that is opened after all tabs were closed."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => Object.keys(localStorage)
            .filter((key) => key.startsWith("contact-sheet-unfinished"))
            .flatMap((key) => JSON.parse(localStorage[key]))"""
    )
    return found


def drag(page: Page, kind: str, *paths: Path) -> None:
    """Moves files of the disk over the page: dragEnter, dragOver, drop."""
    mouse = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    mouse.send("Input.dispatchDragEvent", {"type": kind, "x": 700, "y": 450, "data": data})
    mouse.detach()


def sent_to_bucket(page: Page, site: Site) -> list[Request]:
    """Every request with bytes for the bucket, from now on."""
    found: list[Request] = []

    def note(request: Request) -> None:
        is_bytes = request.method in ("PUT", "POST")
        if is_bytes and request.url.startswith(site.endpoints.aws_endpoint):
            found.append(request)

    page.on("request", note)
    return found


def test_photos_that_are_picked_appear_in_the_timeline_as_they_are_ready(
    page_of: PageOf, album: Library
):
    """Item 5: many at once; they appear without a reload, with their own bytes and name.

    Guards: web/src/upload/queue.ts: add; web/src/upload/upload-work.tsx: useArrivals
    """
    page = page_of(album.address())
    bodies = {f"Lake {n}.jpg": a_photo(n) for n in range(5)}
    panel(page)

    pick(page, *[file(name, body) for name, body in bodies.items()])

    for name in bodies:
        expect_state(page, name, "done")
    expect(page.get_by_role("heading", name="5 uploaded")).to_be_visible()
    for name, body in bodies.items():
        item = listed(album.site, name)
        tile = page.locator(f".tile-link[data-id='{item['id']}'] img")
        expect(tile).to_be_visible(timeout=20_000)
        assert album.site.get(item["url"]).body == body


def test_a_file_that_is_here_already_is_not_sent_again(page_of: PageOf, album: Library):
    """Item 5: duplicates are found by their hash before a byte is sent.

    Guards: web/src/upload/send.ts: deliver (ticket.duplicate)
    """
    body = a_photo(100)
    page = page_of(album.address())
    panel(page)
    pick(page, file("first.jpg", body))
    expect_state(page, "first.jpg", "done")
    listed(album.site, "first.jpg")
    sent = sent_to_bucket(page, album.site)

    pick(page, file("the same again.jpg", body))

    expect_state(page, "the same again.jpg", "duplicate")
    expect(row(page, "the same again.jpg")).to_contain_text("Already here")
    assert sent == []


def test_files_that_are_no_photos_are_named_with_the_reason_and_never_read(
    page_of: PageOf, album: Library
):
    """Item 5: what is refused says why.

    Guards: web/src/upload/accept.ts: refusal
    """
    page = page_of(album.address())
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.url.endswith("/uploads") else None)
    shown = panel(page)

    pick(
        page,
        file("letter.pdf", b"%PDF", "application/pdf"),
        file("photo.jpg.xmp", b"<x/>", "application/xml"),
        file("empty.jpg", b""),
        file("Thumbs.db", b"clutter", ""),
    )

    expect(row(page, "letter.pdf")).to_contain_text("Not a photo or video")
    expect(row(page, "photo.jpg.xmp")).to_contain_text("Belongs to the photo beside it")
    expect(row(page, "empty.jpg")).to_contain_text("An empty file")
    expect(shown.locator(".upload-row")).to_have_count(3)
    expect(shown.get_by_role("heading")).to_have_text("3 files are not for the gallery")
    assert asked == []


def test_a_picked_folder_is_taken_with_the_folders_inside_it(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: folders too.

    Guards: web/src/upload/upload-panel.tsx: Choose (webkitdirectory)
    """
    inner = tmp_path / "Italy" / "Rome"
    inner.mkdir(parents=True)
    (tmp_path / "Italy" / "coast.jpg").write_bytes(a_photo(200))
    (inner / "forum.jpg").write_bytes(a_photo(201))
    (inner / "notes.txt").write_text("no photo")
    page = page_of(album.address())
    panel(page)

    page.locator("input[data-choose=folder]").set_input_files(tmp_path / "Italy")

    expect_state(page, "coast.jpg", "done")
    expect_state(page, "forum.jpg", "done")
    expect_state(page, "notes.txt", "refused")
    expect(page.locator(".upload-name[title='Italy/Rome/forum.jpg']")).to_be_visible()


def test_files_and_folders_dropped_anywhere_are_uploaded(
    page_of: PageOf, album: Library, tmp_path: Path
):
    """Item 5: drag and drop, over the whole page, with a sign while it may be dropped.

    Guards: web/src/widgets/drop-target.tsx: onDrop; web/src/upload/collect.ts: opened
    """
    folder = tmp_path / "Norway" / "Fjord"
    folder.mkdir(parents=True)
    (folder / "boat.jpg").write_bytes(a_photo(300))
    (tmp_path / "loose.jpg").write_bytes(a_photo(301))
    page = page_of(album.address())
    dragged = (tmp_path / "Norway", tmp_path / "loose.jpg")

    drag(page, "dragEnter", *dragged)
    drag(page, "dragOver", *dragged)
    sign = page.locator(".drop-target")
    expect(sign).to_be_visible()
    assert sign.bounding_box() == {"x": 0, "y": 0, "width": 1440, "height": 900}
    drag(page, "drop", *dragged)

    expect(sign).to_have_count(0)
    expect_state(page, "boat.jpg", "done")
    expect_state(page, "loose.jpg", "done")
    expect(page.locator(".upload-name[title='Norway/Fjord/boat.jpg']")).to_be_visible()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """300 MB, mostly a hole; no two of its parts are equal."""
    path = tmp_path_factory.mktemp("films") / "wedding.mp4"
    with path.open("wb") as out:
        for part in range(18):
            out.seek(part * PART_BYTES)
            out.write(b"part %d" % part)
        out.truncate(300_000_000)
    yield path
    path.unlink()


def test_a_film_of_300_mb_goes_on_where_a_closed_tab_had_stopped(
    page_of: PageOf, album: Library, film: Path
):
    """Item 5: the tab closed at 40 % and opened again: only the missing parts are sent.

    Guards: web/src/upload/send.ts: sendParts; web/src/upload/memory.ts: takeOver
    """
    page = page_of(album.address())
    first = 8  # of 18 parts: 44 %; the eighth is through when the ninth begins
    gone: list[str] = []
    held: list[Route] = []

    def let_some_through(route: Route) -> None:
        if route.request.method == "PUT" and len(gone) >= first:
            held.append(route)
        else:
            if route.request.method == "PUT":
                gone.append(part_of(route.request))
            route.continue_()

    bucket = re.compile(re.escape(album.site.endpoints.aws_endpoint))
    page.route(bucket, let_some_through)
    arrived: list[str] = []
    page.on(
        "requestfinished",
        lambda r: arrived.append(part_of(r)) if r.method == "PUT" else None,
    )
    panel(page)
    pick(page, film)
    expect(page.locator(".corner-progress")).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('.corner-progress').value >= 8 * 16 * 1024 * 1024",
        timeout=90_000,
    )
    eventually(lambda: page.evaluate("1") and len(arrived) == first)
    eventually(lambda: [left for left in remembered(page) if left["bytes"] > 120_000_000])

    again = page.context.new_page()
    page.close()
    again.goto(album.address())
    again.get_by_role("region", name="Uploads").wait_for()
    left = again.locator(".upload-interrupted")
    expect(left).to_contain_text("wedding.mp4")
    assert 40 <= int(re.findall(r"(\d+) %", left.inner_text())[0]) <= 45
    sent = sent_to_bucket(again, album.site)
    pick(again, film)
    expect_state(again, "wedding.mp4", "done", 120)

    parts = [part_of(request) for request in sent]
    assert sorted(parts, key=int) == sorted({str(n) for n in range(1, 19)} - set(arrived), key=int)
    expect(left).to_have_count(0)
    eventually(lambda: remembered(again) == [])
    stored = album.site.s3.list_objects_v2(
        Bucket=album.site.endpoints.bucket, Prefix=album.site.gallery
    )
    [found] = [o for o in stored["Contents"] if o["Size"] == 300_000_000]
    with film.open("rb") as there:
        wanted = hashlib.file_digest(there, "sha256").hexdigest()
    assert sha256_of(album.site, found["Key"]) == wanted
    album.site.s3.delete_object(Bucket=album.site.endpoints.bucket, Key=found["Key"])


def part_of(request: Request) -> str:
    return str(re.findall(r"partNumber=(\d+)", request.url)[0])


def sha256_of(site: Site, key: str) -> str:
    body = site.s3.get_object(Bucket=site.endpoints.bucket, Key=key)["Body"]
    digest = hashlib.sha256()
    for chunk in body.iter_chunks(PART_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def test_a_transfer_that_breaks_is_tried_again_and_one_that_is_refused_says_why(
    page_of: PageOf, album: Library
):
    """Item 5: a progress list with retry.

    Guards: web/src/upload/send.ts: isPassing; web/src/upload/queue.ts: retry
    """
    page = page_of(album.address(), expects=[r"^(400|503) POST ", r"^console: .*"])
    tries: list[str] = []

    def fail_at_first(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        name = "broken.jpg" if b"broken.jpg" in body else "refused.jpg"
        tries.append(name)
        origin = {"Access-Control-Allow-Origin": "*"}
        if name == "broken.jpg" and tries.count(name) == 1:
            route.abort("connectionreset")
        elif name == "refused.jpg" and tries.count(name) == 1:
            xml = "<Error><Code>AccessControlListNotSupported</Code></Error>"
            route.fulfill(status=400, headers=origin, body=xml)
        else:
            route.continue_()

    page.route(re.compile(re.escape(album.site.endpoints.aws_endpoint)), fail_at_first)
    panel(page)
    pick(page, file("broken.jpg", a_photo(400)), file("refused.jpg", a_photo(401)))

    expect_state(page, "broken.jpg", "done")
    expect_state(page, "refused.jpg", "failed")
    expect(row(page, "refused.jpg")).to_contain_text("AccessControlListNotSupported")
    assert tries.count("broken.jpg") == 2
    assert tries.count("refused.jpg") == 1
    page.get_by_role("button", name="Try refused.jpg again").click()
    expect_state(page, "refused.jpg", "done")


def test_a_file_can_be_cancelled_on_its_way_and_taken_up_again(page_of: PageOf, album: Library):
    """Item 5: stop one, and all; closing the page meanwhile asks first.

    Guards: web/src/upload/queue.ts: cancel; web/src/upload/upload-work.tsx: useLeaveQuestion
    """
    page = page_of(album.address())
    held: list[Route] = []
    bucket = re.compile(re.escape(album.site.endpoints.aws_endpoint))
    page.route(bucket, lambda route: held.append(route))
    shown = panel(page)
    pick(page, file("slow.jpg", a_photo(500)), file("other.jpg", a_photo(501)))
    expect_state(page, "slow.jpg", "sending")
    expect_state(page, "other.jpg", "sending")

    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    eventually(lambda: page.evaluate("1") and asked == ["beforeunload"])

    page.get_by_role("button", name="Cancel slow.jpg").click()
    expect_state(page, "slow.jpg", "cancelled")
    shown.get_by_role("button", name="Cancel all").click()
    expect_state(page, "other.jpg", "cancelled")
    expect(shown.get_by_role("heading")).to_have_text("Cancelled")
    page.unroute(bucket)
    page.get_by_role("button", name="Try slow.jpg again").click()
    expect_state(page, "slow.jpg", "done")
    expect_state(page, "other.jpg", "cancelled")


def test_uploads_wait_while_there_is_no_network(page_of: PageOf, album: Library):
    """Item 5, line 50: offline is said, and what waits goes on by itself.

    Guards: web/src/upload/means.ts: untilOnline
    """
    page = page_of(album.address())
    shown = panel(page)
    page.context.set_offline(True)

    pick(page, file("patient.jpg", a_photo(600)))

    expect(shown).to_contain_text("Waiting for the network")
    page.context.set_offline(False)
    expect_state(page, "patient.jpg", "done")
    expect(shown).not_to_contain_text("Waiting for the network")


def test_an_uploaded_photo_opens_from_the_list(page_of: PageOf, album: Library):
    """Item 5: a click on its name shows it, without leaving the page.

    Guards: web/src/upload/upload-row.tsx: open
    """
    page = page_of(album.address())
    panel(page)
    pick(page, file("open me.jpg", a_photo(700)))
    expect_state(page, "open me.jpg", "done")
    listed(album.site, "open me.jpg")

    page.get_by_role("button", name="open me.jpg", exact=True).click()

    expect(page.locator(".viewer")).to_be_visible()
    assert "/gallery/photo/" in page.url


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_panel_fits_the_window_and_is_accessible(
    page_of: PageOf, album: Library, width: int, scheme: str
):
    """Line 49: the panel takes the focus, its targets are large, nothing hangs over an edge.

    Guards: web/src/style/upload.css; web/src/upload/upload-panel.tsx: first.focus
    """
    page = page_of(album.address(), width=width, height=844, scheme=scheme, motion="reduce")
    if width == 390:
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Upload", exact=True).or_(
        page.get_by_role("menuitem", name="Upload")
    ).locator("visible=true").first.click()
    shown = page.get_by_role("region", name="Uploads")
    expect(shown.get_by_role("button", name="Choose files")).to_be_focused()
    pick(page, file("letter.pdf", b"%PDF", "application/pdf"), file("c.jpg", a_photo(800 + width)))
    expect(row(page, "c.jpg")).to_have_attribute("data-state", re.compile("done|duplicate"))

    box = shown.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in shown.get_by_role("button").all():
        size = button.bounding_box()
        assert size is not None
        assert size["height"] >= 44, button.inner_text()
    assert_accessible(page)
    shown.get_by_role("button", name="Close").click()
    expect(shown).to_have_count(0)
