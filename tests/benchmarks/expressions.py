"""DynamoDB's expressions, as far as the gallery and its baseline write them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.benchmarks.capacity import Item

Names = Mapping[str, str]
Values = Mapping[str, Mapping[str, Any]]

_TOKEN = re.compile(r"\s*([#:]?\w+|<=|>=|<>|[<>=(),+.\[\]])")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Reader:
    """The tokens of an expression, one after the other.

    Args:
        text: The expression.
        names: What its ``#names`` stand for.
        values: What its ``:values`` stand for.

    Raises:
        ValueError: It has something in it that is not known here.
    """

    def __init__(self, text: str, names: Names, values: Values) -> None:
        self._tokens = _tokens(text)
        self._text = text
        self._names = names
        self._values = values

    def next(self) -> str:
        """The next token, "" at the end; not used up."""
        return self._tokens[0] if self._tokens else ""

    def take(self, *expected: str) -> str:
        """The next token, which must be one of those expected, where any are."""
        token = self.next()
        if not token or (expected and token.upper() not in expected):
            raise ValueError(f"{token!r} was not expected in {self._text!r}")
        return self._tokens.pop(0)

    def try_take(self, expected: str) -> bool:
        """Use up the next token if it is the one expected."""
        if self.next().upper() != expected:
            return False
        self._tokens.pop(0)
        return True

    def finish(self) -> None:
        """Make sure that nothing is left."""
        if self._tokens:
            raise ValueError(f"{self.next()!r} was not expected in {self._text!r}")

    def name(self) -> str:
        """An attribute."""
        token = self.take()
        return self._names[token] if token.startswith("#") else token

    def operand(self, item: Item) -> Mapping[str, Any] | None:
        """What a value stands for, or an attribute has; None where it has none."""
        if self.next().startswith(":"):
            return self._values[self.take()]
        return item.get(self.name())


def holds(text: str, names: Names, values: Values, item: Item) -> bool:
    """Whether a condition is true of an item; of an empty one where there is none."""
    reader = Reader(text, names, values)
    found = _either(reader, item)
    reader.finish()
    return found


def updated(text: str, names: Names, values: Values, item: Item) -> dict[str, Any]:
    """An item after ``SET … REMOVE … ADD …``."""
    reader = Reader(text, names, values)
    after = dict(item)
    while reader.next():
        clause = reader.take("SET", "REMOVE", "ADD").upper()
        while True:
            name = reader.name()
            if clause == "SET":
                reader.take("=")
                after[name] = _required(reader.operand(item))
            elif clause == "ADD":
                before = Decimal(item.get(name, {"N": "0"})["N"])
                after[name] = {"N": str(before + Decimal(_required(reader.operand(item))["N"]))}
            else:
                after.pop(name, None)
            if not reader.try_take(","):
                break
    return after


def projected(text: str, names: Names) -> Sequence[str]:
    """The attributes that a projection names."""
    return [names.get(token, token) for token in _tokens(text) if token != ","]


def _either(reader: Reader, item: Item) -> bool:
    found = _both(reader, item)
    while reader.try_take("OR"):
        found = _both(reader, item) or found
    return found


def _both(reader: Reader, item: Item) -> bool:
    found = _single(reader, item)
    while reader.try_take("AND"):
        found = _single(reader, item) and found
    return found


def _single(reader: Reader, item: Item) -> bool:
    if reader.try_take("NOT"):
        return not _single(reader, item)
    if reader.try_take("("):
        found = _either(reader, item)
        reader.take(")")
        return found
    for function, wanted in (("ATTRIBUTE_EXISTS", True), ("ATTRIBUTE_NOT_EXISTS", False)):
        if reader.try_take(function):
            reader.take("(")
            found = (reader.operand(item) is not None) is wanted
            reader.take(")")
            return found
    left = reader.operand(item)
    compare = _COMPARISONS[reader.take(*_COMPARISONS)]
    right = reader.operand(item)
    if left is None or right is None or left.keys() != right.keys():
        return False
    return compare(_comparable(left), _comparable(right))


def _comparable(value: Mapping[str, Any]) -> Any:
    return Decimal(value["N"]) if "N" in value else next(iter(value.values()))


def _required(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if value is None:
        raise ValueError("an attribute is set to one that the item does not have")
    return value


def _tokens(text: str) -> list[str]:
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise ValueError(f"{text!r} is no expression that is known here")
    return tokens
