"""ETags of answers, and whether the caller has one of them already."""

import hashlib
import re


def etag_of(body: str) -> str:
    """A strong ETag: the same bytes, the same tag."""
    return f'"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether an If-None-Match header names a tag.

    Weak tags count as well: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    """
    named = (if_none_match or "").strip()
    return named == "*" or etag in re.findall(r'(?:W/)?("[^"]*")', named)
