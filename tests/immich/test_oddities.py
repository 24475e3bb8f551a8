"""Each oddity of an asset: what brings it about, and what the row says then."""

from datetime import UTC, datetime
from typing import Any

import pytest

from migrations.immich import assign, gather, plan
from migrations.immich.mapping import wanted
from migrations.immich.oddities import ODDITIES
from migrations.immich.source import SourceExif
from tests.immich.assets import OF_PATH, a_face, an_immich_asset

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MAY = datetime(2019, 5, 12, 10, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


# What Immich says, the oddity that it is, and what the row says of it, details by their names.
CASES: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    (
        {"deleted_at": "2024-02-29 23:00:00+00", "status": "trashed", "is_offline": True},
        "offline",
        {
            "deleted_at": datetime(2024, 2, 29, 23, 0, tzinfo=UTC),
            "deleted_reason": "original-missing",
        },
    ),
    (
        {"deleted_at": "infinity", "status": "trashed"},
        "unreadable-deletion",
        {"deleted_at": EPOCH, "deleted_reason": "trashed"},
    ),
    ({"status": "trashed"}, "status-differs", {"deleted_at": None, "deleted_reason": None}),
    (
        {"deleted_at": "2024-02-29 23:00:00+00"},
        "status-differs",
        {"deleted_at": datetime(2024, 2, 29, 23, 0, tzinfo=UTC), "deleted_reason": "trashed"},
    ),
    ({"visibility": "for-everybody"}, "unknown-visibility", {"visibility": "hidden"}),
    ({"type": "AUDIO"}, "other-type", {"file_type": "video"}),
    ({"type": "OTHER"}, "other-type", {"file_type": "image"}),
    ({"original_filename": ""}, "no-filename", {"filename": "a.jpg"}),
    ({"original_filename": " \t"}, "no-filename", {"filename": "a.jpg"}),
    ({"original_filename": "ü" * 1001}, "long-filename", {"filename": "ü" * 1000}),
    ({"duration": "Undef; 0x7fff"}, "odd-duration", {"duration": None}),
    ({"duration": -1}, "odd-duration", {"duration": None}),
    (
        {"file_created_at": None, "local_date_time": None},
        "no-date",
        {"taken_at": None, "taken_local": None, "utc_offset_minutes": None},
    ),
    (
        # the zone is known: its offset in May
        {
            "local_date_time": None,
            "exif": SourceExif(file_size=1, time_zone="Europe/Berlin"),
        },
        "no-local-date",
        {
            "taken_at": MAY,
            "taken_local": local("2019-05-12 12:00"),
            "utc_offset_minutes": 120,
        },
    ),
    (
        {"local_date_time": None},
        "no-local-date",
        {
            "taken_at": MAY,
            "taken_local": local("2019-05-12 10:00"),
            "utc_offset_minutes": None,
        },
    ),
    (
        {"local_date_time": "2019-05-12 10:37:00+00"},
        "no-offset",
        {
            "taken_at": MAY,
            "taken_local": local("2019-05-12 10:37"),
            "utc_offset_minutes": None,
        },
    ),
    (
        {
            "local_date_time": "2019-05-12 12:37:00+00",
            "exif": SourceExif(file_size=1, time_zone="UTC+2"),
        },
        "no-offset",
        {"taken_local": local("2019-05-12 12:37"), "utc_offset_minutes": 120},
    ),
    (
        {"file_created_at": None},
        "no-offset",
        {"taken_at": None, "taken_local": local("2019-05-12 12:00")},
    ),
    (
        {
            "file_created_at": "0044-03-15 00:00:00+00 BC",
            "exif": SourceExif(file_size=1, date_time_original="2019-05-12 10:00:00+00"),
        },
        "unreadable-date",
        {"taken_at": MAY, "utc_offset_minutes": 120},
    ),
    (
        # before Niépce
        {"file_created_at": "1800-01-01 00:00:00+00", "local_date_time": "1800-01-01 00:00:00+00"},
        "odd-date",
        {"taken_at": datetime(1800, 1, 1, tzinfo=UTC), "utc_offset_minutes": 0},
    ),
    (
        # the epoch on the camera's own clock
        {"file_created_at": "1969-12-31 23:00:00+00", "local_date_time": "1970-01-01 00:00:00+00"},
        "odd-date",
        {"taken_local": local("1970-01-01 00:00"), "utc_offset_minutes": 60},
    ),
    (
        {"file_created_at": "2026-03-02 12:00:01+00", "local_date_time": "2026-03-02 12:00:01+00"},
        "odd-date",
        {"taken_at": datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)},
    ),
    ({"exif": SourceExif()}, "no-exif", {"file_size": None, "width": 4000}),
    ({"width": None, "height": None}, "no-size", {"width": None, "height": None}),
    ({"width": -4000}, "no-size", {"width": None, "height": None}),
    ({"thumbhash": b""}, "odd-thumbhash", {"thumbhash": None}),
    ({"thumbhash": bytes(65)}, "odd-thumbhash", {"thumbhash": None}),
    ({"checksum_algorithm": "sha1-path"}, "path-checksum", {}),
    ({"checksum": OF_PATH}, "path-checksum", {}),
    ({"checksum": b"twelve bytes"}, "odd-checksum", {}),
    ({"checksum": None}, "odd-checksum", {}),
    ({"exif": SourceExif(latitude=52.0)}, "odd-place", {"latitude": None, "longitude": None}),
    ({"exif": SourceExif(latitude=90.5, longitude=0.0)}, "odd-place", {"latitude": None}),
    (
        {"exif": SourceExif(latitude=float("nan"), longitude=0.0)},
        "odd-place",
        {"latitude": None, "longitude": None},
    ),
    (
        {"exif": SourceExif(latitude=0.0, longitude=0.0)},
        "zero-place",
        {"latitude": 0, "longitude": 0},
    ),
    ({"exif": SourceExif(rating=6)}, "odd-rating", {"rating": None}),
    ({"exif": SourceExif(rating=-1)}, "odd-rating", {"rating": None}),
    ({"exif": SourceExif(f_number=float("inf"))}, "odd-number", {"f_number": None}),
    ({"exif": SourceExif(f_number=1e300)}, "odd-number", {"f_number": None}),
    ({"exif": SourceExif(focal_length=1e-300)}, "odd-number", {"focal_length_mm": None}),
    ({"exif": SourceExif(iso=-100)}, "odd-number", {"iso": None}),
    ({"exif": SourceExif(exposure_time="1/0")}, "odd-number", {"exposure_seconds": None}),
    ({"exif": SourceExif(exposure_time="short")}, "odd-number", {"exposure_seconds": None}),
    ({"exif": SourceExif(file_size=-1)}, "odd-number", {"file_size": None}),
    (
        {"exif": SourceExif(description="x" * 10_001)},
        "long-text",
        {"description": "x" * 10_000},
    ),
    ({"tags": ("x" * 201,)}, "long-text", {"tags": ("x" * 200,)}),
    (
        {"tags": tuple(f"{number:03}" for number in range(201))},
        "long-text",
        {"tags": tuple(f"{number:03}" for number in range(200))},
    ),
    ({"albums": ("", "Summer")}, "unnamed-album", {"albums": ("Summer",)}),
    ({"albums": ("Oma", "Oma ", "Opa")}, "repeated-album", {"albums": ("Oma", "Opa")}),
    ({"faces": (a_face(person_id="p2"),)}, "unnamed-face", {}),
    ({"faces": (a_face(box=(-1, 0, 10, 10)),)}, "face-outside", {}),
    ({"faces": (a_face(image_size=(0, 0)),)}, "face-without-size", {}),
    ({"faces": (a_face(),), "width": None}, "face-unscaled", {}),
]


@pytest.mark.parametrize(("said", "oddity", "row"), CASES)
def test_what_is_odd_is_counted_and_taken_by_its_rule(said, oddity, row):
    found = wanted(an_immich_asset(**said), {"p1"}, NOW)

    assert oddity in found.oddities
    values = {**dict.fromkeys(row), **found.values["details"], **found.values}
    assert {name: values[name] for name in row} == row


def test_nothing_is_odd_about_what_only_seems_so():
    plain = {"exif": SourceExif(file_size=0, iso=0, rating=0, exposure_time="", description="")}
    for said in (
        plain,
        {"duration": "0:00:00.00000"},
        {"thumbhash": None},
        {"file_created_at": "1969-12-31 23:59:59+00", "local_date_time": "1969-12-31 23:59:59+00"},
        {"file_created_at": "2026-03-02 12:00:00+00", "local_date_time": "2026-03-02 12:00:00+00"},
        {"faces": (a_face(), a_face(id="f2", person_id=None, box=(0, 0, 1440, 1080)))},
        {"original_filename": " 'n'\";-- 🎂.jpg"},
        {"status": "deleted", "deleted_at": "2024-02-29 23:00:00+00"},
    ):
        assert wanted(an_immich_asset(**said), {"p1"}, NOW).oddities == (), said


def test_every_oddity_with_a_rule_is_one_that_is_met():
    """Of one asset in the table above; of all together by the plan."""
    of_all = {plan.MOVED, plan.DUPLICATE, plan.DANGLING, plan.SHARED}
    left_out = {gather.OUTSIDE, gather.REFUSED, gather.COLLIDES, assign.KEY_TAKEN}

    assert {oddity for _, oddity, _ in CASES} | of_all | left_out == ODDITIES.keys()
