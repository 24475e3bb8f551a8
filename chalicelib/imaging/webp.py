"""The size of a WebP, by its first bytes (RFC 9649)."""

_FRAME_TAG_BYTES = 3
_LOSSLESS_SIGNATURE = 0x2F
HEADER_BYTES = 30


def read_webp_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of the canvas.

    Args:
        head: The file's first bytes, `HEADER_BYTES` at least.

    Returns:
        None where the first chunk is none that a WebP begins with.
    """
    kind, chunk = head[12:16], head[20:HEADER_BYTES]
    if len(chunk) < HEADER_BYTES - 20:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(chunk[4:7], "little"), 1 + int.from_bytes(chunk[7:10], "little")
    if kind == b"VP8L" and chunk[0] == _LOSSLESS_SIGNATURE:
        bits = int.from_bytes(chunk[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and chunk[_FRAME_TAG_BYTES : _FRAME_TAG_BYTES + 3] == b"\x9d\x01\x2a":
        # The two upper bits ask for scaling, which no decoder does.
        width, height = (int.from_bytes(chunk[at : at + 2], "little") for at in (6, 8))
        return width & 0x3FFF, height & 0x3FFF
    return None
