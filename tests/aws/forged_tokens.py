"""Tokens of Ann's that nobody but the user pool could make, each wrong in one way.

They are signed with the user pool's own key wherever that is not what is wrong with them: what
refuses them can only be what they are named after.
"""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWS
from jwt.algorithms import RSAAlgorithm

from tests.aws.doors import Asked, Doors, claims_of
from tests.aws.forgery import Forgery, Make, cookies, listing, lists_as_ann, session

HOUR = 3600


def minted(doors: Doors, header: Mapping[str, Any] | None = None, **said: Any) -> str:
    """A token as the pool would make it, with some of it changed; None leaves a claim out.

    Args:
        doors: Whose Ann it is of.
        header: What its header says besides.
        said: Claims.
    """
    claims = {n: v for n, v in (claims_of(doors.ann.token) | said).items() if v is not None}
    return _signed(claims, doors.pool_key, {"kid": key_id(doors), **(header or {})})


def key_id(doors: Doors) -> str:
    """What the pool calls the key that it signs ID tokens with."""
    return str(jwt.get_unverified_header(doors.ann.token)["kid"])


@cache
def strangers_key() -> RSAPrivateKey:
    """A key that the pool has never heard of."""
    return generate_private_key(65537, 2048)


def _signed(claims: Any, key: Any, header: Mapping[str, Any], algorithm: str = "RS256") -> str:
    # Not by `jwt.encode`, which refuses claims that no honest pool would make.
    return PyJWS().encode(json.dumps(claims).encode(), key, algorithm, headers=dict(header))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _part(value: Any) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _unsigned(doors: Doors, header: Mapping[str, Any], signature: str = "") -> str:
    body = doors.ann.token.split(".")[1]
    return f"{_part({'kid': key_id(doors), 'typ': 'JWT', **header})}.{body}.{signature}"


def _altered(token: str, **said: Any) -> str:
    """A token that says something else, under its old signature."""
    head, _, signature = token.split(".")
    return f"{head}.{_part(claims_of(token) | said)}.{signature}"


def _with_hmac(doors: Doors, secret: bytes) -> str:
    text = _unsigned(doors, {"alg": "HS256"}).rpartition(".")[0]
    return f"{text}.{_text(hmac.new(secret, text.encode(), sha256).digest())}"


def _public_pem(doors: Doors) -> bytes:
    public = doors.pool_key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _by(doors: Doors, key: Any, algorithm: str = "RS256", **header: Any) -> str:
    return _signed(claims_of(doors.ann.token), key, {"kid": key_id(doors), **header}, algorithm)


def _jwk(key: RSAPrivateKey) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return found


def _own_signature(doors: Doors) -> str:
    return doors.ann.token.split(".")[2]


def _now() -> int:
    return int(time.time())


FORGED_TOKENS: dict[str, Callable[[Doors], str]] = {
    # --- no token ---------------------------------------------------------------------------
    "nothing": lambda _: "",
    "a word": lambda _: "ann",
    "three dots": lambda _: "...",
    "the user's id": lambda d: d.ann.id,
    "a part is missing": lambda d: d.ann.token.rpartition(".")[0],
    "a part too many": lambda d: f"{d.ann.token}.e30",
    "as encrypted ones look": lambda d: f"{d.ann.token}.x.y",
    "claims as they are": lambda d: _part(claims_of(d.ann.token)),
    # --- time -------------------------------------------------------------------------------
    "over for a second": lambda d: minted(d, exp=_now() - 1),
    "over since yesterday": lambda d: minted(d, iat=_now() - 25 * HOUR, exp=_now() - 24 * HOUR),
    "never over": lambda d: minted(d, exp=None),
    "over at no number": lambda d: minted(d, exp="tomorrow"),
    "not yet": lambda d: minted(d, nbf=_now() + 9 * HOUR),
    "made tomorrow": lambda d: minted(d, iat=_now() + 24 * HOUR, exp=_now() + 25 * HOUR),
    "of before another password": lambda d: d.former,
    "renewed, of a sign-in before another password": lambda d: minted(
        d, auth_time=claims_of(d.former)["auth_time"]
    ),
    "signed in a second before another password": lambda d: minted(
        d, auth_time=claims_of(d.ann.token)["auth_time"] - 1
    ),
    "signed in at no time": lambda d: minted(d, auth_time=None),
    "signed in at no number": lambda d: minted(d, auth_time="now"),
    # --- algorithm --------------------------------------------------------------------------
    "alg none": lambda d: _unsigned(d, {"alg": "none"}),
    "alg None": lambda d: _unsigned(d, {"alg": "None"}),
    "alg NONE with the signature": lambda d: _unsigned(d, {"alg": "NONE"}, _own_signature(d)),
    "alg left out": lambda d: _unsigned(d, {}, _own_signature(d)),
    "alg empty": lambda d: _unsigned(d, {"alg": ""}, _own_signature(d)),
    "alg a list": lambda d: _unsigned(d, {"alg": ["RS256", "none"]}, _own_signature(d)),
    "HS256 by the public key": lambda d: _with_hmac(d, _public_pem(d)),
    "HS256 by the public key without its end": lambda d: _with_hmac(d, _public_pem(d).strip()),
    "HS256 by the published key": lambda d: _with_hmac(d, json.dumps(_jwk(d.pool_key)).encode()),
    "HS256 by nothing": lambda d: _with_hmac(d, b""),
    "RS384 by the pool's key": lambda d: _by(d, d.pool_key, "RS384"),
    "RS512 by the pool's key": lambda d: _by(d, d.pool_key, "RS512"),
    "PS256 by the pool's key": lambda d: _by(d, d.pool_key, "PS256"),
    "ES256": lambda d: _by(d, ec.generate_private_key(ec.SECP256R1()), "ES256"),
    # --- key --------------------------------------------------------------------------------
    "another key under the pool's name": lambda d: _by(d, strangers_key()),
    "a key that nobody knows": lambda d: _by(d, strangers_key(), kid="mine"),
    "the pool's key under another name": lambda d: _by(d, d.pool_key, kid="mine"),
    "a key of no name": lambda d: _signed(claims_of(d.ann.token), d.pool_key, {}),
    "a key's name that is a path": lambda d: _by(d, strangers_key(), kid="../../dev/null"),
    "a key's name that is a query": lambda d: _by(d, strangers_key(), kid="' OR 1=1 --"),
    "its own key in the header": lambda d: _by(d, strangers_key(), jwk=_jwk(strangers_key())),
    "an address of its own keys": lambda d: _by(
        d, strangers_key(), jku=f"{d.endpoints.page}/gallery/keys.json", kid="mine"
    ),
    "a certificate of its own": lambda d: _by(d, strangers_key(), x5c=["MIIB"], kid="mine"),
    "an extension that must be understood": lambda d: minted(d, {"crit": ["b64"], "b64": False}),
    # --- whose and for whom -----------------------------------------------------------------
    "another pool's": lambda d: d.another_pool,
    "another pool's name": lambda d: minted(d, iss=f"{claims_of(d.ann.token)['iss']}9"),
    "the pool's name below another": lambda d: minted(
        d, iss=f"https://evil.example/{claims_of(d.ann.token)['iss']}"
    ),
    "no pool's": lambda d: minted(d, iss=None),
    "another client's": lambda d: d.another_client,
    "a client of another name": lambda d: minted(d, aud="another"),
    "several clients', ours among them": lambda d: minted(
        d, aud=[claims_of(d.ann.token)["aud"], "another"]
    ),
    "no client's": lambda d: minted(d, aud=None),
    # --- use --------------------------------------------------------------------------------
    "the access token": lambda d: d.ann.access_token,
    "the refresh token": lambda d: d.ann.refresh_token,
    "an access token in all but its key": lambda d: minted(d, token_use="access"),
    "of no use": lambda d: minted(d, token_use=None),
    # --- what it says -----------------------------------------------------------------------
    "nobody": lambda d: minted(d, sub=None),
    "nobody's name": lambda d: minted(d, sub=""),
    "a number": lambda d: minted(d, sub=7),
    "no e-mail": lambda d: minted(d, email=None),
    "made at no time": lambda d: minted(d, iat=None),
    "a list of claims": lambda d: _signed([claims_of(d.ann.token)], d.pool_key, {"kid": key_id(d)}),
    "Ann put into Ben's": lambda d: _altered(
        d.ben.token, sub=d.ann.id, email=d.ann.email, **{"cognito:username": d.ann.id}
    ),
    "more time put in": lambda d: _altered(minted(d, exp=_now() - 1), exp=_now() + HOUR),
    # --- signature --------------------------------------------------------------------------
    "no signature": lambda d: f"{d.ann.token.rpartition('.')[0]}.",
    "another token's signature": lambda d: (
        f"{d.ann.token.rpartition('.')[0]}.{d.ben.token.rpartition('.')[2]}"
    ),
    "half a signature": lambda d: d.ann.token[:-170],
    "the signature turned round": lambda d: (
        f"{d.ann.token.rpartition('.')[0]}.{_own_signature(d)[::-1]}"
    ),
    # --- size and letters -------------------------------------------------------------------
    "of 5,000 letters": lambda _: "a" * 5000,
    "true, and of 8,400 letters": lambda d: minted(d, {"pad": "x" * 5400}),
    "braces in braces": lambda d: _text(b'{"a":' * 700) + d.ann.token[d.ann.token.index(".") :],
    "in small letters": lambda d: d.ann.token.lower(),
}


def token_forgery(make: Callable[[Doors], str]) -> Forgery:
    def asked(token: Callable[[Doors], str]) -> Make:
        return lambda d: Asked("GET", listing(d.ann.gallery), (session(token(d)),))

    return Forgery(asked(make), asked(minted), (400, 401, 431))


def elsewhere(make: Callable[[Doors], Asked]) -> Forgery:
    """A true token that is not shown as the one cookie that it must be."""
    return Forgery(make, lists_as_ann)


def with_headers(make: Callable[[Doors], tuple[tuple[str, str], ...]]) -> Forgery:
    return elsewhere(lambda d: Asked("GET", listing(d.ann.gallery), make(d)))


TOKENS = {
    **{f"token: {name}": token_forgery(make) for name, make in FORGED_TOKENS.items()},
    "token: no cookie at all": elsewhere(lambda d: Asked("GET", listing(d.ann.gallery))),
    "token: in two cookies that differ": with_headers(
        lambda d: (cookies(("__Host-session", d.ann.token), ("__Host-session", d.ben.token)),)
    ),
    "token: in two cookies, the other one empty": with_headers(
        lambda d: (cookies(("__Host-session", ""), ("__Host-session", d.ann.token)),)
    ),
    "token: in a cookie of another name": with_headers(
        lambda d: (cookies(("session", d.ann.token)),)
    ),
    "token: in a cookie without the prefix's capital": with_headers(
        lambda d: (cookies(("__host-session", d.ann.token)),)
    ),
    "token: in a cookie that any page below may set": with_headers(
        lambda d: (cookies(("__Secure-session", d.ann.token)),)
    ),
    "token: inside another cookie": with_headers(
        lambda d: (cookies(("x", f"__Host-session={d.ann.token}")),)
    ),
    "token: as the link's cookie": with_headers(
        lambda d: (cookies(("__Host-share", d.ann.token)),)
    ),
    "token: as Authorization": with_headers(
        lambda d: (("Authorization", f"Bearer {d.ann.token}"),)
    ),
    "token: as the header that the gateway makes": with_headers(
        lambda d: (("authorizationToken", session(d.ann.token)[1]),)
    ),
    "token: in the address": Forgery(
        lambda d: Asked("GET", f"{listing(d.ann.gallery)}&__Host-session={d.ann.token}"),
        lists_as_ann,
    ),
    "token: what the authorizer says, said by the visitor": with_headers(
        lambda d: (
            ("visitor", f'{{"kind":"owner","id":"{d.ann.id}","galleries":["{d.ann.gallery}"]}}'),
            ("x-amzn-apigateway-authorizer-visitor", '{"kind":"owner"}'),
        )
    ),
    "token: Ann's by name, beside Ben's true one": Forgery(
        lambda d: Asked(
            "GET",
            listing(d.ann.gallery),
            (session(d.ben.token), ("X-Contact-Sheet-As", d.ann.id)),
        ),
        lists_as_ann,
        (404,),
    ),
}
