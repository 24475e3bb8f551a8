"""PNG without its optional chunks, for files whose remarks break a decoder."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What changes the picture: transparency and the colour profile.
_KEPT = (b"tRNS", b"iCCP", b"eXIf")
_LOWER_CASE = 0x20


def without_ancillary_chunks(data: bytes) -> bytes:
    """The same picture without texts, thumbnails and other remarks.

    A chunk is optional when its name begins with a small letter (PNG, 5.4).
    """
    parts = [_SIGNATURE]
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        name = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if not name[0] & _LOWER_CASE or name in _KEPT:
            parts.append(data[at:end])
        at = end
    return b"".join(parts)
