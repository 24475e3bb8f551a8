"""Which S3 keys the gallery takes in, and the ids that can be derived from them."""

import hashlib
import re
import uuid

from chalicelib.domain.thumbnail import is_rendition, rendition_keys
from chalicelib.errors import ForeignKeyRefusedError

DEFAULT_GALLERY = "main"
GALLERY = re.compile(r"[a-z0-9-]{1,40}")
# S3's own limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_KEY_BYTES = 1024
# Drawn once for this project; changing it would give every dropped-in photo a new id.
NAMESPACE = uuid.UUID("5f1a7b0e-3c58-5b0c-9a51-4f2f7c6d9e21")
# Where Immich, digiKam, darktable and exiftool write what is said of a photo.
_SIDECAR = ".xmp"
# The playlist of a video that is streamed, and its parts: ``a.m3u8`` beside ``a.mp4``, and what
# lies in a folder named like ``a.hls``.
_STREAM = (".m3u8", ".m4s")
_STREAM_FOLDER = ".hls/"
_UPLOAD_STEM = re.compile(r"[0-9a-f]{32}")


def split_key(key: str) -> tuple[str, str]:
    """Split an original's key into its gallery and its path inside the gallery.

    A key is opaque text: it is never normalised and never becomes a path on a disk.

    Raises:
        ForeignKeyRefusedError: Outside any gallery, a folder marker, with a ``.`` or
            ``..`` segment, one of our own renditions, a sidecar, or too long for its
            renditions.
    """
    gallery, slash, local_path = key.partition("/")
    if not slash or not GALLERY.fullmatch(gallery):
        raise ForeignKeyRefusedError(
            f"{key!r} is not in a gallery; keys look like {DEFAULT_GALLERY}/photo.jpg"
        )
    if not local_path or local_path.endswith("/"):
        raise ForeignKeyRefusedError(f"{key!r} is a folder marker")
    if not {".", ".."}.isdisjoint(local_path.split("/")):
        raise ForeignKeyRefusedError(f"{key!r} has a '.' or '..' segment")
    if is_rendition(key):
        raise ForeignKeyRefusedError(f"{key!r} is named like a thumbnail; rename it")
    if is_sidecar(key):
        raise ForeignKeyRefusedError(f"{key!r} is a sidecar: it belongs to the photo beside it")
    longest = max(len(rendition.encode()) for rendition in rendition_keys(key).values())
    if longest > MAX_KEY_BYTES:
        raise ForeignKeyRefusedError(
            f"{key!r} leaves no room for its thumbnails' names; shorten it by "
            f"{longest - MAX_KEY_BYTES} bytes"
        )
    return gallery, local_path


def is_sidecar(key: str) -> bool:
    """Whether an object only belongs to the photo beside it: an XMP file, or a video's stream.

    Both spellings are met: ``a.jpg.xmp`` beside ``a.jpg``, and ``a.xmp``.
    """
    name = key.lower()
    return name.endswith((_SIDECAR, *_STREAM)) or _STREAM_FOLDER in name


def sidecar_key(original_key: str) -> str:
    """Where the sidecar of one original lies: ``a.jpg`` -> ``a.jpg.xmp``.

    ``a.xmp`` is nobody's alone: ``a.jpg`` and ``a.dng`` may share it.
    """
    return original_key + _SIDECAR


def gallery_of(key: str) -> str:
    """The gallery a row's key belongs to; the default one where it names none."""
    gallery, slash, _ = key.partition("/")
    return gallery if slash and GALLERY.fullmatch(gallery) else DEFAULT_GALLERY


def upload_id(gallery: str, file_hash: str) -> str:
    """The id of an uploaded file, 32 hex digits: the same file, the same id.

    Args:
        gallery: The gallery's id.
        file_hash: SHA-256 of the bytes, 64 lowercase hex digits.
    """
    return hashlib.sha256(f"{gallery}:{file_hash}".encode()).hexdigest()[:32]


def dropped_in_id(key: str) -> str:
    """The id of an object that was put into the bucket directly."""
    return str(uuid.uuid5(NAMESPACE, key))


def candidate_ids(key: str) -> tuple[str, str]:
    """The ids under which an object's row may stand: its stem, and the key's own."""
    return stem(key), dropped_in_id(key)


def new_id(key: str, taken: frozenset[str] = frozenset()) -> str:
    """The id of an object that has no row yet.

    Args:
        key: The object's key.
        taken: Ids that belong to rows of other objects.
    """
    own_stem = stem(key)
    is_upload = key.count("/") == 1 and _UPLOAD_STEM.fullmatch(own_stem) is not None
    return own_stem if is_upload and own_stem not in taken else dropped_in_id(key)


def stem(key: str) -> str:
    """The last segment of a key without its extension: ``g/a.b.jpg`` -> ``a.b``."""
    name = key.rpartition("/")[2]
    return name.rpartition(".")[0] or name
