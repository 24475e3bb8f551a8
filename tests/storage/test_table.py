import time

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from pynamodb.expressions.operand import Path

from chalicelib.errors import (
    ConditionFailedError,
    GalleryError,
    RowTooLargeError,
    SetupError,
    StorageUnavailableError,
)
from chalicelib.storage.table import Table, connect
from tests.scripted_http import Answer, ScriptedHttp, dynamodb_error


@pytest.fixture(autouse=True)
def _account(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(time, "sleep", lambda _: None)


@pytest.fixture
def table():
    connection = connect("eu-central-1")
    yield Table(connection, "pages", ("pk", "sk"), {"counts": "c", "days": "d"})
    connection.client.close()


def answered(table: Table, *answers: Answer | Exception) -> ScriptedHttp:
    return ScriptedHttp(table._connection.client, *answers)


def an_item(sk: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": "main#all"}, "sk": {"S": sk}}


THROTTLED = dynamodb_error(400, "ProvisionedThroughputExceededException", message="slow down")
BROKEN = dynamodb_error(500, "InternalServerError")


@pytest.mark.parametrize(
    "fault",
    [
        THROTTLED,
        BROKEN,
        dynamodb_error(400, "ThrottlingException"),
        dynamodb_error(400, "RequestLimitExceeded"),
        ConnectionClosedError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
)
def test_a_passing_fault_is_retried(table, fault):
    """F50, F55, F62."""
    http = answered(table, fault, fault, Answer(body={"Item": an_item("a")}))

    assert table.get("main#all", "a") == an_item("a")
    assert len(http.requests) == 3


@pytest.mark.parametrize(
    "fault", [THROTTLED, BROKEN, EndpointConnectionError(endpoint_url="https://dynamodb")]
)
def test_a_fault_that_does_not_pass_is_an_error_after_five_attempts(table, fault):
    http = answered(table, *[fault] * 5)

    with pytest.raises(StorageUnavailableError, match="pages"):
        table.get("main#all", "a")
    assert len(http.requests) == 5


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("AccessDeniedException", "access denied"),
        ("ExpiredTokenException", "access denied"),
        ("UnrecognizedClientException", "access denied"),
        ("ResourceNotFoundException", "table pages not found; deploy the data stack first"),
        ("ValidationException", "refused the request: Key is missing"),
    ],
)
def test_a_fault_of_the_setup_is_not_retried(table, code, says):
    """F53."""
    http = answered(table, dynamodb_error(400, code, message="Key is missing"))

    with pytest.raises(SetupError, match=says):
        table.put(an_item("a"))
    assert len(http.requests) == 1


@pytest.mark.parametrize(
    "message",
    [
        "Item size has exceeded the maximum allowed size",
        "Item size to update has exceeded the maximum allowed size",
    ],
)
def test_a_row_that_is_too_large_is_its_own_fault(table, message):
    answered(table, dynamodb_error(400, "ValidationException", message=message))

    with pytest.raises(RowTooLargeError, match="table pages: an item can't have more than 400 kB"):
        table.put(an_item("a"))


def test_a_condition_that_failed_is_an_answer_and_not_retried(table):
    """F56."""
    http = answered(table, dynamodb_error(400, "ConditionalCheckFailedException"))

    with pytest.raises(ConditionFailedError):
        table.put(an_item("a"), Path("v") == 3)
    assert len(http.requests) == 1


def test_a_put_whose_answer_was_lost_is_sent_again_and_then_fails_its_own_condition(table):
    """F54. What `Pages.save` is prepared for."""
    answered(
        table,
        ConnectionClosedError(endpoint_url="https://dynamodb"),
        dynamodb_error(400, "ConditionalCheckFailedException"),
    )

    with pytest.raises(ConditionFailedError):
        table.put(an_item("a"), Path("v") == 3)


def test_every_error_of_the_client_is_one_of_ours(table):
    answered(table, dynamodb_error(400, "SomethingNewException", message="?"))

    with pytest.raises(GalleryError):
        list(table.query("main#all"))


def test_no_credentials_say_what_to_do(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    table = Table(connect("eu-central-1"), "pages", ("pk", "sk"))

    with pytest.raises(SetupError, match="no AWS credentials found"):
        table.get("main#all", "a")


def test_a_batch_read_asks_again_for_what_was_left_out(table):
    """F57."""
    keys = [("main#all", str(number)) for number in range(25)]
    rest = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys[10:]]
    http = answered(
        table,
        Answer(
            body={
                "Responses": {"pages": [an_item(str(n)) for n in range(10)]},
                "UnprocessedKeys": {"pages": {"Keys": rest, "ConsistentRead": True}},
            }
        ),
        Answer(body={"Responses": {"pages": [an_item(str(n)) for n in range(10, 25)]}}),
    )

    found = list(table.get_many(keys, consistent=True))

    assert [item["sk"]["S"] for item in found] == [str(number) for number in range(25)]
    assert http.bodies[1]["RequestItems"]["pages"] == {"Keys": rest, "ConsistentRead": True}


def test_a_batch_read_that_never_ends_says_how_much_is_left(table):
    nothing = Answer(
        body={"Responses": {}, "UnprocessedKeys": {"pages": {"Keys": [an_item("a"), an_item("b")]}}}
    )
    answered(table, *[nothing] * 8)

    with pytest.raises(StorageUnavailableError, match="2 of 2 keys unread"):
        list(table.get_many([("main#all", "a"), ("main#all", "b")]))


def test_a_batch_of_deletes_sends_again_what_was_left_undone(table):
    """F57. Thirty deletes are two requests, and ten of the first are left."""
    left = [{"DeleteRequest": {"Key": an_item(str(number))}} for number in range(15, 25)]
    http = answered(
        table,
        Answer(body={"UnprocessedItems": {"pages": left}}),
        Answer(body={"UnprocessedItems": {}}),
        Answer(body={}),
    )

    table.delete_many([("main#all", str(number)) for number in range(30)])

    sent = [body["RequestItems"]["pages"] for body in http.bodies]
    assert [len(requests) for requests in sent] == [25, 10, 5]
    assert sent[1] == left


def test_a_batch_of_deletes_that_never_ends_says_how_much_is_left(table):
    left = [{"DeleteRequest": {"Key": an_item("a")}}]
    answered(table, *[Answer(body={"UnprocessedItems": {"pages": left}})] * 8)

    with pytest.raises(StorageUnavailableError, match="1 of 1 writes undone"):
        table.delete_many([("main#all", "a")])


def test_more_than_a_hundred_keys_are_read_in_several_requests(table):
    http = answered(table, *[Answer(body={"Responses": {"pages": []}})] * 3)

    list(table.get_many([("main#all", str(number)) for number in range(201)]))

    assert [len(b["RequestItems"]["pages"]["Keys"]) for b in http.bodies] == [100, 100, 1]


def test_every_page_of_a_query_is_read_even_behind_an_empty_one(table):
    """F58."""
    http = answered(
        table,
        Answer(body={"Items": [an_item("a")], "LastEvaluatedKey": an_item("a")}),
        Answer(body={"Items": [], "LastEvaluatedKey": an_item("b")}),
        Answer(body={"Items": [an_item("c")]}),
    )

    found = list(table.query("main#all", index="counts"))

    assert [item["sk"]["S"] for item in found] == ["a", "c"]
    assert [body.get("ExclusiveStartKey") for body in http.bodies] == [
        None,
        an_item("a"),
        an_item("b"),
    ]
    assert {body["IndexName"] for body in http.bodies} == {"counts"}


def test_a_page_of_a_scan_says_where_to_go_on(table):
    http = answered(table, Answer(body={"Items": [an_item("a")], "LastEvaluatedKey": an_item("a")}))

    items, start = table.scan_page(segment=1, total_segments=4, attributes=("pk", "sk"), limit=1)

    assert (items, start) == ([an_item("a")], an_item("a"))
    assert (http.bodies[0]["Segment"], http.bodies[0]["TotalSegments"]) == (1, 4)


def test_an_index_is_scanned_in_place_of_its_table(table):
    http = answered(table, Answer(body={"Items": []}))

    table.scan_page(index="counts", attributes=("pk",))

    assert http.bodies[0]["IndexName"] == "counts"


def test_binary_values_come_back_as_bytes(table):
    answered(table, Answer(body={"Item": {**an_item("a"), "b": {"B": "AP8="}}}))

    item = table.get("main#all", "a")

    assert item is not None
    assert item["b"] == {"B": b"\x00\xff"}


def test_a_read_waits_three_seconds_and_a_connection_one(table):
    """F52."""
    config = table._connection.client.meta.config

    assert (config.connect_timeout, config.read_timeout) == (1, 3)
