"""A look at every row and every object, after which each has its place in the tree."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import gallery_of, is_sidecar, stem
from chalicelib.domain.thumbnail import is_rendition, rendition_keys
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, StoredObject
from migrations.export.plan import Plan
from migrations.export.tree import (
    WITHOUT_ROW,
    extension_of,
    folded,
    folder_of,
    name_of,
    name_of_key,
    names,
)
from migrations.parallel import merged
from migrations.spool import Spool, Statement

_ROW = "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)"
# The one that is shown before others has the file.
_OWN = """
    UPDATE rows SET owner = (
        SELECT other.id FROM rows AS other WHERE other.key = rows.key
        ORDER BY other.rank, other.id LIMIT 1
    )
"""
_LEFT = "SELECT key FROM objects WHERE key NOT IN (SELECT key FROM accounted) ORDER BY key"
# A photo takes its video along; what is left then is named by itself.
_NAMELESS = """
    SELECT rows.id, rows.folder, rows.name, half.id, half.name FROM rows
    LEFT JOIN rows AS half
        ON half.id = rows.live_video_id AND half.is_live_video AND half.owner = half.id
    WHERE rows.owner = rows.id AND rows.path IS NULL AND rows.is_live_video = ?
    ORDER BY rows.folder, rows.name, rows.id
"""
_SEGMENTS = 4
# What a photo without a row has instead of one.
OBJECT = "object:"
Tell = Callable[[str, int], None]


def gather(spool: Spool, assets: Assets, media: Media, gallery: str | None, tell: Tell) -> Plan:
    """Look at every object and every row, and give each a place in the tree.

    Args:
        spool: Made with `SCHEMA`; what earlier runs wrote is in it.
        assets: The rows.
        media: The bucket.
        gallery: The only one wanted; None for all.
        tell: Told at each object and row what is going on and how many there were.

    Raises:
        SetupError, StorageUnavailableError: Not everything could be read.
    """
    plan = Plan(spool)
    spool.add_objects(_objects(plan, media, tell))
    spool.write_groups(_rows(plan, assets, gallery, tell))
    spool.change(_OWN)
    _place_left_objects(plan, media, gallery)
    for is_live_video in (False, True):
        _give_names(spool, is_live_video=is_live_video)
    return plan


def _objects(plan: Plan, media: Media, tell: Tell) -> Iterator[StoredObject]:
    for stored in media.list_objects():
        plan.objects += 1
        tell("listing the bucket", plan.objects)
        yield stored


def _rows(
    plan: Plan, assets: Assets, gallery: str | None, tell: Tell
) -> Iterator[Sequence[Statement]]:
    parts = [
        assets.scan_items(segment=segment, total_segments=_SEGMENTS, attributes=None)
        for segment in range(_SEGMENTS)
    ]
    with closing(merged(parts)) as items:
        for item in items:
            plan.rows += 1
            tell("reading the table", plan.rows)
            try:
                asset = assets.parse(item)
            except ForeignKeyRefusedError as error:
                plan.refused.append((item["id"]["S"], str(error)))
                continue
            text = json.dumps(item, default=_base64_text, ensure_ascii=False)
            plan.row_bytes += len(text)
            accounted: list[Statement] = [
                ("INSERT OR IGNORE INTO accounted VALUES (?)", (key,)) for key in _accounted(asset)
            ]
            if gallery not in (None, asset.gallery):
                yield accounted
                continue
            plan.galleries.add(asset.gallery)
            folder = folder_of(asset)
            plan.places[folder.partition("/")[0]] += 1
            yield [(_ROW, _row(asset, folder, text)), *accounted]


def _row(asset: Asset, folder: str, item: str) -> tuple[str | int | None, ...]:
    shown = ("timeline", "archive", "hidden", "locked").index(asset.visibility)
    return (
        asset.id,
        shown + 10 * (asset.deleted_at is not None),
        folder,
        name_of(asset),
        asset.key,
        _without_extension(asset.key),
        asset.live_video_id,
        asset.is_live_video,
        item,
    )


def _accounted(asset: Asset) -> Iterator[str]:
    """Keys of what needs no place of its own: the original, and what was made of it."""
    yield asset.key
    if asset.thumbnail_error != "name-taken":  # else a person's file lies there
        yield from rendition_keys(asset.key).values()
    if asset.thumbnail_key:
        yield asset.thumbnail_key


def _place_left_objects(plan: Plan, media: Media, gallery: str | None) -> None:
    """Sidecars go with their photos; other objects without a row have a place of their own."""
    for (key,) in plan.spool.read(_LEFT):
        if key.endswith("/") or gallery not in (None, gallery_of(key)):
            continue
        owner = _owner_of_sidecar(plan.spool, key) if is_sidecar(key) else None
        if owner is not None:
            plan.spool.write("INSERT INTO kept VALUES (?, ?)", [(owner, key)])
        elif not (is_rendition(key) and _is_ours(media, key)):
            plan.without_row += 1
            row = OBJECT + key
            plan.spool.write(
                _ROW, [(row, 0, WITHOUT_ROW, name_of_key(key), key, "", None, False, None)]
            )
            plan.spool.write("UPDATE rows SET owner = id WHERE id = ?", [(row,)])


def _owner_of_sidecar(spool: Spool, key: str) -> str | None:
    """The row that a sidecar in the bucket tells of, if that has none yet."""
    query = """
        SELECT id FROM rows WHERE owner = id AND (key = ?1 OR stem = ?1)
        AND id NOT IN (SELECT id FROM kept) ORDER BY key <> ?1, key LIMIT 1
    """
    return next((row for (row,) in spool.read(query, key[:-4])), None)


def _is_ours(media: Media, key: str) -> bool:
    stored = media.head(key)
    return stored is None or stored.is_rendition


def _give_names(spool: Spool, *, is_live_video: bool) -> None:
    for row, folder, name, half, half_name in spool.read(_NAMELESS, is_live_video):
        if half and spool.number("SELECT path IS NOT NULL FROM rows WHERE id = ?", half):
            half = None
        extension = extension_of(half_name) if half else None
        for found in names(name, row, extension):
            claims = [(f"{folder}/{file}", row) for file in found.of_original()]
            claims += [(f"{folder}/{file}", half) for file in found.of_live_video()]
            if not any(_is_taken(spool, path, whose) for path, whose in claims):
                break
        placed = "UPDATE rows SET path = ? WHERE id = ?"
        group: list[Statement] = [(placed, (f"{folder}/{found.original}", row))]
        if half:
            group.append((placed, (f"{folder}/{found.live_video}", half)))
        spool.write_groups(
            [
                [
                    *group,
                    *(
                        ("INSERT OR IGNORE INTO names VALUES (?, ?)", (folded(path), whose))
                        for path, whose in claims
                    ),
                ]
            ]
        )


def _is_taken(spool: Spool, path: str, id: str) -> bool:
    query = "SELECT count(*) FROM names WHERE folded = ? AND id <> ?"
    return spool.number(query, folded(path), id) > 0


def _without_extension(key: str) -> str:
    folder, slash, _ = key.rpartition("/")
    return f"{folder}{slash}{stem(key)}"


def _base64_text(value: bytes) -> str:
    return b64encode(value).decode()
