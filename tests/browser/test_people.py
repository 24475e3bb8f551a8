"""The page of the people: find, name, favour, hide and merge them, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.aws.site import eventually
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.library import Library, shots
from tests.browser.test_selecting import body_of


@pytest.fixture(scope="module")
def family(library_of: LibraryOf) -> Library:
    """Anna on five photos, Ben on three, Clara on two; nobody changes them."""
    return family_of(library_of)


def family_of(library_of: LibraryOf) -> Library:
    return library_of(
        shots({"2024-05-17": 4}, people=["Anna"]),
        shots({"2024-05-18": 2}, people=["Ben"]),
        shots({"2024-05-19": 1}, people=["Anna", "Ben"]),
        shots({"2024-05-20": 2}, people=["Clara Schröder"]),
        shots({"2024-05-21": 2}),
    )


def names(page: Page) -> list[str]:
    return page.locator(".people-grid .person-title").all_inner_texts()


def card(page: Page, name: str) -> Locator:
    return page.locator(".person", has_text=name)


def wait_for_faces(page: Page, least: int) -> None:
    page.wait_for_function(
        """(least) => [...document.querySelectorAll(".portrait-picture")]
        .filter((picture) => picture.naturalWidth > 0).length >= least""",
        arg=least,
        timeout=30_000,
    )


def act(page: Page, name: str, action: str) -> None:
    """Choose an action of a person's menu, as a mouse does."""
    card(page, name).hover()
    page.get_by_role("button", name=f"What to do with {name}").click()
    page.get_by_role("menuitem", name=action).click()


def person(library: Library, name: str, *, hidden: bool = False) -> dict[str, object]:
    """A person as the server knows them; nothing where there is none of the name."""
    flag = "&hidden=true" if hidden else ""
    answer = library.site.get(f"/api/gallery/persons?gallery={library.site.gallery}{flag}")
    return next((found for found in answer.json if found["name"] == name), {})


def test_each_person_is_shown_with_the_face_and_the_number_of_photos(
    page_of: PageOf, family: Library
):
    """Guards: web/src/people/portrait.tsx: cropOf; web/src/people/order.ts."""
    page = page_of(family.address("/people"), awaits=".person")

    assert names(page) == ["Anna", "Ben", "Clara Schröder"]
    expect(card(page, "Anna").locator(".person-photos")).to_have_text("5 photos")
    wait_for_faces(page, 3)
    # the face is 250 of 1200 pixels high, and is shown with half as much around it
    portrait = card(page, "Anna").locator(".portrait").bounding_box()
    picture = card(page, "Anna").locator(".portrait-picture").bounding_box()
    assert portrait is not None
    assert picture is not None
    assert picture["height"] == pytest.approx(portrait["height"] * 1200 / 375, rel=0.01)
    # and its middle, 300 of 1600 from the left and 325 of 1200 from the top, is the window's
    middle = (
        picture["x"] + picture["width"] * 300 / 1600 - portrait["x"],
        picture["y"] + picture["height"] * 325 / 1200 - portrait["y"],
    )
    assert middle == pytest.approx((portrait["width"] / 2, portrait["height"] / 2), abs=2)


def test_faces_are_asked_for_only_when_they_are_to_be_seen(page_of: PageOf, library_of: LibraryOf):
    """Guards: web/src/people/portrait.tsx: IntersectionObserver."""
    crowd = [shots({"2024-05-17": 1}, people=[f"Person {n:02}"]) for n in range(60)]
    library = library_of(*crowd)
    asked: set[str] = set()
    page = page_of(
        library.address("/people"),
        width=390,
        height=844,
        awaits=".person",
        before=lambda page: page.on(
            "request", lambda r: asked.add(r.url) if "/faces?" in r.url else None
        ),
    )
    wait_for_faces(page, 6)
    assert 6 <= len(asked) <= 16

    page.locator(".person").last.scroll_into_view_if_needed()
    expect(page.locator(".person").last.locator(".portrait-picture")).to_have_count(1)


def test_a_name_is_found_without_its_accents_and_a_click_shows_the_photos(
    page_of: PageOf, family: Library
):
    """Line 24: Person in the URL.

    Guards: web/src/people/order.ts: plain; web/src/people/page.tsx: onOpen
    """
    page = page_of(family.address("/people"), awaits=".person")
    page.get_by_role("searchbox", name="Find a person").fill("schroder")
    expect(page.locator(".person")).to_have_count(1)

    page.get_by_role("searchbox", name="Find a person").fill("nobody")
    expect(page.get_by_text("Nobody is called “nobody”")).to_be_visible()

    page.get_by_role("searchbox", name="Find a person").fill("anna")
    page.get_by_role("link", name="Anna, 5 photos").click()
    page.wait_for_url(re.compile(rf"person={family.persons['Anna'].id}"))
    expect(page.locator(".tile-link")).to_have_count(5)


def test_a_person_is_renamed_in_place_by_keyboard(page_of: PageOf, library_of: LibraryOf):
    """Line 49: Everything by keyboard.

    Guards: web/src/people/card.tsx: Rename; web/src/widgets/actions.tsx: onKeyDown
    """
    library = family_of(library_of)
    page = page_of(library.address("/people"), awaits=".person")
    page.get_by_role("button", name="What to do with Ben").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Name")
    expect(field).to_be_focused()

    field.fill("   ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A person needs a name.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Ben, 3 photos")).to_be_focused()
    assert names(page) == ["Anna", "Ben", "Clara Schröder"]

    act(page, "Ben", "Rename")
    field.fill("Benjamin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Benjamin, 3 photos")).to_be_focused()
    assert eventually(lambda: person(library, "Benjamin"))["assets"] == 3


def test_a_change_that_the_server_refuses_is_taken_back_and_told(page_of: PageOf, family: Library):
    """Guards: web/src/people/page.tsx: change."""
    page = page_of(
        family.address("/people"),
        awaits=".person",
        expects=[r"^503 PUT .*/persons/"],
        before=lambda page: page.route("**/persons/*", refuse),
    )

    act(page, "Ben", "Add to favourites")

    expect(page.locator(".toast-words")).to_contain_text("Ben could not be changed")
    assert names(page) == ["Anna", "Ben", "Clara Schröder"]
    expect(page.locator(".person-favorite")).to_have_count(0)


def refuse(route: Route) -> None:
    if route.request.method == "PUT":
        body = {"error": {"code": "storage_unavailable", "message": "try again"}}
        route.fulfill(status=503, json=body)
    else:
        route.continue_()


def test_favourites_come_first_and_hidden_ones_are_left_out(page_of: PageOf, library_of: LibraryOf):
    """Guards: web/src/people/order.ts: personsShown; web/src/people/page.tsx: withHidden."""
    library = family_of(library_of)
    page = page_of(library.address("/people"), awaits=".person")

    act(page, "Clara Schröder", "Add to favourites")
    expect(page.locator(".person-title").first).to_have_text("Clara Schröder")
    expect(card(page, "Clara").locator(".person-favorite")).to_be_visible()

    act(page, "Ben", "Hide")
    expect(page.locator(".person")).to_have_count(2)
    page.get_by_role("button", name="Show 1 hidden").click()
    assert names(page) == ["Clara Schröder", "Anna", "Ben"]
    assert eventually(lambda: person(library, "Clara Schröder").get("is_favorite"))
    assert person(library, "Ben") == {}
    assert person(library, "Ben", hidden=True)["is_hidden"] is True

    act(page, "Ben", "Show again")
    expect(page.get_by_role("button", name="Leave out hidden")).to_have_count(0)
    assert eventually(lambda: person(library, "Ben"))


def test_two_persons_become_one_under_the_name_that_stays(page_of: PageOf, library_of: LibraryOf):
    """Guards: web/src/people/merge-dialog.tsx: merge; web/src/people/page.tsx: merged."""
    library = family_of(library_of)
    page = page_of(library.address("/people"), awaits=".person")
    act(page, "Ben", "Merge with …")
    merge = page.get_by_role("button", name="Merge", exact=True)
    expect(merge).to_be_disabled()
    page.get_by_role("link", name="Anna, 5 photos").click()
    expect(page.locator(".selection-count")).to_have_text("2 chosen")
    merge.click()

    dialog = page.get_by_role("dialog", name="Are these 2 the same person?")
    expect(dialog.get_by_role("radio", name=re.compile("Anna"))).to_be_checked()
    dialog.get_by_role("radio", name=re.compile("Ben")).check()
    dialog.get_by_role("button", name="Merge").click()

    expect(dialog).to_have_count(0, timeout=20_000)
    expect(card(page, "Anna")).to_have_count(0)
    expect(card(page, "Ben").locator(".person-link")).to_be_focused()
    assert eventually(lambda: person(library, "Ben").get("assets") == 7)
    assert person(library, "Anna", hidden=True) == {}
    page.reload()
    page.wait_for_selector(".person")
    assert names(page) == ["Ben", "Clara Schröder"]
    expect(card(page, "Ben").locator(".person-photos")).to_have_text("7 photos")


def test_a_merge_goes_on_until_nothing_remains_and_says_how_much_is_left(
    page_of: PageOf, family: Library
):
    """Guards: web/src/people/merge-dialog.tsx: remaining."""
    answers: list[int | None] = [300, None, 300, 100, 0]  # None: no answer at all
    calls: list[dict[str, str]] = []

    def some(route: Route) -> None:
        calls.append(body_of(route.request))
        remaining = answers[len(calls) - 1]
        if remaining is None:
            route.abort()
        else:
            route.fulfill(json={"person": anna, "remaining": remaining})

    anna = person(family, "Anna")

    page = page_of(
        family.address("/people"),
        awaits=".person",
        before=lambda page: page.route("**/persons/*/merge", some),
    )
    act(page, "Ben", "Merge with …")
    page.get_by_role("link", name="Anna, 5 photos").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Merge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Merge again to go on")

    dialog.get_by_role("button", name="Merge").click()
    expect(dialog).to_have_count(0)
    assert [call["into"] for call in calls] == [family.persons["Anna"].id] * len(answers)


def test_a_merge_that_is_left_says_that_it_is_not_done(page_of: PageOf, family: Library):
    """Guards: web/src/people/merge-dialog.tsx: stopped; web/src/people/page.tsx: mergeStopped."""
    held: list[Route] = []
    anna = person(family, "Anna")
    page = page_of(
        family.address("/people"),
        awaits=".person",
        before=lambda page: page.route("**/persons/*/merge", lambda route: held.append(route)),
    )
    act(page, "Ben", "Merge with …")
    page.get_by_role("link", name="Anna, 5 photos").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Merge").click()
    expect(dialog.get_by_text("Bringing the faces together")).to_be_visible()

    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    with page.expect_request("**/persons?*hidden=true*"):
        held[0].fulfill(json={"person": anna, "remaining": 300})

    expect(page.locator(".toast-words")).to_have_text(re.compile("^Not all faces are Anna.s yet"))
    assert len(held) == 1


def test_the_focus_goes_on_to_the_next_when_somebody_is_hidden(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 49: Everything by keyboard; line 11: an empty page says why.

    Guards: web/src/people/use-kept-focus.ts: useKeptFocus; web/src/people/page.tsx: hide, allHidden
    """
    library = family_of(library_of)
    page = page_of(library.address("/people"), awaits=".person")

    act(page, "Ben", "Hide")
    expect(card(page, "Clara").locator(".person-link")).to_be_focused()
    act(page, "Clara Schröder", "Add to favourites")
    expect(page.locator(".person-title").first).to_have_text("Clara Schröder")
    expect(card(page, "Clara").locator(":focus")).to_have_count(1)
    act(page, "Anna", "Hide")
    expect(card(page, "Clara").locator(".person-link")).to_be_focused()

    act(page, "Clara Schröder", "Hide")
    expect(page.get_by_text("Everybody is hidden")).to_be_visible()
    expect(page.get_by_text("Nobody is called")).to_have_count(0)
    expect(page.locator(".people")).to_be_focused()

    page.get_by_role("button", name="Show 3 hidden").click()
    assert names(page) == ["Clara Schröder", "Anna", "Ben"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_people_fit_their_window_and_everybody_can_use_them(
    page_of: PageOf, family: Library, width: int, scheme: str
):
    """Line 49: axe finds nothing serious; light and dark reach AA.

    Guards: web/src/style/people.css; web/src/people/card.tsx: aria-label
    """
    page = page_of(family.address("/people"), width=width, scheme=scheme, awaits=".person")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)

    for name in ("Anna", "Ben"):
        card(page, name).hover()
        page.get_by_role("checkbox", name=f"Choose {name}").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_role("dialog").wait_for()
    assert_accessible(page)


def test_without_any_name_the_page_says_where_names_come_from(
    page_of: PageOf, library_of: LibraryOf
):
    """Line 11: Empty states, with a way out.

    Guards: web/src/people/page.tsx: emptyTitle
    """
    library = library_of(shots({"2024-05-17": 1}))

    page = page_of(library.address("/people"))

    expect(page.get_by_text("Nobody has a name yet")).to_be_visible()
