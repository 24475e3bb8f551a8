"""Kinds of values that requests carry: what each takes, from a text or from JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# No number that is allowed anywhere has more digits.
_DIGITS = "[0-9]{1,16}"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# As forms of browsers send it: https://html.spec.whatwg.org/#local-dates-and-times
WALL_CLOCK = (
    "(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    "T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{3})?)?"
)


@dataclass(frozen=True)
class Text:
    """A text of so many characters; half a surrogate pair becomes U+FFFD.

    Attributes:
        low: Fewest characters.
        high: Most characters; None for any number.
    """

    low: int = 0
    high: int | None = None


@dataclass(frozen=True)
class Pattern:
    """A text of one form.

    Attributes:
        pattern: That the whole text matches; the same to Python and to JSON Schema.
        words: What that means.
    """

    pattern: str
    words: str


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    choices: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """A whole number in a range, both ends included; as a text in plain digits."""

    low: int
    high: int


class Flag:
    """True or false."""


class Day:
    """A day of the calendar, such as ``2024-05-17``."""


class WallClock:
    """A day and a time as a clock on the wall shows them, without a zone."""


@dataclass(frozen=True)
class Texts:
    """A list of texts.

    Attributes:
        each: What each must be; `NULL` stands for null where it may be said.
        high: Most of them; there is at least one.
        has_twins: Whether one may be in it twice.
    """

    each: "Text | Pattern | Choice | OrNull"
    high: int
    has_twins: bool = False


@dataclass(frozen=True)
class OrNull:
    """A value, or null, which says that there is none; leaving it out says nothing."""

    kind: "Text | Whole | WallClock"


class Null:
    """What null means where it may be said."""


NULL = Null()

Kind = Text | Pattern | Choice | Whole | Flag | Day | WallClock | Texts | OrNull


_WORDS: Mapping[type[Flag | Day | WallClock], str] = {
    Flag: "true or false",
    Day: "a day of the calendar, such as 2024-05-17",
    WallClock: "a day and a time without a zone, such as 2024-05-17T09:30:00",
}


def in_words(kind: Kind) -> str:
    """What a value must be."""
    match kind:
        case Text(_, None):
            return "a text"
        case Text(low, high):
            return f"a text of {low} to {high} characters"
        case Pattern(_, words):
            return words
        case Choice(choices):
            *others, last = choices
            return f"{', '.join(others)} or {last}" if others else last
        case Whole(low, high):
            return f"a whole number from {low} to {high}"
        case Flag() | Day() | WallClock():
            return _WORDS[type(kind)]
        case Texts(each, high, has_twins):
            unique = "" if has_twins else " none of them twice,"
            return f"a list of 1 to {high},{unique} each {in_words(each)}"
        case OrNull(kind):
            return f"{in_words(kind)}, or null"


def from_text(kind: Kind, text: str) -> Any | None:
    """The value that a text of an address means; None for none."""
    match kind:
        case Whole():
            return from_json(kind, int(text)) if re.fullmatch(_DIGITS, text) else None
        case Flag():
            return {"true": True, "false": False}.get(text)
        case _:
            return from_json(kind, text)


def from_json(kind: Kind, value: Any) -> Any | None:
    """The value that a JSON value means; None for none."""
    match kind, value:
        case Text(low, high), str():
            text = _without_halves(value)
            return text if low <= len(text) <= (len(text) if high is None else high) else None
        case Pattern(pattern), str():
            return value if re.fullmatch(pattern, value) else None
        case Choice(choices), str():
            return value if value in choices else None
        case Whole(low, high), int() if not isinstance(value, bool):
            return value if low <= value <= high else None
        case Flag(), bool():
            return value
        case Day(), str():
            return value if re.fullmatch(_DAY, value) and _is_date(value) else None
        case WallClock(), str():
            return value if re.fullmatch(WALL_CLOCK, value) and _is_date(value) else None
        case Texts(each, high, has_twins), [_, *_] if len(value) <= high:
            texts = tuple(from_json(each, text) for text in value)
            is_right = has_twins or len(set(texts)) == len(texts)
            return texts if None not in texts and is_right else None
        case OrNull(known), _:
            return NULL if value is None else from_json(known, value)
    return None


def _without_halves(text: str) -> str:
    """A text as browsers send it: https://webidl.spec.whatwg.org/#idl-USVString."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
