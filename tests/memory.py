"""DynamoDB and S3 in memory: deterministic, counted, and to be interrupted at every request."""

import copy
import hashlib
import io
import itertools
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, BinaryIO, TypeVar

from botocore.exceptions import ClientError, IncompleteReadError
from botocore.response import StreamingBody
from pynamodb.expressions.condition import And, Comparison, Condition, Exists, Not, NotExists, Or
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import (
    Action,
    AddAction,
    DeleteAction,
    RemoveAction,
    SetAction,
)

from chalicelib.errors import ConditionFailedError, RowTooLargeError, SetupError
from chalicelib.storage.table import Item, Table

T = TypeVar("T")

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_MAX_ITEM_BYTES = 400 * 1024
_MAX_SORT_KEY_BYTES = 1024
_MAX_OBJECT_KEY_BYTES = 1024
_BATCH_GET = 100
_BATCH_WRITE = 25


class Killed(BaseException):
    """The process died here; no `except Exception` sees it."""


@dataclass(frozen=True)
class Request:
    """One request that went over the wire.

    Attributes:
        service: The table's name, or ``s3``.
        operation: Such as ``get``, ``put``, ``head_object``.
        key: The item's or the object's; empty where there is none.
        is_write: Whether it may change something.
    """

    service: str
    operation: str
    key: tuple[str, ...] = ()
    is_write: bool = False


Callback = Callable[[Request], object]


@dataclass(eq=False)
class _Hook:
    where: str
    what: str
    callback: Callback
    left: int | None


class Wire:
    """What every request of every stand-in goes through.

    Attributes:
        requests: All of them, in order.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._hooks: list[_Hook] = []
        self._lock = threading.RLock()

    def before(self, what: str, callback: Callback, times: int | None = 1) -> None:
        """Call back right before a request is served.

        Args:
            what: ``operation``, ``service.operation``, ``service.*`` or ``*``.
            callback: Told the request; what it raises goes to the caller.
            times: How often; None for always.
        """
        self._hooks.append(_Hook("before", what, callback, times))

    def after(self, what: str, callback: Callback, times: int | None = 1) -> None:
        """Call back when a request was served and its answer is under way: may be lost here."""
        self._hooks.append(_Hook("after", what, callback, times))

    def at(self, number: int, callback: Callable[[], object]) -> None:
        """Call back once, before the request with this number from now on, from 0."""
        countdown = itertools.count()

        def count(_: Request) -> None:
            if next(countdown) == number:
                self._hooks.remove(hook)
                callback()

        hook = _Hook("before", "*", count, None)
        self._hooks.append(hook)

    def kill_at(self, number: int) -> None:
        """Die before the request with this number from now on, from 0."""

        def die() -> None:
            raise Killed

        self.at(number, die)

    def clear(self) -> None:
        """Forget every callback."""
        self._hooks.clear()

    def count(self, what: str = "*") -> int:
        """How many requests there were of a kind, as in `before`."""
        return sum(_fits(what, request) for request in self.requests)

    @property
    def writes(self) -> int:
        """How many requests there were that may change something."""
        return sum(request.is_write for request in self.requests)

    def send(self, request: Request, action: Callable[[], T]) -> T:
        """Serve one request."""
        self.requests.append(request)
        self._fire("before", request)
        with self._lock:
            answer = action()
        self._fire("after", request)
        return answer

    def _fire(self, where: str, request: Request) -> None:
        for hook in list(self._hooks):
            if hook.where != where or not _fits(hook.what, request) or hook not in self._hooks:
                continue
            if hook.left is not None:
                hook.left -= 1
                if hook.left <= 0:
                    self._hooks.remove(hook)
            hook.callback(request)


def _fits(what: str, request: Request) -> bool:
    return what in (
        "*",
        request.operation,
        f"{request.service}.{request.operation}",
        f"{request.service}.*",
    )


class MemoryTable(Table):
    """A table as `Table` knows it.

    Args:
        name: Of the table.
        keys: Hash key and, where there is one, range key.
        indexes: Local index -> its range key; only keys are projected.
        wire: What its requests go through.
        page_size: Items in a page of a scan or query, at most.

    Attributes:
        stream: What its stream says, record by record, as a Lambda gets it.
    """

    def __init__(
        self,
        name: str,
        keys: Sequence[str],
        indexes: Mapping[str, str] | None = None,
        wire: Wire | None = None,
        page_size: int = 1000,
    ) -> None:
        self.name = name
        self.wire = wire or Wire()
        self.page_size = page_size
        self.stream: list[dict[str, Any]] = []
        self._keys = tuple(keys)
        self._indexes = dict(indexes or {})
        self._items: dict[tuple[str, ...], Item] = {}
        self._lagging: dict[tuple[str, ...], Item] | None = None

    @property
    def items(self) -> list[Item]:
        """Every item, by key; no request."""
        return [copy.deepcopy(item) for _, item in sorted(self._items.items())]

    def let_reads_lag(self) -> None:
        """From now on reads that are not consistent see the table as it is at this moment."""
        self._lagging = copy.deepcopy(self._items)

    def before(self, operation: str, callback: Callback, times: int | None = 1) -> None:
        """As `Wire.before`, for this table alone."""
        self.wire.before(f"{self.name}.{operation}", callback, times)

    def get(self, *key: str, consistent: bool = False) -> Item | None:
        self._check_key(key)
        return self._send(
            "get", key, lambda: copy.deepcopy(self._readable(consistent).get(tuple(key)))
        )

    def get_many(self, keys: Collection[Sequence[str]], consistent: bool = False) -> Iterator[Item]:
        wanted = [tuple(key) for key in keys]
        for key in wanted:
            self._check_key(key)
        for start in range(0, len(wanted), _BATCH_GET):
            batch = wanted[start : start + _BATCH_GET]
            if len(set(batch)) < len(batch):
                raise SetupError(f"table {self.name} refused the request: duplicate keys")

            def read(batch: list[tuple[str, ...]] = batch) -> list[Item]:
                items = self._readable(consistent)
                return [copy.deepcopy(items[key]) for key in sorted(batch) if key in items]

            yield from self._send("get_many", batch[0], read)

    def query(
        self,
        hash_key: str,
        *,
        index: str | None = None,
        consistent: bool = False,
        attributes: Sequence[str] | None = None,
    ) -> Iterator[Item]:
        range_key = self._indexes[index] if index else self._keys[1]
        start: tuple[str, ...] | None = None

        def read() -> list[Item]:
            found = [
                item
                for item in self._readable(consistent).values()
                if item[self._keys[0]]["S"] == hash_key and range_key in item
            ]
            found.sort(key=position)
            return [item for item in found if start is None or position(item) > start]

        def position(item: Item) -> tuple[str, ...]:
            return (item[range_key]["S"], *(item[name]["S"] for name in self._keys))

        while True:
            rest = self._send("query", (hash_key,), read)
            page = rest[: self.page_size]
            for item in page:
                start = position(item)
                names = (*self._keys, range_key) if index else tuple(item)
                wanted = [name for name in names if attributes is None or name in attributes]
                yield copy.deepcopy({name: item[name] for name in wanted})
            if len(page) < self.page_size:  # a full page has a key to go on from, even the last
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
        size = min(limit or self.page_size, self.page_size)
        after = tuple(start[name]["S"] for name in self._keys) if start else None
        range_key = self._indexes[index] if index else self._keys[-1]

        def read() -> tuple[list[Item], Item | None]:
            items = {
                key: item
                for key, item in self._readable(consistent).items()
                if range_key in item and _scattered(key[:1]) % total_segments == segment
            }
            keys = sorted(
                items,
                key=lambda key: (_scattered(key[:1]), key),
            )
            if after is not None:
                keys = [k for k in keys if (_scattered(k[:1]), k) > (_scattered(after[:1]), after)]
            page = [copy.deepcopy(items[key]) for key in keys[:size]]
            last = {name: page[-1][name] for name in self._keys} if len(page) == size else None
            if index:
                names = (*self._keys, range_key)
                page = [{name: item[name] for name in names} for item in page]
            if attributes:
                page = [{n: v for n, v in item.items() if n in attributes} for item in page]
            return page, last

        return self._send("scan_page", (), read)

    def put(self, item: Item, condition: Condition | None = None) -> None:
        key = tuple(item[name]["S"] for name in self._keys)
        _check_item(self.name, item)
        self._check_key(key)

        def write() -> None:
            self._require(key, condition)
            self._write(key, copy.deepcopy(item))

        self._send("put", key, write, is_write=True)

    def update(
        self, *key: str, actions: Sequence[Action], condition: Condition | None = None
    ) -> None:
        self._check_key(key)
        if not actions:  # an update without an expression is one that makes an item
            raise SetupError(f"table {self.name} refused the request: no update")

        def write() -> None:
            self._require(key, condition)
            item = dict(self._items.get(key) or _key_item(self._keys, key))
            for action in actions:
                _apply(action, item)
            _check_item(self.name, item)
            self._write(key, copy.deepcopy(item))

        self._send("update", key, write, is_write=True)

    def delete_many(self, keys: Collection[Sequence[str]]) -> None:
        wanted = [tuple(key) for key in keys]
        for start in range(0, len(wanted), _BATCH_WRITE):
            batch = wanted[start : start + _BATCH_WRITE]
            if len(set(batch)) < len(batch):
                raise SetupError(f"table {self.name} refused the request: duplicate keys")

            def delete(batch: list[tuple[str, ...]] = batch) -> None:
                for key in batch:
                    self._write(key, None)

            self._send("delete_many", batch[0], delete, is_write=True)

    def _send(
        self,
        operation: str,
        key: Sequence[str],
        action: Callable[[], T],
        is_write: bool = False,
    ) -> T:
        return self.wire.send(Request(self.name, operation, tuple(key), is_write), action)

    def _readable(self, consistent: bool) -> dict[tuple[str, ...], Item]:
        if consistent or self._lagging is None:
            return self._items
        return self._lagging

    def _require(self, key: tuple[str, ...], condition: Condition | None) -> None:
        if condition is not None and not holds(condition, self._items.get(key)):
            raise ConditionFailedError(f"table {self.name}: the item changed meanwhile")

    def _write(self, key: tuple[str, ...], item: Item | None) -> None:
        before = self._items.pop(key, None)
        if item is not None:
            self._items[key] = item
        if before != item:
            self.stream.append(self._record(key, before, item))

    def _record(
        self, key: tuple[str, ...], before: Item | None, after: Item | None
    ) -> dict[str, Any]:
        images = {"OldImage": before, "NewImage": after}
        number = str(len(self.stream) + 1).zfill(21)
        kind = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
        return {
            "eventID": number,
            "eventName": kind,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-central-1",
            "eventSourceARN": f"arn:aws:dynamodb:eu-central-1:123456789012:table/{self.name}",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_700_000_000,
                "Keys": _key_item(self._keys, key),
                "SequenceNumber": number,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
                **{
                    name: json.loads(json.dumps(image, default=_base64_text))
                    for name, image in images.items()
                    if image is not None
                },
            },
        }

    def _check_key(self, key: Sequence[str]) -> None:
        if len(key) != len(self._keys) or not all(key):
            raise SetupError(f"table {self.name} refused the request: key {key!r}")
        if any(len(part.encode("utf-8", "surrogatepass")) > 2048 for part in key):
            raise SetupError(f"table {self.name} refused the request: key too long")


def holds(condition: Condition, item: Item | None) -> bool:
    """Whether an item, None for none, meets a condition."""
    parts = condition.values
    match condition:
        case And():
            return holds(parts[0], item) and holds(parts[1], item)
        case Or():
            return holds(parts[0], item) or holds(parts[1], item)
        case Not():
            return not holds(parts[0], item)
        case Exists():
            return _value_at(parts[0], item) is not None
        case NotExists():
            return _value_at(parts[0], item) is None
        case Comparison():
            left, right = (_value_at(part, item) for part in parts)
            return _compare(condition.operator, left, right)
    raise NotImplementedError(f"{condition!r}: teach the stand-in this condition")


def _compare(operator: str, left: Any, right: Any) -> bool:
    if left is None or right is None:  # an absent attribute equals nothing
        return operator == "<>"
    if operator in ("=", "<>"):
        return bool((_comparable(left) == _comparable(right)) == (operator == "="))
    if left.keys() != right.keys():
        return False
    (kind, one), (_, other) = _comparable(left), _comparable(right)
    assert kind in ("S", "N", "B"), f"{kind} has no order"
    order = (one > other) - (one < other)
    answers = {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}
    return bool(answers[operator])


def _comparable(value: Mapping[str, Any]) -> tuple[str, Any]:
    ((kind, content),) = value.items()
    return kind, Decimal(content) if kind == "N" else content


def _value_at(operand: Any, item: Item | None) -> Any:
    if not isinstance(operand, Path):
        return operand.value
    found: Any = item
    for name in operand.path:
        assert "[" not in name, "teach the stand-in list positions"
        found = (found or {}).get(name) if found is item else (found or {}).get("M", {}).get(name)
    return found


def _apply(action: Action, item: dict[str, Any]) -> None:
    path = action.values[0].path  # type: ignore[attr-defined]
    assert len(path) == 1, "teach the stand-in nested paths"
    match action:
        case SetAction():
            item[path[0]] = _value_at(action.values[1], item)
        case RemoveAction():
            item.pop(path[0], None)
        case AddAction():
            item[path[0]] = _added(item.get(path[0]), action.values[1].value)  # type: ignore[attr-defined]
        case DeleteAction():
            taken = set(action.values[1].value["SS"])  # type: ignore[attr-defined]
            left = [known for known in item.get(path[0], {}).get("SS", ()) if known not in taken]
            item.pop(path[0], None)
            if left:  # DynamoDB keeps no empty set
                item[path[0]] = {"SS": left}
        case _:
            raise NotImplementedError(f"{action!r}: teach the stand-in this action")


def _added(known: Mapping[str, Any] | None, more: Mapping[str, Any]) -> dict[str, Any]:
    """What ADD makes of a number or of a set of texts."""
    ((kind, value),) = more.items()
    if kind == "N":
        return {"N": str(Decimal((known or {}).get("N", "0")) + Decimal(value))}
    return {"SS": sorted({*(known or {}).get("SS", ()), *value})}


def _check_item(table: str, item: Item) -> None:
    size = sum(len(name.encode()) + _checked_size(table, value) for name, value in item.items())
    if size > _MAX_ITEM_BYTES:
        raise RowTooLargeError(f"table {table}: an item can't have more than 400 kB")
    if len(item.get("sk", {}).get("S", "").encode()) > _MAX_SORT_KEY_BYTES:
        raise SetupError(f"table {table} refused the request: sort key too long")


def _checked_size(table: str, value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind, content:
        case "S", str():
            return len(content.encode())
        case "N", str():
            with suppress(InvalidOperation):
                number = Decimal(content)
                fits = number.is_finite() and abs(number.adjusted()) < 126
                if fits and len(number.as_tuple().digits) <= 38:
                    return len(content) // 2 + 1
        case "B", bytes():
            return len(content)
        case ("BOOL", bool()) | ("NULL", True):
            return 1
        case "L", list():
            return 3 + sum(_checked_size(table, part) + 1 for part in content)
        case "SS", list() if content:
            return sum(len(text.encode()) for text in content)
        case "M", dict():
            parts = content.items()
            return 3 + sum(len(n.encode()) + _checked_size(table, part) + 1 for n, part in parts)
    raise SetupError(f"table {table} refused the request: {kind} {content!r:.40}")


@cache  # it opens no connection
def _nobody_s_client() -> Any:
    from botocore.config import Config
    from botocore.session import Session

    session = Session()
    session.set_credentials("AKIAEXAMPLE", "not-a-secret")
    config = Config(signature_version="s3v4")
    return session.create_client("s3", region_name="eu-central-1", config=config)


def _key_item(names: Sequence[str], key: Sequence[str]) -> dict[str, dict[str, str]]:
    return {name: {"S": part} for name, part in zip(names, key, strict=True)}


def _scattered(key: tuple[str, ...]) -> int:
    """Items lie in the order of their hash keys' hashes: any order, always the same."""
    digest = hashlib.blake2b("\0".join(key).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")


def _base64_text(value: bytes) -> str:
    return b64encode(value).decode()


@dataclass(frozen=True)
class MemoryObject:
    """One object.

    Attributes:
        data: Its bytes.
        etag: As S3 gives it, without quotes; the MD5 unless said otherwise.
        content_type: As it was put.
        metadata: As it was put.
        version_id: Given by the bucket; equal objects may be of different versions.
        storage_class: As listings say.
    """

    data: bytes
    etag: str
    content_type: str = "binary/octet-stream"
    metadata: Mapping[str, str] | None = None
    version_id: str = field(default="", compare=False)
    storage_class: str = "STANDARD"


@dataclass(frozen=True)
class MemoryVersion:
    """One version of an object; without an object it is a delete marker."""

    version_id: str
    object: MemoryObject | None


class MemoryBucket:
    """botocore's S3 client, as far as `Media` asks for it, with one versioned bucket.

    Args:
        name: Of the bucket.
        wire: What its requests go through.
        page_size: Objects in a page of a listing, at most.

    Attributes:
        objects: What is there now, by key.
        versions: Every version by key, oldest first.
        events: What S3 would have said, in order: (event name, key).
        on_event: Told each of them at once.
    """

    def __init__(
        self, name: str = "photos", wire: Wire | None = None, page_size: int = 1000
    ) -> None:
        self.name = name
        self.wire = wire or Wire()
        self.page_size = page_size
        self.objects: dict[str, MemoryObject] = {}
        self.versions: dict[str, list[MemoryVersion]] = {}
        self._version_numbers = itertools.count(1)
        self.events: list[tuple[str, str]] = []
        self.on_event: Callable[[str, str], object] | None = None

    def before(self, operation: str, callback: Callback, times: int | None = 1) -> None:
        """As `Wire.before`, for this bucket alone."""
        self.wire.before(f"s3.{operation}", callback, times)

    def place(self, key: str, data: bytes, etag: str | None = None, **metadata: str) -> None:
        """Put an object as its owner would; no request is counted."""
        self._store(key, MemoryObject(data, etag or _md5(data), metadata=metadata))

    def remove(self, key: str) -> None:
        """Delete an object as its owner would; no request is counted."""
        del self.objects[key]
        self._add_version(key, None)
        self._tell("ObjectRemoved:Delete", key)

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        def head() -> dict[str, Any]:
            found = self._object(Bucket, Key, "HeadObject")
            return {**_headers(found), "ContentLength": len(found.data)}

        return self._send("head_object", Key, head)

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
        Range: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        def get() -> dict[str, Any]:
            found = self._object(Bucket, Key, "GetObject")
            if IfMatch is not None and IfMatch.strip('"') != found.etag:
                raise _error("GetObject", "PreconditionFailed", 412)
            data = found.data
            if Range is not None:
                first, _, last = Range.removeprefix("bytes=").partition("-")
                if int(first) >= len(data):
                    raise _error("GetObject", "InvalidRange", 416)
                data = data[int(first) : int(last) + 1]
            body = StreamingBody(io.BytesIO(data), len(data))
            return {**_headers(found), "ContentLength": len(data), "Body": body}

        return self._send("get_object", Key, get)

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Body: bytes | BinaryIO,  # noqa: N803
        ContentType: str = "binary/octet-stream",  # noqa: N803
        ChecksumSHA256: str | None = None,  # noqa: N803
        CacheControl: str = "",  # noqa: ARG002, N803
        Metadata: Mapping[str, str] | None = None,  # noqa: N803
        IfNoneMatch: str | None = None,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        body = Body if isinstance(Body, bytes) else Body.read()
        assert "".join((*(Metadata or {}), *(Metadata or {}).values())).isascii()
        if len(Key.encode()) > _MAX_OBJECT_KEY_BYTES:
            raise _error("PutObject", "KeyTooLongError", 400)
        if ChecksumSHA256 not in (None, sha256_of(body)):
            raise _error("PutObject", "BadDigest", 400)

        def put() -> dict[str, Any]:
            self._check_bucket(Bucket, "PutObject")
            existing = self.objects.get(Key)
            if IfNoneMatch == "*" and existing is not None:
                raise _error("PutObject", "PreconditionFailed", 412)
            if IfMatch is not None and existing is None:
                raise _error("PutObject", "NoSuchKey", 404)
            if IfMatch is not None and existing and existing.etag != IfMatch.strip('"'):
                raise _error("PutObject", "PreconditionFailed", 412)
            self._store(Key, MemoryObject(body, _md5(body), ContentType, dict(Metadata or {})))
            return {"ETag": f'"{_md5(body)}"'}

        return self._send("put_object", Key, put, is_write=True)

    def delete_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        VersionId: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        def delete() -> dict[str, Any]:
            self._check_bucket(Bucket, "DeleteObject")
            if VersionId is not None:
                self._delete_version(Key, VersionId)
                return {}
            self._add_version(Key, None)  # even where there is nothing
            if self.objects.pop(Key, None) is not None:
                self._tell("ObjectRemoved:Delete", Key)
            return {}

        return self._send("delete_object", Key, delete, is_write=True)

    def get_paginator(self, operation: str) -> "MemoryPaginator":
        pages = {
            "list_objects_v2": self._object_pages,
            "list_object_versions": self._version_pages,
        }
        return MemoryPaginator(pages[operation])

    def _object_pages(self, Bucket: str, Prefix: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803
        after = b""
        while True:

            def read(after: bytes = after) -> list[str]:
                self._check_bucket(Bucket, "ListObjectsV2")
                keys = sorted(self.objects, key=str.encode)
                return [k for k in keys if k.startswith(Prefix) and k.encode() > after]

            rest = self._send("list_objects_v2", Prefix, read)
            page = rest[: self.page_size]
            contents = [
                {
                    "Key": key,
                    "ETag": f'"{self.objects[key].etag}"',
                    "Size": len(self.objects[key].data),
                    "StorageClass": self.objects[key].storage_class,
                }
                for key in page
            ]
            yield {"Contents": contents} if contents else {}
            if len(rest) <= self.page_size:
                return
            after = page[-1].encode()

    def _version_pages(self, Bucket: str, Prefix: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803
        start = 0
        while True:

            def read() -> list[tuple[str, MemoryVersion]]:
                self._check_bucket(Bucket, "ListObjectVersions")
                keys = sorted(self.versions, key=str.encode)
                return [
                    (key, version)
                    for key in keys
                    if key.startswith(Prefix)
                    for version in reversed(self.versions[key])
                ]

            found = self._send("list_object_versions", Prefix, read)
            page = found[start : start + self.page_size]
            entries = {
                "Versions": [
                    {"Key": key, "VersionId": known.version_id, "ETag": f'"{known.object.etag}"'}
                    for key, known in page
                    if known.object is not None
                ],
                "DeleteMarkers": [
                    {"Key": key, "VersionId": known.version_id}
                    for key, known in page
                    if known.object is None
                ],
            }
            yield {name: listed for name, listed in entries.items() if listed}
            start += self.page_size
            if start >= len(found):
                return

    def generate_presigned_post(self, bucket: str, key: str, **options: Any) -> dict[str, Any]:
        """As the real client does it, with keys that belong to nobody."""
        form: dict[str, Any] = _nobody_s_client().generate_presigned_post(bucket, key, **options)
        return form

    def generate_presigned_url(self, operation: str, **options: Any) -> str:
        """As the real client does it, with keys that belong to nobody."""
        address: str = _nobody_s_client().generate_presigned_url(operation, **options)
        return address

    def _send(self, operation: str, key: str, action: Callable[[], T], is_write: bool = False) -> T:
        return self.wire.send(Request("s3", operation, (key,), is_write), action)

    def _object(self, bucket: str, key: str, operation: str) -> MemoryObject:
        self._check_bucket(bucket, operation)
        if key not in self.objects:
            # A HEAD has no body, so that botocore knows its status alone.
            code = "404" if operation == "HeadObject" else "NoSuchKey"
            raise _error(operation, code, 404)
        return self.objects[key]

    def _check_bucket(self, bucket: str, operation: str) -> None:
        if bucket != self.name:
            raise _error(operation, "NoSuchBucket", 404)

    def _store(self, key: str, stored: MemoryObject) -> None:
        stored = replace(stored, version_id=self._add_version(key, stored))
        self.objects[key] = stored
        self._tell("ObjectCreated:Put", key)

    def _add_version(self, key: str, stored: MemoryObject | None) -> str:
        version_id = f"version-{next(self._version_numbers)}"
        self.versions.setdefault(key, []).append(MemoryVersion(version_id, stored))
        return version_id

    def _delete_version(self, key: str, version_id: str) -> None:
        before = self.versions.pop(key, [])
        left = [known for known in before if known.version_id != version_id]
        self.objects.pop(key, None)
        if left:
            self.versions[key] = left
            if (current := left[-1].object) is not None:
                self.objects[key] = replace(current, version_id=left[-1].version_id)
        if len(left) < len(before):
            self._tell("ObjectRemoved:Delete", key)

    def _tell(self, event: str, key: str) -> None:
        self.events.append((event, key))
        if self.on_event is not None:
            self.on_event(event, key)


@dataclass(frozen=True)
class MemoryPaginator:
    """botocore's paginator of one listing."""

    paginate: Callable[..., Iterator[dict[str, Any]]]


def cut_body(data: bytes, promised: int) -> StreamingBody:
    """A body whose connection broke before all that was promised had come."""

    class Cut(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece or size in (-1, None):
                raise IncompleteReadError(actual_bytes=len(data), expected_bytes=promised)
            return piece

    return StreamingBody(Cut(data), promised)


def _headers(found: MemoryObject) -> dict[str, Any]:
    return {
        "ETag": f'"{found.etag}"',
        "VersionId": found.version_id,
        "ContentType": found.content_type,
        "Metadata": dict(found.metadata or {}),
    }


def sha256_of(data: bytes) -> str:
    """As S3 writes it."""
    return b64encode(hashlib.sha256(data).digest()).decode()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _error(operation: str, code: str, status: int) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": code},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        operation,
    )
