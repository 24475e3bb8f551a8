"""Queues: messages for a Lambda of the gallery."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from chalicelib.errors import GalleryError, SetupError, StorageUnavailableError

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
_MESSAGES_AT_ONCE = 10


class Queue:
    """A queue that messages are put into.

    Args:
        client: Of SQS.
        name: The queue's.
    """

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def send(self, body: Mapping[str, Any]) -> None:
        """Put a message into it, as JSON.

        Raises:
            SetupError: There is no such queue, or access to it is denied.
            StorageUnavailableError: SQS did not take it.
        """
        for error in self.send_many([body]):
            if error is not None:
                raise error

    def send_many(self, bodies: Sequence[Mapping[str, Any]]) -> list[GalleryError | None]:
        """Put messages into it, ten a request, each for itself.

        Returns:
            For each, None, or why SQS did not take it.

        Raises:
            SetupError: There is no such queue, or access to it is denied.
        """
        outcomes: list[GalleryError | None] = []
        for start in range(0, len(bodies), _MESSAGES_AT_ONCE):
            try:
                outcomes += self._send_batch(bodies[start : start + _MESSAGES_AT_ONCE])
            except StorageUnavailableError as error:  # the rest would wait as long
                return outcomes + [error] * (len(bodies) - start)
        return outcomes

    def _send_batch(self, bodies: Sequence[Mapping[str, Any]]) -> list[GalleryError | None]:
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
        try:
            answer = self.client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            raise self._translated(error) from error
        refused = {entry["Id"]: entry["Code"] for entry in answer.get("Failed", ())}
        return [
            StorageUnavailableError(f"queue {self.name}: {refused[str(number)]}")
            if str(number) in refused
            else None
            for number in range(len(bodies))
        ]

    @cached_property
    def _url(self) -> str:
        url: str = self.client.get_queue_url(QueueName=self.name)["QueueUrl"]
        return url

    def _translated(self, error: ClientError | BotoCoreError) -> GalleryError:
        if isinstance(error, NoCredentialsError):
            return SetupError("no AWS credentials found; set AWS_PROFILE or pass --profile")
        if not isinstance(error, ClientError):
            return StorageUnavailableError(f"queue {self.name} did not answer: {error}")
        code = error.response.get("Error", {}).get("Code", "").rpartition(".")[2]
        if code in ("NonExistentQueue", "QueueDoesNotExist"):
            return SetupError(f"queue {self.name} not found; deploy the data stack")
        if code.startswith("AccessDenied"):
            return SetupError(f"queue {self.name}: access denied; check the role's policy")
        return StorageUnavailableError(f"queue {self.name}: {code}")
