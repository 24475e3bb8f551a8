"""The icons of the page: as they are drawn, as the manifest names them."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from infra.draw_icons import ICONS, draw_icons

MANIFEST = ICONS.parent / "manifest.webmanifest"


@pytest.mark.parametrize("name", sorted(draw_icons()))
def test_the_icons_of_the_page_are_those_that_are_drawn(name: str):
    drawn = draw_icons()[name]

    with Image.open(ICONS / name) as kept:
        assert kept.size == drawn.size
        # Pillow's own versions differ by a shade on an edge
        differences = ImageChops.difference(kept.convert("RGBA"), drawn.convert("RGBA"))
        assert max(differences.tobytes()) <= 16


def test_the_manifest_names_icons_that_are_there_in_the_size_it_says():
    for icon in json.loads(MANIFEST.read_text())["icons"]:
        with Image.open(MANIFEST.parent / icon["src"]) as picture:
            assert "x".join(map(str, picture.size)) == icon["sizes"]


def test_a_maskable_icon_keeps_its_photos_inside_the_safe_circle():
    icon = draw_icons()["maskable-512.png"].convert("L")
    white = icon.point(lambda shade: 255 if shade > 200 else 0)
    box = white.getbbox()

    assert box is not None
    left, top, right, bottom = (at - 256 for at in box)
    farthest = max(abs(x) ** 2 + abs(y) ** 2 for x in (left, right) for y in (top, bottom)) ** 0.5
    assert farthest <= 0.4 * 512
    assert icon.getpixel((0, 0)) == icon.getpixel((256, 20))  # its paper fills the corners


def test_the_page_knows_the_manifest_and_the_icon_of_an_iphone():
    page = (Path(__file__).parents[2] / "web" / "index.html").read_text()

    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    assert 'rel="apple-touch-icon" href="/icons/apple-touch-icon.png"' in page
