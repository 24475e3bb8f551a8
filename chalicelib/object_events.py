"""What S3 says happened in the bucket, and what people ask for, as both arrive by SQS."""

import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import unquote_plus

from chalicelib.domain.errand import Errand, ObjectChanged, RetryAsked, sequencer_of
from chalicelib.errors import ForeignKeyRefusedError

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
_KNOWN_MAJOR_VERSION = "2"
_OBJECT_EVENTS = ("ObjectCreated:", "ObjectRemoved:", "ObjectRestore:", "LifecycleExpiration:")


class Log(Protocol):
    """The part of a logger that is used here."""

    def info(self, msg: str, **data: Any) -> None:
        """Say what happened."""

    def warning(self, msg: str, **data: Any) -> None:
        """Say what was left alone."""

    def exception(self, msg: str, **data: Any) -> None:
        """Say what went wrong, with its traceback."""


def handle_messages(
    event: dict[str, Any], bucket: str, handle: Callable[[Errand], str], log: Log
) -> dict[str, Any]:
    """Handle everything that a batch of messages asks for, each message for itself.

    Args:
        event: Of SQS; its bodies are S3's notifications, or `Errand.message`.
        bucket: Ours; what happened in another is left alone.
        handle: Told an errand, returns what it did.
        log: Told the outcome of each.

    Returns:
        The partial failure of the batch: messages to be delivered again.
    """
    failed = []
    for message in event["Records"]:
        try:
            is_done = _handle_message(message, bucket, handle, log)
        except Exception as error:
            log.exception("message failed", message_id=message["messageId"], error=str(error))
            is_done = False
        if not is_done:
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def _handle_message(
    message: dict[str, Any], bucket: str, handle: Callable[[Errand], str], log: Log
) -> bool:
    """Handle every errand of a message, each for itself; says whether all went well."""
    is_done = True
    is_first = message.get("attributes", {}).get("ApproximateReceiveCount") == "1"
    for part in _parts(message["body"]):
        try:
            errand = _errand(part, bucket, log, is_first=is_first)
            if errand is not None:
                log.info("errand done", **_named(errand), outcome=_handle(errand, handle))
        except Exception as error:
            log.exception("errand failed", error=str(error))
            is_done = False
    return is_done


def _parts(body: str) -> list[dict[str, Any]]:
    """What a message tells, each part for itself: one that is broken stops no other."""
    told: dict[str, Any] = json.loads(body)
    if "retry" in told:
        return [told]
    if told.get("Event") == "s3:TestEvent":
        return []
    records: list[dict[str, Any]] = told["Records"]
    return records


def _errand(part: dict[str, Any], bucket: str, log: Log, *, is_first: bool) -> Errand | None:
    """What a part of a message asks for; None when it is nothing of ours.

    Raises:
        ValueError: It is a record of a version that is not known yet.
    """
    if "retry" in part:
        return RetryAsked(part["retry"]["id"])
    major = str(part["eventVersion"]).partition(".")[0]
    if major != _KNOWN_MAJOR_VERSION:
        raise ValueError(f"event version {part['eventVersion']} is not known")
    named, told = part["s3"]["bucket"]["name"], part["s3"]["object"]
    # A form's encoding, once: + is a space and %2B a plus.
    key = unquote_plus(told["key"])
    if named != bucket:
        log.warning("event of another bucket refused", bucket=named, key=key)
        return None
    if not part["eventName"].removeprefix("s3:").startswith(_OBJECT_EVENTS):
        return None
    sequencer = sequencer_of(bucket, told.get("sequencer"))
    return ObjectChanged(key, sequencer, part, is_first)


def _named(errand: Errand) -> dict[str, str]:
    match errand:
        case ObjectChanged(key):
            return {"key": key}
        case RetryAsked(id):
            return {"asset_id": id}


def _handle(errand: Errand, handle: Callable[[Errand], str]) -> str:
    try:
        return handle(errand)
    except ForeignKeyRefusedError:
        return "ignored"
