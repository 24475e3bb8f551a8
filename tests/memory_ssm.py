"""Systems Manager's parameters in memory, with the key that tests sign photos' addresses with."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from chalicelib.storage.signing import Signing

SITE, KEY = "/contactsheet/test/site", "/contactsheet/test/signing-key"
ADDRESS, KEY_PAIR_ID = "https://photos.example", "K2JCJMDEHXQW5F"


@cache
def photos_key() -> RSAPrivateKey:
    """What addresses of photos are signed with; another one in each run of the tests."""
    return generate_private_key(65537, 2048)


def photos_public_key() -> str:
    """Its public half, PEM: what the edge is told to trust."""
    public = photos_key().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _usual() -> dict[str, str]:
    site = json.dumps({"address": ADDRESS, "key_pair_id": KEY_PAIR_ID})
    pem = photos_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {SITE: site, KEY: pem.decode()}


@dataclass
class MemorySsm:
    """Systems Manager's client, as botocore has it.

    Attributes:
        values: Of its parameters, by name.
        failing: What every call ends with, a code of AWS; None for none.
        asked: How often it was asked.
    """

    values: dict[str, str] = field(default_factory=_usual)
    failing: str | None = None
    asked: int = 0

    def signing(self, **arguments: Any) -> Signing:
        """The gallery's own view of it."""
        return Signing(self, SITE, KEY, **arguments)

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 - AWS's names
        assert WithDecryption
        self.asked += 1
        if self.failing is not None:
            raise ClientError({"Error": {"Code": self.failing, "Message": "?"}}, "GetParameters")
        found = [name for name in Names if name in self.values]
        return {
            "Parameters": [{"Name": name, "Value": self.values[name]} for name in found],
            "InvalidParameters": [name for name in Names if name not in found],
        }
