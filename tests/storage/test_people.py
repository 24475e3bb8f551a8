import dataclasses
from datetime import UTC, datetime

import pytest

from chalicelib.domain.person import MAX_PERSON_ID, Person
from chalicelib.errors import ConditionFailedError, NotFoundError
from chalicelib.storage.people import People
from tests.memory import MemoryTable

ADA = Person(
    id="p1",
    gallery="main",
    name="Ada",
    is_favorite=True,
    is_hidden=True,
    thumbnail_key="main/.faces/p1.jpg",
    immich_id="5f1a7b0e",
    created_at=datetime(2024, 5, 17, 9, 30, tzinfo=UTC),
)
SOMEBODY = Person("p2", "main")


@pytest.fixture
def people() -> People:
    found = People(MemoryTable("people", ("gallery_id", "id"), page_size=1))
    found.create(ADA)
    found.create(SOMEBODY)
    found.create(Person("p1", "family"))
    return found


def test_persons_are_read_as_they_were_written(people):
    assert list(people.list("main")) == [ADA, SOMEBODY]
    assert people.get("main", "p1") == ADA
    assert people.get("family", "p1") == Person("p1", "family")


@pytest.mark.parametrize("id", ["p3", "", "x" * (MAX_PERSON_ID + 1)])
def test_an_unknown_person_is_not_found(people, id):
    with pytest.raises(NotFoundError):
        people.get("main", id)


def test_a_person_is_made_once(people):
    with pytest.raises(ConditionFailedError):
        people.create(Person("p1", "main", "Eve"))

    assert people.get("main", "p1") == ADA


@pytest.mark.parametrize("id", ["", "x" * (MAX_PERSON_ID + 1)])
def test_an_id_is_a_short_text(people, id):
    with pytest.raises(ValueError, match="1 to 128 characters"):
        people.create(Person(id, "main"))


def test_a_change_leaves_the_counts_and_everything_else(people):
    people.set_counts("main", "p1", 7, 5, 1)

    changed = people.change(people.get("main", "p1"), name="Countess", is_hidden=False)

    assert people.get("main", "p1") == changed
    assert changed == dataclasses.replace(ADA, name="Countess", is_hidden=False, faces=7, assets=5)
    writes = people.table.wire.writes
    people.change(changed, name="Countess")
    assert people.table.wire.writes == writes


def test_a_person_who_is_gone_is_not_changed(people):
    people.table.delete_many([("main", "p1")])

    with pytest.raises(ConditionFailedError):
        people.change(ADA, name="Eve")

    assert [person.id for person in people.list("main")] == ["p2"]


def test_a_person_is_merged_once_by_whoever_read_it_last(people):
    ada = people.get("main", "p1")

    merged = people.merge(ada, "p2")

    assert people.get("main", "p1") == merged == dataclasses.replace(ada, merged_into="p2")
    with pytest.raises(ConditionFailedError):
        people.merge(ada, "p3")
    people.merge(merged, "p3")
    assert people.get("main", "p1").merged_into == "p3"
    with pytest.raises(ConditionFailedError):
        people.merge(Person("p9", "main"), "p1")


def test_some_persons_are_read_together(people):
    keys = [("main", "p1"), ("family", "p1"), ("main", "p9"), ("main", ""), ("main", "x" * 999)]

    found = people.get_many(keys)

    assert {(person.gallery, person.id) for person in found} == {("main", "p1"), ("family", "p1")}


def test_a_later_sum_stays_whatever_comes_after_it(people):
    for faces, assets, revision in ((3, 2, 5), (9, 9, 4), (8, 8, 5), (4, 3, 10)):
        people.set_counts("main", "p1", faces, assets, revision)
        if revision < 10:
            person = people.get("main", "p1")
            assert (person.faces, person.assets) == (3, 2)

    person = people.get("main", "p1")
    assert (person.faces, person.assets) == (4, 3)


def test_a_sum_makes_no_person(people):
    people.set_counts("main", "p3", 1, 1, 1)

    assert [person.id for person in people.list("main")] == ["p1", "p2"]


def test_a_person_that_another_program_wrote_in_part_is_read(people):
    people.table.put({"gallery_id": {"S": "main"}, "id": {"S": "p0"}, "name": {"N": "7"}})

    assert people.get("main", "p0") == Person("p0", "main")
