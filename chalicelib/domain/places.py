"""Which lists an asset appears in, where, and as what: the only definition of it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from chalicelib.domain.asset import KEPT_IN_BIN, Asset
from chalicelib.domain.directory import BucketKey
from chalicelib.domain.thumbnail import thumbnail_key
from chalicelib.domain.timeline import UNDATED, Entry, Tile

ALL = "all"
BIN = "bin"
FAVORITES = "fav"
FAILED = "failed"
_PERSON_PREFIX = "p:"
# Of a crowd a tile names so many: five hundred tiles are to fit into one answer.
MAX_TILE_PERSONS = 50
# Every list but those of persons.
VIEWS = (ALL, BIN, FAVORITES, "archive", "hidden", "locked", FAILED)


@dataclass(frozen=True)
class Place:
    """An asset's place in one list.

    Attributes:
        gallery: Whose list.
        view: Which list, such as `ALL`.
        bucket: The month of the list, ``2024-05``; `UNDATED` for none.
        entry: Its position and its tile.
    """

    gallery: str
    view: str
    bucket: str
    entry: Entry

    @property
    def key(self) -> BucketKey:
        """The list's bucket that it lies in."""
        return (self.gallery, self.view, self.bucket)


def places(asset: Asset) -> tuple[Place, ...]:
    """Every place of an asset, one per list that shows it."""
    if asset.is_live_video:
        return ()  # its still carries it along
    tile = _tile(asset)
    taken = _sortable(asset.taken_local)

    def place(view: str, order: str = taken, faces: int = 0) -> Place:
        entry = Entry(order=order, tile=tile, faces=faces)
        return Place(asset.gallery, view, entry.bucket, entry)

    if asset.visibility == "locked":
        return (place("locked"),)
    if asset.deleted_at is not None:
        tile = replace(tile, kept_until=_kept_until(asset))
        return (place(BIN, _sortable(asset.deleted_at)),)
    if asset.visibility != "timeline":
        return (place(asset.visibility),)
    found = [place(ALL)]
    if asset.is_favorite:
        found.append(place(FAVORITES))
    if asset.thumbnail_state == "failed":
        found.append(place(FAILED))
    people = Counter(face.person_id for face in asset.faces.values() if face.person_id)
    found += [place(person_view(person), faces=faces) for person, faces in sorted(people.items())]
    return tuple(found)


def persons_on(asset: Asset) -> tuple[str, ...]:
    """Ids of the persons that a tile of an asset names."""
    known = {face.person_id for face in asset.faces.values() if face.person_id}
    return tuple(sorted(known)[:MAX_TILE_PERSONS])


def person_view(person_id: str) -> str:
    """The list of a person."""
    # an id is any text; one with a # would name another list's leaves
    return _PERSON_PREFIX + quote(person_id, safe="")


def person_of(view: str) -> str | None:
    """Whose list it is; None for a list that is no person's."""
    if not view.startswith(_PERSON_PREFIX):
        return None
    return unquote(view.removeprefix(_PERSON_PREFIX))


def deleted_at(entry: Entry) -> datetime:
    """When an entry of the bin went there, UTC."""
    return datetime.fromisoformat(entry.order).replace(tzinfo=UTC)


def expires_at(entry: Entry) -> datetime | None:
    """From when on the bin destroys an entry of its list, UTC; see `Asset.expires_at`."""
    kept_until = entry.tile.kept_until
    if kept_until is None:
        return deleted_at(entry) + KEPT_IN_BIN
    return datetime.fromisoformat(kept_until).replace(tzinfo=UTC) if kept_until else None


def _kept_until(asset: Asset) -> str | None:
    """Where it is not as usual: until when the bin keeps an asset; empty for ever."""
    if asset.deleted_at is None or asset.expires_at is None:
        return ""
    is_usual = asset.expires_at == asset.deleted_at + KEPT_IN_BIN
    return None if is_usual else _sortable(asset.expires_at)


def _sortable(moment: datetime | None) -> str:
    """Wall-clock text whose order is the order in time; offsets are left out on purpose."""
    if moment is None:
        return UNDATED
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _tile(asset: Asset) -> Tile:
    path = asset.local_path
    usual = asset.thumbnail_key in (None, thumbnail_key(asset.key))
    return Tile(
        id=asset.id,
        path=path,
        name=None if asset.filename == path.rpartition("/")[2] else asset.filename,
        taken=_sortable(asset.taken_local) if asset.taken_local else None,
        is_video=asset.file_type == "video",
        width=asset.width,
        height=asset.height,
        duration=asset.duration,
        size=asset.file_size,
        is_favorite=asset.is_favorite,
        thumbhash=asset.thumbhash,
        state=asset.thumbnail_state,
        key=None if asset.key == f"{asset.gallery}/{path}" else asset.key,
        thumbnail=None if usual else asset.thumbnail_key,
        persons=persons_on(asset),
    )
