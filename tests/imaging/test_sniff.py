import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from chalicelib.imaging.sniff import sniff, sniff_file
from tests.imaging.pictures import a_jpeg, a_video, four_corners, saved

Tag = tuple[int, int, int, bytes]


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = major + b"\x00\x00\x00\x00" + b"".join(compatible)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + b"\x00\x00\x00\x08mdat"


def a_tiff(*tags: Tag, order: str = "<", at: int = 8) -> bytes:
    """A TIFF of one directory; tags are (number, type, count, inline value)."""
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "I", at)
    entries = b"".join(
        struct.pack(order + "HHI", number, kind, count) + value.ljust(4, b"\x00")
        for number, kind, count, value in tags
    )
    directory = struct.pack(order + "H", len(tags)) + entries + b"\x00" * 4
    return head + b"\x00" * (at - 8) + directory


def make(text: bytes, at: int) -> Tag:
    return 0x010F, 2, len(text), struct.pack("<I", at)


def a_raw(maker: bytes) -> bytes:
    tags = [
        (0x00FE, 4, 1, struct.pack("<I", 1)),
        make(maker, 8 + 2 + 3 * 12 + 4),
        (0x014A, 4, 1, struct.pack("<I", 999)),
    ]
    return a_tiff(*tags) + maker


@pytest.mark.parametrize(
    ("head", "name", "mime_type", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg", "image/jpeg", "image"),
        (b"\r\n\x00\xff\xd8\xff\xe1\x00\x10Exif", "jpeg", "image/jpeg", "image"),
        (b"\x89PNG\r\n\x1a\n", "png", "image/png", "image"),
        (b"GIF89a", "gif", "image/gif", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp", "image/webp", "image"),
        (b"BM" + b"\x00" * 12 + b"\x28\x00\x00\x00", "bmp", "image/bmp", "image"),
        (ftyp(b"avif", b"mif1"), "avif", "image/avif", "image"),
        (ftyp(b"mif1", b"avif", b"miaf"), "avif", "image/avif", "image"),
        (ftyp(b"heic", b"mif1"), "heic", "image/heic", "image"),
        (ftyp(b"heix"), "heic", "image/heic", "image"),
        (ftyp(b"mif1", b"heic"), "heic", "image/heic", "image"),
        (ftyp(b"msf1", b"hevc"), "heic", "image/heic", "image"),
        (ftyp(b"mif1", b"miaf"), "heif", "image/heif", "image"),
        (ftyp(b"crx ", b"isom"), "cr3", "image/x-canon-cr3", "raw"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "cr2", "image/x-canon-cr2", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raf", "image/x-fuji-raf", "raw"),
        (b"IIRO\x08\x00\x00\x00", "orf", "image/x-olympus-orf", "raw"),
        (b"IIU\x00\x08\x00\x00\x00", "rw2", "image/x-panasonic-rw2", "raw"),
        (a_tiff((0xC612, 1, 4, b"\x01\x04\x00\x00")), "dng", "image/x-adobe-dng", "raw"),
        (a_raw(b"NIKON CORPORATION\x00"), "nef", "image/x-nikon-nef", "raw"),
        (a_raw(b"SONY\x00\x00\x00\x00"), "arw", "image/x-sony-arw", "raw"),
        (ftyp(b"qt  "), "mov", "video/quicktime", "video"),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "mov", "video/quicktime", "video"),
        (ftyp(b"isom", b"avc1"), "mp4", "video/mp4", "video"),
        (ftyp(b"mp42", b"mif1", b"heic"), "mp4", "video/mp4", "video"),
        (ftyp(b"3gp5"), "3gp", "video/3gpp", "video"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm", "video/webm", "video"),
        (b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska", "mkv", "video/x-matroska", "video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi", "video/x-msvideo", "video"),
        ((b"\x47" + b"\x00" * 187) * 4, "mpeg-ts", "video/mp2t", "video"),
        ((b"\x00" * 4 + b"\x47" + b"\x00" * 187) * 4, "mpeg-ts", "video/mp2t", "video"),
    ],
)
def test_sniff_tells_the_format_by_content(head, name, mime_type, kind):
    found = sniff(head)

    assert found is not None
    assert (found.name, found.mime_type, found.kind) == (name, mime_type, kind)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xd8",
        b"Dear diary,\n",
        b"BMW is a car, not a bitmap",
        b"%PDF-1.4\n\xff\xd8\xff\xe0",
        b"ID3\x04\x00\xff\xd8\xff\xe0",
        b"PK\x03\x04\x00\xff\xd8\xff\xe0",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        ftyp(b"M4A ", b"isom"),
        ftyp(b"jp2 "),
        b"0000free as in speech",
    ],
)
def test_sniff_knows_nothing_of_other_files(head):
    assert sniff(head) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_sniff_knows_what_pillow_writes(kind):
    found = sniff(saved(four_corners(), kind)[:4096])

    assert found is not None
    assert found.name == kind.lower()


def test_a_tiff_made_of_a_cameras_raw_stays_a_tiff():
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x010F] = "NIKON CORPORATION"

    found = sniff_file(BytesIO(saved(four_corners(), "TIFF", tiffinfo=tags)))

    assert found is not None
    assert found.name == "tiff"


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_directory_at_the_end_of_the_file_is_followed(order):
    data = a_tiff((0xC612, 1, 4, b"\x01\x04\x00\x00"), order=order, at=100_000)

    found = sniff_file(BytesIO(data))

    assert found is not None
    assert found.name == "dng"


@pytest.mark.parametrize(("suffix", "name"), [(".mp4", "mp4"), (".mov", "mov"), (".mkv", "mkv")])
def test_sniff_knows_what_ffmpeg_writes(suffix, name):
    found = sniff(a_video(seconds=0.3, suffix=suffix)[:4096])

    assert found is not None
    assert found.name == name


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x18ftyp"])
)
def test_sniff_never_raises(data, start):
    sniff(start + data)
    sniff_file(BytesIO(start + data))


def test_a_directory_where_no_file_can_be_is_not_looked_for():
    data = b"II+\0\x08\0\0\0" + b"\xff" * 8

    found = sniff_file(BytesIO(data))

    assert found is not None
    assert found.name == "tiff"


def test_sniffing_reads_little_of_a_large_file():
    class Counting(BytesIO):
        total = 0

        def read(self, size=-1):
            found = super().read(size)
            self.total += len(found)
            return found

    file = Counting(a_jpeg(3000, 2000) + b"\x00" * 1_000_000)

    sniff_file(file)

    assert file.total <= 8192
    assert Image.open(file).size == (3000, 2000)
