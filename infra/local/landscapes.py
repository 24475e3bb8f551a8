"""The painter of the sample album: a scene's description in, a picture out."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from infra.local.album_brush import (
    Colours,
    blur,
    cloth,
    glow,
    gradient,
    ink,
    mix,
    smoothstep,
    varnish,
    wave,
)
from infra.local.album_extras import EXTRAS
from infra.local.album_faces import paint_face
from infra.local.album_growth import fir_edge
from infra.local.album_hours import HOURS
from infra.local.album_land import haze, paint_land, paint_mist, paint_ridges, paint_water
from infra.local.album_scene import Scene, level
from infra.local.album_scene import snow as snow_colour
from infra.local.album_sky import paint_sky
from infra.local.album_stencil import Stencil

FINEST = 1280  # pixels of the longest side that are painted; beyond, they are grown


def paint(scene: Scene, size: tuple[int, int], scale: float = 1.0) -> Image.Image:
    """The scene as an upright picture.

    Args:
        scene: What to paint.
        size: Pixels (width, height) at scale 1.
        scale: Below 1 a smaller picture of the same scene, for tests and previews.

    Returns:
        An RGB picture, the same for the same arguments.
    """
    width, height = (max(16, round(side * scale)) for side in size)
    shrink = min(1.0, FINEST * max(1.0, max(size) / min(size) / 2) / max(width, height))
    w, h = max(16, round(width * shrink)), max(16, round(height * shrink))
    canvas = KINDS[scene.kind](scene, w, h)
    for extra in scene.extras:
        name, *numbers = extra.split()
        canvas = EXTRAS[name](canvas, scene, *(float(number) for number in numbers))
    return varnish(canvas, (width, height))


def _land(scene: Scene, w: int, h: int) -> Colours:
    if scene.view is None:
        raise ValueError(f"the scene {scene.seed} has no view; give it a camera")
    canvas = paint_sky(w, h, scene.horizon * h, scene.sky, scene.seed)
    canvas, water = paint_land(
        canvas, scene.view, scene.horizon * h, scene.sky, scene.ground, scene.air, scene.rows
    )
    if scene.rough is None:
        return canvas
    tint = scene.near or "1d4a5a"
    return paint_water(canvas, scene.horizon * h, water, scene.sky, scene.seed, scene.rough, tint)


def _sea(scene: Scene, w: int, h: int) -> Colours:
    canvas = paint_sky(w, h, scene.horizon * h, scene.sky, scene.seed)
    if scene.ground == "coast":
        canvas = paint_ridges(
            canvas, scene.horizon * h * 0.985, scene.sky, scene.seed, "27405c", 3, 0.5, 0.03
        )
    y = np.arange(h, dtype=np.float32)[:, None]
    mask = np.repeat(np.clip(y + 0.5 - scene.horizon * h, 0, 1), w, axis=1)
    rough = 0.8 if scene.rough is None else scene.rough
    canvas = paint_water(
        canvas, scene.horizon * h, mask, scene.sky, scene.seed, rough, scene.near or "16405c"
    )
    edge = np.exp(-(((y - scene.horizon * h) / (h * 0.006)) ** 2)) * 0.5
    return mix(canvas, haze(w, scene.sky), np.repeat(edge, w, axis=1).astype(np.float32))


def _beach(scene: Scene, w: int, h: int) -> Colours:
    canvas = _sea(scene, w, h)
    y = np.arange(h, dtype=np.float32)[:, None] / h
    x = np.linspace(0, 1, w, dtype=np.float32)
    shore = scene.horizon + (1 - scene.horizon) * (0.42 + 0.26 * (x - 0.4) ** 2 + 0.16 * x)
    shore = shore + 0.016 * wave(w, scene.seed + 5, 3, 5)
    depth = y - shore[None, :]
    shallow = smoothstep(-0.2, 0.0, depth)
    canvas = mix(canvas, ink("7fd0c8") * level(scene), shallow * 0.55)
    grainy = cloth(w, h, scene.seed, (800.0, 800.0 * h / w), 0.9)
    sand = gradient(
        [(0.0, ink("b08e66")), (0.12, ink("cfae82")), (0.5, ink("ead2a6")), (1.0, ink("f0dcb4"))],
        np.clip(depth / 0.35, 0, 1),
    )
    sand = sand * (1 + 0.035 * grainy[..., None]) * (level(scene) + 0.02)
    wet = smoothstep(0.05, 0.0, depth)
    sand = mix(sand, canvas[::-1] * 0.9, wet * 0.38)
    canvas = mix(canvas, sand, smoothstep(-0.003, 0.004, depth))
    lace = cloth(w, h, scene.seed + 1, (500.0, 900.0 * h / w), 1.2)
    for offset, strength in ((-0.004, 0.95), (-0.05, 0.5), (-0.12, 0.32)):
        line = np.exp(-(((depth - offset - 0.004 * lace) / (0.010 + abs(offset) * 0.10)) ** 2))
        canvas = mix(
            canvas,
            ink("ffffff") * min(1, level(scene) + 0.08),
            line * strength * smoothstep(-1.4, 0.6, lace),
        )
    return canvas


def _ridges(scene: Scene, w: int, h: int) -> Colours:
    canvas = paint_sky(w, h, (scene.horizon + 0.06) * h, scene.sky, scene.seed)
    jag = 0.42 if scene.ground == "soft" else 0.53
    return paint_ridges(
        canvas,
        scene.horizon * h,
        scene.sky,
        scene.seed,
        scene.near or "1d2a3a",
        8,
        jag,
        0.92 - scene.horizon,
    )


def _forest(scene: Scene, w: int, h: int) -> Colours:
    """Spruces row behind row, mist between the rows."""
    canvas = paint_sky(w, h, (scene.horizon + 0.1) * h, scene.sky, scene.seed)
    hour = HOURS[scene.sky.hour]
    air = haze(w, scene.sky)[0]
    snow = scene.ground == "winter"
    near = ink(scene.near or ("2c3a44" if snow else "16241d"))
    layers = 6
    for k in range(layers):
        t = k / (layers - 1)
        base = (scene.horizon + (0.92 - scene.horizon) * t**1.1) * h
        line = base + wave(w, scene.seed * 13 + k, 3.2 - 1.6 * t, 3, 0.4) * h * (0.05 + 0.03 * t)
        colour = mix(air, near, 0.14 + 0.84 * t**1.15)[None]
        if snow:
            colour = mix(colour, snow_colour(scene)[None, None], 0.22)
        tall = h * (0.10 + 0.24 * t**1.3)
        white = mix(air, snow_colour(scene)[None], 0.35 + 0.6 * t)[None] if snow else None
        canvas = fir_edge(canvas, line, tall, colour, scene.seed * 17 + k, 1.0 - 0.45 * t, white)
        if k < layers - 1:
            canvas = paint_mist(
                canvas,
                base + h * 0.05,
                h * (0.045 + 0.03 * t),
                hour,
                scene.seed + k,
                (1 - scene.air * 0.5) * (1 - 0.55 * t),
            )
    return canvas


def _birches(scene: Scene, w: int, h: int) -> Colours:
    """Inside a wood: pale trunks, leaves overhead and on the ground, light falling through."""
    rng = np.random.default_rng(scene.seed)
    tones = {
        "autumn": ("f6d98a", "e39a35", "b5581d", "8a4a1e"),
        "summer": ("e4efb0", "9cc25a", "55853a", "3d5a2c"),
        "spring": ("eef5c6", "bcd97c", "7fae52", "5a7d3c"),
        "winter": ("eef2f8", "cdd8e6", "a7b6ca", "dfe6f0"),
    }[scene.ground]
    y = np.linspace(0, 1, h, dtype=np.float32)
    stops = [
        (0.0, ink(tones[1])),
        (0.45, ink(tones[0])),
        (scene.horizon, ink(tones[0])),
        (scene.horizon + 0.03, ink(tones[1])),
        (1.0, ink(tones[3])),
    ]
    canvas = np.repeat(gradient(stops, y)[:, None], w, axis=1)
    leaf = cloth(w, h, scene.seed, (500.0, 500.0 * h / w), 1.2)
    row = y[:, None]
    canopy = smoothstep(0.62, 0.0, row) * np.ones((1, w), np.float32)
    canvas = mix(canvas, ink(tones[2]), smoothstep(0.1, 1.2, leaf + canopy * 1.1 - 0.8) * 0.75)
    ground = smoothstep(scene.horizon, scene.horizon + 0.08, row)
    litter = cloth(w, h, scene.seed + 1, (700.0, 1000.0 * min(1.0, h / w)), 1.1)
    canvas = mix(canvas, ink(tones[2]), ground * smoothstep(0.0, 1.4, litter) * 0.6)
    canvas = mix(canvas, ink(tones[0]), ground * smoothstep(0.6, 1.7, -litter) * 0.5)
    for k in range(5):
        t = k / 4
        trunks, bark = Stencil(w, h), Stencil(w, h)
        foot = (scene.horizon + (0.97 - scene.horizon) * t**1.6) * h
        for x in rng.uniform(-0.02, 1.02, int((26 - 20 * t) * max(0.6, w / h))) * w:
            thick = h * (0.006 + 0.030 * t**1.4) * rng.uniform(0.7, 1.25)
            lean = rng.normal(0, 0.02) * h
            base = foot + rng.uniform(-0.01, 0.025) * h
            trunks.polygon(
                [
                    (x - thick * 0.6, base),
                    (x + thick * 0.6, base),
                    (x + lean + thick * 0.36, -4),
                    (x + lean - thick * 0.36, -4),
                ]
            )
            for mark in rng.uniform(0, 1, int(6 + 22 * t)):
                px, py = x + lean * (1 - mark), base * mark
                side = rng.choice([-1, 1]) * thick * 0.3
                bark.polygon(
                    [
                        (px + side - thick * 0.22, py),
                        (px + side + thick * 0.22, py - thick * 0.07),
                        (px + side + thick * 0.14, py + thick * 0.12),
                    ]
                )
        alpha = trunks.alpha()
        shadow = np.roll(alpha, max(1, int(h * (0.002 + 0.006 * t))), axis=1) * alpha
        pale = mix(ink(tones[0]), ink("f3efe4"), 0.25 + 0.7 * t)
        canvas = mix(canvas, pale * (0.72 if scene.ground != "winter" else 0.8), alpha)
        canvas = mix(canvas, np.clip(pale * 1.02, 0, 1), shadow * 0.8)
        canvas = mix(
            canvas, mix(ink(tones[0]), ink("2c2622"), 0.25 + 0.6 * t), bark.alpha() * alpha
        )
        canvas = glow(canvas, ink(tones[0]), np.full((h, w), 0.16 * (1 - t), np.float32))
    for k, tone in enumerate((2, 1, 0)):
        leaves = Stencil(w, h)
        if scene.ground == "winter":
            break
        for x, up in zip(rng.uniform(0, 1, 900), np.abs(rng.normal(0, 0.2, 900)), strict=True):
            size = h * rng.uniform(0.003, 0.0085)
            leaves.disc(x * w, up * h, size, size * 0.7)
        canvas = mix(canvas, ink(tones[tone]), leaves.alpha() * (0.85 - 0.1 * k))
    sun_x = scene.sky.sun[0] if scene.sky.sun else 0.7
    x = np.linspace(0, 1, w, dtype=np.float32)[None, :]
    beams = np.exp(-(((np.hypot(x - sun_x, (row - 0.2) * h / w)) / 0.3) ** 2)) * 0.55
    return glow(canvas, ink("fff3cf"), beams.astype(np.float32))


def _face(scene: Scene, w: int, h: int) -> Colours:
    back = KINDS["ridges" if scene.rough is None else "sea"](scene, w, h)
    return paint_face(blur(back, h * 0.012), scene.ground, level(scene))


KINDS: dict[str, Callable[[Scene, int, int], Colours]] = {
    "land": _land,
    "sea": _sea,
    "beach": _beach,
    "ridges": _ridges,
    "forest": _forest,
    "birches": _birches,
    "face": _face,
}
