"""Two persons that are one: moved wholly, whoever dies on the way and whatever comes meanwhile."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import merge_persons as module
from chalicelib.audit_pages import audit_pages, repair_pages
from chalicelib.browse import persons
from chalicelib.curate import delete, restore, set_favorite, set_visibility
from chalicelib.domain.person import Person
from chalicelib.domain.places import person_view
from chalicelib.errors import (
    ConflictError,
    InvalidParameterError,
    NotFoundError,
    RowTooLargeError,
)
from chalicelib.merge_persons import (
    Finished,
    finish_merge,
    finish_merges,
    merge_persons,
    with_heirs,
)
from chalicelib.refresh_pages import changed_rows, changes_by_bucket, sync_all
from tests.builders import BUCKET, MemoryGallery, a_gallery, an_asset, wall_clock
from tests.libraries import a_face
from tests.memory import Killed
from tests.mutation import without_guard
from tests.schedule import KILL, run_interleaved

MONTHS = ("2023-12", "2024-05", "2024-06")
ANN_S = ("2023-12-ann", "2024-05-ann", "2024-05-both", "2024-06-ann")
ANNA_S = ("2024-05-anna", "2024-05-both")
turns = st.lists(st.integers(0, 5), max_size=80)
turns_with_deaths = st.lists(st.integers(0, 5) | st.just(KILL), max_size=80)


class OneAtATime:
    """A pool whose work is done by whoever asks for it, so that requests come in one order."""

    def __init__(self, _: int) -> None:
        pass

    def __enter__(self) -> "OneAtATime":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, work: Callable[[Any], Any], things: Iterable[Any]) -> Iterator[Any]:
        return map(work, things)


@pytest.fixture(autouse=True, scope="module")
def _one_at_a_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ThreadPoolExecutor", OneAtATime)
        yield


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_MOVED", 2)
    monkeypatch.setattr(module, "MAX_MONTHS", 2)


def a_family() -> MemoryGallery:
    """Ann in four photos, Anna in two, of which one shows both; Bob in one of Ann's."""
    gallery = a_gallery()
    gallery.people.create(Person("ann", "main", "Ann", is_favorite=True, is_hidden=True))
    gallery.people.create(Person("anna", "main", "Anna"))
    gallery.people.create(Person("bob", "main", "Bob"))
    ann, anna = {"f1": a_face("ann")}, {"f2": a_face("anna"), "f3": a_face(None)}
    gallery.add(
        an_asset("2023-12-ann", taken_local=wall_clock("2023-12-24"), faces=ann),
        an_asset("2024-05-ann", faces={**ann, "f4": a_face("bob")}, is_favorite=True),
        an_asset("2024-05-both", faces={**ann, **anna}),
        an_asset("2024-05-anna", faces=anna),
        an_asset("2024-06-ann", taken_local=wall_clock("2024-06-01"), faces=ann),
        an_asset("nobody"),
    )
    return gallery


def stream(gallery: MemoryGallery) -> None:
    """What the stream's function does, until nothing comes any more."""
    while records := list(gallery.assets_table.stream):
        gallery.assets_table.stream.clear()
        deliver(gallery, records)


def deliver(gallery: MemoryGallery, records: list[dict[str, Any]]) -> None:
    changes = changes_by_bucket(changed_rows(records, BUCKET))
    sync_all(changes, gallery.tables)
    module.move_on(changes, gallery.tables)


def is_merged(gallery: MemoryGallery) -> bool:
    """Whether all of both is Anna's, and every count and list says so.

    Tiles of other lists name her once the rows' stream was delivered.
    """
    shown = {p.id: (p.assets, p.faces) for p in persons(gallery.tables, "main")}
    listed = sorted(gallery.listed(person_view("anna")))
    is_moved = (
        shown == {"anna": (5, 6), "bob": (1, 1)}
        and listed == sorted({*ANN_S, *ANNA_S})
        and gallery.listed(person_view("ann")) == []
    )
    gallery.deliver()
    audit = gallery.audit()
    return is_moved and (audit.differences, audit.unfinished_merges) == (0, [])


def is_as_before(gallery: MemoryGallery) -> bool:
    return (
        sorted(gallery.listed(person_view("ann"))) == list(ANN_S)
        and sorted(gallery.listed(person_view("anna"))) == list(ANNA_S)
        and gallery.people.get("main", "ann").merged_into is None
        and gallery.audit().differences == 0
    )


# --- what becomes of them ----------------------------------------------------------------


def test_all_faces_of_one_person_are_the_other_s_and_counts_are_exact():
    gallery = a_family()

    merge = merge_persons("main", "ann", "anna", gallery.tables)

    assert (merge.person.id, merge.person.assets, merge.person.faces) == ("anna", 5, 6)
    assert merge.remaining == 0
    assert is_merged(gallery)
    faces = gallery.assets.get("2024-05-both").faces
    assert {name: face.person_id for name, face in faces.items()} == {
        "f1": "anna",
        "f2": "anna",
        "f3": None,
    }


def test_what_is_said_of_the_other_one_stays():
    gallery = a_family()

    merge = merge_persons("main", "ann", "anna", gallery.tables)

    said = (merge.person.name, merge.person.is_favorite, merge.person.is_hidden)
    assert said == ("Anna", False, False)


def test_other_lists_are_left_alone():
    gallery = a_family()
    before = {view: gallery.pages.counts("main", view) for view in ("all", "fav", "p:bob")}

    merge_persons("main", "ann", "anna", gallery.tables)

    assert {view: gallery.pages.counts("main", view) for view in before} == before
    stream(gallery)
    assert is_merged(gallery)


def test_tiles_everywhere_name_the_other_one_once_the_stream_was_here():
    gallery = a_family()
    merge_persons("main", "ann", "anna", gallery.tables)

    stream(gallery)

    named = {
        view: {entry.id: entry.tile.persons for entry in gallery.entries(view)}
        for view in ("all", "fav", "p:anna", "p:bob")
    }
    assert {person for tiles in named.values() for who in tiles.values() for person in who} == {
        "anna",
        "bob",
    }
    assert {tiles.get("2024-05-ann") for tiles in named.values()} == {("anna", "bob")}
    assert named["all"]["nobody"] == ()


@pytest.mark.usefixtures("two_at_a_time")
def test_some_are_moved_at_a_call_until_none_remain():
    gallery = a_family()
    remaining: list[int] = []

    while not remaining or remaining[-1]:
        merge = merge_persons("main", "ann", "anna", gallery.tables)
        remaining.append(merge.remaining)

    assert remaining == [2, 0]
    assert is_merged(gallery)


@pytest.mark.usefixtures("two_at_a_time")
def test_the_stream_goes_on_with_what_a_call_left():
    gallery = a_family()

    merge = merge_persons("main", "ann", "anna", gallery.tables)
    stream(gallery)

    assert merge.remaining == 2
    assert is_merged(gallery)


def test_a_merge_made_again_changes_nothing():
    gallery = a_family()
    merge_persons("main", "ann", "anna", gallery.tables)
    stream(gallery)
    writes = gallery.assets_table.wire.count("assets.update")

    merge = merge_persons("main", "ann", "anna", gallery.tables)

    assert merge.remaining == 0
    assert gallery.assets_table.wire.count("assets.update") == writes
    assert is_merged(gallery)


def test_who_was_merged_twice_leads_to_the_last_one():
    gallery = a_family()

    merge_persons("main", "ann", "anna", gallery.tables)
    merge_persons("main", "anna", "bob", gallery.tables)
    gallery.assets.create(an_asset("late", faces={"f": a_face("ann"), "g": a_face(None)}))
    stream(gallery)

    (bob,) = persons(gallery.tables, "main")
    assert (bob.id, bob.assets, bob.faces) == ("bob", 6, 8)
    assert gallery.audit().differences == 0


def test_ids_of_any_text_are_merged():
    gallery = a_gallery()
    for person in ("b#2/%", "ann#2024-05"):
        gallery.people.create(Person(person, "main", person))
    gallery.add(an_asset("a1", faces={"f": a_face("b#2/%")}))

    merge = merge_persons("main", "b#2/%", "ann#2024-05", gallery.tables)

    assert (merge.person.assets, merge.remaining) == (1, 0)


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "into", "error", "told"),
    [
        ("ann", "ann", InvalidParameterError, "another person"),
        ("ann", "nobody", InvalidParameterError, "another person"),
        ("ann", "of-the-beach", InvalidParameterError, "another person"),
        ("nobody", "anna", NotFoundError, "nobody"),
        ("ann", "unnamed", ConflictError, "has no name yet"),
        ("ann", "merged", ConflictError, "was merged into bob"),
        ("merged", "anna", ConflictError, "was merged into bob"),
    ],
)
def test_what_can_t_be_merged_is_refused_and_nothing_changes(id, into, error, told):
    gallery = a_family()
    gallery.people.create(Person("of-the-beach", "beach", "Anna"))
    gallery.people.create(Person("unnamed", "main"))
    gallery.people.create(Person("merged", "main", "Bobby", merged_into="bob"))
    writes = gallery.wire.writes

    with pytest.raises(error, match=told):
        merge_persons("main", id, into, gallery.tables)

    assert gallery.wire.writes == writes


# --- what is in no list of persons -----------------------------------------------------


@pytest.mark.parametrize("aside", ["bin", "archive", "hidden", "locked"])
def test_what_is_put_aside_is_the_other_s_once_it_comes_back(aside):
    gallery = a_family()
    gallery.bucket.place("main/2024-06-ann.jpg", b"photo")
    if aside == "bin":
        delete("2024-06-ann", gallery.tables)
    else:
        set_visibility("2024-06-ann", aside, gallery.tables)
    merge_persons("main", "ann", "anna", gallery.tables)
    stream(gallery)
    (anna, _) = persons(gallery.tables, "main")
    assert (anna.assets, anna.faces) == (4, 5)

    if aside == "bin":
        restore("2024-06-ann", gallery.tables, gallery.media)
    else:
        set_visibility("2024-06-ann", "timeline", gallery.tables)
    stream(gallery)

    assert is_merged(gallery)


def test_readers_of_what_is_put_aside_are_told_who_it_is_by_now():
    gallery = a_family()
    gallery.add(an_asset("alone", faces={"f": a_face("bob")}, visibility="archive"))
    delete("2024-05-both", gallery.tables)
    merge_persons("main", "ann", "anna", gallery.tables)
    ids = ("nobody", "2024-05-both", "alone")
    rows = [gallery.assets.get(known) for known in ids]
    queries = gallery.wire.count("people.query")

    found = with_heirs(rows, gallery.people)

    assert [row.faces.get("f1") for row in rows] == [None, a_face("ann"), None]
    assert [row.faces.get("f1") for row in found] == [None, a_face("anna"), None]
    assert [row.id for row in found] == list(ids)
    assert gallery.wire.count("people.query") == queries + 1


def test_nobody_was_merged_costs_one_request_and_photos_of_nobody_none():
    gallery = a_family()
    rows = [gallery.assets.get("2024-05-both"), gallery.assets.get("2023-12-ann")]
    requests = len(gallery.wire.requests)

    assert with_heirs(rows, gallery.people) == rows
    assert len(gallery.wire.requests) == requests + 1
    assert with_heirs([gallery.assets.get("nobody")], gallery.people)
    assert len(gallery.wire.requests) == requests + 2  # that of the row


@pytest.mark.parametrize("aside", [{}, {"is_live_video": True}, {"visibility": "locked"}])
def test_readers_of_a_photo_that_no_merge_moved_yet_are_told_who_it_is_by_now(aside):
    """A merge that died between the mark and the first photo; the half of a motion photo."""
    gallery = a_family()
    gallery.add(an_asset("late", faces={"f1": a_face("ann"), "f2": a_face("bob")}, **aside))
    gallery.people.merge(gallery.people.get("main", "ann"), "anna")

    (found,) = with_heirs([gallery.assets.get("late")], gallery.people)

    assert found.faces == {"f1": a_face("anna"), "f2": a_face("bob")}


# --- who dies on the way, and who comes meanwhile ------------------------------------------


def cut_off() -> Iterator[MemoryGallery]:
    """A merge that dies before each of its requests."""
    for number in itertools.count():
        gallery = a_family()
        gallery.wire.kill_at(number)
        try:
            merge_persons("main", "ann", "anna", gallery.tables)
        except Killed:
            gallery.wire.clear()
            yield gallery
        else:
            return


@pytest.mark.usefixtures("two_at_a_time")
def test_a_merge_that_dies_at_any_request_is_finished_by_the_same_call_again():
    for gallery in cut_off():
        while merge_persons("main", "ann", "anna", gallery.tables).remaining:
            pass
        stream(gallery)
        assert is_merged(gallery)


@pytest.mark.usefixtures("two_at_a_time")
def test_a_merge_that_dies_at_any_request_is_finished_by_the_stream_and_the_audit():
    """Nobody asks for it again: either nothing happened, or all of it does."""
    ends = []
    for gallery in cut_off():
        stream(gallery)
        audit = audit_pages(gallery.tables)
        assert audit.differences == 0
        assert repair_pages(audit, gallery.tables)
        stream(gallery)
        ends.append(is_merged(gallery))
        assert ends[-1] or is_as_before(gallery)

    assert ends == sorted(ends)
    assert set(ends) == {False, True}


@pytest.mark.usefixtures("two_at_a_time")
def test_a_merge_that_dies_at_any_request_is_finished_in_the_night():
    for gallery in cut_off():
        stream(gallery)
        finished = finish_merges(gallery.tables, lambda: False)
        stream(gallery)
        assert finished.is_done
        assert is_merged(gallery) or is_as_before(gallery)


def test_a_night_without_time_left_or_merges_moves_nothing():
    gallery = a_family()
    assert finish_merges(gallery.tables, lambda: False) == Finished(0, (), True)
    gallery.people.merge(gallery.people.get("main", "ann"), "anna")
    writes = gallery.wire.writes

    assert finish_merges(gallery.tables, lambda: True) == Finished(1, (), False)
    assert gallery.wire.writes == writes


# --- rows without room -----------------------------------------------------------------


def without_room(gallery: MemoryGallery) -> None:
    """The newest of Ann's photos has room for her id, and for none that is longer."""
    row = gallery.assets.get("2024-06-ann")
    size = 0
    for step in (100_000, 10_000, 1000, 100, 10, 1):
        with suppress(RowTooLargeError):
            while True:
                grown = gallery.assets.change(row, details={"description": "x" * (size + step)})
                row, size = grown, size + step
    gallery.deliver()


def test_a_row_without_room_holds_up_no_other_and_the_call_says_so_at_last():
    gallery = a_family()
    without_room(gallery)

    assert merge_persons("main", "ann", "anna", gallery.tables).remaining == 1
    for _ in range(2):
        with pytest.raises(RowTooLargeError, match=r"1 of .* 2024-06-ann"):
            merge_persons("main", "ann", "anna", gallery.tables)

    assert gallery.listed(person_view("ann")) == ["2024-06-ann"]
    assert sorted(gallery.listed(person_view("anna"))) == sorted({*ANN_S, *ANNA_S} - {ANN_S[-1]})
    gallery.deliver()
    assert gallery.audit().differences == 0


def test_a_row_without_room_fails_neither_the_stream_nor_the_night_nor_the_audit():
    gallery = a_family()
    without_room(gallery)
    gallery.people.merge(gallery.people.get("main", "ann"), "anna")

    told = module.move_on([("main", person_view("ann"), "2024-06")], gallery.tables)
    night = finish_merges(gallery.tables, lambda: False)
    is_repaired = repair_pages(gallery.audit(), gallery.tables)

    assert [result.id for result in told.failed] == ["2024-06-ann"]
    assert isinstance(told.failed[0].error, RowTooLargeError)
    assert ([result.id for result in night.failed], night.is_done) == (["2024-06-ann"], False)
    assert not is_repaired
    assert gallery.listed(person_view("ann")) == ["2024-06-ann"]


@pytest.mark.usefixtures("two_at_a_time")
def test_an_audit_without_time_left_leaves_a_merge_for_the_next_one():
    gallery = a_family()
    gallery.people.merge(gallery.people.get("main", "ann"), "anna")

    audit = audit_pages(gallery.tables)
    assert audit.unfinished_merges == [("main", "ann")]
    assert not repair_pages(audit, gallery.tables, lambda: True)
    assert not finish_merge("main", "ann", gallery.tables, iter([False, True]).__next__).is_done
    assert repair_pages(audit, gallery.tables)

    assert is_merged(gallery)


def test_a_merge_that_can_t_go_on_does_not_hold_up_the_audit():
    """A photo that others change before each of our writes."""
    gallery = a_family()
    gallery.people.merge(gallery.people.get("main", "ann"), "anna")

    def overtake(request: Any) -> None:
        row = gallery.assets.get(request.key[0])
        gallery.wire.clear()
        set_favorite(row.id, not row.is_favorite, gallery.tables)
        gallery.assets_table.before("update", overtake)

    gallery.assets_table.before("update", overtake)

    assert not finish_merge("main", "ann", gallery.tables, lambda: False).is_done
    gallery.wire.clear()
    assert finish_merge("main", "ann", gallery.tables, lambda: False).is_done
    stream(gallery)
    assert gallery.listed(person_view("ann")) == []


def left_of_ann(number: int) -> tuple[list[str], bool]:
    """What is hers in the end, where a photo comes before a request of a merge, or after it.

    Returns:
        Ids, and whether the merge has fewer requests than this number.
    """
    gallery = a_family()
    came: list[bool] = []

    def come() -> None:
        came.append(True)
        gallery.assets.create(an_asset("late", faces={"f": a_face("ann")}))
        stream(gallery)

    gallery.wire.at(number, come)
    while merge_persons("main", "ann", "anna", gallery.tables).remaining:
        pass
    gallery.wire.clear()
    is_over = not came
    if is_over:
        come()
    return gallery.listed(person_view("ann")), is_over


def test_a_photo_that_comes_while_persons_are_merged_is_moved_by_one_or_the_other():
    """Guards `move_on`: after the mark it is the stream that moves what comes."""
    for number in itertools.count():
        left, is_over = left_of_ann(number)
        assert left == []
        if is_over:
            break
    with without_guard(module, "move_on", ("if known.merged_into", "if False")):
        assert left_of_ann(999) == (["late"], True)


def remaining_beside_another() -> int:
    """What a call says is left where another moved the photos, and died before the lists."""
    gallery = a_family()
    gallery.people.merge(gallery.people.get("main", "ann"), "anna")
    row = gallery.assets.get("2024-06-ann")
    gallery.assets.change(row, faces={"f1": a_face("anna")})
    return merge_persons("main", "ann", "anna", gallery.tables).remaining


def test_a_list_is_brought_up_to_what_another_moved():
    """Guards the change of every entry that was read: its row may say so already."""
    entry = "changes.setdefault(node.key, Change()).add(entry.id, entry.position)"

    assert remaining_beside_another() == 0
    with without_guard(module, "_move_some", (entry, "pass")):
        assert remaining_beside_another() == 1


@given(turns)
@settings(max_examples=20, deadline=None)
def test_of_two_merges_at_once_one_is_made_whichever_way_round(order):
    gallery = a_family()
    errors: list[ConflictError] = []

    def merge(id: str, into: str) -> None:
        try:
            merge_persons("main", id, into, gallery.tables)
        except ConflictError as error:
            errors.append(error)

    both = [lambda: merge("ann", "anna"), lambda: merge("anna", "ann")]
    run_interleaved(gallery.wire, both, iter(order))
    stream(gallery)

    found = [(p.assets, p.faces) for p in persons(gallery.tables, "main") if p.id != "bob"]
    assert found == [(5, 6)]
    assert len(errors) <= 1
    audit = gallery.audit()
    assert (audit.differences, audit.unfinished_merges) == (0, [])


@given(turns_with_deaths)
@settings(max_examples=30, deadline=None)
def test_whatever_comes_back_while_persons_are_merged_is_moved(order):
    """The stream, a restored photo and the merge in any order, each dying anywhere."""
    gallery = a_family()
    gallery.bucket.place("main/2024-06-ann.jpg", b"photo")
    delete("2024-06-ann", gallery.tables)
    stream(gallery)

    tasks = [
        lambda: merge_persons("main", "ann", "anna", gallery.tables),
        lambda: restore("2024-06-ann", gallery.tables, gallery.media),
        lambda: deliver(gallery, list(gallery.assets_table.stream)),
    ]
    run_interleaved(gallery.wire, tasks, iter(order))
    stream(gallery)  # what it was told while its function died it is told again
    restore("2024-06-ann", gallery.tables, gallery.media)
    if gallery.people.get("main", "ann").merged_into is None:
        merge_persons("main", "ann", "anna", gallery.tables)
    stream(gallery)
    audit = audit_pages(gallery.tables)
    repair_pages(audit, gallery.tables)
    stream(gallery)

    assert audit.differences == 0
    assert is_merged(gallery)
