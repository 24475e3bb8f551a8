"""Take in what appeared in the bucket, and notice what vanished from it.

An event is only a hint that a key changed: what is there now is asked of the bucket,
so that duplicates, any order and long delays all end in the same state.
"""

from collections.abc import Callable
from itertools import count
from typing import Any, Literal

from chalicelib.create_thumbnail import Studio, repeated
from chalicelib.domain.asset import Asset
from chalicelib.domain.errand import Errand, ObjectChanged, RetryAsked, is_earlier
from chalicelib.domain.object_key import split_key
from chalicelib.errors import DecoderMissingError, NotFoundError, ObjectNotFoundError
from chalicelib.storage.media import filename_of
from chalicelib.vanish import vanish

Outcome = Literal[
    "drawn", "unchanged", "undrawable", "missing", "gone", "purged", "superseded", "sent on"
]
# Puts an errand's message where one with every decoder finds it.
SendOn = Callable[[dict[str, Any]], None]


def carry_out(errand: Errand, studio: Studio, send_on: SendOn | None = None) -> Outcome:
    """Do what a message asks for.

    Args:
        errand: An object to be taken in, or a photo that failed to be drawn once more.
        studio: What drawing needs.
        send_on: What to do with an errand for which decoders are missing; None where all are.

    Returns:
        What happened; ``sent on`` when the one with every decoder decides.

    Raises:
        ForeignKeyRefusedError: The key is none that the gallery takes in; nothing was read.
        ConflictError: It changed at every attempt.
    """
    try:
        match errand:
            case ObjectChanged(key, sequencer):
                return take_in(key, studio, sequencer, is_first=errand.is_first)[0]
            case RetryAsked(id):
                return _retry(id, studio)
    except DecoderMissingError:
        if send_on is None:
            raise
        send_on(errand.message)
        return "sent on"


def _retry(id: str, studio: Studio) -> Outcome:
    try:
        return studio.create_thumbnail_of(id, retry_failed=True).outcome
    except NotFoundError:  # purged, or its original is gone: there is nothing to wish for
        return "gone"


def take_in(
    key: str, studio: Studio, sequencer: str | None = None, *, is_first: bool = False
) -> tuple[Outcome, Asset | None]:
    """Make the row of a key agree with what lies under it.

    Args:
        key: As S3 knows it: decoded, never normalised.
        studio: What drawing needs.
        sequencer: Of the event that asks for it; None for whoever asks without one.
        is_first: Whether nothing was done about this event yet; only then may it be left to
            what was done about a later one.

    Returns:
        What happened, and the row: ``missing`` when its original is gone and it went
        to the bin, ``gone`` when there is neither object nor row, ``purged`` when there is
        only an object, which stayed for another row that has it, too, ``superseded`` when
        the row took in a later event already, and the bucket was not asked.

    Raises:
        ForeignKeyRefusedError: The key is none that the gallery takes in; nothing was read.
        ConflictError: It changed at every attempt.
        DecoderMissingError: This deployment can't draw it; nothing was written.
    """
    gallery, _ = split_key(key)
    attempts = count()

    def attempt() -> tuple[Outcome, Asset | None]:
        # One that lost a race may have undone what the winner did: it looks once more.
        may_leave = is_first and next(attempts) == 0
        return _attempt(key, gallery, studio, sequencer, may_leave=may_leave)

    outcome, row = repeated(attempt, key)
    for other in row.same_object_as if row is not None else ():
        _take_along(other, studio)
    return outcome, row


def _take_along(id: str, studio: Studio) -> None:
    """Make another row of the same original agree with it: no key leads to that one."""

    def attempt() -> None:
        row = studio.assets.get_many([id]).get(id)
        if row is None:
            return
        try:
            studio.create_thumbnail(row)
        except ObjectNotFoundError:
            vanish(row.key, row, studio.assets, studio.media)

    repeated(attempt, f"asset {id}")


def _attempt(
    key: str, gallery: str, studio: Studio, sequencer: str | None, *, may_leave: bool
) -> tuple[Outcome, Asset | None]:
    row, ids = studio.assets.find(key)
    if row is None and (heirs := ids.heirs(key)):
        rows = studio.assets.get_many(heirs).values()
        row = min((heir for heir in rows if heir.key == key), key=lambda r: r.id, default=None)
    if may_leave and row is not None and is_earlier(sequencer, row.sequencer):
        return "superseded", row
    try:
        if row is not None:
            made = studio.create_thumbnail(row, sequencer=sequencer)
        else:
            stored = studio.media.head(key)
            if stored is None:
                raise ObjectNotFoundError(f"{key} is not in bucket {studio.media.bucket}")
            if ids.is_purged(key, stored.version):
                return "purged", None
            new = ids.new_row(key, gallery, filename_of(stored))
            made = studio.create_thumbnail(new, is_new=True, sequencer=sequencer)
    except ObjectNotFoundError:
        return vanish(key, row, studio.assets, studio.media, sequencer)
    return made.outcome, made.asset
