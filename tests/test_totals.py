"""What lists hold in all, summed up by several writers at once."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import refresh_pages
from chalicelib.domain.asset import Asset
from chalicelib.domain.person import Person
from chalicelib.domain.places import person_view
from chalicelib.domain.timeline import Counts
from chalicelib.refresh_pages import summarise
from chalicelib.storage.nodes import parse_counts
from chalicelib.storage.pages import Pages
from chalicelib.storage.people import People
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.libraries import a_face, small_pages
from tests.mutation import without_guard
from tests.schedule import KILL, run_interleaved

Batch = list[dict[str, Any]]
MONTHS = ("2024-04", "2024-05", "2024-06")
turns = st.lists(st.integers(0, 5), max_size=60)
turns_with_deaths = st.lists(st.integers(0, 5) | st.just(KILL), max_size=60)


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with small_pages():
        yield


def a_photo(month: str, number: int, **fields: Any) -> Asset:
    return an_asset(f"{month}-{number}", taken_local=wall_clock(f"{month}-0{number}"), **fields)


def prepared() -> tuple[MemoryGallery, list[Batch]]:
    """Three months with two photos of Ann each; and in each, one comes and one goes.

    Returns:
        The gallery, and what its stream says of each month, not yet delivered.
    """
    gallery = a_gallery()
    gallery.people.create(Person("ann", "main", "Ann"))
    faces = {"f": a_face("ann"), "g": a_face("ann")}
    gallery.add(*(a_photo(month, n, faces=faces) for month in MONTHS for n in (1, 2)))
    batches = []
    for month in MONTHS:
        gallery.assets.create(a_photo(month, 3, faces=faces, file_type="video"))
        gallery.assets_table.delete_many([(f"{month}-1",)])
        gallery.assets.change(gallery.assets.get(f"{month}-2"), faces={}, file_size=7)
        batches.append(list(gallery.assets_table.stream))
        gallery.assets_table.stream.clear()
    return gallery, batches


def deliveries(gallery: MemoryGallery, batches: list[Batch]) -> list[Callable[[], object]]:
    return [partial(gallery.deliver, *batch) for batch in batches]


def check(gallery: MemoryGallery) -> None:
    assert noted(gallery) == Counts(images=3, videos=3, bytes=3 * 1007)
    assert is_right(gallery)
    assert gallery.audit().differences == 0


@given(turns)
@settings(max_examples=60)
def test_totals_are_right_in_whatever_order_writers_come_to_the_end(order):
    gallery, batches = prepared()

    run_interleaved(gallery.wire, deliveries(gallery, batches), iter(order))

    check(gallery)


@given(turns_with_deaths)
@settings(max_examples=60)
def test_totals_are_right_after_writers_died_anywhere_and_others_took_over(order):
    gallery, batches = prepared()

    run_interleaved(gallery.wire, deliveries(gallery, batches * 2), iter(order))
    for batch in batches:  # the stream delivers again what nobody finished
        gallery.deliver(*batch)

    check(gallery)


def is_right(gallery: MemoryGallery) -> bool:
    total = noted(gallery)
    (ann,) = gallery.people.list("main")
    return (total.images, total.videos, ann.assets, ann.faces) == (3, 3, 3, 6)


def noted(gallery: MemoryGallery) -> Counts:
    """The total of the timeline, read as it is."""
    item = gallery.pages_table.get("main", "all", consistent=True)
    assert item is not None
    return parse_counts(item).counts


def late_sums(view: str) -> Iterator[bool]:
    """Somebody sums up a list; before each of his requests others save it and sum it up.

    Yields:
        Whether totals are right in the end, for each of these points.
    """
    for number in itertools.count():
        gallery, batches = prepared()
        came: list[bool] = []

        def deliver(
            gallery: MemoryGallery = gallery,
            batches: list[Batch] = batches,
            came: list[bool] = came,
        ) -> None:
            came.append(True)
            for batch in batches:
                gallery.deliver(*batch)

        gallery.wire.at(number, deliver)
        summarise("main", view, gallery.tables)
        if not came:
            return
        yield is_right(gallery)


@pytest.mark.parametrize(
    ("view", "owner", "name", "guard"),
    [
        ("all", Pages, "set_total", "| (noted < revision)"),
        (person_view("ann"), People, "set_counts", '| (Path("rev") < revision)'),
    ],
)
def test_a_sum_that_is_noted_late_does_not_hide_a_later_one(view, owner, name, guard):
    """Guards the rule that of two sums the one of the higher revision stays."""
    assert list(late_sums(view)) == [True, True]
    with without_guard(owner, name, (guard, "| ~Path('no such').exists()")):
        assert not all(late_sums(view))


@given(turns)
@settings(max_examples=30)
def test_a_person_who_is_created_while_writers_work_has_her_counts_after_one_more_sum(order):
    gallery, _ = prepared()
    bob = {"f": a_face("bob")}
    gallery.assets.create(a_photo("2024-06", 5, faces=bob))
    batch = list(gallery.assets_table.stream)

    def create() -> None:
        gallery.people.create(Person("bob", "main", "Bob"))
        summarise("main", person_view("bob"), gallery.tables)

    run_interleaved(gallery.wire, [*deliveries(gallery, [batch]), create], iter(order))

    _, found = gallery.people.list("main")
    assert (found.id, found.assets, found.faces) == ("bob", 1, 1)


def delivered_beside_a_lagging_replica() -> bool:
    gallery, batches = prepared()
    gallery.pages_table.let_reads_lag()
    for batch in batches:
        gallery.deliver(*batch)
    return is_right(gallery)


def test_the_sum_of_a_list_is_read_consistently():
    """Guards `consistent=True` of the sum: a replica may lack the save that it follows."""
    assert delivered_beside_a_lagging_replica()
    with without_guard(refresh_pages, "summarise", ("consistent=True, ", "")):
        assert not delivered_beside_a_lagging_replica()
