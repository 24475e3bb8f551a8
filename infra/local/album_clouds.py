"""Clouds of the sample album: wisps, fleece, a deck from below, and heaps lit by the sun."""

from dataclasses import dataclass

import numpy as np

from infra.local.album_brush import (
    Colours,
    Plane,
    blur,
    cloth,
    glow,
    gradient,
    grow,
    ink,
    mix,
    sample,
    smoothstep,
    texture,
)
from infra.local.album_hours import HOURS, Sky
from infra.local.album_night import distance


def paint_clouds(canvas: Colours, horizon: float, sky: Sky, seed: int) -> Colours:
    """The sky with its clouds, painted at half the size as they are soft."""
    height, width = canvas.shape[:2]
    w, h = width // 2, height // 2
    maker = {
        "wisps": _wisps,
        "fleece": _fleece,
        "deck": _fleece,
        "heaps": _heaps,
        "bank": _heaps,
    }[sky.clouds]
    density, shade = maker(w, h, horizon / 2, sky, seed)
    density, shade = grow(density, width, height), grow(shade, width, height)
    hour = HOURS[sky.hour]
    lit, dim = ink(hour.lit), ink(hour.dim)
    colour = gradient([(0.0, dim), (1.0, lit)], np.clip(shade, 0, 1))
    if sky.sun:
        far = distance(width, height, horizon, sky.sun)
        colour = glow(colour, ink(hour.sun), 0.85 * np.exp(-far * 3.4) * (1.15 - density))
    return mix(canvas, colour, np.clip(density, 0, 1))


def _plane(w: int, h: int, horizon: float) -> tuple[Plane, Plane, Plane]:
    """Where each ray meets the clouds' flat ceiling (across, away), and its rise 0..1."""
    y = np.arange(h, dtype=np.float32)[:, None]
    x = ((np.arange(w, dtype=np.float32) - w / 2) / h)[None, :]
    rise = np.clip((horizon - y) / h, 0.004, 1) + 0.05
    return x / rise, np.repeat(1 / rise, w, axis=1), np.repeat(rise - 0.05, w, axis=1)


def _wisps(w: int, h: int, horizon: float, sky: Sky, seed: int) -> tuple[Plane, Plane]:
    u, v, rise = _plane(w, h, horizon)
    lean = 0.5 if seed % 2 else -0.6
    long, short = u * 20 + v * 20 * lean, v * 34 - u * 34 * lean
    drift = sample(texture(seed % 3, 2.0), u * 14 + 300, v * 14 + seed * 37)
    strands = sample(
        texture((seed + 1) % 3, 1.7), long * 0.55 + drift * 14, short * 1.7 + drift * 9
    )
    density = smoothstep(0.9 - 2.2 * sky.cover, 2.6 - 1.6 * sky.cover, strands + drift * 0.8)
    fade = smoothstep(0.0, 0.14, rise)
    return density * fade * 0.8, 0.65 + 0.2 * drift


def _fleece(w: int, h: int, horizon: float, sky: Sky, seed: int) -> tuple[Plane, Plane]:
    u, v, rise = _plane(w, h, horizon)
    noise = texture(seed % 3, 1.7)
    deck = sky.clouds == "deck"
    scale = 22.0 if deck else 40.0
    u, v = u * scale + seed * 91, v * scale * 1.5 + seed * 53
    thick = sample(noise, u, v)
    sun_x = sky.sun[0] if sky.sun else 0.5
    across = (np.linspace(0, 1, w, dtype=np.float32)[None, :] - sun_x) * -5
    nearer = sample(noise, u + across, v + 7)
    low = 1.25 - 2.5 * sky.cover
    density = smoothstep(low, low + 1.15, thick)
    shade = 0.58 + 0.34 * (thick - nearer) - 0.16 * density
    if deck:  # seen from below: the thick parts are the dark ones
        shade = 0.62 - 0.24 * thick + 0.2 * (thick - nearer)
        shade = shade + 0.25 * smoothstep(0.25, 0.0, rise)
    return density * smoothstep(0.0, 0.09, rise) * (0.96 if deck else 0.9), shade


def _heaps(w: int, h: int, horizon: float, sky: Sky, seed: int) -> tuple[Plane, Plane]:
    """Cumulus: puffs heaped on flat feet, small and pale far away, lit from the sun's side."""
    rng = np.random.default_rng(seed + 17)
    bank = sky.clouds == "bank"
    depth = np.full((h, w), -1e3, dtype=np.float32)
    light = np.full((h, w), 0.6, dtype=np.float32)
    solid = np.zeros((h, w), dtype=np.float32)
    count = int((9 if bank else 13) * (0.4 + 1.4 * sky.cover) * max(1.0, w / h / 1.4))
    sun_x = sky.sun[0] * w if sky.sun else w * 0.25
    for near in np.sort(rng.uniform(0, 1, count) ** (2.2 if bank else 1.25)):
        wide = h * (0.10 + 0.34 * near) * rng.uniform(0.6, 1.3)
        foot = horizon - h * 0.015 - horizon * 0.74 * near * (0.35 if bank else 1.0)
        tall = wide * rng.uniform(0.32, 0.52) * (1.7 if bank else 1.0)
        middle = rng.uniform(-0.05, 1.05) * w
        spot = _Heap(middle, float(foot), float(wide), float(tall), sun_x, 0.35 + 0.65 * near)
        _puff(depth, light, solid, spot, rng)
    warp_x = cloth(w, h, seed + 2, (240.0 * w / h * 0.6, 240.0), 1.55) * h * 0.016
    warp_y = cloth(w, h, seed + 4, (240.0 * w / h * 0.6, 240.0), 1.55) * h * 0.016
    y, x = np.mgrid[0:h, 0:w]
    column = np.clip(x + warp_x, 0, w - 1).astype(int)
    row = np.clip(y + warp_y, 0, h - 1).astype(int)
    torn = cloth(w, h, seed + 6, (300.0 * w / h * 0.6, 300.0), 1.6)
    density = blur(blur(solid, h / 300)[row, column], max(0.6, h / 320))
    density = smoothstep(0.10, 0.85, density + 0.22 * torn * (1.05 - density))
    shade = (blur(light, h / 170)[row, column] - 0.45) * 1.5 + 0.52 + 0.06 * torn
    return density * (0.97 if bank else 0.95), shade


@dataclass(frozen=True)
class _Heap:
    middle: float
    foot: float
    wide: float
    tall: float
    sun_x: float
    solid: float


def _puff(depth: Plane, light: Plane, solid: Plane, heap: _Heap, rng: np.random.Generator) -> None:
    """One heap of some forty balls into the buffers; the ball in front wins."""
    h, w = depth.shape
    side = np.clip((heap.sun_x - heap.middle) / (0.5 * w), -1, 1) * 0.6
    order = rng.uniform(-1, 1, (46, 3))
    depth -= 1e2  # whatever was there is behind this heap
    for across, lift, size in order:
        dome = (1 - across * across) ** 0.7
        radius = heap.wide * (0.07 + 0.10 * (size * 0.5 + 0.5)) * (0.45 + 0.55 * dome)
        cx = heap.middle + across * heap.wide * 0.5
        cy = heap.foot - radius * 0.35 - (lift * 0.5 + 0.5) * heap.tall * dome
        x0, x1 = max(0, int(cx - radius)), min(w, int(cx + radius) + 2)
        y0, y1 = max(0, int(cy - radius)), min(h, int(min(cy + radius, heap.foot + 2)) + 1)
        if x0 >= x1 or y0 >= y1:
            continue
        py, px = np.mgrid[y0:y1, x0:x1]
        nx, ny = (px - cx) / radius, (py - cy) / radius
        flat = nx * nx + ny * ny
        front = np.sqrt(np.clip(1 - flat, 0, 1))
        z = front * radius + size * radius * 0.5
        wins = (flat < 1) & (z > depth[y0:y1, x0:x1])
        foot_shadow = np.clip((heap.foot - py) / max(heap.tall, 1) * 1.1, 0, 1)
        tone = 0.34 + 0.30 * foot_shadow + 0.30 * (-ny * 0.75 + nx * side + front * 0.25)
        depth[y0:y1, x0:x1][wins] = z[wins]
        light[y0:y1, x0:x1][wins] = tone[wins]
        solid[y0:y1, x0:x1][wins] = np.maximum(solid[y0:y1, x0:x1][wins], heap.solid)
