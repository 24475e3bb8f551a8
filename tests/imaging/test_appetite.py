import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.imaging.appetite import appetite
from chalicelib.imaging.sniff import sniff_file
from chalicelib.imaging.webp import read_webp_size
from tests.imaging.pictures import a_dng, a_jpeg, a_video, png_header, saved

WIDTH, HEIGHT = 4000, 3000
SPARE_BYTES = 20 << 20  # rows that are narrow already, the renditions, Python itself

# What a process says itself would begin with what its parent had.
MEASURE = """
import re, sys
from io import BytesIO
from pathlib import Path
from chalicelib.imaging.develop import develop
from tests.imaging.pictures import a_jpeg, drawing_of
def peak_bytes():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) << 10
drawing_of(a_jpeg(1600, 1200))  # what is loaded once
data = Path(sys.argv[1]).read_bytes()
before = peak_bytes() - len(data)
develop(BytesIO(data), len(data))
print(peak_bytes() - before)
"""


def appetite_of(data: bytes) -> int | None:
    found = sniff_file(BytesIO(data))
    assert found is not None
    return appetite(BytesIO(data), len(data), found)


def picture(mode: str) -> Image.Image:
    return Image.effect_noise((WIDTH // 8, HEIGHT // 8), 60).resize((WIDTH, HEIGHT)).convert(mode)


def clear(mode: str) -> Image.Image:
    image = picture(mode)
    image.putalpha(picture("L"))
    return image


FILES = {
    "progressive JPEG": lambda: saved(picture("RGB"), progressive=True, quality=60),
    "PNG": lambda: saved(picture("RGB"), "PNG", compress_level=1),
    "clear PNG": lambda: saved(clear("RGB"), "PNG", compress_level=1),
    "clear palette": lambda: saved(picture("P"), "PNG", compress_level=1, transparency=3),
    "clear gray": lambda: saved(picture("L"), "PNG", compress_level=1, transparency=3),
    "GIF": lambda: saved(picture("L"), "GIF"),
    "BMP": lambda: saved(picture("RGB"), "BMP"),
    "TIFF in one strip": lambda: saved(
        picture("RGB"), "TIFF", compression="packbits", tiffinfo={278: HEIGHT}
    ),
    "WebP": lambda: saved(clear("RGB"), "WEBP", quality=30, method=0),
}


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux tells a process's peak")
@pytest.mark.parametrize("name", FILES)
def test_a_decode_takes_no_more_memory_than_the_header_told(name, tmp_path: Path):
    path = tmp_path / "picture"
    path.write_bytes(FILES[name]())
    told = appetite_of(path.read_bytes())

    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )

    assert told is not None
    assert int(ran.stdout) <= told + SPARE_BYTES
    assert told < 4 * int(ran.stdout)


def test_a_baseline_jpeg_takes_little_and_a_progressive_one_all_its_coefficients():
    baseline, progressive = a_jpeg(8000, 6000), a_jpeg(8000, 6000, progressive=True)

    # an eighth of each side, 4 bytes a pixel; 4:2:0 has 1.5 coefficients of 2 bytes a pixel
    assert appetite_of(baseline) == 1000 * 750 * 4 + len(baseline)
    assert appetite_of(progressive) == 1000 * 750 * 4 + 48_000_000 * 3 + len(progressive)


@pytest.mark.parametrize(
    "data",
    [
        a_dng(),
        a_video(0.2),
        b"\xff\xd8\xff\xe0\0\0",
        png_header(1, 1)[:20],
        b"RIFF\0\0\0\0WEBPVP8X",
    ],
    ids=["RAW", "video", "JPEG without a frame", "cut PNG", "cut WebP"],
)
def test_where_the_header_does_not_tell_nothing_is_guessed(data):
    assert appetite_of(data) is None


@pytest.mark.parametrize(
    "options", [{}, {"lossless": True}, {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"}]
)
@pytest.mark.parametrize("size", [(1, 1), (300, 7), (16383, 2)])
def test_the_size_of_a_webp_is_read_from_each_kind_of_first_chunk(size, options):
    data = saved(Image.new("RGB", size), "WEBP", **options)

    assert read_webp_size(data[:30]) == size
