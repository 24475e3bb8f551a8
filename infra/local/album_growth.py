"""What grows in the sample album: spruces, spreading trees, palms, grass and flowers."""

from itertools import pairwise

import numpy as np

from infra.local.album_brush import (
    Colours,
    Plane,
    blur,
    cloth,
    ink,
    mix,
    smoothstep,
    wave,
)
from infra.local.album_stencil import Point, Stencil


def conifer(
    shape: Stencil,
    spot: Point,
    tall: float,
    rng: np.random.Generator,
    snow: Stencil | None = None,
    slim: float = 1.0,
) -> None:
    """A spruce standing at a spot, `tall` pixels high, snow on its boughs if a stencil is given."""
    x, base = spot
    tiers = int(np.clip(tall / 7, 7, 17))
    shape.polygon([(x - tall * 0.012, base), (x, base - tall), (x + tall * 0.012, base)])
    lean = rng.uniform(-0.012, 0.012) * tall
    for i in range(tiers):
        t = (i + 0.3) / tiers
        top = base - tall * (1 - t * 0.90)
        reach = tall * 0.19 * slim * (0.12 + t) * rng.uniform(0.78, 1.12)
        drop = tall * (0.085 + 0.05 * t)
        centre = x + lean * (1 - t)
        left, right = reach * rng.uniform(0.8, 1.1), reach * rng.uniform(0.8, 1.1)
        bough = [
            (centre, top - drop * 0.35),
            (centre + right * 0.55, top + drop * 0.55),
            (centre + right, top + drop * rng.uniform(0.85, 1.1)),
            (centre + right * 0.45, top + drop * 0.78),
            (centre, top + drop),
            (centre - left * 0.45, top + drop * 0.78),
            (centre - left, top + drop * rng.uniform(0.85, 1.1)),
            (centre - left * 0.55, top + drop * 0.55),
        ]
        shape.polygon(bough)
        if snow:
            snow.polygon(
                [
                    (centre, top - drop * 0.35),
                    (centre + right * 0.5, top + drop * 0.38),
                    (centre + right * 0.96, top + drop * 0.84),
                    (centre + right * 0.4, top + drop * 0.5),
                    (centre, top + drop * 0.22),
                    (centre - left * 0.4, top + drop * 0.56),
                    (centre - left * 0.98, top + drop * 0.9),
                    (centre - left * 0.55, top + drop * 0.42),
                ]
            )


def fir_edge(
    canvas: Colours,
    base: Plane,
    tall: float,
    colour: Colours,
    seed: int,
    dense: float = 1.0,
    snow: Colours | None = None,
) -> Colours:
    """A row of spruces whose feet follow `base` (row per column), filled below their feet.

    Args:
        canvas: What they stand before.
        base: Row of the ground per column.
        tall: Height of the tallest, pixels.
        colour: Of boughs and ground.
        seed: Of their places.
        dense: 1 a wood, 0.3 a few.
        snow: Colour of the snow on their boughs; None: none.
    """
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed)
    shape = Stencil(width, height)
    white = Stencil(width, height) if snow is not None else None
    count = int(dense * width / (tall * 0.085))
    groves = wave(width, seed + 1, 5, 3)
    for x in rng.uniform(-tall * 0.1, width + tall * 0.1, count):
        column = int(np.clip(x, 0, width - 1))
        size = tall * (0.72 + 0.34 * groves[column]) * rng.uniform(0.45, 1.15)
        foot = float(base[column]) + tall * 0.06
        conifer(shape, (x, foot), max(size, tall * 0.2), rng, white, rng.uniform(0.8, 1.15))
    y = np.arange(height, dtype=np.float32)[:, None]
    alpha = np.maximum(shape.alpha(), np.clip(y + 0.5 - base[None, :], 0, 1))
    canvas = mix(canvas, colour, alpha)
    if white and snow is not None:
        canvas = mix(canvas, snow, white.alpha() * 0.72)
    return canvas


LEAVES = {
    "spring": ("b95d86", "e79ab8", "fbd3df"),
    "summer": ("27451f", "4c7a2e", "8fb24a"),
    "autumn": ("8a3517", "cf6b1f", "f3b13d"),
    "olive": ("3c4a35", "6d7d58", "a9b58c"),
}


def broadleaf(
    canvas: Colours,
    spot: Point,
    tall: float,
    season: str,
    seed: int,
    light: float,
    side: float = -1,
) -> Colours:
    """A spreading tree.

    Args:
        canvas: What it stands before.
        spot: Its foot, pixels.
        tall: Height, pixels.
        season: A key of LEAVES, or "winter" for bare boughs.
        seed: Of its growth.
        light: Brightness of the hour, about 0.2..1.1.
        side: Where the light comes from: -1 left, 1 right.
    """
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed)
    wood, shadow = Stencil(width, height), Stencil(width, height)
    shadow.disc(spot[0] - side * tall * 0.12, spot[1], tall * 0.42, tall * 0.035)
    canvas = mix(canvas, canvas * 0.55, blur(shadow.alpha(), tall * 0.03) * min(1.0, light))
    root = tall * 0.026
    wood.polygon(
        [
            (spot[0] - root * 2.1, spot[1] + root * 0.5),
            (spot[0] - root * 0.9, spot[1] - root * 2.4),
            (spot[0] + root * 0.9, spot[1] - root * 2.4),
            (spot[0] + root * 2.2, spot[1] + root * 0.4),
            (spot[0] + root * 0.6, spot[1] + root * 0.1),
            (spot[0] - root * 0.5, spot[1] + root * 0.2),
        ]
    )
    tips: list[Point] = []
    _bough(wood, tips, spot, -np.pi / 2, tall * 0.30, tall * 0.052, 0, rng)
    canvas = mix(canvas, ink("2f231c") * (0.35 + 0.75 * light), wood.alpha())
    if season == "winter":
        return canvas
    crown = np.array(tips)
    middle, spread = crown.mean(axis=0), crown.std(axis=0) + 1
    for tone, shift in enumerate((0.0, 0.5, 0.95)):
        leaves = Stencil(width, height)
        for x, y in tips:
            sunny = -(y - middle[1]) / spread[1] * 0.5 + side * (x - middle[0]) / spread[0] * 0.35
            many = int(np.clip(17 - tone * 4 + sunny * tone * 4.5, 0, 26))
            for dx, dy in rng.normal(0, tall * 0.036, (many, 2)):
                size = tall * rng.uniform(0.004, 0.012) * (1.3 - 0.25 * tone)
                up = -shift * tall * 0.012
                leaves.disc(
                    x + dx + side * shift * tall * 0.012, y + dy * 0.85 + up, size, size * 0.8
                )
        colour = ink(LEAVES[season][tone]) * (0.25 + 0.8 * light)
        canvas = mix(canvas, np.clip(colour, 0, 1), leaves.alpha() * 0.95)
    return canvas


def _bough(
    wood: Stencil,
    tips: list[Point],
    start: Point,
    angle: float,
    long: float,
    thick: float,
    depth: int,
    rng: np.random.Generator,
) -> None:
    end = (start[0] + np.cos(angle) * long, start[1] + np.sin(angle) * long)
    bent = (
        (start[0] + end[0]) / 2 + rng.uniform(-0.06, 0.06) * long,
        (start[1] + end[1]) / 2 + rng.uniform(-0.04, 0.04) * long,
    )
    wood.line([start, bent, end], max(thick, 0.5))
    if depth >= 2:
        tips.append(end)
    if depth == 6:
        return
    for turn in (-0.5, 0.42) if depth else (-0.75, -0.15, 0.55):
        bend = turn + rng.uniform(-0.26, 0.26)
        lifted = angle + bend + 0.10 * np.sign(np.cos(angle)) * (-1 if np.sin(angle) < 0 else 0)
        size = long * rng.uniform(0.66, 0.84)
        _bough(wood, tips, end, lifted, size, thick * 0.66, depth + 1, rng)


def grass(
    canvas: Colours, base: float, tall: float, colours: tuple[str, str], seed: int, light: float
) -> Colours:
    """Blades before the lower edge, from `base` (row) down, `tall` pixels high."""
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed)
    for k in range(3):
        blades = Stencil(width, height)
        foot = base + (height - base) * (k + 1) / 3 + tall * 0.2
        for x in rng.uniform(0, width, int(width / tall * 16)):
            long = tall * rng.uniform(0.35, 1.0) * (0.7 + 0.3 * k)
            bend = rng.normal(0.1, 0.28) * long
            thick = tall * 0.016 * (1 + 0.5 * k)
            blades.polygon(
                [
                    (x - thick, foot),
                    (x + bend * 0.4, foot - long * 0.6),
                    (x + bend, foot - long),
                    (x + bend * 0.4 + thick, foot - long * 0.55),
                    (x + thick, foot),
                ],
            )
        mask = np.maximum(blades.alpha(), smoothstep(foot - 2, foot, _rows(height))[:, None])
        tone = (ink(colours[0]) * (1 - k / 2) + ink(colours[1]) * (k / 2)) * light
        canvas = mix(canvas, tone, mask)
    return canvas


def flowers(
    canvas: Colours, top: float, hues: tuple[str, ...], seed: int, light: float, many: int = 1500
) -> Colours:
    """Blossoms strewn over the ground below a row, larger towards the viewer."""
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed)
    patches = cloth(width, height, seed, (160.0, 320.0), 1.7)
    for hue in hues:
        dots = Stencil(width, height)
        t = rng.uniform(0, 1, many // len(hues)) ** 0.7
        for near, x in zip(t, rng.uniform(0, width - 1, t.size), strict=True):
            y = top + (height - 1 - top) * near
            if patches[int(y), int(x)] < rng.normal(0.1, 0.5):
                continue
            size = height * (0.0009 + 0.0058 * near**1.7) * rng.uniform(0.5, 1.2)
            dots.disc(x, y, size, size * 0.66)
        canvas = mix(canvas, np.clip(ink(hue) * light, 0, 1), dots.alpha() * 0.92)
    return canvas


def _rows(height: int) -> Plane:
    return np.arange(height, dtype=np.float32)


def palm(shape: Stencil, spot: Point, tall: float, lean: float, rng: np.random.Generator) -> None:
    """A palm leaning over `lean` times its height."""
    x, foot = spot
    bows = [(x + lean * tall * t**1.8, foot - tall * t) for t in np.linspace(0, 1, 12)]
    for i, (a, b) in enumerate(pairwise(bows)):
        shape.line([a, b], tall * (0.040 - 0.0018 * i))
    cx, cy = bows[-1]
    for angle in np.linspace(-2.9, 0.25, 11) + rng.uniform(-0.12, 0.12, 11):
        long = tall * rng.uniform(0.30, 0.42)
        ts = np.linspace(0, 1, 13)
        rib = [
            (cx + np.cos(angle) * long * t, cy + np.sin(angle) * long * t + long * 0.62 * t**2.2)
            for t in ts
        ]
        shape.line(rib, tall * 0.008)
        for t, (px, py) in zip(ts[1:], rib[1:], strict=True):
            leaf = long * 0.30 * np.sin(np.pi * (0.12 + 0.86 * t)) + 1
            for side in (-0.5, 0.5):
                tip = (px + np.cos(angle + side) * leaf * 0.5, py + leaf * (0.75 + 0.25 * side))
                shape.polygon([(px - tall * 0.006, py), (px + tall * 0.006, py), tip])
