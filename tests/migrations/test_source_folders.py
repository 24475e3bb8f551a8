import os
import unicodedata
from pathlib import Path

import pytest

from chalicelib.errors import SetupError
from migrations.source_folders import SourceFolders

NFC, NFD = (unicodedata.normalize(form, "Höhle") for form in ("NFC", "NFD"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, beside another one that was not given."""
    (tmp_path / "photos" / "2019").mkdir(parents=True)
    (tmp_path / "photos" / "2019" / "a.jpg").write_bytes(b"pixels")
    (tmp_path / "secret").write_bytes(b"secret")
    return tmp_path / "photos"


def test_a_file_of_a_folder_is_found_with_its_length(folder: Path):
    path, known = SourceFolders([folder]).find(folder / "2019" / "a.jpg")

    assert path.read_bytes() == b"pixels"
    assert known.st_size == 6


@pytest.mark.parametrize("name", ["2019/b.jpg", "2018/a.jpg", "2019/a.jpg/b.jpg"])
def test_a_file_that_is_not_there_is_not_found(folder: Path, name: str):
    with pytest.raises((FileNotFoundError, NotADirectoryError)):
        SourceFolders([folder]).find(folder / name)


@pytest.mark.parametrize(("on_disk", "asked"), [(NFC, NFD), (NFD, NFC)])
def test_a_name_is_found_whichever_way_its_accents_are_written(
    folder: Path, on_disk: str, asked: str
):
    (folder / on_disk).mkdir()
    (folder / on_disk / f"{asked}.jpg").write_bytes(b"cave")  # both ways in one path

    path, _ = SourceFolders([folder]).find(folder / asked / f"{on_disk}.jpg")

    assert path.read_bytes() == b"cave"


def test_of_two_spellings_the_one_that_was_asked_for_is_found(folder: Path):
    for name in (NFC, NFD):
        (folder / name).write_bytes(name.encode())

    found = [SourceFolders([folder]).find(folder / name)[0].read_bytes() for name in (NFC, NFD)]

    assert found == [NFC.encode(), NFD.encode()]


@pytest.mark.parametrize("target", ["../secret", "/etc/hostname", "2019/../../secret"])
def test_a_link_that_leaves_the_folder_is_not_followed(folder: Path, target: str):
    (folder / "link.jpg").symlink_to(target)

    with pytest.raises(PermissionError, match="a symbolic link leads out of the folder"):
        SourceFolders([folder]).find(folder / "link.jpg")


def test_a_folder_that_is_a_link_out_is_not_followed(folder: Path):
    (folder / "out").symlink_to(folder.parent)

    with pytest.raises(PermissionError):
        SourceFolders([folder]).find(folder / "out" / "secret")


def test_a_path_that_climbs_out_of_the_folder_is_refused(folder: Path):
    with pytest.raises(PermissionError):
        SourceFolders([folder]).find(folder / ".." / "secret")


def test_a_path_outside_of_all_folders_is_refused(folder: Path):
    with pytest.raises(PermissionError, match="outside of the folders that were given"):
        SourceFolders([folder]).find(folder.parent / "secret")


def test_a_link_inside_the_folder_is_followed_and_so_is_the_folder_itself(folder: Path):
    (folder / "link.jpg").symlink_to("2019/a.jpg")
    alias = folder.parent / "alias"
    alias.symlink_to(folder)

    path, _ = SourceFolders([alias]).find(alias / "link.jpg")

    assert path == folder / "2019" / "a.jpg"


def test_what_is_no_file_is_not_opened(folder: Path):
    os.mkfifo(folder / "pipe.jpg")

    for name in ("pipe.jpg", "2019"):
        with pytest.raises(OSError, match="it is no file"):
            SourceFolders([folder]).find(folder / name)


def test_links_that_lead_in_a_circle_are_no_file(folder: Path):
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")

    with pytest.raises(OSError):
        SourceFolders([folder]).find(folder / "a")


@pytest.mark.parametrize("name", ["nowhere", "2019/a.jpg"])
def test_a_folder_that_is_none_is_told_before_anything_is_read(folder: Path, name: str):
    with pytest.raises(SetupError, match=f"folder .*{name} is not there"):
        SourceFolders([folder, folder / name])
