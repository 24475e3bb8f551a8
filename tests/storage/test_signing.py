"""Signatures against OpenSSL's own and botocore's signer, and what the parameters may say."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.photo_address import photo_address
from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.storage.signing import Signer, address_until, modulus_end
from tests.memory_ssm import ADDRESS, KEY, KEY_PAIR_ID, SITE, MemorySsm, photos_key

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)  # 1767225600
SIGNER = Signer(ADDRESS, KEY_PAIR_ID, photos_key())
# Made by `openssl genrsa 2048` (3.0.19); nobody has its private half any more.
VECTORS = Path(__file__).parents[1] / "infra/signature_vectors.json"
VECTORS_KEY: str = json.loads(VECTORS.read_text())["public key"]
# Of the policy's text, signed by `openssl dgst -sha1 -sign` with that key and written by
# `base64 | tr -- '+=/' '-_~'`.
ADDRESS_SIGNATURE = (
    "G6958HbiI17OvlRLyEBEaoHvZ3yCa4~jJ8g~~VGHk32SGjuKmHiuIoLYTQ3LtLyBiQYe-f9QGdI8kQZ0n7m-Vxuf7d"
    "fT-~juveYYP27Q7O5ZQzJQ2fRbh-q1PhlM6xflCDjqY6HY~z~jYmZEiqQ2mSJU4p50RJgReSBLGw32H9pd5JhLDDi8"
    "TFJjOTSO-yP00mu0CCUlib5ea5l2dOzqaby6o9NVH47yCQxysF1VScn2f5N-7kaF1QtiVK-PDlRtdsZoUoIdxBbeIS"
    "AL95EzBBsyEMyCtCTlld8jtdroXuyEN2RxHPXvv2SOUOVqiy7WogltMng3StRLnJXqhO16Ng__"
)
COOKIE_SIGNATURE = (
    "i6M8KUIyWv7aslSE~h~QJWqOZ07nLgzWeCoGbxcMjeZClcCxGgtwCEJaSY-ezbQU7rNbFuh3QSVse1rNxc5pNDegjy"
    "WB5aOcyBQfy1~724QzQxbJz7UJZbaeJO1W6FMAEJGqBai2wLei5Xu5rIM4UaNk9aAhUkRwv6gqMmE6z-LlyCM4vVJc"
    "GRyzCNIRAgIjbhkazyyj28LjLEVkl7~kDbEI8h07kkud4zqQaeQ-o3eUWK7ztRexDAqbbB3vMAFhhZe4ioD6BL~XVA"
    "mAIOLxMOVSJE~mNd5-J5Zv7Z~fSuCtU3TT2H2R5ZhSBDJCUYWTj0q8GbtQC6R2dPg55TzMcw__"
)
COOKIE_POLICY = (
    "eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoiaHR0cHM6Ly9waG90b3MuZXhhbXBsZS9waG90b3MvbWFpbi8qIiwiQ29u"
    "ZGl0aW9uIjp7IkRhdGVMZXNzVGhhbiI6eyJBV1M6RXBvY2hUaW1lIjoxNzY3MjI1NjAwfX19XX0_"
)


class OpenSslsKey:
    """OpenSSL's key, of which there are the public half and two signatures.

    RSA signatures of this kind hold no chance: one that is right of a text is the only one of it
    (https://www.rfc-editor.org/rfc/rfc8017#section-8.2).
    """

    def sign(self, text: bytes, *how: Any) -> bytes:
        """What OpenSSL made of this text.

        Raises:
            InvalidSignature: It signed other texts.
        """
        public = load_pem_public_key(VECTORS_KEY.encode())
        assert isinstance(public, RSAPublicKey)
        for known in (ADDRESS_SIGNATURE, COOKIE_SIGNATURE):
            signature = b64decode(known.translate(str.maketrans("-_~", "+=/")))
            try:
                public.verify(signature, text, *how)
            except InvalidSignature:
                continue
            return signature
        raise InvalidSignature


OPENSSLS = Signer(ADDRESS, KEY_PAIR_ID, cast(RSAPrivateKey, OpenSslsKey()))


def botocore_signer() -> CloudFrontSigner:
    return CloudFrontSigner(KEY_PAIR_ID, lambda text: photos_key().sign(text, PKCS1v15(), SHA1()))  # noqa: S303 - CloudFront's


def test_an_address_is_signed_as_openssl_signs_its_policy():
    address = photo_address("main/Lüneburg/a 1.jpg")

    assert OPENSSLS.signed_address(address, UNTIL) == (
        "/photos/main/L%C3%BCneburg/a%201.jpg?Expires=1767225600"
        f"&Signature={ADDRESS_SIGNATURE}&Key-Pair-Id={KEY_PAIR_ID}"
    )


def test_cookies_of_a_gallery_are_signed_as_openssl_signs_their_policy():
    assert OPENSSLS.cookies("main", UNTIL) == {
        "CloudFront-Policy": COOKIE_POLICY,
        "CloudFront-Signature": COOKIE_SIGNATURE,
        "CloudFront-Key-Pair-Id": KEY_PAIR_ID,
    }


@pytest.mark.parametrize("address", ["/photos/main/L%C3%BCneburg/a%202.jpg", "/photos/other/a.jpg"])
def test_openssl_signed_no_other_address(address):
    with pytest.raises(InvalidSignature):
        OPENSSLS.signed_address(address, UNTIL)


@given(
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    until=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis wants them naive)
)
def test_an_address_is_signed_as_botocore_signs_it(key, until):
    address = photo_address(f"main/{key}")

    signed = SIGNER.signed_address(address, until)

    assert ADDRESS + signed == botocore_signer().generate_presigned_url(
        ADDRESS + address, date_less_than=until
    )
    assert not set(address) & set("*? ")  # wildcards of policies, and what ends an address


@given(gallery=st.from_regex(r"\A[a-z0-9-]{1,40}\Z"))
def test_cookies_hold_what_botocore_puts_into_a_signed_address(gallery):
    signer = botocore_signer()
    resource = f"{ADDRESS}/photos/{gallery}/*"
    policy = signer.build_policy(resource, UNTIL)

    expected = signer.generate_presigned_url(resource, policy=policy)

    found = SIGNER.cookies(gallery, UNTIL)
    named = {name: found[f"CloudFront-{name}"] for name in ("Policy", "Signature", "Key-Pair-Id")}
    assert expected == f"{resource}?" + "&".join(f"{n}={value}" for n, value in named.items())


def test_cookies_hold_no_letter_that_a_cookie_can_t():
    """https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1."""
    for value in SIGNER.cookies("main", UNTIL).values():
        assert re.fullmatch(r"[A-Za-z0-9_~-]+", value)


def test_an_address_of_another_site_is_left_as_it_is():
    elsewhere = "https://cdn.example/a.jpg"

    assert SIGNER.signed_address(elsewhere, UNTIL) == elsewhere


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-01T10:00:00", "2026-01-01T11:00:00"),
        ("2026-01-01T10:00:01", "2026-01-01T12:00:00"),
        ("2026-01-01T10:59:59", "2026-01-01T12:00:00"),
        ("2026-01-01T23:30:00", "2026-01-02T01:00:00"),
    ],
)
def test_an_address_opens_for_an_hour_at_least_and_until_a_full_one(now, until):
    moments = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, until))

    assert address_until(next(moments)) == next(moments)


# --- the parameters --------------------------------------------------------------------------


def test_the_site_and_the_key_are_read_once_and_again_after_five_minutes():
    ssm, seconds = MemorySsm(), 0.0
    signing = ssm.signing(clock=lambda: seconds)
    first = signing.signer()
    ssm.values[SITE] = '{"address": "https://moved.example/", "key_pair_id": "K2"}'

    assert signing.signer() is first
    seconds = 299.0
    assert signing.signer() is first
    seconds = 300.0
    assert (signing.signer().address, signing.signer().key_pair_id) == (
        "https://moved.example",
        "K2",
    )
    assert ssm.asked == 2


def told_ids(*keys: RSAPrivateKey) -> str:
    """The site's parameter, with an id for each key; that of the first is also told by itself."""
    ids = {modulus_end(key.public_key()): f"K{number}" for number, key in enumerate(keys)}
    return json.dumps({"address": ADDRESS, "key_pair_id": "K0", "key_pair_ids": ids})


def test_of_several_ids_the_one_of_the_key_that_signs_is_taken():
    """While keys are exchanged, either may be found beside the same site."""
    other = generate_rsa_key(65537, 2048)
    ssm = MemorySsm()

    found = []
    for keys in ((photos_key(), other), (other, photos_key())):
        ssm.values[SITE] = told_ids(*keys)
        found.append(ssm.signing().signer().key_pair_id)

    assert found == ["K0", "K1"]


def test_a_key_that_the_edge_does_not_trust_signs_nothing():
    """And is not kept for five minutes: the next request finds what has been told since."""
    other = generate_rsa_key(65537, 2048)
    ssm = MemorySsm()
    ssm.values[SITE] = told_ids(other)
    signing = ssm.signing()

    with pytest.raises(SetupError, match=f"{SITE} or {KEY}"):
        signing.signer()
    ssm.values[SITE] = told_ids(other, photos_key())

    assert signing.signer().key_pair_id == "K1"


def test_the_end_of_a_modulus_is_what_openssl_prints_of_it():
    """`openssl rsa -pubin -modulus -noout`, its last sixteen digits in small letters."""
    key = load_pem_public_key(VECTORS_KEY.encode())
    assert isinstance(key, RSAPublicKey)

    assert modulus_end(key) == "af4447451d7229f5"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {SITE: "{}"},
        {KEY: "not a key"},
        {SITE: '{"address": "https://photos.example", "key_pair_id": "K"}'},
        {SITE: "[]", KEY: "x"},
        {SITE: "no JSON", KEY: "x"},
    ],
)
def test_a_parameter_that_is_missing_or_wrong_is_named(values):
    with pytest.raises(SetupError, match=f"{SITE} or {KEY}"):
        MemorySsm(values).signing().signer()


def test_a_key_of_another_kind_is_refused():
    pem = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    ssm = MemorySsm()
    ssm.values[KEY] = pem.decode()

    with pytest.raises(SetupError):
        ssm.signing().signer()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", SetupError),
        ("ThrottlingException", StorageUnavailableError),
        ("InternalServerError", StorageUnavailableError),
    ],
)
def test_what_systems_manager_says_is_told(code, error):
    with pytest.raises(error):
        MemorySsm(failing=code).signing().signer()
