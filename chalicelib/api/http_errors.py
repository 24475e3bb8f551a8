"""The gallery's errors as HTTP: one JSON shape with a stable code.

A decorator, not middleware: Chalice turns an unknown exception into a 500 before any
HTTP middleware sees it.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from chalice.app import Response

from chalicelib.errors import (
    ConflictError,
    ForbiddenError,
    ForeignOriginError,
    GalleryError,
    InvalidParameterError,
    InvalidRequestError,
    NotFoundError,
    PagesBusyError,
    PartsMissingError,
    PasswordRequiredError,
    PasswordSetError,
    RowTooLargeError,
    SignInRefusedError,
    SignInRequiredError,
    StorageUnavailableError,
    ThumbnailPendingError,
    TooManyTriesError,
    UndatedError,
    UndrawableError,
    UnsupportedMediaTypeError,
)

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

P = ParamSpec("P")

# The first class that fits decides: subclasses stand before their bases.
ANSWERS: tuple[tuple[type[GalleryError], int, str], ...] = (
    (InvalidParameterError, 400, "invalid_parameter"),
    (UnsupportedMediaTypeError, 415, "unsupported_media_type"),
    (ForeignOriginError, 403, "foreign_origin"),
    (InvalidRequestError, 400, "invalid_request"),
    (SignInRequiredError, 401, "sign_in_required"),
    (SignInRefusedError, 401, "sign_in_refused"),
    (PasswordRequiredError, 401, "password_required"),
    (ForbiddenError, 403, "forbidden"),
    (TooManyTriesError, 429, "too_many_tries"),
    (NotFoundError, 404, "not_found"),
    (UndatedError, 409, "undated"),
    (PartsMissingError, 409, "parts_missing"),
    (ConflictError, 409, "conflict"),
    (RowTooLargeError, 413, "row_too_large"),
    (UndrawableError, 422, "undrawable"),
    (ThumbnailPendingError, 503, "thumbnail_pending"),
    (PagesBusyError, 503, "busy"),
    (StorageUnavailableError, 503, "storage_unavailable"),
    (PasswordSetError, 500, "password_set"),
    (GalleryError, 500, "internal"),
)
# What is said in place of an error's own words: nobody is told what is not theirs to know.
_SAID = {
    "not_found": "nothing is here",
    "sign_in_required": "sign in first",
    "internal": "something went wrong here; it was logged",
}
_RETRY_AFTER_SECONDS = {503: "2", 429: "900"}


def http_errors(log: "Callable[[], Logger]") -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Answer every error in the gallery's shape; what nobody foresaw is logged and a 500."""

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
            try:
                return view(*args, **kwargs)
            except GalleryError as error:
                answer = error_response(error)
                if answer.status_code >= 500:
                    cause = error.__cause__  # of ours only: others' words may hold e-mails
                    of_ours = isinstance(cause, GalleryError)
                    told: dict[str, Any] = {"cause": str(cause)} if of_ours else {}
                    log().warning("request failed", error=str(error), **told)
                return answer
            except Exception:
                logger = log()
                logger.exception("request crashed")
                return _response(*_described(GalleryError()))

        return wrapped

    return decorate


def error_response(error: GalleryError) -> Response:
    """The answer that an error on purpose gives."""
    return _response(*_described(error))


def error_code(answer: Response) -> str | None:
    """What kind of error an answer tells; None for any other."""
    told = answer.body.get("error") if isinstance(answer.body, dict) else None
    return str(told["code"]) if isinstance(told, dict) and "code" in told else None


def error_json(error: GalleryError) -> dict[str, str]:
    """An error as part of an answer."""
    return _described(error)[1]


def _described(error: GalleryError) -> tuple[int, dict[str, str]]:
    status, code = next((s, c) for kind, s, c in ANSWERS if isinstance(error, kind))
    described = {"code": code, "message": _SAID.get(code) or str(error)}
    if isinstance(error, InvalidParameterError):
        described["parameter"] = error.parameter
    if isinstance(error, UndrawableError):
        described["reason"] = error.reason
    return status, described


def _response(status: int, described: dict[str, str]) -> Response:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    if (seconds := _RETRY_AFTER_SECONDS.get(status)) is not None:
        headers["Retry-After"] = seconds
    return Response(body={"error": described}, status_code=status, headers=headers)
