"""What goes over the pipe between a process and its child that decodes.

A message is a head in JSON and some pieces of bytes. Nothing is unpickled: the child
has been fed with strangers' bytes, and what it says is not trusted with more than that.
"""

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.imaging.facts import Facts

PIECE_BYTES = 1 << 20
"""What is read of a file at once."""

_LENGTH_BYTES = 4
_MOMENTS = ("taken_local", "taken_at_utc")

Head = Mapping[str, Any]


def pack(head: Head, *pieces: bytes) -> bytes:
    """A message as bytes."""
    text = json.dumps({**head, "sizes": [len(piece) for piece in pieces]}).encode()
    return b"".join((len(text).to_bytes(_LENGTH_BYTES, "big"), text, *pieces))


def unpack(message: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The head and the pieces of a message."""
    at = _LENGTH_BYTES + int.from_bytes(message[:_LENGTH_BYTES], "big")
    head: dict[str, Any] = json.loads(message[_LENGTH_BYTES:at])
    pieces = []
    for size in head.pop("sizes"):
        pieces.append(message[at : at + size])
        at += size
    return head, pieces


def pack_facts(facts: Facts) -> dict[str, Any]:
    """Facts as JSON has them."""
    values = dataclasses.asdict(facts)
    for name in _MOMENTS:
        values[name] = values[name] and values[name].isoformat()
    return values


def unpack_facts(values: Mapping[str, Any]) -> Facts:
    """Facts again."""
    moments = {name: values[name] and datetime.fromisoformat(values[name]) for name in _MOMENTS}
    return Facts(**{**values, **moments, "tags": tuple(values["tags"])})
