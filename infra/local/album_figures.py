"""People, dogs and birds of the sample album, as figures against the light."""

import numpy as np

from infra.local.album_stencil import Point, Stencil


def person(shape: Stencil, spot: Point, tall: float, pose: str = "stand") -> None:
    """A figure from behind, feet at a spot: "stand", "hike" (pack and pole), "cheer" or "child"."""
    x, foot = spot
    u = tall
    head = 0.072 if pose != "child" else 0.10
    hip, shoulder = foot - 0.47 * u, foot - 0.80 * u
    shape.disc(x, foot - (1 - head) * u, head * u * 0.82, head * u)
    shape.line([(x, foot - 0.90 * u), (x, shoulder)], 0.055 * u)
    shape.polygon(
        [
            (x - 0.115 * u, shoulder + 0.02 * u),
            (x - 0.05 * u, shoulder - 0.02 * u),
            (x + 0.05 * u, shoulder - 0.02 * u),
            (x + 0.115 * u, shoulder + 0.02 * u),
            (x + 0.088 * u, hip + 0.03 * u),
            (x - 0.088 * u, hip + 0.03 * u),
        ],
    )
    for side in (-1, 1):
        knee = x + side * (0.075 if pose == "hike" and side > 0 else 0.05) * u
        shape.line([(x + side * 0.045 * u, hip), (knee, foot - 0.25 * u)], 0.078 * u)
        shape.line([(knee, foot - 0.25 * u), (x + side * 0.062 * u, foot)], 0.062 * u)
        shape.disc(x + side * 0.075 * u, foot - 0.008 * u, 0.042 * u, 0.02 * u)
        hand: Point = (x + side * 0.17 * u, hip + 0.02 * u)
        elbow: Point = (x + side * 0.15 * u, shoulder + 0.18 * u)
        if pose == "cheer":
            elbow, hand = (
                (x + side * 0.2 * u, shoulder - 0.1 * u),
                (x + side * 0.27 * u, foot - 1.08 * u),
            )
        elif pose == "hike" and side > 0:
            elbow, hand = (x + 0.17 * u, shoulder + 0.15 * u), (x + 0.24 * u, shoulder + 0.2 * u)
            shape.line([hand, (x + 0.29 * u, foot + 0.01 * u)], 0.014 * u)
        shape.line([(x + side * 0.10 * u, shoulder + 0.025 * u), elbow, hand], 0.048 * u)
    if pose == "hike":
        shape.polygon(
            [
                (x - 0.095 * u, shoulder - 0.03 * u),
                (x + 0.095 * u, shoulder - 0.03 * u),
                (x + 0.115 * u, hip - 0.03 * u),
                (x - 0.115 * u, hip - 0.03 * u),
            ],
        )
        shape.line(
            [(x - 0.11 * u, shoulder - 0.05 * u), (x + 0.11 * u, shoulder - 0.05 * u)], 0.05 * u
        )


def dog(shape: Stencil, spot: Point, tall: float) -> None:
    """A dog seen from its side, looking left."""
    x, foot = spot
    u = tall
    shape.disc(x, foot - 0.55 * u, 0.55 * u, 0.22 * u)
    shape.disc(x - 0.60 * u, foot - 0.88 * u, 0.22 * u, 0.17 * u)
    shape.polygon(
        [
            (x - 0.7 * u, foot - 0.85 * u),
            (x - 0.98 * u, foot - 0.76 * u),
            (x - 0.7 * u, foot - 0.7 * u),
        ]
    )
    shape.line([(x - 0.42 * u, foot - 0.62 * u), (x - 0.56 * u, foot - 0.85 * u)], 0.24 * u)
    shape.polygon(
        [(x - 0.5 * u, foot - u), (x - 0.4 * u, foot - 0.7 * u), (x - 0.58 * u, foot - 0.85 * u)]
    )
    for leg in (-0.42, -0.30, 0.30, 0.44):
        shape.line([(x + leg * u, foot - 0.5 * u), (x + leg * u, foot)], 0.11 * u)
    shape.line([(x + 0.48 * u, foot - 0.62 * u), (x + 0.78 * u, foot - 0.92 * u)], 0.08 * u)


def birds(shape: Stencil, middle: Point, span: float, many: int, rng: np.random.Generator) -> None:
    """A loose flock about a point; `span` pixels from wing tip to wing tip."""
    for _ in range(many):
        x, y = middle[0] + rng.normal(0, span * 4.5), middle[1] + rng.normal(0, span * 1.7)
        s = span * rng.uniform(0.55, 1.1) / 2
        dip = rng.uniform(0.15, 0.5)
        for side in (-1, 1):
            shape.polygon(
                [
                    (x, y),
                    (x + side * s * 0.5, y - s * dip),
                    (x + side * s, y - s * dip * 0.45),
                    (x + side * s * 0.5, y - s * dip * 0.62),
                    (x, y + s * 0.12),
                ],
            )
