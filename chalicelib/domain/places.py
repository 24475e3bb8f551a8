"""Which lists an asset appears in, where, and as what: the only definition of it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.asset import Asset
from chalicelib.domain.thumbnail import thumbnail_key
from chalicelib.domain.timeline import UNDATED, BucketKey, Entry, Tile

ALL = "all"
BIN = "bin"
FAVORITES = "fav"
FAILED = "failed"
PERSON_PREFIX = "p:"


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
    faces = len(asset.faces)

    def place(view: str, order: str, faces: int) -> Place:
        entry = Entry(order=order, tile=tile, faces=faces)
        return Place(asset.gallery, view, entry.bucket, entry)

    if asset.visibility == "locked":
        return (place("locked", taken, faces),)
    if asset.deleted_at is not None:
        return (place(BIN, _sortable(asset.deleted_at), faces),)
    if asset.visibility != "timeline":
        return (place(asset.visibility, taken, faces),)
    found = [place(ALL, taken, faces)]
    if asset.is_favorite:
        found.append(place(FAVORITES, taken, faces))
    if asset.thumbnail_state == "failed":
        found.append(place(FAILED, taken, faces))
    people = [face.person_id for face in asset.faces.values() if face.person_id]
    found += [
        place(PERSON_PREFIX + person, taken, people.count(person)) for person in sorted(set(people))
    ]
    return tuple(found)


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
    )
