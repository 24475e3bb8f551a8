import base64
import itertools
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.backfill_thumbnails import (
    MAX_FAILURES_NAMED,
    BackfillReport,
    Candidate,
    Failure,
    Request,
    backfill_part,
    candidates,
    check_reachable,
    decide,
    make_one,
)
from chalicelib.errors import (
    InvalidStateTokenError,
    SetupError,
    StorageUnavailableError,
)
from chalicelib.storage.media import StoredObject
from tests.builders import MemoryGallery, a_gallery, an_asset
from tests.migrations.foreign import a_photo, a_row, put_photos, put_rows, thumbnail_urls

COUNTS = (
    "found",
    "have",
    "need",
    "waiting",
    "missing",
    "refused",
    "migrated",
    "elsewhere",
    "failed",
    "failed_for_good",
    "processed",
    "bytes_before",
    "bytes_after",
)
WITHOUT: dict[str, Any] = {"thumbnail_key": None, "thumbnail_url": "main/a1.jpg"}


@pytest.fixture
def gallery() -> MemoryGallery:
    """Twenty photos: most are photos, one is a letter, one is missing, one has its thumbnail."""
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


def s3_error(code: str, status: int) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": code},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        "GetObject",
    )


def raising(error: BaseException) -> Callable[[Any], None]:
    def callback(_: Any) -> None:
        raise error

    return callback


def always() -> bool:
    return True


def never() -> bool:
    return False


def stored(etag: str) -> Callable[[], StoredObject | None]:
    return lambda: StoredObject("main/a1.jpg", etag, 10)


def nothing_stored() -> StoredObject | None:
    return None


def unasked() -> StoredObject | None:
    raise AssertionError("the bucket was asked")


def verdicts(gallery: MemoryGallery, **options: Any) -> Counter[str]:
    return Counter(candidate.verdict for candidate in candidates(gallery.studio, **options))


def counts(report: BackfillReport | dict[str, Any]) -> dict[str, int]:
    found = report if isinstance(report, dict) else vars(report)
    return {name: found[name] for name in COUNTS}


def whole_run(gallery: MemoryGallery, **options: Any) -> tuple[Counter[str], list[Any], int]:
    """Calls until the last token, added up; their failures, and how many they were."""
    total: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    failures: list[Any] = []
    token, calls = None, 0
    has_time = options.pop("has_time", always)
    while True:
        request = Request.parse({**options, "token": token})
        report = backfill_part(gallery.studio, request, has_time, page_size=3)
        total.update(counts(report))
        failures += report["failures"]
        token, calls = report["token"], calls + 1
        assert calls < 100, "it came to no end"
        if token is None:
            return total, failures, calls


# --- what is to be done about a row


def test_a_row_with_a_thumbnail_has_one_and_the_bucket_is_not_asked():
    assert decide(an_asset(), unasked, retry_failed=False) == ("has", "")


def test_a_row_without_one_needs_one_and_the_bucket_is_not_asked():
    assert decide(an_asset(**WITHOUT), unasked, retry_failed=False) == ("needed", "")


def test_what_failed_for_good_waits_while_its_original_is_the_same():
    asset = an_asset(**WITHOUT, thumbnail_error="corrupt", source_etag="e1")

    assert decide(asset, stored("e1"), retry_failed=False) == ("waiting", "corrupt")
    assert decide(asset, nothing_stored, retry_failed=False) == ("waiting", "corrupt")


def test_what_failed_for_good_is_needed_again_when_its_original_changed_or_when_asked_to():
    asset = an_asset(**WITHOUT, thumbnail_error="corrupt", source_etag="e1")

    assert decide(asset, stored("e2"), retry_failed=False) == ("needed", "")
    assert decide(asset, stored("e1"), retry_failed=True) == ("needed", "")


def test_what_ran_out_of_time_elsewhere_is_needed_again():
    asset = an_asset(**WITHOUT, thumbnail_error="timeout", source_etag="e1")

    assert decide(asset, stored("e1"), retry_failed=False) == ("needed", "")


def test_what_is_in_the_bin_for_lack_of_its_original_waits_until_that_returns():
    asset = an_asset(**WITHOUT, deleted_reason="original-missing")

    assert decide(asset, nothing_stored, retry_failed=True) == ("waiting", "original-missing")
    assert decide(asset, stored("e1"), retry_failed=False) == ("needed", "")


def test_a_key_with_no_room_for_its_thumbnails_name_is_refused():
    key = "main/" + "x" * 1015 + ".jpg"

    verdict, reason = decide(
        an_asset(key=key, thumbnail_key=None, thumbnail_url=key), unasked, retry_failed=False
    )

    assert verdict == "refused"
    assert "no room" in reason


# --- looking at rows


@pytest.mark.parametrize("segments", [1, 2, 4, 7])
@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_every_row_is_looked_at_once_whatever_the_segments_and_pages(
    segments: int, page_size: int, gallery: MemoryGallery
):
    seen = [
        candidate.id
        for segment in range(segments)
        for candidate in candidates(
            gallery.studio, segment=segment, total_segments=segments, page_size=page_size
        )
    ]

    assert sorted(seen) == [f"p{number:03}" for number in range(20)]


def test_rows_are_told_apart(gallery: MemoryGallery):
    assert verdicts(gallery) == {"needed": 18, "has": 1, "refused": 1}


def test_the_bucket_is_asked_about_what_failed_for_good_alone(gallery: MemoryGallery):
    whole_run(gallery, migrate=True)
    gallery.wire.requests.clear()

    assert verdicts(gallery)["waiting"] == 1

    assert [r.key for r in gallery.wire.requests if r.service == "s3"] == [("Older/p003.jpg",)]


def test_a_look_of_ones_own_is_used_instead_of_the_bucket(gallery: MemoryGallery):
    whole_run(gallery, migrate=True)
    gallery.wire.requests.clear()

    found = verdicts(gallery, look=lambda key: StoredObject(key, "another", 1))

    assert found["waiting"] == 0
    assert gallery.wire.count("s3.*") == 0


@pytest.mark.parametrize("page", [0, 1, 4])
def test_a_failed_scan_is_an_error_wherever_it_fails_and_never_fewer_rows(
    page: int, gallery: MemoryGallery
):
    gallery.wire.at(page, lambda: raising(StorageUnavailableError("throttled"))(None))

    with pytest.raises(StorageUnavailableError):
        list(candidates(gallery.studio, page_size=3))


# --- making one


def test_a_photo_that_cannot_be_drawn_fails_for_good(gallery: MemoryGallery):
    candidate = Candidate("p003", "p003.jpg", "Older/p003.jpg", "needed")

    failure = make_one(gallery.studio, candidate, retry_failed=False)

    assert failure == Failure(
        "p003",
        "Older/p003.jpg",
        "unsupported",
        is_for_good=True,
        detail="The file is no picture or video the gallery knows.",
    )


def test_a_photo_whose_original_is_missing_says_so(gallery: MemoryGallery):
    candidate = Candidate("p007", "p007.jpg", "Older/p007.jpg", "needed")

    failure = make_one(gallery.studio, candidate, retry_failed=False)

    assert isinstance(failure, Failure)
    assert (failure.is_missing, failure.is_for_good) == (True, False)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("s3.get_object", s3_error("SlowDown", 503)),
        ("s3.get_object", s3_error("InternalError", 500)),
        ("s3.put_object", s3_error("SlowDown", 503)),
        ("s3.head_object", s3_error("503", 503)),
        ("assets.get", StorageUnavailableError("table assets: ThrottlingException")),
        ("assets.update", StorageUnavailableError("table assets: ThrottlingException")),
    ],
)
def test_a_passing_fault_fails_for_now_and_the_next_run_makes_it(
    operation: str, error: Exception, gallery: MemoryGallery
):
    gallery.wire.before(operation, raising(error), times=None)
    candidate = Candidate("p001", "p001.jpg", "Older/p001.jpg", "needed")

    failure = make_one(gallery.studio, candidate, retry_failed=False)

    gallery.wire.clear()
    assert isinstance(failure, Failure)
    assert not failure.is_for_good
    assert thumbnail_urls(gallery)["p001"] == "Older/p001.jpg"
    whole_run(gallery, migrate=True)
    assert thumbnail_urls(gallery)["p001"] == "Older/p001_thumb.jpg"


def test_a_file_that_lies_where_the_thumbnail_would_is_not_written_over(gallery: MemoryGallery):
    """Another program's file, or a person's, of which no row tells."""
    gallery.bucket.place("Older/p001_thumb.jpg", b"not ours")
    candidate = Candidate("p001", "p001.jpg", "Older/p001.jpg", "needed")

    failure = make_one(gallery.studio, candidate, retry_failed=False)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.is_for_good) == ("name-taken", True)
    assert gallery.bucket.objects["Older/p001_thumb.jpg"].data == b"not ours"
    gallery.bucket.remove("Older/p001_thumb.jpg")
    whole_run(gallery, migrate=True, retry_failed=True)
    assert thumbnail_urls(gallery)["p001"] == "Older/p001_thumb.jpg"


def test_one_photos_own_lock_fails_itself_alone(gallery: MemoryGallery):
    def deny(request: Any) -> None:
        if request.key == ("Older/p001.jpg",):
            raise s3_error("AccessDenied", 403)

    gallery.wire.before("s3.get_object", deny, times=None)

    total, failures, _ = whole_run(gallery, migrate=True)

    assert total["migrated"] == 15
    (failure,) = (f for f in failures if f["id"] == "p001")
    assert "access denied" in failure["reason"]


def test_when_nothing_can_be_reached_any_more_it_stops(gallery: MemoryGallery):
    gallery.wire.before("s3.*", raising(s3_error("AccessDenied", 403)), times=None)

    with pytest.raises(SetupError):
        whole_run(gallery, migrate=True)


def test_a_row_removed_meanwhile_is_nobodys_failure_and_does_not_return(gallery: MemoryGallery):
    gallery.wire.before(
        "assets.update", lambda _: gallery.assets_table.delete_many([("p001",)]), times=1
    )
    candidate = Candidate("p001", "p001.jpg", "Older/p001.jpg", "needed")

    assert make_one(gallery.studio, candidate, retry_failed=False) is None

    assert "p001" not in thumbnail_urls(gallery)


def test_a_photo_that_another_run_made_meanwhile_is_left_as_it_is(gallery: MemoryGallery):
    candidate = Candidate("p001", "p001.jpg", "Older/p001.jpg", "needed")
    whole_run(gallery, migrate=True)
    before = gallery.state()

    assert make_one(gallery.studio, candidate, retry_failed=False) is None

    assert gallery.state() == before


def test_what_is_out_of_reach_is_told_before_work_begins():
    gallery = a_gallery()
    check_reachable(gallery.studio)

    gallery.wire.before("assets.get", raising(SetupError("table assets not found")))
    with pytest.raises(SetupError, match="table assets"):
        check_reachable(gallery.studio)
    gallery.wire.before("s3.list_objects_v2", raising(s3_error("NoSuchBucket", 404)))
    with pytest.raises(SetupError, match="bucket photos"):
        check_reachable(gallery.studio)


# --- the Lambda: part by part


def test_without_migrate_it_counts_and_writes_nothing(gallery: MemoryGallery):
    total, failures, _ = whole_run(gallery)

    assert (total["found"], total["have"], total["need"], total["refused"]) == (20, 1, 18, 1)
    assert (total["processed"], failures, gallery.wire.writes) == (0, [], 0)


def test_one_call_with_time_enough_does_everything(gallery: MemoryGallery):
    report = backfill_part(gallery.studio, Request(migrate=True), always)

    assert report["token"] is None
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
    assert {failure["id"] for failure in report["failures"]} == {"p003", "p007"}
    assert json.loads(json.dumps(report)) == report


@pytest.mark.parametrize("ticks", [1, 2, 3, 7, 19])
def test_reports_of_calls_that_run_short_of_time_add_up_to_one_full_runs(
    ticks: int, gallery: MemoryGallery
):
    whole = a_gallery()
    whole.bucket.objects.update(gallery.bucket.objects)
    put_rows(whole, *gallery.assets_table.items)
    expected = backfill_part(whole.studio, Request(migrate=True), always)
    clock = itertools.count(1)

    # Asked so many times, time is up: wherever in a call that is.
    total, failures, calls = whole_run(
        gallery, migrate=True, has_time=lambda: next(clock) % ticks != 0
    )

    assert dict(total) == counts(expected)
    assert sorted(f["id"] for f in failures) == sorted(f["id"] for f in expected["failures"])
    assert gallery.state() == whole.state()
    assert calls > 1


def test_every_call_deals_with_a_row_even_without_time(gallery: MemoryGallery):
    _, _, calls = whole_run(gallery, migrate=True, has_time=never)

    assert calls == 20


def test_a_limit_holds_for_one_call_and_the_rest_is_left_for_the_next(gallery: MemoryGallery):
    request = {"migrate": True, "limit": 5}
    first = backfill_part(gallery.studio, Request.parse(request), always)
    second = backfill_part(
        gallery.studio, Request.parse({**request, "token": first["token"]}), always
    )

    assert (first["processed"], second["processed"]) == (5, 5)
    total, _, calls = whole_run(gallery, migrate=True, limit=5)
    assert total["processed"] + 10 >= 18
    assert calls >= 2


def test_a_limit_of_none_makes_none(gallery: MemoryGallery):
    report = backfill_part(gallery.studio, Request(migrate=True, limit=0), always)

    assert (report["processed"], gallery.wire.writes) == (0, 0)


def test_a_call_that_stopped_before_any_row_is_gone_on_with():
    gallery = a_gallery()
    put_photos(gallery, 3)
    report = backfill_part(gallery.studio, Request(migrate=True, limit=0), always)
    assert report["found"] == 0

    rest = Request.parse({"migrate": True, "token": report["token"]})

    assert backfill_part(gallery.studio, rest, always)["migrated"] == 3


def test_a_second_run_finds_nothing_to_do_but_what_is_missing(gallery: MemoryGallery):
    whole_run(gallery, migrate=True)

    total, _, _ = whole_run(gallery, migrate=True)

    assert (total["migrated"], total["failed"], total["waiting"]) == (0, 0, 1)
    assert (total["need"], total["missing"]) == (1, 1)


def test_the_lambda_tries_again_what_failed_for_good_when_asked_to(gallery: MemoryGallery):
    whole_run(gallery, migrate=True)
    gallery.bucket.place("Older/p003.jpg", b"Dear Anna,")

    total, _, _ = whole_run(gallery, migrate=True, retry_failed=True)

    assert (total["waiting"], total["failed_for_good"]) == (0, 1)


def test_rows_that_are_added_while_it_goes_on_do_no_harm(gallery: MemoryGallery):
    first = backfill_part(gallery.studio, Request(migrate=True, limit=3), always)
    gallery.bucket.place("Older/new.jpg", a_photo())
    put_rows(gallery, a_row("new", "Older/new.jpg"))
    gallery.assets_table.delete_many([("p015",)])

    request = Request.parse({"migrate": True, "token": first["token"]})
    backfill_part(gallery.studio, request, always)
    total, _, _ = whole_run(gallery, migrate=True)

    assert total["need"] == total["missing"] == 1


def test_an_answer_names_so_many_failures_and_counts_them_all():
    report = BackfillReport()

    for number in range(MAX_FAILURES_NAMED + 10):
        report.record(Failure(f"{number}", "key", "corrupt", is_for_good=True))

    assert (report.failed, len(report.failures)) == (MAX_FAILURES_NAMED + 10, MAX_FAILURES_NAMED)


# --- its event and token


def a_token(gallery: MemoryGallery, **fields: Any) -> str:
    request = Request.parse({"migrate": True, **fields})
    token: str = backfill_part(gallery.studio, request, never)["token"]
    return token


def test_an_empty_event_is_a_dry_run_from_the_beginning():
    assert Request.parse({}) == Request()


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"limit": -1}, "limit"),
        ({"limit": "3"}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": 1.5}, "limit"),
        ({"migrate": "false"}, "migrate"),
        ({"migrate": 1}, "migrate"),
        ({"retry_failed": "no"}, "retry_failed"),
        ({"token": 7}, "token"),
        ({"Migrate": True}, "Migrate"),
    ],
)
def test_a_malformed_event_is_refused_by_the_name_of_its_field(event: dict[str, Any], name: str):
    with pytest.raises(ValueError, match=f"^{name}: "):
        Request.parse(event)


@pytest.mark.parametrize(
    "token",
    [
        *("", "bogus", "eyJ", "bnVsbA==", "W10=", "e30=", "{}", "é", "a" * 10_000, "\x00"),
        # what a reader could make of it: null, a row's id, a list that is nested too deep
        base64.urlsafe_b64encode(json.dumps({"after": "p001"}).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(["p001", ""]).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps([7, "a"]).encode()).decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
    ids=itertools.count(),
)
def test_a_token_that_nobody_gave_is_refused(token: str):
    with pytest.raises(InvalidStateTokenError, match=r"^token: "):
        Request.parse({"migrate": True, "token": token})


def test_a_token_that_was_altered_anywhere_is_refused(gallery: MemoryGallery):
    token = a_token(gallery)

    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        altered = token[:place] + other + token[place + 1 :]
        with pytest.raises(InvalidStateTokenError):
            Request.parse({"migrate": True, "token": altered})
    for altered in (token[:-1], token[1:], token + "!", token + "A", f" {token}"):
        with pytest.raises(InvalidStateTokenError):
            Request.parse({"migrate": True, "token": altered})


def test_a_token_of_a_dry_run_does_not_go_on_as_another_run(gallery: MemoryGallery):
    token = a_token(gallery, migrate=False)

    with pytest.raises(InvalidStateTokenError):
        Request.parse({"migrate": True, "token": token})
    assert Request.parse({"token": token, "limit": 7}).after


@pytest.mark.parametrize("id", ["ünï/😀 +%", '"', "\\", "x" * 2048])
def test_a_token_carries_any_id(id: str):
    gallery = a_gallery()
    put_rows(gallery, a_row(id, "a.jpg"), a_row("other", "b.jpg"))

    total, _, calls = whole_run(gallery, has_time=never)

    assert (total["found"], calls) == (2, 2)
