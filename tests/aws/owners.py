"""Owners of the galleries that tests make: for each gallery somebody who can sign in."""

import secrets
from threading import Lock

from infra.local.gallery import Endpoints, let_in
from infra.local.sign_in import SignedIn

# Galleries whose pictures stand in for photos of others: see tests/browser/library.py.
PICTURES = ("colours", "films")
_known: dict[tuple[str, str], SignedIn] = {}
_lock = Lock()


def owner_of(endpoints: Endpoints, gallery: str) -> SignedIn:
    """The owner of a gallery, who signs in over HTTP when first needed.

    Each gallery has an owner of its own: what somebody may see is known for a minute, so that
    one owner of all would not see the newest.
    """
    key = endpoints.page, gallery
    with _lock:
        if key not in _known:
            email, password = f"{gallery}@owners.test", secrets.token_urlsafe(15)
            let_in(endpoints, email, password, dict.fromkeys((gallery, *PICTURES)))
            _known[key] = SignedIn(endpoints.page, email, password)
        return _known[key]
