"""Addresses of photos, as the page knows them."""

from urllib.parse import quote


def photo_address(key: str) -> str:
    """Where the edge serves an object: ``/photos/`` and its key, percent-encoded.

    An address elsewhere, which another program recorded, stays as it is.
    """
    scheme, separator, _ = key.partition("://")
    if separator and "/" not in scheme:
        return key
    return "/photos/" + quote(key, safe="/-._~")
