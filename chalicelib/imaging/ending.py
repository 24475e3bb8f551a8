"""Whether the end of a file is missing, by what its own beginning says."""

from typing import BinaryIO

from chalicelib.imaging.exif import first_directory
from chalicelib.imaging.sniff import Format

_MAX_BOXES = 1000
_IN_BOXES = ("heic", "heif", "avif", "cr3", "mp4", "mov", "3gp")
_IN_DIRECTORIES = ("tiff", "dng", "nef", "arw", "cr2", "pef", "srw")


def is_cut_short(file: BinaryIO, size_bytes: int, found: Format) -> bool:
    """Whether a file is shorter than it says itself, where its format says so.

    Args:
        file: Seekable; left somewhere.
        size_bytes: Of the file.
        found: Its format.
    """
    if found.name in _IN_BOXES:
        return _ends_inside_a_box(file, size_bytes)
    file.seek(0)
    head = file.read(16)
    if found.name in ("webp", "avi"):
        return size_bytes < 8 + int.from_bytes(head[4:8], "little")
    if found.name in _IN_DIRECTORIES:
        return (first_directory(head) or 0) >= size_bytes
    return False


def _ends_inside_a_box(file: BinaryIO, size_bytes: int) -> bool:
    """Follow the outer boxes of an MP4, QuickTime or HEIF file (ISO 14496-12, 4.2)."""
    at = 0
    for _ in range(_MAX_BOXES):
        if at >= size_bytes:
            break
        file.seek(at)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8 or not head[4:8].isalnum():  # 0 means: to the end of the file
            return False
        at += size
    return at > size_bytes
