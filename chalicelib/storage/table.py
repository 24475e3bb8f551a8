"""One DynamoDB table, in DynamoDB's own JSON, with the gallery's errors.

PynamoDB's connection and expressions without its models: decoding 100 items into
models costs three times the CPU of the request (docs/decisions.md).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import (
    ConditionFailedError,
    GalleryError,
    RowTooLargeError,
    SetupError,
    StorageUnavailableError,
)

# An item or a value in DynamoDB's JSON: {"id": {"S": "a1"}}
Value = Mapping[str, Any]
Item = Mapping[str, Value]

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
_MAX_BATCH_GET = 100
_MAX_BATCH_WRITE = 25
_MAX_BATCH_ROUNDS = 8

_PASSING = {
    "InternalServerError",
    "ItemCollectionSizeLimitExceededException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "InternalFailure",
}
# "Item size has exceeded …", "Item size to update has exceeded the maximum allowed size"
_TOO_LARGE = re.compile(r"Item size.*exceeded", re.IGNORECASE)
_ACCESS = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
}


def connect(
    region: str | None = None, connect_seconds: float = 1, read_seconds: float = 3
) -> Connection:
    """A connection that every table and client of one gallery shares.

    The endpoint is botocore's business: ``AWS_ENDPOINT_URL`` where it is set.

    Args:
        region: AWS region; the environment's for None.
        connect_seconds: Given up connecting after.
        read_seconds: Given up waiting for an answer after.
    """
    return Connection(
        region=region,
        connect_timeout_seconds=connect_seconds,
        read_timeout_seconds=read_seconds,
        retry_configuration={"mode": "standard", "total_max_attempts": 5},
        max_pool_connections=64,
    )


class Table:
    """A table with its keys; every call raises the gallery's errors alone.

    Raises:
        SetupError: The table is not there, is keyed otherwise, or access is denied.
        StorageUnavailableError: DynamoDB did not answer after all retries.
        ConditionFailedError: From a conditional write.
    """

    def __init__(
        self,
        connection: Connection,
        name: str,
        keys: Sequence[str],
        indexes: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the table.

        Args:
            connection: Shared with the other tables.
            name: Of the table.
            keys: Hash key and, where there is one, range key; strings all.
            indexes: Local index -> its range key.
        """
        self.name = name
        self._connection = connection
        self._keys = tuple(keys)
        connection.add_meta_table(MetaTable(_schema(name, keys, indexes or {})))

    def get(self, *key: str, consistent: bool = False) -> Item | None:
        """One item, or None."""
        with self._translated():
            answer = self._connection.get_item(
                self.name, key[0], _range_key(key), consistent_read=consistent
            )
        return cast(Item | None, answer.get("Item"))

    def get_many(self, keys: Collection[Sequence[str]], consistent: bool = False) -> Iterator[Item]:
        """Those of the items that exist, in any order.

        Args:
            keys: No two alike.
            consistent: Read what every finished write wrote.
        """
        wanted = [
            {name: {"S": part} for name, part in zip(self._keys, key, strict=True)} for key in keys
        ]
        for start in range(0, len(wanted), _MAX_BATCH_GET):
            yield from self._get_batch(wanted[start : start + _MAX_BATCH_GET], consistent)

    def query(
        self,
        hash_key: str,
        *,
        index: str | None = None,
        consistent: bool = False,
        attributes: Sequence[str] | None = None,
    ) -> Iterator[Item]:
        """Every item under a hash key, every page of them; of each all attributes, or some."""
        start: Any = None
        while True:
            with self._translated():
                answer = self._connection.query(
                    self.name,
                    hash_key,
                    index_name=index,
                    consistent_read=consistent,
                    exclusive_start_key=start,
                    attributes_to_get=list(attributes) if attributes else None,
                )
            yield from cast(list[Item], answer["Items"])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    def scan_page(
        self,
        *,
        segment: int = 0,
        total_segments: int = 1,
        start: Item | None = None,
        attributes: Sequence[str] | None = None,
        limit: int | None = None,
        consistent: bool = False,
        index: str | None = None,
    ) -> tuple[list[Item], Item | None]:
        """One page of a scan (up to 1 MB read) and the key to go on from; None at the end."""
        with self._translated():
            answer = self._connection.scan(
                self.name,
                segment=segment,
                total_segments=total_segments,
                exclusive_start_key=cast(Any, start),
                attributes_to_get=list(attributes) if attributes else None,
                limit=limit,
                consistent_read=consistent,
                index_name=index,
            )
        return cast(list[Item], answer["Items"]), cast(Item | None, answer.get("LastEvaluatedKey"))

    def put(self, item: Item, condition: Condition | None = None) -> None:
        """Write a whole item."""
        key = [item[name]["S"] for name in self._keys]
        attributes = {name: value for name, value in item.items() if name not in self._keys}
        with self._translated():
            self._connection.put_item(
                self.name, key[0], _range_key(key), attributes=attributes, condition=condition
            )

    def update(
        self, *key: str, actions: Sequence[Action], condition: Condition | None = None
    ) -> None:
        """Change some attributes of one item."""
        with self._translated():
            self._connection.update_item(
                self.name, key[0], _range_key(key), actions=actions, condition=condition
            )

    def delete_many(self, keys: Collection[Sequence[str]]) -> None:
        """Delete items, those that are not there any more included."""
        requests = [
            {
                "DeleteRequest": {
                    "Key": {n: {"S": part} for n, part in zip(self._keys, key, strict=True)}
                }
            }
            for key in keys
        ]
        for start in range(0, len(requests), _MAX_BATCH_WRITE):
            self._write_batch(requests[start : start + _MAX_BATCH_WRITE])

    def _get_batch(self, keys: list[Any], consistent: bool) -> Iterator[Item]:
        request: dict[str, Any] = {"Keys": keys, "ConsistentRead": consistent}
        for attempt in range(_MAX_BATCH_ROUNDS):
            with self._translated():
                answer = self._connection.dispatch(
                    "BatchGetItem", {"RequestItems": {self.name: request}}
                )
            yield from answer["Responses"].get(self.name, ())
            request = (answer.get("UnprocessedKeys") or {}).get(self.name, {})
            if not request:
                return
            _back_off(attempt)
        raise StorageUnavailableError(
            f"table {self.name} left {len(request['Keys'])} of {len(keys)} keys unread: "
            + self._named(request["Keys"])
        )

    def _write_batch(self, requests: list[Any]) -> None:
        left = requests
        for attempt in range(_MAX_BATCH_ROUNDS):
            with self._translated():
                answer = self._connection.dispatch(
                    "BatchWriteItem", {"RequestItems": {self.name: left}}
                )
            left = (answer.get("UnprocessedItems") or {}).get(self.name, [])
            if not left:
                return
            _back_off(attempt)
        raise StorageUnavailableError(
            f"table {self.name} left {len(left)} of {len(requests)} writes undone: "
            + self._named([request["DeleteRequest"]["Key"] for request in left])
        )

    def _named(self, keys: Iterable[Item]) -> str:
        return ", ".join("/".join(key[name]["S"] for name in self._keys) for key in keys)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PynamoDBException as error:
            cause = error.cause
            raise _translate(self.name, cause if cause is not None else error) from error
        except (ClientError, BotoCoreError) as error:
            raise _translate(self.name, error) from error


def _range_key(key: Sequence[str]) -> str | None:
    return key[1] if len(key) > 1 else None


def _translate(table: str, error: BaseException) -> GalleryError:
    if isinstance(error, NoCredentialsError):
        return SetupError("no AWS credentials found; set AWS_PROFILE or pass --profile")
    if not isinstance(error, ClientError):
        return StorageUnavailableError(f"table {table} did not answer: {error}")
    code = error.response.get("Error", {}).get("Code", "")
    message = error.response.get("Error", {}).get("Message", "")
    if code == "ConditionalCheckFailedException":
        return ConditionFailedError(f"table {table}: the item changed meanwhile")
    if code == "ResourceNotFoundException":
        return SetupError(f"table {table} not found; deploy the data stack first")
    if code == "InvalidSignatureException" and message.startswith("Signature"):
        # "Signature expired: … is now earlier than …", or "Signature not yet current"
        return SetupError(f"table {table}: this computer's clock is wrong; set it")
    if code in _ACCESS:
        return SetupError(f"table {table}: access denied ({code}); check the credentials")
    if code == "ValidationException" and _TOO_LARGE.search(message):
        return RowTooLargeError(f"table {table}: an item can't have more than 400 kB")
    if code == "ValidationException":
        return SetupError(f"table {table} refused the request: {message}")
    if code in _PASSING or _is_server_error(error):
        return StorageUnavailableError(f"table {table}: {code}")
    return SetupError(f"table {table}: {code}: {message}")


def _is_server_error(error: ClientError) -> bool:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500


def _back_off(attempt: int) -> None:
    """Wait up to 3 s, with full jitter: 50 ms, doubled each time."""
    import random
    import time

    time.sleep(random.uniform(0, min(3.0, 0.05 * 2**attempt)))


def _schema(name: str, keys: Sequence[str], indexes: Mapping[str, str]) -> dict[str, Any]:
    def schema(names: Iterable[str]) -> list[dict[str, str]]:
        kinds = zip(names, ("HASH", "RANGE"), strict=False)
        return [{"AttributeName": key, "KeyType": kind} for key, kind in kinds]

    return {
        "TableName": name,
        "KeySchema": schema(keys),
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": "S"} for key in (*keys, *indexes.values())
        ],
        "LocalSecondaryIndexes": [
            {"IndexName": index, "KeySchema": schema((keys[0], range_key))}
            for index, range_key in indexes.items()
        ],
    }
