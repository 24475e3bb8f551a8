"""Tokens: what holds is read, and every forgery that we could think of is refused."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.domain.id_token import MAX_TOKEN, Claims, Issuer, key_id, read_token
from chalicelib.errors import SignInRequiredError
from tests.memory_cognito import CLIENT, ISSUER, POOL, a_key, a_token, claims_of, public_key, signed

NOW = int(time.time())


def read(token: str, key: dict[str, Any] | None = None) -> Claims:
    assert key_id(token)
    return read_token(token, key or public_key(), ISSUER)


def part(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def altered(token: str, place: int, **said: Any) -> str:
    """A token with other words in one of its parts, and its old signature."""
    parts = token.split(".")
    padded = parts[place] + "=" * (-len(parts[place]) % 4)
    parts[place] = part(json.loads(base64.urlsafe_b64decode(padded)) | said)
    return ".".join(parts)


def with_hmac(claims: dict[str, Any], secret: bytes) -> str:
    """A token signed by HS256, as if the public key were a secret that both know."""
    text = f"{part({'alg': 'HS256', 'kid': 'k1', 'typ': 'JWT'})}.{part(claims)}"
    signature = hmac.new(secret, text.encode(), sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def public_pem() -> bytes:
    return a_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_a_token_of_the_pool_says_who_it_is_and_until_when():
    until = int(time.time()) + 60

    claims = read(a_token("u7", "ben@example.org", exp=until, auth_time=1717228800))

    ends_at, signed_in_at = datetime.fromtimestamp(until, UTC), datetime(2024, 6, 1, 8, tzinfo=UTC)
    assert claims == Claims("u7", "ben@example.org", ends_at, signed_in_at)


def test_the_issuer_is_named_by_the_pool_s_region():
    issuer = Issuer.of_pool("ap-southeast-2_AbC", "client")

    assert issuer.address == "https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_AbC"
    assert ISSUER.address.endswith(POOL)


USUAL = claims_of("u1", "ann@example.org")
TOKEN = signed(USUAL)
HEAD, BODY, SIGNATURE = TOKEN.split(".")
OBJECTS = b'{"a":' * 1000

FORGERIES = {
    "nothing": "",
    "no token": "hello",
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{TOKEN}.x",
    "no signature": f"{HEAD}.{BODY}.",
    "empty parts": "..",
    "alg none": f"{part({'alg': 'none', 'kid': 'k1'})}.{BODY}.",
    "alg None": f"{part({'alg': 'None', 'kid': 'k1'})}.{BODY}.",
    "alg none, signed": f"{part({'alg': 'none', 'kid': 'k1'})}.{BODY}.{SIGNATURE}",
    "alg missing": f"{part({'kid': 'k1'})}.{BODY}.{SIGNATURE}",
    "alg HS256 by the public key": with_hmac(USUAL, public_pem()),
    "alg HS256 by the JWK": with_hmac(USUAL, json.dumps(public_key()).encode()),
    "alg HS256 by nothing": with_hmac(USUAL, b""),
    "alg RS512": jwt.encode(USUAL, a_key(), "RS512", headers={"kid": "k1"}),
    "alg PS256": jwt.encode(USUAL, a_key(), "PS256", headers={"kid": "k1"}),
    "alg ES256": jwt.encode(
        USUAL, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "k1"}
    ),
    "alg RS256 in small letters": f"{part({'alg': 'rs256', 'kid': 'k1'})}.{BODY}.{SIGNATURE}",
    "kid missing": jwt.encode(USUAL, a_key(), "RS256"),
    "kid no text": f"{part({'alg': 'RS256', 'kid': ['k1']})}.{BODY}.{SIGNATURE}",
    "another key under our kid": signed(USUAL, "another", kid="k1"),
    "its own key in the header": jwt.encode(
        USUAL, a_key("another"), "RS256", headers={"kid": "k1", "jwk": public_key("another")}
    ),
    "critical extension": signed(USUAL, crit=["unheard-of"]),
    "signature of another token": f"{HEAD}.{BODY}.{a_token('u2').split('.')[2]}",
    "signature cut": TOKEN[:-8],
    "signature turned": f"{HEAD}.{BODY}.{SIGNATURE[::-1]}",
    "another user put in": altered(TOKEN, 1, sub="u2"),
    "another e-mail put in": altered(TOKEN, 1, email="eve@example.org"),
    "more time put in": altered(TOKEN, 1, exp=NOW + 10**6),
    "header changed": altered(TOKEN, 0, typ="x"),
    "body no object": f"{HEAD}.{part([1])}.{SIGNATURE}",
    "another pool": a_token(iss=ISSUER.address[:-3] + "999"),
    "another pool's address inside": a_token(iss=f"{ISSUER.address}/evil"),
    "issuer missing": a_token(iss=None),
    "issuer a list": a_token(iss=[ISSUER.address]),
    "another client": a_token(aud="another-client"),
    "many clients, ours among them": a_token(aud=[CLIENT, "another-client"]),
    "client missing": a_token(aud=None),
    "an access token": a_token(token_use="access"),
    "a refresh token": a_token(token_use="refresh"),
    "use missing": a_token(token_use=None),
    "over": a_token(exp=NOW - 1),
    "over long ago": a_token(exp=1),
    "never over": a_token(exp=None),
    "over no number": a_token(exp="tomorrow"),
    "not yet": a_token(nbf=NOW + 3600),
    "made in the future": a_token(iat=NOW + 3600),
    "made at no time": a_token(iat=None),
    "signed in at no time": a_token(auth_time=None),
    "signed in at no number": a_token(auth_time=str(NOW)),
    "signed in at a truth": a_token(auth_time=True),
    "nobody": a_token(user=""),
    "nobody named": signed({n: v for n, v in USUAL.items() if n != "sub"}),
    "user a number": a_token(sub=7),
    "no e-mail": a_token(email=""),
    "e-mail missing": signed({n: v for n, v in USUAL.items() if n != "email"}),
    "e-mail a list": signed(USUAL | {"email": ["ann@example.org"]}),
    "too long": a_token(email="a" * MAX_TOKEN),
    "no ASCII": TOKEN + "é",
    "blanks before": f" {TOKEN}",
    "half a surrogate": "\ud800" + TOKEN,
    "a header of brackets": f"{base64.b64encode(b'[' * 5000).decode()}.{BODY}.{SIGNATURE}",
    "a header of objects": f"{base64.b64encode(OBJECTS).decode()}.{BODY}.{SIGNATURE}",
}


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_refused(token):
    with pytest.raises(SignInRequiredError):
        read(token)


def test_there_are_forgeries_of_forty_kinds_at_least():
    assert len(FORGERIES) >= 40


@pytest.mark.parametrize(
    "said",
    [{"kty": "oct"}, {"alg": "RS512"}, {"use": "enc"}, {"n": None}, {"n": ""}, {"e": "!"}],
)
def test_a_key_that_is_not_for_signing_reads_nothing(said):
    key = {name: v for name, v in (public_key() | said).items() if v is not None}

    with pytest.raises(SignInRequiredError):
        read(TOKEN, key)


def test_a_token_of_any_length_is_looked_at_only_when_it_may_be_one():
    with pytest.raises(SignInRequiredError, match="too long"):
        key_id("." * 1_000_000)
