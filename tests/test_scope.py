from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.query import Filter
from chalicelib.errors import NotFoundError
from chalicelib.scope import between_ranks, choice, nodes_of, require_gallery, scope_of
from tests.builders import a_gallery, an_asset
from tests.libraries import a_gallery_of, filters, libraries, listed, searches, small_pages


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with small_pages():
        yield


@given(libraries, st.lists(filters, max_size=8))
@settings(max_examples=50)
def test_a_scope_holds_the_months_that_a_filter_leaves_something_of(library, asked_for):
    gallery = a_gallery_of(library)

    for asked in asked_for:
        expected: dict[str, int] = {}
        for entry in reversed(listed(library, asked)):
            expected[entry.bucket] = expected.get(entry.bucket, 0) + 1
        scope = scope_of(gallery.pages, asked)

        assert [(part.bucket, part.size) for part in scope.parts] == list(expected.items())
        assert scope.total == sum(expected.values())
        assert list(scope.starts) == list(accumulate(expected.values(), initial=0))
        nodes = nodes_of(gallery.pages, asked, scope.parts)
        assert [node.bucket for node in nodes] == list(expected)


@given(libraries, filters, st.integers(0, 9), st.none() | st.integers(1, 9), st.booleans())
@settings(max_examples=50)
def test_a_choice_is_the_newest_entries_that_a_filter_leaves(library, asked, skip, wanted, is_cut):
    gallery = a_gallery_of(library)

    for part in scope_of(gallery.pages, asked).parts:
        entries = [e for e in listed(library, asked) if e.bucket == part.bucket]
        before = entries[len(entries) // 2].position if is_cut else None
        skip = 0 if is_cut else skip
        (node,) = nodes_of(gallery.pages, asked, [part])
        choose = choice(asked, skip=skip, wanted=wanted, before=before)
        ((_, found),) = gallery.pages.read([(node, choose)])

        left = [e for e in entries[skip:] if before is None or e.position < before]
        assert list(reversed(found)) == left[:wanted]


@given(libraries, searches, st.integers(0, 9), st.none() | st.integers(0, 9), st.booleans())
@settings(max_examples=50)
def test_ranks_are_counted_from_the_oldest_entry_that_a_filter_leaves(
    library, asked, start, stop, is_cut
):
    gallery = a_gallery_of(library)
    without = Filter(asked.gallery, asked.view, asked.content_type, asked.date_from, asked.date_to)

    for part in scope_of(gallery.pages, asked).parts:
        entries = [e for e in reversed(listed(library, without)) if e.bucket == part.bucket]
        before = entries[len(entries) // 2].position if is_cut else None
        (node,) = nodes_of(gallery.pages, asked, [part])
        choose = between_ranks(asked, start, stop, before)
        ((_, found),) = gallery.pages.read([(node, choose)])

        wanted = listed(library, asked)
        left = [e for e in entries[start:stop] if before is None or e.position < before]
        assert list(found) == [entry for entry in left if entry in wanted]


def test_the_default_gallery_is_always_there_and_others_once_something_was_in_them():
    gallery = a_gallery()
    require_gallery(gallery.pages, "main")
    with pytest.raises(NotFoundError, match="beach"):
        require_gallery(gallery.pages, "beach")

    gallery.add(an_asset("b1", key="beach/b1.jpg"))

    require_gallery(gallery.pages, "beach")


def test_nodes_that_were_read_to_count_their_days_are_not_read_again():
    gallery = a_gallery_of([an_asset("a1")])
    asked = Filter("main", date_from="2024-05-02")
    scope = scope_of(gallery.pages, asked)
    gallery.wire.requests.clear()

    (node,) = nodes_of(gallery.pages, asked, scope.parts)

    assert node.counts.total == 1
    assert gallery.wire.requests == []
