"""CloudFront's check of signed addresses and signed cookies, for the edge that plays it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-custom-policy.html

Where those pages leave a thing open, this check is the stricter one: a value that comes twice, an
encoding with stray bits, and a policy that names no resource open nothing here.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

POLICY, EXPIRES, SIGNATURE = "Policy", "Expires", "Signature"
KEY_PAIR_ID, HASH_ALGORITHM = "Key-Pair-Id", "Hash-Algorithm"
NAMES = frozenset({POLICY, EXPIRES, SIGNATURE, KEY_PAIR_ID, HASH_ALGORITHM})
"""Parameters that make an address a signed one; cookies have the same with a prefix."""
COOKIE_PREFIX = "CloudFront-"
HASHES = {"SHA1": SHA1(), "SHA256": SHA256()}  # noqa: S303 - CloudFront takes it unless told
_FROM_URL_SAFE = str.maketrans("-_~", "+=/")
_TO_URL_SAFE = str.maketrans("+=/", "-_~")


@dataclass(frozen=True)
class Asked:
    """A request for something private.

    Attributes:
        site: Address of the site, without a slash at the end.
        path: As it was written, its query included.
        cookies: By name; without those that came twice.
        ip: Whose request it is.
    """

    site: str
    path: str
    cookies: Mapping[str, str]
    ip: str


class TrustedKeys:
    """A key group: whose signatures open something.

    Args:
        keys: Public halves (PEM, RSA) by CloudFront's name of them.

    Raises:
        ValueError: One is no RSA key.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys: dict[str, RSAPublicKey] = {}
        for name, pem in keys.items():
            key = load_pem_public_key(pem.encode())
            if not isinstance(key, RSAPublicKey):
                raise ValueError(f"key {name} is no RSA key")
            self._keys[name] = key

    def refusal(self, asked: Asked, now: datetime) -> str | None:
        """Why a request is refused; None when it is let through.

        Args:
            asked: The request; with any parameter of a signature in its address it is judged by
                its address alone, else by its cookies.
            now: UTC.
        """
        path, _, query = asked.path.partition("?")
        parts = query.split("&") if query else []
        shown = [part.partition("=")[::2] for part in parts if part.partition("=")[0] in NAMES]
        others = [part for part in parts if part.partition("=")[0] not in NAMES]
        address = asked.site + path + (f"?{'&'.join(others)}" if others else "")
        if shown:
            values = dict(shown)
            if len(values) != len(shown):
                return "a part of its signature comes twice"
        else:
            values = {
                name: asked.cookies[COOKIE_PREFIX + name]
                for name in NAMES
                if COOKIE_PREFIX + name in asked.cookies
            }
        if not values:
            return "nothing is signed"
        return self._judge(values, address, asked.ip, int(now.timestamp()))

    def _judge(self, values: Mapping[str, str], address: str, ip: str, now: int) -> str | None:
        if (POLICY in values) == (EXPIRES in values) or SIGNATURE not in values:
            return "its signature is not complete"
        policy = _policy_of(values, address)
        if policy is None or not self._is_signed(policy, values):
            return "its signature is not one of this site"
        return _refusal_of(policy, address, ip, now)

    def _is_signed(self, policy: bytes, values: Mapping[str, str]) -> bool:
        key = self._keys.get(values.get(KEY_PAIR_ID, ""))
        signature = decode(values[SIGNATURE])
        algorithm = HASHES.get(values.get(HASH_ALGORITHM, "SHA1"))
        if key is None or signature is None or algorithm is None:
            return False
        try:
            key.verify(signature, policy, PKCS1v15(), algorithm)
        except InvalidSignature:
            return False
        return True


def canned_policy(address: str, expires: str) -> bytes:
    """What is signed where an address says until when it opens, and nothing else.

    Byte for byte as CloudFront writes it: any other text has another signature.
    """
    resource = json.dumps(address)
    text = (
        f'{{"Statement":[{{"Resource":{resource},'
        f'"Condition":{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}}}]}}'
    )
    return text.encode()


def decode(text: str) -> bytes | None:
    """The bytes of CloudFront's base64; None for what no encoder writes."""
    if set(text) & set("+=/"):
        return None
    try:
        value = b64decode(text.translate(_FROM_URL_SAFE), validate=True)
    except ValueError:
        return None
    # stray bits of a last character would let one signature be written in several ways
    return value if b64encode(value).decode().translate(_TO_URL_SAFE) == text else None


def matches(resource: str, address: str) -> bool:
    """Whether a policy's resource names an address.

    ``*`` stands for any number of characters, slashes too, and ``?`` for one.
    """
    wild = {"*": ".*", "?": "."}
    pattern = "".join(wild.get(letter) or re.escape(letter) for letter in resource)
    return re.fullmatch(pattern, address, re.DOTALL) is not None


def _policy_of(values: Mapping[str, str], address: str) -> bytes | None:
    if POLICY in values:
        return decode(values[POLICY])
    expires = values[EXPIRES]
    if not (expires.isascii() and expires.isdecimal()):
        return None
    return canned_policy(address, expires)


def _refusal_of(policy: bytes, address: str, ip: str, now: int) -> str | None:
    """What a policy that is certainly ours says against a request."""
    try:
        (statement,) = json.loads(policy)["Statement"]
        resource, condition = statement["Resource"], statement["Condition"]
        until = _moment(condition["DateLessThan"])
        since = _moment(condition["DateGreaterThan"]) if "DateGreaterThan" in condition else None
        is_from_there = _is_from(ip, condition.get("IpAddress"))
        is_named = matches(resource, address)
    except (ValueError, TypeError, KeyError, AttributeError):
        return "its policy is malformed"
    if not is_named:
        return "it is signed for another address"
    if now >= until:
        return "its time is over"
    if since is not None and now <= since:
        return "its time has not come"
    return None if is_from_there else "it is signed for another network"


def _moment(said: Any) -> int:
    moment = said["AWS:EpochTime"]
    if type(moment) is not int:
        raise ValueError("no moment")
    return moment


def _is_from(ip: str, said: Any) -> bool:
    if said is None:
        return True
    try:
        return IPv4Address(ip) in IPv4Network(said["AWS:SourceIp"])
    except (AddressValueError, NetmaskValueError):
        return False
