"""How many tests ran, from the reports of two runners."""

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from infra.run_tests import APART, Counts, Step, plan_steps, read_counts, run_steps, succeeds


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


def test_steps_beside_run_one_after_the_other_while_others_follow():
    running: list[str] = []
    both_ended = threading.Semaphore(0)

    def runs_alone() -> bool:
        running.append("one")
        time.sleep(0.1)
        both_ended.release()
        return running.pop() == "one" and not running

    def takes_longer() -> bool:
        return all(both_ended.acquire(timeout=10) for _ in range(2))

    beside = [Step(name, runs_alone, is_beside=True) for name in ("first", "second")]

    assert run_steps([*beside, Step("next", takes_longer)])[0] == []


def test_of_the_steps_beside_two_run_at_once_when_nothing_else_is_left(tmp_path: Path):
    together = threading.Barrier(2, timeout=10)  # broken unless both run at once
    report = tmp_path / "pytest.xml"
    report.write_text('<testsuites><testsuite tests="2"/></testsuites>')

    def meets_the_other() -> bool:
        together.wait()
        return True

    beside = [
        Step(name, meets_the_other, report, is_beside=True)
        for name in ("first", "second", "third", "fourth")
    ]

    assert run_steps([*beside, Step("next", lambda: True)]) == ([], Counts(passed=8))


def test_every_test_is_run_by_one_step(tmp_path: Path):
    steps = {step.name: step for step in plan_steps(tmp_path, quick=False)}
    names = ("browser tests", *APART, "tests", "timed tests")

    assert [steps[name].is_beside for name in names] == [True, *(True for _ in APART), False, False]
    assert len({steps[name].report for name in names}) == len(names)
    asked = [
        command[command.index("-m", 3) + 1 :]
        for command in (steps[name].run.args[0] for name in names)  # type: ignore[attr-defined]
    ]
    assert asked == [
        ["browser and not alone"],
        *(["not browser and not alone", folder] for folder in APART),
        ["not browser and not alone", *(f"--ignore={folder}" for folder in APART)],
        ["alone"],
    ]
    assert steps["timed tests"].is_alone


def test_what_ran_beside_is_printed_as_a_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    said = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    assert not succeeds([sys.executable, "-c", said], tmp_path / "log")

    assert sorted(capfd.readouterr().out.split()) == ["err", "out"]
