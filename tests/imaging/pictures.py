"""Files as cameras and programs make them, each saying only what its test is about."""

import struct
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from PIL import Image

from chalicelib.imaging.develop import Drawing, develop

Colour = tuple[int, ...]
Tags = Mapping[int, Any]

NONE: Tags = {}
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 60), (40, 60, 220), (240, 220, 40)


def four_corners(width: int = 400, height: int = 300) -> Image.Image:
    """Red, green over blue, yellow: every way of turning it looks different."""
    image = Image.new("RGB", (width, height))
    half_width, half_height = width // 2, height // 2
    image.paste(RED, (0, 0, half_width, half_height))
    image.paste(GREEN, (half_width, 0, width, half_height))
    image.paste(BLUE, (0, half_height, half_width, height))
    image.paste(YELLOW, (half_width, half_height, width, height))
    return image


def corners_of(data: bytes) -> list[str]:
    """The colours in the corners of a JPEG, as the nearest of the four."""
    image = Image.open(BytesIO(data)).convert("RGB")
    width, height = image.size
    places = ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))
    pixels = [_pixel(image, int(x * width), int(y * height)) for x, y in places]
    names = {RED: "red", GREEN: "green", BLUE: "blue", YELLOW: "yellow"}
    return [names[min(names, key=lambda colour: distance(colour, pixel))] for pixel in pixels]


def distance(one: Colour, other: Colour) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def middle_of(data: bytes) -> Colour:
    """The colour in the middle of a JPEG."""
    image = Image.open(BytesIO(data)).convert("RGB")
    return _pixel(image, image.width // 2, image.height // 2)


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def drawing_of(data: bytes) -> Drawing:
    return develop(BytesIO(data), len(data))


def a_jpeg(
    width: int = 400, height: int = 300, orientation: int | None = None, **options: Any
) -> bytes:
    if orientation:
        exif = Image.Exif()
        exif[274] = orientation
        options["exif"] = exif
    return saved(four_corners(width, height), quality=90, **options)


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    )


def an_exif(main: Tags = NONE, photo: Tags = NONE, gps: Tags = NONE) -> bytes:
    """An EXIF block; Pillow writes it."""
    exif = Image.Exif()
    exif.update(main)
    for number, tags in ((0x8769, photo), (0x8825, gps)):
        if tags:
            exif.get_ifd(number).update(tags)
    return exif.tobytes()


def an_xmp(properties: str = "", elements: str = "") -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        f' xmlns:exif="http://ns.adobe.com/exif/1.0/" {properties}>{elements}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def an_iptc(*datasets: tuple[int, bytes]) -> bytes:
    """A Photoshop block with IPTC records: pairs of dataset number and bytes."""
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value
        for number, value in datasets
    )
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records
    return b"Photoshop 3.0\x00" + block + b"\x00" * (len(block) % 2)


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """A JPEG with one more segment right behind its start."""
    return (
        jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]
    )


def with_xmp(jpeg: bytes, packet: bytes) -> bytes:
    return with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + packet)


def a_video(
    seconds: float = 2,
    rotation: int = 0,
    colour: Callable[[float], Colour] | None = None,
    tags: Mapping[str, str] | None = None,
    suffix: str = ".mp4",
    codec: str = "libx264",
    size: tuple[int, int] = (320, 240),
    codec_options: dict[str, str] | None = None,
) -> bytes:
    """A clip of the four corners, or of what `colour` gives for each second."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"clip{suffix}"
        with av.open(path, "w", options={"movflags": "use_metadata_tags"}) as container:
            container.metadata.update(tags or {})
            stream = container.add_stream(codec, rate=10, options=codec_options or {})
            assert isinstance(stream, av.VideoStream)
            (stream.width, stream.height), stream.pix_fmt = size, "yuv420p"
            if rotation:
                stream.set_display_rotation(rotation)
            for index in range(round(seconds * 10)):
                image = four_corners(*size)
                if colour:
                    image = Image.new("RGB", size, colour(index / 10))
                frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
                frame.pts, frame.time_base = index, Fraction(1, 10)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path.read_bytes()


def a_dng(orientation: int = 1, preview: Image.Image | None = None) -> bytes:
    """A RAW of 400x300 sensor pixels, red, green over blue, yellow; by hand, after DNG 1.4.

    Args:
        orientation: EXIF's, in the first directory.
        preview: What the camera would have made of it, saved in the first directory.
    """
    bayer = np.zeros((300, 400), dtype="<u2")
    pixels = np.asarray(four_corners()).astype("<u2") * 200
    for row, column, band in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        bayer[row::2, column::2] = pixels[row::2, column::2, band]
    sensor = bayer.tobytes()
    size = (400).to_bytes(4, "little"), (300).to_bytes(4, "little")
    shared = [
        (0x0112, 3, 1, struct.pack("<HH", orientation, 0)),
        (0xC612, 1, 4, b"\x01\x04\x00\x00"),
        (0xC614, 2, 5, b"Hand\x00"),
        (0xC621, 10, 9, struct.pack("<18i", *(v for n in _XYZ_TO_SRGB for v in (n, 10_000)))),
        (0xC628, 5, 3, struct.pack("<6I", 1, 1, 1, 1, 1, 1)),
        (0xC65A, 3, 1, struct.pack("<HH", 21, 0)),
    ]
    raw = [
        (0x00FE, 4, 1, b"\x00" * 4),
        (0x0100, 4, 1, size[0]),
        (0x0101, 4, 1, size[1]),
        (0x0102, 3, 1, struct.pack("<HH", 16, 0)),
        (0x0103, 3, 1, struct.pack("<HH", 1, 0)),
        (0x0106, 3, 1, struct.pack("<HH", 32803, 0)),
        (0x0111, 4, 1, struct.pack("<I", 8)),
        (0x0115, 3, 1, struct.pack("<HH", 1, 0)),
        (0x0116, 4, 1, size[1]),
        (0x0117, 4, 1, struct.pack("<I", len(sensor))),
        (0x828D, 3, 2, struct.pack("<HH", 2, 2)),
        (0x828E, 1, 4, b"\x00\x01\x01\x02"),
        (0xC61D, 3, 1, struct.pack("<HH", 51_000, 0)),
    ]
    if preview is None:
        first = _directory(raw + shared, 8 + len(sensor))
        return b"II*\x00" + struct.pack("<I", 8 + len(sensor)) + sensor + first
    jpeg = saved(preview, quality=95)
    jpeg += b"\x00" * (len(jpeg) % 2)
    inner_at = 8 + len(sensor) + len(jpeg)
    inner = _directory(raw, inner_at)
    outer = [
        (0x00FE, 4, 1, struct.pack("<I", 1)),
        (0x0100, 4, 1, struct.pack("<I", preview.width)),
        (0x0101, 4, 1, struct.pack("<I", preview.height)),
        (0x0102, 3, 3, struct.pack("<3H", 8, 8, 8)),
        (0x0103, 3, 1, struct.pack("<HH", 7, 0)),
        (0x0106, 3, 1, struct.pack("<HH", 6, 0)),
        (0x0111, 4, 1, struct.pack("<I", 8 + len(sensor))),
        (0x0115, 3, 1, struct.pack("<HH", 3, 0)),
        (0x0116, 4, 1, struct.pack("<I", preview.height)),
        (0x0117, 4, 1, struct.pack("<I", len(jpeg))),
        (0x014A, 4, 1, struct.pack("<I", inner_at)),
    ]
    first_at = inner_at + len(inner)
    body = sensor + jpeg + inner + _directory(outer + shared, first_at)
    return b"II*\x00" + struct.pack("<I", first_at) + body


# Of a camera whose colours are those of sRGB, in ten thousandths.
_XYZ_TO_SRGB = (32406, -15372, -4986, -9689, 18758, 415, 557, -2040, 10570)


def _directory(tags: list[tuple[int, int, int, bytes]], at: int) -> bytes:
    """A little-endian TIFF directory that lies at `at`, its long values behind it."""
    tags = sorted(tags)
    entries, values = struct.pack("<H", len(tags)), b""
    values_at = at + 2 + 12 * len(tags) + 4
    for number, kind, count, value in tags:
        if len(value) > 4:
            pointer = struct.pack("<I", values_at + len(values))
            values += value + b"\x00" * (len(value) % 2)
            value = pointer
        entries += struct.pack("<HHI", number, kind, count) + value.ljust(4, b"\x00")
    return entries + b"\x00" * 4 + values


def _pixel(image: Image.Image, x: int, y: int) -> Colour:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _profile(
    kind: bytes, space: bytes, connection: bytes, tags: list[tuple[bytes, bytes]]
) -> bytes:
    entries, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        data += b"\x00" * (-len(data) % 4)
        entries += name + struct.pack(">II", start + len(body), len(data))
        body += data
    header = bytearray(128)
    struct.pack_into(">I", header, 0, start + len(body))
    header[8:12] = b"\x02\x40\x00\x00"
    header[12:16], header[16:20], header[20:24] = kind, space, connection
    header[36:40] = b"acsp"
    header[68:80] = _fixed(0.9642) + _fixed(1.0) + _fixed(0.8249)
    return bytes(header) + struct.pack(">I", len(tags)) + entries + body


def display_p3() -> bytes:
    """Display P3: its published primaries adapted to D50, and the curve of sRGB."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \x00\x00\x00\x00" + b"".join(map(_fixed, values))

    curve = b"para\x00\x00\x00\x00\x00\x03\x00\x00" + b"".join(
        map(_fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    )
    text = b"Display P3\x00"
    description = b"desc\x00\x00\x00\x00" + struct.pack(">I", len(text)) + text + b"\x00" * 78
    return _profile(
        b"mntr",
        b"RGB ",
        b"XYZ ",
        [
            (b"desc", description),
            (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
            (b"rXYZ", xyz(0.51512, 0.24120, -0.00105)),
            (b"gXYZ", xyz(0.29198, 0.69225, 0.04189)),
            (b"bXYZ", xyz(0.15710, 0.06657, 0.78407)),
            (b"rTRC", curve),
            (b"gTRC", curve),
            (b"bTRC", curve),
        ],
    )


def odd_press() -> bytes:
    """A CMYK profile of a press whose cyan is a middle gray, L* = 50."""
    identity = b"".join(_fixed(float(row == column)) for row in range(3) for column in range(3))
    straight = bytes(range(256))
    lightness = bytearray()
    for corner in range(16):  # the first ink changes slowest
        cyan, magenta, yellow, black = (corner >> shift & 1 for shift in (3, 2, 1, 0))
        light = 0 if black or magenta or yellow else 128 if cyan else 255
        lightness += bytes([light, 128, 128])
    table = b"mft1\x00\x00\x00\x00\x04\x03\x02\x00" + identity
    table += straight * 4 + bytes(lightness) + straight * 3
    text = b"Odd press\x00"
    description = b"desc\x00\x00\x00\x00" + struct.pack(">I", len(text)) + text + b"\x00" * 78
    white = b"XYZ \x00\x00\x00\x00" + _fixed(0.9642) + _fixed(1.0) + _fixed(0.8249)
    return _profile(
        b"prtr",
        b"CMYK",
        b"Lab ",
        [(b"desc", description), (b"wtpt", white), (b"A2B0", table)],
    )
