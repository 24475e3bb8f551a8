"""JSON Schemas of what the API answers, by the names that the table of routes uses."""

from typing import Any, get_args

from chalicelib.api.http_errors import ANSWERS
from chalicelib.errors import UndrawableReason

JsonSchema = dict[str, Any]

_TEXT: JsonSchema = {"type": "string"}
_FLAG: JsonSchema = {"type": "boolean"}
_COUNT: JsonSchema = {"type": "integer", "minimum": 0}
_NUMBER: JsonSchema = {"type": "number"}


def _said(schema: JsonSchema, description: str) -> JsonSchema:
    return {**schema, "description": description}


def _or_null(schema: JsonSchema) -> JsonSchema:
    if "enum" in schema:
        schema = {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _one_of(*words: str) -> JsonSchema:
    return {"type": "string", "enum": list(words)}


def _list(items: JsonSchema, **limits: Any) -> JsonSchema:
    return {"type": "array", "items": items, **limits}


def _object(
    properties: dict[str, JsonSchema], optional: dict[str, JsonSchema] | None = None
) -> JsonSchema:
    """An object with just these properties."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def ref(name: str) -> JsonSchema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


_ADDRESS = {"type": "string", "format": "uri-reference"}
_MOMENT = {"type": "string", "format": "date-time"}
_WALL_CLOCK = _said(
    {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}$"},
    "The place's wall clock, without a zone; null when undated.",
)
_HASH = _said(_or_null(_TEXT), "SHA-256 of the original, hex; null where it is not known.")

_REASON = _said(_one_of(*get_args(UndrawableReason)), "Why there can be no picture.")

_ITEM: dict[str, JsonSchema] = {
    "id": _TEXT,
    "local_path": _said(_TEXT, "Path inside the gallery."),
    "name": _said(_TEXT, "What a person calls it."),
    "file_type": _one_of("image", "video"),
    "width": _said(_or_null(_COUNT), "Pixels, upright; null where nobody could read them."),
    "height": _said(_or_null(_COUNT), "Pixels, upright."),
    "duration": _said(_or_null(_NUMBER), "Seconds, of a video."),
    "file_size": _said(_or_null(_COUNT), "Bytes of the original."),
    "media_date": _or_null(_WALL_CLOCK),
    "is_favorite": _FLAG,
    "thumbnail_state": _said(
        _one_of("ready", "pending", "failed", "missing"),
        "missing: it was moved in from elsewhere, and its original is still to arrive.",
    ),
    "thumbnail_url": _said(_or_null(_ADDRESS), "At most 800x600; null where there is none."),
    "small_url": _said(_or_null(_ADDRESS), "At most 320x240; null where there is none."),
    "url": _said(
        _ADDRESS, "The original; for a guest who is given none, the largest picture of it."
    ),
    "thumbhash": _said(_or_null(_TEXT), "Base64 of a ThumbHash."),
    "persons": _said(_list(_TEXT), "Ids of those whose faces it shows, at most fifty."),
}

_BIN: dict[str, JsonSchema] = {
    "deleted_at": _said(_or_null(_MOMENT), "When it went to the bin."),
    "expires_at": _said(
        _or_null(_MOMENT),
        "From when on the bin destroys it; null while nothing does, as its original is missing.",
    ),
}

_FACE_NAMES = ("name", "media_date", "thumbnail_url", "small_url")
_FAILURE_NAMES = ("id", "local_path", "name", "file_type", "file_size", "media_date", "url")

_DETAILS: dict[str, JsonSchema] = {
    **dict.fromkeys(("camera_make", "camera_model", "lens_model"), _TEXT),
    **dict.fromkeys(("iso", "orientation", "rating"), _NUMBER),
    **dict.fromkeys(("f_number", "exposure_seconds", "focal_length_mm"), _NUMBER),
    "latitude": _said(_NUMBER, "Degrees north."),
    "longitude": _said(_NUMBER, "Degrees east."),
    "altitude": _said(_NUMBER, "Metres above the sea."),
    **dict.fromkeys(("city", "state", "country"), _TEXT),
    **dict.fromkeys(("title", "artist", "description"), _TEXT),
    "tags": _list(_TEXT),
    "albums": _said(_list(_TEXT), "Of the library that it was moved in from."),
}

_FACE: dict[str, JsonSchema] = {
    "id": _TEXT,
    "person_id": _said(_or_null(_TEXT), "Null while nobody said who it is."),
    "box": _said(
        _list({"type": "integer"}, minItems=4, maxItems=4),
        "Left, top, right, bottom in pixels of `image_size`.",
    ),
    "image_size": _said(_list(_COUNT, minItems=2, maxItems=2), "Width and height."),
    "source": _said(_TEXT, "Who found it."),
    "confidence": _said(_or_null(_NUMBER), "From 0 to 1; null where the source gives none."),
}

_PARTS = _one_of("date", "title", "description")

_ASSET: dict[str, JsonSchema] = {
    **_ITEM,
    "gallery": _TEXT,
    "mime_type": _or_null(_TEXT),
    "file_hash": _HASH,
    "taken_at": _said(_or_null(_MOMENT), "The moment."),
    "utc_offset_minutes": _or_null({"type": "integer"}),
    "visibility": _one_of("timeline", "archive", "hidden", "locked"),
    **_BIN,
    "deleted_reason": _or_null(_TEXT),
    "is_damaged": _said(_FLAG, "Whether part of the file is missing."),
    "thumbnail_error": _or_null(_REASON),
    "thumbnail_error_detail": _or_null(_TEXT),
    "live_video_id": _said(_or_null(_TEXT), "The video half of a motion photo."),
    "views": _said(_list(_TEXT), "The lists that show it."),
    "faces": _list(ref("Face")),
    "corrected": _said(
        _list(_PARTS),
        "What a person said here; no file is asked for it any more.",
    ),
}

# What a result of many has beside what an item has.
_BULK_NAMES = (
    *("taken_at", "utc_offset_minutes", "visibility"),
    *("deleted_at", "deleted_reason", "expires_at", "corrected"),
)

_DAY = _object(
    {
        "day": _said(_or_null({"type": "integer", "minimum": 1, "maximum": 31}), "Of the month."),
        "count": _COUNT,
        "ratio_sum": _said(_NUMBER, "Sum of width over height."),
    }
)

_CODES = _one_of(*sorted({code for _, _, code in ANSWERS}))
_ERROR = _object(
    {"code": _said(_CODES, "Stable; for programs."), "message": _said(_TEXT, "For a person.")},
    {
        "parameter": _said(_TEXT, "Which one is wrong."),
        "reason": _REASON,
    },
)

_RETRY = _object(
    {
        "id": _TEXT,
        "status": _said(
            _one_of("queued", "unchanged"), "`unchanged` where it has its thumbnail by now."
        ),
    }
)

_OPENED_SHARE: dict[str, JsonSchema] = {
    "gallery": _said(_TEXT, "Whose photos it shows."),
    "kind": _said(_one_of("gallery", "selection"), "The whole timeline, or some photos."),
    "name": _TEXT,
    "may_download": _said(_FLAG, "Whether it gives originals and videos out."),
    "count": _said(_or_null(_COUNT), "Photos of a selection, at most."),
    "expires_at": _said(_or_null(_MOMENT), "From when on it shows nothing any more."),
}

SCHEMAS: dict[str, JsonSchema] = {
    "Item": _object(
        _ITEM,
        {"file_hash": _HASH, **_BIN},
    ),
    "MediaPage": _object(
        {
            "items": _list(ref("Item")),
            "total": _said(_COUNT, "Items of the whole list."),
            "total_is_exact": _said(_FLAG, "False while a search has not looked at everything."),
            "limit": _COUNT,
            "offset": _said(_COUNT, "Items before these."),
            "has_more": _FLAG,
            "next_cursor": _or_null(_TEXT),
            "shuffle_seed": _said(_or_null(_COUNT), "Null when newest first."),
        }
    ),
    "Day": _DAY,
    "Month": _object(
        {
            "year": _said(_or_null({"type": "integer"}), "Null for undated."),
            "month": _or_null({"type": "integer", "minimum": 1, "maximum": 12}),
            "count": _COUNT,
            "revision": _said(_COUNT, "Moves when the month's content changes."),
        },
        {"days": _list(ref("Day"))},
    ),
    "Months": _list(ref("Month")),
    "Bucket": _object(
        {
            "month": _TEXT,
            "revision": _COUNT,
            "part": _COUNT,
            "parts": {"type": "integer", "minimum": 1},
            "total": _said(_COUNT, "Items of the whole month."),
            "columns": _object(
                {name: _list(_ITEM[name]) for name in _ITEM if name != "persons"},
                {
                    "persons": _said(_list(_ITEM["persons"]), "Absent where nobody is shown."),
                    **{name: _list(schema) for name, schema in _BIN.items()},
                },
            ),
        }
    ),
    "Stats": _object(
        {
            "total": _COUNT,
            "images": _COUNT,
            "videos": _COUNT,
            "bytes": _said(_COUNT, "Of the originals."),
            "bin": _said(_COUNT, "Assets in the bin; not in the other numbers."),
            "bin_days": _said(_COUNT, "For how many days the bin keeps what is put there."),
            "failed": _said(_COUNT, "Photos that can't be drawn; see failures."),
            "without_thumbnail": _said(_COUNT, "Of these, and of those that wait for theirs."),
            "without_original": _said(_COUNT, "Moved in, with the originals still to arrive."),
        }
    ),
    "Person": _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "faces": _COUNT,
            "assets": _COUNT,
            "is_favorite": _FLAG,
            "is_hidden": _FLAG,
            "thumbnail_url": _or_null(_ADDRESS),
            "created_at": _or_null(_MOMENT),
        }
    ),
    "Persons": _list(ref("Person")),
    "Face": _object(_FACE),
    "FoundFace": _object(
        {
            **_FACE,
            "asset_id": _said(_TEXT, "What shows it."),
            **{name: _ITEM[name] for name in _FACE_NAMES},
        }
    ),
    "FacePage": _object(
        {
            "items": _list(ref("FoundFace")),
            "total": _said(_COUNT, "Photos and videos that show the person."),
            "limit": _COUNT,
            "has_more": _FLAG,
            "next_cursor": _or_null(_TEXT),
        }
    ),
    "Merge": _object(
        {
            "person": ref("Person"),
            "remaining": _said(_COUNT, "Photos and videos that are still to follow."),
        }
    ),
    "Asset": _object(_ASSET, _DETAILS),
    "BulkAsset": _said(
        _object({**_ITEM, **{name: _ASSET[name] for name in _BULK_NAMES}}),
        "An asset without its texts, faces and lists, which may be long.",
    ),
    "BulkResult": {
        "oneOf": [
            _object(
                {
                    "id": _TEXT,
                    "status": {"const": "ok"},
                    "asset": {"oneOf": [ref("BulkAsset"), {"type": "null"}]},
                    "newly_corrected": _said(
                        _list(_PARTS), "What a person said by this, of what nobody had said before."
                    ),
                }
            ),
            _object({"id": _TEXT, "status": {"const": "error"}, "error": ref("ErrorDetail")}),
        ]
    },
    "BulkResults": _object({"results": _list(ref("BulkResult"))}),
    "EmptiedBin": _object(
        {
            "purged": _said(_COUNT, "How many are gone for good."),
            "failed": _list(_object({"id": _TEXT, "error": ref("ErrorDetail")})),
            "remaining": _said(_COUNT, "How many are still in the bin."),
        }
    ),
    "Failure": _object(
        {
            **{name: _ITEM[name] for name in _FAILURE_NAMES},
            "reason": _REASON,
            "detail": _said(_TEXT, "The same in a sentence."),
            "attempts": _said(
                _or_null(_COUNT), "Of those that time or memory ended; null for other reasons."
            ),
            "is_final": _said(_FLAG, "Whether it is tried again only when somebody asks for it."),
            "updated_at": _said(_or_null(_MOMENT), "When its row last changed; it failed by then."),
        }
    ),
    "FailurePage": _object(
        {
            "items": _list(ref("Failure")),
            "total": _said(_COUNT, "Of the whole list."),
            "pending": _said(
                _COUNT, "Photos of the timeline that have neither a thumbnail nor a reason yet."
            ),
            "limit": _COUNT,
            "has_more": _FLAG,
            "next_cursor": _or_null(_TEXT),
        }
    ),
    "Retry": _RETRY,
    "RetryResult": {
        "oneOf": [
            _RETRY,
            _object({"id": _TEXT, "status": {"const": "error"}, "error": ref("ErrorDetail")}),
        ]
    },
    "RetryResults": _object({"results": _list(ref("RetryResult"))}),
    "UploadTicket": {
        "oneOf": [
            _object(
                {
                    "id": _TEXT,
                    "duplicate": {"const": True},
                    "restored": _said(_FLAG, "Whether it was in the bin, and came back by this."),
                    "asset": ref("Asset"),
                }
            ),
            _object({"id": _TEXT, "duplicate": {"const": False}, "form": ref("UploadForm")}),
            _object({"id": _TEXT, "duplicate": {"const": False}, "parts": ref("UploadParts")}),
        ]
    },
    "UploadParts": _object(
        {
            "part_bytes": _said(_COUNT, "Length of each part but the last."),
            "count": _said(_COUNT, "Of how many the file is made."),
            "upload_id": _said(_TEXT, "Empty where the whole file is in the bucket by now."),
            "done": _said(
                _list(_object({"number": _COUNT, "size_bytes": _COUNT})), "Those that are there."
            ),
            "urls": _said(
                _list(
                    _object(
                        {
                            "number": _said(_COUNT, "From 1."),
                            "url": _said(_TEXT, "Where to PUT it."),
                            "headers": _said(
                                {"type": "object", "additionalProperties": _TEXT},
                                "To be sent with it.",
                            ),
                        }
                    ),
                    maxItems=100,
                ),
                "Of the first that are missing; ask again once they were sent.",
            ),
        }
    ),
    "CompletedUpload": _object(
        {
            "id": _said(_TEXT, "The asset's; its row is made within seconds."),
            "status": _said(
                _one_of("completed", "there"), "`there`: it was in the bucket already."
            ),
        }
    ),
    "UploadForm": _object(
        {
            "url": _said(_TEXT, "Where to POST, as multipart/form-data."),
            "fields": _said(
                {"type": "object", "additionalProperties": _TEXT},
                "To send before the field `file`.",
            ),
        }
    ),
    "SignIn": _object(
        {
            "state": _said(
                _one_of("signed_in", "new_password"),
                "`new_password`: the one that was given is for once; send `session` and their own.",
            ),
            "session": _said(_or_null(_TEXT), "To be sent back with the new password."),
        }
    ),
    "Session": _object(
        {
            "kind": _one_of("owner", "guest"),
            "id": _said(_or_null(_TEXT), "An owner's."),
            "email": _said(_or_null(_TEXT), "An owner's."),
            "galleries": _list(
                _object({"id": _TEXT, "name": _TEXT, "role": _one_of("owner", "guest")})
            ),
            "share": _said({"oneOf": [ref("OpenedShare"), {"type": "null"}]}, "A guest's link."),
            "expires_at": _said(
                _or_null(_MOMENT), "Until when, unless the session is refreshed; null for ever."
            ),
        }
    ),
    "OpenedShare": _object(_OPENED_SHARE),
    "Share": _object(
        {
            "id": _said(_TEXT, "What the link ends with: whoever knows it has the link."),
            **_OPENED_SHARE,
            "is_open": _said(_FLAG, "Whether it shows anything now."),
            "has_password": _FLAG,
            "revoked_at": _or_null(_MOMENT),
            "created_at": _MOMENT,
            "created_by": _said(_TEXT, "The id of the owner who made it."),
            "views": _said(_COUNT, "How often it was opened."),
            "seen_at": _said(_or_null(_MOMENT), "When it was last opened."),
        }
    ),
    "Shares": _list(ref("Share")),
    "Gallery": _object(
        {
            "id": _said(_TEXT, "What `gallery` means everywhere else."),
            "name": _TEXT,
            "owners": _list(_object({"id": _TEXT, "email": _TEXT})),
        }
    ),
    "Galleries": _list(ref("Gallery")),
    "ErrorDetail": _ERROR,
    "Error": _object({"error": ref("ErrorDetail")}),
    "OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
}
