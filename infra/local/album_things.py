"""Boats, balloons, lighthouses and cabins of the sample album."""

import numpy as np

from infra.local.album_brush import (
    Colours,
    gradient,
    ink,
    mix,
)
from infra.local.album_stencil import Point, Stencil


def sailboat(canvas: Colours, spot: Point, tall: float, light: float) -> Colours:
    """A sloop on the water, its sails catching what light there is."""
    height, width = canvas.shape[:2]
    x, y = spot
    sails, hull = Stencil(width, height), Stencil(width, height)
    sails.polygon(
        [
            (x + 0.02 * tall, y - tall),
            (x + 0.36 * tall, y - 0.14 * tall),
            (x + 0.02 * tall, y - 0.14 * tall),
        ]
    )
    sails.polygon(
        [
            (x - 0.01 * tall, y - 0.92 * tall),
            (x - 0.01 * tall, y - 0.15 * tall),
            (x - 0.27 * tall, y - 0.13 * tall),
        ]
    )
    hull.polygon(
        [
            (x - 0.33 * tall, y - 0.10 * tall),
            (x + 0.40 * tall, y - 0.10 * tall),
            (x + 0.30 * tall, y),
            (x - 0.24 * tall, y),
        ]
    )
    hull.line([(x, y - 1.02 * tall), (x, y - 0.08 * tall)], tall * 0.014)
    under = sails.alpha()[::-1]
    shift = round(2 * y) - height
    canvas = mix(canvas, ink("fff4e2") * light, np.roll(under, shift, axis=0) * 0.16)
    canvas = mix(canvas, ink("fdf6ea") * light, sails.alpha())
    return mix(canvas, ink("33261f") * (0.3 + 0.5 * light), hull.alpha())


BALLOONS = (
    ("d1495b", "f5e6c8"),
    ("edae49", "b5446e"),
    ("00798c", "f5e6c8"),
    ("e4572e", "f3c969"),
    ("6a4c93", "f7b2ad"),
    ("2e86ab", "f6c85f"),
)


def balloon(canvas: Colours, spot: Point, size: float, which: int, light: float) -> Colours:
    """A hot-air balloon of two colours in gores, `size` pixels across."""
    height, width = canvas.shape[:2]
    x, y = spot
    r = size / 2
    dark, pale = (ink(code) for code in BALLOONS[which % len(BALLOONS)])
    envelope, gores, basket = (Stencil(width, height) for _ in range(3))
    angles = np.linspace(-np.pi, 0, 24)
    crown = [(x + np.cos(a) * r, y + np.sin(a) * r) for a in angles]
    skirt = [
        (x + r, y),
        (x + r * 0.86, y + r * 0.5),
        (x + r * 0.22, y + r * 1.28),
        (x - r * 0.22, y + r * 1.28),
        (x - r * 0.86, y + r * 0.5),
    ]
    envelope.polygon(crown + skirt)
    for k in (-3, -1, 1, 3):
        inner, outer = (k - 0.5) / 4, (k + 0.5) / 4
        down = np.linspace(0, 1, 14)
        bulge = [
            np.sin(np.pi * min(1.0, 0.06 + t * 0.62)) if t < 0.7 else 1 - (t - 0.7) * 2.4
            for t in down
        ]
        left = [(x + inner * r * b, y - r + 2.28 * r * t) for t, b in zip(down, bulge, strict=True)]
        right = [
            (x + outer * r * b, y - r + 2.28 * r * t) for t, b in zip(down, bulge, strict=True)
        ]
        gores.polygon(left + right[::-1])
    basket.polygon(
        [
            (x - r * 0.16, y + r * 1.58),
            (x + r * 0.16, y + r * 1.58),
            (x + r * 0.13, y + r * 1.82),
            (x - r * 0.13, y + r * 1.82),
        ]
    )
    for side in (-1, 1):
        basket.line(
            [(x + side * r * 0.2, y + r * 1.26), (x + side * r * 0.15, y + r * 1.6)],
            max(0.6, r * 0.02),
        )
    columns = (np.arange(width, dtype=np.float32) - x) / r
    round_light = gradient(
        [(0.0, ink("ffffff")), (0.35, ink("f4ede4")), (1.0, ink("8b8390"))],
        np.clip((columns + 1) / 2, 0, 1),
    )[None]
    body = envelope.alpha()
    canvas = mix(canvas, np.clip(dark * round_light * light, 0, 1), body)
    canvas = mix(canvas, np.clip(pale * round_light * light, 0, 1), gores.alpha() * body)
    return mix(canvas, ink("4a3628") * light, basket.alpha())


def lighthouse(canvas: Colours, spot: Point, tall: float, light: float) -> Colours:
    """A white tower with red bands; its lamp is lit when the light is low."""
    height, width = canvas.shape[:2]
    x, y = spot
    tower, bands, dark = (Stencil(width, height) for _ in range(3))

    def half(t: float) -> float:
        return tall * (0.092 - 0.036 * t)

    tower.polygon(
        [
            (x - half(0), y),
            (x + half(0), y),
            (x + half(0.8), y - 0.8 * tall),
            (x - half(0.8), y - 0.8 * tall),
        ]
    )
    for low in (0.12, 0.42):
        top = low + 0.16
        bands.polygon(
            [
                (x - half(low), y - low * tall),
                (x + half(low), y - low * tall),
                (x + half(top), y - top * tall),
                (x - half(top), y - top * tall),
            ]
        )
    dark.polygon(
        [
            (x - half(0.6), y - 0.80 * tall),
            (x + half(0.6), y - 0.80 * tall),
            (x + half(0.6), y - 0.825 * tall),
            (x - half(0.6), y - 0.825 * tall),
        ]
    )
    dark.polygon(
        [(x - 0.062 * tall, y - 0.93 * tall), (x, y - tall), (x + 0.062 * tall, y - 0.93 * tall)]
    )
    lamp = Stencil(width, height)
    lamp.polygon(
        [
            (x - 0.042 * tall, y - 0.825 * tall),
            (x + 0.042 * tall, y - 0.825 * tall),
            (x + 0.042 * tall, y - 0.93 * tall),
            (x - 0.042 * tall, y - 0.93 * tall),
        ]
    )
    across = (np.arange(width, dtype=np.float32) - x) / (tall * 0.09)
    rounding = gradient(
        [(0.0, ink("ffffff")), (1.0, ink("8f93a3"))], np.clip(across * 0.5 + 0.5, 0, 1)
    )[None]
    canvas = mix(canvas, rounding * light, tower.alpha())
    canvas = mix(canvas, ink("b8392f") * rounding * light, bands.alpha())
    canvas = mix(canvas, ink("2a2428") * light, dark.alpha())
    return mix(canvas, ink("ffe9a8"), lamp.alpha())


def cabin(canvas: Colours, spot: Point, wide: float, light: float, snow: bool) -> Colours:
    """A red wooden cabin with lit windows."""
    height, width = canvas.shape[:2]
    x, y = spot
    wall, roof, trim, panes = (Stencil(width, height) for _ in range(4))
    w = wide
    wall.polygon(
        [(x - w / 2, y), (x + w / 2, y), (x + w / 2, y - 0.42 * w), (x - w / 2, y - 0.42 * w)]
    )
    wall.polygon(
        [(x - w / 2, y - 0.42 * w), (x - w * 0.06, y - 0.42 * w), (x - w * 0.28, y - 0.78 * w)]
    )
    roof.polygon(
        [
            (x - w * 0.28, y - 0.82 * w),
            (x + w * 0.36, y - 0.82 * w),
            (x + w * 0.58, y - 0.40 * w),
            (x - w * 0.02, y - 0.40 * w),
        ]
    )
    roof.line([(x - w * 0.28, y - 0.80 * w), (x - w * 0.56, y - 0.38 * w)], w * 0.05)
    for px, py in ((-0.34, -0.3), (0.12, -0.3), (0.34, -0.3)):
        box = [
            (x + (px + dx) * w, y + (py + dy) * w)
            for dx, dy in ((0, 0), (0.12, 0), (0.12, 0.14), (0, 0.14))
        ]
        grown = [
            (x + (px + dx) * w, y + (py + dy) * w)
            for dx, dy in ((-0.02, -0.02), (0.14, -0.02), (0.14, 0.16), (-0.02, 0.16))
        ]
        trim.polygon(grown)
        panes.polygon(box)
    canvas = mix(canvas, ink("96332a") * (0.25 + 0.8 * light), wall.alpha())
    canvas = mix(canvas, ink("eef2f8" if snow else "4a4642") * (0.25 + 0.75 * light), roof.alpha())
    canvas = mix(canvas, ink("f0ebe2") * (0.25 + 0.75 * light), trim.alpha())
    return mix(canvas, ink("ffd98a" if light < 0.8 else "6f8496"), panes.alpha())
