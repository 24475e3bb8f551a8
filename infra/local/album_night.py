"""Nights of the sample album: moon, stars, the galaxy and northern lights."""

import numpy as np

from infra.local.album_brush import (
    Colours,
    Plane,
    cloth,
    glow,
    gradient,
    ink,
    mix,
    smoothstep,
    wave,
)
from infra.local.album_hours import Sky


def distance(width: int, height: int, horizon: float, spot: tuple[float, float]) -> Plane:
    """Distance of each pixel from a spot (across, share of height above horizon), in heights."""
    y = (np.arange(height, dtype=np.float32) - horizon)[:, None] / height + spot[1]
    x = (np.arange(width, dtype=np.float32) - spot[0] * width)[None, :] / height
    return np.hypot(x, y)


def paint_moon(
    canvas: Colours, horizon: float, moon: tuple[float, float, float], seed: int
) -> Colours:
    """The moon with its seas, its corona lighting the air around."""
    height, width = canvas.shape[:2]
    far = distance(width, height, horizon, moon[:2])
    canvas = glow(canvas, ink("bcd0ee"), 0.42 * np.exp(-far * 5) + 0.35 * np.exp(-far * 22))
    radius = moon[2]
    disc = smoothstep(radius * 1.03, radius * 0.97, far)
    seas = cloth(width, height, seed + 5, (120.0 / radius * 0.05, 80.0 / radius * 0.05), 1.9)
    face = mix(ink("fff8e6")[None, None], ink("c2c3c4"), smoothstep(-0.2, 1.2, seas) * 0.6)
    return mix(canvas, face, disc)


def paint_stars(canvas: Colours, horizon: float, sky: Sky, seed: int) -> Colours:
    """Stars of many magnitudes and some colours, fewer in the haze below."""
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed + 11)
    count = int(sky.stars * 4200 * width / max(height, width) * max(height, width) / height)
    layer = np.zeros((height, width, 3), dtype=np.float32)
    x, y = rng.uniform(1, width - 3, count), rng.uniform(1, max(horizon, 4) - 2, count)
    bright = rng.pareto(1.5, count).clip(0, 12) * 0.17 + 0.14
    warm = rng.uniform(0, 1, count)[:, None]
    tint = ink("bcd2ff") * (1 - warm) + ink("ffe9cf") * warm
    size = max(height, width) / 1500
    for dy in range(-2, 4):
        for dx in range(-2, 4):
            px, py = np.floor(x).astype(int) + dx, np.floor(y).astype(int) + dy
            far2 = ((px - x) ** 2 + (py - y) ** 2) / size**2
            spread = 0.45 + bright * 0.35
            part = np.clip(bright * np.exp(-far2 / spread), 0, 1)
            inside = (px >= 0) & (px < width) & (py >= 0) & (py < height)
            np.add.at(layer, (py[inside], px[inside]), (part[:, None] * tint)[inside])
    rise = (horizon - np.arange(height, dtype=np.float32)) / max(horizon, 1)
    return canvas + layer * smoothstep(0.0, 0.35, rise)[:, None, None]


def paint_milky_way(canvas: Colours, horizon: float, seed: int) -> Colours:
    """The galaxy across the sky: a bright band, a warm core, dust before it."""
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed + 12)
    lean = rng.choice([-1, 1]) * rng.uniform(0.35, 0.7)
    y = np.arange(height, dtype=np.float32)[:, None] / height
    x = (np.arange(width, dtype=np.float32)[None, :] - width * rng.uniform(0.42, 0.58)) / height
    across = (x - lean * (horizon / height - y) + lean * 0.25) / np.hypot(1, lean)
    along = y + x * lean
    bend = cloth(width, height, seed + 3, (60.0, 60.0 * height / width), 2.0) * 0.03
    fine = cloth(width, height, seed + 1, (340.0, 340.0 * height / width), 1.45)
    dust = cloth(width, height, seed + 2, (200.0, 200.0 * height / width), 1.6)
    off = across + bend
    band = np.exp(-((off / 0.16) ** 2)) * (0.62 + 0.22 * fine)
    core = np.exp(-((off / 0.075) ** 2)) * (0.5 + 0.5 * np.exp(-(((along - 0.45) / 0.35) ** 2)))
    lane = np.exp(-(((off - 0.012) / 0.045) ** 2)) * smoothstep(-0.5, 0.9, dust)
    up = smoothstep(0.0, 0.3, (horizon / height - y))
    canvas = glow(canvas, ink("7f8fc4"), np.clip(band * up * 0.62, 0, 1))
    canvas = glow(canvas, ink("f0c8a4"), np.clip(core * up * 0.6 * (0.9 + 0.2 * fine), 0, 1))
    speck = rng.random((height, width), dtype=np.float32)
    specks = smoothstep(0.985, 1.0, speck) * np.clip(band, 0, 1) * up * 0.75
    canvas = glow(canvas, ink("ffffff"), specks)
    return mix(canvas, ink("0a0d1c"), np.clip(lane * up * 0.6, 0, 0.7))


def paint_aurora(canvas: Colours, horizon: float, hues: tuple[str, ...], seed: int) -> Colours:
    """Four curtains of northern lights, `hues` from their lower edge up."""
    height, width = canvas.shape[:2]
    rng = np.random.default_rng(seed + 13)
    y = np.arange(height, dtype=np.float32)[:, None]
    stops = [(i / max(1, len(hues) - 1), ink(hue)) for i, hue in enumerate(hues)]
    for k in range(4):
        sway = wave(width, seed + 40 + k, 2.2, 3, 0.35)[None, :] * horizon * 0.16
        foot = horizon * (0.40 + 0.12 * k + 0.10 * rng.uniform(-1, 1)) + sway
        rays = 0.62 + 0.38 * wave(width, seed + 50 + k, 26, 4, 0.6)[None, :]
        folds = smoothstep(-0.55, 0.7, wave(width, seed + 60 + k, 3.1, 2)[None, :])
        long = horizon * (0.34 - 0.05 * k) * (0.75 + 0.3 * wave(width, seed + 70 + k, 9, 2))[None]
        rise = (foot - y) / np.maximum(long, horizon * 0.06)
        curtain = np.where(
            rise > 0, np.exp(-np.clip(rise, 0, 9) * 1.5), np.exp(np.clip(rise, -5, 0) * 9)
        )
        strength = np.clip(curtain * rays * folds * (0.9 - 0.13 * k), 0, 0.9)
        strength = strength * smoothstep(-1.2, -0.25, rise)
        colour = gradient(stops, np.clip(rise * 0.62, 0, 1))
        canvas = 1 - (1 - canvas) * (1 - strength[..., None].astype(np.float32) * colour)
    haze = np.exp(-((y / horizon - 0.7) ** 2) / 0.12) * np.ones((1, width), np.float32)
    return glow(canvas, stops[0][1], 0.12 * haze)
