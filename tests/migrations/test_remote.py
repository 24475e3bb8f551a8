"""A backfill on AWS as a person sees it; the state machine itself runs in tests/aws."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.backfill_parts import Part, merged_report
from chalicelib.backfill_report import BackfillReport, Failure
from migrations import remote
from migrations.generate_thumbnails import main

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:contactsheet-live-backfill"
EXECUTION = MACHINE.replace("stateMachine", "execution") + ":migrate-1"
FLAGS = ("--state-machine", MACHINE, "--region", "eu-central-1")


class Machine:
    """Answers as Step Functions does.

    Args:
        endings: What is told of the execution, one answer after the other.
        reports: Of parts that have come so far.
    """

    def __init__(self, *endings: dict[str, Any] | Exception, reports: Any = ()) -> None:
        self.endings = list(endings)
        self.reports = reports
        self.started: list[dict[str, Any]] = []

    def start_execution(self, **request: Any) -> Any:
        self.started.append(request)
        return {"executionArn": EXECUTION}

    def describe_execution(self, executionArn: str) -> Any:  # noqa: N803 - AWS's name
        assert executionArn == EXECUTION
        ending = self.endings.pop(0)
        if isinstance(ending, BaseException):
            raise ending
        return {"input": json.dumps({"migrate": True}), **ending}

    def list_map_runs(self, **_: Any) -> Any:
        return {"mapRuns": [{"mapRunArn": "run"}]}

    def get_paginator(self, name: str) -> Any:
        assert name == "list_executions"
        parts = [{"executionArn": str(n), "status": "RUNNING"} for n in range(len(self.reports))]
        return SimpleNamespace(paginate=lambda **_: [{"executions": parts}])

    def get_execution_history(self, executionArn: str, **_: Any) -> Any:  # noqa: N803
        output = json.dumps({"Payload": {"report": self.reports[int(executionArn)]}})
        succeeded = {"type": "TaskSucceeded", "taskSucceededEventDetails": {"output": output}}
        return {"events": [{"type": "ChoiceStateExited"}, succeeded]}


RUNNING = {"status": "RUNNING"}


def a_report(*failed: str, **counts: int) -> dict[str, Any]:
    failures = [Failure(name, name, "corrupt", is_for_good=True) for name in failed]
    report = BackfillReport(**counts, failed=len(failed), failures=failures)
    part = Part(report=report)
    return merged_report([part.at(part.reached).answer(is_done=True)])


def succeeded(report: dict[str, Any]) -> dict[str, Any]:
    return {"status": "SUCCEEDED", "output": json.dumps(report)}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "POLL_SECONDS", 0)


def ran(machine: Machine, *argv: str) -> int:
    session = SimpleNamespace(create_client=lambda *_, **__: machine)
    opened: Any = SimpleNamespace(connection=SimpleNamespace(session=session))
    return main([*FLAGS, *argv], lambda _: opened)


def test_a_run_is_started_with_what_was_asked_for_and_its_report_is_told(capsys):
    report = a_report(found=9, have=2, need=7, migrated=7, processed=7)
    machine = Machine(RUNNING, succeeded(report), reports=[{"processed": 3}, {"processed": 4}])

    status = ran(machine, "--remote", "--migrate", "--limit", "9", "--gallery", "kids", "--remake")

    printed = capsys.readouterr()
    assert status == 0
    (started,) = machine.started
    assert started["stateMachineArn"] == MACHINE
    assert json.loads(started["input"]) == {
        "migrate": True, "segments": 4, "gallery": "kids", "limit": 9,
        "retry_failed": False, "remake": True,
    }  # fmt: skip
    assert printed.out.splitlines() == [
        f"machine  {MACHINE}",
        "region   eu-central-1",
        f"run      {EXECUTION}",
        "found 9 photos: 2 had a thumbnail, 7 needed one",
        "migrated               7",
        "failed                 0",
        "processed              7   in all",
    ]
    assert "making thumbnails on AWS 7" in printed.err


def test_without_migrate_a_look_is_asked_for_and_nothing_else():
    missing = a_report(found=3, need=2, missing=1)
    machine = Machine({**succeeded(missing), "input": json.dumps({"migrate": False})})

    assert ran(machine, "--remote") == 0
    assert json.loads(machine.started[0]["input"])["migrate"] is False


def test_two_starts_have_names_of_their_own():
    machine = Machine(succeeded(a_report()), succeeded(a_report()))

    ran(machine, "--remote")
    ran(machine, "--remote")

    first, second = (started["name"] for started in machine.started)
    assert first != second


def test_failed_photos_are_named_and_the_run_ends_with_1(capsys):
    assert ran(Machine(succeeded(a_report("x1", "x2"))), "--remote", "--migrate") == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["      x1", "      x2"]


def test_parts_that_were_given_up_are_named_and_what_they_did_counts(capsys):
    report = a_report(found=5, migrated=5) | {"given_up": [{"segment": 3, "error": "Gone"}]}
    failed = {"status": "FAILED", "error": "PartsGivenUp", "cause": json.dumps(report)}

    status = ran(Machine(failed), "--remote", "--migrate", "--json")

    printed = capsys.readouterr()
    assert status == 1
    assert "segment 3 was given up: Gone; run it again" in printed.err
    assert json.loads(printed.out) == {"report": report}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (
            {
                "status": "FAILED",
                "error": "ValueError",
                "cause": json.dumps({"errorMessage": "gallery: no"}),
            },
            "failed: gallery: no",
        ),
        ({"status": "FAILED", "error": "States.Runtime", "cause": "odd"}, "States.Runtime odd"),
        ({"status": "ABORTED"}, "aborted: no reason is given"),
    ],
)
def test_a_run_that_fails_as_a_whole_ends_with_2_and_its_reason(told, message, capsys):
    assert ran(Machine(told), "--remote") == 2
    assert message in capsys.readouterr().err


def test_an_execution_that_was_started_before_is_watched_and_none_is_started():
    machine = Machine(RUNNING, succeeded(a_report()))

    assert ran(machine, "--follow", EXECUTION) == 0
    assert machine.started == []


def test_ctrl_c_leaves_it_running_and_says_how_to_watch_it(capsys):
    machine = Machine(RUNNING, KeyboardInterrupt())  # type: ignore[arg-type]

    status = ran(machine, "--remote", "--migrate")

    assert status == 1
    assert f"--follow {EXECUTION}" in capsys.readouterr().err


def test_a_look_that_is_refused_says_how_to_watch_it_later(capsys):
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeExecution")

    status = ran(Machine(refused), "--remote", "--migrate")

    assert status == 2
    assert f"--follow {EXECUTION}" in capsys.readouterr().err


def test_another_bucket_is_refused(capsys):
    assert ran(Machine(), "--remote", "--bucket", "photos") == 2
    assert "leave out --bucket" in capsys.readouterr().err


def test_a_machine_is_needed(capsys):
    assert main(["--remote", "--region", "eu-central-1"]) == 2
    assert "CONTACTSHEET_STATE_MACHINE" in capsys.readouterr().err
