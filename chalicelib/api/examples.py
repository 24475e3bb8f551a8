"""An example of everything that the API answers, by the name of its schema."""

from typing import Any

from chalicelib.api.parameters import (
    CURSOR,
    FACES_CURSOR,
    FAILURES_CURSOR,
    ID,
    INTO,
    PERSON_ID,
    SHA256,
)
from chalicelib.api.session_parameters import EMAIL, OWNER, SHARE

_NAME = ID.example

_ITEM = {
    "id": _NAME,
    "local_path": f"{_NAME}.jpg",
    "name": "Lake.jpg",
    "file_type": "image",
    "width": 4032,
    "height": 3024,
    "duration": None,
    "file_size": 3_145_728,
    "media_date": "2024-05-17T09:30:00.000",
    "is_favorite": False,
    "thumbnail_state": "ready",
    "thumbnail_url": f"/photos/main/{_NAME}_thumb.jpg",
    "small_url": f"/photos/main/.small/{_NAME}.jpg.jpg",
    "url": f"/photos/main/{_NAME}.jpg",
    "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
    "persons": [PERSON_ID.example],
}

_FACE = {
    "id": "7d1a",
    "person_id": PERSON_ID.example,
    "box": [120, 80, 260, 250],
    "image_size": [1440, 1080],
    "source": "machine-learning",
    "confidence": None,
}

_BULK_ASSET = {
    **_ITEM,
    "taken_at": "2024-05-17T07:30:00+00:00",
    "utc_offset_minutes": 120,
    "visibility": "timeline",
    "deleted_at": None,
    "deleted_reason": None,
    "expires_at": None,
    "corrected": [],
}

_ASSET = {
    **_BULK_ASSET,
    "gallery": "main",
    "mime_type": "image/jpeg",
    "file_hash": SHA256.example,
    "is_damaged": False,
    "thumbnail_error": None,
    "thumbnail_error_detail": None,
    "live_video_id": None,
    "views": ["all"],
    "faces": [_FACE],
    "camera_make": "Panasonic",
    "latitude": 47.58,
    "longitude": 12.98,
    "tags": ["lake", "summer"],
}

_MISSING = {"code": "not_found", "message": "nothing is here"}
_DAY = {"day": 17, "count": 2, "ratio_sum": 2.6667}
_MONTH = {"year": 2024, "month": 5, "count": 2, "revision": 3}

_PERSON = {
    "id": PERSON_ID.example,
    "name": "Ann",
    "faces": 12,
    "assets": 11,
    "is_favorite": True,
    "is_hidden": False,
    "thumbnail_url": None,
    "created_at": "2024-06-01T08:00:00+00:00",
}

_OPENED_SHARE = {
    "gallery": "main",
    "kind": "selection",
    "name": "For Grandma",
    "may_download": False,
    "count": 12,
    "expires_at": "2024-07-01T08:00:00+00:00",
}

_SHARE = {
    "id": SHARE.example,
    **_OPENED_SHARE,
    "is_open": True,
    "has_password": True,
    "revoked_at": None,
    "created_at": "2024-06-01T08:00:00+00:00",
    "created_by": OWNER.example,
    "views": 3,
    "seen_at": "2024-06-02T18:30:00+00:00",
}

_GALLERY = {
    "id": "main",
    "name": "Our photos",
    "owners": [{"id": OWNER.example, "email": EMAIL.example}],
}

EXAMPLES: dict[str, Any] = {
    "MediaPage": {
        "items": [_ITEM],
        "total": 2,
        "total_is_exact": True,
        "limit": 1,
        "offset": 0,
        "has_more": True,
        "next_cursor": CURSOR.example,
        "shuffle_seed": None,
    },
    "Months": [
        {**_MONTH, "days": [_DAY]},
        {"year": None, "month": None, "count": 1, "revision": 1},
    ],
    "Bucket": {
        "month": "2024-05",
        "revision": 3,
        "part": 0,
        "parts": 1,
        "total": 1,
        "columns": {name: [value] for name, value in _ITEM.items()},
    },
    "Stats": {
        "total": 2,
        "images": 1,
        "videos": 1,
        "bytes": 48_234_496,
        "bin": 1,
        "bin_days": 30,
        "failed": 0,
        "without_thumbnail": 0,
        "without_original": 0,
    },
    "Persons": [_PERSON],
    "Person": _PERSON,
    "FacePage": {
        "items": [
            {
                **_FACE,
                "asset_id": _NAME,
                "name": "Lake.jpg",
                "media_date": "2024-05-17T09:30:00.000",
                "thumbnail_url": f"/photos/main/{_NAME}_thumb.jpg",
                "small_url": f"/photos/main/.small/{_NAME}.jpg.jpg",
            }
        ],
        "total": 11,
        "limit": 1,
        "has_more": True,
        "next_cursor": FACES_CURSOR.example,
    },
    "Merge": {"person": {**_PERSON, "id": INTO.example}, "remaining": 0},
    "Asset": _ASSET,
    "BulkResults": {
        "results": [
            {
                "id": _NAME,
                "status": "ok",
                "asset": {**_BULK_ASSET, "is_favorite": True},
                "newly_corrected": [],
            },
            {"id": "0000", "status": "error", "error": _MISSING},
        ]
    },
    "EmptiedBin": {"purged": 1, "failed": [{"id": "0000", "error": _MISSING}], "remaining": 0},
    "FailurePage": {
        "items": [
            {
                "id": _NAME,
                "local_path": f"{_NAME}.jpg",
                "name": "Lake.jpg",
                "file_type": "image",
                "file_size": 3_145_728,
                "media_date": "2024-05-17T09:30:00.000",
                "url": f"/photos/main/{_NAME}.jpg",
                "reason": "truncated",
                "detail": "the file ends too early",
                "attempts": None,
                "is_final": True,
                "updated_at": "2024-06-01T08:00:00+00:00",
            }
        ],
        "total": 2,
        "pending": 0,
        "limit": 1,
        "has_more": True,
        "next_cursor": FAILURES_CURSOR.example,
    },
    "Retry": {"id": _NAME, "status": "queued"},
    "RetryResults": {
        "results": [
            {"id": _NAME, "status": "queued"},
            {"id": "0000", "status": "error", "error": _MISSING},
        ]
    },
    "UploadTicket": {
        "id": _NAME,
        "duplicate": False,
        "form": {
            "url": "https://photos.s3.eu-central-1.amazonaws.com/",
            "fields": {"key": f"main/{_NAME}.jpg", "Content-Type": "image/jpeg"},
        },
    },
    "SignIn": {"state": "signed_in", "session": None},
    "Session": {
        "kind": "owner",
        "id": OWNER.example,
        "email": EMAIL.example,
        "galleries": [{"id": "main", "name": "Our photos", "role": "owner"}],
        "share": None,
        "expires_at": "2024-06-01T09:00:00+00:00",
    },
    "OpenedShare": _OPENED_SHARE,
    "Share": _SHARE,
    "Shares": [_SHARE],
    "Gallery": _GALLERY,
    "Galleries": [_GALLERY],
    "CompletedUpload": {"id": _NAME, "status": "completed"},
}

ERROR_EXAMPLES: dict[str, dict[str, str]] = {
    "invalid_parameter": {
        "message": "limit: must be a whole number from 1 to 500",
        "parameter": "limit",
    },
    "invalid_request": {"message": "the body is not valid JSON"},
    "unsupported_media_type": {"message": "send changes as Content-Type: application/json"},
    "foreign_origin": {"message": "changes are taken from the gallery's own page only"},
    "sign_in_required": {"message": "sign in first"},
    "sign_in_refused": {"message": "the e-mail, the password or the code is wrong"},
    "password_required": {"message": "the link has a password"},
    "forbidden": {"message": "this is for the owners of a gallery"},
    "too_many_tries": {"message": "tried too often; wait a quarter of an hour"},
    "not_found": {"message": "nothing is here"},
    "conflict": {"message": "asset 9f86 changed at each of 10 attempts; try again"},
    "undated": {"message": "asset 9f86 has no date; set one"},
    "parts_missing": {"message": "parts are missing: 2, 5; start again, and send them"},
    "row_too_large": {"message": "table assets: an item can't have more than 400 kB"},
    "undrawable": {"message": "truncated: the file ends too early", "reason": "truncated"},
    "thumbnail_pending": {"message": "the large rendition of 9f86 is not ready (20 s)"},
    "busy": {"message": "the list changed at every attempt to read it; try again"},
    "storage_unavailable": {"message": "DynamoDB did not answer; try again"},
    "password_set": {"message": "the password is set, and no session elsewhere is left: sign in"},
    "internal": {"message": "something went wrong here; it was logged"},
}
