"""The people table: persons, each with the counts of its list."""

import builtins
import dataclasses
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.person import MAX_PERSON_ID, Person
from chalicelib.errors import ConditionFailedError, NotFoundError
from chalicelib.storage.rows import parse_bytes
from chalicelib.storage.table import Item, Table, Value


class People:
    """The people table.

    Args:
        table: With keys ``gallery_id`` and ``id``.
    """

    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, gallery: str, id: str) -> Person:
        """One person, as every finished write left it.

        Raises:
            NotFoundError: There is none.
        """
        item = (
            self.table.get(gallery, id, consistent=True) if 0 < len(id) <= MAX_PERSON_ID else None
        )
        if item is None:
            raise NotFoundError(f"no person has the id {id!r}")
        return _parse_person(item)

    def list(self, gallery: str, *, consistent: bool = False) -> Iterator[Person]:
        """Every person of a gallery, by id, those without a name or merged included."""
        for item in self.table.query(gallery, consistent=consistent):
            yield _parse_person(item)

    def scan(self) -> Iterator[Person]:
        """Every person of every gallery, in no order."""
        start: Item | None = None
        while True:
            items, start = self.table.scan_page(start=start)
            yield from map(_parse_person, items)
            if start is None:
                return

    def create(self, person: Person) -> None:
        """Write a new person, without counts.

        Raises:
            ConditionFailedError: The id is taken.
            ValueError: The id is empty or too long.
        """
        if not 0 < len(person.id) <= MAX_PERSON_ID:
            raise ValueError(f"a person's id has 1 to {MAX_PERSON_ID} characters")
        key = {"gallery_id": {"S": person.gallery}, "id": {"S": person.id}}
        self.table.put({**key, **_values(person)}, Path("id").does_not_exist())

    def change(self, person: Person, **changes: Any) -> Person:
        """Change what is said of a person; the counts stay what they are.

        Args:
            person: As it was read.
            changes: Attributes of `Person`, but for counts, and their new values.

        Raises:
            ConditionFailedError: The person is gone.
        """
        changed = dataclasses.replace(person, **changes)
        before, after = _values(person), _values(changed)
        actions: builtins.list[Action] = [
            Path(name).set(value) for name, value in after.items() if before.get(name) != value
        ]
        actions += [Path(name).remove() for name in before if name not in after]
        if actions:
            self.table.update(
                person.gallery, person.id, actions=actions, condition=Path("id").exists()
            )
        return changed

    def merge(self, person: Person, into: str) -> Person:
        """Note whom a person was found to be.

        Raises:
            ConditionFailedError: The person is gone, or was merged since.
        """
        noted, before = Path("merged_into"), person.merged_into
        is_same = noted.does_not_exist() if before is None else noted == before
        condition: Condition = Path("id").exists() & is_same
        self.table.update(person.gallery, person.id, actions=[noted.set(into)], condition=condition)
        return dataclasses.replace(person, merged_into=into)

    def get_many(self, keys: Collection[tuple[str, str]]) -> builtins.list[Person]:
        """Those persons that exist, by (gallery, id), as every finished write left them."""
        possible = [key for key in keys if 0 < len(key[1]) <= MAX_PERSON_ID]
        return [_parse_person(item) for item in self.table.get_many(possible, consistent=True)]

    def set_counts(self, gallery: str, id: str, faces: int, assets: int, revision: int) -> None:
        """Say how much a person's list holds, unless a later sum is there or no such person.

        Args:
            gallery: Whose photos.
            id: The person's.
            faces: Number of faces.
            assets: Number of photos and videos.
            revision: Of the whole list: of two sums the one with the higher one is later.
        """
        known: Condition = Path("id").exists() & (
            Path("rev").does_not_exist() | (Path("rev") < revision)
        )
        sums = (("f", faces), ("n", assets), ("rev", revision))
        actions = [Path(name).set(value) for name, value in sums]
        try:
            self.table.update(gallery, id, actions=actions, condition=known)
        except ConditionFailedError:
            return  # a later sum is there, or nobody has to be told

    def forget_revision(self, gallery: str, id: str) -> None:
        """Let the next sum of a person's list be noted, whatever its revision."""
        noted = Path("rev")
        try:
            self.table.update(gallery, id, actions=[noted.remove()], condition=noted.exists())
        except ConditionFailedError:
            return  # none is there


def _parse_person(item: Item) -> Person:
    created_at, birth_date = _text(item, "created_at"), _text(item, "birth_date")
    return Person(
        id=item["id"]["S"],
        gallery=item["gallery_id"]["S"],
        name=_text(item, "name"),
        is_favorite=item.get("is_favorite", {}).get("BOOL") is True,
        is_hidden=item.get("is_hidden", {}).get("BOOL") is True,
        thumbnail_key=_text(item, "thumbnail_key"),
        immich_id=_text(item, "immich_id"),
        imported=parse_bytes(item.get("imported")),
        birth_date=date.fromisoformat(birth_date) if birth_date else None,
        created_at=datetime.fromisoformat(created_at) if created_at else None,
        merged_into=_text(item, "merged_into"),
        faces=int(item.get("f", {}).get("N", 0)),
        assets=int(item.get("n", {}).get("N", 0)),
    )


def _values(person: Person) -> dict[str, Value]:
    """What is said of a person, without its key and its counts."""
    made_at = person.created_at.astimezone(UTC).isoformat() if person.created_at else None
    values: dict[str, Value | None] = {
        "name": _text_value(person.name),
        "is_favorite": {"BOOL": True} if person.is_favorite else None,
        "is_hidden": {"BOOL": True} if person.is_hidden else None,
        "thumbnail_key": _text_value(person.thumbnail_key),
        "immich_id": _text_value(person.immich_id),
        "imported": {"B": person.imported} if person.imported else None,
        "birth_date": _text_value(person.birth_date.isoformat() if person.birth_date else None),
        "created_at": _text_value(made_at),
        "merged_into": _text_value(person.merged_into),
    }
    return {name: value for name, value in values.items() if value is not None}


def _text(item: Item, name: str) -> str | None:
    text = item.get(name, {}).get("S")
    return text if isinstance(text, str) else None


def _text_value(text: str | None) -> Value | None:
    return {"S": text} if text else None
