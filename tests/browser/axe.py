"""Whether everybody can use what a page shows: axe-core's rules, run in the page."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from infra.build import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = ("serious", "critical")


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical in the page as it is now, each with where."""
    # colours that are just changing have none yet; what goes on for ever is no change
    page.wait_for_function(
        "() => document.getAnimations().every((a) => a.playState !== 'running'"
        " || a.effect.getComputedTiming().endTime === Infinity)"
    )
    # by the debugger, so that the page's Content-Security-Policy may stay in force; to read the
    # rules takes longer than to apply them, so once for each document
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {_axe()} }}")
    found: Any = page.evaluate(
        "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in _GRAVE
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Nothing that axe knows keeps anybody from using the page as it is now."""
    assert violations(page) == []
