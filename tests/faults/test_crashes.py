"""The protocol of pages: death before any request, answers that get lost, ids used again."""

from typing import Any

import pytest

from chalicelib.audit_pages import STRAY_AFTER_SECONDS, repair_pages
from chalicelib.errors import PagesBusyError
from chalicelib.storage import rewrite
from chalicelib.storage.pages import Pages, named_ids
from tests.builders import MemoryGallery, an_asset, wall_clock
from tests.faults.month import (
    MAY,
    a_busy_day,
    a_liked_photo,
    a_month,
    a_new_photo,
    change,
    every_crash,
)
from tests.mutation import without_guard

pytestmark = pytest.mark.usefixtures("small_leaves", "has_sections")


def test_a_crash_at_any_request_and_a_second_delivery_end_equal_to_the_rows():
    """Guards that leaves and sections are deleted after the node is saved, not before it."""
    galleries = list(every_crash(a_busy_day))

    assert len(galleries) > 20
    for gallery in galleries:
        assert gallery.audit().differences == 0
    delete = "self.delete_leaves(node, rewrite.replaced)"
    with (
        without_guard(
            Pages,
            "save",
            (f"    {delete}\n    return saved", "    return saved"),
            ("try:", f"{delete}\n    try:"),
        ),
        # a node that names a leaf, or a section, that is not there
        pytest.raises((AssertionError, PagesBusyError)),
    ):
        list(every_crash(a_busy_day))


def test_sections_are_kept_until_the_node_is_saved(has_sections):
    """Guards the sections alone: a list whose node names one that is gone is never read again."""
    kept = "self.delete_leaves(node, rewrite.replaced)"
    early = "self.delete_leaves(node, set(node.directory.ids) & set(rewrite.replaced))"

    for gallery in every_crash(a_liked_photo):
        assert gallery.audit().differences == 0
    if has_sections:
        with (
            without_guard(
                Pages,
                "save",
                (f"    {kept}\n    return saved", "    return saved"),
                ("try:", f"{early}\n    try:"),
            ),
            pytest.raises(PagesBusyError),
        ):
            list(every_crash(a_liked_photo))


def every_leaf(gallery: MemoryGallery) -> set[tuple[str, str]]:
    """Keys of all leaves and sections that are there, whoever names them."""
    keys = ((item["pk"]["S"], item["sk"]["S"]) for item in gallery.pages_table.items)
    return {(pk, sk) for pk, sk in keys if pk.count("#") == 2}


def every_named_leaf(gallery: MemoryGallery) -> set[tuple[str, str]]:
    """Keys of all leaves and sections that a node names."""
    lists = {item["pk"]["S"] for item in gallery.pages_table.items if "v" in item}
    return {
        (f"{pk}#{node.bucket}", name)
        for pk in lists
        for node in gallery.pages.every_node(*pk.split("#"))
        for name in named_ids(node)
    }


def test_what_a_crash_leaves_behind_is_collected_once_it_is_old():
    found = 0
    for gallery in every_crash(a_busy_day):
        assert not gallery.audit().stray_leaves
        later = gallery.now_seconds + STRAY_AFTER_SECONDS + 1
        audit = gallery.audit(later)
        found += sum(map(len, audit.stray_leaves.values()))

        repair_pages(audit, gallery.tables)

        assert not gallery.audit(later).stray_leaves
        assert gallery.audit(later).differences == 0
        assert every_leaf(gallery) == every_named_leaf(gallery)
    assert found > 5


def test_a_save_whose_answer_was_lost_keeps_its_leaves():
    """F54. The SDK repeats the request, which then loses to its own first attempt.

    Guards the second look of `Pages.save` before it takes its leaves back, and that it is not
    taken at a replica that has not heard of the save.
    """

    def saved_twice() -> MemoryGallery:
        gallery, records = a_new_photo()
        gallery.pages_table.let_reads_lag()
        real_put = gallery.pages_table.put

        def put(item: Any, condition: Any = None) -> None:
            real_put(item, condition)
            if "v" in item and not sent:  # the node: its answer is lost, and it is sent again
                sent.append(item)
                real_put(item, condition)

        sent: list[Any] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gallery.pages_table, "put", put)
            gallery.deliver(*records)
        gallery.pages_table.let_reads_lag()  # that is: up to here
        return gallery

    gallery = saved_twice()

    assert gallery.audit().differences == 0
    assert "new" in gallery.listed()
    for guard in (("if id_ not in named", "if True"), ("consistent=True", "consistent=False")):
        with without_guard(Pages, "save", guard), pytest.raises(PagesBusyError):
            saved_twice()


def test_a_leaf_s_id_is_never_used_again():
    """Guards fresh ids: with ids made of the content, a slow collector takes a live leaf."""

    def same_content_again() -> MemoryGallery:
        gallery = a_month()
        records = change(gallery, "m05", width=500)

        def back_and_forth(_):
            gallery.deliver(*change(gallery, "m05", width=400))

        gallery.wire.before("pages.delete_many", back_and_forth)
        gallery.deliver(*records)
        return gallery

    assert same_content_again().audit().differences == 0
    of_the_content = "__import__('hashlib').md5(repr(values).encode()).hexdigest()[:14]"
    with (
        without_guard(
            Pages, "_write", ("fresh = self._new_leaf_id()", f"fresh = {of_the_content}")
        ),
        pytest.raises((AssertionError, PagesBusyError)),
    ):
        same_content_again().listed()


def test_whatever_is_older_than_all_of_a_month_stands_in_its_first_leaf():
    """Guards the first fence, which is empty whichever leaf is the first by now."""

    def fences_when_older_ones_follow_a_leaf_that_went() -> list[str]:
        gallery = a_month()
        gallery.deliver(*(r for n in range(1, 5) for r in trash_records(gallery, f"m{n:02}")))
        hours = [wall_clock(f"2024-05-{n:02}T{n:02}:00") for n in (1, 2, 3)]
        for number, hour in enumerate(hours * 3):
            gallery.add(an_asset(f"n{number}", taken_local=hour))
        assert gallery.audit().differences == 0
        node = gallery.pages.whole(gallery.pages.node(*MAY, consistent=True))
        assert node is not None
        return list(node.leaves.fences)

    fences = fences_when_older_ones_follow_a_leaf_that_went()
    assert fences == sorted(fences)
    assert fences[0] == ""
    guard = ('fences=("", *directory.fences[1:])[: len(directory)]', "fences=directory.fences")
    with without_guard(rewrite, "_from_the_start", guard):
        fences = fences_when_older_ones_follow_a_leaf_that_went()
        assert fences != sorted(fences)


def trash_records(gallery: MemoryGallery, id: str) -> list[dict[str, Any]]:
    return change(gallery, id, visibility="archive")
