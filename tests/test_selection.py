"""Lists of a selection, beyond what they have in common with those that are made of pages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.query import Filter, MediaQuery
from chalicelib.domain.timeline import Entry
from chalicelib.errors import InvalidParameterError
from chalicelib.selection import (
    selection_months,
    selection_page,
    selection_part,
    shared_entries,
)
from tests.builders import NOW, a_gallery, an_asset, an_entry
from tests.domain.test_share import a_share

MAIN = Filter("main")
MAY = [an_entry(f"a{n}", f"2024-05-1{n}T09:30:00.000") for n in range(5)]
UNDATED = an_entry("u1", "0000-00", taken=None)
ALL = [UNDATED, *MAY]


def test_what_a_link_shows_is_read_in_order_and_without_what_left_the_timeline():
    gallery = a_gallery()
    gallery.add(
        an_asset("a1"),
        an_asset("a2", taken_local=None),
        an_asset("a3", deleted_at=NOW),
        an_asset("a4", visibility="archive"),
        an_asset("a5"),
    )
    share = a_share(kind="selection", asset_ids=("a1", "a2", "a3", "a4", "gone"))

    assert [entry.id for entry in shared_entries(share, gallery.assets)] == ["a2", "a1"]


def test_a_month_comes_in_parts_newest_first():
    parts = [selection_part(ALL, "2024-05", part, 2) for part in range(3)]

    assert [[entry.id for entry in part.entries] for part in parts] == [
        ["a4", "a3"], ["a2", "a1"], ["a0"],
    ]  # fmt: skip
    assert {(part.parts, part.total, part.revision) for part in parts} == {
        (3, 5, parts[0].revision)
    }
    with pytest.raises(InvalidParameterError):
        selection_part(ALL, "2024-05", 3, 2)


def test_a_month_without_any_is_one_part_of_nothing():
    part = selection_part(ALL, "2023-01", 0, 2)

    assert (part.parts, part.total, part.entries) == (1, 0, ())


def test_a_month_has_another_revision_once_its_photos_are_others():
    liked = [replace(MAY[0], tile=replace(MAY[0].tile, is_favorite=True)), *MAY[1:]]

    revisions = {
        selection_months(entries, MAIN)[0].revision for entries in (MAY, MAY[1:], liked, MAY[:0:-1])
    }

    assert len(revisions) == 3
    assert all(0 <= revision < 2**53 for revision in revisions)


def test_a_shuffle_goes_on_over_what_is_left_when_photos_leave_meanwhile():
    query = MediaQuery(MAIN, limit=2, seed=7)
    first = selection_page(ALL, query)
    left = [entry for entry in ALL if entry.id not in ("a4", "u1")]

    found, follows = list(first.entries), first.next
    while follows is not None:
        page = selection_page(left, MediaQuery(MAIN, 2, cursor=follows, seed=7))
        found += page.entries
        follows = page.next

    ids = [entry.id for entry in found]
    assert len(set(ids)) == len(ids)
    assert set(ids) >= {"a0", "a1", "a2", "a3"}  # whose ranks are what they were


@given(
    entries=st.lists(st.integers(0, 27), unique=True).map(
        lambda days: [an_entry(f"d{n}", f"2024-05-{n + 1:02}T00:00:00.000") for n in sorted(days)]
    ),
    limit=st.integers(1, 10),
    seed=st.none() | st.integers(0, 99),
)
def test_a_selection_is_given_to_its_end_each_photo_once(entries: list[Entry], limit, seed):
    query = MediaQuery(MAIN, limit, seed=seed)
    found: list[str] = []

    while True:
        page = selection_page(entries, query)
        assert page.offset == len(found)
        found += [entry.id for entry in page.entries]
        if page.next is None:
            break
        query = replace(query, cursor=page.next)

    assert sorted(found) == sorted(entry.id for entry in entries)
    if seed is None:
        assert found == [entry.id for entry in reversed(entries)]
