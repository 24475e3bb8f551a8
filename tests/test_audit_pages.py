import dataclasses

import pytest
from pynamodb.expressions.operand import Path

from chalicelib import audit_pages as audit_module
from chalicelib.audit_pages import STRAY_AFTER_SECONDS, repair_pages
from chalicelib.domain import places, timeline
from chalicelib.domain.person import Person
from chalicelib.domain.places import person_view
from chalicelib.domain.timeline import Change, Counts, Run
from chalicelib.refresh_pages import sync
from chalicelib.storage import leaves, rewrite
from tests.builders import MemoryGallery, a_gallery, an_asset, an_entry, wall_clock
from tests.libraries import a_face
from tests.memory import Killed, Request

MAY = ("main", "all", "2024-05")


@pytest.fixture(autouse=True)
def _small_leaves(monkeypatch):
    monkeypatch.setattr(leaves, "MOST_ENTRIES", 4)
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
    repair_pages(gallery.audit(), gallery.tables)
    assert gallery.audit().differences == 0
    return gallery


def test_lists_of_a_release_that_named_nobody_are_brought_up(monkeypatch):
    gallery = a_gallery()
    with monkeypatch.context() as earlier:
        earlier.setattr(places, "persons_on", lambda _: ())
        gallery.add(an_asset("a", faces={"f": a_face("ann")}), an_asset("b"))
    assert [entry.tile.persons for entry in gallery.entries()] == [(), ()]

    found = gallery.audit()
    repaired(gallery)

    assert found.differing == ["all/2024-05/a", "p:ann/2024-05/a"]
    assert [entry.tile.persons for entry in gallery.entries()] == [("ann",), ()]


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
    found = gallery.pages.leaves(node, node.leaves.ids[-1:])
    assert found is not None
    (last,) = found
    gallery.pages.save(
        node, [Run(len(node.leaves) - 1, len(node.leaves), (*last, double), (*last,))]
    )

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


def crash_at_node(request: Request) -> None:
    if request.key == ("main#all", "2024-05"):
        raise Killed


def test_only_old_leaves_that_no_node_names_are_strays(gallery):
    node = gallery.pages.node(*MAY)
    gallery.pages_table.before("put", crash_at_node, times=None)
    with pytest.raises(Killed):
        gallery.pages.save(node, [Run(0, 0, (an_entry("crashed"),))])
    gallery.wire.clear()
    old = gallery.now_seconds + STRAY_AFTER_SECONDS

    assert gallery.audit(old).stray_leaves == {}
    audit = gallery.audit(old + 1)

    ((bucket, strays),) = audit.stray_leaves.items()
    assert (bucket, len(strays)) == (MAY, 1)
    repair_pages(audit, gallery.tables)
    assert gallery.audit(old + 1).stray_leaves == {}
    assert len(gallery.listed()) == 11


def test_a_photo_that_changes_during_the_audit_is_repaired_by_its_row_of_then(gallery):
    """The scan saw it as it was; `sync` reads it as it is."""
    gallery.assets.change(gallery.assets.get("m1"), width=1)
    audit = gallery.audit()
    gallery.assets.change(gallery.assets.get("m1"), taken_local=wall_clock("2024-05-29"))

    repair_pages(audit, gallery.tables)

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
    repair_pages(audit, gallery.tables)
    before = gallery.pages.node(*MAY)

    repair_pages(audit, gallery.tables)

    assert dataclasses.replace(gallery.pages.node(*MAY), version=before.version) == before


def test_a_repair_and_a_writer_at_once_end_equal_to_the_rows(gallery):
    gallery.assets.create(an_asset("unseen"))
    gallery.assets_table.stream.clear()
    audit = gallery.audit()

    def trash(_):
        gallery.assets_table.delete_many([("unseen",)])
        sync(MAY, Change({"unseen": set()}), gallery.tables)

    gallery.pages_table.before("put", trash)
    repair_pages(audit, gallery.tables)

    assert gallery.audit().differences == 0


# --- totals and persons --------------------------------------------------------------


def ann(gallery: MemoryGallery) -> Person:
    (found,) = gallery.people.list("main")
    return found


@pytest.fixture
def with_ann(gallery: MemoryGallery) -> MemoryGallery:
    """Ann has two faces in one photo."""
    gallery.people.create(Person("ann", "main", "Ann"))
    gallery.add(an_asset("ann1", faces={"f1": a_face("ann"), "f2": a_face("ann")}))
    assert (ann(gallery).assets, ann(gallery).faces) == (1, 2)
    return gallery


def test_a_total_that_was_never_summed_up_is_found_and_repaired(with_ann):
    """As where a writer died between its last save and its sum."""
    gallery = with_ann
    right = gallery.pages.totals("main")
    gallery.pages_table.delete_many([("main", "all"), ("main", "fav")])

    audit = gallery.audit()

    assert audit.wrong_totals == [("main", "all"), ("main", "fav")]
    assert audit.differences == 2
    repaired(gallery)
    assert gallery.pages.totals("main") == right


def test_a_total_of_an_older_sum_is_found_and_repaired(gallery):
    gallery.assets.create(an_asset("new"))
    gallery.wire.before("pages.update", die, times=None)
    with pytest.raises(Killed):
        gallery.deliver()
    gallery.wire.clear()

    assert gallery.audit().wrong_totals == [("main", "all")]
    assert repaired(gallery).pages.totals("main")["all"].total == 12


def die(_: Request) -> None:
    raise Killed


@pytest.mark.parametrize("revision", [0, 10**6])
def test_a_wrong_total_is_repaired_whatever_its_revision(with_ann, revision):
    """One of a higher revision is left where a list's buckets were lost and made again."""
    gallery = with_ann
    for view, person in (("all", None), (person_view("ann"), "ann")):
        table = gallery.people_table if person else gallery.pages_table
        actions = [Path("rev").set(revision), Path("n").set(9), Path("c").set("..9....")]
        table.update("main", person or view, actions=actions)

    audit = gallery.audit()

    assert audit.wrong_totals == [("main", "all"), ("main", person_view("ann"))]
    repaired(gallery)
    assert ann(gallery).assets == 1
    gallery.add(an_asset("later", faces={"f": a_face("ann")}))
    assert gallery.pages.totals("main")["all"].total == 13
    assert ann(gallery).assets == 2


def test_lists_that_were_lost_altogether_are_made_again_with_their_totals(with_ann):
    gallery = with_ann
    totals = gallery.pages.totals("main")
    for n in range(5):  # so that revisions were higher than they will be at first
        gallery.assets.change(gallery.assets.get("ann1"), width=n)
        gallery.deliver()
    gallery.pages_table.delete_many(
        [(i["pk"]["S"], i["sk"]["S"]) for i in gallery.pages_table.items]
    )

    repaired(gallery)

    assert gallery.pages.totals("main") == totals
    gallery.assets_table.delete_many([("ann1",)])
    gallery.deliver()
    assert (ann(gallery).assets, ann(gallery).faces) == (0, 0)
    assert gallery.audit().differences == 0


def test_a_person_s_counts_without_any_list_are_found_and_repaired(with_ann):
    gallery = with_ann
    gallery.people.create(Person("bob", "main", "Bob"))
    gallery.people.set_counts("main", "bob", 3, 3, 7)

    assert gallery.audit().wrong_totals == [("main", person_view("bob"))]
    repaired(gallery)
    assert [(p.id, p.assets, p.faces) for p in gallery.people.list("main")] == [
        ("ann", 1, 2),
        ("bob", 0, 0),
    ]


def test_a_person_without_a_row_is_no_difference(gallery):
    gallery.add(an_asset("unnamed", faces={"f": a_face("nobody-yet")}))

    assert gallery.audit().differences == 0
    assert gallery.people_table.items == []


def test_a_person_who_was_created_after_her_photos_gets_her_counts(gallery):
    gallery.add(an_asset("ann1", faces={"f": a_face("ann")}))
    gallery.people.create(Person("ann", "main", "Ann"))

    assert gallery.audit().wrong_totals == [("main", person_view("ann"))]
    assert ann(repaired(gallery)).assets == 1


# --- a bounded audit -----------------------------------------------------------------


@pytest.mark.parametrize(("at_a_time", "groups"), [(1, 3), (11, 2), (12, 1)])
def test_what_differs_is_found_however_few_entries_are_compared_at_a_time(
    gallery, monkeypatch, at_a_time, groups
):
    """One of the undated, ten of May, one of July: a scan of the rows for each group."""
    monkeypatch.setattr(audit_module, "_ENTRIES_AT_A_TIME", at_a_time)
    gallery.assets.create(an_asset("unseen"))
    gallery.assets.create(an_asset("july", taken_local=wall_clock("2024-07-01")))
    gallery.assets.change(gallery.assets.get("undated"), width=1)
    gallery.assets_table.delete_many([("june",)])

    scans = gallery.wire.count("assets.scan_page")
    audit = gallery.audit()

    assert audit.missing == ["all/2024-05/unseen", "all/2024-07/july"]
    assert audit.surplus == ["all/2024-06/june", "fav/2024-06/june"]
    assert audit.differing == ["all/0000-00/undated"]
    assert gallery.wire.count("assets.scan_page") - scans == 1 + groups
    repaired(gallery)


def test_a_large_repair_is_synced_some_assets_at_a_time(gallery, monkeypatch):
    monkeypatch.setattr(audit_module, "_SYNCED_AT_A_TIME", 4)
    for n in range(10):
        gallery.assets.create(an_asset(f"unseen{n}"))
    audit = gallery.audit()
    gallery.wire.requests.clear()

    repair_pages(audit, gallery.tables)

    assert gallery.wire.count("assets.get_many") == 3
    assert gallery.audit().differences == 0


def test_a_repair_that_has_no_time_left_says_so_and_the_next_one_goes_on(gallery, monkeypatch):
    monkeypatch.setattr(audit_module, "_SYNCED_AT_A_TIME", 1)
    for n in range(4):
        gallery.assets.create(an_asset(f"unseen{n}"))
    answers = iter([False, False, True])

    assert repair_pages(gallery.audit(), gallery.tables, lambda: next(answers)) is False

    assert len(gallery.audit().missing) == 2
    assert repair_pages(gallery.audit(), gallery.tables) is True
    assert gallery.audit().differences == 0


# --- split buckets and earlier formats -----------------------------------------------


@pytest.fixture
def _small_sections(monkeypatch):
    monkeypatch.setattr(rewrite, "SPLIT_ABOVE_LEAVES", 2)
    monkeypatch.setattr(rewrite, "_JOIN_BELOW_LEAVES", 1)
    monkeypatch.setattr(rewrite, "_SECTION_LEAVES", 1)


@pytest.mark.usefixtures("_small_sections")
def test_a_split_bucket_is_compared_and_repaired_and_its_sections_are_no_strays(gallery):
    gallery.add(*(an_asset(f"s{n}", taken_local=wall_clock(f"2024-05-{n + 10}")) for n in range(9)))
    assert gallery.pages.node(*MAY).is_split
    old = gallery.now_seconds + STRAY_AFTER_SECONDS + 1
    assert (gallery.audit(old).differences, gallery.audit(old).stray_leaves) == (0, {})

    gallery.assets_table.delete_many([("s3",), ("m2",)])
    gallery.assets.create(an_asset("unseen", taken_local=wall_clock("2024-05-12T07:00")))
    audit = gallery.audit()

    assert sorted(audit.surplus) == ["all/2024-05/m2", "all/2024-05/s3"]
    assert audit.missing == ["all/2024-05/unseen"]
    repaired(gallery)
    assert gallery.audit(old).stray_leaves == {}


@pytest.mark.usefixtures("_small_sections")
def test_a_section_that_a_crash_left_is_a_stray(gallery):
    gallery.add(*(an_asset(f"s{n}", taken_local=wall_clock(f"2024-05-{n + 10}")) for n in range(9)))
    gallery.assets.create(an_asset("more"))
    gallery.pages_table.before("put", crash_at_node, times=None)
    with pytest.raises(Killed):
        gallery.deliver()
    gallery.wire.clear()

    old = gallery.now_seconds + STRAY_AFTER_SECONDS + 1
    strays = gallery.audit(old).stray_leaves[MAY]
    repair_pages(gallery.audit(old), gallery.tables)

    assert len(strays) >= 2
    audit = gallery.audit(old)
    assert (audit.differences, audit.stray_leaves) == (0, {})


def as_before(gallery: MemoryGallery) -> None:
    """Let every item look as the format before wrote it: other columns, leaves without times."""
    items = gallery.pages_table.items
    gallery.pages_table.delete_many([(i["pk"]["S"], i["sk"]["S"]) for i in items])
    for item in items:
        kept = {name: value for name, value in item.items() if name not in ("i", "t")}
        if "v" in item:
            numbers = f"{item['v']['N']}.{item['r']['N']}.3.0.0.0.0.3000"
            gallery.pages_table.put({**kept, "c": {"S": numbers}, "d": {"S": "17.3.0.4000"}})
        elif "b" in item:
            gallery.pages_table.put(kept)


def test_lists_of_the_format_before_are_filled_and_their_versions_go_on(gallery):
    listed = gallery.listed()
    version = gallery.pages.node(*MAY).version
    as_before(gallery)
    assert gallery.listed() == []

    audit = gallery.audit()

    assert (len(audit.missing), audit.surplus, audit.differing) == (13, [], [])
    repaired(gallery)
    assert gallery.listed() == listed
    assert gallery.pages.node(*MAY).version == version + 1
    assert gallery.pages.totals("main")["all"] == Counts(images=11, bytes=11_000)
    assert [b.bucket for b in gallery.pages.counts("main", "all")] == [
        "0000-00",
        "2024-05",
        "2024-06",
    ]


def test_leaves_of_the_format_before_are_collected(gallery):
    as_before(gallery)
    before = gallery.audit().stray_leaves

    repaired(gallery)

    assert len(before[MAY]) == 3
    assert gallery.audit().stray_leaves == {}
