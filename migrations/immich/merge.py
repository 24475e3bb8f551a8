"""What an import takes over: what Immich said anew, unless somebody said otherwise here.

Of each group of attributes that can be said apart, a row keeps a digest of what the last import
found in Immich. Immich is asked what it says now, the row what it says by now:

* Immich says what it said: nothing is written, whatever was changed here.
* It says something else, and the row what Immich said before: that is taken over.
* Both changed: the row keeps what a person, or the original itself, said here.

What a person corrected here, a row keeps in any case. Faces that name who a person was merged
into here say what Immich said, which still tells the two apart.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice, product
from typing import Any

from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.person import Person
from chalicelib.storage.rows import DETAIL_NAMES

# Digests of another order of groups, or of another length, say nothing here.
_FORMAT = b"\x01"
# One change in 16 million is overlooked; a byte more would make it one for each group, and a second
# write unit of one row in 25.
_DIGEST_BYTES = 3
# Ways to tell whose the faces of one photo were before persons were merged.
_MAX_NAMINGS = 512

NO_HEIRS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Group:
    """Attributes that are taken over or kept together.

    Attributes:
        name: What people call it.
        attributes: Of `Asset` or `Person`, or among an asset's details.
        is_measured: Whether the original says it, too, once it was looked at.
        undecided: What a row that no import wrote says while nobody decided about it here: only
            then it takes the group over. Empty where Immich knows better in any case.
    """

    name: str
    attributes: tuple[str, ...]
    is_measured: bool = False
    undecided: tuple[Any, ...] = ()


ASSET_GROUPS = (
    Group("name", ("filename",)),
    Group("file", ("file_type", "width", "height", "duration", "file_size"), is_measured=True),
    Group("placeholder", ("thumbhash",), is_measured=True),
    Group("date", ("taken_local", "taken_at", "utc_offset_minutes")),
    Group("favourite", ("is_favorite",)),
    Group("visibility", ("visibility",), undecided=("timeline",)),
    Group("bin", ("deleted_at", "deleted_reason"), undecided=(None, None)),
    Group("motion photo", ("live_video_id", "is_live_video")),
    Group("faces", ("faces",)),
    Group(
        "camera",
        (
            "camera_make",
            "camera_model",
            "lens_model",
            "iso",
            "f_number",
            "exposure_seconds",
            "focal_length_mm",
        ),
    ),
    Group("place", ("latitude", "longitude", "city", "state", "country")),
    Group("description", ("description",)),
    Group("rating", ("rating",)),
    Group("tags", ("tags",)),
    Group("albums", ("albums",)),
)
PERSON_GROUPS = (
    Group("name", ("name",)),
    Group("hidden", ("is_hidden",)),
    Group("favourite", ("is_favorite",)),
    Group("birth date", ("birth_date",)),
)
# What people change, in Immich and here; of the rest the original has the last word.
CURATED = frozenset({"date", "favourite", "visibility", "bin", "faces", "place", "description"}) | {
    "rating",
    "tags",
    "albums",
}


@dataclass(frozen=True)
class Merge:
    """What becomes of something that is here already.

    Attributes:
        changes: Attributes and what they are to be, `imported` included; empty for nothing.
        kept: Names of groups that changed there and here, and stay as they are here.
    """

    changes: Mapping[str, Any]
    kept: tuple[str, ...] = ()


def digests(groups: Sequence[Group], wanted: Asset | Person) -> bytes:
    """What a first import notes of what Immich says."""
    return _FORMAT + b"".join(_digest(group, wanted) for group in groups)


def merge(
    groups: Sequence[Group],
    here: Asset | Person,
    wanted: Asset | Person,
    *,
    is_measured: bool,
    heir_of: Mapping[str, str] = NO_HEIRS,
) -> Merge:
    """What to change about something that is here.

    Args:
        groups: Which attributes belong together.
        here: As it is.
        wanted: As Immich says it.
        is_measured: Whether its original was looked at here.
        heir_of: By id, who each person that was merged here is by now.
    """
    noted = _noted(groups, here.imported)
    changes: dict[str, Any] = {}
    kept: list[str] = []
    latest = bytearray(_FORMAT)
    for group, before in zip(groups, noted, strict=True):
        now = _digest(group, wanted)
        if before is None:
            is_taken = _is_adopted(group, here, wanted, is_measured=is_measured)
        elif before == now:
            latest += now
            continue
        else:
            said_here = _digest(group, here)
            is_as_before = said_here == before or _said_of_merged(group, here, before, heir_of)
            is_taken = said_here == now or (is_as_before and not _is_corrected(group, here))
            if not is_taken:
                kept.append(group.name)
                latest += before
                continue
        if is_taken:
            _take_over(group, here, wanted, changes)
        latest += now
    if bytes(latest) != here.imported:
        changes["imported"] = bytes(latest)
    return Merge(changes, tuple(kept))


def _noted(groups: Sequence[Group], imported: bytes | None) -> list[bytes | None]:
    length = len(_FORMAT) + _DIGEST_BYTES * len(groups)
    if imported is None or len(imported) != length or not imported.startswith(_FORMAT):
        return [None] * len(groups)
    starts = range(len(_FORMAT), length, _DIGEST_BYTES)
    return [imported[start : start + _DIGEST_BYTES] for start in starts]


def _is_adopted(
    group: Group, here: Asset | Person, wanted: Asset | Person, *, is_measured: bool
) -> bool:
    """Whether something that no import wrote takes over what Immich says of it."""
    if (group.is_measured and is_measured) or _is_corrected(group, here):
        return False
    if group.undecided:
        return tuple(_said(name, here) for name in group.attributes) == group.undecided
    return any(_said(name, wanted) not in (None, False, (), {}) for name in group.attributes)


def _is_corrected(group: Group, here: Asset | Person) -> bool:
    return isinstance(here, Asset) and group.name in here.corrected


def _said_of_merged(
    group: Group, here: Asset | Person, before: bytes, heir_of: Mapping[str, str]
) -> bool:
    """Whether its faces are as Immich told them, but for persons that were merged since."""
    if group.name != "faces" or not isinstance(here, Asset):
        return False
    namings = islice(_namings(here.faces, heir_of), _MAX_NAMINGS)
    return any(
        _digest(group, dataclasses.replace(here, faces=faces)) == before for faces in namings
    )


def _namings(faces: Mapping[str, Face], heir_of: Mapping[str, str]) -> Iterator[dict[str, Face]]:
    """The faces as they may have been before: each of its person, or of one merged into that."""
    merged: dict[str | None, list[str]] = defaultdict(list)
    for known, heir in heir_of.items():
        merged[heir].append(known)
    choices = [[face.person_id, *merged.get(face.person_id, ())] for face in faces.values()]
    for persons in product(*choices):
        yield {
            name: dataclasses.replace(face, person_id=person)
            for (name, face), person in zip(faces.items(), persons, strict=True)
        }


def _take_over(
    group: Group, here: Asset | Person, wanted: Asset | Person, changes: dict[str, Any]
) -> None:
    for name in group.attributes:
        value = _said(name, wanted)
        if value == _said(name, here):
            continue
        if name not in DETAIL_NAMES or not isinstance(here, Asset):
            changes[name] = value
            continue
        details = dict(changes.get("details", here.details))
        details.pop(name, None)
        changes["details"] = details if value is None else details | {name: value}


def _said(name: str, known: Asset | Person) -> Any:
    if name in DETAIL_NAMES and isinstance(known, Asset):
        return known.details.get(name)
    return getattr(known, name)


def _digest(group: Group, known: Asset | Person) -> bytes:
    said = repr([_plain(_said(name, known)) for name in group.attributes])
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def _plain(value: Any) -> Any:
    """A value whose text is the same whether it was just made or came out of a row."""
    match value:
        case bool() | None:
            return value
        case int() | float():
            return float(value)
        case Mapping():
            return sorted((name, repr(face)) for name, face in value.items())
        case _ if hasattr(value, "isoformat"):
            is_moment = hasattr(value, "hour")
            return value.isoformat(timespec="milliseconds") if is_moment else value.isoformat()
    return value
