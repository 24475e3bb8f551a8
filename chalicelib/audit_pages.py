"""Compare every row with every page, and repair what differs.

One scan of the rows sums up what each bucket should hold; nodes carry the same sums, so
that buckets that agree cost no further reads. Only those that differ are looked at entry
by entry, some at a time so that memory stays bounded, and only the entries that differ
are synced.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from chalicelib.domain.directory import BucketKey, Stretch
from chalicelib.domain.person import heirs
from chalicelib.domain.places import person_of, person_view, places
from chalicelib.domain.timeline import Change, Counts, Entry, Node, digest
from chalicelib.merge_persons import finish_merge
from chalicelib.refresh_pages import summarise, sync
from chalicelib.storage.pages import named_ids
from chalicelib.storage.tables import Tables

# A younger leaf that no node names may belong to a sync that is just under way.
STRAY_AFTER_SECONDS = 3600
# Entries by the rows that are compared at a time, unless one bucket alone has more.
_ENTRIES_AT_A_TIME = 200_000
# Assets that one sync takes: what it holds of each is a row.
_SYNCED_AT_A_TIME = 1000

# Whether there is no time left to go on.
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Audit:
    """What comparing every row with every page found; sync and collecting repair it.

    Attributes:
        rows: How many rows were read.
        places: How many places they have.
        buckets: How many buckets hold something by the rows or by the pages.
        missing: Places that a list lacks, as ``view/bucket/id``.
        surplus: Entries that no row has, in the same form.
        differing: Entries whose tile or position differs from their row's.
        changes: What to sync, by bucket.
        wrong_totals: Lists, as (gallery, view), whose total is not the sum of their buckets.
        stray_leaves: Leaves that crashed writers left, by bucket.
        unfinished_merges: Merged persons, as (gallery, id), whose photos are still to follow.
    """

    rows: int
    places: int
    buckets: int
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    changes: dict[BucketKey, Change] = field(default_factory=dict)
    wrong_totals: list[tuple[str, str]] = field(default_factory=list)
    stray_leaves: dict[BucketKey, list[str]] = field(default_factory=dict)
    unfinished_merges: list[tuple[str, str]] = field(default_factory=list)

    @property
    def differences(self) -> int:
        """How many entries and totals are wrong."""
        entries = len(self.missing) + len(self.surplus) + len(self.differing)
        return entries + len(self.wrong_totals)


@dataclass
class _Sum:
    count: int = 0
    digest: int = 0

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.digest = (self.digest + digest((entry,))) % 2**64


def audit_pages(tables: Tables, now: float | None = None) -> Audit:
    """Compare; nothing is written.

    Args:
        tables: The rows, which are the truth, and what is compared with them.
        now: Seconds since 1970, to tell old leaves from those just being written.
    """
    rows = 0
    sums: dict[BucketKey, _Sum] = defaultdict(_Sum)
    for asset in tables.assets.scan():
        rows += 1
        for place in places(asset):
            sums[place.key].add(place.entry)
    nodes, leaf_times = _every_page(tables)
    buckets = sums.keys() | {key for key, node in nodes.items() if node.counts.total}
    suspects = {
        key: sums[key].count if key in sums else 0
        for key in sorted(buckets)
        if not _agrees(nodes.get(key), sums.get(key))
    }
    audit = Audit(rows, sum(known.count for known in sums.values()), len(buckets))
    for some in _some_at_a_time(suspects):
        _compare(audit, some, nodes, tables)
    galleries = sorted({key[0] for key in buckets | nodes.keys()})
    _compare_totals(audit, galleries, nodes, tables)
    before = (now or time.time()) - STRAY_AFTER_SECONDS
    for key, found in leaf_times.items():
        named = named_ids(nodes[key]) if key in nodes else set()
        strays = [leaf for leaf, at in found.items() if leaf not in named and at < before]
        if strays:
            audit.stray_leaves[key] = strays
    return audit


def repair_pages(audit: Audit, tables: Tables, stop: Stop = lambda: False) -> bool:
    """Sync what an audit found different and delete the leaves that crashes left.

    Returns:
        Whether all of it was done; what was left is found by the next audit.
    """
    for bucket, change in sorted(audit.changes.items()):
        positions = iter(change.positions.items())
        while some := dict(islice(positions, _SYNCED_AT_A_TIME)):
            if stop():
                return False
            sync(bucket, Change(some), tables)
    for gallery, view in audit.wrong_totals:
        _forget_revision(gallery, view, tables)
    for gallery, view in sorted({key[:2] for key in audit.changes} | set(audit.wrong_totals)):
        summarise(gallery, view, tables)
    for bucket, leaf_ids in sorted(audit.stray_leaves.items()):
        tables.pages.delete_leaves(Node(*bucket), leaf_ids)
    is_done = True
    for gallery, person in audit.unfinished_merges:
        is_done &= finish_merge(gallery, person, tables, stop).is_done
    return is_done


def _forget_revision(gallery: str, view: str, tables: Tables) -> None:
    """Let any sum be the later one: revisions were higher before a list was lost."""
    person = person_of(view)
    if person is None:
        tables.pages.forget_revision(gallery, view)
    else:
        tables.people.forget_revision(gallery, person)


def _every_page(
    tables: Tables,
) -> tuple[dict[BucketKey, Node], dict[BucketKey, dict[str, float]]]:
    lists: set[tuple[str, str]] = set()
    leaf_times: dict[BucketKey, dict[str, float]] = defaultdict(dict)
    for key, leaf_id, written_at in tables.pages.every_key():
        if leaf_id is None:
            lists.add(key[:2])
        else:
            leaf_times[key][leaf_id] = written_at
    nodes = {node.key: node for found in sorted(lists) for node in tables.pages.every_node(*found)}
    return nodes, leaf_times


def _agrees(node: Node | None, known: _Sum | None) -> bool:
    by_page = (node.counts.total, node.sums.digest) if node else (0, 0)
    by_rows = (known.count, known.digest) if known else (0, 0)
    return by_page == by_rows


def _some_at_a_time(suspects: Mapping[BucketKey, int]) -> Iterator[set[BucketKey]]:
    some: set[BucketKey] = set()
    held = 0
    for key, count in suspects.items():
        if some and held + count > _ENTRIES_AT_A_TIME:
            yield some
            some, held = set(), 0
        some.add(key)
        held += count
    if some:
        yield some


def _compare(
    audit: Audit, suspects: set[BucketKey], nodes: Mapping[BucketKey, Node], tables: Tables
) -> None:
    by_rows: dict[BucketKey, dict[str, Entry]] = {key: {} for key in suspects}
    for asset in tables.assets.scan():
        for place in places(asset):
            if place.key in suspects:
                by_rows[place.key][place.entry.id] = place.entry
    for key in sorted(suspects):
        _compare_bucket(audit, key, by_rows.pop(key), _entries(nodes.get(key), tables))


def _compare_bucket(
    audit: Audit, key: BucketKey, rows: dict[str, Entry], listed: Iterable[Entry]
) -> None:
    def note(where: list[str], entry: Entry) -> None:
        where.append(f"{key[1]}/{key[2]}/{entry.id}")
        audit.changes.setdefault(key, Change()).add(entry.id, entry.position)

    for entry in listed:
        expected = rows.pop(entry.id, None)
        if expected is None:
            note(audit.surplus, entry)
        elif expected != entry:
            note(audit.differing, entry)
            audit.changes[key].add(entry.id, expected.position)
    for entry in sorted(rows.values(), key=lambda entry: entry.position):
        note(audit.missing, entry)


def _compare_totals(
    audit: Audit, galleries: Iterable[str], nodes: Mapping[BucketKey, Node], tables: Tables
) -> None:
    by_list: dict[tuple[str, str], Counts] = defaultdict(Counts)
    for node in nodes.values():
        by_list[node.key[:2]] += node.counts
    for gallery in galleries:
        noted: dict[str, Counts | None] = dict(tables.pages.totals(gallery))
        listed = {view for owner, view in by_list if owner == gallery}
        views = noted.keys() | {view for view in listed if person_of(view) is None}
        wrong = {view for view in views if noted.get(view) != by_list[gallery, view]}
        persons = list(tables.people.list(gallery))
        merged = heirs(persons)
        for person in persons:  # faces of others are counted nowhere
            counts = by_list[gallery, view := person_view(person.id)]
            if (person.faces, person.assets) != (counts.faces, counts.total):
                wrong.add(view)
            if counts.total and person.id in merged:
                audit.unfinished_merges.append((gallery, person.id))
        audit.wrong_totals.extend((gallery, view) for view in sorted(wrong))


def _entries(node: Node | None, tables: Tables) -> Iterator[Entry]:
    if node is None:
        return

    def everything(latest: Node) -> Stretch:
        return Stretch(None, 0, latest.counts.total)

    for _, entries in tables.pages.read([(node, everything)]):
        yield from entries
