"""CloudFront's signed addresses and cookies: what may be looked at under ``/photos/``.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html
"""

import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import SetupError, StorageUnavailableError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

PHOTOS = "/photos/"
# A key that was replaced is signed with for so long at most, seconds.
_KEPT_SECONDS = 300
_HOUR_SECONDS = 3600
# What base64 writes and addresses do not: https://docs.aws.amazon.com/AmazonCloudFront/latest/
# DeveloperGuide/private-content-creating-signed-url-canned-policy.html
_URL_SAFE = str.maketrans("+=/", "-_~")


@dataclass(frozen=True)
class Signer:
    """Signs for one site.

    Attributes:
        address: The site's, such as ``https://photos.example``.
        key_pair_id: CloudFront's name of the public key.
        key: The private one.
    """

    address: str
    key_pair_id: str
    key: "RSAPrivateKey"

    def signed_address(self, address: str, until: datetime) -> str:
        """An address of the site, such as ``/photos/main/a.jpg``, that opens for anybody.

        Args:
            address: Percent-encoded, without the site and without a query; one of another site
                is left as it is.
            until: From when on it opens no more, UTC.
        """
        if not address.startswith(PHOTOS):
            return address
        end = int(until.timestamp())
        signature = self._signature(_policy(self.address + address, end))
        return f"{address}?Expires={end}&Signature={signature}&Key-Pair-Id={self.key_pair_id}"

    def cookies(self, gallery: str, until: datetime) -> dict[str, str]:
        """What a browser shows to see all of a gallery: a value for each cookie's name.

        Args:
            gallery: Its id.
            until: From when on they open nothing more, UTC.
        """
        resource = f"{self.address}{PHOTOS}{gallery}/*"
        policy = _policy(resource, int(until.timestamp()))
        return {
            "CloudFront-Policy": _text(policy),
            "CloudFront-Signature": self._signature(policy),
            "CloudFront-Key-Pair-Id": self.key_pair_id,
        }

    def _signature(self, policy: bytes) -> str:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA1

        # SHA-1 is what CloudFront takes where nothing else is said; what is signed is ours, so
        # that nobody can prepare two texts of one hash.
        return _text(self.key.sign(policy, PKCS1v15(), SHA1()))  # noqa: S303


class Signing:
    """The site's signer, as the account's parameters say; read when it is first needed.

    Args:
        client: Of Systems Manager.
        site: Name of the parameter that holds ``{"address": …, "key_pair_id": …}``, and, by
            their `modulus_end`, the ids of all keys that the edge trusts: ``"key_pair_ids": {…}``.
        key: Name of the one that holds the private key (PEM, RSA 2048), encrypted.
        clock: Seconds, of any start.
    """

    def __init__(
        self, client: Any, site: str, key: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._site = site
        self._key = key
        self._clock = clock
        self._signer: Signer | None = None
        self._read_at = 0.0

    def signer(self) -> Signer:
        """Signs as the parameters say, of at most five minutes ago.

        Raises:
            SetupError: A parameter is missing or wrong, or access to it is denied.
            StorageUnavailableError: Systems Manager did not answer.
        """
        if self._signer is None or self._clock() - self._read_at >= _KEPT_SECONDS:
            self._signer = self._read()
            self._read_at = self._clock()
        return self._signer

    def _read(self) -> Signer:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        values = self._values()
        try:
            site = json.loads(values[self._site])
            key = load_pem_private_key(values[self._key].encode(), None)
            if not isinstance(key, RSAPrivateKey):
                raise ValueError("not an RSA key")
            return Signer(str(site["address"]).rstrip("/"), _key_pair_id(site, key), key)
        except (ValueError, TypeError, KeyError) as error:
            raise SetupError(
                f"parameter {self._site} or {self._key} is missing or malformed; deploy again"
            ) from error

    def _values(self) -> dict[str, str]:
        """Both parameters in one request."""
        try:
            answer = self._client.get_parameters(Names=[self._site, self._key], WithDecryption=True)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code.startswith("AccessDenied"):
                raise SetupError(f"parameter {self._site}: access denied") from error
            raise StorageUnavailableError(f"Systems Manager: {code}") from error
        except BotoCoreError as error:
            raise StorageUnavailableError(f"Systems Manager did not answer: {error}") from error
        return {known["Name"]: known["Value"] for known in answer["Parameters"]}


def modulus_end(key: "RSAPublicKey") -> str:
    """What a key is told from another by: the end of what is public of it, 16 hexadecimal digits.

    No hash is needed: the end of a product of two random primes is as random as one.
    """
    return f"{key.public_numbers().n:x}"[-16:]


def _key_pair_id(site: Mapping[str, Any], key: "RSAPrivateKey") -> str:
    """CloudFront's name of the key that was read.

    Both parameters change when a key is exchanged, one after the other: an id that belongs to
    another key than the one that signs would be refused at the edge, for as long as both are kept.
    """
    if "key_pair_ids" not in site:  # told by an earlier deployment
        return str(site["key_pair_id"])
    return str(site["key_pair_ids"][modulus_end(key.public_key())])


def address_until(now: datetime) -> datetime:
    """Until when an address that is signed now opens: one to two hours, to a full hour.

    So that whoever asks again within the hour is told the same address, and their browser shows
    what it has kept of it.
    """
    end = (now + timedelta(hours=1)).timestamp()
    return datetime.fromtimestamp(-(-end // _HOUR_SECONDS) * _HOUR_SECONDS, now.tzinfo)


def _policy(resource: str, end: int) -> bytes:
    """As CloudFront writes it for an address: byte for byte, or its signature is another."""
    statement = {"Resource": resource, "Condition": {"DateLessThan": {"AWS:EpochTime": end}}}
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def _text(value: bytes) -> str:
    return b64encode(value).decode().translate(_URL_SAFE)
