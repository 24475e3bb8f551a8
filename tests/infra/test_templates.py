"""The templates and policies, as CloudFormation and a reviewer would read them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from infra.build import LOCAL, ROOT, STATE_MACHINE, build

POLICIES = sorted((ROOT / ".chalice").glob("policy-*.json"))


def lint(path: Path) -> str:
    command = [Path(sys.executable).with_name("cfn-lint"), path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_data_template_has_no_finding():
    assert lint(ROOT / "infra" / "data.yaml") == ""


@pytest.mark.aws
def test_packaged_template_has_no_finding():
    """cfn-lint expands the serverless resources first, so circles show."""
    package = build(LOCAL, ROOT / ".build")

    assert lint(package.template) == ""


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in POLICIES:
        for statement in json.loads(path.read_text())["Statement"]:
            yield path.name, statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(("name", "statement"), list(statements()))
def test_policy_names_each_action_and_resource(name: str, statement: dict[str, Any]):
    assert statement["Effect"] == "Allow", name
    for action in as_list(statement["Action"]):
        assert "*" not in action
    for resource in as_list(statement["Resource"]):
        # only at the end: an object of the bucket, a record of the stream, a log stream
        arn = resource["Fn::Sub"]
        assert "contactsheet-${Environment}-" in arn
        assert "*" not in arn.removesuffix("/*").removesuffix(":*")


def test_each_function_has_a_policy_of_its_own():
    stage = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["gallery"]

    used = [f["iam_policy_file"] for f in stage["lambda_functions"].values()]

    assert sorted(used) == [path.name for path in POLICIES]


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads CloudFormation's short forms as nothing in particular."""


Loader.add_multi_constructor("!", lambda _loader, _tag, node: node.value)


def test_what_must_not_be_lost_is_retained():
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    stateful = [
        r for r in resources.values() if r["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
    ]

    assert len(stateful) == 5
    for resource in stateful:
        assert resource["DeletionPolicy"] == "Retain"
        assert resource["UpdateReplacePolicy"] == "Retain"


def photos_bucket() -> dict[str, Any]:
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    properties: dict[str, Any] = resources["PhotosBucket"]["Properties"]
    return properties


def test_the_bucket_takes_forms_and_parts_from_the_page_and_tells_it_their_tags():
    (rule,) = photos_bucket()["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedOrigins"] == "PageOrigins"
    assert rule["AllowedMethods"] == ["POST", "PUT"]
    assert rule["AllowedHeaders"] == ["*"]
    assert rule["ExposedHeaders"] == ["ETag"]


def test_parts_that_nobody_completes_are_forgotten_after_two_days():
    rules = photos_bucket()["LifecycleConfiguration"]["Rules"]

    (rule,) = (rule for rule in rules if "AbortIncompleteMultipartUpload" in rule)
    assert rule["Status"] == "Enabled"
    assert "Prefix" not in rule
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}


# What the API asks of S3 to send files in parts, and the kind of resource that it is asked of.
FOR_PARTS = {
    "s3:PutObject": "/*",  # begins, takes and completes one, too
    "s3:ListMultipartUploadParts": "/*",
    "s3:ListBucketMultipartUploads": "",
}


def test_the_api_may_do_what_uploads_in_parts_need():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html."""
    allowed = {
        action: statement["Resource"]["Fn::Sub"].partition("${AWS::Region}")[2]
        for name, statement in statements()
        if name == "policy-api.json"
        for action in as_list(statement["Action"])
        if action in FOR_PARTS
    }

    assert allowed == FOR_PARTS


def test_a_delivery_is_hidden_six_times_as_long_as_a_function_may_take():
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    functions = config["stages"]["gallery"]["lambda_functions"]
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    for queue, function in (
        ("UploadsQueue", "thumbnail_uploads"),
        ("HeavyUploadsQueue", "heavy_uploads"),
        ("FailedUploadsQueue", "failed_uploads"),
    ):
        visible_again = resources[queue]["Properties"]["VisibilityTimeout"]
        assert visible_again == 6 * functions[function]["lambda_timeout"]


def test_uploads_are_tried_five_times_then_given_to_the_dead_letters():
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    for queue in ("UploadsQueue", "HeavyUploadsQueue"):
        redrive = resources[queue]["Properties"]["RedrivePolicy"]
        assert redrive["maxReceiveCount"] == 5
        assert redrive["deadLetterTargetArn"] == "FailedUploadsQueue.Arn"


def test_a_function_that_sends_to_a_queue_may_ask_for_its_address():
    sending = {
        name: statement["Resource"]["Fn::Sub"].rpartition("${Environment}-")[2]
        for name, statement in statements()
        if "sqs:GetQueueUrl" in as_list(statement["Action"])
    }

    assert sending == {
        "policy-api.json": "uploads",
        "policy-thumbnail-uploads.json": "heavy-uploads",
    }


def app_resources() -> dict[str, Any]:
    resources: dict[str, Any] = yaml.load((ROOT / "infra" / "app.yaml").read_text(), Loader)[  # noqa: S506 - a SafeLoader
        "Resources"
    ]
    return resources


def test_the_state_machine_may_do_nothing_but_call_its_function_and_run_its_parts():
    (policy,) = app_resources()["BackfillRole"]["Properties"]["Policies"]

    allowed = {
        action: statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
    }

    machine = "contactsheet-${Environment}-backfill"
    assert allowed.pop("lambda:InvokeFunction") == "BackfillThumbnails.Arn"
    assert allowed.pop("states:StartExecution").endswith(f":stateMachine:{machine}")
    assert allowed.pop("states:DescribeExecution").endswith(f":execution:{machine}:*")
    assert allowed.pop("states:StopExecution").endswith(f":execution:{machine}:*")
    assert allowed == {}


def test_each_alarm_tells_somebody_what_to_do():
    alarms = {
        name: resource["Properties"]
        for name, resource in app_resources().items()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    }

    watched = {a["Dimensions"][0]["Value"].rpartition("-")[2] for a in alarms.values()}
    assert watched == {"uploads", "refreshes", "Backfill"}
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == ["Alarms"]
        assert "log" in alarm["AlarmDescription"]
        assert len(alarm["AlarmDescription"]) <= 1024  # CloudWatch's limit


def calls(definition: Any) -> Iterator[dict[str, Any]]:
    """The states of a machine that call its function."""
    for state in definition["States"].values():
        if state["Type"] == "Task":
            yield state
        if state["Type"] == "Map":
            yield from calls(state["ItemProcessor"])


def test_the_state_machine_waits_longer_than_its_function_and_repeats_what_passes():
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    functions = config["stages"]["gallery"]["lambda_functions"]
    definition = yaml.safe_load(STATE_MACHINE.read_text(encoding="utf-8"))

    tasks = list(calls(definition))

    assert len(tasks) == 3
    for task in tasks:
        assert task["TimeoutSeconds"] > functions["backfill_thumbnails"]["lambda_timeout"]
        repeated = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
        assert {
            "Lambda.TooManyRequestsException",
            "Lambda.ServiceException",
            "Sandbox.Timedout",
            "StorageUnavailableError",
        } <= repeated
        assert all(retry["JitterStrategy"] == "FULL" for retry in task["Retry"])


def test_what_waits_in_a_queue_is_kept_for_two_weeks():
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    queues = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::SQS::Queue"]

    assert len(queues) == 4
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 3600}


def test_the_stream_s_batches_are_given_up_to_a_queue_while_the_stream_still_has_them():
    resources = yaml.load((ROOT / "infra" / "app.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    events = resources["RefreshPages"]["Properties"]["Events"]

    source = events["RefreshPagesDynamodbEventSource"]["Properties"]

    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: 24 hours
    assert source["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert source["DestinationConfig"]["OnFailure"]["Destination"].endswith("-failed-refreshes")


def test_each_function_has_a_name_and_a_log_that_is_not_kept_for_ever():
    stage = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["gallery"]
    resources = yaml.load((ROOT / "infra" / "app.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    functions = {
        name: part["Properties"]["FunctionName"]
        for name, part in resources.items()
        if "FunctionName" in part["Properties"]
    }
    logs = [r for r in resources.values() if r.get("Type") == "AWS::Logs::LogGroup"]

    assert len(functions) == len(stage["lambda_functions"])
    assert {log["Properties"]["LogGroupName"] for log in logs} == {
        f"/aws/lambda/{name}" for name in functions.values()
    }
    assert all(log["Properties"]["RetentionInDays"] for log in logs)
    for name in functions:
        assert f"{name}Logs" in resources[name]["DependsOn"]
