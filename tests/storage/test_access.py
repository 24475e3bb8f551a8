from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.errors import (
    ConditionFailedError,
    ConflictError,
    NotFoundError,
    TooManyTriesError,
)
from chalicelib.storage.access import Access
from tests.builders import NOW
from tests.domain.test_share import a_share
from tests.memory import Killed, MemoryTable

WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self) -> None:
        self.now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable("access", ("id",))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(table, clock) -> Access:
    return Access(table, clock)


@pytest.fixture
def main(access) -> OwnedGallery:
    gallery = OwnedGallery("main", "Our photos", {"u1": "ann@example.org"})
    access.create_gallery(gallery)
    return gallery


# --- galleries ---------------------------------------------------------------------------------


def test_a_gallery_is_kept_with_its_owners_who_own_it(access, main):
    assert access.gallery("main") == main
    assert access.galleries_of("u1") == {"main"}
    assert access.galleries_of("u2") == frozenset()


def test_a_gallery_of_nobody_is_none(access):
    with pytest.raises(NotFoundError):
        access.gallery("main")
    with pytest.raises(NotFoundError):
        access.add_owner("main", "u1", "ann@example.org")
    assert access.galleries({"main"}) == []


@pytest.mark.usefixtures("main")
def test_a_gallery_is_not_written_over(access):
    with pytest.raises(ConditionFailedError):
        access.create_gallery(OwnedGallery("main", "Mine", {"u2": "eve@example.org"}))

    assert access.galleries_of("u2") == frozenset()


@pytest.mark.usefixtures("main")
def test_galleries_are_listed_by_name(access):
    access.create_gallery(OwnedGallery("a1", "Zoo", {"u1": "ann@example.org"}))

    assert [known.id for known in access.galleries({"a1", "main", "gone"})] == ["main", "a1"]


@pytest.mark.usefixtures("main")
def test_an_owner_is_added_and_removed(access):
    added = access.add_owner("main", "u2", "ben@example.org")
    again = access.add_owner("main", "u2", "ben@example.org")

    assert added == again == access.gallery("main")
    assert added.owners == {"u1": "ann@example.org", "u2": "ben@example.org"}
    assert access.galleries_of("u2") == {"main"}

    removed = access.remove_owner("main", "u2")

    assert removed.owners == {"u1": "ann@example.org"}
    assert access.galleries_of("u2") == frozenset()
    with pytest.raises(NotFoundError):
        access.remove_owner("main", "u2")


@pytest.mark.usefixtures("main")
def test_the_last_owner_stays(access):
    with pytest.raises(ConflictError):
        access.remove_owner("main", "u1")

    assert access.galleries_of("u1") == {"main"}


@pytest.mark.usefixtures("main")
def test_of_two_owners_who_remove_each_other_one_stays(access, table):
    access.add_owner("main", "u2", "ben@example.org")
    decided = []

    def other_way_round(_: object) -> None:
        decided.append(access.remove_owner("main", "u1"))

    table.wire.before("access.update", lambda request: request, times=1)
    table.wire.before("access.update", other_way_round, times=1)
    with pytest.raises(ConflictError):
        access.remove_owner("main", "u2")

    assert decided
    assert access.gallery("main").owners == {"u2": "ben@example.org"}
    assert access.galleries_of("u2") == {"main"}
    assert access.galleries_of("u1") == frozenset()


@pytest.mark.usefixtures("main")
def test_owners_who_are_added_at_once_are_all_kept(access, table):
    def another(_: object) -> None:
        access.add_owner("main", "u3", "cid@example.org")

    table.wire.before("access.update", another)
    access.add_owner("main", "u2", "ben@example.org")

    assert set(access.gallery("main").owners) == {"u1", "u2", "u3"}


@pytest.mark.parametrize("step", range(4))
@pytest.mark.usefixtures("main")
def test_a_crash_while_an_owner_is_removed_leaves_nobody_who_sees_what_is_not_theirs(
    access, table, step
):
    access.add_owner("main", "u2", "ben@example.org")
    table.wire.kill_at(step)
    try:
        access.remove_owner("main", "u2")
    except Killed:
        table.wire.clear()
        listed = "u2" in access.gallery("main").owners
        assert listed or access.galleries_of("u2") == frozenset()
        if listed:
            access.remove_owner("main", "u2")

    assert access.galleries_of("u2") == frozenset()
    assert "u2" not in access.gallery("main").owners


# --- shares --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("main")
def test_a_share_is_kept_as_it_is_said(access):
    share = a_share(
        kind="selection",
        asset_ids=("a1", "a2"),
        name="For Grandma",
        may_download=True,
        password_hash="scrypt$…",
        expires_at=NOW + timedelta(days=3),
    )

    access.create_share(share)

    assert access.share("s1") == share
    assert access.shares("main") == [share]
    assert access.shares("other") == []


@pytest.mark.usefixtures("main")
def test_a_share_of_an_id_that_is_taken_is_refused(access):
    access.create_share(a_share())

    with pytest.raises(ConditionFailedError):
        access.create_share(a_share(name="mine"))


def test_a_gallery_that_nobody_owns_gets_no_share(access, table):
    with pytest.raises(NotFoundError):
        access.create_share(a_share())

    assert table.items == []


@pytest.mark.usefixtures("main")
def test_a_share_is_changed_but_for_how_often_it_was_opened(access, clock):
    share = a_share(expires_at=NOW, password_hash="scrypt$…")
    access.create_share(share)
    access.count_view(share)
    clock.now += timedelta(hours=1)
    access.count_view(share)

    access.change_share(share, name="new", expires_at=None, password_hash=None, views=0)

    known = access.share("s1")
    assert (known.name, known.expires_at, known.password_hash) == ("new", None, None)
    assert (known.views, known.seen_at) == (2, NOW + timedelta(hours=1))


def test_a_share_that_is_gone_is_not_made_by_changing_or_opening_it(access, table):
    with pytest.raises(NotFoundError):
        access.share("s1")
    with pytest.raises(NotFoundError):
        access.change_share(a_share(), name="new")
    access.count_view(a_share())

    assert table.items == []


@pytest.mark.usefixtures("main")
def test_a_share_that_ended_is_forgotten_a_month_later(access, table):
    ends = NOW + timedelta(days=2)
    access.create_share(a_share(expires_at=ends))

    def forgotten_at() -> float:
        (row,) = (item for item in table.items if item["id"]["S"] == "share#s1")
        return float(row["expires_at"]["N"])

    assert forgotten_at() == (ends + timedelta(days=30)).timestamp()
    access.change_share(access.share("s1"), revoked_at=NOW)
    assert forgotten_at() == (NOW + timedelta(days=30)).timestamp()


@pytest.mark.usefixtures("main")
def test_names_of_shares_that_are_gone_are_forgotten(access):
    access.create_share(a_share())
    access.create_share(replace(a_share(), id="s2"), forgotten={"s1"})

    assert access.named_shares("main") == {"s2"}


# --- tries ---------------------------------------------------------------------------------------


def test_so_many_tries_go_on_and_no_more_until_the_next_stretch(access, clock):
    for _ in range(3):
        access.count_try("ann", 3, WINDOW)
    for _ in range(2):
        with pytest.raises(TooManyTriesError):
            access.count_try("ann", 3, WINDOW)

    access.count_try("ben", 3, WINDOW)
    clock.now += WINDOW
    access.count_try("ann", 3, WINDOW)


def test_of_many_tries_at_once_no_more_go_on(access):
    def attempt(_: int) -> bool:
        try:
            access.count_try("ann", 10, WINDOW)
        except TooManyTriesError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(100))) == 10


def test_tries_are_forgotten_once_one_was_right(access):
    access.count_try("ann", 1, WINDOW)
    access.forget_tries("ann", WINDOW)

    access.count_try("ann", 1, WINDOW)


def test_what_was_tried_is_kept_as_a_hash_and_not_for_long(access, table):
    access.count_try("sign-in:ann@example.org", 3, WINDOW)

    (row,) = table.items
    assert "ann" not in str(row)
    assert NOW.timestamp() < float(row["expires_at"]["N"]) <= (NOW + 2 * WINDOW).timestamp()


# --- sessions ----------------------------------------------------------------------------------


def test_a_sign_in_counts_until_another_password_is_set_and_the_later_one_stays(access):
    assert access.standing("u1").lets_in(NOW)

    access.end_sessions("u1", NOW)
    access.end_sessions("u1", NOW - 5 * SECOND)

    standing = access.standing("u1")
    assert [standing.lets_in(NOW + n * SECOND) for n in (-5, -1, 0, 1)] == [
        False,
        False,
        True,
        True,
    ]
    assert access.standing("u2").lets_in(NOW - SECOND)


def test_ending_sessions_leaves_galleries_and_these_leave_it(access):
    access.end_sessions("u1", NOW)
    access.create_gallery(OwnedGallery("main", "Ours", {"u1": "ann@example.org"}))
    access.end_sessions("u1", NOW + SECOND)

    standing = access.standing("u1")

    assert (standing.galleries, standing.since) == ({"main"}, NOW + SECOND)
