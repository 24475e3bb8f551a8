"""F70, F71: a backfill that is killed, wherever that is, or that is not alone."""

import os
from pathlib import Path

import pytest

from tests.faults.killed_backfill import (
    ENVIRONMENT,
    Point,
    Undisturbed,
    a_library,
    a_process,
    killed_at,
    points,
    run_here,
    state,
    undisturbed_run,
)
from tests.faults.served import served

POINTS = points(int(os.environ.get("KILL_POINTS", "20")), int(os.environ.get("KILL_SEED", "70")))


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])  # the module of the process lies there
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture(scope="module")
def undisturbed() -> Undisturbed:
    """What a run is that nobody kills."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        return undisturbed_run()


@pytest.mark.parametrize("point", POINTS, ids=range(len(POINTS)))
def test_f70_a_backfill_that_was_killed_and_run_again_ends_as_one_that_was_not(
    point: Point, undisturbed: Undisturbed
):
    gallery = a_library()

    was_killed = killed_at(point, gallery, undisturbed)
    status = run_here(gallery)

    assert was_killed
    assert state(gallery) == undisturbed.state
    assert status == 1  # of the letter, if it was left to the second run, and of the missing one


def test_f71_two_backfills_at_once_end_as_one_alone(undisturbed: Undisturbed):
    gallery = a_library()

    with served(gallery) as address, a_process(address) as one, a_process(address) as other:
        statuses = [process.wait(60) for process in (one, other)]

    assert statuses == [1, 1]
    assert state(gallery) == undisturbed.state


def test_f71_of_two_backfills_one_may_be_killed(undisturbed: Undisturbed):
    gallery = a_library()

    with served(gallery) as address, a_process(address) as one, a_process(address) as other:
        gallery.wire.at(undisturbed.requests // 2, one.kill)
        assert other.wait(60) == 1

    assert run_here(gallery) == 1
    assert state(gallery) == undisturbed.state
