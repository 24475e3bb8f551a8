"""What the painter of the sample album is told: one scene."""

from dataclasses import dataclass

from infra.local.album_brush import (
    Colours,
    ink,
    mix,
)
from infra.local.album_hours import HOURS, Sky
from infra.local.album_terrain import View


@dataclass(frozen=True)
class Scene:
    """What to paint.

    Attributes:
        kind: "land", "sea", "ridges", "forest", "birches", "beach" or "face".
        sky: What is up there.
        seed: Same seed, same picture.
        horizon: Row of the horizon as a share of the height.
        view: The camera, for "land".
        ground: What the land is made of, or a season.
        rough: The water: 0 a mirror, 1 the open sea; None: there is none.
        air: How far one sees; smaller is hazier.
        rows: Crop rows per texel.
        near: Hex colour of what is nearest (ridges, firs), or the water's tint.
        extras: Names out of EXTRAS, put in one after the other, each with optional numbers:
            "boat 0.7 0.1" stands at 0.7 of the width and is 0.1 of the height tall.
    """

    kind: str
    sky: Sky
    seed: int
    horizon: float = 0.5
    view: View | None = None
    ground: str = "summer"
    rough: float | None = None
    air: float = 0.8
    rows: float = 0.0
    near: str = ""
    extras: tuple[str, ...] = ()


def level(scene: Scene) -> float:
    """How bright the scene's hour is, about 0.3 at night and 1 at noon."""
    hour = HOURS[scene.sky.hour]
    return min(1.05, hour.ambient * 0.75 + hour.power * 0.45)


def snow(scene: Scene) -> Colours:
    """The colour of snow in the scene's light."""
    hour = HOURS[scene.sky.hour]
    return mix(ink(hour.lit), ink("f6f8fc"), 0.5) * min(1.0, level(scene) + 0.12)
