"""A progressive JPEG without what a small picture does not need.

At an eighth of its size a JPEG is drawn from the mean of each block of 8x8 pixels, its DC
coefficient; colours that are stored at half the size are drawn from all of theirs. A
progressive file tells these in scans of their own, a fifth of its bytes. Decoding the others is
most of the work, and changes nothing.
ITU-T T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf, sections B.2 and G.1.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

_PIECE_BYTES = 1 << 20
# A marker that is no restart inside a scan: 0xFF, and neither a stuffed zero nor RST0 to RST7.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PROGRESSIVE_HUFFMAN, _TABLES_OF_CODES, _END = 0xC2, 0xC4, 0xD9
_SCAN, _TABLES_OF_STEPS, _RESTARTS = 0xDA, 0xDB, 0xDD
_JFIF, _ADOBE = 0xE0, 0xEE  # they say which colours the components are
_KEPT = (_TABLES_OF_CODES, _RESTARTS, _JFIF, _ADOBE)
_LEFT_OUT = (*range(0xE1, 0xEE), 0xEF, 0xFE)
_STEPS = 64
_OF_DETAIL = 0x10  # class of tables for all but means


def for_an_eighth(file: BinaryIO) -> bytes | None:
    """The same JPEG with no more than a decode at 1/8 uses: there it has the same pixels.

    Args:
        file: Begins with the JPEG; left somewhere.

    Returns:
        None for everything that is not a complete and plain progressive file: whatever
        else decoders make of it, they are to make of all of it.
    """
    try:
        return _shortened(_Pieces(file))
    except _NotPlainError:
        return None


class _NotPlainError(Exception):
    """The file is not what it should be, or more than that."""


class _Pieces:
    """A file that is read forward, with as little as possible in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held = b""
        file.seek(0)

    def take(self, length: int) -> bytes:
        """The next bytes.

        Raises:
            _NotPlainError: There are fewer.
        """
        while len(self._held) < length:
            self._more()
        taken, self._held = self._held[:length], self._held[length:]
        return taken

    def take_scan(self, *, keep: bool) -> bytes:
        """All up to the next marker, if it is to be kept.

        Raises:
            _NotPlainError: There is none.
        """
        taken = []
        while (found := _MARKER.search(self._held)) is None:
            if keep:
                taken.append(self._held[:-1])
            self._held = self._held[-1:]  # a marker's first byte may be the last one here
            self._more()
        at = found.start()
        if keep:
            taken.append(self._held[:at])
        self._held = self._held[at:]
        return b"".join(taken)

    def _more(self) -> None:
        piece = self._file.read(_PIECE_BYTES)
        if not piece:
            raise _NotPlainError
        self._held += piece


def _shortened(pieces: _Pieces) -> bytes:
    kept = [pieces.take(2)]
    steps: dict[int, bytes] = {}
    codes: set[int] = set()
    frame: _Frame | None = None
    place = 0
    for code, payload in _segments(pieces):
        if code == _SCAN and frame is not None:
            if frame.is_untouched:
                kept[place] = frame.without_smoothing(steps)
            is_used = frame.supply(payload, codes)
            scan = pieces.take_scan(keep=is_used)
            kept += [_segment(code, payload), scan] if is_used else []
        elif code == _PROGRESSIVE_HUFFMAN and frame is None:
            frame, place = _Frame(payload), len(kept)
            kept.append(b"")
        elif code == _TABLES_OF_STEPS and (frame is None or frame.is_untouched):
            steps |= _tables(payload)
            kept.append(_segment(code, payload))
        elif code in _KEPT:
            codes |= _code_tables(payload) if code == _TABLES_OF_CODES else set()
            kept.append(_segment(code, payload))
        elif code not in _LEFT_OUT:
            raise _NotPlainError
    if frame is None or not frame.is_complete:
        raise _NotPlainError
    return b"".join([*kept, b"\xff\xd9"])


def _segments(pieces: _Pieces) -> Iterator[tuple[int, bytes]]:
    """Markers with their payloads, up to the file's end; scans are for the caller to take."""
    while True:
        start, code = pieces.take(2)
        if start != 0xFF:
            raise _NotPlainError
        if code == _END:
            return
        yield code, pieces.take(max(0, int.from_bytes(pieces.take(2), "big") - 2))


class _Frame:
    """The components, and which bits of which coefficients the scans have told.

    Args:
        payload: Of the frame's header.
    """

    def __init__(self, payload: bytes) -> None:
        if len(payload) < 6 or payload[0] != 8 or len(payload) != 6 + 3 * payload[5]:
            raise _NotPlainError
        self._payload = payload
        self._places = {payload[place]: place for place in range(6, len(payload), 3)}
        # Of each component, for each coefficient, the lowest bit that is known.
        self._known: dict[int, list[int | None]] = {name: [None] * 64 for name in self._places}
        if not 0 < len(self._known) == payload[5]:
            raise _NotPlainError
        samplings = {name: divmod(payload[at + 1], 16) for name, at in self._places.items()}
        widest = max(across for across, _ in samplings.values())
        highest = max(down for _, down in samplings.values())
        # libjpeg draws a component that has half the pixels both ways at twice the scale.
        self._of_means = {
            name
            for name, (across, down) in samplings.items()
            if not across or not down or widest % (2 * across) or highest % (2 * down)
        }

    @property
    def is_untouched(self) -> bool:
        """Whether no scan has come yet."""
        return all(known[0] is None for known in self._known.values())

    @property
    def is_complete(self) -> bool:
        """Whether all is told."""
        return all(lowest == 0 for known in self._known.values() for lowest in known)

    def without_smoothing(self, steps: dict[int, bytes]) -> bytes:
        """Its segment, after tables of steps that keep libjpeg from smoothing.

        It would smooth pictures of which it knows the means alone, and leaves those alone whose
        second step is zero; that step is used for nothing here.

        Args:
            steps: The tables before it, by their number.

        Raises:
            _NotPlainError: There is no room for more tables, or one is missing.
        """
        spare = (name for name in range(4) if name not in steps)
        frame = bytearray(self._payload)
        tables = b""
        quiet: dict[int, int] = {}
        for name in self._of_means:
            place = self._places[name] + 2
            if frame[place] not in quiet:
                number, table = next(spare, None), steps.get(frame[place])
                if number is None or table is None:
                    raise _NotPlainError
                quiet[frame[place]] = number
                tables += bytes([0x10 | number]) + table[:2] + bytes(2) + table[4:]
            frame[place] = quiet[frame[place]]
        return _segment(_TABLES_OF_STEPS, tables) + _segment(_PROGRESSIVE_HUFFMAN, bytes(frame))

    def supply(self, scan: bytes, codes: set[int]) -> bool:
        """Note what a scan tells; says whether any of it is used.

        Args:
            scan: Payload of its header.
            codes: The tables of codes before it.

        Raises:
            _NotPlainError: It can't follow on the scans before it.
        """
        count = scan[0] if scan else 0
        if len(scan) != 4 + 2 * count or not count:
            raise _NotPlainError
        names = scan[1 : 1 + 2 * count : 2]
        first, last, bits = scan[-3:]
        before, after = divmod(bits, 16)
        is_of_means = first == last == 0
        if first > last or last > 63 or (not first and last) or (first and count > 1):
            raise _NotPlainError
        if before and before != after + 1:
            raise _NotPlainError
        if first and _OF_DETAIL | scan[2] & 15 not in codes:
            raise _NotPlainError
        for name in names:
            known = self._known.get(name)
            if known is None or (first and known[0] is None):
                raise _NotPlainError
            if any(lowest != (before or None) for lowest in known[first : last + 1]):
                raise _NotPlainError
            known[first : last + 1] = [after] * (last + 1 - first)
        return is_of_means or any(name not in self._of_means for name in names)


def _tables(payload: bytes) -> dict[int, bytes]:
    """Tables of steps by their number, 16 bits a step."""
    found = {}
    at = 0
    while at < len(payload):
        is_wide, name = divmod(payload[at], 16)
        size = _STEPS * (2 if is_wide else 1)
        steps = payload[at + 1 : at + 1 + size]
        if len(steps) < size or is_wide > 1:
            raise _NotPlainError
        found[name] = steps if is_wide else b"".join(bytes([0, step]) for step in steps)
        at += 1 + size
    return found


def _code_tables(payload: bytes) -> set[int]:
    """Tables of codes by their class and number: decoders read no scan whose table is wrong."""
    found = set()
    at = 0
    while at < len(payload):
        lengths = payload[at + 1 : at + 17]
        code = 0
        for bits, count in enumerate(lengths, 1):
            code += count
            if count and code >= 1 << bits:
                raise _NotPlainError
            code <<= 1
        found.add(payload[at])
        at += 17 + sum(lengths)
    if at != len(payload):
        raise _NotPlainError
    return found


def _segment(code: int, payload: bytes) -> bytes:
    return bytes([0xFF, code]) + (len(payload) + 2).to_bytes(2, "big") + payload
