"""How many tests ran, from the reports of two runners."""

import json
from pathlib import Path

from infra.run_tests import Counts, read_counts


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
