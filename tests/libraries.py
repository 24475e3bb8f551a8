"""Libraries of every kind of asset, and what their lists are in plain Python."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import strategies as st

from chalicelib.domain import timeline
from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.places import VIEWS, person_view, places
from chalicelib.domain.query import Filter
from chalicelib.domain.timeline import Entry
from chalicelib.storage import leaves, rewrite
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock

MONTHS = ("2023-12", "2024-01", "2024-05")
MOMENTS = [
    None,
    *(
        wall_clock(f"{month}-{day}T{hour}")
        for month in MONTHS
        for day in ("01", "02", "31")
        for hour in ("00:00", "12:00:00.001")
    ),
]
BINNED: list[datetime | None] = [
    datetime.fromisoformat(f"2024-{month}T23:30Z") for month in ("01-31", "02-01")
]
PERSONS = ("ann", "b#2/%")
# Each name with what is left of it without case and accents.
NAMES = {
    "IMG_0001.JPG": "img_0001.jpg",
    "img_0002.jpg": "img_0002.jpg",
    "Café.jpg": "cafe.jpg",
    "CAFE\u0301 2.jpg": "cafe 2.jpg",
    "Straße.png": "strasse.png",
}
SEARCHES = {
    "img": "img",
    "CAFE": "cafe",
    "café": "cafe",
    "cafe\u0301": "cafe",
    "ß": "ss",
    "Strasse": "strasse",
    ".JPG": ".jpg",
    "0": "0",
    "no such": "no such",
}
DATES = [
    *("1999-01-01", "2023-12-01", "2023-12-02", "2023-12-31", "2024-01-01", "2024-01-02"),
    *("2024-01-30", "2024-01-31", "2024-02-01", "2024-03-15", "2024-05-02", "2030-01-01"),
]


@contextmanager
def small_pages() -> Iterator[None]:
    """Two entries a leaf, and buckets of more than six are split into sections of one leaf."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaves, "MOST_ENTRIES", 2)
        patch.setattr(timeline, "FEW_ENTRIES", 2)
        patch.setattr(rewrite, "SPLIT_ABOVE_LEAVES", 3)
        patch.setattr(rewrite, "_JOIN_BELOW_LEAVES", 2)
        patch.setattr(rewrite, "_SECTION_LEAVES", 1)
        yield


def a_library(seed: int, count: int, prefix: str = "a") -> list[Asset]:
    """So many assets of every kind, most of them in the gallery `main` and its timeline."""
    chance = random.Random(seed)
    return [_a_shot(chance, f"{prefix}{number:02}") for number in range(count)]


def _a_shot(chance: random.Random, asset_id: str) -> Asset:
    key = f"{chance.choice(['main'] * 9 + ['beach'])}/{asset_id}.jpg"
    failed = {"thumbnail_key": None, "thumbnail_url": key, "thumbnail_error": "corrupt"}
    people = chance.choices(PERSONS, k=chance.choice([0, 0, 1, 1, 2, 3]))
    return an_asset(
        asset_id,
        key=key,
        filename=chance.choice([f"{asset_id}.jpg", *NAMES]),
        taken_local=chance.choice(MOMENTS),
        file_type=chance.choice(["image", "image", "video"]),
        deleted_at=chance.choice([None] * 6 + BINNED),
        visibility=chance.choice(["timeline"] * 9 + ["archive", "hidden", "locked"]),
        is_favorite=chance.random() < 0.5,
        is_live_video=chance.random() < 0.05,
        faces={f"f{number}": a_face(person) for number, person in enumerate(people)},
        width=chance.choice([None, 1, 300, 4000]),
        file_size=chance.randrange(10),
        **(failed if chance.random() < 0.2 else {}),
    )


seeds = st.integers(0, 2**32)
libraries = st.builds(a_library, seeds, st.integers(0, 60))
lists = st.sampled_from(["all"] * 4 + [*VIEWS] + [person_view(person) for person in PERSONS])
content_types = st.sampled_from([None, "image", "video"])
dates = st.none() | st.sampled_from(DATES)
filters = st.builds(Filter, st.just("main"), lists, content_types, dates, dates)
searches = st.builds(
    Filter, st.just("main"), lists, content_types, dates, dates, st.sampled_from(list(SEARCHES))
)


def a_face(person: str | None) -> Face:
    """Somebody's face."""
    return Face(person, (0, 0, 10, 10), (100, 100), "test")


def a_gallery_of(library: Sequence[Asset], batch: int = 20) -> MemoryGallery:
    """A gallery with these assets, brought up in several batches: leaves of many cuts."""
    gallery = a_gallery()
    for start in range(0, len(library), batch):
        gallery.add(*library[start : start + batch])
    return gallery


def listed(library: Sequence[Asset], asked: Filter) -> list[Entry]:
    """What is asked for as plain Python finds it: newest first."""
    found = [
        place.entry
        for asset in library
        for place in places(asset)
        if (place.gallery, place.view) == (asked.gallery, asked.view)
    ]
    return sorted(
        (entry for entry in found if _is_asked_for(entry, asked)),
        key=lambda entry: entry.position,
        reverse=True,
    )


def _is_asked_for(entry: Entry, asked: Filter) -> bool:
    tile = entry.tile
    if asked.content_type is not None and tile.is_video != (asked.content_type == "video"):
        return False
    if asked.date_from is not None or asked.date_to is not None:
        date = entry.order[:10]
        is_inside = (asked.date_from or date) <= date <= (asked.date_to or date)
        if not is_inside or date == "0000-00":
            return False
    if asked.search is None:
        return True
    name = tile.name or tile.path
    return SEARCHES[asked.search] in NAMES.get(name, name)


@dataclass(frozen=True)
class Meanwhile:
    """What others do between two pages.

    Attributes:
        uploads: Assets that come.
        losses: Which of the assets that are there go for good, modulo their number.
    """

    uploads: Sequence[Asset]
    losses: Sequence[int]

    def happen(self, gallery: MemoryGallery, library: list[Asset]) -> None:
        """Let it happen to the gallery, and to the library that stands for it."""
        for loss in self.losses:
            if library:
                gone = library.pop(loss % len(library))
                gallery.assets_table.delete_many([(gone.id,)])
        known = {asset.id for asset in library}
        for asset in self.uploads:
            if asset.id not in known:
                known.add(asset.id)
                library.append(asset)
                gallery.assets.create(asset)
        gallery.deliver()


meanwhiles = st.builds(
    Meanwhile,
    st.builds(a_library, seeds, st.integers(0, 3), st.sampled_from(["b", "c", "d"])),
    st.lists(st.integers(0, 99), max_size=3),
)
