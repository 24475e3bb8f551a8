"""The backfill as a Lambda, given two seconds a call, on photos that were there before."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.gallery import Endpoints
from tests.aws.site import HTTP, eventually
from tests.builders import a_jpeg

PHOTOS = 500
NUMBERS = ("found", "have", "need", "waiting", "refused", "migrated", "elsewhere", "failed")


@pytest.fixture
def older_photos(endpoints: Endpoints, s3: Any, dynamodb: Any) -> list[str]:
    """Ids of rows whose photos lie where no event takes them in: by capitals, outside galleries."""
    folder = f"Older-{uuid.uuid4().hex[:8]}"
    body = a_jpeg(64, 48)

    def add(number: int) -> str:
        key = f"{folder}/{number:03}.jpg"
        # one in a hundred is no photo
        s3.put_object(
            Bucket=endpoints.bucket, Key=key, Body=b"letter" if number % 100 == 99 else body
        )
        row = {
            "id": {"S": f"{folder}-{number}"},
            "url": {"S": key},
            "thumbnail_url": {"S": key},
            "filename": {"S": f"{number}.jpg"},
            "gallery_id": {"S": folder.lower()},
        }
        dynamodb.put_item(TableName=endpoints.tables["assets"], Item=row)
        return f"{folder}-{number}"

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(add, range(PHOTOS)))


@pytest.fixture
def two_seconds(endpoints: Endpoints, lambdas: Any) -> Iterator[None]:
    name = endpoints.functions["backfill"]
    usual = lambdas.get_function_configuration(FunctionName=name)["Timeout"]
    lambdas.update_function_configuration(FunctionName=name, Timeout=2)
    yield
    lambdas.update_function_configuration(FunctionName=name, Timeout=usual)


def call(lambdas: Any, endpoints: Endpoints, **event: Any) -> Any:
    answer = lambdas.invoke(
        FunctionName=endpoints.functions["backfill"], Payload=json.dumps(event).encode()
    )
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def whole_run(lambdas: Any, endpoints: Endpoints, **event: Any) -> tuple[Counter[str], int]:
    """The reports of calls that go on until the end, added up, and how many they were."""
    total: Counter[str] = Counter()
    token = None
    for calls in range(1, 200):
        report = call(lambdas, endpoints, token=token, **event)
        total.update({name: report[name] for name in NUMBERS})
        token = report["token"]
        if token is None:
            return total, calls
    raise AssertionError("the backfill came to no end")


@pytest.mark.usefixtures("older_photos", "two_seconds")
def test_calls_of_two_seconds_add_up_to_one_full_run(lambdas: Any, endpoints: Endpoints):
    eventually(lambda: HTTP.request("GET", endpoints.api + "/gallery/stats").status == 200)
    plan, _ = whole_run(lambdas, endpoints)
    assert plan["need"] >= PHOTOS
    assert plan["migrated"] == 0

    done, calls = whole_run(lambdas, endpoints, migrate=True)

    assert calls > 1
    assert [done[name] for name in ("found", "have", "need")] == [
        plan[name] for name in ("found", "have", "need")
    ]
    assert done["migrated"] == plan["need"] - done["failed"]
    assert done["failed"] == PHOTOS // 100
    again, _ = whole_run(lambdas, endpoints, migrate=True)
    assert (again["need"], again["migrated"], again["waiting"] >= 5) == (0, 0, True)
    assert again["have"] == plan["have"] + done["migrated"]


@pytest.mark.usefixtures("older_photos")
def test_a_limit_holds_for_one_call(lambdas: Any, endpoints: Endpoints):
    report = call(lambdas, endpoints, migrate=True, limit=3)

    assert (report["migrated"] + report["failed"], report["token"] is None) == (3, False)


@pytest.mark.parametrize(
    "event", [{"limit": -1}, {"limit": "3"}, {"colour": "red"}, {"token": "bogus"}]
)
def test_a_malformed_event_fails_and_says_why(
    event: dict[str, Any], lambdas: Any, endpoints: Endpoints
):
    answer = lambdas.invoke(
        FunctionName=endpoints.functions["backfill"], Payload=json.dumps(event).encode()
    )

    assert "FunctionError" in answer
    assert next(iter(event)) in json.loads(answer["Payload"].read())["errorMessage"]
