"""IPTC: the captions of news agencies and archives, as Photoshop packs them into files."""

from collections.abc import Iterator, Mapping

Iptc = Mapping[int, tuple[bytes, ...]]

TITLE = 5
KEYWORD = 25
DATE_CREATED = 55
TIME_CREATED = 60
ARTIST = 80
CITY = 90
STATE = 95
COUNTRY = 101
CAPTION = 120

_RESOURCE = 0x0404


def iptc_of_photoshop(block: bytes) -> bytes:
    """The IPTC records inside a Photoshop block (JPEG's APP13, TIFF's tag 0x8649)."""
    for resource, data in _resources(block):
        if resource == _RESOURCE:
            return data
    return b""


def read_iptc(data: bytes) -> Iptc:
    """The application record's datasets by number, each with its values in order.

    Never raises. Values are the program's own bytes: UTF-8 or, in old files, Latin-1.
    """
    found: dict[int, tuple[bytes, ...]] = {}
    for record, dataset, value in _datasets(data):
        if record == 2:
            found[dataset] = (*found.get(dataset, ()), value)
    return found


def _resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    at = block.find(b"8BIM")
    while at >= 0 and at + 12 <= len(block):
        resource = int.from_bytes(block[at + 4 : at + 6], "big")
        name_length = block[at + 6] + 1
        at += 6 + name_length + name_length % 2
        size = int.from_bytes(block[at : at + 4], "big")
        yield resource, block[at + 4 : at + 4 + size]
        at = block.find(b"8BIM", at + 4 + size)


def _datasets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        record, dataset = data[at + 1], data[at + 2]
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # the length of the length follows
            width = size & 0x7FFF
            size = int.from_bytes(data[at : at + width], "big")
            at += width
        yield record, dataset, data[at : at + size]
        at += size
