"""CloudFront's check as the local edge makes it, against botocore's own signer and OpenSSL."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.storage.signing import Signer
from infra.local.signatures import Asked, TrustedKeys, decode, matches
from tests.memory_ssm import ADDRESS, KEY_PAIR_ID, photos_key, photos_public_key

# Made by OpenSSL's command line with a key that nobody has any more; the file says how.
VECTORS: dict[str, Any] = json.loads(
    Path(__file__).with_name("signature_vectors.json").read_text(encoding="utf-8")
)
UNTIL = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 1795287600
NOW = UNTIL - timedelta(minutes=20)
PHOTO = "/photos/main/a%20b.jpg"
ALL_OF_MAIN = f"{ADDRESS}/photos/main/*"


@pytest.fixture(scope="module")
def keys() -> TrustedKeys:
    return TrustedKeys({KEY_PAIR_ID: photos_public_key()})


def asked(path: str, cookies: Mapping[str, str] | None = None, ip: str = "192.0.2.7") -> Asked:
    return Asked(ADDRESS, path, cookies or {}, ip)


def signature(policy: bytes) -> bytes:
    return photos_key().sign(policy, PKCS1v15(), SHA1())  # noqa: S303


def botocores() -> CloudFrontSigner:
    return CloudFrontSigner(KEY_PAIR_ID, signature)


def safe(value: bytes) -> str:
    return base64.b64encode(value).decode().translate(str.maketrans("+=/", "-_~"))


def cookies_of(policy: str) -> dict[str, str]:
    """The trio for a policy: botocore's, taken from the address that it makes."""
    address = botocores().generate_presigned_url(ADDRESS, policy=policy)
    parts = dict(part.split("=", 1) for part in address.partition("?")[2].split("&"))
    return {f"CloudFront-{name}": value for name, value in parts.items()}


def local(address: str) -> str:
    return address.removeprefix(ADDRESS)


def statement(**changes: Any) -> str:
    """A policy for all of main until UNTIL, with some of it changed; None takes a part away."""
    whole = {
        "Resource": ALL_OF_MAIN,
        "Condition": {"DateLessThan": {"AWS:EpochTime": int(UNTIL.timestamp())}},
    } | changes
    return json.dumps({"Statement": [{n: v for n, v in whole.items() if v is not None}]})


class TestBotocores:
    def test_address_with_a_canned_policy_opens(self, keys: TrustedKeys):
        address = botocores().generate_presigned_url(ADDRESS + PHOTO, date_less_than=UNTIL)

        assert keys.refusal(asked(local(address)), NOW) is None

    def test_address_with_a_query_of_its_own_opens(self, keys: TrustedKeys):
        address = botocores().generate_presigned_url(f"{ADDRESS}{PHOTO}?v=2", date_less_than=UNTIL)

        assert keys.refusal(asked(local(address)), NOW) is None
        assert keys.refusal(asked(local(address).replace("v=2", "v=3")), NOW) is not None

    def test_address_with_a_custom_policy_opens(self, keys: TrustedKeys):
        signer = botocores()
        policy = signer.build_policy(ALL_OF_MAIN, UNTIL, NOW - timedelta(hours=1), "192.0.2.7")
        address = signer.generate_presigned_url(ADDRESS + PHOTO, policy=policy)

        assert keys.refusal(asked(local(address)), NOW) is None
        elsewhere = asked(local(address), ip="192.0.2.8")
        assert keys.refusal(elsewhere, NOW) == "it is signed for another network"

    def test_cookies_open(self, keys: TrustedKeys):
        cookies = cookies_of(botocores().build_policy(ALL_OF_MAIN, UNTIL))

        assert keys.refusal(asked(PHOTO, cookies), NOW) is None

    def test_each_changed_byte_of_an_address_is_refused(self, keys: TrustedKeys):
        address = local(botocores().generate_presigned_url(ADDRESS + PHOTO, date_less_than=UNTIL))

        let_in = [
            changed
            for changed in every_change(address)
            if keys.refusal(asked(changed), NOW) is None
        ]

        assert let_in == []

    def test_each_changed_byte_of_a_cookie_is_refused(self, keys: TrustedKeys):
        cookies = cookies_of(botocores().build_policy(ALL_OF_MAIN, UNTIL))

        let_in = [
            (name, changed)
            for name, value in cookies.items()
            for changed in every_change(value)
            if keys.refusal(asked(PHOTO, cookies | {name: changed}), NOW) is None
        ]

        assert let_in == []


def every_change(text: str) -> list[str]:
    """A text with one byte different, missing or doubled: at each place, in several ways."""
    return [
        text[:place] + other + text[place + 1 :]
        for place, letter in enumerate(text)
        for other in (chr(ord(letter) ^ 1), "A", "_", "", letter * 2)
        if other != letter
    ]


class TestOpenSsls:
    @pytest.fixture
    def keys(self) -> TrustedKeys:
        return TrustedKeys({KEY_PAIR_ID: VECTORS["public key"]})

    @pytest.mark.parametrize(
        "name", [name for name in VECTORS if name not in ("made with", "public key")]
    )
    def test_vector_opens_until_its_moment(self, keys: TrustedKeys, name: str):
        vector = asked(VECTORS[name]["path"], VECTORS[name]["cookies"])

        assert keys.refusal(vector, UNTIL - timedelta(seconds=1)) is None
        assert keys.refusal(vector, UNTIL) == "its time is over"

    def test_vector_of_another_hash_is_refused(self, keys: TrustedKeys):
        cookies = VECTORS["cookies by SHA-256"]["cookies"]

        for algorithm in ("SHA1", "sha256", "MD5", "none", ""):
            changed = cookies | {"CloudFront-Hash-Algorithm": algorithm}
            assert keys.refusal(asked(PHOTO, changed), NOW) is not None

    def test_vector_opens_not_before_its_moment(self, keys: TrustedKeys):
        vector = asked(VECTORS["custom address"]["path"])

        assert keys.refusal(vector, datetime(2026, 11, 21, 17, 0, tzinfo=UTC)) == (
            "its time has not come"
        )


class TestOurs:
    """What the gallery itself signs."""

    @pytest.fixture
    def ours(self) -> Signer:
        return Signer(ADDRESS, KEY_PAIR_ID, photos_key())

    def test_addresses_open(self, ours: Signer, keys: TrustedKeys):
        assert keys.refusal(asked(ours.signed_address(PHOTO, UNTIL)), NOW) is None

    def test_cookies_open_their_gallery_and_no_other(self, ours: Signer, keys: TrustedKeys):
        cookies = ours.cookies("main", UNTIL)

        assert keys.refusal(asked(PHOTO, cookies), NOW) is None
        for other in ("/photos/mainz/a.jpg", "/photos/other/a.jpg", "/photos/Main/a.jpg"):
            assert keys.refusal(asked(other, cookies), NOW) == "it is signed for another address"


class TestRefusals:
    def test_nothing_shown_opens_nothing(self, keys: TrustedKeys):
        assert keys.refusal(asked(PHOTO), NOW) == "nothing is signed"

    @pytest.mark.parametrize("left_out", ["Policy", "Signature", "Key-Pair-Id"])
    def test_two_of_three_cookies_open_nothing(self, keys: TrustedKeys, left_out: str):
        cookies = cookies_of(botocores().build_policy(ALL_OF_MAIN, UNTIL))
        del cookies[f"CloudFront-{left_out}"]

        assert keys.refusal(asked(PHOTO, cookies), NOW) is not None

    @pytest.mark.parametrize("name", ["Expires", "Policy", "Signature", "Key-Pair-Id"])
    def test_an_address_that_looks_signed_is_not_helped_by_cookies(
        self, keys: TrustedKeys, name: str
    ):
        cookies = cookies_of(botocores().build_policy(ALL_OF_MAIN, UNTIL))

        assert keys.refusal(asked(f"{PHOTO}?{name}=x", cookies), NOW) is not None

    def test_a_part_that_comes_twice_opens_nothing(self, keys: TrustedKeys):
        address = local(botocores().generate_presigned_url(ADDRESS + PHOTO, date_less_than=UNTIL))

        assert keys.refusal(asked(f"{address}&Expires=9999999999"), NOW) is not None

    def test_cookies_with_two_policies_open_nothing(self, keys: TrustedKeys):
        cookies = cookies_of(botocores().build_policy(ALL_OF_MAIN, UNTIL))

        both = cookies | {"CloudFront-Expires": str(int(UNTIL.timestamp()))}

        assert keys.refusal(asked(PHOTO, both), NOW) is not None

    def test_another_key_of_the_same_name_opens_nothing(self, keys: TrustedKeys):
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        signer = CloudFrontSigner(KEY_PAIR_ID, lambda m: other.sign(m, PKCS1v15(), SHA1()))  # noqa: S303
        address = signer.generate_presigned_url(ADDRESS + PHOTO, date_less_than=UNTIL)

        assert keys.refusal(asked(local(address)), NOW) == "its signature is not one of this site"

    def test_our_key_under_another_name_opens_nothing(self, keys: TrustedKeys):
        signer = CloudFrontSigner("K0000000000000", signature)
        address = signer.generate_presigned_url(ADDRESS + PHOTO, date_less_than=UNTIL)

        assert keys.refusal(asked(local(address)), NOW) is not None

    def test_an_address_of_another_site_opens_nothing(self, keys: TrustedKeys):
        address = botocores().generate_presigned_url(
            f"https://evil.example{PHOTO}", date_less_than=UNTIL
        )

        path = address.removeprefix("https://evil.example")
        assert keys.refusal(asked(path), NOW) is not None

    @pytest.mark.parametrize(
        "policy",
        [
            "",
            "[]",
            "{}",
            '{"Statement": []}',
            '{"Statement": {}}',
            "no JSON",
            statement(Resource=None),
            statement(Resource=7),
            statement(Condition=None),
            statement(Condition={}),
            statement(Condition={"DateLessThan": {}}),
            statement(Condition={"DateLessThan": {"AWS:EpochTime": "9999999999"}}),
            statement(Condition={"DateLessThan": {"AWS:EpochTime": True}}),
            statement(Condition={"DateLessThan": {"AWS:EpochTime": 1e12}}),
            statement().replace("[{", '[{"Resource": "x", "Condition": {}}, {'),
            statement(
                Condition={
                    "DateLessThan": {"AWS:EpochTime": int(UNTIL.timestamp())},
                    "IpAddress": {"AWS:SourceIp": "anywhere"},
                }
            ),
        ],
    )
    def test_a_policy_that_is_signed_and_says_nothing_opens_nothing(
        self, keys: TrustedKeys, policy: str
    ):
        assert keys.refusal(asked(PHOTO, cookies_of(policy)), NOW) is not None

    @pytest.mark.parametrize("expires", ["", "x", "-1", "1e12", "9999999999.0", "٣٣٣٣٣٣٣٣٣٣"])
    def test_a_moment_that_is_none_opens_nothing(self, keys: TrustedKeys, expires: str):
        policy = (
            f'{{"Statement":[{{"Resource":"{ADDRESS}{PHOTO}",'
            f'"Condition":{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}}}]}}'
        )
        signed = safe(signature(policy.encode()))

        path = f"{PHOTO}?Expires={expires}&Signature={signed}&Key-Pair-Id={KEY_PAIR_ID}"

        assert keys.refusal(asked(path), NOW) is not None

    def test_a_key_that_is_not_rsa_is_none(self):
        pem = (
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

        with pytest.raises(ValueError, match="no RSA key"):
            TrustedKeys({KEY_PAIR_ID: pem})


@pytest.mark.parametrize(
    ("resource", "address", "is_named"),
    [
        ("https://a/photos/main/*", "https://a/photos/main/b/c.jpg", True),
        ("https://a/photos/main/*", "https://a/photos/main/", True),
        ("https://a/photos/main/*", "https://a/photos/main", False),
        ("https://a/photos/main/*", "https://b/https://a/photos/main/c", False),
        ("http*://a/?.jpg", "https://a/x.jpg", True),
        ("http*://a/?.jpg", "https://a/xy.jpg", False),
        ("https://a/x.jpg", "https://a/xXjpg", False),
        ("https://a/(x|y)", "https://a/x", False),
        ("https://a/x", "https://a/x\n", False),
        ("*", "https://a/x?y=1", True),
    ],
)
def test_a_resource_names_addresses_by_two_wildcards(resource: str, address: str, is_named: bool):
    assert matches(resource, address) is is_named


@pytest.mark.parametrize("text", ["QQ==", "QR__", "QQ_", "QQ", "Q Q__", "QQ__\n", "+w__", "é"])
def test_what_no_encoder_writes_is_no_value(text: str):
    assert decode(text) is None


def test_an_encoded_value_is_read():
    assert decode("-~8_") == b"\xfb\xff"
    assert decode("QQ__") == b"A"
