"""The gallery's errors as HTTP: one JSON shape with a stable code.

A decorator, not middleware: Chalice turns an unknown exception into a 500 before any
HTTP middleware sees it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from aws_lambda_powertools import Logger
from chalice.app import Response

from chalicelib.errors import (
    AssetNotFoundError,
    ConflictError,
    ForeignOriginError,
    GalleryError,
    InvalidParameterError,
    InvalidRequestError,
    NotFoundError,
    PagesBusyError,
    StorageUnavailableError,
    ThumbnailPendingError,
    UndrawableError,
    UnsupportedMediaTypeError,
)

P = ParamSpec("P")

# The first class that fits decides: subclasses stand before their bases.
_ANSWERS: tuple[tuple[type[GalleryError], int, str], ...] = (
    (InvalidParameterError, 400, "invalid_parameter"),
    (UnsupportedMediaTypeError, 415, "unsupported_media_type"),
    (ForeignOriginError, 403, "foreign_origin"),
    (InvalidRequestError, 400, "invalid_request"),
    (AssetNotFoundError, 404, "not_found"),
    (NotFoundError, 404, "not_found"),
    (ConflictError, 409, "conflict"),
    (UndrawableError, 422, "undrawable"),
    (ThumbnailPendingError, 503, "thumbnail_pending"),
    (PagesBusyError, 503, "busy"),
    (StorageUnavailableError, 503, "storage_unavailable"),
)
_RETRY_AFTER_SECONDS = "2"


def http_errors(logger: Logger) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Answer every error in the gallery's shape; what nobody foresaw is logged and a 500."""

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
            try:
                return view(*args, **kwargs)
            except GalleryError as error:
                answer = error_response(error)
                if answer.status_code >= 500:
                    logger.warning("request failed", error=str(error))
                return answer
            except Exception:
                logger.exception("request crashed")
                return _response(500, "internal", "something went wrong here; it was logged")

        return wrapped

    return decorate


def error_response(error: GalleryError) -> Response:
    """The answer that an error on purpose gives."""
    fitting = ((status, code) for kind, status, code in _ANSWERS if isinstance(error, kind))
    status, code = next(fitting, (500, "internal"))
    details: dict[str, str] = {}
    if isinstance(error, InvalidParameterError):
        details["parameter"] = error.parameter
    if isinstance(error, UndrawableError):
        details["reason"] = error.reason
    message = str(error) if code != "internal" else "the gallery is not set up right; see its log"
    return _response(status, code, message, details)


def _response(
    status: int, code: str, message: str, details: dict[str, str] | None = None
) -> Response:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = _RETRY_AFTER_SECONDS
    body = {"error": {"code": code, "message": message, **(details or {})}}
    return Response(body=body, status_code=status, headers=headers)
