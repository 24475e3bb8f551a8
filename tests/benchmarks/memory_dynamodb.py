"""DynamoDB in memory below botocore: real requests in, real answers out, and what they cost.

It answers in the place of the network (``before-send.dynamodb``), so that all the work of
building, signing and parsing is done as against AWS. Missing are the socket and TLS.
"""

import json
import re
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from pynamodb.connection import Connection

from tests.benchmarks.capacity import (
    PAGE_BYTES,
    Item,
    item_size,
    units_of_gets,
    units_of_query,
    units_of_write,
)
from tests.benchmarks.expressions import holds, projected, updated
from tests.benchmarks.shelves import Shelf, Stored, StoredTable

_BY_HASH_KEY = re.compile(r"(#\w+) = (:\w+)")


@dataclass
class Usage:
    """What requests cost, added up.

    Attributes:
        requests: How many there were, by operation.
        read_units: Read units.
        write_units: Write units by table, its indexes' included.
        own_seconds: CPU time that answering them took here; no part of the caller's.
    """

    requests: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    own_seconds: float = 0


class ConditionalCheckFailedError(Exception):
    """The condition of a write is not true."""


# An operation and what is asked, as JSON: the status and the answer, likewise.
Answer = Callable[[str, bytes], tuple[int, bytes]]


def serve(connection: Connection, answer: Answer) -> None:
    """Have every request of a connection answered from now on; none reaches the network."""

    def answered(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = cast(bytes, request.headers["X-Amz-Target"]).decode().partition(".")[2]
        status, body = answer(operation, cast(bytes, request.body))
        return AWSResponse(request.url, status, _headers(body), _Raw(body))

    events: Any = connection.client.meta.events  # its types know no answers
    events.register("before-send.dynamodb", answered)


class MemoryDynamoDB:
    """Tables that answer the requests of connections.

    Attributes:
        tables: By name.
        usage: What was asked for since `reset`.
    """

    def __init__(self, tables: Mapping[str, StoredTable]) -> None:
        self.tables = dict(tables)
        self.usage = Usage()
        self._operations: Mapping[str, Callable[[Any], dict[str, Any]]] = {
            "GetItem": self._get_item,
            "BatchGetItem": self._batch_get_item,
            "Query": self._query,
            "Scan": self._scan,
            "PutItem": self._put_item,
            "UpdateItem": self._update_item,
            "BatchWriteItem": self._batch_write_item,
            "TransactWriteItems": self._transact_write_items,
        }

    def serve(self, connection: Connection) -> None:
        """Answer every request of a connection from now on; none reaches the network."""
        serve(connection, self.answer)

    def reset(self) -> Usage:
        """Begin to add up anew; returns what was added up so far."""
        done, self.usage = self.usage, Usage()
        return done

    def answer(self, operation: str, asked: bytes) -> tuple[int, bytes]:
        """Answer a request by its operation and its body: status and body."""
        began = time.thread_time()
        self.usage.requests[operation] += 1
        status = 200
        try:
            answer = self._operations[operation](json.loads(asked))
        except ConditionalCheckFailedError as failed:
            status, answer = 400, _error("ConditionalCheckFailedException", str(failed))
        body = _text(answer).encode()
        self.usage.own_seconds += time.thread_time() - began
        return status, body

    def _get_item(self, asked: Any) -> dict[str, Any]:
        table = self.tables[asked["TableName"]]
        found = table.shelf.get(table.shelf.key_of(asked["Key"]))
        self._count_gets([found], asked)
        return {"Item": found} if found else {}

    def _batch_get_item(self, asked: Any) -> dict[str, Any]:
        answered = {}
        for name, wanted in asked["RequestItems"].items():
            shelf = self.tables[name].shelf
            found = [shelf.get(shelf.key_of(key)) for key in wanted["Keys"]]
            self._count_gets(found, wanted)
            answered[name] = [stored for stored in found if stored is not None]
        return {"Responses": answered, "UnprocessedKeys": {}}

    def _count_gets(self, found: list[Stored | None], asked: Any) -> None:
        sizes = [stored.size if stored else 0 for stored in found]
        consistent = asked.get("ConsistentRead", False)
        self.usage.read_units += units_of_gets(sizes, consistent=consistent)

    def _query(self, asked: Any) -> dict[str, Any]:
        table = self.tables[asked["TableName"]]
        index = asked.get("IndexName")
        shelf = table.indexes[index].shelf if index else table.shelf
        names = asked["ExpressionAttributeNames"]
        condition = _BY_HASH_KEY.fullmatch(asked["KeyConditionExpression"])
        if condition is None or names[condition[1]] != shelf.names[0]:
            raise ValueError(f"only queries by hash key are known here: {asked}")
        hash_key = asked["ExpressionAttributeValues"][condition[2]]["S"]
        start = asked.get("ExclusiveStartKey")
        after = shelf.key_of(start) if start else None
        walk = shelf.walk(hash_key, after, asked.get("ScanIndexForward", True))
        return self._answer_page(walk, shelf, asked)

    def _answer_page(self, walk: Iterator[Stored], shelf: Shelf, asked: Any) -> dict[str, Any]:
        """A page of a query or a scan."""
        found, is_cut = _page(walk, asked.get("Limit"))
        consistent = asked.get("ConsistentRead", False)
        sizes = [stored.size for stored in found]
        self.usage.read_units += units_of_query(sizes, consistent=consistent)
        answer: dict[str, Any] = {"Count": len(found), "ScannedCount": len(found)}
        if asked.get("Select") != "COUNT":
            attributes = asked.get("ProjectionExpression")
            names = asked.get("ExpressionAttributeNames", {})
            answer["Items"] = _shown(found, attributes and projected(attributes, names))
        if is_cut:
            last = json.loads(found[-1].text)
            answer["LastEvaluatedKey"] = {name: last[name] for name in shelf.names}
        return answer

    def _scan(self, asked: Any) -> dict[str, Any]:
        table = self.tables[asked["TableName"]]
        index = asked.get("IndexName")
        shelf = table.indexes[index].shelf if index else table.shelf
        start = asked.get("ExclusiveStartKey")
        after = shelf.key_of(start) if start else None
        walk = shelf.walk_all(after, asked.get("Segment", 0), asked.get("TotalSegments", 1))
        return self._answer_page(walk, shelf, asked)

    def _put_item(self, asked: Any) -> dict[str, Any]:
        self._change(asked, asked["Item"], lambda _: asked["Item"])
        return {}

    def _update_item(self, asked: Any) -> dict[str, Any]:
        self._change(asked, asked["Key"], partial(_updated, asked))
        return {}

    def _batch_write_item(self, asked: Any) -> dict[str, Any]:
        for name, requests in asked["RequestItems"].items():
            table = self.tables[name]
            for request in requests:
                if (deleted := request.get("DeleteRequest")) is not None:
                    units = table.write(table.shelf.key_of(deleted["Key"]), None)
                else:
                    item = request["PutRequest"]["Item"]
                    units = table.write(table.shelf.key_of(item), item)
                self.usage.write_units[name] += units
        return {"UnprocessedItems": {}}

    def _transact_write_items(self, asked: Any) -> dict[str, Any]:
        """All of them or none: here every condition must hold."""
        for action in asked["TransactItems"]:
            ((kind, change),) = action.items()
            if kind != "Update":
                raise ValueError(f"{kind} is no part of a transaction that is known here")
            self._change(change, change["Key"], partial(_updated, change), transactional=True)
        return {}

    def _change(
        self,
        asked: Any,
        keyed: Item,
        change: Callable[[Item], Item],
        *,
        transactional: bool = False,
    ) -> None:
        name = asked["TableName"]
        table = self.tables[name]
        key = table.shelf.key_of(keyed)
        before = table.item(key)
        after = change(before)
        condition = asked.get("ConditionExpression")
        if condition is not None and not holds(condition, *_meanings(asked), before):
            size = item_size(before), item_size(after)
            self.usage.write_units[name] += units_of_write(*size, transactional=transactional)
            raise ConditionalCheckFailedError("The conditional request failed")
        self.usage.write_units[name] += table.write(key, after, transactional=transactional)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _page(walk: Iterator[Stored], limit: int | None) -> tuple[list[Stored], bool]:
    """Items up to the limit, or what fits into a page; and whether there may be more."""
    found: list[Stored] = []
    size = 0
    for stored in walk:
        size += stored.size
        if found and size > PAGE_BYTES:
            return found, True
        found.append(stored)
        if len(found) == limit:
            return found, True
    return found, False


def _updated(asked: Any, item: Item) -> Item:
    return updated(asked["UpdateExpression"], *_meanings(asked), item or asked["Key"])


def _meanings(asked: Any) -> tuple[Any, Any]:
    return asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})


def _shown(found: list[Stored], attributes: Any) -> list[Any]:
    if not attributes:
        return found
    items = [json.loads(stored.text) for stored in found]
    return [{name: item[name] for name in attributes if name in item} for item in items]


def _text(answer: Any) -> str:
    """JSON, in which kept items are put in as they are."""
    if isinstance(answer, Stored):
        return answer.text
    if isinstance(answer, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_text(v)}" for k, v in answer.items()) + "}"
    if isinstance(answer, list):
        return "[" + ",".join(map(_text, answer)) + "]"
    return json.dumps(answer)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}


def _headers(body: bytes) -> Any:
    # botocore checks the sum when there is one, as DynamoDB sends it
    return {
        "content-type": "application/x-amz-json-1.0",
        "content-length": str(len(body)),
        "x-amz-crc32": str(zlib.crc32(body)),
    }
