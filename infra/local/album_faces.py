"""Four drawn people for the sample album's portraits, head and shoulders."""

from dataclasses import dataclass

import numpy as np

from infra.local.album_brush import Colours, Plane, blur, glow, ink, mix
from infra.local.album_stencil import Point, Stencil


@dataclass(frozen=True)
class Person:
    """How somebody looks; colours are hex codes.

    Attributes:
        skin: Of the face.
        hair: Of the hair.
        coat: Of what they wear.
        trim: Collar, scarf or hat.
        cut: "long", "bun", "curls" or "hat".
        beard: Whether there is one.
        glasses: Whether they wear them.
        small: A child's proportions.
    """

    skin: str
    hair: str
    coat: str
    trim: str
    cut: str
    beard: bool = False
    glasses: bool = False
    small: bool = False


PEOPLE = {
    "ada": Person("e8b08d", "6d3b22", "2f6f73", "e8c07a", "long"),
    "jon": Person("d79a74", "4a2f22", "3d4a63", "c8553d", "hat", beard=True),
    "mio": Person("a96f4b", "231a1a", "e0a83a", "f4efe2", "curls", small=True),
    "rut": Person("ecc0a2", "d5d2cd", "7a4a6b", "f0e3d0", "bun", glasses=True),
}


def _curve(points: list[Point], steps: int = 14) -> list[Point]:
    """A closed smooth line through the points (Catmull-Rom)."""
    p = np.array(points)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    out = []
    for i in range(len(p)):
        a, b, c, d = p[i - 1], p[i], p[(i + 1) % len(p)], p[(i + 2) % len(p)]
        out.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return [(float(x), float(y)) for x, y in np.concatenate(out)]


class _Easel:
    """Shapes in units of the head's height about the face's middle."""

    def __init__(self, canvas: Colours, middle: Point, unit: float, light: float) -> None:
        self.canvas, self.middle, self.unit, self.light = canvas, middle, unit, light
        self.height, self.width = canvas.shape[:2]

    def at(self, points: list[Point]) -> list[Point]:
        return [(self.middle[0] + x * self.unit, self.middle[1] + y * self.unit) for x, y in points]

    def stencil(self) -> Stencil:
        return Stencil(self.width, self.height)

    def fill(self, colour: Colours, alpha: Plane, strength: float = 1.0) -> None:
        self.canvas = mix(self.canvas, colour * self.light, alpha * strength)

    def shape(self, points: list[Point], code: str, round_off: float = 0.0) -> Plane:
        """A smooth closed shape, lit from the upper left by `round_off`; gives its mask."""
        stencil = self.stencil()
        stencil.polygon(_curve(self.at(points)))
        mask = stencil.alpha()
        self.fill(ink(code), mask)
        if round_off:
            x = (np.arange(self.width, dtype=np.float32)[None, :] - self.middle[0]) / self.unit
            y = (np.arange(self.height, dtype=np.float32)[:, None] - self.middle[1]) / self.unit
            dark = np.clip(0.5 + x * 0.9 + y * 0.25, 0, 1) * mask * round_off
            self.fill(ink(code) * np.array([0.62, 0.5, 0.55], np.float32), dark.astype(np.float32))
            rim = np.clip(-x * 1.3 - y * 0.5 - 0.2, 0, 1) * mask * round_off * 0.5
            self.canvas = glow(self.canvas, ink("ffe2b8"), rim.astype(np.float32))
        return mask

    def stroke(self, points: list[Point], thick: float, code: str, strength: float = 1.0) -> None:
        stencil = self.stencil()
        stencil.line(self.at(points), thick * self.unit)
        self.fill(ink(code), stencil.alpha(), strength)

    def dot(
        self, spot: Point, rx: float, ry: float, code: str, strength: float = 1.0, soft: float = 0.0
    ) -> None:
        stencil = self.stencil()
        ((x, y),) = self.at([spot])
        stencil.disc(x, y, rx * self.unit, ry * self.unit)
        self.fill(ink(code), blur(stencil.alpha(), soft * self.unit), strength)


def paint_face(canvas: Colours, who: str, light: float) -> Colours:
    """Somebody out of PEOPLE before the (blurred) canvas."""
    person = PEOPLE[who]
    height, width = canvas.shape[:2]
    unit = height * (0.34 if person.small else 0.37)
    middle = (width * 0.5, height * (0.50 if person.small else 0.44))
    easel = _Easel(canvas, middle, unit, min(1.0, 0.25 + 0.85 * light))
    _hair_behind(easel, person)
    _body(easel, person)
    _head(easel, person)
    _features(easel, person)
    _hair_before(easel, person)
    return easel.canvas


def _body(easel: _Easel, person: Person) -> None:
    skin = person.skin
    wide = 0.80 if person.small else 1.0
    easel.shape([(-0.17, 0.25), (0.17, 0.25), (0.19, 0.66), (0.0, 0.78), (-0.19, 0.66)], skin, 0.75)
    easel.shape(
        [
            (-0.22, 0.60),
            (0.22, 0.60),
            (0.62 * wide, 0.76),
            (0.86 * wide, 1.15),
            (0.95 * wide, 2.4),
            (-0.95 * wide, 2.4),
            (-0.86 * wide, 1.15),
            (-0.62 * wide, 0.76),
        ],
        person.coat,
        0.45,
    )
    if person.cut == "long":
        easel.shape(
            [(-0.17, 0.56), (0.0, 0.62), (0.17, 0.56), (0.08, 0.80), (0.0, 0.92), (-0.08, 0.80)],
            skin,
            0.5,
        )
    else:
        easel.shape(
            [(-0.26, 0.56), (0.0, 0.62), (0.26, 0.56), (0.30, 0.70), (0.0, 0.82), (-0.30, 0.70)],
            person.trim,
            0.4,
        )


def _head(easel: _Easel, person: Person) -> None:
    for side in (-1, 1):
        easel.dot((side * 0.365, 0.03), 0.055, 0.085, person.skin)
    jaw = 0.30 if not person.small else 0.32
    easel.shape(
        [
            (0.0, -0.52),
            (0.27, -0.42),
            (0.365, -0.12),
            (0.35, 0.12),
            (jaw * 0.86, 0.36),
            (0.11, 0.49),
            (-0.11, 0.49),
            (-jaw * 0.86, 0.36),
            (-0.35, 0.12),
            (-0.365, -0.12),
            (-0.27, -0.42),
        ],
        person.skin,
        0.55,
    )
    if person.beard:
        easel.shape(
            [
                (-0.345, 0.06),
                (-0.25, 0.16),
                (-0.12, 0.15),
                (0.0, 0.175),
                (0.12, 0.15),
                (0.25, 0.16),
                (0.345, 0.06),
                (0.31, 0.36),
                (0.13, 0.56),
                (-0.13, 0.56),
                (-0.31, 0.36),
            ],
            person.hair,
            0.5,
        )


def _features(easel: _Easel, person: Person) -> None:
    for side in (-1, 1):
        x = side * 0.155
        easel.dot((side * 0.215, 0.135), 0.075, 0.055, "d8604f", 0.20, 0.03)
        easel.dot((x, -0.035), 0.050, 0.032, "fbf6ef", 0.95)
        easel.dot((x, -0.035), 0.027, 0.031, "3a2a22")
        easel.dot((x - 0.009, -0.046), 0.008, 0.008, "ffffff")
        easel.stroke(
            [(x - 0.058, -0.028), (x - 0.03, -0.064), (x + 0.03, -0.066), (x + 0.058, -0.028)],
            0.014,
            "33221b",
        )
        arch = [(x - side * 0.07, -0.132), (x + side * 0.005, -0.155), (x + side * 0.08, -0.125)]
        easel.stroke(arch, 0.024, "8f8a86" if person.cut == "bun" else person.hair, 0.9)
    dark = "8a4a36"
    easel.stroke([(0.012, -0.02), (0.035, 0.10), (0.02, 0.128), (-0.025, 0.128)], 0.013, dark, 0.5)
    smile = [(-0.13, 0.215), (-0.075, 0.275), (0.0, 0.298), (0.075, 0.275), (0.13, 0.215)]
    easel.shape([*smile, (0.07, 0.235), (0.0, 0.242), (-0.07, 0.235)], "9c3d3a")
    easel.shape(
        [
            (-0.085, 0.232),
            (0.0, 0.242),
            (0.085, 0.232),
            (0.06, 0.256),
            (0.0, 0.264),
            (-0.06, 0.256),
        ],
        "fffaf2",
    )
    easel.stroke([(-0.148, 0.205), *smile, (0.148, 0.205)], 0.012, "8a332f", 0.7)
    if person.glasses:
        for side in (-1, 1):
            ring = [
                (side * 0.155 + 0.098 * np.cos(a), -0.03 + 0.085 * np.sin(a))
                for a in np.linspace(0, 2 * np.pi, 40)
            ]
            easel.stroke(ring, 0.014, "5a3d2b")
        easel.stroke([(-0.06, -0.045), (0.0, -0.06), (0.06, -0.045)], 0.014, "5a3d2b")


def _hair_behind(easel: _Easel, person: Person) -> None:
    if person.cut == "long":
        easel.shape(
            [
                (0.0, -0.66),
                (0.36, -0.52),
                (0.47, -0.1),
                (0.50, 0.4),
                (0.56, 0.86),
                (0.30, 1.0),
                (-0.30, 1.0),
                (-0.56, 0.86),
                (-0.50, 0.4),
                (-0.47, -0.1),
                (-0.36, -0.52),
            ],
            person.hair,
            0.5,
        )
    elif person.cut == "bun":
        easel.dot((0.0, -0.72), 0.19, 0.17, person.hair)
        easel.dot((0.03, -0.70), 0.13, 0.10, "b9b4ae", 0.5, 0.03)
    elif person.cut == "curls":
        rng = np.random.default_rng(3)
        for angle in np.linspace(-3.5, 0.36, 26):
            r = 0.43 + rng.uniform(-0.03, 0.05)
            easel.dot(
                (np.cos(angle) * r, -0.16 + np.sin(angle) * r * 1.02), 0.13, 0.13, person.hair
            )


def _hair_before(easel: _Easel, person: Person) -> None:
    if person.cut == "long":
        easel.shape(
            [
                (-0.05, -0.62),
                (0.25, -0.55),
                (0.41, -0.25),
                (0.40, 0.16),
                (0.34, -0.10),
                (0.20, -0.32),
                (-0.02, -0.42),
                (-0.22, -0.28),
                (-0.34, -0.02),
                (-0.41, 0.20),
                (-0.42, -0.22),
                (-0.28, -0.54),
            ],
            person.hair,
            0.45,
        )
    elif person.cut == "bun":
        easel.shape(
            [
                (0.0, -0.64),
                (0.28, -0.54),
                (0.40, -0.22),
                (0.375, 0.0),
                (0.28, -0.26),
                (0.06, -0.40),
                (-0.14, -0.37),
                (-0.30, -0.22),
                (-0.375, 0.0),
                (-0.40, -0.22),
                (-0.28, -0.54),
            ],
            person.hair,
            0.4,
        )
    elif person.cut == "hat":
        easel.shape(
            [
                (0.0, -0.76),
                (0.28, -0.66),
                (0.40, -0.36),
                (0.41, -0.20),
                (0.0, -0.26),
                (-0.41, -0.20),
                (-0.40, -0.36),
                (-0.28, -0.66),
            ],
            person.trim,
            0.5,
        )
        easel.shape(
            [
                (-0.43, -0.34),
                (0.0, -0.40),
                (0.43, -0.34),
                (0.44, -0.18),
                (0.0, -0.24),
                (-0.44, -0.18),
            ],
            "e9e0d2",
            0.4,
        )
        easel.dot((0.0, -0.80), 0.11, 0.10, "e9e0d2")
    else:
        rng = np.random.default_rng(5)
        for x in np.linspace(-0.34, 0.34, 15):
            y = -0.43 + 0.9 * x * x + rng.uniform(-0.03, 0.03)
            easel.dot((x, y), 0.095, 0.09, person.hair)
