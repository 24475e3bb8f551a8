"""What the application relies on, asked of the embedded AWS itself."""

import asyncio
import base64
import hashlib
import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest
from botocore.exceptions import ClientError

from infra.local.gallery import Endpoints, local_client

pytestmark = pytest.mark.aws

Put = Callable[..., None]
ODD_NAMES = ("a b", "a+b", "100%", "a%20b", "snow ☃ 😀", "no-extension", "ünïcödé", "q?x#y&z=1")


@pytest.fixture(scope="module")
def s3(endpoints: Endpoints) -> Any:
    return local_client("s3", endpoints.aws_endpoint)


@pytest.fixture(scope="module")
def dynamodb(endpoints: Endpoints) -> Any:
    return local_client("dynamodb", endpoints.aws_endpoint)


@pytest.fixture
def put(dynamodb: Any) -> Iterator[Put]:
    """Put items that are gone after the test."""
    made: list[dict[str, Any]] = []

    def put_item(table: str, key: dict[str, Any], **attributes: Any) -> None:
        made.append({"TableName": table, "Key": key})
        dynamodb.put_item(TableName=table, Item={**key, **attributes})

    yield put_item
    for item in made:
        dynamodb.delete_item(**item)


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


class TestS3:
    def test_get_under_a_stale_etag_is_refused(self, s3: Any, endpoints: Endpoints):
        first = s3.put_object(Bucket=endpoints.bucket, Key="facts/etag", Body=b"1")["ETag"]
        second = s3.put_object(Bucket=endpoints.bucket, Key="facts/etag", Body=b"2")["ETag"]

        with pytest.raises(ClientError) as refused:
            s3.get_object(Bucket=endpoints.bucket, Key="facts/etag", IfMatch=first)

        assert code_of(refused) == "PreconditionFailed"
        current = s3.get_object(Bucket=endpoints.bucket, Key="facts/etag", IfMatch=second)
        assert current["Body"].read() == b"2"

    def test_put_if_absent_is_refused_when_present(self, s3: Any, endpoints: Endpoints):
        s3.put_object(Bucket=endpoints.bucket, Key="facts/once", Body=b"1")

        with pytest.raises(ClientError) as refused:
            s3.put_object(Bucket=endpoints.bucket, Key="facts/once", Body=b"2", IfNoneMatch="*")

        assert code_of(refused) == "PreconditionFailed"

    def test_metadata_and_type_come_back(self, s3: Any, endpoints: Endpoints):
        s3.put_object(
            Bucket=endpoints.bucket,
            Key="facts/meta",
            Body=b"x",
            ContentType="image/jpeg",
            Metadata={"filename": "%C3%BC%20b.jpg"},
        )

        head = s3.head_object(Bucket=endpoints.bucket, Key="facts/meta")

        assert head["Metadata"] == {"filename": "%C3%BC%20b.jpg"}
        assert head["ContentType"] == "image/jpeg"
        assert head["VersionId"]

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_key_comes_back_from_listing_and_get(self, s3: Any, endpoints: Endpoints, name: str):
        key = f"facts/odd/{name}"
        s3.put_object(Bucket=endpoints.bucket, Key=key, Body=name.encode())

        listed = s3.list_objects_v2(Bucket=endpoints.bucket, Prefix="facts/odd/")["Contents"]

        assert key in [entry["Key"] for entry in listed]
        assert s3.get_object(Bucket=endpoints.bucket, Key=key)["Body"].read() == name.encode()


class TestPresignedPost:
    BODY = b"a photo, as it were"

    def post(self, s3: Any, endpoints: Endpoints, key: str, body: bytes, limit: int = 1000) -> int:
        checksum = base64.b64encode(hashlib.sha256(self.BODY).digest()).decode()
        fields = {
            "Content-Type": "image/jpeg",
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": checksum,
            "x-amz-meta-filename": "a%20b.jpg",
        }
        signed = s3.generate_presigned_post(
            endpoints.bucket,
            key,
            Fields=fields,
            Conditions=[{k: v} for k, v in fields.items()] + [["content-length-range", 1, limit]],
            ExpiresIn=60,
        )
        return post_form(signed["url"], signed["fields"], body)

    def test_right_bytes_are_taken_with_type_and_metadata(self, s3: Any, endpoints: Endpoints):
        status = self.post(s3, endpoints, "facts/post/right.jpg", self.BODY)

        head = s3.head_object(Bucket=endpoints.bucket, Key="facts/post/right.jpg")
        assert status == 204
        assert head["ContentType"] == "image/jpeg"
        assert head["Metadata"]["filename"] == "a%20b.jpg"

    def test_unlike_aws_it_takes_other_bytes_than_the_checksum_says(
        self, s3: Any, endpoints: Endpoints
    ):
        """When this fails, the embedded AWS has learnt it: expect 400 then."""
        status = self.post(s3, endpoints, "facts/post/wrong.jpg", b"other bytes")

        assert status == 204

    def test_more_bytes_than_allowed_are_refused(self, s3: Any, endpoints: Endpoints):
        status = self.post(s3, endpoints, "facts/post/large.jpg", self.BODY, limit=5)

        assert status == 400


def post_form(url: str, fields: dict[str, str], body: bytes) -> int:
    async def send() -> int:
        form = aiohttp.FormData()
        for name, value in fields.items():
            form.add_field(name, value)
        form.add_field("file", body, filename="photo.jpg")
        async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
            return answer.status

    return asyncio.run(send())


class TestEvents:
    def test_keys_arrive_percent_encoded_once(self, s3: Any, endpoints: Endpoints):
        """Asked of a queue of its own, since the real one is emptied by the Lambda."""
        sqs = local_client("sqs", endpoints.aws_endpoint)
        queue = sqs.create_queue(QueueName="facts-events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        s3.create_bucket(Bucket="facts-events")
        s3.put_bucket_notification_configuration(
            Bucket="facts-events",
            NotificationConfiguration={
                "QueueConfigurations": [
                    {"QueueArn": arn["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
                ]
            },
        )

        for name in ODD_NAMES:
            s3.put_object(Bucket="facts-events", Key=name, Body=b"x")

        arrived: set[str] = set()
        deadline = time.monotonic() + 10
        while len(arrived) < len(ODD_NAMES) and time.monotonic() < deadline:
            got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in got.get("Messages", []):
                for record in json.loads(message["Body"]).get("Records", []):
                    thing = record["s3"]["object"]
                    assert thing["eTag"]
                    assert thing["sequencer"]
                    arrived.add(urllib.parse.unquote_plus(thing["key"]))
        assert arrived == set(ODD_NAMES)


class TestDynamoDB:
    def test_failed_condition_brings_the_row_when_asked(
        self, dynamodb: Any, put: Put, endpoints: Endpoints
    ):
        table = endpoints.tables["people"]
        key = {"gallery_id": {"S": "facts"}, "id": {"S": "cond"}}
        put(table, key, n={"N": "1"})

        with pytest.raises(ClientError) as refused:
            dynamodb.update_item(
                TableName=table,
                Key=key,
                UpdateExpression="SET n = :two",
                ConditionExpression="n = :zero",
                ExpressionAttributeValues={":two": {"N": "2"}, ":zero": {"N": "0"}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

        assert code_of(refused) == "ConditionalCheckFailedException"
        response: Any = refused.value.response
        assert response["Item"]["n"] == {"N": "1"}

    def test_transaction_tells_which_check_failed(
        self, dynamodb: Any, put: Put, endpoints: Endpoints
    ):
        table = endpoints.tables["people"]
        key = {"gallery_id": {"S": "facts"}, "id": {"S": "transact"}}
        put(table, key, n={"N": "1"})
        other = {"gallery_id": {"S": "facts"}, "id": {"S": "not-written"}}

        with pytest.raises(ClientError) as refused:
            dynamodb.transact_write_items(
                TransactItems=[
                    {
                        "ConditionCheck": {
                            "TableName": table,
                            "Key": key,
                            "ConditionExpression": "n = :zero",
                            "ExpressionAttributeValues": {":zero": {"N": "0"}},
                            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        }
                    },
                    {"Put": {"TableName": table, "Item": other}},
                ]
            )

        response: Any = refused.value.response
        reasons = response["CancellationReasons"]
        assert [reason["Code"] for reason in reasons] == ["ConditionalCheckFailed", "None"]
        assert reasons[0]["Item"]["n"] == {"N": "1"}
        assert "Item" not in dynamodb.get_item(TableName=table, Key=other)

    def test_local_indexes_give_keys_in_order_consistently(
        self, dynamodb: Any, put: Put, endpoints: Endpoints
    ):
        table = endpoints.tables["pages"]
        for month in ("2024-01", "2023-05", "2024-03"):
            key = {"pk": {"S": "index-facts#all"}, "sk": {"S": month}}
            put(table, key, c={"S": f"{month}:counts"}, body={"B": b"\x00\xff"})
        put(table, {"pk": {"S": "index-facts#all"}, "sk": {"S": "in no index"}})

        got = dynamodb.query(
            TableName=table,
            IndexName="counts",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "index-facts#all"}},
            ConsistentRead=True,
            ScanIndexForward=False,
        )

        assert [item["sk"]["S"] for item in got["Items"]] == ["2024-03", "2024-01", "2023-05"]
        assert all(set(item) == {"pk", "sk", "c"} for item in got["Items"])

    def test_binary_comes_back(self, dynamodb: Any, put: Put, endpoints: Endpoints):
        table, key = endpoints.tables["pages"], {"pk": {"S": "facts#bytes"}, "sk": {"S": "1"}}
        body = bytes(range(256))

        put(table, key, body={"B": body})

        assert dynamodb.get_item(TableName=table, Key=key)["Item"]["body"] == {"B": body}

    def test_segments_of_a_scan_add_up_from_any_start(
        self, dynamodb: Any, put: Put, endpoints: Endpoints
    ):
        table = endpoints.tables["people"]
        wanted = {f"scan-{n}" for n in range(40)}
        for name in wanted:
            put(table, {"gallery_id": {"S": "facts-scan"}, "id": {"S": name}})

        found: list[str] = []
        for segment in range(3):
            start: dict[str, Any] = {}
            while True:
                page = dynamodb.scan(
                    TableName=table, Segment=segment, TotalSegments=3, Limit=7, **start
                )
                found += [i["id"]["S"] for i in page["Items"] if i["id"]["S"].startswith("scan-")]
                if "LastEvaluatedKey" not in page:
                    break
                start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

        assert sorted(found) == sorted(wanted)
