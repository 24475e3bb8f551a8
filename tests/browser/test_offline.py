"""The page without a network, as an app, under a new version, and after a session ran out."""

import json
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, Route, expect

from infra.local.gallery import Endpoints
from tests.aws.site import eventually
from tests.browser.conftest import LibraryOf, PageOf
from tests.browser.hosts import SHELL_IS_KEPT, TAKEN_OVER, Host, running_host
from tests.browser.library import Library, shots

GONE = "You are offline."
# Of a network that is away, and of an edge that is.
NO_ANSWER = [r"^console: .*", r"^50\d GET ", r"^404 GET .*favicon"]


@pytest.fixture(scope="module")
def album(library_of: LibraryOf) -> Library:
    return library_of(shots({"2024-05-17": 6}))


@pytest.fixture
def host(endpoints: Endpoints) -> Iterator[Host]:
    with running_host(endpoints) as host:
        yield host


def test_offline_is_said_as_long_as_it_lasts(page_of: PageOf, album: Library):
    """Line 50: offline is said, to the ear too; what is shown stays.

    Guards: web/src/widgets/offline.tsx: Offline
    """
    page = page_of(album.address(), expects=NO_ANSWER)
    expect(page.locator(".tile-link img")).to_have_count(6)

    page.context.set_offline(True)

    notice = page.get_by_role("status").filter(has_text=GONE)
    expect(notice).to_be_visible()
    expect(page.locator(".tile-link img")).to_have_count(6)
    box, header = notice.bounding_box(), page.locator(".header").bounding_box()
    assert box is not None
    assert header is not None
    assert box["y"] >= header["y"] + header["height"]
    page.context.set_offline(False)
    expect(page.get_by_text("Back online")).to_be_visible()
    expect(page.get_by_text("Back online")).to_have_count(0)


def test_the_page_opens_without_a_network_and_recovers(page_of: PageOf, album: Library, host: Host):
    """Line 50, item 9: the shell is kept; it says what is wrong and offers a way out.

    Guards: web/src/worker/shell.ts: pageFor, keep
    """
    page = page_of(host.of(album), service_worker=True, expects=NO_ANSWER)
    eventually(lambda: page.evaluate(SHELL_IS_KEPT))

    host.switch.off()
    page.reload()

    expect(page.get_by_role("link", name="Contact Sheet")).to_be_visible()
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    page.goto(f"{host.address}/gallery/people?gallery={album.site.gallery}")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.goto(host.of(album))
    retry = page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    host.switch.on()
    retry.click()
    expect(page.locator(".tile-link img")).to_have_count(6)


def test_the_worker_keeps_the_page_and_nothing_of_the_gallery(page_of: PageOf, album: Library):
    """Item 9: a cached shell. What the API says is asked each time, photos come by themselves.

    Guards: web/src/worker/service-worker.ts: fetch
    """
    page = page_of(album.address(), service_worker=True)
    eventually(lambda: page.evaluate(SHELL_IS_KEPT))
    by_worker: list[str] = []
    page.on("response", lambda r: by_worker.append(r.url) if r.from_service_worker else None)

    page.reload()
    expect(page.locator(".tile-link img").first).to_be_visible()

    kept = page.evaluate(
        """async () => {
          const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
          const requests = await Promise.all(caches_.map((cache) => cache.keys()));
          return requests.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert "/gallery" in kept
    assert any(path.endswith(".js") for path in kept)
    assert all(path == "/gallery" or path.startswith("/gallery/assets/") for path in kept)
    assert not any("/api/" in url or "/photos/" in url for url in by_worker)
    assert any("/gallery/assets/" in url for url in by_worker)


def test_a_new_version_of_the_page_is_there_at_the_next_visit(
    page_of: PageOf, album: Library, host: Host
):
    """Item 9: nobody is stuck with an old version, and old ones are cleared away.

    Guards: web/src/worker/register.ts: takeOver; web/src/worker/shell.ts: clearOld
    """
    page = page_of(host.of(album), service_worker=True)
    eventually(lambda: page.evaluate(SHELL_IS_KEPT))

    for number in (2, 3, 4):
        version = host.deploy(number)
        page.reload()
        assert page.locator(f"meta[name=version][content='{number}']").count() == 1
        eventually(partial(page.evaluate, TAKEN_OVER, version))

    names = page.evaluate("caches.keys()")
    assert [name.rpartition("-")[2] for name in names] == [f"{n:016}" for n in (3, 4)]
    kept = page.evaluate(
        "async (name) => (await (await caches.open(name)).match('/gallery')).text()", names[-1]
    )
    assert 'content="4"' in kept


def test_on_a_full_disk_the_page_comes_from_the_network(page_of: PageOf, album: Library):
    """Item 9: what can't be kept is shown all the same.

    Guards: web/src/worker/shell.ts: file
    """
    page = page_of(album.address(), service_worker=True)
    eventually(lambda: page.evaluate(SHELL_IS_KEPT))
    disk = page.context.new_cdp_session(page)
    origin = album.site.endpoints.page
    disk.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    page.reload()
    expect(page.locator(".tile-link img")).to_have_count(6)
    by_worker: list[str] = []
    page.on("response", lambda r: by_worker.append(r.url) if r.from_service_worker else None)

    page.keyboard.press("?")  # a part that nobody has loaded yet

    expect(page.get_by_role("dialog")).to_contain_text("Newest photo")
    assert any(url.endswith(".js") for url in by_worker)


def test_the_page_can_be_installed(page_of: PageOf, album: Library):
    """Item 9: manifest and icons, as the browser itself reads them.

    Guards: web/public/manifest.webmanifest; web/index.html: rel=manifest
    """
    page = page_of(album.address(), service_worker=True)
    eventually(lambda: page.evaluate(SHELL_IS_KEPT))
    asked = page.context.new_cdp_session(page)

    manifest = asked.send("Page.getAppManifest")
    errors = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["errors"] == []
    assert manifest["url"].endswith("/gallery/manifest.webmanifest")
    said = json.loads(manifest["data"])
    assert said["scope"] == "/gallery"
    # headless windows are incognito; nothing else stands in the way
    assert [e["errorId"] for e in errors if e["errorId"] != "in-incognito"] == []
    for icon in said["icons"]:
        answer = page.request.get(f"{album.site.endpoints.page}/gallery/{icon['src']}")
        assert answer.headers["content-type"] == "image/png"


class Session:
    """An API whose session has run out until it is renewed."""

    def __init__(self, *, can_renew: bool = True) -> None:
        self.is_good = False
        self.can_renew = can_renew
        self.renewals = 0
        self.refused = 0

    def install(self, page: Page) -> None:
        page.route("**/api/gallery/**", self.answer)
        page.route("**/api/session/refresh", self.renew)

    def answer(self, route: Route) -> None:
        if self.is_good:
            route.fallback()
            return
        self.refused += 1
        said = {"error": {"code": "sign_in_required", "message": "sign in first"}}
        route.fulfill(status=401, json=said)

    def renew(self, route: Route) -> None:
        assert route.request.method == "POST"
        self.renewals += 1
        self.is_good = self.can_renew
        route.fulfill(status=204 if self.can_renew else 401)


def test_a_session_that_ran_out_is_renewed_once_and_nobody_notices(page_of: PageOf, album: Library):
    """Line 50: expired sessions refresh silently, once for all requests that wait.

    Guards: web/src/request.ts: sessionIsRenewed
    """
    session = Session()

    page = page_of(album.address(), before=session.install, expects=[r"^401 "])

    expect(page.locator(".tile-link img").first).to_be_visible()
    assert session.refused >= 2
    assert session.renewals == 1


def test_a_session_that_can_not_be_renewed_leads_to_signing_in(page_of: PageOf, album: Library):
    """Line 50: whoever is signed out is asked to sign in, and then everything goes on.

    Guards: web/src/session/owner.ts: isAsking
    """
    session = Session(can_renew=False)

    page = page_of(album.address(), before=session.install, expects=[r"^401 "])

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    session.is_good = True
    signed_in = {"state": "signed_in", "session": None}
    page.route("**/api/session", lambda route: route.fulfill(json=signed_in), times=1)
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_label("Password", exact=True).fill("tea-Spoon 7 harbour")
    page.keyboard.press("Enter")
    expect(page.locator(".tile-link img").first).to_be_visible()
