"""Folders of this machine that are read, and nothing outside of them."""

import errno
import os
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from chalicelib.errors import SetupError


class SourceFolders:
    """Folders of this machine that originals are read from; nothing outside of them is.

    Args:
        folders: As they were named.

    Raises:
        SetupError: One of them is no folder.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders: list[tuple[Path, Path]] = []
        for folder in folders:
            if not folder.is_dir():
                raise SetupError(f"folder {folder} is not there; originals are read from it")
            self._folders.append((folder, folder.resolve()))

    def find(self, path: Path) -> tuple[Path, os.stat_result]:
        """The file that a path means, symbolic links followed, and what is known of it.

        It may be written with composed or decomposed accents, whichever the path has.

        Raises:
            FileNotFoundError: There is none.
            OSError: It is none that may be read; the message says why.
        """
        base = next((pair for pair in self._folders if path.is_relative_to(pair[0])), None)
        if base is None:
            raise PermissionError(errno.EPERM, "it lies outside of the folders that were given")
        folder, real_folder = base
        spelled = path if os.path.lexists(path) else _respelled(folder, path)
        real = Path(os.path.realpath(spelled, strict=True))
        if not real.is_relative_to(real_folder):
            raise PermissionError(errno.EPERM, "a symbolic link leads out of the folder")
        known = real.stat()
        if not stat.S_ISREG(known.st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        return real, known


def _respelled(folder: Path, path: Path) -> Path:
    here = folder
    for segment in path.relative_to(folder).parts:
        spellings = (segment, *(unicodedata.normalize(form, segment) for form in ("NFC", "NFD")))
        here = next((here / s for s in spellings if os.path.lexists(here / s)), here / segment)
    return here
