"""Texts of SQL that a program runs and a person reads."""

from collections.abc import Sequence

from migrations.postgres import Identifier, Literal


def identifier(*names: str) -> str:
    """A name, with its schema or not, quoted."""
    return Identifier(*names).as_string()


def literal(value: str | Sequence[str]) -> str:
    """A text, quoted, or an array of texts."""
    if isinstance(value, str):
        return Literal(value).as_string()
    return f"ARRAY[{', '.join(map(literal, value))}]::text[]"
