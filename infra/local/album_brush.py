"""Brushes of the sample album: colours, noise, blending and the last coat of varnish."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Plane = npt.NDArray[Any]  # float32, (rows, columns): a mask, a depth, a noise
Colours = npt.NDArray[Any]  # float32, (rows, columns, 3) or (3,): sRGB in 0..1

TEXTURE = 1024  # side of the tileable noise textures, in texels


def ink(code: str) -> Colours:
    """The colour of a hex code such as `f2c14e`, three floats in 0..1."""
    return np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float32) / 255


def smoothstep(low: float, high: float, value: Plane) -> Plane:
    """0 below low, 1 above high, and a soft slope between; high < low falls instead."""
    t = np.clip((value - low) / (high - low), 0, 1).astype(np.float32)
    result: Plane = t * t * (3 - 2 * t)
    return result


def gradient(stops: Sequence[tuple[float, Colours]], t: Plane) -> Colours:
    """Colours along t by the stops (position, colour), whose positions ascend."""
    places = [place for place, _ in stops]
    channels = [np.interp(t, places, [colour[i] for _, colour in stops]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def mix(under: Colours, over: Colours, alpha: Plane | float) -> Colours:
    """`over` laid on `under` with an opacity of alpha, a plane or one number in 0..1."""
    if not isinstance(alpha, np.ndarray):
        return np.asarray(under + (over - under) * np.float32(alpha))
    a = alpha.astype(np.float32, copy=False)
    if under.shape[:2] != a.shape or min(a.shape) < 64:
        return np.asarray(under + (over - under) * a[..., None])
    result = under.copy()
    rows = np.flatnonzero(a.any(axis=1))
    if not rows.size:
        return result
    down = slice(rows[0], rows[-1] + 1)
    columns = np.flatnonzero(a[down].any(axis=0))
    box = (down, slice(columns[0], columns[-1] + 1))  # most brushes touch a corner only
    layer = over
    if over.ndim == 3:
        layer = over[
            tuple(s if n > 1 else slice(None) for s, n in zip(box, over.shape, strict=False))
        ]
    result[box] += (layer - result[box]) * a[box][..., None]
    return result


def glow(under: Colours, light: Colours, alpha: Plane) -> Colours:
    """Light added as a screen: bright without clipping."""
    a = np.clip(alpha, 0, 1).astype(np.float32, copy=False)[..., None] * light
    result: Colours = 1 - (1 - under) * (1 - a)
    return result


@lru_cache(maxsize=16)
def texture(seed: int, roughness: float = 1.7) -> Plane:
    """Tileable cloud noise, TEXTURE texels square, mean 0 and deviation 1.

    Args:
        seed: Same seed, same noise.
        roughness: Exponent of the power spectrum; 1.5 is crisp, 2.2 is soft.
    """
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.standard_normal((TEXTURE, TEXTURE), dtype=np.float32))
    fy = np.fft.fftfreq(TEXTURE)[:, None]
    fx = np.fft.rfftfreq(TEXTURE)[None, :]
    radius = np.hypot(fy, fx)
    radius[0, 0] = 1
    spectrum = spectrum * radius**-roughness
    spectrum[radius < 2.5 / TEXTURE] *= 0.4  # no single huge blob
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(TEXTURE, TEXTURE)).astype(np.float32)
    return np.asarray(field / field.std())


def sample(field: Plane, u: Plane, v: Plane) -> Plane:
    """The tileable field at columns u and rows v (texels, any range), bilinear.

    The field may have colour channels behind its rows and columns.
    """
    rows, columns = field.shape[:2]
    u, v = u.astype(np.float32, copy=False), v.astype(np.float32, copy=False)
    u0, v0 = np.floor(u), np.floor(v)
    du, dv = u - u0, v - v0
    left, top = u0.astype(np.int32) % columns, v0.astype(np.int32) % rows
    right, below = (left + 1) % columns, (top + 1) % rows
    if field.ndim == 3:
        du, dv = du[..., None], dv[..., None]
    flat = field.reshape((rows * columns, *field.shape[2:]))
    upper = flat[top * columns + left] * (1 - du) + flat[top * columns + right] * du
    lower = flat[below * columns + left] * (1 - du) + flat[below * columns + right] * du
    result: Plane = upper * (1 - dv) + lower * dv
    return result


def grow(field: Plane, width: int, height: int) -> Plane:
    """A float plane resized to width x height pixels, bicubic."""
    picture = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC))


def cloth(
    width: int, height: int, seed: int, span: tuple[float, float], roughness: float = 1.7
) -> Plane:
    """A plane of noise (mean near 0, deviation near 1) cut from a texture.

    Args:
        width: Columns.
        height: Rows.
        seed: Chooses texture and place.
        span: Texels across and down the plane, each below TEXTURE; few texels, large shapes.
        roughness: As of the texture.
    """
    rng = np.random.default_rng(seed)
    x, y = (float(rng.uniform(0, TEXTURE - side)) for side in span)
    nearest = min((0.0, 1.2, 1.4, 1.7, 2.0), key=lambda known: abs(known - roughness))
    picture = Image.fromarray(texture(seed % 3, nearest))
    box = (x, y, x + span[0], y + span[1])
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC, box=box))


def wave(width: int, seed: int, scale: float, octaves: int = 6, fade: float = 0.5) -> Plane:
    """One line of noise about -1..1: `scale` bumps across, each octave `fade` as high."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0, scale, width, dtype=np.float32)
    line = np.zeros(width, dtype=np.float32)
    height = 1.0
    for _ in range(octaves):
        knots = rng.uniform(-1, 1, int(x[-1]) + 3)
        k = np.floor(x).astype(int)
        t = x - k
        t = t * t * (3 - 2 * t)
        line += height * (knots[k] * (1 - t) + knots[k + 1] * t)
        x = x * 2
        height *= fade
    return line


def blur(plane: Plane, radius: float) -> Plane:
    """The plane or picture (0..1) softened by a box of three passes, radius in pixels.

    Large radii are softened small and grown again.
    """
    if radius <= 0.3:
        return plane
    shrink = max(1, int(radius // 3))
    rows, columns = plane.shape[:2]
    mode = np.clip(plane * 255, 0, 255).astype(np.uint8)
    picture = Image.fromarray(mode)
    small = picture.resize(
        (max(1, columns // shrink), max(1, rows // shrink)), Image.Resampling.BOX
    )
    small = small.filter(ImageFilter.GaussianBlur(radius / shrink))
    back = small.resize((columns, rows), Image.Resampling.BICUBIC)
    return np.asarray(back).astype(np.float32) / 255


@lru_cache(maxsize=1)
def _grain() -> npt.NDArray[np.int16]:
    rng = np.random.default_rng(20)
    noise = rng.standard_normal((512, 512), dtype=np.float32)
    soft = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) * 0.62
    return soft.round().astype(np.int16)


def varnish(canvas: Colours, size: tuple[int, int], grain: int = 1) -> Image.Image:
    """The finished picture: tone curve, corners a little darker, full size, fine grain.

    Args:
        canvas: The painting, at any resolution of the same shape.
        size: Pixels of the picture, (width, height).
        grain: Strength of the grain; 0 leaves none.
    """
    rows, columns = canvas.shape[:2]
    y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None, :]
    corners = 1 - 0.13 * (x * x + y * y) ** 1.2 / 2
    # the textbook S: deeper shadows, brighter lights, same ends
    toned = np.clip(canvas, 0, 1).astype(np.float32, copy=False)
    toned += 0.3 * toned * (1 - toned) * (2 * toned - 1)
    toned *= corners[..., None] * 255
    toned += (cloth(columns, rows, 7, (1000.0, 1000.0), 0.0) * 0.35 + 0.5)[..., None]
    painted = toned.clip(0, 255)
    picture = Image.fromarray(painted.astype(np.uint8))
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    if not grain:
        return picture
    pixels = np.asarray(picture)
    tile = _grain() * grain
    down, across = -(-size[1] // 512), -(-size[0] // 512)
    film = np.tile(tile, (down, across))[: size[1], : size[0], None]
    return Image.fromarray((pixels + film).clip(0, 255).astype(np.uint8))
