"""The backfill on AWS: start its state machine, follow it, and tell its report."""

import argparse
import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import SetupError
from migrations.command import DONE, SOME_FAILED
from migrations.lines import plural, shown
from migrations.progress import Progress
from migrations.target import OpenGallery, find_target

POLL_SECONDS = 3.0
# A call's last events are its success and the states around it.
_LAST_EVENTS = 10
_GIVEN_UP = "PartsGivenUp"

Pause = Callable[[float], None]


def add_remote_options(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a run on AWS."""
    options = parser.add_argument_group("on AWS")
    options.add_argument(
        "--remote", action="store_true", help="have it done by the gallery's state machine"
    )
    options.add_argument("--follow", metavar="ARN", help="watch an execution that was started")
    options.add_argument(
        "--state-machine", metavar="ARN", help="the backfill's (CONTACTSHEET_STATE_MACHINE)"
    )


def run_remotely(flags: argparse.Namespace, opened: OpenGallery, pause: Pause = time.sleep) -> int:
    """Start an execution, or follow the one that is named; returns the exit status.

    Raises:
        SetupError: It can't be started or followed, or it failed as a whole.
    """
    progress = Progress(results=sys.stderr if flags.json else None)
    target = find_target(flags, remote=True)
    for line in target.lines():
        progress.result(line)
    gallery = opened(target)
    client = gallery.connection.session.create_client("stepfunctions", region_name=target.region)
    arn = flags.follow or _start(client, target.settings.state_machine, options_of(flags))
    progress.result(f"{'run':<9}{arn}")
    try:
        with closing(progress):
            report, is_dry = follow(client, arn, progress, pause)
    except KeyboardInterrupt:
        progress.note(f"it goes on without you; to watch it again: {_following(arn)}")
        raise
    for line in report_lines(report):
        progress.result(line)
    if flags.json:
        print(json.dumps({"report": report}))
    is_whole = not any(report[name] for name in ("failed", "missing", "refused", "given_up"))
    return DONE if is_whole or (is_dry and not report["given_up"]) else SOME_FAILED


def options_of(flags: argparse.Namespace) -> dict[str, Any]:
    """The input of the state machine."""
    return {
        "migrate": flags.migrate,
        "segments": flags.segments,
        "gallery": flags.gallery,
        "limit": flags.limit,
        "retry_failed": flags.retry_failed,
        "remake": flags.remake,
    }


def follow(
    client: Any, arn: str, progress: Progress, pause: Pause = time.sleep
) -> tuple[dict[str, Any], bool]:
    """Show how far an execution is until it has ended.

    Args:
        client: Of Step Functions.
        arn: The execution's.
        progress: Shows it.
        pause: Waits for so many seconds.

    Returns:
        The report, also where parts were given up, and whether nothing was to be made.

    Raises:
        SetupError: There is no such execution, it failed as a whole, or it was stopped.
    """
    parts = _Parts(client, arn)
    try:
        while (told := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            counts = parts.counts()
            if _is_dry(told):
                progress.show("looking at photos on AWS", counts["found"])
            else:
                progress.show("making thumbnails on AWS", counts["processed"])
            pause(POLL_SECONDS)
    except ClientError as error:
        raise SetupError(f"{error}; once it can be watched again: {_following(arn)}") from error
    if told["status"] == "SUCCEEDED":
        report = told["output"]
    elif told.get("error") == _GIVEN_UP:
        report = told["cause"]
    else:
        raise SetupError(f"execution {arn} {told['status'].lower()}: {_reason(told)}")
    return json.loads(report), _is_dry(told)


def report_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """What all parts found and did."""
    yield (
        f"found {plural(report['found'], 'photo')}: {report['have']:,} had a thumbnail, "
        f"{report['need']:,} needed one"
    )
    notes = {
        "waiting": "can't be drawn: --retry-failed, or a changed original, tries again",
        "missing": "no original in the bucket: python -m migrations.reconcile",
        "refused": "left alone",
        "elsewhere": "done elsewhere",
        "migrated": "",
        "failed": "",
        "processed": "in all",
    }
    for name, note in notes.items():
        if report[name] or not note:
            yield f"{name:<15}{report[name]:>9,}   {note}".rstrip()
    for failed in report["failed_ids"]:
        yield f"      {shown(failed)}"
    if report["more_failed"]:
        yield f"      and {report['more_failed']:,} more"
    for part in report["given_up"]:
        yield f"segment {part['segment']} was given up: {shown(part['error'])}; run it again"


def _start(client: Any, machine: str, options: Mapping[str, Any]) -> str:
    # One name for all attempts of this request: what the SDK repeats starts nothing twice.
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    name = f"{'migrate' if options['migrate'] else 'look'}-{moment}-{secrets.token_hex(4)}"
    try:
        started = client.start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(options)
        )
    except ClientError as error:
        raise SetupError(
            f"{error}; is the app stack deployed, and {machine} its machine?"
        ) from error
    return str(started["executionArn"])


class _Parts:
    """The parts of an execution: what each has reported so far."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn
        self._reports: dict[str, Mapping[str, Any]] = {}
        self._ended: set[str] = set()

    def counts(self) -> Counter[str]:
        """Their numbers by name, added up."""
        for run in self._client.list_map_runs(executionArn=self._arn)["mapRuns"]:
            pages = self._client.get_paginator("list_executions")
            for page in pages.paginate(mapRunArn=run["mapRunArn"]):
                for part in page["executions"]:
                    self._look_at(part["executionArn"], part["status"])
        total: Counter[str] = Counter()
        for report in self._reports.values():
            total.update({name: n for name, n in report.items() if isinstance(n, int)})
        return total

    def _look_at(self, arn: str, status: str) -> None:
        if arn in self._ended:
            return
        if status != "RUNNING":
            self._ended.add(arn)
        events = self._client.get_execution_history(
            executionArn=arn, reverseOrder=True, maxResults=_LAST_EVENTS
        )["events"]
        for event in events:
            if event["type"] == "TaskSucceeded":
                output = event["taskSucceededEventDetails"]["output"]
                self._reports[arn] = json.loads(output)["Payload"]["report"]
                return


def _following(arn: str) -> str:
    return f"python -m migrations.generate_thumbnails --remote --follow {arn}"


def _is_dry(told: Mapping[str, Any]) -> bool:
    return not json.loads(told["input"]).get("migrate")


def _reason(told: Mapping[str, Any]) -> str:
    """Why an execution failed: its function's own words where they are known."""
    cause = told.get("cause", "")
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, TypeError, KeyError):  # a cause of Step Functions' own is plain text
        return f"{told.get('error', '')} {cause}".strip() or "no reason is given"
