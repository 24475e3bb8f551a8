"""Compare the bucket's objects with the rows, and make the rows agree.

Events are the fast path; this is the guarantee: what an event was lost for is found here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from chalicelib.domain.object_key import split_key
from chalicelib.domain.thumbnail import is_rendition, thumbnail_key
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media

# no-row: an object that no row names; no-object: a row whose original is gone;
# no-thumbnail: a row whose recorded thumbnail is gone; stray: named like a thumbnail, but of
# no row; refused: an object with a key that the gallery does not take in
Kind = Literal["no-row", "no-object", "no-thumbnail", "stray", "refused"]


@dataclass(frozen=True)
class Finding:
    """Something that does not agree.

    Attributes:
        kind: What it is.
        key: S3 key of the object, or of the row's original.
        reason: More about it, for a person.
    """

    kind: Kind
    key: str
    reason: str = ""

    @property
    def is_mended_by_taking_in(self) -> bool:
        """Whether taking the key in makes it right."""
        return self.kind in ("no-row", "no-object", "no-thumbnail")


@dataclass
class Tally:
    """How much was compared.

    Attributes:
        rows: Rows read.
        objects: Objects listed, renditions included.
    """

    rows: int = 0
    objects: int = 0


def find_differences(assets: Assets, media: Media, tally: Tally) -> Iterator[Finding]:
    """Everything in which objects and rows differ, one at a time.

    Keeps 8 bytes of a hash of each key, not the keys: about 100 MB for a million photos.

    Args:
        assets: The rows.
        media: The objects.
        tally: Counts along.

    Raises:
        SetupError, StorageUnavailableError: The table or the bucket can't be read.
    """
    originals: set[int] = set()
    renditions: set[int] = set()
    for row in assets.scan():
        tally.rows += 1
        originals.add(_fingerprint(row.key))
        if row.thumbnail_key is not None:
            renditions.add(_fingerprint(row.thumbnail_key))
    seen: set[int] = set()
    expected: set[int] = set()  # thumbnails of objects that have no row yet
    for stored in media.list_objects():
        tally.objects += 1
        fingerprint = _fingerprint(stored.key)
        if fingerprint in originals or fingerprint in renditions:
            seen.add(fingerprint)
        elif is_rendition(stored.key):
            if _is_beside_originals(stored.key) and fingerprint not in expected:
                yield Finding("stray", stored.key, "named like a thumbnail, but no photo has it")
        else:
            # Listed in order, an original comes before its thumbnail.
            expected.add(_fingerprint(thumbnail_key(stored.key)))
            yield _unlisted(stored.key)
    if originals | renditions != seen:
        yield from _missing(assets, media, seen)


def _unlisted(key: str) -> Finding:
    try:
        split_key(key)
    except ForeignKeyRefusedError as error:
        return Finding("refused", key, str(error))
    return Finding("no-row", key)


def _missing(assets: Assets, media: Media, seen: set[int]) -> Iterator[Finding]:
    for row in assets.scan():
        if _fingerprint(row.key) not in seen:
            # In the bin it is where it belongs; uploaded since, it is there when asked again.
            if row.deleted_at is None and media.head(row.key) is None:
                yield Finding("no-object", row.key)
        elif (
            row.thumbnail_key is not None
            and "://" not in row.thumbnail_key
            and _fingerprint(row.thumbnail_key) not in seen
            and media.head(row.thumbnail_key) is None
        ):
            yield Finding("no-thumbnail", row.key)


def _is_beside_originals(key: str) -> bool:
    """Small renditions and previews have folders that nobody else writes to."""
    return not key.partition("/")[2].startswith(".")


def _fingerprint(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())
