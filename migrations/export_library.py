"""Leave with everything: originals, XMP sidecars and a manifest, into a folder or another bucket.

Look at how much it is and what AWS asks for getting it out; nothing is written:

    python -m migrations.export_library --to /media/disk/photos

Export, then again whenever something changed; what is there already is not fetched again:

    python -m migrations.export_library --to /media/disk/photos --migrate
    python -m migrations.export_library --to s3://another-bucket/photos --migrate

Read every file of an export again, without AWS, and compare it with its checksum:

    python -m migrations.export_library --to /media/disk/photos --check

Originals are copied byte for byte to {gallery}/{year}/{month}, the bin, what is archived, hidden
and locked apart. Beside each lies an XMP file that Immich, digiKam, PhotoPrism and Lightroom
read; docs/leaving.md says who reads what. Nothing is changed in the gallery. Safe to interrupt
and to run again: it goes on where it was.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial

from chalicelib.bootstrap import Gallery
from chalicelib.domain.object_key import GALLERY
from chalicelib.errors import SetupError
from chalicelib.parallel import in_parallel
from migrations.command import DONE, SOME_FAILED, Stop, command_parser, run, whole_number
from migrations.export.check import compared, expected, opened_to_note
from migrations.export.destination import Destination, destination
from migrations.export.gather import gather
from migrations.export.journal import Journal, Note
from migrations.export.lines import Tally, bytes_needed, found_lines, plan_lines, summary_lines
from migrations.export.manifest import (
    CHECKSUMS,
    MANIFEST,
    PERSONS,
    README,
    checksum_lines,
    manifest_lines,
    names_of,
    person_lines,
    readme,
    write_text,
)
from migrations.export.plan import SCHEMA, Plan
from migrations.export.transfer import Exporter, Result, Task
from migrations.lines import plural, shown, size
from migrations.progress import Progress
from migrations.spool import Spool
from migrations.target import OpenGallery, add_target_options, find_target, open_gallery

# A photo waits for the network longer than for anything else.
_WORKERS = min(32, 4 * (os.cpu_count() or 1))
_SHOW_EVERY = 500
_MB = 1_000_000
_TASKS = """
    SELECT rows.id, rows.path, rows.key, rows.item, kept.key FROM rows
    LEFT JOIN kept ON kept.id = rows.id
    WHERE rows.owner = rows.id ORDER BY rows.path
"""


def main(argv: Sequence[str] | None = None, opened: OpenGallery = open_gallery) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("export_library", __doc__)
    parser.add_argument("--to", required=True, metavar="PLACE", help="a folder or s3://bucket/path")
    parser.add_argument("--migrate", action="store_true", help="export (else: only show)")
    parser.add_argument("--check", action="store_true", help="only read an export again")
    parser.add_argument("--gallery", type=_gallery, metavar="NAME", help="one gallery alone")
    parser.add_argument(
        "--workers",
        type=partial(whole_number, at_least=1, at_most=64),
        metavar="N",
        default=_WORKERS,
        help="files under way at once (%(default)s)",
    )
    add_target_options(parser, with_pages=True)
    flags = parser.parse_args(argv)
    if flags.check and flags.migrate:
        parser.error("--check only reads; leave out --migrate")
    return run(lambda stop: (_check if flags.check else _export)(flags, opened, stop))


def _gallery(text: str) -> str:
    if not GALLERY.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no gallery; they match {GALLERY.pattern}")
    return text


def _export(flags: argparse.Namespace, opened: OpenGallery, stop: Stop) -> int:
    progress = Progress()
    target = find_target(flags, with_pages=True)
    gallery = opened(target)
    place = destination(flags.to, lambda: gallery.media)
    for line in (*target.lines(with_pages=True), f"to       {shown(place.name)}"):
        progress.result(line)
    gallery.assets.check()
    bucket = gallery.media.bucket

    def tell(what: str, done: int) -> None:
        if done % _SHOW_EVERY == 0:
            stop.check()
            progress.show(what, done)

    with closing(progress), Spool(SCHEMA) as spool:
        journal = Journal(place, spool)
        journal.load()
        journal.require(bucket, flags.gallery)
        journal.look()
        plan = gather(
            *(spool, gallery.assets, gallery.media, place, flags.gallery, tell, flags.workers)
        )
        progress.close()
        for line in found_lines(plan):
            progress.result(line)
        if not flags.migrate:
            for line in plan_lines(plan, place):
                progress.result(line)
            return DONE
        free = place.free_bytes()
        if free is not None and free < bytes_needed(plan):
            raise SetupError(
                f"{place.name} has {size(free)} free, {size(bytes_needed(plan))} are needed; "
                "make room or choose another disk"
            )
        place.open()
        try:
            journal.begin(bucket, flags.gallery)
            return _run(plan, gallery, journal, place, flags.workers, progress, stop)
        finally:
            place.close()


def _run(
    plan: Plan,
    gallery: Gallery,
    journal: Journal,
    place: Destination,
    workers: int,
    progress: Progress,
    stop: Stop,
) -> int:
    """Bring every file, read again what was written, and say in the export what it is."""
    people = gallery.people
    persons = sorted(
        people.scan() if plan.gallery is None else people.list(plan.gallery),
        key=lambda person: (person.gallery, person.id),
    )
    exporter = Exporter(gallery.assets, gallery.media, place, names_of(persons))
    tally = _bring_all(plan, exporter, journal, workers, progress, stop)
    wrong = _check_written(plan, journal, place, workers, progress, stop)
    stop.check()
    own = {
        MANIFEST: manifest_lines(plan, journal, gallery.assets),
        PERSONS: person_lines(persons),
        README: readme(gallery.media.bucket),
    }
    for path, text in own.items():
        journal.add([Note("wrote", write_text(place, path, text))])
    written = plan.spool.read("SELECT path, sha256 FROM files ORDER BY path")
    write_text(place, CHECKSUMS, checksum_lines(written))
    for line in summary_lines(tally, plan.left_over):
        progress.result(line)
    is_whole = not (wrong or tally.problems or tally.missing or plan.refused)
    return DONE if is_whole else SOME_FAILED


def _bring_all(
    plan: Plan,
    exporter: Exporter,
    journal: Journal,
    workers: int,
    progress: Progress,
    stop: Stop,
) -> Tally:
    tally = Tally()
    # All of it is worked out once: the journal changes underneath.
    to_fetch = plan.bytes_to_fetch // _MB
    total = plan.spool.number("SELECT count(*) FROM rows WHERE owner = id")

    def tasks() -> Iterator[Task]:
        stored = plan.spool.stored
        for row, path, key, item, kept in plan.spool.read(_TASKS):
            files = journal.files_for(row)
            yield Task(row, path, key, item, stored(key), stored(kept) if kept else None, files)

    results = in_parallel(exporter.bring, tasks(), workers, stop)
    for number, (task, result) in enumerate(results, 1):
        journal.add(result.notes)
        _count(tally, result)
        if result.problems or result.is_missing:
            tally.named.add(task.path)
        for problem in result.problems:
            progress.result(f"failed: {shown(task.path)}: {shown(problem)}")
        if result.is_missing:
            progress.result(f"no original: {shown(task.key)}")
        if to_fetch:
            progress.show("copying MB", tally.fetched_bytes // _MB, to_fetch)
        else:
            progress.show("writing sidecars", number, total)
    progress.close()
    stop.check()
    tally.there = plan.written - tally.fetched
    for path in plan.lacking():
        if path not in tally.named:
            tally.problems += 1
            progress.result(f"failed: {shown(path)}: it was not written")
    return tally


def _count(tally: Tally, result: Result) -> None:
    for note in result.notes:
        kind = note.file.kind
        tally.fetched += note.did == "wrote" and kind == "original"
        tally.sidecars += note.did == "wrote" and kind == "sidecar"
        tally.moved += note.did == "moved"
    tally.fetched_bytes += result.fetched_bytes
    tally.missing += result.is_missing
    tally.problems += bool(result.problems)


def _check_written(
    plan: Plan,
    journal: Journal,
    place: Destination,
    workers: int,
    progress: Progress,
    stop: Stop,
) -> int:
    """Read again what nobody has since it was written; returns how many files are wrong."""
    new = "FROM files WHERE NOT is_checked AND kind <> 'own'"
    total = plan.spool.number(f"SELECT count(*) {new}")
    unchecked = plan.spool.read(f"SELECT path, sha256 {new} ORDER BY path")
    wrong = 0
    for number, ((path, _), problem) in enumerate(compared(place, unchecked, workers, stop), 1):
        journal.checked(path, is_right=not problem)
        wrong += _tell_of(path, problem, progress)
        progress.show("reading it again", number, total)
    progress.close()
    if total:
        progress.result(_checked(total, wrong))
    return wrong


def _check(flags: argparse.Namespace, opened: OpenGallery, stop: Stop) -> int:
    progress = Progress()
    place = destination(flags.to, lambda: opened(find_target(flags, with_pages=True)).media)
    wrong = number = 0
    with closing(progress), Spool(SCHEMA) as spool, opened_to_note(place) as is_noted:
        journal = Journal(place, spool)
        journal.load()
        files = expected(place, spool)
        for number, ((path, _), problem) in enumerate(
            compared(place, files, flags.workers, stop), 1
        ):
            if problem and is_noted:
                journal.checked(path, is_right=False)
            wrong += _tell_of(path, problem, progress)
            progress.show("reading it again", number)
    stop.check()
    progress.result(_checked(number, wrong))
    if wrong:
        progress.result(
            "the next run with --migrate brings them again"
            if is_noted
            else f"{shown(place.name)} can't be written to, so the next run will not know of them"
        )
    return SOME_FAILED if wrong else DONE


def _tell_of(path: str, problem: str, progress: Progress) -> bool:
    if problem:
        progress.result(f"{shown(path)} {shown(problem)}")
    return bool(problem)


def _checked(total: int, wrong: int) -> str:
    said = f"{wrong:,} are not" if wrong else "each is"
    return f"checked {plural(total, 'file')}: {said} what was written"


if __name__ == "__main__":
    sys.exit(main())
