"""Cursors: where a page ended, as an opaque text that is good for the same query only."""

import hashlib
import json
import re
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from typing import Any

from chalicelib.domain.query import Cursor, Filter, Sizes
from chalicelib.errors import InvalidParameterError

_SEAL_CHARACTERS = 16
_LARGEST = 2**53
_MONTH = re.compile("[0-9]{4}-[0-9]{2}")
# Of months that a library may have; more would be a bomb.
_MOST_SIZES_BYTES = 500_000
# An order, or its month alone, or what stands after all of a month.
_ORDER = re.compile("[0-9]{4}-[0-9]{2}[-T:.~0-9]{0,16}")


def encode_cursor(asked: Filter, is_shuffled: bool, cursor: Cursor) -> str:
    """The text of a cursor."""
    before = list(cursor.before) if cursor.before else None
    sizes = None if cursor.sizes is None else _packed(cursor.sizes)
    state = _json([cursor.offset, before, cursor.skip, cursor.seed, sizes, cursor.step])
    sealed = f"{_seal(asked, is_shuffled, state)}{state}"
    return urlsafe_b64encode(sealed.encode()).decode().rstrip("=")


def decode_cursor(text: str, asked: Filter, is_shuffled: bool) -> Cursor:
    """The cursor that a page of the same query gave as this text.

    Raises:
        InvalidParameterError: It is altered, made up, or of another query.
    """
    refused = InvalidParameterError("cursor", "not one that this query gave; start without one")
    try:
        padded = text + "=" * (-len(text) % 4)
        state = b64decode(padded, altchars=b"-_", validate=True).decode()[_SEAL_CHARACTERS:]
        cursor = _parse(json.loads(state), is_shuffled)
        # Compared as a whole: nothing can be written in two ways.
        if cursor is not None and encode_cursor(asked, is_shuffled, cursor) == text:
            return cursor
    except (ValueError, RecursionError) as error:
        raise refused from error
    raise refused


def _parse(state: Any, is_shuffled: bool) -> Cursor | None:
    match state:
        case [offset, None, skip, seed, str(packed), step] if is_shuffled:
            place = offset if step is None else step
            sizes = _unpacked(packed)
            length = sum(size for _, size in sizes)
            if _are_whole(offset, skip, seed, place) and place <= length:
                return Cursor(offset, None, skip, seed, sizes, step)
        case [offset, [str(order), str(asset_id)], skip, None, None, None] if not is_shuffled:
            if _are_whole(offset, skip) and _ORDER.fullmatch(order):
                return Cursor(offset, (order, asset_id), skip)
    return None


def _packed(sizes: Sizes) -> str:
    """Fifteen years of months in some thousand characters."""
    return b64encode(zlib.compress(_json(sizes).encode(), 9)).decode()


def _unpacked(packed: str) -> Sizes:
    """The same, taken apart.

    Raises:
        ValueError: It is something else.
    """
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(b64decode(packed, validate=True), _MOST_SIZES_BYTES)
    except zlib.error as error:
        raise ValueError("not packed") from error
    found = []
    for pair in json.loads(text):
        match pair:
            case [str(bucket), int(size)] if _MONTH.fullmatch(bucket) and _are_whole(size):
                found.append((bucket, size))
            case _:
                raise ValueError("no bucket and its size")
    return tuple(found)


def _are_whole(*values: Any) -> bool:
    return all(type(value) is int and 0 <= value < _LARGEST for value in values)


def _seal(asked: Filter, is_shuffled: bool, state: str) -> str:
    """Binds a cursor to its query: a checksum against mistakes, not a secret."""
    bound = _json(
        [
            *(asked.gallery, asked.view, asked.content_type, asked.date_from, asked.date_to),
            *(asked.search, is_shuffled, state),
        ]
    )
    return hashlib.blake2b(bound.encode(), digest_size=_SEAL_CHARACTERS // 2).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
