"""Merge a person into another one: all faces of the first are the second's from then on.

The row of the first is marked, and that is the commit: whoever reads from then on knows who the
person is (`heirs`). What is in the person's list follows, some at a call, each asset by its own
conditional update. Whoever sums up the list of a merged person and finds something in it moves
it on: the stream does for as long as there is anything, whoever began has gone or not, and the
audit finds what a crash left before the first of them. So does what comes back to that list from
the bin. What is in no list of persons keeps naming the first; readers say who that is by now.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from chalicelib.commit import commit
from chalicelib.domain.asset import Asset
from chalicelib.domain.directory import BucketKey, Stretch
from chalicelib.domain.person import Person, heirs
from chalicelib.domain.places import person_of, person_view
from chalicelib.domain.results import BulkResult
from chalicelib.domain.timeline import Change, Entry, Node
from chalicelib.errors import (
    AssetNotFoundError,
    ConditionFailedError,
    ConflictError,
    InvalidParameterError,
    NotFoundError,
)
from chalicelib.refresh_pages import RowChange, changes_by_bucket, sync_all
from chalicelib.storage.people import People
from chalicelib.storage.tables import Tables

# Assets that are moved at a call, out of so many months of the person's list.
MAX_MOVED = 100
MAX_MONTHS = 6
_AT_ONCE = 8


@dataclass(frozen=True)
class Merge:
    """What came of merging a person.

    Attributes:
        person: Who it is by now.
        remaining: How many assets are still in the list of the one who was merged.
    """

    person: Person
    remaining: int


def merge_persons(gallery: str, id: str, into: str, tables: Tables) -> Merge:
    """Merge a person into another one of the gallery, or go on with it.

    Name and everything else that is said of the other one stay.

    Args:
        gallery: Of both.
        id: Who is merged.
        into: Who stays.
        tables: The persons, the rows and the lists.

    Raises:
        NotFoundError: There is no such person.
        InvalidParameterError: `into` is nobody else of this gallery.
        ConflictError: One of them was merged into somebody else, or `into` has no name.
        PagesBusyError: A list was rewritten at every attempt to bring it up; go on.
    """
    heir_of = _mark(gallery, id, into, tables.people)
    _move_some(gallery, id, heir_of, tables)
    person = tables.people.get(gallery, heir_of[id])
    return Merge(person, _held(gallery, id, tables))


def move_on(changed: Iterable[BucketKey], tables: Tables) -> int:
    """Move some of what is in lists of merged persons; returns how many lists there were.

    Args:
        changed: Buckets that were just synced, their lists summed up.
        tables: The persons, the rows and the lists.
    """
    keys = {(gallery, owner) for gallery, view, _ in changed if (owner := person_of(view))}
    merged = [known for known in tables.people.get_many(sorted(keys)) if known.merged_into]
    lists = 0
    for gallery in sorted({person.gallery for person in merged}):
        heir_of = heirs(tables.people.list(gallery, consistent=True))
        for person in merged:
            if person.gallery == gallery and person.id in heir_of and person.assets:
                _move_some(gallery, person.id, heir_of, tables)
                lists += 1
    return lists


def finish_merge(gallery: str, id: str, tables: Tables, stop: Callable[[], bool]) -> bool:
    """Move all that is left in the list of a merged person; whether nothing is.

    Args:
        gallery: Of the person.
        id: The person's.
        tables: The persons, the rows and the lists.
        stop: Whether there is no time left to go on.
    """
    heir_of = heirs(tables.people.list(gallery, consistent=True))
    left = _held(gallery, id, tables)
    while left and not stop():
        _move_some(gallery, id, heir_of, tables)
        before, left = left, _held(gallery, id, tables)
        if left >= before:  # rows that others change all the time; the stream goes on
            break
    return not left


def with_heirs(assets: Sequence[Asset], people: People) -> list[Asset]:
    """Assets whose faces name who those persons are by now.

    Those in the timeline are taken as they are: their rows follow a merge at once. Others may
    never be changed again, and one request for each of their galleries tells.
    """
    aside = {
        asset.gallery
        for asset in assets
        if (asset.deleted_at is not None or asset.visibility != "timeline")
        and any(face.person_id for face in asset.faces.values())
    }
    known = {gallery: heirs(people.list(gallery)) for gallery in aside}
    return [
        dataclasses.replace(asset, **_named_anew(asset, known[asset.gallery]))
        if asset.gallery in known
        else asset
        for asset in assets
    ]


def results_with_heirs(results: Sequence[BulkResult], people: People) -> list[BulkResult]:
    """Results whose assets' faces name who those persons are by now; see `with_heirs`."""
    assets = [result.asset for result in results if result.asset is not None]
    known = {asset.id: asset for asset in with_heirs(assets, people)}
    return [dataclasses.replace(result, asset=known.get(result.id)) for result in results]


def _mark(gallery: str, id: str, into: str, people: People) -> Mapping[str, str]:
    """Note who a person is by now; returns who everybody is."""
    known = {person.id: person for person in people.list(gallery, consistent=True)}
    heir_of = heirs(known.values())
    if id not in known:
        raise NotFoundError(f"no person has the id {id!r}")
    if into == id or into not in known:
        raise InvalidParameterError("into", "must be the id of another person of this gallery")
    if into in heir_of:
        raise ConflictError(f"person {into} was merged into {heir_of[into]}; take that one")
    if known[into].name is None:
        raise ConflictError(f"person {into} has no name yet; give one first")
    if id in heir_of:
        if heir_of[id] != into:
            raise ConflictError(f"person {id} was merged into {heir_of[id]} already")
        return heir_of
    try:
        people.merge(known[id], into)
    except ConditionFailedError as error:
        raise ConflictError(f"person {id} was merged by another just now; look again") from error
    heir_of = heirs(people.list(gallery, consistent=True))
    if id not in heir_of:  # two merges at once, and this was the other way round
        raise ConflictError(f"person {into} was merged into {id} just now; look again")
    return heir_of


def _move_some(gallery: str, id: str, heir_of: Mapping[str, str], tables: Tables) -> None:
    """Let some of what is in the list of a merged person name who that is by now."""
    found = _some_listed(gallery, person_view(id), tables)
    rows = tables.assets.get_many([entry.id for _, entry in found])

    def move(row: Asset) -> list[RowChange]:
        try:
            before, after = commit(row, lambda asset: _named_anew(asset, heir_of), tables.assets)
        except (AssetNotFoundError, ConflictError):
            return []  # gone, or for another call
        return [RowChange(before, after)]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        changed = [row for rows in pool.map(move, rows.values()) for row in rows]
    # All else that shows them shows the same as before.
    concerned = {person_view(person) for pair in heir_of.items() for person in pair}
    changes = {
        bucket: change
        for bucket, change in changes_by_bucket(changed).items()
        if bucket[1] in concerned
    }
    for node, entry in found:  # also where its row was moved by another meanwhile
        changes.setdefault(node.key, Change()).add(entry.id, entry.position)
    sync_all(changes, tables)


def _some_listed(gallery: str, view: str, tables: Tables) -> list[tuple[Node, Entry]]:
    """Some entries of a list, each with its bucket; any while there are any."""
    held = tables.pages.counts(gallery, view, consistent=True)
    newest = [known.bucket for known in reversed(held)][:MAX_MONTHS]
    nodes = [tables.pages.node(gallery, view, bucket, consistent=True) for bucket in newest]
    read = tables.pages.read([(node, lambda _: Stretch(None, 0, MAX_MOVED)) for node in nodes])
    return [(node, entry) for node, entries in read for entry in entries][:MAX_MOVED]


def _held(gallery: str, id: str, tables: Tables) -> int:
    """How many assets are in a person's list."""
    held = tables.pages.counts(gallery, person_view(id), consistent=True)
    return sum(known.counts.total for known in held)


def _named_anew(asset: Asset, heir_of: Mapping[str, str]) -> dict[str, Any]:
    return {
        "faces": {
            known: dataclasses.replace(face, person_id=heir_of.get(face.person_id, face.person_id))
            if face.person_id is not None
            else face
            for known, face in asset.faces.items()
        }
    }
