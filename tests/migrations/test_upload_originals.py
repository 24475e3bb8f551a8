import hashlib
import io
import os
import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.domain.object_key import MAX_KEY_BYTES
from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.storage import originals as storage
from chalicelib.storage.media import FILENAME_METADATA, Media
from migrations import upload_originals as module
from migrations.command import Stop
from migrations.originals import NAMED, Original, Tally, Verdict, plan_originals
from migrations.progress import Progress
from migrations.source_folders import SourceFolders
from migrations.upload_originals import send_originals, upload_originals
from tests.builders import BUCKET
from tests.memory import Killed
from tests.memory_uploads import UploadsBucket
from tests.mutation import without_guard

PART = 10
LONG = bytes(range(35))


class Library:
    """A folder of originals, and a bucket that takes parts of ten bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bucket = UploadsBucket(BUCKET)
        self.media = Media(self.bucket, BUCKET)
        self.stop = Stop()

    def file(self, name: str, body: bytes = b"pixels", **fields: Any) -> Original:
        """A file, and what Immich says of it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
        return replace(Original(f"main/{name}", path, len(body), sha1), **fields)

    def plan(self, *originals: Original) -> dict[str, Verdict]:
        found = plan_originals(originals, SourceFolders([self.folder]), self.media.head)
        return {original.key: verdict for original, verdict in found}

    def upload(
        self, *originals: Original, sent: Callable[[int], None] = lambda _: None
    ) -> dict[str, Verdict]:
        folders = SourceFolders([self.folder])
        uploads = upload_originals(originals, folders, self.media.head, self.media, self.stop, sent)
        return {original.key: verdict for original, verdict in uploads}

    def outcomes(self, *originals: Original) -> dict[str, str]:
        return {key: verdict.outcome for key, verdict in self.upload(*originals).items()}

    def stored(self) -> dict[str, bytes]:
        return {key: known.data for key, known in self.bucket.objects.items()}

    def files(self) -> dict[str, tuple[bytes, int, int]]:
        """Everything about the files that an upload must not change."""
        return {
            str(path): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner in (storage, module):
        monkeypatch.setattr(owner, "PART_BYTES", PART)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "photos").mkdir()
    return Library(tmp_path / "photos")


# --- the plan ------------------------------------------------------------------------


def test_a_plan_tells_what_is_to_be_sent_and_opens_no_file(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    new = library.file("new.jpg")
    there = library.file("there.jpg")
    library.bucket.place("main/there.jpg", b"pixels")
    missing = replace(new, key="main/missing.jpg", path=library.folder / "missing.jpg")
    shorter = library.file("shorter.jpg", b"pix", size_bytes=6)
    other = library.file("other.jpg")
    library.bucket.place("main/other.jpg", b"another photo")
    monkeypatch.setattr(io, "open", None)
    monkeypatch.setattr(Path, "open", None)

    found = library.plan(new, there, missing, shorter, other)

    assert found == {
        "main/new.jpg": Verdict("to-send", 6),
        "main/there.jpg": Verdict("there", 6),
        "main/missing.jpg": Verdict("missing", 6, f"not at {missing.path}"),
        "main/shorter.jpg": Verdict("differs", 3, "it has 3 bytes on this machine, 6 in Immich"),
        "main/other.jpg": Verdict("differs", 13, "it has 13 bytes in the bucket, 6 in Immich"),
    }
    assert library.bucket.wire.writes == 0


def test_what_is_in_the_bucket_needs_no_file(library: Library):
    gone = Original("main/a.jpg", library.folder / "a.jpg", 6, None)
    library.bucket.place("main/a.jpg", b"pixels")

    assert library.plan(gone, replace(gone, key="main/b.jpg"))["main/a.jpg"].outcome == "there"
    assert library.plan(replace(gone, size_bytes=None))["main/a.jpg"].outcome == "there"
    assert library.plan(replace(gone, size_bytes=7))["main/a.jpg"].outcome == "differs"


def test_without_a_hash_of_its_content_the_file_says_whether_the_bucket_has_it(library: Library):
    edited = library.file("a.jpg", b"pixels and a caption", size_bytes=6, sha1=None)
    library.bucket.place("main/a.jpg", b"pixels and a caption")

    assert library.plan(edited)["main/a.jpg"].outcome == "there"


def test_a_key_that_s3_can_t_have_fails_alone(library: Library):
    long = library.file("a.jpg", key="main/" + "x" * MAX_KEY_BYTES)

    verdicts = library.upload(long, library.file("b.jpg"))

    assert [verdict.outcome for verdict in verdicts.values()] == ["failed", "sent"]
    assert verdicts[long.key].reason == "its key is too long for S3"


def test_a_tally_says_how_much_of_each_and_names_the_first_that_can_t_be_sent():
    tally = Tally()
    an_original = Original("main/a\n.jpg", Path("a.jpg"))
    tally.add(an_original, Verdict("to-send", 4_100_000))
    tally.add(an_original, Verdict("to-send", 1))
    tally.add(an_original, Verdict("there", 10))
    for _ in range(NAMED + 2):
        tally.add(an_original, Verdict("missing", 0, "not at a.jpg"))

    first, *named, last = tally.lines()

    assert first == (
        "originals: 2 to send (4.1 MB), 1 in the bucket already (10 B), 22 missing (0 B)"
    )
    assert named == ["      main/a\\n.jpg missing: not at a.jpg"] * NAMED
    assert last == "      and 2 more"
    assert list(Tally().lines()) == ["originals: none"]


# --- uploading -----------------------------------------------------------------------


def test_photos_videos_and_sidecars_are_uploaded_byte_for_byte_and_the_files_stay(
    library: Library,
):
    originals = [
        library.file("2019/a.jpg"),
        library.file("2019/a.jpg.xmp", b"<x/>", size_bytes=None, sha1=None),
        library.file("2019/Höhle 🏔️+%.heic", b"x" * PART),
        library.file("film.mov", LONG, filename="Film.mov"),
        library.file("empty.jpg", b""),
    ]
    before = library.files()

    verdicts = library.upload(*originals)

    assert {verdict.outcome for verdict in verdicts.values()} == {"sent"}
    assert library.stored() == {o.key: o.path.read_bytes() for o in originals}
    assert library.files() == before
    assert verdicts["main/film.mov"].size_bytes == len(LONG)
    assert library.bucket.objects["main/film.mov"].metadata == {FILENAME_METADATA: "Film.mov"}
    assert library.bucket.uploads == {}


def test_a_second_run_sends_nothing(library: Library):
    originals = [library.file("a.jpg"), library.file("film.mov", LONG)]
    library.upload(*originals)
    writes = library.bucket.wire.writes

    assert set(library.outcomes(*originals).values()) == {"there"}
    assert library.bucket.wire.writes == writes


@pytest.mark.parametrize("body", [b"pixels", LONG])
def test_a_file_that_is_not_the_one_of_immich_never_becomes_visible(library: Library, body: bytes):
    wrong = library.file("wrong.mov", body, sha1=b"\0" * 20)

    verdict = library.upload(wrong, library.file("right.jpg"))["main/wrong.mov"]

    assert verdict == Verdict("wrong-hash", len(body), "its SHA-1 is not the one in Immich")
    assert library.stored().keys() == {"main/right.jpg"}
    assert library.bucket.uploads == {}


@pytest.mark.parametrize("body", [b"pixels", LONG])
@pytest.mark.parametrize("change", ["appended", "cut", "touched"])
def test_a_file_that_changes_while_it_is_read_is_not_uploaded(
    library: Library, monkeypatch: pytest.MonkeyPatch, body: bytes, change: str
):
    original = library.file("growing.mov", body, sha1=None)
    pieces = module._pieces

    def changing(*arguments: Any) -> Any:
        path = original.path
        if change == "cut":
            os.truncate(path, 3)
        yield from pieces(*arguments)
        if change == "appended":
            path.write_bytes(body + b"more")
        elif change == "touched":
            os.utime(path, (1, 1))

    monkeypatch.setattr(module, "_pieces", changing)

    verdict = library.upload(original)["main/growing.mov"]

    assert (verdict.outcome, library.stored()) == ("failed", {})
    assert verdict.reason == "it changed while it was read; run it again"
    assert library.bucket.uploads == {}


@pytest.mark.parametrize("body", [b"pixels", LONG])
def test_what_another_put_there_meanwhile_is_not_written_over(library: Library, body: bytes):
    original = library.file("a.mov", body)
    write = "put_object" if len(body) <= PART else "complete_multipart_upload"

    def put(text: bytes) -> None:
        library.bucket.objects.clear()
        library.bucket.before(write, lambda _: library.bucket.place("main/a.mov", text))

    put(b"of somebody else")
    different = library.upload(original)["main/a.mov"]
    put(body)
    same = library.upload(original)["main/a.mov"]

    assert different == Verdict(
        "differs", 16, f"it has 16 bytes in the bucket, {len(body)} in Immich"
    )
    assert same.outcome == "there"


def test_two_runs_at_once_end_with_every_original_there_once(library: Library):
    originals = [library.file(f"{n}.mov", LONG + bytes([n])) for n in range(12)]
    outcomes: list[dict[str, str]] = []

    def run() -> None:
        outcomes.append(library.outcomes(*originals))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert library.stored() == {o.key: o.path.read_bytes() for o in originals}
    assert all(len(library.bucket.versions[o.key]) == 1 for o in originals)
    for original in originals:
        assert "sent" in {found[original.key] for found in outcomes}


def test_a_file_that_can_t_be_read_fails_itself_and_not_the_others(library: Library):
    link = library.file("link.jpg")
    link.path.unlink()
    link.path.symlink_to("/etc/hostname")

    verdicts = library.upload(link, library.file("a.jpg"))

    assert verdicts["main/link.jpg"].reason == "a symbolic link leads out of the folder"
    assert verdicts["main/link.jpg"].outcome == "failed"
    assert verdicts["main/a.jpg"].outcome == "sent"


def test_one_that_s3_does_not_take_now_fails_itself_and_not_the_others(library: Library):
    def damage(_: Any) -> None:
        raise ClientError({"Error": {"Code": "BadDigest"}}, "PutObject")

    library.bucket.before("put_object", damage)

    outcomes = library.outcomes(library.file("a.jpg"), library.file("b.jpg"))

    assert sorted(outcomes.values()) == ["failed", "sent"]


def test_a_bucket_out_of_reach_stops_the_run(library: Library):
    originals = [library.file(f"{n}.jpg") for n in range(100)]

    def lost(_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3")

    library.bucket.before("*", lost, times=None)

    with pytest.raises(StorageUnavailableError):
        list(
            upload_originals(
                originals, SourceFolders([library.folder]), lambda _: None, library.media, Stop()
            )
        )
    assert library.bucket.wire.count("put_object") <= 2 * module.WORKERS


def test_a_bucket_that_may_not_be_written_stops_the_run(library: Library):
    def refuse(_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    library.bucket.before("put_object", refuse, times=None)

    with pytest.raises(SetupError, match="access denied"):
        library.upload(*(library.file(f"{n}.jpg") for n in range(100)))
    assert library.bucket.wire.count("put_object") <= 2 * module.WORKERS


# --- interrupted ---------------------------------------------------------------------


def test_a_large_file_that_was_interrupted_goes_on_where_it_was(library: Library):
    film = library.file("film.mov", LONG)
    library.bucket.wire.after(
        "s3.upload_part", lambda _: library.stop.ask() if parts() == 2 else None, times=None
    )

    def parts() -> int:
        return library.bucket.wire.count("upload_part")

    assert library.upload(film) == {"main/film.mov": Verdict("to-send", 35)}
    assert (library.stored(), parts()) == ({}, 2)
    library.stop = Stop()
    assert library.outcomes(film) == {"main/film.mov": "sent"}
    assert parts() == 4
    assert library.stored() == {"main/film.mov": LONG}


def test_a_run_killed_at_any_request_and_repeated_ends_with_every_original_there(tmp_path: Path):
    def fresh(number: int) -> tuple[Library, list[Original]]:
        folder = tmp_path / str(number)
        folder.mkdir()
        library = Library(folder)
        return library, [library.file("a.jpg"), library.file("film.mov", LONG)]

    killed = 0
    while True:
        library, originals = fresh(killed)
        library.bucket.wire.kill_at(killed)
        try:
            for original in originals:
                library.upload(original)
        except Killed:
            library.upload(*originals)
            assert library.stored() == {o.key: o.path.read_bytes() for o in originals}
            assert all(len(versions) == 1 for versions in library.bucket.versions.values())
            killed += 1
        else:
            break
    # a.jpg: head, put; film.mov: head, two listings, begin, four parts, complete
    assert killed >= 9


def test_what_is_asked_to_stop_begins_no_further_file(library: Library):
    library.bucket.wire.after("s3.put_object", lambda _: library.stop.ask())
    originals = [library.file(f"{n}.jpg") for n in range(100)]

    done = library.upload(*originals)

    assert 1 <= len(done) <= module.WORKERS
    assert library.stored().keys() == done.keys()


def test_of_a_large_file_one_part_is_in_memory_at_a_time(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    film = Original("main/film.mov", library.folder / "film.mov")
    with film.path.open("wb") as file:
        file.truncate(64 << 20)  # of nothing on disk
    monkeypatch.setattr(module, "PART_BYTES", 1 << 20)
    monkeypatch.setattr(storage, "PART_BYTES", 1 << 20)
    held_bytes: list[int] = []

    def send(_: Any, number: int, body: bytes) -> None:
        parts.append((number, len(body)))
        if number == 32:  # what other threads of this process allocate is none of its business
            own = tracemalloc.Filter(inclusive=True, filename_pattern=str(module.__file__))
            found = tracemalloc.take_snapshot().filter_traces([own]).statistics("filename")
            held_bytes.append(sum(each.size for each in found))

    monkeypatch.setattr(storage.LargeUpload, "send", send)
    monkeypatch.setattr(storage.LargeUpload, "complete", lambda _: None)
    parts: list[tuple[int, int]] = []
    tracemalloc.start()

    try:
        assert library.outcomes(film) == {"main/film.mov": "sent"}
    finally:
        tracemalloc.stop()

    assert parts == [(number, 1 << 20) for number in range(1, 65)]
    (held,) = held_bytes
    assert 1 << 20 <= held < 4 << 20


# --- guards --------------------------------------------------------------------------


def test_a_wrong_file_would_be_visible_without_the_look_at_its_hash(library: Library):
    """Guards the comparison in `_check`."""
    wrong = library.file("wrong.jpg", sha1=b"\0" * 20)
    guard = "self.original.sha1 not in (None, sha1)"

    with without_guard(module._Sending, "_check", (guard, "False")):
        assert library.outcomes(wrong) == {"main/wrong.jpg": "sent"}


# --- progress ------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_told_in_bytes_with_their_rate(library: Library):
    originals = [library.file("film.mov", b"x" * 4000), library.file("b.jpg", b"x" * 10)]
    library.bucket.place("main/there.jpg", b"x" * 6)
    there = library.file("there.jpg")
    planned = Tally()
    folders = SourceFolders([library.folder])
    for original, verdict in plan_originals([*originals, there], folders, library.media.head):
        planned.add(original, verdict)
    terminal, seconds = Terminal(), iter(range(10_000))
    progress = Progress(stream=terminal, clock=lambda: float(next(seconds)))

    done = send_originals(
        [*originals, there],
        folders,
        library.media.head,
        library.media,
        planned,
        progress,
        Stop(),
    )

    assert "/4.0 kB  10 B/s, " in terminal.getvalue()
    assert "uploading originals [########################] 4.0 kB/4.0 kB" in terminal.getvalue()
    assert list(done.lines()) == [
        "originals: 2 sent (4.0 kB), 1 in the bucket already (6 B)",
    ]
    assert done.problems == 0
