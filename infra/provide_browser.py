"""A Chromium for the browser tests: the one that is there, else Debian's, else Playwright's.

python -m infra.provide_browser
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")


class BrowserError(Exception):
    """No browser is here and none can be installed; the message says what was tried."""


def find_browser() -> str | None:
    """A browser on PATH, or the one Playwright installed; None when there is neither."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    # only here: importing Playwright takes a while and starts nothing
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.access(path, os.X_OK) else None


def provide_browser() -> str:
    """The path of a Chromium, installed first if need be.

    Raises:
        BrowserError: Neither Debian's packages nor Playwright give one.
    """
    found = find_browser()
    if found:
        return found
    print("no Chromium here: installing one …", file=sys.stderr)
    tried = []
    for commands in _ways():
        problem = _run_all(commands)
        found = find_browser() if problem is None else None
        if found:
            return found
        tried.append(problem or "installed, yet not found")
    raise BrowserError(
        "the browser tests need Chromium; put one on PATH. Tried:\n" + "\n".join(tried)
    )


def _ways() -> list[list[list[str]]]:
    ways = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = [*APT, "install", "-y", "--no-install-recommends", "chromium"]
        ways.append([[*APT, "update"], install])
    ways.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    return ways


def _run_all(commands: list[list[str]]) -> str | None:
    """Run commands until one fails; what that one said."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            return f"`{' '.join(command)}`: {done.stdout.strip()[-1000:]}"
    return None


def main() -> int:
    """Print the browser's path."""
    try:
        print(provide_browser())
    except BrowserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
