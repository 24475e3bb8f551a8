"""What DynamoDB charges, worked out from the sizes of items by the rules that AWS states.

* Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
* Units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
* Indexes: "Write capacity units" in
  https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html and …/GSI.html

Items are in DynamoDB's JSON as it goes over the wire: binary values are base64 text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

# A page of a Query ends once it has read so much.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
PAGE_BYTES = 1024 * 1024
_READ_BYTES = 4 * 1024
_WRITE_BYTES = 1024


def item_size(item: Item) -> int:
    """Bytes of an item: of its attributes' names and of their values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of a value.

    Raises:
        ValueError: Its type is none that items here have.
    """
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(content)
        case "B":
            return int(len(content) * 3 // 4 - content[-2:].count("="))
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_size(part) for part in content)
        case "M":
            return 3 + item_size(content) + len(content)
    raise ValueError(f"values of type {kind} are not known here")


def _number_size(text: str) -> int:
    """A byte for two significant digits, and one more."""
    mantissa = text.lower().lstrip("-").partition("e")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    # zeroes at the end are trimmed, before the point and behind it
    return -(-len(digits.rstrip("0")) // 2) + 1


def units_of_gets(sizes: Iterable[int], *, consistent: bool) -> float:
    """Read units of a GetItem or BatchGetItem: each item is rounded up by itself.

    Args:
        sizes: Bytes of each item asked for; 0 for one that is not there, which costs as
            much as the smallest.
        consistent: Whether it must read what every finished write wrote.
    """
    return sum(map(_read_blocks, sizes)) * (1.0 if consistent else 0.5)


def units_of_query(sizes: Iterable[int], *, consistent: bool) -> float:
    """Read units of a page of a Query: the sum of what it read is rounded up.

    Args:
        sizes: Bytes of each item, or of each entry of the index that is asked.
        consistent: Whether it must read what every finished write wrote.
    """
    return _read_blocks(sum(sizes)) * (1.0 if consistent else 0.5)


def units_of_write(before: int, after: int, *, transactional: bool = False) -> float:
    """Write units of an item: of the larger of what was there and what is to be.

    A write whose condition fails costs as much as one that succeeds.

    Args:
        before: Bytes of what was there; 0 for nothing.
        after: Bytes of what is to be; 0 for nothing.
        transactional: Whether it is part of a transaction, which costs twice as much.
    """
    return _write_blocks(max(before, after)) * (2.0 if transactional else 1.0)


def units_of_index_write(before: Item | None, after: Item | None, keys: Sequence[str]) -> float:
    """Write units of an index whose table's item changed.

    One write for an entry that is new or gone, or whose projected attributes changed; two,
    a delete and a put, where its key changed; none where nothing of it did.

    Args:
        before: The entry as it was, with what is projected only; None for none.
        after: As it is to be.
        keys: Attributes that are the index's key.
    """
    if before == after:
        return 0
    gone = 0 if before is None else item_size(before)
    new = 0 if after is None else item_size(after)
    if before is None or after is None or all(before[key] == after[key] for key in keys):
        return units_of_write(gone, new)
    return units_of_write(gone, 0) + units_of_write(0, new)


def _read_blocks(size: int) -> int:
    return max(1, -(-size // _READ_BYTES))


def _write_blocks(size: int) -> int:
    return max(1, -(-size // _WRITE_BYTES))
