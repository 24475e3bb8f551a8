"""What an export is made of: every row, what else lies in the bucket, and where each will lie."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.storage.table import Item
from migrations.export import journal
from migrations.spool import Spool

SCHEMA = f"""
    {journal.SCHEMA};
    CREATE TABLE rows (
        id TEXT PRIMARY KEY, rank INTEGER NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
        key TEXT NOT NULL, stem TEXT NOT NULL, live_video_id TEXT, is_live_video INTEGER NOT NULL,
        item TEXT, owner TEXT, path TEXT, folded TEXT UNIQUE
    ) WITHOUT ROWID;
    CREATE INDEX rows_by_key ON rows (key);
    CREATE INDEX rows_by_stem ON rows (stem);
    CREATE INDEX rows_by_owner ON rows (owner);
    CREATE TABLE archived (key TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE accounted (key TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE kept (id TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID
"""
_TO_FETCH = """
    FROM rows JOIN objects USING (key) WHERE rows.owner = rows.id AND NOT EXISTS (
        SELECT * FROM files WHERE files.kind = 'original'
        AND files.key = rows.key AND files.etag = objects.etag
    )
"""
_WRITTEN = """
    SELECT * FROM files WHERE files.path = rows.path AND files.id = rows.id
    AND files.kind = 'original' AND files.key = rows.key
"""
_WITHOUT_SIDECAR = """
    SELECT count(*) FROM rows WHERE owner = id AND item IS NOT NULL
    AND id NOT IN (SELECT id FROM files WHERE kind = 'sidecar')
"""


@dataclass
class Plan:
    """What was found; the rows themselves are in the spool.

    Attributes:
        spool: Made with `SCHEMA`.
        gallery: The only one wanted; None for all.
        rows: In the table.
        objects: In the bucket.
        row_bytes: Of the rows, about.
        heads: Requests for what the listing does not say.
        places: Number of rows by the part of the tree that they go to: ``main``, ``bin``.
        halves: Rows of the videos of motion photos.
        refused: Ids and reasons of rows that name no object of this bucket.
        without_row: Objects that no row tells of.
    """

    spool: Spool
    gallery: str | None = None
    rows: int = 0
    objects: int = 0
    row_bytes: int = 0
    heads: int = 0
    halves: int = 0
    places: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    without_row: int = 0

    @property
    def files(self) -> int:
        """Originals to be in the export, each once."""
        return self.spool.number("SELECT count(*) FROM rows WHERE owner = id") - self.missing

    @property
    def size_bytes(self) -> int:
        """Of them all."""
        return self.spool.number(
            "SELECT sum(size_bytes) FROM rows JOIN objects USING (key) WHERE owner = id"
        )

    @property
    def to_fetch(self) -> int:
        """Those of them that are not there yet."""
        return self.spool.number(f"SELECT count(*) {_TO_FETCH}")

    @property
    def bytes_to_fetch(self) -> int:
        """Of those."""
        return self.spool.number(f"SELECT sum(size_bytes) {_TO_FETCH}")

    @property
    def archived(self) -> int:
        """Those that S3 gives out only after they were restored."""
        return self.spool.number(f"SELECT count(*) {_TO_FETCH} AND key IN archived")

    @property
    def written(self) -> int:
        """Originals that lie where they belong, as the journal says."""
        return self.spool.number(
            f"SELECT count(*) FROM rows WHERE owner = id AND EXISTS ({_WRITTEN})"  # noqa: S608
        )

    def lacking(self) -> Iterator[str]:
        """Where an original belongs that the bucket has, and none was written."""
        query = f"""
            SELECT rows.path FROM rows JOIN objects USING (key)
            WHERE rows.owner = rows.id AND NOT EXISTS ({_WRITTEN}) ORDER BY rows.path
        """  # noqa: S608 (constants)
        return (path for (path,) in self.spool.read(query))

    @property
    def left_over(self) -> int:
        """Files of rows that are gone."""
        return self.spool.number(
            "SELECT count(*) FROM files WHERE kind <> 'own' AND id NOT IN (SELECT id FROM rows)"
        )

    @property
    def new_sidecars(self) -> int:
        """Rows that have none there yet."""
        return self.spool.number(_WITHOUT_SIDECAR)

    @property
    def missing(self) -> int:
        """Rows whose original is not in the bucket."""
        return self.spool.number(
            "SELECT count(*) FROM rows WHERE owner = id AND key NOT IN (SELECT key FROM objects)"
        )

    @property
    def sharing(self) -> int:
        """Rows whose original another row has."""
        return self.spool.number("SELECT count(*) FROM rows WHERE owner <> id")

    @property
    def kept(self) -> int:
        """Sidecars that lie in the bucket."""
        return self.spool.number("SELECT count(*) FROM kept")


def item_of(text: str) -> Item:
    """A row as it was spooled."""
    item: Item = json.loads(text)
    return item
