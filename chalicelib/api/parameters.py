"""Every parameter and field of the API, once.

What the domain limits is written here in plain numbers and words: this is loaded at each cold
start, the domain only where a request needs it. A test holds the two together.
"""

from dataclasses import replace

from chalicelib.api.route import Parameter
from chalicelib.api.values import (
    Choice,
    Day,
    Flag,
    OrNull,
    Pattern,
    Text,
    Texts,
    WallClock,
    Whole,
)

# What numbers of JavaScript hold exactly.
MAX_SAFE = 2**53 - 1
MAX_LIMIT = 500
MAX_SHUFFLED_LIMIT = 100
# No zone is further from UTC, in minutes: https://www.iana.org/time-zones
MAX_OFFSET = 15 * 60
# From the year 1 to 9999, in seconds.
MAX_SHIFT = 320_000_000_000
GALLERY_ID = Pattern("[a-z0-9-]{1,40}", "1 to 40 of a-z, 0-9 and -")
_VISIBILITY = Choice(("timeline", "archive", "hidden", "locked"))
_ID = "9f86d081884c7d659a2feaa0c55ad015"
_BINNED_ID = "b94d27b9934d3e08a52e52d7da7dabfa"

GALLERY = Parameter("gallery", GALLERY_ID, "Which gallery.", "main", "main")
ID = Parameter("id", Text(), "The asset's id.", _ID)
BINNED_ID = Parameter("id", Text(), "The id of an asset in the bin.", _BINNED_ID)

# --- which entries of which list ---------------------------------------------------------

VIEW = Parameter(
    "view",
    Choice(("all", "bin", "fav", "archive", "hidden", "locked", "failed")),
    "Which list: the timeline, the bin, favourites, what was put aside, or what can't be drawn.",
    "bin",
    "all",
)
PERSON_ID = Parameter(
    "person_id",
    Text(1, 128),
    "Only what shows this person.",
    "5b3c1f4e-6a0d-4f55-9a53-0d1e6b7c8f90",
    only_with=("view", "all"),
)
CONTENT_TYPE = Parameter(
    "content_type", Choice(("image", "video")), "Only images or only videos.", "video"
)
DATE_FROM = Parameter(
    "date_from",
    Day(),
    "First local day; in the bin, of deletion. Undated assets are on no day.",
    "2024-05-01",
)
DATE_TO = Parameter(
    "date_to", Day(), "Last local day, inclusive; not before `date_from`.", "2024-05-31"
)
SEARCH = Parameter(
    "search", Text(1, 200), "Part of the file's name, in any case and with any accents.", "lake"
)
LIST = (VIEW, GALLERY, PERSON_ID)
FILTER = (*LIST, CONTENT_TYPE, DATE_FROM, DATE_TO)

# --- which part of it ----------------------------------------------------------------------

LIMIT = Parameter(
    "limit",
    Whole(1, MAX_LIMIT),
    f"At most so many items; of a shuffle up to {MAX_SHUFFLED_LIMIT}.",
    50,
    100,
)
OFFSET = Parameter(
    "offset", Whole(0, 10**9), "So many items are left out.", 1, 0, not_with="cursor"
)
CURSOR = Parameter(
    "cursor",
    Text(1, 8000),
    "Goes on where the page that gave it as `next_cursor` ended. Only `limit`, `fields` and, of "
    "a shuffle, leaving out `shuffle_seed` may differ from that page's parameters.",
    "NGU0OWI3NDI5YmM5MWI4MVsxLFsiMjAyNC0wNS0zMVQxODo0NTowMC4wMDAiLCJ6Il0sMCxudWxsLG51bGwsbnVsbF0",
)
SHUFFLE = Parameter("shuffle", Flag(), "In a random order, every item once.", True, False)
SHUFFLE_SEED = Parameter(
    "shuffle_seed",
    Whole(0, MAX_SAFE),
    "Decides the order; the server picks one where it isn't given.",
    42,
    only_with=("shuffle", True),
)
FIELDS = Parameter("fields", Choice(("all",)), "Items also have `file_hash`.", "all")
MEDIA = (*FILTER, SEARCH, LIMIT, OFFSET, CURSOR, SHUFFLE, SHUFFLE_SEED, FIELDS)

FAILURES_LIMIT = Parameter("limit", Whole(1, MAX_LIMIT), "At most so many items.", 50, 100)
FAILURES_CURSOR = Parameter(
    "cursor",
    Text(1, 8000),
    "Goes on where the page that gave it as `next_cursor` ended.",
    "ZWViNDZiMzQ3YzM3MjlmY1sxLFsiMjAyNC0wNS0zMVQxODo0NTowMC4wMDAiLCJ6Il0sMCxudWxsLG51bGwsbnVsbF0",
)
FAILURES = (GALLERY, FAILURES_LIMIT, FAILURES_CURSOR)

BY = Parameter(
    "by", Choice(("month", "day")), "Whether months come with their days.", "day", "month"
)
MONTH = Parameter(
    "month",
    Pattern("(?!0000)[0-9]{4}-(0[1-9]|1[0-2])|undated", "a month such as 2024-05, or undated"),
    "Which month of the list; `undated` for what has no date.",
    "2024-05",
)
PART = Parameter(
    "part", Whole(0, 10**6), "Which part, from 0; the answer says how many there are.", 0, 0
)
REVISION = Parameter(
    "revision",
    Whole(0, MAX_SAFE),
    "The revision that date-range told: while it is the month's, the answer may be kept for ever.",
    1,
)
HIDDEN = Parameter("hidden", Flag(), "Hidden persons too.", True, False)
PERSON = Parameter("id", PERSON_ID.kind, "The person's id.", PERSON_ID.example)
FACES_LIMIT = Parameter(
    "limit", Whole(1, 100), "So many photos at most are looked at for faces.", 20, 50
)
FACES_CURSOR = Parameter(
    "cursor",
    Text(1, 8000),
    "Goes on where the page that gave it as `next_cursor` ended.",
    "ODY5ZjI5OGI2NjMwNzY2OVsxLFsiMjAyNC0wNS0zMVQxODo0NTowMC4wMDAiLCJ6Il0sMCxudWxsLG51bGwsbnVsbF0",
)
FACES = (PERSON, GALLERY, FACES_LIMIT, FACES_CURSOR)
SIZE = Parameter(
    "size",
    Choice(("small", "medium", "large")),
    "The box it fits into: 320x240, 800x600 or 2048x1536 pixels.",
    "small",
    "medium",
)
PATH = Parameter("path", Text(), "An item's `local_path`.", f"{_ID}.jpg", is_required=True)

# --- fields of bodies ------------------------------------------------------------------------

NAME = Parameter("name", Text(1, 200), "What the person is called.", "Grandma Ann")
IS_FAVORITE = Parameter("is_favorite", Flag(), "Whether to show the person before others.", True)
IS_HIDDEN = Parameter("is_hidden", Flag(), "Whether lists of persons leave this one out.", True)
CHANGED_PERSON = (GALLERY, NAME, IS_FAVORITE, IS_HIDDEN)
INTO = Parameter(
    "into",
    PERSON_ID.kind,
    "The id of the person who stays, with name and all.",
    "0c2f6f0a-7a53-4e0e-9d4b-3c1c8a4f7e21",
    is_required=True,
)
VISIBILITY = Parameter(
    "visibility",
    _VISIBILITY,
    "Where it is shown: in the timeline, or in the list of this name only.",
    "archive",
    is_required=True,
)
ACTION = Parameter(
    "action",
    Choice(
        (
            *("favorite", "unfavorite", "delete", "restore", "set_visibility", "purge"),
            *("shift_date", "set_date", "set_dates", "set_description", "uncorrect"),
        )
    ),
    "What to do with each.",
    "favorite",
    is_required=True,
)
_MAX_IDS = 500
_IDS = Texts(Text(1, 2048), _MAX_IDS)
IDS = Parameter(
    "ids",
    _IDS,
    "The assets' ids; of a purge at most 100.",
    [_ID, "0000"],
    is_required=True,
)
RETRY_IDS = Parameter("ids", _IDS, "The assets' ids.", [_ID, "0000"], is_required=True)
BULK_VISIBILITY = Parameter(
    "visibility",
    _VISIBILITY,
    "Where they are shown.",
    "hidden",
    is_required=True,
    only_with=("action", "set_visibility"),
)
_LOCAL = OrNull(WallClock())
MEDIA_DATE = Parameter(
    "media_date",
    _LOCAL,
    "What a clock on the wall showed; null for undated, which takes the offset along.",
    "2024-05-17T09:30:00",
)
UTC_OFFSET = Parameter(
    "utc_offset_minutes",
    OrNull(Whole(-MAX_OFFSET, MAX_OFFSET)),
    "By how much that clock was ahead of UTC; null where nobody knows: the gallery's zone then.",
    120,
)
TITLE = Parameter("title", OrNull(Text(0, 1000)), "Its title; null for none.", "The lake")
DESCRIPTION = Parameter(
    "description",
    OrNull(Text(0, 10_000)),
    "What is to be said about it; null for nothing.",
    "The first swim of the year.",
)
UNCORRECT = Parameter(
    "uncorrect",
    Texts(Choice(("date", "title", "description")), 3),
    "What is no person's word any more: files and imports may say otherwise again.",
    ["title"],
)
DETAILS = (MEDIA_DATE, UTC_OFFSET, TITLE, DESCRIPTION, UNCORRECT)
SECONDS = Parameter(
    "seconds",
    Whole(-MAX_SHIFT, MAX_SHIFT),
    "By how much each was taken later than it says; negative for earlier.",
    3600,
    is_required=True,
    only_with=("action", "shift_date"),
)
SHIFT_ID = Parameter(
    "shift_id",
    Text(1, 64),
    "Any text, a new one for each shift: a photo that took it in is not moved by it again.",
    "5f0c7d2e",
    only_with=("action", "shift_date"),
)
BULK_DATE = replace(MEDIA_DATE, is_required=True, only_with=("action", "set_date"))
BULK_OFFSET = replace(UTC_OFFSET, only_with=("action", "set_date"))
MEDIA_DATES = Parameter(
    "media_dates",
    Texts(_LOCAL, _MAX_IDS, has_twins=True),
    "A date for each of `ids`, in their order; null for undated, which takes the offset along.",
    [MEDIA_DATE.example, None],
    is_required=True,
    only_with=("action", "set_dates"),
)
BULK_DESCRIPTION = replace(DESCRIPTION, is_required=True, only_with=("action", "set_description"))
BULK_UNCORRECT = replace(UNCORRECT, is_required=True, only_with=("action", "uncorrect"))
BULK = (
    *(ACTION, IDS, BULK_VISIBILITY, SECONDS, SHIFT_ID),
    *(BULK_DATE, BULK_OFFSET, MEDIA_DATES, BULK_DESCRIPTION, BULK_UNCORRECT),
)

FILENAME = Parameter(
    "filename", Text(1, 255), "What the file is called.", "Grüße vom See.jpg", is_required=True
)
SIZE_BYTES = Parameter(
    "size_bytes", Whole(1, 50_000_000_000), "Its exact length.", 3_145_728, is_required=True
)
_SHA256 = Pattern("[0-9a-f]{64}", "64 lowercase hex digits")
SHA256 = Parameter(
    "sha256",
    _SHA256,
    "Of its bytes.",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    is_required=True,
)
MEDIA_TYPE = Parameter(
    "content_type",
    Pattern("[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}", "a media type, such as image/jpeg"),
    "Its media type.",
    "image/jpeg",
    "application/octet-stream",
)
PART_SHA256 = Parameter(
    "part_sha256",
    Texts(_SHA256, 10_000, has_twins=True),
    "The same of each part of 16,777,216 bytes, in order; needed for a file that is longer.",
    [SHA256.example],
)
UPLOAD = (GALLERY, FILENAME, SIZE_BYTES, SHA256, MEDIA_TYPE, PART_SHA256)
UPLOAD_ID = Parameter(
    "upload_id",
    Pattern("[A-Za-z0-9._~+/=-]{0,1024}", "an upload's id"),
    "As the start of the upload told it.",
    "VXBsb2FkIElE",
    is_required=True,
)
NEW_ID = replace(ID, kind=Pattern("[0-9a-f]{32}", "32 lowercase hex digits"))
COMPLETE = (GALLERY, FILENAME, SIZE_BYTES, UPLOAD_ID)
