"""What ``make check`` and ``make test`` run: every step, then which failed and how many tests ran.

python -m infra.run_tests --quick      formatting, lint, types, layers, unit tests
python -m infra.run_tests              besides: the page, the embedded AWS, a browser
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from infra.build import LOCAL, BuildError, build
from infra.build_page import BuildPageError, build_page, install_packages, run_program
from infra.local.emulator import EmulatorError
from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import BUILD_FOLDER

ROOT = Path(__file__).resolve().parent.parent
# Run beside the other tests, after the browser's, by whoever has nothing else left to do.
APART = ("tests/infra", "tests/fork", "tests/faults")


@dataclass(frozen=True)
class Step:
    """One command of a run.

    Attributes:
        name: What it checks.
        run: Does it; whether it passed.
        report: File in which it counts its tests; None when it has none.
        is_beside: Whether it runs beside the steps that follow, after the others beside, and is
            told of after them. Once those that follow have ended, it is two of these at a time.
        is_alone: Whether it waits for all that runs beside.
    """

    name: str
    run: Callable[[], bool]
    report: Path | None = None
    is_beside: bool = False
    is_alone: bool = False


@dataclass(frozen=True)
class Counts:
    """How tests ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def plan_steps(reports: Path, *, quick: bool) -> list[Step]:
    """The steps in order: what is quick to fail comes first, and of those beside the longest."""
    python = (sys.executable, "-m")
    layers = str(Path(sys.executable).with_name("lint-imports"))
    page_report = reports / "page.json"

    def pytest(marks: str, name: str, *folders: str) -> tuple[list[str], Path]:
        report = reports / f"{name}.xml"
        return [*python, "pytest", "-q", f"--junitxml={report}", "-m", marks, *folders], report

    unit, unit_report = pytest("not aws and not browser", "unit")
    most, most_report = pytest(
        "not browser and not alone", "most", *(f"--ignore={folder}" for folder in APART)
    )
    apart = {
        folder: pytest("not browser and not alone", Path(folder).name, folder) for folder in APART
    }
    browser, browser_report = pytest("browser and not alone", "browser")
    alone, alone_report = pytest("alone", "alone")
    steps = [
        Step("formatting", partial(succeeds, [*python, "ruff", "format", "--check", "."])),
        Step("lint", partial(succeeds, [*python, "ruff", "check", "."])),
        Step("layers", partial(succeeds, [layers])),
    ]
    types = Step("types", partial(succeeds, [*python, "mypy"]))
    if quick:
        return [*steps, types, Step("unit tests", partial(succeeds, unit), unit_report)]
    return [
        *steps,
        Step("the local package", provides_package),
        Step(
            "browser tests",
            partial(succeeds, browser, reports / "browser.log"),
            browser_report,
            is_beside=True,
        ),
        *(
            Step(folder, partial(succeeds, run, report.with_suffix(".log")), report, is_beside=True)
            for folder, (run, report) in apart.items()
        ),
        types,
        Step("the page's types", partial(page_passes, "typecheck", [])),
        Step(
            "the page's tests",
            partial(
                page_passes,
                "test",
                ["--reporter=default", "--reporter=json", f"--outputFile.json={page_report}"],
            ),
            page_report,
        ),
        Step("tests", partial(succeeds, most), most_report),
        Step("timed tests", partial(succeeds, alone), alone_report, is_alone=True),
    ]


def succeeds(command: Sequence[str], log: Path | None = None) -> bool:
    """Run a command; whether it exited with 0.

    Args:
        command: What to run.
        log: File of its output, printed once it has ended; None to print as it goes.
    """
    if log is None:
        return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=ROOT, check=False, stdout=output, stderr=subprocess.STDOUT
        )
    print(log.read_text(encoding="utf-8", errors="replace"), flush=True)
    return done.returncode == 0


def provides_package() -> bool:
    """Build what several test runs take from one place, before they do so at once."""
    try:
        build(LOCAL, BUILD_FOLDER)
        build_page(BUILD_FOLDER / "page")
        provide_emulator_python(print)
    except (BuildError, BuildPageError, EmulatorError) as error:
        print(error, file=sys.stderr)
        return False
    return True


def page_passes(program: str, arguments: Sequence[str]) -> bool:
    """Run one of the page's own programs; whether it succeeded."""
    try:
        install_packages()
        run_program(program, arguments, show=True)
    except BuildPageError as error:
        print(error, file=sys.stderr)
        return False
    return True


def run_steps(steps: Sequence[Step]) -> tuple[list[str], Counts]:
    """Run the steps; the names of those that failed, and how their tests ended."""
    failed: list[str] = []
    counts = Counts()

    def tell(step: Step, passed: bool, seconds: float) -> None:
        nonlocal counts
        if not passed:
            failed.append(step.name)
        print(f"  {step.name}: {seconds:.1f} s", flush=True)
        if step.report is not None:
            counts += read_counts(step.report)

    with ThreadPoolExecutor(max_workers=1) as threads:
        beside = _Beside(threads)
        for step in steps:
            if step.is_alone:
                for known in beside.end():
                    tell(*known)
            print(f"— {step.name}{', beside the next' if step.is_beside else ''}", flush=True)
            if step.is_beside:
                beside.begin(step)
            else:
                tell(step, *_timed(step))
        for known in beside.end():
            tell(*known)
    return failed, counts


class _Beside:
    """Steps that run in another thread, one after the other, and at the end in this one, too."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._waiting: deque[Step] = deque()
        self._running: list[Future[None]] = []
        self._ended: list[tuple[Step, bool, float]] = []

    def begin(self, step: Step) -> None:
        """Run it as soon as those before it have begun and one has ended."""
        self._waiting.append(step)
        self._running.append(self._threads.submit(self._run_waiting))

    def end(self) -> list[tuple[Step, bool, float]]:
        """Help until all have ended; each with whether it passed, and its seconds."""
        self._run_waiting()
        for running in self._running:
            running.result()
        ended, self._running, self._ended = self._ended, [], []
        return ended

    def _run_waiting(self) -> None:
        while True:
            try:
                step = self._waiting.popleft()
            except IndexError:  # the other thread took the last
                return
            self._ended.append((step, *_timed(step)))


def _timed(step: Step) -> tuple[bool, float]:
    started = time.monotonic()
    return step.run(), time.monotonic() - started


def read_counts(report: Path) -> Counts:
    """How the tests of a report ended; nothing when there is no report.

    Args:
        report: pytest's JUnit XML or Vitest's JSON.
    """
    if not report.exists():
        return Counts()
    if report.suffix == ".json":
        told = json.loads(report.read_text(encoding="utf-8"))
        skipped = told["numPendingTests"] + told.get("numTodoTests", 0)
        return Counts(told["numPassedTests"], told["numFailedTests"], skipped)
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - our own report
    total = Counts()
    for suite in suites:
        ran = int(suite.get("tests", "0"))
        failed = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        skipped = int(suite.get("skipped", "0"))
        total += Counts(ran - failed - skipped, failed, skipped)
    return total


def main(arguments: list[str] | None = None) -> int:
    """Run the steps; 0 when all of them passed and at least one test ran."""
    parser = argparse.ArgumentParser(prog="python -m infra.run_tests", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="leave out what starts services")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reports-") as reports:
        failed, counts = run_steps(plan_steps(Path(reports), quick=options.quick))
    print(f"failed: {', '.join(failed)}" if failed else "every step passed")
    print(f"tests: {counts}")
    if counts.skipped:
        print(f"{counts.skipped} tests were skipped: each must run, or go")
    return 1 if failed or counts.skipped or counts.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
