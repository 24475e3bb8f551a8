"""Skies of the sample album, put together from light, clouds and stars."""

import numpy as np

from infra.local.album_brush import (
    Colours,
    glow,
    gradient,
    ink,
    mix,
    smoothstep,
)
from infra.local.album_clouds import paint_clouds
from infra.local.album_hours import HOURS, Sky
from infra.local.album_night import distance, paint_aurora, paint_milky_way, paint_moon, paint_stars


def paint_sky(width: int, height: int, horizon: float, sky: Sky, seed: int) -> Colours:
    """The whole canvas as sky, its horizon at a row (pixels from the top); below it the haze."""
    hour = HOURS[sky.hour]
    y = np.arange(height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    up = np.clip((horizon - y) / max(horizon, height * 0.5), 0, 1)
    stops = [(0.0, ink(hour.low)), (0.42, ink(hour.middle)), (1.0, ink(hour.zenith))]
    canvas = np.repeat(gradient(stops, up**0.8), width, axis=1)
    if sky.stars:
        canvas = paint_stars(canvas, horizon, sky, seed)
    if sky.milky_way:
        canvas = paint_milky_way(canvas, horizon, seed)
    if sky.aurora:
        canvas = paint_aurora(canvas, horizon, sky.aurora, seed)
    sun_x = sky.sun[0] if sky.sun else 0.5
    band = np.exp(-up * 6.5) * np.exp(-(((x - sun_x) * width / height / 0.85) ** 2))
    canvas = mix(canvas, ink(hour.band), (band * 0.85).astype(np.float32))
    if sky.sun:
        canvas = _sun(canvas, horizon, sky.sun, ink(hour.sun))
    if sky.moon:
        canvas = paint_moon(canvas, horizon, sky.moon, seed)
    if sky.clouds != "none":
        canvas = paint_clouds(canvas, horizon, sky, seed)
    return canvas


def _sun(canvas: Colours, horizon: float, sun: tuple[float, float], light: Colours) -> Colours:
    height, width = canvas.shape[:2]
    far = distance(width, height, horizon, sun)
    canvas = glow(canvas, light, 0.5 * np.exp(-far * 3.2) + 0.4 * np.exp(-far * 9))
    core = np.exp(-((far / 0.045) ** 2)) * 0.75 + smoothstep(0.030, 0.024, far)
    return glow(canvas, mix(light, ink("ffffff"), 0.6), np.clip(core, 0, 1))
