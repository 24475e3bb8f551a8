"""From a cookie to who asks; and what the gateway's authorizer tells the API of it."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.visitor import Guest, Owner, Visitor
from chalicelib.errors import NotFoundError, SignInRequiredError

if TYPE_CHECKING:
    from chalicelib.storage.access import Access
    from chalicelib.storage.token_keys import TokenKeys

_MAX_COOKIE = 200


def owner_of(token: str, keys: "TokenKeys", access: "Access") -> Owner:
    """The owner whose token it is, with the galleries that are theirs now.

    Raises:
        SignInRequiredError: It is none of ours, over, or of a sign-in before their password was
            set.
        StorageUnavailableError: The pool's keys or the table can't be had just now.
    """
    claims = keys.claims(token)
    standing = access.standing(claims.id)
    if not standing.lets_in(claims.signed_in_at):
        raise SignInRequiredError("another password was set since they signed in")
    return Owner(claims.id, claims.email, standing.galleries, claims.expires_at)


def guest_of(shown: str, access: "Access", now: datetime) -> Guest:
    """The guest who shows this, with what their link shows now.

    Args:
        shown: ``{id}.{key}`` of a share.
        access: Where shares are.
        now: UTC.

    Raises:
        SignInRequiredError: There is no such link, it was revoked, is over, or has another
            password by now.
    """
    refused = SignInRequiredError("the link shows nothing any more")
    known, _, key = shown.partition(".")
    if not known or len(shown) > _MAX_COOKIE or not shown.isascii():
        raise refused
    try:
        share = access.share(known)
    except NotFoundError as error:
        raise refused from error
    if not hmac.compare_digest(key.encode(), share.key.encode()) or not share.is_open(now):
        raise refused
    return Guest(share)


def require_visible(visitor: Visitor, asked: Mapping[str, Any]) -> None:
    """Make sure that what a request names may be known of: the gallery, and whether persons.

    Args:
        visitor: Who asks.
        asked: Every value of the request, by name.

    Raises:
        NotFoundError: It may not: it is as if it were not there.
    """
    gallery = asked.get("gallery")
    if gallery is not None and not visitor.may_see(gallery):
        raise NotFoundError(f"there is no gallery {gallery}")
    if isinstance(visitor, Guest) and asked.get("person_id") is not None:
        raise NotFoundError("guests are told of nobody")


def told_of(visitor: Visitor) -> str:
    """What the authorizer tells the API; of a guest nothing but that it is one.

    A guest's link is read anew at each request, so that it ends at once when it is revoked.
    """
    match visitor:
        case Guest():
            said: Mapping[str, object] = {"kind": "guest"}
        case Owner():
            said = {
                "kind": "owner",
                "id": visitor.id,
                "email": visitor.email,
                "galleries": sorted(visitor.galleries),
                "expires_at": int(visitor.expires_at.timestamp()),
            }
    return json.dumps(said)


def told_owner(told: str) -> Owner | None:
    """The owner whom the authorizer told of; None for a guest."""
    said = json.loads(told)
    if said["kind"] != "owner":
        return None
    until = datetime.fromtimestamp(said["expires_at"], UTC)
    return Owner(said["id"], said["email"], frozenset(said["galleries"]), until)
