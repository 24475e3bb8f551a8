"""From paths as Immich's container sees them to keys of the bucket, and to files here."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.object_key import DEFAULT_GALLERY, split_key
from chalicelib.errors import ForeignKeyRefusedError, SetupError

# What relative paths of releases before v1.136 are relative to.
WORKING_FOLDER = "/usr/src/app"
_EXAMPLE = f"write --map /mnt/media={DEFAULT_GALLERY}/"
_FOLDER_SEGMENTS = 2
_OWN_SEGMENTS = 4


def normalised(path: str) -> str:
    """A path as it is meant: absolute, ``..`` and doubled slashes resolved."""
    return posixpath.normpath("/" + posixpath.join(WORKING_FOLDER, path).lstrip("/"))


def top_folder(path: str) -> str:
    """The folder near the root that a file lies in: what a --map begins with."""
    folder = posixpath.dirname(normalised(path))
    is_own = f"{folder}/".startswith(f"{WORKING_FOLDER}/")
    segments = folder.split("/")[1:]
    return "/" + "/".join(segments[: _OWN_SEGMENTS if is_own else _FOLDER_SEGMENTS])


@dataclass(frozen=True)
class PathMap:
    """Which folders lie under which prefixes of keys.

    Attributes:
        pairs: (folder, prefix): ``("/mnt/media", "main/")``; the longest folder first.
    """

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, maps: Sequence[str]) -> "PathMap":
        """Read ``FOLDER=PREFIX`` flags.

        Raises:
            SetupError: One of them means nothing, or says something else than another.
        """
        pairs: dict[str, str] = {}
        for text in maps:
            folder, separator, prefix = text.rpartition("=")
            if not separator or not folder:
                raise SetupError(f"--map {text}: expected FOLDER=PREFIX; {_EXAMPLE}")
            source = normalised(folder)
            if source in pairs:
                raise SetupError(f"--map {text}: {source} is mapped twice")
            pairs[source] = _prefix(text, prefix)
        return cls(tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0]))))

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Prefixes of keys, none of which begins with another."""
        found: list[str] = []
        for prefix in sorted({prefix for _, prefix in self.pairs}):
            if not any(prefix.startswith(other) for other in found):
                found.append(prefix)
        return tuple(found)

    @property
    def galleries(self) -> tuple[str, ...]:
        """Galleries that photos go to, in the order of their names."""
        return tuple(sorted({prefix.partition("/")[0] for _, prefix in self.pairs}))

    def key(self, path: str) -> str | None:
        """The key of a file; None where it lies outside of every folder."""
        found = self.placed(path)
        return None if found is None else self.pairs[found[0]][1] + found[1]

    def folders(self, flags: Sequence[str]) -> "Folders":
        """Where the mapped folders lie on this machine.

        Args:
            flags: One folder for the only map, or ``FOLDER_IN_IMMICH=FOLDER_HERE`` for each.

        Raises:
            SetupError: A flag does not say of which map, or of one that another told already.
        """
        places: dict[str, Path] = {}
        for text in flags:
            source, here = self._told(text)
            if not here:
                raise SetupError(f"--originals {text}: expected a folder after =")
            if source in places:
                raise SetupError(f"--originals {text}: {source} lies in {places[source]} already")
            places[source] = Path(here).expanduser()
        return Folders(self, places)

    def _told(self, text: str) -> tuple[str, str]:
        """Which mapped folder a flag speaks of, and where that lies here."""
        known = [folder for folder, _ in self.pairs]
        source, separator, here = text.partition("=")
        if separator and normalised(source) in known:
            return normalised(source), here
        if len(known) == 1:
            return known[0], text
        example = f"--originals {known[0]}={text}" if known else _EXAMPLE
        raise SetupError(f"--originals {text}: say of which --map: {example}")

    def placed(self, path: str) -> tuple[int, str] | None:
        """Which pair a file belongs to, and its path inside that folder."""
        found = normalised(path)
        for number, (folder, _) in enumerate(self.pairs):
            start = folder.rstrip("/") + "/"
            if found.startswith(start) and found != start:
                return number, found.removeprefix(start)
        return None


@dataclass(frozen=True)
class Folders:
    """Where originals lie on this machine.

    Attributes:
        paths: Which folders there are in Immich.
        places: Where they lie here, those that were told.
    """

    paths: PathMap
    places: Mapping[str, Path]

    def place(self, path: str) -> Path | None:
        """Where a file of Immich's lies here; None where nobody told."""
        found = self.paths.placed(path)
        if found is None:
            return None
        folder = self.places.get(self.paths.pairs[found[0]][0])
        return None if folder is None else folder / found[1]


def _prefix(text: str, prefix: str) -> str:
    folder = prefix.rstrip("/") + "/"
    if "//" in folder or not _takes_photos(folder):
        raise SetupError(
            f"--map {text}: {prefix!r} is no place in a gallery, whose name has 1 to 40 of "
            f"a-z, 0-9 and -; {_EXAMPLE}"
        )
    return folder


def _takes_photos(folder: str) -> bool:
    try:
        split_key(f"{folder}photo.jpg")
    except ForeignKeyRefusedError:
        return False
    return True
