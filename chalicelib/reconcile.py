"""Compare the bucket's objects with the rows, and make the rows agree.

Events are the fast path; this is the guarantee: what an event was lost for is found here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

from chalicelib.domain.asset import ORIGINAL_MISSING, Asset
from chalicelib.domain.object_key import candidate_ids, is_sidecar, split_key
from chalicelib.domain.thumbnail import is_rendition, rendition_keys
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media, StoredObject

# no-row: an object that no row names; no-object: a row whose original is gone; replaced: a
# row that describes an earlier original; returned: a row in the bin for lack of its original,
# which is there; no-thumbnail: a row whose recorded thumbnail is gone; stray: named like a
# thumbnail, but of no row; refused: an object with a key that the gallery does not take in
Kind = Literal["no-row", "no-object", "replaced", "returned", "no-thumbnail", "stray", "refused"]
# Their ids fill one request.
_KEYS_AT_ONCE = 50
_ANOTHER_PROGRAMS = "its row has an id of another program"


@dataclass(frozen=True)
class Finding:
    """Something that does not agree.

    Attributes:
        kind: What it is.
        key: S3 key of the object, or of the row's original.
        reason: Why it is left alone; empty where taking the key in makes it right.
    """

    kind: Kind
    key: str
    reason: str = ""

    @property
    def is_mended_by_taking_in(self) -> bool:
        """Whether taking the key in makes it right."""
        return not self.reason


@dataclass
class Tally:
    """How much was compared.

    Attributes:
        rows: Rows read.
        objects: Objects listed, renditions and sidecars included.
        sidecars: Sidecars among them.
        tell: Called at each of them.
    """

    rows: int = 0
    objects: int = 0
    sidecars: int = 0
    tell: Callable[[], None] = lambda: None

    def add_row(self) -> None:
        """Count a row."""
        self.rows += 1
        self.tell()

    def add_object(self) -> None:
        """Count an object."""
        self.objects += 1
        self.tell()


@dataclass
class _Known:
    """What the rows say, as fingerprints: 8 bytes of a hash in place of each key."""

    etags: dict[int, int] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    renditions: set[int] = field(default_factory=set)

    def add(self, row: Asset) -> None:
        key = _fingerprint(row.key)
        self.etags[key] = _fingerprint(row.source_etag) if row.source_etag else 0
        if row.deleted_reason == ORIGINAL_MISSING or row.original_missing:
            self.away.add(key)
        self.renditions.update(map(_fingerprint, rendition_keys(row.key).values()))
        if row.thumbnail_key is not None:
            self.renditions.add(_fingerprint(row.thumbnail_key))

    def may_differ(self, key: int, etag: str) -> bool:
        return key in self.away or self.etags[key] not in (0, _fingerprint(etag))


def find_differences(assets: Assets, media: Media, tally: Tally) -> Iterator[Finding]:
    """Everything in which objects and rows differ, one at a time.

    What seems to differ is read again before it is told, so that what comes and goes
    meanwhile is no finding. Fingerprints of keys are kept, not the keys: about 50 MB for
    100,000 photos.

    Args:
        assets: The rows.
        media: The objects.
        tally: Counts along.

    Raises:
        SetupError, StorageUnavailableError: The table or the bucket can't be read.
    """
    known = _Known()
    for row in assets.scan():
        tally.add_row()
        known.add(row)
    seen: set[int] = set()
    expected: set[int] = set()  # renditions of objects that have no row yet
    suspects: list[str] = []
    strays: list[str] = []
    for stored in _listed(media, tally):
        key = _fingerprint(stored.key)
        if key in known.etags:
            seen.add(key)
            if known.may_differ(key, stored.etag):
                suspects.append(stored.key)
        elif key in known.renditions:
            seen.add(key)
        elif is_rendition(stored.key):
            strays.append(stored.key)
        else:
            expected.update(map(_fingerprint, rendition_keys(stored.key).values()))
            suspects.append(stored.key)
        if len(suspects) == _KEYS_AT_ONCE:
            yield from _looked_at_again(suspects, assets, media, known)
            suspects.clear()
    yield from _looked_at_again(suspects, assets, media, known)
    yield from _missing(assets, media, seen)
    for stray in strays:
        if _fingerprint(stray) not in expected:
            yield from _stray(stray, media)


def _listed(media: Media, tally: Tally) -> Iterator[StoredObject]:
    """Every object but sidecars: these are only counted."""
    for stored in media.list_objects():
        tally.add_object()
        if is_sidecar(stored.key):
            tally.sidecars += 1
        else:
            yield stored


def _looked_at_again(
    keys: list[str], assets: Assets, media: Media, known: _Known
) -> Iterator[Finding]:
    rows = assets.find_many(keys)
    for key in keys:
        row = rows.get(key)
        if row is None and _fingerprint(key) in known.etags:
            yield Finding("replaced", key, _ANOTHER_PROGRAMS)
        elif row is None:
            yield _without_row(key)
        elif row.deleted_reason == ORIGINAL_MISSING or row.original_missing:
            yield Finding("returned", key)
        elif row.source_etag is not None:
            stored = media.head(key)
            if stored is not None and stored.etag != row.source_etag:
                yield Finding("replaced", key)


def _without_row(key: str) -> Finding:
    try:
        split_key(key)
    except ForeignKeyRefusedError as error:
        return Finding("refused", key, str(error))
    return Finding("no-row", key)


def _missing(assets: Assets, media: Media, seen: set[int]) -> Iterator[Finding]:
    """Rows whose original or recorded thumbnail was not listed."""
    for row in assets.scan():
        if _fingerprint(row.key) not in seen:
            # In the bin, or waiting for an original that never was here, it is where it belongs;
            # uploaded since, it is there when asked again.
            belongs = row.deleted_at is not None or row.original_missing
            if not belongs and media.head(row.key) is None:
                yield _of_row("no-object", row)
        elif (
            row.thumbnail_key is not None
            and "://" not in row.thumbnail_key
            and _fingerprint(row.thumbnail_key) not in seen
            and media.head(row.thumbnail_key) is None
        ):
            yield _of_row("no-thumbnail", row)


def _of_row(kind: Kind, row: Asset) -> Finding:
    if row.id not in candidate_ids(row.key):
        return Finding(kind, row.key, _ANOTHER_PROGRAMS)
    try:
        split_key(row.key)
    except ForeignKeyRefusedError as error:
        return Finding(kind, row.key, str(error))
    return Finding(kind, row.key)


def _stray(key: str, media: Media) -> Iterator[Finding]:
    stored = media.head(key)
    if stored is None:
        return
    if stored.is_rendition:
        yield Finding("stray", key, "a thumbnail of a photo that is gone; it may be deleted")
    else:
        yield Finding("stray", key, "a file of yours, named like a thumbnail; rename it")


def _fingerprint(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())
