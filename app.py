"""Every Lambda of the gallery, each a thin stub.

What a function needs is imported when it first runs: the API holds no decoders, and
its cold start pays for nothing it does not use.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from aws_lambda_powertools import Logger
from chalice.app import Chalice, DynamoDBEvent, Request, Response, SQSEvent

from chalicelib.api.http_errors import http_errors

if TYPE_CHECKING:
    from chalicelib.bootstrap import Gallery

View = TypeVar("View", bound=Callable[..., Any])

app = Chalice(app_name="contactsheet", configure_logs=False)
logger = Logger(service="contactsheet")

_NO_STORE: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
# A photo that was begun is finished: enough for all but the largest.
_BACKFILL_RESERVE_MS = 1_000


@cache
def gallery() -> "Gallery":
    """The gallery that this container serves."""
    from chalicelib.bootstrap import Gallery
    from chalicelib.settings import Settings

    return Gallery(Settings.from_environment())


def route(path: str, *methods: str) -> Callable[[View], View]:
    """A route of the API; errors answer in one shape, and each request logs one line."""

    def decorate(view: View) -> View:
        @wraps(view)  # Chalice reads a route's parameters off its view
        def logged(*args: Any, **kwargs: Any) -> Any:
            answer = answered(*args, **kwargs)
            status = answer.status_code if isinstance(answer, Response) else 200
            logger.info("request answered", method=methods[0], route=path, status=status)
            return answer

        answered = http_errors(logger)(view)
        app.route(path, methods=list(methods), content_types=[])(logged)
        return view

    return decorate


@route("/gallery/media", "GET")
def media() -> Response:
    from chalicelib.api.parameters import media_query
    from chalicelib.api.serializers import media_json
    from chalicelib.browse import media_page

    query = media_query(_query())
    return _fresh(media_json(query, media_page(gallery().pages, query)))


@route("/gallery/date-range", "GET")
def date_range() -> Response:
    from chalicelib.api.parameters import list_query
    from chalicelib.api.serializers import days_json, months_json
    from chalicelib.browse import days, months

    gallery_id, view, content_type, by_day = list_query(_query())
    buckets = months(gallery().pages, gallery_id, view)
    if by_day:
        by_month = days(gallery().pages, gallery_id, view)
        return _fresh(days_json(buckets, by_month, content_type))
    return _fresh(months_json(buckets, content_type))


@route("/gallery/stats", "GET")
def stats() -> Response:
    from chalicelib.api.parameters import gallery_only
    from chalicelib.api.serializers import stats_json
    from chalicelib.browse import gallery_stats

    return _fresh(stats_json(gallery_stats(gallery().pages, gallery_only(_query()))))


@route("/gallery/thumbnail/{id}", "GET")
def thumbnail(id: str) -> Response:
    from chalicelib.api.parameters import rendition_size
    from chalicelib.render_on_demand import rendition_key

    here = gallery()
    size = rendition_size(_query())
    return _redirect(rendition_key(_decoded(id), size, here.assets, here.media, here.draw))


@route("/gallery/serve", "GET")
def serve() -> Response:
    from chalicelib.api.parameters import served_path
    from chalicelib.browse import asset_of_path

    return _redirect(asset_of_path(gallery().assets, *served_path(_query())).key)


@route("/gallery/assets/{id}", "GET")
def asset(id: str) -> Response:
    from chalicelib.api.parameters import Parameters
    from chalicelib.api.serializers import asset_json

    Parameters(_query(), ())
    return _fresh(asset_json(gallery().assets.get(_decoded(id))))


@route("/gallery/assets/{id}/original", "GET")
def original(id: str) -> Response:
    from chalicelib.api.parameters import Parameters

    Parameters(_query(), ())
    return _redirect(gallery().assets.get(_decoded(id)).key)


@route("/gallery/assets/{id}/favorite", "PUT")
def add_favorite(id: str) -> Response:
    return _set_favorite(id, is_favorite=True)


@route("/gallery/assets/{id}/favorite", "DELETE")
def remove_favorite(id: str) -> Response:
    return _set_favorite(id, is_favorite=False)


@route("/gallery/assets/{id}", "DELETE")
def delete_asset(id: str) -> Response:
    from chalicelib.api.serializers import asset_json
    from chalicelib.curate import delete

    _plain_change()
    return _fresh(asset_json(delete(_decoded(id), gallery().assets, gallery().pages)))


@route("/gallery/assets/{id}/restore", "POST")
def restore_asset(id: str) -> Response:
    from chalicelib.api.serializers import asset_json
    from chalicelib.curate import restore

    _plain_change()
    here = gallery()
    return _fresh(asset_json(restore(_decoded(id), here.assets, here.pages, here.media)))


@route("/gallery/uploads", "POST")
def uploads() -> Response:
    from chalicelib.api.parameters import Parameters, upload_of
    from chalicelib.api.serializers import ticket_json
    from chalicelib.upload import start_upload

    Parameters(_query(), ())
    upload = upload_of(_change())
    return _fresh(ticket_json(start_upload(upload, gallery().assets, gallery().media)))


@app.on_sqs_message(queue="uploads")
def thumbnail_uploads(event: SQSEvent) -> dict[str, Any]:
    """Take in what appeared in or vanished from the bucket (S3 events by SQS)."""
    from chalicelib.object_events import handle_messages
    from chalicelib.take_in import take_in

    here = gallery()
    bucket = here.settings.bucket
    return handle_messages(
        event.to_dict(), bucket, lambda key: take_in(key, here.studio)[0], logger
    )


@app.on_sqs_message(queue="failed-uploads")
def failed_uploads(event: SQSEvent) -> dict[str, Any]:
    """Give every upload that failed at each attempt a row that says so (dead letters)."""
    from chalicelib.give_up import give_up
    from chalicelib.object_events import handle_messages

    here = gallery()
    bucket = here.settings.bucket
    return handle_messages(
        event.to_dict(), bucket, lambda key: give_up(key, here.assets, here.media), logger
    )


@app.on_dynamodb_record(stream_arn="assets-stream")
def refresh_pages(event: DynamoDBEvent) -> None:
    """Bring the pages up to the rows that changed (DynamoDB stream)."""
    from chalicelib.refresh_pages import changed_rows, changes_by_bucket, sync_all

    here = gallery()
    records = event.to_dict()["Records"]
    changes = changes_by_bucket(changed_rows(records, here.settings.bucket))
    buckets = sync_all(changes, here.assets, here.pages)
    logger.info("pages refreshed", records=len(records), buckets=buckets)


@app.lambda_function()
def create_thumbnail(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Draw one asset's rendition: ``{"id": …, "size": "small" | "medium" | "large"}``."""
    from chalicelib.draw import draw_rendition

    answer = draw_rendition(event, gallery().studio)
    logger.info("rendition drawn", asset_id=event.get("id"), **answer)
    return answer


@app.lambda_function()
def backfill_thumbnails(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make missing thumbnails: ``{"migrate": false, "limit": …, "token": …}``."""
    from chalicelib.backfill_thumbnails import Request, backfill_part

    def has_time() -> bool:
        return int(context.get_remaining_time_in_millis()) > _BACKFILL_RESERVE_MS

    report = backfill_part(gallery().studio, Request.parse(event), has_time)
    logger.info("backfill went on", found=report["found"], migrated=report["migrated"])
    return report


def _set_favorite(id: str, *, is_favorite: bool) -> Response:
    from chalicelib.api.serializers import asset_json
    from chalicelib.curate import set_favorite

    _plain_change()
    here = gallery()
    return _fresh(asset_json(set_favorite(_decoded(id), is_favorite, here.assets, here.pages)))


def _query() -> Mapping[str, Sequence[str]]:
    given = _request().query_params
    return {name: given.getlist(name) for name in given} if given else {}


def _request() -> Request:
    request = app.current_request
    if request is None:
        raise RuntimeError("no request is being answered")
    return request


def _decoded(segment: str) -> str:
    """A path parameter as the caller meant it: API Gateway hands it over encoded."""
    return unquote(segment)


def _change() -> dict[str, Any]:
    from chalicelib.api.parameters import ChangeRequest, checked_change

    request = _request()
    body = request.raw_body
    sent = body if isinstance(body, bytes) else body.encode()
    return checked_change(ChangeRequest(request.method, request.headers, sent))


def _plain_change() -> None:
    """Check a change that says all it has to say by its address."""
    from chalicelib.api.parameters import Parameters, refuse_fields

    Parameters(_query(), ())
    refuse_fields(_change())


def _fresh(body: Any) -> Response:
    return Response(body=body, headers=_NO_STORE)


def _redirect(key: str) -> Response:
    from chalicelib.storage.media import photo_address

    return Response(body="", status_code=302, headers={"Location": photo_address(key), **_NO_STORE})
