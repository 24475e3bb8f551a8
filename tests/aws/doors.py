"""Two owners, their galleries and links on the running site, and all that somebody could show.

Ann's gallery holds a photo of every kind, Ben's has an id that begins with Ann's, and the links
are of every kind. What a photo is called, its id and its description are random, so that an answer
which tells of one can be recognised whatever it looks like.
"""

import base64
import http.client
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from chalicelib.storage.signing import Signer
from infra.local.gallery import Endpoints
from tests.aws.site import Answer

LINK_PASSWORD = "lake at dawn"
SECONDS = 90


@dataclass(frozen=True)
class Asked:
    """A request, sent as it is written here: nothing in it is put right.

    Attributes:
        method: Of HTTP.
        address: Path and query.
        headers: In this order; one may come twice.
        body: As JSON; None for none.
    """

    method: str
    address: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None

    @property
    def sent(self) -> bytes | None:
        """The body's bytes."""
        return None if self.body is None else json.dumps(self.body).encode()

    @cached_property
    def text(self) -> str:
        """All of it, to look for words in."""
        body = "" if self.body is None else json.dumps(self.body)
        return "\n".join((self.address, *(value for _, value in self.headers), body))


_connections = threading.local()


def send(page: str, asked: Asked) -> Answer:
    """What the site answers; neither are redirects followed nor cookies kept."""
    known: dict[str, http.client.HTTPConnection] = _connections.__dict__
    for is_last in (False, True):
        connection = known.get(page)
        if connection is None:
            connection = http.client.HTTPConnection(urlsplit(page).netloc, timeout=SECONDS)
            known[page] = connection
        try:
            return _sent(connection, asked)
        except (http.client.HTTPException, OSError):  # it was closed in between
            connection.close()
            del known[page]
            if is_last:
                raise
    raise AssertionError


def hang_up() -> None:
    """Close what this thread has open."""
    for connection in _connections.__dict__.values():
        connection.close()
    _connections.__dict__.clear()


def _sent(connection: http.client.HTTPConnection, asked: Asked) -> Answer:
    has_host = any(name.lower() == "host" for name, _ in asked.headers)
    connection.putrequest(asked.method, asked.address, has_host, skip_accept_encoding=True)
    for name, value in asked.headers:
        connection.putheader(name, value)
    if asked.sent is not None:
        connection.putheader("Content-Length", str(len(asked.sent)))
        if not any(name.lower() == "content-type" for name, _ in asked.headers):
            connection.putheader("Content-Type", "application/json")
    connection.endheaders(asked.sent)
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


@dataclass(frozen=True)
class Photo:
    """A photo of the site.

    Attributes:
        name: As it is called here.
        gallery: Whose.
        state: ``timeline``, or where it was put.
        id: The asset's.
        path: Its file, below its gallery.
        said: Its description, which no request holds.
        keys: Of its original, and of its pictures.
    """

    name: str
    gallery: str
    state: str
    id: str
    path: str
    said: str
    keys: tuple[str, ...]

    @property
    def original(self) -> str:
        """Key of the original."""
        return f"{self.gallery}/{self.path}"

    @property
    def secrets(self) -> frozenset[str]:
        """What nobody can say of it who may not see it."""
        return frozenset((self.id, self.path.partition(".")[0], self.said))


@dataclass(frozen=True)
class Person:
    """An owner.

    Attributes:
        email: Theirs.
        gallery: Theirs.
        token: Their ID token, of the user pool.
        access_token: Their other one.
        refresh_token: The third.
        photos: Their cookies for the photos of their gallery, by name.
    """

    email: str
    gallery: str
    token: str
    access_token: str
    refresh_token: str
    photos: Mapping[str, str]

    @property
    def id(self) -> str:
        """The user pool's."""
        return str(claims_of(self.token)["sub"])


@dataclass(frozen=True)
class Link:
    """A link of an owner.

    Attributes:
        name: As its owner calls it; nobody else knows.
        id: What its address ends with.
        shown: The cookie's value of whoever opened it, once.
        gallery: What it shows.
        asset_ids: Of a selection; None for the gallery.
        may_download: Whether originals are given out.
        password: Asked of whoever opens it.
        is_open: Whether it opens still; what was shown may be of no use all the same.
        is_valid: Whether what was shown is.
    """

    name: str
    id: str
    shown: str
    gallery: str
    asset_ids: tuple[str, ...] | None = None
    may_download: bool = False
    password: str | None = None
    is_open: bool = True
    is_valid: bool = True

    def shows(self, photo: Photo) -> bool:
        """Whether it is one that a guest sees."""
        is_chosen = self.asset_ids is None or photo.id in self.asset_ids
        return photo.gallery == self.gallery and photo.state == "timeline" and is_chosen

    @property
    def secrets(self) -> frozenset[str]:
        """Its id, its key, its name."""
        return frozenset((self.id, self.shown.partition(".")[2], self.name))


@dataclass(frozen=True)
class Doors:
    """All of it.

    Attributes:
        endpoints: Of the site.
        ann: With a photo of every kind.
        ben: With another gallery.
        photos: By name.
        links: By what they are: ``all`` shows Ann's timeline, ``loan`` its originals, too, ``few``
            a selection, ``word`` has a password, ``changed`` has another one than when it was
            opened, ``over`` and ``gone`` have ended, ``ben`` is Ben's.
        pool_key: What the user pool signs ID tokens with.
        signer: What photos' addresses are signed with.
        former: Ann's own token of before she set another password.
        another_pool: A token of Ann's name, of another pool.
        another_client: Ann's own token, of another client of the pool.
        cursors: With which lists of each of them go on.
        etags: The keys of every object's bytes, by what S3 tells them by.
    """

    endpoints: Endpoints
    ann: Person
    ben: Person
    photos: Mapping[str, Photo]
    links: Mapping[str, Link]
    pool_key: RSAPrivateKey
    signer: Signer
    former: str
    another_pool: str
    another_client: str
    cursors: tuple[str, ...]
    etags: Mapping[str, frozenset[str]] = field(repr=False)

    def send(self, asked: Asked) -> Answer:
        """What the site answers."""
        return send(self.endpoints.page, asked)

    @cached_property
    def all_secrets(self) -> frozenset[str]:
        """Everything that an answer could tell too much by."""
        found: list[Photo | Link] = [*self.photos.values(), *self.links.values()]
        words = frozenset(word for one in found for word in one.secrets)
        return words | {self.ann.email, self.ben.email}

    def photo_of(self, key: str) -> Photo | None:
        """Whose original or picture it is."""
        return next((photo for photo in self.photos.values() if key in photo.keys), None)


def claims_of(token: str) -> dict[str, Any]:
    """What a token says."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
