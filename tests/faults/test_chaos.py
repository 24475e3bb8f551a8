"""After any chaos everything is exactly what the rows say, and readers never saw otherwise."""

from collections import defaultdict

import pytest

from chalicelib.domain.directory import BucketKey
from chalicelib.domain.places import person_view, places
from chalicelib.domain.timeline import Counts, Entry, Sums
from tests.builders import MemoryGallery
from tests.faults.chaos import Chaos

pytestmark = pytest.mark.usefixtures("small_leaves", "has_sections")

ROUNDS = 130
# Every request that a writer sends: in order, and after a save that it lost.
REQUESTS = {
    ("begin", "pages.get of a node"),
    ("pages.get of a node", "assets.get_many"),
    ("assets.get_many", "pages.get_many"),
    ("pages.get_many", "pages.put"),
    ("pages.put", "pages.put of a node"),
    ("assets.get_many", "pages.put of a node"),
    ("pages.put of a node", "pages.delete_many"),
    ("pages.put of a node", "pages.get of a node"),
    ("pages.get of a node", "pages.delete_many"),
    ("pages.delete_many", "pages.query"),
    ("pages.query", "pages.update"),
    ("pages.query", "people.update"),
}


def by_the_rows(gallery: MemoryGallery) -> dict[BucketKey, list[Entry]]:
    """Every list by a full scan, in order."""
    found: dict[BucketKey, list[Entry]] = defaultdict(list)
    for asset in gallery.assets.scan():
        for place in places(asset):
            found[place.key].append(place.entry)
    return {key: sorted(known, key=lambda entry: entry.position) for key, known in found.items()}


def by_the_pages(gallery: MemoryGallery) -> dict[BucketKey, list[Entry]]:
    """Every list by its nodes, whose sums are those of their entries."""
    lists = {key[:2] for key, leaf_id, _ in gallery.pages.every_key() if leaf_id is None}
    found: dict[BucketKey, list[Entry]] = {}
    for node in (node for key in sorted(lists) for node in gallery.pages.every_node(*key)):
        leaves = gallery.pages.leaves(node, node.leaves.ids)
        assert leaves is not None
        entries = [entry for leaf in leaves for entry in leaf]
        assert Sums.of(entries) == node.sums
        if entries:
            found[node.key] = entries
    return found


def revisions(gallery: MemoryGallery) -> dict[tuple[str, str], str]:
    """Of every node; they move when content does."""
    nodes = [item for item in gallery.pages_table.items if "v" in item]
    return {(node["pk"]["S"], node["sk"]["S"]): node["r"]["N"] for node in nodes}


@pytest.mark.parametrize("seed", range(2))
def test_after_any_chaos_lists_counts_and_totals_are_what_the_rows_say(seed, has_sections):
    """At least 50 crashes and 200 lost saves, whole snapshots in between, no difference left."""
    chaos = Chaos(seed)
    gallery = chaos.gallery

    chaos.live(ROUNDS)
    chaos.come_to_rest()

    expected = by_the_rows(gallery)
    assert by_the_pages(gallery) == expected
    totals: dict[str, Counts] = defaultdict(Counts)
    for (_, view, bucket), entries in expected.items():
        totals[view] += Sums.of(entries).counts
        (counted,) = [c for c in gallery.pages.counts("main", view) if c.bucket == bucket]
        assert counted.counts == Sums.of(entries).counts
        _, days = gallery.pages.days("main", view)[bucket]
        for day, known in Sums.of(entries).days.items():
            assert (days[day].images, days[day].videos) == (known.images, known.videos)
    for view, total in gallery.pages.totals("main").items():
        assert total == totals[view]
    for person in gallery.people.list("main"):
        counts = totals[person_view(person.id)]
        assert (person.faces, person.assets) == (counts.faces, counts.total)
    assert [person.id for person in gallery.people.list("main")] == ["ann", "cleo"]
    assert gallery.audit().differences == 0

    before = revisions(gallery)
    gallery.deliver(*chaos.records)
    assert revisions(gallery) == before
    assert gallery.audit().differences == 0

    assert sum(chaos.crashes.values()) >= 50
    assert chaos.conflicts >= 200
    assert chaos.snapshots >= 500
    assert chaos.boundaries == set(+chaos.crashes)
    assert chaos.boundaries >= REQUESTS
    assert chaos.has_split == has_sections
