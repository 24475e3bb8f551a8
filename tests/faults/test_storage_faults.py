"""DynamoDB and S3 refusing, throttling, forgetting answers, lagging; rows of other releases."""

import time
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from chalicelib.curate import delete, set_favorite
from chalicelib.domain.asset import Asset
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.errors import (
    ConditionFailedError,
    SetupError,
    StorageUnavailableError,
)
from chalicelib.storage.assets import Assets
from chalicelib.storage.table import Table, connect
from chalicelib.take_in import take_in
from tests.builders import BUCKET, NOW, a_gallery, a_jpeg, an_asset
from tests.faults.killed_backfill import state
from tests.memory import MemoryTable, Request
from tests.scripted_http import Answer, ScriptedHttp, dynamodb_error

KEY = "main/a.jpg"


@pytest.fixture(autouse=True)
def _nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(time, "sleep", lambda _: None)


@pytest.fixture
def table() -> Iterator[Table]:
    connection = connect("eu-central-1")
    yield Table(connection, "assets", ("id",))
    connection.client.close()


def answered(table: Table, *answers: Answer | Exception) -> ScriptedHttp:
    return ScriptedHttp(table._connection.client, *answers)


def s3_refusal(code: str, status: int) -> Callable[[Request], None]:
    def refuse(_: Request) -> None:
        raise ClientError(
            {
                "Error": {"Code": code, "Message": code},
                "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
            },
            "GetObject",
        )

    return refuse


# --- writes that are refused, or whose answers are lost ------------------------------

REFUSED = (
    dynamodb_error(400, "ProvisionedThroughputExceededException"),
    dynamodb_error(400, "ThrottlingException"),
    dynamodb_error(400, "RequestLimitExceeded"),
    ConnectionClosedError(endpoint_url="https://dynamodb"),
)


def test_f55_a_throttled_change_is_sent_again_as_it_was_with_its_condition(table: Table):
    """What was refused was not done: the last attempt is the only one that counts."""
    http = answered(table, *REFUSED, Answer())

    changed = Assets(table, BUCKET, lambda: NOW).change(an_asset(version=3), is_favorite=True)

    assert changed.version == 4
    assert len(http.requests) == 5
    assert all(body == http.bodies[0] for body in http.bodies)
    assert "ConditionExpression" in http.bodies[0]


@pytest.mark.parametrize("operation", ["put", "update"])
def test_f55_a_row_whose_write_came_through_unheard_is_written_once(operation: str):
    """The SDK sends it again, and it loses to its own first attempt."""
    clean, gallery = a_gallery(), a_gallery()
    for there in (clean, gallery):
        if operation == "update":
            there.assets.create(an_asset("a", key=KEY, thumbnail_url=KEY, thumbnail_key=None))
        there.bucket.place(KEY, a_jpeg())
    take_in(KEY, clean.studio)
    gallery.wire.after(f"assets.{operation}", lost_to_itself)

    outcome, row = gallery.take_in(KEY)

    assert (outcome, row.has_thumbnail) == ("unchanged", True)
    assert gallery.state() == clean.state()


def lost_to_itself(_: Request) -> None:
    raise ConditionFailedError("the first attempt of this request came through")


@pytest.mark.parametrize("change", [lambda *a: set_favorite(a[0], True, a[1]), delete])
def test_f55_a_person_s_change_that_came_through_unheard_is_made_once(
    change: Callable[..., Asset],
):
    gallery = a_gallery()
    gallery.add(an_asset("a1"))
    gallery.wire.after("assets.update", lost_to_itself)

    changed = change("a1", gallery.tables)
    gallery.deliver(*gallery.assets_table.stream)

    assert changed == gallery.assets.get("a1")
    assert changed.version == 2
    assert gallery.audit().differences == 0


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (dynamodb_error(400, "TransactionConflictException"), StorageUnavailableError),
        (dynamodb_error(400, "ConditionalCheckFailedException"), ConditionFailedError),
    ],
)
def test_f56_another_program_s_transaction_passes_and_a_failed_condition_is_an_answer(
    table: Table, answer: Answer, error: type[Exception]
):
    """The gallery makes no transactions: each of its changes is one write of one item."""
    answered(table, answer)

    with pytest.raises(error):
        Assets(table, BUCKET).change(an_asset(version=3), is_favorite=True)


def test_f56_a_photo_that_another_program_holds_is_tried_again_and_is_the_same_in_the_end():
    clean, gallery = a_gallery(), a_gallery()
    for there in (clean, gallery):
        there.bucket.place(KEY, a_jpeg())
    take_in(KEY, clean.studio)

    def held(_: Request) -> None:
        raise StorageUnavailableError("table assets: TransactionConflictException")

    gallery.wire.before("assets.put", held)
    with pytest.raises(StorageUnavailableError):
        take_in(KEY, gallery.studio)

    take_in(KEY, gallery.studio)

    assert gallery.state() == clean.state()


def test_f57_what_a_batch_leaves_for_good_is_named(table: Table):
    left = [{"id": {"S": "a1"}}, {"id": {"S": "a2"}}]
    answered(
        table,
        *[Answer(body={"Responses": {}, "UnprocessedKeys": {"assets": {"Keys": left}}})] * 8,
        *[Answer(body={"UnprocessedItems": {"assets": [{"DeleteRequest": {"Key": left[1]}}]}})] * 8,
    )

    with pytest.raises(StorageUnavailableError, match=r"2 of 3 keys unread: a1, a2$"):
        list(table.get_many([("a1",), ("a2",), ("a3",)]))
    with pytest.raises(StorageUnavailableError, match=r"1 of 2 writes undone: a2$"):
        table.delete_many([("a1",), ("a2",)])


def test_f28_a_clock_that_is_wrong_is_said_to_be(table: Table):
    said = "Signature expired: 20261121T080000Z is now earlier than 20261121T081500Z"
    answered(table, dynamodb_error(400, "InvalidSignatureException", message=said))

    with pytest.raises(SetupError, match="this computer's clock is wrong; set it"):
        table.get("a1")


# --- pages ---------------------------------------------------------------------------


def test_f58_every_row_is_read_a_row_a_page_though_a_filter_empties_pages(table: Table):
    """As DynamoDB answers it: some pages are empty, and there is more behind them."""
    pages = []
    for known in ("a1", "a2", "a3"):
        own, before = {"id": {"S": known}}, {"id": {"S": f"before {known}"}}
        pages += [
            Answer(body={"Items": [], "LastEvaluatedKey": before}),
            Answer(body={"Items": [own], "LastEvaluatedKey": own}),
        ]
    http = answered(table, *pages, Answer(body={"Items": []}))

    found = [item["id"]["S"] for item in Assets(table, BUCKET).scan_items(page_size=1)]

    assert found == ["a1", "a2", "a3"]
    assert len(http.requests) == 7


def test_f58_many_rows_are_read_one_at_a_time():
    small = MemoryTable("assets", ("id",), page_size=1)
    for number in range(200):
        small.put({"id": {"S": f"{number:04}"}, "url": {"S": f"main/{number}.jpg"}})

    assert len(list(Assets(small, BUCKET).scan())) == 200


def test_f59_a_photo_is_taken_in_right_though_replicas_know_nothing_of_it():
    """Whatever decides about a row is read consistently."""
    gallery = a_gallery()
    gallery.assets_table.let_reads_lag()
    gallery.bucket.place(KEY, a_jpeg())
    take_in(KEY, gallery.studio)
    state = gallery.state()

    assert take_in(KEY, gallery.studio)[0] == "unchanged"
    assert gallery.state() == state
    gallery.bucket.remove(KEY)
    assert take_in(KEY, gallery.studio)[0] == "missing"


# --- more of the same kind -----------------------------------------------------------


def test_x02_an_archived_original_says_so_and_is_drawn_once_it_is_restored():
    """Its HEAD answers, its body does not; it is neither missing nor undrawable."""
    gallery = a_gallery()
    gallery.bucket.place(KEY, a_jpeg())
    gallery.bucket.before("get_object", s3_refusal("InvalidObjectState", 403))

    with pytest.raises(SetupError, match=r"main/a\.jpg: it is archived; restore it first"):
        take_in(KEY, gallery.studio)

    assert gallery.assets_table.items == []
    assert take_in(KEY, gallery.studio)[0] == "drawn"


@pytest.mark.parametrize("lost", [thumbnail_key(KEY), small_key(KEY), "the row"])
def test_x03_what_somebody_deletes_by_hand_is_made_again(lost: str):
    gallery = a_gallery()
    gallery.bucket.place(KEY, a_jpeg())
    take_in(KEY, gallery.studio)
    clean = state(gallery)
    if lost == "the row":
        gallery.assets_table.delete_many([(gallery.assets_table.items[0]["id"]["S"],)])
    else:
        gallery.bucket.remove(lost)

    assert take_in(KEY, gallery.studio)[0] == "drawn"

    assert state(gallery) == clean
