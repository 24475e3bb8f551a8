"""Every Lambda of the gallery, each a thin stub.

What a function needs is imported when it first runs: the API holds no decoders, and
its cold start pays for nothing it does not use.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    CloudWatchEvent,
    DynamoDBEvent,
    Response,
    SQSEvent,
)

from chalicelib.api.http_errors import error_code, http_errors
from chalicelib.api.routes import ROUTES
from chalicelib.errors import (
    ForbiddenError,
    InvalidRequestError,
    SignInRefusedError,
    SignInRequiredError,
)
from chalicelib.metrics import tell

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from chalice.app import Request as GatewayRequest

    from chalicelib.api.requests import Request
    from chalicelib.api.route import Route
    from chalicelib.api.serializers import Show
    from chalicelib.bootstrap import Gallery
    from chalicelib.domain.asset import Asset, Visibility
    from chalicelib.domain.errand import Errand
    from chalicelib.domain.results import BulkResult
    from chalicelib.domain.thumbnail import Size
    from chalicelib.domain.visitor import Owner, Visitor
    from chalicelib.share import Chance
    from chalicelib.sign_in import SignedIn
    from chalicelib.storage.signing import Signer
    from chalicelib.storage.tables import Tables
    from chalicelib.take_in import SendOn

View = TypeVar("View", bound="Callable[..., Response]")
Headers = dict[str, str | list[str]]

app = Chalice(app_name="contactsheet", configure_logs=False)

_NO_STORE: Headers = {"Cache-Control": "no-store"}
_FOR_EVER: Headers = {"Cache-Control": "private, max-age=31536000, immutable"}
# "guest": an owner who has a link open, too, sees what its guests see; "owner": whoever has only a
# link open is to sign in.
_ASKED_AS = "x-contact-sheet-as"
_visitor_now: ContextVar["Visitor | None"] = ContextVar("visitor", default=None)
# What somebody is told who guesses passwords.
_GUESSES = ("sign_in_refused", "too_many_tries")
# A hundred photos purged, or a thousand entries of a list mended: once begun, to be finished.
_SCHEDULE_RESERVE_MS = 60_000
# Objects that are made before Python looks for garbage. Its own number is far smaller, and has it
# look again and again through what a first request imports, for nothing (docs/performance.md).
_COLLECTED_AFTER = 100_000


@cache
def log() -> "Logger":
    """Where it is told what happens here: a line of JSON each time."""
    from aws_lambda_powertools import Logger

    return Logger(service="contactsheet")


@cache
def gallery() -> "Gallery":
    """The gallery that this container serves."""
    from chalicelib.bootstrap import Gallery
    from chalicelib.settings import Settings

    return Gallery(Settings.from_environment())


@app.authorizer(header="Cookie", ttl_seconds=60)
def authorizer(request: AuthRequest) -> AuthResponse:
    """Who shows these cookies: an owner or a guest (before each route that is not open)."""
    gc.set_threshold(_COLLECTED_AFTER)
    from datetime import UTC, datetime

    from chalicelib.api.cookies import SESSION, SHARE, read_cookies
    from chalicelib.authorize import guest_of, owner_of, told_of

    here, cookies = gallery(), read_cookies(request.token)
    visitor: Visitor
    try:
        visitor = owner_of(cookies.get(SESSION, ""), here.token_keys, here.access)
    except SignInRequiredError:
        try:
            visitor = guest_of(cookies.get(SHARE, ""), here.access, datetime.now(UTC))
        except SignInRequiredError as error:
            log().info("visitor refused", reason=str(error))
            # Allowed nothing, which the gateway keeps for a minute and answers by 401
            # (infra/app.yaml): an exception would be a failure of this function, each time.
            # https://aws.github.io/chalice/topics/authorizers.html#built-in-authorizers
            return AuthResponse([], principal_id="nobody")
    log().info("visitor known", kind=type(visitor).__name__.lower())
    return AuthResponse(["*"], principal_id="visitor", context={"visitor": told_of(visitor)})


def route(method: str, path: str) -> Callable[[View], View]:
    """A route of the table: its view gets every value that the table names, validated.

    Who may not ask for it, or not for what it names, is refused before. Where GET is, HEAD
    answers the same without the body. Errors answer in one shape, and each request logs one line.

    Raises:
        KeyError: The table has no such route.
    """
    entry = ROUTES[method, path]

    def decorate(view: View) -> View:
        @http_errors(log)
        def answered(**segments: str) -> Response:
            gc.set_threshold(_COLLECTED_AFTER)
            from chalicelib.api.requests import read_request

            visitor = None if entry.access == "open" else _who_asks(entry)
            values = read_request(entry, _request(segments))
            if visitor is not None:
                from chalicelib.authorize import require_visible

                require_visible(visitor, values)
            token = _visitor_now.set(visitor)
            try:
                answer: Response = view(**values)
            finally:
                _visitor_now.reset(token)
            return answer

        @wraps(view)  # Chalice calls a route by the name of its view
        def logged(**segments: str) -> Response:
            answer = answered(**segments)
            asked, code = _current().method, error_code(answer)
            refused: dict[str, Any] = {} if code is None else {"error": code}
            status = answer.status_code
            log().info("request answered", method=asked, route=path, status=status, **refused)
            if code in _GUESSES:
                tell(gallery().settings.environment, sign_ins_refused=1)
            return _without_body(answer) if asked == "HEAD" else answer

        methods = ["GET", "HEAD"] if method == "GET" else [method]
        by = None if entry.access == "open" else authorizer
        app.route(path, methods=methods, content_types=[], authorizer=by)(logged)
        return view

    return decorate


@route("GET", "/gallery/media")
def media(fields: str | None, **given: Any) -> Response:
    from secrets import randbelow

    from chalicelib.api.guest_json import guest_page
    from chalicelib.api.queries import media_query
    from chalicelib.api.serializers import media_json
    from chalicelib.browse import file_hashes
    from chalicelib.visit import visible_page

    query, tables = media_query(randbelow, **given), _tables()
    page = visible_page(_visitor(), tables, query)
    hashes = file_hashes(tables.assets, page.entries) if fields == "all" else None
    return _fresh(_told(media_json(query, page, hashes, _shown()), guest_page))


@route("GET", "/gallery/date-range")
def date_range(by: str, **given: Any) -> Response:
    from chalicelib.api.guest_json import guest_months
    from chalicelib.api.queries import filter_of
    from chalicelib.api.serializers import months_json
    from chalicelib.visit import visible_months

    by_day = by == "day"
    found = visible_months(_visitor(), _tables(), filter_of(**given), by_day=by_day)
    return _revalidated(_told(months_json(found, by_day=by_day), guest_months))


@route("GET", "/gallery/buckets/{month}")
def bucket(month: str, part: int, revision: int | None, **given: Any) -> Response:
    from chalicelib.api.guest_json import guest_bucket
    from chalicelib.api.queries import bucket_of, filter_of
    from chalicelib.api.serializers import bucket_json
    from chalicelib.visit import visible_part

    asked, visitor = filter_of(**given), _visitor()
    found = visible_part(visitor, _tables(), asked, bucket_of(month), part)
    # Only what was read under the revision asked for may be kept under its address; and nothing
    # whose addresses open for some hours only.
    is_kept = found.revision == revision and _is_owner(visitor)
    body = _told(bucket_json(found, asked.gallery, asked.view, _shown()), guest_bucket)
    return Response(body=body, headers=_FOR_EVER if is_kept else _NO_STORE)


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
    return _fresh(faces_json(query, faces_page(_tables(), query), _shown()))


@route("PUT", "/gallery/persons/{id}")
def change_person(**given: Any) -> Response:
    from chalicelib.api.serializers import person_json
    from chalicelib.identify import change_person

    return _fresh(person_json(change_person(**given, people=gallery().people)))


@route("POST", "/gallery/persons/{id}/merge")
def merge_person(**given: Any) -> Response:
    from chalicelib.api.serializers import merge_json
    from chalicelib.merge_persons import merge_persons

    return _fresh(merge_json(merge_persons(**given, tables=_tables())))


@route("GET", "/gallery/thumbnail/{id}")
def thumbnail(id: str, size: "Size") -> Response:
    from chalicelib.render_on_demand import rendition_key

    here = gallery()
    return _redirect(rendition_key(id, size, _tables().assets, here.media, here.draw))


@route("GET", "/gallery/serve")
def serve(**given: Any) -> Response:
    from chalicelib.browse import asset_of_path

    return _original(asset_of_path(_tables().assets, **given))


@route("GET", "/gallery/assets/{id}")
def asset(id: str) -> Response:
    return _asset(_tables().assets.get(id))


@route("GET", "/gallery/assets/{id}/original")
def original(id: str) -> Response:
    return _original(_tables().assets.get(id))


@route("PUT", "/gallery/assets/{id}/favorite")
def add_favorite(id: str) -> Response:
    from chalicelib.curate import set_favorite

    return _asset(set_favorite(id, True, _tables()))


@route("DELETE", "/gallery/assets/{id}/favorite")
def remove_favorite(id: str) -> Response:
    from chalicelib.curate import set_favorite

    return _asset(set_favorite(id, False, _tables()))


@route("PUT", "/gallery/assets/{id}/visibility")
def change_visibility(id: str, visibility: "Visibility") -> Response:
    from chalicelib.curate import set_visibility

    return _asset(set_visibility(id, visibility, _tables()))


@route("PUT", "/gallery/assets/{id}/details")
def correct_asset(id: str, **given: Any) -> Response:
    from chalicelib.api.changes import said_of
    from chalicelib.correct import correct

    time_zone = gallery().settings.time_zone
    return _asset(correct(id, said_of(**given), time_zone, _tables()))


@route("DELETE", "/gallery/assets/{id}")
def delete_asset(id: str) -> Response:
    from chalicelib.curate import delete

    return _asset(delete(id, _tables()))


@route("POST", "/gallery/assets/{id}/restore")
def restore_asset(id: str) -> Response:
    from chalicelib.curate import restore

    return _asset(restore(id, _tables(), gallery().media))


@route("POST", "/gallery/assets/{id}/purge")
def purge_asset(id: str) -> Response:
    from chalicelib.purge import purge

    purge(id, _tables(), gallery().media)
    return _done()


@route("DELETE", "/gallery/bin")
def empty_the_bin(**given: Any) -> Response:
    from chalicelib.api.serializers import emptied_json
    from chalicelib.purge import empty_bin

    media = gallery().media
    return _fresh(emptied_json(empty_bin(**given, tables=_tables(), media=media)))


@route("POST", "/gallery/bulk")
def bulk(ids: Sequence[str], **given: Any) -> Response:
    from uuid import uuid4

    from chalicelib.api.changes import bulk_change
    from chalicelib.api.serializers import bulk_json
    from chalicelib.bulk import change_many

    here, change = gallery(), bulk_change(lambda: uuid4().hex, **given)
    results = change_many(change, ids, _tables(), here.media, here.settings.time_zone)
    return _fresh(bulk_json(results, _shown()))


@route("GET", "/gallery/failures")
def failures(**given: Any) -> Response:
    from chalicelib.api.queries import failures_query
    from chalicelib.api.serializers import failures_json
    from chalicelib.failures import failures_page

    query = failures_query(**given)
    tables = _tables()
    found = failures_page(tables.pages, tables.assets, query)
    return _fresh(failures_json(query, found, _shown()))


@route("POST", "/gallery/failures/{id}/retry")
def retry_failure(id: str) -> Response:
    from chalicelib.api.serializers import retry_json
    from chalicelib.failures import retry

    return _accepted(retry_json(retry(id, _tables().assets, gallery().uploads)))


@route("POST", "/gallery/failures/retry")
def retry_failures(**given: Any) -> Response:
    from chalicelib.api.serializers import retry_json
    from chalicelib.failures import retry_many

    results = retry_many(**given, assets=_tables().assets, queue=gallery().uploads)
    return _accepted({"results": [retry_json(result) for result in results]})


@route("POST", "/gallery/uploads")
def uploads(**given: Any) -> Response:
    from chalicelib.api.tickets import ticket_json
    from chalicelib.upload import Upload, start_upload

    ticket = start_upload(Upload(**given), _tables(), gallery().media)
    return _fresh(ticket_json(ticket))


@route("POST", "/gallery/uploads/{id}/complete")
def complete(id: str, **given: Any) -> Response:
    from chalicelib.upload import complete_upload

    status = complete_upload(id, **given, assets=_tables().assets, media=gallery().media)
    return _fresh({"id": id, "status": status})


@route("POST", "/session")
def sign_in(
    email: str, password: str | None, session: str | None, new_password: str | None
) -> Response:
    from chalicelib.sign_in import choose_password, sign_in
    from chalicelib.storage.accounts import NewPasswordNeeded

    here = gallery()
    signer = here.signing.signer()  # first: nothing may be missing once a password is set
    if session is None:
        answer = sign_in(email, password or "", here.door)
    else:
        answer = choose_password(email, session, new_password or "", here.door)
    if isinstance(answer, NewPasswordNeeded):
        return _fresh({"state": "new_password", "session": answer.session})
    told = _fresh({"state": "signed_in", "session": None})
    return _with_cookies(told, _own_cookies(answer, signer))


@route("GET", "/session")
def session() -> Response:
    from chalicelib.api.session_json import guest_json, owner_json
    from chalicelib.domain.visitor import Owner
    from chalicelib.galleries import owned_galleries

    visitor, access = _visitor(), gallery().access
    if isinstance(visitor, Owner):
        return _fresh(owner_json(visitor, owned_galleries(visitor, access)))
    return _fresh(guest_json(visitor, access.galleries({visitor.share.gallery})))


@route("DELETE", "/session")
def sign_out() -> Response:
    from contextlib import suppress

    from chalicelib.api.cookies import REFRESH, SESSION, forgotten_session

    here, cookies = gallery(), _cookies()
    galleries: frozenset[str] = frozenset()
    if SESSION in cookies:
        # Also of a session that a new password has ended: its photo cookies may still open.
        with suppress(SignInRequiredError):  # over: so are they
            galleries = here.access.galleries_of(here.token_keys.claims(cookies[SESSION]).id)
    if REFRESH in cookies:
        here.accounts.sign_out(cookies[REFRESH])
    answer = _with_cookies(_done(), forgotten_session(sorted(galleries)))
    answer.headers["Clear-Site-Data"] = '"cache"'  # months that the next one here must not read
    return answer


@route("POST", "/session/refresh")
def refresh_session() -> Response:
    from chalicelib.api.cookies import REFRESH
    from chalicelib.sign_in import stay

    token = _cookies().get(REFRESH)
    if not token:
        raise SignInRequiredError("nobody is signed in here")
    try:
        answer = stay(token, gallery().door)
    except SignInRefusedError as error:
        raise SignInRequiredError("signed out since") from error
    return _with_cookies(_done(), _own_cookies(answer, gallery().signing.signer()))


@route("POST", "/session/password/forgot")
def forgot_password(email: str) -> Response:
    from chalicelib.sign_in import send_code

    send_code(email, gallery().door)
    return _done()


@route("POST", "/session/password/reset")
def reset_password(**given: Any) -> Response:
    from chalicelib.sign_in import reset_password

    reset_password(**given, door=gallery().door)
    return _done()


@route("PUT", "/session/password")
def change_password(**given: Any) -> Response:
    from chalicelib.sign_in import change_password

    here = gallery()
    signer = here.signing.signer()  # first, as above
    answer = change_password(_owner().email, **given, door=here.door)
    return _with_cookies(_done(), _own_cookies(answer, signer))


@route("POST", "/session/share")
def open_share(token: str, password: str | None) -> Response:
    from chalicelib.api.cookies import share_cookie
    from chalicelib.api.session_json import opened_json
    from chalicelib.share import open_share, shown

    now = _chance().now
    guest = open_share(token, password, gallery().access, now)
    ends_at = guest.share.expires_at
    seconds = None if ends_at is None else int((ends_at - now).total_seconds())
    cookie = share_cookie(shown(guest), seconds)
    return _with_cookies(_fresh(opened_json(guest.share)), [cookie])


@route("GET", "/galleries")
def galleries() -> Response:
    from chalicelib.api.session_json import gallery_json
    from chalicelib.galleries import owned_galleries

    found = owned_galleries(_owner(), gallery().access)
    return _fresh([gallery_json(known) for known in found])


@route("POST", "/galleries")
def create_gallery(name: str) -> Response:
    from secrets import token_hex

    from chalicelib.api.cookies import photo_cookies, told_anew
    from chalicelib.api.session_json import gallery_json
    from chalicelib.galleries import create_gallery

    here, owner = gallery(), _owner()
    made = create_gallery(name, owner, here.access, token_hex(3))
    values = here.signing.signer().cookies(made.id, owner.expires_at)
    answer = Response(body=gallery_json(made), status_code=201, headers=_NO_STORE)
    return _with_cookies(answer, [told_anew(made.id), *photo_cookies(made.id, values)])


@route("POST", "/galleries/{gallery}/owners")
def invite_owner(**given: Any) -> Response:
    from chalicelib.api.session_json import gallery_json
    from chalicelib.galleries import invite_owner

    here = gallery()
    found = invite_owner(**given, owner=_owner(), access=here.access, accounts=here.accounts)
    return _fresh(gallery_json(found))


@route("DELETE", "/galleries/{gallery}/owners/{owner}")
def remove_owner(owner: str, **given: Any) -> Response:
    from chalicelib.api.session_json import gallery_json
    from chalicelib.galleries import remove_owner

    found = remove_owner(**given, user=owner, owner=_owner(), access=gallery().access)
    return _fresh(gallery_json(found))


@route("GET", "/shares")
def shares(**given: Any) -> Response:
    from chalicelib.api.session_json import share_json
    from chalicelib.share import shares_of

    now = _chance().now
    found = shares_of(**given, access=gallery().access)
    return _fresh([share_json(share, now) for share in found])


@route("POST", "/shares")
def create_share(asset_ids: tuple[str, ...] | None, **given: Any) -> Response:
    from chalicelib.api.changes import said_of_share
    from chalicelib.api.session_json import share_json
    from chalicelib.share import create_share

    place, chance, assets = given.pop("gallery"), _chance(), _tables().assets
    said = said_of_share(**given)
    made = create_share(place, asset_ids, said, _owner(), gallery().access, assets, chance)
    return Response(body=share_json(made, chance.now), status_code=201, headers=_NO_STORE)


@route("PUT", "/shares/{id}")
def change_share(id: str, **given: Any) -> Response:
    from chalicelib.api.changes import said_of_share
    from chalicelib.api.session_json import share_json
    from chalicelib.share import change_share

    chance = _chance()
    changed = change_share(id, said_of_share(**given), _owner(), gallery().access, chance)
    return _fresh(share_json(changed, chance.now))


@route("DELETE", "/shares/{id}")
def revoke_share(id: str) -> Response:
    from chalicelib.share import revoke_share

    revoke_share(id, _owner(), gallery().access, _chance().now)
    return _done()


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

    here = gallery()
    return _carry_out(event, lambda errand: give_up(errand, here.assets, here.media))


@app.on_dynamodb_record(stream_arn="assets-stream")
def refresh_pages(event: DynamoDBEvent) -> None:
    """Bring the pages up to the rows that changed (DynamoDB stream)."""
    from chalicelib.merge_persons import move_on
    from chalicelib.refresh_pages import changed_rows, changes_by_bucket, sync_all

    here = gallery()
    records = event.to_dict()["Records"]
    changes = changes_by_bucket(changed_rows(records, here.settings.bucket))
    synced = sync_all(changes, here.tables)
    merged = move_on(changes, here.tables)
    _tell_unmoved(merged.failed)
    log().info(
        "pages refreshed",
        records=len(records),
        buckets=synced.buckets,
        conflicts=synced.conflicts,
        merged=merged.lists,
    )
    tell(here.settings.environment, page_conflicts=synced.conflicts)


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

    here = gallery()
    answer = backfill(event, here.studio, seconds_left)
    report = answer.get("report", {})
    log().info("backfill went on", found=report.get("found"), migrated=report.get("migrated"))
    if "merge" not in event:  # else all of it was told before, call by call
        before = event.get("report") or {}
        made, failed = (report.get(n, 0) - before.get(n, 0) for n in ("migrated", "failed"))
        tell(here.settings.environment, thumbnails_made=made, thumbnails_failed=failed)
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
        log().warning("asset not purged", asset_id=result.id, error=str(result.error))
    log().info("bin purged", purged=expiry.purged, is_done=expiry.is_done)
    # Of persons that were merged while nobody went on with it.
    merged = finish_merges(here.tables, lambda: not _has_time(event))
    _tell_unmoved(merged.failed)
    log().info("merges finished", lists=merged.lists, is_done=merged.is_done)


@app.schedule("cron(0 4 ? * SUN *)")  # once a week
def audit_pages(event: CloudWatchEvent) -> None:
    """Compare every list with the rows, and repair what differs (schedule)."""
    from chalicelib.audit_pages import audit_pages, repair_pages

    tables = gallery().tables
    audit = audit_pages(tables)
    log().info(
        "pages audited",
        rows=audit.rows,
        differences=audit.differences,
        stray_leaves=sum(map(len, audit.stray_leaves.values())),
        unfinished_merges=len(audit.unfinished_merges),
    )
    is_done = repair_pages(audit, tables, lambda: not _has_time(event))
    log().info("pages repaired", is_done=is_done)


def _tell_unmoved(failed: "Sequence[BulkResult]") -> None:
    for result in failed:
        log().warning("asset keeps a merged person", asset_id=result.id, error=str(result.error))


def _take_in(event: SQSEvent, send_on: "SendOn | None" = None) -> dict[str, Any]:
    from chalicelib.take_in import carry_out

    here = gallery()
    return _carry_out(event, lambda errand: carry_out(errand, here.studio, send_on))


def _carry_out(event: SQSEvent, handle: "Callable[[Errand], str]") -> dict[str, Any]:
    """Handle a batch of messages, and tell how many thumbnails came of it."""
    from collections import Counter

    from chalicelib.object_events import handle_messages

    outcomes: Counter[str] = Counter()

    def counted(errand: "Errand") -> str:
        outcome = handle(errand)
        outcomes[outcome] += 1
        return outcome

    settings = gallery().settings
    answer = handle_messages(event.to_dict(), settings.bucket, counted, log())
    failed = outcomes["undrawable"] + outcomes["recorded"]
    tell(settings.environment, thumbnails_made=outcomes["drawn"], thumbnails_failed=failed)
    return answer


def _draw(event: dict[str, Any]) -> dict[str, Any]:
    from chalicelib.draw import draw_rendition

    answer = draw_rendition(event, gallery().studio)
    log().info("rendition drawn", asset_id=event.get("id"), **answer)
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


def _who_asks(entry: "Route") -> "Visitor":
    """The visitor whom the authorizer let in.

    Raises:
        SignInRequiredError: It let nobody in, or they are not known any more.
        ForbiddenError: The route is not for them.
    """
    from datetime import UTC, datetime

    from chalicelib.api.cookies import SHARE
    from chalicelib.authorize import guest_of, told_owner

    current, now = _current(), datetime.now(UTC)
    told = (current.context.get("authorizer") or {}).get("visitor")
    if not isinstance(told, str):
        raise SignInRequiredError("the authorizer let nobody in")
    visitor: Visitor | None = told_owner(told)
    asked_as = current.headers.get(_ASKED_AS)
    if visitor is None and asked_as == "owner":
        raise SignInRequiredError("a link is open here, and nobody is signed in")
    if visitor is None or asked_as == "guest":
        visitor = guest_of(_cookies().get(SHARE, ""), gallery().access, now)
    if not visitor.is_known(now):
        raise SignInRequiredError("not signed in any more")
    if not visitor.may_ask(entry.access):
        raise ForbiddenError("this is for the owners of a gallery")
    return visitor


def _visitor() -> "Visitor":
    visitor = _visitor_now.get()
    if visitor is None:
        raise RuntimeError("an open route asks who is there")
    return visitor


def _owner() -> "Owner":
    from chalicelib.domain.visitor import Owner

    visitor = _visitor()
    if not isinstance(visitor, Owner):
        raise RuntimeError("a guest was let into a route of owners")
    return visitor


def _is_owner(visitor: "Visitor") -> bool:
    from chalicelib.domain.visitor import Owner

    return isinstance(visitor, Owner)


def _tables() -> "Tables":
    """The tables as the visitor sees them: no row that is not theirs."""
    return gallery().tables.seen_by(_visitor().may_open)


def _signed() -> Callable[[str], str]:
    """Signs addresses, until a full hour; for guests never longer than their link shows it."""
    from datetime import UTC, datetime

    from chalicelib.domain.visitor import Guest
    from chalicelib.storage.signing import address_until

    signer, until = gallery().signing.signer(), address_until(datetime.now(UTC))
    visitor = _visitor()
    if isinstance(visitor, Guest) and visitor.share.expires_at is not None:
        until = min(until, visitor.share.expires_at)
    return lambda address: signer.signed_address(address, until)


def _shown() -> "Show":
    """What the visitor is told of an item: its owners all of it."""
    from chalicelib.api.guest_json import guest_item
    from chalicelib.api.owner_json import owner_items
    from chalicelib.domain.visitor import Guest

    visitor = _visitor()
    if not isinstance(visitor, Guest):
        return owner_items(visitor.galleries)
    sign, may_download = _signed(), visitor.share.may_download
    return lambda item: guest_item(item, may_download, sign)


def _told(body: Any, to_guest: Callable[[Any], Any]) -> Any:
    """What the visitor is told of an answer: its owners all of it."""
    return body if _is_owner(_visitor()) else to_guest(body)


def _chance() -> "Chance":
    from datetime import UTC, datetime
    from secrets import token_bytes, token_urlsafe

    from chalicelib.share import Chance

    return Chance(token_urlsafe, token_bytes, datetime.now(UTC))


def _cookies() -> dict[str, str]:
    from chalicelib.api.cookies import read_cookies

    return read_cookies(_current().headers.get("cookie"))


def _own_cookies(signed_in: "SignedIn", signer: "Signer") -> list[str]:
    """All that somebody shows who signed in: for the API, and for the photos of each gallery."""
    from chalicelib.api.cookies import photo_cookies, session_cookies

    tokens, owner = signed_in.tokens, signed_in.owner
    return [
        *session_cookies(tokens.id_token, tokens.refresh_token),
        *(
            cookie
            for known in sorted(owner.galleries)
            for cookie in photo_cookies(known, signer.cookies(known, owner.expires_at))
        ),
    ]


def _with_cookies(answer: Response, cookies: Sequence[str]) -> Response:
    headers: Headers = {**answer.headers, "Set-Cookie": list(cookies)}
    return Response(body=answer.body, status_code=answer.status_code, headers=headers)


def _done() -> Response:
    return Response(body="", status_code=204, headers=_NO_STORE)


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
    from chalicelib.api.guest_json import guest_asset
    from chalicelib.api.owner_json import owner_items
    from chalicelib.api.serializers import asset_json
    from chalicelib.domain.visitor import Guest
    from chalicelib.merge_persons import with_heirs

    visitor = _visitor()
    if isinstance(visitor, Guest):
        return _fresh(guest_asset(asset_json(asset), visitor.share.may_download, _signed()))
    (known,) = with_heirs([asset], gallery().people)
    return _fresh(owner_items(visitor.galleries)(asset_json(known)))


def _original(asset: "Asset") -> Response:
    if not _visitor().may_download(asset):
        raise ForbiddenError("the link gives no originals out")
    return _redirect(asset.key)


def _redirect(key: str) -> Response:
    from chalicelib.api.owner_json import opens
    from chalicelib.domain.photo_address import photo_address
    from chalicelib.domain.visitor import Owner

    address, visitor = photo_address(key), _visitor()
    if not (isinstance(visitor, Owner) and opens(address, visitor.galleries)):
        address = _signed()(address)
    return Response(body="", status_code=302, headers={"Location": address, **_NO_STORE})


def _without_body(answer: Response) -> Response:
    return Response(body="", status_code=answer.status_code, headers=answer.headers)
