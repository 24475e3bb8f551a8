"""A look at every row and every object, after which each has its place in the tree."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

from chalicelib.domain.asset import Asset
from chalicelib.domain.object_key import gallery_of, is_sidecar, sidecar_key, stem
from chalicelib.domain.thumbnail import is_rendition
from chalicelib.errors import ForeignKeyRefusedError, ObjectRefusedError
from chalicelib.parallel import in_parallel
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, StoredObject
from migrations.export.destination import Destination
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

_ROW = "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)"
# The one that is shown before others has the file.
_OWN = """
    UPDATE rows SET owner = (
        SELECT other.id FROM rows AS other WHERE other.key = rows.key
        ORDER BY other.rank, other.id LIMIT 1
    )
"""
_LEFT = "SELECT key FROM objects WHERE key NOT IN (SELECT key FROM accounted) ORDER BY key"
_SIZE = "SELECT size_bytes FROM rows JOIN objects USING (key) WHERE id = ?"
_ACCOUNTED = "INSERT OR IGNORE INTO accounted VALUES (?)"
_PLACED = "UPDATE rows SET path = ?, folded = ? WHERE id = ?"
_CLAIMED = "INSERT OR IGNORE INTO names VALUES (?, ?)"
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


def gather(
    spool: Spool,
    assets: Assets,
    media: Media,
    place: Destination,
    gallery: str | None,
    tell: Tell,
    workers: int = _SEGMENTS,
) -> Plan:
    """Look at every object and every row, and give each a place in the tree.

    Args:
        spool: Made with `SCHEMA`; what earlier runs wrote is in it.
        assets: The rows.
        media: The bucket.
        place: Where the export goes.
        gallery: The only one wanted; None for all.
        tell: Told at each object and row what is going on and how many there were.
        workers: Requests under way at once for what the listing does not say.

    Raises:
        SetupError, StorageUnavailableError: Not everything could be read.
    """
    plan = Plan(spool, gallery)
    is_first = spool.number("SELECT count(*) FROM names") == 0
    spool.add_objects(_objects(plan, media, tell))
    spool.write_groups(_rows(plan, assets, tell))
    spool.change(_OWN)
    _place_left_objects(plan, media, tell, workers)
    for is_live_video in (False, True):
        _give_names(spool, None if is_first else place, is_live_video=is_live_video)
    return plan


def _objects(plan: Plan, media: Media, tell: Tell) -> Iterator[StoredObject]:
    for stored in media.list_objects():
        plan.objects += 1
        tell("listing the bucket", plan.objects)
        if stored.is_archived:
            plan.spool.write("INSERT OR IGNORE INTO archived VALUES (?)", [(stored.key,)])
        yield stored


def _rows(plan: Plan, assets: Assets, tell: Tell) -> Iterator[Sequence[Statement]]:
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
            accounted: list[Statement] = [(_ACCOUNTED, (key,)) for key in _accounted(asset)]
            if plan.gallery not in (None, asset.gallery):
                # it may lie under this one's prefix
                yield [*accounted, (_ACCOUNTED, (sidecar_key(asset.key),))]
                continue
            folder = folder_of(asset)
            if asset.is_live_video:
                plan.halves += 1
            else:
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
    """Keys of what needs no place of its own: the original, and its thumbnail.

    Of other renditions' keys only the objects tell whether the gallery made them.
    """
    yield asset.key
    if asset.thumbnail_key and asset.thumbnail_error != "name-taken":  # a person's file is there
        yield asset.thumbnail_key


def _place_left_objects(plan: Plan, media: Media, tell: Tell, workers: int) -> None:
    """Sidecars go with their photos; other objects without a row have a place of their own."""
    left = (key for (key,) in plan.spool.read(_LEFT) if not key.endswith("/"))
    asked = in_parallel(partial(_is_ours, media), _others(plan, left), workers, _never)
    with closing(asked) as answers:
        for key, is_ours in answers:
            if is_rendition(key):
                plan.heads += 1
                tell("telling thumbnails apart", plan.heads)
            if not is_ours:
                _place_object(plan, key)


def _others(plan: Plan, keys: Iterator[str]) -> Iterator[str]:
    """Keys of a gallery without those of sidecars, which go with their photos."""
    for key in keys:
        owner = _owner_of_sidecar(plan.spool, key) if is_sidecar(key) else None
        if owner is not None:
            plan.spool.write("INSERT INTO kept VALUES (?, ?)", [(owner, key)])
        elif plan.gallery in (None, gallery_of(key)):
            yield key


def _place_object(plan: Plan, key: str) -> None:
    plan.without_row += 1
    row = OBJECT + key
    plan.spool.write(_ROW, [(row, 0, WITHOUT_ROW, name_of_key(key), key, "", None, False, None)])
    plan.spool.write("UPDATE rows SET owner = id WHERE id = ?", [(row,)])


def _owner_of_sidecar(spool: Spool, key: str) -> str | None:
    """The row that a sidecar in the bucket tells of, if that has none yet."""
    query = """
        SELECT id FROM rows WHERE owner = id AND (key = ?1 OR stem = ?1)
        AND id NOT IN (SELECT id FROM kept) ORDER BY key <> ?1, key LIMIT 1
    """
    return next((row for (row,) in spool.read(query, key[:-4])), None)


def _is_ours(media: Media, key: str) -> bool:
    """Whether the gallery made an object; one that it may not look at is a person's."""
    if not is_rendition(key):
        return False
    try:
        stored = media.head(key)
    except ObjectRefusedError:
        return False
    return stored is None or stored.is_rendition


def _never() -> bool:
    return False


def _give_names(spool: Spool, place: Destination | None, *, is_live_video: bool) -> None:
    """Give each file a name that is nobody else's, and no file's that lies there."""
    for row, folder, name, half, half_name in spool.read(_NAMELESS, is_live_video):
        if half and spool.number("SELECT path IS NOT NULL FROM rows WHERE id = ?", half):
            half = None
        extension = extension_of(half_name) if half else None
        for found in names(name, row, extension):
            claims = {folded(f"{folder}/{file}"): row for file in found.of_original()}
            of_half = {folded(f"{folder}/{file}"): half for file in found.of_live_video()}
            if not claims.keys().isdisjoint(of_half):  # one name for two: by itself it has its own
                half, of_half = None, {}
            claims |= of_half
            paths = {row: f"{folder}/{found.original}"}
            if half:
                paths[half] = f"{folder}/{found.live_video}"
            if any(_is_taken(spool, path, whose) for path, whose in claims.items()):
                continue
            if place is None or not any(_is_foreign(spool, place, *path) for path in paths.items()):
                break
        placed = ((_PLACED, (path, folded(path), whose)) for whose, path in paths.items())
        spool.write_groups([[*placed, *((_CLAIMED, claim) for claim in claims.items())]])


def _is_taken(spool: Spool, path: str, id: str) -> bool:
    query = "SELECT count(*) FROM names WHERE folded = ? AND id <> ?"
    return spool.number(query, path, id) > 0


def _is_foreign(spool: Spool, place: Destination, id: str, path: str) -> bool:
    """Whether somebody else put a file there: an export that was killed wrote one as long."""
    if spool.number("SELECT count(*) FROM names WHERE folded = ? AND id = ?", folded(path), id):
        return False
    found = place.size(path)
    return found is not None and found != spool.number(_SIZE, id)


def _without_extension(key: str) -> str:
    folder, slash, _ = key.rpartition("/")
    return f"{folder}{slash}{stem(key)}"


def _base64_text(value: bytes) -> str:
    return b64encode(value).decode()
