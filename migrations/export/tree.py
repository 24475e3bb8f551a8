"""Where a photo lies in an export: folders by gallery and month, names that any disk takes."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.asset import Asset

SIDECAR = ".xmp"
# What the bucket holds as the sidecar of a photo; no program takes it for another one of ours.
ORIGINAL_SIDECAR = ".xmp.original"
UNDATED = "undated"
WITHOUT_ROW = "without-row"
# What is not in the timeline lies apart; so does what the export says of itself.
APART = ("bin", "archive", "hidden", "locked", WITHOUT_ROW)
# Room is left for what is added to a name: eCryptfs takes 143 bytes, others 255.
MAX_NAME_BYTES = 90
_MAX_EXTENSION_BYTES = 20
_ID_CHARACTERS = 8
# Lightroom looks for the sidecar of a raw photo, and of no other, without its extension.
RAW_EXTENSIONS = frozenset(
    (
        *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc"),
        *(".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2"),
        *(".rwl", ".sr2", ".srf", ".srw", ".x3f"),
    )
)
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE | re.S
)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff"*/:<>?\\|]')


@dataclass(frozen=True)
class Names:
    """What the files of one asset are called, in one folder.

    Attributes:
        original: Of the photo or video.
        live_video: Of the video half of a motion photo; None for none.
    """

    original: str
    live_video: str | None = None

    def of_original(self) -> Iterator[str]:
        """Every name that the photo or video takes, sidecars included."""
        return _taken_by(self.original)

    def of_live_video(self) -> Iterator[str]:
        """Every name that the video half takes; none for none."""
        return _taken_by(self.live_video) if self.live_video else iter(())


def sidecar_names(name: str) -> tuple[str, ...]:
    """What the sidecars of a file are called: ``IMG.jpg.xmp``, of raw photos ``IMG.xmp``, too."""
    stem, extension = _split(name)
    beside = name + SIDECAR
    return (beside, stem + SIDECAR) if extension.lower() in RAW_EXTENSIONS else (beside,)


def folder_of(asset: Asset) -> str:
    """``main/2024/2024-05``, ``bin/main/undated``: by the wall clock, else by UTC."""
    gallery = asset.gallery
    if gallery in APART or _RESERVED.fullmatch(gallery):
        gallery += "_"
    taken = asset.taken_local or asset.taken_at
    month = f"{taken.year:04}/{taken.year:04}-{taken.month:02}" if taken else UNDATED
    if asset.visibility == "locked":
        return f"locked/{gallery}/{month}"
    if asset.deleted_at is not None:
        return f"bin/{gallery}/{month}"
    if asset.visibility != "timeline":
        return f"{asset.visibility}/{gallery}/{month}"
    return f"{gallery}/{month}"


def name_of(asset: Asset) -> str:
    """What an asset's file is called: its filename, with its key's extension if it has none.

    The video of a motion photo has its key's wherever there is one: Immich calls it as its still.
    """
    stem, extension = _split(asset.filename)
    of_key = _split(asset.key.rpartition("/")[2])[1]
    if asset.is_live_video:
        extension = of_key or extension
    return safe_name(stem + (extension or of_key))


def name_of_key(key: str) -> str:
    """The name of an object without a row: its key, without folders.

    In a bucket, ``a`` and ``a/b`` may both be files.
    """
    return safe_name(key)


def names(name: str, id: str, live_extension: str | None = None) -> Iterator[Names]:
    """Names of an asset's files, the best first; the last one nobody else has.

    Args:
        name: As `name_of` gives it.
        id: Of the asset.
        live_extension: Of the video half, with its dot.
    """
    stem, extension = _split(name)
    digest = hashlib.sha256(id.encode()).hexdigest()
    for suffix in ("", f" ({safe_name(id)[:_ID_CHARACTERS]})", f" ({digest[:16]})"):
        video = None if live_extension is None else stem + suffix + live_extension
        yield Names(stem + suffix + extension, video)


def extension_of(name: str) -> str:
    """Of a safe name, with its dot; empty for none."""
    return _split(name)[1]


def safe_name(text: str) -> str:
    """A name that Windows, macOS and Linux take, as near to a text as may be.

    Composed (NFC), without control characters and what parts folders or means something to a
    shell of Windows, no device's name, no dot or space at its ends, `MAX_NAME_BYTES` at most.
    """
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).strip(" ").rstrip(". ")
    if name.startswith("."):  # hidden, or a folder itself
        name = "_" + name[1:]
    if not name:
        name = "_"
    if _RESERVED.fullmatch(name):
        stem, dot, rest = name.partition(".")
        name = f"{stem}_{dot}{rest}"
    stem, extension = _split(name)
    room = MAX_NAME_BYTES - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + extension


def folded(path: str) -> str:
    """What two paths share that a disk may take for one: other case, other normalisation."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", path).casefold())


def _taken_by(name: str) -> Iterator[str]:
    yield name
    yield from sidecar_names(name)
    yield name + ORIGINAL_SIDECAR


def _split(name: str) -> tuple[str, str]:
    """Stem and extension; what is long or has a space in it is none."""
    stem, dot, extension = name.rpartition(".")
    is_one = stem and extension and " " not in extension
    if not is_one or len(extension.encode()) >= _MAX_EXTENSION_BYTES:
        return name, ""
    return stem, dot + extension
