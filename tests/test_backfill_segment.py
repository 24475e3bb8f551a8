"""A segment of the rows, gone through call by call."""

import base64
import itertools
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from chalicelib.backfill_parts import Part
from chalicelib.backfill_report import BackfillReport
from chalicelib.backfill_segment import backfill, go_on
from chalicelib.errors import SetupError
from tests.builders import MemoryGallery, a_gallery
from tests.imaging.pictures import an_exif, saved
from tests.migrations.foreign import a_photo, a_row, put_photos, put_rows, thumbnail_urls

COUNTS = tuple(BackfillReport().counts())


@pytest.fixture
def gallery() -> MemoryGallery:
    """Twenty photos: most are photos, one is a letter, one is missing, one has its thumbnail."""
    return twenty_photos()


def twenty_photos() -> MemoryGallery:
    found = a_gallery()
    put_photos(found, 20)
    found.bucket.place("Older/p003.jpg", b"Dear Anna,")
    del found.bucket.objects["Older/p007.jpg"]
    put_rows(
        found,
        a_row("p011", "Older/p011.jpg", "Older/p011_thumb.jpg"),
        a_row("p013", "s3://elsewhere/Older/p013.jpg"),
    )
    return found


def for_ever() -> float:
    return 900.0


def no_time() -> float:
    return 0.0


def for_questions(number: int) -> Callable[[], float]:
    """Time is up when it was asked for so many times."""
    asked = itertools.count()
    return lambda: max(0.0, 900.0 * (1 - next(asked) / number))


def until_asked(number: int) -> Callable[[], float]:
    """Plenty of time for so many questions, and then none."""
    asked = itertools.count()
    return lambda: 900.0 if next(asked) < number else 0.0


def call(gallery: MemoryGallery, event: dict[str, Any], **options: Any) -> dict[str, Any]:
    options.setdefault("seconds_left", for_ever)
    answer = go_on(Part.parse(event), gallery.studio, page_size=3, **options)
    # as it comes back through the state machine
    again: dict[str, Any] = json.loads(json.dumps(answer))
    return again


def whole_run(
    gallery: MemoryGallery,
    event: dict[str, Any] | None = None,
    seconds: Callable[[], Callable[[], float]] = lambda: for_ever,
    **options: Any,
) -> tuple[dict[str, Any], int]:
    """Calls until one says that it is done; its report, and how many they were."""
    answer = event or {"migrate": True}
    for calls in range(1, 200):
        answer = call(gallery, answer, seconds_left=seconds(), **options)
        if answer["is_done"]:
            return answer["report"], calls
    raise AssertionError("it came to no end")


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: report[name] for name in COUNTS}


def order_of_work(gallery: MemoryGallery) -> list[str]:
    """Keys of originals in the order in which they were fetched."""
    requests = gallery.wire.requests
    return [request.key[0] for request in requests if request.operation == "get_object"]


# --- one call


def test_without_migrate_it_counts_and_writes_nothing(gallery: MemoryGallery):
    report, calls = whole_run(gallery, {"migrate": False})

    assert counts(report) == counts(
        {**dict.fromkeys(COUNTS, 0), "found": 20, "have": 1, "need": 18, "refused": 1}
    )
    assert (report["failed_ids"], calls, gallery.wire.writes) == ([], 1, 0)


def test_one_call_with_time_enough_does_everything(gallery: MemoryGallery):
    report, calls = whole_run(gallery)

    assert calls == 1
    assert counts(report) == {
        "found": 20,
        "have": 1,
        "need": 18,
        "waiting": 0,
        "missing": 1,
        "refused": 1,
        "migrated": 16,
        "elsewhere": 0,
        "failed": 1,
        "failed_for_good": 1,
        "processed": 18,
        "bytes_before": report["bytes_before"],
        "bytes_after": report["bytes_after"],
    }
    assert report["failed_ids"] == ["p003"]


def test_photos_are_made_in_the_order_of_the_lists(gallery: MemoryGallery):
    """By time where it is known; several are under way, so more or less."""
    for number in range(20):
        key = f"Older/p{number:03}.jpg"
        row = a_row(f"q{number:03}", key, taken_local={"S": f"20{20 - number:02}-05-01T10:00:00"})
        put_rows(gallery, row)
        gallery.assets_table.delete_many([(f"p{number:03}",)])
    del gallery.bucket.objects["Older/p003.jpg"]
    gallery.wire.requests.clear()

    whole_run(gallery)

    keys = order_of_work(gallery)
    wanted = sorted(keys, reverse=True)
    assert max(abs(wanted.index(key) - place) for place, key in enumerate(keys)) <= 4


def test_a_photo_that_was_begun_is_finished_when_time_is_up(gallery: MemoryGallery):
    begun: set[str] = set()
    gallery.wire.before("s3.get_object", lambda request: begun.add(request.key[0]), times=None)

    answer = call(gallery, {"migrate": True}, seconds_left=until_asked(30))

    assert answer["is_done"] is False
    assert 0 < len(begun) < 18
    row_of = {row["url"]["S"]: row for row in gallery.assets_table.items}
    for key in begun:
        row = row_of[key]
        assert "thumbnail_error" in row or row["thumbnail_url"]["S"] != key


# --- call by call


@pytest.mark.parametrize("questions", [3, 10, 20, 30, 40])
@pytest.mark.parametrize("window_size", [1, 4, 20, 1000])
def test_reports_of_calls_that_run_short_of_time_end_as_one_full_runs(
    questions: int, window_size: int, gallery: MemoryGallery
):
    whole = twenty_photos()
    expected, _ = whole_run(whole)

    report, calls = whole_run(
        gallery, seconds=lambda: for_questions(questions), window_size=window_size
    )

    assert counts(report) == counts(expected)
    assert sorted(report["failed_ids"]) == sorted(expected["failed_ids"])
    assert gallery.state() == whole.state()
    assert calls > 1


def test_every_call_tries_a_photo_even_without_time(gallery: MemoryGallery):
    report, calls = whole_run(gallery, seconds=lambda: no_time)

    assert report["processed"] == 18
    assert calls <= 21


def test_what_was_tried_is_not_tried_again_by_later_calls(gallery: MemoryGallery):
    """A photo whose row can't be written fails at every attempt, and never holds up the rest."""

    def deny(request: Any) -> None:
        if request.key == ("Older/p005.jpg",):
            raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")

    gallery.wire.before("s3.get_object", deny, times=None)

    report, _ = whole_run(gallery, seconds=lambda: no_time)

    assert (report["migrated"], report["failed"], report["failed_for_good"]) == (15, 2, 1)
    assert "p005" in report["failed_ids"]
    assert Counter(order_of_work(gallery))["Older/p005.jpg"] < 10


@pytest.mark.parametrize("segments", [2, 4, 7])
def test_the_parts_of_a_plan_do_together_what_one_does(segments: int, gallery: MemoryGallery):
    whole = twenty_photos()
    expected, _ = whole_run(whole)

    def ask(event: dict[str, Any]) -> dict[str, Any]:
        return json.loads(json.dumps(backfill(event, gallery.studio, for_ever)))  # type: ignore[no-any-return]

    answers = [ask(p) for p in ask({"plan": {"migrate": True, "segments": segments}})["parts"]]
    report = ask({"merge": answers})["report"]

    assert all(answer["is_done"] for answer in answers)
    assert counts(report) == counts(expected)
    assert report["failed_ids"] == ["p003"]
    assert report["more_failed"] == 0
    assert gallery.state() == whole.state()


def test_a_second_run_finds_nothing_to_do_but_what_is_missing(gallery: MemoryGallery):
    whole_run(gallery)
    before = gallery.state()

    report, _ = whole_run(gallery)

    assert (report["migrated"], report["failed"], report["waiting"]) == (0, 0, 1)
    assert (report["need"], report["missing"]) == (1, 1)
    assert gallery.state() == before


def test_what_failed_before_is_made_when_its_original_changed(gallery: MemoryGallery):
    whole_run(gallery)
    gallery.bucket.place("Older/p003.jpg", a_photo())

    report, _ = whole_run(gallery)

    assert (report["waiting"], report["migrated"]) == (0, 1)


def test_what_failed_for_good_is_tried_again_when_asked_to(gallery: MemoryGallery):
    whole_run(gallery)

    report, _ = whole_run(gallery, {"migrate": True, "retry_failed": True})

    assert (report["waiting"], report["failed_for_good"]) == (0, 1)


def test_a_row_that_is_gone_since_does_not_end_the_run_early(gallery: MemoryGallery):
    """The last row of a window is where the next one begins."""
    first = call(gallery, {"migrate": True}, seconds_left=until_asked(10), window_size=8)
    last = Part.parse(first).reached.last
    assert last
    gallery.assets_table.delete_many([(last,)])

    answer = call(gallery, first, window_size=8)

    assert answer["is_done"]
    urls = thumbnail_urls(gallery).items()
    left = {name for name, url in urls if not url.endswith("_thumb.jpg")}
    assert left == {"p003", "p007", "p013"} - {last}


def test_a_window_whose_last_row_was_purged_between_two_calls_loses_none_of_the_others():
    """The window is cut by time; then its last row becomes a tombstone."""
    gallery = a_gallery()
    put_photos(gallery, 20)
    asked = itertools.count()

    def short_of_time() -> float:
        number = next(asked)
        return 900.0 if number < 9 else 400.0 if number < 12 else 0.0

    answer = go_on(Part.parse({"migrate": True}), gallery.studio, short_of_time)
    last = json.loads(base64.urlsafe_b64decode(answer["token"])[16:])[1]
    gallery.assets.bury(gallery.assets.get(last))
    while not answer["is_done"]:
        answer = go_on(Part.parse(answer), gallery.studio, for_ever)

    assert [row.id for row in gallery.assets.scan() if not row.has_thumbnail] == []
    assert answer["report"]["found"] == 20


def test_a_photo_that_gets_its_date_by_failing_is_tried_once():
    gallery = a_gallery()
    dated = an_exif({}, {0x9003: "2020:01:02 03:04:05"})
    sound = saved(Image.effect_noise((40, 30), 60), exif=dated)
    start = sound.index(b"\xff\xc0")
    broken = sound[: start + 5] + bytes(4) + sound[start + 9 :]
    for number in range(6):
        gallery.bucket.place(f"Older/x{number}.jpg", broken)
        put_rows(gallery, a_row(f"x{number}", f"Older/x{number}.jpg"))
    answer: dict[str, Any] = {"migrate": True, "retry_failed": True, "is_done": False}
    while not answer["is_done"]:
        answer = go_on(Part.parse(answer), gallery.studio, for_questions(9))

    assert answer["report"]["failed"] == 6
    assert sorted(answer["report"]["failed_ids"]) == [f"x{number}" for number in range(6)]


def test_rows_that_are_added_while_it_goes_on_do_no_harm(gallery: MemoryGallery):
    first = call(gallery, {"migrate": True}, seconds_left=no_time)
    gallery.bucket.place("Older/new.jpg", a_photo())
    put_rows(gallery, a_row("new", "Older/new.jpg"))

    call(gallery, first)
    report, _ = whole_run(gallery)

    assert report["need"] == report["missing"] == 1


# --- which photos


@pytest.mark.parametrize("seconds", [lambda: for_ever, lambda: no_time])
def test_a_limit_holds_for_all_calls_together(
    seconds: Callable[[], Callable[[], float]], gallery: MemoryGallery
):
    report, _ = whole_run(gallery, {"migrate": True, "limit": 5}, seconds=seconds)

    assert report["processed"] == 5
    assert sum(url.endswith("_thumb.jpg") for url in thumbnail_urls(gallery).values()) <= 6


def test_a_limit_of_none_makes_none(gallery: MemoryGallery):
    report, calls = whole_run(gallery, {"migrate": True, "limit": 0})

    assert (report["found"], report["processed"], gallery.wire.writes, calls) == (20, 0, 0, 1)


def test_one_gallerys_photos_are_counted_and_made_alone(gallery: MemoryGallery):
    gallery.bucket.place("kids/k1.jpg", a_photo())
    put_rows(gallery, a_row("k1", "kids/k1.jpg"))

    report, _ = whole_run(gallery, {"migrate": True, "gallery": "kids"}, seconds=lambda: no_time)

    assert (report["found"], report["migrated"]) == (1, 1)
    assert thumbnail_urls(gallery)["p001"] == "Older/p001.jpg"


# --- what can't be reached


def test_when_nothing_can_be_reached_any_more_it_fails_and_goes_on_later(gallery: MemoryGallery):
    def deny(_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    first = call(gallery, {"migrate": True}, seconds_left=no_time)
    gallery.wire.before("s3.*", deny, times=None)

    with pytest.raises(SetupError):
        call(gallery, first)

    gallery.wire.clear()
    whole = twenty_photos()
    whole_run(whole)
    whole_run(gallery, first)
    assert gallery.state() == whole.state()
