"""The queue of uploads and its dead letters, as AWS keeps them."""

from collections.abc import Callable
from typing import Any

from chalicelib.object_events import handle_messages
from chalicelib.take_in import carry_out
from tests.builders import BUCKET, MemoryGallery, an_s3_record, an_sqs_event
from tests.memory import Killed
from tests.site import CONTEXT

ATTEMPTS = 5  # of a message, before it goes to the dead letters


class Deliveries:
    """Messages about keys.

    Attributes:
        waiting: To be delivered, the first time or again.
        dead: Given up.
    """

    def __init__(self, *keys: str) -> None:
        self.waiting = [
            {**message, "messageId": f"m{number}"}
            for number, key in enumerate(keys)
            for message in an_sqs_event({"Records": [an_s3_record(key)]})["Records"]
        ]
        self.dead: list[dict[str, Any]] = []

    def deliver(self, messages: list[dict[str, Any]], function: Callable[..., Any]) -> None:
        """Deliver a batch; what fails waits to be delivered again, or is dead by then."""
        try:
            answer = function({"Records": messages}, CONTEXT)
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        except Killed:
            failed = {message["messageId"] for message in messages}
        for message in messages:
            if message["messageId"] in failed:
                count = int(message["attributes"]["ApproximateReceiveCount"])
                attributes = {"ApproximateReceiveCount": str(count + 1)}
                where = self.waiting if count < ATTEMPTS else self.dead
                where.append({**message, "attributes": attributes})


def failed_messages(gallery: MemoryGallery, message: dict[str, Any]) -> list[str]:
    """Deliver a message to the upload function; gives those to be delivered again."""
    event = {"Records": [message]}
    answer = handle_messages(event, BUCKET, lambda e: carry_out(e, gallery.studio), _Quiet())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


class _Quiet:
    """A log that nobody reads."""

    def info(self, *_: Any, **__: Any) -> None:
        """Say nothing."""

    warning = exception = info
