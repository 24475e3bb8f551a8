"""Colours as a browser shows them, and whether words in them can be read."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator

Colour = Sequence[float]


def colours_of(words: Locator, ground: Locator) -> tuple[Colour, Colour]:
    """Colours of words and of what they stand on, each 0 to 255."""
    return (
        _channels(words.evaluate("(one) => getComputedStyle(one).color")),
        _channels(ground.evaluate("(one) => getComputedStyle(one).backgroundColor")),
    )


def contrast(one: Colour, other: Colour) -> float:
    """Of two colours, 1 to 21; https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    shares = [part / 255 for part in colour]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(css: str) -> Colour:
    return [float(part) for part in re.findall(r"[\d.]+", css)[:3]]
