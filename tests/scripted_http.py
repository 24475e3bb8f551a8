"""botocore's real clients, whose HTTP answers are written by the test: retries and all."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse


@dataclass
class Answer:
    """One HTTP answer.

    Attributes:
        status: Of the response.
        body: Its bytes; a value is sent as JSON.
        headers: Of the response.
        cut_after: The connection breaks after so many bytes of the body.
    """

    status: int = 200
    body: bytes | dict[str, Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None

    def as_response(self, url: str) -> AWSResponse:
        """In the form botocore takes it."""
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers: Any = {"Content-Length": str(len(body)), **self.headers}
        return AWSResponse(url, self.status, headers, _Raw(body[: self.cut_after]))


class _Raw(io.BytesIO):
    def stream(self, amt: int = 1024, decode_content: bool | None = None) -> Any:  # noqa: ARG002
        while piece := self.read(amt):
            yield piece


class ScriptedHttp:
    """Answers a client's requests one by one.

    Args:
        client: botocore's, whose requests are answered here.
        answers: In order; an exception is raised where the network would.

    Attributes:
        requests: What was sent.
    """

    def __init__(self, client: Any, *answers: Answer | Exception) -> None:
        self.requests: list[Any] = []
        self._answers = list(answers)
        client.meta.events.register_first("before-send.*.*", self._answer)

    @property
    def bodies(self) -> list[Any]:
        """The requests' JSON bodies."""
        return [json.loads(request.body) for request in self.requests]

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.requests.append(request)
        assert self._answers, "more requests than answers were written"
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer.as_response(request.url)


def s3_error(status: int, code: str) -> Answer:
    """An error as S3 says it."""
    body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return Answer(status, body.encode())


def dynamodb_error(status: int, code: str, **fields: Any) -> Answer:
    """An error as DynamoDB says it."""
    return Answer(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **fields})
