"""A small Immich library with every oddity that real ones have: its photos, and what each is here.

What is expected was worked out by hand from what Immich stores, not by running the import.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.immich.photo import (
    BOB,
    BOBS,
    SECOND,
    Exif,
    Photo,
    dated,
    external,
    uploaded,
    video,
)

TAKEN = datetime(2019, 5, 12, 10, 11, 12, 123_000, tzinfo=UTC)
LOCAL = datetime(2019, 5, 12, 12, 11, 12, 123_000)  # noqa: DTZ001 (a camera's wall clock)
IN_BIN = datetime(2024, 2, 29, 23, 59, 59, 500_000, tzinfo=UTC)
_BIN = {"status": "trashed", "deleted_at": "2024-02-29 23:59:59.5+00"}
_TRASHED = {"deleted_at": IN_BIN, "deleted_reason": "trashed"}
_UNDATED = {"taken_at": None, "taken_local": None}

EVERYDAY = (
    external(
        "plain",
        path="/mnt/media/2019/2019-05-12/IMG_20190512_121112.jpg",
        name="IMG_20190512_121112.jpg",
        sidecar="/mnt/media/2019/2019-05-12/IMG_20190512_121112.jpg.xmp",
        exif=Exif(
            make="FUJIFILM",
            model="X-T3",
            lens="XF35mmF2 R WR",
            iso=400,
            f_number=2.8,
            focal_length=35.0,
            exposure="1/250",
            latitude=52.5170365,
            longitude=13.3888599,
            city="Berlin",
            state="Land Berlin",
            country="Germany",
            description="Am See\nmit Oma 🎂",
            rating=5,
        ),
        row={
            "filename": "IMG_20190512_121112.jpg",
            "file_type": "image",
            "file_size": 3_145_728,
            "width": 4000,
            "height": 3000,
            "duration": None,
            "taken_at": TAKEN,
            "taken_local": LOCAL,
            "utc_offset_minutes": 120,
            "is_favorite": False,
            "visibility": "timeline",
            "deleted_at": None,
            "deleted_reason": None,
        },
        details={
            "camera_make": "FUJIFILM",
            "camera_model": "X-T3",
            "lens_model": "XF35mmF2 R WR",
            "iso": 400,
            "f_number": 2.8,
            "focal_length_mm": 35,
            "exposure_seconds": 0.004,
            "latitude": 52.5170365,
            "longitude": 13.3888599,
            "city": "Berlin",
            "state": "Land Berlin",
            "country": "Germany",
            "description": "Am See\nmit Oma 🎂",
            "rating": 5,
            "tags": ("Family", "Family/Grandma"),
            "albums": ("Summer", "Summer 🌞"),
        },
    ),
    uploaded("uploaded", sidecar="upload/library/alice/2019/uploaded.jpg.xmp"),
    uploaded("favorite", is_favorite=True, row={"is_favorite": True}),
    external("archived", visibility="archive", row={"visibility": "archive"}),
    external("hidden", visibility="hidden", row={"visibility": "hidden"}),
    uploaded(
        "locked",
        visibility="locked",
        row={"visibility": "locked"},
        until={"v1.133": {"visibility": "archive"}},
    ),
)

NAMES = (
    external(
        "emoji", path="/mnt/media/Oma's \"80.\" 🎂/Torte 'n' \\Tee%2F.jpg", name="🎂'\";--.jpg"
    ),
    external("nameless", path="/mnt/media/2019/IMG_7.jpg", name="", row={"filename": "IMG_7.jpg"}),
    external("name too long", path="/mnt/media/long.jpg", name="n" * 1100),
    external(
        "two slashes", path="/mnt/media//2019/./a/../slashes.jpg", key="main/2019/slashes.jpg"
    ),
)

OUTSIDE = (
    external("similar folder", path="/mnt/media2/x.jpg", key=None),
    external("folder further down", path="/srv/mnt/media/x.jpg", key=None),
    external("climbs out", path="/mnt/media/../etc/x.jpg", key=None),
    external("like a thumbnail", path="/mnt/media/2019/IMG_8_thumb.jpg", key=None),
)

BIN = (
    external("trashed", row=_TRASHED, **_BIN),
    external("deleted", row=_TRASHED, status="deleted", deleted_at="2024-02-29 23:59:59.5+00"),
    external(
        "offline",
        is_offline=True,
        row={"deleted_at": IN_BIN, "deleted_reason": "original-missing"},
        **_BIN,
    ),
    external("trashed without a date", status="trashed", row={"deleted_at": None}),
    external("active with a date", deleted_at="2024-02-29 23:59:59.5+00", row=_TRASHED),
    uploaded("favorite in the bin", is_favorite=True, row={"is_favorite": True}, **_BIN),
    uploaded(
        "locked in the bin",
        visibility="locked",
        row=_TRASHED | {"visibility": "locked"},
        until={"v1.133": {"visibility": "archive"}},
        **_BIN,
    ),
)

SAME_PATH = (
    external("again", path="/mnt/media/2018/again.jpg", library=SECOND, row={"deleted_at": None}),
    external("again, trashed", path="/mnt/media/2018/again.jpg", row=_TRASHED, **_BIN),
    external("shared", path="/mnt/media/2018/shared.jpg"),
    external("shared, Bob's", path="/mnt/media/2018/shared.jpg", owner=BOB, library=BOBS),
)

MOTION = (
    uploaded("motion", extension="heic", live_video="motion, video"),
    uploaded(
        "motion, video",
        extension="mov",
        type="VIDEO",
        visibility="hidden",
        duration="00:00:02.933",
        milliseconds=2933,
        row={"file_type": "video", "duration": 2.933},
    ),
    uploaded("motion, dangling", live_video="nothing at all"),
    uploaded("burst 1", live_video="burst, video"),
    uploaded("burst 2", live_video="burst, video"),
    uploaded("burst, video", extension="mov", type="VIDEO", visibility="hidden"),
    uploaded("motion in the bin", live_video="motion in the bin, video", row=_TRASHED, **_BIN),
    uploaded(
        "motion in the bin, video", extension="mov", type="VIDEO", visibility="hidden", **_BIN
    ),
    uploaded("motion outside", live_video="motion outside, video"),
    external(
        "motion outside, video",
        path="/mnt/media2/x.mov",
        type="VIDEO",
        visibility="hidden",
        key=None,
    ),
)

DURATIONS = (
    video("minute", duration="0:00:14.080000", milliseconds=14_080, row={"duration": 14.08}),
    video("hours", duration="00:00:05.123", milliseconds=5123, row={"duration": 5.123}),
    video("no duration", duration="", row={"duration": None}),
    video("null duration", row={"duration": None}),
    # 26 h 3 min 4.5 s
    video("day", duration="26:03:04.500000", milliseconds=93_784_500, row={"duration": 93_784.5}),
    video("garbage", duration="Undef; 0x7fff", row={"duration": None}),
    video("negative", duration="-0:00:01.000000", milliseconds=-1000, row={"duration": None}),
    external("still", duration="0:00:00.00000", milliseconds=0, row={"duration": None}),
)

TYPES = (
    external("audio", path="/mnt/media/memo.m4a", name="memo.m4a", type="AUDIO"),
    external("other", path="/mnt/media/scan.pdf", name="scan.pdf", type="OTHER"),
)

DATES = (
    dated("infinity", "infinity", **_UNDATED),
    dated("minus infinity", "-infinity", **_UNDATED),
    dated("before Christ", "0044-03-15 00:00:00+00 BC", **_UNDATED),
    dated("year 12000", "12000-01-01 00:00:00+00", **_UNDATED),
    dated("year 1", "0001-01-01 00:00:00+00"),
    dated("epoch", "1970-01-01 00:00:00+00", taken_at=datetime(1970, 1, 1, tzinfo=UTC)),
    dated("future", "2219-05-12 10:00:00+00", taken_at=datetime(2219, 5, 12, 10, 0, 0, tzinfo=UTC)),
    # 10:11 in UTC, 15:56 on the clock: Nepal's 5:45
    dated(
        "Nepal",
        "2019-05-12 10:11:00+00",
        "2019-05-12 15:56:00+00",
        utc_offset_minutes=345,
    ),
    # a clock that was set by hand, 37 minutes ahead of any zone
    dated(
        "clock astray", "2019-05-12 10:11:00+00", "2019-05-12 10:48:00+00", utc_offset_minutes=None
    ),
    external(
        "null dates",
        is_undated=True,
        # where the moments are null the exif has them, and the zone's offset in May
        row={"taken_at": TAKEN, "taken_local": LOCAL, "utc_offset_minutes": 120},
    ),
    external(
        "odd zone", exif=Exif(zone="(UTC+02:00) Amsterdam, Berlin"), row={"taken_local": LOCAL}
    ),
)

_NO_PIXELS: Mapping[str, Mapping[str, Any]] = {"v2.5": {"width": None, "height": None}}
MEASURES = (
    external("no exif", exif=None, row={"file_size": None, "width": 4000}, until=_NO_PIXELS),
    external("no pixels", width=None, height=None, row={"width": 4000, "height": 3000}),
    external(
        "nothing measured", width=0, height=0, exif=Exif(width=0, height=0), row={"width": None}
    ),
    external(
        "upright by orientation",
        width=None,
        height=None,
        exif=Exif(orientation="6"),
        row={"width": 3000, "height": 4000},
        details={"orientation": 6},
    ),
    external(
        "upright by degrees",
        width=3000,
        height=4000,
        exif=Exif(orientation="-90"),
        row={"width": 3000, "height": 4000},
        details={"orientation": None},
    ),
    external("no thumbhash", thumbhash=None, row={"thumbhash": None}),
    external("short thumbhash", thumbhash=b"\x01\x02\x03", row={"thumbhash": None}),
    uploaded("odd checksum", checksum=b"twelve bytes"),
    external("rated -1", exif=Exif(rating=-1), details={"rating": None}),
    external("rated 0", exif=Exif(rating=0), details={"rating": None}),
    external("no rating", details={"rating": None, "description": None}),
    external(
        "off the globe",
        exif=Exif(latitude=200.0, longitude=13.0),
        details={"latitude": None, "longitude": None},
    ),
    external("half a place", exif=Exif(latitude=52.0), details={"latitude": None}),
    external(
        "on the equator",
        exif=Exif(latitude=0.0, longitude=0.0),
        details={"latitude": 0, "longitude": 0},
    ),
    external(
        "slow", exif=Exif(exposure="2", f_number=float("inf")), details={"exposure_seconds": 2}
    ),
    external("nonsense exposure", exif=Exif(exposure="1/0"), details={"exposure_seconds": None}),
)

PHOTOS: Mapping[str, Photo] = {
    photo.word: photo
    for photo in (
        *EVERYDAY,
        *NAMES,
        *OUTSIDE,
        *BIN,
        *SAME_PATH,
        *MOTION,
        *DURATIONS,
        *TYPES,
        *DATES,
        *MEASURES,
    )
}
