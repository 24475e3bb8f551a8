"""Every Lambda of the gallery, each a thin stub.

What a function needs is imported when it first runs: the API holds no decoders, and
its cold start pays for nothing it does not use.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger
from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Response, SQSEvent

from chalicelib.api.http_errors import http_errors
from chalicelib.api.routes import ROUTES
from chalicelib.errors import InvalidRequestError

if TYPE_CHECKING:
    from chalice.app import Request as GatewayRequest

    from chalicelib.api.requests import Request
    from chalicelib.bootstrap import Gallery
    from chalicelib.domain.asset import Asset, Visibility
    from chalicelib.domain.results import BulkResult
    from chalicelib.domain.thumbnail import Size
    from chalicelib.take_in import SendOn

View = TypeVar("View", bound="Callable[..., Response]")
Headers = dict[str, str | list[str]]

app = Chalice(app_name="contactsheet", configure_logs=False)
logger = Logger(service="contactsheet")

_NO_STORE: Headers = {"Cache-Control": "no-store"}
_FOR_EVER: Headers = {"Cache-Control": "private, max-age=31536000, immutable"}
# A hundred photos purged, or a thousand entries of a list mended: once begun, to be finished.
_SCHEDULE_RESERVE_MS = 60_000


@cache
def gallery() -> "Gallery":
    """The gallery that this container serves."""
    from chalicelib.bootstrap import Gallery
    from chalicelib.settings import Settings

    return Gallery(Settings.from_environment())


def route(method: str, path: str) -> Callable[[View], View]:
    """A route of the table: its view gets every value that the table names, validated.

    Where GET is, HEAD answers the same without the body. Errors answer in one shape, and
    each request logs one line.

    Raises:
        KeyError: The table has no such route.
    """
    entry = ROUTES[method, path]

    def decorate(view: View) -> View:
        @http_errors(logger)
        def answered(**segments: str) -> Response:
            from chalicelib.api.requests import read_request

            answer: Response = view(**read_request(entry, _request(segments)))
            return answer

        @wraps(view)  # Chalice calls a route by the name of its view
        def logged(**segments: str) -> Response:
            answer = answered(**segments)
            asked = _current().method
            logger.info("request answered", method=asked, route=path, status=answer.status_code)
            return _without_body(answer) if asked == "HEAD" else answer

        methods = ["GET", "HEAD"] if method == "GET" else [method]
        app.route(path, methods=methods, content_types=[])(logged)
        return view

    return decorate


@route("GET", "/gallery/media")
def media(fields: str | None, **given: Any) -> Response:
    from secrets import randbelow

    from chalicelib.api.queries import media_query
    from chalicelib.api.serializers import media_json
    from chalicelib.browse import file_hashes, media_page

    query = media_query(randbelow, **given)
    page = media_page(gallery().pages, query)
    hashes = file_hashes(gallery().assets, page.entries) if fields == "all" else None
    return _fresh(media_json(query, page, hashes))


@route("GET", "/gallery/date-range")
def date_range(by: str, **given: Any) -> Response:
    from chalicelib.api.queries import filter_of
    from chalicelib.api.serializers import months_json
    from chalicelib.browse import days, months

    by_day = by == "day"
    found = (days if by_day else months)(gallery().pages, filter_of(**given))
    return _revalidated(months_json(found, by_day=by_day))


@route("GET", "/gallery/buckets/{month}")
def bucket(month: str, part: int, revision: int | None, **given: Any) -> Response:
    from chalicelib.api.queries import bucket_of, filter_of
    from chalicelib.api.serializers import bucket_json
    from chalicelib.browse import bucket_part

    asked = filter_of(**given)
    found = bucket_part(gallery().pages, asked.gallery, asked.view, bucket_of(month), part)
    # Only what was read under the revision asked for may be kept under its address.
    headers = _FOR_EVER if found.revision == revision else _NO_STORE
    return Response(body=bucket_json(found, asked.gallery, asked.view), headers=headers)


@route("GET", "/gallery/stats")
def stats(**given: Any) -> Response:
    from chalicelib.api.serializers import stats_json
    from chalicelib.browse import gallery_stats

    return _fresh(stats_json(gallery_stats(gallery().pages, **given)))


@route("GET", "/gallery/persons")
def named_persons(hidden: bool, **given: Any) -> Response:
    from chalicelib.api.serializers import person_json
    from chalicelib.browse import persons

    found = persons(gallery().tables, **given)
    return _fresh([person_json(person) for person in found if hidden or not person.is_hidden])


@route("GET", "/gallery/persons/{id}/faces")
def faces(**given: Any) -> Response:
    from chalicelib.api.queries import faces_query
    from chalicelib.api.serializers import faces_json
    from chalicelib.identify import faces_page

    query = faces_query(**given)
    return _fresh(faces_json(query, faces_page(gallery().tables, query)))


@route("PUT", "/gallery/persons/{id}")
def change_person(**given: Any) -> Response:
    from chalicelib.api.serializers import person_json
    from chalicelib.identify import change_person

    return _fresh(person_json(change_person(**given, people=gallery().people)))


@route("POST", "/gallery/persons/{id}/merge")
def merge_person(**given: Any) -> Response:
    from chalicelib.api.serializers import merge_json
    from chalicelib.merge_persons import merge_persons

    return _fresh(merge_json(merge_persons(**given, tables=gallery().tables)))


@route("GET", "/gallery/thumbnail/{id}")
def thumbnail(id: str, size: "Size") -> Response:
    from chalicelib.render_on_demand import rendition_key

    here = gallery()
    return _redirect(rendition_key(id, size, here.assets, here.media, here.draw))


@route("GET", "/gallery/serve")
def serve(**given: Any) -> Response:
    from chalicelib.browse import asset_of_path

    return _redirect(asset_of_path(gallery().assets, **given).key)


@route("GET", "/gallery/assets/{id}")
def asset(id: str) -> Response:
    return _asset(gallery().assets.get(id))


@route("GET", "/gallery/assets/{id}/original")
def original(id: str) -> Response:
    return _redirect(gallery().assets.get(id).key)


@route("PUT", "/gallery/assets/{id}/favorite")
def add_favorite(id: str) -> Response:
    from chalicelib.curate import set_favorite

    return _asset(set_favorite(id, True, gallery().tables))


@route("DELETE", "/gallery/assets/{id}/favorite")
def remove_favorite(id: str) -> Response:
    from chalicelib.curate import set_favorite

    return _asset(set_favorite(id, False, gallery().tables))


@route("PUT", "/gallery/assets/{id}/visibility")
def change_visibility(id: str, visibility: "Visibility") -> Response:
    from chalicelib.curate import set_visibility

    return _asset(set_visibility(id, visibility, gallery().tables))


@route("PUT", "/gallery/assets/{id}/details")
def correct_asset(id: str, **given: Any) -> Response:
    from chalicelib.api.changes import said_of
    from chalicelib.correct import correct

    here = gallery()
    return _asset(correct(id, said_of(**given), here.settings.time_zone, here.tables))


@route("DELETE", "/gallery/assets/{id}")
def delete_asset(id: str) -> Response:
    from chalicelib.curate import delete

    return _asset(delete(id, gallery().tables))


@route("POST", "/gallery/assets/{id}/restore")
def restore_asset(id: str) -> Response:
    from chalicelib.curate import restore

    return _asset(restore(id, gallery().tables, gallery().media))


@route("POST", "/gallery/assets/{id}/purge")
def purge_asset(id: str) -> Response:
    from chalicelib.purge import purge

    purge(id, gallery().tables, gallery().media)
    return Response(body="", status_code=204, headers=_NO_STORE)


@route("DELETE", "/gallery/bin")
def empty_the_bin(**given: Any) -> Response:
    from chalicelib.api.serializers import emptied_json
    from chalicelib.purge import empty_bin

    here = gallery()
    return _fresh(emptied_json(empty_bin(**given, tables=here.tables, media=here.media)))


@route("POST", "/gallery/bulk")
def bulk(ids: Sequence[str], **given: Any) -> Response:
    from uuid import uuid4

    from chalicelib.api.changes import bulk_change
    from chalicelib.api.serializers import bulk_json
    from chalicelib.bulk import change_many

    here, change = gallery(), bulk_change(lambda: uuid4().hex, **given)
    results = change_many(change, ids, here.tables, here.media, here.settings.time_zone)
    return _fresh(bulk_json(results))


@route("GET", "/gallery/failures")
def failures(**given: Any) -> Response:
    from chalicelib.api.queries import failures_query
    from chalicelib.api.serializers import failures_json
    from chalicelib.failures import failures_page

    query = failures_query(**given)
    here = gallery()
    return _fresh(failures_json(query, failures_page(here.pages, here.assets, query)))


@route("POST", "/gallery/failures/{id}/retry")
def retry_failure(id: str) -> Response:
    from chalicelib.api.serializers import retry_json
    from chalicelib.failures import retry

    here = gallery()
    return _accepted(retry_json(retry(id, here.assets, here.uploads)))


@route("POST", "/gallery/failures/retry")
def retry_failures(**given: Any) -> Response:
    from chalicelib.api.serializers import retry_json
    from chalicelib.failures import retry_many

    here = gallery()
    results = retry_many(**given, assets=here.assets, queue=here.uploads)
    return _accepted({"results": [retry_json(result) for result in results]})


@route("POST", "/gallery/uploads")
def uploads(**given: Any) -> Response:
    from chalicelib.api.tickets import ticket_json
    from chalicelib.upload import Upload, start_upload

    here = gallery()
    return _fresh(ticket_json(start_upload(Upload(**given), here.tables, here.media)))


@route("POST", "/gallery/uploads/{id}/complete")
def complete(id: str, **given: Any) -> Response:
    from chalicelib.upload import complete_upload

    here = gallery()
    status = complete_upload(id, **given, assets=here.assets, media=here.media)
    return _fresh({"id": id, "status": status})


@route("GET", "/openapi.json")
def openapi() -> Response:
    from chalicelib.api.openapi import document

    return _revalidated(document())


@app.on_sqs_message(queue="uploads")
def thumbnail_uploads(event: SQSEvent) -> dict[str, Any]:
    """Take in what appeared in or vanished from the bucket (S3 events by SQS)."""
    return _take_in(event, lambda message: gallery().heavy_uploads.send(message))


@app.on_sqs_message(queue="heavy-uploads")
def heavy_uploads(event: SQSEvent) -> dict[str, Any]:
    """The same with every decoder: what the other one sent on."""
    return _take_in(event)


@app.on_sqs_message(queue="failed-uploads")
def failed_uploads(event: SQSEvent) -> dict[str, Any]:
    """Give every upload that failed at each attempt a row that says so (dead letters)."""
    from chalicelib.give_up import give_up
    from chalicelib.object_events import handle_messages

    here = gallery()
    bucket = here.settings.bucket
    return handle_messages(
        event.to_dict(), bucket, lambda errand: give_up(errand, here.assets, here.media), logger
    )


@app.on_dynamodb_record(stream_arn="assets-stream")
def refresh_pages(event: DynamoDBEvent) -> None:
    """Bring the pages up to the rows that changed (DynamoDB stream)."""
    from chalicelib.merge_persons import move_on
    from chalicelib.refresh_pages import changed_rows, changes_by_bucket, sync_all

    here = gallery()
    records = event.to_dict()["Records"]
    changes = changes_by_bucket(changed_rows(records, here.settings.bucket))
    buckets = sync_all(changes, here.tables)
    merged = move_on(changes, here.tables)
    _tell_unmoved(merged.failed)
    logger.info("pages refreshed", records=len(records), buckets=buckets, merged=merged.lists)


@app.lambda_function()
def create_thumbnail(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Draw one asset's rendition: ``{"id": …, "size": "small" | "medium" | "large"}``."""
    return _draw(event)


@app.lambda_function()
def draw_heavy(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """The same with every decoder: RAW, videos, and what the other one gave up on."""
    return _draw(event)


@app.lambda_function()
def backfill_thumbnails(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make missing thumbnails: ``{"migrate": false, "segments": …, "limit": …}``."""
    from chalicelib.backfill_segment import backfill

    def seconds_left() -> float:
        return int(context.get_remaining_time_in_millis()) / 1000

    answer = backfill(event, gallery().studio, seconds_left)
    report = answer.get("report", {})
    logger.info("backfill went on", found=report.get("found"), migrated=report.get("migrated"))
    return answer


@app.schedule("cron(0 3 * * ? *)")  # each night, UTC
def purge_bin(event: CloudWatchEvent) -> None:
    """Destroy what has been in the bin for more than 30 days, finish merges (schedule)."""
    from datetime import UTC, datetime

    from chalicelib.expire_bin import expire_bin
    from chalicelib.merge_persons import finish_merges

    here = gallery()
    expiry = expire_bin(here.tables, here.media, datetime.now(UTC), lambda: _has_time(event))
    for result in expiry.failed:
        logger.warning("asset not purged", asset_id=result.id, error=str(result.error))
    logger.info("bin purged", purged=expiry.purged, is_done=expiry.is_done)
    # Of persons that were merged while nobody went on with it.
    merged = finish_merges(here.tables, lambda: not _has_time(event))
    _tell_unmoved(merged.failed)
    logger.info("merges finished", lists=merged.lists, is_done=merged.is_done)


@app.schedule("cron(0 4 ? * SUN *)")  # once a week
def audit_pages(event: CloudWatchEvent) -> None:
    """Compare every list with the rows, and repair what differs (schedule)."""
    from chalicelib.audit_pages import audit_pages, repair_pages

    tables = gallery().tables
    audit = audit_pages(tables)
    logger.info(
        "pages audited",
        rows=audit.rows,
        differences=audit.differences,
        stray_leaves=sum(map(len, audit.stray_leaves.values())),
        unfinished_merges=len(audit.unfinished_merges),
    )
    is_done = repair_pages(audit, tables, lambda: not _has_time(event))
    logger.info("pages repaired", is_done=is_done)


def _tell_unmoved(failed: "Sequence[BulkResult]") -> None:
    for result in failed:
        logger.warning("asset keeps a merged person", asset_id=result.id, error=str(result.error))


def _take_in(event: SQSEvent, send_on: "SendOn | None" = None) -> dict[str, Any]:
    from chalicelib.object_events import handle_messages
    from chalicelib.take_in import carry_out

    here = gallery()
    bucket = here.settings.bucket
    return handle_messages(
        event.to_dict(), bucket, lambda errand: carry_out(errand, here.studio, send_on), logger
    )


def _draw(event: dict[str, Any]) -> dict[str, Any]:
    from chalicelib.draw import draw_rendition

    answer = draw_rendition(event, gallery().studio)
    logger.info("rendition drawn", asset_id=event.get("id"), **answer)
    return answer


def _has_time(event: CloudWatchEvent) -> bool:
    context: Any = event.context  # Lambda's, whatever Chalice calls it
    return int(context.get_remaining_time_in_millis()) > _SCHEDULE_RESERVE_MS


def _current() -> "GatewayRequest":
    request = app.current_request
    if request is None:
        raise RuntimeError("no request is being answered")
    return request


def _request(segments: Mapping[str, str]) -> "Request":
    from chalicelib.api.requests import Request

    current = _current()
    try:
        body = current.raw_body
    except UnicodeEncodeError as error:
        raise InvalidRequestError("the body is not UTF-8") from error
    sent = body if isinstance(body, bytes) else body.encode()
    query = current.query_params
    values = {name: query.getlist(name) for name in query} if query else {}
    return Request(current.method, current.headers, segments, values, sent)


def _fresh(body: Any) -> Response:
    return Response(body=body, headers=_NO_STORE)


def _accepted(body: Any) -> Response:
    return Response(body=body, status_code=202, headers=_NO_STORE)


def _revalidated(body: Any) -> Response:
    """An answer that the caller may keep, and asks for again by its ETag."""
    import json

    from chalicelib.api.etags import etag_of, is_known

    text = json.dumps(body, separators=(",", ":"))
    etag = etag_of(text)
    headers: Headers = {"Cache-Control": "private, no-cache", "ETag": etag}
    if is_known(etag, _current().headers.get("if-none-match")):
        return Response(body="", status_code=304, headers=headers)
    return Response(body=text, headers=headers)


def _asset(asset: "Asset") -> Response:
    from chalicelib.api.serializers import asset_json
    from chalicelib.merge_persons import with_heirs

    (known,) = with_heirs([asset], gallery().people)
    return _fresh(asset_json(known))


def _redirect(key: str) -> Response:
    from chalicelib.storage.media import photo_address

    return Response(body="", status_code=302, headers={"Location": photo_address(key), **_NO_STORE})


def _without_body(answer: Response) -> Response:
    return Response(body="", status_code=answer.status_code, headers=answer.headers)
