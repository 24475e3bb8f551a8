"""The steps of one import: gather, decide, then show or apply, and verify."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.bootstrap import Gallery
from chalicelib.domain.object_key import DEFAULT_GALLERY
from chalicelib.errors import SetupError
from migrations.command import DONE, SOME_FAILED, Stop
from migrations.immich.apply import PersonWish, apply_person, apply_wishes, changes_of
from migrations.immich.assign import assign
from migrations.immich.files import files
from migrations.immich.gather import (
    Heirs,
    covering,
    gather_objects,
    gather_rows,
    gather_source,
)
from migrations.immich.paths import Folders, PathMap, top_folder
from migrations.immich.persons import Chosen, choose, person_wishes
from migrations.immich.plan import (
    Tally,
    Wish,
    decide,
    missed_events,
    missing_and_moved,
    note_oddities,
    wishes,
)
from migrations.immich.queries import Source, SourceCounts
from migrations.immich.report import (
    StillToArrive,
    left_out_lines,
    oddity_lines,
    plan_lines,
    verification_lines,
    write_report,
)
from migrations.immich.verify import Verification, settled_lists, verify
from migrations.lines import plural, shown
from migrations.originals import Original, plan_originals
from migrations.originals import Tally as OriginalsTally
from migrations.progress import Progress
from migrations.source_folders import SourceFolders
from migrations.spool import Spool
from migrations.target import (
    Target,
)
from migrations.upload_originals import send_originals

_SHOW_EVERY = 200


@dataclass
class Import:
    """What one run works with, and its steps."""

    target: Target
    gallery: Gallery
    paths: PathMap
    folders: Folders
    sources: SourceFolders | None
    spool: Spool
    progress: Progress
    stop: Stop
    now: datetime
    own_folders: frozenset[str] = frozenset({"/usr/src/app/upload", "/data"})
    heirs: Heirs = field(default_factory=dict)

    def carry_out(self, flags: argparse.Namespace, url: str) -> int:
        """Gather, decide, then show or apply, and verify."""
        self.gallery.assets.check()
        counts, chosen = self._gather(url, flags.person)
        gone = self._look()
        note_oddities(self.spool)
        tally = self._planned()
        persons = self._persons(chosen)
        self._say_all(plan_lines(tally, is_done=False))
        self._tell_people(counts, tally, persons, chosen)
        if gone:
            self._say(f"{plural(gone, 'photo')} here that Immich has no more: left as they are")
        self._say_all(oddity_lines(self.spool))
        self._say_all(left_out_lines(self.spool))
        originals = self._planned_originals()
        verification = None
        if flags.migrate:
            is_done = self._write(tally, persons)
            if self.sources and originals and not self.stop():
                is_done &= self._send(self.sources, originals)
            if self.stop():
                self._say("interrupted; run it again, and it goes on")
                return SOME_FAILED
            verification = self._verify(counts, chosen)
            missing = verification.missing
            self._say_all(verification_lines(verification))
        else:
            is_done, missing = True, tally.missing
            self._say("nothing was written: pass --migrate to write it")
        if flags.report:
            lines = write_report(flags.report, self.spool, verification)
            self._say(f"{plural(lines, 'line')} in {flags.report}")
        self._say(self._still_to_arrive(missing).line(self.target))
        agrees = verification is None or verification.agrees
        return DONE if is_done and agrees else SOME_FAILED

    def _gather(self, url: str, names: Sequence[str]) -> tuple[SourceCounts, Chosen]:
        """Read all of Immich in one snapshot, which is over before anything is written."""
        with Source.open(url) as source:
            self._say(f"{'immich':<9}{source.era}, {plural(source.count_assets(), 'asset')}")
            if not self.paths.pairs:
                raise SetupError(_without_map(source))
            counts = source.counts()
            people, galleries = self.gallery.people, self.paths.galleries
            chosen = choose(source.persons(), names, people, galleries)
            self.own_folders |= {source.media_location() or ""}
            self.heirs = chosen.merged
            known, heirs = chosen.known, self.heirs
            gather_source(self.spool, source, self.paths, known, heirs, self.now, self._show)
        self.progress.close()
        if not self.spool.number("SELECT count(*) FROM wanted") and counts.active + counts.deleted:
            raise SetupError(
                f"no file of Immich's lies in {' or '.join(dict(self.paths.pairs))}: "
                "leave out --map, and it says where they are"
            )
        return counts, chosen

    def _look(self) -> int:
        """Read rows and objects as they are now, and say whose row is whose.

        Returns:
            How many rows came from Immich that it has no more.
        """
        gone = gather_rows(self.spool, self.gallery.assets, self._show)
        assign(self.spool)
        prefixes = covering(self.paths.prefixes, self.spool)
        gather_objects(self.spool, self.gallery.media, prefixes, self._show)
        self.progress.close()
        return gone

    def _wishes(self) -> Iterator[Wish]:
        return wishes(self.spool, self.target.settings.bucket, self.heirs)

    def _persons(self, chosen: Chosen) -> list[PersonWish]:
        galleries = self.paths.galleries
        return list(person_wishes(self.spool, chosen, self.gallery.people, galleries))

    def _planned(self) -> Tally:
        tally = Tally()
        for number, wish in enumerate(self._wishes(), 1):
            self._show("planning", number)
            tally.add(wish, decide(wish, self.now))
        self.progress.close()
        return tally

    def _tell_people(
        self,
        counts: SourceCounts,
        tally: Tally,
        persons: Sequence[PersonWish],
        chosen: Chosen,
    ) -> None:
        new = sum(wish.here is None for wish in persons)
        changed = sum(bool(changes_of(wish)) for wish in persons)
        self._say(
            f"{plural(len(persons), 'person', 'persons')} of {chosen.named:,} with a name, "
            f"{new:,} new, {changed:,} to change; {plural(tally.faces, 'face')}; left out: "
            f"{counts.faces_deleted:,} deleted in Immich, {counts.faces_invisible:,} hidden there"
        )
        for name in chosen.repeated:
            self._say(f"      several persons are called {shown(name)}; each stays one of its own")

    def _write(self, tally: Tally, persons: Sequence[PersonWish]) -> bool:
        """Write persons and rows; whether all of them could be."""
        for number, person in enumerate(persons, 1):
            self._show("writing persons", number, len(persons))
            apply_person(person, self.gallery.tables)
        done = Tally()
        planned = self._wishes() if tally.writes else ()
        waiting = (wish for wish in planned if decide(wish, self.now).kind in ("create", "change"))
        written = apply_wishes(waiting, self.gallery.tables, self.stop)
        for number, (wish, outcome) in enumerate(written, 1):
            self.progress.show("writing rows", number, tally.writes)
            if outcome.decision is None:
                done.failed.append((wish.asset.immich_id or "", outcome.reason))
            else:
                done.add(wish, outcome.decision)
        self.progress.close()
        self._say(
            f"wrote {plural(done.writes, 'row')}: {done.of('create'):,} new, "
            f"{done.of('change'):,} changed"
        )
        for immich_id, reason in done.failed:
            self._say(f"asset {immich_id} could not be written: {shown(reason)}; run it again")
        return not done.failed

    def _still_to_arrive(self, missing: int) -> StillToArrive:
        moved = missing_and_moved(self.spool)
        places = self.folders.places
        return StillToArrive(missing, moved, self.paths.pairs, places, self.own_folders)

    def _files(self) -> Iterator[Original]:
        return files(self.spool, self.folders.place)

    def _planned_originals(self) -> OriginalsTally | None:
        """What is to be uploaded; None where nobody asked for it."""
        if self.sources is None:
            return None
        tally = OriginalsTally()
        planned = plan_originals(self._files(), self.sources, self.spool.stored)
        for number, (original, verdict) in enumerate(planned, 1):
            self._show("looking for originals", number)
            tally.add(original, verdict)
        self.progress.close()
        self._say_all(tally.lines())
        return tally

    def _send(self, sources: SourceFolders, planned: OriginalsTally) -> bool:
        """Upload the originals; whether none of them is left."""
        media, spool = self.gallery.media, self.spool
        done = send_originals(
            self._files(), sources, spool.stored, media, planned, self.progress, self.stop
        )
        self._say_all(done.lines())
        return not done.problems

    def _verify(self, counts: SourceCounts, chosen: Chosen) -> Verification:
        self._look()
        if missed_events(self.spool):
            late = (wish for wish in self._wishes() if wish.missed_its_event)
            for _ in apply_wishes(late, self.gallery.tables, self.stop):
                self.stop.check()
            self._look()
        lists = settled_lists(
            self.gallery.tables,
            self.paths.galleries,
            lambda left: self.progress.note(f"the lists follow: {plural(left, 'difference')} left"),
        )
        persons = self._persons(chosen)
        return verify(self.spool, counts, self._wishes(), persons, lists)

    def _show(self, what: str, done: int, total: int | None = None) -> None:
        if done % _SHOW_EVERY == 0 or done == total:
            self.stop.check()
            self.progress.show(what, done, total)

    def _say(self, line: str) -> None:
        self.progress.result(line)

    def _say_all(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._say(line)


def _without_map(source: Source) -> str:
    """What to pass: the folders that Immich's files lie in."""
    folders = Counter(top_folder(asset.original_path) for asset in source.assets())
    told = ", ".join(f"{folder} ({count:,})" for folder, count in folders.most_common(5))
    flags = " ".join(f"--map {folder}={DEFAULT_GALLERY}/" for folder, _ in folders.most_common(1))
    return f"--map is missing; Immich's files lie in {told or 'no folder'}: pass {flags}"
