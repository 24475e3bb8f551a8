"""How large a picture may be: refused by its header, before a decoder is let loose on it."""

from chalicelib.errors import UndrawableError

MAX_FILE_BYTES = 512 << 20
MAX_DECODED_BYTES = 512 << 20
# A JPEG is decoded at a fraction of its size, a few rows at a time.
MAX_JPEG_PIXELS = 1 << 28


def refuse_large_file(size_bytes: int) -> None:
    """Refuse a picture file that would not fit into memory.

    Raises:
        UndrawableError: empty, too-large.
    """
    if size_bytes <= 0:
        raise UndrawableError("empty", "The file has no bytes.")
    if size_bytes > MAX_FILE_BYTES:
        raise UndrawableError(
            "too-large", f"The file has {size_bytes:,} bytes; at most {MAX_FILE_BYTES:,} are read."
        )


def refuse_large_picture(width: int, height: int, decoded_bytes: int) -> None:
    """Refuse a picture whose pixels would not fit into memory.

    Args:
        width: Pixels.
        height: Pixels.
        decoded_bytes: What its decoder holds in memory at most.

    Raises:
        UndrawableError: corrupt (no pixels at all), too-large.
    """
    if width < 1 or height < 1:
        raise UndrawableError("corrupt", f"The picture says it is {width} x {height} pixels.")
    if decoded_bytes > MAX_DECODED_BYTES:
        raise UndrawableError(
            "too-large",
            f"{width} x {height} pixels take {decoded_bytes:,} bytes to decode;"
            f" at most {MAX_DECODED_BYTES:,} are allowed.",
        )


def refuse_large_jpeg(width: int, height: int, coefficient_bytes: int) -> None:
    """Refuse a JPEG that even a scaled decode can't manage.

    Args:
        width: Pixels.
        height: Pixels.
        coefficient_bytes: What the decoder must hold at once; 0 unless progressive.

    Raises:
        UndrawableError: corrupt (no pixels at all), too-large.
    """
    if width < 1 or height < 1:
        raise UndrawableError("corrupt", f"The JPEG says it is {width} x {height} pixels.")
    if width * height > MAX_JPEG_PIXELS or coefficient_bytes > MAX_DECODED_BYTES:
        raise UndrawableError(
            "too-large",
            f"The JPEG has {width} x {height} pixels; at most {MAX_JPEG_PIXELS:,} are drawn,"
            " fewer when it is progressive.",
        )
