"""How a leaf looks as an item of the pages table: columns as JSON, deflated.

pk ``{gallery}#{view}#{bucket}``, sk its own id, ``b`` its entries, ``t`` when it was
written. Columns put like beside like, which deflates well, and a reader that wants few of
the entries makes no objects of the others. What few leaves have is a column of those alone: a leaf
without it, of today or of an earlier release, has nothing of the kind.
"""

import json
import re
import zlib
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from chalicelib.domain.asset import FileType, ThumbnailState
from chalicelib.domain.directory import Position
from chalicelib.domain.timeline import Entry, Tile

# Leaves are cut at this many bytes: six read units, about 400 tiles.
MAX_LEAF_BYTES = 24_000
MOST_ENTRIES = 512
# What a cut aims at, so that unevenly packed entries stay below the limit.
_AIM_BYTES = 23_000
_STATES: tuple[ThumbnailState, ...] = ("ready", "pending", "failed", "missing")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Before an id that is written as it is.
_AS_IT_IS = " "


class Leaf(Sequence[Entry]):
    """The entries of a leaf, in order; made as they are asked for.

    Args:
        columns: As `encode_leaf` packs them.
    """

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns["id"])

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, index: int | slice) -> Entry | tuple[Entry, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        c = self._columns
        order, taken, thumbhash = c["order"][index], c["taken"][index], c["hash"][index]
        tile = Tile(
            c["id"][index],
            c["path"][index],
            c["name"][index],
            order if taken == 0 else taken,
            c["video"][index] == 1,
            c["width"][index],
            c["height"][index],
            c["duration"][index],
            c["size"][index],
            c["favorite"][index] == 1,
            None if thumbhash is None else b64decode(thumbhash),
            _STATES[c["state"][index]],
            c["key"][index],
            c["thumbnail"][index],
            c["kept"][index] if "kept" in c else None,
            tuple(self._persons[i] for i in c["who"][index]) if "who" in c else (),
        )
        return Entry(order, tile, c["faces"][index])

    @cached_property
    def _persons(self) -> Sequence[str]:
        return [_unpacked(packed) for packed in self._columns["persons"]]

    def of_type(self, content_type: FileType | None) -> Sequence[int]:
        """Indexes of the entries of one type; of all for None."""
        if content_type is None:
            return range(len(self))
        wanted = int(content_type == "video")
        return [i for i, is_video in enumerate(self._columns["video"]) if is_video == wanted]

    def older_than(self, position: Position) -> int:
        """How many entries stand before a position."""
        c = self._columns
        return bisect_left(range(len(self)), position, key=lambda i: (c["order"][i], c["id"][i]))

    def name(self, index: int) -> str:
        """What a person calls one of them."""
        name: str | None = self._columns["name"][index]
        path: str = self._columns["path"][index]
        return name or path.rpartition("/")[2]


def cut(entries: Sequence[Entry]) -> Iterator[tuple[Sequence[Entry], bytes]]:
    """Cut entries into leaves of at most `MAX_LEAF_BYTES`.

    Leaves are filled, so that a page needs one of them; the last two share what is left
    evenly, so that none is tiny.
    """
    if not entries:
        return
    sample = entries[:MOST_ENTRIES]
    packed = encode_leaf(sample)
    if len(sample) == len(entries) and len(packed) <= MAX_LEAF_BYTES:
        yield entries, packed
        return
    full = min(max(1, _AIM_BYTES * len(sample) // len(packed)), MOST_ENTRIES)
    start = 0
    while len(entries) - start > 2 * full:
        yield from _halved(entries[start : start + full])
        start += full
    middle = start + -(-(len(entries) - start) // 2)
    for piece in (entries[start:middle], entries[middle:]):
        if piece:
            yield from _halved(piece)


def _halved(entries: Sequence[Entry]) -> Iterator[tuple[Sequence[Entry], bytes]]:
    packed = encode_leaf(entries)
    if len(packed) <= MAX_LEAF_BYTES or len(entries) == 1:
        yield entries, packed
        return
    middle = len(entries) // 2
    yield from _halved(entries[:middle])
    yield from _halved(entries[middle:])


def encode_leaf(entries: Sequence[Entry]) -> bytes:
    """Entries as columns, so that like stands beside like and deflates well."""
    tiles = [entry.tile for entry in entries]
    columns: dict[str, list[Any]] = {
        "order": [entry.order for entry in entries],
        "id": [tile.id for tile in tiles],
        "path": [tile.path for tile in tiles],
        "name": [tile.name for tile in tiles],
        # 0 stands for the entry's order itself, which it is in most lists
        "taken": [0 if e.tile.taken == e.order else e.tile.taken for e in entries],
        "video": [int(tile.is_video) for tile in tiles],
        "width": [tile.width for tile in tiles],
        "height": [tile.height for tile in tiles],
        "duration": [tile.duration for tile in tiles],
        "size": [tile.size for tile in tiles],
        "favorite": [int(tile.is_favorite) for tile in tiles],
        "hash": [_base64(tile.thumbhash) for tile in tiles],
        "state": [_STATES.index(tile.state) for tile in tiles],
        "faces": [entry.faces for entry in entries],
        "key": [tile.key for tile in tiles],
        "thumbnail": [tile.thumbnail for tile in tiles],
    }
    if any(tile.kept_until is not None for tile in tiles):  # in bins alone
        columns["kept"] = [tile.kept_until for tile in tiles]
    persons = {person: None for tile in tiles for person in tile.persons}
    if persons:  # those of the whole leaf, each once; and which of them each entry shows
        indexes = {person: index for index, person in enumerate(persons)}
        columns["persons"] = [_packed(person) for person in persons]
        columns["who"] = [[indexes[person] for person in tile.persons] for tile in tiles]
    # little memory makes short blocks: each column has codes of its own, which is 4 to 7 % less
    deflate = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, memLevel=5)
    return deflate.compress(json.dumps(columns, separators=(",", ":")).encode()) + deflate.flush()


def _base64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _packed(person: str) -> str:
    """A person's id; a UUID in 22 characters for 36: random ones deflate no further."""
    if not _UUID.fullmatch(person):
        return _AS_IT_IS + person
    return b64encode(bytes.fromhex(person.replace("-", ""))).decode().rstrip("=")


def _unpacked(packed: str) -> str:
    if packed.startswith(_AS_IT_IS):
        return packed.removeprefix(_AS_IT_IS)
    digits = b64decode(packed + "==").hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def decode_leaf(packed: bytes) -> Leaf:
    """The entries of a leaf, in order."""
    return Leaf(json.loads(zlib.decompress(packed)))
