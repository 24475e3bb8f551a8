"""PNG's chunks: what Pillow does not read, and what breaks it."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What changes the picture: transparency, the colours, the orientation.
_KEPT = (b"tRNS", b"iCCP", b"eXIf", b"cICP")
_LOWER_CASE = 0x20
_MAX_CHUNKS = 1024


def without_ancillary_chunks(data: bytes) -> bytes:
    """The same picture without texts, thumbnails and other remarks, and without broken ones.

    A chunk is optional when its name begins with a small letter (PNG, 5.4).
    """
    kept = (
        data[start:end]
        for name, start, end in _chunks(data)
        if not name[0] & _LOWER_CASE or (name in _KEPT and _is_sound(data, start, end))
    )
    return _SIGNATURE + b"".join(kept)


def read_cicp(data: bytes) -> tuple[int, int] | None:
    """ColourPrimaries and TransferCharacteristics, where the file names them (PNG 3, 11.3.2.6)."""
    for name, start, _ in _chunks(data):
        if name == b"IDAT":
            break
        if name == b"cICP" and start + 10 <= len(data):
            return data[start + 8], data[start + 9]
    return None


def is_short(file: BinaryIO) -> bool:
    """Whether a header has no more chunks than programs write.

    Args:
        file: Seekable; left somewhere.
    """
    at = len(_SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IDAT":
            return True
        at += 12 + int.from_bytes(head[:4], "big")
    return False


def _is_sound(data: bytes, start: int, end: int) -> bool:
    return zlib.crc32(data[start + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk."""
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], at, end
        at = end
