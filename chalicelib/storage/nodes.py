"""How nodes look as items of the pages table.

* Node: pk ``{gallery}#{view}``, sk the bucket. ``v`` version, ``r`` revision, ``c``
  counts, ``d`` days, ``i`` the ids of its leaves, ``l`` the rest of their directory and
  the exact sums. The local indexes ``counts`` and ``days`` project nothing but keys, ``c``
  and ``d`` being two: fifteen years of counts are one request and one read unit.
* Section of a bucket with very many leaves: pk and sk as a leaf's, ``i`` and ``l`` as a
  node's. The node names its sections then, and they name the leaves.
* Total of a list: pk ``{gallery}``, sk the view, ``c`` counts, ``rev`` the sum of the
  revisions that they were summed up at.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.directory import Directory
from chalicelib.domain.timeline import UNDATED, BucketCounts, Counts, DayCounts, Node, Sums
from chalicelib.storage.table import Item, Value

# 56 random bits in hexadecimal: two of the leaves that a bucket ever has are never alike.
ID_DIGITS = 14
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Self-delimiting numbers: base 32, the last digit of each is one of these.
_LAST_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&*"
_SPLIT = str.maketrans({last: _DIGITS[i] + " " for i, last in enumerate(_LAST_DIGITS)})
_DAYS = 31


def node_item(node: Node) -> Item:
    """A node as an item."""
    sums = node.sums
    exact = {
        "days": {
            day: (c.images, c.videos, c.image_ratios, c.video_ratios)
            for day, c in sums.days.items()
        },
        "counts": _numbers(sums.counts),
        "digest": sums.digest,
        "split": node.is_split,
    }
    return {
        "pk": {"S": f"{node.gallery}#{node.view}"},
        "sk": {"S": node.bucket},
        "v": {"N": str(node.version)},
        "r": {"N": str(node.revision)},
        "c": {"S": _counts_text(node.revision, sums.counts)},
        "d": {"S": _base32(node.revision) + _days_text(sums.days, node.bucket)},
        **directory_values(node.directory, exact),
    }


def directory_values(directory: Directory, more: Any = None) -> dict[str, Value]:
    """A directory as attributes of an item."""
    # totals, not images: most leaves are equally full, which deflates to nothing
    columns = [directory.fences, directory.totals, directory.videos, more]
    ids = bytes.fromhex("".join(directory.ids))
    packed = json.dumps(columns, separators=(",", ":"))
    return {"i": {"B": ids}, "l": {"B": zlib.compress(packed.encode(), 9)}}


def parse_node(gallery: str, view: str, bucket: str, item: Item) -> Node:
    """An item as a node; one of an earlier format counts as empty, for the audit to fill."""
    version, revision = int(item["v"]["N"]), int(item["r"]["N"])
    if "i" not in item:
        return Node(gallery, view, bucket, version, revision)
    directory, exact = parse_directory(item)
    sums = Sums(
        Counts(*exact["counts"]),
        {day: DayCounts(*numbers) for day, numbers in exact["days"].items()},
        exact["digest"],
    )
    return Node(gallery, view, bucket, version, revision, sums, directory, exact["split"])


def parse_directory(item: Item) -> tuple[Directory, Any]:
    """A directory, and what else was packed with it."""
    fences, totals, videos, more = json.loads(zlib.decompress(item["l"]["B"]))
    text = item["i"]["B"].hex()
    ids = tuple(text[i : i + ID_DIGITS] for i in range(0, len(text), ID_DIGITS))
    return Directory(ids, tuple(fences), tuple(totals), tuple(videos)), more


def parse_counts(item: Item) -> BucketCounts:
    """What the index ``counts`` says of a bucket."""
    numbers = _parsed_counts(item["c"]["S"])
    if numbers is None:
        return BucketCounts(item["sk"]["S"], 0, Counts())
    revision, *counts = numbers
    return BucketCounts(item["sk"]["S"], revision, Counts(*counts))


def counts_text(counts: Counts) -> str:
    """Counts as the totals of lists write them."""
    return _counts_text(0, counts)


def _counts_text(revision: int, counts: Counts) -> str:
    *numbers, missing = _numbers(counts)
    text = ".".join(map(_base36, (revision, *numbers)))
    # left out where there are none, as in nearly every bucket
    return f"{text}+{_base36(missing)}" if missing else text


def _parsed_counts(text: str) -> list[int] | None:
    text, _, missing = text.partition("+")
    parts = text.split(".")
    if len(parts) != 7:  # of an earlier format
        return None
    return [int(part, 36) if part else 0 for part in (*parts, missing)]


def _numbers(counts: Counts) -> tuple[int, ...]:
    return (
        counts.images,
        counts.videos,
        counts.faces,
        counts.pending,
        counts.failed,
        counts.bytes,
        counts.missing,
    )


def _days_text(days: Mapping[str, DayCounts], bucket: str) -> str:
    """Per day two numbers, and the mean aspect ratio of what there is of each type.

    Means, not sums: as long for a library of ten million photos as for one of a hundred
    thousand. At most 31 * 16 characters, well below a key's 1,024 bytes.
    """
    if not days:
        return ""
    numbers: list[int] = []
    for day in _days_of(bucket):
        c = days.get(day, DayCounts())
        numbers += [c.images, c.videos]
        numbers += [round(c.image_ratios / c.images)] if c.images else []
        numbers += [round(c.video_ratios / c.videos)] if c.videos else []
        if day == max(days):
            break
    return "".join(map(_base32, numbers))


def parse_days(item: Item) -> tuple[int, dict[str, DayCounts]]:
    """What the index ``days`` says of a bucket: its revision, and its days of the month."""
    text, bucket = item["d"]["S"], item["sk"]["S"]
    if text == "-" or "." in text:  # of an earlier format
        return 0, {}
    numbers = iter([int(part, 32) for part in text.translate(_SPLIT).split()])
    return next(numbers), dict(_parsed_days(numbers, _days_of(bucket)))


def _parsed_days(numbers: Iterator[int], days: Iterable[str]) -> Iterator[tuple[str, DayCounts]]:
    for day, images in zip(days, numbers, strict=False):
        videos = next(numbers)
        image_ratios = images * next(numbers) if images else 0
        video_ratios = videos * next(numbers) if videos else 0
        if images or videos:
            yield day, DayCounts(images, videos, image_ratios, video_ratios)


def _days_of(bucket: str) -> Sequence[str]:
    return ("00",) if bucket == UNDATED else _DAY_TEXTS


_DAY_TEXTS = tuple(f"{day:02}" for day in range(1, _DAYS + 1))


def _base36(number: int) -> str:
    """Base 36; nothing for zero."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _base32(number: int) -> str:
    number, last = divmod(number, 32)
    digits = _LAST_DIGITS[last]
    while number:
        number, digit = divmod(number, 32)
        digits = _DIGITS[digit] + digits
    return digits
