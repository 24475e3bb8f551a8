"""From paths as Immich's container sees them to keys of the bucket, and to files here."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.object_key import DEFAULT_GALLERY, GALLERY
from chalicelib.errors import SetupError

# What relative paths of releases before v1.136 are relative to.
WORKING_FOLDER = "/usr/src/app"
_EXAMPLE = f"write --map /mnt/media={DEFAULT_GALLERY}/"
_FOLDER_SEGMENTS = 2


def normalised(path: str) -> str:
    """A path as it is meant: absolute, ``..`` and doubled slashes resolved."""
    return posixpath.normpath("/" + posixpath.join(WORKING_FOLDER, path).lstrip("/"))


def top_folder(path: str) -> str:
    """The folder near the root that a file lies in: what a --map begins with."""
    found = normalised(path)
    inside = found.removeprefix(WORKING_FOLDER + "/")
    if inside != found:
        return f"{WORKING_FOLDER}/{inside.partition('/')[0]}"
    segments = posixpath.dirname(found).split("/")[1 : _FOLDER_SEGMENTS + 1]
    return "/" + "/".join(segments)


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
            SetupError: A flag does not say of which map.
        """
        known = [folder for folder, _ in self.pairs]
        places: dict[str, Path] = {}
        for text in flags:
            source, separator, here = text.partition("=")
            if separator and normalised(source) in known:
                places[normalised(source)] = Path(here).expanduser()
            elif len(known) == 1:
                places[known[0]] = Path(text).expanduser()
            else:
                example = f"--originals {known[0]}={text}" if known else _EXAMPLE
                raise SetupError(f"--originals {text}: say of which --map: {example}")
        return Folders(self, places)

    def placed(self, path: str) -> tuple[int, str] | None:
        """Which pair a file belongs to, and its path inside that folder."""
        found = normalised(path)
        for number, (folder, _) in enumerate(self.pairs):
            start = folder.rstrip("/") + "/"
            if found.startswith(start):
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
    gallery, *rest = prefix.rstrip("/").split("/")
    if not GALLERY.fullmatch(gallery) or not {"", ".", ".."}.isdisjoint(rest):
        raise SetupError(
            f"--map {text}: {prefix!r} is no place in a gallery, whose name has 1 to 40 of "
            f"a-z, 0-9 and -; {_EXAMPLE}"
        )
    return "/".join((gallery, *rest)) + "/"
