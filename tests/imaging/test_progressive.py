"""The short way through a progressive JPEG against the plain one: the same pixels, or not taken."""

from io import BytesIO
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from chalicelib.errors import UndrawableError
from chalicelib.imaging import jpeg
from chalicelib.imaging.develop import draw_thumb
from chalicelib.imaging.progressive import for_an_eighth
from tests.imaging.pictures import saved

MODES = ("L", "RGB", "CMYK")
SAMPLINGS = ("4:4:4", "4:2:2", "4:2:0", "4:1:1")


def noise(seed: int, size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Every coefficient of every block says something."""
    coarse = (max(1, size[0] // 5), max(1, size[1] // 5))
    bands = [
        Image.blend(
            Image.frombytes("L", coarse, Random(seed * 9 + band).randbytes(coarse[0] * coarse[1]))
            .resize(size, Image.Resampling.BICUBIC),
            Image.frombytes("L", size, Random(seed * 7 + band).randbytes(size[0] * size[1])),
            0.3,
        )
        for band in range(len(Image.new(mode, (1, 1)).getbands()))
    ]  # fmt: skip
    return Image.merge(mode, bands)


def progressive(seed: int = 0, size: tuple[int, int] = (203, 117), mode: str = "RGB", **options):
    with patch.object(
        ImageFile, "MAXBLOCK", 1 << 20
    ):  # what Pillow guesses is not enough for noise
        return saved(noise(seed, size, mode), progressive=True, **options)


def eighth(data: bytes) -> bytes | None:
    """The pixels at 1/8; None where Pillow refuses the file."""
    try:
        image = JpegImageFile(BytesIO(data))
        image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()
    except (OSError, SyntaxError, ValueError):
        return None
    return image.tobytes()


@given(
    seed=st.integers(0, 1 << 16),
    size=st.tuples(st.integers(8, 300), st.integers(8, 300)),
    mode=st.sampled_from(MODES),
    quality=st.integers(1, 100),
    sampling=st.sampled_from(SAMPLINGS),
    restart=st.integers(0, 9),
)
@settings(max_examples=150, deadline=None)
def test_every_valid_file_takes_the_short_way_to_the_same_pixels(
    seed, size, mode, quality, sampling, restart
):
    options = {"subsampling": sampling} if mode == "RGB" else {}
    data = progressive(seed, size, mode, quality=quality, restart_marker_blocks=restart, **options)

    shorter = for_an_eighth(BytesIO(data))

    assert shorter is not None
    assert eighth(shorter) == eighth(data)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_short_way_is_much_shorter(sampling):
    data = progressive(size=(800, 600), quality=95, subsampling=sampling)

    shorter = for_an_eighth(BytesIO(data))

    assert shorter is not None
    assert len(shorter) < len(data) / (2 if sampling == "4:2:0" else 3)


@given(seed=st.integers(0, 1 << 32), sampling=st.sampled_from(SAMPLINGS), count=st.integers(1, 4))
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_has_the_same_pixels_or_takes_the_plain_way(seed, sampling, count):
    random = Random(seed)
    data = bytearray(progressive(seed % 5, (120, 90), quality=80, subsampling=sampling))
    for _ in range(count):
        at = random.randrange(2, len(data))
        match random.randrange(4):
            case 0:
                data[at] = random.randrange(256)
            case 1:
                del data[at : at + random.randrange(1, 40)]
            case 2:
                data[at:at] = data[at - 20 : at]
            case 3:
                data[at : at + 2] = b"\xff" + random.choice([b"\xda", b"\xc4", b"\xd9", b"\xdb"])
    damaged = bytes(data)

    shorter = for_an_eighth(BytesIO(damaged))

    if shorter is not None:
        assert eighth(shorter) == eighth(damaged)


def test_a_damaged_file_that_takes_the_short_way_is_no_rare_thing():
    """So that the test before compares something."""
    taken = 0
    for seed in range(60):
        random = Random(seed)
        data = bytearray(progressive(0, (120, 90), quality=80))
        data[random.randrange(700, len(data))] ^= 1 << random.randrange(8)
        taken += for_an_eighth(BytesIO(data)) is not None

    assert taken > 15


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-2],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"\xff\xc2", b"\xff\xca", 1),  # arithmetic coding
        lambda data: data.replace(b"\xff\xda", b"\x00\xff\xda", 1),  # junk between segments
        lambda data: data[: data.rindex(b"\xff\xda")] + b"\xff\xd9",  # the last refinement
        lambda _: b"\xff\xd8\xff\xd9",
        lambda _: b"",
    ],
    ids=["no end", "half", "arithmetic", "junk", "unfinished", "nothing", "empty"],
)
def test_what_is_not_complete_and_plain_takes_the_plain_way(damage):
    assert for_an_eighth(BytesIO(damage(progressive()))) is None
    assert for_an_eighth(BytesIO(saved(noise(0, (64, 64))))) is None  # baseline


def test_a_file_is_read_in_pieces_with_markers_across_their_borders(monkeypatch):
    data = progressive(size=(400, 300), subsampling="4:2:2")
    whole = for_an_eighth(BytesIO(data))
    for size in (1, 2, 3, 7, 1000):
        monkeypatch.setattr("chalicelib.imaging.progressive._PIECE_BYTES", size)
        assert for_an_eighth(BytesIO(data)) == whole


def test_libjpeg_would_smooth_what_it_takes_for_unfinished(monkeypatch):
    """The guard: without it the means are not what they are."""
    data = progressive(size=(400, 300), subsampling="4:4:4")
    monkeypatch.setattr(
        "chalicelib.imaging.progressive._Frame.without_smoothing",
        lambda self, _: b"\xff\xc2" + (len(self._payload) + 2).to_bytes(2, "big") + self._payload,
    )

    shorter = for_an_eighth(BytesIO(data))

    assert shorter is not None
    assert eighth(shorter) != eighth(data)


def test_a_large_progressive_photo_is_drawn_from_the_short_file(monkeypatch):
    large = progressive(size=(6600, 4950), quality=30)
    plain = draw_thumb(BytesIO(large[:-2] + b"\0\xff\xd9"), len(large) + 1)
    taken = []

    def told(file):
        taken.append(for_an_eighth(file))
        return taken[-1]

    monkeypatch.setattr(jpeg, "for_an_eighth", told)
    quick = draw_thumb(BytesIO(large), len(large))

    assert taken[0] is not None
    assert (quick.data, quick.width, quick.height) == (plain.data, 800, 600)


def test_a_small_progressive_photo_needs_all_its_scans(monkeypatch):
    def never(_):
        raise UndrawableError("corrupt", "asked for")

    monkeypatch.setattr(jpeg, "for_an_eighth", never)
    small = progressive(size=(1600, 1200))

    assert draw_thumb(BytesIO(small), len(small)).width == 800
