"""What S3 says happened in the bucket, as it arrives by SQS."""

import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import unquote_plus

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
    event: dict[str, Any], bucket: str, handle: Callable[[str], str], log: Log
) -> dict[str, Any]:
    """Handle every key that a batch of messages names, each message for itself.

    Args:
        event: Of SQS, with S3's notifications as bodies.
        bucket: Ours; what happened in another is left alone.
        handle: Told a key, returns what it did.
        log: Told the outcome of each key.

    Returns:
        The partial failure of the batch: messages to be delivered again.
    """
    failed = []
    for message in event["Records"]:
        try:
            is_done = _handle_message(message["body"], bucket, handle, log)
        except Exception as error:
            log.exception("message failed", message_id=message["messageId"], error=str(error))
            is_done = False
        if not is_done:
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def _handle_message(body: str, bucket: str, handle: Callable[[str], str], log: Log) -> bool:
    """Handle every record of a message, each for itself; says whether all went well."""
    is_done = True
    for record in _records(body):
        try:
            key = changed_key(record, bucket, log)
            if key is not None:
                log.info("object handled", key=key, outcome=_handle(key, handle))
        except Exception as error:
            log.exception("record failed", error=str(error))
            is_done = False
    return is_done


def _records(body: str) -> list[dict[str, Any]]:
    notification = json.loads(body)
    if notification.get("Event") == "s3:TestEvent":
        return []
    records: list[dict[str, Any]] = notification["Records"]
    return records


def changed_key(record: dict[str, Any], bucket: str, log: Log) -> str | None:
    """The key that a record names, decoded; None when it is none of ours.

    Raises:
        ValueError: The record has a version that is not known yet.
    """
    major = str(record["eventVersion"]).partition(".")[0]
    if major != _KNOWN_MAJOR_VERSION:
        raise ValueError(f"event version {record['eventVersion']} is not known")
    named = record["s3"]["bucket"]["name"]
    # A form's encoding, once: + is a space and %2B a plus.
    key = unquote_plus(record["s3"]["object"]["key"])
    if named != bucket:
        log.warning("event of another bucket refused", bucket=named, key=key)
        return None
    is_about_objects = record["eventName"].removeprefix("s3:").startswith(_OBJECT_EVENTS)
    return key if is_about_objects else None


def _handle(key: str, handle: Callable[[str], str]) -> str:
    try:
        return handle(key)
    except ForeignKeyRefusedError:
        return "ignored"
