"""Where tables in memory keep their items: in order, as the text that goes over the wire."""

import json
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.benchmarks.capacity import Item, item_size, units_of_index_write, units_of_write

# The values of a key's attributes
Key = tuple[str, ...]


class Stored:
    """An item as it is kept.

    Args:
        size: Bytes by DynamoDB's rules.
        text: As JSON, or what makes it when it is asked for.
    """

    __slots__ = ("_text", "size")

    def __init__(self, size: int, text: str | Callable[[], str]) -> None:
        self.size = size
        self._text = text

    @property
    def text(self) -> str:
        """The item as JSON."""
        return self._text if isinstance(self._text, str) else self._text()

    @classmethod
    def of(cls, item: Item) -> "Stored":
        """Keep an item; its binary values are base64 text."""
        return cls(item_size(item), json.dumps(item, separators=(",", ":"), ensure_ascii=False))


class Shelf:
    """Items by key, or the entries of an index.

    Attributes:
        names: Attributes of the key: the hash key first, then what orders items under it.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._items: dict[str, dict[Key, Stored]] = {}
        self._hashes: list[tuple[int, str]] = []

    def key_of(self, item: Item) -> Key:
        """The key of an item."""
        return tuple(str(item[name]["S"]) for name in self.names)

    def get(self, key: Key) -> Stored | None:
        """One item."""
        return self._items.get(key[0], {}).get(key[1:])

    def set(self, key: Key, stored: Stored | None) -> None:
        """Keep an item; None for none any more."""
        under = self._items.setdefault(key[0], {})
        if stored is None:
            under.pop(key[1:], None)
        else:
            under[key[1:]] = stored

    def walk(self, hash_key: str, after: Key | None, forward: bool) -> Iterator[Stored]:
        """Items under a hash key, in order.

        Args:
            hash_key: Which ones.
            after: Only those that come after this key; None for all.
            forward: Whether in ascending order.
        """
        for rest, stored in sorted(self._items.get(hash_key, {}).items(), reverse=not forward):
            key = (hash_key, *rest)
            if after is None or (key > after if forward else key < after):
                yield stored

    def walk_all(self, after: Key | None, segment: int, segments: int) -> Iterator[Stored]:
        """Items of a segment, those under a hash key together, in an order that always is the same.

        Args:
            after: Only those that come after this key; None for all.
            segment: Which one, from 0.
            segments: How many there are.
        """
        if after is None or not self._hashes:
            # as it is when a walk begins: hash keys that come later are met by the next walk
            self._hashes = sorted((zlib.crc32(key.encode()), key) for key in self._items)
        first, last = (number * 2**32 // segments for number in (segment, segment + 1))
        start = (zlib.crc32(after[0].encode()), after[0]) if after else (first, "")
        for number in range(bisect_left(self._hashes, start), len(self._hashes)):
            hash_number, hash_key = self._hashes[number]
            if hash_number >= last:
                return
            is_first = after is not None and hash_key == after[0]
            yield from self.walk(hash_key, after if is_first else None, forward=True)

    def everything(self) -> Iterator[tuple[Key, Stored]]:
        """Every item with its key."""
        for hash_key, under in self._items.items():
            for rest, stored in under.items():
                yield (hash_key, *rest), stored


class Index:
    """An index: its entries, and what they have of an item.

    Attributes:
        shelf: The entries.
        keys: Its hash key and its range key.
        projected: Attributes of an entry.
    """

    def __init__(self, keys: Sequence[str], table_keys: Sequence[str], more: Sequence[str]) -> None:
        """Describe it.

        Args:
            keys: Its hash key and its range key.
            table_keys: Keys of its table, which every entry has.
            more: What else it projects.
        """
        self.keys = tuple(keys)
        names = tuple(dict.fromkeys((*keys, *table_keys)))
        self.shelf = Shelf(names)
        self.projected = frozenset((*names, *more))

    def entry(self, item: Item | None) -> Item | None:
        """What it has of an item; None where it leaves it out."""
        if item is None or not all(name in item for name in self.keys):
            return None
        return {name: value for name, value in item.items() if name in self.projected}


class StoredTable:
    """A table with its indexes.

    Attributes:
        shelf: The items.
        indexes: By name.
    """

    def __init__(
        self, keys: Sequence[str], indexes: Mapping[str, tuple[Sequence[str], Sequence[str]]]
    ) -> None:
        """An empty table.

        Args:
            keys: Hash key and, where there is one, range key.
            indexes: By name, the keys of an index and what it projects beside all keys.
        """
        self.shelf = Shelf(keys)
        self.indexes = {name: Index(own, keys, more) for name, (own, more) in indexes.items()}

    def item(self, key: Key) -> dict[str, Any]:
        """An item to work on; an empty one where there is none."""
        stored = self.shelf.get(key)
        return json.loads(stored.text) if stored else {}

    def write(self, key: Key, item: Item | None, *, transactional: bool = False) -> float:
        """Write an item, None to delete it; returns the write units, the indexes' included."""
        before, size_before = None, 0
        if (known := self.shelf.get(key)) is not None:
            before, size_before = json.loads(known.text), known.size
        stored = Stored.of(item) if item is not None else None
        self.shelf.set(key, stored)
        size = stored.size if stored else 0
        units = units_of_write(size_before, size, transactional=transactional)
        for index in self.indexes.values():
            old, new = index.entry(before), index.entry(item)
            units += units_of_index_write(old, new, index.keys)
            if old is not None:
                index.shelf.set(index.shelf.key_of(old), None)
            if new is not None:
                index.shelf.set(index.shelf.key_of(new), Stored.of(new))
        return units

    def load(self, items: Mapping[Key, Stored]) -> None:
        """Take items over that were written elsewhere."""
        for key, stored in items.items():
            self.shelf.set(key, stored)
            item = json.loads(stored.text) if self.indexes else {}
            for index in self.indexes.values():
                if (entry := index.entry(item)) is not None:
                    index.shelf.set(index.shelf.key_of(entry), Stored.of(entry))
