import struct
from datetime import UTC, datetime
from io import BytesIO

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from chalicelib.imaging.facts import Facts, read_facts
from tests.imaging.pictures import (
    NONE,
    Tags,
    a_jpeg,
    a_video,
    an_exif,
    an_iptc,
    an_xmp,
    four_corners,
    saved,
    with_segment,
    with_xmp,
)

ORIGINAL, DIGITISED, CHANGED = 0x9003, 0x9004, 0x0132
OFFSET_ORIGINAL, OFFSET_CHANGED, FRACTION = 0x9011, 0x9010, 0x9291
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def local(text: str) -> datetime:
    """A wall clock."""
    return datetime.fromisoformat(text)


def facts_of(data: bytes) -> Facts:
    return read_facts(BytesIO(data), len(data), now=NOW)


def facts_of_exif(main: Tags = NONE, photo: Tags = NONE, gps: Tags = NONE) -> Facts:
    return facts_of(a_jpeg(exif=an_exif(main, photo, gps)))


def test_a_photo_says_everything_its_camera_wrote():
    facts = facts_of_exif(
        main={0x010F: "FUJIFILM", 0x0110: "X-T5", 0x013B: "Ada", 0x010E: "By the sea", 0x4746: 4},
        photo={
            ORIGINAL: "2024:05:03 14:02:11",
            FRACTION: "25",
            OFFSET_ORIGINAL: "+02:00",
            0x8827: 640,
            0x829D: 2.8,
            0x829A: 0.004,
            0x920A: 33.0,
            0xA434: "XF33mmF1.4",
        },
        gps={
            1: "N",
            2: (48.0, 8.0, 13.56),
            3: "E",
            4: (11.0, 34.0, 31.8),
            5: b"\x00",
            6: 519.0,
        },
    )

    assert facts == Facts(
        file_type="image",
        mime_type="image/jpeg",
        width=400,
        height=300,
        taken_local=local("2024-05-03T14:02:11.250000"),
        utc_offset_minutes=120,
        camera_make="FUJIFILM",
        camera_model="X-T5",
        lens_model="XF33mmF1.4",
        iso=640,
        f_number=2.8,
        exposure_seconds=0.004,
        focal_length_mm=33.0,
        latitude=48.1371,  # 48 + 8/60 + 13.56/3600
        longitude=11.5755,
        altitude=519.0,
        artist="Ada",
        description="By the sea",
        rating=4,
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_every_format_that_holds_exif_is_read(kind):
    exif = Image.Exif()
    exif.load(an_exif({0x0110: "X-T5", 274: 6}, {ORIGINAL: "2024:05:03 14:02:11"}))

    facts = facts_of(saved(four_corners(), kind, exif=exif))

    assert facts.taken_local == local("2024-05-03T14:02:11")
    assert facts.camera_model == "X-T5"
    assert (facts.width, facts.height, facts.orientation) == (300, 400, 6)


def test_a_heic_is_read_and_its_size_is_upright():
    buffer = BytesIO()
    block = an_exif({274: 6, 0x0110: "iPhone"}, {ORIGINAL: "2024:05:03 14:02:11"})
    pillow_heif.from_pillow(four_corners()).save(buffer, exif=block)

    facts = facts_of(buffer.getvalue())

    assert (facts.mime_type, facts.camera_model) == ("image/heic", "iPhone")
    assert facts.taken_local == local("2024-05-03T14:02:11")
    assert (facts.width, facts.height) == (300, 400)


@pytest.mark.parametrize(
    ("main", "photo", "expected"),
    [
        ({CHANGED: "2020:01:02 03:04:05"}, {}, local("2020-01-02T03:04:05")),
        ({}, {DIGITISED: "2019:01:02 03:04:05"}, local("2019-01-02T03:04:05")),
        ({}, {ORIGINAL: "2019-01-02T03:04:05"}, local("2019-01-02T03:04:05")),
        ({}, {ORIGINAL: "2019:01:02 03:04"}, local("2019-01-02T03:04:00")),
        ({}, {ORIGINAL: "1912:04:14 23:40:60"}, local("1912-04-14T23:40:59")),
        ({}, {ORIGINAL: "0000:00:00 00:00:00"}, None),
        ({}, {ORIGINAL: "    :  :     :  :  "}, None),
        ({}, {ORIGINAL: "2019:02:30 03:04:05"}, None),
        ({}, {ORIGINAL: "1825:02:03 03:04:05"}, None),
        ({}, {ORIGINAL: "2028:02:03 03:04:05"}, None),
        ({}, {ORIGINAL: "yesterday"}, None),
        (
            {CHANGED: "2022:01:01 00:00:00"},
            {ORIGINAL: "0000:00:00 00:00:00", DIGITISED: "2021:06:07 08:09:10"},
            local("2021-06-07T08:09:10"),
        ),
    ],
)
def test_the_best_sane_date_is_taken(main, photo, expected):
    assert facts_of_exif(main, photo).taken_local == expected


@pytest.mark.parametrize(
    ("offset", "minutes"),
    [("+05:30", 330), ("-08:00", -480), ("Z", 0), ("+0200", 120), ("+25:00", None), ("   ", None)],
)
def test_the_offset_beside_the_date_is_read(offset, minutes):
    facts = facts_of_exif(photo={ORIGINAL: "2024:05:03 14:02:11", OFFSET_ORIGINAL: offset})

    assert facts.utc_offset_minutes == minutes


@pytest.mark.parametrize(
    ("clock", "minutes"),
    [
        ((12.0, 2.0, 9.0), 120),
        ((8.0, 17.0, 30.0), 345),  # Nepal
        ((12.0, 9.0, 30.0), None),  # a fix seven minutes old says nothing
        ((99.0, 0.0, 0.0), None),
    ],
)
def test_the_offset_is_worked_out_from_the_satellites_clock(clock, minutes):
    facts = facts_of_exif(photo={ORIGINAL: "2024:05:03 14:02:11"}, gps={7: clock, 29: "2024:05:03"})

    assert facts.utc_offset_minutes == minutes


def test_the_satellites_clock_alone_dates_a_photo_in_utc():
    facts = facts_of_exif(gps={7: (12.0, 2.0, 9.0), 29: "2024:05:03"})

    assert facts.taken_local is None
    assert facts.taken_at_utc == datetime(2024, 5, 3, 12, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        ({1: "S", 2: (33.0, 51.0, 24.84), 3: "W", 4: (70.0, 30.0, 0.0)}, (-33.8569, -70.5)),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, (None, None)),
        ({1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (7.0, 0.0, 0.0)}, (None, None)),
        ({1: "N", 2: (51.0, 0.0, 0.0)}, (None, None)),
    ],
)
def test_a_place_is_checked(gps, place):
    facts = facts_of_exif(gps=gps)

    assert (facts.latitude, facts.longitude) == place


def test_below_the_sea_is_negative():
    gps = {1: "N", 2: (31.5, 0.0, 0.0), 3: "E", 4: (35.4, 0.0, 0.0), 5: b"\x01", 6: 430.0}

    assert facts_of_exif(gps=gps).altitude == -430.0


def test_xmp_fills_what_exif_leaves_open():
    packet = an_xmp(
        'xmp:Rating="3" photoshop:City="Porto" photoshop:Country="Portugal"'
        ' exif:DateTimeOriginal="2018-07-06T19:20:21+01:00"'
        ' exif:GPSLatitude="41,8.5N" exif:GPSLongitude="8,36.6W"',
        "<photoshop:State>Norte</photoshop:State>"
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Bridge</rdf:li></rdf:Alt></dc:title>'
        "<dc:description><rdf:Alt><rdf:li>At dusk</rdf:li></rdf:Alt></dc:description>"
        "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>"
        "<dc:subject><rdf:Bag><rdf:li>river</rdf:li><rdf:li>dusk</rdf:li></rdf:Bag></dc:subject>",
    )

    facts = facts_of(with_xmp(a_jpeg(), packet))

    assert facts.taken_local == local("2018-07-06T19:20:21")
    assert facts.utc_offset_minutes == 60
    assert (facts.city, facts.state, facts.country) == ("Porto", "Norte", "Portugal")
    assert (facts.title, facts.description, facts.artist) == ("Bridge", "At dusk", "Ada, Bob")
    assert facts.tags == ("river", "dusk")
    assert facts.rating == 3
    assert facts.latitude == pytest.approx(41 + 8.5 / 60)
    assert facts.longitude == pytest.approx(-8.61)


def test_xmp_in_a_png_and_in_a_tiff_is_read():
    packet = an_xmp('xmp:Rating="4" photoshop:City="Porto"')
    chunks = PngInfo()
    chunks.add_itxt("XML:com.adobe.xmp", packet.decode())
    tags = ImageFileDirectory_v2()
    tags[700] = packet

    of_png = facts_of(saved(four_corners(), "PNG", pnginfo=chunks))
    of_tiff = facts_of(saved(four_corners(), "TIFF", tiffinfo=tags))

    assert (of_png.rating, of_png.city) == (of_tiff.rating, of_tiff.city) == (4, "Porto")


def test_xmp_lends_its_offset_to_the_same_moment_in_exif():
    jpeg = a_jpeg(exif=an_exif(photo={ORIGINAL: "2018:07:06 19:20:21"}))
    packet = an_xmp('photoshop:DateCreated="2018-07-06T19:20:21.40-03:00"')

    assert facts_of(with_xmp(jpeg, packet)).utc_offset_minutes == -180


def test_xmp_with_entities_is_not_read():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + an_xmp('xmp:Rating="3" photoshop:City="&a;"')

    facts = facts_of(with_xmp(a_jpeg(), bomb))

    assert (facts.rating, facts.city) == (None, None)


def test_iptc_fills_what_is_left_in_utf_8_or_latin_1():
    block = an_iptc(
        (5, b"Br\xc3\xbccke"),
        (25, b"river"),
        (25, b"fa\xe7ade"),
        (55, b"19991231"),
        (60, b"235958-0500"),
        (80, b"Ada"),
        (90, b"K\xf6ln"),
        (101, b"Germany"),
        (120, b"An old one"),
    )

    facts = facts_of(with_segment(a_jpeg(), 0xED, block))

    assert (facts.title, facts.artist, facts.description) == ("Brücke", "Ada", "An old one")
    assert (facts.city, facts.country) == ("Köln", "Germany")
    assert facts.tags == ("river", "façade")
    assert facts.taken_local == local("1999-12-31T23:59:58")
    assert facts.utc_offset_minutes == -300


def test_exif_comes_before_xmp_and_xmp_before_iptc():
    jpeg = a_jpeg(exif=an_exif({0x013B: "of EXIF"}, {ORIGINAL: "2001:01:01 00:00:00"}))
    packet = an_xmp(
        'photoshop:City="of XMP" xmp:CreateDate="2002-01-01T00:00:00"',
        "<dc:creator><rdf:Seq><rdf:li>of XMP</rdf:li></rdf:Seq></dc:creator>",
    )
    block = an_iptc((55, b"20030101"), (80, b"of IPTC"), (90, b"of IPTC"), (5, b"of IPTC"))

    facts = facts_of(with_segment(with_xmp(jpeg, packet), 0xED, block))

    assert facts.taken_local == local("2001-01-01T00:00:00")
    assert (facts.artist, facts.city, facts.title) == ("of EXIF", "of XMP", "of IPTC")


def test_windows_own_tags_are_read_as_utf_16():
    def written(text: str) -> bytes:
        return (text + "\0").encode("utf-16-le")

    facts = facts_of_exif({0x9C9B: written("Größe"), 0x9C9E: written("sea; sun;sea")})

    assert facts.title == "Größe"
    assert facts.tags == ("sea", "sun")


@pytest.mark.parametrize(
    ("written", "rating"), [("5", 5), ("0", 0), ("-1", None), ("7", None), ("x", None)]
)
def test_a_rating_is_zero_to_five(written, rating):
    assert facts_of(with_xmp(a_jpeg(), an_xmp(f'xmp:Rating="{written}"'))).rating == rating


def test_texts_are_cleaned_and_a_cameras_standing_phrase_is_no_description():
    facts = facts_of_exif({0x010F: "  NIKON\x00\x00  ", 0x010E: "OLYMPUS DIGITAL CAMERA         "})

    assert facts.camera_make == "NIKON"
    assert facts.description is None


def test_the_name_that_ties_a_live_photo_together_is_read_from_both_halves():
    name = b"9B539AB8-A668-4FA6-9207-EB653A5E7E3C\x00"
    entry = struct.pack(">HHHII", 1, 0x0011, 2, len(name), 32)
    note = b"Apple iOS\x00\x00\x01MM" + entry + b"\x00\x00\x00\x00" + name
    video = a_video(
        seconds=0.5,
        suffix=".mov",
        tags={"com.apple.quicktime.content.identifier": name[:-1].decode()},
    )

    still = facts_of_exif(photo={0x927C: note})

    assert still.live_photo_id == facts_of(video).live_photo_id == name[:-1].decode()


def test_a_video_says_its_size_upright_and_its_duration():
    facts = facts_of(a_video(seconds=2, rotation=-90))

    assert (facts.file_type, facts.mime_type) == ("video", "video/mp4")
    assert (facts.width, facts.height) == (240, 320)
    assert facts.duration_seconds == pytest.approx(2.0, abs=0.11)


def test_a_video_with_only_a_utc_clock_has_no_wall_clock():
    facts = facts_of(a_video(tags={"creation_time": "2024-02-27T16:51:32.000000Z"}))

    assert facts.taken_local is None
    assert facts.taken_at_utc == datetime(2024, 2, 27, 16, 51, 32, tzinfo=UTC)


def test_an_iphones_video_has_wall_clock_offset_place_and_camera():
    facts = facts_of(
        a_video(
            suffix=".mov",
            tags={
                "com.apple.quicktime.creationdate": "2026-03-23T15:57:19+0100",
                "com.apple.quicktime.location.ISO6709": "+49.1989-016.6071+222.469/",
                "com.apple.quicktime.make": "Apple",
                "com.apple.quicktime.model": "iPhone 13 Pro",
            },
        )
    )

    assert facts.taken_local == local("2026-03-23T15:57:19")
    assert facts.utc_offset_minutes == 60
    assert facts.taken_at_utc is None
    assert (facts.latitude, facts.longitude, facts.altitude) == (49.1989, -16.6071, 222.469)
    assert (facts.camera_make, facts.camera_model) == ("Apple", "iPhone 13 Pro")


def test_a_video_without_a_date_or_with_its_epoch_is_undated():
    undated = facts_of(a_video())
    epoch = facts_of(a_video(tags={"creation_time": "1970-01-01T00:00:00.000000Z"}))

    assert undated.taken_at_utc is epoch.taken_at_utc is None


def test_what_is_no_picture_says_nothing():
    assert facts_of(b"Dear diary") == facts_of(b"") == Facts()


def test_a_photo_cut_short_still_says_who_took_it():
    data = a_jpeg(exif=an_exif({0x010F: "FUJIFILM"}, {ORIGINAL: "2024:05:03 14:02:11"}))

    facts = facts_of(data[:700])

    assert facts.camera_make == "FUJIFILM"
    assert facts.taken_local == local("2024-05-03T14:02:11")


@settings(max_examples=300, deadline=None)
@given(
    start=st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff\xe1\x02\x00Exif\x00\x00",
            b"\xff\xd8\xff\xe1\x02\x00Exif\x00\x00II*\x00\x08\x00\x00\x00\x05\x00",
            b"\xff\xd8\xff\xed\x01\x00Photoshop 3.0\x008BIM\x04\x04",
            b"II*\x00\x08\x00\x00\x00\x09\x00",
            b"II*\x00\x10\x00\x00\x00CR\x02\x00",
            b"FUJIFILMCCD-RAW ",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
            b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x00crx isomCMT1II*\x00\x08\x00\x00\x00\x01\x00",
            b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomisom",
            b"RIFF\x00\x01\x00\x00WEBPVP8X",
        ]
    ),
    rest=st.binary(max_size=400),
)
def test_facts_of_random_bytes_never_raise(start, rest):
    facts_of(start + rest)


@settings(max_examples=150, deadline=None)
@given(places=st.lists(st.tuples(st.integers(2, 900), st.integers(0, 255)), max_size=20))
def test_facts_of_mangled_metadata_never_raise(places):
    data = bytearray(MANGLED)
    for place, value in places:
        data[place] = value
    facts_of(bytes(data))


MANGLED = with_xmp(
    a_jpeg(
        40,
        30,
        exif=an_exif(
            {0x010F: "FUJIFILM", 274: 6},
            {ORIGINAL: "2024:05:03 14:02:11", 0x829A: 0.004, 0x8827: 640},
            {1: "N", 2: (48.0, 8.0, 13.5), 3: "E", 4: (11.0, 34.0, 31.8), 7: (1.0, 2.0, 3.0)},
        ),
    ),
    an_xmp('xmp:Rating="3"'),
)
