"""Make links that show a gallery or some of its photos; open, change and end them."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from chalicelib.domain.password import SALT_BYTES, hash_password, is_password
from chalicelib.domain.share import Share
from chalicelib.domain.visitor import Guest, Owner
from chalicelib.errors import (
    ConditionFailedError,
    ConflictError,
    InvalidParameterError,
    NotFoundError,
    PasswordRequiredError,
)
from chalicelib.storage.access import Access
from chalicelib.storage.assets import Assets

# Of one gallery, ended ones included.
MAX_SHARES = 500
WINDOW = timedelta(minutes=15)
MAX_TRIES = 10
# 192 random bits, 32 characters: nobody finds a link by trying.
_ID_BYTES = 24


class Said(TypedDict, total=False):
    """What an owner says of a link; what is left out stays as it is.

    Attributes:
        name: What it is called.
        may_download: Whether originals are given out.
        days: For how many days from now it shows anything; None for ever.
        password: Asked of whoever opens it; None for none.
    """

    name: str
    may_download: bool
    days: int | None
    password: str | None


@dataclass(frozen=True)
class Chance:
    """Where links get what nobody can guess, and the time from.

    Attributes:
        text: Makes an address-safe text of so many random bytes.
        bytes: Makes random bytes.
        now: UTC.
    """

    text: Callable[[int], str]
    bytes: Callable[[int], bytes]
    now: datetime


def create_share(
    gallery: str,
    asset_ids: tuple[str, ...] | None,
    said: Said,
    owner: Owner,
    access: Access,
    assets: Assets,
    chance: Chance,
) -> Share:
    """Make a link to a gallery's timeline, or to a selection of it.

    Args:
        gallery: One of the owner's.
        asset_ids: Of the selection; None for the whole timeline.
        said: The rest.
        owner: Who makes it.
        access: Where it is kept.
        assets: The rows, as the owner sees them.
        chance: See there.

    Raises:
        InvalidParameterError: One is no asset of this gallery.
        NotFoundError: The gallery is not the owner's any more.
        ConflictError: There are too many links to it.
    """
    access.require_owner(gallery, owner.id)
    if asset_ids is not None:
        rows = assets.get_many(asset_ids)
        if any(one not in rows or rows[one].gallery != gallery for one in asset_ids):
            raise InvalidParameterError("asset_ids", "must be ids of assets of this gallery")
    named = access.named_shares(gallery)
    there = {share.id for share in access.shares(gallery)}
    if len(there) >= MAX_SHARES:
        raise ConflictError(f"a gallery has at most {MAX_SHARES} links; wait until some are gone")
    share = Share(
        id=chance.text(_ID_BYTES),
        key=chance.text(_ID_BYTES),
        gallery=gallery,
        kind="gallery" if asset_ids is None else "selection",
        created_at=chance.now,
        created_by=owner.id,
        asset_ids=asset_ids or (),
    )
    share = dataclasses.replace(share, **_changes(said, chance))
    try:
        access.create_share(share, named - there)
    except ConditionFailedError as error:
        raise ConflictError("chance gave an id twice; try again") from error
    return share


def shares_of(gallery: str, access: Access) -> list[Share]:
    """The links to a gallery, newest first; those that ended, for a month."""
    return access.shares(gallery)


def change_share(id: str, said: Said, owner: Owner, access: Access, chance: Chance) -> Share:
    """Change what a link shows, for how long, and to whom.

    Another password shuts out everybody who has it open.

    Raises:
        NotFoundError: There is none to a gallery of this owner.
        ConflictError: It was revoked, for good.
    """
    share = _owned(id, owner, access)
    if share.revoked_at is not None:
        raise ConflictError("the link was ended, for good; make another one")
    return access.change_share(share, **_changes(said, chance))


def revoke_share(id: str, owner: Owner, access: Access, now: datetime) -> None:
    """End a link: at once it shows nothing any more, and never again; one ended stays so.

    Raises:
        NotFoundError: There is none to a gallery of this owner.
    """
    share = _owned(id, owner, access)
    if share.revoked_at is None:
        access.change_share(share, revoked_at=now)


def open_share(id: str, password: str | None, access: Access, now: datetime) -> Guest:
    """Let somebody in by a link.

    Raises:
        NotFoundError: There is no such link, it was revoked, or is over.
        PasswordRequiredError: It has a password, and this is another one or none.
        TooManyTriesError: Passwords were tried too often.
    """
    share = access.share(id)
    if not share.is_open(now):
        raise NotFoundError("the link shows nothing any more")
    if share.password_hash is not None:
        _check_password(share, share.password_hash, password, access)
    access.count_view(share)
    return Guest(share)


def shown(guest: Guest) -> str:
    """What a guest shows from now on; see `authorize.guest_of`."""
    return f"{guest.share.id}.{guest.share.key}"


def _check_password(share: Share, kept: str, password: str | None, access: Access) -> None:
    if password is None:
        raise PasswordRequiredError("the link has a password")
    what = f"share:{share.id}"
    access.count_try(what, MAX_TRIES, WINDOW)
    if not is_password(password, kept):
        raise PasswordRequiredError("the password is another one")
    access.forget_tries(what, WINDOW)


def _owned(id: str, owner: Owner, access: Access) -> Share:
    share = access.share(id)
    if not owner.may_see(share.gallery):
        raise NotFoundError("no link has this id")
    access.require_owner(share.gallery, owner.id)
    return share


class _Changes(TypedDict, total=False):
    name: str
    may_download: bool
    expires_at: datetime | None
    password_hash: str | None
    key: str


def _changes(said: Said, chance: Chance) -> _Changes:
    """What an owner says, as attributes of a share."""
    changes = _Changes()
    if "name" in said:
        changes["name"] = said["name"].strip()
    if "may_download" in said:
        changes["may_download"] = said["may_download"]
    if "days" in said:
        days = said["days"]
        changes["expires_at"] = None if days is None else chance.now + timedelta(days=days)
    if "password" in said:
        password = said["password"]
        hashed = None if password is None else hash_password(password, chance.bytes(SALT_BYTES))
        changes["password_hash"] = hashed
        changes["key"] = chance.text(_ID_BYTES)
    return changes
