"""Merge a person into another one: all faces of the first are the second's from then on.

The row of the first is marked, and that is the commit: whoever reads from then on knows who the
person is (`heirs`). What is in the person's list follows, some at a call, each asset by its own
conditional update. Whoever sums up the list of a merged person and finds something in it moves
it on: the stream does for as long as there is anything, whoever began has gone or not, and each
night what a crash left before the first of them is found. So does what comes back to that list
from the bin. What is in no list of persons keeps naming the first; readers say who that is by now.
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
    RowTooLargeError,
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


@dataclass(frozen=True)
class MovedOn:
    """What came of going on with merges.

    Attributes:
        lists: How many lists of merged persons there were.
        failed: Assets that can't be moved: their rows have no room for the other one's id.
    """

    lists: int
    failed: tuple[BulkResult, ...]


@dataclass(frozen=True)
class Finished(MovedOn):
    """What came of finishing merges.

    Attributes:
        is_done: Whether nothing is left in those lists.
    """

    is_done: bool


@dataclass(frozen=True)
class _Moved:
    """What came of moving some: how many were tried, and those whose rows have no room."""

    tried: int
    failed: tuple[BulkResult, ...]


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
        RowTooLargeError: All are moved but some whose rows have no room for the other one's id.
        PagesBusyError: A list was rewritten at every attempt to bring it up; go on.
    """
    heir_of = _mark(gallery, id, into, tables.people)
    moved = _move_some(gallery, id, heir_of, tables)
    if moved.failed and len(moved.failed) == moved.tried:  # another call would do no more
        raise RowTooLargeError(_without_room(moved.failed))
    person = tables.people.get(gallery, heir_of[id])
    return Merge(person, _held(gallery, id, tables))


def _without_room(failed: Sequence[BulkResult]) -> str:
    some = ", ".join(result.id for result in failed[:3])
    return f"{len(failed)} of the person's assets have no room for another's id, such as {some}"


def move_on(changed: Iterable[BucketKey], tables: Tables) -> MovedOn:
    """Move some of what is in lists of merged persons.

    Args:
        changed: Buckets that were just synced, their lists summed up.
        tables: The persons, the rows and the lists.
    """
    keys = {(gallery, owner) for gallery, view, _ in changed if (owner := person_of(view))}
    merged = [known for known in tables.people.get_many(sorted(keys)) if known.merged_into]
    moved = [
        _move_some(gallery, person.id, heir_of, tables)
        for gallery in sorted({person.gallery for person in merged})
        for heir_of in [heirs(tables.people.list(gallery, consistent=True))]
        for person in merged
        if person.gallery == gallery and person.id in heir_of and person.assets
    ]
    failed = tuple(result for some in moved for result in some.failed)
    return MovedOn(len(moved), failed)


def finish_merges(tables: Tables, stop: Callable[[], bool]) -> Finished:
    """Move all that is left in the lists of merged persons of every gallery.

    Args:
        tables: The persons, the rows and the lists.
        stop: Whether there is no time left to go on.
    """
    merged = [known for known in tables.people.scan() if known.merged_into and known.assets]
    finished = [
        finish_merge(person.gallery, person.id, tables, stop)
        for person in sorted(merged, key=lambda known: (known.gallery, known.id))
    ]
    failed = tuple(result for merge in finished for result in merge.failed)
    return Finished(len(finished), failed, all(merge.is_done for merge in finished))


def finish_merge(gallery: str, id: str, tables: Tables, stop: Callable[[], bool]) -> Finished:
    """Move all that is left in the list of a merged person.

    Args:
        gallery: Of the person.
        id: The person's; of one who is somebody of their own, nothing is moved.
        tables: The persons, the rows and the lists.
        stop: Whether there is no time left to go on.
    """
    heir_of = heirs(tables.people.list(gallery, consistent=True))
    failed: dict[str, BulkResult] = {}
    left = _held(gallery, id, tables) if id in heir_of else 0
    while left and not stop():
        moved = _move_some(gallery, id, heir_of, tables)
        failed |= {result.id: result for result in moved.failed}
        before, left = left, _held(gallery, id, tables)
        if left >= before:  # rows that others change all the time; the stream goes on
            break
    return Finished(1, tuple(failed.values()), not left)


def with_heirs(assets: Sequence[Asset], people: People) -> list[Asset]:
    """Assets whose faces name who those persons are by now.

    Rows in a person's list follow a merge soon, others perhaps never. The persons that are named
    are read in one request; where one was merged, all of the gallery are.
    """
    named = {
        (asset.gallery, face.person_id)
        for asset in assets
        for face in asset.faces.values()
        if face.person_id
    }
    galleries = {person.gallery for person in people.get_many(sorted(named)) if person.merged_into}
    known = {gallery: heirs(people.list(gallery)) for gallery in galleries}
    return [
        dataclasses.replace(asset, **_named_anew(asset, known[asset.gallery]))
        if asset.gallery in known
        else asset
        for asset in assets
    ]


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


def _move_some(gallery: str, id: str, heir_of: Mapping[str, str], tables: Tables) -> _Moved:
    """Let some of what is in the list of a merged person name who that is by now."""
    found = _some_listed(gallery, person_view(id), tables)
    rows = tables.assets.get_many([entry.id for _, entry in found])

    def move(row: Asset) -> RowChange | BulkResult | None:
        try:
            before, after = commit(row, lambda asset: _named_anew(asset, heir_of), tables.assets)
        except (AssetNotFoundError, ConflictError):
            return None  # gone, or for another call
        except RowTooLargeError as error:
            return BulkResult(row.id, error=error)
        return RowChange(before, after)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(move, rows.values()))
    changed = [outcome for outcome in outcomes if isinstance(outcome, RowChange)]
    failed = tuple(outcome for outcome in outcomes if isinstance(outcome, BulkResult))
    # Their tiles in all other lists name the other one by and by: the stream sees to it.
    concerned = {person_view(person) for pair in heir_of.items() for person in pair}
    changes = {
        bucket: change
        for bucket, change in changes_by_bucket(changed).items()
        if bucket[1] in concerned
    }
    for node, entry in found:  # also where its row was moved by another meanwhile
        changes.setdefault(node.key, Change()).add(entry.id, entry.position)
    sync_all(changes, tables)
    return _Moved(len(found), failed)


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
