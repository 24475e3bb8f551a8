"""Ground and water of the sample album: rock, snow, sand, fields, lakes and the sea."""

import math
from functools import lru_cache

import numpy as np

from infra.local.album_brush import (
    Colours,
    Plane,
    blur,
    cloth,
    glow,
    gradient,
    ink,
    mix,
    sample,
    smoothstep,
    texture,
    wave,
)
from infra.local.album_hours import HOURS, Hour, Sky
from infra.local.album_terrain import Seen, View, look, relief, shadows, slopes, stones

GROUNDS = (
    "summer",
    "autumn",
    "winter",
    "spring",
    "nordic",
    "desert",
    "canyon",
    "lavender",
    "wheat",
    "tulips",
    "patchwork",
    "dusted",
    "meadow",
    "gold",
)


@lru_cache(maxsize=4)
def _albedo(kind: str, seed: int, tall: float, ground: str, water: float) -> Colours:
    """The land's own colours per texel, and behind them the share of snow on it."""
    land = relief(kind, seed)
    gx, gy = slopes(land * tall)
    steep = np.hypot(gx, gy)
    patch, fine = texture(0, 1.7), texture(1, 1.4)
    if ground == "desert":
        sand = gradient([(0.0, ink("b9763f")), (0.5, ink("dba463")), (1.0, ink("f0c88a"))], land)
        return _with_snow(sand * (1 + 0.02 * fine[..., None]))
    if ground == "canyon":
        return _with_snow(_strata(land, steep, patch, fine))
    if kind == "hills":
        return _with_snow(_farmland(land, ground, patch, fine))
    grass = {
        "summer": ("55683c", "7a8452"),
        "autumn": ("8a5f2b", "a98647"),
        "spring": ("5b7d36", "8ba355"),
        "winter": ("cfd6df", "e9edf3"),
        "dusted": ("6c6748", "948a62"),
        "nordic": ("51643a", "7c8351"),
        "meadow": ("58703e", "7d8d50"),
        "gold": ("8f6a30", "b08d48"),
    }[ground]
    wood = {
        "summer": "22391f",
        "autumn": "7d4a1d",
        "spring": "2c4a24",
        "winter": "5a6a78",
        "dusted": "2b3a2c",
        "nordic": "2c3f2a",
        "meadow": "24401f",
        "gold": "7d4a1d",
    }[ground]
    base = mix(
        np.broadcast_to(ink(grass[0]), (*land.shape, 3)), ink(grass[1]), smoothstep(-1, 1.4, patch)
    )
    shore = max(water, 0.0)
    trees = smoothstep(0.1, 0.9, patch + 0.5 * fine) * smoothstep(shore + 0.34, shore + 0.2, land)
    if ground in ("autumn", "gold"):
        larch = gradient(
            [(0.0, ink("3b4423")), (0.5, ink("a4591c")), (1.0, ink("d9962b"))],
            smoothstep(-1.3, 1.5, fine),
        )
        base = np.where((trees > 0.02)[..., None], mix(base, larch, trees), base)
    else:
        base = mix(base, ink(wood), trees * 0.9)
    stone = gradient(
        [(0.0, ink("423f3b")), (0.6, ink("6c6862")), (1.0, ink("908a82"))],
        smoothstep(-2, 2, fine + 0.4 * patch),
    )
    green = ground in ("meadow", "gold")
    bare = smoothstep(0.7 if green else 0.55, 1.3, steep + 0.12 * fine)
    bare = bare + smoothstep(*((0.7, 0.95) if green else (0.4, 0.62)), land + 0.05 * patch)
    base = mix(base, stone, np.clip(bare, 0, 1))
    line = {
        "summer": 0.62,
        "autumn": 0.55,
        "spring": 0.42,
        "winter": 0.02,
        "dusted": 0.34,
        "nordic": 0.6,
        "meadow": 1.2,
        "gold": 1.2,
    }
    high = smoothstep(line[ground] - 0.05, line[ground] + 0.10, land + 0.05 * patch)
    hold = smoothstep(1.75, 0.85, steep + 0.18 * fine)
    if ground == "winter":
        high = np.maximum(high, 0.75) * (1 - 0.75 * trees)
    return _with_snow(base, np.clip(high * hold, 0, 1))


def _with_snow(ground: Colours, snow: Plane | float = 0.0) -> Colours:
    layer = np.broadcast_to(np.float32(snow), ground.shape[:2])[..., None]
    return np.concatenate([ground, layer], axis=-1).astype(np.float32)


def _strata(land: Plane, steep: Plane, patch: Plane, fine: Plane) -> Colours:
    layers = np.interp(land * 26 + 0.5 * patch, np.arange(28), np.random.default_rng(4).random(28))
    wall = gradient(
        [(0.0, ink("7a3320")), (0.35, ink("a84e2c")), (0.7, ink("c8744a")), (1.0, ink("e3a678"))],
        layers,
    )
    floor = mix(
        np.broadcast_to(ink("b06a3f"), (*land.shape, 3)), ink("8d8352"), smoothstep(0.2, 1.6, patch)
    )
    bush = smoothstep(1.1, 1.9, fine) * smoothstep(0.3, 0.1, land)
    floor = mix(floor, ink("4d5a34"), bush * 0.8)
    return mix(floor, wall, np.maximum(smoothstep(0.3, 0.8, steep), smoothstep(0.3, 0.5, land)))


def _farmland(land: Plane, ground: str, patch: Plane, fine: Plane) -> Colours:
    """Fields: each a patch of the map with one crop; rows are ploughed in when it is seen."""
    base = np.arange(land.shape[0], dtype=np.float32)
    u, v = np.meshgrid(base, base)
    crops = {
        "summer": ("6f9440", "86a84a", "5c8238", "a4b65c"),
        "spring": ("79b043", "90c04d", "67a03c", "e3cf3c"),
        "autumn": ("a5773a", "8c8a44", "b98f4b", "7b6437"),
        "winter": ("e9eef5", "dfe6f0", "f3f5f9", "d8e0ec"),
        "lavender": ("7b5fb0", "6f55a8", "8a6fc0", "7f9a52"),
        "wheat": ("d2a545", "dbb251", "c3943c", "9aa04c"),
        "tulips": ("d8434e", "f0c23c", "e77fa3", "5f9440"),
        "patchwork": ("84a545", "c9ab4e", "557f37", "ab9450"),
    }[ground]
    side = 46.0
    lean = u * 0.93 + v * 0.36 + 8 * patch * 0.3
    across = v * 0.93 - u * 0.36
    cell = np.floor(lean / side).astype(int) * 31 + np.floor(across / (side * 1.7)).astype(int) * 17
    which = (cell * 2654435761 >> 7) % len(crops)
    colours = np.stack([ink(crop) for crop in crops])[which]
    edge = np.minimum(lean % side, side - lean % side)
    hedge = smoothstep(2.2, 0.6, edge + 0.6 * fine) * (0 if ground == "winter" else 0.75)
    if ground in ("lavender", "wheat"):
        hedge = hedge * 0.35
    colours = mix(colours, ink("3c5a2a"), hedge * smoothstep(-0.6, 0.5, patch))
    wood = smoothstep(1.1, 1.5, patch + 0.2 * fine) * (
        0.9 if ground in ("summer", "patchwork") else 0
    )
    colours = mix(colours, ink("2d4a22"), wood)
    return np.asarray(colours * (1 + 0.045 * fine[..., None]))


def facing(view: View, sky: Sky) -> tuple[float, float]:
    """Where the sun stands over the map: (bearing in radians, tangent of its elevation)."""
    hour = HOURS[sky.hour]
    light = sky.sun or (sky.moon[:2] if sky.moon else None)
    if light is None or abs(light[0] - 0.5) > 0.5:
        return round(view.heading + 1.9, 2), hour.height
    return round(view.heading + float(np.arctan((light[0] - 0.5) / view.lens)), 2), hour.height


def haze(width: int, sky: Sky) -> Colours:
    """The air's colour in the distance per column, (1, width, 3)."""
    hour = HOURS[sky.hour]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    centre = sky.sun[0] if sky.sun else 0.5
    near_sun = np.exp(-(((x - centre) / 0.42) ** 2)) * (0.85 if sky.sun else 0.35)
    return mix(
        np.broadcast_to(ink(hour.low), (1, width, 3)), ink(hour.band), near_sun.astype(np.float32)
    )


def paint_land(
    canvas: Colours,
    view: View,
    horizon: float,
    sky: Sky,
    ground: str,
    air: float = 0.55,
    rows: float = 0.0,
) -> tuple[Colours, Plane]:
    """The land before the sky.

    Args:
        canvas: The sky.
        view: The camera.
        horizon: Row of the horizon, pixels.
        sky: Its hour and sun light the land.
        ground: One of GROUNDS.
        air: Distance as a share of `view.far` at which haze takes over.
        rows: Crop rows or wind ripples per texel; 0: none.

    Returns:
        The picture, and the mask of water in it (0..1), still unpainted.
    """
    height, width = canvas.shape[:2]
    seen = look(view, width, height, horizon)
    hour = HOURS[sky.hour]
    colour, sunny = _lit(view, sky, ground, seen)
    colour = _texture_near(colour, view, seen, rows, ground)
    direct = ink(hour.sun) * hour.power
    fill = mix(ink(hour.shade), ink(hour.middle), 0.4) * hour.ambient * 1.35
    shaded = colour * (direct * sunny[..., None] + fill)
    shaded = shaded / (1 + shaded**4) ** 0.25  # bright snow rolls off instead of clipping
    far = np.clip((seen.depth - view.near * 2) / view.far / air, 0, None)
    veil = (1 - np.exp(-(far**1.3))) * 0.93
    painted = mix(shaded, haze(width, sky), veil)
    y = np.arange(seen.top, height, dtype=np.float32)[:, None]
    cover = np.clip(y + 0.5 - seen.skyline[None, :], 0, 1)
    result = canvas.copy()
    result[seen.top :] = _soften_edges(mix(canvas[seen.top :], painted, cover), seen, view)
    water = np.zeros((height, width), dtype=np.float32)
    if view.water >= 0:
        level = seen.eye + (horizon - y) * seen.depth / (view.lens * max(width, height))
        shore = (view.water + 0.0016) * view.tall
        water[seen.top :] = (level < shore) & (seen.depth < view.far * 0.999)
    return result, water


def _lit(view: View, sky: Sky, ground: str, seen: Seen) -> tuple[Colours, Plane]:
    bearing, height = facing(view, sky)
    land = relief(view.kind, view.seed) * view.tall
    gx, gy = slopes(land)
    length = math.hypot(1, height)
    toward = (math.sin(bearing) / length, math.cos(bearing) / length, height / length)
    facing_sun = (-gx * toward[0] - gy * toward[1] + toward[2]) / np.sqrt(gx * gx + gy * gy + 1)
    sunny = np.clip(facing_sun, 0, 1) * shadows(view.kind, view.seed, view.tall, bearing, height)
    albedo = _albedo(view.kind, view.seed, view.tall, ground, view.water)
    both = np.concatenate([albedo, sunny[..., None]], axis=-1).astype(np.float32)
    found = sample(both, seen.u, seen.v)
    light = np.clip(found[..., 4] * 1.25, 0, 1.2)
    colour, snow = found[..., :3], found[..., 3]
    if view.rough:
        grit = sample(stones(), seen.u * 6, seen.v * 6)
        lean = sample(stones(), seen.u * 6 + 6 * toward[0], seen.v * 6 + 6 * toward[1]) - grit
        close = smoothstep(420, 60, seen.depth)
        light = np.clip(light * (1 - 1.1 * lean * close), 0, 1.3)
        snow = snow + 0.32 * grit * close
    if view.kind == "alps":
        colour = mix(colour, ink("f4f7fb"), smoothstep(0.36, 0.6, snow))
    return colour, light


def _texture_near(colour: Colours, view: View, seen: Seen, rows: float, ground: str) -> Colours:
    """What the map is too coarse for: pebbles, tufts, ripples, rows."""
    sharp = texture(2, 1.4)
    close = smoothstep(320, 30, seen.depth)
    strength = 0.035 if ground in ("desert", "winter") else 0.085
    colour = colour * (1 + strength * (close * sample(sharp, seen.u * 7, seen.v * 7)))[..., None]
    if ground == "desert":
        turn = seen.u * 2.2 + seen.v * 5.2 + 0.9 * sample(texture(0, 1.7), seen.u * 2, seen.v * 2)
        ripple = np.sin(turn) * smoothstep(150, 20, seen.depth)
        colour = colour * (1 + 0.05 * ripple)[..., None]
    elif rows:
        stripe = np.sin((seen.u * 0.93 + seen.v * 0.36) * rows)
        step = seen.depth * rows / 900  # radians a pixel: beyond half a turn the rows blend
        visible = smoothstep(1.6, 0.4, step)
        dark = ink("5b7d3c") if ground in ("lavender", "tulips") else ink("7d6a38")
        colour = mix(colour, dark, smoothstep(0.1, 0.8, stripe) * visible * 0.55)
        colour = colour * (1 + 0.10 * stripe * visible)[..., None]
    if view.near < 14:
        tufts = sample(sharp, seen.u * 31, seen.v * 31) * smoothstep(90, 10, seen.depth)
        colour = colour * (1 + strength * tufts)[..., None]
    return np.asarray(np.clip(colour, 0, 1.1))


def _soften_edges(picture: Colours, seen: Seen, view: View) -> Colours:
    """Where near land meets far land, the stair of pixels becomes a soft edge."""
    depth = np.log(seen.depth)
    edge = np.zeros_like(depth)
    for axis in (0, 1):
        jump = np.abs(np.diff(depth, axis=axis)) > 0.10
        pad = [(0, 0), (0, 0)]
        pad[axis] = (0, 1)
        edge = np.maximum(edge, np.pad(jump, pad))
    edge = np.maximum(edge, np.roll(edge, 1, 0)) * (seen.depth < view.far)
    ring = picture.copy()
    ring[1:-1, 1:-1] = (
        picture[1:-1, 1:-1] * 2
        + picture[:-2, 1:-1]
        + picture[2:, 1:-1]
        + picture[1:-1, :-2]
        + picture[1:-1, 2:]
    ) / 6
    return mix(picture, ring, edge.astype(np.float32))


def paint_water(
    canvas: Colours,
    horizon: float,
    mask: Plane,
    sky: Sky,
    seed: int,
    rough: float = 0.3,
    tint: str = "1d4257",
    near: str = "",
    phase: float = 0.0,
) -> Colours:
    """Water where the mask says: the mirrored picture, broken by waves, with the sun's road.

    Args:
        canvas: Sky and land, painted.
        horizon: Row of the horizon, pixels.
        mask: 0..1 per pixel.
        sky: Its sun or moon glitters.
        seed: Of the waves.
        rough: 0 a mirror, 0.2 a breeze, 1 the open sea.
        tint: The water's own colour.
        near: Its colour at the viewer's feet; empty: the same.
        phase: Seconds since the first frame, for moving pictures.
    """
    height, width = canvas.shape[:2]
    top = min(height - 2, max(0, int(horizon)))
    below = np.maximum(np.arange(top, height, dtype=np.float32)[:, None] - horizon + 0.75, 0.5)
    x = np.arange(width, dtype=np.float32)[None, :]
    away = height / below
    u, v = (x - width / 2) * away / height * 34, away * 34
    calm = 1 / (1 + away * 34 / below * 0.6)
    swell = sample(
        texture(seed % 3, 1.4), u * 0.8 + seed * 19 + phase * 3, v * 1.7 + 40 + phase * 6
    )
    chop = (
        sample(texture((seed + 1) % 3, 1.2), u * 2.6 - phase * 6, v * 5.5 + seed * 7 + phase * 17)
        * calm
    )
    waves = (swell * 0.6 * np.sqrt(calm) + chop * 0.6) * rough
    drift = waves * (below * 0.34 + height * 0.016)
    source = np.clip(2 * horizon - (below + horizon) + drift * 1.0 - rough * below * 0.25, 0, top)
    sideways = np.clip(x + drift * 0.35, 0, width - 1)
    mirrored = canvas[source.astype(np.int32), sideways.astype(np.int32)]
    depth = below / max(1.0, height - horizon)
    body = gradient([(0.0, ink(tint)), (1.0, ink(near or tint))], depth[:, 0])[:, None]
    hour = HOURS[sky.hour]
    level = min(1.0, hour.ambient + 0.45 * hour.power)
    sees_in = np.clip(0.16 + 0.52 * depth**0.8 + 0.34 * waves * (0.4 + rough), 0.05, 0.93)
    water = mix(mirrored * 0.94, body * level, sees_in.astype(np.float32))
    light = sky.sun or (sky.moon[:2] if sky.moon else None)
    if light:
        water = _road(water, light, below, waves, rough, ink(hour.sun if sky.sun else "dfe9f6"))
    result = canvas.copy()
    result[top:] = mix(canvas[top:], water, mask[top:])
    return result


def _road(
    water: Colours,
    light: tuple[float, float],
    below: Plane,
    waves: Plane,
    rough: float,
    tone: Colours,
) -> Colours:
    """The glitter below sun or moon: wide and sparse near, narrow and solid far."""
    height, width = water.shape[:2]
    x = (np.arange(width, dtype=np.float32)[None, :] - light[0] * width) / width
    reach = below / height
    spread = 0.018 + (0.05 + 0.16 * rough) * reach**0.75
    lane = np.exp(-((x / spread) ** 2))
    crest = waves / max(rough, 0.05)
    sparks = smoothstep(0.9, 1.9, crest + 1.15 * lane)
    shine = lane * (0.22 + 0.5 * sparks) * np.exp(-reach * (0.9 if rough > 0.15 else 2.5))
    wide = np.exp(-((x / (spread * 3.4)) ** 2)) * smoothstep(0.75, 1.6, crest) * 0.4
    strength = np.clip((shine + wide) * (1 - light[1] * 0.35), 0, 1)
    return glow(water, mix(tone, ink("ffffff"), 0.25), strength.astype(np.float32))


def paint_ridges(
    canvas: Colours,
    horizon: float,
    sky: Sky,
    seed: int,
    near: str,
    layers: int = 7,
    jag: float = 0.55,
    spread: float = 0.5,
) -> Colours:
    """Ridge behind ridge, each darker and sharper, mist in the valleys between.

    Args:
        canvas: The sky.
        horizon: Row of the farthest ridge, pixels.
        sky: Gives the air its colour.
        seed: Of the ridges' lines.
        near: Colour of the nearest ridge.
        layers: How many.
        jag: How much each finer bump counts; 0.4 rolling, 0.6 rocky.
        spread: Share of the picture's height from the farthest to the nearest ridge.
    """
    height, width = canvas.shape[:2]
    y = np.arange(height, dtype=np.float32)[:, None]
    air = haze(width, sky)
    for k in range(layers):
        t = k / max(1, layers - 1)
        base = horizon + t**1.15 * spread * height
        line = wave(width, seed * 31 + k, (5.5 - 3 * t) * width / height / 1.5, 8, jag)
        top = base - (line * (0.052 + 0.045 * t) + 0.02) * height
        body = np.clip(y + 0.5 - top[None, :], 0, 1)
        strength = t**0.9 * 0.94 + 0.06
        colour = mix(air, ink(near), strength)
        sink = np.clip((y - top[None, :]) / (height * (0.10 + 0.12 * t)), 0, 1)
        misty = mix(colour, air, (sink * (0.62 * (1 - t) + 0.06)).astype(np.float32))
        if sky.sun:
            x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
            warm = np.exp(-(((x - sky.sun[0]) / 0.25) ** 2)) * (1 - t) * 0.34 * (1 - sink * 0.5)
            misty = glow(misty, ink(HOURS[sky.hour].sun), warm.astype(np.float32))
        canvas = mix(canvas, misty, body)
    return canvas


def paint_mist(
    canvas: Colours, row: float, thick: float, hour: Hour, seed: int, power: float
) -> Colours:
    """A bank of mist around a row, `thick` pixels deep, in torn wisps."""
    height, width = canvas.shape[:2]
    y = np.arange(height, dtype=np.float32)[:, None]
    torn = cloth(width, height, seed, (90.0, 260.0), 1.9)
    depth = np.exp(-(((y - row) / thick) ** 2)) * (0.75 + 0.35 * torn)
    alpha = np.clip(depth * power, 0, 0.94).astype(np.float32)
    return mix(canvas, mix(ink(hour.low), ink(hour.lit), 0.35), blur(alpha, 2))
