"""The light of the sample album: hours of the day, and what is up in a sky."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hour:
    """The light of one hour: colours as hex codes.

    Attributes:
        zenith: The sky overhead.
        middle: The sky half-way down.
        low: The sky just above the horizon, and the haze before far hills.
        band: The horizon below the sun.
        sun: The sun's own light.
        shade: What lies in shadow takes this.
        lit: Clouds' bright side.
        dim: Clouds' dark side.
        height: The sun's height for shading, tangent of its elevation.
        power: Strength of direct light, 0..1.2.
        ambient: Strength of the sky's light, 0..1.
    """

    zenith: str
    middle: str
    low: str
    band: str
    sun: str
    shade: str
    lit: str
    dim: str
    height: float
    power: float
    ambient: float


HOURS = {
    "dawn": Hour(
        "3d4f86",
        "8c86b4",
        "e6b7b5",
        "f7c9a4",
        "ffcfa8",
        "4b5684",
        "f4bfc0",
        "7d77a3",
        0.18,
        0.55,
        0.62,
    ),
    "sunrise": Hour(
        "4a78b8",
        "9db4d0",
        "f3d3b0",
        "ffc27a",
        "ffd9a0",
        "5c6f9c",
        "ffdcb8",
        "9a8fae",
        0.28,
        0.95,
        0.55,
    ),
    "morning": Hour(
        "3d7cc4",
        "7db1e0",
        "d3e6f0",
        "f4ecd8",
        "fff2d8",
        "6f8db6",
        "ffffff",
        "b2c0d2",
        0.6,
        1.0,
        0.6,
    ),
    "noon": Hour(
        "2a6cc0",
        "64a4e2",
        "bedff2",
        "dcebf2",
        "fffaf0",
        "7396c0",
        "ffffff",
        "b4c4d8",
        1.1,
        1.05,
        0.6,
    ),
    "golden": Hour(
        "4b7db8",
        "a3b9c9",
        "f6d9a6",
        "ffcf7d",
        "ffdc9c",
        "6b6f92",
        "ffe6bf",
        "a99a9f",
        0.35,
        1.0,
        0.52,
    ),
    "sunset": Hour(
        "3b4a86",
        "a4689a",
        "f58e62",
        "ffb44f",
        "ffb067",
        "51426f",
        "ff9d6c",
        "704a78",
        0.22,
        0.95,
        0.6,
    ),
    "ember": Hour(
        "2b2b55",
        "8a3f62",
        "e9573f",
        "ffa23d",
        "ff9448",
        "3a2a4c",
        "f7704c",
        "47294f",
        0.2,
        0.95,
        0.62,
    ),
    "dusk": Hour(
        "182448",
        "41508a",
        "b98aa6",
        "f0b08c",
        "d9a5a0",
        "2d3764",
        "b98fae",
        "3c4474",
        0.3,
        0.45,
        0.75,
    ),
    "blue": Hour(
        "0f1d44",
        "28488a",
        "7aa0cc",
        "c3c7d6",
        "a9bfe0",
        "22356a",
        "7f96c4",
        "2a3c70",
        0.4,
        0.36,
        0.75,
    ),
    "night": Hour(
        "060b1c",
        "0f2044",
        "24456c",
        "3a5f7c",
        "b7c7e6",
        "2c4170",
        "26395e",
        "0e1830",
        0.5,
        0.30,
        0.42,
    ),
    "moonlit": Hour(
        "0a1530",
        "1a3158",
        "4a6d92",
        "7d98b3",
        "cfdcf2",
        "142546",
        "8fa6c6",
        "22355a",
        0.5,
        0.5,
        0.3,
    ),
    "overcast": Hour(
        "8f9eac",
        "aebac4",
        "d4dadc",
        "e0e2e0",
        "e8ecee",
        "77848f",
        "e9eef0",
        "8b98a5",
        0.9,
        0.35,
        0.8,
    ),
    "storm": Hour(
        "2c3a48",
        "4d6070",
        "a9b5b4",
        "e3d9b4",
        "ffe8b4",
        "3c4a55",
        "98a5ab",
        "2e3b47",
        0.6,
        0.62,
        0.6,
    ),
    "mist": Hour(
        "9db4c2",
        "c0cfd4",
        "e8e8de",
        "f6ead2",
        "fff0d4",
        "8597a3",
        "f7f4ea",
        "b7c5cb",
        0.4,
        0.5,
        0.75,
    ),
    "frost": Hour(
        "5d8fca",
        "a7c5e4",
        "f0e4e4",
        "ffe3d0",
        "ffeedd",
        "7c93c4",
        "ffffff",
        "b9c3dc",
        0.32,
        0.8,
        0.65,
    ),
}


@dataclass(frozen=True)
class Sky:
    """What is up there.

    Attributes:
        hour: One of HOURS.
        sun: (across 0..1, height above the horizon as a share of the picture's height), or None.
        clouds: "none", "wisps", "fleece", "heaps", "deck" or "bank".
        cover: Share of the sky under clouds, 0..1.
        stars: Density of stars, 0..1.
        milky_way: Whether the galaxy stands over the land.
        aurora: Colours of northern lights from the lower edge up, hex codes; empty: none.
        moon: (across, height, radius as a share of the picture's height), or None.
    """

    hour: str
    sun: tuple[float, float] | None = None
    clouds: str = "none"
    cover: float = 0.4
    stars: float = 0.0
    milky_way: bool = False
    aurora: tuple[str, ...] = ()
    moon: tuple[float, float, float] | None = None
