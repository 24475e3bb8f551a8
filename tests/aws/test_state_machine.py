"""The backfill's state machine: the deployed one, and its definition with a function that fails."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import yaml  # type: ignore[import-untyped]

from infra.build import STATE_MACHINE
from infra.local.gallery import Endpoints, local_client
from migrations.generate_thumbnails import main
from tests.aws.older_photos import add_older_photos, thumbnails_of
from tests.aws.site import eventually

PHOTOS = 400
SEGMENTS = 4
LETTERS = PHOTOS // 50


@pytest.fixture(scope="session")
def machines(endpoints: Endpoints) -> Any:
    return local_client("stepfunctions", endpoints.aws_endpoint)


def ended(machines: Any, arn: str) -> Any:
    """What is told of an execution that has ended."""

    def told() -> Any:
        description = machines.describe_execution(executionArn=arn)
        return description if description["status"] != "RUNNING" else None

    return eventually(told, seconds=120)


def calls_of_parts(machines: Any, arn: str) -> Counter[str]:
    """How many calls each part of an execution took, by the part's own execution."""
    (run,) = machines.list_map_runs(executionArn=arn)["mapRuns"]
    calls: Counter[str] = Counter()
    for part in machines.list_executions(mapRunArn=run["mapRunArn"])["executions"]:
        history = machines.get_execution_history(executionArn=part["executionArn"])
        kinds = [event["type"] for event in history["events"]]
        calls[part["executionArn"]] = kinds.count("TaskSucceeded")
    return calls


# --- as it is deployed


@pytest.mark.usefixtures("gallery_environment", "two_seconds")
def test_a_remote_run_goes_on_with_each_segment_until_every_photo_has_its_thumbnail(
    endpoints: Endpoints, s3: Any, dynamodb: Any, machines: Any, capsys: Any
):
    gallery = add_older_photos(endpoints, s3, dynamodb, PHOTOS, side=600)

    status = main(
        ["--remote", "--migrate", "--gallery", gallery, "--segments", str(SEGMENTS), "--json"]
    )

    printed = capsys.readouterr()
    report = json.loads(printed.out)["report"]
    assert status == 1  # letters can't be drawn
    # What a call did that ran out of time is found done by the next one: on a busy machine.
    assert report["found"] == report["have"] + report["need"] + report["waiting"] == PHOTOS
    assert report["migrated"] + report["have"] == PHOTOS - LETTERS
    assert report["failed"] + report["waiting"] == LETTERS
    assert len(report["failed_ids"]) == report["failed"]
    assert set(report["failed_ids"]) <= {f"{gallery}-{50 * n}" for n in range(LETTERS)}
    assert report["given_up"] == []
    assert len(thumbnails_of(gallery, endpoints, dynamodb)) == PHOTOS - LETTERS

    (arn,) = [line.split()[1] for line in printed.err.splitlines() if line.startswith("run ")]
    told = machines.describe_execution(executionArn=arn)
    assert json.loads(told["output"]) == report
    calls = calls_of_parts(machines, arn)
    assert len(calls) == SEGMENTS
    assert min(calls.values()) >= 3, "each goes on at least twice"

    # what is to be followed may have ended
    assert main(["--follow", arn]) == 1
    assert f"found {PHOTOS} photos" in capsys.readouterr().out


@pytest.mark.usefixtures("gallery_environment", "two_seconds")
def test_a_remote_dry_run_changes_nothing(
    endpoints: Endpoints, s3: Any, dynamodb: Any, capsys: Any
):
    gallery = add_older_photos(endpoints, s3, dynamodb, 3, side=64)

    status = main(["--remote", "--gallery", gallery, "--segments", "2"])

    assert status == 0
    assert "found 3 photos: 0 had a thumbnail, 3 needed one" in capsys.readouterr().out
    assert thumbnails_of(gallery, endpoints, dynamodb) == []


def test_what_is_asked_for_wrongly_fails_and_says_why(endpoints: Endpoints, machines: Any):
    started = machines.start_execution(
        stateMachineArn=endpoints.state_machine, input=json.dumps({"colour": "red"})
    )

    told = ended(machines, started["executionArn"])

    assert told["status"] == "FAILED"
    assert "colour" in told["cause"]


# --- its definition, with a function that fails as it is told to

FAILING = """
import os, pathlib, time

def handler(event, context):
    if "plan" in event:
        return {"parts": [
            {"segment": n, "is_done": False, "report": {"found": n}, "fails": fails}
            for n, fails in enumerate(event["plan"]["fails"])
        ]}
    if "merge" in event:
        answers = event["merge"]
        lost = [{"segment": a["segment"], "error": a["error"]} for a in answers if "error" in a]
        return {"report": {"found": sum(a["report"]["found"] for a in answers), "given_up": lost}}
    if event["fails"] == "always":
        raise ValueError("cannot")
    once = pathlib.Path(os.environ["ONCE"] + str(event["segment"]))
    if event["fails"] == "once" and not once.exists():
        once.touch()
        time.sleep(60)  # longer than it may
    found = event["report"]["found"] + 100
    return {**event, "is_done": found >= 200, "report": {"found": found}}
"""


@pytest.fixture
def failing(endpoints: Endpoints, lambdas: Any, machines: Any, tmp_path: Any) -> Iterator[str]:
    """ARN of a machine by the definition, whose parts fail as its input says."""
    packed = BytesIO()
    with ZipFile(packed, "w") as opened:
        opened.writestr("failing.py", FAILING)
    name = f"failing-{uuid.uuid4().hex[:8]}"
    function = lambdas.create_function(
        FunctionName=name,
        Runtime=lambdas.get_function_configuration(FunctionName=endpoints.functions["backfill"])[
            "Runtime"
        ],
        Role="arn:aws:iam::000000000000:role/failing",
        Handler="failing.handler",
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"ONCE": str(tmp_path / "once-")}},
        Timeout=2,
    )
    definition = resolved(
        yaml.safe_load(STATE_MACHINE.read_text(encoding="utf-8")), function["FunctionArn"]
    )
    machine = machines.create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::000000000000:role/failing",
    )
    yield machine["stateMachineArn"]
    machines.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
    lambdas.delete_function(FunctionName=name)


def resolved(definition: Any, function: str) -> Any:
    """A definition as CloudFormation resolves it."""
    match definition:
        case {"Fn::Sub": text}:
            return text.replace("${AWS::Partition}", "aws")
        case "${BackfillFunction}":
            return function
        case Mapping():
            return {name: resolved(value, function) for name, value in definition.items()}
        case list():
            return [resolved(value, function) for value in definition]
    return definition


@pytest.mark.parametrize(
    ("fails", "found", "given_up"),
    [
        (["never", "once", "never"], 200 + 201 + 202, []),
        # on AWS the error is ValueError
        (
            ["never", "always", "never"],
            200 + 1 + 202,
            [{"segment": 1, "error": "Runtime.HandlerError"}],
        ),
    ],
)
def test_a_part_that_fails_is_tried_again_or_named_and_the_others_are_not_lost(
    failing: str, machines: Any, fails: list[str], found: int, given_up: list[Any]
):
    started = machines.start_execution(stateMachineArn=failing, input=json.dumps({"fails": fails}))

    told = ended(machines, started["executionArn"])

    report = {"found": found, "given_up": given_up}
    if given_up:
        assert (told["status"], told["error"]) == ("FAILED", "PartsGivenUp")
        assert json.loads(told["cause"]) == report
    else:
        assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", report)
