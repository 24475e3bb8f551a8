"""The browser of the tests: the Chromium of this machine, without a window."""

from playwright.sync_api import Browser, Playwright

from infra.provide_browser import find_browser

# What only a person at a window has any use for, made anew with each context: two pages behind
# the address bar, and a process kept ready for the address that might be typed into it. They
# cost half as much processor time again as the page itself.
_OF_A_WINDOW = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
)
# Chromium heeds the last of several lists only; so here is Playwright's as well
# (chromiumSwitches.ts in its driver), but for other systems' entries.
_OF_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*_OF_A_WINDOW, *_OF_PLAYWRIGHT))}",
)


def launched(playwright: Playwright) -> Browser:
    """A running browser; to be closed."""
    return playwright.chromium.launch(executable_path=find_browser(), args=list(_ARGUMENTS))
