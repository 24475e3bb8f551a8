"""What people do with a timeline, as events that the API's Lambda is given."""

import calendar
import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any

from chalicelib.authorize import told_of
from chalicelib.domain.asset import Asset
from tests.benchmarks.library import MONTHS, Library
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.paged_library import ASSETS, row_of
from tests.benchmarks.rows_and_index import RowsAndIndex
from tests.benchmarks.shelves import Stored
from tests.site import CONTEXT, an_owner, from_file

LIMIT = 100
Event = dict[str, Any]
Call = Callable[[], object]


class Served:
    """The API's Lambda with libraries behind it.

    Args:
        application: The Lambda.
        dynamodb: Its tables.
    """

    def __init__(self, application: Callable[[Event, Any], Any], dynamodb: MemoryDynamoDB) -> None:
        self.dynamodb = dynamodb
        self._application = application

    def answer(self, event: Event) -> str:
        """What it answers, as the text that it sends.

        Raises:
            RuntimeError: It is an error.
        """
        answer = self._application(event, CONTEXT)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{event['resource']}: {answer}")
        body: str = answer["body"]
        return body

    def keep_row(self, asset: Asset) -> None:
        """Let an asset have a row: of large libraries few have."""
        rows = self.dynamodb.tables[ASSETS].shelf
        rows.set((asset.id,), Stored.of(row_of(asset)))


@dataclass(frozen=True)
class Place:
    """An asset of a library's timeline: its month, and its rank from the month's oldest."""

    month: str
    rank: int


@dataclass(frozen=True)
class Operation:
    """Something that people do.

    Attributes:
        name: What they would call it.
        event: Makes an event of it at a random place; may ask for what comes before it.
        times: How often it is measured in each library.
    """

    name: str
    event: Callable[[Library, Random, Served], Event]
    times: int


def an_event(
    resource: str,
    query: Mapping[str, object],
    *,
    method: str = "GET",
    path: Mapping[str, str] | None = None,
    gallery: str = "",
) -> Event:
    """An event of the gateway: the owner of the gallery that the query names, or of this one."""
    event = from_file("http_media.json")
    owner = an_owner(str(query.get("gallery", gallery)))
    event["requestContext"] |= {"resourcePath": resource, "httpMethod": method}
    event["requestContext"]["authorizer"] = {"visitor": told_of(owner)}
    event |= {"resource": resource, "httpMethod": method, "pathParameters": path}
    event["multiValueQueryStringParameters"] = {name: [str(v)] for name, v in query.items()}
    event["headers"] |= {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    return event


def below(number: int, chance: Random) -> int:
    """A whole number below another; for the same chance at the same part of any number."""
    return int(chance.random() * number)


def a_place(library: Library, chance: Random) -> Place:
    """A random asset of the timeline, each as likely as the others."""
    rank = below(library.size, chance)
    starts = tuple(accumulate(library.month_sizes.values(), initial=0))
    index = bisect_right(starts, rank) - 1
    return Place(MONTHS[index], rank - starts[index])


def an_asset_at(library: Library, chance: Random) -> Asset:
    """A random asset of the timeline that is no favourite yet."""
    while True:
        place = a_place(library, chance)
        asset = library.asset(place.month, place.rank)
        if not asset.is_favorite:
            return asset


def media(library: Library, **query: object) -> Event:
    """A page of a library's list."""
    return an_event("/gallery/media", {"gallery": library.gallery, "limit": LIMIT, **query})


def month_page(library: Library, month: str) -> Event:
    """The newest of a month."""
    year, number = map(int, month.split("-"))
    last = calendar.monthrange(year, number)[1]
    return media(library, date_from=f"{month}-01", date_to=f"{month}-{last}")


def an_offset(library: Library, chance: Random) -> int:
    """Mostly anywhere; now and then the start, the middle or the end."""
    turn = below(12, chance)
    anywhere = below(library.size, chance)
    return {0: 0, 1: library.size // 2, 2: library.size - LIMIT}.get(turn, anywhere)


def offset_in_largest_month(library: Library, chance: Random) -> int:
    """Of an asset in the month that has most."""
    largest = library.largest_month
    newer = sum(size for month, size in library.month_sizes.items() if month > largest)
    return newer + below(library.month_sizes[largest] - LIMIT, chance)


def end_of_largest_month(library: Library) -> int:
    """The offset of the last page that lies in the month that has most."""
    sizes = library.month_sizes
    return sum(size for m, size in sizes.items() if m >= library.largest_month) - LIMIT


def _cursor_page(library: Library, chance: Random, served: Served) -> Event:
    before = media(library, offset=below(library.size - 2 * LIMIT, chance))
    page = json.loads(served.answer(before))
    return media(library, cursor=page["next_cursor"])


def _days_page(library: Library, chance: Random) -> Event:
    place, days = a_place(library, chance), (chance.randint(1, 28), chance.randint(1, 28))
    until = MONTHS[min(MONTHS.index(place.month) + 2, len(MONTHS) - 1)]
    if place.month == until:
        days = (1, 28)
    return media(library, date_from=f"{place.month}-{days[0]:02}", date_to=f"{until}-{days[1]:02}")


def _a_person(library: Library, chance: Random) -> str:
    return chance.choice(library.persons[: len(library.persons) // 2]).id


def _date_range(library: Library, **query: object) -> Event:
    return an_event("/gallery/date-range", {"gallery": library.gallery, **query})


def _of_gallery(resource: str) -> Callable[[Library, Random, Served], Event]:
    return lambda library, *_: an_event(resource, {"gallery": library.gallery})


def _one_asset(library: Library, chance: Random, served: Served) -> Event:
    asset = an_asset_at(library, chance)
    served.keep_row(asset)
    return an_event("/gallery/assets/{id}", {}, path={"id": asset.id}, gallery=library.gallery)


def _bucket(library: Library, chance: Random) -> Event:
    month = a_place(library, chance).month
    query = {"gallery": library.gallery}
    return an_event("/gallery/buckets/{month}", query, path={"month": month})


MONTH_PAGE = "month page"
OFFSET_PAGE = "offset page"
DATE_RANGE = "date range"
BY_DAY = "date range by day"
STATS = "stats"
PERSONS = "persons"
LARGEST_PAGE = "largest month, page"
LARGEST_OFFSET = "largest month, offset page"
LAST_PAGE = "largest month, its last page"
OPERATIONS = (
    Operation(MONTH_PAGE, lambda lib, at, _: month_page(lib, a_place(lib, at).month), 240),
    Operation(OFFSET_PAGE, lambda lib, at, _: media(lib, offset=an_offset(lib, at)), 240),
    Operation(LARGEST_PAGE, lambda lib, *_: month_page(lib, lib.largest_month), 60),
    Operation(
        LARGEST_OFFSET,
        lambda lib, at, _: media(lib, offset=offset_in_largest_month(lib, at)),
        60,
    ),
    Operation(LAST_PAGE, lambda lib, *_: media(lib, offset=end_of_largest_month(lib)), 60),
    Operation("cursor page", _cursor_page, 60),
    Operation(DATE_RANGE, _of_gallery("/gallery/date-range"), 240),
    Operation(BY_DAY, lambda lib, *_: _date_range(lib, by="day"), 240),
    Operation("date range of videos", lambda lib, *_: _date_range(lib, content_type="video"), 60),
    Operation(STATS, _of_gallery("/gallery/stats"), 240),
    Operation(PERSONS, _of_gallery("/gallery/persons"), 240),
    Operation("person page", lambda lib, at, _: media(lib, person_id=_a_person(lib, at)), 60),
    Operation(
        "page of videos",
        lambda lib, at, _: media(lib, content_type="video", offset=below(lib.size // 11, at)),
        60,
    ),
    Operation("page of some weeks", lambda lib, at, _: _days_page(lib, at), 60),
    Operation(
        "shuffled page",
        lambda lib, at, _: media(
            lib, shuffle="true", shuffle_seed=at.randrange(2**32), offset=below(lib.size, at)
        ),
        15,
    ),
    Operation(
        "search page", lambda lib, at, _: media(lib, search=f"_{at.randrange(10**4):04}."), 4
    ),
    Operation("bucket of a month", lambda lib, at, _: _bucket(lib, at), 15),
    Operation("one asset", _one_asset, 60),
)

# The same with rows and an index, by name, and how often it is measured
ALONGSIDE: Mapping[str, tuple[Callable[[RowsAndIndex, Library, Random], Call], int]] = {
    MONTH_PAGE: (
        lambda rows, lib, at: partial(rows.month_page, lib.gallery, a_place(lib, at).month),
        60,
    ),
    OFFSET_PAGE: (
        lambda rows, lib, at: partial(rows.offset_page, lib.gallery, an_offset(lib, at)),
        24,
    ),
    LARGEST_PAGE: (
        lambda rows, lib, _: partial(rows.month_page, lib.gallery, lib.largest_month),
        60,
    ),
    LARGEST_OFFSET: (
        lambda rows, lib, at: partial(
            rows.offset_page, lib.gallery, offset_in_largest_month(lib, at)
        ),
        8,
    ),
    LAST_PAGE: (
        lambda rows, lib, _: partial(rows.offset_page, lib.gallery, end_of_largest_month(lib)),
        8,
    ),
    DATE_RANGE: (lambda rows, lib, _: partial(rows.date_range, lib.gallery), 60),
    STATS: (lambda rows, lib, _: partial(rows.stats, lib.gallery), 60),
}
