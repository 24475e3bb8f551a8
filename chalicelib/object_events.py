"""What S3 says happened in the bucket, as it arrives by SQS."""

import json
from collections.abc import Callable, Iterator
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
            for key in changed_keys(message["body"], bucket, log):
                log.info("object handled", key=key, outcome=_handle(key, handle))
        except Exception as error:
            log.exception("message failed", message_id=message["messageId"], error=str(error))
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def changed_keys(body: str, bucket: str, log: Log) -> Iterator[str]:
    """The keys that one notification names, decoded, in order.

    Raises:
        ValueError: The body is no notification, or one of a version not known yet.
    """
    notification = json.loads(body)
    if notification.get("Event") == "s3:TestEvent":
        return
    for record in notification["Records"]:
        major = str(record["eventVersion"]).partition(".")[0]
        if major != _KNOWN_MAJOR_VERSION:
            raise ValueError(f"event version {record['eventVersion']} is not known")
        named = record["s3"]["bucket"]["name"]
        # A form's encoding, once: + is a space and %2B a plus.
        key = unquote_plus(record["s3"]["object"]["key"])
        if named != bucket:
            log.warning("event of another bucket refused", bucket=named, key=key)
        elif record["eventName"].removeprefix("s3:").startswith(_OBJECT_EVENTS):
            yield key


def _handle(key: str, handle: Callable[[str], str]) -> str:
    try:
        return handle(key)
    except ForeignKeyRefusedError:
        return "ignored"
