"""What can be put into a scene of the sample album: people, trees, boats, weather."""

from collections.abc import Callable

import numpy as np

from infra.local.album_brush import (
    Colours,
    blur,
    cloth,
    glow,
    gradient,
    ink,
    mix,
    smoothstep,
    wave,
)
from infra.local.album_figures import birds, dog, person
from infra.local.album_growth import broadleaf, fir_edge, flowers, grass, palm
from infra.local.album_hours import HOURS
from infra.local.album_land import paint_mist
from infra.local.album_scene import Scene, level
from infra.local.album_stencil import Stencil
from infra.local.album_things import balloon, cabin, lighthouse, sailboat


def _silhouette(canvas: Colours, shape: Stencil, scene: Scene, strength: float = 0.97) -> Colours:
    return mix(
        canvas, ink("15131c") + ink(HOURS[scene.sky.hour].shade) * 0.08, shape.alpha() * strength
    )


def _boat(canvas: Colours, scene: Scene, across: float, tall: float, drop: float = 0.03) -> Colours:
    h, w = canvas.shape[:2]
    return sailboat(canvas, (across * w, (scene.horizon + drop) * h), tall * h, level(scene))


def _flock(
    canvas: Colours, scene: Scene, across: float, down: float, span: float, many: float
) -> Colours:
    h, w = canvas.shape[:2]
    shape = Stencil(w, h)
    birds(shape, (across * w, down * h), span * h, int(many), np.random.default_rng(scene.seed + 3))
    return _silhouette(canvas, shape, scene, 0.8)


def _hill(canvas: Colours, scene: Scene, top: float = 0.8, slope: float = 0.0) -> Colours:
    """A dark rise in the foreground for somebody to stand on."""
    h, w = canvas.shape[:2]
    x = np.linspace(-1, 1, w, dtype=np.float32)
    line = (top + 0.07 * (x - slope) ** 2) * h + wave(w, scene.seed + 8, 6, 6, 0.55) * h * 0.008
    y = np.arange(h, dtype=np.float32)[:, None]
    return mix(
        canvas,
        ink("15131c") + ink(HOURS[scene.sky.hour].shade) * 0.08,
        np.clip(y + 0.5 - line[None, :], 0, 1),
    )


def _people(
    canvas: Colours, scene: Scene, across: float, foot: float, tall: float, group: float
) -> Colours:
    """Group 0: a hiker; 1: parents and a child; 2: one who cheers; 3: a couple; 4: a dog too."""
    h, w = canvas.shape[:2]
    shape = Stencil(w, h)
    x, y, u = across * w, foot * h, tall * h
    if group == 0:
        person(shape, (x, y), u, "hike")
    elif group == 1:
        person(shape, (x - 0.36 * u, y), u)
        person(shape, (x + 0.36 * u, y), u * 0.93)
        person(shape, (x, y), u * 0.58, "child")
        for side in (-1, 1):
            shape.line(
                [(x + side * 0.08 * u, y - 0.28 * u), (x + side * 0.2 * u, y - 0.46 * u)], 0.035 * u
            )
    elif group == 2:
        person(shape, (x, y), u, "cheer")
    elif group == 3:
        person(shape, (x - 0.15 * u, y), u)
        person(shape, (x + 0.15 * u, y), u * 0.92)
    else:
        person(shape, (x, y), u, "hike")
        dog(shape, (x - 0.55 * u, y), u * 0.36)
    return _silhouette(canvas, shape, scene)


def _tree(canvas: Colours, scene: Scene, across: float, foot: float, tall: float) -> Colours:
    h, w = canvas.shape[:2]
    season = scene.ground if scene.ground in ("spring", "summer", "autumn", "winter") else "summer"
    side = 1.0 if scene.sky.sun and scene.sky.sun[0] > across else -1.0
    light = level(scene) * (0.75 if scene.sky.sun else 1.0)
    return broadleaf(canvas, (across * w, foot * h), tall * h, season, 77, light, side)


def _firs(canvas: Colours, scene: Scene, foot: float, tall: float, dense: float = 0.6) -> Colours:
    """A fringe of dark spruces along the lower edge."""
    h, w = canvas.shape[:2]
    x = np.linspace(-1, 1, w, dtype=np.float32)
    line = (foot - 0.10 * x * x) * h + wave(w, scene.seed + 9, 4, 4) * h * 0.015
    near = scene.near if scene.kind == "ridges" and scene.near else "121a1c"
    colour = mix(ink(near), ink("0a1016"), 0.5)
    return fir_edge(canvas, line, tall * h, colour, scene.seed + 10, dense)


def _palms(
    canvas: Colours, scene: Scene, across: float, foot: float, tall: float, lean: float
) -> Colours:
    h, w = canvas.shape[:2]
    shape = Stencil(w, h)
    rng = np.random.default_rng(scene.seed + 4)
    palm(shape, (across * w, foot * h), tall * h, lean, rng)
    palm(shape, ((across - 0.05 * np.sign(lean)) * w, foot * h), tall * h * 0.78, lean * 1.5, rng)
    return _silhouette(canvas, shape, scene)


def _balloons(canvas: Colours, scene: Scene, many: float) -> Colours:
    h, w = canvas.shape[:2]
    rng = np.random.default_rng(scene.seed + 6)
    sizes = np.sort(rng.uniform(0, 1, int(many)) ** 1.8)
    slots = rng.permutation(int(many))
    for k, near in enumerate(sizes):
        x = (slots[k] + rng.uniform(0.25, 0.75)) / many * w
        y = scene.horizon * h * rng.uniform(0.2, 0.85) * (1 - 0.35 * near) + 0.02 * h
        canvas = balloon(canvas, (x, y), h * (0.03 + 0.15 * near), k, 0.6 + 0.4 * level(scene))
    return canvas


def _rainbow(canvas: Colours, scene: Scene, across: float, radius: float) -> Colours:
    h, w = canvas.shape[:2]
    y = np.arange(h, dtype=np.float32)[:, None] - scene.horizon * h * 1.06
    x = np.arange(w, dtype=np.float32)[None, :] - across * w
    hues = [
        (0.0, ink("7a4fc0")),
        (0.2, ink("4a7be0")),
        (0.42, ink("52c97a")),
        (0.62, ink("f4e05c")),
        (0.82, ink("f59a42")),
        (1.0, ink("e8503f")),
    ]
    for r, wide, strength in ((radius, 0.045, 0.5), (radius * 1.28, -0.05, 0.15)):
        t = (np.hypot(x, y) / h - r) / wide + 0.5
        alpha = smoothstep(0.0, 0.25, t) * smoothstep(1.0, 0.75, t) * strength
        fade = smoothstep(0.06 * h, -0.06 * h, y)
        canvas = glow(canvas, gradient(hues, np.clip(t, 0, 1)), alpha * fade)
    return canvas


def _mist(canvas: Colours, scene: Scene, row: float, thick: float, power: float) -> Colours:
    h = canvas.shape[0]
    return paint_mist(canvas, row * h, thick * h, HOURS[scene.sky.hour], scene.seed + 2, power)


def _snowfall(canvas: Colours, scene: Scene, many: float = 900) -> Colours:
    h, w = canvas.shape[:2]
    rng = np.random.default_rng(scene.seed + 7)
    for size, share, alpha in ((0.0013, 0.7, 0.6), (0.0026, 0.25, 0.75), (0.0065, 0.05, 0.5)):
        flakes = Stencil(w, h)
        for x, y in rng.uniform(0, 1, (int(many * share * max(1.0, w / h)), 2)):
            flakes.disc(x * w, y * h, size * h * rng.uniform(0.6, 1.3))
        canvas = mix(canvas, ink("ffffff"), blur(flakes.alpha(), size * h * 0.4) * alpha)
    return canvas


def _grass(canvas: Colours, scene: Scene, base: float = 0.93, tall: float = 0.10) -> Colours:
    h = canvas.shape[0]
    hues = {
        "autumn": ("6f5a2c", "3c2f1a"),
        "winter": ("8f8a7c", "c9cdd6"),
        "spring": ("5f8a36", "2f5220"),
    }.get(scene.ground, ("54702f", "27401d"))
    return grass(canvas, base * h, tall * h, hues, scene.seed + 8, 0.15 + 0.8 * level(scene))


def _flowers(canvas: Colours, scene: Scene, top: float, kind: float) -> Colours:
    """Kind 0: poppies; 1: a mountain meadow; 2: daisies and buttercups."""
    hues = (
        ("d8352a", "e24a38", "b82a22"),
        ("f4f0e6", "f0d25a", "b58ad0"),
        ("ffffff", "fdf6e0", "f0cf3f"),
    )[int(kind)]
    return flowers(
        canvas, top * canvas.shape[0], hues, scene.seed + 9, 0.2 + 0.85 * level(scene), 5200
    )


def _light(canvas: Colours, scene: Scene, across: float, foot: float, tall: float) -> Colours:
    """A lighthouse on its rock."""
    h, w = canvas.shape[:2]
    x = np.arange(w, dtype=np.float32)
    hump = np.exp(-(((x - across * w) / (tall * h * 0.9)) ** 2) * 1.6)
    rough = wave(w, scene.seed + 2, 26 * w / h, 5, 0.6)
    top = foot * h + tall * h * (0.16 - 0.24 * hump - 0.03 * rough * (hump + 0.1))
    y = np.arange(h, dtype=np.float32)[:, None]
    body = np.clip(y + 0.5 - top[None, :], 0, 1) * (y < foot * h + 0.03 * h * hump[None, :] - 1)
    stone = cloth(w, h, scene.seed, (400.0, 400.0 * h / w), 1.3)
    rock = mix(ink("3a3432")[None, None], ink("6f6258"), smoothstep(-0.6, 1.6, stone)) * (
        0.2 + 0.75 * level(scene)
    )
    canvas = mix(canvas, rock, body)
    return lighthouse(
        canvas, (across * w, foot * h - tall * h * 0.06), tall * h, min(1.0, level(scene) + 0.1)
    )


def _cabin(canvas: Colours, scene: Scene, across: float, foot: float, wide: float) -> Colours:
    h, w = canvas.shape[:2]
    snow = scene.ground == "winter"
    return cabin(canvas, (across * w, foot * h), wide * h, level(scene), snow)


EXTRAS: dict[str, Callable[..., Colours]] = {
    "boat": _boat,
    "flock": _flock,
    "hill": _hill,
    "people": _people,
    "tree": _tree,
    "firs": _firs,
    "palms": _palms,
    "balloons": _balloons,
    "rainbow": _rainbow,
    "mist": _mist,
    "snowfall": _snowfall,
    "grass": _grass,
    "flowers": _flowers,
    "lighthouse": _light,
    "cabin": _cabin,
}
