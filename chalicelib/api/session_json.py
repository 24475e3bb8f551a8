"""Who asks, whose galleries are whose, and links, as JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.share import Share
from chalicelib.domain.visitor import Guest, Owner

JsonObject = dict[str, Any]


def owner_json(owner: Owner, galleries: Iterable[OwnedGallery]) -> JsonObject:
    """Somebody who signed in."""
    return {
        "kind": "owner",
        "id": owner.id,
        "email": owner.email,
        "galleries": [_seen_json(known, "owner") for known in galleries],
        "share": None,
        "expires_at": _text(owner.expires_at),
    }


def guest_json(guest: Guest, galleries: Iterable[OwnedGallery]) -> JsonObject:
    """Somebody who opened a link to one of a gallery."""
    return {
        "kind": "guest",
        "id": None,
        "email": None,
        "galleries": [_seen_json(known, "guest") for known in galleries],
        "share": opened_json(guest.share),
        "expires_at": _text(guest.share.expires_at),
    }


def opened_json(share: Share) -> JsonObject:
    """What a link shows, for whoever opened it."""
    return {
        "gallery": share.gallery,
        "kind": share.kind,
        "name": share.name,
        "may_download": share.may_download,
        "count": len(share.asset_ids) if share.kind == "selection" else None,
        "expires_at": _text(share.expires_at),
    }


def gallery_json(gallery: OwnedGallery) -> JsonObject:
    """A gallery, for its owners."""
    owners = sorted(gallery.owners.items(), key=lambda known: (known[1], known[0]))
    return {
        "id": gallery.id,
        "name": gallery.name,
        "owners": [{"id": user, "email": email} for user, email in owners],
    }


def share_json(share: Share, now: datetime) -> JsonObject:
    """A link, for the owners of its gallery."""
    return {
        "id": share.id,
        **opened_json(share),
        "is_open": share.is_open(now),
        "has_password": share.password_hash is not None,
        "revoked_at": _text(share.revoked_at),
        "created_at": _text(share.created_at),
        "created_by": share.created_by,
        "views": share.views,
        "seen_at": _text(share.seen_at),
    }


def _seen_json(gallery: OwnedGallery, role: str) -> JsonObject:
    return {"id": gallery.id, "name": gallery.name, "role": role}


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
