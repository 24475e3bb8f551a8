from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.backfill_report import (
    MAX_FAILURES_NAMED,
    BackfillReport,
    Candidate,
    Failure,
    Verdict,
)
from chalicelib.backfill_thumbnails import Selection, candidates, check_reachable, decide, make_one
from chalicelib.create_thumbnail import Made
from chalicelib.domain.thumbnail import RECIPE
from chalicelib.errors import DecoderMissingError, SetupError, StorageUnavailableError
from chalicelib.storage.media import StoredObject
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.migrations.foreign import a_row, put_photos, put_rows, thumbnail_urls

ALL = Selection()
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


def raising_all(error: BaseException) -> Callable[..., None]:
    def call(*_: Any, **__: Any) -> None:
        raise error

    return call


def raising(error: BaseException) -> Callable[[Any], None]:
    def callback(_: Any) -> None:
        raise error

    return callback


def listed(*stored: StoredObject) -> Callable[[str], StoredObject | None]:
    """What a listing of the bucket told."""
    return {found.key: found for found in stored}.get


def an_original(etag: str) -> StoredObject:
    return StoredObject("main/a1.jpg", etag, 10)


def verdicts(gallery: MemoryGallery, selection: Selection = ALL, **options: Any) -> Counter[str]:
    found = candidates(gallery.studio, selection, **options)
    return Counter(candidate.verdict for candidate in found)


def the_candidate(id: str, verdict: Verdict = "needed") -> Candidate:
    return Candidate(id, f"{id}.jpg", f"Older/{id}.jpg", verdict)


def make_all(gallery: MemoryGallery, selection: Selection = ALL) -> BackfillReport:
    """Look at every row and make what is needed, one after the other."""
    report = BackfillReport()
    for candidate in list(candidates(gallery.studio, selection)):
        report.count(candidate)
        if candidate.verdict in ("needed", "unsure"):
            report.record(candidate, make_one(gallery.studio, candidate, selection))
    return report


# --- what is to be done about a row


def test_a_row_with_a_thumbnail_has_one():
    assert decide(an_asset(), ALL) == ("has", "")


def test_a_row_without_one_needs_one():
    assert decide(an_asset(**WITHOUT), ALL) == ("needed", "")


def test_what_failed_for_good_waits_while_its_original_is_the_same():
    asset = an_asset(**WITHOUT, thumbnail_error="corrupt", source_etag="e1")

    assert decide(asset, ALL, listed(an_original("e1"))) == ("waiting", "corrupt")
    assert decide(asset, ALL, listed()) == ("waiting", "corrupt")


def test_what_failed_for_good_is_needed_again_when_its_original_changed_or_when_asked_to():
    asset = an_asset(**WITHOUT, thumbnail_error="corrupt", source_etag="e1")
    again = Selection(retry_failed=True)

    assert decide(asset, ALL, listed(an_original("e2"))) == ("needed", "")
    assert decide(asset, again, listed(an_original("e1"))) == ("needed", "")
    assert decide(asset, again) == ("needed", "")


def test_where_the_bucket_was_not_listed_nobody_is_sure_of_what_failed():
    failed = an_asset(**WITHOUT, thumbnail_error="corrupt", source_etag="e1")
    gone = an_asset(**WITHOUT, deleted_reason="original-missing")

    assert decide(failed, ALL) == ("unsure", "corrupt")
    assert decide(gone, Selection(retry_failed=True)) == ("unsure", "original-missing")


def test_what_ran_out_of_time_elsewhere_is_needed_again():
    asset = an_asset(**WITHOUT, thumbnail_error="timeout", source_etag="e1")

    assert decide(asset, ALL) == ("needed", "")


def test_what_is_in_the_bin_for_lack_of_its_original_waits_until_that_returns():
    asset = an_asset(**WITHOUT, deleted_reason="original-missing")

    missing = ("waiting", "original-missing")
    assert decide(asset, Selection(retry_failed=True), listed()) == missing
    assert decide(asset, ALL, listed(an_original("e1"))) == ("needed", "")


def test_a_key_with_no_room_for_its_thumbnails_name_is_refused():
    key = "main/" + "x" * 1015 + ".jpg"

    verdict, reason = decide(an_asset(key=key, thumbnail_key=None, thumbnail_url=key), ALL)

    assert verdict == "refused"
    assert "no room" in reason


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"source_etag": "e1"}, "needed"),
        ({"source_etag": "e1", "thumbnail_recipe": RECIPE - 1}, "needed"),
        ({"source_etag": "e1", "thumbnail_recipe": RECIPE}, "has"),
        ({"source_etag": "e1", "thumbnail_recipe": RECIPE + 1}, "has"),
        # another program's, under our name or its own, or in another place
        ({}, "has"),
        ({"source_etag": "e1", "thumbnail_key": "main/small/a1.jpg"}, "has"),
        ({"thumbnail_key": "https://elsewhere.example/a1.jpg"}, "has"),
    ],
)
def test_what_an_earlier_recipe_drew_is_needed_when_it_is_to_be_remade(
    fields: dict[str, Any], verdict: str
):
    asset = an_asset(**fields)
    there = listed(StoredObject(asset.thumbnail_key or "", "t", 5))

    assert decide(asset, Selection(remake=True), there)[0] == verdict
    assert decide(asset, Selection(remake=True))[0] == verdict
    assert decide(asset, ALL, there)[0] == "has"


def test_a_thumbnail_that_is_gone_is_needed_when_it_is_to_be_remade():
    asset = an_asset(source_etag="e1", thumbnail_recipe=RECIPE)
    elsewhere = an_asset(thumbnail_url="https://elsewhere.example/a1_thumb.jpg")

    assert decide(asset, Selection(remake=True), listed()) == ("needed", "")
    assert decide(asset, ALL, listed()) == ("has", "")
    assert decide(elsewhere, Selection(remake=True), listed()) == ("has", "")


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
            gallery.studio, ALL, segment=segment, total_segments=segments, page_size=page_size
        )
    ]

    assert sorted(seen) == [f"p{number:03}" for number in range(20)]


def test_rows_are_told_apart(gallery: MemoryGallery):
    assert verdicts(gallery) == {"needed": 18, "has": 1, "refused": 1}


def test_looking_asks_the_bucket_nothing(gallery: MemoryGallery):
    make_all(gallery)
    gallery.wire.requests.clear()

    assert verdicts(gallery)["unsure"] == 1
    assert verdicts(gallery, listing=listed())["waiting"] == 1

    assert gallery.wire.count("s3.*") == 0


def test_rows_of_other_galleries_are_told_apart(gallery: MemoryGallery):
    put_rows(
        gallery,
        a_row("k1", "kids/k1.jpg"),
        a_row("k2", "Older/k2.jpg", gallery_id={"S": "kids"}),
        a_row("k3", "s3://elsewhere/k3.jpg", gallery_id={"S": "kids"}),
    )

    found = verdicts(gallery, Selection(gallery="kids"))

    assert found == {"needed": 2, "refused": 1, "unwanted": 20}


def test_photos_lie_as_in_lists_and_those_without_a_date_by_their_keys():
    gallery = a_gallery()
    gallery.add(
        an_asset("a", key="main/2.jpg", taken_local=wall_clock("2024-06-30")),
        an_asset("b", key="main/1.jpg", taken_local=wall_clock("2024-07-01")),
        an_asset("c", key="main/9.jpg", taken_local=wall_clock("2024-06-01")),
        an_asset("d", key="main/3.jpg", taken_local=None),
        an_asset("e", key="main/0.jpg", taken_local=None),
    )

    found = sorted(candidates(gallery.studio, ALL), key=lambda candidate: candidate.position)

    assert [candidate.id for candidate in found] == ["c", "a", "b", "e", "d"]


@pytest.mark.parametrize("page", [0, 1, 4])
def test_a_failed_scan_is_an_error_wherever_it_fails_and_never_fewer_rows(
    page: int, gallery: MemoryGallery
):
    gallery.wire.at(page, lambda: raising(StorageUnavailableError("throttled"))(None))

    with pytest.raises(StorageUnavailableError):
        list(candidates(gallery.studio, ALL, page_size=3))


# --- making one


def test_a_photo_that_cannot_be_drawn_fails_for_good(gallery: MemoryGallery):
    candidate = the_candidate("p003")

    failure = make_one(gallery.studio, candidate, ALL)

    assert failure == Failure(
        "p003",
        "Older/p003.jpg",
        "unsupported",
        is_for_good=True,
        detail="The file is no picture or video the gallery knows.",
    )


def test_a_photo_whose_original_is_missing_says_so(gallery: MemoryGallery):
    candidate = the_candidate("p007")

    failure = make_one(gallery.studio, candidate, ALL)

    assert isinstance(failure, Failure)
    assert (failure.is_missing, failure.is_for_good) == (True, False)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("s3.get_object", s3_error("SlowDown", 503)),
        ("s3.get_object", s3_error("InternalError", 500)),
        ("s3.put_object", s3_error("SlowDown", 503)),
        ("s3.head_object", s3_error("503", 503)),
        ("assets.update", StorageUnavailableError("table assets: ThrottlingException")),
    ],
)
def test_a_passing_fault_fails_for_now_and_the_next_run_makes_it(
    operation: str, error: Exception, gallery: MemoryGallery
):
    gallery.wire.before(operation, raising(error), times=None)
    candidate = the_candidate("p001")

    failure = make_one(gallery.studio, candidate, ALL)

    gallery.wire.clear()
    assert isinstance(failure, Failure)
    assert not failure.is_for_good
    assert thumbnail_urls(gallery)["p001"] == "Older/p001.jpg"
    make_all(gallery)
    assert thumbnail_urls(gallery)["p001"] == "Older/p001_thumb.jpg"


def test_a_file_that_lies_where_the_thumbnail_would_is_not_written_over(gallery: MemoryGallery):
    """Another program's file, or a person's, of which no row tells."""
    gallery.bucket.place("Older/p001_thumb.jpg", b"not ours")
    candidate = the_candidate("p001")

    failure = make_one(gallery.studio, candidate, ALL)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.is_for_good) == ("name-taken", True)
    assert gallery.bucket.objects["Older/p001_thumb.jpg"].data == b"not ours"
    gallery.bucket.remove("Older/p001_thumb.jpg")
    make_all(gallery, Selection(retry_failed=True))
    assert thumbnail_urls(gallery)["p001"] == "Older/p001_thumb.jpg"


def test_one_photos_own_lock_fails_itself_alone(gallery: MemoryGallery):
    def deny(request: Any) -> None:
        if request.key == ("Older/p001.jpg",):
            raise s3_error("AccessDenied", 403)

    gallery.wire.before("s3.get_object", deny, times=None)

    report = make_all(gallery)

    assert report.migrated == 15
    (failure,) = (f for f in report.failures if f.id == "p001")
    assert "access denied" in failure.reason


def test_when_nothing_can_be_reached_any_more_it_stops(gallery: MemoryGallery):
    gallery.wire.before("s3.*", raising(s3_error("AccessDenied", 403)), times=None)

    with pytest.raises(SetupError):
        make_all(gallery)


@pytest.mark.parametrize("what", ["assets.get", "s3.*"])
def test_when_nothing_answers_any_more_it_stops(what: str, gallery: MemoryGallery):
    error = s3_error("SlowDown", 503) if what == "s3.*" else StorageUnavailableError("throttled")
    gallery.wire.before(what, raising(error), times=None)

    with pytest.raises(StorageUnavailableError):
        make_all(gallery)


def test_a_photo_that_another_decoder_is_needed_for_fails_for_now(
    gallery: MemoryGallery, monkeypatch: pytest.MonkeyPatch
):
    missing = DecoderMissingError("no decoder here: rawpy")
    monkeypatch.setattr(gallery.studio.darkroom, "draw", raising_all(missing))

    failure = make_one(gallery.studio, the_candidate("p001"), ALL)

    assert failure == Failure("p001", "Older/p001.jpg", str(missing), is_for_good=False)
    assert gallery.wire.writes == 0


def test_a_row_removed_meanwhile_is_nobodys_failure_and_does_not_return(gallery: MemoryGallery):
    gallery.wire.before(
        "assets.update", lambda _: gallery.assets_table.delete_many([("p001",)]), times=1
    )
    candidate = the_candidate("p001")

    assert make_one(gallery.studio, candidate, ALL) is None

    assert "p001" not in thumbnail_urls(gallery)


def test_a_photo_that_another_run_made_meanwhile_is_left_as_it_is(gallery: MemoryGallery):
    candidate = the_candidate("p001")
    make_all(gallery)
    before = gallery.state()

    assert make_one(gallery.studio, candidate, ALL) is None

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


# --- what is drawn again


def test_a_thumbnail_of_an_earlier_recipe_is_drawn_again_and_then_it_has_one(
    gallery: MemoryGallery,
):
    make_all(gallery)
    made = gallery.state()
    row = gallery.assets.get("p001")
    gallery.assets.change(row, thumbnail_recipe=None)
    gallery.bucket.place("Older/p001_thumb.jpg", b"older", **{"source-etag": row.source_etag or ""})
    remake = Selection(remake=True)

    report = make_all(gallery, remake)

    assert (report.migrated, report.elsewhere) == (1, 0)
    assert gallery.bucket.objects == made[0]
    assert gallery.assets.get("p001").thumbnail_recipe == RECIPE
    assert verdicts(gallery, remake)["needed"] == 1  # of which the original is missing


def test_a_thumbnail_that_another_program_drew_is_never_replaced(gallery: MemoryGallery):
    gallery.bucket.place("Older/p011_thumb.jpg", b"theirs")

    make_all(gallery, Selection(remake=True))

    assert gallery.bucket.objects["Older/p011_thumb.jpg"].data == b"theirs"
    assert thumbnail_urls(gallery)["p011"] == "Older/p011_thumb.jpg"


# --- what came of it


def test_a_report_names_so_many_failures_and_counts_them_all():
    report = BackfillReport()

    for number in range(MAX_FAILURES_NAMED + 10):
        failure = Failure(f"{number}", "key", "corrupt", is_for_good=True)
        report.record(the_candidate("p1"), failure)

    assert (report.failed, len(report.failures)) == (MAX_FAILURES_NAMED + 10, MAX_FAILURES_NAMED)


def test_what_nobody_was_sure_of_counts_as_what_it_was():
    """Of four that failed before one is still the same, one gone, one drawn, one fails again."""
    outcomes: list[Made | Failure | None] = [
        None,
        Failure("p1", "key", "original-missing", is_for_good=False),
        Made(an_asset(file_size=1000), "drawn", 50),
        Failure("p1", "key", "corrupt", is_for_good=True),
    ]
    report = BackfillReport()
    for _ in outcomes:
        report.count(the_candidate("p1", "unsure"))
    assert (report.found, report.waiting, report.need) == (4, 4, 0)

    for outcome in outcomes:
        report.record(the_candidate("p1", "unsure"), outcome)

    assert (report.found, report.waiting, report.need, report.processed) == (4, 2, 2, 2)
    assert (report.migrated, report.failed_for_good, report.missing) == (1, 1, 0)
