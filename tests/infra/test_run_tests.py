"""How many tests ran, from the reports of two runners."""

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from infra.run_tests import Counts, Step, plan_steps, read_counts, run_steps, succeeds


def test_counts_of_pytest(tmp_path: Path):
    report = tmp_path / "pytest.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/></testsuites>'
    )

    assert read_counts(report) == Counts(passed=4, failed=3, skipped=3)


def test_counts_of_the_page(tmp_path: Path):
    report = tmp_path / "page.json"
    report.write_text(json.dumps({"numPassedTests": 5, "numFailedTests": 0, "numPendingTests": 1}))

    assert read_counts(report) == Counts(passed=5, failed=0, skipped=1)


def test_a_runner_that_died_counts_nothing(tmp_path: Path):
    assert read_counts(tmp_path / "pytest.xml") == Counts()


def test_the_closing_line_is_plain():
    assert str(Counts(3, 0)) == "3 passed, 0 failed"
    assert str(Counts(3, 1) + Counts(1, 0, 2)) == "4 passed, 1 failed, 2 skipped"


def test_a_step_beside_runs_with_the_next_and_both_count(tmp_path: Path):
    together = threading.Barrier(2, timeout=10)  # broken unless both run at once
    report = tmp_path / "pytest.xml"
    report.write_text('<testsuites><testsuite tests="2"/></testsuites>')

    def waits() -> bool:
        together.wait()
        return True

    def waits_and_fails() -> bool:
        together.wait()
        return False

    failed, counts = run_steps(
        [Step("beside", waits_and_fails, report, is_beside=True), Step("next", waits, report)]
    )

    assert (failed, counts) == (["beside"], Counts(passed=4))


def test_a_step_alone_begins_when_all_beside_has_ended():
    ended: list[str] = []

    def takes_long() -> bool:
        time.sleep(0.2)
        ended.append("beside")
        return True

    def is_last() -> bool:
        ended.append("alone")
        return True

    run_steps([Step("beside", takes_long, is_beside=True), Step("alone", is_last, is_alone=True)])

    assert ended == ["beside", "alone"]


def test_every_test_is_run_by_one_step(tmp_path: Path):
    steps = {step.name: step for step in plan_steps(tmp_path, quick=False)}

    assert steps["browser tests"].is_beside
    assert steps["browser tests"].report != steps["tests"].report
    marks = [
        steps[name].run.args[0][-1]  # type: ignore[attr-defined]
        for name in ("browser tests", "tests", "timed tests")
    ]
    assert marks == ["browser and not alone", "not browser and not alone", "alone"]
    assert steps["timed tests"].is_alone


def test_what_ran_beside_is_printed_as_a_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    said = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    assert not succeeds([sys.executable, "-c", said], tmp_path / "log")

    assert sorted(capfd.readouterr().out.split()) == ["err", "out"]
