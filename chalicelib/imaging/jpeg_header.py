"""What stands before the pixels of a JPEG: its size and the metadata of others."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.imaging.sniff import jpeg_start

_START_OF_SCAN = 0xDA
_END = 0xD9
_APP0, _APP1, _APP2, _APP13, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF
_COMMENT = 0xFE
_ALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_ICC = b"ICC_PROFILE\0"
# Most headers, with a preview and a camera's notes, end before this.
_BEGINNING_BYTES = 1 << 17
_MAX_BEGINNING_BYTES = 1 << 24
# Headers of cameras have some dozens; thousands are there to keep a reader busy.
_MAX_MARKERS = 2048
_KNOWN_STARTS = (b"JFIF\0", b"Exif\0", b"JFXX\0", b"Adobe", _ICC, _XMP)


@dataclass(frozen=True)
class JpegHeader:
    """The header of one JPEG.

    Attributes:
        width: Pixels as stored, before any turning; 0 when the file has no frame.
        height: Pixels as stored.
        components: 1 gray, 3 colour, 4 CMYK.
        is_progressive: Whether it is told in scans that grow finer.
        is_held: Whether the decoder must hold all coefficients at once.
        coefficients: How many of them there are, all components together.
        exif: EXIF block or empty.
        xmp: XMP packet or empty.
        photoshop: Photoshop block (with IPTC) or empty.
        profile: ICC profile or empty.
        is_cut: The file ends before the first pixel, and was sound until then.
    """

    width: int = 0
    height: int = 0
    components: int = 0
    is_progressive: bool = False
    is_held: bool = False
    coefficients: int = 0
    exif: bytes = b""
    xmp: bytes = b""
    photoshop: bytes = b""
    profile: bytes = b""
    is_cut: bool = False


@dataclass(frozen=True)
class _Segment:
    """One marker with its payload, and where it lies in the file."""

    marker: int
    payload: bytes
    start: int
    end: int
    follows_junk: bool


def read_beginning(file: BinaryIO) -> bytes:
    """As much of a JPEG file as holds its header: everything up to the first scan, and more.

    Args:
        file: Seekable; left somewhere.
    """
    file.seek(0)
    data = file.read(_BEGINNING_BYTES)
    while len(data) < _MAX_BEGINNING_BYTES:
        last = next(iter(deque(_segments(data), maxlen=1)), None)
        if last is not None and last.end < len(data):
            break  # the first scan, or so many segments that nothing will come of it
        more = file.read(len(data))
        if not more:
            break
        data += more
    return data


def read_jpeg_header(data: bytes) -> JpegHeader:
    """Read everything up to the first scan; never raises.

    Junk between segments is skipped, as libjpeg does.

    Args:
        data: The file, or its beginning.
    """
    segments = list(_segments(data))
    frame = next((s.payload for s in segments if s.marker in _FRAMES and len(s.payload) >= 6), b"")
    height = int.from_bytes(frame[1:3], "big")
    width = int.from_bytes(frame[3:5], "big")
    is_progressive = any(s.marker in _PROGRESSIVE for s in segments)
    return JpegHeader(
        width=width,
        height=height,
        components=frame[5] if frame else 0,
        is_progressive=is_progressive,
        is_held=is_progressive or _has_many_scans(segments, frame),
        coefficients=_coefficients(frame, width * height),
        exif=_first(segments, _APP1, b"Exif\0"),
        xmp=_first(segments, _APP1, _XMP).removeprefix(_XMP),
        photoshop=_first(segments, _APP13, b"Photoshop "),
        profile=_profile(segments),
        is_cut=_is_cut(segments, data),
    )


def without_metadata(data: bytes) -> bytes:
    """The same picture without what others wrote into it.

    For files whose metadata break a decoder that has no use for them. Kept is what
    the pixels need: tables, frames, scans, and Adobe's word on colours.
    """
    parts = [b"\xff\xd8"]
    for segment in _segments(data):
        if segment.marker == _START_OF_SCAN:
            parts.append(data[segment.start :])
            break
        if segment.marker == _APP14 or not (
            _APP0 <= segment.marker <= _APP15 or segment.marker == _COMMENT
        ):
            parts.append(data[segment.start : segment.end])
    return b"".join(parts)


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments up to and with the first scan's; a cut one comes last, with an end past it.

    No more than `_MAX_MARKERS` are looked at.
    """
    at = jpeg_start(data[:4096]) + 2
    for _ in range(_MAX_MARKERS):
        if at >= len(data):
            return
        mark = data.find(b"\xff", at)
        if mark < 0:
            return
        position = mark
        while position < len(data) and data[position] == 0xFF:  # fill bytes
            position += 1
        if position >= len(data):
            return
        marker = data[position]
        if marker == 0 or marker in _ALONE:
            at = position + 1
            continue
        if marker == _END:
            return
        size = max(2, int.from_bytes(data[position + 1 : position + 3], "big"))
        end = position + 1 + size
        yield _Segment(marker, data[position + 3 : end], position - 1, end, mark != at)
        if marker == _START_OF_SCAN:
            return
        at = end


def _first(segments: list[_Segment], marker: int, prefix: bytes) -> bytes:
    return next(
        (s.payload for s in segments if s.marker == marker and s.payload.startswith(prefix)), b""
    )


def _profile(segments: list[_Segment]) -> bytes:
    # A large profile comes in parts, each with its number and how many there are.
    parts = sorted(
        (s.payload[12], s.payload[14:])
        for s in segments
        if s.marker == _APP2 and s.payload.startswith(_ICC) and len(s.payload) > 14
    )
    return b"".join(part for _, part in parts)


def _coefficients(frame: bytes, pixels: int) -> int:
    samplings = [divmod(frame[at], 16) for at in range(7, min(len(frame), 6 + 3 * 4), 3)]
    largest = max((h for h, _ in samplings), default=1) * max((v for _, v in samplings), default=1)
    return sum(pixels * h * v // max(1, largest) for h, v in samplings)


def _has_many_scans(segments: list[_Segment], frame: bytes) -> bool:
    """Whether the first scan leaves components out: others will follow it."""
    scan = next((s.payload for s in segments if s.marker == _START_OF_SCAN), b"")
    return bool(frame and scan) and scan[0] < frame[5]


def _is_cut(segments: list[_Segment], data: bytes) -> bool:
    if not segments:
        return len(data) < 64
    last = segments[-1]
    is_sound = len(segments) > 1 or last.payload.startswith(_KNOWN_STARTS)
    return is_sound and not last.follows_junk and last.end >= len(data)
