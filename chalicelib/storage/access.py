"""The access table: whose galleries are whose, what links show, and how often was tried.

| id | what |
|---|---|
| ``gallery#{gallery}`` | its name, its owners (id -> e-mail), the ids of its shares |
| ``owner#{user}`` | the galleries of an owner, and since when a sign-in counts: asked each time |
| ``share#{share}`` | what a link shows |
| ``tries#{hash}`` | how often something was tried in a stretch of time; gone soon after |
"""

import dataclasses
import hashlib
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.owned_gallery import OwnedGallery, Standing
from chalicelib.domain.share import Share
from chalicelib.errors import (
    ConditionFailedError,
    ConflictError,
    NotFoundError,
    TooManyTriesError,
)
from chalicelib.storage.table import Item, Table, Value

# What shows nothing any more is listed for so long.
_KEPT = timedelta(days=30)
_ATTEMPTS = 10


class Access:
    """The access table.

    Args:
        table: With the single key ``id``.
        now: Says the time, UTC.
    """

    def __init__(
        self, table: Table, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.table = table
        self._now = now

    # --- galleries and their owners ----------------------------------------------------------

    def gallery(self, id: str) -> OwnedGallery:
        """A gallery, as every finished write left it.

        Raises:
            NotFoundError: Nobody owns such a gallery.
        """
        item = self.table.get(f"gallery#{id}", consistent=True)
        if item is None:
            raise NotFoundError(f"nobody owns a gallery {id}")
        return _parse_gallery(item)

    def galleries(self, ids: Collection[str]) -> list[OwnedGallery]:
        """Those that there are, by name."""
        items = self.table.get_many([(f"gallery#{known}",) for known in ids], consistent=True)
        return sorted(map(_parse_gallery, items), key=lambda known: (known.name, known.id))

    def galleries_of(self, user: str) -> frozenset[str]:
        """Ids of the galleries that a user owns."""
        return self.standing(user).galleries

    def standing(self, user: str) -> Standing:
        """What is kept of a user, as every finished write left it."""
        item = self.table.get(f"owner#{user}", consistent=True) or {}
        since = item.get("sessions_since", {}).get("N")
        return Standing(
            frozenset(item.get("galleries", {}).get("SS", ())),
            None if since is None else datetime.fromtimestamp(int(since), UTC),
        )

    def end_sessions(self, user: str, since: datetime) -> None:
        """Let a user in no more by what they were given for a sign-in before a moment.

        Args:
            user: Owner of galleries, or of none yet.
            since: To the second; of two the later one stays.
        """
        mark, seconds = Path("sessions_since"), int(since.timestamp())
        is_later: Condition = mark.does_not_exist() | (mark < seconds)
        try:
            self.table.update(f"owner#{user}", actions=[mark.set(seconds)], condition=is_later)
        except ConditionFailedError:
            return  # another password was set since: all that is to end has ended

    def require_owner(self, gallery: str, user: str) -> None:
        """Make sure that a gallery is still somebody's: who was removed may be known for a minute.

        Raises:
            NotFoundError: It is not.
        """
        if gallery not in self.galleries_of(user):
            raise NotFoundError(f"{user} does not own gallery {gallery}")

    def create_gallery(self, gallery: OwnedGallery) -> None:
        """Write a new gallery with its owners.

        Raises:
            ConditionFailedError: There is one of that id.
        """
        self.table.put(_gallery_item(gallery), Path("id").does_not_exist())
        for user in gallery.owners:
            self._give(user, gallery.id)

    def add_owner(self, gallery: str, user: str, email: str) -> OwnedGallery:
        """Let a user own a gallery, too; one who does already, under their e-mail of today.

        The gallery is written first: what a crash leaves is an owner who is listed and can't see
        it yet, and the same call again completes it.

        Raises:
            NotFoundError: Nobody owns such a gallery.
            ConflictError: It was changed at every attempt.
        """
        changed = self._change_owners(gallery, lambda owners: {**owners, user: email})
        self._give(user, gallery)
        return changed

    def remove_owner(self, gallery: str, user: str) -> OwnedGallery:
        """Let a user own a gallery no more.

        What they may see ends first: a crash leaves one who is listed and sees nothing.

        Raises:
            NotFoundError: Nobody owns such a gallery, or it is not theirs.
            ConflictError: It would be nobody's, or was changed at every attempt.
        """
        known = self.gallery(gallery)
        if user not in known.owners:
            raise NotFoundError(f"{user} does not own gallery {gallery}")
        if len(known.owners) == 1:
            raise ConflictError("a gallery keeps one owner; invite another one first")
        self.table.update(f"owner#{user}", actions=[Path("galleries").delete({gallery})])
        try:
            return self._change_owners(gallery, lambda owners: _without(owners, user))
        except ConflictError:  # two that remove each other: the last one stays
            self._give(user, gallery)
            raise

    def _give(self, user: str, gallery: str) -> None:
        self.table.update(f"owner#{user}", actions=[Path("galleries").add({gallery})])

    def _change_owners(
        self, gallery: str, change: Callable[[dict[str, str]], dict[str, str]]
    ) -> OwnedGallery:
        for _ in range(_ATTEMPTS):
            known = self.gallery(gallery)
            owners = change(dict(known.owners))
            if owners == known.owners:
                return known
            if not owners:
                raise ConflictError("a gallery keeps one owner; invite another one first")
            version: Condition = Path("version") == known.version
            told = {user: {"S": email} for user, email in owners.items()}
            actions: list[Action] = [
                Path("owners").set({"M": told}),
                Path("version").set(known.version + 1),
            ]
            try:
                self.table.update(f"gallery#{gallery}", actions=actions, condition=version)
            except ConditionFailedError:
                continue
            return dataclasses.replace(known, owners=owners, version=known.version + 1)
        raise ConflictError(f"gallery {gallery} changed at each of {_ATTEMPTS} attempts; try again")

    # --- shares --------------------------------------------------------------------------------

    def share(self, id: str) -> Share:
        """A share, as every finished write left it: open or not.

        Raises:
            NotFoundError: There is none.
        """
        item = self.table.get(f"share#{id}", consistent=True)
        if item is None:
            raise NotFoundError("no link has this id")
        return _parse_share(item)

    def shares(self, gallery: str) -> list[Share]:
        """The shares of a gallery, newest first; those that ended, for a month."""
        item = self.table.get(f"gallery#{gallery}", consistent=True) or {}
        ids = item.get("shares", {}).get("SS", ())
        found = self.table.get_many([(f"share#{known}",) for known in ids], consistent=True)
        return sorted(map(_parse_share, found), key=lambda known: known.created_at, reverse=True)

    def create_share(self, share: Share, forgotten: Collection[str] = ()) -> None:
        """Write a new share.

        Its gallery names it first: a crash leaves a name of nothing, not a link that nobody
        could find to revoke.

        Args:
            share: With an id that was never used.
            forgotten: Ids that its gallery names and that are gone by now.

        Raises:
            NotFoundError: Nobody owns such a gallery.
            ConditionFailedError: The id is taken.
        """
        named, row = Path("shares"), f"gallery#{share.gallery}"
        is_owned: Condition = Path("id").exists()
        try:
            self.table.update(row, actions=[named.add({share.id})], condition=is_owned)
        except ConditionFailedError as error:
            raise NotFoundError(f"nobody owns a gallery {share.gallery}") from error
        if forgotten:
            forget = [named.delete(set(forgotten))]
            self.table.update(row, actions=forget, condition=is_owned)
        self.table.put(_share_item(share), Path("id").does_not_exist())

    def named_shares(self, gallery: str) -> frozenset[str]:
        """Ids of shares that a gallery names; some may be gone by now."""
        item = self.table.get(f"gallery#{gallery}", consistent=True) or {}
        return frozenset(item.get("shares", {}).get("SS", ()))

    def change_share(self, share: Share, **changes: Any) -> Share:
        """Change what a share shows, or end it; how often it was opened stays what it is.

        Raises:
            NotFoundError: It is gone.
        """
        changed = dataclasses.replace(share, **changes)
        before, after = _share_item(share), _share_item(changed)
        counted = ("views", "seen_at")
        actions: list[Action] = [
            Path(name).set(value)
            for name, value in after.items()
            if before.get(name) != value and name not in counted
        ]
        actions += [Path(name).remove() for name in before if name not in after]
        if not actions:
            return changed
        try:
            self.table.update(f"share#{share.id}", actions=actions, condition=Path("id").exists())
        except ConditionFailedError as error:
            raise NotFoundError("no link has this id") from error
        return changed

    def count_view(self, share: Share) -> None:
        """Note that a share was opened."""
        actions = [Path("views").add(1), Path("seen_at").set(_text(self._now()))]
        try:
            self.table.update(f"share#{share.id}", actions=actions, condition=Path("id").exists())
        except ConditionFailedError:
            return  # it is gone, and so is what was to be counted

    # --- tries -----------------------------------------------------------------------------------

    def count_try(self, what: str, most: int, window: timedelta) -> None:
        """Note that something is tried, before it is.

        Counted by one conditional update each: of any number at once no more than `most` go on.

        Args:
            what: Kept only as a hash.
            most: So often in one stretch of time, right ones included.
            window: Its length.

        Raises:
            TooManyTriesError: It was tried as often in this stretch.
        """
        key, ends_at = self._tries(what, window)
        count = Path("count")
        few: Condition = count.does_not_exist() | (count < most)
        try:
            self.table.update(
                key, actions=[count.add(1), Path("expires_at").set(ends_at)], condition=few
            )
        except ConditionFailedError as error:
            raise TooManyTriesError("tried too often; wait a quarter of an hour") from error

    def forget_tries(self, what: str, window: timedelta) -> None:
        """Begin counting anew: what was tried was right."""
        self.table.delete_many([(self._tries(what, window)[0],)])

    def _tries(self, what: str, window: timedelta) -> tuple[str, int]:
        """The row of a stretch of time, and from when on it is of no use, seconds."""
        seconds = int(window.total_seconds())
        stretch = int(self._now().timestamp()) // seconds
        hashed = hashlib.sha256(f"{stretch}:{what}".encode()).hexdigest()
        return f"tries#{hashed}", (stretch + 2) * seconds


def _without(owners: dict[str, str], user: str) -> dict[str, str]:
    return {known: email for known, email in owners.items() if known != user}


def _parse_gallery(item: Item) -> OwnedGallery:
    owners = {user: email["S"] for user, email in item.get("owners", {}).get("M", {}).items()}
    gallery = item["id"]["S"].removeprefix("gallery#")
    version = int(item.get("version", {}).get("N", 0))
    return OwnedGallery(gallery, _read_text(item, "name") or gallery, owners, version)


def _gallery_item(gallery: OwnedGallery) -> dict[str, Value]:
    return {
        "id": {"S": f"gallery#{gallery.id}"},
        "name": {"S": gallery.name},
        "owners": {"M": {user: {"S": email} for user, email in gallery.owners.items()}},
        "version": {"N": str(gallery.version)},
    }


def _parse_share(item: Item) -> Share:
    is_selection = item["kind"]["S"] == "selection"
    return Share(
        id=item["id"]["S"].removeprefix("share#"),
        key=item["key"]["S"],
        gallery=item["gallery"]["S"],
        kind="selection" if is_selection else "gallery",
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        created_by=item["created_by"]["S"],
        name=_read_text(item, "name") or "",
        asset_ids=tuple(part["S"] for part in item.get("asset_ids", {}).get("L", ())),
        may_download=item.get("may_download", {}).get("BOOL") is True,
        password_hash=_read_text(item, "password_hash"),
        expires_at=_read_moment(item, "ends_at"),
        revoked_at=_read_moment(item, "revoked_at"),
        views=int(item.get("views", {}).get("N", 0)),
        seen_at=_read_moment(item, "seen_at"),
    )


def _share_item(share: Share) -> dict[str, Value]:
    ends = [moment for moment in (share.expires_at, share.revoked_at) if moment is not None]
    values: dict[str, Value | None] = {
        "id": {"S": f"share#{share.id}"},
        "key": {"S": share.key},
        "gallery": {"S": share.gallery},
        "kind": {"S": share.kind},
        "created_at": {"S": _text(share.created_at)},
        "created_by": {"S": share.created_by},
        "name": {"S": share.name} if share.name else None,
        "asset_ids": {"L": [{"S": one} for one in share.asset_ids]} if share.asset_ids else None,
        "may_download": {"BOOL": share.may_download},
        "password_hash": {"S": share.password_hash} if share.password_hash else None,
        "ends_at": {"S": _text(share.expires_at)} if share.expires_at else None,
        "revoked_at": {"S": _text(share.revoked_at)} if share.revoked_at else None,
        "views": {"N": str(share.views)} if share.views else None,
        "seen_at": {"S": _text(share.seen_at)} if share.seen_at else None,
        "expires_at": {"N": str(int((min(ends) + _KEPT).timestamp()))} if ends else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _read_text(item: Item, name: str) -> str | None:
    text = item.get(name, {}).get("S")
    return text if isinstance(text, str) else None


def _read_moment(item: Item, name: str) -> datetime | None:
    text = _read_text(item, name)
    return datetime.fromisoformat(text) if text else None
