import dataclasses

import pytest

from chalicelib.audit_pages import STRAY_AFTER_SECONDS, repair_pages
from chalicelib.domain import timeline
from chalicelib.domain.timeline import Change
from chalicelib.refresh_pages import sync
from chalicelib.storage import leaves
from tests.builders import MemoryGallery, a_gallery, an_asset, an_entry, wall_clock

MAY = ("main", "all", "2024-05")


@pytest.fixture(autouse=True)
def _small_leaves(monkeypatch):
    monkeypatch.setattr(leaves, "_FIRST_CUT", 4)
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 2)


@pytest.fixture
def gallery() -> MemoryGallery:
    """Photos of two months and two galleries, some of them in other lists."""
    found = a_gallery()
    found.add(
        *(an_asset(f"m{n}", taken_local=wall_clock(f"2024-05-{n:02}")) for n in range(1, 10)),
        an_asset("june", taken_local=wall_clock("2024-06-01"), is_favorite=True),
        an_asset("beach", key="beach/a.jpg"),
        an_asset("undated", taken_local=None),
        an_asset("nowhere", is_live_video=True),
    )
    return found


def repaired(gallery: MemoryGallery) -> MemoryGallery:
    repair_pages(gallery.audit(), gallery.assets, gallery.pages)
    assert gallery.audit().differences == 0
    return gallery


def test_an_empty_gallery_agrees():
    audit = a_gallery().audit()

    assert (audit.rows, audit.places, audit.buckets, audit.differences) == (0, 0, 0, 0)
    assert (audit.changes, audit.stray_leaves) == ({}, {})


def test_a_gallery_whose_pages_are_up_agrees(gallery):
    audit = gallery.audit()

    assert (audit.rows, audit.places, audit.buckets) == (13, 13, 5)
    assert audit.differences == 0


def test_an_audit_writes_nothing(gallery):
    gallery.assets.create(an_asset("unseen"))
    before = gallery.wire.writes

    gallery.audit()

    assert gallery.wire.writes == before


def test_buckets_that_agree_are_not_read_entry_by_entry(gallery):
    before = gallery.wire.count("pages.get_many")

    gallery.audit()

    assert gallery.wire.count("pages.get_many") == before


def test_what_a_list_lacks_is_found_and_repaired(gallery):
    gallery.assets.create(an_asset("unseen"))
    gallery.assets.create(an_asset("first-of-its-month", taken_local=wall_clock("1999-12-31")))

    audit = gallery.audit()

    assert audit.missing == ["all/1999-12/first-of-its-month", "all/2024-05/unseen"]
    assert (audit.surplus, audit.differing) == ([], [])
    assert "unseen" in repaired(gallery).listed()


def test_what_no_row_has_is_found_and_repaired(gallery):
    gallery.assets_table.delete_many([("m3",), ("june",)])

    audit = gallery.audit()

    assert sorted(audit.surplus) == ["all/2024-05/m3", "all/2024-06/june", "fav/2024-06/june"]
    assert (audit.missing, audit.differing) == ([], [])
    assert not {"m3", "june"} & set(repaired(gallery).listed())
    assert gallery.listed("fav") == []


def test_a_tile_that_differs_from_its_row_is_found_and_repaired(gallery):
    gallery.assets.change(gallery.assets.get("m3"), width=1)

    audit = gallery.audit()

    assert audit.differing == ["all/2024-05/m3"]
    assert (audit.missing, audit.surplus) == ([], [])
    repaired(gallery)


def test_a_photo_that_moved_is_found_at_both_ends_and_stands_once_after_the_repair(gallery):
    gallery.assets.change(gallery.assets.get("m1"), taken_local=wall_clock("2024-05-30"))
    gallery.assets.change(gallery.assets.get("m2"), taken_local=wall_clock("2024-07-30"))

    audit = gallery.audit()

    assert audit.differing == ["all/2024-05/m1"]
    assert (audit.missing, audit.surplus) == (["all/2024-07/m2"], ["all/2024-05/m2"])
    assert repaired(gallery).listed().count("m1") == 1
    assert gallery.listed()[-1] == "m2"


def test_a_photo_that_stands_twice_stands_once_after_the_repair(gallery):
    """As a bug would leave it: the second one at a position that no row tells."""
    node = gallery.pages.node(*MAY, consistent=True)
    double = an_entry("m1", "2024-05-31T00:00:00.000")
    (*_, last) = gallery.pages.leaves(node, node.leaves)
    run = timeline.Run(len(node.leaves) - 1, len(node.leaves), (*last, double))
    gallery.pages.save(node, [run])

    audit = gallery.audit()

    assert audit.surplus == ["all/2024-05/m1"]
    assert repaired(gallery).listed().count("m1") == 1


def test_a_list_whose_node_was_lost_is_made_again(gallery):
    gallery.pages_table.delete_many([("main#all", "2024-05")])

    audit = gallery.audit()

    assert len(audit.missing) == 9
    repaired(gallery)


def test_a_list_that_was_never_made_is_made():
    """As after a change of `places`, or for a table made by somebody else."""
    gallery = a_gallery()
    for number in range(10):
        gallery.assets_table.put(
            {"id": {"S": f"f{number}"}, "url": {"S": f"album/{number}.jpg"}, "filename": {"S": "x"}}
        )

    audit = gallery.audit()

    assert (audit.rows, len(audit.missing)) == (10, 10)
    repaired(gallery)
    assert sorted(gallery.listed(gallery="album")) == [f"f{number}" for number in range(10)]


def test_an_emptied_bucket_agrees_with_no_rows(gallery):
    gallery.assets_table.delete_many([("june",)])
    gallery.deliver()

    assert gallery.audit().differences == 0
    assert gallery.audit().buckets == 3


def test_rows_that_name_no_object_of_ours_are_no_difference(gallery):
    gallery.assets_table.put({"id": {"S": "odd"}, "url": {"S": "s3://elsewhere/a.jpg"}})

    assert gallery.audit().differences == 0


def test_only_old_leaves_that_no_node_names_are_strays(gallery):
    node = gallery.pages.node(*MAY)
    gallery.pages._write_leaves(node, [an_entry("crashed")])
    old = gallery.now_seconds + STRAY_AFTER_SECONDS

    assert gallery.audit(old).stray_leaves == {}
    audit = gallery.audit(old + 1)

    ((bucket, strays),) = audit.stray_leaves.items()
    assert (bucket, len(strays)) == (MAY, 1)
    repair_pages(audit, gallery.assets, gallery.pages)
    assert gallery.audit(old + 1).stray_leaves == {}
    assert len(gallery.listed()) == 11


def test_a_photo_that_changes_during_the_audit_is_repaired_by_its_row_of_then(gallery):
    """The scan saw it as it was; `sync` reads it as it is."""
    gallery.assets.change(gallery.assets.get("m1"), width=1)
    audit = gallery.audit()
    gallery.assets.change(gallery.assets.get("m1"), taken_local=wall_clock("2024-05-29"))

    repair_pages(audit, gallery.assets, gallery.pages)

    assert gallery.listed().count("m1") == 1
    assert gallery.audit().differences == 0


def test_an_audit_sees_every_page_of_both_tables(gallery):
    """F58."""
    gallery.assets_table.page_size = gallery.pages_table.page_size = 2
    gallery.assets.create(an_asset("unseen"))

    audit = gallery.audit()

    assert (audit.rows, audit.missing) == (14, ["all/2024-05/unseen"])


def test_repairing_twice_changes_nothing_the_second_time(gallery):
    gallery.assets.create(an_asset("unseen"))
    audit = gallery.audit()
    repair_pages(audit, gallery.assets, gallery.pages)
    before = gallery.pages.node(*MAY)

    repair_pages(audit, gallery.assets, gallery.pages)

    assert dataclasses.replace(gallery.pages.node(*MAY), version=before.version) == before


def test_a_repair_and_a_writer_at_once_end_equal_to_the_rows(gallery):
    gallery.assets.create(an_asset("unseen"))
    gallery.assets_table.stream.clear()
    audit = gallery.audit()

    def trash(_):
        gallery.assets_table.delete_many([("unseen",)])
        sync(MAY, Change({"unseen": set()}), gallery.assets, gallery.pages)

    gallery.pages_table.before("put", trash)
    repair_pages(audit, gallery.assets, gallery.pages)

    assert gallery.audit().differences == 0
