"""Galleries of any shape for the browser: rows and lists written at once, pictures shared.

A photo here is a row of its gallery whose picture lies in another one, `colours`: a plain colour
in one of four shapes, drawn by the deployed functions once. Any number of photos, on any days,
needs no more than these objects.
"""

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from PIL import Image

from chalicelib.bootstrap import Gallery as Parts
from chalicelib.curate import create_person
from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.person import Person
from chalicelib.domain.places import places
from chalicelib.domain.timeline import Entry, Node, Run
from chalicelib.refresh_pages import summarise
from chalicelib.settings import Settings
from chalicelib.storage.rows import to_item
from infra.local.gallery import Endpoints, local_client
from tests.aws.site import Site, eventually

# Pixels of the originals: landscape, portrait, the shape of a camera's film, that of a video.
SHAPES = ((1600, 1200), (1200, 1600), (1620, 1080), (1920, 1080))
COLOURS = 12
FIRST_MORNING = timedelta(hours=9)
_THREADS = 8
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
_ROWS_A_REQUEST = 25

Draw = Callable[[int], bytes]
Days = Mapping[str, int] | Mapping[str | None, int] | Mapping[None, int]


@dataclass(frozen=True)
class Shot:
    """A photo or video to be.

    Attributes:
        taken: The camera's wall clock; None when undated.
        people: Names of those whose faces it shows.
        fields: Of `Asset`, where they are not those of its picture.
    """

    taken: datetime | None
    people: Sequence[str]
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Library:
    """A gallery of its own on the deployed stack.

    Attributes:
        site: Its gallery, as a browser and a person with a bucket use it.
        assets: What was put into it, newest first, undated last.
        persons: Those in it, by name.
    """

    site: Site
    assets: Sequence[Asset]
    persons: Mapping[str, Person]

    def address(self, path: str = "", **parameters: str) -> str:
        """An address of the page on this gallery.

        Args:
            path: Below ``/gallery``, such as ``/people``.
            parameters: Of its query; a trailing underscore is dropped (``from_``).
        """
        asked = {name.rstrip("_"): value for name, value in parameters.items()}
        query = urlencode({"gallery": self.site.gallery, **asked})
        return f"{self.site.endpoints.page}/gallery{path}?{query}"

    def photo(self, asset: Asset, **parameters: str) -> str:
        """The address of one photo's own page."""
        return self.address(f"/photo/{quote(asset.id, safe='')}", **parameters)

    def link(self, **said: Any) -> str:
        """Shares the gallery, or what is said, as its owner; returns the link's address."""
        body = {"gallery": self.site.gallery, "may_download": False, **said}
        answer = self.site.request("POST", "/api/shares", body)
        assert answer.status == 201, answer.body
        return f"{self.site.endpoints.page}/gallery/s/{answer.json['id']}"

    @cached_property
    def shown(self) -> list[Asset]:
        """Those that the timeline shows, in its order."""
        return [a for a in self.assets if any(place.view == "all" for place in places(a))]


def shots(days: Days, people: Sequence[str] = (), **fields: Any) -> list[Shot]:
    """So many photos on each day, a second apart from nine in the morning on.

    Args:
        days: ``2024-05-17`` -> how many; None for those without a date.
        people: Names of those whose faces each of them shows.
        fields: Of `Asset`; ``file_type="video", duration=65.0`` makes videos.
    """
    return [
        Shot(
            datetime.fromisoformat(day) + FIRST_MORNING + timedelta(seconds=second)
            if day is not None
            else None,
            people,
            fields,
        )
        for day, count in days.items()
        for second in range(count)
    ]


def spread(count: int, first: str, last: str, seed: int = 1) -> dict[str | None, int]:
    """So many photos over the days of some years, some days having far more than others."""
    chance = Random(seed)
    start, days = date.fromisoformat(first), (date.fromisoformat(last) - date.fromisoformat(first))
    weights = [chance.lognormvariate(0, 2) for _ in range(days.days + 1)]
    found: dict[str | None, int] = defaultdict(int)
    for day in chance.choices(range(len(weights)), weights, k=count):
        found[(start + timedelta(days=day)).isoformat()] += 1
    return dict(sorted(found.items(), key=lambda item: item[0] or ""))


def colour_of(number: int) -> tuple[int, int, int]:
    """The colour of a picture, far enough from every other's that JPEG can't confuse them."""
    levels = (40, 130, 220)
    steps = [(r, g, b) for r in levels for g in levels for b in levels if len({r, g, b}) > 1]
    return steps[number % COLOURS * 2]


def plain(number: int) -> bytes:
    """A picture of one colour."""
    buffer = BytesIO()
    shape = SHAPES[number % len(SHAPES)]
    Image.new("RGB", shape, colour_of(number // len(SHAPES))).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


class Shelf:
    """Makes libraries on a running gallery.

    Args:
        endpoints: Of the running gallery.
        draw: Draws a picture by its number.
        pictures: How many different ones there are.
        gallery: In which the pictures lie.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        draw: Draw = plain,
        pictures: int = COLOURS * len(SHAPES),
        gallery: str = "colours",
    ) -> None:
        self.endpoints = endpoints
        self.s3 = local_client("s3", endpoints.aws_endpoint)
        self._dynamodb = local_client("dynamodb", endpoints.aws_endpoint)
        self._draw = draw
        self._count = pictures
        self._gallery = gallery

    @cached_property
    def pictures(self) -> list[Asset]:
        """The rows of the pictures, drawn by the deployed functions."""
        site = Site(self.endpoints, self.s3, self._gallery)
        wanted = [f"{number}.jpg" for number in range(self._count)]
        there = {item["local_path"] for item in self._drawn(site)}
        with ThreadPoolExecutor(_THREADS) as pool:
            missing = [number for number, path in enumerate(wanted) if path not in there]
            list(pool.map(lambda number: site.put(wanted[number], self._draw(number)), missing))
        eventually(lambda: len(self._drawn(site)) == self._count, 300)
        ids = {item["local_path"]: item["id"] for item in self._drawn(site)}
        rows = self._parts.assets.get_many([ids[path] for path in wanted])
        return [rows[ids[path]] for path in wanted]

    def library(self, gallery: str, taken: Sequence[Shot], *, with_rows: bool = True) -> Library:
        """Fill a new gallery.

        Args:
            gallery: Its name; nothing is in it yet.
            taken: What is to be in it.
            with_rows: Whether each photo has a row; else only lists know it, which is enough
                for a timeline that nobody opens a photo of.
        """
        names = sorted({name for shot in taken for name in shot.people})
        persons = {
            name: Person(_id_of(gallery, name), gallery, name, created_at=datetime.now(UTC))
            for name in names
        }
        assets = [self._asset(gallery, n, shot, persons) for n, shot in enumerate(taken)]
        for person in persons.values():
            create_person(person, self._parts.tables)
        write_lists(self._parts, gallery, assets)
        if with_rows:
            self._write_rows(assets)  # the stream finds the lists made
        ordered = sorted(assets, key=lambda a: (a.taken_local or datetime.min, a.id), reverse=True)  # noqa: DTZ901
        return Library(Site(self.endpoints, self.s3, gallery), ordered, persons)

    def draw_now(self, pending: Asset) -> Asset:
        """Give a pending photo its thumbnail, as the drawing function does once it is done."""
        drawn = self.pictures[int(pending.key.rpartition("/")[2].partition(".")[0])]
        rows = self._parts.assets
        return rows.change(
            rows.get(pending.id),
            thumbnail_key=drawn.thumbnail_key,
            thumbnail_url=drawn.thumbnail_url,
            thumbhash=drawn.thumbhash,
        )

    @cached_property
    def _parts(self) -> Parts:
        return parts_of(self.endpoints)

    def _drawn(self, site: Site) -> list[Any]:
        items = site.media(limit=500)["items"]
        return [item for item in items if item["thumbnail_state"] == "ready"]

    def _asset(self, gallery: str, number: int, shot: Shot, persons: Mapping[str, Person]) -> Asset:
        picture = self.pictures[number % self._count]
        name = "MOV" if shot.fields.get("file_type") == "video" else "IMG"
        faces = {
            f"f{n}": Face(
                persons[who].id, (200 + 300 * n, 200, 400 + 300 * n, 450), SHAPES[0], "test", 0.9
            )
            for n, who in enumerate(shot.people)
        }
        fields: dict[str, Any] = {
            "id": _id_of(gallery, str(number)),
            "gallery_id": gallery,
            "filename": f"{name}_{number:05}.jpg",
            "taken_local": shot.taken,
            "taken_at": shot.taken.replace(tzinfo=UTC) if shot.taken else None,
            "utc_offset_minutes": 0 if shot.taken else None,
            "faces": faces,
            "version": 1,
        }
        if shot.fields.get("thumbnail_error") or shot.fields.get("thumbnail_key", "") is None:
            fields |= {"thumbnail_key": None, "thumbnail_url": picture.url, "thumbhash": None}
        return dataclasses.replace(picture, **(fields | dict(shot.fields)))

    def _write_rows(self, assets: Sequence[Asset]) -> None:
        table = self.endpoints.tables["assets"]

        def write(start: int) -> None:
            requests = [
                {"PutRequest": {"Item": to_item(asset)}}
                for asset in assets[start : start + _ROWS_A_REQUEST]
            ]
            answer = self._dynamodb.batch_write_item(RequestItems={table: requests})
            assert not answer.get("UnprocessedItems")

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(write, range(0, len(assets), _ROWS_A_REQUEST)))


def write_lists(parts: Parts, gallery: str, assets: Iterable[Asset]) -> None:
    """The lists of a gallery that has none yet, as the stream's function would make them."""
    buckets: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for asset in assets:
        for place in places(asset):
            buckets[place.view, place.bucket].append(place.entry)
    for (view, bucket), entries in buckets.items():
        entries.sort(key=lambda entry: entry.position)
        parts.pages.save(Node(gallery, view, bucket), [Run(0, 0, tuple(entries))])
    for view in {view for view, _ in buckets}:
        summarise(gallery, view, parts.tables)


def parts_of(endpoints: Endpoints) -> Parts:
    """The tables of a running gallery."""
    with _environment(endpoints):
        parts = Parts(Settings.from_environment())
        _ = parts.connection.client  # signed in with the environment of now
    return parts


@contextmanager
def _environment(endpoints: Endpoints) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in endpoints.environment().items():
            patch.setenv(name, value)
        yield


def _id_of(gallery: str, name: str) -> str:
    return hashlib.blake2b(f"{gallery}/{name}".encode(), digest_size=16).hexdigest()
