"""Make galleries, and say whose they are."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.owned_gallery import (
    MAX_GALLERIES,
    MAX_OWNERS,
    OwnedGallery,
    gallery_id,
)
from chalicelib.domain.visitor import Owner
from chalicelib.errors import ConditionFailedError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from chalicelib.storage.access import Access
    from chalicelib.storage.accounts import Accounts

MAX_INVITATIONS = 20
_WINDOW = timedelta(hours=1)


def owned_galleries(owner: Owner, access: "Access") -> list[OwnedGallery]:
    """The galleries of an owner, by name."""
    return access.galleries(owner.galleries)


def create_gallery(name: str, owner: Owner, access: "Access", ending: str) -> OwnedGallery:
    """Make a gallery of an owner's own.

    Args:
        name: What they call it.
        owner: Whose it is to be.
        access: Where it is kept.
        ending: Of its id; random.

    Raises:
        ConflictError: They have too many, or chance gave an ending twice.
    """
    _require_room(owner.id, access)
    gallery = OwnedGallery(gallery_id(name, ending), name.strip(), {owner.id: owner.email})
    try:
        access.create_gallery(gallery)
    except ConditionFailedError as error:
        raise ConflictError("there is one of this id; try again") from error
    return gallery


def invite_owner(
    gallery: str, email: str, owner: Owner, access: "Access", accounts: "Accounts"
) -> OwnedGallery:
    """Let somebody else own a gallery, too; who is new here is told by e-mail.

    Raises:
        InvalidParameterError: It is no e-mail.
        NotFoundError: The gallery is not the owner's any more.
        ConflictError: They have too many galleries, or the gallery too many owners.
        TooManyTriesError: Too many were invited within an hour.
        StorageUnavailableError: The user pool did not answer.
    """
    access.require_owner(gallery, owner.id)
    if len(access.gallery(gallery).owners) >= MAX_OWNERS:
        raise ConflictError(f"a gallery has at most {MAX_OWNERS} owners")
    access.count_try(f"invitations:{owner.id}", MAX_INVITATIONS, _WINDOW)
    address = email.strip().lower()
    user = accounts.invite(address)
    if gallery not in access.galleries_of(user):
        _require_room(user, access)
    return access.add_owner(gallery, user, address)


def remove_owner(gallery: str, user: str, owner: Owner, access: "Access") -> OwnedGallery:
    """Let somebody own a gallery no more.

    Raises:
        NotFoundError: It is not theirs, or not the owner's any more.
        ConflictError: It would be nobody's.
    """
    access.require_owner(gallery, owner.id)
    return access.remove_owner(gallery, user)


def give_gallery(gallery: str, email: str, access: "Access", accounts: "Accounts") -> OwnedGallery:
    """Let somebody own a gallery that there is or is not yet; for whoever owns the account.

    Again and again the same: a user who is there stays as they are.

    Raises:
        InvalidParameterError: It is no e-mail.
        ConflictError: They have too many.
    """
    address = email.strip().lower()
    user = accounts.invite(address)
    if gallery not in access.galleries_of(user):
        _require_room(user, access)
    try:
        return access.add_owner(gallery, user, address)
    except NotFoundError:
        made = OwnedGallery(gallery, gallery, {user: address})
        access.create_gallery(made)
        return made


def _require_room(user: str, access: "Access") -> None:
    if len(access.galleries_of(user)) >= MAX_GALLERIES:
        raise ConflictError(f"somebody has at most {MAX_GALLERIES} galleries")
