"""What the messages of the upload queues ask for: to look at an object, or to draw a photo anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ObjectChanged:
    """S3's word that something happened to an object.

    Attributes:
        key: S3 key of the object, decoded.
        sequencer: Place of the event among all of this key, see `sequencer_of`; None where S3
            tells none.
        record: As S3 sent it.
        is_first: Whether nobody was told before by the same message.
    """

    key: str
    sequencer: str | None
    record: Mapping[str, Any]
    is_first: bool = False

    @property
    def message(self) -> dict[str, Any]:
        """The body of a message that tells this alone."""
        return {"Records": [self.record]}


@dataclass(frozen=True)
class RetryAsked:
    """A person's wish to have a photo that failed drawn once more.

    Attributes:
        id: The asset's.
    """

    id: str

    @property
    def message(self) -> dict[str, Any]:
        """The body of a message that tells this alone."""
        return {"retry": {"id": self.id}}


Errand = ObjectChanged | RetryAsked


def sequencer_of(bucket: str, told: str | None) -> str | None:
    """The place of an event among all of its key.

    Args:
        bucket: Whose event: rows that move to another bucket begin anew.
        told: S3's word for it, hexadecimal; None where it has none.
    """
    return f"{bucket}:{told.upper()}" if told else None


def is_earlier(sequencer: str | None, seen: str | None) -> bool:
    """Whether an event of a key came before another one of it, for certain.

    S3 has texts of different lengths padded with zeros at their right end, then compared; its
    documentation said otherwise over the years. Of the same length there is one order whatever
    the rule, and of others none is claimed here: the bucket is asked.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html

    Args:
        sequencer: Of the event, see `sequencer_of`.
        seen: Of the other one.
    """
    if sequencer is None or seen is None:
        return False
    bucket, _, place = sequencer.rpartition(":")
    seen_bucket, _, seen_place = seen.rpartition(":")
    return bucket == seen_bucket and len(place) == len(seen_place) and place < seen_place
