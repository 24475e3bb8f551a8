"""What a backfill is about to do: every row with a verdict, on disk, in the order of the lists."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import closing

from chalicelib.backfill_report import BackfillReport, Candidate
from chalicelib.backfill_thumbnails import Selection, candidates
from chalicelib.create_thumbnail import Studio
from chalicelib.domain.object_key import split_key
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.storage.media import StoredObject
from migrations.estimate import MAX_VIDEO_BYTES, Workload
from migrations.parallel import merged
from migrations.spool import Spool

SCHEMA = """
    CREATE TABLE plan (
        taken TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, filename TEXT NOT NULL,
        verdict TEXT NOT NULL, reason TEXT NOT NULL, shown_key TEXT NOT NULL,
        thumbnail_key TEXT NOT NULL, is_video INTEGER NOT NULL,
        PRIMARY KEY (verdict, taken, key, id)
    ) WITHOUT ROWID;
    CREATE INDEX plan_by_key ON plan (key);
    CREATE INDEX plan_by_shown_key ON plan (shown_key)
"""
# A photo called lake_thumb.jpg is one all the same where somebody else's table says so.
_PROTECT = """
    UPDATE plan SET verdict = 'refused', reason = 'its thumbnail would replace the photo '
    || thumbnail_key WHERE verdict = 'needed' AND thumbnail_key IN (SELECT key FROM plan)
"""
_WITHOUT_ROW = """
    SELECT key FROM objects WHERE
    NOT EXISTS (SELECT 1 FROM plan WHERE plan.key = objects.key) AND
    NOT EXISTS (SELECT 1 FROM plan WHERE plan.shown_key = objects.key)
"""
_WORK = """
    SELECT is_video, shown_key <> key, coalesce(size_bytes, 0)
    FROM (SELECT * FROM plan WHERE verdict = 'needed' ORDER BY taken, key, id LIMIT ?)
    LEFT JOIN objects USING (key)
"""

Tell = Callable[[str, int], None]


@dataclasses.dataclass
class Plan:
    """Every row that was looked at, in a spool made with `SCHEMA`.

    Attributes:
        spool: The rows with their verdicts, and the bucket's objects.
        report: How many there are of each kind.
        rows: That were read, of other galleries too.
        objects: That were listed, renditions included.
        without_row: Objects that the gallery takes in, but no row names.
    """

    spool: Spool
    report: BackfillReport
    rows: int = 0
    objects: int = 0
    without_row: int = 0

    def photos(self, verdict: str, limit: int = -1) -> Iterator[Candidate]:
        """Those of a verdict, as lists have them: a batch of changes touches little of a list."""
        query = (
            "SELECT id, filename, key, verdict, reason, shown_key, taken FROM plan"
            " WHERE verdict = ? ORDER BY taken, key, id LIMIT ?"
        )
        return (Candidate(*row) for row in self.spool.read(query, verdict, limit))

    def bytes_shown(self) -> int:
        """What a browser loads to show every photo once: thumbnails, and originals without one."""
        return self.spool.number(
            "SELECT sum(size_bytes) FROM plan JOIN objects ON objects.key = plan.shown_key"
        )

    def workload(self, limit: int) -> Workload:
        """What the first so many of those that need a thumbnail will take."""
        images = videos = again = image_bytes = video_bytes = 0
        for is_video, has_thumbnail, size_bytes in self.spool.read(_WORK, limit):
            again += has_thumbnail
            if is_video:
                videos += 1
                video_bytes += min(size_bytes, MAX_VIDEO_BYTES)
            else:
                images += 1
                image_bytes += size_bytes
        return Workload(self.rows, self.objects, images, videos, again, image_bytes, video_bytes)


def gather(spool: Spool, studio: Studio, selection: Selection, segments: int, tell: Tell) -> Plan:
    """Look at every object and every row; what is found lies in the spool, not in memory.

    Args:
        spool: Made with `SCHEMA`.
        studio: The rows and the bucket.
        selection: Which photos are wanted.
        segments: Parts of the table that are read at once.
        tell: Told at each object and row what is going on and how many there were.

    Raises:
        SetupError, StorageUnavailableError: Not everything could be read.
    """
    plan = Plan(spool, BackfillReport())

    def objects() -> Iterator[StoredObject]:
        for stored in studio.media.list_objects():
            plan.objects += 1
            tell("listing the bucket", plan.objects)
            yield stored

    def rows() -> Iterator[tuple[str | bool, ...]]:
        with closing(merged(parts)) as found:
            for candidate in found:
                plan.rows += 1
                tell("reading the table", plan.rows)
                if candidate.verdict == "unwanted":
                    continue
                settled = _with_original(candidate, spool, studio)
                plan.report.count(settled)
                yield _as_row(settled)

    spool.add_objects(objects())
    parts = [
        candidates(
            studio, selection, segment=segment, total_segments=segments, listing=spool.stored
        )
        for segment in range(segments)
    ]
    spool.write("INSERT OR REPLACE INTO plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    protected = spool.change(_PROTECT)
    plan.report.need -= protected
    plan.report.refused += protected
    plan.without_row = sum(
        _is_taken_in(key, selection.gallery) for (key,) in spool.read(_WITHOUT_ROW)
    )
    return plan


def _with_original(candidate: Candidate, spool: Spool, studio: Studio) -> Candidate:
    """A photo that needs a thumbnail also needs an original; one that seems gone is looked for."""
    if candidate.verdict != "needed" or spool.stored(candidate.key) is not None:
        return candidate
    if studio.media.head(candidate.key) is not None:  # it came after the listing
        return candidate
    return dataclasses.replace(candidate, verdict="missing")


def _as_row(candidate: Candidate) -> tuple[str | bool, ...]:
    return (
        candidate.taken,
        candidate.key,
        candidate.id,
        candidate.filename,
        candidate.verdict,
        candidate.reason,
        candidate.shown_key,
        "" if candidate.verdict == "refused" else candidate.thumbnail_key,
        candidate.is_video,
    )


def _is_taken_in(key: str, gallery: str | None) -> bool:
    """Whether the gallery, or this one of them, would make a row for an object."""
    try:
        owner, _ = split_key(key)
    except ForeignKeyRefusedError:
        return False
    return gallery in (None, owner)
