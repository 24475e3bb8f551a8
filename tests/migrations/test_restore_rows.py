"""Rows that come back from a table that was restored to an earlier moment."""

import copy
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.person import Person
from chalicelib.errors import ConditionFailedError
from migrations.restore_rows import main
from tests.builders import MemoryGallery, an_asset
from tests.memory import MemoryTable
from tests.migrations.conftest import FLAGS, Run

ALL = (*FLAGS, "--pages-table", "pages", "--people-table", "people")
FROM = ("--from", "before")
TARGET = ["from     before", "into     assets", "region   eu-central-1"]


def snapshot(table: MemoryTable, keys: tuple[str, ...] = ("id",)) -> MemoryTable:
    """A table with the rows of another one, as they are now."""
    copied = MemoryTable("before", keys, page_size=3)
    for item in table.items:
        copied.put(copy.deepcopy(item))
    return copied


def from_table(before: MemoryTable) -> Any:
    """The command, which finds this table beside the gallery's."""
    return partial(main, beside=lambda *_: before)


@pytest.fixture
def before(gallery: MemoryGallery) -> MemoryTable:
    """Five photos of then; since, two rows are gone, one is liked, one purged, and one is new."""
    gallery.add(*(an_asset(f"a{number}") for number in range(5)))
    then = snapshot(gallery.assets_table)
    gallery.assets_table.delete_many([("a0",), ("a1",)])
    gallery.assets.change(gallery.assets.get("a2"), is_favorite=True)
    purged = gallery.assets.get("a3")
    gallery.assets.bury(purged)
    gallery.add(an_asset("new"))
    gallery.wire.requests.clear()
    return then


def test_a_dry_run_tells_what_is_gone_and_writes_nothing(
    gallery: MemoryGallery, before: MemoryTable, run: Run
):
    ran = run(from_table(before), *FROM, flags=ALL)

    assert ran.out == [
        *TARGET,
        "        1  as they were",
        "        2  gone since",
        "        1  different now",
        "        1  of photos that were purged since: they stay purged",
        "      gone: a0 a0.jpg",
        "      gone: a1 a1.jpg",
        "      changed: a2 a2.jpg",
        "2 rows to bring back; nothing was written: pass --migrate to bring them back",
    ]
    assert ran.status == 1
    assert gallery.wire.writes == 0


def test_what_is_gone_comes_back_and_lists_follow(
    gallery: MemoryGallery, before: MemoryTable, run: Run
):
    ran = run(from_table(before), *FROM, "--migrate", flags=ALL)
    gallery.deliver()

    assert (ran.status, ran.out[-1]) == (0, "brought 2 rows back")
    assert gallery.listed() == ["a0", "a1", "a2", "a4", "new"]
    assert gallery.assets.get("a2").is_favorite
    assert gallery.audit().differences == 0
    again = run(from_table(before), *FROM, "--migrate", flags=ALL)
    assert (again.status, again.out[-1]) == (0, "brought 0 rows back")


def test_what_is_different_comes_back_only_when_it_is_asked_for(
    gallery: MemoryGallery, before: MemoryTable, run: Run
):
    since = gallery.assets.get("a2")

    ran = run(from_table(before), *FROM, "--migrate", "--changed", flags=ALL)

    assert (ran.status, ran.out[-1]) == (0, "brought 3 rows back")
    assert not gallery.assets.get("a2").is_favorite
    # whoever holds the row of meanwhile must not take this one for it
    with pytest.raises(ConditionFailedError):
        gallery.assets.change(since, is_favorite=False)


def test_what_is_changed_meanwhile_stays_and_is_told(
    gallery: MemoryGallery, before: MemoryTable, run: Run
):
    def like_again(*_: Any) -> None:
        row = gallery.assets.get("a2")
        gallery.assets.change(row, is_favorite=False, visibility="archive")

    before.page_size = 1000  # read whole, before the first row is written
    gallery.assets_table.before("put", like_again)

    ran = run(from_table(before), *FROM, "--migrate", "--changed", flags=ALL)

    assert ran.status == 1
    assert ran.out[-2:] == [
        "brought 2 rows back",
        "1 row changed meanwhile; run it again",
    ]
    assert gallery.assets.get("a2").visibility == "archive"


def test_persons_come_back_and_keep_the_sums_of_today(gallery: MemoryGallery, run: Run):
    for name in ("ann", "bob"):
        gallery.people.create(Person(name, "main", name.title()))
    gallery.people.set_counts("main", "ann", faces=1, assets=1, revision=1)
    then = snapshot(gallery.people_table, ("gallery_id", "id"))
    gallery.people_table.delete_many([("main", "bob")])
    gallery.people.set_counts("main", "ann", faces=7, assets=5, revision=9)
    same = run(from_table(then), *FROM, "--of", "people", flags=ALL)
    (ann,) = gallery.people.get_many([("main", "ann")])
    gallery.people.change(ann, name="Nobody")

    ran = run(from_table(then), *FROM, "--of", "people", "--migrate", "--changed", flags=ALL)

    assert "        1  as they were" in same.out
    assert ran.out[-1] == "brought 2 rows back"
    (ann,) = gallery.people.get_many([("main", "ann")])
    assert (ann.name, ann.faces, ann.assets) == ("Ann", 7, 5)
    assert gallery.people.get_many([("main", "bob")])[0].name == "Bob"


def test_what_was_to_expire_by_now_stays_away(gallery: MemoryGallery, run: Run):
    now = datetime.now(UTC)
    then = MemoryTable("before", ("id",))
    for name, ends in (("tries#1", now - timedelta(hours=1)), ("share#1", now + timedelta(days=9))):
        then.put({"id": {"S": name}, "expires_at": {"N": str(int(ends.timestamp()))}})
    then.put({"id": {"S": "owner#u1"}, "galleries": {"SS": ["main"]}})

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTACTSHEET_ACCESS_TABLE", "access")
        ran = run(from_table(then), *FROM, "--of", "access", "--migrate", flags=ALL)

    assert "        1  that were to expire by now" in ran.out
    assert [item["id"]["S"] for item in gallery.access_table.items] == ["owner#u1", "share#1"]
    assert gallery.access.galleries_of("u1") == {"main"}


def test_a_table_that_is_not_named_is_asked_for(gallery: MemoryGallery, run: Run):
    ran = run(from_table(gallery.access_table), *FROM, "--of", "access", flags=ALL)

    assert ran.status == 2
    assert "CONTACTSHEET_ACCESS_TABLE is not set" in ran.err


def test_the_gallery_s_own_table_is_no_earlier_one(gallery: MemoryGallery, run: Run):
    ran = run(from_table(gallery.assets_table), "--from", "assets", flags=ALL)

    assert ran.status == 2
    assert "is the gallery's own table" in ran.err
