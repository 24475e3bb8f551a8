"""Small valid objects for tests; say only what the test is about."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from chalicelib import refresh_pages
from chalicelib.audit_pages import Audit, audit_pages
from chalicelib.create_thumbnail import Studio
from chalicelib.domain.asset import Asset
from chalicelib.domain.errand import ObjectChanged, sequencer_of
from chalicelib.domain.timeline import Entry, Tile
from chalicelib.storage.access import Access
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media
from chalicelib.storage.nodes import ID_DIGITS
from chalicelib.storage.pages import Pages
from chalicelib.storage.people import People
from chalicelib.storage.tables import Tables
from chalicelib.take_in import take_in
from tests.memory import MemoryTable, Wire
from tests.memory_uploads import UploadsBucket

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BUCKET = "photos"


def an_asset(id: str = "a1", **fields: Any) -> Asset:
    """An asset of the gallery `main`, taken on a day in May, with its thumbnail."""
    key = fields.pop("key", f"main/{id}.jpg")
    defaults: dict[str, Any] = {
        "url": key,
        "thumbnail_key": (thumbnail := f"{key.removesuffix('.jpg')}_thumb.jpg"),
        "thumbnail_url": thumbnail,
        "filename": key.rpartition("/")[2],
        "taken_local": datetime(2024, 5, 17, 9, 30),  # noqa: DTZ001 (a wall clock)
        "width": 400,
        "height": 300,
        "file_size": 1000,
    }
    return Asset(id=id, key=key, **(defaults | fields))


def wall_clock(text: str) -> datetime:
    """``2024-05-17`` or with a time, as a camera's clock shows it."""
    return datetime.fromisoformat(text)


def an_entry(id: str = "a1", order: str = "2024-05-17T09:30:00.000", **fields: Any) -> Entry:
    """An entry of a list."""
    faces = fields.pop("faces", 0)
    defaults: dict[str, Any] = {
        "path": f"{id}.jpg",
        "name": None,
        "taken": order,
        "is_video": False,
        "width": 400,
        "height": 300,
        "duration": None,
        "size": 1000,
        "is_favorite": False,
        "thumbhash": b"hash",
        "state": "ready",
    }
    return Entry(order=order, tile=Tile(id=id, **(defaults | fields)), faces=faces)


def a_jpeg(width: int = 160, height: int = 120, colour: str = "teal") -> bytes:
    """A plain JPEG of one colour."""
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


@dataclass
class MemoryGallery:
    """A gallery whose tables and bucket are in memory.

    Attributes:
        wire: Every request goes through it.
        now_seconds: The time at which leaves are written.
    """

    wire: Wire = field(default_factory=Wire)
    now_seconds: float = NOW.timestamp()
    bucket: UploadsBucket = field(init=False)
    assets_table: MemoryTable = field(init=False)
    pages_table: MemoryTable = field(init=False)
    assets: Assets = field(init=False)
    pages: Pages = field(init=False)
    people_table: MemoryTable = field(init=False)
    people: People = field(init=False)
    tables: Tables = field(init=False)
    access_table: MemoryTable = field(init=False)
    access: Access = field(init=False)
    media: Media = field(init=False)
    studio: Studio = field(init=False)

    def __post_init__(self) -> None:
        self.bucket = UploadsBucket(BUCKET, self.wire)
        self.assets_table = MemoryTable("assets", ("id",), wire=self.wire)
        self.pages_table = MemoryTable(
            "pages", ("pk", "sk"), {"counts": "c", "days": "d"}, self.wire
        )
        self.assets = Assets(self.assets_table, BUCKET, lambda: NOW)
        self.pages = Pages(self.pages_table, self._leaf_id, lambda: self.now_seconds)
        self.people_table = MemoryTable("people", ("gallery_id", "id"), wire=self.wire)
        self.people = People(self.people_table)
        self.tables = Tables(self.assets, self.pages, self.people)
        self.access_table = MemoryTable("access", ("id",), wire=self.wire)
        self.access = Access(self.access_table)
        self.media = Media(self.bucket, BUCKET)
        self.studio = Studio(self.media, self.assets, ZoneInfo("UTC"))

    @cached_property
    def _numbers(self) -> "itertools.count[int]":
        return itertools.count()

    def _leaf_id(self) -> str:
        return f"{next(self._numbers):0{ID_DIGITS}x}"

    def add(self, *assets: Asset) -> None:
        """Write rows and bring the pages up to them."""
        for asset in assets:
            self.assets.create(asset)
        self.deliver()

    def deliver(self, *records: dict[str, Any]) -> None:
        """Give records of the rows' stream to the pages: all that are waiting, unless said."""
        batch = records or tuple(self.assets_table.stream)
        if not records:
            self.assets_table.stream.clear()
        rows = refresh_pages.changed_rows(batch, BUCKET)
        changes = refresh_pages.changes_by_bucket(rows)
        refresh_pages.sync_all(changes, self.tables)

    def take_in(self, key: str) -> tuple[str, Asset]:
        """Take in a key that has a row by then."""
        outcome, row = take_in(key, self.studio)
        assert row is not None
        return outcome, row

    def audit(self, now: float | None = None) -> Audit:
        """What the audit finds."""
        return audit_pages(self.tables, now or self.now_seconds)

    def listed(self, view: str = "all", gallery: str = "main") -> list[str]:
        """Ids of a list, oldest first; no matter what the audit says."""
        return [entry.id for entry in self.entries(view, gallery)]

    def entries(self, view: str = "all", gallery: str = "main") -> list[Entry]:
        """Entries of a list, oldest first; no matter what the audit says."""
        found: list[Entry] = []
        for node in sorted(self.pages.every_node(gallery, view), key=lambda node: node.bucket):
            leaves = self.pages.leaves(node, node.leaves.ids)
            assert leaves is not None, f"{node.key} names a leaf that is not there"
            found += [entry for leaf in leaves for entry in leaf]
        return found

    def state(self) -> tuple[object, ...]:
        """Everything a person could tell apart: objects and rows."""
        return dict(self.bucket.objects), self.assets_table.items


def a_gallery() -> MemoryGallery:
    """An empty gallery in memory."""
    return MemoryGallery()


def a_change(key: str, told: str | None = None, *, is_first: bool = True) -> ObjectChanged:
    """S3's word about a key, with its sequencer where it told one."""
    return ObjectChanged(key, sequencer_of(BUCKET, told), an_s3_record(key), is_first)


def an_s3_record(key: str, event: str = "ObjectCreated:Put", **fields: Any) -> dict[str, Any]:
    """A record of S3's notifications; the key is encoded as S3 does it."""
    record: dict[str, Any] = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-central-1",
        "eventTime": "2026-03-01T12:00:00.000Z",
        "eventName": event,
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": BUCKET, "arn": f"arn:aws:s3:::{BUCKET}"},
            "object": {"key": quote_plus(key, safe="/"), "sequencer": "0055AED6DCD90281E5"},
        },
    }
    return cast(dict[str, Any], record | fields)


def an_sqs_event(*bodies: Any) -> dict[str, Any]:
    """A batch of messages; a body that is no text is written as JSON."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:uploads",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies, 1)
        ]
    }
