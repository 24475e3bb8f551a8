"""S3's events, late, twice and in any order; clocks that disagree."""

import dataclasses
import itertools
import operator
import random
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib import take_in as take_in_module
from chalicelib.domain.asset import ORIGINAL_MISSING
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.storage.assets import Assets
from tests.builders import (
    BUCKET,
    NOW,
    MemoryGallery,
    a_gallery,
    a_jpeg,
    an_s3_record,
    an_sqs_event,
)
from tests.faults.deliveries import failed_messages
from tests.faults.killed_backfill import state
from tests.memory import Killed
from tests.mutation import without_guard

KEY = "main/a.jpg"
PHOTOS = {colour: a_jpeg(40, 30, colour) for colour in ("red", "teal", "gold")}


# --- order ---------------------------------------------------------------------------


@dataclasses.dataclass
class Story:
    """One key to which things happen, and its messages, which come as they like.

    Attributes:
        gallery: Where it happens.
        waiting: Messages that are still to be delivered.
    """

    gallery: MemoryGallery = dataclasses.field(default_factory=a_gallery)
    waiting: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    _places: "itertools.count[int]" = dataclasses.field(
        default_factory=lambda: itertools.count(0x0055AED6DCD90281)
    )

    def happen(self, what: str, spelling: str | None = "{:016X}") -> None:
        """A photo of a colour is put, or what is there removed; S3 notes a message.

        Args:
            what: A colour, or ``removal``.
            spelling: Of the event's sequencer; None for an event without one.
        """
        if what == "removal":
            if KEY not in self.gallery.bucket.objects:
                return
            self.gallery.bucket.remove(KEY)
        else:
            self.gallery.bucket.place(KEY, PHOTOS[what])
        event = "ObjectRemoved:Delete" if what == "removal" else "ObjectCreated:Put"
        record = an_s3_record(KEY, event)
        place = next(self._places)
        if spelling is None:
            del record["s3"]["object"]["sequencer"]
        else:
            record["s3"]["object"]["sequencer"] = spelling.format(place)
        (message,) = an_sqs_event({"Records": [record]})["Records"]
        self.waiting.append(message)

    def deliver(self, choice: int, *, times: int = 1, dies_at: int | None = None) -> None:
        """Deliver one of the waiting messages, maybe to a function that dies of it."""
        if not self.waiting:
            return
        message = self.waiting.pop(choice % len(self.waiting))
        for _ in range(times):
            if dies_at is not None:
                self.gallery.wire.kill_at(dies_at)
            try:
                failed_messages(self.gallery, message)
            except Killed:
                attributes = message["attributes"]
                count = int(attributes["ApproximateReceiveCount"]) + 1
                again = {**attributes, "ApproximateReceiveCount": str(count)}
                self.waiting.append({**message, "attributes": again})
            self.gallery.wire.clear()

    def check(self) -> None:
        """Row and pictures are what the bucket says."""
        row, _ = self.gallery.assets.find(KEY)
        stored = self.gallery.bucket.objects.get(KEY)
        if stored is None:
            assert row is None or row.deleted_reason == ORIGINAL_MISSING
            return
        assert row is not None
        assert (row.deleted_at, row.source_etag) == (None, stored.etag)
        for key in (thumbnail_key(KEY), small_key(KEY)):
            assert self.gallery.media.shows(key, stored.etag)


happenings = st.tuples(
    st.sampled_from([*PHOTOS, "removal", "removal"]),
    # Of different lengths, padded at either end, as one rule or the other has them.
    st.sampled_from([None, "{:016X}", "{:016x}", "{:016X}00", "{:X}"]),
)
deliveries = st.tuples(
    st.integers(0, 5), st.integers(1, 2), st.one_of(st.none(), st.integers(0, 12))
)
stories = st.lists(st.one_of(happenings, deliveries), min_size=2, max_size=12)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(stories, st.randoms(use_true_random=False))
@example([("red", "{:X}"), (0, 1, None), ("teal", "{:016X}")], random.Random(1))
@example([("red", "{:016X}"), ("teal", "{:X}"), (1, 1, None)], random.Random(1))
def test_f01_f03_f04_f18_in_whatever_order_events_come_the_bucket_has_the_last_word(
    told: list[Any], chance: random.Random
):
    """Twice, late, with places of different lengths or none, to functions that die of them."""
    story = Story()
    for step in told:
        if isinstance(step[0], str):
            story.happen(*step)
        else:
            choice, times, dies_at = step
            story.deliver(choice, times=times, dies_at=dies_at)
    while story.waiting:
        story.deliver(chance.randrange(len(story.waiting)))

    story.check()


def test_f03_a_removal_that_is_told_first_resurrects_nothing():
    story = Story()
    story.happen("red")
    story.happen("removal")

    story.deliver(1)
    story.deliver(0)

    assert story.gallery.state() == ({}, [])


def test_f04_the_older_of_two_overwrites_is_told_last_and_asks_for_nothing():
    """Its place is before that of the row: the bucket need not be asked again."""
    story = Story()
    story.happen("red")
    story.happen("teal")
    story.deliver(1)
    state, reads = story.gallery.state(), story.gallery.wire.count("s3.*")

    story.deliver(0)

    assert story.gallery.state() == state
    assert story.gallery.wire.count("s3.*") == reads
    story.check()


def test_f18_a_message_that_is_delivered_again_is_never_left_to_a_later_one():
    """What died of it may have left half of it behind."""
    story = Story()
    story.happen("red")
    message = story.waiting[0]
    story.deliver(0)
    del story.gallery.bucket.objects[small_key(KEY)]
    message["attributes"]["ApproximateReceiveCount"] = "2"

    failed_messages(story.gallery, message)

    story.check()


def test_f02_two_functions_at_once_write_one_row_and_nobody_is_told_to_try_again():
    """One of them is overtaken before each of its requests, by the same event."""
    for number in itertools.count():
        story = Story()
        story.happen("red")
        (message,) = story.waiting
        answers: list[list[str]] = []

        def overtake(story: Story = story, answers: list[list[str]] = answers) -> None:
            answers.append(failed_messages(story.gallery, story.waiting[0]))

        story.gallery.wire.at(number, overtake)
        answers.append(failed_messages(story.gallery, message))

        assert answers in ([[]], [[], []])
        assert [row["version"] for row in story.gallery.assets_table.items] == [{"N": "1"}]
        story.check()
        if len(answers) == 1:
            break
    assert number >= 5


def test_f06_an_object_that_goes_between_its_head_and_its_body_is_dropped_quietly():
    story = Story()
    story.happen("red")
    story.gallery.bucket.before("get_object", lambda _: story.gallery.bucket.remove(KEY))

    assert failed_messages(story.gallery, story.waiting[0]) == []
    assert story.gallery.state() == ({}, [])


# --- clocks --------------------------------------------------------------------------


def test_f28_functions_whose_clocks_disagree_end_in_the_same_state():
    """A quarter of an hour ahead, then behind; what was later stays later."""
    told = ("red", "teal", "removal", "gold", "gold")
    stories = []
    for clocks in ([0] * 5, [15, -15, 15, -15, 0], [-15, 15, -15, 0, 15]):
        story = Story()
        for what, minutes in zip(told, clocks, strict=True):
            story.happen(what)
            clock = partial(operator.add, NOW, timedelta(minutes=minutes))
            story.gallery.studio = dataclasses.replace(
                story.gallery.studio,
                assets=Assets(story.gallery.assets_table, BUCKET, clock),
            )
            story.deliver(0)
        story.check()
        stories.append(state(story.gallery))

    assert stories[0] == stories[1] == stories[2]


# --- the guard -----------------------------------------------------------------------


def test_an_event_is_left_to_a_later_one_only_if_it_is_the_first_that_is_heard_of_it():
    """Guards `may_leave` of `take_in`: a function that died may have left half behind."""
    look = "may_leave = is_first and next(attempts) == 0"
    with without_guard(take_in_module, "take_in", (look, "may_leave = True")):
        story = Story()
        story.happen("red")
        story.happen("teal")
        message = story.waiting[0]
        story.deliver(1)
        del story.gallery.bucket.objects[small_key(KEY)]
        message["attributes"]["ApproximateReceiveCount"] = "2"
        failed_messages(story.gallery, message)

        with pytest.raises(AssertionError):
            story.check()
