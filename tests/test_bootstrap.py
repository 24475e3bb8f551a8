"""Drawing on demand: which function is asked, and for how long."""

import json
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.bootstrap import Gallery
from chalicelib.errors import StorageUnavailableError
from chalicelib.settings import Settings

SETTINGS = Settings(
    "photos", "assets", "pages", "people", "draw", ZoneInfo("UTC"), heavy_function="draw-heavy"
)
PAYLOAD = {"id": "a1", "size": "small"}
READY, HEAVY = {"state": "ready"}, {"state": "heavy"}


class Functions(Gallery):
    """A gallery whose functions answer as they are told to.

    Attributes:
        called: Which functions were called, and how long each was waited for, seconds.
    """

    def __init__(self, **answers: Any) -> None:
        super().__init__(SETTINGS)
        self.answers = answers
        self.called: dict[str, float] = {}

    def _client(
        self,
        service: str,
        attempts: int,
        read_seconds: float = 0,
        connect_seconds: float = 0,  # noqa: ARG002 (as the real one has it)
        **_: Any,
    ) -> "Functions":
        assert (service, attempts) == ("lambda", 1)
        self.read_seconds = read_seconds
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's names
        self.called[FunctionName] = self.read_seconds
        assert json.loads(Payload) == PAYLOAD
        answer = self.answers[FunctionName.replace("-", "_")]
        if isinstance(answer, Exception):
            raise answer
        return {"Payload": BytesIO(json.dumps(answer).encode())}


def test_the_heavy_function_is_not_called_for_what_the_other_one_draws():
    gallery = Functions(draw=READY)

    assert gallery.draw(PAYLOAD) == READY
    assert list(gallery.called) == ["draw"]


def test_what_needs_every_decoder_is_drawn_by_the_heavy_function_in_the_time_that_is_left():
    gallery = Functions(draw=HEAVY, draw_heavy=READY)

    assert gallery.draw(PAYLOAD) == READY
    assert list(gallery.called) == ["draw", "draw-heavy"]
    assert 19 < gallery.called["draw-heavy"] < gallery.called["draw"] == 20


def test_a_function_that_does_not_answer_is_named():
    gallery = Functions(draw=HEAVY, draw_heavy=ReadTimeoutError(endpoint_url="x"))

    with pytest.raises(StorageUnavailableError, match="function draw-heavy did not answer"):
        gallery.draw(PAYLOAD)
