"""Requests of all sorts of visitors for all sorts of things, made up by chance; see `judge`.

Whoever asks, for whatever, in whatever words: what is told to them must be theirs to know. A
request is put together from what is true elsewhere, as ids of other galleries, cookies that are
over and signatures of other photos, and then something of it may be bent.
"""

import random
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from chalicelib.api.route import Parameter, Route
from chalicelib.api.routes import ROUTES
from chalicelib.api.values import Choice, Flag, Texts, Whole
from chalicelib.storage.signing import Signer
from tests.aws.doors import LINK_PASSWORD, Asked, Doors, Person, Photo
from tests.aws.forged_tokens import strangers_key
from tests.aws.judge import Request
from tests.aws.visitors import NOTHING, Rights, Visitor, Visitors, damaged, rights_of_link

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND")
READING = ("GET", "HEAD")
# About whoever asks, whatever it names.
ABOUT_ONESELF = ("createGallery", "changePassword")
VIEWS = ("all", "bin", "fav", "archive", "hidden", "locked", "failed")


class Requests:
    """Makes requests up, always the same of one seed.

    Args:
        doors: Of the site.
        seed: Decides.
    """

    def __init__(self, doors: Doors, seed: int) -> None:
        self._doors = doors
        self._chance = random.Random(seed)
        self._visitors = Visitors(doors, self._chance)
        self._routes = tuple(ROUTES.values())
        self._weights = tuple(
            1 if route.is_change else 6 if route.access == "guest" else 3 for route in self._routes
        )
        self._photos = tuple(doors.photos.values())
        self._keys = tuple(key for photo in self._photos for key in photo.keys)
        self._stranger = Signer(doors.signer.address, doors.signer.key_pair_id, strangers_key())

    def request(self) -> Request:
        """The next one."""
        return self._of_photos() if self._chance.random() < 0.5 else self._of_api()

    def _is(self, share: float) -> bool:
        return self._chance.random() < share

    # --- of the API --------------------------------------------------------------------------

    def _of_api(self) -> Request:
        visitor = self._visitors.visitor()
        (route,) = self._chance.choices(self._routes, self._weights)

        def values(wanted: Iterable[Parameter]) -> dict[str, Any]:
            given = (known for known in wanted if self._is_given(known))
            return {known.name: self._value(known, visitor.gallery) for known in given}

        segments = {
            known.name: str(self._value(known, visitor.gallery)) for known in route.segments
        }
        query, body = list(values(route.query).items()), values(route.fields)
        if route.name in ("signIn", "forgotPassword", "resetPassword"):
            body["email"] = f"ghost-{self._chance.randrange(10**9)}@doors.test"
        method = self._chance.choice(METHODS) if self._is(0.1) else route.method
        asked = Asked(
            method,
            self._address(route, segments, query),
            (*self._cookies(visitor), *self._headers()),
            body if route.is_change or self._is(0.02) else None,
        )
        if visitor.person is not None and self._may_change(visitor.person, route, asked):
            asked = _from_elsewhere(asked)
        rights = visitor.rights | self._opened(route, body)
        reached = ROUTES.get((method, route.path))
        is_open = reached is not None and reached.access == "open"
        return Request(asked, visitor.name, rights, is_open)

    def _cookies(self, visitor: Visitor) -> tuple[tuple[str, str], ...]:
        if not visitor.cookies:
            return ()
        return (("Cookie", "; ".join(f"{name}={value}" for name, value in visitor.cookies)),)

    def _may_change(self, person: Person, route: Route, asked: Asked) -> bool:
        """Whether an owner could change something by it that is theirs."""
        own = [person.gallery]
        own += [w for p in self._photos if p.gallery == person.gallery for w in (p.id, p.path)]
        links = self._doors.links.values()
        own += [link.id for link in links if link.gallery == person.gallery]
        said = asked.address + str(asked.body)
        is_theirs = route.name in ABOUT_ONESELF or any(word in said for word in own)
        return asked.method not in READING and is_theirs

    def _opened(self, route: Route, body: Mapping[str, Any]) -> Rights:
        """What whoever opens a link is told beside what was theirs before."""
        for link in self._doors.links.values():
            is_right = link.password in (None, body.get("password"))
            if route.name == "openShare" and body.get("token") == link.id and link.is_open:
                opened = replace(rights_of_link(self._doors, link), is_known=True)
                return opened | Rights(link.secrets) if is_right else NOTHING
        return NOTHING

    def _is_given(self, known: Parameter) -> bool:
        if known.name == "gallery":
            return self._is(0.9)
        if known.only_with is not None or known.not_with is not None:
            return self._is(0.03)  # for what else is said, it is most likely a mistake
        return self._is(0.97 if known.is_required else 0.12)

    def _address(self, route: Route, segments: Mapping[str, str], query: Any) -> str:
        path = route.path
        for name, value in segments.items():
            written = quote(value, safe="")
            if self._is(0.05):
                written = self._chance.choice((value.replace(" ", ""), quote(written, safe="")))
            path = path.replace(f"{{{name}}}", written)
        address = f"/api{path}"
        if self._is(0.06):
            address = self._bent(address)
        if self._is(0.08):
            query = [*query, self._extra()]
        written = "&".join(f"{name}={quote(_as_text(value), safe='')}" for name, value in query)
        return f"{address}?{written}" if written else address

    def _bent(self, address: str) -> str:
        return self._chance.choice(
            (
                f"{address}/",
                address.replace("/", "//"),
                f"/api/..{address}",
                f"/api/%2e%2e{address}",
                f"/api/openapi.json/..{address.removeprefix('/api')}",
                f"/api/session/../{address.removeprefix('/api/')}",
                f"/api{address}",
                f"{address};x=1",
                f"{address}%00",
                address.upper(),
                address.replace("/gallery/", "/gallery%2f"),
            )
        )

    def _extra(self) -> tuple[str, str]:
        person = self._chance.choice((self._doors.ann, self._doors.ben))
        return self._chance.choice(
            (
                ("gallery", person.gallery),
                ("visitor", f'{{"kind":"owner","galleries":["{person.gallery}"]}}'),
                ("view", self._chance.choice(VIEWS)),
                ("token", person.token),
                ("_method", "DELETE"),
                ("proxy", "main"),
            )
        )

    def _headers(self) -> tuple[tuple[str, str], ...]:
        person = self._chance.choice((self._doors.ann, self._doors.ben))
        page = self._doors.endpoints.page
        listing = f"/api/gallery/media?gallery={person.gallery}"
        noise = (
            ("X-Contact-Sheet-As", "guest"),
            ("X-Contact-Sheet-As", "owner"),
            ("X-Contact-Sheet-As", person.id),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
            ("Origin", page),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-origin"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-Original-URL", listing),
            ("X-Rewrite-URL", listing),
            ("Authorization", f"Bearer {person.token}"),
            ("X-Amzn-Oidc-Data", person.token),
            ("visitor", f'{{"kind":"owner","galleries":["{person.gallery}"]}}'),
            ("Content-Type", "text/plain"),
            ("If-None-Match", "*"),
            ("Range", "bytes=0-9"),
        )
        many = self._chance.choice((0, 0, 0, 1, 1, 2))
        found = dict(self._chance.sample(noise, many))
        return tuple(found.items())

    def _value(self, known: Parameter, gallery: str) -> Any:
        if self._is(0.03):
            return self._chance.choice(("", "..", "*", "undefined", "%", "'", -1, True, [], None))
        if self._is(0.03):
            return known.example
        if known.name == "gallery" and self._is(0.6):
            return gallery
        pool = self._pool(known.name)
        if pool:
            return self._chance.choice(pool)
        if isinstance(known.kind, Texts):
            many = self._chance.sample(self._photos, self._chance.randrange(1, 5))
            return [photo.id for photo in many]
        if isinstance(known.kind, Choice):
            return self._chance.choice(known.kind.choices)
        if isinstance(known.kind, Flag):
            return self._is(0.5)
        if isinstance(known.kind, Whole):
            return self._chance.choice((0, 1, 2, 100))
        return known.example

    def _pool(self, name: str) -> Sequence[str]:
        doors, photo = self._doors, self._chance.choice(self._photos)
        links = [link.id for link in doors.links.values()]
        return {
            "gallery": (doors.ann.gallery, doors.ben.gallery, doors.ann.gallery, "main"),
            "id": (*[p.id for p in self._photos] * 5, *links),
            "path": (
                *(p.path for p in self._photos),
                f"../{photo.original}",
                f"../{quote(photo.original, safe='')}",
                photo.original,
            ),
            "month": (f"{datetime.now(UTC):%Y-%m}", "undated"),
            "search": (photo.path[:4], ".jpg", photo.path, photo.said),
            "token": links,
            "owner": (doors.ann.id, doors.ben.id),
            "password": ("lake at dusk", LINK_PASSWORD),
            "cursor": doors.cursors,
            "filename": ("a.jpg",),
            "email": ("eve@doors.test",),
        }.get(name, ())

    # --- of photos ---------------------------------------------------------------------------

    def _of_photos(self) -> Request:
        key = self._chance.choice(self._keys)
        path = f"/photos/{quote(key)}"
        if self._is(0.1):
            path = self._bent_path(key)
        make = self._chance.choice(
            (
                self._bare,
                *(self._cookie, self._cookie),
                *(self._mixed_cookies, self._mixed_cookies),
                *(self._signed, self._signed, self._signed),
            )
        )
        who, query, headers, keys = make(key)
        if self._is(0.1):
            query = "&".join(part for part in (query, "response-content-type=text/html") if part)
        method = self._chance.choices(("GET", "HEAD", *METHODS), (40, 5, *[1] * len(METHODS)))[0]
        asked = Asked(
            method,
            f"{path}?{query}" if query else path,
            (*headers, *self._photo_headers(key)),
        )
        words = (photo.secrets for photo in self._photos if keys & set(photo.keys))
        return Request(asked, who, Rights(frozenset().union(*words), keys))

    def _bent_path(self, key: str) -> str:
        person = self._chance.choice((self._doors.ann, self._doors.ben))
        return self._chance.choice(
            (
                f"/photos/{person.gallery}/../{key}",
                f"/photos/{person.gallery}/%2e%2e/{key}",
                f"/photos/{person.gallery}/..%2f{key}",
                f"/photos/{person.gallery}/%252e%252e/{key}",
                f"/photos/{person.gallery}//../{key}",
                f"/photos/{person.gallery}/./{key}",
                f"/photos//{key}",
                f"/photos/{key}/",
                f"/photos/{key}%00",
                f"/photos/{key.replace('/', '%2F')}",
                f"/photos/{key.upper()}",
                f"/photos/{self._doors.endpoints.bucket}/{key}",
                "/photos/",
            )
        )

    def _photo_headers(self, key: str) -> tuple[tuple[str, str], ...]:
        etag = next(tag for tag, keys in self._doors.etags.items() if key in keys)
        noise = (
            ("Range", "bytes=0-99"),
            ("If-None-Match", etag),
            ("If-None-Match", "*"),
            ("If-Range", etag),
            ("If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT"),
            ("X-Original-URL", f"/photos/{key}"),
            ("X-Forwarded-For", "127.0.0.1"),
        )
        return (self._chance.choice(noise),) if self._is(0.2) else ()

    def _bare(self, _: str) -> "_Shown":
        """Nothing, or cookies that open no photo."""
        visitor = self._visitors.visitor()
        return "without a signature", "", self._cookies(visitor), frozenset()

    def _cookie(self, _: str) -> "_Shown":
        """An owner's own cookies."""
        person = self._chance.choice((self._doors.ann, self._doors.ben))
        return "with photo cookies", "", (_header(person.photos),), self._keys_of(person)

    def _mixed_cookies(self, _: str) -> "_Shown":
        """Those that open nothing, or less."""
        doors = self._doors
        one, other = self._chance.sample((doors.ann, doors.ben), 2)
        soon = datetime.now(UTC) + timedelta(minutes=30)
        name = self._chance.choice(sorted(one.photos))
        values = self._chance.choice(
            (
                {**one.photos, name: damaged(one.photos[name], self._chance)},
                {n: v for n, v in one.photos.items() if n != name},
                {**one.photos, "CloudFront-Policy": other.photos["CloudFront-Policy"]},
                {**one.photos, "CloudFront-Signature": other.photos["CloudFront-Signature"]},
                {**one.photos, "CloudFront-Expires": str(int(soon.timestamp()))},
                doors.signer.cookies(one.gallery, datetime.now(UTC) - timedelta(seconds=1)),
                doors.signer.cookies(f"{one.gallery}-9", soon),
                doors.signer.cookies(one.gallery[:-3], soon),
                self._stranger.cookies(one.gallery, soon),
                self._stranger.cookies("*", soon),
            )
        )
        return "with wrong photo cookies", "", (_header(values),), frozenset()

    def _signed(self, key: str) -> "_Shown":
        """A signature, of this address, or of another, or with something wrong with it."""
        soon = datetime.now(UTC) + timedelta(minutes=self._chance.randrange(1, 60))
        chosen = self._chance.choice(self._keys) if self._is(0.4) else key
        parts = self._query(self._doors.signer, chosen, soon).split("&")
        bend = self._chance.randrange(10)
        if bend < 5:
            self._chance.shuffle(parts)
            return "with a signature", "&".join(parts), (), frozenset((chosen,))
        if bend == 5:
            past = datetime.now(UTC) - timedelta(seconds=self._chance.randrange(10**6))
            parts = self._query(self._doors.signer, key, past).split("&")
        elif bend == 6:
            parts = self._query(self._stranger, key, soon).split("&")
        elif bend == 7:
            parts.pop(self._chance.randrange(3))
        else:
            place = self._chance.randrange(3)
            name, _, value = parts[place].partition("=")
            parts[place] = f"{name}={damaged(value, self._chance)}"
            if bend == 9:  # beside the true one
                parts.append(f"{name}={value}")
        return "with a wrong signature", "&".join(parts), (), frozenset()

    def _query(self, signer: Signer, key: str, until: datetime) -> str:
        return signer.signed_address(f"/photos/{quote(key)}", until).partition("?")[2]

    def _keys_of(self, person: Person) -> frozenset[str]:
        own: Iterable[Photo] = (p for p in self._photos if p.gallery == person.gallery)
        return frozenset(key for photo in own for key in photo.keys)


# Who it is, a query, headers, and what opens.
_Shown = tuple[str, str, tuple[tuple[str, str], ...], frozenset[str]]


def _header(values: Mapping[str, str]) -> tuple[str, str]:
    return "Cookie", "; ".join(f"{name}={value}" for name, value in values.items())


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "".join(letter for letter in str(value) if letter in string.printable)


def _from_elsewhere(asked: Asked) -> Asked:
    """The same, asked for by a page of another site."""
    kept = [pair for pair in asked.headers if pair[0] != "Origin"]
    return replace(asked, headers=(*kept, ("Origin", "https://evil.example")))
