"""Gather what an import needs to know: Immich's assets, our rows, the bucket's objects.

All of it lies in a spool, on disk: memory is the same for a library of any size.
"""

import dataclasses
import json
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.object_key import new_id, split_key
from chalicelib.domain.places import places
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media
from chalicelib.storage.rows import is_tombstone, parse_item, to_item
from chalicelib.storage.table import Item
from migrations.immich.mapping import content_sha1, wanted
from migrations.immich.paths import PathMap, normalised
from migrations.immich.queries import Source
from migrations.immich.source import SourceAsset
from migrations.parallel import merged
from migrations.spool import Spool, Statement

# wanted: the assets that have a key, as rows; left_out: those that have none, and why; persons:
# whose faces are in which gallery; found: rows of the gallery that may be theirs; assigned: which
# row is whose.
SCHEMA = """
    CREATE TABLE wanted (
        immich_id TEXT PRIMARY KEY, key TEXT NOT NULL, own_id TEXT NOT NULL,
        path TEXT NOT NULL, item TEXT NOT NULL,
        live_video TEXT, is_deleted INTEGER NOT NULL, is_offline INTEGER NOT NULL,
        position TEXT NOT NULL, faces INTEGER NOT NULL, size_bytes INTEGER, sha1 BLOB,
        sidecar TEXT
    ) WITHOUT ROWID;
    CREATE INDEX wanted_by_key ON wanted (key);
    CREATE INDEX wanted_by_own_id ON wanted (own_id);
    CREATE INDEX wanted_by_position ON wanted (position);
    CREATE INDEX wanted_by_live_video ON wanted (live_video);
    CREATE TABLE left_out (
        immich_id TEXT PRIMARY KEY, path TEXT NOT NULL, why TEXT NOT NULL, reason TEXT NOT NULL,
        is_deleted INTEGER NOT NULL, faces INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE oddities (name TEXT NOT NULL, immich_id TEXT NOT NULL, path TEXT NOT NULL);
    CREATE TABLE persons (
        gallery TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (gallery, id)
    ) WITHOUT ROWID;
    CREATE TABLE found (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, immich_id TEXT, item TEXT NOT NULL,
        is_purged INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX found_by_key ON found (key);
    CREATE INDEX found_by_immich_id ON found (immich_id);
    CREATE TABLE assigned (
        immich_id TEXT PRIMARY KEY, id TEXT NOT NULL, key TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX assigned_by_key ON assigned (key);
    CREATE INDEX assigned_by_id ON assigned (id)
"""
OUTSIDE, REFUSED, COLLIDES = "outside-map", "key-refused", "key-collision"
_SEGMENTS = 4
_ADD_WANTED = "INSERT INTO wanted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

Tell = Callable[[str, int, int | None], None]
# By gallery, from a person's id to another's.
Heirs = Mapping[str, Mapping[str, str]]


def gather_source(
    spool: Spool,
    source: Source,
    paths: PathMap,
    persons: Collection[str],
    heirs: Heirs,
    now: datetime,
    tell: Tell,
) -> None:
    """Note every asset of an Immich library: as the row that it is to be, or why it is none.

    Args:
        spool: Made with `SCHEMA`.
        source: The library.
        paths: From its paths to keys.
        persons: Ids of those whose faces are named.
        heirs: Who the persons that were merged here are by now.
        now: UTC; tells what lies in the future.
        tell: Told what is going on, how much of it is done, and of how much.
    """
    total = source.count_assets()

    def told() -> Iterator[SourceAsset]:
        for number, asset in enumerate(source.assets(), 1):
            tell("reading Immich", number, total)
            yield asset

    known = frozenset(persons)
    spool.write_groups(_noted(asset, paths, known, heirs, now) for asset in told())
    spool.change(_KEEP_ONE_PATH_PER_KEY)
    spool.change("DELETE FROM wanted WHERE immich_id IN (SELECT immich_id FROM left_out)")


# Two maps may send two files to one key: one of them has it, the others are left out.
_KEEP_ONE_PATH_PER_KEY = f"""
    INSERT OR IGNORE INTO left_out
    SELECT immich_id, path, '{COLLIDES}', 'another file has its key ' || key, is_deleted, faces
    FROM wanted AS w
    WHERE path <> (
        SELECT path FROM wanted AS other WHERE other.key = w.key
        ORDER BY is_deleted, is_offline, path LIMIT 1
    )
"""  # noqa: S608 (a constant of ours)


def _noted(
    source: SourceAsset, paths: PathMap, persons: frozenset[str], heirs: Heirs, now: datetime
) -> list[Statement]:
    path = normalised(source.original_path)
    key = paths.key(path)
    is_deleted = source.deleted_at is not None
    if key is None:
        return [_left_out(source, OUTSIDE, "no --map begins its path")]
    try:
        gallery, _ = split_key(key)
    except ForeignKeyRefusedError as error:
        return [_left_out(source, REFUSED, str(error))]
    found = wanted(source, persons, now)
    faces, heir_of = found.values["faces"], heirs.get(gallery, {})
    asset = Asset(
        id=source.id,
        key=key,
        url=key,
        thumbnail_url=key,
        gallery_id=gallery,
        immich_id=source.id,
        # Immich still tells apart who was found to be one here.
        **{**found.values, "faces": {name: _of_heir(faces[name], heir_of) for name in faces}},
    )
    row = (
        source.id,
        key,
        new_id(key),
        path,
        _packed(to_item(asset)),
        found.live_video_immich_id,
        is_deleted,
        source.is_offline,
        _position(asset),
        len(source.faces),
        source.exif.file_size,
        content_sha1(source),
        source.sidecar_path,
    )
    named = {face.person_id for face in faces.values() if face.person_id}
    return [
        (_ADD_WANTED, row),
        *(
            ("INSERT INTO oddities VALUES (?, ?, ?)", (name, source.id, path))
            for name in found.oddities
        ),
        *(("INSERT OR IGNORE INTO persons VALUES (?, ?)", (gallery, person)) for person in named),
    ]


def _of_heir(face: Face, heir_of: Mapping[str, str]) -> Face:
    if face.person_id is None or face.person_id not in heir_of:
        return face
    return dataclasses.replace(face, person_id=heir_of[face.person_id])


def _left_out(source: SourceAsset, why: str, reason: str) -> Statement:
    values = (
        source.id,
        source.original_path,
        why,
        reason,
        source.deleted_at is not None,
        len(source.faces),
    )
    return "INSERT INTO left_out VALUES (?, ?, ?, ?, ?, ?)", values


def _position(asset: Asset) -> str:
    """Where lists have it: rows that are written in this order touch few pages at a time."""
    for place in places(asset):
        return f"{place.gallery}#{place.view}#{place.entry.order}"
    return f"{asset.gallery}#"


def gather_rows(spool: Spool, assets: Assets, tell: Tell) -> int:
    """Note the rows, and the tombstones, that may be an asset's.

    Returns:
        How many rows came from Immich that it has no more.
    """
    count = gone = 0

    def relevant() -> Iterator[tuple[Any, ...]]:
        nonlocal count, gone
        for item in merged([_scan(assets, segment) for segment in range(_SEGMENTS)]):
            count += 1
            tell("reading rows", count, None)
            noted = _of_row(item, assets)
            if noted is None:
                continue
            if spool.number(_IS_RELEVANT, *noted[:3]):
                yield noted
            elif noted[2] is not None and not spool.number(_IS_LEFT_OUT, noted[2]):
                gone += 1

    spool.change("DELETE FROM found")
    spool.write("INSERT OR REPLACE INTO found VALUES (?, ?, ?, ?, ?)", relevant())
    return gone


_IS_LEFT_OUT = "SELECT EXISTS (SELECT 1 FROM left_out WHERE immich_id = ?)"
_IS_RELEVANT = """
    SELECT EXISTS (SELECT 1 FROM wanted WHERE own_id = ?)
    OR EXISTS (SELECT 1 FROM wanted WHERE key = ?)
    OR EXISTS (SELECT 1 FROM wanted WHERE immich_id = ?)
"""


def _scan(assets: Assets, segment: int) -> Iterator[Item]:
    return assets.scan_items(
        segment=segment, total_segments=_SEGMENTS, attributes=None, with_tombstones=True
    )


def _of_row(item: Item, assets: Assets) -> tuple[Any, ...] | None:
    if is_tombstone(item):
        key = item.get("key", {}).get("S", "")
        return item["id"]["S"], key, item.get("immich_id", {}).get("S"), "", 1
    try:
        row = assets.parse(item)
    except ForeignKeyRefusedError:
        return None
    return row.id, row.key, row.immich_id, _packed(item), 0


def covering(prefixes: Sequence[str], spool: Spool) -> list[str]:
    """Prefixes under which the originals of all assigned rows lie.

    Args:
        prefixes: Of this import; an earlier one may have had others.
        spool: With the rows assigned.
    """
    outside = " AND ".join("substr(key, 1, ?) <> ?" for _ in prefixes)
    lengths = chain.from_iterable((len(prefix), prefix) for prefix in prefixes)
    query = f"SELECT DISTINCT substr(key, 1, instr(key, '/')) FROM assigned WHERE {outside}"  # noqa: S608
    galleries = [gallery for (gallery,) in spool.read(query, *lengths)]
    others = [prefix for prefix in prefixes if not prefix.startswith(tuple(galleries))]
    return sorted({*galleries, *others})


def gather_objects(spool: Spool, media: Media, prefixes: Sequence[str], tell: Tell) -> int:
    """Note the objects that are an asset's original or sidecar; returns how many were listed."""
    count = 0

    def listed() -> Iterator[Any]:
        nonlocal count
        for prefix in prefixes:
            for stored in media.list_objects(prefix):
                count += 1
                tell("listing the bucket", count, None)
                yield stored

    spool.change("DELETE FROM objects")
    spool.add_objects(listed())
    return count


def unpacked(item: str, bucket: str, **changes: Any) -> Asset:
    """A row out of the spool."""
    return dataclasses.replace(parse_item(json.loads(item), bucket), **changes)


def _packed(item: Item) -> str:
    return json.dumps(item, default=_base64, separators=(",", ":"))


def _base64(value: Any) -> str:
    return b64encode(value).decode()
