"""Signing in and out on the page: passwords, sessions that end, galleries and their owners."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from infra.local.gallery import Endpoints, let_in, local_client
from tests.aws.browser import CookieJar
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots

PASSWORD = "tea-Spoon 7 harbour"
OTHER = "correct Horse 9 battery"
# The embedded user pool sends no e-mail: each code that it would send is this one.
CODE = "654321"
CLOSED = "dialog.doorstep"
SIGNED_OUT = (r"^401 ", r"^403 .*/photos/")
REFUSED = (*SIGNED_OUT, r"^429 POST .*/api/session", r"^400 .*/api/session")
SESSION = "__Host-session"


@pytest.fixture(scope="module")
def summer(library_of: LibraryOf) -> Library:
    return library_of(shots({"2024-05-17": 12, "2024-05-18": 3}))


PersonOf = Callable[..., str]


@pytest.fixture
def person_of(endpoints: Endpoints, summer: Library) -> PersonOf:
    """Makes an account that owns galleries, `summer` at least; returns its e-mail."""

    def make(*galleries: str) -> str:
        email = f"ann-{secrets.token_hex(4)}@page.test"
        let_in(endpoints, email, PASSWORD, [summer.site.gallery, "colours", *galleries])
        return email

    return make


@pytest.fixture
def closed_page_of(page_of: PageOf) -> PageOf:
    """Opens pages on which nobody is signed in."""

    def open_page(address: str, **options: Any) -> Page:
        wanted = {"signed_in": False, "awaits": CLOSED, "expects": REFUSED}
        return page_of(address, **(wanted | options))

    return open_page


def fill_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password", exact=True).press("Enter")


def open_account(page: Page) -> Locator:
    page.get_by_role("button", name="Account").click()
    menu = page.get_by_role("dialog", name="Account")
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    return menu


def cookies(context: BrowserContext) -> set[str]:
    return {cookie.get("name", "") for cookie in context.cookies()}


# --- signing in -----------------------------------------------------------------------------------


def test_signing_in_leads_to_the_address_that_was_asked_for(closed_page_of, person_of, summer):
    """Guards: web/src/session/owner.ts: renew, web/src/request.ts: ask"""
    asset = summer.shown[3]
    page = closed_page_of(summer.photo(asset))
    expect(page).to_have_title("Sign in \u2013 Contact Sheet")
    expect(page.get_by_label("E-mail")).to_be_focused()

    fill_in(page, person_of())

    expect(page.get_by_role("dialog", name=f"Photo {asset.filename}")).to_be_visible()
    assert page.url == summer.photo(asset)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.stage img')].some((i) => i.naturalWidth > 0)"
    )
    expect(page.locator(CLOSED)).to_have_count(0)
    assert {SESSION, "__Secure-refresh", "CloudFront-Policy"} <= cookies(page.context)


def test_nothing_of_the_gallery_is_behind_the_sign_in_page(closed_page_of, summer):
    """Guards: web/src/style/session.css: .doorstep, web/src/session/doorstep.tsx"""
    page = closed_page_of(summer.address())

    expect(page.locator(".tile")).to_have_count(0)
    for _ in range(2):  # some browsers close a dialog at the second, whatever the page says
        page.keyboard.press("Escape")
    expect(page.locator(CLOSED)).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body"
            " || document.activeElement.closest('dialog.doorstep') !== null"
        )


def test_without_cookies_every_page_asks_and_every_photo_refuses(
    page_of, closed_page_of, library_of
):
    """Guards: web/src/session/owner.ts: isAsking, chalicelib/authorize.py, infra/local/edge.py"""
    album = library_of(shots({"2024-05-17": 2}))
    owned = page_of(album.address())
    owned.wait_for_function(
        "() => [...document.querySelectorAll('.tile img')].filter((i) => i.naturalWidth).length"
        " === 2"
    )
    photos = {picture.get_attribute("src") for picture in owned.locator(".tile img").all()}
    photos |= {f"/photos/{asset.key}" for asset in album.assets}
    pages = [album.address(path) for path in ("", "/people", "/failures", "/shares")]
    pages += [album.address(view=view) for view in ("fav", "hidden", "bin")]
    pages += [album.photo(album.shown[0]), f"{album.site.endpoints.page}/gallery"]

    page = closed_page_of("")
    for address in pages:
        page.goto(address)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.locator(".tile, .viewer img, .person, .share, .failure")).to_have_count(0)
    for photo in photos:
        address = f"{album.site.endpoints.page}{photo}"
        assert owned.request.get(address).status == 200
        assert page.request.get(address).status == 403


@pytest.mark.parametrize("is_known", [True, False])
def test_a_wrong_password_and_nobody_of_the_e_mail_are_told_alike(
    closed_page_of, person_of, summer, is_known
):
    """Guards: web/src/session/sign-in-page.tsx: SignIn"""
    page = closed_page_of(summer.address())

    fill_in(page, person_of() if is_known else "nobody@page.test", "something else 1A")

    expect(page.get_by_role("alert")).to_have_text("The e-mail or the password is wrong.")
    field = page.get_by_label("Password", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("something else 1A")  # selected: typing takes its place
    page.keyboard.type("x")
    expect(field).to_have_value("x")


def test_what_is_missing_is_told_before_anything_is_sent(closed_page_of, summer):
    """Guards: web/src/session/checks.ts: problemIn"""
    sent: list[str] = []
    page = closed_page_of(summer.address())
    page.on("request", lambda r: sent.append(r.url) if r.url.endswith("/api/session") else None)

    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This is needed.")
    page.get_by_label("E-mail").fill("ann")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This is not an e-mail address.")
    expect(page.get_by_label("E-mail")).to_be_focused()

    assert sent == []


def test_too_many_tries_say_for_how_long_to_wait(closed_page_of, endpoints, person_of, summer):
    """Guards: web/src/session/wait.ts: wordsOf"""
    email, elsewhere = person_of(), CookieJar(endpoints.page)
    for _ in range(11):
        answer = elsewhere.sign_in(email, "something else 1A")
    assert answer.status == 429
    page = closed_page_of(summer.address(), today=datetime(2026, 11, 21, 12, 30, tzinfo=UTC))

    fill_in(page, email)

    expect(page.get_by_role("alert")).to_have_text(
        "Tried too often. Try again in 15 minutes, at 12:45."
    )


def test_password_managers_know_the_fields(closed_page_of, summer):
    """Guards: web/src/session/fields.tsx: WhoseField, web/src/session/form.tsx"""
    page = closed_page_of(summer.address())
    fields = f"{CLOSED} form input"

    def kinds() -> list[tuple[str, str]]:
        return [
            (field.get_attribute("type") or "", field.get_attribute("autocomplete") or "")
            for field in page.locator(fields).all()
        ]

    assert kinds() == [("email", "username"), ("password", "current-password")]
    page.get_by_role("button", name="Show the password").click()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide the password").click()
    email = f"ann-{secrets.token_hex(4)}@page.test"
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    assert kinds() == [
        ("email", "username"),
        ("text", "one-time-code"),
        ("password", "new-password"),
    ]
    assert page.locator(f"{CLOSED} input[type=email]").input_value() == email


def test_the_first_sign_in_asks_for_a_password_of_ones_own(
    closed_page_of, endpoints, person_of, summer
):
    """Guards: web/src/session/sign-in-page.tsx: FirstPassword"""
    email = person_of()
    local_client("cognito-idp", endpoints.aws_endpoint).admin_set_user_password(
        UserPoolId=endpoints.user_pool, Username=email, Password="Sent by mail 1", Permanent=False
    )
    page = closed_page_of(summer.address())
    fill_in(page, email, "Sent by mail 1")

    expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    field = page.get_by_label("New password")
    expect(field).to_be_focused()
    field.fill("too weak")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This password is too weak.")
    field.fill(OTHER)
    field.press("Enter")

    page.locator(".tile-link").first.wait_for()
    assert CookieJar(endpoints.page).sign_in(email, OTHER).status == 200


def test_a_forgotten_password_is_replaced_by_a_code(closed_page_of, endpoints, person_of, summer):
    """Guards: web/src/session/sign-in-page.tsx: Forgot, Reset"""
    email = person_of()
    page = closed_page_of(summer.address())
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Forgot your password?").click()
    expect(page.get_by_label("E-mail")).to_have_value(email)
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_text(f"If {email} has an account here")).to_be_visible()

    page.get_by_label("Code", exact=True).fill("12345")
    page.get_by_label("New password").fill(OTHER)
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("alert")).to_have_text("The six digits of the e-mail.")
    page.get_by_label("Code", exact=True).fill(CODE)
    page.get_by_label("Code", exact=True).press("Enter")

    page.locator(".tile-link").first.wait_for()
    assert CookieJar(endpoints.page).sign_in(email, OTHER).status == 200


# --- a session that ends --------------------------------------------------------------------------


def come_in(page: Page, email: str) -> None:
    """Signs in, and waits for what the page asks for by itself once its list is there."""
    with page.expect_response("**/api/gallery/persons?*"):
        fill_in(page, email)


def selected(page: Page) -> Locator:
    """Selects a photo that is no favourite yet; returns its tile."""
    plain = page.locator(".tile").filter(has_not=page.get_by_role("img", name="favourite"))
    shown = plain.first.locator(".tile-link").get_attribute("data-id")
    tile = page.locator(".tile", has=page.locator(f"[data-id='{shown}']"))
    tile.hover()
    tile.get_by_role("button", name="Select").click()
    return tile


def test_a_session_is_renewed_without_anybody_noticing(closed_page_of, person_of, summer):
    """Line 50: an expired session refreshes silently, by the user pool that gave it.

    Guards: web/src/session/owner.ts: renew
    """
    page = closed_page_of(summer.address())
    come_in(page, person_of())
    tile = selected(page)

    with page.expect_response("**/api/session/refresh") as renewed:
        page.context.clear_cookies(name=SESSION)
        page.get_by_role("button", name="Add to favourites").click()

    assert renewed.value.status == 204
    expect(tile.get_by_role("img", name="favourite")).to_be_visible()
    expect(page.locator(CLOSED)).to_have_count(0)
    assert SESSION in cookies(page.context)


def test_a_session_is_renewed_before_photos_would_not_open_any_more(
    closed_page_of, person_of, summer
):
    """Guards: web/src/session/owner-page.tsx: useStaying"""
    page = closed_page_of(summer.address(), today=datetime.now(UTC))
    with page.expect_response(lambda r: r.request.method == "GET" and r.url.endswith("/session")):
        fill_in(page, person_of())

    with page.expect_response("**/api/session/refresh") as renewed:
        page.clock.fast_forward("56:00")  # of the hour that it lasts

    assert renewed.value.status == 204
    expect(page.locator(CLOSED)).to_have_count(0)


def test_what_was_asked_for_while_a_session_ended_is_done_after_signing_in(
    closed_page_of, person_of, summer
):
    """Guards: web/src/session/owner.ts: signedIn, web/src/request.ts: ask"""
    email = person_of()
    page = closed_page_of(summer.address())
    come_in(page, email)
    tile = selected(page)
    page.context.clear_cookies()

    page.get_by_role("button", name="Add to favourites").click()
    page.locator(CLOSED).wait_for()
    with page.expect_response("**/api/gallery/bulk") as done:
        fill_in(page, email)

    assert done.value.status == 200
    assert [result["status"] for result in done.value.json()["results"]] == ["ok"]
    expect(page.locator(CLOSED)).to_have_count(0)
    expect(tile.get_by_role("img", name="favourite")).to_be_visible()


def test_another_person_who_signs_in_sees_nothing_of_the_one_before(
    closed_page_of, person_of, summer
):
    """Guards: web/src/session/owner.ts: #come"""
    page = closed_page_of(summer.address())
    come_in(page, person_of())
    selected(page)
    expect(page.get_by_role("toolbar")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("button", name="Add to favourites").click()
    page.locator(CLOSED).wait_for()

    with page.expect_navigation():
        fill_in(page, person_of())

    page.locator(".tile-link").first.wait_for()
    expect(page.get_by_role("toolbar")).to_have_count(0)


def test_signing_in_in_one_tab_lets_all_tabs_go_on(closed_page_of, person_of, summer):
    """Guards: web/src/session/tabs.ts"""
    page = closed_page_of(summer.address())
    other = page.context.new_page()
    other.goto(summer.address(view="fav"))
    other.locator(CLOSED).wait_for()

    fill_in(page, person_of())

    expect(other.locator(CLOSED)).to_have_count(0)
    other.locator(".message, .tile-link").first.wait_for()


# --- signing out ----------------------------------------------------------------------------------


def test_signing_out_takes_everything_off_every_tab(page_of, person_of, summer):
    """Guards: web/src/session/sign-out.ts, web/src/session/owner.ts: signedOut"""
    page = page_of(
        summer.address(), signed_in=False, awaits=CLOSED, expects=SIGNED_OUT, service_worker=True
    )
    fill_in(page, person_of())
    page.locator(".tile-link").first.wait_for()
    other = page.context.new_page()
    other.goto(summer.photo(summer.shown[2]))
    other.locator(".viewer").wait_for()
    page.evaluate("() => localStorage.setItem('contact-sheet-unfinished:x', '[]')")
    page.wait_for_function("async () => (await caches.keys()).length > 0")

    open_account(page).get_by_role("button", name="Sign out").click()

    for tab in (page, other):
        tab.locator(CLOSED).wait_for()
        expect(tab.locator(".tile, .viewer img")).to_have_count(0)
    assert page.url.endswith("/gallery")
    assert other.url == summer.photo(summer.shown[2])  # led back there after signing in again
    kept = page.evaluate("() => Object.keys(localStorage)")
    assert [name for name in kept if name.startswith("contact-sheet")] == []
    assert not {SESSION, "__Secure-refresh", "__Host-share"} & cookies(page.context)
    picture = summer.site.media()["items"][0]["url"]
    assert page.request.get(f"{summer.site.endpoints.page}{picture}").status == 403
    page.go_back()
    expect(page.locator(".tile")).to_have_count(0)


def test_signing_out_fails_out_loud_and_changes_nothing(closed_page_of, person_of, summer):
    """Guards: web/src/session/account-menu.tsx: leave"""
    page = closed_page_of(summer.address(), expects=(*SIGNED_OUT, r"^503 DELETE"))
    fill_in(page, person_of())
    page.locator(".tile-link").first.wait_for()
    page.route(
        "**/api/session",
        lambda route: (
            route.fulfill(status=503, json={"error": {"code": "busy", "message": ""}})
            if route.request.method == "DELETE"
            else route.fallback()
        ),
    )

    open_account(page).get_by_role("button", name="Sign out").click()

    expect(page.locator(".toast")).to_contain_text("You are still signed in")
    expect(page.locator(".tile").first).to_be_visible()


# --- account and galleries ------------------------------------------------------------------------


def test_the_account_menu_tells_who_it_is_and_leads_by_the_keyboard(page_of, summer):
    """Guards: web/src/session/account-menu.tsx"""
    page = page_of(summer.address())
    button = page.get_by_role("button", name="Account")

    button.focus()
    page.keyboard.press("Enter")

    menu = page.get_by_role("dialog", name="Account")
    expect(menu).to_contain_text(f"{summer.site.gallery}@owners.test")
    page.wait_for_function("() => document.activeElement.matches('.menu-item')")
    page.keyboard.press("End")
    expect(menu.get_by_role("button", name="Sign out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_the_password_can_be_changed(closed_page_of, endpoints, person_of, summer):
    """Guards: web/src/session/password-dialog.tsx"""
    email = person_of()
    page = closed_page_of(summer.address())
    fill_in(page, email)
    page.locator(".tile-link").first.wait_for()
    open_account(page).get_by_role("button", name="Change the password").click()
    dialog = page.get_by_role("dialog", name="Change the password")
    old = dialog.get_by_label("Password until now")
    expect(old).to_be_focused()

    old.fill("something else 1A")
    dialog.get_by_label("New password").fill(OTHER)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not your password.")
    old.fill(PASSWORD)
    old.press("Enter")

    expect(page.locator(".toast")).to_contain_text("The password is changed")
    expect(dialog).to_have_count(0)
    assert CookieJar(endpoints.page).sign_in(email, OTHER).status == 200


def test_whoever_has_several_galleries_chooses(closed_page_of, library_of, person_of, summer):
    """Guards: web/src/session/account-menu.tsx: goTo"""
    winter = library_of(shots({"2023-12-24": 2}), with_rows=False)
    page = closed_page_of(summer.address())
    fill_in(page, person_of(winter.site.gallery))
    page.locator(".tile-link").first.wait_for()
    menu = open_account(page)
    expect(menu.locator("[aria-current=page]")).to_have_text(summer.site.gallery)

    menu.get_by_role("link", name=winter.site.gallery).click()

    expect(page.locator(".tile")).to_have_count(2)
    assert page.url == winter.address()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile img')].filter((i) => i.naturalWidth).length"
        " === 2"
    )


def test_an_address_without_a_gallery_leads_to_ones_own(closed_page_of, endpoints, library_of):
    """Guards: web/src/use-own-gallery.ts"""
    only = library_of(shots({"2024-05-17": 2}), with_rows=False)
    email = f"bob-{secrets.token_hex(4)}@page.test"
    let_in(endpoints, email, PASSWORD, [only.site.gallery])
    page = closed_page_of(f"{endpoints.page}/gallery", expects=(*SIGNED_OUT, r"^404 GET .*/api/"))

    fill_in(page, email)

    page.wait_for_url(only.address())
    expect(page.locator(".tile")).to_have_count(2)


def test_a_gallery_of_others_is_none(page_of, library_of, summer):
    """Guards: web/src/widgets/nothing.tsx: ownership"""
    foreign = library_of(shots({"2024-05-17": 2}), with_rows=False)
    page = page_of(summer.address(), expects=[r"^404 GET .*/api/"])

    page.evaluate("(to) => history.pushState(null, '', to)", foreign.address())
    page.reload()

    expect(page.get_by_text("There is no such gallery here")).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)


def test_a_new_gallery_is_empty_and_takes_photos(closed_page_of, person_of, summer):
    """Guards: web/src/session/gallery-dialog.tsx"""
    page = closed_page_of(summer.address(), expects=(*SIGNED_OUT, r"^404 GET .*/api/"))
    fill_in(page, person_of())
    page.locator(".tile-link").first.wait_for()
    open_account(page).get_by_role("button", name="New gallery").click()
    dialog = page.get_by_role("dialog", name="New gallery")
    dialog.get_by_label("Name").fill("Winter in the Alps")
    dialog.get_by_label("Name").press("Enter")

    expect(page.locator(".toast")).to_contain_text("Winter in the Alps is ready")
    page.wait_for_url("**/gallery?gallery=winter-in-the-alps-*")
    expect(page.get_by_text("No photos yet")).to_be_visible()
    expect(open_account(page).locator("[aria-current=page]")).to_have_text("Winter in the Alps")


def test_a_second_owner_is_invited_and_taken_out_again(
    closed_page_of, endpoints, library_of, person_of
):
    """Guards: web/src/session/owners-dialog.tsx"""
    shared = library_of(shots({"2024-05-17": 2}), with_rows=False)
    me, friend = person_of(shared.site.gallery), person_of()
    page = closed_page_of(shared.address())
    fill_in(page, me)
    page.locator(".tile-link").first.wait_for()
    open_account(page).get_by_role("button", name="Owners of this gallery").click()
    dialog = page.get_by_role("dialog", name="Owners of this gallery")
    expect(dialog.locator(".owner")).to_have_text([f"{me}you"])
    expect(dialog.get_by_role("button", name=f"Remove {me}")).to_have_count(0)

    dialog.get_by_label("E-mail of another owner").fill(friend)
    dialog.get_by_role("button", name="Invite").click()

    row = dialog.locator(".owner", has_text=friend)
    expect(row).to_be_visible()
    expect(dialog.get_by_label("E-mail of another owner")).to_have_value("")
    invited = CookieJar(endpoints.page)
    invited.sign_in(friend, PASSWORD)
    assert shared.site.gallery in invited.ask("GET", "/api/session").body.decode()
    row.get_by_role("button", name=f"Remove {friend}").click()
    page.get_by_role("dialog", name=f"Remove {friend}?").get_by_role(
        "button", name="Remove"
    ).click()
    expect(dialog.locator(".owner")).to_have_count(1)
    again = CookieJar(endpoints.page)
    again.sign_in(friend, PASSWORD)
    assert shared.site.gallery not in again.ask("GET", "/api/session").body.decode()
