import pytest
from PIL import Image

from chalicelib.imaging.placeholder import thumbhash


def pattern(width: int, height: int) -> Image.Image:
    """Ramps across and down, and a third band that wraps around."""
    pixels = (
        value
        for y in range(height)
        for x in range(width)
        for value in (x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), x * y * 7 % 256)
    )
    return Image.frombytes("RGB", (width, height), bytes(pixels))


# Worked out by PyPI's thumbhash 0.1.2 from the same pixels.
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((31, 23), "5f080a2d9a7076777077777687687777a0800bf878"),
        ((24, 32), "5f080a2d1a7076707777776787777877a0800af878"),
        ((20, 20), "5e080e271a70767770778877886887788887070cc9808f07"),
        ((32, 3), "9bf91121a472867780886778b4662ff878"),
        ((1, 1), "000802070000000000000000000000000000000000000000"),
    ],
)
def test_thumbhash_is_the_one_other_programs_compute(size, expected):
    assert thumbhash(pattern(*size)).hex() == expected


def test_a_single_colour_has_no_noise_in_its_hash():
    assert thumbhash(Image.new("RGB", (32, 20), (200, 30, 90))).hex() == "da58030480" + "00" * 14
