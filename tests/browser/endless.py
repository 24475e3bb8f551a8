"""A library far larger than a test could write: the API's answers for it, worked out from ranks."""

import calendar
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route

from chalicelib.domain.asset import Asset
from chalicelib.domain.thumbnail import small_key


class EndlessLibrary:
    """Photos on every day of some months, answered for as the API does.

    Args:
        days: ``2024-05`` -> photos of each of its days, from the first.
        pictures: Whose objects are shown, in turns.
    """

    def __init__(self, days: Mapping[str, Sequence[int]], pictures: Sequence[Asset]) -> None:
        self.months = sorted(days, reverse=True)
        self._days = {month: list(reversed(list(enumerate(days[month], 1)))) for month in days}
        self._pictures = pictures
        counts = [sum(days[month]) for month in self.months]
        self._starts = list(accumulate(counts, initial=0))

    @property
    def total(self) -> int:
        """Number of photos."""
        return self._starts[-1]

    def serve(self, page: Page) -> None:
        """Answer a page's questions for lists; pictures come from the gallery itself."""
        page.route("**/api/gallery/date-range**", self._tell_months)
        page.route("**/api/gallery/media**", self._tell_media)
        page.route("**/api/gallery/buckets/**", self._tell_bucket)
        page.route("**/api/gallery/stats**", self._tell_stats)

    def month_of(self, rank: int) -> str:
        """The month of a photo, counted from the newest."""
        return self.months[bisect_right(self._starts, rank) - 1]

    def item(self, rank: int) -> dict[str, Any]:
        """A photo as lists show it."""
        month = bisect_right(self._starts, rank) - 1
        key = self.months[month]
        inside = rank - self._starts[month]
        ends = self._day_ends[key]
        day, _ = self._days[key][bisect_right(ends, inside)]
        picture = self._pictures[rank % len(self._pictures)]
        # the newest of a day first: seconds before midnight
        second = 86_399 - (inside - self._first_of_day(key, inside)) % 86_400
        clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        return {
            "id": f"e{rank:08}",
            "local_path": picture.local_path,
            "name": f"IMG_{rank:08}.jpg",
            "file_type": "image",
            "width": picture.width,
            "height": picture.height,
            "duration": None,
            "file_size": picture.file_size,
            "media_date": f"{key}-{day:02}T{clock}.000",
            "is_favorite": False,
            "thumbnail_state": "ready",
            "thumbnail_url": f"/photos/{picture.thumbnail_key}",
            "small_url": f"/photos/{small_key(picture.key)}",
            "url": f"/photos/{picture.key}",
            "thumbhash": None,
            "persons": [],
        }

    @cached_property
    def _day_ends(self) -> dict[str, list[int]]:
        return {
            month: list(accumulate(count for _, count in days))
            for month, days in self._days.items()
        }

    def _first_of_day(self, month: str, inside: int) -> int:
        ends = self._day_ends[month]
        day = bisect_right(ends, inside)
        return ends[day - 1] if day else 0

    def _tell_months(self, route: Route) -> None:
        ratio = sum((p.width or 4) / (p.height or 3) for p in self._pictures) / len(self._pictures)
        _answer(
            route,
            [
                {
                    "year": int(month[:4]),
                    "month": int(month[5:]),
                    "count": sum(count for _, count in self._days[month]),
                    "revision": 1,
                    "days": [
                        {"day": day, "count": count, "ratio_sum": count * ratio}
                        for day, count in self._days[month]
                        if count
                    ],
                }
                for month in self.months
            ],
        )

    def _tell_media(self, route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        first, stop = 0, self.total
        if "date_from" in asked:
            month = self.months.index(asked["date_from"][0][:7])
            first, stop = self._starts[month], self._starts[month + 1]
        offset, limit = int(asked.get("offset", ["0"])[0]), int(asked["limit"][0])
        ranks = range(first + offset, min(first + offset + limit, stop))
        _answer(
            route,
            {
                "items": [self.item(rank) for rank in ranks],
                "total": stop - first,
                "total_is_exact": True,
                "limit": limit,
                "offset": offset,
                "has_more": ranks.stop < stop,
                "next_cursor": None,
                "shuffle_seed": None,
            },
        )

    def _tell_bucket(self, route: Route) -> None:
        key = urlsplit(route.request.url).path.rpartition("/")[2]
        month = self.months.index(key)
        ranks = range(self._starts[month], self._starts[month + 1])
        items = [self.item(rank) for rank in ranks]
        columns = {name: [item[name] for item in items] for name in items[0]}
        told = {"month": key, "revision": 1, "part": 0, "parts": 1, "total": len(items)}
        _answer(route, {**told, "columns": columns})

    def _tell_stats(self, route: Route) -> None:
        counts = {"total": self.total, "images": self.total, "videos": 0, "bytes": 0, "bin": 0}
        missing = {"without_thumbnail": 0, "without_original": 0, "bin_days": 30, "failed": 0}
        _answer(route, {**counts, **missing})


def even_days(first: int, last: int, photos: int) -> dict[str, list[int]]:
    """So many photos over all days of some years, as evenly as whole numbers allow.

    Args:
        first: Year.
        last: Year, included.
        photos: How many.
    """
    months = [(year, month) for year in range(first, last + 1) for month in range(1, 13)]
    lengths = [calendar.monthrange(*month)[1] for month in months]
    number, found = 0, {}
    for (year, month), length in zip(months, lengths, strict=True):
        ends = [photos * (number + day) // sum(lengths) for day in range(length + 1)]
        found[f"{year}-{month:02}"] = [b - a for a, b in pairwise(ends)]
        number += length
    return found


def _answer(route: Route, body: Any) -> None:
    route.fulfill(status=200, content_type="application/json", body=json.dumps(body))
