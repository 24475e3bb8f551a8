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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from infra.build_page import BuildPageError, install_packages, run_program

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Step:
    """One command of a run.

    Attributes:
        name: What it checks.
        run: Does it; whether it passed.
        report: File in which it counts its tests; None when it has none.
    """

    name: str
    run: Callable[[], bool]
    report: Path | None = None


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
    """The steps in order: what is quick to fail comes first."""
    python = (sys.executable, "-m")
    layers = str(Path(sys.executable).with_name("lint-imports"))
    pytest_report, page_report = reports / "pytest.xml", reports / "page.json"
    pytest = [*python, "pytest", "-q", f"--junitxml={pytest_report}"]
    unit = [*pytest, "-m", "not aws and not browser"]
    steps = [
        Step("formatting", partial(succeeds, [*python, "ruff", "format", "--check", "."])),
        Step("lint", partial(succeeds, [*python, "ruff", "check", "."])),
        Step("layers", partial(succeeds, [layers])),
        Step("types", partial(succeeds, [*python, "mypy"])),
    ]
    if quick:
        return [*steps, Step("unit tests", partial(succeeds, unit), pytest_report)]
    return [
        *steps,
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
        Step("tests", partial(succeeds, pytest), pytest_report),
    ]


def succeeds(command: Sequence[str]) -> bool:
    """Run a command; whether it exited with 0."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def page_passes(program: str, arguments: Sequence[str]) -> bool:
    """Run one of the page's own programs; whether it succeeded."""
    try:
        install_packages()
        run_program(program, arguments, show=True)
    except BuildPageError as error:
        print(error, file=sys.stderr)
        return False
    return True


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
    failed: list[str] = []
    counts = Counts()
    with tempfile.TemporaryDirectory(prefix="reports-") as reports:
        for step in plan_steps(Path(reports), quick=options.quick):
            print(f"— {step.name}", flush=True)
            started = time.monotonic()
            if not step.run():
                failed.append(step.name)
            print(f"  {time.monotonic() - started:.1f} s", flush=True)
            if step.report is not None:
                counts += read_counts(step.report)
    print(f"failed: {', '.join(failed)}" if failed else "every step passed")
    print(f"tests: {counts}")
    if counts.skipped:
        print(f"{counts.skipped} tests were skipped: each must run, or go")
    return 1 if failed or counts.skipped or counts.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
