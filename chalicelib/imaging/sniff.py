"""What kind of file the bytes are: by their content, never by a name."""

import re
from dataclasses import dataclass
from typing import BinaryIO, Literal

from chalicelib.imaging import exif

Kind = Literal["image", "raw", "video"]

HEAD_BYTES = 4096
_MAX_JUNK_BYTES = 1024
_MAX_OFFSET = 1 << 40  # a BigTIFF may name places that no file has


@dataclass(frozen=True)
class Format:
    """A file format the gallery draws.

    Attributes:
        name: Short lowercase word, such as ``jpeg`` or ``mkv``.
        mime_type: What HTTP calls it.
        kind: Which decoder draws it: a picture's, a camera RAW's or a video's.
    """

    name: str
    mime_type: str
    kind: Kind


_MIME_TYPES: dict[Kind, dict[str, str]] = {
    "image": {
        "jpeg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
        "gif": "image/gif",
        "tiff": "image/tiff",
        "bmp": "image/bmp",
        "avif": "image/avif",
        "heif": "image/heif",
        "heic": "image/heic",
    },
    "raw": {
        "cr2": "image/x-canon-cr2",
        "cr3": "image/x-canon-cr3",
        "crw": "image/x-canon-crw",
        "nef": "image/x-nikon-nef",
        "arw": "image/x-sony-arw",
        "dng": "image/x-adobe-dng",
        "raf": "image/x-fuji-raf",
        "orf": "image/x-olympus-orf",
        "rw2": "image/x-panasonic-rw2",
        "pef": "image/x-pentax-pef",
        "srw": "image/x-samsung-srw",
    },
    "video": {
        "mp4": "video/mp4",
        "mov": "video/quicktime",
        "3gp": "video/3gpp",
        "mkv": "video/x-matroska",
        "webm": "video/webm",
        "avi": "video/x-msvideo",
        "mpeg-ts": "video/mp2t",
        "mpeg": "video/mpeg",
        "flv": "video/x-flv",
        "wmv": "video/x-ms-wmv",
        "ogv": "video/ogg",
    },
}
_FORMATS = {
    name: Format(name, mime_type, kind)
    for kind, mime_types in _MIME_TYPES.items()
    for name, mime_type in mime_types.items()
}

# Where the whole answer is in the first bytes.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"FUJIFILMCCD-RAW", "raf"),
    (b"IIRO", "orf"),
    (b"IIRS", "orf"),
    (b"MMOR", "orf"),
    (b"IIU\x00", "rw2"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpeg"),
    (b"FLV\x01", "flv"),
    (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa\x00b\xcel", "wmv"),
)
_TIFF_SIGNATURES = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_HEIF_BRANDS = {b"mif1", b"mif2", b"msf1", b"hif1", b"hif "}
_AVIF_BRANDS = {b"avif", b"avis"}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}
_OTHER_PICTURE_BRANDS = {b"jp2 ", b"jpx ", b"jpm ", b"jxl "}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"pnot"}
# Nothing is searched for a JPEG inside these: a cover inside a song is no photo.
_OTHER_FILES = re.compile(
    rb"%PDF|%!PS|PK[\x03\x05]|MZ|\x7fELF|ID3|8BPS|RIFF|FORM|OggS|fLaC|Rar!|7z|\x1f\x8b|BM|\{|<",
    re.S,
)
_MAKES_OF_TIFF_RAW = (
    (b"NIKON", "nef"),
    (b"SONY", "arw"),
    (b"Canon", "cr2"),
    (b"PENTAX", "pef"),
    (b"RICOH", "pef"),
    (b"SAMSUNG", "srw"),
)


def sniff(head: bytes) -> Format | None:
    """Tell the format by the first bytes of a file.

    A camera RAW in a TIFF container whose directory lies beyond `head` looks like a
    plain TIFF: `sniff_file` follows the directory.

    Args:
        head: The file's first bytes; `HEAD_BYTES` are plenty.

    Returns:
        The format, or None for anything the gallery doesn't draw.
    """
    name = _name(head)
    return _FORMATS[name] if name else None


def sniff_file(file: BinaryIO) -> Format | None:
    """Tell the format of a file, following a TIFF directory wherever it lies.

    Args:
        file: Seekable; read from its beginning, left somewhere.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    found = sniff(head)
    if found is None or found.name != "tiff":
        return found
    offset = exif.first_directory(head)
    if offset is None or offset + 512 <= len(head) or offset > _MAX_OFFSET:
        return found
    file.seek(offset)
    directory = file.read(HEAD_BYTES)
    return _FORMATS[_name_of_tiff(exif.read_directory(head, directory, offset))]


def _name(head: bytes) -> str | None:
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    return (
        _tiff(head)
        or _iso_media(head)
        or _riff(head)
        or _bitmap(head)
        or _matroska(head)
        or _transport_stream(head)
        or _ogg(head)
        or ("crw" if head[6:14] == b"HEAPCCDR" else None)
        or _jpeg_behind_junk(head)
    )


def _tiff(head: bytes) -> str | None:
    if not head.startswith(_TIFF_SIGNATURES):
        return None
    if head[8:10] == b"CR":
        return "cr2"
    offset = exif.first_directory(head)
    if offset is None:
        return "tiff"
    return _name_of_tiff(exif.read_directory(head, head[offset:], offset))


def _name_of_tiff(tags: "exif.Directory") -> str:
    if exif.DNG_VERSION in tags:
        return "dng"
    # A TIFF made of a RAW keeps its Make; only the RAW itself opens with a small preview.
    make = tags.get(exif.MAKE)
    is_preview_first = tags.get(exif.NEW_SUBFILE_TYPE) == (1,)
    if isinstance(make, bytes) and is_preview_first and exif.SUB_IFDS in tags:
        for prefix, name in _MAKES_OF_TIFF_RAW:
            if make.upper().startswith(prefix.upper()):
                return name
    return "tiff"


def _iso_media(head: bytes) -> str | None:
    if head[4:8] in _QUICKTIME_ATOMS:
        return "mov"
    if head[4:8] in (b"free", b"skip"):
        # Old QuickTime may begin with padding; anything else with these letters must not pass.
        follows = int.from_bytes(head[:4], "big")
        return "mov" if head[follows + 4 : follows + 8] in _QUICKTIME_ATOMS else None
    if head[4:8] != b"ftyp":
        return None
    size = max(16, min(int.from_bytes(head[:4], "big"), 512))
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(16, size - 3, 4)}
    return _by_brand(major, brands)


def _by_brand(major: bytes, brands: set[bytes]) -> str | None:
    if major == b"crx ":
        return "cr3"
    if major in _SOUND_BRANDS | _OTHER_PICTURE_BRANDS:
        return None
    if major in _AVIF_BRANDS:
        return "avif"
    if major in _HEIC_BRANDS:
        return "heic"
    if major in _HEIF_BRANDS:
        if brands & _AVIF_BRANDS:
            return "avif"
        return "heic" if brands & _HEIC_BRANDS else "heif"
    if major == b"qt  ":
        return "mov"
    return "3gp" if major.startswith((b"3gp", b"3g2", b"3ge")) else "mp4"


def _riff(head: bytes) -> str | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12])


def _bitmap(head: bytes) -> str | None:
    # "BM" begins many texts: the size of the second header must be one that exists.
    header = int.from_bytes(head[14:18], "little")
    return "bmp" if head[:2] == b"BM" and header in (12, 16, 40, 52, 56, 64, 108, 124) else None


def _matroska(head: bytes) -> str | None:
    if head[:4] != b"\x1aE\xdf\xa3":
        return None
    return "webm" if b"webm" in head[:64] else "mkv"


def _transport_stream(head: bytes) -> str | None:
    for packet, start in ((188, 0), (192, 4)):
        marks = head[start : start + packet * 5 : packet]
        if len(marks) >= 3 and set(marks) == {0x47}:
            return "mpeg-ts"
    return None


def _ogg(head: bytes) -> str | None:
    return "ogv" if head[:4] == b"OggS" and b"\x80theora" in head else None


def _jpeg_behind_junk(head: bytes) -> str | None:
    return "jpeg" if jpeg_start(head) else None


def jpeg_start(head: bytes) -> int:
    """Where a JPEG begins in a file that may have junk before it.

    Returns:
        Bytes to skip; 0 also when there is no JPEG.
    """
    if head.startswith(b"\xff\xd8") or _OTHER_FILES.match(head):
        return 0
    found = re.search(rb"\xff\xd8\xff[\xc0-\xfe]", head[:_MAX_JUNK_BYTES])
    return found.start() if found else 0
