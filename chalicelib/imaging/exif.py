"""EXIF: a reader of TIFF directories that takes what it can from broken ones."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Value = bytes | tuple[float, ...]
Directory = Mapping[int, Value]

NEW_SUBFILE_TYPE = 0x00FE
MAKE = 0x010F
ORIENTATION = 0x0112
SUB_IFDS = 0x014A
XMP = 0x02BC
IPTC = 0x83BB
PHOTOSHOP = 0x8649
EXIF_IFD = 0x8769
GPS_IFD = 0x8825
MAKER_NOTE = 0x927C
_INTEROPERABILITY_IFD = 0xA005
DNG_VERSION = 0xC612

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_CODES |= {16: "Q", 17: "q", 18: "Q"}
_TEXTS = (2, 7)
_RATIONALS = {5: "I", 10: "i"}
_MAX_ENTRIES = 1000
_MAX_NUMBERS = 4096
_APPLE_CONTENT_IDENTIFIER = 0x0011


@dataclass(frozen=True)
class Exif:
    """The tags of one picture; a value is bytes or a tuple of numbers.

    Attributes:
        main: The first directory: camera, orientation, description.
        photo: The EXIF directory: date, exposure, lens.
        gps: The GPS directory.
        interoperability: The directory that names the colours' standard.
    """

    main: Directory = field(default_factory=dict)
    photo: Directory = field(default_factory=dict)
    gps: Directory = field(default_factory=dict)
    interoperability: Directory = field(default_factory=dict)

    @property
    def orientation(self) -> int:
        """How to turn the stored pixels, 1 to 8; 1 when it isn't said."""
        return orientation_of(self.main)


def orientation_of(main: Directory) -> int:
    """The orientation of a first directory, 1 to 8; 1 when missing or nonsense."""
    value = main.get(ORIENTATION)
    if isinstance(value, tuple) and value and value[0] in range(1, 9):
        return int(value[0])
    return 1


def read_exif(data: bytes) -> Exif:
    """Read EXIF from a TIFF header on, with or without the word ``Exif`` before it.

    Never raises: what lies outside the data or makes no sense is left out.
    """
    if data[:4] == b"Exif":
        data = data[6:]
    reader = _Reader.of(data)
    offset = first_directory(data)
    if reader is None or offset is None:
        return Exif()
    main = reader.directory(offset)
    photo = reader.linked(main, EXIF_IFD)
    return Exif(
        main,
        photo,
        reader.linked(main, GPS_IFD),
        reader.linked(photo, _INTEROPERABILITY_IFD),
    )


def first_directory(head: bytes) -> int | None:
    """Where the first directory of a TIFF lies; None if `head` is no TIFF header."""
    if head[:2] not in (b"II", b"MM") or len(head) < 8:
        return None
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    if int.from_bytes(head[2:4], order) == 43:
        return int.from_bytes(head[8:16], order)
    return int.from_bytes(head[4:8], order)


def read_directory(head: bytes, directory: bytes, offset: int) -> Directory:
    """The tags of one directory, of which only a window is at hand.

    Args:
        head: The file's first bytes, for the byte order.
        directory: The bytes from the directory on.
        offset: Where the directory lies in the file.
    """
    reader = _Reader.of(head)
    if reader is None:
        return {}
    return _Reader(directory, reader.order, reader.is_big, offset).directory(offset)


def as_bytes(value: object) -> bytes:
    """A block that may be written as bytes or as a list of numbers; empty when it is neither."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, tuple) and all(isinstance(n, int) and 0 <= n < 256 for n in value):
        return bytes(value)
    return b""


def apple_content_identifier(maker_note: Value | None) -> str | None:
    """What ties an iPhone's still to the video half of its Live Photo."""
    note = as_bytes(maker_note)
    if not note.startswith(b"Apple iOS\0"):
        return None
    order = "<" if note[12:14] == b"II" else ">"
    value = _Reader(note, order, False).directory(14).get(_APPLE_CONTENT_IDENTIFIER)
    if not isinstance(value, bytes):
        return None
    return value.split(b"\0")[0].decode("ascii", "ignore").strip() or None


@dataclass(frozen=True)
class _Reader:
    """Reads directories out of bytes.

    Attributes:
        data: A file, or a window of one.
        order: ``<`` or ``>``.
        is_big: Whether offsets have 8 bytes (BigTIFF).
        start: Where `data` begins in the file.
    """

    data: bytes
    order: str
    is_big: bool
    start: int = 0

    @classmethod
    def of(cls, data: bytes) -> "_Reader | None":
        order = {b"II": "<", b"MM": ">"}.get(data[:2])
        if order is None or len(data) < 8:
            return None
        return cls(data, order, struct.unpack(order + "H", data[2:4])[0] == 43)

    def linked(self, directory: Directory, tag: int) -> Directory:
        pointer = directory.get(tag)
        if not isinstance(pointer, tuple) or len(pointer) != 1:
            return {}
        return self.directory(int(pointer[0]))

    def directory(self, offset: int) -> Directory:
        at = offset - self.start
        head, entry, count_code = (8, 20, "Q") if self.is_big else (2, 12, "H")
        if at < 0 or at + head > len(self.data):
            return {}
        (count,) = struct.unpack_from(self.order + count_code, self.data, at)
        tags: dict[int, Value] = {}
        for index in range(min(count, _MAX_ENTRIES)):
            position = at + head + index * entry
            if position + entry > len(self.data):
                break
            tag, value = self._entry(position)
            if value is not None:
                tags.setdefault(tag, value)
        return tags

    def _entry(self, position: int) -> tuple[int, Value | None]:
        tag, kind = struct.unpack_from(self.order + "HH", self.data, position)
        code, width = ("Q", 8) if self.is_big else ("I", 4)
        (count,) = struct.unpack_from(self.order + code, self.data, position + 4)
        length = _SIZES.get(kind, 0) * count
        at = position + 4 + width
        if length > width:
            at = struct.unpack_from(self.order + code, self.data, at)[0] - self.start
        if not length or at < 0 or at + length > len(self.data):
            return tag, None
        return tag, self._value(kind, count, at)

    def _value(self, kind: int, count: int, at: int) -> Value | None:
        if kind in _TEXTS:
            return self.data[at : at + count]
        if count > _MAX_NUMBERS:
            # XMP and IPTC are long lists of bytes; no other long list is of use.
            return self.data[at : at + count] if kind == 1 else None
        if kind in _RATIONALS:
            parts = struct.unpack_from(f"{self.order}{2 * count}{_RATIONALS[kind]}", self.data, at)
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return tuple(top / bottom if bottom else float("nan") for top, bottom in pairs)
        return struct.unpack_from(f"{self.order}{count}{_CODES[kind]}", self.data, at)
