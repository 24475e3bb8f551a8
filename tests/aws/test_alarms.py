"""The deployed alarms: each rings once, and tells the topic what to do."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.gallery import Endpoints, Gallery, local_client
from tests.aws.site import eventually
from tests.infra.alarms import alarms

PREFIX = "contactsheet-local-"
# Called by nothing but their schedules, so that they may be broken for a moment.
ON_SCHEDULES = {"purge-bin-errors": "purge_bin", "audit-pages-errors": "audit_pages"}
# What no queue and no stream sends: an event without records.
POISONED = {"uploads-errors": "uploads", "refresh-errors": "refresh_pages"}


@pytest.fixture(scope="module")
def cloudwatch(endpoints: Endpoints) -> Any:
    return local_client("cloudwatch", endpoints.aws_endpoint)


class Ear:
    """Somebody who is subscribed to the alarms' topic."""

    def __init__(self, sqs: Any, queue: str) -> None:
        self._sqs = sqs
        self._queue = queue
        self.heard: dict[str, dict[str, Any]] = {}

    def listen(self) -> dict[str, dict[str, Any]]:
        """What was told of each alarm that rang, by its name."""
        answer = self._sqs.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        for message in answer.get("Messages", ()):
            told = json.loads(json.loads(message["Body"])["Message"])
            if told["NewStateValue"] == "ALARM":
                self.heard[told["AlarmName"]] = told
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return self.heard


@pytest.fixture(scope="module")
def ear(gallery: Gallery, sqs: Any) -> Iterator[Ear]:
    topic = gallery.deployment.app["AlarmsTopicArn"]
    sns = local_client("sns", gallery.endpoints.aws_endpoint)
    queue = sqs.create_queue(QueueName="an-owner-s-ear")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"], ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    yield Ear(sqs, queue)
    sns.unsubscribe(SubscriptionArn=subscription)
    sqs.delete_queue(QueueUrl=queue)


def described(cloudwatch: Any, name: str) -> dict[str, Any]:
    """An alarm as it was deployed."""
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[PREFIX + name])["MetricAlarms"]
    assert isinstance(alarm, dict)
    return alarm


def quiet(cloudwatch: Any, name: str) -> None:
    """Let an alarm be off, whatever other tests have done."""
    cloudwatch.set_alarm_state(AlarmName=PREFIX + name, StateValue="OK", StateReason="a test")


def tell(cloudwatch: Any, namespace: str, **datum: Any) -> None:
    """Tell a number; whereupon every alarm is looked at."""
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[datum])


def at_most(alarm: dict[str, Any]) -> float:
    """The largest whole number of a period that is not too much."""
    is_more = alarm["ComparisonOperator"] == "GreaterThanThreshold"
    return float(alarm["Threshold"] if is_more else alarm["Threshold"] - 1)


@pytest.mark.parametrize("name", sorted(alarms()))
def test_each_alarm_rings_and_tells_what_to_do(name: str, cloudwatch: Any, ear: Ear):
    """Of what is too much in each of the periods that it looks at.

    The embedded AWS adds them all up: whether they are enough is asked of the alarm's definition.
    """
    alarm = described(cloudwatch, name)
    quiet(cloudwatch, name)
    now, too_much = time.time(), at_most(alarm) + 1
    # the newest a second ago, one a period
    ages = [1 + alarm["Period"] * n for n in range(alarm["EvaluationPeriods"])]

    for age in reversed(ages):
        tell(
            cloudwatch,
            alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm.get("Dimensions", []),
            Value=too_much,
            Timestamp=now - age,
        )

    told = eventually(lambda: ear.listen().get(PREFIX + name, {}))
    assert alarms()[name].rings(*([too_much] for _ in ages))
    assert described(cloudwatch, name)["StateValue"] == "ALARM"
    assert told["AlarmDescription"] == alarms()[name].said["AlarmDescription"]


@pytest.mark.parametrize("name", sorted(alarms()))
def test_each_alarm_is_deployed_as_its_definition_says(name: str, cloudwatch: Any):
    """So that what the definition judges is what is judged."""
    deployed, said = described(cloudwatch, name), alarms()[name].said

    for what in (
        *("Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods", "Threshold"),
        *("ComparisonOperator", "TreatMissingData"),
    ):
        assert deployed[what] == said[what], what
    assert {one["Name"] for one in deployed.get("Dimensions", ())} == set(alarms()[name].dimensions)
    assert deployed.get("DatapointsToAlarm") is None


@pytest.mark.parametrize("name", sorted(alarms()))
def test_no_alarm_rings_of_what_is_usual_or_passes(name: str, cloudwatch: Any):
    alarm, mine = described(cloudwatch, name), alarms()[name]
    usual, times = at_most(alarm), alarm["EvaluationPeriods"]
    too_much = [usual + 1]

    assert not mine.rings(*([usual] for _ in range(times)))
    assert not mine.rings(*([] for _ in range(times)))
    for passed in ([], [usual]):
        for n in range(times):  # in all periods but one
            assert not mine.rings(*(passed if n == other else too_much for other in range(times)))


@pytest.mark.parametrize("name", sorted(ON_SCHEDULES))
def test_a_function_that_dies_rings_its_alarm(
    name: str, cloudwatch: Any, lambdas: Any, endpoints: Endpoints, ear: Ear
):
    function = endpoints.functions[ON_SCHEDULES[name]]
    usual = lambdas.get_function_configuration(FunctionName=function)["Environment"]

    lambdas.update_function_configuration(FunctionName=function, Environment={"Variables": {}})
    try:
        rings_of_errors(name, function, cloudwatch, lambdas, ear)
    finally:
        lambdas.update_function_configuration(FunctionName=function, Environment=usual)


@pytest.mark.parametrize("name", sorted(POISONED))
def test_a_function_that_fails_again_and_again_rings_its_alarm(
    name: str, cloudwatch: Any, lambdas: Any, endpoints: Endpoints, ear: Ear
):
    rings_of_errors(name, endpoints.functions[POISONED[name]], cloudwatch, lambdas, ear)


def rings_of_errors(name: str, function: str, cloudwatch: Any, lambdas: Any, ear: Ear) -> None:
    """Call a function that fails until its alarm says so.

    The numbers are the embedded AWS's own. It does not ask whose they are: the alarm's own
    dimensions and threshold are asked beside it.
    """
    quiet(cloudwatch, name)
    ear.listen()
    ear.heard.clear()
    watched = described(cloudwatch, name)
    since = time.time()

    for _ in range(max(1, int(watched["Threshold"]))):
        assert lambdas.invoke(FunctionName=function, Payload=b"{}")["FunctionError"]
    tell(cloudwatch, "Nobody", MetricName="Nothing", Value=0)

    assert eventually(lambda: ear.listen().get(PREFIX + name))
    counted = cloudwatch.get_metric_statistics(
        Namespace=watched["Namespace"],
        MetricName=watched["MetricName"],
        Dimensions=watched["Dimensions"],
        StartTime=since - 60,
        EndTime=time.time() + 60,
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert alarms()[name].rings([point["Sum"] for point in counted])


def test_the_numbers_of_a_function_s_log_are_those_that_alarms_watch(
    endpoints: Endpoints, site: Any
):
    """As CloudWatch would read them; the embedded one does not."""
    from tests.builders import a_jpeg

    logs = local_client("logs", endpoints.aws_endpoint)
    site.put("a.jpg", a_jpeg())
    site.item("a.jpg")

    def told() -> list[dict[str, Any]]:
        group = f"/aws/lambda/{endpoints.functions['uploads']}"
        events = logs.filter_log_events(logGroupName=group)["events"]
        found = [json.loads(e["message"]) for e in events if '"_aws"' in e["message"]]
        return [line for line in found if "ThumbnailsMade" in line]

    line = eventually(told)[-1]

    (directive,) = line["_aws"]["CloudWatchMetrics"]
    watched = alarms()["page-conflicts"]
    assert directive["Namespace"] == watched.metric[0]
    assert directive["Dimensions"] == [list(watched.dimensions)]
    assert line["environment"] == "local"
