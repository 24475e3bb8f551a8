"""Every version of an object: what a purge must not leave behind."""

from dataclasses import dataclass

from chalicelib.domain.object_key import sidecar_key
from chalicelib.domain.thumbnail import rendition_keys
from chalicelib.storage.media import Media, version_of


@dataclass(frozen=True)
class _Versions:
    """What a key's history holds.

    Attributes:
        objects: Version ids by `StoredObject.version`, newest first.
        markers: Version ids of delete markers.
    """

    objects: dict[str, str]
    markers: list[str]


def newest_version(media: Media, key: str) -> str | None:
    """The `StoredObject.version` last put under a key, deleted since or not; None for none."""
    return next(iter(_versions(media, key).objects), None)


def purge_object(media: Media, key: str, newest: str) -> None:
    """Delete a version of an object and all that are older, for good.

    What was put there since stays. May be interrupted and repeated.

    Args:
        media: The bucket.
        key: Exactly.
        newest: The newest to go, as `newest_version` told it.
    """
    _purge(media, key, _versions(media, key), newest)


def purge_renditions(media: Media, original_key: str) -> None:
    """Delete every version of what the gallery made of an original; a person's file stays."""
    for key in rendition_keys(original_key).values():
        known = _versions(media, key)
        if not known.objects:
            continue
        stored = media.head(key)
        if stored is None or stored.is_rendition:
            _purge(media, key, known, next(iter(known.objects)))


def purge_sidecar(media: Media, original_key: str) -> None:
    """Delete every version of an original's sidecar, unless another original lies there by now."""
    key = sidecar_key(original_key)
    known = _versions(media, key)
    if known.objects and media.head(original_key) is None:
        _purge(media, key, known, next(iter(known.objects)))


def _purge(media: Media, key: str, known: _Versions, newest: str) -> None:
    versions = list(known.objects)
    first = versions.index(newest) if newest in known.objects else len(versions)
    # The newest goes last: it hides the others, and tells a repetition where to begin.
    for version in reversed(versions[first:]):
        _delete(media, key, known.objects[version])
    if first == 0:
        for marker in known.markers:
            _delete(media, key, marker)


def _versions(media: Media, key: str) -> _Versions:
    found = _Versions({}, [])
    with media.translated(key):
        pages = media.client.get_paginator("list_object_versions").paginate(
            Bucket=media.bucket, Prefix=key
        )
        for page in pages:
            versions, markers = page.get("Versions", ()), page.get("DeleteMarkers", ())
            for entry in versions:
                if entry["Key"] == key:
                    version = version_of(entry["VersionId"], entry["ETag"].strip('"'))
                    found.objects[version] = entry["VersionId"]
            found.markers.extend(entry["VersionId"] for entry in markers if entry["Key"] == key)
            if any(entry["Key"] != key for entry in (*versions, *markers)):
                break  # the exact key stands before all that it is a prefix of
    return found


def _delete(media: Media, key: str, version_id: str) -> None:
    with media.translated(key):
        media.client.delete_object(Bucket=media.bucket, Key=key, VersionId=version_id)
