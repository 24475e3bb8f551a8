"""The browser of the tests: the Chromium of this machine, without a window."""

from playwright.sync_api import Browser, Playwright

from infra.provide_browser import find_browser

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launched(playwright: Playwright) -> Browser:
    """A running browser; to be closed."""
    return playwright.chromium.launch(executable_path=find_browser(), args=list(_ARGUMENTS))
