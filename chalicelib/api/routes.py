"""The one table of routes: what they take is validated, documented and tested by it."""

from collections.abc import Mapping

from chalicelib.api import parameters as p
from chalicelib.api.route import Answer, Route

_READ = ("storage_unavailable",)
_LISTED = ("not_found", "busy", "storage_unavailable")
_CHANGED = ("not_found", "conflict", "storage_unavailable")
_ORIGINAL = Answer(302, "Where the original is served.")
_ASSET = Answer(200, "The asset as it is now.", "Asset")

_TABLE = (
    Route(
        "GET",
        "/gallery/media",
        "media",
        "A page of a list, newest first or shuffled.",
        Answer(200, "The page.", "MediaPage"),
        p.MEDIA,
        errors=_LISTED,
    ),
    Route(
        "GET",
        "/gallery/date-range",
        "dateRange",
        "The months of a list, newest first, undated last.",
        Answer(200, "Those that hold anything.", "Months"),
        (*p.FILTER, p.BY),
        errors=_LISTED,
        is_revalidated=True,
    ),
    Route(
        "GET",
        "/gallery/buckets/{month}",
        "bucket",
        "A month of a list in columns, newest first; a huge month in parts.",
        Answer(200, "The part that was asked for.", "Bucket"),
        (p.MONTH, *p.LIST, p.PART, p.REVISION),
        errors=_LISTED,
    ),
    Route(
        "GET",
        "/gallery/stats",
        "stats",
        "What a gallery holds in all.",
        Answer(200, "Its totals.", "Stats"),
        (p.GALLERY,),
        errors=_LISTED,
    ),
    Route(
        "GET",
        "/gallery/persons",
        "persons",
        "The persons that have a name, favourites first.",
        Answer(200, "Each with the numbers of faces and assets.", "Persons"),
        (p.GALLERY, p.HIDDEN),
        errors=_LISTED,
    ),
    Route(
        "GET",
        "/gallery/thumbnail/{id}",
        "thumbnail",
        "An asset's picture, made now where it is missing.",
        Answer(302, "Where the picture is served."),
        (p.ID, p.SIZE),
        errors=("not_found", "undrawable", "thumbnail_pending", "storage_unavailable"),
    ),
    Route(
        "GET",
        "/gallery/serve",
        "serve",
        "The original under a path.",
        _ORIGINAL,
        (p.GALLERY, p.PATH),
        errors=("not_found", *_READ),
    ),
    Route(
        "GET",
        "/gallery/assets/{id}",
        "asset",
        "One asset with all that is known of it.",
        Answer(200, "The asset.", "Asset"),
        (p.ID,),
        errors=("not_found", *_READ),
    ),
    Route(
        "GET",
        "/gallery/assets/{id}/original",
        "original",
        "An asset's original.",
        _ORIGINAL,
        (p.ID,),
        errors=("not_found", *_READ),
    ),
    Route(
        "PUT",
        "/gallery/assets/{id}/favorite",
        "addFavorite",
        "Make an asset a favourite.",
        _ASSET,
        (p.ID,),
        errors=_CHANGED,
    ),
    Route(
        "DELETE",
        "/gallery/assets/{id}/favorite",
        "removeFavorite",
        "Make an asset no favourite any more.",
        _ASSET,
        (p.ID,),
        errors=_CHANGED,
    ),
    Route(
        "PUT",
        "/gallery/assets/{id}/visibility",
        "setVisibility",
        "Show an asset in the timeline or put it aside.",
        _ASSET,
        (p.ID,),
        (p.VISIBILITY,),
        _CHANGED,
    ),
    Route(
        "DELETE",
        "/gallery/assets/{id}",
        "deleteAsset",
        "Move an asset to the bin.",
        _ASSET,
        (p.ID,),
        errors=_CHANGED,
    ),
    Route(
        "POST",
        "/gallery/assets/{id}/restore",
        "restoreAsset",
        "Bring an asset back from the bin to its day.",
        _ASSET,
        (p.BINNED_ID,),
        errors=_CHANGED,
    ),
    Route(
        "POST",
        "/gallery/assets/{id}/purge",
        "purgeAsset",
        "Destroy an asset of the bin: its original, its pictures, its row.",
        Answer(204, "It is gone for good."),
        (p.BINNED_ID,),
        errors=_CHANGED,
    ),
    Route(
        "DELETE",
        "/gallery/bin",
        "emptyBin",
        "Destroy what is in the bin, a bounded number at a call.",
        Answer(
            200, "How many are gone, and how many remain: call again while any do.", "EmptiedBin"
        ),
        (p.GALLERY,),
        errors=_LISTED,
    ),
    Route(
        "POST",
        "/gallery/bulk",
        "changeMany",
        "Do one thing with many assets; each succeeds or fails by itself.",
        Answer(200, "A result for each, in the order of the ids.", "BulkResults"),
        (),
        (p.ACTION, p.IDS, p.BULK_VISIBILITY),
        _READ,
    ),
    Route(
        "POST",
        "/gallery/uploads",
        "startUpload",
        "Say whether a file is there already, or how to send it.",
        Answer(
            200,
            "The asset with the same bytes, or a form that puts the file into the bucket.",
            "UploadTicket",
        ),
        (),
        p.UPLOAD,
        ("conflict", *_READ),
    ),
    Route(
        "GET",
        "/openapi.json",
        "openapi",
        "This description.",
        Answer(200, "OpenAPI 3.1.", "OpenApi"),
        is_revalidated=True,
    ),
)

ROUTES: Mapping[tuple[str, str], Route] = {(route.method, route.path): route for route in _TABLE}
