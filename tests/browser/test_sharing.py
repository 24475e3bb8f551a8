"""Links to a gallery or a selection: made, opened without an account, and ended."""

import re
import secrets
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from infra.local.gallery import Endpoints, let_in, local_client
from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.zips import WORKER_IS_THERE, take_home

PASSWORD = "lake at dawn"
CLOSED = "dialog.doorstep"
SHOWN = ".tile-link, .viewer, dialog.doorstep"
OVER = "This link shows nothing any more"
REFUSED = (r"^401 ", r"^404 POST .*/api/session/share")


@pytest.fixture(scope="module")
def summer(library_of: LibraryOf) -> Library:
    return library_of(
        shots({"2024-05-17": 12, "2024-05-18": 3}, people=["Anna"]),
        shots({"2024-05-19": 1}, file_type="video", duration=65.0),
        shots({"2024-05-20": 2}, visibility="hidden"),
        shots({"2024-05-21": 1}, visibility="locked"),
        shots({"2024-05-22": 1}, deleted_at=datetime.now(UTC), deleted_reason="trashed"),
    )


LinkOf = Callable[..., str]


@pytest.fixture
def link_of(summer: Library) -> LinkOf:
    """Makes a link; returns its address."""

    def make(count: int | None = None, **said: Any) -> str:
        chosen = {} if count is None else {"asset_ids": [a.id for a in summer.shown[:count]]}
        return summer.link(**chosen, **said)

    return make


@pytest.fixture
def guest_page_of(page_of: PageOf) -> PageOf:
    """Opens pages in a browser of somebody without an account."""

    def open_page(address: str, **options: Any) -> Page:
        return page_of(address, **({"signed_in": False, "awaits": SHOWN} | options))

    return open_page


def pictures_shown(page: Page, count: int) -> None:
    page.wait_for_function(
        "(count) => [...document.querySelectorAll('.tile img')]"
        ".filter((i) => i.complete && i.naturalWidth > 0).length >= count",
        arg=count,
    )


def share_dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("^Share|^The link is ready"))


# --- the whole of it ------------------------------------------------------------------------------


def test_photos_are_shared_from_signing_in_to_signing_out(page_of, guest_page_of, library_of):
    """Guards: web/src/session/sign-in-page.tsx, web/src/sharing/share-dialog.tsx,
    web/src/guests/page.tsx, web/src/session/sign-out.ts
    """
    album = library_of(shots({"2024-05-17": 5}))
    endpoints, email = album.site.endpoints, f"ann-{secrets.token_hex(4)}@page.test"
    let_in(endpoints, email, "tea-Spoon 7 harbour", [album.site.gallery, "colours"])
    page = page_of(
        album.address(), signed_in=False, awaits=CLOSED, expects=(*REFUSED, r"^403 .*/photos/")
    )
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill("tea-Spoon 7 harbour")
    page.get_by_role("button", name="Sign in").click()
    pictures_shown(page, 5)

    for number in range(2):
        tile = page.locator(".tile").nth(number)
        tile.hover()
        tile.get_by_role("button", name="Select").click()
    page.get_by_role("button", name="Share").click()
    share_dialog(page).get_by_label("Ends").select_option(label="after 1 day")
    share_dialog(page).get_by_role("button", name="Create the link").click()
    link = share_dialog(page).get_by_label("Link", exact=True).input_value()
    share_dialog(page).get_by_role("button", name="Done").click()

    guest = guest_page_of(link, expects=REFUSED)
    pictures_shown(guest, 2)
    expect(guest.locator(".tile")).to_have_count(2)
    let_expire(endpoints, link)
    guest.reload()
    expect(guest.get_by_role("heading", name=OVER)).to_be_visible()
    expect(guest.locator(".tile")).to_have_count(0)
    page.goto(album.address("/shares"))
    expect(page.locator(".share")).to_contain_text("expired on")

    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.locator(CLOSED).wait_for()
    expect(page.locator(".share, .tile")).to_have_count(0)


def let_expire(endpoints: Endpoints, link: str) -> None:
    """Lets a link's time be over."""
    local_client("dynamodb", endpoints.aws_endpoint).update_item(
        TableName=endpoints.tables["access"],
        Key={"id": {"S": f"share#{link.rpartition('/')[2]}"}},
        UpdateExpression="SET ends_at = :now",
        ConditionExpression="attribute_exists(ends_at)",
        ExpressionAttributeValues={":now": {"S": datetime.now(UTC).isoformat()}},
    )


# --- making links ---------------------------------------------------------------------------------


def test_a_selection_is_shared_and_its_link_opens_for_somebody_else(page_of, guest_page_of, summer):
    """Guards: web/src/sharing/share-dialog.tsx, web/src/guests/visit.ts"""
    page = page_of(summer.address())
    for number in range(3):
        tile = page.locator(".tile").nth(number)
        tile.hover()
        tile.get_by_role("button", name="Select").click()
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share 3 items")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("For Grandma")
    expect(dialog.get_by_label("Ends")).to_have_value("30")
    dialog.get_by_label("Ends").select_option(label="after 7 days")

    dialog.get_by_role("button", name="Create the link").click()

    ready = page.get_by_role("dialog", name="The link is ready")
    expect(ready.get_by_text("Link copied")).to_be_visible()
    expect(ready.get_by_role("button", name="Copy the link")).to_be_focused()
    link = ready.get_by_label("Link", exact=True).input_value()
    assert page.evaluate("() => navigator.clipboard.readText()") == link
    ready.get_by_role("button", name="Done").click()
    expect(page.get_by_role("toolbar")).to_be_visible()  # what was chosen stays chosen

    guest = guest_page_of(link)
    expect(guest.locator(".tile")).to_have_count(3)
    expect(guest.get_by_role("heading", level=1)).to_have_text("For Grandma")
    pictures_shown(guest, 3)


def test_the_whole_gallery_is_shared_from_the_menu(page_of, guest_page_of, summer):
    """Guards: web/src/widgets/menu.tsx, web/src/sharing/fields.tsx"""
    page = page_of(summer.address())
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Share this gallery").click()
    dialog = page.get_by_role("dialog", name="Share this gallery")
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_role("button", name="Create the link").click()
    expect(dialog.get_by_role("alert")).to_have_text("At least 8 characters.")
    expect(dialog.get_by_label("Password")).to_be_focused()
    dialog.get_by_label("Password").fill("")
    dialog.get_by_label("Ends").select_option(label="never")

    dialog.get_by_label("Password").press("Enter")

    link = share_dialog(page).get_by_label("Link", exact=True).input_value()
    guest = guest_page_of(link)
    expect(guest.locator(".tile")).to_have_count(len(summer.shown))  # nothing hidden, nothing gone
    expect(guest.get_by_role("heading", level=1)).to_have_text("Shared photos")


def test_more_than_a_link_can_hold_is_told_before_anything_is_asked(page_of, library_of):
    """Guards: web/src/sharing/share-dialog.tsx: isTooMuch"""
    many = library_of(shots({"2024-05-17": 501}), with_rows=False)
    page = page_of(many.address())
    page.keyboard.press("Control+a")
    expect(page.get_by_role("toolbar")).to_contain_text("501 selected")

    page.get_by_role("button", name="Share").click()

    expect(share_dialog(page)).to_contain_text("A link shows at most 500 chosen items.")
    expect(share_dialog(page).locator("form")).to_have_count(0)


@pytest.mark.parametrize("view", ["hidden", "locked", "bin"])
def test_what_links_do_not_show_is_not_offered_to_be_shared(page_of, summer, view):
    """Guards: web/src/widgets/selection-bar.tsx: isShareable"""
    page = page_of(summer.address(view=view))
    tile = page.locator(".tile").first
    tile.hover()
    tile.get_by_role("button", name="Select").click()

    expect(page.get_by_role("toolbar")).to_be_visible()
    expect(page.get_by_role("button", name="Share")).to_have_count(0)


def test_a_single_photo_is_shared_from_the_viewer(page_of, guest_page_of, summer):
    """Guards: web/src/viewer/actions-of.ts: share"""
    page = page_of(summer.photo(summer.shown[2]))
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share 1 item")
    dialog.get_by_role("button", name="Create the link").click()
    link = share_dialog(page).get_by_label("Link", exact=True).input_value()

    guest = guest_page_of(link)

    expect(guest.locator(".tile")).to_have_count(1)


# --- the list of links ----------------------------------------------------------------------------


def row_of(page: Page, name: str) -> Locator:
    return page.locator(".share", has_text=name)


def test_links_are_listed_with_what_became_of_them(page_of, guest_page_of, link_of, summer):
    """Guards: web/src/sharing/page.tsx, web/src/sharing/words.ts"""
    name = f"Aunt {secrets.token_hex(3)}"
    link = link_of(2, name=name, days=7, password=PASSWORD, may_download=True)
    page = page_of(summer.address("/shares"), awaits=".share")
    row = row_of(page, name)
    expect(row).to_contain_text("2 chosen items")
    expect(row).to_contain_text("never opened")
    expect(row).to_contain_text("with a password · with download")
    guest = guest_page_of(link, expects=REFUSED)
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Open").click()
    guest.locator(".tile-link").first.wait_for()

    page.reload()

    expect(row).to_contain_text("opened once, last on")
    row.get_by_role("button", name=f"Copy the link {name}").click()
    expect(page.locator(".toast")).to_contain_text("Link copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == link


def test_an_ended_link_shows_nothing_any_more(page_of, guest_page_of, link_of, summer):
    """Guards: web/src/sharing/page.tsx: end, web/src/guests/visit.ts: renew"""
    name = f"Uncle {secrets.token_hex(3)}"
    link = link_of(name=name)
    guest = guest_page_of(link, expects=REFUSED)
    guest.locator(".tile-link").first.wait_for()
    page = page_of(summer.address("/shares"), awaits=".share")
    row_of(page, name).get_by_role("button", name=f"End {name}").click()

    page.get_by_role("dialog", name=f"End {name}?").get_by_role("button", name="End").click()

    expect(row_of(page, name)).to_contain_text("ended on")
    expect(row_of(page, name).get_by_role("button")).to_have_count(0)
    # whoever has it open sees its end at the next look, nobody else sees anything
    expect(guest.get_by_role("heading", name=OVER)).to_be_visible(timeout=20_000)
    expect(guest.locator(".tile")).to_have_count(0)
    late = guest_page_of(link, expects=REFUSED)
    expect(late.get_by_role("heading", name=OVER)).to_be_visible()


def test_a_link_is_changed(page_of, guest_page_of, link_of, summer):
    """Guards: web/src/sharing/change-dialog.tsx, web/src/sharing/wish.ts"""
    name = f"Cousin {secrets.token_hex(3)}"
    link = link_of(2, name=name, password=PASSWORD)
    page = page_of(summer.address("/shares"), awaits=".share")
    row_of(page, name).get_by_role("button", name=f"Change {name}").click()
    dialog = page.get_by_role("dialog", name=f"Change {name}")
    expect(dialog.get_by_label("Name")).to_have_value(name)
    expect(dialog.get_by_label("Ends")).to_have_value("keep")
    dialog.get_by_label("Name").fill(f"{name} and all")
    dialog.get_by_label("Password").select_option(label="No password")

    dialog.get_by_role("button", name="Save").click()

    expect(page.locator(".toast")).to_contain_text(f"{name} and all is changed")
    expect(row_of(page, name)).not_to_contain_text("with a password")
    guest = guest_page_of(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text(f"{name} and all")


def test_a_gallery_without_links_says_what_they_are_for(page_of, library_of):
    """Guards: web/src/sharing/page.tsx"""
    alone = library_of(shots({"2024-05-17": 2}), with_rows=False)
    page = page_of(alone.address("/shares"))

    expect(page.get_by_text("Nothing is shared")).to_be_visible()
    page.locator("main").get_by_role("button", name="Share this gallery").click()
    share_dialog(page).get_by_role("button", name="Create the link").click()
    share_dialog(page).get_by_role("button", name="Done").click()

    expect(page.locator(".share")).to_have_count(1)
    expect(page.locator(".share")).to_contain_text("The whole gallery")


# --- guests ---------------------------------------------------------------------------------------


def test_guests_may_look_and_do_nothing_else(guest_page_of, link_of, summer):
    """Guards: web/src/widgets/header.tsx, web/src/widgets/menu.tsx, web/src/viewer/actions-of.ts"""
    page = guest_page_of(link_of())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    for name in ("Upload", "Account"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name="Select")).to_have_count(0)
    page.keyboard.press("Control+a")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.get_by_role("button", name="Menu").click()
    menu = page.get_by_role("dialog", name="Menu")
    expect(menu.get_by_role("link")).to_have_count(0)
    expect(menu.get_by_role("button")).to_have_text(["Slideshow", "Shuffle", "Keyboard shortcuts"])
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_label("From")).to_be_visible()
    expect(page.get_by_text("Anybody")).to_have_count(0)
    page.keyboard.press("Escape")

    page.locator(".tile-link").nth(4).click()
    page.locator(".viewer").wait_for()
    labels = [b.get_attribute("aria-label") for b in page.locator(".viewer-bar button").all()]
    forbidden = ("favourites", "Delete", "Correct", "Download", "Share", "Faces")
    assert [one for one in labels if one and any(word in one for word in forbidden)] == []
    for key in ("f", "Delete", "d", "e"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Info").click()
    panel = page.locator(".panel")
    expect(panel).to_contain_text(summer.shown[4].filename)
    expect(panel.get_by_role("button", name="Correct")).to_have_count(0)
    expect(panel).not_to_contain_text("Anna")
    owners = re.compile(r"/api/(gallery/(persons|stats|bulk|failures|uploads)|shares|galleries)")
    assert [url for url in asked if owners.search(url)] == []


def test_pictures_of_guests_come_from_signed_addresses(guest_page_of, link_of, summer):
    """Guards: web/src/rendition.ts: hasOriginal"""
    photos: list[Request] = []
    page = guest_page_of("", before=lambda page: page.on("request", lambda r: photos.append(r)))
    page.goto(link_of())
    page.locator(".tile-link").nth(3).click()
    page.wait_for_function("() => document.querySelector('.stage')?.dataset.state === 'sharp'")

    fetched = [r for r in photos if "/photos/" in r.url]
    assert fetched
    assert all("Signature=" in request.url for request in fetched)
    # what is sharp is the largest picture, not the original
    assert any("/api/gallery/thumbnail/" in request.url for request in photos)
    key = summer.shown[3].key
    assert not any(request.url.partition("?")[0].endswith(key) for request in fetched)


def test_a_photos_own_address_is_the_links(guest_page_of, link_of, summer):
    """Guards: web/src/route.ts: SHARE"""
    link = link_of()
    asset = summer.shown[5]
    page = guest_page_of(f"{link}/photo/{asset.id}")

    expect(page.get_by_role("dialog", name=f"Photo {asset.filename}")).to_be_visible()
    expect(page.locator(".viewer-position")).to_have_text(f"6 of {len(summer.shown)}")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"{link}/photo/{summer.shown[6].id}")
    page.keyboard.press("Escape")
    page.wait_for_url(link)
    expect(page.locator(".tile").first).to_be_visible()


def test_where_download_is_allowed_originals_are_taken_home(guest_page_of, link_of, summer):
    """Guards: web/src/widgets/selection-bar.tsx: isGuest, web/src/download/zip.ts"""
    page = guest_page_of(link_of(may_download=True), service_worker=True)
    eventually(lambda: page.evaluate(WORKER_IS_THERE))
    for number in range(3):
        tile = page.locator(".tile").nth(number)
        tile.hover()
        tile.get_by_role("button", name="Select").click()
    bar = page.get_by_role("toolbar")
    buttons = [button.get_attribute("aria-label") for button in bar.get_by_role("button").all()]
    assert buttons == ["Clear the selection", f"Select all {len(summer.shown)}", "Download"]

    with zipfile.ZipFile(take_home(page).path()) as packed:
        names = set(packed.namelist())

    assert names == {asset.filename for asset in summer.shown[:3]}


def test_a_video_that_is_not_given_out_is_a_picture_that_says_so(guest_page_of, link_of, summer):
    """Guards: web/src/viewer/slide-facts.ts: typeOf"""
    video = next(asset for asset in summer.shown if asset.file_type == "video")
    page = guest_page_of(f"{link_of()}/photo/{video.id}")

    expect(page.get_by_text("Videos of this link can\u2019t be played")).to_be_visible()
    expect(page.locator(".stage video")).to_have_count(0)
    page.wait_for_function("() => document.querySelector('.stage')?.dataset.state === 'sharp'")


def test_a_password_is_asked_for_once(guest_page_of, link_of):
    """Guards: web/src/guests/password-page.tsx, web/src/guests/visit.ts: begin"""
    page = guest_page_of(link_of(3, password=PASSWORD), expects=REFUSED)
    expect(page.get_by_role("heading", name="This link has a password")).to_be_visible()
    field = page.get_by_label("Password", exact=True)
    expect(field).to_be_focused()
    expect(page.locator(".tile")).to_have_count(0)

    field.fill("another one")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is another password.")
    expect(field).to_be_focused()
    field.fill(PASSWORD)
    field.press("Enter")

    expect(page.locator(".tile")).to_have_count(3)
    page.reload()
    expect(page.locator(".tile")).to_have_count(3)
    expect(page.locator(CLOSED)).to_have_count(0)


def test_looking_again_is_not_counted_again(guest_page_of, link_of, summer):
    """Guards: web/src/guests/visit.ts: #known"""
    name = f"Twice {secrets.token_hex(3)}"
    page = guest_page_of(link_of(2, name=name))
    page.reload()
    expect(page.locator(".tile")).to_have_count(2)

    links = summer.site.get(f"/api/shares?gallery={summer.site.gallery}").json

    assert [link["views"] for link in links if link["name"] == name] == [1]


def test_a_link_that_never_was_says_so(guest_page_of, endpoints):
    """Guards: web/src/guests/page.tsx"""
    for token in (secrets.token_urlsafe(24), "cut-off"):
        page = guest_page_of(
            f"{endpoints.page}/gallery/s/{token}", expects=(*REFUSED, r"^400 POST .*/share")
        )
        expect(page.get_by_role("heading", name=OVER)).to_be_visible()
        expect(page).to_have_title(re.compile(OVER))


def test_two_links_in_two_tabs_each_show_their_own(guest_page_of, link_of):
    """Guards: web/src/guests/page.tsx: useOwnLink"""
    first = guest_page_of(link_of(2, name="Two"), expects=(*REFUSED, r"^404 GET .*/api/"))
    second = first.context.new_page()
    second.goto(link_of(name="All"))
    second.locator(".tile-link").first.wait_for()

    with first.expect_response("**/api/session/share"):
        first.bring_to_front()
        first.evaluate("() => dispatchEvent(new Event('focus'))")
    first.reload()

    expect(first.locator(".tile")).to_have_count(2)
    expect(first.get_by_role("heading", level=1)).to_have_text("Two")


def test_an_owner_sees_their_link_as_guests_do(page_of, link_of, summer):
    """Guards: web/src/request.ts: askAsGuest"""
    link = link_of(2)
    page = page_of(summer.address())
    page.evaluate("(to) => location.assign(to)", link)
    page.wait_for_url(link)

    expect(page.locator(".tile")).to_have_count(2)
    expect(page.get_by_role("button", name="Account")).to_have_count(0)
    page.goto(summer.address())
    expect(page.locator(".tile")).to_have_count(len(summer.shown))


def test_addresses_are_new_before_they_end(guest_page_of, link_of):
    """Guards: web/src/guests/page.tsx: useGoodAddresses, web/src/photo-list.ts: renewAddresses"""
    now = datetime.now(UTC)
    page = guest_page_of(link_of(3), today=now.replace(minute=58, second=0))
    pictures_shown(page, 3)
    before = page.locator(".tile img").first.get_attribute("src")

    with page.expect_response(re.compile(r"/api/gallery/(buckets|media)")):
        page.clock.fast_forward("05:00")

    expect(page.locator(".tile img")).to_have_count(3)
    # what is there is not fetched a second time
    assert page.locator(".tile img").first.get_attribute("src") == before
