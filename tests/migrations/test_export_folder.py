import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.errors import ObjectNotFoundError, SetupError, StorageUnavailableError
from migrations.export.folder import Folder, UnwritableError


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """An empty one, open for writing."""
    place = Folder(tmp_path / "export")
    place.open()
    yield place
    place.close()


def everything(folder: Folder) -> list[str]:
    root = Path(folder.name)
    files = (path for path in root.rglob("*") if path.is_file())
    return sorted(path.relative_to(root).as_posix() for path in files if path.name not in ("lock",))


def breaking(error: BaseException) -> Iterator[bytes]:
    yield b"the first half"
    raise error


def test_a_file_is_written_and_read(folder: Folder):
    folder.write("a/b/c.jpg", [b"one ", b"two"], 7)

    assert b"".join(folder.read("a/b/c.jpg")) == b"one two"
    assert folder.size("a/b/c.jpg") == 7
    assert folder.size("a/b") is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_ends_the_run_and_leaves_nothing_half(number: int, folder: Folder):
    folder.write("a.jpg", [b"before"], 6)

    with pytest.raises(SetupError, match="is full; make room and run it again"):
        folder.write("a.jpg", breaking(OSError(number, os.strerror(number))), 28)
    with pytest.raises(SetupError, match="is full"):
        folder.write("b.jpg", breaking(OSError(number, os.strerror(number))), 28)

    assert everything(folder) == [".export/journal.jsonl", "a.jpg"]
    assert b"".join(folder.read("a.jpg")) == b"before"


def test_a_disk_that_is_really_full_says_so(folder: Folder, monkeypatch: pytest.MonkeyPatch):
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    real_open = Path.open

    def open_full(path: Path, mode: str = "r", **options: object) -> object:
        return real_open(Path("/dev/full") if "w" in mode else path, mode, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", open_full)

    with pytest.raises(SetupError, match="is full"):
        folder.write("a.jpg", [b"x" * 100_000], 100_000)


def test_a_disk_that_is_gone_ends_the_run(folder: Folder):
    with pytest.raises(SetupError, match="does not answer"):
        folder.write("a.jpg", breaking(OSError(errno.EIO, "Input/output error")), 28)


def test_what_breaks_off_leaves_the_file_that_was_there(folder: Folder):
    folder.write("a.jpg", [b"before"], 6)

    with pytest.raises(StorageUnavailableError):
        folder.write("a.jpg", breaking(StorageUnavailableError("broke off")), 28)

    assert everything(folder) == [".export/journal.jsonl", "a.jpg"]
    assert b"".join(folder.read("a.jpg")) == b"before"


def test_a_file_that_cannot_be_written_fails_itself(folder: Folder):
    folder.write("a", [b"a file"], 6)

    with pytest.raises(UnwritableError, match=r"a/b\.jpg"):
        folder.write("a/b.jpg", [b"x"], 1)

    folder.write("c.jpg", [b"x"], 1)
    assert everything(folder) == [".export/journal.jsonl", "a", "c.jpg"]


@pytest.mark.parametrize("path", ["../outside.jpg", "/etc/passwd", "a/../../b", "a//b", "", "."])
def test_no_path_leads_out_of_the_folder(path: str, folder: Folder):
    for act in (
        lambda: folder.write(path, [b"x"], 1),
        lambda: folder.remove(path),
        lambda: folder.size(path),
        lambda: list(folder.read(path)),
        lambda: folder.move("a.jpg", path),
    ):
        with pytest.raises(UnwritableError, match="leads out"):
            act()


def test_a_file_that_is_not_there_cannot_be_read(folder: Folder):
    with pytest.raises(ObjectNotFoundError):
        list(folder.read("a.jpg"))


def test_moving_and_removing_take_empty_folders_along(folder: Folder):
    folder.write("2024/2024-05/a.jpg", [b"x"], 1)
    folder.write("2024/2024-06/b.jpg", [b"x"], 1)

    folder.move("2024/2024-05/a.jpg", "2025/a.jpg")
    folder.remove("2024/2024-06/b.jpg")
    folder.remove("2024/2024-06/b.jpg")

    assert everything(folder) == [".export/journal.jsonl", "2025/a.jpg"]
    assert not (Path(folder.name) / "2024").exists()


def test_two_exports_never_write_into_one_folder_at_once(folder: Folder):
    with pytest.raises(SetupError, match="another export is writing"):
        Folder(Path(folder.name)).open()


def test_what_a_killed_run_was_writing_is_cleared_away(tmp_path: Path):
    left = tmp_path / ".export/parts/7"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a film")
    place = Folder(tmp_path)

    place.open()
    place.close()

    assert not left.exists()


def test_a_folder_that_nobody_may_write_to_says_so(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(SetupError, match="can't be written to"):
        Folder(tmp_path / "file" / "export").open()


def test_the_journal_goes_on_where_it_was(tmp_path: Path):
    for line in ("one", "two"):
        place = Folder(tmp_path)
        place.open()
        place.note(line)
        place.close()

    assert [line for line in Folder(tmp_path).journal() if line.strip()] == ["one\n", "two\n"]


@pytest.mark.parametrize(
    ("names", "is_empty"),
    [((), True), ((".DS_Store", "lost+found", "$RECYCLE.BIN"), True), (("holiday.jpg",), False)],
)
def test_what_systems_put_into_a_folder_does_not_count(
    names: tuple[str, ...], is_empty: bool, tmp_path: Path
):
    for name in names:
        (tmp_path / name).touch()

    assert Folder(tmp_path).is_empty() is is_empty
