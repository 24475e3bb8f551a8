"""Draws the page's icons for home screens, in the shapes of `web/src/icon.svg`.

Usage:
    python -m infra.draw_icons      writes web/public/icons
"""

from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parent.parent / "web" / "public" / "icons"
PAPER = "#0d6e6e"
PHOTO = "#ffffff"
GRID = 32  # the drawing is 32 x 32, as in the SVG
CORNER = 7.0
PHOTO_CORNER = 1.5
# left, top, right, bottom
PHOTOS = ((6, 7, 18, 15), (20, 7, 26, 15), (6, 17, 12, 25), (14, 17, 26, 25))
# Drawn so many times larger and scaled down: Pillow's shapes have no soft edges.
FINER = 8


def draw_icon(size: int, *, is_full: bool = False, scale: float = 1.0) -> Image.Image:
    """The icon as a square of `size` pixels.

    Args:
        size: Pixels, > 0.
        is_full: Fills the corners too, where a system cuts its own shape.
        scale: Of the photos around the centre; 0.8 keeps them inside every shape
            (https://www.w3.org/TR/appmanifest/#icon-masks).
    """
    unit = size * FINER / GRID
    picture = Image.new("RGBA", (size * FINER, size * FINER), PAPER if is_full else "#00000000")
    pen = ImageDraw.Draw(picture)
    if not is_full:
        edge = size * FINER - 1
        pen.rounded_rectangle((0, 0, edge, edge), CORNER * unit, PAPER)
    for box in PHOTOS:
        left, top, right, bottom = ((GRID / 2 + (at - GRID / 2) * scale) * unit for at in box)
        corner = PHOTO_CORNER * unit * scale
        pen.rounded_rectangle((left, top, right - 1, bottom - 1), corner, PHOTO)
    return picture.resize((size, size), Image.Resampling.BOX)


def draw_icons() -> dict[str, Image.Image]:
    """Every icon by its file name."""
    return {
        "icon-192.png": draw_icon(192),
        "icon-512.png": draw_icon(512),
        "maskable-512.png": draw_icon(512, is_full=True, scale=0.8),
        # iOS knows no transparency here and rounds the corners itself
        "apple-touch-icon.png": draw_icon(180, is_full=True).convert("RGB"),
    }


def main() -> None:
    """Runs the command line."""
    ICONS.mkdir(parents=True, exist_ok=True)
    for name, icon in draw_icons().items():
        icon.save(ICONS / name, optimize=True)
        print(ICONS / name)


if __name__ == "__main__":
    main()
