from typing import Any

import pytest

from chalicelib.create_thumbnail import Studio
from chalicelib.domain.asset import MAX_ATTEMPTS, Asset
from chalicelib.domain.errand import RetryAsked
from chalicelib.domain.places import FAILED
from chalicelib.domain.query import Filter, MediaQuery
from chalicelib.errors import (
    AssetNotFoundError,
    DecoderMissingError,
    NotFoundError,
    StorageUnavailableError,
    UndrawableError,
)
from chalicelib.failures import failures_page, retry, retry_many
from chalicelib.take_in import carry_out
from tests.builders import MemoryGallery, a_change, a_gallery, a_jpeg, an_asset, wall_clock
from tests.memory_sqs import MemorySqs

KEY = "main/a.jpg"


@pytest.fixture
def gallery() -> MemoryGallery:
    return a_gallery()


@pytest.fixture
def sqs() -> MemorySqs:
    return MemorySqs("uploads")


def waiting(id: str, **fields: Any) -> Asset:
    key = fields.setdefault("key", f"main/{id}.jpg")
    return an_asset(id, **{"thumbnail_key": None, "thumbnail_url": key, **fields})


def failed(id: str, **fields: Any) -> Asset:
    return waiting(id, **{"thumbnail_error": "corrupt", **fields})


def listed(gallery: MemoryGallery, limit: int = 100, name: str = "main") -> list[str]:
    found = failures_page(gallery.pages, gallery.assets, MediaQuery(Filter(name, FAILED), limit))
    return [asset.id for asset in found.assets]


# --- what failed ----------------------------------------------------------------------


def test_what_failed_is_listed_newest_first_with_its_reason(gallery):
    gallery.add(
        an_asset("drawn"),
        failed("old", taken_local=wall_clock("2020-01-01")),
        failed("new", thumbnail_error="truncated", thumbnail_error_detail="at 5 kB"),
        failed("binned", deleted_at=wall_clock("2024-01-01T00:00:00+00:00")),
        failed("elsewhere", key="beach/elsewhere.jpg", gallery_id="beach"),
    )

    query = MediaQuery(Filter("main", FAILED))
    found = failures_page(gallery.pages, gallery.assets, query)

    assert [asset.id for asset in found.assets] == ["new", "old"]
    assert found.assets[0].thumbnail_error_detail == "at 5 kB"
    assert (found.page.total, found.pending) == (2, 0)
    assert listed(gallery, name="beach") == ["elsewhere"]


def test_one_that_was_drawn_or_purged_since_the_list_was_made_is_left_out(gallery):
    gallery.add(*map(failed, ("a", "b", "c")))
    row = gallery.assets.get("b")
    gallery.assets.change(row, thumbnail_key="main/b_thumb.jpg", thumbnail_error=None)
    gallery.assets_table.delete_many([("c",)])

    assert listed(gallery) == ["a"]


def test_photos_that_still_wait_are_counted_and_not_listed(gallery):
    gallery.add(waiting("w"), waiting("w2"), failed("a"))

    found = failures_page(gallery.pages, gallery.assets, MediaQuery(Filter("main", FAILED)))

    assert ([asset.id for asset in found.assets], found.pending) == (["a"], 2)


def test_a_page_costs_its_list_one_batch_of_rows_and_the_totals(gallery):
    gallery.add(*(failed(f"a{number:02}") for number in range(40)))
    gallery.wire.requests.clear()

    assert len(listed(gallery, limit=20)) == 20

    read = [request.operation for request in gallery.wire.requests]
    assert sorted(read) == ["get_many", "get_many", "get_many", "query", "query"]


def test_a_gallery_that_is_none_has_no_failures(gallery):
    assert listed(gallery) == []
    with pytest.raises(NotFoundError):
        listed(gallery, name="beach")


# --- another try ----------------------------------------------------------------------


def test_a_wish_is_put_into_the_queue_and_one_that_is_drawn_is_left_unchanged(gallery, sqs):
    gallery.add(an_asset("drawn"), waiting("waits"), failed("a"))

    results = retry_many(["a", "unknown", "drawn", "waits"], gallery.assets, sqs.queue("uploads"))

    assert [result.is_queued for result in results] == [True, False, False, True]
    assert [type(result.error) for result in results if result.error] == [AssetNotFoundError]
    assert sqs.queues["uploads"] == [RetryAsked("a").message, RetryAsked("waits").message]


def test_a_wish_that_the_queue_does_not_take_fails_itself_and_not_the_others(gallery, sqs):
    gallery.add(*map(failed, ("a", "b")))
    sqs.refused = {"a"}

    first, second = retry_many(["a", "b"], gallery.assets, sqs.queue("uploads"))

    assert (first.is_queued, type(first.error)) == (False, StorageUnavailableError)
    assert second.is_queued
    with pytest.raises(StorageUnavailableError):
        retry("a", gallery.assets, sqs.queue("uploads"))
    with pytest.raises(AssetNotFoundError):
        retry("unknown", gallery.assets, sqs.queue("uploads"))


def test_a_photo_is_drawn_again_once_the_cause_is_gone_and_its_owner_asks(gallery):
    gallery.bucket.place("main/a_thumb.jpg", b"a file of somebody's")
    gallery.bucket.place(KEY, a_jpeg())
    _, row = gallery.take_in(KEY)
    gallery.deliver()
    assert (row.thumbnail_error, listed(gallery)) == ("name-taken", [row.id])
    gallery.bucket.remove("main/a_thumb.jpg")
    assert carry_out(a_change(KEY), gallery.studio) == "unchanged"

    assert carry_out(RetryAsked(row.id), gallery.studio) == "drawn"
    gallery.deliver()

    assert listed(gallery) == []
    assert carry_out(RetryAsked(row.id), gallery.studio) == "unchanged"


def test_a_photo_that_can_t_be_drawn_says_so_however_often_it_is_asked_for(gallery):
    gallery.bucket.place(KEY, b"no photo")
    _, row = gallery.take_in(KEY)

    assert carry_out(RetryAsked(row.id), gallery.studio) == "undrawable"
    assert gallery.assets.get(row.id).thumbnail_error == "unsupported"


def test_a_wish_for_what_is_gone_by_now_is_done_with(gallery):
    gallery.add(failed("a", key=KEY))

    assert carry_out(RetryAsked("a"), gallery.studio) == "gone"
    assert carry_out(RetryAsked("unknown"), gallery.studio) == "gone"


@pytest.mark.parametrize("errand", [a_change(KEY, "01"), RetryAsked("a")])
def test_what_another_decoder_is_needed_for_is_sent_on_and_nothing_is_written(
    gallery, monkeypatch, errand
):
    gallery.bucket.place(KEY, a_jpeg())
    gallery.add(failed("a", key=KEY))
    state = gallery.state()
    sent: list[dict[str, Any]] = []

    def be_without(*_, **__):
        raise DecoderMissingError("no decoder here")

    monkeypatch.setattr(Studio, "_draw", be_without)

    assert carry_out(errand, gallery.studio, sent.append) == "sent on"
    assert (sent, gallery.state()) == ([errand.message], state)
    with pytest.raises(DecoderMissingError):  # there is nobody left to ask
        carry_out(errand, gallery.studio)


# --- what may pass, and how often -----------------------------------------------------


class Failing:
    """A darkroom in which every photo ends the same way."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def draw(self, *_: object) -> object:
        from chalicelib.imaging.examine import Examined
        from chalicelib.imaging.facts import Facts

        return Examined(Facts(), UndrawableError(self.reason, "it took too much"))  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["timeout", "out-of-memory"])
def test_what_may_pass_is_tried_again_by_itself_and_not_for_ever(gallery, reason):
    studio = Studio(gallery.media, gallery.assets, gallery.studio.time_zone, Failing(reason))  # type: ignore[arg-type]
    gallery.bucket.place(KEY, a_jpeg())

    outcomes = [carry_out(a_change(KEY), studio) for _ in range(MAX_ATTEMPTS + 2)]

    assert outcomes == ["undrawable"] * MAX_ATTEMPTS + ["unchanged"] * 2
    row, _ = gallery.assets.find(KEY)
    assert row is not None
    assert (row.thumbnail_error, row.thumbnail_attempts) == (reason, MAX_ATTEMPTS)
    assert carry_out(RetryAsked(row.id), studio) == "undrawable"  # a person may always ask
    assert carry_out(RetryAsked(row.id), gallery.studio) == "drawn"
    drawn = gallery.assets.get(row.id)
    assert (drawn.thumbnail_error, drawn.thumbnail_attempts) == (None, None)


def test_another_original_is_tried_as_often_as_the_one_before(gallery):
    studio = Studio(gallery.media, gallery.assets, gallery.studio.time_zone, Failing("timeout"))  # type: ignore[arg-type]
    for colour in ("teal", "red"):
        gallery.bucket.place(KEY, a_jpeg(colour=colour))

        outcomes = [carry_out(a_change(KEY), studio) for _ in range(MAX_ATTEMPTS + 1)]

        assert outcomes == ["undrawable"] * MAX_ATTEMPTS + ["unchanged"]


def test_what_is_wrong_with_the_file_itself_is_not_counted(gallery):
    gallery.bucket.place(KEY, b"no photo")

    _, row = gallery.take_in(KEY)

    assert (row.failed_for_good, row.thumbnail_attempts) == (True, None)
