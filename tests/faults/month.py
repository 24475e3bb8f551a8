"""A month of photos whose changes are delivered by hand: interrupted, killed, repeated."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.person import Person
from chalicelib.errors import ConditionFailedError
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.memory import Killed

Record = dict[str, Any]
# What the stream says, with the gallery that it is to be delivered to.
Prepare = Callable[[], tuple[MemoryGallery, list[Record]]]
MAY = ("main", "all", "2024-05")
DELETED = datetime(2024, 6, 1, tzinfo=UTC)
ANNA = Person(id="anna", gallery="main", name="Anna")


def day(number: int) -> datetime:
    return wall_clock(f"2024-05-{number:02}T12:00")


def faces_of(*person_ids: str | None) -> dict[str, Face]:
    """A face of each of some persons; None for somebody whom nobody named."""
    return {
        f"f{number}": Face(person_id, (1, 2, 3, 4), (400, 300), "machine-learning")
        for number, person_id in enumerate(person_ids)
    }


def a_month() -> MemoryGallery:
    """Twelve photos of May, one a day, in three leaves; Anna is on the fifth."""
    gallery = a_gallery()
    gallery.people.create(ANNA)
    gallery.add(
        *(
            an_asset(f"m{n:02}", taken_local=day(n), faces=faces_of("anna") if n == 5 else {})
            for n in range(1, 13)
        )
    )
    node = gallery.pages.whole(gallery.pages.node(*MAY))
    assert node is not None
    assert len(node.leaves) == 3
    return gallery


def create(gallery: MemoryGallery, asset: Asset) -> list[Record]:
    """Write a row; returns what the stream says of it, not yet delivered."""
    gallery.assets.create(asset)
    return take_records(gallery)


def change(gallery: MemoryGallery, id: str, **changes: Any) -> list[Record]:
    """Change a row; returns what the stream says of it, not yet delivered."""
    gallery.assets.change(gallery.assets.get(id), **changes)
    return take_records(gallery)


def purge(gallery: MemoryGallery, id: str) -> list[Record]:
    """Put a tombstone in a row's place; returns what the stream says of it."""
    gallery.assets.bury(gallery.assets.get(id))
    return take_records(gallery)


def take_records(gallery: MemoryGallery) -> list[Record]:
    """What the stream said since it was last asked."""
    records = list(gallery.assets_table.stream)
    gallery.assets_table.stream.clear()
    return records


def repeated(move: Callable[[], list[Record]]) -> list[Record]:
    """A change that is tried again whenever another one came before it."""
    while True:
        try:
            return move()
        except ConditionFailedError:
            continue


def a_new_photo() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    return gallery, create(gallery, an_asset("new", taken_local=day(13)))


def the_first_photo() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_gallery()
    return gallery, create(gallery, an_asset("new", taken_local=day(13)))


def a_liked_photo() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    return gallery, change(gallery, "m05", is_favorite=True)


def a_busy_day() -> tuple[MemoryGallery, list[Record]]:
    gallery = a_month()
    return gallery, [
        *change(gallery, "m01", taken_local=day(30)),
        *change(gallery, "m05", deleted_at=DELETED),
        *create(gallery, an_asset("new", taken_local=day(7), is_favorite=True)),
        *purge(gallery, "m09"),
    ]


def differences(gallery: MemoryGallery) -> int:
    """How many entries and totals are wrong."""
    gallery.wire.clear()
    return gallery.audit().differences


def every_interruption(
    prepare: Prepare, intruder: Callable[[MemoryGallery], object]
) -> Iterator[int]:
    """Deliver records, with an intruder before request 0, 1, 2 … of the delivery.

    Yields:
        How many entries and totals were wrong in the end, for each of these points.
    """
    for number in itertools.count():
        gallery, records = prepare()
        came: list[bool] = []

        def intrude(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            intruder(gallery)

        gallery.wire.at(number, intrude)
        gallery.deliver(*records)
        if not came:
            return
        yield differences(gallery)


def every_crash(prepare: Prepare) -> Iterator[MemoryGallery]:
    """Deliver records, killed before request 0, 1, 2 … and then delivered again."""
    for number in itertools.count():
        gallery, records = prepare()
        gallery.wire.kill_at(number)
        try:
            gallery.deliver(*records)
        except Killed:
            gallery.wire.clear()
        else:
            return
        assert sorted(gallery.listed()), "a reader finds a list"  # names no missing leaf
        gallery.deliver(*records)
        yield gallery
