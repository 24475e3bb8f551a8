"""Visitors with all sorts of cookies, and what each of them may see, by rules of this file alone.

The rules are written down a second time here, in the words of a person who shares photos, so that
a mistake of the gallery's own rules is no mistake of these.
"""

import base64
import binascii
import random
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.aws.doors import Doors, Link, Person
from tests.aws.forged_tokens import FORGED_TOKENS, minted

LETTERS = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True)
class Rights:
    """What somebody may see.

    Attributes:
        words: Secrets that answers to them may tell.
        keys: Objects that they may be sent to or be given.
        is_known: Whether they are let in at all.
    """

    words: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    is_known: bool = False

    def __or__(self, other: "Rights") -> "Rights":
        return Rights(
            self.words | other.words, self.keys | other.keys, self.is_known or other.is_known
        )


NOTHING = Rights()


@dataclass(frozen=True)
class Visitor:
    """Somebody with cookies.

    Attributes:
        name: What they are.
        cookies: As they show them.
        rights: What they may see.
        person: The owner that they are; None for others.
        gallery: What they are likely to ask for.
    """

    name: str
    cookies: tuple[tuple[str, str], ...]
    rights: Rights = NOTHING
    person: Person | None = None
    gallery: str = "main"


def rights_of_owner(doors: Doors, person: Person) -> Rights:
    """Everything of their gallery, whatever it was put into."""
    photos = [photo for photo in doors.photos.values() if photo.gallery == person.gallery]
    links = [link for link in doors.links.values() if link.gallery == person.gallery]
    words = frozenset(
        (*_all(p.secrets for p in photos), *_all(link.secrets for link in links), person.email)
    )
    return Rights(words, frozenset(key for photo in photos for key in photo.keys), True)


def rights_of_link(doors: Doors, link: Link) -> Rights:
    """The photos that it shows, and their originals where they are given out."""
    if not link.is_valid:
        return NOTHING
    photos = [photo for photo in doors.photos.values() if link.shows(photo)]
    keys = frozenset(
        key for photo in photos for key in photo.keys if link.may_download or key != photo.original
    )
    return Rights(frozenset((*_all(p.secrets for p in photos), link.name)), keys, True)


def _all(words: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*words)


def damaged(text: str, chance: random.Random) -> str:
    """A text with something wrong with it; never itself."""
    while True:
        place = chance.randrange(len(text)) if text else 0
        letter = chance.choice(LETTERS)
        found = chance.choice(
            (
                text[:place] + letter + text[place + 1 :],
                text[:place] + letter + text[place:],
                text[:place] + text[place + 1 :],
                text[:place],
                text[place:],
                text + letter,
                text[:place] + text[place:].swapcase(),
                text[::-1],
            )
        )
        if found != text:
            return found


def damaged_token(token: str, chance: random.Random) -> str:
    """A token with something wrong with it, and not only another way of writing it."""
    while True:
        found = damaged(token, chance)
        if _decoded(found) != _decoded(token):
            return found


def _decoded(token: str) -> tuple[str, bytes | None]:
    """A token's text and its signature's bytes, of which base64 has several spellings."""
    text, _, signature = token.rpartition(".")
    try:
        return text, base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (ValueError, binascii.Error):
        return text, None


class Visitors:
    """Makes visitors up.

    Args:
        doors: Of the site.
        chance: Decides.
    """

    def __init__(self, doors: Doors, chance: random.Random) -> None:
        self._doors = doors
        self._chance = chance
        self._owners = {
            name: Visitor(
                name,
                (("__Host-session", person.token),),
                rights_of_owner(doors, person),
                person,
                person.gallery,
            )
            for name, person in (("ann", doors.ann), ("ben", doors.ben))
        }
        self._guests = {
            name: Visitor(
                f"guest of {name}",
                (("__Host-share", link.shown),),
                rights_of_link(doors, link),
                gallery=link.gallery,
            )
            for name, link in doors.links.items()
        }
        self._tokens: dict[str, str] = {}

    def visitor(self) -> Visitor:
        """One of them."""
        kinds: tuple[tuple[int, Callable[[], Visitor]], ...] = (
            (5, lambda: Visitor("nobody", ())),
            (16, lambda: self._owners[self._chance.choice(("ann", "ben"))]),
            (32, lambda: self._guests[self._chance.choice(sorted(self._guests))]),
            (12, self._forger),
            (9, self._damager),
            (9, self._damaging_guest),
            (6, self._crossed),
            (5, self._both),
            (6, self._misplaced),
        )
        (make,) = self._chance.choices([m for _, m in kinds], [weight for weight, _ in kinds])
        return make()

    def _token(self) -> str:
        return self._chance.choice((self._doors.ann, self._doors.ben)).token

    def _share(self) -> str:
        return self._doors.links[self._chance.choice(sorted(self._doors.links))].shown

    def _forger(self) -> Visitor:
        name = self._chance.choice(sorted(FORGED_TOKENS))
        if name not in self._tokens:
            self._tokens[name] = FORGED_TOKENS[name](self._doors)
        # what the gateway keeps of cookies is not to answer for it
        anew = ("x", str(self._chance.randrange(10)))
        return Visitor("forger", (("__Host-session", self._tokens[name]), anew))

    def _damager(self) -> Visitor:
        token = damaged_token(self._token(), self._chance)
        return Visitor("with a damaged token", (("__Host-session", token),))

    def _damaging_guest(self) -> Visitor:
        shown = damaged(self._share(), self._chance)
        return Visitor("with a damaged link", (("__Host-share", shown),))

    def _crossed(self) -> Visitor:
        """Parts of two that are true."""
        if self._chance.random() < 0.5:
            one, other = self._chance.sample(sorted(self._doors.links), 2)
            links = self._doors.links
            shown = f"{links[one].shown.partition('.')[0]}.{links[other].shown.partition('.')[2]}"
            return Visitor("with two links' halves", (("__Host-share", shown),))
        late = minted(self._doors, exp=1)
        parts = [
            self._doors.ann.token.split("."),
            self._doors.ben.token.split("."),
            late.split("."),
        ]
        while True:
            chosen = [self._chance.choice(parts) for _ in range(3)]
            if chosen[1] is not chosen[2]:  # whose header it is, makes no difference
                break
        token = ".".join(part[place] for place, part in enumerate(chosen))
        return Visitor("with two tokens' parts", (("__Host-session", token),))

    def _both(self) -> Visitor:
        """An owner who has a link open: sees as the one or as the other."""
        owner = self._owners[self._chance.choice(("ann", "ben"))]
        guest = self._guests[self._chance.choice(sorted(self._guests))]
        cookies = [*owner.cookies, *guest.cookies]
        self._chance.shuffle(cookies)
        rights = owner.rights | guest.rights
        gallery = self._chance.choice((owner, guest)).gallery
        return Visitor("owner and guest", tuple(cookies), rights, owner.person, gallery)

    def _misplaced(self) -> Visitor:
        """What is true, where it is not looked for."""
        token, shown = self._token(), self._share()
        return Visitor(
            "misplaced",
            self._chance.choice(
                (
                    (("__Host-session", shown),),
                    (("__Host-share", token),),
                    (("session", token),),
                    (("__Host-Session", token),),
                    (("__Secure-refresh", token),),
                    (("__Host-share", f"share#{shown}"),),
                    (("x", f"__Host-session={token}"),),
                    (("__Host-session", token), ("__Host-session", damaged(token, self._chance))),
                    (("__Host-share", shown), ("__Host-share", damaged(shown, self._chance))),
                )
            ),
        )
