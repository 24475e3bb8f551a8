"""What lists cost while thumbnails are made: by how many photos a batch of the stream has, and in
what order they come."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from random import Random

from chalicelib.bootstrap import Gallery
from chalicelib.domain.asset import Asset
from chalicelib.domain.places import places
from chalicelib.domain.thumbnail import thumbnail_key
from chalicelib.domain.timeline import Node, Run
from chalicelib.refresh_pages import RowChange, changes_by_bucket, sync_all
from tests.benchmarks.library import Library
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB
from tests.benchmarks.paged_library import ASSETS, PAGES, SETTINGS, row_of, tables, use_environment
from tests.benchmarks.shelves import Stored

LIBRARY = Library("main", 100_000, seed=4)
BATCHES = (1000, 100, 20, 5)
# Photos that are measured, or a batch if that is more.
_IN_ORDER, _AT_RANDOM = 2000, 200
_SEGMENTS = 50
# Write units per photo, by order and photos in a batch.
Pages = dict[tuple[str, int], float]


def measure_pages(say: Callable[[str], None]) -> Pages:
    """Write units of lists per photo, by order and photos in a batch."""
    use_environment()
    dynamodb, gallery = MemoryDynamoDB(tables()), Gallery(SETTINGS)
    dynamodb.serve(gallery.connection)
    library = _write_without_thumbnails(dynamodb, gallery)
    say(f"a library of {len(library):,} photos without thumbnails")
    chance = Random(LIBRARY.seed)
    orders: dict[str, tuple[Iterator[Asset], int]] = {
        "in order": (iter(library), _IN_ORDER),
        # from where the first ones end, and none of them twice
        f"one of {_SEGMENTS} segments": (iter(library[10_000::_SEGMENTS]), _AT_RANDOM),
        "in random order": (iter(chance.sample(library[10_001::2], 5000)), _AT_RANDOM),
    }
    found: Pages = {}
    for order, (assets, wanted) in orders.items():
        for size in BATCHES:
            batches = [list(islice(assets, size)) for _ in range(max(1, wanted // size))]
            found[order, size] = _units_per_photo(batches, dynamodb, gallery)
            say(f"{order}, {size} photos a batch: {found[order, size]:.2f} units a photo")
    return found


def pages_table(pages: Pages) -> str:
    """The same as a table for people."""
    orders = dict.fromkeys(order for order, _ in pages)
    lines = [
        "Write units of lists per photo",
        f"{'photos in a batch':<20}" + "".join(f"{size:>10,}" for size in BATCHES),
    ]
    lines += [
        f"{order:<20}" + "".join(f"{pages[order, size]:>10.2f}" for size in BATCHES)
        for order in orders
    ]
    return "\n".join(lines)


def _write_without_thumbnails(dynamodb: MemoryDynamoDB, gallery: Gallery) -> list[Asset]:
    """The library before its backfill, with its lists; its photos in the order of these."""
    found = []
    for month in LIBRARY.month_sizes:
        assets = list(map(_before, LIBRARY.assets(month)))
        found += assets
        for asset in assets:
            _put(asset, dynamodb)
        here = chain.from_iterable(map(places, assets))
        entries = sorted((p.entry for p in here if p.view == "all"), key=lambda e: e.position)
        gallery.pages.save(Node(LIBRARY.gallery, "all", month), [Run(0, 0, tuple(entries))])
    return found


def _units_per_photo(
    batches: Sequence[Sequence[Asset]], dynamodb: MemoryDynamoDB, gallery: Gallery
) -> float:
    dynamodb.reset()
    for batch in batches:
        changes = []
        for asset in batch:
            after = _after(asset)
            _put(after, dynamodb)
            changes.append(RowChange(asset, after))
        sync_all(changes_by_bucket(changes), gallery.tables)
    return dynamodb.reset().write_units[PAGES] / sum(map(len, batches))


def _put(asset: Asset, dynamodb: MemoryDynamoDB) -> None:
    dynamodb.tables[ASSETS].shelf.set((asset.id,), Stored.of(row_of(asset)))


def _before(asset: Asset) -> Asset:
    """As the row was written that has no thumbnail yet; in no list but the timeline."""
    return dataclasses.replace(
        asset,
        thumbnail_key=None,
        thumbnail_url=asset.url,
        thumbhash=None,
        is_favorite=False,
        faces={},
    )


def _after(asset: Asset) -> Asset:
    """As the backfill leaves it; the placeholder is any 22 bytes."""
    thumbnail = thumbnail_key(asset.key)
    return dataclasses.replace(
        asset,
        thumbnail_key=thumbnail,
        thumbnail_url=thumbnail,
        thumbhash=bytes.fromhex(asset.id)[:11] * 2,
        version=2,
    )
