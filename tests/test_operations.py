"""docs/operations.md agrees with the templates and the program."""

import inspect
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from chalicelib import errors, metrics
from chalicelib.api.http_errors import ANSWERS
from chalicelib.errors import GalleryError
from chalicelib.take_in import Outcome
from infra.aws.template import read_template
from infra.local.gallery import API_STAGE
from tests.infra.alarms import TEMPLATE, Alarm, alarms

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
# `dimension`: what each alarm is said to watch, and how the template says it
OF: dict[str, dict[str, Any]] = {
    "of all functions": {},
    "of the gallery": {"environment": {"Ref": "Environment"}},
    "of the API": {
        "ApiName": {"Fn::Sub": "contactsheet-${Environment}"},
        "Stage": "api",
    },
    "of the state machine": {"StateMachineArn": {"Ref": "Backfill"}},
}
# What AWS calls one queue and one function; an alarm of another word watches nothing, and is told
# so by nobody: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
ONE_OF = {"AWS/SQS": "QueueName", "AWS/Lambda": "FunctionName"}
# Namespace: the sets of dimensions under which there are sums, and metrics that it has.
TOLD: dict[str, tuple[list[set[str]], set[str]]] = {
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    "AWS/SQS": (
        [{"QueueName"}],
        {
            *("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesDelayed"),
            *("ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesVisible"),
            *("NumberOfEmptyReceives", "NumberOfMessagesDeleted", "NumberOfMessagesReceived"),
            *("NumberOfMessagesSent", "SentMessageSize"),
        },
    ),
    # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    "AWS/States": (
        [{"StateMachineArn"}],
        {
            *("ExecutionTime", "ExecutionThrottled", "ExecutionsAborted", "ExecutionsFailed"),
            *("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsTimedOut"),
        },
    ),
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    "AWS/ApiGateway": (
        [{"ApiName"}, {"ApiName", "Stage"}],
        {"4XXError", "5XXError", "Count", "IntegrationLatency", "Latency"},
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    "AWS/Lambda": (
        [set(), {"FunctionName"}, {"FunctionName", "Resource"}],
        {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "Throttles"},
    ),
    # chalicelib/metrics.py
    "ContactSheet": (
        [{"environment"}],
        set(re.findall(r'"([A-Z][A-Za-z]+)":', inspect.getsource(metrics.tell))),
    ),
}


def table(head: str) -> dict[str, list[str]]:
    """The rows of the table with this head, by the first cell's word."""
    lines = PAGE.partition(f"{head}\n")[2].splitlines()[1:]
    rows: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("|"):
            break
        first, *rest = (cell.strip() for cell in line.strip("|").split(" | "))
        rows[first.strip("` |")] = [cell.strip(" |") for cell in rest]
    assert rows, head
    return rows


def dimensions_of(said: str, namespace: str) -> dict[str, Any]:
    """What the words behind a metric's name say in a template."""
    if said in OF:
        return OF[said]
    name = re.fullmatch(r"of `([a-z-]+)`", said)
    assert name, said
    return {ONE_OF[namespace]: {"Fn::Sub": f"contactsheet-${{Environment}}-{name[1]}"}}


def test_each_alarm_stands_there_with_what_it_watches_and_when_it_rings():
    rows = {name.split("`")[1]: row for name, row in table("| alarm | rings when |").items()}
    known = alarms()

    assert set(rows) == set(known)
    for name, (rings_when,) in rows.items():
        alarm = known[name]
        metric = re.fullmatch(r"`(\S+)` `(\S+)` (of .+): (.+)", rings_when)
        assert metric, rings_when
        assert (metric[1], metric[2]) == alarm.metric
        assert dimensions_of(metric[3], metric[1]) == alarm.dimensions
        assert metric[4] == alarm.rings_when


@pytest.mark.parametrize("name", sorted(alarms()))
def test_each_alarm_watches_what_is_told_under_that_name(name: str):
    alarm = alarms()[name]
    namespace, metric = alarm.metric
    dimensions, names = TOLD[namespace]

    assert metric in names
    assert set(alarm.dimensions) in dimensions


def there_are() -> dict[str, list[Any]]:
    """What the dimensions of alarms may name, by their names: parts of both stacks."""
    app = read_template(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    text = TEMPLATE.with_name("data.yaml").read_text(encoding="utf-8")
    data = read_template(text)["Resources"].values()
    return {
        "QueueName": [
            part["Properties"]["QueueName"] for part in data if part["Type"] == "AWS::SQS::Queue"
        ],
        "FunctionName": [
            part["Properties"]["FunctionName"]
            for part in app.values()
            if "FunctionName" in part.get("Properties", {})
        ],
        "StateMachineArn": [
            {"Ref": name}
            for name, part in app.items()
            if part.get("Type", "").endswith("::StateMachine")
        ],
        "ApiName": [app["RestAPI"]["Properties"]["Name"]],
        "Stage": [API_STAGE],
        "environment": [{"Ref": "Environment"}],
    }


@pytest.mark.parametrize("alarm", alarms().values(), ids=lambda alarm: alarm.name)
def test_each_alarm_watches_something_that_there_is(alarm: Alarm):
    known = there_are()

    for dimension, value in alarm.dimensions.items():
        assert value in known[dimension]


@pytest.mark.parametrize("name", sorted(alarms()))
def test_each_alarm_points_to_the_heading_below_which_stands_what_to_do(name: str):
    description = alarms()[name].said["AlarmDescription"]
    below = PAGE.partition(f"\n### {name}\n\n")[2].partition("\n#")[0]

    assert description.endswith(f" See docs/operations.md#{name}.")
    assert f"| [`{name}`](#{name}) |" in PAGE
    assert len(below) > 100


def test_each_alarm_tells_the_one_topic_what_to_do_and_when_it_is_over():
    for alarm in alarms().values():
        assert alarm.said["AlarmActions"] == alarm.said["OKActions"] == [{"Ref": "Alarms"}]
        description = alarm.said["AlarmDescription"]
        assert "log of" in description
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        assert len(description) <= 1024
        assert description.isascii()


def functions() -> dict[str, Any]:
    """Of the app stack, by the end of their names; what Globals says is of all."""
    resources = read_template(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    named = {
        resource["Properties"]["FunctionName"]["Fn::Sub"]: resource["Properties"]
        for resource in resources.values()
        if "FunctionName" in resource.get("Properties", {})
    }
    return {name.removeprefix("contactsheet-${Environment}-"): said for name, said in named.items()}


def test_the_failing_of_each_function_is_told_by_an_alarm():
    rows = table("| function | alarm |")

    assert set(rows) == set(functions())
    for (told_by,) in rows.values():
        named = re.findall(r"`([a-z-]+)`", told_by)
        assert named
        assert set(named) <= set(alarms())


def test_every_function_that_has_an_alarm_for_its_errors_is_one():
    watched = {
        alarm.dimensions["FunctionName"]["Fn::Sub"].removeprefix("contactsheet-${Environment}-")
        for alarm in alarms().values()
        if alarm.metric == ("AWS/Lambda", "Errors")
    }

    assert watched <= set(functions())


def test_the_owner_s_e_mail_is_told_where_there_is_one():
    resources = read_template(TEMPLATE.read_text(encoding="utf-8"))["Resources"]

    assert resources["OwnerIsTold"] == {
        "Type": "AWS::SNS::Subscription",
        "Condition": "HasOwnerEmail",
        "Properties": {
            "TopicArn": {"Ref": "Alarms"},
            "Protocol": "email",
            "Endpoint": {"Ref": "OwnerEmail"},
        },
    }


def test_functions_log_json_and_begin_no_trace():
    template = read_template(TEMPLATE.read_text(encoding="utf-8"))
    said = template["Globals"]["Function"]

    assert said["Tracing"] == "PassThrough"
    assert said["LoggingConfig"] == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": {"Ref": "LogLevel"},
    }
    # both know these by name, Lambda and the logger, and neither leaves out our own numbers
    assert set(template["Parameters"]["LogLevel"]["AllowedValues"]) == {"DEBUG", "INFO"}
    policies = sorted((ROOT / ".chalice").glob("policy-*.json"))
    assert "xray:" not in "".join(path.read_text() for path in policies)


def test_our_own_numbers_stand_there_and_no_others():
    source = inspect.getsource(metrics.tell)

    assert set(table("| metric | counts |")) == set(re.findall(r'"([A-Z][A-Za-z]+)":', source))


def test_every_message_of_the_logs_stands_there():
    calls = re.compile(r'\b(?:logger|log(?:\(\))?)\.(?:info|warning|exception|error)\(\s*"([^"]+)"')
    logged = {message for path in SOURCES for message in calls.findall(path.read_text())}

    assert set(table("| `message` | of | says |")) == logged


def test_every_outcome_of_an_errand_stands_there():
    said = table("| `message` | of | says |")["errand done"][1]

    for outcome in (*get_args(Outcome), "ignored", "recorded", "nothing"):
        assert outcome in said


def test_every_code_of_the_api_stands_there_with_its_status():
    rows = table("| code | status | cause | next step |")

    assert {code: row[0] for code, row in rows.items()} == {
        code: str(status) for _, status, code in ANSWERS
    }


def gateway_codes() -> dict[str, str]:
    """What API Gateway and the local edge say by themselves: code -> status."""
    resources = read_template(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    body = resources["RestAPI"]["Properties"]["DefinitionBody"]
    said = {}
    for response in body["x-amazon-apigateway-gateway-responses"].values():
        text = response["responseTemplates"]["application/json"]
        code = json.loads(text.replace("$context.error.messageString", '"x"'))["error"]["code"]
        said[code] = response.get("statusCode", "")
    edge = (ROOT / "infra" / "local" / "edge.py").read_text()
    own = re.findall(r'error_response\(\s*(\d+), "([a-z_]+)"', edge)
    return said | {code: status for status, code in own}


def test_every_code_of_the_gateway_and_the_edge_stands_there():
    before = "What API Gateway and the edge answer before the API is asked:\n\n"
    head = "| code | status | cause | next step |"
    whole, _, rest = PAGE.partition(before)
    assert whole
    rows = {
        line.split("|")[1].strip(" `"): line.split("|")[2].strip()
        for line in rest.partition(f"{head}\n")[2].partition("\n\n")[0].splitlines()[1:]
    }
    of_the_api = {code for _, _, code in ANSWERS}
    said = {code: status for code, status in gateway_codes().items() if code not in of_the_api}

    assert set(rows) == set(said)
    for code, status in said.items():
        assert status in ("", rows[code]), code


def codes_of_the_page() -> set[str]:
    """What the page calls a failure that it saw by itself, without an error of the API's shape."""
    source = (ROOT / "web" / "src" / "request.ts").read_text(encoding="utf-8")
    own = set(re.findall(r'new ApiError\([^"]*"([a-z_]+)"', source))
    assert "`http_${response.status}`" in source
    return own | {"http_…"}


def test_every_code_of_the_page_stands_there():
    assert set(table("| code | cause | next step |")) == codes_of_the_page()


def test_each_code_that_the_page_has_words_for_stands_there():
    source = (ROOT / "web" / "src" / "text.ts").read_text(encoding="utf-8")
    reasons = source.partition("What the codes of errors mean")[2].partition("  } satisfies")[0]
    named = set(re.findall(r"^ {4}([a-z_0-9]+):", reasons, re.MULTILINE))

    assert len(named) > 20
    for code in named:
        assert f"| `{re.sub('^http_.*', 'http_…', code)}` |" in PAGE, code


def kinds() -> list[type[GalleryError]]:
    return [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, GalleryError) and kind is not GalleryError
    ]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_stands_there_by_its_code_or_by_its_name(kind: type[GalleryError]):
    by_code = {known for known, _, _ in ANSWERS}
    by_name = table("| error | cause | next step |")

    assert (kind in by_code) != (kind.__name__ in by_name)
    for row in by_name.values():
        assert len(row) == 2
