import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.api.http_errors import error_response, http_errors


class Ear:
    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, Any]]] = []

    def warning(self, message, **data):
        self.said.append(("warning", message, data))

    def exception(self, message, **data):
        self.said.append(("exception", message, data))


def wrapped(ear: Any, view: Callable[[], Any]) -> Any:
    return http_errors(lambda: ear)(view)()


def raised(error: Exception) -> tuple[Any, list[tuple[str, str, dict[str, Any]]]]:
    ear = Ear()

    def view() -> Any:
        raise error

    return wrapped(ear, view), ear.said


BAD_LIMIT = errors.InvalidParameterError("limit", "?")


@pytest.mark.parametrize(
    ("error", "status", "code", "more"),
    [
        (BAD_LIMIT, 400, "invalid_parameter", {"parameter": "limit"}),
        (errors.InvalidRequestError("?"), 400, "invalid_request", {}),
        (errors.UnsupportedMediaTypeError("?"), 415, "unsupported_media_type", {}),
        (errors.ForeignOriginError("?"), 403, "foreign_origin", {}),
        (errors.AssetNotFoundError("?"), 404, "not_found", {}),
        (errors.ObjectNotFoundError("?"), 404, "not_found", {}),
        (errors.ConflictError("?"), 409, "conflict", {}),
        (errors.UndrawableError("corrupt", "?"), 422, "undrawable", {"reason": "corrupt"}),
        (errors.ThumbnailPendingError("?"), 503, "thumbnail_pending", {}),
        (errors.PagesBusyError("?"), 503, "busy", {}),
        (errors.StorageUnavailableError("?"), 503, "storage_unavailable", {}),
        (errors.SetupError("table assets not found"), 500, "internal", {}),
        (ZeroDivisionError("?"), 500, "internal", {}),
    ],
)  # fmt: skip
def test_every_error_has_one_shape_a_status_and_a_stable_code(error, status, code, more):
    answer, _ = raised(error)

    assert answer.status_code == status
    assert answer.body["error"].keys() == {"code", "message", *more}
    assert answer.body["error"]["code"] == code
    assert answer.body["error"].items() >= more.items()
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (status == 503)
    json.dumps(answer.body)


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.GalleryError)
    ],
)
def test_no_error_of_ours_is_without_an_answer(kind):
    arguments = {"InvalidParameterError": ("p", "?"), "UndrawableError": ("corrupt", "?")}
    answer = error_response(kind(*arguments.get(kind.__name__, ("?",))))

    assert 400 <= answer.status_code < 600


def test_what_is_wrong_with_the_setup_is_said_in_the_log_alone():
    answer, said = raised(errors.SetupError("table secret-name not found"))

    assert "secret-name" not in json.dumps(answer.body)
    assert said == [("warning", "request failed", {"error": "table secret-name not found"})]


def test_a_crash_is_logged_with_its_traceback_and_says_nothing_to_the_caller():
    answer, said = raised(RuntimeError("the password is"))

    assert "password" not in json.dumps(answer.body)
    assert said == [("exception", "request crashed", {})]


def test_a_mistake_of_the_caller_is_not_logged():
    assert raised(errors.InvalidParameterError("search", "Grandma Mary"))[1] == []


def test_an_answer_without_an_error_is_passed_through():
    assert wrapped(Ear(), lambda: "as it is") == "as it is"
