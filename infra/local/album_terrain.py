"""Land of the sample album: height maps, and what a camera standing in them sees."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from infra.local.album_brush import TEXTURE, Plane, grow, sample, smoothstep


def _lattice(rng: np.random.Generator, cells: int) -> Plane:
    """Smooth tileable noise in -1..1 with `cells` bumps across."""
    knots = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
    pad = 3
    wrapped = np.pad(knots, pad, mode="wrap")
    side = TEXTURE // cells
    grown = grow(wrapped, (cells + 2 * pad) * side, (cells + 2 * pad) * side)
    return np.asarray(grown[pad * side : pad * side + TEXTURE, pad * side : pad * side + TEXTURE])


def slopes(field: Plane) -> tuple[Plane, Plane]:
    """Rise per texel across and down a tileable field."""
    across = (np.roll(field, -1, 1) - np.roll(field, 1, 1)) * 0.5
    down = (np.roll(field, -1, 0) - np.roll(field, 1, 0)) * 0.5
    return across, down


def _alps(rng: np.random.Generator) -> Plane:
    """Folded ridges, worn where steep: octaves count less on slopes, as erosion has it."""
    land = np.zeros((TEXTURE, TEXTURE), dtype=np.float32)
    dx, dy = np.zeros_like(land), np.zeros_like(land)
    high, cells = 1.0, 4
    while cells <= 512:
        noise = _lattice(rng, cells)
        if cells <= 32:
            noise = 1 - 2 * np.sqrt(noise * noise + 0.0012)
        gx, gy = slopes(noise)
        dx += gx * high * 26
        dy += gy * high * 26
        land += high * noise / (1 + 0.55 * (dx * dx + dy * dy))
        high *= 0.5
        cells *= 2
    land = (land - land.min()) / (land.max() - land.min())
    return np.asarray(land**1.35)


def _hills(rng: np.random.Generator) -> Plane:
    land = np.zeros((TEXTURE, TEXTURE), dtype=np.float32)
    for cells, high in ((4, 1.0), (8, 0.45), (16, 0.14)):
        land += high * _lattice(rng, cells)
    return np.asarray((land - land.min()) / (land.max() - land.min()))


def _dunes(rng: np.random.Generator) -> Plane:
    """Crests sharp on top and smooth below, bent by a slow wind."""
    base = np.arange(TEXTURE, dtype=np.float32)
    u, v = np.meshgrid(base, base)
    bend = _lattice(rng, 4) * 60 + _lattice(rng, 8) * 22
    land = np.zeros((TEXTURE, TEXTURE), dtype=np.float32)
    for cells, high in ((8, 1.0), (16, 0.33)):
        wind = sample(_lattice(rng, cells), u * 0.9 + bend, v * 0.5 + bend * 0.6)
        land += high * (1 - np.sqrt(wind * wind + 0.0006)) ** 2
    land += 0.35 * _lattice(rng, 4)
    return np.asarray((land - land.min()) / (land.max() - land.min()))


def _mesas(rng: np.random.Generator) -> Plane:
    """Flat tables with steep walls and scree at their feet."""
    rough = np.zeros((TEXTURE, TEXTURE), dtype=np.float32)
    for cells, high in ((8, 1.0), (16, 0.5), (32, 0.25), (64, 0.14), (128, 0.08), (256, 0.04)):
        rough += high * _lattice(rng, cells)
    table = smoothstep(0.46, 0.56, rough) * 0.62 + smoothstep(0.70, 0.76, rough) * 0.28
    scree = smoothstep(0.05, 0.52, rough) * 0.16
    return np.asarray(table + scree + 0.02 * rough)


@lru_cache(maxsize=6)
def relief(kind: str, seed: int) -> Plane:
    """A tileable height map about 0..1: "alps", "hills", "dunes" or "mesas"."""
    maker = {"alps": _alps, "hills": _hills, "dunes": _dunes, "mesas": _mesas}[kind]
    land: Plane = maker(np.random.default_rng(seed)).astype(np.float32)
    for axis in (0, 1):  # crests as thin as a texel would show as a saw
        land = (land * 2 + np.roll(land, 1, axis) + np.roll(land, -1, axis)) / 4
    return land


@lru_cache(maxsize=1)
def stones() -> Plane:
    """Tileable roughness finer than a height map's texels, about -1..1, seen at six times."""
    rng = np.random.default_rng(8)
    rough = sum(_lattice(rng, cells) * high for cells, high in ((64, 1.0), (128, 0.5), (256, 0.25)))
    return np.asarray(rough, dtype=np.float32)


@lru_cache(maxsize=6)
def shadows(kind: str, seed: int, tall: float, bearing: float, height: float) -> Plane:
    """Where the sun reaches the land, 0..1, marched over a quarter of the map's texels."""
    land = relief(kind, seed)[::2, ::2] * tall / 2
    dark = np.full_like(land, -1e3)
    for step in (1, 2, 3, 5, 7, 10, 14, 19, 25, 33, 42, 54, 70, 90):
        dx, dy = round(np.sin(bearing) * step), round(np.cos(bearing) * step)
        ridge = np.roll(land, (-dy, -dx), (0, 1)) - step * height
        np.maximum(dark, ridge, out=dark)
    sunny = smoothstep(1.6, -1.2, dark - land)
    return grow(sunny, TEXTURE, TEXTURE)


@dataclass(frozen=True)
class View:
    """A camera in the land.

    Attributes:
        kind: Which relief.
        seed: Which land.
        tall: Height of the highest summit, in texels.
        x: Where the camera stands, texels across the map.
        y: The same, down the map.
        heading: Where it looks, radians clockwise from down the map.
        eye: Height of the eye over `ground`, in texels.
        lens: Focal length as a share of the picture's long side.
        near: Nearest distance drawn, texels.
        far: Farthest.
        valley: Land rises to its full height only at this distance; nearer it is flattened.
        rough: Height of the boulders and gullies finer than the map, texels.
        water: Height below which there is water, as a share of `tall`; below 0: none.
    """

    kind: str
    seed: int
    tall: float
    x: float = 0.0
    y: float = 0.0
    heading: float = 0.0
    eye: float = 14.0
    lens: float = 0.9
    near: float = 8.0
    far: float = 900.0
    valley: float = 0.0
    rough: float = 0.0
    water: float = -1.0


@dataclass(frozen=True)
class Seen:
    """What each pixel sees of the land.

    Attributes:
        top: First row of the picture with land; the planes begin there.
        skyline: Row of the highest land per column, pixels (float).
        depth: Distance per pixel, texels; `far` where there is sky.
        u: Texels across the map of the point seen.
        v: Texels down the map.
        eye: Absolute height of the eye, texels.
    """

    top: int
    skyline: Plane
    depth: Plane
    u: Plane
    v: Plane
    eye: float


def _rise(view: View, z: Plane) -> Plane:
    if view.valley <= 0:
        return np.ones_like(z)
    return 0.12 + 0.88 * smoothstep(view.near * 2, view.valley, z)


def look(view: View, width: int, height: int, horizon: float) -> Seen:
    """March every column of the picture through the land, front to back.

    Args:
        view: The camera.
        width: Columns.
        height: Rows.
        horizon: Row of the horizon, pixels from the top.
    """
    land = relief(view.kind, view.seed) * view.tall
    level = max(view.water * view.tall, -1e9) if view.water >= 0 else -1e9
    focal = view.lens * max(width, height)
    steps = 520
    z = (view.near * (view.far / view.near) ** np.linspace(0, 1, steps)).astype(np.float32)[:, None]
    t = ((np.arange(width, dtype=np.float32) - width / 2) / focal)[None, :]
    sin, cos = math.sin(view.heading), math.cos(view.heading)
    u, v = view.x + z * (sin + cos * t), view.y + z * (cos - sin * t)
    rise = _rise(view, z)
    heights = sample(land, u, v) * rise
    if view.rough:
        heights = heights + sample(stones(), u * 6, v * 6) * view.rough
    heights = np.maximum(heights, level)
    here = np.array([view.x], np.float32), np.array([view.y], np.float32)
    ground = max(level, float((sample(land, *here) * rise[0])[0])) if view.water < 0 else level
    ground = max(ground, float((heights[:150] - 0.25 * z[:150]).max() - view.eye * 0.5))
    eye = ground + view.eye
    rows = horizon + (eye - heights) / z * focal
    front = np.minimum.accumulate(rows, axis=0)
    top = int(np.clip(front[-1].min() - 2, 0, height - 8))
    y = np.arange(top, height, dtype=np.float32)
    hit = np.empty((height - top, width), dtype=np.int32)
    for column in range(width):
        hit[:, column] = np.searchsorted(-front[:, column], -y)
    sky = hit >= steps
    k = np.clip(hit, 1, steps - 1)
    column_of = np.arange(width)[None, :]
    before, after = rows[k - 1, column_of], rows[k, column_of]
    part = np.clip((before - y[:, None]) / np.maximum(before - after, 1e-6), 0, 1)
    depth = z[k - 1, 0] + part * (z[k, 0] - z[k - 1, 0])
    depth = np.where(sky, np.float32(view.far), depth).astype(np.float32)
    return Seen(
        top=top,
        skyline=front[-1],
        depth=depth,
        u=view.x + depth * (sin + cos * t),
        v=view.y + depth * (cos - sin * t),
        eye=eye,
    )
