"""Tables and buckets of any size, made as they are read; what planning for them takes."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from psutil import Process  # type: ignore[import-untyped]

from chalicelib.backfill_report import BackfillReport
from chalicelib.backfill_thumbnails import Selection
from chalicelib.create_thumbnail import Studio
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media
from chalicelib.storage.table import Item, Table
from migrations.generate_thumbnails import SEGMENTS
from migrations.spool import Spool
from migrations.thumbnail_lines import plan_lines
from migrations.thumbnail_plan import SCHEMA, gather

# DynamoDB reads 1 MB a page: 250 rows of 4 kB, of which a projected scan gives 300 bytes each.
PAGE = 250
LISTED = 1000


class GeneratedTable(Table):
    """A table whose rows are made as they are read, and gone afterwards."""

    def __init__(self, rows: int) -> None:
        self.name = "assets"
        self.rows = rows
        self.pages: Counter[tuple[int, int]] = Counter()
        self.peak_bytes = 0

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
        assert attributes, "whole rows were asked for"
        assert limit is None
        assert not consistent
        assert index is None
        first = int(start["id"]["S"]) + total_segments if start else segment
        self.pages[segment, first] += 1
        self.peak_bytes = max(self.peak_bytes, Process().memory_info().rss)
        last = min(first + PAGE * total_segments, self.rows)
        page: list[Item] = [self._row(number) for number in range(first, last, total_segments)]
        # A full page has a key to go on from, even the last one.
        return page, {"id": page[-1]["id"]} if len(page) == PAGE else None

    @staticmethod
    def _row(number: int) -> Item:
        key = f"Older/Album {number % 100}/IMG_{number:08}.jpg"
        thumbnail = key if number % 2 else f"Older/Album {number % 100}/IMG_{number:08}_thumb.jpg"
        return {
            "id": {"S": f"{number:032}"},
            "url": {"S": key},
            "thumbnail_url": {"S": thumbnail},
            "filename": {"S": f"IMG_{number:08}.jpg"},
        }


class GeneratedBucket:
    """A bucket that lists the original of every row, a page at a time."""

    def __init__(self, objects: int) -> None:
        self.objects = objects

    def get_paginator(self, _: str) -> "GeneratedBucket":
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        for start in range(0, self.objects, LISTED):
            numbers = range(start, min(start + LISTED, self.objects))
            yield {"Contents": [self._object(number) for number in numbers]}

    @staticmethod
    def _object(number: int) -> dict[str, Any]:
        key = f"Older/Album {number % 100}/IMG_{number:08}.jpg"
        return {"Key": key, "ETag": f'"{number:032x}"', "Size": 4_000_000}


def planned(rows: int) -> tuple[BackfillReport, int, GeneratedTable]:
    """Plan for so many rows and go through the list; the report, its lines, the table."""
    table, bucket = GeneratedTable(rows), GeneratedBucket(rows)
    studio = Studio(Media(bucket, "photos"), Assets(table, "photos"), ZoneInfo("UTC"))
    with Spool(SCHEMA) as spool:
        plan = gather(spool, studio, Selection(), SEGMENTS, lambda *_: None)
        lines = sum(1 for _ in plan_lines(plan, plan.report.need))
    return plan.report, lines, table


if __name__ == "__main__":
    # The most memory that each plan took, in one process: bytes, resident.
    print(*(planned(int(rows))[2].peak_bytes for rows in sys.argv[1:]))
