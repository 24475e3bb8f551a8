"""Where files keep the numbers that decoders believe: lengths, sizes, counts, offsets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

_BOXES_OF_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp", b"ipco", b"dinf", b"edts"}
_BEGINNING_BYTES = 512


@dataclass(frozen=True)
class Field:
    """A number in a file: where it lies, how many bytes it has, and which end comes first."""

    at: int
    length: int
    order: Literal["big", "little"]


def fields_of(name: str, data: bytes) -> list[Field]:
    """The numbers of a sound file, by the name of its format."""
    return list(_FIELDS[name](data))


def chunks_of_png(data: bytes) -> Iterator[int]:
    """Where each chunk begins."""
    at = 8
    while at + 12 <= len(data):
        yield at
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _fields_of_jpeg(data: bytes) -> Iterator[Field]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        yield Field(at + 2, 2, "big")
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= data[at + 1] <= 0xC2:
            yield from (Field(at + 5, 2, "big"), Field(at + 7, 2, "big"))
        if data[at + 1] in (0xC0, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD):
            yield from (Field(at + 4 + n, 1, "big") for n in range(min(length - 2, 20)))
        if data[at + 1] == 0xDA:
            return
        at += 2 + length


def _fields_of_png(data: bytes) -> Iterator[Field]:
    for at in chunks_of_png(data):
        yield Field(at, 4, "big")
        if data[at + 4 : at + 8] in (b"IHDR", b"fcTL", b"acTL"):
            length = int.from_bytes(data[at : at + 4], "big")
            yield from (Field(at + 8 + n, 4, "big") for n in range(0, min(length, 8), 4))
            yield from (Field(at + 8 + n, 1, "big") for n in range(8, length))


def _fields_of_riff(data: bytes) -> Iterator[Field]:
    yield Field(4, 4, "little")
    at = 12
    while at + 8 <= len(data):
        yield Field(at + 4, 4, "little")
        yield from (Field(at + 8 + n, 3, "little") for n in range(0, 12, 3))
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2


def _fields_of_gif(data: bytes) -> Iterator[Field]:
    yield from (Field(6, 2, "little"), Field(8, 2, "little"), Field(10, 1, "little"))
    at = data.find(b"\x2c", 13 + 48)
    yield from (Field(at + n, 2, "little") for n in (1, 3, 5, 7))
    yield from (Field(at + n, 1, "little") for n in (9, 10, 11))


def _fields_of_bmp(data: bytes) -> Iterator[Field]:
    yield from (Field(at, 4, "little") for at in range(10, min(54, len(data)), 4))
    yield from (Field(26, 2, "little"), Field(28, 2, "little"))


def _fields_of_tiff(data: bytes) -> Iterator[Field]:
    at = int.from_bytes(data[4:8], "little")
    yield Field(4, 4, "little")
    yield Field(at, 2, "little")
    for entry in range(at + 2, at + 2 + 12 * int.from_bytes(data[at : at + 2], "little"), 12):
        yield from (Field(entry + n, 2, "little") for n in (0, 2))
        yield from (Field(entry + n, 4, "little") for n in (4, 8, 8, 8))


def _fields_of_boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Field]:
    at, end = start, len(data) if end is None else end
    while at + 8 <= end:
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        yield Field(at, 4, "big")
        if size < 8:
            return
        inside = at + 8 + 4 * (name == b"meta")
        if name in _BOXES_OF_BOXES or name == b"meta":
            yield from _fields_of_boxes(data, inside, at + size)
        elif name not in (b"mdat", b"free", b"ftyp"):
            yield from (Field(at + 8 + n, 4, "big") for n in range(0, min(size - 11, 64), 4))
        at += size


def _fields_of_matroska(data: bytes) -> Iterator[Field]:
    yield from (Field(at, 1, "big") for at in range(4, min(len(data), _BEGINNING_BYTES)))


_FIELDS: dict[str, Callable[[bytes], Iterator[Field]]] = {
    "jpeg": _fields_of_jpeg,
    "png": _fields_of_png,
    "webp": _fields_of_riff,
    "gif": _fields_of_gif,
    "bmp": _fields_of_bmp,
    "tiff": _fields_of_tiff,
    "dng": _fields_of_tiff,
    "avif": _fields_of_boxes,
    "heic": _fields_of_boxes,
    "mp4": _fields_of_boxes,
    "mov": _fields_of_boxes,
    "mkv": _fields_of_matroska,
    "webm": _fields_of_matroska,
}
