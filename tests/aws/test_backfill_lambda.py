"""The backfill as a Lambda, given two seconds a call, on photos that were there before."""

import json
from typing import Any

import pytest

from infra.local.gallery import Endpoints
from tests.aws.older_photos import add_older_photos, thumbnails_of

PHOTOS = 150


@pytest.fixture
def older(endpoints: Endpoints, s3: Any, dynamodb: Any) -> str:
    return add_older_photos(endpoints, s3, dynamodb, PHOTOS, side=600)


def call(lambdas: Any, endpoints: Endpoints, event: dict[str, Any]) -> Any:
    answer = lambdas.invoke(
        FunctionName=endpoints.functions["backfill"], Payload=json.dumps(event).encode()
    )
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def whole_run(lambdas: Any, endpoints: Endpoints, event: dict[str, Any]) -> tuple[Any, int]:
    """The report of calls that go on until the end, and how many they were."""
    for calls in range(1, 200):
        event = call(lambdas, endpoints, event)
        if event["is_done"]:
            return event["report"], calls
    raise AssertionError("the backfill came to no end")


@pytest.mark.usefixtures("two_seconds")
def test_calls_of_two_seconds_add_up_to_one_full_run(
    older: str, lambdas: Any, endpoints: Endpoints, dynamodb: Any
):
    plan, _ = whole_run(lambdas, endpoints, {"gallery": older})
    assert (plan["found"], plan["need"], plan["migrated"]) == (PHOTOS, PHOTOS, 0)

    done, calls = whole_run(lambdas, endpoints, {"gallery": older, "migrate": True})

    letters = PHOTOS // 50
    assert calls > 1
    assert (done["found"], done["need"]) == (PHOTOS, PHOTOS)
    assert (done["migrated"], done["failed"]) == (PHOTOS - letters, letters)
    assert sorted(done["failed_ids"]) == sorted(f"{older}-{50 * n}" for n in range(letters))
    assert len(thumbnails_of(older, endpoints, dynamodb)) == PHOTOS - letters
    again, _ = whole_run(lambdas, endpoints, {"gallery": older, "migrate": True})
    assert (again["have"], again["waiting"], again["migrated"]) == (done["migrated"], letters, 0)


@pytest.mark.usefixtures("two_seconds")
def test_a_malformed_event_fails_and_says_why(lambdas: Any, endpoints: Endpoints):
    answer = lambdas.invoke(
        FunctionName=endpoints.functions["backfill"], Payload=b'{"colour": "red"}'
    )

    assert "FunctionError" in answer
    assert "colour" in json.loads(answer["Payload"].read())["errorMessage"]
