from typing import Any

import pytest

from chalicelib.domain.person import Person
from chalicelib.errors import PagesBusyError, SetupError, StorageUnavailableError
from migrations import audit
from migrations.audit import main
from tests.builders import MemoryGallery, an_asset, wall_clock
from tests.libraries import a_face
from tests.migrations.conftest import FLAGS, Run

WITH_PAGES = (*FLAGS, "--pages-table", "pages", "--people-table", "people")
COMPARED = "compared 5 rows in 2 buckets of lists: 3 differences, 0 leaves of crashed writers"
TARGET = [
    "bucket   photos",
    "table    assets",
    "pages    pages",
    "people   people",
    "region   eu-central-1",
]


@pytest.fixture
def differing(gallery: MemoryGallery) -> MemoryGallery:
    """Lists that lack one photo, have one too many, and show one otherwise."""
    gallery.add(*(an_asset(f"a{number}") for number in range(5)))
    gallery.assets.create(an_asset("new", taken_local=wall_clock("2024-06-01")))
    gallery.assets_table.delete_many([("a0",)])
    gallery.assets.change(gallery.assets.get("a1"), width=1)
    gallery.wire.requests.clear()
    return gallery


def test_a_dry_run_says_what_differs_and_writes_nothing(differing: MemoryGallery, run: Run):
    ran = run(main, flags=WITH_PAGES)

    assert ran.out == [
        *TARGET,
        "a list lacks 1",
        "      all/2024-06/new",
        "a list has too much 1",
        "      all/2024-05/a0",
        "a list shows otherwise 1",
        "      all/2024-05/a1",
        f"{COMPARED}; nothing was written: pass --migrate to repair them",
    ]
    assert ran.status == 1
    assert differing.wire.writes == 0


def test_a_real_run_repairs_and_then_every_list_agrees(differing: MemoryGallery, run: Run):
    ran = run(main, "--migrate", flags=WITH_PAGES)

    assert ran.status == 0
    assert ran.out[-1] == f"{COMPARED}, repaired"
    assert differing.listed() == ["a1", "a2", "a3", "a4", "new"]
    again = run(main, flags=WITH_PAGES)
    assert again.status == 0
    assert again.out == [
        *TARGET,
        "compared 5 rows in 2 buckets of lists: every list agrees with the rows",
    ]


def test_rows_are_never_written(differing: MemoryGallery, run: Run):
    run(main, "--migrate", flags=WITH_PAGES)

    writes = {request.service for request in differing.wire.requests if request.is_write}
    assert writes == {"pages"}


def test_totals_that_are_wrong_are_named_and_repaired(gallery: MemoryGallery, run: Run):
    gallery.people.create(Person("ann", "main", "Ann"))
    gallery.add(an_asset("a1", faces={"f": a_face("ann")}))
    gallery.pages_table.delete_many([("main", "all")])
    gallery.people.set_counts("main", "ann", faces=7, assets=7, revision=10**6)

    ran = run(main, flags=WITH_PAGES)
    repaired = run(main, "--migrate", flags=WITH_PAGES)

    assert ran.out[len(TARGET) : -1] == [
        "a list's total is wrong 2",
        "      all",
        "      p:ann",
    ]
    assert (ran.status, repaired.status) == (1, 0)
    assert [(ann.faces, ann.assets) for ann in gallery.people.list("main")] == [(1, 1)]
    assert gallery.audit().differences == 0


def test_a_merge_that_nobody_went_on_with_is_named_and_finished(gallery: MemoryGallery, run: Run):
    for person in (Person("ann", "main", "Ann", merged_into="anna"), Person("anna", "main", "A")):
        gallery.people.create(person)
    gallery.add(an_asset("a1", faces={"f": a_face("ann")}))

    ran = run(main, flags=WITH_PAGES)
    finished = run(main, "--migrate", flags=WITH_PAGES)

    assert ran.out[len(TARGET) : -1] == ["a merge was left half way 1", "      ann"]
    assert (ran.status, finished.status) == (1, 0)
    assert [person.assets for person in gallery.people.list("main")] == [0, 1]
    gallery.deliver()  # other lists name her once the stream was here
    assert gallery.audit().differences == 0


def test_of_many_differences_the_first_are_named(gallery: MemoryGallery, run: Run):
    for number in range(50):
        gallery.assets.create(an_asset(f"a{number:02}"))

    ran = run(main, flags=WITH_PAGES)

    assert ran.out[len(TARGET)] == "a list lacks 50"
    assert ran.out[-2] == "      and 30 more"


@pytest.mark.usefixtures("differing")
def test_a_list_that_others_write_all_the_time_is_left_for_the_next_run(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_: Any) -> None:
        raise PagesBusyError("list main/all was rewritten during every attempt")

    monkeypatch.setattr(audit, "repair_pages", busy)

    ran = run(main, "--migrate", flags=WITH_PAGES)

    assert ran.status == 1
    assert "run it again" in ran.out[-1]


@pytest.mark.parametrize(
    "error", [SetupError("table pages not found"), StorageUnavailableError("throttled")]
)
@pytest.mark.parametrize("operation", ["assets.scan_page", "pages.scan_page"])
def test_what_cannot_be_read_is_an_error_and_not_a_difference(
    operation: str, error: Exception, differing: MemoryGallery, run: Run
):
    def fail(_: Any) -> None:
        raise error

    differing.wire.before(operation, fail, times=None)

    ran = run(main, "--migrate", flags=WITH_PAGES)

    assert (ran.status, ran.out) == (2, TARGET)
    assert f"error: {error}" in ran.err
    assert differing.wire.writes == 0


def test_the_table_of_lists_must_be_named(run: Run):
    ran = run(main)

    assert ran.status == 2
    assert "--pages-table" in ran.err
    assert "CONTACTSHEET_PAGES_TABLE" in ran.err
