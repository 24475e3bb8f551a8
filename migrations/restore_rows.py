"""Bring rows back from a table that DynamoDB has restored to an earlier moment.

See what that table has and the gallery's has not; nothing is written:

    python -m migrations.restore_rows --from contactsheet-live-assets-before

Bring back what is gone; with --changed also what is different now:

    python -m migrations.restore_rows --from contactsheet-live-assets-before --migrate
    python -m migrations.restore_rows --from contactsheet-live-assets-before --migrate --changed

Persons, and owners with their galleries and links:

    python -m migrations.restore_rows --from contactsheet-live-people-before --of people
    python -m migrations.restore_rows --from contactsheet-live-access-before --of access

Rows that were made since stay as they are, and so do purged photos: their originals are destroyed.
Lists follow by themselves. Each row is written by itself, and only if nobody changed it meanwhile:
safe while the gallery is in use, safe to interrupt and to run again. docs/operations.md has the
steps before and after.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from chalicelib.bootstrap import Gallery
from chalicelib.errors import ConditionFailedError, SetupError
from chalicelib.settings import PREFIX
from chalicelib.storage.rows import is_tombstone
from chalicelib.storage.table import Item, Table, Value
from migrations.command import DONE, SOME_FAILED, Stop, command_parser, run
from migrations.lines import plural, shown
from migrations.progress import Progress
from migrations.target import OpenGallery, Target, add_target_options, find_target, open_gallery

_KEYS = {"assets": ("id",), "people": ("gallery_id", "id"), "access": ("id",)}
# Counts a row's changes, in one table or another.
_COUNTERS = ("version", "rev")
# Of a person: made of lists, which are brought up by themselves.
_SUMS = ("f", "n", "rev")
_NAMED = 20
# What became of a row of then.
Verdict = Literal["same", "gone", "changed", "purged", "expired"]
_SAID: dict[Verdict, str] = {
    "same": "as they were",
    "gone": "gone since",
    "changed": "different now",
    "purged": "of photos that were purged since: they stay purged",
    "expired": "that were to expire by now",
}
OpenTable = Callable[[Gallery, str, Sequence[str]], Table]


@dataclass(frozen=True)
class Pair:
    """A row of then beside what is in its place now.

    Attributes:
        key: Of both.
        before: Of then.
        now: None where there is none.
        verdict: What became of it.
    """

    key: tuple[str, ...]
    before: Item
    now: Item | None
    verdict: Verdict

    @property
    def restored(self) -> Item:
        """What is to be written: the row of then, its changes counted on."""
        if self.now is None:
            return self.before
        kept = {name: self.now[name] for name in _SUMS if name in self.now}
        if "version" in self.now:
            kept["version"] = {"N": str(int(self.now["version"]["N"]) + 1)}
        return {**self.before, **kept}

    @property
    def condition(self) -> Condition:
        """That nobody has changed what is in its place."""
        known = Path("id")
        if self.now is None:
            return known.does_not_exist()
        counter = next((name for name in _COUNTERS if name in self.now), None)
        if counter is None:
            return known.exists()
        return Path(counter) == int(self.now[counter]["N"])


@dataclass
class Tally:
    """What there is to bring back, and what came of it.

    Attributes:
        counts: Rows by verdict.
        named: The first of those that are gone or changed.
        written: Rows that were brought back.
        lost: Rows that somebody changed meanwhile.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    named: list[Pair] = field(default_factory=list)
    written: int = 0
    lost: int = 0

    def count(self, pair: Pair) -> None:
        """Add a row."""
        self.counts[pair.verdict] += 1
        if pair.verdict in ("gone", "changed") and len(self.named) < _NAMED:
            self.named.append(pair)


def open_table(gallery: Gallery, name: str, keys: Sequence[str]) -> Table:
    """A table beside the gallery's own."""
    return Table(gallery.connection, name, keys)


def main(
    argv: Sequence[str] | None = None,
    opened: OpenGallery = open_gallery,
    beside: OpenTable = open_table,
) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("restore_rows", __doc__)
    parser.add_argument("--from", dest="source", required=True, help="the restored table")
    parser.add_argument("--of", choices=list(_KEYS), default="assets", help="which table it was")
    parser.add_argument("--migrate", action="store_true", help="write (else: only compare)")
    parser.add_argument("--changed", action="store_true", help="also rows that are different now")
    add_target_options(parser, with_pages=True)
    flags = parser.parse_args(argv)
    return run(lambda stop: _restore(flags, opened, beside, stop))


def _restore(flags: argparse.Namespace, opened: OpenGallery, beside: OpenTable, stop: Stop) -> int:
    progress = Progress()
    target = find_target(flags, with_pages=True)
    name = table_name(target, flags.of)
    if name == flags.source:
        raise SetupError(f"--from {name} is the gallery's own table; name the restored one")
    for line in (f"from     {flags.source}", f"into     {name}", f"region   {target.region}"):
        progress.result(line)
    gallery, keys = opened(target), _KEYS[flags.of]
    into = own_table(gallery, flags.of)
    wanted: set[Verdict] = {"gone", "changed"} if flags.changed else {"gone"}
    tally = Tally()
    source = beside(gallery, flags.source, keys)
    for pair in compared(source, into, keys, datetime.now(UTC)):
        stop.check()
        tally.count(pair)
        progress.show("comparing", tally.counts.total())
        if flags.migrate and pair.verdict in wanted:
            try:
                into.put(pair.restored, pair.condition)
                tally.written += 1
            except ConditionFailedError:
                tally.lost += 1
    progress.close()
    for line in result_lines(tally):
        progress.result(line)
    due = sum(tally.counts[verdict] for verdict in wanted)
    if not flags.migrate:
        how = ": pass --migrate to bring them back" if due else ""
        progress.result(f"{plural(due, 'row')} to bring back; nothing was written{how}")
        return SOME_FAILED if due else DONE
    progress.result(f"brought {plural(tally.written, 'row')} back")
    if tally.lost:
        progress.result(f"{plural(tally.lost, 'row')} changed meanwhile; run it again")
    return SOME_FAILED if tally.lost else DONE


def table_name(target: Target, of: str) -> str:
    """The gallery's own table of a kind.

    Raises:
        SetupError: It is not named.
    """
    settings = target.settings
    names = (settings.assets_table, settings.people_table, settings.access_table)
    name = dict(zip(_KEYS, names, strict=True))[of]
    if not name:
        raise SetupError(f"{PREFIX}{of.upper()}_TABLE is not set; set it here or in .env")
    return name


def own_table(gallery: Gallery, of: str) -> Table:
    """The gallery's own table of a kind."""
    if of == "people":
        return gallery.people.table
    return gallery.access.table if of == "access" else gallery.assets.table


def compared(source: Table, into: Table, keys: Sequence[str], now: datetime) -> Iterator[Pair]:
    """Every row of then, beside what is in its place now.

    Args:
        source: The table of then.
        into: The gallery's.
        keys: Of both, hash key first.
        now: UTC.
    """

    def key_of(item: Item) -> tuple[str, ...]:
        return tuple(item[name]["S"] for name in keys)

    start: Item | None = None
    while True:
        items, start = source.scan_page(start=start)
        found = into.get_many([key_of(item) for item in items], consistent=True)
        there = {key_of(item): item for item in found}
        for item in items:
            key = key_of(item)
            yield Pair(key, item, there.get(key), verdict_of(item, there.get(key), now))
        if start is None:
            return


def verdict_of(before: Item, now: Item | None, moment: datetime) -> Verdict:
    """What became of a row.

    Args:
        before: As it was.
        now: What is in its place; None for nothing.
        moment: The time, UTC: what had an end by then is not brought back.
    """
    ends = before.get("expires_at", {}).get("N")
    if ends is not None and float(ends) <= moment.timestamp():
        return "expired"
    if now is None:
        return "gone"
    if is_tombstone(now) and not is_tombstone(before):
        return "purged"
    is_same = _without_sums(before) == _without_sums(now)
    return "same" if is_same else "changed"


def _without_sums(item: Item) -> dict[str, Value]:
    return {name: value for name, value in item.items() if name not in _SUMS}


def result_lines(tally: Tally) -> Iterator[str]:
    """What was found: how many, and the first of them."""
    for verdict, words in _SAID.items():
        if tally.counts[verdict]:
            yield f"{tally.counts[verdict]:>9,}  {words}"
    for pair in tally.named:
        yield f"      {pair.verdict}: {shown('/'.join(pair.key))} {shown(_called(pair.before))}"
    more = tally.counts["gone"] + tally.counts["changed"] - len(tally.named)
    if more:
        yield f"      and {more:,} more"


def _called(item: Item) -> str:
    """What a person calls it, where it has a name."""
    return next((str(item[name]["S"]) for name in ("filename", "name") if name in item), "")


if __name__ == "__main__":
    sys.exit(main())
