"""Events in any order: late ones are left to what was done about later ones (F01 to F04, F18)."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import take_in as take_in_module
from chalicelib.curate import delete
from chalicelib.domain import errand as errand_module
from chalicelib.domain.asset import ORIGINAL_MISSING
from chalicelib.domain.errand import ObjectChanged, sequencer_of
from chalicelib.take_in import carry_out
from tests.builders import BUCKET, MemoryGallery, a_change, a_gallery, a_jpeg
from tests.memory import Killed
from tests.mutation import without_guard

KEY = "main/a.jpg"
TEAL, RED, BAD = a_jpeg(colour="teal"), a_jpeg(colour="red"), b"no photo at all"

# How S3 may write a place: of one length; as numbers; as fractions without trailing zeros.
WRITTEN: dict[str, Callable[[int], str | None]] = {
    "of one length": lambda number: f"{number:018X}",
    "of growing length": lambda number: f"{number + 13:X}",
    "without trailing zeros": lambda number: f"{number + 13:04X}".rstrip("0"),
    "not at all": lambda number: None,  # noqa: ARG005
}


def a_gallery_with(data: bytes, told: str) -> MemoryGallery:
    """One photo, taken in by an event of this sequencer."""
    gallery = a_gallery()
    gallery.bucket.place(KEY, data)
    carry_out(a_change(KEY, told), gallery.studio)
    return gallery


def problem_of(gallery: MemoryGallery) -> str | None:
    """How the row differs from what HEAD says, the truth; None where it does not."""
    row, _ = gallery.assets.find(KEY)
    original = gallery.media.head(KEY)
    if row is None:
        return None if original is None else "an object without a row"
    if original is None:
        return None if row.deleted_reason == ORIGINAL_MISSING else "a row without an object"
    if row.deleted_at is not None:
        return "a photo in the bin"
    if row.source_etag != original.etag:
        return "a row of another original"
    is_drawn = gallery.bucket.objects[KEY].data != BAD
    if row.has_thumbnail != is_drawn:
        return "a thumbnail of no photo, or none of one"
    if row.thumbnail_key and not gallery.media.shows(row.thumbnail_key, original.etag):
        return "a thumbnail of another original"
    return None


# --- what is left to others, and what is not -----------------------------------------


def test_f04_an_event_that_was_overtaken_is_dropped_before_any_request_to_the_bucket():
    gallery = a_gallery_with(RED, "02")
    requests = len(gallery.wire.requests)

    assert carry_out(a_change(KEY, "01"), gallery.studio) == "superseded"

    assert [request.operation for request in gallery.wire.requests[requests:]] == ["get_many"]


def test_f01_the_same_event_by_other_messages_changes_nothing():
    gallery = a_gallery_with(TEAL, "02")
    writes = gallery.wire.writes

    outcomes = {carry_out(a_change(KEY, "02"), gallery.studio) for _ in range(5)}

    assert (outcomes, gallery.wire.writes) == ({"unchanged"}, writes)


@pytest.mark.parametrize("told", [None, "02", "03", "0", "0001"])
def test_f18_whatever_is_not_earlier_for_certain_asks_the_bucket(told):
    gallery = a_gallery_with(TEAL, "02")
    gallery.bucket.remove(KEY)

    assert carry_out(a_change(KEY, told), gallery.studio) == "missing"


def test_a_message_that_comes_again_asks_the_bucket_whatever_its_place():
    """What it did the first time may be half of something."""
    gallery = a_gallery_with(TEAL, "02")

    outcome = carry_out(a_change(KEY, "01", is_first=False), gallery.studio)

    assert outcome == "unchanged"
    assert gallery.wire.count("head_object") > 0


def test_the_place_is_written_with_what_is_written_anyway_and_never_by_itself():
    gallery = a_gallery_with(TEAL, "02")
    writes = gallery.wire.writes

    assert carry_out(a_change(KEY, "03"), gallery.studio) == "unchanged"

    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert (row.sequencer, gallery.wire.writes) == (sequencer_of(BUCKET, "02"), writes)
    gallery.bucket.remove(KEY)
    carry_out(a_change(KEY, "04"), gallery.studio)
    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert (row.sequencer, row.version) == (sequencer_of(BUCKET, "04"), 2)


def test_f03_a_removal_that_comes_before_its_creation_leaves_nothing():
    gallery = a_gallery()

    outcomes = [carry_out(a_change(KEY, told), gallery.studio) for told in ("02", "01")]

    assert (outcomes, gallery.state()) == (["gone", "gone"], ({}, []))


def test_f03_a_creation_after_the_removal_it_preceded_brings_nothing_back():
    gallery = a_gallery_with(TEAL, "01")
    gallery.bucket.remove(KEY)
    carry_out(a_change(KEY, "03"), gallery.studio)

    assert carry_out(a_change(KEY, "02"), gallery.studio) == "superseded"

    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert row.deleted_reason == ORIGINAL_MISSING


def test_a_purged_photo_s_place_is_forgotten_with_its_row():
    gallery = a_gallery_with(TEAL, "09")
    row, _ = gallery.assets.find(KEY)
    assert row is not None
    gallery.assets.bury(delete(row.id, gallery.tables))

    assert carry_out(a_change(KEY, "01"), gallery.studio) == "drawn"


def test_the_same_name_in_two_galleries_is_two_orders_of_events():
    gallery = a_gallery_with(TEAL, "09")
    gallery.bucket.place("beach/a.jpg", TEAL)

    assert carry_out(a_change("beach/a.jpg", "01"), gallery.studio) == "drawn"


def test_f12_own_output_is_ignored_before_any_request_whatever_its_place():
    gallery = a_gallery()
    with pytest.raises(Exception, match="named like a thumbnail"):
        carry_out(a_change("main/a_thumb.jpg", "01"), gallery.studio)
    assert gallery.wire.requests == []


# --- any order of events, against what the bucket says -------------------------------

# What an owner does, or which of the messages under way is delivered.
PUT = {"red": RED, "teal": TEAL, "no photo": BAD}
DONE = st.sampled_from([*PUT, "removed"])
DELIVERED = st.integers(0, 7)


@settings(max_examples=300)
@given(
    steps=st.lists(st.one_of(DONE, DELIVERED), min_size=2, max_size=14),
    written=st.sampled_from(sorted(WRITTEN)),
    rest=st.randoms(use_true_random=False),
)
def test_f18_events_in_any_order_end_as_the_bucket_says(steps, written, rest):
    """Each message comes once or often, in any order; some of S3's are told twice."""
    gallery = a_gallery()
    under_way: list[ObjectChanged] = []
    for number, step in enumerate(steps):
        if not isinstance(step, int):
            if step in PUT:
                gallery.bucket.place(KEY, PUT[step])
            elif KEY in gallery.bucket.objects:
                gallery.bucket.remove(KEY)
            event = a_change(KEY, WRITTEN[written](number))
            under_way += [event] * rest.choice([1, 1, 2])
        elif under_way:
            carry_out(under_way.pop(step % len(under_way)), gallery.studio)
    rest.shuffle(under_way)
    for event in under_way:
        carry_out(event, gallery.studio)

    assert problem_of(gallery) is None


@pytest.mark.parametrize(
    ("guard", "written"),
    [
        ("len(place) == len(seen_place) and ", "of growing length"),
        ("bucket == seen_bucket and ", "of one length"),
    ],
)
def test_each_part_of_the_comparison_is_needed(guard, written):
    def later_is_lost() -> bool:
        earlier, later = (WRITTEN[written](number) for number in (2, 3))
        gallery = a_gallery_with(TEAL, str(earlier))
        if "bucket" in guard:  # the same rows in another bucket, where places begin anew
            row, _ = gallery.assets.find(KEY)
            assert row is not None
            gallery.assets.change(row, sequencer=sequencer_of("elsewhere", "F" * 18))
        gallery.bucket.place(KEY, RED)
        carry_out(a_change(KEY, later), gallery.studio)
        return problem_of(gallery) is not None

    assert not later_is_lost()
    with (
        without_guard(errand_module, "is_earlier", (guard, "")),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(take_in_module, "is_earlier", errand_module.is_earlier)
        assert later_is_lost()


# --- what lost a race looks once more -------------------------------------------------


def overtaken_at_every_moment(*, then_killed: bool = False) -> list[MemoryGallery]:
    """An event about a file that is no photo, and a later one about a photo, at each moment.

    Args:
        then_killed: The first dies at its next request; its message is delivered again.
    """
    found: list[MemoryGallery] = []
    for number in itertools.count():
        gallery = a_gallery_with(TEAL, "01")
        gallery.bucket.place(KEY, BAD)
        came: list[bool] = []

        def happen(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            gallery.bucket.place(KEY, RED)
            carry_out(a_change(KEY, "03"), gallery.studio)
            if then_killed:
                gallery.wire.kill_at(1)

        gallery.wire.at(number, happen)
        try:
            carry_out(a_change(KEY, "02"), gallery.studio)
        except Killed:
            carry_out(a_change(KEY, "02", is_first=False), gallery.studio)
        gallery.wire.clear()
        if not came:
            return found
        found.append(gallery)
    raise AssertionError("unreachable")


@pytest.mark.parametrize("then_killed", [False, True])
def test_one_that_lost_a_race_mends_what_it_undid(then_killed):
    """It removes the pictures of the photo that was there before, and of the one that came."""
    galleries = overtaken_at_every_moment(then_killed=then_killed)

    assert len(galleries) >= 5
    assert [problem_of(gallery) for gallery in galleries] == [None] * len(galleries)


def test_only_a_first_look_may_leave_an_event_to_a_later_one():
    """Guards `may_leave`, against both ways of looking once more."""
    guard = "is_first and next(attempts) == 0"

    with without_guard(take_in_module, "take_in", (guard, "is_first")):
        assert any(map(problem_of, overtaken_at_every_moment()))
    with without_guard(take_in_module, "take_in", (guard, "next(attempts) == 0")):
        assert any(map(problem_of, overtaken_at_every_moment(then_killed=True)))
