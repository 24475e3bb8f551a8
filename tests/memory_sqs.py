"""SQS in memory, as far as the gallery puts messages into queues."""

import json
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.storage.queues import Queue


class MemorySqs:
    """A client of SQS whose queues are lists.

    Attributes:
        queues: The bodies of the messages of each queue that there is, by name.
        refused: Ids of photos that SQS takes no message about.
        requests: Names of the operations that were asked for.
    """

    def __init__(self, *names: str) -> None:
        self.queues: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        self.refused: set[str] = set()
        self.requests: list[str] = []

    def queue(self, name: str) -> Queue:
        """The queue of this name, there or not."""
        return Queue(self, name)

    def get_queue_url(self, *, QueueName: str) -> dict[str, Any]:  # noqa: N803
        self.requests.append("GetQueueUrl")
        if QueueName not in self.queues:
            code = "AWS.SimpleQueueService.NonExistentQueue"
            raise ClientError({"Error": {"Code": code}}, "GetQueueUrl")
        return {"QueueUrl": f"https://sqs.example/1/{QueueName}"}

    def send_message_batch(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        Entries: list[dict[str, str]],  # noqa: N803
    ) -> dict[str, Any]:
        self.requests.append("SendMessageBatch")
        assert 1 <= len(Entries) <= 10
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        failed = []
        for entry in Entries:
            body = json.loads(entry["MessageBody"])
            if body.get("retry", {}).get("id") in self.refused:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.queues[QueueUrl.rpartition("/")[2]].append(body)
        return {"Failed": failed} if failed else {}
