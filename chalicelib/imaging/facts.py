"""What a file says about itself, in the gallery's words, whoever wrote it there."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Literal

from chalicelib.errors import UndrawableError
from chalicelib.imaging import exif, iptc
from chalicelib.imaging.blocks import Blocks, read_blocks
from chalicelib.imaging.dates import read_moment
from chalicelib.imaging.gps import position_of_exif, position_of_xmp, tagged_position
from chalicelib.imaging.jpeg_header import read_beginning
from chalicelib.imaging.limits import MAX_FILE_BYTES
from chalicelib.imaging.sniff import Format, sniff_file
from chalicelib.imaging.text import Moment, clean, clean_utf16, number, parse_moment
from chalicelib.imaging.video import Clip, read_clip

_MAX_TAGS = 200
_MAX_TAG_CHARACTERS = 200
_LOCAL_DATES = ("com.apple.quicktime.creationdate", "date", "date_recorded")
_BEGINNING_BYTES = 16 << 20
_EPOCHS = (datetime(1904, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))
# What cameras write into every picture.
_EMPTY_DESCRIPTIONS = {"OLYMPUS DIGITAL CAMERA", "SONY DSC", "DIGITAL CAMERA", "default"}

_MODEL, _DESCRIPTION, _ARTIST = 0x0110, 0x010E, 0x013B
_RATING, _XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_KEYWORDS = 0x4746, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E
_EXPOSURE, _F_NUMBER, _ISO, _FOCAL_LENGTH, _LENS = 0x829A, 0x829D, 0x8827, 0x920A, 0xA434
_LONG_ISO = (0x8832, 0x8831, 0x8833)
_ISO_TOO_LARGE = 65535  # what a short integer can't say stands in another tag
_SHUTTER_SPEED, _APERTURE = 0x9201, 0x9202


@dataclass(frozen=True)
class Facts:
    """What EXIF, IPTC, XMP or a video's tags say; None where they say nothing usable.

    Attributes:
        file_type: None when the file is nothing the gallery draws.
        mime_type: By content.
        width: Pixels, upright.
        height: Pixels, upright.
        duration_seconds: Of a video.
        taken_local: The camera's wall clock, naive.
        utc_offset_minutes: Of the wall clock, east positive.
        taken_at_utc: The moment, aware, where only UTC is known; then `taken_local` is None.
        camera_make: As the camera writes it.
        camera_model: As the camera writes it.
        lens_model: As the camera writes it.
        iso: Sensitivity.
        f_number: Aperture.
        exposure_seconds: Exposure time.
        focal_length_mm: Of the lens, not its 35 mm equivalent.
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        altitude: Metres above the sea.
        city: As written by a person or a program.
        state: As written by a person or a program.
        country: As written by a person or a program.
        title: Short.
        artist: Several are joined by commas.
        description: May have several lines.
        rating: 0 to 5.
        tags: In their order, each once.
        orientation: EXIF's, 1 to 8, of the stored pixels; 1 when not said.
        live_photo_id: What the still and the video of an Apple Live Photo share.
    """

    file_type: Literal["image", "video"] | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    taken_local: datetime | None = None
    utc_offset_minutes: int | None = None
    taken_at_utc: datetime | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    lens_model: str | None = None
    iso: int | None = None
    f_number: float | None = None
    exposure_seconds: float | None = None
    focal_length_mm: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    title: str | None = None
    artist: str | None = None
    description: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = field(default=())
    orientation: int = 1
    live_photo_id: str | None = None


def read_facts(file: BinaryIO, size_bytes: int, now: datetime | None = None) -> Facts:
    """Read what a file says about itself; broken metadata give what could be read of them.

    EXIF comes before XMP, XMP before IPTC.

    Args:
        file: Seekable; a JPEG's beginning is read, a video where needed, others whole. What
            `file` itself raises comes through as it is.
        size_bytes: Of the file.
        now: Dates after next year are nonsense.

    Raises:
        ImportError: The reader of this format is not part of this deployment.
    """
    last_year = (now or datetime.now(UTC)).year + 1
    found = sniff_file(file) if size_bytes > 0 else None
    if found is None:
        return Facts()
    file.seek(0)
    if found.kind == "video":
        return _of_video(file, found, last_year)
    if found.name == "jpeg":
        data = read_beginning(file)
    else:
        data = file.read() if size_bytes <= MAX_FILE_BYTES else file.read(_BEGINNING_BYTES)
    return _of_blocks(read_blocks(data, found), found, last_year)


def _of_blocks(blocks: Blocks, found: Format, last_year: int) -> Facts:
    main, photo, xmp, captions = blocks.exif.main, blocks.exif.photo, blocks.xmp, blocks.iptc

    def from_xmp(*names: str) -> str | None:
        return _first(clean(value) for name in names for value in xmp.get(name, ()))

    def from_iptc(dataset: int) -> str | None:
        return _first(clean(value) for value in captions.get(dataset, ()))

    def joined(values: Iterable[object]) -> str | None:
        return clean(", ".join(filter(None, map(clean, values))))

    moment, satellite = read_moment(blocks, last_year)
    position = position_of_exif(blocks.exif.gps) or position_of_xmp(xmp)
    return Facts(
        file_type="image",
        mime_type=found.mime_type,
        width=blocks.width,
        height=blocks.height,
        taken_local=moment.local if moment else None,
        utc_offset_minutes=moment.utc_offset_minutes if moment else None,
        taken_at_utc=satellite.replace(tzinfo=UTC) if satellite and not moment else None,
        camera_make=clean(main.get(exif.MAKE)) or from_xmp("tiff:Make"),
        camera_model=clean(main.get(_MODEL)) or from_xmp("tiff:Model"),
        lens_model=clean(photo.get(_LENS)) or from_xmp("exifEX:LensModel", "aux:Lens"),
        iso=_iso(photo)
        or _whole(from_xmp("exif:ISOSpeedRatings", "exifEX:PhotographicSensitivity")),
        f_number=_positive(photo.get(_F_NUMBER))
        or _f_number_of_aperture(photo.get(_APERTURE))
        or _positive(from_xmp("exif:FNumber")),
        exposure_seconds=_positive(photo.get(_EXPOSURE))
        or _seconds_of_speed(photo.get(_SHUTTER_SPEED))
        or _positive(from_xmp("exif:ExposureTime")),
        focal_length_mm=_positive(photo.get(_FOCAL_LENGTH))
        or _positive(from_xmp("exif:FocalLength")),
        latitude=position.latitude if position else None,
        longitude=position.longitude if position else None,
        altitude=position.altitude if position else None,
        city=from_xmp("photoshop:City") or from_iptc(iptc.CITY),
        state=from_xmp("photoshop:State") or from_iptc(iptc.STATE),
        country=from_xmp("photoshop:Country") or from_iptc(iptc.COUNTRY),
        title=clean_utf16(main.get(_XP_TITLE)) or from_xmp("dc:title") or from_iptc(iptc.TITLE),
        artist=clean(main.get(_ARTIST))
        or clean_utf16(main.get(_XP_AUTHOR))
        or joined(xmp.get("dc:creator", ()))
        or joined(captions.get(iptc.ARTIST, ())),
        description=_description(main.get(_DESCRIPTION))
        or clean_utf16(main.get(_XP_COMMENT))
        or _description(from_xmp("dc:description"))
        or from_iptc(iptc.CAPTION),
        rating=_rating(main.get(_RATING), from_xmp("xmp:Rating")),
        tags=_tags(
            (clean_utf16(main.get(_XP_KEYWORDS)) or "").split(";"),
            xmp.get("dc:subject", ()),
            captions.get(iptc.KEYWORD, ()),
        ),
        orientation=blocks.exif.orientation,
        live_photo_id=exif.apple_content_identifier(photo.get(exif.MAKER_NOTE)),
    )


def _of_video(file: BinaryIO, found: Format, last_year: int) -> Facts:
    try:
        clip = read_clip(file, found.name)
    except UndrawableError:
        return Facts(file_type="video", mime_type=found.mime_type)
    moment, utc = _moment_of_clip(clip, last_year)
    position = tagged_position(clip.tags)

    def tag(*names: str) -> str | None:
        return _first(
            clean(clip.tags.get(prefix + name))
            for name in names
            for prefix in ("com.apple.quicktime.", "com.android.", "")
        )

    return Facts(
        file_type="video",
        mime_type=found.mime_type,
        width=clip.width,
        height=clip.height,
        duration_seconds=clip.duration_seconds,
        taken_local=moment.local if moment else None,
        utc_offset_minutes=moment.utc_offset_minutes if moment else None,
        taken_at_utc=utc if moment is None else None,
        camera_make=tag("make", "manufacturer"),
        camera_model=tag("model"),
        latitude=position.latitude if position else None,
        longitude=position.longitude if position else None,
        altitude=position.altitude if position else None,
        title=tag("title"),
        artist=tag("artist", "author"),
        description=tag("description", "comment"),
        rating=_rating(tag("rating.user")),
        tags=_tags((tag("keywords") or "").split(",")),
        live_photo_id=tag("content.identifier"),
    )


def _moment_of_clip(clip: Clip, last_year: int) -> tuple[Moment | None, datetime | None]:
    """The wall clock where a tag has it, else the container's UTC."""
    for name in _LOCAL_DATES:
        text = clip.tags.get(name, "")
        moment = parse_moment(text, last_year)
        # A day alone says less than the container's clock, and Z is no wall clock.
        if moment is not None and ":" in text and not text.endswith("Z"):
            return moment, None
    for name in ("creation_time", *_LOCAL_DATES):
        moment = parse_moment(clip.tags.get(name), last_year)
        utc = moment.local.replace(tzinfo=UTC) if moment else None
        if utc is not None and utc not in _EPOCHS:
            return None, utc
    return None, None


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)


def _positive(value: object) -> float | None:
    found = number(value)
    return found if found is not None and 0 < found < 1e6 else None


def _whole(value: object) -> int | None:
    found = _positive(value)
    return round(found) or None if found else None


def _iso(photo: exif.Directory) -> int | None:
    found = _whole(photo.get(_ISO))
    if found != _ISO_TOO_LARGE:
        return found
    return next(filter(None, (_whole(photo.get(tag)) for tag in _LONG_ISO)), found)


def _f_number_of_aperture(value: object) -> float | None:
    """APEX: the f-number is the square root of 2 to this power."""
    apex = number(value)
    return round(math.sqrt(2) ** apex, 1) if apex is not None and 0 < apex < 20 else None


def _seconds_of_speed(value: object) -> float | None:
    """APEX: the exposure is 1 over 2 to this power."""
    apex = number(value)
    return 2**-apex if apex is not None and -15 < apex < 20 else None


def _description(value: object) -> str | None:
    text = clean(value)
    return None if text in _EMPTY_DESCRIPTIONS else text


def _rating(*values: object) -> int | None:
    """The first that is 0 to 5; -1 is how XMP says rejected."""
    for value in values:
        found = number(value)
        if found is not None and 0 <= found <= 5:
            return round(found)
    return None


def _tags(*lists: Iterable[object]) -> tuple[str, ...]:
    cleaned = ((clean(tag) or "")[:_MAX_TAG_CHARACTERS] for tags in lists for tag in tags)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))[:_MAX_TAGS]
