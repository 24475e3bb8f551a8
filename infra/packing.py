"""Zips that come out the same, byte for byte, from the same files."""

import hashlib
import shutil
import zipfile
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows nothing older
READABLE = 0o100644
EXECUTABLE = 0o100755


def write_zip(folder: Path, archive: Path) -> None:
    """Zip a folder: sorted names, one date, two modes."""
    partial = archive.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w") as opened:
        _add(opened, folder)
    partial.replace(archive)


def append_to_zip(base: Path, folder: Path, archive: Path) -> None:
    """Copy a zip and add a folder's files to it.

    Raises:
        ValueError: Both hold a file of the same name.
    """
    partial = archive.with_suffix(".partial")
    shutil.copyfile(base, partial)
    with zipfile.ZipFile(partial, "a") as opened:
        _add(opened, folder)
    partial.replace(archive)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _add(opened: zipfile.ZipFile, folder: Path) -> None:
    taken = set(opened.namelist())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name in taken:
            raise ValueError(f"{name} is in the zip twice")
        entry = zipfile.ZipInfo(name, EARLIEST)
        entry.compress_type = zipfile.ZIP_DEFLATED
        executable = path.stat().st_mode & 0o100 and path.suffix != ".py"
        entry.external_attr = (EXECUTABLE if executable else READABLE) << 16
        opened.writestr(entry, path.read_bytes(), compresslevel=6)
