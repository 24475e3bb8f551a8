"""When a picture was taken, out of all the dates a file carries."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.imaging import iptc
from chalicelib.imaging.blocks import Blocks
from chalicelib.imaging.exif import Exif
from chalicelib.imaging.gps import offset_by_satellite, satellite_time
from chalicelib.imaging.text import Moment, clean, parse_moment, parse_offset

_CHANGED, _CHANGED_OFFSET = 0x0132, 0x9010
# Date, its fraction of a second, its offset: when taken, when digitised.
_PHOTO_DATES = ((0x9003, 0x9291, 0x9011), (0x9004, 0x9292, 0x9012))
_XMP_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")


def read_moment(blocks: Blocks, last_year: int) -> tuple[Moment | None, datetime | None]:
    """The wall clock with its offset, and the satellites' time.

    EXIF's date of taking comes before XMP's and IPTC's; the date of the last change is
    better than none. An offset that isn't written beside the date is worked out from
    the same moment in XMP, or from the satellites.

    Returns:
        (moment, UTC of the satellites); each None when unknown.
    """
    utc = satellite_time(blocks.exif.gps, last_year)
    moment = next(_candidates(blocks, last_year), None)
    if moment is None or moment.utc_offset_minutes is not None:
        return moment, utc
    offset = _offset_of_twin(moment, blocks, last_year)
    if offset is None:
        offset = offset_by_satellite(moment, utc)
    return Moment(moment.local, offset), utc


def _candidates(blocks: Blocks, last_year: int) -> Iterator[Moment]:
    changed = _of_exif(blocks.exif, None, last_year)
    for found in (
        *(_of_exif(blocks.exif, tags, last_year) for tags in _PHOTO_DATES),
        *_of_xmp(blocks, last_year),
        _of_iptc(blocks.iptc, last_year),
        changed,
    ):
        if found is not None:
            yield found


def _of_exif(exif: Exif, tags: tuple[int, int, int] | None, last_year: int) -> Moment | None:
    if tags is None:
        text, fraction, offset = clean(exif.main.get(_CHANGED)), None, _CHANGED_OFFSET
    else:
        text, fraction = clean(exif.photo.get(tags[0])), clean(exif.photo.get(tags[1]))
        offset = tags[2]
    if text and fraction and fraction.isdigit() and "." not in text:
        text = f"{text}.{fraction[:9]}"
    moment = parse_moment(text, last_year)
    if moment is None or moment.utc_offset_minutes is not None:
        return moment
    written = parse_offset(exif.photo.get(offset))
    # The last change's offset is the camera's too: many write only this one.
    return Moment(
        moment.local,
        parse_offset(exif.photo.get(_CHANGED_OFFSET)) if written is None else written,
    )


def _of_xmp(blocks: Blocks, last_year: int) -> Iterator[Moment | None]:
    for name in _XMP_DATES:
        yield parse_moment(next(iter(blocks.xmp.get(name, ())), None), last_year)


def _of_iptc(values: iptc.Iptc, last_year: int) -> Moment | None:
    date = clean(next(iter(values.get(iptc.DATE_CREATED, ())), None)) or ""
    time = clean(next(iter(values.get(iptc.TIME_CREATED, ())), None)) or ""
    if len(date) != 8 or not date.isdigit():
        return None
    day = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    if len(time) >= 6 and time[:6].isdigit():
        return parse_moment(f"{day}T{time[:2]}:{time[2:4]}:{time[4:6]}{time[6:]}", last_year)
    return parse_moment(day, last_year)


def _offset_of_twin(moment: Moment, blocks: Blocks, last_year: int) -> int | None:
    """The offset that XMP or IPTC writes beside the same wall clock."""
    for twin in (*_of_xmp(blocks, last_year), _of_iptc(blocks.iptc, last_year)):
        is_same = twin and twin.local.replace(microsecond=0) == moment.local.replace(microsecond=0)
        if twin and is_same and twin.utc_offset_minutes is not None:
            return twin.utc_offset_minutes
    return None
