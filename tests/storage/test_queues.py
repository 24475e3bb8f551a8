import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError

from chalicelib.errors import SetupError, StorageUnavailableError
from tests.memory_sqs import MemorySqs


def wishes(count: int) -> list[dict[str, dict[str, str]]]:
    return [{"retry": {"id": f"a{number}"}} for number in range(count)]


@pytest.mark.parametrize(("count", "requests"), [(0, 0), (1, 1), (10, 1), (11, 2), (500, 50)])
def test_messages_go_ten_a_request_in_order_and_the_queue_is_looked_up_once(count, requests):
    sqs = MemorySqs("uploads")

    outcomes = sqs.queue("uploads").send_many(wishes(count))

    assert outcomes == [None] * count
    assert sqs.queues["uploads"] == wishes(count)
    assert sqs.requests.count("SendMessageBatch") == requests
    assert sqs.requests.count("GetQueueUrl") == min(requests, 1)


def test_a_message_that_sqs_does_not_take_fails_itself_and_not_the_others():
    sqs = MemorySqs("uploads")
    sqs.refused = {"a11"}

    outcomes = sqs.queue("uploads").send_many(wishes(13))

    assert [number for number, error in enumerate(outcomes) if error] == [11]
    assert str(outcomes[11]) == "queue uploads: InternalError"
    assert len(sqs.queues["uploads"]) == 12


def test_one_message_that_is_not_taken_is_an_error():
    sqs = MemorySqs("uploads")
    sqs.refused = {"a0"}

    with pytest.raises(StorageUnavailableError, match="queue uploads"):
        sqs.queue("uploads").send(wishes(1)[0])


def test_a_queue_that_is_not_there_is_named_with_the_next_step():
    with pytest.raises(SetupError, match="queue uploads not found; deploy the data stack"):
        MemorySqs("other").queue("uploads").send({})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NoCredentialsError(), SetupError),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "x"), SetupError),
        (ClientError({"Error": {"Code": "ServiceUnavailable"}}, "x"), StorageUnavailableError),
        (ConnectTimeoutError(endpoint_url="https://sqs.example"), StorageUnavailableError),
    ],
)
def test_what_sqs_answers_becomes_an_error_of_ours(monkeypatch, error, expected):
    sqs = MemorySqs("uploads")

    def fail(**_):
        raise error

    monkeypatch.setattr(sqs, "send_message_batch", fail)

    with pytest.raises(expected, match=r"queue uploads|credentials"):
        sqs.queue("uploads").send({})


def test_a_queue_out_of_reach_is_asked_once_and_the_rest_fail_with_it(monkeypatch):
    sqs, asked = MemorySqs("uploads"), []

    def send_ten(*, Entries, **_):  # noqa: N803
        asked.append(len(Entries))
        if len(asked) == 2:
            raise ConnectTimeoutError(endpoint_url="https://sqs.example")
        return {}

    monkeypatch.setattr(sqs, "send_message_batch", send_ten)

    outcomes = sqs.queue("uploads").send_many(wishes(35))

    assert asked == [10, 10]
    assert [error is None for error in outcomes] == [True] * 10 + [False] * 25
