import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import SetupError, StorageUnavailableError
from migrations.generate_thumbnails import main
from tests.builders import MemoryGallery, a_jpeg
from tests.migrations.conftest import Run
from tests.migrations.foreign import (
    a_photo,
    a_row,
    originals,
    put_photos,
    put_rows,
    thumbnail_urls,
)

LENT = "s3://other/lent.jpg lies in bucket other, not in photos"
RECONCILE = "python -m migrations.reconcile"
NO_ORIGINAL = f"no original            1   not in the bucket: {RECONCILE} puts it into the bin"
TARGET = ["bucket   photos", "table    assets", "region   eu-central-1"]


def s3_error(code: str, status: int) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": code},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        "GetObject",
    )


def sized(size_bytes: int) -> str:
    return f"{size_bytes:,} ({size_bytes / 1000:.1f} kB)"


def failing_for(*keys: str, with_: Exception) -> Callable[[Any], None]:
    def callback(request: Any) -> None:
        if request.key[0] in keys:
            raise with_

    return callback


# --- the dry run


def test_a_dry_run_prints_what_it_touches_what_it_found_and_the_list_and_writes_nothing(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 3, folder="Summer 1998")
    put_rows(
        gallery,
        a_row("p001", "Summer 1998/p001.jpg", "Summer 1998/p001_thumb.jpg"),
        a_row("gone", "Summer 1998/gone.png"),
        a_row("lent", "s3://other/lent.jpg"),
        a_row("letter", "letter.jpg", thumbnail_error={"S": "corrupt"}, source_etag={"S": "e"}),
    )
    gallery.bucket.place("letter.jpg", b"Dear Anna,", etag="e")
    before = gallery.state()
    drawn = originals(gallery, ["Summer 1998/p000.jpg", "Summer 1998/p002.jpg"])
    read = f"{sum(len(stored.data) for stored in drawn.values()) / 1000:.1f} kB"

    ran = run(main)

    assert ran.out == [
        *TARGET,
        "found 6 photos: 1 have a thumbnail, 2 need one",
        "1 more can't be drawn: --retry-failed, or a changed original, tries again",
        f"1 more have no original in the bucket: {RECONCILE}",
        "1 more are left alone",
        "would create: p000.jpg (p000) Summer 1998/p000.jpg -> Summer 1998/p000_thumb.jpg",
        "would create: p002.jpg (p002) Summer 1998/p002.jpg -> Summer 1998/p002_thumb.jpg",
        "can't be drawn: letter.jpg (letter) letter.jpg: corrupt",
        "no original: gone.jpg (gone) Summer 1998/gone.png",
        "left alone: lent.jpg (lent) s3://other/lent.jpg: " + LENT,
        f"requests to S3: 4 GET and HEAD, 4 PUT, 1 LIST; {read} read, 140 kB written",
        "units of DynamoDB: 3 read; 4 written of rows, 18 of lists",
        "about $0.00 (S3 $0.00, DynamoDB $0.00)",
        f"  drawn here: $0.00 more for {read} sent out, unless it is in the bucket's region",
        "  drawn by Lambda (--remote): $0.00 more for 0 GB-seconds in 1 call",
        "by the list prices of September 2026 in us-east-1, without any free tier",
        "2 to create; nothing was written: pass --migrate to create them",
    ]
    assert ran.status == 0
    assert gallery.wire.writes == 0
    assert gallery.state() == before


def test_a_dry_run_lists_what_a_real_run_does(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 25)

    planned = run(main).ids
    planned_few = run(main, "--limit", "7").ids
    done_few = run(main, "--migrate", "--limit", "7").ids
    done = run(main, "--migrate").ids

    assert (len(planned), planned_few) == (25, planned[:7])
    assert sorted(done_few) == sorted(planned_few)
    assert sorted(done_few + done) == sorted(planned)


def test_an_empty_table_has_nothing_to_do(run: Run):
    ran = run(main)

    assert ran.out[3:] == ["found 0 photos: 0 have a thumbnail, 0 need one", "nothing to do"]
    assert ran.status == 0


# --- the five forms of a url

KEYS = (
    "Album One/a b+c%20d.jpg",
    "Album One/Füße 😀.png",
    "v1.2/IMG",
    "deep/er/x.JPG",
    "top.jpeg",
)
FORMS = {
    "key": "Album One/a b+c%20d.jpg",
    "s3": "s3://photos/Album One/Füße 😀.png",
    "virtual": "https://photos.s3.eu-central-1.amazonaws.com/v1.2/IMG",
    "path": "https://s3.eu-central-1.amazonaws.com/photos/deep/er/x.JPG",
    "cdn": "https://d111abcdef8.cloudfront.net/top.jpeg",
}
# Worked out by hand from the rule of the thumbnail's name.
THUMBNAILS = {
    "key": "Album One/a b+c%20d_thumb.jpg",
    "s3": "s3://photos/Album One/Füße 😀_thumb.png.jpg",
    "virtual": "https://photos.s3.eu-central-1.amazonaws.com/v1.2/IMG_thumb..jpg",
    "path": "https://s3.eu-central-1.amazonaws.com/photos/deep/er/x_thumb.JPG.jpg",
    "cdn": "https://d111abcdef8.cloudfront.net/top_thumb.jpeg.jpg",
}


def test_rows_in_five_forms_are_listed_made_by_twos_and_the_rest_and_then_there_is_nothing_to_do(
    gallery: MemoryGallery, run: Run
):
    for number, key in enumerate(KEYS):
        gallery.bucket.place(key, a_photo(number))
    put_rows(gallery, *(a_row(name, url) for name, url in FORMS.items()))
    before = originals(gallery, KEYS)

    assert sorted(run(main).ids) == sorted(FORMS)
    two = run(main, "--migrate", "--limit", "2")
    made = {name: url for name, url in thumbnail_urls(gallery).items() if url != FORMS[name]}
    rest = run(main, "--migrate")
    last = run(main, "--migrate")

    assert (len(two.ids), len(made), len(rest.ids)) == (2, 2, 3)
    assert thumbnail_urls(gallery) == THUMBNAILS
    assert last.ids == []
    assert "nothing to do" in run(main).out
    assert (two.status, rest.status, last.status) == (0, 0, 0)
    assert originals(gallery, KEYS) == before


@pytest.mark.parametrize(
    ("url", "thumbnail_url"),
    [
        (
            "https://photos.s3.amazonaws.com/a/F%C3%BC%C3%9Fe%20%2B%25.jpg",
            "https://photos.s3.amazonaws.com/a/F%C3%BC%C3%9Fe%20%2B%25_thumb.jpg",
        ),
        (
            "https://s3.amazonaws.com/photos/a/F%C3%BC%C3%9Fe%20%2B%25.jpg",
            "https://s3.amazonaws.com/photos/a/F%C3%BC%C3%9Fe%20%2B%25_thumb.jpg",
        ),
        (
            "https://cdn.example.org/a/F%C3%BC%C3%9Fe%20%2B%25.jpg",
            "https://cdn.example.org/a/F%C3%BC%C3%9Fe%20%2B%25_thumb.jpg",
        ),
        ("s3://photos/a/Füße +%.jpg", "s3://photos/a/Füße +%_thumb.jpg"),
        ("a/Füße +%.jpg", "a/Füße +%_thumb.jpg"),
    ],
)
def test_a_percent_encoded_name_finds_its_object_and_its_thumbnail_is_encoded_alike(
    url: str, thumbnail_url: str, gallery: MemoryGallery, run: Run
):
    gallery.bucket.place("a/Füße +%.jpg", a_photo())
    put_rows(gallery, a_row("p1", url))

    ran = run(main, "--migrate")

    assert ran.status == 0
    assert thumbnail_urls(gallery) == {"p1": thumbnail_url}
    assert "a/Füße +%_thumb.jpg" in gallery.bucket.objects
    assert run(main).ids == []


# --- the real run


def test_one_bad_photo_is_reported_and_the_rest_are_made(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 8)
    gallery.bucket.place("Older/p003.jpg", b"Dear Anna,")

    ran = run(main, "--migrate")

    assert ran.status == 1
    assert len(ran.ids) == 8
    assert sum(url.endswith("_thumb.jpg") for url in thumbnail_urls(gallery).values()) == 7
    (failed,) = [line for line in ran.out if "(p003)" in line]
    assert failed.endswith(
        "p003.jpg (p003) Older/p003.jpg failed for good: unsupported "
        "(The file is no picture or video the gallery knows.)"
    )


def test_each_photo_has_a_line_with_number_name_id_keys_sizes_and_saving(
    gallery: MemoryGallery, run: Run
):
    gallery.bucket.place("a.jpg", photo := a_jpeg(1600, 1200))
    put_rows(gallery, a_row("a1", "a.jpg", filename="Anna.jpg"))

    ran = run(main, "--migrate")

    before, after = len(photo), len(gallery.bucket.objects["a_thumb.jpg"].data)
    (line,) = ran.starting("[")
    expected = (
        rf"\[1/1\] Anna\.jpg \(a1\) a\.jpg -> a_thumb\.jpg, {before / 1000:.0f} kB -> "
        rf"{after / 1000:.1f} kB, saves {100 * (before - after) / before:.1f} %"
    )
    assert re.fullmatch(expected, line), (line, expected)


def test_lines_are_numbered_up_to_the_number_that_was_planned(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 12)

    lines = run(main, "--migrate", "--limit", "10").starting("[")

    assert [line.partition("]")[0] for line in lines] == [f"[{n}/10" for n in range(1, 11)]


def test_the_summary_says_what_became_of_every_photo_and_of_the_gallerys_size(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 4)
    gallery.bucket.place("Older/p003.jpg", b"Dear Anna,")
    sizes = {key: len(stored.data) for key, stored in gallery.bucket.objects.items()}
    put_rows(gallery, a_row("gone", "gone.jpg"), a_row("lent", "s3://other/lent.jpg"))
    gallery.wire.before(
        "s3.get_object", failing_for("Older/p002.jpg", with_=s3_error("SlowDown", 503)), times=None
    )

    ran = run(main, "--migrate")

    before = sum(sizes.values())
    thumbs = [len(gallery.bucket.objects[f"Older/p00{n}_thumb.jpg"].data) for n in (0, 1)]
    after = before - sizes["Older/p000.jpg"] - sizes["Older/p001.jpg"] + sum(thumbs)
    less = round(100 * (before - after) / before, 1)
    assert ran.out[ran.out.index("") :] == [
        "",
        "migrated               2",
        "failed                 2",
        "  for good             1   waits for --retry-failed or a changed original",
        "      Older/p003.jpg: unsupported",
        "  for now              1   the next run tries again",
        "      Older/p002.jpg: bucket photos, Older/p002.jpg: SlowDown",
        NO_ORIGINAL,
        "      gone.jpg",
        "left alone             1   for the reasons named",
        "      s3://other/lent.jpg: " + LENT,
        "total processed        4",
        f"bytes to show the gallery: {sized(before)} before, {sized(after)} after, {less} % less",
    ]
    assert ran.status == 1


@pytest.mark.parametrize("workers", ["1", "16"])
def test_every_photo_is_made_whatever_the_number_of_workers(
    workers: str, gallery: MemoryGallery, run: Run
):
    ids = put_photos(gallery, 20)

    ran = run(main, "--migrate", "--workers", workers)

    assert sorted(ran.ids) == ids
    assert ran.status == 0


def test_a_photo_without_an_original_is_told_apart_and_the_rest_are_made(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 2)
    put_rows(gallery, a_row("gone", "gone.jpg"))

    ran = run(main, "--migrate")

    assert (ran.status, sorted(ran.ids)) == (1, ["p000", "p001"])
    assert NO_ORIGINAL in ran.out
    assert "failed                 0" in ran.out


def test_a_photo_whose_original_goes_while_it_runs_is_told_apart_too(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 2)
    gallery.wire.before(
        "s3.head_object", lambda request: gallery.bucket.remove(request.key[0]), times=1
    )

    ran = run(main, "--migrate", "--workers", "1")

    assert ran.status == 1
    assert NO_ORIGINAL in ran.out
    assert "migrated               1" in ran.out


def test_a_plan_asks_the_bucket_for_its_list_and_not_for_each_photo(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 10)
    gallery.bucket.place("Older/p003.jpg", b"Dear Anna,")
    run(main, "--migrate")
    gallery.wire.requests.clear()

    run(main)

    assert gallery.wire.count("s3.*") == gallery.wire.count("s3.list_objects_v2")


# --- trying again


@pytest.mark.parametrize(
    ("operation", "key", "error"),
    [
        ("s3.get_object", "Older/p001.jpg", s3_error("SlowDown", 503)),
        ("s3.put_object", "Older/p001_thumb.jpg", s3_error("InternalError", 500)),
        ("assets.update", "p001", StorageUnavailableError("table assets: ThrottlingException")),
        ("assets.get", "p001", StorageUnavailableError("table assets did not answer")),
    ],
)
def test_what_failed_for_a_passing_reason_is_tried_again_by_the_next_run(
    operation: str, key: str, error: Exception, gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 3)
    gallery.wire.before(operation, failing_for(key, with_=error), times=None)

    first = run(main, "--migrate")
    gallery.wire.clear()
    second = run(main, "--migrate")

    assert (first.status, second.status) == (1, 0)
    assert "  for now              1   the next run tries again" in first.out
    assert second.ids == ["p001"]


def test_what_cannot_be_drawn_waits_until_it_changes_or_is_asked_for(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 2)
    for key in ("Older/p000.jpg", "Older/p001.jpg"):
        gallery.bucket.place(key, b"Dear Anna,")
    first = run(main, "--migrate")

    second = run(main, "--migrate")
    gallery.bucket.place("Older/p001.jpg", a_photo())
    changed = run(main, "--migrate")
    asked = run(main, "--migrate", "--retry-failed")

    assert (len(first.ids), second.ids, changed.ids, asked.ids) == (2, [], ["p001"], ["p000"])
    assert (first.status, second.status, changed.status, asked.status) == (1, 0, 0, 1)
    waits = "failed before          2   waits for --retry-failed or a changed original"
    assert waits in second.out


def test_a_dry_run_with_retry_failed_lists_what_the_real_one_tries(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 2)
    gallery.bucket.place("Older/p000.jpg", b"Dear Anna,")
    run(main, "--migrate")

    assert run(main, "--retry-failed").ids == ["p000"]
    assert run(main).ids == []


def test_a_photo_removed_while_it_was_made_is_no_failure_and_does_not_return(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 3)
    gallery.wire.before(
        "assets.update", lambda request: gallery.assets_table.delete_many([request.key])
    )

    ran = run(main, "--migrate")

    assert ran.status == 0
    assert len(thumbnail_urls(gallery)) == 2
    assert "done elsewhere         1" in ran.out


def test_a_photo_added_while_it_runs_is_made_by_somebody_once(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 3)

    def add(_: Any) -> None:
        gallery.bucket.place("Older/new.jpg", a_photo())
        gallery.assets_table.put(a_row("new", "Older/new.jpg"))
        gallery.studio.create_thumbnail_of("new")

    gallery.wire.before("assets.update", add)
    run(main, "--migrate")

    assert run(main).ids == []
    assert thumbnail_urls(gallery)["new"] == "Older/new_thumb.jpg"


# --- what can't be read


@pytest.mark.parametrize("page", range(6))
@pytest.mark.parametrize(
    "error",
    [
        StorageUnavailableError("table assets: ProvisionedThroughputExceededException"),
        SetupError("table assets: access denied (ExpiredTokenException); check the credentials"),
    ],
)
@pytest.mark.parametrize("migrate", [(), ("--migrate",)])
def test_a_failed_scan_is_an_error_and_never_fewer_photos(
    page: int, error: Exception, migrate: tuple[str, ...], gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 30)
    gallery.assets_table.page_size = 5
    pages = iter(range(100))

    def fail(_: Any) -> None:
        if next(pages) == page:
            raise error

    gallery.wire.before("assets.scan_page", fail, times=None)

    ran = run(main, *migrate)

    assert ran.status == 2
    assert f"error: {error}\n" in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == TARGET
    assert gallery.wire.writes == 0


def test_a_bucket_that_cannot_be_listed_is_an_error(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 3)
    failures = iter([None, s3_error("SlowDown", 503)])

    def fail(_: Any) -> None:
        if error := next(failures, None):
            raise error

    gallery.wire.before("s3.list_objects_v2", fail, times=None)

    ran = run(main)

    assert (ran.status, ran.out) == (2, TARGET)
    assert "SlowDown" in ran.err


def test_a_missing_bucket_says_which_and_how_to_name_another(gallery: MemoryGallery, run: Run):
    gallery.wire.before("s3.*", failing_all(s3_error("NoSuchBucket", 404)), times=None)

    ran = run(main)

    assert ran.status == 2
    assert "bucket photos not found" in ran.err
    assert "--bucket" in ran.err
    assert "CONTACTSHEET_BUCKET" in ran.err


def test_a_missing_table_says_which_and_how_to_name_another(gallery: MemoryGallery, run: Run):
    error = SetupError("table assets not found; deploy the data stack first")
    gallery.wire.before("assets.*", failing_all(error), times=None)

    ran = run(main)

    assert ran.status == 2
    assert "table assets not found" in ran.err
    assert "--table" in ran.err
    assert "CONTACTSHEET_ASSETS_TABLE" in ran.err


def failing_all(error: Exception) -> Callable[[Any], None]:
    def callback(_: Any) -> None:
        raise error

    return callback


def test_a_bucket_that_is_closed_while_it_runs_ends_it_with_a_summary_and_an_error(
    gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 30)
    made = iter(range(1000))

    def close(_: Any) -> None:
        if next(made) > 20:
            raise s3_error("AccessDenied", 403)

    gallery.wire.before("s3.put_object", close, times=None)
    gallery.wire.before(
        "s3.list_objects_v2",
        lambda _: close(None) if next(made) > 20 else None,
        times=None,
    )

    ran = run(main, "--migrate", "--workers", "2")

    assert ran.status == 2
    assert "access denied" in ran.err
    assert 0 < len(ran.ids) < 30
    assert ran.starting("migrated ")
    gallery.wire.clear()
    assert run(main, "--migrate").status == 0
    assert run(main).ids == []


# --- somebody else's table


@pytest.mark.parametrize(
    "thumbnail", [{}, {"thumbnail_url": {"S": ""}}, {"thumbnail_url": {"NULL": True}}]
)
def test_a_row_whose_thumbnail_url_is_missing_empty_or_null_needs_one(
    thumbnail: dict[str, Any], gallery: MemoryGallery, run: Run
):
    gallery.bucket.place("a.jpg", a_photo())
    row = a_row("a1", "a.jpg")
    del row["thumbnail_url"]
    put_rows(gallery, row | thumbnail)

    ran = run(main, "--migrate")

    assert (ran.ids, ran.status) == (["a1"], 0)
    assert thumbnail_urls(gallery) == {"a1": "a_thumb.jpg"}
    assert run(main).ids == []


def test_a_row_of_four_attributes_keeps_them(gallery: MemoryGallery, run: Run):
    gallery.bucket.place("a.jpg", a_photo())
    put_rows(gallery, a_row("a1", "s3://photos/a.jpg", filename="Anna at the sea.jpg"))

    run(main, "--migrate")

    (row,) = gallery.assets_table.items
    assert row["url"] == {"S": "s3://photos/a.jpg"}
    assert row["filename"] == {"S": "Anna at the sea.jpg"}


@pytest.mark.parametrize(
    "other",
    [
        {"width": {"S": "4000"}, "height": {"S": "wide"}},
        {"version": {"S": "v1.2"}},
        {"version": {"N": "3"}},
        {"version": {"N": "0"}},
        {"created_at": {"N": "1716890400"}, "updated_at": {"N": "1716890400.25"}},
        {"created_at": {"S": "last summer"}, "taken_at": {"S": ""}},
        {"faces": {"L": []}, "duration": {"S": "00:12"}, "thumbhash": {"S": "not base64"}},
        {"filename": {"N": "7"}, "file_type": {"S": "photo"}, "visibility": {"N": "1"}},
        {
            "tags": {"L": [{"N": "1"}, {"S": "sea"}]},
            "iso": {"S": "ISO 400"},
            "deleted_at": {"NULL": True},
        },
        {"latitude": {"NULL": True}, "thumbnail_error": {"NULL": True}, "is_favorite": {"N": "1"}},
        {"is_favorite": {"S": "yes"}, "gallery_id": {"N": "4"}, "details": {"M": {}}},
    ],
)
def test_attributes_of_other_types_are_nobodys_trouble(
    other: dict[str, Any], gallery: MemoryGallery, run: Run
):
    gallery.bucket.place("a.jpg", a_photo())
    gallery.bucket.place("b.jpg", a_photo(1))
    put_rows(gallery, a_row("a1", "a.jpg") | other, a_row("b1", "b.jpg"))

    ran = run(main, "--migrate")

    assert (ran.status, len(ran.ids)) == (0, 2), ran
    assert thumbnail_urls(gallery) == {"a1": "a_thumb.jpg", "b1": "b_thumb.jpg"}
    assert run(main).ids == []


def test_attributes_that_are_not_ours_stay_as_they_are(gallery: MemoryGallery, run: Run):
    gallery.bucket.place("a.jpg", a_photo())
    theirs = {"Camera": {"S": "Leica"}, "scores": {"L": [{"N": "1"}]}, "x": {"NULL": True}}
    put_rows(gallery, a_row("a1", "a.jpg") | theirs)

    run(main, "--migrate")

    (row,) = gallery.assets_table.items
    assert {name: row[name] for name in theirs} == theirs


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (a_row("a1", "s3://other/a.jpg"), "lies in bucket other, not in photos"),
        (a_row("a1", "https://other.s3.amazonaws.com/a.jpg"), "lies in bucket other"),
        (a_row("a1", ""), "names no object"),
        (a_row("a1", "s3://photos/"), "names no object"),
        ({"id": {"S": "a1"}}, "names no object"),
        (a_row("a1", "a.jpg") | {"url": {"N": "7"}}, "names no object"),
    ],
)
def test_a_row_that_names_no_object_of_the_bucket_is_left_alone_and_the_rest_are_made(
    row: dict[str, Any], reason: str, gallery: MemoryGallery, run: Run
):
    put_photos(gallery, 2)
    put_rows(gallery, row)

    dry = run(main)
    ran = run(main, "--migrate")

    (line,) = dry.starting("left alone: ")
    assert "(a1)" in line
    assert reason in line
    assert (ran.status, len(ran.ids)) == (1, 2)
    assert any(line.startswith("left alone ") for line in ran.out)
    assert row in gallery.assets_table.items


def test_a_thumbnail_that_lies_elsewhere_is_one(gallery: MemoryGallery, run: Run):
    gallery.bucket.place("a.jpg", a_photo())
    put_rows(gallery, a_row("a1", "a.jpg", "https://other.s3.amazonaws.com/a-small.jpg"))

    assert "found 1 photo: 1 have a thumbnail, 0 need one" in run(main).out


def test_names_that_would_play_with_the_terminal_are_written_harmlessly(
    gallery: MemoryGallery, run: Run
):
    key = "a\x1b[2J\n[1/1] fake.jpg"
    gallery.bucket.place(key, a_photo())
    put_rows(gallery, a_row("a1\r", key, filename="\x07bell\u202egpj.jpg"))

    dry, ran = run(main), run(main, "--migrate")

    for line in dry.out + ran.out:
        assert line.isprintable(), ascii(line)
    assert len(ran.starting("[")) == 1


# --- --limit and --workers


@pytest.mark.parametrize("value", ["-1", "+1", "1.5", "x", "", " 1", "1e3", "\u0661", "1_0", "0x5"])
def test_a_limit_that_is_no_number_is_refused_before_anything_is_read(
    value: str, gallery: MemoryGallery, run: Run
):
    ran = run(main, "--migrate", f"--limit={value}")

    assert ran.status == 2
    assert "--limit" in ran.err
    assert "usage:" in ran.err
    assert gallery.wire.requests == []


def test_a_limit_of_none_does_none(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 3)

    dry, ran = run(main, "--limit", "0"), run(main, "--migrate", "--limit", "0")

    assert (dry.ids, ran.ids, ran.status) == ([], [], 0)
    assert gallery.wire.writes == 0
    assert "found 3 photos: 0 have a thumbnail, 3 need one" in ran.out


def test_a_limit_beyond_all_photos_does_all(gallery: MemoryGallery, run: Run):
    put_photos(gallery, 3)

    ran = run(main, "--migrate", "--limit", "999999999")

    assert (len(ran.ids), ran.status) == (3, 0)


def test_a_limit_beyond_all_reason_is_refused_with_usage(gallery: MemoryGallery, run: Run):
    ran = run(main, "--migrate", "--limit", str(10**30))

    assert ran.status == 2
    assert "from 0 to 999,999,999" in ran.err
    assert gallery.wire.requests == []


@pytest.mark.parametrize("value", ["0", "65", "many"])
def test_a_number_of_workers_that_makes_no_sense_is_refused(value: str, run: Run):
    ran = run(main, "--workers", value)

    assert ran.status == 2
    assert "from 1 to 64" in ran.err


def test_an_unknown_flag_or_one_cut_short_is_refused(run: Run):
    assert run(main, "--migrat").status == 2
    assert run(main, "--force").status == 2


def test_the_help_has_commands_to_paste_and_the_exit_statuses(run: Run):
    ran = run(main, "--help")

    assert ran.status == 0
    text = "\n".join(ran.out)
    assert "python -m migrations.generate_thumbnails --migrate" in text
    assert "Exit status: 0 done, 1 some failed or are left, 2 bad usage" in text
