import pytest
from PIL import Image

from chalicelib.imaging.colour import to_srgb
from chalicelib.imaging.exif import Exif
from chalicelib.imaging.profiles import profile_by_exif, profile_of_code_points, read_nclx
from tests.imaging.pictures import Colour, distance

BT_709, BT_2020, DISPLAY_P3 = 1, 9, 12
SRGB, LINEAR, PQ, HLG, GAMMA_22 = 13, 8, 16, 18, 4


def shown(colour: Colour, profile: bytes) -> Colour:
    pixel = to_srgb(Image.new("RGB", (1, 1), colour), profile).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("code_points", [(1, 13), (1, 1), (2, 2), (6, 6), (5, 6), (0, 255)])
def test_colours_of_plain_screens_and_unknown_ones_stay_as_they_are(code_points):
    assert profile_of_code_points(*code_points) == b""


@pytest.mark.parametrize(
    ("code_points", "stored", "expected"),
    [
        # worked out with the primaries of H.273, the curves of the standards and no clipping
        ((DISPLAY_P3, SRGB), (220, 60, 60), (239, 35, 50)),
        ((BT_2020, 14), (120, 120, 120), (120, 120, 120)),
        ((BT_709, LINEAR), (55, 55, 55), (128, 128, 128)),
        ((BT_709, GAMMA_22), (128, 128, 128), (129, 129, 129)),
        # 58 % of PQ and 75 % of HLG are paper white: 75 % of light remain for it
        ((BT_2020, PQ), (148, 148, 148), (225, 225, 225)),
        ((BT_2020, HLG), (191, 191, 191), (225, 225, 225)),
        # 26 nits: not brighter than half of paper white, so nothing changes
        ((BT_2020, PQ), (97, 97, 97), (100, 100, 100)),
        ((BT_2020, PQ), (0, 0, 0), (0, 0, 0)),
        ((BT_2020, PQ), (255, 255, 255), (255, 255, 255)),
    ],
)
def test_colours_that_are_only_named_become_srgb(code_points, stored, expected):
    assert distance(shown(stored, profile_of_code_points(*code_points)), expected) <= 2


def test_what_is_brighter_is_never_shown_darker():
    for transfer in (PQ, HLG):
        profile = profile_of_code_points(BT_2020, transfer)

        grays = [shown((level,) * 3, profile)[0] for level in range(256)]

        assert grays == sorted(grays)


@pytest.mark.parametrize(
    "exif",
    [
        Exif(photo={0xA001: (2,)}),
        Exif(photo={0xA001: (65535,)}, interoperability={1: b"R03\0"}),
    ],
    ids=["ColorSpace 2", "R03"],
)
def test_adobe_rgb_by_exif_becomes_srgb(exif):
    # (200, 60, 60) in Adobe RGB, by its published primaries and gamma
    assert distance(shown((200, 60, 60), profile_by_exif(exif)), (231, 57, 57)) <= 2


@pytest.mark.parametrize(
    "exif", [Exif(), Exif(photo={0xA001: (1,)}), Exif(interoperability={1: b"R98\0"})]
)
def test_exif_of_srgb_names_no_profile(exif):
    assert profile_by_exif(exif) == b""


def test_the_colours_a_heif_names_are_read_from_its_beginning():
    box = b"\0\0\0\x13colrnclx\x00\x0c\x00\x0d\x00\x06\x80"

    assert read_nclx(b"ftypavif" + box) == (12, 13)
    assert read_nclx(b"ftypavif" + box[:14]) is None
    assert read_nclx(b"") is None
